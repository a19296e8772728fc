"""A design brought up to date with what was imported: lines that say they come from there, and no others.

A line with `from` for which nobody answers was imported, and belongs to the import if its `from` names a file of
it. It is written anew where the file says something else, and its values go where the file says nothing any more.
A list may have several authors: files, of which each `from` says which terms come from there, and people, of whom
all other terms are. An import takes back its own terms only. Every line without `from` is somebody's own: it stays
as it is, and where it says something else than the files do, that is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from clausewise.dsl.editing.design import (
    block_of,
    remove_fact,
    set_fact,
    stands_by_default,
    stated_in,
)
from clausewise.dsl.editing.edits import Edit, edited
from clausewise.dsl.editing.layout import kept_in_layout
from clausewise.dsl.models.vocabulary import Field, Vocabulary
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.printing.expressions import item_text
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.dsl.syntax import Block, Design, Item, More, Name, Statement, Text
from clausewise.dsl.text.diagnostic import InvalidError, has_errors
from clausewise.dsl.text.origins import origin_of, terms_from
from clausewise.dsl.text.source import Source
from clausewise.importing.findings import ImportedFact

FactFate = Literal["stated", "changed", "gone", "open", "same", "kept", "undeclared", "otherwise"]
"""What became of a fact: it is new, other than before, no longer so, unknown for a reason that stands in the line,
or as before; or a line that is somebody's own says the same, or lacks some of it; or the line is that of a file
that was imported before, and says otherwise."""
IsOurs = Callable[[str], bool]
"""Whether a file, as a design names it, is one of those that are imported."""
UNKNOWN = (Name("unknown"),)


@lean_dataclass(frozen=True, slots=True)
class FactChange:
    """What became of one fact.

    Attributes:
        what: which of these.
        fact: `entity.field`.
        values: what the files say.
        before: what the design said; of `undeclared` and `otherwise`, what it still says.
        origins: where the files say so.
        dropped: evidence of the value before, which proves nothing of the new one.
    """

    what: FactFate
    fact: str
    values: str
    before: str = ""
    origins: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


@lean_dataclass(frozen=True, slots=True)
class Updated:
    """A design with all facts of an import, and what became of each."""

    source: Source
    changes: tuple[FactChange, ...]


def updated(
    source: Source,
    vocabulary: Vocabulary,
    facts: tuple[ImportedFact, ...],
    names: Mapping[str, str],
    is_ours: IsOurs,
    *,
    fresh: bool = False,
) -> Updated:
    """Bring a design up to date.

    Args:
        source: its text.
        vocabulary: in the words of which it is written.
        facts: what the files say, and of what they do not say it although something of it is in them.
        names: the entities of which they say it, by their types; single ones need none.
        is_ours: whether a file is one of these.
        fresh: whether nobody has written into the design yet, so that all its lines may be written anew.

    Raises:
        InvalidError: the design has mistakes, so that it cannot be told what stands where.
    """
    updating = _Updating(source, vocabulary, names, is_ours, fresh=fresh)
    for fact in facts:
        if fact.values:
            updating.state(fact)
        else:
            updating.leave_open(fact)
    updating.take_back({(fact.field.owner, fact.field.name) for fact in facts})
    return Updated(kept_in_layout(source, updating.source), tuple(updating.changes))


def tree_of(source: Source) -> Design:
    """The tree of a design.

    Raises:
        InvalidError: it has mistakes.
    """
    tree, problems = parse(source, "design")
    if not isinstance(tree, Design) or has_errors(problems):
        raise InvalidError(problems)
    return tree


class _Updating:
    """A design on the way, edit by edit; each is made in the text that the one before left."""

    def __init__(
        self,
        source: Source,
        vocabulary: Vocabulary,
        names: Mapping[str, str],
        is_ours: IsOurs,
        *,
        fresh: bool,
    ) -> None:
        self.source = source
        self.tree = tree_of(source)
        self.vocabulary = vocabulary
        self.names = names
        self.is_ours = is_ours
        self.fresh = fresh
        self.changes: list[FactChange] = []

    def edit(self, *edits: Edit) -> None:
        if edits:
            self.source = edited(self.source, edits)
            self.tree = tree_of(self.source)

    def state(self, fact: ImportedFact) -> None:
        """State a fact where nobody else has, or tell what somebody else's line lacks of it."""
        type_, name, line = self._place(fact)
        before = _told(line.items) if line else ""
        told = _told(_items(fact))
        dropped: tuple[str, ...] = ()
        what: FactFate = "stated"
        if line is None or self._is_free(line, fact.field):
            self._set(fact, self._wanted(fact, line if not self.fresh else None))
        elif not line.imported or line.attestation:
            what = "kept" if self._covers(line, fact) else "undeclared"
        elif not (fact.field.is_many or self._is_ours(line) or {*line.items} == {*_items(fact)}):
            what = "otherwise"
        else:
            wanted = self._wanted(fact, line)
            told = _told(wanted.items)
            what = "changed" if self._is_ours(line) else "stated"
            dropped = tuple(t.text for t in line.evidence if t not in wanted.evidence)
            if _alike(line, wanted):
                what = "same"
            else:
                self._set(fact, wanted)
        named = f"{name or type_}.{fact.field.name}"
        self.changes.append(FactChange(what, named, told, before, fact.origins, dropped))

    def leave_open(self, fact: ImportedFact) -> None:
        """Write down why a fact is not known, where nobody else states it; what the files said before goes."""
        type_, name, line = self._place(fact)
        field = Name(fact.field.name)
        wanted = Statement(field, UNKNOWN, imported=tuple(map(Text, fact.origins)))
        before = ""
        if line is not None and not self._is_free(line, fact.field):
            if not self._is_ours(line):
                return
            wanted = self._without_ours(line, fact.field, wanted.imported)
            before = _told(line.items)
        if line is None or not _alike(line, wanted):
            self._set(fact, wanted)
        named, told = f"{name or type_}.{fact.field.name}", _told(wanted.items)
        self.changes.append(FactChange("open", named, told, before, fact.origins))

    def take_back(self, stated: set[tuple[str, str]]) -> None:
        """Take away what the files said before, of the same entities, and say no more."""
        for block in self.tree.blocks:
            for line in block.statements if self._is_named(block) else ():
                still = (block.type.text, line.field.text) in stated
                if self._is_ours(line) and not still:
                    self._take_back(block, line)

    def _take_back(self, block: Block, line: Statement) -> None:
        type_, name = block.type.text, block.name.text if block.name else None
        fields = self.vocabulary.entities[type_].fields if type_ in self.vocabulary.entities else {}
        rest = self._without_ours(line, fields.get(line.field.text))
        if rest.items != UNKNOWN or rest.evidence or rest.imported:
            self.edit(*set_fact(self.source, self.tree, type_, name, rest))
        else:
            self.edit(*remove_fact(self.source, self.tree, type_, name, line.field.text))
        fact, left = f"{name or type_}.{line.field.text}", _told(rest.items)
        self.changes.append(FactChange("gone", fact, left, _told(line.items)))

    def _place(self, fact: ImportedFact) -> tuple[str, str | None, Statement | None]:
        """The entity of which a fact is, and the line that states its field."""
        type_, name = fact.field.owner, self.names.get(fact.field.owner)
        block = block_of(self.tree, type_, name)
        return type_, name, stated_in(block, fact.field.name) if block else None

    def _set(self, fact: ImportedFact, wanted: Statement) -> None:
        type_, name = fact.field.owner, self.names.get(fact.field.owner)
        order = [*self.vocabulary.entities[type_].fields]
        self.edit(*set_fact(self.source, self.tree, type_, name, wanted, order))

    def _is_free(self, line: Statement, field: Field) -> bool:
        """Whether a line says nothing yet that anybody, or any file, would miss."""
        if self.fresh or line.items == UNKNOWN:
            return True
        usual = field.usual and (Name(field.usual.value),)
        return line.items == usual and stands_by_default(self.source, line)

    def _wanted(self, fact: ImportedFact, line: Statement | None) -> Statement:
        """The line that states a fact. What stands behind a value that stays, stays there as well."""
        items, origins = _items(fact), fact.origins
        if line is None:
            return Statement(Name(fact.field.name), items, imported=tuple(map(Text, origins)))
        others = self._of_others(line)
        if fact.field.is_many:
            kept = [term for term in _terms(line) if term not in self._given(line, fact.values)]
            own = {*_terms(line)} - self._given(line, fact.values, theirs=True)
            origins = fact.origins_of([value for value in fact.values if value not in own])
            items = tuple(
                [*(Name(t) for t in _terms(line) if t in kept or t in fact.values)]
                + [Name(value) for value in fact.values if value not in _terms(line)]
                + [More()]
            )
        elif {*line.items} != {*items}:
            others = ()
        imported = (*others, *map(Text, origins))
        if {*line.items} == {*items}:
            items = line.items
        stays = line.items == UNKNOWN or {*line.items} & {*items} - {More()}
        return Statement(line.field, items, line.evidence if stays else (), imported=imported)

    def _without_ours(
        self, line: Statement, field: Field | None, why: tuple[Text, ...] = ()
    ) -> Statement:
        """A line without what the files said: as somebody else has it, or unknown, and `why` behind that."""
        others = self._of_others(line)
        if field is not None and field.is_many:
            given = self._given(line, ())
            if left := [Name(term) for term in _terms(line) if term not in given]:
                return replace(line, items=(*left, More()), imported=others)
        return replace(line, items=UNKNOWN, imported=(*others, *why))

    def _given(
        self, line: Statement, found: Iterable[str], *, theirs: bool = False
    ) -> frozenset[str]:
        """The terms of a list that come from the files alone, or with `theirs` from any.

        An origin that does not say which come from there may have given what is found there now.
        """
        ours = [text for text in line.imported if self._is_of_ours(text)]
        given: set[str] = set()
        for text in ours:
            given |= terms_from(text.text) or {*found}
        from_others = {term for text in self._of_others(line) for term in terms_from(text.text)}
        return frozenset(given | from_others if theirs else given - from_others)

    def _covers(self, line: Statement, fact: ImportedFact) -> bool:
        """Whether somebody's own line says all that was found: each value, or a term above it."""
        said = {*_terms(line)}
        inside = self.vocabulary.taxonomy_of(fact.field).inside(said)
        return all(value in inside for value in fact.values)

    def _is_named(self, block: Block) -> bool:
        """Whether the files say something of an entity, or may have before."""
        return (block.name.text if block.name else None) == self.names.get(block.type.text)

    def _is_ours(self, line: Statement) -> bool:
        """Whether a line belongs to the import. One for which a person answers is that person's."""
        return line.attestation is None and len(self._of_others(line)) < len(line.imported)

    def _of_others(self, line: Statement) -> tuple[Text, ...]:
        """From where a line comes beside these files."""
        return tuple(text for text in line.imported if not self._is_of_ours(text))

    def _is_of_ours(self, text: Text) -> bool:
        origin = origin_of(text.text)
        return origin is not None and self.is_ours(origin.file)


def _alike(line: Statement, wanted: Statement) -> bool:
    """Whether two lines say the same, in whatever order, and that it comes from the same places."""
    return {*line.items} == {*wanted.items} and {*line.imported} == {*wanted.imported}


def _items(fact: ImportedFact) -> tuple[Item, ...]:
    """The values of a fact; a list stays open."""
    return (*map(Name, fact.values), *([More()] if fact.field.is_many else []))


def _terms(line: Statement) -> list[str]:
    """The terms that a line lists."""
    names = [item.text for item in line.items if isinstance(item, Name)]
    return [] if names in (["unknown"], ["none"]) else names


def _told(items: tuple[Item, ...]) -> str:
    return ", ".join(map(item_text, items))
