"""Templates of ARM: what they say of a deployment."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.importing.files import (
    facts,
    imported,
    notes,
    of_arm,
    template,
)

TEMPLATES = [
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
        "not known",
    ),
    (template(of_arm("[concat('S', '0')]")), None, "not known"),
    (template(of_arm("S0", condition="[parameters('x')]")), None, "perhaps"),
    (template(of_arm("S0", condition=False)), None, ""),
    (template(of_arm("S0", copy={"name": "c", "count": 2})), None, "perhaps"),
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


@pytest.mark.parametrize(("content", "tier", "noted"), TEMPLATES)
def test_what_a_template_says(content: str, tier: str | None, noted: str, tmp_path: Path) -> None:
    found = imported("arm", content, "template.json", tmp_path)
    assert facts(found) == ({"registration.tier": (tier,)} if tier else {})
    assert noted in notes(found)
