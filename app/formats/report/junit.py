"""Verdicts as JUnit XML: a suite for each design and policy, a test case for each clause.

A violated clause is a failure; an open one is a failure too, since nothing shows that it is kept; one
that does not apply is skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from xml.etree import ElementTree

from clausewise.checking.report import Checked, Report
from clausewise.dsl.files.reading import from_here
from clausewise.dsl.text.diagnostic import Diagnostic
from clausewise.dsl.text.names import listed
from clausewise.engine.advice.because import because
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.judging.judgement import ClauseJudgement
from clausewise.formats.escaping import xml, xml_document
from clausewise.formats.report.accepted import counting_findings, why
from clausewise.formats.report.sentences import (
    documents_of,
    missing_in_words,
    why_all_together,
    why_together,
)
from clausewise.intake.judges import origin_of
from clausewise.intake.load import asked_for
from clausewise.intake.walk import LeftOut

MOST_FINDINGS = 20
TOGETHER = "several clauses together"
"""What the test case is called by which a design is prohibited though no clause alone is violated."""


def render(
    results: Iterable[Checked],
    left_out: Iterable[LeftOut] = (),
    said: Iterable[Diagnostic] = (),
) -> str:
    """One document that holds a suite for each design and policy, and one for what was left out."""
    root = ElementTree.Element("testsuites", name="clausewise")
    for result in results:
        for report in result.reports:
            _suite(report, root)
        if together := why_all_together(result):
            numbers = {"tests": "1", "failures": "1", "errors": "0", "skipped": "0"}
            suite = ElementTree.SubElement(root, "testsuite", {"name": xml(result.path), **numbers})
            _add_together(together, suite, xml(result.path), "several policies together")
        if not result.is_whole:
            _failed_suite(result, root)
    left_out = list(left_out)
    if left_out:
        _left_out_suite(left_out, root)
    if lines := [
        f"{from_here(one.path)}:{one.position[0]}: {one.code} {one.message}" for one in said
    ]:
        numbers = {"tests": "0", "failures": "0", "errors": "0", "skipped": "0"}
        suite = ElementTree.SubElement(root, "testsuite", {"name": "of the run", **numbers})
        ElementTree.SubElement(suite, "system-out").text = xml("\n".join(lines))
    return document(root)


def _left_out_suite(left_out: Sequence[LeftOut], root: ElementTree.Element) -> None:
    """A suite in which all that was not looked at is skipped."""
    count = str(len(left_out))
    numbers: dict[str, Any] = {"tests": count, "failures": "0", "errors": "0", "skipped": count}
    suite = ElementTree.SubElement(root, "testsuite", name="left out", **numbers)
    for one in left_out:
        case = ElementTree.SubElement(suite, "testcase", classname="left out", name=xml(one.path))
        ElementTree.SubElement(case, "skipped", message=xml(one.why))


def document(root: ElementTree.Element) -> str:
    """The text of an XML document."""
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{xml_document(text)}\n'


def _suite(report: Report, root: ElementTree.Element) -> None:
    judged = report.judgement.clauses
    open_or_violated = [c for c in judged if c.outcome is Outcome.VIOLATED or c.is_open]
    accepted = {c.clause.name: report.acceptance_of(c) for c in open_or_violated}
    failing = [c for c in open_or_violated if not accepted[c.clause.name]]
    together = why_together(report)
    skipped = [c for c in judged if c not in failing and c.outcome is not Outcome.MET]
    name = xml(
        f"{report.path} by {asked_for(report.policy)}"
    )  # the same clause may be in two policies
    suite = ElementTree.SubElement(
        root,
        "testsuite",
        name=name,
        tests=str(len(judged) + bool(together)),
        failures=str(len(failing) + bool(together)),
        errors="0",
        skipped=str(len(skipped)),
    )
    properties = ElementTree.SubElement(suite, "properties")
    for key, value in _policy(report).items():
        ElementTree.SubElement(properties, "property", name=key, value=xml(value))
    for clause in judged:
        case = ElementTree.SubElement(
            suite, "testcase", classname=name, name=xml(clause.clause.title)
        )
        if clause in failing:
            failure = ElementTree.SubElement(
                case, "failure", type=clause.outcome.value, message=xml(clause.clause.says)
            )
            failure.text = xml("\n".join([_why(clause, report), *_documents(clause, report)]))
        elif clause in skipped:
            one = accepted.get(clause.clause.name)
            message = f"{clause.outcome}, {why(one)}" if one else "does not apply"
            ElementTree.SubElement(case, "skipped", message=xml(message))
    if together:
        _add_together(together, suite, name, TOGETHER)
    if warnings := [f"{w.code} {w.message}" for w in report.warnings]:
        ElementTree.SubElement(suite, "system-out").text = xml("\n".join(warnings))


def _add_together(why: str, suite: ElementTree.Element, classname: str, name: str) -> None:
    """Add that several clauses or policies prohibit a design, each of which is open."""
    case = ElementTree.SubElement(suite, "testcase", classname=classname, name=name)
    kind = Outcome.VIOLATED.value
    ElementTree.SubElement(case, "failure", type=kind, message=xml(why))


def _policy(report: Report) -> dict[str, str]:
    """Which policy judged."""
    policy = report.policy
    return {
        "policy": policy.name,
        "version": policy.version,
        "origin": origin_of(policy),
        "sha256": policy.source.sha256,
        "verdict": report.verdict.value + report.verdict_told.removeprefix(report.verdict_shown),
        "readings": ", ".join(f"{name}={way}" for name, way in report.judgement.readings.items()),
    }


def _documents(clause: ClauseJudgement, report: Report) -> list[str]:
    """On which documents a clause rests, other than the text itself, in a line."""
    documents = documents_of(clause, report)
    return [f"rests on {listed(documents)}"] if documents else []


def _why(clause: ClauseJudgement, report: Report) -> str:
    if clause.is_open:
        return "missing: " + (missing_in_words(clause) or "the draft may still grow")
    findings = counting_findings(clause, report)
    lines = [f"{because(f, report.deployment)} ({', '.join(f.facts)})" for f in findings]
    return "\n".join(lines[:MOST_FINDINGS])


def _failed_suite(result: Checked, root: ElementTree.Element) -> None:
    suite = ElementTree.SubElement(
        root,
        "testsuite",
        name=xml(result.path),
        tests="1",
        failures="0",
        errors="1",
        skipped="0",
    )
    case = ElementTree.SubElement(suite, "testcase", classname=xml(result.path), name="judged")
    for found in [one for one in result.diagnostics if one.is_error][:1]:
        error = ElementTree.SubElement(case, "error", type=found.code, message=xml(found.message))
        lines = [
            f"{from_here(d.path)}:{d.position[0]}: {d.code} {d.message}" for d in result.diagnostics
        ]
        error.text = xml("\n".join(lines))
