"""Reasons for the clauses by hand in Python: facts that decide a violation, and what an open clause waits for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from benchmarks.peers.engines.python_false import AGAINST_CODE, GATED, LIVE, NOTHING, Entity
from benchmarks.peers.engines.python_three import Clauses, Finding
from benchmarks.peers.engines.python_view import View

PEOPLE = ("youngest", "oldest", "place", "consent", "quality", "alternative", "exploitable")
ACTOR = ("kind", "jurisdiction", "acts-for", "lawful-basis", "judicial-oversight")
AUTHORITY = ("kind", "lawful-basis", "judicial-oversight")
CAMERA = ("mount", "environment")
RECOGNISED = ("operation", "purpose")
SERVED = ("by", "results-to")

OF_USE = {
    "beyond-registration": RECOGNISED,
    "exploits-young": ("people",),
    "machine-decides": ("consequences", "decision"),
    "sensitive-inference": ("infers", "people", *SERVED),
    "probing-automated": ("operation", "probing"),
    "probing-derived": ("operation", "probing"),
    "without-consent": ("people", *RECOGNISED, *SERVED),
    "infers-gender": ("infers",),
    "infers-emotion": ("infers",),
    "us-police": SERVED,
    "mobile-cameras": ("timing", "camera", *RECOGNISED, *SERVED),
    "being-watched": ("people", "tracking", "timing", *RECOGNISED),
}
"""The fields of a use that a clause reads."""

OF_PEOPLE = {
    "exploits-young": ("youngest", "place", "exploitable"),
    "sensitive-inference": ("consent",),
    "without-consent": PEOPLE,
    "being-watched": PEOPLE,
}

SINGLE = {
    "against-law": ["law.unlawful"],
    "exploits-young": ["law.unlawful"],
    "beyond-registration": ["registration.use-cases"],
    "without-consent": ["registration.sector"],
}
"""The facts of single entities that a clause reads."""

OF_ACTORS = {"sensitive-inference", "without-consent", "us-police", "mobile-cameras"}
"""The clauses that read who is served."""


def reasons(view: View, found: Iterable[Finding]) -> dict[str, list[str]]:
    """By violated clause, all facts that its tests read for the first violated binding: not a smallest set."""
    first: dict[str, Finding] = {}
    for finding in found:
        if finding[1]:
            first.setdefault(finding[0], finding)
    decided = {c: list(facts_read(view, f)) for c, f in first.items() if c != "against-code"}
    if "against-code" in first:
        decided["against-code"] = next(facts for c, facts in decided.items() if c in AGAINST_CODE)
    return decided


def facts_read(view: View, finding: Finding) -> Iterator[str]:
    """The facts that a clause's tests read for a binding."""
    clause, _, name, other = finding
    yield from SINGLE.get(clause, ())
    for field in OF_USE.get(clause, ()):
        yield f"{name}.{field}"
    for field in OF_PEOPLE.get(clause, ()):
        yield f"{other}.{field}"
    if clause in OF_ACTORS:
        served = view.serves(name)
        if clause == "us-police":
            served = served | view.represented[other]
        if clause == "mobile-cameras":
            groups = view.represented.values()
            served = served.union(*(group for group in groups if not served.isdisjoint(group)))
            yield from _all(view.uses[name]["camera"], CAMERA)
        yield from _all(served, ACTOR)


def missing(
    clauses: Clauses, view: View, found: Iterable[Finding], violated: Iterable[str]
) -> dict[str, set[str]]:
    """By open clause, the unknown facts that its open bindings wait for.

    Args:
        clauses: what judged.
        view: the deployment.
        found: all bindings for which a clause is violated, or may be.
        violated: the clauses that are violated.
    """
    waits = Waits(clauses, view)
    settled = {*violated, "against-code"}
    lacking: dict[str, set[str]] = {}
    for clause, _, name, other in found:
        if clause not in settled:
            lacking.setdefault(clause, set()).update(waits.of(clause, name, other))
    if "against-code" not in violated and not AGAINST_CODE.isdisjoint(lacking):
        lacking["against-code"] = set().union(*(lacking.get(c, ()) for c in AGAINST_CODE))
    return lacking


class Waits:
    """What the open bindings of a deployment wait for."""

    def __init__(self, clauses: Clauses, view: View) -> None:
        self.clauses = clauses
        self.view = view
        loose = [f"{name}.acts-for" for name in view.loose]
        self.gaps = {*loose, *(f for n, use in view.uses.items() for f in _lacks(n, use, SERVED))}
        """The facts because of which there may be actors who are not listed."""

    def of(self, clause: str, name: str, other: str) -> Iterator[str]:
        """What a clause waits for, where it is open for a binding."""
        use = self.view.uses.get(name, NOTHING)
        if clause == "against-law":
            yield "law.unlawful"
        elif clause == "beyond-registration":
            yield from self.beyond(name, use)
        elif clause == "exploits-young":
            yield from self.exploited(name, other)
        elif clause == "sensitive-inference":
            yield from self.sensitive(name, use, other)
        elif clause == "without-consent":
            yield from self.without_consent(name, use, other)
        elif clause == "us-police":
            yield from _lacks(other, self.view.actors.get(other), ("kind", "jurisdiction"))
            yield from self.taking_part(name, other)
        elif clause == "mobile-cameras":
            yield from self.mobile(name, use)
        elif clause == "being-watched":
            yield from self.watched(name, use, other)
        else:
            yield from _lacks(name, use, OF_USE[clause])

    def beyond(self, name: str, use: Entity) -> Iterator[str]:
        """Of `beyond-registration`."""
        purpose = use.get("purpose")
        if not self.clauses.recognises(use) and GATED.isdisjoint(use.get("operation", ())):
            yield from _lacks(name, use, RECOGNISED)
        if purpose is None or "identity-verification" in purpose:
            yield from _lacks(name, use, RECOGNISED)
        if purpose != []:
            yield from _lacks("registration", self.view.registration, ("use-cases",))

    def exploited(self, name: str, other: str) -> Iterator[str]:
        """Of `exploits-young`."""
        people = self.view.people.get(other)
        yield from self.seen(name, other)
        yield from _lacks(other, people, ("youngest", "place"))
        if not self.view.law:
            yield from _lacks(other, people, ("exploitable",))
        if self.view.law is None and not (people and people.get("exploitable")):
            yield "law.unlawful"

    def sensitive(self, name: str, use: Entity, other: str) -> Iterator[str]:
        """Of `sensitive-inference`."""
        yield from _lacks(name, use, ("infers",))
        yield from self.seen(name, other)
        yield from _lacks(other, self.view.people.get(other), ("consent",))
        if self.clauses.undue(name, self.view) is None:
            yield from self.served(name, AUTHORITY)

    def without_consent(self, name: str, use: Entity, other: str) -> Iterator[str]:
        """Of `without-consent`."""
        if not self.clauses.recognises(use) and "enrol" not in use.get("operation", ()):
            yield from _lacks(name, use, RECOGNISED)
        yield from self.seen(name, other)
        yield from self.consented(other)
        if self.clauses.lawless(name, use, self.view) is None:
            yield from _lacks("registration", self.view.registration, ("sector",))
            yield from _lacks(name, use, ("purpose",))
            yield from self.served(name, ("lawful-basis",))

    def mobile(self, name: str, use: Entity) -> Iterator[str]:
        """Of `mobile-cameras`."""
        if not self.clauses.recognises(use):
            yield from _lacks(name, use, RECOGNISED)
        yield from _lacks(name, use, ("timing", "camera"))
        taking_part = self.clauses.taking_part(name, self.view)
        actors = self.view.actors
        if not any(takes_part and "kind" in actors[a] for a, takes_part in taking_part.items()):
            for actor, takes_part in taking_part.items():
                yield from _lacks(actor, actors.get(actor), ("kind",))
                if takes_part is None:
                    yield from self.taking_part(name, actor)
        if not self.clauses.seen(use, self.view.cameras):
            for camera in use.get("camera", ()):
                facts = self.view.cameras[camera]
                if self.clauses.mobile(facts) is None:
                    yield from _lacks(camera, facts, CAMERA)

    def watched(self, name: str, use: Entity, other: str) -> Iterator[str]:
        """Of `being-watched`."""
        recognises = self.clauses.recognises(use)
        if not self.clauses.watched(use, recognises):
            yield from _lacks(name, use, ("tracking",))
            timing = use.get("timing")
            if recognises is not False and (timing is None or timing in LIVE):
                yield from _lacks(name, use, ("timing",))
                if not recognises:
                    yield from _lacks(name, use, RECOGNISED)
        yield from self.seen(name, other)
        yield from self.consented(other)

    def seen(self, name: str, other: str) -> Iterator[str]:
        """Whom a use sees, if that is not said."""
        if not other:
            yield f"{name}.people"

    def consented(self, other: str) -> Iterator[str]:
        """What keeps it open whether people have consented."""
        people = self.view.people.get(other)
        if people is None or self.view.consented[other] is not None:
            return
        yield from _lacks(other, people, ("quality", "alternative"))
        consent = people.get("consent")
        if consent in ("explicit", None) and people.get("youngest", 18) >= 18:
            yield from _lacks(other, people, ("consent", "youngest"))
        if consent in ("by-guardian", None) and people.get("oldest", 17) < 18:
            yield from _lacks(other, people, ("consent", "oldest"))

    def served(self, name: str, fields: tuple[str, ...]) -> Iterator[str]:
        """Whom a use serves, and these fields of theirs."""
        yield from self.serving(name)
        for actor in self.view.serves(name):
            facts = self.view.actors[actor]
            if self.clauses.unauthorised(facts) is not True or fields == ("lawful-basis",):
                yield from _lacks(actor, facts, fields)

    def serving(self, name: str) -> Iterator[str]:
        """The facts because of which a use may serve others."""
        yield from _lacks(name, self.view.uses[name], SERVED)
        for actor in self.view.serves(name) & self.view.loose:
            yield f"{actor}.acts-for"

    def taking_part(self, name: str, actor: str) -> Iterator[str]:
        """What keeps it open whether an actor takes part in a use."""
        if not actor:
            yield from self.gaps
        elif self.view.serves(name).isdisjoint(self.view.represented[actor]):
            yield from self.serving(name)
            for other in self.view.represented[actor] & self.view.loose:
                yield f"{other}.acts-for"


def _lacks(name: str, entity: Entity | None, fields: tuple[str, ...]) -> list[str]:
    """Those of an entity's facts that are not stated; none of someone who is not listed."""
    return [f"{name}.{f}" for f in fields if f not in entity] if entity is not None else []


def _all(names: Iterable[str], fields: tuple[str, ...]) -> list[str]:
    return [f"{name}.{field}" for name in names for field in fields]
