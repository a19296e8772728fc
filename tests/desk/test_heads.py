"""Signed heads of the audit trail: whoever writes another chain is found out by what was signed before."""

from __future__ import annotations

import io
import shutil
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from clausewise.desk.judging.attesting import attested
from clausewise.desk.judging.heads import head_in
from clausewise.desk.judging.keys import public_halves, renew
from clausewise.desk.pages.accounts.organisation import invite
from clausewise.desk.pages.accounts.people import change
from clausewise.desk.pages.programs.tokens import new_token
from clausewise.desk.records import append_only, audit
from clausewise.desk.records.models import (
    AccessToken,
    AuditDetail,
    AuditEvent,
    AuditHead,
    Conflict,
    DeskApplication,
    Grant,
    Organisation,
    Person,
    Role,
    State,
)
from clausewise.desk.workflow import actions, heads, jobs
from clausewise.desk.workflow.actions import recuse
from clausewise.desk.workflow.today import judged_now
from clausewise.dossier.signing import new_key
from tests.desk.conftest import person, signed_in


@pytest.fixture
def auditor(db: None) -> Client:  # noqa: ARG001
    return signed_in(person("Auditor", None, Role.AUDITOR))


def keys() -> list[bytes]:
    return [*public_halves(settings.SIGNING_KEY).values()]


def exported() -> Path:
    path = heads.export(settings.HEADS, settings.SIGNING_KEY, *audit.newest())
    assert path
    return path


def broken() -> tuple[str, ...]:
    return heads.verified(settings.HEADS, keys()).broken


def rewritten() -> None:
    """Write another chain with all digests as they must be, as an administrator of the database can."""
    append_only.drop(connection)
    events = [*AuditEvent.objects.order_by("number")]
    AuditEvent.objects.all().delete()
    AuditHead.objects.all().delete()
    for one in events:
        detail = AuditDetail.objects.get(pk=one.detail).text
        about = DeskApplication.objects.filter(pk=one.application or 0).first()
        audit.note(one.kind, Person.objects.first(), about)
        assert detail
    append_only.create(connection)


def test_a_chain_that_is_written_anew_does_not_lead_to_what_was_signed(
    begun: DeskApplication,
) -> None:
    assert heads.export(settings.HEADS, settings.SIGNING_KEY, *audit.newest())
    assert heads.export(settings.HEADS, settings.SIGNING_KEY, *audit.newest()) is None, (
        "of one head one file"
    )
    audit.note("edit", begun.created_by, begun)
    exported()
    state = heads.verified(settings.HEADS, keys())
    assert (state.broken, state.heads) == ((), 2)
    rewritten()
    assert audit.verify().broken == (), "the chain by itself does not tell"
    first, second = [one for one in broken() if one.startswith("event ")]
    assert first.startswith("event 2 is another one than when its digest was signed on ")
    assert second.startswith("event 3 is another one")
    append_only.drop(connection)
    AuditEvent.objects.filter(number=3).delete()
    append_only.create(connection)
    assert any(one.startswith("event 3 is not there, whose digest was signed") for one in broken())


def test_only_what_a_key_of_the_desk_signed_counts(
    begun: DeskApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("signing.pem", "signing.pem.pub"):  # another key is no business of other tests
        shutil.copy(settings.SIGNING_KEY.with_name(name), tmp_path)
    monkeypatch.setattr(settings, "SIGNING_KEY", tmp_path / "signing.pem")
    path = exported()
    (found,) = path.parent.glob("*.json")
    assert head_in(found.read_bytes(), keys()) == head_in(found.read_bytes(), [b"", *keys()][1:])
    renew(settings.SIGNING_KEY)
    assert len(keys()) == 2, "each once"
    assert broken() == (), "an older key has signed it"
    other, public = new_key()
    (tmp_path / "other.pem").write_bytes(other)
    forged = heads.export(tmp_path / "heads", tmp_path / "other.pem", *audit.newest())
    assert forged
    assert heads.verified(tmp_path / "heads", [public]).broken == ()
    shutil.copy(forged, path)
    assert broken() == (f"`{path.name}` is no head that a key of the desk signed",)
    path.write_bytes(b"{")
    assert len(broken()) == 1
    assert begun.pk


def test_a_letter_is_no_head(submitted: DeskApplication) -> None:
    path = exported()
    pem = settings.SIGNING_KEY.read_bytes()
    path.write_bytes(attested(judged_now(submitted.newest), pem).envelope)
    assert "is no head" in broken()[0]


def test_a_worker_signs_what_it_found_whole_and_an_auditor_takes_it_along(
    begun: DeskApplication, auditor: Client
) -> None:
    assert "Download the signed digests" not in auditor.get("/audit/").content.decode()
    for _ in range(2):
        auditor.post("/audit/verify/")
        jobs.work(until_done=True)
    page = auditor.get("/audit/").content.decode()
    assert "It led to the digest that was signed before." in page
    assert "Download the signed digests" in page
    packed = io.BytesIO(b"".join(auditor.get("/audit/heads.zip")))
    with zipfile.ZipFile(packed) as found:
        (path,) = [name for name in found.namelist() if name.startswith("heads/")]
        (key,) = [name for name in found.namelist() if name.startswith("keys/")]
        assert key == f"keys/{next(iter(public_halves(settings.SIGNING_KEY)))}.pub"
        head = head_in(found.read(path), [found.read(key)])
    assert head
    assert head.digest == AuditEvent.objects.latest("number").digest
    rewritten()
    auditor.post("/audit/verify/")
    jobs.work(until_done=True)
    assert "The chain is broken" in auditor.get("/audit/").content.decode()
    assert len([*settings.HEADS.glob("*.json")]) == 1, "a chain that is broken is not signed"
    assert begun.pk


def test_what_is_signed_is_what_was_found_whole(
    begun: DeskApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified = heads.verified

    def and_then_something_is_done(*given: object) -> audit.AuditState:
        found = verified(*given)  # type: ignore[arg-type]
        audit.note("edit", begun.created_by, begun)
        return found

    monkeypatch.setattr(heads, "verified", and_then_something_is_done)
    jobs.verify_audit.call()
    (path,) = settings.HEADS.glob("*.json")
    head = head_in(path.read_bytes(), keys())
    assert head
    assert (head.events, audit.newest()[0]) == (2, 3)


def test_what_another_process_signs_meanwhile_is_signed(
    begun: DeskApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    exported()
    monkeypatch.setattr(Path, "exists", lambda _path: False)
    assert heads.export(settings.HEADS, settings.SIGNING_KEY, *audit.newest()) is None
    assert begun.pk


def test_what_is_written_while_the_trail_is_read_breaks_nothing(
    begun: DeskApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The head was one event further than the chain that had been read."""
    newest, written = audit.newest, list[str]()

    def after_another() -> tuple[int, str]:
        if not written:
            written.append("edit")
            audit.note("edit", begun.created_by, begun)
        return newest()

    monkeypatch.setattr(audit, "newest", after_another)
    told = jobs.verify_audit.call()
    assert (told["events"], told["broken"], written) == (3, [], ["edit"])


@pytest.mark.parametrize("what", ["form", "policy", "organisation", "title"])
def test_an_application_that_is_not_what_it_began_as_is_found(
    begun: DeskApplication, what: str
) -> None:
    other = (
        Organisation.objects.create(name="Fabrikam (example)") if what == "organisation" else "x"
    )
    assert broken() == ()
    DeskApplication.objects.update(**{what: other})
    assert broken() == (f"the {what} of {begun.reference} is not that with which it began",)
    audit.erase(AuditEvent.objects.get(kind="start"))
    assert broken() == (), "what was erased is not compared"


def test_a_text_that_nobody_wrote_at_the_desk_is_found(submitted: DeskApplication) -> None:
    assert broken() == ()
    DeskApplication.objects.update(text=submitted.text + "# beside the desk")
    told = f"the text of {submitted.reference} is not what its applicant wrote last"
    assert broken() == (told,)
    audit.erase(AuditEvent.objects.filter(kind="edit").latest("number"))
    assert broken() == (), "what was erased is not compared"


def test_what_nobody_was_given_by_an_event_is_found(
    submitted: DeskApplication, reviewer: Person
) -> None:
    member, organisation = submitted.created_by, submitted.organisation
    invited = invite(member, organisation, "B Reyes", "b.reyes@example.org")
    signed_in(member).post(f"/organisation/{invited.pk}/")
    assert change(reviewer, [Role.LEAD], reviewer, is_active=False) is False
    change(person("Head", None, Role.ADMINISTRATOR), [Role.AUDITOR], reviewer, is_active=True)
    recuse(reviewer, submitted, "I work there.")
    assert broken() == ()
    Grant.objects.create(person=member, role=Role.ADMINISTRATOR)
    Person.objects.filter(pk=reviewer.pk).update(organisation=organisation)
    Person.objects.filter(pk=invited.pk).update(is_active=True)
    Conflict.objects.all().delete()
    event = AuditEvent.objects.get(kind="take-out").number
    assert broken() == (
        f"person {member.pk} has the roles “administrator”, and by the events “none”",
        f"no event tells of the organisation to which person {reviewer.pk} belongs",
        f"person {invited.pk} can sign in, and by event {event} cannot",
        f"the conflict of interest of event {audit.newest()[0]} is not there",
    )
    audit.erase(AuditEvent.objects.get(kind="register"))
    assert len(broken()) == 3, "of whom an erased event told is not compared"


def test_a_state_to_which_no_event_led_is_found(submitted: DeskApplication) -> None:
    assert broken() == ()
    DeskApplication.objects.update(state=State.APPROVED)
    (told,) = broken()
    said = "is in the state “Approved”, and by its events in “Submitted”"
    assert told == f"{submitted.reference} {said}"
    DeskApplication.objects.update(state="nonsense")
    assert len(broken()) == 1


def test_a_holder_or_a_day_of_which_no_event_tells_is_found(
    submitted: DeskApplication, reviewer: Person
) -> None:
    lead, name = person("Lead", None, Role.LEAD), submitted.reference
    wrong = {"holder": lead, "submitted_at": timezone.now() - timedelta(days=30)}
    wrong |= {"created_by": lead, "erased_at": timezone.now()}
    told = (
        f"{name} is held by person {lead.pk}, and by its events by nobody",
        f"since when the reviewers have {name} is not what its events tell",
        f"{name} was begun by another person than its events tell",
        f"{name} is erased, or not, otherwise than its events tell",
    )
    for (what, value), found in zip(wrong.items(), told, strict=True):
        before = DeskApplication.objects.values(what).get()
        DeskApplication.objects.update(**{what: value})
        assert broken() == (found,)
        DeskApplication.objects.update(**before)
    actions.claim(reviewer, submitted.pk)
    assert broken() == ()
    actions.assign(lead, submitted.pk, lead)
    assert broken() == ()
    DeskApplication.objects.update(holder=reviewer)
    (found,) = broken()
    assert found == f"{name} is held by person {reviewer.pk}, and by its events by {lead.pk}"
    audit.erase(AuditEvent.objects.get(kind="assign"))
    assert broken() == (), "what was erased is not compared"
    DeskApplication.objects.update(submitted_at=None)
    assert len(broken()) == 1


def test_a_token_that_nobody_made_is_found(member: Person) -> None:
    new_token(member, "CI")
    made = AccessToken.objects.get()
    assert broken() == ()
    AccessToken.objects.update(digest="0" * 64)
    assert broken() == (f"no event tells of token {made.pk} of person {member.pk}",)
    AccessToken.objects.update(digest=made.digest, person=person("Somebody"))
    assert len(broken()) == 1
    AccessToken.objects.update(person=member)
    AccessToken.objects.create(person=member, name="x", digest="1" * 64, ends=made.ends)
    assert len(broken()) == 1
