"""The clauses by hand in Python with three values: `None` is unknown. It explains on request."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from benchmarks.peers.engines.python_false import (
    AGAINST_CODE,
    FOLLOWING,
    LIVE,
    RECOGNISING,
    Design,
    Entity,
    Terms,
)
from benchmarks.peers.engines.python_reasons import Binding, facts_read

Truth = bool | None
Named = tuple[str, Entity]
Group = tuple[dict[str, Entity], bool]
"""Actors by name, and whether there may be others."""

Finding = tuple[str, Truth, Binding]
"""A clause, what it comes to for one binding, and which."""

UNLISTED: Named = ("", {})
"""Someone of whom nothing is known."""


def negation(truth: Truth) -> Truth:
    """Not; unknown stays unknown."""
    return None if truth is None else not truth


def both(*truths: Truth) -> Truth:
    """Kleene's and."""
    return False if False in truths else None if None in truths else True


def either(*truths: Truth) -> Truth:
    """Kleene's or."""
    return True if True in truths else None if None in truths else False


def is_(entity: Entity, field: str, terms: Collection[str]) -> Truth:
    """Whether the field's one value is one of the terms."""
    value = entity.get(field)
    return None if value is None else value in terms


def overlaps(entity: Entity, field: str, terms: Collection[str]) -> Truth:
    """Whether a value of the field is one of the terms."""
    values = entity.get(field)
    return None if values is None else any(value in terms for value in values)


def within(entity: Entity, field: str, terms: Collection[str] | None) -> Truth:
    """Whether all values of the field are among the terms, which may be unknown."""
    values = entity.get(field)
    if values == []:
        return True
    return None if values is None or terms is None else all(value in terms for value in values)


def reach(actors: Mapping[str, Entity], starts: Iterable[str]) -> Group:
    """The actors named and all on whose behalf they act."""
    found = {name: actors[name] for name in starts}
    todo = list(found)
    for name in todo:
        for other in actors[name].get("acts-for", ()):
            if other not in found:
                found[other] = actors[other]
                todo.append(other)
    return found, any("acts-for" not in actor for actor in found.values())


def every(group: Group, truths: Iterable[Truth]) -> Truth:
    """Kleene's and over a group that may have further members, of whom nothing is known."""
    return both(*truths, None if group[1] else True)


def may_be_others(design: Design) -> list[Named]:
    """Someone of whom nothing is known, if a reference to an actor may name one that is not listed."""
    is_open = any("acts-for" not in actor for actor in design.get("actor", {}).values())
    uses = design["use"].values()
    is_open = is_open or any("by" not in use or "results-to" not in use for use in uses)
    return [UNLISTED] if is_open else []


def members(entity: Entity, field: str, entities: Mapping[str, Entity]) -> list[Named]:
    """The entities that a field names; one of which nothing is known if it is not stated."""
    names = entity.get(field)
    return [UNLISTED] if names is None else [(name, entities[name]) for name in names]


class Clauses:
    """The clauses, over tables of terms and of ages."""

    def __init__(self, terms: Terms, ages: Mapping[str, int], adult: int, *, explain: bool) -> None:
        self.terms = terms
        self.ages = ages
        self.adult = adult
        self.explain = explain
        self.authorities = terms["law-enforcement"] | {"court"}

    def judge(self, design: Design) -> tuple[list[str], list[str], dict[str, list[str]]]:
        """The violated clauses, those possibly violated, and the reasons."""
        truths: dict[str, Truth] = {}
        why: dict[str, Binding] = {}
        for clause, truth, binding in self.findings(design):
            truths[clause] = either(truths.get(clause, False), truth)
            if truth:
                why.setdefault(clause, binding)
        truths["against-code"] = either(*[truths.get(name, False) for name in AGAINST_CODE])
        reasons: dict[str, list[str]] = {}
        if self.explain:
            reasons = {clause: facts_read(clause, binding) for clause, binding in why.items()}
            if truths["against-code"]:
                reasons["against-code"] = next(reasons[c] for c in reasons if c in AGAINST_CODE)
        violated = [clause for clause, truth in truths.items() if truth]
        return violated, [c for c, truth in truths.items() if truth is not False], reasons

    def findings(self, design: Design) -> Iterator[Finding]:
        """What each clause comes to for each binding that does not keep it at once."""
        law = design.get("law", {})
        yield "against-law", law.get("unlawful"), Binding()
        actors = design.get("actor", {})
        others = may_be_others(design)
        for name, use in design["use"].items():
            starts = [use["by"]] if "by" in use else []
            served, is_open = reach(actors, [*starts, *use.get("results-to", ())])
            group = served, is_open or not starts or "results-to" not in use
            recognises = self.recognises(use)
            binding = Binding(name, served=(*served,))
            for clause, truth in self.of_use(use, recognises, design.get("registration", {})):
                yield clause, truth, binding
            yield from self.of_actors((name, use), recognises, group, design, others)
            for called, people in members(use, "people", design.get("people", {})):
                binding = Binding(name, called, (*served,))
                for clause, truth in self.of_people(use, recognises, people, group, design):
                    yield clause, truth, binding

    def recognises(self, use: Entity) -> Truth:
        """The definition of the same name."""
        by_operation = overlaps(use, "operation", self.terms["recognise"])
        return by_operation or either(by_operation, overlaps(use, "purpose", RECOGNISING))

    def consented(self, people: Entity) -> Truth:
        """The definition of the same name."""
        youngest, oldest = people.get("youngest"), people.get("oldest")
        adults = None if youngest is None else youngest >= 18
        children = None if oldest is None else oldest < 18
        return both(
            either(
                both(is_(people, "consent", ("explicit",)), adults),
                both(is_(people, "consent", ("by-guardian",)), children),
            ),
            overlaps(people, "quality", ("awareness",)),
            overlaps(people, "quality", ("control",)),
            people.get("alternative"),
        )

    def of_use(
        self, use: Entity, recognises: Truth, registration: Entity
    ) -> Iterator[tuple[str, Truth]]:
        """The clauses about a use alone."""
        gated = recognises or either(recognises, overlaps(use, "operation", ("enrol", "liveness")))
        if gated is not False:
            yield "beyond-registration", both(gated, self.is_beyond(use, registration))
        consequences = use.get("consequences")
        if consequences != []:
            touches = None if consequences is None else True
            decided = is_(use, "decision", ("person-decides",))
            yield "machine-decides", both(touches, negation(decided))
        liveness = overlaps(use, "operation", ("liveness",))
        if liveness is not False:
            automated = overlaps(use, "probing", ("end-user-automation",))
            yield "probing-automated", both(liveness, automated)
            derived = overlaps(use, "probing", ("derivative-application",))
            yield "probing-derived", both(liveness, derived)
        yield "infers-gender", overlaps(use, "infers", ("gender",))
        yield "infers-emotion", overlaps(use, "infers", ("emotion",))

    def is_beyond(self, use: Entity, registration: Entity) -> Truth:
        """Whether a use goes beyond its registration."""
        return either(
            negation(within(use, "purpose", self.terms["approved-use"])),
            negation(within(use, "purpose", registration.get("use-cases"))),
            both(
                overlaps(use, "operation", self.terms["one-to-many"]),
                overlaps(use, "purpose", ("identity-verification",)),
            ),
        )

    def of_people(
        self, use: Entity, recognises: Truth, people: Entity, served: Group, design: Design
    ) -> Iterator[tuple[str, Truth]]:
        """The clauses about a use and some people."""
        unlawful = design.get("law", {}).get("unlawful")
        young = self.is_young(people)
        if young is not False:
            yield "exploits-young", both(young, either(people.get("exploitable"), unlawful))
        sensitive = overlaps(use, "infers", self.terms["sensitive-trait"])
        explicit = is_(people, "consent", ("explicit",))
        if sensitive is not False and explicit is not True:
            lawful = every(served, (self.has_authority(actor) for actor in served[0].values()))
            yield "sensitive-inference", both(sensitive, negation(explicit), negation(lawful))
        consented = self.consented(people)
        if consented is True:
            return
        touched = recognises or either(recognises, overlaps(use, "operation", ("enrol",)))
        if touched is not False:
            lawful = self.is_lawful(use, served, design.get("registration", {}))
            yield "without-consent", both(touched, negation(consented), negation(lawful))
        live = both(recognises, is_(use, "timing", LIVE))
        watched = either(overlaps(use, "tracking", FOLLOWING), live)
        yield "being-watched", both(watched, negation(consented))

    def is_young(self, people: Entity) -> Truth:
        """Whether someone is under the age of their place."""
        if "place" not in people or "youngest" not in people:
            return None
        return bool(people["youngest"] < self.ages.get(people["place"], self.adult))

    def has_authority(self, actor: Entity) -> Truth:
        """A body that may infer what is sensitive, under a court."""
        kind = is_(actor, "kind", self.authorities)
        return both(kind, actor.get("lawful-basis"), actor.get("judicial-oversight"))

    def is_lawful(self, use: Entity, served: Group, registration: Entity) -> Truth:
        """Lawful public use."""
        public = is_(registration, "sector", ("public",))
        if public is False:
            return False
        named = within(use, "purpose", self.terms["public-use"])
        based = every(served, (actor.get("lawful-basis") for actor in served[0].values()))
        return both(public, named, based)

    def of_actors(
        self, use: Named, recognises: Truth, served: Group, design: Design, others: list[Named]
    ) -> Iterator[Finding]:
        """The clauses about those who take part in a use."""
        name, facts = use
        actors, cameras = design.get("actor", {}), design.get("camera", {})
        live = both(recognises, is_(facts, "timing", ("real-time",)))
        by_mobile = False if live is False else both(live, self.is_by_mobile(facts, cameras))
        for called, actor in [*actors.items(), *others]:
            police = is_(actor, "kind", self.terms["law-enforcement"])
            if police is False:
                continue
            represented = reach(actors, [called]) if called else ({}, True)
            police = both(police, self.overlap(represented, served))
            binding = Binding(
                name, served=(*served[0], *represented[0]), cameras=(*facts.get("camera", ()),)
            )
            in_us = is_(actor, "jurisdiction", self.terms["US"])
            yield "us-police", both(in_us, police), binding
            yield "mobile-cameras", both(by_mobile, police), binding

    def overlap(self, left: Group, right: Group) -> Truth:
        """Whether two groups have a member in common."""
        if not left[0].keys().isdisjoint(right[0]):
            return True
        return None if left[1] or right[1] else False

    def is_by_mobile(self, use: Entity, cameras: Mapping[str, Entity]) -> Truth:
        """Whether a use sees by a camera that moves, out of a controlled place."""
        if use.get("camera") == []:
            return True
        return either(
            *[
                both(
                    is_(camera, "mount", self.terms["mobile"]),
                    negation(is_(camera, "environment", ("controlled",))),
                )
                for _, camera in members(use, "camera", cameras)
            ]
        )
