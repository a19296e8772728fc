"""Prints the trees of whole files. Parsing what was printed gives the same tree again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from clausewise.dsl import syntax
from clausewise.dsl.printing.expressions import (
    WIDTH,
    Line,
    conditioned_lines,
    expression_text,
    item_text,
    quoted,
)
from clausewise.dsl.printing.laws import laws_lines


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
        case syntax.LawsFile():
            yield from laws_lines(tree)


def rule_lines(clause: syntax.ClauseNode) -> Iterator[Line]:
    """The lines of a clause's rule, of its breaches without their texts, and of its exceptions."""
    for item in clause.items:
        if isinstance(item, syntax.BreachNode):
            head, condition = _breach_head(item), item.condition
            yield from conditioned_lines(head, condition, 0, item.name.span)
        elif isinstance(item, syntax.RuleNode | syntax.UnlessNode):
            yield from _clause_items([item], 0)


# designs


def _design(design: syntax.Design, indent: int) -> Iterator[Line]:
    draft = " draft" if design.draft else ""
    head = f"{design.subject.text} {quoted(design.title)}{draft}"
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
    return f"{statement.field.text + ' ':<{width}}{values_text(statement.items)}{backing_text(statement)}"


def values_text(items: Iterable[syntax.Item]) -> str:
    """Values as a list is written."""
    return ", ".join(map(item_text, items))


def backing_text(statement: syntax.Statement) -> str:
    """What stands behind the values of a line: the evidence, from where they come, and who answers for them."""
    parts = [f"evidence {quoted(text)}" for text in statement.evidence]
    parts += [f"from {quoted(text)}" for text in statement.imported]
    if statement.attestation:
        parts.append(_attestation(statement.attestation))
    if second := statement.second:
        other = f"but {values_text(second.items)}   " if second.items else ""
        parts.append(other + _attestation(second.attestation))
    return "".join(f"   {part}" for part in parts)


def _attestation(attestation: syntax.Attestation) -> str:
    on = f" on {attestation.on.value}" if attestation.on else ""
    because = f" because {quoted(attestation.because)}" if attestation.because else ""
    return f"attested by {quoted(attestation.by)}{on}{because}"


# vocabularies


def _vocabulary(tree: syntax.VocabularyFile) -> Iterator[Line]:
    extends = f" extends {tree.extends.text}" if tree.extends else ""
    yield Line(0, f"vocabulary {tree.name.text}{extends}", tree.name.span)
    if tree.subject:
        yield Line(0, f"subject {tree.subject.text}", tree.subject.span)
    if tree.title:
        yield Line(0, f"title {quoted(tree.title)}", tree.title.span)
    before: type | None = None
    for item in tree.items:
        match item:
            case syntax.DocumentNode():
                yield _document(item, breaks=type(item) is not before)
            case syntax.MarkNode(name, description):
                text = f"mark {name.text} {quoted(description)}"
                yield Line(0, text, name.span, breaks=type(item) is not before)
            case syntax.TaxonomyNode(name, about, terms, origin):
                described = (f" {quoted(about)}" if about else "") + _origin(origin)
                yield Line(0, f"taxonomy {name.text}{described} {{", name.span, breaks=True)
                for term in terms:
                    yield from _term(term, 1)
                yield Line(0, "}", item.end)
            case syntax.EntityNode(name, description, modifier, fields, origin):
                words = _also(item.also) + (f" {modifier}" if modifier else "") + _origin(origin)
                head = f"entity {name.text} {quoted(description)}{words} {{"
                yield Line(0, head, name.span, breaks=True)
                yield from _fields(fields)
                yield Line(0, "}", item.end)
            case syntax.ExtensionNode(name, fields, origin):
                head = f"extend {name.text}{_origin(origin)} {{"
                yield Line(0, head, name.span, breaks=True)
                yield from _fields(fields)
                yield Line(0, "}", item.end)
        before = type(item)


def _term(term: syntax.TermNode, indent: int) -> Iterator[Line]:
    described = f" {quoted(term.description)}" if term.description else ""
    described += f" label {quoted(term.label)}" if term.label else ""
    also = _also(term.also)
    marks = f" marked {_names(term.marks)}" if term.marks else ""
    marks += f" replaced {quoted(term.replaced)}" if term.replaced else ""
    marks += _origin(term.origin)
    opening = " {" if term.children else ""
    yield Line(indent, f"{term.name.text}{described}{also}{marks}{opening}", term.name.span)
    for child in term.children:
        yield from _term(child, indent + 1)
    if term.children:
        yield Line(indent, "}", term.end)


def _also(words: Iterable[syntax.Text]) -> str:
    said = ", ".join(map(quoted, words))
    return f" also {said}" if said else ""


def _fields(fields: Iterable[syntax.FieldNode]) -> Iterator[Line]:
    rows = [(f, _type(f), _kind(f)) for f in fields]
    widths = [max((len(r[0].name.text) for r in rows), default=0)]
    widths += [max((len(str(row[column])) for row in rows), default=0) for column in (1, 2)]
    for field, type_, kind in rows:
        columns = f"{field.name.text:<{widths[0]}}  {type_:<{widths[1]}}  {kind:<{widths[2]}}"
        line = f"{columns}  ask {quoted(field.ask)}"
        further = [*_further(field)]
        if len(line) + 2 <= WIDTH and not further:
            yield Line(1, line, field.name.span)
        else:
            yield Line(1, columns.rstrip(), field.name.span)
            yield from further or [Line(2, f"ask {quoted(field.ask)}", field.ask.span)]


def _further(field: syntax.FieldNode) -> Iterator[Line]:
    """What does not stand on a field's first line, but for the question of one that has nothing else."""
    if field.replaced:
        yield Line(2, f"replaced {quoted(field.replaced)}", field.replaced.span)
    if field.label:
        yield Line(2, f"label {quoted(field.label)}", field.label.span)
    if field.also:
        yield Line(2, _also(field.also).lstrip(), field.also[0].span)
    if field.origin:
        yield Line(2, _origin(field.origin).lstrip(), field.origin.places[0].span)
    if field.usual:
        value, document = field.usual.value, field.usual.document
        yield Line(2, f"default {value.text} per {document.text}", value.span)
    has_more = field.replaced or field.label or field.also or field.origin or field.usual
    if has_more or field.short:
        yield Line(2, f"ask {quoted(field.ask)}", field.ask.span)
    if field.short:
        yield Line(2, f"short {quoted(field.short)}", field.short.span)


def _origin(node: syntax.OriginNode | None) -> str:
    return f" per {', '.join(item_text(place) for place in node.places)}" if node else ""


def _kind(field: syntax.FieldNode) -> str:
    words = [
        field.kind,
        *(["by two"] if field.by_two else []),
        *(["essence"] if field.essence else []),
    ]
    return " ".join(words) + _evidenced(field.evidenced)


def _evidenced(node: syntax.EvidencedNode | None) -> str:
    if node is None:
        return ""
    values = ", ".join(map(item_text, node.values))
    return f"  evidenced {node.word} {values}" if values else "  evidenced"


def _type(field: syntax.FieldNode) -> str:
    target = f" {field.target.text}" if field.target else ""
    return f"{field.shape}{target}{' or none' if field.or_none else ''}"


# policies


def _policy(tree: syntax.PolicyFile) -> Iterator[Line]:
    yield Line(0, f"policy {tree.name.text}", tree.name.span)
    before: type | None = None
    for item in tree.items:
        match item:
            case syntax.Attribute():
                yield _attribute(item, 0, 12)
            case syntax.VerdictNode(name, words):
                yield Line(0, f"{'verdict':<11} {name.text} {quoted(words)}", name.span)
            case syntax.MayWaitNode(fields):
                text = f"may wait for {', '.join(map(_fact, fields))}"
                yield Line(0, text, fields[0].span)
            case syntax.LawOfNode(places):
                yield Line(0, f"{'law of':<11} {_names(places)}", places[0].span)
            case syntax.DocumentNode():
                yield _document(item, breaks=type(item) is not before)
            case syntax.DefinitionNode(name, parameters, body, per):
                given = ", ".join(f"{p.name.text}: {p.type.text}" for p in parameters)
                head = f"define {name.text}({given}){_per(per)} means"
                yield from conditioned_lines(head, body, 0, name.span, breaks=True)
            case syntax.TableNode(name, of, gives, rows, per):
                head = f"table {name.text} of {of.text} gives {gives.text}{_per(per)} {{"
                yield Line(0, head, name.span, breaks=True)
                width = max((len(row.term.text) for row in rows), default=0) + 2
                for row in rows:
                    text = f"{row.term.text:<{width}}{_row_value(row)}"
                    yield Line(1, text, row.term.span)
                yield Line(0, "}", item.end)
            case syntax.ReadingDeclaration():
                yield from _reading(item)
            case syntax.WarningNode(name, items):
                yield Line(0, f"warning {name.text} {{", name.span, breaks=True)
                yield from _clause_items(items, 1)
                yield Line(0, "}", item.end)
            case syntax.SectionNode(name, title, clauses):
                yield Line(0, f"section {name.text} {quoted(title)} {{", name.span, breaks=True)
                for clause in clauses:
                    yield from _clause(clause, 1)
                yield Line(0, "}", item.end)
            case syntax.ClauseNode():
                yield from _clause(item, 0)
        before = type(item)


def _document(node: syntax.DocumentNode, *, breaks: bool) -> Line:
    where = f" {quoted(node.address)}" if node.address else ""
    text = f"document {node.name.text} {quoted(node.title)} on {node.date.value.isoformat()}{where}"
    return Line(0, text, node.name.span, breaks)


def _attribute(item: syntax.Attribute, indent: int, width: int) -> Line:
    match item.value:
        case syntax.Text():
            value = quoted(item.value)
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
    head = f"reading {item.name.text} {quoted(item.description)} {{"
    yield Line(0, head, item.name.span, breaks=True)
    width = max((len(a.name.text) for a in item.alternatives), default=0) + 2
    for alternative in item.alternatives:
        default = _per(alternative.per) + ("  default" if alternative.default else "")
        text = f"{alternative.name.text:<{width}}{quoted(alternative.description)}{default}"
        yield Line(1, text, alternative.name.span)
    yield Line(0, "}", item.end)


def _clause(clause: syntax.ClauseNode, indent: int) -> Iterator[Line]:
    number = f" ({clause.number.text})" if clause.number else ""
    marks = f" marked {_names(clause.marks)}" if clause.marks else ""
    head = f"clause {clause.name.text}{number}{marks} {{"
    yield Line(indent, head, clause.name.span, breaks=True)
    yield from _clause_items(clause.items, indent + 1)
    yield Line(indent, "}", clause.end)


def _clause_items(
    items: Iterable[
        syntax.Attribute | syntax.PerNode | syntax.RuleNode | syntax.BreachNode | syntax.UnlessNode
    ],
    indent: int,
) -> Iterator[Line]:
    for item in items:
        match item:
            case syntax.Attribute():
                yield _attribute(item, indent, 9)
            case syntax.PerNode(documents):
                yield Line(indent, f"{'per ':<9}{_names(documents)}", item.start)
            case syntax.RuleNode():
                yield from _rule(item, indent)
            case syntax.BreachNode(name, condition, texts):
                head = _breach_head(item)
                first, *more = conditioned_lines(head, condition, indent, name.span)
                # Deeper than the texts below, from which it is told apart so.
                *before, last = [first, *(replace(line, indent=line.indent + 1) for line in more)]
                yield from before
                yield replace(last, text=f"{last.text} {{")
                yield from _clause_items(texts, indent + 1)
                yield Line(indent, "}", item.end)
            case syntax.UnlessNode(name, condition, per):
                head = f"unless {name.text}{_per(per)} where"
                yield from conditioned_lines(head, condition, indent, name.span)


def _breach_head(breach: syntax.BreachNode) -> str:
    marks = f" marked {_names(breach.marks)}" if breach.marks else ""
    return f"breach {breach.name.text}{marks} where"


def _names(names: Iterable[syntax.Name]) -> str:
    return ", ".join(name.text for name in names)


def _per(per: syntax.PerNode | None) -> str:
    return f" per {_names(per.documents)}" if per else ""


def _rule(rule: syntax.RuleNode, indent: int) -> Iterator[Line]:
    bindings = ", ".join(
        f"{b.type.text} {b.variable.text}" + (f" in {expression_text(b.range)}" if b.range else "")
        for b in rule.bindings
    )
    word = "that" if rule.word == "requires" else "where"
    head = f"{rule.word} {bindings}".rstrip()
    if rule.condition and not rule.when:
        short = f"{head} {word} {expression_text(rule.condition)}"
        if len(short) + 2 * indent < WIDTH:
            yield Line(indent, short, rule.start)
            return
    yield Line(indent, head, rule.start)
    if rule.when:
        yield from conditioned_lines("when ", rule.when, indent + 1, rule.when.span)
    if rule.condition:
        yield from conditioned_lines(word, rule.condition, indent + 1, rule.condition.span)


# cases


def _case(case: syntax.CaseNode) -> Iterator[Line]:
    yield Line(0, f"case {quoted(case.title)} {{", case.title.span, breaks=True)
    if isinstance(case.design, syntax.Text):
        yield Line(1, f"design   {quoted(case.design)}", case.design.span)
    else:
        yield Line(1, "design {", case.design.subject.span)
        yield from _design(case.design, 2)
        yield Line(1, "}", case.design.end)
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
        case syntax.Expectation(subject, outcome, by, because, missing):
            text = f"expect   {subject.text}" + (f" {outcome.text}" if outcome else "")
            text += f" by {_names(by)}" if by else ""
            for word, facts in (("because", because), ("missing", missing)):
                if facts is not None:
                    text += f" {word} {', '.join(_fact(fact) for fact in facts)}"
            return Line(1, text, subject.span)


def _fact(fact: syntax.FactNode) -> str:
    return f"{fact.entity.text}.{fact.field.text}" if fact.field else fact.entity.text
