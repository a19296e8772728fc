"""Mail: of what people are told, that it holds nothing of an application, and that nothing of it is lost."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail as sent_mail
from django.core.cache import cache
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from clausewise.desk.mail import sending
from clausewise.desk.mail.sending import MOST_TRIES, send_waiting
from clausewise.desk.mail.texts import ABOUT_ALL, PAGES, VERIFYING, WITH_KEY, message
from clausewise.desk.records.models import (
    DeskApplication,
    Mail,
    Organisation,
    Person,
    ReviewTask,
    Role,
    State,
)
from clausewise.desk.workflow import actions, reminders
from clausewise.desk.workflow.decisions import appeal
from clausewise.desk.workflow.today import today
from tests.desk.conftest import decided, person, signed_in

DETAILS = {
    "ending": {"day": "2027-01-09", "ends": ["approval", "condition", "evidence"]},
    "verify": {"address": 1},
    "judged-again": {"policy": "gate-code 2.0", "count": 12},
}


def told() -> list[tuple[str, str]]:
    """Who is told of what, in order."""
    return [*Mail.objects.order_by("pk").values_list("person__name", "kind")]


@pytest.fixture
def waits(submitted: DeskApplication) -> Mail:
    """One that waits to be sent."""
    return Mail.objects.get(application=submitted)


# of what people are told


def test_members_are_told_of_each_step(
    begun: DeskApplication, member: Person, reviewer: Person
) -> None:
    key, other = begun.pk, person("Other", member.organisation)
    actions.submit(member, key)
    actions.claim(reviewer, key)
    actions.give_back(reviewer, key, "Which cameras?")
    both = [member.name, other.name]
    assert told() == [(who, kind) for kind in ("submitted", "given-back") for who in both]
    actions.submit(member, key)
    actions.claim(reviewer, key)
    actions.withdraw(member, key)
    assert told()[-1] == (reviewer.name, "withdrawn")


def test_reviewers_are_told_of_what_waits_if_they_want_to_be(
    begun: DeskApplication, member: Person, as_reviewer: Client, reviewer: Person
) -> None:
    for name, organisation in (("Both", member.organisation), ("Quiet", None), ("Gone", None)):
        other = person(name, organisation, Role.REVIEWER, Role.LEAD)
        Person.objects.filter(pk=other.pk).update(
            wants_mail=name != "Quiet", is_active=name != "Gone"
        )
    as_reviewer.post("/mail/", {"wants_mail": "on"})
    assert "checked" in as_reviewer.get("/mail/").content.decode()
    actions.submit(member, begun.pk)
    assert {*told()} == {
        (member.name, "submitted"),
        ("Both", "submitted"),
        (reviewer.name, "waits"),
    }
    as_reviewer.post("/mail/", {})
    reviewer.refresh_from_db()
    assert not reviewer.wants_mail


def test_members_are_told_of_decisions_and_what_comes_after(
    gate: DeskApplication, member: Person, reviewer: Person
) -> None:
    decided(gate, State.REFUSED, reviewer)
    DeskApplication.objects.update(state=State.REFUSED)
    appeal(member, gate.pk, "No.")
    assert told()[-1] == (member.name, "appealed")


def test_what_ends_is_told_of_three_times(
    gate: DeskApplication, member: Person, reviewer: Person
) -> None:
    day = today() + timedelta(days=70)
    made = decided(gate, State.CONDITIONAL, reviewer)
    made.deadlines.create(fact="front.alarm", day=day)
    made.deadlines.create(fact="", day=day)
    Mail.objects.all().delete()
    for ahead in (70, 61, 60, 59, 15, 14, 1, 0, -1, -9):
        reminders.remind(day - timedelta(days=ahead))
    found = Mail.objects.order_by("pk")
    assert [one.kind for one in found] == ["ending"] * 3
    assert found[0].detail == {"day": str(day), "ends": ["approval", "condition"]}
    assert found[0].person == member


def test_days_are_looked_at_once_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    days: list[object] = []
    monkeypatch.setattr(reminders, "remind", days.append)
    for _ in range(3):
        reminders.remind_daily()
    assert days == [today()]


def test_applicants_are_told_in_batches_of_what_comes_out_otherwise(
    gate: DeskApplication, member: Person, reviewer: Person, as_reviewer: Client
) -> None:
    made = decided(gate, State.APPROVED, reviewer)
    task = ReviewTask.objects.create(decision=made, policy="p", verdict="", why="a reason")
    Mail.objects.all().delete()
    as_lead = signed_in(person("Lead", None, Role.LEAD))
    own = signed_in(person("Own", gate.organisation, Role.LEAD))
    sent = {"task": [str(task.pk), "9" * 30, "x", "-1"]}
    assert as_reviewer.post("/tasks/inform/", sent).status_code == 404
    own.post("/tasks/inform/", sent)
    assert not Mail.objects.exists()
    assert "Tell the applicants" in as_lead.get("/tasks/").content.decode()
    for _ in range(2):
        as_lead.post("/tasks/inform/", sent)
    assert told() == [(member.name, "reconsidered"), ("Own", "reconsidered")]
    assert "told on" in as_reviewer.get("/tasks/").content.decode()


# what it says


@pytest.mark.parametrize("kind", [*PAGES, *WITH_KEY, VERIFYING])
def test_a_mail_leads_to_the_desk_and_holds_nothing_of_the_application(
    kind: str, submitted: DeskApplication, member: Person, settings: Settings
) -> None:
    settings.ADDRESS = "https://desk.example.org"
    submitted.title = member.organisation.name = "A secret <b>project</b>"  # type: ignore[union-attr]
    made = Mail(
        person=member,
        application=None if kind in (*ABOUT_ALL, *WITH_KEY, VERIFYING) else submitted,
        kind=kind,
        cause="x",
        detail=DETAILS.get(kind, {}),
    )
    found = message(made)
    text = f"{found.subject}\n{found.body}"
    assert "secret" not in text
    assert member.name not in text
    assert found.to == [member.email]
    links = re.findall(r"https?://\S+", str(found.body))
    assert len(links) == 1
    assert links[0].startswith("https://desk.example.org/")
    assert "\n" not in found.subject
    assert found.subject
    assert not re.search(r"[{}<>&]|None|\n\n\n", text.replace("\n\n\n", "")), text
    assert (submitted.reference in found.subject) == (made.application is not None)
    assert message(made).extra_headers == found.extra_headers
    assert found.extra_headers["Auto-Submitted"] == "auto-generated"


def test_days_of_a_mail_are_written_for_people(submitted: DeskApplication, member: Person) -> None:
    made = Mail(person=member, application=submitted, kind="ending", detail=DETAILS["ending"])
    found = message(made)
    assert "9 January 2027" in found.subject
    assert found.body.count("\n- ") == 3


# nothing is lost


def test_what_waits_is_sent_once(waits: Mail) -> None:
    assert send_waiting() == sending.MailCounts(1, 0, 0)
    assert send_waiting() == sending.MailCounts(0, 0, 0)
    (message_,) = sent_mail.outbox
    assert message_.to == [waits.person.email]


def test_neither_is_there_without_the_other(begun: DeskApplication, member: Person) -> None:
    class KilledError(Exception):
        pass

    def killed() -> None:
        with transaction.atomic():
            actions.submit(member, begun.pk)
            raise KilledError

    with pytest.raises(KilledError):
        killed()
    begun.refresh_from_db()
    assert begun.state == State.DRAFT
    assert not Mail.objects.exists()


def test_killed_while_sending_it_is_sent_again_as_the_same(
    waits: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(BaseException):
        pass

    really = EmailBackend.send_messages

    def killed_after(self: EmailBackend, messages: list[object]) -> int:
        really(self, messages)  # type: ignore[arg-type]
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", killed_after)
        with pytest.raises(KilledError):
            send_waiting()
    assert send_waiting().sent == 0, "whoever took it may still be sending it"
    Mail.objects.update(due=timezone.now())
    assert send_waiting().sent == 1
    first, second = sent_mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    assert Mail.objects.get(pk=waits.pk).sent_at


@pytest.mark.parametrize("error", [ConnectionRefusedError(), SMTPServerDisconnected("x")])
def test_a_failing_server_breaks_nothing_and_is_tried_again(
    begun: DeskApplication,
    as_member: Client,
    member: Person,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    def fails(*_: object) -> int:
        raise error

    person("Other", member.organisation)
    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", fails)
        as_member.post(f"/applications/{begun.pk}/check/", {"declared": "yes"})
        found = send_waiting()
        assert (found.sent, found.failed, found.waiting) == (0, 1, 2), "after the first it stops"
        first = Mail.objects.earliest("pk")
        assert (first.tries, first.error) == (1, type(error).__name__)
        assert timedelta(seconds=60) < first.due - timezone.now() <= sending.FIRST_WAIT
    assert send_waiting().sent == 1, "the other; the first waits"
    Mail.objects.update(due=timezone.now())
    assert send_waiting().sent == 1


def test_one_address_that_is_refused_stops_no_other(
    begun: DeskApplication, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    person("Other", member.organisation)
    actions.submit(member, begun.pk)
    really = EmailBackend.send_messages

    def refuses(self: EmailBackend, messages: list[sent_mail.EmailMessage]) -> int:
        if messages[0].to == [member.email]:
            raise SMTPRecipientsRefused({})
        return really(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", refuses)
    assert (send_waiting().sent, Mail.objects.filter(sent_at=None).count()) == (1, 1)
    Mail.objects.update(tries=MOST_TRIES, due=timezone.now())
    assert send_waiting() == sending.MailCounts(0, 0, 0), "it is given up"
    as_administrator = signed_in(person("Admin", None, Role.ADMINISTRATOR))
    page = as_administrator.get("/mail/").content.decode()
    assert "SMTPRecipientsRefused" in page


def test_who_left_is_sent_nothing(waits: Mail) -> None:
    Person.objects.filter(pk=waits.person_id).update(is_active=False)
    assert send_waiting() == sending.MailCounts(0, 0, 0)


# by a real server


class _Server(socketserver.StreamRequestHandler):
    """As much of SMTP as it takes to be given a message (RFC 5321)."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                text = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.messages.append(text.decode())  # type: ignore[attr-defined]
            if word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(b"250 fine\r\n")


@pytest.fixture
def server() -> Iterator[socketserver.TCPServer]:
    with socketserver.TCPServer(("127.0.0.1", 0), _Server) as serving:
        serving.messages = []  # type: ignore[attr-defined]
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield serving
        serving.shutdown()


def test_it_is_sent_by_smtp(
    waits: Mail, settings: Settings, server: socketserver.TCPServer
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address[:2]
    assert send_waiting().sent == 1
    (text,) = server.messages  # type: ignore[attr-defined]
    assert f"Subject: {waits.application} ".partition(" ")[0] in text
    assert "Auto-Submitted: auto-generated" in text
    assert f"Message-ID: <{waits.token}@127.0.0.1>" in text


def test_nobody_is_told_twice_of_the_same(waits: Mail, member: Person) -> None:
    from clausewise.desk.mail.outbox import tell

    tell([member], waits.kind, waits.cause, waits.application)
    assert Mail.objects.count() == 1
    assert Organisation.objects.count() == 1
