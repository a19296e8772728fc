"""A vocabulary as a page of Markdown: every field with its question, every term with what it means."""

from __future__ import annotations

from collections.abc import Iterator

from clausewise.dsl.models.taxonomy import Taxonomy
from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.formats.escaping import markdown


def vocabulary_page(vocabulary: Vocabulary) -> str:
    """The page of a vocabulary."""
    lines = [f"# {markdown(vocabulary.title)}", ""]
    lines += [f"What a `{vocabulary.subject}` can say, by the vocabulary `{vocabulary.name}`.", ""]
    for entity in vocabulary.entities.values():
        lines += _entity(entity)
    lines += ["## Terms", "", "A term stands for all that is indented below it.", ""]
    if vocabulary.marks:
        lines += ["A mark in brackets is borne by a term and by all that is indented below it:", ""]
        lines += [f"- `{name}`: {markdown(said)}" for name, said in vocabulary.marks.items()]
        lines += [""]
    for taxonomy in vocabulary.taxonomies.values():
        about = (
            [markdown(f"{taxonomy.about[:1].upper()}{taxonomy.about[1:]}."), ""]
            if taxonomy.about
            else []
        )
        lines += [f"### {taxonomy.name}", "", *about, *_terms(taxonomy), ""]
    return "\n".join(lines[:-1]) + "\n"


def _entity(entity: EntityType) -> list[str]:
    how_many = "one, without a name" if entity.single else "any number, each with a name"
    if entity.required:
        how_many = "at least one, each with a name"
    lines = [
        f"## {entity.name}",
        "",
        markdown(f"{entity.description[:1].upper()}{entity.description[1:]} ({how_many})."),
        "",
    ]
    lines += ["| field | values | kind | question | from |", "| --- | --- | --- | --- | --- |"]
    lines += [_row(field) for field in entity.fields.values()]
    return [*lines, ""]


def _row(field: Field) -> str:
    values: str = field.shape
    if field.target:
        linked = "places" if field.target == "place" else f"[{field.target}](#{field.target})"
        values = f"{field.shape} {linked}"
    if field.may_be_none:
        values += ", or none"
    kind = f"{field.kind}{' by two' if field.by_two else ''}{', essence' if field.essence else ''}"
    kind += f", {field.evidence.words}" if field.evidence else ""
    kind += f", by default `{field.usual.value}` ({field.usual.document})" if field.usual else ""
    asked = f"replaced: {field.replaced}" if field.replaced else field.ask
    origin = markdown(field.origin.words) if field.origin else ""
    return f"| `{field.name}` | {values} | {kind} | {markdown(asked)} | {origin} |"


def _terms(taxonomy: Taxonomy) -> Iterator[str]:
    marks: dict[str, list[str]] = {}
    for mark, terms in taxonomy.marks.items():
        for term in terms:
            marks.setdefault(term, []).append(f"`{mark}`")
    todo = [(term, 0) for term in taxonomy.roots()]
    while todo:
        term, depth = todo.pop(0)
        described = (
            f": {markdown(taxonomy.descriptions[term])}" if term in taxonomy.descriptions else ""
        )
        if term in taxonomy.replaced:
            described += f" (replaced: {markdown(taxonomy.replaced[term])})"
        marked = f" [{', '.join(marks[term])}]" if term in marks else ""
        yield f"{'  ' * depth}- `{term}`{marked}{described}"
        todo[:0] = [(child, depth + 1) for child in taxonomy.children.get(term, ())]
