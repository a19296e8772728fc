"""An applicant's pages: their applications, beginning one, and one as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.db.models import Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from clausewise.desk.interview import forms as kinds
from clausewise.desk.interview.blank import blank
from clausewise.desk.interview.called import said
from clausewise.desk.interview.drafts import Draft, draft_of
from clausewise.desk.pages.access import of_member, signed_in, theirs
from clausewise.desk.pages.inputs import OneLine, status_of
from clausewise.desk.pages.text import MOST_OF_TITLE
from clausewise.desk.records.models import AuditEvent, DeskApplication, Role, State
from clausewise.desk.workflow import actions
from clausewise.desk.workflow.asking import asked_of
from clausewise.desk.workflow.locks import digest_of_text
from clausewise.desk.workflow.pins import all_forms, to_begin_with
from clausewise.desk.workflow.standing import LEADS_TO, WRITES
from clausewise.desk.workflow.table import appealed_until, may
from clausewise.desk.workflow.today import draft_for, today
from clausewise.dsl.models.deployment import FactName
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.dsl.text.names import in_words
from clausewise.engine.advice.questions import question_about
from clausewise.engine.core.outcomes import Verdict
from clausewise.interview.answers import Refusal

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

REMOVED = "removed"
"""Under this a session keeps what was taken out of a draft last."""


class Title(forms.Form):
    """What an application is called."""

    title = OneLine(
        label=gettext_lazy("What do you call it?"),
        help_text=gettext_lazy(
            "A few words by which you and the reviewers know it, such as “Lobby turnstile”."
        ),
        max_length=MOST_OF_TITLE,
    )


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Where somebody begins: with their own applications, or with what their role is there for."""
    person = signed_in(request)
    if person.has_role(Role.REVIEWER):
        return redirect("queue")
    if person.has_role(Role.ADMINISTRATOR) and person.organisation_id is None:
        return redirect("people")
    if person.has_role(Role.AUDITOR) and person.organisation_id is None:
        return redirect("audit")
    return redirect("applications")


@require_GET
def applications(request: HttpRequest) -> HttpResponse:
    """What waits for whoever asks, and what they can begin."""
    person = signed_in(request)
    found = theirs(person).order_by("-pk")
    changes = last_changes(found)
    rows = [(one, changes.get(one.pk), asked_of(one)) for one in found]
    # those of one policy beside each other
    begun = sorted(all_forms().values(), key=lambda one: (one.policy, one.title))
    context = {"rows": rows, "forms": begun}
    return render(request, "desk/applications.html", context)


def last_changes(applications: QuerySet[DeskApplication]) -> dict[int, datetime]:
    """When each of some applications was changed last, or came to another state."""
    keys = applications.order_by().values("pk")
    events = AuditEvent.objects.filter(application__in=keys, kind__in=(*WRITES, *LEADS_TO))
    found = events.order_by().values_list("application").annotate(last=Max("at"))
    return {key: last for key, last in found if key is not None}


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, form: str) -> HttpResponse:
    """Begin an application."""
    found = to_begin_with(form)
    person = signed_in(request)
    if found is None or person.organisation_id is None:
        raise Http404
    kind, gone = found
    asked = Title(request.POST or None)
    if request.method == "POST" and agreed(asked, request, kind, gone) and asked.is_valid():
        application = actions.start(person, kind, asked.cleaned_data["title"])
        return redirect("application", key=application.pk)
    context = {"form": kind, "asked": asked, "gone": gone}
    context["blank"] = [*blank(draft_of(kind.text, kind.policy, today(), is_kept=True))]
    return render(request, "desk/begin.html", context, status=status_of(asked))


def agreed(asked: Title, request: HttpRequest, form: kinds.Form, gone: str) -> bool:
    """Whether whoever begins has read by what it is judged, where the version that should judge is not there."""
    if gone and request.POST.get("policy") != form.policy:
        asked.add_error("title", _("Read first what is said below of the policy"))
        return False
    return True


# one as a whole


@lean_dataclass(frozen=True, slots=True)
class Listed:
    """An entity of a draft, for the overview."""

    name: str
    title: str
    left: int
    stated: int


@lean_dataclass(frozen=True, slots=True)
class Group:
    """The entities of one type."""

    name: str
    title: str
    about: str
    is_single: bool
    is_wanted: bool
    listed: tuple[Listed, ...]


@of_member
@require_GET
def application(request: HttpRequest, application: DeskApplication) -> HttpResponse:
    """What an application is about and what is left to answer; once it is submitted, where it is."""
    if application.state != State.DRAFT:
        return _status(request, application)
    return overview(request, application)


def overview(
    request: HttpRequest,
    application: DeskApplication,
    refusal: Refusal | None = None,
    at: str = "",
    named: Sequence[FactName] = (),
) -> HttpResponse:
    """A draft as a whole.

    Args:
        refusal: why something could not be listed, or taken out.
        at: the type of which it was to be listed.
        named: the answers that name what was to be taken out.
    """
    draft = draft_for(application)
    deployment = draft.looked.reports[0].deployment if draft.looked.reports else None
    context = {
        "application": application,
        "refusal": refusal,
        "at": at,
        "named": [
            (fact, question_about(fact, (), deployment).ask if deployment else fact)
            for fact in named
        ],
        "groups": groups(draft),
        "asked_of": asked_of(application),
        "removed": removed_of(request, application),
        "left": len(draft.asked),
        "answered": answered(draft),
        "wanted": draft.wanted,
        "is_prohibited": _is_prohibited(draft),
        "unknown": len(draft.unknown),
        "form": kinds.forms([settings.FORMS]).get(application.form),
    }
    return render(request, "desk/application.html", context, status=422 if refusal else 200)


def _is_prohibited(draft: Draft) -> bool:
    """Whether a draft violates a clause as it is stated, so that no further answer can matter."""
    return any(one.verdict is Verdict.PROHIBITED for one in draft.looked.reports)


def removed_of(request: HttpRequest, application: DeskApplication) -> str:
    """What was taken out last, if nothing else was changed since; else nothing."""
    found = request.session.get(REMOVED, {})
    same = found.get("application") == application.pk
    same = same and found["of"] == digest_of_text(application.text)
    return str(found["entity"]) if same else ""


HAPPENED = {
    "start": gettext_lazy("Begun"),
    "submit": gettext_lazy("Submitted"),
    "claim": gettext_lazy("A reviewer has taken it on"),
    "assign": gettext_lazy("A reviewer was given it"),
    "release": gettext_lazy("It waits for another reviewer"),
    "give-back": gettext_lazy("Given back to you"),
    "approve": gettext_lazy("Approved"),
    "approve-with-conditions": gettext_lazy("Approved with conditions"),
    "refuse": gettext_lazy("Refused"),
    "fulfil": gettext_lazy("Opened again, to answer what is open"),
    "revoke": gettext_lazy("The approval is revoked"),
    "reopen": gettext_lazy("The decision was a mistake of the desk: it is decided again"),
    "appeal": gettext_lazy("Appealed against the decision"),
    "inform": gettext_lazy("The rules changed: a reviewer looks at it again"),
    "withdraw": gettext_lazy("Withdrawn"),
}
"""What applicants are shown of the audit trail, by the kind of an event."""


def _happened(application: DeskApplication) -> list[tuple[datetime, StrOrPromise]]:
    """What happened to an application, the newest first."""
    events = AuditEvent.objects.filter(application=application.pk, kind__in=HAPPENED)
    found = events.order_by("-number").values_list("at", "kind")
    return [(at, HAPPENED[kind]) for at, kind in found]


def _status(request: HttpRequest, application: DeskApplication) -> HttpResponse:
    context = {
        "application": application,
        "draft": SimpleLazyObject(lambda: _draft_if_readable(application)),
        "happened": _happened(application),
        "versions": application.versions.order_by("-number"),
        "decisions": application.decisions.prefetch_related("deadlines", "appeals").order_by("-pk"),
        "may_appeal": may(signed_in(request), "appeal", application)
        and appealed_until(application),
        "may_fulfil": may(signed_in(request), "fulfil", application),
        "may_withdraw": may(signed_in(request), "withdraw", application),
    }
    return render(request, "desk/status.html", context)


def _draft_if_readable(application: DeskApplication) -> Draft | None:
    """What there is to know of its text; nothing where the policy that judges it is not installed any more."""
    try:
        return draft_for(application)
    except InvalidError:
        return None


def groups(draft: Draft) -> list[Group]:
    """The types of a draft's vocabulary with what is listed of each."""
    left: dict[str, int] = {}
    for asked in draft.asked:
        left[asked.question.entity] = left.get(asked.question.entity, 0) + 1
    stated = {(b.name or b.type).text: len(b.statements) for b in draft.looked.tree.blocks}
    entities = draft.looked.reports[0].deployment.entities.values() if draft.looked.reports else ()
    found, called = [], draft.called
    for type_ in draft.vocabulary.entities.values():
        listed = tuple(
            Listed(e.name, said(e.name, called), left.get(e.name, 0), stated.get(e.name, 0))
            for e in entities
            if e.type.name == type_.name
            and (not type_.single or e.name in left or e.name in stated)
        )
        if listed or not type_.single:
            wanted = type_ in draft.wanted
            title = in_words(type_.name).capitalize()
            found.append(Group(type_.name, title, type_.description, type_.single, wanted, listed))
    return found


def answered(draft: Draft) -> int:
    """How many facts are stated."""
    lines = [line for block in draft.looked.tree.blocks for line in block.statements]
    return len(lines) - len(draft.unknown)


@of_member
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, application: DeskApplication) -> HttpResponse:
    """Take an application back, once whoever wants to has said so twice."""
    person = signed_in(request)
    if request.method == "POST":
        actions.withdraw(person, application.pk)
    elif may(person, "withdraw", application):
        return render(request, "desk/withdraw.html", {"application": application})
    return redirect("application", key=application.pk)
