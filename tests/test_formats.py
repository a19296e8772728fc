"""The output formats: each is valid, complete, and says what the text says."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from clausewise.checking.check import Checked, Options, check_file, check_source
from clausewise.dsl.json.design import design_schema
from clausewise.dsl.text.source import Source
from clausewise.formats.report import json as json_format
from clausewise.formats.report import junit, markdown, sarif
from clausewise.intake.load import load_policy
from tests.conftest import ROOT, reference_examples

EXAMPLES = sorted((ROOT / "examples").glob("*.design"))
HOSTILE = "a|b `c` <d> *e* _f_ [g](h) & ]]> \\ \u0001 \u202e ' \""


@pytest.fixture(scope="module")
def examples() -> list[Checked]:
    """All examples, judged."""
    results = [check_file(path) for path in EXAMPLES]
    assert all(result.reports for result in results)
    return results


@pytest.fixture(scope="module")
def hostile(doors: Path) -> Checked:
    """A prohibited design whose texts hold what formats treat specially."""
    design = {
        "deployment": f"{HOSTILE}\n# title",
        "judged-by": ["door-code"],
        "actor": {"acme": {"kind": "police", "jurisdiction": "US", "acts-for": []}},
        "door": {"front": {"by": "acme", "results-to": ["acme"]}},
        "safety": {"harm": {"value": False, "attested": {"by": HOSTILE}}},
    }
    source = Source(str(doors / "a b|c.json"), json.dumps(design))
    return Checked(source.path, check_source(source, Options()))


@pytest.fixture(scope="module")
def failed(doors: Path) -> Checked:
    """A design with mistakes."""
    path = doors / "failed.design"
    path.write_text('deployment "x"\njudged by door-code\ndoor d {\n  colour red\n}\n')
    result = check_file(path)
    assert result.diagnostics
    return result


# JSON


def test_json_is_valid_and_says_what_was_judged(examples: list[Checked]) -> None:
    validator = jsonschema.Draft202012Validator(json_format.verdict_schema())
    documents = json.loads(json_format.render(examples))
    assert len(documents) == len(examples)
    for document, result in zip(documents, examples, strict=True):
        validator.validate(document)
        (report,) = result.reports
        assert document["verdict"] == report.verdict
        assert document["design"]["path"] == result.path
        given = [(c["clause"], c["outcome"], c["missing"]) for c in document["clauses"]]
        judged = [(c.clause.name, c.outcome, list(c.missing)) for c in report.clauses]
        assert given == judged
        assert [q["fact"] for q in document["questions"]] == [
            q.fact for q in report.advice.questions
        ]
        assert [r["fact"] for r in document["rests_on"]] == [f.name for f in report.advice.rests_on]


def test_json_points_at_the_facts(examples: list[Checked]) -> None:
    for document, path in zip(json.loads(json_format.render(examples)), EXAMPLES, strict=True):
        lines = path.read_text(encoding="utf-8").splitlines()
        facts = [f for c in document["clauses"] for f in c["facts"]]
        facts += [f for c in document["clauses"] for g in c["findings"] for f in g["facts"]]
        assert facts
        for fact in facts:
            if fact["line"]:
                line = lines[fact["line"] - 1][fact["column"] - 1 :]
                assert line.startswith(fact["fact"].partition(".")[2])


def test_one_design_is_one_document(examples: list[Checked], failed: Checked) -> None:
    assert json.loads(json_format.render(examples[:1]))["schema"] == "clausewise/verdict/1"
    document = json.loads(json_format.render([failed]))
    assert document["schema"] == "clausewise/failure/1"
    assert [d["code"] for d in document["diagnostics"]] == ["E502"]


def test_the_schema_of_designs(doors: Path) -> None:
    schema = design_schema(load_policy("door-code", doors).vocabulary)
    validator = jsonschema.Draft202012Validator(schema)
    design = json.loads(reference_examples()["json"])
    validator.validate(design)
    wrong: list[dict[str, Any]] = [
        {**design, "doors": {}},
        {**design, "door": ["front"]},
        {**design, "as-of": 1},
        {**design, "safety": {"alarm": "yes"}},
        {**design, "actor": {"acme": {"kind": "compnay"}}},
        {key: value for key, value in design.items() if key != "deployment"},
    ]
    assert all(not validator.is_valid(one) for one in wrong)


# SARIF

TEXT = {"type": "object", "properties": {"text": {"type": "string", "minLength": 1}}}
LOCATION = {
    "type": "object",
    "additionalProperties": False,
    "required": ["physicalLocation"],
    "properties": {
        "physicalLocation": {
            "type": "object",
            "additionalProperties": False,
            "required": ["artifactLocation"],
            "properties": {
                "artifactLocation": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {"uri": {"type": "string", "pattern": r"^[\w./~%-]+$"}},
                },
                "region": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        name: {"type": "integer", "minimum": 1}
                        for name in ("startLine", "startColumn", "endLine", "endColumn")
                    },
                },
            },
        }
    },
}
LOCATIONS = {"type": "array", "items": LOCATION}
RESULT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["ruleId", "kind", "level", "message", "locations"],
    "properties": {
        "ruleId": {"type": "string"},
        "kind": {"enum": ["fail", "open", "review", "pass", "notApplicable"]},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": TEXT,
        "locations": LOCATIONS,
        "relatedLocations": LOCATIONS,
    },
    "if": {"properties": {"kind": {"const": "fail"}}},
    "then": {"properties": {"level": {"const": "error"}}},
    "else": {"properties": {"level": {"const": "none"}}},
}
NOTIFICATION = {
    "type": "object",
    "additionalProperties": False,
    "required": ["message"],
    "properties": {
        "descriptor": {"type": "object", "required": ["id"]},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": TEXT,
        "locations": LOCATIONS,
    },
}
DESCRIPTOR = {
    "type": "object",
    "additionalProperties": False,
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string"},
        "shortDescription": TEXT,
        "fullDescription": TEXT,
        "help": TEXT,
        "properties": {"type": "object"},
    },
}
SARIF: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["tool"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "additionalProperties": False,
                                "required": ["name"],
                                "properties": {
                                    "name": {"const": "clausewise"},
                                    "version": {"type": "string"},
                                    "rules": {"type": "array", "items": DESCRIPTOR},
                                    "notifications": {"type": "array", "items": DESCRIPTOR},
                                },
                            }
                        },
                    },
                    "columnKind": {"enum": ["unicodeCodePoints", "utf16CodeUnits"]},
                    "invocations": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["executionSuccessful"],
                            "properties": {
                                "executionSuccessful": {"type": "boolean"},
                                "toolExecutionNotifications": {
                                    "type": "array",
                                    "items": NOTIFICATION,
                                },
                            },
                        },
                    },
                    "results": {"type": "array", "items": RESULT},
                },
            },
        },
    },
}
"""What of the SARIF 2.1.0 standard we use, and no more: the parts, what they require, and their values.

Written after the OASIS standard, sections 3.13 to 3.58, since no package ships its schema.
"""


def test_sarif_is_valid(examples: list[Checked], hostile: Checked, failed: Checked) -> None:
    log = json.loads(sarif.render([*examples, hostile, failed]))
    jsonschema.Draft202012Validator(SARIF).validate(log)
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules)
    assert {result["ruleId"] for result in run["results"]} == set(rules)
    kinds = Counter(result["kind"] for result in run["results"])
    assert set(kinds) == {"fail", "open", "review", "pass", "notApplicable"}
    (invocation,) = run["invocations"]
    assert not invocation["executionSuccessful"]
    ids = {found["id"] for found in run["tool"]["driver"]["notifications"]}
    assert {n["descriptor"]["id"] for n in invocation["toolExecutionNotifications"]} <= ids


def test_sarif_regions_lie_in_the_design(examples: list[Checked]) -> None:
    for result in examples:
        lines = Path(result.path).read_text(encoding="utf-8").splitlines()
        (run,) = json.loads(sarif.render([result]))["runs"]
        for found in run["results"]:
            for place in [*found["locations"], *found.get("relatedLocations", [])]:
                region = place["physicalLocation"]["region"]
                first, last = lines[region["startLine"] - 1], lines[region["endLine"] - 1]
                assert 1 <= region["startColumn"] <= len(first)
                assert 1 < region["endColumn"] <= len(last) + 1


# JUnit


def test_junit_counts(examples: list[Checked], failed: Checked) -> None:
    root = ElementTree.fromstring(junit.render([*examples, failed]))
    assert len(root) == len(examples) + 1
    for suite in root:
        counted = {
            "tests": len(suite),
            "failures": len(suite.findall("testcase/failure")),
            "errors": len(suite.findall("testcase/error")),
            "skipped": len(suite.findall("testcase/skipped")),
        }
        assert {key: int(suite.get(key, "-1")) for key in counted} == counted
    for suite, result in zip(root, examples, strict=False):
        passed = [case.get("name") for case in suite if len(case) == 0]
        met = [c.clause.title for c in result.reports[0].clauses if c.outcome == "met"]
        assert passed == met


# hostile texts


def test_hostile_texts_stay_texts(hostile: Checked) -> None:
    root = ElementTree.fromstring(junit.render([hostile]))
    assert "a b|c.json" in (root[0].get("name") or "")
    assert json.loads(json_format.render([hostile]))["design"]["title"] == f"{HOSTILE}\n# title"
    page = markdown.render([hostile])
    assert not [line for line in page.splitlines() if line.startswith("# ")]
    (title,) = [line for line in page.splitlines() if line.startswith("## ")]
    assert r"a\|b \`c\` \<d\> \*e\* \_f\_ \[g\](h)" in title
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    assert {row.replace(r"\|", "").count("|") for row in rows} == {4}


def test_markdown_says_why_it_could_not_judge(failed: Checked) -> None:
    assert "could not be judged" in markdown.render([failed])
    assert "line 4, column 3: E502" in markdown.render([failed])
