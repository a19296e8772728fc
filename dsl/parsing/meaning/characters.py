"""Characters that no keyboard has, or that stand for nothing: curly quotes, ligatures, blanks that are none."""

from __future__ import annotations

import re
from unicodedata import category, combining, name, normalize

from clausewise.dsl.parsing.meaning.lines import MOST_CHARACTERS, Fits, line_of, plain
from clausewise.dsl.parsing.meaning.mending import mended_fact
from clausewise.dsl.parsing.meaning.told import QUOTED, Meant
from clausewise.dsl.text.names import how_many, is_name
from clausewise.dsl.text.source import Span
from clausewise.dsl.text.values import QUOTES, STRAIGHT

_QUOTES_OUTSIDE = re.compile(rf'"[^"\n]*"|#[^\n]*|[{QUOTES}]')
_QUOTED_NAME = re.compile(
    rf"(?P<before>(?<![\w-])(?:[\w-]++[ \t]*+)?+(?:(?<=\s)|[\[,(:=]))"
    rf"[{QUOTES}](?P<name>[A-Za-z][A-Za-z0-9-]*+)[{QUOTES}](?=[\s\],):;]|\Z)"
)
"""A name in quotes, as the value of a field."""
_IN_WORD = re.compile(r"[\w-]*+")
_WITHIN = r'(?:[^"\\\n]|\\["\\])*+'
_ODD_BACKSLASH = re.compile(rf'[^"#\n]*+(?:"{_WITHIN}"[^"#\n]*+)*+"{_WITHIN}(\\[^"\\\n])')
_BACKSLASH = re.compile(r'\\(["\\])?')
_TWO_LETTERS = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ß": "ss",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "æ": "ae",
        "ø": "oe",
    }
)


def odd_character(text: str, at: int, fits: Fits) -> Meant | None:
    """A character that is not seen, or a quote that is not straight and double."""
    one = text[at : at + 1]
    if one and one in QUOTES:
        return _quote(text, at, fits)
    if one and one != "\n" and category(one) in ("Cf", "Cc", "Zs", "Zl", "Zp", "Co", "Cn"):
        called = name(one, "").lower()
        said = f"U+{ord(one):04X}" + (f" ({called})" if called else "")
        is_blank = category(one) == "Zs"
        hint = "write a plain blank" if is_blank else "delete it"
        others = text.count(one) - 1
        message = f"a character that is not seen stands here: {said}"
        message += f"; and in {how_many(others, 'other place')}" if others and is_blank else ""
        mended = text.replace(one, " ") if is_blank else None
        return Meant(message, hint, Span(at, at + 1), mended)
    return _letter(text, at) if one.isalpha() and not one.isascii() else None


def _quote(text: str, at: int, fits: Fits) -> Meant:
    """A quote that is not straight and double: all that are meant so are mended."""
    start, end = line_of(text, at)
    if text[at - 1 : at].isalpha() and text[at + 1 : at + 2].isalpha():
        return Meant(
            "a name has no apostrophe", "leave it out, with what follows", Span(at, at + 1)
        )
    mended = straight_quotes(text)
    right = mended_fact(text[start:end], fits)
    hint = f"write `{right.line if right else mended[start:end].strip()}`"
    is_name_there = mended[at] == " "
    return Meant(QUOTED if is_name_there else STRAIGHT, hint, Span(at, at + 1), mended)


def straight_quotes(text: str) -> str:
    """A text with straight double quotes around its texts, and none around its names."""
    bare = _QUOTED_NAME.sub(_bare, text)
    return _QUOTES_OUTSIDE.sub(lambda m: m[0] if len(m[0]) > 1 or m[0] == "#" else '"', bare)


def _bare(found: re.Match[str]) -> str:
    """A name without its quotes, where no text is wanted."""
    before = found["before"].split()
    is_text = before and before[-1] in ("by", "because", "evidence", "from", "title")
    return found[0] if is_text else f"{found['before']} {found['name']} "


def _letter(text: str, at: int) -> Meant:
    """A letter that no name has: of another alphabet, with an accent, or two that a PDF draws as one."""
    before, behind = _IN_WORD.match(text[:at][::-1]), _IN_WORD.match(text, at)
    word = (before[0][::-1] if before else "") + (behind[0] if behind else "")
    apart = normalize("NFKD", plain(word).translate(_TWO_LETTERS))
    latin = "".join(c for c in apart if not combining(c))
    hint = "names have the letters a to z, digits and single hyphens; texts stand in quotes"
    if "LATIN" in name(text[at], "") and is_name(latin):
        hint = f"write `{latin}`: names have the letters a to z, digits and single hyphens"
    elif "LATIN" not in (called := name(text[at], "")) and called:
        return Meant(
            f"`{text[at]}` ({called.lower()}) cannot stand in a name", hint, Span(at, at + 1)
        )
    return Meant(f"`{text[at]}` cannot stand in a name", hint, Span(at, at + 1))


def odd_backslash(text: str, at: int) -> Meant | None:
    """A backslash in a text of the line, before what needs none: most often in a path of Windows."""
    start, end = line_of(text, at)
    found = _ODD_BACKSLASH.match(text, start, end) if end - start <= MOST_CHARACTERS else None
    if found is None:
        return None
    line = _BACKSLASH.sub(lambda m: m[0] if m[1] else "/", text[start:end])
    hint = r"write `\\` for a backslash; in a path, `/` does, too"
    message = f"`{found[1]}` stands for nothing in a text"
    return Meant(message, hint, Span(*found.span(1)), f"{text[:start]}{line}{text[end:]}")
