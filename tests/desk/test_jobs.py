"""What takes longer than a page may: put down, done once by a worker, and done again where one was killed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from pytest_django.fixtures import Settings

from clausewise.desk.records import append_only
from clausewise.desk.records.models import AuditEvent, DeskApplication, Role, State
from clausewise.desk.workflow import again, jobs
from tests.desk.conftest import decided, person, signed_in
from tests.desk.test_again import approved  # noqa: F401

pytestmark = pytest.mark.django_db


def waiting() -> list[str]:
    """The jobs that wait until a worker does them now."""
    paths = DBTaskResult.objects.ready().values_list("task_path", flat=True)
    return sorted(path.rpartition(".")[2] for path in paths)


def events(kind: str) -> int:
    return AuditEvent.objects.filter(kind=kind).count()


def test_a_reviewer_has_all_judged_again(
    approved: DeskApplication,  # noqa: F811
    as_reviewer: Client,
) -> None:
    assert approved.state == State.APPROVED
    assert "Judge again what was decided" in as_reviewer.get("/tasks/").content.decode()
    for _ in range(2):  # twice at once is once
        assert as_reviewer.post("/tasks/judge-again/").status_code == 302
    assert waiting() == ["judge_again"]
    assert "waits until it is" in as_reviewer.get("/tasks/").content.decode()
    assert events("judge-again") == 0, "a page does not do it"
    jobs.work(until_done=True)
    assert events("judge-again") == 1
    page = as_reviewer.get("/tasks/").content.decode()
    assert "1 decided applications" in page
    assert "Judge again what was decided" in page


def test_an_auditor_has_the_chain_looked_at(submitted: DeskApplication) -> None:
    auditor = signed_in(person("Auditor", None, Role.AUDITOR))
    assert "Nobody has looked yet" in auditor.get("/audit/").content.decode()
    auditor.post("/audit/verify/")
    jobs.work(until_done=True)
    assert "The chain of 6 events was whole on" in auditor.get("/audit/").content.decode()
    append_only.drop(connection)
    submitted.versions.update(text="another one")
    append_only.create(connection)
    auditor.post("/audit/verify/")
    jobs.work(until_done=True)
    page = auditor.get("/audit/").content.decode()
    assert "The chain is broken" in page
    assert "The version of event 5 is not what it was" in page


def test_each_night_all_of_it_is_done_and_the_next_night_waits(settings: Settings) -> None:
    def tonight() -> None:
        DBTaskResult.objects.filter(status=TaskResultStatus.READY).update(run_after=timezone.now())
        jobs.work(until_done=True)

    jobs.work(until_done=True)
    (night,) = DBTaskResult.objects.all()
    local = timezone.localtime(night.run_after)
    assert (local.hour, local > timezone.localtime()) == (3, True)
    assert local - timezone.localtime() <= timedelta(days=1)
    tonight()
    assert DBTaskResult.objects.successful().count() == 4
    assert DBTaskResult.objects.filter(status=TaskResultStatus.READY).count() == 1
    DBTaskResult.objects.successful().update(finished_at=timezone.now() - timedelta(days=31))
    settings.KEEP_DAYS = 31
    tonight()
    assert DBTaskResult.objects.successful().count() == 4, "what came of old jobs is not kept"


def test_after_a_night_that_fails_there_is_a_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(jobs, "sweep", fails)
    jobs.ask_for(jobs.each_night)
    jobs.work(until_done=True)
    nights = DBTaskResult.objects.filter(task_path=jobs.each_night.module_path)
    assert nights.get(status=TaskResultStatus.READY).run_after > timezone.now()
    assert jobs.state_of(jobs.each_night).has_failed
    assert jobs.state_of(jobs.verify_audit).found, "what else is done each night was done"
    monkeypatch.undo()
    nights.finished().update(status=TaskResultStatus.RUNNING)  # as of a worker that was killed
    jobs.work(until_done=True)
    assert nights.filter(status=TaskResultStatus.READY).count() == 1


def test_what_a_killed_worker_left_is_done_again(begun: DeskApplication) -> None:
    jobs.ask_for(jobs.verify_audit)
    DBTaskResult.objects.get().claim("a worker that was killed")
    assert waiting() == []
    jobs.work(until_done=True)
    assert jobs.state_of(jobs.verify_audit).found["events"] == 2
    assert begun.pk


def test_a_job_that_fails_is_told_of_and_the_next_is_done(
    submitted: DeskApplication,
    as_reviewer: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decided(submitted, State.APPROVED, submitted.created_by)

    def fails(readings: object) -> None:
        raise OSError(f"the disk is full, {readings}")

    monkeypatch.setattr(again, "judge_again", fails)
    as_reviewer.post("/tasks/judge-again/")
    jobs.ask_for(jobs.verify_audit)
    jobs.work(until_done=True)
    assert "The last time this failed" in as_reviewer.get("/tasks/").content.decode()
    assert jobs.state_of(jobs.verify_audit).found, "the next one was done"
    monkeypatch.undo()
    as_reviewer.post("/tasks/judge-again/")
    jobs.work(until_done=True)
    assert "this failed" not in as_reviewer.get("/tasks/").content.decode()
