"""The two planes on which the backends write every condition."""

from __future__ import annotations

from enum import Enum


class Plane(Enum):
    """Whether a condition is possibly true, or certainly true. It is unknown where these differ.

    For example, `a.kind is police` is possibly true of a public body, and not certainly. Of a company it is
    neither.
    """

    POSSIBLE = "possible"
    CERTAIN = "certain"

    @property
    def other(self) -> Plane:
        """The plane on which a negation asks: what is possibly false is what is not certainly true."""
        return Plane.CERTAIN if self is Plane.POSSIBLE else Plane.POSSIBLE


POSSIBLE, CERTAIN = Plane
