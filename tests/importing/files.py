"""Files of other programs for tests, and what is imported from them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from clausewise.importing.findings import Imported
from clausewise.importing.formats import IMPORTERS
from clausewise.importing.importing import imported_from
from clausewise.importing.rules import rules_for
from clausewise.intake.access import Access
from clausewise.intake.load import load_policy
from tests.test_cli import run

POLICY = load_policy("face-code-of-conduct")
VOCABULARY = POLICY.vocabulary
RULES = rules_for(VOCABULARY)
ACCOUNT = "azurerm_cognitive_account"
HOST = "https://a.cognitiveservices.azure.com"
DESIGN = """# mine
deployment "A"
judged by face-code-of-conduct

registration {
  holder  none  # nobody yet
  tier    LINE  # and this
}
"""
ORIGIN = f'from "plan.json#{ACCOUNT}.face.sku_name"'
OTHER = 'from "other.json#x.y"'
TERRAFORM = """
resource "azurerm_cognitive_account" "face" {
  kind     = "Face"
  sku_name = %s
  %s
}
"""


def account(name: str = "face", unknown: Any = None, type_: str = ACCOUNT, **after: Any) -> Any:
    """A resource of a plan; by default a Face account on S0."""
    after = {"kind": "Face", "sku_name": "S0"} | after
    change = {"actions": ["create"], "after": after, "after_unknown": unknown or {}}
    return {"address": f"{type_}.{name}", "type": type_, "change": change}


def plan(*resources: Any) -> str:
    return json.dumps({"format_version": "1.2", "resource_changes": resources})


def state(*resources: Any, **modules: Any) -> str:
    """What `terraform show -json` prints of a state: resources of a plan, as they are after it."""
    held = []
    for one in resources:
        known = {key: one[key] for key in ("address", "type")}
        held.append({**known, "values": one["change"]["after"], "sensitive_values": {}})
    return json.dumps(
        {"format_version": "1.0", "values": {"root_module": {"resources": held, **modules}}}
    )


def template(*resources: Any, **more: Any) -> str:
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    return json.dumps({"$schema": schema, "resources": resources, **more})


def of_arm(sku: str, **more: Any) -> Any:
    """A Face account of a template."""
    type_ = "Microsoft.CognitiveServices/accounts"
    return {"type": type_, "kind": "Face", "sku": {"name": sku}, **more}


def calls(*paths: str) -> str:
    """A recording of calls in lines."""
    lines = []
    for path in paths:
        method, _, rest = path.partition(" ")
        lines.append(json.dumps({"method": method, "url": HOST + rest}))
    return "\n".join(lines) + "\n"


def imported(kind: str, content: str, name: str, folder: Path) -> Imported:
    """What a file says by the rules of the Face pack."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    importer = IMPORTERS[kind]
    rules = [rule for rule in RULES if rule.vendor == importer.vendor]
    return imported_from(path, importer, rules, Access(root=folder), folder)


def facts(found: Imported) -> dict[str, tuple[str, ...]]:
    return {f"{fact.field.owner}.{fact.field.name}": fact.values for fact in found.facts}


def notes(found: Imported) -> str:
    return "\n".join(note.text for note in found.notes)


def begun(here: Path, content: str, *words: object) -> str:
    """The design after an import of a plan."""
    (here / "plan.json").write_text(content, encoding="utf-8")
    code, out, err = run("import", "terraform", "plan.json", "--into", "a.design", *words)
    assert (code, err) == (0, ""), err
    return out
