"""What a portfolio comes to: counts, as its designs are judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from clausewise.checking.report import exit_code
from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.intake.walk import LeftOut
from clausewise.portfolio.judge import Judged, Task

MOST_KEPT = 200
"""How many bad designs, and how many that flip, are kept by name; all are counted."""

NOT_THERE = "not there"
"""What stands for the outcome of a clause that only the other policy has."""

Flip = tuple[str, str, str]
"""A clause (or `verdict`), its outcome, and its outcome by what the portfolio is compared with."""


@dataclass(slots=True)
class Tally:
    """The counts of a portfolio.

    Attributes:
        outcomes: for each clause, how many designs have each outcome.
        lacking: in how many designs a field is missing somewhere, by `type.field`.
        mistakes: the first designs that could not be judged, each with why.
        unreached: how many designs list entities to which nothing leads.
        flips: how often a clause or the verdict comes out otherwise, and how.
        flipped: the first designs of each such change.
        codes: the exit codes that occur.
        left_out: what was not looked at, by a rule.
    """

    task: Task
    designs: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    outcomes: dict[str, Counter[Outcome]] = field(default_factory=dict)
    lacking: Counter[str] = field(default_factory=Counter)
    bad: int = 0
    mistakes: list[tuple[str, str]] = field(default_factory=list)
    unreached: int = 0
    flips: Counter[Flip] = field(default_factory=Counter)
    flipped: dict[Flip, list[str]] = field(default_factory=dict)
    codes: set[int] = field(default_factory=set)
    left_out: Sequence[LeftOut] = ()

    def __post_init__(self) -> None:
        self.outcomes = {name: Counter() for name in self.task.policy.clauses}

    @property
    def exit_code(self) -> int:
        """As of `check` for all designs together."""
        return exit_code(self.codes, self.task.options.fail_on)

    def count(self, results: Iterable[Judged]) -> Iterator[Judged]:
        """The results, counted as they go by."""
        for judged in results:
            self._add(judged)
            yield judged

    def _add(self, judged: Judged) -> None:
        self.designs += 1
        self.codes.add(judged.exit_code)
        if judged.verdict is None:
            self.bad += 1
            if len(self.mistakes) < MOST_KEPT:
                self.mistakes.append((judged.name, judged.mistake))
            return
        self.verdicts[judged.verdict] += 1
        for clause, outcome in judged.outcomes.items():
            self.outcomes[clause][outcome] += 1
        self.lacking.update(judged.lacking)
        self.unreached += bool(judged.unreached)
        for flip in _flips(judged):
            self.flips[flip] += 1
            names = self.flipped.setdefault(flip, [])
            if len(names) < MOST_KEPT:
                names.append(judged.name)


def _flips(judged: Judged) -> Iterator[Flip]:
    if judged.other_verdict and judged.other_verdict is not judged.verdict:
        yield "verdict", str(judged.verdict), judged.other_verdict
    for clause, before, after in judged.flips:
        yield clause, before or NOT_THERE, after or NOT_THERE


def flip_words(flip: Flip, task: Task) -> Flip:
    """A change for people to read: a verdict is called as the policy calls it that gives it."""
    what, *sides = flip
    if what != "verdict" or task.against is None:
        return flip
    before, after = (
        policy.shown(Verdict(side)) if side in set(Verdict) else side
        for policy, side in zip((task.policy, task.against.policy), sides, strict=True)
    )
    return what, before, after
