"""Decisions: by the verdict as it is at that moment, with a letter; and what comes after them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from clausewise.desk.judging.admitted import admitted_form
from clausewise.desk.judging.attesting import WrittenLetter
from clausewise.desk.judging.verdicts import JudgedVersion
from clausewise.desk.mail.outbox import members_of, reviewers_of, tell
from clausewise.desk.records.audit import note
from clausewise.desk.records.kept import ADMITTED, digest_of_row, told
from clausewise.desk.records.models import (
    GRANTING,
    AdmittedForm,
    Appeal,
    Deadline,
    Decision,
    DeskApplication,
    Person,
    State,
    Version,
)
from clausewise.desk.workflow.locks import (
    NotAllowedError,
    allowed,
    as_shown,
    digest_of_text,
    digest_of_version,
    keep_verdict,
    locked,
    moved,
)
from clausewise.desk.workflow.table import DECIDES
from clausewise.desk.workflow.today import judged_now, today
from clausewise.engine.core.outcomes import Verdict

Deadlines = Mapping[str, date]
"""Days by fact: until when it is to be answered or shown; by the empty text the last day of an approval."""


def permitted_kinds(judged: JudgedVersion) -> tuple[State, ...]:
    """How an application can be decided: approved only if it is permitted, refused only for violated clauses.

    With conditions it is approved where the policy says that an approval may wait for all that is missing.
    """
    match judged.report.verdict:
        case Verdict.PERMITTED:
            return (State.APPROVED,)
        case Verdict.PROHIBITED:
            return (State.REFUSED,)
        case _:
            return (State.CONDITIONAL,) if judged.may_wait else ()


def decide(
    person: Person,
    key: int,
    kind: State,
    letter: str,
    write: Callable[[Version, JudgedVersion], WrittenLetter],
    deadlines: Deadlines | None = None,
    base: str = "",
) -> Decision:
    """Decide, by the verdict as it is now; or revoke, whatever that is.

    The letter is made before the lock, since to print one takes long, and all who write would wait for it. Under
    the lock it is looked whether that on which it rests is still so.

    Args:
        letter: what the reviewer wrote.
        write: what makes the letter and signs the verdict.
        deadlines: for each open fact of an approval with conditions; and the last day of an approval.
        base: the digest of the version that the reviewer was shown.

    Raises:
        ChangedError: it would be about another version.
        NotAllowedError: it is not open to the person, the verdict does not allow it, or a day is missing or over.
    """
    action, days = DECIDES[kind], dict(deadlines or {})
    application = allowed(DeskApplication.objects.get(pk=key), person, action)
    version = decided_about(application, kind)
    as_shown(base, digest_of_version(version))
    basis = _basis(version)
    judged = judged_now(version)
    if kind != State.REVOKED and kind not in permitted_kinds(judged):
        raise NotAllowedError
    if not _fit(days, kind, judged):
        raise NotAllowedError
    signers = signers_of(person, version, kind)
    written = write(version, judged)
    with transaction.atomic():
        application = locked(key, person, action)
        if _basis(decided_about(application, kind)) != basis:
            raise NotAllowedError
        decision = _decided(person, signers, version, kind, letter, judged, written)
        if version == application.newest:
            keep_verdict(application, judged)
        admitted = AdmittedForm.objects.create(
            decision=decision, form=admitted_form(judged), outcomes=_outcomes(judged)
        )
        known = {"version": version.number, "key": written.key, ADMITTED: digest_of_row(admitted)}
        known["design"] = digest_of_text(decision.design)
        event = note(action, person, application, **known, **told(decision))
        news = "revoked" if kind == State.REVOKED else "decided"
        tell(members_of(application.organisation), news, event.cause, application)
        for fact, day in days.items():
            made = Deadline.objects.create(decision=decision, fact=fact, day=day)
            note("set-deadline", person, application, fact=fact, day=str(day), **told(made))
        moved(application, action)
    return decision


def decided_about(application: DeskApplication, kind: State) -> Version:
    """The version of which something is decided: the newest, but to revoke, that which was approved."""
    approved = application.decision
    return approved.version if kind == State.REVOKED and approved else application.newest


def _outcomes(judged: JudgedVersion) -> str:
    return json.dumps({one.clause.name: one.outcome.value for one in judged.report.clauses})


def signers_of(person: Person, version: Version, kind: State) -> str:
    """Who decides so, by name: whoever holds the application, and the others who agree where that takes two.

    Raises:
        NotAllowedError: it takes two, and in the newest round of opinions they do not agree on it.
    """
    if settings.DECIDED_BY < 2 or kind == State.REVOKED:
        return person.name
    agreeing = version.agreeing(kind)
    if not agreeing or agreeing[0].person_id != person.pk:
        raise NotAllowedError
    return ", ".join(one.person.name for one in agreeing)


def _fit(days: Deadlines, kind: State, judged: JudgedVersion) -> bool:
    """Whether each condition has its day, nothing else has, and none is over."""
    wanted = {str(one.fact) for one in judged.may_wait} if kind == State.CONDITIONAL else set()
    ending = {""} & days.keys() if kind in GRANTING else set()
    return days.keys() == wanted | ending and all(day >= today() for day in days.values())


def _basis(version: Version) -> tuple[object, ...]:
    """All from which a verdict on a version follows."""
    return version.pk, version.sha256, today(), version.opinions()


def _decided(
    person: Person,
    signers: str,
    version: Version,
    kind: State,
    letter: str,
    judged: JudgedVersion,
    written: WrittenLetter,
) -> Decision:
    return Decision.objects.create(
        application=version.application,
        version=version,
        kind=kind,
        person=person,
        day=today(),
        verdict=judged.report.verdict.value,
        signers=signers,
        letter=letter,
        design=judged.draft.text,
        statement=written.statement,
        pdf=written.pdf,
        key=written.key,
    )


# what comes after


def fulfil(person: Person, key: int) -> DeskApplication:
    """Open an application that was approved with conditions, to answer or show what is open.

    Raises:
        NotAllowedError: it was not, or is another organisation's.
    """
    with transaction.atomic():
        application = locked(key, person, "fulfil")
        application.holder = None
        note("fulfil", person, application)
        return moved(application, "fulfil")


def reopen(person: Person, key: int, reason: str) -> DeskApplication:
    """Have it decided again, since a refusal or a revocation was a mistake; until then that stands.

    Raises:
        NotAllowedError: nothing was refused or revoked, or the person is no lead of it.
    """
    with transaction.atomic():
        application = locked(key, person, "reopen")
        application.holder, application.submitted_at = None, timezone.now()
        event = note("reopen", person, application, reason=reason)
        tell(members_of(application.organisation), "reopened", event.cause, application)
        tell(reviewers_of(application), "waits", event.cause, application)
        keep_verdict(application, judged_now(application.newest))
        return moved(application, "reopen")


def appeal(person: Person, key: int, text: str) -> Appeal:
    """Ask that somebody else decides again.

    Raises:
        NotAllowedError: nothing was refused or revoked lately, or it is another organisation's.
    """
    with transaction.atomic():
        application = locked(key, person, "appeal")
        decision = application.decision
        assert decision is not None  # by `may`
        application.holder = None
        made = Appeal.objects.create(decision=decision, text=text, person=person)
        event = note("appeal", person, application, text=text, **told(made))
        tell(members_of(application.organisation), "appealed", event.cause, application)
        tell(reviewers_of(application), "waits", event.cause, application)
        keep_verdict(application, judged_now(application.newest))
        moved(application, "appeal")
    return made
