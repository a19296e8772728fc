"""What the language means: each test is a design and what comes of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from clausewise.checking.report import exit_code
from clausewise.dsl.models.deployment import FactName
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.engine.advice import questions
from clausewise.engine.core.conditions import Not, Or
from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.engine.core.truth import Truth
from clausewise.engine.judging.explain import apart, deciding_facts
from clausewise.engine.judging.record import Step
from tests.conftest import Judge, checked

GOOD = """
actor acme {
  kind          company
  jurisdiction  US-WA
  acts-for      none
}
people staff {
  ages     18..
  place    US-WA
  consent  explicit
}
door front {
  by          acme
  opens-by    card, face
  people      staff
  keeps       30 days
  results-to  acme
}
safety {
  alarm  yes
  harm   no   attested by "R. Diaz" on 2026-11-02
}
"""


def changed(*changes: tuple[str, str]) -> str:
    body = GOOD
    for old, new in changes:
        assert old in body
        body = body.replace(old, new)
    return body


def outcome(judge: Judge, clause: str, *changes: tuple[str, str], **options: object) -> str:
    report = judge(changed(*changes), **options)
    return report.judgement.clause(clause).outcome.value


# truth


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("police", "violated"),
        ("company", "met"),
        ("school", "met"),
        ("public-body", "undetermined"),
        ("unknown", "undetermined"),
    ],
)
def test_a_term_stands_for_what_is_below_it(judge_doors: Judge, kind: str, expected: str) -> None:
    assert outcome(judge_doors, "us-police", ("kind          company", f"kind {kind}")) == expected


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("US", "violated"),
        ("US-NY", "violated"),
        ("PR", "violated"),
        ("US-PR", "violated"),
        ("GU", "violated"),
        ("CA", "met"),
        ("EU", "met"),
        ("DE-BY", "met"),
        ("unknown", "undetermined"),
    ],
)
def test_places(judge_doors: Judge, place: str, expected: str) -> None:
    police = ("kind          company", "kind police")
    where = ("jurisdiction  US-WA", f"jurisdiction {place}")
    assert outcome(judge_doors, "us-police", police, where) == expected


@pytest.mark.parametrize(
    ("ages", "expected"),
    [("18..", "met"), ("17..", "violated"), ("..17", "violated"), ("unknown", "undetermined")],
)
def test_ages_and_tables(judge_doors: Judge, ages: str, expected: str) -> None:
    implied = ("consent  explicit", "consent implied")
    assert outcome(judge_doors, "minors", implied, ("ages     18..", f"ages {ages}")) == expected


def test_a_table_row_serves_the_places_below_it(judge_doors: Judge) -> None:
    implied = ("consent  explicit", "consent implied")
    eighteen = ("ages     18..", "ages 18..18")
    korea = ("  place    US-WA", "  place KR-11")
    assert outcome(judge_doors, "minors", implied, eighteen) == "met"
    assert outcome(judge_doors, "minors", implied, eighteen, korea) == "violated"


@pytest.mark.parametrize(
    ("keeps", "expected"),
    [
        ("30 days", "met"),
        ("31 days", "violated"),
        ("1 month", "met"),
        ("720 hours", "met"),
        ("721 hours", "violated"),
        ("1 year", "violated"),
        ("unknown", "undetermined"),
    ],
)
def test_durations(judge_doors: Judge, keeps: str, expected: str) -> None:
    assert outcome(judge_doors, "keeping", ("30 days", keeps)) == expected


# outcomes


def test_exceptions_apply_fail_or_stay_open(judge_doors: Judge) -> None:
    child = ("ages     18..", "ages 10..")
    found = {}
    for consent in ("explicit", "implied", "unknown"):
        report = judge_doors(changed(child, ("consent  explicit", f"consent {consent}")))
        judged = report.judgement.clause("minors")
        (finding,) = judged.findings
        ((name, truth),) = finding.exceptions
        found[consent] = (judged.outcome.value, name, truth.value)
    assert found == {
        "explicit": ("met", "consent", "true"),
        "implied": ("violated", "consent", "false"),
        "unknown": ("undetermined", "consent", "unknown"),
    }


def test_when_says_to_what_a_clause_applies(judge_doors: Judge) -> None:
    assert outcome(judge_doors, "alarm", ("card, face", "card")) == "not-applicable"
    assert outcome(judge_doors, "alarm", ("alarm  yes", "alarm no")) == "violated"


def test_a_rule_that_is_kept_is_met_whether_it_applies_or_not(judge_doors: Judge) -> None:
    assert outcome(judge_doors, "alarm", ("card, face", "unknown")) == "met"


def test_a_judgement_waits_for_a_person(judge_doors: Judge) -> None:
    nobody = ('attested by "R. Diaz" on 2026-11-02', "")
    report = judge_doors(changed(nobody))
    assert report.verdict == "needs-review"
    judged = report.judgement.clause("harmless")
    assert (judged.outcome, judged.missing) == (Outcome.REVIEW, ("safety.harm",))
    (question,) = report.advice.questions
    assert question.kind == "judgement"
    assert question.doubt == "nobody answers for it (`attested by`)"


def test_an_attestation_counts_from_its_date(judge_doors: Judge) -> None:
    assert outcome(judge_doors, "harmless", as_of=date(2026, 11, 2)) == "met"
    assert outcome(judge_doors, "harmless", as_of=date(2026, 11, 1)) == "review"


def test_evidence_can_be_required(doors: Path, judge_doors: Judge) -> None:
    child = ("ages     18..", "ages 10..")
    assert outcome(judge_doors, "minors", child) == "met"
    assert outcome(judge_doors, "minors", child, evidence_required=True) == "undetermined"
    (doors / "release.pdf").write_bytes(b"%PDF")
    there = ("consent  explicit", 'consent explicit evidence "release.pdf"')
    assert outcome(judge_doors, "minors", child, there, evidence_required=True) == "met"
    gone = ("consent  explicit", 'consent explicit evidence "gone.pdf"')
    assert outcome(judge_doors, "minors", child, gone, evidence_required=True) == "undetermined"


def test_clauses_depend_on_clauses(judge_doors: Judge) -> None:
    assert outcome(judge_doors, "consistent") == "met"
    assert outcome(judge_doors, "consistent", ("alarm  yes", "alarm no")) == "violated"
    assert outcome(judge_doors, "consistent", ("alarm  yes", "alarm unknown")) == "undetermined"


def test_readings(judge_doors: Judge) -> None:
    long = ("30 days", "60 days")
    report = judge_doors(changed(long))
    assert report.verdict == "prohibited"
    (other,) = report.advice.other_readings
    assert (other.reading, other.alternative) == ("keeping", "loose")
    assert other.verdict == "permitted"
    assert other.changed == {"keeping": "met", "consistent": "met"}
    assert outcome(judge_doors, "keeping", long, readings={"keeping": "loose"}) == "met"


# what is not listed


@pytest.mark.parametrize("acts_for", ["unknown", "acme, ..."])
def test_an_open_reference_may_lead_to_anyone(judge_doors: Judge, acts_for: str) -> None:
    report = judge_doors(changed(("acts-for      none", f"acts-for {acts_for}")))
    judged = report.judgement.clause("us-police")
    assert judged.outcome is Outcome.UNDETERMINED
    assert judged.missing == ("acme.acts-for",)


def test_an_open_reference_does_not_matter_where_nothing_depends_on_it(judge_doors: Judge) -> None:
    report = judge_doors(
        changed(("people      staff", "people staff, ..."), ("card, face", "card"))
    )
    assert report.judgement.clause("minors").outcome is Outcome.NOT_APPLICABLE


def test_a_circle_of_relations_ends(judge_doors: Judge) -> None:
    circle = "acts-for      b\n}\nactor b {\n  kind police\n  jurisdiction US\n  acts-for acme"
    report = judge_doors(changed(("acts-for      none", circle)))
    judged = report.judgement.clause("us-police")
    assert judged.facts == (
        "acme.acts-for",
        "b.jurisdiction",
        "b.kind",
        "front.by",
    )


def test_a_chain_of_any_length(judge_doors: Judge) -> None:
    links = "".join(f"actor a{i} {{\nkind company\nacts-for a{i + 1}\n}}\n" for i in range(10_000))
    end = "actor a10000 {\nkind police\njurisdiction US\nacts-for none\n}\n"
    body = changed(("by          acme", "by a0")) + links + end
    judged = judge_doors(body).judgement.clause("us-police")
    assert judged.outcome is Outcome.VIOLATED
    assert len(judged.facts) == 10_003


def test_a_draft_is_never_permitted(judge_doors: Judge) -> None:
    draft = 'deployment "Doors" draft'
    assert judge_doors(GOOD, draft).verdict == "needs-information"
    broken = changed(("30 days", "60 days"))
    assert judge_doors(broken, draft).verdict == "prohibited"


def test_a_required_type_that_is_not_listed_is_asked_for(judge_doors: Judge) -> None:
    body = GOOD[: GOOD.index("door front")] + GOOD[GOOD.index("safety {") :]
    report = judge_doors(body)
    assert report.verdict == "needs-information"
    assert "door" in report.judgement.clause("keeping").missing
    assert any(question.fact == "door" for question in report.advice.questions)


def test_nothing_judged_is_an_error(doors: Path, tmp_path: Path) -> None:
    clause = (
        'policy narrow\nvocabulary doors\nclause c {\n  at "1"\n  quotes "q"\n  says "s"\n'
        '  prohibits actor a where a.kind is police\n  because "{a}"\n}\n'
    )
    vocabulary = (doors / "doors.vocabulary").read_text().replace(" required {", " {")
    (tmp_path / "doors.vocabulary").write_text(vocabulary)
    (tmp_path / "narrow.policy").write_text(clause)
    (tmp_path / "x.design").write_text('deployment "x"\njudged by narrow\n')
    result = checked(tmp_path / "x.design")
    assert result.exit_code == 2
    assert [d.code for d in result.diagnostics] == ["E509"]


STATUTE = """
policy statute
vocabulary doors
clause c {
  at "1"
  quotes "q"
  says "s"
  prohibits actor a when a.jurisdiction is US-IL where a.kind is police
  because "{a}"
}
"""


def test_a_statute_of_one_state_does_not_apply_in_another(doors: Path) -> None:
    (doors / "statute.policy").write_text(STATUTE)
    design = doors / "x.design"
    design.write_text(
        'deployment "x"\njudged by statute\nactor a {\n  jurisdiction US-OH\n  acts-for none\n}\n'
        "door d {\n  by a\n  results-to a\n}\n"
    )
    result = checked(design)
    assert (result.verdict, result.exit_code) == ("not-applicable", 5)
    assert "a.jurisdiction" in result.reports[0].clauses[0].facts


def test_not_applicable_counts_least() -> None:
    assert exit_code([5]) == 5
    assert exit_code([5, 0]) == 0
    assert exit_code([0, 5, 4]) == 4


# explanations and questions


def test_the_smallest_reason_is_given(judge_doors: Judge) -> None:
    report = judge_doors(GOOD)
    assert report.judgement.clause("us-police").facts == (
        "acme.acts-for",
        "acme.kind",
        "front.by",
        "front.results-to",
    )
    assert report.judgement.clause("minors").facts == ("front.people", "staff.consent")


def test_a_later_alternative_may_be_the_smallest() -> None:
    """What the whole needs in any case makes the second of two reasons the smaller one, which was the larger."""
    first, second = step("a.x", "a.y"), step("b.x", "way.one", "way.two")
    either = step(parts=(first, second))
    assert deciding_facts(either) == ("a.x", "a.y")
    whole = Step(Not(Or(())), Truth.TRUE, facts_named("way.one", "way.two"), parts=(either,))
    assert deciding_facts(whole) == ("b.x", "way.one", "way.two")


def test_a_step_of_several_parts_says_which_of_them_it_takes() -> None:
    """So the first case of a construct that is joined in a new way tells that reasons lack it."""
    whole = Step(Or(()), Truth.TRUE, parts=(step("a.x"), step("b.x")))
    with pytest.raises(AssertionError, match="which of them it takes"):
        deciding_facts(whole)


def step(*facts: str, parts: tuple[Step, ...] = ()) -> Step:
    """A step that is true by its own facts, or by any of its parts."""
    return Step(Or(()), Truth.TRUE, facts_named(*facts), parts=parts, by_one=Truth.TRUE)


def facts_named(*names: str) -> tuple[FactName, ...]:
    return tuple(map(FactName, names))


def test_questions_leave_out_what_cannot_matter(judge_doors: Judge) -> None:
    body = changed(("  place    US-WA\n", ""), ("jurisdiction  US-WA", "jurisdiction unknown"))
    report = judge_doors(body)
    assert report.advice.questions == ()


def test_the_question_that_bears_on_most_clauses_comes_first(judge_doors: Judge) -> None:
    body = changed(("opens-by    card, face", "opens-by unknown"), ("alarm  yes", "alarm unknown"))
    body = body.replace("consent  explicit", "consent unknown").replace("18..", "10..")
    counts = [len(question.clauses) for question in judge_doors(body).advice.questions]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


def test_decisive_answers(judge_doors: Judge) -> None:
    report = judge_doors(changed(("alarm  yes", "alarm unknown")))
    assert [question.fact for question in report.advice.questions] == ["safety.alarm"]
    found = report.advice.decisive_answers[FactName("safety.alarm")]
    answers = {a.answer: a.verdict.value for a in found}
    assert answers == {"yes": "permitted", "no": "prohibited"}


def test_no_answer_is_tried_where_the_verdict_is_settled(judge_doors: Judge) -> None:
    report = judge_doors(changed(("alarm  yes", "alarm unknown"), ("30 days", "40 days")))
    assert report.verdict is Verdict.PROHIBITED
    assert report.advice.decisive_answers == {FactName("safety.alarm"): ()}


def test_decisive_answers_are_sought_within_bounds(
    judge_doors: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = changed(("alarm  yes", "alarm unknown"), ("30 days", "unknown"))
    tried = 2 * len(judge_doors(body).deployment.entities)  # `yes` and `no`; of days none are
    for most, told in ((tried, 2), (tried - 1, 1)):
        monkeypatch.setattr(questions, "MOST_JUDGED", most)
        report = judge_doors(body)
        asked = [question.fact for question in report.advice.questions]
        assert len(asked) == 2
        assert list(report.advice.decisive_answers) == asked[:told]


def test_rests_on(judge_doors: Judge) -> None:
    facts = [fact.name for fact in judge_doors(GOOD).advice.rests_on]
    assert facts == ["staff.consent", "safety.harm"]


def test_an_unknown_reading_is_an_error(judge_doors: Judge) -> None:
    with pytest.raises(
        InvalidError, match="reading `keeping` of `door-code` has no alternative `lose`"
    ):
        judge_doors(GOOD, readings={"keeping": "lose"})


# fields against fields: a term with others below it is one of these, and which is unknown

RANKS = """vocabulary ranks
subject deployment
taxonomy rank { low  high { major  general } }
entity post "a post" single {
  wants  any of rank  world  ask "What does the post want?"
  has    any of rank  world  ask "What does its holder have?"
}
"""
RANK_CODE = """policy rank-code
vocabulary ranks
clause overlap { at "1"  quotes "q"  says "s"  requires that post.has overlaps post.wants  because "b" }
clause within { at "1"  quotes "q"  says "s"  requires that post.has within post.wants  because "b" }
"""


@pytest.mark.parametrize(
    ("has", "wants", "overlap", "within"),
    [
        ("major", "major", "met", "met"),
        ("major", "low", "violated", "violated"),
        ("major", "high", "undetermined", "undetermined"),
        ("high", "major", "undetermined", "undetermined"),
        ("high", "high", "undetermined", "undetermined"),
        ("high", "low", "violated", "violated"),
        ("major, low", "low", "met", "violated"),
        ("major", "low, ...", "undetermined", "undetermined"),
        ("none", "low", "violated", "met"),
        ("none", "unknown", "violated", "met"),
        ("unknown", "none", "violated", "undetermined"),
        ("low, ...", "low", "met", "undetermined"),
    ],
)
def test_fields_against_fields(
    tmp_path: Path, has: str, wants: str, overlap: str, within: str
) -> None:
    (tmp_path / "ranks.vocabulary").write_text(RANKS)
    (tmp_path / "rank-code.policy").write_text(RANK_CODE)
    text = f'deployment "x"\njudged by rank-code\npost {{\n  has {has}\n  wants {wants}\n}}\n'
    (tmp_path / "x.design").write_text(text)
    result = checked(tmp_path / "x.design")
    assert not result.diagnostics
    found = {j.clause.name: j.outcome.value for j in result.reports[0].judgement.clauses}
    assert found == {"overlap": overlap, "within": within}


PAIR = """vocabulary pair
subject deployment
entity thing "a thing" single {
  a  yes-no  world  ask "Is it A?"
  b  yes-no  world  ask "Is it B?"
}
"""
PAIR_CODE = """policy pair-code
vocabulary pair
define good() means thing.b is yes
clause paired {
  at "1"  quotes "q"  says "s"
  requires that thing.a is yes and good() or thing.a is no and thing.b is yes
  because "b"
}
"""


def test_a_definition_after_a_false_part_can_spare_a_fact(tmp_path: Path) -> None:
    (tmp_path / "pair.vocabulary").write_text(PAIR)
    (tmp_path / "pair-code.policy").write_text(PAIR_CODE)
    design = tmp_path / "x.design"
    design.write_text('deployment "x"\njudged by pair-code\nthing {\na no\nb no\n}\n')
    (report,) = checked(design).reports
    judged = report.judgement.clause("paired")
    assert (judged.outcome, judged.facts) == ("violated", ("thing.b",))


def test_parts_are_apart_that_have_no_field_in_common() -> None:
    fields = ["ab", "c", "bd", "", "d", "e"]
    parts = [(frozenset(names), number) for number, names in enumerate(fields)]
    assert apart(parts) == [[0, 2, 4], [1], [3], [5]]
    assert apart([*parts, (None, 6)]) == [[0, 1, 2, 3, 4, 5, 6]]  # of any field
