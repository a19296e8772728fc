"""A second pair of eyes: neither of two reads the other before both have said what they think."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from clausewise.desk.judging.attesting import WrittenLetter
from clausewise.desk.records.models import DeskApplication, Person, Role, State
from clausewise.desk.workflow import actions
from clausewise.desk.workflow.decisions import decide
from clausewise.desk.workflow.locks import NotAllowedError
from clausewise.desk.workflow.opinions import give_opinion, visible
from clausewise.desk.workflow.today import judged_now, today
from tests.desk.conftest import person, signed_in

MINE, YOURS = "I stood under it.", "I asked the guard."


@pytest.fixture
def second(db: None) -> Person:  # noqa: ARG001
    return person("Second", None, Role.REVIEWER)


def judged(client: Client, key: int, value: str, reason: str) -> int:
    sent = {"value": value, "reason": reason}
    return client.post(f"/queue/{key}/judge/safety.harm/", sent).status_code


def dossier(client: Client, key: int) -> str:
    return client.get(f"/queue/{key}/").content.decode()


def wanted(client: Client) -> int | None:
    """Of how many applications the queue says that a second opinion is wanted; `None` if there is no such view."""
    found = re.search(r"Second opinion wanted \((\d+)\)", client.get("/queue/").content.decode())
    return int(found[1]) if found else None


def test_a_judgement_by_two_is_sealed_until_both_are_in(
    gate: DeskApplication, as_reviewer: Client, second: Person
) -> None:
    key, other = gate.pk, signed_in(second)
    third = signed_in(person("Third", None, Role.REVIEWER))
    assert f'href="/queue/{key}/judge/safety.harm/"' in dossier(other, key)
    assert judged(as_reviewer, key, "no", MINE) == 302
    assert MINE in dossier(as_reviewer, key)
    for client in (other, third):
        assert MINE not in dossier(client, key)
    page = other.get(f"/queue/{key}/judge/safety.harm/").content.decode()
    assert MINE not in page
    assert "checked" not in page
    assert judged_now(gate.newest).for_reviewer, "one of two is not enough"
    assert [wanted(client) for client in (as_reviewer, other, third)] == [0, 1, 1]
    assert judged(other, key, "no", YOURS) == 302
    assert wanted(other) == 0
    for client in (as_reviewer, other, third):
        page = dossier(client, key)
        assert MINE in page
        assert YOURS in page
    assert not judged_now(gate.newest).for_reviewer


def test_while_two_differ_it_stays_open_and_each_can_judge_anew(
    gate: DeskApplication, reviewer: Person, second: Person
) -> None:
    actions.give_judgement(reviewer, gate.pk, "safety", "harm", "no", MINE)
    actions.give_judgement(second, gate.pk, "safety", "harm", "yes", YOURS)
    assert judged_now(gate.newest).for_reviewer
    actions.give_judgement(second, gate.pk, "safety", "harm", "no", "I looked again.")
    assert not judged_now(gate.newest).for_reviewer
    assert len(visible(gate.newest, second)) == 2


def test_who_does_not_hold_it_judges_what_is_for_two_alone(
    submitted: DeskApplication, reviewer: Person, second: Person
) -> None:
    actions.claim(reviewer, submitted.pk)
    with pytest.raises(NotAllowedError):
        actions.give_judgement(second, submitted.pk, "law", "against-terms", "no", "Read.")
    address = f"/queue/{submitted.pk}/judge/law.against-terms/"
    assert signed_in(second).get(address).status_code == 302


# decisions


@pytest.fixture
def open_to_two(
    gate: DeskApplication, reviewer: Person, second: Person, settings: Settings
) -> DeskApplication:
    """One that is prohibited, at a desk where a decision takes two."""
    settings.DECIDED_BY = 2
    for who in (reviewer, second):
        actions.give_judgement(who, gate.pk, "safety", "harm", "yes", "It falls.")
    return gate


REFUSED = {"kind": "refused", "letter": "The gate falls on people."}


def test_a_decision_takes_two_who_have_not_read_each_other(
    open_to_two: DeskApplication, as_reviewer: Client, second: Person, as_member: Client
) -> None:
    key, other = open_to_two.pk, signed_in(second)
    assert wanted(other) == 0
    assert as_reviewer.post(f"/queue/{key}/decide/", REFUSED)["Location"] == f"/queue/{key}/"
    assert (wanted(as_reviewer), wanted(other)) == (0, 1)
    assert open_to_two.title in other.get("/queue/?view=second").content.decode()
    open_to_two.refresh_from_db()
    assert open_to_two.state == State.IN_REVIEW
    page = dossier(other, key)
    assert "M Okafor has said what they think" in page
    for told in (page, other.get(f"/queue/{key}/second/").content.decode()):
        assert REFUSED["letter"] not in told
    sent = {"kind": "refused", "text": "So do I."}
    assert other.post(f"/queue/{key}/second/", {"kind": "refused"}).status_code == 422
    assert other.post(f"/queue/{key}/second/", sent)["Location"] == f"/letters/{key}/"
    open_to_two.refresh_from_db()
    assert open_to_two.state == State.REFUSED
    letter = as_member.get(f"/letters/{key}/").content.decode()
    assert REFUSED["letter"] in letter
    assert "M Okafor, Second" in letter
    as_member.post(f"/applications/{key}/appeal/", {"text": "No."})
    for who in (second, open_to_two.decisions.get().person):
        with pytest.raises(NotAllowedError):
            actions.claim(who, key)


def test_two_who_differ_read_each_other_and_say_it_anew(
    open_to_two: DeskApplication, as_reviewer: Client, second: Person
) -> None:
    key, other = open_to_two.pk, signed_in(second)
    other.post(f"/queue/{key}/second/", {"kind": "draft", "text": "They can mend it."})
    assert "They can mend it." not in dossier(as_reviewer, key)
    assert "They can mend it." in "".join(
        one.text for one in open_to_two.newest.decision_opinions.all()
    )
    as_reviewer.post(f"/queue/{key}/decide/", REFUSED)
    for client in (as_reviewer, other):
        page = dossier(client, key)
        assert "They can mend it." in page
        assert REFUSED["letter"] in page
    open_to_two.refresh_from_db()
    assert open_to_two.state == State.IN_REVIEW
    other.post(f"/queue/{key}/second/", {"kind": "refused", "text": "You are right."})
    open_to_two.refresh_from_db()
    assert open_to_two.state == State.IN_REVIEW, "both say it anew"
    as_reviewer.post(f"/queue/{key}/decide/", REFUSED)
    open_to_two.refresh_from_db()
    assert open_to_two.state == State.REFUSED


def test_nobody_decides_alone_what_takes_two(
    open_to_two: DeskApplication, reviewer: Person, as_reviewer: Client
) -> None:
    with pytest.raises(NotAllowedError):
        decide(reviewer, open_to_two.pk, State.REFUSED, "No.", lambda *_: pytest.fail("written"))
    for _ in range(2):
        as_reviewer.post(f"/queue/{open_to_two.pk}/decide/", REFUSED)
    open_to_two.refresh_from_db()
    assert open_to_two.state == State.IN_REVIEW
    address = f"/queue/{open_to_two.pk}/second/"
    assert as_reviewer.get(address)["Location"] == f"/queue/{open_to_two.pk}/"


def opined(client: Client, key: int, kind: str = "refused", text: str = "So do I.") -> str:
    """A second opinion; where it leads to, or nothing if it is not open to them."""
    page = client.post(f"/queue/{key}/second/", {"kind": kind, "text": text})
    return str(page["Location"]) if page.status_code != 409 else ""


def test_two_who_do_not_hold_it_decide_nothing(
    open_to_two: DeskApplication, as_reviewer: Client, second: Person
) -> None:
    key, third = open_to_two.pk, signed_in(person("Third", None, Role.REVIEWER))
    for client in (signed_in(second), third):
        assert opined(client, key) == f"/queue/{key}/"
    open_to_two.refresh_from_db()
    assert open_to_two.state == State.IN_REVIEW
    assert "So do I." not in dossier(as_reviewer, key)
    as_reviewer.post(f"/queue/{key}/decide/", REFUSED)
    assert open_to_two.decisions.get().signers == "M Okafor, Second, Third"


def test_the_letter_is_that_of_the_round_that_agrees(
    open_to_two: DeskApplication, as_reviewer: Client, second: Person
) -> None:
    key, other = open_to_two.pk, signed_in(second)
    as_reviewer.post(f"/queue/{key}/decide/", REFUSED | {"letter": "My first letter."})
    opined(other, key, "draft", "They can mend it.")
    for client in (other, signed_in(person("Third", None, Role.REVIEWER))):
        assert opined(client, key) == f"/queue/{key}/", "the first letter is of a round that failed"
    as_reviewer.post(f"/queue/{key}/decide/", REFUSED)
    assert open_to_two.decisions.get().letter == REFUSED["letter"]


def test_what_a_former_holder_proposed_is_no_letter_of_the_next(
    open_to_two: DeskApplication, as_reviewer: Client, reviewer: Person, second: Person
) -> None:
    key, third = open_to_two.pk, person("Third", None, Role.REVIEWER)
    as_reviewer.post(f"/queue/{key}/decide/", REFUSED)
    actions.release(reviewer, key)
    actions.claim(third, key)
    assert opined(signed_in(second), key) == f"/queue/{key}/"
    signed_in(third).post(f"/queue/{key}/decide/", REFUSED | {"letter": "Mine."})
    made = open_to_two.decisions.get()
    assert (made.letter, made.person) == ("Mine.", third)


# appeals


@pytest.fixture
def refused(
    open_to_two: DeskApplication, as_reviewer: Client, second: Person, as_member: Client
) -> DeskApplication:
    """One that two have refused, and against which there is an appeal."""
    as_reviewer.post(f"/queue/{open_to_two.pk}/decide/", REFUSED)
    opined(signed_in(second), open_to_two.pk)
    as_member.post(f"/applications/{open_to_two.pk}/appeal/", {"text": "It never fell."})
    open_to_two.refresh_from_db()
    assert open_to_two.state == State.APPEALED
    return open_to_two


def letter(client: Client, key: int, of: int) -> str:
    """What a letter says, without the frame of the page."""
    page = client.get(f"/letters/{key}/?of={of}").content.decode()
    return page.partition('<div class="letter">')[2]


def test_an_appeal_is_judged_and_decided_anew(
    refused: DeskApplication, reviewer: Person, second: Person, as_member: Client
) -> None:
    key, first = refused.pk, refused.decisions.get().pk
    before = letter(as_member, key, first)
    assert "They harm somebody" in before
    assert "M Okafor, Second" in before
    assert refused.verdict == "needs-information", "what was judged before counts no more"
    third, fourth = (person(name, None, Role.REVIEWER) for name in ("Third", "Fourth"))
    actions.claim(third, key)
    for who in (reviewer, second):
        with pytest.raises(NotAllowedError):
            actions.give_judgement(who, key, "safety", "harm", "yes", "It falls.")
        assert opined(signed_in(who), key) == ""
    assert not refused.newest.rounds
    for who in (third, fourth):
        actions.give_judgement(who, key, "safety", "harm", "no", "It stands.")
    sent = {"kind": "conditional", "letter": "Fit an alarm.", "due-1": str(today())}
    assert signed_in(third).post(f"/queue/{key}/decide/", sent)["Location"] == f"/queue/{key}/"
    refused.refresh_from_db()
    assert refused.state == State.IN_REVIEW, "nobody decides it alone"
    assert opined(signed_in(fourth), key, "conditional") == f"/letters/{key}/"
    refused.refresh_from_db()
    assert refused.state == State.CONDITIONAL
    assert letter(as_member, key, first) == before


def test_who_opines_on_an_appeal_and_releases_it_may_claim_it_again(
    refused: DeskApplication,
) -> None:
    key, third = refused.pk, person("Third", None, Role.REVIEWER)
    actions.claim(third, key)
    fourth = person("Fourth", None, Role.REVIEWER)
    for who in (third, fourth):
        actions.give_judgement(who, key, "safety", "harm", "yes", "It falls.")
    signed_in(third).post(f"/queue/{key}/decide/", REFUSED)
    actions.release(third, key)
    assert actions.claim(third, key).holder == third


def test_a_record_holds_what_was_said_before_an_appeal(
    refused: DeskApplication, as_reviewer: Client
) -> None:
    content = as_reviewer.get(f"/queue/{refused.pk}/export.zip").getvalue()
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        name = next(one for one in packed.namelist() if one.endswith("record.json"))
        (version,) = json.loads(packed.read(name))["versions"]
    assert [one["reason"] for one in version["judgements"]] == ["It falls.", "It falls."]
    assert [one["text"] for one in version["opinions"]] == [REFUSED["letter"], "So do I."]


def test_what_somebody_said_counts_no_more_once_they_declare_a_conflict(
    gate: DeskApplication, reviewer: Person, settings: Settings
) -> None:
    """Judgements and opinions, of what is not decided yet; and whoever holds it judges anew with somebody else."""
    second, third = (person(name, None, Role.REVIEWER) for name in ("Second", "Third"))
    for who in (reviewer, second):
        actions.give_judgement(who, gate.pk, "safety", "harm", "yes", "It falls.")
    gate.refresh_from_db()
    assert gate.verdict == "prohibited"
    settings.DECIDED_BY = 2
    letter = WrittenLetter(b"%PDF", b"{}", "key")
    give_opinion(second, gate.pk, State.REFUSED, "Why.", lambda *_: letter)
    actions.recuse(second, gate, "They are a cousin.")
    gate.refresh_from_db()
    assert gate.verdict == "needs-information"
    assert [one.person for one in gate.newest.standing] == [reviewer]
    actions.give_judgement(third, gate.pk, "safety", "harm", "yes", "It does.")
    made = give_opinion(reviewer, gate.pk, State.REFUSED, "No.", lambda *_: letter)
    assert made is None, "the opinion of who has a conflict is none"
    made = give_opinion(third, gate.pk, State.REFUSED, "Why.", lambda *_: letter)
    assert made is not None
    assert made.signers == "M Okafor, Third"
    actions.recuse(third, gate, "An uncle.")
    assert gate.decisions.get().signers == "M Okafor, Third", "what was decided stays"
