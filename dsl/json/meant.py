"""What somebody meant whose JSON does not fit: the nearest form that does, with their own values."""

from __future__ import annotations

import json
import re

from clausewise.dsl.json.fit import fits_field
from clausewise.dsl.models.taxonomy import YES_NO, folded
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.startup.typed import Any
from clausewise.dsl.text.values import QUOTES, STRAIGHT

MOST_SHOWN = 200
"""Characters of a form that is proposed."""
_KEYS = {
    "values": "value",
    "proof": "evidence",
    "proofs": "evidence",
    "attested-by": "attested",
    "attestedBy": "attested",
    "attested_by": "attested",
    "source": "from",
}
_OF_ATTESTATION = {"date": "on", "day": "on", "reason": "because", "name": "by", "person": "by"}
_WORD = re.compile(r"[A-Za-z][\w-]*+")
_CONSTANTS = {"True": "true", "False": "false", "None": "null", "nil": "null", "undefined": "null"}


def right_form(given: Any, field: Field) -> str | None:
    """The nearest form of a fact that fits its field, as JSON; `None` if there is none."""
    made = _fact(given, field) if isinstance(given, dict) else _value(given, field)
    if made is None or not fits_field(field, made):
        return None
    shown = json.dumps(made, ensure_ascii=False, default=float)
    return shown if len(shown) <= MOST_SHOWN else None


def _value(given: Any, field: Field) -> Any:
    if field.is_many:
        if isinstance(given, str):
            return [] if given == "none" else [part.strip() for part in given.split(",")]
        return given
    if isinstance(given, list) and len(given) == 1:
        given = given[0]
    if field.shape == "yes-no" and isinstance(given, str):
        word = folded(given)
        (term,) = YES_NO.synonyms.get(word, (word,))
        return {"yes": True, "no": False}.get(term)
    return given


def _fact(given: dict[str, Any], field: Field) -> Any:
    made: dict[str, Any] = {}
    for key, held in given.items():
        known = _KEYS.get(key, key)
        if known == "value":
            held = _value(held, field)
        elif known in ("evidence", "from") and isinstance(held, str):
            held = [held]
        elif known == "attested":
            held = _attested(held)
        made[known] = held
    return made if "value" in made else None


def _attested(given: Any) -> Any:
    if isinstance(given, str):
        return {"by": given}
    if isinstance(given, dict):
        return {_OF_ATTESTATION.get(key, key): held for key, held in given.items()}
    return given


def syntax_meant(text: str, at: int, reason: str) -> tuple[str, str] | None:
    """What is no JSON at a place where the library expects something, and what to write there."""
    here = text[at : at + 1]
    if here and here in QUOTES:
        shown = "the backtick" if here == "`" else f"`{here}`"
        return STRAIGHT, f'write `"` in place of {shown}'
    word = _WORD.match(text, at)
    if word and reason.startswith(("expecting property name", "expecting value")):
        constant = _CONSTANTS.get(word[0])
        shown = constant or f'"{word[0]}"'
        return (
            "names and texts stand in double quotes" if not constant else "it has no such word",
            f"write `{shown}`",
        )
    if reason.startswith("expecting ':'"):
        said = f" in place of `{here}`" if here in "=-" else ""
        return "a colon stands behind a name", f"write `:`{said}"
    if reason.startswith("expecting ','"):
        return "a comma is missing", "write `,` behind what stands before this"
    return None
