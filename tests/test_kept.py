"""The sentence of a clause that is met or does not apply, filled in by the facts that decide it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clausewise.intake.load import load_policy
from tests.conftest import reference_examples
from tests.test_cli import run

POLICY = """policy keeping-code
vocabulary doors

clause keeping {
  at       "1"
  quotes   "q"
  says     "Doors forget, and look at no children."
  met      "SENTENCE"
  not-applicable "no door looks at faces[; how {door} opens: {door.opens-by}]"
  prohibits door d
    when  d.opens-by overlaps face
    where d.keeps > 30 days or some p in d.people has (p.ages.youngest < 18)
  because  "b"
}
"""
DESIGN = """deployment "Two doors"
judged by keeping-code

people staff {
  ages  18..65
}

door front {
  opens-by  face
  people    staff
  keeps     20 days
}

door back {
  opens-by  BACK
  people    staff
  keeps     20 days
}
"""
FULL = "{door} remember for {door.keeps}[; they see {people}, aged {people.ages}][; alarm: {safety.alarm}]"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "doors.vocabulary").write_text(reference_examples()["vocabulary"])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(folder: Path, sentence: str = FULL, design: str = DESIGN.replace("BACK", "face")) -> str:
    """What a clause says of itself in JSON."""
    (folder / "keeping-code.policy").write_text(POLICY.replace("SENTENCE", sentence))
    (folder / "two.design").write_text(design)
    (found,) = json.loads(run("check", "-f", "json", "two.design")[1])["designs"][0]["policies"]
    (clause,) = found["clauses"]
    return str(clause["why"])


def test_holes_are_filled_by_what_decides(folder: Path) -> None:
    whole = "front and back remember for 20 days; they see staff, aged 18 to 65"
    assert said(folder) == whole
    for words in (["check", "--all"], ["check", "-f", "markdown"], ["report", "-f", "markdown"]):
        assert whole[1:] in " ".join(run(*words, "two.design")[1].split())


def test_of_the_other_outcome_it_says_something_else(folder: Path) -> None:
    design = DESIGN.replace("face", "card").replace("BACK", "card")
    assert said(folder, design=design) == "no door looks at faces; how front and back opens: card"


@pytest.mark.parametrize(
    ("sentence", "filled"),
    [
        ("nothing is amiss", "nothing is amiss"),
        ("[; alarm: {safety.alarm}][; kept: {door.keeps}]", "kept: 20 days"),
        ("alarm: {safety.alarm}", ""),
        ("", ""),
    ],
)
def test_where_facts_say_nothing_of_a_hole(folder: Path, sentence: str, filled: str) -> None:
    assert said(folder, sentence) == filled


def test_of_many_some_are_named(folder: Path) -> None:
    more = "".join(
        f"door d{n} {{\n  opens-by  face\n  people    staff\n  keeps     {n} days\n}}\n"
        for n in range(1, 13)
    )
    found = said(folder, "[{door.keeps}]", DESIGN.replace("BACK", "face") + more)
    assert found == "20 days, 1 day, 2 days, 3 days, 4 days, 5 days, 6 days, 7 days and 5 more"


def test_violated_or_open_it_says_nothing(folder: Path) -> None:
    assert said(folder, design=DESIGN.replace("BACK", "face").replace("20", "40")) == ""
    assert said(folder, design=DESIGN.replace("BACK", "face").replace("  ages  18..65\n", "")) == ""


def test_a_hole_names_a_type_and_no_variable(folder: Path) -> None:
    (folder / "keeping-code.policy").write_text(POLICY.replace("SENTENCE", "{d} is kept"))
    _, _, error = run("clause", "keeping", "--policy", "keeping-code.policy")
    assert "E307" in error
    assert "`{d}` names nothing here" in error


def test_all_clauses_of_the_face_code_say_why_they_are_met() -> None:
    policy = load_policy("face-code-of-conduct")
    silent = [name for name, clause in policy.clauses.items() if not clause.met]
    assert silent == []
