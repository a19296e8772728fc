"""Reads designs as JSON, checks them against a model made from their vocabulary, and turns them into trees."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation

from clausewise.dsl.json.fit import fits
from clausewise.dsl.json.places import JsonPath, places, too_deep
from clausewise.dsl.json.tree import design_tree, policies_named
from clausewise.dsl.models.vocabulary import Vocabulary
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.startup.typed import Any, NoReturn
from clausewise.dsl.text.diagnostic import Diagnostic, Diagnostics
from clausewise.dsl.text.source import Source, Span
from clausewise.dsl.trees.designs import Design
from clausewise.dsl.trees.values import Name

MAX_NESTING = 64
MOST_ZEROS = 1_000
"""Between a number and its point: `1e999999999` is short, and to add one to it takes a gigabyte."""


@lean_dataclass(frozen=True)
class JsonDesign:
    """A design read from JSON. It becomes a syntax tree once its vocabulary is known.

    `spans` says where in the text each value stands, by its path: `("actor", "acme", "kind")`.
    """

    source: Source
    value: dict[str, Any]
    spans: dict[JsonPath, Span]

    @property
    def judged_by(self) -> tuple[Name, ...]:
        """The policies that the design names. What is not a text is left out here, and reported by `tree`."""
        return policies_named(self.value, self.spans)

    def tree(self, vocabulary: Vocabulary) -> tuple[Design | None, list[Diagnostic]]:
        """The design's tree, or what does not fit the vocabulary's model."""
        problems = Diagnostics(self.source)
        if not fits(self.value, vocabulary):
            from clausewise.dsl.json.schema import check_fit  # takes longer than all else

            check_fit(self.value, self.spans, vocabulary, problems)
            if problems.found:
                return None, problems.found
        tree = design_tree(self.value, self.spans, vocabulary, problems)
        return (None if problems.found else tree), problems.found


def parse_json(source: Source) -> tuple[JsonDesign | None, list[Diagnostic]]:
    """Read a JSON text that holds one object, without a key written twice."""
    problems = Diagnostics(source)
    deep = too_deep(source.text, MAX_NESTING)
    if deep:
        message = f"brackets nest more than {MAX_NESTING} deep"
        problems.add("E102", message, deep, hint="a design needs five levels")
        return None, problems.found
    try:
        value = json.loads(source.text, parse_float=_number, parse_constant=_no_constant)
    except ValueError as error:
        offset = error.pos if isinstance(error, json.JSONDecodeError) else 0
        reason = error.msg.lower() if isinstance(error, json.JSONDecodeError) else "a bad number"
        span = Span(min(offset, max(len(source.text) - 1, 0)), offset + 1)
        reason, hint = _meant(source.text, offset, reason)
        problems.add("E101", f"this is not JSON: {reason}", span, hint=hint)
        return None, problems.found
    half = _half_character(source.text)
    if half:
        problems.add("E101", "this is half a character", half, hint="write both halves")
        return None, problems.found
    if not isinstance(value, dict):
        hint = '`{"deployment": "A title", ...}`'
        problems.add("E103", "a design is a JSON object", Span(0, 1), hint=hint)
        return None, problems.found
    spans, twice = places(source.text)
    for path, span in twice:
        problems.add("E505", f"`{path[-1]}` is written twice", span, hint="keep one of them")
    return (None if twice else JsonDesign(source, value, spans)), problems.found


def _meant(text: str, at: int, reason: str) -> tuple[str, str]:
    """What is no JSON at a place of a text, and what to do about it."""
    if reason == "extra data":
        lines = "a design a line (JSON lines) is for `clausewise portfolio`"
        return reason, f"{lines}; one design is one object"
    here, before = text[at : at + 2], text[:at].rstrip()[-1:]
    if not text.strip():
        return "the file is empty", 'write `{"deployment": "A title", ...}`'
    if re.match(r"(?:\s|#[^\n]*+\n)*+deployment\b", text):
        return "it is a design as text", "name the file `NAME.design`"
    if here in ("//", "/*") or here[:1] == "#":
        return "it has no comments", "leave the comment out"
    if (before == "," and here[:1] in ("}", "]")) or "trailing comma" in reason:
        return "nothing follows this comma", "leave the comma out"
    if reason == "a bad number":
        return reason, "write digits, such as `12`"
    from clausewise.dsl.json.meant import syntax_meant  # only mistakes need it

    found = syntax_meant(text, at, reason)
    return found or (reason.removesuffix(" at").removesuffix(" starting"), "mend it here")


def _half_character(text: str) -> Span | None:
    """The first surrogate escape (`\\ud83d`) without its partner: no text can hold it."""
    if "\\ud" not in text.lower():
        return None
    high: re.Match[str] | None = None
    for escape in re.finditer(r"\\(?:u([0-9a-fA-F]{4})|.)", text):
        code = int(escape[1], 16) if escape[1] else 0
        follows = high is not None and high.end() == escape.start()
        if high and not (follows and 0xDC00 <= code <= 0xDFFF):
            return Span(*high.span())
        if 0xDC00 <= code <= 0xDFFF and not high:
            return Span(*escape.span())
        high = escape if 0xD800 <= code <= 0xDBFF else None
    return Span(*high.span()) if high else None


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:  # its exponent is larger than any number's
        raise ValueError(text) from None
    if abs(int(number.as_tuple().exponent)) > MOST_ZEROS:
        raise ValueError(text)
    return number


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
