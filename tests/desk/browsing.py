"""A browser for the tests of pages: Debian's Chromium, driven by Playwright, one for all tests of a module.

Where there is none, these tests are skipped, and say so; with `SKIP_NOTHING=1` in the environment they fail.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import resolve
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from clausewise.desk.records import append_only
from clausewise.desk.records.models import Person
from tests.conftest import SKIP_NOTHING

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
NEEDS_BROWSER = pytest.mark.skipif(
    not CHROMIUM and not SKIP_NOTHING,
    reason="THE DESK IS NOT TESTED IN A BROWSER: chromium is not installed",
)
LOOKED: set[str] = set()
"""The addresses that were looked at, by their names in the table of addresses."""
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
WIDE, NARROW = {"width": 1100, "height": 900}, {"width": 320, "height": 700}
FONT = 16
"""The size of text, in pixels, that a browser has by itself."""
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LOST = """() => [...document.querySelectorAll("main *, header *, footer *")].filter(one => {
  const style = getComputedStyle(one), clips = side => ["hidden", "clip"].includes(style[side]);
  if (one.closest(".vh, .skip, .cards thead, .dossier") || !one.clientWidth || !one.innerText) return false;
  return clips("overflowX") && one.scrollWidth > one.clientWidth + 1
      || clips("overflowY") && one.scrollHeight > one.clientHeight + 1;
}).map(one => one.outerHTML.slice(0, 120))"""
"""The elements of which some text is cut off; those aside that are for screen readers, and the dossier's."""


@pytest.fixture(scope="module")
def emptied(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:  # noqa: ARG001
    """A server in a thread of its own sees what is committed alone, so all tables are emptied after a test."""
    with django_db_blocker.unblock():
        append_only.drop(connection)
    yield
    with django_db_blocker.unblock():
        append_only.create(connection)


@pytest.fixture(scope="module")
def browser(emptied: None) -> Iterator[Browser]:  # noqa: ARG001
    """One browser, in which each page that is opened has cookies of its own."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


def opened(browser: Browser, server: LiveServer, client: Client | None = None) -> Page:
    """A page of a browser, in which somebody is signed in; no page needs JavaScript but axe."""
    context = browser.new_context(viewport=WIDE)  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    if client:
        name = settings.SESSION_COOKIE_NAME
        cookie = {"name": name, "value": client.cookies[name].value, "url": server.url}
        context.add_cookies([cookie])  # type: ignore[list-item]
    return context.new_page()


def sign_in(page: Page, server: LiveServer, who: Person, password: str) -> None:
    """Sign in as people do."""
    page.goto(f"{server.url}/sign-in/")
    page.locator("#id_login").fill(who.email)
    page.locator("#id_password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def look(page: Page, address: str, *, narrow: bool = False) -> None:
    """Go somewhere, and look at the page as it is there (`looked_at`)."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(address)
    looked_at(page, narrow=narrow)
    assert not said, (address, said)


def looked_at(page: Page, *, narrow: bool = False) -> None:
    """Nothing runs over the side of a phone, nor is lost in text of twice the size, and axe finds nothing.

    Args:
        narrow: whether axe looks at it as it is on a phone.
    """
    LOOKED.add(resolve(urlsplit(page.url).path).url_name or "")
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    over = page.evaluate(OVER)
    assert over <= 0, f"{page.url} runs {over} px over the side of a phone"
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    fonts = page.context.new_cdp_session(page)
    fonts.send("Page.setFontSizes", {"fontSizes": {"standard": 2 * FONT}})
    over, lost = page.evaluate(OVER), page.evaluate(LOST)
    assert over <= 0, f"{page.url} runs {over} px over the side in text of twice the size"
    assert not lost, f"{page.url} loses text of twice the size: {lost}"
    fonts.send("Page.setFontSizes", {"fontSizes": {"standard": FONT}})
    page.set_viewport_size(NARROW if narrow else WIDE)  # type: ignore[arg-type]
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
