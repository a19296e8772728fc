"""Verdicts as JUnit XML: a suite for each design and policy, a test case for each clause.

A violated clause is a failure; an open one is a failure too, since nothing shows that it is kept; one
that does not apply is skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree

from clausewise.checking.check import Checked, Report
from clausewise.engine.advice.because import because
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.judging.judgement import ClauseJudgement

MOST_FINDINGS = 20
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(results: Iterable[Checked]) -> str:
    """One document that holds a suite for each design and policy."""
    root = ElementTree.Element("testsuites", name="clausewise")
    for result in results:
        for report in result.reports:
            _suite(report, root)
        if not result.reports:
            _failed_suite(result, root)
    return document(root)


def document(root: ElementTree.Element) -> str:
    """The text of an XML document."""
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _suite(report: Report, root: ElementTree.Element) -> None:
    judged = report.judgement.clauses
    failing = [c for c in judged if c.outcome is Outcome.VIOLATED or c.is_open]
    skipped = [c for c in judged if c.outcome is Outcome.NOT_APPLICABLE]
    name = clean(f"{report.path} by {report.policy.name}")  # the same clause may be in two policies
    suite = ElementTree.SubElement(
        root,
        "testsuite",
        name=name,
        tests=str(len(judged)),
        failures=str(len(failing)),
        errors="0",
        skipped=str(len(skipped)),
    )
    for clause in judged:
        case = ElementTree.SubElement(suite, "testcase", classname=name, name=clause.clause.title)
        if clause in failing:
            failure = ElementTree.SubElement(
                case, "failure", type=clause.outcome.value, message=clean(clause.clause.says)
            )
            failure.text = clean(_why(clause, report))
        elif clause in skipped:
            ElementTree.SubElement(case, "skipped", message="does not apply")


def _why(clause: ClauseJudgement, report: Report) -> str:
    if clause.is_open:
        return "missing: " + (", ".join(clause.missing) or "the draft may still grow")
    findings = [f for f in clause.findings if f.outcome is Outcome.VIOLATED]
    lines = [f"{because(f, report.deployment)} ({', '.join(f.facts)})" for f in findings]
    return "\n".join(lines[:MOST_FINDINGS])


def _failed_suite(result: Checked, root: ElementTree.Element) -> None:
    suite = ElementTree.SubElement(
        root,
        "testsuite",
        name=clean(result.path),
        tests="1",
        failures="0",
        errors="1",
        skipped="0",
    )
    case = ElementTree.SubElement(suite, "testcase", classname=clean(result.path), name="judged")
    for found in result.diagnostics[:1]:
        error = ElementTree.SubElement(case, "error", type=found.code, message=clean(found.message))
        lines = [f"{d.path}:{d.position[0]}: {d.code} {d.message}" for d in result.diagnostics]
        error.text = clean("\n".join(lines))


def clean(text: str) -> str:
    """A text without what XML 1.0 cannot hold."""
    return _NOT_IN_XML.sub("\ufffd", text)
