"""What holds of every page: nothing runs in it, nobody guesses passwords, and no text of a stranger acts."""

from __future__ import annotations

import re
import socket
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from pytest_django.fixtures import Settings
from typer.testing import CliRunner

from clausewise.commands.cli import app
from clausewise.desk.records.models import DeskApplication, Mail, Organisation, Person
from clausewise.desk.site import settings as desk_settings
from tests.desk.conftest import link_in, person, signed_in
from tests.desk.journey import OFFICE

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7 }}'


class Risky(HTMLParser):
    """What of a page its policy would refuse, and inputs without a label.

    Args:
        runs_files: whether it may run files of the desk.
    """

    def __init__(self, page: str, *, runs_files: bool = False) -> None:
        super().__init__()
        self.runs_files = runs_files
        self.found: list[str] = []
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.inputs: set[str] = set()
        self.forms: list[bool] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_of_the_desk = tag == "script" and (given.get("src") or "").startswith("/static/")
        is_data = tag == "script" and given.get("type") == "application/json"
        runs = tag == "script" and not is_data and not (self.runs_files and is_of_the_desk)
        if runs or tag in ("style", "iframe", "object", "embed") or "style" in given:
            self.found.append(f"<{tag} {given}>")
        self.found += [f"{name} of {tag}" for name in given if name.startswith("on")]
        if tag in ("a", "img", "link") and not re.match(
            r"[/#?]", given.get("href") or given.get("src") or "/"
        ):
            self.found.append(f"{tag} to {given}")
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if tag == "label":
            self.labelled.add(given.get("for") or "")
        if tag in ("select", "textarea", "progress") or (
            tag == "input" and given.get("type") != "hidden" and "hidden" not in given
        ):
            self.inputs.add(given.get("id") or "")
        if tag == "form" and given.get("method") == "post":
            self.forms.append(False)
        if given.get("name") == "csrfmiddlewaretoken":
            self.forms[-1] = True


def looked_at(client: Client, address: str, *, runs_files: bool = False) -> str:
    """A page, after all has been looked at that holds of every page (`runs_files`: as for `Risky`)."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    policy = answer["Content-Security-Policy"]
    scripts = "'self'" if runs_files else "'none'"
    assert {f"script-src {scripts}", "connect-src 'none'"} <= {*policy.split("; ")}
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert {"private", "no-store"} <= {*answer["Cache-Control"].split(", ")}
    page = answer.content.decode()
    risky = Risky(page, runs_files=runs_files)
    assert not risky.found
    assert len(risky.ids) == len({*risky.ids}), "an id stands twice"
    assert risky.inputs <= risky.labelled, "an input has no label"
    assert all(risky.forms), "a form has no token"
    assert page.count("<h1") == 1
    assert re.search(r"<title>\s*\S", page)
    return page


def test_what_holds_of_every_page(
    submitted: DeskApplication, as_member: Client, as_reviewer: Client
) -> None:
    key = submitted.pk
    as_member.post("/applications/new/face-registration/", {"title": HOSTILE})
    other = DeskApplication.objects.latest("pk")
    other.text = OFFICE.read_text(encoding="utf-8").replace("Office touchless access", "x")
    other.save()
    for address in ("/sign-in/", "/register/"):
        looked_at(Client(), address)
    for address in ("/applications/", "/applications/new/face-registration/", "/password/"):
        looked_at(as_member, address)
    looked_at(as_member, f"/applications/{key}/")
    own = f"/applications/{other.pk}/"
    for page in ("", "parts/check-in/", "check/", "text/"):
        assert "<script" not in looked_at(as_member, own + page)
    for fact in ("check-in.purpose", "check-in.by", "contoso.jurisdiction", "employees.ages"):
        looked_at(as_member, f"{own}questions/{fact}/")
    looked_at(as_reviewer, "/queue/")
    as_reviewer.post(f"/queue/{key}/claim/")
    for page in ("", "judge/law.against-terms/", "decide/", "give-back/", "conflict/"):
        looked_at(as_reviewer, f"/queue/{key}/{page}")


def test_no_text_of_a_stranger_acts(member: Person, as_reviewer: Client) -> None:
    member.organisation = Organisation.objects.create(name=HOSTILE)
    member.name = HOSTILE
    member.save()
    client = signed_in(member)
    client.post("/applications/new/liveness-failure/", {"title": HOSTILE})
    made = DeskApplication.objects.get()
    steps = f"/applications/{made.pk}/questions/request.steps/"
    assert client.post(steps, {"text": HOSTILE}).status_code == 302
    looked_at(client, f"/applications/{made.pk}/check/")
    client.post(f"/applications/{made.pk}/check/", {"declared": "yes"})
    looked_at(as_reviewer, "/queue/")
    page = looked_at(as_reviewer, f"/queue/{made.pk}/")
    assert "alert(1)" in page
    assert "<script>alert" not in page


@pytest.mark.django_db
def test_somebody_who_guesses_passwords_has_to_wait() -> None:
    person("Somebody")
    client = Client()
    sent = {"login": "somebody@example.org", "password": "wrong"}
    told = {client.post("/sign-in/", sent).content for _ in range(6)}
    right = client.post("/sign-in/", sent | {"password": "a long Password 1"})
    assert "Too many failed login attempts" in right.content.decode()
    assert len(told) > 1


@pytest.mark.django_db
def test_what_else_is_counted_lets_nobody_guess_on(settings: Settings) -> None:
    """Asking for new passwords of many addresses puts as many counters beside those of failed sign-ins."""
    settings.CACHES = desk_settings.CACHES
    call_command("createcachetable", verbosity=0)
    person("Somebody")
    client = Client()
    sent = {"login": "somebody@example.org", "password": "wrong"}
    for _ in range(6):
        client.post("/sign-in/", sent)
    for number in range(400):
        cache.set(f"allauth:rl:reset_password:{number}", [0], 3600)
    right = client.post("/sign-in/", sent | {"password": "a long Password 1"})
    assert "Too many failed login attempts" in right.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("proxies", "status"), [(0, 429), (1, 200)])
def test_behind_a_proxy_visitors_are_told_apart(
    settings: Settings, proxies: int, status: int
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    sent = {"login": "somebody@example.org", "password": "wrong"}

    def signed_in_from(machine: str) -> int:
        headers = {"x-forwarded-for": f"192.0.2.9, {machine}"}
        return Client().post("/sign-in/", sent, headers=headers).status_code

    assert [signed_in_from("192.0.2.1") for _ in range(3)] == [200, 200, 429]
    assert signed_in_from("192.0.2.2") == status


@pytest.mark.django_db
def test_an_organisation_registers_and_signs_in_again() -> None:
    client = Client()
    sent = {"name": "A. Reyes", "organisation": "Contoso", "email": "a@contoso.example"}
    weak = client.post("/register/", sent | {"password1": "12345", "password2": "12345"})
    assert "too short" in weak.content.decode()
    sent |= {"password1": "a long Password 1", "password2": "a long Password 1"}
    assert client.post("/register/", sent)["Location"] == "/register/sent/"
    looked_at(client, "/register/sent/")
    client.post(link_in(Mail.objects.get(kind="verify")))
    assert "Begin" in client.get("/", follow=True).content.decode()
    client.post("/sign-out/")
    assert client.get("/").status_code == 302
    again = client.post(
        "/sign-in/", {"login": "a@contoso.example", "password": "a long Password 1"}
    )
    assert again["Location"] == "/"


def test_a_form_of_another_site_changes_nothing(member: Person, begun: DeskApplication) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = strict.post(f"/applications/{begun.pk}/withdraw/")
    assert answer.status_code == 403
    assert "The page was too old" in answer.content.decode()


@pytest.mark.django_db
def test_whoever_changes_the_password_ends_all_other_sessions() -> None:
    someone = person("Somebody")
    here, elsewhere = signed_in(someone), signed_in(someone)
    old, new = "a long Password 1", "another Password 2"
    sent = {"oldpassword": old, "password1": new, "password2": new}
    assert elsewhere.get("/password/").status_code == 200
    assert here.post("/password/", sent).status_code == 302
    assert here.get("/password/").status_code == 200
    assert elsewhere.get("/password/")["Location"].startswith("/sign-in/")


def test_an_address_that_shows_no_page_says_so(
    submitted: DeskApplication, as_reviewer: Client
) -> None:
    answer = as_reviewer.get(f"/queue/{submitted.pk}/claim/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "There is no such page" in answer.content.decode()


def test_what_is_written_as_a_session_ends_is_not_lost(submitted: DeskApplication) -> None:
    """It is shown to be copied, and signing in leads back to the page."""
    page = f"/queue/{submitted.pk}/decide/"
    sent = {"letter": "Dear <all>, no.", "kind": "refused", "password1": "a long one"}
    answer = Client().post(page, sent, headers={"Referer": f"http://testserver{page}"})
    told = answer.content.decode()
    assert (answer.status_code, "Dear &lt;all&gt;, no." in told) == (403, True)
    assert "a long one" not in told
    assert f'href="/sign-in/?next={page}"' in told
    elsewhere = Client().post(page, sent, headers={"Referer": "https://evil.example/x"})
    assert 'href="/sign-in/"' in elsewhere.content.decode()
    claimed = Client().post(
        f"/queue/{submitted.pk}/claim/", headers={"Referer": f"http://testserver{page}"}
    )
    assert claimed["Location"] == f"/sign-in/?next={page}", "the address of the form shows no page"


@pytest.mark.django_db
def test_the_tables_are_as_the_models_say() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_on_a_port_that_is_taken_nothing_is_made_or_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        found = CliRunner().invoke(app, ["desk", str(tmp_path / "new"), "--port", port])
    assert found.exit_code == 2
    assert f"port {port}" in found.output
    assert "password" not in found.output
    assert not (tmp_path / "new").exists()
