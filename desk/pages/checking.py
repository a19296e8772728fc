"""An applicant's pages of answers: those about one entity, and all of them, which are submitted there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clausewise.desk.interview.called import said
from clausewise.desk.interview.drafts import Draft
from clausewise.desk.interview.evidence import lacking_evidence
from clausewise.desk.interview.questions import answer_in_words
from clausewise.desk.pages.access import of_member, signed_in
from clausewise.desk.pages.evidence import counting
from clausewise.desk.pages.inputs import CHANGED, written_in
from clausewise.desk.records.models import DeskApplication, EvidenceFile, State
from clausewise.desk.workflow import actions
from clausewise.desk.workflow.asking import asked_of
from clausewise.desk.workflow.locks import ChangedError, digest_of_text
from clausewise.desk.workflow.today import draft_for, preview_of, violated_without_evidence
from clausewise.dsl.models.deployment import fact_name
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.syntax import Block
from clausewise.dsl.text.names import in_words
from clausewise.engine.advice.questions import question_about

MOST_REPLY = 5000
"""Characters of a reply to a reviewer."""


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
        context["judged"] = judged = preview_of(application)
        context["as_stated"] = violated_without_evidence(application, judged)
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
