"""What a report to sign tells of one clause, as a finished value: for the terminal and for Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clausewise.checking.report import Report
from clausewise.dsl.models.deployment import AS_OF, Fact, FactName, show_value
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.engine.advice.because import because_kept
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.judging.judgement import ClauseJudgement
from clausewise.formats.report.heading import DIGITS
from clausewise.formats.report.sentences import (
    SAID,
    argument_of,
    changing_readings,
    otherwise_read,
    sentence_of,
    values_first,
)

MOST_FACTS = 20


@lean_dataclass(frozen=True, slots=True)
class ToldFact:
    """A fact that decides a clause.

    Attributes:
        name: what it is called; of the date of judging, `as-of`.
        value: as it is written in a design.
        line: where it is stated; 0 if nowhere.
        support: the evidence beside it, who answers for it, or that it is only claimed.
    """

    name: str
    value: str
    line: int
    support: str

    @property
    def stated(self) -> str:
        """Its name and its value."""
        return f"{self.name} {self.value}"


@lean_dataclass(frozen=True, slots=True)
class ToldClause:
    """What is told of a clause.

    Attributes:
        why: why it ended so, in a sentence; empty where the policy has none, and `facts` say it.
        facts: those that decide it, by their lines.
        more: how many further facts decide it.
        readings: the readings that decide it, each with the chosen alternative: by another it would be otherwise.
        documents: those from which some of its conditions come, with their dates.
        changes: what would change its outcome.
        argument: why it is settled though facts are missing; mostly empty.
    """

    why: str
    facts: tuple[ToldFact, ...]
    more: int
    readings: tuple[str, ...]
    documents: tuple[str, ...]
    changes: tuple[str, ...]
    argument: str = ""


def told_of(judged: ClauseJudgement, report: Report) -> ToldClause:
    """What is told of a clause."""
    policy, clause, readings = report.policy, judged.clause, report.judgement.readings
    names = _own_facts(judged, report)
    if judged.outcome is Outcome.NOT_APPLICABLE:
        facts = [told_fact(name, report) for name in values_first(names, report.deployment)]
    else:
        facts = sorted((told_fact(name, report) for name in names), key=lambda told: told.line)
    is_derived = clause.name in policy.derived
    return ToldClause(
        why=because_kept(judged, report.deployment)
        if facts and not is_derived
        else sentence_of(judged, report),
        facts=tuple(facts[:MOST_FACTS]),
        more=max(len(facts) - MOST_FACTS, 0),
        readings=tuple(changing_readings(judged, report)),
        documents=tuple(d.words for d in policy.documents_of(clause, readings)),
        changes=tuple(_changes(judged, report)),
        argument=argument_of(judged),
    )


MOST_PLACES = 3
"""From which a fact was imported, and that are told."""


def _own_facts(judged: ClauseJudgement, report: Report) -> Sequence[FactName]:
    """The facts that decide a clause, without those for which another that it reads ended so."""
    others = report.policy.derived.get(judged.clause.name, ())
    theirs = {f for other in report.clauses if other.clause.name in others for f in other.facts}
    return [fact for fact in judged.facts if fact not in theirs]


def told_fact(name: FactName, report: Report) -> ToldFact:
    """What is told of a fact that decides something."""
    fact = report.deployment.fact(name)
    if fact is None:
        return ToldFact(AS_OF, str(report.deployment.as_of), 0, "the date of judging")
    line = report.source.position(fact.span.start)[0] if fact.span else 0
    return ToldFact(name, show_value(fact.value), line, support_of(fact, report))


def support_of(fact: Fact, report: Report) -> str:
    """What stands beside a fact: evidence with its digest, who answers for it since when and why, or nothing.

    From where it was imported stands there as well, and proves nothing.
    """
    parts = [evidence_of(text, report) for text in fact.evidence]
    for by in fact.attestations:
        on = f" on {by.on.value}" if by.on else ""
        because = f": “{by.because.text}”" if by.because else ""
        parts.append(f"attested by {by.by.text}{on}{because}")
    parts = parts or ["as claimed"]
    if places := fact.imported:
        more = f" and {len(places) - MOST_PLACES} more" if len(places) > MOST_PLACES else ""
        parts.append(f"imported from {', '.join(places[:MOST_PLACES])}{more}")
    return ", ".join(parts)


def evidence_of(text: str, report: Report) -> str:
    """A piece of evidence, and what became of it."""
    proof = report.proofs.get(text)
    if proof is None:
        return text
    if proof.doubt:
        return f"{text} (does not count)"
    return f"{text} (sha256 {proof.sha256[:DIGITS]})" if proof.sha256 else f"{text} (not looked at)"


def _changes(judged: ClauseJudgement, report: Report) -> Iterator[str]:
    """Other readings, and single answers, that would change how a clause ended."""
    for (reading, outcome), ways in otherwise_read(judged, report).items():
        yield f"by the reading {reading}={' or '.join(ways)} it is {SAID[outcome]}"
    for fact in judged.missing:
        for answer in report.advice.decisive_answers.get(fact, ()):
            yield f"with {fact} {answer.answer} the verdict is {report.policy.shown(answer.verdict)}"
