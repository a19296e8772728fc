"""A baseline: the problems that were there when a repository adopted Clausewise, so that only new ones fail a run.

A problem is known by its design, its policy, its clause, the entities of which it is found, and the facts that
decide it with their values, or some of those. Lines play no part, so it stays known wherever it moves in its file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from clausewise.accepting.problems import Problem
from clausewise.checking.report import Report
from clausewise.dsl.files.reading import from_here
from clausewise.dsl.startup.lean import field, lean_dataclass
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.source import Source, Span
from clausewise.engine.core.outcomes import Outcome
from clausewise.intake.texts import read

SCHEMA = "clausewise/baseline/1"
KEYS = {"design", "policy", "clause", "entities", "outcome", "facts"}
BaselineKey = tuple[str, str, str, tuple[str, ...]]
"""A design, and of a problem in it the policy, the clause and the entities."""
BaselineEntry = tuple[Outcome, tuple[str, ...]]
"""How a problem was, and the facts that decided it."""
_SEVERITY = tuple(Outcome)


@lean_dataclass(frozen=True, slots=True)
class KnownProblems:
    """Problems that are known, and which of them have been met again."""

    entries: Mapping[BaselineKey, list[BaselineEntry]]
    met: set[tuple[BaselineKey, BaselineEntry]] = field(default_factory=set)

    def holds(self, design: str, problem: Problem, report: Report) -> bool:
        """Whether a problem is known: it was so, by the same facts and perhaps more, or worse.

        Facts that decide a violation suffice for it. So where each of them was there, they violated it before,
        and what is gone was mended.
        """
        key = design, report.policy.name, *problem.place
        is_known = False
        for entry in self.entries.get(key, ()):  # all are met: files from before hold some twice
            outcome, facts = entry
            is_better = _SEVERITY.index(problem.outcome) > _SEVERITY.index(outcome)
            was_so = problem.outcome is outcome and {*problem.facts(report)} <= {*facts}
            if is_better or was_so:
                self.met.add((key, entry))
                is_known = True
        return is_known

    def gone(self, designs: Iterable[str]) -> list[BaselineKey]:
        """The problems of these designs that no longer occur."""
        judged = set(designs)
        return [
            key
            for key, entries in self.entries.items()
            for entry in entries
            if key[0] in judged and (key, entry) not in self.met
        ]


def known_of(problems: Iterable[tuple[str, Problem, Report]]) -> KnownProblems:
    """These problems of these designs as known ones."""
    entries: dict[BaselineKey, list[BaselineEntry]] = {}
    for design, problem, report in problems:
        key = design, report.policy.name, *problem.place
        entries.setdefault(key, []).append((problem.outcome, problem.facts(report)))
    return KnownProblems(entries)


def read_baseline(path: Path, limit: int) -> tuple[Source, KnownProblems]:
    """The baseline in a file.

    Args:
        limit: how many bytes it may have.

    Raises:
        InvalidError: it cannot be read, or is none (E111).
    """
    how = f"`clausewise check --write-baseline {from_here(path)}` writes it, of all designs"
    source = read(path, limit=limit, if_missing=how)
    try:
        return source, _known(json.loads(source.text))
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        hint = "write it anew: `clausewise check --write-baseline FILE`"
        message = f"`{from_here(source.path)}` is not a baseline of Clausewise"
        raise InvalidError([Diagnostic("E111", message, source, Span(0, 1), hint)]) from None


def _known(document: Any) -> KnownProblems:
    """The problems of a document.

    Raises:
        ValueError: it is not the document of a baseline. (KeyError, TypeError, AttributeError: neither.)
    """
    if document.keys() != {"schema", "problems"} or document["schema"] != SCHEMA:
        raise ValueError
    entries: dict[BaselineKey, list[BaselineEntry]] = {}
    for one in document["problems"]:
        texts = [one["design"], one["policy"], one["clause"], *one["entities"], *one["facts"]]
        if one.keys() != KEYS or not all(isinstance(text, str) for text in texts):
            raise ValueError
        key = one["design"], one["policy"], one["clause"], tuple(one["entities"])
        entries.setdefault(key, []).append((Outcome(one["outcome"]), tuple(one["facts"])))
    return KnownProblems(entries)
