"""A policy compared with its source text: for people, and as the ledger that keeps the comparison."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from clausewise.formats.escaping import toml_text
from clausewise.formats.screen.sheet import Piece, Sheet
from clausewise.tracing.ledger import Entry
from clausewise.tracing.sentences import Sentence, find, head_of
from clausewise.tracing.trace import Claim, Trace, Traced
from clausewise.tracing.words import Origins

OPENING = """\
# Which clause claims which sentence of the source text. The text is not kept here: a fingerprint stands for each
# sentence. Each entry has `clauses = ["name"]`, or `policy = "name"`, or `not-a-rule = "why"`.

"""
STALE = "# No sentence of the source has this fingerprint any more."
MARKS = {Claim.CLAUSES: "✓", Claim.POLICY: "→", Claim.NOT_A_RULE: "·"}
MOST_OF_A_SENTENCE = 160
"""Characters of a sentence that are shown where it has to be told from others."""


# for people


def print_trace(trace: Trace, sheet: Sheet) -> None:
    """Print every sentence's place and who claims it, then what is amiss, then the counts."""
    policy = trace.policy
    sheet.line((policy.title, "bold"), (f"  {policy.full_name}", "dim"))
    for heading, group in groupby(trace.traced, key=lambda traced: traced.sentence.heading):
        sheet.line()
        sheet.line((heading or "before the first heading", "italic"))
        for traced in group:
            _print_sentence(traced, trace, sheet)
    sheet.line()
    for line in _amiss(trace):
        sheet.line(*line, indent=0, hang=2)
    if said := words_summary(trace.words):
        sheet.line((said, "green" if trace.words.is_complete else "red"))
    sheet.line((summary(trace), "green" if trace.is_complete else "red"))


def words_summary(words: Origins) -> str:
    """Whence the words of the vocabulary come, on one line; empty if it keeps no account of that."""
    told = words.in_text + words.in_documents + words.ours
    if not told:
        return ""
    amiss = {"unsaid": len(words.unsaid), "nowhere in the text": len(words.nowhere)}
    shown = [f"{number} {word}" for word, number in amiss.items() if number]
    return (
        f"{told + len(words.unsaid)} fields and terms: {words.in_text} from the text, "
        f"{words.in_documents} from documents, {words.ours} ours"
        + "".join(f"; {each}" for each in shown)
    )


def summary(trace: Trace) -> str:
    """The counts, on one line."""
    count = {claim: sum(t.claim is claim for t in trace.traced) for claim in Claim}
    amiss = {
        "not claimed": len(trace.unclaimed),
        "moved": len(trace.moved),
        "stale": len(trace.stale),
        "without a sentence": len(trace.unsourced),
        "not found": len(trace.unfound),
    }
    shown = [f"{number} {word}" for word, number in amiss.items() if number]
    many = "1 sentence" if len(trace.traced) == 1 else f"{len(trace.traced)} sentences"
    return (
        f"{many}: {count[Claim.CLAUSES]} claimed, "
        f"{count[Claim.POLICY]} by another policy, {count[Claim.NOT_A_RULE]} not a rule; "
        + (", ".join(shown) or "complete and fresh")
    )


def said_of(traced: Traced, trace: Trace) -> str:
    """Who claims a sentence, or why nobody does, in words."""
    entry = traced.entry
    match traced.claim:
        case Claim.CLAUSES if entry:
            return ", ".join(trace.policy.clauses[name].title for name in entry.clauses)
        case Claim.POLICY if entry:
            return f"policy {entry.policy}"
        case Claim.NOT_A_RULE if entry:
            return f"not a rule: {entry.not_a_rule}"
        case Claim.DISOWNED if entry:
            return f"left to policy {entry.policy}, which does not claim it"
        case _:
            return "not claimed"


def _print_sentence(traced: Traced, trace: Trace, sheet: Sheet) -> None:
    style = "" if traced.claim is Claim.CLAUSES else "dim" if traced.is_claimed else "bold red"
    mark = (f"{MARKS.get(traced.claim, '✗')} ", "green" if traced.is_claimed else "bold red")
    place = _below_heading(traced.sentence)
    sheet.line(mark, place, "  ", (said_of(traced, trace), style), indent=2, hang=6)


def _below_heading(sentence: Sentence) -> str:
    """The place without the heading, which stands above it."""
    return sentence.at.removeprefix(f"{sentence.heading}, ") if sentence.heading else sentence.at


def _amiss(trace: Trace) -> Iterator[list[Piece]]:
    """What is amiss, one line each."""
    bad = "bold red"
    for traced in trace.unclaimed:
        words = f": {said_of(traced, trace)}: “{shortened(traced.sentence.text)}”"
        yield [("new  " if traced.entry is None else "open ", bad), traced.sentence.at, words]
    for traced in trace.moved:
        was = traced.entry.at if traced.entry else ""
        words = f" now stands at {traced.sentence.at}; look again at {said_of(traced, trace)}"
        yield [("moved ", bad), was, words]
    for stale in trace.stale:
        yield [("stale ", bad), stale.entry.at, f": look again at {claimed_by(stale.entry)}"]
        if stale.nearest:
            yield [f"      instead, at {stale.nearest.at}: “{shortened(stale.nearest.text)}”"]
    for clause in trace.unsourced:
        yield [("clause ", bad), clause.title, ": no sentence is claimed for it"]
    for unfound in trace.unfound:
        where = f"; it stands at {', '.join(unfound.elsewhere)}" if unfound.elsewhere else ""
        clause = unfound.clause
        yield [("clause ", bad), clause.title, f" at `{clause.at}`: {unfound.trouble}{where}"]
    for word, place in trace.words.nowhere:
        yield [("word  ", bad), word, f": the text has no one place `{place}`"]
    if not trace.words.is_complete:
        for word in trace.words.unsaid:
            yield [("word  ", bad), word, ": whence it comes is not said"]


def claimed_by(entry: Entry) -> str:
    """Who an entry says claims its sentence, in words."""
    if entry.clauses:
        return ", ".join(entry.clauses)
    return f"policy {entry.policy}" if entry.policy else entry.not_a_rule or "it: nobody claimed it"


def shortened(text: str) -> str:
    """The beginning of a sentence."""
    if len(text) <= MOST_OF_A_SENTENCE:
        return text
    return text[: MOST_OF_A_SENTENCE - 1].rsplit(" ", 1)[0] + "…"


# as the ledger


def render_ledger(trace: Trace, opening: str = "") -> str:
    """The ledger in TOML, in the order of the source: new sentences as entries to claim, stale ones at the end.

    Nothing is claimed: an entry keeps what it says. One that has only moved within its list or section takes its
    new place; one that has moved elsewhere keeps its old place, so that it is still shown as moved.
    """
    sentences = [traced.sentence for traced in trace.traced]
    entries = [_entry_lines(_brought_up(traced, sentences)) for traced in trace.traced]
    stale = [f"{STALE}\n{_entry_lines(stale.entry)}" for stale in trace.stale]
    before = opening.replace(f"{STALE}\n", "") if opening.strip() else OPENING
    return before.rstrip() + "\n\n" + "\n".join([*entries, *stale])


def _brought_up(traced: Traced, sentences: list[Sentence]) -> Entry:
    entry, sentence = traced.entry, traced.sentence
    if entry is None:
        return Entry(sentence.fingerprint, sentence.at)
    same_part = find(sentences, head_of(entry.at))
    if traced.moved and len(same_part) == 1 and sentence in same_part[0]:
        return replace(entry, at=sentence.at)
    return entry


def _entry_lines(entry: Entry) -> str:
    lines = [
        "[[sentence]]",
        f"fingerprint = {toml_text(entry.fingerprint)}",
        f"at = {toml_text(entry.at)}",
    ]
    if entry.policy:
        lines.append(f"policy = {toml_text(entry.policy)}")
    elif entry.not_a_rule:
        lines.append(f"not-a-rule = {toml_text(entry.not_a_rule)}")
    else:
        lines.append(f"clauses = [{', '.join(map(toml_text, entry.clauses))}]")
    return "\n".join(lines) + "\n"
