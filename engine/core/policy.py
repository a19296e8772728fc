"""A linked policy, with every name resolved, and what can be asked of it whatever the design."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from clausewise.dsl.models.documents import Document
from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.dsl.startup.lean import field, lean_dataclass, replace
from clausewise.dsl.text.source import Source, Span
from clausewise.engine.core.clauses import (
    Breach,
    Clause,
    Definition,
    Exemption,
    Reading,
    Section,
    Table,
)
from clausewise.engine.core.conditions import (
    All,
    Condition,
    Defined,
    DefinedSet,
    EntitySet,
    Or,
    Overlaps,
    Prohibited,
    Quantifier,
    TermSet,
    Violated,
    Violation,
    Within,
    starts_from,
)
from clausewise.engine.core.outcomes import Verdict
from clausewise.engine.core.reads import RuleKey, field_key, reads
from clausewise.engine.core.traits import FIELDS, traits
from clausewise.engine.core.walk import variables, walk

ASKED_BY_ALL = (
    "readers",
    "reviewable",
    "starts",
    "gone_through",
    "subjects",
    "is_about_all",
    "used",
    "derived",
    "goes_by",
)
"""What every judgement asks of a policy."""


@lean_dataclass(frozen=True)
class Policy:
    """A linked policy.

    Attributes:
        clauses: by name, in the order of the source text.
        order: the clauses' names so that each comes after those it depends on.
        policies: other policies that it depends on, by name.
        warnings: of what it warns, by name: they are judged as clauses are, and take no part in the verdict.
        documents: those from which some of its conditions come, by name.
        may_wait: the fields for whose facts an approval may wait.
        verdict_words: what it calls verdicts where people read them, for those that have other words.
        law_of: the places where it is the law; none for what is no law, such as the terms of a service.
        partial: what of its text it does not hold, if it holds a part only; empty if it holds all of it.
    """

    name: str
    title: str
    version: str
    origin: str
    notice: str
    vocabulary: Vocabulary
    definitions: Mapping[str, Definition]
    tables: Mapping[str, Table]
    readings: Mapping[str, Reading]
    sections: tuple[Section, ...]
    clauses: Mapping[str, Clause]
    order: tuple[str, ...]
    policies: Mapping[str, Policy]
    source: Source = field(compare=False, repr=False)
    warnings: Mapping[str, Clause] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    may_wait: frozenset[RuleKey] = frozenset()
    verdict_words: Mapping[Verdict, str] = field(default_factory=dict)
    law_of: tuple[str, ...] = ()
    partial: str = ""

    @property
    def laws(self) -> tuple[str, ...]:
        """The policies of law that it reads."""
        return tuple(name for name, other in self.policies.items() if other.law_of)

    def read_as(self, readings: Mapping[str, str]) -> Policy:
        """The same policy with other defaults of its readings. `readings`: alternatives, for those that change."""
        found = {
            n: replace(r, default=readings.get(n, r.default)) for n, r in self.readings.items()
        }
        return self._compiled_as(replace(self, readings=found)) if found != self.readings else self

    def reading_as(self, policies: Mapping[str, Policy]) -> Policy:
        """The same policy, which reads some of the others that it depends on by other defaults (`read_as`)."""
        return self._compiled_as(replace(self, policies={**self.policies, **policies}))

    def _compiled_as(self, other: Policy) -> Policy:
        """The same rules with other defaults of readings: what was compiled of these is theirs, too."""
        other.__dict__["key"] = self.key
        return other

    @cached_property
    def defaults(self) -> Mapping[str, str]:
        """Its readings, each with its default."""
        return {name: reading.default for name, reading in self.readings.items()}

    @property
    def full_name(self) -> str:
        """Its name and, if it has one, its version: `door-code 1.0`."""
        return f"{self.name} {self.version}".rstrip()

    @cached_property
    def used(self) -> int:
        """How many policies it takes to judge by it: itself and those that it uses, counted each time."""
        return 1 + sum(other.used for other in self.policies.values())

    def shown(self, verdict: Verdict) -> str:
        """What it calls a verdict, for people to read. Programs read the verdict's name."""
        return self.verdict_words.get(verdict, verdict.value)

    @cached_property
    def readers(self) -> Mapping[RuleKey, frozenset[str]]:
        """For each thing that can be read, the clauses whose outcome it can change.

        Those are the clauses that read it, directly, or by a definition or another clause.
        """
        through: dict[RuleKey, frozenset[RuleKey]] = {}

        def all_reads(key: RuleKey) -> frozenset[RuleKey]:
            if key not in through:
                direct = frozenset(read for read, _ in reads(bodies[key]))
                further = (all_reads(read) for read in direct if read in bodies)
                through[key] = direct.union(*further)
            return through[key]

        bodies: dict[RuleKey, Condition | EntitySet] = {
            ("definition", name): definition.body for name, definition in self.definitions.items()
        }
        bodies.update((("clause", name), clause.violation) for name, clause in self.clauses.items())
        found: dict[RuleKey, set[str]] = {}
        for name in self.clauses:
            for key in all_reads(("clause", name)):
                found.setdefault(key, set()).add(name)
        return {key: frozenset(names) for key, names in found.items()}

    @cached_property
    def reviewable(self) -> frozenset[str]:
        """The clauses that can be in review: those that read a judgement, directly or not.

        If a person judges to whom some reference leads, a set of all entities may be open for want of that
        judgement. Then any clause can be.
        """
        if self.some_reference_is_judged:
            return frozenset(self.clauses)
        entities = self.vocabulary.entities.values()
        fields = (field for entity in entities for field in entity.fields.values())
        keys = [field_key(field) for field in fields if field.kind == "judgement"]
        keys += [("policy", name) for name, other in self.policies.items() if other.reviewable]
        return frozenset[str]().union(*(self.readers.get(key, ()) for key in keys))

    @property
    def some_reference_is_judged(self) -> bool:
        """Whether a person judges to whom some reference leads."""
        types = self.vocabulary.entities.values()
        fields = [field for type_ in types for field in type_.fields.values()]
        return any(field.is_reference and field.kind == "judgement" for field in fields)

    @cached_property
    def starts(self) -> frozenset[str]:
        """The types of entities from which the first sets of its clauses start."""
        clauses = self.clauses.values()
        starts = (c.bindings[0].range if c.bindings else c.violation for c in clauses)
        return frozenset[str]().union(*map(self._roots, starts))

    @cached_property
    def gone_through(self) -> frozenset[str]:
        """The types of entities from which any sets of its clauses start."""
        return frozenset[str]().union(*(self._roots(c.violation) for c in self.clauses.values()))

    @cached_property
    def fields_read(self) -> frozenset[tuple[str, str]]:
        """The fields that some clause or warning reads, each with its type of entity."""
        parts = (*self.clauses.values(), *self.warnings.values())
        keys = (key for part in parts for key in self.reached(part))
        pairs = (name.partition(".") for kind, name in keys if kind == "field")
        return frozenset((owner, field) for owner, _, field in pairs)

    @cached_property
    def tested_terms(self) -> Mapping[RuleKey, Mapping[str, None]]:
        """The terms that its conditions test a field for, in the order of the policy, by the field's key."""
        found: dict[RuleKey, dict[str, None]] = {}
        for condition in self.conditions():
            for node in walk(condition):
                if isinstance(node, Overlaps | Within) and isinstance(node.right, TermSet):
                    terms = found.setdefault(field_key(node.left.field), {})
                    terms.update(dict.fromkeys(node.right.names))
        return found

    @cached_property
    def subjects(self) -> frozenset[str]:
        """The types of entities of which its clauses speak, and those that refer to these, over any links.

        From the first, the clauses' first sets start; an entity of the others may state that there is none. A
        design that lists no entity of any of them binds nothing: of it, no clause could say anything.
        """
        found = set(self.starts)
        todo = list(found)
        for target in todo:
            for name, type_ in self.vocabulary.entities.items():
                refers = any(f.is_reference and f.target == target for f in type_.fields.values())
                if refers and name not in found:
                    found.add(name)
                    todo.append(name)
        return frozenset(found)

    @cached_property
    def is_about_all(self) -> bool:
        """Whether a clause is about the deployment as a whole: it binds nothing, and reads no entity's facts."""
        return any(
            not clause.bindings and not self._roots(clause.violation)
            for clause in self.clauses.values()
        )

    def speaks_of(self, listed: Iterable[str]) -> bool:
        """Whether a clause could say anything of a design that lists entities of these types."""
        return self.is_about_all or not self.subjects.isdisjoint(listed)

    def _roots(self, body: Condition | EntitySet) -> set[str]:
        """The types from which the sets in a condition or a set start, definitions written out."""
        found = set[str]()
        for node in walk(body):
            if isinstance(node, Defined | DefinedSet):
                found |= self._roots(self.definitions[node.definition].body)
            elif isinstance(node, Prohibited):
                found |= self.policies[node.policy].subjects
            elif isinstance(node, EntitySet) and (type_ := starts_from(node)):
                found.add(type_)
        return found

    @cached_property
    def reading_others(self) -> frozenset[str]:
        """The names of the clauses that read the outcome of another."""
        return frozenset().union(*(self.readers.get(("clause", name), ()) for name in self.clauses))

    def work_out(self) -> None:
        """Work out what every judgement asks of a policy, so that it is pickled with it."""
        for name in ASKED_BY_ALL:
            getattr(self, name)
        for other in self.policies.values():
            other.work_out()

    def __getstate__(self) -> dict[str, object]:
        """What is kept of a policy that is pickled: identities are not."""
        by_identity = ("_traits", "_told_apart", "kept", "key")
        return {name: value for name, value in self.__dict__.items() if name not in by_identity}

    @cached_property
    def key(self) -> str:
        """What tells this policy from any other in the cache; empty for one that was not read from files."""
        return ""

    @cached_property
    def kept(self) -> dict[str, object]:
        """What backends have made of this policy, by backend, so that it is made once."""
        return {}

    @cached_property
    def loops(self) -> dict[bool, Mapping[tuple[str, ...], int]]:
        """How often combinations of entities of which types are gone through, by whether steps are recorded.

        A backend counts it; it is pickled with the policy.
        """
        return {}

    @cached_property
    def _traits(self) -> dict[tuple[str, int], bool]:
        """What was found of conditions, by their identity: this policy keeps them alive."""
        return {}

    @cached_property
    def _told_apart(self) -> dict[int, tuple[str, ...] | None]:
        """What tells members apart, by the identity of quantifiers."""
        return {}

    def goes_through_sets(self, condition: Condition) -> bool:
        """Whether one of this policy's conditions quantifies or follows a relation, itself or by a definition."""
        key = "sets", id(condition)
        if key not in self._traits:
            self._traits[key] = any(
                traits(node).cost > FIELDS
                or (isinstance(node, Defined) and self._defined_through_sets(node.definition))
                for node in walk(condition)
            )
        return self._traits[key]

    def _defined_through_sets(self, name: str) -> bool:
        body = self.definitions[name].body
        return isinstance(body, EntitySet) or self.goes_through_sets(body)

    def fields_in(self, node: Condition | EntitySet) -> frozenset[str] | None:
        """The names of the fields of which facts can be a reason why one of this policy's conditions is settled.

        `None`: of any, as where it is asked who there is at all. Two conditions that have no field in common rest
        on different facts.
        """
        if any(isinstance(inner, All) for inner in walk(node)):
            return None
        found: set[str] = set()
        for (kind, name), _ in reads(node):
            if kind == "field":
                found.add(name.rpartition(".")[2])
            elif kind == "definition":
                of_body = self._fields_in_definition(name)
                if of_body is None:
                    return None
                found |= of_body
            elif kind in ("clause", "policy"):
                return None
        return frozenset(found)

    def _fields_in_definition(self, name: str) -> frozenset[str] | None:
        if name not in self._fields_in_definitions:
            self._fields_in_definitions[name] = self.fields_in(self.definitions[name].body)
        return self._fields_in_definitions[name]

    @cached_property
    def _fields_in_definitions(self) -> dict[str, frozenset[str] | None]:
        return {}

    def stands_alone(self, condition: Quantifier) -> bool:
        """Whether the body of one of this policy's quantifiers uses no variable but its own."""
        key = "alone", id(condition)
        if key not in self._traits:
            self._traits[key] = variables(condition.body) <= {condition.variable}
        return self._traits[key]

    def told_apart_by(self, condition: Quantifier) -> tuple[str, ...] | None:
        """The fields by which the members of one of this policy's quantifiers are told apart (alike.py)."""
        from clausewise.engine.core.alike import told_apart_by  # what is compiled needs none

        key = id(condition)
        if key not in self._told_apart:
            definitions = {n: (d.parameters, d.body) for n, d in self.definitions.items()}
            self._told_apart[key] = told_apart_by(condition, definitions)
        return self._told_apart[key]

    def clause(self, name: str) -> Clause | None:
        """A clause by its name or its number."""
        if name in self.clauses:
            return self.clauses[name]
        numbered = (c for c in self.clauses.values() if c.number.lower() == name.lower() != "")
        return next(numbered, None)

    @cached_property
    def derived(self) -> Mapping[str, frozenset[str]]:
        """The clauses that say of others that they are violated, each with these others.

        One that says more besides says so by breaches (`says_of_others`).
        """
        found = {}
        for name, clause in self.clauses.items():
            parts = [breach.condition for breach in clause.breaches]
            alone = clause.violation
            if not parts and isinstance(alone, Violation) and not (clause.when or alone.exceptions):
                parts = [alone.rule]
            others = [other for part in parts if says_of_others(part) for _, other in _keys(part)]
            if others and not clause.bindings:
                found[name] = frozenset(others)
        return found

    @cached_property
    def cautions(self) -> Policy | None:
        """A policy whose clauses are what this one warns of; `None` if it warns of nothing."""
        if not self.warnings:
            return None
        return replace(
            self, sections=(), clauses=self.warnings, order=tuple(self.warnings), warnings={}
        )

    def reached(self, clause: Clause) -> tuple[RuleKey, ...]:
        """All that a clause reads, itself or by definitions, in the order in which it is read.

        Of a clause whose outcome it reads, it reads only that.
        """
        return self.reached_from(clause.violation)

    def reached_from(self, condition: Condition) -> tuple[RuleKey, ...]:
        """All that a condition reads, as `reached` says it of a clause."""
        found: dict[RuleKey, None] = {}
        todo: list[Condition | EntitySet] = [condition]
        for body in todo:
            for key in _keys(body):
                if key not in found and key[0] == "definition":
                    todo.append(self.definitions[key[1]].body)
                found[key] = None
        return tuple(found)

    @cached_property
    def goes_by(self) -> Mapping[str, tuple[RuleKey, ...]]:
        """The definitions, tables and readings that each clause reads, itself or by definitions."""
        kinds = ("definition", "table", "reading")
        return {
            name: tuple(key for key in self.reached(clause) if key[0] in kinds)
            for name, clause in self.clauses.items()
        }

    def _goes_by(self, clause: Clause) -> tuple[RuleKey, ...]:
        """The same of one clause, which may be only a part of the one of its name."""
        is_whole = self.clauses.get(clause.name) is clause
        return self.goes_by[clause.name] if is_whole else self.reached(clause)

    def documents_of(
        self, clause: Clause, readings: Mapping[str, str] | None = None
    ) -> tuple[Document, ...]:
        """The documents from which a clause comes, or a part of it, or what it uses, in the policy's order.

        Args:
            readings: the alternatives that are chosen; without them, the documents of all alternatives count.
        """
        parts: list[Clause | Breach | Exemption] = [clause, *clause.breaches, *clause.exceptions]
        named = {document for part in parts for document in part.per}
        for kind, name in self._goes_by(clause):
            if kind == "table":
                named.update(self.tables[name].per)
            elif kind == "definition":
                named.update(self.definitions[name].per)
            elif kind == "reading":
                chosen = [readings[name]] if readings else self.readings[name].per
                named.update(d for way in chosen for d in self.readings[name].per.get(way, ()))
        return tuple(document for name, document in self.documents.items() if name in named)

    def readings_of(self, clause: Clause) -> tuple[str, ...]:
        """The readings that a clause goes by."""
        return tuple(name for kind, name in self._goes_by(clause) if kind == "reading")

    def conditions(self) -> Iterator[Condition | EntitySet]:
        """The conditions and sets of all definitions and clauses."""
        for definition in self.definitions.values():
            yield definition.body
        for clause in self.clauses.values():
            yield clause.violation

    def text(self, span: Span) -> str:
        """The policy's own words at a span, on one line, with the brackets that belong to them."""
        text, start, end = self.source.text, span.start, span.end
        missing = _unbalanced(text[start:end])
        for bracket in missing:
            if bracket == ")":
                start = text.rfind("(", 0, start)
            else:
                end = text.find(")", end) + 1
        return " ".join(re.sub(r"#[^\n]*", "", text[start:end]).split())


def says_of_others(condition: Condition) -> bool:
    """Whether a condition only says that one of some clauses is violated."""
    if isinstance(condition, Or):
        return bool(condition.parts) and all(map(says_of_others, condition.parts))
    return isinstance(condition, Violated)


def _keys(body: Condition | EntitySet) -> list[RuleKey]:
    return [key for key, _ in reads(body)]


def choose_readings(policy: Policy, readings: Mapping[str, str]) -> dict[str, str]:
    """The policy's default readings, with those given in their place.

    Raises:
        KeyError: there is no such reading or alternative.
    """
    defaults = policy.defaults
    for name, alternative in readings.items():
        if alternative != defaults[name] and alternative not in policy.readings[name].alternatives:
            raise KeyError(alternative)
    return {**defaults, **readings}


def _unbalanced(text: str) -> list[str]:
    """The round brackets without their partners."""
    alone: list[str] = []
    for character in text:
        if character == "(" or (character == ")" and "(" not in alone):
            alone.append(character)
        elif character == ")":
            alone.remove("(")
    return alone


def policies_read(policies: Iterable[Policy]) -> list[Policy]:
    """Policies and all others on which they depend, directly or not, each once."""
    found = list(policies)
    for policy in found:
        found += [other for other in policy.policies.values() if other not in found]
    return found
