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

SAID = {
    "application": 1,
    "reference": "r",
    "state": "draft",
    "verdict": "met",
    "link": "https://x",
    "sha256": "a" * 64,
}
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
    sent: bytes = b""
    """What it was sent last."""


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("CLAUSEWISE_DESK_TOKEN", "desk_secret")
    found = Desk()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.sent = self.rfile.read(int(self.headers["content-length"] or 0))
            found.asked.append(self.path)
            code, content = found.answer
            content = b"{}" if "/evidence/" in self.path else content
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


def submitted(folder: Path, address: str, name: str, how: str = "--draft") -> tuple[int, str]:
    (folder / "a.design").write_text(DESIGN.replace("NAME", name), encoding="utf-8")
    (folder / "a.pdf").write_bytes(b"%PDF-")
    words = ["submit", str(folder / "a.design"), "--desk", address, how]
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


BESIDE = {
    ".env": b"KEY=1",
    ".git/config.txt": b"[core]",
    "terraform.tfstate": b"{}",
    "key.pem": b"-----BEGIN PRIVATE KEY-----",
    "a.design": b"",
    "empty.txt": b"",
    "not.pdf": b"MZ",
    "not.txt": b"a\0b",
    "data.JSON": b"{}",
    "plain": b"x",
}
"""What can lie beside a design, and is no paper."""


@pytest.mark.parametrize("name", [*BESIDE, "linked.txt", "../outside.txt", "/etc/hostname"])
def test_what_is_no_paper_beside_the_design_is_not_sent(
    name: str, desk: Desk, tmp_path: Path
) -> None:
    folder = tmp_path / "designs"
    for one, content in BESIDE.items():
        (folder / one).parent.mkdir(parents=True, exist_ok=True)
        (folder / one).write_bytes(content)
    (folder / "linked.txt").symlink_to(".env")
    (tmp_path / "outside.txt").write_text("x")
    assert submitted(folder, desk.address, name)[0] == 2
    assert not desk.asked


def test_what_is_sent_is_said_before_and_addresses_are_not(desk: Desk, tmp_path: Path) -> None:
    code, told = submitted(tmp_path, desk.address, 'a.pdf" evidence "https://example.org/form.pdf')
    assert "sending a.pdf not sent: https://example.org/form.pdf, an address" in told
    assert code == 2
    desk.answer = (200, json.dumps(SAID).encode())
    code, told = submitted(tmp_path, desk.address, 'a.pdf" evidence "https://example.org/form.pdf')
    assert (code, len(desk.asked)) == (0, 3)
    assert "1 file of evidence sent" in told
    assert submitted(tmp_path, desk.address, "a.pdf", "--declare")[0] == 0
    assert json.loads(desk.sent)["base"] == SAID["sha256"], "no design but the one that was saved"


def test_evidence_may_lie_where_the_configuration_says(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.answer = (200, json.dumps(SAID).encode())
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "b.txt").write_text("x")
    (tmp_path / "clausewise.toml").write_text('evidence-roots = ["papers"]\n')
    (tmp_path / "designs").mkdir()
    monkeypatch.chdir(tmp_path)
    assert submitted(tmp_path / "designs", desk.address, "../papers/b.txt")[0] == 0


def test_no_proxy_reads_what_is_sent_to_this_machine(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.answer = (200, json.dumps(SAID).encode())
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    assert submitted(tmp_path, desk.address, "a.pdf")[0] == 0


def test_an_address_that_is_none_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUSEWISE_DESK_TOKEN", "desk_secret")
    assert "no desk to which a token" in submitted(tmp_path, "https://[::1", "a.pdf")[1]
