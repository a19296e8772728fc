"""The statements that judge a portfolio on DuckDB and find its odd rows, from the cache if they are there.

To write those of a policy of fourteen clauses takes as long as to judge some five thousand designs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from clausewise.dsl.startup import store
from clausewise.engine.core.policy import Policy, choose_readings


class KeptStatements(NamedTuple):
    """Those that make flat tables of `designs`, those that judge by them, and two queries.

    Attributes:
        odd: a query for the numbers of odd rows.
        most: a query for how many entities of a type a design has at most.
    """

    flat: tuple[str, ...]
    odd: str
    most: str
    judging: tuple[str, ...]


def statements(policy: Policy, readings: Mapping[str, str]) -> KeptStatements:
    """The statements for a policy under chosen readings."""
    if not policy.key:
        return _written(policy, readings)
    key = store.key_of("sql", policy.key, *_chosen(policy, readings))
    kept = store.load(key)
    found = KeptStatements(*kept) if kept else _written(policy, readings)
    if not kept:
        store.keep(key, tuple(found))
    return found


def _chosen(policy: Policy, readings: Mapping[str, str]) -> Iterator[str]:
    """The alternatives of a policy, and of those that it depends on: the key of a policy does not tell them."""
    for name, alternative in sorted(choose_readings(policy, readings).items()):
        yield f"{policy.name} {name} {alternative}"
    for _, other in sorted(policy.policies.items()):
        yield from _chosen(other, {})


def _written(policy: Policy, readings: Mapping[str, str]) -> KeptStatements:
    from clausewise.engine.backends.sql.odd_rows import OddRows  # sqlglot takes long to import
    from clausewise.engine.backends.sql.program import compile_parts

    odd = OddRows(policy.vocabulary)
    parts = compile_parts(policy, readings, odd=odd.test)
    return KeptStatements(parts.flat, odd.query(), odd.most(), parts.judging)
