"""Letters: drafted from findings, printed, signed, and read by both sides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_GET

from clausewise.desk.judging.attesting import WrittenLetter, attested
from clausewise.desk.judging.keys import public_half
from clausewise.desk.judging.verdicts import JudgedVersion
from clausewise.desk.pages.access import not_erased, sees_letter, signed_in
from clausewise.desk.pages.files import as_archive, as_file
from clausewise.desk.records.models import Decision, DeskApplication, State, Version
from clausewise.desk.workflow.evidence import store
from clausewise.desk.workflow.today import judged_then
from clausewise.dsl.files.reading import read_bytes
from clausewise.dsl.models.deployment import FactName
from clausewise.engine.advice.questions import question_about
from clausewise.formats.dossier.pdf import printed

MOST_DIGITS = 19
"""No number of a decision has so many; a database takes none that has more."""


def drafted(application: DeskApplication, judged: JudgedVersion, kind: State) -> str:
    """The text with which a reviewer begins."""
    context = {"application": application, "judged": judged, "kind": kind.value}
    return render_to_string("desk/letter_draft.txt", context).strip()


def written(
    version: Version,
    judged: JudgedVersion,
    kind: State,
    letter: str,
    by: str,
    deadlines: Mapping[str, date],
) -> WrittenLetter:
    """The letter as PDF/UA, with the design and the signed statement in it (the arguments are those of `decide`).

    Raises:
        InvalidError: the desk's key cannot be used.
    """
    application = version.application
    signed = attested(judged, read_bytes(settings.SIGNING_KEY))
    context = contents(application, version, judged, kind, letter, by, signed.key, deadlines)
    page = render_to_string("desk/letter_print.html", context)
    attached = {
        application.file: judged.draft.text.encode(),
        statement_name(application): signed.envelope,
    }
    return WrittenLetter(printed(page, attached), signed.envelope, signed.key)


def contents(
    application: DeskApplication,
    version: Version,
    judged: JudgedVersion,
    kind: State,
    letter: str,
    by: str,
    key: str,
    deadlines: Mapping[str, date],
) -> dict[str, Any]:
    """What a letter says, for the page and for the print."""
    return {
        "application": application,
        "version": version,
        "judged": judged,
        "kind": kind.value,
        "letter": letter,
        "by": by,
        "key": key,
        "ends": deadlines.get(""),
        "conditions": [(_ask(fact, judged), day) for fact, day in deadlines.items() if fact],
        "day": judged.report.deployment.as_of or timezone.localdate(),
    }


def _ask(fact: str, judged: JudgedVersion) -> str:
    return question_about(FactName(fact), (), judged.report.deployment).ask


def statement_name(application: DeskApplication) -> str:
    """What the signed statement is called as a file."""
    return f"{application.reference}.statement.json"


def _decision(request: HttpRequest, key: int) -> Decision:
    application = DeskApplication.objects.filter(pk=key).first()
    if application is None or not sees_letter(signed_in(request), application):
        raise Http404
    not_erased(application)
    of = request.GET.get("of", "")
    found = application.decisions.all()
    if of.isdecimal():
        found = found.filter(pk=of) if len(of) < MOST_DIGITS else found.none()
    decision = found.order_by("-pk").first()
    if decision is None:
        raise Http404
    return decision


@require_GET
def letter(request: HttpRequest, key: int) -> HttpResponse:
    """A letter, to read: the newest, or that of the decision that is asked for."""
    decision = _decision(request, key)
    application, version = decision.application, decision.version
    judged = judged_then(decision)
    kind = State(decision.kind)
    deadlines = {one.fact: one.day for one in decision.deadlines.order_by("pk")}
    context = contents(
        application,
        version,
        judged,
        kind,
        decision.letter,
        decision.signers,
        decision.key,
        deadlines,
    )
    return render(request, "desk/letter.html", {**context, "decision": decision})


@require_GET
def letter_pdf(request: HttpRequest, key: int) -> HttpResponse:
    """A letter as it was signed."""
    decision = _decision(request, key)
    return as_file(bytes(decision.pdf), f"{decision.application.reference}.pdf", "application/pdf")


@require_GET
def package(request: HttpRequest, key: int) -> FileResponse:
    """All that it takes to verify a letter without the desk, but for the key."""
    decision = _decision(request, key)
    name = f"{decision.application.reference}.zip"
    return as_archive(files_of(decision), name, decision.created_at)


def files_of(decision: Decision) -> dict[str, bytes | Path]:
    """The files of a decision: the design, the statement, the letter, and the evidence that counted."""
    application = decision.application
    return {
        application.file: decision.design.encode(),
        statement_name(application): bytes(decision.statement),
        f"{application.reference}.pdf": bytes(decision.pdf),
        **_evidence_of(decision),
    }


def _evidence_of(decision: Decision) -> dict[str, Path]:
    """The files that counted on the day of a decision and stand in its design, by their names there."""
    named = [
        one for one in decision.application.evidence.all() if f'"{one.name}"' in decision.design
    ]
    held = [(one, store().path_of(one.sha256)) for one in named if not one.doubt(decision.day)]
    return {one.name: path for one, path in held if path.exists()}


@require_GET
def public_key(request: HttpRequest, of: str = "") -> HttpResponse:
    """The key by which letters are verified: the one that signs now, or an older one by its id."""
    found = public_half(settings.SIGNING_KEY, of)
    if found is None:
        raise Http404
    return as_file(found, "desk.pub", "application/x-pem-file")
