"""A linked policy to Python source that judges records (engine/records.py): outcomes only, no reasons.

Every condition becomes two expressions: whether it is *possibly* true, and whether it is *certainly* true. It is
unknown where these differ. Negation swaps them. A clause is violated if that is certain, open if it is possible.
A third tells whether what is open waits for a fact that is no judgement, and so is undetermined, not in review.

All names in the source are generated, and all values are constants beside it: no text of a user's ever
becomes code. The meaning is that of engine/evaluate.py, and tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, assert_never

from clausewise.engine.conditions import (
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
    Every,
    FieldOf,
    Lookup,
    Meet,
    Not,
    Operand,
    Or,
    Overlaps,
    Path,
    Prohibited,
    ReadingIs,
    Same,
    Some,
    TermOperand,
    TermSet,
    Union,
    Violated,
    Within,
    walk,
)
from clausewise.engine.policy import Clause, Definition, Policy
from clausewise.engine.records import slots_of
from clausewise.engine.runtime import GivenTerms, Numbers, StatedTerms

NOT_APPLICABLE, MET, REVIEW, UNDETERMINED, VIOLATED = range(5)
"""What a clause's function returns."""

Names = Mapping[str, str]
"""The generated names of the variables in scope."""


@dataclass(frozen=True, slots=True)
class Program:
    """Generated source, with the constants that it names."""

    source: str
    constants: Mapping[str, Any]

    def __str__(self) -> str:
        constants = [f"{name} = {_shown(value)}" for name, value in self.constants.items()]
        return "\n".join([*constants, "", "", self.source])


def compile_policy(policy: Policy, readings: Mapping[str, str]) -> Program:
    """The source of `judge(w)`, which puts a result for each clause, in the policy's order, into `w.r`."""
    return _Writer(policy, readings).program()


def reviewable(policy: Policy) -> frozenset[str]:
    """The clauses that read a judgement, directly or not: they alone can be in review."""
    fields = (f for entity in policy.vocabulary.entities.values() for f in entity.fields.values())
    keys = [("field", f"{f.owner}.{f.name}") for f in fields if f.kind == "judgement"]
    keys += [("policy", name) for name, other in policy.policies.items() if reviewable(other)]
    return frozenset[str]().union(*(policy.readers.get(key, ()) for key in keys))


@dataclass(slots=True)
class _Writer:
    policy: Policy
    readings: Mapping[str, str]
    constants: dict[str, Any] = field(default_factory=dict)
    types: dict[str, int] = field(init=False)
    slots: dict[str, dict[str, str]] = field(init=False)
    definitions: dict[str, int] = field(init=False)
    clauses: dict[str, int] = field(init=False)
    reviewable: frozenset[str] = field(init=False)
    variables: int = 0
    constant_names: dict[Any, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        entities = self.policy.vocabulary.entities
        self.types = {name: index for index, name in enumerate(entities)}
        self.slots = {name: slots_of(type_) for name, type_ in entities.items()}
        self.definitions = {name: index for index, name in enumerate(self.policy.definitions)}
        self.clauses = {name: index for index, name in enumerate(self.policy.clauses)}
        self.reviewable = reviewable(self.policy)

    def program(self) -> Program:
        parts = [self.definition(d) for d in self.policy.definitions.values()]
        parts += [self.clause(c) for c in self.policy.clauses.values()]
        lines = ["def judge(w):", f"    w.r = r = [0] * {len(self.clauses)}"]
        lines += [f"    r[{self.clauses[n]}] = c{self.clauses[n]}(w)" for n in self.policy.order]
        source = "\n\n".join([*parts, "\n".join([*lines, "    return r"])])
        return Program(source + "\n", self.constants)

    # clauses and definitions

    def clause(self, clause: Clause) -> str:
        """A function that gives a clause's result."""
        names: dict[str, str] = {}
        known, possible, either = [], [], []
        for binding in clause.bindings:
            certain, maybe = self.set(binding.range, names)
            variable = names[binding.variable] = self.variable()
            known.append(f"for {variable} in {certain}")
            possible.append(f"for {variable} in {maybe}")
            either.append(f"for {variable} in {certain} or {maybe}")
        when: Condition = clause.when or And(())
        broken = clause.condition if clause.word == "prohibits" else Not(clause.condition)
        violation = And((when, broken, *(Not(e.condition) for e in clause.exceptions)))
        lines = [
            f"def c{self.clauses[clause.name]}(w):",
            f"    if {_any(self.condition(violation, names, True), possible)}:",
            f"        if {_any(self.condition(violation, names, False), known)}:",
            f"            return {VIOLATED}",
            f"        return {UNDETERMINED}",
            f"    return {MET} if {_any(self.condition(when, names, True), either)} else {NOT_APPLICABLE}",
        ]
        if clause.name in self.reviewable:
            waits = self.waits(clause.violation, {})
            lines[4] = f"        return {UNDETERMINED} if {waits} else {REVIEW}"
        return "\n".join(lines)

    def definition(self, definition: Definition) -> str:
        """Functions for a definition: one that gives a set, or one for each plane of a condition."""
        number = self.definitions[definition.name]
        names = {name: f"a{index}" for index, (name, _) in enumerate(definition.parameters)}
        parameters = ", ".join(["w", *names.values()])
        key = "".join(f"{name}, " for name in names.values())
        body = definition.body
        if isinstance(body, Path | All | Union | DefinedSet):
            return self.remembered(f"s{number}", parameters, key, self.pair(body, names))
        functions = []
        for plane in (True, False):
            name = f"{'p' if plane else 'k'}{number}"
            value = self.condition(body, names, plane)
            if any(isinstance(n, Defined | Some | Every | Meet) for n in walk(body)):
                functions.append(self.remembered(name, parameters, key, value))
            else:
                functions.append(f"def {name}({parameters}):\n    return {value}")
        if self.reviewable:
            functions.append(f"def m{number}({parameters}):\n    return {self.waits(body, names)}")
        return "\n\n".join(functions)

    def remembered(self, name: str, parameters: str, key: str, value: str) -> str:
        """A function that works a value out once: definitions that use one another would else take for ever."""
        number = len(self.constants)
        self.constants[f"K{number}"] = name
        return (
            f"def {name}({parameters}):\n"
            f"    key = ({key}K{number},)\n"
            f"    if key not in w.m:\n"
            f"        w.m[key] = {value}\n"
            f"    return w.m[key]"
        )

    # conditions

    def condition(self, node: Condition, names: Names, plane: bool) -> str:
        """An expression: whether a condition is possibly (`plane`) or certainly true."""
        match node:
            case And(parts):
                return _joined(" and ", [self.condition(p, names, plane) for p in parts])
            case Or(parts):
                return _joined(" or ", [self.condition(p, names, plane) for p in parts])
            case Not(part):
                return _not(self.condition(part, names, not plane))
            case Overlaps(left, right):
                return self.overlaps(left, right, names, plane)
            case Within(left, right):
                return self.within(left, right, names, plane)
            case Empty(of):
                return self.empty(of, names, plane)
            case Compare():
                return self.compare(node, names, plane)
            case Same(left, right):
                function = "same_p" if plane else "same_k"
                return f"{function}({self.entity(left, names)}, {self.entity(right, names)})"
            case Meet(left, right):
                function = "meet_p" if plane else "meet_k"
                return f"{function}({self.pair(left, names)}, {self.pair(right, names)})"
            case Some(variable, range_, body) | Every(variable, range_, body):
                known, possible = self.set(range_, names)
                some = isinstance(node, Some)
                inner = {**names, variable: self.variable()}
                test = self.condition(body, inner, plane)
                members = possible if plane is some else known
                return f"{'any' if some else 'all'}({test} for {inner[variable]} in {members})"
            case Defined(name, arguments):
                function = f"{'p' if plane else 'k'}{self.definitions[name]}"
                return self.call(function, arguments, names, "False")
            case ReadingIs(reading, alternative):
                return str(self.readings[reading] == alternative)
            case Violated(clause):
                return f"w.r[{self.clauses[clause]}] >= {REVIEW if plane else VIOLATED}"
            case Prohibited(policy):
                return f"max(w.m[{self.constant(policy)}]) >= {REVIEW if plane else VIOLATED}"
            case _:
                assert_never(node)

    def call(self, function: str, arguments: Iterable[Path], names: Names, nobody: str) -> str:
        """A definition applied; `nobody` if an argument leads nowhere."""
        given = [(self.entity(a, names), bool(a.hops)) for a in arguments]
        call = f"{function}({', '.join(['w', *(value for value, _ in given)])})"
        far = [f"{value}.name is not None" for value, hops in given if hops]
        return f"({call} if {' and '.join(far)} else {nobody})" if far else call

    def overlaps(self, left: FieldOf, right: TermOperand, names: Names, plane: bool) -> str:
        values = self.value(left, names)
        if not isinstance(right, TermSet):
            index = 0 if plane else 2
            return f"not {self.terms(right, names)}[{index}].isdisjoint({self.many(left, names)})"
        terms = right.inside | right.above | {None} if plane else right.inside
        if left.field.is_many:
            return f"not {self.constant(terms)}.isdisjoint({values})"
        return f"{values} in {self.constant(terms)}"

    def within(self, left: FieldOf, right: TermOperand, names: Names, plane: bool) -> str:
        values = self.value(left, names)
        if not isinstance(right, TermSet):
            index = 1 if plane else 2
            return f"{self.terms(right, names)}[{index}].issuperset({self.many(left, names)})"
        terms = right.inside | right.above | {None} if plane else right.inside
        if left.field.is_many:
            return f"{self.constant(terms)}.issuperset({values})"
        return f"{values} in {self.constant(terms | {''})}"

    def terms(self, right: FieldOf | Lookup, names: Names) -> str:
        """The three sets of terms of an operand on the right (`engine/runtime.py`)."""
        vocabulary = self.policy.vocabulary
        if isinstance(right, FieldOf):
            stated = StatedTerms(vocabulary.taxonomy_of(right.field))
            return f"{self.constant(stated)}({self.many(right, names)})"
        table = self.policy.tables[right.table]
        given = GivenTerms(table, vocabulary.taxonomy(table.gives))
        return f"{self.constant(given)}({self.many(right.key, names)})"

    def many(self, operand: FieldOf, names: Names) -> str:
        """A field's values as a tuple."""
        value = self.value(operand, names)
        return value if operand.field.is_many else f"one({value})"

    def empty(self, of: FieldOf, names: Names, plane: bool) -> str:
        value, field_ = self.value(of, names), of.field
        if field_.is_reference and field_.is_many:
            return f"not {value}" if plane else f"not {value}b"
        if field_.is_reference:
            return f"not {value}.name" if plane else f"{value}.name is None"
        if field_.is_many:
            return f"{value} in {self.constant(((), (None,)))}" if plane else f"{value} == ()"
        return f"{value} in {self.constant((None, '', ()))}" if plane else f"{value} in ('', ())"

    def compare(self, node: Compare, names: Names, plane: bool) -> str:
        left, right = self.operand(node.left, names), self.operand(node.right, names)
        unknown = [
            v for v, o in ((left, node.left), (right, node.right)) if not isinstance(o, Constant)
        ]
        there = [f"{value} != ()" for value in unknown]
        sign = "==" if node.sign == "=" else node.sign
        holds = " and ".join([*there, f"{left} {sign} {right}"])
        if plane:
            return (
                "(" + " or ".join([*(f"{value} is None" for value in unknown), f"({holds})"]) + ")"
            )
        return "(" + " and ".join([*(f"{value} is not None" for value in unknown), holds]) + ")"

    def operand(self, node: Operand, names: Names) -> str:
        match node:
            case Constant(value):
                return self.constant(value)
            case AsOf():
                return "w.as_of"
            case FieldOf():
                return self.value(node, names)
            case Bound(of, end):
                return self.value(of, names) + ("" if end == "youngest" else "b")
            case Lookup(table, key):
                numbers = self.constant(Numbers(self.policy.tables[table]))
                return f"{numbers}({self.value(key, names)})"
            case _:
                assert_never(node)

    # what an open condition waits for

    def waits(self, node: Condition, names: Names) -> str:
        """An expression: whether a condition, if it is open, waits for a fact that is no judgement."""
        match node:
            case And(parts) | Or(parts):
                return _joined(" or ", [self.open_and_waits(part, names) for part in parts])
            case Not(part):
                return self.waits(part, names)
            case Overlaps(left, right) | Within(left, right):
                return _joined(" or ", [self.lacks(left, names), self.lacks(right, names)])
            case Empty(of):
                return self.lacks(of, names)
            case Compare(_, left, right):
                return _joined(" or ", [self.lacks(left, names), self.lacks(right, names)])
            case Same(left, right):
                return _joined(" or ", [self.lost(left, names), self.lost(right, names)])
            case Meet():
                return "True"  # no reference is a judgement
            case Some(variable, range_, body) | Every(variable, range_, body):
                return self.member_waits(node, variable, range_, body, names)
            case Defined(name, arguments):
                call = self.call(f"m{self.definitions[name]}", arguments, names, "False")
                return _joined(" or ", [*(self.lost(a, names) for a in arguments), call])
            case ReadingIs():
                return "False"
            case Violated(clause):
                return f"w.r[{self.clauses[clause]}] == {UNDETERMINED}"
            case Prohibited(policy):
                return f"{UNDETERMINED} in w.m[{self.constant(policy)}]"
            case _:
                assert_never(node)

    def open_and_waits(self, node: Condition, names: Names) -> str:
        possible = self.condition(node, names, True)
        certain = _not(self.condition(node, names, False))
        return _joined(" and ", [possible, certain, self.waits(node, names)])

    def member_waits(
        self, node: Some | Every, variable: str, range_: EntitySet, body: Condition, names: Names
    ) -> str:
        known, possible = self.set(range_, names)
        inner = {**names, variable: self.variable()}
        member = f"any({self.open_and_waits(body, inner)} for {inner[variable]} in {known})"
        counts = self.condition(body, inner, isinstance(node, Some))
        counts = counts if isinstance(node, Some) else _not(counts)
        unlisted = (
            f"any(not {inner[variable]}.name and {counts} for {inner[variable]} in {possible})"
        )
        return f"({member} or {unlisted})"

    def lacks(self, operand: TermOperand | Operand, names: Names) -> str:
        """Whether an operand reads a fact, other than a judgement, that is unknown or could be more precise."""
        match operand:
            case Constant() | TermSet():
                return "False"
            case AsOf():
                return "w.as_of is None"
            case Bound(of):
                return self.lacks(of, names)
            case FieldOf(path, field_):
                value, entity = self.value(operand, names), self.entity(path, names)
                if not field_.has_terms:
                    lacking = f"{value} is None"
                else:
                    taxonomy = self.policy.vocabulary.taxonomy_of(field_)
                    vague = self.constant(frozenset(taxonomy.children) | {None})
                    many = f"not {vague}.isdisjoint({value})"
                    lacking = many if field_.is_many else f"{value} in {vague}"
                if field_.is_reference:
                    lacking = f"not {value}.name" if not field_.is_many else f"not {value}"
                own = "False" if field_.kind == "judgement" else f"({entity}.name and {lacking})"
                return _joined(" or ", [self.lost(path, names), own])
            case Lookup(table, key):
                is_number = self.policy.tables[table].gives in ("number", "duration")
                given = self.operand(operand, names) if is_number else self.terms(operand, names)
                lacking = f"{given} is None" if is_number else f"{given}[0] is ANYTHING"
                own = f"({self.entity(key.path, names)}.name and {lacking})"
                own = "False" if key.field.kind == "judgement" else own
                return _joined(" or ", [self.lost(key.path, names), own])
            case _:
                assert_never(operand)

    def lost(self, path: Path, names: Names) -> str:
        """Whether it is not known where a path leads, and the fact that is unknown is no judgement."""
        tests = []
        for index, hop in enumerate(path.hops):
            start = self.entity(Path(path.root, path.single, path.hops[:index], ""), names)
            slot = self.slots[hop.field.owner][hop.field.name]
            tests.append(f"({start}.name and {start}.{slot}.name == '')")
        return _joined(" or ", tests)

    # entities and sets

    def value(self, operand: FieldOf, names: Names) -> str:
        slot = self.slots[operand.field.owner][operand.field.name]
        return f"{self.entity(operand.path, names)}.{slot}"

    def entity(self, path: Path, names: Names) -> str:
        """The one entity at a path's end."""
        root = f"w.t[{self.types[path.root]}][0]" if path.single else names[path.root]
        hops = [self.slots[hop.field.owner][hop.field.name] for hop in path.hops]
        return ".".join([root, *hops])

    def set(self, node: EntitySet, names: Names) -> tuple[str, str]:
        """Two expressions: a set's known members, and those that may be in it."""
        if isinstance(node, All):
            return f"w.t[{self.types[node.type]}]", f"w.q[{self.types[node.type]}]"
        if isinstance(node, Path) and node.hops and not node.hops[-1].closed:
            one, last = self.near(node)
            if one is not None and last.field.is_many:
                slot = f"{self.entity(one, names)}.{self.slots[last.field.owner][last.field.name]}"
                return slot, f"{slot}b"
        pair = self.pair(node, names)
        return f"{pair}[0]", f"{pair}[1]"

    def near(self, path: Path) -> tuple[Path | None, Any]:
        """A path without its last hop, if all before it lead to one entity."""
        *way, last = path.hops
        if any(hop.closed or hop.field.is_many for hop in way):
            return None, last
        return Path(path.root, path.single, tuple(way), ""), last

    def pair(self, node: EntitySet, names: Names) -> str:
        """One expression for both."""
        match node:
            case All(type_):
                return f"(w.t[{self.types[type_]}], w.q[{self.types[type_]}])"
            case Union(parts):
                return f"union({', '.join(self.pair(part, names) for part in parts)})"
            case DefinedSet(name, arguments):
                return self.call(f"s{self.definitions[name]}", arguments, names, "((), ())")
            case Path():
                return self.path(node, names)
            case _:
                assert_never(node)

    def path(self, path: Path, names: Names) -> str:
        single = 0
        while (
            single < len(path.hops)
            and not path.hops[single].closed
            and not path.hops[single].field.is_many
        ):
            single += 1
        start = Path(path.root, path.single, path.hops[:single], "")
        found = f"alone({self.entity(start, names)})"
        for hop in path.hops[single:]:
            slot = self.slots[hop.field.owner][hop.field.name]
            unlisted = f"U{self.types[hop.field.target or '']}"
            many = hop.field.is_many
            function = "closure" if hop.closed else "along"
            getters = self.constant((slot, f"{slot}b" if many else "", f"{slot}k"))
            found = f"{function}({found}, {getters}, {unlisted})"
        return found

    # names

    def variable(self) -> str:
        self.variables += 1
        return f"v{self.variables}"

    def constant(self, value: Any) -> str:
        if isinstance(value, Decimal) and value == value.to_integral_value():
            value = int(value)  # compares faster
        name = self.constant_names.setdefault((type(value), value), f"K{len(self.constants)}")
        self.constants[name] = value
        return name


def _shown(value: Any) -> str:
    """A constant as it is printed: sets in order, so that equal policies give equal texts."""
    if not isinstance(value, frozenset):
        return repr(value)
    terms = sorted(repr(term) for term in value)
    return f"frozenset({{{', '.join(terms)}}})"


def _any(test: str, loops: list[str]) -> str:
    return f"any({test} {' '.join(loops)})" if loops else test


def _joined(word: str, parts: list[str]) -> str:
    """Parts joined by `and` or `or`, without those that change nothing."""
    neutral, settling = ("True", "False") if word == " and " else ("False", "True")
    parts = [part for part in parts if part != neutral]
    if settling in parts:
        return settling
    if len(parts) <= 1:
        return parts[0] if parts else neutral
    return f"({word.join(parts)})"


def _not(test: str) -> str:
    return {"True": "False", "False": "True"}.get(test, f"(not {test})")
