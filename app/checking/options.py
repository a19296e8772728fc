"""How a run judges: what its flags and its configuration say, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from clausewise.checking.bounds import MOST_STEPS
from clausewise.dsl.startup.lean import field, lean_dataclass
from clausewise.dsl.startup.typed import TYPE_CHECKING
from clausewise.engine.core.outcomes import Verdict
from clausewise.intake.access import Access
from clausewise.intake.evidence import Examine, examiner

if TYPE_CHECKING:
    from clausewise.intake.load import FilesNow


PASSING = frozenset({Verdict.PERMITTED})
FAILING = frozenset(Verdict) - PASSING
"""The verdicts that give an exit code other than 0, unless a run says otherwise."""


@lean_dataclass(frozen=True, slots=True)
class Options:
    """How to judge.

    Attributes:
        policy: a policy's name, perhaps with a version (`a-code 1.0`), or its path, instead of those that the
            design names.
        readings: alternatives by reading, instead of the defaults.
        as_of: the date of judging, instead of the design's.
        evidence_required: whether a claim that needs evidence counts only with it.
        access: what may be opened, and which policies a design can choose from.
        readings_by_policy: alternatives by reading, by policy, for which `readings` says nothing. Those of one
            version (`a-code 1.0`) stand in place of those of all.
        fail_on: the verdicts with an exit code other than 0.
        max_steps: how many steps the judgement of a design may take (`budget.py`).
        steps_shown: whether each step of a judgement is to be shown, which takes longer.
        documentation: the address of the pages that explain, for formats that link to them; empty for none.
        exact: whether what is settled however the missing facts turn out is never called open (by a solver).
        waivers: the file of waivers, and `baseline` that of the baseline, for `clausewise check`; `None` for none.
        examine: what looks at evidence, where it is kept by somebody else; `None` for files beside the design.
        now: the files of policies as a run over many designs has found them; without it, each looks anew.
    """

    policy: str | None = None
    readings: Mapping[str, str] = field(default_factory=dict)
    as_of: date | None = None
    evidence_required: bool = False
    access: Access = field(default_factory=Access)
    readings_by_policy: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fail_on: frozenset[Verdict] = FAILING
    max_steps: int = MOST_STEPS
    documentation: str = ""
    steps_shown: bool = False
    exact: bool = False
    waivers: Path | None = None
    baseline: Path | None = None
    examine: Examine | None = None
    now: FilesNow | None = field(default=None, compare=False, repr=False)

    def examine_for(self, design: str) -> Examine:
        """What looks at the evidence of a design, which is in the file of this path."""
        return self.examine or examiner(design, self.access)
