"""The files of an open folder: where else a name stands, and what changes if it is called otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args

from clausewise.checking.check import Options
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.dsl.text.names import RESERVED, is_name
from clausewise.dsl.text.source import Source, Span
from clausewise.editor.analysis import Analysis, sketched
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
        if not is_name(name) or name in RESERVED:
            raise RefusedError(f"`{name}` cannot be a name: letters, digits and single hyphens")
        edits: dict[Source, list[TextEdit]] = {}
        for source, place in self.places(symbol, analysis):
            if self._taken(symbol, name, source, analysis):
                raise RefusedError(f"there is a {symbol.what} `{name}` already")
            if _words(source, place.span) == symbol.name:
                edits.setdefault(source, []).append(TextEdit(place.span, name))
        return edits

    def refuse(self, symbol: Symbol, analysis: Analysis) -> None:
        """Refuse to call something otherwise that is not declared in this folder.

        Raises:
            RefusedError: it is not.
        """
        if symbol.what not in RENAMED:
            raise RefusedError(f"a {symbol.what} is called as its file is: rename both by hand")
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
