"""Expressions to core conditions: names resolved, types checked, conveniences desugared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from clausewise.dsl import syntax
from clausewise.dsl.diagnostic import Diagnostics
from clausewise.dsl.names import hint_for
from clausewise.dsl.source import Span
from clausewise.dsl.vocabulary import Field, Vocabulary
from clausewise.engine.conditions import (
    All,
    And,
    AsOf,
    Bound,
    Compare,
    Condition,
    Constant,
    Defined,
    DefinedSet,
    Empty,
    EntitySet,
    Every,
    FieldOf,
    Hop,
    Lookup,
    Meet,
    Not,
    Operand,
    Or,
    Overlaps,
    Path,
    Prohibited,
    ReadingIs,
    Same,
    Some,
    TermOperand,
    TermSet,
    Union,
    Violated,
    Within,
)

Types = Mapping[str, str]
"""Variables in scope, with their entity types."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What a definition takes and gives. `gives` is an entity type for a set, empty for a condition."""

    parameters: tuple[str, ...]
    gives: str


@dataclass
class Scope:
    """Everything that the expressions of one policy can name."""

    vocabulary: Vocabulary
    signatures: dict[str, Signature] = field(default_factory=dict)
    tables: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Tables, each with the taxonomy of its rows and what it gives."""
    readings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    clauses: frozenset[str] = frozenset()
    sections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    policies: set[str] = field(default_factory=set)


UNKNOWN_TYPE = "?"
"""What a definition of a set gives whose body has a mistake."""


class _WrongError(Exception):
    """An expression without a meaning; its diagnostic is already recorded."""


class Resolver:
    """Resolves the expressions of one policy, recording mistakes in `problems`."""

    def __init__(self, scope: Scope, problems: Diagnostics) -> None:
        self.scope = scope
        self.problems = problems
        self.vocabulary = scope.vocabulary

    def condition(self, node: syntax.Expression, types: Types) -> Condition | None:
        """The condition that an expression means, or `None` if it has a mistake."""
        try:
            return self._condition(node, types)
        except _WrongError:
            return None

    def entities(self, node: syntax.Expression, types: Types) -> EntitySet | None:
        """The set of entities that an expression means, or `None` if it has a mistake."""
        try:
            return self._entities(node, types)
        except _WrongError:
            return None

    def template_part(self, text: str, span: Span, types: Types) -> Path | FieldOf | None:
        """What `{text}` in a template stands for, or `None` if nothing."""
        names = [syntax.Name(word, span) for word in text.split(".")]
        steps = tuple(syntax.Step(name) for name in names[1:])
        quiet = Resolver(self.scope, Diagnostics(self.problems.source))
        try:
            found = quiet._resolve(syntax.PathNode(names[0], steps), types)
        except _WrongError:
            return None
        return None if isinstance(found, All | Bound) else found

    # conditions

    def _condition(self, node: syntax.Expression, types: Types) -> Condition:
        match node:
            case syntax.JunctionNode(word, parts):
                resolved = self._all([(part, types) for part in parts])
                return And(resolved, node.span) if word == "and" else Or(resolved, node.span)
            case syntax.NotNode(part):
                return Not(self._condition(part, types), node.span)
            case syntax.QuantifierNode():
                return self._quantifier(node, types)
            case syntax.ReadingNode(reading, alternative):
                self._known(reading, self.scope.readings, "reading")
                self._known(alternative, self.scope.readings[reading.text], "alternative")
                return ReadingIs(reading.text, alternative.text, node.span)
            case syntax.OutcomeNode():
                return self._outcome(node)
            case syntax.CallNode(name):
                signature = self._signature(name)
                if signature.gives:
                    hint = f"write `some x in {name.text}(...) has (...)`"
                    raise self._wrong(
                        "E301", f"`{name.text}` is a set, not a condition", node, hint
                    )
                return Defined(name.text, self._arguments(node, signature, types), node.span)
            case syntax.TestNode():
                return self._test(node, types)
            case _:
                hint = "compare it: `x.field is term`, `x.field overlaps term`, `x.number > 3`"
                raise self._wrong("E301", "this is not a condition", node, hint)

    def _all(self, parts: list[tuple[syntax.Expression, Types]]) -> tuple[Condition, ...]:
        """Every part resolved, so that the mistakes of all are reported."""
        resolved = [self.condition(part, types) for part, types in parts]
        if any(part is None for part in resolved):
            raise _WrongError
        return tuple(part for part in resolved if part is not None)

    def _quantifier(self, node: syntax.QuantifierNode, types: Types) -> Condition:
        range_ = self._entities(node.range, types)
        self.check_variable(node.variable, types)
        body = self._condition(node.body, {**types, node.variable.text: range_.type})
        if node.word == "every":
            return Every(node.variable.text, range_, body, node.span)
        some = Some(node.variable.text, range_, body, node.span)
        return some if node.word == "some" else Not(some, node.span)

    def _outcome(self, node: syntax.OutcomeNode) -> Condition:
        wanted = "prohibited" if node.what == "policy" else "violated"
        if node.outcome.text != wanted:
            hint = f"write `{node.what} {node.name.text} is {wanted}`"
            raise self._wrong("E301", f"a {node.what} is tested for `{wanted}`", node.outcome, hint)
        name = node.name.text
        if node.what == "policy":
            self.scope.policies.add(name)
            return Prohibited(name, node.span)
        if node.what == "clause":
            self._known(node.name, self.scope.clauses, "clause")
            return Violated(name, node.span)
        self._known(node.name, self.scope.sections, "section")
        return Or(tuple(Violated(c, node.span) for c in self.scope.sections[name]), node.span)

    # tests

    def _test(self, node: syntax.TestNode, types: Types) -> Condition:
        if node.operator in ("<", "<=", ">", ">=", "="):
            return self._comparison(node, types)
        if node.operator == "is not":
            positive = syntax.TestNode(node.left, "is", node.right)
            return Not(self._test(positive, types), node.span)
        left = self._subject(node.left, types)
        if node.operator == "is" and _lone_name(node.right) == "none":
            return Empty(self._field_for_empty(left, node.left), node.span)
        if isinstance(left, FieldOf):
            return self._term_test(left, node, types)
        if isinstance(left, Bound):
            hint = "compare ages with `<`, `<=`, `>`, `>=` or `=`"
            raise self._wrong("E301", "an age is a number", node, hint)
        return self._entity_test(left, node, types)

    def _subject(self, node: syntax.Expression, types: Types) -> FieldOf | EntitySet | Bound:
        if isinstance(node, syntax.PathNode):
            return self._resolve(node, types)
        return self._entities(node, types)

    def _field_for_empty(
        self, left: FieldOf | EntitySet | Bound, node: syntax.Expression
    ) -> FieldOf:
        if isinstance(left, Path) and left.hops and not left.hops[-1].closed:
            *before, last = left.hops
            path = Path(left.root, left.single, tuple(before), last.field.owner, left.span)
            left = FieldOf(path, last.field, left.span)
        if not isinstance(left, FieldOf):
            hint = "name a field: `x.field is none`"
            raise self._wrong("E301", "only a field can be `none`", node, hint)
        if not left.field.may_be_none:
            message = f"`{left.field.name}` is never `none`"
            hint = "declare it `or none` in the vocabulary, or test its terms"
            raise self._wrong("E301", message, node, hint)
        return self._single_path(left)

    def _term_test(self, left: FieldOf, node: syntax.TestNode, types: Types) -> Condition:
        self._single_path(left)
        if not left.field.has_terms:
            sign = "`<`, `<=`, `>`, `>=` or `=`" if left.field.shape != "text" else "`is none`"
            message = f"`{left.field.name}` holds a {left.field.shape}, not terms"
            raise self._wrong("E301", message, node, f"test it with {sign}")
        if node.operator in ("is", "in") and left.field.is_many:
            hint = f"write `{left.field.name} overlaps ...`, or `within`"
            raise self._wrong("E301", f"`{left.field.name}` may have several values", node, hint)
        right = self._terms(node.right, left.field, types)
        if node.operator == "within":
            return Within(left, right, node.span)
        return Overlaps(left, right, node.span)

    def _terms(self, node: syntax.Expression, field: Field, types: Types) -> TermOperand:
        """The right side of a test on terms."""
        taxonomy = self.vocabulary.taxonomy_of(field)
        if isinstance(node, syntax.CallNode):
            return self._lookup(node, types, taxonomy.name)
        if isinstance(node, syntax.PathNode) and node.steps:
            other = self._resolve(node, types)
            if not isinstance(other, FieldOf) or not other.field.has_terms:
                raise self._wrong("E301", "there are no terms here", node, "name terms or a field")
            if self.vocabulary.taxonomy_of(other.field).name != taxonomy.name:
                message = f"`{other.field.name}` and `{field.name}` have different taxonomies"
                raise self._wrong("E301", message, node, f"`{field.name}` takes `{taxonomy.name}`")
            return self._single_path(other)
        if isinstance(node, syntax.PathNode):
            names: tuple[syntax.Name, ...] = (node.root,)
        elif isinstance(node, syntax.SetNode):
            names = node.names
        else:
            hint = "write a term, terms in braces, a field or a table"
            raise self._wrong("E301", "there are no terms here", node, hint)
        known = [n for n in names if self._is_known(n, taxonomy.parents, f"`{taxonomy.name}` term")]
        if len(known) < len(names):
            raise _WrongError
        texts = tuple(dict.fromkeys(name.text for name in names))
        inside = taxonomy.inside(texts)
        return TermSet(texts, inside, taxonomy.above(texts) - inside, node.span)

    def _entity_test(self, left: EntitySet, node: syntax.TestNode, types: Types) -> Condition:
        right = self._entities(node.right, types)
        if left.type != right.type:
            message = f"a {left.type} is never a {right.type}"
            raise self._wrong("E301", message, node, "compare entities of one type")
        if node.operator == "is" and isinstance(left, Path) and isinstance(right, Path):
            return Same(self._one(left), self._one(right), node.span)
        if node.operator == "overlaps":
            return Meet(left, right, node.span)
        if node.operator == "in" and isinstance(left, Path):
            return Meet(self._one(left), right, node.span)
        if node.operator == "within":
            member = Path("member ", False, (), left.type)
            return Every(member.root, left, Meet(member, right, node.span), node.span)
        hint = "write `overlaps` or `within` between sets"
        raise self._wrong("E301", f"`{node.operator}` needs one entity on the left", node, hint)

    # comparisons

    def _comparison(self, node: syntax.TestNode, types: Types) -> Condition:
        left, left_unit = self._operand(node.left, types)
        right, right_unit = self._operand(node.right, types)
        if left_unit != right_unit:
            message = f"a {left_unit} does not compare with a {right_unit}"
            raise self._wrong("E301", message, node, "compare numbers, durations or dates alike")
        sign = cast(Literal["<", "<=", ">", ">=", "="], node.operator)
        return Compare(sign, left, right, node.span)

    def _operand(self, node: syntax.Expression, types: Types) -> tuple[Operand, str]:
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
                found = self._resolve(node, types)
                if isinstance(found, Bound):
                    return found, "number"
                if isinstance(found, FieldOf) and found.field.shape in (
                    "number",
                    "duration",
                    "date",
                ):
                    return self._single_path(found), found.field.shape
        hint = "numbers, durations and dates compare; for ages write `.youngest` or `.oldest`"
        raise self._wrong("E301", "this has no order", node, hint)

    def _lookup(self, node: syntax.CallNode, types: Types, taxonomy: str | None) -> Lookup:
        self._known(node.name, self.scope.tables, "table")
        of, gives = self.scope.tables[node.name.text]
        if (taxonomy or gives) != gives or (
            taxonomy is None and gives not in ("number", "duration")
        ):
            message = f"the table `{node.name.text}` gives {gives}"
            wanted = taxonomy or "a number or a duration"
            raise self._wrong("E301", message, node.name, f"{wanted} is needed here")
        key = self._resolve(node.arguments[0], types) if len(node.arguments) == 1 else None
        if not isinstance(key, FieldOf) or key.field.target != of:
            message = f"the table `{node.name.text}` is looked up by one field of {of}"
            raise self._wrong("E302", message, node, f"write `{node.name.text}(x.field)`")
        if key.field.is_many and taxonomy is None:
            message = f"`{key.field.name}` may have several values"
            raise self._wrong("E303", message, node.arguments[0], "look up one value")
        return Lookup(node.name.text, self._single_path(key), node.span)

    # sets and paths

    def _entities(self, node: syntax.Expression, types: Types) -> EntitySet:
        if isinstance(node, syntax.PathNode):
            found = self._resolve(node, types)
            if isinstance(found, Path | All):
                return found
        elif isinstance(node, syntax.CallNode):
            signature = self._signature(node.name)
            if signature.gives == UNKNOWN_TYPE:
                raise _WrongError  # the definition's own mistake is told of where it stands
            if signature.gives:
                arguments = self._arguments(node, signature, types)
                return DefinedSet(node.name.text, arguments, signature.gives, node.span)
        elif isinstance(node, syntax.UnionNode):
            parts = tuple(self._entities(part, types) for part in node.parts)
            odd = [
                (n, p) for n, p in zip(node.parts, parts, strict=True) if p.type != parts[0].type
            ]
            if not odd:
                return Union(parts, parts[0].type, node.span)
            message = f"a set of {parts[0].type}s cannot hold a {odd[0][1].type}"
            raise self._wrong("E301", message, odd[0][0], "unite sets of one type")
        hint = "name a type, a path through entities, a definition, or a union of these"
        raise self._wrong("E301", "this is not a set of entities", node, hint)

    def _arguments(
        self, node: syntax.CallNode, signature: Signature, types: Types
    ) -> tuple[Path, ...]:
        if len(node.arguments) != len(signature.parameters):
            wanted = ", ".join(signature.parameters)
            message = f"`{node.name.text}` takes {len(signature.parameters)} and is given {len(node.arguments)}"
            raise self._wrong("E302", message, node, f"it takes: {wanted or 'nothing'}")
        arguments = []
        for argument, type_ in zip(node.arguments, signature.parameters, strict=True):
            path = self._entities(argument, types)
            if not isinstance(path, Path) or path.type != type_:
                hint = "give a variable, or a path to one entity"
                raise self._wrong("E302", f"this is not one {type_}", argument, hint)
            arguments.append(self._one(path))
        return tuple(arguments)

    def _resolve(self, node: syntax.Expression, types: Types) -> Path | All | FieldOf | Bound:
        """What a path leads to: entities, a field, or a bound of a range of ages."""
        if not isinstance(node, syntax.PathNode):
            raise self._wrong("E301", "a path is needed here", node, "write `x.field`")
        root = node.root.text
        entity = self.vocabulary.entities.get(root)
        if root in types:
            path = Path(root, False, (), types[root], node.span)
        elif entity and entity.single:
            path = Path(root, True, (), root, node.span)
        elif entity and not node.steps:
            return All(root, node.span)
        else:
            known = [*types, *(n for n, e in self.vocabulary.entities.items() if e.single)]
            hint = hint_for(root, known, "variables in scope")
            raise self._wrong("E201", f"there is no variable `{root}`", node.root, hint)
        for index, step in enumerate(node.steps):
            field = self._field(path.type, step)
            if not field.is_reference:
                return self._last(FieldOf(path, field, node.span), node.steps[index + 1 :])
            hops = (*path.hops, Hop(field, step.closed))
            path = Path(root, path.single, hops, field.target or "", node.span)
        return path

    def _field(self, type_: str, step: syntax.Step) -> Field:
        fields = self.vocabulary.entities[type_].fields
        name = step.field.text
        if name not in fields:
            hint = hint_for(name, fields, "fields")
            raise self._wrong("E201", f"`{type_}` has no field `{name}`", step.field, hint)
        field = fields[name]
        if step.closed and field.target != type_:
            message = f"`{name}*` does not lead from {type_} to {type_}"
            raise self._wrong("E301", message, step.field, "only such a field can be closed")
        return field

    def _last(self, found: FieldOf, rest: tuple[syntax.Step, ...]) -> FieldOf | Bound:
        """A field at a path's end, where ages may be followed by one of their bounds."""
        if not rest:
            return found
        end = rest[0].field.text
        if found.field.shape == "ages" and len(rest) == 1 and end in ("youngest", "oldest"):
            bound = cast(Literal["youngest", "oldest"], end)
            return Bound(self._single_path(found), bound, found.span)
        message = f"`{found.field.name}` leads to no entity"
        hint = "only `.youngest` and `.oldest` may follow ages"
        raise self._wrong("E301", message, rest[0].field, hint)

    def _single_path(self, found: FieldOf) -> FieldOf:
        self._one(found.path)
        return found

    def _one(self, path: Path) -> Path:
        """The path, if it leads to one entity."""
        many = next((hop for hop in path.hops if hop.closed or hop.field.is_many), None)
        if many is None:
            return path
        message = f"`{many.field.name}` may lead to many entities"
        span = path.span
        hint = "use `some`, `every` or `no`, or a binding"
        self.problems.add("E303", message, span, hint=hint)
        raise _WrongError

    # names

    def _signature(self, name: syntax.Name) -> Signature:
        self._known(name, self.scope.signatures, "definition")
        return self.scope.signatures[name.text]

    def check_variable(self, name: syntax.Name, types: Types) -> None:
        """Record a mistake if a variable hides another name."""
        if name.text in types or name.text in self.vocabulary.entities or name.text == "as-of":
            message = f"`{name.text}` has a meaning already"
            self.problems.add("E202", message, name.span, hint="choose another variable")

    def _is_known(self, name: syntax.Name, known: Mapping[str, object], what: str) -> bool:
        if name.text in known:
            return True
        hint = hint_for(name.text, known, "known")
        self.problems.add("E201", f"there is no {what} `{name.text}`", name.span, hint=hint)
        return False

    def _known(
        self,
        name: syntax.Name,
        known: Mapping[str, object] | frozenset[str] | tuple[str, ...],
        what: str,
    ) -> None:
        if not self._is_known(name, dict.fromkeys(known), what):
            raise _WrongError

    def _wrong(self, code: str, message: str, node: _Spanned, hint: str) -> _WrongError:
        self.problems.add(code, message, node.span, hint=hint)
        return _WrongError()


_Spanned = syntax.Expression | syntax.Name


def _lone_name(node: syntax.Expression) -> str:
    return node.root.text if isinstance(node, syntax.PathNode) and not node.steps else ""
