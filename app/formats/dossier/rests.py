"""What a verdict rests on, with its evidence, and what is stated and decides no clause."""

from __future__ import annotations

from clausewise.checking.report import Report
from clausewise.dossier.dossier import Dossier, Fingerprint
from clausewise.dsl.models.deployment import Fact, show_value
from clausewise.engine.advice.undecisive import rank, undecisive
from clausewise.formats.dossier.clauses import place
from clausewise.formats.dossier.document import (
    PageItems,
    PageLine,
    PagePiece,
    PageSection,
    PageTable,
    PageWords,
    Paragraph,
)
from clausewise.formats.dossier.words import and_more, marked
from clausewise.formats.report.sentences import remarks_on_evidence
from clausewise.formats.report.told import told_fact

MOST_RESTS = 100
MOST_EVIDENCE = 10
"""Of a fact."""
MOST_UNDECISIVE = 60


def rests_on(report: Report, prefix: str, dossier: Dossier) -> PageSection:
    """The facts that decide a clause and need somebody or something to stand behind them."""
    facts = report.advice.rests_on
    shown = facts[:MOST_RESTS]
    if not facts:
        said = "No fact that decides a clause has evidence, is attested, or needs either."
        return PageSection(f"{prefix}rests", "What it rests on", (Paragraph((said,)),))
    said = (
        "Facts that decide a clause, and that a person answers for or that need evidence. Evidence is looked at "
        "for its digest alone: whether it proves what is claimed is for the reader to judge."
    )
    table = PageTable(
        "What the verdict rests on",
        (("Fact", 24), ("Value", 16), ("Who answers for it", 30), ("Evidence", 30)),
        tuple(_rest(fact, dossier) for fact in shown),
    )
    more = and_more(len(facts) - len(shown), "facts")
    remarks = remarks_on_evidence(facts, report.proofs)
    noted = (PageItems(tuple(marked(remark) for remark in remarks)),) if remarks else ()
    blocks = Paragraph((said,)), table, *more, *noted
    return PageSection(f"{prefix}rests", "What it rests on", blocks)


def deciding_nothing(dossier: Dossier) -> PageSection | None:
    """The facts that are stated and decide no clause of any policy: what speaks against it would be among them."""
    each = [undecisive(report.judgement) for report in dossier.reports]
    said_of: dict[str, tuple[Fact, Report]] = {}
    for facts, report in zip(each, dossier.reports, strict=True):
        said_of |= {fact.name: (fact, report) for fact in facts}
    for report, facts in zip(dossier.reports, each, strict=True):
        stated = [f.name for e in report.deployment.entities.values() for f in e.facts.values()]
        for name in set(stated) - {fact.name for fact in facts}:
            said_of.pop(name, None)
    if not said_of:
        return None
    found = sorted(said_of.values(), key=lambda one: rank(one[0]))
    said = (
        "Facts that the design states and that are no part of the reason of any clause, which is the smallest set "
        "that settles it: look whether one of them speaks against the verdict. Those for which somebody answers, "
        "or that have evidence, come first."
    )
    shown = found[:MOST_UNDECISIVE]
    rows = tuple(_stated(fact, report) for fact, report in shown)
    head = (("Fact", 32), ("Value", 28), ("Where", 11), ("Rests on", 29))
    table = PageTable("Stated, and deciding no clause", head, rows)
    more = and_more(len(said_of) - len(shown), "facts")
    return PageSection(
        "undecisive", "Stated, and deciding no clause", (Paragraph((said,)), table, *more)
    )


def _stated(fact: Fact, report: Report) -> tuple[PageLine, ...]:
    told = told_fact(fact.name, report)
    return (PageWords(told.name, "code"),), (told.value,), place(told.line), (told.support,)


def _rest(fact: Fact, dossier: Dossier) -> tuple[PageLine, ...]:
    people = []
    for by in fact.attestations:
        on = f" on {by.on.value}" if by.on else ""
        because = f": “{by.because.text}”" if by.because else ""
        people.append(f"{by.by.text}{on}{because}")
    found = {one.name: one for one in dossier.fingerprints if one.kind == "evidence"}
    pieces: list[PagePiece] = []
    for text in fact.evidence[:MOST_EVIDENCE]:
        pieces += ["; "] if pieces else []
        pieces += [PageWords(text, "code"), *marked(f" {_state(found[text])}")]
    if (rest := len(fact.evidence) - MOST_EVIDENCE) > 0:
        pieces.append(f"; and {rest:,} more")
    if not pieces:
        pieces = ["none" if people else "needs evidence, and has none"]
    if fact.imported:
        pieces += ["; imported from ", PageWords(fact.imported[0], "code")]
        more = len(fact.imported) - 1
        pieces += [f" and {more} more"] if more else []
    return (
        (PageWords(fact.name, "code"),),
        (show_value(fact.value),),
        ("; ".join(people) or "nobody",),
        tuple(pieces),
    )


def _state(found: Fingerprint) -> str:
    if found.doubt:
        return f"does not count: {found.doubt}"
    return (
        f"is there, sha256 {found.sha256[:12]}…" if found.sha256 else "is an address, not looked at"
    )
