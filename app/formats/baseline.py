"""A baseline as its file holds it: a problem on each line, in order, so that what changes in it can be read."""

from __future__ import annotations

from clausewise.accepting.baseline import SCHEMA, KnownProblems
from clausewise.formats.escaping import as_json


def render(known: KnownProblems) -> str:
    """The document of JSON."""
    lines = [
        as_json(
            {
                "design": design,
                "policy": policy,
                "clause": clause,
                "entities": entities,
                "outcome": outcome.value,
                "facts": facts,
            }
        )
        for (design, policy, clause, entities), entries in sorted(known.entries.items())
        for outcome, facts in sorted(entries)
    ]
    held = "".join(f"\n    {line}," for line in lines).removesuffix(",")
    return f'{{\n  "schema": {as_json(SCHEMA)},\n  "problems": [{held}\n  ]\n}}\n'
