"""What `check` tells people on a screen: what decides, where, what to do; and what is left for `--all`."""

from __future__ import annotations

import json
import re
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clausewise.checking.check import check_file
from clausewise.checking.options import Options
from clausewise.commands.cli import app
from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.formats.report.sentences import more_findings
from clausewise.formats.report.text import MOST_NAMED_LINES, Detail, print_reports
from clausewise.formats.screen.sheet import Sheet
from tests.conftest import ROOT, checked

FORMATS = ["text", "json", "sarif", "junit", "markdown", "github", "azuredevops", "summary"]
EXAMPLES = sorted(path.name for path in (ROOT / "examples").glob("*.design"))


def shown(*words: str) -> str:
    result = CliRunner().invoke(app, ["check", *words])
    assert result.exit_code in (0, 1, 3, 4, 5), result.output
    return result.stdout


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "examples")


ROWS, COLUMNS = 24, 80
SMALL = {
    "no consent": "people p {\n  consent none\n}\nuse u {\n  by a\n  operation identify\n  people p\n}\n",
    "registration refused": "registration {\n  status refused\n}\nuse u {\n  by a\n}\n",
    "police": "actor c {\n  kind police-department\n  jurisdiction US-TX\n}\nuse u {\n  by c\n}\n",
    "emotion": "use u {\n  by a\n  infers emotion\n  purpose touchless-access-control\n}\n",
    "gender": "use u {\n  by a\n  infers gender\n}\n",
}
"""Designs that one clause decides, beside the one that follows from it."""


def test_a_small_prohibited_design_fits_a_screen() -> None:
    _fits(shown("station-door.design"))


@pytest.mark.parametrize("text", SMALL.values(), ids=SMALL)
def test_what_one_clause_decides_fits_a_screen(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = "actor a {\n  kind company\n}\n"
    head = f'deployment "Small"\njudged by face-code-of-conduct\nas of 2026-11-23\n{actor}'
    (tmp_path / "small.design").write_text(head + text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    said = shown("small.design")
    assert "PROHIBITED" in said
    _fits(said)


def test_what_two_clauses_decide_fits_a_screen() -> None:
    said = shown("case-09-courier-check-nominal.design")
    assert len(said.split("\n\n")[1:-1]) == 3  # the verdict, what is told in full, and the rest
    assert said.count("To do:") == 2
    assert len(said.splitlines()) <= ROWS


def test_of_many_clauses_the_first_screen_names_all_and_says_what_to_do_of_the_first() -> None:
    said = shown("case-01-rite-aid.design")
    first = " ".join(said.split()[:250])
    assert "11 violated: M1, M2, M3, M4, N1, N5, N9, U1, N3, N14 and N2;" in first
    assert first.count("To do:") == said.count("To do:") == 3


def _fits(said: str) -> None:
    """With the prompt of the shell in the last row."""
    lines = said.splitlines()
    assert len(lines) < ROWS
    assert max(map(len, lines)) <= COLUMNS


def test_what_decides_it_comes_first_with_its_lines_and_what_to_do() -> None:
    text = shown("station-door.design")
    order = [
        "PROHIBITED",
        "us-police (N12)",
        "→ staff-door is done by or for city-police, a police-department in US-TX",
        "station-door.design:18  kind police-department",
        "station-door.design:19  jurisdiction US-TX",
        "station-door.design:14  acts-for city-police",
        "station-door.design:32  by doorworks",
        "To do:",
        "code-consistency (N2)  follows from N12.",
        "34 unknown facts",
        "clausewise check --all station-door.design",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_line_that_decides_a_finding_is_shown_or_named(name: str) -> None:
    """Of what is told in full."""
    said = shown(name)
    lines = {int(number) for number in re.findall(rf"^    {re.escape(name)}:(\d+)  ", said, re.M)}
    told = said.partition("Open, without bearing")[0]
    lines |= {int(number) for number in re.findall(r"\(line (\d+)\)", told)}
    (report,) = check_file(Path(name), Options(), try_answers=False).reports
    for judged in report.clauses:
        place = told.find(f"{judged.clause.title}  {judged.clause.says[:20]}")
        if judged.outcome is not Outcome.VIOLATED or place < 0:
            continue
        findings = [found for found in judged.findings if found.outcome is Outcome.VIOLATED]
        facts = [report.deployment.fact(fact) for fact in findings[0].facts[:MOST_NAMED_LINES]]
        spans = [fact.span for fact in facts if fact and fact.span]
        assert {report.source.position(span.start)[0] for span in spans} <= lines, (
            judged.clause.name
        )


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("words", [["check"], ["check", "--all"], ["report"]])
def test_no_two_lines_in_a_row_say_by_which_reading(name: str, words: list[str]) -> None:
    lines = CliRunner().invoke(app, [*words, name]).stdout.splitlines()
    begin = re.compile(
        r"\s*(?:- )?(Rests on|By)\b(?! the reading [\w-]+=).*?( it would be .*|$)", re.ASCII
    )
    other = re.compile(r"\s*(?:- )?[Bb]y the reading ([\w-]+)=.* (it is .*)", re.ASCII)
    for one, after in pairwise(lines):
        for said in (begin, other):
            first, second = said.match(one), said.match(after)
            assert not (first and second and first.groups() == second.groups()), after


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_format_gives_a_finding_the_same_line(name: str) -> None:
    """The first of those that the screen shows is the one to which a pull request and code scanning lead."""
    first: dict[str, int] = {}
    clause = ""
    for line in shown(name).splitlines():
        if found := re.match(r"([a-z-]+) \([A-Z]+\d+\)  ", line):
            clause = found[1]
        elif found := re.match(rf"    {re.escape(name)}:(\d+)  ", line):
            first.setdefault(clause, int(found[1]))
    log = shown("--format", "github", name)
    told: dict[str, int] = {}
    for line, of in re.findall(
        r"^::error file=[^,]*,line=(\d+),[^:]*title=[^/]*/([\w-]+)::", log, re.M
    ):
        told.setdefault(of, int(line))
    assert first == {of: line for of, line in told.items() if of in first}


def test_a_verdict_of_which_much_does_not_count_is_wrapped(tmp_path: Path) -> None:
    text = Path("patrol.design").read_text(encoding="utf-8")
    (tmp_path / "patrol.design").write_text(text, encoding="utf-8")
    (tmp_path / "waivers.toml").write_text(
        """[[waiver]]
design = "patrol.design"
clause = "valid-consent"
entity = ["look-up", "passers-by"]
reason = "soon"
approver = "R. Diaz"
expires = 2100-01-01
""",
        encoding="utf-8",
    )
    (tmp_path / "clausewise.toml").write_text(
        'waivers = "waivers.toml"\nbaseline = "known.json"\n', encoding="utf-8"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        shown("patrol.design", "--write-baseline", "known.json", "--brief")
        told = [shown("patrol.design"), shown("patrol.design", "--all")]
    for text in told:
        words = " ".join(text.split())
        assert "1 waived until 2100-01-01, 40 in the baseline" in words
        assert max(map(len, text.splitlines())) <= 80


def test_after_prohibited_nothing_is_asked() -> None:
    assert "?" not in shown("patrol.design")
    assert "cannot change the verdict" in shown("--all", "patrol.design")
    assert "1. " in shown("lobby.design")


def test_where_answers_are_listed_that_are_too_many_to_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    actors = "".join(f"actor a{number} {{\n}}\n" for number in range(20))
    head = 'deployment "Many"\njudged by face-code-of-conduct\n'
    (tmp_path / "many.design").write_text(f"{head}{actors}use u {{\n}}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(app, ["ask", "many.design"]).stdout.split("\n\n")
    questions = [" ".join(question.split()) for question in said]
    (by,) = [question for question in questions if " u.by " in question]
    assert by.endswith("a10, a11, and 8 more that the design lists")
    (purpose,) = [question for question in questions if " u.purpose " in question]
    assert purpose.endswith("more: `clausewise vocabulary`")


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("detail", [[], ["--all"]])
def test_no_sentence_has_a_hole(name: str, detail: list[str]) -> None:
    text = shown(*detail, name)
    assert "(unknown" not in text
    assert "unknown and" not in text


def test_of_what_is_not_in_brackets_the_sentence_says_what_is_not_known(tmp_path: Path) -> None:
    (tmp_path / "v.vocabulary").write_text(
        'vocabulary v subject deployment entity door "d" {\n'
        '  open yes-no choice ask "?"\n  ages ages world ask "?"\n}\n'
    )
    (tmp_path / "p.policy").write_text(
        'policy p vocabulary v clause c { at "1" quotes "q" says "s" prohibits door d '
        'where d.open is yes because "{d}[, for {d.ages},] is open[ (no hole)] to {d.ages}" }'
    )
    design = tmp_path / "x.design"
    design.write_text('deployment "x"\njudged by p\ndoor front {\n  open yes\n}\n')
    judged = ["--policy", str(tmp_path / "p.policy"), str(design)]
    assert "front is open[ (no hole)] to (unknown ages)" in shown(*judged)
    design.write_text('deployment "x"\njudged by p\ndoor front {\n  open yes\n  ages 18..\n}\n')
    assert "front, for 18 or older, is open[ (no hole)] to 18 or older" in shown(*judged)


def test_a_warning_stands_at_a_fact_that_its_sentence_gives(tmp_path: Path) -> None:
    (tmp_path / "v.vocabulary").write_text(
        'vocabulary v subject deployment entity door "d" {\n'
        '  open yes-no choice ask "?"\n  locked yes-no choice ask "?"\n}\n'
    )
    (tmp_path / "p.policy").write_text(
        'policy p vocabulary v clause c { at "1" quotes "q" says "s" prohibits door d '
        'where d.open is no because "b" }\n'
        "warning both { warns door d where d.open is yes and d.locked is yes "
        'because "{d} is locked: {d.locked}" }'
    )
    design = tmp_path / "x.design"
    design.write_text('deployment "x"\njudged by p\ndoor front {\n  open yes\n  locked yes\n}\n')
    checked = check_file(design, Options(policy=str(tmp_path / "p.policy")))
    (warning,) = [found for found in checked.diagnostics if found.code == "W704"]
    assert (warning.message, warning.position[0]) == ("front is locked: yes", 5)


@pytest.mark.parametrize(
    "words",
    [
        *[["check", "lobby.design", "-f", name] for name in FORMATS],
        ["check", "lobby.design", "--all"],
        ["ask", "lobby.design"],
        ["explain", "lobby.design"],
        ["explain", "lobby.design", "N9"],
        ["report", "lobby.design"],
        ["timeline", "lobby.design"],
        ["portfolio", "lobby.design"],
        ["portfolio", "lobby.design", "-f", "html"],
    ],
    ids=" ".join,
)
def test_every_report_says_by_which_readings_it_is(words: list[str]) -> None:
    chosen = "valid-consent=as-law-has-it"
    told = CliRunner().invoke(app, [*words, "--reading", chosen]).stdout
    unwrapped = " ".join(told.replace("│", " ").split()).replace("\\", "")
    pair = r'"?valid-consent"?(=|: )"?as-law-has-it|valid-consent=as- law'
    assert re.search(pair, unwrapped), told[:1000]
    defaults = CliRunner().invoke(app, words).stdout
    assert re.search(r"by the default|by the reading|readings|Readings", " ".join(defaults.split()))


def test_a_finding_says_on_which_reading_it_rests() -> None:
    text = " ".join(shown("case-24-apprehended-suspect-us-city.design").split())
    assert "(line 30, by the reading consent=always; by or-lawful-use it is met)" in text
    assert text.index("us-police (N12)") < text.index("valid-consent (N9)")


def test_a_clause_that_is_met_or_does_not_apply_says_why_with_values() -> None:
    text = " ".join(shown("--all", "case-19-office-access.design").split())
    assert "N12 met us-police must not, bullet 12 “be used by or for a police department" in text
    assert "→ contoso.kind employer line 18, as claimed" in text
    assert "→ employees.ages 18.. line 32, as claimed" in text
    assert "→ description.in-good-faith yes line" in text
    assert "→ none of the clauses that it names is violated" in text
    assert (
        "Readings: police-department" not in text
    )  # by no other of its alternatives it is otherwise
    assert "Readings: age-of-consent=eighteen" in text
    assert "Documents: Limited Access features for Face (2025-07-28)" in text


@pytest.mark.parametrize(
    ("detail", "worked_out"),
    [
        ("brief", {"other_readings"}),  # by which the clauses told of are ordered
        ("screen", {"other_readings", "joint_reading"}),
        ("all", {"other_readings", "joint_reading", "rests_on"}),
    ],
)
def test_only_what_is_printed_is_worked_out(detail: Detail, worked_out: set[str]) -> None:
    found = checked(ROOT / "examples" / "case-02-edmonton-police.design")
    assert found.verdict is Verdict.PROHIBITED
    print_reports(found, Sheet(StringIO()), detail)
    lazy = {"other_readings", "joint_reading", "rests_on"}
    assert vars(found.reports[0].advice).keys() & lazy == worked_out


def test_brief_is_a_line_for_each_design() -> None:
    assert shown("--brief", "station-door.design", "lobby.design").splitlines() == [
        "station-door.design: prohibited by face-code-of-conduct: N12: staff-door is done by or for "
        "city-police, a police-department in US-TX, or with what is theirs (and 1 more)",
        "lobby.design: needs-information by face-code-of-conduct: wants registration.holder (and 25 more)",
    ]


def test_how_much_is_told_is_chosen_once_and_for_texts() -> None:
    for words in (["--all", "--brief"], ["--all", "-f", "json"]):
        result = CliRunner().invoke(app, ["check", *words, "lobby.design"])
        assert result.exit_code == 2
        assert "`--all` and `--brief`" in result.stderr


def of_changed(tmp_path: Path, old: str, new: str, *words: str) -> str:
    """What is shown of the pack's conforming design with one line changed, in one line."""
    text = (ROOT / "policies" / "face" / "access.design").read_text(encoding="utf-8")
    assert text.count(old) == 1
    (tmp_path / "x.design").write_text(text.replace(old, new), encoding="utf-8")
    return " ".join(shown(*words, str(tmp_path / "x.design")).split())


def test_a_question_says_what_a_stated_value_leaves_open(tmp_path: Path) -> None:
    said = "stated, but `ethnicity` may be race, ethnic-origin, nationality or skin-or-eye-colour"
    old = "infers                  none"
    assert f"{said} bears on" in of_changed(tmp_path, old, "infers  ethnicity")
    goes_on = f"{said}, and others may be in the list (`...`) bears on"
    assert goes_on in of_changed(tmp_path, old, "infers  ethnicity, ...")
    assert "stated, but" not in of_changed(tmp_path, old, "")


def test_of_whom_a_sentence_does_not_speak_nothing_is_added(tmp_path: Path) -> None:
    """N3 speaks of a use, and is judged for each of the people in it: here for employees and for guests."""
    text = (ROOT / "policies" / "face" / "access.design").read_text(encoding="utf-8")
    for old, new in (
        ("use-cases           touchless-access-control", "use-cases  personalization"),
        ("people                  employees", "people  employees, guests"),
        ("use check-in {", "people guests {\n}\n\nuse check-in {"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    (tmp_path / "x.design").write_text(text, encoding="utf-8")
    said = " ".join(shown(str(tmp_path / "x.design")).split())
    assert "beyond what the registration names (personalization) /" in said


def test_one_that_is_left_is_one() -> None:
    assert (more_findings(1), more_findings(12)) == ("1 more finding", "12 more findings")


def test_warnings_that_are_alike_are_counted(tmp_path: Path) -> None:
    """Three of each kind are shown; all with `--all`, and to programs."""
    path = tmp_path / "x.design"
    cameras = "".join(f"camera c{number} {{\n mount fixed\n}}\n" for number in range(60))
    begun = 'deployment "X"\njudged by face-code-of-conduct\nuse u {\n}\n'
    text = f"{begun}{cameras}actor a {{\n kind bank\n}}\n"
    path.write_text(text, encoding="utf-8")

    def told(*words: str) -> str:
        return CliRunner().invoke(app, ["check", str(path), *words]).stderr

    assert told().count("warning[W702]") == 4
    assert told().index("`c2`") < told().index("... and 57 more like it") < told().index("`a`")
    assert told("--all").count("warning[W702]") == 61
    assert "more like it" not in told("--all")
    found = json.loads(shown(str(path), "--format", "json"))
    assert len(found["designs"][0]["diagnostics"]) == 61


def test_of_several_policies_an_entity_to_which_nothing_leads_is_told_once(tmp_path: Path) -> None:
    """For the Face code the actor counts all the same, so what is left does not say that it does not."""
    path = tmp_path / "x.design"
    text = 'deployment "X"\njudged by us-il-bipa, face-code-of-conduct, us-tx-cubi\nuse u {\n}\n'
    path.write_text(f"{text}actor alone {{\n kind bank\n}}\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(path)])
    assert result.stderr.count("warning[W702]: nothing leads to `alone`\n") == 1
    assert result.stderr.count("W702") == 1
    assert result.stdout.count("nothing leads to alone") == 1


def test_policies_side_by_side_are_told_with_their_readings() -> None:
    words = ["compare", "lobby.design", "--across", "packs"]
    assert "each by the default of its readings" in CliRunner().invoke(app, words).stdout
    page = CliRunner().invoke(app, [*words, "-f", "html"]).stdout
    assert "each by the default of its readings" in page
