"""How long an editor waits for the language server, and how much memory that takes.

A server is started as an editor starts it, and spoken to over its standard input and output. A design is opened
and changed, again and again; each time the clock runs from the change to the diagnostics of that very version. The
designs are those of `large_designs.py`, cut to a number of lines, in both kinds. Then a thousand edits are made in
one session, and the memory of the server is read. Writes `editor.md` beside this file, and prints it.

    python -m benchmarks.editor [--quick]
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.large_designs import design
from clausewise.server.session import DEBOUNCE

RESULTS = Path(__file__).parent / "editor.md"
LINES = (200, 800)
LIMITS = {200: 60, 800: 150}
"""Milliseconds after the debounce within which 95 of 100 changes must be answered, by the lines of the design."""
MOST_MEMORY = 250
"""Megabytes after a thousand edits."""
Json = dict[str, Any]


class Server:
    """A server, spoken to as an editor does."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "clausewise", "lsp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.number = 0
        folders = [{"uri": folder.as_uri(), "name": "here"}]
        self.ask("initialize", {"processId": None, "capabilities": {}, "workspaceFolders": folders})
        self.tell("initialized", {})

    def write(self, message: Json) -> None:
        assert self.process.stdin
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def read(self) -> Json:
        assert self.process.stdout
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b": ")
            length = int(value) if name == b"Content-Length" else length
        assert length, "the server ended"
        found: Json = json.loads(self.process.stdout.read(length))
        return found

    def tell(self, method: str, params: Json) -> None:
        self.write({"method": method, "params": params})

    def ask(self, method: str, params: Json) -> Any:
        self.number += 1
        self.write({"id": self.number, "method": method, "params": params})
        while (found := self.read()).get("id") != self.number:
            pass
        return found.get("result")

    def diagnostics(self, version: int) -> int:
        """How many diagnostics a version has, once they come."""
        while True:
            found = self.read()
            if found.get("method") == "textDocument/publishDiagnostics":
                params = found["params"]
                if params.get("version") == version:
                    return len(params["diagnostics"])

    def megabytes(self) -> float:
        """The memory that the process holds."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        kilobytes = next(line.split()[1] for line in status.splitlines() if "VmRSS" in line)
        return int(kilobytes) / 1024

    def milliseconds(self) -> float:
        """The time of the processor that its threads have taken so far."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text(encoding="ascii").split()[0]) for task in tasks) / 1e6

    def end(self) -> None:
        self.ask("shutdown", {})
        self.tell("exit", {})
        self.process.wait(20)


def of_lines(lines: int, *, varied: bool) -> str:
    """A design of at least so many lines."""
    uses = 1
    while design(uses, varied=varied).count("\n") < lines:
        uses += 1
    return design(uses, varied=varied)


def changes(text: str) -> Iterator[tuple[Json, str]]:
    """Changes as somebody makes them: one word for another, back and forth, and what is there then."""
    start = text.index("explicit")
    line = text.count("\n", 0, start)
    column = start - text.rfind("\n", 0, start) - 1
    before = "explicit"
    while True:
        after = "implied" if before == "explicit" else "explicit"
        places = [{"line": line, "character": column + n} for n in (0, len(before))]
        yield {"range": dict(zip(("start", "end"), places, strict=True)), "text": after}, after
        before = after


def session(
    server: Server, uri: str, text: str, edits: int, *, pause: float = 0.02
) -> Iterator[tuple[float, float]]:
    """Milliseconds from each change to the diagnostics of its version, less the debounce; and of the processor."""
    opened = {"uri": uri, "languageId": "clausewise-design", "version": 1, "text": text}
    server.tell("textDocument/didOpen", {"textDocument": opened})
    assert server.diagnostics(1)
    for number, (change, _) in zip(range(2, edits + 2), changes(text), strict=False):
        time.sleep(pause)
        before, began = server.milliseconds(), time.perf_counter()
        document = {"uri": uri, "version": number}
        server.tell(
            "textDocument/didChange", {"textDocument": document, "contentChanges": [change]}
        )
        assert server.diagnostics(number)
        taken = (time.perf_counter() - began - DEBOUNCE) * 1_000
        yield taken, server.milliseconds() - before
    server.tell("textDocument/didClose", {"textDocument": {"uri": uri}})


def percentile(values: Sequence[float], percent: int) -> float:
    """The value below which so many of a hundred lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


Times = dict[tuple[int, bool], list[tuple[float, float]]]
"""By lines and kind of design: milliseconds of each change, on the clock and of the processor."""


def measure(edits: int) -> tuple[Times, float, float]:
    """Times, and memory before a thousand edits and after them, in megabytes."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        server = Server(folder)
        times: Times = {}
        uri = (folder / "large.design").as_uri()
        list(session(server, uri, of_lines(200, varied=False), 5))  # policy and parser are loaded
        for lines in LINES:
            for varied in (False, True):
                text = of_lines(lines, varied=varied)
                times[lines, varied] = list(session(server, uri, text, edits))
        server.end()
        server = Server(folder)
        text = of_lines(200, varied=True)
        list(session(server, uri, text, 1))
        before = server.megabytes()
        list(session(server, uri, text, max(1_000, edits), pause=0))
        after = server.megabytes()
        server.end()
    return times, before, after


def page(edits: int, found: tuple[Times, float, float]) -> str:
    """The results as a page."""
    times, before, after = found
    lines = [
        "# The language server",
        "",
        "Milliseconds from a change of a design to the diagnostics of that version, after the debounce of"
        f" {DEBOUNCE * 1_000:.0f} ms. The designs are",
        "`examples/lobby.design` with its use written many times; *varied*: with people and a camera each.",
        "",
        f"Python {platform.python_version()}, {platform.machine()}, {edits} changes each.",
        "",
        f"Load of the machine meanwhile: {os.getloadavg()[0]:.1f}, for {os.cpu_count()} processors. What the"
        " processor took for a change hardly depends on it;",
        "where nothing else runs, an editor waits about so long.",
        "",
        "| lines | design | median | 95 of 100 | most | of the processor: median | 95 of 100 | wanted of 95 |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for (count, varied), found_times in times.items():
        clock, processor = zip(*found_times, strict=True)
        figures = [*(percentile(clock, p) for p in (50, 95)), max(clock)]
        figures += [percentile(processor, p) for p in (50, 95)]
        cells = " | ".join(f"{figure:.0f}" for figure in figures)
        lines.append(f"| {count} | {'varied' if varied else 'alike'} | {cells} | {LIMITS[count]} |")
    lines += [
        "",
        f"Memory of the server on a design of 200 lines: {before:.0f} MB after one edit, {after:.0f} MB after"
        f" 1,000 (at most wanted: {MOST_MEMORY}).",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and print."""
    edits = 30 if "--quick" in sys.argv else 50
    text = page(edits, measure(edits))
    if "--quick" not in sys.argv:
        RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
