"""What the playground asks of Clausewise: a design's text in, all that is shown of it out, as JSON.

It runs in the browser, and in the tests.
"""

from __future__ import annotations

import json
from typing import Any

from clausewise.checking.check import Options, Report
from clausewise.editor.analysis import Analysis, analyse
from clausewise.editor.kinds import kind_of
from clausewise.editor.lenses import lenses
from clausewise.editor.problems import problems_of
from clausewise.engine.advice.advise import advise
from clausewise.engine.advice.because import because
from clausewise.engine.advice.questions import can_be_told
from clausewise.engine.core.outcomes import Outcome
from clausewise.intake.access import Access

JsonValue = dict[str, Any]
PATH = "playground.design"
OPTIONS = Options(access=Access(is_isolated=True), documentation="../docs")
"""Only policies of the packs judge. The pages about diagnostics are found from the page of the playground on."""
MOST_FINDINGS = 20
"""Of a clause."""


def judged(text: str) -> str:
    """What is wrong with a design, and to what it comes.

    Returns:
        JSON: `problems`, each with `from` and `to` (in UTF-16, as browsers count), `severity`, `message`, `code`
        and `address`; `reports`, one for each policy, with `verdict`, `settled`, `title`, `clauses`, `questions`.
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


def answers(text: str) -> str:
    """The answers to a design's questions that would settle the verdict, which takes longer to work out.

    Of facts of the world only those that would prohibit it: nobody is told what to claim.

    Returns:
        JSON: by policy and fact, a list of objects with `answer` and `verdict`.
    """
    found: JsonValue = {}
    for report in _analysed(text).reports:
        advice = advise(report.judgement)
        found[report.policy.full_name] = {
            str(question.fact): [
                {"answer": one.answer, "verdict": str(one.verdict)}
                for one in advice.decisive_answers.get(question.fact, ())
                if can_be_told(question, one)
            ]
            for question in advice.questions
        }
    return json.dumps(found)


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
                "sentences": [
                    because(finding, report.deployment)
                    for finding in judged.findings[:MOST_FINDINGS]
                    if finding.outcome is Outcome.VIOLATED
                ],
            }
            for judged in report.clauses
        ],
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


class _Units:
    """Places in a text, in UTF-16: what lies beyond the basic plane takes two."""

    def __init__(self, text: str) -> None:
        self._far = [i for i, character in enumerate(text) if ord(character) > 0xFFFF]

    def at(self, place: int) -> int:
        """How many units stand before a character."""
        return place + sum(far < place for far in self._far)
