"""What the names in a policy stand for. Variables have types, by which the fields behind them are known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from clausewise.dsl import syntax
from clausewise.dsl.models.vocabulary import Field, Vocabulary
from clausewise.dsl.text.source import Source, Span
from clausewise.editor.naming.symbols import Occurrence, Symbol, What, WordSymbols

Types = Mapping[str, str | None]
"""The type of entity for which each variable stands; `None` where that cannot be told."""
_HOLE = re.compile(r"\{([A-Za-z][\w-]*)((?:\.[A-Za-z][\w-]*)*)\}")


def in_policy(
    tree: syntax.PolicyFile, source: Source, vocabulary: Vocabulary | None
) -> Iterator[Occurrence]:
    """The names in a policy.

    Args:
        tree: what could be read of it.
        source: its text.
        vocabulary: in whose words it is written; `None` if that cannot be used.
    """
    return NamesInRules(tree, source, vocabulary).occurrences()


class NamesInRules:
    """The names in what is written by the words of a policy.

    `path` is of the text in which they stand, and `home` of the policy: in a policy, these are the same.
    """

    def __init__(
        self, tree: syntax.PolicyFile, source: Source, vocabulary: Vocabulary | None
    ) -> None:
        self.tree = tree
        self.source = source
        self.path = self.home = source.path
        self.words = WordSymbols(vocabulary) if vocabulary else None
        self.declared: dict[str, What] = {}
        self.definitions: dict[str, syntax.DefinitionNode] = {}
        for item in tree.items:
            match item:
                case syntax.DefinitionNode(name):
                    self.declared[name.text] = "definition"
                    self.definitions[name.text] = item
                case syntax.TableNode(name):
                    self.declared[name.text] = "table"
                case _:
                    pass

    def own(self, what: What, name: syntax.Name, owner: str = "") -> Occurrence:
        """A name that the policy declares here."""
        return Occurrence(Symbol(what, name.text, self.path, owner), name.span, declares=True)

    def uses(self, what: What, name: syntax.Name, owner: str = "") -> Occurrence:
        """A name that the policy declares elsewhere."""
        return Occurrence(Symbol(what, name.text, self.home, owner), name.span)

    def occurrences(self) -> Iterator[Occurrence]:
        yield self.own("policy", self.tree.name)
        for item in self.tree.items:
            yield from self.item(item)

    def item(self, item: object) -> Iterator[Occurrence]:
        match item:
            case syntax.Attribute("vocabulary", syntax.Name() as name):
                if self.words:
                    yield Occurrence(Symbol("vocabulary", name.text, self.words.home), name.span)
            case syntax.MayWaitNode(fields):
                for fact in fields:
                    yield from self.fact(fact)
            case syntax.DocumentNode(name):
                yield self.own("document", name)
            case syntax.DefinitionNode():
                yield from self.definition(item)
            case syntax.TableNode():
                yield from self.table(item)
            case syntax.ReadingDeclaration(name, _, alternatives):
                yield self.own("reading", name)
                for alternative in alternatives:
                    yield self.own("alternative", alternative.name, name.text)
                    yield from self.per(alternative.per)
            case syntax.SectionNode(name, _, clauses):
                yield self.own("section", name)
                for clause in clauses:
                    yield from self.clause(clause)
            case syntax.ClauseNode():
                yield from self.clause(item)
            case syntax.WarningNode():
                yield from self.rule(item, "warning")
            case _:
                pass

    def per(self, node: syntax.PerNode | None) -> Iterator[Occurrence]:
        for name in node.documents if node else ():
            yield self.uses("document", name)

    def fact(self, fact: syntax.FactNode) -> Iterator[Occurrence]:
        """`type.field`."""
        if self.words and fact.entity.text in self.words.vocabulary.entities:
            yield Occurrence(self.words.type(fact.entity.text), fact.entity.span)
            found = self.words.field(fact.entity.text, fact.field.text) if fact.field else None
            if found and fact.field:
                yield Occurrence(found[0], fact.field.span)

    def definition(self, node: syntax.DefinitionNode) -> Iterator[Occurrence]:
        yield self.own("definition", node.name)
        scope = f"define {node.name.text}"
        for parameter in node.parameters:
            yield self.own("variable", parameter.name, scope)
            yield from self.type(parameter.type)
        yield from self.per(node.per)
        yield from self.expression(node.body, _parameters(node), scope)

    def table(self, node: syntax.TableNode) -> Iterator[Occurrence]:
        yield self.own("table", node.name)
        for name in (node.of, node.gives):
            yield from self.taxonomy(name)
        yield from self.per(node.per)
        for row in node.rows:
            yield from self.term(node.of.text, row.term)
            values = row.value.names if isinstance(row.value, syntax.SetNode) else (row.value,)
            for value in values:
                if isinstance(value, syntax.Name):
                    yield from self.term(node.gives.text, value)

    def clause(self, node: syntax.ClauseNode) -> Iterator[Occurrence]:
        yield from map(self.mark, node.marks) if self.words else ()
        yield from self.rule(node, "clause")

    def mark(self, name: syntax.Name) -> Occurrence:
        assert self.words
        return Occurrence(Symbol("mark", name.text, self.words.home), name.span)

    def rule(
        self, node: syntax.ClauseNode | syntax.WarningNode, what: What
    ) -> Iterator[Occurrence]:
        """A clause or a warning: what its bindings declare holds in all of it."""
        yield self.own(what, node.name)
        scope = f"{what} {node.name.text}"
        types: dict[str, str | None] = {}
        for item in node.items:
            if isinstance(item, syntax.RuleNode):
                for binding in item.bindings:
                    yield self.own("variable", binding.variable, scope)
                    yield from self.type(binding.type)
                    if binding.range:
                        yield from self.expression(binding.range, types, scope)
                    types[binding.variable.text] = binding.type.text
                yield from self.conditions((item.when, item.condition), types, scope)
        for item in node.items:
            yield from self.part(item, node.name.text, types, scope)

    def part(self, item: object, clause: str, types: Types, scope: str) -> Iterator[Occurrence]:
        match item:
            case syntax.BreachNode(name, condition, items):
                yield self.own("breach", name, clause)
                yield from map(self.mark, item.marks) if self.words else ()
                yield from self.conditions((condition,), types, scope)
                for inner in items:
                    yield from self.part(inner, clause, types, scope)
            case syntax.UnlessNode(name, condition, per):
                yield self.own("exception", name, clause)
                yield from self.per(per)
                yield from self.conditions((condition,), types, scope)
            case syntax.PerNode():
                yield from self.per(item)
            case syntax.Attribute("because", syntax.Text() as text):
                yield from self.holes(text.span, types, scope)
            case _:
                pass

    def holes(self, span: Span, types: Types, scope: str) -> Iterator[Occurrence]:
        """The paths in the places of a sentence that are filled in: `{d.by}`."""
        for found in _HOLE.finditer(self.source.text, span.start, span.end):
            root = syntax.Name(found[1], Span(*found.span(1)))
            steps, start = [], found.start(2)
            for word in filter(None, found[2].split(".")):
                place = Span(start + 1, start + 1 + len(word))
                steps.append(syntax.PathStep(syntax.Name(word, place)))
                start = place.end
            yield from self.expression(syntax.PathNode(root, tuple(steps)), types, scope)

    # words of the vocabulary

    def type(self, name: syntax.Name) -> Iterator[Occurrence]:
        if self.words and name.text in self.words.vocabulary.entities:
            yield Occurrence(self.words.type(name.text), name.span)

    def taxonomy(self, name: syntax.Name) -> Iterator[Occurrence]:
        if self.words and name.text in self.words.vocabulary.taxonomies:
            yield Occurrence(Symbol("taxonomy", name.text, self.words.home), name.span)

    def term(self, taxonomy: str, name: syntax.Name) -> Iterator[Occurrence]:
        term = self.words.term(taxonomy, name.text) if self.words else None
        if term:
            yield Occurrence(term, name.span)

    # conditions

    def conditions(
        self, nodes: tuple[syntax.Expression | None, ...], types: Types, scope: str
    ) -> Iterator[Occurrence]:
        for node in nodes:
            if node:
                yield from self.expression(node, types, scope)

    def expression(self, node: syntax.Expression, types: Types, scope: str) -> Iterator[Occurrence]:
        match node:
            case syntax.PathNode():
                yield from self.along(node, types, scope)
            case syntax.CallNode(name, arguments):
                yield self.uses(self.declared.get(name.text, "definition"), name)
                yield from self.conditions(arguments, types, scope)
            case syntax.MarkedNode(mark):
                if self.words:
                    yield self.mark(mark)
            case syntax.UnionNode(parts) | syntax.JunctionNode(_, parts):
                yield from self.conditions(parts, types, scope)
            case syntax.TestNode(left, _, right):
                yield from self.test(left, right, types, scope)
            case syntax.NotNode(part):
                yield from self.expression(part, types, scope)
            case syntax.QuantifierNode(_, variable, range_, body):
                yield from self.expression(range_, types, scope)
                inner = f"{scope} {variable.span.start}"
                yield self.own("variable", variable, inner)
                bound = {**types, variable.text: self.type_of(range_, types)}
                for found in self.expression(body, bound, scope):
                    is_it = found.symbol == Symbol("variable", variable.text, self.path, scope)
                    symbol = Symbol("variable", variable.text, self.path, inner)
                    yield Occurrence(symbol, found.span) if is_it else found
            case syntax.ReadingNode(reading, alternative):
                yield self.uses("reading", reading)
                yield self.uses("alternative", alternative, reading.text)
            case syntax.OutcomeNode("clause", name):
                yield self.uses("clause", name)
            case syntax.OutcomeNode("section", name):
                yield self.uses("section", name)
            case syntax.OutcomeNode() | syntax.VerdictIsNode() | syntax.SetNode():
                pass  # a name of a term has a meaning only beside the field that is tested (`test`)
            case syntax.Number() | syntax.Duration() | syntax.Day():
                pass

    def test(
        self, left: syntax.Expression, right: syntax.Expression, types: Types, scope: str
    ) -> Iterator[Occurrence]:
        """Names on the right of a test are terms if what stands on the left holds terms."""
        yield from self.expression(left, types, scope)
        field = self.field_of(left, types)
        if field is None or field.is_reference or field.target is None:
            yield from self.expression(right, types, scope)
        elif isinstance(right, syntax.SetNode):
            for name in right.names:
                yield from self.term(field.target, name)
        elif (
            isinstance(right, syntax.PathNode) and not right.steps and right.root.text not in types
        ):
            yield from self.term(field.target, right.root)
        else:
            yield from self.expression(right, types, scope)

    def along(self, node: syntax.PathNode, types: Types, scope: str) -> Iterator[Occurrence]:
        """The names of a path, each field by the type to which those before it lead."""
        root = node.root
        if root.text in types:
            yield Occurrence(Symbol("variable", root.text, self.path, scope), root.span)
        else:
            yield from self.type(root)
        type_ = self.root_type(root, types)
        for step in node.steps:
            found = self.words.field(type_, step.field.text) if self.words else None
            if found is None:
                return
            symbol, field = found
            yield Occurrence(symbol, step.field.span)
            type_ = field.target if field.is_reference else None

    def root_type(self, root: syntax.Name, types: Types) -> str | None:
        """The type of the entities with which a path begins."""
        if root.text in types:
            return types[root.text]
        is_type = self.words and root.text in self.words.vocabulary.entities
        return root.text if is_type else None

    def field_of(self, node: syntax.Expression, types: Types) -> Field | None:
        """The last field of a path."""
        if not isinstance(node, syntax.PathNode) or not self.words:
            return None
        type_, field = self.root_type(node.root, types), None
        for step in node.steps:
            found = self.words.field(type_, step.field.text)
            if found is None:
                return None
            field = found[1]
            type_ = field.target if field.is_reference else None
        return field

    def type_of(
        self, node: syntax.Expression, types: Types, within: frozenset[str] = frozenset()
    ) -> str | None:
        """The type of the entities in a set; `within` are the definitions that are being looked into."""
        match node:
            case syntax.PathNode(root, steps):
                field = self.field_of(node, types)
                if not steps:
                    return self.root_type(root, types)
                return field.target if field and field.is_reference else None
            case syntax.UnionNode(parts):
                return self.type_of(parts[0], types, within)
            case syntax.CallNode(name) if name.text in self.definitions and name.text not in within:
                made = self.definitions[name.text]
                return self.type_of(made.body, _parameters(made), within | {name.text})
            case _:
                return None


def _parameters(node: syntax.DefinitionNode) -> dict[str, str | None]:
    return {parameter.name.text: parameter.type.text for parameter in node.parameters}
