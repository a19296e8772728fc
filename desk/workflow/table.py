"""The workflow as a table: from which states an action leads where, and who may take it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from django.utils import timezone

from clausewise.desk.records.models import OPEN, DeskApplication, Person, Role, State
from clausewise.dsl.startup.lean import lean_dataclass


class Who(Enum):
    """Who takes an action."""

    MEMBER = "a member of the organisation that applies"
    REVIEWER = "a reviewer of another organisation"
    HOLDER = "the reviewer who claimed it"


@lean_dataclass(frozen=True, slots=True)
class WorkflowStep:
    """What an action needs, and the state after it; `None` leaves the state as it is."""

    who: Who
    states: tuple[State, ...]
    to: State | None


STEPS: Mapping[str, WorkflowStep] = {
    "edit": WorkflowStep(Who.MEMBER, (State.DRAFT,), None),
    "submit": WorkflowStep(Who.MEMBER, (State.DRAFT,), State.SUBMITTED),
    "withdraw": WorkflowStep(Who.MEMBER, (State.DRAFT, *OPEN), State.WITHDRAWN),
    "claim": WorkflowStep(Who.REVIEWER, OPEN, State.IN_REVIEW),
    "release": WorkflowStep(Who.HOLDER, (State.IN_REVIEW,), State.SUBMITTED),
    "give-back": WorkflowStep(Who.HOLDER, (State.IN_REVIEW,), State.DRAFT),
    "ask": WorkflowStep(Who.HOLDER, (State.IN_REVIEW,), None),
    "judge": WorkflowStep(Who.HOLDER, (State.IN_REVIEW,), None),
    "approve": WorkflowStep(Who.HOLDER, (State.IN_REVIEW,), State.APPROVED),
    "refuse": WorkflowStep(Who.HOLDER, (State.IN_REVIEW,), State.REFUSED),
}
"""All actions. docs/desk.md shows this table."""


def may(person: Person, action: str, application: DeskApplication) -> bool:
    """Whether somebody may take an action now."""
    step = STEPS[action]
    if action == "claim" and is_held(application):
        return False
    return application.state in step.states and _is(person, step.who, application)


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
        case Who.HOLDER:
            return is_reviewer_of(person, application) and application.holder_id == person.pk


def is_reviewer_of(person: Person, application: DeskApplication) -> bool:
    """Whether somebody may review an application: not of their own organisation, nor with a conflict."""
    if person.organisation_id == application.organisation_id:
        return False
    if person.conflicts.filter(organisation=application.organisation_id).exists():
        return False
    return person.has_role(Role.REVIEWER)
