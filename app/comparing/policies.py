"""Two policies made ready to be compared: in the words of one vocabulary, the old one by its readings."""

from __future__ import annotations

from collections.abc import Mapping

from clausewise.checking.judging import readings_of
from clausewise.checking.options import Options
from clausewise.dsl.startup.lean import replace
from clausewise.engine.core.policy import Policy
from clausewise.intake.relinked import extends, in_words_of


def comparable(
    older: Policy, newer: Policy, options: Options, old_readings: Mapping[str, str]
) -> tuple[Policy, Policy]:
    """Both policies over the vocabulary of the newer one, or of the older one where that extends the newer one's.

    Args:
        options: how to judge: the configuration may choose readings of the old policy, too.
        old_readings: alternatives by reading, of the old policy.

    Raises:
        InvalidError: they have no vocabulary in common (E531), or the old policy has no such reading.
    """
    if extends(older.vocabulary, newer.vocabulary):
        newer = in_words_of(older.vocabulary, newer)
    older = in_words_of(newer.vocabulary, older)
    chosen = readings_of(older, replace(options, readings=old_readings))
    return older.read_as(chosen), newer
