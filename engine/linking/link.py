"""Links a policy: makes its tree, with its vocabulary, a policy of which all names and types are checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from clausewise.dsl import syntax
from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.dsl.text.diagnostic import Diagnostic, Diagnostics, InvalidError, has_errors, placed
from clausewise.dsl.text.source import Source
from clausewise.engine.core.graph import dependency_order
from clausewise.engine.core.policy import Clause, Definition, Policy, Reading, Table
from clausewise.engine.core.reads import RuleKey, reads
from clausewise.engine.core.walk import depth
from clausewise.engine.linking.clauses import link_clauses, link_warnings
from clausewise.engine.linking.declarations import (
    link_documents,
    link_header,
    link_readings,
    link_sections,
    link_tables,
)
from clausewise.engine.linking.definitions import link_definitions
from clausewise.engine.linking.scope import MAX_DEPTH, Scope, report_depth

LoadPolicy = Callable[[str], Policy]


def link(
    tree: syntax.PolicyFile, source: Source, vocabulary: Vocabulary, load_policy: LoadPolicy
) -> tuple[Policy | None, list[Diagnostic]]:
    """Link a policy. The policy is `None` if there are errors among the diagnostics.

    Args:
        tree: the parsed policy.
        source: its text.
        vocabulary: the vocabulary that it names.
        load_policy: finds another policy by name, for `policy NAME is prohibited`. It raises `InvalidError` if
            that cannot be used; a diagnostic without a place is then given the place of the name.
    """
    problems = Diagnostics(source)
    policy = _linked(tree, Scope(vocabulary), problems, load_policy)
    # Nothing may drop a clause or declaration without an error: it would never be judged.
    parts = sum(len(i.clauses) if isinstance(i, syntax.SectionNode) else 1 for i in tree.items)
    kinds = (
        policy.clauses,
        policy.warnings,
        policy.documents,
        policy.definitions,
        policy.tables,
        policy.readings,
    )
    kept = sum(map(len, kinds))
    headers = sum(isinstance(item, syntax.Attribute) for item in tree.items)
    assert has_errors(problems.found) or kept == parts - headers
    return (None if has_errors(problems.found) else policy), problems.found


def _linked(
    tree: syntax.PolicyFile, scope: Scope, problems: Diagnostics, load_policy: LoadPolicy
) -> Policy:
    """Run the stages of linking. Each uses what those before it have declared in the scope."""
    header = link_header(tree, problems)
    sections = link_sections(tree, scope, problems)
    documents = link_documents(tree, scope, problems)
    readings = link_readings(tree, scope, problems)
    tables = link_tables(tree, scope, problems)
    definitions = link_definitions(tree, scope, problems)
    clauses = link_clauses(tree, scope, problems)
    warnings = link_warnings(tree, scope, problems)
    policies = _policies(scope, problems, load_policy)
    _warn_unused(definitions, clauses | warnings, tables, readings, problems)
    order = dependency_order(definitions, clauses, problems)
    _check_depth(definitions, clauses, order, problems)
    return Policy(
        name=tree.name.text,
        title=header.get("title", tree.name.text),
        version=header.get("version", ""),
        origin=header.get("source", ""),
        notice=header.get("notice", ""),
        vocabulary=scope.vocabulary,
        definitions=definitions,
        tables=tables,
        readings=readings,
        sections=sections,
        clauses=clauses,
        order=tuple(name for kind, name in order if kind == "clause"),
        policies=policies,
        source=problems.source,
        warnings=warnings,
        documents=documents,
    )


def _policies(scope: Scope, problems: Diagnostics, load_policy: LoadPolicy) -> dict[str, Policy]:
    """The other policies whose verdicts the conditions test, by their names."""
    found: dict[str, Policy] = {}
    for name, span in sorted(scope.policies.items()):
        try:
            found[name] = load_policy(name)
        except InvalidError as error:
            problems.found += placed(error.diagnostics, problems.source, span)
            continue
        other = found[name].vocabulary
        if other != scope.vocabulary:
            message = f"the policy `{name}` is over the vocabulary `{other.name}`"
            hint = f"name a policy over `{scope.vocabulary.name}`, the vocabulary of this one"
            problems.add("E207", message, span, hint=hint)
    return found


def _warn_unused(
    definitions: Mapping[str, Definition],
    clauses: Mapping[str, Clause],
    tables: Mapping[str, Table],
    readings: Mapping[str, Reading],
    problems: Diagnostics,
) -> None:
    """Warn of what no condition uses, unless there are errors: a condition with a mistake may have used it."""
    if has_errors(problems.found):
        return
    bodies = [d.body for d in definitions.values()] + [c.violation for c in clauses.values()]
    used = {key for body in bodies for key, _ in reads(body)}
    declared: list[tuple[str, Iterable[Definition | Table | Reading]]] = [
        ("definition", definitions.values()),
        ("table", tables.values()),
        ("reading", readings.values()),
    ]
    for what, items in declared:
        for item in items:
            if (what, item.name) not in used:
                message = f"the {what} `{item.name}` is never used"
                problems.add("W701", message, item.span, hint="remove it")


def _check_depth(
    definitions: Mapping[str, Definition],
    clauses: Mapping[str, Clause],
    order: list[RuleKey],
    problems: Diagnostics,
) -> None:
    """Refuse what nests too deep once each definition and clause that it uses is put in its place.

    `order` has each of them after all that it uses. Only the first on a way to the bound is reported.
    """
    depths: dict[RuleKey, int] = {}
    for kind, name in order:
        if kind == "definition":
            body, span = definitions[name].body, definitions[name].span
        else:
            body, span = clauses[name].violation, clauses[name].span
        used = max((depths.get(key, 0) for key, _ in reads(body)), default=0)
        depths[kind, name] = depth(body) + used
        if depths[kind, name] > MAX_DEPTH >= used:
            report_depth(problems, name, span)
