"""Habits of those who write policies, laws and vocabularies in the words of other languages.

Each is a pattern in the line of a syntax error, and what is said of it, with the words that were written.
"""

from __future__ import annotations

import re

from clausewise.dsl.parsing.meaning.habits import NAME, Habit
from clausewise.dsl.parsing.meaning.lines import as_name
from clausewise.dsl.text.names import is_name

_PATH = r"(?<![\w.-])[A-Za-z][\w.()*-]*+"
"""A fact, as conditions name one: `a.kind`."""
_COMPARED_BY = "amounts are compared by `<`, `<=`, `>` and `>=`"
_AMOUNT = r"\d++(?:\s++[a-z]++)?+"
TEXTS = (
    *("title", "version", "source", "notice", "says", "quotes"),
    *("at", "because", "remedy", "met", "ask", "short"),
)
"""Words behind which a text stands."""
_TYPES = {
    **dict.fromkeys(("string", "str", "varchar"), "text"),
    **dict.fromkeys(("boolean", "bool"), "yes-no"),
    **dict.fromkeys(("int", "integer", "float", "decimal", "numeric"), "number"),
    **dict.fromkeys(("timespan", "period"), "duration"),
    **dict.fromkeys(("datetime", "day"), "date"),
    **dict.fromkeys(("enum", "choice of"), "one of"),
    **dict.fromkeys(("list of", "array of", "set of", "many"), "any of"),
}


def _equal(found: re.Match[str]) -> tuple[str, str]:
    left, right = found["left"], found["right"].strip('"')
    negated = "!" in found["at"] or "not" in found["at"] or "<>" in found["at"]
    if right[0].isdigit():
        test = f"not {left} = {right}" if negated else f"{left} = {right}"
    else:
        test = f"{left} is {'not ' if negated else ''}{right}"
    return f"`{found['at']}` is no test of the language", f"write `{test}`"


def _compared(found: re.Match[str]) -> tuple[str, str]:
    word = found["word"].split()[-1]
    sign = {"least": ">=", "most": "<="}.get(word) or (
        "<" if word in ("less", "shorter", "younger", "smaller", "fewer", "lower") else ">"
    )
    test = f"{found['left']} {sign} {found['right']}"
    return _COMPARED_BY, f"write `{test}`"


def _connected(found: re.Match[str]) -> tuple[str, str]:
    word = {"&": "and", "|": "or"}.get(found["at"][0], found["at"].lower())
    return f"conditions are connected by `{word}`", f"write `{word}` in place of `{found['at']}`"


def _quantified(found: re.Match[str]) -> tuple[str, str]:
    word = "every" if "all" in found["at"] or "each" in found["at"] else "some"
    return (
        "a quantifier is `some`, `every` or `no`",
        f"write `{word} {found['name']} in {found['set']} has (...)`",
    )


def _ruled(found: re.Match[str]) -> tuple[str, str]:
    word = " ".join(found["at"].split())
    rule = "requires" if re.fullmatch(r"must|shall|require|should", word) else "prohibits"
    if word.startswith("for "):
        bound = found["more"].strip()
        return (
            "a rule binds its variables itself",
            f"write `prohibits {bound}`, then `where` and a condition",
        )
    hint = f"write `{rule}`, what it binds, and then `{'that' if rule == 'requires' else 'where'}` and a condition"
    return "a rule begins with `prohibits` or `requires`", hint


def _unquoted(found: re.Match[str]) -> tuple[str, str]:
    text = found["text"].strip().strip("'`")
    return f"a text in quotes stands behind `{found['word']}`", f'write `{found["word"]} "{text}"`'


def _named(found: re.Match[str]) -> tuple[str, str]:
    name = found["text"].removesuffix(f".{found['word']}")
    name = name if is_name(name) else as_name(name)
    return "a name stands without quotes", f"write `{found['word']} {name or 'a-name'}`"


def _set(found: re.Match[str]) -> tuple[str, str]:
    terms = ", ".join(re.findall(NAME, found["terms"]))
    return "a set of terms stands in braces", f"write `{found['word']} {{{terms}}}`"


CONDITIONS: list[Habit] = [
    (
        re.compile(
            r"^\s*+(?P<at>(?:must|shall|may)\s++not|must|shall)\s++(?P<test>verdict|clause)\b"
        ),
        lambda m: (
            "a law claims something",
            f"write `{'never' if 'not' in m['at'] else 'always'} {m['test']} ...`",
        ),
    ),
    (
        re.compile(
            rf"(?P<left>{_PATH})\s*+(?P<at>===?+|!==?+|<>|\bis\s++(?:not\s++)?+equal\s++to\b|\bequals\b)"
            r"\s*+(?P<right>\"?+[\w.-]++\"?+)"
        ),
        _equal,
    ),
    (
        re.compile(
            rf"(?P<left>{_PATH})\s++(?P<at>(?:is\s++)?+(?P<word>(?:longer|more|greater|older|larger|higher|less|shorter"
            rf"|younger|smaller|fewer|lower)(?=\s++than)|at\s++(?:least|most))(?:\s++than)?+)\s++(?P<right>{_AMOUNT})"
        ),
        _compared,
    ),
    (
        re.compile(
            rf"(?P<left>{_PATH})\s++(?P<at>between)\s++(?P<low>{_AMOUNT})\s++and\s++(?P<high>{_AMOUNT})"
        ),
        lambda m: (
            _COMPARED_BY,
            f"write `{m['left']} >= {m['low']} and {m['left']} <= {m['high']}`",
        ),
    ),
    (re.compile(r"(?P<at>&&?+|\|\|?+|\bAND\b|\bOR\b)"), _connected),
    (
        re.compile(r"(?P<at>!(?!=)|\bNOT\b)"),
        lambda m: ("a condition is negated by `not`", f"write `not` in place of `{m['at']}`"),
    ),
    (
        re.compile(
            rf"(?P<left>{_PATH})\s++(?P<at>is\s++(?P<not>not\s++)?+in)\b\s*+(?P<right>[\w.-]++)?+"
        ),
        lambda m: (
            f"`{' '.join(m['at'].split())}` is no test of the language",
            f"write `{'not ' if m['not'] else ''}{m['left']} in {m['right'] or '...'}`",
        ),
    ),
    (
        re.compile(
            r"\b(?P<word>in|within|overlaps|is)\s*+(?P<at>[\[(](?P<terms>[\w, \"-]++)[\])])"
        ),
        _set,
    ),
    (
        re.compile(
            rf"(?<!\bin\s)(?P<left>{_PATH})\s++(?P<at>contains?|includes?|has|have)\s++(?P<right>{NAME})"
        ),
        lambda m: (
            "whether a field has one of some values is tested by `overlaps`",
            f"write `{m['left']} overlaps {m['right']}`",
        ),
    ),
    (
        re.compile(
            rf"(?P<left>(?!does\b){_PATH})\s++(?P<at>(?<!is\s)not|(?:is|are)n['\u2019]t)\s++(?P<right>{NAME})"
        ),
        lambda m: (
            "what is not so is tested by `is not`",
            f"write `{m['left'].removesuffix('.')} is not {m['right']}`",
        ),
    ),
    (
        re.compile(r"\bis\s++(?P<not>not\s++)?+(?P<at>\"(?P<term>[^\"]++)\")"),
        lambda m: (
            "a term stands without quotes",
            f"write `is {'not ' if m['not'] else ''}{m['term'] if is_name(m['term']) else as_name(m['term'])}`",
        ),
    ),
    (
        re.compile(
            rf"\b(?P<at>exists?|any|all|each|for\s++(?:all|each|every|any)|there\s++is)\s++(?:an?\s++)?+"
            rf"(?P<name>{NAME})\s++in\s++(?P<set>[\w.*-]++)"
        ),
        _quantified,
    ),
    (
        re.compile(r"^\s*+(?P<at>if|provided)\b"),
        lambda m: (
            f"`{m['at']}` is no word of the language",
            "write `when` before what must hold for it to apply, `where` before what is prohibited",
        ),
    ),
    (
        re.compile(r"^\s*+(?P<at>then)\b\s*+(?P<more>\S.*)?+$"),
        lambda m: ("what is required stands behind `that`", f"write `that {m['more'] or '...'}`"),
    ),
    (
        re.compile(
            r"^\s*+(?P<at>except|excluding|save)\b(?:\s++(?:where|when|if))?+\s*+(?P<more>\S.*)?+$"
        ),
        lambda m: (
            "an exception begins with `unless` and a name",
            f"write `unless a-name where {m['more'] or '...'}`",
        ),
    ),
    (
        re.compile(
            r"^\s*+(?P<at>for\s++(?:each|every|all|any)|forbids?+|prohibit|bans?+|disallows?+|(?:must|shall|may)\s++not"
            r"|must|shall|should|require)\b(?P<more>.*+)$"
        ),
        _ruled,
    ),
    (
        re.compile(
            r"^\s*+(?P<head>define\s++[\w-]++\s*+\([^()]*+\))\s*+(?P<at>:?=|:|=?->|=>|as\b|is\b)"
        ),
        lambda m: ("a definition says what it `means`", f"write `{m['head']} means ...`"),
    ),
    (
        re.compile(rf"^\s*+define\s++(?P<name>{NAME})\s*+\((?P<at>(?P<variable>{NAME})\s*+\))"),
        lambda m: (
            "each variable of a definition has a type",
            f"write `define {m['name']}({m['variable']}: a-type) means ...`",
        ),
    ),
]
"""Habits of those who write conditions and rules."""

DECLARATIONS: list[Habit] = [
    (
        re.compile(
            r"^\s*+(?P<word>clause|section|reading|table|define|warning|law|laws|for|taxonomy|mark|entity|subject"
            r"|vocabulary|policy|extends)\s++(?P<at>\"(?P<text>[^\"]*+)\")"
        ),
        _named,
    ),
    (
        re.compile(
            rf"\b(?P<word>{'|'.join(TEXTS)})\s++(?P<at>(?P<text>[^\s\"{{}}][^\"{{}}]{{0,200}}+))$"
        ),
        _unquoted,
    ),
    (
        re.compile(rf"^\s*+section\s++(?P<name>{NAME})\s*+(?P<at>\{{)"),
        lambda m: ("a section has a title in quotes", f'write `section {m["name"]} "A title" {{`'),
    ),
    (
        re.compile(rf"^\s*+(?P<field>{NAME})\s*+(?P<at>->|=>|:|=)\s*+(?P<value>\S.*+)$"),
        lambda m: (
            "nothing stands between a name and what it gives",
            f"write `{m['field']} {m['value'].rstrip(',; ')}`",
        ),
    ),
]
"""Habits of those who declare something in a policy, a vocabulary or laws."""

TYPES: list[Habit] = [
    (
        re.compile(
            rf"^\s*+(?P<field>{NAME})\s++(?P<at>{'|'.join(_TYPES)})\b"
            rf"(?P<of>(?<=enum|t of|y of)\s++{NAME})?+"
        ),
        lambda m: (
            f"`{m['at']}` is not a type of field",
            f"write `{m['field']} {_TYPES[m['at']]}{m['of'] or ''}`",
        ),
    ),
    (
        re.compile(
            r"^\s*+(?P<at>enum|enumeration|class|type|record|struct|object)\s++(?P<name>[\w-]++)"
        ),
        lambda m: (
            f"`{m['at']}` declares nothing here",
            f"write `{'taxonomy' if m['at'].startswith('enum') else 'entity'} {m['name']}`",
        ),
    ),
    (
        re.compile(
            rf"^\s*+taxonomy\s++(?P<name>{NAME})\s*+(?P<at>[\[(:=])\s*+(?P<terms>[\w, \"-]*+)"
        ),
        lambda m: (
            "terms stand in braces",
            f"write `taxonomy {m['name']} {{ {' '.join(re.findall(NAME, m['terms'])) or '...'} }}`",
        ),
    ),
]
"""Habits of those who write a vocabulary."""
