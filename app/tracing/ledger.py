"""A ledger: a fingerprint of each sentence of a policy's source, and who claims it, in TOML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from clausewise.dsl.text.diagnostic import Diagnostic, Diagnostics, InvalidError
from clausewise.dsl.text.names import hint_for
from clausewise.dsl.text.source import Source, Span
from clausewise.intake.toml import table_of
from clausewise.tracing.sentences import normalise

ANSWERS = ("clauses", "policy", "not-a-rule")
ENTRY = re.compile(r"^[ \t]*\[\[[ \t]*sentence[ \t]*\]\].*$", re.MULTILINE)
HINT = "TOML: `[[sentence]]` begins an entry, its lines are `key = value`"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a ledger says of one sentence: which clauses claim it, or which policy, or why it is no rule.

    With none of the three, the sentence is still to be claimed.
    """

    fingerprint: str
    at: str
    clauses: tuple[str, ...] = ()
    policy: str = ""
    not_a_rule: str = ""
    span: Span = field(default=Span(0, 1), compare=False)


def read_ledger(source: Source) -> tuple[tuple[Entry, ...], list[Diagnostic]]:
    """The entries of a ledger, and its mistakes."""
    problems = Diagnostics(source)
    try:
        ledger = table_of(source, "E601", HINT)
    except InvalidError as error:
        return (), list(error.diagnostics)
    rows = ledger.pop("sentence", [])
    for key in ledger:
        hint = hint_for(key, ["sentence"], "keys")
        problems.add("E602", f"a ledger has no `{key}`", _word(source, key), hint=hint)
    if not isinstance(rows, list):
        message = "`sentence` is not a list of entries"
        problems.add("E602", message, _word(source, "sentence"), hint="write `[[sentence]]`")
        return (), problems.found
    headers = [Span(*match.span()) for match in ENTRY.finditer(source.text)]
    spans = headers if len(headers) == len(rows) else [Span(0, 1)] * len(rows)
    entries = [_entry(row, span, problems) for row, span in zip(rows, spans, strict=True)]
    found = tuple(entry for entry in entries if entry is not None)
    _check_twice(found, problems)
    return found, problems.found


def _word(source: Source, word: str) -> Span:
    start = max(0, source.text.find(word))
    return Span(start, start + len(word))


def _entry(row: object, span: Span, problems: Diagnostics) -> Entry | None:
    """An entry, or `None` if it does not fit."""
    wrong = list(_misfits(row))
    for message, hint in wrong:
        problems.add("E602", message, span, hint=hint)
    if wrong or not isinstance(row, dict):
        return None
    clauses = tuple(row.get("clauses", ()))
    texts = (row.get("policy", ""), row.get("not-a-rule", ""))
    return Entry(row["fingerprint"], row["at"], clauses, *texts, span)


def _misfits(row: object) -> Iterator[tuple[str, str]]:
    """What is wrong with an entry, each with a hint."""
    if not isinstance(row, dict):
        yield "an entry is not a table", "write `[[sentence]]`, then its lines"
        return
    known = ["fingerprint", "at", *ANSWERS]
    for key in row:
        if key not in known:
            yield f"an entry has no `{key}`", hint_for(key, known, "keys")
    if not re.fullmatch(r"[0-9a-f]{16}", str(row.get("fingerprint"))):
        yield "an entry's `fingerprint` is 16 hexadecimal digits", "let `trace --update` write it"
    for key in ("at", "policy", "not-a-rule"):
        value = row.get(key, "" if key == "at" else "-")
        if not isinstance(value, str) or not value.strip():
            yield f"an entry's `{key}` is a text that is not empty", f'write `{key} = "..."`'
    clauses = row.get("clauses", [])
    if not isinstance(clauses, list) or not all(isinstance(name, str) for name in clauses):
        yield "an entry's `clauses` are a list of names", 'write `clauses = ["a-name"]`'
    if len(row.keys() & set(ANSWERS)) > 1:
        words = ", ".join(f"`{key}`" for key in ANSWERS if key in row)
        yield f"an entry has {words}", "keep one of them"


def _check_twice(entries: Iterable[Entry], problems: Diagnostics) -> None:
    seen: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        first = seen.setdefault((entry.fingerprint, normalise(entry.at)), entry)
        if first is not entry:
            labels = [(first.span, "the first")]
            hint = "keep one of them"
            message = f"the sentence at `{entry.at}` has two entries"
            problems.add("E604", message, entry.span, hint=hint, labels=labels)
