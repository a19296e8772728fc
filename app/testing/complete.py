"""A Hypothesis strategy for complete designs: those of which every fact is known, as precisely as can be said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, localcontext
from functools import cached_property
from itertools import combinations

from hypothesis import strategies as st

from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.dsl.syntax import (
    SECONDS,
    Attestation,
    Block,
    Day,
    Design,
    Duration,
    Item,
    More,
    Name,
    Number,
    Range,
    SecondNode,
    Statement,
    Text,
)
from clausewise.engine.core.distinctions import Dimension, Distinctions
from clausewise.testing.strategies import Drawn

StatedItems = tuple[Item, ...]
EntityNames = Mapping[str, list[str]]
"""The names of entities, by type."""
MOST_CHANGES = 4
"""Of a design near which one is drawn: with more, it is hardly near it."""
OF_EACH = 2
"""Terms drawn of those that no condition tells apart: two, so that fields that compare can differ in them."""
OLDEST = 120
"""Greater numbers are no ages."""
NONE = (Name("none"),)


@dataclass(frozen=True, repr=False)
class CompleteDesigns:
    """Draws complete designs, of the values that a policy tells apart. Fields that it does not read are left out.

    Attributes:
        near: designs in which some facts are changed, in turn with one that is drawn as a whole.
        most: how many entities of each type are drawn where a design is drawn as a whole.
    """

    told_apart: Distinctions
    near: Sequence[Design] = ()
    most: int = 2
    _known: dict[tuple[str, str, tuple[str, ...]], st.SearchStrategy[StatedItems]] = field(
        default_factory=dict
    )

    @property
    def vocabulary(self) -> Vocabulary:
        """What designs can say."""
        return self.told_apart.vocabulary

    def strategy(self) -> st.SearchStrategy[Drawn]:
        """Complete designs."""
        return st.composite(self._design)()

    def _design(self, draw: st.DrawFn) -> Drawn:
        start = draw(st.sampled_from([None, *self.near]))
        names = self._names(draw, start)
        stated = self._changed(draw, self._stated(start)) if start else {}
        blocks = [
            Block(
                Name(type_.name),
                None if type_.single else Name(name),
                tuple(
                    statement_of(f, stated.get((name, f.name)) or draw(self.values(f, names)))
                    for f in type_.fields.values()
                    if f.is_reference or (f.owner, f.name) in self._read
                ),
            )
            for type_ in self.vocabulary.entities.values()
            for name in names[type_.name]
        ]
        subject, title = Name(self.vocabulary.subject), Text("Drawn")
        day = Day(draw(st.sampled_from(self._days)))
        tree = Design(subject, title, draft=False, judged_by=(), as_of=day, blocks=tuple(blocks))
        return Drawn(tree, self.vocabulary)

    def _stated(self, start: Design) -> dict[tuple[str, str], StatedItems]:
        """What a design states that is complete, by entity and field."""
        return {
            ((block.name or block.type).text, statement.field.text): statement.items
            for block in start.blocks
            for statement in block.statements
            if self._is_complete(statement, self.vocabulary.entities[block.type.text])
        }

    def _is_complete(self, statement: Statement, type_: EntityType) -> bool:
        field_ = type_.fields[statement.field.text]
        vague = self.vocabulary.taxonomy_of(field_).children if field_.has_terms else ()
        return not any(
            isinstance(item, More) or (isinstance(item, Name) and item.text in ("unknown", *vague))
            for item in statement.items
        )

    def _changed(
        self, draw: st.DrawFn, stated: Mapping[tuple[str, str], StatedItems]
    ) -> dict[tuple[str, str], StatedItems]:
        """What is left of what a design states where some of it is to be drawn anew."""
        facts = st.sampled_from(sorted(stated))
        changed = {draw(facts) for _ in range(draw(st.integers(0, MOST_CHANGES)))} if stated else ()
        return {fact: items for fact, items in stated.items() if fact not in changed}

    def _names(self, draw: st.DrawFn, start: Design | None) -> dict[str, list[str]]:
        """The names of the entities of each type. Of one to which somebody must refer, there is one."""
        types = self.vocabulary.entities
        found: dict[str, list[str]] = {name: [name] if types[name].single else [] for name in types}
        many = [name for name in types if not types[name].single]
        for block in start.blocks if start else ():
            if block.name:
                found[block.type.text].append(block.name.text)
        if start:
            further = draw(st.sampled_from(["", "", *many]))
            numbers = {further: 1} if further else {}
        else:
            numbers = {name: draw(st.integers(0, self.most)) for name in many}
        for name, number in numbers.items():
            found[name] += [f"{name}-{n}" for n in range(1, number + 1)]
        return self._with_needed(found)

    def _with_needed(self, found: dict[str, list[str]]) -> dict[str, list[str]]:
        types = self.vocabulary.entities
        needed = [name for name, type_ in types.items() if type_.required or found[name]]
        for name in needed:
            found[name] = found[name] or [f"{name}-1"]
            fields = [
                f for f in types[name].fields.values() if f.is_reference and not f.may_be_none
            ]
            needed += {f.target: None for f in fields if f.target and f.target not in needed}
        return found

    def values(self, field_: Field, names: EntityNames) -> st.SearchStrategy[StatedItems]:
        """What a fact may be, where entities have these names."""
        listed = tuple(names.get(field_.target or "", ())) if field_.is_reference else ()
        key = field_.owner, field_.name, listed
        if key not in self._known:
            self._known[key] = st.one_of(
                [st.sampled_from(values) for values in self._values(field_, listed) if values]
            )
        return self._known[key]

    def _values(self, field_: Field, listed: Sequence[str]) -> Iterator[list[StatedItems]]:
        """The values of a fact, in groups that are drawn equally often."""
        if field_.may_be_none:
            yield [NONE]
        match field_.shape:
            case "number":
                yield [(Number(number),) for number in self._points["number"]]
            case "duration":
                yield [(_duration(number),) for number in self._points["duration"]]
            case "date":
                yield [(Day(day),) for day in self._days]
            case "ages":
                yield [(ages,) for ages in self._ages()]
            case "text":
                yield [(Text("a text"),)]
            case "yes-no" | "one of" | "any of" | "some of":
                known = listed if field_.is_reference else self.terms(field_)
                names = [*map(Name, known)]
                yield [(name,) for name in names]
                if field_.is_many:
                    yield list(combinations(names, 2))
                    yield [tuple(n for n in names if n is not other) for other in names[2:]]
                    yield [tuple(names)] if len(names) > 1 else []

    def terms(self, field_: Field) -> list[str]:
        """Some terms of a field of which designs are drawn."""
        classes = self.told_apart.classes(self.vocabulary.taxonomy_of(field_), frozenset())
        alike: dict[str, list[str]] = {}
        for term, class_ in classes.of.items():
            alike.setdefault(class_, []).append(term)
        return [term for terms in alike.values() for term in terms[:OF_EACH]]

    @cached_property
    def _read(self) -> frozenset[tuple[str, str]]:
        """The fields that are read, by type and name."""
        return frozenset().union(*(policy.fields_read for policy in self.told_apart.policies))

    @cached_property
    def _points(self) -> Mapping[Dimension, Sequence[Decimal]]:
        """The numbers and durations that are told apart."""
        return self.told_apart.points()

    @cached_property
    def _days(self) -> list[date]:
        return [date.fromordinal(int(day)) for day in self._points["date"]]

    def _ages(self) -> list[Range]:
        ages = self.told_apart.ages(self._points["number"])
        ends = [int(age) for age in ages if age <= OLDEST]
        ranges = [Range(low, high) for low in ends for high in ends if low <= high]
        return ranges + [Range(end, None) for end in ends] + [Range(None, end) for end in ends]


def _duration(seconds: Decimal) -> Duration:
    """A duration in the largest unit in which it is whole."""
    with localcontext(prec=len(seconds.as_tuple().digits) + 8):  # no digit is rounded away
        unit = next(u for u, size in reversed(SECONDS.items()) if seconds % size == 0 or size == 1)
        return Duration(seconds / SECONDS[unit], unit)


def statement_of(field_: Field, items: StatedItems) -> Statement:
    """A statement that counts: as many people answer for a judgement as must."""
    if field_.kind != "judgement":
        return Statement(Name(field_.name), items)
    second = SecondNode(None, Attestation(Text("B. Person"))) if field_.by_two else None
    by = Attestation(Text("A. Person"))
    return Statement(Name(field_.name), items, attestation=by, second=second)
