"""Makes a design smaller, so that it can be read: facts and entities are left out while something stays so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from clausewise.dsl.startup import lean
from clausewise.dsl.syntax import Block, Design, Statement
from clausewise.testing.strategies import Drawn


def reduced(drawn: Drawn, is_so: Callable[[Drawn], bool]) -> Drawn:
    """A design in which nothing can be left out.

    What is left out is unknown, and not false: what is so of the smaller design is so whatever was left out. Each
    fact is tried once, since one that cannot be left out of a design cannot be left out of a smaller one.

    Args:
        drawn: a design of which it is so.
        is_so: whether it is so of a design for certain, that is, whatever the facts are that it leaves out.
    """
    for index, block in enumerate(drawn.tree.blocks):
        without = _with_statements(drawn, index, ())
        if is_so(without):
            drawn = without
            continue
        for statement in block.statements:
            kept = tuple(s for s in drawn.tree.blocks[index].statements if s is not statement)
            without = _with_statements(drawn, index, kept)
            drawn = without if is_so(without) else drawn
    for block in drawn.tree.blocks:
        without = _with_blocks(drawn, [b for b in drawn.tree.blocks if b is not block])
        if not block.statements and not _is_named(block, without.tree) and is_so(without):
            drawn = without
    return drawn


def _with_statements(drawn: Drawn, index: int, statements: tuple[Statement, ...]) -> Drawn:
    blocks = list(drawn.tree.blocks)
    blocks[index] = lean.replace(blocks[index], statements=statements)
    return _with_blocks(drawn, blocks)


def _with_blocks(drawn: Drawn, blocks: Sequence[Block]) -> Drawn:
    return replace(drawn, tree=lean.replace(drawn.tree, blocks=tuple(blocks)))


def _is_named(block: Block, tree: Design) -> bool:
    """Whether a value of a design is the name of an entity, or a term that is called so."""
    items = (item for b in tree.blocks for s in b.statements for item in s.items)
    return block.name is not None and any(item == block.name for item in items)
