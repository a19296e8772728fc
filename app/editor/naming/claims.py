"""What the names in a file of laws stand for. Conditions are those of the policy that the laws are about."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from clausewise.dsl import syntax
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.text.source import Source
from clausewise.editor.naming.rules import NamesInRules
from clausewise.editor.naming.symbols import Occurrence, Symbol
from clausewise.engine.core.policy import Policy


def in_laws(tree: syntax.LawsFile, source: Source, policy: Policy | None) -> Iterator[Occurrence]:
    """The names in a file of laws.

    Args:
        tree: what could be read of it.
        source: its text.
        policy: that it is about; without one, only the laws' own names are known.
    """
    for law in tree.laws:
        yield Occurrence(Symbol("law", law.name.text, source.path), law.name.span, declares=True)
    if policy and (judged := policy_tree(policy.source)):
        yield Occurrence(Symbol("policy", policy.name, policy.source.path), tree.policy.span)
        found = _Laws(judged, source, policy)
        for law in tree.laws:
            yield from found.law(law)


@lru_cache(maxsize=8)
def policy_tree(source: Source) -> syntax.PolicyFile | None:
    """The tree of a policy that can be used."""
    return parse(source, "policy")[0]


class _Laws(NamesInRules):
    def __init__(self, tree: syntax.PolicyFile, source: Source, policy: Policy) -> None:
        super().__init__(tree, source, policy.vocabulary)
        self.home = policy.source.path

    def law(self, node: syntax.LawNode) -> Iterator[Occurrence]:
        scope = f"law {node.name.text}"
        for reading in node.under.readings if node.under else ():
            yield from self.expression(reading, {}, scope)
        match node.claim:
            case syntax.AlwaysNode(_, when, condition):
                yield from self.conditions((when, condition), {}, scope)
            case syntax.PossibleNode(condition):
                yield from self.expression(condition, {}, scope)
            case syntax.AloneNode("clause", clause, _, but):
                yield from self.clauses((clause, *but) if clause else but)
            case syntax.ChangeNode(_, fact, before, after, where, but):
                yield from self.fact(fact)
                for value in (before, after):
                    yield from self.changed(fact, value)
                yield from self.conditions((where,), {}, scope)
                yield from self.clauses(but)
            case _:
                pass

    def clauses(self, names: tuple[syntax.Name, ...]) -> Iterator[Occurrence]:
        for name in names:
            yield self.uses("clause", name)

    def changed(self, fact: syntax.FactNode, value: syntax.Item | None) -> Iterator[Occurrence]:
        """A value of the fact that changes."""
        path = syntax.PathNode(fact.entity, (syntax.PathStep(fact.field),) if fact.field else ())
        field = self.field_of(path, {})
        if field and field.target and not field.is_reference and isinstance(value, syntax.Name):
            yield from self.term(field.target, value)
