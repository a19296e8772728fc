"""How often an open clause is in truth settled: `python -m tests.reference.incompleteness [PAIRS]`.

Kleene's logic looks at each part by itself, so `x or not x` is unknown where x is. That is a price, not a mistake:
here it is measured. Drafts are left out, for they are open by what may follow.
"""

from __future__ import annotations

import sys
from collections import Counter

from hypothesis import HealthCheck, Phase, given, settings

from tests.generated import Pair, pairs
from tests.reference.completions import completions
from tests.reference.judge import Judge
from tests.reference.product import HOLDS, judged

MOST_COMPLETIONS = 3000


def measure(count: int) -> Counter[str]:
    """Tallies over `count` generated pairs: pairs, too large, drafts, clauses, open, settled in truth."""
    tally: Counter[str] = Counter()

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(pairs())
    def each(pair: Pair) -> None:
        tally.update(tally_of(pair))

    each()
    return tally


def tally_of(pair: Pair) -> Counter[str]:
    """The tallies of one pair."""
    trees = [pair.tree, *pair.others.values()]
    worlds = completions(pair.deployment, trees)
    if pair.deployment.draft:
        return Counter({"pairs": 1, "drafts": 1})
    if len(worlds) > MOST_COMPLETIONS:
        return Counter({"pairs": 1, "too large": 1})
    clauses = judged(pair.policy, pair.deployment)
    unsettled = [name for name, clause in clauses.items() if clause.outcome not in HOLDS]
    truths: dict[str, set[str]] = {name: set() for name in unsettled}
    for world in worlds if unsettled else ():
        for name, outcome in Judge(pair.tree, pair.others, world).outcomes().items():
            truths.get(name, set()).add(outcome)
    settled = [name for name in unsettled if any(truths[name] <= may for may in HOLDS.values())]
    counts = {"clauses": len(clauses), "open": len(unsettled), "settled in truth": len(settled)}
    return Counter({"pairs": 1, **counts})


def main() -> None:
    """Print the figures."""
    tally = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
    for name, count in tally.items():
        print(f"{count:6} {name}")
    share = tally["settled in truth"] / tally["open"]
    print(f"{share:.1%} of the open clauses have one outcome however the facts turn out")


if __name__ == "__main__":
    main()
