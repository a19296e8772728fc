"""A bug of ours ends with 70 and one line, and takes no other input with it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from clausewise.checking import check as checking
from clausewise.dsl import syntax
from clausewise.engine.backends.python.compiled import CompiledPolicy
from clausewise.runs import fmt
from clausewise.testing import cases
from clausewise.workers.forked import MOST_EACH, workers_for
from tests.conftest import APART, REFERENCE_FILES, reference_examples
from tests.security.conftest import COMMAND, HEEDS_SIGNALS, SECONDS, run

pytest_plugins = ["pytester"]

ERRORS = [KeyError("secret-name"), RecursionError(), MemoryError(), AssertionError("x\ny")]
POSIX = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that are forked")
SERVING = {"lsp": "server", "mcp": "assistants"}
BROKEN = """
import sys
from clausewise import start
def broken(words): raise {error}
start._run = broken
start.main()
"""


def ended(
    program: str, folder: Path | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        cwd=folder,
        env={**os.environ, **variables},
        check=False,
    )


@pytest.mark.parametrize(
    "error",
    ["KeyError('secret-name')", "RecursionError()", "MemoryError()", "SyntaxError('a\\nb')"],
)
def test_it_ends_with_a_code_of_its_own(error: str) -> None:
    done = ended(BROKEN.format(error=error))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (70, "", 1)
    assert done.stderr.startswith("clausewise: this is a bug of Clausewise: ")
    assert "SECURITY.md" in done.stderr
    assert "secret-name" not in done.stderr


def test_a_file_that_fails_is_named() -> None:
    done = ended(BROKEN.format(error="PermissionError(13, 'Permission denied', 'a\\nb')"))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert re.fullmatch(r"clausewise: `a.*b`: Permission denied\n", done.stderr)


def test_a_library_that_finds_no_memory_is_no_bug_of_ours() -> None:
    done = ended(BROKEN.format(error="ImportError('x.so: failed to map segment')"))
    told = "clausewise: there is too little memory to load what this command needs\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)


def test_a_traceback_is_for_those_who_ask() -> None:
    done = ended(BROKEN.format(error="KeyError('x')"), CLAUSEWISE_TRACEBACK="1")
    assert done.returncode == 70
    assert "Traceback" in done.stderr


@pytest.fixture
def crash(designs: Path) -> Path:
    """A design on which we crash, beside the good one."""
    path = designs / "crash.design"
    text = reference_examples()["design"]
    path.write_text(text.replace('deployment "', 'deployment "crash ', 1), encoding="utf-8")
    return path


def breaks(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, error: Exception) -> None:
    """From now on, a function breaks on what has `crash` in one of its arguments."""
    whole = getattr(owner, name)

    def broken(*given: object, **named: object) -> object:
        if any("crash" in str(one) for one in given):
            raise error
        return whole(*given, **named)

    monkeypatch.setattr(owner, name, broken)


@pytest.mark.parametrize("error", ERRORS, ids=repr)
@pytest.mark.parametrize("format_", ["text", "json", "sarif", "junit", "markdown"])
def test_the_other_designs_are_judged(
    crash: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, format_: str
) -> None:
    breaks(monkeypatch, checking, "read_design", error)
    done = run("check", crash.parent, "-f", format_)
    assert done.code == 70
    if format_ != "sarif":  # it tells of problems only
        assert "Front door" in done.said or "good.design" in done.said
    assert "crash.design" in done.said


def test_what_breaks_as_it_is_written_takes_nothing_with_it(
    crash: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clausewise.formats.report import json as writer

    breaks(monkeypatch, writer, "_policy", KeyError())
    done = run("check", crash.parent, "-f", "json")
    assert done.code == 70
    found = done.designs()
    assert found["good.design"]["verdict"] == "permitted"
    assert [one["code"] for one in found["crash.design"]["diagnostics"]] == ["E801"]


@pytest.mark.parametrize("jobs", [1, pytest.param(2, marks=POSIX)])
def test_the_other_rows_are_judged(crash: Path, monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    whole = CompiledPolicy.outcomes_of

    def broken(self: CompiledPolicy, world: object) -> object:
        if "crash" in world.title:  # type: ignore[attr-defined]
            raise KeyError
        return whole(self, world)  # type: ignore[arg-type]

    monkeypatch.setattr(CompiledPolicy, "outcomes_of", broken)
    done = run("portfolio", crash.parent, "-j", jobs, "-f", "jsonl", "--no-reasons")
    assert done.code == 70
    assert ("E801" in done.out, '"permitted"' in done.out) == (True, True)


def test_the_other_cases_are_run(designs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(designs / "good.design", designs / "front.design")
    text = reference_examples()["cases"]
    (designs / "door-code.cases").write_text(text, encoding="utf-8")
    (designs / "crash.cases").write_text(text.replace('case "', 'case "crash ', 1))
    assert run("test", designs).code == 0
    whole = cases.run_case

    def broken(case: syntax.CaseNode, *rest: Any) -> cases.CaseResult:
        if "crash" in case.title.text:
            raise KeyError
        return whole(case, *rest)

    monkeypatch.setattr(cases, "run_case", broken)
    done = run("test", designs)
    assert (done.code, "E801" in done.out) == (70, True)
    ran = len(re.findall('^case "', text, re.MULTILINE))
    assert f"{ran - 1} of {ran} cases" in done.out
    assert f"{ran} of {ran} cases" in done.out


def test_pytest_ends_with_70(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\n")
    for kind in ("vocabulary", "policy", "design"):
        (pytester.path / REFERENCE_FILES[kind]).write_text(reference_examples()[kind])
    (pytester.path / "door-code.cases").write_text(reference_examples()["cases"])
    pytester.makeconftest(
        "from clausewise.testing import cases\n"
        "def broken(*_): raise KeyError('secret-name')\n"
        "cases.run_case = broken\n"
    )
    done = pytester.runpytest_subprocess(*APART, "door-code.cases")
    assert done.ret == 70
    done.stdout.fnmatch_lines(["*this is a bug of Clausewise*"])
    done.stdout.no_fnmatch_line("*secret-name*")


def test_the_other_files_are_laid_out(crash: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (crash.parent / "good.design").write_text(reference_examples()["design"] + "\n\n\n")
    breaks(monkeypatch, fmt, "_formatted", KeyError())
    done = run("fmt", crash.parent)
    assert (done.code, "good.design" in done.out, "E801" in done.err) == (70, True, True)


# workers


@POSIX
def test_a_worker_that_is_ended_is_a_diagnostic(tmp_path: Path) -> None:
    """By the command, which the signal of a closed pipe would end."""
    line = " ".join(reference_examples()["json"].split()) + "\n"
    (tmp_path / "all.jsonl").write_text(line * 99)
    for kind in ("vocabulary", "policy"):
        (tmp_path / REFERENCE_FILES[kind]).write_text(reference_examples()[kind])
    program = (
        "import os, sys\n"
        "from clausewise import start\n"
        "from clausewise.portfolio.judge import Judge\n"
        "Judge.judge = lambda *_: os.kill(os.getpid(), 9)\n"
        "sys.argv[1:] = 'portfolio all.jsonl --policy door-code -j 2 -f csv -o out.csv'.split()\n"
        "start.main()\n"
    )
    before = set(tmp_path.iterdir())
    done = ended(program, tmp_path)
    assert (done.returncode, "error[E802]" in done.stderr) == (2, True)
    assert "Traceback" not in done.stderr
    assert set(tmp_path.iterdir()) == before


@POSIX
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_workers_end_with_their_parent(tmp_path: Path, number: signal.Signals) -> None:
    program = (
        f"{HEEDS_SIGNALS}import os, sys, time\n"
        "from clausewise import start\n"
        "from clausewise.workers.forked import map_forked\n"
        "def work(item):\n"
        f"    open({str(tmp_path)!r} + '/' + str(os.getpid()), 'w').close()\n"
        "    time.sleep(0.1 if item < 4 else 600)\n"
        "start._run = lambda _: list(map_forked(work, range(99), 2, chunk=1))\n"
        "start.main()\n"
    )
    with subprocess.Popen([sys.executable, "-c", program]) as parent:
        _wait(lambda: len(list(tmp_path.iterdir())) == 2)
        time.sleep(0.5)
        parent.send_signal(number)
        try:
            parent.wait(SECONDS)
        finally:
            parent.kill()  # or a test that fails would wait for it without end
    for path in tmp_path.iterdir():
        _wait(lambda path=path: not _lives(int(path.name)))


@POSIX
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_work_apart_ends_with_its_parent(tmp_path: Path, number: signal.Signals) -> None:
    program = (
        "import os, time\n"
        "from clausewise import start\n"
        "from clausewise.workers.apart import survives\n"
        "def work():\n"
        f"    open({str(tmp_path)!r} + '/' + str(os.getpid()), 'w').close()\n"
        "    time.sleep(600)\n"
        "start._run = lambda _: survives(work)\n"
        "start.main()\n"
    )
    with subprocess.Popen([sys.executable, "-c", program]) as parent:
        _wait(lambda: [*tmp_path.iterdir()])
        parent.send_signal(number)
        try:
            parent.wait(SECONDS)
        finally:
            parent.kill()
    (path,) = tmp_path.iterdir()
    _wait(lambda: not _lives(int(path.name)))


@POSIX
def test_a_work_apart_is_told_of_where_nobody_waits_for_processes() -> None:
    """Whoever started the command may have had SIGCHLD ignored, which lasts."""
    program = (
        "import os, signal\n"
        "from clausewise.workers.apart import survives\n"
        "for signal_ in (signal.SIG_DFL, signal.SIG_IGN):\n"
        "    signal.signal(signal.SIGCHLD, signal_)\n"
        "    works = int, lambda: 1 / 0, lambda: os._exit(0), os.abort\n"
        "    print(*map(survives, works))\n"
    )
    done = ended(program)
    assert (done.stdout, done.stderr) == ("True True False False\n" * 2, "")


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")


def _wait(is_done: object) -> None:
    end = time.monotonic() + SECONDS
    while not is_done():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.05)


def test_no_more_workers_than_can_be_of_use() -> None:
    processors = os.cpu_count() or 1
    assert (workers_for(None), workers_for(1)) == (processors, 1)
    assert workers_for(100_000) == MOST_EACH * processors


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("command", [("portfolio", "designs"), ("mutate", "door-code")])
def test_there_are_no_fewer_workers_than_none(command: tuple[str, str]) -> None:
    done = run(*command, "-j", "-1")
    assert (done.code, "--jobs" in done.err) == (2, True)


@pytest.mark.usefixtures("project")
def test_the_command_ends_on_a_signal() -> None:
    if not hasattr(signal, "SIGTERM") or os.name != "posix":
        pytest.skip("needs signals")
    with subprocess.Popen(
        [*COMMAND, "check", "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as command:
        time.sleep(1)
        command.send_signal(signal.SIGTERM)
        _, said = command.communicate(timeout=SECONDS)
    assert (command.returncode, said) == (128 + signal.SIGTERM, "")


DROPPED = f"""{HEEDS_SIGNALS}import sys, time
from clausewise import start

class Odd:
    def __del__(self):
        os.kill(os.getpid(), signal.{{name}})
        time.sleep(1)

def run(words):
    odd = Odd()
    del odd
    time.sleep(30)

start._run = run
start.main()
"""


@POSIX
@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGINT", 130)])
def test_a_signal_that_python_drops_ends_the_command_all_the_same(name: str, code: int) -> None:
    """What is raised in a callback is told of, and the command goes on: one of some hundred signals was lost."""
    done = ended("import os, signal\n" + DROPPED.format(name=name))
    assert (done.returncode, done.stdout, done.stderr) == (code, "", "")


@pytest.mark.parametrize("said", ["check nowhere.design", "fmt nowhere.design", "check --nothing"])
def test_a_mistake_that_cannot_be_told_is_no_verdict(said: str) -> None:
    """The code was 1, `prohibited`, where standard error was a full disk."""
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*COMMAND, *said.split()], stdout=full, stderr=full, check=False)
    assert done.returncode == 2


@POSIX
@pytest.mark.parametrize("command", ["lsp", "mcp"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_ends_on_a_signal_while_it_waits(command: str, number: signal.Signals) -> None:
    """It waited for its client to say something, or to go away."""
    program = (
        f"{HEEDS_SIGNALS}import sys, threading\n"
        "from clausewise import start\n"
        f"from clausewise.{SERVING[command]} import serving\n"
        "def wait(*_):\n"
        "    reading = threading.Thread(target=sys.stdin.read)\n"
        "    reading.start()\n"
        "    print('ready', flush=True)\n"
        "    reading.join()\n"
        "serving.serve = wait\n"
        f"sys.argv[1:] = ['{command}']\n"
        "start.main()\n"
    )
    pipe = subprocess.PIPE
    words = [sys.executable, "-c", program]
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe) as server:
        assert server.stdout
        assert server.stdout.readline() == b"ready\n"
        server.send_signal(number)
        assert server.wait(SECONDS) == 128 + number
