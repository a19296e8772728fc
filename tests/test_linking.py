"""Linking: no part of a policy is lost without a word, whatever is wrong with another."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausewise.checking.report import Checked
from clausewise.engine.backends.python.compiled import compiled
from clausewise.engine.core.conditions import Every
from clausewise.engine.core.walk import variables
from tests.conftest import checked

VOCABULARY = """vocabulary shops
subject deployment
entity actor "someone" {
  ok    yes-no        world  ask "Is {actor} all right?"
  boss  any of actor  world  ask "Who is above {actor}?"
}
"""
POLICY = "policy shop-code\nvocabulary shops\n"
DESIGN = 'deployment "x"\njudged by shop-code\nactor a {\n  ok  no\n}\n'


def clause(rule: str) -> str:
    return f'clause strict {{\n  at "1"  quotes "q"  says "s"\n  {rule}\n  because "b"\n}}\n'


def linked(folder: Path, policy: str) -> Checked:
    (folder / "shops.vocabulary").write_text(VOCABULARY)
    (folder / "shop-code.policy").write_text(POLICY + policy)
    (folder / "x.design").write_text(DESIGN)
    return checked(folder / "x.design")


def codes(result: Checked) -> list[str]:
    return [found.code for found in result.diagnostics]


def test_a_clause_over_sets_that_nest_too_deep_is_not_lost(tmp_path: Path) -> None:
    sets = [f"define d{n}() means d{n + 1}() + actor\n" for n in range(200)]
    sets.append("define d200() means actor\n")
    rule = clause("prohibits actor x where d0() overlaps actor and x.ok is no")
    result = linked(tmp_path, "".join(sets) + rule)
    assert result.reports == ()
    assert "E402" in codes(result)


@pytest.mark.parametrize("depth", [1, 20])
def test_sets_of_sets_are_judged(tmp_path: Path, depth: int) -> None:
    sets = [f"define d{n}() means d{n + 1}() + actor\n" for n in range(depth)]
    sets.append(f"define d{depth}() means actor\n")
    rule = clause("prohibits actor x where d0() overlaps actor and x.ok is no")
    (report,) = linked(tmp_path, "".join(sets) + rule).reports
    assert report.verdict == "prohibited"


def test_an_unknown_type_is_told_of_once(tmp_path: Path) -> None:
    result = linked(tmp_path, clause("prohibits zz x, actor y in x.boss where y.ok is no"))
    assert codes(result) == ["E201"]


@pytest.mark.parametrize(
    ("condition", "hint"),
    [
        ("ok is no", "`ok` is a field: write `x.ok`"),
        ("boss is x", "`boss` is a field: write `x.boss`"),
        ("x is no", "as a value: `x.ok is no`"),
        ("qqqq is no", "variables in scope: `x`"),
    ],
)
def test_a_word_that_is_no_variable_is_taken_for_a_field_or_a_value(
    condition: str, hint: str, tmp_path: Path
) -> None:
    result = linked(tmp_path, clause(f"prohibits actor x where {condition}"))
    (found,) = result.diagnostics
    assert (found.code, found.hint) == ("E201", hint)


def test_names_in_hints_are_in_the_order_of_the_policy(tmp_path: Path) -> None:
    names = ["zeta", "alpha", "midway"]
    rules = [clause("prohibits actor x where x.ok is no").replace("strict", n) for n in names]
    rules.append(clause("prohibits where clause qqqqqq is violated"))
    (found,) = linked(tmp_path, "".join(rules)).diagnostics
    assert found.hint == "known: `zeta`, `alpha`, `midway`, `strict`"


def test_a_variable_that_the_linker_adds_is_none_of_the_policy(tmp_path: Path) -> None:
    rule = "requires actor member, actor member-2 that member.boss within member-2.boss"
    (report,) = linked(tmp_path, clause(rule)).reports
    condition = report.policy.clauses["strict"].condition
    assert isinstance(condition, Every)
    assert condition.variable == "member-3"
    assert variables(condition) == {"member", "member-2"}


def test_a_definition_with_a_mistake_is_told_of_once(tmp_path: Path) -> None:
    """What it gives is not known, so its uses are no mistakes: as a set, as a condition, with arguments."""
    broken = "define those(a: actor) means a.bos + actor\ndefine these(z: zz) means actor\n"
    uses = [
        "some x in those(y) has (x.ok is no)",
        "those(y)",
        "these(y) overlaps actor",
        "these(y)",
    ]
    rules = [
        clause(f"prohibits actor y where {use}").replace("strict", f"c{number}")
        for number, use in enumerate(uses)
    ]
    result = linked(tmp_path, broken + "".join(rules))
    assert sorted(found.message for found in result.diagnostics) == [
        "`actor` has no field `bos`",
        "there is no entity type `zz`",
    ]


def test_policies_in_a_circle_are_told_of_at_the_last_link(tmp_path: Path) -> None:
    for name, other in (("one", "two"), ("two", "three"), ("three", "one")):
        rule = clause(f"prohibits where policy {other} is prohibited")
        text = POLICY.replace("shop-code", name) + rule
        (tmp_path / f"{name}.policy").write_text(text)
    result = linked(tmp_path, clause("prohibits where policy one is prohibited"))
    (found,) = result.diagnostics
    assert (found.code, Path(found.path).name) == ("E403", "three.policy")
    assert found.message == "`one` uses `two` uses `three` uses `one`: a circle of policies"
    assert found.span
    assert found.source
    assert found.source.text[found.span.start : found.span.end] == "one"


def test_a_clause_has_at_most_sixteen_bindings(tmp_path: Path) -> None:
    def rule(count: int) -> str:
        names = [f"a{number}" for number in range(count)]
        bindings = ", ".join(f"actor {name}" for name in names)
        return clause(f"prohibits {bindings} where {' or '.join(f'{n}.ok is no' for n in names)}")

    result = linked(tmp_path, rule(17))
    assert codes(result) == ["E404"]
    assert result.diagnostics[0].span is not None
    (report,) = linked(tmp_path, rule(16)).reports
    assert compiled(report.policy).outcomes(report.deployment) == {"strict": "violated"}


HEAD = 'at "1"  quotes "q"'
FOUND = 'where x.ok is no  because "{x} is {x.ok}"'


@pytest.mark.parametrize(
    "rule",
    [
        f'clause c {{ {HEAD}  says "s"  prohibits actor x {FOUND}  remedy "Ask {{x}}." }}',
        f'clause c {{ {HEAD}  says "Of {{x.ok}}."  prohibits actor x {FOUND} }}',
        f'clause c {{ {HEAD}  says "s"  prohibits actor x  because "b"'
        ' breach b where x.ok is no { because "b"  remedy "Ask {x}." } }',
        clause("prohibits actor x where x.ok is no")
        + f'warning w {{ warns actor x {FOUND}  remedy "Ask {{x}}." }}',
    ],
)
def test_a_variable_in_a_sentence_that_fills_no_holes_is_a_mistake(
    tmp_path: Path, rule: str
) -> None:
    result = linked(tmp_path, rule)
    assert codes(result) == ["E307"]
    (found,) = result.diagnostics
    assert found.message in ("`{x}` names nothing here", "`{x.ok}` names nothing here")
    assert "is printed as it is written" in str(found.hint)


def test_braces_in_a_remedy_that_hold_no_variable_are_text(tmp_path: Path) -> None:
    rule = clause('prohibits actor x where x.ok is no  remedy "Write `{card, face}`."')
    assert codes(linked(tmp_path, rule)) == []
