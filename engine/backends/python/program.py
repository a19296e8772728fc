"""A linked policy to Python source that judges records (records.py): outcomes only, no reasons.

Every condition becomes two expressions: whether it is *possibly* true, and whether it is *certainly* true. It is
unknown where these differ. Negation swaps them. A clause is violated if that is certain, open if it is possible.
A third tells whether what is open waits for a fact that is no judgement, and so is undetermined, not in review.

All names in the source are generated, and all values are constants beside it: no text of a user's ever
becomes code. The meaning is that of engine/judging/evaluate.py, and tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from clausewise.engine.backends.planes import CERTAIN, POSSIBLE, Plane
from clausewise.engine.backends.python.conditions import PythonConditions, is_plain, joined
from clausewise.engine.backends.python.names import Names, VariableNames
from clausewise.engine.backends.python.waits import PythonWaits
from clausewise.engine.backends.results import MET, NOT_APPLICABLE, REVIEW, UNDETERMINED, VIOLATED
from clausewise.engine.core.conditions import And, Condition, EntitySet
from clausewise.engine.core.policy import Clause, Definition, Policy
from clausewise.engine.core.walk import variables


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


def compile_policy(policy: Policy, readings: Mapping[str, str]) -> Program:
    """The source of `judge(world)`, which gives and keeps a result for each clause, in the policy's order."""
    return _Writer(policy, readings).program()


class _Writer:
    def __init__(self, policy: Policy, readings: Mapping[str, str]) -> None:
        self.policy = policy
        self.names = Names(policy)
        self.conditions = PythonConditions(self.names, readings)
        self.waits = PythonWaits(self.names, self.conditions)

    def program(self) -> Program:
        parts = [self.definition(d) for d in self.policy.definitions.values()]
        parts += [self.clause(c) for c in self.policy.clauses.values()]
        lines = [
            "def judge(world):",
            f"    world.results = results = [0] * {len(self.names.clauses)}",
        ]
        numbers = [self.names.clauses[name] for name in self.policy.order]
        lines += [f"    results[{number}] = clause_{number}(world)" for number in numbers]
        links = "\n".join(f"{name} = {link}" for link, name in self.names.links.items())
        source = "\n\n".join([links, *parts, "\n".join([*lines, "    return results"])])
        return Program(source + "\n", self.names.constants, tuple(self.meanings()))

    def meanings(self) -> Iterator[str]:
        for name, number in self.names.types.items():
            fields = ", ".join(f"{slot} is `{f}`" for f, slot in self.names.slots[name].items())
            yield f"Type {number} is `{name}`: {fields or 'no fields'}."
        for name, number in self.names.definitions.items():
            yield f"Definition {number} is `{name}`."
        for name, number in self.names.clauses.items():
            yield f"Clause {number} is `{name}`."

    def clause(self, clause: Clause) -> str:
        """Two functions: one gives a clause's result; the other does where a violation is possible."""
        number = self.names.clauses[clause.name]
        violation = clause.violation_for_one
        rule = [*_conjuncts(violation.rule), *violation.refused]
        when = _conjuncts(violation.when)
        is_open = str(UNDETERMINED)
        if clause.name in self.policy.reviewable:
            is_open += f" if {self.waits.of(clause.violation, {})} else {REVIEW}"
        lines = [
            f"def clause_{number}(world):",
            f"    best = {NOT_APPLICABLE}",
            *self.loops(clause, list(when), list(rule), POSSIBLE),
            "    return best",
            "",
            f"def violated_or_open_{number}(world):",
            *self.loops(clause, when, rule, CERTAIN),
            f"    return {is_open}",
        ]
        return "\n".join(lines)

    def loops(
        self, clause: Clause, when: list[Condition], rule: list[Condition], plane: Plane
    ) -> list[str]:
        """Loops over a clause's bindings, with each condition as far out as its variables allow.

        On the plane `POSSIBLE` they look for a binding for which the rule is possibly broken, and then return the
        result of the function that looks for one for which it is certainly broken. That one keeps the entities
        bound, as witnesses.
        """
        number = self.names.clauses[clause.name]
        scope: dict[str, str] = {}
        lines: list[str] = []
        broken: list[str] = []
        indent = "    "
        for binding in [*clause.bindings, None]:
            applies = joined(" and ", self.ready(when, scope, plane))
            if applies != "True":
                lines.append(f"{indent}if {applies}:")
                indent += "    "
            ready = joined(" and ", self.ready(rule, scope, plane))
            if binding is None:
                break
            if ready != "True":
                broken.append(self.names.variable())
                lines.append(f"{indent}{broken[-1]} = {ready}")
            members = self.names.members(binding.range, scope, plane)
            variable = scope[binding.variable] = self.names.variable()
            lines.append(f"{indent}for {variable} in {members}:")
            indent += "    "
        if plane is POSSIBLE:
            lines.append(f"{indent}best = {MET}")
        lines.append(f"{indent}if {joined(' and ', [*broken, ready])}:")
        indent += "    "
        if plane is POSSIBLE:
            return [*lines, f"{indent}return violated_or_open_{number}(world)"]
        bound = "".join(f"{variable}, " for variable in scope.values())
        return [
            *lines,
            f"{indent}world.witnesses[{number}] = ({bound})",
            f"{indent}return {VIOLATED}",
        ]

    def ready(self, conditions: list[Condition], scope: VariableNames, plane: Plane) -> list[str]:
        """The expressions of those conditions whose variables are all in scope; they are taken off the list."""
        found: list[Condition] = []
        later: list[Condition] = []
        for condition in conditions:
            (found if variables(condition) <= scope.keys() else later).append(condition)
        conditions[:] = later
        return [
            self.conditions.condition(c, scope, plane)
            for c in sorted(found, key=self.conditions.cost)
        ]

    def definition(self, definition: Definition) -> str:
        """Functions for a definition: one that gives a set, or one for each expression of a condition."""
        number = self.names.definitions[definition.name]
        scope = {name: f"a{index}" for index, (name, _) in enumerate(definition.parameters)}
        arguments = list(scope.values())
        parameters = ", ".join(["world", *arguments])
        body = definition.body
        if isinstance(body, EntitySet):
            return self.remembered(f"set_{number}", arguments, self.names.pair(body, scope))
        functions = []
        for plane in Plane:
            name = f"{plane.value}_{number}"
            value = self.conditions.condition(body, scope, plane)
            if is_plain(body):
                functions.append(f"def {name}({parameters}):\n    return {value}")
            else:
                functions.append(self.remembered(name, arguments, value))
        if self.policy.reviewable:
            value = self.waits.of(body, scope)
            functions.append(f"def waits_{number}({parameters}):\n    return {value}")
        return "\n\n".join(functions)

    def remembered(self, name: str, arguments: list[str], value: str) -> str:
        """A function that works a value out once: definitions that use one another would else take for ever.

        It is remembered by the function itself with its arguments.
        """
        return (
            f"def {name}({', '.join(['world', *arguments])}):\n"
            f"    key = ({', '.join([name, *arguments])},)\n"
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


def _conjuncts(condition: Condition) -> list[Condition]:
    return list(condition.parts) if isinstance(condition, And) else [condition]
