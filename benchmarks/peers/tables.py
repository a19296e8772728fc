"""The taxonomies of the benchmark as JSON, for the peers: by term, what lies at and below it."""

from __future__ import annotations

import json
from pathlib import Path

COUNTRIES = ("US", "DE", "SE", "JP")
"""The countries that clauses name."""


def write_tables(work: Path) -> None:
    """Write `below.json` beside the policy, from its vocabulary and its table."""
    from clausewise.intake.load import load_policy

    policy = load_policy(str(work / "bench.policy"))
    vocabulary = policy.vocabulary
    below = {
        term: sorted(taxonomy.inside([term]))
        for taxonomy in vocabulary.taxonomies.values()
        for term in taxonomy.parents
    }
    places = vocabulary.taxonomy_of(vocabulary.entities["actor"].fields["jurisdiction"])
    below |= {place: sorted(places.inside([place])) for place in COUNTRIES}
    ages = policy.tables["adult-age"]
    adult = {term: int(str(age)) for term, age in ages.rows.items()}
    tables = {"below": below, "adult_age": adult, "adult_age_otherwise": int(str(ages.otherwise))}
    text = json.dumps(tables, indent=1, sort_keys=True)
    (work / "below.json").write_text(text + "\n", encoding="utf-8")
