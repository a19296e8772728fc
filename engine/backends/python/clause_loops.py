"""A clause's result: loops over its bindings, with each condition as far out as its variables allow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from clausewise.engine.backends.planes import CERTAIN, POSSIBLE, Plane
from clausewise.engine.backends.python.conditions import Cost, PythonConditions
from clausewise.engine.backends.python.expressions import joined
from clausewise.engine.backends.python.names import Names
from clausewise.engine.backends.results import MET, UNDETERMINED, VIOLATED
from clausewise.engine.core.clauses import Binding, Clause
from clausewise.engine.core.conditions import And, Condition, EntitySet
from clausewise.engine.core.traits import FIELDS, SETS
from clausewise.engine.core.walk import variables

Test = tuple[Cost, str]
"""What a test takes to judge, and its expression."""
AT_ONCE: Cost = (FIELDS, 0)
LATE: Cost = (SETS, 0)


@dataclass(slots=True)
class ClauseLoops:
    """Writes the loops of one clause, which set `best` or return.

    For each binding it is tested whether the clause possibly applies, whether it is possibly violated, and whether
    it certainly is. Most bindings fail the first tests, and then nothing else is asked about them.

    Attributes:
        scope: the variables that are bound so far.
        outer: what says by cheap tests whether a violation is still possible for those who are bound so far.
        possible: tests whether it is for who is bound further in, which are asked innermost.
        certain: tests whether it is certain.
        lines: what is written so far.
        indent: where the next line starts.
    """

    names: Names
    conditions: PythonConditions
    scope: dict[str, str] = field(default_factory=dict)
    outer: list[str] = field(default_factory=list)
    possible: list[Test] = field(default_factory=list)
    certain: list[Test] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    indent: str = "    "

    def write(self, clause: Clause) -> list[str]:
        """The statements for a clause."""
        violation = clause.violation_for_one
        when = _conjuncts(violation.when)
        rule = [*_conjuncts(violation.rule), *violation.refused]
        certain = [*when, *rule]
        for binding in self.in_order(clause.bindings, [*when, *rule]):
            self.ask(self.tests(self.ready(when), POSSIBLE))
            cheap, costly = _parted(self.tests(self.ready(rule), POSSIBLE))
            self.outer += self.kept(cheap)
            self.possible += self.later(costly)
            cheap, costly = _parted(self.tests(self.ready(certain), CERTAIN))
            self.certain += [*cheap, *self.later(costly)]
            self.bind(binding)
        self.ask(self.tests(when, POSSIBLE))
        self.possible += self.tests(rule, POSSIBLE)
        self.certain += self.tests(certain, CERTAIN)
        self.judge()
        return self.lines

    def bind(self, binding: Binding) -> None:
        """Begin a loop over those for whom a variable may stand."""
        if self.outer and self.scope:
            self.put(f"if not best or {' and '.join(self.outer)}:")
            self.indent += "    "
        variable, by_anyone = self.names.variable(), self.by_anyone(binding.range)
        self.certain.append((AT_ONCE, joined(" or ", [f"{variable}.name", by_anyone])))
        members = self.names.members(binding.range, self.scope, POSSIBLE)
        self.scope[binding.variable] = variable
        self.put(f"for {variable} in {members}:")
        self.indent += "    "

    def judge(self) -> None:
        """Say what the clause comes to for one binding to which it may apply."""
        self.put("if not best:", f"    best = {MET}")
        if self.outer:
            self.put(f"if not ({' and '.join(self.outer)}): break")
        cheap, costly = _parted(self.possible)
        self.ask(cheap)
        if costly:
            # Whether there is one more that is open does not matter.
            self.ask([(LATE, f"(best == {UNDETERMINED} or {self.all(costly)})")])
        self.put(
            f"if {self.all(self.certain)}:", f"    return {VIOLATED}", f"best = {UNDETERMINED}"
        )

    def in_order(
        self, bindings: Iterable[Binding], conditions: list[Condition]
    ) -> Iterator[Binding]:
        """The bindings, of which those come early whose entities a cheap condition tells apart by themselves.

        For example, of each use and each actor who is police and takes part in it, police is looked for first.
        """
        left, known = list(bindings), set[str]()
        while left:
            free = [binding for binding in left if variables(binding.range) <= known]
            alone = (b for b in free if self.narrows(b.variable, known, conditions))
            found = next(alone, left[0])
            left.remove(found)
            known.add(found.variable)
            yield found

    def narrows(self, variable: str, known: set[str], conditions: list[Condition]) -> bool:
        """Whether a cheap condition asks something of a variable, and of others that are known alone."""
        asked = [
            c for c in conditions if variable in (of := variables(c)) and of <= {*known, variable}
        ]
        return any(self.conditions.cost(condition)[0] == FIELDS for condition in asked)

    def by_anyone(self, range_: EntitySet) -> str:
        """A test: whether one in a set who is not listed stands for somebody who is in it for certain."""
        nobody_known = f"not {self.names.members(range_, self.scope, CERTAIN)}"
        return joined(" and ", [nobody_known, self.names.inhabited(range_, self.scope)])

    def put(self, *lines: str) -> None:
        self.lines += [f"{self.indent}{line}" for line in lines]

    def ask(self, tests: Iterable[Test]) -> None:
        """Go on only where these tests hold."""
        test = self.all(tests)
        if test != "True":
            self.put(f"if {test}:")
            self.indent += "    "

    def all(self, tests: Iterable[Test]) -> str:
        """That tests hold, of which those come first that take least."""
        found = sorted(tests, key=lambda test: test[0])
        return self.conditions.merged(" and ", [test for _, test in found])

    def ready(self, conditions: list[Condition]) -> list[Condition]:
        """Those conditions whose variables are all bound; they are taken off the list."""
        found = [c for c in conditions if variables(c) <= self.scope.keys()]
        conditions[:] = [c for c in conditions if c not in found]
        return found

    def tests(self, conditions: Iterable[Condition], plane: Plane) -> list[Test]:
        return [
            (self.conditions.cost(c), self.conditions.condition(c, self.scope, plane))
            for c in conditions
        ]

    def kept(self, tests: list[Test]) -> list[str]:
        """What says whether cheap tests hold that are the same for all who are bound further in.

        Where they do not, these are only gone through to see whether the clause applies to one of them.
        """
        if not tests:
            return []
        kept = self.names.variable()
        self.put(f"{kept} = {self.all(tests)}")
        return [kept]

    def later(self, tests: list[Test]) -> Iterator[Test]:
        """Tests that are the same for all who are bound further in, and are tested when they are first asked."""
        for cost, test in tests:
            kept = self.names.variable()
            self.put(f"{kept} = None")
            yield cost, f"({kept} if {kept} is not None else ({kept} := {test}))"


def _parted(tests: Iterable[Test]) -> tuple[list[Test], list[Test]]:
    """Cheap tests, which read fields alone, and others."""
    cheap: list[Test] = []
    costly: list[Test] = []
    for test in tests:
        (cheap if test[0][0] == FIELDS else costly).append(test)
    return cheap, costly


def _conjuncts(condition: Condition) -> list[Condition]:
    return list(condition.parts) if isinstance(condition, And) else [condition]
