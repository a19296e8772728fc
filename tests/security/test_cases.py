"""Cases of strangers, and of other projects."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import APART, reference_examples
from tests.security.conftest import SECONDS, run

CASE = 'case "TITLE" {\n  design "front.design"\n  expect permitted\n}\n'
CASES_SECONDS = 20
"""Of processor time, on a machine that is busy."""
INLINE = """case "x" {
  design {
    deployment "x"
    judged by POLICY
    door d {
      opens-by  card
    }
  }
  expect prohibited
}
"""


@pytest.fixture
def rules(project: Path) -> Path:
    """A folder with a policy, a design and cases."""
    (project / "designs" / "good.design").rename(project / "front.design")
    return project


def pytest_in(folder: Path, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *APART, "-q", *words],
        cwd=folder,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    return done.returncode, done.stdout.decode() + done.stderr.decode()


@pytest.mark.parametrize("words", [[], ["-n", "2"]])
def test_two_cases_with_one_title_both_run(rules: Path, words: list[str]) -> None:
    two = CASE.replace("TITLE", "x") + CASE.replace("TITLE", "x").replace("permitted", "prohibited")
    (rules / "door-code.cases").write_text(two + CASE.replace("TITLE", "x (2)"))
    code, said = pytest_in(rules, *words)
    assert (code, "1 failed, 2 passed" in said) == (1, True), said


def test_no_title_and_no_name_of_a_file_acts_on_what_shows_it(rules: Path) -> None:
    """Pytest shows the names of tests as they are."""
    (rules / "door-code.cases").write_text(CASE.replace("TITLE", "\x1b[2J\u202ea\x9b"))
    (rules / "\x1b[2J.cases").write_text('case "of ours" {\n  but not quite\n}\n')
    folder = rules / "\x1b[3J"
    folder.mkdir()
    (folder / "\x1b[4J\u202e.cases").write_text(INLINE.replace("POLICY", "door-code"))
    code, said = pytest_in(rules, "-v", "-rA")
    assert code == 1, said
    assert {"[2J", "[3J", "[4J"} <= {*re.findall(r"\[.J", said)}
    assert "1 failed, 1 passed" in said
    assert not {"\x1b", "\x9b", "\u202e"} & {*said}


def test_a_title_is_taken_for_no_bug_of_ours(rules: Path) -> None:
    case = CASE.replace("TITLE", "error[E801]: x").replace("permitted", "prohibited")
    (rules / "door-code.cases").write_text(case)
    assert pytest_in(rules)[0] == 1


FOREIGN = {
    "yaml.cases": "- case: 1\n",
    "binary.cases": "\0\1\2",
    "like.cases": 'case "of ours" {\n  but not quite\n}\n',
    "theirs.cases": INLINE.replace("POLICY", "somebody-elses"),
    "empty.cases": "",
    "leads.cases": 'case "x" {\n  design "../../../../../etc/passwd"\n}\n',
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_file_of_another_project_is_not_touched(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(FOREIGN[name])
    (tmp_path / "test_own.py").write_text("def test_own() -> None:\n    assert True\n")
    code, said = pytest_in(tmp_path)
    assert (code, "1 passed" in said) == (0, True), said
    assert ("names no policy that may judge here" in said) == (name == "theirs.cases")


def test_ours_with_a_mistake_is_still_ours(rules: Path) -> None:
    (rules / "door-code.cases").write_text(
        INLINE.replace("POLICY", "door-code").replace("}", "", 1)
    )
    code, said = pytest_in(rules)
    assert (code, "E101" in said) == (1, True), said


@pytest.mark.parametrize("title", ["a/b", "/", "../x", "a\\\\b", "x.json", "a" * 300])
def test_a_title_is_no_path(rules: Path, title: str) -> None:
    (rules / "door-code.cases").write_text(CASE.replace("TITLE", title))
    assert run("test", "door-code.cases").code == 0


def test_a_design_in_json_is_read_as_json(rules: Path) -> None:
    (rules / "front.design.json").write_text(reference_examples()["json"])
    text = CASE.replace("front.design", "front.design.json")
    text = text.replace(
        "  expect", "  with     staff.ages 10..\n  with     staff.consent implied\n  expect"
    )
    (rules / "door-code.cases").write_text(text)
    ended = run("test", "door-code.cases")
    assert (ended.code, "the verdict is prohibited" in ended.said) == (1, True)


@pytest.mark.parametrize(
    ("line", "column", "change"),
    [
        (4, 8, "with     staff.ages  ten"),
        (4, 8, "with     staff.agse  10.."),
        (4, 8, "with     staff.consent  verbal"),
        (4, 8, "with     front.people  nobody"),
        (4, 8, "with     people  adult"),
    ],
)
@pytest.mark.parametrize("inline", [False, True])
def test_a_mistake_in_a_change_is_told_at_its_line(
    rules: Path, line: int, column: int, change: str, inline: bool
) -> None:
    del column
    before = "# a comment\n"
    design = '  design "front.design"\n'
    if inline:
        design = "  design {\n" + reference_examples()["design"] + "  }\n"
    text = f'{before}case "x" {{\n{design}  {change}\n  expect permitted\n}}\n'
    (rules / "door-code.cases").write_text(text)
    expected = text.splitlines().index(f"  {change}") + 1
    assert inline or expected == line
    ended = run("test", "door-code.cases")
    if "adult" in change:  # an entity may well be added
        assert ended.code == 0
        return
    assert ended.code == 2
    assert f"door-code.cases:{expected}:" in ended.said


def test_a_mistake_in_the_file_is_told_there(rules: Path) -> None:
    path = rules / "front.design"
    path.write_text(path.read_text().replace("alarm  yes", "alrm   yes"))
    (rules / "door-code.cases").write_text(CASE)
    ended = run("test", "door-code.cases")
    assert ended.code == 2
    line = path.read_text().splitlines().index("  alrm   yes") + 1
    assert f"front.design:{line}:3" in ended.said


def test_what_comes_to_be_wrong_by_a_change_is_told_at_the_title(rules: Path) -> None:
    text = CASE.replace("TITLE", "nobody").replace("  expect", "  without  staff\n  expect")
    (rules / "door-code.cases").write_text(text)
    ended = run("test", "door-code.cases")
    assert ended.code == 2
    assert "door-code.cases:1:6" in ended.said
    assert "there is no people `staff`" in ended.said


def test_a_case_by_several_policies_is_a_mistake(rules: Path) -> None:
    text = INLINE.replace("POLICY", "door-code, face-code-of-conduct")
    (rules / "door-code.cases").write_text(text)
    ended = run("test", "door-code.cases")
    assert (ended.code, "E546" in ended.said) == (2, True)


BESIDE = """policy lax
title "x"
vocabulary doors
version "1"
source "https://example.org"

section s "S" {
  clause c (S1) {
    at "1"
    quotes "x"
    says "x"
    prohibits door d where d.opens-by overlaps face
    because "x"
  }
}
"""


def test_cases_bring_no_judge_where_the_configuration_names_those_that_may(
    project: Path, designs: Path
) -> None:
    (designs / "lax.policy").write_text(BESIDE)
    (designs / "doors.vocabulary").write_text((project / "doors.vocabulary").read_text())
    cases = designs / "lax.cases"
    cases.write_text(INLINE.replace("POLICY", "lax").replace("prohibited", "permitted"))
    assert run("test", cases).code == 0
    config = project / "clausewise.toml"
    config.write_text('policies = ["face-code-of-conduct"]\n')
    refused = run("test", cases)
    assert (refused.code, "E511" in refused.err + refused.out) == (2, True)
    config.write_text('policies = ["designs/lax.policy"]\n')
    assert run("test", cases).code == 0


CHANGED = {
    "entities": ("", "  with actor a{}\n"),
    "facts": ("", "  with a{}.kind company\n"),
    "facts of many": ("    actor a{} {{}}\n", "  with a{}.kind company\n"),
    "without": ("    actor a{} {{}}\n", "  without a{}\n"),
    "without what is there": ("    actor a{} {{}}\n", "  without b{}\n"),
}


@pytest.mark.parametrize("kind", CHANGED)
def test_many_changes_take_no_longer_than_they_are_many(tmp_path: Path, kind: str) -> None:
    """Each looked through the whole design: half a megabyte took a minute."""
    (tmp_path / "door-code.policy").write_text(reference_examples()["policy"])
    (tmp_path / "doors.vocabulary").write_text(reference_examples()["vocabulary"])
    before, changes = (
        "".join(line.format(n) for n in range(count))
        for line, count in zip(CHANGED[kind], (12_000, 8_000), strict=True)
    )
    text = INLINE.replace("POLICY", "door-code").replace("    door d", f"{before}    door d")
    (tmp_path / "x.cases").write_text(text.replace("  expect", f"{changes}  expect"))
    start = time.process_time()
    assert run("test", tmp_path / "x.cases").code in (1, 2)
    assert time.process_time() - start < CASES_SECONDS


def test_a_large_design_that_is_named_many_times_counts_each_time(
    rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty lines that name a design of ten thousand uses took a minute, and a megabyte of them a day."""
    (rules / "clausewise.toml").write_text("max-size = 1\n")
    design = (rules / "front.design").read_text()
    (rules / "front.design").write_text(design + 500_000 * "#")
    (rules / "x.cases").write_text(5 * CASE)
    monkeypatch.chdir(rules)
    done = run("test", "x.cases")
    assert (done.code, done.said.count("E100")) == (2, 2)
    assert "3 of 5 cases passed" in done.said
