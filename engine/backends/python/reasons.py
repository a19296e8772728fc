"""Why clauses came out as generated code says: read by the recorded judge, which is shown where to look.

Generated code keeps for which entities a clause is violated. The recorded judge evaluates the clause for these
alone, over facts that are read from the records only as they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from clausewise.dsl.models.deployment import Deployment, Entity, Fact, FactName, Missing, Value
from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.dsl.text.source import Source
from clausewise.engine.backends.python.compiled import CompiledPolicy
from clausewise.engine.backends.python.records import Record, RecordLayout, World, value_of
from clausewise.engine.backends.results import MET, NOT_APPLICABLE, REVIEW, UNDETERMINED, VIOLATED
from clausewise.engine.core.conditions import Or, Some, takes_all
from clausewise.engine.core.truth import Truth
from clausewise.engine.judging.evaluate import Evaluator
from clausewise.engine.judging.explain import Search, deciding_facts
from clausewise.engine.judging.judge import Judgement, judge
from clausewise.engine.judging.record import Instance, Step

_NOT_READ = FactName("")
"""Stands for the facts of clauses and policies that were not evaluated again."""
_NO_RECORD = Or(())
_BARE = {
    VIOLATED: Step(_NO_RECORD, Truth.TRUE, (_NOT_READ,)),
    UNDETERMINED: Step(_NO_RECORD, Truth.UNKNOWN),
    REVIEW: Step(_NO_RECORD, Truth.UNKNOWN),
    MET: Step(_NO_RECORD, Truth.FALSE, (_NOT_READ,)),
    NOT_APPLICABLE: Step(_NO_RECORD, Truth.FALSE, (_NOT_READ,)),
}
"""The steps of what generated code has judged, without a record of how."""


class Reasons:
    """Why the clauses of one policy came out as they did for one world, which it has judged."""

    def __init__(self, compiled: CompiledPolicy, world: World) -> None:
        self.compiled = compiled
        self.policy = compiled.policy
        self.readings = compiled.readings
        self.world = world
        self.deployment = world.undated or deployment_of(
            world, self.policy.vocabulary, compiled.layouts
        )
        if world.undated:
            return  # the recorded judge alone has judged it
        prohibitions = {name: _BARE[max(world.remembered[name])] for name in compiled.others}
        self.search = Search()
        self.steps: dict[str, Step] = {}
        self.evaluator = Evaluator(
            self.policy, self.deployment, self.readings, self.steps, prohibitions
        )

    def facts(self, clause: str) -> tuple[FactName, ...]:
        """A smallest set of facts that decides that a clause is violated, for the first for whom it is."""
        if self.world.undated:
            return self._judgement.clause(clause).facts
        for name in (*self.compiled.read_by[clause], clause):
            if name not in self.steps:
                result = self.world.results[self.compiled.numbers[name]]
                self.steps[name] = self.witness(name) if result == VIOLATED else _BARE[result]
        facts = deciding_facts(self.steps[clause], search=self.search)
        return self._judgement.clause(clause).facts if _NOT_READ in facts else facts

    def missing(self, clause: str) -> tuple[Missing, ...]:
        """The unknown facts that keep a clause open."""
        return self._judgement.clause(clause).missing

    @cached_property
    def _judgement(self) -> Judgement:
        return judge(self.policy, self.deployment, self.readings)

    def witness(self, clause: str) -> Step:
        """The record of a violated clause's violation for the first entities for which it is violated."""
        node = self.policy.clauses[clause].violation
        found: list[tuple[Some, Instance]] = []
        bindings: dict[str, Entity] = {}
        for record in self.world.witnesses[self.compiled.numbers[clause]]:
            assert isinstance(node, Some)
            chain = None
            if not takes_all(node.range):
                chain = self.evaluator.sets.members(node.range, bindings).known[record.name]
            bindings[node.variable] = self.deployment.entities[record.name]
            found.append((node, Instance(node.variable, record.name, chain)))
            node = node.body
        step = self.evaluator.evaluate(node, bindings)
        for quantifier, instance in reversed(found):
            step = Step(quantifier, Truth.TRUE, parts=(step,), instances=(instance,))
        return step


def deployment_of(
    world: World, vocabulary: Vocabulary, layouts: Mapping[str, RecordLayout]
) -> Deployment:
    """The deployment of a world's records. It has no source; its facts are made as they are read."""
    entities = _Entities(world, layouts)
    return Deployment(
        vocabulary, world.title, world.draft, (), world.as_of, entities, Source("", "")
    )


class _Entities(Mapping[str, Entity]):
    """The entities of records, each made when it is asked for."""

    def __init__(self, world: World, layouts: Mapping[str, RecordLayout]) -> None:
        self.records = {
            record.name: (record, layout)
            for listed, layout in zip(world.listed, layouts.values(), strict=True)
            for record in listed
        }
        self.made: dict[str, Entity] = {}

    def __getitem__(self, name: str) -> Entity:
        if name not in self.made:
            record, layout = self.records[name]
            self.made[name] = _Listed(layout.entity, name, _FactsOf(record, layout))
        return self.made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)


class _Listed(Entity):
    """An entity whose facts are in a record."""

    __slots__ = ()
    facts: _FactsOf

    def value(self, field_name: str) -> Value | None:
        """The value of a field, without a fact being made of it."""
        return self.facts.value(field_name)


class _FactsOf(Mapping[str, Fact]):
    """The known facts of a record, by field."""

    __slots__ = ("layout", "record")

    def __init__(self, record: Record, layout: RecordLayout) -> None:
        self.record = record
        self.layout = layout

    def value(self, name: str) -> Value | None:
        return value_of(self.record, self.layout.entity.fields[name], self.layout.slots[name])

    def __getitem__(self, name: str) -> Fact:
        value = self.value(name)
        if value is None:
            raise KeyError(name)
        return Fact(self.record.name, self.layout.entity.fields[name], value)

    def __iter__(self) -> Iterator[str]:
        return (n for n in self.layout.entity.fields if self.value(n) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)
