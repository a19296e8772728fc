"""How clauses end, and what the whole comes to."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Outcome(StrEnum):
    """How a clause ends, worst first."""

    VIOLATED = "violated"
    UNDETERMINED = "undetermined"
    REVIEW = "review"
    MET = "met"
    NOT_APPLICABLE = "not-applicable"

    @property
    def is_open(self) -> bool:
        """Whether more facts, or a person, could still settle it."""
        return self in (Outcome.UNDETERMINED, Outcome.REVIEW)


class Verdict(StrEnum):
    """The result of the whole, worst first."""

    PROHIBITED = "prohibited"
    NEEDS_INFORMATION = "needs-information"
    NEEDS_REVIEW = "needs-review"
    PERMITTED = "permitted"
    NOT_APPLICABLE = "not-applicable"

    @property
    def is_open(self) -> bool:
        """Whether more facts, or a person, can make it one that says otherwise."""
        return self in (Verdict.NEEDS_INFORMATION, Verdict.NEEDS_REVIEW)


VERDICTS = {
    Outcome.VIOLATED: Verdict.PROHIBITED,
    Outcome.UNDETERMINED: Verdict.NEEDS_INFORMATION,
    Outcome.REVIEW: Verdict.NEEDS_REVIEW,
    Outcome.MET: Verdict.PERMITTED,
    Outcome.NOT_APPLICABLE: Verdict.NOT_APPLICABLE,
}
"""For each outcome, the verdict if no clause has a worse one. The worst comes first."""
OUTCOMES = {verdict: outcome for outcome, verdict in VERDICTS.items()}
"""For each verdict, the outcome of the clauses that led to it."""


def verdict_of(outcomes: Iterable[Outcome], *, draft: bool) -> Verdict:
    """The verdict from the clauses' outcomes. A draft never gets better than `needs-information`."""
    found = set(outcomes)
    worst = next(verdict for outcome, verdict in VERDICTS.items() if outcome in found)
    if draft and worst is not Verdict.PROHIBITED:
        return Verdict.NEEDS_INFORMATION
    return worst


def open_outcome(kinds: Iterable[str]) -> Outcome:
    """How a clause is open that lacks facts of these kinds: in review, if a person's judgements are all.

    No more of them are looked at than are needed: there may be a hundred thousand.
    """
    found = Outcome.UNDETERMINED
    for kind in kinds:
        if kind != "judgement":
            return Outcome.UNDETERMINED
        found = Outcome.REVIEW
    return found
