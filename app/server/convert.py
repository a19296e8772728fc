"""Values of the editor as the protocol has them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache, partial

from lsprotocol import types as lsp
from pygls.uris import from_fs_path

from clausewise.dsl.text.source import Source, Span
from clausewise.editor.completing.completion import Offered
from clausewise.editor.completing.offers import Offer, OfferSort
from clausewise.editor.fixes import QuickFix
from clausewise.editor.lenses import Lens
from clausewise.editor.outline import Part, PartSort
from clausewise.editor.problems import Severity, Underlined
from clausewise.editor.texts import Encoding, TextEdit, TextLines
from clausewise.editor.tokens import COLOURS, Coloured
from clausewise.server.session import KnownText

SEVERITIES: dict[Severity, lsp.DiagnosticSeverity] = {
    "error": lsp.DiagnosticSeverity.Error,
    "warning": lsp.DiagnosticSeverity.Warning,
    "information": lsp.DiagnosticSeverity.Information,
}
ITEMS: dict[OfferSort, lsp.CompletionItemKind] = {
    "keyword": lsp.CompletionItemKind.Keyword,
    "type": lsp.CompletionItemKind.Class,
    "field": lsp.CompletionItemKind.Property,
    "term": lsp.CompletionItemKind.EnumMember,
    "entity": lsp.CompletionItemKind.Variable,
    "clause": lsp.CompletionItemKind.Event,
    "policy": lsp.CompletionItemKind.Module,
    "function": lsp.CompletionItemKind.Function,
    "value": lsp.CompletionItemKind.Value,
}
PARTS: dict[PartSort, lsp.SymbolKind] = {
    "file": lsp.SymbolKind.File,
    "entity": lsp.SymbolKind.Object,
    "fact": lsp.SymbolKind.Property,
    "taxonomy": lsp.SymbolKind.Enum,
    "term": lsp.SymbolKind.EnumMember,
    "type": lsp.SymbolKind.Class,
    "rule": lsp.SymbolKind.Function,
    "case": lsp.SymbolKind.Event,
    "section": lsp.SymbolKind.Namespace,
}
LEGEND = lsp.SemanticTokensLegend([*COLOURS], ["declaration"])
SNIPPET = lsp.InsertTextFormat.Snippet
SAY = "clausewise.say"
"""The command of a quick fix that only says what to do."""
SHOW = "clausewise.show"
"""The command of one that changes another file, after that: it shows where somebody goes on."""


def range_of(span: Span, lines: TextLines) -> lsp.Range:
    """A stretch of a text."""
    (line, column), (end_line, end_column) = lines.position(span.start), lines.position(span.end)
    return lsp.Range(lsp.Position(line, column), lsp.Position(end_line, end_column))


def offset_of(position: lsp.Position, lines: TextLines) -> int:
    """The offset of a place."""
    return lines.offset((position.line, position.character))


def span_of(range_: lsp.Range, lines: TextLines) -> Span:
    """The stretch of a range."""
    return Span(offset_of(range_.start, lines), offset_of(range_.end, lines))


def markdown(text: str) -> lsp.MarkupContent:
    """A text in Markdown."""
    return lsp.MarkupContent(lsp.MarkupKind.Markdown, text)


def diagnostic_of(problem: Underlined, known: KnownText) -> lsp.Diagnostic:
    """Something to underline."""
    related = [
        lsp.DiagnosticRelatedInformation(location_of(source, span, known), words or "here")
        for source, span, words in problem.related
    ]
    return lsp.Diagnostic(
        range=range_of(problem.span, known.lines),
        message=problem.message,
        severity=SEVERITIES[problem.severity],
        code=problem.code,
        code_description=lsp.CodeDescription(problem.address) if problem.address else None,
        source=problem.source,
        related_information=related or None,
    )


def location_of(source: Source, span: Span, known: KnownText) -> lsp.Location:
    """A stretch of a file, which may be the document itself."""
    if source.path == known.analysis.source.path:
        return lsp.Location(known.document.uri, range_of(span, known.lines))
    uri = from_fs_path(source.path) or known.document.uri
    return lsp.Location(uri, range_of(span, _lines_of(source.text, known.lines.encoding)))


@lru_cache(maxsize=8)
def _lines_of(text: str, encoding: Encoding) -> TextLines:
    """The lines of another file, at which many places of an answer may point."""
    return TextLines(text, encoding)


def completion_of(found: Offered, known: KnownText, *, snippets: bool) -> lsp.CompletionList:
    """What is offered, in its order."""
    range_ = range_of(found.span, known.lines)
    items = [
        _item(offer, f"{number:04}", range_, snippets=snippets)
        for number, offer in enumerate(found.offers)
    ]
    return lsp.CompletionList(is_incomplete=not found.is_whole, items=items)


def _item(offer: Offer, order: str, range_: lsp.Range, *, snippets: bool) -> lsp.CompletionItem:
    is_snippet = bool(snippets and offer.snippet)
    text = offer.snippet if is_snippet else offer.text or offer.label
    return lsp.CompletionItem(
        label=offer.label,
        kind=ITEMS[offer.sort],
        detail=offer.detail or None,
        documentation=markdown(offer.about) if offer.about else None,
        sort_text=order,
        filter_text=f"{offer.label} {offer.sought}".strip(),
        insert_text_format=SNIPPET if is_snippet else None,
        text_edit=lsp.TextEdit(range_, text),
    )


def action_of(fix: QuickFix, known: KnownText, *, snippets: bool) -> lsp.CodeAction:
    """A change that is offered. With places to fill in, where the editor knows such in changes of a document."""
    document, lines = known.document, known.lines
    made = partial(
        lsp.CodeAction,
        title=fix.title,
        kind=lsp.CodeActionKind.QuickFix,
        diagnostics=[diagnostic_of(fix.problem, known)],
        is_preferred=fix.is_preferred or None,
    )
    if fix.is_later:
        return made(data={"uri": document.uri, "version": document.version})
    if fix.says:
        return made(command=lsp.Command(fix.title, SAY, arguments=[fix.says]))
    if fix.file:
        lines = _lines_of(fix.file.text, lines.encoding)
        uri = from_fs_path(fix.file.path) or document.uri
        return made(
            edit=lsp.WorkspaceEdit(changes={uri: edits_of(fix.edits, lines)}),
            command=lsp.Command(fix.title, SHOW, arguments=[uri, *fix.leads_to]),
        )
    edits: list[lsp.TextEdit | lsp.SnippetTextEdit | lsp.AnnotatedTextEdit] = []
    for edit in fix.edits:
        range_ = range_of(edit.span, lines)
        if snippets and edit.snippet is not None:
            edits.append(lsp.SnippetTextEdit(range_, lsp.StringValue(edit.snippet)))
        else:
            edits.append(lsp.TextEdit(range_, edit.text))
    change = lsp.WorkspaceEdit(
        changes={document.uri: [e for e in edits if isinstance(e, lsp.TextEdit)]}
    )
    if any(isinstance(edit, lsp.SnippetTextEdit) for edit in edits):
        at = lsp.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
        change = lsp.WorkspaceEdit(document_changes=[lsp.TextDocumentEdit(at, edits)])
    return made(edit=change)


def lens_of(lens: Lens, known: KnownText, clicks: Sequence[str]) -> lsp.CodeLens:
    """A line of words above a line; a click does something only where the editor says that it knows how."""
    uri = known.document.uri
    command = lens.command if lens.command in clicks else ""
    return lsp.CodeLens(
        range_of(lens.span, known.lines),
        lsp.Command(lens.title, command, arguments=[uri, *lens.arguments] if command else None),
    )


def symbol_of(part: Part, lines: TextLines) -> lsp.DocumentSymbol:
    """A part of the outline."""
    return lsp.DocumentSymbol(
        name=part.name,
        kind=PARTS[part.sort],
        range=range_of(part.span, lines),
        selection_range=range_of(part.title, lines),
        detail=part.detail or None,
        children=[symbol_of(inner, lines) for inner in part.parts],
    )


def colours_of(found: Iterable[Coloured], lines: TextLines) -> list[int]:
    """Colours as five numbers each: the place from the one before on, length, colour, whether it is declared."""
    numbers: list[int] = []
    line = column = 0
    for one in found:
        (at, start), (_, end) = lines.position(one.span.start), lines.position(one.span.end)
        from_start = start - column if at == line else start
        numbers += [
            at - line,
            from_start,
            end - start,
            COLOURS.index(one.colour),
            int(one.declares),
        ]
        line, column = at, start
    return numbers


def edits_of(edits: Iterable[TextEdit], lines: TextLines) -> list[lsp.TextEdit]:
    """Changes of one text."""
    return [lsp.TextEdit(range_of(edit.span, lines), edit.text) for edit in edits]
