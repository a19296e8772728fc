"""Attestations: what holds, and that nothing else does."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, strategies as st

from clausewise.dossier.signing import (
    MOST_SIGNATURES,
    PAYLOAD_TYPE,
    Signer,
    SigningKey,
    new_key,
    private_key,
    public_key,
)
from clausewise.dossier.statement import PREDICATE, STATEMENT, as_payload, from_payload
from clausewise.dsl.text.diagnostic import InvalidError
from tests.conftest import ROOT, reference_examples, write_reference
from tests.test_cli import run
from tests.test_dossier import needs_pango


def nobody() -> str:
    """A password, where none is asked for."""
    raise AssertionError


@pytest.fixture(scope="module")
def signer() -> Signer:
    return private_key(new_key()[0], nobody)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a design, its policy and its evidence, a key, and an attestation by it."""
    folder = tmp_path_factory.mktemp("attested")
    write_reference(folder)
    (folder / "forms").mkdir()
    (folder / "forms" / "release.pdf").write_bytes(b"proof of consent")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert run("attest", "--new-key", "me.pem")[0] == 0
        assert run("attest", "front.design", "--key", "me.pem", "-o", "front.dsse.json") == (
            0,
            "",
            "",
        )
    return folder


@pytest.fixture
def desk(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, which is the current folder."""
    shutil.copytree(made, tmp_path / "desk")
    monkeypatch.chdir(tmp_path / "desk")
    return tmp_path / "desk"


def verify(*words: object, key: str = "me.pem.pub") -> tuple[int, str, str]:
    return run("verify", "front.dsse.json", "--key", key, *words)


def refused(code: str, *words: object, key: str = "me.pem.pub") -> str:
    """What is said of an attestation that does not hold. No verdict is told, and the exit code is no verdict's."""
    exit_code, out, err = verify(*words, key=key)
    assert exit_code == 2
    assert out == ""
    assert f"error[{code}]" in err
    return " ".join(err.split())


def envelope(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "front.dsse.json").read_text())
    return found


def statement(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(b64decode(envelope(folder)["payload"]))
    return found


def sign_again(folder: Path, changed: object, key: str = "me.pem") -> None:
    """Sign another statement with the trusted key, as somebody would who errs or is forced to."""
    by = private_key((folder / key).read_bytes(), nobody)
    (folder / "front.dsse.json").write_bytes(by.signed(json.dumps(changed).encode()))


# what holds


def test_what_was_attested_holds(desk: Path) -> None:
    code, out, err = verify()
    assert (code, err) == (0, "")
    assert out.startswith("VERIFIED")
    assert "PERMITTED" in out
    assert public_key((desk / "me.pem.pub").read_bytes()).id[:16] in out


def test_the_statement_is_one_of_in_toto(desk: Path) -> None:
    found = statement(desk)
    assert (found["_type"], found["predicateType"]) == (STATEMENT, PREDICATE)
    (subject,) = found["subject"]
    digest = subprocess.run(
        ["sha256sum", "front.design"], capture_output=True, text=True, check=True
    )
    assert subject == {"name": "front.design", "digest": {"sha256": digest.stdout.split()[0]}}
    (judgement,) = found["predicate"]["judgements"]
    assert judgement["verdict"] == "permitted"
    assert judgement["asOf"] == "2026-11-23"
    assert [one["name"] for one in judgement["evidence"]] == ["forms/release.pdf"]
    assert set(judgement["clauses"].values()) <= {"met", "not-applicable"}
    assert envelope(desk)["payloadType"] == "application/vnd.in-toto+json"


def test_the_same_files_give_the_same_bytes(desk: Path) -> None:
    again = run("attest", "front.design", "--key", "me.pem")[1]
    assert again == (desk / "front.dsse.json").read_text()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("alarm  yes", "alarm no", 1),
        ("alarm  yes", "alarm unknown", 3),
        ("attested by", "# attested by", 4),
    ],
)
def test_the_exit_code_of_what_holds_is_that_of_the_verdict(
    desk: Path, old: str, new: str, code: int
) -> None:
    design = desk / "front.design"
    design.write_text(design.read_text().replace(old, new))
    assert run("attest", design, "--key", "me.pem", "-o", "front.dsse.json")[0] == code
    found = verify()
    assert found[0] == code
    assert found[1].startswith("VERIFIED")
    assert verify("--fail-on", "prohibited")[0] == (1 if code == 1 else 0)


@pytest.mark.usefixtures("desk")
def test_how_it_was_judged_is_how_it_is_judged_again() -> None:
    words = ("--reading", "keeping=loose", "--as-of", "2026-12-01", "--evidence", "required")
    assert run("attest", "front.design", "--key", "me.pem", "-o", "front.dsse.json", *words)[0] == 0
    code, out, _ = verify()
    said = " ".join(out.split())
    assert code == 0
    assert "keeping=loose" in said
    assert "as of 2026-12-01" in said
    assert "only with evidence" in said


def test_the_design_may_lie_elsewhere(desk: Path) -> None:
    (desk / "inbox").mkdir()
    (desk / "front.dsse.json").rename(desk / "inbox" / "front.dsse.json")
    words = ("verify", "inbox/front.dsse.json", "--key", "me.pem.pub")
    assert run(*words)[0] == 2
    assert run(*words, "front.design")[0] == 0


def test_a_folder_stands_for_the_only_attestation_in_it(desk: Path) -> None:
    words = ("verify", ".", "--key", "me.pem.pub")
    assert run(*words) == run("verify", "front.dsse.json", "--key", "me.pem.pub")
    (desk / "other.statement.json").write_text("{}", encoding="utf-8")
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert "holds 2 attestations, such as `front.dsse.json`" in err
    (desk / "empty").mkdir()
    code, out, err = run("verify", "empty", "--key", "me.pem.pub")
    assert (code, out) == (2, "")
    assert "`empty` holds no attestation" in err


@pytest.mark.usefixtures("desk")
def test_a_key_of_openssl_will_do() -> None:
    if not shutil.which("openssl"):
        pytest.skip("NOT TESTED: openssl is not installed")
    for words in (
        ("genpkey", "-algorithm", "ed25519", "-out", "their.pem"),
        ("pkey", "-in", "their.pem", "-pubout", "-out", "their.pub"),
    ):
        subprocess.run(["openssl", *words], check=True, capture_output=True)
    assert run("attest", "front.design", "--key", "their.pem", "-o", "front.dsse.json")[0] == 0
    assert verify(key="their.pub")[0] == 0
    refused("E562")


def test_a_key_may_have_a_password(desk: Path) -> None:
    from cryptography.hazmat.primitives import serialization as s

    key = s.load_pem_private_key((desk / "me.pem").read_bytes(), None)
    locked = key.private_bytes(
        s.Encoding.PEM, s.PrivateFormat.PKCS8, s.BestAvailableEncryption(b"open")
    )
    public = public_key((desk / "me.pem.pub").read_bytes())
    assert private_key(locked, lambda: "open").key.id == public.id
    with pytest.raises(InvalidError, match="E561"):
        private_key(locked, lambda: "shut")
    (desk / "locked.pem").write_bytes(locked)
    code, _, err = run("attest", "front.design", "--key", "locked.pem")
    assert code == 2
    assert "password" in err


def test_other_signatures_may_stand_beside(desk: Path) -> None:
    found = envelope(desk)
    other = {"keyid": "someone", "sig": b64encode(bytes(64)).decode()}
    found["signatures"] = [other, *found["signatures"], {"sig": "AAAA"}]
    (desk / "front.dsse.json").write_text(json.dumps(found))
    code, out, _ = verify()
    assert code == 0
    assert "2 others at which nobody looked" in " ".join(out.split())


def test_base64_of_both_alphabets_is_read(signer: Signer) -> None:
    payload = bytes(range(256))
    found = json.loads(signer.signed(payload))
    found["payload"] = urlsafe_b64encode(payload).decode()
    assert signer.key.opened(json.dumps(found).encode()).payload == payload


def test_a_newer_clausewise_may_judge_again(desk: Path) -> None:
    changed = statement(desk)
    changed["predicate"]["clausewise"] = "0.0.1"
    sign_again(desk, changed)
    assert verify()[0] == 0
    assert "attested by Clausewise 0.0.1" in " ".join(verify()[1].split())


@needs_pango
def test_the_session_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "examples" / "case-16-airport-boarding.design", "boarding.design")
    page = (ROOT / "docs" / "dossier.md").read_text(encoding="utf-8")
    sessions = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    steps = [
        step for session in sessions for step in re.findall(r"\$ (.*)\n((?:(?!\$ ).*\n)*)", session)
    ]
    assert len(steps) == 8
    for line, printed in steps:
        words = shlex.split(line)
        if words[0] != "clausewise":
            subprocess.run(line, shell=True, check=True)
            continue
        code, out, err = run(*words[1:])
        assert code == (2 if "NOT VERIFIED" in printed else 0)
        shown = ".*".join(map(re.escape, printed.rstrip().split("…")))
        assert re.fullmatch(shown, (out + err).rstrip(), re.DOTALL), out + err
    assert {path.suffix for path in tmp_path.iterdir()} >= {".html", ".pdf", ".md", ".json", ".pub"}


# what does not


@pytest.mark.parametrize(
    "name", ["front.design", "door-code.policy", "doors.vocabulary", "forms/release.pdf"]
)
def test_another_file_is_found(desk: Path, name: str) -> None:
    (desk / name).write_bytes((desk / name).read_bytes() + b"\n")
    assert Path(name).stem in refused("E563")


@pytest.mark.parametrize(
    "name", ["front.design", "door-code.policy", "doors.vocabulary", "forms/release.pdf"]
)
def test_a_missing_file_is_found(desk: Path, name: str) -> None:
    (desk / name).unlink()
    assert verify()[0] == 2
    assert verify()[1] == ""


def test_a_swapped_design_is_found(desk: Path) -> None:
    (desk / "other.design").write_text(
        reference_examples()["design"].replace("30 days", "600 days")
    )
    assert "is another file than was attested" in refused("E563", "other.design")


def test_another_key_is_found(desk: Path) -> None:
    assert run("attest", "--new-key", "other.pem")[0] == 0
    assert "did not sign it" in refused("E562", key="other.pem.pub")
    sign_again(desk, statement(desk), "other.pem")
    refused("E562")


def test_no_key_that_comes_with_it_is_trusted(desk: Path) -> None:
    """A stranger signs, and says that their key is the trusted one, by its name and by bringing it along."""
    assert run("attest", "--new-key", "other.pem")[0] == 0
    trusted = envelope(desk)["signatures"][0]["keyid"]
    sign_again(desk, statement(desk), "other.pem")
    found = envelope(desk)
    found["signatures"][0] |= {"keyid": trusted, "publicKey": (desk / "other.pem.pub").read_text()}
    found["key"] = (desk / "other.pem.pub").read_text()
    (desk / "front.dsse.json").write_text(json.dumps(found))
    refused("E562")


def test_another_version_of_the_policy_is_found(desk: Path) -> None:
    policy = desk / "door-code.policy"
    policy.write_text(policy.read_text().replace('version     "1.0"', 'version     "1.1"'))
    assert verify()[0] == 2
    assert verify()[1] == ""
    assert "E204" in verify()[2]
    said = refused("E563", "--policy", "door-code.policy")
    assert "the policy `door-code 1.0` was attested, and is not there" in said


def test_a_false_verdict_is_found_though_it_is_signed(desk: Path) -> None:
    changed = statement(desk)
    changed["predicate"]["judgements"][0]["verdict"] = "prohibited"
    changed["predicate"]["judgements"][0]["clauses"]["keeping"] = "violated"
    sign_again(desk, changed)
    said = refused("E563")
    assert "is permitted, and prohibited was attested" in said
    assert "the clause `keeping` is met, and violated was attested" in said


def test_evidence_that_was_not_attested_is_found(desk: Path) -> None:
    changed = statement(desk)
    changed["predicate"]["judgements"][0]["evidence"] = []
    sign_again(desk, changed)
    assert "takes part, and was not attested" in refused("E563")


@pytest.mark.parametrize(
    "name",
    ["../front.design", "/etc/passwd", "forms/../front.design", "..\\front.design", "", ".", "x/front.design",
     "front.design\0", "front.dsse.json/../front.design", "a\n.design", "me.pem"],
)  # fmt: skip
def test_a_name_leads_nowhere_else(desk: Path, name: str) -> None:
    (desk.parent / "front.design").write_bytes((desk / "front.design").read_bytes())
    changed = statement(desk)
    changed["subject"][0]["name"] = name
    sign_again(desk, changed)
    code, out, err = verify()
    assert (code, out) == (2, "")
    assert "root:" not in err


def test_a_link_beside_it_leads_nowhere_else(desk: Path) -> None:
    (desk / "inbox").mkdir()
    (desk / "front.dsse.json").rename(desk / "inbox" / "front.dsse.json")
    (desk / "inbox" / "front.design").symlink_to(desk / "front.design")
    assert run("verify", "inbox/front.dsse.json", "--key", "me.pem.pub")[0] == 2


@pytest.mark.parametrize(
    "name", ["../door-code.policy", "door-code.policy", "/etc/passwd", "x 1.0\n", "x y z"]
)
def test_the_name_of_a_policy_leads_nowhere(desk: Path, name: str) -> None:
    changed = statement(desk)
    changed["predicate"]["judgements"][0]["policy"]["name"] = name
    sign_again(desk, changed)
    refused("E562")


def _no_subject(found: dict[str, Any]) -> None:
    found["subject"] = []


def _two_subjects(found: dict[str, Any]) -> None:
    found["subject"] *= 2


def _other_type(found: dict[str, Any]) -> None:
    found["_type"] = "https://in-toto.io/Statement/v0.1"


def _other_predicate(found: dict[str, Any]) -> None:
    found["predicateType"] = "https://slsa.dev/provenance/v1"


def _further_field(found: dict[str, Any]) -> None:
    found["predicate"]["approved"] = True


def _no_verdict(found: dict[str, Any]) -> None:
    found["predicate"]["judgements"] = []


def _many_verdicts(found: dict[str, Any]) -> None:
    found["predicate"]["judgements"] *= 50


def _no_date(found: dict[str, Any]) -> None:
    found["predicate"]["judgements"][0]["asOf"] = "soon"


@pytest.mark.parametrize(
    "change",
    [_no_subject, _two_subjects, _other_type, _other_predicate, _further_field, _no_verdict,
     _many_verdicts, _no_date],
)  # fmt: skip
def test_another_kind_of_statement_is_refused(
    desk: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    changed = statement(desk)
    change(changed)
    sign_again(desk, changed)
    refused("E562")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"payload": 1}', b"[" * 100_000, b'{"a":' * 100_000,
        b'{"payload": "!", "payloadType": "x", "signatures": []}',
        b'{"payload": "AAAA", "payloadType": "x", "signatures": []}',
        b'{"payload": "AAAA", "payloadType": "x", "signatures": [{"sig": "\\u00e9"}]}',
        b'{"payload": "AAAA", "payloadType": "\\ud800", "signatures": [{"sig": "AAAA"}]}',
        b'{"payload": "AAAA", "payloadType": "x", "signatures": [{"keyid": "\\n"}]}',
    ],
)  # fmt: skip
def test_what_is_no_envelope_is_refused(desk: Path, content: bytes) -> None:
    (desk / "front.dsse.json").write_bytes(content)
    refused("E562")


def test_a_key_that_stands_twice_in_what_is_signed_is_refused(desk: Path) -> None:
    """Which of both counts would be for whoever reads it to say."""
    text = json.dumps(statement(desk))
    twice = text.replace('"verdict": ', '"verdict": "permitted", "verdict": ')
    signed = private_key((desk / "me.pem").read_bytes(), nobody).signed(twice.encode())
    (desk / "front.dsse.json").write_bytes(signed)
    assert "`verdict` stands twice" in refused("E562")


def test_another_type_of_payload_is_refused_though_it_is_signed(desk: Path) -> None:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from securesystemslib.dsse import Envelope
    from securesystemslib.signer import CryptoSigner

    by = CryptoSigner(load_pem_private_key((desk / "me.pem").read_bytes(), None))
    other = Envelope(json.dumps(statement(desk)).encode(), "application/json", {})
    other.sign(by)
    (desk / "front.dsse.json").write_text(json.dumps(other.to_dict()))
    assert "`application/json`" in refused("E562")
    relabelled = other.to_dict() | {"payloadType": PAYLOAD_TYPE}
    (desk / "front.dsse.json").write_text(json.dumps(relabelled))
    assert "did not sign it" in refused("E562")


def test_what_is_huge_is_refused(desk: Path) -> None:
    (desk / "front.dsse.json").write_bytes(b" " * (5 * 1024**2))
    refused("E100")
    (desk / "big.pub").write_bytes(b"-" * (1024**2))
    assert "E100" in verify(key="big.pub")[2]
    found = envelope_of_many(desk, MOST_SIGNATURES + 1)
    (desk / "front.dsse.json").write_text(json.dumps(found))
    assert "signatures" in refused("E562")


def envelope_of_many(desk: Path, count: int) -> dict[str, Any]:
    run("attest", "front.design", "--key", "me.pem", "-o", "again.json")
    found: dict[str, Any] = json.loads((desk / "again.json").read_text())
    found["signatures"] = [{"sig": "AAAA"}] * (count - 1) + found["signatures"]
    return found


KEYS: Mapping[str, bytes] = {
    "empty": b"",
    "no PEM": b"hello",
    "cut": b"-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n",
    "bytes": bytes(range(256)),
}


@pytest.mark.parametrize("name", KEYS)
def test_what_is_no_key_is_refused(desk: Path, name: str) -> None:
    (desk / "k").write_bytes(KEYS[name])
    for words in (("verify", "front.dsse.json"), ("attest", "front.design")):
        code, out, err = run(*words, "--key", "k")
        assert (code, out) == (2, "")
        assert "E561" in err


def test_a_key_of_another_kind_is_refused(desk: Path) -> None:
    from cryptography.hazmat.primitives import serialization as s
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

    other = generate_private_key(SECP256R1())
    private = other.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())
    public = other.public_key().public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo)
    (desk / "k").write_bytes(private)
    (desk / "k.pub").write_bytes(public)
    assert "ed25519" in run("attest", "front.design", "--key", "k")[2]
    said = verify(key="k.pub")[2]
    assert "ed25519" in said
    assert "give the public key of whoever signed it" in " ".join(said.split())
    assert "--new-key" not in said


@pytest.mark.usefixtures("desk")
def test_each_half_of_a_key_is_for_its_own_use() -> None:
    assert "private key" in refused_key("verify", "front.dsse.json", "--key", "me.pem")
    assert "E561" in refused_key("attest", "front.design", "--key", "me.pem.pub")


def refused_key(*words: str) -> str:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    return err


def test_a_new_key_replaces_nothing_and_is_for_its_owner_alone(desk: Path) -> None:
    before = (desk / "me.pem").read_bytes()
    assert run("attest", "--new-key", "me.pem")[0] == 2
    assert (desk / "me.pem").read_bytes() == before
    assert (desk / "me.pem").stat().st_mode & 0o777 == 0o600
    (desk / "half.pem").write_text("mine")
    assert run("attest", "--new-key", "half.pem")[0] == 2
    assert (desk / "half.pem").read_text() == "mine"


@pytest.mark.parametrize(
    "words", [(), ("front.design",), ("--key", "me.pem"), ("front.design", "--new-key", "k"),
              ("front.design", "--key", "me.pem", "--new-key", "k")],
)  # fmt: skip
def test_attest_says_what_it_wants(desk: Path, words: tuple[str, ...]) -> None:
    code, out, err = run("attest", *words)
    assert (code, out) == (2, "")
    assert "attest DESIGN --key FILE" in " ".join(err.split())
    assert not (desk / "k").exists()


def test_the_key_is_never_replaced(desk: Path) -> None:
    before = (desk / "me.pem").read_bytes()
    assert run("attest", "front.design", "--key", "me.pem", "-o", "me.pem")[0] == 2
    assert (desk / "me.pem").read_bytes() == before


# laws


@given(st.binary(max_size=300), st.data())
def test_any_bit_that_is_flipped_in_what_is_signed_is_found(
    payload: bytes, data: st.DataObject
) -> None:
    found = json.loads(SIGNER.signed(payload))
    assert KEY.opened(json.dumps(found).encode()).payload == payload
    part = data.draw(st.sampled_from(["payload", "sig", "payloadType"]))
    old = b64decode(found["payload"] if part == "payload" else found["signatures"][0]["sig"])
    if part == "payloadType":
        old = found["payloadType"].encode()
    if not old:
        return
    place, bit = data.draw(st.integers(0, len(old) - 1)), data.draw(st.integers(0, 7))
    new = bytes(byte ^ (1 << bit) if n == place else byte for n, byte in enumerate(old))
    if part == "payload":
        found["payload"] = b64encode(new).decode()
    elif part == "sig":
        found["signatures"][0]["sig"] = b64encode(new).decode()
    else:
        found["payloadType"] = new.decode("latin-1")
    with pytest.raises(InvalidError, match="E562"):
        KEY.opened(json.dumps(found).encode())


@given(st.data())
def test_a_byte_of_the_file_says_the_same_or_is_found(data: st.DataObject) -> None:
    """What is not signed (blanks, the name of the key) may change; what is read stays what was signed."""
    content = SIGNER.signed(b'{"what": "was signed"}')
    place = data.draw(st.integers(0, len(content) - 1))
    changed = content[:place] + bytes([data.draw(st.integers(0, 255))]) + content[place + 1 :]
    try:
        found = KEY.opened(changed)
    except InvalidError:
        return
    assert found.payload == b'{"what": "was signed"}'


@given(st.binary(max_size=200))
@example(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
def test_whatever_is_given_is_refused_and_no_bug(content: bytes) -> None:
    """What looks like a key with a password is asked for one, and is none with it."""
    for read in (KEY.opened, from_payload, public_key, lambda pem: private_key(pem, str)):
        with pytest.raises(InvalidError):
            read(content)


@given(st.data())
def test_any_byte_that_is_flipped_in_a_subject_is_found(made: Path, data: st.DataObject) -> None:
    """The design is known by its digest before anything of it is judged."""
    source = (made / "front.design").read_bytes()
    place, bit = data.draw(st.integers(0, len(source) - 1)), data.draw(st.integers(0, 7))
    changed = bytes(byte ^ (1 << bit) if n == place else byte for n, byte in enumerate(source))
    folder = made.parent / "flipped"
    shutil.copytree(made, folder, dirs_exist_ok=True)
    (folder / "front.design").write_bytes(changed)
    code, out, err = run("verify", folder / "front.dsse.json", "--key", made / "me.pem.pub")
    assert (code, out) == (2, "")
    assert "E563" in err or "E100" in err


def test_a_statement_is_read_as_it_was_written(desk: Path) -> None:
    payload = b64decode(envelope(desk)["payload"])
    assert as_payload(from_payload(payload)) == payload


SIGNER = private_key(new_key()[0], nobody)
KEY: SigningKey = SIGNER.key


def test_evidence_on_which_an_open_verdict_does_not_rest_is_covered_too(
    desk: Path,
) -> None:
    """Without it, another fact would be missing."""
    text = (desk / "front.design").read_text()
    assert "harm" in text
    (desk / "open.design").write_text(re.sub(r"(?m)^ *harm .*\n", "", text))
    assert run("attest", "open.design", "--key", "me.pem", "-o", "open.json")[0] == 4
    payload = json.loads(b64decode(json.loads((desk / "open.json").read_text())["payload"]))
    named = [one["name"] for one in payload["predicate"]["judgements"][0]["evidence"]]
    stated = re.findall(r'evidence "([^"]+)"', (desk / "open.design").read_text())
    assert stated
    assert sorted(named) == sorted(stated)


def test_no_input_is_replaced(desk: Path) -> None:
    """Evidence, a public key: what a verdict or a signature goes by is no place to write to."""
    (evidence,) = set(re.findall(r'evidence "([^"]+)"', (desk / "front.design").read_text()))
    before = (desk / evidence).read_bytes()
    for words in (
        ("attest", "front.design", "--key", "me.pem", "-o", evidence),
        ("attest", "front.design", "--key", "me.pem", "-o", "me.pem.pub"),
        ("report", "front.design", "-f", "markdown", "-o", evidence),
        ("check", "front.design", "--output", f"json={evidence}"),
        ("check", "front.design", "--write-baseline", evidence),
    ):
        code, _, err = run(*words)
        assert (code, "would be replaced" in err) == (2, True), words
    assert (desk / evidence).read_bytes() == before
