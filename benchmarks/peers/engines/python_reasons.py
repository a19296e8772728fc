"""Reasons for the clauses by hand: all the facts that a violated binding's tests read, not a smallest set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

PEOPLE = ["youngest", "oldest", "place", "consent", "quality", "alternative", "exploitable"]
ACTOR = ["kind", "jurisdiction", "acts-for", "lawful-basis", "judicial-oversight"]
CAMERA = ("mount", "environment")
SERVED = ("by", "results-to")
RECOGNISED = ("operation", "purpose")

USE = {
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

SINGLE = {
    "against-law": ("law.unlawful",),
    "exploits-young": ("law.unlawful",),
    "beyond-registration": ("registration.use-cases",),
    "without-consent": ("registration.sector",),
}
"""The facts of single entities that a clause reads."""

OF_ACTORS = {"sensitive-inference", "without-consent", "us-police", "mobile-cameras"}
"""The clauses that read who is served."""


@dataclass(frozen=True, slots=True)
class Binding:
    """The names of what a clause is judged for; empty where it does not bind."""

    use: str = ""
    people: str = ""
    served: tuple[str, ...] = ()
    cameras: tuple[str, ...] = ()


def facts_read(clause: str, binding: Binding) -> list[str]:
    """The facts that the clause's tests read for the binding."""
    facts = [*SINGLE.get(clause, ()), *_facts([binding.use], USE.get(clause, ()))]
    if binding.people:
        facts += _facts([binding.people], PEOPLE)
    if clause in OF_ACTORS:
        facts += _facts(dict.fromkeys(binding.served), ACTOR)
    return facts + _facts(binding.cameras, CAMERA)


def _facts(names: Iterable[str], fields: Iterable[str]) -> list[str]:
    return [f"{name}.{field}" for name in names for field in fields]
