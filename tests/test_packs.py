"""What holds of every pack: its cases, its page, its trace; and what holds of packs together."""

from __future__ import annotations

import io
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clausewise import policies
from clausewise.checking.check import check_file, check_source
from clausewise.checking.options import Options
from clausewise.checking.report import Checked, Report
from clausewise.checking.together import LawFound, clauses_asking
from clausewise.commands.cli import app
from clausewise.dsl.files.reading import read_bytes
from clausewise.dsl.models.deployment import FactName
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.dsl.text.source import Source
from clausewise.engine.advice.because import because
from clausewise.engine.core.conditions import Constant
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.judging.sufficient import MOST_TRIED, why_none_applies
from clausewise.formats.report.sentences import what_can_change
from clausewise.formats.report.text import Detail, print_report, print_reports
from clausewise.formats.screen.sheet import Sheet
from clausewise.intake.access import Access
from clausewise.intake.load import load_policy, policy_warnings
from clausewise.testing.cases import run_cases
from clausewise.testing.coverage import coverage_of
from clausewise.tracing.trace import trace_policy
from tests.conftest import ROOT, within
from tests.solver.made import made
from tests.sources import source_file
from tests.test_cli import run

PACKS = sorted(path for path in (ROOT / "policies").iterdir() if [*path.glob("*.policy")])
NAMES = policies.names(".policy")
LAWS = [name for name in NAMES if load_policy(name).law_of]
TEXTS = [*LAWS, "aws-rekognition"]
"""The policies that follow a text that is no code of conduct: laws, and the terms of a service."""


def pack_of(name: str) -> Path:
    """The folder of a policy's pack."""
    return Path(load_policy(name).source.path).parent


@pytest.mark.parametrize("name", NAMES)
def test_no_policy_is_suspicious(name: str) -> None:
    assert policy_warnings(name) == ()


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.name)
def test_the_cases_of_a_pack_pass_and_try_all_of_its_policies(pack: Path) -> None:
    """Both at once, since to judge them takes longest. Cases in folders below try another version, or designs."""
    results = {path: tuple(run_cases(path)) for path in sorted(pack.rglob("*.cases"))}
    assert all(results.values())
    found = [result for of_file in results.values() for result in of_file]
    assert [(r.title, r.differences) for r in found if not r.passed] == []
    beside = [r for path, of_file in results.items() if path.parent == pack for r in of_file]
    runs = [(r.title, r.judgement) for r in beside if r.judgement]
    for path in pack.glob("*.policy"):
        of_it = [(title, judged) for title, judged in runs if judged.policy.name == path.stem]
        coverage = coverage_of(load_policy(path.stem), of_it)
        assert coverage.reached
        missed = [target.words for target in coverage.missed]
        untried = f"`clausewise test policies/{pack.name} --coverage` shows where no case tries it"
        assert missed == [], untried


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.name)
def test_the_page_of_a_pack_lists_every_clause(pack: Path) -> None:
    page = (pack / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([A-Z]\d.*?) \| (.*?) \|", page, re.MULTILINE)
    listed = [(row[0].split(", "), row[1].split(", ")) for row in rows]
    held = [load_policy(path.stem) for path in pack.glob("*.policy")]
    rows_for = {pair for row in listed for pair in zip(*row, strict=True)}
    clauses = {(clause.number, clause.name) for one in held for clause in one.clauses.values()}
    assert rows_for == clauses, f"give each clause its row in {pack.name}/README.md"


@pytest.mark.parametrize("name", NAMES)
def test_the_page_of_a_pack_explains_every_reading(name: str) -> None:
    page = (pack_of(name) / "README.md").read_text(encoding="utf-8")
    assert [r for r in load_policy(name).readings if f"| `{r}` |" not in page] == []


@pytest.mark.parametrize("name", [name for name in NAMES if name != "face-support-requests"])
def test_a_pack_says_what_most_of_its_clauses_are_about(name: str) -> None:
    """`clausewise compare --across packs` would leave out one of which none does."""
    clauses = load_policy(name).clauses.values()
    assert 2 * sum(bool(clause.marks) for clause in clauses) > len(clauses)


# packs of law, and of terms


@pytest.mark.parametrize("name", TEXTS)
def test_every_sentence_of_a_text_is_accounted_for(name: str, tmp_path: Path) -> None:
    path = source_file(name, tmp_path)
    if path is None:
        pytest.skip("NOT TRACED: the texts of laws are not beside this repository")
    assert trace_policy(name, path).is_complete


@pytest.mark.parametrize("name", TEXTS)
def test_a_pack_says_where_its_text_stands_and_that_it_is_no_advice(name: str) -> None:
    policy = load_policy(name)
    assert policy.origin.startswith("https://")
    assert policy.version
    assert "not legal advice" in policy.notice


@pytest.mark.parametrize("name", LAWS)
def test_a_law_leaves_a_design_elsewhere_alone_and_asks_one_that_is_nowhere(name: str) -> None:
    (design,) = check_source(Source("x.design", ELSEWHERE.format(name, "US-OH")), Options())
    assert design.verdict == "not-applicable"
    nowhere = ELSEWHERE.format(name, "unknown")
    (design,) = check_source(Source("x.design", nowhere), Options())
    assert design.verdict == "needs-information"
    asked = {question.fact for question in design.advice.questions}
    assert {"door.place", "guests.place"} <= asked


ELSEWHERE = """
deployment "A door"
judged by {0}
as of 2028-01-01
actor owner {{ kind company
 jurisdiction {1}
 }}
camera door {{ place {1}
 }}
people guests {{ place {1}
 }}
use entry {{ by owner
 results-to owner
 operation enrol, identify
 people guests
 camera door
 infers race, feeling
 }}
"""


@pytest.mark.parametrize("name", NAMES)
def test_no_pack_changes_what_another_says_of_its_own_cases(name: str) -> None:
    """A design that names no law is judged by its policy's own vocabulary, and no law is read."""
    policy = load_policy(name)
    assert policy.laws == ()
    if name.startswith("face-"):
        assert policy.vocabulary.bases == ()


# packs together

TOGETHER = """deployment "Race, told from faces"
judged by face-code-of-conduct, eu-ai-act, us-il-bipa
as of 2026-11-26

actor operator {
  kind          retailer
  jurisdiction  DE
}

camera kiosk {
  place  DE
}

people customers {
  place  DE
}

use sorting {
  by                  operator
  people              customers
  camera              kiosk
  operation           enrol
  infers              race
  individually        yes
  ancillary           no   attested by "Counsel" on 2026-11-02
  labels-lawful-data  no   attested by "Counsel" on 2026-11-02
}
"""


def together(text: str = TOGETHER, options: Options | None = None) -> Checked:
    """A design judged by several packs."""
    source = Source("x.design", text)
    return Checked("x.design", check_source(source, options or Options()))


def test_a_question_of_a_law_is_not_told_of_the_clause_that_reads_the_law() -> None:
    without = TOGETHER.replace("  infers              race\n", "").replace(
        "individually        yes", ""
    )
    code, act, _ = together(without).reports
    asked = {question.fact: question for question in code.advice.questions}
    infers = asked[FactName("sorting.infers")]
    serves = asked[FactName("sorting.individually")]
    names = [report.policy.name for report in (code, act)]
    assert "lawful-use" in {*infers.clauses} & {*serves.clauses}
    assert clauses_asking(infers, code.policy, names) == tuple(
        name for name in infers.clauses if name != "lawful-use"
    )
    assert clauses_asking(infers, code.policy, names[:1]) == infers.clauses
    assert clauses_asking(serves, code.policy, names) == ()
    assert clauses_asking(infers, act.policy, names) == infers.clauses


def test_a_file_is_read_once_for_all_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a policy its text, and whether it is still so: what was linked before is not read for each again."""
    seen: Counter[Path] = Counter()

    def counted(path: Path, *more: object) -> bytes:
        seen[path] += 1
        return read_bytes(path, *more)  # type: ignore[arg-type]

    together()
    monkeypatch.setattr("clausewise.intake.texts.read_bytes", counted)
    together()
    assert {path.suffix for path in seen} == {".policy", ".vocabulary"}
    assert {n for path, n in seen.items() if path.suffix == ".policy"} == {2}
    assert {n for path, n in seen.items() if path.suffix == ".vocabulary"} == {1}


def test_each_pack_gives_a_verdict_and_the_worst_is_that_on_the_whole() -> None:
    found = together()
    assert [report.verdict for report in found.reports] == [
        "prohibited",
        "prohibited",
        "not-applicable",
    ]
    assert found.verdict == "prohibited"


def test_what_a_law_found_stands_inside_of_the_clause_that_reads_it() -> None:
    code, *_ = together().reports
    assert code.judgement.clause("N1").outcome == "violated"
    assert code.by_laws.keys() == {"lawful-use"}
    (found,) = code.by_laws["lawful-use"]
    assert found == LawFound(
        "eu-ai-act, categorisation (A5-1-g), Article 5(1)(g): "
        "sorting sorts people by what the text lists (race); "
        "by the reading research=bound, by another it is undetermined; "
        "by the reading sorting-by-police=lawful-data, by another it is undetermined",
        is_by_reading=True,
    )
    assert what_can_change(code) == "no fact can change this, another reading may"


def test_a_law_that_does_not_judge_is_not_read() -> None:
    alone = TOGETHER.replace(", eu-ai-act, us-il-bipa", ", us-il-bipa")
    code, _ = together(alone).reports
    assert code.judgement.clause("N1").outcome == "review"
    assert code.by_laws == {}


TERMS = """deployment "Police"
judged by face-code-of-conduct, aws-rekognition
as of 2026-11-26

actor police {
  kind          police-department
  jurisdiction  DE
  acts-for      none
}

use patrol {
  by                   police
  operation            identify
  service              amazon-rekognition
  for-law-enforcement  yes
  objective            none
}
"""


def test_the_terms_of_a_service_judge_beside_the_code_which_does_not_read_them() -> None:
    code, terms = together(TERMS).reports
    assert terms.judgement.clause("A50-9-1").outcome == "violated"
    assert code.judgement.clause("N1").outcome == "review"
    assert code.by_laws == {}


@pytest.mark.parametrize(
    ("service", "verdict"),
    [("azure-face", "not-applicable"), ("unknown", "needs-information")],
)
def test_the_terms_of_a_service_are_for_those_who_use_it(service: str, verdict: str) -> None:
    _, terms = together(TERMS.replace("amazon-rekognition\n", f"{service}\n")).reports
    assert terms.verdict == verdict


def test_one_policy_that_is_asked_alone_understands_what_is_said_for_the_others() -> None:
    (code,) = together(options=Options(policy="face-code-of-conduct")).reports
    assert code.judgement.clause("N1").outcome == "review"


def test_a_reading_is_chosen_in_the_policy_that_has_it() -> None:
    chosen = Options(readings={"sorting-by-police": "all", "processors": "own-hands"})
    code, act, statute = together(options=chosen).reports
    assert act.judgement.readings["sorting-by-police"] == "all"
    assert statute.judgement.readings["processors"] == "own-hands"
    assert "processors" not in code.judgement.readings
    with pytest.raises(InvalidError, match="E201"):
        together(options=Options(readings={"no-such": "reading"}))


def test_policies_that_judge_together_share_one_vocabulary() -> None:
    first, *others = (report.policy.vocabulary for report in together().reports)
    assert first.name == "face-law"
    assert all(other == first for other in others)


PAGE = (ROOT / "docs" / "packs.md").read_text(encoding="utf-8")
EXAMPLE = dict(re.findall(r"```(vocabulary|policy|cases) lake-law\n(.*?)```", PAGE, re.DOTALL))
"""The files of the pack that the page on packs writes, by their kinds."""


def write_example(folder: Path) -> Path:
    """Write the pack of the page, and a design that is judged by it beside others."""
    for kind, text in EXAMPLE.items():
        (folder / f"lake-law.{kind}").write_text(text, encoding="utf-8")
    text = TOGETHER.replace("us-il-bipa", "lake-law").replace("kiosk\n  op", "kiosk, pier\n  op")
    text = text.replace("  infers  ", "  looks-at-boats  yes\n  infers  ")
    text += "\ncamera pier {\n  place  US-MI\n}\n"
    path = folder / "x.design"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_pack_from_elsewhere_judges_beside_those_that_are_installed(tmp_path: Path) -> None:
    path = write_example(tmp_path)
    for _ in range(2):  # once linked, once from the cache
        found = check_file(path, within(tmp_path))
        assert [report.verdict for report in found.reports] == ["prohibited"] * 3
        said = found.reports[0].by_laws["lawful-use"]
        assert said[1].said == "lake-law, boats (L1): sorting looks at those in boats"
        assert load_policy("face-code-of-conduct").vocabulary.name == "face-recognition"


def test_the_cases_of_the_page_pass(tmp_path: Path) -> None:
    write_example(tmp_path)
    found = run_cases(tmp_path / "lake-law.cases", within(tmp_path).access)
    assert [(result.title, result.differences) for result in found if not result.passed] == []
    assert policy_warnings("lake-law", tmp_path) == ()


def test_what_a_pack_from_elsewhere_adds_is_read_again_when_it_changes(tmp_path: Path) -> None:
    path = write_example(tmp_path)
    assert len(check_file(path, within(tmp_path)).reports[0].by_laws["lawful-use"]) == 2
    changed = EXAMPLE["policy"].replace("u.looks-at-boats is yes", "u.looks-at-boats is no")
    (tmp_path / "lake-law.policy").write_text(changed, encoding="utf-8")
    found = check_file(path, within(tmp_path))
    assert len(found.reports[0].by_laws["lawful-use"]) == 1


def test_vocabularies_that_say_the_same_field_otherwise_do_not_fit(tmp_path: Path) -> None:
    path = write_example(tmp_path)
    for kind, text in EXAMPLE.items():
        text = text.replace("lake-law", "pond-law").replace("yes-no  choice", "yes-no  world ")
        (tmp_path / f"pond-law.{kind}").write_text(text, encoding="utf-8")
    text = path.read_text(encoding="utf-8").replace("lake-law", "lake-law, pond-law")
    path.write_text(text, encoding="utf-8")
    found = check_file(path, within(tmp_path))
    assert {d.code for d in found.diagnostics if d.is_error} == {"E337"}


def test_vocabularies_in_a_circle_are_told_of(tmp_path: Path) -> None:
    write_example(tmp_path)
    for name, other in (("lake-law", "pond-law"), ("pond-law", "lake-law")):
        text = f"vocabulary {name} extends {other}\n"
        (tmp_path / f"{name}.vocabulary").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidError, match="E337"):
        load_policy("lake-law", tmp_path)


def test_the_code_reads_every_law_that_judges() -> None:
    assert set(together().reports[0].policy.laws) == {"eu-ai-act", "us-il-bipa"}


def test_packs_says_which_could_apply(tmp_path: Path) -> None:
    path = tmp_path / "x.design"
    path.write_text(TOGETHER, encoding="utf-8")
    done = CliRunner().invoke(app, ["packs", str(path), "--isolated"])
    assert done.exit_code == 0
    told = dict(
        re.findall(r"(?m)^([a-z-]+) \d.*\n(?:  .*\n)*  ([a-z]+ [a-z]+ ?[a-z]*)[:;,]", done.stdout)
    )
    assert told["us-il-bipa"] == "does not apply"
    assert told["eu-ai-act"] == "could apply"
    assert told["face-support-requests"] == "cannot judge it"


def test_a_design_that_cannot_be_read_is_told_of_once(tmp_path: Path) -> None:
    path = tmp_path / "x.design"
    path.write_text('deployment "x"\njudged by eu-ai-act\nactor a {\n  kind company,\n}\n')
    done = CliRunner().invoke(app, ["packs", str(path), "--isolated"])
    assert done.exit_code == 2
    assert done.stderr.count("E101") == 1
    assert "x.design:4:15" in "".join(done.stderr.split())
    assert "cannot judge" not in done.stdout


def test_what_prohibits_is_told_first_and_what_is_asked_above_stands_there() -> None:
    """By whichever order policies are named; a policy that prohibits asks nothing."""
    patrol = (ROOT / "policies" / "face" / "patrol.design").read_text(encoding="utf-8")
    both = "judged by  microsoft-ai-code-4, face-code-of-conduct"
    text = re.sub(r"judged by .*", both, patrol, count=1)
    found = together(text)
    assert [report.verdict for report in found.reports] == ["needs-information", "prohibited"]
    stream = io.StringIO()
    print_reports(found, Sheet(stream))
    shown = stream.getvalue()
    assert shown.index("judged by face-code") < shown.index("judged by microsoft-ai-code-4")
    assert " above" not in shown.partition("judged by microsoft-ai-code-4")[2]
    assert "of which the first is: " in shown


STORE = (ROOT / "policies" / "us-il-bipa" / "store.design").read_text(encoding="utf-8")


def shown_of(text: str) -> str:
    """What `check` prints of a design."""
    stream = io.StringIO()
    print_reports(together(text), Sheet(stream))
    return stream.getvalue()


def test_only_what_a_screen_shows_is_said_to_be_asked_above() -> None:
    """Five questions are shown of a policy. One that is folded is left for the next policy that waits for it."""
    text = re.sub(r"(?m)^  (?!by|operation|people|camera|place|purpose).*\n", "", STORE)
    text = text.replace("judged by us-il-bipa", "judged by us-wa-mhmda, us-il-bipa")
    text = text.replace("people members {\n  place                 US-IL", "people members {")
    first, second = together(text).reports
    above, below = shown_of(text).split("judged by us-il-bipa")
    wanted = {question.fact for question in second.advice.questions}
    told = {question.fact for question in first.advice.questions if f" {question.fact}" in above}
    folded = {question.fact for question in first.advice.questions} - told
    assert wanted & folded
    assert wanted & told
    assert f"Asked above: {len(wanted & told)} question" in below
    assert re.search(r"which bears? on .*\(S15-", " ".join(below.split()))


def test_of_a_law_that_does_not_apply_the_place_is_told_first() -> None:
    """Although fewer facts settle it, too: a school is no private entity."""
    text = STORE.replace("US-IL", "GB").replace("retailer", "school")
    (report,) = together(text).reports
    facts = ("members.place", "greeting.people", "greeting.camera", "door.place")
    assert set(why_none_applies(report.judgement)) == set(facts)
    assert re.findall(r"place +GB", shown_of(text))
    assert "school" not in shown_of(text)


def test_what_is_settled_by_more_than_places_is_told_by_what_settles_it() -> None:
    """Of facts of which each settles a clause, those are left out that the others make needless."""
    school = STORE.replace("retailer", "school\n  acts-for none")  # in Illinois
    (report,) = together(school).reports
    assert report.verdict == "not-applicable"
    assert "operator.kind" in why_none_applies(report.judgement)
    assert "school" in shown_of(school)
    terms = STORE.replace("us-il-bipa", "aws-rekognition").replace(
        "sells ", "service azure-face\n  tracking none\n  consequences none\n  sells "
    )
    (report,) = together(terms).reports
    assert why_none_applies(report.judgement) == ("greeting.service",)


def test_the_place_of_more_facts_than_are_tried_is_not_looked_for() -> None:
    groups = [f"group-{n}" for n in range(MOST_TRIED)]
    blocks = "".join(f"\npeople {name} {{\n  place  GB\n}}\n" for name in groups)
    text = STORE.replace("US-IL", "GB").replace("  members\n", f"  {', '.join(groups)}, members\n")
    (report,) = together(text + blocks).reports
    assert report.verdict == "not-applicable"
    assert len(why_none_applies(report.judgement)) > MOST_TRIED


def test_a_finding_shows_first_the_facts_of_which_the_clause_asks_something() -> None:
    text = STORE.replace("purpose-told, term-told", "purpose-told")
    _, after = shown_of(text).split("→ members are not told for how long")
    assert re.findall(r"x\.design:\d+  (\S+)", after)[0] == "told"


def test_a_finding_shows_what_each_of_its_breaches_is_about() -> None:
    """Any of them would do; the sentence tells of all."""
    text = STORE.replace("that-collected, purpose-told, term-told", "none")
    _, after = shown_of(text.replace("explicit", "none")).split("→ members are not told")
    assert re.findall(r"x\.design:\d+  (\S+)", after)[:2] == ["consent", "told"]


def test_a_clause_is_cited_as_its_text_is() -> None:
    text = STORE.replace("purpose-told, term-told", "purpose-told")
    assert "written-release (S15-b), Section 15(b)" in shown_of(text)
    clause = load_policy("us-il-bipa").clauses["written-release"]
    assert (clause.cited, clause.at) == ("Section 15(b)", "740 ILCS 14/15, bullet 2")
    clause = load_policy("face-code-of-conduct").clauses["valid-consent"]
    assert clause.cited == clause.at


def test_a_report_says_what_a_policy_does_not_hold() -> None:
    path = ROOT / "policies" / "us-wa-mhmda" / "spa.design"
    assert "partial: sections .020(1)" in shown_of(path.read_text(encoding="utf-8"))
    assert "partial: " not in shown_of(STORE)


def test_clauses_out_of_force_are_told_with_their_dates() -> None:
    path = ROOT / "policies" / "us-or-portland" / "grocery.design"
    source = Source(str(path), path.read_text(encoding="utf-8"))
    (report,) = check_source(source, Options(as_of=date(2020, 1, 1)))
    details: tuple[Detail, ...] = ("screen", "all")
    for detail in details:
        stream = io.StringIO()
        print_report(report, Sheet(stream), detail)
        assert "P34-10 is in force only from 2021-01-01" in stream.getvalue()


def test_only_what_a_clause_asks_in_any_case_says_when_it_is_in_force() -> None:
    """And not a date that is one of two ways in which it applies."""
    words = 'entity t "t" { kind one of k choice ask "?" }'
    when = "when q.kind is a or as-of >= 2027-01-01"
    pair = made(words, f"from 2026-01-01 prohibits t q {when} where q.kind is b", "t one { }")
    asked = [(each.sign, each.right) for each in pair.policy.clauses["rule"].in_force]
    assert [(sign, str(end.value)) for sign, end in asked if isinstance(end, Constant)] == [
        (">=", "2026-01-01")
    ]


def test_a_reading_that_no_policy_has_is_refused_once() -> None:
    with pytest.raises(InvalidError) as raised:
        together(options=Options(readings={"foo": "bar"}))
    (told,) = raised.value.diagnostics
    assert (told.code, told.message) == ("E201", "none of the policies has a reading `foo`")


def test_of_a_list_the_sentence_names_what_the_clause_is_about() -> None:
    """Of what is inferred, glasses and a smile offend nobody; where all are asked about, all are told."""
    text = TOGETHER.replace(
        "infers              race", "infers              emotion, glasses, smile"
    )
    report = together(text).reports[0]
    (found,) = report.judgement.clause("emotion").findings
    assert because(found, report.deployment) == "sorting infers emotional states (emotion)"


@pytest.mark.parametrize(
    "words", [["mutate", "face"], ["clause", "N11", "--policy", "face"], ["diff", "face", "face"]]
)
def test_a_pack_that_is_named_as_a_policy_is_told_by_its_policies(words: list[str]) -> None:
    code, _, err = run(*words)
    told = " ".join(err.split())
    assert code == 2
    assert "`face` is a pack, and no policy" in told
    assert "did you mean `face-code-of-conduct` or `face-support-requests`?" in told


def test_a_file_of_cases_stands_beside_its_count_however_long_its_name_is(tmp_path: Path) -> None:
    folder = tmp_path / ("long-" * 20)
    folder.mkdir()
    cases = ROOT / "policies" / "face" / "face-support-requests.cases"
    text = cases.read_text(encoding="utf-8")
    (folder / "a.cases").write_text(text, encoding="utf-8")
    _, out, _ = run("test", folder / "a.cases")
    assert [line.endswith(f"cases passed  {folder / 'a.cases'}") for line in out.splitlines()] == [
        True
    ]


def test_a_clause_is_shown_with_when_it_is_in_force() -> None:
    shown = CliRunner().invoke(app, ["clause", "A26-10", "--policy", "eu-ai-act"]).output
    assert "In force\n  from 2027-12-02\n" in shown


READS_A_LAW = """\
deployment "A gym"
judged by face-code-of-conduct, us-tx-cubi, us-wa-mhmda
as of 2026-11-26

actor gym {
  kind  other-company
}

camera door {
  place  US-TX
}

people members {
  place     US-TX
  relation  customer
}

use entry {
  by                        gym
  operation                 enrol, identify
  people                    members
  camera                    door
  template-custody          with-operator
  discloses-to              own-processor
  discloses-pictures-alone  no
  disclosure-ground         none
  against-law               none   attested by "Counsel"
  sells                     no
}
"""


def _n1(readings: dict[str, str]) -> tuple[Report, Report]:
    code, law, _ = together(READS_A_LAW, Options(readings=readings)).reports
    return code, law


def test_another_law_is_read_as_it_judges_in_the_same_run() -> None:
    code, law = _n1({})
    assert law.judgement.clause("disclosure").outcome is Outcome.VIOLATED
    assert code.judgement.clause("lawful-use").outcome is Outcome.VIOLATED
    (said,) = code.by_laws["lawful-use"]
    assert said.is_by_reading
    assert "by the reading processors=disclosed, by another it is" in said.said
    for chosen in ("processors", "us-tx-cubi.processors", "us-tx-cubi 2026.1.1.processors"):
        code, law = _n1({chosen: "own-hands"})
        assert law.judgement.clause("disclosure").outcome is not Outcome.VIOLATED
        assert code.judgement.clause("lawful-use").outcome is not Outcome.VIOLATED


def test_a_reading_of_the_configuration_counts_for_who_reads_the_law() -> None:
    options = Options(readings_by_policy={"us-tx-cubi": {"processors": "own-hands"}})
    code = together(READS_A_LAW, options).reports[0]
    assert code.judgement.clause("lawful-use").outcome is not Outcome.VIOLATED


def test_a_law_that_is_read_otherwise_is_linked_and_compiled_once() -> None:
    """A folder of designs is judged by the same policies."""
    options = Options(readings={"us-tx-cubi.processors": "own-hands"})
    first, second = (together(READS_A_LAW, options).reports[0].policy for _ in range(2))
    assert first is second
    assert first.key


def test_an_alternative_that_some_policies_lack_drops_none() -> None:
    for alternative in ("disclosed", "shared", "own-hands"):
        checked = together(READS_A_LAW, Options(readings={"processors": alternative}))
        assert len(checked.reports) == 3
    of_one = together(READS_A_LAW, Options(readings={"us-wa-mhmda.processors": "shared"}))
    chosen = [report.judgement.readings.get("processors") for report in of_one.reports]
    assert chosen[1:] == ["disclosed", "shared"]


@pytest.mark.parametrize(
    ("reading", "alternative", "message"),
    [
        ("processors", "foo", "none of the policies has a reading `processors=foo`"),
        ("us-il-bipa.processors", "own-hands", "no policy `us-il-bipa` judges this design"),
    ],
)
def test_a_reading_that_nobody_can_take_is_refused_once(
    reading: str, alternative: str, message: str
) -> None:
    with pytest.raises(InvalidError) as raised:
        together(READS_A_LAW, Options(readings={reading: alternative}))
    (told,) = raised.value.diagnostics
    assert (told.code, told.message) == ("E201", message)


def test_where_it_is_open_whether_a_law_applies_it_is_asked_also_exactly() -> None:
    nowhere = """deployment "A door somewhere"
judged by us-or-portland
as of 2026-11-26

actor shop {
  kind  retailer
}

use entry {
  by         shop
  operation  verify
}
"""
    for exact in (False, True):
        (report,) = together(nowhere, Options(exact=exact)).reports
        assert report.verdict == "needs-information"
        assert "entry.camera" in [question.fact for question in report.advice.questions]


def test_a_word_of_another_pack_leads_to_its_policies() -> None:
    """Whoever writes for the code alone what laws ask is told by which policies it is read."""
    text = (
        '{"deployment": "X", "judged-by": ["face-code-of-conduct"], '
        '"use": {"u": {"sells": true, "discloses-to": [], "sell": true}}, "duties": {"staff-trained": true}}'
    )
    with pytest.raises(InvalidError) as caught:
        check_source(Source("x.json", text), Options())
    told = {found.message: found.hint or "" for found in caught.value.diagnostics}
    elsewhere = "the vocabulary `face-law` has it"
    assert told["`use` has no field `discloses-to`"].startswith(elsewhere)
    assert told["there is no type of entity `duties`"].startswith(elsewhere)
    assert told["`use` has no field `sell`"] == "did you mean `sells`?"


OF_ANOTHER = """deployment "X"
judged by face-code-of-conduct
actor shop {
  left-out-by  eu-ai-act
}
use entry {
  left-out-by  eu-ai-act
}
"""


def hints(access: Access) -> dict[str, str]:
    with pytest.raises(InvalidError) as caught:
        check_source(Source("x.design", OF_ANOTHER), Options(access=access))
    return {found.message: found.hint or "" for found in caught.value.diagnostics}


def test_only_policies_are_named_that_speak_of_a_word_and_may_judge() -> None:
    """A field is one of its type: the hint for another type led to the same mistake again."""
    told = hints(Access())
    hint = told["`use` has no field `left-out-by`"]
    assert "that speaks of it (eu-ai-act, " in hint
    assert "aws-rekognition" not in hint
    assert told["`actor` has no field `left-out-by`"].startswith("fields: ")
    alone = hints(Access(policies=("face-code-of-conduct",)))
    assert "face-law" not in alone["`use` has no field `left-out-by`"]
