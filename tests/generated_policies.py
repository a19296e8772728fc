"""Small policies over a vocabulary, as trees: every construct of the language, well typed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from hypothesis import strategies as st

from clausewise.dsl import syntax
from clausewise.dsl.models.vocabulary import Field, Vocabulary
from clausewise.dsl.syntax import Expression, Name, PathNode, PathStep, Text

T = TypeVar("T")
Scope = Mapping[str, str]
"""Variables, each with its entity type."""
SIGNS = ("<", "<=", ">", ">=", "=")
CONSTANTS = (2, 6)
DAYS = [syntax.Day(date(2026, month, 1)) for month in (2, 6)]
LONGEST_PATH = 2
MARK = "noted"
"""A mark that each generated vocabulary declares, and some terms bear."""
DEPTH = 2


@st.composite
def policies(
    draw: st.DrawFn, vocabulary: Vocabulary, name: str, others: Sequence[str]
) -> syntax.PolicyFile:
    """A policy with declarations, one or two clauses in a section, and perhaps one outside it, and a warning."""
    author = _Author(draw, vocabulary, others)
    title = syntax.Attribute("title", Text("Made"))
    words = syntax.Attribute("vocabulary", Name(vocabulary.name))
    note = syntax.DocumentNode(Name("note"), Text("A note"), DAYS[0], None)
    reading, tables = author.reading(), author.tables()
    defined = [author.definition(n) for n in range(draw(st.integers(0, 2)))]
    warnings = [author.warning()] if author.once_in(3) else []
    section = tuple(author.clause(n) for n in range(draw(st.integers(1, 2))))
    items: list[syntax.SectionNode | syntax.ClauseNode]
    items = [syntax.SectionNode(Name("first"), Text("First"), section)]
    author.sections.append("first")
    if draw(st.booleans()):
        items.append(author.clause(len(section)))
    rules = (*tables, *defined, *warnings, *items)
    return syntax.PolicyFile(Name(name), (title, words, note, reading, *rules))


@dataclass
class _Author:
    """Draws the parts of one policy, and remembers what it has declared."""

    draw: st.DrawFn
    vocabulary: Vocabulary
    policies: Sequence[str]
    conditions: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    sets: dict[str, tuple[str, list[str]]] = dataclasses.field(default_factory=dict)
    table_shapes: dict[str, tuple[str, str]] = dataclasses.field(default_factory=dict)
    clauses: list[str] = dataclasses.field(default_factory=list)
    sections: list[str] = dataclasses.field(default_factory=list)

    def pick(self, options: Sequence[T]) -> T:
        return self.draw(st.sampled_from(options))

    def once_in(self, count: int) -> bool:
        return self.draw(st.integers(1, count)) == count

    # declarations

    def reading(self) -> syntax.ReadingDeclaration:
        default = self.pick((True, False))
        names = (("strict", default), ("loose", not default))
        ways = tuple(syntax.AlternativeNode(Name(n), Text("A way"), d) for n, d in names)
        return syntax.ReadingDeclaration(Name("view"), Text("A view"), ways)

    def tables(self) -> list[syntax.TableNode]:
        taxonomies = [*self.vocabulary.taxonomies]
        return [self.table(n, self.pick(taxonomies)) for n in range(self.draw(st.integers(1, 2)))]

    def table(self, n: int, of: str) -> syntax.TableNode:
        gives = self.pick(("number", "number", "duration", *self.vocabulary.taxonomies))
        self.table_shapes[f"table-{n}"] = (of, gives)
        terms = st.sampled_from([*self.vocabulary.taxonomy(of).parents])
        keys = [*self.draw(st.lists(terms, max_size=2, unique=True)), "otherwise"]
        rows = tuple(syntax.RowNode(Name(key), self.row_value(gives)) for key in keys)
        return syntax.TableNode(Name(f"table-{n}"), Name(of), Name(gives), rows)

    def row_value(self, gives: str) -> syntax.Number | syntax.Duration | syntax.SetNode | Name:
        if gives in ("number", "duration"):
            return self.constant(gives)
        return Name("none") if self.once_in(4) else self.some_terms(gives)

    def constant(self, shape: str) -> syntax.Number | syntax.Duration:
        value = Decimal(self.pick(CONSTANTS))
        return syntax.Duration(value, "days") if shape == "duration" else syntax.Number(value)

    def some_terms(self, taxonomy: str) -> syntax.SetNode:
        terms = st.sampled_from([*self.vocabulary.taxonomy(taxonomy).parents])
        names = self.draw(st.lists(terms, min_size=1, max_size=2, unique=True))
        return syntax.SetNode(tuple(Name(name) for name in names))

    def definition(self, n: int) -> syntax.DefinitionNode:
        types = [self.pick(self.types()) for _ in range(self.draw(st.integers(1, 2)))]
        parameters = {f"p{number}": type_ for number, type_ in enumerate(types)}
        body: Expression
        if self.pick((True, False)):
            body = self.condition(parameters, DEPTH)
            self.conditions[f"defined-{n}"] = types
        else:
            target = self.pick(self.types())
            body = self.set_of(target, parameters, 1)
            self.sets[f"defined-{n}"] = (target, types)
        listed = tuple(syntax.Parameter(Name(p), Name(type_)) for p, type_ in parameters.items())
        return syntax.DefinitionNode(Name(f"defined-{n}"), listed, body)

    # clauses

    def clause(self, n: int) -> syntax.ClauseNode:
        name = f"rule-{n}"
        scope: dict[str, str] = {}
        bindings = tuple(self.binding(scope) for _ in range(self.pick((0, 1, 1, 2))))
        when = self.condition(scope, 1) if self.pick((True, False)) else None
        word = self.pick(("prohibits", "prohibits", "requires"))
        breaches = self.breaches(scope) if word == "prohibits" and self.once_in(2) else []
        condition = None if breaches else self.condition(scope, DEPTH)
        rule = syntax.RuleNode(word, bindings, when, condition)
        words = ("at", "quotes", "says")
        texts = [syntax.Attribute(word, Text("Some words")) for word in words]
        dates = [syntax.Attribute(w, self.pick(DAYS)) for w in ("from", "until") if self.once_in(8)]
        unless = [syntax.UnlessNode(Name("spared"), self.condition(scope, 1))]
        because = syntax.Attribute("because", Text("It is so"))
        exceptions = unless if self.once_in(3) else []
        self.clauses.append(name)
        rules: list[syntax.PerNode | syntax.RuleNode | syntax.BreachNode | syntax.UnlessNode]
        rules = [*self.per(), rule, *breaches, *exceptions]
        return syntax.ClauseNode(Name(name), None, (*texts, *dates, *rules, because))

    def breaches(self, scope: Scope) -> list[syntax.BreachNode]:
        return [self.breach(n, scope) for n in range(self.pick((1, 2, 2, 3)))]

    def breach(self, n: int, scope: Scope) -> syntax.BreachNode:
        because = syntax.Attribute("because", Text(f"It is so in way {n}"))
        condition = self.condition(scope, 1)
        return syntax.BreachNode(Name(f"way-{n}"), condition, (because, *self.per()))

    def per(self) -> list[syntax.PerNode]:
        return [syntax.PerNode((Name("note"),))] if self.once_in(4) else []

    def warning(self) -> syntax.WarningNode:
        """A warning. No clause is declared yet, and so it tests no outcome of one."""
        scope: dict[str, str] = {}
        bindings = tuple(self.binding(scope) for _ in range(self.pick((0, 1, 1, 2))))
        when = self.condition(scope, 1) if self.once_in(3) else None
        rule = syntax.RuleNode("warns", bindings, when, self.condition(scope, 1))
        because = syntax.Attribute("because", Text("Take care"))
        return syntax.WarningNode(Name("caution"), (rule, because))

    def binding(self, scope: dict[str, str]) -> syntax.BindingNode:
        type_ = self.pick(self.types())
        variable = self.new(scope)
        range_ = self.set_of(type_, scope, 1) if self.once_in(3) else None
        scope[variable] = type_
        return syntax.BindingNode(Name(type_), Name(variable), range_)

    def new(self, scope: Scope) -> str:
        return f"x{len(scope)}"

    def types(self) -> list[str]:
        """The entity types that variables may have."""
        return [t.name for t in self.vocabulary.entities.values() if not t.single]

    # conditions

    def condition(self, scope: Scope, depth: int) -> Expression:
        """A condition, `depth` connectives or quantifiers deep at most."""
        shapes = ["test"] * 3 + ["and", "or", "not", "quantifier"] * (depth > 0)
        shape = self.pick([*shapes, "rare"])
        match shape:
            case "and" | "or":
                parts = [self.condition(scope, depth - 1) for _ in range(2)]
                flat = (part for whole in parts for part in parts_of(whole, shape))
                return syntax.JunctionNode(shape, tuple(flat))
            case "not":
                return syntax.NotNode(self.condition(scope, depth - 1))
            case "quantifier":
                return self.quantifier(scope, depth - 1)
            case "rare":
                return self.rare(scope)
            case _:
                return self.test(scope)

    def quantifier(self, scope: Scope, depth: int) -> Expression:
        type_ = self.pick(self.types())
        variable = self.new(scope)
        body = self.condition({**scope, variable: type_}, depth)
        word = self.pick(syntax.QUANTIFIERS)
        return syntax.QuantifierNode(word, Name(variable), self.set_of(type_, scope, 1), body)

    def rare(self, scope: Scope) -> Expression:
        """A reading, another outcome, or a definition: whatever there is."""
        found: list[Expression] = [syntax.ReadingNode(Name("view"), Name("strict"))]
        outcomes: list[tuple[syntax.OutcomeOf, Sequence[str], str]] = [
            ("clause", self.clauses, "violated"),
            ("section", self.sections, "violated"),
            ("policy", self.policies, "prohibited"),
        ]
        for what, names, outcome in outcomes:
            found += [syntax.OutcomeNode(what, Name(name), Name(outcome)) for name in names]
        for name, types in self.conditions.items():
            if call := self.call(name, types, scope):
                found += [call] * 2
        return self.pick(found)

    def call(self, name: str, types: Sequence[str], scope: Scope) -> syntax.CallNode | None:
        """A definition, applied to variables, or to what one reference leads to, of the right types."""
        ways = [(PathNode(Name(variable)), type_) for variable, type_ in scope.items()]
        ways += [
            (path, field.target or "")
            for path, field in self.facts(scope)
            if field.is_reference and not field.is_many
        ]
        fitting = [[way for way, its_type in ways if its_type == type_] for type_ in types]
        if not all(fitting):
            return None
        return syntax.CallNode(Name(name), tuple(self.pick(those) for those in fitting))

    def test(self, scope: Scope) -> Expression:
        """A test of a fact or of an entity; where no fact is in reach, of every entity of a type."""
        facts = [(path, field) for path, field in self.facts(scope) if can_be_tested(field)]
        if not facts or (scope and self.once_in(8)):
            return self.entity_test(scope) if scope else self.quantifier(scope, 0)
        path, field = self.pick(facts)
        match field.shape:
            case "number" | "duration" | "date" | "ages":
                return self.comparison(path, field, scope)
            case "text":
                return self.none_test(path)
            case "yes-no" | "one of" | "any of" | "some of":
                return self.names_test(path, field, scope)

    def names_test(self, path: PathNode, field: Field, scope: Scope) -> Expression:
        """A test of a field that holds terms or entities."""
        if field.may_be_none and self.once_in(4):
            return self.none_test(path)
        if field.is_many:
            return self.list_test(path, field, scope)
        if field.is_reference:
            return syntax.TestNode(path, "in", self.set_of(field.target or "", scope, 1))
        return self.term_test(path, self.vocabulary.taxonomy_of(field).name)

    def none_test(self, path: PathNode) -> Expression:
        return syntax.TestNode(path, self.pick(("is", "is not")), PathNode(Name("none")))

    def entity_test(self, scope: Scope) -> Expression:
        """Whether a variable's entity is another's, or in a set."""
        variable, type_ = self.pick([*scope.items()])
        left = PathNode(Name(variable))
        if self.pick((True, False)):
            return syntax.TestNode(left, "in", self.set_of(type_, scope, 1))
        same = [other for other, its_type in scope.items() if its_type == type_]
        return syntax.TestNode(left, self.pick(("is", "is not")), PathNode(Name(self.pick(same))))

    def term_test(self, path: PathNode, taxonomy: str) -> Expression:
        terms = [*self.vocabulary.taxonomy(taxonomy).parents]
        operator = self.pick(("is", "is not", "in"))
        if operator == "in" and taxonomy != "yes-no":
            return syntax.TestNode(path, "in", self.words(taxonomy))
        return syntax.TestNode(path, operator, PathNode(Name(self.pick(terms))))

    def words(self, taxonomy: str) -> syntax.SetNode | syntax.MarkedNode:
        """Some terms, or those that bear the mark, if any do."""
        is_marked = MARK in self.vocabulary.taxonomy(taxonomy).marks
        return (
            syntax.MarkedNode(Name(MARK))
            if is_marked and self.once_in(2)
            else self.some_terms(taxonomy)
        )

    def list_test(self, path: PathNode, field: Field, scope: Scope) -> Expression:
        """A test of all that a field names, against words, another field or a table."""
        operator = self.pick(("overlaps", "within"))
        alike = [p for p, f in self.facts(scope) if f.target == field.target and f.is_many]
        if field.is_reference:
            sets = [self.set_of(field.target or "", scope, 1)] if operator == "overlaps" else alike
            return syntax.TestNode(path, operator, self.pick(sets))
        words = self.words(field.target or "")
        tables = [*self.calls("terms", field.target, scope)] if operator == "within" else []
        return syntax.TestNode(path, operator, self.pick([words, words, *alike, *tables * 3]))

    def comparison(self, path: PathNode, field: Field, scope: Scope) -> Expression:
        """A quantity against a constant, another of its sort, a table, or the date of judging."""
        shape = "number" if field.shape == "ages" else field.shape
        left = self.end_of(path) if field.shape == "ages" else path
        right: list[Expression] = []
        if shape == "date":
            right += [PathNode(Name("as-of")), *DAYS]
        else:
            right += [self.constant(shape)] * 2
            right += [*self.calls(shape, None, scope)] * 3
        for other, its_field in self.facts(scope):
            if its_field.shape == shape:
                right.append(other)
            elif its_field.shape == "ages" and shape == "number":
                right.append(self.end_of(other))
        return syntax.TestNode(left, self.pick(SIGNS), self.pick(right))

    def end_of(self, path: PathNode) -> PathNode:
        """The youngest or the oldest of a range of ages."""
        return PathNode(path.root, (*path.steps, PathStep(Name(self.pick(("youngest", "oldest"))))))

    def calls(self, shape: str, gives: str | None, scope: Scope) -> Iterator[Expression]:
        """The tables that give such a value, each applied to a fact in reach."""
        for name, (of, its_gives) in self.table_shapes.items():
            if its_gives == (gives or shape):
                for path, field in self.facts(scope):
                    if field.shape == "one of" and field.target == of:
                        yield syntax.CallNode(Name(name), (path,))

    # paths and sets

    def facts(self, scope: Scope) -> Iterator[tuple[PathNode, Field]]:
        """The paths that end at one fact, with its field."""
        singles = {t.name: t.name for t in self.vocabulary.entities.values() if t.single}
        for root, type_ in {**singles, **scope}.items():
            yield from self.facts_below(PathNode(Name(root)), type_)

    def facts_below(self, path: PathNode, type_: str) -> Iterator[tuple[PathNode, Field]]:
        for field in self.vocabulary.entities[type_].fields.values():
            longer = PathNode(path.root, (*path.steps, PathStep(Name(field.name))))
            yield longer, field
            if field.is_reference and not field.is_many and len(longer.steps) < LONGEST_PATH:
                yield from self.facts_below(longer, field.target or "")

    def set_of(self, type_: str, scope: Scope, depth: int) -> Expression:
        """A set of entities of a type; with `depth`, perhaps a union."""
        if depth and self.once_in(5):
            parts = (self.set_of(type_, scope, 0), self.set_of(type_, scope, 0))
            return syntax.UnionNode(parts)
        found: list[Expression] = [PathNode(Name(type_))]
        found += [path for path, its_type in self.reached(scope) if its_type == type_]
        for name, (target, types) in self.sets.items():
            if target == type_ and (call := self.call(name, types, scope)):
                found.append(call)
        return self.pick(found)

    def reached(self, scope: Scope) -> Iterator[tuple[PathNode, str]]:
        """The paths that end at entities, with their type; over any references, closed where they can be."""
        singles = {t.name: t.name for t in self.vocabulary.entities.values() if t.single}
        for root, type_ in {**singles, **scope}.items():
            yield from self.reached_below(PathNode(Name(root)), type_)

    def reached_below(self, path: PathNode, type_: str) -> Iterator[tuple[PathNode, str]]:
        for field in self.vocabulary.entities[type_].fields.values():
            if not field.is_reference:
                continue
            for closed in (False, True) if field.target == type_ else (False,):
                longer = PathNode(path.root, (*path.steps, PathStep(Name(field.name), closed)))
                yield longer, field.target or ""
                if len(longer.steps) < LONGEST_PATH:
                    yield from self.reached_below(longer, field.target or "")


def can_be_tested(field: Field) -> bool:
    """A text can only be tested for being there."""
    return field.shape != "text" or field.may_be_none


def parts_of(node: Expression, word: str) -> tuple[Expression, ...]:
    """The parts of a junction of that word, which another such would swallow in print; else the node."""
    if isinstance(node, syntax.JunctionNode) and node.word == word:
        return node.parts
    return (node,)
