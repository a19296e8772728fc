"""What a PDF carries is verified as what lies in a folder is; and a hostile PDF costs little, and says nothing."""

from __future__ import annotations

import io
import shutil
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    StreamObject,
    TextStringObject,
)

from clausewise.dossier import carried
from clausewise.dossier.carried import MOST_FILES, read_files
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.workers.warm import WarmWorkers
from tests.test_attest import made
from tests.test_cli import run

__all__ = ["made"]
LIMIT = 1024**2
KEY = ("--key", "me.pem.pub")


def pdf(*files: tuple[str, bytes]) -> bytes:
    """A PDF that carries files."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    for name, content in files:
        writer.add_attachment(name, content)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def packed(content: bytes, *, filters: int = 1, times: int = 1) -> bytes:
    """A PDF with a file that is packed so often, of which it says that it is packed so often."""
    stream = StreamObject()
    for _ in range(times):
        content = zlib.compress(content, 9)
    stream._data = content
    stream[NameObject("/Filter")] = ArrayObject([NameObject("/FlateDecode")] * filters)
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    file = DictionaryObject({NameObject("/EF"): DictionaryObject()})
    file["/EF"][NameObject("/F")] = writer._add_object(stream)  # type: ignore[index]
    named = ArrayObject([TextStringObject("a.dsse.json"), writer._add_object(file)])
    files = DictionaryObject({NameObject("/Names"): named})
    names = DictionaryObject({NameObject("/EmbeddedFiles"): files})
    writer.root_object[NameObject("/Names")] = names
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


@pytest.fixture
def desk(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The attested files, and a PDF that carries the design and the attestation; it is the current folder."""
    shutil.copytree(made, tmp_path / "desk")
    monkeypatch.chdir(tmp_path / "desk")
    names = ("front.design", "front.dsse.json")
    (tmp_path / "desk" / "letter.pdf").write_bytes(
        pdf(*((name, (made / name).read_bytes()) for name in names))
    )
    for name in names:
        (tmp_path / "desk" / name).unlink()
    return tmp_path / "desk"


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PDF is read in this process: to start another takes time."""
    monkeypatch.setattr(carried, "files_in", read_files)


def refused(code: str, *words: str, file: str = "letter.pdf") -> str:
    exit_code, out, err = run("verify", file, *KEY, *words)
    assert (exit_code, out) == (2, "")
    assert f"error[{code}]" in err
    return " ".join(err.split())


# what holds


def test_a_pdf_holds_as_a_folder_does(desk: Path) -> None:
    code, out, err = run("verify", "letter.pdf", *KEY)
    assert (code, err) == (0, "")
    assert out.startswith("VERIFIED  front.design, in letter.pdf")
    assert "Nobody signed what the pages of the PDF say" in " ".join(out.split())
    assert "the file is not here" not in out
    (desk / "letter.PDF").write_bytes((desk / "letter.pdf").read_bytes())
    (desk / "letter").write_bytes((desk / "letter.pdf").read_bytes())
    assert run("verify", "letter", *KEY)[0] == 0, "by how it begins"


@pytest.mark.usefixtures("here")
def test_evidence_that_did_not_come_along_counts_as_it_was_attested(desk: Path) -> None:
    """Whoever signed has seen it. What lies beside the PDF under its name is looked at, though."""
    (desk / "forms" / "release.pdf").rename(desk / "elsewhere.pdf")
    code, out, _ = run("verify", "letter.pdf", *KEY)
    assert code == 0
    assert "as it was attested: the file is not here" in " ".join(out.split())
    (desk / "forms" / "release.pdf").write_bytes(b"another")
    assert "forms/release.pdf` is another file than was attested" in refused("E563")
    (desk / "forms" / "release.pdf").write_bytes(b"")
    assert "forms/release.pdf` was attested, and is not there" in refused("E563")


@pytest.mark.usefixtures("here")
def test_evidence_that_is_not_attested_is_not_made_up(desk: Path, made: Path) -> None:
    """A design in a folder has no digest to fall back on: there its evidence must lie."""
    for name in ("front.design", "front.dsse.json"):
        shutil.copy(made / name, desk)
    shutil.rmtree(desk / "forms")
    assert "is not there" in refused("E563", file="front.dsse.json")
    assert run("verify", "letter.pdf", *KEY)[0] == 0


# what does not


@pytest.mark.usefixtures("here")
def test_what_was_changed_in_a_pdf_is_found(desk: Path, made: Path) -> None:
    design, signed = ((made / name).read_bytes() for name in ("front.design", "front.dsse.json"))
    cases: Mapping[str, tuple[str, tuple[tuple[str, bytes], ...]]] = {
        "is another file than was attested": (
            "E563", (("front.design", design + b"\n"), ("front.dsse.json", signed))),
        "did not sign it": (
            "E562", (("front.design", design), ("front.dsse.json", signed.replace(b"A", b"B", 1)))),
        "carries no attestation": ("E562", (("front.design", design),)),
        "carries 2 attestations": (
            "E562", (("front.design", design), ("a.dsse.json", signed), ("b.dsse.json", signed))),
        "two files that are called `front.design`": (
            "E562", (("front.design", b"x"), ("front.design", design), ("a.dsse.json", signed))),
        "is not among the files": ("E562", (("other.design", design), ("a.dsse.json", signed))),
    }  # fmt: skip
    for said, (code, files) in cases.items():
        (desk / "letter.pdf").write_bytes(pdf(*files))
        assert said in refused(code)


@pytest.mark.usefixtures("here", "desk")
def test_another_key_did_not_sign_a_pdf() -> None:
    assert run("attest", "--new-key", "other.pem")[0] == 0
    code, out, err = run("verify", "letter.pdf", "--key", "other.pem.pub")
    assert (code, out) == (2, "")
    assert "did not sign it" in " ".join(err.split())


NAMED = ("a.dsse.json", b"{}")
CUT = pdf(NAMED)
HOSTILE: Mapping[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "only its beginning": lambda: b"%PDF-1.7\n",
    "cut": lambda: CUT[: len(CUT) // 2],
    "cut at its end": lambda: CUT[:-40],
    "bytes": lambda: b"%PDF-1.7\n" + bytes(range(256)) * 100,
    "an end that leads nowhere": lambda: b"%PDF-1.7\nstartxref\n999999999\n%%EOF\n",
    "an end that leads to itself": lambda: b"%PDF-1.7\nstartxref\n9\n%%EOF\n",
    "lists in lists": lambda: CUT.replace(b"/Names [", b"/Names " + b"[" * 20_000, 1),
    "dictionaries in dictionaries": lambda: CUT.replace(b"/Names [", b"/Names " + b"<</a " * 9_000, 1),
    "a bomb": partial(packed, b"\0" * (64 * LIMIT)),
    "a bomb in a bomb": partial(packed, b"\0" * (64 * LIMIT), filters=2, times=2),
    "many filters": partial(packed, b"{}", filters=200, times=200),
    "many files": lambda: pdf(*((f"{n}.txt", b"") for n in range(MOST_FILES + 1))),
    "a long list": lambda: CUT.replace(b"/Names [", b"/Names [" + b"null " * 30_000, 1),
    "a password": lambda: CUT.replace(b"/Info 1 0 R", b"/Encrypt 1 0 R ", 1),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_pdf_is_refused(name: str) -> None:
    content = HOSTILE[name]()
    assert content != CUT
    with pytest.raises(InvalidError, match="E562"):
        read_files(content, LIMIT)


@settings(max_examples=60)
@given(st.data())
def test_whatever_is_changed_in_a_pdf_it_is_read_or_refused(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(CUT)))
    upto = data.draw(st.integers(at, min(len(CUT), at + 40)))
    changed = CUT[:at] + data.draw(st.binary(max_size=40)) + CUT[upto:]
    try:
        found = read_files(changed, LIMIT)
    except InvalidError:
        return
    assert all(isinstance(name, str) and isinstance(held, bytes) for name, held in found)


def test_what_takes_too_long_is_refused(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a process of its own, which is not waited for any longer."""
    monkeypatch.setattr(carried, "WarmWorkers", partial(WarmWorkers, seconds=0))
    said = refused("E562")
    assert "takes too much" in said
    (desk / "letter.pdf").write_bytes(b"%PDF-1.7\n" + b" " * (5 * 1024**2))
    assert "is larger than 4 MiB, which `max-size` can raise" in refused("E100")
