"""Figures of the desk as a whole: times in states, outcomes by clause, what is asked most."""

from __future__ import annotations

import json
import statistics
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from clausewise.desk.records.append_only import ERASED
from clausewise.desk.records.models import AdmittedForm, AuditEvent, DeskApplication, FactQuestion
from clausewise.desk.workflow.again import holding
from clausewise.desk.workflow.table import STEPS
from clausewise.dsl.startup.lean import lean_dataclass

SECONDS_A_DAY = 24 * 60 * 60
MOST_ASKED = 20
FEW = 5_000
"""So many events a page works through itself; of more, a worker does."""


@lean_dataclass(frozen=True, slots=True)
class TimeInState:
    """How often applications were in a state, and for how long, in days."""

    state: str
    times: int
    median: float
    longest: float


@lean_dataclass(frozen=True, slots=True)
class ClauseFigures:
    """What a clause came to in decisions that hold; the rest did not apply."""

    clause: str
    violated: int
    open: int
    met: int
    judged: int


@lean_dataclass(frozen=True, slots=True)
class Figures:
    """All of them."""

    times: list[TimeInState]
    clauses: list[ClauseFigures]
    asked: list[tuple[str, int]]


def are_few() -> bool:
    """Whether they can be worked out while a page waits."""
    return not AuditEvent.objects.filter(number__gt=FEW).exists()


def all_figures() -> Figures:
    """Work all of them out, which takes as long as the audit trail is."""
    return Figures(times_in_states(), outcomes_by_clause(), most_asked())


def as_data(found: Figures) -> dict[str, Any]:
    """The same as JSON can hold it."""
    return {
        "times": [[one.state, one.times, one.median, one.longest] for one in found.times],
        "clauses": [
            [one.clause, one.violated, one.open, one.met, one.judged] for one in found.clauses
        ],
        "asked": [[field, count] for field, count in found.asked],
    }


def of_data(data: Mapping[str, Any]) -> Figures:
    """What was as JSON."""
    return Figures(
        [TimeInState(*one) for one in data["times"]],
        [ClauseFigures(*one) for one in data["clauses"]],
        [(field, count) for field, count in data["asked"]],
    )


def times_in_states() -> list[TimeInState]:
    """The times by state, in the order of the workflow; of those that are in one now, until now."""
    spent: dict[str, list[float]] = defaultdict(list)
    since: dict[int, tuple[str, datetime]] = {}
    events = AuditEvent.objects.filter(application__isnull=False).order_by("number")
    for number, kind, at in events.values_list("application", "kind", "at").iterator():
        step = STEPS.get(kind)
        to = "draft" if kind == "start" else step and step.to
        if not to:
            continue
        application = number or 0
        state, before = since.get(application, (to, at))
        if state != to:
            spent[state].append((at - before).total_seconds() / SECONDS_A_DAY)
            since[application] = (to, at)
        else:
            since.setdefault(application, (to, at))
    now = timezone.now()
    for state, at in since.values():
        spent[state].append((now - at).total_seconds() / SECONDS_A_DAY)
    found = ["draft", *dict.fromkeys(str(step.to) for step in STEPS.values() if step.to)]
    return [
        TimeInState(state, len(spent[state]), statistics.median(spent[state]), max(spent[state]))
        for state in dict.fromkeys(found)
        if state in spent
    ]


def outcomes_by_clause() -> list[ClauseFigures]:
    """The outcomes of the decisions that hold, by clause, those first that are violated most."""
    found_in = AdmittedForm.objects.filter(decision__in=holding(DeskApplication.objects.all()))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for text in found_in.values_list("outcomes", flat=True):
        for clause, outcome in json.loads(text).items():
            counts[clause][outcome] += 1
    found = [
        ClauseFigures(
            clause,
            one["violated"],
            one.total() - one["violated"] - one["met"] - one["not-applicable"],
            one["met"],
            one.total(),
        )
        for clause, one in counts.items()
    ]
    return sorted(found, key=lambda one: (-one.violated, -one.open, one.clause))


def most_asked() -> list[tuple[str, int]]:
    """At which fields reviewers ask most, whatever the entity is called."""
    facts = FactQuestion.objects.exclude(fact=ERASED).values_list("fact", flat=True)
    return Counter(fact.partition(".")[2] for fact in facts).most_common(MOST_ASKED)
