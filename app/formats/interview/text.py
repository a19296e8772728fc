"""What a session shows: the question with why it is asked, and what an answer did."""

from __future__ import annotations

from collections.abc import Sequence

from clausewise.checking.report import Report
from clausewise.dsl.models.deployment import NoEntity
from clausewise.dsl.models.shapes import SHAPES
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.printing.trees import values_text
from clausewise.dsl.text.names import in_words, listed
from clausewise.engine.advice.questions import can_be_told
from clausewise.engine.core.outcomes import OUTCOMES, Outcome, Verdict
from clausewise.engine.judging.judgement import ClauseJudgement
from clausewise.formats.escaping import shell_word
from clausewise.formats.report.heading import OUTCOME_STYLES
from clausewise.formats.report.sentences import SAID, argument_of_all, as_sentence, what_can_change
from clausewise.formats.screen.sheet import Piece, Sheet
from clausewise.interview.answers import Refusal
from clausewise.interview.look import Asked, Looked, most_questions, stated
from clausewise.interview.pending import Pending
from clausewise.interview.session import (
    Interview,
    NothingBefore,
    Put,
    Reread,
    Save,
    SessionEffect,
    Took,
    WentBack,
    nearest,
)

PLACE = "place"
"""The taxonomy of places, which is part of the language, and of too many terms to be listed."""
HOW = {
    "yes-no": "`yes` or `no`",
    "ages": "a range of ages in years: `18..` from 18 on, `13..17`, `..12` up to 12",
}
"""How answers to fields of some shapes are written."""
SEVERAL = ", by commas; `...` at the end if there may be more"
MOST_OPTIONS = 12
MOST_CLAUSES = 4
MOST_SETTLED = 2
"""Of the clauses that an answer has brought to an outcome: what it did is told in a line or two."""
HELP = (
    ("Enter", "takes what is offered, and where nothing is, goes on"),
    ("a number", "of the list, or the name of an answer, or how it begins"),
    ("a, b", "several answers, where there may be several; `a, ...` if there may be more"),
    ("list", "shows all answers there are"),
    ("skip", "leaves the question for another time"),
    ("unknown", "you do not know: it is written down so"),
    ("back", "takes the last answer back"),
    ("quit", "ends; all answers are written already"),
    (":back", "the command, where an answer is called `back`"),
)


def print_opening(session: Interview, sheet: Sheet) -> None:
    """Print what is judged, and how to answer."""
    looked = session.looked
    sheet.line((looked.source.path, "bold cyan"), "  ", (looked.tree.title.text, "bold"))
    names = [policy.full_name for policy in looked.policies]
    exactly = ", exactly" if _is_exact(looked) else ""
    sheet.line((f"judged by {listed(names)}{exactly}", "dim"))
    said = "Each answer is written into the file at once. Type `?` for help, `quit` to stop."
    sheet.line((said, "dim"))
    sheet.line()
    print_verdicts(looked, sheet)


def _is_exact(looked: Looked) -> bool:
    return bool(looked.reports) and all(report.judgement.exact for report in looked.reports)


def print_verdicts(looked: Looked, sheet: Sheet) -> None:
    """Print the verdict of each policy, with how many clauses came to what."""
    for report in looked.reports:
        counts = {o: sum(j.outcome is o for j in report.clauses) for o in Outcome}
        told = ", ".join(f"{count} {SAID[outcome]}" for outcome, count in counts.items() if count)
        by = f" by {report.policy.full_name}" if len(looked.reports) > 1 else ""
        sheet.line(_verdict(report), by, f": {told}")
    if argument := argument_of_all(looked.together):
        sheet.line((as_sentence(argument[:1].upper() + argument[1:]), "yellow"))
    if not looked.reports:
        sheet.line("Nothing that could be judged is listed yet.")


def print_help(sheet: Sheet) -> None:
    """Print what can be typed."""
    for word, said in HELP:
        sheet.line((f"{word:<10}", "bold"), said, indent=2, hang=12)


def print_effects(effects: Sequence[SessionEffect], sheet: Sheet) -> None:
    """Print what an event did."""
    for effect in effects:
        match effect:
            case Save():
                pass
            case Refusal(message, hint):
                sheet.line((f"{message}", "red"), f"; {hint}" if hint else "", indent=2, hang=4)
            case Took(line, fact, before, after):
                sheet.line(("✓ ", "green"), (line, "bold"), indent=2, hang=4)
                for asked in after.asked:
                    if asked.question.fact == fact and asked.question.doubt:
                        why = "says too little" if asked.question.counts else "does not count yet"
                        sheet.line((f"it {why}: {asked.question.doubt}", "yellow"), indent=4)
                _print_done(before, after, sheet)
            case Put(fact, why):
                said = "left for another time" if why == "skipped" else "you do not know"
                sheet.line((f"{fact}: {said}", "dim"), indent=2, hang=4)
            case WentBack(before, after):
                sheet.line(("taken back", "bold"), indent=2)
                _print_done(before, after, sheet)
            case NothingBefore():
                sheet.line("There is no answer of this session to take back.", indent=2)
            case Reread():
                said = "The file has changed meanwhile. It was judged anew; answer again."
                sheet.line((said, "yellow"), indent=2, hang=4)


def _print_done(before: Looked, after: Looked, sheet: Sheet) -> None:
    """In a line for each policy: the verdict, before and after, and the clauses that were settled."""
    old = {report.policy.full_name: report for report in before.reports}
    for report in after.reports:
        was = old.get(report.policy.full_name)
        pieces: list[Piece] = []
        if was is None or was.verdict is not report.verdict:
            pieces += [_verdict(was), " → "] if was else []
        pieces.append(_verdict(report))
        by = f" by {report.policy.full_name}" if len(after.reports) > 1 else ""
        sheet.line(*pieces, by, _settled(was, report), indent=4)


def _settled(was: Report | None, now: Report) -> str:
    """Which clauses came to another outcome: `; met: gender (N10)`, and how many stay open."""
    before = {j.clause.name: j.outcome for j in was.clauses} if was else {}
    changed: dict[Outcome, list[ClauseJudgement]] = {}
    for judged in now.clauses:
        if was and before.get(judged.clause.name) is not judged.outcome:
            changed.setdefault(judged.outcome, []).append(judged)
    said = [f"{SAID[o]}: {_titles(changed[o])}" for o in Outcome if o in changed]
    still = sum(judged.is_open for judged in now.clauses)
    if now.verdict is Verdict.PROHIBITED:
        said.append(what_can_change(now))
    else:
        said.append(
            f"{still} {'clause' if still == 1 else 'clauses'} open" if still else "none open"
        )
    return f"; {'; '.join(said)}"


def _titles(judged: Sequence[ClauseJudgement]) -> str:
    named = [one.clause.title for one in judged[:MOST_SETTLED]]
    rest = len(judged) - len(named)
    return ", ".join(named) + (f" and {rest} more" if rest else "")


def _verdict(report: Report) -> Piece:
    return report.verdict_shown, f"bold {OUTCOME_STYLES[OUTCOMES[report.verdict]]}"


# what is asked


def print_prompt(session: Interview, sheet: Sheet, *, again: bool = False) -> None:
    """Print what is asked now; of what was asked already, only the question."""
    sheet.line()
    if again and session.asked and not session.unfinished:
        sheet.line((session.asked.question.ask, "bold"), indent=2, hang=4)
    elif session.types:
        _print_listing(session, sheet)
    elif session.unfinished:
        _print_want(session.unfinished, sheet)
    elif asked := session.asked:
        _print_question(session, asked, sheet)
    else:
        _print_nothing_left(session, sheet)


def _print_listing(session: Interview, sheet: Sheet) -> None:
    type_ = session.types[0]
    deployments = [report.deployment for report in session.looked.reports]
    names = [entity.name for found in deployments[:1] for entity in found.of_type(type_.name)]
    ask = f"Another {type_.name}?" if names else f"Which {type_.name} is there?"
    sheet.line((ask, "bold"), f" ({type_.description})", hang=2)
    if names:
        sheet.line((f"listed: {', '.join(names)}", "dim"), indent=2, hang=4)
    goes_on = "; Enter: no more" if names else ""
    sheet.line((f"A short name, such as `front-door`{goes_on}", "dim"), indent=2)


def _print_question(session: Interview, asked: Asked, sheet: Sheet) -> None:
    question, most = asked.question, most_questions(session.looked)
    count = len(session.open)
    facts = "fact" if count == 1 else "facts"
    progress = f"{count:,} {facts} open, at most {most:,} to ask of what is listed"
    if _is_exact(session.looked):
        later = sum(asked.question.only_later for asked in session.open)
        progress = f"{count:,} {facts} can still matter"
        progress += f", {later:,} of them only after another answer" if later else ""
    sheet.line((f"Question {session.steps + 1}", "bold underline"), (f" · {progress}", "dim"))
    sheet.line((question.ask, "bold"), indent=2, hang=4)
    _print_why(asked, sheet, is_one_of=len(session.looked.reports) > 1)
    if question.doubt:
        line = stated(session.looked, asked)
        value = f"`{values_text(line.items)}` is stated, but " if line else ""
        sheet.line((f"{value}{question.doubt}", "yellow"), indent=2, hang=4)
        if line:
            sheet.line(("Enter keeps that value", "dim"), indent=2)
    sheet.line((_how(asked), "dim"), indent=2, hang=4)
    print_options(asked, sheet, MOST_OPTIONS)


def _print_why(asked: Asked, sheet: Sheet, *, is_one_of: bool) -> None:
    """Print why it is asked: the fact, and the clauses that wait for it, the first with what it says.

    Where several policies judge, the one that asks is named.
    """
    question = asked.question
    kind = " · a judgement, for a person to make" if question.kind == "judgement" else ""
    own = in_words(asked.field.name if asked.field else str(question.fact))
    label = f" · {question.label}" if question.label not in ("", own) else ""
    sheet.line((str(question.fact), "cyan"), (label + kind, "dim"), indent=2, hang=4)
    first, *others = [asked.report.policy.clauses[name] for name in question.clauses]
    quotes = f" (“{first.quotes}”)" if first.quotes else ""
    of = f" of {asked.report.policy.full_name}" if is_one_of else ""
    sheet.line(
        ("for ", "dim"), first.title, (f"{of}: {first.says}{quotes}", "dim"), indent=2, hang=4
    )
    if question.only_later:
        sheet.line(("it can matter only after another answer", "dim"), indent=2, hang=4)
    if others:
        named = [clause.title for clause in others[:MOST_CLAUSES]]
        rest = len(others) - len(named)
        more = f" and {rest} more" if rest else ""
        sheet.line((f"and for {', '.join(named)}{more}", "dim"), indent=2, hang=4)


def _how(asked: Asked) -> str:
    """How to answer."""
    field, question = asked.field, asked.question
    if isinstance(question.fact, NoEntity):
        return "a short name for it, such as `front-door`"
    if field is None:
        return "a day, as in 2026-11-23"
    held = SHAPES[field.shape]
    if field.is_reference:
        return _how_named(asked, field)
    if field.shape in HOW:
        return HOW[field.shape]
    if field.target == PLACE:
        one = "a place, by its code (`US-WA`) or its English name (`Washington`)"
        return f"{one}{SEVERAL if held.is_many else ''}{_or_none(field)}"
    if field.has_terms:
        return f"one of these{' or several' + SEVERAL if held.is_many else ''}"
    return f"{held.wanted}, as in {held.example}{_or_none(field)}"


def _how_named(asked: Asked, field: Field) -> str:
    """How to answer with names of entities: those that are listed, or others."""
    listed = [option for option in asked.question.options if option != "none"]
    several = f" or several{SEVERAL}" if field.is_many else ""
    if not listed:
        many = f", or names of several{SEVERAL}" if field.is_many else ""
        return f"a name for the {field.target}, which is then listed{many}{_or_none(field)}"
    return f"one of these{several}, or the name of another {field.target}, which is then listed"


def _or_none(field: Field) -> str:
    return ", or `none`" if field.may_be_none else ""


def print_options(asked: Asked, sheet: Sheet, most: int | None = None) -> None:
    """Print the answers there are, numbered, with those that settle the verdict marked.

    What would permit is told of choices only: of a fact or a judgement it would be an invitation to say so.
    """
    question = asked.question
    deciding = {
        found.answer: asked.report.policy.shown(found.verdict)
        for found in asked.report.advice.decisive_answers.get(question.fact, ())
        if can_be_told(question, found)
    }
    shown = list(enumerate(question.options, 1))[:most]
    labels = dict(zip(question.options, question.option_labels, strict=True))
    for number, option in shown:
        about = _about(option, asked)
        settles = f" → {deciding[option]}" if option in deciding else ""
        pieces = labels[option], (f"  {about}" if about else "", "dim"), (settles, "bold")
        sheet.line((f"{number:>4}  ", "dim"), *pieces, hang=8)
    if rest := len(question.options) - len(shown):
        sheet.line((f"and {rest} more: `list`", "dim"), indent=6)
    listed = {option for _, option in shown}
    for answer, verdict in deciding.items():
        if answer not in listed:
            sheet.line(answer, (f" → {verdict}", "bold"), indent=6, hang=8)


def _about(option: str, asked: Asked) -> str:
    """What a term means, where its vocabulary says more than its label."""
    field = asked.field
    if field is None or not field.has_terms or field.shape == "yes-no":
        return ""
    return asked.report.policy.vocabulary.taxonomy_of(field).descriptions.get(option, "")


def _print_want(found: Pending, sheet: Sheet) -> None:
    """Print what is asked further before an answer is written."""
    target = found.asked.field.target if found.asked.field else ""
    said = {
        "evidence": _evidence(found),
        "by": ("Who answers for this?", "the name of a person or a body"),
        "second": ("Who else answers for it?", "another name; Enter: nobody yet"),
        "because": ("Why?", "in a sentence; Enter: no reason is given"),
        "second-because": ("Why?", "in a sentence; Enter: no reason is given"),
        "on": ("On which day did they say so?", _day(found)),
        "second-on": ("On which day did they say so?", _day(found)),
    }
    if found.want == "listing":
        names = listed([f"`{name}`" for name in found.new])
        are, them = ("is", "it") if len(found.new) == 1 else ("are", "them")
        ask = f"{names} {are} not listed yet. Add {them} as `{target}`?"
        near = nearest(found)
        how = f"Enter: yes; no{f' ({near})' if near else ''}"
    else:
        ask, how = said[found.want]
    sheet.line((ask, "bold"), indent=2, hang=4)
    sheet.line((how, "dim"), indent=2, hang=4)


def _evidence(found: Pending) -> tuple[str, str]:
    if not found.line.evidence:
        return "What proves it?", "a path or an address; Enter: nothing does yet"
    named = listed([text.text for text in found.line.evidence])
    return "What else proves it?", f"beside {named}; Enter: no more"


def _day(found: Pending) -> str:
    if found.day:
        return f"year-month-day; Enter: {found.day}; `none`: not stated"
    return "year-month-day; Enter: it is not stated"


def _print_nothing_left(session: Interview, sheet: Sheet) -> None:
    """Print that nothing is left to ask, and what was put aside."""
    looked = session.looked
    print_verdicts(looked, sheet)
    settled = bool(looked.reports) and all(not r.verdict.is_open for r in looked.reports)
    aside = [str(fact) for fact, why in session.aside.items() if why != "answered"]
    if settled:
        sheet.line("Nothing that is still open can change this.", indent=2)
    elif aside:
        sheet.line(f"Put aside: {', '.join(aside)}.", indent=2, hang=4)
    elif any(report.deployment.draft for report in looked.reports):
        sheet.line("It is a draft: take `draft` away when all is listed.", indent=2)
    else:
        sheet.line("Nothing is left to ask.", indent=2)
    again = "`again` asks what was put aside; " if aside and not settled else ""
    sheet.line((f"{again}`back` takes the last answer back; Enter ends", "dim"), indent=2, hang=4)


def print_end(session: Interview, sheet: Sheet) -> None:
    """Print what is written, and how to go on, where something is still open."""
    path = session.looked.source.path
    sheet.line()
    said, exactly = _written(session), "--exact " if _is_exact(session.looked) else ""
    if session.open or session.types or any(r.verdict.is_open for r in session.looked.reports):
        sheet.line(f"{said} To go on:", hang=2)
        sheet.unwrapped((f"  clausewise ask --interactive {exactly}{shell_word(path)}", "cyan"))
    else:
        sheet.line(f"{said} To see why:", hang=2)
        sheet.unwrapped((f"  clausewise check {exactly}{shell_word(path)}", "cyan"))


def _written(session: Interview) -> str:
    """What of the answers stands in the file."""
    first = session
    while first.before:
        first = first.before
    is_changed = first.looked.source.text != session.looked.source.text
    if session.unfinished:
        fact = session.unfinished.asked.question.fact
        rest = "; all others are" if is_changed else ""
        return f"The answer to {fact} was not finished, and is not written{rest}."
    return "All answers are written." if is_changed else "No answer was written."
