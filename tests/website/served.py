"""A website in a folder, served to a browser on this machine; and what is asked of every page of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.conftest import SKIP_NOTHING

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
PLAYGROUND_BUILT = os.environ.get("PLAYGROUND") == "1"
"""Whether somebody says that the playground was just built, as `make playground` does."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

needs_chromium = pytest.mark.skipif(
    not CHROMIUM and not SKIP_NOTHING, reason="NOT TESTED IN A BROWSER: chromium is not installed"
)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Tell nobody."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder's files, while it is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@contextmanager
def started_browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Watched:
    """A page that is watched: what it asks for elsewhere, and what goes wrong in it."""

    def __init__(self, browser: Browser, address: str, width: int = 1280) -> None:
        self.page: Page = browser.new_page(viewport={"width": width, "height": 900})
        self.outside: list[str] = []
        self.wrong: list[str] = []
        self.page.on("request", lambda request: self._asked(request, address))
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))

    def _asked(self, request: Request, address: str) -> None:
        if not request.url.removeprefix("blob:").startswith(address):
            self.outside.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.wrong.append(message.text)

    def is_fine(self) -> None:
        """It asks for nothing elsewhere, nothing went wrong, axe finds nothing, and it fits on the screen.

        Sideways, nothing needs to be scrolled (WCAG 2.2, 1.4.10).
        """
        assert (self.outside, self.wrong) == ([], [])
        found = Axe().run(self.page, options={"runOnly": RULES})
        assert found.violations_count == 0, found.generate_report()
        assert {"color-contrast", "region"} <= {one["id"] for one in found.response["passes"]}
        width = self.page.viewport_size
        assert width
        assert self.page.evaluate("document.scrollingElement.scrollWidth") <= width["width"]
