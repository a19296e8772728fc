"""Evidence: what is kept of what strangers send, what it shows, when it counts, and who may have it."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import sys
import tracemalloc
import zipfile
from datetime import timedelta
from pathlib import Path
from time import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from clausewise.desk.interview.evidence import evidence_at
from clausewise.desk.keeping.files import KeptFile, RefusedFileError, Store, name_in_design
from clausewise.desk.pages.files import as_archive
from clausewise.desk.records.models import DeskApplication, EvidenceFile, Person, State
from clausewise.desk.workflow import actions
from clausewise.desk.workflow.evidence import attach, show, store, take_away
from clausewise.desk.workflow.locks import NotAllowedError
from clausewise.desk.workflow.today import draft_for, judged_now, judged_on, preview_of, today
from tests.desk.conftest import decided
from tests.desk.seeded import PAPERS

FACT = "check-in.timing"
PDF = b"%PDF-1.7 x"


def keep(
    folder: Path, name: str, content: bytes, most: int = 100, scan: tuple[str, ...] = ()
) -> str:
    with Store(folder, most, scan).keeping(name, io.BytesIO(content)) as kept:
        pass
    return kept.sha256


# what is kept


def test_a_file_lies_under_its_digest_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    digest = keep(folder, "Form.PDF", PDF)
    assert keep(folder, "again.pdf", PDF) == digest
    path = Store(folder, 100).path_of(digest)
    assert [one for one in folder.rglob("*") if one.is_file()] == [path]
    assert path.read_bytes() == PDF
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.exe", b"MZ", "of a kind that is not accepted"),
        ("pdf", PDF, "of a kind"),
        ("a.svg", b"<svg/>", "of a kind"),
        ("a.design", b"x", "of a kind"),
        ("a.pdf", b"", "is empty"),
        ("a.pdf", b"<html>", "is something else"),
        ("a.png", PDF, "is something else"),
        ("a.txt", b"a\0b", "is something else"),
        ("a.txt", b"\xff\xfe", "is something else"),
        ("a.pdf", PDF + b"y" * 100, "is larger"),
    ],
)
def test_what_is_not_accepted_is_not_kept(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    with pytest.raises(RefusedFileError, match=told):
        keep(tmp_path / "evidence", name, content)
    assert not [one for one in tmp_path.rglob("*") if one.is_file()]


@pytest.mark.parametrize(
    ("code", "told"), [(0, ""), (1, "looks like a virus"), (2, "could not be looked through")]
)
def test_a_command_looks_through_it_first(tmp_path: Path, code: int, told: str) -> None:
    program = f"import sys; sys.exit({code} if open(sys.argv[1], 'rb').read() == {PDF!r} else 7)"
    scan = (sys.executable, "-c", program)
    if told:
        with pytest.raises(RefusedFileError, match=told):
            keep(tmp_path, "a.pdf", PDF, scan=scan)
    else:
        keep(tmp_path, "a.pdf", PDF, scan=scan)
    assert len([one for one in tmp_path.rglob("*") if one.is_file()]) == (not told)
    with pytest.raises(RefusedFileError, match="could not be looked through"):
        keep(tmp_path, "a.pdf", PDF, scan=("/no/such/command",))


def test_its_name_in_a_design_leads_nowhere_else() -> None:
    for name in ("../../etc/passwd.pdf", "C:\\a\\b.pdf", "..pdf", 'a" attested by "x.pdf'):
        found = name_in_design(name, ())
        assert found.startswith("evidence/")
        assert not {*found.removeprefix("evidence/")} & {*'/\\"'}
    taken = {"evidence/a.pdf", "evidence/a-2.pdf"}
    assert name_in_design("A.PDF", taken) == "evidence/a-3.pdf"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Bestätigung «1».pdf", "bestätigung-1"),
        ("Besta\u0308tigung.pdf", "bestätigung"),
        ("证书.PDF", "证书"),
        ("प्रमाण पत्र.pdf", "प्रमाण-पत्र"),
        ("شهادة الموافقة.pdf", "شهادة-الموافقة"),
        ("a\u202eb\r\nX: y.pdf", "a-b-x-y"),
        ("\u0301x.pdf", "x"),
        ("😀.pdf", "file"),
    ],
)
def test_its_name_in_a_design_is_of_its_own_script(name: str, found: str) -> None:
    assert name_in_design(name, ()) == f"evidence/{found}.pdf"


def test_its_name_fits_a_file_system() -> None:
    longest = name_in_design("𐐨" * 300 + ".jpeg", ())
    assert len(longest.removeprefix("evidence/").encode()) + len("-200") < 256
    assert len(longest) + len("-200") <= (EvidenceFile._meta.get_field("name").max_length or 0)


def test_it_lies_there_before_anything_names_it(tmp_path: Path) -> None:
    """Whoever is killed then leaves no row that names what is not there."""
    store = Store(tmp_path, 100)

    def fail() -> str:
        with contextlib.suppress(KeyError), store.keeping("a.pdf", io.BytesIO(PDF)) as kept:
            assert store.path_of(kept.sha256).read_bytes() == PDF
            raise KeyError
        return kept.sha256

    path = store.path_of(fail())
    soon = time() + 1
    assert store.sweep((), soon - 3600) == 0
    assert store.sweep([path.name], soon) == 0, "another named it meanwhile"
    assert path.exists()
    fail()
    assert store.sweep((), soon) == 1
    mark = path.with_name(f".{path.name}.0")
    mark.symlink_to("gone")  # of a glob, as if it were taken out by another process meanwhile
    assert store.sweep((), soon) == 0
    mark.unlink()
    keep(tmp_path, "a.pdf", PDF)
    assert store.sweep((), soon) == 0, "what was kept to the end stays, whoever names it"
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == [path]


# what it shows


def test_it_stands_beside_its_answer_and_counts(submitted: DeskApplication) -> None:
    judged = judged_now(submitted.newest)
    assert 'evidence "evidence/papers-invented.pdf"' in judged.draft.text
    assert not judged.not_counted
    (proof,) = judged.shown_by
    assert proof.sha256 == EvidenceFile.objects.get().sha256


def test_an_answer_that_says_too_little_lacks_no_evidence(submitted: DeskApplication) -> None:
    submitted.text = submitted.text.replace("employer", "public-body")
    judged = preview_of(submitted)
    assert [str(one.fact) for one in judged.not_answered] == ["contoso.kind"]
    assert not judged.not_counted


def sent(client: Client, key: int, fact: str = FACT, **sent: object) -> str:
    """The page after a file was sent beside an answer."""
    answer = {"value": "real-time"} | {f"evidence-{name}": value for name, value in sent.items()}
    page = client.post(f"/applications/{key}/questions/{fact}/", answer, follow=True)
    return page.content.decode()


@pytest.fixture
def draft(begun: DeskApplication) -> DeskApplication:
    begun.text += "\nuse check-in {\n}\n"
    begun.save()
    return begun


def a_file(name: str = "form.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def beside(application: DeskApplication) -> tuple[str, ...]:
    application.refresh_from_db()
    return evidence_at(draft_for(application), FACT)


def test_another_takes_its_place_or_it_is_taken_away(
    draft: DeskApplication, as_member: Client, member: Person
) -> None:
    sent(as_member, draft.pk, file=a_file())
    assert beside(draft) == ("evidence/form.pdf",)
    page = as_member.get(f"/applications/{draft.pk}/questions/{FACT}/").content.decode()
    assert "Take form.pdf away" in page
    sent(as_member, draft.pk, file=a_file(content=PDF + b"2"), replaces="evidence/form.pdf")
    assert beside(draft) == ("evidence/form-2.pdf",)
    newest = EvidenceFile.objects.latest("pk")
    assert newest.replaces
    assert newest.replaces.name == "evidence/form.pdf"
    sent(as_member, draft.pk, reuse="evidence/form.pdf")
    assert beside(draft) == ("evidence/form-2.pdf", "evidence/form.pdf")
    take_away(member, draft.pk, FACT, ["evidence/form-2.pdf"])
    assert beside(draft) == ("evidence/form.pdf",)
    sent(as_member, draft.pk, drop="evidence/form.pdf")
    assert beside(draft) == ()
    assert EvidenceFile.objects.count() == 2, "versions may name them"


def kept() -> set[str]:
    """The names of the files that are kept."""
    return {path.name for path in store().folder.rglob("*") if path.is_file()}


def test_what_cannot_be_kept_is_told_and_the_answer_stays(
    draft: DeskApplication, as_member: Client, settings: Settings
) -> None:
    settings.EVIDENCE_MIB = 1
    before = kept()
    address = f"/applications/{draft.pk}/questions/{FACT}/"
    for one, told in (
        ({"file": a_file("a.exe")}, "of a kind that is not accepted"),
        ({"file": a_file(content=PDF + b"y" * 1024**2)}, "larger than 1 MiB"),
        ({"file": a_file(), "expires": "2001-01-01"}, "This day is over"),
        ({"reuse": "evidence/other.pdf"}, ""),
    ):
        page = sent(as_member, draft.pk, **one)
        assert told in page
        assert beside(draft) == ()
    again = as_member.post(
        address, {"value": "unknown", "evidence-file": a_file(content=PDF + b"refused")}
    )
    assert (again.status_code, "no answer that it could show" in again.content.decode()) == (
        422,
        True,
    )
    assert not EvidenceFile.objects.exists()
    assert store().sweep((), time() + 1) == 1
    assert kept() <= before, "what no application has is not kept for long"


def test_what_is_larger_than_any_file_is_not_read(
    as_member: Client, draft: DeskApplication
) -> None:
    address = f"/applications/{draft.pk}/questions/{FACT}/"
    assert as_member.post(address, {}, CONTENT_LENGTH="1000000000").status_code == 413


def test_it_counts_until_its_last_day(draft: DeskApplication, member: Person) -> None:
    draft.text = draft.text.replace("use check-in {", "use check-in {\n  timing  near-real-time")
    draft.save()
    attach(member, draft.pk, [FACT], KeptFile("a.pdf", "0" * 64, 1), today() + timedelta(days=1))
    version = actions.submit(member, draft.pk).newest

    def doubts(days: int) -> list[str | None]:
        judged = judged_on(version, today() + timedelta(days=days))
        return [q.doubt for q in judged.not_counted if str(q.fact) == FACT]

    assert doubts(1) == []
    (told,) = doubts(2)
    assert "expired on" in str(told)


def test_a_file_takes_the_place_of_one_that_is_there(
    draft: DeskApplication, member: Person
) -> None:
    kept = KeptFile("a.pdf", "0" * 64, 1)
    with pytest.raises(KeyError):
        attach(member, draft.pk, [], kept, replaces="evidence/of-another.pdf")
    assert not draft.evidence.exists()


def test_a_draft_alone_is_shown_by_files(submitted: DeskApplication, member: Person) -> None:
    with pytest.raises(NotAllowedError):
        show(member, submitted.pk, [FACT], "evidence/papers-invented.pdf")
    with pytest.raises(KeyError):
        show(member, submitted.pk, [FACT], "evidence/of-another.pdf")


# who may have it


def test_it_is_downloaded_and_never_shown(
    submitted: DeskApplication, as_member: Client, as_reviewer: Client
) -> None:
    file = EvidenceFile.objects.get()
    for client, place in ((as_member, "applications"), (as_reviewer, "queue")):
        answer = client.get(f"/{place}/{submitted.pk}/evidence/{file.pk}/")
        assert answer.content == PAPERS
        assert answer["Content-Disposition"] == 'attachment; filename="papers-invented.pdf"'
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_reviewers_see_what_was_submitted_alone(
    submitted: DeskApplication, member: Person, as_reviewer: Client, reviewer: Person
) -> None:
    actions.claim(reviewer, submitted.pk)
    actions.give_back(reviewer, submitted.pk, "And the plan?")
    made = attach(member, submitted.pk, [FACT], KeptFile("plan.pdf", "0" * 64, 1))
    address = f"/queue/{submitted.pk}/evidence/{made.pk}/"
    assert as_reviewer.get(address).status_code == 404
    page = as_reviewer.get(f"/queue/{submitted.pk}/").content.decode()
    assert "papers-invented.pdf" in page
    assert "plan.pdf" not in page


def test_no_address_leads_to_the_files_of_another(
    submitted: DeskApplication, as_member: Client, as_reviewer: Client
) -> None:
    file = EvidenceFile.objects.get()
    as_member.post("/applications/new/face-registration/", {"title": "Another"})
    other = DeskApplication.objects.latest("pk")
    assert other != submitted
    assert as_member.get(f"/applications/{other.pk}/evidence/{file.pk}/").status_code == 404
    assert as_reviewer.get(f"/queue/{other.pk}/evidence/{file.pk}/").status_code == 404


def test_a_package_holds_what_counted(submitted: DeskApplication, as_member: Client) -> None:
    decided(submitted, State.APPROVED, submitted.created_by)
    content = as_member.get(f"/letters/{submitted.pk}/package.zip").getvalue()
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        assert found.read("evidence/papers-invented.pdf") == PAPERS


@pytest.mark.django_db
def test_a_download_is_never_in_memory_as_a_whole(tmp_path: Path) -> None:
    files: dict[str, bytes | Path] = {"a.design": b"deployment"}
    for number in range(8):
        files[f"evidence/{number}.txt"] = path = tmp_path / f"{number}"
        path.write_bytes(os.urandom(1024**2))
    tracemalloc.start()
    try:
        answer = as_archive(files, "all.zip", timezone.now())
        sizes = [len(part) for part in answer]
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sum(sizes) > 8 * 1024**2
    assert most < 2 * 1024**2


def test_what_is_violated_by_claims_without_their_evidence_is_told_the_applicant(
    as_member: Client, begun: DeskApplication
) -> None:
    begun.text += """
use check-in {
  purpose  media-archive-search
}

registration {
  status     approved
  use-cases  duplicate-or-blocked-users
}
"""
    begun.save()
    page = as_member.get(f"/applications/{begun.pk}/check/").content.decode()
    assert "Needs information" in page
    told = page.partition("Violated by what is stated, once its evidence is there")[2]
    assert "Use case limits (N3)" in told.partition("</ul>")[0]
    overview = as_member.get(f"/applications/{begun.pk}/").content.decode()
    assert "Nothing more is asked: what is stated violates a clause" in overview
    begun.text = begun.text.replace("media-archive-search", "duplicate-or-blocked-users")
    begun.save()
    assert (
        "Violated by what" not in as_member.get(f"/applications/{begun.pk}/check/").content.decode()
    )
    assert (
        "Nothing more is asked" not in as_member.get(f"/applications/{begun.pk}/").content.decode()
    )
