"""What takes longer than a page may: it is put down here, and a worker does it (docs/desk.md, "What takes long").

A job that was under way when its worker ended is done again from the beginning, and so may be done twice. Each
comes to the same then: a finding that is there opens no second task, and what is erased stays so.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks.base import Task
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from clausewise.desk.judging.keys import public_halves
from clausewise.desk.records.audit import unchanged
from clausewise.desk.workflow import again, figures, heads
from clausewise.desk.workflow.evidence import forget, sweep
from clausewise.desk.workflow.retention import erase_old, forget_registrations
from clausewise.dsl.startup.lean import lean_dataclass

NIGHT = time(3)
"""When what is done each night is done, in the desk's time zone."""
KEPT = timedelta(days=30)
"""So long is kept what came of a job."""
SECONDS_BETWEEN = 1.0
"""How often a worker looks for the next job."""
UNDER_WAY = (TaskResultStatus.READY, TaskResultStatus.RUNNING)

Job = Task[[], Any]


@task()
def judge_again() -> list[dict[str, Any]]:
    """Judge all decided applications again."""
    return [
        {
            "policy": one.policy,
            "judged": one.judged,
            "otherwise": one.otherwise,
            "failed": one.failed,
        }
        for one in again.judge_again({})
    ]


@task()
def verify_audit() -> dict[str, Any]:
    """Look whether the audit trail is whole, and leads to the heads that were signed; sign that state if so."""
    keys = [*public_halves(settings.SIGNING_KEY).values()]
    found = heads.verified(settings.HEADS, keys)
    if found.broken:  # what was written while it was read need not fit
        with unchanged():
            found = heads.verified(settings.HEADS, keys)
    if not found.broken:
        heads.export(settings.HEADS, settings.SIGNING_KEY, found.events, found.head)
    told = {"events": found.events, "head": found.head, "heads": found.heads}
    return told | {"broken": [*found.broken]}


@task()
def work_out_figures() -> dict[str, Any]:
    """Work out the figures of the desk as a whole."""
    return figures.as_data(figures.all_figures())


@task()
def each_night() -> None:
    """Forget and erase what is old, judge again, look at the audit trail, work out figures; the same tomorrow.

    What is to be done next is put down first: so a failure here ends this night's forgetting, and nothing else.
    """
    _ask_for_next_night()
    ask_for(judge_again)
    ask_for(verify_audit)
    ask_for(work_out_figures)
    forget_registrations()
    sweep()
    if settings.KEEP_DAYS is not None:
        erase_old(settings.KEEP_DAYS, forget)
    DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - KEPT).delete()


def _ask_for_next_night() -> None:
    """Let the next night wait, unless one does: this one may be done again, since its worker was killed."""
    with transaction.atomic():
        if not _of(each_night).filter(status=TaskResultStatus.READY).exists():
            # a night that is missed is made up for later
            each_night.using(run_after=_next_night()).enqueue()


def _next_night() -> datetime:
    now = timezone.localtime()
    today = datetime.combine(now.date(), NIGHT, now.tzinfo)
    return today if today > now else today + timedelta(days=1)


def ask_for(job: Job, at: datetime | None = None) -> None:
    """Have a job done, soon or at some time, if it is not to be done already."""
    with transaction.atomic():
        if not _of(job).filter(status__in=UNDER_WAY).exists():
            job.using(run_after=at).enqueue()


@lean_dataclass(frozen=True, slots=True)
class JobState:
    """Where a job is.

    Attributes:
        is_under_way: whether it waits for a worker, or is being done.
        has_failed: whether the newest that ended failed; the log says why.
        found: what came of the newest that did not, and `at` when.
    """

    is_under_way: bool
    has_failed: bool
    found: Any
    at: datetime | None


def state_of(job: Job) -> JobState:
    """Where a job is."""
    of_it = _of(job)
    last = of_it.finished().order_by("-finished_at").first()
    done = of_it.successful().order_by("-finished_at").first()
    return JobState(
        of_it.filter(status__in=UNDER_WAY).exists(),
        last is not None and last.status == TaskResultStatus.FAILED,
        done.return_value if done else None,
        done.finished_at if done else None,
    )


def _of(job: Job) -> Any:
    return DBTaskResult.objects.filter(task_path=job.module_path)


def work(*, until_done: bool = False) -> None:
    """Do the jobs, one after another. One worker is enough for a desk; a second one does no harm.

    Args:
        until_done: end once none waits; otherwise when the process is told to.
    """
    # those of a worker that ended in the middle
    DBTaskResult.objects.running().update(status=TaskResultStatus.READY)
    ask_for(each_night, _next_night())
    worker = Worker(
        queue_names=["default"],
        excluded_queue_names=[],
        interval=SECONDS_BETWEEN,
        batch=until_done,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=uuid4().hex,
    )
    if not until_done:
        worker.configure_signals()
    worker.run()
