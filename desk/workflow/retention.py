"""What people wrote is erased some time after an application was closed; that it was, and the verdict, stay."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta

from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from clausewise.desk.records.append_only import ERASED
from clausewise.desk.records.audit import note
from clausewise.desk.records.kept import erase_rows
from clausewise.desk.records.models import (
    AdmittedForm,
    AuditDetail,
    AuditEvent,
    DeskApplication,
    EvidenceFile,
    Organisation,
    Person,
    ReviewTask,
    State,
)
from clausewise.dsl.startup.lean import lean_dataclass

CLOSED = (State.WITHDRAWN, State.REFUSED, State.REVOKED)
"""The states of which nothing is to come. What was approved is kept as long as it holds."""
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


def registrations() -> QuerySet[Person]:
    """Who registered and did not show yet that the address is theirs."""
    return Person.objects.filter(organisation=None).exclude(registers="")


def forget_registration(email: str) -> None:
    """Take out whoever registered with an address and did not show that it is theirs: another comes by it."""
    registrations().filter(email=email).delete()


def forget_registrations() -> int:
    """Take out who registered and did not show that the address is theirs; how many these are."""
    before = timezone.now() - UNVERIFIED
    found = registrations().filter(created_at__lt=before)
    count = found.count()
    found.delete()
    return count


def _erase_texts(keys: Collection[int]) -> None:
    """Erase what stands in tables of applications beside the audit trail."""
    erase_rows(keys)
    AdmittedForm.objects.filter(decision__application__in=keys).update(form="")
    tasks = ReviewTask.objects.filter(decision__application__in=keys)
    tasks.filter(done_at=None).update(done_at=timezone.now())
    tasks.update(why=ERASED, flips=ERASED, done=ERASED)
    DeskApplication.objects.filter(pk__in=keys).update(
        title=ERASED, text=ERASED, previewed="", note="", erased_at=timezone.now()
    )


def erase_old(days: int, forget: Callable[[str], bool]) -> Erased:
    """Erase what people wrote in closed applications in which nothing was done for so many days.

    All texts: versions, judgements, questions, replies, opinions, appeals, letters, the details of their events.
    Then the files of their evidence, and names and addresses of members of organisations that have no other
    application. What stays says who did what and when by numbers alone, with verdicts and outcomes of clauses.

    Args:
        forget: takes the file of this SHA-256 out, and says whether it was there; not one that was kept just now,
            for whoever sends the same again may be about to name it.
    """
    before = timezone.now() - timedelta(days=days)
    recent = AuditEvent.objects.filter(at__gt=before, application__isnull=False)
    found = DeskApplication.objects.filter(state__in=CLOSED, erased_at=None).exclude(
        pk__in=recent.values("application")
    )
    with transaction.atomic():
        keys = [*found.select_for_update().values_list("pk", flat=True)]
        closed = DeskApplication.objects.filter(pk__in=keys)
        digests = AuditEvent.objects.filter(application__in=keys).values("detail")
        details = AuditDetail.objects.filter(digest__in=digests, text__isnull=False).update(
            text=None
        )
        _erase_texts(keys)
        kept = DeskApplication.objects.filter(erased_at=None)
        used = EvidenceFile.objects.filter(application__in=kept).values("sha256")
        # of all that is erased, not of these alone: whoever was killed before the end may have left some
        erased_files = EvidenceFile.objects.exclude(application__in=kept)
        files = {*erased_files.exclude(sha256__in=used).values_list("sha256", flat=True)}
        organisations = Organisation.objects.filter(applications__in=keys).exclude(
            applications__in=kept
        )
        people = Person.objects.filter(organisation__in=organisations, grants__isnull=True).exclude(
            name=ERASED
        )
        erased = 0
        for person in people:
            person.name, person.email = ERASED, f"{ERASED}-{person.pk}@desk.localhost"
            person.is_active, person.registers = False, ""
            person.set_unusable_password()
            person.save()
            person.tokens.all().delete()
            for table in SIGNING_IN:
                apps.get_model(table).objects.filter(user=person).delete()
            erased += 1
        for application in closed:
            note("erase-old", None, application)
    return Erased(details, sum(forget(sha256) for sha256 in files), erased)
