"""How long one waits in the playground: from the click to a first verdict, and from a keystroke to its verdict.

The playground that `make playground-built` has built is served on this machine and opened in Chromium, each time
by a browser that has kept nothing. Some uses of a camera are typed into a design, letter by letter, so that much
of the way the text is unfinished; each time the clock runs from the change of the text to its verdict on the page.
Writes `playground.md` beside this file, and prints it.

    make playground-built && .venv/bin/python -m benchmarks.playground [--quick]
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page

from benchmarks.editor import of_lines, percentile
from tests.website.served import served, started_browser
from website.__main__ import BUILT

RESULTS = Path(__file__).parent / "playground.md"
FIRST, EDIT = 15, 50
"""Wanted: seconds from the click to the first verdict; milliseconds within which 95 of 100 edits are judged."""
LONG = 120_000
TYPED = "\nuse door-{n} {{\n  purpose access-control\n  operator front-office\n  cameras none\n}}\n"
"""What is typed, letter by letter."""
PAUSES = {"typing": 120, "thinking": 1_000}
"""Milliseconds between letters: in the longer pause, it is worked out which answers are decisive."""


def opened(browser: Browser, address: str) -> tuple[Page, float]:
    """A page with a first verdict, and the seconds from the click to it."""
    page = browser.new_context().new_page()
    page.goto(address)
    page.locator("#pg-all[data-open]").wait_for()
    began = time.perf_counter()
    page.get_by_role("button", name="Judge it").click()
    page.locator("#pg-all[data-judged]").wait_for(timeout=LONG)
    return page, time.perf_counter() - began


def replaced(page: Page, text: str) -> None:
    """Put another text into the editor."""
    before = judged(page)
    page.get_by_role("textbox", name="Design").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)
    wait(page, before)
    page.keyboard.press("Control+End")


def judged(page: Page) -> int:
    """How many verdicts the page has shown."""
    return int(page.locator("#pg-all").get_attribute("data-judged") or 0)


def wait(page: Page, before: int) -> None:
    """Until another verdict is shown."""
    script = "before => Number(document.getElementById('pg-all').dataset.judged) > before"
    page.wait_for_function(script, arg=before, polling="raf", timeout=LONG)


def edits(page: Page, pause: int, count: int) -> Iterator[float]:
    """Milliseconds from each of so many letters to its verdict."""
    letters = "".join(TYPED.format(n=n) for n in range(9))[:count]
    for letter in letters:
        page.wait_for_timeout(pause)
        before = judged(page)
        page.keyboard.type(letter)
        wait(page, before)
        yield float(page.locator("#pg-all").get_attribute("data-took") or 0)


def page_of(firsts: list[float], times: dict[tuple[str, str], list[float]], version: str) -> str:
    """The results as a page."""
    lines = [
        "# The playground",
        "",
        f"Chromium {version.partition('.')[0]}, load of the machine meanwhile: {os.getloadavg()[0]:.1f}, for"
        f" {os.cpu_count()} processors.",
        "`make playground-built && .venv/bin/python -m benchmarks.playground` measures it again.",
        "",
        f"From the click to the first verdict, in browsers that have kept nothing: {percentile(firsts, 50):.1f} s"
        f" as the median of {len(firsts)}, {max(firsts):.1f} s at most (wanted: {FIRST} s).",
        "",
        "Milliseconds from a keystroke to its verdict on the page. *Typing*: a letter each"
        f" {PAUSES['typing']} ms; *thinking*: each second, in which it works out",
        "which answers would settle the verdict.",
        "",
        "| design | pace | letters | median | 95 of 100 | most | wanted of 95 |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for (design, pace), found in times.items():
        figures = (percentile(found, 50), percentile(found, 95), max(found))
        cells = " | ".join(f"{figure:.0f}" for figure in figures)
        lines.append(f"| {design} | {pace} | {len(found)} | {cells} | {EDIT} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and print."""
    quick = "--quick" in sys.argv
    counts = {"typing": 30, "thinking": 10} if quick else {"typing": 200, "thinking": 60}
    designs = {"`lobby`": "", "200 lines": of_lines(200, varied=True)}
    times: dict[tuple[str, str], list[float]] = {}
    with served(BUILT / "html") as root, started_browser() as browser:
        firsts = []
        for _ in range(1 if quick else 7):
            page, seconds = opened(browser, f"{root}playground/")
            firsts.append(seconds)
        for name, text in designs.items():
            if text:
                replaced(page, text)
            page.get_by_role("textbox", name="Design").click()
            page.keyboard.press("Control+End")
            for pace, pause in PAUSES.items():
                times[name, pace] = list(edits(page, pause, counts[pace]))
        text = page_of(firsts, times, browser.version)
    if not quick:
        RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
