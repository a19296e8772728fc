"""Export, statistics and retention: what is told of the whole, and what is kept no longer."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from time import time

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.test import Client
from django.utils import timezone
from typer.testing import CliRunner

from clausewise.commands.cli import app
from clausewise.desk.interview.forms import forms
from clausewise.desk.judging.attesting import WrittenLetter
from clausewise.desk.records import append_only, audit
from clausewise.desk.records.append_only import ERASED
from clausewise.desk.records.kept import told
from clausewise.desk.records.models import (
    AuditDetail,
    AuditEvent,
    DeskApplication,
    EvidenceFile,
    Person,
    Role,
    State,
)
from clausewise.desk.workflow import actions, evidence, figures, jobs
from clausewise.desk.workflow.again import judge_again
from clausewise.desk.workflow.asking import ask
from clausewise.desk.workflow.decisions import decide
from clausewise.desk.workflow.evidence import attach, store
from clausewise.desk.workflow.retention import erase_old
from clausewise.desk.workflow.today import today
from tests.desk.conftest import decided, person, signed_in
from tests.desk.seeded import PAPERS


def test_all_of_it_is_exported_and_check_reads_it(
    submitted: DeskApplication, reviewer: Person, as_reviewer: Client, tmp_path: Path
) -> None:
    actions.claim(reviewer, submitted.pk)
    ask(reviewer, submitted.pk, "check-in.timing", "Always?")
    decided(submitted, State.APPROVED, reviewer)
    answer = as_reviewer.get(f"/queue/{submitted.pk}/export.zip")
    assert answer["Content-Disposition"] == f'attachment; filename="{submitted.reference}-all.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as found:
        found.extractall(tmp_path)
    assert (tmp_path / "evidence" / "papers-invented.pdf").read_bytes() == PAPERS
    assert (tmp_path / "decision-1" / f"{submitted.reference}.pdf").is_file()
    design = str(tmp_path / "version-1.design")
    checked = CliRunner().invoke(app, ["check", design, "--evidence", "required"])
    assert checked.exit_code == 4, checked.output
    record = json.loads((tmp_path / "record.json").read_text(encoding="utf-8"))
    (version,) = record["versions"]
    assert version["questions"][0]["text"] == "Always?"
    assert record["decisions"][0]["by"] == "M Okafor"


def test_what_is_sealed_is_not_exported(gate: DeskApplication, reviewer: Person) -> None:
    actions.give_judgement(reviewer, gate.pk, "safety", "harm", "no", "I stood under it.")
    other = signed_in(person("Second", None, Role.REVIEWER))
    content = other.get(f"/queue/{gate.pk}/export.zip").getvalue()
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        assert b"I stood under it." not in found.read("record.json")


# statistics


def test_the_figures_are_those_of_what_was_done(
    gate: DeskApplication, reviewer: Person, as_reviewer: Client
) -> None:
    for who in (reviewer, person("Second", None, Role.REVIEWER)):
        actions.give_judgement(who, gate.pk, "safety", "harm", "yes", "It falls.")
    ask(reviewer, gate.pk, "front.sign", "Where?")
    letter = WrittenLetter(b"%PDF", b"{}", "key")
    decide(reviewer, gate.pk, State.REFUSED, "No.", lambda *_: letter)
    append_only.drop(connection)
    AuditEvent.objects.filter(kind__in=["start", "edit"]).update(at=F("at") - timedelta(days=10))
    append_only.create(connection)
    times = {one.state: (one.times, round(one.median)) for one in figures.times_in_states()}
    assert times == {"draft": (1, 10), "submitted": (1, 0), "in-review": (1, 0), "refused": (1, 0)}
    clauses = {
        one.clause: (one.violated, one.open, one.met) for one in figures.outcomes_by_clause()
    }
    assert clauses == {"harmless": (1, 0, 0), "alarms": (0, 1, 0), "signs": (0, 0, 1)}
    assert figures.most_asked() == [("sign", 1)]
    page = as_reviewer.get("/statistics/").content.decode()
    assert '<th scope="row">Harmless</th><td class="num">1</td>' in page
    assert '<th scope="row">Draft</th><td class="num">1</td><td class="num">10.0</td>' in page
    assert page.count("<svg") == page.count('aria-hidden="true"'), (
        "bars say nothing that tables do not"
    )


def test_of_many_events_a_worker_works_out_the_figures(
    gate: DeskApplication, as_reviewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = as_reviewer.get("/statistics/").content.decode()
    assert "Work them out now" not in live
    monkeypatch.setattr(figures, "FEW", 1)
    monkeypatch.setattr(figures, "times_in_states", not_while_a_page_waits)
    page = as_reviewer.get("/statistics/").content.decode()
    assert "and were not yet" in page
    assert "In review" not in page
    monkeypatch.undo()
    assert gate.state == State.IN_REVIEW
    as_reviewer.post("/statistics/work-out/")
    jobs.work(until_done=True)
    monkeypatch.setattr(figures, "FEW", 1)
    monkeypatch.setattr(figures, "times_in_states", not_while_a_page_waits)
    page = as_reviewer.get("/statistics/").content.decode()
    assert "As of" in page
    assert "In review" in page


def not_while_a_page_waits() -> None:
    raise AssertionError("worked out while a page waits")


def test_without_anything_there_is_a_word_for_it(as_reviewer: Client) -> None:
    page = as_reviewer.get("/statistics/").content.decode()
    assert "Nothing was decided yet." in page


# retention


@pytest.fixture
def withdrawn(submitted: DeskApplication, member: Person) -> DeskApplication:
    return actions.withdraw(member, submitted.pk)


def later(days: int) -> None:
    """Let so many days pass."""
    append_only.drop(connection)
    AuditEvent.objects.update(at=timezone.now() - timedelta(days=days))
    append_only.create(connection)


def test_what_names_people_is_erased_after_its_days(
    withdrawn: DeskApplication, member: Person
) -> None:
    (digest,) = EvidenceFile.objects.values_list("sha256", flat=True)
    later(9)
    assert erase_old(10, forget).details == 0
    later(11)
    found = erase_old(10, forget)
    assert (found.details, found.files, found.people) == (5, 1, 1)
    assert not store().path_of(digest).exists()
    member.refresh_from_db()
    assert (member.name, member.is_active) == (ERASED, False)
    assert "reyes" not in member.email
    events = AuditEvent.objects.filter(application=withdrawn.pk).exclude(kind="erase-old")
    own = events.values("detail")
    assert not AuditDetail.objects.filter(digest__in=own, text__isnull=False).exists()
    assert AuditEvent.objects.latest("number").kind == "erase-old"
    again = erase_old(10, forget)
    assert (again.details, again.files, again.people) == (0, 0, 0)


def forget(sha256: str) -> bool:
    """Take a file out, however new it is."""
    return store().forget(sha256, time() + 1)


def texts_of(table: str) -> str:
    """All that stands in a table."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        return str(cursor.fetchall())


WRITTEN = ("secretly", "M Okafor", "A Reyes", "papers", "check-in", "Office touchless")
"""What people wrote, and names."""


def test_no_text_of_anybody_is_left_of_it(
    submitted: DeskApplication, member: Person, reviewer: Person, as_reviewer: Client
) -> None:
    key = submitted.pk
    actions.claim(reviewer, key)
    actions.give_judgement(reviewer, key, "law", "against-terms", "no", "secretly")
    question = ask(reviewer, key, "check-in.timing", "secretly?")
    said = question.replies.create(text="secretly", person=member)
    audit.note("reply", member, submitted, **told(said))
    made = decided(submitted, State.REFUSED, reviewer)
    audit.note("refuse", reviewer, submitted, **told(made))
    due = made.deadlines.create(fact="check-in.timing", day=today())
    audit.note("set-deadline", reviewer, submitted, **told(due))
    against = made.appeals.create(text="secretly", person=member)
    audit.note("appeal", member, submitted, **told(against))
    made.tasks.create(policy="p", why="check-in is secretly so")
    opinion = submitted.newest.decision_opinions.create(
        kind=State.REFUSED, text="secretly", days='{"check-in.by": ""}', person=reviewer
    )
    audit.note("opine", reviewer, submitted, **told(opinion))
    DeskApplication.objects.update(state=State.REFUSED, note="secretly")
    assert not audit.verify().broken
    digest = submitted.newest.sha256
    assert erase_old(0, forget).people == 1
    # of who works at the desk the name stays where they sign in, as an address of a form does
    tables = [one for one in connection.introspection.table_names() if one.startswith("records_")]
    left = {one: texts_of(one) for one in tables if one != "records_person"}
    assert [(one, word) for one, text in left.items() for word in WRITTEN if word in text] == []
    state = audit.verify()
    assert not state.broken
    version = submitted.versions.get()
    assert (version.text, version.sha256) == (ERASED, digest)
    for place in (f"/queue/{key}/", f"/letters/{key}/", f"/queue/{key}/export.zip"):
        page = as_reviewer.get(place)
        assert page.status_code == 410, place
        assert f"{submitted.reference} is erased" in page.content.decode()
    assert as_reviewer.get("/queue/?view=decided").status_code == 200
    assert as_reviewer.get("/tasks/").status_code == 200
    assert as_reviewer.get("/statistics/").status_code == 200
    assert judge_again({}) == []


ERASING = {
    "records_version": "text = 'erased'",
    "records_decision": "letter = 'erased', pdf = {empty}",
    "records_evidencefile": "name = 'erased ' || id",
}


@pytest.mark.parametrize(("table", "erasing"), ERASING.items())
def test_what_was_said_can_be_erased_and_not_changed(
    submitted: DeskApplication, reviewer: Person, table: str, erasing: str
) -> None:
    decided(submitted, State.REFUSED, reviewer)
    other = erasing.replace("erased", "changed")
    with connection.cursor() as cursor:
        for change in (other, f"{erasing}, id = id + 1", "id = id"):
            change = change.format(empty="''")
            with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
                cursor.execute(f"UPDATE {table} SET {change}")
        cursor.execute(f"UPDATE {table} SET {erasing}".format(empty="''"))
    assert ERASED in texts_of(table)
    assert audit.verify().broken, "an event says otherwise: the detail of it is not erased"


def test_of_two_applications_the_last_takes_the_rest_with_it(
    withdrawn: DeskApplication, member: Person
) -> None:
    """The names of members, and a file that both have."""
    second = actions.start(member, forms()["face-registration"], "Another")
    paper = withdrawn.evidence.get()
    with store().keeping("Papers (invented).pdf", io.BytesIO(PAPERS)) as kept:
        actions.edit(member, second.pk, lambda _: withdrawn.text)
        attach(member, second.pk, ["check-in.by"], kept)
    assert (erase_old(0, forget).files, member.is_active) == (0, True)
    actions.withdraw(member, second.pk)
    found = erase_old(0, evidence.forget)
    assert (found.files, found.people) == (0, 1), "whoever sends the same just now may name it"
    assert store().path_of(paper.sha256).exists()
    assert erase_old(0, forget).files == 1
    assert not store().path_of(paper.sha256).exists()


def test_the_trail_stays_whole(withdrawn: DeskApplication) -> None:
    assert withdrawn.pk
    assert erase_old(0, forget).details == 5
    state = audit.verify()
    assert (state.broken, state.erased) == ((), 5)


def test_what_is_open_or_approved_or_needed_elsewhere_is_kept(
    withdrawn: DeskApplication, member: Person, as_member: Client
) -> None:
    as_member.post("/applications/new/face-registration/", {"title": "Another"})
    found = erase_old(0, forget)
    assert found.people == 0, "they have another application"
    member.refresh_from_db()
    assert member.is_active
    for state in (State.APPROVED, State.CONDITIONAL, State.DRAFT, State.APPEALED):
        DeskApplication.objects.update(state=state)
        assert erase_old(0, forget).details == 0, state
    assert withdrawn.pk
