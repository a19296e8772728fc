"""Builds syntax trees: Lark calls, for each rule of the grammar that it recognises, the method of that name."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from clausewise.dsl import syntax
from clausewise.dsl.startup.lean import replace
from clausewise.dsl.text.source import Span
from clausewise.dsl.text.values import MOST_DIGITS, day_of, range_of

if TYPE_CHECKING:
    from lark import Token


class MistakeError(Exception):
    """A word that fits the grammar and means nothing, such as the date 2026-02-30."""

    def __init__(self, message: str, span: Span, hint: str) -> None:
        super().__init__(message)
        self.message, self.span, self.hint = message, span, hint


def _span(token: Token) -> Span:
    return Span(token.start_pos or 0, token.end_pos or 0)


def _name(token: Token) -> syntax.Name:
    return syntax.Name(str(token), _span(token))


def _maybe_name(token: Token | None) -> syntax.Name | None:
    return None if token is None else _name(token)


def _text(token: Token) -> syntax.Text:
    return syntax.Text(re.sub(r"\\(.)", r"\1", token[1:-1]), _span(token))


def _maybe_text(token: Token | None) -> syntax.Text | None:
    return None if token is None else _text(token)


class Builder:
    """One method for each rule of the grammar, called for inner rules first.

    `parts` holds the rule's tokens, and what the methods of its inner rules returned. `None` stands for an
    optional part that is not there.
    """

    # values

    def word(self, parts: list[Any]) -> syntax.Name:
        return _name(parts[0])

    def text(self, parts: list[Any]) -> syntax.Text:
        return _text(parts[0])

    def number(self, parts: list[Any]) -> syntax.Number:
        return syntax.Number(Decimal(parts[0]), _span(parts[0]))

    def duration(self, parts: list[Any]) -> syntax.Duration:
        amount, unit = parts
        if Decimal(amount) < 0:
            hint = f"write `{Decimal(amount).copy_abs()} {unit}`"
            raise MistakeError("no duration is less than nothing", _span(amount), hint)
        return syntax.Duration(
            Decimal(amount), str(unit).removesuffix("s") + "s", _span(amount).to(_span(unit))
        )

    def day(self, parts: list[Any]) -> syntax.Day:
        found = day_of(parts[0])
        if found is None:
            message = f"`{parts[0]}` is not a day of the calendar"
            raise MistakeError(message, _span(parts[0]), "write year-month-day")
        return syntax.Day(found, _span(parts[0]))

    def range(self, parts: list[Any]) -> syntax.Range:
        found = range_of(parts[0])
        if found is None:
            low, _, high = parts[0].partition("..")
            if max(len(low), len(high)) > MOST_DIGITS:
                message, hint = "nobody is as old as this", "ages are whole years, as in `18..`"
            else:
                message, hint = f"the range `{parts[0]}` is empty", f"did you mean `{high}..{low}`?"
            raise MistakeError(message, _span(parts[0]), hint)
        return syntax.Range(*found, _span(parts[0]))

    def more(self, parts: list[Any]) -> syntax.More:
        return syntax.More(_span(parts[0]))

    # designs

    def items(self, parts: list[Any]) -> tuple[syntax.Item, ...]:
        return tuple(parts)

    def evidence(self, parts: list[Any]) -> tuple[str, syntax.Text]:
        return "evidence", _text(parts[0])

    def imported(self, parts: list[Any]) -> tuple[str, syntax.Text]:
        return "from", _text(parts[0])

    def attestation(self, parts: list[Any]) -> syntax.Attestation:
        by, on, because = parts
        return syntax.Attestation(_text(by), on, _maybe_text(because))

    def statement(self, parts: list[Any]) -> syntax.Statement:
        field, items, *beside, opinions = parts
        first, second = opinions or (None, None)
        evidence = tuple(text for word, text in beside if word == "evidence")
        imported = tuple(text for word, text in beside if word == "from")
        return syntax.Statement(_name(field), items, evidence, first, second, imported)

    def opinions(self, parts: list[Any]) -> tuple[syntax.Attestation, syntax.SecondNode | None]:
        return parts[0], parts[1]

    def second(self, parts: list[Any]) -> syntax.SecondNode:
        return syntax.SecondNode(*parts)

    def but(self, parts: list[Any]) -> tuple[syntax.Item, ...]:
        return parts[0]  # type: ignore[no-any-return]

    def block(self, parts: list[Any]) -> syntax.Block:
        type_, name, *statements, end = parts
        return syntax.Block(_name(type_), _maybe_name(name), tuple(statements), _span(end))

    def judged_by(self, parts: list[Any]) -> tuple[str, tuple[syntax.Name, ...]]:
        return "judged by", tuple(parts)

    def judge(self, parts: list[Any]) -> syntax.Name:
        name, version = parts
        if version is None:
            return _name(name)
        return syntax.Name(f"{name} {version}", _span(name).to(_span(version)))

    def as_of(self, parts: list[Any]) -> tuple[str, syntax.Day]:
        return "as of", self.day(parts)

    def design(self, parts: list[Any]) -> syntax.Design:
        subject, title, draft, *body = parts
        blocks = tuple(part for part in body if isinstance(part, syntax.Block))
        headers = [part for part in body if not isinstance(part, syntax.Block)]
        judged_by = tuple(name for word, names in headers if word == "judged by" for name in names)
        days = [day for word, day in headers if word == "as of"]
        if len(days) > 1:
            raise MistakeError("`as of` is written twice", days[1].span, "keep one of them")
        as_of = days[0] if days else None
        return syntax.Design(
            _name(subject), _text(title), draft is not None, judged_by, as_of, blocks
        )

    # vocabularies

    def vocabulary(self, parts: list[Any]) -> syntax.VocabularyFile:
        name, extends, subject, title, *items = parts
        return syntax.VocabularyFile(
            _name(name), _maybe_name(subject), _maybe_text(title), tuple(items), extends
        )

    def extends(self, parts: list[Any]) -> syntax.Name:
        return _name(parts[0])

    def extension(self, parts: list[Any]) -> syntax.ExtensionNode:
        name, origin, *fields, end = parts
        return syntax.ExtensionNode(_name(name), tuple(fields), origin, _span(end))

    def taxonomy(self, parts: list[Any]) -> syntax.TaxonomyNode:
        name, description, origin, *terms, end = parts
        about = _maybe_text(description)
        return syntax.TaxonomyNode(_name(name), about, tuple(terms), origin, _span(end))

    def terms(self, parts: list[Any]) -> tuple[tuple[syntax.TermNode, ...], Span]:
        *terms, end = parts
        return tuple(terms), _span(end)

    def term(self, parts: list[Any]) -> syntax.TermNode:
        name, description, label, also, marks, replaced, origin, below = parts
        children, end = below or ((), _span(name))
        return syntax.TermNode(
            name=_name(name),
            description=_maybe_text(description),
            children=children,
            also=also or (),
            marks=marks or (),
            replaced=replaced,
            label=label,
            origin=origin,
            end=end,
        )

    def replaced(self, parts: list[Any]) -> syntax.Text:
        return _text(parts[0])

    label = short = replaced

    def origin(self, parts: list[Any]) -> syntax.OriginNode:
        return syntax.OriginNode(tuple(parts))

    def also(self, parts: list[Any]) -> tuple[syntax.Text, ...]:
        return tuple(map(_text, parts))

    def marks(self, parts: list[Any]) -> tuple[syntax.Name, ...]:
        return tuple(map(_name, parts[1:]))

    def mark(self, parts: list[Any]) -> syntax.MarkNode:
        return syntax.MarkNode(_name(parts[0]), _text(parts[1]))

    def reference_type(self, parts: list[Any]) -> tuple[str, syntax.Name, bool]:
        return f"{parts[0]} of", _name(parts[1]), parts[2] is not None

    def plain_type(self, parts: list[Any]) -> tuple[str, None, bool]:
        return str(parts[0]), None, parts[1] is not None

    def field(self, parts: list[Any]) -> syntax.FieldNode:
        name, (shape, target, or_none), kind, by_two, essence, *further, ask, short = parts
        evidenced, replaced, label, origin, usual = further
        return syntax.FieldNode(
            name=_name(name),
            shape=shape,
            target=target,
            or_none=or_none,
            kind=str(kind),
            by_two=by_two is not None,
            essence=essence is not None,
            evidenced=evidenced,
            ask=_text(ask),
            replaced=replaced,
            label=label,
            origin=origin,
            usual=usual,
            short=short,
        )

    def usual(self, parts: list[Any]) -> syntax.UsualNode:
        return syntax.UsualNode(parts[1], _name(parts[2]))

    def evidenced(self, parts: list[Any]) -> syntax.EvidencedNode:
        word, values = parts[1] or ("", ())
        return syntax.EvidencedNode(word, values)

    def for_values(self, parts: list[Any]) -> tuple[str, tuple[syntax.Name | syntax.Range, ...]]:
        return "for", tuple(parts)

    def but_values(self, parts: list[Any]) -> tuple[str, tuple[syntax.Name | syntax.Range, ...]]:
        return "but", tuple(parts)

    def entity(self, parts: list[Any]) -> syntax.EntityNode:
        name, description, modifier, origin, *fields, end = parts
        return syntax.EntityNode(
            _name(name), _text(description), str(modifier or ""), tuple(fields), origin, _span(end)
        )

    # policies: declarations

    def policy(self, parts: list[Any]) -> syntax.PolicyFile:
        return syntax.PolicyFile(_name(parts[0]), tuple(parts[1:]))

    def text_attribute(self, parts: list[Any]) -> syntax.Attribute:
        return syntax.Attribute(str(parts[0]), _text(parts[1]), _span(parts[0]))

    def name_attribute(self, parts: list[Any]) -> syntax.Attribute:
        return syntax.Attribute(str(parts[0]), _name(parts[1]), _span(parts[0]))

    def shown_verdict(self, parts: list[Any]) -> syntax.VerdictNode:
        name, words = _name(parts[0]), _text(parts[1])
        if not words.text.strip():
            hint = f'write `verdict {name.text} "complete"`, or leave the line out'
            raise MistakeError("a verdict cannot be shown as nothing", words.span, hint)
        return syntax.VerdictNode(name, words)

    def date_attribute(self, parts: list[Any]) -> syntax.Attribute:
        return syntax.Attribute(str(parts[0]), parts[1], _span(parts[0]))

    def may_wait(self, parts: list[Any]) -> syntax.MayWaitNode:
        return syntax.MayWaitNode(tuple(parts))

    def law_of(self, parts: list[Any]) -> syntax.LawOfNode:
        return syntax.LawOfNode(tuple(map(_name, parts)))

    def document(self, parts: list[Any]) -> syntax.DocumentNode:
        name, title, date, address = parts
        return syntax.DocumentNode(_name(name), _text(title), date, _maybe_text(address))

    def per(self, parts: list[Any]) -> syntax.PerNode:
        return syntax.PerNode(tuple(map(_name, parts)))

    def definition(self, parts: list[Any]) -> syntax.DefinitionNode:
        name, *parameters, per, body = parts
        return syntax.DefinitionNode(_name(name), tuple(parameters), body, per)

    def parameter(self, parts: list[Any]) -> syntax.Parameter:
        return syntax.Parameter(_name(parts[0]), _name(parts[1]))

    def table(self, parts: list[Any]) -> syntax.TableNode:
        name, of, gives, per, *rows, end = parts
        return syntax.TableNode(_name(name), _name(of), _name(gives), tuple(rows), per, _span(end))

    def row(self, parts: list[Any]) -> syntax.RowNode:
        return syntax.RowNode(_name(parts[0]), parts[1])

    def reading(self, parts: list[Any]) -> syntax.ReadingDeclaration:
        name, description, *alternatives, end = parts
        return syntax.ReadingDeclaration(
            _name(name), _text(description), tuple(alternatives), _span(end)
        )

    def alternative(self, parts: list[Any]) -> syntax.AlternativeNode:
        name, description, per, default = parts
        return syntax.AlternativeNode(_name(name), _text(description), default is not None, per)

    def warning(self, parts: list[Any]) -> syntax.WarningNode:
        name, *items, end = parts
        return syntax.WarningNode(_name(name), tuple(items), _span(end))

    def section(self, parts: list[Any]) -> syntax.SectionNode:
        name, title, *clauses, end = parts
        return syntax.SectionNode(_name(name), _text(title), tuple(clauses), _span(end))

    def clause(self, parts: list[Any]) -> syntax.ClauseNode:
        name, number, marks, *items, end = parts
        return syntax.ClauseNode(
            _name(name), _maybe_name(number), tuple(items), _span(end), marks or ()
        )

    def rule(self, parts: list[Any]) -> syntax.RuleNode:
        word, bindings, when, condition = parts
        return syntax.RuleNode(str(word), bindings or (), when, condition, _span(word))

    def bindings(self, parts: list[Any]) -> tuple[syntax.BindingNode, ...]:
        return tuple(parts)

    def binding(self, parts: list[Any]) -> syntax.BindingNode:
        return syntax.BindingNode(_name(parts[0]), _name(parts[1]), parts[2])

    def when(self, parts: list[Any]) -> syntax.Expression:
        return parts[0]  # type: ignore[no-any-return]

    among = that = when

    def breach(self, parts: list[Any]) -> syntax.BreachNode:
        name, marks, condition, *items, end = parts
        return syntax.BreachNode(_name(name), condition, tuple(items), _span(end), marks or ())

    def unless(self, parts: list[Any]) -> syntax.UnlessNode:
        name, per, condition = parts
        return syntax.UnlessNode(_name(name), condition, per)

    # policies: expressions

    def disjunction(self, parts: list[Any]) -> syntax.JunctionNode:
        return syntax.JunctionNode("or", tuple(parts))

    def conjunction(self, parts: list[Any]) -> syntax.JunctionNode:
        return syntax.JunctionNode("and", tuple(parts))

    def negation(self, parts: list[Any]) -> syntax.NotNode:
        return syntax.NotNode(parts[1], _span(parts[0]))

    def operator(self, parts: list[Any]) -> str:
        return " ".join(parts)

    def test(self, parts: list[Any]) -> syntax.TestNode:
        return syntax.TestNode(*parts)

    def quantifier(self, parts: list[Any]) -> syntax.QuantifierNode:
        word, variable, range_, body, end = parts
        span = _span(word).to(_span(end))
        return syntax.QuantifierNode(str(word), _name(variable), range_, body, span)

    def reading_test(self, parts: list[Any]) -> syntax.ReadingNode:
        start, reading, alternative = parts
        return syntax.ReadingNode(_name(reading), _name(alternative), _span(start))

    def outcome_test(self, parts: list[Any]) -> syntax.OutcomeNode:
        what, name, outcome = parts
        return syntax.OutcomeNode(str(what), _name(name), _name(outcome), _span(what))

    def verdict_test(self, parts: list[Any]) -> syntax.VerdictIsNode:
        return syntax.VerdictIsNode(_name(parts[1]), _span(parts[0]))

    def law_test(self, parts: list[Any]) -> syntax.OutcomeNode:
        what, outcome = parts
        nameless = syntax.Name("", _span(what))
        return syntax.OutcomeNode("policy of law", nameless, _name(outcome), _span(what))

    def union(self, parts: list[Any]) -> syntax.UnionNode:
        return syntax.UnionNode(tuple(parts))

    def path(self, parts: list[Any]) -> syntax.PathNode:
        return syntax.PathNode(_name(parts[0]), tuple(parts[1:]))

    def step(self, parts: list[Any]) -> syntax.PathStep:
        name, closure = parts
        span = _span(name).to(_span(closure or name))
        return syntax.PathStep(_name(name), closure is not None, span)

    def call(self, parts: list[Any]) -> syntax.CallNode:
        name, *arguments, end = parts
        return syntax.CallNode(_name(name), tuple(arguments), _span(name).to(_span(end)))

    def terms_set(self, parts: list[Any]) -> syntax.SetNode:
        *names, end = parts
        return syntax.SetNode(tuple(map(_name, names)), _span(names[0]).to(_span(end)))

    def marked_terms(self, parts: list[Any]) -> syntax.MarkedNode:
        return syntax.MarkedNode(_name(parts[1]), _span(parts[0]).to(_span(parts[1])))

    # laws

    def laws(self, parts: list[Any]) -> syntax.LawsFile:
        name, policy, title, *laws = parts
        return syntax.LawsFile(_name(name), policy, _maybe_text(title), tuple(laws))

    def law(self, parts: list[Any]) -> syntax.LawNode:
        name, says, under, claim, end = parts
        return syntax.LawNode(_name(name), _text(says), under, claim, _span(end))

    def under(self, parts: list[Any]) -> syntax.UnderNode:
        return syntax.UnderNode(tuple(parts[1:]), _span(parts[0]))

    def always(self, parts: list[Any]) -> syntax.AlwaysNode:
        when, word, condition = parts
        return syntax.AlwaysNode(str(word), when, condition, _span(word))

    def possible(self, parts: list[Any]) -> syntax.PossibleNode:
        return syntax.PossibleNode(parts[1], _span(parts[0]))

    def alone(self, parts: list[Any]) -> syntax.AloneNode:
        start, *named, outcome, but = parts
        what, clause = named if len(named) == 2 else ("clause", None)
        return syntax.AloneNode(
            str(what), _maybe_name(clause), _name(outcome), but or (), _span(start)
        )

    def each(self, parts: list[Any]) -> None:
        """Stands for no name."""

    def changing(self, parts: list[Any]) -> syntax.ChangeNode:
        word, fact, before, after, where, but = parts
        return syntax.ChangeNode(str(word), fact, before, after, where, but or (), _span(word))

    def adding(self, parts: list[Any]) -> syntax.ChangeNode:
        word, term, fact, where, but = parts
        return syntax.ChangeNode(str(word), fact, None, term, where, but or (), _span(word))

    def removing(self, parts: list[Any]) -> syntax.ChangeNode:
        word, term, fact, where, but = parts
        return syntax.ChangeNode(str(word), fact, term, None, where, but or (), _span(word))

    def before(self, parts: list[Any]) -> syntax.Item:
        return parts[0]  # type: ignore[no-any-return]

    after = before

    def but_for(self, parts: list[Any]) -> tuple[syntax.Name, ...]:
        return tuple(map(_name, parts))

    # cases

    def cases(self, parts: list[Any]) -> syntax.CasesFile:
        return syntax.CasesFile(tuple(parts))

    def case(self, parts: list[Any]) -> syntax.CaseNode:
        title, *lines, end = parts
        designs = [line for line in lines if isinstance(line, syntax.Text | syntax.Design)]
        if len(designs) != 1:
            hint = 'write `design "FILE"` or `design { ... }` once'
            raise MistakeError("a case judges one design", _span(title), hint)
        rest = tuple(line for line in lines if not isinstance(line, syntax.Text | syntax.Design))
        return syntax.CaseNode(_text(title), designs[0], rest, _span(end))

    def design_file(self, parts: list[Any]) -> syntax.Text:
        return _text(parts[0])

    def design_inline(self, parts: list[Any]) -> syntax.Design:
        design: syntax.Design
        design, end = parts
        return replace(design, end=_span(end))

    def with_fact(self, parts: list[Any]) -> syntax.WithFact:
        return syntax.WithFact(_name(parts[0]), parts[1])

    def with_entity(self, parts: list[Any]) -> syntax.WithEntity:
        return syntax.WithEntity(_name(parts[0]), _name(parts[1]))

    def without(self, parts: list[Any]) -> syntax.Without:
        return syntax.Without(parts[0])

    def choose(self, parts: list[Any]) -> syntax.ChooseReading:
        return syntax.ChooseReading(_name(parts[0]), _name(parts[1]))

    def expect(self, parts: list[Any]) -> syntax.Expectation:
        subject, outcome, by, because, missing = parts
        return syntax.Expectation(_name(subject), _maybe_name(outcome), by, because, missing)

    def by(self, parts: list[Any]) -> tuple[syntax.Name, ...]:
        return tuple(map(_name, parts))

    def because(self, parts: list[Any]) -> tuple[syntax.FactNode, ...]:
        return tuple(parts)

    missing = because

    def fact(self, parts: list[Any]) -> syntax.FactNode:
        return syntax.FactNode(_name(parts[0]), _maybe_name(parts[1]))
