"""What several words mean where a value stands: `jurisdiction European Union`, `by the acme`, `consent not given`.

A design is read before anybody knows in which words it may be written, so its reader can only say that one value
is one word. Here the vocabulary is known, and a value can be named that was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from clausewise.dsl.models.meant import hint_for_term, terms_called
from clausewise.dsl.models.shapes import SHAPES
from clausewise.dsl.models.taxonomy import Taxonomy, folded
from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.dsl.parsing.meaning.lines import line_of
from clausewise.dsl.parsing.meaning.told import LIST, ONE_FIELD, WHAT_IS_SO
from clausewise.dsl.startup.lean import replace
from clausewise.dsl.text.diagnostic import Diagnostic
from clausewise.dsl.text.names import did_you_mean
from clausewise.dsl.text.source import Span

_WORD = r"(?!(?:evidence|attested|by|because)\b)[\w'.-]++"
_WORDY_LINE = re.compile(
    rf"[ \t]*+(?P<field>[A-Za-z][\w-]*+)[ \t]++(?P<words>[A-Za-z][\w'.-]*+(?:[ \t]++{_WORD})++)[ \t,;]*+"
    r"(?=\Z|evidence|attested|[\"(])"
)
_OPENED_BLOCK = re.compile(
    r"^[ \t]*+(?P<type>[A-Za-z][\w-]*+)(?:[ \t]++(?P<name>[A-Za-z][\w-]*+))?+[ \t]*+\{",
    re.MULTILINE,
)
MOST_WORDS = 8
_NEGATIONS = ("not", "no", "non", "never", "without")


def explained(problems: Iterable[Diagnostic], vocabulary: Vocabulary) -> list[Diagnostic]:
    """Mistakes of a design, in which several words in place of a value are taken for what they mean."""
    told = (LIST, ONE_FIELD, WHAT_IS_SO)
    return [_explained(one, vocabulary) if one.message in told else one for one in problems]


def _explained(found: Diagnostic, vocabulary: Vocabulary) -> Diagnostic:
    if found.span is None or found.source is None:
        return found
    text, at = found.source.text, found.span.start
    start, end = line_of(text, at)
    line = _WORDY_LINE.match(text, start, end)
    type_ = _opened_above(text[:start], vocabulary) if line else None
    field = type_.fields.get(line["field"]) if line and type_ else None
    if line is None or type_ is None:
        return found
    words = line["words"].split()
    if len(words) > MOST_WORDS:
        return found
    joined = f"{line['field']}-{words[0]}"
    if field is None and joined in type_.fields:
        hint = f"write `{' '.join([joined, *words[1:]])}`"
        return replace(found, message="the name of a field is one word", hint=hint)
    if field is None:
        return found
    named = words if text.startswith(('"', "("), line.end()) else words[:-1]
    others = [word for word in named if word in type_.fields and word != field.name]
    if others or {"and", "or"} & {*words}:
        return found
    meant = _hint(words, field, vocabulary, text)
    if meant is None:
        return found
    message = f"`{' '.join(words)}` is not a value of `{field.name}`"
    # all of them, since an editor puts the name that is meant in their place
    span = Span(*line.span("words"))
    return replace(found, code="E503", message=message, hint=meant, span=span)


def _opened_above(above: str, vocabulary: Vocabulary) -> EntityType | None:
    """The type of the block that was opened last."""
    opened = [block["type"] for block in _OPENED_BLOCK.finditer(above)]
    return vocabulary.entities.get(opened[-1]) if opened else None


def _hint(words: list[str], field: Field, vocabulary: Vocabulary, text: str) -> str | None:
    """What is said of several words for a field; `None` if each of them is a value, so that commas are missing."""
    if field.is_reference:
        return _hint_for_name(words, field, text)
    if field.has_terms:
        return _hint_for_term(words, field, vocabulary.taxonomy_of(field))
    if any(character.isdigit() for character in "".join(words)):
        return None
    return f"write `{field.name} {SHAPES[field.shape].example}`, for example"


def _hint_for_name(words: list[str], field: Field, text: str) -> str | None:
    """The entity that is meant, of those that have blocks."""
    blocks = _OPENED_BLOCK.finditer(text)
    names = [one["name"] for one in blocks if one["type"] == field.target and one["name"]]
    same = (_same(part, names) for part in _parts(words))
    found = next(filter(None, same), None)
    return f"did you mean `{found}`?" if found else did_you_mean("-".join(words), names)


def _hint_for_term(words: list[str], field: Field, taxonomy: Taxonomy) -> str | None:
    """The term that is meant: by all words, by some of them, or one of the first few."""
    if all(word in taxonomy or word in ("none", "unknown") for word in words):
        return None
    if written := _same(" ".join(words), taxonomy.current):
        return f"write `{field.name} {written}`"
    if words[0].lower() in _NEGATIONS:
        return None
    for part in _parts(words):
        if part in taxonomy:
            return f"write `{field.name} {part}`"
        if terms_called(part, taxonomy):
            return hint_for_term(part, taxonomy)
    if any(word in taxonomy for word in words):
        return None
    hint = hint_for_term(" ".join(words), taxonomy)
    return f"{hint}, or `none`" if field.may_be_none and hint.startswith("values: ") else hint


def _parts(words: list[str]) -> Iterator[str]:
    """All runs of the words, the longest first."""
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length])


def _same(part: str, names: Iterable[str]) -> str | None:
    """The name that is these words, with other signs between them."""
    return next((name for name in names if folded(name) == folded(part)), None)
