"""What is said of names: the text of a hover, and of what is offered to be written. It is Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from clausewise.checking.report import Report
from clausewise.dsl.models.deployment import Entity, FactName, fact_name, show_value
from clausewise.dsl.models.shapes import SHAPES
from clausewise.dsl.models.taxonomy import Taxonomy
from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.dsl.text.names import in_words
from clausewise.engine.advice.because import because, remedy_for
from clausewise.engine.core.clauses import Clause
from clausewise.engine.core.outcomes import Outcome
from clausewise.engine.core.policy import Policy
from clausewise.engine.judging.judgement import ClauseJudgement
from clausewise.formats.escaping import markdown, markdown_code
from clausewise.formats.report.sentences import sentence_of

MOST_VALUES = 12
MOST_CLAUSES = 8
KINDS = {
    "world": "a fact of the world",
    "choice": "a choice of the design",
    "judgement": "a judgement: somebody answers for it by `attested by`",
}


def paragraphs(parts: Iterable[str]) -> str:
    """Parts of Markdown, each a paragraph; those that are empty are left out."""
    return "\n\n".join(filter(None, parts))


def of_field(field: Field, vocabulary: Vocabulary, entity: str = "") -> str:
    """What a field asks, of which kind it is, and what it may hold."""
    ask = field.asked_of(entity or f"the {field.owner}")
    kind = KINDS[field.kind] + (", by two people" if field.by_two else "")
    return paragraphs(
        (
            f"**{field.owner}.{field.name}** {markdown(ask)}",
            f"{kind}; {markdown(values_of(field, vocabulary))}",
            f"{markdown(field.evidence.words)} (where evidence is required)"
            if field.evidence
            else "",
            f"replaced: {markdown(field.replaced)}" if field.replaced else "",
        )
    )


def values_of(field: Field, vocabulary: Vocabulary) -> str:
    """What a field may hold, in words."""
    none = ", or none" if field.may_be_none else ""
    if field.is_reference:
        return f"{field.shape} {field.target}{none}"
    if not field.has_terms:
        return SHAPES[field.shape].wanted.replace("`", "") + none
    current = vocabulary.taxonomy_of(field).current
    shown = ", ".join(current[:MOST_VALUES])
    more = f" and {len(current) - MOST_VALUES:,} more" if len(current) > MOST_VALUES else ""
    of = "" if field.shape == "yes-no" else f"{field.shape} {field.target}: "
    return f"{of}{shown}{more}{none}"


def of_term(taxonomy: Taxonomy, term: str) -> str:
    """What a term means: its label, its description, what stands above it and below it."""
    marks = sorted(m for m, bearing in taxonomy.marks.items() if term in taxonomy.inside(bearing))
    below = taxonomy.children.get(term, [])
    description = taxonomy.descriptions.get(term, "")
    label = taxonomy.label(term)
    return paragraphs(
        (
            f"**{markdown(term)}**" + (f" {markdown(label)}" if label != in_words(term) else ""),
            markdown(description) if description not in (label, "") else "",
            _listed("inside", _line_above(taxonomy, term)),
            _listed("holds", below),
            _listed("marked", marks),
            f"replaced: {markdown(taxonomy.replaced[term])}" if term in taxonomy.replaced else "",
        )
    )


def _line_above(taxonomy: Taxonomy, term: str) -> list[str]:
    """The terms above a term, the nearest first; of several, the first line of them."""
    line: list[str] = []
    parents = taxonomy.parents[term]
    while parents:
        line.append(parents[0])
        parents = taxonomy.parents[parents[0]]
    return line


def _listed(word: str, names: list[str]) -> str:
    shown = ", ".join(map(markdown, names[:MOST_VALUES]))
    more = len(names) - MOST_VALUES
    return f"{word} {shown}" + (f" and {more:,} more" if more > 0 else "") if names else ""


def of_type(type_: EntityType) -> str:
    """What a type of entity is."""
    how = "there is one" if type_.single else "there is at least one" if type_.required else ""
    fields = ", ".join(field.name for field in type_.current)
    return paragraphs(
        (f"**{type_.name}** {markdown(type_.description)}", how, markdown(f"fields: {fields}"))
    )


def of_policy(policy: Policy) -> str:
    """What a policy is called, and whence its text comes."""
    return paragraphs(
        (
            f"**{markdown(policy.full_name)}** {markdown(policy.title)}",
            markdown(policy.origin),
            markdown(policy.notice),
            f"{len(policy.clauses)} clauses, over the vocabulary {policy.vocabulary.name}",
        )
    )


def of_clause(policy: Policy, clause: Clause) -> str:
    """A clause: its place and quote, its meaning, its rule, what to do."""
    remedies = dict.fromkeys([clause.remedy, *(breach.remedy for breach in clause.breaches)])
    rule = policy.text(clause.condition.span)
    return paragraphs(
        (
            f"**{markdown(clause.title)}** {markdown(clause.at)}",
            f"“{markdown(clause.quotes)}”" if clause.quotes else "",
            markdown(clause.says),
            f"{clause.word} {markdown_code(rule)}" if rule else "",
            markdown(" ".join(filter(None, remedies))),
        )
    )


def of_fact(entity: Entity, field: Field, reports: Iterable[Report]) -> str:
    """What a fact is, and to what it leads: the clauses that rest on it, or wait for it."""
    return paragraphs(_about_fact(fact_name(entity.name, field.name), entity, field, reports))


def _about_fact(
    name: FactName, entity: Entity, field: Field, reports: Iterable[Report]
) -> Iterator[str]:
    fact = entity.facts.get(field.name)
    if fact:
        yield f"{markdown_code(name)} is {markdown(show_value(fact.value))}"
    if fact and fact.doubt:
        yield f"this does not count: {markdown(fact.doubt)}"
    for report in reports:
        rests = (judged for judged in report.clauses if name in (*judged.facts, *judged.missing))
        for judged in islice(rests, MOST_CLAUSES):
            yield _outcome(judged, report)


def _outcome(judged: ClauseJudgement, report: Report) -> str:
    """To what a clause came, and why, in a sentence."""
    words = sentence_of(judged, report)
    if judged.outcome is Outcome.VIOLATED:
        findings = [f for f in judged.findings if f.outcome is Outcome.VIOLATED][:1]
        words = "; ".join(because(finding, report.deployment) for finding in findings)
        words = ". ".join(filter(None, (words, remedy_for(findings))))
    quote = f"  \n“{markdown(judged.clause.quotes)}”" if judged.clause.quotes else ""
    return f"**{judged.outcome}** {markdown(judged.clause.title)}: {markdown(words)}{quote}"
