"""A design brought up to date with what was imported: lines that say they come from there, and no others.

A line belongs to an import if its `from` names a file of it, and nobody answers for it. It is written anew where
the file says something else, and its values go where the file says nothing any more. Every other line is
somebody's own: it stays as it is, and where it says something else than the files do, that is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from clausewise.dsl.editing.design import block_of, remove_fact, set_fact, stated_in
from clausewise.dsl.editing.edits import Edit, edited
from clausewise.dsl.editing.layout import kept_in_layout
from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.printing.expressions import item_text
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.dsl.syntax import Block, Design, Item, More, Name, Statement, Text
from clausewise.dsl.text.diagnostic import InvalidError, has_errors
from clausewise.dsl.text.origins import origin_of
from clausewise.dsl.text.source import Source
from clausewise.importing.findings import ImportedFact

FactFate = Literal["stated", "changed", "gone", "same", "kept", "undeclared"]
"""What became of a fact: it is new, other than before, no longer so, or as before; or a line that is somebody's
own says the same, or lacks some of it."""
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
        before: what the design said; of `undeclared`, what it still says.
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
        facts: what the files say.
        names: the entities of which they say it, by their types; single ones need none.
        is_ours: whether a file is one of these.
        fresh: whether nobody has written into the design yet, so that all its lines may be written anew.

    Raises:
        InvalidError: the design has mistakes, so that it cannot be told what stands where.
    """
    updating = _Updating(source, vocabulary, names, is_ours, fresh=fresh)
    for fact in facts:
        updating.state(fact)
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
        type_, name = fact.field.owner, self.names.get(fact.field.owner)
        block = block_of(self.tree, type_, name)
        line = stated_in(block, fact.field.name) if block else None
        wanted = self._wanted(fact, line)
        before = _told(line.items) if line else ""
        dropped: tuple[str, ...] = ()
        what: FactFate = "stated"
        if line and line.items != UNKNOWN and not self.fresh and not self._is_ours(line):
            what = "kept" if self._covers(line, fact) else "undeclared"
        elif line and _alike(line, wanted):
            what = "same"
        else:
            if line and line.items != UNKNOWN and not self.fresh:
                what = "changed"
                dropped = tuple(t.text for t in line.evidence if t not in wanted.evidence)
            order = [*self.vocabulary.entities[type_].fields]
            self.edit(*set_fact(self.source, self.tree, type_, name, wanted, order))
        told = f"{name or type_}.{fact.field.name}", _told(wanted.items)
        self.changes.append(FactChange(what, *told, before, fact.origins, dropped))

    def take_back(self, stated: set[tuple[str, str]]) -> None:
        """Take away what the files said before, of the same entities, and say no more."""
        for block in self.tree.blocks:
            for line in block.statements if self._is_named(block) else ():
                still = (block.type.text, line.field.text) in stated
                if self._is_ours(line) and not still and line.items != UNKNOWN:
                    self._take_back(block, line)

    def _take_back(self, block: Block, line: Statement) -> None:
        type_, name = block.type.text, block.name.text if block.name else None
        rest = replace(line, items=UNKNOWN, imported=self._of_others(line))
        if line.evidence or rest.imported:
            self.edit(*set_fact(self.source, self.tree, type_, name, rest))
        else:
            self.edit(*remove_fact(self.source, self.tree, type_, name, line.field.text))
        fact = f"{name or type_}.{line.field.text}"
        self.changes.append(FactChange("gone", fact, "", _told(line.items)))

    def _wanted(self, fact: ImportedFact, line: Statement | None) -> Statement:
        """The line that states a fact. What stands behind a value that stays, stays there as well."""
        items: tuple[Item, ...] = tuple(map(Name, fact.values))
        if fact.field.is_many:
            items = (*items, More())
        imported = tuple(map(Text, fact.origins))
        if line is None or self.fresh:
            return Statement(Name(fact.field.name), items, imported=imported)
        if {*line.items} == {*items}:
            items, imported = line.items, (*self._of_others(line), *imported)
        stays = line.items == UNKNOWN or {*line.items} & {*items} - {More()}
        return Statement(line.field, items, line.evidence if stays else (), imported=imported)

    def _covers(self, line: Statement, fact: ImportedFact) -> bool:
        """Whether somebody's own line says all that was found: each value, or a term above it."""
        said = {item.text for item in line.items if isinstance(item, Name)} - {"none"}
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


def _told(items: tuple[Item, ...]) -> str:
    return ", ".join(map(item_text, items))
