"""The actions of the workflow, from beginning an application to deciding it (`locks`: how each is done)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from clausewise.desk.interview.drafts import Draft, bounded, draft_of, entitled
from clausewise.desk.interview.forms import Form
from clausewise.desk.interview.questions import is_by_two
from clausewise.desk.mail.outbox import members_of, reviewers_of, tell
from clausewise.desk.records.audit import note
from clausewise.desk.records.kept import told
from clausewise.desk.records.models import (
    OPEN,
    Conflict,
    DeskApplication,
    Person,
    PersonalJudgement,
    Role,
    State,
    Version,
)
from clausewise.desk.workflow.locks import (
    ChangedError,
    NotAllowedError,
    as_shown,
    digest_of_questions,
    digest_of_text,
    digest_of_version,
    keep_verdict,
    locked,
    moved,
)
from clausewise.desk.workflow.table import may, may_hold
from clausewise.desk.workflow.today import draft_for, judged_now, today

HELD = timedelta(hours=8)
"""So long does an application stay with whoever claimed it, from when they last looked at it."""


MOST_OPINIONS = 2
"""So many people judge one fact of a version: a line of a design has a place for a second opinion, not a third.

Where two differ a lead judges as well, and what two of the three say stands (`Version.standing`).
"""


class EnoughOpinionsError(NotAllowedError):
    """A further person judges a fact, of which two opinions are kept already."""


# the applicant's


def start(person: Person, form: Form, title: str) -> DeskApplication:
    """Begin an application.

    Raises:
        NotAllowedError: the person belongs to no organisation.
    """
    if person.organisation is None:
        raise NotAllowedError
    with transaction.atomic():
        application = DeskApplication.objects.create(
            organisation=person.organisation,
            form=form.name,
            policy=form.policy,
            title=title,
            text=entitled(form.text, title),
            created_by=person,
        )
        began = {"form": form.name, "policy": form.policy, "organisation": person.organisation.pk}
        written = {
            "title_sha256": digest_of_text(title),
            "sha256": digest_of_text(application.text),
        }
        note("start", person, application, **began, **written)
    return application


def edit(person: Person, key: int, change: Callable[[Draft], str | None]) -> DeskApplication:
    """Change the text of a draft, from what it is now: of two answers at once, none is lost.

    Args:
        change: what makes of a draft its new text; `None` leaves it as it is.

    Raises:
        NotAllowedError: it is no draft any more, or another organisation's.
        InvalidError: the text becomes too large, or has mistakes.
        NotInTimeError: it is not judged in time.
    """
    with transaction.atomic():
        application = locked(key, person, "edit")
        text = change(draft_for(application))
        if text is not None and text != application.text:
            application.text = bounded(text, application.file)
            draft_of(application.text, application.policy, today(), application.file)
            application.save(update_fields=["text"])
            note("edit", person, application, sha256=digest_of_text(text))
    return application


@contextmanager
def sending(person: Person, key: int, base: str | None = None) -> Iterator[None]:
    """In the block a program changes a draft, unless it is another one than the program knows.

    Args:
        base: the digest of the design that the program replaces; of what a program sent last, if it is empty.
            `None` if it replaces nothing.

    Raises:
        NotAllowedError: it is no draft any more, or another organisation's.
        ChangedError: the design is another one.
    """
    with transaction.atomic():
        application = locked(key, person, "edit")
        now = digest_of_text(application.text)
        if base is not None and now != (base or application.sent):
            raise ChangedError
        yield
        if base is not None or now == application.sent:
            application.refresh_from_db()
            application.sent = digest_of_text(application.text)
            application.save(update_fields=["sent"])


def submit(person: Person, key: int, reply: str = "", base: str = "") -> DeskApplication:
    """Freeze a version, and hand it to the reviewers.

    Args:
        reply: what the applicant answers the reviewer who gave it back.
        base: the digest of the design that the applicant was shown, by which another member's change is noticed.

    Raises:
        NotAllowedError: it is no draft any more, or another organisation's.
        ChangedError: the design is another one.
    """
    with transaction.atomic():
        application = locked(key, person, "submit")
        as_shown(base, digest_of_text(application.text))
        version = Version.objects.create(
            application=application,
            number=application.versions.count() + 1,
            text=application.text,
            sha256=digest_of_text(application.text),
            asked=application.note or None,
            reply=reply or None,
            previewed=_changed_since_preview(application),
            created_by=person,
        )
        application.submitted_at = timezone.now()
        application.note = application.previewed = ""
        keep_verdict(application, judged_now(version))
        known = {"version": version.number, "sha256": version.sha256}
        said = {"reply": reply} if reply else {}
        event = note("submit", person, application, **known, **said, **told(version))
        tell(members_of(application.organisation), "submitted", event.cause, application)
        tell(reviewers_of(application), "waits", event.cause, application)
        return moved(application, "submit")


def _changed_since_preview(application: DeskApplication) -> str | None:
    """The design of which the applicant first saw what would become of it, if what is submitted is another one."""
    before = application.previewed
    return before if before and before != application.text else None


def preview(person: Person, key: int) -> None:
    """Remember that somebody sees what would become of a draft as it is; of several times, the first counts."""
    with transaction.atomic():
        application = locked(key, person, "edit")
        if not application.previewed:
            application.previewed = application.text
            application.save(update_fields=["previewed"])


def withdraw(person: Person, key: int) -> DeskApplication:
    """Take an application back.

    Raises:
        NotAllowedError: it is decided, or another organisation's.
    """
    with transaction.atomic():
        application = locked(key, person, "withdraw")
        event = note("withdraw", person, application)
        if application.holder:
            tell([application.holder], "withdrawn", event.cause, application)
        application.holder = None
        return moved(application, "withdraw")


# the reviewer's


def claim(person: Person, key: int) -> DeskApplication:
    """Take an application on.

    Raises:
        NotAllowedError: somebody else has, or the person may not.
    """
    with transaction.atomic():
        application = locked(key, person, "claim")
        note("claim", person, application, instead_of=application.holder_id)
        application.holder, application.held_until = person, timezone.now() + HELD
        return moved(application, "claim")


def assign(person: Person, key: int, to: Person) -> DeskApplication:
    """Give an application to a reviewer, or take it over, whoever holds it.

    Raises:
        NotAllowedError: it is not with the reviewers, the person is no lead of it, or the other may not review it.
    """
    with transaction.atomic():
        application = locked(key, person, "assign")
        before = application.holder
        if to == before or not may_hold(to, application):
            raise NotAllowedError
        instead_of = before.pk if before else None
        event = note("assign", person, application, to=to.pk, instead_of=instead_of)
        tell([to] if to != person else [], "assigned", event.cause, application)
        tell(
            [before] if before and before != person else [], "taken-over", event.cause, application
        )
        application.holder, application.held_until = to, timezone.now() + HELD
        return moved(application, "assign")


def keep(person: Person, application: DeskApplication) -> None:
    """Whoever holds an application and looks at it keeps it for a while."""
    if application.holder_id == person.pk and application.state == State.IN_REVIEW:
        until = timezone.now() + HELD
        DeskApplication.objects.filter(pk=application.pk, holder=person).update(held_until=until)


def recuse(person: Person, application: DeskApplication, reason: str) -> None:
    """Declare a conflict: the person reviews nothing more of the organisation, and what they hold goes back.

    What they said of applications that are not decided yet counts no more.
    """
    with transaction.atomic():
        Conflict.objects.get_or_create(
            person=person, organisation=application.organisation, defaults={"reason": reason}
        )
        held = DeskApplication.objects.select_for_update().filter(
            organisation=application.organisation, holder=person, state=State.IN_REVIEW
        )
        for one in held:
            one.holder = None
            note("release", person, one)
            moved(one, "release")
        said = DeskApplication.objects.select_for_update().filter(
            organisation=application.organisation, state__in=OPEN
        )
        for one in said:
            if one.newest.judgements.filter(person=person).exists():
                keep_verdict(one, judged_now(one.newest))
                one.save()
        note("recuse", person, application, reason=reason)


def release(person: Person, key: int) -> DeskApplication:
    """Give an application back to the queue.

    Raises:
        NotAllowedError: the person does not hold it.
    """
    with transaction.atomic():
        application = locked(key, person, "release")
        application.holder = None
        note("release", person, application)
        return moved(application, "release")


def give_back(person: Person, key: int, message: str, base: str = "") -> DeskApplication:
    """Give an application back to the applicant, who can change it and submit a new version.

    Args:
        message: what is to be changed; it may be empty if something was asked at an answer.
        base: the digest of the version, and of all that is asked at its answers, that the person was shown.

    Raises:
        ChangedError: it is another version, or something else is asked.
        NotAllowedError: the person does not hold it, or nothing is asked.
    """
    with transaction.atomic():
        application = locked(key, person, "give-back")
        as_shown(base, digest_of_questions(application.newest))
        if not message and not application.newest.asked_at_facts:
            raise NotAllowedError
        application.holder = None
        application.note = message
        event = note("give-back", person, application, message=message)
        tell(members_of(application.organisation), "given-back", event.cause, application)
        return moved(application, "give-back")


def give_judgement(
    person: Person, key: int, entity: str, field: str, value: str, reason: str, base: str = ""
) -> DeskApplication:
    """Judge a fact that only a person can; of what somebody says twice, the newest counts.

    Who does not hold the application judges what is for two alone.

    Args:
        base: the digest of the version that they were shown.

    Raises:
        ChangedError: the newest version is another one.
        NotAllowedError: the person does not hold the application, and the fact is not for two.
        EnoughOpinionsError: two others have judged it.
        ValueError: the value cannot be one.
    """
    with transaction.atomic():
        application = DeskApplication.objects.get(pk=key)
        is_second = may(person, "second", application)
        application = locked(key, person, "second" if is_second else "judge")
        version = application.newest
        as_shown(base, digest_of_version(version))
        if is_second and not is_by_two(judged_now(version).draft, entity, field):
            raise NotAllowedError
        if not _has_room(version, entity, field, person):
            raise EnoughOpinionsError
        made = PersonalJudgement.objects.create(
            version=version,
            entity=entity,
            field=field,
            value=value,
            person=person,
            on=today(),
            reason=reason,
        )
        keep_verdict(application, judged_now(version))
        said = {"fact": f"{entity}.{field}", "value": value, "reason": reason}
        note("judge", person, application, **said, **told(made))
        application.save()
        return application


def _has_room(version: Version, entity: str, field: str, person: Person) -> bool:
    """Whether somebody can judge a fact beside those who have: a second one, or a lead where two differ."""
    given = version.counting_judgements.filter(entity=entity, field=field)
    others = dict(given.exclude(person=person).order_by("pk").values_list("person", "value"))
    if len(others) < MOST_OPINIONS:
        return True
    has_judged = given.filter(person=person).exists()
    differ = len({*others.values()}) > 1
    return len(others) == MOST_OPINIONS and (has_judged or (differ and person.has_role(Role.LEAD)))
