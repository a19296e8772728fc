"""One design by several policies side by side: what each says of what clauses are about.

What a clause is about its policy says, by marks of the vocabulary: `clause emotions (A5-1-f) marked emotion`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import cast

from clausewise.checking.applying import judged_by_each
from clausewise.checking.judging import judge_deployment
from clausewise.checking.options import Options
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.source import Source
from clausewise.engine.core.clauses import Clause
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.judgement import ClauseJudgement, Judgement
from clausewise.intake.designs import read_design


@lean_dataclass(frozen=True, slots=True)
class ComparedCell:
    """What the clauses of one policy come to that are about the same; none where it says nothing of it."""

    clauses: tuple[ClauseJudgement, ...]

    @property
    def outcome(self) -> Outcome | None:
        """The worst of their outcomes; `None` if there are no clauses."""
        found = {judged.outcome for judged in self.clauses}
        return next((outcome for outcome in Outcome if outcome in found), None)


@lean_dataclass(frozen=True, slots=True)
class ComparedRow:
    """What clauses are about, with a cell for each policy. `mark` is empty for clauses that bear none."""

    mark: str
    label: str
    cells: tuple[ComparedCell, ...]


@lean_dataclass(frozen=True, slots=True)
class SideBySide:
    """A design by several policies.

    Attributes:
        as_of: the date of judging, if there is one.
        judgements: one for each policy: the columns.
        left_out: the names of policies that are no column, each with why.
    """

    source: Source
    title: str
    as_of: date | None
    judgements: tuple[Judgement, ...]
    rows: tuple[ComparedRow, ...]
    left_out: tuple[tuple[str, str], ...]


UNMARKED = "all else"


def side_by_side(source: Source, options: Options, names: Sequence[str] = ()) -> SideBySide:
    """Judge a design by several policies, and put together what is about the same.

    Args:
        names: those of the policies, of which those are left out whose clauses do not say what they are about;
            none for those that the design names, all of which stay.

    Raises:
        InvalidError: the design cannot be read, or no policy can judge it.
    """
    chosen = names or [name.text for name in read_design(source).judged_by]
    judged: list[Judgement] = []
    left_out: list[tuple[str, str]] = []
    refused: list[InvalidError] = []
    for name, found in judged_by_each(source, chosen, options):
        if isinstance(found, InvalidError):
            refused.append(found)
            left_out.append((name, f"cannot judge it: {found.diagnostics[0].message}"))
        elif names and not any(clause.marks for clause in found.policy.clauses.values()):
            left_out.append((name, "its clauses do not say what they are about"))
        else:
            judged.append(found)
    if not judged:
        raise refused[0] if len(refused) == len(left_out) else _none_left(source, left_out)
    first = judged[0].deployment
    rows = tuple(_rows(judged, options, len(judged) + len(left_out)))
    return SideBySide(source, first.title, first.as_of, tuple(judged), rows, tuple(left_out))


def _none_left(source: Source, left_out: Sequence[tuple[str, str]]) -> InvalidError:
    """The mistake of comparing policies none of which can be a column."""
    told = "; ".join(f"`{name}`: {why}" for name, why in left_out)
    hint = "leave `--across` away: then the policies are compared that the design names"
    return InvalidError(
        [Diagnostic("E510", f"no policy is left to compare; {told}", source, None, hint)]
    )


def _rows(judged: Sequence[Judgement], options: Options, sharing: int) -> Iterator[ComparedRow]:
    """A row for each mark that a clause bears, in the order of the vocabulary, and one for the clauses without."""
    labels = {m: s for judgement in judged for m, s in judgement.policy.vocabulary.marks.items()}
    for mark, label in (*labels.items(), ("", UNMARKED)):
        cells = tuple(ComparedCell(tuple(_about(mark, j, options, sharing))) for j in judged)
        if any(cell.clauses for cell in cells):
            yield ComparedRow(mark, label, cells)


def _about(
    mark: str, judgement: Judgement, options: Options, sharing: int
) -> Iterator[ClauseJudgement]:
    """The clauses that bear a mark; of those that bear it by some breaches only, what they come to by these."""
    narrowed = _narrowed(mark, judgement, options, sharing)
    for one in judgement.clauses:
        if mark in one.clause.marks if mark else not one.clause.marks:
            yield narrowed.get(one.clause.name, one)


def _narrowed(
    mark: str, judgement: Judgement, options: Options, sharing: int
) -> Mapping[str, ClauseJudgement]:
    """What clauses come to by some of their breaches, by name.

    One that is met, or does not apply, is so by each of them, and is not judged again.
    """
    about = _by_mark(judgement.policy, mark)
    names = [
        one.clause.name
        for one in judgement.clauses
        if (one.is_open or one.outcome is Outcome.VIOLATED)
        and about.get(one.clause.name, one.clause) is not one.clause
    ]
    if not names:
        return {}
    policy = _kept(judgement.policy, mark, about)
    options = replace(options, readings=judgement.readings)
    found = judge_deployment(policy, judgement.deployment, options, sharing=sharing)
    return {name: found.clause(name) for name in names}


def _by_mark(policy: Policy, mark: str) -> dict[str, Clause]:
    """The clauses that bear a mark by some breaches only, narrowed to these, and those on which they depend."""
    found = {name: clause.about(mark) for name, clause in policy.clauses.items()}
    needed = {name: None for name, clause in found.items() if clause is not policy.clauses[name]}
    todo = list(needed)
    for name in todo:
        others = [other for kind, other in policy.reached(found[name]) if kind == "clause"]
        todo += [other for other in others if other not in needed]
        needed.update(dict.fromkeys(others))
    return {name: clause for name, clause in found.items() if name in needed}


def _kept(policy: Policy, mark: str, about: Mapping[str, Clause]) -> Policy:
    """The policy of these clauses alone. The policy keeps it, so that it is compiled once."""
    key = f"about {mark}"
    if key not in policy.kept:
        order = tuple([name for name in policy.order if name in about])
        policy.kept[key] = replace(policy, sections=(), clauses=about, order=order, warnings={})
    return cast(Policy, policy.kept[key])
