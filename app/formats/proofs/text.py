"""What became of laws, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from clausewise.dsl.models.deployment import Deployment, show_value
from clausewise.dsl.models.written import design_of
from clausewise.dsl.printing.trees import print_tree
from clausewise.engine.backends.solver.proving.directions import Direction
from clausewise.engine.backends.solver.proving.prove import LawProof
from clausewise.engine.backends.solver.proving.sound import Flaw
from clausewise.engine.core.policy import Policy
from clausewise.formats.screen.sheet import Sheet

STYLES = {True: "green", False: "bold red", None: "yellow"}
SOUND = (
    "Some design is permitted. Each clause can be violated, and met; none implies another, and each exception "
    "excuses something."
)
BY_A_LAW = "a law prohibits it"
"""What is said where something is shown of designs that `policy of law is prohibited` is true of."""
SIGNS = {True: "✓", False: "✗", None: "?"}


def print_proof(proof: LawProof, policy: Policy, sheet: Sheet) -> None:
    """Print what became of a law, and the design that refutes it."""
    sign = (f"{SIGNS[proof.holds]} ", STYLES[proof.holds])
    sheet.line(sign, (proof.law.name, "bold"), (_how_far(proof), "dim"), indent=2, hang=4)
    if proof.holds:
        return
    sheet.line(proof.law.says, indent=4)
    if proof.why:
        sheet.line((proof.why, "yellow"), indent=4)
    if proof.holds is None or not proof.designs or proof.size is not None:
        return
    if other := _others(proof.readings, policy):
        sheet.line(f"Under {other}, it does not hold:", indent=4)
    if proof.by_a_law:
        sheet.line(f"It takes that {BY_A_LAW}:", indent=4)
    if proof.before:
        changed = " and ".join(_changes(proof.before, proof.designs[""]))
        sheet.line(f"`{proof.worse}` becomes violated where {changed}:", indent=4)
        print_design(proof.before, policy.name, sheet)
    elif "" in proof.designs:
        sheet.line("This design refutes it:", indent=4)
        print_design(proof.designs[""], policy.name, sheet)


def _changes(before: Deployment, after: Deployment) -> Iterator[str]:
    """The facts in which two deployments differ, in words."""
    for name, entity in after.entities.items():
        for field in entity.facts:
            one, other = before.entities[name].value(field), entity.value(field)
            if one != other:
                yield f"`{name}.{field}` changes from {show_value(one)} to {show_value(other)}"


def _how_far(proof: LawProof) -> str:
    if proof.holds is not True:
        return ""
    if count := len(proof.designs):
        law = f", where {BY_A_LAW}" if proof.by_a_law else ""
        return f"  shown by {'a design' if count == 1 else f'{count} designs'}{law}"
    if proof.size is None:
        return ""
    return f"  in designs of up to {proof.size} entities of each type ({proof.why})"


def _others(readings: Mapping[str, str], policy: Policy) -> str:
    defaults = policy.readings
    return ", ".join(f"{n}={way}" for n, way in readings.items() if way != defaults[n].default)


def print_design(design: Deployment, judged_by: str, sheet: Sheet) -> None:
    """Print a design that shows something, as its file would be."""
    sheet.line()
    for line in print_tree(design_of(design, (judged_by,))).splitlines():
        sheet.unwrapped(f"      {line}")
    sheet.line()


def print_total(proofs: Sequence[LawProof], sheet: Sheet) -> None:
    """Print how many laws hold, and of designs of which size."""
    hold = [proof for proof in proofs if proof.holds]
    bounded = sum(proof.size is not None for proof in hold)
    of_any = len(hold) - bounded
    parts = [f"{of_any} hold{'s' if of_any == 1 else ''} for designs of any size"]
    parts += [f"{bounded} for designs of a bounded size"] if bounded else []
    refuted = sum(proof.holds is False for proof in proofs)
    parts += [f"{refuted} refuted"] if refuted else []
    unknown = len(proofs) - len(hold) - refuted
    parts += [f"{unknown} not known"] if unknown else []
    count = f"{len(proofs)} law{'' if len(proofs) == 1 else 's'}"
    sheet.line()
    sheet.line((f"{count}: {', '.join(parts)}.", "bold"))


def print_flaws(found: Iterable[Flaw], sheet: Sheet) -> None:
    """Print what does nothing in a policy."""
    flaws = list(found)
    for flaw in flaws:
        why = f"  {flaw.why}" if flaw.why else ""
        sheet.line(("! ", "yellow"), flaw.said, (why, "dim"), indent=2, hang=4)
    if not flaws:
        sheet.line(SOUND)


PUSHES = {
    (True, False): "towards violated",
    (False, True): "towards met",
    (True, True): "both",
    (False, False): "neither",
}


def by_direction(found: Iterable[Direction]) -> dict[str, dict[str, dict[str, list[str]]]]:
    """Which way values push: by clause, by field (`actor.kind`) and by direction in words, the values."""
    by_clause: dict[str, dict[str, dict[str, list[str]]]] = {}
    for one in found:
        up_to = f" (as far as is known: {one.why})" if one.why else ""
        pushes = PUSHES[one.violates, one.keeps] + up_to
        of_field = by_clause.setdefault(one.clause, {}).setdefault(
            f"{one.field.owner}.{one.field.name}", {}
        )
        of_field.setdefault(pushes, []).append(one.value)
    return by_clause


def print_directions(policy: Policy, found: Iterable[Direction], sheet: Sheet) -> None:
    """Print which way values push clauses: for each clause and field, the values of each direction."""
    for clause, fields in by_direction(found).items():
        sheet.line((policy.clauses[clause].title, "bold"))
        for name, ways in fields.items():
            sheet.line((name, "cyan"), indent=2)
            for pushes, values in ways.items():
                sheet.line((f"{pushes}: ", "dim"), ", ".join(values), indent=4, hang=6)
        sheet.line()
