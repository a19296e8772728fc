"""Habits of those who write cases in the words of other languages."""

from __future__ import annotations

import re

from clausewise.dsl.parsing.meaning.habits import NAME, Habit
from clausewise.dsl.parsing.meaning.told import SIGN

EXPECTATIONS: list[Habit] = [
    (
        re.compile(
            rf"^\s*+(?=expects|expected|assert|then"
            rf"|expect\s++(?:(?:the|verdict|clause)\b|{NAME}\s*+(?:is\b|to\b|=)))"
            rf"(?P<at>expect(?:s|ed)?+|assert|then)\s++(?:(?:the\s++)?+(?:verdict|clause)\s++)?+"
            rf"(?:(?P<clause>{NAME})\s++)?+(?:is\s++|to\s++be\s++|=++\s*+)?+(?P<outcome>{NAME})\b"
        ),
        lambda m: (
            "an expectation names a verdict, or a clause and its outcome",
            f"write `expect {_expected(m['clause'], m['outcome'])}`",
        ),
    ),
    (
        re.compile(rf"^\s*+reading\s++(?P<name>{NAME})\s*+(?P<at>is\b|=++|:)\s*+(?P<value>{NAME})"),
        lambda m: (
            "a reading stands before its alternative",
            f"write `reading {m['name']} {m['value']}`",
        ),
    ),
    (
        re.compile(rf"^\s*+without\s++(?P<fact>{NAME}\.{NAME})\s++(?P<at>\S.*+)$"),
        lambda m: ("`without` names a fact, and no value of it", f"write `without {m['fact']}`"),
    ),
    (
        re.compile(
            rf"^\s*+with\s++(?P<fact>{NAME}\.{NAME})\s*+(?P<at>:=|==?+|:|\bis\b)\s*+(?P<value>\S.*+)$"
        ),
        lambda m: (
            SIGN,
            f"write `with {m['fact']} {m['value'].strip()}`",
        ),
    ),
    (
        re.compile(
            rf"^\s*+expect\s(?:(?!\s(?:and|or)\s)[\w., -])*+\s(?P<at>and|or)\s++(?P<fact>{NAME}\.{NAME})"
        ),
        lambda m: (
            "facts are separated by commas",
            f"write `, {m['fact']}` in place of `{m['at']} {m['fact']}`",
        ),
    ),
    (
        re.compile(r"^\s*+design\s++(?P<at>(?P<file>[^\s\"{}]++))\s*+$"),
        lambda m: ("a file is named in quotes", f'write `design "{m["file"]}"`'),
    ),
]
"""Habits of those who write cases."""


def _expected(clause: str | None, outcome: str) -> str:
    return outcome if clause in (None, "is", "verdict", "clause") else f"{clause} {outcome}"
