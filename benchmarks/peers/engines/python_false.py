"""The clauses by hand in Python, a test of a missing fact being false."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Entity = dict[str, Any]
Design = dict[str, Any]
Terms = Mapping[str, frozenset[str]]

SUSPICIOUS = frozenset({"access-control", "find-suspects", "watchlist-alert"})
"""The purposes for which a use recognises people, whatever it calls."""
FOLLOWING = frozenset({"ongoing-surveillance", "persistent-tracking"})
GATED = frozenset({"enrol", "liveness"})
LIVE = ("real-time", "near-real-time")
NOTHING: Entity = {}

AGAINST_CODE = frozenset(
    {"against-law", "beyond-registration", "machine-decides", "without-consent", "us-police"}
)
"""The clauses whose violation violates `against-code`."""


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


def starts(use: Entity) -> list[str]:
    """The actors that a use names."""
    named = [*use.get("results-to", ())]
    if "by" in use:
        named.append(use["by"])
    return named


class Clauses:
    """The clauses, over tables of terms and of ages."""

    def __init__(self, terms: Terms, ages: Mapping[str, int], adult: int) -> None:
        self.terms = terms
        self.ages = ages
        self.adult = adult
        self.authorities = terms["law-enforcement"] | {"court"}

    def judge(self, design: Design) -> tuple[set[str], set[str]]:
        """The violated clauses, twice: nothing is open."""
        actors = design.get("actor", NOTHING)
        people = design.get("people", NOTHING)
        law = design.get("law", NOTHING).get("unlawful", False)
        registration = design.get("registration", NOTHING)
        consenting = {name for name, facts in people.items() if self.consented(facts)}
        victims = {name for name, facts in people.items() if self.exploited(facts, law)}
        police = self.police(actors)
        violated: set[str] = {"against-law"} if law else set()
        for use in design["use"].values():
            recognises = self.recognises(use)
            violated.update(self.of_use(use, recognises, registration))
            seen = use.get("people", ())
            if not victims.isdisjoint(seen):
                violated.add("exploits-young")
            if police and self.is_for(use, police[0], actors):
                violated.update(self.of_police(use, recognises, police, design))
            if "infers" in use and not self.terms["sensitive-trait"].isdisjoint(use["infers"]):
                hidden = any(people[name].get("consent") != "explicit" for name in seen)
                if hidden and not self.is_authorised(use, actors):
                    violated.add("sensitive-inference")
            if not consenting.issuperset(seen):
                violated.update(self.of_unwilling(use, recognises, actors, registration))
        if not violated.isdisjoint(AGAINST_CODE):
            violated.add("against-code")
        return violated, violated

    def recognises(self, use: Entity) -> bool:
        """The definition of the same name."""
        return not self.terms["recognise"].isdisjoint(
            use.get("operation", ())
        ) or not SUSPICIOUS.isdisjoint(use.get("purpose", ()))

    def consented(self, people: Entity) -> bool:
        """The definition of the same name."""
        consent = people.get("consent")
        if consent == "explicit":
            agreed = people.get("youngest", -1) >= 18
        else:
            agreed = consent == "by-guardian" and people.get("oldest", 18) < 18
        quality = people.get("quality", ())
        return (
            agreed
            and "awareness" in quality
            and "control" in quality
            and people.get("alternative", False)
        )

    def exploited(self, people: Entity, law: bool) -> bool:
        """Whether someone is under age, and may be exploited."""
        if not (law or people.get("exploitable")) or "place" not in people:
            return False
        adult = self.ages.get(people["place"], self.adult)
        return bool(people.get("youngest", adult) < adult)

    def of_use(self, use: Entity, recognises: bool, registration: Entity) -> Iterator[str]:
        """The violated clauses about a use alone."""
        operation = use.get("operation", ())
        if (recognises or not GATED.isdisjoint(operation)) and self.exceeds(use, registration):
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

    def exceeds(self, use: Entity, registration: Entity) -> bool:
        """Whether a use goes beyond its registration."""
        if "purpose" not in use or "use-cases" not in registration:
            return True
        purpose, registered = use["purpose"], registration["use-cases"]
        if not self.terms["approved-use"].issuperset(purpose):
            return True
        if any(one not in registered for one in purpose):
            return True
        many = self.terms["one-to-many"]
        return "identity-verification" in purpose and not many.isdisjoint(use.get("operation", ()))

    def of_unwilling(
        self, use: Entity, recognises: bool, actors: Mapping[str, Entity], registration: Entity
    ) -> Iterator[str]:
        """The violated clauses about a use that sees people who have not consented."""
        if not FOLLOWING.isdisjoint(use.get("tracking", ())) or (
            recognises and use.get("timing") in LIVE
        ):
            yield "being-watched"
        if (recognises or "enrol" in use.get("operation", ())) and not (
            registration.get("sector") == "public"
            and "purpose" in use
            and self.terms["public-use"].issuperset(use["purpose"])
            and all(actors[name].get("lawful-basis") for name in reach(actors, starts(use)))
        ):
            yield "without-consent"

    def is_authorised(self, use: Entity, actors: Mapping[str, Entity]) -> bool:
        """Whether all that a use serves are bodies that may infer what is sensitive, under a court."""
        served = [actors[name] for name in reach(actors, starts(use))]
        return all(
            actor.get("kind") in self.authorities
            and actor.get("lawful-basis")
            and actor.get("judicial-oversight")
            for actor in served
        )

    def police(self, actors: Mapping[str, Entity]) -> tuple[set[str], set[str]] | None:
        """For whom the police act, and for whom police in the United States do; `None` without police."""
        kinds, places = self.terms["law-enforcement"], self.terms["US"]
        police = [name for name, actor in actors.items() if actor.get("kind") in kinds]
        if not police:
            return None
        american = [name for name in police if actors[name].get("jurisdiction") in places]
        return reach(actors, police), reach(actors, american)

    def is_for(self, use: Entity, group: set[str], actors: Mapping[str, Entity]) -> bool:
        """Whether a use serves one of a group."""
        named = starts(use)
        return not group.isdisjoint(named) or not group.isdisjoint(reach(actors, named))

    def of_police(
        self, use: Entity, recognises: bool, police: tuple[set[str], set[str]], design: Design
    ) -> Iterator[str]:
        """The violated clauses about a use in which the police take part."""
        if self.is_for(use, police[1], design["actor"]):
            yield "us-police"
        if recognises and use.get("timing") == "real-time" and "camera" in use:
            named, cameras = use["camera"], design.get("camera", NOTHING)
            if not named or any(self.is_mobile(cameras[name]) for name in named):
                yield "mobile-cameras"

    def is_mobile(self, camera: Entity) -> bool:
        """A camera that moves, out of a controlled place."""
        moves = camera.get("mount") in self.terms["mobile"]
        return moves and camera.get("environment") != "controlled"
