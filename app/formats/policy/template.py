"""A new design, with every field as a commented question."""

from __future__ import annotations

from textwrap import wrap

from clausewise.dsl.models.deployment import show_value
from clausewise.dsl.models.taxonomy import Taxonomy
from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.engine.core.policy import Policy
from clausewise.intake.load import asked_for

WIDTH = 98
MOST_TERMS = 60


def design_template(policy: Policy, title: str) -> str:
    """A design that a policy can judge: all fields are there, as comments, so all are unknown."""
    vocabulary = policy.vocabulary
    lines = [
        f"# {vocabulary.title}",
        '# Answer what you can: take the `#` away and write a value. What is left out is unknown, never "no".',
        f"{vocabulary.subject} {show_value(title)}",
        f"judged by {asked_for(policy)}",
        "",
        "# as of 2026-11-23",
    ]
    for entity in vocabulary.entities.values():
        lines += ["", *_entity(entity, vocabulary)]
    return "\n".join(lines) + "\n"


def _entity(entity: EntityType, vocabulary: Vocabulary) -> list[str]:
    name = "" if entity.single else f" my-{entity.name}"
    more = "" if entity.single else " Repeat the block, with a name of its own, for each."
    lines = _comment(f"{entity.description[:1].upper()}{entity.description[1:]}.{more}", "# ")
    lines.append(f"{entity.name}{name} {{")
    for field in entity.current:
        lines += _field(field, vocabulary)
    return [*lines[:-1], "}"]


def _field(field: Field, vocabulary: Vocabulary) -> list[str]:
    ask = field.ask.replace("{" + field.owner + "}", f"my-{field.owner}")
    lines = _comment(ask, "  # ")
    note = {"judgement": 'a person\'s judgement: add `attested by "name" on date`'}.get(field.kind)
    if field.evidenced:
        note = 'may be backed by `evidence "path"`'
    lines += _comment(f"({_values(field, vocabulary)}{f'; {note}' if note else ''})", "  #   ")
    return [*lines, f"  # {field.name} unknown", ""]


def _comment(text: str, prefix: str) -> list[str]:
    return wrap(
        text, WIDTH, initial_indent=prefix, subsequent_indent=prefix, break_on_hyphens=False
    )


def _values(field: Field, vocabulary: Vocabulary) -> str:
    if field.is_reference:
        return f"{field.shape} the blocks of type {field.target}"
    if field.target == "place":
        return f"{field.shape}: ISO 3166 codes such as DE, US-WA"
    if not field.has_terms or field.shape == "yes-no":
        return field.shape
    none = ", or none" if field.may_be_none else ""
    return f"{field.shape}: {', '.join(_leaves(vocabulary.taxonomy_of(field)))}{none}"


def _leaves(taxonomy: Taxonomy) -> list[str]:
    leaves = [term for term in taxonomy.current if term not in taxonomy.children]
    return leaves if len(leaves) <= MOST_TERMS else [*leaves[:MOST_TERMS], "..."]
