"""The whole reason of a clause's outcome, as a tree: every test with its truth and the facts it read."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from clausewise.checking.check import Report
from clausewise.dsl.models.deployment import show_value
from clausewise.engine.advice.because import because
from clausewise.engine.core.conditions import (
    And,
    Defined,
    Every,
    Not,
    Or,
    Prohibited,
    Some,
    Violated,
)
from clausewise.engine.core.truth import Truth
from clausewise.engine.judging.judge import ClauseJudgement, Finding
from clausewise.engine.judging.record import Step, chain_facts, spelled

MOST_BRANCHES = 20
MOST_WORDS = 70
_SIGNS = {Truth.TRUE: ("✓", "green"), Truth.FALSE: ("✗", "red"), Truth.UNKNOWN: ("?", "yellow")}


def print_tree(report: Report, judged: ClauseJudgement, console: Console) -> None:
    """Print a clause's reason, binding by binding, down to the facts."""
    clause = judged.clause
    head = Text(clause.title, "bold").append(f": {judged.outcome}", "bold")
    tree = Tree(head.append(f"\n“{clause.quotes}” ({clause.at})\n{clause.says}", "not bold"))
    if judged.facts:
        tree.add(Text("decided by ", "bold").append(", ".join(judged.facts), "not bold cyan"))
    if judged.missing:
        tree.add(Text("waits for ", "bold").append(", ".join(judged.missing), "not bold cyan"))
    for finding in judged.findings[:MOST_BRANCHES]:
        _add_finding(tree, finding, report)
    if len(judged.findings) > MOST_BRANCHES:
        tree.add(f"... and {len(judged.findings) - MOST_BRANCHES} more bindings")
    if not judged.findings:
        tree.add("nothing in the design is of its concern")
    console.print(tree)
    console.print()


def _add_finding(tree: Tree, finding: Finding, report: Report) -> None:
    names = [f"{v} = {name or 'not listed'}" for v, name in finding.bindings.items()]
    head = Text(", ".join(names) or "the deployment", "bold").append(f": {finding.outcome}")
    if finding.outcome.value == "violated":
        head.append(f": {because(finding, report.deployment)}", "not bold")
    branch = tree.add(head)
    chain = [fact for i in finding.instances for fact in chain_facts(i.chain)]
    if chain:
        branch.add(Text("by way of ").append(", ".join(chain), "cyan"))
    if finding.clause.when:
        _add_step(branch, finding.parts.when, report, "applies: ")
    _add_step(branch, finding.rule, report, f"{finding.clause.word}: ")
    for exemption, step in zip(finding.clause.exceptions, finding.parts.exceptions, strict=True):
        _add_step(branch, step, report, f"unless {exemption.name}: ")


def _add_step(branch: Tree, step: Step, report: Report, prefix: str = "") -> None:
    sign, style = _SIGNS[step.truth]
    line = Text(prefix, "dim").append(f"{sign} ", style).append(_words(step, report))
    read, missing = dict.fromkeys(spelled(step.facts)), dict.fromkeys(spelled(step.missing))
    facts = [_shown(name, report) for name in read]
    facts += [f"{name} unknown" for name in missing if name not in read]
    if facts:
        line.append(f"  [{'; '.join(facts)}]", "cyan")
    below = branch.add(line)
    if isinstance(step.condition, Violated | Prohibited):
        return
    for index, part in enumerate(step.parts[:MOST_BRANCHES]):
        instance = step.instances[index] if step.instances else None
        label = (
            f"{instance.variable.strip()} = {instance.entity or 'not listed'}: " if instance else ""
        )
        _add_step(below, part, report, label)
    if len(step.parts) > MOST_BRANCHES:
        below.add(f"... and {len(step.parts) - MOST_BRANCHES} more")


def _words(step: Step, report: Report) -> str:
    """The condition in the policy's words; a short name for one that only joins others."""
    match step.condition:
        case And():
            return "all of"
        case Or():
            return "any of"
        case Not():
            return "not"
        case Some() | Every() | Defined() | _:
            words = report.policy.text(step.condition.span)
            return words if len(words) <= MOST_WORDS else words[: MOST_WORDS - 4] + " ..."


def _shown(name: str, report: Report) -> str:
    fact = report.deployment.fact(name)
    return f"{name} {show_value(fact.value)}" if fact else f"{name} {report.deployment.as_of}"
