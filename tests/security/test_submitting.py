"""A design is sent to a desk that answers odd things, and a stranger's design names odd evidence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from typer.testing import CliRunner

from clausewise.commands.cli import app

SAID = {"application": 1, "reference": "r", "state": "draft", "verdict": "met", "link": "https://x"}
DESIGN = """\
deployment "x"
use u {
  day  2026-01-01  evidence "NAME"
}
"""
ANSWERS = {
    "nothing": (200, b"{}"),
    "a list": (200, b"[]"),
    "no object": (200, b"NaN"),
    "without end": (200, b"[" * 3_000_000),
    "cut": (200, json.dumps(SAID).encode()[:-5]),
    "no text": (200, b"\xff\xfe"),
    "a path": (200, json.dumps({**SAID, "application": "../../x"}).encode()),
    "no key": (200, json.dumps({**SAID, "application": {}}).encode()),
    "no link": (200, json.dumps({**SAID, "link": None}).encode()),
    "no mistakes": (400, b'{"error": 5, "mistakes": 5}'),
    "odd mistakes": (400, b'{"error": {}, "mistakes": [1, {"line": {}, "hint": {"a": 1}}]}'),
    "many mistakes": (400, b'{"error": "x", "mistakes": [%s]}' % b",".join([b"{}"] * 99_999)),
    "a refusal without end": (400, b"[" * 3_000_000),
    "another place": (307, b""),
}


@dataclass
class Desk:
    """A desk that gives one answer to all that it is asked."""

    address: str = ""
    answer: tuple[int, bytes] = (200, b"{}")
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("CLAUSEWISE_DESK_TOKEN", "desk_secret")
    found = Desk()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"] or 0))
            found.asked.append(self.path)
            code, content = found.answer
            self.send_response(code)
            self.send_header("Location", f"{found.address}/elsewhere")
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        found.address = f"http://127.0.0.1:{server.server_port}"
        yield found
        server.shutdown()
        thread.join()


def submitted(folder: Path, address: str, name: str) -> tuple[int, str]:
    (folder / "a.design").write_text(DESIGN.replace("NAME", name), encoding="utf-8")
    (folder / "a.pdf").write_bytes(b"%PDF-")
    words = ["submit", str(folder / "a.design"), "--desk", address, "--draft"]
    found = CliRunner().invoke(app, words)
    return found.exit_code, " ".join(found.output.split())


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_whatever_a_desk_answers_is_told(
    answer: tuple[int, bytes], desk: Desk, tmp_path: Path
) -> None:
    desk.answer = answer
    code, told = submitted(tmp_path, desk.address, "a.pdf")
    assert code == 2
    assert "does not answer as a desk does" in told or "refuses" in told
    assert len(told) < 20_000
    assert desk.asked == ["/api/applications/"]


def test_evidence_that_leads_round_in_a_circle_is_told(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to("circle")
    assert submitted(tmp_path, desk.address, "circle")[0] == 2
    assert not desk.asked


def test_an_address_that_is_none_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSEWISE_DESK_TOKEN", "desk_secret")
    assert "no desk to which a token" in submitted(tmp_path, "https://[::1", "a.pdf")[1]
