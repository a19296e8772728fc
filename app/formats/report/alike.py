"""What differs in the name of an entity alone is told once: `use-1.purpose (and of 999 others)`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from clausewise.checking.report import Report
from clausewise.dsl.models.deployment import (
    Deployment,
    Entity,
    Missing,
    NoEntity,
    Terms,
)
from clausewise.dsl.text.names import MOST_NAMED, how_many, listed
from clausewise.engine.advice.because import because, told_apart, told_of, variables_named
from clausewise.engine.core.conditions import Condition, Some
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.judging.judgement import ClauseJudgement, Finding

FEW = 3
"""So many others are too many to be named one by one."""


def told_once(facts: Sequence[Missing], deployment: Deployment) -> list[str]:
    """The names of facts, in their order; of many entities with the same fields only those of the first."""
    by_entity: dict[str, list[str]] = {}
    owners = [_entity_of(fact) for fact in facts]
    for entity, fact in zip(owners, facts, strict=True):
        by_entity.setdefault(entity, []).append(fact)
    alike: dict[tuple[str, ...], list[str]] = {}
    for entity, names in by_entity.items():
        type_ = deployment.entities[entity].type.name if entity in deployment.entities else ""
        alike.setdefault((type_, *(name[len(entity) :] for name in names)), []).append(entity)
    note: dict[str, str] = {}
    hidden: set[str] = set()
    for first, *others in alike.values():
        if len(others) >= FEW:
            note[by_entity[first][-1]] = f" (and of {len(others):,} others)"
            hidden.update(others)
    shown = [fact for entity, fact in zip(owners, facts, strict=True) if entity not in hidden]
    return [fact + note.get(fact, "") for fact in shown]


def _entity_of(fact: Missing) -> str:
    """The entity of a fact; of what has none, its own name."""
    return fact if isinstance(fact, NoEntity) else fact.partition(".")[0]


def groups_of(
    judged: ClauseJudgement, report: Report, most: int | None = None
) -> list[list[Finding]]:
    """A clause's findings, those together of which one sentence tells, but for the names of the entities bound.

    What is looked at is that of each entity once: there may be a hundred findings for each.

    Args:
        most: how many groups are asked for. Findings that are in none of these may stand together as a last one.
    """
    if most is not None and len(judged.findings) > most:
        first, rest = _first_of(judged.findings, report, most)
        return [*_grouped(first, report), *([rest] if rest else [])]
    return _grouped(judged.findings, report)


def _first_of(
    findings: Iterable[Finding], report: Report, most: int
) -> tuple[list[Finding], list[Finding]]:
    """The findings that may be in one of the first groups, and the rest: to tell groups apart takes longer."""
    signed: dict[tuple[str, str], object] = {}
    first, rest = list[Finding](), list[Finding]()
    signatures = set[object]()
    for finding in findings:
        if any(place not in signed for place in finding.bindings.items()):
            told = _signature(finding, report)
            signed.update(zip(finding.bindings.items(), told, strict=True))
        signature = finding.outcome, *map(signed.__getitem__, finding.bindings.items())
        if len(signatures) < most:
            signatures.add(signature)
        (first if signature in signatures else rest).append(finding)
    return first, rest


def _grouped(findings: Sequence[Finding], report: Report) -> list[list[Finding]]:
    if len(findings) == 1:
        return [[findings[0]]]
    kinds: dict[tuple[str, str], int] = {}
    numbers: dict[object, int] = {}
    stated: dict[object, int] = {}
    by_kinds: dict[tuple[object, ...], list[Finding]] = {}
    groups: dict[object, list[Finding]] = {}
    for finding in findings:
        for place in finding.bindings.items():
            if place not in kinds:
                said = _stated(place, finding, report)
                number = stated.get(said)
                if number is None:
                    number = numbers.setdefault(_kind(place[0], finding, report), len(numbers))
                kinds[place] = stated[said] = number
        key = finding.outcome, *map(kinds.__getitem__, finding.bindings.items())
        group = by_kinds.get(key)
        if group is None:
            words = told_apart(finding, report.deployment)
            whole = finding.outcome, words, *_signature(finding, report)
            group = by_kinds[key] = groups.setdefault(whole, [])
        group.append(finding)
    return list(groups.values())


def _stated(place: tuple[str, str], finding: Finding, report: Report) -> object:
    """All that is stated of an entity bound: those of which the same is stated are told apart by nothing."""
    variable, name = place
    entity = report.deployment.entities.get(name)
    if entity is None:
        return variable, name
    facts = [(field, _known(entity, field)) for field in entity.facts]
    return variable, entity.type.name, *map(id, finding.breaches), *facts


def _kind(variable: str, finding: Finding, report: Report) -> object:
    """All by which an entity bound tells a finding apart from others."""
    return (
        told_of(variable, finding, report.deployment),
        dict(zip(finding.bindings, _signature(finding, report), strict=True))[variable],
    )


def _signature(finding: Finding, report: Report) -> Iterator[object]:
    """What tells the entities bound apart from others, such that equal signatures mean equal reasons."""
    node: Condition = finding.clause.violation
    for name in finding.bindings.values():
        assert isinstance(node, Some)
        fields = report.policy.told_apart_by(node)
        entity = report.deployment.entities.get(name)
        yield (
            name if fields is None or entity is None else tuple([_known(entity, f) for f in fields])
        )
        node = node.body


def _known(entity: Entity, field: str) -> object:
    value = entity.value(field)
    return (value.names, value.more) if isinstance(value, Terms) else value


def by_sentence(groups: Iterable[Sequence[Finding]], report: Report) -> list[list[Finding]]:
    """Violated findings, those together of which the same sentence tells, word by word."""
    found: dict[str, list[Finding]] = {}
    for group in groups:
        if group[0].outcome is Outcome.VIOLATED:
            found.setdefault(because(group[0], report.deployment), []).extend(group)
    return list(found.values())


def for_whom(group: Sequence[Finding]) -> str:
    """Of whom findings are that one sentence tells, if it does not speak of them: ` (for staff and guests)`."""
    told = variables_named(group[0])
    others = [v for v in group[0].bindings if v not in told]
    names = [*dict.fromkeys(f.bindings[v] or "whoever else" for v in others for f in group)]
    if len(names) <= len(others):
        return ""
    rest = len(names) - MOST_NAMED
    shown = [*names[:MOST_NAMED], how_many(rest, "other")] if rest > 1 else names
    return f" (for {listed(shown)})"


def and_others(group: Sequence[Finding]) -> str:
    """Who else a finding holds for: the others of a group that are alike."""
    return _others(group, group[0].bindings)


def and_others_said(group: Sequence[Finding]) -> str:
    """The same, after the sentence of the first: of whom it does not speak, nothing need be added."""
    return _others(group, variables_named(group[0]))


def _others(group: Sequence[Finding], variables: Collection[str]) -> str:
    violated = group[0].outcome is Outcome.VIOLATED
    anyone = "whoever it is" if violated else "an unlisted one"
    _, *others = dict.fromkeys(
        " and ".join(name or anyone for v, name in finding.bindings.items() if v in variables)
        for finding in group
    )
    if not others:
        return ""
    if len(others) < FEW:
        return f" (and {', '.join(others)}, alike)"
    return f" (and {len(others):,} others alike, such as {others[0]})"
