"""What a whole text is, if it is no design, and how its first line should begin."""

from __future__ import annotations

import re

from clausewise.dsl.parsing.meaning.characters import straight_quotes
from clausewise.dsl.parsing.meaning.lines import (
    MOST_CHARACTERS,
    Fits,
    begun,
    blanked,
    line_of,
    plain,
)
from clausewise.dsl.parsing.meaning.pasted import pasted
from clausewise.dsl.parsing.meaning.told import Meant
from clausewise.dsl.text.source import Span
from clausewise.dsl.text.values import QUOTES, STRAIGHT

_FIRST = re.compile(
    r"[ \t]*+(?P<before>draft[ \t]++)?+(?P<subject>[A-Za-z][\w-]*+)(?P<sign>[ \t]*+[:=][ \t]*+|[ \t]++)"
    r"(?P<title>\"[^\"]++\"|[^\"\s#{}:=(][^\"#{}(]*?)(?P<draft>[ \t]+\(?+draft\)?+)?[ \t]*+(?P<open>\{?+)[ \t]*+",
    re.IGNORECASE,
)
_LATER = re.compile(r"[ \t]*+(?:judged\b|as\b|\w[\w-]*+[ \t]*+$|[\w-]++[ \t]++[\w-]++[ \t]*+\{)")
"""What stands below the title, or a subject without one."""
_TITLED = re.compile(r'[ \t]*+([A-Za-z][\w-]*+)[ \t]++"[^"\n]*+"')
_LANGUAGES = {
    "Rego": (re.compile(r"package[ \t]++[\w.]++[ \t]*+\n"), ""),
    "Terraform": (
        re.compile(
            r'(?:resource|provider|variable|module|data|terraform|locals)[ \t]++(?:"[^"\n]++"[ \t]*+)*+\{'
        ),
        "; `clausewise import terraform FILE` makes a design of such files",
    ),
}
"""How the first line of a text begins that is of another language, and what can be done with it."""
_OTHER_KIND = re.compile(
    r"[ \t]*+(?:(?P<named>policy|vocabulary|laws)[ \t]++(?P<name>[a-z][a-z0-9-]*+)"
    r'|(?P<case>case)[ \t]++"[^"\n]*+"[ \t]*+\{)'
)
"""No design begins so: where a vocabulary calls what is judged a case or a policy, a title comes alone."""
_ENDINGS = {"case": "cases"}
_FORMATS = {
    "YAML": re.compile(r"(?P<at>---[ \t]*+\n|(?<![\w-])[A-Za-z][\w-]*+[ \t]*+:(?=\s))"),
    "TOML": re.compile(r"(?P<at>\[{1,2}+[\w\". -]++\]|(?<![\w-])[A-Za-z][\w-]*+[ \t]*+=)"),
    "markup": re.compile(r"(?P<at><[A-Za-z!?/])"),
}
"""How the first line of a text begins that is of another format."""
_TABLE = re.compile(
    r"^[ \t]*+(?P<at>\[{1,2}+(?P<type>[a-z][a-z-]*+)(?:\.\"?+(?P<name>[\w-]++)\"?+)?+\]{1,2}+)"
    r"[ \t]*+(?:#[^\n]*+)?+$",
    re.MULTILINE,
)
_OPENED = re.compile(r"\{[ \t]*+$", re.MULTILINE)


def of_the_whole(text: str, span: Span, fits: Fits) -> Meant | None:
    """What the whole of a text is, rather than one of its lines."""
    return (
        _of_another_kind(text)
        or _as_json(text)
        or _of_another_format(text)
        or _of_another_language(text)
        or pasted(text, span.start, fits)
        or _untitled(text, span)
        or _titled_twice(text, span)
    )


def _as_json(text: str) -> Meant | None:
    if not re.match(r"\s*+(?:\{|\[\s*+[\[{\"\]])", text):
        return None
    start = len(text) - len(text.lstrip())
    hint = "name the file `NAME.design.json`; a design a line (JSON lines) is for `clausewise portfolio`"
    return Meant("this is JSON, in a file for text", hint, Span(start, start + 1), "")


def _of_another_language(text: str) -> Meant | None:
    start = begun(text)
    for called, (pattern, more) in _LANGUAGES.items():
        if found := pattern.match(text, start):
            hint = f'a design begins with `deployment "A title"`{more}'
            return Meant(f"this is {called}, and no design", hint, Span(start, found.end()), "")
    return None


def _of_another_format(text: str) -> Meant | None:
    """YAML, TOML or markup: the first line shows it, where no block is opened, and no line of it is read."""
    if _OPENED.search(text):
        return None
    start = len(text) - len(text[begun(text) :].lstrip())
    for called, pattern in _FORMATS.items():
        found = pattern.match(text, start)
        if found:
            hint = 'a design begins with `deployment "A title"`; `clausewise new` prints one to fill in'
            return Meant(f"this is {called}, and no design", hint, Span(*found.span("at")), "")
    if table := _TABLE.search(text):
        block = f"{table['type']} {table['name'] or ''}".strip()
        hint = f"write `{block} {{`, with its fields as `name value` and `}}` behind them"
        return Meant("blocks begin as in TOML", hint, Span(*table.span("at")), "")
    return None


def _of_another_kind(text: str) -> Meant | None:
    """A policy, a vocabulary, laws or cases, in a file for a design."""
    found = _OTHER_KIND.match(text, begun(text))
    if not found:
        return None
    kind = found["named"] or found["case"]
    word = {"case": "these are cases", "laws": "these are laws"}.get(kind, f"this is a {kind}")
    name = found["name"]
    hint = f"name the file `{name or 'NAME'}.{_ENDINGS.get(kind, kind)}`"
    if kind == "policy":
        hint += f", and write a design that says `judged by {name}`"
    return Meant(
        f"{word}, in a file for a design", hint, Span(*found.span("named" if name else "case")), ""
    )


def _untitled(text: str, span: Span) -> Meant | None:
    """The first line, where it does not name a title as it should; without one, nothing behind it can be read."""
    start = begun(text)
    _, end = line_of(text, start)
    if span.start > end + 1 or end - start > MOST_CHARACTERS:
        return None
    line = plain(text[start:end]).rstrip()
    found = _FIRST.fullmatch(line)
    if found and found["subject"] not in ("judged", "as"):
        return _title_put_right(text, start, end, found)
    if not _LATER.match(line):
        return None
    words = line.split()
    hint = f'begin with `{words[0] if len(words) == 1 else "deployment"} "A title"`'
    where = Span(start + len(line) - len(line.lstrip()), end)
    return Meant("a design begins with its subject and a title", hint, where, "")


def _title_put_right(text: str, start: int, end: int, found: re.Match[str]) -> Meant:
    title, is_draft = found["title"].strip(" \t\"'`"), found["before"] or found["draft"]
    right = f'{found["subject"]} "{title}"{" draft" if is_draft else ""}'
    mended = _titled(text, start, end, right)
    if found["open"] and text.count("}") >= text.count("{"):
        last = mended.rfind("}")
        mended = f"{mended[:last]} {mended[last + 1 :]}"
    message = _fault_of_title(text[start:end], found)
    return Meant(message, f"write `{right}`", Span(start + found.start("title"), end), mended)


def _fault_of_title(line: str, found: re.Match[str]) -> str:
    if any(sign in line for sign in QUOTES):
        return STRAIGHT
    if found["title"].startswith('"'):
        return "nothing but `draft` may follow the title"
    if found["sign"].strip():
        return f"a title in quotes stands behind `{found['subject']}`"
    return "a title stands in quotes"


def _titled_twice(text: str, span: Span) -> Meant | None:
    """Another line that begins as the first one does, with a title behind it."""
    first = _TITLED.match(text, begun(text))
    start, end = line_of(text, span.start)
    again = _TITLED.match(text, start, end)
    if first is None or again is None or start <= first.start() or first[1] != again[1]:
        return None
    hint = "keep one of them; each design stands in a file of its own"
    return Meant("the title is written twice", hint, Span(start, end), blanked(text, start, end))


def _titled(text: str, start: int, end: int, right: str) -> str:
    """A text with its first line put right, of which the title is shortened where there is no room for it."""
    subject, _, more = right.partition(' "')
    title, _, draft = more.rpartition('"')
    room = max(end - start - len(subject) - len(draft) - 3, 0)
    line = f'{subject} "{title[:room]}"{draft}'.ljust(end - start)
    return f"{text[:start]}{line}{straight_quotes(text[end:])}"
