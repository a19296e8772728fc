"""What names people is erased some time after an application was closed; that it was, and the verdict, stay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from clausewise.desk.records.audit import note
from clausewise.desk.records.models import (
    AuditDetail,
    AuditEvent,
    DeskApplication,
    EvidenceFile,
    Organisation,
    Person,
    State,
)
from clausewise.dsl.startup.lean import lean_dataclass

CLOSED = (State.WITHDRAWN, State.REFUSED, State.REVOKED)
"""The states of which nothing is to come. What was approved is kept as long as it holds."""
ERASED = "erased"
UNVERIFIED = timedelta(days=7)
"""So long does a registration wait for somebody to show that the address is theirs."""
SIGNING_IN = ("account.EmailAddress", "mfa.Authenticator", "socialaccount.SocialAccount")
"""What allauth keeps of somebody."""


@lean_dataclass(frozen=True, slots=True)
class Erased:
    """What was erased: details of events, files, people."""

    details: int
    files: int
    people: int


def forget_registrations() -> int:
    """Take out who registered and did not show that the address is theirs; how many these are."""
    before = timezone.now() - UNVERIFIED
    found = Person.objects.filter(created_at__lt=before, organisation=None).exclude(registers="")
    count = found.count()
    found.delete()
    return count


def erase_old(days: int, forget: Callable[[str], bool]) -> Erased:
    """Erase what names people of closed applications in which nothing was done for so many days.

    Details of their events, files of their evidence, and names and addresses of members of organisations that have
    no other application. The rows that the audit trail covers stay as they are, and so do letters.

    Args:
        forget: takes the file of this SHA-256 out, and says whether it was there.
    """
    before = timezone.now() - timedelta(days=days)
    recent = AuditEvent.objects.filter(at__gt=before, application__isnull=False)
    closed = DeskApplication.objects.filter(state__in=CLOSED).exclude(
        pk__in=recent.values("application")
    )
    with transaction.atomic():
        digests = AuditEvent.objects.filter(application__in=closed.values("pk")).values("detail")
        details = AuditDetail.objects.filter(digest__in=digests, text__isnull=False).update(
            text=None
        )
        used = EvidenceFile.objects.exclude(application__in=closed).values("sha256")
        files = {
            *EvidenceFile.objects.filter(application__in=closed)
            .exclude(sha256__in=used)
            .values_list("sha256", flat=True)
        }
        organisations = Organisation.objects.filter(applications__in=closed).exclude(
            applications__in=DeskApplication.objects.exclude(pk__in=closed)
        )
        people = Person.objects.filter(organisation__in=organisations, grants__isnull=True).exclude(
            name=ERASED
        )
        erased = 0
        for person in people:
            person.name, person.email = ERASED, f"{ERASED}-{person.pk}@desk.localhost"
            person.is_active = False
            person.set_unusable_password()
            person.save()
            for table in SIGNING_IN:
                apps.get_model(table).objects.filter(user=person).delete()
            erased += 1
        if details or erased:
            note("erase-old", None, None, details=details, people=erased)
    return Erased(details, sum(forget(sha256) for sha256 in files), erased)
