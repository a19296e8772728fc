"""A clause's outcome as a number, as generated Python and SQL give it: the larger, the worse."""

from __future__ import annotations

from clausewise.engine.core.outcomes import Outcome

NOT_APPLICABLE, MET, REVIEW, UNDETERMINED, VIOLATED = range(5)

OUTCOMES = (
    Outcome.NOT_APPLICABLE,
    Outcome.MET,
    Outcome.REVIEW,
    Outcome.UNDETERMINED,
    Outcome.VIOLATED,
)
"""The outcomes by their numbers."""
