"""Days that come up: the applicant is told of each 60 and 14 days before it, and once it is over.

Of what they are asked they were told when it was given back: so of its day 3 days before it, and once it is over.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.core.cache import cache
from django.db import transaction

from clausewise.desk.mail.outbox import members_of, tell
from clausewise.desk.records.models import DeskApplication
from clausewise.desk.workflow.again import endings
from clausewise.desk.workflow.today import today

DAYS_BEFORE = (-1, 14, 60)
"""How long before its day, at most, each telling comes; -1 is once the day is over."""
OF_QUESTIONS = (-1, 3)
_LAST = "desk-reminded"


def remind_daily() -> None:
    """Do that once a day, whoever asks for it and however often."""
    day = today()
    if cache.get(_LAST) != str(day):
        remind(day)
        cache.set(_LAST, str(day), timeout=None)


def remind(day: date) -> None:
    """Put into the outbox what comes up by a day; of what was told of before, nothing is told again."""
    found: dict[tuple[DeskApplication, date, int], list[str]] = defaultdict(list)
    for one in endings(DeskApplication.objects.all(), day):
        left = (one.day - day).days
        steps = OF_QUESTIONS if one.kind == "question" else DAYS_BEFORE
        if (step := next((step for step in steps if left <= step), None)) is not None:
            found[one.application, one.day, step].append(one.kind)
    with transaction.atomic():
        for (application, ends, step), kinds in found.items():
            cause = f"ends {application.pk} {ends} {step}"
            people = members_of(application.organisation)
            tell(people, "ending", cause, application, day=str(ends), ends=sorted({*kinds}))
