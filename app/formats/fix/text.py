"""The smallest changes of a design for people: a diff of the design for each, and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import unified_diff

from clausewise.checking.fix import Fixed, InTheWay, Outlook, ProposedFix
from clausewise.dsl.models.deployment import Fact, show_value
from clausewise.dsl.text.names import listed
from clausewise.engine.backends.solver.mending.repair import ChoiceChange
from clausewise.engine.core.clauses import Clause
from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.engine.core.policy import Policy
from clausewise.formats.report.heading import OUTCOME_STYLES, STYLES, heading
from clausewise.formats.report.sentences import SAID, arguments_of
from clausewise.formats.screen.sheet import Piece, Sheet

MOST_CLAUSES = 8
MOST_FACTS = 4
MOST_ASKED = 5
_STYLES = {"-": "red", "+": "green", "@": "cyan"}


def print_fixed(fixed: Fixed, sheet: Sheet) -> None:
    """Print what can be done for a design."""
    _print_heading(fixed, sheet)
    many = len(fixed.fixes) > 1
    for number, fix in enumerate(fixed.fixes, 1):
        heading(f"Proposal {number} of {len(fixed.fixes)}" if many else "Proposal", sheet)
        _print_fix(fix, fixed, sheet)
    if not fixed.settled:
        sheet.line(("Not settled: ", "bold yellow"), _UNSETTLED if fixed.fixes else _NOTHING_YET)
        sheet.line()
    if fixed.in_truth:
        sheet.line((_in_truth(fixed.in_truth), "yellow"))
        sheet.line()
    if fixed.best.verdict not in (Verdict.PERMITTED, Verdict.NOT_APPLICABLE):
        _print_rest(fixed, sheet)


_UNSETTLED = (
    "the search passed its bounds, and was ended. What is proposed helps, but it may not be the smallest, and "
    "there may be others."
)
_NOTHING_YET = (
    "the search passed its bounds, and was ended before it had found any change. That says nothing "
    "about whether there is one: a design of fewer parts, or one policy at a time (`--policy`), "
    "takes less."
)


def _more(count: int) -> str:
    return f"{count} more {'clause' if count == 1 else 'clauses'}"


def _in_truth(clauses: Sequence[Clause]) -> str:
    titles = [clause.title for clause in clauses[:MOST_CLAUSES]]
    rest = len(clauses) - len(titles)
    titles += [_more(rest)] if rest else []
    many = "is" if len(clauses) == 1 else "are"
    return f"{listed(titles)} {many} violated however what is missing turns out: see `--exact`."


def _print_heading(fixed: Fixed, sheet: Sheet) -> None:
    names = ", ".join(judgement.policy.full_name for judgement in fixed.now.judgements)
    title = fixed.now.judgements[0].deployment.title
    sheet.line((fixed.source.path, "bold cyan"), "  ", (title, "bold"))
    exactly = ", exactly" if all(each.exact for each in fixed.now.judgements) else ""
    sheet.line((f"judged by {names}{exactly}", "dim"))
    now, best = fixed.now.verdict, fixed.best.verdict
    pieces: list[Piece] = [(f" {fixed.now.whole.verdict_shown} ", STYLES[now])]
    if fixed.fixes:
        count = len(fixed.fixes[0].changes)
        many = f"{count} choice{'' if count == 1 else 's'}"
        then = f"then it is {fixed.best.whole.verdict_shown}"
        comes = f"the verdict stays {fixed.best.whole.verdict_shown}" if best is now else then
        change = "the smallest change" if fixed.settled else "a change"
        pieces.append(f"  {change} that helps is of {many}; {comes}")
    else:
        pieces.append(f"  {_nothing_for(now) if fixed.settled else 'nothing was found'}")
    sheet.line(*pieces, indent=1, hang=4)
    for argument in arguments_of(fixed.now.whole):
        sheet.line((argument, "yellow"), indent=2, hang=4)
    sheet.line()


def _nothing_for(now: Verdict) -> str:
    """Why nothing is proposed. A stated choice that keeps a clause from being settled is not changed."""
    if now.is_open:
        return "no choice that is not stated would help"
    return "no choice can help" if now is Verdict.PROHIBITED else "there is nothing to change"


def _print_fix(fix: ProposedFix, fixed: Fixed, sheet: Sheet) -> None:
    if fix.text is None:
        for change in fix.changes:
            sheet.line(_change(change), indent=2, hang=4)
    else:
        for line in diff(fix, fixed):
            sheet.unwrapped((line, "" if line[:3] in ("---", "+++") else _STYLES.get(line[:1], "")))
    sheet.line()
    _print_outcomes(fix, fixed, sheet)
    for fact in fix.wanting:
        sheet.line(f"{fact.name}", ' counts only with `evidence "..."` beside it', indent=2)
    sheet.line((_true_once(fix), "yellow"), indent=2, hang=4)
    sheet.line()


def _true_once(fix: ProposedFix) -> str:
    """That to write a proposal down makes nothing true, and what the design says otherwise."""
    otherwise = [
        f"{change.before.name} is {show_value(change.before.value)}"
        for change in fix.changes
        if change.before and change.before.value is not None
    ]
    now = f"; the design says now that {listed(otherwise)}" if otherwise else ""
    return f"Change the system first: a line that is not true of it misdescribes it{now}."


def diff(fix: ProposedFix, fixed: Fixed) -> list[str]:
    """The lines of a unified diff of a design in text."""
    before, after = (fixed.source.text.splitlines(), (fix.text or "").splitlines())
    path = fixed.source.path
    return [*unified_diff(before, after, path, f"{path} (proposed)", n=1, lineterm="")]


def _change(change: ChoiceChange) -> str:
    stated = show_value(change.before.value) if change.before else "not stated"
    return f"{change.fact.name}: {stated} → {show_value(change.fact.value)}"


def _print_outcomes(fix: ProposedFix, fixed: Fixed, sheet: Sheet) -> None:
    """Print the clauses whose outcomes change: those first that were violated."""
    found = [
        (judged.outcome, after.outcome, judged.clause.title)
        for before, by_fix in zip(fixed.now.judgements, fix.outlook.judgements, strict=True)
        for judged, after in zip(before.clauses, by_fix.clauses, strict=True)
        if judged.outcome is not after.outcome
    ]
    found.sort(key=lambda one: one[0] is not Outcome.VIOLATED)
    if left := [clause.title for _, clause in fixed.left_by(fix)]:
        sheet.line((f"by leaving, not by keeping: {', '.join(left)}", "yellow"), indent=2, hang=4)
    width = max((len(title) for *_, title in found[:MOST_CLAUSES]), default=0) + 2
    for before, now, title in found[:MOST_CLAUSES]:
        was = (f"{SAID[before]:<14}", OUTCOME_STYLES[before])
        sheet.line(f"{title:<{width}}", was, "→ ", (SAID[now], OUTCOME_STYLES[now]), indent=2)
    if len(found) > MOST_CLAUSES:
        sheet.line((f"... and {_more(len(found) - MOST_CLAUSES)}", "dim"), indent=2)


def _print_rest(fixed: Fixed, sheet: Sheet) -> None:
    """Print what no choice can settle: facts in the way, and questions."""
    best = fixed.best
    if best.in_the_way:
        heading("In the way: no choice helps against these", sheet)
        for one in best.in_the_way[:MOST_CLAUSES]:
            _print_in_the_way(one, _policy(one, best), fixed, sheet)
        if len(best.in_the_way) > MOST_CLAUSES:
            rest = len(best.in_the_way) - MOST_CLAUSES
            sheet.line((f"... and {_more(rest)}", "dim"), indent=2)
        sheet.line()
    if best.asked and best.verdict.is_open:
        heading("Still to be answered", sheet)
        for question in best.asked[:MOST_ASKED]:
            sheet.line((f"{question.fact}", "bold"), f"  {question.ask}", indent=2, hang=4)
        if len(best.asked) > MOST_ASKED:
            sheet.line((f"... and {len(best.asked) - MOST_ASKED} more", "dim"), indent=2)
        sheet.line()


def _policy(one: InTheWay, outlook: Outlook) -> Policy:
    return next(j.policy for j in outlook.judgements if j.policy.name == one.policy)


def _print_in_the_way(one: InTheWay, policy: Policy, fixed: Fixed, sheet: Sheet) -> None:
    title = policy.clauses[one.clause].title
    facts = _told(one.facts, fixed) or "another clause would be violated instead"
    sheet.line((title, "red"), f"  {facts}", indent=2, hang=6)


def _told(facts: Sequence[Fact], fixed: Fixed) -> str:
    told = []
    for fact in facts[:MOST_FACTS]:
        number = fixed.line_of(fact)
        line = f" (line {number})" if number else ""
        told.append(f"{fact.name} {show_value(fact.value)}{line}")
    rest = len(facts) - MOST_FACTS
    return ", ".join([*told, *([f"and {rest} more"] if rest > 0 else [])])
