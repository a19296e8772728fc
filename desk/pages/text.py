"""An applicant's application as text: to read, to change, to take along, and to replace by another one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clausewise.desk.interview.called import seen
from clausewise.desk.interview.drafts import (
    Draft,
    bounded,
    draft_of,
    judges_named,
    naming_judge,
    with_backing,
    without_judgements,
)
from clausewise.desk.pages.access import of_member, signed_in
from clausewise.desk.pages.files import as_file
from clausewise.desk.records.models import DeskApplication, State
from clausewise.desk.workflow import actions
from clausewise.desk.workflow.today import today
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError

MOST_OF_TITLE = 120
"""Characters of a title that an application keeps."""


@lean_dataclass(frozen=True, slots=True)
class TextMistake:
    """A mistake of a text, at its line."""

    line: int
    message: str
    hint: str


@of_member
@require_http_methods(["GET", "POST"])
def text(request: HttpRequest, application: DeskApplication) -> HttpResponse:
    """The design as text, to read, to change, and to replace by another one."""
    if application.state != State.DRAFT:
        return redirect("application", key=application.pk)
    context: dict[str, Any] = {"application": application, "text": application.text}
    context["base"] = application.text
    if request.method == "POST":
        wanted, base = _design_sent(request, "text"), _design_sent(request, "base")
        context |= {"text": wanted, "base": base}
        try:
            draft = draft_of(bounded(wanted), application.policy, today(), application.file)
        except InvalidError as error:
            context["mistakes"] = [_mistake(d) for d in error.diagnostics if d.is_error]
            return render(request, "desk/text.html", context, status=422)
        kept, told = as_kept(draft, application)
        taken: list[bool] = []

        def change(now: Draft) -> str | None:
            taken.append(now.text == base)
            return kept if taken[0] else None

        application = actions.edit(signed_in(request), application.pk, change)
        if taken[0]:
            for one in told:
                messages.info(request, one, extra_tags="saved")
            return redirect("application", key=application.pk)
        context |= {"base": application.text}
        context["changed"] = _(
            "Somebody changed it meanwhile. Below is what you sent: save it again to replace theirs"
        )
        return render(request, "desk/text.html", context, status=409)
    return render(request, "desk/text.html", context)


def _design_sent(request: HttpRequest, name: str) -> str:
    """A design that a form sent, whose lines browsers end by CR LF. All else stays: mistakes tell of it."""
    return request.POST.get(name, "").replace("\r\n", "\n")


def as_kept(draft: Draft, application: DeskApplication) -> tuple[str, list[str]]:
    """The text that is kept of what an applicant wrote, and what it says otherwise, in sentences."""
    told, policy = [], application.policy
    text = without_judgements(draft.text, draft.vocabulary)
    if text != draft.text:
        told.append(_("Its judgements are taken out: a reviewer makes them."))
    kept = with_backing(text, {one.name for one in application.evidence.all()})
    if kept != text:
        told.append(
            _(
                "Attestations are taken out, and evidence that was not sent to the desk: send it at its answer."
            )
        )
    names = judges_named(kept)
    if names not in ((policy,), (policy.partition(" ")[0],)):
        kept = naming_judge(kept, policy)
        told.append(_("It is judged by %(policy)s, with which it began.") % {"policy": policy})
    title = seen(draft.looked.tree.title.text)[:MOST_OF_TITLE]
    if title != seen(application.title)[:MOST_OF_TITLE]:
        told.append(
            _(
                "The application, and its letter, are called “%(title)s”, as it began, and not “%(other)s”."
            )
            % {"title": application.title, "other": title}
        )
    day = draft.looked.tree.as_of
    if day and day.value != today():
        told.append(
            _("It is judged as of the day on which that is done, and not as of %(day)s.")
            % {"day": day.value}
        )
    return kept, told


def _mistake(found: Diagnostic) -> TextMistake:
    line = found.source.position(found.span.start)[0] if found.source and found.span else 0
    return TextMistake(line, found.message, found.hint or "")


@of_member
@require_GET
def download(request: HttpRequest, application: DeskApplication) -> HttpResponse:
    """The design as a file, which `clausewise check` reads."""
    return as_file(application.text.encode(), application.file, "text/plain; charset=utf-8")
