"""A policy that is installed, in a few lines: what it covers, where it is the law, and whether it could apply."""

from __future__ import annotations

from collections.abc import Sequence

from clausewise.dsl.models.deployment import AS_OF, FactName, show_value
from clausewise.dsl.models.places import places
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.engine.core.outcomes import Verdict
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.judgement import Judgement
from clausewise.engine.judging.sufficient import why_none_applies
from clausewise.formats.screen.sheet import Sheet
from clausewise.intake.judges import origin_of

MOST_FACTS = 4


def print_pack(policy: Policy, found: Judgement | InvalidError | None, sheet: Sheet) -> None:
    """Print a policy, and what it makes of a design, if there is one."""
    sheet.line(
        (policy.full_name, "bold"), (f"  {_kind(policy)}, {origin_of(policy)}", "dim"), hang=2
    )
    sheet.line(policy.title, indent=2)
    source = policy.origin or "a text that it does not name"
    count = len(policy.clauses)
    sheet.unwrapped("  ", (f"{count} clause{'' if count == 1 else 's'}, of {source}", "dim"))
    if policy.partial:
        sheet.line((f"partial: {policy.partial}", "yellow"), indent=2, hang=4)
    if isinstance(found, InvalidError):
        sheet.line((f"cannot judge it: {found.diagnostics[0].message}", "yellow"), indent=2)
    elif found and found.verdict is Verdict.NOT_APPLICABLE:
        sheet.line((f"does not apply: {_facts(found)}", "dim"), indent=2, hang=4)
    elif found:
        sheet.line(
            (f"could apply: {policy.shown(found.verdict)}, by what is stated", "bold"), indent=2
        )
    sheet.line()


def print_choice(
    offered: Sequence[tuple[str, Policy | InvalidError]], *, several: bool, sheet: Sheet
) -> None:
    """Print policies by number, each with what it is about, to choose among."""
    ask = "By which policies is it judged?" if several else "By which policy is it judged?"
    how = f" (a number, a name or a part of it{'; several by commas' if several else ''})"
    sheet.line((ask, "bold"), how, hang=2)
    for number, (name, found) in enumerate(offered, 1):
        if isinstance(found, InvalidError):
            about, more = name, f"cannot be used: {found.diagnostics[0].message}"
        else:
            about, more = found.title, f"{name}, {_kind(found)}" if found.law_of else name
        sheet.line((f"{number:>4}  ", "dim"), about, (f"  {more}", "dim"), hang=8)


def _kind(policy: Policy) -> str:
    where = ", ".join(places().label(place) for place in policy.law_of)
    return f"law of {where}" if where else "no law"


def _facts(judgement: Judgement) -> str:
    """The facts for which no clause applies."""
    names = why_none_applies(judgement)
    more = f", and {len(names) - MOST_FACTS} more" if len(names) > MOST_FACTS else ""
    return ", ".join(_stated(name, judgement) for name in names[:MOST_FACTS]) + more


def _stated(name: FactName, judgement: Judgement) -> str:
    fact = judgement.deployment.fact(name)
    return f"{name} {show_value(fact.value)}" if fact else f"{AS_OF} {judgement.deployment.as_of}"
