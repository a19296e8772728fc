"""What was decided is judged again: what comes out otherwise is a task, and what ends comes up by itself."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from clausewise.desk.interview.drafts import judgement_lines
from clausewise.desk.interview.forms import forms
from clausewise.desk.judging.admitted import admitted_form
from clausewise.desk.judging.again import AgainJudge, DecidedDesign, judges_of
from clausewise.desk.judging.attesting import WrittenLetter
from clausewise.desk.judging.verdicts import judge
from clausewise.desk.records import append_only
from clausewise.desk.records.models import (
    AdmittedForm,
    AuditEvent,
    Decision,
    DeskApplication,
    EvidenceFile,
    Person,
    ReviewTask,
    Role,
    State,
)
from clausewise.desk.workflow import actions, again as workflow_again
from clausewise.desk.workflow.again import close, endings, judge_again
from clausewise.desk.workflow.decisions import decide, fulfil
from clausewise.desk.workflow.figures import outcomes_by_clause
from clausewise.desk.workflow.locks import NotAllowedError
from clausewise.desk.workflow.table import may
from clausewise.desk.workflow.today import draft_for, judged_now, today
from clausewise.dsl.printing.trees import values_text
from clausewise.dsl.text.diagnostic import InvalidError
from tests.conftest import ROOT
from tests.desk import gates
from tests.desk.conftest import decided, person, signed_in
from tests.desk.journey import OFFICE

UNSIGNED = WrittenLetter(b"%PDF", b"{}", "key")


@pytest.fixture
def approved(submitted: DeskApplication, reviewer: Person) -> DeskApplication:
    """One that is approved, with its admitted form."""
    actions.claim(reviewer, submitted.pk)
    vocabulary = draft_for(submitted).vocabulary
    for block, line, field in judgement_lines(OFFICE.read_text("utf-8"), vocabulary):
        entity, value = (block.name or block.type).text, values_text(line.items)
        actions.give_judgement(reviewer, submitted.pk, entity, field.name, value, "Seen.")
    decide(reviewer, submitted.pk, State.APPROVED, "Yes.", lambda *_: UNSIGNED)
    submitted.refresh_from_db()
    return submitted


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("case-*.design"))[::3], ids=str)
@pytest.mark.django_db
def test_the_admitted_form_comes_to_the_same(path: Path) -> None:
    """Of the public cases, as a version without evidence, and as one whose judgements were made."""
    policy = forms()["face-registration"].policy
    judged = judge(path.read_text(encoding="utf-8"), policy, today())
    outcomes = {one.clause.name: one.outcome.value for one in judged.report.clauses}
    design = DecidedDesign(1, admitted_form(judged), "", judged.report.verdict.value, outcomes)
    again = judges_of([policy], {}, today())[policy]
    assert isinstance(again, AgainJudge)
    assert again.again(design) is None
    dated = f'{{"as-of":"{today()}",{design.form[1:]}'
    assert again._quick.code.intake.world(dated.encode()), "it is read the short way"
    world = again._world(design)
    found = again._quick.judge_world("x", world)
    assert {name: one.value for name, one in found.outcomes.items()} == outcomes


def test_what_comes_to_the_same_is_no_task(approved: DeskApplication) -> None:
    (found,) = judge_again({})
    assert (found.judged, found.otherwise, found.failed) == (1, 0, 0)
    assert not ReviewTask.objects.exists()
    assert approved.decisions.get().admitted.form.startswith("{")
    assert AuditEvent.objects.latest("number").kind == "judge-again"


def test_without_the_form_it_is_judged_from_the_text(approved: DeskApplication) -> None:
    assert approved.state == State.APPROVED
    AdmittedForm.objects.all().delete()
    (found,) = judge_again({})
    assert (found.judged, found.otherwise, found.failed) == (1, 0, 0)


def test_a_new_version_of_the_policy_makes_tasks(
    gate: DeskApplication,
    reviewer: Person,
    as_reviewer: Client,
    tmp_path: Path,
) -> None:
    for who in (reviewer, person("Second", None, Role.REVIEWER)):
        actions.give_judgement(who, gate.pk, "safety", "harm", "no", "Seen.")
    soon = today() + timedelta(days=9)
    decide(reviewer, gate.pk, State.CONDITIONAL, "Yes.", lambda *_: UNSIGNED, {"front.alarm": soon})
    assert judge_again({})[0].otherwise == 0
    stricter = gates.POLICY.replace("d.sign is yes", "d.sign is no")
    (tmp_path / "gate-code.policy").write_text(stricter, encoding="utf-8")
    (found,) = judge_again({})
    assert (found.judged, found.otherwise, found.failed) == (1, 1, 0)
    task = ReviewTask.objects.get()
    assert task.verdict == "prohibited"
    assert task.causes == ["G3 is violated, met before for front.sign"]
    assert judge_again({})[0].otherwise == 1
    assert ReviewTask.objects.count() == 1, "the same finding opens no second task"
    page = as_reviewer.get("/tasks/").content.decode()
    assert "G3 is violated" in page
    assert task.flips == "G3 is violated, met before"
    same = as_reviewer.get(f"/tasks/?reason={task.pk}").content.decode()
    assert f'<a href="?reason={task.pk}" aria-current="true">G3 is violated, met before</a>' in same
    for wrong in ("0", "x", "9" * 30):
        assert as_reviewer.get(f"/tasks/?reason={wrong}").status_code == 200
    assert "front.alarm" in page, "a condition ends soon"
    as_reviewer.post(f"/tasks/{task.pk}/", {"done": ""})
    assert ReviewTask.objects.get().done_at is None
    as_reviewer.post(f"/tasks/{task.pk}/", {"done": "Asked them for a sign."})
    assert ReviewTask.objects.get().done_by == reviewer
    assert "G3 is violated" not in as_reviewer.get("/tasks/").content.decode()
    with pytest.raises(NotAllowedError):
        close(reviewer, task.pk, "Again.")


def test_an_approval_with_conditions_holds_until_the_next_version_is_decided(
    gate: DeskApplication, member: Person, reviewer: Person, as_member: Client
) -> None:
    for who in (reviewer, person("Second", None, Role.REVIEWER)):
        actions.give_judgement(who, gate.pk, "safety", "harm", "no", "Seen.")
    soon = today() + timedelta(days=9)
    decide(reviewer, gate.pk, State.CONDITIONAL, "Yes.", lambda *_: UNSIGNED, {"front.alarm": soon})
    lead, every = person("Lead", None, Role.LEAD), DeskApplication.objects.all()
    steps: list[tuple[Callable[[Person, int], object], Person]] = [
        (fulfil, member),
        (actions.submit, member),
        (actions.claim, reviewer),
    ]
    for act, who in steps:
        act(who, gate.pk)
        gate.refresh_from_db()
        assert [one.judged for one in judge_again({})] == [1], gate.state
        assert [one.kind for one in endings(every, today())] == ["condition"], gate.state
        assert outcomes_by_clause(), gate.state
        assert may(lead, "revoke", gate), gate.state
    assert (
        "That approval is given up"
        in as_member.get(f"/applications/{gate.pk}/withdraw/").content.decode()
    )
    actions.withdraw(member, gate.pk)
    assert not judge_again({})
    assert not endings(every, today())
    assert not outcomes_by_clause()


def test_what_a_new_version_cannot_read_is_a_task(
    gate: DeskApplication, reviewer: Person, tmp_path: Path
) -> None:
    for who in (reviewer, person("Second", None, Role.REVIEWER)):
        actions.give_judgement(who, gate.pk, "safety", "harm", "yes", "Seen.")
    decide(reviewer, gate.pk, State.REFUSED, "No.", lambda *_: UNSIGNED)
    other = gates.VOCABULARY.replace("sign   yes-no", "label  yes-no").replace("a sign", "one")
    (tmp_path / "gates.vocabulary").write_text(other, encoding="utf-8")
    policy = gates.POLICY.replace("d.sign", "d.label")
    (tmp_path / "gate-code.policy").write_text(policy, encoding="utf-8")
    (found,) = judge_again({})
    assert (found.judged, found.otherwise, found.failed) == (1, 0, 1)
    assert "`door` has no field `sign`" in ReviewTask.objects.get().why


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no process can be forked here")
def test_many_are_judged_by_several_processes(
    approved: DeskApplication, reviewer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And come to the same, with the tasks in the same order."""
    for number in range(3):
        other = DeskApplication.objects.create(
            organisation=approved.organisation,
            policy=approved.policy,
            title=f"Another {number}",
            text=approved.text,
            state=State.APPROVED,
            created_by=approved.created_by,
        )
        made = decided(approved, State.APPROVED, reviewer)
        append_only.drop(connection)  # without papers it is judged otherwise
        Decision.objects.filter(pk=made.pk).update(application=other)
        append_only.create(connection)
    (alone,) = judge_again({})
    tasks = [*ReviewTask.objects.order_by("pk").values_list("decision", "verdict", "why")]
    assert (alone.judged, len(tasks)) == (4, 3)
    ReviewTask.objects.all().delete()
    monkeypatch.setattr(workflow_again, "FEW", 0)
    monkeypatch.setattr(workflow_again, "A_CHUNK", 1)
    (together,) = judge_again({})
    assert together == alone
    assert [*ReviewTask.objects.order_by("pk").values_list("decision", "verdict", "why")] == tasks


def test_a_policy_that_is_gone_keeps_no_other_from_being_judged(
    approved: DeskApplication, reviewer: Person
) -> None:
    gone = decided(approved, State.APPROVED, reviewer)
    other = DeskApplication.objects.create(
        organisation=approved.organisation,
        policy="gone-code 2.1",
        title="Of a policy that is gone",
        text=approved.text,
        state=State.APPROVED,
        created_by=approved.created_by,
    )
    append_only.drop(connection)
    Decision.objects.filter(pk=gone.pk).update(application=other)
    append_only.create(connection)
    found = {one.policy.partition(" ")[0]: one for one in judge_again({})}
    told = [(one.judged, one.otherwise, one.failed) for _, one in sorted(found.items())]
    assert (sorted(found), told) == (
        ["face-code-of-conduct", "gone-code"],
        [(1, 0, 0), (1, 0, 1)],
    )
    task = ReviewTask.objects.get()
    assert (task.decision_id, task.verdict) == (gone.pk, "")
    assert "gone-code" in task.why


def test_expired_evidence_makes_a_task(approved: DeskApplication, as_reviewer: Client) -> None:

    append_only.drop(connection)
    EvidenceFile.objects.update(expires=today() - timedelta(days=1))
    append_only.create(connection)
    (found,) = judge_again({})
    assert (found.otherwise, found.failed) == (1, 0)
    assert ReviewTask.objects.get().verdict == "needs-information"
    (ending,) = endings(DeskApplication.objects.filter(pk=approved.pk), today())
    assert (ending.kind, ending.is_over) == ("evidence", True)
    assert "papers-invented.pdf" in as_reviewer.get("/tasks/").content.decode()


def test_another_reading_is_told_of(approved: DeskApplication) -> None:
    policy = judged_now(approved.newest).report.policy
    name, reading = next(iter(policy.readings.items()))
    other = next(one for one in reading.alternatives if one != reading.default)
    (found,) = judge_again({name: other})
    assert found.policy.endswith(f", {name}={other}")
    with pytest.raises(InvalidError, match="no-such"):
        judge_again({"no-such": other})


def test_nobody_sees_tasks_of_their_own(approved: DeskApplication, as_reviewer: Client) -> None:
    decision = Decision.objects.get()
    task = ReviewTask.objects.create(decision=decision, policy="p", verdict="", why="a reason")
    assert "a reason" in as_reviewer.get("/tasks/").content.decode()
    both = person("Both", approved.organisation, Role.REVIEWER)
    assert "a reason" not in signed_in(both).get("/tasks/").content.decode()
    signed_in(both).post(f"/tasks/{task.pk}/", {"done": "Fine."})
    assert ReviewTask.objects.get().done_at is None
