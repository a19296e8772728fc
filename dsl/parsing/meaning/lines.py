"""The lines of a text, and the words in them as the language writes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from unicodedata import normalize

Fits = Callable[[str], bool]
"""Whether a text can be read as a design."""

MOST_CHARACTERS = 1_000
"""Longer lines are not looked at."""
MOST_LINES = 300
"""So many lines of a file are looked at for the mistake of another one."""
_BEFORE = re.compile(r"(?:[ \t]*+(?:#[^\n]*+)?\n)*+")
_TEXT_OR_COMMENT = re.compile(r'"[^"\n]*+"|(?P<comment>#[^\n]*+)')


def is_read(line: str, fits: Fits) -> bool:
    """Whether a line, or some, can be read in a block of a design."""
    return fits(f'x "x"\ny z {{\n{line}\n}}\n')


def begun(text: str) -> int:
    """Where a text begins, behind comments and empty lines."""
    found = _BEFORE.match(text)
    return found.end() if found else 0


def line_of(text: str, at: int) -> tuple[int, int]:
    """Where the line of a place begins and ends."""
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, len(text) if end < 0 else end


def blocks_around(text: str, at: int) -> int:
    """In how many blocks a place lies; braces in texts and comments are none."""
    above = _TEXT_OR_COMMENT.sub("", text[:at])
    return max(above.count("{") - above.count("}"), 0)


def without_comment(line: str) -> str:
    """A line without the comment at its end."""
    return _TEXT_OR_COMMENT.sub(lambda found: "" if found["comment"] else found[0], line)


def blanked(text: str, start: int, end: int) -> str:
    """A text with blanks in place of a part of it, so that all places stay the same."""
    return text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]


def plain(text: str) -> str:
    """A text with the characters of a keyboard, in place of what word processors and PDFs make of them."""
    text = re.sub(
        "[\u2018-\u201b\u2032\u00b4]", "'", re.sub("[\u201c-\u201f\u2033\u00ab\u00bb]", '"', text)
    )
    text = re.sub(
        "[\u2010-\u2015\u2212]", "-", re.sub("[\u00ad\u200b-\u200f\u2060\ufeff]", "", text)
    )
    return normalize("NFKC", text)


def as_word(word: str) -> str:
    """A name as the language writes it, of one that has underscores."""
    return re.sub("[_-]+", "-", word).strip("-")


def as_name(words: str) -> str:
    """Words as the language writes a name: `Face code of conduct` becomes `face-code-of-conduct`."""
    return "-".join(re.findall(r"[a-z0-9]+", words.lower()))
