"""Checks a vocabulary: makes the model of its tree, and records what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from clausewise.dsl.models.declared import documents_of, origin_of
from clausewise.dsl.models.documents import OURS, Origin
from clausewise.dsl.models.extension import joined
from clausewise.dsl.models.places import places
from clausewise.dsl.models.shapes import SHAPES
from clausewise.dsl.models.taxonomy import YES_NO, Taxonomy, folded
from clausewise.dsl.models.vocabulary import EntityType, EvidencedValues, Field, Usual, Vocabulary
from clausewise.dsl.syntax import (
    DocumentNode,
    EntityNode,
    ExtensionNode,
    FieldNode,
    MarkNode,
    Name,
    OriginNode,
    Range,
    TaxonomyNode,
    TermNode,
    VocabularyFile,
)
from clausewise.dsl.text.diagnostic import Diagnostic, Diagnostics
from clausewise.dsl.text.names import HEADER, RESERVED, hint_for, in_words
from clausewise.dsl.text.source import Source


def check_vocabulary(
    tree: VocabularyFile, source: Source, bases: Sequence[tuple[VocabularyFile, Source]] = ()
) -> tuple[Vocabulary | None, list[Diagnostic]]:
    """Check a vocabulary's tree. The vocabulary is `None` if it has errors.

    Args:
        tree: what its file holds.
        source: the text of that file.
        bases: the vocabularies to which it adds, without mistakes, each after those to which it adds itself.
    """
    problems = Diagnostics(source)
    for node in tree.items if not bases else ():
        if isinstance(node, ExtensionNode):
            message = f"`extend {node.name.text}` adds to another vocabulary, and none is named"
            hint = "write `extends a-name` behind the name of the vocabulary"
            problems.add("E337", message, node.name.span, hint=hint)
    if bases:
        whole = bases[0][0]
        for base, of in bases[1:]:
            whole = joined(whole, base, Diagnostics(of))
        tree = joined(whole, tree, problems)
    checker = _VocabularyChecker(tree, problems)
    checker.check_header()
    taxonomies = checker.taxonomies()
    entities = checker.entities(taxonomies)
    if problems.found or tree.subject is None:
        return None, problems.found
    title = tree.title.text if tree.title else tree.name.text
    vocabulary = Vocabulary(
        name=tree.name.text,
        subject=tree.subject.text,
        title=title,
        taxonomies=taxonomies,
        entities=entities,
        source=source,
        marks=checker.marks,
        documents=checker.documents,
        bases=tuple(of for _, of in bases),
    )
    return vocabulary, problems.found


class _VocabularyChecker:
    def __init__(self, tree: VocabularyFile, problems: Diagnostics) -> None:
        self.tree = tree
        self.problems = problems
        nodes = [item for item in tree.items if isinstance(item, MarkNode)]
        self.unique([node.name for node in nodes], "mark")
        self.marks = {node.name.text: node.description.text for node in nodes}
        declared = [item.name for item in tree.items if isinstance(item, DocumentNode)]
        self.unique(declared, "document")
        self.allowed(declared, {OURS})
        self.documents = documents_of(tree.items)

    def origin(self, node: OriginNode | None) -> Origin | None:
        return origin_of(node, self.documents, self.problems)

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
        replaced: dict[str, str] = {}
        labels: dict[str, str] = {}
        origins: dict[str, Origin] = {}
        names: list[Name] = []
        todo: list[tuple[TermNode, tuple[str, ...], Origin | None]]
        todo = [(term, (), self.origin(node.origin)) for term in node.terms]
        while todo:
            term, above, around = todo.pop(0)
            names.append(term.name)
            origin = self.origin(term.origin) or around
            if origin:
                origins[term.name.text] = origin
            if term.label:
                labels[term.name.text] = term.label.text
            parents.setdefault(term.name.text, above)
            if term.description:
                descriptions[term.name.text] = term.description.text
            for word in map(folded, (text.text for text in term.also)):
                synonyms[word] = (*synonyms.get(word, ()), term.name.text)
            if term.replaced:
                replaced[term.name.text] = term.replaced.text
            for mark in self.known_marks(term):
                marks[mark] = (*marks.get(mark, ()), term.name.text)
            todo[:0] = [(child, (term.name.text,), origin) for child in term.children]
        self.unique(names, f"term of `{node.name.text}`")
        self.allowed(names)
        about = node.description.text if node.description else ""
        return Taxonomy(
            name=node.name.text,
            parents=parents,
            descriptions=descriptions,
            about=about,
            synonyms=synonyms,
            marks=marks,
            replaced=replaced,
            labels=labels,
            origins=origins,
        )

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
        origin = self.origin(node.origin)
        fields = {f.name.text: self.field(node, f, types, taxonomies, origin) for f in node.fields}
        return EntityType(
            node.name.text,
            node.description.text,
            node.modifier == "single",
            node.modifier == "required",
            fields,
            tuple([folded(text.text) for text in node.also]),
        )

    def field(
        self,
        owner: EntityNode,
        node: FieldNode,
        types: Mapping[str, EntityNode],
        taxonomies: Mapping[str, Taxonomy],
        of_type: Origin | None,
    ) -> Field:
        target = node.target.text if node.target else None
        is_reference = target is not None and target in types
        self.check_target(node, types, taxonomies)
        self.check_words(node, is_reference=is_reference)
        self.check_holes(node, owner.name.text)
        none = SHAPES[node.shape].none
        return Field(
            owner=owner.name.text,
            name=node.name.text,
            shape=node.shape,
            target=target,
            is_reference=is_reference,
            may_be_none=node.or_none or none == "always",
            kind=node.kind,
            evidence=self.evidence(node, taxonomies) if node.evidenced else None,
            ask=node.ask.text,
            span=node.name.span,
            replaced=node.replaced.text if node.replaced else "",
            label=node.label.text if node.label else in_words(node.name.text),
            short=node.short.text if node.short else "",
            origin=self.origin(node.origin) or of_type,
            usual=self.usual(node, taxonomies) if node.usual else None,
            by_two=node.by_two,
            essence=node.essence,
            also=tuple([folded(text.text) for text in node.also]),
        )

    def check_target(
        self,
        node: FieldNode,
        types: Mapping[str, EntityNode],
        taxonomies: Mapping[str, Taxonomy],
    ) -> None:
        """Record what is wrong with the taxonomy or the type from which a field has its values."""
        target = node.target
        if target is None:
            return
        if target.text not in types and target.text not in taxonomies and target.text != "place":
            message = f"there is no taxonomy or entity type `{target.text}`"
            hint = hint_for(target.text, [*taxonomies, "place", *types], "known")
            self.problems.add("E201", message, target.span, hint=hint)
        elif target.text in types and types[target.text].modifier == "single":
            message = f"`{target.text}` is single: no field can refer to it"
            hint = f"name it by its type in conditions: `{target.text}.field`"
            self.problems.add("E310", message, target.span, hint=hint)

    def check_words(self, node: FieldNode, *, is_reference: bool) -> None:
        """Record words behind a field that do not go with its shape or its kind."""
        none = SHAPES[node.shape].none
        if node.or_none and none != "declared":
            self.problems.add(
                "E311",
                f"`{node.shape}` cannot be declared `or none`",
                node.name.span,
                hint="only `one of ... or none` and `text or none` can; `any of` needs no `or none`",
            )
        if node.by_two and node.kind != "judgement":
            message = f"`{node.name.text}` is no judgement, so nobody answers for it"
            hint = "leave `by two` out, or write `judgement by two`"
            self.problems.add("E334", message, node.name.span, hint=hint)
        if node.essence and node.kind != "choice":
            message = f"`{node.name.text}` is no choice, so no change of it is ever proposed"
            hint = "leave `essence` out, or write `choice essence`"
            self.problems.add("E338", message, node.name.span, hint=hint)
        if node.replaced and is_reference:
            message = f"`{node.name.text}` refers to entities, so nothing replaces it"
            hint = "leave `replaced` out, or take the field away"
            self.problems.add("E333", message, node.replaced.span, hint=hint)

    def check_holes(self, node: FieldNode, type_: str) -> None:
        """Record what stands in braces in a question and is not the type of which it asks."""
        for text in filter(None, (node.ask, node.short)):
            for hole in re.findall(r"\{([^{}]*)\}", text.text):
                if hole != type_:
                    message = f"`{{{hole}}}` names nothing here"
                    hint = f"write `{{{type_}}}`, for which the name of the entity stands"
                    self.problems.add("E307", message, text.span, hint=hint)

    def usual(self, node: FieldNode, taxonomies: Mapping[str, Taxonomy]) -> Usual:
        """The default of a field; a value that it cannot have, or an unknown document, is recorded."""
        assert node.usual is not None
        value, document = node.usual.value, node.usual.document
        known = self.values_of(node, taxonomies)
        if value.text not in known:
            message = f"`{node.name.text}` has no value `{value.text}`"
            hint = hint_for(value.text, known, "values")
            self.problems.add("E201", message, value.span, hint=hint)
        origin_of(OriginNode((document,)), self.documents, self.problems)
        return Usual(value.text, document.text)

    def values_of(self, node: FieldNode, taxonomies: Mapping[str, Taxonomy]) -> list[str]:
        """The terms that a field can have, and `none` if it can be that."""
        terms = self.terms_of(node, taxonomies)
        has_none = node.or_none or SHAPES[node.shape].none == "always"
        return [*(terms.parents if terms else ()), *(["none"] if has_none else [])]

    def evidence(self, node: FieldNode, taxonomies: Mapping[str, Taxonomy]) -> EvidencedValues:
        """Which values of a field need evidence; a value that the field cannot have is recorded."""
        assert node.evidenced is not None
        terms = self.terms_of(node, taxonomies)
        known = self.values_of(node, taxonomies)
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
