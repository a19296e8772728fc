"""The output formats: each is valid, complete, and says what the text says."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from clausewise.checking.check import check_file, check_source
from clausewise.checking.report import Checked
from clausewise.commands import authoring, describing, judging, portfolio
from clausewise.dsl.json.schema import design_schema
from clausewise.dsl.text.diagnostic import page_about
from clausewise.dsl.text.source import Source
from clausewise.formats.report import json as json_format, junit, markdown, sarif
from clausewise.formats.report.sentences import MOST_MISSING
from clausewise.intake.load import load_policy
from clausewise.intake.walk import LeftOut
from clausewise.runs import renderers
from tests.conftest import ROOT, Judge, checked, reference_examples, within, write_reference
from tests.test_cli import run

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
    return Checked(source.path, check_source(source, within(doors)))


@pytest.fixture(scope="module")
def failed(doors: Path) -> Checked:
    """A design with mistakes."""
    path = doors / "failed.design"
    path.write_text('deployment "x"\njudged by door-code\ndoor d {\n  colour red\n}\n')
    result = checked(path)
    assert result.diagnostics
    return result


# JSON


def as_json(results: list[Checked]) -> list[dict[str, Any]]:
    """The designs of the document, which fits the published schema."""
    document = json.loads(json_format.render(results))
    jsonschema.Draft202012Validator(json_format.verdict_schema()).validate(document)
    assert document["schema"] == "clausewise/verdict/2"
    found: list[dict[str, Any]] = document["designs"]
    assert [design["path"] for design in found] == [result.path for result in results]
    return found


def test_json_says_what_was_judged(examples: list[Checked]) -> None:
    for design, result in zip(as_json(examples), examples, strict=True):
        (report,), (policy,) = result.reports, design["policies"]
        advice = report.advice
        assert design["verdict"] == policy["verdict"] == report.verdict
        assert (design["title"], design["diagnostics"]) == (report.deployment.title, [])
        given = [(c["clause"], c["outcome"], c["missing"]) for c in policy["clauses"]]
        judged = [(c.clause.name, c.outcome, list(c.missing)) for c in report.clauses]
        assert given == judged
        assert [q["fact"] for q in policy["questions"]] == [q.fact for q in advice.questions]
        assert [r["fact"] for r in policy["rests_on"]] == [f.name for f in advice.rests_on]
        assert policy["settled"] == (not policy["verdict"].startswith("needs-"))


def test_json_points_at_the_facts(examples: list[Checked]) -> None:
    for design, path in zip(as_json(examples), EXAMPLES, strict=True):
        lines = path.read_text(encoding="utf-8").splitlines()
        clauses = design["policies"][0]["clauses"]
        facts = [f for c in clauses for f in c["facts"]]
        facts += [f for c in clauses for g in c["findings"] for f in g["facts"]]
        assert facts
        for fact in facts:
            if fact["line"]:
                line = lines[fact["line"] - 1][fact["column"] - 1 :]
                assert line.startswith(fact["fact"].partition(".")[2])


def test_one_design_has_the_shape_of_many(
    examples: list[Checked], hostile: Checked, failed: Checked
) -> None:
    assert as_json([*examples, hostile, failed]) == [
        *as_json(examples),
        *as_json([hostile]),
        *as_json([failed]),
    ]
    assert as_json([]) == []


def test_json_tells_of_mistakes(failed: Checked) -> None:
    (design,) = as_json([failed])
    assert (design["policies"], design["verdict"], design["title"]) == ([], None, None)
    (found,) = design["diagnostics"]
    assert (found["code"], found["line"], found["column"]) == ("E502", 4, 3)
    assert found["path"] == failed.path


def test_several_policies_are_beside_each_other(doors: Path) -> None:
    text = reference_examples()["design"].replace(
        "judged by door-code", "judged by door-code, code"
    )
    again = (doors / "door-code.policy").read_text(encoding="utf-8")
    (doors / "code.policy").write_text(again.replace("policy door-code", "policy code", 1))
    source = Source(str(doors / "two.design"), text)
    result = Checked(source.path, check_source(source, within(doors)))
    (design,) = as_json([result])
    assert [policy["policy"] for policy in design["policies"]] == ["door-code", "code"]
    root = ElementTree.fromstring(junit.render([result]))
    cases = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(set(cases)) == len(cases)
    assert design["verdict"] == "permitted"


QUESTIONS = """
actor acme {
}
people staff {
  place KR
}
door front {
  by         acme
  opens-by   face, ...
  people     staff
}
"""


def test_a_question_says_what_its_answer_may_be(judge_doors: Judge) -> None:
    report = judge_doors(QUESTIONS)
    (design,) = as_json([Checked("x", (report,))])
    asked = {question["fact"]: question for question in design["policies"][0]["questions"]}
    shown = {
        fact: [
            question[key] for key in ("entity", "field", "kind", "type", "of", "options", "unit")
        ]
        for fact, question in asked.items()
    }
    assert shown == {
        "safety.alarm": ["safety", "alarm", "choice", "yes-no", None, ["yes", "no"], None],
        "safety.harm": ["safety", "harm", "judgement", "yes-no", None, ["yes", "no"], None],
        "acme.kind": [
            *("acme", "kind", "world", "one of", "body"),
            *(["company", "public-body", "police", "school"], None),
        ],
        "acme.jurisdiction": ["acme", "jurisdiction", "world", "one of", "place", None, None],
        "acme.acts-for": ["acme", "acts-for", "world", "any of", "actor", ["none"], None],
        "front.results-to": [
            *("front", "results-to", "choice", "any of", "actor", ["acme", "none"], None)
        ],
        "front.keeps": ["front", "keeps", "choice", "duration", None, None, "days"],
        "staff.ages": ["staff", "ages", "world", "ages", None, None, "years"],
        "staff.consent": [
            *("staff", "consent", "world", "one of", "consent", ["explicit", "implied"], None)
        ],
    }
    assert {question["fact"] for question in asked.values() if question["decisive"]} == {
        *("safety.alarm", "safety.harm")
    }
    (answer,) = asked["safety.alarm"]["decisive"]
    assert answer == {"answer": "no", "verdict": "prohibited"}
    for question in asked.values():
        assert "consistent" not in question["clauses"]


def test_what_is_to_be_listed_is_asked_for(judge_doors: Judge) -> None:
    (design,) = as_json([Checked("x", (judge_doors("safety {\n}\n"),))])
    (door,) = [q for q in design["policies"][0]["questions"] if q["fact"] == "door"]
    assert (door["entity"], door["field"], door["type"], door["of"]) == (
        None,
        None,
        "entity",
        "door",
    )


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
                    "properties": {
                        "uri": {"type": "string", "pattern": r"^(file://)?[\w./~%-]+$"},
                        "uriBaseId": {"const": "%SRCROOT%"},
                    },
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
    "required": ["ruleId", "level", "message", "locations", "partialFingerprints"],
    "properties": {
        "ruleId": {"type": "string"},
        "kind": {"enum": ["fail", "pass", "notApplicable"]},
        "partialFingerprints": {
            "type": "object",
            "additionalProperties": {"type": "string", "pattern": "^[0-9a-f]{16}:[0-9]+$"},
        },
        "properties": {"type": "object"},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": TEXT,
        "locations": LOCATIONS,
        "relatedLocations": LOCATIONS,
    },
    "if": {"properties": {"kind": {"const": "fail"}}},
    "then": {"properties": {"level": {"enum": ["note", "warning", "error"]}}},
    "else": {"properties": {"level": {"const": "none"}}},
}
EXTENSION: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "fullName": {"type": "string"},
        "version": {"type": "string"},
        "properties": {"type": "object"},
    },
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
        "helpUri": {"type": "string", "pattern": "^https?://"},
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
                                },
                            },
                            "extensions": {"type": "array", "items": EXTENSION},
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
                    "artifacts": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "properties": {
                                "location": {"type": "object", "required": ["uri"]},
                                "properties": {"type": "object"},
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
    everything = sarif.Showing(everything=True, documentation="https://docs.example/")
    log = json.loads(sarif.render([*examples, hostile, failed], [LeftOut("a b", "x")], everything))
    jsonschema.Draft202012Validator(SARIF).validate(log)
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(set(rules)) == len(rules)
    assert {result["ruleId"] for result in run["results"]} == set(rules)
    kinds = Counter(result.get("kind") for result in run["results"])
    assert set(kinds) == {"fail", "pass", "notApplicable", None}
    told = [one.get("properties", {}).get("verdict") for one in run["artifacts"]]
    assert told == [result.verdict for result in [*examples, hostile, failed]]
    (invocation,) = run["invocations"]
    assert not invocation["executionSuccessful"]
    assert len(invocation["toolExecutionNotifications"]) == 1
    addresses = [rule["helpUri"] for rule in run["tool"]["driver"]["rules"] if rule["id"] == "E502"]
    assert addresses == ["https://docs.example/diagnostics/E502/"]


def test_the_page_about_a_code_can_be_kept_elsewhere_than_on_the_website() -> None:
    forge = "https://forge.example/clausewise/main/docs/{page}.md"
    assert (
        page_about("E502", forge)
        == "https://forge.example/clausewise/main/docs/diagnostics/E502.md"
    )
    assert page_about("E502", "") == ""


def sarif_run(*results: Checked, **showing: Any) -> dict[str, Any]:
    (run,) = json.loads(sarif.render(results, (), sarif.Showing(**showing)))["runs"]
    found: dict[str, Any] = run
    return found


def test_sarif_holds_problems_only(examples: list[Checked], failed: Checked) -> None:
    problems = {"violated": "error", "undetermined": "warning", "review": "note"}
    for result in examples:
        shown = [
            (f"{result.reports[0].policy.name}/{clause.clause.name}", problems[clause.outcome])
            for clause in result.reports[0].clauses
            if clause.outcome in problems
        ]
        found = sarif_run(result)["results"]
        assert {(one["ruleId"], one["level"]) for one in found if "kind" in one} == set(shown)
        assert len(sarif_run(result, everything=True)["results"]) >= len(result.reports[0].clauses)
    assert not sarif_run(next(r for r in examples if r.verdict == "permitted"))["results"]
    (mistake,) = sarif_run(failed)["results"]
    (place,) = mistake["locations"]
    region = place["physicalLocation"]["region"]
    assert (mistake["ruleId"], mistake["level"]) == ("E502", "error")
    assert (region["startLine"], region["startColumn"]) == (4, 3)


def fingerprints(*results: Checked) -> list[str]:
    found = [one["partialFingerprints"] for one in sarif_run(*results)["results"]]
    return [one["primaryLocationLineHash"] for one in found]


def test_sarif_fingerprints_survive_moving_lines(doors: Path) -> None:
    path = doors / "moved.design"
    text = reference_examples()["design"].replace("alarm  yes", "alarm no")
    for wrong, count in (("", 1), ("door front {\n}\n", 1)):
        found = []
        for before in ("", "# a\n\n# b\n"):
            path.write_text(before + text + wrong, encoding="utf-8")
            found.append(fingerprints(checked(path)))
        assert found[0] == found[1]
        assert len(set(found[0])) == len(found[0]) >= count
    path.write_text(text.replace("alarm no", "alarm yes\n  harm unknown"), encoding="utf-8")
    assert not set(fingerprints(checked(path))) & set(found[0])


def test_sarif_and_junit_name_the_documents_behind_a_clause(examples: list[Checked]) -> None:
    """As text does: of a violated clause those of what was broken, of others those of all that it uses."""
    note = "Best practices for adding users to a Face service (2025-08-21)"
    result = next(r for r in examples if "skelleftea" in r.path)
    by_rule: dict[str, list[list[str]]] = {}
    for found in sarif_run(result, everything=True)["results"]:
        named = found["properties"].get("documents", []) if "properties" in found else []
        by_rule.setdefault(found["ruleId"].rpartition("/")[2], []).append(named)
    assert any(note in named for named in by_rule["valid-consent"])
    assert by_rule["lawful-use"] == [[]]
    root = ElementTree.fromstring(junit.render([result]))
    texts = {f.get("message"): f.text or "" for f in root.iter("failure")}
    said = {c.clause.name: texts.get(c.clause.says) for c in result.reports[0].clauses}
    assert note in str(said["valid-consent"])
    assert "rests on" not in str(said["lawful-use"])


def test_sarif_keeps_limits_and_says_so(
    examples: list[Checked], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = sarif_run(*examples)
    most = max(len(one.get("relatedLocations", ())) for one in whole["results"]) + 1
    assert most > 2
    monkeypatch.setattr(sarif, "MOST_LOCATIONS", 2)
    fewer = sarif_run(*examples)["results"]
    assert {len(one.get("relatedLocations", ())) for one in fewer} <= {0, 1}
    assert any(f"(and {most - 2} more places)" in one["message"]["text"] for one in fewer)
    monkeypatch.setattr(sarif, "MOST_RESULTS", 3)
    found = sarif_run(*examples)
    assert len(found["results"]) == 3
    assert {one["level"] for one in found["results"]} == {"error"}
    (note,) = found["invocations"][0]["toolExecutionNotifications"]
    rest = len(whole["results"]) - 3
    assert note["message"]["text"] == f"{rest} more results are not listed"


def test_of_a_clause_that_lacks_many_facts_a_few_are_named(tmp_path: Path) -> None:
    path = tmp_path / "bare.design"
    path.write_text('deployment "Bare"\njudged by face-code-of-conduct\nuse u {\n}\n')
    result = check_file(path)
    (report,) = result.reports
    (open_,) = [one for one in report.clauses if one.clause.name == "code-consistency"]
    assert (more := len(open_.missing) - MOST_MISSING) > 0
    said = [str(one["message"]["text"]) for one in sarif_run(result)["results"]]
    (line,) = [text for text in said if text.startswith(open_.clause.says)]
    assert line.count(",") - open_.clause.says.count(",") == MOST_MISSING
    assert f", and {more} more" in line


def test_sarif_paths_are_those_of_the_repository(
    doors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "checks"
    folder.mkdir()
    (tmp_path / ".git").mkdir()
    write_reference(folder)
    text = reference_examples()["design"].replace("alarm  yes", "alarm no")
    for path in (folder / "a b.design", doors / "outside.design"):
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(folder)
    code, out, _ = run("check", "a b.design", doors / "outside.design", "--format", "sarif")
    assert code == 1
    (log,) = json.loads(out)["runs"]
    found = [one["locations"][0]["physicalLocation"]["artifactLocation"] for one in log["results"]]
    assert {"uri": "checks/a%20b.design", "uriBaseId": "%SRCROOT%"} in found
    assert {"uri": (doors / "outside.design").as_uri()} in found


def test_sarif_regions_lie_in_the_design(examples: list[Checked]) -> None:
    for result in examples:
        lines = Path(result.path).read_text(encoding="utf-8").splitlines()
        for found in sarif_run(result, everything=True)["results"]:
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
            "tests": len(suite.findall("testcase")),
            "failures": len(suite.findall("testcase/failure")),
            "errors": len(suite.findall("testcase/error")),
            "skipped": len(suite.findall("testcase/skipped")),
        }
        assert {key: int(suite.get(key, "-1")) for key in counted} == counted
    for suite, result in zip(root, examples, strict=False):
        passed = [case.get("name") for case in suite.iter("testcase") if len(case) == 0]
        met = [c.clause.title for c in result.reports[0].clauses if c.outcome == "met"]
        assert passed == met


# hostile texts


def test_hostile_texts_stay_texts(hostile: Checked) -> None:
    root = ElementTree.fromstring(junit.render([hostile]))
    assert "a b|c.json" in (root[0].get("name") or "")
    assert as_json([hostile])[0]["title"] == f"{HOSTILE}\n# title"
    page = markdown.render([hostile])
    assert not [line for line in page.splitlines() if line.startswith("# ")]
    (title,) = [line for line in page.splitlines() if line.startswith("## ")]
    assert r"a\|b \`c\` \<d\> \*e\* \_f\_ \[g\](h)" in title
    assert not [line for line in page.splitlines() if line.startswith("|")]


def test_markdown_says_why_it_could_not_judge(failed: Checked) -> None:
    assert "could not be judged" in markdown.render([failed])
    assert "line 4, column 3: E502" in markdown.render([failed])


# the table of formats


def test_every_choice_on_the_command_line_has_a_renderer() -> None:
    choices = {
        judging.Format: renderers.REPORTS,
        authoring.CasesFormat: renderers.CASES,
        authoring.TraceFormat: renderers.TRACES,
        describing.GraphFormat: renderers.GRAPHS,
        portfolio.PortfolioFormat: renderers.PORTFOLIOS,
    }
    for enumeration, table in choices.items():
        assert [choice.value for choice in enumeration] == list(table)
