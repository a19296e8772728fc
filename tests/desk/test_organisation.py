"""Members invite others, and whoever does not know their password chooses a new one; both by mail."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail as sent_mail
from django.test import Client
from pytest_django.fixtures import Settings

from clausewise.desk.mail.sending import send_waiting
from clausewise.desk.pages.accounts import organisation
from clausewise.desk.pages.programs.tokens import new_token, person_with
from clausewise.desk.records.models import AuditEvent, Mail, Organisation, Person, Role
from tests.desk.conftest import person, signed_in
from tests.desk.test_safety import looked_at

PASSWORD = "another long Password 2"
NEW = {"password1": PASSWORD, "password2": PASSWORD}


def link() -> str:
    """The path to which the newest mail leads."""
    assert send_waiting().sent
    (found,) = re.findall(r"http://127.0.0.1:8100(/\S+)", str(sent_mail.outbox[-1].body))
    return str(found)


def choose(client: Client, address: str) -> Client:
    """Choose a password where a mail leads to."""
    where = client.get(address)["Location"]
    assert address.rstrip("/").rpartition("/")[2] not in where, "no key stands in a Referer"
    looked_at(client, where)
    assert client.post(where, NEW)["Location"] == "/password/chosen/"
    return client


def test_a_member_invites_another(as_member: Client, member: Person) -> None:
    sent = {"name": "B Ito", "email": "B.Ito@Example.org"}
    assert "A mail to b.ito@example.org" in as_member.post("/organisation/", sent).content.decode()
    assert "has not signed in yet" in looked_at(as_member, "/organisation/")
    invited = Person.objects.get(email="b.ito@example.org")
    assert invited.organisation == member.organisation
    address = link()
    client = choose(Client(), address)
    looked_at(client, "/password/chosen/")
    assert "It was used already" in client.get(address).content.decode()
    login = {"login": "b.ito@example.org", "password": PASSWORD}
    assert client.post("/sign-in/", login)["Location"] == "/"
    assert client.get("/applications/").status_code == 200
    assert AuditEvent.objects.latest("number").kind == "invite"


def test_nobody_is_invited_who_can_sign_in(as_member: Client, reviewer: Person) -> None:
    for email in (reviewer.email.upper(), "a.reyes@example.org", "none"):
        answer = as_member.post("/organisation/", {"name": "X", "email": email})
        assert answer.status_code == 422
    assert not Mail.objects.exists()


def test_there_are_so_many_members_at_most(
    as_member: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(organisation, "MOST_MEMBERS", 1)
    answer = as_member.post("/organisation/", {"name": "X", "email": "x@example.org"})
    assert "as many members as it can" in answer.content.decode()


def test_who_was_taken_out_signs_in_no_more_until_invited_again(
    as_member: Client, member: Person
) -> None:
    other = person("Other", member.organisation)
    session = signed_in(other)
    as_member.post(f"/organisation/{other.pk}/")
    assert session.get("/applications/").status_code == 302
    assert "Other" not in as_member.get("/organisation/").content.decode()
    as_member.post("/organisation/", {"name": "Other Again", "email": other.email})
    other.refresh_from_db()
    assert (other.is_active, other.name) == (True, "Other Again")
    assert not other.has_usable_password()


def test_nobody_is_taken_out_by_others(as_member: Client, member: Person) -> None:
    stranger = person("Stranger", Organisation.objects.create(name="Other"))
    both = person("Both", member.organisation, Role.REVIEWER)
    for who in (stranger, both, member, person("Staff", None, Role.AUDITOR)):
        assert as_member.post(f"/organisation/{who.pk}/").status_code == 404
        who.refresh_from_db()
        assert who.is_active
    staff = signed_in(person("Staff 2", None, Role.REVIEWER))
    assert staff.post(f"/organisation/{member.pk}/").status_code == 404


def test_who_does_not_know_their_password_chooses_another(reviewer: Person) -> None:
    client = Client()
    assert "/password/forgotten/" in looked_at(client, "/sign-in/")
    looked_at(client, "/password/forgotten/")
    sent = {"email": reviewer.email}
    assert client.post("/password/forgotten/", sent)["Location"] == "/password/sent/"
    looked_at(client, "/password/sent/")
    choose(client, link())
    assert client.get("/queue/").status_code == 302, "they sign in as always"
    login = {"login": reviewer.email, "password": PASSWORD}
    assert client.post("/sign-in/", login)["Location"] == "/"


@pytest.mark.django_db
def test_nobody_learns_who_can_sign_in() -> None:
    answer = Client().post("/password/forgotten/", {"email": "nobody@example.org"})
    assert answer["Location"] == "/password/sent/"
    assert not Mail.objects.exists()


def test_a_key_is_open_for_three_days(
    reviewer: Person, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    Client().post("/password/forgotten/", {"email": reviewer.email})
    address = link()
    from django.contrib.auth.tokens import PasswordResetTokenGenerator

    now = PasswordResetTokenGenerator()._now()
    for days, is_open in ((2, True), (4, False)):
        later = now + timedelta(days=days)
        monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda _, at=later: at)
        assert (Client().get(address).status_code == 302) == is_open
    assert settings.PASSWORD_RESET_TIMEOUT == 3 * 24 * 60 * 60


def test_no_key_is_kept(reviewer: Person) -> None:
    Client().post("/password/forgotten/", {"email": reviewer.email})
    key = link().rstrip("/").rpartition("/")[2]
    (row,) = Mail.objects.values()
    assert key not in str(row)


def test_tokens_of_who_was_taken_out_do_not_count_again(as_member: Client, member: Person) -> None:
    other = person("B Reyes", member.organisation)
    token = new_token(other, "CI")
    as_member.post(f"/organisation/{other.pk}/")
    as_member.post("/organisation/", {"name": "B. Reyes", "email": other.email})
    other.refresh_from_db()
    assert other.is_active
    assert person_with(token) is None
    assert AuditEvent.objects.filter(kind="take-out-token").count() == 1
