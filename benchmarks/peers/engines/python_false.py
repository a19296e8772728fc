"""The clauses by hand in Python, a test of a missing fact being false."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

Entity = dict[str, Any]
Design = dict[str, Any]
Terms = Mapping[str, frozenset[str]]

RECOGNISING = {"access-control", "find-suspects", "watchlist-alert"}
FOLLOWING = {"ongoing-surveillance", "persistent-tracking"}
LIVE = ("real-time", "near-real-time")


def overlaps(entity: Entity, field: str, terms: Collection[str]) -> bool:
    """Whether a stated value of the field is one of the terms."""
    return any(value in terms for value in entity.get(field, ()))


def within(entity: Entity, field: str, terms: Collection[str]) -> bool:
    """Whether the field is stated, and all its values are among the terms."""
    return field in entity and all(value in terms for value in entity[field])


def reach(actors: Mapping[str, Entity], starts: Iterable[str]) -> set[str]:
    """The actors named, and all on whose behalf they act."""
    todo = list(starts)
    found = set(todo)
    for name in todo:
        for other in actors[name].get("acts-for", ()):
            if other not in found:
                found.add(other)
                todo.append(other)
    return found


class Clauses:
    """The clauses, over tables of terms and of ages."""

    def __init__(self, terms: Terms, ages: Mapping[str, int], adult: int) -> None:
        self.terms = terms
        self.ages = ages
        self.adult = adult

    def judge(self, design: Design) -> tuple[set[str], set[str]]:
        """The violated clauses, twice: nothing is open."""
        actors = design.get("actor", {})
        people = design.get("people", {})
        cameras = design.get("camera", {})
        law, registration = design.get("law", {}), design.get("registration", {})
        violated: set[str] = set()
        if law.get("unlawful"):
            violated.add("against-law")
        for use in design["use"].values():
            starts = [use["by"]] if "by" in use else []
            served = reach(actors, [*starts, *use.get("results-to", ())])
            violated.update(self.of_use(use, registration))
            violated.update(self.of_actors(use, served, actors, cameras))
            for name in use.get("people", ()):
                members = [actors[actor] for actor in served]
                violated.update(self.of_people(use, people[name], members, registration, law))
        if not violated.isdisjoint(AGAINST_CODE):
            violated.add("against-code")
        return violated, violated

    def recognises(self, use: Entity) -> bool:
        """The definition of the same name."""
        return overlaps(use, "operation", self.terms["recognise"]) or overlaps(
            use, "purpose", RECOGNISING
        )

    def consented(self, people: Entity) -> bool:
        """The definition of the same name."""
        consent = people.get("consent")
        agreed = (consent == "explicit" and people.get("youngest", -1) >= 18) or (
            consent == "by-guardian" and people.get("oldest", 18) < 18
        )
        quality = people.get("quality", ())
        return (
            agreed
            and "awareness" in quality
            and "control" in quality
            and people.get("alternative", False)
        )

    def of_use(self, use: Entity, registration: Entity) -> Iterator[str]:
        """The violated clauses about a use alone."""
        operation, purpose = use.get("operation", ()), use.get("purpose", ())
        if self.recognises(use) or "enrol" in operation or "liveness" in operation:
            registered = "use-cases" in registration and within(
                use, "purpose", registration["use-cases"]
            )
            many = overlaps(use, "operation", self.terms["one-to-many"])
            approved = within(use, "purpose", self.terms["approved-use"])
            if not approved or not registered or (many and "identity-verification" in purpose):
                yield "beyond-registration"
        if use.get("consequences") != [] and use.get("decision") != "person-decides":
            yield "machine-decides"
        if "liveness" in operation:
            probing = use.get("probing", ())
            if "end-user-automation" in probing:
                yield "probing-automated"
            if "derivative-application" in probing:
                yield "probing-derived"
        infers = use.get("infers", ())
        if "gender" in infers:
            yield "infers-gender"
        if "emotion" in infers:
            yield "infers-emotion"

    def of_people(
        self,
        use: Entity,
        people: Entity,
        served: list[Entity],
        registration: Entity,
        law: Entity,
    ) -> Iterator[str]:
        """The violated clauses about a use and some people."""
        adult = self.ages.get(people["place"], self.adult) if "place" in people else None
        minor = adult is not None and people.get("youngest", adult) < adult
        if minor and (people.get("exploitable") or law.get("unlawful")):
            yield "exploits-young"
        if overlaps(use, "infers", self.terms["sensitive-trait"]):
            lawful = all(self.has_authority(actor) for actor in served)
            if people.get("consent") != "explicit" and not lawful:
                yield "sensitive-inference"
        if self.consented(people):
            return
        recognises = self.recognises(use)
        if recognises or overlaps(use, "operation", {"enrol"}):
            public = registration.get("sector") == "public"
            if not (
                public
                and within(use, "purpose", self.terms["public-use"])
                and all(actor.get("lawful-basis") for actor in served)
            ):
                yield "without-consent"
        if overlaps(use, "tracking", FOLLOWING) or (recognises and use.get("timing") in LIVE):
            yield "being-watched"

    def has_authority(self, actor: Entity) -> bool:
        """A body that may infer what is sensitive, under a court."""
        kind = actor.get("kind")
        return bool(
            (kind in self.terms["law-enforcement"] or kind == "court")
            and actor.get("lawful-basis")
            and actor.get("judicial-oversight")
        )

    def of_actors(
        self,
        use: Entity,
        served: set[str],
        actors: Mapping[str, Entity],
        cameras: Mapping[str, Entity],
    ) -> Iterator[str]:
        """The violated clauses about those who take part in a use."""
        police = [
            actor
            for name, actor in actors.items()
            if actor.get("kind") in self.terms["law-enforcement"]
            and not served.isdisjoint(reach(actors, [name]))
        ]
        if any(actor.get("jurisdiction") in self.terms["US"] for actor in police):
            yield "us-police"
        if police and self.recognises(use) and use.get("timing") == "real-time":
            named = use.get("camera")
            if named == [] or any(self.is_mobile(cameras[name]) for name in named or ()):
                yield "mobile-cameras"

    def is_mobile(self, camera: Entity) -> bool:
        """A camera that moves, out of a controlled place."""
        moves = camera.get("mount") in self.terms["mobile"]
        return moves and camera.get("environment") != "controlled"


AGAINST_CODE = {
    "against-law",
    "beyond-registration",
    "machine-decides",
    "without-consent",
    "us-police",
}
"""The clauses whose violation violates `against-code`."""
