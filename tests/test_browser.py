"""The dossier in a real browser: axe, the keyboard, a narrow screen, and that it asks for nothing; wide tables.

It needs Chromium (Debian: `apt-get install chromium`). Where there is none, these tests are skipped, and say so;
with `SKIP_NOTHING=1` in the environment they fail instead.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from clausewise.engine.core.outcomes import Verdict
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


def rules_kept(page: Page) -> set[str]:
    """The rules of axe that a page keeps; it breaks none."""
    found = Axe().run(
        page,
        options={
            "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        },
    )
    assert found.violations_count == 0, found.generate_report()
    return {one["id"] for one in found.response["passes"]}


@pytest.mark.parametrize("opened", ["patrol", "case-16-airport-boarding"], indirect=True)
def test_axe_finds_nothing(opened: Opened) -> None:
    page, _ = opened
    assert {
        "color-contrast",
        "heading-order",
        "svg-img-alt",
        "html-has-lang",
        "region",
        "landmark-unique",
    } <= rules_kept(page)


CODE, LAWS = "face-code-of-conduct", ("eu-ai-act", "us-il-bipa")
ATTESTED = r' attested by "[^"]*"( on [0-9-]+)?( and by "[^"]*"( on [0-9-]+)?)?'
JUDGED = {
    "prohibited by one of three": ("patrol", (CODE, *LAWS), Verdict.PROHIBITED),
    "open by all": ("lobby", (CODE, "eu-ai-act"), Verdict.NEEDS_INFORMATION),
    "one that does not apply": ("lobby", ("us-tx-cubi",), Verdict.NOT_APPLICABLE),
    "for people to judge": ("case-19-office-access", (CODE, LAWS[0]), Verdict.NEEDS_REVIEW),
    "by two versions": ("patrol", (f"{CODE} 1.0", CODE), Verdict.PROHIBITED),
}


@pytest.mark.parametrize("name", JUDGED)
def test_axe_finds_nothing_in_a_dossier_by_several_policies(
    name: str, browser: Browser, tmp_path: Path
) -> None:
    design, policies, verdict = JUDGED[name]
    text = (ROOT / "examples" / f"{design}.design").read_text(encoding="utf-8")
    text = re.sub("judged by .*", f"judged by {', '.join(policies)}", text)
    if verdict is Verdict.NEEDS_REVIEW:
        text = re.sub(ATTESTED, "", text)
    path = tmp_path / "x.design"
    path.write_text(text, encoding="utf-8")
    found = document(path)
    assert found.sections[0].result
    assert found.sections[0].result[0] is verdict
    html = tmp_path / "dossier.html"
    html.write_text(dossier_page.render(found), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1000, "height": 800})
    page.goto(html.as_uri())
    assert "landmark-unique" in rules_kept(page)
    page.close()


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
    where = "document.activeElement.getAttribute('href') ?? document.activeElement.className"
    page.keyboard.press("Tab")
    assert page.evaluate(where) == "#main"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    all_of_them = "[...document.querySelectorAll('a, [tabindex]')]"  # a drawing is moved by arrows
    links = page.evaluate(f"{all_of_them}.map(a => a.getAttribute('href') ?? a.className)")
    reached = ["#main"]
    for _ in links[1:]:
        page.keyboard.press("Tab")
        reached.append(page.evaluate(where))
    assert reached == links
    page.evaluate("document.querySelector('nav a').focus()")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{links[1]}")  # a browser that is busy goes there later


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
