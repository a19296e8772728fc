"""The reason of a clause's outcome, as a tree: each test that matters, with its truth and the facts it read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from itertools import islice

from clausewise.checking.report import Report
from clausewise.dsl.models.deployment import show_value
from clausewise.engine.advice.because import because
from clausewise.engine.core.conditions import (
    NOWHERE,
    And,
    AsOf,
    Compare,
    Condition,
    Constant,
    Meet,
    Not,
    Or,
    Prohibited,
    Violated,
)
from clausewise.engine.core.outcomes import Outcome, open_outcome
from clausewise.engine.core.traits import traits
from clausewise.engine.core.truth import Truth, negation
from clausewise.engine.core.walk import children
from clausewise.engine.judging.explain import missing_facts
from clausewise.engine.judging.judgement import ClauseJudgement, Finding
from clausewise.engine.judging.record import Step, known, negated, spelled, violation_parts
from clausewise.formats.escaping import shell_word
from clausewise.formats.report.alike import and_alike, and_others, groups_of, told_once
from clausewise.formats.report.sentences import by_readings, sentence_of
from clausewise.formats.screen.sheet import Piece, Sheet
from clausewise.formats.screen.tree import Branch, print_branches

MOST_BRANCHES = 20
MOST_FACTS = 8
MOST_WORDS = 70
_JOINING: Mapping[type[Condition], str] = {And: "all of", Or: "any of", Not: "not"}
_WHOEVER = "whoever else there may be"
_VIOLATION = {
    Outcome.VIOLATED: Truth.TRUE,
    Outcome.MET: Truth.FALSE,
    Outcome.NOT_APPLICABLE: Truth.FALSE,
}
"""Whether a clause is violated, by its outcome; of an open one it is unknown."""
_SIGNS = {Truth.TRUE: ("✓", "green"), Truth.FALSE: ("✗", "red"), Truth.UNKNOWN: ("?", "yellow")}


def print_tree(
    report: Report, judged: ClauseJudgement, sheet: Sheet, entity: str | None = None
) -> None:
    """Print a clause's reason, binding by binding, down to the facts. Bindings that are alike are told of once.

    With an `entity`, only the bindings that it is part of are told of, each by itself.
    """
    clause = judged.clause
    about = f"\n“{clause.quotes}” ({clause.cited})\n{clause.says}"
    tree = Branch([(f"{clause.title}: {judged.outcome}", "bold"), about])
    if judged.facts and not entity:
        tree.add(("since ", "bold"), (sentence_of(judged, report), "cyan"))
    otherwise = by_readings(judged, report)
    for reading in otherwise:
        tree.add((reading, "yellow"))
    in_force = report.judgement.readings
    others = [
        f"{name}={in_force[name]}"
        for name in report.policy.readings_of(clause)
        if not any(said.startswith(f"by the reading {name}=") for said in otherwise)
    ]
    if others:
        tree.add(
            ("readings that decide nothing here by themselves: ", "dim"), (", ".join(others), "dim")
        )
    if judged.missing:
        facts = ", ".join(told_once(judged.missing, report.deployment))
        waits = tree.add(("waits for ", "bold"), (facts, "cyan"))
        if len(judged.missing) > 1 and not report.judgement.exact and find_spec("pysat"):
            exactly = "whether it comes out alike however these turn out together: "
            waits.add((f"{exactly}`clausewise check --exact {shell_word(report.path)}`", "dim"))
    groups: Sequence[Sequence[Finding]] = groups_of(judged, report, MOST_BRANCHES)
    if entity:
        groups = [[found] for found in judged.findings if entity in found.bindings.values()]
    for group in groups[:MOST_BRANCHES]:
        _add_finding(tree, group, report)
    if len(groups) > MOST_BRANCHES:
        tree.add(f"... and {sum(map(len, groups[MOST_BRANCHES:])):,} more bindings")
    if not groups:
        of_it = f"nothing that this clause finds is about `{entity}`"
        nothing = "the design lists nothing that this clause is about"
        tree.add(of_it if entity and judged.findings else nothing)
    print_branches(tree, sheet)
    sheet.line()


def is_about(judged: ClauseJudgement, entity: str) -> bool:
    """Whether a clause was judged for an entity."""
    return any(entity in found.bindings.values() for found in judged.findings)


def _add_finding(tree: Branch, group: Sequence[Finding], report: Report) -> None:
    """Add what holds for the first of a group, and so for the others."""
    finding = group[0]
    violated = finding.outcome is Outcome.VIOLATED
    anyone = "whoever it is" if violated else _WHOEVER
    names = [f"{v} = {name or anyone}" for v, name in finding.bindings.items()]
    why = f": {because(finding, report.deployment)}" if violated else ""
    named = ", ".join(names) or "the deployment"
    outcome = _outcome_of(finding, report)
    branch = tree.add((named, "bold"), and_others(group), (f": {outcome}", "bold"), why)
    if chains := finding.chains:
        branch.add("by way of ", (", ".join(chains), "cyan"))
    parts = list(_parts_of(finding))
    told = [(label, step) for label, step, matters in parts if matters]
    for label, step in told:
        _add_step(branch, step, report, label)
    _add_rest(branch, len(parts) - len(told), is_open=finding.outcome.is_open)


def _outcome_of(finding: Finding, report: Report) -> Outcome:
    """What a finding came to: of an open one also whether it waits for nothing but people's judgements."""
    missing = missing_facts(finding.shown) if finding.outcome.is_open else ()
    return open_outcome(map(report.deployment.kind_of, missing)) if missing else finding.outcome


def _parts_of(finding: Finding) -> Iterator[tuple[str, Step, bool]]:
    """To what a clause applies, what breaks it and what excuses it, each with its label, and if it matters.

    A clause is violated if it applies, and is broken, and nothing excuses it.
    """
    clause, parts = finding.clause, violation_parts(finding.shown)
    whole = _VIOLATION.get(finding.outcome, Truth.UNKNOWN)
    if clause.when:
        yield "applies: ", parts.when, _matters(parts.when.truth, whole, Truth.TRUE)
    is_broken = parts.rule.truth
    rule_matters = _matters(is_broken, whole, Truth.TRUE)
    if not clause.breaches:
        rule = parts.rule if clause.word == "prohibits" else negated(parts.rule)
        yield f"{clause.word}: ", rule, rule_matters
    else:
        for breach, step in zip(clause.breaches, parts.rule.parts, strict=True):
            matters = rule_matters and _matters(step.truth, is_broken, Truth.FALSE)
            yield f"breach {breach.name}: ", step, matters
    for exemption, step in zip(clause.exceptions, parts.exceptions, strict=True):
        matters = _matters(negation(step.truth), whole, Truth.TRUE)
        yield f"unless {exemption.name}: ", step, matters


def _matters(part: Truth, whole: Truth, neutral: Truth) -> bool:
    """Whether a part takes part in making the whole what it is: a `neutral` one does only if all are neutral."""
    return whole is neutral or (part is not neutral and whole in (part, Truth.UNKNOWN))


def _add_rest(branch: Branch, count: int, *, is_open: bool) -> None:
    """Count the parts that are not drawn: of what is open, those that are settled."""
    one, many = ("is settled", "are settled") if is_open else ("does not matter", "do not matter")
    if count:
        branch.add((f"{count:,} {f'part {one}' if count == 1 else f'parts {many}'}", "dim"))


def _add_step(branch: Branch, step: Step, report: Report, prefix: str = "") -> None:
    sign, style = _SIGNS[step.truth]
    line: list[Piece] = [
        (prefix, "dim"),
        (f"{sign} ", f"dim {style}"),
        (_words(step, report), "dim"),
    ]
    if isinstance(step.condition, Not) and _is_one_text(step.condition):
        step = negated(step)
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
    for label, part, _ in branches[:MOST_BRANCHES]:
        _add_step(below, part, report, label)
    if len(branches) > MOST_BRANCHES:
        below.add(f"... and {sum(count for *_, count in branches[MOST_BRANCHES:]):,} more")
    rest = len(step.parts) - sum(count for *_, count in branches)
    _add_rest(below, rest, is_open=step.truth is Truth.UNKNOWN)


def _branches(step: Step) -> list[tuple[str, Step, int]]:
    """The parts of a step that matter, each with what it is about, and for how many it stands that share it."""
    neutral = negation(step.by_one) if step.by_one else None
    matter = [
        number
        for number, part in enumerate(step.parts)
        if neutral is None or _matters(part.truth, step.truth, neutral)
    ]
    if not step.instances:
        return [("", step.parts[number], 1) for number in matter]
    names: dict[Step, list[str]] = {}
    for number in matter:
        names.setdefault(step.parts[number], []).append(step.instances[number].entity or _WHOEVER)
    variable = step.instances[0].variable
    return [
        (f"{variable} = {first}{and_alike(others)}: ", part, 1 + len(others))
        for part, (first, *others) in names.items()
    ]


def _words(step: Step, report: Report) -> str:
    """The condition in the policy's words; a short name for one that only joins others.

    It says what the mark beside it is about. What the linker makes of one text has that text's place: of its parts
    each says which it is (`clause a is violated`, below `section s is violated`).
    """
    condition = step.condition
    if isinstance(condition, Violated):
        return f"clause {condition.clause} is violated"
    if isinstance(condition, Prohibited):
        return f"policy {condition.policy} is prohibited"
    if isinstance(condition, Compare) and isinstance(condition.left, AsOf):
        day = condition.right
        if isinstance(day, Constant) and condition.left.span == condition.span:  # `from 2026-01-01`
            return f"as-of {condition.sign} {day.value}"
    if isinstance(condition, Meet) and condition.left.span == NOWHERE:  # is `within` a set
        return f"is in {report.policy.text(condition.right.span)}"
    if isinstance(condition, And | Or | Not) and not _is_one_text(condition):
        return _JOINING[type(condition)]
    words = report.policy.text(condition.span)
    return words if len(words) <= MOST_WORDS else words[: MOST_WORDS - 4] + " ..."


def _is_one_text(condition: Condition) -> bool:
    """Whether what joins others has no own word: `no a in s has (c)`, `x is not y`, `section s is violated`."""
    parts = children(condition) if type(condition) in _JOINING else ()
    return condition.span != NOWHERE and any(part.span == condition.span for part in parts)


def _shown(name: str, report: Report) -> str:
    fact = report.deployment.fact(name)
    return f"{name} {show_value(fact.value)}" if fact else f"{name} {report.deployment.as_of}"
