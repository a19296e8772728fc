"""What an editor offers to do about what it underlines. Each way to help is a row of `WAYS`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from clausewise.dsl import syntax
from clausewise.dsl.editing.edits import Edit
from clausewise.dsl.models.deployment import AS_OF, NoEntity
from clausewise.dsl.models.shapes import SHAPES
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.names import with_article
from clausewise.dsl.text.source import Source, Span
from clausewise.editor.analysis import Analysis
from clausewise.editor.laying import laid_out_edits
from clausewise.editor.mending import can_mend
from clausewise.editor.problems import Underlined, problems_of
from clausewise.editor.stating import escaped, stated
from clausewise.editor.texts import TextEdit
from clausewise.editor.waiving import HOW, OPEN, entry, waivable, waivers_file
from clausewise.engine.advice.questions import Question

MOST_OPTIONS = 6
"""Answers that are offered one by one. Of more, somebody chooses in the text, by completion."""
MOST_CHOICES = 60
"""Answers in a list of a snippet."""
MOST_TOUCHED = 20
"""What is underlined in a stretch for which changes are worked out: all of a large text may be selected."""
SMALLEST = "Make the smallest change of choices that helps"
_QUOTED = re.compile(r"`([^`]+)`")


@lean_dataclass(frozen=True, slots=True)
class QuickFix:
    """A change of the text.

    Attributes:
        title: what it does.
        edits: none of which overlaps another.
        problem: what it is about.
        is_preferred: whether it is what is most likely meant.
        file: the file that is changed, where it is another one.
        is_later: whether the edits are worked out once it is chosen (`mending.py`).
        says: what is told instead of a change.
        leads_to: where in that other file, as it is then, somebody goes on: line and column, from 0.
    """

    title: str
    edits: tuple[TextEdit, ...]
    problem: Underlined
    is_preferred: bool = False
    file: Source | None = None
    is_later: bool = False
    says: str = ""
    leads_to: tuple[int, int] = (0, 0)


def fixes(analysis: Analysis, span: Span, today: date) -> list[QuickFix]:
    """What can be done about what is underlined in a stretch of the text, of much about the first of it.

    Args:
        analysis: of the text.
        span: the stretch.
        today: for what is to be dated.
    """
    touched = [p for p in problems_of(analysis) if _touch(p.span, span)]
    few = touched[:MOST_TOUCHED]
    found = [fix for p in few for way in WAYS for fix in way(p, analysis, today)]
    violated = [p for p in touched if p.finding and p.severity == "error"]
    if violated and isinstance(analysis.tree, syntax.Design) and can_mend():
        found.append(QuickFix(SMALLEST, (), violated[0], is_later=True))
    return found


def _touch(one: Span, other: Span) -> bool:
    return one.start <= other.end and other.start <= one.end


def _meant(problem: Underlined, analysis: Analysis, today: date) -> Iterator[QuickFix]:
    """The names that a hint says may be meant, in place of the one that is wrong."""
    del today
    if not problem.hint.startswith("did you mean "):
        return
    own = analysis.source
    names = _QUOTED.findall(problem.hint)
    for name in names:
        edits: Sequence[Edit] = (Edit(problem.span, name),)
        if analysis.kind.parsed:
            edits = laid_out_edits(own, edits, kind=analysis.kind.parsed)
        changes = tuple([TextEdit(edit.span, edit.text) for edit in edits])
        yield QuickFix(f"Change to `{name}`", changes, problem, is_preferred=len(names) == 1)


def _stating(problem: Underlined, analysis: Analysis, today: date) -> Iterator[QuickFix]:
    """A fact that is missing, with each of its answers if they are few, and with a place for one."""
    question, tree = problem.question, analysis.tree
    if question is None or not isinstance(tree, syntax.Design):
        return
    fact = question.fact
    is_one = question.type not in ("any of", "some of", "entity")
    if question.kind != "judgement" and is_one:
        options = question.options if len(question.options) <= MOST_OPTIONS else ()
        for option in options:
            edits = stated(tree, analysis.source, fact, option)
            yield QuickFix(f"State {fact} {option}", edits, problem)
    value, snippet = _place(question, today)
    title = f"List {with_article(fact)}" if isinstance(fact, NoEntity) else f"State {fact} …"
    yield QuickFix(title, stated(tree, analysis.source, fact, value, snippet), problem)


def _place(question: Question, today: date) -> tuple[str, str]:
    """What stands for an answer that is not given yet, and the same as a place to fill in.

    Nothing is said for anybody: it is `unknown`, or a place, and never a guess.
    """
    if isinstance(question.fact, NoEntity):
        return f"a-{question.fact}", f"${{1:a-{question.fact}}}"
    if question.fact == AS_OF:
        return today.isoformat(), today.isoformat()
    if question.options and len(question.options) <= MOST_CHOICES:
        place = f"${{1|{','.join(['unknown', *question.options])}|}}"
    elif question.type != "entity" and question.type not in ("one of", "any of", "some of"):
        place = "${1:" + escaped(SHAPES[question.type].example) + "}"
    else:
        place = "${1:unknown}"
    if question.kind == "judgement":
        place += f'   attested by "${{2:name, role}}" on ${{3:{today.isoformat()}}}'
    return "unknown", place


def _waiving(problem: Underlined, analysis: Analysis, today: date) -> Iterator[QuickFix]:
    """An entry in the file of waivers, or how to have such a file."""
    finding, report = problem.finding, problem.report
    if not (finding and report and (what := waivable(finding, report))):
        return
    title = f"Waive {what} …"
    waivers = waivers_file(analysis.options)
    if waivers is None:
        yield QuickFix(title, (), problem, says=HOW)
    else:
        edit = entry(finding, analysis.path, waivers, today)
        before = waivers.text + edit.text[: edit.text.index(OPEN) + 1]
        place = before.count("\n"), len(before) - before.rfind("\n") - 1
        yield QuickFix(title, (edit,), problem, file=waivers, leads_to=place)


FixWay = Callable[[Underlined, Analysis, date], Iterator[QuickFix]]
WAYS: tuple[FixWay, ...] = (_meant, _stating, _waiving)
"""Each gives what can be done about a problem."""
