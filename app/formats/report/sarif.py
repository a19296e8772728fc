"""Verdicts as SARIF 2.1.0, for code scanning: one result a finding, at the spans of the design.

`kind` is `fail` for violated, `open` for undetermined, `review`, `pass` for met and `notApplicable`.
Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0, section 3.27.9.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from clausewise.checking.check import COULD_NOT_JUDGE, Checked, Report
from clausewise.dsl.models.deployment import NoEntity, place_of
from clausewise.dsl.text.diagnostic import CODES, Diagnostic
from clausewise.dsl.text.source import Source, Span
from clausewise.engine.advice.because import because
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.core.policy import Clause, Policy
from clausewise.engine.judging.judgement import ClauseJudgement, Finding
from clausewise.intake.judges import origin_of
from clausewise.intake.walk import LeftOut

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
KINDS = {
    Outcome.VIOLATED: "fail",
    Outcome.UNDETERMINED: "open",
    Outcome.REVIEW: "review",
    Outcome.MET: "pass",
    Outcome.NOT_APPLICABLE: "notApplicable",
}
MOST_FINDINGS = 100
Json = dict[str, Any]


def render(results: Iterable[Checked], left_out: Iterable[LeftOut] = ()) -> str:
    """One run that holds the results of all designs."""
    results = list(results)
    rules: dict[str, Json] = {}
    found: list[Json] = []
    problems: list[Json] = []
    judges: dict[str, Json] = {}
    for result in results:
        for report in result.reports:
            judges.setdefault(report.policy.source.path, _judge(report.policy))
            for judged in report.judgement.clauses:
                rule = _rule_id(judged.clause, report)
                rules.setdefault(rule, _rule(rule, judged.clause))
                found.extend(_results(judged, report, rule))
        problems.extend(_notification(d) for d in result.diagnostics)
    successful = all(result.exit_code != COULD_NOT_JUDGE for result in results)
    problems.extend(_left_out(one) for one in left_out)
    run: Json = {
        "tool": {
            "driver": {
                "name": "clausewise",
                "version": version("clausewise"),
                "rules": list(rules.values()),
                "notifications": [
                    {"id": code, "shortDescription": {"text": title}}
                    for code, title in CODES.items()
                ],
            },
            "extensions": list(judges.values()),
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {"executionSuccessful": successful, "toolExecutionNotifications": problems}
        ],
        "results": found,
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _judge(policy: Policy) -> Json:
    """Which policy judged."""
    found: Json = {"name": policy.name, "fullName": policy.title}
    if policy.version:
        found["version"] = policy.version
    found["properties"] = {"origin": origin_of(policy), "sha256": policy.source.sha256}
    return found


def _left_out(one: LeftOut) -> Json:
    location = {"physicalLocation": {"artifactLocation": {"uri": _uri(one.path)}}}
    text = f"not looked at: {one.why}"
    return {"level": "note", "message": {"text": text}, "locations": [location]}


def _rule_id(clause: Clause, report: Report) -> str:
    return f"{report.policy.name}/{clause.name}"


def _rule(rule: str, clause: Clause) -> Json:
    found: Json = {
        "id": rule,
        "name": clause.name,
        "shortDescription": {"text": f"{clause.title}: “{clause.quotes}”"},
        "fullDescription": {"text": clause.says},
        "properties": {"at": clause.at},
    }
    if clause.remedy:
        found["help"] = {"text": clause.remedy}
    return found


def _results(judged: ClauseJudgement, report: Report, rule: str) -> Iterable[Json]:
    if judged.outcome is not Outcome.VIOLATED:
        yield _result(judged, report, rule, _message(judged), _open_spans(judged, report))
        return
    findings = [f for f in judged.findings if f.outcome is Outcome.VIOLATED]
    for finding in findings[:MOST_FINDINGS]:
        text = because(finding, report.deployment)
        if clause_remedy := judged.clause.remedy:
            text += f". Remedy: {clause_remedy}"
        yield _result(judged, report, rule, text, _fact_spans(finding, report))


def _message(judged: ClauseJudgement) -> str:
    if judged.missing:
        return f"{judged.clause.says} Missing: {', '.join(judged.missing)}"
    return judged.clause.says


def _result(
    judged: ClauseJudgement, report: Report, rule: str, text: str, spans: list[Span]
) -> Json:
    first, *others = spans or [Span(0, 1)]
    found: Json = {
        "ruleId": rule,
        "kind": KINDS[judged.outcome],
        "level": "error" if judged.outcome is Outcome.VIOLATED else "none",
        "message": {"text": text},
        "locations": [_location(report.source, first)],
    }
    if others:
        found["relatedLocations"] = [_location(report.source, span) for span in others]
    return found


def _fact_spans(finding: Finding, report: Report) -> list[Span]:
    facts = [report.deployment.fact(name) for name in finding.facts]
    return sorted((f.span for f in facts if f and f.span), key=lambda span: span.start)


def _open_spans(judged: ClauseJudgement, report: Report) -> list[Span]:
    """The entities that lack facts, or else the facts that decide."""
    names = judged.missing or judged.facts
    spans: dict[Span, None] = {}
    for name in names:
        fact = report.deployment.fact(name)
        entity = None
        if not isinstance(name, NoEntity):
            entity = report.deployment.entities.get(place_of(name)[0])
        span = fact.span if fact else entity.span if entity else None
        if span:
            spans[span] = None
    return sorted(spans, key=lambda span: span.start)


def _location(source: Source, span: Span) -> Json:
    line, column = source.position(span.start)
    end_line, end_column = source.position(max(span.end, span.start + 1))
    region = {
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
    }
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(source.path)}, "region": region}}


def _uri(path: str) -> str:
    return quote(Path(path).as_posix())


def _notification(found: Diagnostic) -> Json:
    notification: Json = {
        "descriptor": {"id": found.code},
        "level": "error" if found.is_error else "warning",
        "message": {"text": found.message + (f" ({found.hint})" if found.hint else "")},
    }
    if found.source and found.span:
        notification["locations"] = [_location(found.source, found.span)]
    elif found.source:
        uri = {"artifactLocation": {"uri": _uri(found.source.path)}}
        notification["locations"] = [{"physicalLocation": uri}]
    return notification
