"""A reviewer asks at an answer: all answers of a version, and the question at one of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausewise.desk.interview.evidence import lines_of
from clausewise.desk.interview.questions import answer_in_words, asked_about, entity_of
from clausewise.desk.pages.access import not_open, of_reviewer, signed_in
from clausewise.desk.pages.inputs import DayField, WrittenLines, say_changed, status_of
from clausewise.desk.records.models import DeskApplication, FactQuestion
from clausewise.desk.workflow import asking
from clausewise.desk.workflow.locks import ChangedError, digest_of_questions
from clausewise.desk.workflow.table import may
from clausewise.desk.workflow.today import judged_now, today
from clausewise.dsl.models.deployment import fact_name
from clausewise.engine.advice.questions import question_about
from clausewise.interview.look import stated


class AskForm(forms.Form):
    """What a reviewer asks at an answer."""

    text = WrittenLines(
        label=_("Your question"),
        help_text=_("Ask for facts or for evidence, and do not say which answer would permit it."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=5000,
    )
    due = DayField(label=_("Until when, if there is a last day for it"), required=False)

    def clean_due(self) -> Any:
        """A day that is not over.

        Raises:
            ValidationError: it is.
        """
        day = self.cleaned_data["due"]
        if day and day < today():
            raise forms.ValidationError(_("This day is over"))
        return day


@of_reviewer
@require_GET
def answers(request: HttpRequest, application: DeskApplication) -> HttpResponse:
    """All that a version states, to ask about."""
    if not may(signed_in(request), "ask", application):
        return redirect("dossier", key=application.pk)
    judged = judged_now(application.newest)
    draft, deployment = judged.draft, judged.report.deployment
    asked = {one.fact for one in application.newest.asked_at_facts}
    rows = []
    for block, line in lines_of(draft):
        fact = fact_name((block.name or block.type).text, line.field.text)
        field = draft.vocabulary.entities[block.type.text].fields[line.field.text]
        if field.kind != "judgement":
            answer = answer_in_words(line, draft, field)
            evidence = [one.text for one in line.evidence]
            ask = question_about(fact, (), deployment).ask
            rows.append((fact, ask, answer, evidence, fact in asked))
    context = {"application": application, "rows": rows}
    return render(request, "desk/ask_which.html", context)


@of_reviewer
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, application: DeskApplication, fact: str) -> HttpResponse:
    """Ask at one answer."""
    if not may(signed_in(request), "ask", application):
        return not_open(request, application)
    draft = judged_now(application.newest).draft
    try:
        about = asked_about(draft, *entity_of(fact))
    except (KeyError, StopIteration):
        raise Http404 from None
    if about.field is None or about.field.kind == "judgement":
        raise Http404
    earlier = FactQuestion.objects.filter(version__application=application, fact=fact)
    newest = earlier.filter(version=application.newest).order_by("-pk").first()
    initial = {"text": newest.text, "due": newest.due} if newest else None
    asked = AskForm(request.POST if request.method == "POST" else None, initial=initial)
    if asked.is_valid():
        given = asked.cleaned_data | {"base": request.POST.get("base", "")}
        try:
            asking.ask(signed_in(request), application.pk, fact, **given)
            return redirect("dossier", key=application.pk)
        except ChangedError:
            say_changed(asked)
    line = stated(draft.looked, about)
    context = {
        "application": application,
        "question": about.question,
        "answer": answer_in_words(line, draft, about.field) if line else "",
        "evidence": [one.text for one in line.evidence] if line else [],
        "earlier": earlier.exclude(version=application.newest).order_by("pk"),
        "newest": newest,
        "version": application.newest,
        "asked": asked,
        "base": digest_of_questions(application.newest, fact),
    }
    return render(request, "desk/ask.html", context, status=status_of(asked))


@of_reviewer
@require_POST
def take_back(request: HttpRequest, application: DeskApplication, question: int) -> HttpResponse:
    """Take back what one asked."""
    asking.take_back(signed_in(request), application.pk, question)
    messages.success(request, _("It is asked no more."))
    return redirect("dossier", key=application.pk)
