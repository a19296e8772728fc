"""Values of the editor as the protocol has them."""

from __future__ import annotations

from lsprotocol import types as lsp

from clausewise.dsl.text.source import Source, Span
from clausewise.editor.problems import Problem, Severity
from clausewise.editor.texts import Lines
from clausewise.server.session import Known
from pygls.uris import from_fs_path

SEVERITIES: dict[Severity, lsp.DiagnosticSeverity] = {
    "error": lsp.DiagnosticSeverity.Error,
    "warning": lsp.DiagnosticSeverity.Warning,
    "information": lsp.DiagnosticSeverity.Information,
}


def range_of(span: Span, lines: Lines) -> lsp.Range:
    """A stretch of a text."""
    (line, column), (end_line, end_column) = lines.position(span.start), lines.position(span.end)
    return lsp.Range(lsp.Position(line, column), lsp.Position(end_line, end_column))


def offset_of(position: lsp.Position, lines: Lines) -> int:
    """The offset of a place."""
    return lines.offset((position.line, position.character))


def diagnostic_of(problem: Problem, known: Known) -> lsp.Diagnostic:
    """Something to underline."""
    return lsp.Diagnostic(
        range=range_of(problem.span, known.lines),
        message=problem.message,
        severity=SEVERITIES[problem.severity],
        code=problem.code,
        code_description=lsp.CodeDescription(problem.address) if problem.address else None,
        source=problem.source,
        related_information=[
            lsp.DiagnosticRelatedInformation(location_of(source, span, known), words or "here")
            for source, span, words in problem.related
        ]
        or None,
    )


def location_of(source: Source, span: Span, known: Known) -> lsp.Location:
    """A stretch of a file, which may be the document itself."""
    if source.path == known.analysis.source.path:
        return lsp.Location(known.document.uri, range_of(span, known.lines))
    uri = from_fs_path(source.path) or known.document.uri
    return lsp.Location(uri, range_of(span, Lines(source.text, known.lines.encoding)))
