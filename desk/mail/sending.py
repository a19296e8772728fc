"""Sending what waits in the outbox, outside of every transaction: a slow mail server makes nobody wait.

Each row is taken with a term before it is sent, and marked after it was. So two who send at once do not send the
same; and where one is killed between sending and marking, the mail is sent again once the term is over.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused

from django.core.mail import get_connection
from django.db.models import F, QuerySet
from django.utils import timezone

from clausewise.desk.mail.texts import message
from clausewise.desk.records.models import Mail
from clausewise.dsl.startup.lean import lean_dataclass

TERM = timedelta(minutes=10)
"""So long whoever took a mail has to send it."""
FIRST_WAIT = timedelta(minutes=2)
"""Until a mail that could not be sent is tried again; then twice as long each time, a day at most."""
MOST_TRIES = 12
"""After so many, which is a week, it is given up."""
A_RUN = 500
"""So many are sent at most by one call."""
SLOW_WAIT = timedelta(days=1)
_log = logging.getLogger(__name__)


@lean_dataclass(frozen=True, slots=True)
class MailCounts:
    """What came of sending: how many were sent, could not be, and wait for another time."""

    sent: int
    failed: int
    waiting: int


def send_waiting() -> MailCounts:
    """Send what waits. A mail server that cannot be reached is told of in the counts, and raises nothing."""
    sent, failed = 0, 0
    for key, tries in _due():
        mail = _taken(key, tries)
        if mail is None:
            continue
        try:
            get_connection().send_messages([message(mail)])
        except (SMTPException, OSError) as error:
            failed += 1
            _put_back(mail, error)
            if not isinstance(error, SMTPRecipientsRefused):
                break  # the next would fail as well
        else:
            sent += 1
            Mail.objects.filter(pk=mail.pk).update(sent_at=timezone.now(), error="")
    return MailCounts(sent, failed, waiting().count())


def waiting() -> QuerySet[Mail]:
    """What is not sent yet."""
    return Mail.objects.filter(sent_at=None, person__is_active=True, tries__lt=MOST_TRIES)


def _due() -> list[tuple[int, int]]:
    found = waiting().filter(due__lte=timezone.now()).order_by("pk")
    return [*found.values_list("pk", "tries")[:A_RUN]]


def _taken(key: int, tries: int) -> Mail | None:
    """The mail, if nobody else took it meanwhile."""
    free = Mail.objects.filter(pk=key, tries=tries, sent_at=None)
    if not free.update(tries=F("tries") + 1, due=timezone.now() + TERM):
        return None
    return Mail.objects.select_related("person", "application").get(pk=key)


def _put_back(mail: Mail, error: Exception) -> None:
    """Let it be tried again later. What the server said is logged, since it may name whom it was for."""
    _log.warning("mail %s could not be sent: %r", mail.pk, error)
    wait = min(FIRST_WAIT * 2 ** (mail.tries - 1), SLOW_WAIT)
    Mail.objects.filter(pk=mail.pk).update(due=timezone.now() + wait, error=type(error).__name__)
