"""The playground: what it asks of Clausewise, and, by `make playground`, all of it in a browser.

The latter is what `make playground` has built, by node. Where nobody says that it was (`PLAYGROUND=1`), what would
be tried may be an old one, so `make test-all` passes over it, and says so; `make playground` builds it first.
"""

from __future__ import annotations

import gc
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from clausewise.checking.check import check_source
from clausewise.checking.options import Options
from clausewise.dsl.text.source import Source
from clausewise.intake import packages
from clausewise.intake.vocabularies import load_vocabulary
from tests.conftest import ROOT
from tests.website.served import (
    PLAYGROUND_BUILT,
    Watched,
    needs_chromium,
    served,
    started_browser,
)
from website.__main__ import BUILT
from website.playground.build import words
from website.playground.judging import PATH, UNFINISHED, answers, judged, warm

LOBBY = (ROOT / "examples" / "lobby.design").read_text(encoding="utf-8")
PATROL = (ROOT / "examples" / "patrol.design").read_text(encoding="utf-8")
LONG = 60_000
"""Milliseconds that anything may take in a browser on a busy machine."""
expect.set_options(timeout=LONG)
in_a_browser = pytest.mark.skipif(
    not PLAYGROUND_BUILT,
    reason="NOT TESTED: the playground in a browser, which `make playground` builds and tries",
)


# what is asked of Clausewise


@pytest.mark.parametrize("text", [LOBBY, PATROL], ids=["lobby", "patrol"])
def test_it_comes_to_what_the_command_says(text: str) -> None:
    (report,) = check_source(Source(PATH, text), Options())
    (shown,) = json.loads(judged(text))["reports"]
    assert (shown["verdict"], shown["settled"]) == (report.verdict, report.advice.settled)
    assert [c["outcome"] for c in shown["clauses"]] == [j.outcome for j in report.clauses]
    assert [q["fact"] for q in shown["questions"]] == [str(q.fact) for q in report.advice.questions]
    *steps, last = answers(text)
    assert not any(steps)
    (found,) = json.loads(last).values()
    decisive = report.advice.decisive_answers
    for question in report.advice.questions:
        told = [(a["answer"], a["verdict"]) for a in found[str(question.fact)]]
        all_ = [(a.answer, a.verdict) for a in decisive.get(question.fact, ())]
        assert told == [one for one in all_ if question.kind == "choice" or one[1] == "prohibited"]


def test_what_is_violated_stands_before_what_follows_from_it() -> None:
    (shown,) = json.loads(judged(PATROL))["reports"]
    found = {clause["name"]: clause["sentences"] for clause in shown["clauses"]}
    assert {"code-consistency"} < {*shown["violated"]}
    assert shown["violated"][-1] == "code-consistency"
    (said,) = found["code-consistency"]
    assert said.startswith("follows from N3")


def test_places_are_counted_as_browsers_do() -> None:
    """A character beyond the basic plane counts as two."""
    text = '# \N{GRINNING FACE}\ndeployment "x"\njudged by nothing-such\n'
    (problem,) = json.loads(judged(text))["problems"]
    units = text.encode("utf-16-le")
    underlined = units[2 * problem["from"] : 2 * problem["to"]].decode("utf-16-le")
    assert (underlined, problem["code"]) == ("nothing-such", "E204")
    assert problem["address"] == "../docs/diagnostics/E204/"


def test_answers_make_way_for_the_next_letter() -> None:
    """They are worked out in small steps, between which a worker can judge another text."""
    assert len([*answers(LOBBY)]) > 20


def test_what_the_first_mistakes_load_is_loaded_beforehand() -> None:
    """Each end of a design that is tried beforehand is wrong in another way."""
    found = [json.loads(judged(f"{LOBBY}\n{end}"))["problems"][0]["code"] for end in UNFINISHED]
    assert len({*found}) > 2
    try:
        steps = len([*warm(LOBBY)])
        assert steps == 1 + len(packages.names(".vocabulary")) + len(UNFINISHED)
    finally:
        gc.unfreeze()


def test_the_vocabularies_of_packs_are_checked_once() -> None:
    """Whoever types a word that is not known asks for all of them, by each letter."""
    paths = [packages.find(name, ".vocabulary") for name in packages.names(".vocabulary")]
    found = [Path(path) for path in paths if path]
    assert found
    assert all(load_vocabulary(path) is load_vocabulary(path) for path in found)


def test_only_packs_judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A design cannot name a file, not even one that the browser's Python would have."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.policy").write_text("policy x\n", encoding="utf-8")
    (problem,) = json.loads(judged('deployment "x"\njudged by "x.policy"\n'))["problems"][:1]
    assert (problem["severity"], problem["source"]) == ("error", "clausewise")


def test_the_words_that_the_editor_colours_are_those_of_the_grammar() -> None:
    assert {"from", "attested", "because", "judged", "unknown"} <= {*words()}
    source = (ROOT / "website" / "playground" / "src" / "editor.js").read_text(encoding="utf-8")
    assert not [word for word in ("attested", "evidence", "judged", "deployment") if word in source]


def test_the_editor_looks_at_no_character_of_a_line_for_each_other_one() -> None:
    """A pattern that is not held to its place looks for one through the rest of the line, at each of its words."""
    source = (ROOT / "website" / "playground" / "src" / "editor.js").read_text(encoding="utf-8")
    patterns = re.findall(r"stream\.match\(/(.*?)/u?[,)]", source)
    assert len(patterns) == 5
    assert all(pattern.startswith("^") for pattern in patterns)


def test_the_lock_records_no_address() -> None:
    """`npm run lock` makes it: names, versions and digests, from whichever registry they come."""
    lock = (ROOT / "website" / "playground" / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in lock
    assert lock.count('"integrity"') > 30


# in a browser


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    assert (BUILT / "html" / "playground").is_dir(), "`make playground` builds it"
    with served(BUILT / "html") as found:
        yield f"{found}playground/"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with started_browser() as found:
        yield found


def opened(browser: Browser, address: str, fragment: str = "", width: int = 1280) -> Watched:
    watched = Watched(browser, address.removesuffix("playground/"), width)
    watched.page.goto(address + fragment)
    watched.page.locator("#pg-all[data-open]").wait_for()
    return watched


def counts(text: str) -> str:
    """How many clauses ended how, as the page says it."""
    (report,) = check_source(Source(PATH, text), Options())
    found = Counter(str(judged.outcome) for judged in report.clauses)
    words = (("undetermined", "undetermined"), ("review", "in review"), ("met", "met"))
    told = [f"{found[outcome]} {word}" for outcome, word in words]
    return f"{', '.join(told)}, {found['not-applicable']} not applicable."


def judge(page: Page) -> None:
    page.get_by_role("button", name="Judge it").click()
    page.locator("#pg-all[data-judged]").wait_for(timeout=LONG)


@needs_chromium
@in_a_browser
def test_a_design_is_judged_as_it_is_typed(browser: Browser, address: str) -> None:
    watched = opened(browser, address)
    page = watched.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    watched.is_fine()
    assert asked == []  # Python is loaded once somebody asks for it
    judge(page)
    assert any(name.endswith("pyodide.asm.wasm") for name in asked)
    verdict = page.locator(".pg-verdict")
    expect(verdict).to_have_text("needs-information")
    expect(page.locator("#pg-panel")).to_contain_text("would make it prohibited")
    expect(page.locator(".pg-by")).to_contain_text(counts(LOBBY))
    # a bullet stands beside the first line of a question, and not beside the last
    long = page.locator(".pg-questions li").nth(2)
    assert long.locator("button").evaluate("e => getComputedStyle(e).verticalAlign") == "top"
    watched.is_fine()

    page.get_by_role("textbox", name="Design").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("use back-door {\npourpose access-control\n}\n")
    assert (
        "use back-door {\n  pourpose access-control\n}\n"
        in page.locator(".cm-content").inner_text()
    )
    expect(page.locator("#pg-panel .pg-mistakes")).to_contain_text("did you mean purpose?")
    expect(page.locator("#pg-panel .pg-mistakes code").last).to_have_text("purpose")
    help_ = page.locator("#pg-panel .pg-mistakes a")
    expect(help_).to_have_count(1)  # while it is typed, a brace is missing, too
    expect(help_).to_have_attribute("href", "../docs/diagnostics/E502/")
    page.get_by_role("combobox").select_option("patrol")
    expect(verdict).to_have_text("prohibited")
    expect(page.locator("#pg-panel")).to_contain_text("us-police (N12)")
    expect(page.locator("#pg-verdict")).to_contain_text("prohibited by face-code-of-conduct")
    page.locator(".cm-lintRange-error").first.wait_for()
    watched.is_fine()

    page.locator("#pg-panel .pg-place").first.press("Enter")  # leads to the lines that cause it
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Design"
    assert page.evaluate("getSelection().toString()") != ""
    page.keyboard.press("Tab")  # and the keyboard does not get stuck there
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") != "Design"
    page.set_viewport_size({"width": 320, "height": 900})
    watched.is_fine()

    (worker,) = (one for one in page.workers if one.url.startswith("blob:"))  # others search
    with served(BUILT / "html") as elsewhere:
        asking = f"fetch('{elsewhere}', {{ mode: 'no-cors' }}).then(() => 'sent', () => 'refused')"
        assert worker.evaluate(asking) == "refused"
    page.close()


def linked(page: Page) -> str:
    """The link to the design in a page."""
    page.get_by_role("button", name="Link to this design").click()
    expect(page.locator("#pg-state")).to_contain_text("The link is in")
    link: str = page.evaluate("location.href")  # `page.url` follows a moment later
    return link


@needs_chromium
@in_a_browser
def test_a_link_carries_the_design(browser: Browser, address: str) -> None:
    watched = opened(browser, address)
    page = watched.page
    page.get_by_role("combobox").select_option("station-door")
    link = linked(page)
    other = opened(browser, address, link.removeprefix(address))
    assert "Station door" in other.page.locator(".cm-content").inner_text()
    other.page.goto(f"{address}?again{link.removeprefix(address)}")
    other.page.locator("#pg-all[data-open]").wait_for()
    assert linked(other.page).partition("#")[2] == link.partition("#")[2]
    for fragment in ("#design=", "#design=AAAA", "#design=%00", "#other"):
        again = opened(browser, address, fragment)
        assert "Lobby turnstile" in again.page.locator(".cm-content").inner_text()
        said = "The link does not carry a whole design" if "design" in fragment else ""
        assert again.page.locator("#pg-state").inner_text().startswith(said)
        again.page.goto(link)  # the same page, of which only what the address carries changes
        expect(again.page.locator(".cm-content")).to_contain_text("Station door")
        assert again.wrong == []
        again.page.close()
    page.close()
    other.page.close()


@needs_chromium
@in_a_browser
def test_a_design_on_another_page_opens_in_it(browser: Browser, address: str) -> None:
    root = address.removesuffix("playground/")
    watched = Watched(browser, root)
    watched.page.goto(f"{root}docs/use-cases/liveness-only/")
    watched.page.get_by_role("button", name="Open in the playground").click()
    watched.page.locator("#pg-all[data-open]").wait_for()
    text = watched.page.locator(".cm-content").inner_text()
    assert "liveness-only" in text
    assert watched.wrong == []
    watched.page.close()


@needs_chromium
@in_a_browser
def test_what_takes_too_long_is_stopped_and_started_again(browser: Browser, address: str) -> None:
    """A worker that never answers is ended; the next change is judged by another."""
    watched = opened(browser, address)
    page = watched.page
    page.clock.install()
    stuck = "onmessage = () => { for (;;); }; postMessage({ name: 'ready' });"
    page.route(
        "**/worker.js", lambda route: route.fulfill(body=stuck, content_type="text/javascript")
    )
    page.get_by_role("button", name="Judge it").click()
    expect(page.locator("#pg-state")).to_contain_text("Judging for the first time")
    page.clock.fast_forward(11_000)
    expect(page.locator("#pg-state")).to_contain_text("Stopped: it took longer than 10 seconds")
    page.unroute("**/worker.js")
    page.get_by_role("combobox").select_option("patrol")
    page.locator("#pg-all[data-judged]").wait_for(timeout=LONG)
    expect(page.locator(".pg-verdict")).to_have_text("prohibited")
    page.close()
