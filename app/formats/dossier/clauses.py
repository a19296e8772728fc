"""Clause by clause: what each says, how it ended, and why, with the values that decide it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clausewise.checking.report import Report
from clausewise.dsl.text.names import how_many, listed
from clausewise.engine.advice.because import because, remedy_for
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.judging.judgement import ClauseJudgement, Finding
from clausewise.formats.dossier.document import (
    MOST_LINES,
    PageBlock,
    PageItems,
    PageLine,
    PageSection,
    PageTable,
    PageWords,
    Paragraph,
    Quote,
)
from clausewise.formats.report.alike import and_others_said, by_sentence, for_whom, groups_of
from clausewise.formats.report.sentences import (
    SAID,
    as_sentence,
    follows_from,
    more_findings,
    per_documents,
)
from clausewise.formats.report.told import MOST_FACTS, ToldClause, told_fact, told_of

MOST_ALIKE = 3
"""Findings of one sentence whose values are given."""
MOST_FINDINGS = 10
"""Of a clause, each of which stands for all that are alike."""


def clauses(report: Report, prefix: str) -> PageSection:
    """A section with one for each clause, in the order of the source text."""
    said = "Each clause with its words in the source text, the rule as the policy has it, and what decides it."
    parts = tuple(_clause(judged, report, prefix) for judged in report.clauses)
    return PageSection(f"{prefix}clauses", "Clause by clause", (Paragraph((said,)),), parts)


def _clause(judged: ClauseJudgement, report: Report, prefix: str) -> PageSection:
    clause, told = judged.clause, told_of(judged, report)
    blocks: list[PageBlock] = [Quote(clause.quotes, clause.cited), Paragraph((clause.says,))]
    if judged.outcome is Outcome.VIOLATED and not follows_from(judged, report):
        blocks += _violated(judged, report)
    else:
        why = told.why[:1].upper() + told.why[1:]
        blocks += [Paragraph((as_sentence(why),))] if why else []
        blocks += _values(told, clause.title)
    if judged.outcome is Outcome.VIOLATED:
        findings = [f for f in judged.findings if f.outcome is Outcome.VIOLATED]
        if remedy := remedy_for(findings):
            blocks.append(Paragraph((PageWords("What to do:", "strong"), f" {remedy}")))
        told_by = per_documents(findings, report)
    else:
        told_by = list(told.documents)
    notes: list[PageLine] = []
    by = f"by {listed(told_by)}" if told_by else ""
    if told.readings:
        chosen = PageWords(", ".join(told.readings), "code")
        word = "reading" if len(told.readings) == 1 else "readings"
        notes.append((f"By the {word} ", chosen, f", and {by}." if by else "."))
    elif by:
        notes.append((as_sentence(by[:1].upper() + by[1:]),))
    notes += [(as_sentence(change[:1].upper() + change[1:]),) for change in told.changes]
    blocks += [PageItems(tuple(notes))] if notes else []
    result = judged.outcome, SAID[judged.outcome]
    return PageSection(f"{prefix}clause-{clause.name}", clause.title, tuple(blocks), (), result)


def _violated(judged: ClauseJudgement, report: Report) -> Iterator[PageBlock]:
    groups = by_sentence(groups_of(judged, report), report)
    for group in groups[:MOST_FINDINGS]:
        yield from _finding(group, report)
    if rest := sum(map(len, groups[MOST_FINDINGS:])):
        yield Paragraph((f"... and {more_findings(rest)}.",), is_note=True)


def _finding(group: Sequence[Finding], report: Report) -> Iterator[PageBlock]:
    said = because(group[0], report.deployment)
    others = f"{and_others_said(group)}{for_whom(group)}"
    yield Paragraph((PageWords(as_sentence(said), "strong"), others))
    names = dict.fromkeys(name for finding in group[:MOST_ALIKE] for name in finding.facts)
    facts = sorted((told_fact(name, report) for name in names), key=lambda told: told.line)
    told = ToldClause("", tuple(facts[:MOST_FACTS]), max(len(facts) - MOST_FACTS, 0), (), (), ())
    yield from _values(told, said)


def _values(told: ToldClause, of: str) -> Iterator[PageBlock]:
    if not told.facts:
        return
    rows = tuple(
        ((PageWords(fact.name, "code"),), (fact.value,), place(fact.line), (fact.support,))
        for fact in told.facts
    )
    yield PageTable(
        f"Values that decide: {of}",
        (("Fact", 32), ("Value", 28), ("Where", 11), ("Rests on", 29)),
        rows,
    )
    if told.more:
        yield Paragraph((f"... and {how_many(told.more, 'more fact')}.",), is_note=True)


def place(line: int) -> PageLine:
    """Where a fact is stated, which leads there if the line is shown."""
    to = f"line-{line}" if line <= MOST_LINES else ""
    return (PageWords(f"line {line}", to=to),) if line else ("",)
