"""The tree of `explain`: each line is marked true or false, and is so as it reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO

import pytest
from hypothesis import given, settings

from clausewise.checking.report import Report
from clausewise.dsl import syntax
from clausewise.dsl.models.admission import admit
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.text.source import Source
from clausewise.engine.advice.advise import advise
from clausewise.engine.backends.python.compiled import compiled
from clausewise.engine.backends.python.judging import judge
from clausewise.engine.judging.judgement import NothingToJudgeError
from clausewise.formats.report import alike, tree
from clausewise.formats.screen.sheet import Sheet
from tests.generated import Pair, pair_of, pairs
from tests.reference.judge import Binding, Judge
from tests.test_meaning import worlds_of

LINE = re.compile(r"(?P<guides>(?:[│├└][ ─]{3}| {4})*)(?P<text>.*)")
TEST = re.compile(r"(?:(?P<label>[^✓✗?]*): )?(?P<sign>[✓✗?]) (?P<words>.*?)(?:  \[.*\])?")
OF_MEMBER = "is in "


@dataclass
class Line:
    """A line of a tree: what it says, and those below it."""

    text: str
    below: list[Line] = field(default_factory=list)

    @property
    def test(self) -> re.Match[str] | None:
        return TEST.fullmatch(self.text)

    @property
    def sign(self) -> str:
        return self.test["sign"] if self.test else ""


def report_of(pair: Pair) -> Report:
    judgement = judge(compiled(pair.policy), admit(pair.deployment))
    advice = advise(judgement, try_answers=False)
    return Report("made.design", pair.deployment.source, judgement, advice)


def lines_of(text: str) -> list[Line]:
    """The trees that are printed, one after the other."""
    open_ = [Line("")]
    for printed in filter(None, text.splitlines()):
        found = LINE.fullmatch(printed)
        assert found
        line, depth = Line(found["text"]), len(found["guides"]) // 4
        del open_[depth + 1 :]
        open_[depth].below.append(line)
        open_.append(line)
    return open_[0].below


def printed_trees(pair: Pair) -> str:
    report, stream = report_of(pair), StringIO()
    for judged in report.clauses:
        tree.print_tree(report, judged, Sheet(stream, width=100_000))
    return stream.getvalue()


def untrue(line: Line, judge_: Judge, binding: Binding) -> Iterator[str]:
    """What a line and those below it say that is not so."""
    found = line.test
    if found is None:
        inner: Binding = binding
        for part in line.text.partition(":")[0].partition(" (and ")[0].split(", "):
            name, is_bound, entity = part.partition(" = ")
            inner = {**inner, name: entity} if is_bound else inner
        for below in line.below:
            yield from untrue(below, judge_, inner)
        return
    for bound in bound_by(found["label"] or "", binding):
        held, inner = holds(line, judge_, bound)
        if held != (found["sign"] == "✓"):
            yield f"{line.text}: it is {held}, for {inner}"
        for below in line.below:
            yield from untrue(below, judge_, inner)


def bound_by(label: str, binding: Binding) -> Iterator[Binding]:
    """For whom a line says something: `a = acme (and guard, alike)` for two."""
    first, _, others = label.partition(" (and ")
    name, is_bound, entity = first.rpartition(" = ")
    if not is_bound:
        yield binding
        return
    for each in filter(None, (entity, *others.removesuffix(", alike)").split(", "))):
        yield {**binding, name.rpartition(" ")[2]: each}


def holds(line: Line, judge_: Judge, binding: Binding) -> tuple[bool, Binding]:
    """Whether what a line says is so, and the variables of the lines below."""
    assert line.test
    words, signs = line.test["words"], [one.sign for one in line.below if one.sign]
    if words == "all of":
        return "✗" not in signs, binding
    if words == "any of":
        return "✓" in signs, binding
    if words == "not":
        return signs == ["✗"], binding
    if words.startswith(OF_MEMBER):
        return judge_.holds(_read(f"member in {words.removeprefix(OF_MEMBER)}"), binding), binding
    node = _read(words)
    if isinstance(node, syntax.CallNode):
        return judge_.holds(node, binding), judge_.definition(node, binding)[1] or {}
    return judge_.holds(node, binding), binding


def _read(words: str) -> syntax.Expression:
    """A condition, as the language reads it."""
    read, problems = parse(
        Source("line", f"policy p clause c {{ prohibits where {words} }}"), "policy"
    )
    assert isinstance(read, syntax.PolicyFile), f"{words}: {[p.message for p in problems]}"
    (clause,) = (item for item in read.items if isinstance(item, syntax.ClauseNode))
    (rule,) = (item for item in clause.items if isinstance(item, syntax.RuleNode))
    assert rule.condition
    return rule.condition


@settings(max_examples=60)
@given(pairs(known=True))
def test_each_line_is_true_or_false_as_it_reads(pair: Pair) -> None:
    (world,) = worlds_of(pair)
    judge_ = Judge(pair.tree, pair.others, world)
    try:
        text = printed_trees(pair)
    except NothingToJudgeError:
        return
    assert "?" not in text
    assert [said for root in lines_of(text) for said in untrue(root, judge_, {})] == []


@pytest.fixture(autouse=True)
def _all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MOST_WORDS", 100_000)
    monkeypatch.setattr(tree, "MOST_BRANCHES", 100_000)
    monkeypatch.setattr(alike, "FEW", 100_000)


DOORS = """
vocabulary doors
subject deployment
taxonomy body { company  public-body { police  school } }
entity actor "an actor" { kind one of body choice ask "What is {actor}?" }
entity door "a door" {
  by      any of actor choice ask "Who runs {door}?"
  opened  any of actor choice ask "Who opens {door}?"
}
"""
CODE = """
policy code
title       "Code"
vocabulary  doors
section all "All" {
  clause rule { at "1" quotes "rule" says "A rule." requires door d that %s because "it is so" }
  clause never {
    at "2" quotes "never" says "Never."
    prohibits door d where some a in d.by has (a.kind is school)
    because "it is so"
  }
}
clause last {
  at "3" quotes "last" says "Last."
  prohibits where section all is violated
  because "it is so"
}
"""
DESIGN = """
deployment "Made"
judged by code
actor acme { kind company }
actor city { kind public-body }
actor guard { kind company }
door front {
  by acme
  opened acme, city
}
"""


DENIED = {
    "no a in d.by has (a.kind is police)": """
        ✓ no a in d.by has (a.kind is police)
        a = acme: ✗ a.kind is police
    """,
    "not every a in d.by has (a.kind is police)": """
        ✓ not
        ✗ every a in d.by has (a.kind is police)
        a = acme: ✗ a.kind is police
    """,
    "not no a in d.by has (a.kind is company)": """
        ✓ not
        ✗ no a in d.by has (a.kind is company)
        a = acme: ✓ a.kind is company
    """,
    "every a in d.by has (a.kind is not police)": """
        ✓ every a in d.by has (a.kind is not police)
        a = acme: ✓ a.kind is not police
    """,
    "some a in d.by has (no o in d.opened has (a.kind is police and o.kind is police))": """
        ✓ some a
        ✓ no o in d.opened has (a.kind is police and o.kind is police)
        o = acme: ✗ all of
    """,
    "some a in actor has (a.kind is company)": """
        ✓ some a in actor has (a.kind is company)
        a = acme (and guard, alike): ✓ a.kind is company
    """,
    "some a in actor has (a.kind is company or a.kind is public-body)": """
        ✓ some a in actor has (a.kind is company or a.kind is public-body)
        a = acme (and guard, alike): ✓ any of
        ✓ a.kind is company
        a = city: ✓ any of
        ✓ a.kind is public-body
    """,
    "d.by within d.opened": """
        ✓ d.by within d.opened
        member = acme: ✓ is in d.opened
    """,
    "not d.opened within d.by": """
        ✓ not
        ✗ d.opened within d.by
        member = city: ✗ is in d.by
    """,
}
"""By a rule the lines that a tree has of it, in order."""


@pytest.mark.parametrize(("rule", "told"), DENIED.items())
def test_what_is_denied_is_told_as_it_is_written(rule: str, told: str) -> None:
    text = printed_trees(pair_of(DOORS, CODE % rule, DESIGN))
    at = 0
    for line in filter(None, map(str.strip, told.splitlines())):
        at = text.index(line, at) + 1
    assert "rule: met" in text


def test_each_clause_of_a_section_has_its_own_mark() -> None:
    text = printed_trees(pair_of(DOORS, CODE % "some a in d.by has (a.kind is police)", DESIGN))
    assert "✓ section all is violated" in text
    assert "✓ clause rule is violated" in text
    assert "✓ clause never is violated" not in text
    text = printed_trees(pair_of(DOORS, CODE % "some a in d.by has (a.kind is company)", DESIGN))
    assert "✗ section all is violated" in text
    assert "✗ clause never is violated" in text
