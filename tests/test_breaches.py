"""Breaches, warnings, documents and marks where they are shown, tested, covered and changed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from clausewise.checking.cautions import MOST_TOLD
from clausewise.dsl.parsing.parser import parse
from clausewise.engine.backends.python import judging
from clausewise.intake.load import load_policy
from clausewise.testing.cases import run_cases
from clausewise.testing.coverage import Coverage, coverage_of
from clausewise.testing.mutants import mutants_of
from clausewise.testing.mutation import mutate
from tests.conftest import checked, further_examples, reference_examples
from tests.test_cases import change
from tests.test_cli import run

DESIGN = """deployment "The lodge"
judged by lodge-code

people guests {
  ages  10..
}

door gate {
  opens-by    face
  people      guests
  keeps       60 days
  results-to  none
}

door back {
  opens-by  card
  keeps     90 days
}
"""


@pytest.fixture
def lodge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: the reference's second policy with its cases, and a design beyond its limits."""
    for name, text in further_examples().items():
        (tmp_path / name).write_text(text)
    (tmp_path / "doors.vocabulary").write_text(reference_examples()["vocabulary"])
    (tmp_path / "lodge.design").write_text(DESIGN)
    monkeypatch.chdir(tmp_path)
    return tmp_path


# cases


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("by memory, children", "by memory", "limits is violated by memory, children"),
        ("by memory because", "by memory, children because", "limits is violated by memory"),
        ("nobody-learns warned because", "nobody-learns not-warned because", "is warned"),
        ("nobody-learns not-warned", "nobody-learns warned", "nobody-learns is not-warned"),
        ("gate.opens-by, gate.results-to", "gate.results-to", "these facts do not decide it"),
        ("limits violated by memory, ", "limits met by memory, ", "limits is violated"),
    ],
)
@pytest.mark.usefixtures("lodge")
def test_what_differs_is_named_at_its_line(old: str, new: str, said: str) -> None:
    line = change(Path("lodge-code.cases"), old, new)
    code, out, _ = run("test", "lodge-code.cases")
    assert code == 1
    assert re.search(rf"lodge-code\.cases:{line}:\d+", out)
    assert said in " ".join(out.split())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("by memory, children", "by memmory, children", "did you mean `memory`?"),
        ("nobody-learns warned", "nobody-learn warned", "there is no warning `nobody-learn`"),
        ("nobody-learns warned", "nobody-learns warned by memory", "a warning has no breaches"),
        ("nobody-learns warned", "limits warned", "there is no warning `limits`"),
        ("nobody-learns warned", "limits warned", "it is a clause: write an outcome of it"),
        ("nobody-learns warned", "nobody-learns violated", "it is a warning: write `warned` or"),
    ],
)
@pytest.mark.usefixtures("lodge")
def test_what_is_not_there_cannot_be_expected(old: str, new: str, said: str) -> None:
    change(Path("lodge-code.cases"), old, new)
    code, out, _ = run("test", "lodge-code.cases")
    assert code == 2
    assert "E201" in out
    assert said in " ".join(out.split())


# coverage and mutation


def covered() -> Coverage:
    policy = load_policy("lodge-code.policy", Path())
    results = list(run_cases(Path("lodge-code.cases")))
    return coverage_of(policy, [(r.title, r.judgement) for r in results if r.judgement])


@pytest.mark.usefixtures("lodge")
def test_each_breach_and_warning_is_to_be_covered() -> None:
    found = {(t.words, t.seen): titles for t, titles in covered().reached.items()}
    assert found["breach memory", "violates"] == ("beyond both limits", "a card is enough")
    assert found["breach children", "violates"] == ("beyond both limits",)
    assert found["warning nobody-learns", "warned"] == ("beyond both limits",)
    assert found["warning nobody-learns", "not-warned"] == ("a card is enough",)
    assert found["d.results-to is none", "true"] == ("beyond both limits",)
    change(Path("lodge-code.cases"), "ages  10..", "ages  18..")
    change(Path("lodge-code.cases"), "results-to  none", "results-to  unknown")
    found = {(t.words, t.seen): titles for t, titles in covered().reached.items()}
    assert not found["breach children", "violates"]
    assert not found["warning nobody-learns", "warned"]


@pytest.mark.usefixtures("lodge")
def test_what_cases_do_not_expect_of_warnings_survives() -> None:
    dropped, other = "warning nobody-learns: dropped", "warning nobody-learns: `is` to `is not` in"
    mutation = mutate("lodge-code.policy", [], 1)
    survivors = [s.mutant for s in mutation.survivors]
    assert dropped not in survivors
    assert not [name for name in survivors if name.startswith(other)]
    assert "limits: `breach memory` dropped" not in survivors
    path = Path("lodge-code.cases")
    path.write_text(re.sub(r"  expect   nobody-learns .*\n", "", path.read_text()))
    mutation = mutate("lodge-code.policy", [], 1)
    telling = {s.mutant: s.telling for s in mutation.survivors}
    assert "nobody-learns is warned, then gone" in telling[dropped]
    assert any(name.startswith(other) for name in telling)


@pytest.mark.usefixtures("lodge")
def test_a_change_of_which_breaches_violate_a_clause_is_noticed() -> None:
    """The clause stays violated, by the other breach."""
    dropped = "limits: `breach children` dropped"
    assert dropped not in {s.mutant for s in mutate("lodge-code.policy", [], 1).survivors}
    change(Path("lodge-code.cases"), " by memory, children", "")
    assert dropped in {s.mutant for s in mutate("lodge-code.policy", [], 1).survivors}


def test_each_breach_and_each_marked_term_is_dropped(lodge: Path) -> None:
    text = reference_examples()["vocabulary"].replace("card  face", "card marked biometric  face")
    (lodge / "doors.vocabulary").write_text(text)
    policy = load_policy("lodge-code.policy", lodge)
    tree, _ = parse(policy.source, "policy")
    assert tree is not None
    names = {mutant.name for mutant in mutants_of(tree, policy.vocabulary)}
    assert {f"limits: `breach {name}` dropped" for name in ("memory", "children")} <= names
    assert {f"sees-bodies: `{term}` not marked biometric" for term in ("card", "face")} <= names


# what is shown


@pytest.mark.usefixtures("lodge")
def test_the_tree_of_a_clause_names_its_breaches() -> None:
    _, out, _ = run("explain", "lodge.design", "limits")
    assert "breach memory: ✓ d.keeps > 30 days  [gate.keeps 60 days]" in out
    assert "breach children: ✓" in out
    assert "any of" not in out


def test_the_tree_of_a_clause_draws_what_matters(lodge: Path) -> None:
    _, out, _ = run("explain", "lodge.design", "limits")
    assert "d = back: violated" in out
    assert out.count("breach children") == 1
    assert out.count("1 part does not matter") == 1
    change(lodge / "lodge.design", "  opens-by    face\n", "")
    change(lodge / "lodge.design", "60 days", "20 days")
    _, out, _ = run("explain", "lodge.design", "limits")
    _, gate = out.split("d = gate: undetermined")
    assert "breach memory" not in gate.split("d = back")[0]
    assert "1 part is settled" in gate


@pytest.mark.usefixtures("lodge")
def test_a_clause_is_shown_with_its_breaches_and_documents() -> None:
    _, out, _ = run("clause", "limits", "--policy", "lodge-code.policy")
    assert "breach memory where d.keeps > 30 days\n" in out
    assert "remembers for" not in out
    assert "A guide to good doors (2026-03-01), https://example.org/guide" in out
    assert "memory: Forget within 30 days." in out


def test_of_a_table_that_a_clause_reads_all_rows_are_shown(lodge: Path) -> None:
    table = "table most of body gives duration {\n  school 30 days\n  otherwise 36 hours\n}\n\n"
    change(lodge / "lodge-code.policy", "define ", f"{table}define ")
    change(lodge / "lodge-code.policy", "d.keeps > 30 days", "d.keeps > most(d.by.kind)")
    _, out, _ = run("clause", "limits", "--policy", "lodge-code.policy")
    assert "most: school 720 hours; otherwise 36 hours" in out


@pytest.mark.usefixtures("lodge")
def test_a_clause_on_one_line_is_shown_as_one_on_many() -> None:
    path = Path("lodge-code.policy")
    page = run("clause", "limits", "--policy", "lodge-code.policy")
    path.write_text(re.sub(r"\n +", " ", path.read_text()))
    assert run("clause", "limits", "--policy", "lodge-code.policy") == page


@pytest.mark.usefixtures("lodge")
def test_the_drawing_and_the_glossary_show_them() -> None:
    _, out, _ = run("graph", "--policy", "lodge-code.policy")
    assert '[/"breach memory"/]' in out
    assert '>"warning nobody-learns"]' in out
    _, out, _ = run("graph", "--policy", "lodge-code.policy", "-f", "dot")
    assert "shape=parallelogram" in out
    _, out, _ = run("vocabulary", "--policy", "lodge-code.policy")
    assert "- `biometric`: knows people by their bodies" in out
    assert "- `face` [`biometric`]" in out


@pytest.mark.usefixtures("lodge")
def test_reports_give_the_sentence_and_the_remedy_of_each_breach() -> None:
    _, out, _ = run("check", "lodge.design")
    assert "gate remembers for 60 days; gate looks at children" in out
    assert "Rests on A guide to good doors (2026-03-01)." in out
    assert "To do: Forget within 30 days. Give children a card." in " ".join(out.split())
    (clause,) = json.loads(run("check", "-f", "json", "lodge.design")[1])["designs"][0]["policies"][
        0
    ]["clauses"]
    assert [finding["breaches"] for finding in clause["findings"]] == [
        ["memory", "children"],
        ["memory"],
    ]
    assert clause["findings"][1]["remedy"] == "Forget within 30 days."
    assert [document["document"] for document in clause["documents"]] == ["guide"]
    sarif = run("check", "-f", "sarif", "lodge.design")[1]
    assert '"text": "Forget within 30 days. Give children a card."' in sarif
    for kind in ("sarif", "junit", "markdown"):
        assert "gate looks at children" in run("check", "-f", kind, "lodge.design")[1]


def test_breaches_are_told_without_a_record(lodge: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One for each of ten thousand findings takes a second."""

    def step(_: object) -> None:
        raise AssertionError("recorded")

    monkeypatch.setattr(judging._GeneratedFinding, "step", step)
    (report,) = checked(lodge / "lodge.design").reports
    found = [[b.name for b in finding.breaches] for finding in report.clauses[0].findings]
    assert found == [["memory", "children"], ["memory"]]


# warnings


def test_a_warning_is_given_of_few_entities_and_counts_the_others(lodge: Path) -> None:
    doors = "".join(
        f"door d{n} {{\n  opens-by face\n  results-to none\n}}\n" for n in range(MOST_TOLD + 3)
    )
    (lodge / "x.design").write_text(f'deployment "x"\njudged by lodge-code\n{doors}')
    found = checked(lodge / "x.design").diagnostics
    assert [d.code for d in found] == ["W704"] * MOST_TOLD
    assert found[-1].message.endswith("(and 3 more are told of by `nobody-learns`)")
    assert found[0].position[0] == 4


def test_the_combinations_that_a_warning_asks_for_are_bounded(lodge: Path) -> None:
    change(lodge / "lodge-code.policy", "warns door d when", "warns door d, door e, door f when")
    doors = "".join(f"door d{n} {{\n  opens-by face\n}}\n" for n in range(10))
    (lodge / "x.design").write_text(f'deployment "x"\njudged by lodge-code\n{doors}')
    result = checked(lodge / "x.design", max_steps=900)
    assert [d.code for d in result.diagnostics] == ["E405"]
    assert "`nobody-learns`" in result.diagnostics[0].message


def test_a_portfolio_judges_by_breaches(lodge: Path) -> None:
    code, out, err = run("portfolio", lodge / "lodge.design", "-f", "jsonl")
    assert code == 1, err
    assert json.loads(out.splitlines()[0])["verdict"] == "prohibited"


DOCUMENTS = """policy lodge-code
vocabulary doors
document a "A" on 2026-01-01
document b "B" on 2026-01-01
document c "C" on 2026-01-01
document d "D" on 2026-01-01
document e "E" on 2026-01-01
document f "F" on 2026-01-01
document g "G" on 2026-01-01
define slow(x: door) per a means x.keeps > 30 days
reading view "how" { strict "s" per b default  loose "l" per g }
table most of place gives duration per f { otherwise 20 days }
clause limits (L1) {
  at "1"  quotes "q"  says "s"
  per c
  prohibits door x
  breach long where slow(x) and reading view is strict { because "b"  per d }
  breach shut where some p in x.people has (x.keeps > most(p.place)) { because "b"  per e }
  because "b"
}
"""


def test_a_finding_rests_on_the_documents_of_its_breaches_and_of_the_whole_clause(
    lodge: Path,
) -> None:
    (lodge / "lodge-code.policy").write_text(DOCUMENTS)
    change(lodge / "lodge.design", "ages  10..", "place  DE")
    _, out, _ = run("check", "-f", "markdown", "lodge.design")
    (said,) = re.findall(r"- Rests on (.*)", out)
    assert re.findall(r"\b([A-F]) ", said) == ["A", "B", "C", "D", "E", "F"]
    change(lodge / "lodge.design", "people      guests", "people      unknown")
    _, out, _ = run("check", "-f", "markdown", "lodge.design")
    (said,) = re.findall(r"- Rests on (.*)", out)
    assert re.findall(r"\b([A-F]) ", said) == ["A", "B", "C", "D"]
    _, out, _ = run("clause", "L1", "--policy", "lodge-code.policy")
    assert re.findall(r"(\w) \(2026-01-01\)", out) == ["A", "B", "C", "D", "E", "F", "G"]
