"""Generated deployments, as JSON designs. The same seed gives the same bytes.

Stated terms are leaves and stated lists are closed, so that a peer needs to know of one kind of unknown only:
the field that is not there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

SEED = 20261123
MISSING = 0.08
"""The share of facts that are left out."""

Facts = dict[str, Any]
Draw = Callable[[], Any]

KINDS = ("company", "company", "university", "state-police", "federal-police", "court", "school")
PLACES = ("US-WA", "US-AL", "US-TX", "DE", "SE", "JP", "KR", "GB")
PURPOSES = (
    *("identity-verification", "media-search", "missing-persons", "apprehended-suspect"),
    *("access-control", "find-suspects", "hiring"),
)
REGISTERED = PURPOSES[:5]
USUAL = PURPOSES[:4]
OPERATIONS = ("detect", "enrol", "liveness", "verify", "identify", "find-similar")
INFERENCES = ("smile", "glasses", "gender", "emotion", "health", "race")
CONSENTS = (*["explicit"] * 12, "implied", "by-guardian", "refused")
QUALITIES = ("awareness", "understanding", "freedom-of-choice", "control")
TIMINGS = ("real-time", "near-real-time", "afterwards", "afterwards", "afterwards")
TRACKINGS = ("ongoing-surveillance", "persistent-tracking", "counting")
DECISIONS = (*["person-decides"] * 5, "person-confirms", "system-decides")
CONSEQUENCES = ("legal", "financial", "employment")
PROBINGS = ("end-user-automation", "derivative-application", "by-the-developer")
MOUNTS = ("fixed", "fixed", "body-worn", "vehicle")
ENVIRONMENTS = ("controlled", "street", "crowd")
SECTORS = ("commercial", "public")


class Generator:
    """Draws deployments one after another from one stream of chance."""

    def __init__(self, seed: int = SEED, missing: float = MISSING) -> None:
        self.random = Random(seed)
        self.missing = missing

    def deployment(self, number: int, uses: int | None = None) -> bytes:
        """A deployment as JSON, with 2 to 6 uses if not said otherwise."""
        draw = self.random.randint
        actors = [f"a{i}" for i in range(draw(3, 6))]
        people = [f"p{i}" for i in range(draw(2, 4))]
        cameras = [f"c{i}" for i in range(draw(1, 4))]
        names = [f"u{i}" for i in range(uses or draw(2, 6))]
        design = {
            "deployment": f"Deployment {number}",
            "judged-by": ["bench"],
            "actor": {name: self._actor(name, actors) for name in actors},
            "people": {name: self._people() for name in people},
            "camera": {name: self._camera() for name in cameras},
            "use": {name: self._use(actors, people, cameras) for name in names},
            "registration": self._registration(),
            "law": self._stated({"unlawful": lambda: self._chance(0.05)}),
        }
        return json.dumps(design).encode()

    def _stated(self, draws: dict[str, Draw]) -> Facts:
        """The facts drawn, of which some are left out."""
        return {name: draw() for name, draw in draws.items() if not self._chance(self.missing)}

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    def _some(self, values: tuple[str, ...] | list[str], low: int, high: int) -> list[str]:
        return self.random.sample(values, min(self.random.randint(low, high), len(values)))

    def _rarely(self, values: tuple[str, ...], share: float) -> list[str]:
        return self._some(values, 1, 2) if self._chance(share) else []

    def _actor(self, name: str, actors: list[str]) -> Facts:
        choice = self.random.choice
        others = [other for other in actors if other != name]
        return self._stated(
            {
                "kind": lambda: choice(KINDS),
                "jurisdiction": lambda: choice(PLACES),
                "acts-for": lambda: self._some(others, 1, 2) if self._chance(0.3) else [],
                "lawful-basis": lambda: self._chance(0.7),
                "judicial-oversight": lambda: self._chance(0.7),
            }
        )

    def _people(self) -> Facts:
        choice = self.random.choice
        return self._stated(
            {
                "youngest": lambda: choice((10, *[18] * 8, 19, 21, 21)),
                "oldest": lambda: choice((17, 30, 60, 90)),
                "place": lambda: choice(PLACES),
                "consent": lambda: choice(CONSENTS),
                "quality": lambda: self._some(QUALITIES, 2 if self._chance(0.05) else 4, 4),
                "alternative": lambda: self._chance(0.97),
                "exploitable": lambda: self._chance(0.1),
            }
        )

    def _camera(self) -> Facts:
        return self._stated(
            {
                "mount": lambda: self.random.choice(MOUNTS),
                "environment": lambda: self.random.choice(ENVIRONMENTS),
            }
        )

    def _use(self, actors: list[str], people: list[str], cameras: list[str]) -> Facts:
        choice = self.random.choice
        return self._stated(
            {
                "by": lambda: choice(actors),
                "results-to": lambda: self._some(actors, 0, 2),
                "people": lambda: self._some(people, 1, 2),
                "camera": lambda: self._some(cameras, 0, 2),
                "purpose": lambda: self._some(PURPOSES if self._chance(0.1) else USUAL, 1, 1),
                "operation": lambda: self._some(OPERATIONS, 1, 3),
                "infers": lambda: self._rarely(INFERENCES, 0.15),
                "timing": lambda: choice(TIMINGS),
                "tracking": lambda: self._rarely(TRACKINGS, 0.15),
                "consequences": lambda: self._rarely(CONSEQUENCES, 0.3),
                "decision": lambda: choice(DECISIONS),
                "probing": lambda: self._rarely(PROBINGS, 0.2),
            }
        )

    def _registration(self) -> Facts:
        return self._stated(
            {
                "use-cases": lambda: [*USUAL, *self._some(REGISTERED[4:], 0, 1)],
                "sector": lambda: self.random.choice(SECTORS),
            }
        )


def deployments(count: int, seed: int = SEED) -> Iterator[bytes]:
    """That many deployments."""
    generator = Generator(seed)
    for number in range(count):
        yield generator.deployment(number)


def many_uses(count: int) -> bytes:
    """One deployment with that many uses, and nothing left out."""
    return Generator(missing=0).deployment(0, uses=count)


def long_chain(length: int) -> bytes:
    """One use by the first of a chain of actors, each acting for the next; the last is police in the US."""
    generator = Generator(missing=0)
    design = json.loads(generator.deployment(0, uses=1))
    company = {
        "kind": "company",
        "jurisdiction": "DE",
        "lawful-basis": True,
        "judicial-oversight": True,
    }
    chain = {
        f"a{i}": {**company, "acts-for": [f"a{i + 1}"] if i + 1 < length else []}
        for i in range(length)
    }
    chain[f"a{length - 1}"].update({"kind": "state-police", "jurisdiction": "US-WA"})
    design["actor"] = chain
    design["use"]["u0"].update({"by": "a0", "results-to": ["a0"]})
    return json.dumps(design).encode()
