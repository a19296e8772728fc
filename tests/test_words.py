"""What people call things, and whence words come: `label`, `short` and `per` of a vocabulary."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clausewise.commands.cli import app
from clausewise.dsl.models.check_vocabulary import check_vocabulary
from clausewise.dsl.models.documents import Origin
from clausewise.dsl.models.places import places
from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.printing.trees import print_tree
from clausewise.dsl.text.source import Source

VOCABULARY = """\
vocabulary gates
subject deployment

document gate-guide "The guide to gates" on 2025-03-01

taxonomy lock "how a gate is locked" per gate-guide {
  key label "a key of metal" {
    old-key
  }
  code per "must, bullet 2", gate-guide
  lucky-charm per ours
}

entity gate "a gate" per "must, bullet 1" {
  lock   one of lock  choice
    label "kind of lock"
    per "must, bullet 2"
    ask "How is {gate} locked, by day and by night?"
    short "How is {gate} locked?"
  is-up  yes-no       choice  ask "Is {gate} up?"
}
"""
POLICY = """\
policy gate-code
vocabulary gates
clause shut (G1) {
  at "must, bullet 1"  quotes "be shut"  says "Gates are shut."  label "Shut gates"
  requires gate g that g.is-up is no and g.lock is key
  because "{g} is open"
}
"""
TEXT = """\
The code of gates

Gates must:

* be shut
* be locked
"""


@pytest.fixture
def vocabulary() -> Vocabulary:
    tree, _ = parse(Source("v", VOCABULARY), "vocabulary")
    assert tree is not None
    assert print_tree(tree) == VOCABULARY
    found, problems = check_vocabulary(tree, Source("v", VOCABULARY))
    assert found is not None, problems
    return found


def test_labels(vocabulary: Vocabulary) -> None:
    lock, is_up = vocabulary.entities["gate"].fields.values()
    assert [lock.label, is_up.label] == ["kind of lock", "is up"]
    assert lock.short == "How is {gate} locked?"
    terms = vocabulary.taxonomies["lock"]
    assert [terms.label(t) for t in ("key", "lucky-charm")] == ["a key of metal", "lucky charm"]
    assert [places().label(p) for p in ("US-WA", "DE")] == ["Washington, United States", "Germany"]


def test_origins(vocabulary: Vocabulary) -> None:
    lock, is_up = vocabulary.entities["gate"].fields.values()
    assert lock.origin == Origin(("must, bullet 2",))
    assert is_up.origin == Origin(("must, bullet 1",)), "what the type says holds for its fields"
    guide = Origin((), ("gate-guide",))
    assert vocabulary.taxonomies["lock"].origins == {
        "key": guide,
        "old-key": guide,
        "code": Origin(("must, bullet 2",), ("gate-guide",)),
        "lucky-charm": Origin(),
    }


def test_a_document_that_is_not_declared() -> None:
    text = VOCABULARY.replace("per gate-guide {", "per guide {").replace("gate-guide", "ours", 1)
    tree, _ = parse(Source("v", text), "vocabulary")
    assert tree is not None
    found, problems = check_vocabulary(tree, Source("v", text))
    assert found is None
    said = [(problem.code, problem.message) for problem in problems]
    assert said[0] == ("E203", "`ours` is a reserved word")
    assert ("E201", "there is no document `guide`") in said


def written(folder: Path, vocabulary: str = VOCABULARY) -> Path:
    for name, text in (
        ("gates.vocabulary", vocabulary),
        ("gate-code.policy", POLICY),
        ("code.txt", TEXT),
        ("a.design", 'deployment "A"\ngate front {\n}\n'),
    ):
        (folder / name).write_text(text)
    return folder


def test_forms_find_their_words_in_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(written(tmp_path))
    words = ["check", "-f", "json", "--policy", "gate-code.policy", "a.design"]
    result = CliRunner().invoke(app, words)
    (judged,) = json.loads(result.stdout)["designs"][0]["policies"]
    assert judged["clauses"][0]["label"] == "Shut gates"
    asked = {question["fact"]: question for question in judged["questions"]}
    lock = asked["front.lock"]
    assert (lock["label"], lock["short"]) == ("kind of lock", "How is front locked?")
    assert lock["options"] == ["key", "old-key", "code", "lucky-charm"]
    assert lock["option_labels"] == ["a key of metal", "old key", "code", "lucky charm"]
    assert (asked["front.is-up"]["label"], asked["front.is-up"]["short"]) == ("is up", None)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", "", "6 fields and terms: 3 from the text, 2 from documents, 1 ours"),
        ('"must, bullet 1" {', '"must, bullet 7" {', "the text has no one place `must, bullet 7`"),
        (' per "must, bullet 1" {', " {", "gate.is-up: whence it comes is not said"),
    ],
)
def test_trace_compares_places_with_the_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, said: str
) -> None:
    folder = written(tmp_path, VOCABULARY.replace(old, new) if old else VOCABULARY)
    monkeypatch.chdir(folder)
    given = ["trace", "gate-code.policy", "--source", "code.txt"]
    ledger = CliRunner().invoke(app, [*given, "--update"]).stdout
    (folder / "gate-code.trace.toml").write_text(
        ledger.replace("clauses = []", 'not-a-rule = "no rule"').replace(
            'not-a-rule = "no rule"', 'clauses = ["shut"]'
        )
    )
    result = CliRunner().invoke(app, given)
    assert said in " ".join(result.stdout.split())
    assert (result.exit_code == 0) is (not old)


def test_a_vocabulary_that_says_nothing_of_it_owes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = (line for line in VOCABULARY.splitlines() if not line.strip().startswith("per "))
    silent = "\n".join(re.sub(r" per .*?( \{)?$", r"\1", line) for line in lines)
    folder = written(tmp_path, silent)
    monkeypatch.chdir(folder)
    result = CliRunner().invoke(
        app, ["trace", "gate-code.policy", "--source", "code.txt", "--update"]
    )
    assert result.exit_code in (0, 1)
    (folder / "gate-code.trace.toml").write_text(
        result.stdout.replace("clauses = []", 'clauses = ["shut"]')
    )
    said = CliRunner().invoke(app, ["trace", "gate-code.policy", "--source", "code.txt"]).stdout
    assert "fields and terms" not in said
