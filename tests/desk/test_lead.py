"""What a lead does that a reviewer does not; and how roles are given and taken."""

from __future__ import annotations

import pytest
from django.test import Client

from clausewise.desk.judging.attesting import WrittenLetter
from clausewise.desk.records import audit
from clausewise.desk.records.models import (
    AuditEvent,
    Conflict,
    DeskApplication,
    Grant,
    Mail,
    Person,
    Role,
    State,
)
from clausewise.desk.workflow import actions
from clausewise.desk.workflow.decisions import appeal, decide
from clausewise.desk.workflow.locks import NotAllowedError
from clausewise.desk.workflow.today import judged_now
from tests.desk.conftest import decided, person, signed_in
from tests.desk.test_safety import looked_at

# giving an application to somebody


def test_a_lead_takes_over_what_somebody_holds(
    gate: DeskApplication, reviewer: Person, lead: Person, as_lead: Client
) -> None:
    address = f"/queue/{gate.pk}/assign/"
    with pytest.raises(NotAllowedError):
        actions.claim(lead, gate.pk)
    page = as_lead.get(address).content.decode()
    assert "Lead (you)" in page
    assert f'value="{reviewer.pk}"' not in page, "who holds it"
    assert as_lead.post(address, {"to": str(reviewer.pk)}).status_code == 422
    assert as_lead.post(address, {}).status_code == 422
    as_lead.post(address, {"to": str(lead.pk)})
    gate.refresh_from_db()
    assert gate.holder == lead
    assert Mail.objects.filter(person=reviewer).latest("pk").kind == "taken-over"
    assert not Mail.objects.filter(person=lead).exists()
    assert AuditEvent.objects.latest("number").kind == "assign"
    actions.give_judgement(lead, gate.pk, "safety", "harm", "no", "Seen.")
    assert audit.verify().broken == ()


def test_whoever_is_given_one_is_told_and_can_hold_it(
    gate: DeskApplication, reviewer: Person, lead: Person, as_lead: Client
) -> None:
    actions.release(reviewer, gate.pk)
    other = person("Other", None, Role.REVIEWER)
    as_lead.post(f"/queue/{gate.pk}/assign/", {"to": str(other.pk)})
    gate.refresh_from_db()
    assert (gate.state, gate.holder) == (State.IN_REVIEW, other)
    assert Mail.objects.get(person=other).kind == "assigned"
    with pytest.raises(NotAllowedError):
        actions.assign(lead, gate.pk, other)


def test_it_is_given_to_nobody_who_may_not_review_it(
    gate: DeskApplication, reviewer: Person, lead: Person
) -> None:
    conflicted = person("Conflicted", None, Role.REVIEWER)
    Conflict.objects.create(person=conflicted, organisation=gate.organisation, reason="Friends.")
    gone = person("Gone", None, Role.REVIEWER)
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    gone.refresh_from_db()
    for to in (conflicted, gone, person("Both", gate.organisation, Role.LEAD), person("Nobody")):
        with pytest.raises(NotAllowedError):
            actions.assign(lead, gate.pk, to)
    with pytest.raises(NotAllowedError):
        actions.assign(person("Other", None, Role.REVIEWER), gate.pk, lead)
    decided(gate, State.REFUSED, reviewer)
    DeskApplication.objects.update(state=State.REFUSED, holder=None)
    appeal(gate.created_by, gate.pk, "No.")
    with pytest.raises(NotAllowedError):
        actions.assign(lead, gate.pk, reviewer)


# settling what two differ about


def test_a_lead_settles_what_two_reviewers_differ_about(
    gate: DeskApplication, reviewer: Person, as_lead: Client, lead: Person
) -> None:
    second, third = person("Second", None, Role.REVIEWER), person("Third", None, Role.REVIEWER)
    actions.give_judgement(reviewer, gate.pk, "safety", "harm", "no", "Seen.")
    address = f"/queue/{gate.pk}/judge/safety.harm/"
    actions.give_judgement(second, gate.pk, "safety", "harm", "yes", "It falls.")
    assert "safety.harm" in {str(one.fact) for one in judged_now(gate.newest).for_reviewer}
    with pytest.raises(actions.EnoughOpinionsError):
        actions.give_judgement(third, gate.pk, "safety", "harm", "yes", "Also.")
    as_lead.post(address, {"value": "yes", "reason": "I looked at it with both."})
    assert [one.person for one in gate.newest.standing] == [second, lead]
    judged = judged_now(gate.newest)
    assert "safety.harm" not in {str(one.fact) for one in judged.for_reviewer}
    assert judged.report.verdict.value == "prohibited"
    assert 'attested by "Second"' in judged.draft.text
    assert "M Okafor" not in judged.draft.text
    with pytest.raises(actions.EnoughOpinionsError):
        actions.give_judgement(third, gate.pk, "safety", "harm", "no", "No.")
    actions.give_judgement(second, gate.pk, "safety", "harm", "no", "I was wrong.")
    assert judged_now(gate.newest).report.verdict.value != "prohibited", "two of three say no"
    assert audit.verify().broken == ()


def test_where_two_agree_there_is_nothing_to_settle(
    gate: DeskApplication, reviewer: Person, lead: Person
) -> None:
    for who in (reviewer, person("Second", None, Role.REVIEWER)):
        actions.give_judgement(who, gate.pk, "safety", "harm", "no", "Seen.")
    with pytest.raises(actions.EnoughOpinionsError):
        actions.give_judgement(lead, gate.pk, "safety", "harm", "yes", "No.")


# roles


@pytest.fixture
def administrator(db: None) -> Person:  # noqa: ARG001
    return person("Admin", None, Role.ADMINISTRATOR)


def test_an_administrator_changes_roles(administrator: Person, reviewer: Person) -> None:
    client = signed_in(administrator)
    address = f"/people/{reviewer.pk}/"
    assert "checked" in client.get(address).content.decode()
    client.post(address, {"roles": ["lead", "auditor"], "is_active": "on"})
    assert {*reviewer.grants.values_list("role", flat=True)} == {"lead", "auditor"}
    assert reviewer.has_role(Role.REVIEWER), "a lead reviews as well"
    assert AuditEvent.objects.latest("number").kind == "change-roles"
    as_lead = signed_in(reviewer)
    client.post(address, {"roles": []})
    assert as_lead.get("/queue/").status_code == 302, "they are signed out"
    assert client.get("/people/999/").status_code == 404


def test_somebody_administers_the_desk_at_all_times(administrator: Person) -> None:
    client = signed_in(administrator)
    address = f"/people/{administrator.pk}/"
    for sent in ({"roles": ["auditor"], "is_active": "on"}, {"roles": ["administrator"]}):
        page = client.post(address, sent)
        assert page.status_code == 422
        assert "Nobody else could administer" in page.content.decode()
    assert Grant.objects.get().role == Role.ADMINISTRATOR
    person("Admin 2", None, Role.ADMINISTRATOR)
    assert client.post(address, {"roles": ["auditor"], "is_active": "on"}).status_code == 302


# what was decided by mistake


def test_what_was_refused_by_mistake_is_decided_again(
    gate: DeskApplication, reviewer: Person, as_lead: Client, as_reviewer: Client
) -> None:
    for who in (reviewer, person("Second", None, Role.REVIEWER)):
        actions.give_judgement(who, gate.pk, "safety", "harm", "yes", "It falls.")
    letter = WrittenLetter(b"%PDF", b"{}", "key")
    first = decide(reviewer, gate.pk, State.REFUSED, "No.", lambda *_: letter)
    place = f"/queue/{gate.pk}/reopen/"
    assert place in looked_at(as_lead, f"/queue/{gate.pk}/")
    assert place not in looked_at(as_reviewer, f"/queue/{gate.pk}/")
    looked_at(as_lead, place)
    assert as_reviewer.post(place, {"reason": "x"}).status_code == 409
    assert as_lead.post(place, {"reason": ""}).status_code == 422
    gate.refresh_from_db()
    assert gate.state == State.REFUSED
    as_lead.post(place, {"reason": "The wrong button."})
    gate.refresh_from_db()
    assert (gate.state, gate.holder, gate.decision) == (State.SUBMITTED, None, first)
    assert gate.newest.standing, "what was judged counts as before"
    assert Mail.objects.filter(kind="reopened", person=gate.created_by).exists()
    page = looked_at(signed_in(gate.created_by), f"/applications/{gate.pk}/")
    assert "a mistake of the desk" in page
    assert "The wrong button." not in page
    actions.claim(reviewer, gate.pk)
    again = decide(reviewer, gate.pk, State.REFUSED, "No.", lambda *_: letter)
    assert [*gate.decisions.order_by("pk")] == [first, again]
    assert not audit.verify().broken
