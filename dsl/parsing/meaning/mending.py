"""The right form of a line of a design that is written as another language would have it.

One line can have several faults, `operation = ["verify", "identify"],`, and who mends one of them alone is told of
the next. So a line is taken apart here by what its words can only mean, and put together as the language has it.
What comes of it is shown only if it can be read.
"""

from __future__ import annotations

import re

from clausewise.dsl.parsing.meaning.days import IN_NUMBERS, day_in, days_meant
from clausewise.dsl.parsing.meaning.lines import (
    MOST_CHARACTERS,
    MOST_LINES,
    Fits,
    as_name,
    as_word,
    is_read,
    plain,
    without_comment,
)
from clausewise.dsl.parsing.meaning.ranges import ranges_meant
from clausewise.dsl.parsing.meaning.told import (
    BULLET,
    CONSTANT,
    DAY,
    ENDED,
    LIST,
    MORE,
    PATH,
    QUOTED,
    RANGE,
    SIGN,
    SIGNS,
    TAIL,
)
from clausewise.dsl.startup.lean import field, lean_dataclass
from clausewise.dsl.text.names import is_name

_FIELD_BEGUN = re.compile(
    r"""[ \t]*+(?P<bullet>(?:[-*>\u2022]\s++)*+)(?P<quote>["'`]?+)(?P<key>[A-Za-z][\w-]*+)(?P=quote)"""
    r"(?P<sign>\s*+(?::=|==?+|->|=>|:)\s*+|\s++(?:is|are)\s++|\s++)"
)
_SPEAKS = (
    r"(?:attested|confirmed|signed|approved|certified|assessed|judged|decided)(?:\s++off)?+(?:\s++by)?+"
    r"|(?<![,;])(?<![,;]\s)by(?!\s*+[:=])"
)
"""Behind a comma, or before a sign, `by` may be a field of a vocabulary; it names nobody who speaks for a fact."""
_PROVES = r"evidence[ds]?+(?:\s++by)?+|proof|proven\s++by|see"
_TAIL_WORD = re.compile(
    rf"(?<![\w-])(?:(?P<people>{_SPEAKS})|(?P<evidence>{_PROVES})|(?P<imported>from)"
    r"|(?P<reason>because|since|reason|on|dated)|(?P<and>and))(?![\w-])\s*+[:=]?+"
)
_TAIL_PART = re.compile(
    r'"(?P<text>[^"]*+)"|(?P<run>[^\s"](?:(?!,?+\s(?:on|because|since|attested|evidence|by|see|proof)\s)[^"])*+)'
)
_GOES_ON = re.compile(r"\.\.+|etc\.?|(?:and\s+)?(?:others?|more)|among\s+others", re.IGNORECASE)
_BETWEEN_VALUES = re.compile(r" ?+(?:[,;|&+/]|(?<![\w-])and(?![\w-])) ?+(?:and(?![\w-]) ?+)?+")
_ONE_OF_SEVERAL = re.compile(r"(?<![\w-])or(?![\w-])")
_CONSTANTS = {
    **dict.fromkeys(("null", "nil", "n/a", "~", ""), "unknown"),
    "true": "yes",
    "false": "no",
}
_ONE_LINE_BLOCK = re.compile(
    r"\s*+(?P<head>[A-Za-z][\w-]*+(?:[ \t]++(?:[A-Za-z][\w-]*+|\"[^\"{}]++\"))?+)[ \t]*+\{(?P<fact>[^{}]*+)\}"
)
_DAY = re.compile(rf'"?+{IN_NUMBERS}"?+')
_SINGLE = re.compile(r"""(?<!\w)'([^'"]*)'(?!\w)""")
_BUT = re.compile(r"(?<![\w-])but(?![\w-])")
_PLAIN_VALUE = re.compile(r"-?\d+(?:\.\d+)?(?: [a-z]+)?|\d*\.\.\d*|\.\.\.")


@lean_dataclass(frozen=True, slots=True)
class Mended:
    """A line as the language has it, and which faults it had, in the order in which they are told."""

    line: str
    faults: tuple[str, ...]


def mended_fact(line: str, fits: Fits) -> Mended | None:
    """A line of a block as the language has it, if its words can be put so that it is read."""
    written = without_comment(line).rstrip()
    block = _ONE_LINE_BLOCK.fullmatch(written)
    if block and (found := _in_block(block["head"], block["fact"].strip(), fits)):
        return found
    line = _SINGLE.sub(r'"\1"', plain(written)).rstrip()
    begun = _FIELD_BEGUN.match(line)
    if begun is None or line.count('"') % 2:
        return None
    faults = [BULLET] * bool(begun["bullet"]) + [QUOTED] * bool(begun["quote"])
    faults += [SIGN] * bool(begun["sign"].strip())
    kept = line[begun.end() :].rstrip(",; \t")
    end = _end_of_values(kept)
    values, tail = _values(kept[:end], faults), _tail(kept[end:])
    if values is None or tail is None:
        return None
    is_changed = bool(tail) and " ".join(kept[end:].split()) != str(tail).strip()
    faults += (
        [TAIL] * is_changed + [ENDED] * line.endswith((",", ";")) + [SIGNS] * (line != written)
    )
    made = f"{as_word(begun['key'])} {values}{tail}"
    return Mended(made, tuple(dict.fromkeys(faults))) if faults and is_read(made, fits) else None


def is_one_block(line: str) -> bool:
    """Whether a line is a whole block with something in it."""
    return _ONE_LINE_BLOCK.fullmatch(line.strip()) is not None


def _in_block(heading: str, fact: str, fits: Fits) -> Mended | None:
    """A block on one line, with its heading and its only field as the language has them."""
    is_quoted = '"' in heading
    begun = mended_heading(f"{heading} {{", fits) if is_quoted else f"{heading} {{"
    right = None if is_read(fact, fits) else mended_fact(fact, fits)
    faults = (QUOTED,) * is_quoted + (right.faults if right else ())
    made = " ".join(filter(None, [begun, right.line if right else fact, "}"]))
    return Mended(made, faults) if begun and faults and fits(f'x "x"\n{made}\n') else None


def _end_of_values(text: str) -> int:
    """Where what speaks for the values of a field begins, behind them."""
    for word in _TAIL_WORD.finditer(text):
        if not word["and"] and text[: word.start()].strip():
            return word.start()
    return len(text)


def _values(text: str, faults: list[str]) -> str | None:
    """The values of a field, without what other languages put around them and between them."""
    text = text.strip(" \t,(")
    if re.fullmatch(r'"[^"]*[\s/][^"]*"', text):
        return text
    if _DAY.fullmatch(text):
        return _only(days_meant(text), text, DAY, faults)
    if ranges := ranges_meant(text):
        return _only(ranges, text, RANGE, faults)
    return _listed(text, faults)


def _only(meant: list[str], written: str, fault: str, faults: list[str]) -> str | None:
    """A day or a range, unless it can mean two."""
    faults += [fault] * (meant != [written])
    return meant[0] if len(meant) == 1 else None


def _listed(text: str, faults: list[str]) -> str | None:
    """One value, or several in the way in which other languages list them. Lists hold names and no numbers."""
    inner = " ".join(text.strip("[](){} \t").split())
    if _ONE_OF_SEVERAL.search(inner) or (not inner and not text.endswith(("]", ")", "}"))):
        return None  # which of them, or what the lines below hold, is not known here
    if not inner:
        faults.append(LIST)
        return "none"
    parts = [inner] if inner.lower() == "n/a" else _BETWEEN_VALUES.split(inner)
    is_list = text[:1] in "[({" or len(parts) > len(inner.split(",")) or " and " in inner
    faults += [LIST] * bool(text and is_list)
    found = [_value(part.strip(), faults) for part in parts if part.strip() or len(parts) == 1]
    if (
        not found
        or None in found
        or (len(found) > 1 and any(str(one)[0].isdigit() for one in found))
    ):
        return None
    return ", ".join(dict.fromkeys(map(str, found)))


def _value(word: str, faults: list[str]) -> str | None:
    name = word.strip("$\"'`{}<>")
    faults += [QUOTED] * (name != word)
    if _GOES_ON.fullmatch(name):
        faults += [MORE] * (name != "...")
        return "..."
    if name.lower() in _CONSTANTS:
        faults.append(CONSTANT)
        return _CONSTANTS[name.lower()]
    if '"' not in word and re.fullmatch(r"[A-Za-z][\w-]*\.[A-Za-z][\w-]*", name):
        faults.append(PATH)
        name = name.rpartition(".")[2]
    if name.startswith("-") and not _PLAIN_VALUE.fullmatch(name):
        return None
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
    if _BUT.search(text):
        return None
    tail = _Tail()
    if found := day_in(text):
        tail.day = found[0]
        text = f"{text[: found[1]]} {text[found[2] :]}"
    _fill(tail, text)
    if any(re.fullmatch(r"[\d./: -]+", one) for one in tail.reason):  # a day that is none, or two
        return None
    is_said = not (tail.reason or tail.day) or tail.people
    return tail if is_said and len(tail.people) <= 2 and len(tail.reason) <= 1 else None


def _fill(tail: _Tail, text: str) -> None:
    """Put each part of a text behind the word that it belongs to."""
    on, at = "reason", 0
    while at < len(text):
        if word := _TAIL_WORD.match(text, at):
            on = on if word["and"] else word.lastgroup or on
            at = word.end()
        elif part := _TAIL_PART.match(text, at):
            if said := (part["text"] or part["run"] or "").strip(" ,.;:()"):
                getattr(tail, on).append(said)
            at = part.end()
        else:
            at += 1


_OPENING = r"\s*+(?:\bis\b|[:=]|->|=>)?+\s*+(?P<brace>[{(\[]?+)\s*+"
_HEADED_BY_NAME = re.compile(
    rf"(?P<name>[A-Za-z][\w-]*+)\s*+(?::|=|\bis\s++an?+\b)\s*+(?P<type>[A-Za-z][\w-]*+){_OPENING}"
)
_HEADED_ALONE = re.compile(rf"(?P<type>[A-Za-z][\w-]*+)(?=\s*+[:={{(\[]){_OPENING}")
_HEADED_BY_TYPE = re.compile(
    r"(?:the\s++|(?:resource|data|module|new)\s++)?+[\"']?+(?P<type>[A-Za-z][\w-]*+)[\"']?+[\s.][\s\"'&<]*+"
    rf"(?P<name>[A-Za-z][\w-]*+\.?+(?: [\w-]++\.?+)*+)[\"'>]?+{_OPENING}"
)


def mended_heading(line: str, fits: Fits, text: str = "") -> str | None:
    """The first line of a block as the language has it, if its words can be put so that it is read.

    Which word of `actor: acme {` is the type shows the rest of the text.
    """
    line = plain(line).strip()
    alone = _HEADED_ALONE.fullmatch(line)
    if alone and fits(f'x "x"\n{as_word(alone["type"])} {{\n}}\n'):
        return f"{as_word(alone['type'])} {{"
    for found in (_HEADED_BY_NAME.fullmatch(line), _HEADED_BY_TYPE.fullmatch(line)):
        if found:
            type_, name = found["type"], found["name"]
            if found.re is _HEADED_BY_NAME and _is_type(name, type_, text):
                type_, name = name, type_
            name = name if is_name(name) else as_name(name)
            made = f"{as_word(type_)} {name} {{"
            if fits(f'x "x"\n{made}\n}}\n'):
                return made
    return None


def _is_type(first: str, second: str, text: str) -> bool:
    """Whether the first of two words is the type: other blocks begin with it, or a field names the second."""
    lines = [line for line in text.split("\n")[:MOST_LINES] if len(line) <= MOST_CHARACTERS]
    words = [re.findall(r"[\w-]+", line) for line in lines]
    begun = sum(
        found[:1] == [first] and not line[0].isspace()
        for line, found in zip(lines, words, strict=True)
    )
    return begun > 1 or any(
        line[:1].isspace() and second in found[1:] for line, found in zip(lines, words, strict=True)
    )


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
_BETWEEN_POLICIES = re.compile(r"[,;&]|\band\b|\bor\b")


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
