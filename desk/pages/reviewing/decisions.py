"""Deciding, revoking, and what an applicant does afterwards: fulfil conditions, appeal, or begin again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from clausewise.desk.interview.called import in_own_words
from clausewise.desk.judging.attesting import WrittenLetter
from clausewise.desk.judging.verdicts import JudgedVersion
from clausewise.desk.pages.access import not_open, of_member, of_reviewer, signed_in
from clausewise.desk.pages.applications import Title, agreed
from clausewise.desk.pages.inputs import DayField, WrittenLines, say_changed, status_of
from clausewise.desk.pages.letters import contents, drafted, written
from clausewise.desk.records.models import (
    GRANTING,
    Decision,
    DeskApplication,
    Person,
    State,
    Version,
)
from clausewise.desk.workflow import decisions
from clausewise.desk.workflow.copying import start_from
from clausewise.desk.workflow.decisions import permitted_kinds
from clausewise.desk.workflow.locks import ChangedError, digest_of_version
from clausewise.desk.workflow.opinions import give_opinion, is_for_two, judged_for
from clausewise.desk.workflow.pins import to_begin_with
from clausewise.desk.workflow.table import may
from clausewise.desk.workflow.today import judged_now, today
from clausewise.dsl.text.diagnostic import InvalidError


class LetterForm(forms.Form):
    """What is decided, until when, and the letter that says so."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Decision"), choices=State, widget=forms.RadioSelect
    )
    letter = WrittenLines(
        label=gettext_lazy("Text of the letter"),
        help_text=gettext_lazy(
            "The clauses and facts follow your text. They are set by the verdict, and cannot be edited."
        ),
        widget=forms.Textarea(attrs={"rows": 11}),
        max_length=20_000,
    )

    def __init__(self, judged: JudgedVersion, kinds: tuple[State, ...], *args: Any, **rest: Any):
        super().__init__(*args, **rest)
        self.kinds, self.due = kinds, {}
        if State.CONDITIONAL in kinds:
            for number, one in enumerate(judged.may_wait, 1):
                self.due[f"due-{number}"] = str(one.fact)
                self.fields[f"due-{number}"] = DayField(
                    label=in_own_words(one.ask, judged.draft.called)
                )
        if {*GRANTING} & {*kinds}:
            self.due["ends"] = ""
            label = _("The last day of the approval, if it has one")
            self.fields["ends"] = DayField(label=label, required=False)

    @property
    def days(self) -> Iterator[BoundField]:
        """The inputs for days."""
        return (self[name] for name in self.due)

    @property
    def deadlines(self) -> dict[str, date]:
        """The days that were given, by fact."""
        given = self.cleaned_data
        return {fact: given[name] for name, fact in self.due.items() if given.get(name)}

    def clean_kind(self) -> str:
        """What the verdict allows.

        Raises:
            ValidationError: it allows it not, or not any more.
        """
        kind = str(self.cleaned_data["kind"])
        if kind not in self.kinds:
            raise forms.ValidationError(_("By the verdict as it is now, this is not open"))
        return kind

    def clean(self) -> dict[str, Any]:
        """What was sent, if no day is over."""
        for name in self.due:
            if (day := self.cleaned_data.get(name)) and day < today():
                self.add_error(name, _("This day is over"))
        return self.cleaned_data


@of_reviewer
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, application: DeskApplication) -> HttpResponse:
    """Decide: only what the verdict allows can be chosen, and it is judged again at that moment."""
    if not may(signed_in(request), "approve", application):
        return not_open(request, application)
    judged = judged_now(application.newest)
    return _decide(request, application, application.newest, judged, permitted_kinds(judged))


@of_reviewer
@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, application: DeskApplication) -> HttpResponse:
    """Revoke an approval, whatever the verdict is now."""
    if not may(signed_in(request), "revoke", application):
        return not_open(request, application)
    version = decisions.decided_about(application, State.REVOKED)
    return _decide(request, application, version, judged_now(version), (State.REVOKED,))


def _decide(
    request: HttpRequest,
    application: DeskApplication,
    version: Version,
    judged: JudgedVersion,
    kinds: tuple[State, ...],
) -> HttpResponse:
    person = signed_in(request)
    start = {"kind": kinds[0], "letter": drafted(application, judged, kinds[0])} if kinds else None
    sent = request.POST if request.method == "POST" else None
    asked = LetterForm(judged, kinds, sent, initial=start)
    looked = "look" in request.POST
    if asked.is_valid() and State.REVOKED in kinds and not asked.has_changed():
        asked.add_error("letter", _("Say why it is revoked"))
    if asked.is_valid() and not looked:
        try:
            made = _made(person, application, asked, request.POST.get("base", ""))
            return redirect("letter" if made else "dossier", key=application.pk)
        except ChangedError:
            say_changed(asked)
    context = {
        "application": application,
        "base": digest_of_version(version),
        "version": version,
        "judged": judged,
        "kinds": kinds,
        "asked": asked,
        "looked": looked,
        "for_two": is_for_two() and State.REVOKED not in kinds,
    }
    if kinds:
        letter = str(asked["letter"].value() or "")
        shown = contents(application, version, judged, kinds[0], letter, person.name, "", {})
        context = {**shown, **context, "preview": True}
    return render(request, "desk/decide.html", context, status=status_of(asked))


def _made(
    person: Person, application: DeskApplication, asked: LetterForm, base: str
) -> Decision | None:
    """The decision; nothing if it takes two, and this is the first."""
    kind, letter = State(asked.cleaned_data["kind"]), asked.cleaned_data["letter"]
    deadlines, key = asked.deadlines, application.pk
    if is_for_two() and kind != State.REVOKED:
        return give_opinion(person, key, kind, letter, written, deadlines, base)

    def write(about: Version, now: JudgedVersion) -> WrittenLetter:
        return written(about, now, kind, letter, person.name, deadlines)

    return decisions.decide(person, key, kind, letter, write, deadlines, base)


class OpinionForm(forms.Form):
    """How a second reviewer would decide, and why."""

    kind = forms.ChoiceField(
        label=gettext_lazy("How should it be decided?"), widget=forms.RadioSelect
    )
    text = WrittenLines(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("The other reviewer reads it once both have said what they think."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=5000,
    )


@of_reviewer
@require_http_methods(["GET", "POST"])
def second(request: HttpRequest, application: DeskApplication) -> HttpResponse:
    """The opinion of somebody who does not hold the application, where a decision takes two."""
    person = signed_in(request)
    if not is_for_two() or not may(person, "second", application):
        return not_open(request, application)
    newest = application.newest
    judged = judged_for(person, newest)
    labels = {State.DRAFT: _("Give it back to the applicant")}
    kinds = (*permitted_kinds(judged), State.DRAFT)
    asked = OpinionForm(request.POST if request.method == "POST" else None)
    asked.fields["kind"].choices = [(k.value, labels.get(k, k.label)) for k in kinds]  # type: ignore[attr-defined]
    if asked.is_valid():
        kind = State(asked.cleaned_data["kind"])
        said, base = asked.cleaned_data["text"], request.POST.get("base", "")
        try:
            made = give_opinion(person, application.pk, kind, said, written, base=base)
            return redirect("letter" if made else "dossier", key=application.pk)
        except ChangedError:
            say_changed(asked)
    context = {"application": application, "judged": judged, "asked": asked}
    context["base"] = digest_of_version(newest)
    return render(request, "desk/second.html", context, status=status_of(asked))


# the applicant's


class AppealForm(forms.Form):
    """Why somebody does not accept a decision."""

    text = WrittenLines(
        label=gettext_lazy("Why should it be decided otherwise?"),
        help_text=gettext_lazy(
            "Somebody else then decides again about the same version. What is new belongs into a new version: "
            "ask here that it be given back to you."
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=10_000,
    )


@of_member
@require_http_methods(["GET", "POST"])
def appeal(request: HttpRequest, application: DeskApplication) -> HttpResponse:
    """Appeal against a decision."""
    if not may(signed_in(request), "appeal", application):
        return redirect("application", key=application.pk)
    asked = AppealForm(request.POST if request.method == "POST" else None)
    if asked.is_valid():
        decisions.appeal(signed_in(request), application.pk, asked.cleaned_data["text"])
        return redirect("application", key=application.pk)
    context = {"application": application, "asked": asked}
    return render(request, "desk/appeal.html", context, status=status_of(asked))


@of_member
@require_http_methods(["GET", "POST"])
def again(request: HttpRequest, application: DeskApplication) -> HttpResponse:
    """Begin another application with what this one states."""
    found = to_begin_with(application.form)
    if found is None:
        told = _(
            "The form with which %(reference)s began is not there any more. Begin with another one below."
        )
        messages.warning(request, told % {"reference": application.reference})
        return redirect("applications")
    kind, gone = found
    sent = request.POST if request.method == "POST" else None
    asked = Title(sent, initial={"title": application.title})
    if asked.is_valid() and agreed(asked, request, kind, gone):
        title = asked.cleaned_data["title"]
        try:
            made = start_from(signed_in(request), application, kind, title)
        except InvalidError as error:
            told = _("It does not fit %(policy)s any more: %(why)s. Begin anew instead")
            why = error.diagnostics[0].message
            asked.add_error("title", told % {"policy": kind.policy, "why": why})
        else:
            return redirect("application", key=made.pk)
    context = {"form": kind, "asked": asked, "earlier": application, "gone": gone}
    return render(request, "desk/begin.html", context, status=status_of(asked))


@of_member
@require_POST
def fulfil(request: HttpRequest, application: DeskApplication) -> HttpResponse:
    """Open it again, to answer what an approval still waits for."""
    decisions.fulfil(signed_in(request), application.pk)
    return redirect("application", key=application.pk)
