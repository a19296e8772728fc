"""The rule graph: what each clause, breach, exception and definition reads. The only module that knows networkx.

Nodes are pairs of a kind and a name (engine/core/reads.py), among them breaches, exceptions and warnings.
An edge leads from what reads to what is read, and carries the span of the place that reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from clausewise.dsl.text.diagnostic import Diagnostics
from clausewise.engine.core.clauses import Clause, Definition
from clausewise.engine.core.conditions import Condition, EntitySet
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.reads import RuleKey, reads

if TYPE_CHECKING:
    import networkx as nx


def rule_graph(policy: Policy) -> nx.MultiDiGraph[RuleKey]:
    """The graph of a linked policy. Nodes have a `label`; edges have a `span` and a `role`."""
    import networkx as nx

    graph: nx.MultiDiGraph[RuleKey] = nx.MultiDiGraph()
    for clause in policy.clauses.values():
        graph.add_node(("clause", clause.name), label=clause.title)
        for exception in clause.exceptions:
            key = ("exception", f"{clause.name}/{exception.name}")
            graph.add_node(key, label=f"unless {exception.name}")
            graph.add_edge(("clause", clause.name), key, span=clause.span, role="unless")
            _add_reads(graph, key, exception.condition)
        for binding in clause.bindings:
            _add_reads(graph, ("clause", clause.name), binding.range)
        for breach in clause.breaches:
            key = ("breach", f"{clause.name}/{breach.name}")
            graph.add_node(key, label=f"breach {breach.name}")
            graph.add_edge(("clause", clause.name), key, span=clause.span, role="reads")
            _add_reads(graph, key, breach.condition)
        for condition in (clause.when, None if clause.breaches else clause.condition):
            if condition is not None:
                _add_reads(graph, ("clause", clause.name), condition)
    for warning in policy.warnings.values():
        graph.add_node(("warning", warning.name), label=f"warning {warning.name}")
        _add_reads(graph, ("warning", warning.name), warning.violation)
    for definition in policy.definitions.values():
        graph.add_node(("definition", definition.name), label=definition.name)
        _add_reads(graph, ("definition", definition.name), definition.body)
    return graph


def drawing(
    policy: Policy, clause: str | None = None
) -> tuple[dict[RuleKey, str], list[tuple[RuleKey, RuleKey, str]]]:
    """The graph's nodes with their labels, and its edges with their roles, without repetitions.

    With `clause`, only that clause and all that it reads, directly or not.
    """
    import networkx as nx

    graph = rule_graph(policy)
    reached = set(graph.nodes)
    if clause is not None:
        reached = {("clause", clause), *nx.descendants(graph, ("clause", clause))}
    labels = {key: str(d["label"]) for key, d in graph.nodes(data=True) if key in reached}
    edges = [(a, b, str(d["role"])) for a, b, d in graph.edges(data=True) if a in reached]
    return labels, list(dict.fromkeys(edges))


def _add_reads(
    graph: nx.MultiDiGraph[RuleKey], reader: RuleKey, body: Condition | EntitySet
) -> None:
    for key, span in reads(body):
        graph.add_node(key, **({} if key in graph else {"label": key[1]}))
        graph.add_edge(reader, key, span=span, role="reads")


def dependency_order(
    definitions: Mapping[str, Definition], clauses: Mapping[str, Clause], problems: Diagnostics
) -> list[RuleKey]:
    """Definitions and clauses, each after all that it depends on; a circle is a mistake.

    The order is the lexicographic one among those possible, so that equal policies give equal orders.
    """
    import networkx as nx

    graph: nx.DiGraph[RuleKey] = nx.DiGraph()
    bodies: dict[RuleKey, Condition | EntitySet] = {
        ("definition", name): definition.body for name, definition in definitions.items()
    }
    bodies.update((("clause", name), clause.violation) for name, clause in clauses.items())
    graph.add_nodes_from(bodies)
    for reader, body in bodies.items():
        for key, span in reads(body):
            if key in bodies and not graph.has_edge(reader, key):
                graph.add_edge(reader, key, span=span)
    circles = [c for c in nx.strongly_connected_components(graph) if _is_circle(graph, c)]
    for members in circles:
        _report_circle(graph, members, problems)
    return [] if circles else list(nx.lexicographical_topological_sort(graph.reverse()))


def _is_circle(graph: nx.DiGraph[RuleKey], members: set[RuleKey]) -> bool:
    return len(members) > 1 or any(graph.has_edge(key, key) for key in members)


def _report_circle(
    graph: nx.DiGraph[RuleKey], members: set[RuleKey], problems: Diagnostics
) -> None:
    import networkx as nx

    edges = nx.find_cycle(graph.subgraph(members), min(members))
    links = [(graph.edges[a, b]["span"], f"`{a[1]}` uses `{b[1]}`") for a, b in edges]
    names = " uses ".join(f"`{a[1]}`" for a, _ in edges)
    first, *others = links
    problems.add(
        "E401",
        f"{names} uses `{edges[0][0][1]}`: a circle",
        first[0],
        hint="remove one of the links",
        labels=others,
    )
