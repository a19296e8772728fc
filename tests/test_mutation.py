"""Mutation of a policy: what its cases do not notice is shown, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausewise import policies
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.printing.trees import print_tree
from clausewise.dsl.syntax import PolicyFile
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.dsl.text.source import Source
from clausewise.intake.load import load_policy
from clausewise.testing.mutants import mutants_of
from clausewise.testing.mutation import mutate
from clausewise.testing.proving import PROVED
from tests.test_cli import run
from tests.test_coverage import POLICY, VOCABULARY

CASES = """case "on and red" {
  design {
    deployment "x"
    judged by lamp-code
    lamp l {
      on    yes
      red   yes
      safe  no
    }
  }
  expect  c violated
}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a small policy and one case."""
    (tmp_path / "lamps.vocabulary").write_text(VOCABULARY)
    (tmp_path / "lamp-code.policy").write_text(POLICY)
    (tmp_path / "lamp-code.cases").write_text(CASES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_mutant_differs_in_what_it_says_and_can_be_printed(doors: Path) -> None:
    policy = load_policy("door-code", doors)
    tree, _ = parse(policy.source, "policy")
    assert isinstance(tree, PolicyFile)
    found = list(mutants_of(tree, policy.vocabulary))
    assert len({mutant.name for mutant in found}) == len(found) > 25
    for mutant in found:
        assert mutant.tree != tree
        again, problems = parse(Source("x", print_tree(mutant.tree)), "policy")
        assert again == mutant.tree or problems, mutant.name
    words = " ".join(mutant.name for mutant in found)
    for kind in (
        "dropped",
        "`unless consent`",
        "`when sees-faces(d)`",
        "`<` to `<=`",
        "default `loose`",
    ):
        assert kind in words


@pytest.mark.usefixtures("folder")
def test_survivors_are_what_the_cases_do_not_notice() -> None:
    mutation = mutate("lamp-code.policy", [], 1)
    survivors = {s.mutant for s in mutation.survivors}
    assert "c: dropped" not in survivors
    assert "c: `when l.on is yes` dropped" in survivors
    assert "c: `unless safe` dropped" in survivors
    assert "c: `is` to `is not` in `l.on is yes`" not in survivors
    assert "d: dropped" in survivors
    assert mutation.noticed > 0
    assert not mutation.is_clean


@pytest.mark.usefixtures("folder")
def test_a_survivor_is_shown_as_a_diff_and_told_apart() -> None:
    found = {s.mutant: s for s in mutate("lamp-code.policy", [], 1).survivors}
    survivor = found["c: `unless safe` dropped"]
    assert "-    unless safe where l.safe is yes" in survivor.difference.replace(
        "  unless", "    unless"
    )
    assert "without l.safe" in survivor.telling


def test_more_cases_leave_fewer_survivors(folder: Path) -> None:
    before = {s.mutant for s in mutate("lamp-code.policy", [], 1).survivors}
    more = CASES.replace("on and red", "off").replace("on    yes", "on    no")
    more = more.replace("c violated", "c not-applicable").replace(
        "expect", "expect  d met\n  expect"
    )
    (folder / "lamp-code.cases").write_text(CASES + more)
    after = {s.mutant for s in mutate("lamp-code.policy", [], 1).survivors}
    assert after < before
    assert "d: dropped" not in after
    assert "c: `when l.on is yes` dropped" not in after


def test_a_policy_of_one_clause_has_a_mutant_without_any(folder: Path) -> None:
    clause = (
        'clause c { at "a" quotes "q" says "s" prohibits lamp l where l.red is yes because "x" }'
    )
    code = f'policy lamp-code\ntitle "L"\nvocabulary lamps\n{clause}\n'
    (folder / "lamp-code.policy").write_text(code)
    (folder / "lamp-code.cases").write_text(CASES.replace("c violated", "prohibited"))
    assert not mutate("lamp-code.policy", [], 1).survivors


def test_a_case_holds_only_what_it_names(folder: Path) -> None:
    (folder / "lamp-code.cases").write_text(CASES.replace("c violated", "prohibited"))
    (folder / "lamps.vocabulary").write_text(VOCABULARY.replace("some of bulb", "any of bulb"))
    survivors = {s.mutant for s in mutate("lamp-code.policy", [], 1).survivors}
    assert "c: dropped" not in survivors  # the verdict would be another
    assert "d: dropped" in survivors


def test_another_default_of_a_reading_is_noticed(folder: Path) -> None:
    default = "colour: default `loose`"
    assert default in {s.mutant for s in mutate("lamp-code.policy", [], 1).survivors}
    (folder / "lamp-code.cases").write_text(CASES.replace("red   yes", "red   no"))
    assert default not in {s.mutant for s in mutate("lamp-code.policy", [], 1).survivors}


def test_what_is_stated_to_be_equivalent_must_survive(folder: Path) -> None:
    (folder / "lamp-code.equivalent.toml").write_text(
        '[[equivalent]]\nmutant = "d: dropped"\nbecause = "it always holds"\n'
        '[[equivalent]]\nmutant = "c: dropped"\nbecause = "wrong"\n'
    )
    mutation = mutate("lamp-code.policy", [], 1)
    assert "d: dropped" not in {s.mutant for s in mutation.open}
    assert mutation.unknown == ("c: dropped",)


def test_a_mutant_that_no_trial_notices_gets_its_design(folder: Path) -> None:
    del folder
    found = {s.mutant: s for s in mutate("lamp-code.policy", [], 1).survivors}
    by_reading = found["c: `and reading colour is strict` dropped"]
    assert by_reading.telling.startswith("c is met, then violated by colour=loose, of\ndeployment")
    assert "  red   no" in by_reading.telling
    assert by_reading.because == ""


def test_a_mutant_that_changes_nothing_is_proved_to(folder: Path) -> None:
    redundant = POLICY.replace(
        "where l.red is yes or", "where l.red is yes and l.on is yes or l.red is yes or"
    )
    (folder / "lamp-code.policy").write_text(redundant)
    mutation = mutate("lamp-code.policy", [], 1)
    dropped = {s.mutant: s for s in mutation.survivors}[
        "c: `or l.red is yes and l.on is yes` dropped"
    ]
    assert (dropped.telling, dropped.because) == ("", PROVED)
    assert dropped not in mutation.open


@pytest.mark.parametrize(
    "text", ["[[equivalent]", "", "a = " + "[" * 5000, '[[equivalent]]\nmutant = "d: dropped"\n']
)
def test_what_is_no_list_of_equivalent_mutants_is_refused(folder: Path, text: str) -> None:
    (folder / "lamp-code.equivalent.toml").write_text(text)
    with pytest.raises(InvalidError) as raised:
        mutate("lamp-code.policy", [], 1)
    assert [found.code for found in raised.value.diagnostics] == ["E107"]


def test_the_command(folder: Path) -> None:
    code, out, _ = run("mutate", "lamp-code.policy", "--jobs", 1)
    assert code == 1
    assert "mutants noticed" in out
    (folder / "lamp-code.cases").write_text(CASES.replace("violated", "met"))
    code, out, err = run("mutate", "lamp-code.policy", "--jobs", 1)
    assert (code, out) == (2, "")
    assert "does not pass" in err


@pytest.mark.usefixtures("folder")
def test_workers_find_the_same() -> None:
    assert mutate("lamp-code.policy", [], 2) == mutate("lamp-code.policy", [], 1)


# the packs: minutes, so they are a target of their own, `make mutation`


@pytest.mark.mutation
@pytest.mark.parametrize("name", policies.names(".policy"))
def test_the_cases_of_a_pack_notice_every_change_of_its_policy(name: str) -> None:
    mutation = mutate(name, [])
    assert mutation.noticed > 40
    assert [survivor.mutant for survivor in mutation.open] == []
    assert mutation.unknown == ()
