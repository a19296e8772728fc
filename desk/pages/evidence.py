"""Evidence: sent beside an answer, or for several answers at once; downloaded by both sides, and never shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from clausewise.desk.interview.drafts import Draft
from clausewise.desk.interview.evidence import evidence_at, facts_by_evidence, lacking_evidence
from clausewise.desk.keeping.files import RefusedFileError, type_of
from clausewise.desk.pages.access import of_member, of_reader, signed_in
from clausewise.desk.pages.files import as_file
from clausewise.desk.pages.inputs import DayField, status_of
from clausewise.desk.records.models import DeskApplication, EvidenceFile, State
from clausewise.desk.workflow import evidence as actions
from clausewise.desk.workflow.evidence import TooManyFilesError, store
from clausewise.desk.workflow.today import draft_for, proofs_of, today
from clausewise.dsl.files.papers import KINDS
from clausewise.dsl.files.reading import read_bytes
from clausewise.dsl.models.deployment import FactName
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.engine.advice.questions import question_about


class EvidenceForm(forms.Form):
    """A file, or one that is there already, for one answer or several."""

    file = forms.FileField(
        label=gettext_lazy("A file"),
        required=False,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ",".join(f".{kind}" for kind in KINDS)}),
    )
    expires = DayField(
        label=gettext_lazy("The last day on which it holds, if it has one"), required=False
    )
    replaces = forms.ChoiceField(
        label=gettext_lazy("It takes the place of"),
        help_text=gettext_lazy("It then stands wherever that one stood."),
        required=False,
    )
    reuse = forms.ChoiceField(
        label=gettext_lazy("Or one that you have sent already"), required=False
    )
    drop = forms.MultipleChoiceField(required=False)
    facts = forms.MultipleChoiceField(
        label=gettext_lazy("Which of them does the file show?"), required=False
    )

    def __init__(
        self,
        application: DeskApplication,
        facts: Sequence[str],
        beside: Sequence[str],
        sent: HttpRequest | None,
    ) -> None:
        """The form.

        Args:
            facts: the answers that can be chosen.
            beside: the names of the files that can be taken away.
            sent: what was sent, if something was.
        """
        is_sent = sent is not None and sent.method == "POST"
        super().__init__(
            sent.POST if sent and is_sent else None,
            sent.FILES if sent and is_sent else None,
            prefix="evidence",
        )
        there = [(one.name, str(one)) for one in application.evidence.order_by("pk")]
        self.fields["file"].help_text = _("%(kinds)s; at most %(most)s MiB.") % {
            "kinds": ", ".join(kind.upper() for kind in KINDS),
            "most": settings.EVIDENCE_MIB,
        }
        others = [one for one in there if one[0] not in beside]
        for name, choices in (("replaces", there), ("reuse", others)):
            if choices:
                self.fields[name].choices = [("", _("none")), *choices]  # type: ignore[attr-defined]
            else:
                del self.fields[name]
        self.fields["drop"].choices = [(one, one) for one in beside]  # type: ignore[attr-defined]
        self.fields["facts"].choices = [(one, one) for one in facts]  # type: ignore[attr-defined]

    def clean_expires(self) -> Any:
        """A day that is not over.

        Raises:
            ValidationError: it is.
        """
        day = self.cleaned_data["expires"]
        if day and day < today():
            raise forms.ValidationError(
                _("This day is over: evidence that has expired does not count")
            )
        return day

    def act(self, request: HttpRequest, application: DeskApplication, facts: Sequence[str]) -> None:
        """Do what was sent, to these answers; what cannot be done stands among the mistakes."""
        given, person, key = self.cleaned_data, signed_in(request), application.pk
        try:
            if given["drop"]:
                actions.take_away(person, key, facts[0], given["drop"])
            if given["file"]:
                replaces = given.get("replaces", "")
                with store().keeping(given["file"].name, given["file"]) as kept:
                    actions.attach(person, key, facts, kept, given["expires"], replaces)
            if given.get("reuse"):
                actions.show(person, key, facts, given["reuse"])
        except RefusedFileError as error:
            self.add_error(
                "file", _("This file is not kept: %(why)s") % {"why": _(error.why) % error.values}
            )
        except TooManyFilesError:
            self.add_error("file", _("There are as many files as one application can have"))
        except InvalidError as error:
            self.add_error("file", error.diagnostics[0].message)
        except KeyError:
            self.add_error(None, _("There is no answer that it could show"))


def beside(draft: Draft, fact: str) -> tuple[str, ...]:
    """The names of the evidence beside an answer, if there is one."""
    try:
        return evidence_at(draft, fact)
    except KeyError:
        return ()


def shown_at(application: DeskApplication, names: Sequence[str]) -> list[EvidenceFile]:
    """The files of these names, each with why it does not count (`why_not`)."""
    found = [*application.evidence.filter(name__in=names).order_by("pk")]
    for one in found:
        one.why_not = one.doubt(today())  # type: ignore[attr-defined]
    return found


def counting(application: DeskApplication) -> set[str]:
    """The names of the files that count today."""
    return {n for n, proof in proofs_of(application, today()).items() if not proof.doubt}


@of_member
@require_http_methods(["GET", "POST"])
def overview(request: HttpRequest, application: DeskApplication) -> HttpResponse:
    """All files of a draft, and the answers that lack one, which one file can show together."""
    if application.state != State.DRAFT:
        return redirect("application", key=application.pk)
    draft = draft_for(application)
    lacking = lacking_evidence(draft, counting(application))
    asked = EvidenceForm(application, lacking, (), request)
    if request.method == "POST" and asked.is_valid():
        given = asked.cleaned_data
        if not given["facts"]:
            asked.add_error("facts", _("Choose the answers that it shows"))
        elif not given["file"] and not given.get("reuse"):
            asked.add_error("file", _("Choose a file"))
        else:
            asked.act(request, application, given["facts"])
        if asked.is_valid():
            return redirect("evidence", key=application.pk)
    stands = facts_by_evidence(draft)
    files = shown_at(application, [one.name for one in application.evidence.all()])
    context = {
        "application": application,
        "asked": asked,
        "files": [(one, stands.get(one.name, [])) for one in files],
        "lacking": [(fact, _question(draft, fact)) for fact in lacking],
    }
    return render(request, "desk/evidence.html", context, status=status_of(asked))


def _question(draft: Draft, fact: FactName) -> str:
    return question_about(fact, (), draft.looked.reports[0].deployment).ask


@of_member
@require_GET
def own_file(request: HttpRequest, application: DeskApplication, file: int) -> HttpResponse:
    """A file, for those who sent it."""
    return _file(application.evidence.filter(pk=file).first())


@of_reader
@require_GET
def seen_file(request: HttpRequest, application: DeskApplication, file: int) -> HttpResponse:
    """A file that a version names, for reviewers and auditors."""
    found = application.evidence.filter(pk=file).first()
    if found and not application.versions.filter(text__contains=f'"{found.name}"').exists():
        raise Http404
    return _file(found)


def _file(found: EvidenceFile | None) -> HttpResponse:
    if found is None:
        raise Http404
    path = store().path_of(found.sha256)
    if not path.exists():
        raise Http404
    return as_file(read_bytes(path, limit=found.size), str(found), type_of(found.name))
