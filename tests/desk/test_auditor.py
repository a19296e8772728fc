"""An auditor reads all of an application, and changes nothing of it."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.test import Client

from clausewise.desk.records.models import DeskApplication, Person, Role, State
from clausewise.desk.workflow import actions, opinions
from tests.desk.conftest import decided, person, signed_in
from tests.desk.test_safety import looked_at


@pytest.fixture
def as_auditor(db: None) -> Client:  # noqa: ARG001
    return signed_in(person("P Lindqvist", None, Role.AUDITOR))


def exported(client: Client, key: int) -> dict[str, object]:
    """The record of an application as somebody downloads it."""
    found = client.get(f"/queue/{key}/export.zip")
    with zipfile.ZipFile(io.BytesIO(b"".join(found))) as archive:
        record: dict[str, object] = json.loads(archive.read("record.json"))
    return record


def test_all_of_it_is_read(
    as_auditor: Client, submitted: DeskApplication, reviewer: Person
) -> None:
    key = submitted.pk
    actions.claim(reviewer, key)
    actions.give_back(reviewer, key, "Which doors?")
    paper = submitted.evidence.get()
    without = submitted.text.replace(f' evidence "{paper.name}"', "")
    actions.edit(submitted.created_by, key, lambda _: without)
    actions.submit(submitted.created_by, key)
    assert submitted.title in looked_at(as_auditor, "/queue/")
    page = looked_at(as_auditor, f"/queue/{key}/")
    assert "Version 1" in page
    assert f"/queue/{key}/evidence/{paper.pk}/" in page, "evidence that stands in no newer version"
    first = as_auditor.get(f"/queue/{key}/versions/1/")
    assert first.content.decode() == submitted.versions.get(number=1).text
    assert "attachment" in first["Content-Disposition"]
    assert as_auditor.get(f"/queue/{key}/versions/3/").status_code == 404
    assert as_auditor.get(f"/queue/{key}/evidence/{paper.pk}/").status_code == 200
    assert len(exported(as_auditor, key)["versions"]) == 2  # type: ignore[arg-type]
    trail = looked_at(as_auditor, f"/audit/?application={key}")
    assert "Which doors?" in trail
    assert f"/queue/{key}/" in trail
    assert "LA-" not in looked_at(as_auditor, f"/audit/?application={key + 1}")


def test_nothing_of_it_can_be_changed(as_auditor: Client, submitted: DeskApplication) -> None:
    key = submitted.pk
    pages = (f"/queue/{key}/", "/queue/")
    for page in pages:
        shown = looked_at(as_auditor, page)
        for word in ("claim/", "conflict/", "assign/", "release/", "decide/", "ask/", "views/"):
            assert word not in shown, (page, word)
    before = DeskApplication.objects.values().get(pk=key)
    for part in ("claim", "assign", "release", "conflict", "give-back", "decide", "revoke"):
        assert as_auditor.post(f"/queue/{key}/{part}/", {"reason": "x"}).status_code == 404, part
    assert DeskApplication.objects.values().get(pk=key) == before


def test_drafts_and_their_own_organisations_are_not_read(
    as_auditor: Client, begun: DeskApplication
) -> None:
    assert as_auditor.get(f"/queue/{begun.pk}/").status_code == 404
    actions.submit(begun.created_by, begun.pk)
    own = signed_in(person("Own", begun.organisation, Role.AUDITOR))
    assert own.get(f"/queue/{begun.pk}/").status_code == 403
    assert begun.title not in own.get("/queue/").content.decode()


def test_what_is_sealed_is_read_by_auditors_who_do_not_review(
    gate: DeskApplication, reviewer: Person, as_auditor: Client
) -> None:
    actions.give_judgement(reviewer, gate.pk, "safety", "harm", "no", "It is soft.")
    opinions.give_opinion(reviewer, gate.pk, State.DRAFT, "Back.", lambda *_: None)  # type: ignore[arg-type]
    both = signed_in(person("Both", None, Role.AUDITOR, Role.REVIEWER))
    for place in (f"/queue/{gate.pk}/", "/audit/"):
        assert "It is soft." in looked_at(as_auditor, place)
        assert "It is soft." not in looked_at(both, place)
    assert "Back." in looked_at(as_auditor, f"/queue/{gate.pk}/")
    assert "Back." not in looked_at(both, f"/queue/{gate.pk}/")
    assert "It is soft." in str(exported(as_auditor, gate.pk))
    assert "It is soft." not in str(exported(both, gate.pk))
    decided(gate, State.APPROVED, reviewer)
    DeskApplication.objects.update(state=State.APPROVED)
    assert "It is soft." in looked_at(both, "/audit/")


def test_the_trail_is_filtered(
    as_auditor: Client, submitted: DeskApplication, reviewer: Person
) -> None:
    actions.claim(reviewer, submitted.pk)
    page = looked_at(as_auditor, f"/audit/?kind=claim&who={reviewer.pk}&application={submitted.pk}")
    assert page.count('data-l="What"') == 1
    assert "Nothing fits this filter." in looked_at(
        as_auditor, f"/audit/?kind=start&who={reviewer.pk}"
    )
    for wrong in ("who=x", "who=" + "9" * 40, "kind=" + "x" * 300, "application=-1"):
        assert as_auditor.get(f"/audit/?{wrong}").status_code == 200
