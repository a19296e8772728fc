"""A report for people that fits a screen: what decides the verdict, where, what to do; the rest in a few lines.

`check --all` prints all that a report holds (full.py), `check --brief` a line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from clausewise.checking.options import PASSING
from clausewise.checking.report import Checked, Report
from clausewise.dsl.models.deployment import Fact
from clausewise.dsl.startup.typed import TYPE_CHECKING, Literal
from clausewise.dsl.text.names import MOST_NAMED, how_many, listed
from clausewise.engine.advice.because import because, deciding, facts_named, remedy_for
from clausewise.engine.advice.questions import Question
from clausewise.engine.core.outcomes import OUTCOMES, Outcome, Verdict
from clausewise.engine.judging.judgement import ClauseJudgement, Finding
from clausewise.formats.escaping import shell_word
from clausewise.formats.report.accepted import counting, counting_groups, print_accepted
from clausewise.formats.report.alike import and_others_said, by_sentence
from clausewise.formats.report.heading import (
    OUTCOME_STYLES,
    STYLES,
    heading,
    none_applies_in_words,
    print_header,
    print_question,
    print_unreached,
    print_why_none_applies,
)
from clausewise.formats.report.sentences import (
    SAID,
    argument_of,
    argument_of_all,
    as_sentence,
    by_readings,
    follows_from,
    joint_reading_in_words,
    more_findings,
    rests_on_in_words,
    rests_on_read,
    what_can_change,
)
from clausewise.formats.screen.sheet import Sheet, aligned, cells
from clausewise.intake.load import asked_for

if TYPE_CHECKING:
    from clausewise.intake.walk import LeftOut


Detail = Literal["brief", "screen", "all"]
MOST_IN_FULL = 1
"""So many violated clauses are told with what they say and their lines, so that two fit a screen."""
MOST_WITH_REMEDY = 3
"""So many are told with what to do, the others in a sentence each."""
MOST_FINDINGS = 2
MOST_LINES = 3
"""Of a finding; as many as its sentence names, if these are more, but no more than `MOST_NAMED_LINES`."""
MOST_NAMED_LINES = 6
MOST_QUESTIONS = 5
MOST_QUESTIONS_EACH = 2
"""Of each of several policies."""
MOST_LEFT_OUT = 10


def print_reports(
    result: Checked,
    sheet: Sheet,
    detail: Detail = "screen",
    *,
    is_diff: bool = False,
    shows_baselined: bool = False,
) -> None:
    """Print the reports on a design: each in a line, on a screen, or all of it; of several the verdicts first.

    Args:
        is_diff: whether only what has become worse counts: what passes is then told in a line, unless what was so
            before is asked for.
    """
    several = len(result.reports) > 1 and detail == "screen"
    short = is_diff and detail == "screen" and not shows_baselined
    if short and several and result.is_whole and result.counted in PASSING:
        by = f"{len(result.reports)} policies"
        sheet.unwrapped(f"{result.path}: {result.verdict_told} by {by}")
        return
    if detail != "brief":
        print_whole(result, sheet, with_reasons=several)
    asked = set[str]()
    for report in _gravest_first(result):
        is_brief = short and report.counted in PASSING
        if several and (is_brief or report.verdict is Verdict.NOT_APPLICABLE):
            continue  # it is told of in a line already
        how: Detail = "brief" if is_brief else detail
        whole = result.verdict if several else None
        print_report(report, sheet, how, asked, whole, shows_baselined=shows_baselined)
        if how == "screen" and _asks(report, whole):
            shown = _shown_first(report, asked, _most_questions(whole))
            asked |= {question.fact for alike in shown for question in alike}
    if several:
        _print_notices(result, sheet)


def _print_notices(result: Checked, sheet: Sheet) -> None:
    """Print what policies want to be noticed, each once, and how to see more of several."""
    policies: dict[str, list[str]] = {}
    for report in result.reports:
        policies.setdefault(report.policy.notice, []).append(report.policy.name)
    for notice, names in policies.items():
        if notice:
            sheet.line((f"{listed(names)}: {notice}", "italic dim"), hang=2)
    sheet.line()
    _fold("All clauses.", f"clausewise check --all {shell_word(result.path)}", sheet)
    if any(report.advice.questions for report in result.reports):
        _fold("All questions.", f"clausewise ask {shell_word(result.path)}", sheet)
    sheet.line()


def _gravest_first(result: Checked) -> list[Report]:
    """The reports on a design, those first that prohibit it, so that these stand above pages of questions."""
    return sorted(result.reports, key=lambda report: report.counted is not Verdict.PROHIBITED)


def _asks(report: Report, whole: Verdict | None) -> bool:
    """Whether a report that fills a screen asks its questions: none if no answer can change the verdict."""
    if whole is Verdict.PROHIBITED:
        return False
    is_all = report.accepted is not None and report.accepted.is_all
    return not is_all and report.counted not in (Verdict.PROHIBITED, Verdict.NOT_APPLICABLE)


def print_whole(result: Checked, sheet: Sheet, *, with_reasons: bool = False) -> None:
    """Print the verdict on a design by several policies, and that of each, perhaps with why one does not apply."""
    if len(result.reports) < 2 or result.verdict is None:
        return
    said = (f" {result.verdict_shown.upper()} ", STYLES[result.verdict])
    by = f"  judged by {len(result.reports)} policies"
    sheet.line((result.path, "bold cyan"), "  ", (result.reports[0].deployment.title, "bold"))
    sheet.unwrapped(" ", said, by)
    if argument := argument_of_all(result.together):
        sheet.line((as_sentence(argument[:1].upper() + argument[1:]), "yellow"), indent=2, hang=4)
    rows = [
        (
            one,
            one.policy.full_name,
            f": {none_applies_in_words(one)}"
            if with_reasons and one.verdict is Verdict.NOT_APPLICABLE
            else "",
        )
        for one in _gravest_first(result)
    ]
    _print_rows(rows, sheet)
    if with_reasons:
        print_unreached(result.reports, sheet)
    sheet.line()


def print_report(
    report: Report,
    sheet: Sheet,
    detail: Detail = "screen",
    asked: Collection[str] = (),
    whole: Verdict | None = None,
    *,
    shows_baselined: bool = False,
) -> None:
    """Print a report: in a line, on a screen, or all of it. Where nothing counts, no more is told than that.

    Args:
        asked: the facts that are not asked again.
        whole: the verdict by several policies together, of which this is one.
    """
    if detail == "screen" and report.accepted and report.accepted.is_all:
        sheet.line(_brief(report), hang=4)
        print_accepted(report, sheet, shows_baselined=shows_baselined)
        return
    match detail:
        case "brief":
            sheet.unwrapped(_brief(report))
        case "screen":
            _print_screen(report, sheet, asked, whole, shows_baselined=shows_baselined)
        case "all":
            from clausewise.formats.report.full import print_full

            print_full(report, sheet, shows_baselined=shows_baselined)


def print_summary(results: Iterable[Checked], left_out: Sequence[LeftOut], sheet: Sheet) -> None:
    """Print a line for each design, if there are several, and what was left out."""
    found = list(results)
    if len(found) > 1:
        heading("Summary", sheet)
        _print_rows([(result, result.path, "") for result in found], sheet)
    if left_out:
        sheet.line()
        print_left_out(left_out, sheet)


def _print_rows(rows: Sequence[tuple[Checked | Report, str, str]], sheet: Sheet) -> None:
    """Print a list of what was judged: the verdict, what does not count if anything does not, a name, and why."""
    verdicts = aligned(one.verdict_shown or "not judged" for one, _, _ in rows)
    accepted = aligned(one.accepted_words for one, _, _ in rows)
    for (one, name, why), verdict, words in zip(rows, verdicts, accepted, strict=True):
        style = OUTCOME_STYLES[OUTCOMES[one.verdict]] if one.verdict else "bold red"
        line = (verdict, style), (words, "dim"), name
        if why:
            sheet.line(*line, why, indent=2, hang=4)
        else:
            sheet.unwrapped("  ", *line)


def print_left_out(left_out: Sequence[LeftOut], sheet: Sheet) -> None:
    """Print what was not looked at, by the rule that leaves it out."""
    by_rule: dict[str, list[str]] = {}
    for one in left_out:
        by_rule.setdefault(one.why, []).append(one.path)
    sheet.line((f"Left out: {len(left_out)}", "bold"))
    for why, paths in by_rule.items():
        more = f", and {len(paths) - MOST_LEFT_OUT:,} more" if len(paths) > MOST_LEFT_OUT else ""
        sheet.line(
            f"{', '.join(paths[:MOST_LEFT_OUT])}{more}", (f" ({why})", "dim"), indent=2, hang=4
        )


def print_fewest(report: Report, sheet: Sheet) -> None:
    """Print the fewest answers that prohibit a design, if they are known and more than one."""
    fewest = report.advice.fewest
    if len(fewest) > 1:
        said = "; ".join(f"{given.fact} {given.answer}" for given in fewest)
        how = f"{report.policy.shown(Verdict.PROHIBITED)} by {report.policy.name}"
        found = (
            f"No answer alone makes it {how}. These together do, and no fewer: {said}."
            if report.advice.fewest_are_least
            else f"These together make it {how}, the fewest that were found: {said}."
        )
        sheet.line(found, indent=2, hang=4)
        sheet.line()


def _brief(report: Report) -> str:
    """The verdict, and what decides it or is wanted first, on one line."""
    violated = counting(report)
    if report.accepted and report.accepted.is_all:
        why, rest = "", 0
    elif violated:
        finding = _violations(violated[0], report)[0][0]
        why = f"{violated[0].clause.short}: {because(finding, report.deployment)}"
        rest = len(violated) - 1
    else:
        why = f"wants {report.advice.questions[0].fact}" if report.advice.questions else ""
        rest = max(len(report.advice.questions) - 1, 0)
    more = f" (and {rest} more)" if rest else ""
    verdict = f"{report.path}: {report.verdict_told} by {asked_for(report.policy)}"
    return f"{verdict}: {why}{more}" if why else verdict


def _print_screen(
    report: Report,
    sheet: Sheet,
    before: Collection[str],
    whole: Verdict | None,
    *,
    shows_baselined: bool,
) -> None:
    violated = counting(report)
    names = f": {listed([one.clause.short for one in violated])}"
    which = names if len(violated) > MOST_WITH_REMEDY else ""
    said = f"{len(violated)} violated{which}; {what_can_change(report)}" if violated else ""
    print_header(report, sheet, said, alone=whole is None)
    print_accepted(report, sheet, shows_baselined=shows_baselined)
    if report.counted is Verdict.PROHIBITED:
        _print_prohibited(report, sheet)
    elif report.verdict is Verdict.NOT_APPLICABLE:
        print_why_none_applies(report, sheet)
    elif whole is Verdict.PROHIBITED and report.verdict.is_open:
        _print_open_beside(report, sheet)
    else:
        _print_open(report, sheet, before, _most_questions(whole))
    _print_folded(report, sheet, alone=whole is None)


def _most_questions(whole: Verdict | None) -> int:
    return MOST_QUESTIONS if whole is None else MOST_QUESTIONS_EACH


def _print_open_beside(report: Report, sheet: Sheet) -> None:
    """Print in a few lines what is open by a policy, where another prohibits the design in any case."""
    asked = report.advice.questions
    open_ = [judged.clause.short for judged in report.clauses if judged.is_open]
    rest = len(open_) - MOST_NAMED
    more = [how_many(rest, "other")] if rest > 0 else []
    sheet.line(f"Open: {listed([*open_[:MOST_NAMED], *more])}.", indent=2, hang=4)
    if asked:
        count = how_many(len(asked), "question")
        first = ", of which the first is" if len(asked) > 1 else ""
        sheet.line(f"{count}{first}: {asked[0].ask}", indent=2, hang=4)
    sheet.line()


def _violations(judged: ClauseJudgement, report: Report) -> list[list[Finding]]:
    """The violated findings that count, those together of which one sentence tells."""
    return by_sentence(counting_groups(judged, report), report)


def _print_prohibited(report: Report, sheet: Sheet) -> None:
    """Print the clauses that decide it, then those in a line each that say the same again."""
    violated = counting(report)
    told = [judged for judged in violated if not follows_from(judged, report)]
    for judged in told[:MOST_IN_FULL]:
        _print_violated(judged, report, sheet)
    for judged in told[MOST_IN_FULL:]:
        _print_in_a_sentence(judged, report, sheet)
        if judged in told[:MOST_WITH_REMEDY]:
            _print_remedy(_violations(judged, report), sheet, indent=6)
    derived = [judged for judged in violated if judged not in told]
    for judged in derived:
        follows = listed(follows_from(judged, report))
        sheet.line((judged.clause.title, "red"), f"  follows from {follows}.", hang=6)
    # what is told in full ends with an empty line of its own; what follows from it goes on into what is folded,
    # so that one clause that decides fits a screen
    if not derived and not 0 < len(told) <= MOST_IN_FULL:
        sheet.line()


def _print_violated(judged: ClauseJudgement, report: Report, sheet: Sheet) -> None:
    clause = judged.clause
    sheet.line((clause.title_cited, "bold red"), f"  {clause.says}", hang=2)
    groups = _violations(judged, report)
    for group in groups[:MOST_FINDINGS]:
        said = (because(group[0], report.deployment), "bold")
        sheet.line("→ ", said, (and_others_said(group), "dim"), indent=2, hang=4)
        _print_facts(group[0], report, sheet)
    if argument := argument_of(judged):
        sheet.line((f"Though facts are missing, {argument}.", "yellow"), indent=2, hang=4)
    if rest := sum(map(len, groups[MOST_FINDINGS:])):
        sheet.line((f"... and {more_findings(rest)}", "dim"), indent=4)
    for found in report.by_laws.get(clause.name, ()):
        sheet.line("by ", found.said, indent=4, hang=6)
    findings = [group[0] for group in groups]
    rests, by_reading = rests_on_read(judged, findings, report)
    if rests:
        sheet.line((rests, "yellow" if by_reading else "dim"), indent=2, hang=4)
    _print_remedy(groups, sheet, indent=2)
    sheet.line()


def _print_remedy(groups: Sequence[list[Finding]], sheet: Sheet, *, indent: int) -> None:
    if remedy := remedy_for([group[0] for group in groups]):
        sheet.line(("To do: ", "bold"), remedy, indent=indent, hang=indent + 2)


def _print_facts(finding: Finding, report: Report, sheet: Sheet) -> None:
    """Print the lines that decide a finding: all that its sentence names, and the first of the others.

    What there is no room for is named, with its line.
    """
    facts = deciding(finding, report.deployment, report.policy)
    named = facts_named(finding, report.deployment)
    count = max(sum(fact.name in named for fact in facts), MOST_LINES)
    count = min(count, MOST_NAMED_LINES)
    shown = facts[: count + (len(facts) == count + 1)]  # to name one takes a line as well
    for fact in shown:
        _print_line(fact, report, sheet)
    if rest := facts[len(shown) :]:
        first = [f"{fact.name} (line {_line_of(fact, report)})" for fact in rest[:MOST_NAMED]]
        more = [f"{len(rest) - MOST_NAMED:,} more"] if len(rest) > MOST_NAMED else []
        sheet.line((f"and {listed([*first, *more])}", "dim"), indent=4, hang=6)


def _line_of(fact: Fact, report: Report) -> int:
    return report.source.position(fact.span.start)[0] if fact.span else 0


def _print_in_a_sentence(judged: ClauseJudgement, report: Report, sheet: Sheet) -> None:
    group, *rest = _violations(judged, report)
    said = because(group[0], report.deployment)
    more = sum(map(len, rest)) + len(group) - 1
    spans = [
        fact.span for fact in deciding(group[0], report.deployment, report.policy)[:1] if fact.span
    ]
    notes = [f"line {report.source.position(span.start)[0]}" for span in spans]
    notes += [f"and {more_findings(more)}"] if more else []
    told = by_readings(judged, report)
    notes += told if len(told) < 2 else ["by readings of the text"]
    note = f" ({', '.join(notes)})" if notes else ""
    sheet.line((judged.clause.title_cited, "red"), f"  {said}", (note, "dim"), hang=6)


def _print_line(fact: Fact, report: Report, sheet: Sheet) -> None:
    """Print a line of the design, with its place, cut to the width."""
    assert fact.span is not None
    number, _ = report.source.position(fact.span.start)
    line = " ".join(report.source.line(number).split())
    place = f"    {report.path}:{number}  "
    room = max(sheet.width - cells(place), 20)
    cut = line if cells(line) <= room else line[: room - 1] + "…"
    sheet.unwrapped((place, "cyan"), cut)


def _print_open(report: Report, sheet: Sheet, before: Collection[str], most: int) -> None:
    """Print the first questions, and who must judge; what another policy asked `before` is not asked again."""
    again = [q for q in report.advice.questions if q.fact in before]
    if again:
        names = dict.fromkeys(name for question in again for name in question.clauses)
        titles = [report.policy.clauses[name].title for name in names]
        more = [how_many(len(titles) - MOST_NAMED, "other")] if len(titles) > MOST_NAMED else []
        on = listed([*titles[:MOST_NAMED], *more])
        one = "question, which bears" if len(again) == 1 else "questions, which bear"
        sheet.line((f"Asked above: {len(again)} {one} on {on}.", "dim"), indent=2, hang=4)
        sheet.line()
    asked = _not_yet_asked(report, before)
    shown = _shown_first(report, before, most)
    for number, (question, *others) in enumerate(shown, 1):
        print_question(number, question, report, sheet, others=len(others))
    rest = len(asked) - sum(map(len, shown))
    if rest:
        judgements = sum(question.kind == "judgement" for question in asked)
        judgements = judgements if judgements < len(asked) else 0
        which = "all" if judgements == rest else str(judgements)
        by_people = f", {which} of them for a person to judge" if judgements else ""
        sheet.line(
            f"... and {rest} more{by_people}: ",
            f"`clausewise ask {shell_word(report.path)}`",
            indent=2,
        )
        sheet.line()


def _not_yet_asked(report: Report, before: Collection[str]) -> list[Question]:
    return [question for question in report.advice.questions if question.fact not in before]


def _shown_first(report: Report, before: Collection[str], most: int) -> list[list[Question]]:
    """The questions that a screen shows, of facts first of all; those that ask the same of several together."""
    asked = _not_yet_asked(report, before)
    of_facts = [question for question in asked if question.kind != "judgement"]
    alike: dict[object, list[Question]] = {}
    for question in of_facts or asked:
        key = question.fact.partition(".")[2] or question.fact, question.clauses, question.doubt
        alike.setdefault(key, []).append(question)
    return list(alike.values())[:most]


def _print_folded(report: Report, sheet: Sheet, *, alone: bool) -> None:
    """Print in a few lines what is not told."""
    counts = Counter(judged.outcome for judged in report.clauses)
    still_open = counts[Outcome.UNDETERMINED] + counts[Outcome.REVIEW]
    proved = report.judgement.together
    if report.verdict is Verdict.PROHIBITED and still_open and not (proved and proved.some):
        facts = len(report.advice.questions)
        clauses = f"{still_open} clause{'' if still_open == 1 else 's'}"
        unknown = f"{facts} unknown fact{'' if facts == 1 else 's'}"
        said = f"Open, without bearing on this: {clauses}, {unknown}."
        _fold(said, f"clausewise ask {shell_word(report.path)}", sheet)
    settled = [f"{counts[o]} {SAID[o]}" for o in (Outcome.MET, Outcome.NOT_APPLICABLE) if counts[o]]
    changing: dict[Verdict, list[str]] = {}
    for other in report.advice.other_readings:
        if other.verdict is not report.verdict:
            changing.setdefault(other.verdict, []).append(f"{other.reading}={other.alternative}")
    for verdict, ways in changing.items():
        sheet.line(
            "By the reading ",
            (listed(ways, "or"), "bold yellow"),
            f" it would be {report.policy.shown(verdict)}.",
            hang=2,
        )
    if together := joint_reading_in_words(report):
        sheet.line(together, hang=2)
    rests = rests_on_in_words(report) if report.verdict is Verdict.PERMITTED else ""
    if rests:
        sheet.line(rests)
    if alone or report.verdict is Verdict.PROHIBITED:
        said = f"{' and '.join(settled) or 'No clause is met'}."
        _fold(said, f"clausewise check --all {shell_word(report.path)}", sheet)
        if alone and report.policy.notice:
            sheet.line((report.policy.notice, "italic dim"))
        sheet.line()
    elif changing or rests:
        sheet.line()


def _fold(said: str, command: str, sheet: Sheet) -> None:
    if cells(f"{said}  {command}") > sheet.width:
        sheet.line(said)
        sheet.unwrapped(("  " + command, "cyan"))
    else:
        sheet.unwrapped(said + "  ", (command, "cyan"))
