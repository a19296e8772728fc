"""What somebody types in answer to a question, as what a design would state.

Numbers and beginnings of names are completed. What then stands there is read by the parser of the language, as the
one line of a block, so that an answer is what a line could be, and its mistakes have the same sentences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from clausewise.dsl.models.meant import terms_called
from clausewise.dsl.models.shapes import SHAPES
from clausewise.dsl.models.taxonomy import Taxonomy, folded
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.parsing.meaning.told import LIST, ONE_FIELD
from clausewise.dsl.parsing.parser import parse
from clausewise.dsl.printing.expressions import quoted
from clausewise.dsl.printing.layout import COMMENT
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.syntax import Day, Design, Statement, Text
from clausewise.dsl.text.diagnostic import Diagnostic
from clausewise.dsl.text.source import Source
from clausewise.interview.look import Asked

_LIST = re.compile(r"[^\",#{}]+(?:,[^\",#{}]+)*")
MOST_FITTING = 6


@lean_dataclass(frozen=True, slots=True)
class Refusal:
    """Why an answer is none, and what to do."""

    message: str
    hint: str = ""


def refusal_of(diagnostics: Sequence[Diagnostic]) -> Refusal:
    """The first of the mistakes."""
    first = next(found for found in diagnostics if found.is_error)
    return Refusal(first.message, first.hint or "")


def line_of(text: str, asked: Asked) -> Statement | Refusal:
    """The line with which a design would state the answer to a question about a field."""
    field = asked.field
    assert field is not None
    text = " ".join(text.split("\t")).strip()
    if refused := unseen(text):
        return refused
    if field.shape == "text" and not text.startswith('"') and text != "none":
        text = quoted(Text(text))
    elif _LIST.fullmatch(text) and (field.has_terms or field.is_reference):
        words = [_completed(word.strip(), asked, field) for word in text.split(",")]
        if wrong := [word for word in words if isinstance(word, Refusal)]:
            return wrong[0]
        text = ", ".join(word for word in words if isinstance(word, str))
    if any(found[1] for found in COMMENT.finditer(text)):
        return Refusal("a comment is no part of an answer", "write it into the file later")
    line = _parsed(f"x y {{\n{field.name} {text}\n}}", field.name)
    if isinstance(line, Refusal) and line.message in (LIST, ONE_FIELD) and not field.is_many:
        held = SHAPES[field.shape]
        example = next(iter(asked.question.options), held.example)
        return Refusal(f"`{field.name}` wants {held.wanted}", f"such as `{example}`")
    return line


def day_of_answer(text: str) -> Day | Refusal:
    """The day that an answer names."""
    tree = _tree(f"as of {text}")
    if isinstance(tree, Refusal):
        return tree
    return tree.as_of or Refusal("that is no day", "write year-month-day, as in 2026-11-23")


def unseen(text: str) -> Refusal | None:
    """The refusal of a text that holds what is not seen, such as a control character."""
    if text.isprintable():
        return None
    return Refusal("a character that is not seen stands in the answer", "type it anew")


def _parsed(block: str, field: str) -> Statement | Refusal:
    tree = _tree(block)
    if isinstance(tree, Refusal):
        return tree
    lines = [line for found in tree.blocks for line in found.statements]
    if len(tree.blocks) != 1 or len(lines) != 1 or lines[0].field.text != field:
        return Refusal("an answer is one value, or a list", "leave braces out")
    return lines[0]


def _tree(body: str) -> Design | Refusal:
    tree, problems = parse(Source("answer", f'x "x"\n{body}\n'), "design")
    if problems or tree is None:
        return refusal_of(problems) if problems else Refusal("that is no answer")
    return tree


def _completed(word: str, asked: Asked, field: Field) -> str | Refusal:
    """A name for what somebody typed: a number of the list, a beginning, another word for a term."""
    options, labels = asked.question.options, asked.question.option_labels
    if word.isascii() and word.isdecimal() and options:
        if 1 <= int(word[:9]) <= len(options):
            return options[int(word[:9]) - 1]
        return Refusal(f"there is no answer {word[:9]}", f"they are numbered 1 to {len(options)}")
    if word in options or word in ("...", "none", "unknown") or field.is_reference:
        return word  # the name of an entity that is not listed may begin like that of one that is
    taxonomy = asked.report.policy.vocabulary.taxonomy_of(field)
    if word in taxonomy:
        return word
    return _beginning(word, options, labels) or _other_word(word, taxonomy)


def _beginning(word: str, options: Sequence[str], labels: Sequence[str]) -> str | Refusal | None:
    """The one option whose name or label begins so."""
    start = folded(word)
    pairs = [(name, folded(label)) for name, label in zip(options, labels, strict=True)]
    same = [name for name, label in pairs if start in (name.lower(), label)]
    fitting = same or [
        n
        for n, label in pairs
        if start and (n.lower().startswith(start) or label.startswith(start))
    ]
    if len(fitting) > 1:
        more = ", ..." if len(fitting) > MOST_FITTING else ""
        named = ", ".join(f"`{name}`" for name in fitting[:MOST_FITTING])
        return Refusal(f"{len(fitting)} answers begin with `{word}`", f"{named}{more}")
    return fitting[0] if fitting else None


def _other_word(word: str, taxonomy: Taxonomy) -> str | Refusal:
    meant = terms_called(word, taxonomy)
    if len(meant) > 1:
        named = ", ".join(f"`{term}` ({taxonomy.label(term)})" for term in meant[:MOST_FITTING])
        more = ", ..." if len(meant) > MOST_FITTING else ""
        return Refusal(f"{len(meant)} are called `{word}`: write which", f"{named}{more}")
    return meant[0] if meant else word
