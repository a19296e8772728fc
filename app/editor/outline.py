"""The parts of a text, one inside another: for an outline, and for what can be folded away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from clausewise.dsl import syntax
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.source import Span
from clausewise.editor.analysis import Analysis
from clausewise.editor.tokens import tokens

PartSort = Literal["file", "entity", "fact", "taxonomy", "term", "type", "rule", "case", "section"]


@lean_dataclass(frozen=True, slots=True)
class Part:
    """A part of a text.

    Attributes:
        name: what it is called.
        detail: a few words about it.
        span: all of it.
        title: where its name stands, inside of `span`.
    """

    name: str
    detail: str
    sort: PartSort
    span: Span
    title: Span
    parts: tuple[Part, ...] = ()


def outline(analysis: Analysis) -> list[Part]:
    """The parts of a text."""
    match analysis.tree:
        case syntax.Design() as tree:
            return [*_blocks(tree)]
        case syntax.VocabularyFile() as tree:
            return [part for item in tree.items for part in _of_vocabulary(item)]
        case syntax.PolicyFile() as tree:
            return [part for item in tree.items for part in _of_policy(item)]
        case syntax.CasesFile() as tree:
            return [_case(case) for case in tree.cases]
        case syntax.LawsFile() as tree:
            return [_part("rule", law.name, law.end, law.says.text) for law in tree.laws]
        case None:
            return []


def _part(
    sort: PartSort,
    name: syntax.Name | syntax.Text,
    end: Span,
    detail: str = "",
    parts: Iterable[Part] = (),
) -> Part:
    inner = tuple(parts)
    last = max([name.span.end, end.end, *(p.span.end for p in inner)])
    return Part(name.text or "…", detail, sort, Span(name.span.start, last), name.span, inner)


def _blocks(tree: syntax.Design) -> Iterator[Part]:
    for block in tree.blocks:
        facts = (_part("fact", s.field, s.span) for s in block.statements)
        detail = block.type.text if block.name else ""
        found = _part("entity", block.name or block.type, block.end, detail, facts)
        span = Span(block.type.span.start, found.span.end)
        yield Part(found.name, found.detail, found.sort, span, found.title, found.parts)


def _of_vocabulary(item: object) -> Iterator[Part]:
    match item:
        case syntax.TaxonomyNode(name, about, terms):
            detail = about.text if about else "taxonomy"
            yield _part("taxonomy", name, item.end, detail, map(_term, terms))
        case syntax.EntityNode(name, about, _, fields):
            facts = (_part("fact", f.name, f.ask.span, f.ask.text) for f in fields)
            yield _part("type", name, item.end, about.text, facts)
        case syntax.MarkNode(name, about):
            yield _part("term", name, about.span, about.text)
        case _:
            return


def _term(term: syntax.TermNode) -> Part:
    detail = term.description.text if term.description else ""
    return _part("term", term.name, term.end, detail, map(_term, term.children))


def _of_policy(item: object) -> Iterator[Part]:
    match item:
        case syntax.SectionNode(name, title, clauses):
            inner = (part for clause in clauses for part in _of_policy(clause))
            yield _part("section", name, item.end, title.text, inner)
        case syntax.ClauseNode(name, number):
            yield _part("rule", name, item.end, number.text if number else "")
        case syntax.WarningNode(name):
            yield _part("rule", name, item.end, "warning")
        case syntax.DefinitionNode(name, _, body):
            yield _part("rule", name, body.span, "definition")
        case syntax.TableNode(name):
            yield _part("rule", name, item.end, "table")
        case syntax.ReadingDeclaration(name, about):
            yield _part("rule", name, item.end, about.text)
        case _:
            return


def _case(case: syntax.CaseNode) -> Part:
    return _part("case", case.title, case.end)


def folds(text: str) -> list[tuple[int, int, bool]]:
    """What can be folded away: first line, last line, counted from 0, and whether it is a comment.

    Blocks in braces, and comments of several lines.
    """
    found: list[tuple[int, int, bool]] = []
    opened: list[int] = []
    comment: int | None = None
    line, is_start = 0, True
    for token in tokens(text):
        if token.sort == "comment" and is_start:
            comment = line if comment is None else comment
        elif token.sort != "end" or is_start:
            if comment is not None and line - 1 > comment:
                found.append((comment, line - 1, True))
            comment = None
        is_start = token.sort == "end"
        if token.sort == "end":
            line += 1
        elif token.text == "{":
            opened.append(line)
        elif token.text == "}" and opened:
            start = opened.pop()
            if line > start:
                found.append((start, line, False))
    if comment is not None and line > comment:
        found.append((comment, line, True))
    return sorted(found)
