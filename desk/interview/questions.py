"""A question as a page shows it: what can be chosen, what is chosen already, and why it is asked.

All of it comes from the vocabulary and the policy. No field is known here by its name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from clausewise.desk.interview.called import said
from clausewise.desk.interview.drafts import Draft
from clausewise.dsl.models.deployment import FactName, place_of, value_in_words
from clausewise.dsl.models.meant import terms_called
from clausewise.dsl.models.shapes import SHAPES
from clausewise.dsl.models.taxonomy import Taxonomy
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.printing.trees import values_text
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.syntax import (
    SECONDS,
    Duration,
    More,
    Name,
    Range,
    Shape,
    Statement,
    Text,
    with_unit,
)
from clausewise.dsl.text.names import in_words
from clausewise.engine.advice.questions import MOST_OPTIONS, Question, question_about
from clausewise.engine.core.policy import Policy
from clausewise.engine.core.reads import field_key
from clausewise.interview.look import Asked, stated

FEW = 14
"""So many terms stand open on a page; of more, those below others are folded away."""
MOST_WHY = 3
"""So many clauses are told of with their words; of others the names."""
UNKNOWN, NONE, MORE = "unknown", "none", "..."


@lean_dataclass(frozen=True, slots=True)
class PageChoice:
    """A term or an entity to choose. `below` are the terms that it stands for; `is_open` shows them."""

    value: str
    label: str
    about: str
    is_chosen: bool
    below: tuple[PageChoice, ...] = ()
    is_open: bool = True


@lean_dataclass(frozen=True, slots=True)
class WhyClause:
    """A clause for which a question is asked, with the words of the source that it follows."""

    title: str
    at: str
    quotes: str
    says: str


@lean_dataclass(frozen=True, slots=True)
class QuestionPage:
    """A question.

    Attributes:
        label: what the field is called, in a few words.
        choices: what can be chosen; empty where something is to be written.
        is_many: whether several can be.
        may_be_none: whether there may be none.
        suggested: what may be written, where there is too much to choose from.
        texts: what is written already, by the name of the input.
        chosen: which of `unknown`, `none` and `...` hold.
        listed: the type of entity of which another one can be named here.
        others: further clauses, by their titles.
    """

    asked: Asked
    label: str
    choices: tuple[PageChoice, ...]
    suggested: tuple[str, ...]
    texts: Mapping[str, str]
    written: tuple[str, ...]
    chosen: frozenset[str]
    why: tuple[WhyClause, ...]
    others: tuple[str, ...]

    @property
    def question(self) -> Question:
        """What is asked."""
        return self.asked.question

    @property
    def field(self) -> Field:
        """The field of the fact."""
        found = self.asked.field
        assert found is not None
        return found

    @property
    def shape(self) -> Shape:
        """What an answer is."""
        return self.field.shape

    @property
    def control(self) -> str:
        """How it is answered: `choices`, or by writing `names`, `text`, `number`, `date`, `ages`, `duration`."""
        if self.field.is_reference or self.choices:
            return "choices"
        return "names" if self.field.has_terms else self.shape

    @property
    def is_many(self) -> bool:
        """Whether several can be chosen."""
        return self.field.is_many

    @property
    def may_be_none(self) -> bool:
        """Whether there may be none, and that is not one of the choices."""
        return self.field.may_be_none or SHAPES[self.shape].none == "always"

    @property
    def listed(self) -> str:
        """The type of entity of which another can be named."""
        return in_words(self.field.target or "") if self.field.is_reference else ""

    @property
    def units(self) -> tuple[str, ...]:
        """In what a duration is said."""
        return tuple(SECONDS)


def page_of(draft: Draft, entity: str, field: str) -> QuestionPage:
    """The page of a fact, whether it is still asked for or was answered.

    Raises:
        KeyError: the design lists no such entity, or its type has no such field.
    """
    asked = asked_about(draft, entity, field)
    found = asked.field
    assert found is not None
    line = stated(draft.looked, asked)
    clauses = [draft.policy.clauses[name] for name in asked.question.clauses]
    told = tuple(
        WhyClause(clause.label or clause.title, clause.cited, clause.quotes, clause.says)
        for clause in clauses[:MOST_WHY]
    )
    choices = tuple(_choices(asked, found, _names(line), draft.called))
    return QuestionPage(
        asked=asked,
        label=asked.question.label or in_words(field),
        choices=choices,
        suggested=()
        if choices or not found.has_terms
        else _suggested(draft.vocabulary.taxonomy_of(found)),
        texts=_texts(line),
        written=() if choices else _written(line, draft, found),
        chosen=_chosen(line),
        why=told,
        others=tuple(clause.title for clause in clauses[MOST_WHY:]),
    )


def asked_about(draft: Draft, entity: str, field: str) -> Asked:
    """The question about a fact.

    Raises:
        KeyError: as for `page_of`.
    """
    report = next(iter(draft.looked.reports))
    found = report.deployment.entities[entity].type.fields[field]
    fact = FactName(f"{entity}.{field}")
    for asked in draft.looked.asked:
        if asked.question.fact == fact:
            return asked
    return Asked(
        report, question_about(fact, clauses_about(draft.policy, found), report.deployment)
    )


def is_by_two(draft: Draft, entity: str, field: str) -> bool:
    """Whether two people must judge a fact.

    Raises:
        KeyError: the design lists no such entity, or its type has no such field.
    """
    found = asked_about(draft, entity, field).field
    return found is not None and found.by_two


def clauses_about(policy: Policy, field: Field) -> tuple[str, ...]:
    """The clauses whose outcome a field can change, but for those that only follow from others."""
    readers = policy.readers.get(field_key(field), frozenset())
    return tuple(name for name in policy.clauses if name in readers and name not in policy.derived)


def answer_in_words(line: Statement, draft: Draft, field: Field) -> str:
    """What a line states, as people would say it."""
    if line.items == (Name(UNKNOWN),):
        return ""
    return ", ".join(_item_in_words(item, draft, field) for item in line.items)


def _item_in_words(item: object, draft: Draft, field: Field) -> str:
    match item:
        case Name(name) if field.has_terms and name not in (UNKNOWN, NONE):
            return draft.vocabulary.taxonomy_of(field).label(name)
        case Name(name):
            return said(name, draft.called)
        case More():
            return "…"
        case Text(text):
            return text
        case Range():
            return value_in_words(item)
        case Duration(amount, unit):
            return with_unit(f"{amount:f}", unit)
        case _:
            return values_text((item,))  # type: ignore[arg-type]


# what can be chosen


def _choices(
    asked: Asked, field: Field, chosen: Collection[str], called: Mapping[str, str]
) -> Iterator[PageChoice]:
    if field.is_reference:
        for entity in asked.report.deployment.of_type(field.target or ""):
            yield PageChoice(entity.name, said(entity.name, called), "", entity.name in chosen)
    elif field.has_terms:
        taxonomy = asked.report.policy.vocabulary.taxonomy_of(field)
        if len(taxonomy.current) <= MOST_OPTIONS:
            few = len(taxonomy.current) <= FEW
            yield from (_term(root, taxonomy, chosen, few=few) for root in taxonomy.roots())


def _term(term: str, taxonomy: Taxonomy, chosen: Collection[str], *, few: bool) -> PageChoice:
    current = set(taxonomy.current)
    below = tuple(
        _term(one, taxonomy, chosen, few=few)
        for one in taxonomy.children.get(term, ())
        if one in current or one in chosen
    )
    is_open = few or any(one.is_chosen or (one.below and one.is_open) for one in below)
    about = _in_labels(taxonomy.descriptions.get(term, ""), taxonomy)
    return PageChoice(term, _capital(taxonomy.label(term)), about, term in chosen, below, is_open)


def _in_labels(about: str, taxonomy: Taxonomy) -> str:
    """A description in which other terms are called as the page calls them."""

    def called(found: re.Match[str]) -> str:
        return f"“{_capital(taxonomy.label(found[1]))}”" if found[1] in taxonomy else found[0]

    return re.sub(r"`([^`]+)`", called, about)


def term_called(words: str, taxonomy: Taxonomy) -> str:
    """The one term that people call so, or the words as they are: whoever reads them asks which is meant."""
    if words in taxonomy:
        return words
    found = terms_called(words, taxonomy)
    return found[0] if len(found) == 1 else words


def _suggested(taxonomy: Taxonomy) -> tuple[str, ...]:
    """What stands highest in a large taxonomy: of places, the countries."""
    tops = {*taxonomy.roots()}
    second = [t for t, parents in taxonomy.parents.items() if parents and tops.issuperset(parents)]
    names = [t for t in (*tops, *second) if "-" not in t]
    return tuple(sorted(taxonomy.label(name) for name in names))


# what is stated already


def _names(line: Statement | None) -> frozenset[str]:
    return frozenset(i.text for i in line.items if isinstance(i, Name)) if line else frozenset()


def _chosen(line: Statement | None) -> frozenset[str]:
    more = {MORE} if line and any(isinstance(item, More) for item in line.items) else set()
    return frozenset({*more, *({UNKNOWN, NONE} & _names(line))})


def _texts(line: Statement | None) -> Mapping[str, str]:
    match line.items if line else ():
        case (Range(low, high),):
            return {"low": _shown(low), "high": _shown(high)}
        case (Duration(amount, unit),):
            return {"amount": f"{amount}", "unit": unit}
        case (Text(text),):
            return {"text": text}
        case (Name(),) | ():
            return {}
        case items:
            return {"text": values_text(items)}


def _written(line: Statement | None, draft: Draft, field: Field) -> tuple[str, ...]:
    if line is None or not field.has_terms:
        return ()
    taxonomy = draft.vocabulary.taxonomy_of(field)
    names = [i.text for i in line.items if isinstance(i, Name) and i.text in taxonomy]
    return tuple(taxonomy.label(name) for name in names)


def _shown(number: int | None) -> str:
    return "" if number is None else str(number)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def entity_of(fact: str) -> tuple[str, str]:
    """The entity and the field of a fact."""
    return place_of(FactName(fact))
