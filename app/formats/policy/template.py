"""A new design, with the fields that a policy reads as commented questions."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap

from clausewise.dsl.editing.design import BY_DEFAULT
from clausewise.dsl.models.deployment import show_value
from clausewise.dsl.models.taxonomy import Taxonomy
from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.dsl.printing.trees import statement_text
from clausewise.dsl.syntax import Design, Statement
from clausewise.engine.core.policy import Policy
from clausewise.intake.load import asked_for

WIDTH = 98
MOST_TERMS = 60


def design_template(policy: Policy, title: str) -> str:
    """A design with all fields that a policy reads, as comments, so that all are unknown."""
    read = policy.fields_read
    blocks = []
    for entity in policy.vocabulary.entities.values():
        fields = [field for field in entity.current if (entity.name, field.name) in read]
        if fields:
            name = "" if entity.single else f"my-{entity.name}"
            more = "" if entity.single else " Repeat the block, with a name of its own, for each."
            about = f"{entity.description[:1].upper()}{entity.description[1:]}.{more}"
            width = _width(f.name for f in fields if f.usual)
            lines = [line for f in fields for line in _field(f, f"my-{entity.name}", policy, width)]
            blocks.append([*_comment(about, "# "), *_block(entity, name, lines)])
    return _design(policy, title, blocks)


def template_like(design: Design, wanted: str, policy: Policy, title: str) -> str:
    """A design with the blocks and fields of another, which shows what a use case needs.

    What is chosen by the use case itself stays: which block names which, and what is for `wanted`. All else is a
    commented question.
    """
    entities = policy.vocabulary.entities
    blocks = []
    for block in design.blocks:
        entity = entities[block.type.text]
        name = block.name.text if block.name else ""
        pairs = [(s, entity.fields[s.field.text]) for s in block.statements]
        stays = {field.name for statement, field in pairs if _is_of(statement, wanted, field)}
        width = _width(f.name for _, f in pairs if f.name in stays or f.usual)
        lines: list[str] = []
        for statement, field in pairs:
            if field.name in stays:
                lines += [f"  {statement_text(statement, width)}", ""]
            else:
                lines += _field(field, name or entity.name, policy, width)
        blocks.append(_block(entity, name, lines))
    return _design(policy, title, blocks)


def _design(policy: Policy, title: str, blocks: Iterable[list[str]]) -> str:
    vocabulary = policy.vocabulary
    lines = [
        f"# {vocabulary.title}",
        '# Answer what you can: take the `#` away and write a value. What is left out is unknown, never "no".',
        f"{vocabulary.subject} {show_value(title)}",
        f"judged by {asked_for(policy)}",
        "",
        "# as of 2026-11-23",
    ]
    for block in blocks:
        lines += ["", *block]
    return "\n".join(lines) + "\n"


def _block(entity: EntityType, name: str, lines: list[str]) -> list[str]:
    while lines and not lines[-1]:
        lines = lines[:-1]
    return [f"{f'{entity.name} {name}'.rstrip()} {{", *lines, "}"]


def _is_of(statement: Statement, wanted: str, field: Field) -> bool:
    """Whether a line says what the use case is, and nothing that only its owner can say."""
    names = [getattr(item, "text", "") for item in statement.items]
    is_claim = field.kind != "choice" or names == ["none"]
    return not is_claim and (field.is_reference or wanted in names)


def _width(stated: Iterable[str]) -> int:
    """The column of the values in a block in which fields of these names are stated."""
    return max(map(len, stated), default=0) + 2


def _field(field: Field, entity: str, policy: Policy, width: int) -> list[str]:
    vocabulary = policy.vocabulary
    lines = _comment(field.asked_of(entity), "  # ")
    notes = [_values(field, vocabulary)]
    if field.kind == "judgement":
        who = "the judgement of two people" if field.by_two else "a person's judgement"
        notes.append(f'{who}: add `attested by "name" on date`')
    if field.evidenced:
        notes.append('may be backed by `evidence "path"`')
    lines += _comment(f"({'; '.join(notes)})", "  #   ")
    if not field.usual:
        return [*lines, f"  # {field.name} unknown", ""]
    document = vocabulary.documents[field.usual.document]
    said = f"{BY_DEFAULT} “{document.title}” ({document.date}): change it if you chose otherwise."
    return [*lines, *_comment(said, "  #   "), f"  {field.name:<{width}}{field.usual.value}", ""]


def _comment(text: str, prefix: str) -> list[str]:
    return wrap(
        text, WIDTH, initial_indent=prefix, subsequent_indent=prefix, break_on_hyphens=False
    )


def _values(field: Field, vocabulary: Vocabulary) -> str:
    none = ", or none" if field.may_be_none else ""
    if field.is_reference:
        return f"{field.shape} the blocks of type {field.target}{none}"
    if field.target == "place":
        return f"{field.shape}: ISO 3166 codes such as DE, US-WA{none}"
    if not field.has_terms or field.shape == "yes-no":
        return f"{field.shape}{none}"
    return f"{field.shape}: {', '.join(_leaves(vocabulary.taxonomy_of(field)))}{none}"


def _leaves(taxonomy: Taxonomy) -> list[str]:
    leaves = [term for term in taxonomy.current if term not in taxonomy.children]
    return leaves if len(leaves) <= MOST_TERMS else [*leaves[:MOST_TERMS], "..."]
