"""Whether a policy says all that its source text says: each sentence claimed, each clause found, all of it fresh.

A ledger beside the policy (`NAME.trace.toml`) holds a fingerprint of each sentence, and who claims it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from clausewise.dsl.files.reading import shown
from clausewise.dsl.text.diagnostic import Diagnostic, Diagnostics, InvalidError
from clausewise.dsl.text.names import hint_for
from clausewise.dsl.text.source import Source
from clausewise.engine.core.clauses import Clause
from clausewise.engine.core.policy import Policy
from clausewise.intake.load import load_policy
from clausewise.intake.texts import read
from clausewise.tracing.ledger import Entry, read_ledger
from clausewise.tracing.sentences import Sentence, find, head_of, normalise, sentences_of
from clausewise.tracing.words import Origins, words_of

MOST_SENTENCES = 10_000
"""Of a source text: each entry of a ledger and each clause is looked for among all of them."""


class Claim(StrEnum):
    """Who answers for a sentence."""

    CLAUSES = "claimed"
    POLICY = "claimed by another policy"
    NOT_A_RULE = "not a rule"
    DISOWNED = "left to another policy, which does not claim it"
    NOBODY = "not claimed"


@dataclass(frozen=True, slots=True)
class Traced:
    """A sentence of the source, its entry if there is one, and who answers for it.

    `moved` says that it stands in another place than its entry has it.
    """

    sentence: Sentence
    entry: Entry | None
    claim: Claim
    moved: bool = False

    @property
    def is_claimed(self) -> bool:
        """Whether somebody, or a reason why not, answers for the sentence."""
        return self.claim not in (Claim.NOBODY, Claim.DISOWNED)


@dataclass(frozen=True, slots=True)
class Stale:
    """An entry whose sentence is gone, and the new sentence that most likely took its place."""

    entry: Entry
    nearest: Sentence | None


class Trouble(StrEnum):
    """Why a clause is not found where it says it stands."""

    NOWHERE = "its place leads nowhere"
    SEVERAL = "its place leads to several places"
    NO_QUOTE = "its quote does not stand at its place"
    NOT_CLAIMED = "the ledger does not claim for it the sentence that it quotes"


@dataclass(frozen=True, slots=True)
class Unfound:
    """A clause that is not found at its place. `elsewhere`: the places where its quote stands."""

    clause: Clause
    trouble: Trouble
    elsewhere: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """A policy compared with its source text.

    Attributes:
        traced: every sentence of the source, in order.
        stale: entries whose sentence is not in the source any more.
        unsourced: clauses that no entry names.
        unfound: clauses that are not found where they say they stand.
        words: whence the words of the vocabulary come.
    """

    policy: Policy
    traced: tuple[Traced, ...]
    stale: tuple[Stale, ...]
    unsourced: tuple[Clause, ...]
    unfound: tuple[Unfound, ...]
    words: Origins

    @property
    def unclaimed(self) -> tuple[Traced, ...]:
        """The sentences that nobody answers for."""
        return tuple(t for t in self.traced if not t.is_claimed)

    @property
    def moved(self) -> tuple[Traced, ...]:
        """The sentences that stand in another place than their entries have it."""
        return tuple(t for t in self.traced if t.moved)

    @property
    def is_complete(self) -> bool:
        """Whether everything is claimed, found and fresh."""
        amiss = self.unclaimed or self.moved or self.stale or self.unsourced or self.unfound
        return not amiss and self.words.is_complete


# entries compared with the source


def compare(
    policy: Policy,
    sentences: Sequence[Sentence],
    entries: Iterable[Entry],
    answered: Mapping[str, frozenset[str]],
) -> Trace:
    """A policy compared with the sentences of its source.

    Args:
        policy: the policy whose clauses the entries name.
        sentences: those of the source as it is now, in order.
        entries: those of the policy's ledger.
        answered: the fingerprints that the ledgers of other policies answer for, by policy.
    """
    entries = tuple(entries)
    matched = _matched(sentences, entries)
    traced = tuple(
        _traced(sentence, matched.get(i, (None, False)), answered)
        for i, sentence in enumerate(sentences)
    )
    used = {t.entry for t in traced}
    new = [t.sentence for t in traced if t.entry is None]
    stale = tuple(Stale(e, _nearest(e, new)) for e in entries if e not in used)
    named = {name for entry in entries for name in entry.clauses}
    clauses = policy.clauses.values()
    unsourced = tuple(clause for clause in clauses if clause.name not in named)
    texts = [normalise(sentence.text) for sentence in sentences]
    unfound = tuple(found for clause in clauses if (found := _unfound(clause, traced, texts)))
    words = words_of(policy.vocabulary, sentences)
    return Trace(policy, traced, stale, unsourced, unfound, words)


def _matched(
    sentences: Sequence[Sentence], entries: Iterable[Entry]
) -> dict[int, tuple[Entry, bool]]:
    """By the number of a sentence, its entry, and whether it has moved. Entries in their places come first."""
    same: dict[str, list[int]] = {}
    for i, sentence in enumerate(sentences):
        same.setdefault(sentence.fingerprint, []).append(i)
    found: dict[int, tuple[Entry, bool]] = {}
    astray: list[Entry] = []
    for entry in entries:
        free = (i for i in same.get(entry.fingerprint, ()) if i not in found)
        here = next((i for i in free if _stands_at(sentences[i], entry.at, sentences)), None)
        if here is None:
            astray.append(entry)
        else:
            found[here] = (entry, False)
    for entry in astray:
        other = next((i for i in same.get(entry.fingerprint, ()) if i not in found), None)
        if other is not None:
            found[other] = (entry, True)
    return found


def _stands_at(sentence: Sentence, at: str, sentences: Sequence[Sentence]) -> bool:
    if sentence.at == at:
        return True
    groups = find(sentences, at)
    return len(groups) == 1 and sentence in groups[0]


def _traced(
    sentence: Sentence,
    match: tuple[Entry | None, bool],
    answered: Mapping[str, frozenset[str]],
) -> Traced:
    claim = Claim.NOBODY
    entry, moved = match
    if entry and entry.clauses:
        claim = Claim.CLAUSES
    elif entry and entry.not_a_rule:
        claim = Claim.NOT_A_RULE
    elif entry and entry.policy:
        is_answered = sentence.fingerprint in answered.get(entry.policy, ())
        claim = Claim.POLICY if is_answered else Claim.DISOWNED
    return Traced(sentence, entry, claim, moved)


def _nearest(entry: Entry, new: Sequence[Sentence]) -> Sentence | None:
    """The new sentence at an entry's place, or else the first in the same part of the text."""
    for at in (entry.at, head_of(entry.at)):
        groups = find(new, at)
        if groups:
            return groups[0][0]
    return None


def _unfound(clause: Clause, traced: Sequence[Traced], texts: Sequence[str]) -> Unfound | None:
    """What is wrong with a clause's place and quote, if anything is; `texts` are the sentences, normalised."""
    quote = normalise(clause.quotes)
    quoted = [t for t, text in zip(traced, texts, strict=True) if quote and quote in text]
    groups = find([t.sentence for t in traced], clause.at)
    here = [t for t in quoted if groups and t.sentence in groups[0]]
    if len(groups) != 1:
        trouble = Trouble.SEVERAL if groups else Trouble.NOWHERE
    elif not here:
        trouble = Trouble.NO_QUOTE
    elif not any(t.entry and clause.name in t.entry.clauses for t in here):
        trouble = Trouble.NOT_CLAIMED
    else:
        return None
    return Unfound(clause, trouble, tuple(t.sentence.at for t in quoted if t not in here))


# files to a comparison


def ledger_path(policy: Policy) -> Path:
    """Where the ledger of a policy is: beside it, `NAME.trace.toml`."""
    return Path(policy.source.path).with_suffix(".trace.toml")


def trace_policy(name: str, text: Path, *, new: bool = False) -> Trace:
    """Compare a policy with its source text by its ledger.

    Args:
        name: the policy's name in a pack or in the working folder, or its path.
        text: the source text, a plain text file.
        new: a ledger that is not there is taken for an empty one.

    Raises:
        InvalidError: a file cannot be read, or the policy, or a ledger that it needs, has mistakes.
    """
    policy = load_policy(name, Path())
    sentences = sentences_of(read(text).text)
    if not sentences:
        message = f"there is no sentence in `{text}`"
        hint = "give the source as plain text"
        raise InvalidError([Diagnostic("E522", message, Source(str(text), ""), None, hint)])
    if len(sentences) > MOST_SENTENCES:
        message = f"`{text}` has more than {MOST_SENTENCES:,} sentences"
        hint = "give the part of it that the policy is about"
        raise InvalidError([Diagnostic("E100", message, Source(str(text), ""), None, hint)])
    path = ledger_path(policy)
    if new and not path.exists():
        return compare(policy, sentences, (), {})
    if not path.exists():
        message = f"there is no ledger `{shown(path)}` yet"
        hint = (
            f"`clausewise trace {name} --source {shown(text)} --update -o {shown(path)}` writes one"
        )
        raise InvalidError([Diagnostic("E100", message, Source(shown(path), ""), None, hint)])
    entries, source = _load_ledger(path)
    problems = Diagnostics(source)
    others = {other: _other(other, entry, policy, problems) for other, entry in _left(entries)}
    _check_clauses(entries, policy, problems)
    if problems.found:
        raise InvalidError(problems.found)
    return compare(policy, sentences, entries, others)


def _load_ledger(path: Path) -> tuple[tuple[Entry, ...], Source]:
    source = read(path)
    entries, problems = read_ledger(source)
    if problems:
        raise InvalidError(problems)
    return entries, source


def _left(entries: Iterable[Entry]) -> Iterable[tuple[str, Entry]]:
    """The policies to which sentences are left, each with the first entry that does."""
    first: dict[str, Entry] = {}
    for entry in entries:
        if entry.policy:
            first.setdefault(entry.policy, entry)
    return first.items()


def _other(name: str, entry: Entry, policy: Policy, problems: Diagnostics) -> frozenset[str]:
    """The fingerprints that the ledger of another policy answers for itself."""
    if name == policy.name:
        message = f"`{name}` leaves a sentence to itself"
        problems.add("E605", message, entry.span, hint="name the clauses that claim it")
        return frozenset()
    try:
        other = load_policy(name, Path(policy.source.path).parent)
    except InvalidError as error:
        first = error.diagnostics[0]
        if first.source is None:  # there is no policy of that name
            problems.add("E603", first.message, entry.span, hint=first.hint)
        else:
            message = f"the policy `{name}` cannot be used: {first.message}"
            hint = f"see `clausewise clause --policy {name}`, and mend it first"
            problems.add("E606", message, entry.span, hint=hint)
        return frozenset()
    entries, _ = _load_ledger(ledger_path(other))
    return frozenset(e.fingerprint for e in entries if e.clauses or e.not_a_rule)


def _check_clauses(entries: Iterable[Entry], policy: Policy, problems: Diagnostics) -> None:
    for entry in entries:
        for name in entry.clauses:
            if name not in policy.clauses:
                hint = hint_for(name, policy.clauses, "clauses")
                message = f"`{policy.name}` has no clause `{name}`"
                problems.add("E603", message, entry.span, hint=hint)
