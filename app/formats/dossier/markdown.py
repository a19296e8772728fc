"""A dossier as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from clausewise.formats.dossier.document import (
    Blanks,
    Page,
    PageBlock,
    PageItems,
    PageLine,
    PageSection,
    PageTable,
    PageWords,
    Paragraph,
    Picture,
    Quote,
    SourceLines,
)
from clausewise.formats.escaping import (
    markdown,
    markdown_code,
    markdown_code_in_cell,
    terminal_lines,
)


def render(document: Page) -> str:
    """The text. The diagram is its table in words; a line of the design is found by its number."""
    lines = [
        f"# {markdown(document.title)}",
        "",
        *_blocks(document.blocks),
        *_sections(document.sections, 2),
    ]
    return "\n".join(lines)


def _sections(sections: Iterable[PageSection], level: int) -> Iterator[str]:
    for section in sections:
        result = f": {markdown(section.result[1])}" if section.result else ""
        yield f"{'#' * level} {markdown(section.title)}{result}"
        yield ""
        yield from _blocks(section.blocks)
        yield from _sections(section.sections, level + 1)


def _blocks(blocks: Iterable[PageBlock]) -> Iterator[str]:
    for block in blocks:
        if lines := list(_block(block)):
            yield from lines
            yield ""


def _block(block: PageBlock) -> Iterator[str]:
    match block:
        case Paragraph(line, _):
            yield _line(line)
        case Quote(text, at):
            yield f"> “{markdown(text)}” ({markdown(at)})"
        case PageItems(lines):
            yield from (f"- {_line(line)}" for line in lines)
        case PageTable(_, head, rows):
            yield f"| {' | '.join(markdown(name) for name, _ in head)} |"
            yield f"|{' --- |' * len(head)}"
            for row in rows:
                yield f"| {' | '.join(_line(cell, markdown_code_in_cell) for cell in row)} |"
        case Picture():
            return
        case SourceLines(lines):
            width = len(str(len(lines)))
            for number, text in enumerate(lines, 1):
                yield terminal_lines(f"    {number:>{width}}  {text}")
        case Blanks(names):
            yield from (f"- {markdown(name)}: ______________________" for name in names)


def _line(line: PageLine, code: Callable[[str], str] = markdown_code) -> str:
    """A line, or a cell of a table, whose code spans another function writes."""
    first, *others = (p if isinstance(p, PageWords) else PageWords(p) for p in line or ("",))
    return _words(first, code) + "".join(_within(words, code) for words in others)


def _within(words: PageWords, code: Callable[[str], str]) -> str:
    """Words that do not begin their line: what would be a list there, or a quote, is none here."""
    if words.kind in ("code", "strong") or not words.text:
        return _words(words, code)
    return _plain(f"x{words.text}")[1:]


def _words(words: PageWords, code: Callable[[str], str]) -> str:
    match words.kind:
        case "code":
            return code(words.text)
        case "strong":
            text = words.text.rstrip()
            return f"**{markdown(text)}**{' ' * (len(text) < len(words.text))}"
        case "plain" | "soft":
            return _plain(words.text)


def _plain(text: str) -> str:
    """The text for the middle of a line: a blank at its ends stays."""
    before, after = text[:1].isspace(), len(text) > 1 and text[-1:].isspace()
    return f"{' ' * before}{markdown(text)}{' ' * after}"
