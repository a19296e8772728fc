"""Trees to text. The text of a tree, parsed, gives the same tree.

The printer yields lines that remember where in the source their parts stood, so that the formatter
can put comments and blank lines back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from clausewise.dsl import syntax
from clausewise.dsl.source import Span

WIDTH = 98


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line. `span` is where it stood; `breaks` asks for a blank line above it."""

    indent: int
    text: str
    span: Span | None = None
    breaks: bool = False

    def __str__(self) -> str:
        return "  " * self.indent + self.text


def print_tree(tree: syntax.File) -> str:
    """A tree as the text of a file."""
    found: list[str] = []
    for line in lines_of(tree):
        if line.breaks and found:
            found.append("")
        found.append(str(line))
    return "\n".join(found) + "\n"


def lines_of(tree: syntax.File) -> Iterator[Line]:
    """The lines of a file."""
    match tree:
        case syntax.Design():
            yield from _design(tree, 0)
        case syntax.VocabularyFile():
            yield from _vocabulary(tree)
        case syntax.PolicyFile():
            yield from _policy(tree)
        case syntax.CasesFile(cases):
            for case in cases:
                yield from _case(case)


# designs


def _design(design: syntax.Design, indent: int) -> Iterator[Line]:
    draft = " draft" if design.draft else ""
    head = f"{design.subject.text} {_quoted(design.title)}{draft}"
    yield Line(indent, head, design.subject.span)
    if design.judged_by:
        names = ", ".join(name.text for name in design.judged_by)
        yield Line(indent, f"judged by {names}", design.judged_by[0].span)
    if design.as_of:
        yield Line(indent, f"as of {design.as_of.value}", design.as_of.span)
    for block in design.blocks:
        name = f" {block.name.text}" if block.name else ""
        yield Line(indent, f"{block.type.text}{name} {{", block.type.span, breaks=True)
        width = max((len(s.field.text) for s in block.statements), default=0) + 2
        for statement in block.statements:
            text = statement_text(statement, width)
            yield Line(indent + 1, text, statement.field.span)
        yield Line(indent, "}", block.end)


def statement_text(statement: syntax.Statement, width: int = 0) -> str:
    """A line of a block, its values at column `width`."""
    values = ", ".join(item_text(item) for item in statement.items)
    parts = [f"{statement.field.text + ' ':<{width}}{values}"]
    parts += [f"evidence {_quoted(text)}" for text in statement.evidence]
    if statement.attestation:
        by, on, because = (
            statement.attestation.by,
            statement.attestation.on,
            statement.attestation.because,
        )
        words = f"attested by {_quoted(by)}"
        words += f" on {on.value}" if on else ""
        words += f" because {_quoted(because)}" if because else ""
        parts.append(words)
    return "   ".join(parts)


def item_text(item: syntax.Item) -> str:
    """A value as written."""
    match item:
        case syntax.Name(text):
            return text
        case syntax.Text():
            return _quoted(item)
        case syntax.Number(value):
            return _number(value)
        case syntax.Duration(amount, unit):
            return f"{_number(amount)} {unit}"
        case syntax.Day(value):
            return value.isoformat()
        case syntax.Range(low, high):
            return f"{'' if low is None else low}..{'' if high is None else high}"
        case syntax.More():
            return "..."


def _number(value: Decimal) -> str:
    return f"{value:f}"


def _quoted(text: syntax.Text) -> str:
    return '"' + text.text.replace("\\", "\\\\").replace('"', '\\"') + '"'


# vocabularies


def _vocabulary(tree: syntax.VocabularyFile) -> Iterator[Line]:
    yield Line(0, f"vocabulary {tree.name.text}", tree.name.span)
    if tree.subject:
        yield Line(0, f"subject {tree.subject.text}", tree.subject.span)
    if tree.title:
        yield Line(0, f"title {_quoted(tree.title)}", tree.title.span)
    for item in tree.items:
        if isinstance(item, syntax.TaxonomyNode):
            described = f" {_quoted(item.description)}" if item.description else ""
            yield Line(0, f"taxonomy {item.name.text}{described} {{", item.name.span, breaks=True)
            for term in item.terms:
                yield from _term(term, 1)
        else:
            modifier = f" {item.modifier}" if item.modifier else ""
            head = f"entity {item.name.text} {_quoted(item.description)}{modifier} {{"
            yield Line(0, head, item.name.span, breaks=True)
            yield from _fields(item.fields)
        yield Line(0, "}", item.end)


def _term(term: syntax.TermNode, indent: int) -> Iterator[Line]:
    described = f" {_quoted(term.description)}" if term.description else ""
    opening = " {" if term.children else ""
    yield Line(indent, f"{term.name.text}{described}{opening}", term.name.span)
    for child in term.children:
        yield from _term(child, indent + 1)
    if term.children:
        yield Line(indent, "}", term.end)


def _fields(fields: Iterable[syntax.FieldNode]) -> Iterator[Line]:
    rows = [(f, _type(f), f.kind + ("  evidenced" if f.evidenced else "")) for f in fields]
    widths = [max((len(r[0].name.text) for r in rows), default=0)]
    widths += [max((len(str(row[column])) for row in rows), default=0) for column in (1, 2)]
    for field, type_, kind in rows:
        columns = f"{field.name.text:<{widths[0]}}  {type_:<{widths[1]}}  {kind:<{widths[2]}}"
        line = f"{columns}  ask {_quoted(field.ask)}"
        if len(line) + 2 <= WIDTH:
            yield Line(1, line, field.name.span)
        else:
            yield Line(1, columns.rstrip(), field.name.span)
            yield Line(2, f"ask {_quoted(field.ask)}", field.ask.span)


def _type(field: syntax.FieldNode) -> str:
    target = f" {field.target.text}" if field.target else ""
    return f"{field.shape}{target}{' or none' if field.or_none else ''}"


# policies


def _policy(tree: syntax.PolicyFile) -> Iterator[Line]:
    yield Line(0, f"policy {tree.name.text}", tree.name.span)
    for item in tree.items:
        match item:
            case syntax.Attribute():
                yield _attribute(item, 0, 12)
            case syntax.DefinitionNode(name, parameters, body):
                given = ", ".join(f"{p.name.text}: {p.type.text}" for p in parameters)
                head = f"define {name.text}({given}) means"
                yield from _conditioned(head, body, 0, name.span, breaks=True)
            case syntax.TableNode(name, of, gives, rows):
                head = f"table {name.text} of {of.text} gives {gives.text} {{"
                yield Line(0, head, name.span, breaks=True)
                width = max((len(row.term.text) for row in rows), default=0) + 2
                for row in rows:
                    text = f"{row.term.text:<{width}}{_row_value(row)}"
                    yield Line(1, text, row.term.span)
                yield Line(0, "}", item.end)
            case syntax.ReadingDeclaration():
                yield from _reading(item)
            case syntax.SectionNode(name, title, clauses):
                yield Line(0, f"section {name.text} {_quoted(title)} {{", name.span, breaks=True)
                for clause in clauses:
                    yield from _clause(clause, 1)
                yield Line(0, "}", item.end)
            case syntax.ClauseNode():
                yield from _clause(item, 0)


def _attribute(item: syntax.Attribute, indent: int, width: int) -> Line:
    match item.value:
        case syntax.Text():
            value = _quoted(item.value)
        case syntax.Day(day):
            value = day.isoformat()
        case syntax.Name(text):
            value = text
    return Line(indent, f"{item.word + ' ':<{width}}{value}", item.start)


def _row_value(row: syntax.RowNode) -> str:
    if isinstance(row.value, syntax.SetNode):
        return expression_text(row.value)
    return item_text(row.value)


def _reading(item: syntax.ReadingDeclaration) -> Iterator[Line]:
    head = f"reading {item.name.text} {_quoted(item.description)} {{"
    yield Line(0, head, item.name.span, breaks=True)
    width = max((len(a.name.text) for a in item.alternatives), default=0) + 2
    for alternative in item.alternatives:
        default = "  default" if alternative.default else ""
        text = f"{alternative.name.text:<{width}}{_quoted(alternative.description)}{default}"
        yield Line(1, text, alternative.name.span)
    yield Line(0, "}", item.end)


def _clause(clause: syntax.ClauseNode, indent: int) -> Iterator[Line]:
    number = f" ({clause.number.text})" if clause.number else ""
    yield Line(indent, f"clause {clause.name.text}{number} {{", clause.name.span, breaks=True)
    for item in clause.items:
        match item:
            case syntax.Attribute():
                yield _attribute(item, indent + 1, 9)
            case syntax.RuleNode():
                yield from _rule(item, indent + 1)
            case syntax.UnlessNode(name, condition):
                head = f"unless {name.text} where"
                yield from _conditioned(head, condition, indent + 1, name.span)
    yield Line(indent, "}", clause.end)


def _rule(rule: syntax.RuleNode, indent: int) -> Iterator[Line]:
    bindings = ", ".join(
        f"{b.type.text} {b.variable.text}" + (f" in {expression_text(b.range)}" if b.range else "")
        for b in rule.bindings
    )
    word = "where" if rule.word == "prohibits" else "that"
    head = f"{rule.word} {bindings}".rstrip()
    short = f"{head} {word} {expression_text(rule.condition)}"
    if not rule.when and len(short) + 2 * indent < WIDTH:
        yield Line(indent, short, rule.start)
        return
    yield Line(indent, head, rule.start)
    if rule.when:
        yield from _conditioned("when ", rule.when, indent + 1, rule.when.span)
    yield from _conditioned(word, rule.condition, indent + 1, rule.condition.span)


def _conditioned(
    head: str, body: syntax.Expression, indent: int, span: Span, *, breaks: bool = False
) -> Iterator[Line]:
    """A word and its condition: on one line if it fits, else broken at `and` and `or`."""
    whole = expression_text(body)
    if len(head) + len(whole) + 2 * indent < WIDTH:
        yield Line(indent, f"{head} {whole}", span, breaks)
        return
    yield Line(indent, head.rstrip(), span, breaks)
    yield from _broken(body, indent + 1, "", "")


def _broken(
    node: syntax.Expression, indent: int, before: str, after: str, hang: int = 0
) -> Iterator[Line]:
    """An expression over several lines, with text before its first and after its last.

    Lines after the first hang `hang` levels deeper: those of a part lie below its first word.
    """
    whole = expression_text(node)
    fits = len(before) + len(whole) + len(after) + 2 * indent < WIDTH
    if fits or not isinstance(node, syntax.JunctionNode | syntax.NotNode | syntax.QuantifierNode):
        yield Line(indent, f"{before}{whole}{after}", node.span)
    elif isinstance(node, syntax.JunctionNode):
        for index, part in enumerate(node.parts):
            opening, closing = _brackets(part, node)
            start = before if index == 0 else f"{node.word} "
            end = after if index == len(node.parts) - 1 else ""
            level = indent + (hang if index else 0)
            yield from _broken(part, level, start + opening, closing + end, hang=1)
    elif isinstance(node, syntax.NotNode):
        opening, closing = _brackets(node.part, node)
        yield from _broken(node.part, indent, f"{before}not {opening}", closing + after, hang=1)
    else:
        head = f"{node.word} {node.variable.text} in {_tight(node.range)} has ("
        yield Line(indent, before + head, node.span)
        yield from _broken(node.body, indent + 1, "", ")" + after)


# expressions

_LOOSE = {"or": 1, "and": 2}
_NOT, _TEST, _UNION, _OPERAND = 3, 4, 5, 6


def expression_text(node: syntax.Expression) -> str:
    """An expression on one line, with no more brackets than it needs."""
    match node:
        case syntax.PathNode(root, steps):
            return root.text + "".join(f".{s.field.text}{'*' if s.closed else ''}" for s in steps)
        case syntax.CallNode(name, arguments):
            return f"{name.text}({', '.join(expression_text(a) for a in arguments)})"
        case syntax.SetNode(names):
            return "{" + ", ".join(name.text for name in names) + "}"
        case syntax.UnionNode(parts):
            return " + ".join(_bracketed(part, _OPERAND) for part in parts)
        case syntax.TestNode(left, operator, right):
            return f"{_tight(left)} {operator} {_tight(right)}"
        case syntax.NotNode(part):
            return f"not {_bracketed(part, _TEST)}"
        case syntax.JunctionNode(word, parts):
            return f" {word} ".join(_bracketed(part, _LOOSE[word] + 1) for part in parts)
        case syntax.QuantifierNode(word, variable, range_, body):
            return f"{word} {variable.text} in {_tight(range_)} has ({expression_text(body)})"
        case syntax.ReadingNode(reading, alternative):
            return f"reading {reading.text} is {alternative.text}"
        case syntax.OutcomeNode(what, name, outcome):
            return f"{what} {name.text} is {outcome.text}"
        case syntax.Number() | syntax.Duration() | syntax.Day():
            return item_text(node)


def _tight(node: syntax.Expression) -> str:
    return _bracketed(node, _UNION)


def _bracketed(node: syntax.Expression, level: int) -> str:
    text = expression_text(node)
    return text if _level(node) >= level else f"({text})"


def _brackets(part: syntax.Expression, within: syntax.Expression) -> tuple[str, str]:
    level = _TEST if isinstance(within, syntax.NotNode) else _level(within) + 1
    return ("", "") if _level(part) >= level else ("(", ")")


def _level(node: syntax.Expression) -> int:
    """How tightly an expression binds."""
    match node:
        case syntax.JunctionNode(word):
            return _LOOSE[word]
        case syntax.NotNode():
            return _NOT
        case (
            syntax.TestNode()
            | syntax.QuantifierNode()
            | syntax.ReadingNode()
            | syntax.OutcomeNode()
        ):
            return _TEST
        case syntax.UnionNode():
            return _UNION
        case _:
            return _OPERAND


# cases


def _case(case: syntax.CaseNode) -> Iterator[Line]:
    yield Line(0, f"case {_quoted(case.title)} {{", case.title.span, breaks=True)
    if isinstance(case.design, syntax.Text):
        yield Line(1, f"design   {_quoted(case.design)}", case.design.span)
    else:
        yield Line(1, "design {", case.design.subject.span)
        yield from _design(case.design, 2)
        yield Line(1, "}")
    for line in case.lines:
        yield _case_line(line)
    yield Line(0, "}", case.end)


def _case_line(
    line: syntax.WithFact
    | syntax.WithEntity
    | syntax.Without
    | syntax.ChooseReading
    | syntax.Expectation,
) -> Line:
    match line:
        case syntax.WithFact(entity, statement):
            text = f"with     {entity.text}.{statement_text(statement)}"
            return Line(1, text, entity.span)
        case syntax.WithEntity(type_, name):
            return Line(1, f"with     {type_.text} {name.text}", type_.span)
        case syntax.Without(fact):
            return Line(1, f"without  {_fact(fact)}", fact.span)
        case syntax.ChooseReading(reading, alternative):
            return Line(1, f"reading  {reading.text} {alternative.text}", reading.span)
        case syntax.Expectation(subject, outcome, because, missing):
            text = f"expect   {subject.text}" + (f" {outcome.text}" if outcome else "")
            for word, facts in (("because", because), ("missing", missing)):
                if facts is not None:
                    text += f" {word} {', '.join(_fact(fact) for fact in facts)}"
            return Line(1, text, subject.span)


def _fact(fact: syntax.FactNode) -> str:
    return f"{fact.entity.text}.{fact.field.text}" if fact.field else fact.entity.text
