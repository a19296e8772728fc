"""Which stated facts count: a judgement needs a person, and under strict review a claim needs its evidence.

Admission only ever turns a known fact into an unknown one. `harm no` without `attested by`, for example, becomes
unknown, and the clause that reads it asks for a person. `harm no attested by "A" on 2026-11-02` counts from that
day on: in a design without a date of judging it is unknown, and the clause asks for that date. Were it known,
stating the date could take it back, and with it a settled verdict.

Of a list, only what lacks its evidence becomes unknown. `acts-for holding`, where the claim that there is nobody
else needs evidence (`evidenced for none`), becomes `acts-for holding, ...`: who is named counts, others may come.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from clausewise.dsl.models.deployment import Deployment, Entity, Fact, Terms, Value, show_value
from clausewise.dsl.models.vocabulary import EvidencedValues
from clausewise.dsl.startup.lean import replace
from clausewise.dsl.trees.values import Duration, Range

DoubtOf = Callable[[str], str]
"""Why a piece of evidence does not count; empty if it does."""


def admit(deployment: Deployment, evidence: DoubtOf | None = None) -> Deployment:
    """The deployment with all that does not count made unknown, the `doubt` of each such fact saying why.

    Args:
        deployment: what was stated.
        evidence: looks at the evidence beside facts whose fields are marked `evidenced`, which do not count
            without; `None` if they do.
    """
    entities: dict[str, Entity] = {}
    for name, entity in deployment.entities.items():
        facts = {
            key: replace(fact, value=_without_evidence(fact), doubt=doubt, undated=doubt == UNDATED)
            if (doubt := _doubt(fact, deployment, evidence))
            else fact
            for key, fact in entity.facts.items()
        }
        entities[name] = replace(entity, facts=facts)
    return replace(deployment, entities=entities)


PLACEHOLDERS = frozenset(
    [
        "",
        "tba",
        "tbc",
        "tbd",
        "to be announced",
        "to be confirmed",
        "to be decided",
        "to be determined",
        "to be done",
        "to be named",
        "todo",
        "to do",
        "fixme",
        "xxx",
        "pending",
        "not yet",
        "n/a",
        "n.a",
        "not applicable",
        "none",
        "nobody",
        "no one",
        "anybody",
        "anyone",
        "somebody",
        "someone",
        "unknown",
        "not known",
        "unattested",
        "anonymous",
        "name",
        "ai",
    ]
)
"""What is written in place of whoever answers, in lower case and without `MARKS` at its ends: nobody does yet."""
MARKS = " .?!-_…"
OPENINGS = (
    "tba ",
    "tbc ",
    "tbd ",
    "todo ",
    "to be ",
    "to do ",
    "pending ",
    "awaiting ",
    "waiting for ",
    "not yet ",
    "nobody ",
    "no one ",
    "unknown ",
    "an ai ",
    "the ai ",
)
"""With what a placeholder opens that goes on, such as `TBD by counsel`: in lower case, and no name of anybody."""

UNDATED = "it counts from the day on which it was attested, and no date of judging is stated"


def doubt_of_attestation(by: str, on: date | None, as_of: date | None) -> str | None:
    """Why an attestation does not make a judgement count, if it does not.

    Args:
        by: who answers for it; a blank text is nobody, and so is a placeholder.
        on: when it was attested, if that is stated.
        as_of: the date of judging, if there is one.
    """
    if is_nobody(by):
        held = by.strip()
        return f"`{held}` is a placeholder" if held else "nobody answers for it (`attested by`)"
    if on and as_of is None:
        return UNDATED
    return "it was attested after the date of judging" if on and as_of and on > as_of else None


def is_nobody(by: str) -> bool:
    """Whether what is written as a person's name names none."""
    return is_placeholder(by) or _bare(by).startswith(OPENINGS)


def is_placeholder(text: str) -> bool:
    """Whether a text only keeps the place of what is still to be said."""
    return _bare(text) in PLACEHOLDERS


def _bare(text: str) -> str:
    return text.strip().lower().strip(MARKS)


def _doubt(fact: Fact, deployment: Deployment, evidence: DoubtOf | None) -> str | None:
    if fact.value is None:
        return None
    if fact.field.kind == "judgement":
        by = fact.attestation
        on = by.on.value if by and by.on else None
        doubt = doubt_of_attestation(by.by.text if by else "", on, deployment.as_of)
        doubt = doubt or _doubt_of_second(fact, deployment.as_of)
        if doubt:
            return doubt
    if evidence and needs_evidence(fact):
        if not fact.evidence:
            return "there is no evidence beside it"
        return next((doubt for text in fact.evidence if (doubt := evidence(text))), None)
    return None


def _doubt_of_second(fact: Fact, as_of: date | None) -> str | None:
    """Why a judgement for which somebody answers does not count all the same, for what a second person says."""
    second, first = fact.second, fact.attestation
    assert first is not None
    if second is None:
        return "a second person must answer for it, too" if fact.field.by_two else None
    by, on = second.attestation.by.text, second.attestation.on
    if doubt := doubt_of_attestation(by, on.value if on else None, as_of):
        return doubt if doubt == UNDATED else f"of the second opinion, {doubt}"
    if not say_the_same(fact.value, second.value):
        told = [(first.by.text, fact.value), (by, second.value)]
        said = ", ".join(f"{who} says {show_value(value)}" for who, value in told)
        return f"opinions differ: {said}"
    if fact.field.by_two and by.strip().casefold() == first.by.text.strip().casefold():
        return "a second person must answer for it, and this is the same one"
    return None


def answered(fact: Fact) -> tuple[str, date | None] | None:
    """Who answers for a judgement, and from which day on: from the later one, if two people say the same.

    `None` if nobody does, or opinions differ.
    """
    people, second = fact.attestations, fact.second
    differ = second is not None and not say_the_same(fact.value, second.value)
    if not people or differ or any(is_nobody(by.by.text) for by in people):
        return None
    return people[0].by.text, max((by.on.value for by in people if by.on), default=None)


def say_the_same(one: Value | None, other: Value | None) -> bool:
    """Whether two values mean the same, however they are written."""
    match one, other:
        case Terms(), Terms():
            return (frozenset(one.names), one.more) == (frozenset(other.names), other.more)
        case Duration(), Duration():
            return one.seconds == other.seconds
        case _:
            return one == other


def needs_evidence(fact: Fact) -> bool:
    """Whether a claim counts only with evidence: a claim against oneself may count without."""
    listed, value = fact.field.evidence, fact.value
    if listed is None or not listed.word:
        return listed is not None
    is_for = listed.word == "for"
    if isinstance(value, Terms):
        claims = value.names or ("none",)
        return any(_is_marked(listed, claim) for claim in claims) or _ends(fact, value)
    if not isinstance(value, Range):
        return not is_for
    meets = _overlaps if is_for else _lies_in
    return any(meets(value, each) for each in listed.ranges) is is_for


def _is_marked(listed: EvidencedValues, claim: str) -> bool:
    """Whether to claim a term, or `none`, needs evidence."""
    if listed.word == "for":
        return claim in listed.inside or claim in listed.above
    return claim not in listed.inside


def _ends(fact: Fact, value: Terms) -> bool:
    """Whether a list claims that nothing else is in it, where that needs evidence (`evidenced for none`)."""
    listed = fact.field.evidence
    is_marked = listed is not None and listed.word == "for" and "none" in listed.inside
    return is_marked and fact.field.is_many and not value.more


def _without_evidence(fact: Fact) -> Value | None:
    """What counts of a claim that lacks evidence: of a list, what needs none; of all else, nothing."""
    listed, value = fact.field.evidence, fact.value
    if fact.field.kind == "judgement" or not (listed and listed.word and isinstance(value, Terms)):
        return None
    names = tuple(name for name in value.names if not _is_marked(listed, name))
    return Terms(names, more=True) if names and fact.field.is_many else None


def _overlaps(value: Range, other: Range) -> bool:
    below = value.high is not None and other.low is not None and value.high < other.low
    above = value.low is not None and other.high is not None and value.low > other.high
    return not below and not above


def _lies_in(value: Range, other: Range) -> bool:
    low_fits = other.low is None or (value.low is not None and value.low >= other.low)
    high_fits = other.high is None or (value.high is not None and value.high <= other.high)
    return low_fits and high_fits
