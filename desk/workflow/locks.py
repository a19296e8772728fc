"""How each action begins and ends: the row is locked and looked at again, so that of two at once one wins."""

from __future__ import annotations

from hashlib import sha256

from clausewise.desk.judging.stated import as_stated
from clausewise.desk.judging.verdicts import JudgedVersion
from clausewise.desk.records.models import DeskApplication, Person, Version
from clausewise.desk.workflow.table import STEPS, may
from clausewise.engine.core.outcomes import Outcome


class NotAllowedError(Exception):
    """An action that is not open to whoever asks for it, in the state in which the application now is."""


class ChangedError(NotAllowedError):
    """What somebody acts on is not what they were shown."""


def locked(key: int, person: Person, action: str) -> DeskApplication:
    """The application as it is now, which nobody else changes until the transaction ends.

    Raises:
        NotAllowedError: the action is not open.
    """
    return allowed(DeskApplication.objects.select_for_update().get(pk=key), person, action)


def allowed(application: DeskApplication, person: Person, action: str) -> DeskApplication:
    """The application, if an action is open.

    Raises:
        NotAllowedError: it is not.
    """
    if not may(person, action, application):
        raise NotAllowedError
    return application


def as_shown(base: str, now: str) -> None:
    """Nothing, if what somebody acts on is what they were shown.

    Args:
        base: the digest of what they were shown, as their page sends it back; empty if no page showed anything.
        now: the digest of what is there, under the lock.

    Raises:
        ChangedError: it is not.
    """
    if base and base != now:
        raise ChangedError


def moved(application: DeskApplication, action: str) -> DeskApplication:
    """The application in the state to which an action leads, saved."""
    to = STEPS[action].to
    assert to is not None
    application.state = to
    application.save()
    return application


def keep_verdict(application: DeskApplication, judged: JudgedVersion) -> None:
    """Keep beside an application what lists show of its verdict."""
    application.verdict = judged.report.verdict.value
    clauses = [c for c in judged.report.clauses if c.outcome is Outcome.VIOLATED]
    application.violated = ", ".join(c.clause.short for c in clauses)[:500]
    application.open = sum(c.is_open for c in judged.report.clauses)
    application.stated = as_stated(judged).report.verdict.value


def digest_of_text(text: str) -> str:
    """The SHA-256 of a text."""
    return sha256(text.encode()).hexdigest()


def digest_of_version(version: Version) -> str:
    """The SHA-256 by which a page says of which version it is; two of the same text are two."""
    return digest_of_text(f"{version.pk} {version.sha256}")


def digest_of_questions(version: Version, fact: str = "") -> str:
    """The SHA-256 by which a page says of which version it is, and what is asked there, or at one fact."""
    asked = [str(one.pk) for one in version.asked_at_facts if fact in ("", one.fact)]
    return digest_of_text(" ".join([digest_of_version(version), *asked]))
