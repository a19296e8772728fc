"""What can be described: the subject, taxonomies, entity types and fields."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

from clausewise.dsl.models.places import places
from clausewise.dsl.models.shapes import SHAPES
from clausewise.dsl.models.taxonomy import YES_NO, Taxonomy, folded
from clausewise.dsl.startup.lean import field, lean_dataclass
from clausewise.dsl.syntax import (
    EntityNode,
    FieldNode,
    MarkNode,
    Name,
    Range,
    Shape,
    TaxonomyNode,
    TermNode,
    VocabularyFile,
)
from clausewise.dsl.text.diagnostic import Diagnostic, Diagnostics
from clausewise.dsl.text.names import HEADER, RESERVED, hint_for
from clausewise.dsl.text.source import Source, Span


@lean_dataclass(frozen=True, slots=True)
class EvidencedValues:
    """Which values of a field need evidence.

    Attributes:
        word: `for` if those listed do, `but` if all others do, and empty if all do.
        inside: the terms listed and all below them, and `none` if that is listed.
        above: the terms that may turn out to be one of these.
        ranges: the ranges of ages listed.
    """

    word: str
    inside: frozenset[str]
    above: frozenset[str]
    ranges: tuple[Range, ...]
    words: str
    """How the vocabulary says so."""


@lean_dataclass(frozen=True, slots=True)
class Field:
    """A field of an entity type.

    Attributes:
        owner: the entity type's name.
        shape: its type: what it holds is in `shapes.py`.
        target: the taxonomy or entity type that the values come from, for shapes that have one.
        is_reference: whether `target` is an entity type.
        may_be_none: whether `none` is a value: always for `any of`, else where it is declared.
        kind: `world`, `choice` or `judgement`.
        evidence: which claims need evidence when a reviewer requires it; `None` if none does.
        ask: the question; `{owner}` stands for the entity's name.
    """

    owner: str
    name: str
    shape: Shape
    target: str | None
    is_reference: bool
    may_be_none: bool
    kind: str
    evidence: EvidencedValues | None
    ask: str
    span: Span = field(compare=False)

    @property
    def evidenced(self) -> bool:
        """Whether some claims need evidence when a reviewer requires it."""
        return self.evidence is not None

    @property
    def is_many(self) -> bool:
        """Whether a fact of this field may have several values."""
        return SHAPES[self.shape].is_many

    @property
    def has_terms(self) -> bool:
        """Whether the values are terms of a taxonomy, `yes` and `no` included."""
        return self.shape == "yes-no" or (self.target is not None and not self.is_reference)

    @property
    def is_text(self) -> bool:
        """Whether a value is held as text: the name of a term, or a text. `none` is then the empty text."""
        return SHAPES[self.shape].is_text and not self.is_reference


@lean_dataclass(frozen=True, slots=True)
class EntityType:
    """A type of entity. `single`: there is exactly one. `required`: there is at least one."""

    name: str
    description: str
    single: bool
    required: bool
    fields: Mapping[str, Field]


@lean_dataclass(frozen=True)
class Vocabulary:
    """A checked vocabulary."""

    name: str
    subject: str
    title: str
    taxonomies: Mapping[str, Taxonomy]
    entities: Mapping[str, EntityType]
    source: Source = field(compare=False, repr=False)
    marks: Mapping[str, str] = field(default_factory=dict)
    """What each mark says of the terms that bear it."""

    def leading_to(self, type_name: str) -> Mapping[str, tuple[Field, ...]]:
        """The types of which somebody that is not listed may be named by a reference, with these references.

        They are the type itself, and those from which references lead to it, over any number of links: an unlisted
        entity of one of them may refer to an unlisted entity of the next.
        """
        if type_name not in self._leading_to:
            found = {type_name: self._references_to(type_name)}
            todo = [type_name]
            for target in todo:
                for reference in self._references_to(target):
                    if not self.entities[reference.owner].single and reference.owner not in found:
                        found[reference.owner] = self._references_to(reference.owner)
                        todo.append(reference.owner)
            self._leading_to[type_name] = found
        return self._leading_to[type_name]

    @cached_property
    def _leading_to(self) -> dict[str, Mapping[str, tuple[Field, ...]]]:
        return {}

    def ensuring(self, type_name: str) -> Sequence[str]:
        """The types of which an entity leads to one of a type for certain: by references that are never `none`.

        They are the type itself, and those from which such references lead to it, over any number of links.
        """
        found = [type_name]
        for target in found:
            references = [f for f in self._references_to(target) if not f.may_be_none]
            found += {f.owner: None for f in references if f.owner not in found}
        return found

    def _references_to(self, type_name: str) -> tuple[Field, ...]:
        fields = [field for type_ in self.entities.values() for field in type_.fields.values()]
        return tuple([f for f in fields if f.is_reference and f.target == type_name])

    def taxonomy(self, name: str) -> Taxonomy:
        """A taxonomy by name, the built-in `place` and `yes-no` included.

        Raises:
            KeyError: there is none of that name.
        """
        if name == "place":
            return places()
        return YES_NO if name == "yes-no" else self.taxonomies[name]

    def taxonomy_of(self, field: Field) -> Taxonomy:
        """The taxonomy that a field's values come from.

        Raises:
            KeyError: the field's values are not terms.
        """
        return YES_NO if field.shape == "yes-no" else self.taxonomy(field.target or "")


def check_vocabulary(
    tree: VocabularyFile, source: Source
) -> tuple[Vocabulary | None, list[Diagnostic]]:
    """Check a vocabulary's tree. The vocabulary is `None` if it has errors."""
    problems = Diagnostics(source)
    checker = _VocabularyChecker(tree, problems)
    checker.check_header()
    taxonomies = checker.taxonomies()
    entities = checker.entities(taxonomies)
    if problems.found or tree.subject is None:
        return None, problems.found
    title = tree.title.text if tree.title else tree.name.text
    vocabulary = Vocabulary(
        tree.name.text, tree.subject.text, title, taxonomies, entities, source, checker.marks
    )
    return vocabulary, problems.found


class _VocabularyChecker:
    def __init__(self, tree: VocabularyFile, problems: Diagnostics) -> None:
        self.tree = tree
        self.problems = problems
        nodes = [item for item in tree.items if isinstance(item, MarkNode)]
        self.unique([node.name for node in nodes], "mark")
        self.marks = {node.name.text: node.description.text for node in nodes}

    def check_header(self) -> None:
        if self.tree.subject is None:
            self.problems.add(
                "E205",
                "the vocabulary does not say what it is about",
                self.tree.name.span,
                hint="write `subject deployment` after its name",
            )

    def taxonomies(self) -> dict[str, Taxonomy]:
        nodes = [item for item in self.tree.items if isinstance(item, TaxonomyNode)]
        self.unique([node.name for node in nodes], "taxonomy", taken=("place", "yes-no"))
        return {node.name.text: self.taxonomy(node) for node in nodes}

    def taxonomy(self, node: TaxonomyNode) -> Taxonomy:
        parents: dict[str, tuple[str, ...]] = {}
        descriptions: dict[str, str] = {}
        synonyms: dict[str, tuple[str, ...]] = {}
        marks: dict[str, tuple[str, ...]] = {}
        names: list[Name] = []
        todo: list[tuple[TermNode, tuple[str, ...]]] = [(term, ()) for term in node.terms]
        while todo:
            term, above = todo.pop(0)
            names.append(term.name)
            parents.setdefault(term.name.text, above)
            if term.description:
                descriptions[term.name.text] = term.description.text
            for word in map(folded, (text.text for text in term.also)):
                synonyms[word] = (*synonyms.get(word, ()), term.name.text)
            for mark in self.known_marks(term):
                marks[mark] = (*marks.get(mark, ()), term.name.text)
            todo[:0] = [(child, (term.name.text,)) for child in term.children]
        self.unique(names, f"term of `{node.name.text}`")
        self.allowed(names)
        about = node.description.text if node.description else ""
        return Taxonomy(node.name.text, parents, descriptions, about, synonyms, marks)

    def known_marks(self, term: TermNode) -> list[str]:
        """The marks of a term that the vocabulary declares; another is recorded."""
        self.unique(term.marks, f"mark of `{term.name.text}`")
        for mark in term.marks:
            if mark.text not in self.marks:
                hint = hint_for(mark.text, list(self.marks), "marks")
                self.problems.add("E201", f"there is no mark `{mark.text}`", mark.span, hint=hint)
        return list(dict.fromkeys(mark.text for mark in term.marks))

    def entities(self, taxonomies: Mapping[str, Taxonomy]) -> dict[str, EntityType]:
        nodes = [item for item in self.tree.items if isinstance(item, EntityNode)]
        names = [node.name for node in nodes]
        self.unique(names, "entity type", taken=taxonomies)
        subject = self.tree.subject.text if self.tree.subject else ""
        self.allowed(names, {*RESERVED, *HEADER, subject})
        types = {node.name.text: node for node in nodes}
        return {name: self.entity(node, types, taxonomies) for name, node in types.items()}

    def entity(
        self,
        node: EntityNode,
        types: Mapping[str, EntityNode],
        taxonomies: Mapping[str, Taxonomy],
    ) -> EntityType:
        self.unique([field.name for field in node.fields], f"field of `{node.name.text}`")
        fields = {f.name.text: self.field(node, f, types, taxonomies) for f in node.fields}
        return EntityType(
            node.name.text,
            node.description.text,
            node.modifier == "single",
            node.modifier == "required",
            fields,
        )

    def field(
        self,
        owner: EntityNode,
        node: FieldNode,
        types: Mapping[str, EntityNode],
        taxonomies: Mapping[str, Taxonomy],
    ) -> Field:
        target = node.target.text if node.target else None
        is_reference = target is not None and target in types
        if node.target and not is_reference and target not in taxonomies and target != "place":
            self.problems.add(
                "E201",
                f"there is no taxonomy or entity type `{target}`",
                node.target.span,
                hint=hint_for(node.target.text, [*taxonomies, "place", *types], "known"),
            )
        if node.target and is_reference and types[node.target.text].modifier == "single":
            self.problems.add(
                "E310",
                f"`{target}` is single: no field can refer to it",
                node.target.span,
                hint=f"name it by its type in conditions: `{target}.field`",
            )
        none = SHAPES[node.shape].none
        if node.or_none and none != "declared":
            self.problems.add(
                "E311",
                f"`{node.shape}` cannot be declared `or none`",
                node.name.span,
                hint="only `one of ... or none` and `text or none` can; `any of` needs no `or none`",
            )
        return Field(
            owner.name.text,
            node.name.text,
            node.shape,
            target,
            is_reference,
            node.or_none or none == "always",
            node.kind,
            self.evidence(node, taxonomies) if node.evidenced else None,
            node.ask.text,
            node.name.span,
        )

    def evidence(self, node: FieldNode, taxonomies: Mapping[str, Taxonomy]) -> EvidencedValues:
        """Which values of a field need evidence; a value that the field cannot have is recorded."""
        assert node.evidenced is not None
        terms = self.terms_of(node, taxonomies)
        has_none = node.or_none or SHAPES[node.shape].none == "always"
        known = [*(terms.parents if terms else ()), *(["none"] if has_none else [])]
        names, ranges = [], []
        for value in node.evidenced.values:
            if isinstance(value, Range) and node.shape == "ages":
                ranges.append(value)
            elif isinstance(value, Name) and value.text in known:
                names.append(value.text)
            else:
                said = value.text if isinstance(value, Name) else "a range"
                hint = hint_for(said, known, "values")
                message = f"`{node.name.text}` has no value `{said}`"
                self.problems.add("E201", message, value.span, hint=hint)
        listed = [name for name in names if name != "none"]
        inside = terms.inside(listed) if terms else frozenset()
        above = terms.above(listed) if terms else frozenset()
        none = {"none"} & {*names}
        ages = [
            f"{'' if r.low is None else r.low}..{'' if r.high is None else r.high}" for r in ranges
        ]
        words = " ".join(["evidenced", node.evidenced.word, ", ".join([*names, *ages])]).rstrip()
        return EvidencedValues(node.evidenced.word, inside | none, above, tuple(ranges), words)

    def terms_of(self, node: FieldNode, taxonomies: Mapping[str, Taxonomy]) -> Taxonomy | None:
        """The taxonomy of a field's values, if they are terms."""
        if node.shape == "yes-no":
            return YES_NO
        target = node.target.text if node.target else ""
        return places() if target == "place" else taxonomies.get(target)

    def unique(self, names: Iterable[Name], what: str, taken: Collection[str] = ()) -> None:
        """Record names that are declared twice, or that are among the taxonomies' names, `taken`."""
        first: dict[str, Name] = {}
        for name in names:
            if name.text in taken:
                message = f"`{name.text}` is the name of a taxonomy already"
                self.problems.add("E206", message, name.span, hint="choose another name")
            elif name.text in first:
                self.problems.add(
                    "E202",
                    f"the {what} `{name.text}` is declared twice",
                    name.span,
                    hint="rename one of them",
                    labels=[(first[name.text].span, "first declared here")],
                )
            first.setdefault(name.text, name)

    def allowed(self, names: Iterable[Name], reserved: Collection[str] = RESERVED) -> None:
        for name in names:
            if name.text in reserved:
                self.problems.add(
                    "E203",
                    f"`{name.text}` is a reserved word",
                    name.span,
                    hint="choose another name",
                )
