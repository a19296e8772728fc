"""What is told of the name under the pointer."""

from __future__ import annotations

from clausewise.dsl import syntax
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.names import with_article
from clausewise.dsl.text.source import Span
from clausewise.editor import words
from clausewise.editor.analysis import Analysis
from clausewise.editor.naming.names import at, declared, occurrences
from clausewise.editor.naming.symbols import Occurrence
from clausewise.engine.core.policy import Policy
from clausewise.formats.escaping import markdown, markdown_code


@lean_dataclass(frozen=True, slots=True)
class Hover:
    """Markdown about a stretch of a text."""

    span: Span
    text: str


def hover(analysis: Analysis, offset: int) -> Hover | None:
    """What is told of what stands at an offset."""
    found = at(offset, occurrences(analysis))
    text = _text(found, analysis) if found else ""
    return Hover(found.span, text) if found and text else None


def _text(found: Occurrence, analysis: Analysis) -> str:
    symbol, vocabulary = found.symbol, analysis.vocabulary
    policy = next((p for p in analysis.policies if p.source.path == symbol.home), None)
    match symbol.what:
        case "field" if vocabulary:
            field = vocabulary.entities[symbol.owner].fields[symbol.name]
            entity = _entity_at(found.span, analysis)
            about = words.of_field(field, vocabulary, entity)
            return words.paragraphs((_fact(entity, symbol.name, analysis), about))
        case "term" if vocabulary:
            return words.of_term(vocabulary.taxonomy(symbol.owner), symbol.name)
        case "type" if vocabulary:
            return words.of_type(vocabulary.entities[symbol.name])
        case "entity":
            return _of_entity(found, analysis)
        case "taxonomy" if vocabulary:
            return f"**{symbol.name}** {markdown(vocabulary.taxonomy(symbol.name).about)}"
        case "mark" if vocabulary:
            return f"**{symbol.name}** {markdown(vocabulary.marks.get(symbol.name, ''))}"
        case "law":
            return _of_law(symbol.name, analysis)
        case "policy" if policy:
            return words.of_policy(policy)
        case "clause" if policy and symbol.name in policy.clauses:
            return words.of_clause(policy, policy.clauses[symbol.name])
        case _:
            return _of_policy(found, policy, analysis)


def _of_law(name: str, analysis: Analysis) -> str:
    """What a law says."""
    laws = analysis.tree.laws if isinstance(analysis.tree, syntax.LawsFile) else ()
    says = next((law.says.text for law in laws if law.name.text == name), "")
    return words.paragraphs((f"**{markdown(name)}** {markdown(says)}",))


def _of_policy(found: Occurrence, policy: Policy | None, analysis: Analysis) -> str:
    """What else a policy declares: as it is written there."""
    symbol = found.symbol
    if policy and symbol.what == "reading" and symbol.name in policy.readings:
        reading = policy.readings[symbol.name]
        ways = [f"- {markdown(f'{a}: {about}')}" for a, about in reading.alternatives.items()]
        return words.paragraphs(
            (f"**{symbol.name}** {markdown(reading.description)}", "\n".join(ways))
        )
    if policy and symbol.what == "definition" and symbol.name in policy.definitions:
        return markdown_code(policy.text(policy.definitions[symbol.name].body.span))
    if symbol.what == "variable":
        place = declared(symbol, analysis)
        return f"the variable {markdown_code(symbol.name)}" if place else ""
    return ""


def _entity_at(span: Span, analysis: Analysis) -> str:
    """The entity in whose block a place lies."""
    if not isinstance(analysis.tree, syntax.Design):
        return ""
    before = [b for b in analysis.tree.blocks if b.type.span.start <= span.start]
    return (before[-1].name or before[-1].type).text if before else ""


def _fact(entity: str, field: str, analysis: Analysis) -> str:
    """A fact of the design, and to what it leads."""
    held = [
        r.deployment.entities[entity] for r in analysis.reports if entity in r.deployment.entities
    ]
    known = held[0].type.fields.get(field) if held else None
    return words.of_fact(held[0], known, analysis.reports) if held and known else ""


def _of_entity(found: Occurrence, analysis: Analysis) -> str:
    """An entity: its type, and who names it."""
    for report in analysis.reports:
        entity = report.deployment.entities.get(found.symbol.name)
        if entity:
            naming = [
                o for o in occurrences(analysis) if o.symbol == found.symbol and not o.declares
            ]
            lines = sorted({analysis.source.position(one.span.start)[0] for one in naming})
            named = f"named in line {', '.join(map(str, lines))}" if lines else "named nowhere"
            about = markdown(entity.type.description)
            return f"**{entity.name}** is {with_article(entity.type.name)}: {about}\n\n{named}"
    place = declared(found.symbol, analysis)
    return f"**{found.symbol.name}**" if place else ""
