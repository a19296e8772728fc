"""Beginning with what an earlier application states, such as that of last year."""

from __future__ import annotations

from django.db import transaction

from clausewise.desk.interview.drafts import (
    bounded,
    draft_of,
    entitled,
    naming_judge,
    with_backing,
    without_judgements,
)
from clausewise.desk.interview.forms import Form
from clausewise.desk.records.audit import note
from clausewise.desk.records.kept import told
from clausewise.desk.records.models import DeskApplication, EvidenceFile, Person
from clausewise.desk.workflow.actions import edit, start
from clausewise.desk.workflow.locks import NotAllowedError
from clausewise.desk.workflow.today import today


def start_from(person: Person, earlier: DeskApplication, form: Form, title: str) -> DeskApplication:
    """Begin an application with the answers of an earlier one, and with its evidence that still counts.

    It is judged by the policy of today. Judgements are not taken over: a reviewer makes them anew.

    Args:
        form: that with which the earlier one began, as it is today.

    Raises:
        NotAllowedError: the earlier one is another organisation's.
        InvalidError: what it states does not fit the policy of today.
    """
    if person.organisation_id != earlier.organisation_id:
        raise NotAllowedError
    day = today()
    draft = draft_of(bounded(earlier.text), form.policy, day, earlier.file)
    with transaction.atomic():
        made = start(person, form, title)
        names = []
        for one in earlier.evidence.order_by("pk"):
            if not one.doubt(day) and f'"{one.name}"' in earlier.text:
                _take_over(one, made, person)
                names.append(one.name)
        text = with_backing(without_judgements(draft.text, draft.vocabulary), names)
        text = entitled(naming_judge(text, form.policy), title)
        note("start-from", person, made, earlier=earlier.pk)
        return edit(person, made.pk, lambda _: text)


def _take_over(file: EvidenceFile, made: DeskApplication, person: Person) -> None:
    """Let a file that is kept count for another application as well, under the name that it has."""
    taken = EvidenceFile.objects.create(
        application=made,
        name=file.name,
        sha256=file.sha256,
        size=file.size,
        expires=file.expires,
        person=person,
    )
    note("attach", person, made, name=taken.name, sha256=taken.sha256, **told(taken))
