"""Why conditions are settled, as expressions: for each, sets of facts that decide it, the smallest first.

The value of an expression is a list of alternatives, each a set of facts that alone is enough; it is empty where
the condition is not so. What puts alternatives together is `judging/explain.py`, so that they are those of the
recorded judge.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from clausewise.engine.backends import planes
from clausewise.engine.backends.planes import CERTAIN, POSSIBLE, Atom, Joined
from clausewise.engine.backends.python.conditions import PythonConditions
from clausewise.engine.backends.python.names import Names, VariableNames
from clausewise.engine.core.conditions import (
    All,
    And,
    AsOf,
    Bound,
    Compare,
    Condition,
    Constant,
    Defined,
    Empty,
    EntitySet,
    FieldOf,
    Lookup,
    Meet,
    Operand,
    Overlaps,
    Prohibited,
    Quantifier,
    ReadingIs,
    Same,
    TermOperand,
    TermSet,
    Violated,
    Violation,
    Within,
)


@dataclass(frozen=True, slots=True)
class Fixed:
    """One alternative, if all tests hold: these facts, which are the same in any case."""

    tests: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


Reason = Fixed | str
"""An expression, or what one can be made of."""
NO_FACTS = Fixed()
"""It is so without any fact."""
NEVER = "()"
"""It is not so."""


def written(found: Reason) -> str:
    """The expression."""
    if isinstance(found, str):
        return found
    facts = "".join(f"{fact}, " for fact in dict.fromkeys(found.facts))
    alternatives = f"[frozenset(({facts}))]" if facts else "NO_FACTS"
    return (
        f"({alternatives} if {' and '.join(found.tests)} else ())" if found.tests else alternatives
    )


@dataclass(frozen=True, slots=True)
class PythonReasons:
    """Writes why the conditions of one policy are settled."""

    names: Names
    conditions: PythonConditions

    def certainly(self, node: Condition, scope: VariableNames, truth: bool) -> Reason:
        """Why a condition is true, or false, if it certainly is."""
        return planes.certainly(self, node, scope, truth)

    def narrowed(self, node: And | Violation, scope: VariableNames) -> PythonReasons:
        del node, scope
        return self

    def both(self, node: Joined, say: Callable[[Condition], Reason]) -> Reason:
        """Fixed facts first: most often they tell that it is not so."""
        parts = [say(part) for part in node.parts]
        if NEVER in parts:
            return NEVER
        fixed = [part for part in parts if isinstance(part, Fixed)]
        tests = tuple(test for part in fixed for test in part.tests)
        together = Fixed(tests, tuple(fact for part in fixed for fact in part.facts))
        others = [part for part in parts if not isinstance(part, Fixed)]
        if not others:
            return together
        found = [*([] if together == NO_FACTS else [written(together)]), *others]
        if len(found) == 1:
            return found[0]
        named = [(self.names.variable(), part) for part in found]
        tests_ = " and ".join(f"({name} := {part})" for name, part in named)
        return f"({tests_} and why.both({', '.join(name for name, _ in named)}))"

    def either(self, node: Joined, say: Callable[[Condition], Reason]) -> Reason:
        """Of a conjunction, parts that go through sets are only asked where no other part is false."""
        near: list[Reason] = []
        far: list[Reason] = []
        for part in node.parts:
            is_far = isinstance(node, And) and self.names.policy.goes_through_sets(part)
            if (found := say(part)) != NEVER:
                (far if is_far else near).append(found)
        if NO_FACTS in near:
            return NO_FACTS
        if len(near) + len(far) == 1:
            return (near + far)[0]
        first = (
            [f"why.either({', '.join(map(written, near))})"]
            if len(near) > 1
            else map(written, near)
        )
        ways = [*first, *map(written, far)]
        return f"({' or '.join(ways)})" if ways else NEVER

    def among(
        self, node: Quantifier, scope: VariableNames, say: Callable[[VariableNames], Reason]
    ) -> Reason:
        function = self.of_member(node, scope, say)
        if function is None:
            return NEVER
        set_ = node.range
        if isinstance(set_, All):
            return f"why.among({self.names.members(set_, scope, CERTAIN)}, {function})"
        if self.names.is_link(set_) and set_.hops[0].field.is_many:
            fact = self.names.fact(scope[set_.root], set_.hops[0].field)
            return (
                f"why.among_linked({self.names.members(set_, scope, CERTAIN)}, {fact}, {function})"
            )
        asked = f"{self.names.node(set_)}, {self.names.bound(set_, scope)}"
        known = self.names.members(set_, scope, CERTAIN)
        return f"why.among_set({asked}, {known}, {function})"

    def throughout(
        self, node: Quantifier, scope: VariableNames, say: Callable[[VariableNames], Reason]
    ) -> Reason:
        function = self.of_member(node, scope, say) or "never"
        set_ = node.range
        unlisted = f"UNLISTED_{self.names.types[set_.type]}"
        if self.names.is_link(set_) and set_.hops[0].field.is_many:
            fact = self.names.fact(scope[set_.root], set_.hops[0].field)
            known = self.names.members(set_, scope, CERTAIN)
            possible = self.names.members(set_, scope, POSSIBLE)
            return f"why.throughout_linked({known}, {possible}, {fact}, {unlisted}, {function})"
        return f"why.throughout_members({self.members(set_, scope)}, {unlisted}, {function})"

    def of_member(
        self, node: Quantifier, scope: VariableNames, say: Callable[[VariableNames], Reason]
    ) -> str | None:
        """A function of a member; `None` if it is so for none."""
        member = self.names.variable()
        found = written(say({**scope, node.variable: member}))
        return None if found == NEVER else f"lambda {member}: {found}"

    def members(self, set_: EntitySet, scope: VariableNames) -> str:
        return f"why.view.sets.members({self.names.node(set_)}, {self.names.bound(set_, scope)})"

    def atom(self, node: Atom, scope: VariableNames, truth: bool) -> Reason:
        test = self.conditions.atom(node, scope, truth)
        if test in ("True", "False"):
            return NO_FACTS if test == "True" else NEVER
        facts = self.always_read(node, scope)
        if facts is not None:
            return Fixed((test,), facts)
        role = "meeting" if isinstance(node, Meet) else "read"
        read = f"why.{role}({self.names.node(node)}, {self.names.bound(node, scope)})"
        return f"({read} if {test} else ())"

    def always_read(self, node: Atom, scope: VariableNames) -> tuple[str, ...] | None:
        """The facts that a settled test rests on, if they are the same in any case."""
        operands: Sequence[TermOperand | Operand]
        match node:
            case Overlaps(left, TermSet()) | Within(left, TermSet()) | Empty(left):
                operands = [left]
            case Compare(_, left, right):
                operands = [left, right]
            case Overlaps() | Within() | Same() | Meet():
                return None
        found = [self.facts_of(operand, scope) for operand in operands]
        return None if None in found else tuple(fact for facts in found if facts for fact in facts)

    def facts_of(self, node: TermOperand | Operand, scope: VariableNames) -> tuple[str, ...] | None:
        match node:
            case Constant() | TermSet():
                return ()
            case AsOf():
                return ("AS_OF",)
            case Bound(of) | Lookup(_, of):
                return self.facts_of(of, scope)
            case FieldOf(path, field):
                if path.hops:
                    return None  # if it leads nowhere, the field is not read
                return (self.names.fact(self.names.entity(path, scope), field),)

    def defined(self, node: Defined, scope: VariableNames, truth: bool) -> Reason:
        if inlined := self.conditions.inlined(node, scope):
            return self.certainly(*inlined, truth)
        function = f"why_{'true' if truth else 'false'}_{self.names.definitions[node.definition]}"
        nobody = NEVER if truth else "NO_FACTS"
        call = self.names.call(function, node.arguments, scope, nobody, ["why"])
        if not any(path.hops for path in node.arguments):
            return call
        return f"why.by_way_of({self.names.node(node)}, {self.names.bound(node, scope)}, {call})"

    def chosen(self, node: ReadingIs, truth: bool) -> Reason:
        return Fixed((self.conditions.chosen(node, truth),))

    def violated(self, node: Violated, truth: bool) -> Reason:
        found = f"why.of_clause({self.names.clauses[node.clause]}, {truth})"
        return f"({found} if {self.conditions.violated(node, truth)} else ())"

    def prohibited(self, node: Prohibited, truth: bool) -> Reason:
        return f"why.of_policy({self.names.constant(node.policy)}, {truth})"
