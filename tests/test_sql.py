"""A policy compiled to SQL gives the outcomes of the generated code, for a whole table of designs at once."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings, strategies as st

from clausewise.checking.check import check_file
from clausewise.checking.options import Options
from clausewise.dsl.models.admission import admit
from clausewise.dsl.models.deployment import Deployment, Fact, Terms
from clausewise.dsl.startup import store
from clausewise.dsl.syntax import Attestation, Day, Duration, Text
from clausewise.dsl.text.source import Source
from clausewise.engine.backends.python.records import world_of
from clausewise.engine.core.outcomes import verdict_of
from clausewise.engine.core.policy import Policy, choose_readings
from clausewise.engine.judging.judgement import Judgement
from clausewise.intake.designs import read_design
from clausewise.intake.load import load_policy
from clausewise.testing.cases import case_files, run_cases
from tests.conformance_runner import Given
from tests.conftest import ROOT, checked, program
from tests.test_compiled import DESIGNS, changed
from tests.test_conformance import CASES, Write, admitted

for needed in ("duckdb", "pyarrow", "sqlglot"):
    pytest.importorskip(needed, reason=f"SQL IS NOT TESTED: there is no {needed}")

import duckdb  # noqa: E402
import pyarrow as pa  # noqa: E402
from pyarrow import parquet  # noqa: E402
from sqlglot import exp, parse_one  # noqa: E402

from clausewise.engine.backends.sql import dialects, flat  # noqa: E402
from clausewise.engine.backends.sql.dialects import FALSE, TRUE, both, either, negated  # noqa: E402
from clausewise.engine.backends.sql.kept import statements  # noqa: E402
from clausewise.engine.backends.sql.portfolio_table import apart, design_of, row_of, schema  # noqa: E402
from clausewise.engine.backends.sql.program import compile_sql  # noqa: E402

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

JUDGED = [g for g in CASES if "clauses" in g.case.model_fields_set]


def table_of(policy: Policy, deployments: Sequence[Deployment]) -> pa.Table:
    """Deployments as a portfolio, numbered from 1."""
    rows = [row_of(deployment) for deployment in deployments]
    table = pa.Table.from_pylist(rows, schema(policy.vocabulary))
    return table.append_column("number", pa.array(range(1, len(rows) + 1), pa.int64()))


@lru_cache(maxsize=1)
def database() -> duckdb.DuckDBPyConnection:
    """One for all tests: the tables of a policy are temporary, and replace those of the one before."""
    return duckdb.connect(config={"threads": 1})


def in_sql(
    policy: Policy, deployments: Sequence[Deployment], readings: Mapping[str, str]
) -> list[dict[str, str]]:
    """What DuckDB makes of deployments: for each the outcomes of the clauses, and the verdict."""
    connection = database()
    connection.register("designs", table_of(policy, deployments))
    *steps, last = compile_sql(policy, readings)
    for step in steps:
        connection.execute(step)
    found = connection.sql(last).order("number").to_arrow_table().to_pylist()
    assert [row["name"] for row in found] == [deployment.title for deployment in deployments]
    return [without(row, "number", "name") for row in found]


def without(row: dict[str, str], *names: str) -> dict[str, str]:
    """A row's other columns."""
    return {name: value for name, value in row.items() if name not in names}


def as_generated(
    policy: Policy, deployment: Deployment, readings: Mapping[str, str]
) -> dict[str, str | None]:
    """What the generated code makes of a deployment, as a row."""
    code = program(policy, readings)
    world = world_of(admit(deployment), code.layouts)
    outcomes = code.outcomes_of(world)
    none = set(outcomes.values()) == {"not-applicable"}
    verdict = (
        None
        if none and not code.binds(world)
        else verdict_of(outcomes.values(), draft=deployment.draft)
    )
    return {**outcomes, "verdict": verdict}


# the conformance suite


@dataclass(slots=True)
class Alike:
    """Cases of one policy under the same readings, which one query judges."""

    policy: Policy
    readings: Mapping[str, str]
    cases: list[Given] = field(default_factory=list)
    deployments: list[Deployment] = field(default_factory=list)


def is_left(case: Given, written: Write) -> bool:
    """Whether SQL leaves a case to the checker of designs, or a table cannot hold it (docs/sql.md)."""
    deployment = admitted(case, written(case))[1]
    facts = (fact for entity in deployment.entities.values() for fact in entity.facts.values())
    return deployment.waits_for_date or any(fact.field.by_two and fact.second for fact in facts)


def alike(cases: Iterable[Given], written: Write) -> list[Alike]:
    """Cases by what they are judged by."""
    found: dict[object, Alike] = {}
    for case in cases:
        path = written(case)
        policy, deployment = admitted(case, path)
        key = path.parent, *policy.policies, *case.case.options.readings.items()
        readings = choose_readings(policy, case.case.options.readings)
        group = found.setdefault(key, Alike(policy, readings))
        group.cases.append(case)
        group.deployments.append(deployment)
    return list(found.values())


FILES = sorted({case.file for case in JUDGED})
TWO_FIELDS = next(path for path in FILES if path.stem == "two-fields")
WAYS = [(path, path.stem, flat.SEARCHES) for path in FILES] + [(TWO_FIELDS, "as-lists", 1)]
"""Terms of one field that are compared with those of another are bits, or lists if their taxonomy is large."""


@pytest.mark.parametrize(
    ("path", "searches"), [pytest.param(p, n, id=f"{p.parent.name}/{name}") for p, name, n in WAYS]
)
def test_conformance(
    path: Path, searches: int, written: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flat, "SEARCHES", searches)
    cases = [case for case in JUDGED if case.file == path and not is_left(case, written)]
    groups = alike(cases, written)
    assert sum(len(group.cases) for group in groups) == len(cases)
    for group in groups:
        results = in_sql(group.policy, group.deployments, group.readings)
        for case, deployment, found in zip(group.cases, group.deployments, results, strict=True):
            assert found == as_generated(group.policy, deployment, group.readings), case.id
            expected = {name: wanted.outcome for name, wanted in case.case.clauses.items()}
            assert {name: found[name] for name in expected} == expected, case.id


# designs drawn

Policies = list[tuple[Policy, list[Deployment]]]


@pytest.fixture(scope="module")
def policies(doors: Path) -> Policies:
    """Policies, each with deployments to start from."""
    face = load_policy("face-code-of-conduct")
    reports = [r for path in DESIGNS for r in check_file(path, Options(policy=face.name)).reports]
    code = load_policy("door-code", doors)
    (front,) = checked(doors / "front.design").reports
    return [(face, [report.deployment for report in reports]), (code, [front.deployment])]


def drawn(deployments: list[Deployment], count: int, random: Random) -> list[Deployment]:
    """Deployments like some."""
    found: list[Deployment] = []
    while len(found) < count:
        made = changed(random.choice(deployments), random)
        if not admit(made).waits_for_date:  # which SQL leaves to the checker of designs
            found.append(made)
    return found


@settings(max_examples=settings().max_examples // 30)
@given(seed=st.integers(0, 2**32))
def test_as_the_generated_code(policies: Policies, seed: int) -> None:
    """From a seed: sixty designs take more choices than Hypothesis makes for one example."""
    random = Random(seed)
    policy, deployments = random.choice(policies)
    readings = {n: random.choice(list(r.alternatives)) for n, r in policy.readings.items()}
    some = drawn(deployments, 60, random)
    expected = [as_generated(policy, deployment, readings) for deployment in some]
    assert in_sql(policy, some, readings) == expected


@cache
def face_cases() -> list[list[Judgement]]:
    """Every case of the pack's files, as it comes out the ordinary way, by policy and readings."""
    groups: dict[object, list[Judgement]] = {}
    for path in case_files([ROOT / "policies" / "face"]).files:
        for result in run_cases(path):
            judgement = result.judgement
            assert judgement, result.title
            policy = judgement.policy
            key = policy.name, *policy.policies, *sorted(judgement.readings.items())
            groups.setdefault(key, []).append(judgement)
    return sorted(groups.values(), key=len, reverse=True)


MANY = 30
"""Of a policy and its readings, so many cases are judged each time: a program is made for each, in seconds."""


def come_out_alike(judged: list[Judgement]) -> None:
    policy, readings = judged[0].policy, judged[0].readings
    expected = [
        {j.clause.name: j.outcome for j in r.clauses} | {"verdict": r.verdict} for r in judged
    ]
    assert in_sql(policy, [each.deployment for each in judged], readings) == expected


def test_cases_of_the_face_pack(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first group as always; the others as where a field has many searches, and taxonomies are large."""
    first, *others = [judged for judged in face_cases() if len(judged) >= MANY]
    assert others
    assert sum(map(len, others), len(first)) > 500
    come_out_alike(first)
    monkeypatch.setattr(flat, "SEARCHES", 1)
    monkeypatch.setattr(dialects, "FEW", 1)
    for judged in others:
        come_out_alike(judged)


@pytest.mark.mutation
def test_cases_of_the_face_pack_under_other_readings() -> None:
    groups = [judged for judged in face_cases() if len(judged) < MANY]
    assert groups
    for judged in groups:
        come_out_alike(judged)


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """A session of Spark on this machine."""
    if shutil.which("java") is None:
        pytest.skip("SPARK IS NOT TESTED: there is no Java")
    sql = pytest.importorskip("pyspark.sql", reason="SPARK IS NOT TESTED: there is no pyspark")
    settings_ = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
    }
    session = sql.SparkSession.builder.master("local[1]").config(map=settings_).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


def test_spark_as_the_generated_code(
    policies: Policies, spark: SparkSession, tmp_path: Path
) -> None:
    (_, (policy, deployments)) = policies
    some = drawn(deployments, 200, Random(1))
    path = tmp_path / "designs.parquet"
    parquet.write_table(table_of(policy, some), path)
    spark.read.parquet(str(path)).createOrReplaceTempView("designs")
    *steps, last = compile_sql(policy, dialect="spark")
    for step in steps:
        plan = spark.sql(f"EXPLAIN {step.partition(' AS ')[2]}").first()
        assert plan is not None
        assert "NestedLoop" not in plan[0]  # it takes the square of the designs
        spark.sql(step)
    found = [row.asDict() for row in spark.sql(last).orderBy("number").collect()]
    expected = [as_generated(policy, deployment, {}) for deployment in some]
    assert [without(row, "number", "name") for row in found] == expected
    assert len({tuple(row.values()) for row in expected}) > 10  # there is something to tell apart


# what is judged, and what is not


def test_a_judgement_counts_only_if_a_person_answers_for_it(doors: Path) -> None:
    policy = load_policy("door-code", doors)
    (front,) = checked(doors / "front.design").reports
    harm = policy.vocabulary.entities["safety"].fields["harm"]
    of = {
        "counts": Attestation(Text("A. Person"), Day(date(2026, 11, 2)), None),
        "no date": Attestation(Text("A. Person"), None, None),
        "too late": Attestation(Text("A. Person"), Day(date(2027, 1, 1)), None),
        "blank": Attestation(Text(" \t\u00a0"), None, None),
        "placeholder": Attestation(Text(" To be Decided... "), None, None),
        "nobody": None,
    }
    facts = [Fact("safety", harm, Terms(("no",)), attestation=by) for by in of.values()]
    deployments = [front.deployment.with_fact(fact) for fact in facts]
    found = [row["harmless"] for row in in_sql(policy, deployments, {})]
    assert dict(zip(of, found, strict=True)) == {
        "counts": "met",
        "no date": "met",
        "too late": "review",
        "blank": "review",
        "placeholder": "review",
        "nobody": "review",
    }


HIDDEN = """
policy hidden
title "Who runs a door may be hidden behind it"
vocabulary doors
clause c {
  at "a" quotes "q" says "s"
  requires door d that d.by.kind is company or safety.harm is no
  because "b"
}
"""


def test_an_open_clause_waits_for_a_reference_that_is_unknown(doors: Path, tmp_path: Path) -> None:
    """What lies behind a reference is a fact to find out, even where a judgement is missing too."""
    (tmp_path / "hidden.policy").write_text(HIDDEN, encoding="utf-8")
    shutil.copy(doors / "doors.vocabulary", tmp_path)
    policy = load_policy("hidden", tmp_path)
    (front,) = checked(doors / "front.design").reports
    door, actor, safety = (policy.vocabulary.entities[name] for name in ("door", "actor", "safety"))
    unjudged = front.deployment.with_fact(Fact("safety", safety.fields["harm"], None))
    school = unjudged.with_fact(Fact("acme", actor.fields["kind"], Terms(("school",))))
    lost = unjudged.with_fact(Fact("front", door.fields["by"], None))
    assert [row["c"] for row in in_sql(policy, [unjudged, school, lost], {})] == [
        "met",
        "review",
        "undetermined",
    ]


SITE = """
entity site "where the doors are" single {
  guarded  yes-no  world  ask "Is there a guard?"
}
"""


def test_single_entities_are_told_apart(doors: Path, tmp_path: Path) -> None:
    vocabulary = (doors / "doors.vocabulary").read_text(encoding="utf-8") + SITE
    (tmp_path / "doors.vocabulary").write_text(vocabulary, encoding="utf-8")
    rule = HIDDEN.replace("d.by.kind is company or", "site.guarded is yes or not")
    (tmp_path / "hidden.policy").write_text(rule, encoding="utf-8")
    policy = load_policy("hidden", tmp_path)
    deployments = []
    for guarded in ("yes", "no"):
        text = f'deployment "{guarded}"\njudged by hidden\ndoor front {{ }}\nsite {{ guarded {guarded} }}\n'
        text += 'safety { harm no attested by "A. Person" }\n'
        path = tmp_path / f"{guarded}.design"
        path.write_text(text, encoding="utf-8")
        deployments += [report.deployment for report in checked(path).reports]
    assert [row["c"] for row in in_sql(policy, deployments, {})] == ["met", "violated"]


def test_a_name_that_is_not_listed_is_refused(doors: Path) -> None:
    policy = load_policy("door-code", doors)
    (front,) = checked(doors / "front.design").reports
    by = policy.vocabulary.entities["door"].fields["by"]
    lost = front.deployment.with_fact(Fact("front", by, Terms(("acne",))))
    with pytest.raises(duckdb.Error, match=r"door\.by names an entity that is not listed"):
        in_sql(policy, [lost], {})


def test_equal_policies_give_equal_statements() -> None:
    script = (
        "from clausewise.engine.backends.sql.program import compile_sql\n"
        "from clausewise.intake.load import load_policy\n"
        "print(compile_sql(load_policy('us-il-bipa')))"
    )
    outputs = []
    for seed in ("1", "3"):
        env = os.environ | {"PYTHONHASHSEED": seed}
        outputs.append(subprocess.check_output([sys.executable, "-c", script], env=env))
    assert len(outputs[0]) > 50_000
    assert outputs[0] == outputs[1]


def test_kept_statements_are_those_of_the_readings(doors: Path) -> None:
    """Those of a policy that others are read by, too: its key tells its texts, not what is chosen."""
    policy = load_policy("door-code", doors)
    chosen = policy.read_as({"keeping": "loose"})
    assert chosen.key == policy.key
    for _ in range(2):
        strict, loose = statements(policy, {}), statements(policy, {"keeping": "loose"})
        assert strict.judging != loose.judging == statements(chosen, {}).judging
        assert compile_sql(policy)[-1] == strict.judging[-1]
    assert store.load(store.key_of("sql", policy.key, "door-code keeping loose")) == tuple(loose)


def test_negation_goes_inwards() -> None:
    a, b, c = (exp.column(name) for name in "abc")
    test = either(both(a, negated(b)), c)
    assert negated(test).sql() == "(NOT a OR b) AND NOT c"
    assert negated(negated(test)) == test
    assert [negated(TRUE), negated(FALSE)] == [FALSE, TRUE]


def test_no_text_of_a_user_becomes_a_name(doors: Path) -> None:
    """All but the nested table's columns and the result's are generated, and constants are quoted."""
    policy = load_policy("door-code", doors)
    columns = {column.name for column in schema(policy.vocabulary)}
    fields = {f.name for e in policy.vocabulary.entities.values() for f in e.fields.values()}
    given_ = {*columns, *fields, *policy.clauses, "number", "verdict", "value", "by", "on"}
    for statement in compile_sql(policy):
        names = {name.name for name in parse_one(statement, read="duckdb").find_all(exp.Identifier)}
        generated = r"[a-z]+_\d+(_field_\d+)?(_bits_\d+)?(_open|_some|_text|_counts|_closure|_youngest|_oldest)?"
        own = {"designs", "numbered", "id", "as_of", "youngest", "oldest", "result", "results"}
        own |= {
            "design",
            "origin",
            "target",
            "member",
            "members",
            "certain",
            "waits",
            "one",
            "other",
        }
        own |= {"entity", "facts", "position", "listed", "term", "link", "closed", "listing"}
        own |= {"lists_any", "meetings", "unlisted", "place", "pairs", "packed"}
        assert [n for n in names - given_ - own if not re.fullmatch(generated, n)] == []


# rows


def test_rows_go_back_to_designs(policies: Policies) -> None:
    """A row as Parquet gives it back, as a design in JSON, is checked to the same row."""
    for policy, deployments in policies:
        rows = [row_of(deployment) for deployment in drawn(deployments, 40, Random(14))]
        kept = pa.Table.from_pylist(rows, schema(policy.vocabulary)).to_pylist()
        for row in kept:
            design = {**design_of(row, policy.vocabulary), "judged-by": [policy.name]}
            source = Source("x.json", json.dumps(design))
            deployment = read_design(source).stated(policy.vocabulary)
            table = pa.Table.from_pylist([row_of(deployment)], schema(policy.vocabulary))
            assert table.to_pylist() == [row]


def test_names_that_differ_in_case_alone_are_kept_apart() -> None:
    assert apart(["kind", "Kind", "name", "KIND"], {"name"}) == {
        "kind": "kind",
        "Kind": "Kind_",
        "name": "name_",
        "KIND": "KIND__",
    }


def test_a_number_of_too_many_digits_is_refused(doors: Path) -> None:
    policy = load_policy("door-code", doors)
    (front,) = checked(doors / "front.design").reports
    keeps = policy.vocabulary.entities["door"].fields["keeps"]
    fine = Duration(Decimal("0.0000000001"), "seconds")
    deployment = front.deployment.with_fact(Fact("front", keeps, fine))
    with pytest.raises(pa.ArrowInvalid):
        table_of(policy, [deployment])


def test_the_example_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "docs" / "sql.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    scope: dict[str, Any] = {}
    exec(program, scope)
    (found,) = scope["results"].to_pylist()
    expected = {j.clause.name: j.outcome for j in scope["report"].clauses}
    verdict = scope["report"].verdict
    assert without(found, "number", "name") == {**expected, "verdict": verdict}


@pytest.mark.parametrize(
    ("names", "message"),
    [(["front", "front"], "`front` is written twice"), ([None], "a `door` has no name")],
)
def test_a_row_that_no_design_could_show_is_a_mistake(
    names: list[str | None], message: str, doors: Path
) -> None:
    vocabulary = load_policy("door-code", doors).vocabulary
    empty = pa.Table.from_pylist([{"title": "x"}], schema(vocabulary)).to_pylist()[0]
    cells = dict.fromkeys(vocabulary.entities["door"].fields)
    with pytest.raises(ValueError, match=message):
        design_of({**empty, "door": [{"name": name} | cells for name in names]}, vocabulary)
