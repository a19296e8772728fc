"""What stands about the project in more than one place is the same in all. `make dist` tries what is built."""

from __future__ import annotations

import re
import tomllib

import clausewise
from tests.conftest import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
PACKAGES = {
    "app": "clausewise",
    "desk": "clausewise.desk",
    "dsl": "clausewise.dsl",
    "engine": "clausewise.engine",
    "policies": "clausewise.policies",
}
"""The import name of each top-level folder."""
CHANGES = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_folder_with_modules_is_a_package() -> None:
    setuptools = PYPROJECT["tool"]["setuptools"]
    folders = {p.parent.relative_to(ROOT) for room in PACKAGES for p in (ROOT / room).rglob("*.py")}
    names = [".".join([PACKAGES[f.parts[0]], *f.parts[1:]]) for f in folders]
    assert sorted(setuptools["packages"]) == sorted(names)
    assert setuptools["package-dir"] == {name: folder for folder, name in PACKAGES.items()}


def test_one_version() -> None:
    assert clausewise.__version__ == PROJECT["version"]
    assert f"\nversion: {PROJECT['version']}\n" in text("CITATION.cff")


def test_the_licences() -> None:
    """What is cited is our own work; what is shipped holds two tables of others besides."""
    assert PROJECT["license"] == "Apache-2.0 AND LGPL-2.1-or-later"
    assert "\nlicense: Apache-2.0\n" in text("CITATION.cff")
    titles = [text(name).split("Version")[0].strip() for name in PROJECT["license-files"]]
    assert titles == ["Apache License", "GNU LESSER GENERAL PUBLIC LICENSE"]


def test_the_changelog_keeps_its_form() -> None:
    headings = re.findall(r"^## (.*)$", text("CHANGELOG.md"), re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    for heading in headings[1:]:
        assert re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", heading)
    kinds = re.findall(r"^### (.*)$", text("CHANGELOG.md"), re.MULTILINE)
    assert kinds
    assert set(kinds) <= CHANGES


def test_the_lock_is_complete() -> None:
    """Every dependency is locked, and every file that may be installed has a hash. No address is named."""
    lock = text("requirements-dev.lock")
    assert "//" not in lock
    assert "--index" not in lock
    entries = re.findall(
        r"^([a-z0-9-]+)==(?:\S+)((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", lock, re.MULTILINE
    )
    locked = {name for name, _ in entries}
    assert len(entries) == len(re.findall(r"^[^\s#]", lock, re.MULTILINE))
    wanted = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]
    assert {re.split(r"[^\w-]", need)[0] for need in wanted} <= locked


def test_the_workflow_only_calls_what_runs_anywhere() -> None:
    workflow = text(".github/workflows/ci.yml")
    assert re.findall(r"run: (.*)", workflow) == [".ci/run"]
    assert re.findall(r"permissions:\n((?:  .*\n)+)", workflow) == ["  contents: read\n"]


def test_whatever_make_test_leaves_out_is_run_before_a_change_lands() -> None:
    """`tests/short` names what is run after each change; a file that nobody named there is run with all others."""
    named = text("tests/short").splitlines()
    assert named == sorted(set(named))
    assert [name for name in named if not (ROOT / name).exists()] == []
    recipes = dict(re.findall(r"^([\w-]+): .*\n\t(.*)$", text("Makefile"), re.MULTILINE))
    assert recipes["test"] == "$(PYTEST) $(or $(TESTS),@tests/short)"
    assert recipes["test-all"] == "$(PYTEST)"
    assert PYPROJECT["tool"]["pytest"]["ini_options"]["testpaths"] == ["tests"]
    assert "\nmake test-all\n" in text(".ci/run")
    assert "`make test-all`" in text("README.md")
