"""An auditor's page: all that was done, and whether the chain is whole."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from clausewise.desk.judging.keys import public_halves
from clausewise.desk.pages.access import for_role, readable, signed_in
from clausewise.desk.pages.files import as_archive
from clausewise.desk.records.models import (
    OPEN,
    AuditDetail,
    AuditEvent,
    DeskApplication,
    Person,
    Role,
)
from clausewise.desk.workflow import jobs
from clausewise.desk.workflow.opinions import reads_all
from clausewise.dsl.startup.lean import lean_dataclass

A_PAGE = 100
DIGEST = re.compile(r"[0-9a-f]{64}")
MOST_DIGITS = 19
"""No number of an application has so many; a database takes none that has more."""
SAID = ("judge", "opine")
"""The events whose details say what somebody thinks, which another reviewer does not read before they have."""


@lean_dataclass(frozen=True, slots=True)
class AuditRow:
    """An event, for people; the application, if whoever reads this reads its dossier."""

    event: AuditEvent
    person: str
    detail: str
    application: DeskApplication | None


@for_role(Role.AUDITOR)
@require_GET
def trail(request: HttpRequest) -> HttpResponse:
    """The events, or those of an application, a kind or a person of the desk, the newest first."""
    events = AuditEvent.objects.order_by("-number")
    of, who = (_number(request.GET.get(name, "")) for name in ("application", "who"))
    kind = request.GET.get("kind", "")[:MOST_DIGITS]
    wanted = {"application": of, "person": who, "kind": kind}
    events = events.filter(**{name: value for name, value in wanted.items() if value})
    page = Paginator(events, A_PAGE).get_page(request.GET.get("page"))
    job = jobs.state_of(jobs.verify_audit)
    rows = _rows(list(page), signed_in(request))
    asked = {"application": of, "who": who, "kind": kind}
    context = {
        "page": page,
        "rows": rows,
        "of": of,
        "who": who,
        "kind": kind,
        "asked": urlencode({name: value for name, value in asked.items() if value}),
        "kinds": sorted(AuditEvent.objects.values_list("kind", flat=True).distinct()),
        "staff": Person.objects.filter(grants__isnull=False).distinct().order_by("name", "pk"),
        "job": job,
        "state": job.found,
        "are_heads": any(settings.HEADS.glob("*.json")),
    }
    return render(request, "desk/audit.html", context)


def _number(text: str) -> str:
    """A number as an address gives it; nothing if it is none that a database takes."""
    return text if text.isdecimal() and len(text) < MOST_DIGITS else ""


@for_role(Role.AUDITOR)
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Have it looked whether the chain is whole, soon."""
    jobs.ask_for(jobs.verify_audit)
    return redirect("audit")


@for_role(Role.AUDITOR)
@require_GET
def heads(request: HttpRequest) -> FileResponse:
    """All signed heads with the keys that sign them, to be kept where nobody reaches them who runs the desk."""
    files: dict[str, bytes | Path] = {
        f"heads/{path.name}": path for path in sorted(settings.HEADS.glob("*.json"))
    }
    for name, key in public_halves(settings.SIGNING_KEY).items():
        files[f"keys/{name}.pub"] = key
    return as_archive(files, "heads.zip", timezone.now())


def _rows(events: list[AuditEvent], reader: Person) -> list[AuditRow]:
    details = AuditDetail.objects.in_bulk([event.detail for event in events])
    about = {event.application for event in events if event.application is not None}
    known = DeskApplication.objects.in_bulk(about)
    read = {*readable(reader).filter(pk__in=about).values_list("pk", flat=True)}
    # what is sealed at the dossier is no detail here either
    sealed = set() if reads_all(reader) else {k for k, one in known.items() if one.state in OPEN}
    closed = {key for key, one in known.items() if one.submitted_at and key not in read}
    ids = {event.person for event in events if event.person is not None}
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
    return [
        AuditRow(
            event,
            names.get(event.person or 0, ""),
            ""
            if event.application in closed or (event.application in sealed and event.kind in SAID)
            else _told(details.get(event.detail)),
            known[event.application] if event.application in read else None,
        )
        for event in events
    ]


def _told(detail: AuditDetail | None) -> str:
    """What an event says, without its salt, and digests as short as elsewhere."""
    if detail is None or detail.text is None:
        return ""
    found = json.loads(detail.text)
    shown = {key: value for key, value in found.items() if key != "salt" and value}
    return ", ".join(f"{key}: {_short(value)}" for key, value in shown.items())


def _short(value: object) -> object:
    return value[:12] if isinstance(value, str) and DIGEST.fullmatch(value) else value
