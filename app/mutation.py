"""Which changes of a policy its cases do not notice: `clausewise mutate`."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from clausewise.cases import case_files, run_cases
from clausewise.checking import Report
from clausewise.dsl import syntax
from clausewise.dsl.deployment import Deployment, Fact
from clausewise.dsl.diagnostic import Diagnostic, InvalidError, has_errors
from clausewise.dsl.parser import parse
from clausewise.dsl.printer import print_tree
from clausewise.engine.compiled import CompiledPolicy, compiled
from clausewise.engine.judge import Outcome
from clausewise.engine.link import link
from clausewise.engine.policy import Policy
from clausewise.load import load_policy, read
from clausewise.mutants import Mutant, mutants_of

MOST_VARIATIONS = 1500
"""How many designs are tried to tell a mutant from the policy."""
CHUNK = 8

Readings = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """What a case holds the policy to: the outcomes of the clauses that it names, or of all for a verdict."""

    title: str
    deployment: Deployment
    readings: Readings
    outcomes: Mapping[str, Outcome]


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


def mutate(name: str, cases: Sequence[Path], jobs: int | None = None) -> Mutation:
    """Try the cases on every mutant of a policy.

    Args:
        name: the policy's name in a pack, or its path.
        cases: files or folders of cases; those beside the policy if there is none.
        jobs: how many processes; one for each processor by default.

    Raises:
        InvalidError: the policy or the cases cannot be used, or a case fails.
    """
    policy = load_policy(name, Path())
    tree, _ = parse(policy.source, "policy")
    assert tree is not None
    beside = Path(policy.source.path).with_suffix(".cases")
    expected = list(_expected(policy, case_files(cases or [beside])))
    found = list(mutants_of(tree, policy.vocabulary))
    stated = _equivalent(policy)
    fates = _fates(policy, tree, found, expected, jobs)
    survivors = tuple(
        Survivor(m.name, *fate, stated.get(m.name, ""))
        for m, fate in zip(found, fates, strict=True)
        if isinstance(fate, tuple)
    )
    unknown = tuple(name for name in stated if name not in {s.mutant for s in survivors})
    return Mutation(fates.count("stillborn"), fates.count("noticed"), survivors, unknown)


def _expected(policy: Policy, files: Iterable[Path]) -> Iterator[Expected]:
    """What the cases of a policy expect. They must all pass."""
    for path in files:
        for result in run_cases(path):
            if result.report is None or not result.passed:
                message = f"the case `{result.title}` does not pass"
                hint = f"`clausewise test {path}` says why"
                raise InvalidError([Diagnostic("E509", message, result.source, None, hint)])
            if result.report.policy.name == policy.name:
                yield _held_to(result.title, result.report, result.expects)


def _held_to(title: str, report: Report, names: frozenset[str]) -> Expected:
    judged = {j.clause.name: j.outcome for j in report.clauses}
    outcomes = {n: o for n, o in judged.items() if n in names or not names}
    readings = tuple(report.judgement.readings.items())
    return Expected(title, report.deployment, readings, outcomes)


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
        raise InvalidError([Diagnostic("E601", message, source, None, hint)]) from None


# one mutant


_shared: tuple[Policy, syntax.PolicyFile, list[Mutant], list[Expected]]
"""What the worker processes share; they are forked after it is set."""


def _fates(
    policy: Policy,
    tree: syntax.PolicyFile,
    mutants: list[Mutant],
    expected: list[Expected],
    jobs: int | None,
) -> list[str | tuple[str, str]]:
    """For each mutant `stillborn`, `noticed`, or its diff and how to tell it apart."""
    global _shared
    _shared = (policy, tree, mutants, expected)
    from clausewise.progress import with_progress

    numbers = list(range(len(mutants)))
    workers = jobs or os.cpu_count() or 1
    if workers == 1 or not hasattr(os, "fork"):
        return [_fate(number) for number in with_progress(numbers, "mutating")]
    with ProcessPoolExecutor(workers, get_context("fork")) as pool:
        fates = pool.map(_fate, numbers, chunksize=CHUNK)
        return [fate for _, fate in zip(with_progress(numbers, "mutating"), fates, strict=True)]


def _fate(number: int) -> str | tuple[str, str]:
    policy, tree, mutants, expected = _shared
    mutant = _linked(mutants[number].tree, policy)
    if mutant is None:
        return "stillborn"
    codes = {
        readings: compiled(mutant, dict(readings)) for readings in {e.readings for e in expected}
    }
    for case in expected:
        outcomes = codes[case.readings].outcomes(case.deployment)
        if any(outcomes.get(name) is not outcome for name, outcome in case.outcomes.items()):
            return "noticed"
    return _difference(tree, mutants[number].tree, policy), _telling(policy, mutant, expected)


def _linked(tree: syntax.PolicyFile, policy: Policy) -> Policy | None:
    linked, problems = link(tree, policy.source, policy.vocabulary, policy.policies.get)
    return None if has_errors(problems) else linked


def _difference(tree: syntax.PolicyFile, mutant: syntax.PolicyFile, policy: Policy) -> str:
    before, after = print_tree(tree).splitlines(), print_tree(mutant).splitlines()
    name = f"{policy.name}.policy"
    return "\n".join(difflib.unified_diff(before, after, name, "mutant", lineterm="", n=2))


def _telling(policy: Policy, mutant: Policy, expected: Iterable[Expected]) -> str:
    """A case, and a change of one fact, on which policy and mutant differ; empty if none is found."""
    tried = 0
    codes: dict[Readings, tuple[CompiledPolicy, CompiledPolicy]] = {}
    for case in expected:
        if case.readings not in codes:
            given = dict(case.readings)
            codes[case.readings] = compiled(policy, given), compiled(mutant, given)
        one, other = codes[case.readings]
        for words, deployment in _variations(case.deployment):
            tried += 1
            if tried > MOST_VARIATIONS:
                return ""
            before, after = one.outcomes(deployment), other.outcomes(deployment)
            for name, outcome in before.items():
                if after.get(name) is not outcome:
                    return (
                        f"case `{case.title}` {words}: {name} is {outcome}, then {after.get(name)}"
                    )
    return ""


def _variations(deployment: Deployment) -> Iterator[tuple[str, Deployment]]:
    yield "as it is", deployment
    for entity in deployment.entities.values():
        for fact in entity.facts.values():
            if fact.value is not None:
                unknown = Fact(entity.name, fact.field, None)
                yield f"without {fact.name}", deployment.with_fact(unknown)
