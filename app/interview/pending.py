"""An answer that still lacks something: who answers for it, evidence, an entity that is yet to be listed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from clausewise.dsl.models.admission import is_nobody, needs_evidence
from clausewise.dsl.models.deployment import Fact, Terms, Value
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.dsl.syntax import Attestation, Day, Name, Range, SecondNode, Statement, Text
from clausewise.dsl.text.names import RESERVED, is_name
from clausewise.interview.answers import Refusal, day_of_answer, unseen
from clausewise.interview.look import Asked

Want = Literal[
    "listing", "evidence", "by", "because", "on", "second", "second-because", "second-on"
]
"""What is asked further: whether to list new entities; evidence; who answers for it, why, and since when."""


@lean_dataclass(frozen=True, slots=True)
class Pending:
    """An answer under way.

    Attributes:
        line: what is to be stated, as far as it is known.
        wants: what is asked further, in this order.
        new: the names of entities that are to be listed with it.
        day: the day that somebody gave as today (`--as-of`), for attestations; never made up.
    """

    asked: Asked
    line: Statement
    wants: tuple[Want, ...]
    new: tuple[str, ...] = ()
    day: date | None = None

    @property
    def want(self) -> Want:
        """What is asked next."""
        return self.wants[0]


def pending(asked: Asked, line: Statement, old: Statement | None, day: date | None) -> Pending:
    """An answer, with what stood behind the old one where it still holds, and what is to be asked further."""
    kept = _kept(line, old)
    if old and _is_first_of_two(asked, old):
        but = None if line.items == old.items else line.items
        return Pending(asked, replace(old, second=SecondNode(but, _BLANK)), ("second",), day=day)
    return Pending(asked, kept, tuple(_wants(asked, kept)), _new_names(asked, line), day)


_BLANK = Attestation(Text(""))


def _kept(line: Statement, old: Statement | None) -> Statement:
    """The line with the evidence that stands beside the same value, or beside a part of it.

    From where it was imported stays only beside the same value: what a person answers is no import.
    """
    if old is None or line.evidence or not set(old.items) & set(line.items):
        return line
    imported = old.imported if line.items == old.items else ()
    return replace(line, evidence=old.evidence, imported=imported)


def _is_first_of_two(asked: Asked, old: Statement) -> bool:
    field = asked.field
    return bool(field and field.by_two and old.attestation and not old.second)


def _wants(asked: Asked, line: Statement) -> Iterator[Want]:
    if _new_names(asked, line):
        yield "listing"
    field = asked.field
    if field is None or line.items == (Name("unknown"),):
        return
    if needs_evidence(Fact("", field, _value(line))) and not line.evidence:
        yield "evidence"
    if field.kind == "judgement" and line.attestation is None:
        yield "by"


def _new_names(asked: Asked, line: Statement) -> tuple[str, ...]:
    """The names in a line that are of no entity yet."""
    field = asked.field
    if field is None or not field.is_reference:
        return ()
    named = [item.text for item in line.items if isinstance(item, Name)]
    known = {*asked.report.deployment.entities, *RESERVED}
    return tuple(dict.fromkeys(n for n in named if n not in known and is_name(n)))


def _value(line: Statement) -> Value | None:
    """The value as far as the need for evidence goes by it: the terms, or the ages."""
    first = line.items[0]
    names = tuple(
        item.text for item in line.items if isinstance(item, Name) and item.text != "none"
    )
    return first if isinstance(first, Range) else Terms(names)


def answered(found: Pending, text: str) -> Pending | Refusal | None:
    """The answer with what somebody says to the question that is asked further; `None` if it is called off."""
    text = text.strip()
    if refused := unseen(text):
        return refused
    match found.want:
        case "listing":
            return _listed(found, text)
        case "evidence":
            return _backed(found, text)
        case "by" | "second":
            return _attested(found, text)
        case "because" | "second-because":
            return _since(found, Text(text)) if text else _next(found)
        case "on" | "second-on":
            return _dated(found, text)


def _listed(found: Pending, text: str) -> Pending | Refusal | None:
    if "yes".startswith(text.lower()):
        return _next(found)
    if "no".startswith(text.lower()):
        return None
    return Refusal("that is neither yes nor no", "Enter for yes")


def _backed(found: Pending, text: str) -> Pending:
    if text.lower() in ("", "no", "none"):
        return _next(found)
    more = Text(text.strip('"'))
    return replace(found, line=replace(found.line, evidence=(*found.line.evidence, more)))


def _attested(found: Pending, text: str) -> Pending | Refusal | None:
    """Who answers for it. Without a second person the line stays as it is; without a first, it is no judgement."""
    if found.want == "second":
        if not text:
            second = found.line.second
            return None if second and len(found.wants) == 1 else _next(found)
        if is_nobody(text.strip('"')):
            return Refusal(f"`{text}` is a placeholder", "type a name, or Enter for nobody else")
        but = found.line.second.items if found.line.second else None
        line = replace(found.line, second=SecondNode(but, Attestation(Text(text.strip('"')))))
        return replace(found, line=line, wants=("second-because", "second-on"))
    if not text.strip('" '):
        return Refusal(
            "a judgement counts only if somebody answers for it", "type a name, or `back`"
        )
    if is_nobody(text.strip('"')):
        return Refusal(
            f"`{text}` is a placeholder, and answers for nothing", "type a name, or `back`"
        )
    line = replace(found.line, attestation=Attestation(Text(text.strip('"'))))
    field = found.asked.field
    others: tuple[Want, ...] = ("second",) if field and field.by_two else ()
    return replace(found, line=line, wants=("because", "on", *others))


def _dated(found: Pending, text: str) -> Pending | Refusal:
    if not text and not found.day:
        return _next(found)
    if text == "none":
        return _next(found)
    day = day_of_answer(text) if text or not found.day else Day(found.day)
    return day if isinstance(day, Refusal) else _since(found, day)


def _since(found: Pending, said: Text | Day) -> Pending:
    """The line with a reason, or a day, for the one who answers for it that was named last."""
    line, second = found.line, found.line.second
    by = second.attestation if second else line.attestation
    assert by is not None
    by = replace(by, because=said) if isinstance(said, Text) else replace(by, on=said)
    line = (
        replace(line, second=replace(second, attestation=by))
        if second
        else replace(line, attestation=by)
    )
    return _next(replace(found, line=line))


def _next(found: Pending) -> Pending:
    return replace(found, wants=found.wants[1:])
