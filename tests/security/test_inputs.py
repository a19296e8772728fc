"""What a command writes takes the place of nothing that it has read, whatever that is called: of every command."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from clausewise.accepting.baseline import KnownProblems
from clausewise.commands.signatures import parameters
from clausewise.commands.table import COMMANDS, Option, command
from clausewise.dsl.files.inputs import is_input, remember, remembered_inputs
from clausewise.formats.baseline import render
from tests.conftest import reference_examples
from tests.security.conftest import run, run_apart
from tests.security.test_writing import all_of

BESIDE = "x.json proof.txt plan"
"""A design, its evidence, and what a fact of it was imported from."""
JUDGED = f"{BESIDE} link hard ./designs/../x.json my.conf door-code.policy doors.vocabulary"
KNOWN = "waivers.txt known.txt"
SETTINGS = "my.conf door-code.policy doors.vocabulary"
MANY = f"all.jsonl {SETTINGS}"
WRITES = {
    ("check", "--output"): [
        ("check x.json -f json -o", f"{JUDGED} {KNOWN}"),
        ("check x.json -o json=", f"{BESIDE} {KNOWN}"),
        ("check bad.json -f json -o", "bad.json proof.txt plan"),
        ("check designs -f json -o", "designs/good.design designs/.gitignore"),
    ],
    ("check", "--write-baseline"): [("check x.json --write-baseline", f"{JUDGED} waivers.txt")],
    ("report", "--output"): [
        ("report x.json -f markdown -o", JUDGED),
        ("report x.json -f html -o", BESIDE),
        ("report x.json -f pdf -o", BESIDE),
    ],
    ("attest", "--output"): [
        ("attest x.json --key secret -o", f"{JUDGED} secret secret.pub"),
    ],
    ("attest", "--new-key"): [("attest --new-key", "secret secret.pub x.json half")],
    ("fix", "--output"): [("fix x.json -o", JUDGED), ("fix x.json -f json -o", BESIDE)],
    ("portfolio", "--output"): [
        ("portfolio all.jsonl --policy door-code -f jsonl -o", MANY),
        ("portfolio all.jsonl --policy door-code -f csv --jobs 2 -o", MANY),
        (
            "portfolio designs --policy door-code --evidence required -f html -o",
            f"designs/proof.txt {SETTINGS}",
        ),
        (
            "portfolio designs --policy door-code --evidence required -f csv --jobs 2 -o",
            "designs/proof.txt",
        ),
        ("portfolio all.parquet --policy door-code -f csv -o", "all.parquet"),
        ("portfolio all.parquet --policy door-code --engine sql -f csv -o", "all.parquet"),
    ],
    ("pack", "--output"): [("pack all.jsonl --policy door-code -o", MANY)],
    ("packs", "--output"): [("packs x.json -o", JUDGED)],
    ("timeline", "--output"): [("timeline x.json -o", JUDGED)],
    ("compare", "--output"): [("compare x.json -o", JUDGED), ("compare x.json -f html -o", BESIDE)],
    ("new", "--output"): [("new --policy door-code -o", f"x.json {SETTINGS}")],
    ("import", "--into"): [
        ("import terraform tf --isolated --into", "tf/main.tf x.json"),
    ],
    ("test", "--output"): [
        ("test door-code.cases -f junit -o", f"door-code.cases {BESIDE} {SETTINGS}"),
        ("test door-code.cases --coverage -o", f"door-code.cases {BESIDE} {SETTINGS}"),
    ],
    ("test", "--html"): [
        ("test door-code.cases --coverage --html", f"door-code.cases {BESIDE} {SETTINGS}"),
    ],
    ("mutate", "--output"): [
        ("mutate door-code mine.cases -j 1 -o", f"mine.cases {BESIDE} {SETTINGS}")
    ],
    ("prove", "--output"): [
        ("prove door-code.laws --law nothing -o", f"door-code.laws {SETTINGS}"),
        ("prove door-code.laws --directions -o", f"door-code.laws {SETTINGS}"),
    ],
    ("diff", "--output"): [
        ("diff door-code door-code.policy -o", SETTINGS),
        ("diff door-code door-code --on x.json -o", BESIDE),
        ("diff doors.vocabulary doors.vocabulary -o", "doors.vocabulary my.conf"),
    ],
    ("trace", "--output"): [
        ("trace door-code --source source -o", "source door-code.trace.toml my.conf"),
        ("trace door-code --source source --update -o", "source door-code.policy"),
        ("trace door-code --source source -f html --design x.json -o", f"source {BESIDE}"),
    ],
    ("graph", "--output"): [("graph --policy door-code -o", SETTINGS)],
    ("schema", "--output"): [("schema --policy door-code -o", SETTINGS)],
    ("vocabulary", "--output"): [("vocabulary --policy door-code -o", SETTINGS)],
    ("compile", "--output"): [("compile --policy door-code -o", SETTINGS)],
    ("config", "--output"): [("config -o", "my.conf")],
}
"""For each option that names what is written: lines that end with it, and what each of them reads."""
READ = {
    "--config",
    "--heads",
    "--baseline",
    "--key",
    "--on",
    "--source",
    "--design",
    "--cases",
    "--trust",
    "--replaces",
}
"""The other options that name a file."""
REFUSED = (
    "would be replaced",
    "is there already",
    "a key never replaces a file",
    "is not a file that is read here",
)
WORDS = [(line, one) for lines in WRITES.values() for line, read in lines for one in read.split()]


def options_with_files() -> Iterator[tuple[str, str]]:
    """Each option of each command that takes a path, or is called as one that is written to."""
    for name in COMMANDS:
        for parameter, hint, _ in parameters(command(name)):
            type_, said = get_args(hint)
            names = getattr(said, "names", None) or (f"--{parameter.replace('_', '-')}",)
            if isinstance(said, Option) and ("Path" in str(type_) or "--output" in names):
                yield name, names[0]


def test_each_option_with_a_file_is_known() -> None:
    """A new one either names what is read, or goes into the table above."""
    written = {(name, option) for name, option in options_with_files() if option not in READ}
    assert written == set(WRITES)


@pytest.fixture
def inputs(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose files have names that no kind of file has."""
    given = reference_examples()
    design = json.loads(given["json"])
    design["safety"] = {"alarm": {"value": True, "evidence": ["proof.txt"], "from": ["plan#a"]}}
    texts = {
        "x.json": json.dumps(design),
        "bad.json": json.dumps({**design, "people": {"x": {"ages": "none of this"}}}),
        "designs/x.design.json": json.dumps(design),
        "designs/proof.txt": "proof",
        "designs/.gitignore": "left.design",
        "proof.txt": "proof",
        "plan": "{}",
        "half": "a private key, without its public half",
        "all.jsonl": json.dumps(json.loads(given["json"])) + "\n",
        "door-code.cases": f'{given["cases"]}\ncase "c" {{\n  design "x.json"\n  expect permitted\n}}\n',
        "mine.cases": 'case "c" {\n  design "x.json"\n  expect needs-review\n}\n',
        "door-code.laws": given["laws"],
        "door-code.trace.toml": "",
        "source": "One sentence.\n",
        "waivers.txt": "",
        "known.txt": render(KnownProblems({})),
        "my.conf": 'waivers = "waivers.txt"\nbaseline = "known.txt"\n',
        "tf/main.tf": "",
    }
    for name, text in texts.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    monkeypatch.setenv("CLAUSEWISE_CONFIG", str(project / "my.conf"))
    if os.name == "posix":
        (project / "link").symlink_to("proof.txt")
        os.link(project / "proof.txt", project / "hard")
    return project


@pytest.mark.parametrize("words", sorted({line for line, _ in WORDS}))
def test_no_input_is_replaced(inputs: Path, words: str) -> None:
    if "secret" in words or "new-key" in words:
        assert run("attest", "--new-key", "secret").code == 0
    if "parquet" in words:
        assert run("pack", "all.jsonl", "--policy", "door-code", "-o", "all.parquet").code == 0
    before = all_of(inputs)
    for output in (one for line, one in WORDS if line == words):
        if os.name != "posix" and output in ("link", "hard"):
            continue
        last = words.split()
        line = [*last[:-1], last[-1] + output] if words.endswith("=") else [*last, output]
        done = run(*line)
        told = any(words in " ".join(done.err.split()) for words in REFUSED)
        assert (done.code, told) == (2, True), (output, done.said)
        assert all_of(inputs) == before, output


def test_a_ledger_is_brought_up_to_date(inputs: Path) -> None:
    line = "trace door-code --source source --update -o door-code.trace.toml"
    assert run(*line.split()).code == 1
    assert "[[sentence]]" in (inputs / "door-code.trace.toml").read_text()


def test_standard_input_is_no_output(inputs: Path) -> None:
    """A shell can open a file as standard input, and the same is named by `-o`."""
    text = (inputs / "x.json").read_bytes()
    with (inputs / "x.json").open("rb") as file:
        done = run_apart("check", "-", "--stdin-filename", "x.json", "-o", "x.json", stdin=file)
    assert (done.code, "would be replaced" in done.err) == (2, True)
    assert (inputs / "x.json").read_bytes() == text


@pytest.mark.usefixtures("inputs")
def test_what_is_written_again_and_again_is_no_input() -> None:
    """Each command of a process, and each round of `--watch`, has inputs of its own."""
    for _ in range(2):
        assert run("check", "x.json", "-f", "json", "-o", "out.json").code == 4
    assert run("check", "out.json").code == 2
    assert run("check", "x.json", "-f", "json", "-o", "out.json").code == 4


def test_inputs_are_those_of_a_command(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_text("")
    remember([str(file)])
    assert not is_input(file)  # nothing runs
    with remembered_inputs():
        with remembered_inputs():
            remember([str(file), "not there"])
        assert is_input(file)
        assert not is_input(tmp_path / "y")
    assert not is_input(file)
