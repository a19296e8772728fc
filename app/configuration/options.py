"""How to judge, and what may be opened, as a configuration says."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from clausewise.checking.options import FAILING, Options
from clausewise.configuration.find import NOT_ABOUT_JUDGING, nearest
from clausewise.dsl.files.reading import from_here
from clausewise.dsl.startup.lean import replace
from clausewise.dsl.startup.typed import TYPE_CHECKING
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.names import hint_for, versioned
from clausewise.engine.core.outcomes import Verdict
from clausewise.intake.access import Access, is_path
from clausewise.intake.judges import is_packed, names_allowed

if TYPE_CHECKING:
    from clausewise.configuration.keys import Digests
    from clausewise.configuration.read import Configuration


def options_here(
    file: Path | None = None, *, isolated: bool = False, here: Path | None = None
) -> Options:
    """How to judge in the working folder. Where there is no configuration, this is found out quickly.

    Args:
        file: the configuration file, instead of the nearest one.
        isolated: whether files and the environment are left alone.
        here: the folder that counts as the working folder, instead of that of the process.

    Raises:
        InvalidError: the configuration cannot be used.
    """
    says_something = any(
        n.startswith("CLAUSEWISE_") and n not in NOT_ABOUT_JUDGING for n in os.environ
    )
    if not (file or isolated or says_something or nearest(str(here or Path.cwd()))):
        return Options(access=Access(root=here))
    from clausewise.configuration.read import configuration

    return options_from(configuration(file, isolated=isolated, here=here))


def options_from(configuration: Configuration) -> Options:
    """How to judge, as a configuration says.

    Raises:
        InvalidError: it names a policy that is not there.
    """
    access = Access(
        policies=configuration["policies"],
        root=configuration.root,
        is_isolated=configuration.is_isolated,
        designs=tuple(map(Path, configuration["design-roots"])),
        evidence=tuple(map(Path, configuration["evidence-roots"])),
        addresses=configuration["evidence-addresses"],
        exclude=configuration["exclude"],
        gitignore=configuration["respect-gitignore"],
        max_bytes=configuration["max-size"] * 1024**2,
        packs=tuple(map(Path, configuration["packs"])),
        digests=tuple(sorted(_pinned(configuration["digests"]))),
    )
    _refuse_missing(access, configuration)
    _refuse_unknown(access, configuration)
    return Options(
        evidence_required=configuration["evidence"] == "required",
        access=access,
        readings_by_policy=configuration["readings"],
        fail_on=verdicts_of(configuration["fail-on"]),
        max_steps=configuration["max-steps"],
        documentation=configuration["documentation"],
        waivers=_file(configuration["waivers"]),
        baseline=_file(configuration["baseline"]),
    )


def _file(path: str) -> Path | None:
    return Path(path) if path else None


def _pinned(digests: Digests) -> Iterator[tuple[str, str]]:
    for name, held in digests.items():
        yield from ((name, digest) for digest in ([held] if isinstance(held, str) else held))


def _refuse_missing(access: Access, configuration: Configuration) -> None:
    """Refuse folders of packs that are not there: what they were to bring would be missed in silence."""
    for folder in access.packs:
        if not folder.is_dir():
            origin = configuration.settings["packs"].origin
            message = (
                f"`packs` names `{from_here(folder)}`, which is no folder ({from_here(origin)})"
            )
            hint = "a path is read from the folder of the configuration on"
            raise InvalidError([Diagnostic("E109", message, hint=hint)])


def _refuse_unknown(access: Access, configuration: Configuration) -> None:
    """Refuse names of policies that lead nowhere: they would be passed over in silence."""
    for name in access.policies or ():
        if not is_path(name) and not is_packed(name, access):
            known = names_allowed(replace(access, policies=None))
            raise _unknown("policies", name, known, configuration)
    if configuration["readings"]:
        known = names_allowed(access)
        for name in configuration["readings"]:
            if name not in {versioned(one)[0] for one in known} and not is_packed(name, access):
                raise _unknown("readings", name, known, configuration)


def _unknown(key: str, name: str, known: list[str], configuration: Configuration) -> InvalidError:
    origin = configuration.settings[key].origin
    message = f"`{key}` names a policy `{name}`, which is not there ({from_here(origin)})"
    return InvalidError([Diagnostic("E109", message, hint=hint_for(name, known, "policies"))])


def verdicts_of(words: Iterable[str]) -> frozenset[Verdict]:
    """The verdicts that words name.

    Raises:
        InvalidError: one of them is none that can fail a run.
    """
    known = [verdict.value for verdict in Verdict if verdict in FAILING]
    for word in words:
        if word not in known:
            hint = hint_for(word, known, "verdicts")
            raise InvalidError([Diagnostic("E109", f"no run can fail on `{word}`", hint=hint)])
    return frozenset(Verdict(word) for word in words)
