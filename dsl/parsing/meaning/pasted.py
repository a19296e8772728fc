"""Designs that were copied from where a text is more than itself: an e-mail, a chat, a PDF, a list of changes."""

from __future__ import annotations

import re

from clausewise.dsl.parsing.meaning.lines import MOST_CHARACTERS, Fits, blanked, is_read, line_of
from clausewise.dsl.parsing.meaning.told import Meant
from clausewise.dsl.text.names import is_name
from clausewise.dsl.text.source import Span

_PREFIX = re.compile(r"^[ \t]*+(?P<sign>[>+|])[ \t]?+(?:(?P=sign)[ \t]?+)*+", re.MULTILINE)
_PREFIXES = {
    ">": "each line begins with `>`, as in an answer to an e-mail",
    "+": "each line begins with `+`, as in a list of changes",
    "|": "each line begins with `|`, as in a table",
}
_CHANGES = re.compile(
    r"\s*+(?P<at>diff[ \t]++-[^\n]*+|---[ \t][^\n]*+(?=\n\+\+\+[ \t])|@@[ \t]-\d[^\n]*+)"
)
_FENCE = re.compile(r"^[ \t]*+(?:```|~~~)[^\n]*+$", re.MULTILINE)
_NUMBERED = re.compile(r"^[ \t]*+\d++[.:|)]?+(?=[ \t]|$)", re.MULTILINE)
_TITLE_LINE = re.compile(
    r'^[ \t]*+[A-Za-z][\w-]*+[ \t]++"[^"\n]++"(?:[ \t]++draft)?+[ \t]*+$', re.MULTILINE
)
_BROKEN_WORD = re.compile(r"(?<![\w-])(?P<left>[\w-]++)(?<=-)[ \t]*+\n[ \t]*+(?P<right>[\w-]++)")
_SENTENCE = re.compile(r"(?:[^\W\d_][\w',;:()-]*+[.!?]?+[ \t]++){4}", re.UNICODE)


def pasted(text: str, at: int, fits: Fits) -> Meant | None:
    """What was meant by a text that came from elsewhere, in which a syntax error stands at a place."""
    return (
        changes(text)
        or _prefixed(text)
        or _numbered(text)
        or _fenced(text)
        or _preceded(text, at)
        or _prose(text)
        or _followed(text, at)
        or _broken_text(text, at)
        or _broken_word(text, at, fits)
    )


def changes(text: str) -> Meant | None:
    """A list of changes to a file, as `git diff` prints it with its header."""
    found = _CHANGES.match(text)
    if found is None:
        return None
    hint = "give the file itself: `git apply` makes the changes in it"
    return Meant("this is a list of changes to a file (a diff)", hint, Span(*found.span("at")), "")


def _prefixed(text: str) -> Meant | None:
    """A sign before each line, since the text was copied from where lines begin with it."""
    found = _PREFIX.match(text, len(text) - len(text.lstrip()))
    if found is None:
        return None
    sign, lines = found["sign"], [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or sum(line.lstrip().startswith(sign) for line in lines) < 0.9 * len(lines):
        return None
    mended = _PREFIX.sub(lambda m: " " * len(m[0]), text)
    where = Span(*found.span("sign"))
    return Meant(_PREFIXES[sign], f"delete the `{sign}` of each line", where, mended)


def _fenced(text: str) -> Meant | None:
    found = _FENCE.search(text)
    if found is None:
        return None
    mended = _FENCE.sub(lambda m: " " * len(m[0]), text)
    sign = found[0].strip()[:3]
    return Meant(
        f"`{sign}` marks a text for Markdown", "delete such lines", Span(*found.span()), mended
    )


def _numbered(text: str) -> Meant | None:
    """The number of each line before it."""
    lines = [line for line in text.splitlines() if line.strip()]
    numbered = _NUMBERED.findall(text) if len(lines) > 2 else []
    if len(numbered) < 0.9 * max(len(lines), 1) or not _NUMBERED.match(text):
        return None
    mended = _NUMBERED.sub(lambda m: " " * len(m[0]), text)
    hint = "delete the numbers at the beginnings of the lines"
    return Meant("each line begins with its number", hint, Span(0, len(numbered[0])), mended)


def _preceded(text: str, at: int) -> Meant | None:
    """Lines before the first one of the design, which names its title."""
    title = _TITLE_LINE.search(text)
    if title is None or title.start() <= at or "{" in text[: title.start()]:
        return None
    start = len(text) - len(text.lstrip())
    if re.match(r"(?:judged|as)\b", text[start:]):
        return None
    hint = f"delete what stands above `{title[0].strip()}`, or write `#` before each line of it"
    where = Span(start, line_of(text, start)[1])
    return Meant("a design begins with its title", hint, where, blanked(text, 0, title.start()))


def _prose(text: str) -> Meant | None:
    """A text without any block, in sentences."""
    found = None if "{" in text or "judged by" in text else _SENTENCE.match(text.lstrip())
    if found is None:
        return None
    start = len(text) - len(text.lstrip())
    hint = "`clausewise new` writes a design to fill in, and `clausewise new --interactive` asks for what it needs"
    return Meant("this is prose, and no design", hint, Span(start, line_of(text, start)[1]), "")


def _followed(text: str, at: int) -> Meant | None:
    """Lines behind the last block, such as the signature of an e-mail."""
    last = text.rfind("}") + 1
    lines = [line for line in text[last:].splitlines() if line.strip()]
    is_more = len(lines) > 1 or (lines and lines[0].startswith("--"))
    if (
        not last
        or at < last
        or not is_more
        or any(line.startswith(("judged", " ", "\t")) or "{" in line for line in lines)
    ):
        return None
    start = text.index(lines[0], last)
    hint = "delete it, or write `#` before each line of it"
    where = Span(start, start + len(lines[0]))
    message = "what stands behind the last block is no part of a design"
    return Meant(message, hint, where, blanked(text, last, len(text)))


def _broken_text(text: str, at: int) -> Meant | None:
    """A text in quotes that goes on in the next line."""
    start, end = line_of(text, at)
    below = line_of(text, end + 1)[1] if end < len(text) else end
    if text.count('"', start, end) % 2 == 0 or text.count('"', end, below) % 2 == 0:
        return None
    if below - start > MOST_CHARACTERS:
        return None
    joined = " ".join(line.strip() for line in text[start:below].splitlines())
    message = "a text in quotes stands on one line"
    opened = text.rfind('"', start, end)
    return Meant(message, f"write `{joined}`", Span(opened, end), f"{text[:end]} {text[end + 1 :]}")


def _broken_word(text: str, at: int, fits: Fits) -> Meant | None:
    """A word that is broken at the end of its line, as a PDF breaks it."""
    start, end = line_of(text, at)
    found = _BROKEN_WORD.search(text, max(start, end - MOST_CHARACTERS))
    if found is None or found.start() > end or found.end() - start > 2 * MOST_CHARACTERS:
        return None
    word = found["left"] + found["right"]
    line = f"{text[start : found.start()]}{word}".strip()
    if not is_name(word) or not is_read(line, fits):
        return None
    message, where = "a word is broken at the end of its line", Span(*found.span("left"))
    return Meant(message, f"write `{line}`", where, blanked(text, start, found.end()))
