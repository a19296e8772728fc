"""What the names in a text stand for: each with the place where it stands, and whether it is declared there.

A name is followed as far as the text can be read: a text with mistakes has the names of what is right in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from clausewise.dsl import syntax
from clausewise.dsl.models.vocabulary import Field, Vocabulary
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.source import Span
from clausewise.engine.core.policy import Policy

What = Literal[
    "alternative",
    "breach",
    "clause",
    "definition",
    "document",
    "entity",
    "exception",
    "field",
    "law",
    "mark",
    "policy",
    "reading",
    "section",
    "table",
    "taxonomy",
    "term",
    "type",
    "variable",
    "vocabulary",
    "warning",
]


@lean_dataclass(frozen=True, slots=True)
class Symbol:
    """What a name stands for.

    Attributes:
        home: the path of the file that declares it; empty for what is built in.
        owner: inside of what it is declared: the type of a field, the taxonomy of a term, the clause of a breach.
    """

    what: What
    name: str
    home: str = ""
    owner: str = ""


@lean_dataclass(frozen=True, slots=True)
class Occurrence:
    """A name where it stands."""

    symbol: Symbol
    span: Span
    declares: bool = False


@lean_dataclass(frozen=True, slots=True)
class Listing:
    """A design, by whose name its entities are told from those of others: its file, and the case it stands in."""

    path: str
    case: str = ""

    def entity(self, name: str) -> Symbol:
        """One of its entities."""
        return Symbol("entity", name, self.path, self.case)


class WordSymbols:
    """The words of a vocabulary as symbols."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.home = vocabulary.source.path

    def type(self, name: str) -> Symbol:
        """A type of entity."""
        return Symbol("type", name, self.home)

    def field(self, type_: str | None, name: str) -> tuple[Symbol, Field] | None:
        """A field of a type, if it has one of that name."""
        found = self.vocabulary.entities.get(type_ or "")
        field = found.fields.get(name) if found else None
        return (Symbol("field", name, self.home, field.owner), field) if field else None

    def term(self, taxonomy: str, name: str) -> Symbol | None:
        """A term of a taxonomy, if it has one of that name. Places, `yes` and `no` are built in."""
        try:
            known = name in self.vocabulary.taxonomy(taxonomy)
        except KeyError:
            return None
        is_own = taxonomy in self.vocabulary.taxonomies
        return Symbol("term", name, self.home if is_own else "", taxonomy) if known else None

    def value(self, field: Field, name: syntax.Name, listing: Listing) -> Iterator[Occurrence]:
        """A name among the values of a field."""
        if field.is_reference:
            yield Occurrence(listing.entity(name.text), name.span)
        elif field.has_terms:
            taxonomy = "yes-no" if field.shape == "yes-no" else field.target or ""
            if term := self.term(taxonomy, name.text):
                yield Occurrence(term, name.span)


# designs


def in_design(
    design: syntax.Design,
    listing: Listing,
    policies: Iterable[Policy],
    vocabulary: Vocabulary | None,
) -> Iterator[Occurrence]:
    """The names in a design.

    Args:
        design: its tree.
        listing: whose entities these are.
        policies: those that judge it.
        vocabulary: in whose words it is written; `None` if that cannot be used.
    """
    homes = {policy.name: policy.source.path for policy in policies}
    for name in design.judged_by:
        stem = name.text.partition(" ")[0]
        if stem in homes:
            span = Span(name.span.start, name.span.start + len(stem))
            yield Occurrence(Symbol("policy", stem, homes[stem]), span)
    words = WordSymbols(vocabulary) if vocabulary else None
    for block in design.blocks:
        if words and block.type.text in words.vocabulary.entities:
            yield Occurrence(words.type(block.type.text), block.type.span)
        if block.name:
            entity = listing.entity(block.name.text)
            yield Occurrence(entity, block.name.span, declares=True)
        for statement in block.statements if words else ():
            assert words
            yield from in_statement(statement, block.type.text, words, listing)


def in_statement(
    statement: syntax.Statement, type_: str | None, words: WordSymbols, listing: Listing
) -> Iterator[Occurrence]:
    """The names in a line of a block of a type."""
    found = words.field(type_, statement.field.text)
    if found is None:
        return
    symbol, field = found
    yield Occurrence(symbol, statement.field.span)
    second = statement.second.items or () if statement.second else ()
    for item in (*statement.items, *second):
        if isinstance(item, syntax.Name) and item.text not in ("none", "unknown"):
            yield from words.value(field, item, listing)


# vocabularies


def in_vocabulary(tree: syntax.VocabularyFile, path: str) -> Iterator[Occurrence]:
    """The names in a vocabulary."""
    yield Occurrence(Symbol("vocabulary", tree.name.text, path), tree.name.span, declares=True)
    taxonomies = {i.name.text for i in tree.items if isinstance(i, syntax.TaxonomyNode)}
    types = {i.name.text for i in tree.items if isinstance(i, syntax.EntityNode)}
    for item in tree.items:
        match item:
            case syntax.DocumentNode(name):
                yield Occurrence(Symbol("document", name.text, path), name.span, declares=True)
            case syntax.MarkNode(name):
                yield Occurrence(Symbol("mark", name.text, path), name.span, declares=True)
            case syntax.TaxonomyNode(name, _, terms, origin):
                yield Occurrence(Symbol("taxonomy", name.text, path), name.span, declares=True)
                yield from _origin(origin, path)
                yield from _terms(terms, name.text, path)
            case syntax.EntityNode(name, fields=fields, origin=origin) | syntax.ExtensionNode(
                name, fields, origin
            ):
                is_own = isinstance(item, syntax.EntityNode)
                yield Occurrence(Symbol("type", name.text, path), name.span, declares=is_own)
                yield from _origin(origin, path)
                for field in fields:
                    yield from _field(field, name.text, path, taxonomies, types)


def _terms(terms: Iterable[syntax.TermNode], taxonomy: str, path: str) -> Iterator[Occurrence]:
    todo = list(terms)
    while todo:
        term = todo.pop()
        symbol = Symbol("term", term.name.text, path, taxonomy)
        yield Occurrence(symbol, term.name.span, declares=True)
        for mark in term.marks:
            yield Occurrence(Symbol("mark", mark.text, path), mark.span)
        yield from _origin(term.origin, path)
        todo += term.children


def _field(
    field: syntax.FieldNode, type_: str, path: str, taxonomies: set[str], types: set[str]
) -> Iterator[Occurrence]:
    symbol = Symbol("field", field.name.text, path, type_)
    yield Occurrence(symbol, field.name.span, declares=True)
    target = field.target.text if field.target else ""
    if field.target and target in taxonomies | {"place"}:
        home = path if target in taxonomies else ""
        yield Occurrence(Symbol("taxonomy", target, home), field.target.span)
    elif field.target and target in types:
        yield Occurrence(Symbol("type", target, path), field.target.span)
    values = field.evidenced.values if field.evidenced else ()
    usual = (field.usual.value,) if field.usual else ()
    for value in (*values, *usual):
        if isinstance(value, syntax.Name) and target in taxonomies and value.text != "none":
            yield Occurrence(Symbol("term", value.text, path, target), value.span)
    yield from _origin(field.origin, path)
    if field.usual:
        document = field.usual.document
        yield Occurrence(Symbol("document", document.text, path), document.span)


def _origin(origin: syntax.OriginNode | None, path: str) -> Iterator[Occurrence]:
    for place in origin.places if origin else ():
        if isinstance(place, syntax.Name) and place.text != "ours":
            yield Occurrence(Symbol("document", place.text, path), place.span)
