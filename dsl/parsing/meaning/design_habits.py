"""Habits of those who write designs: what stands in their head, and what blocks and their fields look like.

What is said of a single fact is in `fact_habits`.
"""

from __future__ import annotations

import re

from clausewise.dsl.parsing.meaning.habits import NAME, Habit
from clausewise.dsl.parsing.meaning.lines import as_name
from clausewise.dsl.parsing.meaning.told import LIST, NO_LINE, ONE_FIELD, WHAT_IS_SO, WORDS
from clausewise.dsl.text.names import RESERVED

_PREPOSITIONS = frozenset({"by", "for", "from", "of", "to"})
"""Words in the names of fields, which are no values: `acts for acme`."""


def _beside(found: re.Match[str]) -> tuple[str, str]:
    """Of a line that goes on after its value."""
    field, value, more = found["field"], found["value"].strip(), found["more"].strip(" \t}")
    first, comma, others = value.partition(",")
    if comma and first in RESERVED:
        value, more = first, f"{others.strip()} {more}"
    if value in _PREPOSITIONS and not re.search(r"[^,\s]\s", more):
        return WORDS, f"write `{field}-{value} {more}`"
    if " " not in more and value not in RESERVED:
        one = "" if comma else f"; if it is one name, `{field} {value}-{more}`"
        return LIST, f"write `{field} {value}, {more}`{one}"
    if " " not in more:
        return ONE_FIELD, f"write `{field} {value}` alone"
    lines = f"`{field} {value}`, and `{more}` on the next line"
    if is_in_line := "{" in found.string[: found.start("field")]:
        lines = f"`{found.string[: found.start('field')].strip()}`, then {lines}"
    hint = f"write {lines}"
    if not is_in_line and value not in RESERVED:
        hint += "; the values of a list are separated by commas"
    return ONE_FIELD, hint


def _policies(found: re.Match[str]) -> tuple[str, str]:
    """Policies whose names were written as words, or that are connected by a word."""
    names = ", ".join(as_name(part) for part in " ".join(found["at"].split()).split(" and "))
    message = (
        "policies are separated by commas"
        if " and " in found["at"]
        else "the name of a policy is one word"
    )
    return message, f"write `judged by {names}`"


HEADER: list[Habit] = [
    (
        re.compile(r"^(?P<at>draft)\s*+$"),
        lambda _: ("`draft` stands behind the title", 'write `deployment "A title" draft`'),
    ),
    (
        re.compile(rf"^judged\s++by\s++(?P<at>{NAME}(?:\s++{NAME})++)\s*+$"),
        _policies,
    ),
    (
        re.compile(
            rf"^(?P<word>(?!as\b|judged\b|deployment\b){NAME})\s++(?P<at>\"[^\"]*+\"|\d[\d.]*+)\s*+$"
        ),
        lambda m: (
            f"a design has no line `{m['word']}`",
            f"write it as a comment, `# {m[0].strip()}`: a design has a title, `judged by`, `as of`, and blocks",
        ),
    ),
    (
        re.compile(rf"^(?P<entity>{NAME})\.(?P<field>{NAME})\s*+=?+\s*+(?P<value>\S.*+)$"),
        lambda m: (
            "a fact stands in the block of its entity",
            f"write `{m['field']} {m['value'].strip()}` in the block of `{m['entity']}`",
        ),
    ),
    (
        re.compile(r"^(?P<at>(?!as\s+of\b|judged\b)\w[\w',.()-]*+(?: [\w',.()-]++){2,})\s*+$"),
        lambda m: (
            NO_LINE,
            f"delete it, or write it as a comment: `# {m['at']}`",
        ),
    ),
]
"""Habits of those who begin a design: nothing stands before them in their line, and no block holds them."""

FIELDS: list[Habit] = [
    (
        re.compile(r"^\s++(?P<at>[A-Za-z][\w']*+(?: [\w',;]++){4,}[.!]?+)\s*+$"),
        lambda m: (
            "this is a sentence, and no fact",
            f"write it as a comment, `# {m['at']}`, and the fact as a field with its value",
        ),
    ),
    (
        re.compile(
            rf"^\s++(?P<field>{NAME})\s++(?P<at>{NAME}\s++(?P<name>{NAME})\s*+\{{[^{{}}]*+\}})\s*+$"
        ),
        lambda m: (
            "an entity has a block of its own",
            f"write `{m['field']} {m['name']}`, and the block below this one",
        ),
    ),
    (
        re.compile(
            rf"^\s*+(?P<type>{NAME})\s++(?P<name>{NAME})(?P<at>\s*+,\s*+(?P<more>{NAME}))[^{{}}]*+\{{"
        ),
        lambda m: (
            "a block describes one entity",
            f"write `{m['type']} {m['name']} {{`, and another block for `{m['more']}`",
        ),
    ),
    (
        re.compile(rf"^\s*+(?P<field>{NAME})\s++(?P<at>not)\s++(?P<value>{NAME})"),
        lambda m: (
            WHAT_IS_SO,
            f"name the values that there are, or write `{m['field']} unknown`",
        ),
    ),
    (
        re.compile(
            rf"^\s*+(?P<line>(?P<field>{NAME})\s++(?:(?!\sbecause\b)[^\"#])*+)\s++(?P<at>because)\s++\""
        ),
        lambda m: (
            "a reason belongs to an attestation",
            f'write `{m["line"]} attested by "A name" on 2026-11-02 because "..."`, or a comment',
        ),
    ),
    (
        re.compile(rf"^\s*+(?P<field>{NAME})\s++(?P<at>\*)\s*+$"),
        lambda m: (
            "values are named one by one",
            f"write each value that there is, or `{m['field']} unknown`",
        ),
    ),
    (
        re.compile(rf"^\s*(?P<type>{NAME})\s+(?P<at>(?P<name>{NAME}(?:\s+{NAME})+))\s*\{{"),
        lambda m: (
            "the name of a block is one word",
            f"write `{m['type']} {as_name(m['name'])} {{`",
        ),
    ),
    (
        re.compile(
            rf"^(?:[^{{}}\"#]*\{{)?\s*(?!as\s+of\b|judged\b)(?P<field>{NAME})"
            rf"\s+(?P<value>{NAME}(?:\s*,\s*{NAME})*)\s+(?P<more>(?P<at>{NAME})\b[^{{}}#]*)\}}?\s*$"
        ),
        _beside,
    ),
]
"""Habits of those who write a design."""
