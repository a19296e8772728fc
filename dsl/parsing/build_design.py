"""Builds the trees of designs: for each rule of the grammar that is recognised, the method of that name is called.

What people wait for reads designs alone, so those of the other kinds of file are built elsewhere (`build.py`).
"""

from __future__ import annotations

import re
from decimal import Decimal

from clausewise.dsl.startup.typed import TYPE_CHECKING, Any
from clausewise.dsl.text.source import Span
from clausewise.dsl.text.values import MOST_DIGITS, day_of, last_day, range_of
from clausewise.dsl.trees.designs import Attestation, Block, Design, SecondNode, Statement
from clausewise.dsl.trees.values import Day, Duration, Item, More, Name, Number, Range, Text

if TYPE_CHECKING:
    from lark import Token


class MistakeError(Exception):
    """A word that fits the grammar and means nothing, such as the date 2026-02-30."""

    def __init__(
        self, message: str, span: Span, hint: str, *, is_of_what_is_missing: bool = False
    ) -> None:
        super().__init__(message)
        self.message, self.span, self.hint = message, span, hint
        self.is_of_what_is_missing = is_of_what_is_missing


def span_of(token: Token) -> Span:
    return Span(token.start_pos or 0, token.end_pos or 0)


def name_of(token: Token) -> Name:
    return Name(token.value, Span(token.start_pos or 0, token.end_pos or 0))


def maybe_name(token: Token | None) -> Name | None:
    return None if token is None else name_of(token)


def text_of(token: Token) -> Text:
    text = token.value[1:-1]
    return Text(re.sub(r"\\(.)", r"\1", text) if "\\" in text else text, span_of(token))


def maybe_text(token: Token | None) -> Text | None:
    return None if token is None else text_of(token)


class DesignBuilder:
    """One method for each rule of the grammar, called for inner rules first.

    `parts` holds the rule's tokens, and what the methods of its inner rules returned. `None` stands for an
    optional part that is not there.
    """

    # values

    def word(self, parts: list[Any]) -> Name:
        return name_of(parts[0])

    def text(self, parts: list[Any]) -> Text:
        return text_of(parts[0])

    def number(self, parts: list[Any]) -> Number:
        return Number(Decimal(parts[0].value), span_of(parts[0]))

    def duration(self, parts: list[Any]) -> Duration:
        amount, unit = parts
        length, word = Decimal(amount.value), unit.value
        if length < 0:
            hint = f"write `{length.copy_abs()} {word}`"
            raise MistakeError("no duration is less than nothing", span_of(amount), hint)
        return Duration(length, word.removesuffix("s") + "s", span_of(amount).to(span_of(unit)))

    def day(self, parts: list[Any]) -> Day:
        word, span = parts[0].value, span_of(parts[0])
        found = day_of(word)
        if found is None:
            message = f"`{word}` is not a day of the calendar"
            raise MistakeError(message, span, last_day(word))
        return Day(found, span)

    def range(self, parts: list[Any]) -> Range:
        word, span = parts[0].value, span_of(parts[0])
        found = range_of(word)
        if found is None:
            low, _, high = word.partition("..")
            if max(len(low), len(high)) > MOST_DIGITS:
                message, hint = "nobody is as old as this", "ages are whole years, as in `18..`"
            else:
                message, hint = f"the range `{word}` is empty", f"did you mean `{high}..{low}`?"
            raise MistakeError(message, span, hint)
        return Range(*found, span)

    def more(self, parts: list[Any]) -> More:
        return More(span_of(parts[0]))

    # designs

    def items(self, parts: list[Any]) -> tuple[Item, ...]:
        return tuple(parts)

    def evidence(self, parts: list[Any]) -> tuple[str, Text]:
        return "evidence", text_of(parts[0])

    def imported(self, parts: list[Any]) -> tuple[str, Text]:
        return "from", text_of(parts[0])

    def attestation(self, parts: list[Any]) -> Attestation:
        by, on, because = parts
        return Attestation(text_of(by), on, maybe_text(because))

    def statement(self, parts: list[Any]) -> Statement:
        field, items, *beside, opinions = parts
        first, second = opinions or (None, None)
        evidence = tuple(text for word, text in beside if word == "evidence")
        imported = tuple(text for word, text in beside if word == "from")
        return Statement(name_of(field), items, evidence, first, second, imported)

    def opinions(self, parts: list[Any]) -> tuple[Attestation, SecondNode | None]:
        return parts[0], parts[1]

    def second(self, parts: list[Any]) -> SecondNode:
        return SecondNode(*parts)

    def but(self, parts: list[Any]) -> tuple[Item, ...]:
        return parts[0]  # type: ignore[no-any-return]

    def block(self, parts: list[Any]) -> Block:
        type_, name, *statements, end = parts
        return Block(name_of(type_), maybe_name(name), tuple(statements), span_of(end))

    def judged_by(self, parts: list[Any]) -> tuple[str, tuple[Name, ...]]:
        return "judged by", tuple(parts)

    def judge(self, parts: list[Any]) -> Name:
        name, version = parts
        if version is None:
            return name_of(name)
        return Name(f"{name.value} {version.value}", span_of(name).to(span_of(version)))

    def as_of(self, parts: list[Any]) -> tuple[str, Day]:
        return "as of", self.day(parts)

    def design(self, parts: list[Any]) -> Design:
        subject, title, draft, *body = parts
        blocks = tuple(part for part in body if isinstance(part, Block))
        headers = [part for part in body if not isinstance(part, Block)]
        judged_by = tuple(name for word, names in headers if word == "judged by" for name in names)
        days = [day for word, day in headers if word == "as of"]
        if len(days) > 1:
            raise MistakeError("`as of` is written twice", days[1].span, "keep one of them")
        as_of = days[0] if days else None
        return Design(name_of(subject), text_of(title), draft is not None, judged_by, as_of, blocks)
