"""The policies that are installed, and forms that are pinned to a version of theirs."""

from __future__ import annotations

import pytest
from django.test import Client

from clausewise.desk.interview.policies import clause_labels, installed
from clausewise.desk.records.models import (
    AuditDetail,
    AuditEvent,
    DeskApplication,
    FormPin,
    Person,
    Role,
)
from clausewise.desk.workflow import actions
from clausewise.desk.workflow.pins import all_forms, pin
from tests.desk.conftest import person, signed_in
from tests.desk.test_safety import looked_at

FORM, OLD, NEW = "face-registration", "face-code-of-conduct 1.0", "face-code-of-conduct 2.0"
GONE = "face-code-of-conduct 0.1"


@pytest.fixture
def as_admin(db: None) -> Client:  # noqa: ARG001
    return signed_in(person("Admin", None, Role.ADMINISTRATOR))


def test_all_versions_are_told_of_the_newest_first() -> None:
    found = installed()
    face = [one for one in found if one.name == "face-code-of-conduct"]
    assert [(one.full_name, one.is_newest) for one in face] == [(NEW, True), (OLD, False)]
    assert len({one.sha256 for one in found}) == len(found)
    assert {one.origin for one in face} == {"the pack face"}
    assert not any(one.mistake for one in found)


def test_a_clause_is_called_the_same_whichever_version_is_looked_at_first() -> None:
    for names in ((OLD, NEW), (NEW, OLD)):
        assert clause_labels(names)["us-police"] == "US police"


def test_what_begins_with_a_pinned_form_is_judged_by_its_version(
    as_admin: Client, as_member: Client, begun: DeskApplication
) -> None:
    page = looked_at(as_admin, "/policies/")
    assert page.count(NEW) > page.count(OLD) > 0
    as_admin.post(f"/policies/{FORM}/", {"policy": "face-code-of-conduct 0.1"})
    assert not FormPin.objects.exists(), "it is not installed"
    assert as_admin.post("/policies/no-form/", {"policy": OLD}).status_code == 404
    as_admin.post(f"/policies/{FORM}/", {"policy": OLD})
    assert ">pinned<" in as_admin.get("/policies/").content.decode()
    detail = AuditDetail.objects.get(pk=AuditEvent.objects.latest("number").detail).text
    assert detail
    assert OLD in detail
    as_member.post(f"/applications/new/{FORM}/", {"title": "Later"})
    later = DeskApplication.objects.get(title="Later")
    begun.refresh_from_db()
    assert (begun.policy, later.policy) == (NEW, OLD), "what has begun keeps to its own"
    actions.edit(later.created_by, later.pk, lambda now: now.text + "\nuse check-in {\n}\n")
    assert as_member.get(f"/applications/{later.pk}/check/").status_code == 200
    as_admin.post(f"/policies/{FORM}/", {"policy": ""})
    assert all_forms()[FORM].policy == NEW


def test_whoever_begins_with_a_form_whose_version_is_gone_is_told_and_agrees(
    as_admin: Client, as_member: Client, member: Person, begun: DeskApplication
) -> None:
    pin(member, FORM, GONE)
    assert "not installed: applicants are told" in as_admin.get("/policies/").content.decode()
    assert FORM in as_member.get("/applications/").content.decode()
    for address in (f"/applications/new/{FORM}/", f"/applications/{begun.pk}/again/"):
        page = looked_at(as_member, address)
        assert f"<code>{GONE}</code>, which is not installed any more" in page
        assert f"Begin with {NEW}" in page
        assert as_member.post(address, {"title": "Later"}).status_code == 422
        assert not DeskApplication.objects.filter(title="Later").exists()
        sent = {"title": "Later", "policy": NEW}
        assert as_member.post(address, sent).status_code == 302
        assert DeskApplication.objects.get(title="Later").policy == NEW
        DeskApplication.objects.filter(title="Later").update(title="Sooner")


def test_where_the_form_itself_is_gone_whoever_begins_again_is_told(
    as_member: Client, begun: DeskApplication
) -> None:
    DeskApplication.objects.update(form="of-last-year")
    page = as_member.get(f"/applications/{begun.pk}/again/", follow=True)
    assert "is not there any more. Begin with another one below." in page.content.decode()


def test_an_application_whose_policy_is_gone_says_so(
    submitted: DeskApplication, as_member: Client, as_reviewer: Client
) -> None:
    DeskApplication.objects.update(policy=GONE)
    page = as_reviewer.get(f"/queue/{submitted.pk}/")
    assert (page.status_code, GONE in page.content.decode()) == (409, True)
    assert "begin another application" not in page.content.decode()
    DeskApplication.objects.update(state="draft")
    told = as_member.get(f"/applications/{submitted.pk}/check/")
    assert (told.status_code, GONE in told.content.decode()) == (409, True)
    assert f"/applications/{submitted.pk}/again/" in told.content.decode()


def test_an_auditor_reads_and_does_not_pin(db: None) -> None:  # noqa: ARG001
    auditor = signed_in(person("Auditor", None, Role.AUDITOR))
    assert '<form method="post" action="/policies/' not in looked_at(auditor, "/policies/")
    assert auditor.post(f"/policies/{FORM}/", {"policy": OLD}).status_code == 404
