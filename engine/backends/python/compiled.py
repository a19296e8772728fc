"""Judging by generated code: the outcomes of a policy's clauses, and why they are so."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property

from clausewise.dsl.models.deployment import AS_OF, Deployment
from clausewise.dsl.startup import store
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.dsl.startup.typed import TYPE_CHECKING, Any
from clausewise.engine.backends.python import runtime
from clausewise.engine.backends.python.records import (
    LAYOUTS,
    RecordLayout,
    World,
    shared_layouts,
    world_of,
)
from clausewise.engine.backends.results import NOT_APPLICABLE, OUTCOMES, SETTLED
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.core.policy import Policy, choose_readings
from clausewise.engine.core.reads import RuleKey

if TYPE_CHECKING:
    from clausewise.engine.backends.python.from_json import Intake
    from clausewise.engine.backends.python.program import Writer

CodeBlock = tuple[bytes, Mapping[str, Any]]
"""Byte code as `marshal` writes it, and constants by their names."""

_NAMES = (
    "ANYTHING",
    "NO_FACTS",
    "alone",
    "along",
    "any_fact",
    "closure",
    "closure_of",
    "closures",
    "is_open",
    "link",
    "meet_certain",
    "meet_possible",
    "one",
    "perhaps",
    "reaches_certain",
    "reaches_possible",
    "same_certain",
    "same_possible",
    "union",
    "union_of_two",
    "unlisted_last",
    "with_facts",
)


class Functions:
    """The generated functions of one policy, each written and compiled when it is first asked for.

    Attributes:
        blocks: what was compiled so far, in order: byte code that defines functions, and the constants that it
            names. It can be kept, and loaded again by the same version of Python.
        has_grown: whether something was compiled that was not loaded.
        numbers: the clauses' places in the policy's order.
    """

    def __init__(self, policy: Policy, layouts: Mapping[str, RecordLayout]) -> None:
        self.policy = policy
        self.scope: dict[str, Any] = {name: getattr(runtime, name) for name in _NAMES}
        self.scope |= {"AS_OF": AS_OF, "OUTCOMES": OUTCOMES}
        for index, layout in enumerate(layouts.values()):
            self.scope |= {f"UNLISTED_{index}": layout.unlisted, f"NOBODY_{index}": layout.nobody}
        self.blocks: list[CodeBlock] = []
        self.has_grown = False
        self.numbers = {name: number for number, name in enumerate(policy.clauses)}
        self._of_readers: dict[frozenset[RuleKey], list[tuple[int, Callable[[World], int]]]] = {}
        self._some: tuple[frozenset[str], list[tuple[int, Callable[[World], int]]]] | None = None

    @cached_property
    def in_order(self) -> list[tuple[int, Callable[[World], int]]]:
        """The functions that give the clauses' results, with the clauses' places, in the order of judging."""
        return self.of_clauses(self.policy.order)

    @cached_property
    def judge(self) -> Callable[[World, list[int]], list[int]]:
        """Puts the results of all clauses into a list, in the order of judging, and gives it."""
        return self.get("judge_0")

    @cached_property
    def by_clause(self) -> Callable[[list[int]], dict[str, Outcome]]:
        """Gives the outcomes by clause, of their results."""
        return self.get("outcomes_0")

    def of_clauses(self, clauses: Iterable[str]) -> list[tuple[int, Callable[[World], int]]]:
        """The functions that give the results of some clauses, with the clauses' places."""
        numbers = [self.numbers[name] for name in clauses]
        self.make(f"clause_{number}" for number in numbers)
        return [(number, self.get(f"clause_{number}")) for number in numbers]

    def of_some(self, clauses: frozenset[str]) -> list[tuple[int, Callable[[World], int]]]:
        """The same for some of all clauses, in the order of judging: mostly asked for of the same ones again."""
        if self._some is None or self._some[0] != clauses:
            found = self.of_clauses(name for name in self.policy.order if name in clauses)
            self._some = clauses, found
        return self._some[1]

    def of_readers(self, keys: frozenset[RuleKey]) -> list[tuple[int, Callable[[World], int]]]:
        """The same for the clauses that read something, found once, for it is asked for each design."""
        if keys not in self._of_readers:
            readers = [self.policy.readers.get(key, ()) for key in keys]
            numbers = {self.numbers[name] for names in readers for name in names}
            self._of_readers[keys] = [each for each in self.in_order if each[0] in numbers]
        return self._of_readers[keys]

    def get(self, name: str) -> Callable[..., Any]:
        """A function by its name."""
        found: Callable[..., Any] | None = self.scope.get(name)
        if found is None:
            self.make([name])
            found = self.scope[name]
        return found

    def make(self, names: Iterable[str]) -> None:
        """Write and compile functions, with those that they call, where they are not there yet."""
        missing = [name for name in names if name not in self.scope]
        if not missing:
            return
        self.has_grown = True
        known = dict(self._writer.names.constants)
        source = self._writer.source(missing, self.scope)
        code = compile(source, f"<{self.policy.name}>", "exec")
        constants = self._writer.names.constants
        new = {name: value for name, value in constants.items() if name not in known}
        self.load(marshal.dumps(code), new)

    def load(self, code: bytes, constants: Mapping[str, Any]) -> None:
        """Define the functions of a block."""
        self.blocks.append((code, constants))
        self.scope.update(constants)
        exec(marshal.loads(code), self.scope)

    @cached_property
    def _writer(self) -> Writer:
        """What writes further functions. It is not needed, nor imported, where all are there."""
        from clausewise.engine.backends.python.names import Names
        from clausewise.engine.backends.python.program import Writer

        names = Names(self.policy)
        for _, constants in self.blocks:
            names.constants |= constants
        return Writer(names)


@lean_dataclass(frozen=True)
class CompiledPolicy:
    """A policy under chosen readings, as generated code."""

    policy: Policy
    readings: Mapping[str, str]
    layouts: Mapping[str, RecordLayout]
    functions: Functions
    others: Mapping[str, CompiledPolicy]

    def under(self, readings: Mapping[str, str]) -> CompiledPolicy:
        """The same policy under other readings, its defaults where none is named.

        Raises:
            KeyError: there is no such reading or alternative.
        """
        return replace(self, readings=choose_readings(self.policy, readings))

    def outcomes(self, deployment: Deployment) -> dict[str, Outcome]:
        """The outcome of each clause for a deployment of which only admitted facts are known."""
        return self.outcomes_of(world_of(deployment, self.layouts))

    def outcomes_of(self, world: World) -> dict[str, Outcome]:
        """The outcome of each clause for records of these layouts."""
        return self.functions.by_clause(self.judge_world(world))

    def outcomes_of_json(self, content: bytes) -> dict[str, Outcome] | None:
        """The outcome of each clause for a design in JSON, as UTF-8; claims count without evidence.

        `None` if the design must go the long way, through the parser and the checker: it may have mistakes.
        """
        found = self.intake.world(content)
        return None if found is None else self.outcomes_of(found)

    def binds(self, world: World) -> bool:
        """Whether a world lists anything of which the policy speaks."""
        listed = zip(self.layouts, world.listed, strict=True)
        return self.policy.speaks_of(name for name, records in listed if records)

    def by_clause(self, results: list[int]) -> dict[str, Outcome]:
        """The outcome of each clause, of their results in the policy's order."""
        return self.functions.by_clause(results)

    @property
    def numbers(self) -> Mapping[str, int]:
        """The clauses' places in the policy's order."""
        return self.functions.numbers

    @cached_property
    def intake(self) -> Intake:
        """Reads designs in JSON."""
        from clausewise.engine.backends.python.from_json import Intake

        return Intake(self.policy.vocabulary, self.layouts)

    def judge_world(self, world: World) -> list[int]:
        """The results of the clauses, in the policy's order (program.py), which the world keeps.

        Where a judgement waits for the date of judging, which is rare, the recorded judge is asked.
        """
        if world.undated:
            return self._recorded(world, world.undated)
        self._begin(world)
        world.results = results = [NOT_APPLICABLE] * len(self.policy.clauses)
        return self.functions.judge(world, results)

    def _recorded(self, world: World, deployment: Deployment) -> list[int]:
        from clausewise.engine.judging.judge import RecordedJudge

        record = RecordedJudge(self.policy, deployment, self.readings)
        judged = [record.judged(name).outcome for name in self.policy.clauses]
        world.results = [OUTCOMES.index(outcome) for outcome in judged]
        return world.results

    def results_after(
        self,
        world: World,
        before: World,
        changed: Collection[RuleKey],
        *,
        only_open: bool = False,
    ) -> list[int]:
        """The result of each clause for a world that differs from one that was judged in little.

        Args:
            world: the one that is to be judged.
            before: the one that was judged, by the same policy. No judgement in it waits for the date of judging.
            changed: the fields in which the two differ, or the readings under which they are judged.
            only_open: whether the one only states more, so that what is settled stays as it is. That a clause is
                met is not: it may turn out not to apply.
        """
        keys = {*changed}
        if self.others:
            world.others = {**before.others}
        for name, other in self.others.items():
            was = before.others[name]
            if other._reads(changed):
                world.others[name] = other_world = world.again()
                after = other.results_after(other_world, was, changed, only_open=only_open)
                if after != was.results:
                    keys.add(("policy", name))
        world.readings = self.readings
        world.results = results = before.results.copy()
        for number, clause in self.functions.of_readers(frozenset(keys)):
            if not only_open or results[number] not in SETTLED:
                results[number] = clause(world)
        return results

    def _reads(self, keys: Collection[RuleKey]) -> bool:
        own = any(key in self.policy.readers for key in keys)
        return own or any(other._reads(keys) for other in self.others.values())

    def judge_again(
        self, world: World, clauses: Collection[str], known: Mapping[str, int]
    ) -> list[int]:
        """The same, where only some clauses are judged; nothing is compiled for the others.

        Args:
            known: the results of those others, by clause. They may not depend on the clauses that are judged.
        """
        if world.undated:
            return self._recorded(world, world.undated)
        self._begin(world)
        world.results = results = [known[name] for name in self.numbers]
        for number, clause in self.functions.of_some(frozenset(clauses)):
            results[number] = clause(world)
        return results

    def _begin(self, world: World) -> None:
        """Have a world judged by the policies that this one reads, and under its readings."""
        world.readings = self.readings
        if self.others:
            world.others = {name: world.again() for name in self.others}
            for name, other in self.others.items():
                other.judge_world(world.others[name])


def compiled(
    policy: Policy,
    readings: Mapping[str, str] | None = None,
    layouts: Mapping[str, RecordLayout] | None = None,
) -> CompiledPolicy:
    """A policy under chosen readings, its defaults by default. The policy keeps what was compiled of it.

    Args:
        layouts: those of the records that are to be judged; of the code's own by default.

    Raises:
        KeyError: there is no such reading or alternative.
    """
    chosen = choose_readings(policy, readings or {})
    held = layouts or shared_layouts(policy.vocabulary)
    known = policy.kept.get("python")
    if isinstance(known, CompiledPolicy) and (layouts is None or known.layouts is held):
        return replace(known, readings=chosen)
    others = {name: compiled(other, None, held) for name, other in policy.policies.items()}
    functions = Functions(policy, held)
    if policy.key:
        for code, constants in store.load(_key(policy)) or ():
            functions.load(code, constants)
    found = CompiledPolicy(policy, chosen, held, functions, others)
    if layouts is None or held is policy.vocabulary.kept.get(LAYOUTS):
        policy.kept["python"] = found
    return found


def compiled_warnings(
    policy: Policy, readings: Mapping[str, str] | None = None
) -> CompiledPolicy | None:
    """What a policy warns of as generated code, for the same records as its own; `None` if it warns of nothing.

    Raises:
        KeyError: as `compiled` does.
    """
    cautions = policy.cautions
    if cautions is None:
        return None
    if "python" not in cautions.kept:
        cautions.kept["python"] = compiled(cautions, None, compiled(policy).layouts)
    return compiled(cautions, readings)


def keep_code(policy: Policy) -> None:
    """Keep what was compiled of a policy in the cache, if the policy came from there and more was compiled."""
    known = policy.kept.get("python")
    if policy.key and isinstance(known, CompiledPolicy) and known.functions.has_grown:
        store.keep(_key(policy), known.functions.blocks)
    if policy.cautions:
        keep_code(policy.cautions)


def _key(policy: Policy) -> str:
    return store.key_of("python", policy.key)
