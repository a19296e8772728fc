"""A reviewer's pages about one application: claiming it, what they say of it, and the dossier."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausewise.desk.interview.evidence import facts_by_evidence
from clausewise.desk.interview.questions import entity_of, is_by_two
from clausewise.desk.judging.stated import as_stated
from clausewise.desk.pages.access import not_open, of_reader, of_reviewer, signed_in
from clausewise.desk.pages.evidence import shown_at
from clausewise.desk.pages.files import as_file
from clausewise.desk.pages.inputs import WrittenLines, say_changed, status_of
from clausewise.desk.records.models import OPEN, DeskApplication, EvidenceFile, Person, Version
from clausewise.desk.workflow import actions, decisions
from clausewise.desk.workflow.decisions import permitted_kinds
from clausewise.desk.workflow.locks import ChangedError, digest_of_questions
from clausewise.desk.workflow.opinions import (
    is_for_two,
    judged_for,
    read_opinions,
    visible,
    waiting,
)
from clausewise.desk.workflow.table import may
from clausewise.desk.workflow.today import changed_after_preview, changes_of, draft_for
from clausewise.formats.dossier.content import content
from clausewise.formats.dossier.page import PARTS, parts

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@of_reviewer
@require_POST
def claim(request: HttpRequest, application: DeskApplication) -> HttpResponse:
    """Take an application on."""
    actions.claim(signed_in(request), application.pk)
    return redirect("dossier", key=application.pk)


@of_reviewer
@require_POST
def release(request: HttpRequest, application: DeskApplication) -> HttpResponse:
    """Give it back to the queue."""
    actions.release(signed_in(request), application.pk)
    return redirect("queue")


class ReviewerNote(forms.Form):
    """Something that a reviewer says of an application, and that acts once it is said."""

    title: StrOrPromise
    button: StrOrPromise


class ConflictForm(ReviewerNote):
    """Why somebody cannot review an organisation's applications."""

    title = _("Declare a conflict of interest")
    button = _("Declare it")
    reason = WrittenLines(
        label=_("What is your interest in it?"),
        help_text=_(
            "You then review and decide nothing of this organisation. Auditors can read this."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )


class MistakeForm(ReviewerNote):
    """Why a decision was a mistake."""

    title = _("Have it decided again")
    button = _("Have it decided again")
    reason = WrittenLines(
        label=_("Why was the decision a mistake?"),
        help_text=_(
            "It goes back to the queue, and the applicant is told that it was a mistake. Auditors can read this."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )


class GiveBackNote(ReviewerNote):
    """What the applicant is to change."""

    title = _("Give it back to the applicant")
    button = _("Give it back")
    note = WrittenLines(
        label=_("What should the applicant change, or explain?"),
        help_text=_("Ask for facts, and do not say which answer would permit it."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=5000,
    )


@of_reviewer
@require_http_methods(["GET", "POST"])
def recuse(request: HttpRequest, application: DeskApplication) -> HttpResponse:
    """Declare a conflict of interest."""

    def act(person: Person, reason: str) -> None:
        actions.recuse(person, application, reason)

    about = application.organisation.name
    form = ConflictForm(request.POST if request.method == "POST" else None)
    return _said(request, application, form, about, act)


@of_reviewer
@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, application: DeskApplication) -> HttpResponse:
    """Have a decision that was a mistake decided again."""
    if not may(signed_in(request), "reopen", application):
        return not_open(request, application)

    def act(person: Person, reason: str) -> None:
        decisions.reopen(person, application.pk, reason)

    form = MistakeForm(request.POST if request.method == "POST" else None)
    return _said(request, application, form, application.title, act)


@of_reviewer
@require_http_methods(["GET", "POST"])
def give_back(request: HttpRequest, application: DeskApplication) -> HttpResponse:
    """Give it back to the applicant."""
    if not may(signed_in(request), "give-back", application):
        return not_open(request, application)

    def act(person: Person, note: str) -> None:
        actions.give_back(person, application.pk, note, request.POST.get("base", ""))

    newest = application.newest
    going = newest.asked_at_facts
    form = GiveBackNote(request.POST if request.method == "POST" else None)
    form.fields["note"].required = not going
    shown = {"version": newest, "going": going, "base": digest_of_questions(newest)}
    draft = draft_for(application) if going else None
    return _said(request, application, form, application.title, act, draft=draft, **shown)


def _said(
    request: HttpRequest,
    application: DeskApplication,
    asked: ReviewerNote,
    about: str,
    act: Callable[..., None],
    **shown: Any,
) -> HttpResponse:
    """The page on which something is said of an application, or the queue once it was."""
    if asked.is_valid():
        try:
            act(signed_in(request), **asked.cleaned_data)
            return redirect("queue")
        except ChangedError:
            say_changed(asked)
    context = {"application": application, "asked": asked, "about": about, **shown}
    return render(request, "desk/say.html", context, status=status_of(asked))


# the dossier


@of_reader
@require_GET
def dossier(request: HttpRequest, application: DeskApplication) -> HttpResponse:
    """All there is to know of a version."""
    actions.keep(signed_in(request), application)
    newest = application.newest
    person = signed_in(request)
    judged = judged_for(person, newest)
    held = may(signed_in(request), "judge", application)
    stands = facts_by_evidence(judged.draft)
    context = {
        "with_reviewers": OPEN,
        "earlier": _earlier_versions(application),
        "files": [(one, stands[one.name]) for one in shown_at(application, [*stands])],
        "application": application,
        "version": newest,
        "judged": judged,
        "draft": judged.draft,
        "stated": as_stated(judged),
        "judgements": visible(newest, person),
        "is_second": may(person, "second", application),
        "for_two": [
            one for one in judged.for_reviewer if is_by_two(judged.draft, *entity_of(str(one.fact)))
        ],
        "decided_by_two": is_for_two(),
        "waiting": waiting(newest),
        "opinions": read_opinions(newest, person),
        "changes": changes_of(newest),
        "reconsidered": changed_after_preview(newest),
        "before": application.versions.filter(number=newest.number - 1).first(),
        "held": held,
        "may_claim": may(signed_in(request), "claim", application),
        "may_assign": may(signed_in(request), "assign", application),
        "kinds": permitted_kinds(judged),
        "decisions": application.decisions.prefetch_related("deadlines", "appeals").order_by("-pk"),
        "may_take_back": may(person, "take-back", application),
        "may_reopen": may(person, "reopen", application),
        "may_revoke": may(signed_in(request), "revoke", application),
        # what escapes it is `app/formats/escaping.py`, for every text of a stranger
        "dossier": mark_safe(parts(content(judged.dossier(), version("clausewise")))),
    }
    return render(request, "desk/dossier.html", context)


def _earlier_versions(application: DeskApplication) -> list[tuple[Version, list[EvidenceFile]]]:
    """The versions before the newest, the newer first, each with the evidence that stands in no newer one."""
    newest, *before = application.versions.select_related("created_by").order_by("-number")
    files = [*application.evidence.order_by("pk")] if before else []
    found, later = [], newest.text
    for one in before:
        named = [file for file in files if f'"{file.name}"' in one.text]
        found.append((one, [file for file in named if f'"{file.name}"' not in later]))
        later += one.text
    return found


@of_reader
@require_GET
def seen_version(request: HttpRequest, application: DeskApplication, number: int) -> HttpResponse:
    """A version as it was submitted."""
    found = get_object_or_404(application.versions, number=number)
    name = f"{application.reference}-version-{number}.design"
    return as_file(found.text.encode(), name, "text/plain; charset=utf-8")


@require_GET
@cache_control(max_age=3600)
def dossier_style(request: HttpRequest) -> HttpResponse:
    """The style of a dossier within a page of the desk."""
    widths = "".join(f".w{wide} {{ width: {wide}%; }}\n" for wide in range(5, 100))
    return HttpResponse(f".dossier {{\n{PARTS}{widths}}}\n", content_type="text/css")
