"""The clauses by hand in Python with three values, for each binding: `None` is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from benchmarks.peers.engines.python_false import (
    AGAINST_CODE,
    FOLLOWING,
    GATED,
    LIVE,
    NOTHING,
    SUSPICIOUS,
    Design,
    Entity,
    Terms,
    reach,
)
from benchmarks.peers.engines.python_view import Truth, View

Finding = tuple[str, bool, str, str]
"""A clause that is violated for a binding, or may be: whether it certainly is, the use, and the other one bound.

An empty name stands for someone who is not listed, or for a variable that the clause does not bind.
"""


def either(truths: Iterable[Truth]) -> Truth:
    """Kleene's or."""
    found: Truth = False
    for truth in truths:
        if truth:
            return True
        if truth is None:
            found = None
    return found


def overlaps(terms: frozenset[str], values: list[str] | None) -> Truth:
    """Whether one of the values, which may be unknown, is one of the terms."""
    return None if values is None else not terms.isdisjoint(values)


class Clauses:
    """The clauses, over tables of terms and of ages."""

    def __init__(self, terms: Terms, ages: Mapping[str, int], adult: int) -> None:
        self.terms = terms
        self.ages = ages
        self.adult = adult
        self.authorities = terms["law-enforcement"] | {"court"}

    def view(self, design: Design) -> View:
        """What a deployment says."""
        actors, uses = design.get("actor", NOTHING), design["use"]
        people = design.get("people", NOTHING)
        loose = {name for name, actor in actors.items() if "acts-for" not in actor}
        others = bool(loose) or any("by" not in u or "results-to" not in u for u in uses.values())
        police = self.terms["law-enforcement"]
        return View(
            actors=actors,
            people=people,
            cameras=design.get("camera", NOTHING),
            uses=uses,
            law=design.get("law", NOTHING).get("unlawful"),
            registration=design.get("registration", NOTHING),
            loose=loose,
            others=others,
            served={},
            represented={
                name: reach(actors, [name])
                for name, actor in actors.items()
                if "kind" not in actor or actor["kind"] in police
            },
            consented={name: self.consented(facts) for name, facts in people.items()},
        )

    def findings(self, view: View) -> list[Finding]:
        """Each clause that is violated for a binding, or may be."""
        found: list[Finding] = []
        if view.law is not False:
            found.append(("against-law", view.law is True, "", ""))
        exploited = {name: self.exploited(facts, view.law) for name, facts in view.people.items()}
        for name, use in view.uses.items():
            recognises = self.recognises(use)
            self.of_use(name, use, recognises, view, found)
            self.of_actors(name, use, recognises, view, found)
            self.of_people(name, use, recognises, view, exploited, found)
        code = [sure for clause, sure, _, _ in found if clause in AGAINST_CODE]
        if code:
            found.append(("against-code", any(code), "", ""))
        return found

    def of_people(
        self,
        name: str,
        use: Entity,
        recognises: Truth,
        view: View,
        exploited: Mapping[str, Truth],
        found: list[Finding],
    ) -> None:
        """The clauses about a use and those whom it sees."""
        touched = recognises or (True if "enrol" in use.get("operation", ()) else recognises)
        lawless = False if touched is False else self.lawless(name, use, view)
        watched = self.watched(use, recognises)
        sensitive = overlaps(self.terms["sensitive-trait"], use.get("infers"))
        undue = False if sensitive is False else self.undue(name, view)
        for other in use.get("people", ("",)):
            young = exploited.get(other)
            if young is not False:
                found.append(("exploits-young", young is True, name, other))
            consented = view.consented.get(other)
            if not consented:
                unwilling = consented is False
                if touched is not False and lawless is not False:
                    sure = unwilling and touched is True and lawless is True
                    found.append(("without-consent", sure, name, other))
                if watched is not False:
                    found.append(("being-watched", unwilling and watched is True, name, other))
            consent = view.people.get(other, NOTHING).get("consent")
            if undue is not False and consent != "explicit":
                sure = consent is not None and sensitive is True and undue is True
                found.append(("sensitive-inference", sure, name, other))

    def recognises(self, use: Entity) -> Truth:
        """The definition of the same name."""
        operation, purpose = use.get("operation"), use.get("purpose")
        if operation is not None and not self.terms["recognise"].isdisjoint(operation):
            return True
        if purpose is not None and not SUSPICIOUS.isdisjoint(purpose):
            return True
        return None if operation is None or purpose is None else False

    def consented(self, people: Entity) -> Truth:
        """The definition of the same name."""
        consent, quality = people.get("consent"), people.get("quality")
        youngest, oldest = people.get("youngest"), people.get("oldest")
        alternative = people.get("alternative")
        if alternative is False:
            return False
        if quality is not None and ("awareness" not in quality or "control" not in quality):
            return False
        grown = None if youngest is None else youngest >= 18
        child = None if oldest is None else oldest < 18
        if consent == "explicit":
            agreed = grown
        elif consent == "by-guardian":
            agreed = child
        elif consent is None:
            agreed = False if grown is False and child is False else None
        else:
            return False
        if agreed and (alternative is None or quality is None):
            return None
        return agreed

    def exploited(self, people: Entity, law: Truth) -> Truth:
        """Whether someone is under age, and may be exploited."""
        exploitable = people.get("exploitable")
        if law is False and exploitable is False:
            return False
        if "youngest" not in people or "place" not in people:
            return None
        if people["youngest"] >= self.ages.get(people["place"], self.adult):
            return False
        return True if law or exploitable else None

    def of_use(
        self, name: str, use: Entity, recognises: Truth, view: View, found: list[Finding]
    ) -> None:
        """The clauses about a use alone."""
        operation, infers = use.get("operation"), use.get("infers")
        gated = recognises or (
            True if operation and not GATED.isdisjoint(operation) else recognises
        )
        if gated is not False:
            beyond = self.exceeds(use, view.registration.get("use-cases"))
            if beyond is not False:
                sure = gated is True and beyond is True
                found.append(("beyond-registration", sure, name, ""))
        consequences, decision = use.get("consequences"), use.get("decision")
        if consequences != [] and decision != "person-decides":
            sure = consequences is not None and decision is not None
            found.append(("machine-decides", sure, name, ""))
        if operation is None or "liveness" in operation:
            probing = use.get("probing")
            sure = operation is not None and probing is not None
            if probing is None or "end-user-automation" in probing:
                found.append(("probing-automated", sure, name, ""))
            if probing is None or "derivative-application" in probing:
                found.append(("probing-derived", sure, name, ""))
        if infers is None or "gender" in infers:
            found.append(("infers-gender", infers is not None, name, ""))
        if infers is None or "emotion" in infers:
            found.append(("infers-emotion", infers is not None, name, ""))

    def exceeds(self, use: Entity, registered: list[str] | None) -> Truth:
        """Whether a use goes beyond its registration, whose use cases may be unknown."""
        operation, purpose = use.get("operation"), use.get("purpose")
        if purpose is None:
            return None
        if not self.terms["approved-use"].issuperset(purpose):
            return True
        if registered is not None and any(one not in registered for one in purpose):
            return True
        many: Truth = False
        if "identity-verification" in purpose:
            many = overlaps(self.terms["one-to-many"], operation)
        return many or (None if registered is None and purpose else many)

    def watched(self, use: Entity, recognises: Truth) -> Truth:
        """Whether a use watches people."""
        tracking, timing = use.get("tracking"), use.get("timing")
        if tracking is not None and not FOLLOWING.isdisjoint(tracking):
            return True
        if recognises is False or (timing is not None and timing not in LIVE):
            return None if tracking is None else False
        if recognises and timing:
            return True
        return None

    def lawless(self, name: str, use: Entity, view: View) -> Truth:
        """Whether a use is none of lawful public use."""
        sector, purpose = view.registration.get("sector"), use.get("purpose")
        if sector is not None and sector != "public":
            return True
        if purpose is not None and not self.terms["public-use"].issuperset(purpose):
            return True
        bases = [view.actors[actor].get("lawful-basis") for actor in view.serves(name)]
        if False in bases:
            return True
        if sector is None or purpose is None or None in bases or view.is_open(name):
            return None
        return False

    def undue(self, name: str, view: View) -> Truth:
        """Whether a use serves someone who may not infer what is sensitive, under a court."""
        found = either(self.unauthorised(view.actors[actor]) for actor in view.serves(name))
        return None if found is False and view.is_open(name) else found

    def unauthorised(self, actor: Entity) -> Truth:
        """Whether it is none of the bodies that may infer what is sensitive, under a court."""
        kind, basis = actor.get("kind"), actor.get("lawful-basis")
        oversight = actor.get("judicial-oversight")
        if basis is False or oversight is False:
            return True
        if kind is not None and kind not in self.authorities:
            return True
        return None if kind is None or basis is None or oversight is None else False

    def of_actors(
        self, name: str, use: Entity, recognises: Truth, view: View, found: list[Finding]
    ) -> None:
        """The clauses about those who take part in a use."""
        taking_part = self.taking_part(name, view)
        for actor, takes_part in taking_part.items():
            facts = view.actors.get(actor, NOTHING)
            if "jurisdiction" not in facts:
                found.append(("us-police", False, name, actor))
            elif facts["jurisdiction"] in self.terms["US"]:
                found.append(("us-police", takes_part is True and "kind" in facts, name, actor))
        timing = use.get("timing")
        if taking_part and recognises is not False and timing in ("real-time", None):
            seen = self.seen(use, view.cameras)
            if seen is not False:
                sure = recognises is True and timing is not None and seen is True
                sure = sure and any(
                    takes_part and "kind" in view.actors[actor]
                    for actor, takes_part in taking_part.items()
                )
                found.append(("mobile-cameras", sure, name, ""))

    def taking_part(self, name: str, view: View) -> dict[str, Truth]:
        """Those who may be police and may take part in a use: whether they do."""
        found: dict[str, Truth] = {}
        is_open = view.is_open(name)
        for actor, represented in view.represented.items():
            if not view.serves(name).isdisjoint(represented):
                found[actor] = True
            elif is_open or not view.loose.isdisjoint(represented):
                found[actor] = None
        if view.others:
            found[""] = None
        return found

    def seen(self, use: Entity, cameras: Mapping[str, Entity]) -> Truth:
        """Whether a use sees by a camera that moves, out of a controlled place."""
        named = use.get("camera")
        if not named:
            return None if named is None else True
        return either(self.mobile(cameras[name]) for name in named)

    def mobile(self, camera: Entity) -> Truth:
        """Whether a camera moves, out of a controlled place."""
        mount, environment = camera.get("mount"), camera.get("environment")
        if environment == "controlled" or (mount is not None and mount not in self.terms["mobile"]):
            return False
        return None if mount is None or environment is None else True
