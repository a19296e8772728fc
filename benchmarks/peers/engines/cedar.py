"""Cedar, by its Rust engine: the policies parsed once, the taxonomies loaded once as entities with parents.

A deployment becomes entities, and bindings become requests, one for several clauses where they bind the same; all
requests of a deployment go in one batch, to the library's function as its Python wrapper calls it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.peers.engines.python_false import Design, Entity, reach, starts
from benchmarks.peers.protocol import Answer, Mode

TREES = {"Place": ("US",), "Body": ("law-enforcement",)}
"""The terms that clauses ask for by `in`, by the entity type of their taxonomy."""

KINDS = {"jurisdiction": "Place", "place": "Place", "kind": "Body"}
"""The fields whose values are such terms."""

HOST = {"type": "Deployment", "id": "it"}
USE, SEE, TAKE_PART, FILM = (
    {"type": "Action", "id": name} for name in ("use", "see", "take-part", "film")
)

decoded = msgspec.json.Decoder().decode
encoded = msgspec.json.Encoder().encode


class Cedar:
    """A policy set, and what is the same in all deployments."""

    def __init__(self, work: Path) -> None:
        self.version = metadata.version("cedarpy")
        cedar: Any = import_module("cedarpy")
        self.batch: Any = cedar._internal.is_authorized_batch
        text = (work / "clauses.cedar").read_text(encoding="utf-8")
        self.policies: Any = cedar.PolicySet.from_str(text)
        below = json.loads((work / "below.json").read_bytes())["below"]
        self.base: Any = cedar.Entities.from_json_str(json.dumps(list(_terms(below))))

    def judge(self, deployment: bytes) -> Any:
        """The ids of all policies that forbid something.

        Raises:
            ValueError: a policy met an error.
        """
        design = decoded(deployment)
        delta = encoded(list(_entities(design))).decode()
        entities = self.base.with_added_json_str(delta)._inner
        batch = list(_requests(design))
        violated: set[str] = set()
        for answer in self.batch(batch, self.policies, entities, None, False):
            diagnostics = decoded(answer)["diagnostics"]
            if diagnostics["errors"]:
                raise ValueError(diagnostics["errors"])
            violated.update(diagnostics["id_annotations_by_reason"].values())
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
        yield _entity("Actor", name, actor, {"represents": [*reach(actors, [name])]})
    for name, people in design.get("people", {}).items():
        yield _entity("People", name, people, {})
    for name, camera in design.get("camera", {}).items():
        yield _entity("Camera", name, camera, {})
    for name, use in design["use"].items():
        serves = [*reach(actors, starts(use))]
        yield _entity("Use", name, use, {"serves": serves, "deployment": {"__entity": HOST}})


def _requests(design: Design) -> Iterator[Entity]:
    """A request for each binding: a use with someone whom it sees, and with an actor and a camera, if any."""
    actors = [_id("Actor", name) for name in design.get("actor", {})]
    for name, use in design["use"].items():
        resource = _id("Use", name)
        people = [_id("People", seen) for seen in use.get("people", ())]
        for principal in people or [HOST]:
            yield _request(principal, SEE if people else USE, resource)
        cameras = [
            encoded({"camera": _ref("Camera", camera)}).decode() for camera in use.get("camera", ())
        ]
        for principal in actors:
            yield from (_request(principal, FILM, resource) | {"context": c} for c in cameras)
            if not cameras:
                yield _request(principal, TAKE_PART, resource)


def _request(principal: Entity, action: Entity, resource: Entity) -> Entity:
    return {"principal": principal, "action": action, "resource": resource}


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
