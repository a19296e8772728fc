"""The main journeys in a real browser, each from its beginning to its end; and one of them by keyboard alone."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from clausewise.desk.records.models import DeskApplication, Person, Role, State
from clausewise.desk.workflow import actions, jobs
from clausewise.desk.workflow.decisions import decide
from clausewise.desk.workflow.today import today
from tests.desk import gates
from tests.desk.browsing import (
    NEEDS_BROWSER,
    looked_at,
    opened,
    sign_in,
)
from tests.desk.conftest import person, signed_in
from tests.desk.seeded import PAPERS
from tests.desk.test_again import UNSIGNED

PASSWORD = "a long Password 1"
PAPER = {"name": "Alarm 警報.pdf", "mimeType": "application/pdf", "buffer": PAPERS}
MOST_TABS = 60
FOCUSED = """() => {
  const one = document.activeElement;
  if (one === document.body) return ["", "", true];
  const label = one.labels && one.labels[0];
  return [(label ? label.innerText : one.innerText || one.value || "").trim(), one.type || "",
          getComputedStyle(one).outlineStyle !== "none" && one.getBoundingClientRect().width > 0];
}"""
"""Where whoever uses the keyboard is: the label or the words, the kind of input, and whether it is seen."""

pytestmark = NEEDS_BROWSER


def press(page: Page, name: str) -> None:
    """Press a button, and wait for the page that comes of it."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: str) -> None:
    """Follow a link that begins so; what is said to screen readers alone stands apart."""
    words = re.escape(name).replace(":", r"\s*:")
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile(f"^{words}")).first.click()


def said(page: Page) -> str:
    """What the main part of a page says."""
    return page.locator("main").inner_text()


def submit(page: Page) -> None:
    page.get_by_label("What is stated here is true").check()
    press(page, "Submit")


def test_from_the_interview_to_a_verdict(
    browser: Browser,
    live_server: LiveServer,
    member: Person,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    gates.install(tmp_path, monkeypatch)
    settings.FORMS = tmp_path
    page = opened(browser, live_server, signed_in(member))
    page.goto(live_server.url)
    follow(page, "A gate")
    page.get_by_label("What do you call it?").fill("North gate, 北門 بوابة")
    press(page, "Begin")
    for name in ("Front", "Back"):
        page.locator("#name-door").fill(name)
        press(page, "Add door")
    follow(page, "Next question")
    asked = []
    while "/questions/" in page.url:
        asked.append(page.locator("h1").inner_text())
        page.get_by_text("Why do you ask?").click()
        expect(page.locator("blockquote").first).to_contain_text("The rules of the gate, rule")
        wanted = "know yet" if asked[-1] == "Does back have an alarm?" else "Yes"
        page.get_by_label(wanted).check()
        press(page, "Save and go on")
    assert len({*asked}) == 4
    assert "1 answer that could matter counts only with evidence" in said(page)
    assert "Open, from a reviewer" in said(page)
    follow(page, "Change: Is there a sign at back?")
    page.get_by_label("No", exact=True).check()
    press(page, "Save and go on")
    expect(page.locator("aside")).to_contain_text("Prohibited")
    expect(page.locator("aside")).to_contain_text("There is no sign at back")
    press(page, "Submit")
    expect(page.locator(":focus")).to_have_class("summary")
    other = page.context.new_page()
    other.goto(page.url)
    for tab in (page, other):  # of two tabs one submits it
        submit(tab)
    assert "It is with the reviewers" in said(page)
    made = DeskApplication.objects.get()
    assert (made.state, made.verdict, made.versions.count()) == (State.SUBMITTED, "prohibited", 1)


def test_from_the_queue_to_the_letter(
    browser: Browser,
    live_server: LiveServer,
    gate: DeskApplication,
    reviewer: Person,
) -> None:
    actions.release(reviewer, gate.pk)
    other = person("Second", None, Role.REVIEWER)
    page = opened(browser, live_server, signed_in(reviewer))
    page.goto(f"{live_server.url}/queue/?view=unassigned")
    page.get_by_label("Search").fill("north")
    press(page, "Apply")
    follow(page, "North gate")
    press(page, "Claim it")
    follow(page, "Could the doors harm anyone?")
    press(page, "Save the judgement")
    page.get_by_role("link", name="Give the reason for your answer").click()
    expect(page.locator(":focus")).to_have_id("reason")
    page.get_by_label("No", exact=True).check()
    page.get_by_label("Reason").fill("Nobody stands where they open.")
    press(page, "Save the judgement")
    actions.give_judgement(other, gate.pk, "safety", "harm", "no", "Seen.")
    page.reload()
    follow(page, "Decide")
    expect(page.get_by_label("Approve", exact=True)).to_be_disabled()
    day = today() + timedelta(days=30)
    page.get_by_label("Does front have an alarm?").fill(f"{day:%d.%m.%Y}")
    page.get_by_label("Text of the letter").fill("We have looked at it.\n\nThe alarm can follow.")
    press(page, "Look at the letter first")
    expect(page.locator("#letter")).to_contain_text("The alarm can follow.")
    press(page, "Decide and sign")
    assert "is approved with conditions" in said(page)
    member = opened(browser, live_server, signed_in(gate.created_by))
    member.goto(f"{live_server.url}/applications/{gate.pk}/")
    follow(member, "Read the letter")
    assert f"{day.day} {day:%B %Y}" in said(member)
    with member.expect_download() as found:
        member.get_by_role("link", name=re.compile("PDF")).first.click()
    assert Path(found.value.path()).read_bytes().startswith(b"%PDF")


def test_from_a_question_at_an_answer_to_its_evidence(
    browser: Browser,
    live_server: LiveServer,
    gate: DeskApplication,
    reviewer: Person,
) -> None:
    page = opened(browser, live_server, signed_in(reviewer))
    page.goto(f"{live_server.url}/queue/{gate.pk}/")
    page.get_by_text("1 answer is missing or lacks evidence").click()
    follow(page, "Does front have an alarm?")
    page.get_by_label("Your question").fill("Which alarm is it?\nPlease send its papers.")
    press(page, "Ask")
    follow(page, "Give it back to the applicant")
    press(page, "Give it back")

    member = opened(browser, live_server, signed_in(gate.created_by))
    member.goto(live_server.url)
    expect(member.get_by_text("Waits for you")).to_be_visible()
    follow(member, "Answer: North gate")
    follow(member, "Which alarm is it?")
    looked_at(member)
    member.get_by_label("Yes").check()
    member.get_by_label("Your reply to the reviewer").fill("A bell <b>of brass</b>.")
    member.get_by_label("A file").set_input_files({**PAPER, "name": "alarm.exe"})  # type: ignore[arg-type]
    press(member, "Save and go on")
    expect(member.locator(".summary")).to_contain_text("This file is not kept")
    member.get_by_label("A file").set_input_files(PAPER)  # type: ignore[arg-type]
    press(member, "Save and go on")
    follow(member, "Check your answers and submit")
    submit(member)

    page.goto(f"{live_server.url}/queue/{gate.pk}/")
    assert "A bell <b>of brass</b>." in said(page)
    looked_at(page)
    with page.expect_download() as found:
        page.locator("table").get_by_role("link", name=re.compile("pdf")).first.click()
    assert Path(found.value.path()).read_bytes() == PAPERS


def test_from_a_new_version_of_a_policy_to_a_task_that_is_done(
    browser: Browser,
    live_server: LiveServer,
    gate: DeskApplication,
    reviewer: Person,
    lead: Person,
    tmp_path: Path,
) -> None:
    for who in (reviewer, person("Second", None, Role.REVIEWER)):
        actions.give_judgement(who, gate.pk, "safety", "harm", "no", "Seen.")
    due = {"front.alarm": today() + timedelta(days=9)}
    decide(reviewer, gate.pk, State.CONDITIONAL, "Yes.", lambda *_: UNSIGNED, due)
    stricter = gates.POLICY.replace("d.sign is yes", "d.sign is no")
    (tmp_path / "gate-code.policy").write_text(stricter, encoding="utf-8")
    page = opened(browser, live_server, signed_in(lead))
    page.goto(f"{live_server.url}/tasks/")
    assert "a condition: front.alarm" in said(page)
    press(page, "Judge again what was decided")
    jobs.work(until_done=True)
    page.reload()
    row = page.get_by_role("row", name=re.compile("North gate")).first
    expect(row).to_contain_text("Prohibited")
    expect(row).to_contain_text("G3 is violated, met before for front.sign")
    row.get_by_role("checkbox").check()
    press(page, "Tell the applicants that are ticked")
    row.get_by_label(re.compile("What was made of it?")).fill("They put up other signs.")
    with page.expect_navigation():
        row.get_by_role("button").click()
    assert "No decision waits to be looked at." in said(page)


def test_from_a_person_who_is_entered_to_one_who_is_barred(
    browser: Browser,
    live_server: LiveServer,
    db: None,  # noqa: ARG001
) -> None:
    admin = person("Admin", None, Role.ADMINISTRATOR)
    page = opened(browser, live_server, signed_in(admin))
    page.goto(live_server.url)
    page.get_by_label("Name", exact=True).fill("Zoë Ørsted-Łuk")
    page.get_by_label("E-mail address").fill("zoe@example.org")
    page.get_by_label("Reviewer").check()
    press(page, "Enter")
    password = page.locator(".note code").inner_text()
    entered = Person.objects.get(email="zoe@example.org")
    theirs = opened(browser, live_server)
    sign_in(theirs, live_server, entered, password)
    theirs.wait_for_url("**/queue/")
    follow(page, "Zoë Ørsted-Łuk")
    page.get_by_label("Auditor").check()
    page.get_by_label("Can sign in").uncheck()
    press(page, "Save")
    assert "(cannot sign in)" in said(page)
    theirs.reload()
    theirs.wait_for_url("**/sign-in/**")


# by keyboard alone


def tab_to(page: Page, *wanted: str) -> None:
    """Press Tab until what has the focus begins so, or is such an input; the focus is always seen."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        words, kind, is_seen = page.evaluate(FOCUSED)
        assert is_seen, f"the focus is not seen at {words} of {page.url}"
        if kind in wanted or any(words.startswith(one) for one in wanted):
            return
    raise AssertionError(f"no key leads to {wanted} on {page.url}")


def enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_an_application_by_keyboard_alone(
    browser: Browser,
    live_server: LiveServer,
    member: Person,
) -> None:
    """From signing in to a version that is submitted, by somebody who has no mouse."""
    page = opened(browser, live_server)
    page.goto(live_server.url)
    for field, value in (("E-mail", member.email), ("Password", PASSWORD)):
        tab_to(page, field)
        page.keyboard.type(value)
    enter(page)
    tab_to(page, "Skip to main content")
    page.keyboard.press("Enter")
    tab_to(page, "Report a failure of liveness detection")
    enter(page)
    tab_to(page, "What do you call it?")
    page.keyboard.type("A mask got through")
    enter(page)
    tab_to(page, "Next question")
    enter(page)
    asked = []
    while "/questions/" in page.url:
        asked.append(page.url)
        tab_to(page, "radio", "checkbox", "text", "textarea")
        _answer_by_keys(page)
        tab_to(page, "Save and go on")
        enter(page)
    assert len({*asked}) == len(asked) > 5
    tab_to(page, "What is stated here is true")
    page.keyboard.press("Space")
    tab_to(page, "Submit")
    enter(page)
    assert DeskApplication.objects.get().state == State.SUBMITTED


def _answer_by_keys(page: Page) -> None:
    """The second of some choices, all that can be ticked, or some words."""
    match page.evaluate("document.activeElement.type"):
        case "radio":
            page.keyboard.press("ArrowDown")
        case "checkbox":
            while not page.evaluate(FOCUSED)[0].startswith("These, and perhaps more"):
                page.keyboard.press("Space")
                page.keyboard.press("Tab")
        case _:
            page.keyboard.type("A mask of paper")


def test_a_mistake_is_told_first_and_leads_to_its_input(
    browser: Browser,
    live_server: LiveServer,
    member: Person,
    begun: DeskApplication,
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
