"""Who may judge: the policies among which a design chooses, and those that whoever runs Clausewise names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from clausewise.dsl.files.reading import from_here
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError, has_errors, placed
from clausewise.dsl.text.names import MOST_CHARACTERS, hint_for, is_policy, versioned
from clausewise.dsl.text.source import Span
from clausewise.dsl.trees.values import Name
from clausewise.engine.core.clauses import Clause
from clausewise.engine.core.policy import Policy
from clausewise.intake import packages
from clausewise.intake.access import Access, is_path
from clausewise.intake.designs import Written
from clausewise.intake.load import (
    Company,
    FilesNow,
    files_of,
    in_version,
    load_file,
    load_policy,
    name_in,
    newest_packed,
    policies_in,
    policy_beside,
    real_path,
    refuse_other,
    unknown_policy,
    unknown_version,
)

DEFAULT = "face-code-of-conduct"
"""The policy of which commands speak that are told of none, and hints."""
MOST_POLICIES = 20
"""That a design names: for each, folders are searched, and all is judged again. Whoever runs it may name more."""


def named_policy(name: str, access: Access) -> Policy:
    """A policy that whoever runs Clausewise names: by its path, or by a name, perhaps with a version.

    Raises:
        InvalidError: there is none, or it cannot be used.
    """
    if is_path(name):
        return _as_it_must_be(load_policy(name), access)
    found = _allowed(name, access)
    if found is None:
        return _as_it_must_be(load_policy(name, access.home), access)
    return _checked(found, name, access)


def named_clause(wanted: str, policy: Policy) -> Clause:
    """A clause by its name or number.

    Raises:
        InvalidError: there is none.
    """
    ((found,),) = chosen_clauses(wanted, [policy])
    return found


def chosen_clauses(wanted: str, policies: Sequence[Policy]) -> list[tuple[Clause, ...]]:
    """For each policy its clause of that name or number, if it has one; all its clauses, if `wanted` is empty.

    Raises:
        InvalidError: none of the policies has such a clause.
    """
    if not wanted:
        return [tuple(policy.clauses.values()) for policy in policies]
    found: list[tuple[Clause, ...]] = [
        (one,) if (one := policy.clause(wanted)) else () for policy in policies
    ]
    if policies and not any(found):
        where = ", ".join(f"`{policy.full_name}`" for policy in policies)
        known = [name for policy in policies for name in policy.clauses]
        hint = hint_for(wanted, known, "clauses")
        message = f"there is no clause `{wanted}` in {where}"
        raise InvalidError([Diagnostic("E201", message, hint=hint)])
    return found


def policies_for(written: Written, named: str | None, access: Access) -> Iterator[Policy]:
    """The policies that a design is judged by, all of which can be used.

    Raises:
        InvalidError: there is none, or one cannot be used.
    """
    for found in each_policy(written, named, access):
        if isinstance(found, InvalidError):
            raise found
        yield found


def each_policy(
    written: Written, named: str | None, access: Access, now: FilesNow | None = None
) -> Iterator[Policy | InvalidError]:
    """The policies that a design is judged by: `named`, or those it names itself among the ones that may judge.

    In place of one that cannot be used stands why: the others judge all the same.

    Args:
        written: the design.
        named: a policy that judges instead of those that it names.
        access: what may be opened, and which policies may judge.
        now: the policies of this run's designs before, by the same `access`, and their files as they were found.

    Raises:
        InvalidError: it names none, or `named` cannot be used.
    """
    source = written.source
    if named:
        yield _beside(named_policy(named, access), written, access)
        return
    if not written.judged_by and has_errors(written.problems):
        raise InvalidError(written.problems)  # one of them may be in `judged by`
    if not written.judged_by:
        is_json = source.text.lstrip().startswith("{")
        line = (
            f'`"judged-by": ["{DEFAULT}"]`' if is_json else f"`judged by {DEFAULT}` below the title"
        )
        hint = f"write {line}"
        message = "the design does not say by which policy it is judged"
        raise InvalidError([Diagnostic("E510", message, source, Span(0, 1), hint)])
    chosen = {name.text: name for name in written.judged_by}
    if len(chosen) > MOST_POLICIES and not written.instead:
        message = f"a design is judged by at most {MOST_POLICIES} policies, and this one names {len(chosen):,}"
        span = [*chosen.values()][MOST_POLICIES].span
        hint = "copy it, and let each copy name some of them"
        raise InvalidError([Diagnostic("E512", message, source, span, hint)])
    now = now or FilesNow()
    if tuple(chosen) in now.judging:
        yield from now.judging[tuple(chosen)]
        return
    judging = []
    for found in _named_by(written, [*chosen.values()], access, now):
        yield found
        if isinstance(found, Policy):
            judging.append(found)
    if len(judging) == len(chosen):
        now.judging[tuple(chosen)] = judging


def _named_by(
    written: Written, chosen: Sequence[Name], access: Access, now: FilesNow
) -> Iterator[Policy | InvalidError]:
    """The policies that a design names; in place of one that cannot be used, why."""
    found = {name: _found(name, written, access) for name in chosen}
    files = tuple(sorted(file for file in found.values() if isinstance(file, Path)))
    together = files if len(files) > 1 else ()
    company = Company(together, together, now)
    for name, file in found.items():
        if isinstance(file, InvalidError):
            yield file
            continue
        try:
            yield _checked(file, name.text, access, company)
        except InvalidError as error:
            yield InvalidError(placed(error.diagnostics, written.source, name.span))


def _beside(policy: Policy, written: Written, access: Access) -> Policy:
    """A policy that judges alone a design that names others: it understands what is said for these, too."""
    own = Path(policy.source.path)
    found = [_found(name, written, access) for name in written.judged_by[:MOST_POLICIES]]
    files = {own, *(file for file in found if isinstance(file, Path))}
    return load_file(own, Company(tuple(sorted(files)), (own,))) if len(files) > 1 else policy


def _found(name: Name, written: Written, access: Access) -> Path | InvalidError:
    """The file of a policy that a design names, or why it cannot judge."""
    source = written.source
    try:
        return real_path(_chosen(name.text, access, Path(source.path).parent))
    except InvalidError as error:
        return InvalidError(placed(error.diagnostics, source, name.span))


def _chosen(named: str, access: Access, beside: Path) -> Path:
    """The file of a policy that a design names. A design is a stranger's: it names no path, and brings no judge.

    Raises:
        InvalidError: the policy may not judge here, or cannot be used.
    """
    if not is_policy(named):
        hint = "a design names a policy by the name in its first line, never by a path"
        message = f"`{named[:MOST_CHARACTERS]}` is not a name"
        raise InvalidError([Diagnostic("E545", message, hint=hint)])
    found = _allowed(named, access)
    if found:
        return found
    name, version = versioned(named)
    packed, other = _packed(name, access), _allowed(name, access)
    if other and not (packed and in_version(packed, version)):
        raise unknown_version(named, packed or other)
    if packed or policy_beside(name, beside) or policy_beside(name, access.home):
        message = f"the policy `{named}` may not judge here"
        raise InvalidError([Diagnostic("E511", message, hint=access.how_to_judge)])
    raise unknown_policy(name, names_allowed(access))


def _checked(path: Path, named: str, access: Access, company: Company | None = None) -> Policy:
    """The policy in a file that is found by its name."""
    policy = load_file(path, company)
    refuse_other(policy, named)
    return _as_it_must_be(policy, access)


def _as_it_must_be(policy: Policy, access: Access) -> Policy:
    """A policy all of whose files have the digests that the configuration says.

    Raises:
        InvalidError: one has another.
    """
    for source in files_of(policy) if access.digests else ():
        name = Path(source.path).name
        pinned = [digest for pinned_name, digest in access.digests if pinned_name == name]
        if pinned and source.sha256 not in pinned:
            message = f"`{source.path}` has the SHA-256 {source.sha256}, and not that of `digests`"
            hint = f"look what has changed, and write it under `digests` as `{name}`"
            raise InvalidError([Diagnostic("E210", message, hint=hint)])
    return policy


def _allowed(named: str, access: Access) -> Path | None:
    """The file of the policy of that name, and in that version, that may judge."""
    if access.policies is not None:
        return _listed(named, access)
    name, version = versioned(named)
    newest = _packed(name, access)
    if not access.is_isolated and not packages.comes_with_us(newest):
        beside = policy_beside(name, access.home) or policy_beside(name, access.beside)
        newest = _one_of(name, [newest, beside])
    return newest and in_version(newest, version)


def _packed(name: str, access: Access) -> Path | None:
    """The file of a policy of a pack, one that is installed or one of a folder that the configuration names.

    Raises:
        InvalidError: several hold it, or it is not as it was installed.
    """
    installed = packages.find(name, ".policy")
    if access.is_isolated or packages.comes_with_us(installed):
        return installed
    return _one_of(name, [installed, *(policy_beside(name, folder) for folder in access.packs)])


def _one_of(name: str, files: Iterable[Path | None]) -> Path | None:
    """The one file that holds a policy: none shadows another.

    Raises:
        InvalidError: there are several.
    """
    found = {real_path(file): file for file in files if file}
    if len(found) > 1:
        raise packages.two_hold(
            name, ".policy", [f"`{from_here(file)}`" for file in found.values()]
        )
    return next(iter(found.values()), None)


def _listed(named: str, access: Access) -> Path | None:
    """The file of a policy that a configuration lists. Without a version, the newest judges if it is listed."""
    name, version = versioned(named)
    entries = sorted(access.policies or (), key=lambda entry: entry != named)
    files = [file for entry in entries if (file := _file_of(entry, name, access))]
    return next((f for f in files if not version or load_file(f).version == version), None)


def _file_of(entry: str, name: str, access: Access) -> Path | None:
    """The file that an entry of a configuration means, if it holds the policy of that name."""
    if is_path(entry):
        return Path(entry) if name_in(Path(entry)) == name else None
    listed, version = versioned(entry)
    newest = _packed(name, access) if listed == name else None
    return newest and in_version(newest, version)


def is_packed(named: str, access: Access) -> bool:
    """Whether there is a policy of that name, and in that version, in a pack."""
    name, version = versioned(named)
    newest = _packed(name, access)
    return newest is not None and in_version(newest, version) is not None


def names_allowed(access: Access) -> list[str]:
    """The names of the policies that may judge; a version that a configuration lists stands behind its name."""
    if access.policies is not None:
        return [name_in(Path(p)) if is_path(p) else p for p in access.policies]
    packed = packages.names(".policy")
    if access.is_isolated:
        return packed
    own = policies_in(access.beside) if access.beside else []
    theirs = [name for folder in access.packs for name in policies_in(folder)]
    return list(dict.fromkeys([*policies_in(access.home), *own, *packed, *theirs]))


def origin_of(policy: Policy) -> str:
    """Where a policy comes from: `the pack face`, or the path of its file from the working folder on."""
    if packed := newest_packed(policy):
        return packages.origin(packed)
    return from_here(policy.source.path)
