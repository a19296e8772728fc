"""The sentences of a clause, filled in from the design. They never take part in judging."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clausewise.dsl.models.deployment import (
    UNLISTED,
    Deployment,
    Fact,
    FactName,
    Terms,
    Value,
    fact_name,
    value_in_words,
)
from clausewise.dsl.startup.lean import replace
from clausewise.dsl.text.names import MOST_NAMED, listed
from clausewise.engine.core.clauses import TemplateHole, TemplatePart
from clausewise.engine.core.conditions import And, Condition, FieldOf, Or, Overlaps, Path, TermSet
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.reads import field_key
from clausewise.engine.core.walk import walk
from clausewise.engine.judging.judgement import ClauseJudgement, Finding


def because(finding: Finding, deployment: Deployment) -> str:
    """A finding's sentence. A part in square brackets is left out where a value is not known.

    Where a clause tells apart the ways to violate it, there is a sentence for each that is so here.
    """
    sentences = ("".join(_parts(one, finding, deployment)) for one in _templates(finding))
    return "; ".join(sentences)


def because_kept(judged: ClauseJudgement, deployment: Deployment) -> str:
    """Why a clause is met or does not apply, in the policy's own sentence; empty where it has none that fits.

    A hole stands for what the deciding facts say: `{door}` for the doors that they are about, `{door.keeps}` for
    the values of this field. A part in square brackets is left out where they say nothing of it, and the whole
    sentence where they say nothing of another hole. What then comes first loses the `;` or `,` before it.
    """
    clause = judged.clause
    of_outcome = {Outcome.MET: clause.met, Outcome.NOT_APPLICABLE: clause.not_applicable}
    stated = filter(None, map(deployment.fact, judged.facts))
    facts = sorted(stated, key=lambda fact: fact.span.start if fact.span else 0)
    found = []
    for part in of_outcome.get(judged.outcome, ()):
        inner = part if isinstance(part, tuple) else (part,)
        values = [one if isinstance(one, str) else _said(one, facts) for one in inner]
        if all(values):
            found += values
        elif not isinstance(part, tuple):
            return ""
    return "".join(found).lstrip(";, ")


def _said(hole: TemplateHole, facts: Iterable[Fact]) -> str:
    """The entities of a type that facts are about, or the values that they have in a field."""
    if isinstance(hole, Path):
        return _series(fact.entity for fact in facts if fact.field.owner == hole.type)
    place = hole.field.owner, hole.field.name
    found = (fact for fact in facts if (fact.field.owner, fact.field.name) == place)
    return _series(value_in_words(fact.value) for fact in found)


def _series(words: Iterable[str]) -> str:
    told = list(dict.fromkeys(words))
    rest = len(told) - MOST_NAMED
    if rest > 1:
        told = [*told[:MOST_NAMED], f"{rest:,} more"]
    return listed(told)


def remedy_for(findings: Iterable[Finding]) -> str:
    """What to do about findings of one clause: for each way in which it is violated, or for the clause."""
    found: dict[str, None] = {}
    for finding in findings:
        remedies = [breach.remedy for breach in finding.breaches]
        found.update(dict.fromkeys(remedies or [finding.clause.remedy]))
        if "" in remedies:
            found[finding.clause.remedy] = None
    return " ".join(filter(None, found))


def told_apart(finding: Finding, deployment: Deployment) -> tuple[str, ...]:
    """What a finding's sentence says beside the names of the entities bound.

    Two findings for which that is the same are told by one sentence, but for these names. For
    `{d}, run by {d.by}, is open`, it is who runs the door.
    """
    templates = _templates(finding)
    return tuple(part for one in templates for part in _parts(one, finding, deployment, "{}"))


def told_of(variable: str, finding: Finding, deployment: Deployment) -> tuple[str | None, ...]:
    """What a finding's sentence says of the entity for which a variable stands, beside its name.

    Two findings of a clause for which this is the same of each variable are told apart by nothing.
    """
    return tuple(
        [
            _fill(hole, finding, deployment, "{}")
            for hole in _holes(finding)
            if (hole.path if isinstance(hole, FieldOf) else hole).root == variable
        ]
    )


def variables_named(finding: Finding) -> frozenset[str]:
    """The variables of which a finding's sentence speaks."""
    paths = (hole.path if isinstance(hole, FieldOf) else hole for hole in _holes(finding))
    return frozenset(path.root for path in paths)


def _holes(finding: Finding) -> list[TemplateHole]:
    parts = [part for template in _templates(finding) for part in template]
    inner = [one for part in parts for one in (part if isinstance(part, tuple) else (part,))]
    return [one for one in inner if not isinstance(one, str)]


def facts_named(finding: Finding, deployment: Deployment) -> tuple[FactName, ...]:
    """The facts whose values a finding's sentence gives."""
    return tuple(
        fact_name(name, hole.field.name)
        for hole in _holes(finding)
        if isinstance(hole, FieldOf)
        for name in _names(hole.path, finding, deployment)
    )


def deciding(finding: Finding, deployment: Deployment, policy: Policy | None = None) -> list[Fact]:
    """The facts with a place in the text that decide a finding, as every format gives them.

    First stand those that its sentence names, then those of which the clause asks something where it applies, last
    those by which an entity came into its set. The first is where the finding is. One breach alone violates a
    clause, but each is told in the sentence: so the facts that the others test are among them, too.

    Args:
        policy: that of the clause; without it, as for a warning, what is asked does not come before when it is.
    """
    named = facts_named(finding, deployment)
    broken = [breach.condition for breach in finding.breaches] or [finding.clause.condition]
    asked_of = {key for c in broken for key in (policy.reached_from(c) if policy else ())}
    names = dict.fromkeys((*finding.facts, *_tested_by_breaches(finding, deployment)))
    stated = [f for f in map(deployment.fact, names) if f is not None and f.span]
    return sorted(
        stated,
        key=lambda f: (
            f.name not in named,
            field_key(f.field) not in asked_of,
            f.name in finding.chains,
            f.span.start if f.span else 0,
        ),
    )


def _tested_by_breaches(finding: Finding, deployment: Deployment) -> Iterator[FactName]:
    """The facts that a finding's breaches test themselves, of entities that are bound."""
    for breach in finding.breaches:
        for node in walk(breach.condition):
            if isinstance(node, FieldOf):
                for name in _names(node.path, finding, deployment):
                    yield fact_name(name, node.field.name)


def _templates(finding: Finding) -> list[tuple[TemplatePart, ...]]:
    """The sentences of a finding, yet to be filled in."""
    return [breach.because for breach in finding.breaches] or [finding.clause.because]


def _parts(
    template: Iterable[TemplatePart],
    finding: Finding,
    deployment: Deployment,
    named: str | None = None,
) -> tuple[str, ...]:
    """The texts of a sentence; an entity that is bound is called `named`, or by its name if that is `None`."""
    found: list[str] = []
    for part in template:
        optional = part if isinstance(part, tuple) else (part,)
        values = [_fill(one, finding, deployment, named) for one in optional]
        if not isinstance(part, tuple):
            found.append(values[0] or _lacking(part))
        elif None not in values:
            found += [value or "" for value in values]
    return tuple(found)


def _lacking(part: str | TemplateHole) -> str:
    """How a sentence calls a value that is not known: `(unknown ages)`."""
    return f"(unknown {part.field.name})" if isinstance(part, FieldOf) else ""


def _fill(
    part: str | TemplateHole, finding: Finding, deployment: Deployment, named: str | None
) -> str | None:
    match part:
        case str():
            return part
        case Path():
            is_bound = not part.hops and not part.single
            return named if named and is_bound else " and ".join(_names(part, finding, deployment))
        case FieldOf(path, field):
            names = _names(path, finding, deployment)
            facts = [deployment.fact(fact_name(name, field.name)) for name in names]
            values = [fact.value for fact in facts if fact and fact.value is not None]
            if not values:
                return None
            tested = _tested(part, finding)
            known = [value_in_words(_only(value, tested)) for value in values]
            return " and ".join(dict.fromkeys(known)) or None


def _only(value: Value, terms: frozenset[str]) -> Value:
    """Of a list the terms among some, if there are any; else the whole value."""
    if not isinstance(value, Terms):
        return value
    names = tuple([one for one in value.names if one in terms])
    return replace(value, names=names) if names else value


def _tested(hole: FieldOf, finding: Finding) -> frozenset[str]:
    """The terms for which a field is looked through where a clause prohibits; none if it is asked in another way.

    Of `u.infers overlaps {emotion, attention}` they are these two, and what is below them: who infers glasses,
    too, is told of emotion alone.
    """
    breaches = [breach.condition for breach in finding.breaches]
    if not breaches and finding.clause.word != "prohibits":
        return frozenset()
    found = [one for c in breaches or [finding.clause.condition] for one in _tests_of(c, hole)]
    known = [one for one in found if one is not None]
    return (
        frozenset().union(*(one.inside for one in known))
        if len(known) == len(found)
        else frozenset()
    )


def _tests_of(condition: Condition, hole: FieldOf) -> Iterator[TermSet | None]:
    """For which terms a field is looked through, test by test; `None` for another test of it."""
    if isinstance(condition, And | Or):
        for part in condition.parts:
            yield from _tests_of(part, hole)
    elif (
        isinstance(condition, Overlaps)
        and isinstance(condition.right, TermSet)
        and _is_same(condition.left, hole)
    ):
        yield condition.right
    elif any(isinstance(node, FieldOf) and _is_same(node, hole) for node in walk(condition)):
        yield None


def _is_same(one: FieldOf, other: FieldOf) -> bool:
    return (one.path, one.field) == (other.path, other.field)


def _names(path: Path, finding: Finding, deployment: Deployment) -> list[str]:
    """The entities at a path's end, or a phrase for one that is not known.

    `some actor` is bound where a clause is violated by whoever is in a set that cannot be empty.
    """
    root = path.root if path.single else finding.bindings.get(path.root, UNLISTED)
    names = [root]
    for hop in path.hops:
        values = [deployment.fact(fact_name(name, hop.field.name)) for name in names]
        names = [n for f in values if f and isinstance(f.value, Terms) for n in f.value.names]
    is_there = finding.outcome is Outcome.VIOLATED and names == [UNLISTED]
    word = "some" if is_there else "an unlisted"
    return [name for name in names if name != UNLISTED] or [f"{word} {path.type}"]
