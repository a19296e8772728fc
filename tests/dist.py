"""The wheel and the sdist, built and tried as a stranger would: `make dist`.

Each is installed into an environment of its own. The libraries that it needs are lent to it by the environment
that runs these tests, so that nothing is fetched; our own package is not lent, so what judges is what was built.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.test_packaging import PACKAGES

LIBRARIES = Path(sysconfig.get_path("purelib"))
CHEAP = [
    "test_readme.py",
    "test_docs.py",
    "test_api.py",
    "test_architecture.py",
    "test_packaging.py",
]
"""Tests that read much of what the sdist must hold, and do not take long."""
MADE = {"PKG-INFO", "setup.cfg"}
"""What building adds to an sdist, beside a folder of metadata."""


def run(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False)


def files() -> set[str]:
    """The files of the repository."""
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    return set(subprocess.check_output(words, cwd=ROOT, text=True).splitlines())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the sdist, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("built")
    done = run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module", params=["*.whl", "*.tar.gz"], ids=["wheel", "sdist"])
def environment(
    request: pytest.FixtureRequest, built: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """An environment into which the wheel or the sdist is installed."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    where = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder)
    for library in LIBRARIES.iterdir():
        if "clausewise" not in library.name:
            (Path(where.stdout.strip()) / library.name).symlink_to(library)
    assert run(python, "-c", "import clausewise", cwd=folder).returncode == 1
    (archive,) = built.glob(request.param)
    pip: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--no-index",
        "--no-deps",
    ]
    done = run(*pip, "--no-build-isolation", archive, cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_each_judges_the_examples(environment: Path, tmp_path: Path) -> None:
    examples = shutil.copytree(ROOT / "examples", tmp_path / "examples")
    python = environment / "bin" / "python"
    where = run(python, "-c", "import clausewise; print(clausewise.__file__)", cwd=tmp_path)
    assert Path(where.stdout.strip()).is_relative_to(environment)
    done = run(environment / "bin" / "clausewise", "check", examples, cwd=tmp_path)
    here = run(sys.executable, "-m", "clausewise", "check", examples, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == here.stdout
    assert "permitted          " in done.stdout


def test_the_wheel_holds_the_package_and_nothing_else(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    held = {n for n in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in n}
    wanted = {
        "/".join([PACKAGES[room].replace(".", "/"), rest])
        for room, slash, rest in (name.partition("/") for name in files())
        if slash and room in PACKAGES
    }
    assert held == wanted


def test_the_sdist_holds_the_repository_and_nothing_else(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        held = {m.name.partition("/")[2] for m in archive.getmembers() if m.isfile()}
    assert {n for n in held if ".egg-info/" not in n} == files() | MADE


@pytest.mark.parametrize("environment", ["*.tar.gz"], indirect=True)
def test_the_tests_in_the_sdist_run(environment: Path, built: Path, tmp_path: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (folder,) = tmp_path.iterdir()
    pytest_: list[str | Path] = [
        environment / "bin" / "python",
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
    ]
    collected = run(*pytest_, "--collect-only", cwd=folder)
    assert collected.returncode == 0, collected.stdout[-2000:]
    done = run(*pytest_, *(f"tests/{name}" for name in CHEAP), cwd=folder)
    assert done.returncode == 0, done.stdout[-4000:]
