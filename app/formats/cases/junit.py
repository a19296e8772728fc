"""What came of cases, as JUnit XML: a suite for each file, a test case for each case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

from clausewise.formats.escaping import xml
from clausewise.formats.report.junit import document
from clausewise.testing.cases import CaseResult


def render(results: Mapping[Path, Sequence[CaseResult]]) -> str:
    """One document that holds a suite for each file."""
    root = ElementTree.Element("testsuites", name="clausewise test")
    for path, found in results.items():
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=xml(str(path)),
            tests=str(len(found)),
            failures=str(sum(bool(result.differences) for result in found)),
            errors=str(sum(bool(result.diagnostics) for result in found)),
            skipped="0",
        )
        for result in found:
            _case(result, suite)
    return document(root)


def _case(result: CaseResult, suite: ElementTree.Element) -> None:
    case = ElementTree.SubElement(
        suite, "testcase", classname=xml(result.source.path), name=xml(result.title)
    )
    said = [f"{d.position[0]}: {d.code} {d.message}" for d in result.diagnostics]
    said += [
        f"{result.source.position(found.span.start)[0]}: {found.message}"
        for found in result.differences
    ]
    if said:
        kind = "error" if result.diagnostics else "failure"
        element = ElementTree.SubElement(case, kind, message=xml(said[0]))
        element.text = xml("\n".join(f"{result.source.path}:{line}" for line in said))
