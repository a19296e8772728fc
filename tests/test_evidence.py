"""Which claims need evidence where a reviewer requires it: all of a field, or those of some values only."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausewise.dsl.models.admission import admit
from clausewise.dsl.models.check_design import check_design
from clausewise.dsl.models.check_vocabulary import check_vocabulary
from clausewise.dsl.models.deployment import Value, show_value
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.text.source import Source
from clausewise.intake import evidence
from clausewise.intake.access import Access

VOCABULARY = """
vocabulary doors
subject building

taxonomy body {
  company
  public-body {
    police
    school
  }
}

entity owner "an owner" {
  kind   one of body          world  evidenced but police   ask "What is {owner}?"
  for    any of owner         world  evidenced for none     ask "For whom does {owner} act?"
  ages   ages                 world  evidenced but ..17     ask "How old is {owner}?"
  tested ages                 world  evidenced for 18..     ask "For whom is it?"
  agreed yes-no               world  evidenced for yes      ask "Did {owner} agree?"
  ways   any of body          world  evidenced but none     ask "Which?"
  all    one of body or none  world  evidenced              ask "Which?"
  own    any of body          world  evidenced for none, school  ask "Which?"
  bad    any of body          world  evidenced but police   ask "Which?"
}
"""


def admitted(fact: str) -> Value | None:
    """What counts of a fact without evidence where a reviewer requires evidence."""
    tree, _ = parse(Source("v", VOCABULARY), "vocabulary")
    assert tree is not None
    vocabulary, problems = check_vocabulary(tree, Source("v", VOCABULARY))
    assert vocabulary is not None, problems
    source = Source("d", f'building "x"\nowner a {{\n  {fact}\n}}\nowner b {{\n}}\n')
    design, _ = parse(source, "design")
    assert design is not None
    deployment, problems = check_design(design, source, vocabulary)
    assert deployment is not None, problems
    return admit(deployment, lambda _: "").entities["a"].value(fact.split()[0])


def counts(fact: str) -> bool:
    """Whether something of it does."""
    return admitted(fact) is not None


@pytest.mark.parametrize(
    "fact",
    [
        "kind police",
        "for b",
        "ages 11..15",
        "ages ..17",
        "tested 3..17",
        "agreed no",
        "ways none",
        'kind company evidence "a.pdf"',
        'all none evidence "a.pdf"',
    ],
)
def test_a_claim_against_oneself_counts(fact: str) -> None:
    assert counts(fact)


@pytest.mark.parametrize(
    "fact",
    [
        "kind company",
        "kind public-body",
        "for none",
        "ages 11..18",
        "ages 18..",
        "ages ..18",
        "tested 17..20",
        "tested ..20",
        "agreed yes",
        "ways police, ...",
        "all none",
    ],
)
def test_a_claim_from_which_one_gains_does_not(fact: str) -> None:
    assert not counts(fact)


@pytest.mark.parametrize(
    ("fact", "counted"),
    [
        ("for b", "b, ..."),
        ("for b, ...", "b, ..."),
        ('for b evidence "a.pdf"', "b"),
        ("own company", "company, ..."),
        ("own police, school", "police, ..."),
        ("bad police", "police"),
        ("bad police, school", "police, ..."),
    ],
)
def test_of_a_list_counts_what_needs_no_evidence(fact: str, counted: str) -> None:
    """Who is named is; that there is nobody else is a claim of its own."""
    value = admitted(fact)
    assert value is not None
    assert show_value(value) == counted


@pytest.mark.parametrize(
    "fact", ["own school", "own none", "own public-body", "bad school", "bad none"]
)
def test_of_a_list_nothing_may_count(fact: str) -> None:
    assert admitted(fact) is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("kind one of body world evidenced for shop", "`kind` has no value `shop`"),
        ("kind one of body world evidenced for none", "`kind` has no value `none`"),
        ("kind one of body world evidenced for 3..4", "`kind` has no value `a range`"),
        ("kind number world evidenced but yes", "`kind` has no value `yes`"),
    ],
)
def test_a_value_that_the_field_cannot_have(line: str, said: str) -> None:
    text = f"""vocabulary v subject s
taxonomy body {{ company police }}
entity owner "o" {{ {line} ask "What?" }}
"""
    tree, mistakes = parse(Source("v", text), "vocabulary")
    assert tree is not None, mistakes
    _, problems = check_vocabulary(tree, Source("v", text))
    assert [(p.code, p.message) for p in problems] == [("E201", said)]


def test_a_file_is_looked_through_once_however_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A design of a stranger can name one file in a thousand ways, and each look takes a second of a gigabyte."""
    looked: list[str] = []
    digest = evidence._digest

    def look(real: str) -> tuple[str, int]:
        looked.append(real)
        return digest(real)

    monkeypatch.setattr(evidence, "_digest", look)
    (tmp_path / "form.pdf").write_text("a form")
    examine = evidence.examiner(str(tmp_path / "x.design"), Access())
    found = [examine("./" * count + "form.pdf") for count in range(20)]
    assert all(one.sha256 and not one.doubt for one in found)
    assert len(looked) == 1
