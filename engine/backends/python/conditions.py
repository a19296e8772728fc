"""Conditions to expressions: whether each is possibly true, and whether it is certainly true."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from clausewise.dsl.startup.typed import assert_never
from clausewise.engine.backends.planes import CERTAIN, POSSIBLE, Atom, Joined, Plane, certainly
from clausewise.engine.backends.python.expressions import Word, disjoint, joined, merged, negated
from clausewise.engine.backends.python.names import UNLISTED, Names, VariableNames
from clausewise.engine.backends.python.runtime import GivenTerms, Numbers, StatedTerms
from clausewise.engine.backends.results import REVIEW, VIOLATED
from clausewise.engine.core.conditions import (
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
    Node,
    Operand,
    Overlaps,
    Path,
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
from clausewise.engine.core.traits import FIELDS, SETS, traits
from clausewise.engine.core.walk import walk

Cost = tuple[int, int]
"""What a condition takes to judge: its kind (`traits.py`), and how many values are looked at, more or less.

A definition that is not plain counts as sets.
"""
SEVERAL = 3
"""As how many values those of a field count that may have several."""


@dataclass(frozen=True, slots=True)
class PythonConditions:
    """Writes the conditions of one policy as tests."""

    names: Names

    def condition(self, node: Condition, scope: VariableNames, plane: Plane) -> str:
        """An expression: whether a condition is possibly true, or certainly, by the plane."""
        if plane is CERTAIN:
            return self.certainly(node, scope, truth=True)
        return negated(self.certainly(node, scope, truth=False))

    def open(self, node: Condition, scope: VariableNames) -> str:
        """An expression: whether a condition is neither certainly true nor certainly false."""
        certain = negated(self.condition(node, scope, CERTAIN))
        return joined(" and ", [self.condition(node, scope, POSSIBLE), certain])

    def certainly(self, node: Condition, scope: VariableNames, truth: bool) -> str:
        """An expression: whether a condition is certainly true, or certainly false."""
        return certainly(self, node, scope, truth)

    def narrowed(self, node: And | Violation, scope: VariableNames) -> PythonConditions:
        del node, scope
        return self

    def both(self, node: Joined, say: Callable[[Condition], str]) -> str:
        return self.merged(" and ", [say(part) for part in sorted(node.parts, key=self.cost)])

    def either(self, node: Joined, say: Callable[[Condition], str]) -> str:
        return self.merged(" or ", [say(part) for part in sorted(node.parts, key=self.cost)])

    def merged(self, word: Word, tests: Iterable[str]) -> str:
        """Tests joined, of which those that look the same values up are one."""
        return merged(word, tests, self.names.constant)

    def among(
        self, node: Quantifier, scope: VariableNames, say: Callable[[VariableNames], str]
    ) -> str:
        if inner := self.led_to(node, scope):
            return joined(" and ", [self.names.inhabited(node.range, scope), say(inner)])
        return self.some(node, scope, say, self.names.certain(node.range, scope))

    def throughout(
        self, node: Quantifier, scope: VariableNames, say: Callable[[VariableNames], str]
    ) -> str:
        if inner := self.led_to(node, scope):
            return say(inner)
        members = self.names.members(node.range, scope, POSSIBLE)
        return negated(self.some(node, scope, lambda inner: negated(say(inner)), members))

    def led_to(self, node: Quantifier, scope: VariableNames) -> VariableNames | None:
        """The scope of a body if its range starts from somebody unlisted, who leads to nobody who is listed."""
        path = node.range
        if isinstance(path, Path) and scope.get(path.root, "").startswith(UNLISTED):
            return {**scope, node.variable: f"{UNLISTED}{self.names.types[path.type]}"}
        return None

    def some(
        self,
        node: Quantifier,
        scope: VariableNames,
        say: Callable[[VariableNames], str],
        members: str,
    ) -> str:
        """An expression: whether something is so for some of these members."""
        variable = self.names.variable()
        test = say({**scope, node.variable: variable})
        return test if test == "False" else self.names.some({variable: members}, test, scope)

    def atom(self, node: Atom, scope: VariableNames, truth: bool) -> str:
        return (
            self.test(node, scope, CERTAIN) if truth else negated(self.test(node, scope, POSSIBLE))
        )

    def test(self, node: Atom, scope: VariableNames, plane: Plane) -> str:
        if _reads_unlisted(node, scope):
            return "True" if plane is POSSIBLE else "False"
        match node:
            case Overlaps(left, right):
                return self.overlaps(left, right, scope, plane)
            case Within(left, right):
                return self.within(left, right, scope, plane)
            case Empty(of):
                return self.empty(of, scope, plane)
            case Compare():
                return self.compare(node, scope, plane)
            case Same(left, right):
                one, other = self.names.entity(left, scope), self.names.entity(right, scope)
                return f"same_{plane.value}({one}, {other})"
            case Meet(left, right):
                return self.meet(left, right, scope, plane)
            case _:
                assert_never(node)

    def chosen(self, node: ReadingIs, truth: bool) -> str:
        chosen = f"world.readings[{self.names.constant(node.reading)}]"
        return f"{chosen} {'==' if truth else '!='} {self.names.constant(node.alternative)}"

    def violated(self, node: Violated, truth: bool) -> str:
        return _is_violated(f"world.results[{self.names.clauses[node.clause]}]", truth)

    def prohibited(self, node: Prohibited, truth: bool) -> str:
        return _is_violated(f"max(world.others[{self.names.constant(node.policy)}].results)", truth)

    def defined(self, node: Defined, scope: VariableNames, truth: bool) -> str:
        if inlined := self.inlined(node, scope):
            return self.certainly(*inlined, truth)
        if atom := self.short(node, scope):
            return self.atom(*atom, truth)
        plane = CERTAIN if truth else POSSIBLE
        there = [test] if (test := self.names.there(node.arguments, scope)) else []
        function = self.names.calling(f"{plane.value}_{self.names.definitions[node.definition]}")
        call = self.names.call(function, node.arguments, scope, "False")
        return joined(" and ", [*there, call]) if truth else negated(call)

    def inlined(
        self, node: Defined, scope: VariableNames
    ) -> tuple[Condition, VariableNames] | None:
        """The body of a definition with its scope, if that is plain and about variables."""
        applied = self.applied(node, scope)
        return applied if applied and is_plain(applied[0]) else None

    def short(self, node: Defined, scope: VariableNames) -> tuple[Atom, VariableNames] | None:
        """The same if the body is one test: to remember what it comes to would take longer than the test."""
        applied = self.applied(node, scope)
        return (applied[0], applied[1]) if applied and isinstance(applied[0], Atom) else None

    def applied(
        self, node: Defined, scope: VariableNames
    ) -> tuple[Condition, VariableNames] | None:
        """The body of a definition, in the scope of its arguments, if these are variables."""
        body = self.names.policy.definitions[node.definition].body
        assert not isinstance(body, EntitySet)
        given = self.names.given(node, scope)
        return None if given is None else (body, given)

    def cost(self, condition: Condition) -> Cost:
        """What a condition takes to judge."""
        own = [self._own_cost(node) for node in walk(condition)]
        return max(kind for kind, _ in own), sum(values for _, values in own)

    def _own_cost(self, node: Node) -> Cost:
        if isinstance(node, Defined):
            body = self.names.policy.definitions[node.definition].body
            assert not isinstance(body, EntitySet)
            return (FIELDS, self.cost(body)[1]) if is_plain(body) else (SETS, 0)
        if isinstance(node, Overlaps | Within):
            several = [node.left.field.is_many, not isinstance(node.right, TermSet)]
            return FIELDS, 1 + SEVERAL * sum(several)
        return (FIELDS, SEVERAL) if isinstance(node, Lookup) else (traits(node).cost, 1)

    def meet(self, left: EntitySet, right: EntitySet, scope: VariableNames, plane: Plane) -> str:
        for closed, other in ((left, right), (right, left)):
            if isinstance(closed, Path) and closed.hops and closed.hops[-1].closed:
                return self.reaches(closed, self.names.pair(other, scope), scope, plane)
        return (
            f"meet_{plane.value}({self.names.pair(left, scope)}, {self.names.pair(right, scope)})"
        )

    def reaches(self, closed: Path, target: str, scope: VariableNames, plane: Plane) -> str:
        """Whether somebody at a path's end, or whom they lead to, is in a set."""
        near, last = self.names.near(closed)
        if plane is CERTAIN and is_unlisted(near, scope):
            return "False"
        function, link = f"reaches_{plane.value}", self.names.link(last)
        if near is not None:
            return f"{function}(world, {self.names.entity(near, scope)}, {link}, {target})"
        start = self.names.members(
            Path(closed.root, closed.single, closed.hops[:-1], ""), scope, plane
        )
        set_, member = self.names.variable(), self.names.variable()
        found = f"{function}(world, {member}, {link}, {set_})"
        return self.names.some({set_: f"[{target}]", member: start}, found, scope)

    def overlaps(
        self, left: FieldOf, right: TermOperand, scope: VariableNames, plane: Plane
    ) -> str:
        values = self.names.value(left, scope)
        if not isinstance(right, TermSet):
            index = 0 if plane is POSSIBLE else 2
            return negated(
                f"{self.terms(right, scope)}[{index}].isdisjoint({self.many(left, scope)})"
            )
        terms = right.inside | right.above | {None} if plane is POSSIBLE else right.inside
        if left.field.is_many:
            return negated(disjoint(values, terms, self.names.constant))
        return f"{values} in {self.names.constant(terms)}"

    def within(self, left: FieldOf, right: TermOperand, scope: VariableNames, plane: Plane) -> str:
        values = self.names.value(left, scope)
        if not isinstance(right, TermSet):
            index = 1 if plane is POSSIBLE else 2
            return f"{self.terms(right, scope)}[{index}].issuperset({self.many(left, scope)})"
        terms = right.inside | right.above | {None} if plane is POSSIBLE else right.inside
        if left.field.is_many:
            return f"{self.names.constant(terms)}.issuperset({values})"
        return f"{values} in {self.names.constant(terms | {''})}"

    def terms(self, right: FieldOf | Lookup, scope: VariableNames) -> str:
        """The three sets of terms of an operand on the right (`runtime.py`)."""
        vocabulary = self.names.policy.vocabulary
        if isinstance(right, FieldOf):
            taxonomy = vocabulary.taxonomy_of(right.field)
            stated = self.names.constant_of(
                ("stated", taxonomy.name), StatedTerms(taxonomy), "STATED"
            )
            return f"{stated}[{self.many(right, scope)}]"
        table = self.names.policy.tables[right.table]
        terms = GivenTerms(table, vocabulary.taxonomy(table.gives))
        given = self.names.constant_of(("given", table.name), terms, "GIVEN")
        return f"{given}[{self.many(right.key, scope)}]"

    def many(self, operand: FieldOf, scope: VariableNames) -> str:
        """A field's values as a tuple."""
        value = self.names.value(operand, scope)
        return value if operand.field.is_many else f"one({value})"

    def empty(self, of: FieldOf, scope: VariableNames, plane: Plane) -> str:
        value, field_ = self.names.value(of, scope), of.field
        if field_.is_reference and field_.is_many:
            return f"not {value}" if plane is POSSIBLE else f"not {value}_possible"
        if field_.is_reference:
            return (
                f"not {value}.name"
                if plane is POSSIBLE
                else f"{value} is {self.names.nobody(field_)}"
            )
        if field_.is_many:
            return (
                f"{value} in {self.names.constant(((), (None,)))}"
                if plane is POSSIBLE
                else f"{value} == ()"
            )
        return (
            f"{value} in {self.names.constant((None, '', ()))}"
            if plane is POSSIBLE
            else f"{value} in ('', ())"
        )

    def compare(self, node: Compare, scope: VariableNames, plane: Plane) -> str:
        known, there, values = [], [], []
        for side in (node.left, node.right):
            value = read = self.operand(side, scope)
            if isinstance(side, Lookup):
                value = self.names.variable()
                read = f"({value} := {read})"
            values.append(value)
            if not isinstance(side, Constant):
                known.append(f"{read} is {'' if plane is POSSIBLE else 'not '}None")
            if may_be_nothing(side):
                there.append(f"{value} != ()")
        sign = "==" if node.sign == "=" else node.sign
        holds = joined(" and ", [*there, f"{values[0]} {sign} {values[1]}"])
        return joined(" or " if plane is POSSIBLE else " and ", [*known, holds])

    def operand(self, node: Operand, scope: VariableNames) -> str:
        match node:
            case Constant(value):
                return self.names.constant(value)
            case AsOf():
                return "world.as_of"
            case FieldOf():
                return self.names.value(node, scope)
            case Bound(of, end):
                return self.names.value(of, scope) + ("" if end == "youngest" else "_oldest")
            case Lookup(table, key):
                numbers = Numbers(self.names.policy.tables[table])
                name = self.names.constant_of(("numbers", table), numbers, "NUMBERS")
                return f"{name}[{self.names.value(key, scope)}]"
            case _:
                assert_never(node)


def is_unlisted(path: Path | None, scope: VariableNames) -> bool:
    """Whether a path stands for somebody who is not listed, whatever the design."""
    return path is not None and not path.hops and scope.get(path.root, "").startswith(UNLISTED)


def _reads_unlisted(node: Atom, scope: VariableNames) -> bool:
    """Whether a test is open because it reads a field of somebody who is not listed."""
    match node:
        case Overlaps(left, TermSet()) | Within(left, TermSet()) | Empty(left):
            return is_unlisted(left.path, scope)
        case Compare(_, left, right):
            read = [_read(side) for side in (left, right)]
            return any(is_unlisted(field.path, scope) for field in read if field)
        case Overlaps() | Within() | Same() | Meet():
            return False


def _read(side: Operand) -> FieldOf | None:
    """The field that an operand reads."""
    match side:
        case FieldOf():
            return side
        case Lookup(_, of) | Bound(of):
            return of
        case Constant() | AsOf():
            return None


def _is_violated(result: str, truth: bool) -> str:
    """Whether a clause with a result is certainly violated, or certainly not."""
    return f"{result} == {VIOLATED}" if truth else f"{result} < {REVIEW}"


def is_plain(body: Condition | EntitySet) -> bool:
    """Whether a definition is about fields alone: then it is written where it is used, and not remembered."""
    return all(
        traits(node).cost == FIELDS and traits(node).names != "definition" for node in walk(body)
    )


def may_be_nothing(side: Operand) -> bool:
    """Whether an operand may be `none`, or that of an entity that is not there."""
    match side:
        case FieldOf(path, field):
            return field.may_be_none or bool(path.hops)
        case Lookup(_, inner) | Bound(inner):
            return may_be_nothing(inner)
        case Constant() | AsOf():
            return False
        case _:
            assert_never(side)
