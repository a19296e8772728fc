"""What the Tab key offers, asked as each shell asks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("clausewise")


def asked(**variables: str) -> str:
    done = subprocess.run(
        [COMMAND], env=os.environ | variables, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return done.stdout


def offered_by_bash(line: str) -> list[str]:
    words = line.split(" ")
    return asked(
        _CLAUSEWISE_COMPLETE="complete_bash", COMP_WORDS=line, COMP_CWORD=str(len(words) - 1)
    ).split()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("clausewise ch", ["check"]),
        ("clausewise check --ev", ["--evidence"]),
        ("clausewise check --evidence ", ["optional", "required"]),
        ("clausewise check some-fi", []),  # bash then offers files
    ],
)
def test_bash(line: str, offered: list[str]) -> None:
    assert offered_by_bash(line) == offered


def test_zsh_and_fish_get_what_the_commands_do() -> None:
    zsh = asked(_CLAUSEWISE_COMPLETE="complete_zsh", _TYPER_COMPLETE_ARGS="clausewise ch")
    assert '"check":"Judge designs."' in zsh
    fish = asked(
        _CLAUSEWISE_COMPLETE="complete_fish",
        _TYPER_COMPLETE_FISH_ACTION="get-args",
        _TYPER_COMPLETE_ARGS="clausewise ch",
    )
    assert fish == "check\tJudge designs.\n"


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_the_script_works_in_bash() -> None:
    """The script defines a function for what bash calls when Tab is pressed."""
    script = asked(_CLAUSEWISE_COMPLETE="source_bash")
    tab = (
        f"{script}\nCOMP_WORDS=(clausewise portfo); COMP_CWORD=1\n"
        f'_clausewise_completion "{COMMAND}"; echo "${{COMPREPLY[@]}}"; complete -p clausewise'
    )
    done = subprocess.run(["bash", "-c", tab], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "portfolio",
        "complete -o default -F _clausewise_completion clausewise",
    ]
