"""Whether each application is in the state to which the events of the audit trail led it, and as it began.

No digest covers a state, since it changes. But each change of it is an event, and what was changed beside the
desk does not fit. Nor does a form, a policy or an organisation that is not the one with which one began.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from clausewise.desk.records.kept import said_in
from clausewise.desk.records.models import AuditDetail, AuditEvent, DeskApplication, State
from clausewise.desk.workflow.table import STEPS

LEADS_TO: Mapping[str, State] = {
    "start": State.DRAFT,
    **{kind: step.to for kind, step in STEPS.items() if step.to is not None},
}
"""In which state an application is after an event, by the event's kind."""

BEGINS_WITH: Mapping[str, str] = {
    "form": "form",
    "policy": "policy",
    "organisation": "organisation_id",
}
"""What the event of its beginning says of an application, and the column in which it stays as it was."""


def wrong_with_states() -> Iterator[str]:
    """The applications that are in another state than the events tell, a sentence each."""
    told = _states()
    for one in DeskApplication.objects.order_by("pk").only("pk", "state", "created_at").iterator():
        state = told.get(one.pk)
        said = {"reference": one.reference, "state": one.get_state_display()}
        if state is None:
            yield _("no event tells of %(reference)s") % said
        elif state != one.state:
            wrong = _("%(reference)s is in the state “%(state)s”, and by its events in “%(told)s”")
            yield wrong % (said | {"told": state.label})


def wrong_with_beginnings() -> Iterator[str]:
    """The applications that are not what they began as, a sentence for each difference.

    Where the detail of the event was erased, or says nothing of it, nothing is compared.
    """
    told = _beginnings()
    found = DeskApplication.objects.order_by("pk").only("created_at", *BEGINS_WITH.values())
    for one in found.iterator():
        began = told.get(one.pk, {})
        for name, column in BEGINS_WITH.items():
            if name in began and began[name] != getattr(one, column):
                wrong = _("the %(what)s of %(reference)s is not that with which it began")
                yield wrong % {"what": _called(name), "reference": one.reference}


def _called(name: str) -> str:
    return {"form": _("form"), "policy": _("policy")}.get(name, _("organisation"))


def _beginnings() -> dict[int | None, dict[str, Any]]:
    events = AuditEvent.objects.filter(kind="start", application__isnull=False)
    details = AuditDetail.objects.filter(digest__in=events.values("detail"), text__isnull=False)
    texts = dict(details.values_list("digest", "text"))
    found = events.order_by("number").values_list("application", "detail").iterator()
    return {about: said_in(texts[digest] or "") for about, digest in found if digest in texts}


def _states() -> dict[int | None, State]:
    events = AuditEvent.objects.filter(kind__in=LEADS_TO, application__isnull=False)
    found = events.order_by("number").values_list("application", "kind").iterator()
    return {application: LEADS_TO[kind] for application, kind in found}
