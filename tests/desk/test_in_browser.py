"""The desk in a real browser: axe on each page, as wide as a phone, and the keyboard.

It needs Chromium (Debian: `apt-get install chromium`). Where there is none, these tests are skipped, and say so;
with `SKIP_NOTHING=1` in the environment they fail instead.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as configured
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from clausewise.desk.interview.drafts import with_backing
from clausewise.desk.records import append_only
from clausewise.desk.records.models import DeskApplication, Person, Role, State
from clausewise.desk.workflow import actions
from clausewise.desk.workflow.evidence import attach, store
from clausewise.desk.workflow.today import today
from tests.conftest import SKIP_NOTHING
from tests.desk.conftest import decided, person, signed_in
from tests.desk.journey import OFFICE
from tests.desk.seeded import PAPERS
from tests.desk.test_signing_in import shown_by_app

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
pytestmark = pytest.mark.skipif(
    not CHROMIUM and not SKIP_NOTHING,
    reason="THE DESK IS NOT TESTED IN A BROWSER: chromium is not installed",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, NARROW = {"width": 1100, "height": 900}, {"width": 320, "height": 700}


@pytest.fixture(scope="module", autouse=True)
def _emptied(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:  # noqa: ARG001
    """A server in a thread of its own sees what is committed alone, so all tables are emptied after a test."""
    with django_db_blocker.unblock():
        append_only.drop(connection)
    yield
    with django_db_blocker.unblock():
        append_only.create(connection)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


def opened(browser: Browser, server: LiveServer, client: Client) -> Page:
    """A page of a browser in which somebody is signed in; no page needs JavaScript but axe."""
    context = browser.new_context(viewport=WIDE)  # type: ignore[arg-type]
    name = configured.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "url": server.url}
    context.add_cookies([cookie])  # type: ignore[list-item]
    return context.new_page()


def look(page: Page, address: str, *, narrow: bool = False) -> None:
    """Nothing runs over the side of a phone, axe finds nothing, and the browser complains of nothing.

    Args:
        narrow: whether axe looks at it as it is on a phone.
    """
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.goto(address)
    over = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert over <= 0, f"{address} runs {over} px over the side"
    page.set_viewport_size(NARROW if narrow else WIDE)  # type: ignore[arg-type]
    found = Axe().run(page, options={"runOnly": RULES})
    assert found.violations_count == 0, f"{address}\n{found.generate_report()}"
    assert not said, address


@pytest.fixture
def reviewed(submitted: DeskApplication) -> Person:
    """A reviewer who has claimed the application that was submitted."""
    reviewer = person("M Okafor", None, Role.REVIEWER)
    actions.claim(reviewer, submitted.pk)
    return reviewer


def test_axe_finds_nothing_on_an_applicants_pages(
    browser: Browser, live_server: LiveServer, member: Person, begun: DeskApplication
) -> None:
    begun.text = with_backing(OFFICE.read_text(encoding="utf-8"))
    begun.save()
    with store().keeping("Form.pdf", io.BytesIO(PAPERS)) as kept:
        attach(member, begun.pk, ["check-in.by", "employees.consent"], kept, today())
    page = opened(browser, live_server, signed_in(member))
    own = f"{live_server.url}/applications/{begun.pk}"
    for address in ("/applications/", "/organisation/", "/tokens/"):
        look(page, live_server.url + address)
    for part in ("/", "/check/", "/evidence/", "/text/", "/parts/check-in/"):
        look(page, own + part, narrow=part == "/check/")
    for fact in ("check-in.purpose", "check-in.by", "contoso.jurisdiction", "employees.ages"):
        look(page, f"{own}/questions/{fact}/")


def test_axe_finds_nothing_on_a_reviewers_pages(
    browser: Browser, live_server: LiveServer, reviewed: Person, submitted: DeskApplication
) -> None:
    page = opened(browser, live_server, signed_in(reviewed))
    look(page, f"{live_server.url}/queue/", narrow=True)
    look(page, f"{live_server.url}/statistics/")
    lead = opened(browser, live_server, signed_in(person("Lead", None, Role.LEAD)))
    for address in (f"/queue/{submitted.pk}/assign/", "/mail/"):
        look(lead, live_server.url + address, narrow=True)
    admin = opened(browser, live_server, signed_in(person("Ad", None, Role.ADMINISTRATOR)))
    for address in ("/people/", f"/people/{reviewed.pk}/", "/mail/", "/second-factor/"):
        look(admin, live_server.url + address)
    auditor = opened(browser, live_server, signed_in(person("Au", None, Role.AUDITOR)))
    for address in ("/audit/", f"/queue/{submitted.pk}/"):
        look(auditor, live_server.url + address, narrow=address == "/audit/")
    for part in (
        "",
        "judge/law.against-terms/",
        "ask/",
        "ask/check-in.timing/",
        "decide/",
        "give-back/",
    ):
        look(page, f"{live_server.url}/queue/{submitted.pk}/{part}")


def test_axe_finds_nothing_on_the_pages_after_a_decision(
    browser: Browser,
    live_server: LiveServer,
    reviewed: Person,
    member: Person,
    submitted: DeskApplication,
) -> None:
    made = decided(submitted, State.CONDITIONAL, reviewed)
    made.deadlines.create(fact="check-in.timing", day=today())
    made.appeals.create(text="It is no longer so.", person=member)
    DeskApplication.objects.update(state=State.CONDITIONAL)
    page = opened(browser, live_server, signed_in(person("Lead", None, Role.LEAD)))
    made.tasks.create(policy="face-code-of-conduct 3.0", verdict="prohibited", why="N1\nN2")
    for address in (f"/queue/{submitted.pk}/revoke/", f"/letters/{submitted.pk}/", "/tasks/"):
        look(page, live_server.url + address)
    decided(submitted, State.REFUSED, reviewed)
    DeskApplication.objects.update(state=State.REFUSED)
    look(page, f"{live_server.url}/queue/{submitted.pk}/reopen/")
    page = opened(browser, live_server, signed_in(member))
    for part in ("", "appeal/", "again/"):
        look(page, f"{live_server.url}/applications/{submitted.pk}/{part}", narrow=not part)


def test_axe_finds_nothing_on_the_pages_of_two(
    browser: Browser,
    live_server: LiveServer,
    gate: DeskApplication,
    reviewer: Person,
    settings: Settings,
) -> None:
    settings.DECIDED_BY = 2
    second = person("Second", None, Role.REVIEWER)
    for who in (reviewer, second):
        actions.give_judgement(who, gate.pk, "safety", "harm", "no", "Looked at it.")
    for who, part in ((reviewer, "decide/"), (second, "second/"), (second, "")):
        page = opened(browser, live_server, signed_in(who))
        look(page, f"{live_server.url}/queue/{gate.pk}/{part}", narrow=part == "decide/")


def test_a_second_factor_is_set_up_in_a_browser(
    browser: Browser, live_server: LiveServer, reviewer: Person
) -> None:
    page = browser.new_context(viewport=WIDE).new_page()  # type: ignore[arg-type]
    for address in ("/register/sent/", "/register/confirm/no-key/", "/register/", "/sign-in/"):
        look(page, live_server.url + address, narrow=address == "/sign-in/")

    def sign_in() -> None:
        page.locator("#id_login").fill(reviewer.email)
        page.locator("#id_password").fill("a long Password 1")
        page.get_by_role("button", name="Sign in").click()

    sign_in()
    page.wait_for_url("**/queue/")
    look(page, f"{live_server.url}/second-factor/app/", narrow=True)
    assert page.locator(".square svg").bounding_box()["width"] > 150  # type: ignore[index]
    key = page.locator("ol code").inner_text()
    page.get_by_label("Authenticator code").fill(shown_by_app(key))
    page.get_by_role("button", name="Set it up").click()
    page.wait_for_url("**/second-factor/codes/")
    code = page.locator(".codes code").first.inner_text()
    for address in ("codes/", "codes/new/", "app/remove/", ""):
        look(page, f"{live_server.url}/second-factor/{address}")
    page.get_by_role("button", name="Sign out").click()
    sign_in()
    page.wait_for_url("**/second-factor/sign-in/")
    look(page, page.url, narrow=True)
    page.get_by_label("Code").fill(code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue/")


def test_a_key_is_added_and_asked_for(
    browser: Browser, live_server: LiveServer, reviewer: Person, settings: Settings
) -> None:
    """By an authenticator that the browser plays; the name of the server is `localhost`, as keys want one."""
    settings.KEYS_WORK = True
    page = browser.new_context(viewport=WIDE).new_page()  # type: ignore[arg-type]
    plays = page.context.new_cdp_session(page)
    plays.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True}
    made = plays.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    def sign_in() -> None:
        page.goto(f"{live_server.url}/sign-in/")
        page.locator("#id_login").fill(reviewer.email)
        page.locator("#id_password").fill("a long Password 1")
        page.get_by_role("button", name="Sign in").click()

    sign_in()
    page.wait_for_url("**/queue/")
    look(page, f"{live_server.url}/second-factor/")
    look(page, f"{live_server.url}/second-factor/keys/add/", narrow=True)
    page.get_by_role("button", name="Add it").click()
    page.wait_for_url("**/second-factor/codes/")
    for address in ("keys/", "again/key/", ""):
        look(page, f"{live_server.url}/second-factor/{address}", narrow=address == "keys/")
    page.goto(f"{live_server.url}/second-factor/again/key/?next=/second-factor/keys/")
    page.get_by_role("button", name="Use a security key").click()
    page.wait_for_url("**/second-factor/keys/")
    page.get_by_role("link", name="Remove it").click()
    look(page, page.url)
    page.get_by_role("button", name="Sign out").click()
    sign_in()
    page.wait_for_url("**/second-factor/sign-in/")
    look(page, page.url, narrow=True)
    page.get_by_role("button", name="Use a security key").click()
    page.wait_for_url("**/queue/")
    page.get_by_role("button", name="Sign out").click()
    plays.send("WebAuthn.removeVirtualAuthenticator", made)
    plays.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in()
    page.wait_for_url("**/second-factor/sign-in/")
    expect(page.get_by_role("alert")).to_be_hidden()
    page.get_by_role("button", name="Use a security key").click()
    expect(page.get_by_role("alert")).to_contain_text("The browser got nothing from a key")


def test_a_question_is_answered_by_keyboard(
    browser: Browser, live_server: LiveServer, member: Person, begun: DeskApplication
) -> None:
    begun.text += "\nuse check-in {\n}\n"
    begun.save()
    page = opened(browser, live_server, signed_in(member))
    page.goto(f"{live_server.url}/applications/{begun.pk}/questions/check-in.timing/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "radio":
            break
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    begun.refresh_from_db()
    assert "timing  near-real-time" in begun.text


def test_a_mistake_is_told_first_and_leads_to_its_input(
    browser: Browser, live_server: LiveServer, member: Person, begun: DeskApplication
) -> None:
    begun.text += "\nuse check-in {\n}\n"
    begun.save()
    page = opened(browser, live_server, signed_in(member))
    page.goto(f"{live_server.url}/applications/{begun.pk}/questions/check-in.timing/")
    page.get_by_role("button", name="Save and go on").click()
    focused = page.locator(":focus")
    expect(focused).to_have_class("summary")  # waits for the page that is answered
    page.get_by_role("link", name="There is no answer yet").click()
    expect(focused).to_have_id("answer")
