"""Translates expressions to conditions of the core: resolves names, checks types, rewrites conveniences.

What the core has no node for is written with what it has: `no x in s has (c)` becomes `not some x in s has (c)`.
"""

from __future__ import annotations

from clausewise.dsl import syntax
from clausewise.dsl.text.diagnostic import Diagnostics
from clausewise.dsl.text.source import Span
from clausewise.engine.core.conditions import (
    All,
    And,
    Bound,
    Condition,
    Defined,
    EntitySet,
    Every,
    FieldOf,
    Not,
    Or,
    Path,
    Prohibited,
    ReadingIs,
    Some,
    Violated,
)
from clausewise.engine.core.walk import VariableTypes
from clausewise.engine.linking.comparisons import TestResolver
from clausewise.engine.linking.paths import PathResolver
from clausewise.engine.linking.scope import (
    NoSet,
    Scope,
    SetOf,
    WrongError,
    check_known,
    check_variable,
    wrong,
)


class Resolver:
    """Resolves the expressions of one policy. Mistakes are recorded in `problems`."""

    def __init__(self, scope: Scope, problems: Diagnostics) -> None:
        self.scope = scope
        self.problems = problems
        self.paths = PathResolver(scope, problems)
        self.tests = TestResolver(scope, problems)

    def condition(self, node: syntax.Expression, types: VariableTypes) -> Condition | None:
        """The condition that an expression means, or `None` if it has a mistake."""
        try:
            return self._condition(node, types)
        except WrongError:
            return None

    def entities(self, node: syntax.Expression, types: VariableTypes) -> EntitySet | None:
        """The set of entities that an expression means, or `None` if it has a mistake."""
        try:
            return self.paths.entities(node, types)
        except WrongError:
            return None

    def template_part(self, text: str, span: Span, types: VariableTypes) -> Path | FieldOf | None:
        """The entity or field that `{text}` in a template stands for, or `None` if it stands for nothing."""
        names = [syntax.Name(word, span) for word in text.split(".")]
        steps = tuple(syntax.PathStep(name) for name in names[1:])
        quiet = PathResolver(self.scope, Diagnostics(self.problems.source))
        try:
            found = quiet.target(syntax.PathNode(names[0], steps), types)
        except WrongError:
            return None
        return None if isinstance(found, All | Bound) else found

    def _condition(self, node: syntax.Expression, types: VariableTypes) -> Condition:
        match node:
            case syntax.JunctionNode(word, parts):
                resolved = self._all(parts, types)
                return And(resolved, node.span) if word == "and" else Or(resolved, node.span)
            case syntax.NotNode(part):
                return Not(self._condition(part, types), node.span)
            case syntax.QuantifierNode():
                return self._quantifier(node, types)
            case syntax.ReadingNode():
                return self._reading(node)
            case syntax.OutcomeNode():
                return self._outcome(node)
            case syntax.VerdictIsNode():
                return self._verdict(node)
            case syntax.CallNode():
                return self._defined(node, types)
            case syntax.TestNode():
                return self.tests.condition(node, types)
            case (
                syntax.PathNode()
                | syntax.SetNode()
                | syntax.MarkedNode()
                | syntax.UnionNode()
                | syntax.Number()
                | syntax.Duration()
                | syntax.Day()
            ):
                hint = "compare it: `x.field is term`, `x.field overlaps term`, `x.number > 3`"
                raise wrong(self.problems, "E322", "this is not a condition", node, hint)

    def _all(
        self, parts: tuple[syntax.Expression, ...], types: VariableTypes
    ) -> tuple[Condition, ...]:
        """The parts, resolved. All are looked at before the first mistake ends it, so that each is reported."""
        resolved = [self.condition(part, types) for part in parts]
        if any(part is None for part in resolved):
            raise WrongError
        return tuple(part for part in resolved if part is not None)

    def _quantifier(self, node: syntax.QuantifierNode, types: VariableTypes) -> Condition:
        range_ = self.paths.entities(node.range, types)
        check_variable(self.problems, node.variable, types, self.scope.vocabulary)
        body = self._condition(node.body, {**types, node.variable.text: range_.type})
        some = Some(node.variable.text, range_, body, node.span)
        match node.word:
            case "some":
                return some
            case "every":
                return Every(node.variable.text, range_, body, node.span)
            case "no":
                return Not(some, node.span)

    def _reading(self, node: syntax.ReadingNode) -> Condition:
        reading, alternative = node.reading, node.alternative
        check_known(self.problems, reading, self.scope.readings, "reading")
        check_known(self.problems, alternative, self.scope.readings[reading.text], "alternative")
        return ReadingIs(reading.text, alternative.text, node.span)

    def _outcome(self, node: syntax.OutcomeNode) -> Condition:
        wanted = "prohibited" if node.what.startswith("policy") else "violated"
        name = node.name.text
        if node.outcome.text != wanted:
            message = f"a {node.what} can be tested only for `{wanted}`"
            hint = f"write `{f'{node.what} {name}'.rstrip()} is {wanted}`"
            raise wrong(self.problems, "E323", message, node.outcome, hint)
        if node.what == "policy of law":
            return self._prohibited_by_law(node)
        if node.what == "policy":
            self.scope.policies.setdefault(name, node.name.span)
            return Prohibited(name, node.span)
        if node.what == "clause":
            check_known(self.problems, node.name, self.scope.clauses, "clause")
            return Violated(name, node.span)
        check_known(self.problems, node.name, self.scope.sections, "section")
        return Or(tuple(Violated(c, node.span) for c in self.scope.sections[name]), node.span)

    def _verdict(self, node: syntax.VerdictIsNode) -> Condition:
        message = "only a law can test the verdict"
        hint = "test a clause, `clause a-name is violated`, or another policy"
        raise wrong(self.problems, "E323", message, node, hint)

    def _prohibited_by_law(self, node: syntax.OutcomeNode) -> Condition:
        """That one of the laws prohibits it that judge beside this policy: false where none does."""
        self.scope.reads_law = self.scope.reads_law or node.span
        for name in self.scope.laws:
            self.scope.policies.setdefault(name, node.span)
        laws = tuple(Prohibited(name, node.span) for name in self.scope.laws)
        return Or(laws, node.span, of_laws=True)

    def _defined(self, node: syntax.CallNode, types: VariableTypes) -> Condition:
        name = node.name.text
        signature = self.paths.signature(node.name)
        if signature.gives is NoSet.BROKEN:
            raise WrongError
        if isinstance(signature.gives, SetOf):
            hint = f"write `some x in {name}(...) has (...)`"
            message = f"`{name}` is a set of entities, not a condition"
            raise wrong(self.problems, "E322", message, node, hint)
        return Defined(name, self.paths.arguments(node, signature, types), node.span)
