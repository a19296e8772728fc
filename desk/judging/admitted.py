"""The admitted form of a design: what of it counted on the day of its decision, as JSON that is judged quickly.

Claims that lacked evidence are unknown in it. So it is judged again without looking at evidence, unless some of
that has expired; and without its date, for that is the day on which it is judged again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from clausewise.desk.interview.evidence import lines_of
from clausewise.desk.judging.verdicts import JudgedVersion
from clausewise.dsl.models.deployment import Fact, Terms, fact_name
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.printing.trees import values_text
from clausewise.dsl.syntax import Attestation, Day, Item, More, Name, Number, Statement, Text


def admitted_form(judged: JudgedVersion) -> str:
    """The admitted form of a version that was judged, but for its date."""
    draft, deployment = judged.draft, judged.report.deployment
    design: dict[str, Any] = {draft.vocabulary.subject: deployment.title}
    if deployment.draft:
        design["draft"] = True
    entities = deployment.entities
    for block in draft.looked.tree.blocks:
        type_ = entities[(block.name or block.type).text].type
        held = design.setdefault(type_.name, {})
        if block.name:
            held[block.name.text] = {}
    for block, line in lines_of(draft):
        name = (block.name or block.type).text
        fact = deployment.fact(fact_name(name, line.field.text))
        held = design[block.type.text]
        assert fact is not None  # each line that was judged states one
        (held[name] if block.name else held)[line.field.text] = _fact(line, fact)
    return json.dumps(design, ensure_ascii=False, separators=(",", ":"))


def _fact(line: Statement, fact: Fact) -> Any:
    if fact.field.kind != "judgement" and fact.doubt:
        if not isinstance(fact.value, Terms):
            return None
        return {"value": [*fact.value.names], "more": True}
    value = _value(line.items, fact.field)
    stated: dict[str, Any] = {"value": value}
    if any(isinstance(item, More) for item in line.items):
        stated["more"] = True
    if line.attestation:
        stated["attested"] = _attested(line.attestation)
    if line.second:
        but = line.second.items
        stated["second"] = {} if but is None else {"value": _value(but, fact.field)}
        stated["second"] |= _attested(line.second.attestation)
    return stated if len(stated) > 1 else value


def _attested(by: Attestation) -> dict[str, str]:
    found = {"by": by.by.text}
    if by.on:
        found["on"] = by.on.value.isoformat()
    if by.because:
        found["because"] = by.because.text
    return found


def _value(items: Sequence[Item], field: Field) -> Any:
    values = [item for item in items if not isinstance(item, More)]
    if values == [Name("unknown")]:
        return None
    if field.is_many:
        return [item.text for item in values if isinstance(item, Name) and item.text != "none"]
    match values[0]:
        case Name("none") if field.may_be_none:
            return []  # as JSON has it, also where there is one value at most
        case Name(text) if field.shape == "yes-no":
            return text == "yes"
        case Name(text) | Text(text):
            return text
        case Number(value):
            return int(value) if value == int(value) else float(value)
        case Day(value):
            return value.isoformat()
        case item:
            return values_text((item,))
