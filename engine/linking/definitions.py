"""Links definitions: makes `Definition` values of their trees.

Whether a call `d(x)` stands for a condition or for a set of entities depends on the body of `d`, which may call
others. So first the signature of every definition is found, and then each body is resolved.
"""

from __future__ import annotations

from collections.abc import Mapping

from clausewise.dsl import syntax
from clausewise.dsl.text.diagnostic import Diagnostics
from clausewise.engine.core.clauses import Definition
from clausewise.engine.core.conditions import Condition, EntitySet
from clausewise.engine.linking.declarations import documents_in
from clausewise.engine.linking.expressions import Resolver
from clausewise.engine.linking.scope import (
    MAX_DEPTH,
    NoSet,
    Scope,
    SetOf,
    Signature,
    check_unique,
    check_variable,
    is_known,
    report_depth,
)


def link_definitions(
    tree: syntax.PolicyFile, scope: Scope, problems: Diagnostics
) -> dict[str, Definition]:
    """The definitions by their names. Their signatures are declared in the scope."""
    nodes = [item for item in tree.items if isinstance(item, syntax.DefinitionNode)]
    check_unique(problems, (node.name for node in nodes), "definition")
    by_name = {node.name.text: node for node in nodes}
    signatures = _Signatures(by_name, scope, problems)
    for node in nodes:
        signatures.declare(node, ())
    linked = [_definition(node, scope, problems) for node in by_name.values()]
    return {d.name: d for d in linked if d is not None}


class _Signatures:
    """Finds what definitions take and give, and declares it in the scope."""

    def __init__(
        self, nodes: Mapping[str, syntax.DefinitionNode], scope: Scope, problems: Diagnostics
    ) -> None:
        self.nodes = nodes
        self.scope = scope
        self.problems = problems

    def declare(self, node: syntax.DefinitionNode, within: tuple[str, ...]) -> None:
        """Declare a definition, after those that its body calls where the body may be a set.

        `within` are the definitions that led here: each calls the next, and the last one calls this one.
        """
        name = node.name.text
        if name in within:
            self.report_circle([self.nodes[other] for other in within[within.index(name) :]])
        if name in self.scope.signatures or name in within:
            return
        if len(within) > MAX_DEPTH:
            report_depth(self.problems, within[0], self.nodes[within[0]].name.span)
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
        gives = self.given(node.body, takes) if known else NoSet.BROKEN
        self.scope.signatures[name] = Signature(tuple(takes.values()), gives)

    def given(self, body: syntax.Expression, types: Mapping[str, str]) -> SetOf | NoSet:
        """What a body gives: entities of a type if it is a set, or a condition, or nothing that can be used."""
        if not _is_set(body, self.scope.signatures):
            return NoSet.CONDITION
        # Its mistakes are recorded when the definition itself is linked, and dropped here.
        quiet = Resolver(self.scope, Diagnostics(self.problems.source))
        found = quiet.entities(body, types)
        return SetOf(found.type) if found else NoSet.BROKEN

    def report_circle(self, circle: list[syntax.DefinitionNode]) -> None:
        """Report definitions of sets that call one another in a circle, with the place of each call."""
        after = [*circle[1:], circle[0]]
        links = [
            next(call for call in _called_as_sets(one.body) if call.text == other.name.text)
            for one, other in zip(circle, after, strict=True)
        ]
        for node in circle:
            takes = tuple(_types(node).values())
            self.scope.signatures[node.name.text] = Signature(takes, NoSet.BROKEN)
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
    if scope.signatures[node.name.text].gives is NoSet.CONDITION:
        body = resolver.condition(node.body, types)
    else:
        body = resolver.entities(node.body, types)
    if body is None:
        return None
    per = documents_in(node.per, scope, problems)
    return Definition(node.name.text, tuple(types.items()), body, node.name.span, per)


def _types(node: syntax.DefinitionNode) -> dict[str, str]:
    """The parameters with their entity types."""
    return {p.name.text: p.type.text for p in node.parameters}


def _is_set(node: syntax.Expression, signatures: Mapping[str, Signature]) -> bool:
    """Whether a body is written as a set, if perhaps a wrong one."""
    match node:
        case syntax.PathNode() | syntax.UnionNode():
            return True
        case syntax.CallNode(name):
            return name.text in signatures and signatures[name.text].gives is not NoSet.CONDITION
        case _:
            return False


def _called_as_sets(node: syntax.Expression) -> list[syntax.Name]:
    """The calls in a definition's body that decide whether it is a set, and of which type."""
    match node:
        case syntax.CallNode(name):
            return [name]
        case syntax.UnionNode(parts):
            return [name for part in parts for name in _called_as_sets(part)]
        case _:
            return []
