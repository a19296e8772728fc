"""The texts on the page that compares: each runs, and says what the page's table says."""

from __future__ import annotations

import copy
import json
import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from clausewise.engine.core.outcomes import Outcome
from tests.conftest import ROOT, SKIP_NOTHING, checked

PAGE = (ROOT / "docs" / "comparison.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL))
FACTS: dict[str, Any] = json.loads(BLOCKS["json"])
ROWS = re.findall(
    r"^\| (all|not [^|]*?|all of them) \| (.*?) \| (.*?) \| (.*?) \|$", PAGE, re.MULTILINE
)
LEFT_OUT = {
    "all of them": None,
    "not where the police is": ("actor", "city-police", "jurisdiction"),
    "not for whom the doorman acts": ("actor", "doorman", "acts-for"),
    "not who decides": ("use", "entrance", "decides"),
    "not what it infers": ("use", "entrance", "infers"),
}
"""By the words of a row, the fact that is not stated."""
PLACES = {"US-TX": "US"}
CLAUSES = ("us-police", "person-decides", "no-emotion")


def peer(name: str) -> Any:
    """Another engine, if it is installed."""
    try:
        return import_module(name)
    except ImportError:
        if SKIP_NOTHING:
            raise
        pytest.skip(f"NOT COMPARED: {name} is not installed")


def facts(left_out: tuple[str, str, str] | None) -> dict[str, Any]:
    """The facts of the page as JSON, without one of them."""
    found = copy.deepcopy(FACTS)
    if left_out:
        del found[left_out[0]][left_out[1]][left_out[2]]
    return found


def test_the_rows_are_those_that_are_tried() -> None:
    assert [words for words, *_ in ROWS] == list(LEFT_OUT)


def test_the_json_states_what_the_design_states(tmp_path: Path) -> None:
    stated = {f for f in ours(tmp_path, None)[1] if not f.startswith("deployment")}
    assert stated == {
        f"{name}.{field}"
        for entities in FACTS.values()
        for name, fields in entities.items()
        for field in fields
    }


def ours(folder: Path, left_out: tuple[str, str, str] | None) -> tuple[str, set[str]]:
    """What Clausewise says, in the words of the table; and the facts that are stated."""
    for kind, name in (("vocabulary", "doorkeepers"), ("policy", "three-rules")):
        (folder / f"{name}.{kind}").write_text(BLOCKS[kind], encoding="utf-8")
    design = BLOCKS["design"]
    if left_out:
        _, name, field = left_out
        design, count = re.subn(rf"({name} {{[^}}]*?)  {field} .*\n", r"\1", design)
        assert count == 1
    (folder / "shop.design").write_text(design, encoding="utf-8")
    (report,) = checked(folder / "shop.design").reports
    outcomes = {judged.clause.name: judged for judged in report.clauses}
    assert tuple(outcomes) == CLAUSES
    violated = [n for n, judged in outcomes.items() if judged.outcome is Outcome.VIOLATED]
    parts = [f"{', '.join(violated)} violated"] if violated else []
    for name, judged in outcomes.items():
        if judged.outcome is Outcome.UNDETERMINED:
            parts.append(f"{name} open: {', '.join(f'`{fact}`' for fact in judged.missing)}")
    entities = report.deployment.entities.values()
    return "; ".join(parts), {f"{e.name}.{field}" for e in entities for field in e.facts}


def said(violated: set[str]) -> str:
    """What an engine says that names the violated rules."""
    names = [name for name in CLAUSES if name in violated]
    return f"{', '.join(names)} violated" if names else "nothing violated"


@cache
def _rego() -> Any:
    engine = peer("regorus").Engine()
    engine.add_policy("doors.rego", BLOCKS["rego"])
    return engine


def by_rego(stated: dict[str, Any]) -> str:
    engine = _rego()
    engine.set_input_json(json.dumps(stated))
    return said(set(json.loads(engine.eval_rule_as_json("data.doors.violated"))))


def by_cedar(stated: dict[str, Any]) -> str:
    """Each actor asks to take part in the use. Who acts for whom stands in the parents of entities."""
    cedar = peer("cedarpy")
    entities = [entity("Place", place, {}, [("Place", above)]) for place, above in PLACES.items()]
    for name, actor in stated["actor"].items():
        attributes = {
            field: {"__entity": {"type": type_, "id": actor[field]}}
            for field, type_ in (("kind", "Body"), ("jurisdiction", "Place"))
            if field in actor
        }
        parents = [("Actor", other) for other in actor.get("acts-for", [])]
        entities.append(entity("Actor", name, attributes, parents))
    (use,) = stated["use"].values()
    runner = {"__entity": {"type": "Actor", "id": use["by"]}}
    rest = {field: use[field] for field in ("decides", "infers") if field in use}
    entities.append(entity("Use", "entrance", {"runner": runner, **rest}, []))
    violated: set[str] = set()
    for name in stated["actor"]:
        request = {
            "principal": f'Actor::"{name}"',
            "action": 'Action::"take-part"',
            "resource": 'Use::"entrance"',
        }
        answer = cedar.is_authorized(request, BLOCKS["cedar"], entities)
        assert not answer.diagnostics.errors
        violated.update(answer.diagnostics.id_annotations_by_reason.values())
    return said(violated)


def entity(
    type_: str, name: str, attributes: Any, parents: list[tuple[str, str]]
) -> dict[str, Any]:
    return {
        "uid": {"type": type_, "id": name},
        "attrs": attributes,
        "parents": [{"type": above, "id": other} for above, other in parents],
    }


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_the_table_says_what_each_says(row: tuple[str, str, str, str], tmp_path: Path) -> None:
    words, clausewise, rego, cedar = row
    left_out = LEFT_OUT[words]
    assert ours(tmp_path, left_out)[0] == clausewise
    assert by_rego(facts(left_out)) == rego
    assert by_cedar(facts(left_out)) == cedar
