"""An applicant's pages but for the interview: their applications, one as a whole, its text, and submitting it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from clausewise.desk.interview import forms as kinds
from clausewise.desk.interview.called import said
from clausewise.desk.interview.drafts import (
    Draft,
    bounded,
    draft_of,
    judges_named,
    naming_judge,
    with_backing,
    without_judgements,
)
from clausewise.desk.interview.evidence import lacking_evidence
from clausewise.desk.interview.questions import answer_in_words
from clausewise.desk.pages.access import of_member, signed_in, theirs
from clausewise.desk.pages.evidence import counting
from clausewise.desk.pages.files import as_file
from clausewise.desk.pages.inputs import CHANGED, OneLine, written_in
from clausewise.desk.records.models import AuditEvent, DeskApplication, EvidenceFile, Role, State
from clausewise.desk.workflow import actions
from clausewise.desk.workflow.asking import asked_of
from clausewise.desk.workflow.locks import ChangedError, digest_of_text
from clausewise.desk.workflow.pins import all_forms, to_begin_with
from clausewise.desk.workflow.table import appealed_until, may
from clausewise.desk.workflow.today import draft_for, preview_of, today
from clausewise.dsl.models.deployment import FactName, fact_name
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.syntax import Block
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.names import in_words
from clausewise.engine.advice.questions import question_about
from clausewise.interview.answers import Refusal

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

REMOVED = "removed"
"""Under this a session keeps what was taken out of a draft last."""
MOST_REPLY = 5000
"""Characters of a reply to a reviewer."""


class Title(forms.Form):
    """What an application is called."""

    title = OneLine(
        label=gettext_lazy("What do you call it?"),
        help_text=gettext_lazy(
            "A few words by which you and the reviewers know it, such as “Lobby turnstile”."
        ),
        max_length=120,
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
    # those of one policy beside each other
    begun = sorted(all_forms().values(), key=lambda one: (one.policy, one.title))
    context = {"applications": found, "forms": begun}
    return render(request, "desk/applications.html", context)


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
    return render(request, "desk/begin.html", context, status=422 if asked.errors else 200)


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
        "unknown": len(draft.unknown),
        "form": kinds.forms([settings.FORMS]).get(application.form),
    }
    return render(request, "desk/application.html", context, status=422 if refusal else 200)


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
@require_GET
def entity(request: HttpRequest, application: DeskApplication, entity: str) -> HttpResponse:
    """What is left to answer of one entity, and what was answered."""
    if application.state != State.DRAFT:
        return redirect("application", key=application.pk)
    draft = draft_for(application)
    block = draft.block(entity)
    asked = [one for one in draft.asked if one.question.entity == entity]
    if block is None and not asked:
        raise Http404
    type_ = asked[0].type if asked else None
    context = {
        "application": application,
        "heading": _heading(block, draft)
        if block
        else in_words(type_.name if type_ else entity).capitalize(),
        "asked": asked,
        "answers": _answers(block, draft, _backing(draft, application)) if block else [],
    }
    return render(request, "desk/entity.html", context)


# checking and submitting


@lean_dataclass(frozen=True, slots=True)
class Answered:
    """A stated fact, for the page of all answers. An empty answer is not known yet.

    Attributes:
        lacks: whether it counts only with evidence, and has none that counts.
    """

    fact: str
    ask: str
    answer: str
    can_change: bool
    evidence: list[EvidenceFile]
    lacks: bool


@of_member
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, application: DeskApplication) -> HttpResponse:
    """All answers, what would become of them now, and the way to submit them."""
    if application.state != State.DRAFT:
        return redirect("application", key=application.pk)
    error, reply, status = "", "", 200
    if request.method == "POST":
        if application.note:
            reply = written_in(request, "reply", MOST_REPLY)
        error = _(
            "Confirm that what you state is true, and that you may speak for your organisation"
        )
        if request.POST.get("declared"):
            try:
                base = request.POST.get("base", "")
                actions.submit(signed_in(request), application.pk, reply, base)
            except ChangedError:
                application.refresh_from_db()
                error, status = str(CHANGED), 409
            else:
                return redirect("application", key=application.pk)
    draft = draft_for(application)
    backing = _backing(draft, application)
    context: dict[str, Any] = {
        "application": application,
        "blocks": [
            (_heading(block, draft), _answers(block, draft, backing))
            for block in draft.looked.tree.blocks
        ],
        "asked": draft.asked,
        "asked_of": asked_of(application),
        "unknown": draft.unknown,
        "wanted": draft.wanted,
        "error": error,
        "base": digest_of_text(application.text),
        "reply": reply,
        "most_reply": MOST_REPLY,
    }
    if draft.looked.reports:
        context["judged"] = preview_of(application)
        if not application.previewed:
            actions.preview(signed_in(request), application.pk)
    return render(request, "desk/check.html", context, status=status)


def _heading(block: Block, draft: Draft) -> str:
    type_ = in_words(block.type.text).capitalize()
    return f"{type_}: {said(block.name.text, draft.called)}" if block.name else type_


Backing = tuple[Mapping[str, EvidenceFile], Collection[str]]


def _backing(draft: Draft, application: DeskApplication) -> Backing:
    """The files of a draft by name, and the answers that lack evidence that counts."""
    files = {one.name: one for one in application.evidence.all()}
    return files, {*lacking_evidence(draft, counting(application))}


def _answers(block: Block, draft: Draft, backing: Backing) -> list[Answered]:
    entity = (block.name or block.type).text
    files, lacking = backing
    deployment = draft.looked.reports[0].deployment if draft.looked.reports else None
    found = []
    for line in block.statements:
        field = draft.vocabulary.entities[block.type.text].fields[line.field.text]
        fact, ask = fact_name(entity, field.name), in_words(field.name)
        if deployment:
            ask = question_about(fact, (), deployment).ask
        answer = answer_in_words(line, draft, field)
        can_change = field.kind != "judgement" and deployment is not None
        shown = [files[one.text] for one in line.evidence if one.text in files]
        found.append(Answered(fact, ask, answer, can_change, shown, fact in lacking))
    return found


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


# its text


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
        wanted = request.POST.get("text", "").replace("\r\n", "\n")
        base = request.POST.get("base", "").replace("\r\n", "\n")
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
                messages.info(request, one)
            return redirect("application", key=application.pk)
        context |= {"base": application.text}
        context["changed"] = _(
            "Somebody changed it meanwhile. Below is what you sent: save it again to replace theirs"
        )
        return render(request, "desk/text.html", context, status=409)
    return render(request, "desk/text.html", context)


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
