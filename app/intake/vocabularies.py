"""Vocabularies: read, with those that they extend, and joined where policies judge together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from clausewise.dsl.models.check_vocabulary import check_vocabulary
from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.syntax import Attribute, LawOfNode, Name, PolicyFile, VocabularyFile
from clausewise.dsl.text.diagnostic import (
    OF_WHAT_IS_MISSING,
    Diagnostic,
    InvalidError,
    has_errors,
    placed,
)
from clausewise.dsl.text.names import hint_for
from clausewise.dsl.text.source import Source
from clausewise.intake import packages
from clausewise.intake.texts import VOCABULARIES, read, vocabulary_path

VocabularyText = tuple[VocabularyFile, Source]
"""A vocabulary's tree, and its text."""
MOST_BASES = 8
"""How many vocabularies one may extend, over any links."""


@lean_dataclass(frozen=True, slots=True)
class Family:
    """What a policy judges by, beside others: one vocabulary for all of them that extend the same one.

    Attributes:
        vocabulary: of all.
        laws: the policies of law among the others, by their files.
    """

    vocabulary: Vocabulary
    laws: Mapping[Path, PolicyFile]


def family_of(
    tree: PolicyFile,
    source: Source,
    others: Sequence[tuple[Path, PolicyFile]],
    problems: Sequence[Diagnostic],
) -> Family:
    """The vocabulary of a policy, joined with those of others that extend the same one as its own.

    Args:
        tree: the policy.
        source: its text.
        others: the policies beside it, with the files in which they are.
        problems: the mistakes found in the policy so far.

    Raises:
        InvalidError: a vocabulary cannot be found or used, or two of them do not fit together.
    """
    own = _files_of(tree, source, problems)
    files = {of.path: (found, of) for found, of in own}
    laws: dict[Path, PolicyFile] = {}
    for path, other in others:
        try:
            theirs = _files_of(other, read(path), ())
        except InvalidError:  # it will be judged by itself, and says so
            continue
        if theirs[0][1].path == own[0][1].path:
            files |= {of.path: (found, of) for found, of in theirs}
            if any(isinstance(item, LawOfNode) for item in other.items):
                laws[path] = other
    # The same order whichever of them judges, each after those that it extends.
    longest = {of.path: len(_chain(found, of)) for found, of in files.values()}
    order = sorted(files, key=lambda path: (longest[path], path))
    return Family(_vocabulary([files[path] for path in order]), laws)


def load_vocabulary(path: Path) -> Vocabulary:
    """Read and check a vocabulary, with those that it extends.

    Raises:
        InvalidError: one cannot be found or read, or has mistakes.
    """
    return _vocabulary(_chain(*_file(path)))


@lru_cache(maxsize=8)
def read_vocabulary(source: Source) -> Vocabulary:
    """The vocabulary in a text, with those that it extends. One that was read before is the same again.

    Raises:
        InvalidError: it has mistakes, or one that it extends cannot be used.
    """
    return _vocabulary(_chain(*_parsed(source)))


def vocabulary_of(
    tree: PolicyFile, source: Source, problems: Iterable[Diagnostic] = ()
) -> Vocabulary:
    """The vocabulary that a policy names, in the policy's folder or in a pack.

    Raises:
        InvalidError: there is none, or it has mistakes; `problems` are told beside them.
    """
    return _vocabulary(_files_of(tree, source, problems))


def _vocabulary(files: Sequence[VocabularyText]) -> Vocabulary:
    """The vocabulary of some files, the first of which extends none."""
    return _checked(tuple(source for _, source in files))


@lru_cache(maxsize=16)  # for an unknown word all packs are asked, at each letter that is typed
def _checked(sources: Sequence[Source]) -> Vocabulary:
    """The vocabulary of some texts, each checked after those before it."""
    files = [(_tree(source), source) for source in sources]
    from clausewise.dsl.models.check_vocabulary import check_vocabulary  # not for what is cached

    found = []
    for number, (tree, source) in enumerate(files):
        vocabulary, problems = check_vocabulary(tree, source, files[:number])
        if vocabulary is None or has_errors(problems):
            raise InvalidError(problems)
        found.append(vocabulary)
    return found[-1]


def _files_of(
    tree: PolicyFile, source: Source, problems: Iterable[Diagnostic]
) -> list[VocabularyText]:
    """The vocabulary that a policy names, after those that it extends."""
    headers = (i.value for i in tree.items if isinstance(i, Attribute) and i.word == "vocabulary")
    named = next(headers, None)
    if not isinstance(named, Name):
        if has_errors(problems):  # the line that names it may be among what could not be read
            raise InvalidError(problems)
        message = "the policy does not name its vocabulary"
        missing = Diagnostic("E205", message, source, tree.name.span, "write `vocabulary a-name`")
        raise InvalidError([*problems, missing])
    try:
        return _chain(*_named(named, source))
    except InvalidError as error:
        raise InvalidError([*problems, *error.diagnostics]) from None


def _chain(tree: VocabularyFile, source: Source) -> list[VocabularyText]:
    """A vocabulary after those that it extends.

    Raises:
        InvalidError: one of them cannot be found or read, or it extends too many, as it does in a circle.
    """
    found = [(tree, source)]
    while (base := found[0][0].extends) is not None:
        if len(found) > MOST_BASES:
            message = f"`{tree.name.text}` extends more than {MOST_BASES} vocabularies"
            hint = "see whether they extend one another in a circle"
            raise InvalidError([Diagnostic("E337", message, source, tree.name.span, hint)])
        found.insert(0, _named(base, found[0][1]))
    return found


def _named(name: Name, source: Source) -> VocabularyText:
    """The vocabulary that a file names."""
    path = vocabulary_path(name.text, Path(source.path).parent)
    if path is None:
        beside = sorted(p.stem for p in Path(source.path).parent.glob("*.vocabulary"))
        known = dict.fromkeys([*beside, *packages.names(".vocabulary")])
        hint = hint_for(name.text, [*known], "vocabularies")
        message = f"there is no vocabulary `{name.text}`"
        raise InvalidError([Diagnostic("E204", message, source, name.span, hint)])
    try:
        tree, text = _file(path)
    except InvalidError as error:
        raise InvalidError(placed(error.diagnostics, source, name.span)) from None
    if tree.name.text != name.text:
        message = f"`{path.name}` holds the vocabulary `{tree.name.text}`"
        hint = f"call the file `{tree.name.text}.vocabulary`, or change its first line"
        raise InvalidError([Diagnostic("E208", message, source, name.span, hint)])
    return tree, text


def _file(path: Path) -> VocabularyText:
    return _parsed(read(path, VOCABULARIES))


def _parsed(source: Source) -> VocabularyText:
    return _tree(source), source


@lru_cache(maxsize=32)  # policies that judge together mostly name the same few
def _tree(source: Source) -> VocabularyFile:
    tree, problems = parse(source, "vocabulary")
    if tree is None or has_errors(problems):
        found = check_vocabulary(tree, source)[1] if tree and not tree.extends else []
        told = (one for one in found if one.code not in OF_WHAT_IS_MISSING)
        raise InvalidError([*problems, *told])
    return tree
