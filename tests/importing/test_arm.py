"""Templates of ARM: what they say of a deployment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clausewise.dsl.text.diagnostic import InvalidError
from tests.importing.files import (
    facts,
    imported,
    notes,
    of_arm,
    template,
)

ROLES = "Microsoft.Authorization/roleDefinitions"
FACES = "9894cab4-e18a-44aa-828b-cb588cd6f2d7"


def role(of: str) -> dict[str, object]:
    """A resource that gives somebody a role."""
    properties = {"roleDefinitionId": of, "principalId": "x"}
    return {"type": "Microsoft.Authorization/roleAssignments", "properties": properties}


def endpoint(part: str) -> Any:
    """A private endpoint."""
    held = {"privateLinkServiceConnections": [{"properties": {"groupIds": [part]}}]}
    return {"type": "Microsoft.Network/privateEndpoints", "name": "x", "properties": held}


TEMPLATES = [
    (template(role(f"[subscriptionResourceId('{ROLES}', '{FACES}')]")), None, "to recognise faces"),
    (template(role(f"[resourceId('{ROLES}',variables('r'))]"), variables={"r": FACES}), None, "to"),
    (template(role(f"/subscriptions/x/providers/{ROLES}/{FACES}")), None, "to recognise faces"),
    (template(role(f"[resourceId('{ROLES}', parameters('r'))]"), parameters={"r": {}}), None, "pe"),
    (template(role(f"[resourceId('{ROLES}', 'another')]")), None, ""),
    (template(role(f"/providers/{ROLES}/another")), None, ""),
    (template(endpoint("account")), None, "may lead to a Face account"),
    (template(endpoint("blob")), None, ""),
    (template(of_arm("F0")), "free", ""),
    (
        template(of_arm("[variables('a')]"), variables={"a": "[variables('b')]", "b": "S0"}),
        "standard",
        "",
    ),
    (template(of_arm("[variables('a')]"), variables={"a": "[variables('a')]"}), None, "not known"),
    (
        template(of_arm("[parameters('sku')]"), parameters={"sku": {"defaultValue": "S0"}}),
        None,
        "not known yet (parameter sku)",
    ),
    (
        template(
            of_arm("[parameters('SKU')]"),
            parameters={"sku": {"type": "string", "defaultValue": "S0"}},
        ),
        None,
        "not known yet (parameter sku, S0 by default)",
    ),
    (
        template(
            of_arm("[parameters('sku')]"),
            parameters={"sku": {"type": "secureString", "defaultValue": "S0"}},
        ),
        None,
        "not known yet (parameter sku)",
    ),
    (
        template(of_arm("[variables('a').live.sku]"), variables={"a": {"live": {"sku": "S0"}}}),
        "standard",
        "",
    ),
    (template(of_arm("[variables('a').b.c]"), variables={"a": {"b": 3}}), None, "not literal"),
    (
        template(of_arm("[variables('a').b]"), variables={"a": {}}),
        None,
        "not known yet (not literal",
    ),
    (
        template(of_arm("S0", kind="AIServices", condition="[parameters('x')]")),
        None,
        "perhaps (there or not by its condition): it may expose Face",
    ),
    (template(of_arm("[concat('S', '0')]")), None, "(not literal: [concat('S', '0')])"),
    (
        template(of_arm("S0", condition="[parameters('x')]")),
        None,
        "perhaps (there or not by its condition)",
    ),
    (template(of_arm("S0", condition=False)), None, ""),
    (template(of_arm("S0", copy={"name": "c", "count": 2})), "standard", ""),
    (template(of_arm("S0", copy={"name": "c", "count": 0})), None, ""),
    (template(of_arm("S0", copy={"name": "c", "count": "[length(x)]"})), None, "its copy loop"),
    (template(of_arm("S0", copy="what")), None, "its copy loop"),
    (template(of_arm("S0", kind="AIServices")), None, "it may expose Face"),
    (template(of_arm("[[S0]")), None, "no rule says"),
    (
        template(
            {
                "type": "Microsoft.Resources/deployments",
                "properties": {"template": json.loads(template(of_arm("E0")))},
            }
        ),
        "enterprise",
        "",
    ),
    (json.dumps(json.loads(template()) | {"resources": {"face": of_arm("S0")}}), "standard", ""),
]


GIVEN = [
    ({"value": "F0"}, "free", ""),
    ({"value": "[variables('tier')]"}, "enterprise", ""),
    ({"value": "[parameters('outer')]"}, None, "(parameter outer, S0 by default)"),
    ({"reference": {"secretName": "tier"}}, None, "(parameter sku of a nested template)"),
    (None, "standard", ""),
]


@pytest.mark.parametrize(("given", "tier", "noted"), GIVEN)
def test_a_nested_template_of_its_own_is_given_its_parameters(
    given: Any, tier: str | None, noted: str, tmp_path: Path
) -> None:
    """Such as `az bicep build` makes of a module: what it is given is known where the template knows it."""
    inner = template(
        of_arm("[variables('chosen')]"),
        parameters={"sku": {"type": "string", "defaultValue": "S0"}},
        variables={"chosen": "[parameters('sku')]", "tier": "F0"},
    )
    properties = {
        "expressionEvaluationOptions": {"scope": "Inner"},
        "parameters": {"sku": given} if given else {},
        "template": json.loads(inner),
    }
    outer = template(
        {"type": "Microsoft.Resources/deployments", "properties": properties},
        parameters={"outer": {"type": "string", "defaultValue": "S0"}},
        variables={"tier": "E0"},
    )
    found = imported("arm", outer, "template.json", tmp_path)
    assert facts(found) == ({"registration.tier": (tier,)} if tier else {})
    assert noted in notes(found)


def test_a_nested_template_means_the_names_around_it(tmp_path: Path) -> None:
    """Unless it says otherwise: so does ARM."""
    inner = json.loads(template(of_arm("[variables('tier')]"), variables={"tier": "F0"}))
    nested = {"type": "Microsoft.Resources/deployments", "properties": {"template": inner}}
    outer = template(nested, variables={"tier": "E0"})
    found = imported("arm", outer, "template.json", tmp_path)
    assert facts(found) == {"registration.tier": ("enterprise",)}


@pytest.mark.parametrize(("content", "tier", "noted"), TEMPLATES)
def test_what_a_template_says(content: str, tier: str | None, noted: str, tmp_path: Path) -> None:
    found = imported("arm", content, "template.json", tmp_path)
    assert facts(found) == ({"registration.tier": (tier,)} if tier else {})
    assert noted in notes(found)


def test_templates_that_stand_elsewhere_are_named(tmp_path: Path) -> None:
    link = {"uri": "https://example.org/face.json"}
    linked = {"type": "Microsoft.Resources/deployments", "properties": {"templateLink": link}}
    found = imported("arm", template(of_arm("F0"), linked, linked), "template.json", tmp_path)
    (told,) = found.survey.passed_over
    assert told.startswith("resources[1] and 1 more: its template stands elsewhere")


NESTED = {"type": "Microsoft.Resources/deployments", "properties": {"template": "[variables('t')]"}}
ODD = [
    (template(7, None, {"Type": "a"}, {"type": 3}, of_arm("S0")), 1, "resources[0] and 3 more"),
    (json.dumps(json.loads(template()) | {"resources": "[variables('r')]"}), 0, "resources"),
    (template(NESTED), 1, "resources[0].properties.template"),
    (template(of_arm("S0", resources=7)), 1, "resources[0].resources"),
]


@pytest.mark.parametrize(("content", "counted", "where"), ODD)
def test_what_is_no_resource_is_told(
    content: str, counted: int, where: str, tmp_path: Path
) -> None:
    survey = imported("arm", content, "t.json", tmp_path).survey
    told = f"{where}: it is not written out, with a `type` for each resource"
    assert (survey.counted, survey.passed_over) == (counted, (told,))


def test_a_template_with_comments_is_refused_with_that_hint(tmp_path: Path) -> None:
    with pytest.raises(InvalidError) as refused:
        imported("arm", '{\n  // ours\n  "resources": []\n}', "template.json", tmp_path)
    found = refused.value.diagnostics[0]
    assert "is not JSON in line 2" in found.message
    assert "without comments" in str(found.hint)
