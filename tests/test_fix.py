"""`clausewise fix`: what it proposes for designs, how it shows that, and what it writes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from clausewise.checking.fix import Fixed, fix_source
from clausewise.checking.options import Options
from clausewise.commands.line import read
from clausewise.dsl.models.deployment import show_value
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.dsl.text.source import Source
from clausewise.engine.backends.solver.circuit import Circuit
from clausewise.engine.backends.solver.mending.levers import Levers
from clausewise.engine.backends.solver.mending.refining import ChoiceSearch
from clausewise.engine.backends.solver.sat import Cheapest
from clausewise.engine.core.outcomes import Verdict
from clausewise.intake.access import Access
from tests.conftest import ROOT
from tests.test_cli import COMMAND, run

VOCABULARY = """\
vocabulary gates
subject deployment

taxonomy lock {
  bolt
  code
  face
}

entity guard "who looks after gates" {
  armed  yes-no  world  ask "Is {guard} armed?"
}

entity gate "a way in" required {
  lock    one of lock          choice          ask "How is {gate} locked?"
  guards  any of guard         choice          ask "Who guards {gate}?"
  signs   any of lock          choice          ask "What do signs at {gate} tell of?"
  keeps   duration             choice          ask "How long does {gate} keep pictures?"
  light   yes-no               choice          ask "Is {gate} lit?"
  leads   one of lock or none  choice essence  ask "Where does {gate} lead?"
  busy    yes-no               world           ask "Is {gate} busy?"
  safe    yes-no               judgement       ask "Is {gate} safe?"
}

entity house "the house" single {
  alarm  yes-no  choice  ask "Is there an alarm?"
}
"""
HEAD = 'clause {name} {{\n  at "1"\n  quotes "q"\n  says "s"\n  {rule}\n  because "b"\n}}\n'


@pytest.fixture
def gates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a vocabulary."""
    (tmp_path / "gates.vocabulary").write_text(VOCABULARY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def policy(folder: Path, *rules: str, name: str = "gate-code") -> None:
    clauses = [HEAD.format(name=f"c{n}", rule=rule) for n, rule in enumerate(rules, 1)]
    text = f"policy {name}\nvocabulary gates\n\n" + "\n".join(clauses)
    (folder / f"{name}.policy").write_text(text, encoding="utf-8")


def design(facts: str, head: str = "judged by gate-code") -> str:
    return f'deployment "x"\n{head}\n{facts}\n'


def fixed(folder: Path, text: str, *allow: str, **options: object) -> Fixed:
    source = Source(str(folder / "a.design"), text)
    return fix_source(source, Options(access=Access(beside=folder), **options), allow, 3)  # type: ignore[arg-type]


def changes(found: Fixed) -> list[list[str]]:
    return [
        [f"{c.fact.name} {show_value(c.fact.value)}" for c in one.changes] for one in found.fixes
    ]


# what is proposed


def test_a_stated_choice_changes_for_a_violated_clause(gates: Path) -> None:
    policy(gates, "prohibits gate g where g.lock is face")
    found = fixed(gates, design("gate a {\n  lock face  # quick\n}"))
    assert changes(found) == [["a.lock bolt"]]
    assert found.best.verdict is Verdict.PERMITTED
    assert found.fixes[0].text == design("gate a {\n  lock bolt  # quick\n}")


def test_lines_are_those_of_the_design_as_it_is_given(gates: Path) -> None:
    """A change above puts a line in, and what is in the way stays where its author finds it."""
    policy(gates, "requires gate g that g.light is yes", "prohibits gate g where g.busy is yes")
    text = design("gate a {\n  lock bolt\n}\ngate b {\n  lock bolt\n  busy yes\n}")
    (gates / "a.design").write_text(text, encoding="utf-8")
    shown = run("fix", "a.design", "--policy", "gate-code.policy")[1]
    assert "+  light  yes" in shown
    assert "b.busy yes (line 8)" in shown
    then = json.loads(run("fix", "a.design", "--policy", "gate-code.policy", "-f", "json")[1])
    (way,) = then["proposals"][0]["then"]["in_the_way"]
    assert [fact["line"] for fact in way["facts"]] == [8]


def test_several_proposals_are_minimal_and_the_cheapest_comes_first(gates: Path) -> None:
    policy(gates, "prohibits gate g where g.lock is face and g.light is no and house.alarm is no")
    text = design("gate a {\n  lock face\n  light no\n}\nhouse {\n  alarm no\n}")
    assert changes(fixed(gates, text)) == [
        ["a.lock bolt"],
        ["a.light yes"],
        ["house.alarm yes"],
    ] or (
        sorted(changes(fixed(gates, text)))
        == [["a.light yes"], ["a.lock bolt"], ["house.alarm yes"]]
    )


def test_what_keeps_a_clause_comes_before_what_leaves_it(gates: Path) -> None:
    policy(gates, "requires gate g when g.light is no that g.lock is code and house.alarm is yes")
    text = design("gate a {\n  lock face\n  light no\n}\nhouse {\n  alarm no\n}")
    found = changes(fixed(gates, text))
    assert found[-1] == ["a.light yes"]
    assert sorted(found[0]) == ["a.lock code", "house.alarm yes"]
    (gates / "a.design").write_text(text, encoding="utf-8")
    shown = run("fix", "a.design")[1]
    kept, left = shown.split("Proposal 2")
    assert "by leaving" not in kept
    assert "by leaving, not by keeping: c1" in left
    proposals = json.loads(run("fix", "a.design", "-f", "json")[1])["proposals"]
    assert [one["by_leaving"] for one in proposals] == [
        [],
        [{"policy": "gate-code", "clause": "c1"}],
    ]


def test_for_an_open_clause_only_what_is_not_stated_is_stated(gates: Path) -> None:
    policy(gates, "prohibits gate g where g.lock is face and (g.light is no or g.busy is yes)")
    found = fixed(gates, design("gate a {\n  lock face\n  light yes\n}"))
    assert changes(found) == []  # another lock would do, but that one is chosen
    assert [question.fact for question in found.best.asked] == ["a.busy"]
    assert changes(fixed(gates, design("gate a {\n  light yes\n}"))) == [["a.lock bolt"]]


def test_a_list_that_may_go_on_is_closed(gates: Path) -> None:
    policy(gates, "prohibits gate g where g.lock is face and g.signs overlaps code")
    found = fixed(gates, design("gate a {\n  lock face\n  signs bolt, code, ...\n}"))
    assert ["a.signs bolt"] in changes(found)
    assert found.fixes[0].outlook.verdict is Verdict.PERMITTED


def test_none_comes_first(gates: Path) -> None:
    policy(gates, "prohibits gate g where g.signs overlaps face")
    assert changes(fixed(gates, design("gate a {\n  light yes\n}"))) == [["a.signs none"]]


def test_nobody_is_named_who_is_not_listed(gates: Path) -> None:
    policy(gates, "requires gate g that some a in g.guards has (a.armed is yes)")
    found = fixed(gates, design("gate a {\n  guards none\n}"))
    assert changes(found) == []
    assert found.now.in_the_way[0].facts == ()
    with_guard = design("guard jo {\n  armed yes\n}\ngate a {\n  guards none\n}")
    assert changes(fixed(gates, with_guard)) == [["a.guards jo"]]


def test_an_unknown_reference_that_is_left_alone_stays_open(gates: Path) -> None:
    policy(
        gates,
        "prohibits gate g where g.light is no and some a in g.guards has (a.armed is yes)",
        "prohibits gate g where g.lock is face",
    )
    found = fixed(gates, design("gate a {\n  lock face\n  light no\n}"))
    assert changes(found) == [["a.guards none", "a.lock bolt"]] or changes(found) == [
        ["a.lock bolt", "a.guards none"]
    ]


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("prohibits gate g where g.busy is yes", "busy yes"),
        ("prohibits gate g where g.leads is face", "leads face"),
        ("prohibits gate g where g.safe is no", 'safe no attested by "A"'),
    ],
)
def test_what_is_in_the_way_is_named(gates: Path, rule: str, facts: str) -> None:
    policy(gates, rule)
    found = fixed(gates, design(f"gate a {{\n  {facts}\n  light no\n}}"))
    assert changes(found) == []
    ((one),) = found.best.in_the_way
    assert [fact.name for fact in one.facts] == [f"a.{facts.split()[0]}"]


def test_essence_changes_if_it_is_allowed(gates: Path) -> None:
    policy(gates, "prohibits gate g where g.leads is face")
    text = design("gate a {\n  leads face\n}")
    assert changes(fixed(gates, text, "gate.leads")) == [["a.leads none"]]
    assert changes(fixed(gates, text, "leads")) == [["a.leads none"]]


@pytest.mark.parametrize(
    ("field", "code"), [("lead", "E201"), ("gate.busy", "E529"), ("safe", "E529")]
)
def test_nothing_else_can_be_allowed(gates: Path, field: str, code: str) -> None:
    policy(gates, "prohibits gate g where g.leads is face")
    with pytest.raises(InvalidError) as raised:
        fixed(gates, design("gate a {\n  leads face\n}"), field)
    assert [found.code for found in raised.value.diagnostics] == [code]


def test_where_not_all_can_be_had_as_much_is_made_good_as_can_be(gates: Path) -> None:
    policy(
        gates,
        "prohibits gate g where g.lock is face or g.lock is code",
        "prohibits gate g where g.lock is face or g.lock is bolt",
        "prohibits gate g where g.lock is face or g.lock is code",
    )
    found = fixed(gates, design("gate a {\n  lock face\n}"))
    assert changes(found) == [["a.lock bolt"]]
    assert [one.clause for one in found.best.in_the_way] == ["c2"]


def test_no_clause_is_made_worse_for_another(gates: Path) -> None:
    policy(
        gates,
        "prohibits gate g where g.lock is face and g.light is yes",
        "requires gate g that g.light is yes",
    )
    found = fixed(gates, design("gate a {\n  lock face\n  light yes\n}"))
    assert changes(found) == [["a.lock bolt"]]


def test_a_violated_clause_may_come_to_depend_on_a_fact(gates: Path) -> None:
    policy(gates, "prohibits gate g where g.lock is face or g.busy is yes")
    found = fixed(gates, design("gate a {\n  lock face\n}"))
    assert changes(found) == [["a.lock bolt"]]
    assert found.best.verdict is Verdict.NEEDS_INFORMATION
    assert [question.fact for question in found.best.asked] == ["a.busy"]


def test_a_draft_is_never_permitted_and_can_still_be_made_better(gates: Path) -> None:
    policy(gates, "prohibits gate g where g.lock is face")
    text = design("gate a {\n  lock face\n}").replace('"x"', '"x" draft')
    found = fixed(gates, text)
    assert changes(found) == [["a.lock bolt"]]
    assert found.best.verdict is Verdict.NEEDS_INFORMATION


def test_durations_are_changed_to_what_can_be_read(gates: Path) -> None:
    policy(gates, "prohibits gate g where g.keeps > 30 days")
    found = fixed(gates, design("gate a {\n  keeps 60 days\n}"))
    assert changes(found) == [["a.keeps 30 days"]]
    policy(gates, "prohibits gate g where g.keeps >= 30 days")
    assert changes(fixed(gates, design("gate a {\n  keeps 60 days\n}"))) == [["a.keeps 29 days"]]


def test_several_policies_are_served_at_once(gates: Path) -> None:
    policy(gates, "prohibits gate g where g.lock is face", name="one-code")
    policy(gates, "prohibits gate g where g.lock is bolt", name="other-code")
    found = fixed(gates, design("gate a {\n  lock face\n}", "judged by one-code, other-code"))
    assert changes(found) == [["a.lock code"]]
    assert {judgement.verdict for judgement in found.best.judgements} == {Verdict.PERMITTED}


KEEPS = ("g.busy is yes and g.keeps > 60 days", "g.busy is no and g.keeps > 30 days")


@pytest.mark.parametrize("rules", [[" or ".join(KEEPS)], [*KEEPS]], ids=["clause", "clauses"])
def test_exactly_a_choice_changes_for_what_is_violated_in_truth(
    gates: Path, rules: list[str]
) -> None:
    """It was said that no choice can help, of a gate that is prohibited whatever turns out to be so."""
    policy(gates, *(f"prohibits gate g where {rule}" for rule in rules))
    text = design("gate a {\n  keeps 90 days\n}")
    found = fixed(gates, text, exact=True)
    assert (found.now.verdict, changes(found)) == (Verdict.PROHIBITED, [["a.keeps 30 days"]])
    assert found.best.verdict is Verdict.PERMITTED
    plainly = fixed(gates, text)
    assert (plainly.now.verdict, changes(plainly)) == (Verdict.NEEDS_INFORMATION, [])
    assert [c.name for c in plainly.in_truth] == (["c1"] if len(rules) == 1 else [])


def test_exactly_a_choice_changes_for_what_policies_prohibit_together(gates: Path) -> None:
    for name, rule in zip(("one-code", "other-code"), KEEPS, strict=True):
        policy(gates, f"prohibits gate g where {rule}", name=name)
    text = design("gate a {\n  keeps 90 days\n}", "judged by one-code, other-code")
    found = fixed(gates, text, exact=True)
    assert (found.now.verdict, changes(found)) == (Verdict.PROHIBITED, [["a.keeps 30 days"]])
    assert found.best.verdict is Verdict.PERMITTED


def test_what_policies_prohibit_together_whatever_is_chosen(gates: Path) -> None:
    for name, answer in (("one-code", "yes"), ("other-code", "no")):
        policy(gates, f"prohibits gate g where g.busy is {answer}", name=name)
    (gates / "a.design").write_text(design("gate a { }", "judged by one-code, other-code"))
    code, out, _ = run("fix", "--exact", "a.design")
    assert code == 1
    words = " ".join(out.split())
    assert "prohibited no choice can help One of one-code and other-code prohibits it" in words
    found = json.loads(run("fix", "--exact", "-f", "json", "a.design")[1])
    assert (found["exact"], len(found["now"]["arguments"])) == (True, 1)


def test_policies_of_different_vocabularies_are_refused(gates: Path) -> None:
    policy(gates, "prohibits gate g where g.lock is face", name="one-code")
    policy(gates, "prohibits gate g where g.lock is face", name="other-code")
    other = VOCABULARY.replace("vocabulary gates", "vocabulary ways").replace("bolt", "bar")
    (gates / "ways.vocabulary").write_text(other, encoding="utf-8")
    path = gates / "other-code.policy"
    path.write_text(
        path.read_text(encoding="utf-8").replace("vocabulary gates", "vocabulary ways"),
        encoding="utf-8",
    )
    with pytest.raises(InvalidError) as raised:
        fixed(gates, design("gate a {\n  lock face\n}", "judged by one-code, other-code"))
    assert [found.code for found in raised.value.diagnostics] == ["E530"]


def test_under_strict_review_new_claims_want_evidence(gates: Path) -> None:
    words = VOCABULARY.replace(
        "lock    one of lock          choice  ", "lock    one of lock          choice  evidenced"
    )
    (gates / "gates.vocabulary").write_text(words, encoding="utf-8")
    policy(gates, "prohibits gate g where g.light is no and g.lock is face")
    found = fixed(gates, design("gate a {\n  light no\n}"), evidence_required=True)
    assert changes(found) == [["a.lock bolt"]]
    assert [fact.name for fact in found.fixes[0].wanting] == ["a.lock"]


# examples of the Face pack


FACE = {
    "case-20-bank-onboarding-exposed": (
        ["onboarding.liveness-probing none", "onboarding.prevents-probing yes"],
        Verdict.PERMITTED,
    ),
    "lobby": (["check-in.decision person-decides"], Verdict.NEEDS_INFORMATION),
    "case-09-courier-check-reviewed": (None, Verdict.PERMITTED),
    "case-23-missing-persons": (None, Verdict.PROHIBITED),
}


@pytest.mark.parametrize("name", FACE)
def test_examples_of_the_face_pack(name: str) -> None:
    wanted, verdict = FACE[name]
    path = ROOT / "examples" / f"{name}.design"
    source = Source(str(path), path.read_text(encoding="utf-8"))
    found = fix_source(source, Options(), (), 1)
    assert changes(found) == ([wanted] if wanted else [])
    assert found.settled
    assert found.best.verdict is verdict


def test_what_a_use_is_does_not_change() -> None:
    path = ROOT / "examples" / "case-14-hangzhou-classroom.design"
    found = fix_source(Source(str(path), path.read_text(encoding="utf-8")), Options(), (), 3)
    fields = {change.fact.field.name for fix in found.fixes for change in fix.changes}
    assert fields
    assert fields.isdisjoint({"purpose", "operation", "by", "people", "results-to"})


# the command


@pytest.fixture
def prohibited(gates: Path) -> Path:
    policy(
        gates, "prohibits gate g where g.lock is face", "requires gate g that house.alarm is yes"
    )
    text = design("gate a {  # the front gate\n  lock   face   # quick\n  busy   yes  # at noon\n}")
    (gates / "a.design").write_text(text, encoding="utf-8")
    return gates / "a.design"


def test_the_command_shows_a_diff_and_changes_nothing(prohibited: Path) -> None:
    before = prohibited.read_bytes()
    code, out, err = run("fix", "a.design")
    assert (code, err) == (0, "")
    assert "-  lock   face   # quick\n+  lock   bolt   # quick\n" in out
    assert "+house {\n+  alarm  yes\n+}\n" in out
    assert "then it is permitted" in out.replace("\n    ", " ")
    assert prohibited.read_bytes() == before


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_file_is_changed_and_nothing_else_in_it(prohibited: Path, end: str) -> None:
    text = prohibited.read_text(encoding="utf-8")
    prohibited.write_bytes(text.replace("\n", end).encode())
    code, out, _ = run("fix", "--write", "a.design")
    assert (code, out.splitlines()[-1]) == (0, "a.design is changed by the first proposal")
    wanted = text.replace("face ", "bolt ") + "\nhouse {\n  alarm  yes\n}\n"
    assert prohibited.read_bytes() == wanted.replace("\n", end).encode()
    assert run("check", "--brief", "a.design")[0] == 0
    assert "there is nothing to change" in run("fix", "a.design")[1]


def test_what_spoke_of_the_old_value_goes_and_comments_stay(gates: Path) -> None:
    policy(
        gates, "prohibits gate g where g.signs overlaps face", "requires gate g that g.light is yes"
    )
    text = design(
        'gate a {\n  signs  bolt,  # old\n         face   evidence "signs.pdf"  # new\n  busy no }'
    )
    (gates / "a.design").write_text(text, encoding="utf-8")
    assert run("fix", "--write", "a.design")[0] == 0
    changed = (gates / "a.design").read_text(encoding="utf-8")
    assert changed == design("gate a {\n  # old\n  signs  bolt  # new\n  light  yes\n  busy no }")


def test_a_file_that_was_laid_out_still_is(gates: Path) -> None:
    """The new line holds the longest name of its block, so that all values move."""
    policy(gates, "requires gate g that g.light is yes")
    text = 'deployment "x"\njudged by gate-code\n\ngate a {\n  busy  no\n}\n'
    (gates / "a.design").write_text(text, encoding="utf-8")
    assert run("fmt", "--check", "a.design")[0] == 0
    assert run("fix", "--write", "a.design")[0] == 0
    assert "  busy   no\n  light  yes\n" in (gates / "a.design").read_text(encoding="utf-8")
    assert run("fmt", "--check", "a.design")[0] == 0


def test_json(prohibited: Path) -> None:
    code, out, _ = run("fix", prohibited, "-f", "json")
    found = json.loads(out)
    assert code == 0
    assert found["schema"] == "clausewise/fix/1"
    assert found["now"]["verdict"] == "prohibited"
    (proposal,) = found["proposals"]
    assert proposal["changes"][0] == {"fact": "a.lock", "from": "face", "to": "bolt", "line": 4}
    assert proposal["then"]["verdict"] == "permitted"
    assert "+  alarm  yes" in proposal["diff"]
    assert proposal["by_leaving"] == []


def test_a_design_in_json_is_told_without_a_diff(prohibited: Path) -> None:
    told = {"deployment": "x", "judged-by": ["gate-code"], "gate": {"a": {"lock": "face"}}}
    (prohibited.parent / "b.design.json").write_text(json.dumps(told), encoding="utf-8")
    code, out, err = run("fix", "b.design.json")
    assert (code, err) == (0, "")
    assert "a.lock: face → bolt" in out
    code, _, err = run("fix", "--write", "b.design.json")
    assert code == 2
    assert "leave `--write` out" in err


def test_without_the_solver_the_command_says_how_to_get_it(
    prohibited: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "pysat"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pysat", None)
    code, _, err = run("fix", prohibited)
    assert code == 2
    assert "error[E524]" in err
    assert 'pip install "clausewise[solver]"' in err


@pytest.mark.parametrize(
    ("where", "most", "code", "said"),
    [
        ("levers.MOST_PARTS", 1, 1, "says nothing about whether"),
        ("repair.WORK", 20_000, 0, "it may not be the smallest"),
    ],
)
def test_past_its_limits_it_says_so(
    prohibited: Path, monkeypatch: pytest.MonkeyPatch, where: str, most: int, code: int, said: str
) -> None:
    """The work was not counted together, so it took a minute; then nothing was proposed, though some did."""
    monkeypatch.setattr(f"clausewise.engine.backends.solver.mending.{where}", most)
    found, out, _ = run("fix", prohibited)
    assert found == code
    assert "Not settled" in out
    assert "the smallest change that helps" not in out
    assert said in " ".join(out.split())
    assert json.loads(run("fix", prohibited, "-f", "json")[1])["settled"] is False


def test_one_guess_teaches_of_all_uses_that_are_alike() -> None:
    """It taught of one use, so that sixty took as many rounds, and the work was over before anything was found."""
    circuit = Circuit()
    changed = [circuit.variable() for _ in range(20)]
    ways = [circuit.variable() for _ in changed]
    circuit.at_most_one(ways)
    bad = {
        "kept": circuit.any_of(map(circuit.both, changed, ways)),
        "open": circuit.any_of(changed),
    }
    levers = {n: SimpleNamespace(changed=one, inputs=()) for n, one in enumerate(changed)}
    search = ChoiceSearch(cast("Levers", SimpleNamespace(circuit=circuit, levers=levers)), bad)
    for promises in ("kept", "open"):
        promised = getattr(search, promises)[promises]
        guesses = Cheapest(circuit, [])
        guesses.require([promised])
        for lesson in search._lessons_of(dict.fromkeys([*changed, promised], True)):
            guesses.require(lesson)
        guesses.require(changed)
        assert guesses.model() is None, "any of the changes breaks it"


def test_the_same_whatever_the_hash_seed() -> None:
    path = str(ROOT / "examples" / "case-01-rite-aid.design")
    told = {
        subprocess.run(
            [*COMMAND, "fix", "-f", "json", "--isolated", path],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=False,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1
    assert json.loads(told.pop())["proposals"]


# the page


def test_the_example_of_the_page(
    doors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / "docs" / "reasoning.md").read_text(encoding="utf-8")
    section = text.partition("## The smallest change\n")[2].partition("\n## ")[0]
    (written,) = re.findall(r"```design front\.design\n(.*?)```", section, re.DOTALL)
    (shown,) = re.findall(r"```text\n\$ clausewise fix front\.design\n(.*?)```", section, re.DOTALL)
    for name in ("doors.vocabulary", "door-code.policy"):
        (tmp_path / name).write_bytes((doors / name).read_bytes())
    (tmp_path / "front.design").write_text(written, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run("fix", "front.design")[1] == shown


@pytest.mark.parametrize(
    ("most", "said"), [("0", "1 at least"), ("21", "20 at most"), ("-3", "1 at least")]
)
def test_how_many_proposals_is_a_number_in_bounds(most: str, said: str) -> None:
    words = ["fix", "--most", most, "x.design"]
    assert read(words) is None, "the reader of simple lines leaves it to the other"
    code, _, errors = run(*words)
    assert (code, f"`--most` is {said}" in errors) == (2, True)
