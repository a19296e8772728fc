"""A plain text to its sentences, each with its place and a fingerprint. Every word of the text is in exactly one.

A text has headings, paragraphs, and lists of bullets, which the sentence before them leads in. What looks like a
heading may be a rule without its full stop, so headings and lead-ins are sentences too.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

SentenceKind = Literal["heading", "lead-in", "paragraph", "bullet"]

MOST_WORDS_OF_A_HEADING = 14

_SYMBOL = re.compile(r"\s*[•·▪◦‣∙*+\u2013\u2014-]\s+(?=\S)")
_NUMERAL = re.compile(r"\s*(?:\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})\)|(?:\d{1,3}|[a-z])\.)\s+(?=\S)")
_HASHES = re.compile(r"\s{0,3}#{1,6}\s+(?=\S)")
_UNDERLINE = re.compile(r"\s*(={3,}|-{3,}|~{3,})\s*")
_ENDS = re.compile(r"[.!?…](?:(?![.!?…])[^\w\s])*+\s++")
_ABBREVIATIONS = {"e.g.", "i.e.", "cf.", "vs.", "art.", "sec.", "mr.", "mrs.", "ms.", "dr.", "st."}
_STEP = re.compile(r"(?:^|, )(heading|lead-in|paragraph|bullet|sentence)(?: ([1-9]\d{0,5}))?$")
_QUOTES = "\"'`\u201a\u201e\u2032\u2033"
"""Quotes and apostrophes that Unicode does not class as opening (Pi) or closing (Pf)."""
_MINUS = "\u2212"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a text.

    Attributes:
        text: its words, on one line, without a bullet's mark.
        heading, lead: the heading and the lead-in that it stands below, normalised, or empty texts.
        number: which of its kind it is below them, from 1.
        part: which sentence of its paragraph or bullet it is, from 1; 0 if it is the only one.
        at: its place in words, which no other sentence of the text has: `doors must not, bullet 2`.
    """

    text: str
    kind: SentenceKind
    heading: str
    lead: str
    number: int
    part: int
    at: str = ""

    @property
    def fingerprint(self) -> str:
        """What identifies its words: 16 hexadecimal digits."""
        return fingerprint(self.text)


def normalise(text: str) -> str:
    """The text without what does not change its meaning: case, blanks, kinds of quote and dash, final marks."""
    seen = "".join(map(_plain, unicodedata.normalize("NFKC", text).casefold()))
    return re.sub(r"(?<!\s)\s++(?=[,.;:!?)])", "", " ".join(seen.split())).rstrip(" ,.;:")


def _plain(character: str) -> str:
    kind = unicodedata.category(character)
    if kind in ("Pi", "Pf") or character in _QUOTES:
        return "'"
    if kind == "Pd" or character == _MINUS:
        return "-"
    return "" if kind == "Cf" else character


def fingerprint(text: str) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of the normalised text."""
    return hashlib.sha256(normalise(text).encode("utf-8", "surrogatepass")).hexdigest()[:16]


# a text to sentences


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """All sentences of a text, in order."""
    found = list(_placed(_blocks(text)))
    parts = {(s.heading, s.lead) for s in found}
    names = Counter(lead or heading for heading, lead in parts)
    return tuple(replace(s, at=_in_words(s, lead_is_enough=names[s.lead] == 1)) for s in found)


def _blocks(text: str) -> list[tuple[SentenceKind, str]]:
    """Headings, paragraphs and bullets. Blank lines separate them, and so do the marks of bullets."""
    found: list[tuple[SentenceKind, str]] = []
    for chunk in re.split(r"\n[^\S\n]*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = [line for line in chunk.splitlines() if line.strip()]
        if len(lines) == 2 and _UNDERLINE.fullmatch(lines[1]):
            found.append(("heading", lines[0].strip()))
            continue
        blocks = _blocks_of(lines)
        found.extend([("heading", blocks[0][1])] if _is_heading(lines, blocks) else blocks)
    return found


def _blocks_of(lines: Iterable[str]) -> list[tuple[SentenceKind, str]]:
    """The blocks of lines that no blank line separates."""
    found: list[tuple[SentenceKind, str]] = []
    for line in lines:
        kind, words = found[-1] if found else ("heading", "")
        if hashes := _HASHES.match(line):
            found.append(("heading", line[hashes.end() :].strip()))
        elif mark := _mark(line, kind, words):
            found.append(("bullet", line[mark.end() :].strip()))
        elif kind == "heading":
            found.append(("paragraph", line.strip()))
        else:
            found[-1] = (kind, f"{words} {line.strip()}")
    return found


def _mark(line: str, kind: SentenceKind, words: str) -> re.Match[str] | None:
    """The mark with which a bullet begins. A numeral in the midst of a paragraph is none."""
    goes_on = kind == "paragraph" and not words.endswith(":")
    return _SYMBOL.match(line) or (None if goes_on else _NUMERAL.match(line))


def _is_heading(lines: list[str], blocks: list[tuple[SentenceKind, str]]) -> bool:
    if len(lines) != 1 or blocks[0][0] != "paragraph":
        return False
    words = blocks[0][1]
    return words[-1] not in ".:;,!?…" and len(words.split()) <= MOST_WORDS_OF_A_HEADING


def _placed(blocks: list[tuple[SentenceKind, str]]) -> Iterator[Sentence]:
    """The sentences of the blocks. The last one before a list leads it in."""
    heading = lead = ""
    counts: Counter[tuple[str, str, SentenceKind]] = Counter()

    def numbered(kind: SentenceKind, below: str, parts: list[str]) -> Iterator[Sentence]:
        counts[heading, below, kind] += bool(parts)
        number = counts[heading, below, kind]
        for part, text in enumerate(parts, 1):
            yield Sentence(text, kind, heading, below, number, part if len(parts) > 1 else 0)

    for i, (kind, words) in enumerate(blocks):
        if kind == "heading":
            heading, lead = normalise(words), ""
            yield from numbered("heading", "", [words])
            continue
        parts = list(_split(words))
        if kind == "bullet":
            yield from numbered("bullet", lead, parts)
            continue
        lead = ""
        leads_in = i + 1 < len(blocks) and blocks[i + 1][0] == "bullet"
        yield from numbered("paragraph", "", parts[:-1] if leads_in else parts)
        if leads_in:
            lead = normalise(parts[-1])
            yield from numbered("lead-in", lead, parts[-1:])


def _split(text: str) -> Iterator[str]:
    """The sentences of a paragraph. Where it is not clear that one ends, it goes on."""
    start = 0
    for end in _ENDS.finditer(text):
        last = text[max(start, end.start() - 12) : end.end()].split()[-1]
        initial = re.fullmatch(r"(?:[A-Z]\.)+", last)
        after = text[end.end() : end.end() + 1]
        if not after or after.islower() or initial or last.lower().lstrip("(") in _ABBREVIATIONS:
            continue
        yield " ".join(text[start : end.end()].split())
        start = end.end()
    if rest := text[start:].split():
        yield " ".join(rest)


# places in words


def _in_words(sentence: Sentence, *, lead_is_enough: bool) -> str:
    """The place of a sentence. A lead-in that also stands below another heading is told apart by its heading."""
    s = sentence
    above = s.heading or ("opening" if s.lead else "")
    heads = [s.lead] if s.lead and lead_is_enough else [above, s.lead]
    counted = s.kind in ("paragraph", "bullet") or s.number > 1
    steps = [f"{s.kind} {s.number}" if counted else s.kind]
    if s.part:
        steps.append(f"sentence {s.part}")
    return ", ".join(filter(None, [*heads, *steps]))


def head_of(at: str) -> str:
    """The place in words without its last steps: `doors must not` of `doors must not, bullet 2`."""
    return _steps(at)[0]


def find(sentences: Iterable[Sentence], at: str) -> list[tuple[Sentence, ...]]:
    """The sentences at a place in words: none if it leads nowhere, several groups if to several places.

    A place is a heading or a lead-in, or the last words of one, with or without brackets around them, in any case,
    and perhaps which bullet, paragraph or sentence: `must not, bullet 2`; `740 ILCS 14/15` of a heading that ends
    with `(740 ILCS 14/15)`; `access` (all below that heading); `access, paragraph 1, sentence 2`.
    """
    head, steps = _steps(at)
    if not head and not steps:
        return []
    known, place = list(sentences), normalise(at)
    if own := [s for s in known if s.at == place]:
        return [tuple(own)]
    exact = [s for s in known if head in _heads(s)]
    named = exact or [
        s for s in known if any(h.endswith((f" {head}", f" ({head})")) for h in _heads(s))
    ]
    groups: dict[tuple[str, str], list[Sentence]] = {}
    for s in named:
        if all(_takes(s, word, number) for word, number in steps):
            groups.setdefault((s.heading, s.lead if steps else ""), []).append(s)
    return [tuple(group) for group in groups.values()]


def _steps(at: str) -> tuple[str, list[tuple[str, int]]]:
    """The head of a place in words, and its steps: what is counted, and the number, 1 if there is none."""
    rest = normalise(at)
    steps: list[tuple[str, int]] = []
    while step := _STEP.search(rest):
        steps.append((step[1], int(step[2] or 1)))
        rest = rest[: step.start()]
    return rest, steps


def _heads(sentence: Sentence) -> tuple[str, ...]:
    """The names of the part that a sentence is in."""
    heading, lead = sentence.heading, sentence.lead
    return (heading, lead, f"{heading}, {lead}") if lead else (heading,)


def _takes(sentence: Sentence, word: str, number: int) -> bool:
    if word == "sentence":
        return number == max(sentence.part, 1)
    return sentence.kind == word and sentence.number == number
