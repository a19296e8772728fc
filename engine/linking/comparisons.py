"""Translates tests (`x.field is term`, `x in set`, `x.number > 3`) to conditions of the core."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, cast

from clausewise.dsl import syntax
from clausewise.dsl.models.shapes import SHAPES
from clausewise.dsl.models.taxonomy import Taxonomy
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.text.diagnostic import Diagnostics
from clausewise.engine.core.conditions import (
    AsOf,
    Bound,
    Compare,
    Condition,
    Constant,
    Empty,
    EntitySet,
    Every,
    FieldOf,
    Lookup,
    Meet,
    Not,
    Operand,
    Overlaps,
    Path,
    Same,
    TermOperand,
    TermSet,
    Within,
)
from clausewise.engine.core.walk import VariableTypes
from clausewise.engine.linking.paths import PathResolver
from clausewise.engine.linking.scope import (
    Scope,
    WrongError,
    check_known,
    unused_variable,
    wrong,
)

_BY_SIGN = "test it with `<`, `<=`, `>`, `>=` or `=`"
_WITHOUT_TERMS = {
    "number": ("a number", _BY_SIGN),
    "duration": ("a duration", _BY_SIGN),
    "date": ("a date", _BY_SIGN),
    "ages": ("a range of ages", "compare its `.youngest` or `.oldest`"),
    "text": ("a text", "test it with `is none`"),
}
"""By the shapes of fields without terms, what they hold and how to test it."""


class TestResolver:
    """Resolves tests. A method that finds a mistake records it and raises `WrongError`."""

    def __init__(self, scope: Scope, problems: Diagnostics) -> None:
        self.scope = scope
        self.problems = problems
        self.vocabulary = scope.vocabulary
        self.paths = PathResolver(scope, problems)

    def condition(self, node: syntax.TestNode, types: VariableTypes) -> Condition:
        """The condition that a test means."""
        if node.operator in ("<", "<=", ">", ">=", "="):
            return self._comparison(node, types)
        if node.operator == "is not":
            positive = syntax.TestNode(node.left, "is", node.right)
            return Not(self.condition(positive, types), node.span)
        left = self._subject(node.left, types)
        if node.operator == "is" and _lone_name(node.right) == "none":
            return Empty(self._field_for_empty(left, node.left), node.span)
        if isinstance(left, FieldOf):
            return self._term_test(left, node, types)
        if isinstance(left, Bound):
            message = f"`{left.end}` gives a number, not terms"
            raise wrong(self.problems, "E301", message, node, _BY_SIGN)
        return self._entity_test(left, node, types)

    def _subject(
        self, node: syntax.Expression, types: VariableTypes
    ) -> FieldOf | EntitySet | Bound:
        if isinstance(node, syntax.PathNode):
            return self.paths.target(node, types)
        return self.paths.entities(node, types)

    def _field_for_empty(
        self, left: FieldOf | EntitySet | Bound, node: syntax.Expression
    ) -> FieldOf:
        if isinstance(left, Path) and left.hops and not left.hops[-1].closed:
            *before, last = left.hops
            path = Path(left.root, left.single, tuple(before), last.field.owner, left.span)
            left = FieldOf(path, last.field, left.span)
        if not isinstance(left, FieldOf):
            hint = "name a field: `x.field is none`"
            raise wrong(self.problems, "E314", "only a field can be `none`", node, hint)
        if not left.field.may_be_none:
            message = f"`{left.field.name}` is never `none`"
            hint = "declare it `or none` in the vocabulary, or test its terms"
            raise wrong(self.problems, "E315", message, node, hint)
        return self.paths.one_field(left)

    def _term_test(self, left: FieldOf, node: syntax.TestNode, types: VariableTypes) -> Condition:
        self.paths.one_field(left)
        if not left.field.has_terms:
            held, hint = _WITHOUT_TERMS[left.field.shape]
            message = f"`{left.field.name}` holds {held}, not terms"
            raise wrong(self.problems, "E301", message, node, hint)
        if node.operator in ("is", "in") and left.field.is_many:
            message = f"`{left.field.name}` may have several values"
            hint = "write `overlaps` if one of them is enough, `within` if it must hold of all"
            raise wrong(self.problems, "E316", message, node, hint)
        right = self._terms(node.right, left.field, types)
        if node.operator == "within":
            return Within(left, right, node.span)
        return Overlaps(left, right, node.span)

    def _terms(self, node: syntax.Expression, field: Field, types: VariableTypes) -> TermOperand:
        """The terms on the right of a test of `field`: written out, in another field, or given by a table."""
        taxonomy = self.vocabulary.taxonomy_of(field)
        match node:
            case syntax.CallNode():
                return self._lookup(node, types, taxonomy.name)
            case syntax.SetNode(names):
                return self._term_set(node, names, taxonomy)
            case syntax.MarkedNode(mark):
                return self._marked(node, mark, taxonomy)
            case syntax.PathNode(name, ()):
                return self._term_set(node, (name,), taxonomy)
            case syntax.PathNode():
                return self._other_field(node, field, types)
            case _:
                raise self._no_terms(node)

    def _no_terms(self, node: syntax.Expression) -> WrongError:
        hint = "write a term, terms in braces, a field that holds terms, or a table applied to one"
        return wrong(self.problems, "E317", "there are no terms here", node, hint)

    def _term_set(
        self, node: syntax.Expression, names: tuple[syntax.Name, ...], taxonomy: Taxonomy
    ) -> TermSet:
        known = [name for name in names if self._is_term(name, taxonomy)]
        if len(known) < len(names):
            raise WrongError
        return _set_of(dict.fromkeys(name.text for name in names), taxonomy, node)

    def _is_term(self, name: syntax.Name, taxonomy: Taxonomy) -> bool:
        """Whether a name is a term; if not, the one that was meant is recorded."""
        if name.text in taxonomy.parents:
            return True
        from clausewise.dsl.models.meant import hint_for_term  # only mistakes need it

        is_gap = name.text in ("unknown", "null", "stated", "missing")
        hint = (
            "no condition asks whether a fact is stated: what is not is unknown, and waits"
            if is_gap
            else hint_for_term(name.text, taxonomy, "terms")
        )
        message = f"there is no `{taxonomy.name}` term `{name.text}`"
        self.problems.add("E201", message, name.span, hint=hint)
        return False

    def _marked(self, node: syntax.MarkedNode, mark: syntax.Name, taxonomy: Taxonomy) -> TermSet:
        check_known(self.problems, mark, self.vocabulary.marks, "mark")
        if mark.text not in taxonomy.marks:
            message = f"no term of `{taxonomy.name}` is marked `{mark.text}`"
            raise wrong(self.problems, "E317", message, node, "mark one in the vocabulary")
        return _set_of(taxonomy.marks[mark.text], taxonomy, node)

    def _other_field(self, node: syntax.PathNode, field: Field, types: VariableTypes) -> FieldOf:
        """A field on the right, which must take terms of the same taxonomy as `field` on the left."""
        other = self.paths.target(node, types)
        if not isinstance(other, FieldOf) or not other.field.has_terms:
            raise self._no_terms(node)
        taxonomy = self.vocabulary.taxonomy_of(field)
        if self.vocabulary.taxonomy_of(other.field).name != taxonomy.name:
            message = f"`{other.field.name}` and `{field.name}` have different taxonomies"
            hint = f"name a field of the taxonomy `{taxonomy.name}`, or terms of it"
            raise wrong(self.problems, "E318", message, node, hint)
        return self.paths.one_field(other)

    def _entity_test(
        self, left: EntitySet, node: syntax.TestNode, types: VariableTypes
    ) -> Condition:
        right = self.paths.entities(node.right, types)
        if left.type != right.type:
            message = f"an entity of type `{left.type}` is never one of type `{right.type}`"
            raise wrong(self.problems, "E313", message, node, "compare entities of one type")
        if node.operator == "is" and isinstance(left, Path) and isinstance(right, Path):
            return Same(self.paths.one(left), self.paths.one(right), node.span)
        if node.operator == "overlaps":
            return Meet(left, right, node.span)
        if node.operator == "in" and isinstance(left, Path):
            return Meet(self.paths.one(left), right, node.span)
        if node.operator == "within":
            variable = unused_variable("member", types, self.vocabulary)
            member = Path(variable, single=False, hops=(), type=left.type)
            return Every(variable, left, Meet(member, right, node.span), node.span)
        if isinstance(left, Path):
            message, hint = "this set may hold several entities", "write `in` before a set"
        else:
            message = f"a set may hold several entities, and `{node.operator}` tests one"
            hint = "write `overlaps` or `within` between sets"
        raise wrong(self.problems, "E316", message, node, hint)

    def _comparison(self, node: syntax.TestNode, types: VariableTypes) -> Condition:
        left, left_unit = self._operand(node.left, types)
        right, right_unit = self._operand(node.right, types)
        if left_unit != right_unit:
            message = f"a {left_unit} does not compare with a {right_unit}"
            hint = "compare numbers with numbers, durations with durations, dates with dates"
            raise wrong(self.problems, "E320", message, node, hint)
        sign = cast(Literal["<", "<=", ">", ">=", "="], node.operator)
        return Compare(sign, left, right, node.span)

    def _operand(self, node: syntax.Expression, types: VariableTypes) -> tuple[Operand, str]:
        """One side of a comparison, with what it is: `number`, `duration` or `date`."""
        match node:
            case syntax.Number(value):
                return Constant(value, node.span), "number"
            case syntax.Duration():
                return Constant(node.seconds, node.span), "duration"
            case syntax.Day(value):
                return Constant(value, node.span), "date"
            case syntax.PathNode(syntax.Name("as-of"), ()):
                return AsOf(node.span), "date"
            case syntax.CallNode(name):
                lookup = self._lookup(node, types, None)
                return lookup, self.scope.tables[name.text][1]
            case syntax.PathNode():
                found = self.paths.target(node, types)
                if isinstance(found, Bound):
                    return found, "number"
                if isinstance(found, FieldOf) and SHAPES[found.field.shape].is_ordered:
                    return self.paths.one_field(found), found.field.shape
            case _:
                pass
        hint = "numbers, durations and dates compare, terms by `is`; for ages write `.youngest` or `.oldest`"
        raise wrong(self.problems, "E321", "this has no order", node, hint)

    def _lookup(self, node: syntax.CallNode, types: VariableTypes, taxonomy: str | None) -> Lookup:
        """A table looked up: `adult-age(p.place)`.

        It must give terms of `taxonomy`, or, if that is `None`, numbers or durations to compare.
        """
        check_known(self.problems, node.name, self.scope.tables, "table")
        of, gives = self.scope.tables[node.name.text]
        fits = gives == taxonomy if taxonomy else gives in ("number", "duration")
        if not fits:
            wanted = f"terms of `{taxonomy}`" if taxonomy else "a number or a duration"
            given = f"{gives}s" if gives in ("number", "duration") else f"terms of `{gives}`"
            message = f"{wanted} must stand here, and the table `{node.name.text}` gives {given}"
            hint = "use another table, or test something else by this one"
            raise wrong(self.problems, "E319", message, node.name, hint)
        key = self._key(node, of, types)
        if key.field.is_many and taxonomy is None:
            message = (
                f"`{key.field.name}` may have several values, and the table gives one for each"
            )
            raise wrong(self.problems, "E331", message, node.arguments[0], "look up a single value")
        return Lookup(node.name.text, self.paths.one_field(key), node.span)

    def _key(self, node: syntax.CallNode, of: str, types: VariableTypes) -> FieldOf:
        """The one field, of the taxonomy `of`, by which a table is looked up."""
        match node.arguments:
            case (syntax.PathNode() as argument,):
                key = self.paths.target(argument, types)
                if isinstance(key, FieldOf) and key.field.target == of:
                    return key
            case _:
                pass
        message = f"the table `{node.name.text}` is looked up by one field of the taxonomy `{of}`"
        raise wrong(self.problems, "E302", message, node, f"write `{node.name.text}(x.field)`")


def _set_of(terms: Iterable[str], taxonomy: Taxonomy, node: syntax.Expression) -> TermSet:
    texts = tuple(terms)
    return TermSet(texts, taxonomy.inside(texts), taxonomy.above(texts), node.span)


def _lone_name(node: syntax.Expression) -> str:
    return node.root.text if isinstance(node, syntax.PathNode) and not node.steps else ""
