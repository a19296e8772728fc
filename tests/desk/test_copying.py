"""An application that begins with what an earlier one states."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from clausewise.desk.interview.evidence import lines_of
from clausewise.desk.interview.forms import forms
from clausewise.desk.records import audit
from clausewise.desk.records.models import DeskApplication, EvidenceFile, Organisation, State
from clausewise.desk.workflow import actions
from clausewise.desk.workflow.copying import start_from
from clausewise.desk.workflow.locks import NotAllowedError
from clausewise.desk.workflow.today import draft_for, judged_now, today
from tests.desk import gates
from tests.desk.conftest import person


def _stated(application: DeskApplication) -> dict[str, object]:
    """What an application states of the world, by fact, with its evidence."""
    draft = draft_for(application)
    return {
        f"{(block.name or block.type).text}.{line.field.text}": (line.items, line.evidence)
        for block, line in lines_of(draft)
        if draft.vocabulary.entities[block.type.text].fields[line.field.text].kind != "judgement"
    }


def test_last_years_application_is_begun_again(
    submitted: DeskApplication, as_member: Client
) -> None:
    status = as_member.get(f"/applications/{submitted.pk}/").content.decode()
    address = f"/applications/{submitted.pk}/again/"
    assert f'href="{address}"' in status
    assert 'value="Office touchless access"' in as_member.get(address).content.decode()
    assert as_member.post(address, {"title": ""}).status_code == 422
    assert DeskApplication.objects.count() == 1
    as_member.post(address, {"title": "Office 2027"})
    made = DeskApplication.objects.latest("pk")
    assert (made.state, made.title) == (State.DRAFT, "Office 2027")
    assert f"judged by {made.policy}\n" in made.text
    assert _stated(made) == _stated(submitted) != {}
    assert "consent-is-lawful" not in made.text, "a reviewer judges it anew"
    before = {one.name: one.sha256 for one in submitted.evidence.all()}
    assert {one.name: one.sha256 for one in made.evidence.all()} == before != {}
    actions.submit(made.created_by, made.pk)
    verdicts = [judged_now(one.newest).report.verdict for one in (submitted, made)]
    assert verdicts[0] == verdicts[1]
    assert audit.verify().broken == ()


def test_evidence_that_expired_is_not_taken_over(submitted: DeskApplication) -> None:
    (file,) = submitted.evidence.all()
    expired = EvidenceFile(
        application=submitted,
        name="evidence/old.pdf",
        sha256=file.sha256,
        size=1,
        expires=today() - timedelta(days=1),
        person=file.person,
    )
    expired.save()
    submitted.text = submitted.text.replace(file.name, expired.name, 1)
    form = forms()[submitted.form]
    made = start_from(submitted.created_by, submitted, form, "Another")
    assert [one.name for one in made.evidence.all()] == [file.name]
    assert expired.name in submitted.text
    assert expired.name not in made.text


def test_what_fits_no_more_is_told_of(
    gate: DeskApplication, as_member: Client, tmp_path: Path, settings: object
) -> None:
    settings.FORMS = tmp_path  # type: ignore[attr-defined]
    renamed = gates.VOCABULARY.replace("  sign  ", "  board ")
    (tmp_path / "gates.vocabulary").write_text(renamed, encoding="utf-8")
    policy = gates.POLICY.replace("d.sign", "d.board")
    (tmp_path / "gate-code.policy").write_text(policy, encoding="utf-8")
    answer = as_member.post(f"/applications/{gate.pk}/again/", {"title": "North gate"})
    assert answer.status_code == 422
    assert "does not fit gate-code" in answer.content.decode()
    assert DeskApplication.objects.count() == 1


def test_nobody_begins_with_what_others_state(submitted: DeskApplication) -> None:
    other = person("Other", Organisation.objects.create(name="Other"))
    with pytest.raises(NotAllowedError):
        start_from(other, submitted, forms()[submitted.form], "Stolen")
