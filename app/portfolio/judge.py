"""Many designs judged at once by one policy: `clausewise portfolio`.

Outcomes and reasons come from generated code. A design that cannot be judged is a result like any other, with what
is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from clausewise.checking.bounds import missing_within, refuse_many
from clausewise.checking.judging import nothing_to_judge
from clausewise.checking.options import Options
from clausewise.checking.report import COULD_NOT_JUDGE, EXIT_CODES
from clausewise.dsl.models.deployment import AS_OF, Missing, NoEntity, place_of
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError, shortened
from clausewise.dsl.text.fault import EXIT_CODE, fault_of
from clausewise.dsl.text.source import Source
from clausewise.engine.advice.reach import unreached
from clausewise.engine.backends.python.compiled import CompiledPolicy, compiled
from clausewise.engine.backends.python.reasoning import Why
from clausewise.engine.backends.python.records import World
from clausewise.engine.core.outcomes import Outcome, Verdict, verdict_of
from clausewise.engine.core.policy import Policy
from clausewise.intake import texts
from clausewise.intake.access import Access
from clausewise.intake.designs import source_of
from clausewise.intake.evidence import doubts_of
from clausewise.intake.records import records_of
from clausewise.workers.forked import map_forked

PORTION = 50
"""How many designs a worker is given at a time."""
PORTION_BYTES = 1024 * 1024
"""From how many bytes on a portion gets no further ones."""


class Given(NamedTuple):
    """A design to be judged. Many are made and sent to workers, which a tuple makes quick.

    Attributes:
        name: what it is called in the results: its path, or the file's with the line or row.
        content: the design in JSON, in UTF-8; `None` if it is to be read from the file `name`.
        mistake: why it cannot be read, if it cannot.
    """

    name: str
    content: bytes | None = None
    mistake: Diagnostic | None = None

    def source(self, access: Access | None = None) -> Source:
        """The text. What does not come from a file of its own is JSON, and is called so.

        Args:
            access: where a file may lie.

        Raises:
            InvalidError: it cannot be read.
        """
        access = access or Access()
        limit = access.max_bytes
        if self.content is None:
            return texts.read(Path(self.name), texts.DESIGNS, access.around(self.name), limit)
        return source_of(f"{self.name}.json", self.content, limit)


@dataclass(frozen=True, slots=True)
class Other:
    """What a portfolio is compared with: another policy, or other readings."""

    policy: Policy
    readings: Mapping[str, str]
    words: str


@dataclass(frozen=True)
class Task:
    """How a portfolio is judged.

    Attributes:
        policy: by which all are judged, whatever they name.
        readings: alternatives by reading, instead of the defaults.
        options: the date of judging, and whether evidence is required.
        with_reasons: whether deciding and missing facts are wanted, which takes most of the time.
    """

    policy: Policy
    readings: Mapping[str, str]
    options: Options = field(default_factory=Options)
    with_reasons: bool = True
    against: Other | None = None


_NONE: Mapping[str, Any] = {}
"""What a design has of which there is nothing to say. Nobody changes it."""


class Judged(NamedTuple):
    """What came of one design. Like `Given` it is a tuple, since many are sent between processes.

    Attributes:
        verdict: `None` if it could not be judged; `mistake` then says why.
        outcomes: by clause, in the policy's order.
        facts: by violated clause, a smallest set of facts that decides it.
        missing: by open clause, the facts that keep it open.
        lacking: the fields of the facts that are missing anywhere, as `type.field`.
        unreached: the entities to which nothing leads (W702); looked for with the reasons.
        other: the outcomes by what the portfolio is compared with.
        is_fault: whether a bug of ours kept it from being judged.
    """

    name: str
    title: str = ""
    verdict: Verdict | None = None
    outcomes: Mapping[str, Outcome] = _NONE
    facts: Mapping[str, tuple[str, ...]] = _NONE
    missing: Mapping[str, tuple[str, ...]] = _NONE
    lacking: tuple[str, ...] = ()
    unreached: tuple[str, ...] = ()
    other: Mapping[str, Outcome] = _NONE
    other_verdict: Verdict | None = None
    mistake: str = ""
    is_fault: bool = False

    @property
    def flips(self) -> Iterator[tuple[str, Outcome | None, Outcome | None]]:
        """The clauses that come out otherwise by the other policy or reading: before, and after."""
        if self.other:
            for clause in dict.fromkeys([*self.outcomes, *self.other]):
                before, after = self.outcomes.get(clause), self.other.get(clause)
                if before is not after:
                    yield clause, before, after

    @property
    def exit_code(self) -> int:
        """As of `check`."""
        if self.is_fault:
            return EXIT_CODE
        return EXIT_CODES[self.verdict] if self.verdict else COULD_NOT_JUDGE


class Judge:
    """Judges one design after another, by policies compiled once."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.code = compiled(task.policy, task.readings)
        other = task.against
        self.other = compiled(other.policy, other.readings) if other else None

    def judge(self, design: Given) -> Judged:
        """Judge one design. Mistakes come back with it; nothing is raised for them."""
        if design.mistake:
            return Judged(design.name, mistake=in_a_line([design.mistake]))
        try:
            return self._judged(design)
        except InvalidError as error:
            return Judged(design.name, mistake=in_a_line(error.diagnostics))
        except Exception as error:
            return _faulty(design.name, error)

    def judge_portion(self, designs: Iterable[Given]) -> list[Judged]:
        """Judge designs."""
        return [self.judge(design) for design in designs]

    def judge_world(self, name: str, world: World, other: World | None = None) -> Judged:
        """Judge the records of a design, and compare if there is something to compare with."""
        try:
            found = self._of_world(name, world, None)
            return self._compared(found, self.other, other) if self.other and other else found
        except InvalidError as error:
            return Judged(name, mistake=in_a_line(error.diagnostics))
        except Exception as error:
            return _faulty(name, error)

    def _judged(self, design: Given) -> Judged:
        source = design.source(self.task.options.access)
        found = self._of_world(design.name, self._world(self.code, source, design), source)
        if self.other is None:
            return found
        try:
            world = self._world(self.other, source, design)
        except InvalidError as error:  # an older version may not know the words of a newer one
            said = f"{self.other.policy.full_name} cannot judge it: {in_a_line(error.diagnostics)}"
            return Judged(design.name, mistake=said)
        return self._compared(found, self.other, world)

    def _of_world(self, name: str, world: World, source: Source | None) -> Judged:
        refuse_many(self.code, world, self.task.options.max_steps, source)
        outcomes = self.code.outcomes_of(world)
        if set(outcomes.values()) == {Outcome.NOT_APPLICABLE} and not self.code.binds(world):
            raise InvalidError([nothing_to_judge(self.task.policy, source)])
        verdict = verdict_of(outcomes.values(), draft=world.draft)
        found = Judged(name, world.title, verdict, outcomes)
        return self._explained(found, world, source) if self.task.with_reasons else found

    def _compared(self, found: Judged, other: CompiledPolicy, world: World) -> Judged:
        after = other.outcomes_of(world)
        if set(after.values()) == {Outcome.NOT_APPLICABLE} and not other.binds(world):
            return found  # there is nothing to compare with
        return found._replace(
            other=after, other_verdict=verdict_of(after.values(), draft=world.draft)
        )

    def _world(self, code: CompiledPolicy, source: Source, design: Given) -> World:
        options, evidence = self.task.options, None
        if options.evidence_required:
            evidence = doubts_of(options.examine_for(self._file_of(design)))
        return records_of(source, code, as_of=options.as_of, evidence=evidence)

    def _file_of(self, design: Given) -> str:
        """The file in which a design stands. What a row is called is its own word, and leads nowhere."""
        inputs = self.task.options.access.inputs
        return design.name if design.content is None or not inputs else str(inputs[0])

    def _explained(self, found: Judged, world: World, source: Source | None) -> Judged:
        why = Why(self.code, world)
        facts = {n: why.facts(n) for n, o in found.outcomes.items() if o is Outcome.VIOLATED}
        open_ = [n for n, outcome in found.outcomes.items() if outcome.is_open]
        most = self.task.options.max_steps
        missing = missing_within(self.code, open_, why.missing, most, source)
        missing = {name: missing[name] for name in open_}
        types = {
            r.name: s.entity.name
            for s, t in zip(self.code.layouts.values(), world.listed, strict=True)
            for r in t
        }
        lacking = {fact for facts_ in missing.values() for fact in facts_}
        fields = sorted({_field_of(fact, types) for fact in lacking})
        alone = tuple(e.name for e in unreached(self.code.policy, why.view.deployment))
        return found._replace(facts=facts, missing=missing, lacking=tuple(fields), unreached=alone)


def _faulty(name: str, error: Exception) -> Judged:
    return Judged(name, mistake=in_a_line([fault_of(error)]), is_fault=True)


def _field_of(fact: Missing, types: Mapping[str, str]) -> str:
    """A missing fact as `type.field`; the type alone where an entity is to be listed."""
    if isinstance(fact, NoEntity) or fact == AS_OF:
        return fact
    entity, field_name = place_of(fact)
    return f"{types[entity]}.{field_name}"


def in_a_line(diagnostics: Iterable[Diagnostic]) -> str:
    """The first mistake, at its place, and how many more there are."""
    errors = [found for found in diagnostics if found.is_error]
    first, more = errors[0], len(errors) - 1
    place = ""
    if first.source and first.span:
        line, column = first.source.position(first.span.start)
        place = f"{line}:{column}: "
    return f"{place}{shortened(first.message)} ({first.code})" + (
        f", and {more} more" if more else ""
    )


def judge_all(designs: Iterable[Given], task: Task, jobs: int | None = None) -> Iterator[Judged]:
    """Judge designs, in their order, as they come.

    Args:
        designs: read as they are needed, never all at once.
        task: how to judge.
        jobs: how many processes; one for each processor by default.
    """
    judge = Judge(task).judge_portion
    portions = in_portions(designs, PORTION)
    return chain.from_iterable(map_forked(judge, portions, jobs, chunk=1))


def in_portions(designs: Iterable[Given], size: int) -> Iterator[list[Given]]:
    """Designs in portions of so many, or of fewer where they are long: memory stays bounded."""
    portion: list[Given] = []
    length = 0
    for design in designs:
        portion.append(design)
        length += len(design.content or b"")
        if len(portion) == size or length >= PORTION_BYTES:
            yield portion
            portion, length = [], 0
    if portion:
        yield portion
