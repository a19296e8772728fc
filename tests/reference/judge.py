"""Judging a world by a policy's tree: two-valued, by the words of docs/language.md, sections 5 to 7."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeGuard

from clausewise.dsl import syntax
from clausewise.dsl.models.taxonomy import Taxonomy
from clausewise.dsl.syntax import ClauseNode, DefinitionNode, Expression, PathNode, TableNode
from tests.reference.world import Ages, Names, World, is_within

Binding = Mapping[str, str]
"""Variables, each with an entity's name."""
Quantity = Decimal | date
SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}
OUTCOMES = ("violated", "met", "not-applicable")
"""What a clause comes to where everything is known; it takes the first that one of its bindings has."""


@dataclass(frozen=True, slots=True)
class Judge:
    """A policy's tree, the other policies' by name, and the world to judge."""

    policy: syntax.PolicyFile
    others: Mapping[str, syntax.PolicyFile]
    world: World

    # clauses

    def outcomes(self) -> dict[str, str]:
        """Every clause's outcome by its name."""
        return {clause.name.text: self.outcome(clause) for clause in clauses_of(self.policy)}

    def outcome(self, clause: ClauseNode) -> str:
        """One of `OUTCOMES`."""
        if not self.is_in_force(clause):
            return "not-applicable"
        (rule,) = (item for item in clause.items if isinstance(item, syntax.RuleNode))
        found = {self.binding_outcome(clause, rule, b) for b in self.bindings(rule.bindings, {})}
        return next((outcome for outcome in OUTCOMES if outcome in found), "not-applicable")

    def is_in_force(self, clause: ClauseNode) -> bool:
        """Whether the date of judging is on or after `from`, and before `until`."""
        items = [item for item in clause.items if isinstance(item, syntax.Attribute)]
        days = {i.word: i.value.value for i in items if isinstance(i.value, syntax.Day)}
        return days.get("from", date.min) <= self.world.as_of < days.get("until", date.max)

    def binding_outcome(self, clause: ClauseNode, rule: syntax.RuleNode, binding: Binding) -> str:
        if rule.when and not self.holds(rule.when, binding):
            return "not-applicable"
        is_broken = self.is_broken(clause, rule, binding)
        exceptions = [item for item in clause.items if isinstance(item, syntax.UnlessNode)]
        is_excepted = any(self.holds(unless.condition, binding) for unless in exceptions)
        return "violated" if is_broken and not is_excepted else "met"

    def is_broken(self, clause: ClauseNode, rule: syntax.RuleNode, binding: Binding) -> bool:
        """Whether what is prohibited is so, or what is required is not; of breaches, whether one is so."""
        if rule.condition is None:
            return bool(self.breaches_of(clause, binding))
        return self.holds(rule.condition, binding) == (rule.word == "prohibits")

    def breaches_of(self, clause: ClauseNode, binding: Binding) -> set[str]:
        breaches = [item for item in clause.items if isinstance(item, syntax.BreachNode)]
        return {b.name.text for b in breaches if self.holds(b.condition, binding)}

    def breaches(self, name: str) -> set[str]:
        """The breaches by which a clause is violated, for any of its bindings."""
        (clause,) = (c for c in clauses_of(self.policy) if c.name.text == name)
        (rule,) = (item for item in clause.items if isinstance(item, syntax.RuleNode))
        broken = [
            self.breaches_of(clause, binding)
            for binding in self.bindings(rule.bindings, {})
            if self.is_in_force(clause)
            and self.binding_outcome(clause, rule, binding) == "violated"
        ]
        return set().union(*broken)

    def warnings(self) -> set[str]:
        """The warnings that are given."""
        nodes = [item for item in self.policy.items if isinstance(item, syntax.WarningNode)]
        return {node.name.text for node in nodes if self.is_given(node)}

    def is_given(self, node: syntax.WarningNode) -> bool:
        (rule,) = (item for item in node.items if isinstance(item, syntax.RuleNode))
        conditions = [condition for condition in (rule.when, rule.condition) if condition]
        bindings = self.bindings(rule.bindings, {})
        return any(all(self.holds(c, binding) for c in conditions) for binding in bindings)

    def bindings(
        self, nodes: tuple[syntax.BindingNode, ...], binding: Binding
    ) -> Iterator[Binding]:
        """Every combination; a later set may depend on an earlier variable."""
        if not nodes:
            yield binding
            return
        node, *rest = nodes
        range_ = node.range or PathNode(node.type)
        for entity in self.names(range_, binding):
            yield from self.bindings(tuple(rest), {**binding, node.variable.text: entity})

    # conditions

    def holds(self, node: Expression, binding: Binding) -> bool:
        """Whether a condition holds."""
        match node:
            case syntax.JunctionNode(word, parts):
                found = [self.holds(part, binding) for part in parts]
                return all(found) if word == "and" else any(found)
            case syntax.NotNode(part):
                return not self.holds(part, binding)
            case syntax.QuantifierNode(word, variable, range_, body):
                entities = self.names(range_, binding)
                found = [self.holds(body, {**binding, variable.text: e}) for e in entities]
                return all(found) if word == "every" else any(found) == (word == "some")
            case syntax.ReadingNode(reading, alternative):
                return alternative.text == default_of(self.policy, reading.text)
            case syntax.OutcomeNode(what, name):
                return self.has_outcome(what, name.text)
            case syntax.CallNode():
                definition, inner = self.definition(node, binding)
                return inner is not None and self.holds(definition.body, inner)
            case syntax.TestNode(left, sign, right) if sign in SIGNS:
                first, second = self.quantity(left, binding), self.quantity(right, binding)
                return first is not None and second is not None and SIGNS[sign](first, second)
            case syntax.TestNode(left, word, right):
                return self.test(left, word, right, binding)
            case _:
                raise TypeError(f"not a condition: {node}")

    def test(self, left: Expression, word: str, right: Expression, binding: Binding) -> bool:
        """A test of terms or entities."""
        values = self.names(left, binding)
        if right == PathNode(syntax.Name("none")):
            return (not values) == (word == "is")
        taxonomy = self.taxonomy_of(left, binding)
        targets = self.targets(right, taxonomy, binding)
        found = [
            any(is_within(value, t, taxonomy) if taxonomy else value == t for t in targets)
            for value in values
        ]
        return all(found) if word == "within" else any(found) != (word == "is not")

    def targets(
        self, right: Expression, taxonomy: Taxonomy | None, binding: Binding
    ) -> Iterable[str]:
        """What is tested for: terms or entities; of a mark, the terms of the field's taxonomy that bear it."""
        if isinstance(right, syntax.MarkedNode):
            assert taxonomy is not None
            return taxonomy.marks[right.mark.text]
        return self.names(right, binding)

    def has_outcome(self, what: str, name: str) -> bool:
        """Whether a clause, any of a section, or any of another policy is violated; or any of another law."""
        if what == "policy of law":
            laws = [n for n, p in self.others.items() if any(is_law(item) for item in p.items)]
            return any(self.has_outcome("policy", law) for law in laws)
        if what == "policy":
            return (
                "violated" in Judge(self.others[name], self.others, self.world).outcomes().values()
            )
        sections = {s.name.text: s.clauses for s in sections_of(self.policy)}
        clauses = {c.name.text: (c,) for c in clauses_of(self.policy)}
        chosen = sections[name] if what == "section" else clauses[name]
        return any(self.outcome(clause) == "violated" for clause in chosen)

    # names

    def names(self, node: Expression, binding: Binding) -> Names:
        """The terms or entities that an expression stands for."""
        match node:
            case syntax.SetNode(names):
                return frozenset(name.text for name in names)
            case syntax.UnionNode(parts):
                return frozenset[str]().union(*(self.names(part, binding) for part in parts))
            case syntax.CallNode(name) if name.text in tables_of(self.policy):
                row = self.row(node, binding)
                value = row.value if row else syntax.Name("none")
                listed = value.names if isinstance(value, syntax.SetNode) else (value,)
                words = [name.text for name in listed if isinstance(name, syntax.Name)]
                return frozenset(words) - {"none"}
            case syntax.CallNode():
                definition, inner = self.definition(node, binding)
                return frozenset() if inner is None else self.names(definition.body, inner)
            case PathNode(root, ()) if root.text in binding:
                return frozenset({binding[root.text]})
            case PathNode(root, ()) if root.text in self.world.vocabulary.entities:
                return self.world.of_type(root.text)
            case PathNode(root, ()):
                return frozenset({root.text})
            case PathNode(root, steps):
                found = self.names(PathNode(root), binding)
                for step in steps:
                    found = self.world.follow(found, step)
                return found
            case _:
                raise TypeError(f"neither terms nor entities: {node}")

    def taxonomy_of(self, node: Expression, binding: Binding) -> Taxonomy | None:
        """The taxonomy of a path that ends in terms; of entities, none."""
        match node:
            case PathNode(root, (_, *_) as steps):
                start = binding.get(root.text, root.text)
                field = self.world.field(self.world.types[start], steps)
                return self.world.vocabulary.taxonomy_of(field) if field.has_terms else None
            case _:
                return None

    def definition(
        self, node: syntax.CallNode, binding: Binding
    ) -> tuple[DefinitionNode, dict[str, str] | None]:
        """What a call calls, and its parameters, each with an entity; `None` if an argument leads nowhere."""
        items = self.policy.items
        (definition,) = (i for i in items if isinstance(i, DefinitionNode) and i.name == node.name)
        inner = {}
        for parameter, argument in zip(definition.parameters, node.arguments, strict=True):
            for entity in self.names(argument, binding):
                inner[parameter.name.text] = entity
        return definition, inner if len(inner) == len(definition.parameters) else None

    # quantities

    def quantity(self, node: Expression, binding: Binding) -> Quantity | None:
        """A number, a duration in seconds or a date; `None` where there is no entity to have it."""
        match node:
            case syntax.Number(value) | syntax.Day(value):
                return value
            case syntax.Duration():
                return node.seconds
            case syntax.CallNode():
                row = self.row(node, binding)
                given = row.value if row else None
                return self.quantity(given, binding) if is_quantity(given) else None
            case PathNode(syntax.Name("as-of"), ()):
                return self.world.as_of
            case PathNode(root, steps):
                return self.fact(root, steps, binding)
            case _:
                raise TypeError(f"not a quantity: {node}")

    def fact(
        self, root: syntax.Name, steps: tuple[syntax.PathStep, ...], binding: Binding
    ) -> Quantity | None:
        ends = [step.field.text for step in steps if step.field.text in ("youngest", "oldest")]
        *through, last = steps[: len(steps) - len(ends)]
        for entity in self.names(PathNode(root, tuple(through)), binding):
            value = self.world.facts[entity, last.field.text]
            if isinstance(value, Ages):
                return value.youngest if ends == ["youngest"] else value.oldest
            assert isinstance(value, Decimal | date)
            return value
        return None

    def row(self, node: syntax.CallNode, binding: Binding) -> syntax.RowNode | None:
        """The row for a term: its own, or that of the nearest term above, or `otherwise`.

        `None` for no term: `otherwise` serves the rest of the terms, and `none` is none.
        """
        table = tables_of(self.policy)[node.name.text]
        rows = {row.term.text: row for row in table.rows}
        taxonomy = self.world.vocabulary.taxonomy(table.of.text)
        terms = self.names(node.arguments[0], binding)
        if not terms:
            return None
        while terms:
            for term in sorted(terms & rows.keys()):
                return rows[term]
            terms = frozenset(parent for term in terms for parent in taxonomy.parents[term])
        return rows["otherwise"]


def is_quantity(value: object) -> TypeGuard[syntax.Number | syntax.Duration]:
    return isinstance(value, syntax.Number | syntax.Duration)


def sections_of(policy: syntax.PolicyFile) -> list[syntax.SectionNode]:
    """A policy's sections."""
    return [item for item in policy.items if isinstance(item, syntax.SectionNode)]


def clauses_of(policy: syntax.PolicyFile) -> list[ClauseNode]:
    """A policy's clauses, those of its sections included."""
    alone = [item for item in policy.items if isinstance(item, ClauseNode)]
    return [*(clause for section in sections_of(policy) for clause in section.clauses), *alone]


def tables_of(policy: syntax.PolicyFile) -> dict[str, TableNode]:
    """A policy's tables by name."""
    return {item.name.text: item for item in policy.items if isinstance(item, TableNode)}


def default_of(policy: syntax.PolicyFile, reading: str) -> str:
    """The alternative of a reading that is chosen where nobody chooses."""
    (declared,) = (
        item
        for item in policy.items
        if isinstance(item, syntax.ReadingDeclaration) and item.name.text == reading
    )
    return next(a.name.text for a in declared.alternatives if a.default)


def is_law(item: object) -> bool:
    """Whether it says of a policy that it is a law."""
    return isinstance(item, syntax.LawOfNode)
