"""The audit trail: who did what, when, as a chain in which each event holds the digest of the one before it.

What an event says in detail stands apart (`AuditDetail`), under its digest with a salt. So it can be erased where
it names people, and the chain stays whole: it holds nothing but ids and digests.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clausewise.desk.records.kept import said_in, wrong_with_rows
from clausewise.desk.records.models import (
    AuditDetail,
    AuditEvent,
    AuditHead,
    DeskApplication,
    Person,
)
from clausewise.dsl.startup.lean import lean_dataclass

START = "0" * 64
"""What stands before the first event."""


@lean_dataclass(frozen=True, slots=True)
class AuditState:
    """What the trail comes to.

    Attributes:
        events: how many there are.
        head: the digest of the newest one.
        broken: what does not fit, a sentence each; empty if the chain is whole.
        erased: how many details were erased.
        heads: how many signed heads were compared with it.
    """

    events: int
    head: str
    broken: tuple[str, ...]
    erased: int
    heads: int = 0


def note(
    kind: str,
    person: Person | None,
    application: DeskApplication | None = None,
    **detail: Any,
) -> AuditEvent:
    """Add an event, in the transaction of what it tells of: neither is there without the other."""
    with transaction.atomic():
        # one row, which each writer locks: two events never follow the same one
        head, _made = AuditHead.objects.select_for_update().get_or_create(
            pk=1, defaults={"number": 0, "digest": START}
        )
        text = json.dumps({"salt": secrets.token_hex(16), **detail}, sort_keys=True)
        found = AuditDetail.objects.create(digest=_digest(text), text=text)
        event = AuditEvent(
            number=head.number + 1,
            at=timezone.now(),
            kind=kind,
            person=person.pk if person else None,
            application=application.pk if application else None,
            detail=found.digest,
            previous=head.digest,
        )
        event.digest = digest_of(event)
        event.save(force_insert=True)
        head.number, head.digest = event.number, event.digest
        head.save()
    return event


def digest_of(event: AuditEvent) -> str:
    """The digest of an event, over all of it and the digest of the one before."""
    parts = (
        event.number,
        event.at.isoformat(),
        event.kind,
        event.person,
        event.application,
        event.detail,
        event.previous,
    )
    return _digest(json.dumps(parts))


def verify() -> AuditState:
    """Look whether the chain is whole, from its first event to its head, and all rows as its events tell."""
    broken: list[str] = []
    details = dict(AuditDetail.objects.values_list("digest", "text"))
    number, previous = 0, START
    for event in AuditEvent.objects.order_by("number").iterator():
        broken += _wrong_with(event, number, previous, details)
        number, previous = event.number, event.digest
    head = newest()
    if head != (number, previous):
        told = _("the newest event is %(newest)s, and the chain ends with %(last)s")
        broken.append(told % {"newest": f"{head[0]:,}", "last": f"{number:,}"})
    broken += _erased_in_silence(details)
    broken += wrong_with_rows(AuditEvent.objects.order_by("number").iterator(), details)
    erased = sum(text is None for text in details.values())
    return AuditState(number, previous, tuple(broken), erased)


@contextmanager
def unchanged() -> Iterator[None]:
    """Meanwhile nobody adds an event, for which the row of the head is locked."""
    with transaction.atomic():
        AuditHead.objects.select_for_update().filter(pk=1).first()
        yield


def newest() -> tuple[int, str]:
    """The number of the newest event, or 0, and its digest."""
    head = AuditHead.objects.filter(pk=1).first()
    return (head.number, head.digest) if head else (0, START)


def _wrong_with(
    event: AuditEvent, number: int, previous: str, details: dict[str, str | None]
) -> Iterable[str]:
    said = {"number": f"{event.number:,}"}
    if event.number != number + 1:
        yield _("after event %(before)s comes event %(number)s") % {
            "before": f"{number:,}",
            **said,
        }
    if event.previous != previous:
        yield _("event %(number)s does not follow the one before it") % said
    if digest_of(event) != event.digest:
        yield _("event %(number)s is not what it was") % said
    text = details.get(event.detail, "")
    if text is not None and _digest(text) != event.detail:
        yield _("the detail of event %(number)s is not what it was") % said


def _erased_in_silence(details: Mapping[str, str | None]) -> Iterator[str]:
    """The events of which the detail was erased, though no event tells so: what they told of is compared no more.

    That of an erasure can be erased as well, and then vouches for one event without saying which.
    """
    told: set[object] = set()
    vouched, applications = 0, set()
    for event in AuditEvent.objects.filter(kind__in=("erase", "erase-old")).iterator():
        text = details.get(event.detail, "")
        if event.kind == "erase-old":
            applications.add(event.application)
        elif text is None:
            vouched += 1
        else:
            told.add(said_in(text).get("event"))
    erased = AuditDetail.objects.filter(text=None)
    events = AuditEvent.objects.filter(detail__in=erased.values("digest")).order_by("number")
    silent = [
        one for one in events if one.number not in told and one.application not in applications
    ]
    for one in silent[vouched:]:
        wrong = _("the detail of event %(number)s is erased, and no event tells of that")
        yield wrong % {"number": f"{one.number:,}"}


def erase(event: AuditEvent, person: Person | None = None) -> None:
    """Take out what an event says in detail. That there was one, and when, stays, and that it was erased."""
    with transaction.atomic():
        AuditDetail.objects.filter(digest=event.detail).update(text=None)
        note("erase", person, event=event.number)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
