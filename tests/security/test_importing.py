"""Hostile plans, templates and recordings: a diagnostic, bounded memory, and nothing that gets into a design."""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from clausewise.checking.check import check_file
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.text.source import source_from_text
from clausewise.importing import hcl
from clausewise.importing.cutting import CUT, MOST_OF_A_TEXT, CutReader, LongWordError
from clausewise.importing.drift import MOST_HCL
from clausewise.importing.findings import Imported
from tests.importing.files import ACCOUNT, ORIGIN, account, calls, imported, plan, template
from tests.security.conftest import SECONDS
from tests.test_cli import run

DEEP = "[" * 100_000
KEYS_TWICE = [
    ("terraform", "plan.json", '{"resource_changes": [{"address": "a"}], "resource_changes": []}'),
    ("terraform", "a.tf.json", '{"resource": {}, "resource": {}}'),
    ("arm", "t.json", template()[:-1] + ', "resources": []}'),
]
HOSTILE = [
    *KEYS_TWICE,
    ("terraform", "plan.json", DEEP),
    ("terraform", "plan.json", '{"resource_changes": [' + '{"a":' * 70 + "1" + "}" * 70 + "]}"),
    ("terraform", "plan.json", '{"resource_changes": ' + "9" * 100_000),
    ("terraform", "plan.json", "[]"),
    ("terraform", "plan.json", "\x00"),
    ("terraform", "plan.json", '{"resource_changes": [{"address": "\\ud800"}]'),
    ("terraform", "main.tf", "a = " + "(" * 1000),
    ("terraform", "main.tf", 'resource "a" {'),
    ("terraform", "main.tf", "a = <<EOF\n"),
    ("terraform", "main.tf", "#" * (256 * 1024 + 1)),
    ("arm", "t.json", DEEP),
    ("arm", "t.json", '{"$schema": 1, "resources": 2}'),
    ("calls", "c.har", DEEP),
    ("calls", "c.har", '{"method": "POST", "url": ' + "9" * 100_000 + "}"),
    ("calls", "c.har", '{"method": "POST", "url": "http://[::1/face/v1.0/verify'),
    ("calls", "c.har", "\x00\xff"),
    ("calls", "c.har", ""),
]


@pytest.mark.parametrize(("kind", "name", "content"), HOSTILE)
def test_what_is_broken_ends_in_a_diagnostic(
    kind: str, name: str, content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(content, encoding="utf-8")
    code, _, err = run("import", kind, name, "--into", "a.design")
    assert (code, "error[E1" in err) == (2, True), err
    assert len(err) < 2_000
    assert not (tmp_path / "a.design").exists()


SLOW = {
    "takes more than 20 numbers in a row": "1-" * 16_000 + "1",
    "blanks and line ends in a row": "<<E\n" + "\n" * 32_000 + "E",
    "more than 30,000 names": "[" + "1," * 125_000 + "1]",
    "some hundred parts": "a && " * 6_000 + "b",
}
"""What is told, and the value of which it is told: python-hcl2 takes a time for it that grows with the square."""


@pytest.mark.parametrize("told", SLOW)
def test_what_takes_long_to_parse_is_refused_before(told: str, tmp_path: Path) -> None:
    """A list of 250 KB took 18 s, and a difference of 32 KB 9 s: by `import`, and by `check` of a design."""
    path = tmp_path / "main.tf"
    path.write_text(f'resource "a" "b" {{\n x = {SLOW[told]}\n}}\n', encoding="utf-8")
    before = time.process_time()
    code, _, err = run("import", "terraform", str(path), "--into", str(tmp_path / "b.design"))
    assert (code, told in " ".join(err.split())) == (2, True), err
    if path.stat().st_size <= MOST_HCL:
        (said,) = compared(tmp_path, "main.tf")
        assert told in said
    assert time.process_time() - before < SECONDS


def test_all_files_of_a_module_share_the_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hcl, "MOST_TOKENS", 3_000)
    for number in range(4):
        (tmp_path / f"{number}.tf").write_text("a {\n}\n" * 250, encoding="utf-8")
    code, _, err = run("import", "terraform", str(tmp_path), "--into", str(tmp_path / "b.design"))
    assert (code, "more than 3,000 names" in " ".join(err.split())) == (2, True), err
    (tmp_path / "3.tf").unlink()
    (tmp_path / "2.tf").unlink()
    code, _, err = run("import", "terraform", str(tmp_path), "--into", str(tmp_path / "b.design"))
    assert (code, err) == (0, "")


def test_the_numbers_of_a_real_file_are_read() -> None:
    """Bounds of blanks and differences meet nothing that people write."""
    certificate = "\n".join(["-----BEGIN-----", *["ab-1-2+/3" * 7] * 30, "-----END-----"])
    text = f'a {{\n  x = "2024-01-01-1-1"\n  y = <<E\n{certificate}\n\n\nE\n  z = 5-1-1 - 1\n}}\n'
    assert hcl._parsed(Path("x.tf"), text.encode(), 100)[1] < 100


ODD = [
    plan({"address": ACCOUNT, "type": ACCOUNT, "change": {"after": {"kind": ["Face"] * 1000}}}),
    plan(account(sku_name={"a": {"b": 1}}, location=[[[1]]], network_acls="x", identity=None)),
    plan(account(unknown=[True, {"sku_name": [True]}])),
    plan({"address": 1, "type": None, "change": 2}, None, [], "x"),
    plan(account(name="x" * 100_000)),
]


@pytest.mark.parametrize("content", ODD)
def test_what_is_odd_is_read_all_the_same(
    content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.json").write_text(content, encoding="utf-8")
    assert run("import", "terraform", "plan.json", "--into", "a.design")[0] == 0
    assert check_file(tmp_path / "a.design").exit_code == 3


INJECTED = '"\n}\nuse evil {\n  purpose other-purpose\n}\n#\\ \x1b[2J \u2028 "'


def test_no_address_gets_out_of_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address may hold anything; in a design it is one text, on one line."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.json").write_text(plan(account(INJECTED)), encoding="utf-8")
    code, out, _ = run("import", "terraform", "plan.json", "--into", "a.design")
    assert code == 0
    assert "\x1b" not in out
    text = (tmp_path / "a.design").read_text(encoding="utf-8")
    tree, problems = parse(source_from_text("a.design", text), "design")
    assert tree
    assert not problems
    assert "use evil" not in [line.strip() for line in text.splitlines()]
    assert check_file(tmp_path / "a.design").exit_code == 3


def test_a_design_is_compared_only_with_what_lies_where_inputs_lie(tmp_path: Path) -> None:
    """And nothing of another file is shown."""
    secret = tmp_path / "secret.json"
    secret.write_text(plan(account(sku_name="F0")), encoding="utf-8")
    folder = tmp_path / "a"
    folder.mkdir()
    design = f'deployment "x"\njudged by face-code-of-conduct\nregistration {{\n  tier standard {ORIGIN}\n}}\n'
    names = ["../secret.json", str(secret), "link.json", "fifo.json", "", "a.design", "/etc/passwd"]
    (folder / "link.json").symlink_to(secret)
    os.mkfifo(folder / "fifo.json")
    for name in filter(None, names):
        (folder / "a.design").write_text(design.replace("plan.json", name), encoding="utf-8")
        found = [d for d in check_file(folder / "a.design").diagnostics if d.code[:3] == "W70"]
        assert [d.code for d in found] == ["W709"], name
        assert "free" not in found[0].message


def test_a_design_is_compared_with_few_files(tmp_path: Path) -> None:
    froms = " ".join(f'from "p{number}.json#a"' for number in range(50))
    design = f'deployment "x"\njudged by face-code-of-conduct\nregistration {{\n  tier free {froms}\n}}\n'
    (tmp_path / "a.design").write_text(design, encoding="utf-8")
    found = [d for d in check_file(tmp_path / "a.design").diagnostics if d.code == "W709"]
    assert len(found) == 11
    assert "40 further files" in "".join(d.message for d in found)


def test_large_files_of_terraform_are_not_compared(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("#" * (64 * 1024 + 1), encoding="utf-8")
    line = 'tier free from "main.tf#a"'
    design = f'deployment "x"\njudged by face-code-of-conduct\nregistration {{\n  {line}\n}}\n'
    (tmp_path / "a.design").write_text(design, encoding="utf-8")
    assert [
        d.code for d in check_file(tmp_path / "a.design").diagnostics if d.code[:3] == "W70"
    ] == ["W709"]


def compared(folder: Path, *names: str) -> list[str]:
    """What `check` says of a design that names files behind `from`."""
    line = "  tier free " + " ".join(f'from "{name}#a"' for name in names)
    design = f'deployment "x"\njudged by face-code-of-conduct\nregistration {{\n{line}\n}}\n'
    (folder / "a.design").write_text(design, encoding="utf-8")
    found = check_file(folder / "a.design").diagnostics
    return [f"{d.code} {d.message}" for d in found if d.code in ("W708", "W709")]


def parsed_by(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files of Terraform that are parsed from now on; nothing is in them."""
    names: list[str] = []

    def parsed(path: Path, _: bytes, most: int) -> tuple[dict[str, object], int]:
        assert most > 0
        names.append(path.name)
        return {}, 1

    monkeypatch.setattr(hcl, "_parsed", parsed)
    return names


def test_files_of_terraform_are_bounded_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = parsed_by(monkeypatch)
    names = [f"c{number}.tf" for number in range(10)]
    for name in names:
        (tmp_path / name).write_text("#" * (MOST_HCL // 2 - 1), encoding="utf-8")
    found = compared(tmp_path, *names)
    assert read == names[:2]
    assert sum("KiB in all" in said for said in found) == 8


def test_a_file_is_compared_once_however_it_is_spelt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = parsed_by(monkeypatch)
    (tmp_path / "main.tf").write_text("", encoding="utf-8")
    (tmp_path / "link.tf").symlink_to("main.tf")
    compared(
        tmp_path, "main.tf", "./main.tf", ".//main.tf", f"../{tmp_path.name}/main.tf", "link.tf"
    )
    assert read == ["main.tf"]


def test_a_folder_that_is_called_as_a_file_is_not_gone_through(tmp_path: Path) -> None:
    (tmp_path / "dir.tf").mkdir()
    (tmp_path / "dir.tf" / "main.tf").write_text("x = 1", encoding="utf-8")
    (said,) = compared(tmp_path, "dir.tf", "./dir.tf")
    assert "it is a folder" in said


def test_an_import_writes_nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = tmp_path / "outside.design"
    before = 'deployment "x"\njudged by face-code-of-conduct\nregistration {\n  tier unknown\n}\n'
    outside.write_text(before, encoding="utf-8")
    (tmp_path / "a").mkdir()
    monkeypatch.chdir(tmp_path / "a")
    Path("link.design").symlink_to(outside)
    Path("plan.json").write_text(plan(account()), encoding="utf-8")
    assert run("import", "terraform", "plan.json", "--into", "link.design")[0] == 2
    assert outside.read_text(encoding="utf-8") == before


# recordings

TEXTS = st.text(st.sampled_from('ab"\\é漢😀\n\x01'), max_size=6) | st.sampled_from(
    ["x" * (MOST_OF_A_TEXT - 1), "é" * MOST_OF_A_TEXT, '"' * MOST_OF_A_TEXT, "漢\\" * 3000]
)
JSON = st.recursive(
    TEXTS | st.integers() | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=6,
)


SIZES = (1, 2, 3, 7, 100, 5000)
"""Of what is read at once."""


class Trickling(io.RawIOBase):
    """Gives a few bytes at a time, so that texts and characters end in every place."""

    def __init__(self, content: bytes, seed: int) -> None:
        self.content, self.at, self.random = content, 0, random.Random(seed)

    def read(self, size: int = -1) -> bytes:  # noqa: ARG002
        start, self.at = self.at, self.at + self.random.choice(SIZES)
        return self.content[start : self.at]


def cut(content: bytes, seed: int) -> bytes:
    reader = CutReader(Trickling(content, seed))
    return b"".join(iter(lambda: reader.read(10), b""))


def is_beginning(cut_value: object, value: object) -> bool:
    """Whether one value is the other with its long texts cut."""
    match cut_value, value:
        case str(), str():
            left = cut_value.removesuffix(CUT)
            return value.startswith(left) and (cut_value == value or len(left) > 500)
        case list(), list():
            return len(cut_value) == len(value) and all(map(is_beginning, cut_value, value))
        case dict(), dict():
            pairs = zip(cut_value.items(), value.items(), strict=False)
            whole = len(cut_value) == len(value)  # else two keys begin alike
            return not whole or all(is_beginning([*a], [*b]) for a, b in pairs)
        case _:
            return cut_value == value


@settings(max_examples=60)
@given(value=JSON, ascii_=st.booleans(), seed=st.integers(0, 5))
def test_what_is_cut_is_the_same_json_with_shorter_texts(
    value: object, ascii_: bool, seed: int
) -> None:
    content = cut(json.dumps(value, ensure_ascii=ascii_).encode(), seed)
    assert is_beginning(json.loads(content), value)


def seen(tmp_path: Path, content: str) -> Imported:
    return imported("calls", content, "calls.jsonl", tmp_path)


LONG = "x" * MOST_OF_A_TEXT


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (f"POST /face/v1.0/detect?a={LONG}&returnFaceId=false", "too long for its parameters"),
        (f"POST /face/v1.0/detect?a={'é' * 800}&returnFaceId=false", "too long for its parameters"),
        (f"POST /{LONG}/face/v1.0/detect?returnFaceId=false", "too long"),
        ("POST /face/v1.0/detect?" + "a=1&" * 200 + "returnFaceId=false", "more than 100"),
    ],
)
def test_of_an_address_that_is_too_long_nothing_is_taken_for_the_default(
    line: str, told: str, tmp_path: Path
) -> None:
    found = seen(tmp_path, calls("GET /a", line, line))
    assert found.facts == ()
    assert told in "".join(found.survey.passed_over)
    assert found.survey.passed_over[0].startswith("call 2 and 1 more: ")


CALL = json.loads(calls("POST /face/v1.0/verify"))


@pytest.mark.parametrize(
    "content",
    [
        {"method": "GET", "url": "/a", "body": CALL},
        {"body": CALL, "method": "GET", "url": "/a"},
        {"log": {"entries": [{"request": {**CALL, "url": "/a", "postData": CALL}}]}},
        {"log": {"entries": [{"response": CALL, "request": {"method": "GET", "url": "/a"}}]}},
        {"Entries": [{"RequestUri": "/a", "RequestMethod": "GET", "RequestBody": CALL}]},
    ],
)
def test_what_looks_like_a_call_within_a_body_is_none(content: object, tmp_path: Path) -> None:
    found = seen(tmp_path, json.dumps(content))
    assert (found.survey.counted, found.facts) == (1, ())


def test_a_number_of_a_megabyte_is_refused() -> None:
    with pytest.raises(LongWordError):
        cut(b"[" + b"9" * 1_000_000 + b"]", 0)


LARGE = 40
"""MiB of one body, and of all bodies together."""
MOST = 40
"""MiB that a recording may take beside what Python and the packages take."""
MEASURE = """
import resource, sys
from pathlib import Path
from clausewise.importing.calls import look
from clausewise.intake.access import Access
import ijson
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
seen = look(Path(sys.argv[1]), Access(), lambda call: None).counted
print(seen, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counts memory in kilobytes, as Linux does")
@pytest.mark.parametrize("bodies", [1, 400])
def test_a_recording_takes_little_memory(bodies: int, tmp_path: Path) -> None:
    body = "QUJD" * (LARGE * 1024 * 256 // bodies)
    entry = json.dumps(
        {"request": {**json.loads(calls("POST /face/v1.0/verify")), "postData": body}}
    )
    path = tmp_path / "large.har"
    with path.open("w", encoding="utf-8") as file:
        file.write('{"log": {"entries": [')
        for number in range(bodies):
            file.write(f"{',' if number else ''}{entry}")
        file.write("]}}")
    assert path.stat().st_size > LARGE * 1024**2
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True
    )
    seen, taken = map(int, done.stdout.split())
    assert seen == bodies
    assert taken < MOST, "a body is held whole"


def test_templates_within_templates_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    inner = json.loads(template())
    for _ in range(9):
        nested = {"type": "Microsoft.Resources/deployments", "properties": {"template": inner}}
        inner = json.loads(template(nested, nested))
        inner["resources"] = inner["resources"][:1]
    (tmp_path / "t.json").write_text(json.dumps(inner), encoding="utf-8")
    assert run("import", "arm", "t.json")[0] == 0
