"""What the playground asks of Clausewise: a design's text in, all that is shown of it out, as JSON.

It runs in the browser, and in the tests.
"""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from clausewise.checking.options import Options
from clausewise.checking.report import Report
from clausewise.dsl.models.deployment import Missing
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.text.names import listed
from clausewise.dsl.text.source import Source
from clausewise.editor.analysis import Analysis, analyse
from clausewise.editor.kinds import kind_of
from clausewise.editor.lenses import lenses
from clausewise.editor.problems import problems_of
from clausewise.engine.advice.because import because
from clausewise.engine.advice.questions import can_be_told, each_answer_tried
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.judging.judgement import ClauseJudgement
from clausewise.formats.report.sentences import follows_from, violated_in_order
from clausewise.intake import packages
from clausewise.intake.access import Access
from clausewise.intake.load import FilesNow
from clausewise.intake.vocabularies import load_vocabulary

JsonValue = dict[str, Any]
PATH = "playground.design"
OPTIONS = Options(access=Access(is_isolated=True), documentation="../docs", now=FilesNow())
"""Only policies of the packs judge, whose files never change here.

The pages about diagnostics are found from the page of the playground on.
"""
MOST_FINDINGS = 20
"""Of a clause."""
UNFINISHED = ("u", "use x {\n  y z\n}", "use x {\n  operator y\n}", "judged by x")
"""Ends of a design, each with a mistake of another kind."""
FAR = re.compile(r"[\U00010000-\U0010FFFF]")


def judged(text: str) -> str:
    """What is wrong with a design, and to what it comes.

    Returns:
        JSON: `problems`, each with `from` and `to` (in UTF-16, as browsers count), `severity`, `message`, `code`
        and `address`; `reports`, one for each policy, with `verdict`, `settled`, `title`, `clauses`,
        `violated` (names of clauses, those last that follow from others), `questions`.
    """
    analysis = _analysed(text)
    units = _Units(analysis.source.text)
    problems = [
        {
            "from": units.at(one.span.start),
            "to": units.at(max(one.span.end, one.span.start)),
            "severity": {"information": "info"}.get(one.severity, one.severity),
            "source": one.source,
            "code": one.code,
            "message": one.message,
            "address": one.address,
        }
        for one in problems_of(analysis)
    ]
    titles = [lens.title for lens in lenses(analysis)]
    reports = [
        _report(report, title) for report, title in zip(analysis.reports, titles, strict=True)
    ]
    return json.dumps({"problems": problems, "reports": reports})


def answers(text: str) -> Iterator[str]:
    """The answers to a design's questions that would settle the verdict, which takes longer to work out.

    Of facts of the world only those that would prohibit it: nobody is told what to claim.

    Returns:
        empty texts, one for each answer that is tried: what is judged meanwhile need not wait for all of them.
        The last is JSON: by policy and fact, a list of objects with `answer` and `verdict`.
    """
    found: dict[str, dict[Missing, list[JsonValue]]] = {}
    reports = _analysed(text).reports
    for report in reports:
        questions = {question.fact: question for question in report.advice.questions}
        told = found[report.policy.full_name] = {fact: [] for fact in questions}
        tried = each_answer_tried(report.judgement, report.advice.questions, len(reports))
        for fact, answer in tried:
            if answer and can_be_told(questions[fact], answer):
                told[fact].append({"answer": answer.answer, "verdict": str(answer.verdict)})
            yield ""
    yield json.dumps(found)


def warm(text: str) -> Iterator[None]:
    """What can be done beforehand so that no edit takes long, in steps.

    Much is loaded only once a design has its first mistake, as it has while somebody types: for a word that is not
    known, the vocabularies of all packs. No step takes long, for an edit may wait for it. And the collector of
    garbage is to pass over all that is here to stay, such as the policy: to walk that takes longer than to judge.
    """
    parse(Source("a.vocabulary", "vocabulary a\n"), "vocabulary")
    for name in packages.names(".vocabulary"):
        yield
        if path := packages.find(name, ".vocabulary"):
            load_vocabulary(Path(path))
    yield
    for end in UNFINISHED:
        judged(f"{text}\n{end}")
        yield
    gc.collect()
    gc.freeze()


@lru_cache(maxsize=1)
def _analysed(text: str) -> Analysis:
    kind = kind_of(PATH)
    assert kind
    return analyse(PATH, text, kind, OPTIONS)


def _report(report: Report, title: str) -> JsonValue:
    policy = report.policy
    return {
        "policy": policy.full_name,
        "name": policy.name,
        "verdict": str(report.verdict),
        "shown": report.verdict_shown,
        "settled": report.advice.settled,
        "title": title,
        "clauses": [
            {
                "name": judged.clause.name,
                "title": judged.clause.title,
                "says": judged.clause.says,
                "outcome": str(judged.outcome),
                "sentences": _sentences(judged, report),
            }
            for judged in report.clauses
        ],
        "violated": [judged.clause.name for judged in violated_in_order(report)],
        "questions": [
            {
                "ask": question.ask,
                "fact": str(question.fact),
                "kind": question.kind,
                "clauses": [policy.clauses[name].title for name in question.clauses],
            }
            for question in report.advice.questions
        ],
    }


def _sentences(judged: ClauseJudgement, report: Report) -> list[str]:
    if follows := follows_from(judged, report):
        return [f"follows from {listed(follows)}"]
    return [
        because(finding, report.deployment)
        for finding in judged.findings[:MOST_FINDINGS]
        if finding.outcome is Outcome.VIOLATED
    ]


class _Units:
    """Places in a text, in UTF-16: what lies beyond the basic plane takes two."""

    def __init__(self, text: str) -> None:
        self._far = [found.start() for found in FAR.finditer(text)]

    def at(self, place: int) -> int:
        """How many units stand before a character."""
        return place + sum(far < place for far in self._far)
