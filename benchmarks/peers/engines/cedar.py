"""Cedar, by its Rust engine: the policies parsed once, the taxonomies loaded once as entities with parents.

A deployment becomes entities, and each binding a request; all requests of a deployment go in one batch.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.peers.engines.python_false import Design, Entity, reach
from benchmarks.peers.protocol import Answer, Mode

TREES = {"Place": ("US",), "Body": ("law-enforcement",)}
"""The terms that clauses ask for by `in`, by the entity type of their taxonomy."""

KINDS = {"jurisdiction": "Place", "place": "Place", "kind": "Body"}
"""The fields whose values are such terms."""

HOST = {"type": "Deployment", "id": "it"}

decoded = msgspec.json.Decoder().decode


class Cedar:
    """A policy set, and what is the same in all deployments."""

    def __init__(self, work: Path) -> None:
        self.version = metadata.version("cedarpy")
        self.cedar: Any = import_module("cedarpy")
        text = (work / "clauses.cedar").read_text(encoding="utf-8")
        self.policies: Any = self.cedar.PolicySet.from_str(text)
        below = json.loads((work / "below.json").read_bytes())["below"]
        self.base: Any = self.cedar.Entities.from_json_str(json.dumps(list(_terms(below))))

    def judge(self, deployment: bytes) -> Any:
        """The ids of all policies that forbid something."""
        design = decoded(deployment)
        entities = self.base.with_added_json_str(json.dumps(list(_entities(design))))
        batch = list(_requests(design))
        results = self.cedar.is_authorized_batch(batch, self.policies, entities)
        violated: set[str] = set()
        for result in results:
            if result.diagnostics.errors:
                raise ValueError(result.diagnostics.errors)
            violated.update(result.diagnostics.id_annotations_by_reason.values())
        return violated

    def read(self, answer: Any) -> Answer:
        """The ids are the clauses' names."""
        return Answer(answer, answer)


def _terms(below: dict[str, list[str]]) -> Iterator[Entity]:
    for type_, roots in TREES.items():
        for root in roots:
            for term in below[root]:
                parents = [_id(type_, root)] if term != root else []
                yield {"uid": _id(type_, term), "attrs": {}, "parents": parents}


def _entities(design: Design) -> Iterator[Entity]:
    """The deployment's entities, with whom each use serves and whom each actor acts for."""
    actors = design.get("actor", {})
    registration = design.get("registration", {})
    attributes = {"law": design.get("law", {}), "registration": registration}
    yield {"uid": HOST, "attrs": attributes, "parents": []}
    for name, actor in actors.items():
        represents = [_ref("Actor", other) for other in reach(actors, [name])]
        yield _entity("Actor", name, actor, {"represents": represents})
    for name, people in design.get("people", {}).items():
        yield _entity("People", name, people, {})
    for name, camera in design.get("camera", {}).items():
        yield _entity("Camera", name, camera, {})
    for name, use in design["use"].items():
        starts = [use["by"]] if "by" in use else []
        served = reach(actors, [*starts, *use.get("results-to", ())])
        serves = [_ref("Actor", actor) for actor in served]
        yield _entity("Use", name, use, {"serves": serves, "deployment": {"__entity": HOST}})


def _requests(design: Design) -> Iterator[Entity]:
    """A request for each binding."""
    for name, use in design["use"].items():
        resource = _id("Use", name)
        yield _request(HOST, "use", resource)
        for people in use.get("people", ()):
            yield _request(_id("People", people), "see", resource)
        for actor in design.get("actor", {}):
            principal = _id("Actor", actor)
            yield _request(principal, "take-part", resource)
            for camera in use.get("camera") or ("",):
                context = {"camera": _ref("Camera", camera)} if camera else {}
                yield _request(principal, "film", resource) | {"context": context}


def _request(principal: Entity, action: str, resource: Entity) -> Entity:
    asked = {"type": "Action", "id": action}
    return {"principal": principal, "action": asked, "resource": resource, "context": {}}


def _entity(type_: str, name: str, facts: Entity, more: Entity) -> Entity:
    stated = {f: _ref(KINDS[f], value) if f in KINDS else value for f, value in facts.items()}
    return {"uid": _id(type_, name), "attrs": {**stated, **more}, "parents": []}


def _id(type_: str, name: str) -> Entity:
    return {"type": type_, "id": name}


def _ref(type_: str, name: str) -> Entity:
    return {"__entity": _id(type_, name)}


def load(mode: Mode, work: Path) -> Cedar:
    """The engine, ready.

    Raises:
        ValueError: it cannot do that mode.
    """
    if mode is not Mode.FALSE:
        raise ValueError(mode)
    return Cedar(work)
