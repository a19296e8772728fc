"""An address is shown to be somebody's before they sign in with it, and belong to an organisation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import timezone

from clausewise.desk.pages.accounts.people import enter
from clausewise.desk.records import append_only
from clausewise.desk.records.models import AuditEvent, Mail, Organisation, Person, Role
from clausewise.desk.workflow.jobs import each_night
from tests.desk.conftest import link_in, signed_in
from tests.desk.test_safety import looked_at

pytestmark = pytest.mark.django_db
PASSWORD = "a long Password 1"
EMAIL = "a@contoso.example"
LOGIN = {"login": EMAIL, "password": PASSWORD}


def register(client: Client, **other: str) -> Any:
    """Send the form by which an organisation registers."""
    sent = {"name": "A. Reyes", "organisation": "Contoso", "email": EMAIL}
    sent |= {"password1": PASSWORD, "password2": PASSWORD}
    return client.post("/register/", sent | other)


def newest(kind: str) -> str:
    """Where the newest mail of a kind leads."""
    return link_in(Mail.objects.filter(kind=kind).latest("pk"))


def test_nobody_belongs_to_an_organisation_before_the_address_is_theirs() -> None:
    client = Client()
    register(client)
    person = Person.objects.get()
    assert person.organisation is None
    assert not Organisation.objects.exists()
    for place in ("/", "/applications/", "/organisation/", "/tokens/"):
        assert client.get(place)["Location"].startswith("/sign-in/"), place
    begun = client.post("/applications/new/face-registration/", {"title": "Lobby"})
    assert begun["Location"].startswith("/sign-in/")
    place = newest("verify")
    assert EMAIL in looked_at(client, place)
    assert Organisation.objects.count() == 0, "to look is not to say so"
    assert client.post(place)["Location"] == "/", "signed in by that, where they registered"
    person.refresh_from_db()
    assert person.organisation == Organisation.objects.get(name="Contoso")
    assert AuditEvent.objects.get().kind == "register"
    assert "This is no longer open" in looked_at(Client(), place)


def test_in_another_browser_a_password_is_chosen_anew() -> None:
    """Whoever registered with somebody else's address stays outside when these take the mail for their own."""
    register(Client(), name="Mallory", organisation="Contoso & Sons")
    other = Client()
    assert "With it Mallory registers Contoso &amp; Sons." in looked_at(other, newest("verify"))
    where = other.get(other.post(newest("verify"))["Location"])["Location"]
    assert Client().post("/sign-in/", LOGIN).status_code == 200
    other.post(where, {"password1": "another Password 2", "password2": "another Password 2"})
    found = Client().post("/sign-in/", LOGIN | {"password": "another Password 2"})
    assert found["Location"] == "/"


def test_of_two_who_register_with_one_address_the_last_counts() -> None:
    register(Client(), name="Mallory", password1="a wrong Word 1", password2="a wrong Word 1")
    before = newest("verify")
    client = Client()
    register(client)
    assert Client().post(before).status_code == 404
    assert client.post(newest("verify"))["Location"] == "/"
    assert Person.objects.get().name == "A. Reyes"
    other = Client()
    other.post("/sign-in/", LOGIN | {"password": "a wrong Word 1"})
    assert other.get("/")["Location"].startswith("/sign-in/")


def test_an_address_with_which_somebody_registered_can_be_invited_and_entered(
    as_member: Client, member: Person
) -> None:
    register(Client())
    as_member.post("/organisation/", {"name": "B. Reyes", "email": EMAIL})
    assert Person.objects.get(email=EMAIL).organisation == member.organisation
    register(Client(), email="okafor@example.org")
    administrator, _ = enter("Admin", "admin@example.org", [Role.ADMINISTRATOR])
    page = signed_in(administrator).post(
        "/people/", {"name": "M. Okafor", "email": "okafor@example.org", "roles": ["reviewer"]}
    )
    assert page.status_code == 200
    assert Person.objects.get(email="okafor@example.org").has_role(Role.REVIEWER)


def test_who_signs_in_before_is_sent_the_mail_again() -> None:
    register(Client())
    for _ in range(4):
        assert Client().post("/sign-in/", LOGIN)["Location"] == "/register/sent/"
    assert Mail.objects.count() == 3, "three times in three minutes"


def test_a_forged_or_old_link_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    register(Client())
    place = newest("verify")
    forged = place.replace("confirm/", "confirm/x")
    assert "This is no longer open" in looked_at(Client(), forged)
    assert Client().post(forged).status_code == 404
    monkeypatch.setattr("django.core.signing.time.time", lambda: timezone.now().timestamp() + 4e5)
    assert Client().post(place).status_code == 404
    assert not EmailAddress.objects.get().verified


def test_nobody_learns_by_registering_who_can_sign_in(member: Person) -> None:
    answer = register(Client(), email=member.email.upper())
    assert answer["Location"] == "/register/sent/"
    assert [*Mail.objects.values_list("person", "kind")] == [(member.pk, "registered")]
    assert newest("registered") == "/password/forgotten/"
    member.refresh_from_db()
    assert not member.registers


def test_who_reads_the_mail_and_not_the_password_chooses_one() -> None:
    """Somebody else registered with the address: whoever reads its mail takes that over, and they do not."""
    register(Client())
    Client().post("/password/forgotten/", {"email": EMAIL})
    client = Client()
    where = client.get(newest("password"))["Location"]
    client.post(where, {"password1": "another Password 2", "password2": "another Password 2"})
    assert Client().post("/sign-in/", LOGIN).status_code == 200
    found = Client().post("/sign-in/", LOGIN | {"password": "another Password 2"})
    assert found["Location"] == "/"
    assert Person.objects.get().organisation is not None


def test_whom_an_administrator_enters_signs_in() -> None:
    person, password = enter("M. Okafor", "m.okafor@example.org", [Role.REVIEWER])
    found = Client().post("/sign-in/", {"login": person.email, "password": password})
    assert found["Location"] == "/"


def test_a_registration_that_nobody_confirms_is_forgotten(member: Person) -> None:
    register(Client())
    each_night.func()
    assert Person.objects.filter(email=EMAIL).exists()
    Person.objects.update(created_at=timezone.now() - timedelta(days=8))
    each_night.func()
    assert [*Person.objects.all()] == [member]
    assert not EmailAddress.objects.filter(email=EMAIL).exists()


@pytest.mark.django_db(transaction=True)
def test_of_an_older_desk_who_works_there_signs_in_as_before() -> None:
    """The rest, who registered before anybody asked, are sent a mail once they sign in."""
    before = ("records", "0014_access_tokens")
    executor = MigrationExecutor(connection)
    append_only.drop(connection)  # they name columns that an older desk does not have
    try:
        executor.migrate([before])
        tables = executor.loader.project_state([before]).apps
        people = tables.get_model("records", "Person")
        organisation = tables.get_model("records", "Organisation").objects.create(name="Contoso")
        people.objects.create(email="admin@desk.localhost", name="Administrator")
        people.objects.create(email=EMAIL, name="A. Reyes", organisation=organisation)
    finally:
        executor.loader.build_graph()
        executor.migrate(executor.loader.graph.leaf_nodes())
    assert [*EmailAddress.objects.values_list("email", "verified")] == [
        ("admin@desk.localhost", True)
    ]
