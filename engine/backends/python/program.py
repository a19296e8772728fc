"""A linked policy to Python source that judges records (records.py), function by function.

Every condition becomes a test whether it is certainly true, and one whether it is certainly false (planes.py). It
is unknown where neither holds. A clause is violated if that is certain, and open if it is not certainly false.

Each function has a name that says its role and what it is of: `certain_3` tests definition 3, `clause_7` gives the
result of clause 7. They are written one by one, as they are needed: outcomes need other functions than reasons do.

All names in the source are generated, and all values are constants beside it: no text of a user's ever
becomes code. The meaning is that of engine/judging/evaluate.py, and tests hold the two together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from clausewise.dsl.startup.typed import Any
from clausewise.engine.backends.planes import CERTAIN, POSSIBLE, Plane
from clausewise.engine.backends.python.clause_loops import ClauseLoops
from clausewise.engine.backends.python.conditions import PythonConditions, is_plain
from clausewise.engine.backends.python.expressions import joined
from clausewise.engine.backends.python.lacking import Aim, PythonLacking
from clausewise.engine.backends.python.names import Names, VariableNames
from clausewise.engine.backends.python.reasons import PythonReasons
from clausewise.engine.backends.results import MET, NOT_APPLICABLE, REVIEW, UNDETERMINED, VIOLATED
from clausewise.engine.core.clauses import Definition
from clausewise.engine.core.conditions import All, Condition, EntitySet
from clausewise.engine.core.policy import Policy


@dataclass(frozen=True, slots=True)
class Program:
    """Generated source, with the constants that it names.

    Attributes:
        meanings: what the numbers in the names stand for, in lines for a reader. They are printed, and never run.
    """

    source: str
    constants: Mapping[str, Any]
    meanings: tuple[str, ...]

    def __str__(self) -> str:
        meanings = [f"# {line}" for line in self.meanings]
        constants = [f"{name} = {_shown(value)}" for name, value in self.constants.items()]
        return "\n".join([*meanings, "", *constants, "", "", self.source])


def program_of(policy: Policy) -> Program:
    """All of what gives the outcomes, for a reader."""
    writer = Writer(Names(policy))
    source = writer.source([f"clause_{number}" for number in range(len(policy.clauses))], ())
    named = set(re.findall(r"\b[A-Z]+_\d+\b", source))
    constants = {name: value for name, value in writer.names.constants.items() if name in named}
    return Program(source, constants, tuple(_meanings(writer.names)))


def _meanings(names: Names) -> Iterator[str]:
    for name, number in names.types.items():
        fields = ", ".join(f"{slot} is `{field}`" for field, slot in names.slots[name].items())
        yield f"Type {number} is `{name}`: {fields or 'no fields'}."
    for name, number in names.definitions.items():
        yield f"Definition {number} is `{name}`."
    for name, number in names.clauses.items():
        yield f"Clause {number} is `{name}`."


class Writer:
    """Writes the functions of one policy."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.policy = names.policy
        self.conditions = PythonConditions(names)
        self.reasons = PythonReasons(names, self.conditions)
        self.clauses = list(self.policy.clauses.values())
        self.definitions = list(self.policy.definitions.values())

    def source(self, functions: Iterable[str], there: Collection[str]) -> str:
        """The source of functions, and of those that they call, but for what is `there` already."""
        known, todo = set(there), list(functions)
        sources: list[str] = []
        for function in todo:
            if function not in known:
                known.add(function)
                self.names.begin(function)
                written = self.with_parts(self.function(function))
                # Of what it calls, some stands in expressions that are not written after all.
                words = {*re.findall(r"\w+", "\n".join(written))}
                todo += [called for called in self.names.called if called in words]
                sources += written
        links = (f"{name} = {link}" for name, link in self.names.links.items() if name not in there)
        return "\n\n".join(["\n".join(links), *sources]) + "\n"

    def with_parts(self, function: str) -> list[str]:
        """The source of a function, and of those that go through sets for it, or for these."""
        found = [function]
        for source in found:
            called = re.findall(r"\b\w+_some_\d+\b", source.partition("\n")[2])
            found += [self.names.parts.pop(name) for name in called if name in self.names.parts]
        return found

    def function(self, name: str) -> str:
        """The source of one function."""
        role, _, number = name.rpartition("_")
        return ROLES[role](self, int(number), name)

    # definitions

    def set(self, number: int, name: str) -> str:
        """Gives the members of a set."""
        scope, body = self.opened(self.definitions[number])
        assert isinstance(body, EntitySet)
        return _remembered(name, scope, self.names.pair(body, scope))

    def inhabited(self, number: int, name: str) -> str:
        """Tests whether somebody is in a set of which no member is known."""
        scope, body = self.opened(self.definitions[number])
        assert isinstance(body, EntitySet)
        return _remembered(name, scope, self.names.inhabited(body, scope))

    def possible(self, number: int, name: str) -> str:
        """Tests whether a definition is possibly true."""
        return self.test(number, name, POSSIBLE)

    def certain(self, number: int, name: str) -> str:
        """Tests whether a definition is certainly true."""
        return self.test(number, name, CERTAIN)

    def test(self, number: int, name: str, plane: Plane) -> str:
        scope, body = self.condition(number)
        value = self.conditions.condition(body, scope, plane)
        if is_plain(body):
            return f"def {name}({_parameters('world', scope)}):\n    return {value}"
        return _remembered(name, scope, value)

    def lists(self, number: int, name: str) -> str:
        """Lists what a definition lacks that is open; once, for further times add nothing."""
        return self.listing(name, *self.opened(self.definitions[number]))

    def listing(self, name: str, scope: VariableNames, body: Condition | EntitySet) -> str:
        lines = [
            f"def {name}({_parameters('gaps', scope)}):",
            f"    if not gaps.is_new({_key(name, scope)}):",
            "        return",
            "    world = gaps.world",
            *(f"    {line}" for line in self.lacking("lists", body, scope)),
        ]
        return "\n".join(lines)

    def waits(self, number: int, name: str) -> str:
        """Tests whether a definition that is open lacks a fact that is no judgement."""
        return self.waiting_once(name, *self.opened(self.definitions[number]))

    def waiting_once(self, name: str, scope: VariableNames, body: Condition | EntitySet) -> str:
        found = self.waiting(f"find_{name}", scope, body)
        call = f"find_{name}({_parameters('world', scope)})"
        return f"{found}\n\n{_remembered(name, scope, call)}"

    def waiting(self, name: str, scope: VariableNames, body: Condition | EntitySet) -> str:
        lines = [
            f"def {name}({_parameters('world', scope)}):",
            *(f"    {line}" for line in self.lacking("waits", body, scope)),
            "    return False",
        ]
        return "\n".join(lines)

    def lacking(self, aim: Aim, body: Condition | EntitySet, scope: VariableNames) -> list[str]:
        to = PythonLacking(self.names, self.conditions, aim)
        if isinstance(body, All):
            return to.everyone(body.type)
        return to.gaps_of(body, scope) if isinstance(body, EntitySet) else to.of(body, scope)

    def lists_all(self, number: int, name: str) -> str:
        """Lists what leaves it open who there is of a type."""
        return self.listing(name, {}, self.everyone(number))

    def waits_all(self, number: int, name: str) -> str:
        """Tests whether one of these facts is no judgement."""
        return self.waiting_once(name, {}, self.everyone(number))

    def everyone(self, number: int) -> All:
        return All(list(self.names.types)[number])

    def why_true(self, number: int, name: str) -> str:
        """Gives why a definition is true."""
        return self.why(number, name, truth=True)

    def why_false(self, number: int, name: str) -> str:
        """Gives why a definition is false."""
        return self.why(number, name, truth=False)

    def least_true(self, number: int, name: str) -> str:
        """Gives the smallest reason why a definition is true."""
        return self.why(number, name, truth=True, least=True)

    def least_false(self, number: int, name: str) -> str:
        """Gives the smallest reason why a definition is false."""
        return self.why(number, name, truth=False, least=True)

    def why(self, number: int, name: str, *, truth: bool, least: bool = False) -> str:
        scope, body = self.condition(number)
        return self.reason(name, scope, body, truth=truth, least=least)

    def reason(
        self,
        name: str,
        scope: VariableNames,
        body: Condition,
        *,
        truth: bool,
        least: bool = False,
    ) -> str:
        found = self.reasons.certainly(body, scope, truth)
        lines = [
            f"def {name}({_parameters('why', scope)}):",
            "    world = why.world",
            f"    return {found.least() if least else found}",
        ]
        return "\n".join(lines)

    def opened(self, definition: Definition) -> tuple[VariableNames, Condition | EntitySet]:
        """The body of a definition, in the scope of its parameters."""
        names = {name: f"a{index}" for index, (name, _) in enumerate(definition.parameters)}
        return names, definition.body

    def condition(self, number: int) -> tuple[VariableNames, Condition]:
        scope, body = self.opened(self.definitions[number])
        assert not isinstance(body, EntitySet)
        return scope, body

    # clauses

    def judge(self, _number: int, name: str) -> str:
        """Puts the results of all clauses into a list; the number says nothing."""
        lines = [f"def {name}(world, results):"]
        for clause in self.policy.order:
            number = self.names.clauses[clause]
            result = f"{self.names.calling(f'clause_{number}')}(world)"
            lines.append(f"    results[{number}] = {result}")
        return "\n".join([*lines, "    return results"])

    def outcomes(self, _number: int, name: str) -> str:
        """Gives the outcomes by clause, of such a list; the number says nothing."""
        found = ", ".join(
            f"{self.names.constant(clause)}: OUTCOMES[results[{number}]]"
            for clause, number in self.names.clauses.items()
        )
        return f"def {name}(results):\n    return {{{found}}}"

    def clause(self, number: int, name: str) -> str:
        """Gives a clause's result."""
        clause = self.clauses[number]
        lines = [
            f"def {name}(world):",
            f"    best = {NOT_APPLICABLE}",
            *ClauseLoops(self.names, self.conditions).write(clause),
        ]
        if clause.name in self.policy.reviewable:
            waits = self.names.calling(f"waits_clause_{number}")
            lines.append(f"    if best == {UNDETERMINED} and not {waits}(world): best = {REVIEW}")
        return _with_singles("\n".join([*lines, "    return best"]))

    def waits_clause(self, number: int, name: str) -> str:
        """Tests whether a clause that is open lacks a fact that is no judgement."""
        return self.waiting(name, {}, self.clauses[number].violation)

    def lists_clause(self, number: int, name: str) -> str:
        """Lists what a clause lacks that is open."""
        return self.listing(name, {}, self.clauses[number].violation)

    def why_violated(self, number: int, name: str) -> str:
        """Gives why a clause is violated."""
        return self.reason(name, {}, self.clauses[number].violation, truth=True)

    def why_kept(self, number: int, name: str) -> str:
        """Gives why a clause is not violated."""
        return self.reason(name, {}, self.clauses[number].violation, truth=False)

    def least_violated(self, number: int, name: str) -> str:
        """Gives the smallest reason why a clause is violated."""
        return self.reason(name, {}, self.clauses[number].violation, truth=True, least=True)

    def least_kept(self, number: int, name: str) -> str:
        """Gives the smallest reason why a clause is not violated."""
        return self.reason(name, {}, self.clauses[number].violation, truth=False, least=True)

    def least_outside(self, number: int, name: str) -> str:
        """Gives the smallest reason why a clause does not apply."""
        return self.reason(name, {}, self.clauses[number].application, truth=False, least=True)

    def why_violated_for(self, number: int, name: str) -> str:
        """Gives why a clause is violated for one binding."""
        return self.reason_for(number, name, self.clauses[number].violation_for_one, truth=True)

    def why_kept_for(self, number: int, name: str) -> str:
        """Gives why a clause is not violated for one binding."""
        return self.reason_for(number, name, self.clauses[number].violation_for_one, truth=False)

    def why_outside_for(self, number: int, name: str) -> str:
        """Gives why a clause does not apply to one binding."""
        when = self.clauses[number].violation_for_one.when
        return self.reason_for(number, name, when, truth=False)

    def reason_for(self, number: int, name: str, body: Condition, *, truth: bool) -> str:
        return self.reason(name, self.bound(number), body, truth=truth)

    def bound(self, number: int) -> VariableNames:
        """The scope of a function that is given what a clause binds."""
        variables = [binding.variable for binding in self.clauses[number].bindings]
        return {variable: f"a{index}" for index, variable in enumerate(variables)}

    def breaches(self, number: int, name: str) -> str:
        """Tests for one binding which breaches of a clause are so."""
        scope = self.bound(number)
        tests = [
            self.conditions.certainly(breach.condition, scope, truth=True)
            for breach in self.clauses[number].breaches
        ]
        found = "".join(f"{test}, " for test in tests)
        return f"def {name}({_parameters('world', scope)}):\n    return ({found})"

    def findings(self, number: int, name: str) -> str:
        """Goes through a clause's bindings: for each, the entities bound and its result."""
        clause = self.clauses[number]
        violation = clause.violation_for_one
        scope: dict[str, str] = {}
        lines, indent = [f"def {name}(world):"], "    "
        there: list[str] = []
        for binding in clause.bindings:
            members = self.names.pair(binding.range, scope)
            inhabited = self.names.inhabited(binding.range, scope)
            variable, pair = self.names.variable(), self.names.variable()
            by_anyone = joined(" and ", [f"not {pair}[0]", inhabited])
            there.append(joined(" or ", [f"{variable}.name", by_anyone]))
            scope[binding.variable] = variable
            lines.append(f"{indent}for {variable} in unlisted_last({pair} := {members}):")
            indent += "    "
        violated = self.conditions.certainly(violation, scope, truth=True)
        violated = joined(" and ", [*there, violated])
        possible = self.conditions.condition(violation, scope, POSSIBLE)
        applies = self.conditions.condition(violation.when, scope, POSSIBLE)
        bound = "".join(f"{variable}, " for variable in scope.values())
        result = (
            f"({VIOLATED} if {violated} else {UNDETERMINED}) if {possible} "
            f"else {MET} if {applies} else {NOT_APPLICABLE}"
        )
        return "\n".join([*lines, f"{indent}yield ({bound}), {result}"])


ROLES: Mapping[str, Callable[[Writer, int, str], str]] = {
    "set": Writer.set,
    "inhabited": Writer.inhabited,
    "possible": Writer.possible,
    "certain": Writer.certain,
    "lists": Writer.lists,
    "waits": Writer.waits,
    "lists_all": Writer.lists_all,
    "waits_all": Writer.waits_all,
    "why_true": Writer.why_true,
    "why_false": Writer.why_false,
    "judge": Writer.judge,
    "outcomes": Writer.outcomes,
    "clause": Writer.clause,
    "waits_clause": Writer.waits_clause,
    "lists_clause": Writer.lists_clause,
    "why_violated": Writer.why_violated,
    "why_kept": Writer.why_kept,
    "least_true": Writer.least_true,
    "least_false": Writer.least_false,
    "least_violated": Writer.least_violated,
    "least_kept": Writer.least_kept,
    "least_outside": Writer.least_outside,
    "why_violated_for": Writer.why_violated_for,
    "why_kept_for": Writer.why_kept_for,
    "why_outside_for": Writer.why_outside_for,
    "findings": Writer.findings,
    "breaches": Writer.breaches,
}
"""What functions are for, and what writes them."""


def _with_singles(function: str) -> str:
    """A function that looks up once, and not for each binding, single entities and the terms of their fields."""
    head, _, body = function.partition("\n")
    terms = dict.fromkeys(
        re.findall(r"(?:STATED|GIVEN)_\d+\[world\.listed\[\d+\]\[0\]\.\w+\]", body)
    )
    found: list[str] = []
    for looked_up in [*terms, *dict.fromkeys(re.findall(r"world\.listed\[\d+\]\[0\]", body))]:
        if looked_up in body:
            found.insert(0, f"    single_{len(found)} = {looked_up}")
            body = body.replace(looked_up, f"single_{len(found) - 1}")
    return "\n".join([head, *found, body])


def _parameters(first: str, scope: VariableNames) -> str:
    return ", ".join([first, *scope.values()])


def _key(name: str, scope: VariableNames) -> str:
    """What a call is remembered by: the function with its arguments."""
    return f"({', '.join([name, *scope.values()])},)"


def _remembered(name: str, scope: VariableNames, value: str) -> str:
    """A function that works a value out once: definitions that use one another would else take for ever."""
    return (
        f"def {name}({_parameters('world', scope)}):\n"
        f"    key = {_key(name, scope)}\n"
        f"    found = world.remembered.get(key)\n"
        f"    if found is None:\n"
        f"        found = world.remembered[key] = {value}\n"
        f"    return found"
    )


def _shown(value: Any) -> str:
    """A constant as it is printed: sets in order, so that equal policies give equal texts."""
    if not isinstance(value, frozenset):
        return repr(value)
    terms = sorted(repr(term) for term in value)
    return f"frozenset({{{', '.join(terms)}}})"
