"""What was judged in, the same out with what does not count beside it, and what is to be said of waivers.

A waiver comes before the baseline, and the baseline before what was so before a change: the first that fits is
told.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from clausewise.accepting.baseline import KnownProblems, known_of, read_baseline
from clausewise.accepting.problems import Problem, followed, problems_of, worst
from clausewise.accepting.waivers import entity_written, read_waivers
from clausewise.checking.accepted import Acceptance, Accepted, AcceptedAs, AcceptedPlace, Waiver
from clausewise.checking.options import Options
from clausewise.checking.report import Checked, Report
from clausewise.dsl.files.reading import UnreadableError, resolved
from clausewise.dsl.startup.lean import field, lean_dataclass, replace
from clausewise.dsl.text.diagnostic import Diagnostic
from clausewise.dsl.text.names import did_you_mean, listed
from clausewise.dsl.text.source import Source, Span
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.core.policy import Policy

MOST_NAMED = 3


@lean_dataclass(frozen=True, slots=True)
class Acceptable:
    """What is accepted in a run.

    Attributes:
        as_of: the day by which waivers expire.
        waivers: with the source in which they are written.
        baseline: with its source; designs in it are named from the project's folder on.
        before: what was so before a change, by the path of each design, all links followed.
    """

    as_of: date
    home: Path
    waivers: tuple[Source, tuple[Waiver, ...]] | None = None
    baseline: tuple[Source, KnownProblems] | None = None
    before: KnownProblems | None = None
    used: set[Waiver] = field(default_factory=set)


def acceptable(options: Options) -> Acceptable:
    """What the options name.

    Raises:
        InvalidError: the waivers or the baseline cannot be used.
    """
    waivers = read_waivers(options.waivers) if options.waivers else None
    limit = options.access.max_bytes
    baseline = read_baseline(options.baseline, limit) if options.baseline else None
    today = datetime.now(UTC).date()
    return Acceptable(options.as_of or today, options.access.home, waivers, baseline)


def accept(results: Iterable[Checked], by: Acceptable) -> list[Checked]:
    """What was judged, with what does not count."""
    return [
        replace(result, reports=tuple([_accepted(report, result, by) for report in result.reports]))
        for result in results
    ]


def baseline_of(results: Iterable[Checked], home: Path) -> KnownProblems:
    """All problems that are not waived, as a baseline."""
    return known_of(
        (design_name(report.path, home), problem, report)
        for result in results
        for report in result.reports
        for problem in problems_of(report, result.reports)
        if not (report.accepted and _is_waived(problem, report.accepted))
    )


def _is_waived(problem: Problem, accepted: Accepted) -> bool:
    return any(
        one.waiver and (one.clause, one.entities, one.outcome) == (*problem.place, problem.outcome)
        for one in accepted.problems
    )


def design_name(path: str, home: Path) -> str:
    """What a design is called in a baseline: its path from the project's folder on."""
    return Path(os.path.relpath(place_of(path), os.path.realpath(home))).as_posix()


def place_of(path: str) -> str:
    """Where a path leads; the path itself if no file can have such a name (assistants may say any)."""
    try:
        return resolved(path)
    except UnreadableError:
        return path


def _accepted(report: Report, result: Checked, by: Acceptable) -> Report:
    problems = problems_of(report, result.reports)
    way = _way(report, by)
    found = [(problem, way(problem)) for problem in problems]
    left = [problem for problem, one in found if not one]
    at = {one.place: how for one, how in found if how and one.finding}
    first = {how.clause: how for _, how in reversed(found) if how}
    at |= _following(report, left, first)
    counting = {problem.clause for problem in left}
    clauses = {name: how for name, how in first.items() if name not in counting}
    accepted = tuple([how for _, how in found if how])
    is_all = bool(accepted) and not left
    counted = worst(left) if problems else report.verdict
    return replace(report, accepted=Accepted(accepted, at, clauses, counted, is_all))


def _following(
    report: Report, left: Iterable[Problem], first: dict[str, Acceptance]
) -> Iterator[tuple[AcceptedPlace, Acceptance]]:
    """What follows only from what is accepted is accepted for the same reason, which is added to `first`."""
    violated = {one.clause for one in left if one.outcome is Outcome.VIOLATED}
    counting = {one.clause for one in left}
    for name in report.policy.order:
        judged = report.judgement.clause(name)
        others = followed(judged, report)
        if not others:
            continue
        if (violated if judged.outcome is Outcome.VIOLATED else counting).isdisjoint(others):
            first[name] = next(first[other] for other in others)
            for finding in judged.findings:
                yield (name, tuple(finding.bindings.values())), first[name]
        else:  # what follows from it counts, too
            counting.add(name)
            violated |= {name} if judged.outcome is Outcome.VIOLATED else set()


def _way(report: Report, by: Acceptable) -> Callable[[Problem], Acceptance | None]:
    """How each problem of a report is accepted, if it is."""
    real = place_of(report.path)
    name = design_name(report.path, by.home)
    in_force = [w for w in by.waivers[1] if w.design == real] if by.waivers else []
    baseline = by.baseline[1] if by.baseline else None

    def way(problem: Problem) -> Acceptance | None:
        for waiver in in_force:
            if is_about(waiver, problem, report.policy):
                by.used.add(waiver)
                if waiver.expires >= by.as_of:
                    return _as("waived", problem, waiver)
        if baseline and baseline.holds(name, problem, report):
            return _as("baseline", problem)
        if by.before and by.before.holds(real, problem, report):
            return _as("before", problem)
        return None

    return way


def _as(kind: AcceptedAs, problem: Problem, waiver: Waiver | None = None) -> Acceptance:
    return Acceptance(
        kind, problem.clause, problem.number, problem.entities, problem.outcome, waiver
    )


def is_about(waiver: Waiver, problem: Problem, policy: Policy) -> bool:
    """Whether a waiver names a problem of its design."""
    if waiver.clause not in (problem.clause, problem.number) or not problem.clause:
        return False
    if waiver.policy and waiver.policy not in (policy.name, policy.full_name):
        return False
    if waiver.entities == ("",):
        return not any(problem.entities)
    return set(waiver.entities) <= set(problem.entities)


# what is to be said


def notes_of(results: Sequence[Checked], by: Acceptable) -> list[Diagnostic]:
    """Waivers that have expired or that nothing needs, and what of the baseline no longer occurs."""
    notes = list(_of_waivers(results, by)) if by.waivers else []
    if by.baseline:
        notes += _of_baseline(results, by)
    return notes


def _of_waivers(results: Sequence[Checked], by: Acceptable) -> Iterator[Diagnostic]:
    assert by.waivers
    source, waivers = by.waivers
    judged = {place_of(result.path): result for result in results}
    whole = {path for path, result in judged.items() if result.is_whole}
    for waiver in waivers:
        about = f"`{waiver.clause}` of {listed([f'`{name}`' for name in waiver.entities])}"
        if waiver.expires < by.as_of and waiver in by.used:
            message = f"the waiver of {about} expired on {waiver.expires}, and counts no longer"
            hint = f"mend the design, or let {waiver.approver} approve it anew"
            yield Diagnostic("W705", message, source, waiver.span, hint)
        elif waiver not in by.used and (
            waiver.design in whole or not os.path.exists(waiver.design)
        ):
            message = f"nothing needs the waiver of {about}"
            hint = _near(waiver, judged, source) or "take it out, if the problem is mended"
            yield Diagnostic("W706", message, source, waiver.span, hint)


def _near(waiver: Waiver, judged: dict[str, Checked], source: Source) -> str | None:
    """What may have been meant by a waiver that fits nothing."""
    result = judged.get(waiver.design)
    if result is None:
        folder = Path(os.path.realpath(source.path)).parent
        meant, names = design_name(waiver.design, folder), [design_name(p, folder) for p in judged]
        moved = [name for name in names if os.path.basename(name) == os.path.basename(meant)]
        near = f"did you mean `{moved[0]}`?" if moved else did_you_mean(meant, names)
        return f"there is no such design; {near}" if near else "there is no such design"
    for report in result.reports:
        clause = report.policy.clause(waiver.clause)
        if clause is None:
            if near := did_you_mean(waiver.clause, list(report.policy.clauses)):
                return f"there is no such clause; {near}"
            continue
        for name in waiver.entities:
            if name and name not in report.deployment.entities:
                near = did_you_mean(name, list(report.deployment.entities))
                near = near or _found_of(clause.name, report)
                return f"there is no such entity; {near}" if near else "there is no such entity"
        if others := report.policy.derived.get(clause.name):
            return f"it follows from others: waive those ({', '.join(sorted(others)[:MOST_NAMED])}, ...)"
        if found := _found_of(clause.name, report):
            return found
    known = any(report.policy.clause(waiver.clause) for report in result.reports)
    return None if known else "no policy that judges the design has such a clause"


def _found_of(clause: str, report: Report) -> str:
    """Of which entities problems of a clause are found that still count, as a waiver names them."""
    found = [
        entity_written(problem.entities)
        for problem in problems_of(report)
        if problem.clause == clause
        and problem.place not in (report.accepted.at if report.accepted else ())
    ]
    lines = [f"`entity = {entity}`" for entity in dict.fromkeys(found)]
    more = f" and {len(lines) - MOST_NAMED:,} more" if len(lines) > MOST_NAMED else ""
    return f"it is found of {', '.join(lines[:MOST_NAMED])}{more}" if lines else ""


def _of_baseline(results: Sequence[Checked], by: Acceptable) -> Iterator[Diagnostic]:
    assert by.baseline
    source, known = by.baseline
    judged = {design_name(result.path, by.home) for result in results if result.is_whole}
    absent = {key[0] for key in known.entries if not os.path.exists(by.home / key[0])}
    gone = known.gone(judged | absent)
    if gone:
        told = [f"`{clause}` in {design}" for design, _, clause, _ in gone[:MOST_NAMED]]
        more = f" and {len(gone) - MOST_NAMED:,} more" if len(gone) > MOST_NAMED else ""
        one, many = (
            "problem of the baseline no longer occurs",
            "problems of the baseline no longer occur",
        )
        message = f"{len(gone):,} {one if len(gone) == 1 else many}: {', '.join(told)}{more}"
        hint = "write it anew, so that they cannot come back unseen: `--write-baseline`"
        yield Diagnostic("W707", message, source, Span(0, 1), hint)
