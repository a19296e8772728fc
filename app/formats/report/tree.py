"""The whole reason of a clause's outcome, as a tree: every test with its truth and the facts it read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from clausewise.checking.check import Report
from clausewise.dsl.models.deployment import show_value
from clausewise.engine.advice.because import because
from clausewise.engine.core.conditions import And, Condition, Not, Or
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.core.traits import traits
from clausewise.engine.core.truth import Truth
from clausewise.engine.judging.judgement import ClauseJudgement, Finding
from clausewise.engine.judging.record import Step, known, spelled
from clausewise.formats.report.alike import and_others, groups_of, told_once
from clausewise.formats.report.sentences import by_readings, sentence_of
from clausewise.formats.screen.sheet import Piece, Sheet
from clausewise.formats.screen.tree import Branch, print_branches

MOST_BRANCHES = 20
MOST_FACTS = 8
MOST_WORDS = 70
_JOINING: Mapping[type[Condition], str] = {And: "all of", Or: "any of", Not: "not"}
_SIGNS = {Truth.TRUE: ("✓", "green"), Truth.FALSE: ("✗", "red"), Truth.UNKNOWN: ("?", "yellow")}


def print_tree(
    report: Report, judged: ClauseJudgement, sheet: Sheet, entity: str | None = None
) -> None:
    """Print a clause's reason, binding by binding, down to the facts. Bindings that are alike are told of once.

    With an `entity`, only the bindings that it is part of are told of, each by itself.
    """
    clause = judged.clause
    about = f"\n“{clause.quotes}” ({clause.at})\n{clause.says}"
    tree = Branch([(f"{clause.title}: {judged.outcome}", "bold"), about])
    if judged.facts:
        tree.add(("since ", "bold"), (sentence_of(judged, report), "cyan"))
    for reading in by_readings(judged, report):
        tree.add((reading, "yellow"))
    if judged.missing:
        facts = ", ".join(told_once(judged.missing, report.deployment))
        tree.add(("waits for ", "bold"), (facts, "cyan"))
    groups: Sequence[Sequence[Finding]] = groups_of(judged, report)
    if entity:
        groups = [[found] for found in judged.findings if entity in found.bindings.values()]
    for group in groups[:MOST_BRANCHES]:
        _add_finding(tree, group, report)
    if len(groups) > MOST_BRANCHES:
        tree.add(f"... and {sum(map(len, groups[MOST_BRANCHES:])):,} more bindings")
    if not groups:
        tree.add("the design lists nothing that this clause is about")
    print_branches(tree, sheet)
    sheet.line()


def _add_finding(tree: Branch, group: Sequence[Finding], report: Report) -> None:
    """Add what holds for the first of a group, and so for the others."""
    finding = group[0]
    violated = finding.outcome is Outcome.VIOLATED
    anyone = "whoever it is" if violated else "not listed"
    names = [f"{v} = {name or anyone}" for v, name in finding.bindings.items()]
    why = f": {because(finding, report.deployment)}" if violated else ""
    named = ", ".join(names) or "the deployment"
    branch = tree.add((named, "bold"), and_others(group), (f": {finding.outcome}", "bold"), why)
    if chains := finding.chains:
        branch.add("by way of ", (", ".join(chains), "cyan"))
    if finding.clause.when:
        _add_step(branch, finding.parts.when, report, "applies: ")
    if finding.clause.breaches:
        for breach, step in zip(finding.clause.breaches, finding.rule.parts, strict=True):
            _add_step(branch, step, report, f"breach {breach.name}: ")
    else:
        _add_step(branch, finding.rule, report, f"{finding.clause.word}: ")
    for exemption, step in zip(finding.clause.exceptions, finding.parts.exceptions, strict=True):
        _add_step(branch, step, report, f"unless {exemption.name}: ")


def _add_step(branch: Branch, step: Step, report: Report, prefix: str = "") -> None:
    sign, style = _SIGNS[step.truth]
    line: list[Piece] = [
        (prefix, "dim"),
        (f"{sign} ", f"dim {style}"),
        (_words(step, report), "dim"),
    ]
    read, missing = dict.fromkeys(known(step.facts)), dict.fromkeys(spelled(step.missing))
    unread = [name for name in missing if name not in read]
    facts = [_shown(name, report) for name in islice(read, MOST_FACTS)]
    facts += [f"{name} unknown" for name in unread[:MOST_FACTS]]
    if rest := len(read) + len(unread) - len(facts):
        facts.append(f"and {rest:,} more")
    if facts:
        line.append((f"  [{'; '.join(facts)}]", "dim cyan"))
    below = branch.add(*line)
    if traits(step.condition).of_design:
        return  # other clauses have trees of their own
    branches = _branches(step)
    for label, part in branches[:MOST_BRANCHES]:
        _add_step(below, part, report, label)
    if len(branches) > MOST_BRANCHES:
        below.add(f"... and {len(branches) - MOST_BRANCHES} more")


def _branches(step: Step) -> list[tuple[str, Step]]:
    """The parts of a step, each with what it is about."""
    if not step.instances:
        return [("", part) for part in step.parts]
    members = zip(step.parts, step.instances, strict=True)
    return [(f"{m.variable} = {m.entity or 'not listed'}: ", part) for part, m in members]


def _words(step: Step, report: Report) -> str:
    """The condition in the policy's words; a short name for one that only joins others."""
    if type(step.condition) in _JOINING:
        return _JOINING[type(step.condition)]
    words = report.policy.text(step.condition.span)
    return words if len(words) <= MOST_WORDS else words[: MOST_WORDS - 4] + " ..."


def _shown(name: str, report: Report) -> str:
    fact = report.deployment.fact(name)
    return f"{name} {show_value(fact.value)}" if fact else f"{name} {report.deployment.as_of}"
