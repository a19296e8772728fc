"""What a reviewer must see in reports: what speaks against a verdict, on what it rests, and each thing once."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from clausewise.checking.check import check_file
from clausewise.checking.options import Options
from clausewise.checking.report import Checked
from clausewise.dossier.dossier import dossier_of
from clausewise.dsl.models.deployment import FactName
from clausewise.dsl.text.names import how_many
from clausewise.engine.advice.undecisive import undecisive
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.judging.judge import judge_clause
from clausewise.formats.dossier import markdown
from clausewise.formats.dossier.content import content
from clausewise.formats.dossier.document import Page, PageSection, PageTable, Paragraph, Picture
from clausewise.formats.report import tree
from clausewise.formats.report.heading import none_applies_in_words
from clausewise.formats.report.json import render as json_of
from clausewise.formats.report.markdown import render as markdown_of
from clausewise.formats.report.sentences import told_with_values, values_first
from clausewise.formats.report.text import print_reports
from clausewise.formats.screen.sheet import Sheet
from tests.conftest import ROOT
from tests.test_cli import run

STADIUM = """deployment "Stadium"
judged by {judges}
as of 2026-11-23

actor club {{
  kind          retailer
  jurisdiction  GB
  acts-for      none
}}

camera entrance {{
  mount        fixed
  environment  controlled
  place        GB
}}

people fans {{
  ages     18..99
  consent  none
  consent-is-lawful  no  attested by "Counsel" on 2026-11-02
  place    GB
}}

people banned {{
  ages     18..99
  consent  none
  place    GB
}}

use door-check {{
  by               club
  results-to       club
  operation        identify
  purpose          watchlist-alert
  people           fans, banned
  camera           entrance
  timing           real-time
  captures-others  yes
}}
"""
NOTICE = "This is not legal advice"
FACE = "face-code-of-conduct"
SEVERAL = f"{FACE}, us-il-bipa, us-or-portland"


@pytest.fixture
def stadium(tmp_path: Path) -> Path:
    return written(tmp_path, FACE)


def written(folder: Path, judges: str) -> Path:
    path = folder / "stadium.design"
    path.write_text(STADIUM.format(judges=judges), encoding="utf-8")
    return path


def dossier(path: Path, options: Options | None = None) -> Page:
    chosen = options or Options()
    return content(dossier_of(checked(path), chosen.access, evidence_required=False), "1")


def checked(path: Path) -> Checked:
    return check_file(path, Options())


def text_of(path: Path, detail: str = "screen") -> str:
    stream = io.StringIO()
    print_reports(checked(path), Sheet(stream, width=80), detail)  # type: ignore[arg-type]
    return stream.getvalue()


def sections(found: tuple[PageSection, ...]) -> Iterator[PageSection]:
    for section in found:
        yield section
        yield from sections(section.sections)


def joined(text: str) -> str:
    return " ".join(text.split())


# what decides nothing


def test_what_is_stated_and_decides_nothing_is_listed_the_attested_first(stadium: Path) -> None:
    (report,) = checked(stadium).reports
    found = [fact.name for fact in undecisive(report.judgement)]
    assert found[0] == "fans.consent-is-lawful"
    decisive = {name for clause in report.clauses for name in clause.facts}
    cited = {n for c in report.clauses for f in c.findings if f.breaches for n in f.facts}
    assert not (decisive | cited) & set(found)
    (policy,) = json.loads(json_of([checked(stadium)]))["designs"][0]["policies"]
    assert [one["fact"] for one in policy["decides_nothing"]] == found
    assert policy["decides_nothing"][0]["attested_by"] == "Counsel"
    assert policy["decides_nothing_total"] == len(found)
    for text in (
        text_of(stadium, "all"),
        markdown_of([checked(stadium)]),
        markdown.render(dossier(stadium)),
    ):
        listed = text.partition("Stated, and deciding no clause")[2]
        assert listed.index("fans.consent-is-lawful") < listed.index(found[-1])
        assert "attested by Counsel on 2026-11-02" in joined(listed)


def test_what_decides_by_another_policy_is_not_among_them(tmp_path: Path) -> None:
    alone = markdown.render(dossier(written(tmp_path, FACE)))
    both = markdown.render(dossier(written(tmp_path, f"{FACE}, us-il-bipa")))
    listed = [one.partition("## Stated, and")[2] for one in (alone, both)]
    tables = [one.partition("\n## ")[0] for one in listed]
    assert "`fans.place`" in tables[0]
    assert "`fans.place`" not in tables[1]


# what stands at the top


def test_the_notice_stands_above_the_verdict_and_once(stadium: Path) -> None:
    for text in (
        markdown.render(dossier(stadium)),
        markdown_of([checked(stadium)]),
        joined(text_of(stadium, "all")),
    ):
        assert text.count(NOTICE) == 1
        assert text.index(NOTICE) < text.index("use-case-limits (N3)")


def test_what_is_violated_is_told_by_its_finding_and_the_reading_on_which_it_rests(
    stadium: Path,
) -> None:
    text = markdown.render(dossier(stadium))
    top = text.partition("### The design as a diagram")[0]
    assert "door-check is for watchlist-alert, beyond the list of approved use cases" in top
    assert "Rests on the reading use-cases=the-list (by registered it is undetermined)" in top


def test_what_a_clause_would_be_by_another_reading_is_a_sentence_in_the_words_of_outcomes(
    stadium: Path,
) -> None:
    text = markdown.render(dossier(stadium))
    assert "\n- By the reading mitigations=judged it is in review.\n" in text
    assert "\n- by " not in text
    assert "it is in review" in text_of(stadium, "all")
    assert "it is review" not in joined(text_of(stadium, "all"))


def test_the_finding_of_several_people_is_told_once_with_all_names(stadium: Path) -> None:
    said = "door-check is for watchlist-alert, beyond the list of approved use cases"
    clause = next(
        one for one in sections(dossier(stadium).sections) if one.id == "clause-use-case-limits"
    )
    text = markdown.render(Page("t", (), (clause,)))
    assert text.count(said) == 1
    assert "(for fans and banned)" in text
    told = markdown_of([checked(stadium)]).partition("### Clause by clause")[0]
    assert told.count(said) == 1
    assert "(for fans and banned)" in told
    assert "(for fans and banned)" in joined(text_of(stadium, "all"))
    assert "**What to do:** " in text


def test_readings_that_change_nothing_are_not_named_as_deciding(stadium: Path) -> None:
    (report,) = checked(stadium).reports
    changing = {(o.reading, name) for o in report.advice.other_readings for name in o.changed}
    clauses = [one for one in sections(dossier(stadium).sections) if "clause-" in one.id]
    for judged, section in zip(report.clauses, clauses, strict=True):
        text = markdown.render(Page("t", (), (section,))).partition("By the reading")[2]
        for name in report.policy.readings_of(judged.clause):
            is_named = f"{name}={report.judgement.readings[name]}" in text.partition("\n")[0]
            assert is_named == ((name, judged.clause.name) in changing)


# evidence


def test_what_is_odd_about_evidence_is_remarked_on(tmp_path: Path) -> None:
    path = written(tmp_path, FACE)
    lines = path.read_text(encoding="utf-8").splitlines()
    (tmp_path / "one.pdf").write_bytes(b"x")
    (tmp_path / "two.pdf").write_bytes(b"x")
    stated = [n for n, line in enumerate(lines) if line.startswith("  ") and "attested" not in line]
    for number, index in enumerate(stated):
        lines[index] += f'  evidence "{"two" if number == len(stated) - 1 else "one"}.pdf"'
    path.write_text("\n".join(lines), encoding="utf-8")
    text = markdown.render(dossier(path))
    told = text.partition("### What it rests on")[2].partition("\n## ")[0]
    assert "hold each 1 byte" in told
    assert "are the evidence for 9 facts" in told
    (tmp_path / "one.pdf").write_bytes(b"A form that is signed by somebody. " * 5)
    assert "each 1 byte" not in markdown.render(dossier(path))


def test_that_nobody_looks_at_evidence_which_is_optional_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, FACE)
    lines = path.read_text(encoding="utf-8").splitlines()
    lines = [
        f'{line}  evidence "../../etc/passwd"'
        if line.startswith("  ") and "attested" not in line
        else line
        for line in lines
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert "Nobody looked at the evidence" in text_of(path, "all")


# several policies


def test_of_several_policies_each_thing_is_said_once(tmp_path: Path) -> None:
    path = written(tmp_path, SEVERAL)
    found = dossier(path)
    pictures = [b for s in sections(found.sections) for b in s.blocks if isinstance(b, Picture)]
    assert len(pictures) == 1
    text = markdown.render(found)
    portland = text.partition("## Verdict by Portland City Code")[2].partition("\n## ")[0]
    assert ": not-applicable" in portland
    assert "applies, since" in portland
    assert "Clause by clause" not in portland
    assert len(portland.splitlines()) < 12
    told = markdown_of([checked(path)]).partition("## us-or-portland 2021.1.1: ")[2]
    assert told.startswith(
        "not-applicable\n\nNo clause of this law of Oregon, United States applies"
    )
    assert len(told.splitlines()) < 5
    screen = text_of(path)
    for notice in {one.policy.notice for one in checked(path).reports}:
        assert joined(screen).count(notice) == 1
        assert text.replace("\\", "").count(notice) == 1
    assert screen.count("judged by us-or-portland") == 0
    assert screen.count("Stadium") == 1


def test_several_policies_fit_few_lines(tmp_path: Path) -> None:
    alone = len(text_of(written(tmp_path, FACE)).splitlines())
    several = len(text_of(written(tmp_path, SEVERAL)).splitlines())
    assert several - alone < 30


def test_one_clause_is_one_clause(tmp_path: Path) -> None:
    path = written(tmp_path, "us-or-portland")
    assert "Of 1 clause, " in markdown.render(dossier(path))
    assert [how_many(count, "clause") for count in (0, 1, 1200)] == [
        "0 clauses",
        "1 clause",
        "1,200 clauses",
    ]


def test_where_it_is_comes_first_among_why_no_clause_applies(tmp_path: Path) -> None:
    (report,) = checked(written(tmp_path, "us-il-bipa")).reports
    names = ["door-check.camera", "door-check.people", "fans.ages", "entrance.place", "as-of"]
    assert values_first(map(FactName, names), report.deployment) == [
        "as-of",
        "entrance.place",
        "fans.ages",
        "door-check.people",
        "door-check.camera",
    ]
    said = none_applies_in_words(report)
    assert said.startswith(("entrance has place", "fans has place"))
    assert "more" not in said
    shown = text_of(written(tmp_path, "us-il-bipa")).partition("applies, since")[2]
    assert "place" in shown.strip().splitlines()[0]


# words


def test_nothing_else_can_change_it_is_not_said_where_a_reading_does() -> None:
    """`station-door` is prohibited by a reading, or is not."""
    seen = set()
    for path in sorted((ROOT / "examples").glob("*.design")):
        for report in checked(path).reports:
            if report.verdict.value == "prohibited" and len(checked(path).reports) == 1:
                otherwise = "it would be" in (screen := joined(text_of(path)))
                alone = ("nothing else can change this", "and no other reading by itself")
                assert any(words in screen for words in alone) != otherwise
                seen.add(otherwise)
    assert seen == {True, False}


def test_one_other_is_one_other(tmp_path: Path) -> None:
    (report,) = checked(written(tmp_path, FACE)).reports
    (told,) = told_with_values([FactName("fans.ages"), FactName("banned.ages")], report.deployment)
    assert told.endswith("and so has 1 other")


def test_what_waits_for_a_judgement_alone_is_in_review_in_the_tree_too(tmp_path: Path) -> None:
    path = written(tmp_path, FACE)
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("timing ", "decision         nominal-review\n  timing ")
        + 'safeguards {\n  human-oversight yes attested by "Counsel" on 2026-11-02\n}\n',
        encoding="utf-8",
    )
    out = run("explain", path, "M1")[1]
    assert "human-oversight (M1): review" in out
    assert "the deployment: review" in out
    assert "the deployment: undetermined" not in out


def test_a_question_of_several_policies_is_asked_once(tmp_path: Path) -> None:
    path = written(tmp_path, f"{FACE}, gdpr-biometrics, eu-ai-act")
    path.write_text(path.read_text(encoding="utf-8").replace("GB", "unknown"), encoding="utf-8")
    found = dossier(path)
    asked = [one for one in sections(found.sections) if one.title == "Open questions"]
    assert [one.id for one in asked] == ["questions"]
    (table,) = [block for block in asked[0].blocks if isinstance(block, PageTable)]
    facts = [markdown.render(Page("", (Paragraph(row[0]),), ())) for row in table.rows]
    assert len(facts) == len(set(facts))
    bears = [markdown.render(Page("", (Paragraph(row[2]),), ())) for row in table.rows]
    assert any("gdpr-biometrics: " in one and "eu-ai-act: " in one for one in bears)


def test_an_open_clause_says_how_to_look_at_all_missing_facts_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, FACE)
    assert "clausewise check --exact" in joined(run("explain", path, "A1")[1].replace("│", ""))
    monkeypatch.setattr(tree, "find_spec", lambda _name: None)
    assert "--exact" not in joined(run("explain", path, "A1")[1])


def test_of_reasons_of_one_size_the_one_that_leaves_less_open_is_given(tmp_path: Path) -> None:
    """Whoever is of all ages and gave no consent has given none that is valid, by either fact."""
    path = written(tmp_path, FACE)
    path.write_text(
        path.read_text(encoding="utf-8").replace("18..99\n  consent  none", "0..\n  consent  none"),
        encoding="utf-8",
    )
    (report,) = checked(path).reports
    consent = report.judgement.clause("N14")
    assert consent.outcome is Outcome.VIOLATED
    for finding in consent.findings:
        assert not any(name.endswith(".ages") for name in finding.facts)
    recorded = judge_clause(report.policy, report.deployment, consent.clause.name)
    assert recorded.facts == consent.facts
    for one, same in zip(recorded.findings, consent.findings, strict=True):
        assert one.facts == same.facts
