"""What several policies settle together, though each of them leaves the design open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from clausewise.dsl.models.deployment import Deployment, FactName, Value, place_of
from clausewise.dsl.startup.lean import replace
from clausewise.engine.backends.solver.assuming import given
from clausewise.engine.backends.solver.exact import Exact
from clausewise.engine.backends.solver.judging import plainly
from clausewise.engine.backends.solver.together import why_prohibited
from clausewise.engine.core.clauses import Clause
from clausewise.engine.core.conditions import Prohibited
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.judgement import Judgement, VerdictArgument


def prohibited_together(
    judged: Sequence[Judgement], policies: Sequence[Policy], deployment: Deployment
) -> VerdictArgument | None:
    """Why policies prohibit a design together, each of which leaves it open, or why that is not known.

    They are taken for clauses of one policy, each of which is violated where its policy prohibits the design.

    Args:
        judged: exact judgements of it.
        policies: the same that judged it, in the words of one vocabulary.
        deployment: the design in these words.

    Raises:
        ModuleNotFoundError: python-sat is not installed.
    """
    missing = [fact for each in judged for clause in each.clauses for fact in clause.missing]

    def violated(facts: Mapping[FactName, Value]) -> list[str]:
        return [each.policy.full_name for each in judged if _prohibits(each, facts)]

    return why_prohibited(Exact(_of_all(judged, policies), deployment), missing, violated)


def _of_all(judged: Iterable[Judgement], policies: Iterable[Policy]) -> Policy:
    read = {
        each.policy.full_name: policy.read_as(each.readings)
        for each, policy in zip(judged, policies, strict=True)
    }
    return replace(
        next(iter(read.values())),
        definitions={},
        tables={},
        readings={},
        clauses={name: Clause.unplaced(name, None, Prohibited(name)) for name in read},
        order=tuple(read),
        policies=read,
    )


def _prohibits(judgement: Judgement, facts: Mapping[FactName, Value]) -> bool:
    """Whether its policy prohibits the design for certain with further facts, as far as it knows their fields."""
    stated = judgement.deployment
    places = {name: place_of(name) for name in facts}
    known = {
        name: value
        for name, value in facts.items()
        if (entity := stated.entities.get(places[name][0]))
        and places[name][1] in entity.type.fields
    }
    outcomes = plainly(judgement)(given(stated, known), judgement.readings)
    return Outcome.VIOLATED in outcomes.values()
