"""Definitions: what each takes and gives, then its body."""

from __future__ import annotations

from collections.abc import Mapping

from clausewise.dsl import syntax
from clausewise.dsl.text.diagnostic import Diagnostics
from clausewise.engine.core.conditions import Condition, EntitySet
from clausewise.engine.core.policy import Definition
from clausewise.engine.linking.expressions import Resolver
from clausewise.engine.linking.scope import (
    MAX_DEPTH,
    UNKNOWN_TYPE,
    Scope,
    Signature,
    check_unique,
    check_variable,
    is_known,
)


def link_definitions(
    tree: syntax.PolicyFile, scope: Scope, problems: Diagnostics
) -> dict[str, Definition]:
    """The definitions by their names, with their signatures declared in the scope."""
    nodes = [item for item in tree.items if isinstance(item, syntax.DefinitionNode)]
    check_unique(problems, (node.name for node in nodes), "definition")
    by_name = {node.name.text: node for node in nodes}
    signatures = _Signatures(by_name, scope, problems)
    for node in nodes:
        signatures.declare(node, ())
    linked = [_definition(node, scope, problems) for node in by_name.values()]
    return {d.name: d for d in linked if d is not None}


class _Signatures:
    """Declares in the scope what definitions take and give."""

    def __init__(
        self, nodes: Mapping[str, syntax.DefinitionNode], scope: Scope, problems: Diagnostics
    ) -> None:
        self.nodes = nodes
        self.scope = scope
        self.problems = problems

    def declare(self, node: syntax.DefinitionNode, within: tuple[str, ...]) -> None:
        """Find out what a definition takes and gives, those first that it consists of.

        `within` are the definitions on the way here, each of which consists of the next.
        """
        name = node.name.text
        if name in within:
            self.report_circle([self.nodes[other] for other in within[within.index(name) :]])
        if name in self.scope.signatures or name in within:
            return
        if len(within) > MAX_DEPTH:
            message = f"with all it uses, `{within[0]}` nests more than {MAX_DEPTH} deep"
            span = self.nodes[within[0]].name.span
            self.problems.add("E402", message, span, hint="use less within it")
            return
        entities = self.scope.vocabulary.entities
        known = all(
            is_known(self.problems, p.type, entities, "entity type") for p in node.parameters
        )
        for called in _called_as_sets(node.body):
            if called.text in self.nodes:
                self.declare(self.nodes[called.text], (*within, name))
        if name in self.scope.signatures:
            return
        takes = _types(node)
        gives = self.given(node.body, takes) if known else ""
        self.scope.signatures[name] = Signature(tuple(takes.values()), gives)

    def given(self, body: syntax.Expression, types: Mapping[str, str]) -> str:
        """The type of entities that a body gives, empty if it is a condition."""
        if not _is_set(body, self.scope.signatures):
            return ""
        quiet = Resolver(self.scope, Diagnostics(self.problems.source))
        found = quiet.entities(body, types)
        return found.type if found else UNKNOWN_TYPE

    def report_circle(self, circle: list[syntax.DefinitionNode]) -> None:
        """Report definitions of sets that use one another, each link at its place."""
        after = [*circle[1:], circle[0]]
        links = [
            next(call for call in _called_as_sets(one.body) if call.text == other.name.text)
            for one, other in zip(circle, after, strict=True)
        ]
        for node in circle:
            self.scope.signatures[node.name.text] = Signature(
                tuple(_types(node).values()), UNKNOWN_TYPE
            )
        names = " uses ".join(f"`{node.name.text}`" for node in [*circle, circle[0]])
        labels = [
            (link.span, f"`{one.name.text}` uses `{link.text}`")
            for one, link in zip(circle[1:], links[1:], strict=True)
        ]
        message, hint = f"{names}: a circle", "remove one of the links"
        self.problems.add("E401", message, links[0].span, hint=hint, labels=labels)


def _definition(
    node: syntax.DefinitionNode, scope: Scope, problems: Diagnostics
) -> Definition | None:
    check_unique(problems, (p.name for p in node.parameters), "parameter")
    for parameter in node.parameters:
        check_variable(problems, parameter.name, {}, scope.vocabulary)
    types = _types(node)
    if not all(type_ in scope.vocabulary.entities for type_ in types.values()):
        return None
    resolver = Resolver(scope, problems)
    body: Condition | EntitySet | None
    if scope.signatures[node.name.text].gives:
        body = resolver.entities(node.body, types)
    else:
        body = resolver.condition(node.body, types)
    if body is None:
        return None
    return Definition(node.name.text, tuple(types.items()), body, node.name.span)


def _types(node: syntax.DefinitionNode) -> dict[str, str]:
    """The parameters with their entity types."""
    return {p.name.text: p.type.text for p in node.parameters}


def _is_set(node: syntax.Expression, signatures: Mapping[str, Signature]) -> bool:
    match node:
        case syntax.PathNode() | syntax.UnionNode():
            return True
        case syntax.CallNode(name):
            return name.text in signatures and signatures[name.text].gives != ""
        case _:
            return False


def _called_as_sets(node: syntax.Expression) -> list[syntax.Name]:
    """The definitions that decide whether, and of what, a definition's body is a set."""
    match node:
        case syntax.CallNode(name):
            return [name]
        case syntax.UnionNode(parts):
            return [name for part in parts for name in _called_as_sets(part)]
        case _:
            return []
