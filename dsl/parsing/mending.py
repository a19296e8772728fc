"""The right form of a line of a design that is written as another language would have it.

One line can have several faults, `operation = ["verify", "identify"],`, and who mends one of them alone is told of
the next. So a line is taken apart here by what its words can only mean, and put together as the language has it.
What comes of it is shown only if it can be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from unicodedata import normalize

from clausewise.dsl.startup.lean import field, lean_dataclass
from clausewise.dsl.text.names import is_name
from clausewise.dsl.text.source import Span

Fits = Callable[[str], bool]
"""Whether a text can be read as a design."""

SIGN = "nothing stands between a field and its value"
QUOTED = "names stand without quotes"
ENDED = "a field ends with its line, without a sign"
LIST = "values of a list are separated by commas"
CONSTANT = "values are words of the language, such as `yes`, `no` and `unknown`"
BULLET = "nothing stands before a field"
PATH = "an entity is named by its name alone"
MORE = "what may go on ends in `...`"
TAIL = "behind a value stand `evidence` and `attested by`"
SIGNS = "signs of a word processor stand in place of those of a keyboard"
"""What is said of a line that has such a fault."""

_FIELD_BEGUN = re.compile(
    r"""[ \t]*+(?P<bullet>(?:[-*>\u2022]\s++)*+)(?P<quote>["'`]?+)(?P<key>[A-Za-z][\w-]*+)(?P=quote)"""
    r"(?P<sign>\s*+(?::=|==?+|->|=>|:)\s*+|\s++(?:is|are)\s++|\s++)"
)
_SPEAKS = r"(?:attested|confirmed|signed|approved|certified|assessed|judged|decided)(?:\s++off)?+(?:\s++by)?+|by"
_PROVES = r"evidence[ds]?+(?:\s++by)?+|proof|proven\s++by|see"
_TAIL_WORD = re.compile(
    rf"(?<![\w-])(?:(?P<people>{_SPEAKS})|(?P<evidence>{_PROVES})|(?P<imported>from)"
    r"|(?P<reason>because|since|reason|on|dated)|(?P<and>and))(?![\w-])\s*+[:=]?+"
)
_TAIL_PART = re.compile(
    r'"(?P<text>[^"]*+)"|(?P<run>[^\s"](?:(?!\s(?:on|because|since|attested|evidence|by)\s)[^"])*+)'
)
_MONTHS = {
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "apr": 4,
    "may": 5,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
    "j\u00e4n": 1,
    "f\u00e9v": 2,
    "m\u00e4r": 3,
    "avr": 4,
    "mai": 5,
    "juin": 6,
    "juil": 7,
    "ao\u00fb": 8,
    "okt": 10,
    "d\u00e9c": 12,
    "dez": 12,
}
"""The months by how their names begin, in English, German and French."""
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})[^\W\d_]*+\.?+"
_DAYS = (
    re.compile(
        r'"?+\b(?P<year>\d{4})[-/.](?P<number>\d{1,2})[-/.](?P<day>\d{1,2})(?:T[\d:.+Z-]++)?+\b"?+',
    ),
    re.compile(
        rf'"?+\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?+\s++(?:of\s++)?+{_MONTH}\s*+,?+\s*+(?P<year>\d{{4}})\b"?+',
        re.IGNORECASE,
    ),
    re.compile(
        rf'"?+\b{_MONTH}\s++(?P<day>\d{{1,2}})(?:st|nd|rd|th)?+\s*+,?+\s*+(?P<year>\d{{4}})\b"?+',
        re.IGNORECASE,
    ),
)
"""A day as people write it, where they can mean one only: `2 November 2026`, and never `02/11/2026`."""
_GOES_ON = re.compile(r"\.\.+|etc\.?|(?:and\s+)?(?:others?|more)|among\s+others", re.IGNORECASE)
_BETWEEN_VALUES = re.compile(r" ?+(?:[,;|&+/]|\b(?:and|or)\b) ?+(?:\b(?:and|or)\b ?+)?+")
_CONSTANTS = {
    **dict.fromkeys(("null", "nil", "~", ""), "unknown"),
    "true": "yes",
    "false": "no",
}
_SINGLE = re.compile(r"""(?<!\w)'([^'"]*)'(?!\w)""")
_BUT = re.compile(r"(?<![\w-])but(?![\w-])")
_PLAIN_VALUE = re.compile(r"-?\d+(?:\.\d+)?(?: [a-z]+)?|\d*\.\.\d*|\.\.\.")


MOST_CHARACTERS = 1_000
"""Longer lines are not looked at."""
MOST_LINES = 300
"""So many lines of a file are looked at for the mistake of another one."""


@lean_dataclass(frozen=True, slots=True)
class Meant:
    """What was meant: a message with a hint, its place, and the text mended so that reading can go on."""

    message: str
    hint: str
    span: Span
    mended: str | None = None


def is_read(line: str, fits: Fits) -> bool:
    """Whether a line, or some, can be read in a block of a design."""
    return fits(f'x "x"\ny z {{\n{line}\n}}\n')


def line_of(text: str, at: int) -> tuple[int, int]:
    """Where the line of a place begins and ends."""
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, len(text) if end < 0 else end


def blanked(text: str, start: int, end: int) -> str:
    """A text with blanks in place of a part of it, so that all places stay the same."""
    return text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]


@lean_dataclass(frozen=True, slots=True)
class Mended:
    """A line as the language has it, and which faults it had, in the order in which they are told."""

    line: str
    faults: tuple[str, ...]


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


def day_in(text: str) -> tuple[str, int, int] | None:
    """The first day that a text names, as the language has it, with where it stands."""
    return next(_days_in(text), None)


def _days_in(text: str) -> Iterator[tuple[str, int, int]]:
    for pattern in _DAYS:
        for found in pattern.finditer(text):
            month = found.groupdict().get("month")
            number = _MONTHS[month.lower()] if month else int(found["number"])
            try:
                yield date(int(found["year"]), number, int(found["day"])).isoformat(), *found.span()
            except ValueError:
                continue


def mended_fact(line: str, fits: Fits) -> Mended | None:
    """A line of a block as the language has it, if its words can be put so that it is read."""
    written, line = line, _SINGLE.sub(r'"\1"', plain(line)).rstrip()
    key = _FIELD_BEGUN.match(line)
    if key is None or line.count('"') % 2:
        return None
    kept = line[key.end() :].rstrip(",; \t")
    found = next(
        (w for w in _TAIL_WORD.finditer(kept) if not w["and"] and kept[: w.start()].strip()), None
    )
    end = found.start() if found else len(kept)
    faults = [BULLET] * bool(key["bullet"]) + [QUOTED] * bool(key["quote"])
    faults += [SIGN] * bool(key["sign"].strip())
    values = _values(kept[:end], faults)
    tail = _tail(kept[end:])
    if values is None or tail is None:
        return None
    is_changed = bool(tail) and " ".join(kept[end:].split()) != str(tail).strip()
    faults += [TAIL] * is_changed + [ENDED] * line.endswith((",", ";"))
    faults += [SIGNS] * (line != written.rstrip())
    made = f"{as_word(key['key'])} {values}{tail}"
    is_right = faults and is_read(made, fits)
    return Mended(made, tuple(dict.fromkeys(faults))) if is_right else None


def _values(text: str, faults: list[str]) -> str | None:
    """The values of a field, without what other languages put around them and between them."""
    text = text.strip(" \t,(")
    if re.fullmatch(r'"[^"]*[\s/][^"]*"', text):
        return text
    inner = " ".join(text.strip("[](){} \t").split())
    if text and not inner:
        faults.append(LIST)
        return "none"
    parts = _BETWEEN_VALUES.split(inner)
    is_list = text[:1] in "[({" or len(parts) > len(inner.split(",")) or " and " in inner
    faults += [LIST] * bool(text and is_list)
    found = [_value(part.strip(), faults) for part in parts if part.strip() or len(parts) == 1]
    return None if None in found or not found else ", ".join(dict.fromkeys(map(str, found)))


def _value(word: str, faults: list[str]) -> str | None:
    name = word.strip("$\"'`{}<>")
    faults += [QUOTED] * (name != word)
    if _GOES_ON.fullmatch(name):
        faults += [MORE] * (name != "...")
        return "..."
    if name.lower() in _CONSTANTS:
        faults.append(CONSTANT)
        return _CONSTANTS[name.lower()]
    if re.fullmatch(r"[A-Za-z][\w-]*\.[A-Za-z][\w-]*", name):
        faults.append(PATH)
        name = name.rpartition(".")[2]
    name = name if _PLAIN_VALUE.fullmatch(name) else as_word(name)
    return name if is_name(name) or _PLAIN_VALUE.fullmatch(name) else None


@lean_dataclass(slots=True)
class _Tail:
    """What stands behind a value: the texts of each word that may stand there, and a day."""

    evidence: list[str] = field(default_factory=list)
    imported: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    reason: list[str] = field(default_factory=list)
    day: str = ""

    def __str__(self) -> str:
        said = [f'evidence "{text}"' for text in self.evidence]
        said += [f'from "{text}"' for text in self.imported]
        about = f" on {self.day}" if self.day else ""
        about += "".join(f' because "{text}"' for text in self.reason)
        said += [f'attested by "{one}"{about}' for one in self.people]
        return "".join(f" {part}" for part in said)

    def __bool__(self) -> bool:
        return bool(self.evidence or self.imported or self.people)


def _tail(text: str) -> _Tail | None:
    """What stands behind a value, if every part of it belongs to a word that can stand there."""
    tail, on = _Tail(), "reason"
    if _BUT.search(text):
        return None
    if found := day_in(text):
        tail.day = found[0]
        text = f"{text[: found[1]]} {text[found[2] :]}"
    at = 0
    while at < len(text):
        if word := _TAIL_WORD.match(text, at):
            on = on if word["and"] else word.lastgroup or on
            at = word.end()
        elif part := _TAIL_PART.match(text, at):
            getattr(tail, on).append((part["text"] or part["run"] or "").strip(" ,.;:()"))
            at = part.end()
        else:
            at += 1
    for kept in (tail.evidence, tail.imported, tail.people, tail.reason):
        kept[:] = [one for one in kept if one]
    if any(re.fullmatch(r"[\d./: -]+", one) for one in tail.reason):
        return None
    is_said = not (tail.reason or tail.day) or tail.people
    return tail if is_said and len(tail.people) <= 2 and len(tail.reason) <= 1 else None


_OPENING = r"\s*+(?:\bis\b|[:=]|->|=>)?+\s*+(?P<brace>[{(\[]?+)\s*+"
_HEADED_BY_NAME = re.compile(
    rf"(?P<name>[A-Za-z][\w-]*+)\s*+(?::|=|\bis\s++an?+\b)\s*+(?P<type>[A-Za-z][\w-]*+){_OPENING}"
)
_HEADED_ALONE = re.compile(rf"(?P<type>[A-Za-z][\w-]*+)(?=\s*+[:={{(\[]){_OPENING}")
_HEADED_BY_TYPE = re.compile(
    r"(?:the\s++|(?:resource|data|module|new)\s++)?+[\"']?+(?P<type>[A-Za-z][\w-]*+)[\"']?+[\s.][\s\"'&<]*+"
    rf"(?P<name>[A-Za-z][\w-]*+\.?+(?: [\w-]++\.?+)*+)[\"'>]?+{_OPENING}"
)


def mended_heading(line: str, fits: Fits) -> str | None:
    """The first line of a block as the language has it, if its words can be put so that it is read."""
    line = plain(line).strip()
    alone = _HEADED_ALONE.fullmatch(line)
    if alone and fits(f'x "x"\n{as_word(alone["type"])} {{\n}}\n'):
        return f"{as_word(alone['type'])} {{"
    for found in (_HEADED_BY_NAME.fullmatch(line), _HEADED_BY_TYPE.fullmatch(line)):
        if found:
            name = found["name"] if is_name(found["name"]) else as_name(found["name"])
            made = f"{as_word(found['type'])} {name} {{"
            if fits(f'x "x"\n{made}\n}}\n'):
                return made
    return None


_DAY_OF_JUDGING = re.compile(
    r"[ \t]*+(?:as[ -]++(?:of|at)|dated?|day|on)\b[ \t]*+[:=]?+", re.IGNORECASE
)
_WHO_JUDGES = re.compile(
    r"[ \t]*+(?:(?:judge[ds]?+|evaluated|assessed|checked|governed|measured|reviewed)[ _-]*+(?:by|against|under)"
    r"|polic(?:y|ies)|judges?+|uses)\b[ \t]*+[:=]?+",
    re.IGNORECASE,
)
_POLICY = re.compile(
    r"(?:the\s++)?+(?:[\w.-]*+/)*+(?P<name>[A-Za-z][\w -]*?)(?:\.policy)?"
    r"(?:(?:@|\s*==?|\s*:|[\s-]+(?:version\s*)?v?)(?P<version>\d+(?:\.\d+)*))?",
    re.IGNORECASE,
)


def mended_header(line: str, fits: Fits) -> str | None:
    """A line that says who judges, or as of which day, as the language has it."""
    line = plain(line).strip().rstrip(",;.")
    if (found := _DAY_OF_JUDGING.match(line)) and (day := day_in(line[found.end() :])):
        return f"as of {day[0]}"
    found = _WHO_JUDGES.match(line)
    parts = _BETWEEN_POLICIES.split(line[found.end() :]) if found else []
    named = [_POLICY.fullmatch(part.strip("\"'`[]()<> \t")) for part in parts if part.strip()]
    names = [f"{as_name(one['name'])} {one['version'] or ''}".strip() for one in named if one]
    made = f"judged by {', '.join(names)}"
    return made if names and len(names) == len(named) and fits(f'x "x"\n{made}\n') else None


_BETWEEN_POLICIES = re.compile(r"[,;&]|\band\b|\bor\b")


def as_name(words: str) -> str:
    """Words as the language writes a name: `Face code of conduct` becomes `face-code-of-conduct`."""
    return "-".join(re.findall(r"[a-z0-9]+", words.lower()))
