"""Evidence is a file that is there, where evidence may lie, and no input."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.conftest import reference_examples
from tests.security.conftest import Ended, run

POSIX = pytest.mark.skipif(os.name != "posix", reason="needs pipes, devices and links")


def judged(designs: Path, evidence: str, *more: str) -> Ended:
    """A design that permits only if the consent of children counts, for which this is the evidence."""
    text = reference_examples()["design"].replace("ages     18..", "ages     10..")
    text = text.replace("forms/release.pdf", evidence)
    (designs / "x.design").write_text(text)
    return run("check", designs / "x.design", "-f", "json", "--evidence", "required", *more)


@pytest.fixture
def proof(designs: Path) -> Path:
    """The evidence."""
    (designs / "forms").mkdir()
    path = designs / "forms" / "release.pdf"
    path.write_bytes(b"%PDF-1.7")
    return path


def test_what_is_there_counts_and_its_digest_is_recorded(designs: Path, proof: Path) -> None:
    ended = judged(designs, "forms/release.pdf")
    assert ended.code == 0
    rests = ended.designs()["x.design"]["policies"][0]["rests_on"]
    (found,) = [one for one in rests if one["fact"] == "staff.consent"]
    digest = hashlib.sha256(proof.read_bytes()).hexdigest()
    assert found["proofs"] == [
        {"evidence": "forms/release.pdf", "sha256": digest, "looked_at": True}
    ]
    said = run("check", "--all", designs / "x.design", "--evidence", "required").out
    assert f"sha256 {digest[:12]}" in " ".join(said.split())
    assert (
        digest in run("check", designs / "x.design", "--evidence", "required", "-f", "markdown").out
    )


@pytest.mark.parametrize(
    "evidence",
    [
        "no/such/file.pdf",
        "/no/such/file.pdf",
        "no/such://file",
        "/dev/null",
        "/etc/hostname",
        "empty.pdf",
        "",
        ".",
        "forms",
        "x.design",
        "./x.design",
        "again.pdf",
        "good.design",
        "../door-code.policy",
        "../doors.vocabulary",
        "../../out/secret.txt",
        "../project/../../out/secret.txt",
        "link.pdf",
        "pipe.pdf",
        "https://example.org/release.pdf",
        "file:///etc/hostname",
        "file://localhost/etc/hostname",
        "a" * 300,
    ],
)
@pytest.mark.usefixtures("proof")
@POSIX
def test_what_does_not_count(designs: Path, evidence: str) -> None:
    (designs / "empty.pdf").touch()
    (designs / "link.pdf").symlink_to("../../out/secret.txt")
    (designs / "x.design").touch()
    os.link(designs / "x.design", designs / "again.pdf")
    os.mkfifo(designs / "pipe.pdf")
    assert judged(designs, "forms/release.pdf").code == 0
    ended = judged(designs, evidence)
    assert ended.code == 3
    (question,) = ended.designs()["x.design"]["policies"][0]["questions"]
    assert question["fact"] == "staff.consent"
    assert question["doubt"]


@pytest.mark.usefixtures("proof")
def test_every_piece_must_count(designs: Path) -> None:
    assert judged(designs, 'forms/release.pdf" evidence "gone.pdf').code == 3


def test_nothing_tells_whether_a_file_elsewhere_exists(designs: Path, outside: Path) -> None:
    (outside / "there").write_text("x")
    doubts = []
    for name in ("there", "not-there"):
        ended = judged(designs, f"../../out/{name}")
        (question,) = ended.designs()["x.design"]["policies"][0]["questions"]
        doubts.append(question["doubt"].replace(name, "it"))
    assert doubts[0] == doubts[1]


def test_a_configured_folder_may_hold_evidence(designs: Path, outside: Path) -> None:
    (outside / "release.pdf").write_bytes(b"%PDF")
    assert judged(designs, "../../out/release.pdf").code == 3
    (designs.parent / "clausewise.toml").write_text('evidence-roots = ["../out"]\n')
    assert judged(designs, "../../out/release.pdf").code == 0
    assert judged(designs, str(outside / "release.pdf")).code == 0
    assert judged(designs, "../../out/gone.pdf").code == 3


def test_an_address_counts_only_if_configured_and_nobody_looks(designs: Path) -> None:
    address = "https://example.org/release.pdf"
    assert judged(designs, address).code == 3
    (designs.parent / "clausewise.toml").write_text("evidence-addresses = true\n")
    ended = judged(designs, address)
    assert ended.code == 0
    rests = ended.designs()["x.design"]["policies"][0]["rests_on"]
    (found,) = [one for one in rests if one["fact"] == "staff.consent"]
    assert found["proofs"] == [{"evidence": address, "sha256": None, "looked_at": False}]
    said = run("check", "--all", designs / "x.design", "--evidence", "required").out
    assert "(not looked at)" in " ".join(said.split())
    for other in ("file:///etc/hostname", "ftp://example.org/x", "no/such://file"):
        assert judged(designs, other).code == 3


@pytest.mark.usefixtures("proof")
def test_a_portfolio_is_no_evidence_for_its_designs(designs: Path) -> None:
    content = reference_examples()["json"].replace("18..", "10..").replace("\n", " ")
    for evidence, code in (("forms/release.pdf", 0), ("all.jsonl", 3)):
        path = designs / "all.jsonl"
        path.write_text(content.replace("forms/release.pdf", evidence) + "\n")
        assert run("portfolio", path, "--evidence", "required").code == code


def test_what_a_row_is_called_leads_nowhere(designs: Path, outside: Path) -> None:
    """Else it could choose the folder in which its evidence is looked for."""
    content = reference_examples()["json"].replace("18..", "10..")
    for folder, evidence, code in (
        (outside, "secret.txt", 3),
        (Path("/etc"), "hostname", 3),
        (designs, "proof.pdf", 0),
    ):
        (designs / "proof.pdf").write_text("x")
        rows = {
            "name": [f"{folder}/x"],
            "design": [content.replace("forms/release.pdf", evidence)],
        }
        parquet.write_table(pa.table(rows), designs / "all.parquet")
        words = ("--policy", "door-code", "--evidence", "required")
        assert run("portfolio", designs / "all.parquet", *words).code == code


def test_without_being_asked_nobody_looks(designs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from clausewise.checking.check import check_file
    from clausewise.checking.options import Options
    from clausewise.intake import evidence

    def looked(*_: object) -> object:
        raise AssertionError

    monkeypatch.setattr(evidence, "_proof", looked)
    assert check_file(designs / "good.design", Options()).verdict == "permitted"
