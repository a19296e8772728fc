"""Which changes of a policy its cases do not notice: `clausewise mutate`."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from clausewise.dsl import syntax
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.printing.trees import print_tree
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError, has_errors
from clausewise.engine.core.policy import Policy
from clausewise.engine.linking.link import link
from clausewise.intake.load import load_policy
from clausewise.intake.texts import read
from clausewise.intake.toml import table_of
from clausewise.testing.cases import CaseResult, case_files, no_cases, run_cases
from clausewise.testing.mutants import Mutant, mutants_of
from clausewise.testing.proving import proved
from clausewise.testing.trials import Trials, changed_by, code_of, difference, trials_of
from clausewise.workers.forked import map_forked

CHUNK = 8

Fate = str | tuple[str, str, str]
"""What becomes of a mutant: `stillborn`, `noticed`, or its diff, how to tell it apart, or why that cannot be."""
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
        because: why none can, as stated beside the policy, or proved; empty if neither is so.
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
    # With laws beside it, it is another policy, over a vocabulary that has their words, too.
    passed = [
        result
        for result in _passed(policy, _case_files(cases or [beside]))
        if result.judgement and result.judgement.policy.vocabulary == policy.vocabulary
    ]
    trials = [trials_of(policy, passed, of_warnings=False)]
    if policy.cautions:
        trials.append(trials_of(policy.cautions, passed, of_warnings=True))
    found = list(mutants_of(tree, policy.vocabulary))
    stated = _equivalent(policy)
    fates = list(watch(_fates(policy, tree, found, trials, jobs), len(found)))
    survivors = tuple(
        Survivor(m.name, fate[0], fate[1], stated.get(m.name, fate[2]))
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


def _equivalent(policy: Policy) -> dict[str, str]:
    """Mutants that are stated to change nothing, with the reason: `NAME.equivalent.toml` beside the policy."""
    path = Path(policy.source.path).with_suffix(".equivalent.toml")
    if not path.is_file():
        return {}
    source = read(path)
    hint = 'each entry is `[[equivalent]]` with `mutant = "..."` and `because = "..."`'
    table = table_of(source, "E107", hint)
    try:
        return {str(row["mutant"]): str(row["because"]) for row in table["equivalent"]}
    except (KeyError, TypeError) as error:
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
        tried = [
            (t, code_of(mutant, t), changed_by(t.rules(policy) or policy, part)) for t in trials
        ]
        if any(difference(t, code, changed, t.expected) for t, code, changed in tried):
            return "noticed"
        told = (difference(t, code, changed, t.further) for t, code, changed in tried)
        telling = next(filter(None, told), "")
        because = ""
        if not telling:
            telling, because = proved(policy, mutant, part)
        return _difference(tree, found[number].tree, policy), telling, because

    return map_forked(fate, range(len(found)), jobs, chunk=CHUNK)


def _linked(tree: syntax.PolicyFile, policy: Policy) -> Policy | None:
    linked, problems = link(
        tree, policy.source, policy.vocabulary, policy.policies.__getitem__, policy.laws
    )
    return None if has_errors(problems) else linked


def _difference(tree: syntax.PolicyFile, mutant: syntax.PolicyFile, policy: Policy) -> str:
    before, after = print_tree(tree).splitlines(), print_tree(mutant).splitlines()
    name = f"{policy.name}.policy"
    return "\n".join(difflib.unified_diff(before, after, name, "mutant", lineterm="", n=2))
