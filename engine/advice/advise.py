"""What follows from a judgement, as one finished value: it stands between judging and printing."""

from __future__ import annotations

from collections.abc import Mapping

from clausewise.dsl.models.admission import needs_evidence
from clausewise.dsl.models.deployment import AS_OF, Entity, Fact, Missing, NoEntity, place_of
from clausewise.dsl.startup.lean import lean_dataclass
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
)
from clausewise.engine.core.reads import field_key
from clausewise.engine.judging.judgement import Judgement


@lean_dataclass(frozen=True, slots=True)
class Advice:
    """What follows from a judgement.

    Attributes:
        settled: whether nothing that is unknown can turn the verdict into one that says otherwise
            (docs/language.md, section 7).
        questions: the unknown facts that can still matter, those first that bear on most clauses.
        decisive_answers: by fact, the single answers that settle the verdict. A fact whose answers were not tried
            is not there.
        other_readings: what other readings of the source text would change.
        rests_on: attested facts, and facts that need evidence, among those that decide an outcome.
        unreached: entities that are listed, and to which nothing leads.
        fewest: the fewest answers that make it prohibited; only exact answers (`--exact`) tell them.
        fewest_are_least: whether no fewer do. If not, some answers were not tried.
        joint_reading: readings that lift a prohibition only together, if such were found.
        may_wait: all that is missing, if the policy says that an approval may wait for each of it.
    """

    settled: bool
    questions: tuple[Question, ...]
    decisive_answers: Mapping[str, tuple[Answer, ...]]
    other_readings: tuple[OtherReading, ...]
    rests_on: tuple[Fact, ...]
    unreached: tuple[Entity, ...] = ()
    may_wait: tuple[Missing, ...] = ()
    fewest: tuple[GivenAnswer, ...] = ()
    fewest_are_least: bool = False
    joint_reading: JointReading | None = None


def advise(
    judgement: Judgement, *, try_answers: bool = True, briefly: bool = False, sharing: int = 1
) -> Advice:
    """Work out what follows from a judgement.

    Args:
        judgement: the whole record.
        try_answers: whether to look for decisive answers, which judges again for each answer to each question.
        briefly: whether to leave out those, other readings, for which it is judged again, too, and what the
            verdict rests on, for which what is met must be explained.
        sharing: how many judgements of a design share the work that may be done to find decisive answers.
    """
    asked = questions(judgement)
    others = () if briefly else other_readings(judgement)
    return Advice(
        not judgement.verdict.is_open,
        asked,
        decisive_answers(judgement, asked, sharing) if try_answers and not briefly else {},
        others,
        () if briefly else rests_on(judgement),
        unreached(judgement.policy, judgement.deployment),
        may_wait(judgement),
        joint_reading=joint_reading(judgement, others),
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
    decisive = dict.fromkeys(fact for clause in judgement.clauses for fact in clause.facts)
    facts = [judgement.deployment.fact(name) for name in decisive]
    backed = [f for f in facts if f and (f.attestation or f.evidence or needs_evidence(f))]
    return tuple(sorted(backed, key=lambda fact: fact.span.start if fact.span else -1))
