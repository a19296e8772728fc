"""Checking designs: the whole way from a file to its reports."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import field
from datetime import date
from pathlib import Path

from clausewise.dsl.models.deployment import Deployment
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.names import hint_for
from clausewise.dsl.text.source import Source
from clausewise.engine.advice.advise import Advice, advise
from clausewise.engine.backends.python.compiled import compiled
from clausewise.engine.backends.python.judging import judge
from clausewise.engine.core.outcomes import Verdict
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.judgement import ClauseJudgement, Judgement, NothingToJudgeError
from clausewise.intake import load
from clausewise.intake.designs import read_design

EXIT_CODES = {
    Verdict.PERMITTED: 0,
    Verdict.PROHIBITED: 1,
    Verdict.NEEDS_INFORMATION: 3,
    Verdict.NEEDS_REVIEW: 4,
    Verdict.NOT_APPLICABLE: 5,
}
COULD_NOT_JUDGE = 2
SEVERITY = tuple(Verdict)
"""Verdicts, worst first."""


@lean_dataclass(frozen=True, slots=True)
class Options:
    """How to judge.

    Attributes:
        policy: a policy's name or path, instead of those that the design names.
        readings: alternatives by reading, instead of the defaults.
        as_of: the date of judging, instead of the design's.
        evidence_required: whether a claim that needs evidence counts only with it.
    """

    policy: str | None = None
    readings: Mapping[str, str] = field(default_factory=dict)
    as_of: date | None = None
    evidence_required: bool = False


@lean_dataclass(frozen=True, slots=True)
class Report:
    """One design judged by one policy, and what follows from it: all that a format needs."""

    path: str
    source: Source = field(repr=False)
    judgement: Judgement
    advice: Advice

    @property
    def verdict(self) -> Verdict:
        """The verdict on the whole."""
        return self.judgement.verdict

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
    """What came of one design: a report for each policy, or the mistakes that kept it from being judged."""

    path: str
    reports: tuple[Report, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def verdict(self) -> Verdict | None:
        """The worst verdict, or `None` if it could not be judged."""
        found = {report.verdict for report in self.reports}
        return next((verdict for verdict in SEVERITY if verdict in found), None)

    @property
    def exit_code(self) -> int:
        """0 permitted, 1 prohibited, 2 could not be judged, 3 needs information, 4 needs review,
        5 not applicable."""
        return EXIT_CODES[self.verdict] if self.verdict else COULD_NOT_JUDGE


def exit_code(codes: Collection[int]) -> int:
    """The exit code of several designs: 2 if any could not be judged, else that of the worst verdict."""
    order = (COULD_NOT_JUDGE, *(EXIT_CODES[verdict] for verdict in SEVERITY))
    return next((code for code in order if code in codes), COULD_NOT_JUDGE)


def check_file(path: Path, options: Options | None = None, *, try_answers: bool = True) -> Checked:
    """Judge one file. Mistakes come back as diagnostics; nothing is raised for them.

    Args:
        path: a design in text, or in JSON if it ends in `.json`.
        options: how to judge.
        try_answers: whether to look for answers that settle the verdict, for which it is judged again and again.
    """
    try:
        reports = check_source(load.read(path), options or Options(), try_answers=try_answers)
        return Checked(str(path), reports)
    except InvalidError as error:
        return Checked(str(path), (), error.diagnostics)


def check_source(
    source: Source, options: Options, *, try_answers: bool = True
) -> tuple[Report, ...]:
    """Judge one source by each of its policies.

    Raises:
        InvalidError: the design or a policy has mistakes, or nothing could be judged.
    """
    return tuple(
        Report(source.path, source, judgement, advise(judgement, try_answers=try_answers))
        for judgement in judge_source(source, options)
    )


def judge_source(source: Source, options: Options) -> tuple[Judgement, ...]:
    """Judge one source by each of its policies: the record alone, without what follows from it.

    Raises:
        InvalidError: as for `check_source`.
    """
    written = read_design(source)
    found = []
    for policy in load.policies_for(written, options.policy):
        deployment = written.deployment(
            policy.vocabulary, as_of=options.as_of, evidence_required=options.evidence_required
        )
        found.append(judge_deployment(policy, deployment, options))
    return tuple(found)


def judge_deployment(policy: Policy, deployment: Deployment, options: Options) -> Judgement:
    """Judge a checked and admitted deployment.

    Raises:
        InvalidError: no clause could be judged, or a chosen reading does not exist.
    """
    code = compiled(policy, readings_of(policy, options))
    try:
        return judge(code, deployment)
    except NothingToJudgeError:
        raise InvalidError([nothing_to_judge(policy, deployment.source)]) from None


def nothing_to_judge(policy: Policy, source: Source | None) -> Diagnostic:
    """The mistake of a design to which no clause of a policy could apply."""
    message = f"this design lists nothing of which `{policy.name}` speaks"
    hint = f"`clausewise new --policy {policy.name}` prints what can be described"
    return Diagnostic("E509", message, source, None, hint)


def readings_of(policy: Policy, options: Options) -> dict[str, str]:
    """The readings chosen for a policy.

    Raises:
        InvalidError: it has no such reading or alternative.
    """
    for name, alternative in options.readings.items():
        reading = policy.readings.get(name)
        known = list(reading.alternatives) if reading else list(policy.readings)
        if reading is None or alternative not in reading.alternatives:
            wrong, what = (alternative, "alternatives") if reading else (name, "readings")
            message = f"the policy `{policy.name}` has no reading `{name}={alternative}`"
            raise InvalidError([Diagnostic("E201", message, hint=hint_for(wrong, known, what))])
    return dict(options.readings)
