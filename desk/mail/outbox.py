"""What waits to be sent. It is written in the transaction of what it tells of: neither is there without the other.

A row holds ids and days alone. What a mail says is written when it is sent (`texts`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from clausewise.desk.records.models import REVIEWING, DeskApplication, Mail, Organisation, Person


def tell(
    people: Iterable[Person],
    kind: str,
    cause: str,
    application: DeskApplication | None = None,
    **detail: Any,
) -> None:
    """Let people be told of something; nobody is told twice of the same cause.

    Args:
        kind: the name of its text.
        cause: what it was, such as an event of the audit trail.
        detail: what else its text says: days and counts, nothing of what an application states.
    """
    Mail.objects.bulk_create(
        [
            Mail(person=one, application=application, kind=kind, cause=cause, detail=detail)
            for one in people
        ],
        ignore_conflicts=True,
    )


def members_of(organisation: Organisation) -> QuerySet[Person]:
    """Who can sign in for an organisation."""
    return Person.objects.filter(organisation=organisation, is_active=True)


def reviewers_of(application: DeskApplication) -> QuerySet[Person]:
    """The reviewers who want to be told of an application that waits for one, and may review it."""
    return (
        listening()
        .exclude(organisation=application.organisation)
        .exclude(conflicts__organisation=application.organisation)
    )


def listening() -> QuerySet[Person]:
    """The reviewers who want to be told of what waits."""
    return Person.objects.filter(
        grants__role__in=REVIEWING, is_active=True, wants_mail=True
    ).distinct()
