"""Asking back at an answer: the question stands there once the version is given back, and so does the reply."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from clausewise.desk.interview.questions import asked_about, entity_of
from clausewise.desk.mail.outbox import members_of, tell
from clausewise.desk.records.audit import note
from clausewise.desk.records.kept import told
from clausewise.desk.records.models import (
    Decision,
    DeskApplication,
    FactQuestion,
    FactReply,
    Person,
    State,
    TakenBack,
    Version,
)
from clausewise.desk.workflow.locks import (
    NotAllowedError,
    as_shown,
    digest_of_questions,
    locked,
)
from clausewise.desk.workflow.today import judged_now


def ask(
    person: Person, key: int, fact: str, text: str, due: date | None = None, base: str = ""
) -> FactQuestion:
    """Ask at an answer. The applicant sees it once the version is given back.

    Args:
        due: the last day for it, if it has one.
        base: the digest of the version, and of what is asked there, that the person was shown.

    Raises:
        ChangedError: it is another version, or something else is asked there.
        NotAllowedError: the person does not hold the application.
        KeyError: the design has no such fact, or only a reviewer can answer it.
    """
    with transaction.atomic():
        application = locked(key, person, "ask")
        version = application.newest
        as_shown(base, digest_of_questions(version, fact))
        field = asked_about(judged_now(version).draft, *entity_of(fact)).field
        if field is None or field.kind == "judgement":
            raise KeyError(fact)
        made = FactQuestion.objects.create(
            version=version, fact=fact, text=text, due=due, person=person
        )
        until = {"due": str(due)} if due else {}
        note("ask", person, application, fact=fact, text=text, **until, **told(made))
    return made


def reply(person: Person, key: int, fact: str, text: str) -> FactReply | None:
    """Reply to what is asked at an answer; `None` if that is what was replied before.

    Raises:
        NotAllowedError: it is no draft, or nothing is asked there.
    """
    with transaction.atomic():
        application = locked(key, person, "edit")
        asked = asked_at(application, fact)
        if asked is None:
            raise NotAllowedError
        if asked.reply and asked.reply.text == text:
            return None
        made = FactReply.objects.create(question=asked, text=text, person=person)
        note("reply", person, application, fact=fact, text=text, **told(made))
    return made


def take_back(person: Person, key: int, question: int) -> DeskApplication:
    """Take back what one asked at an answer.

    If the application was given back for nothing else, and the applicant has changed nothing yet, it comes back to
    the queue.

    Raises:
        NotAllowedError: the person did not ask it, or it is asked no more.
    """
    with transaction.atomic():
        application = locked(key, person, "take-back")
        version = application.versions.order_by("-number").first()
        asked = version.asked_at_facts if version else []
        found = next((one for one in asked if one.pk == question), None)
        if found is None or version is None or found.person != person or _is_decided(version):
            raise NotAllowedError
        made = TakenBack.objects.create(question=found, person=person)
        event = note("take-back", person, application, fact=found.fact, **told(made))
        if application.state == State.DRAFT:
            tell(members_of(application.organisation), "taken-back", event.cause, application)
            if (
                not (application.note or version.asked_at_facts)
                and application.text == version.text
            ):
                note("release", person, application)
                application.state, application.submitted_at = State.SUBMITTED, timezone.now()
                application.save()
    return application


def _is_decided(version: Version) -> bool:
    return Decision.objects.filter(version=version).exists()


def asked_of(application: DeskApplication) -> list[FactQuestion]:
    """What a draft that was given back is asked at its answers."""
    if application.state != State.DRAFT or application.submitted_at is None:
        return []
    newest = application.versions.order_by("-number").first()
    return newest.asked_at_facts if newest else []


def asked_at(application: DeskApplication, fact: str) -> FactQuestion | None:
    """What a draft is asked at one answer."""
    return next((one for one in asked_of(application) if one.fact == fact), None)
