"""The work made larger: the fourteen clauses over and over, each time about other terms."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from benchmarks.peers.protocol import CLAUSES

CYCLES = (
    ("gender", "emotion", "smile", "glasses", "health", "race", "religion"),
    ("law-enforcement", "private-body", "school", "ministry"),
    ("identity-verification", "media-search", "missing-persons", "apprehended-suspect", "hiring"),
    ("real-time", "near-real-time", "afterwards"),
    ("ongoing-surveillance", "persistent-tracking", "counting"),
    ("end-user-automation", "derivative-application", "by-the-developer"),
    ("one-to-many", "verify", "detect"),
    ("sensitive-trait", "limited-attribute"),
    ("mobile", "fixed"),
    ("US", "DE", "SE", "JP"),
)
"""Terms that take each other's places."""

POLICY = ("bench.policy", "\nclause ")
MODULES = (("false.rego", "\n# clause "), ("three.rego", "\n# clause "))
"""The files made larger, and how a clause begins in each."""

PART = 20
"""How many versions one module in Rego holds: an engine refuses longer ones."""


def enlarge(work: Path, target: Path, versions: int) -> int:
    """Write the work with that many versions of each clause to a folder, for Clausewise and for Rego.

    Returns:
        The number of clauses.
    """
    for name in ("bench.vocabulary", "below.json"):
        shutil.copy(work / name, target / name)
    name, begin = POLICY
    head, clauses = taken_apart(work / name, begin)
    made = [varied(c, begin, v) for v in range(versions) for c in clauses]
    (target / name).write_text(head + "".join(made), encoding="utf-8")
    for name, begin in MODULES:
        head, clauses = taken_apart(work / name, begin)
        for first in range(0, versions, PART):
            numbers = range(first, min(first + PART, versions))
            made = [varied(c, begin, v) for v in numbers for c in clauses]
            start = head if first == 0 else "package bench\n\nimport rego.v1\n"
            module = target / (f"{first}-{name}" if first else name)
            module.write_text(start + "".join(made), encoding="utf-8")
    return versions * len(CLAUSES)


def taken_apart(path: Path, begin: str) -> tuple[str, list[str]]:
    """What stands before the clauses, and the clauses."""
    head, *clauses = path.read_text(encoding="utf-8").split(begin)
    return head, clauses


def varied(block: str, begin: str, version: int) -> str:
    """A clause about other terms, under another name."""
    turned = {
        term: cycle[(place + version) % len(cycle)]
        for cycle in CYCLES
        for place, term in enumerate(cycle)
    }
    terms = "|".join(sorted(turned, key=len, reverse=True))
    block = re.sub(rf"(?<![\w-])({terms})(?![\w-])", lambda found: turned[found[0]], block)
    return begin + named(block, version)


def named(text: str, version: int) -> str:
    """The text with its clauses' names, and names that begin with them, of another version."""
    if not version:
        return text
    kebab = "|".join(CLAUSES)
    snake = kebab.replace("-", "_")
    text = re.sub(rf"(?<![\w-])({kebab})(?![\w-])", rf"\1-v{version}", text)
    return re.sub(rf"(?<!\w)({snake})", rf"\1_v{version}", text)
