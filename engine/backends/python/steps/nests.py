"""The loops of a policy, whatever the design: what its clauses, and the conditions in them, go through in turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from clausewise.dsl.startup.typed import cast
from clausewise.engine.core.clauses import Binding
from clausewise.engine.core.conditions import (
    All,
    Defined,
    EntitySet,
    Hop,
    Meet,
    Node,
    Path,
    Quantifier,
)
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.walk import children, variables

REFERENCES = 10
"""So many references are followed in the time of a step."""
MOST_NESTS = 1_000
"""Of a policy: definitions that use one another twice would be doubled at each level."""

Nest = tuple[Binding | Defined | Hop, ...]
"""Loops within loops: what is bound in turn, and the definitions entered on the way. A hop stands last, for all
references of its field: they are followed backwards from a set, to find who leads to it."""


def all_policies(policy: Policy) -> Iterator[tuple[Policy, bool]]:
    """A policy, what it warns of, and those on which it depends, each with whether it only warns."""
    yield policy, False
    if policy.cautions:
        yield policy.cautions, True
    for other in policy.policies.values():
        yield from all_policies(other)


def count_loops(policy: Policy) -> None:
    """Count what `clause_beyond` asks of a policy whatever the design, so that it is pickled with it."""
    for each, _ in all_policies(policy):
        for recorded in (False, True):
            loops_of(each, recorded=recorded)


def nests_of(policy: Policy, *, recorded: bool) -> Mapping[Nest, list[str]]:
    """The nests of a policy, with the clauses that go through each."""
    key = f"nests, {recorded}"
    if key not in policy.kept:
        found: dict[Nest, list[str]] = {}
        for clause in policy.clauses.values():
            violation, bound = clause.violation_for_one, clause.bindings
            for nest in (bound, *_nests(policy, violation, bound, set(), recorded=recorded)):
                found.setdefault(nest, []).append(clause.name)
        policy.kept[key] = found
    return cast(Mapping[Nest, list[str]], policy.kept[key])


def loops_of(policy: Policy, *, recorded: bool) -> Mapping[tuple[str, ...], int]:
    """The types of the entities that the nests of a policy bind, with how often each is gone through."""
    if recorded not in policy.loops:
        found: Counter[tuple[str, ...]] = Counter()
        for nest, clauses in nests_of(policy, recorded=recorded).items():
            types = sorted(one.range.type for one in nest if isinstance(one, Binding))
            found[tuple(types)] += len(clauses)
        policy.loops[recorded] = dict(found)
    return policy.loops[recorded]


def _nests(
    policy: Policy, node: Node, outer: Nest, seen: set[tuple[Nest, Node]], *, recorded: bool
) -> Iterator[Nest]:
    """The nests below a condition, which itself stands within `outer`."""
    inner: Nest = outer
    below = children(node)
    if isinstance(node, Meet):
        yield from _meeting(policy, node, outer, recorded=recorded)
        return
    if isinstance(node, Quantifier):
        inner = (*outer, Binding(node.variable, node.range))
        yield inner
    if isinstance(node, Defined):
        body = policy.definitions[node.definition].body
        is_known = (outer, node) in seen or len(seen) > MOST_NESTS
        if is_known or isinstance(body, EntitySet) or not policy.goes_through_sets(body):
            return
        seen.add((outer, node))
        inner, below = (*outer, node), (body,)
    for child in below:
        yield from _nests(policy, child, inner, seen, recorded=recorded)


def _meeting(policy: Policy, node: Meet, outer: Nest, *, recorded: bool) -> Iterator[Nest]:
    """What is gone through to know whether two sets have a member in common."""
    for side, other in ((node.left, node.right), (node.right, node.left)):
        if not recorded and isinstance(side, Path) and side.hops and side.hops[-1].closed:
            within = _needed(policy, outer, variables(other))
            yield (*within, Binding("", other))
            yield (*within, side.hops[-1])
            return
    yield (*outer, Binding("", node.left))
    yield (*outer, Binding("", node.right))


def _needed(policy: Policy, outer: Nest, names: frozenset[str]) -> Nest:
    """Of a nest, what is needed to know what some variables stand for; of a definition's, any entity may."""
    found: list[Binding] = []
    for one in reversed(outer):
        if isinstance(one, Defined):
            parameters = policy.definitions[one.definition].parameters
            found += [Binding(name, All(type_)) for name, type_ in parameters if name in names]
            break
        if isinstance(one, Binding) and one.variable in names:
            found.append(one)
            names = names - {one.variable} | variables(one.range)
    return tuple(reversed(found))
