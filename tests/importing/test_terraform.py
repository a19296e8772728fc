"""Plans and files of Terraform: what they say of a deployment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.importing.findings import MOST_NOTES, Findings
from clausewise.importing.formats import IMPORTERS
from clausewise.importing.importing import imported_from
from clausewise.importing.seen import Described, Open, Survey
from clausewise.intake.access import Access
from tests.importing.files import (
    ACCOUNT,
    RULES,
    TERRAFORM,
    account,
    facts,
    imported,
    notes,
    plan,
    state,
)
from tests.test_cli import run

FACES = "/providers/Microsoft.Authorization/roleDefinitions/9894cab4-e18a-44aa-828b-cb588cd6f2d7"
ENDS = [{"subresource_names": ["account"]}]
PLANS = [
    ([account()], "standard", ""),
    ([account(sku_name="F0")], "free", ""),
    ([account(sku_name="E0"), account("b", sku_name="E0")], "enterprise", ""),
    ([account(sku_name=None, unknown={"sku_name": True})], None, "not known yet"),
    ([account(sku_name=None, unknown={"sku_name": [True]})], None, "not known yet"),
    ([account(unknown=True)], None, "perhaps"),
    ([account(unknown={"kind": True})], None, "perhaps"),
    ([account(), account("b", sku_name="F0")], None, "`registration.tier` stays unknown"),
    ([account(), account("b", sku_name=None, unknown={"sku_name": True})], None, "not known yet"),
    ([account(sku_name="S9")], None, "no rule says what it means"),
    ([account(kind="CognitiveServices")], None, "it may expose Face"),
    ([account(type_="azurerm_ai_services")], None, "it may expose Face"),
    ([account(kind="OpenAI")], None, ""),
    ([account(type_="azurerm_role_assignment", role_definition_id=FACES)], None, "to recognise"),
    ([account(type_="azurerm_role_assignment", role_definition_id="/x")], None, ""),
    ([account(type_="azurerm_storage_account")], None, ""),
    (
        [account(type_="azurerm_private_endpoint", private_service_connection=ENDS)],
        None,
        "may lead",
    ),
    ([account(type_="azurerm_private_endpoint")], None, ""),
    ([{**account(), "change": {"actions": ["delete"], "after": None}}], None, ""),
    (["what", {"address": 1}, {"address": "a", "type": "b", "change": []}], None, ""),
]


@pytest.mark.parametrize(("resources", "tier", "noted"), PLANS)
def test_what_a_plan_says(
    resources: list[Any], tier: str | None, noted: str, tmp_path: Path
) -> None:
    found = imported("terraform", plan(*resources), "plan.json", tmp_path)
    assert facts(found) == ({"registration.tier": (tier,)} if tier else {})
    assert noted in notes(found)
    assert bool(noted) is bool(found.notes)
    odd = ("resource 1 and 2 more: it has no address, type and values",)
    assert found.survey.passed_over == (odd if resources[0] == "what" else ())


def test_of_what_is_a_plan_and_a_state_both_are_read(tmp_path: Path) -> None:
    both = json.loads(plan()) | json.loads(state(account(sku_name="F0")))
    found = imported("terraform", json.dumps(both), "plan.json", tmp_path)
    assert facts(found) == {"registration.tier": ("free",)}


def test_what_data_sources_of_a_plan_found_is_read(tmp_path: Path) -> None:
    """It stands in the state before the plan, with what the plan is about to change, which does not count."""
    found, old = (
        {
            **json.loads(state(account(sku_name=s)))["values"]["root_module"]["resources"][0],
            "mode": m,
        }
        for s, m in (("F0", "data"), ("E0", "managed"))
    )
    before = {"values": {"root_module": {"resources": [found, old]}}}
    whole = json.dumps(json.loads(plan()) | {"prior_state": before})
    assert facts(imported("terraform", whole, "plan.json", tmp_path)) == {
        "registration.tier": ("free",)
    }
    for odd in (3, {}, {"values": 3}, {"values": {"root_module": {"resources": [3]}}}):
        content = json.dumps(json.loads(plan()) | {"prior_state": odd})
        assert not imported("terraform", content, "plan.json", tmp_path).facts


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_plan_that_a_shell_has_encoded_is_read(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(plan(account()), encoding=encoding)
    found = imported_from(path, IMPORTERS["terraform"], RULES, Access(root=tmp_path), tmp_path)
    assert facts(found) == {"registration.tier": ("standard",)}


def test_what_a_plan_defers_is_there_or_not(tmp_path: Path) -> None:
    later = {"reason": "instance_count_unknown", "resource_change": account("b", sku_name="F0")}
    for entry, counted in ((later, 2), ({"reason": "odd"}, 2), ("odd", 2)):
        whole = json.dumps(json.loads(plan(account())) | {"deferred_changes": [entry]})
        found = imported("terraform", whole, "plan.json", tmp_path)
        assert found.survey.counted == counted
        assert bool(facts(found)) == (entry is not later)
        told = "deferred" if entry is later else "it has no address"
        assert told in str([notes(found), found.survey.passed_over])


def test_a_plan_that_failed_is_told_of(tmp_path: Path) -> None:
    whole = json.dumps(json.loads(plan(account())) | {"errored": True})
    assert "failed" in str(imported("terraform", whole, "plan.json", tmp_path).survey.passed_over)
    assert not imported("terraform", plan(account()), "plan.json", tmp_path).survey.passed_over


def test_a_data_source_of_a_file_leaves_open_what_it_does_not_say(tmp_path: Path) -> None:
    """An account that is only looked up may be one of Face, of whatever tier."""
    text = 'data "azurerm_cognitive_account" "old" {\n  name = "x"\n}\n'
    found = imported("terraform", text, "main.tf", tmp_path)
    assert (facts(found), len(found.open)) == ({}, 1)
    assert "a Face account, perhaps (kind is not written in a data source)" in notes(found)
    text += (
        text.replace("data ", "resource ")
        .replace("name ", 'kind = "Face"\n  sku_name ')
        .replace('"x"', '"S0"')
    )
    assert facts(imported("terraform", text, "main.tf", tmp_path)) == {}


def test_json_within_a_text_in_which_a_key_stands_twice_is_not_read() -> None:
    described = Described("terraform", "a", "f", "x", {"p": '{"a": 1, "a": 2}', "q": '{"a": 1}'})
    assert described.values("q.a") == ("1",)
    assert isinstance(described.values("p.a"), Open)


def test_what_is_sensitive_is_not_known(tmp_path: Path) -> None:
    secret = account(location="westeurope")
    secret["change"]["after_sensitive"] = {"sku_name": True, "location": True}
    found = imported("terraform", plan(secret), "plan.json", tmp_path)
    assert not found.facts
    assert "westeurope" not in notes(found)


def test_what_a_state_says(tmp_path: Path) -> None:
    """Of resources in modules, too; what is sensitive is not known."""
    found = imported("terraform", state(account(sku_name="F0")), "state.json", tmp_path)
    assert facts(found) == {"registration.tier": ("free",)}
    assert found.facts[0].origins == (f"state.json#{ACCOUNT}.face.sku_name",)
    below = json.loads(state(account(sku_name="F0")))["values"]["root_module"]
    nested = state(child_modules=[{"child_modules": [below]}, 3])
    found = imported("terraform", nested, "state.json", tmp_path)
    assert (facts(found), found.survey.counted) == ({"registration.tier": ("free",)}, 1)
    both = state(account(), child_modules=[below])
    assert "stays unknown" in notes(imported("terraform", both, "state.json", tmp_path))
    below["resources"][0]["sensitive_values"] = {"sku_name": True}
    hidden = json.dumps({"values": {"root_module": below}})
    found = imported("terraform", hidden, "state.json", tmp_path)
    assert (facts(found), "not known yet" in notes(found)) == ({}, True)
    for odd in (
        "{}",
        '{"root_module": 3}',
        '{"root_module": {"resources": [1, {}, {"values": {}}]}}',
    ):
        assert not imported("terraform", f'{{"values": {odd}}}', "state.json", tmp_path).facts


def held(
    body: Any, unknown: Any = None, type_: str = "Microsoft.CognitiveServices/accounts"
) -> Any:
    """A resource of ARM, as the provider azapi holds it."""
    after = {"type": f"{type_}@2023-05-01", "location": "westeurope", "body": body}
    return account(type_="azapi_resource", unknown=unknown, **after)


FACE = {"kind": "Face", "sku": {"name": "S0"}}


def test_a_change_of_a_resource_of_arm_is_named(tmp_path: Path) -> None:
    """What it changes stands elsewhere, so nothing follows; it says no kind, so it may be a Face account."""
    after: dict[str, Any] = {
        "type": "Microsoft.CognitiveServices/accounts@2023-05-01",
        "body": {"properties": {}},
    }
    found = imported(
        "terraform", plan(account(type_="azapi_update_resource", **after)), "p.json", tmp_path
    )
    assert (facts(found), found.concerned) == ({}, True)
    assert "it changes what is set up elsewhere" in notes(found)
    after["type"] = "Microsoft.Storage/storageAccounts@2023-05-01"
    other = plan(account(type_="azapi_update_resource", **after))
    assert not imported("terraform", other, "p.json", tmp_path).concerned


@pytest.mark.parametrize(
    ("resource", "tier", "noted"),
    [
        (held(FACE), "standard", "region: westeurope"),
        (held(json.dumps(FACE)), "standard", "region: westeurope"),
        (held(FACE, type_="microsoft.cognitiveservices/Accounts"), "standard", "region"),
        (held(FACE, {"body": {"sku": {"name": True}}}), None, "not known yet"),
        (held(FACE, {"body": True}), None, "perhaps"),
        (held(FACE, {"type": True}), None, "perhaps"),
        (held('{"kind": "Face", "x": "' + "x" * 70_000 + '"}'), None, "perhaps"),
        (held("{" * 40), None, "perhaps"),
        (held({"kind": "AIServices", "sku": {"name": "S0"}}), None, "it may expose Face"),
        (held(FACE, type_="Microsoft.Storage/storageAccounts"), None, ""),
        (held("{what"), None, "perhaps"),
        (held("  \n" + json.dumps(FACE)), "standard", "region: westeurope"),
        (held('{"kind": "Face", "n": ' + "9" * 5_000 + "}"), None, "perhaps"),
        (held(None), None, ""),
    ],
)
def test_a_resource_of_arm_within_one_of_terraform(
    resource: Any, tier: str | None, noted: str, tmp_path: Path
) -> None:
    """The rules for ARM are about it, and what follows says where it stands in the plan."""
    found = imported("terraform", plan(resource), "plan.json", tmp_path)
    assert facts(found) == ({"registration.tier": (tier,)} if tier else {})
    assert noted in notes(found)
    assert found.concerned == bool(noted)
    if tier:
        assert found.facts[0].origins == ("plan.json#azapi_resource.face.body.sku.name",)


@pytest.mark.parametrize(
    ("sku", "more", "tier", "noted"),
    [
        ('"S0"', "", "standard", ""),
        ("var.sku", "", None, "not known yet"),
        ('"${var.sku}0"', "", None, "not known yet"),
        ("S0", "", None, "not known yet"),
        ("<<EOF\nS0\nEOF", "", None, "not known yet"),
        (r'"S\u0030"', "", None, "not known yet"),
        ('var.live ? "S0" : "F0"', "", None, '(not literal: var.live ? "S0" : "F0")'),
        ('"S0"', "count = var.many", None, "perhaps (there or not by its count)"),
        ('"S0"', "count = 2", "standard", ""),
        ('"S0"', "count = 0", None, ""),
        ('"S0"', "for_each = {}", None, "perhaps (there or not by its for_each)"),
        ('"S0"', 'network_acls {\n default_action = "Deny"\n }', "standard", "Deny"),
    ],
)
def test_what_a_file_of_terraform_says(
    sku: str, more: str, tier: str | None, noted: str, tmp_path: Path
) -> None:
    text = TERRAFORM % (sku, more) + 'module "m" {\n source = "./m"\n}\n'
    found = imported("terraform", text, "main.tf", tmp_path)
    assert facts(found) == ({"registration.tier": (tier,)} if tier else {})
    assert noted in notes(found)
    assert found.survey.passed_over == ("module `m`: what it makes, only a plan says",)


def test_an_attribute_that_is_set_twice_is_refused(tmp_path: Path) -> None:
    text = TERRAFORM % ('"S0"', 'sku_name = "F0"')
    with pytest.raises(InvalidError, match="sets `sku_name` twice in one block, in line 5"):
        imported("terraform", text, "main.tf", tmp_path)
    blocks = 'network_acls {\n a = "1"\n}\nnetwork_acls {\n a = "2"\n}'
    assert facts(imported("terraform", TERRAFORM % ('"S0"', blocks), "main.tf", tmp_path))


def test_a_folder_of_terraform_is_read_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.tf").write_text('data "azurerm_x" "y" {}\n')
    (tmp_path / "main.tf").write_text(TERRAFORM % ('"F0"', ""))
    rules = [rule for rule in RULES if rule.vendor == "terraform"]
    found = imported_from(tmp_path, IMPORTERS["terraform"], rules, Access(root=tmp_path), tmp_path)
    assert [fact.origins for fact in found.facts] == [(f"main.tf#{ACCOUNT}.face.sku_name",)]
    assert (len(found.survey.files), found.survey.counted) == (2, 2)


def test_notes_are_bounded() -> None:
    findings = Findings([rule for rule in RULES if rule.vendor == "terraform"], str)
    for number in range(MOST_NOTES + 5):
        kind, held = ACCOUNT, {"kind": "CognitiveServices"}
        findings.see(Described("terraform", kind, "plan.json", f"a.{number}", held))
    found = findings.imported(Survey(("plan.json",), MOST_NOTES + 5))
    assert (len(found.notes), found.untold) == (MOST_NOTES, 5)


IN_JSON = {
    "//": "comments are keys",
    "resource": {
        "//": "so",
        "azurerm_cognitive_account": {"face": {"kind": "Face", "sku_name": "F0", "count": 1}},
    },
    "module": {"network": {"source": "./network"}},
}


@pytest.mark.parametrize(
    ("changes", "tier", "noted"),
    [
        ({}, "free", ""),
        ({"sku_name": "${var.sku}"}, None, "not known yet"),
        ({"kind": "${var.kind}"}, None, "perhaps"),
        ({"count": "${var.many}"}, None, "there or not by its count"),
        ({"count": 0}, None, ""),
        ({"sku_name": "%{ if true }F0%{ endif }"}, None, "not known yet"),
    ],
)
def test_what_a_file_of_terraform_in_json_says(
    changes: dict[str, Any], tier: str | None, noted: str, tmp_path: Path
) -> None:
    """What Terraform reads of it: a text is a template there, and a block an object or a list of such."""
    content = json.loads(json.dumps(IN_JSON))
    by_name = content["resource"]["azurerm_cognitive_account"]
    by_name["face"] |= changes
    for _ in range(2):
        found = imported("terraform", json.dumps(content), "main.tf.json", tmp_path)
        assert facts(found) == ({"registration.tier": (tier,)} if tier else {})
        assert noted in notes(found)
        by_name["face"] = [by_name["face"]]
        content["resource"] = [content["resource"]]
    assert found.survey.passed_over == ("module `network`: what it makes, only a plan says",)


def test_resources_in_json_may_stand_in_lists_at_each_level(tmp_path: Path) -> None:
    """As Terraform's syntax of JSON allows for the labels of blocks."""
    content = json.loads(json.dumps(IN_JSON))
    resources = content["resource"]
    plain = facts(imported("terraform", json.dumps(content), "main.tf.json", tmp_path))
    by_name = resources["azurerm_cognitive_account"]
    resources["azurerm_cognitive_account"] = [{name: [held]} for name, held in by_name.items()]
    assert plain
    assert facts(imported("terraform", json.dumps(content), "main.tf.json", tmp_path)) == plain


@pytest.mark.parametrize(
    "content",
    [
        '{"resource": 5}',
        '{"resource": {"azurerm_cognitive_account": []}}',
        '{"resource": {"azurerm_cognitive_account": {"a": 5}}}',
        '{"resource": {"azurerm_cognitive_account": {"a": {"kind": {"b": 1}, "count": []}}}}',
        '{"module": 5, "data": [null]}',
    ],
)
def test_a_file_in_json_that_is_odd_says_nothing(content: str, tmp_path: Path) -> None:
    assert not facts(imported("terraform", content, "main.tf.json", tmp_path))


def test_a_folder_holds_files_in_json_too(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf.json").write_text(json.dumps(IN_JSON), encoding="utf-8")
    (tmp_path / "m" / "other.tf").write_text("", encoding="utf-8")
    rules = [rule for rule in RULES if rule.vendor == "terraform"]
    found = imported_from(
        tmp_path / "m", IMPORTERS["terraform"], rules, Access(root=tmp_path), tmp_path
    )
    assert facts(found) == {"registration.tier": ("free",)}


def test_what_is_said_of_many_places_is_told_once(tmp_path: Path) -> None:
    accounts = [account(f"f{number}", location="westus") for number in range(30)]
    (tmp_path / "plan.json").write_text(plan(*accounts), encoding="utf-8")
    code, out, _ = run(
        "import", "terraform", tmp_path / "plan.json", "--into", tmp_path / "a.design"
    )
    assert (code, out.count("region: westus")) == (0, 1)
    assert "and 25 more" in " ".join(out.split())
