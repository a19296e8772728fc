"""How much of a policy its cases try: outcomes, conditions that decide, breaches, exceptions, readings. Not lines.

A condition counts as tried with a truth value only where it *decides*: were its truth another and all else as
recorded, the clause's violation would come out otherwise. This is MC/DC (modified condition/decision coverage;
RTCA DO-178C, 6.4.4.2), in three values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from clausewise.checking.cautions import cautioned
from clausewise.dsl.text.source import Span
from clausewise.engine.core.clauses import Breach, Clause
from clausewise.engine.core.conditions import Node, Not
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.traits import traits
from clausewise.engine.core.truth import Truth
from clausewise.engine.core.walk import walk
from clausewise.engine.judging.judge import judge
from clausewise.engine.judging.judgement import ClauseJudgement, Judgement
from clausewise.engine.judging.record import Step
from clausewise.testing.expectations import NOT_WARNED, WARNED

_BY_RANK = (Truth.FALSE, Truth.UNKNOWN, Truth.TRUE)
_RANKS = {truth: rank for rank, truth in enumerate(_BY_RANK)}

Effect = tuple[Truth, Truth, Truth]
"""If a step were false, unknown, or true: the truth of the clause's violation, all else being as recorded."""


@dataclass(frozen=True, slots=True)
class Target:
    """Something that cases should show.

    Attributes:
        part: the clause, warning, definition or reading that it belongs to, with that word before its name.
        words: what it is about, in the policy's words.
        seen: the outcome, truth or alternative that is to be seen.
        span: where it stands in the policy.
    """

    part: str
    words: str
    seen: str
    span: Span

    def is_of(self, clause: str) -> bool:
        """Whether it belongs to a clause itself, not to a definition that it uses."""
        return self.part == f"clause {clause}"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What cases show of a policy: targets with the titles of the cases that reach them, which may be none."""

    policy: Policy
    reached: Mapping[Target, tuple[str, ...]]

    @property
    def missed(self) -> list[Target]:
        """The targets that no case reaches, in the order of the policy."""
        return [target for target, titles in self.reached.items() if not titles]

    @property
    def percent(self) -> float:
        """The share of targets reached, in percent; 100 where there is none."""
        total = len(self.reached)
        return 100.0 * (total - len(self.missed)) / total if total else 100.0


def coverage_of(
    policy: Policy,
    runs: Iterable[tuple[str, Judgement]],
    each_of: Callable[[Sequence[tuple[str, Judgement]]], Iterable[tuple[str, Judgement]]] = iter,
) -> Coverage:
    """What judged cases, each with its title, show of a policy.

    Where a law judges beside it, it is linked anew (`policy of law is prohibited`): then what it tests is more.

    Args:
        each_of: gives them one by one, as each is looked at: a bar of progress, say.
    """
    judged = list(runs)
    linked = {id(policy): policy} | {id(j.policy): j.policy for _, j in judged}
    targets = dict.fromkeys(target for each in linked.values() for target in _targets(each))
    reached: dict[Target, dict[str, None]] = {target: {} for target in targets}
    nodes = {id(node): of for each in linked.values() for node, of in _by_node(each)}
    for title, judgement in each_of(judged):
        for target in chain(_shown(_recorded(judgement), nodes), _cautioned(judgement, nodes)):
            if target in reached:
                reached[target][title] = None
    return Coverage(policy, {target: tuple(titles) for target, titles in reached.items()})


# what there is to see


def _targets(policy: Policy) -> Iterator[Target]:
    in_review = policy.reviewable
    for clause in policy.clauses.values():
        for outcome in (Outcome.VIOLATED, Outcome.MET, Outcome.UNDETERMINED):
            seen = "undetermined or review" if outcome is Outcome.UNDETERMINED else str(outcome)
            if outcome is Outcome.UNDETERMINED and clause.name not in in_review:
                seen = "undetermined"
            yield Target(f"clause {clause.name}", clause.title, seen, clause.span)
        for exception in clause.exceptions:
            for seen in ("applies", "is refused"):
                words = f"unless {exception.name}"
                yield Target(f"clause {clause.name}", words, seen, exception.condition.span)
        for breach in clause.breaches:
            yield _breach_target(clause, breach)
    for warning in policy.warnings.values():
        for seen in (WARNED, NOT_WARNED):
            part = f"warning {warning.name}"
            yield Target(part, part, seen, warning.span)
    for _, targets in _by_node(policy):
        yield from targets.values()
    for reading in policy.readings.values():
        for alternative in reading.alternatives:
            part = f"reading {reading.name}"
            yield Target(part, part, alternative, reading.span)


def _breach_target(clause: Clause, breach: Breach) -> Target:
    part, words = f"clause {clause.name}", f"breach {breach.name}"
    return Target(part, words, "violates", breach.condition.span)


def _by_node(policy: Policy) -> Iterator[tuple[Node, dict[Truth, Target]]]:
    """The tests of a policy, each with a target for each truth value."""
    bodies = [(f"definition {d.name}", d.body) for d in policy.definitions.values()]
    bodies += [(f"clause {c.name}", c.violation) for c in policy.clauses.values()]
    bodies += [(f"warning {w.name}", w.violation) for w in policy.warnings.values()]
    for part, body in bodies:
        for node in walk(body):
            if traits(node).is_test:
                words = policy.text(node.span)
                yield node, {t: Target(part, words, t.value, node.span) for t in _BY_RANK}


# what a judgement shows


def _recorded(judgement: Judgement) -> Judgement:
    """The same with all steps. None is kept once it is looked at: those of a thousand cases are 250 MB."""
    return judge(judgement.policy, judgement.deployment, judgement.readings)


def _shown(judgement: Judgement, nodes: Mapping[int, Mapping[Truth, Target]]) -> Iterator[Target]:
    policy = judgement.policy
    in_review = policy.reviewable
    for judged in judgement.clauses:
        clause = judged.clause
        seen = str(judged.outcome)
        if judged.is_open:
            seen = "undetermined or review" if clause.name in in_review else "undetermined"
        yield Target(f"clause {clause.name}", clause.title, seen, clause.span)
        for finding in judged.findings:
            for exemption, (name, truth) in zip(clause.exceptions, finding.exceptions, strict=True):
                if truth is not Truth.UNKNOWN:
                    shown = "applies" if truth is Truth.TRUE else "is refused"
                    part = f"clause {clause.name}"
                    yield Target(part, f"unless {name}", shown, exemption.condition.span)
            yield from (_breach_target(clause, breach) for breach in finding.breaches)
        yield from _tests(judged, nodes)
    for name, alternative in judgement.readings.items():
        part = f"reading {name}"
        yield Target(part, part, alternative, policy.readings[name].span)


def _cautioned(
    judgement: Judgement, nodes: Mapping[int, Mapping[Truth, Target]]
) -> Iterator[Target]:
    """What a judgement shows of the policy's warnings."""
    found = cautioned(judgement)
    for judged in found.clauses if found else ():
        part = f"warning {judged.clause.name}"
        seen = WARNED if judged.outcome is Outcome.VIOLATED else NOT_WARNED
        yield Target(part, part, seen, judged.clause.span)
        yield from _tests(judged, nodes)


def _tests(
    judged: ClauseJudgement, nodes: Mapping[int, Mapping[Truth, Target]]
) -> Iterator[Target]:
    """The tests that decide what a clause or a warning comes to."""
    for step in _deciding(judged.step):
        if id(step.condition) in nodes:
            yield nodes[id(step.condition)][step.truth]


def _deciding(root: Step) -> Iterator[Step]:
    """The steps below a root that decide its truth."""
    todo: list[tuple[Step, Effect]] = [(root, _BY_RANK)]
    while todo:
        step, effect = todo.pop()
        if effect[0] is effect[1] is effect[2]:
            continue
        yield step
        todo.extend(_parts(step, effect))


def _parts(step: Step, effect: Effect) -> Iterator[tuple[Step, Effect]]:
    """The parts of a step, each with its effect on the root."""
    if traits(step.condition).of_design:
        return  # other clauses have records of their own
    if step.by_one:
        yield from _joined(step, step.by_one, effect)
        if step.anyway and not step.parts:
            yield step.anyway, effect
    else:
        assert len(step.parts) < 2, "a step of several parts says which of them it takes"
        effect_of_part = effect[::-1] if isinstance(step.condition, Not) else effect
        yield from ((part, effect_of_part) for part in step.parts)


def _joined(step: Step, by_one: Truth, effect: Effect) -> Iterator[tuple[Step, Effect]]:
    """The parts of a step that is as true as the least true of them, or the most true: the others bound each."""
    is_least = by_one is Truth.FALSE
    join, neutral = (min, 2) if is_least else (max, 0)
    ranks = [_rank(step, index, neutral) for index in range(len(step.parts))]
    first, second, *_ = [*sorted(ranks, reverse=not is_least), neutral, neutral]
    for part, rank in zip(step.parts, ranks, strict=True):
        bound = second if rank == first else first
        yield part, (effect[join(bound, 0)], effect[join(bound, 1)], effect[join(bound, 2)])


def _rank(step: Step, index: int, neutral: int) -> int:
    """How true a part is; one about an entity that may not be there cannot settle anything."""
    rank = _RANKS[step.parts[index].truth]
    if step.instances and not step.instances[index].is_listed:
        return 1 if rank != neutral else rank
    return rank
