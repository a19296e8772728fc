"""Anything at all gives a verdict, or diagnostics and exit 2: never a traceback, never a pass."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from clausewise.checking.check import check_source
from clausewise.dsl.files.reading import UnreadableError
from clausewise.dsl.parsing.parser import FileKind, parse
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.dsl.text.source import Source, source_from_bytes
from tests.conftest import ROOT, reference_examples, within
from tests.test_cli import run

HEADER = 'deployment "A design"\njudged by door-code\n'
JSON_HEADER = '{"deployment": "A design", "judged-by": ["door-code"]'
DEEP = 10_000


@pytest.fixture
def folder(doors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, which holds the reference's vocabulary and policy."""
    for name in ("doors.vocabulary", "door-code.policy", "front.design"):
        (tmp_path / name).write_bytes((doors / name).read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


REFUSED: dict[str, bytes | str] = {
    "empty.design": "",
    "blank.design": " \n\t\n\n",
    "comments.design": "# a\n# b",
    "title-only.design": 'deployment "x"',
    "nothing-to-judge.design": HEADER + "draft",
    "binary.design": bytes(range(256)) * 64,
    "nul.design": HEADER + "\0",
    "utf-16.design": HEADER.encode("utf-16"),
    "latin-1.design": 'deployment "caf\xe9"'.encode("latin-1"),
    "round.design": HEADER + "door d { by " + "(" * DEEP + ")" * DEEP + "\n}",
    "curly.design": HEADER + "door d " + "{" * DEEP + "}" * DEEP,
    "unclosed.design": HEADER + "door d {\n  by acme\n" * DEEP,
    "one-line.design": HEADER + "x " * 500_000,
    "quote.design": HEADER + 'door d { by "' + "x" * 1_000_000,
    "many-mistakes.design": HEADER + "door d {\n  by = ;\n}\n" * 3_000,
    "unknown-field.design": HEADER + "door d {\n  colour red\n}\n",
    "unknown-type.design": HEADER + "window w {\n  by acme\n}\n",
    "twice.design": HEADER + "actor a {\n}\nactor a {\n  kind company\n  kind police\n}\n",
    "reserved.design": HEADER + "actor none {\n  kind company\n}\n",
    "nobody.design": HEADER + "door d {\n  by acme\n}\n",
    "wrong-type.design": HEADER + "people p {\n  ages yes\n}\ndoor d {\n  keeps company\n}\n",
    "no-day.design": HEADER.replace("judged", "as of 2026-02-30\njudged"),
    "digits.design": HEADER + "door d {\n  keeps " + "9" * 10_000 + " days, 1\n}\n",
    "no-policy.design": 'deployment "x"\njudged by nobody\ndoor d {\n}\n',
    "unjudged.design": 'deployment "x"\ndoor d {\n}\n',
    "report.design": 'report "x"\njudged by door-code\ndoor d {\n}\n',
    "syntax.json": '{"deployment": ',
    "list.json": "[]",
    "null.json": "null",
    "text.json": '"deployment"',
    "twice.json": '{"deployment": "a", "deployment": "b"}',
    "nan.json": JSON_HEADER + ', "door": {"d": {"keeps": NaN}}}',
    "huge.json": JSON_HEADER + ', "door": {"d": {"keeps": 1e400}}}',
    "digits.json": JSON_HEADER + ', "door": {"d": {"keeps": ' + "9" * 10_000 + "}}}",
    "deep.json": "[" * 100_000,
    "deep-object.json": '{"a":' * DEEP + "1" + "}" * DEEP,
    "half.json": '{"deployment": "\\ud83d", "judged-by": ["door-code"]}',
    "holder.json": JSON_HEADER + ', "door": ["d"]}',
    "null-entity.json": JSON_HEADER + ', "door": {"d": null}}',
    "judged-by.json": '{"deployment": "x", "judged-by": "door-code"}',
    "value.json": JSON_HEADER + ', "door": {"d": {"by": {"values": "acme"}}}}',
    "attested.json": JSON_HEADER + ', "safety": {"harm": {"value": false, "attested": "me"}}}',
}
"""Files that cannot be judged, by name."""


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("command", ["check", "ask", "explain"])
@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, command: str) -> None:
    content = REFUSED[name]
    Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
    before = Path(name).read_bytes()
    code, _, err = run(command, name)
    assert code == 2
    assert re.search(r"^error\[E\d{3}\]: \S", err, re.MULTILINE)
    assert re.search(r"^  hint: \S", err, re.MULTILINE)
    assert len(err) < 200_000
    assert Path(name).read_bytes() == before


@pytest.mark.usefixtures("folder")
def test_missing_files_and_folders() -> None:
    Path("folder").mkdir()
    for command in ("check", "ask", "explain"):
        for path in ("gone.design", "folder", "gone/gone.design"):
            code, out, err = run(command, path)
            assert (code, out) == (2, "")
            assert "error[E" in err


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.rstrip("\n").encode(),
        lambda text: text.replace("  ", "\t").encode(),
    ],
    ids=["crlf", "cr", "bom", "no-last-line-end", "tabs"],
)
def test_line_ends_and_byte_order_marks_change_nothing(change) -> None:  # type: ignore[no-untyped-def]
    text = Path("front.design").read_text(encoding="utf-8")
    Path("x.design").write_bytes(change(text))
    want = run("check", "front.design")
    assert run("check", "x.design") == (want[0], want[1].replace("front.design", "x.design"), "")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("d.keeps > 365 days", "d.colour is red", "E201"),
        ("d.keeps > 365 days", "d.keeps > 365", "E320"),
        ("means d.by.acts-for*", "means runs(d) + d.by.acts-for*", "E401"),
        ("clause alarm is violated or", "clause consistent is violated or", "E401"),
        ("vocabulary  doors", "vocabulary  windows", "E204"),
        ("vocabulary  doors", "", "E205"),
        ("section must-not is violated", "policy door-code is prohibited", "E403"),
        ("safety.alarm is yes", "safety.alarm is " + "(" * 200 + "yes" + ")" * 200, "E10"),
        ("safety.alarm is yes", "not " * 500 + "safety.alarm is yes", "E"),
    ],
)
def test_policies_with_mistakes(old: str, new: str, code: str) -> None:
    path = Path("door-code.policy")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found, out, err = run("check", "front.design")
    assert (found, out) == (2, "")
    assert f"error[{code}" in err
    assert "door-code.policy:" in err


@pytest.mark.usefixtures("folder")
def test_policies_that_depend_on_each_other_in_a_circle() -> None:
    text = Path("door-code.policy").read_text(encoding="utf-8")
    old = "section must-not is violated"
    for name, other in (("one", "two"), ("two", "one")):
        changed = text.replace("policy door-code", f"policy {name}", 1)
        changed = changed.replace(old, f"policy {other} is prohibited", 1)
        Path(f"{name}.policy").write_text(changed, encoding="utf-8")
    code, out, err = run("check", "front.design", "--policy", "one")
    assert (code, out) == (2, "")
    assert "E403" in err


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("loop", [["a"], ["a", "b"], ["a", "b", "c"]])
def test_actors_that_act_for_each_other_in_a_circle(loop: list[str]) -> None:
    actors = [
        f"actor {name} {{\n  kind police\n  jurisdiction US-WA\n  acts-for {after}\n}}\n"
        for name, after in zip(loop, [*loop[1:], loop[0]], strict=True)
    ]
    Path("x.design").write_text(HEADER + "".join(actors) + "door d {\n  by a\n}\n")
    code, out, _ = run("check", "x.design")
    assert (code, "us-police" in out) == (1, True)


@pytest.mark.usefixtures("folder")
def test_large_designs_are_judged() -> None:
    chain = [f"actor a{i} {{\n  kind company\n  acts-for a{i + 1}\n}}\n" for i in range(1_500)]
    police = "actor a1500 {\n  kind police\n  jurisdiction US\n}\n"
    uses = [f"door d{i} {{\n  by a0\n  opens-by card\n}}\n" for i in range(100)]
    Path("x.design").write_text(HEADER + "".join([*chain, police, *uses]))
    code, out, err = run("check", "--all", "--max-steps", 100_000_000, "x.design")
    assert (code, err) == (1, "")
    said = " ".join(out.split())
    assert "(and 99 others alike, such as d1 and a1500)" in said
    assert "and a4.acts-for (and of 1,495 others)" in said


# arbitrary content

KINDS: list[FileKind] = ["design", "vocabulary", "policy", "cases", "laws"]
FILES = [
    path
    for folder in ("examples", "policies/face")
    for path in sorted((ROOT / folder).iterdir())
    if path.suffix.removeprefix(".") in KINDS
]


def check_parse(text: str, kind: FileKind) -> None:
    source = Source(f"x.{kind}", text)
    tree, problems = parse(source, kind)
    assert tree is not None or problems
    for found in problems:
        assert found.span is None or 0 <= found.span.start <= found.span.end <= len(text)


@given(st.text(max_size=200), st.sampled_from(KINDS))
def test_arbitrary_text_gives_a_tree_or_diagnostics(text: str, kind: FileKind) -> None:
    check_parse(text, kind)


@given(st.binary(max_size=200), st.sampled_from(KINDS))
def test_arbitrary_bytes_give_a_tree_or_diagnostics(content: bytes, kind: FileKind) -> None:
    try:
        text = source_from_bytes("x", content).text
    except UnreadableError as error:
        assert "is" in str(error)  # noqa: PT017  (either is right)
    else:
        check_parse(text, kind)


@given(st.sampled_from(FILES), st.randoms(use_true_random=False))
def test_mangled_files_give_a_tree_or_diagnostics(path: Path, random_: random.Random) -> None:
    tokens = re.findall(r"\w+|\s+|[^\w\s]", path.read_text(encoding="utf-8"))
    for _ in range(random_.randint(1, 8)):
        index = random_.randrange(len(tokens))
        match random_.randint(0, 3):
            case 0:
                del tokens[index]
            case 1:
                tokens.insert(index, random_.choice(tokens))
            case 2:
                tokens[index] = random_.choice([*'{}()"#,.*+<=', "\n", "or", "not", "9", "..."])
            case _:
                del tokens[index : index + random_.randint(1, 200)]
        tokens = tokens or [""]
    kind: FileKind = path.suffix.removeprefix(".")  # type: ignore[assignment]
    check_parse("".join(tokens), kind)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["deployment", "judged-by", "door", "d", "by", "value", "more", "attested"]
                )
                | st.text(max_size=5),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_arbitrary_json_gives_a_verdict_or_diagnostics(doors: Path, value: object) -> None:

    text = json.dumps(value)
    if isinstance(value, dict):
        text = json.dumps({"deployment": "x", "judged-by": ["door-code"], **value})
    try:
        reports = check_source(Source(str(doors / "x.json"), text), within(doors))
    except InvalidError as error:
        assert error.diagnostics  # noqa: PT017
    else:
        assert reports[0].verdict != "permitted"


def test_the_files_above_are_real() -> None:
    assert len(FILES) > 15
    assert reference_examples()["design"]
