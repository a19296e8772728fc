"""What differs in the name of an entity alone is told once: `use-1.purpose (and of 999 others)`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from clausewise.checking.report import Report
from clausewise.dsl.models.deployment import Deployment, Missing, NoEntity, known_value
from clausewise.dsl.text.names import MOST_NAMED, how_many, listed
from clausewise.engine.advice.because import because, told_apart, told_of, variables_named
from clausewise.engine.core.clauses import Clause
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
        by_entity.setdefault(entity, []).append(fact[len(entity) :])
    alike: dict[tuple[str, ...], list[str]] = {}
    for entity, fields in by_entity.items():
        type_ = deployment.entities[entity].type.name if entity in deployment.entities else ""
        alike.setdefault((type_, *fields), []).append(entity)
    note: dict[str, str] = {}
    hidden: set[str] = set()
    for first, *others in alike.values():
        if len(others) >= FEW:
            note[first + by_entity[first][-1]] = f" (and of {len(others):,} others)"
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

    Args:
        most: how many groups are asked for. Findings that are in none of these may stand together as a last one.
    """
    findings = judged.findings
    if len(findings) <= 1:
        return [list(findings)] if findings else []
    apart = _Apart(judged.clause, report)
    placed = [(apart.place(finding), finding) for finding in findings]
    if most is not None and len(findings) > most:
        first, rest = _first_of(placed, apart, most)
        return [*_grouped(first, apart), *([rest] if rest else [])]
    return _grouped(placed, apart)


_Place = tuple[object, ...]
"""The outcome of a finding, and what stands for the entities bound: findings of one place have one signature."""


def _first_of(
    placed: Iterable[tuple[_Place, Finding]], apart: _Apart, most: int
) -> tuple[list[tuple[_Place, Finding]], list[Finding]]:
    """The findings that may be in one of the first groups, and the rest: to tell groups apart takes longer."""
    first, rest = list[tuple[_Place, Finding]](), list[Finding]()
    signatures = set[object]()
    are_first: dict[_Place, bool] = {}
    for place, finding in placed:
        if place not in are_first:
            signature = apart.signature(finding)
            if len(signatures) < most:
                signatures.add(signature)
            are_first[place] = signature in signatures
        if are_first[place]:
            first.append((place, finding))
        else:
            rest.append(finding)
    return first, rest


def _grouped(placed: Iterable[tuple[_Place, Finding]], apart: _Apart) -> list[list[Finding]]:
    by_place: dict[tuple[object, ...], list[Finding]] = {}
    by_kinds: dict[tuple[object, ...], list[Finding]] = {}
    groups: dict[object, list[Finding]] = {}
    for place, finding in placed:
        at = place, *map(id, finding.breaches)
        group = by_place.get(at)
        if group is None:
            kinds = apart.kinds(finding)
            group = by_kinds.get(kinds)
            if group is None:
                words = told_apart(finding, apart.deployment)
                group = by_kinds[kinds] = groups.setdefault((words, apart.signature(finding)), [])
            by_place[at] = group
        group.append(finding)
    return list(groups.values())


class _Apart:
    """What tells the findings of a clause apart.

    It is looked up once for all entities of which the same is stated, for these are told apart by nothing: of
    each, there may be a hundred findings.
    """

    def __init__(self, clause: Clause, report: Report) -> None:
        self.deployment = report.deployment
        self._alike = report.deployment.alike
        self._fields = dict[str, tuple[str, ...] | None]()
        node: Condition = clause.violation
        for binding in clause.bindings:
            assert isinstance(node, Some)
            self._fields[binding.variable] = report.policy.told_apart_by(node)
            node = node.body
        self._signed: dict[tuple[str, object], object] = {}
        self._kinds: dict[object, int] = {}
        self._numbers: dict[object, int] = {}

    def place(self, finding: Finding) -> _Place:
        """Where it stands among the findings, by what is stated of the entities bound."""
        alike = self._alike
        return finding.outcome, *[alike.get(name, name) for name in finding.bindings.values()]

    def signature(self, finding: Finding) -> tuple[object, ...]:
        """The outcome, and what of the entities bound may tell: equal signatures mean equal reasons."""
        found: list[object] = [finding.outcome]
        for variable, name in finding.bindings.items():
            place = variable, self._alike.get(name, name)
            if place not in self._signed:
                self._signed[place] = self._told_by(*place, name)
            found.append(self._signed[place])
        return tuple(found)

    def _told_by(self, variable: str, kind: object, name: str) -> object:
        fields, entity = self._fields[variable], self.deployment.entities.get(name)
        if fields is None or entity is None:
            return kind
        return tuple([known_value(entity.value(field)) for field in fields])

    def kinds(self, finding: Finding) -> tuple[object, ...]:
        """Numbers for all by which the entities bound tell a finding apart from others."""
        breaches = tuple(map(id, finding.breaches))
        found: list[object] = [finding.outcome, breaches]
        for index, (variable, name) in enumerate(finding.bindings.items(), 1):
            place = variable, self._alike.get(name, name), breaches
            if place not in self._kinds:
                said = told_of(variable, finding, self.deployment)
                kind = variable, said, self.signature(finding)[index]
                self._kinds[place] = self._numbers.setdefault(kind, len(self._numbers))
            found.append(self._kinds[place])
        return tuple(found)


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
    return and_alike(others)


def and_alike(others: Sequence[str]) -> str:
    """Of whom else the same holds as of the one that was just named."""
    if not others:
        return ""
    if len(others) < FEW:
        return f" (and {', '.join(others)}, alike)"
    return f" (and {len(others):,} others alike, such as {others[0]})"
