"""What was decided is judged again, and what comes out otherwise becomes a task for somebody."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from multiprocessing import current_process

from django.db import transaction
from django.db.models import Case, F, Max, Q, QuerySet, TextField, Value, When
from django.utils import timezone

from clausewise.desk.judging.again import (
    AgainJudge,
    DecidedDesign,
    NoJudge,
    Otherwise,
    judges_of,
)
from clausewise.desk.mail.outbox import listening, members_of, tell
from clausewise.desk.records.audit import note
from clausewise.desk.records.models import (
    GRANTING,
    Deadline,
    Decision,
    DeskApplication,
    EvidenceFile,
    FactQuestion,
    Person,
    ReviewTask,
    State,
)
from clausewise.desk.workflow.locks import NotAllowedError
from clausewise.desk.workflow.table import is_reviewer_of
from clausewise.desk.workflow.today import proofs_of, today
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.workers.forked import map_forked

A_READ = 500
"""Decisions that are read, and tasks that are written, at a time."""
FEW = 2_000
"""So many are judged by one process; of more, each processor judges a part."""
A_CHUNK = 100
"""Decisions that a process is given at a time."""
AHEAD = timedelta(days=60)
"""So long before its day does something that ends come up."""


@lean_dataclass(frozen=True, slots=True)
class JudgedAgain:
    """What came of judging again by one policy: how many were judged, come out otherwise, could not be judged."""

    policy: str
    judged: int
    otherwise: int
    failed: int


def judge_again(readings: Mapping[str, str]) -> list[JudgedAgain]:
    """Judge all decided applications again by the newest version of the policy of each, if there still is one.

    Args:
        readings: alternatives by reading, instead of the defaults, for the policies that have such a reading.

    Raises:
        InvalidError: none of the policies has such a reading.
    """
    found = holding(DeskApplication.objects.filter(erased_at=None))
    names = {name.partition(" ")[0] for name in found.values_list("application__policy", flat=True)}
    judges = judges_of(sorted(names), readings, today())
    return [_by(name, judge, found) for name, judge in judges.items()]


def holding(applications: QuerySet[DeskApplication]) -> QuerySet[Decision]:
    """The decisions that hold: the newest of each application that was not withdrawn."""
    held = applications.exclude(state=State.WITHDRAWN).annotate(last=Max("decisions"))
    return Decision.objects.filter(pk__in=held.values("last"))


def _by(name: str, judge: AgainJudge | NoJudge, found: QuerySet[Decision]) -> JudgedAgain:
    words = judge.words
    versions = Q(application__policy=name) | Q(application__policy__startswith=f"{name} ")
    of_policy = found.filter(versions).order_by("pk")
    judged, otherwise, failed = 0, 0, 0
    waiting: list[Otherwise] = []
    # the process of a server's own worker can have no others
    alone = current_process().daemon or of_policy.count() <= FEW
    for one in map_forked(judge.again, _designs(of_policy), 1 if alone else None, chunk=A_CHUNK):
        judged += 1
        if one:
            otherwise += bool(one.verdict)
            failed += not one.verdict
            waiting.append(one)
    with transaction.atomic():
        before = ReviewTask.objects.filter(policy=words).count()
        for start in range(0, len(waiting), A_READ):
            tasks = [
                ReviewTask(
                    decision_id=one.key,
                    policy=words,
                    verdict=one.verdict,
                    why="\n".join(one.why),
                    flips="\n".join(one.flips),
                )
                for one in waiting[start : start + A_READ]
            ]
            ReviewTask.objects.bulk_create(tasks, ignore_conflicts=True)
        told = {"policy": words, "judged": judged, "otherwise": otherwise, "failed": failed}
        event = note("judge-again", None, None, **told)
        if new := ReviewTask.objects.filter(policy=words).count() - before:
            tell(listening(), "judged-again", event.cause, policy=words, count=new)
    return JudgedAgain(words, judged, otherwise, failed)


def _designs(found: QuerySet[Decision]) -> Iterator[DecidedDesign]:
    day = today()
    expired = EvidenceFile.objects.filter(expires__lt=day).values("application")
    is_read = Q(admitted__form=None) | Q(admitted__form="") | Q(application__in=expired)
    # of the others no text is fetched, nor sent to another process
    fetched = Case(When(is_read, then=F("design")), default=Value(""), output_field=TextField())
    rows = found.annotate(fetched=fetched).values_list(
        "pk", "application_id", "fetched", "verdict", "admitted__form", "admitted__outcomes"
    )
    for key, application, text, verdict, form, outcomes in rows.iterator(A_READ):
        proofs = None
        if text:
            proofs = proofs_of(DeskApplication.objects.get(pk=application), day)
        known = json.loads(outcomes) if outcomes else {}
        yield DecidedDesign(key, form or "", text, verdict, known, proofs)


def close(person: Person, key: int, done: str) -> ReviewTask:
    """Say what was made of a task.

    Raises:
        NotAllowedError: it is done, or the person may not review the application.
    """
    with transaction.atomic():
        task = ReviewTask.objects.select_for_update().get(pk=key)
        application = task.decision.application
        if task.done_at or not is_reviewer_of(person, application):
            raise NotAllowedError
        task.done, task.done_by, task.done_at = done, person, timezone.now()
        task.save()
        note("close-task", person, application, task=task.pk, policy=task.policy, done=done)
    return task


def inform(person: Person, tasks: QuerySet[ReviewTask]) -> int:
    """Tell the applicants of open tasks that their applications are looked at again; how many they were.

    Nobody is told twice of one task.
    """
    with transaction.atomic():
        found = tasks.select_for_update().filter(done_at=None, told_at=None)
        told = [*found.select_related("decision__application__organisation")]
        for task in told:
            application = task.decision.application
            event = note("inform", person, application, task=task.pk, policy=task.policy)
            people = members_of(application.organisation)
            tell(people, "reconsidered", event.cause, application)
        ReviewTask.objects.filter(pk__in=[one.pk for one in told]).update(told_at=timezone.now())
    return len(told)


# what ends


@lean_dataclass(frozen=True, slots=True)
class Ending:
    """Something that has a last day: an approval, a condition, the evidence of an answer, or what is asked there.

    Attributes:
        kind: `approval`, `condition`, `evidence` or `question`.
        what: the fact, or the file.
        question: what is asked, if it is that.
    """

    day: date
    application: DeskApplication
    kind: str
    what: str
    is_over: bool
    question: FactQuestion | None = None


def _asked(applications: QuerySet[DeskApplication], day: date) -> list[Ending]:
    """What applicants are asked until a day, of versions that were given back."""
    asked = applications.filter(state=State.DRAFT, submitted_at__isnull=False)
    newest = asked.annotate(last=Max("versions")).values("last")
    decided = Decision.objects.filter(version__in=newest).values("version")
    found = FactQuestion.objects.filter(version__in=newest).exclude(version__in=decided)
    of = found.select_related("version__application__organisation", "taken_back").order_by("pk")
    by_fact = {(one.version_id, one.fact): one for one in of}  # of two at one answer, the newer
    return [
        Ending(one.due, one.version.application, "question", one.fact, one.due < day, one)
        for one in by_fact.values()
        if one.due and one.due <= day + AHEAD and not one.is_taken_back
    ]


def endings(applications: QuerySet[DeskApplication], day: date) -> list[Ending]:
    """What of these ends soon after a day, or has ended by then, the first day first."""
    granted = holding(applications).filter(kind__in=GRANTING)
    found = [
        Ending(
            one.day,
            one.decision.application,
            "condition" if one.fact else "approval",
            one.fact,
            one.day < day,
        )
        for one in Deadline.objects.filter(
            decision__in=granted, day__lte=day + AHEAD
        ).select_related("decision__application__organisation")
    ]
    designs = dict(granted.values_list("application_id", "design"))
    files = EvidenceFile.objects.filter(application__in=designs, expires__lte=day + AHEAD)
    found += [
        Ending(one.expires, one.application, "evidence", str(one), one.expires < day)
        for one in files.select_related("application__organisation")
        if one.expires and f'"{one.name}"' in designs[one.application_id]
    ]
    found += _asked(applications, day)
    return sorted(found, key=lambda one: (one.day, one.application.pk))
