"""Options that several commands share, and what is found by them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

from clausewise.commands.table import Argument, Option
from clausewise.configuration.find import MOST_SAID
from clausewise.dsl.startup.lean import lean_dataclass
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
    Option(
        "--policy",
        help="A policy's name, perhaps with a version (\"NAME 1.0\"), or path, instead of the design's own.",
    ),
]
PolicyName = Annotated[
    str, Option("--policy", help='A policy\'s name, perhaps with a version ("NAME 1.0"), or path.')
]
ReadingOption = Annotated[
    Optional[list[str]],  # noqa: UP045
    Option(
        "--reading",
        metavar="[POLICY.]NAME=ALTERNATIVE",
        help="Choose a reading, of one policy or of each that has it. Repeatable.",
    ),
]
AsOfOption = Annotated[
    Optional[datetime],  # noqa: UP045
    Option("--as-of", formats=["%Y-%m-%d"], help="Judge as of this date."),
]
EvidenceOption = Annotated[
    Optional[Evidence],  # noqa: UP045
    Option("--evidence", help="`required`: claims count only with their evidence."),
]
FailOnOption = Annotated[
    Optional[list[str]],  # noqa: UP045
    Option("--fail-on", metavar="VERDICT", help="Exit 0 for all other verdicts. Repeatable."),
]
ConfigOption = Annotated[
    Optional[Path],  # noqa: UP045
    Option("--config", metavar="FILE", help="The configuration, instead of the nearest."),
]
IsolatedOption = Annotated[
    bool, Option("--isolated", help="No configuration, and only policies of the packs.")
]
ExactOption = Annotated[
    bool,
    Option(
        "--exact",
        help="Call nothing open that is settled however the missing facts turn out (needs clausewise[solver]).",
    ),
]
MaxSizeOption = Annotated[
    Optional[int],  # noqa: UP045
    Option(
        "--max-size", metavar="MIB", min=1, max=MOST_SAID, help="How large a design may be. [4]"
    ),
]
MaxStepsOption = Annotated[
    Optional[int],  # noqa: UP045
    Option(
        "--max-steps",
        metavar="N",
        min=1,
        max=MOST_SAID,
        help="How many steps a judgement may take. [500000]",
    ),
]
OutputOption = Annotated[
    Optional[Path],  # noqa: UP045
    Option("--output", "-o", help="Write to this file instead of the terminal."),
]


def configured(file: Path | None = None, *, isolated: bool = False) -> Options:
    """How to judge, as the configuration says. Exits if it cannot be used."""
    from clausewise.configuration.options import options_here
    from clausewise.dsl.text.diagnostic import InvalidError

    try:
        return options_here(file, isolated=isolated)
    except InvalidError as error:
        fail_with(error.diagnostics)


@lean_dataclass(frozen=True, slots=True)
class Judging:
    """How to judge, as options that several commands share: a command takes them all as one parameter."""

    policy: PolicyInstead = None
    reading: ReadingOption = None
    as_of: AsOfOption = None
    evidence: EvidenceOption = None
    fail_on: FailOnOption = None
    max_size: MaxSizeOption = None
    max_steps: MaxStepsOption = None
    config: ConfigOption = None
    isolated: IsolatedOption = False

    def options(self) -> Options:
        """As the configuration says, but for what is given. Exits if something does not fit."""
        return options_of(
            configured(self.config, isolated=self.isolated),
            self.policy,
            self.reading,
            self.as_of,
            self.evidence,
            self.fail_on,
            self.max_size,
            self.max_steps,
        )


def options_of(
    options: Options,
    policy: str | None = None,
    readings: list[str] | None = None,
    as_of: datetime | None = None,
    evidence: Evidence | None = None,
    fail_on: list[str] | None = None,
    max_size: int | None = None,
    max_steps: int | None = None,
) -> Options:
    """How to judge: as the configuration says, but for what is given. Exits if something does not fit."""
    from clausewise.configuration.options import verdicts_of
    from clausewise.dsl.startup.lean import replace
    from clausewise.dsl.text.diagnostic import InvalidError

    day: date | None = as_of.date() if as_of else None
    options = replace(options, policy=policy, readings=readings_of(readings), as_of=day)
    if evidence:
        options = replace(options, evidence_required=evidence is Evidence.REQUIRED)
    if max_size:
        access = replace(options.access, max_bytes=max_size * 1024**2)
        options = replace(options, access=access)
    if max_steps:
        options = replace(options, max_steps=max_steps)
    try:
        return replace(options, fail_on=verdicts_of(fail_on)) if fail_on else options
    except InvalidError as error:
        fail_with(error.diagnostics)


def readings_of(texts: list[str] | None) -> dict[str, str]:
    """Alternatives by reading. Exits if one is not written as one."""
    chosen: dict[str, str] = {}
    for text in texts or []:
        name, sign, alternative = text.partition("=")
        if not sign:
            fail(
                f"`--reading {text}` chooses nothing",
                "write `--reading NAME=ALTERNATIVE`, or `--reading POLICY.NAME=ALTERNATIVE` for one of several",
            )
        chosen[name.strip()] = alternative.strip()
    return chosen


def policy_of(name: str) -> Policy:
    """A policy by name or path, the default one if none is given. Exits if it cannot be used."""
    from clausewise.dsl.text.diagnostic import InvalidError
    from clausewise.intake.judges import DEFAULT, named_policy

    try:
        return named_policy(name or DEFAULT, configured().access)
    except InvalidError as error:
        fail_with(error.diagnostics)


def clause_of(policy: Policy, wanted: str) -> str:
    """A clause's name, by its name or number. Exits if there is none."""
    from clausewise.dsl.startup.lean import replace
    from clausewise.dsl.text.diagnostic import InvalidError
    from clausewise.intake.judges import named_clause

    try:
        return named_clause(wanted, policy).name
    except InvalidError as error:
        (found,) = error.diagnostics
        others = ", ".join(f"`--policy {name}`" for name in _holders(policy, wanted))
        hint = (
            f"there is one by {others}"
            if others
            else f"{found.hint}; `--policy` names another policy"
        )
        fail_with([replace(found, hint=hint)])


def _holders(policy: Policy, wanted: str) -> list[str]:
    """The other policies that may judge here and have such a clause."""
    from clausewise.dsl.text.diagnostic import InvalidError
    from clausewise.intake.judges import named_policy, names_allowed

    access, found = configured().access, []
    for name in names_allowed(access):
        try:
            if name != policy.name and named_policy(name, access).clause(wanted):
                found.append(name)
        except InvalidError:  # it says so where it is used
            continue
    return found
