"""What is too long, or has lines where one is wanted, is refused with a message and written nowhere."""

from __future__ import annotations

import pytest
from django.test import Client

from clausewise.desk.interview.drafts import ACCESS, MOST_BYTES, with_backing, without_judgements
from clausewise.desk.records.models import DeskApplication, Person, PersonalJudgement
from clausewise.desk.workflow import actions
from clausewise.desk.workflow.today import draft_for
from tests.desk.journey import OFFICE

JUDGE = "judge/law.against-terms/"


@pytest.fixture
def claimed(submitted: DeskApplication, reviewer: Person) -> DeskApplication:
    return actions.claim(reviewer, submitted.pk)


def test_a_reason_of_two_lines_stands_on_one(claimed: DeskApplication, as_reviewer: Client) -> None:
    sent = {"value": "no", "reason": "First.\r\nSecond.\u2028Third."}
    assert as_reviewer.post(f"/queue/{claimed.pk}/{JUDGE}", sent).status_code == 302
    assert PersonalJudgement.objects.get().reason == "First. Second. Third."
    assert as_reviewer.get(f"/queue/{claimed.pk}/").status_code == 200


def test_what_joins_letters_may_stand_in_a_line(
    claimed: DeskApplication, as_reviewer: Client, as_member: Client
) -> None:
    words = "क\u200cष क\u200dष"
    sent = {"value": "no", "reason": words}
    assert as_reviewer.post(f"/queue/{claimed.pk}/{JUDGE}", sent).status_code == 302
    assert PersonalJudgement.objects.get().reason == words
    assert as_reviewer.get(f"/queue/{claimed.pk}/").status_code == 200
    begun = as_member.post("/applications/new/face-registration/", {"title": words})
    assert begun.status_code == 302
    assert DeskApplication.objects.latest("pk").title == words


@pytest.mark.parametrize("reason", ["a\0b", "a\x1b[31mb", "a\u202eb", "z" * 2001, "\r\n"])
def test_a_reason_that_cannot_stand_is_refused(
    claimed: DeskApplication, as_reviewer: Client, reason: str
) -> None:
    answer = as_reviewer.post(f"/queue/{claimed.pk}/{JUDGE}", {"value": "no", "reason": reason})
    assert (answer.status_code, PersonalJudgement.objects.count()) == (422, 0)
    assert 'id="reason-error"' in answer.content.decode()


def test_what_turns_the_direction_of_a_line_is_not_kept(
    claimed: DeskApplication, as_reviewer: Client
) -> None:
    """Else what stands after it would read backwards, be it the desk's own words."""
    note = "Which \u202eroom, \u2067and?\r\nA\u200fb\u2028When\0?"
    assert as_reviewer.post(f"/queue/{claimed.pk}/give-back/", {"note": note}).status_code == 302
    claimed.refresh_from_db()
    assert claimed.note == "Which room, and?\nA\u200fb\nWhen?"


def test_a_name_from_before_that_cannot_stand_is_told_of(
    claimed: DeskApplication, reviewer: Person, as_reviewer: Client
) -> None:
    Person.objects.filter(pk=reviewer.pk).update(name="M\nOkafor")
    answer = as_reviewer.post(f"/queue/{claimed.pk}/{JUDGE}", {"value": "no", "reason": "Read."})
    assert (answer.status_code, PersonalJudgement.objects.count()) == (422, 0)


@pytest.mark.parametrize(("title", "status"), [("a\nb", 302), ("a\0b", 422), ("\x1bx", 422)])
@pytest.mark.usefixtures("member")
def test_a_title_is_one_line(as_member: Client, title: str, status: int) -> None:
    answer = as_member.post("/applications/new/face-registration/", {"title": title})
    assert answer.status_code == status
    assert [one.title for one in DeskApplication.objects.all()] == (
        ["a b"] if status == 302 else []
    )


def test_a_design_leaves_room_for_judgements(
    begun: DeskApplication, member: Person, as_member: Client, reviewer: Person
) -> None:
    address = f"/applications/{begun.pk}/text/"
    vocabulary = draft_for(begun).vocabulary
    text = with_backing(without_judgements(OFFICE.read_text(encoding="utf-8"), vocabulary))
    assert ACCESS.max_bytes > MOST_BYTES
    full = f"{text}#{'y' * (MOST_BYTES - len(text.encode()) - 2)}\n"
    more = as_member.post(address, {"text": full + "#", "base": begun.text})
    assert (more.status_code, "larger" in more.content.decode()) == (422, True)
    assert as_member.post(address, {"text": full, "base": begun.text}).status_code == 302
    added = as_member.post(f"/applications/{begun.pk}/add/actor/", {"name": "Another"})
    assert added.status_code == 422
    actions.submit(member, begun.pk)
    actions.claim(reviewer, begun.pk)
    judged = actions.give_judgement(reviewer, begun.pk, "law", "against-terms", "no", "Read.")
    assert len(judged.newest.text.encode()) == MOST_BYTES
