"""The files of an open folder: where else a name stands, and what changes if it is called otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import get_args

from clausewise.checking.options import Options
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.names import why_no_name, with_article
from clausewise.dsl.text.source import Source, Span
from clausewise.editor.analysis import Analysis, analyse, sketched
from clausewise.editor.kinds import KINDS, kind_of
from clausewise.editor.naming.names import NamePlace, declared, occurrences
from clausewise.editor.naming.symbols import Occurrence, Symbol, What
from clausewise.editor.texts import TextEdit
from clausewise.intake.texts import read
from clausewise.intake.walk import find_files

MOST_FILES = 2_000
"""Files of an open folder that are looked through for a name."""
LISTED = tuple(kind.suffix for kind in KINDS if kind.parsed)
RENAMED = frozenset[What](get_args(What)) - {"policy", "vocabulary"}
"""What can be called otherwise. The names of policies and vocabularies are those of their files, too."""


class RefusedError(Exception):
    """Something that is not done. Its message is the reason, for people."""


@lean_dataclass(frozen=True, slots=True)
class Project:
    """An open folder.

    Attributes:
        folder: where it lies.
        options: what may be opened, and what judges.
        texts: of the documents that are open, by their paths: they stand for what is in the files.
    """

    folder: Path
    options: Options
    texts: Mapping[Path, str]

    def places(self, symbol: Symbol, analysis: Analysis) -> Iterator[NamePlace]:
        """Where a name stands in the files of the folder, and in the text at hand."""
        for found in [analysis, *self._holding(symbol, but=analysis.path)]:
            yield from ((found.source, o) for o in occurrences(found) if o.symbol == symbol)

    def _holding(self, symbol: Symbol, but: Path) -> Iterator[Analysis]:
        """The other files that hold the word. What is built in stands everywhere, and is not looked for."""
        if not symbol.home or symbol.what == "variable":
            return
        files = find_files([self.folder], LISTED, self.options.access).files
        for path in dict.fromkeys([*files[:MOST_FILES], *self.texts]):
            text = self._text(path) if path != but else ""
            kind = kind_of(str(path))
            if kind and symbol.name in text:
                yield sketched(str(path), text, kind, self.options)

    def _text(self, path: Path) -> str:
        if path in self.texts:
            return self.texts[path]
        access = self.options.access
        try:
            return read(path, LISTED, access.around(path), access.max_bytes).text
        except InvalidError:
            return ""

    def renamed(
        self, occurrence: Occurrence, name: str, analysis: Analysis
    ) -> dict[Source, list[TextEdit]]:
        """The edits, by file, after which something has another name everywhere in the folder.

        Raises:
            RefusedError: it cannot be, or the name cannot be its name.
        """
        symbol = occurrence.symbol
        self.refuse(symbol, analysis)
        if why := why_no_name(name):
            raise RefusedError(why)
        edits: dict[Source, list[TextEdit]] = {}
        for source, place in self.places(symbol, analysis):
            if self._taken(symbol, name, source, analysis):
                raise RefusedError(f"there is {with_article(symbol.what)} `{name}` already")
            if _words(source, place.span) == symbol.name:
                edits.setdefault(source, []).append(TextEdit(place.span, name))
        for source, found in edits.items():
            self._refuse_mistakes(source, name, found, is_home=source.path == symbol.home)
        return edits

    def _refuse_mistakes(
        self, source: Source, name: str, edits: Sequence[TextEdit], *, is_home: bool
    ) -> None:
        """Refuse a name that a file cannot have there: a word of the language, say, or the name of a type.

        Raises:
            RefusedError: the file would have a mistake that it does not have.
        """
        text = source.text
        for edit in sorted(edits, key=lambda edit: edit.span.start, reverse=True):
            text = text[: edit.span.start] + edit.text + text[edit.span.end :]
        after = self._mistakes(source.path, text, is_home=is_home)
        if after:
            before = self._mistakes(source.path, source.text, is_home=is_home)
            new = Counter(one.code for one in after) - Counter(one.code for one in before)
            for first in (one for one in after if one.code in new):
                hint = f" ({first.hint})" if first.hint else ""
                raise RefusedError(f"`{name}` cannot be its name: {first.message}{hint}")

    def _mistakes(self, path: str, text: str, *, is_home: bool) -> list[Diagnostic]:
        """The mistakes in a text. Of a file that declares the name, all; of another, those of syntax.

        For what else that one says goes by files that are not written yet.
        """
        kind = kind_of(path)
        if kind is None or kind.parsed is None:
            return []
        if is_home:
            return [one for one in analyse(path, text, kind, self.options).problems if one.is_error]
        return parse(Source(path, text), kind.parsed)[1]

    def refuse(self, symbol: Symbol, analysis: Analysis) -> None:
        """Refuse to call something otherwise that is not declared in this folder.

        Raises:
            RefusedError: it is not.
        """
        if symbol.what not in RENAMED:
            raise RefusedError(
                f"{with_article(symbol.what)} is called as its file is: rename both by hand"
            )
        place = declared(symbol, analysis) if symbol.home else None
        if place is None:
            raise RefusedError(f"`{symbol.name}` is declared in no file that is found")
        if not Path(place[0].path).is_relative_to(self.folder) and place[0] is not analysis.source:
            raise RefusedError(f"`{symbol.name}` is declared in {place[0].path}, outside of here")

    def _taken(self, symbol: Symbol, name: str, source: Source, analysis: Analysis) -> bool:
        """Whether something else of that kind has the name already, in the file that declares it."""
        if source.path != symbol.home:
            return False
        other = Symbol(symbol.what, name, symbol.home, symbol.owner)
        return declared(other, analysis) is not None


def _words(source: Source, span: Span) -> str:
    return source.text[span.start : span.end]
