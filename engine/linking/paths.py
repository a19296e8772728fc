"""Translates paths (`x.by.kind`) and sets of entities (`x.people + actor`) to the core."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, cast

from clausewise.dsl import syntax
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.text.diagnostic import Diagnostics
from clausewise.dsl.text.names import did_you_mean, hint_for
from clausewise.engine.core.conditions import (
    All,
    Bound,
    DefinedSet,
    EntitySet,
    FieldOf,
    Hop,
    Path,
    Union,
)
from clausewise.engine.core.walk import VariableTypes
from clausewise.engine.linking.scope import (
    NoSet,
    Scope,
    SetOf,
    Signature,
    WrongError,
    check_known,
    wrong,
)


class PathResolver:
    """Resolves paths and sets. A method that finds a mistake records it and raises `WrongError`."""

    def __init__(self, scope: Scope, problems: Diagnostics) -> None:
        self.scope = scope
        self.problems = problems
        self.vocabulary = scope.vocabulary

    def entities(self, node: syntax.Expression, types: VariableTypes) -> EntitySet:
        """The set of entities that an expression means."""
        if isinstance(node, syntax.PathNode):
            found = self.target(node, types)
            if isinstance(found, Path | All):
                return found
        elif isinstance(node, syntax.CallNode):
            signature = self.signature(node.name)
            if signature.gives is NoSet.BROKEN:
                raise WrongError
            if isinstance(signature.gives, SetOf):
                arguments = self.arguments(node, signature, types)
                return DefinedSet(node.name.text, arguments, signature.gives.type, node.span)
        elif isinstance(node, syntax.UnionNode):
            parts = tuple(self.entities(part, types) for part in node.parts)
            odd = [
                (n, p) for n, p in zip(node.parts, parts, strict=True) if p.type != parts[0].type
            ]
            if not odd and any(isinstance(part, All) for part in parts):
                return All(parts[0].type, node.span)  # whoever may be in another part may be there
            if not odd:
                return Union(parts, parts[0].type, node.span)
            message = f"this set holds entities of type `{odd[0][1].type}`, not `{parts[0].type}`"
            raise wrong(self.problems, "E313", message, odd[0][0], "unite sets of one type")
        hint = "name a type, a path through entities, a definition, or a union of these"
        raise wrong(self.problems, "E324", "this is not a set of entities", node, hint)

    def arguments(
        self, node: syntax.CallNode, signature: Signature, types: VariableTypes
    ) -> tuple[Path, ...]:
        """The arguments of a call: for each parameter of the definition, a path to one entity of its type."""
        if len(node.arguments) != len(signature.parameters):
            given, taken = len(node.arguments), len(signature.parameters)
            message = (
                f"wrong number of arguments for `{node.name.text}`: {given} instead of {taken}"
            )
            wanted = ", ".join(f"`{type_}`" for type_ in signature.parameters)
            hint = f"give it entities of these types: {wanted}" if wanted else "leave them out"
            raise wrong(self.problems, "E302", message, node, hint)
        arguments = []
        for argument, type_ in zip(node.arguments, signature.parameters, strict=True):
            path = self.entities(argument, types)
            if not isinstance(path, Path) or path.type != type_:
                hint = "give a variable, or a path to one entity"
                message = f"`{node.name.text}` takes an entity of type `{type_}` here"
                raise wrong(self.problems, "E302", message, argument, hint)
            arguments.append(self.one(path))
        return tuple(arguments)

    def signature(self, name: syntax.Name) -> Signature:
        """What the definition of that name takes and gives."""
        check_known(self.problems, name, self.scope.signatures, "definition")
        return self.scope.signatures[name.text]

    def target(self, node: syntax.PathNode, types: VariableTypes) -> Path | All | FieldOf | Bound:
        """What a path leads to: entities, a field, or the youngest or oldest of ages."""
        root = node.root.text
        entity = self.vocabulary.entities.get(root)
        if root in types:
            path = Path(root, single=False, hops=(), type=types[root], span=node.span)
        elif entity and entity.single:
            path = Path(root, single=True, hops=(), type=root, span=node.span)
        elif entity and not node.steps:
            return All(root, node.span)
        else:
            hint = self._instead_of_variable(root, types)
            raise wrong(self.problems, "E201", f"there is no variable `{root}`", node.root, hint)
        for index, step in enumerate(node.steps):
            field = self._field(path.type, step)
            if not field.is_reference:
                return self._last(FieldOf(path, field, node.span), node.steps[index + 1 :])
            hops = (*path.hops, Hop(field, step.closed))
            path = Path(root, path.single, hops, field.target or "", node.span)
        return path

    def _instead_of_variable(self, word: str, types: VariableTypes) -> str:
        """What may be meant by a word with which no path can begin: an outcome, a field or a value of one."""
        if word in self.scope.clauses:
            return f"write `clause {word} is ...` for its outcome"
        single = {name: name for name, type_ in self.vocabulary.entities.items() if type_.single}
        nearest_first = {name: types[name] for name in [*types][::-1]} | single
        fields = [(v, f) for v, type_ in nearest_first.items() for f in self._fields_of(type_)]
        for variable, field in fields:
            if field.name == word:
                return f"`{word}` is a field: write `{variable}.{word}`"
        known = {**types, **single}
        if near := did_you_mean(word, known):
            return near
        for variable, field in fields:
            if term := self._term_like(word, field):
                return f"as a value: `{variable}.{field.name} is {term}`"
        return hint_for(word, known, "variables in scope")

    def _term_like(self, word: str, field: Field) -> str | None:
        """The term of a field that a word is, or else the only one that begins with it."""
        if not field.has_terms:
            return None
        taxonomy = self.vocabulary.taxonomy_of(field)
        if word in taxonomy:
            return word
        longer = [term for term in taxonomy.parents if term.startswith(f"{word}-")]
        return longer[0] if len(longer) == 1 else None

    def _fields_of(self, type_: str) -> Iterable[Field]:
        entity = self.vocabulary.entities.get(type_)
        return entity.fields.values() if entity else ()

    def _field(self, type_: str, step: syntax.PathStep) -> Field:
        if type_ not in self.vocabulary.entities:
            raise WrongError  # the unknown type is recorded where it is declared
        fields = self.vocabulary.entities[type_].fields
        name = step.field.text
        if name not in fields:
            hint = hint_for(name, fields, "fields")
            raise wrong(self.problems, "E201", f"`{type_}` has no field `{name}`", step.field, hint)
        field = fields[name]
        if step.closed and field.target != type_:
            message = f"`{name}` does not lead from one `{type_}` to another"
            hint = "leave `*` out: it follows a field again and again, from each entity to more of its type"
            raise wrong(self.problems, "E325", message, step.field, hint)
        return field

    def _last(self, found: FieldOf, rest: tuple[syntax.PathStep, ...]) -> FieldOf | Bound:
        """A field that holds values. Nothing may follow it but `.youngest` or `.oldest`, after ages."""
        if not rest:
            return found
        end = rest[0].field.text
        if found.field.shape == "ages" and len(rest) == 1 and end in ("youngest", "oldest"):
            bound = cast(Literal["youngest", "oldest"], end)
            return Bound(self.one_field(found), bound, found.span)
        message = f"`{found.field.name}` holds values, and leads to no entity"
        hint = "end the path there; only ages may be followed by `.youngest` or `.oldest`"
        raise wrong(self.problems, "E326", message, rest[0].field, hint)

    def one_field(self, found: FieldOf) -> FieldOf:
        """The field itself, if its path leads to one entity; else that is recorded."""
        self.one(found.path)
        return found

    def one(self, path: Path) -> Path:
        """The path itself, if it leads to one entity; else that is recorded."""
        many = next((hop for hop in path.hops if hop.closed or hop.field.is_many), None)
        if many is None:
            return path
        message = f"`{many.field.name}` may lead to many entities"
        hint = "say for how many it must hold by `some`, `every` or `no`, or bind each in the rule"
        self.problems.add("E303", message, path.span, hint=hint)
        raise WrongError
