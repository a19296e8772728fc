"""A version judged: as it was submitted, with people's judgements in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from clausewise.checking.check import check_source
from clausewise.checking.options import Options
from clausewise.checking.report import Checked, Report
from clausewise.desk.interview.answers import GivenOpinion, judged
from clausewise.desk.interview.drafts import (
    ACCESS,
    MOST_STEPS,
    Draft,
    as_judged,
    draft_of,
)
from clausewise.dossier.dossier import Dossier, dossier_of
from clausewise.dsl.models.deployment import Fact, FactName, Terms, value_in_words
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.names import listed
from clausewise.engine.advice.because import because, remedy_for
from clausewise.engine.advice.questions import Question, question_about
from clausewise.engine.core.clauses import Clause
from clausewise.engine.core.outcomes import Outcome
from clausewise.formats.dossier.content import content
from clausewise.formats.report.sentences import as_sentence, follows_from, violated_in_order
from clausewise.formats.report.told import support_of
from clausewise.intake.designs import source_of
from clausewise.intake.evidence import Examine, Proof
from clausewise.workers.warm import try_first


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
        examine: what knows the evidence.
    """

    draft: Draft
    report: Report
    examine: Examine

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

    @property
    def may_wait(self) -> tuple[Question, ...]:
        """All that is missing, if the policy says that an approval may wait for it."""
        deployment, waiting = self.report.deployment, self.report.advice.may_wait
        return tuple(question_about(FactName(str(fact)), (), deployment) for fact in waiting)

    @property
    def not_counted(self) -> tuple[Question, ...]:
        """The answers that could matter and do not count, for they lack evidence that does."""
        return tuple(q for q in self.for_applicant if q.doubt and not q.counts)

    @property
    def not_answered(self) -> tuple[Question, ...]:
        """What the applicant is yet to answer, or to answer in full."""
        return tuple(q for q in self.for_applicant if not q.doubt or q.counts)

    @property
    def shown_by(self) -> tuple[Proof, ...]:
        """The evidence on which it rests, with digests."""
        return tuple(proof for proof in self.report.proofs.values() if not proof.doubt)

    def dossier(self) -> Dossier:
        """What a reviewer reads, and what is attested."""
        checked = Checked(self.report.path, (self.report,))
        return dossier_of(checked, ACCESS, evidence_required=True, examine=self.examine)


def judge(
    text: str,
    policy: str,
    day: date,
    opinions: Sequence[GivenOpinion] = (),
    name: str = "application.design",
    evidence: Mapping[str, Proof] = MappingProxyType({}),
) -> JudgedVersion:
    """Judge a version. Of its text the claims count, with their evidence, and of judgements the opinions given.

    Args:
        policy: the name of what judges, with its version.
        day: as of which it is judged.
        name: what the design is called.
        evidence: what is known of the files that the desk keeps, by their names in the design. None is opened.

    Raises:
        InvalidError: the text has mistakes.
        NotInTimeError: a server tries in a process of its own first whether that ends in time, and it does not.
    """
    try_first(_shown, text, policy, day, tuple(opinions), name, dict(evidence))
    claimed = as_judged(text, policy, day, evidence.keys())
    draft = draft_of(claimed, policy, day, name, is_kept=True)
    return _judged(judged(draft, opinions), policy, day, evidence)


def _shown(
    text: str,
    policy: str,
    day: date,
    opinions: Sequence[GivenOpinion],
    name: str,
    evidence: Mapping[str, Proof],
) -> None:
    """Judge a version, and work out what pages show of it, for reasons are worked out when they are asked for."""
    found = judge(text, policy, day, opinions, name, evidence)
    _ = found.violated, found.rests_on, content(found.dossier(), "")


def violated_as_stated(
    text: str, policy: str, day: date, name: str = "application.design"
) -> tuple[ViolatedClause, ...]:
    """The clauses that a draft violates if every claim counts, also one that lacks its evidence yet.

    Raises:
        InvalidError: the text has mistakes.
        NotInTimeError: as `judge`.
    """
    try_first(violated_as_stated, text, policy, day, name)
    reports = draft_of(text, policy, day, name, is_kept=True).looked.reports
    return violated_of(reports[0]) if reports else ()


def judge_decided(
    text: str, policy: str, day: date, name: str, evidence: Mapping[str, Proof]
) -> JudgedVersion:
    """Judge the design of a decision, in which judgements stand already (the arguments are those of `judge`)."""
    draft = draft_of(text, policy, day, name, is_kept=True)
    return _judged(draft, policy, day, evidence)


def _judged(draft: Draft, policy: str, day: date, evidence: Mapping[str, Proof]) -> JudgedVersion:
    examine = evidence.__getitem__
    return JudgedVersion(draft, report_on(draft, policy, day, examine), examine)


def report_on(
    draft: Draft, policy: str, day: date, examine: Examine, *, evidence_required: bool = True
) -> Report:
    """What a policy makes of a text in which judgements stand already.

    Args:
        evidence_required: whether claims count with their evidence alone, as for all that the desk decides.
    """
    source = source_of(draft.looked.source.path, draft.text, ACCESS.max_bytes)
    options = Options(
        policy=policy,
        as_of=day,
        access=ACCESS,
        max_steps=MOST_STEPS,
        evidence_required=evidence_required,
        examine=examine,
    )
    (report,) = check_source(source, options, try_answers=False)
    return report


def title_of(clause: Clause) -> str:
    """A clause as people call it, with its number: `US police (N12)`."""
    label = clause.label[:1].upper() + clause.label[1:]
    return f"{label} ({clause.number})" if clause.number else label


def violated_of(report: Report) -> tuple[ViolatedClause, ...]:
    """The violated clauses of a report, for people."""
    found = []
    for one in violated_in_order(report):
        findings = [f for f in one.findings if f.outcome is Outcome.VIOLATED]
        said = dict.fromkeys(because(finding, report.deployment) for finding in findings)
        clause = one.clause
        found.append(
            ViolatedClause(
                name=clause.name,
                title=title_of(clause),
                says=clause.says,
                quotes=clause.quotes,
                at=clause.cited,
                because=tuple(as_sentence(one) for one in said if one),
                remedy=remedy_for(findings),
                follows_from=tuple(follows_from(one, report)),
            )
        )
    return tuple(found)


def _value(fact: Fact, report: Report) -> str:
    if fact.field.has_terms and isinstance(fact.value, Terms):
        taxonomy = report.policy.vocabulary.taxonomy_of(fact.field)
        names = [taxonomy.label(name) for name in fact.value.names]
        return listed(names) if names else "none"
    return value_in_words(fact.value)
