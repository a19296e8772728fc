"""Clause by clause: what each says, how it ended, and why, with the values that decide it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clausewise.checking.check import Report
from clausewise.engine.advice.because import because, remedy_for
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.judging.judgement import ClauseJudgement, Finding
from clausewise.formats.dossier.document import (
    Block,
    Items,
    Line,
    Paragraph,
    Quote,
    Section,
    Table,
    Words,
)
from clausewise.formats.report.alike import and_others, groups_of
from clausewise.formats.report.heading import SAID
from clausewise.formats.report.sentences import follows_from, listed, per_documents
from clausewise.formats.report.told import MOST_FACTS, ToldClause, told_fact, told_of

MOST_FINDINGS = 10
"""Of a clause, each of which stands for all that are alike."""


def clauses(report: Report, prefix: str) -> Section:
    """A section with one for each clause, in the order of the source text."""
    said = "Each clause with its words in the source text, the rule as the policy has it, and what decides it."
    parts = tuple(_clause(judged, report, prefix) for judged in report.clauses)
    return Section(f"{prefix}clauses", "Clause by clause", (Paragraph((said,)),), parts)


def _clause(judged: ClauseJudgement, report: Report, prefix: str) -> Section:
    clause, told = judged.clause, told_of(judged, report)
    blocks: list[Block] = [Quote(clause.quotes, clause.at), Paragraph((clause.says,))]
    if judged.outcome is Outcome.VIOLATED and not follows_from(judged, report):
        blocks += _violated(judged, report)
    else:
        why = told.why[:1].upper() + told.why[1:]
        blocks += [Paragraph((_sentence(why),))] if why else []
        blocks += _values(told, clause.title)
    if judged.outcome is Outcome.VIOLATED:
        findings = [f for f in judged.findings if f.outcome is Outcome.VIOLATED]
        if remedy := remedy_for(findings):
            blocks.append(Paragraph((Words("What to do: ", "strong"), remedy)))
        told_by = per_documents(findings, report)
    else:
        told_by = list(told.documents)
    notes: list[Line] = []
    if told.readings:
        notes.append(("By the reading ", Words(", ".join(told.readings), "code"), "."))
    notes += [(f"By {listed(told_by)}.",)] if told_by else []
    notes += [(_sentence(change),) for change in told.changes]
    blocks += [Items(tuple(notes))] if notes else []
    result = judged.outcome, SAID[judged.outcome]
    return Section(f"{prefix}clause-{clause.name}", clause.title, tuple(blocks), (), result)


def _violated(judged: ClauseJudgement, report: Report) -> Iterator[Block]:
    groups = [group for group in groups_of(judged, report) if group[0].outcome is Outcome.VIOLATED]
    for group in groups[:MOST_FINDINGS]:
        yield from _finding(group, report)
    if rest := sum(map(len, groups[MOST_FINDINGS:])):
        yield Paragraph((f"... and {rest:,} more findings.",), is_note=True)


def _finding(group: Sequence[Finding], report: Report) -> Iterator[Block]:
    said = because(group[0], report.deployment)
    yield Paragraph((Words(_sentence(said), "strong"), and_others(group)))
    facts = sorted((told_fact(name, report) for name in group[0].facts), key=lambda told: told.line)
    told = ToldClause("", tuple(facts[:MOST_FACTS]), max(len(facts) - MOST_FACTS, 0), (), (), ())
    yield from _values(told, said)


def _values(told: ToldClause, of: str) -> Iterator[Block]:
    if not told.facts:
        return
    rows = tuple(
        ((Words(fact.name, "code"),), (fact.value,), _place(fact.line), (fact.support,))
        for fact in told.facts
    )
    yield Table(
        f"Values that decide: {of}",
        (("Fact", 32), ("Value", 28), ("Where", 11), ("Rests on", 29)),
        rows,
    )
    if told.more:
        yield Paragraph((f"... and {told.more:,} more facts.",), is_note=True)


def _place(line: int) -> Line:
    return (Words(f"line {line}", to=f"line-{line}"),) if line else ("",)


def _sentence(words: str) -> str:
    """The words as a sentence: with a capital and a full stop, unless they begin with the name of a fact."""
    return words if words.endswith((".", "!", "?")) else f"{words}."
