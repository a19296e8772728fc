"""What the reports for a terminal begin with, and what they say of open questions and of lines of the design."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from clausewise.checking.report import Report
from clausewise.checking.together import clauses_asking
from clausewise.dsl.models.deployment import AS_OF, FactName
from clausewise.dsl.models.places import places
from clausewise.dsl.text.names import MOST_NAMED, how_many, listed
from clausewise.engine.advice.questions import Question, can_be_told
from clausewise.engine.core.conditions import Constant
from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.judgement import Judgement
from clausewise.formats.report.alike import told_once
from clausewise.formats.report.sentences import (
    SAID,
    as_sentence,
    told_with_values,
    values_first,
    verdict_argument_of,
)
from clausewise.formats.screen.sheet import Piece, Sheet, cells
from clausewise.formats.screen.snippet import print_snippet
from clausewise.intake.judges import origin_of
from clausewise.intake.load import asked_for

STYLES = {
    Verdict.PROHIBITED: "bold white on-red",
    Verdict.NEEDS_INFORMATION: "bold black on-yellow",
    Verdict.NEEDS_REVIEW: "bold white on-blue",
    Verdict.PERMITTED: "bold white on-green",
    Verdict.NOT_APPLICABLE: "bold black on-white",
}
OUTCOME_STYLES = {
    Outcome.VIOLATED: "red",
    Outcome.UNDETERMINED: "yellow",
    Outcome.REVIEW: "blue",
    Outcome.MET: "green",
    Outcome.NOT_APPLICABLE: "dim",
}
MOST_FACTS = 4
MOST_OPTIONS = 12
MOST_ASKED = 1_000
"""Questions that a report lists: nobody reads more, and each takes as long to write as to find."""
DIGITS = 12
"""Of a digest; JSON holds all of it."""


def print_header(report: Report, sheet: Sheet, said: str = "", *, alone: bool = True) -> None:
    """Print what is judged, by what, and the verdict with what is `said` beside it, or the counts of outcomes.

    Args:
        alone: whether the design is named, too. Of several reports on it, one heading names it.
    """
    policy, deployment = report.policy, report.deployment
    draft = " (draft)" if deployment.draft else ""
    if alone:
        sheet.line((report.path, "bold cyan"), "  ", (f"{deployment.title}{draft}", "bold"))
    else:
        sheet.line((policy.title or policy.name, "bold"))
    words = f"judged by {policy.name} {policy.version}".rstrip()
    if asked_for(policy) != policy.name:
        words += " (a newer version is installed)"
    if deployment.as_of:
        words += f" as of {deployment.as_of}"
    if report.judgement.exact:
        words += ", exactly"
    origin = f", from {origin_of(policy)}, sha256 {policy.source.sha256[:DIGITS]}"
    judged: list[Piece] = [(words + origin, "dim")]
    if policy.readings:
        style = "yellow" if other_than_defaults(report) else "dim"
        judged += [(", ", "dim"), (by_which_readings(report), style)]
    sheet.line(*judged)
    if policy.partial:
        sheet.line((f"partial: {policy.partial}", "yellow"), hang=2)
    counts = Counter(clause.outcome for clause in report.judgement.clauses)
    summary = ", ".join(f"{counts[o]} {SAID[o]}" for o in Outcome if counts[o])
    sheet.line()
    _print_verdict(_badge(report), STYLES[report.verdict], said or summary, sheet)
    if argument := verdict_argument_of(report.judgement):
        sheet.line((as_sentence(argument[:1].upper() + argument[1:]), "yellow"), indent=2, hang=4)
    if alone:
        print_unreached([report], sheet)
    if waiting := report.advice.may_wait:
        said = f"It could be approved meanwhile: {', '.join(waiting[:MOST_FACTS])}"
        rest = len(waiting) - MOST_FACTS
        more = f" and {rest:,} more" if rest > 0 else ""
        sheet.line((f"{said}{more} may wait.", "bold"), indent=2, hang=4)
    others = [found for found in report.warnings if found.code != "W702"]
    for warning in others[:MOST_FACTS]:
        sheet.line((f"{warning.message} ({warning.code})", "yellow"), indent=2, hang=4)
    if len(others) > MOST_FACTS:
        sheet.line((f"and {len(others) - MOST_FACTS:,} more warnings", "yellow"), indent=2)
    sheet.line()


def print_unreached(reports: Iterable[Report], sheet: Sheet) -> None:
    """Print to which entities nothing leads, each once, whatever policies say so."""
    found = dict.fromkeys(entity.name for report in reports for entity in report.advice.unreached)
    if names := list(found):
        more = f" and {len(names) - MOST_FACTS:,} more" if len(names) > MOST_FACTS else ""
        said = f"nothing leads to {', '.join(names[:MOST_FACTS])}{more} (W702)"
        sheet.line((said, "yellow"), indent=2)


def _print_verdict(badge: str, style: str, beside: str, sheet: Sheet) -> None:
    """Print the verdict with what is said beside it; where there is no room for both, below it."""
    if cells(badge) + cells(beside) + 5 <= sheet.width:
        sheet.unwrapped(" ", (f" {badge} ", style), f"  {beside}")
    elif cells(badge) + 3 <= sheet.width:
        sheet.unwrapped(" ", (f" {badge} ", style))
        sheet.line(beside, indent=2)
    else:
        sheet.line((badge, style), indent=2, hang=4)
        sheet.line(beside, indent=2)


def _badge(report: Report) -> str:
    """The verdict in capitals, and how many problems do not count."""
    shown = report.verdict_shown
    return shown.upper() + report.verdict_told.removeprefix(shown)


def other_than_defaults(report: Report) -> list[str]:
    """The readings that were chosen, not the defaults: `consent=or-lawful-use`."""
    return _chosen(report.policy, report.judgement.readings)


def _chosen(policy: Policy, readings: Mapping[str, str]) -> list[str]:
    return [
        f"{name}={way}" for name, way in readings.items() if way != policy.readings[name].default
    ]


def by_which_readings(report: Report) -> str:
    """By which readings a design was judged, in a line."""
    return read_by(report.policy, report.judgement.readings)


def read_by(policy: Policy, readings: Mapping[str, str]) -> str:
    """By which readings a policy judges; empty if it has none.

    Args:
        policy: the policy.
        readings: alternatives by reading; of those that are not there, the default ones are in force.
    """
    chosen, count = _chosen(policy, readings), len(policy.readings)
    if not count:
        return ""
    if not chosen:
        return f"by the default of {'its reading' if count == 1 else f'all {count} readings'}"
    rest = count - len(chosen)
    others = (
        f", and the default of {'the other' if rest == 1 else f'{rest} others'}" if rest else ""
    )
    return f"by the reading {', '.join(chosen)}{others}"


def read_by_each(judgements: Sequence[Judgement]) -> str:
    """By which readings several policies judge: all by the default ones, or those that do not."""
    if len(judgements) == 1:
        return read_by(judgements[0].policy, judgements[0].readings)
    if not any(one.policy.readings for one in judgements):
        return ""
    otherwise = [
        f"{one.policy.full_name} {read_by(one.policy, one.readings)}"
        for one in judgements
        if _chosen(one.policy, one.readings)
    ]
    return "; ".join(otherwise) or "each by the default of its readings"


def heading(title: str, sheet: Sheet) -> None:
    """Print the title of a part."""
    sheet.line((title, "bold underline"))


def print_facts(
    names: Iterable[FactName],
    report: Report,
    sheet: Sheet,
    style: str = "cyan",
    *,
    in_order: bool = False,
) -> None:
    """Print the first lines that state facts, by their places, or in the order given; the others are named."""
    facts = [report.deployment.fact(name) for name in names]
    shown = [fact for fact in facts if fact and fact.span]
    if not in_order:
        shown.sort(key=lambda f: f.span.start if f.span else 0)
    for fact in shown[:MOST_FACTS]:
        if fact.span:
            print_snippet(report.source, fact.span, style, sheet)
    if len(shown) > MOST_FACTS:
        rest = told_once([fact.name for fact in shown[MOST_FACTS:]], report.deployment)
        sheet.line((f"and {', '.join(rest)}", "dim"), indent=6)


def why_none_applies(report: Report) -> list[FactName]:
    """The facts for which no clause applies, what decides first: of a law where it is, if that settles it."""
    from clausewise.engine.judging import sufficient

    return values_first(sufficient.why_none_applies(report.judgement), report.deployment)


def none_applies_in_words(report: Report) -> str:
    """The same in a sentence, with values and lines, and what is in force only on other days."""
    told = told_with_values(why_none_applies(report), report.deployment)
    rest = len(told) - MOST_NAMED
    said = "; ".join([*told[:MOST_NAMED], *([f"and {rest:,} more"] if rest > 0 else [])])
    return "; ".join([said or "the design lists nothing that it is about", *_out_of_force(report)])


def print_why_none_applies(report: Report, sheet: Sheet) -> None:
    """Print for which lines of the design, and since which dates, no clause applies."""
    facts = why_none_applies(report)
    heading(none_applies(report.policy), sheet)
    print_facts(facts, report, sheet, in_order=True)
    if AS_OF in facts:
        sheet.line(f"it is judged as of {report.deployment.as_of}", indent=2)
        for said in _out_of_force(report):
            sheet.line(said, indent=2, hang=4)
    sheet.line()


def none_applies(policy: Policy) -> str:
    """What stands before the facts by which no clause applies: of a law, whose it is."""
    where = ", ".join(places().label(place) for place in policy.law_of)
    return (
        f"No clause of this law of {where} applies, since" if where else "No clause applies, since"
    )


def _out_of_force(report: Report) -> Iterator[str]:
    """When clauses are in force that are not on the day of judging: `P34-10 is in force only from 2021-01-01`."""
    day = report.deployment.as_of
    names: dict[str, list[str]] = {}
    if day is None:
        return
    for judged in report.clauses:
        for asked in judged.clause.in_force:
            end = asked.right.value if isinstance(asked.right, Constant) else None
            if isinstance(end, date) and asked.sign == ">=" and day < end:
                names.setdefault(f"from {end}", []).append(judged.clause.short)
            elif isinstance(end, date) and asked.sign == "<" and day >= end:
                names.setdefault(f"until {end}", []).append(judged.clause.short)
    for when, clauses in names.items():
        more = [how_many(len(clauses) - MOST_NAMED, "other")] if len(clauses) > MOST_NAMED else []
        said = listed([*clauses[:MOST_NAMED], *more]) + (" is" if len(clauses) == 1 else " are")
        yield f"{said} in force only {when}"


def print_question(
    number: int,
    question: Question,
    report: Report,
    sheet: Sheet,
    *,
    with_answers: bool = False,
    others: int = 0,
    beside: Sequence[tuple[Report, Question]] = (),
) -> None:
    """Print a question, what it is about and on what it bears, and the answers that settle the verdict.

    `beside`: the same question, as other policies ask it.
    """
    sheet.line(f"{number}. ", (question.ask, "bold"), indent=max(0, 4 - len(str(number))), hang=6)
    who = "  for a person to judge, `attested by`" if question.kind == "judgement" else ""
    more = f" (and of {how_many(others, 'other')})" if others else ""
    sheet.line((question.fact, "cyan"), (more, "dim"), (who, "blue"), indent=6)
    if question.doubt:
        said = question.doubt if question.fact == AS_OF else f"stated, but {question.doubt}"
        sheet.line((said, "yellow"), indent=6)
    asked = [(report, question), *beside]
    for asking, same in asked:
        policy = asking.policy
        names = clauses_asking(same, policy, [other.policy.name for other, _ in asked])
        if not names:
            continue
        titles = [policy.clauses[name].title for name in names]
        of = f" of {policy.name}" if beside else ""
        when = ", only after another answer" if same.only_later else ""
        sheet.line((f"bears on {', '.join(titles)}{of}{when}", "dim"), indent=6)
    if with_answers and question.options and question.type != "yes-no":
        rest = len(question.options) - MOST_OPTIONS
        are_terms = question.of in report.policy.vocabulary.taxonomies
        where = ": `clausewise vocabulary`" if are_terms else " that the design lists"
        more = f", and {rest} more{where}" if rest > 0 else ""
        listed = ", ".join(question.options[:MOST_OPTIONS])
        sheet.line((f"{question.type}: {listed}{more}", "dim"), indent=6, hang=8)
    for asking, _ in asked if with_answers else ():
        by = f" by {asking.policy.name}" if beside else ""
        answers = asking.advice.decisive_answers.get(question.fact, ())
        for found in (answer for answer in answers if can_be_told(question, answer)):
            said = f"{found.answer} → {asking.policy.shown(found.verdict)}{by}"
            sheet.line((said, "bold"), indent=6)
    sheet.line()
