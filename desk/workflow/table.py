"""The workflow as a table: from which states an action leads where, and who may take it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import Enum

from django.db.models import F, Q
from django.utils import timezone

from clausewise.desk.records.models import (
    GRANTING,
    OPEN,
    DeskApplication,
    Person,
    Role,
    State,
)
from clausewise.dsl.startup.lean import lean_dataclass


class Who(Enum):
    """Who takes an action."""

    MEMBER = "a member of the organisation that applies"
    REVIEWER = "a reviewer of another organisation"
    SECOND = "a reviewer who did not claim it"
    LEAD = "a lead of another organisation"
    HOLDER = "the reviewer who claimed it"


@lean_dataclass(frozen=True, slots=True)
class WorkflowStep:
    """What an action needs, and the state after it; `None` leaves the state as it is."""

    who: Who
    states: tuple[State, ...]
    to: State | None


_GRANTED = (*GRANTING, State.DRAFT, State.SUBMITTED, State.IN_REVIEW)
"""In which states an approval can hold: while its conditions are answered, and that is reviewed, it does."""
STEPS: Mapping[str, WorkflowStep] = {
    "edit": WorkflowStep(Who.MEMBER, (State.DRAFT,), None),
    "submit": WorkflowStep(Who.MEMBER, (State.DRAFT,), State.SUBMITTED),
    "withdraw": WorkflowStep(Who.MEMBER, (State.DRAFT, *OPEN), State.WITHDRAWN),
    "claim": WorkflowStep(Who.REVIEWER, OPEN, State.IN_REVIEW),
    "assign": WorkflowStep(Who.LEAD, OPEN, State.IN_REVIEW),
    "release": WorkflowStep(Who.HOLDER, (State.IN_REVIEW,), State.SUBMITTED),
    "give-back": WorkflowStep(Who.HOLDER, (State.IN_REVIEW,), State.DRAFT),
    "ask": WorkflowStep(Who.HOLDER, (State.IN_REVIEW,), None),
    "take-back": WorkflowStep(Who.REVIEWER, (State.IN_REVIEW, State.DRAFT), None),
    "judge": WorkflowStep(Who.HOLDER, (State.IN_REVIEW,), None),
    "second": WorkflowStep(Who.SECOND, (State.IN_REVIEW,), None),
    "approve": WorkflowStep(Who.HOLDER, (State.IN_REVIEW,), State.APPROVED),
    "approve-with-conditions": WorkflowStep(Who.HOLDER, (State.IN_REVIEW,), State.CONDITIONAL),
    "refuse": WorkflowStep(Who.HOLDER, (State.IN_REVIEW,), State.REFUSED),
    "fulfil": WorkflowStep(Who.MEMBER, (State.CONDITIONAL,), State.DRAFT),
    "revoke": WorkflowStep(Who.LEAD, _GRANTED, State.REVOKED),
    "reopen": WorkflowStep(Who.LEAD, (State.REFUSED, State.REVOKED), State.SUBMITTED),
    "appeal": WorkflowStep(Who.MEMBER, (State.REFUSED, State.REVOKED), State.APPEALED),
}
"""All actions. docs/desk.md shows this table, and below it what `may` asks for beside it."""
DECIDES = {
    State.APPROVED: "approve",
    State.CONDITIONAL: "approve-with-conditions",
    State.REFUSED: "refuse",
    State.REVOKED: "revoke",
}
"""By which action an application is decided so."""
APPEALED_WITHIN = timedelta(days=30)


def may(person: Person, action: str, application: DeskApplication) -> bool:
    """Whether somebody may take an action now."""
    step = STEPS[action]
    return (
        application.state in step.states
        and _is(person, step.who, application)
        and (action not in _FURTHER or _FURTHER[action](person, application))
    )


def _may_claim(person: Person, application: DeskApplication) -> bool:
    """Nobody else holds it, and whoever decided it judges no appeal against that."""
    return not is_held(application) and not _is_appealed_against(person, application)


def may_hold(person: Person, application: DeskApplication) -> bool:
    """Whether a lead can give an application to somebody: a reviewer of it, who did not decide it before."""
    return (
        person.is_active
        and is_reviewer_of(person, application)
        and not _is_appealed_against(person, application)
    )


def _may_second(person: Person, application: DeskApplication) -> bool:
    """Whoever decided it says nothing of an appeal against that."""
    return not _is_appealed_against(person, application)


def _is_appealed_against(person: Person, application: DeskApplication) -> bool:
    """Whether there is an appeal against a decision in which somebody took part."""
    said_before = Q(
        version__decision_opinions__person=person,
        version__decision_opinions__created_at__lte=F("created_at"),
    )
    appealed = application.decisions.filter(appeals__isnull=False)
    return appealed.filter(Q(person=person) | said_before).exists()


def _may_revoke(_: Person, application: DeskApplication) -> bool:
    """It was approved, and not decided otherwise since."""
    return application.is_granted


def _may_appeal(_: Person, application: DeskApplication) -> bool:
    """It was decided lately, and that was not appealed against already."""
    until = appealed_until(application)
    return until is not None and timezone.localdate() <= until


def appealed_until(application: DeskApplication) -> date | None:
    """The last day for an appeal against the newest decision, if there is one and nobody has appealed yet."""
    decision = application.decision
    if decision is None or decision.appeals.exists():
        return None
    return decision.day + APPEALED_WITHIN


_FURTHER: Mapping[str, Callable[[Person, DeskApplication], bool]] = {
    "claim": _may_claim,
    "second": _may_second,
    "revoke": _may_revoke,
    "appeal": _may_appeal,
}
"""What an action needs beside its states and who takes it."""


def is_held(application: DeskApplication) -> bool:
    """Whether somebody holds an application, and has looked at it lately enough to keep it."""
    until = application.held_until
    return application.holder_id is not None and until is not None and until > timezone.now()


def _is(person: Person, who: Who, application: DeskApplication) -> bool:
    match who:
        case Who.MEMBER:
            return person.organisation_id == application.organisation_id
        case Who.REVIEWER:
            return is_reviewer_of(person, application)
        case Who.LEAD:
            return is_reviewer_of(person, application) and person.has_role(Role.LEAD)
        case Who.SECOND:
            return is_reviewer_of(person, application) and application.holder_id != person.pk
        case Who.HOLDER:
            return is_reviewer_of(person, application) and application.holder_id == person.pk


def is_reviewer_of(person: Person, application: DeskApplication) -> bool:
    """Whether somebody may review an application: not of their own organisation, nor with a conflict."""
    if person.organisation_id == application.organisation_id:
        return False
    if person.conflicts.filter(organisation=application.organisation_id).exists():
        return False
    return person.has_role(Role.REVIEWER)
