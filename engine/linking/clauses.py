"""Links clauses: makes `Clause` values of their trees, with attributes, rules, exceptions and templates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from clausewise.dsl import syntax
from clausewise.dsl.text.diagnostic import Diagnostics
from clausewise.dsl.text.names import hint_for
from clausewise.dsl.text.source import Span
from clausewise.engine.core.conditions import And, AsOf, Compare, Condition, Constant
from clausewise.engine.core.policy import Binding, Clause, Exemption, TemplateHole, TemplatePart
from clausewise.engine.core.walk import VariableTypes
from clausewise.engine.linking.declarations import HEADER, clause_nodes
from clausewise.engine.linking.expressions import Resolver
from clausewise.engine.linking.scope import (
    MAX_BINDINGS,
    Scope,
    check_unique,
    check_variable,
    is_known,
)

REQUIRED_TEXTS = ("at", "quotes", "says", "because")
IN_FORCE: tuple[tuple[str, Literal[">=", "<"]], ...] = (("from", ">="), ("until", "<"))
"""The attributes that say when a clause is in force, and how `as-of` must compare with them."""

_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_TEMPLATE_PART = re.compile(r"([^{}]+)|\{([^{}]*)\}")


def link_clauses(tree: syntax.PolicyFile, scope: Scope, problems: Diagnostics) -> dict[str, Clause]:
    """The clauses by their names, in the order of the file."""
    linked = [_clause(section, node, scope, problems) for section, node in clause_nodes(tree)]
    return {clause.name: clause for clause in linked if clause is not None}


def _clause(
    section: str, node: syntax.ClauseNode, scope: Scope, problems: Diagnostics
) -> Clause | None:
    attributes = _attributes(node, problems)
    rule = _rule(node, problems)
    if rule is None:
        return None
    resolver = Resolver(scope, problems)
    bindings, types = _bindings(rule, scope, problems)
    if len(types) < len(rule.bindings):
        return None  # conditions about a variable of unknown type would give mistakes that are none
    when = resolver.condition(rule.when, types) if rule.when else None
    condition = resolver.condition(rule.condition, types)
    exceptions = _exceptions(node, types, scope, problems)
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
        exceptions=exceptions,
        because=_template(attributes.get("because"), types, scope, problems),
        remedy=_text(attributes, "remedy"),
        span=node.name.span,
        end=node.end,
    )


def _attributes(node: syntax.ClauseNode, problems: Diagnostics) -> dict[str, syntax.Attribute]:
    found: dict[str, syntax.Attribute] = {}
    for item in node.items:
        if not isinstance(item, syntax.Attribute):
            continue
        if item.word in HEADER:
            message = f"`{item.word}` belongs to the policy, not to a clause"
            problems.add("E327", message, item.start, hint="move it to the header of the policy")
        elif item.word in found:
            message = f"`{item.word}` is written twice"
            problems.add("E312", message, item.start, hint="keep one of them")
        found[item.word] = item
    for word in REQUIRED_TEXTS:
        if not _text(found, word).strip():
            message = f"the clause `{node.name.text}` has no `{word}`"
            hint = f'write `{word} "..."` in it'
            problems.add("E304", message, node.name.span, hint=hint)
    return found


def _text(attributes: Mapping[str, syntax.Attribute], word: str) -> str:
    value = attributes[word].value if word in attributes else None
    return value.text if isinstance(value, syntax.Text) else ""


def _rule(node: syntax.ClauseNode, problems: Diagnostics) -> syntax.RuleNode | None:
    """A clause's one rule, or `None` where it has none or several, which is recorded."""
    rules = [item for item in node.items if isinstance(item, syntax.RuleNode)]
    if len(rules) == 1:
        return rules[0]
    if rules:
        message = f"the clause `{node.name.text}` has {len(rules)} rules"
        hint = "keep one `prohibits` or `requires`, and make a clause of each other"
        problems.add("E328", message, node.name.span, hint=hint)
    else:
        message = f"the clause `{node.name.text}` has no rule"
        hint = "write `prohibits ...` or `requires ...` in it"
        problems.add("E304", message, node.name.span, hint=hint)
    return None


def _bindings(
    rule: syntax.RuleNode, scope: Scope, problems: Diagnostics
) -> tuple[tuple[Binding, ...] | None, VariableTypes]:
    """A rule's bindings, or `None` if one of them has a mistake; and its variables whose types are known."""
    entities = scope.vocabulary.entities
    types: dict[str, str] = {}
    found: list[Binding] = []
    if len(rule.bindings) > MAX_BINDINGS:
        message = f"a clause has at most {MAX_BINDINGS} bindings; this one has {len(rule.bindings)}"
        hint = "bind fewer entities, and use `some`, `every` or `no` for the others"
        problems.add("E404", message, rule.bindings[MAX_BINDINGS].variable.span, hint=hint)
    for node in rule.bindings:
        check_variable(problems, node.variable, types, scope.vocabulary)
        known = is_known(problems, node.type, entities, "entity type")
        range_node = node.range or syntax.PathNode(node.type)
        range_ = Resolver(scope, problems).entities(range_node, types) if known else None
        types[node.variable.text] = node.type.text
        if range_ is not None and range_.type != node.type.text:
            message = f"this set holds entities of type `{range_.type}`, not `{node.type.text}`"
            hint = f"write `{range_.type} {node.variable.text}`, or name another set"
            problems.add("E313", message, range_node.span, hint=hint)
        elif range_ is not None:
            found.append(Binding(node.variable.text, range_))
    known_types = {name: type_ for name, type_ in types.items() if type_ in entities}
    return (tuple(found) if len(found) == len(rule.bindings) else None), known_types


def _exceptions(
    node: syntax.ClauseNode, types: VariableTypes, scope: Scope, problems: Diagnostics
) -> tuple[Exemption, ...]:
    nodes = [item for item in node.items if isinstance(item, syntax.UnlessNode)]
    check_unique(problems, (unless.name for unless in nodes), "exception")
    resolver = Resolver(scope, problems)
    resolved = [(unless, resolver.condition(unless.condition, types)) for unless in nodes]
    return tuple(Exemption(unless.name.text, c) for unless, c in resolved if c is not None)


def _in_force(
    when: Condition | None, attributes: Mapping[str, syntax.Attribute]
) -> Condition | None:
    """The condition under which a clause applies: its `when`, and that it is in force on the day of judging.

    `from 2026-01-01` becomes `as-of >= 2026-01-01`, and `until 2027-01-01` becomes `as-of < 2027-01-01`.
    """
    parts = [when] if when else []
    for word, sign in IN_FORCE:
        value = attributes[word].value if word in attributes else None
        if isinstance(value, syntax.Day):
            end = Constant(value.value, value.span)
            parts.append(Compare(sign, AsOf(value.span), end, value.span))
    if len(parts) == 1:
        return parts[0]
    return And(tuple(parts)) if parts else None


def _template(
    attribute: syntax.Attribute | None, types: VariableTypes, scope: Scope, problems: Diagnostics
) -> tuple[TemplatePart, ...]:
    """A template's texts, holes and optional parts, in order.

    A hole that names nothing is recorded, and stays as text. Square brackets without a hole between them are text.
    """
    if attribute is None or not isinstance(attribute.value, syntax.Text):
        return ()
    text, span = attribute.value.text, attribute.value.span
    resolver = Resolver(scope, problems)
    found: list[TemplatePart] = []
    for number, piece in enumerate(_OPTIONAL.split(text)):
        parts = _filled(piece, span, types, resolver, problems)
        is_optional = number % 2 == 1
        if is_optional and any(not isinstance(part, str) for part in parts):
            found.append(tuple(parts))
        else:
            found += [f"[{piece}]"] if is_optional else parts
    return tuple(found)


def _filled(
    text: str, span: Span, types: VariableTypes, resolver: Resolver, problems: Diagnostics
) -> list[str | TemplateHole]:
    parts: list[str | TemplateHole] = []
    for literal, name in _TEMPLATE_PART.findall(text):
        found = resolver.template_part(name, span, types) if name else None
        parts.append(literal or found or "{" + name + "}")
        if not literal and found is None:
            hint = hint_for(name, types, "variables")
            problems.add("E307", f"`{{{name}}}` names nothing here", span, hint=hint)
    return parts
