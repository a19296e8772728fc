"""A design does not bring its judge, and every report says which policy judged."""

from __future__ import annotations

import hashlib
import json
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from tests.security.conftest import run

LAX = """policy {name}
vocabulary {vocabulary}
clause c {{
  at "1"  quotes "q"  says "s"
  requires {type} x that x.by is x.by
  because "b"
}}
"""
FACE = "face-code-of-conduct"
USE = 'deployment "x"\njudged by {policy}\nactor a {{\n}}\nuse u {{\n  by  a\n}}\n'


def bring(folder: Path, file: str, name: str) -> Path:
    """A design that brings a policy along that finds fault with nothing."""
    lax = LAX.format(name=name, vocabulary="face-recognition", type="use")
    (folder / f"{file}.policy").write_text(lax)
    path = folder / "x.design"
    path.write_text(USE.format(policy=file))
    return path


def judges(path: Path | str, *more: str) -> list[str]:
    """The policies that judged, by where they come from."""
    (design,) = run("check", path, "-f", "json", *more).json()["designs"]
    return [policy["origin"] for policy in design["policies"]]


@pytest.mark.parametrize(
    "command", ["check", "ask", "explain", "portfolio", "check -f json", "check -f junit"]
)
@pytest.mark.parametrize(
    ("file", "name"), [("my-lax", "my-lax"), ("my-lax", FACE), ("my-lax", "door-code")]
)
def test_a_policy_beside_a_design_does_not_judge(
    designs: Path, file: str, name: str, command: str
) -> None:
    path = bring(designs, file, name)
    ended = run(*command.split(), path)
    assert (ended.code, "may not judge here" in " ".join(ended.said.split())) == (2, True)


def test_the_hint_says_what_can_be_done_where_one_is(designs: Path) -> None:
    """With `--isolated`, nothing of a configuration counts; and the policy may lie where one stands."""
    path = bring(designs, "my-lax", "my-lax")
    said = " ".join(run("check", path).said.split())
    assert "list it under `policies` in clausewise.toml, or give `--policy`" in said
    isolated = " ".join(run("check", "--isolated", path).said.split())
    assert "give `--policy`; with `--isolated`, no configuration counts" in isolated
    shutil.move(designs / "my-lax.policy", designs.parent)
    assert "E511" in run("check", "--isolated", path).said


def test_a_file_does_not_take_the_name_of_a_pack(designs: Path) -> None:
    path = bring(designs, FACE, FACE)
    shutil.copy(designs / f"{FACE}.policy", designs.parent)  # nor in the working folder
    assert judges(path) == ["the pack face"]
    assert run("check", path).code == 3


@pytest.mark.parametrize("name", [FACE, "other"])
def test_a_policy_is_known_by_the_name_in_its_first_line(project: Path, name: str) -> None:
    path = bring(project, "my-lax", name)
    ended = run("check", path)
    assert (ended.code, "E208" in ended.err, name in ended.err) == (2, True, True)


def test_neither_is_a_vocabulary_known_by_its_file(project: Path) -> None:
    text = (project / "doors.vocabulary").read_text()
    (project / "doors.vocabulary").write_text(
        text.replace("vocabulary doors", "vocabulary windows")
    )
    ended = run("check", "designs/good.design")
    assert (ended.code, "E208" in ended.err) == (2, True)


def test_where_one_starts_its_policies_may_judge(
    designs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert judges("designs/good.design") == ["door-code.policy"]
    monkeypatch.chdir(designs)
    assert run("check", "good.design").code == 2


def test_isolated_leaves_the_packs_alone(project: Path) -> None:
    assert run("check", "designs/good.design", "--isolated").code == 2
    path = bring(project, FACE, FACE)
    assert judges(path, "--isolated") == ["the pack face"]


def test_a_configuration_says_who_may_judge(project: Path, designs: Path) -> None:
    (project / "rules").mkdir()
    (project / "door-code.policy").rename(project / "rules" / "v2.policy")
    (project / "doors.vocabulary").rename(project / "rules" / "doors.vocabulary")
    config = project / "clausewise.toml"
    config.write_text('policies = ["rules/v2.policy"]\n')
    assert judges(designs / "good.design") == ["rules/v2.policy"]
    path = bring(project, "my-lax", "my-lax")
    assert run("check", path).code == 2  # what is not listed may not judge, wherever it lies
    path.write_text(USE.format(policy=FACE))
    ended = run("check", path)
    assert (ended.code, "E511" in ended.err) == (2, True)
    config.write_text(f'policies = ["rules/v2.policy", "{FACE}"]\n')
    assert judges(path) == ["the pack face"]


def test_a_listed_file_may_have_the_name_of_a_pack_and_says_so(project: Path) -> None:
    path = bring(project, "mine", FACE)
    path.write_text(USE.format(policy=FACE))
    (project / "clausewise.toml").write_text('policies = ["mine.policy"]\n')
    assert judges(path) == ["mine.policy"]


def test_a_flag_stands_above(designs: Path) -> None:
    path = bring(designs, "my-lax", "my-lax")
    assert judges(path, "--policy", str(designs / "my-lax.policy")) == ["designs/my-lax.policy"]
    assert judges(path, "--policy", FACE) == ["the pack face"]
    assert judges(designs / "good.design", "--policy", "door-code") == ["door-code.policy"]


def test_json_chooses_as_text_does(designs: Path) -> None:
    bring(designs, "my-lax", "my-lax")
    path = designs / "x.design.json"
    path.write_text(json.dumps({"deployment": "x", "judged-by": ["my-lax"], "use": {"u": {}}}))
    assert run("check", path).code == 2


@pytest.mark.parametrize("format_", ["text", "json", "sarif", "junit", "markdown"])
def test_every_format_says_who_judged(project: Path, format_: str) -> None:
    digest = hashlib.sha256((project / "door-code.policy").read_bytes()).hexdigest()
    said = run("check", "designs/good.design", "-f", format_).out
    for word in ("door-code", "1.0", "door-code.policy", digest[:12]):
        assert word in said
    pack = project / "u.design"
    pack.write_text(USE.format(policy=FACE))
    assert "the pack face" in run("check", pack, "-f", format_).out


def test_a_portfolio_says_who_judged(project: Path) -> None:
    del project
    said = run("portfolio", "designs").out
    assert "from door-code.policy, sha256 " in said


def test_one_design_does_not_keep_a_portfolio_from_its_policy(designs: Path) -> None:
    path = bring(designs, "my-lax", "my-lax")
    path.rename(designs / "a.design")  # the first
    ended = run("portfolio", "designs", "-f", "jsonl")
    found = [json.loads(line) for line in ended.out.splitlines()]
    assert [design["verdict"] for design in found] == [None, "permitted"]
    assert ended.code == 2


@pytest.mark.parametrize("format_", ["text", "html", "csv", "jsonl"])
def test_a_portfolio_names_its_judge_and_what_is_left_out(designs: Path, format_: str) -> None:
    (designs / ".gitignore").write_text("hidden.design\n")
    (designs / "hidden.design").write_text((designs / "good.design").read_text())
    done = run("portfolio", designs, "-f", format_)
    digest = sha256((designs.parent / "door-code.policy").read_bytes()).hexdigest()
    assert digest[:12] in done.out
    assert "door-code.policy" in done.out
    assert "hidden.design" in done.out + done.err
