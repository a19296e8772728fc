"""Pairs of complete designs that differ in one fact, as a law says."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import reject, strategies as st

from clausewise.dsl.models.deployment import Terms, Value
from clausewise.dsl.models.written import items_of
from clausewise.dsl.printing.expressions import item_text
from clausewise.dsl.startup import lean
from clausewise.dsl.syntax import Block, Statement
from clausewise.engine.core.laws import NeverWorsens
from clausewise.testing.complete import NONE, OF_EACH, CompleteDesigns, StatedItems, statement_of
from clausewise.testing.strategies import Drawn


@dataclass(frozen=True, repr=False)
class ChangedPair:
    """Two designs that differ in one fact, of an entity. As text it is the change."""

    before: Drawn
    after: Drawn
    entity: str
    first: Statement
    second: Statement

    def __str__(self) -> str:
        first, second = (", ".join(map(item_text, s.items)) for s in (self.first, self.second))
        return f"`{self.entity}.{self.first.field.text}` changes from `{first}` to `{second}`"

    def of(self, drawn: Drawn) -> ChangedPair:
        """The same change of another design."""
        first, second = (_with(drawn, self.entity, s) for s in (self.first, self.second))
        return replace(self, before=first, after=second)


def changes(designs: CompleteDesigns, claim: NeverWorsens) -> st.SearchStrategy[ChangedPair]:
    """Pairs of designs of which a law says that the second is no worse."""

    def changed(draw: st.DrawFn) -> ChangedPair:
        drawn = draw(designs.strategy())
        blocks = [block for block in drawn.tree.blocks if block.type.text == claim.field.owner]
        if not blocks:
            reject()
        block = draw(st.sampled_from(blocks))
        first, second = (
            statement_of(claim.field, items) for items in _values(draw, block, designs, claim)
        )
        return ChangedPair(drawn, drawn, (block.name or block.type).text, first, second).of(drawn)

    return st.composite(changed)()


def _values(
    draw: st.DrawFn, block: Block, designs: CompleteDesigns, claim: NeverWorsens
) -> tuple[StatedItems, StatedItems]:
    """What the fact is before and after."""
    drawn = designs.values(claim.field, {})
    known = {statement.field.text: statement.items for statement in block.statements}
    stated = known.get(claim.field.name) or draw(drawn)
    first, second = (
        _one_of(draw, values, designs, claim) for values in (claim.before, claim.after)
    )
    if claim.word == "changing":
        return first or stated, second or draw(drawn)
    term = first or second
    others = tuple(item for item in stated if item not in (*term, *NONE))
    if not others and not claim.field.may_be_none:
        reject()
    without, with_ = others or NONE, (*others, *term)
    return (without, with_) if claim.word == "adding" else (with_, without)


def _one_of(
    draw: st.DrawFn,
    values: tuple[Value, ...] | None,
    designs: CompleteDesigns,
    claim: NeverWorsens,
) -> StatedItems:
    """One of the values, as a design states it: of terms, one of those of which designs are drawn."""
    if values is None:
        return ()
    terms = designs.terms(claim.field) if claim.field.has_terms else ()
    known = [v for v in values if not isinstance(v, Terms) or not v.names or v.names[0] in terms]
    return items_of(draw(st.sampled_from(known or values[:OF_EACH])))


def _with(drawn: Drawn, entity: str, statement: Statement) -> Drawn:
    """A design with one fact in place of what was stated."""
    blocks = [
        _restated(block, statement) if (block.name or block.type).text == entity else block
        for block in drawn.tree.blocks
    ]
    return replace(drawn, tree=lean.replace(drawn.tree, blocks=tuple(blocks)))


def _restated(block: Block, statement: Statement) -> Block:
    known = {stated.field.text: stated for stated in block.statements}
    known[statement.field.text] = statement
    return lean.replace(block, statements=tuple(known.values()))
