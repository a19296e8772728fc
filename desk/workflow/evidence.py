"""Evidence: a file beside answers, another in its place, and one less."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from clausewise.desk.interview.drafts import Draft
from clausewise.desk.interview.evidence import evidence_at, with_evidence, with_replaced
from clausewise.desk.keeping.files import MIB, KeptFile, Store, name_in_design
from clausewise.desk.records.audit import note
from clausewise.desk.records.kept import told
from clausewise.desk.records.models import DeskApplication, EvidenceFile, Person
from clausewise.desk.workflow.actions import edit
from clausewise.desk.workflow.locks import NotAllowedError, locked

MOST_FILES = 200
"""Of one application."""


class TooManyFilesError(NotAllowedError):
    """An application has as many files as it can."""


def store() -> Store:
    """Where the desk keeps evidence."""
    return Store(settings.EVIDENCE, settings.EVIDENCE_MIB * MIB, settings.SCAN)


def sweep() -> int:
    """Take out the files that were not kept to the end, a day ago or earlier; how many it was."""
    named = {*EvidenceFile.objects.values_list("sha256", flat=True)}
    return store().sweep(named, _a_day_ago())


def forget(sha256: str) -> bool:
    """Take a file out that nobody names any more, if it was kept a day ago or earlier; whether it was there."""
    return store().forget(sha256, _a_day_ago())


def _a_day_ago() -> float:
    """What was written since then may be named in a moment."""
    return (timezone.now() - timedelta(days=1)).timestamp()


def attach(
    person: Person,
    key: int,
    facts: Sequence[str],
    kept: KeptFile,
    expires: date | None = None,
    replaces: str = "",
) -> EvidenceFile:
    """Let a file stand beside answers.

    Args:
        expires: the last day on which it counts.
        replaces: the name of a file in whose place it stands from now on, wherever that stood.

    Raises:
        NotAllowedError: it is no draft, or there is no room.
        KeyError: there is no such fact or file to replace, or no answer that it could show.
        InvalidError: the text becomes too large.
    """
    with transaction.atomic():
        application = locked(key, person, "edit")
        there = {one.name: one for one in application.evidence.all()}
        if len(there) >= MOST_FILES:
            raise TooManyFilesError
        made = EvidenceFile.objects.create(
            application=application,
            name=name_in_design(kept.name, there),
            sha256=kept.sha256,
            size=kept.size,
            replaces=there[replaces] if replaces else None,
            expires=expires,
            person=person,
        )
        note("attach", person, application, name=made.name, sha256=made.sha256, **told(made))
        if made.replaces:
            old = made.replaces.name
            edit(person, key, lambda draft: with_replaced(draft, old, made.name))
        show(person, key, facts, made.name)
    return made


def show(person: Person, key: int, facts: Sequence[str], name: str) -> DeskApplication:
    """Let a file that is kept stand beside further answers.

    Raises:
        NotAllowedError: it is no draft.
        KeyError: there is no such file or fact, or no answer that it could show.
    """
    if not EvidenceFile.objects.filter(application=key, name=name).exists():
        raise KeyError(name)

    def change(draft: Draft) -> str:
        return with_evidence(draft, {fact: (*evidence_at(draft, fact), name) for fact in facts})

    return edit(person, key, change)


def take_away(person: Person, key: int, fact: str, names: Sequence[str]) -> DeskApplication:
    """Let files no longer stand beside an answer. They stay, for versions that name them.

    Raises:
        NotAllowedError: it is no draft.
        KeyError: there is no such fact, or no answer.
    """

    def change(draft: Draft) -> str:
        left = [one for one in evidence_at(draft, fact) if one not in names]
        return with_evidence(draft, {fact: left})

    return edit(person, key, change)
