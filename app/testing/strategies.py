"""Hypothesis strategies for deployments of any vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path

from hypothesis import strategies as st

from clausewise.dsl.models.admission import admit
from clausewise.dsl.models.check_design import check_design
from clausewise.dsl.models.deployment import Deployment
from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.printing.trees import print_tree
from clausewise.dsl.syntax import (
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
    Shape,
    Statement,
    Text,
)
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError, has_errors
from clausewise.dsl.text.names import hint_for
from clausewise.dsl.text.source import Source
from clausewise.engine.judging.judge import judge
from clausewise.engine.judging.judgement import Judgement
from clausewise.intake import packages
from clausewise.intake.load import load_policy
from clausewise.intake.vocabularies import load_vocabulary

PLACES = ("US", "US-WA", "PR", "GU", "DE", "DE-BY", "EU", "EEA", "GB", "KR", "CA")
"""Places that most policies tell apart are drawn more often than the others."""
DAYS = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 11, 23))


@dataclass(frozen=True)
class Drawn:
    """A drawn design. Its `repr` is its text, so that a failing example can be saved and checked."""

    tree: Design = field(repr=False)
    vocabulary: Vocabulary = field(repr=False)

    def __repr__(self) -> str:
        return f"\n{self.text}"

    @cached_property
    def text(self) -> str:
        """The design as a file holds it."""
        return print_tree(self.tree)

    def deployment(self, *, evidence_required: bool = False) -> Deployment:
        """The deployment, with only admitted facts known.

        Raises:
            InvalidError: the design has mistakes, which drawn ones have not.
        """
        source = Source("drawn.design", self.text)
        deployment, problems = check_design(self.tree, source, self.vocabulary)
        if has_errors(problems):
            raise InvalidError(problems)
        return admit(deployment, (lambda _: "") if evidence_required else None)

    def judged_by(self, policy: str | Path, readings: Mapping[str, str] | None = None) -> Judgement:
        """What a policy (its name in a pack, perhaps with a version, or its path) says of the design.

        Raises:
            InvalidError: the policy cannot be used.
            NothingToJudgeError: no clause applies to anything.
            KeyError: there is no such reading or alternative.
        """
        return judge(load_policy(str(policy)), self.deployment(), readings)


def deployments(
    vocabulary: str | Path | Vocabulary,
    *,
    pins: str = "",
    most: int = 2,
    drafts: bool = True,
) -> st.SearchStrategy[Drawn]:
    """Designs of a vocabulary, with facts of every kind: known, open, vague, none, unknown, attested, backed.

    Args:
        vocabulary: its name in a pack, its path, or the vocabulary itself.
        pins: blocks as in a design, that every drawn design has. Fields that they leave out are drawn.
        most: how many entities of each type are drawn beside those pinned.
        drafts: whether drafts are drawn too.

    Raises:
        InvalidError: the vocabulary cannot be used, or the pins have mistakes.
    """
    words = vocabulary if isinstance(vocabulary, Vocabulary) else _vocabulary(vocabulary)
    return _designs(words, _pinned(pins, words), most, drafts=drafts)


def _vocabulary(name: str | Path) -> Vocabulary:
    path = (
        Path(name) if isinstance(name, Path) or "/" in name else packages.find(name, ".vocabulary")
    )
    if path is None:
        hint = hint_for(str(name), packages.names(".vocabulary"), "vocabularies")
        raise InvalidError([Diagnostic("E204", f"there is no vocabulary `{name}`", hint=hint)])
    return load_vocabulary(path)


def _pinned(pins: str, vocabulary: Vocabulary) -> tuple[Block, ...]:
    source = Source("pins", f'{vocabulary.subject} "pins"\n{pins}')
    tree, problems = parse(source, "design")
    if tree is not None:
        problems = [*problems, *check_design(tree, source, vocabulary)[1]]
    if tree is None or has_errors(problems):
        raise InvalidError(problems)
    return tree.blocks


@st.composite
def _designs(
    draw: st.DrawFn, vocabulary: Vocabulary, pins: tuple[Block, ...], most: int, *, drafts: bool
) -> Drawn:
    names = {name: _names(draw, type_, pins, most) for name, type_ in vocabulary.entities.items()}
    blocks = []
    for type_name, type_ in vocabulary.entities.items():
        for name in names[type_name]:
            pinned = [b for b in pins if b.type.text == type_name and _name_of(b) == name]
            blocks.append(_block(draw, type_, name, pinned, vocabulary, names))
    tree = Design(
        Name(vocabulary.subject),
        Text("Drawn"),
        drafts and draw(st.integers(0, 9)) == 9,
        (),
        Day(DAYS[-1]) if draw(st.booleans()) else None,
        tuple(blocks),
    )
    return Drawn(tree, vocabulary)


def _name_of(block: Block) -> str:
    return (block.name or block.type).text


def _names(draw: st.DrawFn, type_: EntityType, pins: tuple[Block, ...], most: int) -> list[str]:
    pinned = [_name_of(block) for block in pins if block.type.text == type_.name]
    if type_.single:
        return [type_.name]
    more = draw(st.integers(0, most))
    return [*pinned, *(f"{type_.name}-{number}" for number in range(1, more + 1))]


def _block(
    draw: st.DrawFn,
    type_: EntityType,
    name: str,
    pinned: list[Block],
    vocabulary: Vocabulary,
    names: Mapping[str, list[str]],
) -> Block:
    fixed = [statement for block in pinned for statement in block.statements]
    stated = {statement.field.text for statement in fixed}
    drawn = [
        draw(_statement(field_, vocabulary, tuple(names.get(field_.target or "", ()))))
        for field_ in type_.fields.values()
        if field_.name not in stated and draw(st.integers(0, 3)) > 0
    ]
    given = None if type_.single else Name(name)
    return Block(Name(type_.name), given, (*fixed, *drawn))


@st.composite
def _statement(
    draw: st.DrawFn, field_: Field, vocabulary: Vocabulary, entities: tuple[str, ...]
) -> Statement:
    items = draw(_items(field_, vocabulary, entities))
    known = items != (Name("unknown"),)
    evidence: tuple[Text, ...] = ()
    if known and field_.evidenced and draw(st.booleans()):
        evidence = (Text("https://example.org/proof"),)
    by = None
    if known and field_.kind == "judgement" and draw(st.integers(0, 3)) > 0:
        by = Attestation(Text("A. Person"), Day(draw(st.sampled_from(DAYS))))
    return Statement(Name(field_.name), items, evidence, by)


def _items(
    field_: Field, vocabulary: Vocabulary, entities: tuple[str, ...]
) -> st.SearchStrategy[tuple[Item, ...]]:
    """What may be written as a field's value."""
    found: list[st.SearchStrategy[tuple[Item, ...]]] = [st.just((Name("unknown"),))]
    if field_.may_be_none:
        found.append(st.just((Name("none"),)))
    if field_.has_terms or field_.is_reference:
        known = entities if field_.is_reference else tuple(vocabulary.taxonomy_of(field_).parents)
        if known:
            one = st.sampled_from(known).map(Name)
            if field_.target == "place":
                one = st.sampled_from(PLACES).map(Name) | one
            found += [_several(one)] * 3 if field_.is_many else [one.map(lambda n: (n,))] * 4
        if field_.is_many:
            found.append(st.just((More(),)))
    else:
        found += [_SCALARS[field_.shape]] * 4
    return st.one_of(found)


@st.composite
def _several(draw: st.DrawFn, one: st.SearchStrategy[Name]) -> tuple[Item, ...]:
    names = draw(st.lists(one, min_size=1, max_size=3, unique=True))
    return (*names, More()) if draw(st.integers(0, 3)) == 3 else tuple(names)


@lru_cache(maxsize=1)
def _ranges() -> tuple[Range, ...]:
    ends = [None, 0, 12, 13, 17, 18, 40]
    return tuple(
        Range(low, high)
        for low in ends
        for high in ends
        if (low, high) != (None, None) and (low is None or high is None or low <= high)
    )


_SCALARS: Mapping[Shape, st.SearchStrategy[tuple[Item, ...]]] = {
    "number": st.integers(0, 30).map(lambda n: (Number(Decimal(n)),)),
    "duration": st.tuples(
        st.builds(
            Duration,
            st.integers(0, 400).map(Decimal),
            st.sampled_from(["seconds", "hours", "days", "months", "years"]),
        )
    ),
    "date": st.sampled_from(DAYS).map(lambda day: (Day(day),)),
    "text": st.text("ab \"\\#'{}", max_size=5).map(lambda text: (Text(text),)),
    "ages": st.sampled_from(_ranges()).map(lambda ages: (ages,)),
}
