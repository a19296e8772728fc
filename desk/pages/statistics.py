"""Where it takes long, which clauses are violated, and what is asked most: tables, each with its bars."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from clausewise.desk.interview.policies import clause_labels
from clausewise.desk.pages.access import for_role
from clausewise.desk.records.models import Role, State
from clausewise.desk.workflow import figures, jobs
from clausewise.desk.workflow.figures import Figures
from clausewise.desk.workflow.pins import all_forms
from clausewise.dsl.startup.lean import lean_dataclass

WIDE = 240
"""Of the longest bar, in pixels."""


@lean_dataclass(frozen=True, slots=True)
class BarRow:
    """A row of a table: what it is about, its figures, and its bar, by kind of part, where it begins, how long."""

    name: str
    figures: tuple[object, ...]
    parts: tuple[tuple[str, int, int], ...]


@for_role(Role.REVIEWER, Role.AUDITOR)
@require_GET
def statistics(request: HttpRequest) -> HttpResponse:
    """The figures of the desk as a whole: those of this moment, or where that takes long, the newest there are."""
    job = jobs.state_of(jobs.work_out_figures)
    are_few = figures.are_few()
    if are_few:
        found = figures.all_figures()
    elif job.found:
        found = figures.of_data(job.found)
    else:
        found = None
    context = {"job": job, "are_few": are_few, "found": found, **(_shown(found) if found else {})}
    return render(request, "desk/statistics.html", context)


@for_role(Role.REVIEWER, Role.AUDITOR)
@require_POST
def work_out(request: HttpRequest) -> HttpResponse:
    """Have them worked out anew, soon."""
    jobs.ask_for(jobs.work_out_figures)
    return redirect("statistics")


def _shown(found: Figures) -> dict[str, list[BarRow]]:
    """The tables, by name."""
    times = [
        (
            str(State(one.state).label),
            round(one.median, 1),  # a bar is as long as the figure beside it
            (one.times, f"{one.median:.1f}", f"{one.longest:.1f}"),
        )
        for one in found.times
    ]
    labels = clause_labels({form.policy for form in all_forms().values()})
    clauses = [
        BarRow(
            labels.get(one.clause, one.clause),
            (one.violated, one.open, one.met, one.judged),
            _parts({"violated": one.violated, "open": one.open, "met": one.met}, one.judged),
        )
        for one in found.clauses
    ]
    asked = [(field, count, (count,)) for field, count in found.asked]
    return {"times": [*_rows(times)], "clauses": clauses, "asked": [*_rows(asked)]}


def _rows(found: Iterable[tuple[str, float, tuple[object, ...]]]) -> Iterator[BarRow]:
    rows = [*found]
    most = max((length for _, length, _ in rows), default=0) or 1
    for name, length, shown in rows:
        yield BarRow(name, shown, (("bar", 0, round(WIDE * length / most)),))


def _parts(counts: Mapping[str, int], whole: int) -> tuple[tuple[str, int, int], ...]:
    """The parts of a bar that is as long as a whole, the rest as the last."""
    found, start = [], 0
    for kind, count in counts.items():
        wide = round(WIDE * count / whole)
        found.append((kind, start, wide))
        start += wide
    return *found, ("rest", start, max(WIDE - start, 0))
