"""The extension for VS Code, as far as it can be tested without VS Code; `make editor-test` does the rest."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib

import pytest

from clausewise.editor.kinds import KINDS
from tests.conftest import ROOT
from tests.textmate import FOLDER, files

EXTENSION = ROOT / "editors" / "vscode"
LANGUAGES = {kind.language: kind.suffix for kind in KINDS if kind.parsed}
HAS_NODE = bool(shutil.which("npm")) and (EXTENSION / "node_modules").is_dir()


def test_the_grammars_are_up_to_date() -> None:
    """`make pages` makes them anew."""
    found = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")}
    assert found == files()


def test_the_lock_records_no_address() -> None:
    """`npm run lock` makes it: names, versions and digests, from whichever registry they come."""
    lock = (EXTENSION / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in lock
    assert lock.count('"integrity"') > 200


def test_the_extension_knows_every_kind_of_file() -> None:
    package = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    known = {one["id"]: one["extensions"] for one in package["contributes"]["languages"]}
    assert known == {language: [suffix] for language, suffix in LANGUAGES.items()}
    source = (EXTENSION / "src" / "extension.ts").read_text(encoding="utf-8")
    listed = re.search(r"const LANGUAGES = \[([^\]]*)\]", source)
    assert listed
    assert {f"clausewise-{name}" for name in re.findall(r'"(\w+)"', listed[1])} == set(LANGUAGES)


def test_the_snippets_know_every_kind_of_file() -> None:
    for page in ("neovim.md", "helix.md", "zed.md"):
        text = (ROOT / "editors" / page).read_text(encoding="utf-8")
        assert set(LANGUAGES) <= set(re.findall(r"clausewise-\w+", text)), page
    helix = (ROOT / "editors" / "helix.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```toml\n(.*?)```", helix, re.DOTALL)
    languages = tomllib.loads(block)["language"]
    assert {one["name"]: "." + one["file-types"][0] for one in languages} == LANGUAGES
    zed = (ROOT / "editors" / "zed.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```json\n(.*?)```", zed, re.DOTALL)
    settings = json.loads(block)
    program = settings["lsp"]["clausewise"]["binary"]["path"]
    assert program.startswith("/"), "Zed looks a name up in the open folder first"
    types = settings["file_types"]
    assert {name: f".{ends[0]}" for name, ends in types.items()} == LANGUAGES


def test_each_kind_of_file_has_a_sample_whose_colours_are_tried() -> None:
    samples = {f"clausewise-{path.stem}" for path in (EXTENSION / "test" / "grammar").iterdir()}
    assert samples == set(LANGUAGES)


@pytest.mark.skipif(
    not HAS_NODE, reason="NOT TESTED: npm or editors/vscode/node_modules is missing (`npm ci`)"
)
def test_the_extension_passes_its_own_tests() -> None:
    """Which program is run, what panels show, and how a sample of each kind is coloured."""
    done = subprocess.run(
        ["npm", "test"], cwd=EXTENSION, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# fail 0" in done.stdout
