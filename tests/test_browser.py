"""The dossier in a real browser: axe, the keyboard, a narrow screen, and that it asks for nothing; wide tables.

It needs Chromium (Debian: `apt-get install chromium`). Where there is none, these tests are skipped, and say so;
with `SKIP_NOTHING=1` in the environment they fail instead.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from clausewise.formats.dossier import page as dossier_page
from clausewise.formats.side_by_side import page as side_by_side_page
from clausewise.intake.access import Access
from clausewise.intake.judges import names_allowed
from tests.conftest import ROOT, SKIP_NOTHING
from tests.test_dossier import document
from tests.test_packs import TOGETHER
from tests.test_side_by_side import compared

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""

pytestmark = pytest.mark.skipif(
    not CHROMIUM and not SKIP_NOTHING, reason="NOT TESTED IN A BROWSER: chromium is not installed"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(params=["patrol"])
def opened(
    browser: Browser, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[Page, list[str]]]:
    """A dossier as a reader opens it, and the addresses that it asked for."""
    path = tmp_path / "dossier.html"
    path.write_text(
        dossier_page.render(document(ROOT / "examples" / f"{request.param}.design")),
        encoding="utf-8",
    )
    page = browser.new_page(viewport={"width": 1000, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    yield page, asked
    page.close()


Opened = tuple[Page, list[str]]


@pytest.mark.parametrize("opened", ["patrol", "case-16-airport-boarding"], indirect=True)
def test_axe_finds_nothing(opened: Opened) -> None:
    page, _ = opened
    found = Axe().run(
        page,
        options={
            "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        },
    )
    assert found.violations_count == 0, found.generate_report()
    rules = {one["id"] for one in found.response["passes"]}
    assert {"color-contrast", "heading-order", "svg-img-alt", "html-has-lang", "region"} <= rules


def test_axe_would_find_something(opened: Opened) -> None:
    """Were the alternative of the picture missing, or a text too pale."""
    page, _ = opened
    page.evaluate(
        "document.querySelector('svg title').remove(); document.querySelector('h1').style.color = '#ccc'"
    )
    found = {one["id"] for one in Axe().run(page).response["violations"]}
    assert {"svg-img-alt", "color-contrast"} <= found


def test_it_asks_for_nothing(opened: Opened) -> None:
    page, asked = opened
    page.wait_for_load_state("networkidle")
    assert asked == [page.url]


def test_all_can_be_reached_by_the_keyboard(opened: Opened) -> None:
    page, _ = opened
    where = "document.activeElement.getAttribute('href')"
    page.keyboard.press("Tab")
    assert page.evaluate(where) == "#main"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    links = page.evaluate("[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))")
    reached = ["#main"]
    for _ in links[1:]:
        page.keyboard.press("Tab")
        reached.append(page.evaluate(where))
    assert reached == links
    page.evaluate("document.querySelector('nav a').focus()")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    assert page.url.endswith(links[1])


def test_it_fits_a_narrow_screen(opened: Opened) -> None:
    """WCAG 2.2, 1.4.10: nothing is to be scrolled sideways on 320 pixels."""
    page, _ = opened
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320


@pytest.mark.parametrize("width", [320, 1000])
def test_many_policies_side_by_side_scroll_beside_what_they_are_about(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    found = compared(TOGETHER, *names_allowed(Access(is_isolated=True)))
    assert len(found.judgements) >= 9
    path = tmp_path / "table.html"
    path.write_text(side_by_side_page.render(found), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(path.as_uri())
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    edges = "[...document.querySelectorAll('tr > :first-child')].map(e => e.getBoundingClientRect().left)"
    before = page.evaluate(edges)
    last = "[...document.querySelectorAll('tr > :last-child')].map(e => e.getBoundingClientRect().right)"
    page.evaluate("document.querySelector('.wide').scrollLeft = 9999")
    assert page.evaluate(edges) == before
    assert max(page.evaluate(last)) <= width
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1000, "height": 700})
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 1000
    page.close()
