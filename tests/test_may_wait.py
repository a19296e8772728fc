"""For which open facts an approval may wait, as a policy says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clausewise.checking.check import check_source
from clausewise.checking.options import Options
from clausewise.checking.report import Report
from clausewise.commands.cli import app
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.printing.trees import print_tree
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.dsl.text.source import Source
from clausewise.intake.load import load_policy

VOCABULARY = """\
vocabulary gates
subject deployment
entity gate "a gate" required {
  alarm  yes-no  choice     ask "Has {gate} an alarm?"
  harm   yes-no  judgement  ask "Could {gate} harm?"
}
"""
POLICY = """\
policy gate-code
vocabulary  gates
may wait for gate.harm

clause alarm {
  at       "1"
  quotes   "q"
  says     "s"
  requires gate g that g.alarm is yes
  because  "{g} has no alarm"
}

clause harm {
  at       "2"
  quotes   "q"
  says     "s"
  prohibits gate g where g.harm is yes
  because  "{g} harms"
}
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("gates.vocabulary").write_text(VOCABULARY)
    Path("gate-code.policy").write_text(POLICY)


def report(body: str, header: str = "") -> Report:
    text = f'deployment "x"{header}\n{body}\n'
    (found,) = check_source(Source("a.design", text), Options(policy="gate-code.policy"))
    return found


@pytest.mark.parametrize(
    ("body", "waits"),
    [
        ("gate a {\n  alarm  yes\n}", ("a.harm",)),
        ("gate a {\n  alarm  yes\n}\ngate b {\n  alarm  yes\n}", ("a.harm", "b.harm")),
        ("gate a {\n}", ()),
        ("gate a {\n  alarm  no\n}", ()),
        ("", ()),
        ('gate a {\n  alarm  yes\n  harm   no   attested by "A"\n}', ()),
    ],
)
def test_all_that_is_missing_may_wait_or_nothing_does(body: str, waits: tuple[str, ...]) -> None:
    assert report(body).advice.may_wait == waits


def test_a_draft_may_grow_so_nothing_waits() -> None:
    assert report("gate a {\n  alarm  yes\n}", " draft").advice.may_wait == ()


def test_it_is_told() -> None:
    Path("a.design").write_text('deployment "x"\ngate a {\n  alarm  yes\n}\n')
    words = ["check", "--policy", "gate-code.policy", "a.design"]
    said = "It could be approved meanwhile: a.harm may wait."
    assert said in CliRunner().invoke(app, words).stdout
    page = CliRunner().invoke(app, [*words, "-f", "markdown"]).stdout
    assert "It could be approved meanwhile: `a.harm` may wait." in page
    found = CliRunner().invoke(app, [*words, "-f", "json"])
    assert json.loads(found.stdout)["designs"][0]["policies"][0]["may_wait"] == ["a.harm"]
    assert found.exit_code == 4, "the verdict stays"


def test_it_is_laid_out() -> None:
    tree, _ = parse(Source("p", POLICY), "policy")
    assert tree is not None
    assert print_tree(tree) == POLICY


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("door.harm", "there is no type of entity `door`"),
        ("gate.key", "there is no field of `gate` `key`"),
        ("gate", "`gate` is no field"),
    ],
)
def test_what_is_no_field(named: str, said: str) -> None:
    Path("gate-code.policy").write_text(POLICY.replace("gate.harm\n", f"{named}\n", 1))
    with pytest.raises(InvalidError) as error:
        load_policy("gate-code.policy", Path())
    assert [(d.code, d.message) for d in error.value.diagnostics] == [("E201", said)]
