"""The interview, one thing a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clausewise.desk.interview import answers
from clausewise.desk.interview.answers import Sent
from clausewise.desk.interview.called import own_words, said
from clausewise.desk.interview.drafts import Draft
from clausewise.desk.interview.evidence import lacking_evidence
from clausewise.desk.interview.questions import QuestionPage, entity_of, page_of
from clausewise.desk.pages.access import of_member, signed_in
from clausewise.desk.pages.applications import REMOVED, answered, overview, removed_of
from clausewise.desk.pages.checking import MOST_REPLY
from clausewise.desk.pages.evidence import EvidenceForm, beside, counting, shown_at
from clausewise.desk.pages.inputs import months, written_in
from clausewise.desk.records.models import DeskApplication, State
from clausewise.desk.workflow import actions
from clausewise.desk.workflow.asking import asked_at, reply
from clausewise.desk.workflow.locks import digest_of_text
from clausewise.desk.workflow.today import draft_for
from clausewise.dsl.models.deployment import NoEntity
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.dsl.text.names import in_words
from clausewise.interview.answers import Refusal, refusal_of
from clausewise.interview.look import Asked, Looked

TEXTS = ("text", "low", "high", "amount", "unit")


@of_member
@require_GET
def following(request: HttpRequest, application: DeskApplication) -> HttpResponse:
    """Go to what is asked next. What was skipped comes again once all else is answered."""
    if application.state != State.DRAFT:
        return redirect("application", key=application.pk)
    draft = draft_for(application)
    skipped = _skipped(request, application)
    if "skip" in request.GET:
        skipped.append(request.GET["skip"])
        request.session[_key(application)] = skipped[-500:]
    if draft.wanted:
        return redirect(
            f"{reverse('application', args=[application.pk])}#add-{draft.wanted[0].name}"
        )
    for asked in draft.asked:
        if str(asked.question.fact) not in skipped:
            return redirect(_address(application, asked))
    request.session.pop(_key(application), None)
    return redirect("check", key=application.pk)


@of_member
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, application: DeskApplication, fact: str) -> HttpResponse:
    """A question, and its answer."""
    if application.state != State.DRAFT:
        return redirect("application", key=application.pk)
    entity, field = entity_of(fact)
    draft = draft_for(application)
    try:
        page = page_of(draft, entity, field)
    except (KeyError, StopIteration):
        raise Http404 from None
    if page.field.kind == "judgement":
        raise Http404
    context: dict[str, Any] = {}
    proof = EvidenceForm(application, (), beside(draft, fact), None)
    if request.method == "POST":
        sent = sent_in(request)
        text = written_in(request, "reply", MOST_REPLY)
        if text and asked_at(application, fact):  # said, whatever becomes of the answer
            reply(signed_in(request), application.pk, fact, text)
        refusal = _answered(request, application, entity, field, sent)
        if refusal:
            context = {"refusal": refusal, "sent": sent}
        else:  # what it is to show is written down by now
            proof = EvidenceForm(application, (), beside(draft, fact), request)
            if proof.is_valid():
                proof.act(request, application, [fact])
            if proof.is_valid():
                return _after(request, application, entity)
            application.refresh_from_db()
            draft = draft_for(application)
            page = page_of(draft, entity, field)
    context |= {
        "proof": proof,
        "asked_here": asked_at(application, fact),
        "most_reply": MOST_REPLY,
        "lacks": fact in lacking_evidence(draft, counting(application)),
        "files": shown_at(application, beside(draft, fact)),
        "application": application,
        "entity": said(entity, draft.called),
        "type": in_words(page.asked.type.name) if page.asked.type else "",
        "left": len(draft.asked),
        "answered": answered(draft),
        "back": request.GET.get("back", ""),
        **shown(page, context.get("sent")),
    }
    is_wrong = "refusal" in context or proof.errors
    return render(request, "desk/question.html", context, status=422 if is_wrong else 200)


def sent_in(request: HttpRequest) -> Sent:
    """What a page of a question sent."""
    texts = {name: request.POST.get(name, "") for name in TEXTS}
    values, names = (tuple(request.POST.getlist(one)) for one in ("value", "name"))
    return Sent(values, names, texts, months())


def shown(page: QuestionPage, sent: Sent | None) -> dict[str, Any]:
    """What stands in the inputs: what was sent and refused, or what is stated."""
    same = {
        "page": page,
        "kind": "checkbox" if page.is_many else "radio",
        "alone": "radio" if page.control == "choices" and not page.is_many else "checkbox",
        "source": page.asked.report.policy.title,
    }
    if sent is None:
        return same | {
            "texts": page.texts,
            "values": {*page.chosen, *_chosen(page)},
            "names": _inputs([*page.written], page),
        }
    return same | {
        "texts": sent.texts,
        "values": set(sent.values),
        "names": _inputs([name for name in sent.written if name.strip()], page),
    }


def _chosen(page: QuestionPage) -> list[str]:
    found, todo = [], [*page.choices]
    while todo:
        choice = todo.pop()
        found += [choice.value] if choice.is_chosen else []
        todo += choice.below
    return found


def _inputs(named: list[str], page: QuestionPage) -> list[str]:
    """Inputs for names: those that are written, and some more where there may be several."""
    most = len(named) + 2 if page.is_many else 1
    return [*named, *[""] * most][: max(most, len(named))]


def _answered(
    request: HttpRequest, application: DeskApplication, entity: str, field: str, sent: Sent
) -> Refusal | None:
    """Write an answer down; or why it is none."""
    refused: list[Refusal] = []

    def change(draft: Draft) -> str | None:
        found = answers.answer(draft, entity, field, sent)
        if isinstance(found, Refusal):
            refused.append(found)
            return None
        return found.source.text

    try:
        actions.edit(signed_in(request), application.pk, change)
    except KeyError:
        raise Http404 from None
    except InvalidError as error:
        return refusal_of(error.diagnostics)
    return refused[0] if refused else None


def _after(request: HttpRequest, application: DeskApplication, entity: str) -> HttpResponse:
    if "later" in request.POST:
        return redirect("application", key=application.pk)
    match request.GET.get("back"):
        case "check":
            return redirect("check", key=application.pk)
        case "application":
            return redirect("application", key=application.pk)
        case "evidence":
            return redirect("evidence", key=application.pk)
        case "entity":
            return redirect("entity", key=application.pk, entity=entity)
        case _:
            return redirect("following", key=application.pk)


def _address(application: DeskApplication, asked: Asked) -> str:
    fact = asked.question.fact
    if isinstance(fact, NoEntity):
        return f"{reverse('application', args=[application.pk])}#add-{fact}"
    return reverse("question", args=[application.pk, str(fact)])


def _key(application: DeskApplication) -> str:
    return f"skipped-{application.pk}"


def _skipped(request: HttpRequest, application: DeskApplication) -> list[str]:
    found: list[str] = request.session.get(_key(application), [])
    return found


# what is part of it


@of_member
@require_POST
def add(request: HttpRequest, application: DeskApplication, type_: str) -> HttpResponse:
    """List another entity."""
    words = request.POST.get("name", "")
    return _listed(request, application, type_, lambda draft: answers.add(draft, type_, words))


@of_member
@require_POST
def remove(request: HttpRequest, application: DeskApplication, entity: str) -> HttpResponse:
    """Take an entity out, with its answers. Until something else is changed it can be brought back."""
    if named := answers.named_in(draft_for(application), entity):
        told = _("%(name)s is named in other answers") % {
            "name": capfirst(said(entity, application.called))
        }
        return overview(request, application, refusal=Refusal(told, ""), named=named)
    before = application.text

    def change(draft: Draft) -> Looked | Refusal:
        nonlocal before
        before = draft.text
        return answers.remove(draft, entity)

    response = _listed(request, application, "", change)
    application.refresh_from_db()
    if application.text != before:
        known = {"application": application.pk, "of": digest_of_text(application.text)}
        request.session[REMOVED] = known | {
            "text": before,
            "entity": said(entity, own_words(before)),
        }
    return response


@of_member
@require_POST
def bring_back(request: HttpRequest, application: DeskApplication) -> HttpResponse:
    """Bring back what was taken out last, if nothing else was changed since."""
    if removed_of(request, application):
        text = request.session.pop(REMOVED)
        actions.edit(
            signed_in(request),
            application.pk,
            lambda now: text["text"] if digest_of_text(now.text) == text["of"] else None,
        )
    return redirect("application", key=application.pk)


def _listed(
    request: HttpRequest,
    application: DeskApplication,
    type_: str,
    change: Callable[[Draft], Looked | Refusal],
) -> HttpResponse:
    refused: list[Refusal] = []

    def text(draft: Draft) -> str | None:
        found = change(draft)
        if isinstance(found, Refusal):
            refused.append(found)
            return None
        return found.source.text

    try:
        application = actions.edit(signed_in(request), application.pk, text)
    except KeyError:
        raise Http404 from None
    except InvalidError as error:
        refused.append(refusal_of(error.diagnostics))
    if not refused:
        return redirect("application", key=application.pk)
    return overview(request, application, refusal=refused[0], at=type_)
