"""Links what a policy declares beside definitions and rules: its header, readings, tables, clauses' names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from clausewise.dsl import syntax
from clausewise.dsl.models.declared import documents_of
from clausewise.dsl.models.documents import Document
from clausewise.dsl.models.places import places
from clausewise.dsl.text.diagnostic import Diagnostics
from clausewise.engine.core.clauses import Reading, Section, Table
from clausewise.engine.core.outcomes import Verdict
from clausewise.engine.core.reads import RuleKey, field_key
from clausewise.engine.linking.scope import Scope, check_unique, is_known

OTHERWISE = ("default", "else", "other", "others", "any", "all", "rest", "everything-else")
"""What other languages call the row for all other terms."""
HEADER = ("title", "version", "source", "notice", "partial", "vocabulary")

_CLAUSE = re.compile(r"^[ \t]*clause\b", re.MULTILINE)


def link_header(tree: syntax.PolicyFile, problems: Diagnostics) -> dict[str, str]:
    """The texts of the header's attributes, by their words: `version`, for example."""
    found: dict[str, str] = {}
    for item in tree.items:
        if not isinstance(item, syntax.Attribute):
            continue
        if item.word not in HEADER:
            message = f"`{item.word}` belongs inside a clause"
            problems.add(
                "E327", message, item.start, hint="move it into the clause that it is about"
            )
        elif item.word in found:
            message = f"`{item.word}` is written twice"
            problems.add("E312", message, item.start, hint="keep one of them")
        elif not isinstance(item.value, syntax.Day):
            found[item.word] = item.value.text
    return found


def link_verdicts(tree: syntax.PolicyFile, problems: Diagnostics) -> dict[Verdict, str]:
    """What the policy calls verdicts where people read them. None may be called as another one is."""
    names = {verdict.value: verdict for verdict in Verdict}
    taken = {verdict.value: verdict for verdict in Verdict}
    found: dict[Verdict, str] = {}
    for item in tree.items:
        if isinstance(item, syntax.VerdictNode) and is_known(problems, item.name, names, "verdict"):
            verdict, words = names[item.name.text], item.words.text
            if verdict in found:
                message = f"`verdict {verdict}` is written twice"
                problems.add("E312", message, item.name.span, hint="keep one of them")
            elif taken.setdefault(words.casefold(), verdict) is not verdict:
                message = f"another verdict is called `{words}`"
                problems.add("E206", message, item.words.span, hint="choose another word")
            found.setdefault(verdict, words)
    return found


def link_sections(
    tree: syntax.PolicyFile, scope: Scope, problems: Diagnostics
) -> tuple[Section, ...]:
    """The sections. All clauses' names are declared with them: a condition may test any clause's outcome."""
    nodes = [item for item in tree.items if isinstance(item, syntax.SectionNode)]
    clauses = [clause for _, clause in clause_nodes(tree)]
    check_unique(problems, (clause.name for clause in clauses), "clause")
    check_unique(problems, (clause.number for clause in clauses if clause.number), "number")
    check_unique(problems, (section.name for section in nodes), "section")
    if not clauses and not _CLAUSE.search(
        problems.source.text
    ):  # one that could not be read is there
        hint = "write `clause a-name { ... }`"
        problems.add("E329", "the policy has no clause", tree.name.span, hint=hint)
    sections = tuple(
        Section(node.name.text, node.title.text, tuple(c.name.text for c in node.clauses))
        for node in nodes
    )
    scope.clauses = tuple(dict.fromkeys(clause.name.text for clause in clauses))
    scope.sections = {section.name: section.clauses for section in sections}
    return sections


def clause_nodes(tree: syntax.PolicyFile) -> list[tuple[str, syntax.ClauseNode]]:
    """The clauses, each with its section's name or an empty text, in the order of the file."""
    found: list[tuple[str, syntax.ClauseNode]] = []
    for item in tree.items:
        if isinstance(item, syntax.ClauseNode):
            found.append(("", item))
        elif isinstance(item, syntax.SectionNode):
            found.extend((item.name.text, clause) for clause in item.clauses)
    return found


def link_may_wait(
    tree: syntax.PolicyFile, scope: Scope, problems: Diagnostics
) -> frozenset[RuleKey]:
    """The fields for whose facts an approval may wait. What is none is recorded."""
    nodes = [item for item in tree.items if isinstance(item, syntax.MayWaitNode)]
    found: set[RuleKey] = set()
    entities = scope.vocabulary.entities
    for fact in (fact for node in nodes for fact in node.fields):
        if not is_known(problems, fact.entity, entities, "type of entity"):
            continue
        type_ = entities[fact.entity.text]
        if fact.field is None:
            hint = f"write `{type_.name}.field`"
            problems.add("E201", f"`{type_.name}` is no field", fact.span, hint=hint)
        elif is_known(problems, fact.field, type_.fields, f"field of `{type_.name}`"):
            found.add(field_key(type_.fields[fact.field.text]))
    return frozenset(found)


def link_law(tree: syntax.PolicyFile, problems: Diagnostics) -> tuple[str, ...]:
    """The places where the policy is the law, none if it is no law."""
    nodes = [item for item in tree.items if isinstance(item, syntax.LawOfNode)]
    for node in nodes[1:]:
        problems.add(
            "E312", "`law of` is written twice", node.places[0].span, hint="keep one of them"
        )
    names = [name for node in nodes for name in node.places]
    return tuple([n.text for n in names if is_known(problems, n, places().parents, "place")])


def link_documents(
    tree: syntax.PolicyFile, scope: Scope, problems: Diagnostics
) -> dict[str, Document]:
    """The documents by their names, also declared in the scope."""
    nodes = [item for item in tree.items if isinstance(item, syntax.DocumentNode)]
    check_unique(problems, (node.name for node in nodes), "document")
    found = documents_of(nodes)
    scope.documents = found
    return found


def documents_in(
    per: syntax.PerNode | None, scope: Scope, problems: Diagnostics
) -> tuple[str, ...]:
    """The documents from which something comes. One that is not declared is recorded."""
    names = per.documents if per else ()
    check_unique(problems, names, "document")
    return tuple(n.text for n in names if is_known(problems, n, scope.documents, "document"))


def link_readings(
    tree: syntax.PolicyFile, scope: Scope, problems: Diagnostics
) -> dict[str, Reading]:
    """The readings by their names, also declared in the scope."""
    nodes = [item for item in tree.items if isinstance(item, syntax.ReadingDeclaration)]
    check_unique(problems, (node.name for node in nodes), "reading")
    found = {node.name.text: _reading(node, scope, problems) for node in nodes}
    scope.readings.update((name, tuple(reading.alternatives)) for name, reading in found.items())
    return found


def _reading(node: syntax.ReadingDeclaration, scope: Scope, problems: Diagnostics) -> Reading:
    name = node.name.text
    check_unique(problems, (a.name for a in node.alternatives), f"alternative of `{name}`")
    defaults = [a.name.text for a in node.alternatives if a.default]
    if len(defaults) != 1:
        message = f"the reading `{name}` has {len(defaults) or 'no'} defaults"
        hint = "write `default` after the strictest alternative"
        problems.add("E306", message, node.name.span, hint=hint)
    alternatives = {a.name.text: a.description.text for a in node.alternatives}
    default = defaults[0] if defaults else ""
    per = {a.name.text: documents_in(a.per, scope, problems) for a in node.alternatives if a.per}
    return Reading(name, node.description.text, alternatives, default, node.name.span, per)


def link_tables(tree: syntax.PolicyFile, scope: Scope, problems: Diagnostics) -> dict[str, Table]:
    """The tables by their names, also declared in the scope."""
    nodes = [item for item in tree.items if isinstance(item, syntax.TableNode)]
    check_unique(problems, (node.name for node in nodes), "table")
    found = {node.name.text: _table(node, scope, problems) for node in nodes}
    return {name: table for name, table in found.items() if table is not None}


def _table(node: syntax.TableNode, scope: Scope, problems: Diagnostics) -> Table | None:
    known = {**scope.vocabulary.taxonomies, "place": None, "yes-no": None}
    gives = node.gives.text
    if not is_known(problems, node.of, known, "taxonomy"):
        return None
    has_unit = gives in ("number", "duration")
    if not has_unit and not is_known(problems, node.gives, known, "taxonomy"):
        return None
    scope.tables[node.name.text] = (node.of.text, gives)
    rows = _rows(node, scope, problems)
    otherwise = rows.pop("otherwise", None)
    if otherwise is None:
        _no_otherwise(node, scope, problems)
        return None
    of = scope.vocabulary.taxonomy(node.of.text)
    per = documents_in(node.per, scope, problems)
    return Table(
        name=node.name.text,
        of=of,
        gives=gives,
        rows=rows,
        otherwise=otherwise,
        span=node.name.span,
        per=per,
    )


def _no_otherwise(node: syntax.TableNode, scope: Scope, problems: Diagnostics) -> None:
    """Report that a table lacks the row for all other terms, which may only be called as another language does."""
    message = f"the table `{node.name.text}` has no `otherwise`"
    other = _other_row(node, scope)
    where = other.span if other else node.name.span
    hint = (
        f"write `otherwise` for `{other.text}`" if other else "say what holds for all other terms"
    )
    problems.add("E305", message, where, hint=hint)


def _other_row(node: syntax.TableNode, scope: Scope) -> syntax.Name | None:
    """The last row of a table, if it is called by what other languages say for `otherwise`."""
    last = node.rows[-1].term if node.rows else None
    is_it = last and last.text in OTHERWISE and last.text not in _terms(node, scope)
    return last if is_it else None


def _rows(
    node: syntax.TableNode, scope: Scope, problems: Diagnostics
) -> dict[str, Decimal | tuple[str, ...]]:
    """A table's values by the terms of its rows; the row `otherwise` counts as one."""
    terms, other = _terms(node, scope), _other_row(node, scope)
    check_unique(problems, (row.term for row in node.rows), f"row of `{node.name.text}`")
    found: dict[str, Decimal | tuple[str, ...]] = {}
    for row in node.rows:
        value = _row_value(row, node.gives.text, scope, problems)
        is_told = row.term.text == "otherwise" or row.term is other
        is_term = is_told or is_known(problems, row.term, terms, "term")
        if value is not None and is_term:
            found[row.term.text] = value
    return found


def _terms(node: syntax.TableNode, scope: Scope) -> Mapping[str, object]:
    return scope.vocabulary.taxonomy(node.of.text).parents


def _row_value(
    row: syntax.RowNode, gives: str, scope: Scope, problems: Diagnostics
) -> Decimal | tuple[str, ...] | None:
    """What a row gives: a number, a duration in seconds, or terms; `None` if it has a mistake."""
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
            return _row_terms((name,), gives, scope, problems)
        case _, syntax.SetNode(names):
            return _row_terms(names, gives, scope, problems)
        case _:
            pass
    is_quantity = gives in ("number", "duration")
    wanted = f"a {gives}" if is_quantity else f"terms of `{gives}`"
    example = {"number": "18", "duration": "30 days"}.get(gives, "a-term")
    hint = f"write `{row.term.text} {example}`"
    problems.add("E330", f"this row does not give {wanted}", row.value.span, hint=hint)
    return None


def _row_terms(
    names: tuple[syntax.Name, ...], gives: str, scope: Scope, problems: Diagnostics
) -> tuple[str, ...] | None:
    terms = scope.vocabulary.taxonomy(gives).parents
    known = [name.text for name in names if is_known(problems, name, terms, f"`{gives}` term")]
    return tuple(known) if len(known) == len(names) else None
