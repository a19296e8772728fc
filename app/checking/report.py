"""What a check comes to: a report for each policy, what all of them say together, and the exit code."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import chain

from clausewise.checking.accepted import Acceptance, Accepted, words_of
from clausewise.checking.options import FAILING
from clausewise.checking.together import SEVERITY, JudgedTogether, LawFound
from clausewise.dsl.models.deployment import Deployment
from clausewise.dsl.startup.lean import field, lean_dataclass
from clausewise.dsl.text.diagnostic import Diagnostic, has_errors
from clausewise.dsl.text.fault import EXIT_CODE, has_fault
from clausewise.dsl.text.source import Source
from clausewise.engine.advice.advise import Advice
from clausewise.engine.core.outcomes import Verdict
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.judgement import ClauseJudgement, Finding, Judgement, VerdictArgument
from clausewise.intake.evidence import Proof

EXIT_CODES = {
    Verdict.PERMITTED: 0,
    Verdict.PROHIBITED: 1,
    Verdict.NEEDS_INFORMATION: 3,
    Verdict.NEEDS_REVIEW: 4,
    Verdict.NOT_APPLICABLE: 5,
}
COULD_NOT_JUDGE = 2
"""The exit code where a mistake kept a policy from judging."""


@lean_dataclass(frozen=True, slots=True)
class Report:
    """One design judged by one policy, and what follows from it: all that a format needs."""

    path: str
    source: Source = field(repr=False)
    judgement: Judgement
    advice: Advice
    proofs: Mapping[str, Proof] = field(default_factory=dict)
    """What became of the evidence on which it rests, if it was looked at."""
    warnings: tuple[Diagnostic, ...] = ()
    """What is suspicious in the design, by the vocabulary, the policy, or what leads where."""
    accepted: Accepted | None = None
    """What of it does not count in this run, if something is accepted at all."""
    by_laws: Mapping[str, tuple[LawFound, ...]] = field(default_factory=dict)
    """By a violated clause that reads what laws prohibit, what these found, in sentences."""

    @property
    def verdict(self) -> Verdict:
        """The verdict on the whole."""
        return self.judgement.verdict

    @property
    def verdict_shown(self) -> str:
        """What the policy calls the verdict, for people to read."""
        return self.policy.shown(self.verdict)

    @property
    def verdict_told(self) -> str:
        """The same, with how many problems do not count: `prohibited, 1 waived until 2027-01-31`."""
        words = self.accepted_words
        return f"{self.verdict_shown}, {words}" if words else self.verdict_shown

    @property
    def accepted_words(self) -> str:
        """How many problems do not count, and by what; empty if all do."""
        return words_of(self.accepted.problems) if self.accepted else ""

    @property
    def counted(self) -> Verdict:
        """The verdict that counts for the exit code: that of what is not accepted."""
        return self.accepted.counted if self.accepted else self.verdict

    def acceptance(self, finding: Finding) -> Acceptance | None:
        """By what a finding does not count, if it does not."""
        if self.accepted is None:
            return None
        return self.accepted.at.get((finding.clause.name, tuple(finding.bindings.values())))

    def acceptance_of(self, judged: ClauseJudgement) -> Acceptance | None:
        """By what a clause does not count, if it fails and nothing of it counts."""
        if self.accepted is None:
            return None
        return self.accepted.clauses.get(judged.clause.name)

    @property
    def clauses(self) -> tuple[ClauseJudgement, ...]:
        """Every clause's outcome, in the order of the source text."""
        return self.judgement.clauses

    @property
    def policy(self) -> Policy:
        """The policy judged by."""
        return self.judgement.policy

    @property
    def deployment(self) -> Deployment:
        """The deployment, with only admitted facts known."""
        return self.judgement.deployment


@lean_dataclass(frozen=True, slots=True)
class Checked:
    """What came of one design: a report for each policy that could judge it.

    `diagnostics` are the mistakes that kept a policy from judging it, and warnings, which keep none. `together` is
    why it is prohibited, where only several policies together say so, or why that is not known.
    """

    path: str
    reports: tuple[Report, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    together: VerdictArgument | None = None

    @property
    def verdict(self) -> Verdict | None:
        """The worst verdict, or `None` if it could not be judged."""
        return self._whole.verdict if self.reports else None

    @property
    def verdict_shown(self) -> str:
        """What the policy that gives the worst verdict calls it, or the first of those that give it together;
        empty if it could not be judged."""
        return self._whole.verdict_shown if self.reports else ""

    @property
    def _whole(self) -> JudgedTogether:
        return JudgedTogether(tuple([r.judgement for r in self.reports]), self.together)

    @property
    def verdict_told(self) -> str:
        """The same, with how many problems do not count."""
        words = self.accepted_words
        return f"{self.verdict_shown}, {words}" if words else self.verdict_shown

    @property
    def accepted_words(self) -> str:
        """How many problems of all policies do not count, and by what; empty if all do."""
        found = (report.accepted.problems for report in self.reports if report.accepted)
        return words_of(chain.from_iterable(found))

    @property
    def is_whole(self) -> bool:
        """Whether every policy could judge it."""
        return bool(self.reports) and not has_errors(self.diagnostics)

    @property
    def exit_code(self) -> int:
        """0 permitted, 1 prohibited, 2 could not be judged, 3 needs information, 4 needs review,
        5 not applicable, 70 if a bug of ours kept it from being judged."""
        if has_fault(self.diagnostics):
            return EXIT_CODE
        return EXIT_CODES[self.verdict] if self.verdict and self.is_whole else COULD_NOT_JUDGE

    @property
    def counted(self) -> Verdict | None:
        """The worst verdict that counts, or `None` if it could not be judged.

        What several policies settle together does not count where all does not count that one of them says.
        """
        some = self.together.some if self.together else ()
        concerned = [report for report in self.reports if report.policy.full_name in some]
        if concerned and all(report.counted.is_open for report in concerned):
            return Verdict.PROHIBITED
        found = {report.counted for report in self.reports}
        return next((verdict for verdict in SEVERITY if verdict in found), None)

    def counted_code(self, fail_on: Collection[Verdict]) -> int:
        """The exit code by what counts, which is never worse: a verdict that fails no run stays as it is."""
        if self.is_whole and self.counted and self.verdict in fail_on:
            return EXIT_CODES[self.counted]
        return self.exit_code


def exit_code(codes: Collection[int], fail_on: Collection[Verdict] = FAILING) -> int:
    """The exit code of several designs: 70 after a bug, 2 if any could not be judged, else that of the worst.

    A verdict that is not in `fail_on` counts as `permitted` here.
    """
    passing = {EXIT_CODES[verdict] for verdict in Verdict if verdict not in fail_on}
    counted = {EXIT_CODES[Verdict.PERMITTED] if code in passing else code for code in codes}
    order = (EXIT_CODE, COULD_NOT_JUDGE, *(EXIT_CODES[verdict] for verdict in SEVERITY))
    return next((code for code in order if code in counted), COULD_NOT_JUDGE)
