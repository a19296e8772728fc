"""Of a mutant that no case notices: a complete design that tells it apart, or a proof that there is none."""

from __future__ import annotations

from importlib.util import find_spec

from clausewise.dsl.models.written import design_of
from clausewise.dsl.printing.trees import print_tree
from clausewise.engine.core.policy import Policy
from clausewise.testing.trials import changed_by

PROVED = "by no readings a clause of a complete design comes out otherwise: this is proved"


def proved(policy: Policy, mutant: Policy, part: str) -> tuple[str, str]:
    """How to tell a mutant apart, and why nothing can; both empty where neither is known, or without the solver.

    Warnings, defaults of readings, and clauses that are gone are left out: of these no design is the matter. Nor
    is it proved of a clause with breaches that nothing changes: which of them are told may.
    """
    is_default = any(
        reading.default != mutant.readings[name].default
        for name, reading in policy.readings.items()
        if name in mutant.readings
    )
    clauses = [name for name in policy.order if name in changed_by(policy, part)]
    is_whole = mutant.clauses.keys() == policy.clauses.keys()
    if find_spec("pysat") is None or is_default or not clauses or not is_whole:
        return "", ""
    from clausewise.engine.backends.solver.proving.alike import ToldApart, told_apart

    found = told_apart(policy, mutant, clauses)
    if found is None:
        has_breaches = any(policy.clauses[name].breaches for name in clauses)
        return "", "" if has_breaches else PROVED
    if not isinstance(found, ToldApart):
        return "", ""
    design = print_tree(design_of(found.design, (policy.name,)))
    others = [f"{n}={w}" for n, w in found.readings.items() if w != policy.readings[n].default]
    others += ["a law that prohibits it"] if found.by_a_law else []
    by = f" by {', '.join(others)}" if others else ""
    return f"{found.clause} is {found.before}, then {found.after}{by}, of\n{design}", ""
