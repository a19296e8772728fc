"""Where policies and the files of designs are found, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import cast

from clausewise import policies as packs
from clausewise.dsl.models.vocabulary import Vocabulary, check_vocabulary
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.startup import store
from clausewise.dsl.syntax import Attribute, Name, PolicyFile
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError, has_errors, placed
from clausewise.dsl.text.names import did_you_mean, hint_for
from clausewise.dsl.text.source import Source, Span, UnreadableError, read_source
from clausewise.engine.core.policy import Policy
from clausewise.intake.designs import Written

DESIGN_SUFFIXES = (".design", ".design.json")


def read(path: Path) -> Source:
    """Read a file.

    Raises:
        InvalidError: it cannot be read.
    """
    try:
        return read_source(path)
    except UnreadableError as error:
        source = Source(str(path), "")
        hint = _near(path) or "give a UTF-8 text file, or a folder of designs"
        raise InvalidError([Diagnostic("E100", f"`{path}` {error}", source, None, hint)]) from None


def _near(path: Path) -> str | None:
    """A file beside a missing one, of nearly the same name."""
    folder = path.parent
    if path.exists() or not folder.is_dir():
        return None
    return did_you_mean(path.name, [other.name for other in sorted(folder.iterdir())])


def load_vocabulary(path: Path) -> Vocabulary:
    """Read and check a vocabulary.

    Raises:
        InvalidError: it cannot be read, or has mistakes.
    """
    source = read(path)
    tree, problems = parse(source, "vocabulary")
    vocabulary = None
    if tree is not None:
        vocabulary, more = check_vocabulary(tree, source)
        problems = problems + more
    if vocabulary is None or has_errors(problems):
        raise InvalidError(problems)
    return vocabulary


def load_policy(name: str, beside: Path | None = None) -> Policy:
    """Read, check and link a policy.

    Args:
        name: the name of a policy in a pack or in the folder `beside`, or a path.
        beside: the folder of the design that names it.

    Raises:
        InvalidError: the policy or its vocabulary cannot be found or read, or has mistakes.
    """
    return _load_policy(_find_policy(name, beside).resolve(), ())[0]


def policy_warnings(name: str, beside: Path | None = None) -> tuple[Diagnostic, ...]:
    """What is suspicious in a policy that can be used.

    Raises:
        InvalidError: as for `load_policy`.
    """
    return _load_policy(_find_policy(name, beside).resolve(), ())[1]


@lru_cache(maxsize=32)
def _load_policy(path: Path, within: tuple[Path, ...]) -> tuple[Policy, tuple[Diagnostic, ...]]:
    """A policy and its warnings; `within` are the policies that are being loaded for depending on it."""
    source = read(path)
    key = store.key_of("policy", str(path))
    kept = store.load(key)
    if kept and source.is_as(kept[0].source) and _is_current(kept[0]):
        found = cast(tuple[Policy, tuple[Diagnostic, ...]], kept)
    else:
        found = _link_policy(path, source, within)
        store.keep(key, found)
    _name_by_text(found[0])
    return found


def _name_by_text(policy: Policy) -> None:
    """Give a policy, and those that it depends on, a key: all texts that it was linked from."""
    others = policy.policies.values()
    for other in others:
        _name_by_text(other)
    texts = [policy.source.text, policy.vocabulary.source.text, *(other.key for other in others)]
    policy.__dict__["key"] = "\n".join(f"{len(text)} {text}" for text in texts)


def _is_current(policy: Policy) -> bool:
    """Whether what a kept policy was linked from would be found again by its names, and is as it was."""
    folder = Path(policy.source.path).parent
    vocabulary = policy.vocabulary.source
    if _vocabulary_path(Path(vocabulary.path).stem, folder) != Path(vocabulary.path):
        return False
    try:
        found = {name: _find_policy(name, folder).resolve() for name in policy.policies}
    except InvalidError:
        return False
    return _is_as_it_was(vocabulary) and all(
        found[name] == Path(other.source.path)
        and _is_as_it_was(other.source)
        and _is_current(other)
        for name, other in policy.policies.items()
    )


def _is_as_it_was(source: Source) -> bool:
    try:
        return read_source(Path(source.path)).is_as(source)
    except UnreadableError:
        return False


def _link_policy(
    path: Path, source: Source, within: tuple[Path, ...]
) -> tuple[Policy, tuple[Diagnostic, ...]]:
    from clausewise.engine.linking.link import link  # not needed for a policy from the cache

    tree, problems = parse(source, "policy")
    if tree is None:
        raise InvalidError(problems)
    vocabulary = _vocabulary_of(tree, source, path.parent, problems)

    def load(name: str) -> Policy:
        found, open_ = _find_policy(name, path.parent).resolve(), (*within, path)
        if found in open_:
            raise InvalidError([_circle([*open_[open_.index(found) :], found])])
        return _load_policy(found, open_)[0]

    policy, more = link(tree, source, vocabulary, load)
    if policy is None or has_errors(problems):
        raise InvalidError([*problems, *more])
    return policy, tuple(more)


def _circle(paths: Iterable[Path]) -> Diagnostic:
    """Policies that depend on one another: each path on the next, and the last is the first again."""
    names = " uses ".join(f"`{path.stem}`" for path in paths)
    hint = "test another policy, or write out what is meant"
    return Diagnostic("E403", f"{names}: a circle of policies", hint=hint)


def _vocabulary_of(
    tree: PolicyFile, source: Source, folder: Path, problems: list[Diagnostic]
) -> Vocabulary:
    headers = [i for i in tree.items if isinstance(i, Attribute) and i.word == "vocabulary"]
    if not headers or not isinstance(headers[0].value, Name):
        message = "the policy does not name its vocabulary"
        missing = Diagnostic("E205", message, source, tree.name.span, "write `vocabulary a-name`")
        raise InvalidError([*problems, missing])
    name = headers[0].value
    path = _vocabulary_path(name.text, folder)
    if path is None:
        hint = hint_for(name.text, packs.names(".vocabulary"), "vocabularies")
        message = f"there is no vocabulary `{name.text}`"
        raise InvalidError([*problems, Diagnostic("E204", message, source, name.span, hint)])
    return load_vocabulary(path)


def _vocabulary_path(name: str, folder: Path) -> Path | None:
    """The file of a vocabulary in a folder, or in a pack."""
    local = folder / f"{name}.vocabulary"
    return local if local.is_file() else packs.find(name, ".vocabulary")


def _find_policy(name: str, beside: Path | None) -> Path:
    if name.endswith(".policy") or "/" in name:
        return Path(name)
    local = beside / f"{name}.policy" if beside else None
    path = packs.find(name, ".policy") or (local if local and local.is_file() else None)
    if path is None:
        beside_it = sorted(p.stem for p in beside.glob("*.policy")) if beside else []
        hint = hint_for(name, [*beside_it, *packs.names(".policy")], "policies")
        raise InvalidError([Diagnostic("E204", f"there is no policy `{name}`", hint=hint)])
    return path


def policies_for(written: Written, named: str | None) -> Iterator[Policy]:
    """The policies that a design is judged by: `named`, or those it names itself.

    Raises:
        InvalidError: there is none, or one cannot be used.
    """
    source = written.source
    beside = Path(source.path).parent
    if named:
        yield load_policy(named, beside)
        return
    if not written.judged_by:
        hint = f"write `judged by {packs.names('.policy')[0]}` below the title, or give --policy"
        message = "the design does not say by which policy it is judged"
        raise InvalidError([Diagnostic("E510", message, source, Span(0, 1), hint)])
    for name in written.judged_by:
        try:
            yield load_policy(name.text, beside)
        except InvalidError as error:
            raise InvalidError(placed(error.diagnostics, source, name.span)) from None


def design_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and the designs in the folders named, in order.

    Raises:
        InvalidError: a folder holds no design.
    """
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = sorted(p for p in path.rglob("*") if p.name.endswith(DESIGN_SUFFIXES))
        if not found:
            raise no_design(path, "designs are files that end in `.design` or `.design.json`")
        yield from found


def no_design(path: Path, hint: str) -> InvalidError:
    """The mistake of a folder or a file without any design."""
    message = f"there is no design in `{path}`"
    return InvalidError([Diagnostic("E520", message, Source(str(path), ""), None, hint)])
