"""What changes from one vocabulary to another: what breaks designs that are written, and what does not."""

from __future__ import annotations

from collections.abc import Iterator

from clausewise.dsl.models.taxonomy import Taxonomy
from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.dsl.startup.lean import lean_dataclass


@lean_dataclass(frozen=True, slots=True)
class WordChange:
    """A change of a vocabulary. `breaks`: whether a design that fits the old one may not fit the new one."""

    said: str
    breaks: bool


def changes(old: Vocabulary, new: Vocabulary) -> Iterator[WordChange]:
    """All that changes, in the order of the old vocabulary; then what is new."""
    if old.subject != new.subject:
        yield WordChange(f"the subject `{old.subject}` is `{new.subject}` now", breaks=True)
    for name, type_ in old.entities.items():
        if name in new.entities:
            yield from _of_type(type_, new.entities[name])
        else:
            yield WordChange(f"the type `{name}` is gone", breaks=True)
    for name, taxonomy in old.taxonomies.items():
        if name in new.taxonomies:
            yield from _of_taxonomy(taxonomy, new.taxonomies[name])
        else:
            yield WordChange(f"the taxonomy `{name}` is gone", breaks=True)
    yield from _new(old, new)


def _of_type(old: EntityType, new: EntityType) -> Iterator[WordChange]:
    if old.single is not new.single:
        how = "there is one now" if new.single else "there may be any number now"
        yield WordChange(f"of `{old.name}` {how}", breaks=True)
    if new.required and not old.required:
        yield WordChange(f"one `{old.name}` must be listed now", breaks=False)
    for name, field in old.fields.items():
        if name in new.fields:
            yield from _of_field(field, new.fields[name])
        else:
            yield WordChange(f"the field `{old.name}.{name}` is gone", breaks=True)


def _of_field(old: Field, new: Field) -> Iterator[WordChange]:
    called = f"`{old.owner}.{old.name}`"
    if (old.shape, old.target) != (new.shape, new.target):
        grows = old.target == new.target and new.is_many and not old.is_many
        yield WordChange(f"{called} was {_typed(old)}, and is {_typed(new)}", breaks=not grows)
    if old.may_be_none and not new.may_be_none:
        yield WordChange(f"{called} may not be `none` any more", breaks=True)
    if old.kind != new.kind:
        yield WordChange(f"{called} was a {old.kind}, and is a {new.kind}", breaks=False)
    if new.replaced and not old.replaced:
        yield WordChange(f"{called} is replaced: {new.replaced}", breaks=False)
    if new.evidenced and not old.evidenced:
        yield WordChange(f"{called} needs evidence where that is required", breaks=False)


def _typed(field: Field) -> str:
    return f"{field.shape} {field.target or ''}".strip()


def _of_taxonomy(old: Taxonomy, new: Taxonomy) -> Iterator[WordChange]:
    for term, parents in old.parents.items():
        if term not in new.parents:
            yield WordChange(f"the term `{term}` of `{old.name}` is gone", breaks=True)
        elif parents != new.parents[term]:
            above = " and ".join(f"`{parent}`" for parent in new.parents[term]) or "nothing"
            yield WordChange(
                f"the term `{term}` of `{old.name}` stands below {above} now", breaks=False
            )
        elif term in new.replaced and term not in old.replaced:
            yield WordChange(f"the term `{term}` is replaced: {new.replaced[term]}", breaks=False)


def _new(old: Vocabulary, new: Vocabulary) -> Iterator[WordChange]:
    for name, type_ in new.entities.items():
        known = old.entities.get(name)
        if known is None:
            yield WordChange(f"the type `{name}` is new", breaks=False)
        fields = [f for f in type_.fields if known and f not in known.fields]
        if fields:
            listed = ", ".join(f"`{field}`" for field in fields)
            yield WordChange(f"`{name}` has new fields: {listed}", breaks=False)
    for name, taxonomy in new.taxonomies.items():
        known_terms = old.taxonomies[name].parents if name in old.taxonomies else {}
        terms = [term for term in taxonomy.parents if term not in known_terms]
        if terms:
            listed = ", ".join(f"`{term}`" for term in terms)
            yield WordChange(f"`{name}` has new terms: {listed}", breaks=False)
