"""A clause's outcome as a number, as generated Python and SQL give it: the larger, the worse."""

from __future__ import annotations

from clausewise.engine.core.outcomes import Outcome

OUTCOMES = tuple(reversed(Outcome))
"""The outcomes by their numbers."""

NOT_APPLICABLE = OUTCOMES.index(Outcome.NOT_APPLICABLE)
MET = OUTCOMES.index(Outcome.MET)
REVIEW = OUTCOMES.index(Outcome.REVIEW)
UNDETERMINED = OUTCOMES.index(Outcome.UNDETERMINED)
VIOLATED = OUTCOMES.index(Outcome.VIOLATED)
OPEN = frozenset({REVIEW, UNDETERMINED})
SETTLED = frozenset({NOT_APPLICABLE, VIOLATED})
"""What stays so whatever else is stated. What is met may turn out not to apply."""
