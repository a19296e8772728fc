"""What only a server with several connections can show: of two at once, one wins. `test_postgresql.py` runs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Barrier, Thread

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from clausewise.desk.judging.attesting import WrittenLetter
from clausewise.desk.mail.sending import send_waiting
from clausewise.desk.records import append_only, audit
from clausewise.desk.records.models import AuditEvent, DeskApplication, Mail, Person, Role, State
from clausewise.desk.workflow import actions
from clausewise.desk.workflow.decisions import decide
from clausewise.desk.workflow.locks import NotAllowedError
from tests.desk.conftest import person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module", autouse=True)
def _emptied(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:  # noqa: ARG001
    """What is committed is emptied after each test, which the triggers refuse."""
    with django_db_blocker.unblock():
        append_only.drop(connection)
    yield
    with django_db_blocker.unblock():
        append_only.create(connection)


def at_once(*works: Callable[[], object]) -> list[str]:
    """What becomes of works that begin at the same time, each with a connection of its own."""
    found: list[str] = []
    ready = Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        ready.wait()
        try:
            work()
            found.append("done")
        except NotAllowedError:
            found.append("refused")
        except Exception as error:
            found.append(repr(error))
        finally:
            connection.close()

    threads = [Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


def test_it_is_postgresql() -> None:
    assert connection.vendor == "postgresql"


def test_of_two_who_claim_at_once_one_wins(submitted: DeskApplication, reviewer: Person) -> None:
    both = [reviewer, person("Other", None, Role.REVIEWER)]
    works = [lambda who=who: actions.claim(who, submitted.pk) for who in both]
    assert at_once(*works) == ["done", "refused"]
    submitted.refresh_from_db()
    assert submitted.holder in both
    assert audit.verify().broken == ()


def test_nothing_is_decided_twice(gate: DeskApplication, reviewer: Person) -> None:
    for who in (reviewer, person("Second", None, Role.REVIEWER)):
        actions.give_judgement(who, gate.pk, "safety", "harm", "yes", "It falls.")
    letter = WrittenLetter(b"%PDF", b"{}", "key")

    def work() -> object:
        return decide(reviewer, gate.pk, State.REFUSED, "No.", lambda *_: letter)

    assert at_once(work, work) == ["done", "refused"]
    assert gate.decisions.count() == 1


def test_events_at_once_stand_one_after_another() -> None:
    works = [lambda n=n: [audit.note("edit", None, n=n) for _ in range(5)] for n in range(4)]
    assert at_once(*works) == ["done"] * 4
    state = audit.verify()
    assert (state.events, state.broken) == (20, ())
    assert AuditEvent.objects.count() == 20


def test_of_two_who_send_mail_at_once_one_sends_it(
    submitted: DeskApplication, mailoutbox: list[object]
) -> None:
    assert Mail.objects.filter(application=submitted, sent_at=None).count() == 1
    assert at_once(send_waiting, send_waiting, send_waiting) == ["done"] * 3
    assert len(mailoutbox) == 1
