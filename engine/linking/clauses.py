"""Links clauses: makes `Clause` values of their trees, with attributes, rules, exceptions and templates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from clausewise.dsl import syntax
from clausewise.dsl.text.diagnostic import Diagnostics
from clausewise.dsl.text.names import hint_for, in_words
from clausewise.dsl.text.source import Span
from clausewise.engine.core.clauses import (
    Binding,
    Breach,
    Clause,
    Exemption,
    TemplateHole,
    TemplatePart,
)
from clausewise.engine.core.conditions import And, AsOf, Compare, Condition, Constant, Or
from clausewise.engine.core.walk import VariableTypes
from clausewise.engine.linking.declarations import HEADER, clause_nodes, documents_in
from clausewise.engine.linking.expressions import Resolver
from clausewise.engine.linking.scope import (
    MAX_BINDINGS,
    Scope,
    check_unique,
    check_variable,
    is_known,
)


@dataclass(frozen=True, slots=True)
class _Texts:
    """Which texts a part of a policy may hold, and which it must."""

    allowed: tuple[str, ...]
    required: tuple[str, ...]


CLAUSE_TEXTS = _Texts(
    (
        *("at", "cite", "quotes", "says", "label", "because", "remedy", "from", "until"),
        *("met", "not-applicable"),
    ),
    ("at", "quotes", "says", "because"),
)
BREACH_TEXTS = WARNING_TEXTS = _Texts(("because", "remedy"), ("because",))
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
    attributes = _attributes(node, CLAUSE_TEXTS, "clause", problems)
    rule = _rule(node, "clause", ("prohibits", "requires"), problems)
    if rule is None:
        return None
    check_unique(problems, node.marks, f"mark of `{node.name.text}`")
    for mark in node.marks:
        is_known(problems, mark, scope.vocabulary.marks, "mark")
    resolver = Resolver(scope, problems)
    bindings, types = _bindings(rule, scope, problems)
    if len(types) < len(rule.bindings):
        return None  # conditions about a variable of unknown type would give mistakes that are none
    when = resolver.condition(rule.when, types) if rule.when else None
    breaches = _breaches(node, types, scope, problems)
    condition = _condition(node, rule, breaches, resolver, types)
    exceptions = _exceptions(node, types, scope, problems)
    _check_plain(attributes, types, problems)
    if condition is None or bindings is None or (rule.when and when is None):
        return None
    return Clause(
        name=node.name.text,
        number=node.number.text if node.number else "",
        section=section,
        at=_text(attributes, "at"),
        cite=_text(attributes, "cite"),
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
        breaches=tuple(breach for breach in breaches if breach is not None),
        per=_per(node.items, scope, problems),
        label=_text(attributes, "label") or in_words(node.name.text),
        marks=tuple(mark.text for mark in node.marks),
        met=_of_types(attributes.get("met"), scope, problems),
        not_applicable=_of_types(attributes.get("not-applicable"), scope, problems),
    )


def _condition(
    node: syntax.ClauseNode,
    rule: syntax.RuleNode,
    breaches: Sequence[Breach | None],
    resolver: Resolver,
    types: VariableTypes,
) -> Condition | None:
    """What a clause prohibits or requires: what its rule says, or, where breaches follow it, that one is so."""
    problems, name = resolver.problems, f"the clause `{node.name.text}`"
    if breaches and rule.word != "prohibits":
        hint = "write `prohibits`, and in each breach what breaks the clause"
        problems.add(
            "E332",
            f"{name} requires something, and breaches tell what is prohibited",
            rule.start,
            hint=hint,
        )
    elif breaches and rule.condition:
        hint = "make a breach of it, too"
        problems.add("E332", f"{name} has a condition and breaches", rule.condition.span, hint=hint)
    elif rule.condition:
        return resolver.condition(rule.condition, types)
    elif not breaches:
        word = "where" if rule.word == "prohibits" else "that"
        hint = f"write `{word} CONDITION` after it"
        problems.add("E304", f"{name} has no `{word}`", rule.start, hint=hint)
    elif None not in breaches:
        return Or(tuple(b.condition for b in breaches if b is not None), rule.start)
    return None


def _breaches(
    node: syntax.ClauseNode, types: VariableTypes, scope: Scope, problems: Diagnostics
) -> list[Breach | None]:
    """The ways to violate a clause, in the order of the file; `None` for one with a mistake."""
    nodes = [item for item in node.items if isinstance(item, syntax.BreachNode)]
    check_unique(problems, (breach.name for breach in nodes), "breach")
    about = [mark.text for mark in node.marks]
    for breach in nodes:
        check_unique(problems, breach.marks, f"mark of `{breach.name.text}`")
        for mark in breach.marks:
            is_known(problems, mark, about, f"mark of `{node.name.text}`")
    return [_breach(breach, types, scope, problems) for breach in nodes]


def _breach(
    node: syntax.BreachNode, types: VariableTypes, scope: Scope, problems: Diagnostics
) -> Breach | None:
    attributes = _attributes(node, BREACH_TEXTS, "breach", problems)
    condition = Resolver(scope, problems).condition(node.condition, types)
    because = _template(attributes.get("because"), types, scope, problems)
    per = _per(node.items, scope, problems)
    _check_plain(attributes, types, problems)
    if condition is None:
        return None
    marks = tuple([mark.text for mark in node.marks])
    return Breach(node.name.text, condition, because, _text(attributes, "remedy"), per, marks)


def _per(items: Iterable[object], scope: Scope, problems: Diagnostics) -> tuple[str, ...]:
    """The documents that a clause or a breach names by `per`."""
    found = [item for item in items if isinstance(item, syntax.PerNode)]
    for again in found[1:]:
        problems.add(
            "E312", "`per` is written twice", again.start, hint="name all documents in one"
        )
    return documents_in(found[0] if found else None, scope, problems)


def link_warnings(
    tree: syntax.PolicyFile, scope: Scope, problems: Diagnostics
) -> dict[str, Clause]:
    """What a policy warns of, by name."""
    nodes = [item for item in tree.items if isinstance(item, syntax.WarningNode)]
    check_unique(problems, (node.name for node in nodes), "warning")
    linked = [_warning(node, scope, problems) for node in nodes]
    return {warning.name: warning for warning in linked if warning is not None}


def _warning(node: syntax.WarningNode, scope: Scope, problems: Diagnostics) -> Clause | None:
    attributes = _attributes(node, WARNING_TEXTS, "warning", problems)
    rule = _rule(node, "warning", ("warns",), problems)
    if rule is None:
        return None
    resolver = Resolver(scope, problems)
    bindings, types = _bindings(rule, scope, problems)
    if len(types) < len(rule.bindings):
        return None
    when = resolver.condition(rule.when, types) if rule.when else None
    condition = resolver.condition(rule.condition, types) if rule.condition else None
    if rule.condition is None:
        hint = "write `where CONDITION` after it"
        message = f"the warning `{node.name.text}` has no `where`"
        problems.add("E304", message, rule.start, hint=hint)
    _check_plain(attributes, types, problems)
    if condition is None or bindings is None or (rule.when and when is None):
        return None
    return Clause.unplaced(
        node.name.text,
        when,
        condition,
        bindings,
        _template(attributes.get("because"), types, scope, problems),
        _text(attributes, "remedy"),
        node.name.span,
        node.end,
    )


def _attributes(
    node: syntax.ClauseNode | syntax.BreachNode | syntax.WarningNode,
    texts: _Texts,
    what: str,
    problems: Diagnostics,
) -> dict[str, syntax.Attribute]:
    """The texts of a clause, a breach or a warning (`what`), by their words."""
    found: dict[str, syntax.Attribute] = {}
    for item in node.items:
        if not isinstance(item, syntax.Attribute):
            continue
        if item.word in HEADER:
            message = f"`{item.word}` belongs to the policy, not to a clause"
            problems.add("E327", message, item.start, hint="move it to the header of the policy")
        elif item.word not in texts.allowed:
            message = f"`{item.word}` belongs to a clause, not to a {what}"
            problems.add("E327", message, item.start, hint="move it to the clause, or take it away")
        elif item.word in found:
            message = f"`{item.word}` is written twice"
            problems.add("E312", message, item.start, hint="keep one of them")
        found[item.word] = item
    for word in texts.required:
        if not _text(found, word).strip():
            message = f"the {what} `{node.name.text}` has no `{word}`"
            hint = f'write `{word} "..."` in it'
            problems.add("E304", message, node.name.span, hint=hint)
    return found


def _text(attributes: Mapping[str, syntax.Attribute], word: str) -> str:
    value = attributes[word].value if word in attributes else None
    return value.text if isinstance(value, syntax.Text) else ""


def _rule(
    node: syntax.ClauseNode | syntax.WarningNode,
    what: str,
    words: tuple[str, ...],
    problems: Diagnostics,
) -> syntax.RuleNode | None:
    """The one rule of a clause or a warning (`what`), or `None` where there is none that fits, which is recorded.

    `words` are those with which it may begin.
    """
    rules = [item for item in node.items if isinstance(item, syntax.RuleNode)]
    if len(rules) == 1:
        if rules[0].word in words:
            return rules[0]
        message, hint = f"`{rules[0].word}` does not belong in a {what}", f"write `{words[0]} ...`"
        problems.add("E327", message, rules[0].start, hint=hint)
    elif rules:
        message = f"the {what} `{node.name.text}` has {len(rules)} rules"
        hint = f"keep one {_either(words)}, and make a {what} of each other"
        problems.add("E328", message, node.name.span, hint=hint)
    else:
        message = f"the {what} `{node.name.text}` has no rule"
        hint = f"write {_either(f'{word} ...' for word in words)} in it"
        problems.add("E304", message, node.name.span, hint=hint)
    return None


def _either(words: Iterable[str]) -> str:
    return " or ".join(f"`{word}`" for word in words)


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
    return tuple(
        Exemption(unless.name.text, condition, documents_in(unless.per, scope, problems))
        for unless, condition in resolved
        if condition is not None
    )


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


def _check_plain(
    attributes: Mapping[str, syntax.Attribute], types: VariableTypes, problems: Diagnostics
) -> None:
    """What is said of all bindings together fills no holes: a variable in one would be shown as it is written."""
    for word in ("says", "remedy"):
        for _, name in _TEMPLATE_PART.findall(_text(attributes, word)):
            if name.partition(".")[0] in types:
                hint = f"`{word}` is printed as it is written; `because` says what was found"
                span = attributes[word].value.span
                problems.add("E307", f"`{{{name}}}` names nothing here", span, hint=hint)


def _of_types(
    attribute: syntax.Attribute | None, scope: Scope, problems: Diagnostics
) -> tuple[TemplatePart, ...]:
    """A template whose holes name entity types, not variables: no one binding stands behind it."""
    types = {name: name for name, type_ in scope.vocabulary.entities.items() if not type_.single}
    return _template(attribute, types, scope, problems)


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
