"""An auditor's page: all that was done, and whether the chain is whole."""

from __future__ import annotations

import json

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from clausewise.desk.pages.access import for_role
from clausewise.desk.records.models import AuditDetail, AuditEvent, Person, Role
from clausewise.desk.workflow import jobs
from clausewise.dsl.startup.lean import lean_dataclass

A_PAGE = 100


@lean_dataclass(frozen=True, slots=True)
class AuditRow:
    """An event, for people."""

    event: AuditEvent
    person: str
    detail: str


@for_role(Role.AUDITOR)
@require_GET
def trail(request: HttpRequest) -> HttpResponse:
    """The events, the newest first."""
    events = AuditEvent.objects.order_by("-number")
    page = Paginator(events, A_PAGE).get_page(request.GET.get("page"))
    job = jobs.state_of(jobs.verify_audit)
    context = {"page": page, "rows": _rows(list(page)), "job": job, "state": job.found}
    return render(request, "desk/audit.html", context)


@for_role(Role.AUDITOR)
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Have it looked whether the chain is whole, soon."""
    jobs.ask_for(jobs.verify_audit)
    return redirect("audit")


def _rows(events: list[AuditEvent]) -> list[AuditRow]:
    details = AuditDetail.objects.in_bulk([event.detail for event in events])
    ids = {event.person for event in events if event.person is not None}
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
    return [
        AuditRow(event, names.get(event.person or 0, ""), _told(details.get(event.detail)))
        for event in events
    ]


def _told(detail: AuditDetail | None) -> str:
    """What an event says, without its salt."""
    if detail is None or detail.text is None:
        return ""
    found = json.loads(detail.text)
    return ", ".join(f"{key}: {value}" for key, value in found.items() if key != "salt" and value)
