"""Signing in with a second factor, and by way of another site (OpenID Connect)."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from clausewise.desk.records.models import AuditEvent, Organisation, Person, Role
from tests.desk.conftest import person, signed_in
from tests.desk.test_safety import looked_at

PASSWORD = {"login": "m.okafor@example.org", "password": "a long Password 1"}


def shown_by_app(secret: str) -> str:
    """The six digits that an authenticator app shows now."""
    counter = int(time.time()) // 30
    return str(totp.format_hotp_value(totp.hotp_value(secret, counter)))


def with_password(client: Client) -> str:
    """Sign in as the reviewer; where it leads."""
    return str(client.post("/sign-in/", PASSWORD)["Location"])


@pytest.fixture
def secret(reviewer: Person) -> str:
    """The key in the app of a reviewer who has set up a second factor, and recovery codes."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    key = str(totp.generate_totp_secret())
    totp.TOTP.activate(reviewer, key)
    RecoveryCodes.activate(reviewer)
    return key


# a second factor


@pytest.mark.usefixtures("reviewer")
def test_a_second_factor_is_set_up_and_asked_for(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    client = Client()
    assert with_password(client) == "/"
    page = looked_at(client, "/second-factor/app/")
    assert "<svg" in page
    (key,) = re.findall(r"<code>([A-Z2-7]{32})</code>", page)
    wrong = client.post("/second-factor/app/", {"code": "000000"})
    assert "Incorrect code" in wrong.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post("/second-factor/app/", {"code": shown_by_app(key)})
    assert done["Location"] == "/second-factor/codes/"
    codes = re.findall(r"<code>(\w{8})</code>", looked_at(client, "/second-factor/codes/"))
    assert len(codes) == 10
    assert codes[0] in client.get("/second-factor/codes/file/").content.decode()
    assert "remove" in looked_at(client, "/second-factor/")
    kinds = [*AuditEvent.objects.exclude(kind="enter").values_list("kind", flat=True)]
    assert kinds == ["set-second-factor"] * 2

    again = Client()
    assert with_password(again) == "/second-factor/sign-in/"
    assert again.get("/queue/").status_code == 302, "a password is not enough"
    looked_at(again, "/second-factor/sign-in/", runs_files=True)
    assert again.post("/second-factor/sign-in/", {"code": codes[0]})["Location"] == "/"
    assert again.get("/queue/").status_code == 200
    third = Client()
    with_password(third)
    assert third.post("/second-factor/sign-in/", {"code": codes[0]}).status_code == 200, "once"


def test_the_session_is_another_one_afterwards(secret: str) -> None:
    client = Client()
    client.get("/sign-in/")
    with_password(client)
    before = client.cookies["sessionid"].value
    client.post("/second-factor/sign-in/", {"code": shown_by_app(secret)})
    assert client.get("/queue/").status_code == 200
    assert client.cookies["sessionid"].value != before


def test_codes_cannot_be_guessed(secret: str) -> None:
    client = Client()
    with_password(client)
    for _ in range(5):
        client.post("/second-factor/sign-in/", {"code": "000000"})
    right = client.post("/second-factor/sign-in/", {"code": shown_by_app(secret)})
    assert right.status_code == 200
    assert "Too many failed login attempts" in right.content.decode()


@pytest.mark.parametrize("role", Role)
@pytest.mark.django_db
def test_roles_that_need_a_second_factor_go_nowhere_without(settings: Settings, role: Role) -> None:
    settings.SECOND_FACTOR_FOR = tuple(Role.values)
    who = person("Somebody", None, role)
    client = Client()
    client.post("/sign-in/", {"login": who.email, "password": PASSWORD["password"]})
    for place in ("/", "/queue/", "/people/", "/audit/", "/mail/", "/second-factor/"):
        assert client.get(place)["Location"] == "/second-factor/app/", place
        assert client.post(place)["Location"] == "/second-factor/app/", place
    page = looked_at(client, "/second-factor/app/")
    assert "Your role asks for it" in page
    (key,) = re.findall(r"<code>([A-Z2-7]{32})</code>", page)
    client.post("/second-factor/app/", {"code": shown_by_app(key)})
    assert client.get("/mail/").status_code == 200


def test_members_need_none(settings: Settings, as_member: Client) -> None:
    settings.SECOND_FACTOR_FOR = tuple(Role.values)
    assert as_member.get("/applications/").status_code == 200


def test_who_changes_it_shows_again_who_they_are(reviewer: Person, secret: str) -> None:
    client = signed_in(reviewer)
    assert client.get("/second-factor/app/remove/")["Location"].startswith("/sign-in/again/")
    assert "/second-factor/again/" in looked_at(client, "/sign-in/again/")
    looked_at(client, "/second-factor/again/")
    client.post("/second-factor/again/", {"code": shown_by_app(secret)})
    looked_at(client, "/second-factor/app/remove/")
    looked_at(client, "/second-factor/codes/new/")
    client.post("/second-factor/app/remove/")
    assert not Authenticator.objects.exists()
    assert AuditEvent.objects.latest("number").kind == "remove-second-factor"


def test_an_administrator_takes_off_what_was_lost(reviewer: Person, secret: str) -> None:
    client = signed_in(person("Admin", None, Role.ADMINISTRATOR))
    address = f"/people/{reviewer.pk}/"
    assert secret not in client.get(address).content.decode()
    client.post(address, {"take-off": "yes"})
    assert with_password(Client()) == "/"
    assert reviewer.has_role(Role.REVIEWER)
    assert AuditEvent.objects.latest("number").kind == "take-off-second-factor"
    assert "Take it off" not in client.get(address).content.decode()


def test_who_is_barred_is_told_so_with_the_right_password_alone(reviewer: Person) -> None:
    Person.objects.filter(pk=reviewer.pk).update(is_active=False)
    client = Client()
    answer = client.post("/sign-in/", PASSWORD, follow=True)
    assert client.get("/queue/").status_code == 302
    assert answer.status_code == 200
    wrong = client.post("/sign-in/", PASSWORD | {"password": "wrong"})
    assert "You cannot sign in" not in wrong.content.decode()


# by way of another site


class Provider(BaseHTTPRequestHandler):
    """As much of OpenID Connect as a desk asks for; whom it vouches for, `server.claims` says."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        own = self.server.address  # type: ignore[attr-defined]
        if self.path == "/.well-known/openid-configuration":
            self.answer(
                {
                    "issuer": own,
                    "authorization_endpoint": f"{own}/authorize",
                    "token_endpoint": f"{own}/token",
                    "userinfo_endpoint": f"{own}/userinfo",
                    "jwks_uri": f"{own}/keys",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            )
        else:
            self.answer(self.server.claims)  # type: ignore[attr-defined]

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        sent = parse_qs(self.rfile.read(length).decode())
        self.server.asked.append(sent)  # type: ignore[attr-defined]
        claims = self.server.claims  # type: ignore[attr-defined]
        now = int(time.time())
        own = self.server.address  # type: ignore[attr-defined]
        stated = {"iss": own, "aud": "desk", "iat": now, "exp": now + 60, **claims}
        token = jwt.encode(stated, "x" * 32, headers={"kid": "1"})
        self.answer({"access_token": "a", "token_type": "Bearer", "id_token": token})

    def answer(self, found: object) -> None:
        content = json.dumps(found).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def provider(settings: Settings) -> Iterator[Any]:
    with HTTPServer(("127.0.0.1", 0), Provider) as serving:
        serving.address = f"http://127.0.0.1:{serving.server_port}"  # type: ignore[attr-defined]
        serving.asked = []  # type: ignore[attr-defined]
        serving.claims = {"sub": "17", "email": "m.okafor@example.org", "email_verified": True}  # type: ignore[attr-defined]
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        settings.SIGN_IN_WITH = "Example Ltd."
        app = {"provider_id": "oidc", "client_id": "desk", "secret": "s"}
        app |= {"settings": {"server_url": serving.address}}  # type: ignore[attr-defined, dict-item]
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}
        }
        yield serving
        serving.shutdown()


def come_back(client: Client, **changed: str) -> Any:
    """Go to the other site and come back with its code; the page that is answered."""
    there = urlsplit(client.get("/sign-in/by/oidc/?next=/queue/")["Location"])
    asked = {name: values[0] for name, values in parse_qs(there.query).items()}
    assert asked["redirect_uri"].endswith("/sign-in/by/oidc/back/")
    assert asked["code_challenge_method"] == "S256"
    return client.get("/sign-in/by/oidc/back/", {"code": "c", "state": asked["state"], **changed})


@pytest.mark.usefixtures("reviewer")
def test_who_works_here_signs_in_by_way_of_another_site(provider: Any) -> None:
    client = Client()
    page = looked_at(client, "/sign-in/")
    assert "Sign in with Example Ltd." in page
    before = client.session.session_key
    assert come_back(client)["Location"] == "/queue/"
    assert client.get("/queue/").status_code == 200
    assert client.session.session_key != before
    (sent,) = provider.asked
    assert sent["client_secret"] == ["s"]
    assert sent["code_verifier"]
    wiped = Client().post("/sign-in/", PASSWORD)
    assert wiped.status_code == 200, "whoever knew the password may not be who has the address"
    assert client.get("/password/").status_code == 404
    assert ">Password<" not in client.get("/queue/").content.decode()
    provider.claims["email"] = "renamed@example.org"
    assert come_back(Client())["Location"] == "/queue/", "they are known by what does not change"
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "stranger@example.org"},
        {"email_verified": False},
        {"email": None},
    ],
)
def test_nobody_else_does(provider: Any, reviewer: Person, claims: dict[str, object]) -> None:
    provider.claims |= claims
    client = Client()
    answer = come_back(client)
    assert answer.status_code == 200
    assert "Nobody of this address works here" in answer.content.decode()
    assert client.get("/queue/").status_code == 302
    assert [*Person.objects.all()] == [reviewer]
    assert not Organisation.objects.exists()


@pytest.mark.usefixtures("reviewer")
def test_an_answer_that_was_not_asked_for_is_refused(provider: Any) -> None:
    for changed in ({"state": "x"}, {"error": "access_denied"}, {"error": "server_error"}):
        client = Client()
        answer = come_back(client, **changed)
        if answer.status_code == 302:
            answer = client.get(answer["Location"])
        assert "Sign in" in answer.content.decode()
        assert client.get("/queue/").status_code == 302
    assert not provider.asked


@pytest.mark.usefixtures("reviewer")
def test_a_site_that_fails_is_told_of(provider: Any) -> None:
    provider.claims = None
    client = Client(raise_request_exception=False)
    answer = come_back(client)
    assert "Signing in did not work" in answer.content.decode()


@pytest.mark.usefixtures("provider")
def test_the_second_factor_is_asked_for_after_it(secret: str) -> None:
    client = Client()
    assert come_back(client)["Location"] == "/second-factor/sign-in/"
    assert client.get("/queue/").status_code == 302
    client.post("/second-factor/sign-in/", {"code": shown_by_app(secret)})
    assert client.get("/queue/").status_code == 200


@pytest.mark.usefixtures("provider")
def test_who_is_barred_does_not_sign_in_so(reviewer: Person) -> None:
    Person.objects.filter(pk=reviewer.pk).update(is_active=False)
    client = Client()
    answer = client.get(come_back(client)["Location"])
    assert "You cannot sign in" in answer.content.decode()
    assert client.get("/queue/").status_code == 302


@pytest.mark.django_db
def test_without_such_a_site_there_is_no_way_to_it() -> None:
    assert "Sign in with" not in looked_at(Client(), "/sign-in/")
    assert Client().get("/sign-in/by/oidc/").status_code == 404
