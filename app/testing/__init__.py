"""For authors of rules: Hypothesis strategies for deployments of any vocabulary, and a way to judge them.

from hypothesis import given
from clausewise.testing import Drawn, deployments

POLICE = '''
actor pd {
  kind          police-department
  jurisdiction  US-WA
}
use u {
  results-to  pd, ...
}
'''

@given(deployments("face-recognition", pins=POLICE))
def test_us_police_never_benefit(drawn: Drawn) -> None:
    assert drawn.judged_by("face-code-of-conduct").verdict == "prohibited"

The room also holds what `clausewise test` and `clausewise mutate` do: cases, coverage, mutants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clausewise.testing.strategies import Drawn, deployments
    from clausewise.testing.tried_laws import InconclusiveError, TriedLaw, laws

__all__ = ["Drawn", "InconclusiveError", "TriedLaw", "deployments", "laws"]


def __getattr__(name: str) -> object:
    """Import the strategies when they are first used: running cases needs no Hypothesis."""
    if name in __all__:
        from importlib import import_module

        room = "strategies" if name in ("Drawn", "deployments") else "tried_laws"
        return getattr(import_module(f"clausewise.testing.{room}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
