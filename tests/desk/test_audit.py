"""The audit trail: all that is done stands in it, nothing of it is changed, and what was changed is found."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from clausewise.desk.interview.drafts import judgement_lines
from clausewise.desk.judging.attesting import WrittenLetter
from clausewise.desk.records import append_only, audit
from clausewise.desk.records.kept import told
from clausewise.desk.records.models import (
    AdmittedForm,
    AuditDetail,
    AuditEvent,
    AuditHead,
    Decision,
    DeskApplication,
    Person,
    Role,
    State,
    TakenBack,
    Version,
)
from clausewise.desk.workflow import actions, jobs
from clausewise.desk.workflow.asking import ask
from clausewise.desk.workflow.decisions import decide
from clausewise.desk.workflow.locks import NotAllowedError
from clausewise.desk.workflow.today import draft_for, today
from clausewise.dsl.printing.trees import values_text
from tests.desk.conftest import person, signed_in
from tests.desk.journey import OFFICE

SENT = ["start", "attach", "edit"]
"""What an applicant does before they submit."""


def test_all_that_is_done_stands_in_it(submitted: DeskApplication, reviewer: Person) -> None:
    key = submitted.pk
    actions.claim(reviewer, key)
    actions.give_judgement(reviewer, key, "law", "against-terms", "no", "Read them.")
    actions.give_back(reviewer, key, "Who owns it?")
    actions.withdraw(submitted.created_by, key)
    kinds = list(AuditEvent.objects.order_by("number").values_list("kind", flat=True))
    done = ["claim", "judge", "give-back", "withdraw"]
    assert kinds == ["register", *SENT, "submit", "enter", *done]
    state = audit.verify()
    assert (state.events, state.broken) == (10, ())


def test_what_is_not_done_stands_not_in_it(submitted: DeskApplication, reviewer: Person) -> None:
    before = audit.verify()
    with pytest.raises(NotAllowedError):
        actions.release(reviewer, submitted.pk)
    assert audit.verify() == before


@pytest.fixture
def decided(submitted: DeskApplication, reviewer: Person) -> DeskApplication:
    """One of which each table that is never changed has a row."""
    actions.claim(reviewer, submitted.pk)
    actions.give_judgement(reviewer, submitted.pk, "law", "against-terms", "no", "Read them.")
    question = ask(reviewer, submitted.pk, "check-in.timing", "Always?")
    said = question.replies.create(text="Always.", person=submitted.created_by)
    audit.note("reply", said.person, submitted, **told(said))
    for version in Version.objects.all():
        opinion = version.decision_opinions.create(
            kind=State.APPROVED, text="Yes.", person=reviewer
        )
        audit.note("opine", reviewer, submitted, **told(opinion))
        made = Decision.objects.create(
            application=submitted,
            version=version,
            kind=State.APPROVED,
            person=reviewer,
            day=today(),
            letter="It is approved.",
            statement=b"{}",
            pdf=b"%PDF",
        )
        audit.note("approve", reviewer, submitted, **told(made))
        due = made.deadlines.create(fact="", day=today())
        audit.note("set-deadline", reviewer, submitted, **told(due))
        against = made.appeals.create(text="No.", person=submitted.created_by)
        audit.note("appeal", against.person, submitted, **told(against))
    back = TakenBack.objects.create(question=question, person=reviewer)
    audit.note("take-back", reviewer, submitted, **told(back))
    return submitted


@pytest.mark.parametrize("table", append_only.TABLES)
def test_the_database_refuses_changes(decided: DeskApplication, table: str) -> None:
    assert decided.newest.text
    column = append_only.TABLES[table][0][0]
    changes = [f"UPDATE {table} SET {column} = 7", f"DELETE FROM {table}"]
    if connection.vendor == "sqlite":
        changes.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
        changes.append(f"UPDATE OR REPLACE {table} SET {column} = {column}")
    with connection.cursor() as cursor:
        for change in changes:
            with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
                cursor.execute(change)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite alone: INSERT OR REPLACE")
def test_a_version_is_not_replaced_under_another_id(decided: DeskApplication) -> None:
    assert decided.newest.text
    columns = "application_id, number, text, sha256, created_by_id, created_at"
    change = (
        f"INSERT OR REPLACE INTO records_version (id, {columns}) "
        f"SELECT id + 70, {columns} FROM records_version"
    )
    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
    ):
        cursor.execute(change)


COPIED = """INSERT INTO records_personaljudgement
    (version_id, entity, field, value, person_id, "on", reason, created_at)
    SELECT version_id, entity, field, 'yes', person_id, "on", reason, created_at
    FROM records_personaljudgement"""


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ("UPDATE records_factreply SET text = 'Never.'", "the reply of event 10 is not"),
        ("UPDATE records_factquestion SET fact = 'x.y'", "the question of event 9 is not"),
        (
            "UPDATE records_evidencefile SET expires = '2030-01-01'",
            "the evidence of event 3 is not",
        ),
        ("UPDATE records_version SET text = 'x'", "the version of event 5 is not what it was"),
        ("UPDATE records_personaljudgement SET value = 'yes'", "the judgement of event 8 is"),
        (
            "UPDATE records_decision SET letter = 'No.', kind = 'refused'",
            "the decision of event 12",
        ),
        ("UPDATE records_decisionopinion SET kind = 'refused'", "the opinion of event 11 is not"),
        ("UPDATE records_deadline SET day = '2030-01-01'", "the deadline of event 13 is not"),
        ("DELETE FROM records_appeal", "the appeal of event 14 is not what it was"),
        ("DELETE FROM records_takenback", "the question that was taken back of event 15 is"),
        (COPIED, "no event tells of judgement"),
    ],
)
def test_a_row_that_is_not_what_its_event_tells_of_is_found(
    decided: DeskApplication, change: str, wrong: str
) -> None:
    assert decided.newest.text
    assert audit.verify().broken == ()
    append_only.drop(connection)
    with connection.cursor() as cursor:
        cursor.execute(change)
    append_only.create(connection)
    found = audit.verify().broken
    assert len(found) == 1
    assert found[0].startswith(wrong)


def test_rows_of_which_the_detail_was_erased_do_not_break_it(decided: DeskApplication) -> None:
    assert decided.newest.text
    audit.erase(AuditEvent.objects.get(kind="judge"))
    assert (audit.verify().broken, audit.verify().erased) == ((), 1)
    with connection.cursor() as cursor:
        cursor.execute(COPIED)
    assert len(audit.verify().broken) == 1, "one was erased, and there are two"


def test_of_what_somebody_judges_twice_the_newest_counts(
    decided: DeskApplication, reviewer: Person
) -> None:
    actions.give_judgement(reviewer, decided.pk, "law", "against-terms", "yes", "Read them again.")
    version = decided.newest
    assert [one.reason for one in version.standing] == ["Read them again."]
    assert (version.judgements.count(), audit.verify().broken) == (2, ())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE records_auditevent SET kind = 'x' WHERE number = 2", "event 2 is not what it was"),
        ("DELETE FROM records_auditevent WHERE number = 2", "after event 1 comes event 3"),
        ("DELETE FROM records_auditevent WHERE number = 4", "the chain ends with 3"),
        ("DELETE FROM records_audithead", "the newest event is 0, and the chain ends with 4"),
        ("UPDATE records_auditdetail SET text = '{}'", "the detail of event 1"),
    ],
)
def test_what_was_changed_all_the_same_is_found(change: str, told: str) -> None:
    for number in range(4):
        audit.note("edit", None, number=number)
    append_only.drop(connection)
    with connection.cursor() as cursor:
        cursor.execute(change)
    append_only.create(connection)
    assert any(told in one for one in audit.verify().broken)


def test_what_goes_back_for_a_conflict_is_told_of_each(
    gate: DeskApplication, reviewer: Person
) -> None:
    actions.recuse(reviewer, gate, "My brother works there.")
    gate.refresh_from_db()
    assert (gate.state, gate.holder) == (State.SUBMITTED, None)
    events = AuditEvent.objects.filter(application=gate.pk).order_by("-number")[:2]
    assert [one.kind for one in events] == ["recuse", "release"]


@pytest.mark.django_db
def test_what_names_people_is_erased_and_the_chain_stays_whole() -> None:
    events = [audit.note("recuse", None, reason=f"My brother {n} works there") for n in range(2)]
    audit.erase(events[0])
    state = audit.verify()
    assert (state.broken, state.erased) == ((), 1)
    assert AuditEvent.objects.latest("number").kind == "erase"
    assert "brother 0" not in str([*AuditDetail.objects.values(), *AuditEvent.objects.values()])


@pytest.mark.django_db
def test_a_detail_that_was_erased_though_no_event_tells_so_is_found() -> None:
    events = [audit.note("recuse", None, reason="My brother works there") for _ in range(3)]
    for one in events[:2]:
        audit.erase(one)
    audit.erase(AuditEvent.objects.latest("number"))  # that the second one was erased
    assert audit.verify().broken == ()
    AuditDetail.objects.filter(digest=events[2].detail).update(text=None)
    assert audit.verify().broken == ("the detail of event 3 is erased, and no event tells of that",)


@pytest.mark.django_db
def test_equal_details_have_other_digests() -> None:
    """Nobody finds out by trying what an erased one said."""
    assert audit.note("edit", None, x=1).detail != audit.note("edit", None, x=1).detail


@pytest.mark.django_db
def test_two_events_never_follow_the_same_one() -> None:
    first = audit.note("edit", None)
    AuditHead.objects.update(number=0, digest=audit.START)  # as one who did not wait would see it
    with pytest.raises(DatabaseError), transaction.atomic():
        audit.note("edit", None)
    assert [*AuditEvent.objects.all()] == [first]


@pytest.mark.usefixtures("submitted")
def test_the_auditor_sees_it() -> None:
    auditor = signed_in(person("Auditor", None, Role.AUDITOR))
    auditor.post("/audit/verify/")
    jobs.work(until_done=True)
    page = auditor.get("/audit/").content.decode()
    assert "The chain of 6 events was whole on" in page
    assert "A Reyes" in page
    assert "salt" not in page


# a decision


@pytest.fixture
def permitted(submitted: DeskApplication, reviewer: Person) -> DeskApplication:
    """One that a reviewer holds, and has judged as its design does."""
    actions.claim(reviewer, submitted.pk)
    draft = draft_for(submitted)
    for block, line, field in judgement_lines(OFFICE.read_text("utf-8"), draft.vocabulary):
        entity, value = (block.name or block.type).text, values_text(line.items)
        actions.give_judgement(reviewer, submitted.pk, entity, field.name, value, "Seen.")
    submitted.refresh_from_db()
    return submitted


def test_a_letter_is_printed_while_others_write(
    permitted: DeskApplication, reviewer: Person
) -> None:
    outside = len(connection.savepoint_ids)
    inside = []

    def write(*_: object) -> WrittenLetter:
        inside.append(len(connection.savepoint_ids))
        return WrittenLetter(b"%PDF", b"{}", "key")

    decide(reviewer, permitted.pk, State.APPROVED, "Yes.", write)
    assert inside == [outside]
    assert permitted.decisions.get().letter == "Yes."


def test_a_letter_is_not_sent_of_what_changed_meanwhile(
    permitted: DeskApplication, reviewer: Person
) -> None:
    def write(*_: object) -> WrittenLetter:
        actions.give_judgement(
            reviewer, permitted.pk, "safeguards", "significant-harm", "yes", "It harms."
        )
        return WrittenLetter(b"%PDF", b"{}", "key")

    with pytest.raises(NotAllowedError):
        decide(reviewer, permitted.pk, State.APPROVED, "Yes.", write)
    permitted.refresh_from_db()
    assert (permitted.state, permitted.decisions.count()) == (State.IN_REVIEW, 0)


# who holds an application, and who may not


def test_an_application_that_nobody_looks_at_can_be_claimed_by_another(
    submitted: DeskApplication, reviewer: Person
) -> None:
    other = person("Other", None, Role.REVIEWER)
    actions.claim(reviewer, submitted.pk)
    with pytest.raises(NotAllowedError):
        actions.claim(other, submitted.pk)
    signed_in(reviewer).get(f"/queue/{submitted.pk}/")
    soon = timezone.now() + timedelta(hours=7)
    held = DeskApplication.objects.get()
    assert held.held_until
    assert held.held_until > soon, "to look at it is to keep it"
    DeskApplication.objects.update(held_until=timezone.now())
    actions.claim(other, submitted.pk)
    held.refresh_from_db()
    assert held.holder == other
    with pytest.raises(NotAllowedError):
        actions.give_judgement(reviewer, submitted.pk, "law", "against-terms", "no", "x")


def test_whoever_declares_a_conflict_sees_it_no_more(
    submitted: DeskApplication, as_reviewer: Client, reviewer: Person
) -> None:
    key = submitted.pk
    as_reviewer.post(f"/queue/{key}/claim/")
    assert as_reviewer.post(f"/queue/{key}/conflict/", {"reason": ""}).status_code == 422
    as_reviewer.post(f"/queue/{key}/conflict/", {"reason": "I worked there."})
    submitted.refresh_from_db()
    assert (submitted.state, submitted.holder) == (State.SUBMITTED, None)
    assert submitted.title not in as_reviewer.get("/queue/").content.decode()
    assert as_reviewer.get(f"/queue/{key}/").status_code == 403
    with pytest.raises(NotAllowedError):
        actions.claim(reviewer, key)


def test_what_counted_for_a_decision_is_covered(
    permitted: DeskApplication, reviewer: Person
) -> None:
    letter = WrittenLetter(b"%PDF", b"{}", "key")
    decide(reviewer, permitted.pk, State.APPROVED, "Yes.", lambda *_: letter)
    assert audit.verify().broken == ()
    form = AdmittedForm.objects.get()
    form.form = form.form.replace("explicit", "none")
    assert form.form != AdmittedForm.objects.get().form
    form.save()
    (told,) = audit.verify().broken
    assert "what counted for the decision of event" in told
    form.delete()
    assert audit.verify().broken == (), "without it the design is judged"
