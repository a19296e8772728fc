"""The JSON Schema of `clausewise.toml`, for editors, made from the table of keys."""

from __future__ import annotations

from typing import Any

from clausewise.configuration.find import MOST_SAID
from clausewise.configuration.keys import ADDRESS, DIGEST, KEYS, Key


def configuration_schema() -> dict[str, Any]:
    """The schema of the file, and of the table `tool.clausewise`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The configuration of Clausewise",
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _property(key) for name, key in KEYS.items()},
    }


def _property(key: Key) -> dict[str, Any]:
    text = {"type": "string"}
    default = list(key.default) if isinstance(key.default, tuple) else key.default
    told = {"description": key.says, **({} if default is None else {"default": default})}
    match key.kind:
        case "policies" | "folders" | "patterns":
            return {**told, "type": "array", "items": {**text, "minLength": 1}}
        case "verdicts":
            return {**told, "type": "array", "items": {"enum": list(key.choices)}}
        case "choice":
            return {**told, "enum": list(key.choices)}
        case "address":
            return {**told, **text, "pattern": ADDRESS}
        case "file":
            return {**told, **text}
        case "yes-no":
            return {**told, "type": "boolean"}
        case "number":
            return {**told, "type": "integer", "minimum": 1, "maximum": MOST_SAID}
        case "digests":
            one = {**text, "pattern": DIGEST}
            by_file = {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}
            return {**told, "type": "object", "additionalProperties": by_file}
        case "readings":
            by_reading = {"type": "object", "additionalProperties": text}
            return {**told, "type": "object", "additionalProperties": by_reading}
