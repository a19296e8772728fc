"""Small vocabularies, policies and deployments, made as trees, printed, and read as a user's would be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from clausewise.dsl import syntax
from clausewise.dsl.models.check_design import check_design
from clausewise.dsl.models.check_vocabulary import check_vocabulary
from clausewise.dsl.models.deployment import Deployment
from clausewise.dsl.models.shapes import SHAPES
from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.dsl.parsing.parser import FileKind, parse
from clausewise.dsl.printing.trees import print_tree
from clausewise.dsl.syntax import Day, Duration, Name, Number, Range, Text
from clausewise.dsl.text.diagnostic import Diagnostic
from clausewise.dsl.text.source import Source
from clausewise.engine.core.policy import Policy
from clausewise.engine.linking.link import link
from tests.generated_policies import MARK, policies

DAYS = [Day(date(2026, month, 1)) for month in (2, 6, 10)]
ATTESTED_ON = [None, *DAYS]
RANGES = [Range(2, None), Range(None, 6), Range(2, 6), Range(6, 6)]
MODIFIERS = ("", "", "required", "single")
OF = [shape for shape in SHAPES if shape.endswith(" of")]
PLAIN = [shape for shape in SHAPES if shape not in OF]
KINDS: tuple[syntax.FieldKind, ...] = ("world", "choice", "choice", "judgement")


@dataclass(frozen=True)
class Pair:
    """A policy and a deployment, with the texts that they were read from."""

    vocabulary_text: str
    policy_text: str
    other_text: str
    design_text: str
    tree: syntax.PolicyFile
    others: Mapping[str, syntax.PolicyFile]
    policy: Policy
    deployment: Deployment

    def __repr__(self) -> str:
        texts = (self.vocabulary_text, self.policy_text, self.other_text, self.design_text)
        return "\n" + "\n".join(texts)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002
        """To Hypothesis, too: else it prints whole trees."""
        printer.text(repr(self))


NAMES: dict[FileKind, str] = {
    "vocabulary": "words.vocabulary",
    "policy": "code.policy",
    "design": "made.design",
}


@lru_cache(maxsize=8)
def _parsed(name: str, text: str, kind: FileKind) -> tuple[syntax.File | None, list[Diagnostic]]:
    """A text read: that which is printed is linked, too, and to read it takes longest."""
    return parse(Source(name, text), kind)


def printed(tree: syntax.File, kind: FileKind) -> str:
    """The text of a tree; it must read as that tree."""
    text = print_tree(tree)
    read, problems = _parsed(NAMES[kind], text, kind)
    assert read == tree, f"{said(problems)}{text}"
    return text


@st.composite
def pairs(draw: st.DrawFn, *, known: bool = False) -> Pair:
    """Anything that can be said, kept small. `known`: a deployment of which everything is stated."""
    words = printed(draw(vocabularies(most_fields=4 if known else 3)), "vocabulary")
    vocabulary = read_vocabulary(words)
    other = printed(draw(policies(vocabulary, "other-code", others=())), "policy")
    code = printed(draw(policies(vocabulary, "code", others=("other-code",))), "policy")
    design = printed(draw(designs(vocabulary, known=known)), "design")
    return pair_of(words, code, design, other)


def pair_of(vocabulary_text: str, policy_text: str, design_text: str, other_text: str = "") -> Pair:
    """A policy and a deployment from their texts, and perhaps another policy, called `other-code`.

    Raises:
        AssertionError: a text has mistakes.
    """
    vocabulary = read_vocabulary(vocabulary_text)
    others = {"other-code": read_policy(other_text, vocabulary, {})} if other_text else {}
    linked = {name: policy for name, (_, policy) in others.items()}
    tree, policy = read_policy(policy_text, vocabulary, linked)
    return Pair(
        vocabulary_text,
        policy_text,
        other_text,
        design_text,
        tree,
        {name: other_tree for name, (other_tree, _) in others.items()},
        policy,
        read_design(design_text, vocabulary),
    )


# reading


def read_vocabulary(text: str) -> Vocabulary:
    """A vocabulary from its text.

    Raises:
        AssertionError: the text has mistakes.
    """
    source = Source("words.vocabulary", text)
    tree, problems = _parsed(source.path, text, "vocabulary")
    assert isinstance(tree, syntax.VocabularyFile), said(problems)
    vocabulary, problems = check_vocabulary(tree, source)
    assert vocabulary, said(problems)
    return vocabulary


def read_policy(
    text: str, vocabulary: Vocabulary, others: Mapping[str, Policy]
) -> tuple[syntax.PolicyFile, Policy]:
    """A policy from its text.

    Raises:
        AssertionError: the text has mistakes.
    """
    source = Source("code.policy", text)
    tree, problems = _parsed(source.path, text, "policy")
    assert isinstance(tree, syntax.PolicyFile), said(problems) + text
    policy, problems = link(tree, source, vocabulary, others.__getitem__)
    assert policy, said(problems) + text
    return tree, policy


def read_design(text: str, vocabulary: Vocabulary) -> Deployment:
    """A deployment from its design's text.

    Raises:
        AssertionError: the text has mistakes.
    """
    source = Source("made.design", text)
    tree, problems = _parsed(source.path, text, "design")
    assert isinstance(tree, syntax.Design), said(problems) + text
    deployment, problems = check_design(tree, source, vocabulary)
    assert not problems, said(problems) + text
    return deployment


def said(problems: list[Diagnostic]) -> str:
    """Diagnostics as lines."""
    return "".join(f"{p.code} {p.message} at {p.position}\n" for p in problems)


# vocabularies


@st.composite
def vocabularies(draw: st.DrawFn, *, most_fields: int) -> syntax.VocabularyFile:
    """One or two taxonomies and one to three entity types; the first type is never single."""
    taxonomies = [draw(taxonomy_nodes(letter)) for letter in "ab"[: draw(st.integers(1, 2))]]
    count = draw(st.integers(1, 3))
    modifiers = ["", *(draw(st.sampled_from(MODIFIERS)) for _ in range(count - 1))]
    types = dict(zip(("actor", "door", "site"), modifiers, strict=False))
    targets = [type_ for type_, modifier in types.items() if modifier != "single"]
    words = [node.name.text for node in taxonomies]
    entities = []
    for type_, modifier in types.items():
        fields = draw(field_nodes(words, targets, most_fields))
        entities.append(syntax.EntityNode(Name(type_), Text("a thing"), modifier, fields))
    mark = syntax.MarkNode(Name(MARK), Text("is noted"))
    items: tuple[syntax.MarkNode | syntax.TaxonomyNode | syntax.EntityNode, ...]
    items = (mark, *taxonomies, *entities)
    return syntax.VocabularyFile(Name("words"), Name("deployment"), None, items)


@st.composite
def taxonomy_nodes(draw: st.DrawFn, letter: str) -> syntax.TaxonomyNode:
    """A tree of two to five terms, at most three deep."""
    above: list[int | None] = [None]
    depths = [1]
    for _ in range(draw(st.integers(1, 4))):
        shallow = [None, *(index for index, depth in enumerate(depths) if depth < 3)]
        above.append(draw(st.sampled_from(shallow)))
        parent = above[-1]
        depths.append(1 if parent is None else depths[parent] + 1)
    marked = draw(st.sets(st.sampled_from(range(len(above))), max_size=2))

    def below(parent: int | None) -> tuple[syntax.TermNode, ...]:
        found = [index for index, its_parent in enumerate(above) if its_parent == parent]
        names = [Name(f"{letter}{index + 1}") for index in found]
        return tuple(
            syntax.TermNode(name, None, below(i), marks=(Name(MARK),) if i in marked else ())
            for i, name in zip(found, names, strict=True)
        )

    return syntax.TaxonomyNode(Name(f"kind-{letter}"), None, below(None))


@st.composite
def field_nodes(
    draw: st.DrawFn, taxonomies: list[str], types: list[str], most: int
) -> tuple[syntax.FieldNode, ...]:
    """At least one field; three in four are terms or references."""
    count = draw(st.integers(1, most))
    return tuple(draw(field_node(f"f{n}", taxonomies, types)) for n in range(count))


@st.composite
def field_node(
    draw: st.DrawFn, name: str, taxonomies: list[str], types: list[str]
) -> syntax.FieldNode:
    """A field of any type and kind."""
    is_plain = draw(st.integers(0, 3)) == 0
    shape = draw(st.sampled_from(PLAIN if is_plain else OF))
    target = None if is_plain else Name(draw(st.sampled_from([*taxonomies, *types])))
    or_none = SHAPES[shape].none == "declared" and draw(st.booleans())
    kind = draw(st.sampled_from(KINDS))
    return syntax.FieldNode(
        Name(name),
        shape,
        target,
        or_none,
        kind,
        evidenced=None,
        ask=Text("What?"),
        by_two=kind == "judgement" and name == "f1",
        essence=kind == "choice" and name == "f2",
    )


# designs


@st.composite
def designs(draw: st.DrawFn, vocabulary: Vocabulary, *, known: bool) -> syntax.Design:
    """Up to two entities of each type, perhaps a draft, and facts of every precision.

    If `known`, one to three of each type, no draft, and every fact as precise as can be.
    """
    listed: dict[str, EntityType] = {}
    least, most = (1, 3) if known else (0, 2)
    for type_ in vocabulary.entities.values():
        count = 1 if type_.single else draw(st.integers(least, most))
        names = [type_.name] if type_.single else [f"{type_.name}-{n + 1}" for n in range(count)]
        listed |= dict.fromkeys(names, type_)
    blocks = [draw(block(vocabulary, name, listed, known=known)) for name in listed]
    draft = not known and draw(st.integers(0, 9)) == 5
    as_of = draw(st.sampled_from(DAYS)) if known or draw(st.integers(0, 4)) else None
    return syntax.Design(Name("deployment"), Text("Made"), draft, (), as_of, tuple(blocks))


@st.composite
def block(
    draw: st.DrawFn,
    vocabulary: Vocabulary,
    name: str,
    listed: Mapping[str, EntityType],
    *,
    known: bool,
) -> syntax.Block:
    """An entity with its statements; some fields are left out."""
    type_ = listed[name]
    statements = []
    for field in type_.fields.values():
        if known or draw(st.integers(0, 3)):
            names = [other for other, its_type in listed.items() if its_type.name == field.target]
            statements.append(draw(statement(vocabulary, field, names, known=known)))
    return syntax.Block(Name(type_.name), None if type_.single else Name(name), tuple(statements))


@st.composite
def statement(
    draw: st.DrawFn, vocabulary: Vocabulary, field: Field, entities: list[str], *, known: bool
) -> syntax.Statement:
    """A statement of a field; one in six is `unknown` or open, one in ten judgements has no person."""
    items = draw(values(vocabulary, field, entities, known=known))
    if not known and draw(st.integers(0, 8)) == 0:
        items = (Name("unknown"),)
    on = None if known else draw(st.sampled_from(ATTESTED_ON))
    attestation = syntax.Attestation(Text("A. Person"), on)
    is_attested = field.kind == "judgement" and (known or draw(st.integers(0, 9)) > 0)
    if not is_attested:
        return syntax.Statement(Name(field.name), items)
    second = syntax.SecondNode(None, syntax.Attestation(Text("B. Person"), on))
    seconded = second if field.by_two else None
    return syntax.Statement(Name(field.name), items, (), attestation, seconded)


@st.composite
def values(
    draw: st.DrawFn, vocabulary: Vocabulary, field: Field, entities: list[str], *, known: bool
) -> tuple[syntax.Item, ...]:
    """What a field may be stated to be; the most precise terms alone if `known`."""
    if field.may_be_none and draw(st.integers(0, 3)) == 0:
        return (Name("none"),)
    plain = plain_values(field.shape)
    if plain:
        return (draw(st.sampled_from(plain)),)
    words = entities if field.is_reference else terms(vocabulary, field, leaves=known)
    most = 2 if field.is_many else 1
    chosen = draw(st.lists(st.sampled_from(words), max_size=most, unique=True)) if words else []
    if known:
        chosen = chosen or words[:1]
    more = (syntax.More(),) if field.is_many and not known and draw(st.integers(0, 3)) == 0 else ()
    return tuple(Name(word) for word in chosen) + more or (Name("unknown"),)


def plain_values(shape: syntax.Shape) -> list[syntax.Item]:
    """Some values of a field that names no taxonomy and no entities; none for the others."""
    match shape:
        case "yes-no":
            return [Name("yes"), Name("no")]
        case "number":
            return [Number(Decimal(n)) for n in (-2, 2, 6)]
        case "duration":
            return [Duration(Decimal(n), "days") for n in (0, 2, 6)]
        case "date":
            return [*DAYS]
        case "text":
            return [Text("Some text")]
        case "ages":
            return [*RANGES]
        case "one of" | "any of" | "some of":
            return []


def terms(vocabulary: Vocabulary, field: Field, *, leaves: bool) -> list[str]:
    """The terms that a field may name."""
    taxonomy = vocabulary.taxonomy_of(field)
    return [term for term in taxonomy.parents if not (leaves and term in taxonomy.children)]
