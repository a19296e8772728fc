"""A policy's tree and its vocabulary to a linked policy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from clausewise.dsl import syntax
from clausewise.dsl.diagnostic import Diagnostic, Diagnostics, has_errors
from clausewise.dsl.names import hint_for
from clausewise.dsl.source import Source, Span
from clausewise.dsl.vocabulary import Vocabulary
from clausewise.engine.conditions import (
    And,
    AsOf,
    Compare,
    Condition,
    Constant,
    Defined,
    DefinedSet,
    EntitySet,
    Lookup,
    ReadingIs,
    depth,
    walk,
)
from clausewise.engine.graph import dependency_order
from clausewise.engine.policy import (
    Binding,
    Clause,
    Definition,
    Exemption,
    Policy,
    Reading,
    Section,
    Table,
    TemplatePart,
)
from clausewise.engine.reads import Key, reads
from clausewise.engine.resolve import UNKNOWN_TYPE, Resolver, Scope, Signature

REQUIRED_TEXTS = ("at", "quotes", "says", "because")
HEADER = ("title", "version", "source", "notice", "vocabulary")
MAX_DEPTH = 150

LoadPolicy = Callable[[str], Policy | None]


def link(
    tree: syntax.PolicyFile, source: Source, vocabulary: Vocabulary, load_policy: LoadPolicy
) -> tuple[Policy | None, list[Diagnostic]]:
    """Link a policy. It is `None` if it has errors.

    Args:
        tree: the parsed policy.
        source: its text.
        vocabulary: the vocabulary that it names.
        load_policy: finds another policy by name, for `policy NAME is prohibited`.
    """
    linker = _Linker(tree, Diagnostics(source), vocabulary)
    policy = linker.policy(load_policy)
    return (None if has_errors(linker.problems.found) else policy), linker.problems.found


class _Linker:
    def __init__(
        self, tree: syntax.PolicyFile, problems: Diagnostics, vocabulary: Vocabulary
    ) -> None:
        self.tree = tree
        self.problems = problems
        self.vocabulary = vocabulary
        self.scope = Scope(vocabulary)
        self.resolver = Resolver(self.scope, problems)
        self.sections = [i for i in tree.items if isinstance(i, syntax.SectionNode)]
        self.clauses = self.find_clauses()

    def policy(self, load_policy: LoadPolicy) -> Policy:
        """The stages of linking, each using what the one before it declared."""
        header = self.header()
        self.declare_clauses()
        readings = self.readings()
        tables = self.tables()
        definitions = self.definitions()
        clauses = self.link_clauses()
        policies = self.policies(load_policy)
        self.warn_unused(definitions, clauses, tables, readings)
        order = dependency_order(definitions, clauses, self.problems)
        self.check_depth(definitions, clauses, order)
        return Policy(
            name=self.tree.name.text,
            title=header.get("title", self.tree.name.text),
            version=header.get("version", ""),
            origin=header.get("source", ""),
            notice=header.get("notice", ""),
            vocabulary=self.vocabulary,
            definitions=definitions,
            tables=tables,
            readings=readings,
            sections=tuple(
                Section(s.name.text, s.title.text, tuple(c.name.text for c in s.clauses))
                for s in self.sections
            ),
            clauses=clauses,
            order=tuple(name for kind, name in order if kind == "clause"),
            policies=policies,
            source=self.problems.source,
        )

    # header

    def header(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for item in self.tree.items:
            if not isinstance(item, syntax.Attribute):
                continue
            if item.word not in HEADER:
                self.problems.add(
                    "E304", f"`{item.word}` belongs inside a clause", item.start, hint="move it"
                )
            elif item.word in found:
                self.problems.add(
                    "E202", f"`{item.word}` is written twice", item.start, hint="keep one of them"
                )
            elif not isinstance(item.value, syntax.Day):
                found[item.word] = item.value.text
        return found

    # declarations

    def find_clauses(self) -> list[tuple[str, syntax.ClauseNode]]:
        """The clauses with their sections' names, in the order of the file."""
        found: list[tuple[str, syntax.ClauseNode]] = []
        for item in self.tree.items:
            if isinstance(item, syntax.ClauseNode):
                found.append(("", item))
            elif isinstance(item, syntax.SectionNode):
                found.extend((item.name.text, clause) for clause in item.clauses)
        return found

    def declare_clauses(self) -> None:
        nodes = [node for _, node in self.clauses]
        self.unique((node.name for node in nodes), "clause")
        self.unique((node.number for node in nodes if node.number), "number")
        self.unique((section.name for section in self.sections), "section")
        self.scope.clauses = frozenset(node.name.text for node in nodes)
        self.scope.sections = {
            s.name.text: tuple(c.name.text for c in s.clauses) for s in self.sections
        }
        if not nodes:
            self.problems.add(
                "E304", "the policy has no clause", self.tree.name.span, hint="write `clause ...`"
            )

    def readings(self) -> dict[str, Reading]:
        nodes = [item for item in self.tree.items if isinstance(item, syntax.ReadingDeclaration)]
        self.unique((node.name for node in nodes), "reading")
        found: dict[str, Reading] = {}
        for node in nodes:
            self.unique((a.name for a in node.alternatives), f"alternative of `{node.name.text}`")
            defaults = [a.name.text for a in node.alternatives if a.default]
            if len(defaults) != 1:
                self.problems.add(
                    "E306",
                    f"the reading `{node.name.text}` has {len(defaults) or 'no'} defaults",
                    node.name.span,
                    hint="write `default` after the strictest alternative",
                )
            name = node.name.text
            alternatives = {a.name.text: a.description.text for a in node.alternatives}
            default = defaults[0] if defaults else ""
            found[name] = Reading(
                name, node.description.text, alternatives, default, node.name.span
            )
            self.scope.readings[name] = tuple(alternatives)
        return found

    def tables(self) -> dict[str, Table]:
        nodes = [item for item in self.tree.items if isinstance(item, syntax.TableNode)]
        self.unique((node.name for node in nodes), "table")
        found = {node.name.text: self.table(node) for node in nodes}
        return {name: table for name, table in found.items() if table is not None}

    def table(self, node: syntax.TableNode) -> Table | None:
        known = {**self.vocabulary.taxonomies, "place": None, "yes-no": None}
        gives = node.gives.text
        if not self.is_known(node.of, known, "taxonomy") or (
            gives not in ("number", "duration") and not self.is_known(node.gives, known, "taxonomy")
        ):
            return None
        self.scope.tables[node.name.text] = (node.of.text, gives)
        taxonomy = self.vocabulary.taxonomy(node.of.text)
        rows: dict[str, Decimal | tuple[str, ...]] = {}
        self.unique((row.term for row in node.rows), f"row of `{node.name.text}`")
        for row in node.rows:
            value = self.row_value(row, gives)
            term = row.term
            is_term = term.text == "otherwise" or self.is_known(term, taxonomy.parents, "term")
            if value is not None and is_term:
                rows[term.text] = value
        otherwise = rows.pop("otherwise", None)
        if otherwise is None:
            self.problems.add(
                "E305",
                f"the table `{node.name.text}` has no `otherwise`",
                node.name.span,
                hint="say what holds for all other terms",
            )
            return None
        return Table(node.name.text, taxonomy, gives, rows, otherwise, node.name.span)

    def row_value(self, row: syntax.RowNode, gives: str) -> Decimal | tuple[str, ...] | None:
        match gives, row.value:
            case "number", syntax.Number(value):
                return value
            case "duration", syntax.Duration() as duration:
                return duration.seconds
            case "number" | "duration", _:
                pass
            case _, syntax.Name("none"):
                return ()
            case _, syntax.Name() as name:
                return self.row_terms((name,), gives)
            case _, syntax.SetNode(names):
                return self.row_terms(names, gives)
        self.problems.add("E305", f"this row does not give a {gives}", row.term.span)
        return None

    def row_terms(self, names: tuple[syntax.Name, ...], gives: str) -> tuple[str, ...] | None:
        terms = self.vocabulary.taxonomy(gives).parents
        known = [name.text for name in names if self.is_known(name, terms, f"`{gives}` term")]
        return tuple(known) if len(known) == len(names) else None

    # definitions

    def definitions(self) -> dict[str, Definition]:
        nodes = [item for item in self.tree.items if isinstance(item, syntax.DefinitionNode)]
        self.unique((node.name for node in nodes), "definition")
        by_name = {node.name.text: node for node in nodes}
        for node in nodes:
            self.declare(node, by_name, ())
        linked = [self.definition(node) for node in by_name.values()]
        return {d.name: d for d in linked if d is not None}

    def declare(
        self,
        node: syntax.DefinitionNode,
        nodes: Mapping[str, syntax.DefinitionNode],
        within: tuple[str, ...],
    ) -> None:
        """Find out what a definition takes and gives, those first that it consists of."""
        name = node.name.text
        if name in within:
            self.report_circle([nodes[other] for other in within[within.index(name) :]])
        if name in self.scope.signatures or name in within or len(within) > MAX_DEPTH:
            return
        types = {p.name.text: p.type.text for p in node.parameters}
        known = all(
            self.is_known(p.type, self.vocabulary.entities, "entity type") for p in node.parameters
        )
        for called in _called_as_sets(node.body):
            if called.text in nodes:
                self.declare(nodes[called.text], nodes, (*within, name))
        gives = ""
        if known and _is_set(node.body, self.scope.signatures):
            quiet = Resolver(self.scope, Diagnostics(self.problems.source))
            found = quiet.entities(node.body, types)
            gives = found.type if found else UNKNOWN_TYPE
        self.scope.signatures[name] = Signature(tuple(types.values()), gives)

    def report_circle(self, circle: list[syntax.DefinitionNode]) -> None:
        """Report definitions of sets that use one another, each link at its place."""
        after = [*circle[1:], circle[0]]
        links = [
            next(call for call in _called_as_sets(one.body) if call.text == other.name.text)
            for one, other in zip(circle, after, strict=True)
        ]
        names = " uses ".join(f"`{node.name.text}`" for node in [*circle, circle[0]])
        labels = [
            (link.span, f"`{one.name.text}` uses `{link.text}`")
            for one, link in zip(circle[1:], links[1:], strict=True)
        ]
        self.problems.add(
            "E401",
            f"{names}: a circle",
            links[0].span,
            hint="remove one of the links",
            labels=labels,
        )

    def definition(self, node: syntax.DefinitionNode) -> Definition | None:
        self.unique((p.name for p in node.parameters), "parameter")
        for parameter in node.parameters:
            self.resolver.check_variable(parameter.name, {})
        types = {p.name.text: p.type.text for p in node.parameters}
        if not all(type_ in self.vocabulary.entities for type_ in types.values()):
            return None
        body: Condition | EntitySet | None
        if self.scope.signatures[node.name.text].gives:
            body = self.resolver.entities(node.body, types)
        else:
            body = self.resolver.condition(node.body, types)
        if body is None:
            return None
        return Definition(node.name.text, tuple(types.items()), body, node.name.span)

    # clauses

    def link_clauses(self) -> dict[str, Clause]:
        linked = [self.clause(section, node) for section, node in self.clauses]
        return {clause.name: clause for clause in linked if clause is not None}

    def clause(self, section: str, node: syntax.ClauseNode) -> Clause | None:
        attributes = self.attributes(node)
        rules = [item for item in node.items if isinstance(item, syntax.RuleNode)]
        if len(rules) != 1:
            self.problems.add(
                "E304",
                f"the clause `{node.name.text}` has {len(rules) or 'no'} rules",
                node.name.span,
                hint="write one `prohibits` or `requires`",
            )
            return None
        rule = rules[0]
        bindings, types = self.bindings(rule)
        when = self.resolver.condition(rule.when, types) if rule.when else None
        condition = self.resolver.condition(rule.condition, types)
        unless = [item for item in node.items if isinstance(item, syntax.UnlessNode)]
        self.unique((u.name for u in unless), "exception")
        exceptions = [(u.name.text, self.resolver.condition(u.condition, types)) for u in unless]
        if condition is None or bindings is None or (rule.when and when is None):
            return None
        return Clause(
            name=node.name.text,
            number=node.number.text if node.number else "",
            section=section,
            at=_text(attributes, "at"),
            quotes=_text(attributes, "quotes"),
            says=_text(attributes, "says"),
            word="prohibits" if rule.word == "prohibits" else "requires",
            bindings=bindings,
            when=_in_force(when, attributes),
            condition=condition,
            exceptions=tuple(Exemption(name, c) for name, c in exceptions if c is not None),
            because=self.template(attributes.get("because"), types),
            remedy=_text(attributes, "remedy"),
            span=node.name.span,
            end=node.end,
        )

    def attributes(self, node: syntax.ClauseNode) -> dict[str, syntax.Attribute]:
        found: dict[str, syntax.Attribute] = {}
        for item in node.items:
            if not isinstance(item, syntax.Attribute):
                continue
            if item.word in HEADER:
                message = f"`{item.word}` belongs to the policy, not to a clause"
                self.problems.add("E304", message, item.start, hint="move it to the header")
            elif item.word in found:
                message = f"`{item.word}` is written twice"
                self.problems.add("E202", message, item.start, hint="keep one of them")
            found[item.word] = item
        for word in REQUIRED_TEXTS:
            if not _text(found, word).strip():
                self.problems.add(
                    "E304",
                    f"the clause `{node.name.text}` has no `{word}`",
                    node.name.span,
                    hint=f'write `{word} "..."` in it',
                )
        return found

    def bindings(self, rule: syntax.RuleNode) -> tuple[tuple[Binding, ...] | None, dict[str, str]]:
        types: dict[str, str] = {}
        found: list[Binding] = []
        for node in rule.bindings:
            self.resolver.check_variable(node.variable, types)
            known = self.is_known(node.type, self.vocabulary.entities, "entity type")
            range_node = node.range or syntax.PathNode(node.type)
            range_ = self.resolver.entities(range_node, types) if known else None
            types[node.variable.text] = node.type.text
            if range_ is not None and range_.type != node.type.text:
                message = f"this is a set of {range_.type}s, not of {node.type.text}s"
                self.problems.add("E301", message, range_node.span)
            elif range_ is not None:
                found.append(Binding(node.variable.text, range_))
        if len(found) < len(rule.bindings):
            known_types = {n: t for n, t in types.items() if t in self.vocabulary.entities}
            return None, known_types
        return tuple(found), types

    def template(
        self, attribute: syntax.Attribute | None, types: Mapping[str, str]
    ) -> tuple[TemplatePart, ...]:
        """A template's parts. What names nothing is a mistake, and stays as written."""
        if attribute is None or not isinstance(attribute.value, syntax.Text):
            return ()
        text, span = attribute.value.text, attribute.value.span
        parts: list[TemplatePart] = []
        for literal, name in re.findall(r"([^{}]+)|\{([^{}]*)\}", text):
            found = self.resolver.template_part(name, span, types) if name else None
            parts.append(literal or found or "{" + name + "}")
            if not literal and found is None:
                self.problems.add(
                    "E307",
                    f"`{{{name}}}` names nothing here",
                    span,
                    hint=hint_for(name, types, "variables"),
                )
        return tuple(parts)

    # the whole

    def policies(self, load_policy: LoadPolicy) -> dict[str, Policy]:
        found: dict[str, Policy] = {}
        for name in sorted(self.scope.policies):
            policy = load_policy(name) if name != self.tree.name.text else None
            if policy is None or policy.vocabulary != self.vocabulary:
                reason = "cannot be used" if policy is None else "has another vocabulary"
                self.problems.add(
                    "E204",
                    f"the policy `{name}` {reason}",
                    self.tree.name.span,
                    hint="name a policy over the same vocabulary that does not depend on this one",
                )
            else:
                found[name] = policy
        return found

    def warn_unused(
        self,
        definitions: Mapping[str, Definition],
        clauses: Mapping[str, Clause],
        tables: Mapping[str, Table],
        readings: Mapping[str, Reading],
    ) -> None:
        used: set[tuple[str, str]] = set()
        bodies = [d.body for d in definitions.values()] + [c.violation for c in clauses.values()]
        for body in bodies:
            for node in walk(body):
                if isinstance(node, Defined | DefinedSet):
                    used.add(("definition", node.definition))
                elif isinstance(node, Lookup):
                    used.add(("table", node.table))
                elif isinstance(node, ReadingIs):
                    used.add(("reading", node.reading))
        declared: list[tuple[str, Mapping[str, Definition | Table | Reading]]] = [
            ("definition", definitions),
            ("table", tables),
            ("reading", readings),
        ]
        for what, items in declared:
            for name, item in items.items():
                if (what, name) not in used and not has_errors(self.problems.found):
                    message = f"the {what} `{name}` is never used"
                    self.problems.add("W701", message, item.span, hint="remove it")

    def check_depth(
        self,
        definitions: Mapping[str, Definition],
        clauses: Mapping[str, Clause],
        order: list[Key],
    ) -> None:
        """Refuse conditions that nest too deep to judge, with all that they use written out."""
        depths: dict[Key, int] = {}
        for kind, name in order:
            if kind == "definition":
                body, span = definitions[name].body, definitions[name].span
            else:
                body, span = clauses[name].violation, clauses[name].span
            used = max((depths.get(key, 0) for key, _ in reads(body)), default=0)
            depths[kind, name] = depth(body) + used
            if depths[kind, name] > MAX_DEPTH >= used:
                message = f"with all it uses, `{name}` nests more than {MAX_DEPTH} deep"
                self.problems.add("E402", message, span, hint="use less within it")

    def unique(self, names: Iterable[syntax.Name], what: str) -> None:
        first: dict[str, Span] = {}
        for name in names:
            if name.text in first:
                self.problems.add(
                    "E202",
                    f"the {what} `{name.text}` is declared twice",
                    name.span,
                    hint="rename one of them",
                    labels=[(first[name.text], "first declared here")],
                )
            first.setdefault(name.text, name.span)

    def is_known(self, name: syntax.Name, known: Mapping[str, object], what: str) -> bool:
        if name.text in known:
            return True
        self.problems.add(
            "E201",
            f"there is no {what} `{name.text}`",
            name.span,
            hint=hint_for(name.text, known, "known"),
        )
        return False


def _text(attributes: Mapping[str, syntax.Attribute], word: str) -> str:
    value = attributes[word].value if word in attributes else None
    return value.text if isinstance(value, syntax.Text) else ""


def _in_force(
    when: Condition | None, attributes: Mapping[str, syntax.Attribute]
) -> Condition | None:
    """`when`, joined with the dates between which the clause is in force."""
    parts = [when] if when else []
    for word, sign in (("from", ">="), ("until", "<")):
        value = attributes[word].value if word in attributes else None
        if isinstance(value, syntax.Day):
            end = Constant(value.value, value.span)
            parts.append(Compare(">=" if sign == ">=" else "<", AsOf(value.span), end, value.span))
    if len(parts) == 1:
        return parts[0]
    return And(tuple(parts)) if parts else None


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
