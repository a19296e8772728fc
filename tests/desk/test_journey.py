"""One journey through the whole: from the first question to a letter that is verified without the desk."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from datetime import date
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfReader
from typer.testing import CliRunner

from clausewise.commands.cli import app
from clausewise.desk.interview.drafts import draft_of, naming_judge
from clausewise.desk.interview.forms import forms
from clausewise.desk.records.models import (
    DeskApplication,
    Person,
    PersonalJudgement,
    Role,
    State,
)
from clausewise.desk.workflow.today import draft_for, judged_now
from tests.desk import seeded
from tests.desk.conftest import person, signed_in
from tests.desk.journey import OFFICE, facts_of, sent_for
from tests.desk.seeded import PAPERS, with_papers

FACTS = facts_of(OFFICE)


def interviewed(client: Client, key: int, most: int = 80) -> list[str]:
    """Go through an interview as a browser would; the facts that were asked for."""
    asked: list[str] = []
    page = client.get(f"/applications/{key}/next/", follow=True)
    while "/questions/" in (address := page.redirect_chain[-1][0]):
        fact = unquote(address.rstrip("/").rpartition("/")[2])
        assert fact not in asked, "asked twice"
        asked.append(fact)
        assert len(asked) <= most
        sent = sent_for(page.content.decode(), FACTS.get(fact))
        page = client.post(address, sent, follow=True)
        assert page.status_code == 200, (fact, sent)
    assert address.endswith(f"/applications/{key}/check/")
    return asked


@pytest.fixture
def answered(as_member: Client, begun: DeskApplication) -> DeskApplication:
    """An application after its interview."""
    as_member.post(f"/applications/{begun.pk}/add/use/", {"name": "Check in"})
    interviewed(as_member, begun.pk)
    lacking = re.findall('name="evidence-facts" value="(.*?)"', evidence_page(as_member, begun.pk))
    assert len(lacking) > 20
    first, *others = lacking
    address = f"/applications/{begun.pk}/questions/{first}/"
    page = as_member.get(address).content.decode()
    sent = sent_for(page, FACTS[first]) | {"evidence-file": SimpleUploadedFile("a.pdf", PAPERS)}
    assert as_member.post(address, sent).status_code == 302
    shown = {"evidence-facts": others, "evidence-reuse": "evidence/a.pdf"}
    as_member.post(f"/applications/{begun.pk}/evidence/", shown)
    assert "evidence-facts" not in evidence_page(as_member, begun.pk)
    begun.refresh_from_db()
    return begun


def evidence_page(client: Client, key: int) -> str:
    return client.get(f"/applications/{key}/evidence/").content.decode()


def judged(client: Client, key: int, but: str = "") -> None:
    """Answer all that is for a person to judge, as the design has it."""
    for fact, items in FACTS.items():
        address = f"/queue/{key}/judge/{fact}/"
        page = client.get(address)
        if page.status_code == 200 and fact != but:
            sent = sent_for(page.content.decode(), items) | {"reason": ["Looked at the plan."]}
            assert client.post(address, sent).status_code == 302, fact


def test_from_the_first_question_to_a_letter_that_is_verified(
    answered: DeskApplication,
    as_member: Client,
    as_reviewer: Client,
    reviewer: Person,
    tmp_path: Path,
    desk_folder: Path,
) -> None:
    key = answered.pk
    check = as_member.get(f"/applications/{key}/check/").content.decode()
    assert "Needs review" in check
    assert as_member.post(f"/applications/{key}/check/").status_code == 200
    answered.refresh_from_db()
    assert answered.state == State.DRAFT, "nobody declared that it is true"
    as_member.post(f"/applications/{key}/check/", {"declared": "yes"})

    queue = as_reviewer.get("/queue/?view=unassigned").content.decode()
    assert "Office touchless access" in queue
    as_reviewer.post(f"/queue/{key}/claim/")
    judged(as_reviewer, key)
    assert {one.person for one in PersonalJudgement.objects.all()} == {reviewer}
    assert "Permitted" in as_reviewer.get(f"/queue/{key}/").content.decode()
    letter = {"kind": "approved", "letter": "We have looked at it."}
    assert as_reviewer.post(f"/queue/{key}/decide/", letter).status_code == 302

    read = as_member.get(f"/letters/{key}/").content.decode()
    assert "is approved" in read
    assert "Looked at the plan." in read
    digest = sha256(PAPERS).hexdigest()
    assert f'evidence/a.pdf</th><td data-l="SHA-256"><code>{digest}</code>' in read
    pdf = PdfReader(io.BytesIO(as_member.get(f"/letters/{key}/letter.pdf").content))
    reference = answered.reference
    assert {*pdf.attachments} == {f"{reference}.design", f"{reference}.statement.json"}
    assert "We have looked at it." in pdf.pages[0].extract_text()
    with zipfile.ZipFile(
        io.BytesIO(as_member.get(f"/letters/{key}/package.zip").getvalue())
    ) as found:
        found.extractall(tmp_path)
    key_file = str(desk_folder / "signing.pem.pub")
    statement = str(tmp_path / f"{reference}.statement.json")
    verified = CliRunner().invoke(app, ["verify", statement, "--key", key_file])
    assert verified.exit_code == 0, verified.output
    assert "VERIFIED" in verified.output
    for folder in ("elsewhere", "."):  # without the evidence, and with it
        (tmp_path / folder).mkdir(exist_ok=True)
        letter_alone = shutil.copy(tmp_path / f"{reference}.pdf", tmp_path / folder / "letter.pdf")
        by_letter = CliRunner().invoke(app, ["verify", str(letter_alone), "--key", key_file])
        assert by_letter.exit_code == 0, by_letter.output
        assert ("as it was attested" in by_letter.output) == (folder != ".")
    evidence = tmp_path / "evidence" / "a.pdf"
    assert evidence.read_bytes() == PAPERS
    evidence.write_bytes(PAPERS + b"!")
    other = CliRunner().invoke(app, ["verify", statement, "--key", key_file])
    assert (other.exit_code, "another file than was attested" in other.output) == (2, True)
    evidence.write_bytes(PAPERS)
    assert CliRunner().invoke(app, ["verify", statement, "--key", key_file]).exit_code == 0
    design = tmp_path / f"{reference}.design"
    design.write_text(design.read_text().replace("18..", "13.."))
    assert CliRunner().invoke(app, ["verify", statement, "--key", key_file]).exit_code == 2


def test_what_is_violated_is_refused_with_its_clauses(
    submitted: DeskApplication, as_reviewer: Client, as_member: Client
) -> None:
    key = submitted.pk
    as_reviewer.post(f"/queue/{key}/claim/")
    judged(as_reviewer, key, but="safeguards.significant-harm")
    assert (
        as_reviewer.post(f"/queue/{key}/decide/", {"kind": "approved", "letter": "x"}).status_code
        == 422
    )
    submitted.refresh_from_db()
    assert submitted.state == State.IN_REVIEW, "a judgement is open"
    as_reviewer.post(
        f"/queue/{key}/judge/safeguards.significant-harm/", {"value": "yes", "reason": "It harms."}
    )
    page = as_reviewer.get(f"/queue/{key}/decide/").content.decode()
    assert "Violated: N2, U4" in page
    as_reviewer.post(f"/queue/{key}/decide/", {"kind": "approved", "letter": "x"})
    submitted.refresh_from_db()
    assert submitted.state == State.IN_REVIEW, "what is prohibited cannot be approved"
    as_reviewer.post(f"/queue/{key}/decide/", {"kind": "refused", "letter": "No."})
    submitted.refresh_from_db()
    assert submitted.state == State.REFUSED
    letter = as_member.get(f"/letters/{key}/").content.decode()
    assert "is refused" in letter
    assert "What to do:" in letter


def test_given_back_it_is_changed_and_submitted_again(
    submitted: DeskApplication, as_reviewer: Client, as_member: Client
) -> None:
    key = submitted.pk
    as_reviewer.post(f"/queue/{key}/claim/")
    as_reviewer.post(
        f"/queue/{key}/judge/safeguards.human-oversight/", {"value": "yes", "reason": "Seen."}
    )
    assert as_reviewer.post(f"/queue/{key}/give-back/", {"note": ""}).status_code == 422
    assert as_reviewer.post(f"/queue/{key}/conflict/", {}).status_code == 422
    as_reviewer.post(f"/queue/{key}/give-back/", {"note": "Who owns the camera?"})
    page = as_member.get(f"/applications/{key}/").content.decode()
    assert "Who owns the camera?" in page
    as_member.post(f"/applications/{key}/questions/turnstile.owner/", {"value": "unknown"})
    check = f"/applications/{key}/check/"
    assert "Who owns the camera?" in as_member.get(check).content.decode()
    reply = {"reply": "Our landlord <does>."}
    again = as_member.post(check, reply).content.decode()
    assert "Our landlord &lt;does&gt;.</textarea>" in again, "nobody writes it twice"
    as_member.post(check, reply | {"declared": "yes"})
    first, second = submitted.versions.order_by("number")
    assert (first.number, second.number) == (1, 2)
    assert first.text != second.text
    for client, address in ((as_member, "applications"), (as_reviewer, "queue")):
        page = client.get(f"/{address}/{key}/").content.decode()
        assert "Who owns the camera?" in page
        assert "Our landlord &lt;does&gt;." in page
    as_reviewer.post(f"/queue/{key}/claim/")
    again = as_reviewer.get(f"/queue/{key}/judge/safeguards.human-oversight/").content.decode()
    assert "of version 1" in again, (
        "what they said before is shown, and counts once they say so again"
    )
    assert not second.judgements.exists()


def test_a_third_reviewer_replaces_no_opinion(submitted: DeskApplication) -> None:
    key = submitted.pk
    sent = {"value": "yes", "reason": "Seen."}
    for number, status in ((1, 302), (2, 302), (3, 422), (1, 302)):
        who = Person.objects.filter(name=f"Reviewer {number}").first()
        client = signed_in(who or person(f"Reviewer {number}", None, Role.REVIEWER))
        client.post(f"/queue/{key}/claim/")
        answer = client.post(f"/queue/{key}/judge/safeguards.human-oversight/", sent)
        assert answer.status_code == status, number
        client.post(f"/queue/{key}/release/")
    names = {one.person.name for one in submitted.newest.judgements.all()}
    assert names == {"Reviewer 1", "Reviewer 2"}


@pytest.mark.parametrize(
    ("form", "asked"),
    [
        ("liveness-failure", "Of which material was the spoof?"),
        ("abuse-report", "Where is it sent?"),
    ],
)
def test_another_vocabulary_is_asked_about_in_the_same_way(
    as_member: Client, form: str, asked: str
) -> None:
    as_member.post(f"/applications/new/{form}/", {"title": "A report"})
    made = DeskApplication.objects.get()
    first = as_member.get(f"/applications/{made.pk}/next/", follow=True)
    assert "/questions/request." in first.redirect_chain[-1][0]
    seen = {first.context["page"].question.ask}
    page = first
    while "/questions/" in page.redirect_chain[-1][0]:
        seen.add(page.context["page"].question.ask)
        sent = {"value": "unknown"}
        page = as_member.post(page.redirect_chain[-1][0], sent, follow=True)
    assert asked in seen


def test_the_form_for_abuse_says_that_it_asks_one_thing_and_why() -> None:
    """Of a report of abuse R1 reads its place alone, so that no form can ask more of it, and be read."""
    form = forms()["abuse-report"]
    draft = draft_of(form.text, form.policy, date(2026, 11, 26))
    assert [str(asked.question.fact) for asked in draft.asked] == ["request.sent-to"]
    assert "so this is one question" in form.about
    assert "nothing is sent there from here" in form.about


def test_a_judgement_that_an_applicant_writes_does_not_count(
    as_member: Client, begun: DeskApplication
) -> None:
    text = OFFICE.read_text(encoding="utf-8")
    assert 'human-oversight       yes   attested by "Head of operations"' in text
    as_member.post(f"/applications/{begun.pk}/text/", {"text": text, "base": begun.text})
    begun.refresh_from_db()
    assert "attested by" not in begun.text
    assert "consent-quality" in begun.text
    begun.text = text
    begun.save()  # as if it had come by another way
    with_papers(begun)
    as_member.post(f"/applications/{begun.pk}/check/", {"declared": "yes"})
    begun.refresh_from_db()
    assert begun.verdict == "needs-review"


def pasted(member: Client, application: DeskApplication, text: str) -> str:
    """The page after somebody has replaced the text of an application."""
    sent = {"text": text, "base": application.text}
    page = member.post(f"/applications/{application.pk}/text/", sent, follow=True)
    application.refresh_from_db()
    return page.content.decode()


def test_what_was_approved_is_approved_by_whoever_checks_it(
    as_member: Client, as_reviewer: Client, begun: DeskApplication, tmp_path: Path
) -> None:
    """The text holds the day and the policy of the judgement, whatever the applicant's text named."""
    text = OFFICE.read_text(encoding="utf-8")
    text = re.sub("as of .*", "as of 2026-11-23", text)
    pasted(as_member, begun, text.replace("judged by face-code-of-conduct", "judged by door-code"))
    with_papers(begun)
    as_member.post(f"/applications/{begun.pk}/check/", {"declared": "yes"})
    as_reviewer.post(f"/queue/{begun.pk}/claim/")
    judged(as_reviewer, begun.pk)
    sent = {"kind": "approved", "letter": "Yes."}
    assert as_reviewer.post(f"/queue/{begun.pk}/decide/", sent).status_code == 302
    decision = begun.decisions.get()
    assert f"\nas of {decision.day}\n" in decision.design
    assert f"\njudged by {begun.policy}\n" in decision.design
    design = tmp_path / "judged.design"
    design.write_text(decision.design, encoding="utf-8")
    checked = CliRunner().invoke(app, ["check", str(design)])
    assert checked.exit_code == 0, checked.output


def test_evidence_and_attestations_of_a_text_count_for_nothing_and_that_is_told(
    as_member: Client, begun: DeskApplication
) -> None:
    text = OFFICE.read_text(encoding="utf-8")
    text = text.replace(
        'evidence "registration/approval.pdf"',
        'evidence "forms/consent.pdf"   attested by "Auditor" on 2026-11-01',
    )
    page = pasted(as_member, begun, text)
    assert "Attestations are taken out, and evidence that was not sent to the desk" in page
    assert page.count("Its judgements are taken out") == 1
    assert page.count("Saved, with changes") == 1
    assert "consent.pdf" not in begun.text
    assert "attested by" not in begun.text
    begun.text = text
    begun.save()  # as if it had come by another way
    as_member.post(f"/applications/{begun.pk}/check/", {"declared": "yes"})
    now = judged_now(begun.newest)
    assert "consent.pdf" not in now.draft.text
    assert (now.shown_by, now.rests_on) == ((), ())
    assert len(now.not_counted) > 20


def test_another_title_judge_and_day_in_a_text_are_told(
    as_member: Client, begun: DeskApplication
) -> None:
    text = begun.text.replace(
        "judged by face-code-of-conduct", "judged by a-code, b-code\nas of 2020-01-01"
    ).replace(begun.title, "Another")
    page = pasted(as_member, begun, text)
    assert f"It is judged by {begun.policy}, with which it began." in page
    assert "not as of 2020-01-01" in page
    assert f"are called “{begun.title}”, as it began, and not “Another”." in page
    assert f"judged by {begun.policy}\n" in begun.text
    assert 'deployment "Another"' in begun.text
    again = as_member.get(f"/applications/{begun.pk}/").content.decode()
    assert "Saved, with changes" not in again, "it is told once"


def test_what_is_left_is_counted_in_true_words(as_member: Client, begun: DeskApplication) -> None:
    text = begun.text + "use check-in {\n}\n"
    pasted(as_member, begun, text)
    for one in draft_for(begun).asked[:-1]:
        address = f"/applications/{begun.pk}/questions/{one.question.fact}/"
        as_member.post(address, {"value": "unknown"})
        begun.refresh_from_db()
        if len(draft_for(begun).asked) == 1:
            break
    page = as_member.get(f"/applications/{begun.pk}/check/").content.decode()
    assert "1 question is not answered." in page
    overview = as_member.get(f"/applications/{begun.pk}/").content.decode()
    assert "1 open as it stands" in overview


def test_all_that_can_be_asked_stands_where_one_begins(as_member: Client) -> None:
    """What reviewers judge is not asked, nor what no clause reads; the report of abuse asks one thing."""
    page = as_member.get("/applications/new/face-registration/").content.decode()
    assert (
        '<li>How old are the people? <span class="small mute">(with evidence)</span></li>' in page
    )
    assert "<li>Who runs the use?</li>" in page
    assert "(“None” for stored pictures)" in page
    assert "meaningful human oversight" not in page
    report = as_member.get("/applications/new/abuse-report/").content.decode()
    assert (page.count("<li>") > 40, 0 < report.count("<li>") < page.count("<li>")) == (True, True)


def test_a_mistake_names_the_field(as_member: Client) -> None:
    page = as_member.post("/applications/new/face-registration/", {"title": ""})
    assert "What do you call it? This field is required." in page.content.decode()


def test_a_judge_named_below_blocks_takes_none_of_them_along() -> None:
    text = 'deployment "x"\njudged by a, b\nuse u {\n}\njudged by c\n'
    assert naming_judge(text, "p 1.0").count("judged by p 1.0") == 2
    assert "use u {" in naming_judge(text, "p 1.0")
    assert naming_judge('deployment "x"', "p 1.0") == 'deployment "x"\njudged by p 1.0'


def test_a_desk_can_be_filled_with_the_public_cases(
    db: None,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    few = {
        case: seeded.CASES[case] for case in ("case-01-rite-aid", "case-19-office-access", "lobby")
    }
    monkeypatch.setattr(seeded, "CASES", few)
    seeded.seed(tmp_path)
    states = DeskApplication.objects.order_by("pk").values_list("state", "verdict")
    assert [*states] == [("in-review", "prohibited"), ("approved", "permitted"), ("draft", "")]
    assert "okafor@desk.localhost" in capsys.readouterr().out


def test_what_was_taken_out_is_brought_back(as_member: Client, begun: DeskApplication) -> None:
    own = f"/applications/{begun.pk}/"
    as_member.post(f"{own}add/use/", {"name": "Check in"})
    as_member.post(f"{own}questions/check-in.timing/", {"value": "real-time"})
    begun.refresh_from_db()
    before = begun.text
    as_member.post(f"{own}remove/check-in/")
    assert "Check in is taken out" in as_member.get(own).content.decode()
    as_member.post(f"{own}bring-back/")
    begun.refresh_from_db()
    assert begun.text == before
    assert "is taken out" not in as_member.get(own).content.decode()
    as_member.post(f"{own}questions/check-in.by/", {"name": "Contoso"})
    refused = as_member.post(f"{own}remove/contoso/")
    assert refused.status_code == 422
    assert "Contoso is named in other answers" in refused.content.decode()
    assert f'href="{own}questions/check-in.by/?back=application"' in refused.content.decode()
    as_member.post(f"{own}remove/check-in/")
    as_member.post(f"{own}add/use/", {"name": "Enrol"})
    assert "is taken out" not in as_member.get(own).content.decode(), "something else was changed"
    as_member.post(f"{own}bring-back/")
    begun.refresh_from_db()
    assert "use enrol" in begun.text
    assert "check-in" not in begun.text


def test_an_applicant_sees_what_happened(
    submitted: DeskApplication, as_member: Client, as_reviewer: Client
) -> None:
    as_reviewer.post(f"/queue/{submitted.pk}/claim/")
    as_reviewer.post(f"/queue/{submitted.pk}/release/")
    page = as_member.get(f"/applications/{submitted.pk}/").content.decode()
    told = re.findall(r"<li><span class=\"mute\">[^<]* \d{4}, \d\d:\d\d</span> (.*?)</li>", page)
    assert told == [
        "It waits for another reviewer",
        "A reviewer has taken it on",
        "Submitted",
        "Begun",
    ]
