"""Verdicts as Markdown, for a pull request or a letter."""

from __future__ import annotations

import re
from collections.abc import Iterable

from clausewise.checking.check import COULD_NOT_JUDGE, Checked, Report
from clausewise.dsl.models.deployment import show_value
from clausewise.engine.advice.because import because
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.judging.judgement import ClauseJudgement
from clausewise.formats.report.sentences import (
    by_readings,
    follows_from,
    listed,
    sentence_of,
    violated_in_order,
)
from clausewise.intake.judges import origin_of
from clausewise.intake.walk import LeftOut

MOST_FINDINGS = 20


def render(results: Iterable[Checked], left_out: Iterable[LeftOut] = ()) -> str:
    """A section for each design and policy, and one for what was left out."""
    parts: list[str] = []
    for result in results:
        parts.extend(_report(report) for report in result.reports)
        if result.exit_code == COULD_NOT_JUDGE:
            parts.append(_failure(result))
    lines = [f"- {_escape(one.path)}: {_escape(one.why)}" for one in left_out]
    if lines:
        parts.append("\n".join(["## Left out", "", *lines, ""]))
    return "\n".join(parts)


def _failure(result: Checked) -> str:
    by_some = " by every policy" if result.reports else ""
    lines = [f"## {_escape(result.path)}: could not be judged{by_some}", ""]
    for found in result.diagnostics:
        line, column = found.position
        hint = f" ({_escape(found.hint)})" if found.hint else ""
        lines.append(f"- line {line}, column {column}: {found.code} {_escape(found.message)}{hint}")
    return "\n".join([*lines, ""])


def _report(report: Report) -> str:
    deployment, policy = report.deployment, report.policy
    as_of = f" as of {deployment.as_of}" if deployment.as_of else ""
    lines = [
        f"## {_escape(deployment.title)}: {report.verdict}",
        "",
        f"`{report.path}`, judged by {policy.name} {policy.version}{as_of}".rstrip()
        + f", from {_escape(origin_of(policy))}, sha256 `{policy.source.sha256}`.",
        "",
    ]
    if report.advice.unreached:
        names = ", ".join(f"`{entity.name}`" for entity in report.advice.unreached)
        lines += [f"Nothing leads to {names} (W702).", ""]
    for clause in violated_in_order(report):
        lines += _violated(clause, report)
    if report.advice.questions and not report.verdict.is_open:
        unknown = (
            f"{len(report.advice.questions)} facts are unknown, and cannot change the verdict."
        )
        lines += [unknown, ""]
    elif report.advice.questions:
        lines += ["### Missing", ""]
        for question in report.advice.questions:
            numbers = ", ".join(policy.clauses[name].title for name in question.clauses)
            lines.append(f"- {_escape(question.ask)} `{question.fact}` (bears on {numbers})")
        lines.append("")
    lines += [
        "### Clause by clause",
        "",
        "| clause | outcome | why |",
        "| --- | --- | --- |",
    ]
    for clause in report.judgement.clauses:
        why = _escape(sentence_of(clause, report))
        lines.append(f"| {clause.clause.title} | {clause.outcome} | {why} |")
    lines.append("")
    lines += _readings(report) + _rests_on(report)
    if policy.notice:
        lines += [f"*{_escape(policy.notice)}*", ""]
    return "\n".join(lines)


def _violated(judged: ClauseJudgement, report: Report) -> list[str]:
    clause = judged.clause
    lines = [f"### {clause.title} is violated", "", f"> “{clause.quotes}” ({clause.at})", ""]
    lines += [_escape(clause.says), ""]
    if follows := follows_from(judged, report):
        return [*lines, f"It follows from {listed(follows)}.", ""]
    findings = [f for f in judged.findings if f.outcome is Outcome.VIOLATED]
    for finding in findings[:MOST_FINDINGS]:
        facts = ", ".join(f"`{fact}`" for fact in finding.facts)
        lines.append(f"- {_escape(because(finding, report.deployment))} ({facts})")
    if len(findings) > MOST_FINDINGS:
        lines.append(f"- ... and {len(findings) - MOST_FINDINGS} more")
    lines += [
        f"- Rests on how the text is read: {_escape(r)}." for r in by_readings(judged, report)
    ]
    if clause.remedy:
        lines += ["", f"Remedy: {_escape(clause.remedy)}"]
    return [*lines, ""]


def _readings(report: Report) -> list[str]:
    if not report.advice.other_readings:
        return []
    lines = ["### Other readings", ""]
    for other in report.advice.other_readings:
        changes = ", ".join(f"{clause} {outcome}" for clause, outcome in other.changed.items())
        lines.append(f"- `{other.reading}={other.alternative}`: {other.verdict}; {changes}")
    return [*lines, ""]


def _rests_on(report: Report) -> list[str]:
    if not report.advice.rests_on:
        return []
    lines = ["### Rests on", ""]
    for fact in report.advice.rests_on:
        backing = [f"attested by {_escape(fact.attestation.by.text)}"] if fact.attestation else []
        backing += [_evidence(text, report) for text in fact.evidence]
        lines.append(
            f"- `{fact.name}` {_escape(show_value(fact.value))}: {', '.join(backing) or 'no evidence'}"
        )
    return [*lines, ""]


def _evidence(text: str, report: Report) -> str:
    """A piece of evidence, and what became of it."""
    proof = report.proofs.get(text)
    if proof is None or proof.doubt:
        return f"`{text}`"
    return f"`{text}` (sha256 `{proof.sha256}`)" if proof.sha256 else f"`{text}` (not looked at)"


def _escape(text: str) -> str:
    """The text on one line, with Markdown's own characters made plain."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", " ".join(text.split()))
