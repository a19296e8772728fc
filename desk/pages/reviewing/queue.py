"""A reviewer's queue: views, filters, columns to sort by, and views that somebody saves for themselves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from clausewise.desk.pages.access import for_role, readable, signed_in
from clausewise.desk.pages.inputs import OneLine
from clausewise.desk.records.models import (
    DECIDED,
    OPEN,
    REVIEWING,
    WAITING,
    DeskApplication,
    Person,
    Role,
    SavedView,
    State,
)
from clausewise.desk.workflow.opinions import wants_second
from clausewise.desk.workflow.table import is_held
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.engine.core.outcomes import Verdict

A_PAGE = 50
MOST_SAVED = 20
VIEWS = {
    "open": _("All open"),
    "mine": _("Mine"),
    "unassigned": _("Unassigned"),
    "second": _("Second opinion wanted"),
    "applicant": _("With the applicant"),
    "decided": _("Decided"),
}
"""The views of the queue, in order."""
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "age": ("submitted_at",),
    "title": ("title",),
    "organisation": ("organisation__name",),
    "verdict": ("severity", "submitted_at"),
    "stated": ("stated_severity", "submitted_at"),
    "open": ("open",),
    "policy": ("policy", "submitted_at"),
    "holder": ("holder__name",),
}
"""By what the rows can be sorted, each from the top: the oldest, the most severe."""
KEPT = ("view", "q", "verdict", "clause", "policy", "holder", "late", "sort")
"""What a view is made of, as its address says it."""
SOON = 0.25
"""What is left of the days for an application when it is marked as soon late."""
REFERENCE = re.compile(r"(?:LA-\d{4}-)0*(\d{1,18})", re.IGNORECASE)


@lean_dataclass(frozen=True, slots=True)
class QueueRow:
    """A row: an application, for how many days it has been with the reviewers, and whether that is long.

    Attributes:
        left: days until it is late; less than none if it is; `None` if it is not with the reviewers.
        is_held: whether whoever holds it can still keep others from claiming it.
    """

    application: DeskApplication
    days: int
    left: int | None
    is_soon: bool
    is_held: bool


@for_role(Role.REVIEWER, Role.AUDITOR)
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """The applications of a view, those first that wait longest."""
    person = signed_in(request)
    asked = {name: request.GET[name][:200] for name in KEPT if request.GET.get(name)}
    views = _views(person)
    view = asked.get("view", "open")
    asked["view"] = view = view if view in views else "open"
    sort = asked.get("sort", "age")
    if sort.removeprefix("-") not in COLUMNS:
        sort = "age"
    seen = readable(person)
    of_views = {name: Count("pk", which) for name, which in views.items()}
    counts = seen.aggregate(**of_views)  # all in one look at the table
    found = _filtered(seen.filter(views[view]), asked)
    page = Paginator(_sorted(found, sort), A_PAGE).get_page(request.GET.get("page"))
    filters = {name: asked.get(name, "") for name in KEPT}
    staff = Person.objects.filter(grants__role__in=REVIEWING).distinct().order_by("name", "pk")
    context = {
        "views": [(name, VIEWS[name], counts[name]) for name in views],
        "page": page,
        "rows": [_row(one) for one in page],
        **filters,
        "view": view,
        "is_filtered": any(filters[name] for name in KEPT if name not in ("view", "sort")),
        "kept": _address(asked),
        "sorts": {name: _sort_link(asked, sort, name) for name in COLUMNS},
        "sorted": {sort.removeprefix("-"): "descending" if sort.startswith("-") else "ascending"},
        "verdicts": [verdict.value for verdict in Verdict],
        "policies": sorted({*seen.values_list("policy", flat=True).distinct()}),
        "staff": staff,
        "saved": person.saved_views.order_by("name", "pk"),
        "asked": SaveForm(),
        "target": settings.TARGET_DAYS,
    }
    return render(request, "desk/queue.html", context)


def _views(person: Person) -> dict[str, Q]:
    """What belongs to each view, for somebody; that of second opinions is there where something takes two."""
    found = {
        "open": Q(state__in=OPEN),
        "mine": Q(holder=person, state=State.IN_REVIEW),
        "unassigned": Q(state__in=WAITING),
        "second": wants_second(person) if person.has_role(Role.REVIEWER) else None,
        "applicant": Q(state=State.DRAFT),
        "decided": Q(state__in=DECIDED),
    }
    return {name: which for name, which in found.items() if which is not None}


def _filtered(
    found: QuerySet[DeskApplication], asked: Mapping[str, str]
) -> QuerySet[DeskApplication]:
    if words := asked.get("q", "").strip():
        about = Q(title__icontains=words) | Q(organisation__name__icontains=words)
        if number := REFERENCE.fullmatch(words):
            about |= Q(pk=int(number[1]))
        found = found.filter(about)
    if verdict := asked.get("verdict"):
        found = found.filter(verdict=verdict)
    if policy := asked.get("policy"):
        found = found.filter(policy=policy)
    if clause := asked.get("clause", "").strip():
        found = found.filter(
            Q(violated__iexact=clause)
            | Q(violated__istartswith=f"{clause}, ")
            | Q(violated__iendswith=f", {clause}")
            | Q(violated__icontains=f", {clause}, ")
        )
    holder = asked.get("holder", "")
    if holder == "nobody":
        found = found.filter(holder=None)
    elif holder.isdecimal() and len(holder) < 19:
        found = found.filter(holder=int(holder))
    if asked.get("late"):
        target = timezone.now() - timedelta(days=settings.TARGET_DAYS)
        found = found.filter(state__in=OPEN, submitted_at__lt=target)
    return found


def _sorted(found: QuerySet[DeskApplication], sort: str) -> QuerySet[DeskApplication]:
    name, is_reversed = sort.removeprefix("-"), sort.startswith("-")
    if name in ("verdict", "stated"):
        ranks = [When(**{name: one.value}, then=Value(rank)) for rank, one in enumerate(SEVERITY)]
        rank = Case(*ranks, default=Value(len(SEVERITY)), output_field=IntegerField())
        found = found.annotate(**{COLUMNS[name][0]: rank})
    # where there is none, such as no holder, it comes last whichever way
    order = [
        F(one).desc(nulls_last=True) if is_reversed else F(one).asc(nulls_last=True)
        for one in COLUMNS[name]
    ]
    # without the designs: what is sorted would be as large as all of them
    return (
        found.select_related("organisation", "holder")
        .defer("text", "previewed")
        .order_by(*order, "pk")
    )


SEVERITY = (
    Verdict.PROHIBITED,
    Verdict.NEEDS_REVIEW,
    Verdict.NEEDS_INFORMATION,
    Verdict.PERMITTED,
)
"""The verdicts in the order in which they need somebody."""


def _row(application: DeskApplication) -> QueueRow:
    since = application.submitted_at
    days = (timezone.now() - since).days if since else 0
    left = settings.TARGET_DAYS - days if application.state in OPEN else None
    is_soon = left is not None and 0 <= left <= settings.TARGET_DAYS * SOON
    return QueueRow(application, days, left, is_soon, is_held(application))


def _address(asked: Mapping[str, str]) -> str:
    """What of an address says what is asked for, encoded."""
    found = QueryDict(mutable=True)
    found.update({name: asked[name] for name in KEPT if asked.get(name)})
    return found.urlencode()


def _sort_link(asked: Mapping[str, str], sort: str, name: str) -> str:
    """The address that sorts by a column, the other way round if it is sorted by it already."""
    return "?" + _address({**asked, "sort": f"-{name}" if sort == name else name})


# views that somebody saves


class SaveForm(forms.Form):
    """What somebody calls a view."""

    name = OneLine(label=_("Save this view as"), max_length=60)


@for_role(Role.REVIEWER)
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep what was filtered and sorted by under a name; of two with one name, the newer is kept."""
    person = signed_in(request)
    given = QueryDict(request.POST.get("query", "")[:2000])
    query = _address({name: value[:200] for name, value in given.items() if isinstance(value, str)})
    asked = SaveForm(request.POST)
    if asked.is_valid() and person.saved_views.count() < MOST_SAVED:
        name = asked.cleaned_data["name"]
        SavedView.objects.update_or_create(person=person, name=name, defaults={"query": query})
    return redirect(f"/queue/?{query}")


@for_role(Role.REVIEWER)
@require_POST
def forget_view(request: HttpRequest, view: int) -> HttpResponse:
    """Keep a view no longer."""
    SavedView.objects.filter(pk=view, person=signed_in(request)).delete()
    return redirect("queue")
