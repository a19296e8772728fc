"""What of a report does not count, for people; and what of it does, which the rest of the report tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clausewise.checking.accepted import Acceptance
from clausewise.checking.report import Report
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.judging.judgement import ClauseJudgement, Finding
from clausewise.formats.report.alike import groups_of
from clausewise.formats.report.sentences import violated_in_order
from clausewise.formats.screen.sheet import Sheet

MOST_TOLD = 20
ASK = "--show-baselined"


def counting(report: Report) -> list[ClauseJudgement]:
    """The violated clauses that count, in the order of `violated_in_order`."""
    violated = violated_in_order(report)
    if report.accepted is None:
        return violated
    return [judged for judged in violated if any(counting_findings(judged, report))]


def counting_findings(judged: ClauseJudgement, report: Report) -> list[Finding]:
    """The violated findings of a clause that count."""
    violated = (f for f in judged.findings if f.outcome is Outcome.VIOLATED)
    return [finding for finding in violated if not report.acceptance(finding)]


def counting_groups(judged: ClauseJudgement, report: Report) -> Sequence[Sequence[Finding]]:
    """A clause's findings that count, those together of which one sentence tells."""
    groups = groups_of(judged, report)
    if report.accepted is None:
        return groups
    left = ([one for one in group if not report.acceptance(one)] for group in groups)
    return [group for group in left if group]


def print_accepted(report: Report, sheet: Sheet, *, shows_baselined: bool) -> None:
    """Print what does not count, if anything does not, and to what the rest comes."""
    lines = accepted_lines(report, shows_baselined=shows_baselined)
    for line in lines:
        sheet.line(line, indent=2, hang=4)
    if lines:
        sheet.line()


def accepted_lines(report: Report, *, shows_baselined: bool) -> list[str]:
    """A line for each problem that is waived, and for the others one, or one each if that is asked for."""
    accepted = report.accepted
    if accepted is None or not accepted.problems:
        return []
    told = [o for o in accepted.problems if o.kind == "waived" or shows_baselined]
    lines = (
        [_line(one) for one in told[:MOST_TOLD]] if not shows_baselined else list(map(_line, told))
    )
    lines += [f"and {len(told) - len(lines):,} more"] if len(told) > len(lines) else []
    lines += _hidden(accepted.problems, shows_baselined=shows_baselined)
    if not accepted.is_all:
        lines.append(f"What is left comes to {report.policy.shown(accepted.counted)}.")
    return lines


def _hidden(problems: Sequence[Acceptance], *, shows_baselined: bool) -> Iterator[str]:
    if shows_baselined:
        return
    kinds = [one.kind for one in problems]
    if count := kinds.count("baseline"):
        yield f"In the baseline: {count:,} (`{ASK}` lists them)"
    if count := kinds.count("before"):
        yield f"As before the change: {count:,} (`{ASK}` lists them)"


def _line(one: Acceptance) -> str:
    """For example, `waived until 2027-01-31 by R. Diaz (SEC-12): D3 of front: the recorder comes in January`."""
    names = [name or "an unlisted one" for name in one.entities]
    of = f" of {' and '.join(names)}" if names else ""
    problem = f"{one.number or 'the design as a whole'}{of} {one.outcome}"
    if one.waiver is None:
        return f"{'in the baseline' if one.kind == 'baseline' else 'as before'}: {problem}"
    return f"{waived(one)}: {problem}: {one.waiver.reason}"


def waived(one: Acceptance) -> str:
    """Until when somebody accepts a problem, who, and where it is followed up."""
    assert one.waiver
    ticket = f" ({one.waiver.ticket})" if one.waiver.ticket else ""
    return f"waived until {one.waiver.expires} by {one.waiver.approver}{ticket}"


def why(one: Acceptance) -> str:
    """Why a problem does not count, in a sentence without its name."""
    if one.waiver:
        return f"{waived(one)}: {one.waiver.reason}"
    return "in the baseline" if one.kind == "baseline" else "as before the change"
