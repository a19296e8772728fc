"""What can be written at the cursor in policies and vocabularies, by the last few words before it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from clausewise.dsl import syntax
from clausewise.dsl.models.vocabulary import Field, Vocabulary
from clausewise.dsl.parsing import keywords as grammar
from clausewise.editor.analysis import Analysis
from clausewise.editor.completing.context import Cursor
from clausewise.editor.completing.offers import (
    Offer,
    keywords,
    of_clause,
    of_field,
    of_policy,
    of_taxonomy,
)
from clausewise.editor.naming.claims import policy_tree
from clausewise.engine.core.outcomes import Outcome, Verdict
from clausewise.intake import packages
from clausewise.intake.judges import names_allowed

COMPLETE = (Verdict.PERMITTED, Verdict.PROHIBITED, Verdict.NOT_APPLICABLE)
"""Verdicts on complete designs, of which laws speak."""
TESTS = ("is", "overlaps", "within", "in", "not")
_VARIABLE = re.compile(
    rf"(?<![\w-])(?:{'|'.join(syntax.QUANTIFIERS)})\s+(?P<bound>[A-Za-z][\w-]*)\s+in\s+(?P<range>[A-Za-z][\w.*-]*)"
    r"|(?<![\w-])(?P<parameter>[A-Za-z][\w-]*+)\s*+:\s*+(?P<type>[A-Za-z][\w-]*)"
    r"|(?:prohibits|requires|warns|,)\s+(?P<of>[A-Za-z][\w-]*)\s+(?P<variable>[A-Za-z][\w-]*)"
)
_DECLARATION = re.compile(r"^[ \t]*(?:define|clause|warning|law)\b", re.MULTILINE)


def in_policy(analysis: Analysis, cursor: Cursor) -> Iterator[Offer]:
    """What can be written in a policy."""
    before = [token.text for token in cursor.before]
    vocabulary, last = analysis.vocabulary, before[-1] if before else ""
    if last == "vocabulary":
        yield from (Offer(name, "policy") for name in packages.names(".vocabulary"))
    elif vocabulary is None:
        yield from keywords(*sorted(grammar.keywords(analysis.kind.parsed or "policy")))
    elif last == ".":
        yield from _fields(before[:-1], vocabulary, _types(analysis, cursor, vocabulary))
    elif last == ":":
        yield from (Offer(t.name, "type", t.description) for t in vocabulary.entities.values())
    elif last == "marked":
        yield from (Offer(name, "term", about) for name, about in vocabulary.marks.items())
    elif last == "is" and before[-3:-2] in (["clause"], ["section"], ["policy"]):
        yield from (Offer(outcome.value, "value") for outcome in Outcome)
    elif last == "is" and before[-2:-1] == ["verdict"]:
        yield from (Offer(verdict.value, "value") for verdict in COMPLETE)
    elif (field := _tested(before, vocabulary, _types(analysis, cursor, vocabulary))) is not None:
        if field.has_terms:
            yield from of_taxonomy(vocabulary.taxonomy_of(field))
        yield from keywords("none", "not")
    else:
        yield from _declared(analysis, vocabulary, before)


def in_laws(analysis: Analysis, cursor: Cursor) -> Iterator[Offer]:
    """What can be written in a file of laws: in its conditions, what the policy that it is about can say."""
    if [token.text for token in cursor.before[-1:]] == ["for"]:
        for name in names_allowed(analysis.options.access):
            yield of_policy(name, analysis.policies)
    else:
        yield from in_policy(analysis, cursor)


def in_vocabulary(analysis: Analysis, cursor: Cursor) -> Iterator[Offer]:
    """What can be written in a vocabulary."""
    last = cursor.before[-1].text if cursor.before else ""
    tree = analysis.tree
    items = tree.items if isinstance(tree, syntax.VocabularyFile) else ()
    if last == "of":
        for item in items:
            if isinstance(item, syntax.TaxonomyNode | syntax.EntityNode):
                yield Offer(
                    item.name.text, "type", item.description.text if item.description else ""
                )
        yield Offer("place", "type", "countries and subdivisions of ISO 3166")
    elif last == "marked":
        for item in items:
            if isinstance(item, syntax.MarkNode):
                yield Offer(item.name.text, "term", item.description.text)
    else:
        yield from keywords(*sorted(grammar.keywords("vocabulary")))


def _declared(analysis: Analysis, vocabulary: Vocabulary, before: Sequence[str]) -> Iterator[Offer]:
    """What a policy declares, types of entities, and the words of the language."""
    tree, policy = analysis.tree, next(iter(analysis.policies), None)
    if policy and analysis.kind.parsed == "laws":
        tree = policy_tree(policy.source)
    items = tree.items if isinstance(tree, syntax.PolicyFile) else ()
    readings = {i.name.text: i for i in items if isinstance(i, syntax.ReadingDeclaration)}
    match before[-3:]:
        case [*_, "clause"] if policy:
            yield from (of_clause(clause, policy) for clause in policy.clauses.values())
        case [*_, "reading"]:
            yield from (
                Offer(r.name.text, "function", r.description.text) for r in readings.values()
            )
        case ["reading", name, "is"] if name in readings:
            ways = readings[name].alternatives
            yield from (Offer(way.name.text, "value", way.description.text) for way in ways)
        case [*_, "per"]:
            documents = (i for i in items if isinstance(i, syntax.DocumentNode))
            yield from (Offer(d.name.text, "value", d.title.text) for d in documents)
        case _:
            yield from _operands(items, vocabulary)
            yield from keywords(*sorted(grammar.keywords(analysis.kind.parsed or "policy")))


def _operands(items: Iterable[object], vocabulary: Vocabulary) -> Iterator[Offer]:
    """What a condition can begin with."""
    for item in items:
        match item:
            case syntax.DefinitionNode(name, parameters):
                of = ", ".join(f"{p.name.text}: {p.type.text}" for p in parameters)
                snippet = ", ".join(f"${{{n}:{p.name.text}}}" for n, p in enumerate(parameters, 1))
                call = f"{name.text}({', '.join(p.name.text for p in parameters)})"
                yield Offer(name.text, "function", of, "", call, f"{name.text}({snippet})")
            case syntax.TableNode(name, of_):
                yield Offer(name.text, "function", f"table of {of_.text}")
            case _:
                pass
    yield from (Offer(t.name, "type", t.description) for t in vocabulary.entities.values())


def _types(analysis: Analysis, cursor: Cursor, vocabulary: Vocabulary) -> dict[str, str]:
    """The types of the variables that are declared before the cursor, in the same definition or clause."""
    text, end = analysis.source.text, cursor.span.start
    starts = [found.start() for found in _DECLARATION.finditer(text, 0, end)]
    types: dict[str, str] = {name: name for name in vocabulary.entities}
    for found in _VARIABLE.finditer(text, starts[-1] if starts else 0, end):
        if found["bound"]:
            path = found["range"].replace("*", "").split(".")
            if type_ := _end_of(path, vocabulary, types):
                types[found["bound"]] = type_
        elif found["parameter"]:
            types[found["parameter"]] = found["type"]
        else:
            types[found["variable"]] = found["of"]
    return types


def _end_of(path: Sequence[str], vocabulary: Vocabulary, types: dict[str, str]) -> str | None:
    """The type of the entities at the end of a path."""
    type_ = types.get(path[0])
    for name in path[1:]:
        found = vocabulary.entities.get(type_ or "")
        field = found.fields.get(name) if found else None
        type_ = field.target if field and field.is_reference else None
    return type_


def _path(before: Sequence[str]) -> list[str]:
    """The path that some words end with: `["u", "by"]` of `u . by`."""
    found: list[str] = []
    rest = [word for word in before if word != "*"]
    while rest:
        found.insert(0, rest.pop())
        if rest[-1:] != ["."]:
            break
        rest.pop()
    return found


def _fields(
    before: Sequence[str], vocabulary: Vocabulary, types: dict[str, str]
) -> Iterator[Offer]:
    """The fields that can follow a path; those of all types where it is not known where that leads."""
    type_ = _end_of(_path(before), vocabulary, types)
    for known in vocabulary.entities.values():
        if type_ in (None, known.name):
            yield from (of_field(field, vocabulary) for field in known.current)


def _tested(before: Sequence[str], vocabulary: Vocabulary, types: dict[str, str]) -> Field | None:
    """The field whose values are tested where the words end: behind `u.purpose overlaps {a,`."""
    rest = list(before)
    if "{" in rest[-40:] and rest[-1:] in (["{"], [","]):
        while rest and rest[-1] != "{":
            rest.pop()
        rest = rest[:-1]
    if not rest or rest[-1] not in TESTS:
        return None
    while rest and rest[-1] in TESTS:
        rest.pop()
    *path, name = _path(rest) or [""]
    found = vocabulary.entities.get((_end_of(path, vocabulary, types) if path else "") or "")
    return found.fields.get(name) if found else None
