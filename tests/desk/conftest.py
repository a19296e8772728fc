"""A desk for the tests: its folder, people of each role, and the way of an application through the workflow."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

NEEDED = ("django", "allauth", "waitress", "whitenoise")
if missing := [name for name in NEEDED if find_spec(name) is None]:
    pytest.skip(
        f"THE DESK IS NOT TESTED: {', '.join(missing)} not installed", allow_module_level=True
    )

os.environ["DESK_FOLDER"] = os.devnull  # no desk: what a test needs of one, a fixture gives
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
    "1"  # Playwright runs an event loop in the thread of a test
)
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.desk.settings"

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.test import Client  # noqa: E402

from clausewise.desk.interview.drafts import with_backing  # noqa: E402
from clausewise.desk.interview.forms import forms  # noqa: E402
from clausewise.desk.mail.texts import page_of  # noqa: E402
from clausewise.desk.pages.accounts.addresses import vouch_for  # noqa: E402
from clausewise.desk.records import audit  # noqa: E402
from clausewise.desk.records.models import (  # noqa: E402
    Decision,
    DeskApplication,
    Grant,
    Mail,
    Organisation,
    Person,
    Role,
    State,
)
from clausewise.desk.workflow import actions  # noqa: E402
from clausewise.desk.workflow.today import today  # noqa: E402
from clausewise.dossier.signing import new_key  # noqa: E402
from clausewise.dsl.files.writing import write_new  # noqa: E402
from tests.desk import gates  # noqa: E402
from tests.desk.browsing import browser, emptied  # noqa: E402, F401
from tests.desk.journey import OFFICE  # noqa: E402
from tests.desk.seeded import with_papers  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def desk_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The desk's folder, with the key that signs letters."""
    folder = tmp_path_factory.mktemp("desk")
    private, public = new_key()
    write_new(folder / "signing.pem", private, 0o600)
    write_new(folder / "signing.pem.pub", public, 0o644)
    settings.SIGNING_KEY = folder / "signing.pem"
    settings.EVIDENCE = folder / "evidence"
    settings.HEADS = folder / "heads"
    return folder


@pytest.fixture(autouse=True)
def _nothing_of_other_tests(desk_folder: Path) -> None:
    """No requests are counted, no heads are signed, and of keys there is the one that signs."""
    cache.clear()
    for left in (settings.HEADS, desk_folder / "keys"):
        shutil.rmtree(left, ignore_errors=True)


def person(name: str, organisation: Organisation | None = None, *roles: Role) -> Person:
    """Somebody who can sign in, of whom the audit trail tells."""
    email = f"{name.lower().replace(' ', '.')}@example.org"
    made = Person.objects.create_user(
        email, "a long Password 1", name=name, organisation=organisation
    )
    Grant.objects.bulk_create([Grant(person=made, role=role) for role in roles])
    vouch_for(made)
    if organisation:
        audit.note("register", made, None, organisation=organisation.pk)
    if roles:
        audit.note("enter", None, None, entered=made.pk, roles=[role.value for role in roles])
    return made


@pytest.fixture
def organisation(db: None) -> Organisation:  # noqa: ARG001
    return Organisation.objects.create(name="Contoso (example)")


@pytest.fixture
def member(organisation: Organisation) -> Person:
    return person("A Reyes", organisation)


@pytest.fixture
def reviewer(db: None) -> Person:  # noqa: ARG001
    return person("M Okafor", None, Role.REVIEWER)


@pytest.fixture
def lead(db: None) -> Person:  # noqa: ARG001
    return person("Lead", None, Role.LEAD)


@pytest.fixture
def as_lead(lead: Person) -> Client:
    return signed_in(lead)


@pytest.fixture
def as_member(member: Person) -> Client:
    return signed_in(member)


@pytest.fixture
def as_reviewer(reviewer: Person) -> Client:
    return signed_in(reviewer)


def decided(application: DeskApplication, kind: State, by: Person) -> Decision:
    """A decision as it stands in its table, with no letter that anybody signed."""
    return application.decisions.create(
        version=application.newest,
        kind=kind,
        person=by,
        day=today(),
        verdict="permitted",
        signers=by.name,
        letter="",
        design=application.text,
        statement=b"{}",
        pdf=b"%PDF",
        key="",
    )


def signed_in(who: Person) -> Client:
    """A browser in which somebody is signed in."""
    client = Client(enforce_csrf_checks=False)
    client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def link_in(mail: Mail) -> str:
    """Where a mail leads, without the desk's own address."""
    return page_of(mail)


@pytest.fixture
def begun(as_member: Client) -> DeskApplication:
    """An application that was begun, and in which nothing is answered."""
    as_member.post("/applications/new/face-registration/", {"title": "Office touchless access"})
    return DeskApplication.objects.get()


@pytest.fixture
def submitted(begun: DeskApplication) -> DeskApplication:
    """One in which all is answered, by a design that is permitted once people have judged."""
    begun.text = with_backing(OFFICE.read_text(encoding="utf-8"))
    begun.save()
    with_papers(begun)
    return actions.submit(begun.created_by, begun.pk)


@pytest.fixture
def gate(
    member: Person, reviewer: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> DeskApplication:
    """An application in review, judged by a pack of the tests alone."""
    gates.install(tmp_path, monkeypatch)
    made = actions.start(member, forms([tmp_path])["gate"], "North gate")
    actions.edit(member, made.pk, lambda _: gates.DESIGN)
    actions.submit(member, made.pk)
    return actions.claim(reviewer, made.pk)
