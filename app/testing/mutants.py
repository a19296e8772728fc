"""A policy's mutants: trees that differ in one place, each with a few words that say where and how.

A clause, a warning, a breach, an exception, a `when`, a part of an `and` or `or`, a row of a table, a term of a
set or one that bears a mark is dropped; a negation is taken away; a quantifier, a comparison or a test is
another; a term is wider or narrower by one step of its taxonomy; a field is another of the same type; a
reading's default is another.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from clausewise.dsl import syntax
from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.dsl.printing.expressions import expression_text

_OTHER_OPERATORS = {
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "=": "<=",
    "is": "is not",
    "is not": "is",
    "overlaps": "within",
    "within": "overlaps",
}
Change = tuple[str, Any]
"""What is changed, in words, and the changed node."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A policy that differs in one place.

    Attributes:
        name: the part of the policy, what is changed, and a number where several changes read alike.
        part: the clause, definition, table or reading that is changed; a warning is `warning NAME`.
    """

    name: str
    part: str
    tree: syntax.PolicyFile


def mutants_of(tree: syntax.PolicyFile, vocabulary: Vocabulary) -> Iterator[Mutant]:
    """All mutants of a policy's tree, in the order of the policy. Some may not link."""
    counts: dict[str, int] = {}
    for index, item in enumerate(tree.items):
        for part, words, changed in _of_item(item, vocabulary):
            items = (*tree.items[:index], *([changed] if changed else []), *tree.items[index + 1 :])
            name = f"{part}: {words}"
            counts[name] = counts.get(name, 0) + 1
            numbered = name if counts[name] == 1 else f"{name} ({counts[name]})"
            yield Mutant(numbered, part, replace(tree, items=items))


def _of_item(item: Any, vocabulary: Vocabulary) -> Iterator[tuple[str, str, Any]]:
    match item:
        case syntax.SectionNode(_, _, clauses):
            for index, clause in enumerate(clauses):
                for part, words, changed in _of_item(clause, vocabulary):
                    kept = (
                        *clauses[:index],
                        *([changed] if changed else []),
                        *clauses[index + 1 :],
                    )
                    yield part, words, replace(item, clauses=kept)
        case syntax.ClauseNode(name):
            yield name.text, "dropped", None
            for words, changed in _changes(item, vocabulary):
                yield name.text, words, changed
        case syntax.WarningNode(name):
            yield f"warning {name.text}", "dropped", None
            for words, changed in _changes(item, vocabulary):
                yield f"warning {name.text}", words, changed
        case syntax.DefinitionNode(name) | syntax.TableNode(name) | syntax.ReadingDeclaration(name):
            for words, changed in _changes(item, vocabulary):
                yield name.text, words, changed
        case _:
            return


def _changes(node: Any, vocabulary: Vocabulary) -> Iterator[Change]:
    """The changes of a node, and of all nodes below it."""
    yield from _own_changes(node, vocabulary)
    for field in dataclasses.fields(node):
        value = getattr(node, field.name)
        if dataclasses.is_dataclass(value) and field.compare:
            for words, changed in _changes(value, vocabulary):
                yield words, replace(node, **{field.name: changed})
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                if dataclasses.is_dataclass(item):
                    for words, changed in _changes(item, vocabulary):
                        items = (*value[:index], changed, *value[index + 1 :])
                        yield words, replace(node, **{field.name: items})


def _own_changes(node: Any, vocabulary: Vocabulary) -> Iterator[Change]:
    match node:
        case syntax.ClauseNode(items=items):
            for index, item in enumerate(items):
                if isinstance(item, syntax.UnlessNode):
                    others = (*items[:index], *items[index + 1 :])
                    yield f"`unless {item.name.text}` dropped", replace(node, items=others)
            breaches = [item for item in items if isinstance(item, syntax.BreachNode)]
            for breach in breaches if len(breaches) > 1 else []:
                others = tuple(item for item in items if item is not breach)
                yield f"`breach {breach.name.text}` dropped", replace(node, items=others)
        case syntax.RuleNode(when=when) if when is not None:
            yield f"`when {_short(when)}` dropped", replace(node, when=None)
        case syntax.JunctionNode(word, parts):
            for index, part in enumerate(parts):
                rest = (*parts[:index], *parts[index + 1 :])
                changed = rest[0] if len(rest) == 1 else replace(node, parts=rest)
                yield f"`{word} {_short(part)}` dropped", changed
        case syntax.NotNode(part):
            yield f"`not` before `{_short(part)}` dropped", part
        case syntax.QuantifierNode(word):
            for changed_to in syntax.QUANTIFIERS:
                if changed_to != word:
                    words = f"`{word}` to `{changed_to}` in `{_short(node)}`"
                    yield words, replace(node, word=changed_to)
        case syntax.TestNode(_, operator, right):
            if operator in _OTHER_OPERATORS:
                other = _OTHER_OPERATORS[operator]
                words = f"`{operator}` to `{other}` in `{_short(node)}`"
                yield words, replace(node, operator=other)
            if isinstance(right, syntax.PathNode) and not right.steps:
                for near in _near(right.root.text, vocabulary):
                    term = syntax.PathNode(syntax.Name(near, right.root.span))
                    words = f"`{right.root.text}` to `{near}` in `{_short(node)}`"
                    yield words, replace(node, right=term)
        case syntax.SetNode(names):
            yield from _of_set(node, names, vocabulary)
        case syntax.MarkedNode(mark):
            yield from _of_marked(node, mark, vocabulary)
        case syntax.TableNode(rows=rows):
            for index, row in enumerate(rows):
                if row.term.text != "otherwise":
                    kept = (*rows[:index], *rows[index + 1 :])
                    yield f"row `{row.term.text}` dropped", replace(node, rows=kept)
        case syntax.ReadingDeclaration(alternatives=alternatives):
            for chosen in alternatives:
                if not chosen.default:
                    marked = tuple(replace(a, default=a is chosen) for a in alternatives)
                    yield f"default `{chosen.name.text}`", replace(node, alternatives=marked)
        case syntax.PathNode(root, steps) if steps:
            for other in _fields_like(steps[-1].field.text, vocabulary):
                step = replace(steps[-1], field=syntax.Name(other, steps[-1].field.span))
                words = f"`{_short(node)}` to `.{other}`"
                yield words, syntax.PathNode(root, (*steps[:-1], step))
        case _:
            return


def _of_set(
    node: syntax.SetNode, names: tuple[syntax.Name, ...], vocabulary: Vocabulary
) -> Iterator[Change]:
    for index, name in enumerate(names):
        if len(names) > 1:
            kept = (*names[:index], *names[index + 1 :])
            yield f"`{name.text}` dropped from `{_short(node)}`", replace(node, names=kept)
        for near in _near(name.text, vocabulary):
            if near not in {other.text for other in names}:
                other = syntax.Name(near, name.span)
                changed = (*names[:index], other, *names[index + 1 :])
                yield f"`{name.text}` to `{near}` in `{_short(node)}`", replace(node, names=changed)


def _of_marked(
    node: syntax.MarkedNode, mark: syntax.Name, vocabulary: Vocabulary
) -> Iterator[Change]:
    """Each term that bears the mark, left out."""
    for taxonomy in vocabulary.taxonomies.values():
        terms = taxonomy.marks.get(mark.text, ())
        for term in terms if len(terms) > 1 else ():
            names = tuple(syntax.Name(other, mark.span) for other in terms if other != term)
            yield f"`{term}` not {_short(node)}", syntax.SetNode(names, node.span)


def _near(term: str, vocabulary: Vocabulary) -> Iterator[str]:
    """A term one step wider and one step narrower, if there are such."""
    for taxonomy in [*vocabulary.taxonomies.values(), vocabulary.taxonomy("place")]:
        if term in taxonomy:
            yield from taxonomy.parents[term][:1]
            yield from taxonomy.children.get(term, [])[:1]
            return


def _fields_like(name: str, vocabulary: Vocabulary) -> Iterator[str]:
    """One other field of the same entity type and of the same type, for each entity type that has the field."""
    found: dict[str, None] = {}
    for entity in vocabulary.entities.values():
        field = entity.fields.get(name)
        if field is not None:
            alike = [
                f.name
                for f in entity.fields.values()
                if (f.shape, f.target) == (field.shape, field.target)
            ]
            if len(alike) > 1:
                found[alike[(alike.index(name) + 1) % len(alike)]] = None
    yield from found


def _short(node: Any) -> str:
    words = expression_text(node)
    return words if len(words) <= 60 else words[:56].rsplit(" ", 1)[0] + " ..."
