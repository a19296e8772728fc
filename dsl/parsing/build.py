"""Builds the trees of all kinds of file, as `build_design.py` does those of designs."""

from __future__ import annotations

from clausewise.dsl import syntax
from clausewise.dsl.parsing.build_design import (
    DesignBuilder,
    MistakeError,
    maybe_name,
    maybe_text,
    name_of,
    span_of,
    text_of,
)
from clausewise.dsl.startup.lean import replace
from clausewise.dsl.startup.typed import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from clausewise.dsl.text.source import Span


class Builder(DesignBuilder):
    """One method for each further rule of the grammar."""

    # vocabularies

    def vocabulary(self, parts: list[Any]) -> syntax.VocabularyFile:
        name, extends, subject, title, *items = parts
        return syntax.VocabularyFile(
            name_of(name), maybe_name(subject), maybe_text(title), tuple(items), extends
        )

    def extends(self, parts: list[Any]) -> syntax.Name:
        return name_of(parts[0])

    def extension(self, parts: list[Any]) -> syntax.ExtensionNode:
        name, origin, *fields, end = parts
        return syntax.ExtensionNode(name_of(name), tuple(fields), origin, span_of(end))

    def taxonomy(self, parts: list[Any]) -> syntax.TaxonomyNode:
        name, description, origin, *terms, end = parts
        about = maybe_text(description)
        return syntax.TaxonomyNode(name_of(name), about, tuple(terms), origin, span_of(end))

    def terms(self, parts: list[Any]) -> tuple[tuple[syntax.TermNode, ...], Span]:
        *terms, end = parts
        return tuple(terms), span_of(end)

    def term(self, parts: list[Any]) -> syntax.TermNode:
        name, description, label, also, marks, replaced, origin, below = parts
        children, end = below or ((), span_of(name))
        return syntax.TermNode(
            name=name_of(name),
            description=maybe_text(description),
            children=children,
            also=also or (),
            marks=marks or (),
            replaced=replaced,
            label=label,
            origin=origin,
            end=end,
        )

    def replaced(self, parts: list[Any]) -> syntax.Text:
        return text_of(parts[0])

    label = short = replaced

    def origin(self, parts: list[Any]) -> syntax.OriginNode:
        return syntax.OriginNode(tuple(parts))

    def also(self, parts: list[Any]) -> tuple[syntax.Text, ...]:
        return tuple(map(text_of, parts))

    def marks(self, parts: list[Any]) -> tuple[syntax.Name, ...]:
        return tuple(map(name_of, parts[1:]))

    def mark(self, parts: list[Any]) -> syntax.MarkNode:
        return syntax.MarkNode(name_of(parts[0]), text_of(parts[1]))

    def reference_type(self, parts: list[Any]) -> tuple[str, syntax.Name, bool]:
        return f"{parts[0]} of", name_of(parts[1]), parts[2] is not None

    def plain_type(self, parts: list[Any]) -> tuple[str, None, bool]:
        return str(parts[0]), None, parts[1] is not None

    def field(self, parts: list[Any]) -> syntax.FieldNode:
        name, (shape, target, or_none), kind, by_two, essence, *further, ask, short = parts
        evidenced, replaced, label, also, origin, usual = further
        return syntax.FieldNode(
            name=name_of(name),
            shape=shape,
            target=target,
            or_none=or_none,
            kind=cast("syntax.FieldKind", str(kind)),  # the grammar's token has no other words
            by_two=by_two is not None,
            essence=essence is not None,
            evidenced=evidenced,
            ask=text_of(ask),
            replaced=replaced,
            label=label,
            origin=origin,
            usual=usual,
            short=short,
            also=also or (),
        )

    def usual(self, parts: list[Any]) -> syntax.UsualNode:
        return syntax.UsualNode(parts[1], name_of(parts[2]))

    def evidenced(self, parts: list[Any]) -> syntax.EvidencedNode:
        word, values = parts[1] or ("", ())
        return syntax.EvidencedNode(word, values)

    def for_values(self, parts: list[Any]) -> tuple[str, tuple[syntax.Name | syntax.Range, ...]]:
        return "for", tuple(parts)

    def but_values(self, parts: list[Any]) -> tuple[str, tuple[syntax.Name | syntax.Range, ...]]:
        return "but", tuple(parts)

    def entity(self, parts: list[Any]) -> syntax.EntityNode:
        name, description, also, modifier, origin, *fields, end = parts
        return syntax.EntityNode(
            name_of(name),
            text_of(description),
            str(modifier or ""),
            tuple(fields),
            origin,
            span_of(end),
            also=also or (),
        )

    # policies: declarations

    def policy(self, parts: list[Any]) -> syntax.PolicyFile:
        return syntax.PolicyFile(name_of(parts[0]), tuple(parts[1:]))

    def text_attribute(self, parts: list[Any]) -> syntax.Attribute:
        return syntax.Attribute(str(parts[0]), text_of(parts[1]), span_of(parts[0]))

    def name_attribute(self, parts: list[Any]) -> syntax.Attribute:
        return syntax.Attribute(str(parts[0]), name_of(parts[1]), span_of(parts[0]))

    def shown_verdict(self, parts: list[Any]) -> syntax.VerdictNode:
        name, words = name_of(parts[0]), text_of(parts[1])
        if not words.text.strip():
            hint = f'write `verdict {name.text} "complete"`, or leave the line out'
            raise MistakeError("a verdict cannot be shown as nothing", words.span, hint)
        return syntax.VerdictNode(name, words)

    def date_attribute(self, parts: list[Any]) -> syntax.Attribute:
        return syntax.Attribute(str(parts[0]), parts[1], span_of(parts[0]))

    def may_wait(self, parts: list[Any]) -> syntax.MayWaitNode:
        return syntax.MayWaitNode(tuple(parts))

    def law_of(self, parts: list[Any]) -> syntax.LawOfNode:
        return syntax.LawOfNode(tuple(map(name_of, parts)))

    def document(self, parts: list[Any]) -> syntax.DocumentNode:
        name, title, date, address = parts
        return syntax.DocumentNode(name_of(name), text_of(title), date, maybe_text(address))

    def per(self, parts: list[Any]) -> syntax.PerNode:
        return syntax.PerNode(tuple(map(name_of, parts)))

    def definition(self, parts: list[Any]) -> syntax.DefinitionNode:
        name, *parameters, per, body = parts
        return syntax.DefinitionNode(name_of(name), tuple(parameters), body, per)

    def parameter(self, parts: list[Any]) -> syntax.Parameter:
        return syntax.Parameter(name_of(parts[0]), name_of(parts[1]))

    def table(self, parts: list[Any]) -> syntax.TableNode:
        name, of, gives, per, *rows, end = parts
        return syntax.TableNode(
            name_of(name), name_of(of), name_of(gives), tuple(rows), per, span_of(end)
        )

    def row(self, parts: list[Any]) -> syntax.RowNode:
        return syntax.RowNode(name_of(parts[0]), parts[1])

    def reading(self, parts: list[Any]) -> syntax.ReadingDeclaration:
        name, description, *alternatives, end = parts
        return syntax.ReadingDeclaration(
            name_of(name), text_of(description), tuple(alternatives), span_of(end)
        )

    def alternative(self, parts: list[Any]) -> syntax.AlternativeNode:
        name, description, per, default = parts
        return syntax.AlternativeNode(name_of(name), text_of(description), default is not None, per)

    def warning(self, parts: list[Any]) -> syntax.WarningNode:
        name, *items, end = parts
        return syntax.WarningNode(name_of(name), tuple(items), span_of(end))

    def section(self, parts: list[Any]) -> syntax.SectionNode:
        name, title, *clauses, end = parts
        return syntax.SectionNode(name_of(name), text_of(title), tuple(clauses), span_of(end))

    def clause(self, parts: list[Any]) -> syntax.ClauseNode:
        name, number, marks, *items, end = parts
        return syntax.ClauseNode(
            name_of(name), maybe_name(number), tuple(items), span_of(end), marks or ()
        )

    def rule(self, parts: list[Any]) -> syntax.RuleNode:
        word, bindings, when, condition = parts
        return syntax.RuleNode(str(word), bindings or (), when, condition, span_of(word))

    def bindings(self, parts: list[Any]) -> tuple[syntax.BindingNode, ...]:
        return tuple(parts)

    def binding(self, parts: list[Any]) -> syntax.BindingNode:
        return syntax.BindingNode(name_of(parts[0]), name_of(parts[1]), parts[2])

    def when(self, parts: list[Any]) -> syntax.Expression:
        return parts[0]  # type: ignore[no-any-return]

    among = that = when

    def breach(self, parts: list[Any]) -> syntax.BreachNode:
        name, marks, condition, *items, end = parts
        return syntax.BreachNode(name_of(name), condition, tuple(items), span_of(end), marks or ())

    def unless(self, parts: list[Any]) -> syntax.UnlessNode:
        name, per, condition = parts
        return syntax.UnlessNode(name_of(name), condition, per)

    # policies: expressions

    def disjunction(self, parts: list[Any]) -> syntax.JunctionNode:
        return syntax.JunctionNode("or", tuple(parts))

    def conjunction(self, parts: list[Any]) -> syntax.JunctionNode:
        return syntax.JunctionNode("and", tuple(parts))

    def negation(self, parts: list[Any]) -> syntax.NotNode:
        return syntax.NotNode(parts[1], span_of(parts[0]))

    def operator(self, parts: list[Any]) -> str:
        return " ".join(parts)

    def test(self, parts: list[Any]) -> syntax.TestNode:
        return syntax.TestNode(*parts)

    def quantifier(self, parts: list[Any]) -> syntax.QuantifierNode:
        word, variable, range_, body, end = parts
        span = span_of(word).to(span_of(end))
        said = cast("syntax.QuantifierWord", str(word))  # the grammar's token has no other words
        return syntax.QuantifierNode(said, name_of(variable), range_, body, span)

    def reading_test(self, parts: list[Any]) -> syntax.ReadingNode:
        start, reading, alternative = parts
        return syntax.ReadingNode(name_of(reading), name_of(alternative), span_of(start))

    def outcome_test(self, parts: list[Any]) -> syntax.OutcomeNode:
        what, name, outcome = parts
        said = cast("syntax.OutcomeOf", str(what))  # the grammar's token has no other words
        return syntax.OutcomeNode(said, name_of(name), name_of(outcome), span_of(what))

    def verdict_test(self, parts: list[Any]) -> syntax.VerdictIsNode:
        return syntax.VerdictIsNode(name_of(parts[1]), span_of(parts[0]))

    def law_test(self, parts: list[Any]) -> syntax.OutcomeNode:
        what, outcome = parts
        nameless = syntax.Name("", span_of(what))
        return syntax.OutcomeNode("policy of law", nameless, name_of(outcome), span_of(what))

    def union(self, parts: list[Any]) -> syntax.UnionNode:
        return syntax.UnionNode(tuple(parts))

    def path(self, parts: list[Any]) -> syntax.PathNode:
        return syntax.PathNode(name_of(parts[0]), tuple(parts[1:]))

    def step(self, parts: list[Any]) -> syntax.PathStep:
        name, closure = parts
        span = span_of(name).to(span_of(closure or name))
        return syntax.PathStep(name_of(name), closure is not None, span)

    def call(self, parts: list[Any]) -> syntax.CallNode:
        name, *arguments, end = parts
        return syntax.CallNode(name_of(name), tuple(arguments), span_of(name).to(span_of(end)))

    def terms_set(self, parts: list[Any]) -> syntax.SetNode:
        *names, end = parts
        return syntax.SetNode(tuple(map(name_of, names)), span_of(names[0]).to(span_of(end)))

    def marked_terms(self, parts: list[Any]) -> syntax.MarkedNode:
        return syntax.MarkedNode(name_of(parts[1]), span_of(parts[0]).to(span_of(parts[1])))

    # laws

    def laws(self, parts: list[Any]) -> syntax.LawsFile:
        name, policy, title, *laws = parts
        return syntax.LawsFile(name_of(name), policy, maybe_text(title), tuple(laws))

    def law(self, parts: list[Any]) -> syntax.LawNode:
        name, says, under, claim, end = parts
        return syntax.LawNode(name_of(name), text_of(says), under, claim, span_of(end))

    def under(self, parts: list[Any]) -> syntax.UnderNode:
        return syntax.UnderNode(tuple(parts[1:]), span_of(parts[0]))

    def always(self, parts: list[Any]) -> syntax.AlwaysNode:
        when, word, condition = parts
        return syntax.AlwaysNode(str(word), when, condition, span_of(word))

    def possible(self, parts: list[Any]) -> syntax.PossibleNode:
        return syntax.PossibleNode(parts[1], span_of(parts[0]))

    def alone(self, parts: list[Any]) -> syntax.AloneNode:
        start, *named, outcome, but = parts
        what, clause = named if len(named) == 2 else ("clause", None)
        return syntax.AloneNode(
            str(what), maybe_name(clause), name_of(outcome), but or (), span_of(start)
        )

    def each(self, parts: list[Any]) -> None:
        """Stands for no name."""

    def changing(self, parts: list[Any]) -> syntax.ChangeNode:
        word, fact, before, after, where, but = parts
        return syntax.ChangeNode(str(word), fact, before, after, where, but or (), span_of(word))

    def adding(self, parts: list[Any]) -> syntax.ChangeNode:
        word, term, fact, where, but = parts
        return syntax.ChangeNode(str(word), fact, None, term, where, but or (), span_of(word))

    def removing(self, parts: list[Any]) -> syntax.ChangeNode:
        word, term, fact, where, but = parts
        return syntax.ChangeNode(str(word), fact, term, None, where, but or (), span_of(word))

    def before(self, parts: list[Any]) -> syntax.Item:
        return parts[0]  # type: ignore[no-any-return]

    after = before

    def but_for(self, parts: list[Any]) -> tuple[syntax.Name, ...]:
        return tuple(map(name_of, parts))

    # cases

    def cases(self, parts: list[Any]) -> syntax.CasesFile:
        return syntax.CasesFile(tuple(parts))

    def case(self, parts: list[Any]) -> syntax.CaseNode:
        title, *lines, end = parts
        designs = [line for line in lines if isinstance(line, syntax.Text | syntax.Design)]
        if len(designs) != 1:
            hint = 'write `design "FILE"` or `design { ... }` once'
            message, lacks = "a case judges one design", not designs
            raise MistakeError(message, span_of(title), hint, is_of_what_is_missing=lacks)
        rest = tuple(line for line in lines if not isinstance(line, syntax.Text | syntax.Design))
        return syntax.CaseNode(text_of(title), designs[0], rest, span_of(end))

    def design_file(self, parts: list[Any]) -> syntax.Text:
        return text_of(parts[0])

    def design_inline(self, parts: list[Any]) -> syntax.Design:
        design: syntax.Design
        design, end = parts
        return replace(design, end=span_of(end))

    def with_fact(self, parts: list[Any]) -> syntax.WithFact:
        return syntax.WithFact(name_of(parts[0]), parts[1])

    def with_entity(self, parts: list[Any]) -> syntax.WithEntity:
        return syntax.WithEntity(name_of(parts[0]), name_of(parts[1]))

    def without(self, parts: list[Any]) -> syntax.Without:
        return syntax.Without(parts[0])

    def choose(self, parts: list[Any]) -> syntax.ChooseReading:
        return syntax.ChooseReading(name_of(parts[0]), name_of(parts[1]))

    def expect(self, parts: list[Any]) -> syntax.Expectation:
        subject, outcome, by, because, missing = parts
        return syntax.Expectation(name_of(subject), maybe_name(outcome), by, because, missing)

    def by(self, parts: list[Any]) -> tuple[syntax.Name, ...]:
        return tuple(map(name_of, parts))

    def because(self, parts: list[Any]) -> tuple[syntax.FactNode, ...]:
        return tuple(parts)

    missing = because

    def fact(self, parts: list[Any]) -> syntax.FactNode:
        return syntax.FactNode(name_of(parts[0]), maybe_name(parts[1]))
