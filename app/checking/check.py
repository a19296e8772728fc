"""Checking designs: the whole way from a file to its reports."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from pathlib import Path

from clausewise.checking.accepted import Acceptance, Accepted, words_of
from clausewise.checking.bounds import (
    MOST_STEPS,
    may_lack_many,
    missing_within,
    refuse_many,
)
from clausewise.checking.cautions import policy_warnings, replaced
from clausewise.checking.together import (
    SEVERITY,
    JudgedTogether,
    LawFound,
    by_laws,
    judged_together,
    policy_named_in,
    reading_laws_as,
    readings_for,
)
from clausewise.dsl.files.reading import shown
from clausewise.dsl.models.deployment import Deployment, Entity
from clausewise.dsl.startup.lean import field, lean_dataclass, replace
from clausewise.dsl.startup.typed import TYPE_CHECKING
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError, has_errors, in_order
from clausewise.dsl.text.fault import EXIT_CODE, has_fault
from clausewise.dsl.text.names import hint_for
from clausewise.dsl.text.source import Source
from clausewise.engine.advice.advise import Advice, advise
from clausewise.engine.backends.python.compiled import compiled
from clausewise.engine.backends.python.judging import judge
from clausewise.engine.backends.python.records import records_of
from clausewise.engine.core.outcomes import Verdict
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.judgement import (
    ClauseJudgement,
    Finding,
    Judgement,
    NothingToJudgeError,
    VerdictArgument,
)
from clausewise.intake import texts
from clausewise.intake.access import Access
from clausewise.intake.designs import Written, read_design
from clausewise.intake.evidence import Examine, Proof, doubts_of, examiner
from clausewise.intake.judges import each_policy

if TYPE_CHECKING:
    from clausewise.importing.drift import Compared
    from clausewise.intake.load import FilesNow

EXIT_CODES = {
    Verdict.PERMITTED: 0,
    Verdict.PROHIBITED: 1,
    Verdict.NEEDS_INFORMATION: 3,
    Verdict.NEEDS_REVIEW: 4,
    Verdict.NOT_APPLICABLE: 5,
}
COULD_NOT_JUDGE = 2
PASSING = frozenset({Verdict.PERMITTED})
FAILING = frozenset(Verdict) - PASSING


@lean_dataclass(frozen=True, slots=True)
class Options:
    """How to judge.

    Attributes:
        policy: a policy's name, perhaps with a version (`a-code 1.0`), or its path, instead of those that the
            design names.
        readings: alternatives by reading, instead of the defaults.
        as_of: the date of judging, instead of the design's.
        evidence_required: whether a claim that needs evidence counts only with it.
        access: what may be opened, and which policies a design can choose from.
        readings_by_policy: alternatives by reading, by policy, for which `readings` says nothing. Those of one
            version (`a-code 1.0`) stand in place of those of all.
        fail_on: the verdicts with an exit code other than 0.
        max_steps: how many steps the judgement of a design may take (`budget.py`).
        steps_shown: whether each step of a judgement is to be shown, which takes longer.
        documentation: the address of the pages that explain, for formats that link to them; empty for none.
        exact: whether what is settled however the missing facts turn out is never called open (by a solver).
        waivers: the file of waivers, and `baseline` that of the baseline, for `clausewise check`; `None` for none.
        examine: what looks at evidence, where it is kept by somebody else; `None` for files beside the design.
        now: the files of policies as a run over many designs has found them; without it, each looks anew.
    """

    policy: str | None = None
    readings: Mapping[str, str] = field(default_factory=dict)
    as_of: date | None = None
    evidence_required: bool = False
    access: Access = field(default_factory=Access)
    readings_by_policy: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fail_on: frozenset[Verdict] = FAILING
    max_steps: int = MOST_STEPS
    documentation: str = ""
    steps_shown: bool = False
    exact: bool = False
    waivers: Path | None = None
    baseline: Path | None = None
    examine: Examine | None = None
    now: FilesNow | None = field(default=None, compare=False, repr=False)

    def examine_for(self, design: str) -> Examine:
        """What looks at the evidence of a design, which is in the file of this path."""
        return self.examine or examiner(design, self.access)


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


def check_file(path: Path, options: Options | None = None, *, try_answers: bool = True) -> Checked:
    """Judge one file. Mistakes come back as diagnostics; nothing is raised for them.

    Args:
        path: a design in text, or in JSON if it ends in `.json`.
        options: how to judge.
        try_answers: whether to look for answers that settle the verdict, for which it is judged again and again.
    """
    try:
        chosen = options or Options()
        access = chosen.access
        source = texts.read(path, texts.DESIGNS, access.around(path), access.max_bytes)
        return compared(check_each(source, chosen, try_answers=try_answers), access)
    except InvalidError as error:
        return Checked(shown(path), (), error.diagnostics)


def compared(checked: Checked, access: Access, kept: Compared | None = None) -> Checked:
    """What came of a design in a file, with warnings where the files from which it was imported say otherwise.

    Args:
        checked: what came of it.
        access: what may be opened.
        kept: what these files said before, so that they are not read again (`drift_of`).
    """
    entities = checked.reports[0].deployment.entities.values()
    if not any(fact.imported for entity in entities for fact in entity.facts.values()):
        return checked
    from clausewise.importing.drift import drift_of  # seldom is anything imported

    drift = tuple(drift_of(checked.reports[0].deployment, checked.reports[0].source, access, kept))
    reports = [replace(report, warnings=(*report.warnings, *drift)) for report in checked.reports]
    told = in_order([*checked.diagnostics, *drift])
    return replace(checked, reports=tuple(reports), diagnostics=told)


def check_each(source: Source, options: Options, *, try_answers: bool = True) -> Checked:
    """Judge one source by each of its policies. Where one cannot judge it, the others do.

    Raises:
        InvalidError: nothing of the design can be read, or no policy judges it.
    """
    return check_written(read_design(source), options, try_answers=try_answers)


def check_written(written: Written, options: Options, *, try_answers: bool = True) -> Checked:
    """Judge a design that was read, as `check_each` does.

    Args:
        written: the design.
        options: how to judge.
        try_answers: as for `check_file`.

    Raises:
        InvalidError: no policy judges it.
    """
    source = written.source
    examine = options.examine_for(source.path)
    reports: list[Report] = []
    mistakes: list[Diagnostic] = []
    tried = list(attempts(written, options, examine))
    judgements = [found for found in tried if isinstance(found, Judgement)]
    for found in tried:
        if isinstance(found, InvalidError):
            mistakes += found.diagnostics
            continue
        by_trying = try_answers and not options.exact
        advice = advise(found, try_answers=by_trying, sharing=len(judgements))
        if options.exact and try_answers:
            from clausewise.checking.solver import asked_exactly

            advice = asked_exactly(found, advice, sharing=len(judgements))
        rests_on = advice.rests_on if options.evidence_required else ()
        proofs = {text: examine(text) for fact in rests_on for text in fact.evidence}
        warnings = tuple(warnings_of(found, advice, source))
        laws = by_laws(found, judgements)
        reports.append(Report(source.path, source, found, advice, proofs, warnings, by_laws=laws))
    if not reports:
        raise InvalidError(mistakes)
    told = [one for report in reports for one in report.warnings if one.code != "W702"]
    told += _unreached([(report.policy, report.advice) for report in reports], source)
    together = judged_together(judgements, exact=options.exact).together
    return Checked(source.path, tuple(reports), in_order([*mistakes, *told]), together)


def warnings_of(judgement: Judgement, advice: Advice, source: Source) -> Iterator[Diagnostic]:
    """What is suspicious in a design that was judged."""
    yield from _unreached([(judgement.policy, advice)], source)
    yield from replaced(judgement.deployment, source)
    yield from policy_warnings(judgement, source)


def _unreached(judged: Sequence[tuple[Policy, Advice]], source: Source) -> Iterator[Diagnostic]:
    """That nothing leads to entities, of each once: what is said of it may count for one of several policies."""
    policies: dict[str, list[Policy]] = {}
    entities: dict[str, Entity] = {}
    for policy, advice in judged:
        for entity in advice.unreached:
            policies.setdefault(entity.name, []).append(policy)
            entities.setdefault(entity.name, entity)
    for name, entity in entities.items():
        type_ = entity.type.name
        types = policies[name][0].vocabulary.entities.values()
        fields = [
            f"{t.name}.{f.name}" for t in types for f in t.fields.values() if f.target == type_
        ]
        hint = f"name it where it belongs ({', '.join(fields)}), or take it away"
        counts = any(
            type_ in policy.gone_through for policy in policies[name]
        )  # by a clause about all of it
        so = "" if counts else ", so what is said of it does not count"
        yield Diagnostic("W702", f"nothing leads to `{name}`{so}", source, entity.span, hint)


def check_source(
    source: Source, options: Options, *, try_answers: bool = True
) -> tuple[Report, ...]:
    """Judge one source by each of its policies.

    Raises:
        InvalidError: the design or a policy has mistakes, or nothing could be judged.
    """
    found = check_each(source, options, try_answers=try_answers)
    if has_errors(found.diagnostics):
        raise InvalidError(found.diagnostics)
    return found.reports


def judge_source(source: Source, options: Options) -> tuple[Judgement, ...]:
    """Judge one source by each of its policies: the record alone, without what follows from it.

    Raises:
        InvalidError: as for `check_source`.
    """
    found = list(attempts(read_design(source), options, options.examine_for(source.path)))
    mistakes = [d for one in found if isinstance(one, InvalidError) for d in one.diagnostics]
    if mistakes:
        raise InvalidError(mistakes)
    return tuple(one for one in found if not isinstance(one, InvalidError))


OF_WORDS = frozenset({"E501", "E502", "E503"})
"""What is said of words that are not known. One that cannot judge may have brought them: it alone is told of."""


def attempts(
    written: Written, options: Options, examine: Examine, *, each_alone: bool = False
) -> Iterator[Judgement | InvalidError]:
    """What each policy makes of a design, or why it makes nothing of it.

    Args:
        written: the design.
        options: how to judge.
        examine: what looks at its evidence.
        each_alone: whether a policy is told of by itself, so that what is said of words stays (`OF_WORDS`).
    """
    evidence = doubts_of(examine) if options.evidence_required else None
    found = list(each_policy(written, options.policy, options.access, options.now))
    policies = [policy for policy in found if isinstance(policy, Policy)]
    of_missing = OF_WORDS if len(policies) < len(found) and not each_alone else frozenset()
    judging = judging_together(policies, options)
    stated: dict[int, Deployment] = {}  # policies that judge together mostly share a vocabulary
    for policy in found:
        if isinstance(policy, InvalidError):
            yield policy
            continue
        reading, named = judging[policy.full_name]
        words = policy.vocabulary
        try:
            if id(words) not in stated:
                stated[id(words)] = written.deployment(
                    words, as_of=options.as_of, evidence=evidence
                )
            yield judge_deployment(reading, stated[id(words)], named, sharing=len(found))
        except InvalidError as error:
            told = [found for found in error.diagnostics if found.code not in of_missing]
            yield InvalidError(told if each_alone else _with_packs(told, policy, options.access))


def _with_packs(told: Sequence[Diagnostic], policy: Policy, access: Access) -> list[Diagnostic]:
    if not told:
        return []
    from clausewise.intake.words import with_packs  # seldom is a word not known

    return with_packs(told, policy.vocabulary, access)


def judging_together(
    policies: Sequence[Policy], options: Options
) -> dict[str, tuple[Policy, Options]]:
    """How each of several policies judges one design, by its full name: what it is, and by which readings.

    One that tests what another prohibits reads it as that other judges here.

    Raises:
        InvalidError: none of them has a reading that is chosen, or such an alternative of one.
    """
    _refuse_unknown(options.readings, policies)
    readings = [policy.readings for policy in policies]
    named = {
        policy.full_name: replace(
            options, readings=readings_for(options.readings, policy, readings)
        )
        for policy in policies
    }
    together = {
        policy.full_name: _chosen_for(policy, named[policy.full_name]) for policy in policies
    }
    return {
        policy.full_name: (
            reading_laws_as(policy, policies, together),
            named[policy.full_name],
        )
        for policy in policies
    }


def _refuse_unknown(readings: Mapping[str, str], policies: Sequence[Policy]) -> None:
    """Refuse, once, a reading that none of several policies has, and one of a policy that does not judge.

    Raises:
        InvalidError: there is one.
    """
    names = {name: None for policy in policies for name in (policy.name, policy.full_name)}
    known = {name: None for policy in policies for name in policy.readings}
    for name, alternative in readings.items():
        law, wrong = policy_named_in(name), ""
        ways = {
            way: None
            for policy in policies
            if not law and name in policy.readings
            for way in policy.readings[name].alternatives
        }
        if law and law not in names:
            wrong, hint = f"no policy `{law}` judges this design", hint_for(law, names, "policies")
        elif len(policies) < 2 or law:
            continue
        elif name not in known:
            wrong = f"none of the policies has a reading `{name}`"
            hint = hint_for(name, known, "readings")
        elif alternative not in ways:
            wrong = f"none of the policies has a reading `{name}={alternative}`"
            hint = hint_for(alternative, ways, "alternatives")
        if wrong:
            raise InvalidError([Diagnostic("E201", wrong, hint=hint)])


def judge_deployment(
    policy: Policy, deployment: Deployment, options: Options, *, sharing: int = 1
) -> Judgement:
    """Judge a checked and admitted deployment.

    Args:
        sharing: how many policies judge it, and share the steps, and the work that the solver may do.

    Raises:
        InvalidError: no clause could be judged, it takes too many steps, or a chosen reading does not exist.
    """
    code = compiled(policy, readings_of(policy, options))
    world = records_of(deployment, code.layouts)
    most, source = options.max_steps // max(sharing, 1), deployment.source
    refuse_many(code, world, most, source, recorded=options.steps_shown)
    try:
        judgement = judge(code, deployment, world)
    except NothingToJudgeError:
        raise InvalidError([nothing_to_judge(policy, source)]) from None
    if may_lack_many(code, world, most):
        open_ = {judged.clause.name: judged for judged in judgement.clauses if judged.is_open}
        missing_within(code, open_, lambda name: open_[name].waits_for, most, source)
    if not options.exact:
        return judgement
    from clausewise.checking.solver import exactly

    return exactly(judgement, sharing=sharing)


def nothing_to_judge(policy: Policy, source: Source | None) -> Diagnostic:
    """The mistake of a design to which no clause of a policy could apply."""
    message = f"this design lists nothing of which `{policy.name}` speaks"
    hint = f"`clausewise new --policy {policy.name}` prints what can be described"
    return Diagnostic("E509", message, source, None, hint)


def _chosen_for(policy: Policy, options: Options) -> dict[str, str]:
    """What is chosen for a policy, be it one of its readings or not."""
    by_policy = options.readings_by_policy
    of_all = by_policy.get(policy.name, {})
    return {**by_policy.get(policy.full_name, of_all), **options.readings}


def readings_of(policy: Policy, options: Options) -> dict[str, str]:
    """The readings chosen for a policy.

    Raises:
        InvalidError: it has no such reading or alternative.
    """
    chosen = _chosen_for(policy, options)
    for name, alternative in chosen.items():
        reading = policy.readings.get(name)
        known = list(reading.alternatives) if reading else list(policy.readings)
        if reading is None or alternative not in reading.alternatives:
            wrong, what = (alternative, "alternatives") if reading else (name, "readings")
            message = (
                f"the reading `{name}` of `{policy.name}` has no alternative `{alternative}`"
                if reading
                else f"the policy `{policy.name}` has no reading `{name}`"
            )
            raise InvalidError([Diagnostic("E201", message, hint=hint_for(wrong, known, what))])
    return chosen
