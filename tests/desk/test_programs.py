"""Applying by program: tokens, the addresses that take them, and the command that uses them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer
from typer.testing import CliRunner

from clausewise.commands.cli import app
from clausewise.desk.pages.programs import applying
from clausewise.desk.pages.programs.tokens import MOST_TOKENS, new_token
from clausewise.desk.records import append_only
from clausewise.desk.records.models import (
    AccessToken,
    AuditEvent,
    DeskApplication,
    Organisation,
    Person,
    Role,
    State,
)
from clausewise.desk.workflow import actions
from clausewise.desk.workflow.locks import digest_of_text
from clausewise.desk.workflow.pins import pin
from clausewise.workers.warm import NotInTimeError
from tests.desk.conftest import person
from tests.desk.journey import OFFICE
from tests.desk.seeded import PAPERS

FORM = {"form": "face-registration"}


class Program(Client):
    """A program with a token."""

    def __init__(self, token: str) -> None:
        super().__init__(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {token}"})

    def asked(self, path: str, sent: object) -> Any:
        """What is answered to a JSON object, with the status."""
        answer = self.post(f"/api/applications/{path}", sent, content_type="application/json")
        return answer.json() | {"status": answer.status_code}


@pytest.fixture
def program(member: Person) -> Program:
    return Program(new_token(member, "CI"))


# tokens


def test_a_token_is_made_shown_once_and_taken_out(as_member: Client, member: Person) -> None:
    assert as_member.post("/tokens/", {"name": ""}).status_code == 422
    page = as_member.post("/tokens/", {"name": "CI of the app"}).content.decode()
    token = page.partition("<code>")[2].partition("</code>")[0]
    assert token.startswith("desk_")
    assert token not in as_member.get("/tokens/").content.decode()
    kept = AccessToken.objects.get()
    assert token not in str(AccessToken.objects.values())
    assert Program(token).get("/api/applications/99/").status_code == 404
    assert "used last on" in as_member.get("/tokens/").content.decode()
    as_member.post(f"/tokens/{kept.pk}/")
    assert Program(token).get("/api/applications/99/").status_code == 401
    kinds = [*AuditEvent.objects.order_by("number").values_list("kind", flat=True)]
    assert kinds == ["register", "make-token", "take-out-token"]
    for number in range(MOST_TOKENS):
        new_token(member, str(number))
    assert "as many as there can be" in as_member.post("/tokens/", {"name": "x"}).content.decode()


def test_nobody_takes_out_tokens_of_others(as_member: Client, reviewer: Person) -> None:
    new_token(reviewer, "x")
    as_member.post(f"/tokens/{AccessToken.objects.get().pk}/")
    assert AccessToken.objects.exists()


def test_a_token_counts_for_its_member_and_its_year(member: Person, as_member: Client) -> None:
    token = new_token(member, "CI")
    assert Program(token).get("/applications/").status_code == 302, "it opens no page"
    assert as_member.get("/api/applications/1/").status_code == 401, "a cookie opens nothing there"
    for header in ("", "Bearer", f"Basic {token}", "Bearer desk_x", f"Bearer {token}x"):
        answer = Client(headers={"Authorization": header}).get("/api/applications/1/")
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == "Bearer"
    AccessToken.objects.update(ends=timezone.now() - timedelta(seconds=1))
    assert Program(token).get("/api/applications/1/").status_code == 401
    AccessToken.objects.update(ends=timezone.now() + timedelta(days=1))
    Person.objects.filter(pk=member.pk).update(is_active=False)
    assert Program(token).get("/api/applications/1/").status_code == 401
    staff = person("Staff", None, Role.REVIEWER)
    assert Program(new_token(staff, "x")).get("/api/applications/1/").status_code == 401


# the addresses


def test_a_program_applies(program: Program, member: Person) -> None:
    text = OFFICE.read_text(encoding="utf-8")
    saved = program.asked("", {"design": text, **FORM})
    assert (saved["status"], saved["state"]) == (200, "draft")
    assert any("judgements" in one for one in saved["told"])
    key = saved["application"]
    made = DeskApplication.objects.get(pk=key)
    assert (made.title, made.organisation) == ("Office touchless access", member.organisation)
    assert "attested" not in made.text
    address = (
        f"/api/applications/{key}/evidence/?name=Form.pdf&fact=check-in.by&fact=employees.consent"
    )
    for _ in range(2):
        sent = program.post(address, PAPERS, content_type="application/octet-stream")
        assert sent.json()["name"] == "evidence/form.pdf"
    assert made.evidence.count() == 1, "what is there is not kept twice"
    made.refresh_from_db()
    assert made.text.count('"evidence/form.pdf"') == 2
    assert program.asked(f"{key}/submit/", {})["status"] == 400
    found = program.asked(f"{key}/submit/", {"declared": True})
    assert (found["status"], found["state"]) == (200, "submitted")
    assert program.get(f"/api/applications/{key}/").json()["verdict"] == found["verdict"]
    assert program.asked(f"{key}/submit/", {"declared": True})["status"] == 409
    late = program.post(address, PAPERS, content_type="application/octet-stream")
    assert late.status_code == 409


def test_a_program_is_told_that_the_version_of_a_form_is_gone_and_agrees(
    program: Program, member: Person
) -> None:
    pin(member, FORM["form"], "face-code-of-conduct 0.1")
    text = OFFICE.read_text(encoding="utf-8")
    told = program.asked("", {"design": text, **FORM})
    assert (told["status"], DeskApplication.objects.count()) == (409, 0)
    assert "`face-code-of-conduct 0.1`, which is not installed any more" in told["error"]
    agreed = "judged by face-code-of-conduct 2.0"
    assert f"`{agreed}`" in told["error"]
    text = text.replace("judged by face-code-of-conduct\n", f"{agreed}\n")
    assert program.asked("", {"design": text, **FORM})["state"] == "draft"
    assert DeskApplication.objects.get().policy == "face-code-of-conduct 2.0"


def test_a_program_sends_another_text_for_a_draft(program: Program, begun: DeskApplication) -> None:
    text = begun.text + "\nuse check-in {\n}\n"
    known = {"base": program.get(f"/api/applications/{begun.pk}/").json()["sha256"]}
    found = program.asked("", {"design": text, "application": begun.pk, **known})
    assert found["reference"] == begun.reference
    begun.refresh_from_db()
    assert "use check-in" in begun.text
    actions.submit(begun.created_by, begun.pk)
    assert program.asked("", {"design": text, "application": begun.pk})["status"] == 409
    other = Person.objects.create_user("o@example.org", None, name="O")
    other.organisation = Organisation.objects.create(name="Other")
    other.save()
    strange = Program(new_token(other, "x"))
    for answer in (
        strange.asked("", {"design": text, "application": begun.pk}),
        strange.asked(f"{begun.pk}/submit/", {"declared": True}),
    ):
        assert answer["status"] == 404


def test_a_program_replaces_and_submits_no_answers_that_it_does_not_know(
    program: Program, begun: DeskApplication
) -> None:
    """What a member changes at the desk is kept, until the program says that it knows it."""
    member, text = begun.created_by, begun.text + "\nuse check-in {\n}\n"
    sent = {"design": text, "application": begun.pk}
    assert program.asked("", sent)["status"] == 409, "no program sent what is there"
    first = program.asked("", sent | {"base": digest_of_text(begun.text)})
    assert program.asked("", sent)["status"] == 200, "a program sent what is there"
    actions.edit(member, begun.pk, lambda draft: draft.text.replace("check-in", "gate"))
    refused = program.asked("", sent)
    assert (refused["status"], "changed at the desk" in refused["error"]) == (409, True)
    assert program.asked("", sent | {"base": first["sha256"]})["status"] == 409
    assert program.asked("", sent | {"base": 1})["status"] == 400
    declared = {"declared": True, "base": first["sha256"]}
    assert program.asked(f"{begun.pk}/submit/", declared)["status"] == 409
    begun.refresh_from_db()
    assert ("use gate" in begun.text, begun.state) == (True, State.DRAFT)
    known = sent | {"base": program.get(f"/api/applications/{begun.pk}/").json()["sha256"]}
    last = program.asked("", known)
    declared = {"declared": True, "base": last["sha256"]}
    assert program.asked(f"{begun.pk}/submit/", declared)["status"] == 200


def test_a_file_beside_what_a_member_changed_makes_it_no_programs(
    program: Program, begun: DeskApplication
) -> None:
    text = OFFICE.read_text(encoding="utf-8")
    base = digest_of_text(begun.text)
    sent = {"design": text, "application": begun.pk}
    assert program.asked("", sent | {"base": base})["status"] == 200
    address = f"/api/applications/{begun.pk}/evidence/?name=a.pdf&fact="
    kind = "application/octet-stream"
    program.post(f"{address}check-in.by", PAPERS, content_type=kind)
    own = program.asked("", sent)
    assert own["status"] == 200, "the program sent the file, too"
    actions.edit(begun.created_by, begun.pk, lambda draft: f"{draft.text}# seen\n")
    answer = program.post(f"{address}employees.consent", PAPERS, content_type=kind).json()
    assert answer == {"name": "evidence/a.pdf", "sha256": own["sha256"]}
    assert program.asked("", sent)["status"] == 409
    declared = {"declared": True, "base": answer["sha256"]}
    assert program.asked(f"{begun.pk}/submit/", declared)["status"] == 409, "nobody saw that"


@pytest.mark.parametrize(
    ("sent", "status", "told"),
    [
        ([], 400, "JSON object"),
        ({}, 400, "`design`"),
        ({"design": "x"}, 400, "face-registration"),
        ({"design": 'deployment "x"\n', "form": "no-such"}, 400, "one of"),
        ({"design": 'deployment "x"\n', "application": "1"}, 400, "no number"),
        ({"design": 'deployment "x"\n', "application": 2**70}, 400, "no number"),
        ({"design": 'deployment "x"\n', "application": 99}, 404, "no such"),
        ({"design": "deployment", **FORM}, 422, "mistakes"),
        ({"design": "#" * 300_000, **FORM}, 422, "mistakes"),
    ],
)
def test_what_cannot_be_taken_is_told_of(
    program: Program, sent: object, status: int, told: str
) -> None:
    found = program.asked("", sent)
    assert found["status"] == status
    assert told in found["error"]
    assert not DeskApplication.objects.exists()


def test_what_is_not_judged_in_time_is_told_of(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object) -> None:
        raise NotInTimeError("x")

    monkeypatch.setattr(applying, "draft_of", slow)
    found = program.asked("", {"design": 'deployment "x"\n', **FORM})
    assert (found["status"], found["error"]) == (
        503,
        "It is not judged in the time that there is for it",
    )
    assert not DeskApplication.objects.exists()


def test_what_is_not_seen_stands_in_no_title(program: Program) -> None:
    text = OFFICE.read_text(encoding="utf-8")
    title = 'deployment "A\u202e\u2028 \u2066क\u200cष"'
    sent = re.sub('deployment ".*?"', title, text, count=1)
    assert program.asked("", {"design": sent, **FORM})["status"] == 200
    assert DeskApplication.objects.get().title == "A क\u200cष"


def test_mistakes_of_a_design_have_lines(program: Program) -> None:
    text = 'deployment "x"\njudged by face-code-of-conduct\n\nuse a {\n  purpose  no-such\n}\n'
    (mistake,) = program.asked("", {"design": text, **FORM})["mistakes"]
    assert (mistake["line"], mistake["code"]) == (5, "E503")


def test_files_that_are_not_accepted_are_told_of(program: Program, begun: DeskApplication) -> None:
    begun.text = OFFICE.read_text(encoding="utf-8")
    begun.save()
    address = f"/api/applications/{begun.pk}/evidence/?fact=check-in.by&name="
    for name, content in (("a.exe", b"MZ"), ("a.pdf", b"MZ"), ("a.pdf", b""), ("", b"x")):
        answer = program.post(address + name, content, content_type="application/octet-stream")
        assert answer.status_code == 422
        assert answer.json()["error"]
    none = f"/api/applications/{begun.pk}/evidence/?fact=no.such&fact=law.against-terms&name=a.pdf"
    answer = program.post(none, PAPERS, content_type="application/octet-stream")
    assert answer.json() == {"error": "There is no answer that it could show"}
    assert not begun.evidence.exists()


# the command


@pytest.fixture(scope="module")
def _emptied(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:  # noqa: ARG001
    """A server in a thread of its own sees what is committed alone, so all tables are emptied after a test."""
    with django_db_blocker.unblock():
        append_only.drop(connection)
    yield
    with django_db_blocker.unblock():
        append_only.create(connection)


@pytest.mark.usefixtures("_emptied")
def test_the_command_submits_a_design_with_its_evidence(
    live_server: LiveServer, member: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = OFFICE.read_text(encoding="utf-8").replace("limits.md", "limits.txt")
    line = next(one for one in text.split("\n") if 'evidence "' in one)
    name = line.partition('evidence "')[2].partition('"')[0]
    for one in {part.partition('"')[0] for part in text.split('evidence "')[1:]}:
        (tmp_path / one).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / one).write_bytes(PAPERS)
    design = tmp_path / "office.design"
    design.write_text(text, encoding="utf-8")
    words = ["submit", str(design), "--desk", live_server.url]

    def run(*more: str) -> tuple[int, str]:
        found = CliRunner().invoke(app, [*words, *more])
        return found.exit_code, found.output

    monkeypatch.delenv("CLAUSEWISE_DESK_TOKEN", raising=False)
    assert run("--declare")[0] == 2
    monkeypatch.setenv("CLAUSEWISE_DESK_TOKEN", "desk_x")
    code, out = run("--declare")
    assert code == 2
    assert "token does not count" in " ".join(out.split())
    monkeypatch.setenv("CLAUSEWISE_DESK_TOKEN", new_token(member, "CI"))
    assert "--declare" in run()[1]
    code, out = run("--draft")
    assert code == 0, out
    made = DeskApplication.objects.get()
    assert f"{made.reference} draft" in out
    actions.edit(member, made.pk, lambda draft: f"{draft.text}# seen\n")
    code, out = run("--application", made.reference, "--declare")
    assert (code, "changed at the desk" in " ".join(out.split())) == (2, True)
    made.refresh_from_db()
    (seen := tmp_path / "seen.design").write_text(made.text, encoding="utf-8")
    assert run("--replaces", str(seen), "--declare")[0] == 2
    code, out = run("--application", made.reference, "--replaces", str(seen), "--declare")
    assert code == 0, out
    made.refresh_from_db()
    assert made.state == State.SUBMITTED
    assert f"{made.reference} submitted: {made.verdict}" in out
    assert "evidence sent" in out
    assert made.evidence.exists()
    assert run("--application", made.reference, "--declare")[0] == 2, "it is no draft"
    design.write_text(text.replace(name, "../outside.pdf"), encoding="utf-8")
    code, out = run("--declare")
    assert code == 2
    assert "lies in a folder where none is looked for" in " ".join(out.split())
    design.write_text(text + "\nuse x {\n  purpose  no-such\n}\n", encoding="utf-8")
    code, out = run("--declare")
    assert "no-such" in out
    assert DeskApplication.objects.count() == 1


@pytest.mark.parametrize("address", ["http://desk.example.org", "desk.example.org", "file:///x"])
def test_a_token_is_sent_by_tls_alone(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.design").write_text('deployment "x"\n')
    monkeypatch.setenv("CLAUSEWISE_DESK_TOKEN", "desk_x")
    words = ["submit", str(tmp_path / "a.design"), "--desk", address, "--declare"]
    found = CliRunner().invoke(app, words)
    assert found.exit_code == 2
    assert "to which a token can be sent" in " ".join(found.output.split())


def test_the_answer_is_json(program: Program) -> None:
    answer = program.post("/api/applications/", "{", content_type="application/json")
    assert json.loads(answer.content)["error"]
