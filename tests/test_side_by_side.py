"""`clausewise compare`: what several policies say of one design, by the marks that their clauses bear."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clausewise.checking.check import check_source
from clausewise.checking.judging import judge_deployment
from clausewise.checking.options import Options
from clausewise.commands.cli import app
from clausewise.comparing.side_by_side import UNMARKED, SideBySide, side_by_side
from clausewise.dsl.models.deployment import Deployment
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.printing.trees import print_tree
from clausewise.dsl.startup.lean import replace
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.dsl.text.source import Source
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.judgement import Judgement
from clausewise.formats.screen.sheet import Sheet
from clausewise.formats.side_by_side.page import render
from clausewise.formats.side_by_side.text import print_side_by_side
from clausewise.intake.evidence import Proof
from clausewise.intake.judges import MOST_POLICIES
from clausewise.intake.load import load_policy
from tests.conftest import ROOT, within
from tests.test_packs import TOGETHER

PATROL = ROOT / "policies" / "face" / "patrol.design"


def compared(text: str = TOGETHER, *names: str) -> SideBySide:
    return side_by_side(Source("x.design", text), Options(), names)


def test_clauses_that_bear_the_same_mark_stand_in_one_row() -> None:
    rows = {row.mark: row for row in compared().rows}
    traits = rows["sensitive-traits"]
    assert traits.label == load_policy("eu-ai-act").vocabulary.marks["sensitive-traits"]
    assert [cell.outcome for cell in traits.cells] == ["undetermined", "violated", None]
    act = traits.cells[1].clauses
    assert [(one.clause.name, one.outcome) for one in act] == [("categorisation", "violated")]


def test_every_clause_stands_in_a_row() -> None:
    found = compared()
    for column, judgement in enumerate(found.judgements):
        told = {c.clause.name for row in found.rows for c in row.cells[column].clauses}
        assert told == set(judgement.policy.clauses)
    assert found.rows[-1].label == UNMARKED


def test_the_worst_outcome_of_a_cell_is_shown() -> None:
    for row in compared().rows:
        for cell in row.cells:
            outcomes = [one.outcome for one in cell.clauses]
            order = ["violated", "undetermined", "review", "met", "not-applicable"]
            assert cell.outcome == (min(outcomes, key=order.index) if outcomes else None)


MARKS = """
policy marked-ways
title "Ways with marks"
vocabulary face-law
clause ways (W1) marked consent, notice, retention {
  at "1" quotes "q" says "s"
  prohibits use u
  breach untold marked notice where u.sells is yes { because "b" }
  breach unasked marked consent where u.commercial is yes { because "b" }
  because "b"
}
"""


def test_a_clause_stands_in_a_row_by_the_breaches_that_are_about_it(tmp_path: Path) -> None:
    """Where a mark is borne by no breach, all of them count."""
    (tmp_path / "marked-ways.policy").write_text(MARKS, encoding="utf-8")
    text = 'deployment "X"\njudged by marked-ways\nuse u {\n  sells  yes\n}\n'
    found = side_by_side(Source(str(tmp_path / "x.design"), text), within(tmp_path))
    told = {row.mark: row.cells[0].outcome for row in found.rows}
    assert told == {"consent": "review", "notice": "violated", "retention": "violated"}


EACH_MARK_BORNE = """
policy all-borne
vocabulary face-law
clause ways (W1) marked consent, notice {
  at "1" quotes "q" says "s"
  prohibits use u
  breach unasked marked consent where u.commercial is yes { because "b" }
  breach untold marked notice where u.targeted is yes { because "b" }
  breach sold where u.sells is yes { because "b" }
  because "b"
}
clause people (W2) marked consent {
  at "2" quotes "q" says "s" prohibits people p where p.consent is none because "b"
}
"""
SOLD = """deployment "X"
judged by all-borne
use u {
  sells       yes
  commercial  no
  targeted    no
}
"""


def test_a_breach_without_a_mark_counts_under_every_mark_of_its_clause(tmp_path: Path) -> None:
    """Else a clause that is violated by it alone would be met in all rows."""
    (tmp_path / "all-borne.policy").write_text(EACH_MARK_BORNE, encoding="utf-8")
    found = side_by_side(Source(str(tmp_path / "x.design"), SOLD), within(tmp_path))
    told = {row.mark: row.cells[0].outcome for row in found.rows}
    assert found.judgements[0].verdict == "prohibited"
    assert told == {"consent": "violated", "notice": "violated"}


def test_what_is_narrowed_is_judged_as_the_whole_is_and_made_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the same options and share of the steps, and by a policy of what is concerned alone."""
    (tmp_path / "all-borne.policy").write_text(EACH_MARK_BORNE, encoding="utf-8")
    seen: list[tuple[Policy, Options, int]] = []

    def judging(
        policy: Policy, deployment: Deployment, options: Options, *, sharing: int = 1
    ) -> Judgement:
        seen.append((policy, options, sharing))
        return judge_deployment(policy, deployment, options, sharing=sharing)

    monkeypatch.setattr("clausewise.comparing.side_by_side.judge_deployment", judging)
    options = replace(within(tmp_path), max_steps=123_456, exact=True)
    source = Source(str(tmp_path / "x.design"), SOLD)
    for _ in range(2):
        side_by_side(source, options, ["all-borne", "no-such"])
    assert len(seen) == 4
    assert {(o.max_steps, o.exact, sharing) for _, o, sharing in seen} == {(123_456, True, 2)}
    assert len({id(policy) for policy, _, _ in seen}) == 2
    assert {name for policy, _, _ in seen for name in policy.clauses} == {"ways"}


def test_a_policy_that_cannot_judge_is_left_out_with_the_reason() -> None:
    found = compared(TOGETHER, "eu-ai-act", "face-support-requests")
    assert [judgement.policy.name for judgement in found.judgements] == ["eu-ai-act"]
    ((name, why),) = found.left_out
    assert name == "face-support-requests"
    assert why.startswith("cannot judge it")


def test_a_policy_whose_clauses_bear_no_marks(tmp_path: Path) -> None:
    """It is left out among all packs, and stays where a design names it."""
    plain = """
policy plain
title "Plain"
vocabulary face-law
clause gender (P1) { at "1" quotes "q" says "s" prohibits use u where u.infers overlaps gender because "b" }
"""
    (tmp_path / "plain.policy").write_text(plain, encoding="utf-8")
    source = Source(str(tmp_path / "x.design"), TOGETHER.replace("us-il-bipa", "plain"))
    options = within(tmp_path)
    named = side_by_side(source, options)
    assert [j.policy.name for j in named.judgements][-1] == "plain"
    assert [one.clause.name for one in named.rows[-1].cells[-1].clauses] == ["gender"]
    among = side_by_side(source, options, ["eu-ai-act", "plain"])
    assert among.left_out == (("plain", "its clauses do not say what they are about"),)
    with pytest.raises(InvalidError, match="E510") as refused:
        side_by_side(source, options, ["plain", "no-such"])
    assert "`plain`: its clauses do not say what they are about; `no-such`: cannot" in str(
        refused.value
    )


def test_a_design_that_no_policy_can_judge_is_a_mistake() -> None:
    with pytest.raises(InvalidError, match="E204"):
        compared('deployment "X"\njudged by no-such\n')
    with pytest.raises(InvalidError, match="E510"):
        compared('deployment "X"\n')


def test_the_page_shows_what_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "packs.md").read_text(encoding="utf-8")
    (design,) = re.findall(r"```text race.design\n((?s:.*?))```", page)
    ((command, shown),) = re.findall(r"```text\n\$ clausewise (compare .*)\n((?s:.*?))```", page)
    (tmp_path / "race.design").write_text(design, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, command.split())
    assert (done.exit_code, done.stdout) == (0, shown)
    assert max(map(len, shown.splitlines())) <= 80


def test_all_packs_are_compared_whichever_the_design_names() -> None:
    done = CliRunner().invoke(app, ["compare", str(PATROL), "--across", "packs", "--isolated"])
    assert done.exit_code == 0
    for name in ("eu-ai-act", "face-code-of-conduct", "us-il-bipa"):
        assert re.search(rf"^ +\d  [a-z-]+ +{name} ", done.stdout, re.MULTILINE)
    assert "face-support-requests is left out" in done.stdout


def test_many_columns_go_below_one_another() -> None:
    """Of 80 columns, five policies stand beside one another, and the sixth begins a further table."""
    found = compared()
    many = SideBySide(
        found.source,
        found.title,
        found.as_of,
        found.judgements * 2,
        tuple(type(row)(row.mark, row.label, row.cells * 2) for row in found.rows),
        (),
    )
    stream = io.StringIO()
    print_side_by_side(many, Sheet(stream))
    lines = stream.getvalue().splitlines()
    heads = [line.split() for line in lines if re.fullmatch(r" {20,}[\d ]+", line)]
    assert heads == [["1", "2", "3", "4", "5"], ["6"]]
    assert max(map(len, lines)) <= 80


def test_what_no_column_of_a_table_speaks_of_is_no_row_of_it() -> None:
    names = [
        "aws-rekognition",
        "eu-ai-act",
        "face-code-of-conduct",
        "gdpr-biometrics",
        "us-or-portland",
    ]
    stream = io.StringIO()
    print_side_by_side(compared(TOGETHER, *names, "us-il-bipa"), Sheet(stream))
    first, second = re.split(r"\n {28}6 *\n", stream.getvalue())
    assert "emotions inferred" in first
    assert "emotions inferred" not in second
    assert "disclosure and sale" in second


def test_a_policy_that_is_named_twice_is_one_column() -> None:
    twice = TOGETHER.replace("judged by ", "judged by us-il-bipa, ")
    names = ["us-il-bipa", "face-code-of-conduct", "eu-ai-act"]
    assert [judgement.policy.name for judgement in compared(twice).judgements] == names


def test_more_policies_than_a_design_may_name_are_compared(tmp_path: Path) -> None:
    plain = """
policy NAME
vocabulary face-law
clause gender (P1) marked gender {
  at "1"  quotes "q"  says "s"  prohibits use u where u.infers overlaps gender  because "b"
}
"""
    names = [f"plain-{number}" for number in range(MOST_POLICIES + 5)]
    for name in names:
        (tmp_path / f"{name}.policy").write_text(plain.replace("NAME", name), encoding="utf-8")
    source = Source(str(tmp_path / "x.design"), TOGETHER)
    found = side_by_side(source, within(tmp_path), names)
    assert [judgement.policy.name for judgement in found.judgements] == names


def test_html_names_each_clause_and_holds_what_strangers_wrote_as_text() -> None:
    text = TOGETHER.replace("Race, told from faces", "<script>x</script>")
    page = render(compared(text))
    assert "<script>" not in page
    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert '<li class="violated">categorisation (A5-1-g): violated</li>' in page
    assert "does not speak of it" in page


def test_the_marks_of_a_clause_are_printed_as_they_are_read() -> None:
    text = """policy p
vocabulary  v

clause c (C1) marked one, two {
  at       "1"
  quotes   "q"
  says     "s"
  prohibits where a is b
  because  "b"
}
"""
    tree, problems = parse(Source("p.policy", text), "policy")
    assert tree is not None
    assert not problems
    assert print_tree(tree) == text


def test_what_is_compared_is_judged_as_by_check() -> None:
    """With evidence where it is required, which is looked at by whoever keeps it."""
    path = ROOT / "policies" / "face" / "access.design"
    source = Source(str(path), path.read_text(encoding="utf-8"))
    options = Options(
        evidence_required=True, examine=lambda text: Proof(text, doubt="is withdrawn")
    )
    (judged,) = side_by_side(source, options).judgements
    (report,) = check_source(source, options)
    assert (judged.verdict, report.verdict) == ("needs-information", "needs-information")
    assert [c.outcome for c in judged.clauses] == [c.outcome for c in report.clauses]
    (claimed,) = side_by_side(source, Options()).judgements
    assert claimed.verdict == "permitted"


def test_a_reading_is_for_the_policies_that_have_it() -> None:
    options = Options(readings={"age-of-consent": "eighteen"})
    assert len(side_by_side(Source("x.design", TOGETHER), options).judgements) == 3
