"""Trees for people: each branch's text wrapped, with guides that lead to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clausewise.dsl.startup.lean import field, lean_dataclass
from clausewise.formats.screen.sheet import Piece, Sheet, cells, wrapped

GUIDES = ("│   ", "├── ", "└── ")
ASCII_GUIDES = ("|   ", "+-- ", "`-- ")
"""Past a branch that has others after it; to such a branch; to the last one."""
BLANK = "    "


@lean_dataclass(slots=True)
class Branch:
    """A text and the branches below it. The text may have line ends."""

    pieces: Sequence[Piece]
    below: list[Branch] = field(default_factory=list)

    def add(self, *pieces: Piece) -> Branch:
        """Add a branch below, and give it."""
        branch = Branch(pieces)
        self.below.append(branch)
        return branch


def print_branches(root: Branch, sheet: Sheet) -> None:
    """Print a branch and all below it."""
    encoding = getattr(sheet.stream, "encoding", None) or "utf-8"
    guides = GUIDES if encoding.lower().startswith("utf") else ASCII_GUIDES
    todo = [(root, "", "")]
    while todo:
        branch, first, rest = todo.pop()
        for number, line in enumerate(_lines(branch.pieces, sheet.width - len(first))):
            sheet.unwrapped(rest if number else first, *line)
        past, fork, end = guides
        for child in reversed(branch.below):
            is_last = child is branch.below[-1]
            before = (end, BLANK) if is_last else (fork, past)
            todo.append((child, rest + before[0], rest + before[1]))


def _lines(pieces: Sequence[Piece], width: int) -> Iterator[list[tuple[str, str]]]:
    """The lines of a text, each as few pieces as there are styles."""
    for line in _split([(p, "") if isinstance(p, str) else p for p in pieces]):
        text = "".join([text for text, _ in line])
        if text.isprintable() and cells(text) <= width:
            yield [piece for piece in line if piece[0]]
            continue
        for words in wrapped(line, max(width, 1), 0, 0):
            merged: list[tuple[str, str]] = []
            for text, style in words:
                if merged and merged[-1][1] == style:
                    text = merged.pop()[0] + text
                merged.append((text, style))
            yield merged


def _split(pieces: Sequence[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """The pieces of each line."""
    line: list[tuple[str, str]] = []
    for text, style in pieces:
        first, *others = text.split("\n")
        line.append((first, style))
        for other in others:
            yield line
            line = [(other, style)]
    yield line
