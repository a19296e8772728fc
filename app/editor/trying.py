"""Cases, run as somebody writes them: what came of each is kept until its text, or another file, changes."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

from clausewise.dsl import syntax
from clausewise.dsl.startup.lean import replace
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.fault import fault_of
from clausewise.dsl.text.source import Source, Span
from clausewise.editor.analysis import Analysis, Told, Tried
from clausewise.testing.cases import run_case


def tried(analysis: Analysis, known: Mapping[str, Tried], seconds: float) -> Analysis:
    """The analysis of a file of cases, with what came of those that there was time to run.

    Args:
        analysis: of the file.
        known: what came of cases before, by their texts.
        seconds: for how long further cases are begun.
    """
    if not isinstance(analysis.tree, syntax.CasesFile):
        return analysis
    end = time.monotonic() + seconds
    found: dict[str, Tried] = {}
    is_whole = True
    for case in analysis.tree.cases:
        text = text_of(case, analysis.source)
        if text in known:
            found[text] = known[text]
        elif time.monotonic() < end:
            found[text] = _run(case, analysis)
        else:
            is_whole = False
    return replace(analysis, tried=found, is_whole=is_whole)


def text_of(case: syntax.CaseNode, source: Source) -> str:
    """The text of a case, by which it is known again."""
    return source.text[case.title.span.start : case.end.end]


def _run(case: syntax.CaseNode, analysis: Analysis) -> Tried:
    start = case.title.span.start
    try:
        result = run_case(case, analysis.source, analysis.options.access)
    except InvalidError as error:
        return Tried(tuple(_told(found, case, analysis.source) for found in error.diagnostics))
    except Exception as error:
        return Tried((_told(fault_of(error, analysis.source.path), case, analysis.source),))
    told = [
        Told(Span(d.span.start - start, d.span.end - start), "E523", d.message)
        for d in result.differences
    ]
    return Tried(tuple(told), is_run=True)


def _told(found: Diagnostic, case: syntax.CaseNode, source: Source) -> Told:
    """A mistake that keeps a case from being run, at its place in the case, or at its title."""
    start, end = case.title.span.start, case.end.end
    span, hint = (found.span, found.hint or "") if found.source == source else (None, "")
    if span is None or not start <= span.start < end:
        span, hint = case.title.span, ""
    return Told(Span(span.start - start, span.end - start), found.code, words_of(found), hint)


def words_of(mistake: Diagnostic) -> str:
    """What is wrong, and on a line below what to do."""
    return mistake.message + (f"\n{mistake.hint}" if mistake.hint else "")


def told(analysis: Analysis) -> Iterator[tuple[syntax.CaseNode, Tried | None]]:
    """The cases of a file, each with what came of it; `None` if it was not run yet."""
    if isinstance(analysis.tree, syntax.CasesFile):
        for case in analysis.tree.cases:
            yield case, analysis.tried.get(text_of(case, analysis.source))
