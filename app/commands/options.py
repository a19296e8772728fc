"""Options that several commands share, and what is found by them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

from clausewise.commands.table import Argument, Option
from clausewise.runs.output import fail, fail_with

if TYPE_CHECKING:
    from clausewise.checking.check import Options
    from clausewise.engine.core.policy import Policy


class Evidence(StrEnum):
    """Whether claims count without proof."""

    OPTIONAL = "optional"
    REQUIRED = "required"


DesignArgument = Annotated[Path, Argument(metavar="FILE", help="A design (.design or .json).")]
PolicyInstead = Annotated[
    Optional[str],  # noqa: UP045  (Typer reads the annotation)
    Option("--policy", help="A policy's name or path, instead of the design's own."),
]
PolicyName = Annotated[str, Option("--policy", help="A policy's name or path.")]
ReadingOption = Annotated[
    Optional[list[str]],  # noqa: UP045
    Option("--reading", metavar="NAME=ALTERNATIVE", help="Choose a reading. Repeatable."),
]
AsOfOption = Annotated[
    Optional[datetime],  # noqa: UP045
    Option("--as-of", formats=["%Y-%m-%d"], help="Judge as of this date."),
]
EvidenceOption = Annotated[
    Evidence, Option("--evidence", help="`required`: claims count only with their evidence.")
]
OutputOption = Annotated[
    Optional[Path],  # noqa: UP045
    Option("--output", "-o", help="Write to this file instead of the terminal."),
]


def options_of(
    policy: str | None, readings: list[str] | None, as_of: datetime | None, evidence: Evidence
) -> Options:
    """How to judge. Exits if a reading is not written as one."""
    from clausewise.checking.check import Options

    day: date | None = as_of.date() if as_of else None
    return Options(policy, readings_of(readings), day, evidence is Evidence.REQUIRED)


def readings_of(texts: list[str] | None) -> dict[str, str]:
    """Alternatives by reading. Exits if one is not written as one."""
    chosen: dict[str, str] = {}
    for text in texts or []:
        name, sign, alternative = text.partition("=")
        if not sign:
            fail(f"`--reading {text}` chooses nothing", "write `--reading NAME=ALTERNATIVE`")
        chosen[name.strip()] = alternative.strip()
    return chosen


def policy_of(name: str) -> Policy:
    """A policy by name or path, the first pack's if none is given. Exits if it cannot be used."""
    from clausewise.dsl.text.diagnostic import InvalidError
    from clausewise.intake.load import load_policy
    from clausewise.policies import names

    try:
        return load_policy(name or names(".policy")[0], Path())
    except InvalidError as error:
        fail_with(error.diagnostics)


def clause_of(policy: Policy, wanted: str) -> str:
    """A clause's name, by its name or number. Exits if there is none."""
    from clausewise.dsl.text.names import hint_for

    found = policy.clause(wanted)
    if found is None:
        fail(f"there is no clause `{wanted}`", hint_for(wanted, policy.clauses, "clauses"))
    return found.name
