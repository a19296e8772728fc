"""Verdicts as Markdown, for a pull request or a letter."""

from __future__ import annotations

from collections.abc import Iterable

from clausewise.checking.report import Checked, Report
from clausewise.dsl.models.deployment import show_value
from clausewise.dsl.text.diagnostic import Diagnostic
from clausewise.dsl.text.names import listed
from clausewise.engine.advice.because import because, remedy_for
from clausewise.engine.advice.undecisive import undecisive
from clausewise.engine.core.outcomes import Verdict
from clausewise.engine.judging.judgement import ClauseJudgement
from clausewise.formats.escaping import markdown, markdown_code, markdown_said
from clausewise.formats.report.accepted import accepted_lines, counting, counting_findings
from clausewise.formats.report.alike import by_sentence, for_whom
from clausewise.formats.report.heading import (
    MOST_ASKED,
    by_which_readings,
    none_applies,
    none_applies_in_words,
)
from clausewise.formats.report.sentences import (
    argument_of_all,
    as_sentence,
    changes_by,
    follows_from,
    joint_reading_in_words,
    remarks_on_evidence,
    rests_on_read,
    verdict_argument_of,
)
from clausewise.formats.report.told import told_fact, told_of
from clausewise.intake.judges import origin_of
from clausewise.intake.walk import LeftOut

MOST_FINDINGS = 20
MOST_UNDECISIVE = 50


def render(
    results: Iterable[Checked],
    left_out: Iterable[LeftOut] = (),
    said: Iterable[Diagnostic] = (),
) -> str:
    """A section for each design and policy, and one for what was left out."""
    return "\n".join([*map(sections, results), *closing(left_out, said)])


def sections(result: Checked, *, whole: bool = True) -> str:
    """The sections of a design, to be signed; or only what decides it and what is to be done."""
    several = len(result.reports) > 1
    parts = [
        _elsewhere(report)
        if several and report.verdict is Verdict.NOT_APPLICABLE
        else _report(report, whole=whole)
        for report in result.reports
    ]
    if len(parts) > 1:
        parts.insert(0, _together(result))
    return "\n".join(parts if result.is_whole else [*parts, _failure(result)])


def _together(result: Checked) -> str:
    """The verdict on a design by several policies, and that of each."""
    title = result.reports[0].deployment.title
    lines = [f"## {markdown(title)}: {markdown(result.verdict_told)}", ""]
    lines += [f"Judged by {len(result.reports)} policies:", ""]
    if argument := argument_of_all(result.together):
        lines += [markdown(as_sentence(argument[:1].upper() + argument[1:])), ""]
    lines += [
        f"- {markdown(report.policy.full_name)}: {markdown(report.verdict_told)}"
        for report in result.reports
    ]
    return "\n".join([*lines, ""])


def _elsewhere(report: Report) -> str:
    """What is said of a policy that does not apply, beside others: why."""
    name = markdown(report.policy.full_name)
    why = markdown(as_sentence(none_applies_in_words(report)))
    since = markdown(none_applies(report.policy))
    return f"## {name}: {markdown(report.verdict_told)}\n\n{since} {why}\n"


def closing(left_out: Iterable[LeftOut], said: Iterable[Diagnostic]) -> list[str]:
    """The sections about no design: what was left out, and what is said of waivers and baseline."""
    lines = [f"- {markdown(one.path)}: {markdown(one.why)}" for one in left_out]
    notes = [
        f"- {one.code} {markdown_said(one.message)} ({markdown_said(one.hint or '')})"
        for one in said
    ]
    titled = (("Left out", lines), ("Waivers and baseline", notes))
    return ["\n".join([f"## {title}", "", *found, ""]) for title, found in titled if found]


def _failure(result: Checked) -> str:
    by_some = " by every policy" if result.reports else ""
    lines = [f"## {markdown(result.path)}: could not be judged{by_some}", ""]
    for found in result.diagnostics:
        line, column = found.position
        hint = f" ({markdown_said(found.hint)})" if found.hint else ""
        lines.append(
            f"- line {line}, column {column}: {found.code} {markdown_said(found.message)}{hint}"
        )
    return "\n".join([*lines, ""])


def _report(report: Report, *, whole: bool) -> str:
    deployment, policy = report.deployment, report.policy
    as_of = f" as of {deployment.as_of}" if deployment.as_of else ""
    judge = f"{markdown(f'{policy.name} {policy.version}'.rstrip())}{as_of}, from {markdown(origin_of(policy))}"
    how = by_which_readings(report)
    lines = [
        f"## {markdown(deployment.title)}: {markdown(report.verdict_told)}",
        "",
        f"{markdown_code(report.path)} (sha256 `{report.source.sha256}`),"
        f" judged by {judge} (sha256 `{policy.source.sha256}`){f', {markdown(how)}' if how else ''}.",
        "",
    ]
    if policy.notice and whole:
        lines += [f"*{markdown(policy.notice)}*", ""]
    if argument := verdict_argument_of(report.judgement):
        lines += [markdown(as_sentence(argument[:1].upper() + argument[1:])), ""]
    if waiting := report.advice.may_wait:
        lines += [
            f"It could be approved meanwhile: {', '.join(map(markdown_code, waiting))} may wait.",
            "",
        ]
    if report.warnings:
        lines += ["### Warnings", ""]
        lines += [f"- {markdown_said(w.message)} ({w.code})" for w in report.warnings]
        lines.append("")
    if accepted := accepted_lines(report, shows_baselined=False):
        lines += ["### Accepted", "", *(f"- {markdown_said(one)}" for one in accepted), ""]
    for clause in counting(report):
        lines += _violated(clause, report)
    if report.advice.questions and not report.verdict.is_open:
        count = len(report.advice.questions)
        are = "fact is unknown, and" if count == 1 else "facts are unknown, and"
        unknown = f"{count} {are} cannot change the verdict."
        lines += [unknown, ""]
    elif report.advice.questions:
        lines += ["### Missing", ""]
        for question in report.advice.questions[:MOST_ASKED]:
            numbers = ", ".join(markdown(policy.clauses[name].title) for name in question.clauses)
            lines.append(
                f"- {markdown(question.ask)} {markdown_code(question.fact)} (bears on {numbers})"
            )
        if (rest := len(report.advice.questions) - MOST_ASKED) > 0:
            lines.append(f"- ... and {rest:,} more questions")
        lines.append("")
    if not whole:
        return "\n".join(lines)
    lines += ["### Clause by clause", ""]
    for clause in report.judgement.clauses:
        lines += _clause(clause, report)
    lines += _readings(report) + _rests_on(report) + _undecisive(report)
    return "\n".join(lines)


def _violated(judged: ClauseJudgement, report: Report) -> list[str]:
    clause = judged.clause
    lines = [f"### {markdown(clause.title)} is violated", ""]
    lines += [f"> “{markdown(clause.quotes)}” ({markdown(clause.cited)})", ""]
    lines += [markdown(clause.says), ""]
    if follows := follows_from(judged, report):
        return [*lines, f"It follows from {markdown(listed(follows))}.", ""]
    findings = counting_findings(judged, report)
    groups = by_sentence([[finding] for finding in findings], report)
    for group in groups[:MOST_FINDINGS]:
        names = dict.fromkeys(name for finding in group for name in finding.facts)
        facts = ", ".join(map(markdown_code, names))
        said = f"{because(group[0], report.deployment)}{for_whom(group)}"
        lines.append(f"- {markdown(said)} ({facts})")
    if len(groups) > MOST_FINDINGS:
        lines.append(f"- ... and {len(groups) - MOST_FINDINGS} more")
    lines += [f"- By {markdown(found.said)}" for found in report.by_laws.get(clause.name, ())]
    rests, _ = rests_on_read(judged, findings, report)
    lines += [f"- {markdown(rests)}"] if rests else []
    if remedy := remedy_for(findings):
        lines += ["", f"Remedy: {markdown(remedy)}"]
    return [*lines, ""]


def _clause(judged: ClauseJudgement, report: Report) -> list[str]:
    clause, told = judged.clause, told_of(judged, report)
    lines = [f"#### {markdown(clause.title)}: {judged.outcome}", ""]
    lines += [f"> “{markdown(clause.quotes)}” ({markdown(clause.cited)})", ""]
    lines += [markdown(clause.says), ""]
    lines += [f"- {markdown(told.why)}"] if told.why else []
    for fact in told.facts:
        line = f"line {fact.line}, " if fact.line else ""
        lines.append(f"- {markdown_code(fact.stated)} ({line}{markdown(fact.support)})")
    lines += [f"- ... and {told.more:,} more facts"] if told.more else []
    for word, values in (("Readings", told.readings), ("Documents", told.documents)):
        lines += [f"- {word}: {', '.join(map(markdown, values))}"] if values else []
    lines += [f"- {markdown(told.argument)}"] if told.argument else []
    lines += [f"- {markdown(change)}" for change in told.changes]
    return [*lines, ""]


def _readings(report: Report) -> list[str]:
    chosen = report.judgement.readings.items()
    lines = ["### Readings in force", ""] if chosen else []
    for name, way in chosen:
        reading = report.policy.readings[name]
        default = " (default)" if way == reading.default else ""
        lines.append(f"- `{name}={way}`: {markdown(reading.alternatives[way])}{default}")
    lines += [""] if chosen else []
    if not report.advice.other_readings:
        return lines
    lines += ["### Other readings", ""]
    for other in report.advice.other_readings:
        changes = ", ".join(changes_by(other))
        verdict = markdown(report.policy.shown(other.verdict))
        lines.append(f"- `{other.reading}={other.alternative}`: {verdict}; {changes}")
    if together := joint_reading_in_words(report):
        lines += ["", markdown(together)]
    return [*lines, ""]


def _rests_on(report: Report) -> list[str]:
    if not report.advice.rests_on:
        return []
    names = {name for judged in report.clauses for name in judged.facts}
    claimed = len(names - {fact.name for fact in report.advice.rests_on})
    lines = ["### Rests on", ""]
    if claimed:
        that = "fact that is" if claimed == 1 else "facts that are"
        lines += [f"Besides {claimed} {that} claimed, and need no evidence:", ""]
    for fact in report.advice.rests_on:
        backing = [f"attested by {markdown(by.by.text)}" for by in fact.attestations]
        backing += [_evidence(text, report) for text in fact.evidence]
        told = f"{markdown_code(fact.name)} {markdown(show_value(fact.value))}"
        lines.append(f"- {told}: {', '.join(backing) or 'no evidence'}")
    remarks = remarks_on_evidence(report.advice.rests_on, report.proofs)
    return [*lines, *(f"- {markdown(remark)}" for remark in remarks), ""]


def _undecisive(report: Report) -> list[str]:
    """The facts that are stated and decide nothing: what speaks against the verdict would be among them."""
    facts = undecisive(report.judgement)
    if not facts:
        return []
    lines = ["### Stated, and deciding no clause", ""]
    for fact in facts[:MOST_UNDECISIVE]:
        told = told_fact(fact.name, report)
        lines.append(f"- {markdown_code(told.stated)} (line {told.line}, {markdown(told.support)})")
    rest = len(facts) - MOST_UNDECISIVE
    return [*lines, *([f"- ... and {rest:,} more"] if rest > 0 else []), ""]


def _evidence(text: str, report: Report) -> str:
    """A piece of evidence, and what became of it."""
    proof = report.proofs.get(text)
    if proof is None or proof.doubt:
        return markdown_code(text)
    digest = f"sha256 `{proof.sha256}`" if proof.sha256 else "not looked at"
    return f"{markdown_code(text)} ({digest})"
