"""What is found by the options of commands."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from clausewise.dsl.startup.typed import TYPE_CHECKING
from clausewise.runs.output import fail, fail_with

if TYPE_CHECKING:
    from pathlib import Path

    from clausewise.checking.options import Options
    from clausewise.engine.core.policy import Policy


class Evidence(StrEnum):
    """Whether claims count without proof."""

    OPTIONAL = "optional"
    REQUIRED = "required"


def configured(file: Path | None = None, *, isolated: bool = False) -> Options:
    """How to judge, as the configuration says. Exits if it cannot be used."""
    from clausewise.configuration.options import options_here
    from clausewise.dsl.text.diagnostic import InvalidError

    try:
        return options_here(file, isolated=isolated)
    except InvalidError as error:
        fail_with(error.diagnostics)


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
