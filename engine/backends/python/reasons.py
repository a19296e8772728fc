"""Why conditions are settled, as expressions: for each, sets of facts that decide it, the smallest first.

The value of an expression is a list of alternatives, each a set of facts that alone is enough. It is worked out
only where the condition is so: each part that may or may not be so is tested first, which takes less than to put
its facts together. What puts alternatives together is `judging/explain.py`, so that they are those of the recorded
judge.

Most often only the smallest alternative is asked for. There is a second expression for that, which does not list
the others where it need not: parts that have no field in common are looked at one by one, as by `Search.least`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from clausewise.engine.backends import planes
from clausewise.engine.backends.planes import CERTAIN, POSSIBLE, Atom, Joined
from clausewise.engine.backends.python.conditions import PythonConditions
from clausewise.engine.backends.python.expressions import joined
from clausewise.engine.backends.python.names import UNLISTED, Names, VariableNames
from clausewise.engine.core.conditions import (
    All,
    And,
    AsOf,
    Bound,
    Compare,
    Condition,
    Constant,
    Defined,
    DefinedSet,
    Empty,
    EntitySet,
    FieldOf,
    Lookup,
    Meet,
    Operand,
    Overlaps,
    Path,
    Prohibited,
    Quantifier,
    ReadingIs,
    Same,
    TermOperand,
    TermSet,
    Union,
    Violated,
    Violation,
    Within,
)
from clausewise.engine.judging.explain import MOST_ALTERNATIVES, apart

Facts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a condition is so.

    Attributes:
        found: the names of the facts, where there is one alternative; or else an expression for all.
        test: an expression: whether the condition is so.
        choices: where each alternative is why another part is so, these parts.
        is_tested: whether the expression is empty where the condition is not so.
        smallest: an expression for the smallest alternative where the condition is so (if it is tested, `None`
            elsewhere); empty: it is chosen among all.
        fields: the names of the fields of the facts; `None`: of any.
    """

    found: Facts | str
    test: str = ""
    choices: tuple[Reason, ...] = ()
    is_tested: bool = False
    smallest: str = ""
    fields: frozenset[str] | None = None

    def __str__(self) -> str:
        """The expression, where the condition is so."""
        if isinstance(self.found, str):
            return self.found
        return f"[{_set_of(self.found)}]" if self.found else "NO_FACTS"

    def least(self) -> str:
        """An expression: the smallest alternative, where the condition is so."""
        if not isinstance(self.found, str):
            return _set_of(self.found)
        return self.smallest or f"why.search.smallest({self})"

    def where_so(self) -> str:
        """The expression; it is empty where the condition is not so."""
        return str(self) if self.is_tested else f"({self} if {self.test} else ())"

    def least_where_so(self) -> str:
        """The smallest alternative; `None` where the condition is not so."""
        is_tested = self.is_tested and self.smallest
        return self.smallest if is_tested else f"({self.least()} if {self.test} else None)"

    def of_each(self, member: str, those: str) -> str:
        """The expressions of those members of whom it is so."""
        if not self.is_tested:
            return f"{self} for {member} in {those} if {self.test}"
        return f"found for {member} in {those} if (found := {self})"

    def least_of_each(self, member: str, those: str) -> str:
        """The smallest alternatives for those members of whom it is so."""
        if not self.is_tested or not self.smallest:
            return f"{self.least()} for {member} in {those} if {self.test}"
        return f"found for {member} in {those} if (found := {self.smallest}) is not None"

    def with_fact(self, fact: str) -> Reason:
        """With one more fact in each alternative."""
        if isinstance(self.found, str):
            return replace(self, found=f"with_facts({self}, frozenset(({fact},)))", smallest="")
        return replace(self, found=(fact, *self.found))


NO_FACTS = Reason((), "True", fields=frozenset())
"""It is so without any fact."""
NEVER = Reason("()", "False")
"""It is not so."""


@dataclass(frozen=True, slots=True)
class PythonReasons:
    """Writes why the conditions of one policy are settled."""

    names: Names
    conditions: PythonConditions

    def certainly(self, node: Condition, scope: VariableNames, truth: bool) -> Reason:
        """Why a condition is true, or false, where it certainly is."""
        test = self.conditions.certainly(node, scope, truth)
        if test in ("True", "False"):
            return NO_FACTS if test == "True" else NEVER
        fields = self.names.policy.fields_in(node)
        return replace(planes.certainly(self, node, scope, truth), test=test, fields=fields)

    def narrowed(self, node: And | Violation, scope: VariableNames) -> PythonReasons:
        del node, scope
        return self

    def both(self, node: Joined, say: Callable[[Condition], Reason]) -> Reason:
        """Parts that have no field in common are looked at one by one for the smallest alternative."""
        parts = [part for part in map(say, node.parts) if part.found]
        groups = [_put_together(group) for group in apart([(part.fields, part) for part in parts])]
        known = [
            fact for group in groups if not isinstance(group.found, str) for fact in group.found
        ]
        found = [group.least() for group in groups if isinstance(group.found, str)]
        if known:
            found.insert(0, _set_of(known))
        together = replace(_put_together(parts), choices=(), is_tested=False)
        return replace(together, smallest=" | ".join(found))

    def either(self, node: Joined, say: Callable[[Condition], Reason]) -> Reason:
        """Of a conjunction, parts that go through sets are only asked where no other part is false."""
        near: list[Reason] = []
        far: list[Reason] = []
        for part in node.parts:
            is_far = isinstance(node, And) and self.names.policy.goes_through_sets(part)
            if (found := say(part)) == NEVER:
                continue
            if is_far:
                far.append(found)
            else:
                near += found.choices or [found]
        if NO_FACTS in near:
            return NO_FACTS
        if len(near) + len(far) == 1:
            return (near + far)[0]
        ways = [self.any_of(near)] if near else []
        ways += [found.where_so() for found in far[:-1]]
        ways += map(str, far[-1:])
        if not ways:
            return NEVER
        is_choice = not far and all(isinstance(part.found, tuple) for part in near)
        choices = tuple(near) if is_choice and len(near) <= MOST_ALTERNATIVES else ()
        smallest = "" if far else self.least_of(near)
        return Reason(f"({' or '.join(ways)})", choices=choices, smallest=smallest)

    def least_of(self, parts: Sequence[Reason]) -> str:
        """An expression: the smallest set of facts by which some of several things are so."""
        if all(isinstance(part.found, tuple) and len({*part.found}) == 1 for part in parts):
            return f"why.least_fact({_facts_where_so(parts)})"
        return f"why.least({', '.join([part.least_where_so() for part in parts])})"

    def any_of(self, parts: Sequence[Reason]) -> str:
        """An expression: why some of several things are so. It is quickest for those of one fact each."""
        single = [
            part for part in parts if isinstance(part.found, tuple) and len({*part.found}) == 1
        ]
        if not 1 < len(single) <= MOST_ALTERNATIVES:
            single = []
        ways = [part.where_so() for part in parts if part not in single]
        if single:
            ways.append(f"any_fact({_facts_where_so(single)})")
        return f"why.either({', '.join(ways)})" if len(ways) > 1 else ways[0]

    def among(
        self, node: Quantifier, scope: VariableNames, say: Callable[[VariableNames], Reason]
    ) -> Reason:
        set_, member = node.range, self.names.variable()
        unlisted = f"UNLISTED_{self.names.types[set_.type]}"
        found = say({**scope, node.variable: member})
        if isinstance(set_, All):
            known = self.names.certain(set_, scope)
            smallest = f"why.least_among({found.least_of_each(member, known)})"
            of_each = found.of_each(member, known)
            return Reason(f"why.among({of_each})", is_tested=True, smallest=smallest)
        known = self.names.members(set_, scope, CERTAIN)
        if self.names.is_link(set_) and set_.hops[0].field.is_many:
            field = set_.hops[0].field
            fact = self.names.fact(scope[set_.root], field)
            of_those = found.with_fact(fact)
            those = of_those.of_each(member, known)
            anyone = NEVER if set_.optional else say({**scope, node.variable: unlisted})
            is_apart = found.fields is not None and field.name not in found.fields
            given = f"({found.least_of_each(member, known)}), {fact}"
            if anyone == NEVER:
                smallest = f"why.least_among({given})" if is_apart else ""
                return Reason(f"why.among({those})", is_tested=True, smallest=smallest)
            smallest = f"why.least_linked({anyone.least_where_so()}, {given})" if is_apart else ""
            all_ = f"why.among_linked({anyone.where_so()}, ({those}))"
            return Reason(all_, is_tested=True, smallest=smallest)
        asked = f"{self.names.node(set_)}, {self.names.bound(set_, scope)}"
        those = f"[{member} for {member} in {known} if {found.test}]"
        function = f"lambda {member}: {found.where_so()}"
        return Reason(f"why.among_set({asked}, {those}, {unlisted}, {function})")

    def throughout(
        self, node: Quantifier, scope: VariableNames, say: Callable[[VariableNames], Reason]
    ) -> Reason:
        set_, member = node.range, self.names.variable()
        unlisted = f"{UNLISTED}{self.names.types[set_.type]}"
        function = f"lambda {member}: {say({**scope, node.variable: member}).where_so()}"
        if self.names.is_link(set_) and set_.hops[0].field.is_many:
            fact = self.names.fact(scope[set_.root], set_.hops[0].field)
            known = self.names.members(set_, scope, CERTAIN)
            possible = self.names.members(set_, scope, POSSIBLE)
            return Reason(
                f"why.throughout_linked({known}, {possible}, {fact}, {unlisted}, {function})"
            )
        asked = f"{self.names.node(set_)}, {self.names.bound(set_, scope)}"
        return Reason(f"why.throughout_set({asked}, {unlisted}, {function})")

    def atom(self, node: Atom, scope: VariableNames, truth: bool) -> Reason:
        facts = self.always_read(node, scope)
        if facts is not None:
            return Reason(facts)
        if isinstance(node, Overlaps | Within) and (found := self.terms(node, scope)):
            return found
        asked = f"{self.names.node(node)}, {self.names.bound(node, scope)}"
        if isinstance(node, Meet):
            return self.met(node, scope, asked) if truth else Reason(f"why.apart({asked})")
        return Reason(f"why.read({asked})")

    def met(self, node: Meet, scope: VariableNames, asked: str) -> Reason:
        """Why two sets have a member in common: most often by one reference, which is looked at first."""
        found = f"why.meeting({asked})"
        for reference, fact in reversed(self.direct(node, scope)):
            found = f"{_set_of([fact])} if {reference} else {found}"
        return Reason(f"[{found}]", smallest=f"({found})")

    def direct(self, node: Meet, scope: VariableNames) -> list[tuple[str, str]]:
        """The references of which one alone can put an entity that is in the left set into the right one.

        For example, of `a.acts-for* overlaps u.by.acts-for* + u.results-to.acts-for*`, `u.by` and `u.results-to`.
        Each is a test, and the fact's name. There are none where it may take no fact at all.
        """
        left, right = node.left, node.right
        if isinstance(right, DefinedSet):
            given = self.names.given(right, scope)
            body = self.names.policy.definitions[right.definition].body
            assert isinstance(body, EntitySet)
            right, inner = body, given
        else:
            inner = scope
        parts = right.parts if isinstance(right, Union) else (right,)
        if inner is None or not (isinstance(left, Path) and all(hop.closed for hop in left.hops)):
            return []
        member = self.names.entity(Path(left.root, left.single, (), ""), scope)
        found: list[tuple[str, str]] = []
        for part in parts:
            if not isinstance(part, Path) or not part.hops or part.hops[0].closed:
                return []
            if all(hop.closed for hop in part.hops[1:]):
                start = self.names.entity(Path(part.root, part.single, (), ""), inner)
                field = part.hops[0].field
                value = f"{start}.{self.names.slots[field.owner][field.name]}"
                test = f"{member} in {value}" if field.is_many else f"{member} is {value}"
                found.append((test, self.names.fact(start, field)))
        return found

    def terms(self, node: Overlaps | Within, scope: VariableNames) -> Reason | None:
        """The facts of a test with terms that are worked out: one side alone, if that has none."""
        left, right = self.facts_of(node.left, scope), self.facts_of(node.right, scope)
        if left is None or right is None:
            return None
        assert not isinstance(node.right, TermSet)
        found = str(Reason((*left, *right)))
        if isinstance(node, Overlaps):
            has_terms = f"{self.conditions.terms(node.right, scope)}[0]"
            found = f"({found} if {has_terms} else {Reason(right)})"
        values = self.conditions.many(node.left, scope)
        return Reason(f"({found} if {values} else {Reason(left)})")

    def always_read(self, node: Atom, scope: VariableNames) -> Facts | None:
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

    def facts_of(self, node: TermOperand | Operand, scope: VariableNames) -> Facts | None:
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
        if atom := self.conditions.short(node, scope):
            return self.certainly(*atom, truth)
        role = "why_true" if truth else "why_false"
        number = self.names.definitions[node.definition]
        function = self.names.calling(f"{role}_{number}")
        nobody = "()" if truth else "NO_FACTS"
        call = self.names.call("why.once", node.arguments, scope, nobody, [function])
        if not any(path.hops for path in node.arguments):
            least = self.names.calling(f"least_{role.removeprefix('why_')}_{number}")
            given = self.names.call("why.once", node.arguments, scope, "", [least])
            return Reason(call, smallest=given)
        asked = f"{self.names.node(node)}, {self.names.bound(node, scope)}"
        return Reason(f"why.by_way_of({asked}, {call})")

    def chosen(self, node: ReadingIs, truth: bool) -> Reason:
        del node, truth
        return Reason(())

    def violated(self, node: Violated, truth: bool) -> Reason:
        given = f"({self.names.clauses[node.clause]}, {truth})"
        return Reason(f"why.of_clause{given}", smallest=f"why.least_of_clause{given}")

    def prohibited(self, node: Prohibited, truth: bool) -> Reason:
        return Reason(f"why.of_policy({self.names.constant(node.policy)}, {truth})")


def _set_of(facts: Sequence[str]) -> str:
    """An expression for a set of facts, of their names."""
    listed = "".join(f"{fact}, " for fact in dict.fromkeys(facts))
    return f"frozenset(({listed}))"


def _facts_where_so(parts: Sequence[Reason]) -> str:
    """Expressions for the one fact of each part, which are false where the part is not so."""
    by_fact = groupby(parts, key=lambda part: part.found[0])
    tests = [(fact, joined(" or ", [part.test for part in of])) for fact, of in by_fact]
    return ", ".join([f"{test} and {fact}" for fact, test in tests])


def _put_together(parts: Sequence[Reason]) -> Reason:
    """Why several things are so. What is the same in any case is put together here already."""
    if len(parts) == 1:
        return parts[0]
    facts = [fact for part in parts if not isinstance(part.found, str) for fact in part.found]
    others = [part.found for part in parts if isinstance(part.found, str)]
    if not others:
        return Reason(tuple(facts))
    if facts:
        others.insert(0, str(Reason(tuple(facts))))
    return Reason(f"why.both({', '.join(others)})" if len(others) > 1 else others[0])
