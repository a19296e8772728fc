"""Whether each application is as the events of the audit trail tell: how it began, its state and text, its holder.

No digest of a row covers these, since they change. But each change is an event, and what was changed beside the
desk does not fit what the newest one tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _, gettext_lazy

from clausewise.desk.records.kept import details_of, said_in
from clausewise.desk.records.models import AuditEvent, DeskApplication, State
from clausewise.desk.workflow.locks import digest_of_text
from clausewise.desk.workflow.table import STEPS

LEADS_TO: Mapping[str, State] = {
    "start": State.DRAFT,
    **{kind: step.to for kind, step in STEPS.items() if step.to is not None},
}
"""In which state an application is after an event, by the event's kind."""

STAYS = {
    "form": gettext_lazy("form"),
    "policy": gettext_lazy("policy"),
    "organisation": gettext_lazy("organisation"),
    "title_sha256": gettext_lazy("title"),
}
"""What the event of its beginning says of an application that never changes, and what that is called."""
WRITES = ("start", "edit")
"""The events that hold the digest of its text."""
TAKES = ("claim", "assign")
"""The events after which somebody holds an application: whoever claims it, or to whom a lead gives it."""
LEAVES = ("release", "give-back", "withdraw", "fulfil", "reopen", "appeal")
"""Those after which nobody does."""
QUEUES = ("submit", "reopen", "take-back")
"""Those from which on the reviewers have had it: the first two always, the last one where it came back by that."""
APART = timedelta(minutes=1)
"""So far apart are an event and the moment that is kept with it at most: a version is judged in between."""


def wrong_with_applications() -> Iterator[str]:
    """The applications that are not what the events tell, a sentence for each difference."""
    yield from _wrong_with_states()
    yield from _wrong_with_beginnings()
    yield from _wrong_with_texts()
    yield from _wrong_with_holders()
    yield from _wrong_with_waiting()
    yield from _wrong_with_both_ends()


def _wrong_with_states() -> Iterator[str]:
    told = _states()
    for one in DeskApplication.objects.order_by("pk").only("pk", "state", "created_at").iterator():
        state = told.get(one.pk)
        said = {"reference": one.reference, "state": one.get_state_display()}
        if state is None:
            yield _("no event tells of %(reference)s") % said
        elif state != one.state:
            wrong = _("%(reference)s is in the state “%(state)s”, and by its events in “%(told)s”")
            yield wrong % (said | {"told": state.label})


def _wrong_with_beginnings() -> Iterator[str]:
    told = _said_of(AuditEvent.objects.filter(kind="start"))
    names = ("created_at", "form", "policy", "organisation", "title")
    for one in DeskApplication.objects.order_by("pk").only(*names).iterator():
        said = told.get(one.pk, {})
        is_now = {
            "form": one.form,
            "policy": one.policy,
            "organisation": one.organisation_id,
            "title_sha256": digest_of_text(one.title),
        }
        for name, what in STAYS.items():
            if name in said and said[name] != is_now[name]:
                wrong = _("the %(what)s of %(reference)s is not that with which it began")
                yield wrong % {"what": what, "reference": one.reference}


def _wrong_with_texts() -> Iterator[str]:
    written = AuditEvent.objects.filter(kind__in=WRITES, application__isnull=False)
    newest = written.order_by().values("application").annotate(newest=Max("number"))
    told = _said_of(AuditEvent.objects.filter(number__in=newest.values("newest")))
    for one in DeskApplication.objects.order_by("pk").only("created_at", "text").iterator():
        digest = told.get(one.pk, {}).get("sha256")
        if digest and digest != digest_of_text(one.text):
            wrong = _("the text of %(reference)s is not what its applicant wrote last")
            yield wrong % {"reference": one.reference}


def _wrong_with_holders() -> Iterator[str]:
    events = AuditEvent.objects.filter(kind__in=(*TAKES, *LEAVES), application__isnull=False)
    newest = events.order_by().values("application").annotate(newest=Max("number"))
    last = {
        one.application: one
        for one in AuditEvent.objects.filter(number__in=newest.values("newest")).iterator()
    }
    told = _said_of(AuditEvent.objects.filter(number__in=newest.values("newest"), kind="assign"))
    for one in DeskApplication.objects.order_by("pk").only("created_at", "holder").iterator():
        event = last.get(one.pk)
        holder = event.person if event and event.kind == "claim" else None
        if event and event.kind == "assign":
            if "to" not in (said := told.get(one.pk, {})):
                continue  # its detail was erased
            holder = said["to"]
        if holder != one.holder_id:
            wrong = _("%(reference)s is held by person %(is_now)s, and by its events by %(told)s")
            people = {"is_now": one.holder_id or _("nobody"), "told": holder or _("nobody")}
            yield wrong % {"reference": one.reference, **people}


def _wrong_with_waiting() -> Iterator[str]:
    events = AuditEvent.objects.filter(kind__in=QUEUES, application__isnull=False)
    moments: dict[int | None, list[datetime]] = {}
    for about, kind, at in events.order_by("number").values_list("application", "kind", "at"):
        before = moments.get(about, []) if kind == "take-back" else []
        moments[about] = [*before, at]
    for one in DeskApplication.objects.order_by("pk").only("created_at", "submitted_at").iterator():
        since = one.submitted_at
        told = moments.get(one.pk, [])
        if not any(abs(since - at) < APART for at in told) if since else told:
            wrong = _("since when the reviewers have %(reference)s is not what its events tell")
            yield wrong % {"reference": one.reference}


def _wrong_with_both_ends() -> Iterator[str]:
    began = dict(AuditEvent.objects.filter(kind="start").values_list("application", "person"))
    erased = {*AuditEvent.objects.filter(kind="erase-old").values_list("application", flat=True)}
    names = ("created_at", "created_by", "erased_at")
    for one in DeskApplication.objects.order_by("pk").only(*names).iterator():
        if one.pk in began and began[one.pk] != one.created_by_id:
            wrong = _("%(reference)s was begun by another person than its events tell")
            yield wrong % {"reference": one.reference}
        if (one.erased_at is not None) != (one.pk in erased):
            wrong = _("%(reference)s is erased, or not, otherwise than its events tell")
            yield wrong % {"reference": one.reference}


def _said_of(events: QuerySet[AuditEvent]) -> dict[int | None, dict[str, Any]]:
    """What events say in detail, by their application. Where the detail was erased, nothing is said."""
    texts = details_of(events)
    found = events.order_by("number").values_list("application", "detail").iterator()
    return {about: said_in(text) for about, digest in found if (text := texts.get(digest))}


def _states() -> dict[int | None, State]:
    events = AuditEvent.objects.filter(kind__in=LEADS_TO, application__isnull=False)
    found = events.order_by("number").values_list("application", "kind").iterator()
    return {application: LEADS_TO[kind] for application, kind in found}
