"""Every page of the desk in a real browser: axe, as wide as a phone, and with text of twice the size."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from clausewise.desk.interview.drafts import with_backing
from clausewise.desk.records.models import DeskApplication, Person, Role, State
from clausewise.desk.site.urls import urlpatterns
from clausewise.desk.workflow import actions
from clausewise.desk.workflow.evidence import attach, store
from clausewise.desk.workflow.today import today
from tests.desk.browsing import (
    LOOKED,
    NEEDS_BROWSER,
    look,
    looked_at,
    opened,
    sign_in,
)
from tests.desk.conftest import decided, person, signed_in
from tests.desk.journey import OFFICE
from tests.desk.seeded import PAPERS
from tests.desk.test_access import address
from tests.desk.test_signing_in import shown_by_app

PASSWORD = "a long Password 1"
PAGES: Mapping[str, tuple[str, ...]] = {
    "nobody": (
        *("account_login", "account_signup", "account_email_verification_sent"),
        *("account_confirm_email", "account_inactive", "socialaccount_login_cancelled"),
        *("account_reset_password", "account_reset_password_done"),
        *("account_reset_password_from_key", "account_reset_password_from_key_done"),
    ),
    "an applicant": (
        *("applications", "begin", "organisation", "tokens", "mail", "account_change_password"),
        *("account_logout", "mfa_index", "account_reauthenticate"),
        *("application", "check", "evidence", "text", "entity", "withdraw"),
    ),
    "an applicant, by fact": ("question",),
    "whoever holds it": (
        *("queue", "dossier", "ask_which", "ask", "judge", "decide", "give_back", "recuse"),
        *("statistics", "tasks"),
    ),
    "a lead": ("assign",),
    "an administrator": ("people", "person", "policies"),
    "an auditor": ("audit",),
    "a second": ("second",),
    "a lead, once it is decided": ("revoke", "reopen", "letter"),
    "an applicant, once it is decided": ("appeal", "again"),
    "by a second factor": (
        *("mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp"),
        *("mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_list_webauthn"),
        *("mfa_add_webauthn", "mfa_remove_webauthn", "mfa_reauthenticate_webauthn"),
    ),
}
"""All pages, each by whom it is looked at."""
NO_PAGES = {
    *("home", "openid_connect_login", "openid_connect_callback", "following"),  # lead elsewhere
    *("take_out", "take_out_token", "add", "remove", "bring_back", "fulfil", "save_view"),  # forms
    *("forget_view", "claim", "release", "judge_again", "inform", "close_task", "work_out"),
    *("pin_form", "take_back"),
    *("verify_audit", "api_save", "api_state", "api_send_file", "api_submit"),
    *("own_file", "seen_file", "download", "seen_version", "export", "dossier_style"),  # files
    *("letter_pdf", "package", "public_key", "key_of", "heads", "mfa_download_recovery_codes"),
}
"""The addresses at which no page is: they lead elsewhere, take a form, or give a file."""


def test_each_address_is_a_page_that_is_looked_at_or_none() -> None:
    pages = [name for names in PAGES.values() for name in names]
    assert sorted([*pages, *NO_PAGES]) == sorted(str(one.name) for one in urlpatterns)


def looks(page: Page, server: LiveServer, who: str, key: int = 1, narrow: str = "") -> None:
    """Look at all pages that somebody has; at one also by axe as it is on a phone."""
    for name in PAGES[who]:
        look(page, server.url + address(name, key), narrow=name == narrow)


@pytest.fixture
def reviewed(submitted: DeskApplication) -> Person:
    """A reviewer who has claimed the application that was submitted."""
    reviewer = person("M Okafor", None, Role.REVIEWER)
    actions.claim(reviewer, submitted.pk)
    return reviewer


@NEEDS_BROWSER
def test_the_pages_to_sign_in(browser: Browser, live_server: LiveServer) -> None:
    looks(opened(browser, live_server), live_server, "nobody", narrow="account_login")


@NEEDS_BROWSER
def test_an_applicants_pages(
    browser: Browser, live_server: LiveServer, member: Person, begun: DeskApplication
) -> None:
    begun.text = with_backing(OFFICE.read_text(encoding="utf-8"))
    begun.text += f"\nactor {'x' * 60} {{\n}}\n"  # as long as a name can be that is one word
    begun.title = "W" * 110
    begun.save()
    with store().keeping("Form.pdf", io.BytesIO(PAPERS)) as kept:
        attach(member, begun.pk, ["check-in.by", "employees.consent"], kept, today())
    page = opened(browser, live_server, signed_in(member))
    looks(page, live_server, "an applicant", begun.pk, "check")
    for fact in ("check-in.purpose", "check-in.by", "contoso.jurisdiction", "employees.ages"):
        look(page, f"{live_server.url}{reverse('question', args=[begun.pk, fact])}")
    page.goto(f"{live_server.url}{reverse('check', args=[begun.pk])}")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator(":focus")).to_have_class("summary")
    looked_at(page)


@NEEDS_BROWSER
def test_the_pages_of_who_works_at_the_desk(
    browser: Browser, live_server: LiveServer, reviewed: Person, submitted: DeskApplication
) -> None:
    page = opened(browser, live_server, signed_in(reviewed))
    looks(page, live_server, "whoever holds it", submitted.pk, "queue")
    page.goto(f"{live_server.url}/queue/{submitted.pk}0/")
    assert page.title().startswith("Not found")
    looked_at(page)
    for role, who, key in (
        (Role.LEAD, "a lead", submitted.pk),
        (Role.ADMINISTRATOR, "an administrator", reviewed.pk),
        (Role.AUDITOR, "an auditor", submitted.pk),
    ):
        page = opened(browser, live_server, signed_in(person(str(role.label), None, role)))
        looks(page, live_server, who, key, PAGES[who][0])
    look(page, f"{live_server.url}/queue/{submitted.pk}/")


@NEEDS_BROWSER
def test_the_pages_after_a_decision(
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
    lead = opened(browser, live_server, signed_in(person("Lead", None, Role.LEAD)))
    made.tasks.create(policy="face-code-of-conduct 3.0", verdict="prohibited", why="N1\nN2")
    look(lead, f"{live_server.url}/tasks/")
    looks_after = {State.CONDITIONAL: ("revoke", "letter"), State.REFUSED: ("reopen",)}
    for state, names in looks_after.items():
        decided(submitted, state, reviewed)
        DeskApplication.objects.update(state=state)
        for name in names:
            look(lead, live_server.url + address(name, submitted.pk))
    page = opened(browser, live_server, signed_in(member))
    look(page, f"{live_server.url}/applications/{submitted.pk}/", narrow=True)
    looks(page, live_server, "an applicant, once it is decided", submitted.pk)
    assert {*PAGES["a lead, once it is decided"]} <= LOOKED


@NEEDS_BROWSER
def test_the_pages_of_two(
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
    page = opened(browser, live_server, signed_in(reviewer))
    look(page, f"{live_server.url}/queue/{gate.pk}/decide/", narrow=True)
    page = opened(browser, live_server, signed_in(second))
    looks(page, live_server, "a second", gate.pk)
    look(page, f"{live_server.url}/queue/{gate.pk}/")


@NEEDS_BROWSER
def test_a_second_factor_is_set_up_in_a_browser(
    browser: Browser, live_server: LiveServer, reviewer: Person
) -> None:
    page = opened(browser, live_server)
    sign_in(page, live_server, reviewer, PASSWORD)
    page.wait_for_url("**/queue/")
    look(page, f"{live_server.url}/second-factor/app/", narrow=True)
    assert page.locator(".square svg").bounding_box()["width"] > 150  # type: ignore[index]
    key = page.locator("ol code").inner_text()
    page.get_by_label("Authenticator code").fill(shown_by_app(key))
    page.get_by_role("button", name="Set it up").click()
    page.wait_for_url("**/second-factor/codes/")
    code = page.locator(".codes code").first.inner_text()
    for part in ("codes/", "codes/new/", "app/remove/", "again/", ""):
        look(page, f"{live_server.url}/second-factor/{part}")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, live_server, reviewer, PASSWORD)
    page.wait_for_url("**/second-factor/sign-in/")
    look(page, page.url, narrow=True)
    page.get_by_label("Code").fill(code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue/")


@NEEDS_BROWSER
def test_a_key_is_added_and_asked_for(
    browser: Browser, live_server: LiveServer, reviewer: Person, settings: Settings
) -> None:
    """By an authenticator that the browser plays; the name of the server is `localhost`, as keys want one."""
    settings.KEYS_WORK = True
    page = opened(browser, live_server)
    plays = page.context.new_cdp_session(page)
    plays.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True}
    made = plays.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    sign_in(page, live_server, reviewer, PASSWORD)
    page.wait_for_url("**/queue/")
    look(page, f"{live_server.url}/second-factor/")
    look(page, f"{live_server.url}/second-factor/keys/add/", narrow=True)
    page.get_by_role("button", name="Add it").click()
    page.wait_for_url("**/second-factor/codes/")
    for part in ("keys/", "again/key/", ""):
        look(page, f"{live_server.url}/second-factor/{part}", narrow=part == "keys/")
    page.goto(f"{live_server.url}/second-factor/again/key/?next=/second-factor/keys/")
    page.get_by_role("button", name="Use a security key").click()
    page.wait_for_url("**/second-factor/keys/")
    page.get_by_role("link", name="Remove it").click()
    look(page, page.url)
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, live_server, reviewer, PASSWORD)
    page.wait_for_url("**/second-factor/sign-in/")
    look(page, page.url, narrow=True)
    page.get_by_role("button", name="Use a security key").click()
    page.wait_for_url("**/queue/")
    page.get_by_role("button", name="Sign out").click()
    plays.send("WebAuthn.removeVirtualAuthenticator", made)
    plays.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page, live_server, reviewer, PASSWORD)
    page.wait_for_url("**/second-factor/sign-in/")
    expect(page.get_by_role("alert")).to_be_hidden()
    page.get_by_role("button", name="Use a security key").click()
    expect(page.get_by_role("alert")).to_contain_text("The browser got nothing from a key")
