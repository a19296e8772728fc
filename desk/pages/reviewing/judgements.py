"""A reviewer's page of one fact that only a person can judge."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from clausewise.desk.interview.answers import Sent, statement
from clausewise.desk.interview.drafts import Draft
from clausewise.desk.interview.questions import entity_of, page_of
from clausewise.desk.pages.access import not_open, of_reviewer, signed_in
from clausewise.desk.pages.inputs import CHANGED, OneLine
from clausewise.desk.pages.interview import sent_in, shown
from clausewise.desk.pages.templatetags.desk import translated
from clausewise.desk.records.models import DeskApplication, Person, PersonalJudgement
from clausewise.desk.workflow import actions
from clausewise.desk.workflow.actions import EnoughOpinionsError
from clausewise.desk.workflow.locks import ChangedError, digest_of_version
from clausewise.desk.workflow.opinions import judged_for
from clausewise.desk.workflow.table import may
from clausewise.dsl.printing.trees import values_text
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.interview.answers import Refusal


class ReasonForm(forms.Form):
    """Why somebody judges as they do."""

    reason = OneLine(
        max_length=2000, error_messages={"required": _("Give the reason for your answer")}
    )


@of_reviewer
@require_http_methods(["GET", "POST"])
def judge(request: HttpRequest, application: DeskApplication, fact: str) -> HttpResponse:
    """Judge a fact that only a person can: an answer, and the reason for it."""
    person = signed_in(request)
    is_second = may(person, "second", application)
    if not is_second and not may(person, "judge", application):
        return not_open(request, application)
    newest = application.newest
    draft = judged_for(person, newest).draft
    entity, field = entity_of(fact)
    try:
        page = page_of(draft, entity, field)
    except (KeyError, StopIteration):
        raise Http404 from None
    if page.field.kind != "judgement":
        raise Http404
    if is_second and not page.field.by_two:
        return redirect("dossier", key=application.pk)
    earlier = _earlier(application, entity, field, person)
    sent, errors = None, dict[str, Any]()
    if request.method == "POST":
        sent = sent_in(request)
        errors = _wrong_with(request, application, draft, (entity, field), sent)
        if not errors:
            return redirect("dossier", key=application.pk)
    context: dict[str, Any] = {
        "application": application,
        "reason": request.POST.get("reason", earlier.reason if earlier else "").strip(),
        "errors": errors,
        "earlier": earlier,
        "base": digest_of_version(newest),
        **shown(page, sent),
    }
    status = 409 if "changed" in errors else 422 if errors else 200
    return render(request, "desk/judge.html", context, status=status)


def _wrong_with(
    request: HttpRequest,
    application: DeskApplication,
    draft: Draft,
    fact: tuple[str, str],
    sent: Sent,
) -> dict[str, Any]:
    """Judge as it was sent, or what is wrong with that, by the input to which it is told."""
    line = statement(draft, *fact, sent)
    asked = ReasonForm(request.POST)
    errors: dict[str, Any] = {}
    if isinstance(line, Refusal):
        errors["answer"] = ": ".join(translated(one) for one in (line.message, line.hint) if one)
    if not asked.is_valid():
        errors["reason"] = asked.errors["reason"][0]
    if errors or isinstance(line, Refusal):
        return errors
    value, reason = values_text(line.items), asked.cleaned_data["reason"]
    base = request.POST.get("base", "")
    try:
        actions.give_judgement(signed_in(request), application.pk, *fact, value, reason, base)
    except ChangedError:
        return {"changed": CHANGED}
    except EnoughOpinionsError:
        return {"answer": _("Two other reviewers have judged this, and both opinions stand")}
    except (InvalidError, ValueError) as error:
        return {"reason": _first_line(error)}
    return {}


def _first_line(error: InvalidError | ValueError) -> str:
    return error.diagnostics[0].message if isinstance(error, InvalidError) else str(error)


def _earlier(
    application: DeskApplication, entity: str, field: str, person: Person
) -> PersonalJudgement | None:
    """What somebody said of the fact before, of this version or an older one."""
    return (
        PersonalJudgement.objects.filter(
            version__application=application, entity=entity, field=field, person=person
        )
        .order_by("-pk")
        .first()
    )
