"""What is told of a mistake: a message, a hint and the text with which reading goes on; and faults of a line."""

from __future__ import annotations

from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.source import Span

SIGN = "nothing stands between a field and its value"
QUOTED = "names stand without quotes"
ENDED = "a field ends with its line, without a sign"
LIST = "values of a list are separated by commas"
CONSTANT = "values are words of the language, such as `yes`, `no` and `unknown`"
BULLET = "nothing stands before a field"
PATH = "an entity is named by its name alone"
MORE = "what may go on ends in `...`"
ONE_FIELD = "a field ends with its line"
WHAT_IS_SO = "a fact says what is so, not what is not"
RANGE = "a range is written with two dots"
DAY = "a day is written year-month-day"
TAIL = "behind a value stand `evidence` and `attested by`"
JUDGED_BY = "`judged by` names a policy"
AS_OF = "`as of` names the day of judging"
NOT_KNOWN = "what is not known is stated as `unknown`"
WORDS = "the words of a field's name are joined by hyphens"
NO_LINE = "this is no line of a design, which has a title, `judged by`, `as of`, and blocks"
SIGNS = "signs of a word processor stand in place of those of a keyboard"
"""What is said of a line that has such a fault."""


@lean_dataclass(frozen=True, slots=True)
class Meant:
    """What was meant: a message with a hint, its place, and the text mended so that reading can go on."""

    message: str
    hint: str
    span: Span
    mended: str | None = None
