"""Where policies and the files of designs are found, and what is wrong with them."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from pathlib import Path

from clausewise.dsl.files.reading import UnreadableError, from_here, resolved, shown
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.startup import store
from clausewise.dsl.startup.lean import field, lean_dataclass, replace
from clausewise.dsl.startup.typed import TYPE_CHECKING, cast
from clausewise.dsl.text.diagnostic import (
    OF_WHAT_IS_MISSING,
    Diagnostic,
    InvalidError,
    has_errors,
)
from clausewise.dsl.text.names import NAME, did_you_mean, hint_for, listed, versioned
from clausewise.dsl.text.source import Source
from clausewise.engine.core.policy import Policy
from clausewise.intake import packages
from clausewise.intake.access import is_path
from clausewise.intake.shared import once, part, parts_of, shared
from clausewise.intake.texts import POLICIES, is_hidden, read

if TYPE_CHECKING:
    from clausewise.dsl.trees.policies import PolicyFile

MOST_HINTED = 40
"""Policies that a hint names, of those that may judge."""
LEAST_OF_TITLE = 4
"""Characters of a word that is looked for in titles."""
FIRST_LINE = r"(?:\s|#[^\n]*+\n)*+policy\s++([A-Za-z0-9-]++)"


class FilesNow:
    """Files as they are found now, each looked at once, for all policies that judge a design, or all of a run."""

    def __init__(self) -> None:
        self._texts: dict[Path, str] = {}
        self._sources: dict[Path, Source | None] = {}
        self._hidden: dict[tuple[Path, Path | None], bool] = {}
        self.judging: dict[tuple[str, ...], list[Policy]] = {}
        """The policies that judge designs that name them so: those of a folder mostly name the same."""

    def text(self, policy: Path) -> str:
        """The text of a policy.

        Raises:
            InvalidError: it cannot be read.
        """
        if policy not in self._texts:
            self._texts[policy] = read(policy, POLICIES).text
        return self._texts[policy]

    def is_as_it_was(self, source: Source) -> bool:
        """Whether a file still holds what was read of it."""
        path = Path(source.path)
        if path not in self._sources:
            try:
                self._sources[path] = read(path)
            except InvalidError:
                self._sources[path] = None
        found = self._sources[path]
        return found is not None and found.is_as(source)

    def is_hidden(self, path: Path, folder: Path) -> bool:
        """Whether a vocabulary of the same name now stands in a folder, where it is looked for first."""
        key = path, folder if os.path.isfile(folder / path.name) else None
        if key not in self._hidden:
            self._hidden[key] = is_hidden(path, folder)
        return self._hidden[key]


@lean_dataclass(frozen=True, slots=True)
class Company:
    """The policies beside which one judges a design, by their files, all links followed.

    Attributes:
        named: those with whose vocabularies its own is joined, so that one design can speak to all.
        judging: those among them that judge, too: it reads the laws among these.
        now: what was looked at for one of them, or for the run's designs before. A company is not kept.
    """

    named: tuple[Path, ...] = ()
    judging: tuple[Path, ...] = ()
    now: FilesNow = field(default_factory=FilesNow, compare=False, repr=False)


def load_policy(name: str, beside: Path | None = None) -> Policy:
    """Read, check and link a policy.

    Args:
        name: the name of a policy in a pack or in the folder `beside`, perhaps with a version (`a-code 1.0`), or a
            path.
        beside: a folder in which policies are trusted.

    Raises:
        InvalidError: the policy or its vocabulary cannot be found or read, or has mistakes.
    """
    return _loaded(name, beside)[0]


def policy_warnings(name: str, beside: Path | None = None) -> tuple[Diagnostic, ...]:
    """What is suspicious in a policy that can be used.

    Raises:
        InvalidError: as for `load_policy`.
    """
    return _loaded(name, beside)[1]


def _loaded(name: str, beside: Path | None) -> tuple[Policy, tuple[Diagnostic, ...]]:
    found = _load_policy(_find_policy(name, beside), (), Company())
    if not is_path(name):
        refuse_other(found[0], name)
    return found


def refuse_other(policy: Policy, named: str) -> None:
    """Refuse a file that holds another policy, or version, than the one after which it or its folder is called.

    Raises:
        InvalidError: it does.
    """
    name, version = versioned(named)
    if version and policy.version != version:
        message = f"`{from_here(policy.source.path)}` holds the version `{policy.version}`, not `{version}`"
        hint = "call the folder after the version that it holds"
        raise InvalidError([Diagnostic("E208", message, hint=hint)])
    if policy.name != name:
        message = (
            f"`{from_here(policy.source.path)}` holds the policy `{policy.name}`, not `{name}`"
        )
        hint = f"call the file `{policy.name}.policy`, or change its first line"
        raise InvalidError([Diagnostic("E208", message, hint=hint)])


def load_file(path: Path, company: Company | None = None) -> Policy:
    """The policy in a file.

    Args:
        path: the file.
        company: the policies beside which it judges; none by default.

    Raises:
        InvalidError: it cannot be read, or has mistakes.
    """
    return _load_policy(real_path(path), (), company or Company())[0]


def _load_policy(
    path: Path, within: tuple[Path, ...], company: Company
) -> tuple[Policy, tuple[Diagnostic, ...]]:
    """A policy and its warnings; `within` are the policies that are being loaded for depending on it.

    What was loaded before in this process is the same again, unless one of its files has changed.
    """
    beside = tuple([company.now.text(other) for other in company.named])
    loaded = _once_loaded.cache_info().misses
    found = _once_loaded(path, within, company, beside)
    if _once_loaded.cache_info().misses > loaded:
        return found  # it was only now read
    if not (company.now.is_as_it_was(found[0].source) and _is_current(found[0], company.now)):
        _once_loaded.cache_clear()
        found = _once_loaded(path, within, company, beside)
    return found


@lru_cache(maxsize=32)
def _once_loaded(
    path: Path, within: tuple[Path, ...], company: Company, beside: tuple[str, ...]
) -> tuple[Policy, tuple[Diagnostic, ...]]:
    source = read(path, POLICIES)
    judging = [str(other) for other in company.judging]
    key = store.key_of("policy", str(path), *map(str, company.named), *beside, *judging)
    kept = store.load(key, part)
    if kept and source.is_as(kept[0].source) and _is_current(kept[0], company.now):
        found = cast(tuple[Policy, tuple[Diagnostic, ...]], kept)
    else:
        from clausewise.engine.backends.python.steps.nests import (
            count_loops,
        )  # not needed for a kept one

        found = _link_policy(path, source, within, company)
        # Reports show the digest. It is kept with the policy, since to work it out takes an import.
        assert found[0].source.sha256
        found[0].work_out()
        count_loops(found[0])
        store.keep(key, found, parts_of(found[0]))
    _name_by_text(found[0])
    for name, other in found[0].policies.items():
        found[0].__dict__["policies"] = {**found[0].policies, name: once(other)}
    return once(found[0]), found[1]


def _name_by_text(policy: Policy) -> None:
    """Give a policy, and those that it depends on, a key: all texts that it was linked from."""
    others = policy.policies.values()
    for other in others:
        _name_by_text(other)
    texts = [source.text for source in (policy.source, *policy.vocabulary.sources)]
    texts += [other.key for other in others]
    policy.__dict__["key"] = key = "\n".join(f"{len(text)} {text}" for text in texts)
    if policy.cautions:
        policy.cautions.__dict__["key"] = f"{key}-warnings"


def _is_current(policy: Policy, now: FilesNow) -> bool:
    """Whether what a kept policy was linked from would be found again by its names, and is as it was."""
    folder = Path(policy.source.path).parent
    vocabularies = policy.vocabulary.sources
    if any(now.is_hidden(Path(source.path), folder) for source in vocabularies):
        return False
    try:
        found = {
            # Laws may come from elsewhere: they are those beside it, whose texts are part of the key.
            name: Path(other.source.path) if other.law_of else _find_policy(name, folder).resolve()
            for name, other in policy.policies.items()
        }
    except InvalidError:
        return False
    return all(map(now.is_as_it_was, vocabularies)) and all(
        found[name] == Path(other.source.path)
        and now.is_as_it_was(other.source)
        and _is_current(other, now)
        for name, other in policy.policies.items()
    )


def read_policy(source: Source) -> tuple[Policy, tuple[Diagnostic, ...]]:
    """The policy in a text that is, or will be, in the file of its path; and what is suspicious in it.

    Raises:
        InvalidError: it, its vocabulary or another policy that it names has mistakes or is not there.
    """
    return _link_policy(real_path(Path(source.path)), source, (), Company())


def _link_policy(
    path: Path, source: Source, within: tuple[Path, ...], company: Company
) -> tuple[Policy, tuple[Diagnostic, ...]]:
    # Not needed for a policy from the cache.
    from clausewise.dsl.trees.policies import LawOfNode
    from clausewise.engine.linking.link import link
    from clausewise.engine.linking.scope import MAX_POLICIES, too_many_policies
    from clausewise.intake.vocabularies import family_of

    tree, problems = _parsed(source)
    if tree is None:
        raise InvalidError(problems)
    others = [(p, t) for p in company.named if p != path and (t := _tree_of(p))]
    family = family_of(tree, source, others, problems)
    vocabulary = shared(family.vocabulary)
    is_law = any(isinstance(item, LawOfNode) for item in tree.items)
    judging = () if is_law else company.judging
    laws = {t.name.text: p for p, t in family.laws.items() if p in judging}
    beside = replace(company, judging=())

    def load(name: str) -> Policy:
        found = laws.get(name) or _find_policy(name, path.parent)
        open_ = (*within, path)
        if found in open_:
            raise InvalidError([_circle([*open_[open_.index(found) :], found])])
        if len(open_) > MAX_POLICIES:
            raise too_many_policies()
        policy = _load_policy(found, open_, beside)[0]
        refuse_other(policy, name)
        return policy

    policy, more = link(tree, source, vocabulary, load, sorted(laws))
    if has_errors(problems):  # what could not be read may hold or use what seems to be missing
        told = (found for found in more if found.code not in OF_WHAT_IS_MISSING)
        raise InvalidError([*problems, *told])
    if policy is None:
        raise InvalidError([*problems, *more])
    return policy, tuple(more)


def _tree_of(path: Path) -> PolicyFile | None:
    """The tree of a policy beside another one; `None` if it has mistakes, which it tells where it judges."""
    tree, problems = _parsed(read(path, POLICIES))
    return None if has_errors(problems) else tree


@lru_cache(maxsize=32)  # each of those that judge together looks at all others
def _parsed(source: Source) -> tuple[PolicyFile | None, tuple[Diagnostic, ...]]:
    tree, problems = parse(source, "policy")
    return tree, tuple(problems)


def _circle(paths: Iterable[Path]) -> Diagnostic:
    """Policies that depend on one another: each path on the next, and the last is the first again."""
    names = " uses ".join(f"`{path.stem}`" for path in paths)
    hint = "test another policy, or write out what is meant"
    return Diagnostic("E403", f"{names}: a circle of policies", hint=hint)


def _find_policy(named: str, beside: Path | None) -> Path:
    """The file of a policy, all links followed. A file beside never takes the name of a pack's policy."""
    if is_path(named):
        return _as_installed(Path(named))
    name, version = versioned(named)
    newest = packages.find(name, ".policy") or policy_beside(name, beside)
    if newest is None:
        beside_it = policies_in(beside) if beside else []
        raise unknown_policy(name, [*beside_it, *packages.names(".policy")])
    path = in_version(newest, version)
    if path is None:
        raise unknown_version(named, newest)
    return _as_installed(path)


def _as_installed(path: Path) -> Path:
    """The file of a policy, all links followed. One of an installed pack must be as it was installed."""
    packages.refuse_changed(path)
    return real_path(path)


def in_version(newest: Path, version: str) -> Path | None:
    """The file of a version of a policy, `None` if it is not there; the newest where none is asked for.

    Args:
        newest: the file of the policy's newest version. Older ones are found in packs only. (Below a project's
            folder, a folder that is called `2026` may hold the designs of strangers.)
        version: as it is asked for.

    Raises:
        InvalidError: the newest cannot be used.
    """
    if not version:
        return newest
    older = packages.older(newest).get(version)
    return older or (newest if load_file(newest).version == version else None)


def files_of(policy: Policy) -> tuple[Source, ...]:
    """The texts of a policy, of its vocabulary with those that this extends, and of the policies that it reads."""
    others = [source for other in policy.policies.values() for source in files_of(other)]
    return (policy.source, *policy.vocabulary.sources, *others)


def versions(policy: Policy) -> list[str]:
    """The versions of a policy that are installed, the newest last. Only a policy of a pack has several."""
    newest = newest_packed(policy)
    return [*packages.older(newest), load_file(newest).version] if newest else [policy.version]


def newest_packed(policy: Policy) -> Path | None:
    """The file of the newest version of a policy of a pack; `None` for one that comes from elsewhere."""
    newest = packages.find(policy.name, ".policy")
    files = (newest, *packages.older(newest).values()) if newest else ()
    return newest if policy.source.path in map(packages.leads_to, files) else None


def unknown_policy(name: str, known: Collection[str]) -> InvalidError:
    """The mistake of naming a policy that is not there; `known` are the names of those that are."""
    if held := [f"`{one}`" for one in _held_by(name) if one in known]:
        message = f"`{name}` is a pack, and no policy"
        hint = f"did you mean {listed(held, 'or')}?"
    else:
        message = f"there is no policy `{name}`"
        hint = hint_for_policy(name, known)
    return InvalidError([Diagnostic("E204", message, hint=hint)])


def _held_by(name: str) -> list[str]:
    """The policies that a pack of this name holds; none if there is no such pack."""
    folder = packages.folders().get(name)
    return sorted(path.stem for path in folder.glob("*.policy")) if folder else []


def hint_for_policy(name: str, known: Collection[str]) -> str:
    """A hint for the name of a policy that is not there: the one that is meant, or else all names.

    `bipa` means `us-il-bipa` by a part of its name, and `illinois` by its title.
    """
    wanted = name.lower()
    meant = [one for one in known if wanted in one.lower().split("-")]
    if not meant and (near := did_you_mean(name, known)):
        return near
    if not meant and len(wanted) >= LEAST_OF_TITLE:
        meant = [one for one in known if wanted in _title_of(one).lower()]
    return (
        f"did you mean `{meant[0]}`?" if meant else hint_for(name, known, "policies", MOST_HINTED)
    )


def _title_of(name: str) -> str:
    """The title of a policy of a pack; empty for others, and for one that cannot be used."""
    try:
        path = packages.find(name, ".policy")
        return load_file(path).title if path else ""
    except InvalidError:
        return ""


def unknown_version(named: str, newest: Path) -> InvalidError:
    """The mistake of naming a version that is not there, of a policy whose newest version is in a file."""
    name, version = versioned(named)
    listed = ", ".join(f"`{name} {one}`" for one in versions(load_file(newest)))
    hint = f"installed: {listed}; `{name}` alone is the newest"
    message = f"there is no version `{version}` of the policy `{name}`"
    return InvalidError([Diagnostic("E204", message, hint=hint)])


def asked_for(policy: Policy) -> str:
    """How a policy is named in a design, so that this version judges: an older one by its version, too."""
    is_older = os.path.basename(os.path.dirname(policy.source.path)) == policy.version
    return policy.full_name if is_older else policy.name


def real_path(path: Path) -> Path:
    """A path with all links followed.

    Raises:
        InvalidError: it leads nowhere.
    """
    try:
        return Path(resolved(path))
    except UnreadableError as error:
        raise InvalidError([Diagnostic("E100", f"`{from_here(path)}` {error}")]) from None


def policy_beside(name: str, folder: Path | None) -> Path | None:
    """The file that is called after a policy, in a folder."""
    path = folder / f"{name}.policy" if folder and NAME.fullmatch(name) else None
    return path if path and os.path.isfile(path) else None


def policies_in(folder: Path) -> list[str]:
    """The names after which the policies in a folder are called."""
    try:
        return sorted(
            p.removesuffix(".policy") for p in os.listdir(folder) if p.endswith(".policy")
        )
    except OSError:
        return []


def name_in(path: Path) -> str:
    """The name of the policy in a file, which is in its first line.

    Raises:
        InvalidError: the file cannot be read.
    """
    found = re.match(FIRST_LINE, read(path, POLICIES).text)
    return found[1] if found else path.stem


def no_design(path: Path, hint: str) -> InvalidError:
    """The mistake of a folder or a file without any design."""
    message = f"there is no design in `{from_here(path)}`"
    return InvalidError([Diagnostic("E520", message, Source(shown(path), ""), None, hint)])
