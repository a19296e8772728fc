"""Asking back at an answer, and what changed in the version that comes of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clausewise.desk.interview.drafts import with_backing
from clausewise.desk.records import audit
from clausewise.desk.records.kept import digest_of_row
from clausewise.desk.records.models import (
    DeskApplication,
    FactQuestion,
    FactReply,
    Mail,
    Person,
    Role,
    State,
)
from clausewise.desk.workflow import actions
from clausewise.desk.workflow.again import endings
from clausewise.desk.workflow.asking import ask, asked_of, reply, take_back
from clausewise.desk.workflow.figures import times_in_states
from clausewise.desk.workflow.locks import NotAllowedError
from clausewise.desk.workflow.reminders import remind
from clausewise.desk.workflow.today import changed_after_preview, changes_of, today
from tests.desk.conftest import person, signed_in
from tests.desk.journey import OFFICE

FACT, QUESTION = "check-in.timing", "Is it <ever> later?"


@pytest.fixture
def claimed(submitted: DeskApplication, reviewer: Person) -> DeskApplication:
    return actions.claim(reviewer, submitted.pk)


def text(client: Client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200, address
    return page.content.decode()


def test_a_question_is_asked_answered_and_read_at_its_answer(
    claimed: DeskApplication, as_member: Client, as_reviewer: Client
) -> None:
    key = claimed.pk
    assert f'href="/queue/{key}/ask/{FACT}/"' in text(as_reviewer, f"/queue/{key}/ask/")
    at_fact = f"/queue/{key}/ask/{FACT}/"
    assert as_reviewer.post(at_fact, {"text": " "}).status_code == 422
    as_reviewer.post(at_fact, {"text": "Is it later?"})
    as_reviewer.post(at_fact, {"text": QUESTION})
    dossier = text(as_reviewer, f"/queue/{key}/")
    assert "To be asked" in dossier
    assert "Is it later?" not in dossier, "of two at one answer the newer counts"
    assert "later" not in text(as_member, f"/applications/{key}/"), "it is not given back yet"
    as_reviewer.post(f"/queue/{key}/give-back/", {"note": ""})

    assert "Waits for you" in text(as_member, "/applications/")
    assert "Is it &lt;ever&gt; later?" in text(as_member, f"/applications/{key}/")
    own = f"/applications/{key}/questions/{FACT}/"
    assert "M Okafor asks" in text(as_member, own)
    sent = {"value": "near-real-time", "reply": "No, moments at most."}
    as_member.post(own, sent)
    as_member.post(own, sent)
    assert FactReply.objects.count() == 1, "what is said again is not said twice"
    assert "(you have replied)" in text(as_member, f"/applications/{key}/check/")
    as_member.post(f"/applications/{key}/check/", {"declared": "yes"})

    assert "No, moments at most." in text(as_member, f"/applications/{key}/")
    dossier = text(as_reviewer, f"/queue/{key}/")
    for said in ("Changed since version 1", "No, moments at most.", "<del>Real time", "<ins>Near"):
        assert said.lower() in dossier.lower(), said
    as_reviewer.post(f"/queue/{key}/claim/")
    assert "asked of version 1" in text(as_reviewer, at_fact)


def test_of_what_nobody_was_shown_no_question_is_looked_for(begun: DeskApplication) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert asked_of(begun) == []
    assert not queries.captured_queries, "a page of drafts asks for each"


def test_what_changes_of_a_clause_is_told(
    claimed: DeskApplication, member: Person, reviewer: Person
) -> None:
    assert changes_of(claimed.newest) is None
    actions.give_back(reviewer, claimed.pk, "Look again.")
    actions.edit(member, claimed.pk, lambda d: d.text.replace("18..", "11..15"))
    actions.edit(member, claimed.pk, lambda d: re.sub(" +acts-for.*", "", d.text))
    found = changes_of(actions.submit(member, claimed.pk).newest)
    assert found
    changed = {str(one.fact): (one.before, one.after) for one in found.answers}
    after = changed["employees.ages"][1]
    assert after
    assert after.said.startswith("11")
    assert changed["contoso.acts-for"][1] is None
    assert [*changed] == ["contoso.acts-for", "employees.ages"]
    assert any(one.before is not one.after for one in found.clauses)


def test_who_may_ask_and_reply_and_of_what(
    claimed: DeskApplication, member: Person, reviewer: Person, as_reviewer: Client
) -> None:
    key = claimed.pk
    with pytest.raises(NotAllowedError):
        ask(member, key, FACT, "x")
    with pytest.raises(NotAllowedError):
        reply(member, key, FACT, "It is not given back.")
    for fact in ("law.against-terms", "check-in.no-such", "nobody.timing"):
        with pytest.raises(KeyError):
            ask(reviewer, key, fact, "x")
        assert as_reviewer.get(f"/queue/{key}/ask/{fact}/").status_code == 404
    with pytest.raises(NotAllowedError):
        actions.give_back(reviewer, key, "")
    ask(reviewer, key, FACT, QUESTION)
    given = actions.give_back(reviewer, key, "")
    assert given.state == State.DRAFT
    with pytest.raises(NotAllowedError):
        reply(member, key, "check-in.tracking", "Nobody asked there.")


def test_what_is_asked_until_a_day_comes_up_by_itself(
    claimed: DeskApplication, as_member: Client, as_reviewer: Client
) -> None:
    key, every = claimed.pk, DeskApplication.objects.all()
    at_fact, day = f"/queue/{key}/ask/{FACT}/", today() + timedelta(days=10)
    sent = {"text": QUESTION, "due": f"{today() - timedelta(days=1)}"}
    assert "This day is over" in as_reviewer.post(at_fact, sent).content.decode()
    as_reviewer.post(at_fact, sent | {"due": f"{day}"})
    assert not endings(every, today()), "it was not given back yet"
    as_reviewer.post(f"/queue/{key}/give-back/", {"note": ""})
    (found,) = endings(every, today())
    assert (found.kind, found.what, found.day, found.is_over) == ("question", FACT, day, False)
    until = f"until {day.day} {day:%B %Y}"
    for part in ("", f"questions/{FACT}/"):
        assert until in text(as_member, f"/applications/{key}/{part}")
    assert "It waits for the applicant." in text(as_reviewer, "/tasks/")

    told = Mail.objects.filter(kind="ending")
    for days, count in ((0, 0), (7, 1), (8, 1), (11, 2), (30, 2)):
        remind(today() + timedelta(days=days))
        assert told.count() == count, days
    assert endings(every, day + timedelta(days=1))[0].is_over

    as_member.post(f"/applications/{key}/check/", {"declared": "yes"})
    assert not endings(every, today()), "it is with the reviewers again"
    assert audit.verify().broken == ()


def test_a_question_without_a_day_has_the_digest_that_it_had(
    claimed: DeskApplication, reviewer: Person
) -> None:
    made = ask(reviewer, claimed.pk, FACT, QUESTION)
    before = digest_of_row(made)
    made.due = today()
    assert digest_of_row(made) != before


def test_whoever_asked_takes_it_back_also_once_its_day_is_over(
    claimed: DeskApplication, reviewer: Person, as_member: Client, as_reviewer: Client
) -> None:
    """What was given back for nothing else, and not changed since, goes on where it was."""
    key = claimed.pk
    asked = ask(reviewer, key, FACT, "Is it later?", today())
    take = f"/queue/{key}/take-back/{asked.pk}/"
    assert take in text(as_reviewer, f"/queue/{key}/")
    actions.give_back(reviewer, key, "")
    FactQuestion.objects.create(  # at the same answer, by another one
        version=claimed.newest,
        fact="check-in.tracking",
        text="And then?",
        person=person("Other", None, Role.REVIEWER),
    )
    page = text(as_reviewer, "/tasks/")
    assert take in page
    assert signed_in(person("Third", None, Role.REVIEWER)).post(take).status_code == 409
    as_reviewer.post(take)
    assert take not in text(as_reviewer, "/tasks/")
    assert "Is it later?" not in text(as_member, f"/applications/{key}/")
    assert as_reviewer.post(take).status_code == 409, "it is asked no more"
    claimed.refresh_from_db()
    assert claimed.state == State.DRAFT, "something else is asked"
    assert Mail.objects.filter(kind="taken-back").exists()


def test_what_was_given_back_for_a_question_alone_comes_back_with_it(
    claimed: DeskApplication, member: Person, reviewer: Person
) -> None:
    key = claimed.pk
    first, second = (ask(reviewer, key, fact, "Why?") for fact in (FACT, "check-in.tracking"))
    take_back(reviewer, key, first.pk)
    assert [one.pk for one in claimed.newest.asked_at_facts] == [second.pk]
    actions.give_back(reviewer, key, "")
    assert take_back(reviewer, key, second.pk).state == State.SUBMITTED
    assert [one.times for one in times_in_states() if one.state == "submitted"] == [2]
    actions.claim(reviewer, key)
    with pytest.raises(NotAllowedError):
        actions.give_back(reviewer, key, "")
    third = ask(reviewer, key, FACT, "Why?")
    actions.give_back(reviewer, key, "")
    actions.edit(member, key, lambda d: d.text.replace("18..", "11..15"))
    assert take_back(reviewer, key, third.pk).state == State.DRAFT, "what they changed is not lost"
    assert audit.verify().broken == ()


def test_what_was_changed_after_a_preview_is_marked(
    begun: DeskApplication, member: Person, as_member: Client, as_reviewer: Client
) -> None:
    key = begun.pk
    begun.text = with_backing(OFFICE.read_text(encoding="utf-8"))
    begun.save()
    marked = "Changed after the applicant saw what would become of it"
    text(as_member, f"/applications/{key}/check/")
    actions.edit(member, key, lambda d: d.text.replace("18..", "11..15"))
    text(as_member, f"/applications/{key}/check/")
    as_member.post(f"/applications/{key}/check/", {"declared": "yes"})
    begun.refresh_from_db()
    assert begun.previewed == ""
    (found,) = changed_after_preview(begun.newest).answers  # type: ignore[union-attr]
    assert (str(found.fact), found.before_said[:2]) == ("employees.ages", "18")
    assert marked in text(as_reviewer, f"/queue/{key}/")
    newest = begun.newest
    covered = digest_of_row(newest)
    newest.previewed = None
    assert digest_of_row(newest) != covered
    assert audit.verify().broken == ()


def test_what_was_not_changed_after_a_preview_is_not_marked(
    submitted: DeskApplication,
    as_member: Client,
    reviewer: Person,
    member: Person,
) -> None:
    """Neither evidence that is sent afterwards, nor what was not answered before."""
    key = submitted.pk
    assert submitted.newest.previewed is None
    actions.claim(reviewer, key)
    actions.give_back(reviewer, key, "Look again.")
    actions.edit(member, key, lambda d: re.sub(" +acts-for.*", "", d.text))
    text(as_member, f"/applications/{key}/check/")
    actions.edit(member, key, lambda _: submitted.text)
    as_member.post(f"/applications/{key}/check/", {"declared": "yes"})
    assert submitted.newest.previewed
    assert changed_after_preview(submitted.newest) is None
