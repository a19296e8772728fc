"""The coverage of a policy by its cases, for people: how much, and what is not covered, at its place."""

from __future__ import annotations

from itertools import groupby

from clausewise.formats.screen.sheet import Sheet
from clausewise.intake.load import asked_for
from clausewise.testing.coverage import Coverage

MOST_WORDS = 60


def print_coverage(coverage: Coverage, sheet: Sheet) -> None:
    """Print the targets that no case reaches, by the part of the policy, and the share of those reached."""
    policy = coverage.policy
    for part, group in groupby(coverage.missed, key=lambda target: target.part):
        sheet.line((part, "bold"))
        for target in group:
            line, column = policy.source.position(target.span.start)
            words = target.words
            if len(words) > MOST_WORDS:
                words = words[: MOST_WORDS - 3].rsplit(" ", 1)[0] + " ..."
            place = (f"{line}:{column}".ljust(8), "dim")
            sheet.line(place, words, (f"  {target.seen}", "yellow"), indent=2, hang=12)
    reached = len(coverage.reached) - len(coverage.missed)
    of = f"{asked_for(policy)} covered: {reached} of {len(coverage.reached)}"
    share = f"{coverage.percent:.1f} % of {of}"
    sheet.line((share, "green" if not coverage.missed else "yellow"))
