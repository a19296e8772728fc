"""A version judged: as it was submitted, with people's judgements in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from clausewise.checking.check import Checked, Options, Report, check_source
from clausewise.desk.interview.answers import GivenOpinion, judged
from clausewise.desk.interview.drafts import (
    ACCESS,
    MOST_STEPS,
    Draft,
    as_judged,
    draft_of,
)
from clausewise.dossier.dossier import Dossier, dossier_of
from clausewise.dsl.models.deployment import Fact, Terms, value_in_words
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.names import listed
from clausewise.engine.advice.because import because, remedy_for
from clausewise.engine.advice.questions import Question, question_about
from clausewise.engine.core.outcomes import Outcome
from clausewise.formats.report.sentences import as_sentence, follows_from, violated_in_order
from clausewise.formats.report.told import support_of
from clausewise.intake.designs import source_of


@lean_dataclass(frozen=True, slots=True)
class ViolatedClause:
    """A violated clause, for people: what it says, what violates it, and what to do."""

    name: str
    title: str
    says: str
    quotes: str
    at: str
    because: tuple[str, ...]
    remedy: str
    follows_from: tuple[str, ...]


@lean_dataclass(frozen=True, slots=True)
class JudgedVersion:
    """A version with what came of it.

    Attributes:
        draft: its text with the judgements in it.
        report: what the policy makes of that.
    """

    draft: Draft
    report: Report

    @property
    def violated(self) -> tuple[ViolatedClause, ...]:
        """The violated clauses, those last that follow from others."""
        return violated_of(self.report)

    @property
    def for_reviewer(self) -> tuple[Question, ...]:
        """What a person is still to judge."""
        return tuple(q for q in self.report.advice.questions if q.kind == "judgement")

    @property
    def for_applicant(self) -> tuple[Question, ...]:
        """What the applicant left open."""
        return tuple(q for q in self.report.advice.questions if q.kind != "judgement")

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many clauses came to each outcome."""
        found = [clause.outcome for clause in self.report.clauses]
        return {outcome: found.count(outcome) for outcome in Outcome if outcome in found}

    @property
    def rests_on(self) -> tuple[tuple[str, str, str], ...]:
        """The answers and judgements on which it rests: the question, the answer, and what backs it, in words."""
        report = self.report
        return tuple(
            (
                question_about(fact.name, (), report.deployment).ask,
                _value(fact, report),
                support_of(fact, report),
            )
            for fact in report.advice.rests_on
        )

    def dossier(self) -> Dossier:
        """What a reviewer reads, and what is attested."""
        return dossier_of(
            Checked(self.report.path, (self.report,)), ACCESS, evidence_required=False
        )


def judge(
    text: str,
    policy: str,
    day: date,
    opinions: Sequence[GivenOpinion] = (),
    name: str = "application.design",
) -> JudgedVersion:
    """Judge a version. Of its text only the claims count, and of judgements only the opinions given.

    Args:
        policy: the name of what judges, with its version.
        day: as of which it is judged.
        name: what the design is called.

    Raises:
        InvalidError: the text has mistakes.
    """
    draft = judged(draft_of(as_judged(text, policy, day), policy, day, name), opinions)
    source = source_of(name, draft.text, ACCESS.max_bytes)
    options = Options(policy=policy, as_of=day, access=ACCESS, max_steps=MOST_STEPS)
    return JudgedVersion(draft, check_source(source, options, try_answers=False)[0])


def violated_of(report: Report) -> tuple[ViolatedClause, ...]:
    """The violated clauses of a report, for people."""
    found = []
    for one in violated_in_order(report):
        findings = [f for f in one.findings if f.outcome is Outcome.VIOLATED]
        said = dict.fromkeys(because(finding, report.deployment) for finding in findings)
        clause = one.clause
        found.append(
            ViolatedClause(
                clause.name,
                clause.title,
                clause.says,
                clause.quotes,
                clause.at,
                tuple(as_sentence(one) for one in said if one),
                remedy_for(findings),
                tuple(follows_from(one, report)),
            )
        )
    return tuple(found)


def _value(fact: Fact, report: Report) -> str:
    if fact.field.has_terms and isinstance(fact.value, Terms):
        taxonomy = report.policy.vocabulary.taxonomy_of(fact.field)
        names = [taxonomy.label(name) for name in fact.value.names]
        return listed(names) if names else "none"
    return value_in_words(fact.value)
