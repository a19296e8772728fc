"""What comes up by itself: decisions that would come out otherwise today, and what of approvals ends."""

from __future__ import annotations

import json

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, Min, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from clausewise.desk.pages.access import for_role, reviewable, signed_in
from clausewise.desk.pages.inputs import OneLine
from clausewise.desk.records.models import AuditDetail, AuditEvent, ReviewTask, Role
from clausewise.desk.workflow import again, jobs
from clausewise.desk.workflow.today import today

A_PAGE = 50
MOST_REASONS = 50
MOST_DIGITS = 18
"""Of the number of a task."""


class DoneForm(forms.Form):
    """What was made of a task."""

    done = OneLine(label=_("What was made of it?"), max_length=500)


@for_role(Role.REVIEWER)
@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """The open tasks of applications that somebody may review."""
    person = signed_in(request)
    theirs = reviewable(person)
    opened = ReviewTask.objects.filter(done_at=None, decision__application__in=theirs)
    opened = opened.select_related("decision__application__organisation")
    reasons = opened.exclude(flips="").values("policy", "flips")
    reasons = reasons.annotate(count=Count("pk"), first=Min("pk")).order_by("-count", "policy")
    reason = _reason(request, opened)
    if reason:
        opened = opened.filter(policy=reason.policy, flips=reason.flips)
    page = Paginator(opened.order_by("policy", "pk"), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "reasons": reasons[:MOST_REASONS],
        "reason": reason,
        "kept": f"reason={reason.pk}&" if reason else "",
        "endings": again.endings(theirs, today()),
        "last": _last(),
        "job": jobs.state_of(jobs.judge_again),
    }
    return render(request, "desk/tasks.html", context)


def _reason(request: HttpRequest, opened: QuerySet[ReviewTask]) -> ReviewTask | None:
    """The task of which those are asked for that have the same reason."""
    asked = request.GET.get("reason", "")
    if not asked.isdecimal() or len(asked) > MOST_DIGITS:
        return None
    return opened.filter(pk=int(asked)).first()


def _last() -> dict[str, object] | None:
    """When it was judged again last, and what came of that."""
    event = AuditEvent.objects.filter(kind="judge-again").order_by("-number").first()
    if event is None:
        return None
    detail = AuditDetail.objects.get(pk=event.detail)
    return {"at": event.at, **json.loads(detail.text or "{}")}


@for_role(Role.REVIEWER)
@require_POST
def judge_again(request: HttpRequest) -> HttpResponse:
    """Have all that was decided judged again, soon."""
    jobs.ask_for(jobs.judge_again)
    return redirect("tasks")


@for_role(Role.REVIEWER)
@require_POST
def close(request: HttpRequest, task: int) -> HttpResponse:
    """Say what was made of a task."""
    person = signed_in(request)
    asked = DoneForm(request.POST)
    found = ReviewTask.objects.filter(pk=task, decision__application__in=reviewable(person))
    if found.exists() and asked.is_valid():
        again.close(person, task, asked.cleaned_data["done"])
    return redirect("tasks")
