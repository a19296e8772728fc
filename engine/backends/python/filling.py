"""A vocabulary to Python source that makes what was decoded from JSON into what records hold, in one pass.

As in program.py, all names in the source are generated, and all values are constants beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.startup.typed import Any
from clausewise.engine.backends.python.records import Record, RecordLayout, second_slot

Filled = tuple[int, list[list[Record]], list[list[Record]]]
"""How many keys the entities' part of the JSON has; the records of each type that are listed, or may be there."""
Fill = Callable[[Any, int], Filled]
"""Fills in the records of a decoded design, which has those of each type in a slot: `t0`, `t1`, ...

The second argument has a bit for each type of which there may be entities that are not listed.

Raises:
    KeyError: a reference is to an entity that is not there.
"""
Reader = Callable[[Any], Any]


class SeenNames(Protocol):
    """Names that entities had in other designs: most come again, and need not be looked at again.

    Attributes:
        seen: for each type names that are well formed. No name is seen for two types, so that two entities of a
            design whose names are all seen have different ones.
    """

    seen: Mapping[str, set[str]]

    def see(self, *named: Mapping[str, Any]) -> None:
        """Look at the names of a design's entities of each type, which are not all seen."""


def filler(
    layouts: Mapping[str, RecordLayout],
    classes: Mapping[str, type[Record]],
    reader: Callable[[Field], Reader | None],
    names: SeenNames,
) -> Fill:
    """The generated function for the records of all types.

    Args:
        reader: gives what reads the values of a field; `None` if records hold them as JSON does.
    """
    writer = _Writer(layouts, classes, reader, names)
    source = "\n".join(["def fill(design, others):", *(f" {line}" for line in writer.lines())])
    exec(compile(source, "<intake>", "exec"), writer.constants)
    made: Fill = writer.constants["fill"]
    return made


@dataclass(slots=True)
class _Writer:
    layouts: Mapping[str, RecordLayout]
    classes: Mapping[str, type[Record]]
    reader: Callable[[Field], Reader | None]
    names: SeenNames
    constants: dict[str, Any] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        numbered = list(enumerate(self.layouts.values()))
        named = [(n, layout.entity.name) for n, layout in numbered if not layout.entity.single]
        yield "keys = 0"
        for index, layout in numbered:
            yield from self._found(index, layout)
        yield from self._named({f"records_{index}": self.names.seen[name] for index, name in named})
        for index, layout in numbered:
            yield from self._filled(index, layout)
        for index, layout in numbered:
            if layout.entity.required:
                yield f"if not listed_{index}: others |= {layout.opens}"
        yield f"listed = [{', '.join(f'listed_{index}' for index, _ in numbered)}]"
        yield "if not others: return keys, listed, listed"
        possible = (
            f"[*listed_{index}, UNLISTED_{index}] if others & {1 << index} else listed_{index}"
            for index, _ in numbered
        )
        yield f"return keys, listed, [{', '.join(possible)}]"

    def _named(self, seen: Mapping[str, set[str]]) -> Iterator[str]:
        """Lines that look at the entities' names. What is seen is held as the records of its type are."""
        if seen:
            self.constants |= {f"SEEN_{of}": names for of, names in seen.items()} | {
                "see": self.names.see
            }
            known = " and ".join(f"SEEN_{records}.issuperset({records})" for records in seen)
            yield f"if not ({known}): see({', '.join(seen)})"

    def _found(self, index: int, layout: RecordLayout) -> Iterator[str]:
        """Lines that take a type's records out of the design, and count the keys that they may have."""
        self.constants |= {f"UNLISTED_{index}": layout.unlisted, f"NOBODY_{index}": layout.nobody}
        fields = len(layout.entity.fields)
        yield f"records_{index} = design.t{index}"
        if layout.entity.single:
            self.constants |= {
                f"NEW_{index}": self.classes[layout.entity.name],
                f"TYPE_{index}": layout.entity.name,
            }
            yield f"keys += {fields} if records_{index} is None else {fields + 1}"
            yield f"listed_{index} = [records_{index} or NEW_{index}()]"
        else:
            yield f"if records_{index} is None: records_{index} = {{}}"
            yield f"else: keys += 1 + {fields + 1} * len(records_{index})"
            yield f"listed_{index} = [*records_{index}.values()]"

    def _filled(self, index: int, layout: RecordLayout) -> Iterator[str]:
        """Lines that fill in a type's records, and take off a key for each that is not there."""
        if layout.entity.single:
            yield f"for record in listed_{index}:"
            yield f" record.name = TYPE_{index}"
        else:
            yield f"for name, record in records_{index}.items():"
            yield " record.name = name"
        for of in layout.entity.fields.values():
            slot = layout.slots[of.name]
            lines = list(self._read(of, "record." + slot))
            if any(line.startswith(" e") for line in lines):  # what is there is read, too
                yield f" if (value := record.{slot}) is None:"
            else:
                yield f" if record.{slot} is None:"
            yield "  keys -= 1"
            yield from lines

    def _read(self, of: Field, slot: str) -> Iterator[str]:
        """Lines for what else a field's slot holds where its value is not there, and where it is."""
        if of.is_reference:
            yield from self._many(of, slot) if of.is_many else self._one(of, slot)
        elif of.is_many:
            yield f"  {slot} = (None,)"
        elif of.shape == "yes-no":
            yield f" else: {slot} = 'yes' if value else 'no'"
        elif read := self.reader(of):
            read_by = f"READ_{len(self.constants)}"
            self.constants[read_by] = read
            second = second_slot(of, slot)
            yield f" else: {f'{slot}, {second}' if second else slot} = {read_by}(value)"

    def _one(self, of: Field, slot: str) -> Iterator[str]:
        target, opens = self._target(of)
        yield f"  {slot} = UNLISTED_{target}"
        yield f"  others |= {opens}"
        if of.may_be_none:
            yield f" elif value == []: {slot} = NOBODY_{target}"
        yield f" else: {slot} = records_{target}[value]"

    def _many(self, of: Field, slot: str) -> Iterator[str]:
        """Most lists are short, and are written out: a loop of their own would take twice as long."""
        target, opens = self._target(of)
        both = f"{slot} = {slot}_possible"
        find = f"records_{target}"
        yield f"  {slot} = ()"
        yield f"  {slot}_possible = (UNLISTED_{target},)"
        yield f"  others |= {opens}"
        yield f" elif not value: {both} = ()"
        yield f" elif len(value) == 1: {both} = ({find}[value[0]],)"
        yield " elif len(value) == 2 and value[1] is not None:"
        yield f"  {both} = ({find}[value[0]], {find}[value[1]])"
        yield " elif value[-1] is None:"
        yield f"  {slot} = known = tuple([{find}[name] for name in value[:-1]])"
        yield f"  {slot}_possible = (*known, UNLISTED_{target})"
        yield f"  others |= {opens}"
        yield f" else: {both} = tuple([{find}[name] for name in value])"

    def _target(self, of: Field) -> tuple[int, int]:
        """The number of the type that a field refers to, and the types that are open where it is."""
        target = of.target or ""
        return list(self.layouts).index(target), self.layouts[target].opens
