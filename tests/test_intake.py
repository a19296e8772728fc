"""Whatever a design comes as (text, JSON, lines, rows), it is the same design, or the same mistakes.

Designs are drawn as values of JSON, with oddities of every kind, and written in each of the ways.
"""

from __future__ import annotations

import gc
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import event, given, settings, strategies as st
from pyarrow import parquet
from pydantic import ValidationError

import clausewise
from clausewise.checking.options import Options
from clausewise.checking.report import Report
from clausewise.dsl.json.design import parse_json
from clausewise.dsl.json.fit import fits
from clausewise.dsl.json.schema import design_model
from clausewise.dsl.models.vocabulary import Field, Vocabulary
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.dsl.text.source import Source
from clausewise.dsl.text.values import day_of
from clausewise.engine.backends.python.compiled import CompiledPolicy, compiled
from clausewise.engine.backends.sql.portfolio_table import columns_of, has_parts, row_of, schema
from clausewise.engine.core.outcomes import verdict_of
from clausewise.engine.core.policy import Policy
from clausewise.formats.portfolio.table import write_jsonl
from clausewise.intake.designs import read_design
from clausewise.intake.load import load_policy
from clausewise.portfolio.by_sql import judged_by_sql
from clausewise.portfolio.collecting import Collector
from clausewise.portfolio.judge import Given, Judge, Judged, Task
from clausewise.portfolio.packing import Packer, pack
from clausewise.portfolio.sources import designs_of
from clausewise.portfolio.unpacking import judge_rows

VOCABULARY = """
vocabulary things
subject deployment
taxonomy kind { company  public-body { police  school } }
entity actor "who" {
  kind     one of kind           world      ask "?"
  other    one of kind or none   world      ask "?"
  for      any of actor          world      ask "?"
}
entity use "what" required {
  by       one of actor          choice     ask "?"
  with     some of actor         choice     ask "?"
  kinds    any of kind           choice     ask "?"
  some     some of kind          choice     ask "?"
  ages     ages                  choice     ask "?"
  number   number                choice     ask "?"
  keeps    duration              choice     ask "?"
  day      date                  choice     ask "?"
  says     text                  choice     ask "?"
  steps    text or none          choice     ask "?"
  judged   one of kind           judgement  ask "?"
  due      date                  judgement  ask "?"
  proof    yes-no                world      evidenced  ask "?"
}
entity safety "how" single {
  alarm    yes-no                choice     ask "?"
}
"""
CLAUSE = """
  clause {name} {{
    at "x"  quotes "x"  says "x"  because "x"
    prohibits use u where {test}
  }}
"""
TESTS = {
    "by": "u.by.kind is police",
    "by-none": "u.by.other is none",
    "with": "some a in u.with has (a.kind is police)",
    "for": "some a in u.by.for* has (a.other is school)",
    "kinds": "u.kinds overlaps police",
    "kinds-none": "u.kinds is none",
    "some": "u.some within {company}",
    "young": "u.ages.youngest < 18",
    "old": "u.ages.oldest > 65",
    "number": "u.number > 1000",
    "keeps": "u.keeps > 30 days",
    "day": "u.day < 2026-01-01",
    "steps": "u.steps is none",
    "judged": "u.judged is company",
    "due": "u.due < 2026-01-01",
    "proof": "u.proof is yes",
    "alarm": "safety.alarm is no",
    "late": "as-of > 2027-01-01",
}
GOOD: dict[str, Any] = {
    "deployment": "A title",
    "actor": {"acme": {"kind": "company", "other": [], "for": []}},
    "use": {"u": {"by": "acme", "ages": "18..", "keeps": "30 days", "day": "2026-11-23"}},
}


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    """A policy with a clause for every shape of field."""
    folder = tmp_path_factory.mktemp("things")
    (folder / "things.vocabulary").write_text(VOCABULARY, encoding="utf-8")
    clauses = "".join(CLAUSE.format(name=f"c-{name}", test=test) for name, test in TESTS.items())
    text = f'policy of-things\ntitle "x"\nvocabulary things\nsection s "s" {{{clauses}}}\n'
    (folder / "of-things.policy").write_text(text, encoding="utf-8")
    return load_policy(str(folder / "of-things.policy"))


@lru_cache(maxsize=1)
def code_of(path: str) -> CompiledPolicy:
    return compiled(load_policy(path))


# what comes of a design


@dataclass(frozen=True)
class Came:
    """What came of a design: the verdict and the outcomes, or the first mistake."""

    verdict: str | None
    outcomes: Mapping[str, str]
    mistake: str = ""


def came(report: Report) -> Came:
    outcomes = {j.clause.name: str(j.outcome) for j in report.clauses}
    return Came(str(report.verdict), outcomes)


def of_judged(judged: Judged) -> Came:
    if judged.verdict is None:
        return Came(None, {}, judged.mistake.rpartition("(E")[2][:3])
    return Came(str(judged.verdict), {name: str(o) for name, o in judged.outcomes.items()})


def by_api(text: str, path: str, policy: Policy) -> Came:
    try:
        result = clausewise.check_text(text, Options(policy=policy.source.path), path=path)
    except InvalidError as error:
        found = [d for d in error.diagnostics if d.is_error]
        return Came(None, {}, found[0].code[1:])
    (report,) = result.reports
    return came(report)


def by_short_way(text: str, policy: Policy) -> Came | None:
    """As records, if the design can be read into them."""
    code = code_of(policy.source.path)
    world = code.intake.world(text.encode())
    if world is None:
        return None
    outcomes = code.outcomes_of(world)
    verdict = verdict_of(outcomes.values(), draft=world.draft)
    return Came(str(verdict), {name: str(o) for name, o in outcomes.items()})


def by_portfolio(path: Path, policy: Policy) -> list[Came]:
    judge = Judge(Task(policy, {}, with_reasons=False))
    return [of_judged(judge.judge(design)) for design in designs_of(path, policy.vocabulary)]


def by_sql(path: Path, policy: Policy) -> list[Came]:
    lines = io.StringIO()
    with judged_by_sql(path, Task(policy, {})) as table:
        write_jsonl(table, lines)
    found = [json.loads(line) for line in lines.getvalue().split("\n")[:-1]]
    return [
        Came(told["verdict"], {name: c["outcome"] for name, c in told["clauses"].items()})
        if told["verdict"]
        else Came(None, {}, told["mistake"].rpartition("(E")[2][:3])
        for told in found
    ]


# ways to write a design


class NoRoomError(Exception):
    """A way in has no words or no columns for what a design in JSON states."""


NO_ROOM = (NoRoomError, ArithmeticError, AttributeError, KeyError, TypeError, ValueError)
"""What comes of writing a design in a way that has no room for it."""


def as_text(design: Mapping[str, Any], vocabulary: Vocabulary) -> str:
    """The same in text."""
    lines = [
        f"deployment {quoted(design['deployment'])}" + " draft" * (design.get("draft") is True)
    ]
    if design.get("as-of") is not None:
        lines.append(f"as of {design['as-of']}")
    for type_, entities in design.items():
        if type_ in ("deployment", "draft", "as-of", "$schema"):
            continue
        of_type = vocabulary.entities.get(type_)
        if of_type and of_type.single:
            entities = {"": entities}
        for name, facts in entities.items():
            written = [
                f"  {key} {statement(fact, of_type.fields.get(key) if of_type else None)}"
                for key, fact in facts.items()
            ]
            lines += [f"{type_} {name} {{", *written, "}"]
    return "\n".join(lines) + "\n"


def statement(fact: Any, field: Field | None) -> str:
    stated = fact if isinstance(fact, dict) else {"value": fact}
    if "value" not in stated:
        raise NoRoomError
    parts = [value_text(stated["value"], field, more=stated.get("more") is True)]
    parts += [f"evidence {quoted(path)}" for path in stated.get("evidence", ())]
    parts += [f"from {quoted(place)}" for place in stated.get("from", ())]
    if attested := stated.get("attested"):
        on = "" if attested.get("on") is None else f" on {attested['on']}"
        parts.append(f"attested by {quoted(attested['by'])}{on}")
    return " ".join(parts)


def value_text(value: Any, field: Field | None, *, more: bool) -> str:
    if value is None:
        return "unknown" + ", ..." * more
    if isinstance(value, bool):
        return ("yes" if value else "no") + ", ..." * more
    if isinstance(value, list):
        return ", ".join([*value, *(["..."] if more else [])]) or "none"
    if isinstance(value, str) and field and field.shape == "text":
        return quoted(value)
    return str(value) + ", ..." * more


def quoted(text: str) -> str:
    if "\n" in text:
        raise NoRoomError
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def as_row(design: Mapping[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    """The same as a row."""
    columns = columns_of(vocabulary)
    row: dict[str, Any] = {
        "name": None,
        "title": design["deployment"],
        "draft": design.get("draft"),
    }
    as_of = design.get("as-of")
    row["as-of"] = None if as_of is None else day(as_of)
    if not set(design) <= {"deployment", "draft", "as-of", *vocabulary.entities}:
        raise NoRoomError
    for type_ in vocabulary.entities.values():
        entities = design.get(type_.name) or {}
        of_single = {"": entities} if type_.name in design else {}
        row[columns.types[type_.name]] = structs = []
        for name, facts in (of_single if type_.single else entities).items():
            if not set(facts) <= set(type_.fields):
                raise NoRoomError
            members = columns.members[type_.name]
            struct: dict[str, Any] = {} if type_.single else {"name": name}
            for field in type_.fields.values():
                struct[members[field.name]] = cell(facts.get(field.name), field)
            structs.append(struct)
    return row


def cell(fact: Any, field: Field) -> Any:
    stated = fact if isinstance(fact, dict) else {"value": fact}
    value = stated.get("value")
    if stated.get("more") is True:
        value = [*(value or []), None]
    if value == "":  # there it means none
        raise NoRoomError
    if value == [] and not field.is_many:
        value = ""
    if value is not None and not field.is_many:
        value = plain(value, field)
    if not has_parts(field):
        if not set(stated) <= {"value", "more"}:
            raise NoRoomError
        return value
    parts = {"value": value}
    attested = stated.get("attested") or {}
    if field.kind == "judgement":
        on = attested.get("on")
        parts |= {"by": attested.get("by"), "on": None if on is None else day(on)}
    if field.evidenced:
        parts["evidence"] = stated.get("evidence", [])
    return parts


def day(text: str) -> date:
    found = day_of(text)
    if found is None:
        raise NoRoomError
    return found


SECONDS = {"days": 86_400, "day": 86_400, "weeks": 604_800, "hours": 3_600}


def plain(value: Any, field: Field) -> Any:
    if field.shape in ("duration", "ages") and not value.isascii():
        raise NoRoomError  # int and Decimal would read it
    match field.shape:
        case "duration":
            amount, _, unit = value.partition(" ")
            return Decimal(amount) * SECONDS[unit]
        case "date":
            return day(value)
        case "ages":
            low, _, high = value.partition("..")
            return {"youngest": int(low) if low else None, "oldest": int(high) if high else None}
        case "number":
            return Decimal(value)
        case _:
            return value


# designs


ODD_TEXTS = ["", " ", "\u3000", "\n", "none", "a\\b", 'a"b', "\u2028", "\x7f", "٣", "#", "\ufeff"]
ODD_DAYS = ["2026-W01-1", "20260101", "2026-1-1", "2026-02-30", "", "٢٠٢٦-01-01", "2026-01-01T00"]
DAYS = ["2025-06-01", "2026-11-23", "2028-02-29"]
ODD_AGES = ["..", "18", "20..10", "١٨..", "999999999999..", "-1..", "18 ..", "18..20..", ""]
ODD_LENGTHS = ["-30 days", "30 dyas", "30days", "٣٠ days", "30_days", "1e3 days", "30.5 days", ""]
NAMES = ["acme", "metro", "u", "v"]
ODD_NAMES = ["a b", "", "none", "unknown", "use", "safety", "a--b", "é", "a\n", "9a", "A-9", "$x"]
TERMS = ["company", "public-body", "police", "school"]
ODD_TERMS = ["polcie", "Police", "none", "unknown", "", "yes"]
ANYTHING = [None, True, 3, 1.5, "x", [], ["x"], {}, {"value": None}, {"values": 1}]


def either(right: Sequence[Any], odd: Sequence[Any]) -> st.SearchStrategy[Any]:
    """Mostly what is right."""
    return st.one_of(*[st.sampled_from(right)] * 5, st.sampled_from(odd))


NAME, TERM = either(NAMES[:2], ODD_NAMES), either(TERMS, ODD_TERMS)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "yes-no": st.booleans(),
    "number": either([0, 7, -3, 1.5, 1001, 10**9], [10**17, True, "7"]),
    "ages": either(["18..", "..17", "3..70", "7..7"], ODD_AGES),
    "duration": either(["30 days", "31 days", "1 day", "9 weeks", "0 hours"], ODD_LENGTHS),
    "date": either(DAYS, ODD_DAYS),
    "text": either(["some text", "x", "a, b"], ODD_TEXTS),
}


@st.composite
def facts(draw: st.DrawFn, field: Field) -> Any:
    """What is stated of a field, perhaps with something beside it, and rarely anything at all."""
    if draw(st.integers(0, 40)) == 7:
        return draw(st.sampled_from(ANYTHING))
    one = VALUES.get(field.shape, NAME if field.is_reference else TERM)
    value = draw(st.lists(one, max_size=3) if field.is_many else one)
    if draw(st.integers(0, 9)) == 7:
        value = draw(st.sampled_from([None, []]))
    beside: dict[str, Any] = {}
    if draw(st.integers(0, 6)) == 3:
        beside["more"] = draw(st.booleans())
    if draw(st.integers(0, 4)) == 3 or field.kind == "judgement":
        who = draw(either(["R. Diaz"], ["", " ", "\u3000"]))
        beside["attested"] = {"by": who, "on": draw(either([None, *DAYS], ODD_DAYS))}
    if draw(st.integers(0, 9)) == 3:
        beside["evidence"] = draw(st.lists(st.sampled_from(["a.pdf", ""]), max_size=2))
    if draw(st.integers(0, 3)) == 0:
        beside["from"] = draw(st.lists(either(["a.json#b", "a b#c#d"], ["#b", "a# "]), max_size=2))
    return {"value": value, **beside} if beside or draw(st.integers(0, 5)) == 3 else value


@st.composite
def designs(draw: st.DrawFn, vocabulary: Vocabulary) -> dict[str, Any]:
    """Designs as values of JSON, most of which can be judged."""
    design: dict[str, Any] = {"deployment": draw(either(["A title", "é"], ODD_TEXTS))}
    if draw(st.integers(0, 3)) == 3:
        design["as-of"] = draw(either([None, *DAYS], ODD_DAYS))
    if draw(st.integers(0, 5)) == 3:
        design["draft"] = draw(st.booleans())
    if draw(st.integers(0, 9)) == 3:
        design["$schema"] = "design.schema.json"
    for name, type_ in vocabulary.entities.items():
        if type_.single:
            if draw(st.booleans()):
                design[name] = draw(entities(type_.fields))
        elif name == "use" or draw(st.integers(0, 5)):
            names = either(NAMES[:2] if name == "actor" else NAMES[2:], ODD_NAMES)
            design[name] = draw(st.dictionaries(names, entities(type_.fields), max_size=2))
    return design


@st.composite
def entities(draw: st.DrawFn, fields: Mapping[str, Field]) -> dict[str, Any]:
    stated = draw(st.lists(st.sampled_from(list(fields)), max_size=5, unique=True))
    found = {name: draw(facts(fields[name])) for name in stated}
    if draw(st.integers(0, 40)) == 7:
        found["colour"] = "red"
    return found


# the law

Designs = Sequence[Mapping[str, Any]]


def came_by_api(designs: Designs, policy: Policy) -> list[Came]:
    """What comes of each design in JSON, given to the Python API: what the other ways are held to."""
    path = str(Path(policy.source.path).parent / "x.json")
    return [by_api(json.dumps(design), path, policy) for design in designs]


def came_as_json(designs: Designs, policy: Policy, folder: Path) -> Iterator[list[Came]]:
    """The same by all ways of JSON."""
    path = str(Path(policy.source.path).parent / "x.json")
    plain_ = [unescaped(design) for design in designs]
    yield [by_api(text, path, policy) for text in plain_]
    (folder / "x.jsonl").write_bytes(b"\xef\xbb\xbf" + "\n".join(map(json.dumps, designs)).encode())
    yield by_portfolio(folder / "x.jsonl", policy)
    parquet.write_table(pa.table({"design": plain_}), folder / "text.parquet")
    yield by_portfolio(folder / "text.parquet", policy)


def unescaped(design: Mapping[str, Any]) -> str:
    """In JSON, with characters as they are; half of one can only be written as an escape."""
    text = json.dumps(design, ensure_ascii=False)
    return json.dumps(design) if re.search("[\ud800-\udfff]", text) else text


def came_as_text(design: Mapping[str, Any], policy: Policy) -> Came | None:
    try:
        text = as_text(design, policy.vocabulary)
    except NO_ROOM:
        return None
    return without_code(by_api(text, str(Path(policy.source.path).parent / "x.design"), policy))


def came_as_rows(designs: Designs, policy: Policy, folder: Path) -> Iterator[tuple[int, Came]]:
    """What comes of the designs that rows can hold, with their places: by SQL as in Python."""
    rows = {}
    for number, design in enumerate(designs):
        try:
            row = as_row(design, policy.vocabulary)
            pa.Table.from_pylist([row], schema(policy.vocabulary))
        except NO_ROOM:
            continue
        rows[number] = row
    assert_packed_alike(designs, policy, folder)
    if rows:
        table = pa.Table.from_pylist(list(rows.values()), schema(policy.vocabulary))
        parquet.write_table(table, folder / "x.parquet")
        by_python = by_portfolio(folder / "x.parquet", policy)
        assert by_sql(folder / "x.parquet", policy) == by_python
        short = judge_rows(folder / "x.parquet", Task(policy, {}, with_reasons=False), 1)
        assert [of_judged(judged) for judged in short] == by_python
        yield from zip(rows, map(without_code, by_python), strict=True)


def assert_packed_alike(designs: Designs, policy: Policy, folder: Path) -> None:
    """Packing gives the rows of the deployments."""
    texts = [json.dumps(design).encode() for design in designs]
    given = [Given("x", text) for text in texts]
    with (folder / "packed.parquet").open("wb") as stream:
        mistakes = list(pack([given], policy, stream, 1))
    packed = parquet.read_table(folder / "packed.parquet")
    taken = [number for number, mistake in enumerate(mistakes) if mistake is None]
    stated = [read_design(given[number].source()).stated(policy.vocabulary) for number in taken]
    expected = [row_of(deployment, "x") for deployment in stated]
    assert packed.equals(pa.Table.from_pylist(expected, schema(policy.vocabulary)))


def test_one_design_takes_no_others_with_it(
    policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever keeps a portion from becoming columns, its designs become rows one by one."""
    packer = Packer(policy)
    given = [Given("good", json.dumps(GOOD).encode()), Given("bad", b"{}")]
    expected = packer.packed(given)
    batch = packer.collector.batch

    def fail(designs: Sequence[Any]) -> Any:
        if designs:
            raise pa.ArrowInvalid
        return batch(designs)

    monkeypatch.setattr(packer.collector, "batch", fail)
    assert packer.packed(given)[1] == expected[1]
    assert len(pa.ipc.open_stream(packer.packed(given)[0]).read_all()) == 1


def without_code(found: Came) -> Came:
    """Texts and rows may be mistaken in other ways than JSON: what counts is that they are."""
    return Came(found.verdict, found.outcomes, "a mistake" if found.mistake else "")


def assert_all_alike(designs: Designs, policy: Policy, folder: Path) -> None:
    expected = came_by_api(designs, policy)
    for found in came_as_json(designs, policy, folder):
        assert found == expected
    for design, came in zip(designs, expected, strict=True):
        short = by_short_way(json.dumps(design, separators=(",", ":")), policy)
        assert short in (None, came), design
        assert came_as_text(design, policy) in (None, without_code(came)), design
    for number, came in came_as_rows(designs, policy, folder):
        assert came == without_code(expected[number]), designs[number]


@settings(max_examples=settings().max_examples // 6)
@given(data=st.data())
def test_every_way_in_gives_the_same(
    policy: Policy, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    drawn = data.draw(st.lists(designs(policy.vocabulary), min_size=1, max_size=8))
    assert_all_alike(drawn, policy, tmp_path_factory.getbasetemp())


ANYWHERE = [
    *ANYTHING,
    {"value": None, "evidence": "x"},
    {"value": "x", "more": 1},
    {"value": 1, "attested": {"by": "x", "on": 1}},
    {"value": True, "attested": {"on": None}},
    {"value": [], "attested": {"by": "x", "because": None, "why": "x"}},
    {"u": None},
    {"u": {"by": "acme"}},
]


@given(data=st.data())
def test_whether_a_design_fits_is_what_the_model_says(policy: Policy, data: st.DataObject) -> None:
    """Without the model, which is asked only what does not fit."""
    design = data.draw(designs(policy.vocabulary))
    places: list[tuple[str, ...]] = [
        (key,) for key in ("deployment", "judged-by", "as-of", "draft", "$schema", "nobody")
    ]
    places += [(type_,) for type_ in policy.vocabulary.entities]
    places += [("use", "u", field) for field in policy.vocabulary.entities["use"].fields]
    for path in data.draw(st.lists(st.sampled_from(places), max_size=2)):
        held: Any = design
        for key in path[:-1]:
            held = held.setdefault(key, {})
            if not isinstance(held, dict):
                return
        held[path[-1]] = data.draw(st.sampled_from(ANYWHERE))
    if data.draw(st.integers(0, 20)) == 7:
        del design["deployment"]
    parsed, _ = parse_json(Source("x.json", json.dumps(design)))
    assert parsed
    try:
        design_model(policy.vocabulary).model_validate(parsed.value)
        is_fitting = True
    except ValidationError:
        is_fitting = False
    assert fits(parsed.value, policy.vocabulary) == is_fitting
    event("fits" if is_fitting else "does not")


def use(**facts: Any) -> dict[str, Any]:
    """The good design with other facts of its use."""
    return {**GOOD, "use": {"u": {**GOOD["use"]["u"], **facts}}}


FOUND = {
    "an empty text": use(steps=""),
    "a blank text": use(says="\u3000", steps=" "),
    "two names in one": {**GOOD, "actor": {"acme": {}, "a b": {}}},
    "a type's name": {**GOOD, "actor": {"acme": {}, "use": {}}},
    "half a character": {**GOOD, "deployment": "\ud83d"},
    "a week date": use(day="2026-W01-1"),
    "a date without hyphens": use(day="20260101"),
    "an empty date": {**GOOD, "as-of": ""},
    "digits of another script": use(ages="\u0661\u0668.."),
    "a duration in them": use(keeps="\u0663\u0660 days"),
    "an age of many digits": use(ages="9" * 5_000 + ".."),
    "an unknown term": use(kinds=["polcie"]),
    "an unknown entity": use(by="acmee"),
    "none where it is not": use(some=[]),
    "a date that does not count": use(due="2026-W01-1"),
    "a range that is empty": use(ages="20..10"),
    "a number of more than 63 bits": use(number=2**63),
    "for editors": {"$schema": "design.schema.json", **GOOD},
    "an empty name of an entity": use(by=""),
    "something twice in a list": use(**{"with": ["acme", "acme"], "kinds": ["police", "police"]}),
    "a duration of more than a row holds": use(keeps="9" * 30 + " days"),
    "a duration of more places than a row holds": use(keeps="0.0000000001 days"),
}
"""What once came out differently by the ways in, or was taken for what it is not."""


def test_what_was_found(policy: Policy, tmp_path: Path) -> None:
    assert_all_alike(list(FOUND.values()), policy, tmp_path)
    judged = dict(zip(FOUND, came_by_api(list(FOUND.values()), policy), strict=True))
    fine = {"an empty text", "a blank text", "for editors", "a number of more than 63 bits"}
    fine |= {name for name in FOUND if name.startswith(("something twice", "a duration of more"))}
    assert {name for name, came in judged.items() if not came.mistake} == fine
    assert judged["an empty text"].outcomes["c-steps"] == "undetermined"
    assert judged["for editors"].verdict == came_by_api([GOOD], policy)[0].verdict


@given(data=st.data())
def test_a_key_that_is_there_twice_goes_the_long_way(policy: Policy, data: st.DataObject) -> None:
    design = data.draw(designs(policy.vocabulary))
    design["deployment"] = "@title"
    objects = [found for found in objects_in(design) if found]
    chosen = data.draw(st.sampled_from(objects))
    key = data.draw(st.sampled_from(list(chosen)))
    chosen["@"] = data.draw(st.sampled_from([chosen[key], None, "x", "x: y", {}, []]))
    text = json.dumps(design, ensure_ascii=data.draw(st.booleans()))
    title = data.draw(st.sampled_from(["A title", "a: b", "a:: b: c", "a\\u003a b", "\\u003a: b"]))
    text = text.replace('"@"', json.dumps(key)).replace("@title", title)
    assert goes_the_long_way(text, policy)


@pytest.mark.parametrize("title", ["A title", "a: b", "a\\u003a b", "\\u003a: b", "\\u003a\\u003a"])
@pytest.mark.parametrize("fact", ['"by": "acme"', '"by": null', '"number": 7', '"day": "x: y"'])
def test_a_fact_that_is_there_twice_goes_the_long_way(
    policy: Policy, title: str, fact: str
) -> None:
    use = f'{fact}, "by": "acme", "number": 7, "day": "2026-11-23"'
    text = f'{{"deployment": "{title}", "actor": {{"acme": {{}}}}, "use": {{"u": {{{use}}}}}}}'
    assert goes_the_long_way(text, policy)
    assert not goes_the_long_way(text.replace(f"{fact}, ", "", 1), policy)


def goes_the_long_way(text: str, policy: Policy) -> bool:
    """Whether a design in JSON does, to be judged; it then goes so to be packed, too, even among others."""
    content, good = text.encode(errors="replace"), json.dumps(GOOD).encode()
    collector = Collector(policy.vocabulary)
    decoded = [(content, found)] if (found := collector.decoder.decoded(content)) else []
    decoded += [(good, collector.decoder.decoded(good))]
    batch, odd = collector.batch([("x", *one) for one in decoded])
    assert batch.num_rows == len(decoded)
    is_packed = len(decoded) == 2 and not odd
    assert is_packed or odd == {*range(len(decoded) - 1)}
    is_judged = code_of(policy.source.path).intake.world(content) is not None
    assert is_judged or not is_packed
    return not is_judged


def objects_in(value: Any) -> Iterator[dict[str, Any]]:
    """The objects in a value of JSON, itself included."""
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from objects_in(part)


@pytest.mark.parametrize("key", [" name", " field_1_possible", "name", "field_1"])
def test_no_design_fills_what_the_engine_writes(policy: Policy, key: str) -> None:
    intake = code_of(policy.source.path).intake
    facts = {**GOOD["use"]["u"], key: "x"}
    assert intake.world(json.dumps(GOOD).encode()) is not None
    assert intake.world(json.dumps({**GOOD, "use": {"u": facts}}).encode()) is None


@pytest.mark.parametrize("title", ["a: b", "é", "a\\b", '"', "é: ü", "😀"])
def test_titles_with_signs_go_the_short_way(policy: Policy, title: str) -> None:
    design = {**GOOD, "deployment": title}
    for text in (json.dumps(design), json.dumps(design, ensure_ascii=False)):
        world = code_of(policy.source.path).intake.world(text.encode())
        assert world is not None
        assert world.title == title


def test_names_are_remembered_by_the_type_that_had_them_first(policy: Policy) -> None:
    """What other designs called one name does not hide that two entities of a design have it."""
    intake = code_of(policy.source.path).intake
    use = {**GOOD["use"]["u"], "by": "first"}

    def is_read(actor: str, use_name: str) -> bool:
        actors: dict[str, Any] = {"first": {}, actor: {}}
        design = {**GOOD, "actor": actors, "use": {use_name: use}}
        return intake.world(json.dumps(design).encode()) is not None

    assert is_read("one", "other")
    assert is_read("other", "one")
    assert not is_read("one", "one")
    assert not is_read("other", "other")
    assert not is_read("one", "no name")


def test_the_garbage_collector_knows_each_record(policy: Policy) -> None:
    """Records may lead to each other, and back: nothing else frees these."""
    design = {**GOOD, "actor": {"acme": {}}, "use": {"u": {"by": "acme"}}}
    world = code_of(policy.source.path).intake.world(json.dumps(design).encode())
    assert world is not None
    assert all(gc.is_tracked(record) for records in world.listed for record in records)


def test_an_empty_text_is_asked_for(policy: Policy) -> None:
    text = 'deployment "x"\nactor acme {\n}\nuse u {\n  by acme\n  steps ""\n}\n'
    (report,) = clausewise.check_text(text, Options(policy=policy.source.path)).reports
    (question,) = [q for q in report.advice.questions if q.fact == "u.steps"]
    assert question.doubt == "the text is empty"


@pytest.mark.parametrize(
    "number", ["1e1000000000000000000", "1e1001", "-1e-1001", "9" * 5_000, "Infinity", "1e400"]
)
def test_numbers_beyond_all_bounds(policy: Policy, number: str) -> None:
    text = json.dumps(GOOD).replace('"ages": "18.."', f'"number": {number}')
    assert number in text
    found = by_api(text, "x.json", policy)
    assert found.outcomes.get("c-number") == ("violated" if number == "1e400" else None)


def test_a_line_that_is_too_long_is_one_line(policy: Policy, tmp_path: Path) -> None:
    long = json.dumps({**GOOD, "deployment": "x" * 5_000_000})
    (tmp_path / "x.jsonl").write_text("\n".join([long, "\ufeff", json.dumps(GOOD)]) + "\n")
    too_long, good = by_portfolio(tmp_path / "x.jsonl", policy)
    assert too_long.mistake == "100"
    assert good == came_by_api([GOOD], policy)[0]


@pytest.mark.parametrize("text", ['deployment "\ud83d"\n', "\0", "\ufeffdeployment"])
def test_a_text_given_to_the_api_is_held_to_the_rules_of_files(policy: Policy, text: str) -> None:
    assert by_api(text, "x.design", policy).mistake in ("100", "101")
