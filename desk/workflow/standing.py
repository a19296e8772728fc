"""Whether each application is in the state to which the events of the audit trail led it.

No digest covers a state, since it changes. But each change of it is an event, and what was changed beside the
desk does not fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from clausewise.desk.records.models import AuditEvent, DeskApplication, State
from clausewise.desk.workflow.table import STEPS

LEADS_TO: Mapping[str, State] = {
    "start": State.DRAFT,
    **{kind: step.to for kind, step in STEPS.items() if step.to is not None},
}
"""In which state an application is after an event, by the event's kind."""


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


def _states() -> dict[int | None, State]:
    events = AuditEvent.objects.filter(kind__in=LEADS_TO, application__isnull=False)
    found = events.order_by("number").values_list("application", "kind").iterator()
    return {application: LEADS_TO[kind] for application, kind in found}
