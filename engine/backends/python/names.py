"""What generated code calls things: constants, variables, entities, fields and sets."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from clausewise.dsl.models.deployment import fact_name
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.startup.typed import Any, TypeGuard, assert_never
from clausewise.engine.backends.planes import CERTAIN, POSSIBLE, Plane
from clausewise.engine.backends.python.records import slots_of
from clausewise.engine.core.conditions import (
    All,
    Defined,
    DefinedSet,
    EntitySet,
    FieldOf,
    Hop,
    Node,
    Path,
    Union,
)
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.walk import variables

VariableNames = Mapping[str, str]
"""The generated names of the variables in scope."""
UNLISTED = "UNLISTED_"
"""How the name of the unlisted entity of a type begins; the type's number follows."""


@dataclass(slots=True)
class Names:
    """The names of one program.

    Attributes:
        constants: the values of constants.
        links: the expressions of links, by their names.
        called: the functions that were called since a function was begun.
        parts: the sources of functions that go through sets for the one that was begun, by their names.
    """

    policy: Policy
    constants: dict[str, Any] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    called: list[str] = field(default_factory=list)
    parts: dict[str, str] = field(default_factory=dict)
    types: dict[str, int] = field(init=False)
    slots: dict[str, dict[str, str]] = field(init=False)
    definitions: dict[str, int] = field(init=False)
    clauses: dict[str, int] = field(init=False)
    _known: dict[Any, str] = field(default_factory=dict)
    _variables: int = 0
    _function: str = ""

    def __post_init__(self) -> None:
        entities = self.policy.vocabulary.entities
        self.types = {name: index for index, name in enumerate(entities)}
        self.slots = {name: slots_of(type_) for name, type_ in entities.items()}
        self.definitions = {name: index for index, name in enumerate(self.policy.definitions)}
        self.clauses = {name: index for index, name in enumerate(self.policy.clauses)}

    def variable(self) -> str:
        """A new variable."""
        self._variables += 1
        return f"v{self._variables}"

    def constant(self, value: Any) -> str:
        """The name of a constant; equal ones share one."""
        if isinstance(value, Decimal) and value == value.to_integral_value():
            value = int(value)  # compares faster
        return self.constant_of((type(value), value), value, _kind(value))

    def constant_of(self, key: Hashable, value: Any, kind: str) -> str:
        """The name of a constant that is found by a key; of equal keys the first value counts."""
        name = self._known.setdefault(key, f"{kind}_{len(self.constants)}")
        self.constants.setdefault(name, value)
        return name

    def node(self, node: Node) -> str:
        """The name of a node of the policy, for what the recorded judge does."""
        return self.constant_of(("node", node), node, "NODE")

    def fact(self, entity: str, field: Field) -> str:
        """An expression: what the fact of an entity is called."""
        suffix = self.constant_of(("field", field.name), fact_name("", field.name), "FIELD")
        return f"{entity}.name + {suffix}"

    def bound(self, node: Node, scope: VariableNames) -> str:
        """An expression: the entities for which the variables of a node stand, by the variables."""
        return f"{{{', '.join(f'{self.constant(name)}: {scope[name]}' for name in sorted(variables(node)))}}}"

    def calling(self, function: str) -> str:
        """The name of a generated function, which is called."""
        self.called.append(function)
        return function

    def begin(self, function: str) -> None:
        """Begin to write a function."""
        self._function = function
        self.called.clear()
        self.parts.clear()

    def some(self, loops: Mapping[str, str], test: str, scope: VariableNames) -> str:
        """An expression: whether a test holds for some of those whom loops go through.

        It calls a function of its own, for a generator takes twice as long.

        Args:
            loops: what each variable goes through, the outermost first.
        """
        name = f"{self._function}_some_{len(self.parts)}"
        read = re.findall(r"\w+", " ".join([*loops.values(), test]))
        known = dict.fromkeys(filter(str.isidentifier, ["world", *scope.values()]))
        given = ", ".join(v for v in known if v in read and UNLISTED not in v)
        lines = [f"def {name}({given}):"]
        lines += [
            f"{'    ' * depth}for {v} in {of}:" for depth, (v, of) in enumerate(loops.items(), 1)
        ]
        lines += [f"{'    ' * (len(loops) + 1)}if {test}: return True", "    return False"]
        self.parts[name] = "\n".join(lines)
        return f"{name}({given})"

    # entities and sets

    def call(
        self,
        function: str,
        arguments: Iterable[Path],
        scope: VariableNames,
        nobody: str,
        start: Sequence[str] = ("world",),
    ) -> str:
        """A definition applied.

        Args:
            function: what is called.
            nobody: what it is if an argument leads nowhere.
            start: what comes before the arguments.
        """
        given = [(self.entity(a, scope), a.hops) for a in arguments]
        call = f"{function}({', '.join([*start, *(value for value, _ in given)])})"
        far = [f"{value} is not {self.nobody(hops[-1].field)}" for value, hops in given if hops]
        return f"({call} if {' and '.join(far)} else {nobody})" if far else call

    def there(self, arguments: Iterable[Path], scope: VariableNames) -> str:
        """A test: whether each of some paths leads to somebody for certain; empty if they always do."""
        optional = [part for path in arguments if (part := path.optional)]
        return " and ".join(f"{self.entity(part, scope)}.name" for part in optional)

    def value(self, operand: FieldOf, scope: VariableNames) -> str:
        slot = self.slots[operand.field.owner][operand.field.name]
        return f"{self.entity(operand.path, scope)}.{slot}"

    def entity(self, path: Path, scope: VariableNames) -> str:
        """The one entity at a path's end."""
        root = f"world.listed[{self.types[path.root]}][0]" if path.single else scope[path.root]
        hops = [self.slots[hop.field.owner][hop.field.name] for hop in path.hops]
        return ".".join([root, *hops])

    def members(self, node: EntitySet, scope: VariableNames, plane: Plane) -> str:
        """An expression: a set's known members, or those that may be in it."""
        if isinstance(node, All):
            entities = "possible" if plane is POSSIBLE else "listed"
            return f"world.{entities}[{self.types[node.type]}]"
        if isinstance(node, Path) and node.hops and not node.hops[-1].closed:
            one, last = self.near(node)
            if one is not None and last.field.is_many:
                slot = f"{self.entity(one, scope)}.{self.slots[last.field.owner][last.field.name]}"
                return f"{slot}_possible" if plane is POSSIBLE else slot
        return f"{self.pair(node, scope)}[{int(plane is POSSIBLE)}]"

    def certain(self, node: EntitySet, scope: VariableNames) -> str:
        """An expression: a set's known members; if there are none, and it cannot be empty, the unlisted entity."""
        known, inhabited = self.members(node, scope, CERTAIN), self.inhabited(node, scope)
        if inhabited == "False":
            return known
        anyone = f"(UNLISTED_{self.types[node.type]},)"
        return f"({known} or {anyone if inhabited == 'True' else f'({anyone} if {inhabited} else ())'})"

    def inhabited(self, node: EntitySet, scope: VariableNames) -> str:
        """A test: whether somebody is in a set of which no member is known."""
        match node:
            case All(type_):
                return self._type_inhabited(type_)
            case Union(parts):
                tests = [self.inhabited(part, scope) for part in parts]
                return "True" if "True" in tests else _any(tests)
            case DefinedSet(name, arguments):
                return self._defined_inhabited(name, arguments, scope)
            case Path():
                known = node.optional and self.members(node.optional, scope, CERTAIN)
                return f"bool({known})" if known else "True"
            case _:
                assert_never(node)

    def _type_inhabited(self, type_: str) -> str:
        vocabulary = self.policy.vocabulary
        sources = [vocabulary.entities[source] for source in vocabulary.ensuring(type_)]
        if any(source.required or source.single for source in sources):
            return "True"
        return _any(f"world.listed[{self.types[s.name]}]" for s in sources if s.name != type_)

    def _defined_inhabited(
        self, name: str, arguments: tuple[Path, ...], scope: VariableNames
    ) -> str:
        definition = self.policy.definitions[name]
        assert isinstance(definition.body, All | Path | Union | DefinedSet)
        found = self.inhabited(definition.body, {name: "" for name, _ in definition.parameters})
        there = self.there(arguments, scope)
        if found not in ("True", "False"):
            function = self.calling(f"inhabited_{self.definitions[name]}")
            found = (
                f"{function}({', '.join(['world', *(self.entity(a, scope) for a in arguments)])})"
            )
        if found == "False" or not there:
            return found
        return f"bool({there})" if found == "True" else f"({there} and {found})"

    def is_link(self, node: EntitySet) -> TypeGuard[Path]:
        """Whether a set is what the reference of one variable's entity leads to."""
        return (
            isinstance(node, Path)
            and not node.single
            and len(node.hops) == 1
            and not node.hops[0].closed
        )

    def near(self, path: Path) -> tuple[Path | None, Hop]:
        """A path without its last hop, if all before it lead to one entity."""
        *way, last = path.hops
        if any(hop.closed or hop.field.is_many for hop in way):
            return None, last
        return Path(path.root, path.single, tuple(way), ""), last

    def pair(self, node: EntitySet, scope: VariableNames) -> str:
        """One expression for both."""
        match node:
            case All(type_):
                return f"(world.listed[{self.types[type_]}], world.possible[{self.types[type_]}])"
            case Union(parts):
                if at_once := self.closures(parts, scope):
                    return at_once
                union = "union_of_two" if len(parts) == 2 else "union"
                return f"{union}({', '.join(self.pair(part, scope) for part in parts)})"
            case DefinedSet(name, arguments):
                if short := self.short(node, scope):
                    return self.path(*short)
                function = self.calling(f"set_{self.definitions[name]}")
                found = self.call(function, arguments, scope, "((), ())")
                there, anyone = self.there(arguments, scope), f"UNLISTED_{self.types[node.type]}"
                return f"perhaps({found}, {there}, {anyone})" if there else found
            case Path():
                return self.path(node, scope)
            case _:
                assert_never(node)

    def closures(self, parts: Sequence[EntitySet], scope: VariableNames) -> str:
        """The union of sets that one link is followed from to its end, found at once; empty if they are others.

        For example, of `u.by.acts-for* + u.results-to.acts-for*`.
        """
        starts: list[str] = []
        links: set[str] = set()
        for part in parts:
            if not isinstance(part, Path) or not part.hops or not part.hops[-1].closed:
                return ""
            starts.append(self.path(Path(part.root, part.single, part.hops[:-1], ""), scope))
            links.add(self.link(part.hops[-1]))
        return f"closures({', '.join([*links, *starts])})" if len(links) == 1 else ""

    def short(self, node: DefinedSet, scope: VariableNames) -> tuple[Path, VariableNames] | None:
        """The body of a definition with its scope, if that is where one link leads: it need not be remembered."""
        body = self.policy.definitions[node.definition].body
        if not isinstance(body, Path) or not body.hops or self.near(body)[0] is None:
            return None
        given = self.given(node, scope)
        return None if given is None else (body, given)

    def given(self, applied: Defined | DefinedSet, scope: VariableNames) -> VariableNames | None:
        """The scope of a definition's body, if all its arguments are variables."""
        if any(path.hops for path in applied.arguments):
            return None
        parameters = self.policy.definitions[applied.definition].parameters
        pairs = zip(parameters, applied.arguments, strict=True)
        return {name: self.entity(path, scope) for (name, _), path in pairs}

    def path(self, path: Path, scope: VariableNames) -> str:
        single = 0
        while (
            single < len(path.hops)
            and not path.hops[single].closed
            and not path.hops[single].field.is_many
        ):
            single += 1
        start = self.entity(Path(path.root, path.single, path.hops[:single], ""), scope)
        found = f"alone({start})"
        for index, hop in enumerate(path.hops[single:]):
            if not index and not hop.closed:
                slot = self.slots[hop.field.owner][hop.field.name]
                found = f"({start}.{slot}, {start}.{slot}_possible)"
                continue
            if not hop.closed:
                found = f"along({found}, {self.link(hop)})"
            elif not index:
                found = f"closure_of(world, {start}, {self.link(hop)})"
            else:
                found = f"closure(world, {found}, {self.link(hop)})"
        return found

    def link(self, hop: Hop) -> str:
        """How a hop's field is kept (`runtime.link`)."""
        slot, many = self.slots[hop.field.owner][hop.field.name], hop.field.is_many
        owner, unlisted = self.types[hop.field.owner], self.unlisted(hop.field)
        name = f"LINK_{owner}_{slot}"
        self.links[name] = f"link({slot!r}, {owner}, {unlisted}, is_many={many})"
        return name

    def unlisted(self, reference: Field) -> str:
        """The unlisted entity of the type that a reference leads to."""
        return f"{UNLISTED}{self.types[reference.target or '']}"

    def nobody(self, reference: Field) -> str:
        """What a reference leads to that is known to lead nowhere."""
        return f"NOBODY_{self.types[reference.target or '']}"


def _any(tests: Iterable[str]) -> str:
    found = " or ".join(test for test in tests if test != "False")
    return f"({found})" if found else "False"


def _kind(value: Any) -> str:
    """What kind of constant a value is, in a word for its name."""
    kinds = {frozenset: "TERMS", int: "NUMBER", Decimal: "NUMBER", date: "DATE", str: "NAME"}
    return kinds.get(type(value), "VALUES")
