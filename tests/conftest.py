"""Shared by all tests: the vocabulary and policy of the language reference, and a way to judge by them."""

from __future__ import annotations

import gc
import os
import re
import signal
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from clausewise.checking.check import check_file, check_source
from clausewise.checking.options import Options
from clausewise.checking.report import Checked, Report
from clausewise.dsl.text.source import Source
from clausewise.engine.backends.python.compiled import CompiledPolicy, compiled
from clausewise.engine.core.policy import Policy
from clausewise.intake.access import Access
from clausewise.intake.load import load_policy
from tests.conformance_runner import Given

ROOT = Path(__file__).parent.parent
collect_ignore_glob = ["fuzz/found/*"]  # broken on purpose

SKIP_NOTHING = os.environ.get("SKIP_NOTHING") == "1"
"""Whether what needs more of the system (Chromium, Pango) fails where that is missing, and is not passed over."""


OPTIONS: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow],
}
# Tests and CI draw the same examples every time; `make fuzz` draws others at random.
APART = ("-p", "no:pytest-lsp", "-p", "no:asyncio", "-p", "no:django")
"""For a run of pytest within a test, without what pyproject.toml says: pytest-lsp 1.0 fails on items that are no
functions, such as our cases, and pytest-django sets up a process once."""

settings.register_profile("ci", max_examples=60, derandomize=True, database=None, **OPTIONS)
settings.register_profile("deep", max_examples=500, **OPTIONS)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def reference_examples() -> dict[str, str]:
    """The examples of the language reference by kind: one of each."""
    text = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    found = re.findall(r"```(design|vocabulary|policy|cases|laws|json)\n(.*?)```", text, re.DOTALL)
    kinds = ["cases", "design", "json", "laws", "policy", "vocabulary"]
    assert sorted(kind for kind, _ in found) == kinds
    return dict(found)


def further_examples() -> dict[str, str]:
    """The examples of the language reference that have a name of their own, by the names of their files."""
    text = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    found = re.findall(r"```(policy|cases) ([\w-]+)\n(.*?)```", text, re.DOTALL)
    return {f"{name}.{kind}": content for kind, name, content in found}


def pytest_configure(config: pytest.Config) -> None:
    """Make a cache of the tests' own, so that nothing kept before takes part. All workers share it.

    And collect garbage as seldom as the commands do: to search all that tests keep took a fifth of their time.
    A shell's job in the background ignores Ctrl-C, and so would all that tests start, and wait for for ever.
    """
    gc.set_threshold(100_000)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ["CLAUSEWISE_CACHE"] = folder = mkdtemp(prefix="clausewise-tests-")
        config.add_cleanup(lambda: rmtree(folder, ignore_errors=True))


REFERENCE_FILES = {
    "vocabulary": "doors.vocabulary",
    "policy": "door-code.policy",
    "design": "front.design",
    "cases": "door-code.cases",
    "laws": "door-code.laws",
    "json": "front.json",
}


def write_reference(folder: Path) -> None:
    """Write the reference's examples into a folder, as files."""
    for kind, text in reference_examples().items():
        (folder / REFERENCE_FILES[kind]).write_text(text, encoding="utf-8")


@pytest.fixture(scope="session")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the reference's vocabulary, policy, design and cases as files."""
    folder = tmp_path_factory.mktemp("doors")
    write_reference(folder)
    return folder


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Given], Path]:
    """Writes a case of the conformance suite; gives the path of its design."""
    folder = tmp_path_factory.mktemp("conformance")
    return lambda given: given.write(folder)


@cache
def _program(path: str, readings: tuple[tuple[str, str], ...]) -> CompiledPolicy:
    return compiled(load_policy(path), dict(readings))


def program(policy: Policy, readings: Mapping[str, str]) -> CompiledPolicy:
    """A policy compiled to Python, once for all tests."""
    if policy.laws:  # in the company of others it is another one than its file alone
        return compiled(policy, dict(readings))
    return _program(policy.source.path, tuple(readings.items()))


def within(folder: Path, **options: Any) -> Options:
    """Options of a run that starts in a folder, whose policies may judge."""
    return Options(access=Access(root=folder), **options)


def counts(_evidence: str) -> str:
    """All evidence counts, wherever it lies."""
    return ""


def checked(path: Path, **options: Any) -> Checked:
    """What comes of a design in a file, in a run that starts in its folder."""
    return check_file(path, within(path.parent, **options))


Judge = Callable[..., Report]


@pytest.fixture(scope="session")
def judge_doors(doors: Path) -> Judge:
    """Judges the body of a design by the reference's policy."""

    def judge(body: str, header: str = 'deployment "Doors"', **options: object) -> Report:
        text = f"{header}\njudged by door-code\nas of 2026-11-23\n{body}"
        source = Source(str(doors / "test.design"), text)
        (report,) = check_source(source, within(doors, **options))
        return report

    return judge
