"""Every test of the language, over known, partly known and unknown facts.

Each row is a condition about the team `t`, the facts, and the outcome of a clause that requires it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from clausewise.checking.report import Checked
from clausewise.dsl.text.diagnostic import has_errors
from tests.conftest import checked

VOCABULARY = """vocabulary teams
subject deployment
taxonomy rank { low  high { major  general } }
entity team "a team" {
  lead     one of person    world  ask "Who leads {team}?"
  members  any of person    world  ask "Who is in {team}?"
  budget   number           world  ask "What does {team} cost?"
  lasts    duration         world  ask "How long does {team} last?"
  since    date             world  ask "Since when is there {team}?"
  motto    text or none     world  ask "What is the motto of {team}?"
  open     yes-no           world  ask "Is {team} open?"
  ages     ages             world  ask "How old are they in {team}?"
}
entity person "a person" {
  rank     one of rank or none  world  ask "What is the rank of {person}?"
  skills   any of rank          world  ask "What can {person} do?"
  boss     any of person        world  ask "To whom does {person} report?"
}
entity house "the house" single {
  keeper   one of person    world  ask "Who keeps the house?"
}
"""
POLICY = """policy team-code
vocabulary teams
define above(p: person) means p.boss*
define senior(p: person) means p.rank is high
define everyone(t: team) means t.lead + t.members
table pay of rank gives number { general 100  high 50  otherwise 10 }
table may of rank gives rank { major {low, major}  low none  otherwise low }
clause c {
  at "1"  quotes "q"  says "s"
  requires team t that CONDITION
  because "{t} led by {t.lead}"
}
"""
PEOPLE = """
person ann { rank major  skills low  boss none }
person bob { rank low  skills none  boss ann }
person cy { boss bob, ... }
house { keeper ann }
"""

ROWS = [
    # is, is not, in
    ("t.lead.rank is major", "lead ann", "met"),
    ("t.lead.rank is high", "lead ann", "met"),
    ("t.lead.rank is general", "lead ann", "violated"),
    ("t.lead.rank is not general", "lead ann", "met"),
    ("t.lead.rank is low", "lead cy", "undetermined"),
    ("t.lead.rank is low", "", "undetermined"),
    ("t.lead.rank in {low, general}", "lead bob", "met"),
    ("t.open is yes", "open yes", "met"),
    ("t.open is not no", "open no", "violated"),
    ("t.motto is none", "motto none", "met"),
    ("t.motto is none", 'motto "on"', "violated"),
    ("t.motto is none", "", "undetermined"),
    ("t.members is none", "members none", "met"),
    ("t.members is none", "members ann", "violated"),
    ("t.members is none", "members ...", "undetermined"),
    ("t.members is none", "members ann, ...", "violated"),
    ("house.keeper.rank is major", "", "met"),
    # entities
    ("t.lead is house.keeper", "lead ann", "met"),
    ("t.lead is house.keeper", "lead bob", "violated"),
    ("t.lead is not house.keeper", "lead bob", "met"),
    ("t.lead is house.keeper", "", "undetermined"),
    ("t.lead in t.members", "lead ann\nmembers bob, ann", "met"),
    ("t.lead in t.members", "lead ann\nmembers bob", "violated"),
    ("t.lead in t.members", "lead ann\nmembers bob, ...", "undetermined"),
    ("t.lead in t.members", "members none", "violated"),
    ("t.members overlaps above(t.lead)", "lead bob\nmembers ann", "met"),
    ("t.members overlaps above(t.lead)", "lead ann\nmembers bob", "violated"),
    ("t.members overlaps above(t.lead)", "lead cy\nmembers ann", "met"),
    ("t.members within above(t.lead)", "lead bob\nmembers ann, bob", "met"),
    ("t.members within above(t.lead)", "lead ann\nmembers ann, bob", "violated"),
    ("t.members within above(t.lead)", "lead ann\nmembers ann, ...", "undetermined"),
    ("t.members within person", "members ann, bob", "met"),
    # terms
    ("t.lead.skills overlaps low", "lead ann", "met"),
    ("t.lead.skills overlaps {high}", "lead ann", "violated"),
    ("t.lead.skills overlaps low", "lead bob", "violated"),
    ("t.lead.skills overlaps low", "lead cy", "undetermined"),
    ("t.lead.skills within low", "lead ann", "met"),
    ("t.lead.skills within high", "lead bob", "met"),
    ("t.lead.skills within high", "lead ann", "violated"),
    ("t.lead.skills within may(t.lead.rank)", "lead ann", "met"),
    ("t.lead.skills within may(t.lead.rank)", "lead bob", "met"),
    ("t.lead.skills within may(t.lead.rank)", "lead cy", "undetermined"),
    # quantifiers
    ("some p in t.members has (p.rank is low)", "members ann, bob", "met"),
    ("some p in t.members has (p.rank is low)", "members ann", "violated"),
    ("some p in t.members has (p.rank is low)", "members ann, ...", "undetermined"),
    ("some p in t.members has (p.rank is low)", "members bob, ...", "met"),
    ("some p in t.members has (p.rank is low)", "members none", "violated"),
    ("every p in t.members has (senior(p))", "members ann", "met"),
    ("every p in t.members has (senior(p))", "members ann, bob", "violated"),
    ("every p in t.members has (senior(p))", "members ann, ...", "undetermined"),
    ("every p in t.members has (senior(p))", "members bob, ...", "violated"),
    ("every p in t.members has (senior(p))", "members none", "met"),
    ("no p in everyone(t) has (p.rank is low)", "lead ann\nmembers none", "met"),
    ("no p in everyone(t) has (p.rank is low)", "lead bob\nmembers ann", "violated"),
    ("no p in person has (p.rank is general)", "", "undetermined"),
    (
        "every p in t.members has (some q in p.boss has (q is t.lead))",
        "lead ann\nmembers bob",
        "met",
    ),
    # comparisons
    ("t.budget < 10", "budget 9.99", "met"),
    ("t.budget < 10", "budget 10", "violated"),
    ("t.budget <= 10", "budget 10", "met"),
    ("t.budget = 10", "budget 10.0", "met"),
    ("t.budget > -1", "budget 0", "met"),
    ("t.budget >= pay(t.lead.rank)", "budget 50\nlead ann", "met"),
    ("t.budget >= pay(t.lead.rank)", "budget 49\nlead ann", "violated"),
    ("t.budget >= pay(t.lead.rank)", "budget 10\nlead bob", "met"),
    ("t.budget >= pay(t.lead.rank)", "budget 10", "undetermined"),
    ("t.lasts <= 2 weeks", "lasts 14 days", "met"),
    ("t.lasts <= 2 weeks", "lasts 337 hours", "violated"),
    ("t.since < 2020-01-01", "since 2019-12-31", "met"),
    ("t.since <= as-of", "since 2026-01-01", "met"),
    ("t.since <= as-of", "since 2027-01-01", "violated"),
    ("t.ages.youngest >= 18 and t.ages.oldest < 65", "ages 18..64", "met"),
    ("t.ages.oldest < 65", "ages 18..", "violated"),
    ("t.ages.youngest >= 18", "ages ..64", "violated"),
    ("t.ages.youngest >= 18", "ages 18", "met"),
    # connectives
    ("t.open is yes or t.budget < 1", "budget 0", "met"),
    ("t.open is yes and t.budget < 1", "budget 1", "violated"),
    ("t.open is yes and t.budget < 1", "budget 0", "undetermined"),
    ("not (t.open is yes or t.budget < 1)", "budget 0", "violated"),
    ("t.open is yes or t.open is no and t.budget < 1", "open yes", "met"),
    ("(t.open is yes or t.open is no) and t.budget < 1", "open yes\nbudget 1", "violated"),
]


def judged(folder: Path, rules: str, facts: str, **options: object) -> Checked:
    (folder / "teams.vocabulary").write_text(VOCABULARY)
    (folder / "team-code.policy").write_text(rules)
    team = f"team blue {{\n{facts}\n}}\n"
    people = PEOPLE.replace("  skills", "\n skills").replace("  boss", "\n boss")
    text = f'deployment "x"\njudged by team-code\nas of 2026-11-23\n{team}{people}'
    (folder / "x.design").write_text(text)
    return checked(folder / "x.design", **options)


@pytest.mark.parametrize(("condition", "facts", "expected"), ROWS)
def test_conditions(tmp_path: Path, condition: str, facts: str, expected: str) -> None:
    result = judged(tmp_path, POLICY.replace("CONDITION", condition), facts)
    found = [clause.outcome.value for report in result.reports for clause in report.clauses]
    assert (found, has_errors(result.diagnostics)) == ([expected], False)


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2025-12-31", "not-applicable"),
        ("2026-01-01", "violated"),
        ("2027-01-01", "not-applicable"),
    ],
)
def test_a_clause_is_in_force_between_its_dates(tmp_path: Path, as_of: str, expected: str) -> None:
    policy = POLICY.replace("CONDITION", "t.open is yes")
    policy = policy.replace("  because", "  from 2026-01-01  until 2027-01-01\n  because")
    policy += 'clause d { at "2"  quotes "q"  says "s"  requires that house.keeper is house.keeper  because "b" }'
    (report,) = judged(tmp_path, policy, "open no", as_of=date.fromisoformat(as_of)).reports
    assert report.judgement.clause("c").outcome == expected


def test_a_policy_may_depend_on_another(tmp_path: Path) -> None:
    other = """policy upper
vocabulary teams
clause lawful { at "1"  quotes "q"  says "s"  prohibits where policy team-code is prohibited  because "b" }
"""
    (tmp_path / "upper.policy").write_text(other)
    policy = POLICY.replace("CONDITION", "t.open is yes")
    for facts, expected in [
        ("open no", "violated"),
        ("open yes", "met"),
        ("", "undetermined"),
    ]:
        result = judged(tmp_path, policy, facts, policy="upper")
        (clause,) = result.reports[0].clauses
        assert clause.outcome == expected
        assert clause.missing == (("blue.open",) if expected == "undetermined" else ())


def test_policies_that_depend_on_each_other_are_refused(tmp_path: Path) -> None:
    one = 'policy NAME\nvocabulary teams\nclause c { at "1"  quotes "q"  says "s"  '
    one += 'prohibits where policy OTHER is prohibited  because "b" }\n'
    (tmp_path / "a.policy").write_text(one.replace("NAME", "a").replace("OTHER", "b"))
    (tmp_path / "b.policy").write_text(one.replace("NAME", "b").replace("OTHER", "a"))
    result = judged(tmp_path, POLICY.replace("CONDITION", "t.open is yes"), "", policy="a")
    assert result.exit_code == 2
    assert [diagnostic.code for diagnostic in result.diagnostics] == ["E403"]


def test_sentences_are_filled_in(tmp_path: Path) -> None:
    from clausewise.engine.advice.because import because

    policy = POLICY.replace("CONDITION", "t.open is yes")
    for facts, expected in [
        ("open no\nlead ann", "blue led by ann"),
        ("open no", "blue led by an unlisted person"),
    ]:
        (report,) = judged(tmp_path, policy, facts).reports
        (finding,) = report.clauses[0].findings
        assert because(finding, report.deployment) == expected
