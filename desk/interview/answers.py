"""What a page sends, as an answer: read by the parser of the language, and written into the design."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation.trans_null import gettext_noop  # which needs no settings

from clausewise.desk.interview.called import (
    calling,
    calling_no_more,
    can_be_called,
    needs_words,
    says,
)
from clausewise.desk.interview.days import Months, written_day
from clausewise.desk.interview.drafts import Draft, removed
from clausewise.desk.interview.questions import (
    MORE,
    NONE,
    UNKNOWN,
    QuestionPage,
    asked_about,
    page_of,
    term_called,
)
from clausewise.dsl.editing.design import add_entity
from clausewise.dsl.models.deployment import FactName, fact_name
from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.printing.expressions import quoted
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.dsl.syntax import Attestation, Day, Name, SecondNode, Statement, Text
from clausewise.dsl.text.names import NAME, RESERVED
from clausewise.interview.answers import Refusal, line_of
from clausewise.interview.look import Looked, stated
from clausewise.interview.pending import pending
from clausewise.interview.session import looked_with, written

MOST_SENT = 500
"""Values that a page can send; a taxonomy of more is written."""
MOST_NAME = 60
"""Characters of a name that is made of words."""

REFUSED: Mapping[str, tuple[str, str]] = {
    "ages": (
        gettext_noop("these are no ages"),
        gettext_noop("write whole numbers, such as 18 and 65; the second one can be left empty"),
    ),
    "date": (
        gettext_noop("this is no day"),
        gettext_noop("write one, such as 3 December 2026, 3.12.2026 or 2026-12-03"),
    ),
    "duration": (
        gettext_noop("this is no length of time"),
        gettext_noop("write a number in digits, and choose the unit"),
    ),
    "names": (
        gettext_noop("a name is not known here"),
        gettext_noop("look how it is written, and use its English name or its code"),
    ),
    "number": (gettext_noop("this is no number"), gettext_noop("write it in digits, such as 12")),
}
"""What is said of an answer that is none, and what to write, by how the page asks for it."""


@lean_dataclass(frozen=True, slots=True)
class Sent:
    """What a page sent.

    Attributes:
        values: what was chosen, `unknown`, `none` and `...` among it.
        written: what was written where there is too much to choose from, or as a new entity's name.
        texts: what was written else, by the name of the input.
        months: the names of months that whoever sent it knows, beside the English ones.
    """

    values: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    texts: Mapping[str, str] | None = None
    months: Months = ()

    def text(self, name: str) -> str:
        """What was written into an input."""
        return " ".join((self.texts or {}).get(name, "").split())


def answer(draft: Draft, entity: str, field: str, sent: Sent) -> Looked | Refusal:
    """The design with an answer, or why it is none.

    Raises:
        KeyError: the design lists no such entity, or its type has no such field.
    """
    asked = asked_about(draft, entity, field)
    line = statement(draft, entity, field, sent)
    if isinstance(line, Refusal):
        return line
    found = written(
        draft.looked, draft.look, pending(asked, line, stated(draft.looked, asked), None)
    )
    if isinstance(found, Refusal):
        return _for_page(found, page_of(draft, entity, field).control)
    return _called(found, draft, asked.field, sent)


def _for_page(refusal: Refusal, control: str) -> Refusal:
    """Why something is no answer, in words for who fills a page in: they do not know the language of designs.

    What is meant in place of it is told as the judge does.
    """
    if control not in REFUSED or (refusal.hint or "").startswith("did you mean"):
        return refusal
    return Refusal(*REFUSED[control])


def _called(found: Looked, draft: Draft, field: Field | None, sent: Sent) -> Looked | Refusal:
    """The design in which each entity that was written by name is called so."""
    if field is None or not (type_ := field.target) or not field.is_reference:
        return found
    named = {name_for(one, draft, type_): one for one in map(_words, sent.written) if one}
    return _with_words(found, draft, type_, named)


def _with_words(
    found: Looked, draft: Draft, type_: str, named: Mapping[str, str]
) -> Looked | Refusal:
    text = found.source.text
    edits = [
        calling(text, type_, name, words)
        for name, words in named.items()
        if not draft.block(name) and needs_words(name, words)
    ]
    return looked_with(found, draft.look, edits) if edits else found


def _words(written: str) -> str:
    return " ".join(written.split())


def statement(draft: Draft, entity: str, field: str, sent: Sent) -> Statement | Refusal:
    """The line that states what was sent.

    Raises:
        KeyError: as for `answer`.
    """
    page = page_of(draft, entity, field)
    values = list(dict.fromkeys(sent.values))
    if len(values) > MOST_SENT:
        return Refusal(gettext_noop("that is more than can be chosen"))
    new = _new(page, sent, draft)
    for alone in (UNKNOWN, NONE):
        if alone in values:
            others = (
                len(values) > 1
                or new
                or any(sent.text(name) for name in ("text", "low", "high", "amount"))
            )
            if others:
                return Refusal(
                    gettext_noop("it says both that there is no answer and one"),
                    gettext_noop("choose one of them"),
                )
            return Statement(Name(field), (Name(alone),))
    text = _text(page.control, [value for value in values if value != MORE], new, sent)
    if not text:
        return Refusal(gettext_noop("there is no answer yet"), gettext_noop("choose or write one"))
    if MORE in values:
        text += f", {MORE}"
    line = line_of(text, page.asked)
    if isinstance(line, Refusal) and page.control != "names":  # of these it says which are meant
        return _for_page(line, page.control)
    if isinstance(line, Statement) and line != Statement(line.field, line.items):
        return Refusal(
            gettext_noop("an answer is values alone"),
            gettext_noop("leave out what stands behind them"),
        )
    return line


def _new(page: QuestionPage, sent: Sent, draft: Draft) -> list[str]:
    """What was written by name: terms, or entities, each as the name by which the design knows it.

    Of what has no names, such as a text or a number, nothing is written so, whatever was sent.
    """
    words = [" ".join(one.split()) for one in sent.written]
    if page.control == "names":
        taxonomy = draft.vocabulary.taxonomy_of(page.field)
        return [term_called(one, taxonomy) for one in words if one]
    if page.field.is_reference:
        return [name_for(one, draft, page.field.target or "") for one in words if one]
    return []


def _text(control: str, values: Sequence[str], new: Sequence[str], sent: Sent) -> str:
    match control:
        case "choices" | "names":
            return ", ".join([*values, *new])
        case "ages":
            low, high = sent.text("low"), sent.text("high")
            return f"{low}..{high}" if low or high else ""
        case "duration":
            return f"{sent.text('amount')} {sent.text('unit')}" if sent.text("amount") else ""
        case "text":
            return quoted(Text(sent.text("text"))) if sent.text("text") else ""
        case "date":
            return _day(sent.text("text"), sent.months)
        case _:
            return sent.text("text")


def _day(words: str, months: Months) -> str:
    """A day as designs write it; what is none stays as it is, and is told of as any other value."""
    try:
        return str(written_day(words[:50], months))
    except ValueError:
        return words


# entities


def name_for(words: str, draft: Draft, type_: str) -> str:
    """A name for what somebody calls something in plain words: `Front door` becomes `front-door`.

    One that is listed keeps its name. Words of which no letter can stand in a name get a number: `camera-2`. Where
    a single word does not say it, the type stands before it, as in `actor-police` for `Police.`: what something is
    called takes the place of its name in sentences, and these have words of their own (`in_own_words`).

    Args:
        type_: of the entity, as the vocabulary names it.
    """
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    name = "-".join(re.findall(r"[A-Za-z0-9]+", plain))[:MOST_NAME].strip("-").lower()
    listed = {(block.name or block.type).text for block in draft.looked.tree.blocks}
    typed = f"{type_}-{name}"
    for known in (words, name, typed if NAME.fullmatch(name) else name):
        if known in listed:
            return known
    for known, called in draft.called.items():
        if called == words and known in listed:
            return known
    if not NAME.fullmatch(name):
        name = typed if name else f"{type_}-1"
    elif not says(name, words) and not can_be_called(name):
        name = typed
    taken = {*listed, *RESERVED, *draft.vocabulary.entities, type_}
    numbered = (f"{name.removesuffix('-1')}-{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (name, *numbered) if one not in taken)


def add(draft: Draft, type_: str, words: str) -> Looked | Refusal:
    """The design with an entity more.

    Raises:
        KeyError: the vocabulary has no such type, or there is but one of it.
    """
    if draft.vocabulary.entities[type_].single:
        raise KeyError(type_)
    words = " ".join(words.split())
    if not words:
        return Refusal(
            gettext_noop("it needs a name"), gettext_noop("a word or two by which you know it")
        )
    name = name_for(words, draft, type_)
    if draft.block(name):
        return Refusal(
            gettext_noop("this name is listed already"), gettext_noop("choose another name")
        )
    looked = draft.looked
    edit = add_entity(looked.source, looked.tree, type_, name)
    found = looked_with(looked, draft.look, [edit])
    if isinstance(found, Refusal):
        return found
    return _with_words(found, draft, type_, {name: words})


def remove(draft: Draft, entity: str) -> Looked | Refusal:
    """The design without an entity.

    Raises:
        KeyError: none is called so.
    """
    edits = [removed(draft, entity), *calling_no_more(draft.text, entity)]
    return looked_with(draft.looked, draft.look, edits)


def named_in(draft: Draft, entity: str) -> list[FactName]:
    """The answers that name an entity: they are given otherwise before it is taken out."""
    found = []
    for block in draft.looked.tree.blocks:
        fields = draft.vocabulary.entities[block.type.text].fields
        for line in block.statements:
            named = any(isinstance(one, Name) and one.text == entity for one in line.items)
            if named and fields[line.field.text].is_reference:
                found.append(fact_name((block.name or block.type).text, line.field.text))
    return found


# judgements


@lean_dataclass(frozen=True, slots=True)
class GivenOpinion:
    """What a person says of a fact that only a person can judge.

    Attributes:
        text: the value, as a line of the design would state it.
    """

    entity: str
    field: str
    text: str
    by: str
    on: date
    because: str


def judged(draft: Draft, opinions: Sequence[GivenOpinion]) -> Draft:
    """The draft with people's judgements in it; of two about one fact, the second beside the first.

    Raises:
        ValueError: one cannot be written, or is the third about one fact: the language has a place for two.
    """
    for opinion in opinions:
        asked = asked_about(draft, opinion.entity, opinion.field)
        line = line_of(opinion.text, asked)
        if isinstance(line, Refusal):
            raise ValueError(line.message)
        by = Attestation(Text(opinion.by), Day(opinion.on), Text(opinion.because))
        first = stated(draft.looked, asked)
        if first and first.second:
            raise ValueError("two people have judged it already")
        if first and first.attestation:
            but = None if first.items == line.items else line.items
            line = replace(first, second=SecondNode(but, by))
        else:
            line = replace(line, attestation=by)
        looked = written(draft.looked, draft.look, pending(asked, line, None, None))
        if isinstance(looked, Refusal):
            raise ValueError(looked.message)
        draft = replace(draft, looked=looked)
    return draft
