"""The website as it is built: its pages and links, that nothing comes from elsewhere; some pages in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from clausewise import policies
from clausewise.dsl.text.diagnostic import CODES, page_about
from clausewise.engine.backends.solver.proving.directions import Directions
from clausewise.intake.load import load_policy
from tests.conftest import ROOT
from tests.website.served import (
    PLAYGROUND_BUILT,
    Watched,
    needs_chromium,
    served,
    started_browser,
)
from website.__main__ import BUILT, build
from website.clauses import clause_page
from website.csp import with_policy

LOADED = {
    *(("script", "src"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("object", "data")),
    *(("video", "src"), ("audio", "src"), ("embed", "src"), ("form", "action")),
}
"""What a browser fetches, or sends to, by element and attribute; of links, those that are no places to go."""
NOT_FETCHED = {"canonical", "prev", "next", "alternate"}


class Read(HTMLParser):
    """What a page loads, where it leads, and the places that can be led to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.leads: list[str] = []
        self.places: set[str] = set()
        self.twice: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element."""
        found = dict(attrs)
        places = {found.get("id"), found.get("name") if tag == "a" else None} - {None}
        self.twice |= self.places & places
        self.places |= {place for place in places if place}
        self.loads += [
            found[name] or "" for element, name in LOADED if element == tag and name in found
        ]
        if tag == "link" and not set((found.get("rel") or "").split()) & NOT_FETCHED:
            self.loads.append(found.get("href") or "")
        if tag == "a" and found.get("href"):
            self.leads.append(found["href"] or "")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The website: with the playground, if that was built, and else without."""
    if PLAYGROUND_BUILT:
        return BUILT / "html"
    return build(tmp_path_factory.mktemp("site") / "site")


@pytest.fixture(scope="module")
def read(site: Path) -> dict[str, Read]:
    """All pages, by their addresses from the root on."""
    pages = sorted(site.rglob("*.html"))
    return {
        "/" + path.relative_to(site).as_posix().removesuffix("index.html"): Read(
            path.read_text(encoding="utf-8")
        )
        for path in pages
    }


def test_nothing_is_loaded_from_elsewhere(read: dict[str, Read], site: Path) -> None:
    assert len(read) > 200
    loads = {address for page in read.values() for address in page.loads}
    assert any(address.endswith("site.css") for address in loads)
    assert [a for a in loads if urlsplit(a).scheme not in ("", "data") or a.startswith("//")] == []
    for sheet in site.rglob("*.css"):
        addresses = re.findall(r"url\(['\"]?([^)'\"]*)", sheet.read_text(encoding="utf-8"))
        assert [a for a in addresses if "//" in a.partition("data:")[0]] == [], sheet.name


def test_every_page_has_a_policy_that_allows_nothing_else(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
        assert policy.startswith("default-src 'none'; script-src 'self' 'sha256-")
        assert "://" not in policy
        assert text.index("Content-Security-Policy") < text.index("<script")


def test_the_page_that_judges_alone_may_run_a_worker_of_its_own() -> None:
    """It is held to the page's policy, as none is that is loaded by its address."""
    head = '<meta charset="utf-8">'
    plain, judging = (with_policy(head, judges=judges) for judges in (False, True))
    more = {"'wasm-unsafe-eval'", "blob:"}
    assert {*re.findall(r"[^\s;]+", judging)} - {*re.findall(r"[^\s;]+", plain)} == more
    assert "script-src 'self' 'wasm-unsafe-eval';" in judging


def test_a_page_without_a_head_is_refused() -> None:
    with pytest.raises(ValueError, match="head"):
        with_policy("<p>nothing</p>")


def test_every_link_leads_somewhere(read: dict[str, Read], site: Path) -> None:
    lost = []
    for address, page in read.items():
        if address == "/404.html":  # it stands for any address
            continue
        for link in page.leads:
            target = urlsplit(urljoin(f"http://site{address}", link))
            if target.netloc != "site":
                continue
            path = unquote(target.path)
            found = read.get(path)
            is_there = found or (site / path.lstrip("/")).is_file()
            place = unquote(target.fragment)
            if not is_there or (found and place and place not in found.places):
                lost.append((address, link))
    assert lost == []


def test_no_place_stands_in_a_page_twice(read: dict[str, Read]) -> None:
    """A script or a link finds the first alone. axe looks at those only that labels name."""
    assert {address: page.twice for address, page in read.items() if page.twice} == {}


def test_a_page_for_each_diagnostic_is_where_other_programs_look_for_it(
    read: dict[str, Read],
) -> None:
    """SARIF and editors name these addresses, where `documentation` is the address of `docs`."""
    for code in CODES:
        assert urlsplit(page_about(code, "https://clausewise.example/docs")).path in read


def test_a_page_for_each_clause(site: Path) -> None:
    for name in policies.names(".policy"):
        for clause in load_policy(name).clauses.values():
            text = (site / "clauses" / name / clause.name / "index.html").read_text(
                encoding="utf-8"
            )
            headings = re.findall(r'<h2 id="([^"]*)"', text)
            assert {"the-rule", "facts-that-it-reads", "a-design-that-violates-it"} <= {
                *headings
            }, clause.name
            assert "a-design-that-keeps-it" in headings, clause.name
            assert '<em><a href="../">' in text, "its policy"
            assert text.count("The whole design") >= 2


def test_a_shortened_address_of_a_clause_leads_to_the_clauses_of_its_policy(
    read: dict[str, Read],
) -> None:
    for name in policies.names(".policy"):
        leads = {urljoin(f"/clauses/{name}/", link) for link in read[f"/clauses/{name}/"].leads}
        assert {f"/clauses/{name}/{clause}/" for clause in load_policy(name).clauses} <= leads
    leads = {urljoin("/clauses/", link) for link in read["/clauses/"].leads}
    assert {f"/clauses/{name}/" for name in policies.names(".policy")} <= leads


def test_an_address_that_is_cut_short_leads_to_what_lies_there(read: dict[str, Read]) -> None:
    """Above each page there is one: `/docs/` lists what lies in it."""
    pages = [address for address in read if address.endswith("/")]
    above = {f"{address.rstrip('/').rpartition('/')[0]}/" for address in pages if address != "/"}
    assert above - read.keys() == set()
    leads = {urljoin("/docs/", link) for link in read["/docs/"].leads}
    assert {"/docs/guide/", "/docs/diagnostics/"} <= leads


def test_a_clause_is_written_as_a_page_and_not_as_the_language(site: Path) -> None:
    """What stands between backticks is shown as code, and a question names what it is about."""
    for path in (site / "clauses").rglob("index.html"):
        text = re.sub(r"(?s)<(pre|code|script|style).*?</\1>", "", path.read_text("utf-8"))
        assert "`" not in text, path
    clauses = site / "clauses" / "face-code-of-conduct"
    text = (clauses / "mobile-cameras" / "index.html").read_text("utf-8")
    assert "Through which cameras does the use see? (<code>none</code> for stored pictures)" in text
    text = (clauses / "valid-consent" / "index.html").read_text("utf-8")
    assert "as a block of <code>people</code>" in text


def test_each_page_of_the_documentation_is_in_the_list_of_pages() -> None:
    settings = (ROOT / "website" / "zensical.toml").read_text(encoding="utf-8")
    pages = {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")}
    assert pages == {*re.findall(r'"(docs/[\w.-]+\.md)"', settings)}


def test_the_page_of_a_clause_can_say_which_way_values_push() -> None:
    """The site of these tests is built without, for all clauses together take a quarter of a minute."""
    policy = load_policy("us-or-portland")
    found = [*clause_page(policy, policy.clauses["ban"], [], Directions(policy))]
    assert "| `camera.city` | towards violated | `us-or-portland` |" in found
    assert not any("push" in line for line in clause_page(policy, policy.clauses["ban"], []))


def test_what_can_be_found_by_searching(site: Path) -> None:
    index = (site / "search.json").read_text(encoding="utf-8")
    for words in ("use-case-limits (N3)", "E101: syntax error", "silence is never permission"):
        assert words in index


# in a browser


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with served(site) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with started_browser() as found:
        yield found


@needs_chromium
@pytest.mark.parametrize(
    ("page", "width"),
    [
        ("", 1280),
        ("clauses/face-code-of-conduct/use-case-limits/", 320),
        ("docs/language/", 1280),
        ("docs/comparison/", 320),
        ("docs/diagnostics/", 320),
    ],
)
def test_a_page_in_a_browser(browser: Browser, address: str, page: str, width: int) -> None:
    watched = Watched(browser, address, width)
    watched.page.goto(address + page, wait_until="networkidle")
    watched.is_fine()
    watched.page.close()


@needs_chromium
def test_rules_and_designs_are_read_without_scrolling(browser: Browser, address: str) -> None:
    watched = Watched(browser, address, 320)
    watched.page.goto(f"{address}clauses/face-code-of-conduct/valid-consent/")
    watched.page.evaluate("document.querySelector('details').open = true")
    wide = "all => all.map(code => [code.scrollWidth > code.clientWidth, code.innerText.length])"
    found = watched.page.eval_on_selector_all(".md-typeset pre > code", wide)
    assert len(found) >= 4
    assert not [length for scrolls, length in found if scrolls]
    watched.page.close()


@needs_chromium
def test_it_is_searched_by_the_keyboard(browser: Browser, address: str) -> None:
    watched = Watched(browser, address)
    page = watched.page
    page.goto(address, wait_until="networkidle")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#__skip"
    page.keyboard.press("Control+k")
    page.keyboard.type("use-case-limits", delay=20)
    page.locator("text=use-case-limits (N3)").first.wait_for()
    assert (watched.outside, watched.wrong) == ([], [])
    page.close()


@needs_chromium
def test_the_list_of_pages_opens_by_the_keyboard_on_a_narrow_screen(
    browser: Browser, address: str
) -> None:
    watched = Watched(browser, address, 320)
    page = watched.page
    page.goto(address, wait_until="networkidle")
    guide = page.locator("nav").get_by_role("link", name="Guide", exact=True)
    opener = page.get_by_role("button", name="Pages")
    for _ in range(5):
        page.keyboard.press("Tab")
        if opener.evaluate("label => label === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#__drawer")).to_be_checked()
    expect(guide).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.locator("#__drawer")).not_to_be_checked()
    watched.is_fine()
    page.close()
