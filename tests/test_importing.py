"""Imports: what files say, what becomes of it in a design, the page on them, and that less never proves more."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausewise.checking.check import Options, Report, check_file, check_source
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.dsl.text.source import source_from_text
from clausewise.engine.core.outcomes import Verdict
from clausewise.importing.findings import MOST_NOTES, Findings, Imported
from clausewise.importing.formats import IMPORTERS
from clausewise.importing.importing import imported_from
from clausewise.importing.rules import read_rules, rules_for, rules_schema
from clausewise.importing.seen import SeenResource, Survey
from clausewise.importing.updating import updated
from clausewise.intake.access import Access
from clausewise.intake.load import load_policy
from tests.conftest import ROOT
from tests.test_cli import run

POLICY = load_policy("face-code-of-conduct")
VOCABULARY = POLICY.vocabulary
RULES = rules_for(VOCABULARY)
ACCOUNT = "azurerm_cognitive_account"
HOST = "https://a.cognitiveservices.azure.com"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def account(name: str = "face", unknown: Any = None, type_: str = ACCOUNT, **after: Any) -> Any:
    """A resource of a plan; by default a Face account on S0."""
    after = {"kind": "Face", "sku_name": "S0"} | after
    change = {"actions": ["create"], "after": after, "after_unknown": unknown or {}}
    return {"address": f"{type_}.{name}", "type": type_, "change": change}


def plan(*resources: Any) -> str:
    return json.dumps({"format_version": "1.2", "resource_changes": resources})


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


# what files say

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
    ([account(type_="azurerm_storage_account")], None, ""),
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


def test_what_is_sensitive_is_not_known(tmp_path: Path) -> None:
    secret = account(location="westeurope")
    secret["change"]["after_sensitive"] = {"sku_name": True, "location": True}
    found = imported("terraform", plan(secret), "plan.json", tmp_path)
    assert not found.facts
    assert "westeurope" not in notes(found)


TERRAFORM = """
resource "azurerm_cognitive_account" "face" {
  kind     = "Face"
  sku_name = %s
  %s
}
"""


@pytest.mark.parametrize(
    ("sku", "more", "tier", "noted"),
    [
        ('"S0"', "", "standard", ""),
        ("var.sku", "", None, "not known yet"),
        ('"${var.sku}0"', "", None, "not known yet"),
        ("S0", "", None, "not known yet"),
        ("<<EOF\nS0\nEOF", "", None, "not known yet"),
        (r'"S\u0030"', "", None, "not known yet"),
        ('"S0"', "count = var.many", None, "perhaps"),
        ('"S0"', "for_each = {}", None, "perhaps"),
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
    assert found.looked.passed_over == ("module `m`: what it makes, only a plan says",)


def test_an_attribute_that_is_set_twice_is_refused(tmp_path: Path) -> None:
    text = TERRAFORM % ('"S0"', 'sku_name = "F0"')
    with pytest.raises(InvalidError, match="sets `sku_name` twice"):
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
    assert (len(found.looked.files), found.looked.counted) == (2, 2)


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


CALLS = [
    (
        "POST /face/v1.0/detect",
        {"use.operation": ("detect-with-face-id",), "use.returns-face-ids": ("yes",)},
    ),
    ("POST /face/v1.0/detect?returnFaceId=false", {"use.operation": ("detect",)}),
    (
        "POST /face/v1.2/detect?returnfaceid=False&returnFaceAttributes=emotion,Gender,blur,noise",
        {"use.operation": ("detect",), "use.infers": ("emotion", "gender", "face-quality")},
    ),
    (
        "POST /face/v1.2/detect?returnFaceId=false&returnFaceLandmarks=true",
        {"use.operation": ("detect",), "use.infers": ("other-attribute",)},
    ),
    ("POST /gateway/face/v1.0/verify", {"use.operation": ("verify",)}),
    ("post /face/v1.0/identify/", {"use.operation": ("identify",)}),
    ("POST /face/v1.0/findsimilars", {"use.operation": ("find-similar",)}),
    ("POST /face/v1.0/group", {"use.operation": ("group",)}),
    (
        "POST /face/v1.0/largepersongroups/a/persons/b/persistedFaces?userData=x",
        {"use.operation": ("enrol",)},
    ),
    ("POST /face/v1.2/detectLiveness-sessions", {"use.operation": ("liveness",)}),
    (
        "POST /face/v1.1-preview.1/detectLivenessWithVerify/singleModal/sessions",
        {"use.operation": ("liveness-with-verify",)},
    ),
    ("GET /face/v1.0/detect", {}),
    ("GET /face/v1.0/facelists/a/persistedfaces", {}),
    ("POST /surface/v1/verify", {}),
    ("POST /detect", {}),
]


@pytest.mark.parametrize(("line", "expected"), CALLS)
def test_what_a_call_says(line: str, expected: Mapping[str, Any], tmp_path: Path) -> None:
    assert facts(imported("calls", calls(line), "calls.jsonl", tmp_path)) == expected


def test_a_har_and_the_recordings_of_client_libraries_are_calls(tmp_path: Path) -> None:
    request = {"method": "POST", "url": f"{HOST}/face/v1.0/verify", "headers": [{"name": "url"}]}
    har = {"log": {"entries": [{"request": request, "response": {"status": 200}}]}}
    recorded = {"Entries": [{"RequestUri": "/face/v1.0/verify", "RequestMethod": "POST"}]}
    for content in (har, recorded):
        found = imported("calls", json.dumps(content), "a.har", tmp_path)
        assert (facts(found), found.looked.counted) == ({"use.operation": ("verify",)}, 1)


def test_models_and_what_no_rule_knows_are_named(tmp_path: Path) -> None:
    line = "POST /face/v1.0/detect?recognitionModel=recognition_04&returnFaceAttributes=aura"
    found = imported("calls", calls(line, line), "calls.jsonl", tmp_path)
    assert [note.text for note in found.notes] == [
        "`returnFaceAttributes` aura: no rule says what it means",
        "the model that recognises: recognition_04 (`recognitionModel`)",
    ]


def test_of_a_call_nothing_is_kept_but_its_operation_and_parameters(here: Path) -> None:
    secret = "never-to-be-seen"
    request = {
        "method": "POST",
        "url": f"https://{secret}:{secret}@{secret}.net/face/v1.0/detect?code={secret}#{secret}",
        "headers": [{"name": "Ocp-Apim-Subscription-Key", "value": secret}],
        "postData": {"text": secret, "url": secret},
    }
    har = {"log": {"entries": [{"request": request, "comment": secret}]}}
    (here / "a.har").write_text(json.dumps(har), encoding="utf-8")
    code, out, err = run("import", "calls", "a.har", "--into", "a.design")
    assert (code, err) == (0, "")
    assert secret not in out + (here / "a.design").read_text(encoding="utf-8")


def test_notes_are_bounded() -> None:
    findings = Findings([rule for rule in RULES if rule.vendor == "terraform"], str)
    for number in range(MOST_NOTES + 5):
        kind, held = ACCOUNT, {"kind": "CognitiveServices"}
        findings.see(SeenResource("terraform", kind, "plan.json", f"a.{number}", held))
    found = findings.imported(Survey(("plan.json",), MOST_NOTES + 5))
    assert (len(found.notes), found.untold) == (MOST_NOTES, 5)


# rules


def test_the_schema_fits_the_rules_of_the_packs() -> None:
    import tomllib

    schema = rules_schema()
    assert json.loads((ROOT / "docs" / "imports.schema.json").read_text()) == schema
    files = sorted((ROOT / "policies").glob("**/*.imports.toml"))
    assert files
    for file in files:
        jsonschema.validate(tomllib.loads(file.read_text(encoding="utf-8")), schema)


def test_a_law_imports_by_the_rules_of_the_vocabulary_that_it_extends() -> None:
    assert len(rules_for(load_policy("us-il-bipa").vocabulary)) == len(RULES)


FACT = '[[rule]]\narm = "a"\nis = "b"\n[[rule.fact]]\n'
WRONG = [
    ("x = 1", "there is no key `x`"),
    ("rule = 1", "`rule` is no list of entries"),
    ("[[rule", "this is not TOML"),
    ('[[rule]]\nis = "b"', "a rule is about one of `terraform`, `arm` and `call`"),
    ('[[rule]]\narm = "a"', "a rule lacks `is`"),
    ('[[rule]]\narm = "a"\nis = "b"\nwhere = { kind = "Face" }', "`where` does not fit"),
    ('[[rule]]\ncall = "/detect"\nis = "b"', "`call` does not fit"),
    ('[[rule]]\narm = "a"\nis = "b"\nmybe = "c"', "a rule has no `mybe`"),
    (f'{FACT}field = "registration.teir"\nvalue = "free"', "there is no field `registration.teir`"),
    (f'{FACT}field = "use.by"\nvalue = "free"', "`use.by` cannot be imported"),
    (f'{FACT}field = "use.attack-lawful"\nvalue = "yes"', "`use.attack-lawful` cannot be imported"),
    (f'{FACT}field = "registration.tier"\nvalue = "fre"', "`fre` is not a value of"),
    (f'{FACT}field = "registration.tier"', "a fact has either a value or an attribute"),
    (f'{FACT}field = "registration.tier"\nattribute = "a"', "go together"),
    (
        f'{FACT}field = "registration.tier"\nattribute = "a"\nvalues = {{ a = "free" }}\ndefault = "a"',
        "a default and its document go together",
    ),
    (
        f'{FACT}field = "registration.tier"\nattribute = "a"\nvalues = {{ a = "free" }}\n'
        'default = "a"\nper = "nowhere"',
        "there is no document `nowhere`",
    ),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_what_does_not_fit_in_rules_is_told_at_its_place(text: str, message: str) -> None:
    with pytest.raises(InvalidError) as wrong:
        read_rules(source_from_text("a.imports.toml", text), VOCABULARY)
    assert {found.code for found in wrong.value.diagnostics} == {"E113"}
    assert message in wrong.value.diagnostics[0].message


# a design


def begun(here: Path, content: str, *words: object) -> str:
    """The design after an import of a plan."""
    (here / "plan.json").write_text(content, encoding="utf-8")
    code, out, err = run("import", "terraform", "plan.json", "--into", "a.design", *words)
    assert (code, err) == (0, ""), err
    return out


def test_a_draft_states_what_is_known_and_asks_for_the_rest(here: Path) -> None:
    begun(here, plan(account()))
    text = (here / "a.design").read_text(encoding="utf-8")
    assert 'deployment "Imported from plan.json" draft\n' in text
    assert f'  tier  standard   from "plan.json#{ACCOUNT}.face.sku_name"\n' in text
    (report,) = check_file(here / "a.design").reports
    fact = report.deployment.fact("registration.tier")
    assert fact
    assert fact.imported == (f"plan.json#{ACCOUNT}.face.sku_name",)
    assert report.verdict is Verdict.NEEDS_INFORMATION
    assert {"status", "holder"} <= {
        question.fact.partition(".")[2] for question in report.advice.questions
    }


def test_without_a_design_a_draft_is_printed_and_nothing_is_written(here: Path) -> None:
    (here / "plan.json").write_text(plan(account()), encoding="utf-8")
    code, out, err = run("import", "terraform", "plan.json")
    assert (code, [path.name for path in here.iterdir()]) == (0, ["plan.json"])
    assert check_source(source_from_text("a.design", out), Options())
    assert "Stated" in err


def test_an_import_that_is_repeated_changes_nothing(here: Path) -> None:
    begun(here, plan(account()))
    before = (here / "a.design").read_bytes()
    assert "As before" in begun(here, plan(account()))
    assert (here / "a.design").read_bytes() == before


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
LINES = [
    (f"free {ORIGIN}", f"standard {ORIGIN}", "Changed"),
    (f"unknown {ORIGIN}", f"standard {ORIGIN}", "Stated"),
    ("unknown", f"standard   {ORIGIN}", "Stated"),
    (f"standard {ORIGIN}", None, "As before"),
    ('standard from "plan.json#old.address"', f"standard   {ORIGIN}", "Changed"),
    ("standard", None, "Lines of your own"),
    ("free", None, "Used and not declared"),
    (f"free {OTHER}", None, "Used and not declared"),
    (f"standard {OTHER} {ORIGIN}", None, "As before"),
    (f'free {ORIGIN} attested by "R. Diaz"', None, "Used and not declared"),
    (f'standard evidence "a.pdf" {ORIGIN}', None, "As before"),
    (f'free evidence "a.pdf" {ORIGIN}', f"standard   {ORIGIN}", "a.pdf"),
]


@pytest.mark.parametrize(("line", "after", "told"), LINES)
def test_lines_of_the_import_are_brought_up_to_date_and_others_kept(
    line: str, after: str | None, told: str, here: Path
) -> None:
    (here / "a.design").write_text(DESIGN.replace("LINE", line), encoding="utf-8")
    out = begun(here, plan(account()))
    text = (here / "a.design").read_text(encoding="utf-8")
    assert text == DESIGN.replace("LINE", line if after is None else after)
    assert told in out


GONE = [
    (f"free {ORIGIN}", "  holder  none  # nobody yet\n    # and this\n"),
    (f"free {OTHER} {ORIGIN}", f"  tier    unknown   {OTHER}  # and this\n"),
    (f'free evidence "a.pdf" {ORIGIN}', '  tier    unknown   evidence "a.pdf"  # and this\n'),
    (f'free {ORIGIN} attested by "R."', f'  tier    free {ORIGIN} attested by "R."  # and this\n'),
    ("free", "  tier    free  # and this\n"),
]


@pytest.mark.parametrize(("line", "after"), GONE)
def test_what_the_file_says_no_more_is_unknown_again(line: str, after: str, here: Path) -> None:
    (here / "a.design").write_text(DESIGN.replace("LINE", line), encoding="utf-8")
    begun(here, plan())
    assert after in (here / "a.design").read_text(encoding="utf-8")


def test_a_broader_term_of_ones_own_says_what_a_call_shows(here: Path) -> None:
    design = DESIGN.replace("LINE", "unknown") + "use u {\n  operation  recognise, detect\n}\n"
    (here / "a.design").write_text(design, encoding="utf-8")
    (here / "c.jsonl").write_text(calls("POST /face/v1.0/identify"), encoding="utf-8")
    code, out, _ = run("import", "calls", "c.jsonl", "--into", "a.design")
    assert code == 0
    assert "Lines of your own that say the same\n  u.operation" in out
    assert (here / "a.design").read_text(encoding="utf-8") == design


def test_calls_are_of_one_use_which_must_be_named_where_there_are_several(here: Path) -> None:
    uses = "use a {\n  timing  later\n}\n\nuse b {\n  timing  later\n}\n"
    (here / "a.design").write_text(DESIGN.replace("LINE", "unknown") + uses, encoding="utf-8")
    (here / "c.jsonl").write_text(calls("POST /face/v1.0/verify"), encoding="utf-8")
    line = ("import", "calls", "c.jsonl", "--into", "a.design")
    code, _, err = run(*line)
    assert code == 2
    assert "E533" in err
    assert "a, b" in err
    assert run(*line, "--entity", "b")[0] == 0
    stated = '  operation  verify, ...   from "c.jsonl#call 1"\n'
    assert stated.strip() in (here / "a.design").read_text(encoding="utf-8").partition("use b")[2]
    assert run(*line, "--entity", "c")[0] == 0
    assert f"use c {{\n{stated}}}" in (here / "a.design").read_text(encoding="utf-8")
    assert run(*line, "--entity", "c d")[0] == 2


def test_an_import_for_one_use_takes_nothing_from_another(here: Path) -> None:
    uses = 'use a {\n  operation  verify, ...   from "c.jsonl#call 1"\n}\n\nuse b {\n  timing  later\n}\n'
    (here / "a.design").write_text(DESIGN.replace("LINE", "unknown") + uses, encoding="utf-8")
    (here / "c.jsonl").write_text(calls("POST /face/v1.0/group"), encoding="utf-8")
    assert run("import", "calls", "c.jsonl", "--into", "a.design", "--entity", "b")[0] == 0
    assert uses.partition("\n\n")[0] in (here / "a.design").read_text(encoding="utf-8")


def test_nothing_of_a_new_draft_has_changed(here: Path) -> None:
    (here / "c.jsonl").write_text(calls("POST /face/v1.0/detect"), encoding="utf-8")
    _, out, _ = run("import", "calls", "c.jsonl", "--into", "a.design")
    assert "Stated" in out
    assert "before" not in out


def test_a_new_draft_names_the_entity(here: Path) -> None:
    (here / "c.jsonl").write_text(calls("POST /face/v1.0/verify"), encoding="utf-8")
    assert run("import", "calls", "c.jsonl", "--into", "a.design", "--entity", "door")[0] == 0
    text = (here / "a.design").read_text(encoding="utf-8")
    assert "use door {\n" in text
    assert "my-use" not in text


REFUSED = [
    (("terraform", "no.json"), "E100"),
    (("terraform", "calls.jsonl"), "E114"),
    (("terraform", "state.json"), "a state"),
    (("terraform", "empty"), "holds no `.tf` file"),
    (("terraform", "broken.tf"), "in line 2"),
    (("arm", "plan.json"), "E114"),
    (("arm", "main.bicep"), "az bicep build --file main.bicep"),
    (("calls", "plan.json"), "holds no call"),
    (("calls", "main.bicep"), "is not JSON"),
    (("terraform", "plan.json", "--into", "a.json"), "ends in none of .design"),
    (("terraform", "plan.json", "--into", "b.txt"), "E105"),
    (("terraform", "plan.json", "--into", "broken.design"), "E101"),
    (("terraform", "plan.json", "--policy", "door-code.policy"), "E532"),
]


@pytest.mark.parametrize(("words", "told"), REFUSED)
def test_what_cannot_be_imported_is_told(
    words: tuple[str, ...], told: str, here: Path, doors: Path
) -> None:
    for name in ("doors.vocabulary", "door-code.policy"):
        (here / name).write_bytes((doors / name).read_bytes())
    files = {
        "plan.json": plan(account()),
        "state.json": json.dumps({"values": {}}),
        "calls.jsonl": calls("GET /", "GET /"),
        "main.bicep": "resource a 'b' = {}\n",
        "broken.tf": 'resource "a" "b" {\n  c = = 1\n}\n',
        "broken.design": "deployment\n",
        "a.json": "{}",
    }
    for name, content in files.items():
        (here / name).write_text(content, encoding="utf-8")
    (here / "empty").mkdir()
    before = {path.name: path.read_bytes() for path in here.iterdir() if path.is_file()}
    code, _, err = run("import", *words)
    assert code == 2
    assert told in err
    assert {p.name: p.read_bytes() for p in here.iterdir() if p.is_file()} == before


# drift

DRIFT = [
    (plan(account()), []),
    (plan(account(sku_name="F0")), ["W708"]),
    (plan(), ["W708"]),
    (plan(account(), account("b", sku_name="F0")), ["W708"]),
    ("{}", ["W709"]),
    ("not JSON", ["W709"]),
    (None, ["W709"]),
]


@pytest.mark.parametrize(("now", "codes"), DRIFT)
def test_check_warns_where_a_design_and_its_plan_differ(
    now: str | None, codes: list[str], here: Path
) -> None:
    begun(here, plan(account()))
    before = check_file(here / "a.design")
    if now is None:
        (here / "plan.json").unlink()
    else:
        (here / "plan.json").write_text(now, encoding="utf-8")
    checked = check_file(here / "a.design")
    found = [d for d in checked.diagnostics if d.code in ("W708", "W709")]
    assert [d.code for d in found] == codes
    assert all(d.position[0] > 1 for d in found)
    assert checked.exit_code == before.exit_code
    assert found == [w for r in checked.reports for w in r.warnings if w.code in ("W708", "W709")]


def test_where_no_rules_are_nothing_is_compared(here: Path) -> None:
    """The first version of the Face pack has none."""
    text = DESIGN.replace("LINE", f"standard {ORIGIN}").replace("conduct", "conduct 1.0")
    text = text.replace("  holder  none  # nobody yet\n", "")
    (here / "a.design").write_text(text, encoding="utf-8")
    found = [d for d in check_file(here / "a.design").diagnostics if d.code[:3] == "W70"]
    assert [d.message for d in found if d.code != "W702"] == [
        "nothing was compared: no rule says what files mean in the words of `face-recognition`"
    ]


def test_templates_and_files_of_terraform_are_compared_and_recordings_are_not(here: Path) -> None:
    (here / "t.json").write_text(template(of_arm("S0")), encoding="utf-8")
    (here / "main.tf").write_text(TERRAFORM % ('"F0"', ""), encoding="utf-8")
    lines = 'standard from "t.json#resources[0].sku.name" from "main.tf#a.b" from "c.har#call 1"'
    (here / "a.design").write_text(DESIGN.replace("LINE", lines), encoding="utf-8")
    found = [d.message for d in check_file(here / "a.design").diagnostics if d.code[:2] == "W7"]
    assert found == [
        f"`registration.tier` is standard, and free by main.tf#{ACCOUNT}.face.sku_name"
    ]


# the law

TIERS = st.sampled_from(["F0", "S0"])
KINDS = st.sampled_from(["Face"] * 10 + ["CognitiveServices"])


HIDDEN = st.sampled_from([None] * 10 + ["kind", "sku_name"])
"""What is not known yet of a resource."""
RESOURCES = st.lists(st.tuples(KINDS, TIERS, HIDDEN, st.booleans(), HIDDEN), min_size=2, max_size=3)
"""Kinds and tiers, with what is hidden in the whole, whether they are in the part, and what is hidden there."""


def planned(of: list[tuple[str, str]], hidden: list[str | None]) -> str:
    """A plan of these resources, of which some attributes are not known yet."""
    found = []
    for number, ((kind, sku), name) in enumerate(zip(of, hidden, strict=True)):
        after: dict[str, Any] = {"kind": kind, "sku_name": sku} | ({name: None} if name else {})
        found.append(account(f"r{number}", {name: True} if name else {}, **after))
    return plan(*found)


DETECTING = st.builds(
    lambda ids, traits: f"POST /face/v1.0/detect?{ids}returnFaceAttributes={','.join(traits)}",
    st.sampled_from(["", "returnFaceId=false&", "returnFaceId=true&"]),
    st.lists(st.sampled_from(["age", "emotion", "gender", "aura"]), min_size=1, max_size=2),
)
OTHERS = st.sampled_from([line for line, _ in CALLS])
RECORDED = st.lists(st.one_of(DETECTING, DETECTING, OTHERS), min_size=2, max_size=4)
STATED = """deployment "x"
judged by face-code-of-conduct
registration {
  status              approved
  use-cases           personalization
  holder              a
  portal-attestation  yes
}
actor a {
  acts-for  none
}
use u {
  by       a
  purpose  personalization
}
"""
IDENTIFIES = STATED.replace("  purpose", "  infers   none\n  operation  identify\n  purpose")


def judged(found: Imported, stated: str = STATED) -> Report:
    """A design with what was imported, judged."""
    source = source_from_text("x.design", stated)
    done = updated(source, VOCABULARY, found.facts, {"use": "u"}, lambda _: True)
    (report,) = check_source(done.source, Options(), try_answers=False)
    return report


def proves_no_more(part: Imported, whole: Imported, stated: str = STATED) -> None:
    """Nothing that is settled by a part is settled otherwise by the whole."""
    less, more = judged(part, stated), judged(whole, stated)
    for one, other in zip(less.clauses, more.clauses, strict=True):
        if not one.outcome.is_open and not other.outcome.is_open:
            assert one.outcome is other.outcome, one.clause.name
    if less.advice.settled and more.advice.settled:
        assert less.verdict is more.verdict


def test_what_the_law_is_tried_on_is_settled_by_what_is_imported(tmp_path: Path) -> None:
    """Else it would say nothing."""
    free = imported("terraform", plan(account(sku_name="F0")), "plan.json", tmp_path)
    paid = imported("terraform", plan(account()), "plan.json", tmp_path)
    nothing = imported("terraform", plan(), "plan.json", tmp_path)
    of_a1 = [
        judged(found, IDENTIFIES).judgement.clause("A1").outcome for found in (free, paid, nothing)
    ]
    assert of_a1 == ["violated", "met", "undetermined"]
    sad = imported(
        "calls", calls("POST /face/v1.0/detect?returnFaceAttributes=emotion"), "c", tmp_path
    )
    plain = imported("calls", calls("POST /face/v1.0/detect"), "c", tmp_path)
    of_n11 = [judged(found).judgement.clause("N11").outcome for found in (sad, plain)]
    assert of_n11 == ["violated", "undetermined"]


@settings(max_examples=60)
@given(all_=RESOURCES)
def test_importing_less_of_a_plan_never_proves_more(
    all_: list[tuple[str, str, str | None, bool, str | None]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("law")
    kept = [(kind, sku, hidden or there) for kind, sku, hidden, is_in, there in all_ if is_in]
    text = planned([one[:2] for one in kept], [one[2] for one in kept])
    part = imported("terraform", text, "plan.json", folder)
    text = planned([one[:2] for one in all_], [one[2] for one in all_])
    whole = imported("terraform", text, "plan.json", folder)
    proves_no_more(part, whole, IDENTIFIES)


@settings(max_examples=25)
@given(all_=RECORDED, data=st.data())
def test_importing_fewer_calls_never_proves_more(
    all_: list[str], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("law")
    some = all_[: data.draw(st.integers(1, len(all_)))]
    part = imported("calls", calls(*some), "c.jsonl", folder)
    whole = imported("calls", calls(*all_), "c.jsonl", folder)
    proves_no_more(part, whole)
    for name, values in facts(part).items():
        assert {*values} <= {*facts(whole)[name]}


# the page

PAGE = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")


def test_the_sessions_of_the_page(here: Path) -> None:
    """Each command on the page, on the files that the page shows, prints what it shows."""
    for name, content in re.findall(r"```\w+ ([\w.]+)\n(.*?)```", PAGE, re.DOTALL):
        (here / name).write_text(content, encoding="utf-8")
    sessions = re.findall(r"```console\n\$ clausewise ([^\n]*)\n(.*?)```", PAGE, re.DOTALL)
    assert len(sessions) == 4
    for line, shown in sessions:
        assert run(*line.split()) == (0, shown, "")
    (line,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    office = (here / "office.design").read_text(encoding="utf-8")
    assert line in office
    (report,) = check_file(here / "office.design").reports
    assert {j.clause.number for j in report.clauses if j.outcome == "violated"} >= {"N11"}
    assert (
        (here / "quiet.design").read_text(encoding="utf-8").startswith('deployment "Quiet office"')
    )


def test_the_rule_of_the_page_fits() -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (rule,) = read_rules(source_from_text("a.imports.toml", text), VOCABULARY)
    assert rule.facts[0].field.name == "tier"
