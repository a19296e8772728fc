"""Which changes of a policy its cases do not notice: `clausewise mutate`."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from clausewise.dsl import syntax
from clausewise.dsl.models.deployment import Deployment, Fact
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.printing.trees import print_tree
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError, has_errors
from clausewise.engine.backends.python.compiled import CompiledPolicy, compiled
from clausewise.engine.backends.python.records import RecordLayout, World, layouts_of, world_of
from clausewise.engine.backends.results import OUTCOMES
from clausewise.engine.core.outcomes import Outcome, Verdict, verdict_of
from clausewise.engine.core.policy import Policy
from clausewise.engine.linking.link import link
from clausewise.intake.load import load_policy, read
from clausewise.testing.cases import CaseResult, case_files, no_cases, run_cases
from clausewise.testing.expectations import NOT_WARNED, WARNED
from clausewise.testing.mutants import Mutant, mutants_of
from clausewise.workers.forked import map_forked

CHUNK = 8

Readings = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """A deployment on which a policy and its mutants are judged.

    Attributes:
        words: a case's title, and what is taken from its design.
        readings: those that the case chooses, where they are not the default.
        results: those that the policy gives, of all clauses or warnings (`backends/results.py`).
        named: those of them whose outcome must stay: all, or those that a case names.
        verdict: the verdict that the policy gives, if the case names it.
    """

    words: str
    readings: Readings
    records: World
    results: Mapping[str, int]
    named: Collection[str]
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Trials:
    """All that mutants are tried on: the clauses of a policy, or its warnings, each as a clause.

    Attributes:
        of_warnings: whether they are warnings. Of those, what must stay is whether they are given.
        expected: the cases, with the outcomes that they name.
        further: the cases, and what becomes of them as one fact is taken away, with all outcomes.
    """

    of_warnings: bool
    layouts: Mapping[str, RecordLayout]
    expected: tuple[Trial, ...]
    further: tuple[Trial, ...]

    def rules(self, policy: Policy) -> Policy | None:
        """What of a policy is tried; `None` if it has no such thing."""
        return policy.cautions if self.of_warnings else policy

    def said(self, outcome: Outcome | None) -> str:
        """What of an outcome must stay."""
        if outcome is None:
            return "gone"
        if self.of_warnings:
            return WARNED if outcome is Outcome.VIOLATED else NOT_WARNED
        return str(outcome)


Fate = str | tuple[str, str]
"""What becomes of a mutant: `stillborn`, `noticed`, or its diff and how to tell it apart."""
Watch = Callable[[Iterable[Fate], int], Iterable[Fate]]
"""Passes on fates as they come. The number is how many there will be."""


def _unwatched(fates: Iterable[Fate], total: int) -> Iterable[Fate]:
    del total
    return fates


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that no case notices.

    Attributes:
        difference: the policy's text as a unified diff.
        telling: how to tell the two apart, if a design was found that does.
        because: why none can, as stated beside the policy; empty if nothing is stated.
    """

    mutant: str
    difference: str
    telling: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class Mutation:
    """What became of a policy's mutants.

    Attributes:
        stillborn: how many do not link.
        noticed: how many a case notices.
        survivors: those that none does.
        unknown: mutants that are stated to be equivalent, and do not survive or do not exist.
    """

    stillborn: int
    noticed: int
    survivors: tuple[Survivor, ...]
    unknown: tuple[str, ...]

    @property
    def open(self) -> tuple[Survivor, ...]:
        """The survivors that are not stated to be equivalent."""
        return tuple(s for s in self.survivors if not s.because)

    @property
    def is_clean(self) -> bool:
        """Whether every mutant is noticed or stated to be equivalent, and every statement is so."""
        return not self.open and not self.unknown


def mutate(
    name: str, cases: Sequence[Path], jobs: int | None = None, watch: Watch = _unwatched
) -> Mutation:
    """Try the cases on every mutant of a policy.

    Args:
        name: the policy's name in a pack, perhaps with a version, or its path.
        cases: files or folders of cases; those beside the policy if there is none.
        jobs: how many processes; one for each processor by default.
        watch: passes on the fates of the mutants as they come, and may show how far they are.

    Raises:
        InvalidError: the policy or the cases cannot be used, or a case fails.
    """
    policy = load_policy(name, Path())
    tree, _ = parse(policy.source, "policy")
    assert tree is not None
    beside = Path(policy.source.path).with_suffix(".cases")
    passed = list(_passed(policy, _case_files(cases or [beside])))
    trials = [_trials(policy, passed, of_warnings=False)]
    if policy.cautions:
        trials.append(_trials(policy.cautions, passed, of_warnings=True))
    found = list(mutants_of(tree, policy.vocabulary))
    stated = _equivalent(policy)
    fates = list(watch(_fates(policy, tree, found, trials, jobs), len(found)))
    survivors = tuple(
        Survivor(m.name, *fate, stated.get(m.name, ""))
        for m, fate in zip(found, fates, strict=True)
        if isinstance(fate, tuple)
    )
    unknown = tuple(name for name in stated if name not in {s.mutant for s in survivors})
    return Mutation(fates.count("stillborn"), fates.count("noticed"), survivors, unknown)


def _case_files(paths: Sequence[Path]) -> list[Path]:
    """The files of cases. All must be there: a mutant that a missing one notices would count as unnoticed."""
    found = case_files(paths)
    if found.problems:
        raise InvalidError([problem for _, problem in found.problems])
    if found.empty or not found.files:
        raise no_cases(found.empty[0] if found.empty else paths[0])
    return found.files


def _passed(policy: Policy, files: Iterable[Path]) -> Iterator[CaseResult]:
    """The cases of a policy. They must all pass."""
    for path in files:
        for result in run_cases(path):
            if result.judgement is None or not result.passed:
                message = f"the case `{result.title}` does not pass"
                hint = f"`clausewise test {path}` says why"
                raise InvalidError([Diagnostic("E523", message, result.source, None, hint)])
            if result.judgement.policy.full_name == policy.full_name:
                yield result


def _trials(policy: Policy, results: Sequence[CaseResult], *, of_warnings: bool) -> Trials:
    layouts = layouts_of(policy.vocabulary)
    code = compiled(policy, None, layouts)
    expected, further = [], []
    for result in results:
        judgement = result.judgement
        assert judgement is not None
        readings = _chosen(policy, judgement.readings)
        chosen = code.under(dict(readings))
        variations: list[Trial] = []
        for change, deployment in _variations(judgement.deployment):
            records = world_of(deployment, layouts)
            known = dict(zip(policy.clauses, chosen.judge_world(records), strict=True))
            words = f"case `{result.title}` {change}"
            variations.append(Trial(words, readings, records, known, policy.clauses))
        expects = result.expects_warnings if of_warnings else result.expects
        named = [name for name in policy.clauses if name in expects]
        verdict = judgement.verdict if result.expects_verdict and not of_warnings else None
        expected.append(replace(variations[0], words=result.title, named=named, verdict=verdict))
        further += variations
    return Trials(of_warnings, layouts, tuple(expected), tuple(further))


def _chosen(policy: Policy, readings: Mapping[str, str]) -> Readings:
    """The readings other than the default: a mutant may have another default."""
    return tuple((n, found) for n, found in readings.items() if found != policy.readings[n].default)


def _equivalent(policy: Policy) -> dict[str, str]:
    """Mutants that are stated to change nothing, with the reason: `NAME.equivalent.toml` beside the policy."""
    path = Path(policy.source.path).with_suffix(".equivalent.toml")
    if not path.is_file():
        return {}
    source = read(path)
    try:
        rows = tomllib.loads(source.text)["equivalent"]
        return {str(row["mutant"]): str(row["because"]) for row in rows}
    except (ValueError, KeyError, TypeError) as error:
        hint = 'each entry is `[[equivalent]]` with `mutant = "..."` and `because = "..."`'
        message = f"this is no list of equivalent mutants: {error}"
        raise InvalidError([Diagnostic("E107", message, source, None, hint)]) from None


# one mutant


def _fates(
    policy: Policy,
    tree: syntax.PolicyFile,
    mutants: Iterable[Mutant],
    trials: Sequence[Trials],
    jobs: int | None,
) -> Iterator[Fate]:
    """What becomes of each mutant, in their order."""
    found = list(mutants)

    def fate(number: int) -> Fate:
        mutant = _linked(found[number].tree, policy)
        if mutant is None:
            return "stillborn"
        part = found[number].part
        tried = [(t, _code(mutant, t), _changed(t.rules(policy) or policy, part)) for t in trials]
        if any(_differences(t, code, changed, t.expected) for t, code, changed in tried):
            return "noticed"
        told = (_differences(t, code, changed, t.further) for t, code, changed in tried)
        return _difference(tree, found[number].tree, policy), next(filter(None, told), "")

    return map_forked(fate, range(len(found)), jobs, chunk=CHUNK)


def _code(mutant: Policy, trials: Trials) -> CompiledPolicy | None:
    rules = trials.rules(mutant)
    return compiled(rules, None, trials.layouts) if rules else None


def _changed(policy: Policy, part: str) -> frozenset[str]:
    """The clauses, or warnings, whose outcome can be another if a part of a policy is."""
    part = part.removeprefix("warning ")
    keys = [(kind, part) for kind in ("clause", "definition", "table", "reading")]
    return frozenset({part}).union(*[policy.readers.get(key, ()) for key in keys])


def _differences(
    trials: Trials, code: CompiledPolicy | None, changed: frozenset[str], tried: Iterable[Trial]
) -> str:
    """The first trial whose outcomes are others under a mutant, in words; empty if there is none.

    Args:
        code: the mutant's; `None` if nothing is left that could be tried.
        changed: the clauses of which the outcome can be another. Nothing else is compiled, nor judged: to compile
            takes longer than all else.
    """
    for trial in tried:
        if trial.verdict is None and changed.isdisjoint(trial.named):
            continue
        after = _outcomes(code, changed, trial) if code else {}
        for name in trial.named:
            before, now = trials.said(OUTCOMES[trial.results[name]]), trials.said(after.get(name))
            if now != before:
                return f"{trial.words}: {name} is {before}, then {now}"
        verdict = verdict_of(after.values(), draft=trial.records.draft)
        if trial.verdict and verdict is not trial.verdict:
            return f"{trial.words}: the verdict is {trial.verdict}, then {verdict}"
    return ""


def _outcomes(code: CompiledPolicy, changed: frozenset[str], trial: Trial) -> dict[str, Outcome]:
    chosen = code.under(dict(trial.readings))
    results = chosen.judge_again(trial.records.again(), changed, trial.results)
    return dict(zip(code.policy.clauses, map(OUTCOMES.__getitem__, results), strict=True))


def _linked(tree: syntax.PolicyFile, policy: Policy) -> Policy | None:
    linked, problems = link(tree, policy.source, policy.vocabulary, policy.policies.__getitem__)
    return None if has_errors(problems) else linked


def _difference(tree: syntax.PolicyFile, mutant: syntax.PolicyFile, policy: Policy) -> str:
    before, after = print_tree(tree).splitlines(), print_tree(mutant).splitlines()
    name = f"{policy.name}.policy"
    return "\n".join(difflib.unified_diff(before, after, name, "mutant", lineterm="", n=2))


def _variations(deployment: Deployment) -> Iterator[tuple[str, Deployment]]:
    yield "as it is", deployment
    for entity in deployment.entities.values():
        for fact in entity.facts.values():
            if fact.value is not None:
                unknown = Fact(entity.name, fact.field, None)
                yield f"without {fact.name}", deployment.with_fact(unknown)
