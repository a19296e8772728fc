"""What the tests do in processes of their own, in which there is no Django."""

from __future__ import annotations

import os
import time
from datetime import date
from pathlib import Path

from clausewise.desk.interview import drafts
from clausewise.desk.judging.verdicts import judge


def hangs() -> None:
    """In the worker alone, the judge hangs from now on."""
    vars(drafts)["looker"] = lambda *_, **__: time.sleep(60)


def dies() -> None:
    vars(drafts)["looker"] = lambda *_, **__: os._exit(1)


def works() -> None:
    """As a server has it."""


def verdict_to(path: Path, text: str, policy: str, day: date) -> None:
    found = judge(text, policy, day).report
    path.write_text(repr((found.verdict, [(c.clause.name, c.outcome) for c in found.clauses])))
