"""What only POSIX systems have is not needed: the commands give the same without it, as they would on Windows."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT

WITHOUT = """
import os, signal, sys
for module, names in ((os, "fork forkpty geteuid getuid getegid getgid O_NOFOLLOW O_CLOEXEC register_at_fork"),
                      (signal, "SIGPIPE SIGHUP SIGKILL SIGALRM pthread_sigmask")):
    for name in names.split():
        delattr(module, name)
for name in ("fcntl", "grp", "pwd", "pty", "resource", "termios", "tty"):
    assert name not in sys.modules, name
    sys.modules[name] = None
"""
RUN = "from clausewise.start import main; main()"
IMPORT_ALL = """
import importlib, os, pkgutil, clausewise
os.environ["DJANGO_SETTINGS_MODULE"] = "clausewise.desk.site.settings"
import django
django.setup()
found = [m.name for m in pkgutil.walk_packages(clausewise.__path__, "clausewise.")]
# The SDK behind `clausewise mcp` looks at the name of the system for what it may import, not at what is there.
apart = ("clausewise.__main__", "clausewise.assistants.serving")
for name in found:
    if name not in apart:
        importlib.import_module(name)
print(len(found))
"""


def python(code: str, *words: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, cwd=ROOT, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_every_module_is_imported_without() -> None:
    code, out, err = python(WITHOUT + IMPORT_ALL)
    assert (code, err) == (0, "")
    assert int(out) > 50


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("check examples/patrol.design", 1),
        ("explain examples/lobby.design N9", 3),
        ("portfolio examples --jobs 2 --no-reasons", 1),
        ("fmt --check examples", 0),
    ],
)
def test_commands_give_the_same_without(words: str, expected: int) -> None:
    with_posix = python(RUN, *words.split())
    assert with_posix[0] == expected
    assert python(WITHOUT + RUN, *words.split()) == with_posix
