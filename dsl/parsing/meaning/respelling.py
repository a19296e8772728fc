"""Words of other languages in place of our keywords, found by trial: the right one lets the parser read on.

Nothing here says where a keyword may stand. A word that is not expected is replaced by each keyword for which
people write it, or one is put before it, or an article is left out, until reading goes on. What is said is the
keyword alone: names of the line are not known here, and would be vouched for by a line that is shown whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from clausewise.dsl.parsing.meaning.lines import MOST_CHARACTERS, line_of, plain
from clausewise.dsl.parsing.meaning.told import QUOTED, Meant
from clausewise.dsl.text.source import Span

ErrorPlace = Callable[[str], int | None]
"""Where the first syntax error of a text is; `None` if it has none."""

MOST_TEXT = 40_000
"""Characters of a file that is read again for each trial."""

WRITTEN_FOR: Mapping[str, tuple[str, ...]] = {
    "is": ("=", "==", "equals", "be", "are", "matches", "eq"),
    "gives": ("->", "=>", "returns", "yields", ":"),
    "means": ("=", ":=", "->", "=>", "as", ":"),
    "of": ("for", "on", "in", "by"),
    "in": ("of", "from", "within", "among"),
    "where": ("if", "when", "that", "for", "such", "whenever"),
    "that": ("where", "then", "to"),
    "when": ("if", "where", "provided"),
    "for": ("about", "of", "on", "against"),
    "says": ("text", "description", "summary", "claims", "states", "statement", "name", "title"),
    "because": ("message", "msg", "reason", "error", "explanation", "rationale"),
    "remedy": ("fix", "advice", "solution", "mitigation", "help"),
    "at": ("location", "place", "paragraph", "article", "ref", "reference"),
    "quotes": ("quote", "cites", "phrase", "excerpt"),
    "prohibits": (
        *("deny", "denies", "forbid", "forbids", "forbidden", "prohibit", "prohibited", "bans"),
    ),
    "requires": ("require", "required", "ensures", "demands"),
    "clause": ("rule", "article", "check", "control", "requirement"),
    "define": ("def", "function", "let", "fn", "func", "set"),
    "vocabulary": ("uses", "use", "over", "schema", "language"),
    "policy": ("policies", "ruleset", "code"),
    "taxonomy": ("terms", "values", "list"),
    "entity": ("thing", "model"),
    "title": ("name", "called", "label"),
    "marked": ("mark", "tagged", "tag"),
    "ask": ("question", "prompt", "asks"),
    "evidenced": ("evidence", "proof", "proven"),
    "world": ("fact", "given"),
    "choice": ("lever", "option", "decision"),
    "judgement": ("judgment", "opinion", "assessment"),
    "yes-no": ("yesno", "boolean", "bool", "flag", "yes/no"),
    "ages": ("age", "range"),
    "single": ("singleton", "unique", "only"),
    "required": ("mandatory",),
    "law": ("rule", "claim", "invariant", "property"),
    "possible": ("sometimes", "can", "possibly", "may"),
    "changing": ("change", "changes", "replacing"),
    "adding": ("add", "adds"),
    "removing": ("remove", "removes", "dropping"),
    "from": ("of",),
    "never worsens": ("never worse", "does not worsen", "not worsens", "always improves"),
    "but for": ("except", "excluding", "save", "without"),
    "each": ("every", "any", "all"),
    "under": ("with", "given", "by"),
    "with": ("add", "set", "given", "let", "where"),
    "without": ("remove", "drop", "minus", "delete"),
    "expect": ("should be", "must be", "should", "assert", "then", "must"),
    "case": ("test", "scenario", "it", "example"),
    "design": ("file", "given", "input"),
    ",": ("and", "&", ";"),
    "and": (",", "&", ";"),
    "{": (":", "(", "[", "do", "begin", "then"),
    "unless": ("except", "excluding"),
    "reading": ("under", "readings", "using"),
}
"""Keywords, by what people write for them who know other languages."""

_LEFT_OUT = frozenset(
    (
        "a",
        "an",
        "the",
        "every",
        "each",
        "all",
        "any",
        "either",
        "be",
        "to",
        "as",
        "policy",
        "entity",
    )
)
_PUT_BEFORE = ("is", "of", "means", "gives", "from", "has", "clause", "one of", "ask")
_TESTED = frozenset(("clause", "section", "reading", "policy", "verdict"))
"""Words behind which something is named, and then tested by `is`."""
_MEANINGLESS = frozenset(":;-&%$@~#")
_WORD = re.compile(r'"[^"\n]*+"|[A-Za-z][\w-]*+|[^\w\s"]++|\S')


def respelled(text: str, span: Span, place: ErrorPlace) -> Meant | None:
    """What was meant by a word that is not expected, if another in its place lets the parser read on."""
    start, end = line_of(text, span.start)
    is_empty = not text[span.start : span.end].strip()
    if is_empty or len(text) > MOST_TEXT or end - start > MOST_CHARACTERS:
        return None
    for at, until, made in _trials(text, span, start):
        tried = f"{text[:at]} {made} {text[until:]}"
        is_line = tried[start : line_of(tried, start)[1]].strip()
        reached = place(tried) if is_line else start
        if reached is None or reached > end + len(tried) - len(text):
            return _in_place_of(text, at, until, made) if at < until else _before(span, text, made)
    return None


def _before(span: Span, text: str, made: str) -> Meant:
    word = text[span.start : span.end]
    return Meant(f"`{word}` is not expected here", f"write `{made} {word}`", span)


def _in_place_of(text: str, at: int, until: int, made: str) -> Meant:
    said, room = text[at:until], until - at
    message = QUOTED if said == f'"{made}"' else f"`{said}` is not expected here"
    hint = f"write `{made}` in its place" if made else "leave it out"
    mended = f"{text[:at]}{made.ljust(room)}{text[until:]}" if len(made) <= room else None
    return Meant(message, hint, Span(at, until), mended)


def _trials(text: str, span: Span, start: int) -> Iterator[tuple[int, int, str]]:
    """What can be written in place of which part of a text, the likeliest first."""
    words = [*_WORD.finditer(text, start, line_of(text, start)[1])]
    here = next((n for n, word in enumerate(words) if word.end() > span.start), None)
    if here is None:
        return
    for number in range(here, max(here - 3, -1), -1):
        yield from _in_place(words, number)
    yield from _of_signs(words, here, text)
    for keyword in _PUT_BEFORE:
        if keyword != "is" or {one[0] for one in words[max(here - 2, 0) : here]} & _TESTED:
            yield words[here].start(), words[here].start(), keyword


def _is_condition(words: list[re.Match[str]]) -> bool:
    return bool({one[0] for one in words} & {"is", "in", "overlaps", "within", "has", "<", ">"})


def _in_place(words: list[re.Match[str]], number: int) -> Iterator[tuple[int, int, str]]:
    """Each keyword for which people write a word, or up to three, and nothing in place of an article."""
    begin, word = words[number].start(), words[number][0].lower()
    for last in range(min(number + 2, len(words) - 1), number - 1, -1):
        said = " ".join(one[0] for one in words[number : last + 1]).lower()
        yield from (
            (begin, words[last].end(), keyword)
            for keyword, others in WRITTEN_FOR.items()
            if said in others and (keyword != "and" or _is_condition(words))
        )
    if word in _LEFT_OUT or word in _MEANINGLESS:
        yield begin, words[number].end(), ""


def _of_signs(words: list[re.Match[str]], here: int, text: str) -> Iterator[tuple[int, int, str]]:
    """A text without its quotes, brackets around a word where they are missing, and signs of mathematics."""
    word, before = words[here], words[here - 1][0] if here else ""
    inner = word[0].strip('"')
    if word[0].startswith('"'):
        yield word.start(), word.end(), inner
    is_called = f"define {before}(" in text or f"table {before} " in text
    if words[0][0] == "clause" or is_called:
        yield word.start(), word.end(), f"({inner})"
        if word[0] == "[" and here + 2 < len(words):
            yield word.start(), words[here + 2].end(), f"({words[here + 1][0]})"
    if word[0] == "(" and here + 2 < len(words) and words[here + 1][0] == "default":
        yield word.start(), words[here + 2].end(), words[here + 1][0]
    if not inner.isascii():
        yield word.start(), word.end(), plain(inner).translate(_LATIN)


_LATIN = str.maketrans({"\u2265": ">=", "\u2264": "<=", "\u2260": "="})
