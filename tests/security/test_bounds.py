"""What a design costs is bounded: in size, time and combinations. Beyond a bound, the answer is a diagnostic."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import time
from itertools import accumulate, combinations, product
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pytest
from pyarrow import parquet

from clausewise.checking import check
from clausewise.checking.bounds import MOST_STEPS
from clausewise.checking.options import Options
from clausewise.checking.timeline import timeline
from clausewise.dsl.files.reading import MAX_BYTES
from clausewise.dsl.models.deployment import Terms, show_value, value_in_words
from clausewise.dsl.parsing import parser
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.startup.lean import replace
from clausewise.dsl.text.diagnostic import MOST_FOUND, InvalidError, has_errors
from clausewise.dsl.text.names import did_you_mean
from clausewise.dsl.text.source import Source, source_from_text
from clausewise.engine.backends.python.compiled import compiled
from clausewise.engine.backends.python.records import world_of
from clausewise.engine.backends.python.steps import budget
from clausewise.engine.backends.python.steps.budget import clause_beyond
from clausewise.engine.backends.python.steps.nests import all_policies
from clausewise.engine.backends.sql.portfolio_table import schema
from clausewise.engine.core.conditions import Hop
from clausewise.formats.report import json as report_json
from clausewise.intake import texts
from clausewise.intake.access import Access
from clausewise.intake.designs import read_design
from clausewise.intake.judges import policies_for
from clausewise.intake.load import load_policy
from clausewise.portfolio import by_sql
from clausewise.portfolio.arrays import with_texts
from clausewise.portfolio.judge import Given, in_portions
from clausewise.portfolio.parquet import batches_of, measured
from tests.conftest import ROOT, write_reference
from tests.security.conftest import COMMAND, run

HEADER = 'deployment "x"\njudged by face-code-of-conduct\n'
SECONDS = 60
"""Of processor time: many times as long as each takes. What grows with the square takes longer still."""
MEMORY = 1024**3


def listed(count: int, kind: str) -> str:
    return "".join(f"{kind} {kind}{number} {{}}\n" for number in range(count))


def in_json(**more: object) -> str:
    return json.dumps({"deployment": "x", "judged-by": ["face-code-of-conduct"], **more})


def chain_of(count: int) -> str:
    """Actors each of whom acts for the next, and so for all after it."""
    acting = "".join(f"actor a{n} {{\n acts-for a{n + 1}\n}}\n" for n in range(count - 1))
    return f"{acting}actor a{count - 1} {{}}\n"


TERMS = ", ".join(f"term{number}" for number in range(60_000))
HOSTILE = {
    "escapes.json": '{"deployment": "' + 400_000 * r"\"" + '"}',
    "unclosed.json": '{"deployment": "' + 400_000 * r"\"",
    "blanks-at-end.json": in_json() + 900_000 * " " + "x",
    "unclosed.design": 'deployment "' + 400_000 * r"\"",
    "policies.json": json.dumps(
        {"deployment": "x", "judged-by": 20_000 * ["face-code-of-conduct"], "use": {"u": {}}}
    ),
    "name.design": HEADER + f"use {900_000 * 'a'} {{}}\n",
    "hyphens.json": in_json(use={"a" + 400_000 * "-a": {}}),
    "terms.design": HEADER + f"use u {{\n purpose {TERMS}\n}}\n",
    "fields.json": in_json(use={"u": {f"field{number}": 1 for number in range(60_000)}}),
    "uses.design": HEADER + listed(5_000, "use"),
    "mistakes.design": HEADER + "use u\n  f a\n  g b\n\n" + 60_000 * "xyz\n",
    "many-uses.design": HEADER + listed(60_000, "use"),
    "pairs.design": HEADER + listed(9_000, "use") + listed(9_000, "actor"),
    "chain.design": HEADER + chain_of(6_000) + "use u {\n by a0\n}\n",
    "title.design": f'deployment "a{800_000 * " "}b"\njudged by face-code-of-conduct\nuse u {{}}\n',
}

ACTORS = "".join(f"actor a{n} {{\n  acts-for a{n + 1}\n}}\n" for n in range(9)) + "actor a9 {}\n"
SHAPES = {
    "varied": HEADER
    + "".join(f"people p{n} {{}}\nuse u{n} {{\n  people p{n}\n}}\n" for n in range(12)),
    "bare": HEADER + "".join(f"use u{n} {{}}\nactor a{n} {{}}\n" for n in range(12)),
    "one recipient for all": f"{HEADER}actor a {{\n  acts-for none\n}}\n"
    + "".join(f"use u{n} {{\n  by a\n  results-to a\n}}\n" for n in range(12)),
    "uneven": f"{HEADER}{ACTORS}use v {{\n  results-to a0, a1, a2, a3\n}}\n"
    + "".join(f"use u{n} {{\n  results-to a{n}\n  by a0\n}}\n" for n in range(6)),
}
"""Designs that differ in how many entities a reference leads to."""
JUDGED = ("policies.json", "title.design", "uses.design")
"""Those that have no mistake."""


@pytest.mark.skipif(os.name != "posix", reason="needs limits of processes")
@pytest.mark.parametrize("name", HOSTILE)
def test_no_small_design_takes_long(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(HOSTILE[name])
    words = f'ulimit -t {SECONDS} && ulimit -v {MEMORY // 1024} && exec "$@"'
    with (tmp_path / "out").open("wb") as out:
        done = subprocess.run(
            ["/bin/sh", "-c", words, "sh", *COMMAND, "check", name],
            stdout=out,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
            check=False,
        )
    assert done.returncode == (3 if name in JUDGED else 2), done.stderr[-500:]
    assert (b"error[E" in done.stderr) == (name not in JUDGED)
    assert (tmp_path / "out").stat().st_size < 8 * 1024**2


def steps_of(path: Path) -> int:
    """The smallest bound under which a design is judged."""
    written = read_design(texts.read(path))
    (policy,) = policies_for(written, None, Access())
    code = compiled(policy)
    world = world_of(written.deployment(policy.vocabulary), code.layouts)
    few, enough = 0, 10_000_000
    while enough - few > 1:
        middle = (few + enough) // 2
        if clause_beyond(code, world, middle):
            few = middle
        else:
            enough = middle
    return enough


def test_too_many_steps_are_a_diagnostic(designs: Path) -> None:
    pairs = designs / "pairs.design"
    pairs.write_text(HEADER + listed(30, "use") + listed(30, "actor"))
    config = designs.parent / "clausewise.toml"
    enough = steps_of(pairs)
    assert 30 * 30 < enough < 10 * 30 * 30
    for most, code in ((enough - 1, 2), (enough, 3)):
        config.write_text(f"max-steps = {most}")
        done = run("check", designs, "-f", "json")
        assert done.code == code
        found = done.designs()
        assert found["good.design"]["verdict"] == "permitted"
        told = [one["code"] for one in found["pairs.design"]["diagnostics"]]
        assert ("E405" in told) == (code == 2)
        rows = run("portfolio", pairs, "-f", "jsonl")
        assert (rows.code, "E405" in rows.out) == (code, code == 2)
    config.write_text(f"max-steps = {enough - 1}")
    for command in ("check", "ask", "explain", "portfolio"):
        refused = run(command, pairs)
        assert (refused.code, "--max-steps" in refused.err + refused.out) == (
            2,
            command != "portfolio",
        )
        more = 3 if command == "explain" else 1  # which shows each step, and so records it
        assert run(command, pairs, "--max-steps", more * enough).code == 3


LARGER = {
    "uses": lambda n: listed(n, "use"),
    "own people": lambda n: (
        "".join(f"use u{i} {{\n people people{i}\n}}\n" for i in range(n)) + listed(n, "people")
    ),
}
"""Designs of which twice as much is twice as much to judge: of a chain of actors, each is asked whom it serves."""


@pytest.mark.parametrize("kind", LARGER)
def test_only_what_a_clause_asks_for_counts(kind: str, tmp_path: Path) -> None:
    """Each use with its own people: as many bindings as uses, not as pairs."""
    path = tmp_path / "x.design"
    counted = []
    for count in (150, 300):
        path.write_text(HEADER + LARGER[kind](count))
        counted.append(steps_of(path))
    assert 1.9 < counted[1] / counted[0] < 2.1


def test_rough_counts_of_other_sizes_are_not_taken_for_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(budget, "MOST_COUNTS", 2)
    code = compiled(load_policy("face-code-of-conduct", None))
    asked = [
        (counts, is_)
        for counts in product((1, 30), repeat=len(code.layouts))
        for is_ in (False, True)
    ]
    found = {each: budget._rough_count(code, each[0], recorded=each[1]) for each in asked[:40] * 2}
    assert found == {
        each: budget._counted_roughly(code, each[0], recorded=each[1]) for each in asked[:40]
    }
    assert len(set(found.values())) > 20
    assert any(found[counts, False] != found[counts, True] for counts, _ in found)
    assert len(cast("dict[object, int]", code.policy.kept[budget.ROUGH_COUNTS])) <= 2


def test_an_ordinary_design_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """What its sizes alone show to be within the bound costs no more than a look at them."""

    class NotMeantError(Exception):
        pass

    def counted(*_: object, **__: object) -> None:
        raise NotMeantError

    written = read_design(Source("x.design", HEADER + listed(12, "use") + listed(6, "actor")))
    (policy,) = policies_for(written, None, Access())
    code = compiled(policy)
    world = world_of(written.deployment(policy.vocabulary), code.layouts)
    monkeypatch.setattr(budget, "_rated", counted)
    assert clause_beyond(code, world, MOST_STEPS) is None
    with pytest.raises(NotMeantError):
        clause_beyond(code, world, 1_000)


def test_ten_thousand_uses_as_people_describe_them_are_within_the_bound(tmp_path: Path) -> None:
    """What they state is bounded by the size of the file; what they leave out is counted."""
    lobby = (ROOT / "examples" / "lobby.design").read_text()
    start, end = lobby.index("use check-in"), lobby.index("safeguards {")
    uses = "".join(lobby[start:end].replace("check-in", f"check-in-{n}") for n in range(1_000))
    path = tmp_path / "lobby.design"
    path.write_text(lobby[:start] + uses + lobby[end:])
    assert steps_of(path) < MOST_STEPS / 10


@pytest.mark.parametrize("policy_name", ["face-code-of-conduct", "eu-ai-act", "us-il-bipa"])
@pytest.mark.parametrize("shape", ["varied", "bare", "one recipient for all", "uneven"])
def test_what_is_within_the_bound_by_the_widest_references_is_so_when_counted(
    policy_name: str, shape: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counting each reference of 2,000 uses took as long as judging them."""
    (tmp_path / "x.design").write_text(SHAPES[shape])
    written = read_design(texts.read(tmp_path / "x.design"))
    policy = load_policy(policy_name, None)
    code = compiled(policy)
    world = world_of(written.deployment(policy.vocabulary), code.layouts)
    policies = list(all_policies(policy))
    rated = budget._rated(policies, code.layouts, world, MOST_STEPS, recorded=False)
    most = 1 + sum(one.most * one.cost for one in rated) // budget.WARNED
    few = steps_within(rated, most)
    monkeypatch.setattr(budget, "_rough_count", lambda *_, **__: most + 1)
    assert clause_beyond(code, world, few) is None
    monkeypatch.setattr(budget, "_is_within", lambda *_: False)
    assert clause_beyond(code, world, few) is None
    assert clause_beyond(code, world, few - len(rated)), "but for parts of a step, it is no more"
    is_even = shape in ("varied", "one recipient for all")
    assert not is_even or clause_beyond(code, world, most // 2), "it is no idle bound"


def test_no_nest_takes_more_steps_than_it_was_rated(tmp_path: Path) -> None:
    """Nine references are no step, but forty times nine are: where the date waits, each takes as long as forty."""
    actors = (
        "".join(f"actor first{n} {{\n  acts-for last\n}}\n" for n in range(9)) + "actor last {}\n"
    )
    (tmp_path / "x.design").write_text(HEADER + actors + listed(100, "actor") + "use u {}\n")
    written = read_design(texts.read(tmp_path / "x.design"))
    policy = load_policy("face-code-of-conduct", None)
    code = compiled(policy)
    deployment = written.deployment(policy.vocabulary)
    world = world_of(deployment, code.layouts)
    world.undated = deployment
    policies = list(all_policies(policy))
    rated = budget._rated(policies, code.layouts, world, MOST_STEPS, recorded=False)
    assert any(isinstance(one.nest[-1], Hop) for one in rated if one.nest)
    for one in rated:
        assert one.counted.of(one.nest, MOST_STEPS) <= one.most, one.nest


def steps_within(rated: list[budget._Rated], most: int) -> int:
    """The smallest bound within which nests are shown to be, which need not be counted for the largest."""
    few = 0
    while most - few > 1:
        middle = (few + most) // 2
        few, most = (few, middle) if budget._is_within(middle, rated) else (middle, most)
    return most


def test_what_is_missing_is_bounded(tmp_path: Path) -> None:
    """Uses of which nothing is stated have few steps, and thousands of facts to ask for."""
    path = tmp_path / "x.design"
    path.write_text(HEADER + listed(60, "use"))
    few, enough = steps_of(path), 1_000_000
    while enough - few > 1:
        middle = (few + enough) // 2
        refused = "E405" in run("check", path, "--max-steps", middle).err
        few, enough = (middle, enough) if refused else (few, middle)
    assert enough > 2 * steps_of(path)
    (found,) = check.check_file(path, Options(max_steps=enough)).reports
    lacking = sum(len(judged.waits_for) for judged in found.judgement.clauses)
    assert 0 <= enough - lacking / 2 < 1
    for most, code in ((enough - 1, 2), (enough, 3)):
        for command in ("check", "ask", "explain", "portfolio"):
            assert run(command, path, "--max-steps", most).code == code


def test_policies_that_judge_together_share_the_steps(tmp_path: Path) -> None:
    path = tmp_path / "x.design"
    path.write_text(HEADER + listed(60, "use"))
    alone = check.check_file(path, Options(max_steps=6_000))
    path.write_text(path.read_text().replace("judged by ", "judged by us-il-bipa, eu-ai-act, "))
    together = check.check_file(path, Options(max_steps=6_000))
    assert alone.reports
    assert {d.code for d in together.diagnostics} >= {"E405"}


def test_the_days_of_a_timeline_share_the_steps(tmp_path: Path) -> None:
    """Each day of each policy had all of them: half a megabyte took half a minute."""
    path = tmp_path / "x.design"
    path.write_text(HEADER.replace("face-code-of-conduct", "eu-ai-act") + listed(60, "use"))
    enough = Options(max_steps=6_000)
    assert not has_errors(check.check_file(path, enough).diagnostics)
    with pytest.raises(InvalidError) as told:
        timeline(texts.read(path), enough)
    assert [one.code for one in told.value.diagnostics] == ["E405"]
    assert timeline(texts.read(path), replace(enough, max_steps=500_000)).periods


QUANTIFIED = """policy nested
title "x"
vocabulary doors
version "1"
source "https://example.org"

define knows(d: door) means some a in actor has (some b in a.acts-for* has (b.acts-for* overlaps d.by))

section s "S" {
  clause c (S1) {
    at "1"
    quotes "x"
    says "x"
    prohibits door d where knows(d)
    because "x"
  }
}
"""


def test_members_of_quantifiers_in_definitions_count(doors: Path) -> None:
    """A clause over one door that asks for each pair of two hundred actors."""
    (doors / "nested.policy").write_text(QUANTIFIED)
    path = doors / "x.design"
    header = 'deployment "x"\njudged by nested\n'
    path.write_text(header + chain_of(200) + "door d {}\n")
    options = Options(policy=str(doors / "nested.policy"), max_steps=10_000)
    with pytest.raises(InvalidError, match="E405"):
        check.judge_source(texts.read(path), options)


def test_a_design_that_is_judged_by_the_recorded_judge_has_a_smaller_bound(designs: Path) -> None:
    """Where a judgement waits for the date of judging, each step is recorded, which takes many times as long."""
    path = designs / "x.design"
    path.write_text(HEADER + listed(300, "use"))
    dated = ' harm no attested by "R. Diaz" on 2026-01-01\n'
    before = steps_of(path)
    path.write_text(HEADER + listed(300, "use") + f"safeguards {{\n{dated}}}\n")
    assert steps_of(path) > 5 * before


def test_a_name_is_compared_with_others_within_a_bound(designs: Path) -> None:
    """Names of one letter, repeated, take longest to compare: this took minutes."""
    names = [f"{'n' * 90}{number}" for number in range(2_000)]
    people = "".join(f"people {name} {{}}\n" for name in names)
    others = ", ".join(name.replace("nn", "nx") for name in names)
    (designs / "x.design").write_text(f"{HEADER}{people}use u {{\n people {others}\n}}\n")
    before = time.process_time()
    assert run("check", designs / "x.design").code == 2
    assert time.process_time() - before < SECONDS
    assert did_you_mean("n" * 90, names) is None
    assert did_you_mean("frunt", ["front", "back"]) == "did you mean `front`?"


def test_syntax_errors_of_a_long_text_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """After each error the whole text is read again."""
    text = HEADER + 30 * "use u {\n % ^\n}\n"
    assert len(parse(source_from_text("x.design", text), "design")[1]) == parser.MAX_SYNTAX_ERRORS
    monkeypatch.setattr(parser, "MAX_REREAD", 5 * len(text))
    assert len(parse(source_from_text("x.design", text), "design")[1]) == 6


def test_a_long_text_is_read_again_seldom_though_one_mistake_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of cases that lack their designs, one is told, and the text was read again for each: minutes for 500 KB."""
    text, reads, read = 30 * 'case "x" {}\n', list[str](), parser._tree

    def counted(text: str, kind: parser.FileKind) -> object:
        reads.append(text)
        return read(text, kind)

    monkeypatch.setattr(parser, "_tree", counted)
    monkeypatch.setattr(parser, "MAX_REREAD", 5 * len(text))
    assert len(parse(source_from_text("x.cases", text), "cases")[1]) == 1
    assert len(reads) == 6


def test_of_a_long_text_few_mistakes_are_answered_by_trial(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """For each of them the whole text is read dozens of times."""
    text = "policy p\n" + 6 * 'clause c (C1) {\n  description "x"\n}\n'
    source = source_from_text("x.policy", text)
    monkeypatch.setattr(parser, "MAX_RESPELLED", 3 * len(text))
    hints = [one.hint for one in parse(source, "policy")[1]]
    assert (len(hints), hints.count("write `says` in its place")) == (6, 3)


def test_a_message_is_cut(designs: Path) -> None:
    """A hint gives the right form with the writer's own words, which may be a megabyte."""
    (designs / "x.design").write_text(100_000 * "a ")
    done = run("check", designs / "x.design")
    assert (done.code, len(done.err) < 3_000) == (2, True)


def test_a_design_names_few_policies(designs: Path) -> None:
    """For each of them, folders are searched, and all is judged again."""
    for count, code in ((20, "E204"), (21, "E512")):
        named = ", ".join(f"p{number}" for number in range(count))
        (designs / "x.design").write_text(f'deployment "x"\njudged by {named}\nuse u {{}}\n')
        done = run("check", designs / "x.design", "-f", "json")
        codes = {one["code"] for one in done.designs()["x.design"]["diagnostics"]}
        assert (done.code, codes) == (2, {code})


def test_a_large_file_is_refused_unless_asked_for(designs: Path) -> None:
    path = designs / "good.design"
    path.write_text(path.read_text() + "#" * MAX_BYTES + "\n")
    done = run("check", path)
    assert (done.code, "larger than 4 MiB" in done.err, "max-size" in done.err) == (2, True, True)
    assert run("check", path, "--max-size", 5).code == 0
    assert run("portfolio", path, "--max-size", 5).code == 0
    assert run("check", path, "--max-size", 0).code == 2
    config = designs.parent / "clausewise.toml"
    config.write_text("max-size = 5")
    assert run("check", path).code == 0
    assert run("check", "-", stdin=path.read_bytes()).code == 0
    assert run("fmt", "--check", path).code in (0, 1)
    config.write_text("max-size = 0")
    assert run("check", path).code == 2
    assert Options().access.max_bytes == MAX_BYTES


def test_questions_are_listed_up_to_a_number(
    designs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each question names what can be answered, so tens of thousands of them are many megabytes."""
    path = designs / "x.design"
    path.write_text(HEADER + listed(1_000, "use"))
    asked = run("ask", path)
    assert "\n1000. " in asked.out
    assert "1001. " not in asked.out
    assert "more questions" in asked.out
    (policy,) = run("check", path, "-f", "json").designs()["x.design"]["policies"]
    assert len(policy["questions"]) == 10_000 < policy["questions_total"]
    monkeypatch.setattr(report_json, "MOST_QUESTIONS", 20)
    path.write_text(HEADER.replace("conduct", "conduct, us-il-bipa") + "use u {}\n")
    both = run("check", path, "-f", "json").designs()["x.design"]["policies"]
    assert [len(one["questions"]) for one in both] == [10, 10], "policies share them"


def test_values_are_cut_where_they_are_shown() -> None:
    names = tuple(f"a{number}" for number in range(1_000))
    assert show_value(Terms(names)).endswith("a98, a99, 900 others")
    assert value_in_words(Terms(names, more=True)).endswith("a99, 900 others and perhaps more")
    assert len(show_value("x" * 10_000)) < 1_100


def test_mistakes_are_told_up_to_a_number(designs: Path) -> None:
    (designs / "x.design").write_text(HEADER + 3_000 * "use u {}\n")
    told = run("check", designs / "x.design", "-f", "json").designs()["x.design"]["diagnostics"]
    assert len(told) == MOST_FOUND + 1
    assert "there are more mistakes" in told[-1]["message"]


DOUBLED = {
    "sets": ("d.by.acts-for*", "{0} + {0}", "some a in {0} has (a.kind is police)"),
    "conditions": ("d.keeps > 30 days", "{0} and not {0}", "{0}"),
    "alternatives": ("d.keeps > 30 days", "{0} or {0}", "{0}"),
    "quantified": ("d.keeps > 1 day", "some a in d.by has ({0}) or {0}", "{0}"),
}
"""What the first definition is, what each of the others makes of the one before it, and what the clause tests."""


def doubled(kind: str, levels: int) -> str:
    """A policy with definitions that use one another twice."""
    first, more, test = DOUBLED[kind]
    bodies = [first, *(more.format(f"d{n}(d)") for n in range(levels))]
    definitions = [f"define d{n}(d: door) means {body}\n" for n, body in enumerate(bodies)]
    head, rest = QUANTIFIED.split("define ")[0], QUANTIFIED[QUANTIFIED.index("section") :]
    return head + "".join(definitions) + rest.replace("knows(d)", test.format(f"d{levels}(d)"))


@pytest.mark.parametrize("kind", DOUBLED)
@pytest.mark.parametrize("levels", [8, 40])
def test_definitions_that_double_are_written_out_within_a_bound(
    tmp_path: Path, kind: str, levels: int
) -> None:
    """Forty levels ran for hours, or filled the memory; sets and conditions alike."""
    write_reference(tmp_path)
    (tmp_path / "nested.policy").write_text(doubled(kind, levels))
    (tmp_path / "x.design").write_text('deployment "x"\njudged by nested\ndoor d {}\n')
    (tmp_path / "x.cases").write_text(
        'case "x" {\n design "x.design"\n expect needs-information\n}\n'
    )
    before = time.process_time()
    for words in ("check x.design", "explain x.design", "test x.cases"):
        command, name = words.split()
        options = ("--policy", tmp_path / "nested.policy") if command != "test" else ()
        done = run(command, tmp_path / name, *options)
        wanted = 2 if levels == 40 else 0 if command == "test" else 3
        assert (done.code, "E406" in done.said) == (wanted, levels == 40)
    assert time.process_time() - before < SECONDS


def test_policies_that_use_one_another_twice_are_loaded_within_a_bound(tmp_path: Path) -> None:
    """A hundred policies, each of which tests the two before it, or the one before it."""
    write_reference(tmp_path)
    for name, others in (("twice", 2), ("chain", 1)):
        for number in range(1, 100):
            before = range(max(0, number - others), number)
            tests = [f"policy {name}{one} is prohibited" for one in before]
            text = QUANTIFIED.replace("policy nested", f"policy {name}{number}")
            text = text.replace(text[text.index("define ") : text.index("section")], "")
            text = text.replace("knows(d)", " or ".join(tests))
            (tmp_path / f"{name}{number}.policy").write_text(text)
        first = QUANTIFIED.replace("policy nested", f"policy {name}0")
        (tmp_path / f"{name}0.policy").write_text(first)
        (tmp_path / "x.design").write_text('deployment "x"\ndoor d {}\n')
        before_ = time.process_time()
        refused = run("check", tmp_path / "x.design", "--policy", tmp_path / f"{name}30.policy")
        assert (refused.code, refused.said.count("E512")) == (2, 1)
        refused = run("check", tmp_path / "x.design", "--policy", tmp_path / f"{name}99.policy")
        assert (refused.code, refused.said.count("E512")) == (2, 1)
        used = run("check", tmp_path / "x.design", "--policy", tmp_path / f"{name}4.policy")
        assert used.code == 3
        assert time.process_time() - before_ < SECONDS


def write_portfolio(path: Path, **columns: pa.Array) -> Path:
    """A Parquet file with a row for each design, as SQL reads them; what is not given is not stated."""
    names = schema(load_policy("face-code-of-conduct").vocabulary)
    rows = max(map(len, columns.values()))
    cells = [columns.get(field.name, pa.nulls(rows, field.type)) for field in names]
    parquet.write_table(pa.Table.from_arrays(cells, schema=names), path, compression="zstd")
    return path


def uses_of(*counts: int) -> pa.Array:
    """For each row so many uses of the same name."""
    kind = schema(load_policy("face-code-of-conduct").vocabulary).field("use").type
    total = sum(counts)
    members = [pa.repeat("u", total), *(pa.nulls(total, f.type) for f in [*kind.value_type][1:])]
    uses = pa.StructArray.from_arrays(members, fields=[*kind.value_type])
    ends = pa.array([0, *accumulate(counts)], pa.int32())
    return pa.ListArray.from_arrays(ends, uses).cast(kind)


@pytest.mark.parametrize("engine", ["python", "sql"])
def test_a_row_of_parquet_unpacks_to_no_more_than_a_design_may_have(
    tmp_path: Path, engine: str
) -> None:
    titles = pa.array(["x", "y", "z"])
    path = write_portfolio(tmp_path / "all.parquet", title=titles, use=uses_of(1, 300_000, 2))
    words = ("portfolio", path, "--policy", "face-code-of-conduct", "--engine", engine)
    done = run(*words)
    assert done.code == 2
    said = " ".join(done.said.split())
    assert "row 2 of" in said
    assert "is larger than 4 MiB in its column `use.name`" in said


def test_rows_of_parquet_are_read_as_many_at_a_time_as_have_room(tmp_path: Path) -> None:
    long, short = "x" * 2**20, "y"
    few = pa.DictionaryArray.from_arrays(
        pa.array([0, 1] * 1_000, pa.int32()), pa.array([long, short])
    )
    parquet.write_table(pa.table({"design": few}), tmp_path / "long.parquet", compression="zstd")
    batches = batches_of(tmp_path / "long.parquet", 100, MAX_BYTES)
    assert [batch.num_rows for batch in batches] == [63, 37] * 20
    path = write_portfolio(
        tmp_path / "short.parquet", title=pa.array(["x"] * 900), use=uses_of(*[3] * 900)
    )
    assert [batch.num_rows for batch in batches_of(path, 500, MAX_BYTES)] == [100] * 9


@pytest.mark.parametrize("engine", ["python", "sql"])
def test_rows_of_parquet_that_say_nothing_are_not_told_one_by_one(
    tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clausewise.portfolio.parquet.ROWS", 2)
    monkeypatch.setattr("clausewise.portfolio.parquet.ROWS_A_BYTE", 0)
    path = write_portfolio(tmp_path / "all.parquet", title=pa.nulls(3, pa.string()))
    done = run("portfolio", path, "--policy", "face-code-of-conduct", "--engine", engine)
    assert done.code == 2
    assert "has 3 rows in" in " ".join(done.said.split())


def test_what_parquet_says_of_itself_has_a_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 140 MB Arrow ended the process, whatever memory there was for it."""
    path = write_portfolio(tmp_path / "a.parquet", title=pa.array(["x"]), use=uses_of(1))
    length = int.from_bytes(path.read_bytes()[-8:-4], "little")
    monkeypatch.setattr("clausewise.portfolio.parquet.FOOTER", length)
    assert [batch.num_rows for batch in batches_of(path, 500, MAX_BYTES)] == [1]
    monkeypatch.setattr("clausewise.portfolio.parquet.FOOTER", length - 1)
    with pytest.raises(InvalidError, match="of itself, behind its rows"):
        next(batches_of(path, 500, MAX_BYTES))


def test_sql_reads_the_file_of_that_name_alone(tmp_path: Path) -> None:
    """To DuckDB a name can be a pattern, and the name of a folder a column."""
    folder = tmp_path / "title=other"
    folder.mkdir()
    for name in ("a*.parquet", "ab.parquet", "[c].parquet", "c.parquet"):
        write_portfolio(folder / name, title=pa.array([name]), use=uses_of(1))
    for name in ("a*.parquet", "[c].parquet"):
        words = ("portfolio", folder / name, "--policy", "face-code-of-conduct", "--engine", "sql")
        (row,) = map(json.loads, run(*words, "-f", "jsonl").out.splitlines())
        assert row["title"] == name


def test_sql_takes_no_more_memory_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(by_sql, "SETTINGS", {**by_sql.SETTINGS, "memory_limit": "1MB"})
    path = write_portfolio(tmp_path / "a.parquet", title=pa.array(["x"]), use=uses_of(1))
    words = ("portfolio", path, "--policy", "face-code-of-conduct", "--engine", "sql")
    done = run(*words)
    said = " ".join(done.said.split())  # where lines end depends on how long the path is
    assert (done.code, "cannot be judged by SQL: Out of Memory" in said) == (2, True)
    assert [*tmp_path.iterdir()] == [path]


def test_a_page_of_parquet_unpacks_within_bounds_of_memory(tmp_path: Path) -> None:
    """In a process of its own: in this one Arrow has memory by now."""
    path = tmp_path / "a.parquet"
    text = pa.array(["a" * 150_000_000])
    parquet.write_table(pa.table({"design": text}), path, compression="zstd")
    assert path.stat().st_size < 100_000
    beside = pa.table({"design": ["x"]}).replace_schema_metadata({"x": "a" * 5_000_000})
    parquet.write_table(beside, tmp_path / "b.parquet")
    program = """
import sys
from clausewise.portfolio import parquet
for path, parquet.MEMORY in ((sys.argv[2], 3_000_000), (sys.argv[1], 100_000_000)):
    try:
        next(parquet.batches_of(parquet.Path(path), 500, 10**9))
    except parquet.InvalidError as error:
        print(error.diagnostics[0].message)
"""
    words = [sys.executable, "-c", program, str(path), str(tmp_path / "b.parquet")]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    one, other = done.stdout.splitlines()
    assert "b.parquet` takes more than 2 MiB to read" in one, "what it says of itself is long"
    assert "a.parquet` takes more than 95 MiB to read" in other


@pytest.mark.parametrize(
    ("cells", "how"),
    [
        (pa.array([[b"x" * 5_000_000]], pa.list_(pa.binary(5_000_000))), {}),
        (pa.array([["x" * 5_000_000]], pa.list_(pa.string(), 1)), {}),
        (pa.array([f'"{"x" * 5_000_000}"'], pa.json_(pa.string())), {}),
        (
            pa.array(["x" * 5_000_000]),
            {"column_encoding": "DELTA_BYTE_ARRAY", "use_dictionary": False},
        ),
        (
            pa.array(["x" * 5_000_000], pa.string_view()),
            {"column_encoding": "DELTA_LENGTH_BYTE_ARRAY", "use_dictionary": False},
        ),
        (pa.array([["x" * 5_000_000]], pa.list_view(pa.string())), {}),
    ],
    ids=[
        "bytes of one length",
        "lists of one length",
        "JSON",
        "differences",
        "views",
        "views of lists",
    ],
)
def test_a_row_of_parquet_is_measured_however_it_is_written(
    tmp_path: Path, cells: pa.Array, how: dict[str, Any]
) -> None:
    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"design": cells}), path, **how)
    with pytest.raises(InvalidError, match="larger than 4 MiB in its column `design`"):
        next(batches_of(path, 500, MAX_BYTES))
    (rows,) = measured(path, 500, 2 * MAX_BYTES, 0)
    assert 5_000_000 < rows.size < 5_000_100


def test_a_row_of_parquet_is_as_large_as_its_own_texts(tmp_path: Path) -> None:
    """Where the most values times the longest text would say too much, the texts are added up."""
    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"design": [["x"] * 1_000, ["y" * 4_000]]}), path)
    assert [rows.size for rows in measured(path, 500, MAX_BYTES, 0)] == [41_000] * 2
    assert [rows.batch.num_rows for rows in measured(path, 500, MAX_BYTES, 2 * 41_000)] == [2]
    assert [rows.batch.num_rows for rows in measured(path, 500, 41_000, 2 * 41_000 - 1)] == [1, 1]
    with pytest.raises(InvalidError, match=r"row 1 of .* is larger"):
        next(measured(path, 500, 40_999, 0))


def test_a_column_that_is_there_twice_is_told_of_though_its_members_differ(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    columns = [pa.array(["x"]), pa.array([{"a": 1}]), pa.array([{"b": 2}])]
    parquet.write_table(pa.Table.from_arrays(columns, names=["title", "use", "use"]), path)
    done = run("portfolio", path, "--policy", "face-code-of-conduct")
    assert done.code == 2
    assert "has its column `use` twice" in " ".join(done.said.split())


def test_no_row_is_lost_where_memory_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then fewer rows are read at a time, and in the next row group as many as before."""
    path = tmp_path / "a.parquet"
    parquet.write_table(
        pa.table({"design": [str(n) for n in range(450)]}), path, row_group_size=230
    )
    asked: list[int] = []

    def short(_: object, batch: pa.RecordBatch, before: int) -> int:
        asked.append(batch.num_rows)
        rows = range(before, before + batch.num_rows)
        if batch.num_rows > 1 and (151 in rows or (batch.num_rows > 10 and 250 in rows)):
            raise MemoryError
        return 0

    monkeypatch.setattr("clausewise.portfolio.parquet._RowReader._size", short)
    batches = list(batches_of(path, 100, MAX_BYTES))
    assert [n for batch in batches for n in batch["design"].to_pylist()] == [*map(str, range(450))]
    assert [batch.num_rows for batch in batches][:13] == [100, *[10] * 5, *[1] * 7]
    assert asked[-2:] == [10, 10]
    assert 100 in asked[asked.index(1) :], "the second row group begins anew"


def test_a_row_group_has_not_any_number_of_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_portfolio(tmp_path / "a.parquet", title=pa.array(["x"]), use=uses_of(9))
    for most in (9, 8):
        monkeypatch.setattr("clausewise.portfolio.parquet.GROUP", most)
        if most == 9:
            assert next(batches_of(path, 500, MAX_BYTES)).num_rows == 1
        else:
            with pytest.raises(InvalidError, match="more than 8 values of a column"):
                next(batches_of(path, 500, MAX_BYTES))
            assert next(batches_of(path, 500, MAX_BYTES, {"title"})).num_rows == 1, "it is not read"


def test_some_rows_of_a_batch_do_not_hold_on_to_the_others(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"design": [["x" * 1_000]] * 100}), path, use_dictionary=False)
    (first, *_) = measured(path, 500, MAX_BYTES, 5 * 1_040)
    assert first.batch.num_rows == 5
    assert len(pickle.dumps(with_texts(first.batch))) < 10_000


def test_texts_and_lists_of_a_slice_are_its_own() -> None:
    for list_ in (pa.list_(pa.string()), pa.large_list(pa.string()), pa.list_(pa.string(), 2)):
        cells = [["a", "b"], ["c", "d"], None, ["e", "f"]]
        batch = pa.record_batch({"x": pa.array(cells, list_)})
        for start, stop in combinations(range(5), 2):
            assert (
                with_texts(batch.slice(start, stop - start))["x"].to_pylist() == cells[start:stop]
            )


CONTRADICTIONS: dict[str, tuple[bytes, bytes, str]] = {
    "a name that is no text": (b"titel", b"tit\xc0e", "is broken, or too much"),
    "a column twice": (b"titel", b"dates", "has its column `dates` twice"),
    "a group of other rows": (
        b"\x16\x06\x26\x08",
        b"\x16\x04\x26\x08",
        "row groups have other rows than it says",
    ),
    "a column of another type": (
        b"\x15\x0c\x25\x02\x18\x05titel",
        b"\x15\x02\x25\x02\x18\x05titel",
        "contradicts itself, or says too much of itself",
    ),
}
"""What a Parquet file says of itself, what may stand there instead, and what is said of that."""


@pytest.mark.parametrize("engine", ["sql", "python"])
@pytest.mark.parametrize(("before", "after", "said"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_a_parquet_file_that_contradicts_itself_is_told_of(
    tmp_path: Path, before: bytes, after: bytes, said: str, engine: str
) -> None:
    """Of some, Arrow ended the process, and DuckDB took all memory."""
    path = tmp_path / "a.parquet"
    cells = {"titel": ["x"] * 3, "dates": ["y"] * 3}
    parquet.write_table(pa.table(cells), path, store_schema=False)
    content = path.read_bytes()
    assert before in content
    path.write_bytes(content.replace(before, after))
    done = run("portfolio", path, "--policy", "face-code-of-conduct", "--engine", engine)
    assert done.code == 2
    assert said in " ".join(done.said.split())


@pytest.mark.parametrize(
    "odd",
    [
        pa.array([1, 2, 3], pa.timestamp("ns")),
        pa.array([1, 2, 2**62], pa.timestamp("us")),
        pa.array([2**31 - 1] * 3, pa.date32()),
        pa.array([1, 2, 3], pa.timestamp("us", tz="No/Where")),
    ],
    ids=["nanoseconds", "year 147,000", "days", "zone"],
)
def test_columns_that_are_not_ours_are_not_read(tmp_path: Path, odd: pa.Array) -> None:
    design = in_json(use={"u": {"infers": ["gender"]}})
    path = tmp_path / "all.parquet"
    parquet.write_table(pa.table({"design": [design] * 3, "seen": odd}), path)
    assert run("portfolio", path, "--policy", "face-code-of-conduct").code == 1


def test_a_day_that_cannot_be_is_the_mistake_of_its_row(tmp_path: Path) -> None:
    days = pa.array([0, 2**31 - 1], pa.int32()).cast(pa.date32())
    uses = uses_of(1, 1)
    path = write_portfolio(
        tmp_path / "a.parquet", **{"title": pa.array(["x", "y"]), "as-of": days, "use": uses}
    )
    done = run("portfolio", path, "--policy", "face-code-of-conduct", "-f", "jsonl")
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 2
    assert [row["verdict"] for row in rows] == ["needs-information", None]
    assert "a value cannot be read" in rows[1]["mistake"]


def test_long_designs_come_in_small_portions() -> None:
    designs = [Given(str(size), b"x" * size) for size in (10, 700_000, 700_000, 3_000_000, 5, 6, 7)]
    assert [[len(d.content or b"") for d in portion] for portion in in_portions(designs, 2)] == [
        [10, 700_000], [700_000, 3_000_000], [5, 6], [7],
    ]  # fmt: skip
    assert [len(portion) for portion in in_portions(designs, 50)] == [3, 1, 3]


@pytest.mark.parametrize("name", ["max-size", "max-steps"])
@pytest.mark.parametrize("number", ["1000000000001", "9" * 25, "9" * 5000])
def test_a_number_beyond_all_bounds_is_refused_wherever_it_is_said(
    designs: Path, monkeypatch: pytest.MonkeyPatch, name: str, number: str
) -> None:
    """One of more than 64 bits ended in a bug of ours; one of a little fewer asked for as much memory."""
    variable = f"CLAUSEWISE_{name.upper().replace('-', '_')}"
    (designs.parent / "x.toml").write_text(f"{name} = {number}\n", encoding="utf-8")
    assert run("check", designs, f"--{name}", number).code == 2
    assert run("check", designs, "--config", "x.toml").code == 2
    monkeypatch.setenv(variable, number)
    assert run("check", designs).code == 2
    monkeypatch.setenv(variable, str(10**12))
    assert run("check", designs / "good.design").code == 0
    assert run("portfolio", designs).code == 0
