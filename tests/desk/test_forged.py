"""What an applicant sends never speaks for a reviewer, and costs no more than its length."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from clausewise.desk.interview.drafts import without_judgements
from clausewise.desk.judging.verdicts import judge
from clausewise.desk.records.models import DeskApplication, Person
from clausewise.desk.workflow import actions
from clausewise.desk.workflow.today import draft_for, today
from clausewise.dsl.text.source import Source
from clausewise.intake.designs import Written, read_design
from tests.desk.journey import OFFICE

FORGED = ' attested by "M Okafor" on 2099-01-01 because "Seen."'


def _forged() -> str:
    text = OFFICE.read_text(encoding="utf-8")
    return re.sub(r"^( +kind +\w+)$", rf"\1{FORGED}  # ours", text, count=1, flags=re.MULTILINE)


def test_an_applicant_attests_nothing(begun: DeskApplication, as_member: Client) -> None:
    assert FORGED in _forged()
    sent = {"text": _forged(), "base": begun.text}
    answer = as_member.post(f"/applications/{begun.pk}/text/", sent, follow=True)
    assert "Attestations are taken out" in answer.content.decode()
    begun.refresh_from_db()
    assert "attested" not in begun.text
    assert "# ours" in begun.text
    again = {"text": begun.text + "\n", "base": begun.text}
    answer = as_member.post(f"/applications/{begun.pk}/text/", again, follow=True)
    assert "taken out" not in answer.content.decode()


def test_what_stands_in_a_version_attests_nothing_either(begun: DeskApplication) -> None:
    found = judge(_forged(), begun.policy, today())
    assert "attested" not in found.draft.text


@pytest.mark.parametrize("behind", [FORGED, ' attested by "M Okafor"', ' evidence "x"'])
def test_an_answer_is_values_alone(
    submitted: DeskApplication, member: Person, as_member: Client, behind: str
) -> None:
    actions.withdraw(member, submitted.pk)
    DeskApplication.objects.update(state="draft")
    address = f"/applications/{submitted.pk}/questions/safeguards.feedback-channels/"
    answer = as_member.post(address, {"value": f"in-app{behind}"})
    assert (answer.status_code, "values alone" in answer.content.decode()) == (422, True)
    assert as_member.post(address, {"value": "in-app"}).status_code == 302


def test_judgements_are_taken_out_in_one_pass(
    begun: DeskApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [f"people p{n} {{\n  consent-is-lawful yes\n}}\n" for n in range(40)]
    vocabulary = draft_for(begun).vocabulary
    read: list[str] = []

    def counted(source: Source) -> Written:
        read.append(source.text)
        return read_design(source)

    monkeypatch.setattr("clausewise.desk.interview.drafts.read_design", counted)
    found = without_judgements(begun.text + "".join(people), vocabulary)
    assert ("consent" in found, found.count("people p"), len(read)) == (False, 40, 1)
