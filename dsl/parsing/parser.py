"""Parses texts to syntax trees.

After a syntax error, the file is parsed again without the line (or the block) that holds it, so that all its
mistakes are reported together (docs/decisions/0007).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from clausewise.dsl.parsing.build_design import DesignBuilder, MistakeError
from clausewise.dsl.parsing.expected import (
    BRACELESS,
    CLOSES_NOTHING,
    EXAMPLES,
    FIRST_WORD,
    NESTED,
    TWO_WORDS,
    Explanation,
    what_follows,
)
from clausewise.dsl.parsing.grammar import load_parser, load_tables
from clausewise.dsl.parsing.tables import END, NotReadError, TableParser
from clausewise.dsl.startup.typed import TYPE_CHECKING, Any, Literal, TypeGuard, overload
from clausewise.dsl.text.diagnostic import Diagnostic, Diagnostics
from clausewise.dsl.text.source import Source, Span

if TYPE_CHECKING:
    from lark import Lark, Token, UnexpectedInput, UnexpectedToken

    from clausewise.dsl.parsing.meaning.told import Meant
    from clausewise.dsl.syntax import CasesFile, Design, File, LawsFile, PolicyFile, VocabularyFile

FileKind = Literal["design", "vocabulary", "policy", "cases", "laws"]
LINE_BASED: tuple[FileKind, ...] = ("design", "cases")
QUICK: tuple[FileKind, ...] = ("design", "vocabulary")
"""What people wait for: a design, and a vocabulary that may know a word of it."""
DECLARATION = r"^[ \t]*(mark|taxonomy|entity|extend|document|define|table|reading|warning|section|clause|law)\b"
_BRACELESS = re.compile(r"[^{}\n]*+\n(?:[ \t]++[^{}\n]++\n)++[ \t]*+\}")
"""A block without its opening brace."""
MOST_BEFORE = 60
"""Characters before a mistake that are looked at for an amount."""
MAX_NESTING = 64
MAX_SYNTAX_ERRORS = 20
MAX_REREAD = 1_000_000
"""Characters that are read again after syntax errors, all rounds together: of a long text fewer are reported."""
MAX_RESPELLED = 100_000
"""Characters, counted so, up to which words of other languages are looked for: each is tried dozens of times."""


ENDED_AFTER: Mapping[str, tuple[str, ...]] = {
    "_NL": (END, "_NL", "COMMA", "LBRACE"),
    "RBRACE": (END, "_NL", "LBRACE"),
    END: (END, "_NL"),
}
"""What ends a line of designs and cases, and after which words there is nothing to end."""


class _NestingError(Exception):
    def __init__(self, span: Span) -> None:
        self.span = span


class _Lines:
    """Stands between lexer and parser: drops the line ends that end nothing, and limits how deep brackets nest.

    In designs and cases, a line end after a comma, an opening brace or another line end is dropped, and one is
    added before a closing brace on the same line. In vocabularies, policies and laws all line ends are dropped.
    """

    always_accept = ("_NL", "NAME", "RBRACE")
    brackets: Mapping[str, int] = {"LBRACE": 1, "LPAR": 1, "RBRACE": -1, "RPAR": -1}

    def __init__(self, *, line_based: bool) -> None:
        self.line_based = line_based

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        last, depth, token = END, 0, None
        for token in stream:
            if token.type in self.brackets:
                depth += self.brackets[token.type]
                self.refuse_deep(depth, token.start_pos or 0, token.end_pos or 0)
            for kind in self.handed_on(last, token.type):
                yield token if kind == token.type else token.new_borrow_pos(kind, "", token)
                last = kind
        if token is not None and self.handed_on(last, END) != (END,):
            end = token.new_borrow_pos("_NL", "", token)
            end.start_pos = token.end_pos
            yield end

    def refuse_deep(self, depth: int, start: int, end: int) -> None:
        """Refuse a bracket, by its place, that so many are around, itself among them.

        Raises:
            _NestingError: they are too many.
        """
        if depth > MAX_NESTING:
            raise _NestingError(Span(start, end))

    def handed_on(self, last: str, kind: str) -> tuple[str, ...]:
        """The kinds of what is handed on where a word stands: a line end first, if that ends something here.

        Args:
            last: the kind of what was handed on before; `END` at the start of the text.
            kind: the kind of the word; `END` at the end of the text.
        """
        itself = () if kind == "_NL" else (kind,)
        ends = self.line_based and last not in ENDED_AFTER.get(kind, (last,))
        return ("_NL", *itself) if ends else itself


@cache
def _parser(kind: FileKind) -> tuple[Lark, type[UnexpectedInput]]:
    return load_parser(kind, _Lines(line_based=kind in LINE_BASED), _builder(kind))


def _builder(kind: FileKind) -> DesignBuilder:
    if kind == "design":
        return DesignBuilder()
    from clausewise.dsl.parsing.build import Builder  # takes long: it needs all trees

    return Builder()


@cache
def _table_parser(kind: FileKind) -> TableParser | None:
    """Reads what has no mistakes, if people wait for such a file to be read."""
    lines = _Lines(line_based=kind in LINE_BASED)
    tables = load_tables(kind, lines) if kind in QUICK else None
    return TableParser(tables, lines, _builder(kind)) if tables else None


def _tree(text: str, kind: FileKind) -> Any:
    """The tree of a text.

    Raises:
        UnexpectedInput: it does not fit the grammar.
        MistakeError: a word of it means nothing.
        _NestingError: its brackets nest too deep.
    """
    quick = _table_parser(kind)
    if not quick:
        return _parser(kind)[0].parse(text)
    try:
        return quick.parse(text)
    except NotReadError as error:
        # Lark takes long, so it reads first what fails as the whole does, which is shorter.
        first, last = error.alike
        lark, _ = _parser(kind)
        lark.parse(text[:first] + " " * (last - first) + text[last:])
        return lark.parse(text)


@overload
def parse(source: Source, kind: Literal["design"]) -> tuple[Design | None, list[Diagnostic]]: ...
@overload
def parse(
    source: Source, kind: Literal["vocabulary"]
) -> tuple[VocabularyFile | None, list[Diagnostic]]: ...
@overload
def parse(
    source: Source, kind: Literal["policy"]
) -> tuple[PolicyFile | None, list[Diagnostic]]: ...
@overload
def parse(source: Source, kind: Literal["cases"]) -> tuple[CasesFile | None, list[Diagnostic]]: ...
@overload
def parse(source: Source, kind: Literal["laws"]) -> tuple[LawsFile | None, list[Diagnostic]]: ...
def parse(source: Source, kind: FileKind) -> tuple[File | None, list[Diagnostic]]:
    """Read a source as one kind of file.

    The tree is what could be read, and `None` if nothing could. With a syntax error among the
    diagnostics, the tree lacks the lines or blocks that hold the errors.
    """
    problems = Diagnostics(source)
    text, rounds = source.text, 0
    while True:
        rounds += 1
        try:
            return _tree(text, kind), problems.found
        except _NestingError as error:
            message = f"brackets nest more than {MAX_NESTING} deep"
            problems.add("E102", message, error.span, hint="name the inner parts with `define`")
            return None, problems.found
        except MistakeError as mistake:
            if not (
                mistake.is_of_what_is_missing and problems.found
            ):  # it may be in what was not read
                problems.add("E101", mistake.message, mistake.span, hint=mistake.hint)
            rest = _without(text, mistake.span.start, kind)
        except _parser(kind)[1] as error:
            span = _place(error, text)
            from clausewise.dsl.parsing.meaning.meant import meant  # only for what is wrong

            is_unfinished = _is_token(error) and span != _span(error.token)
            habit = meant(text, span, kind, is_design)
            is_tried = (len(problems.found) + 1) * len(text) <= MAX_RESPELLED
            if habit is None and is_tried and not is_unfinished:
                habit = _respelled(text, span, kind)
            if habit:
                problems.add(
                    "E101", habit.message, _inside(habit.span, source.text), hint=habit.hint
                )
                rest = _without(text, span.start, kind) if habit.mended is None else habit.mended
            else:
                message, hint = _explain(error, span, text, kind)
                problems.add("E101", message, _inside(span, source.text), hint=hint)
                rest = _closed(error, text) or _reread(text, span.start, kind, message)
        if _says_the_header_again(problems.found, kind):
            return None, problems.found[:1]
        is_enough = len(problems.found) >= MAX_SYNTAX_ERRORS or rounds * len(text) > MAX_REREAD
        if rest == text or not rest.strip() or is_enough:
            return None, problems.found
        text = rest


def _respelled(text: str, span: Span, kind: FileKind) -> Meant | None:
    """What was meant by a word of another language in place of a keyword."""
    if kind == "design" or text[span.start : span.end] in ("{", "}"):
        return None
    from clausewise.dsl.parsing.meaning.respelling import respelled  # only for what is wrong

    def place(tried: str) -> int | None:
        try:
            _tree(tried, kind)
        except MistakeError:
            return None
        except _NestingError as error:
            return error.span.start
        except _parser(kind)[1] as error:
            return error.pos_in_stream if error.pos_in_stream is not None else len(tried)
        return None

    return respelled(text, span, place)


def is_design(text: str) -> bool:
    """Whether a short text can be read as a design."""
    try:
        _tree(text, "design")
    except (_NestingError, MistakeError, _parser("design")[1]):
        return False
    return True


def _says_the_header_again(found: list[Diagnostic], kind: FileKind) -> bool:
    """Whether nothing can be read, since the first line is wrong: of all others it would be said again."""
    (message, _), _ = EXAMPLES[kind][0]
    return kind not in LINE_BASED and [one.message for one in found[-2:]] == [message, message]


def _span(token: Token) -> Span:
    return Span(token.start_pos or 0, token.end_pos or 0)


def _inside(span: Span, text: str) -> Span:
    """The span, or the end of the text if it lies in what was added to go on reading."""
    end = len(text.rstrip())
    return span if span.start < end else Span(max(end - 1, 0), end)


def _is_token(error: UnexpectedInput) -> TypeGuard[UnexpectedToken]:
    """Whether a token is unexpected, rather than a character."""
    return hasattr(error, "token")


def _place(error: UnexpectedInput, text: str) -> Span:
    """What to underline: the unexpected word, or what stands before it if that was left unfinished."""
    if not _is_token(error):
        at = error.pos_in_stream or 0
        return Span(at, at + 1)
    token = error.token
    start = token.start_pos or 0 if token.type != "$END" else len(text)
    unfinished = _read_as_name(error, text)
    before = len(text[: start if unfinished is None else unfinished].rstrip())
    is_before = token.type in ("_NL", "$END") or text[before - 1 : before] == ","
    if is_before or unfinished is not None:
        return Span(max(before - 1, 0), before)
    return _span(token)


@cache
def _declaration() -> re.Pattern[str]:
    """How a line begins that declares something: compiled where something is wrong, for it takes a while."""
    return re.compile(DECLARATION, re.MULTILINE)


def _read_as_name(error: UnexpectedToken, text: str) -> int | None:
    """Where a declaration begins, with comments above it, whose first word was read as a name.

    What is before it is unfinished then: `define a means b or` goes on with the `define` that comes after it.
    """
    word = error.state.value_stack[-1] if error.state.value_stack else None
    if word is None or getattr(word, "type", "") != "NAME":
        return None
    start = text.rfind("\n", 0, word.start_pos) + 1
    declaration = _declaration().match(text, start)
    if declaration is None or declaration.start(1) != word.start_pos:
        return None
    above = len(text[:start].rstrip())
    while (line := text.rfind("\n", 0, above) + 1) and text.startswith("#", line):
        start, above = line, len(text[:line].rstrip())
    return start


def _explain(error: UnexpectedInput, span: Span, text: str, kind: FileKind) -> Explanation:
    """The message and the next step: by example if one is alike, else from what could follow."""
    if not _is_token(error):
        if text[span.start] == '"':
            return "this text has no closing quote", 'write it on one line: `"..."`'
        return f"`{text[span.start]}` is not a part of the language", "remove it, or quote it"
    alike = _explanations(kind)
    position = error.state.position
    known = alike.get((position, error.token.type)) or alike.get((position, None))
    if known:
        message, hint = known
        start = max(text.rfind("\n", 0, span.start), text.rfind("{", 0, span.start)) + 1
        return message, hint and _own(hint, text[start : span.end])
    if error.token.type == "$END" and "RBRACE" in error.accepts:
        return "a block is not closed", "add `}`"
    found = text[span.start : span.end].strip()
    if found == "}" and text.count("{", 0, span.start) == text.count("}", 0, span.start):
        return CLOSES_NOTHING
    message = f"`{found}` is not expected here" if found else "the file ends too early"
    accepted = error.accepts or error.expected
    return message, what_follows(
        found, text[max(span.start - MOST_BEFORE, 0) : span.start], accepted
    )


def _own(hint: str, line: str) -> str:
    """The hint with the words of the line in which the error is."""
    words = line.split()
    return hint.replace(FIRST_WORD, " ".join(words[:1])).replace(TWO_WORDS, " ".join(words[:2]))


@cache
def _explanations(kind: FileKind) -> dict[tuple[int, str | None], Explanation]:
    """Explanations by the parser's state, with and without the unexpected token's type.

    Lark's own `match_examples` also compares how deep the parser's stack is. An example with a mistake in the
    first block would then not match the same mistake in a second block, so here the depth is not compared.
    """
    known: dict[tuple[int, str | None], Explanation] = {}
    for explanation, texts in EXAMPLES[kind]:
        for text in texts:
            error = _error_of(text, kind)
            known.setdefault((error.state.position, error.token.type), explanation)
            known.setdefault((error.state.position, None), explanation)
    return known


def _error_of(text: str, kind: FileKind) -> UnexpectedToken:
    parser, unexpected_input = _parser(kind)
    try:
        parser.parse(text)
    except unexpected_input as error:
        if _is_token(error):
            return error
    raise AssertionError(f"this example has no unexpected token: {text!r}")


def _closed(error: UnexpectedInput, text: str) -> str | None:
    """The text with a closing brace added, if it ends inside a block; else `None`."""
    if not _is_token(error) or "RBRACE" not in error.accepts:
        return None
    return text + "\n}" if _place(error, text).end >= len(text.rstrip()) else None


def _reread(text: str, offset: int, kind: FileKind, message: str) -> str:
    """What is read after an error that braces make, so that what stands behind them makes no other."""
    line = text.rfind("\n", 0, offset) + 1
    if kind in LINE_BASED and text[offset : offset + 1] == "}":
        return f"{text[:offset]} {text[offset + 1 :]}"
    if message == BRACELESS and (block := _BRACELESS.match(text, line)):
        return text[:line] + re.sub(r"[^\n]", " ", block[0]) + text[block.end() :]
    opened = text.rfind("{", 0, line)
    above = text.rfind("\n", 0, opened) + 1
    if message == NESTED and _indent(text, line) <= _indent(text, above) and opened > 0:
        return text[:above] + re.sub(r"[^\n]", " ", text[above:line]) + text[line:]
    return _without(text, offset, kind)


def _indent(text: str, line: int) -> int:
    found = text[line : _line_end(text, line)]
    return len(found) - len(found.lstrip())


def _without(text: str, offset: int, kind: FileKind) -> str:
    """The text with blanks in place of what holds the error, so that all positions stay the same.

    In designs and cases that is the line, with the whole block if the line opens one; in vocabularies,
    policies and laws, the declaration that holds it.
    """
    start = text.rfind("\n", 0, offset) + 1
    if kind not in LINE_BASED:
        opening = [m.start() for m in _declaration().finditer(text, 0, max(offset, start + 1))]
        start = opening[-1] if opening else start
    end = _line_end(text, max(start, offset))
    opened = text.count("{", start, end) - text.count("}", start, end)
    while end < len(text) and (opened > 0 or _goes_on(text, end, kind)):
        follow = _line_end(text, end + 1)
        opened += text.count("{", end, follow) - text.count("}", end, follow)
        end = follow
    return text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]


def _line_end(text: str, offset: int) -> int:
    end = text.find("\n", offset)
    return len(text) if end < 0 else end


def _goes_on(text: str, end: int, kind: FileKind) -> bool:
    """Whether the declaration in a free-form file goes on after the line's end at `end`."""
    follow = text[end + 1 : _line_end(text, end + 1)].strip()
    return kind not in LINE_BASED and not (
        _declaration().match(text, end + 1) or follow in ("", "}")
    )
