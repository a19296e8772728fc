"""An application from its beginning to an appeal, by processes that are killed at each step of each action.

After each kill all is as it was, and the next one who tries finds it so; what was done is done once. It runs on a
database that other processes see: `test_killed.py` gives it a file of SQLite, `test_postgresql.py` a server.
"""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from pytest_django import DjangoDbBlocker

from clausewise.desk.interview.forms import forms
from clausewise.desk.judging.attesting import WrittenLetter
from clausewise.desk.records import append_only, audit
from clausewise.desk.records.models import (
    AuditEvent,
    DeskApplication,
    EvidenceFile,
    Person,
    Role,
    State,
)
from clausewise.desk.workflow import actions
from clausewise.desk.workflow.decisions import appeal, decide
from clausewise.desk.workflow.evidence import attach, store
from clausewise.desk.workflow.locks import NotAllowedError
from tests.desk import gates
from tests.desk.conftest import person

pytestmark = pytest.mark.django_db(transaction=True)
LETTER = WrittenLetter(b"%PDF", b"{}", "key")
DONE, KILLED = 0, -signal.SIGKILL
Act = Callable[[], object]


@pytest.fixture(scope="module", autouse=True)
def _emptied(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:  # noqa: ARG001
    """What is committed is emptied after each test, which the triggers refuse."""
    with django_db_blocker.unblock():
        append_only.drop(connection)
    yield
    with django_db_blocker.unblock():
        append_only.create(connection)


def in_a_process(act: Act, most: int) -> int:
    """Act in a process that is killed once it has written so many times; how it ended."""
    connection.close()  # so that it is not shared
    child = os.fork()
    if child == 0:
        try:
            with connection.execute_wrapper(Killer(most)):
                act()
            connection.close()
            os._exit(DONE)
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


class Killer:
    """Kills its process after so many statements that write: the last one stands just before it is committed."""

    def __init__(self, most: int) -> None:
        self._left = most

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        found = execute(sql, *rest)
        if sql.lstrip().startswith(("INSERT", "UPDATE", "DELETE")):
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return found


def content() -> dict[str, list[tuple[Any, ...]]]:
    """All that the database holds of the desk."""
    return {
        model.__name__: sorted(model._default_manager.values_list(), key=repr)
        for model in apps.get_app_config("records").get_models()
    }


def done_once(act: Act) -> int:
    """Act in one process after another until one is not killed any more; how many were."""
    before, events = content(), AuditEvent.objects.count()
    for killed in range(100):
        ended = in_a_process(act, killed + 1)
        state = audit.verify()
        assert state.broken == ()
        for one in EvidenceFile.objects.all():
            assert store().path_of(one.sha256).exists()
        if ended == DONE:
            assert state.events > events
            return killed
        assert ended == KILLED
        assert content() == before, f"half done, after {killed + 1} writes"
    pytest.fail("it never ended")


def test_whatever_is_killed_nothing_is_lost_and_nothing_done_twice(
    member: Person, reviewer: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gates.install(tmp_path, monkeypatch)
    form, second = forms([tmp_path])["gate"], person("Second", None, Role.REVIEWER)
    lead = person("Lead", None, Role.LEAD)
    kills = [done_once(lambda: actions.start(member, form, "North gate"))]
    key = DeskApplication.objects.get().pk

    def write() -> None:
        actions.edit(member, key, lambda _: gates.DESIGN.replace("yes", "yes\n  alarm  yes"))

    def show() -> None:
        with store().keeping("plan.txt", io.BytesIO(b"a plan")) as kept:
            attach(member, key, ["front.alarm"], kept)

    def judge(who: Person) -> None:
        actions.give_judgement(who, key, "safety", "harm", "no", "Seen.")

    def approve() -> None:
        decide(reviewer, key, State.APPROVED, "Yes.", lambda *_: LETTER)

    def revoke() -> None:
        decide(lead, key, State.REVOKED, "It was sold.", lambda *_: LETTER)

    steps: list[tuple[Act, State]] = [
        (write, State.DRAFT),
        (show, State.DRAFT),
        (lambda: actions.submit(member, key), State.SUBMITTED),
        (lambda: actions.claim(reviewer, key), State.IN_REVIEW),
        (lambda: judge(reviewer), State.IN_REVIEW),
        (lambda: judge(second), State.IN_REVIEW),
        (approve, State.APPROVED),
        (revoke, State.REVOKED),
        (lambda: appeal(member, key, "It was not."), State.APPEALED),
    ]
    for act, state in steps:
        kills.append(done_once(act))
        application = DeskApplication.objects.get()
        assert application.state == state
        if state not in (State.DRAFT, State.IN_REVIEW):
            with pytest.raises(NotAllowedError):
                act()
    assert min(kills) >= 3, "each writes what it does, and an event with its detail"
    application = DeskApplication.objects.get()
    assert "alarm  yes   evidence" in application.newest.text
    assert [one.kind for one in application.decisions.order_by("pk")] == ["approved", "revoked"]
    told = AuditEvent.objects.filter(application=key).order_by("number")
    assert [*told.values_list("kind", flat=True)] == [
        *("start", "edit", "attach", "edit", "submit", "claim", "judge", "judge"),
        *("approve", "revoke", "appeal"),
    ]
