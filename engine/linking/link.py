"""Links a policy: makes its tree, with its vocabulary, a policy of which all names and types are checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from clausewise.dsl import syntax
from clausewise.dsl.models.documents import Document
from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.dsl.text.diagnostic import Diagnostic, Diagnostics, InvalidError, has_errors, placed
from clausewise.dsl.text.source import Source
from clausewise.engine.core.clauses import Breach, Clause, Definition, Exemption, Reading, Table
from clausewise.engine.core.conditions import Condition, EntitySet
from clausewise.engine.core.graph import dependency_order
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.reads import RuleKey, reads
from clausewise.engine.core.walk import depth, walk
from clausewise.engine.linking.clauses import link_clauses, link_warnings
from clausewise.engine.linking.declarations import (
    link_documents,
    link_header,
    link_law,
    link_may_wait,
    link_readings,
    link_sections,
    link_tables,
    link_verdicts,
)
from clausewise.engine.linking.definitions import link_definitions
from clausewise.engine.linking.scope import (
    MAX_DEPTH,
    MAX_POLICIES,
    MAX_SIZE,
    Scope,
    report_depth,
    report_size,
    too_many_policies,
)

HEADERS = (syntax.Attribute, syntax.VerdictNode, syntax.MayWaitNode, syntax.LawOfNode)
"""What a policy says in its header. All else it declares."""
LoadPolicy = Callable[[str], Policy]


def link(
    tree: syntax.PolicyFile,
    source: Source,
    vocabulary: Vocabulary,
    load_policy: LoadPolicy,
    laws: Sequence[str] = (),
) -> tuple[Policy | None, list[Diagnostic]]:
    """Link a policy. The policy is `None` if there are errors among the diagnostics.

    Args:
        tree: the parsed policy.
        source: its text.
        vocabulary: the vocabulary that it names.
        load_policy: finds another policy by name, for `policy NAME is prohibited`. It raises `InvalidError` if
            that cannot be used; a diagnostic without a place is then given the place of the name.
        laws: the policies of law that judge beside this one, for `policy of law is prohibited`.
    """
    problems = Diagnostics(source)
    policy = _linked(tree, Scope(vocabulary, laws=tuple(laws)), problems, load_policy)
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
    headers = sum(isinstance(item, HEADERS) for item in tree.items)
    assert has_errors(problems.found) or kept == parts - headers
    return (None if has_errors(problems.found) else policy), problems.found


def _linked(
    tree: syntax.PolicyFile, scope: Scope, problems: Diagnostics, load_policy: LoadPolicy
) -> Policy:
    """Run the stages of linking. Each uses what those before it have declared in the scope."""
    header = link_header(tree, problems)
    verdicts = link_verdicts(tree, problems)
    sections = link_sections(tree, scope, problems)
    waiting = link_may_wait(tree, scope, problems)
    places = link_law(tree, problems)
    documents = link_documents(tree, scope, problems)
    readings = link_readings(tree, scope, problems)
    tables = link_tables(tree, scope, problems)
    definitions = link_definitions(tree, scope, problems)
    clauses = link_clauses(tree, scope, problems)
    warnings = link_warnings(tree, scope, problems)
    policies = link_policies(scope, problems, load_policy)
    if places and scope.reads_law:
        message = f"`{tree.name.text}` is a law, and asks what other laws prohibit"
        hint = "name the one it means: `policy a-name is prohibited`"
        problems.add("E336", message, scope.reads_law, hint=hint)
    order = dependency_order(definitions, clauses, problems)
    _check_written_out(definitions, clauses, warnings, order, problems)
    _check_warnings(definitions, warnings, problems)
    policy = Policy(
        name=tree.name.text,
        title=header.get("title", tree.name.text),
        version=header.get("version", ""),
        origin=header.get("source", ""),
        notice=header.get("notice", ""),
        partial=header.get("partial", ""),
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
        may_wait=waiting,
        verdict_words=verdicts,
        law_of=places,
    )
    _warn_unused(policy, problems)
    return policy


def link_policies(
    scope: Scope, problems: Diagnostics, load_policy: LoadPolicy
) -> dict[str, Policy]:
    """The other policies whose verdicts the conditions test, by their names.

    None is looked for after one that cannot be used: where policies use one another, its mistakes would be told
    once for each way that leads to it.
    """
    found: dict[str, Policy] = {}
    for name, span in sorted(scope.policies.items()):
        try:
            found[name] = load_policy(name)
            if sum(other.used for other in found.values()) > MAX_POLICIES:
                raise too_many_policies()
        except InvalidError as error:
            problems.found += placed(error.diagnostics, problems.source, span)
            break
        other = found[name].vocabulary
        if other != scope.vocabulary:
            message = f"the policy `{name}` is over the vocabulary `{other.name}`"
            hint = f"name a policy over `{scope.vocabulary.name}`, the vocabulary of this one"
            problems.add("E207", message, span, hint=hint)
    return found


def _warn_unused(policy: Policy, problems: Diagnostics) -> None:
    """Warn of what no condition uses, unless there are errors: a condition with a mistake may have used it."""
    if has_errors(problems.found):
        return
    rules = (*policy.clauses.values(), *policy.warnings.values())
    bodies = [d.body for d in policy.definitions.values()] + [rule.violation for rule in rules]
    used = {key for body in bodies for key, _ in reads(body)}
    used |= {("document", name) for name in _named_documents(policy)}
    declared: list[tuple[str, Iterable[Definition | Document | Table | Reading]]] = [
        ("document", policy.documents.values()),
        ("definition", policy.definitions.values()),
        ("table", policy.tables.values()),
        ("reading", policy.readings.values()),
    ]
    for what, items in declared:
        for item in items:
            if (what, item.name) not in used:
                message = f"the {what} `{item.name}` is never used"
                problems.add("W701", message, item.span, hint="remove it")


def _named_documents(policy: Policy) -> Iterator[str]:
    """The documents from which something comes."""
    for clause in policy.clauses.values():
        parts: list[Clause | Breach | Exemption] = [clause, *clause.breaches, *clause.exceptions]
        yield from (name for part in parts for name in part.per)
    declared: list[Definition | Table] = [*policy.definitions.values(), *policy.tables.values()]
    yield from (name for part in declared for name in part.per)
    for reading in policy.readings.values():
        yield from chain.from_iterable(reading.per.values())


def _check_warnings(
    definitions: Mapping[str, Definition], warnings: Mapping[str, Clause], problems: Diagnostics
) -> None:
    """Refuse a warning that tests, directly or not, what a clause comes to: it is told beside the clauses."""
    if has_errors(problems.found):
        return
    for warning in warnings.values():
        todo, seen = [*reads(warning.violation)], set[RuleKey]()
        for (kind, name), span in todo:
            if kind == "clause":
                message = f"the warning `{warning.name}` depends on the clause `{name}`"
                problems.add(
                    "E323",
                    message,
                    span,
                    hint="let it test the facts themselves",
                    labels=[(warning.span, "the warning")],
                )
                break
            if kind == "definition" and (kind, name) not in seen:
                seen.add((kind, name))
                todo += reads(definitions[name].body)


def _check_written_out(
    definitions: Mapping[str, Definition],
    clauses: Mapping[str, Clause],
    warnings: Mapping[str, Clause],
    order: list[RuleKey],
    problems: Diagnostics,
) -> None:
    """Refuse what nests too deep, or is too large, once each definition that it uses is put in its place.

    A clause that is used adds to the depth only: its outcome is worked out once. `order` has each after all
    that it uses. Only the first on a way to a bound is reported.
    """
    depths: dict[RuleKey, int] = {}
    sizes: dict[RuleKey, int] = {}
    for kind, name in [*order, *(("warning", name) for name in warnings)]:
        body: Condition | EntitySet
        if kind == "definition":
            body, span = definitions[name].body, definitions[name].span
        else:
            rule = (clauses if kind == "clause" else warnings)[name]
            body, span = rule.violation, rule.span
        used = [key for key, _ in reads(body)]
        deepest = max((depths.get(key, 0) for key in used), default=0)
        depths[kind, name] = depth(body) + deepest
        if depths[kind, name] > MAX_DEPTH >= deepest:
            report_depth(problems, name, span)
        parts = [sizes.get(key, 0) for key in used if key[0] == "definition"]
        sizes[kind, name] = sum(1 for _ in walk(body)) + sum(parts)
        if sizes[kind, name] > MAX_SIZE >= max(parts, default=0):
            report_size(problems, name, span)
