"""What follows from a judgement, as one finished value: it stands between judging and printing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import chain

from clausewise.dsl.models.admission import needs_evidence
from clausewise.dsl.models.deployment import AS_OF, Entity, Fact, Missing, NoEntity, place_of
from clausewise.dsl.startup.lean import field, lean_dataclass
from clausewise.engine.advice.questions import (
    Answer,
    GivenAnswer,
    Question,
    decisive_answers,
    questions,
)
from clausewise.engine.advice.reach import unreached
from clausewise.engine.advice.readings import (
    JointReading,
    OtherReading,
    joint_reading,
    other_readings,
    readings_could_lift,
)
from clausewise.engine.core.reads import field_key
from clausewise.engine.judging.judgement import Judgement


@lean_dataclass(frozen=True, eq=False)
class Advice:
    """What follows from a judgement.

    What other readings would change, what the verdict rests on, and what to ask is worked out when somebody wants
    to know: for the first it is judged again by each reading, for the second all that is met must be explained.

    Attributes:
        judgement: the whole record.
        settled: whether nothing that is unknown can turn the verdict into one that says otherwise
            (docs/language.md, section 7).
        decisive_answers: by fact, the single answers that settle the verdict. A fact whose answers were not tried
            is not there.
        unreached: entities that are listed, and to which nothing leads.
        asked: the questions, where they are known already.
        fewest: the fewest answers that make it prohibited; only exact answers (`--exact`) tell them.
        fewest_are_least: whether no fewer do. If not, some answers were not tried.
        may_wait: all that is missing, if the policy says that an approval may wait for each of it.
    """

    judgement: Judgement = field(repr=False)
    settled: bool
    decisive_answers: Mapping[str, tuple[Answer, ...]]
    unreached: tuple[Entity, ...] = ()
    may_wait: tuple[Missing, ...] = ()
    asked: tuple[Question, ...] | None = None
    fewest: tuple[GivenAnswer, ...] = ()
    fewest_are_least: bool = False

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The unknown facts that can still matter, those first that bear on most clauses."""
        return questions(self.judgement) if self.asked is None else self.asked

    @cached_property
    def other_readings(self) -> tuple[OtherReading, ...]:
        """What other readings of the source text would change."""
        return other_readings(self.judgement)

    @cached_property
    def joint_reading(self) -> JointReading | None:
        """Readings that lift a prohibition only together, if such are found."""
        return joint_reading(self.judgement, self.other_readings)

    @property
    def readings_could_lift(self) -> bool:
        """Whether readings could lift a prohibition together, although none such are found."""
        return readings_could_lift(self.judgement, self.other_readings)

    @cached_property
    def rests_on(self) -> tuple[Fact, ...]:
        """Attested facts, and facts that need evidence, among those that decide an outcome."""
        return rests_on(self.judgement)


def advise(judgement: Judgement, *, try_answers: bool = True, sharing: int = 1) -> Advice:
    """Work out what follows from a judgement.

    Args:
        judgement: the whole record.
        try_answers: whether to look for decisive answers, which judges again for each answer to each question.
        sharing: how many judgements of a design share the work that may be done to find decisive answers.
    """
    asked = questions(judgement) if try_answers else None
    return Advice(
        judgement,
        not judgement.verdict.is_open,
        {} if asked is None else decisive_answers(judgement, asked, sharing),
        unreached(judgement.policy, judgement.deployment),
        may_wait(judgement),
        asked,
    )


def may_wait(judgement: Judgement) -> tuple[Missing, ...]:
    """What is still missing, if an approval may wait for all of it; nothing if for something it may not.

    So it is only where nothing is violated, and no draft may still grow.
    """
    fields = judgement.policy.may_wait
    if not fields or not judgement.verdict.is_open or judgement.deployment.draft:
        return ()
    missing = dict.fromkeys(fact for clause in judgement.clauses for fact in clause.missing)
    entities = judgement.deployment.entities

    def waits(fact: Missing) -> bool:
        if isinstance(fact, NoEntity) or fact == AS_OF:
            return False
        entity, field = place_of(fact)
        return field_key(entities[entity].type.fields[field]) in fields

    return tuple(missing) if all(map(waits, missing)) else ()


def rests_on(judgement: Judgement) -> tuple[Fact, ...]:
    """The facts among those that decide an outcome that a person attested, or that need evidence."""
    decisive = dict.fromkeys(chain.from_iterable(clause.facts for clause in judgement.clauses))
    facts = [judgement.deployment.fact(name) for name in decisive]
    backed = [f for f in facts if f and (f.attestation or f.evidence or needs_evidence(f))]
    return tuple(sorted(backed, key=lambda fact: fact.span.start if fact.span else -1))
