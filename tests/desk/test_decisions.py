"""Approvals with conditions, appeals and revocations, each with a letter that is verified."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from typer.testing import CliRunner

from clausewise.commands.cli import app
from clausewise.desk.judging.attesting import WrittenLetter
from clausewise.desk.judging.keys import renew
from clausewise.desk.records.models import (
    AuditEvent,
    Deadline,
    DeskApplication,
    Person,
    Role,
    State,
)
from clausewise.desk.workflow import actions
from clausewise.desk.workflow.decisions import appeal, decide, fulfil, permitted_kinds
from clausewise.desk.workflow.locks import NotAllowedError
from clausewise.desk.workflow.table import may
from clausewise.desk.workflow.today import judged_now, today
from tests.desk.conftest import decided, person, signed_in
from tests.desk.test_safety import looked_at

SOON = today() + timedelta(days=30)


@pytest.fixture
def gate(gate: DeskApplication, reviewer: Person) -> DeskApplication:
    """One of which all is known but whether there is an alarm, and the policy lets that wait."""
    for who in (reviewer, person("Second", None, Role.REVIEWER)):
        actions.give_judgement(who, gate.pk, "safety", "harm", "no", "Looked at it.")
    gate.refresh_from_db()
    return gate


UNSIGNED = WrittenLetter(b"%PDF", b"{}", "key")


def test_what_may_wait_is_approved_with_conditions_and_fulfilled(
    gate: DeskApplication,
    as_member: Client,
    as_reviewer: Client,
    tmp_path: Path,
    desk_folder: Path,
) -> None:
    key = gate.pk
    page = as_reviewer.get(f"/queue/{key}/decide/").content.decode()
    assert "Does front have an alarm?" in page
    sent = {"kind": "conditional", "letter": "Fit an alarm.", "ends": str(SOON)}
    assert as_reviewer.post(f"/queue/{key}/decide/", sent).status_code == 422, "no day is set"
    over = sent | {"due-1": str(today() - timedelta(days=1))}
    assert "This day is over" in as_reviewer.post(f"/queue/{key}/decide/", over).content.decode()
    assert as_reviewer.post(f"/queue/{key}/decide/", sent | {"due-1": str(SOON)}).status_code == 302
    deadlines = {one.fact: one.day for one in Deadline.objects.all()}
    assert deadlines == {"front.alarm": SOON, "": SOON}
    letter = as_member.get(f"/letters/{key}/").content.decode()
    assert "is approved with conditions" in letter
    assert "Does front have an alarm?" in letter
    with zipfile.ZipFile(
        io.BytesIO(as_member.get(f"/letters/{key}/package.zip").getvalue())
    ) as found:
        found.extractall(tmp_path)
    statement = str(tmp_path / f"{gate.reference}.statement.json")
    public = str(desk_folder / "signing.pem.pub")
    policy = ["--policy", str(tmp_path / "gate-code.policy")]
    verified = CliRunner().invoke(app, ["verify", statement, "--key", public, *policy])
    assert verified.exit_code == 3, verified.output
    assert "judged again: the same" in " ".join(verified.output.split())
    link = re.findall(r'href="(/key/\w+/)"', letter)[0]
    older = as_member.get(link).content
    assert older == Path(public).read_bytes()
    renew(desk_folder / "signing.pem")
    assert Client().get("/key/").content == Path(public).read_bytes() != older
    assert Client().get(link).content == older, "what it signed is still verified"
    assert sorted(path.suffix for path in (desk_folder / "keys").iterdir()) == [".pub", ".pub"]
    assert (desk_folder / "signing.pem").stat().st_mode & 0o777 == 0o600
    (tmp_path / "older.pub").write_bytes(older)
    keys = (("older.pub", 3), (desk_folder / "signing.pem.pub", 2))
    for key_file, code in keys:
        again = ["verify", statement, "--key", str(tmp_path / key_file), *policy]
        checked = CliRunner().invoke(app, again)
        assert checked.exit_code == code, checked.output

    as_member.post(f"/applications/{key}/fulfil/")
    gate.refresh_from_db()
    assert (gate.state, gate.holder) == (State.DRAFT, None)
    assert "approved with conditions" in as_member.get(f"/letters/{key}/").content.decode()
    as_member.post(f"/applications/{key}/questions/front.alarm/", {"value": "no"})
    as_member.post(f"/applications/{key}/check/", {"declared": "yes"})
    gate.refresh_from_db()
    assert (gate.state, gate.verdict) == (State.SUBMITTED, "prohibited")


def test_conditions_are_those_that_may_wait(gate: DeskApplication, reviewer: Person) -> None:
    assert permitted_kinds(judged_now(gate.newest)) == (State.CONDITIONAL,)
    for kind, days in (
        (State.APPROVED, {}),
        (State.CONDITIONAL, {}),
        (State.CONDITIONAL, {"front.sign": SOON}),
        (State.CONDITIONAL, {"front.alarm": SOON, "front.sign": SOON}),
        (State.CONDITIONAL, {"front.alarm": today() - timedelta(days=1)}),
    ):
        with pytest.raises(NotAllowedError):
            decide(reviewer, gate.pk, kind, "Yes.", lambda *_: pytest.fail("written"), days)


def test_what_was_approved_is_revoked_with_a_letter(
    gate: DeskApplication, reviewer: Person, as_member: Client, as_reviewer: Client
) -> None:
    address, as_lead = f"/queue/{gate.pk}/revoke/", signed_in(person("Lead", None, Role.LEAD))
    assert as_lead.get(address).status_code == 302, "nothing was approved"
    decided(gate, State.CONDITIONAL, reviewer)
    assert as_reviewer.get(address).status_code == 302, "a lead revokes"
    for state in (State.CONDITIONAL, State.DRAFT, State.SUBMITTED, State.IN_REVIEW):
        DeskApplication.objects.update(state=state)
        assert "Revoke and sign" in as_lead.get(address).content.decode(), state
    drafted = as_lead.get(address).context["asked"].initial["letter"]
    for same in (drafted, drafted.replace("\n", "\r\n")):  # as browsers send it
        page = as_lead.post(address, {"kind": "revoked", "letter": same})
        assert "Say why it is revoked" in page.content.decode()
    as_lead.post(address, {"kind": "revoked", "letter": "The alarm was sold."})
    gate.refresh_from_db()
    assert gate.state == State.REVOKED
    letter = as_member.get(f"/letters/{gate.pk}/").content.decode()
    assert "is revoked" in letter
    assert "The alarm was sold." in letter
    first = gate.decisions.earliest("pk").pk
    older = as_member.get(f"/letters/{gate.pk}/?of={first}").content.decode()
    assert "approved with conditions" in older
    for none in (first + 99, "1" * 30, "1" * 5_000):
        assert as_member.get(f"/letters/{gate.pk}/?of={none}").status_code == 404
    assert as_lead.get(address).status_code == 302, "once"


def test_what_is_revoked_is_the_version_that_was_approved(
    gate: DeskApplication, member: Person, reviewer: Person, as_member: Client, as_lead: Client
) -> None:
    """The applicant has submitted another one since, which is not judged by this, and which an appeal is about."""
    key, first = gate.pk, gate.newest
    decide(reviewer, key, State.CONDITIONAL, "Yes.", lambda *_: UNSIGNED, {"front.alarm": SOON})
    fulfil(member, key)
    actions.edit(member, key, lambda draft: draft.text.replace("sign  yes", "sign  no"))
    gate = actions.submit(member, key)
    assert (gate.verdict, gate.newest.number) == ("prohibited", 2)
    shown = as_lead.get(f"/queue/{key}/revoke/").context
    assert (shown["version"], shown["judged"].report.verdict.value) == (first, "needs-information")
    as_lead.post(f"/queue/{key}/revoke/", {"kind": "revoked", "letter": "It was sold."})
    made = gate.decisions.latest("pk")
    assert (made.version, made.verdict) == (first, "needs-information")
    assert "sign  yes" in made.design
    gate.refresh_from_db()
    assert (gate.state, gate.verdict) == (State.REVOKED, "prohibited")
    before = gate.newest.appealed_at
    as_member.post(f"/applications/{key}/appeal/", {"text": "It was not."})
    assert (before, gate.newest.number) == (None, 2)
    assert gate.newest.appealed_at, "what was said of the newest counts no more"
    assert first.appealed_at is None


def test_an_appeal_is_decided_by_somebody_else(
    gate: DeskApplication, reviewer: Person, as_member: Client
) -> None:
    key, other = gate.pk, person("Other", None, Role.REVIEWER)
    decided(gate, State.REFUSED, reviewer)
    DeskApplication.objects.update(state=State.REFUSED)
    assert as_member.post(f"/applications/{key}/appeal/", {"text": ""}).status_code == 422
    as_member.post(f"/applications/{key}/appeal/", {"text": "There <is> an alarm."})
    gate.refresh_from_db()
    assert gate.state == State.APPEALED
    assert AuditEvent.objects.latest("number").kind == "appeal"
    with pytest.raises(NotAllowedError):
        actions.claim(reviewer, key)
    queue = signed_in(other).get("/queue/?view=unassigned").content.decode()
    assert "North gate" in queue
    actions.claim(other, key)
    page = signed_in(other).get(f"/queue/{key}/").content.decode()
    assert "There &lt;is&gt; an alarm." in page
    actions.release(other, key)
    with pytest.raises(NotAllowedError):
        actions.claim(reviewer, key)


def test_one_appeals_once_and_in_time(
    gate: DeskApplication, member: Person, reviewer: Person
) -> None:
    DeskApplication.objects.update(state=State.REFUSED)
    gate.refresh_from_db()
    assert not may(member, "appeal", gate), "nothing was decided"
    made = decided(gate, State.REFUSED, reviewer)
    assert may(member, "appeal", gate)
    appeal(member, gate.pk, "No.")
    DeskApplication.objects.update(state=State.REFUSED)
    gate.refresh_from_db()
    assert not may(member, "appeal", gate)
    made.pk, made.day = None, today() - timedelta(days=31)
    made.save()
    assert not may(member, "appeal", gate)


def test_the_letter_is_looked_at_before_it_is_signed(
    gate: DeskApplication, as_reviewer: Client
) -> None:
    place = f"/queue/{gate.pk}/decide/"
    assert "is approved with conditions" in looked_at(as_reviewer, place)
    sent = {
        "kind": "conditional",
        "letter": "Fit an alarm soon.",
        "due-1": str(SOON),
        "look": "yes",
    }
    page = as_reviewer.post(place, sent)
    assert page.status_code == 200
    assert page.content.decode().count("Fit an alarm soon.") == 2, "as text, and as the letter"
    assert "<details open" in page.content.decode()
    gate.refresh_from_db()
    assert (gate.state, gate.decision) == (State.IN_REVIEW, None)


def test_what_the_verdict_does_not_allow_any_more_is_told(
    gate: DeskApplication, as_reviewer: Client
) -> None:
    place = f"/queue/{gate.pk}/decide/"
    page = as_reviewer.post(place, {"kind": "approved", "letter": "All is well."})
    assert page.status_code == 422
    text = page.content.decode()
    assert text.count("By the verdict as it is now, this is not open") == 2, (
        "above, and at the choice"
    )
    assert "All is well." in text
    gate.refresh_from_db()
    assert gate.state == State.IN_REVIEW
