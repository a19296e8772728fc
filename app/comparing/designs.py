"""Designs judged by two policies: which come out otherwise, and by which clauses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from clausewise.checking.check import check_file
from clausewise.checking.options import Options
from clausewise.checking.report import Checked
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.dsl.text.diagnostic import Diagnostic
from clausewise.intake.judges import named_policy

NOT_JUDGED = "not judged"


@lean_dataclass(frozen=True, slots=True)
class Rejudged:
    """A design, and what two policies say of it.

    Attributes:
        before: what the old policy calls its verdict, or that it could not judge it.
        clauses: the clauses whose outcome changes, with both; of one that a policy lacks, `none`.
    """

    path: str
    before: str
    after: str
    clauses: Sequence[tuple[str, str, str]]
    diagnostics: Sequence[Diagnostic]

    @property
    def is_changed(self) -> bool:
        """Whether anything changes."""
        return self.before != self.after or bool(self.clauses)

    @property
    def is_judged(self) -> bool:
        """Whether one of the policies at least could judge it."""
        return (self.before, self.after) != (NOT_JUDGED, NOT_JUDGED)


def rejudged(files: Sequence[Path], old: str, new: str, options: Options) -> Iterator[Rejudged]:
    """Each design, judged by both policies, which are named as `--policy` names one.

    Raises:
        InvalidError: a policy cannot be used.
    """
    for policy in (old, new):
        named_policy(policy, options.access)
    for file in files:
        ways = [
            check_file(file, replace(options, policy=policy), try_answers=False)
            for policy in (old, new)
        ]
        outcomes = [_outcomes(found) for found in ways]
        names = dict.fromkeys([*outcomes[1], *outcomes[0]])
        pairs = [(n, outcomes[0].get(n, "none"), outcomes[1].get(n, "none")) for n in names]
        yield Rejudged(
            ways[0].path,
            ways[0].verdict_shown or NOT_JUDGED,
            ways[1].verdict_shown or NOT_JUDGED,
            [pair for pair in pairs if pair[1] != pair[2]] if all(outcomes) else [],
            _once(d for found in ways for d in found.diagnostics if not found.reports),
        )


def _once(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Each once: what keeps a design from being judged mostly does so by either policy."""
    told: list[Diagnostic] = []
    for one in found:
        if one not in told:
            told.append(one)
    return told


def _outcomes(found: Checked) -> dict[str, str]:
    return {
        clause.clause.name: str(clause.outcome)
        for report in found.reports
        for clause in report.clauses
    }
