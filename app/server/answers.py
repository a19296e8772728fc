"""What the server answers: one function for each request, each called on the worker thread."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.uris import from_fs_path

from clausewise.dsl.printing.layout import format_source
from clausewise.dsl.text.source import Span
from clausewise.editor.completing.completion import completion
from clausewise.editor.fixes import fixes
from clausewise.editor.hover import hover
from clausewise.editor.lenses import lenses
from clausewise.editor.mending import mended
from clausewise.editor.naming.names import at, declared, occurrences
from clausewise.editor.naming.project import Project
from clausewise.editor.naming.symbols import Occurrence
from clausewise.editor.outline import folds, outline
from clausewise.editor.queries import graph, questions, report
from clausewise.editor.texts import TextEdit, TextLines
from clausewise.editor.tokens import coloured
from clausewise.editor.trust import folder_of
from clausewise.server import convert
from clausewise.server.session import EditorSession, KnownText


class Answers:
    """Answers about the documents of a session. What is asked of one that is not open has no answer."""

    def __init__(self, session: EditorSession) -> None:
        self.session = session
        self.snippets = False
        """Whether the editor knows places to fill in, in what it is offered to write."""
        self.snippet_edits = False
        """The same for changes of a document."""
        self.resolves = False
        """Whether the editor asks for the change of a quick fix once it is chosen."""
        self.clicks: tuple[str, ...] = ()
        """The commands of lenses that the editor knows."""

    def complete(self, uri: str, position: lsp.Position) -> lsp.CompletionList | None:
        known = self.session.now(uri)
        found = known and completion(known.analysis, convert.offset_of(position, known.lines))
        return (
            convert.completion_of(found, known, snippets=self.snippets) if known and found else None
        )

    def hover(self, uri: str, position: lsp.Position) -> lsp.Hover | None:
        known = self.session.now(uri)
        found = known and hover(known.analysis, convert.offset_of(position, known.lines))
        if not (known and found):
            return None
        return lsp.Hover(convert.markdown(found.text), convert.range_of(found.span, known.lines))

    def definition(self, uri: str, position: lsp.Position) -> lsp.Location | None:
        known, found = self._at(uri, position)
        place = declared(found.symbol, known.analysis) if known and found else None
        return convert.location_of(place[0], place[1].span, known) if known and place else None

    def references(
        self, uri: str, position: lsp.Position, *, declarations: bool
    ) -> list[lsp.Location] | None:
        known, found = self._at(uri, position)
        if not (known and found):
            return None
        return [
            convert.location_of(source, place.span, known)
            for source, place in self._project(known).places(found.symbol, known.analysis)
            if declarations or not place.declares
        ]

    def highlights(self, uri: str, position: lsp.Position) -> list[lsp.DocumentHighlight] | None:
        known, found = self._at(uri, position)
        if not (known and found):
            return None
        return [
            lsp.DocumentHighlight(convert.range_of(one.span, known.lines))
            for one in occurrences(known.analysis)
            if one.symbol == found.symbol
        ]

    def renaming(self, uri: str, position: lsp.Position) -> lsp.PrepareRenamePlaceholder | None:
        """What would be renamed.

        Raises:
            RefusedError: it cannot be.
        """
        known, found = self._at(uri, position)
        if not (known and found):
            return None
        self._project(known).refuse(found.symbol, known.analysis)
        return lsp.PrepareRenamePlaceholder(
            convert.range_of(found.span, known.lines), found.symbol.name
        )

    def rename(self, uri: str, position: lsp.Position, name: str) -> lsp.WorkspaceEdit | None:
        """The changes of all files by which something is called otherwise.

        Raises:
            RefusedError: it cannot be, or not so.
        """
        known, found = self._at(uri, position)
        if not (known and found):
            return None
        changes: dict[str, list[lsp.TextEdit]] = {}
        renamed = self._project(known).renamed(found, name, known.analysis)
        for source, edits in renamed.items():
            lines = TextLines(source.text, self.session.encoding)
            uri = self._uri(Path(source.path), known)
            changes.setdefault(uri, []).extend(convert.edits_of(edits, lines))
        return lsp.WorkspaceEdit(changes=changes)

    def actions(self, uri: str, range_: lsp.Range) -> list[lsp.CodeAction] | None:
        known = self.session.now(uri)
        if known is None:
            return None
        found = fixes(known.analysis, convert.span_of(range_, known.lines), date.today())
        return [
            convert.action_of(fix, known, snippets=self.snippet_edits)
            for fix in found
            if self.resolves or not fix.is_later
        ]

    def resolved(self, action: lsp.CodeAction) -> tuple[lsp.CodeAction, str]:
        """A quick fix whose change is worked out only now, and what is to be said of it.

        Of a document that has changed since it was offered, there is no change.
        """
        data = action.data if isinstance(action.data, dict) else {}
        known = self.session.now(str(data.get("uri", "")))
        if known is None or known.document.version != data.get("version"):
            return action, "the design has changed meanwhile: ask again"
        found = mended(known.analysis)
        if found.edits:
            edits = convert.edits_of(found.edits, known.lines)
            action.edit = lsp.WorkspaceEdit(changes={known.document.uri: edits})
        return action, found.words

    def lenses(self, uri: str) -> list[lsp.CodeLens] | None:
        known = self.session.now(uri)
        if known is None:
            return None
        others = []
        if known.document.kind.parsed == "policy":
            found = map(self.session.now, [*self.session.documents])
            others = [other.analysis for other in found if other and other.analysis.reports]
        return [
            convert.lens_of(lens, known, self.clicks) for lens in lenses(known.analysis, others)
        ]

    def formatted(self, uri: str) -> list[lsp.TextEdit] | None:
        known = self.session.now(uri)
        kind = known.document.kind.parsed if known else None
        if known is None or kind is None:
            return None
        source = known.analysis.source
        text, _ = format_source(source, kind)
        if text is None or text == source.text:
            return None
        return convert.edits_of([TextEdit(Span(0, len(source.text)), text)], known.lines)

    def symbols(self, uri: str) -> list[lsp.DocumentSymbol] | None:
        known = self.session.now(uri)
        parts = outline(known.analysis) if known else []
        return [convert.symbol_of(part, known.lines) for part in parts] if known else None

    def folds(self, uri: str) -> list[lsp.FoldingRange] | None:
        known = self.session.now(uri)
        found = folds(known.analysis.source.text) if known else []
        comment = lsp.FoldingRangeKind.Comment
        return [
            lsp.FoldingRange(start, end, kind=comment if is_comment else None)
            for start, end, is_comment in found
        ]

    def colours(self, uri: str) -> lsp.SemanticTokens | None:
        known = self.session.now(uri)
        if known is None:
            return None
        return lsp.SemanticTokens(convert.colours_of(coloured(known.analysis), known.lines))

    def graph(self, uri: str, clause: str | None) -> dict[str, Any] | None:
        known = self.session.now(uri)
        return graph(known.analysis, clause) if known else None

    def questions(self, uri: str) -> list[dict[str, Any]] | None:
        known = self.session.now(uri)
        return questions(known.analysis) if known else None

    def report(self, uri: str) -> str | None:
        known = self.session.now(uri)
        return report(known.analysis) if known else None

    def _at(self, uri: str, position: lsp.Position) -> tuple[KnownText | None, Occurrence | None]:
        """What is known of a document, and the name that stands at a place."""
        known = self.session.now(uri)
        if known is None:
            return None, None
        return known, at(convert.offset_of(position, known.lines), occurrences(known.analysis))

    def _project(self, known: KnownText) -> Project:
        documents = self.session.documents.values()
        texts = {document.path: document.lines.text for document in documents}
        folder = folder_of(known.document.path, self.session.folders)
        return Project(folder, known.analysis.options, texts)

    def _uri(self, path: Path, known: KnownText) -> str:
        """The address of a file: that by which it is open, if it is."""
        documents = self.session.documents.values()
        opened = (document.uri for document in documents if document.path == path)
        return next(opened, None) or from_fs_path(str(path)) or known.document.uri
