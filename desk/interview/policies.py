"""The policies that can judge at the desk, in all versions that are installed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from clausewise.desk.interview import drafts
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.engine.core.policy import Policy
from clausewise.intake.judges import named_policy, names_allowed, origin_of
from clausewise.intake.load import newest_packed
from clausewise.intake.packages import older


@lean_dataclass(frozen=True, slots=True)
class InstalledPolicy:
    """A version of a policy.

    Attributes:
        full_name: its name, with its version.
        origin: the pack in which it lies.
        is_newest: whether it judges where no version is named.
        mistake: why it cannot be used; empty if it can.
    """

    name: str
    full_name: str
    title: str
    sha256: str
    origin: str
    is_newest: bool
    mistake: str = ""


def installed() -> list[InstalledPolicy]:
    """All of them, by name, the newest version of each first."""
    return [one for name in sorted(names_allowed(drafts.ACCESS)) for one in _versions(name)]


def versions_of(name: str) -> list[InstalledPolicy]:
    """The versions of one policy that can be used, the newest first."""
    return [one for one in _versions(name) if not one.mistake]


def is_installed(full_name: str) -> bool:
    """Whether a policy, with its version, can be used."""
    try:
        return named_policy(full_name, drafts.ACCESS).full_name == full_name
    except InvalidError:
        return False


def clause_labels(names: Iterable[str]) -> Mapping[str, str]:
    """What people call the clauses of policies that are installed, by the clauses' names.

    Where two call a clause otherwise, the last by name counts, such as the newer of two versions.
    """
    found: dict[str, str] = {}
    for name in sorted(names):
        try:
            clauses = named_policy(name, drafts.ACCESS).clauses.values()
        except InvalidError:
            continue
        found |= {clause.name: clause.label for clause in clauses}
    return found


def fields_by_two(full_name: str) -> frozenset[str]:
    """The names of the fields that two people must judge, by the vocabulary of a policy; none if that is gone."""
    try:
        vocabulary = named_policy(full_name, drafts.ACCESS).vocabulary
    except InvalidError:
        return frozenset()
    of_types = (type_.fields.values() for type_ in vocabulary.entities.values())
    return frozenset(field.name for fields in of_types for field in fields if field.by_two)


def _versions(name: str) -> Iterator[InstalledPolicy]:
    try:
        newest = named_policy(name, drafts.ACCESS)
        file = newest_packed(newest)
        before = sorted(older(file), key=_order, reverse=True) if file else []
    except InvalidError as error:
        yield _unusable(name, name, error, is_newest=True)
        return
    yield _told(newest, is_newest=True)
    for version in before:
        full_name = f"{name} {version}"
        try:
            yield _told(named_policy(full_name, drafts.ACCESS), is_newest=False)
        except InvalidError as error:
            yield _unusable(name, full_name, error, is_newest=False)


def _order(version: str) -> list[tuple[int, str]]:
    """Versions by their numbers: 1.10 comes after 1.9."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in version.split(".")]


def _told(policy: Policy, *, is_newest: bool) -> InstalledPolicy:
    return InstalledPolicy(
        policy.name,
        policy.full_name,
        policy.title,
        policy.source.sha256,
        origin_of(policy),
        is_newest,
    )


def _unusable(
    name: str, full_name: str, error: InvalidError, *, is_newest: bool
) -> InstalledPolicy:
    why = error.diagnostics[0].message
    return InstalledPolicy(name, full_name, "", "", "", is_newest, mistake=why)
