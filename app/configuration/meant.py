"""How a value that does not fit is written right: as it was meant, where that is plain."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from clausewise.configuration.keys import Key

_YES, _NO = frozenset({"yes", "true", "on"}), frozenset({"no", "false", "off"})
_NUMBER = re.compile(r"([0-9]{1,18})(?: ?+M(?:i?B)?)?", re.IGNORECASE)


def written(key: Key, value: object, fits: Callable[[object], object]) -> str:
    """A value in TOML: what was meant, if that is plain and `fits` (which raises `ValueError`), or an example."""
    for likely in _likely(key, value):
        try:
            fits(likely)
        except ValueError:
            continue
        return json.dumps(likely, ensure_ascii=False)
    return key.example


def _likely(key: Key, value: object) -> Iterator[object]:
    match key.kind, value:
        case "policies" | "folders" | "patterns" | "verdicts", str():
            yield [word.strip() for word in value.split(",")]
        case "yes-no", str() if value.lower() in _YES | _NO:
            yield value.lower() in _YES
        case "number", str() if found := _NUMBER.fullmatch(value.replace("_", "").strip()):
            yield int(found[1])
        case "choice", False:
            yield key.default
        case "file", [one]:
            yield one
        case _:
            pass
