"""The file of waivers, which the configuration names: TOML, an entry `[[waiver]]` for each (docs/ci.md).

No design can name it. Which problem a waiver is about is said by the path of the design, never by its title, which
the design says itself.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from clausewise.checking.accepted import Waiver
from clausewise.dsl.models.admission import is_nobody, is_placeholder
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.diagnostic import Diagnostics, InvalidError
from clausewise.dsl.text.names import hint_for
from clausewise.dsl.text.source import Source, Span
from clausewise.intake.texts import read
from clausewise.intake.toml import span_of, table_of

MISSING = "`waivers` of the configuration names it: make that file, which may be empty, or take the key out"
ENTRY = r"^[ \t]*\[\[[ \t]*[\"']?waiver[\"']?[ \t]*\]\]"


@lean_dataclass(frozen=True, slots=True)
class WaiverKey:
    """What an entry can say."""

    says: str
    example: str
    required: bool = True


KEYS: Mapping[str, WaiverKey] = {
    "design": WaiverKey(
        "The path of the design, from the folder of this file on.", '"designs/front.design"'
    ),
    "clause": WaiverKey("The clause: its name or its number.", '"keeping"'),
    "entity": WaiverKey(
        "The entity of which the problem is found; a list where it is found of several together, and an empty text"
        " where it is found of none that the design lists.",
        '"front"',
    ),
    "reason": WaiverKey("Why it is accepted.", '"the new recorder arrives in January"'),
    "approver": WaiverKey("Who accepts it.", '"R. Diaz, counsel"'),
    "expires": WaiverKey("The last day on which it holds.", "2027-01-31"),
    "ticket": WaiverKey("Where it is followed up.", '"SEC-12"', required=False),
    "policy": WaiverKey(
        "The policy that must judge; any by default.", '"door-code"', required=False
    ),
}
"""By name, in the order in which they are written."""
ANSWERED = ("reason", "approver", "ticket")
"""Those that a person answers: a placeholder in one of them is no answer."""


def read_waivers(path: Path) -> tuple[Source, tuple[Waiver, ...]]:
    """The waivers of a file.

    Raises:
        InvalidError: it cannot be read, or something in it does not fit (E110).
    """
    source = read(path, if_missing=MISSING)
    table = table_of(source, "E110")
    problems = Diagnostics(source)
    for key in table:
        if key != "waiver":
            hint = hint_for(key, ["waiver"], "keys")
            problems.add("E110", f"there is no key `{key}`", span_of(source, key), hint=hint)
    entries = table.get("waiver", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        problems.add(
            "E110",
            "`waiver` is no list of entries",
            span_of(source, "waiver"),
            hint="write `[[waiver]]`",
        )
        entries = []
    folder = Path(os.path.abspath(path)).parent
    spans = _spans(source, len(entries))
    found = [_waiver(*one, folder, problems) for one in zip(entries, spans, strict=True)]
    if problems.found:
        raise InvalidError(problems.found)
    return source, tuple([one for one in found if one])


def _spans(source: Source, count: int) -> list[Span]:
    """Where each entry is written."""
    starts = [found.start() for found in re.finditer(ENTRY, source.text, re.MULTILINE)]
    if not starts or len(starts) != count:  # none, or they are written in some other way
        return [Span(0, len(source.text))] * count
    return [Span(*pair) for pair in zip(starts, [*starts[1:], len(source.text)], strict=True)]


def _waiver(
    entry: dict[str, Any], span: Span, folder: Path, problems: Diagnostics
) -> Waiver | None:
    wrong = list(_misfits(entry))
    for key, message, hint in wrong:
        problems.add("E110", message, span_of(problems.source, key, span), hint=hint)
    if wrong:
        return None
    entity = entry["entity"]
    return Waiver(
        design=os.path.realpath(folder / entry["design"]),
        clause=entry["clause"],
        entities=tuple(entity) if isinstance(entity, list) else (entity,),
        reason=entry["reason"],
        approver=entry["approver"],
        expires=_day(entry["expires"]),
        ticket=entry.get("ticket", ""),
        policy=entry.get("policy", ""),
        span=Span(
            span.start, span.start + len(problems.source.line_around(span.start, 80).rstrip())
        ),
    )


def _misfits(entry: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What is wrong with an entry: a key, what is said of it, and a hint."""
    for name in entry:
        if name not in KEYS:
            yield name, f"a waiver has no `{name}`", hint_for(name, KEYS, "keys")
    for name, key in KEYS.items():
        hint = f"write `{name} = {key.example}`: {key.says.lower().rstrip('.')}"
        if name not in entry:
            if key.required:
                yield "waiver", f"this waiver has no `{name}`", hint
        elif name == "expires":
            if _day(entry[name]) is None:
                yield name, "`expires` is no day", hint
        elif name == "entity":
            if not _is_entity(entry[name]):
                yield name, "`entity` is neither a text nor a list of names", hint
        elif not isinstance(entry[name], str) or not entry[name].strip() or "\0" in entry[name]:
            yield name, f"`{name}` is no text that says something", hint
        elif name in ANSWERED and _is_open(name, entry[name]):
            left_out = "" if key.required else ", or leave it out"
            yield (
                name,
                f"`{name}` is left open: `{entry[name].strip()}` is a placeholder",
                hint + left_out,
            )


def _is_open(name: str, text: str) -> bool:
    """Whether a text says nothing yet: it names nobody who could answer, or no reason, or has no letter or digit.

    `waiting for the vendor's update` is a reason, and nobody's name.
    """
    said = is_nobody if name == "approver" else is_placeholder
    return said(text) or not any(character.isalnum() for character in text)


def entity_written(entities: Iterable[str]) -> str:
    """What an entry says behind `entity` of a problem: the entities that the design lists, each once."""
    names = [f'"{name}"' for name in dict.fromkeys(entities) if name]
    return f"[{', '.join(names)}]" if len(names) > 1 else names[0] if names else '""'


def _is_entity(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(name, str) and name for name in value)
    return isinstance(value, str)


def _day(value: object) -> Any:
    """The day that is written, as a date of TOML or as a text; `None` if it is none."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def waivers_schema() -> dict[str, Any]:
    """The JSON Schema of the file, for editors."""
    text = {"type": "string", "minLength": 1}
    types: dict[str, dict[str, Any]] = {
        **dict.fromkeys(ANSWERED, text | {"pattern": r"[^\s.?!_…-]"}),
        "expires": {"type": "string", "format": "date"},
        "entity": {"anyOf": [{"type": "string"}, {"type": "array", "items": text, "minItems": 1}]},
    }
    entry = {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, key in KEYS.items() if key.required],
        "properties": {n: {"description": k.says, **types.get(n, text)} for n, k in KEYS.items()},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The waivers of Clausewise",
        "type": "object",
        "additionalProperties": False,
        "properties": {"waiver": {"type": "array", "items": entry}},
    }
