"""One design by several policies side by side: what each says of what clauses are about.

What a clause is about its policy says, by marks of the vocabulary: `clause emotions (A5-1-f) marked emotion`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from clausewise.checking.applying import judged_by_each
from clausewise.checking.check import Options, judge_deployment
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.source import Source
from clausewise.engine.core.outcomes import Outcome
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
    rows = tuple(_rows(judged, options))
    return SideBySide(source, first.title, first.as_of, tuple(judged), rows, tuple(left_out))


def _none_left(source: Source, left_out: Sequence[tuple[str, str]]) -> InvalidError:
    """The mistake of comparing policies none of which can be a column."""
    told = "; ".join(f"`{name}`: {why}" for name, why in left_out)
    hint = "leave `--across` away: then the policies are compared that the design names"
    return InvalidError(
        [Diagnostic("E510", f"no policy is left to compare; {told}", source, None, hint)]
    )


def _rows(judged: Sequence[Judgement], options: Options) -> Iterator[ComparedRow]:
    """A row for each mark that a clause bears, in the order of the vocabulary, and one for the clauses without."""
    labels = {m: s for judgement in judged for m, s in judgement.policy.vocabulary.marks.items()}
    for mark, label in (*labels.items(), ("", UNMARKED)):
        cells = tuple(ComparedCell(tuple(_about(mark, one, options))) for one in judged)
        if any(cell.clauses for cell in cells):
            yield ComparedRow(mark, label, cells)


def _about(mark: str, judgement: Judgement, options: Options) -> Iterator[ClauseJudgement]:
    """The clauses that bear a mark; of those that bear it by some breaches only, what they come to by these."""
    narrowed = _narrowed(mark, judgement, options)
    for one in judgement.clauses:
        if mark in one.clause.marks if mark else not one.clause.marks:
            yield narrowed.get(one.clause.name, one)


def _narrowed(mark: str, judgement: Judgement, options: Options) -> Mapping[str, ClauseJudgement]:
    clauses = judgement.policy.clauses
    about = {name: clause.about(mark) for name, clause in clauses.items()}
    names = [name for name, clause in about.items() if clause is not clauses[name]]
    if not names:
        return {}
    policy = replace(judgement.policy, clauses=about)
    as_before = replace(options, readings=judgement.readings)
    found = judge_deployment(policy, judgement.deployment, as_before)
    return {name: found.clause(name) for name in names}
