"""Turns a design in JSON that fits its model into the syntax tree that the same design in text would give."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from clausewise.dsl.json.fit import HEADER
from clausewise.dsl.json.places import JsonPath
from clausewise.dsl.models.vocabulary import Field, Vocabulary
from clausewise.dsl.startup.typed import TYPE_CHECKING, Any
from clausewise.dsl.text.diagnostic import Diagnostics
from clausewise.dsl.text.source import Span
from clausewise.dsl.text.values import day_of, duration_of, last_day, range_of
from clausewise.dsl.trees.designs import Attestation, Block, Design, SecondNode, Statement
from clausewise.dsl.trees.values import Day, Duration, Item, More, Name, Number, Range, Text

if TYPE_CHECKING:
    from clausewise.dsl.trees.vocabularies import Shape


def design_tree(
    value: Mapping[str, Any],
    spans: Mapping[JsonPath, Span],
    vocabulary: Vocabulary,
    problems: Diagnostics,
) -> Design:
    """The tree of a design. Days that the calendar does not have are recorded as mistakes.

    Args:
        value: the design's JSON, which fits the vocabulary's model.
        spans: where its values stand.
        vocabulary: what its strings mean.
        problems: where mistakes are recorded.
    """
    return _TreeBuilder(value, spans, vocabulary, problems).design()


def policies_named(value: Mapping[str, Any], spans: Mapping[JsonPath, Span]) -> tuple[Name, ...]:
    """The policies that a design names. What is not a text is left out: it does not fit the model."""
    named = value.get("judged-by")
    names = named if isinstance(named, list) else []
    return tuple(
        Name(name, spans["judged-by", index])
        for index, name in enumerate(names)
        if isinstance(name, str)
    )


class _TreeBuilder:
    """Builds the tree of one design."""

    def __init__(
        self,
        value: Mapping[str, Any],
        spans: Mapping[JsonPath, Span],
        vocabulary: Vocabulary,
        problems: Diagnostics,
    ) -> None:
        self.value = value
        self.spans = spans
        self.vocabulary = vocabulary
        self.problems = problems

    def design(self) -> Design:
        subject = self.vocabulary.subject
        as_of = self.value.get("as-of")
        return Design(
            Name(subject, self.spans[(subject,)]),
            Text(self.value[subject], self.spans[(subject,)]),
            self.value.get("draft", False),
            policies_named(self.value, self.spans),
            None if as_of is None else self.day_or_mistake(as_of, ("as-of",)),
            tuple(self.blocks()),
        )

    def blocks(self) -> list[Block]:
        found = []
        for type_, held in self.value.items():
            if type_ in HEADER or type_ == self.vocabulary.subject or held is None:
                continue
            entity = self.vocabulary.entities.get(type_)
            if entity and entity.single:
                found.append(self.block(type_, None, held, (type_,)))
            else:
                found += [self.block(type_, n, facts, (type_, n)) for n, facts in held.items()]
        return found

    def block(self, type_: str, name: str | None, facts: dict[str, Any], path: JsonPath) -> Block:
        span = self.spans[path]
        given = Name(name, span) if name is not None else None
        entity = self.vocabulary.entities.get(type_)
        fields = entity.fields if entity else {}
        statements = tuple(
            self.statement(key, value, fields.get(key), (*path, key))
            for key, value in (facts.items() if isinstance(facts, dict) else ())
        )
        return Block(Name(type_, span), given, statements)

    def statement(self, key: str, fact: Any, field: Field | None, path: JsonPath) -> Statement:
        if field is None:  # the checker refuses the field, whatever is stated
            return Statement(Name(key, self.spans[path]), (Name("unknown"),))
        stated = fact if isinstance(fact, dict) else {"value": fact}
        items = self.items(stated.get("value"), field.shape, path)
        if stated.get("more"):
            empty = items == (Name("none"),)
            items = (*(() if empty else items), More(self.spans[path]))
        evidence = self.texts(stated, "evidence", path)
        imported = self.texts(stated, "from", path)
        attested = stated.get("attested")
        by = self.attestation(attested, (*path, "attested")) if attested else None
        second = self.second(stated.get("second"), field, (*path, "second")) if by else None
        name = Name(key, self.spans[path])
        return Statement(name, items, evidence, by, second, imported)

    def texts(self, stated: Mapping[str, Any], key: str, path: JsonPath) -> tuple[Text, ...]:
        """The texts of a list beside a value, each at its place."""
        texts = enumerate(stated.get(key, ()))
        return tuple(Text(text, self.spans[*path, key, index]) for index, text in texts)

    def second(
        self, stated: dict[str, Any] | None, field: Field, path: JsonPath
    ) -> SecondNode | None:
        if not stated:
            return None
        has_own = "value" in stated
        items = self.items(stated["value"], field.shape, (*path, "value")) if has_own else None
        return SecondNode(items, self.attestation(stated, path))

    def items(self, value: Any, shape: Shape, path: JsonPath) -> tuple[Item, ...]:
        span = self.spans[path]
        if value is None:
            return (Name("unknown", span),)
        if isinstance(value, list):
            return tuple(Name(name, span) for name in value) or (Name("none", span),)
        if isinstance(value, bool):
            return (Name("yes" if value else "no", span),)
        if isinstance(value, int | Decimal):
            return (Number(Decimal(value), span),)
        return (self.item(str(value), shape, path),)

    def item(self, text: str, shape: Shape, path: JsonPath) -> Item:
        """What a string means for a shape of field; what does not fit stays text, for the checker to refuse."""
        span = self.spans[path]
        match shape:
            case "one of" | "any of" | "some of":
                return Name(text, span)
            case "duration":
                if length := duration_of(text):
                    return Duration(*length, span)
            case "ages":
                if ends := range_of(text):
                    return Range(*ends, span)
            case "date":
                if day := day_of(text):
                    return Day(day, span)
            case "text" | "yes-no" | "number":
                pass
        return Text(text, span)

    def day_or_mistake(self, text: str, path: JsonPath) -> Day | None:
        day = day_of(text)
        if day is None:
            message = f"`{text}` is not a day of the calendar"
            self.problems.add("E101", message, self.spans[path], hint=last_day(text))
            return None
        return Day(day, self.spans[path])

    def attestation(self, stated: dict[str, Any], path: JsonPath) -> Attestation:
        on, because = stated.get("on"), stated.get("because")
        return Attestation(
            Text(stated["by"]),
            None if on is None else self.day_or_mistake(on, (*path, "on")),
            None if because is None else Text(because),
        )
