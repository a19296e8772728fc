"""Files of laws, with the policies that they are about."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast

from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.startup import store
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.syntax import LawsFile
from clausewise.dsl.text.diagnostic import InvalidError, has_errors, placed
from clausewise.dsl.text.source import Source
from clausewise.engine.core.laws import Law, Laws
from clausewise.engine.core.policy import Policy
from clausewise.intake.access import Access
from clausewise.intake.load import load_policy
from clausewise.intake.texts import LAWS, read
from clausewise.intake.walk import Found, find_files


def laws_files(paths: list[Path], access: Access | None = None) -> Found:
    """The files named, and the files of laws in the folders named, in order, and what is left out."""
    return find_files(paths, LAWS, access or Access())


def load_laws(path: Path) -> Laws:
    """Read and link a file of laws. Its policy is one of a pack, or lies beside it.

    What was linked is kept, and found again while neither the file nor a text of its policy has changed.

    Raises:
        InvalidError: it, or its policy, cannot be found or read, or has mistakes.
    """
    source = read(path, LAWS)
    key = store.key_of("laws", str(path.resolve()))
    kept = cast("_Kept | None", store.load(key))
    if kept and source.is_as(kept.source):
        policy = load_policy(kept.policy, path.parent)
        if policy.key == kept.texts:
            return Laws(kept.name, kept.title, policy, kept.laws, source)
    tree = _parsed(source)
    policy = _policy_of(tree, source, path.parent)
    laws = _linked(tree, source, policy, path.parent)
    if laws.policy is policy:  # else it rests on texts of others, too
        named = tree.policy.text
        store.keep(key, _Kept(source, named, policy.key, laws.name, laws.title, laws.laws))
    return laws


def read_laws(source: Source) -> Laws:
    """Link the laws in a text that is, or will be, in the file of its path.

    Raises:
        InvalidError: as for `load_laws`.
    """
    folder = Path(source.path).parent
    tree = _parsed(source)
    return _linked(tree, source, _policy_of(tree, source, folder), folder)


@lean_dataclass(frozen=True, slots=True)
class _Kept:
    """What is kept of a file of laws: all but its policy, of which it names the texts."""

    source: Source
    policy: str
    texts: str
    name: str
    title: str
    laws: Mapping[str, Law]


def _parsed(source: Source) -> LawsFile:
    tree, problems = parse(source, "laws")
    if tree is None or has_errors(problems):
        raise InvalidError(problems)
    return tree


def _policy_of(tree: LawsFile, source: Source, folder: Path) -> Policy:
    try:
        return load_policy(tree.policy.text, folder)
    except InvalidError as error:
        raise InvalidError(placed(error.diagnostics, source, tree.policy.span)) from None


def _linked(tree: LawsFile, source: Source, policy: Policy, folder: Path) -> Laws:
    from clausewise.engine.linking.laws import link_laws

    laws, problems = link_laws(tree, source, policy, lambda name: load_policy(name, folder))
    if laws is None:
        raise InvalidError(problems)
    return laws
