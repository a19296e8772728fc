"""All that a form can ask, before anything is answered: for whoever finds it out beforehand."""

from __future__ import annotations

from collections.abc import Iterator

from clausewise.desk.interview.drafts import Draft
from clausewise.desk.interview.questions import clauses_about
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.names import in_words


@lean_dataclass(frozen=True, slots=True)
class BlankQuestion:
    """What can be asked of each entity of a type, and whether some answers count only with evidence."""

    ask: str
    is_evidenced: bool


@lean_dataclass(frozen=True, slots=True)
class BlankGroup:
    """What can be asked about entities of one type."""

    title: str
    about: str
    questions: tuple[BlankQuestion, ...]


def blank(draft: Draft) -> Iterator[BlankGroup]:
    """What an applicant can be asked, by type of entity: what a clause reads, and a reviewer does not judge."""
    for type_ in draft.vocabulary.entities.values():
        fields = type_.fields.values()
        asked = tuple(_question(one) for one in fields if _is_asked(one, draft))
        if asked:
            yield BlankGroup(in_words(type_.name).capitalize(), type_.description, asked)


def _is_asked(field: Field, draft: Draft) -> bool:
    is_theirs = field.kind != "judgement" and not field.replaced
    return is_theirs and bool(clauses_about(draft.policy, field))


def _question(field: Field) -> BlankQuestion:
    ask = field.asked_of(f"the {in_words(field.owner)}")
    return BlankQuestion(ask[:1].upper() + ask[1:], field.evidenced)
