"""Verdicts as SARIF 2.1.0, for code scanning: one result a finding or a mistake, at the spans of the design.

Whoever shows results takes each for a problem, whatever its `kind` is. So only problems are results by default.
Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from clausewise.checking.accepted import Acceptance
from clausewise.checking.report import Checked, Report
from clausewise.dsl.models.deployment import NoEntity, place_of
from clausewise.dsl.text.diagnostic import CODES, Diagnostic, page_about
from clausewise.dsl.text.names import listed
from clausewise.dsl.text.source import Source, Span
from clausewise.engine.advice.because import because, deciding, remedy_for
from clausewise.engine.core.clauses import Clause
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.judgement import ClauseJudgement
from clausewise.formats.escaping import as_json, sarif
from clausewise.formats.report.accepted import why
from clausewise.formats.report.sentences import (
    documents_of,
    follows_from,
    missing_in_words,
    more_findings,
    per_documents,
    why_all_together,
    why_together,
)
from clausewise.intake.judges import origin_of
from clausewise.intake.load import asked_for
from clausewise.intake.walk import LeftOut

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "%SRCROOT%"
"""What stands for the root of the sources, which whoever shows the results knows."""
KINDS = {
    Outcome.VIOLATED: "fail",
    Outcome.UNDETERMINED: "fail",
    Outcome.REVIEW: "fail",
    Outcome.MET: "pass",
    Outcome.NOT_APPLICABLE: "notApplicable",
}
LEVELS = {Outcome.VIOLATED: "error", Outcome.UNDETERMINED: "warning", Outcome.REVIEW: "note"}
"""Of problems. Nothing but `fail` may have a level other than `none` (section 3.27.10)."""
MOST_FINDINGS = 100
MOST_RESULTS = 25_000
MOST_LOCATIONS = 1_000
MOST_JUDGES = 100
MOST_OF_LINE = 1_000
MOST_WORDS = 1_024
"""What GitHub takes: results of a run, locations of a result, extensions of a run, characters of a description.
Source: GitHub Docs, SARIF support for code scanning."""
FOLLOWS = "followsFrom"
"""The property that names the violated clauses because of which alone another one is violated."""
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Showing:
    """What is shown, and how.

    Attributes:
        everything: whether clauses that are met, or do not apply, are results, too.
        root: the folder from which on paths are written.
        documentation: the address of `docs` on the website; empty if there is none.
        shows_baselined: whether what the baseline holds, or what was so before a change, is a result, too.
    """

    everything: bool = False
    root: Path = Path()
    documentation: str = ""
    shows_baselined: bool = False


def render(
    results: Iterable[Checked],
    left_out: Iterable[LeftOut] = (),
    showing: Showing | None = None,
    said: Iterable[Diagnostic] = (),
) -> str:
    """One run that holds the results of all designs, the worst first.

    Args:
        said: what is to be said of the run, and of no design.
    """
    log = _Log(showing or Showing())
    results = list(results)
    log.add_all(results, said)
    notes = [_left_out(one, log.showing) for one in left_out]
    run: Json = {
        "tool": {
            "driver": {
                "name": "clausewise",
                "version": version("clausewise"),
                "rules": list(log.rules.values()),
            },
            "extensions": list(log.judges.values())[:MOST_JUDGES],
        },
        "columnKind": "unicodeCodePoints",
        "artifacts": [_judged(result, log.showing) for result in results],
        "results": log.shown(),
    }
    if len(log.found) > MOST_RESULTS:
        notes.append(_note(f"{len(log.found) - MOST_RESULTS:,} more results are not listed"))
    if len(log.judges) > MOST_JUDGES:
        notes.append(_note(f"{len(log.judges) - MOST_JUDGES:,} more policies are not listed"))
    successful = all(result.is_whole for result in results)
    run["invocations"] = [{"executionSuccessful": successful, "toolExecutionNotifications": notes}]
    return as_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def problems_of(
    results: Iterable[Checked], showing: Showing, said: Iterable[Diagnostic] = ()
) -> list[Json]:
    """What is a problem in each design, as results of SARIF, the worst first."""
    log = _Log(showing)
    log.add_all(results, said)
    return log.shown()


class _Log:
    """The results and rules of a run as they are found."""

    def __init__(self, showing: Showing) -> None:
        self.showing = showing
        self.rules: dict[str, Json] = {}
        self.judges: dict[str, Json] = {}
        self.found: list[Json] = []
        self.seen: Counter[str] = Counter()

    def add_all(self, results: Iterable[Checked], said: Iterable[Diagnostic]) -> None:
        """Add what came of designs, and what is said of the run."""
        for result in results:
            self._add(result)
        for diagnostic in said:
            self._add_diagnostic(diagnostic, diagnostic.path)

    def _add(self, result: Checked) -> None:
        """Add what came of a design."""
        for report in result.reports:
            self.judges.setdefault(report.policy.source.path, _judge(report))
            for judged in report.judgement.clauses:
                rule = f"{asked_for(report.policy)}/{judged.clause.name}"
                self.rules.setdefault(rule, _rule(rule, judged.clause, report.policy))
                if self.showing.everything or judged.outcome in LEVELS:
                    self._add_clause(judged, report, rule)
            if argument := why_together(report):
                self._add_together(argument, report)
        if (argument := why_all_together(result)) and result.together:
            some = result.together.some
            by = (report for report in result.reports if report.policy.full_name in some)
            self._add_together(argument, next(by))
        for diagnostic in result.diagnostics:
            self._add_diagnostic(diagnostic, result.path)

    def shown(self) -> list[Json]:
        """As many results as may be, the worst first; of equally bad ones, those last that follow from others."""
        order = ("error", "warning", "note", "none")

        def rank(one: Json) -> tuple[int, bool]:
            return order.index(one["level"]), FOLLOWS in one.get("properties", ())

        return sorted(self.found, key=rank)[:MOST_RESULTS]

    def _add_clause(self, judged: ClauseJudgement, report: Report, rule: str) -> None:
        follows = report.judgement.follows_from(judged)
        for text, spans, about, accepted, documents in _told(judged, report):
            if accepted and accepted.kind != "waived" and not self.showing.shows_baselined:
                continue
            places = [_location(report.source, s, self.showing) for s in spans or [Span(0, 1)]]
            outcome = judged.outcome
            result = self._result(rule, LEVELS.get(outcome, "none"), text, places, about)
            result |= {"kind": KINDS[outcome], "properties": {"outcome": outcome.value}}
            if follows:
                result["properties"][FOLLOWS] = [other.clause.name for other in follows]
            if accepted:
                result |= _suppressed(accepted)
            if documents:
                result["properties"]["documents"] = documents

    def _add_together(self, argument: str, report: Report) -> None:
        """Add that several clauses or policies prohibit a design, each of which is open: the rule is the policy
        itself, or the first of them."""
        rule = asked_for(report.policy)
        title = _described(report.policy.title)
        described = {"shortDescription": title, "fullDescription": title}
        self.rules.setdefault(rule, {"id": rule, **described, "help": title})
        place = _location(report.source, Span(0, 1), self.showing)
        result = self._result(rule, LEVELS[Outcome.VIOLATED], argument, [place], (argument,))
        result["kind"] = KINDS[Outcome.VIOLATED]

    def _add_diagnostic(self, found: Diagnostic, path: str) -> None:
        self.rules.setdefault(found.code, _code(found.code, self.showing))
        source, span = found.source or Source(path, ""), found.span or Span(0, 1)
        labels = (_location(label.source, label.span, self.showing) for label in found.labels)
        places = [_location(source, span, self.showing), *labels]
        level = "error" if found.is_error else "warning"
        text = found.message + (f" ({found.hint})" if found.hint else "")
        line = source.line_around(span.start, MOST_OF_LINE).strip()
        self._result(found.code, level, text, places, (found.message, line))

    def _result(
        self, rule: str, level: str, text: str, places: list[Json], about: Iterable[str]
    ) -> Json:
        first, *others = places
        if len(places) > MOST_LOCATIONS:
            text += f" (and {len(places) - MOST_LOCATIONS:,} more places)"
        found: Json = {
            "ruleId": rule,
            "level": level,
            "message": {"text": sarif(text)},
            "locations": [first],
            "partialFingerprints": {"primaryLocationLineHash": self._hash(rule, first, about)},
        }
        if others:
            found["relatedLocations"] = others[: MOST_LOCATIONS - 1]
        self.found.append(found)
        return found

    def _hash(self, rule: str, place: Json, about: Iterable[str]) -> str:
        """What tells a result from others, wherever it stands in its file; the same twice is counted."""
        file = place["physicalLocation"]["artifactLocation"]["uri"]
        told = "\0".join((rule, file, *about)).encode(errors="backslashreplace")
        digest = sha256(told).hexdigest()[:16]
        self.seen[digest] += 1
        return f"{digest}:{self.seen[digest]}"


def _judged(result: Checked, showing: Showing) -> Json:
    """A design, and its verdict if it could be judged: one without a problem has no result to tell of it."""
    found: Json = {"location": _artifact(result.path, showing)}
    if result.verdict:
        found["properties"] = {"verdict": result.verdict.value}
        if result.counted and result.counted is not result.verdict:
            found["properties"]["counted"] = result.counted.value
    return found


def _judge(report: Report) -> Json:
    """Which policy judged, by which readings."""
    policy = report.policy
    found: Json = {"name": policy.name, "fullName": policy.title}
    if policy.version:
        found["version"] = policy.version
    found["properties"] = {
        "origin": origin_of(policy),
        "sha256": policy.source.sha256,
        "readings": dict(report.judgement.readings),
    }
    return found


def _suppressed(accepted: Acceptance) -> Json:
    """That somebody, or a baseline, accepts a result (sections 3.27.23 and 3.27.24)."""
    if accepted.waiver is None:
        return {"baselineState": "unchanged"}
    suppression = {"kind": "external", "status": "accepted", "justification": sarif(why(accepted))}
    return {"suppressions": [suppression]}


def _note(text: str) -> Json:
    return {"level": "note", "message": {"text": sarif(text)}}


def _left_out(one: LeftOut, showing: Showing) -> Json:
    location = {"physicalLocation": {"artifactLocation": _artifact(one.path, showing)}}
    return _note(f"not looked at: {one.why}") | {"locations": [location]}


def _rule(rule: str, clause: Clause, policy: Policy) -> Json:
    remedies = [clause.remedy, *(breach.remedy for breach in clause.breaches)]
    found: Json = {
        "id": rule,
        "name": clause.name,
        "shortDescription": _described(f"{clause.title}: “{clause.quotes}”"),
        "fullDescription": _described(clause.says),
        "help": {"text": " ".join(filter(None, remedies)) or clause.says},
        "properties": {"at": clause.at, "tags": [policy.name]},
    }
    if re.match("https?://", policy.origin):
        found["helpUri"] = quote(policy.origin, safe=":/?#[]@!$&'()*+,;=%~")
    return found


def _code(code: str, showing: Showing) -> Json:
    """The rule that a diagnostic stands for."""
    title = {"text": CODES[code]}
    found: Json = {"id": code, "shortDescription": title, "fullDescription": title}
    found["help"] = {"text": f"docs/diagnostics/{code}.md says more, with an example."}
    if address := page_about(code, showing.documentation):
        found["helpUri"] = address
    return found


def _described(text: str) -> Json:
    return {"text": text if len(text) <= MOST_WORDS else text[: MOST_WORDS - 1] + "…"}


def _told(
    judged: ClauseJudgement, report: Report
) -> Iterator[tuple[str, list[Span], tuple[str, ...], Acceptance | None, list[str]]]:
    """What is told of a clause: in words, at which places, what tells it from the rest of the clause, by what it
    does not count, and by which documents."""
    if judged.outcome is not Outcome.VIOLATED:
        accepted = report.acceptance_of(judged)
        yield (
            _message(judged),
            _open_spans(judged, report),
            (),
            accepted,
            documents_of(judged, report),
        )
        return
    findings = [f for f in judged.findings if f.outcome is Outcome.VIOLATED]
    for finding in findings[:MOST_FINDINGS]:
        text = because(finding, report.deployment)
        if follows := follows_from(judged, report):
            text += f" (it follows from {listed(follows)})"
        if remedy := remedy_for([finding]):
            text += f". Remedy: {remedy}"
        about, documents = tuple(finding.bindings.values()), per_documents([finding], report)
        spans = [
            fact.span for fact in deciding(finding, report.deployment, report.policy) if fact.span
        ]
        yield text, spans, about, report.acceptance(finding), documents
    if len(findings) > MOST_FINDINGS:
        rest = len(findings) - MOST_FINDINGS
        more = f"{judged.clause.says} And {more_findings(rest)}."
        yield more, [], ("more",), report.acceptance_of(judged), []


def _message(judged: ClauseJudgement) -> str:
    if judged.missing:
        return f"{judged.clause.says} Missing: {missing_in_words(judged)}"
    return judged.clause.says


def _open_spans(judged: ClauseJudgement, report: Report) -> list[Span]:
    """The entities that lack facts, or else the facts that decide."""
    names = judged.missing or judged.facts
    spans: dict[Span, None] = {}
    for name in names:
        fact = report.deployment.fact(name)
        entity = None
        if not isinstance(name, NoEntity):
            entity = report.deployment.entities.get(place_of(name)[0])
        span = fact.span if fact else entity.span if entity else None
        if span:
            spans[span] = None
    return sorted(spans, key=lambda span: span.start)


def _location(source: Source, span: Span, showing: Showing) -> Json:
    line, column = source.position(span.start)
    end_line, end_column = source.position(max(span.end, span.start + 1))
    region = {
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
    }
    artifact = _artifact(source.path, showing)
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def _artifact(path: str, showing: Showing) -> Json:
    """Where a file lies: from the root on, or in full if it lies elsewhere."""
    absolute = Path(os.path.normpath(Path(path).absolute()))
    root = showing.root.absolute()
    if not absolute.is_relative_to(root):
        return {"uri": absolute.as_uri()}
    return {"uri": quote(absolute.relative_to(root).as_posix()), "uriBaseId": ROOT}
