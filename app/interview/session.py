"""A session as a state machine: from a state and an event, the next state and what is to be done.

It knows neither a terminal nor a file. What an event changes in the design's text is an effect (`Save`), to be
done before anything else is asked, so that nothing answered is lost whenever the session ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from clausewise.dsl.editing.design import add_entity, set_as_of, set_fact
from clausewise.dsl.editing.edits import Edit, edited
from clausewise.dsl.editing.layout import kept_in_layout
from clausewise.dsl.models.deployment import Missing, NoEntity
from clausewise.dsl.models.vocabulary import EntityType
from clausewise.dsl.printing.trees import statement_text
from clausewise.dsl.startup.lean import field, lean_dataclass, replace
from clausewise.dsl.syntax import Day, Name, Statement
from clausewise.dsl.text.diagnostic import InvalidError
from clausewise.dsl.text.names import did_you_mean, is_name
from clausewise.dsl.text.source import Source
from clausewise.interview.answers import Refusal, day_of_answer, line_of, refusal_of
from clausewise.interview.look import Asked, Look, Looked, stated
from clausewise.interview.pending import Pending, answered, pending

# events

CommandWord = Literal["back", "skip", "unknown", "again", "quit"]
NO, YES = frozenset({"n", "no", "none"}), frozenset({"y", "yes"})
"""What people answer to "Another use?", and mean no name by it."""


@lean_dataclass(frozen=True, slots=True)
class SaidInSession:
    """Somebody answers."""

    text: str


@lean_dataclass(frozen=True, slots=True)
class SessionCommand:
    """Somebody wants something else than to answer."""

    word: CommandWord


@lean_dataclass(frozen=True, slots=True)
class FactChanged:
    """The design is no longer what it was: somebody else has written it."""

    source: Source


Event = SaidInSession | SessionCommand | FactChanged

# effects


@lean_dataclass(frozen=True, slots=True)
class Save:
    """The design's text is to be written."""

    source: Source


@lean_dataclass(frozen=True, slots=True)
class Took:
    """An answer was taken: what now stands in the design, and the design before and after.

    `fact` is what was asked for; `None` where an entity was listed.
    """

    line: str
    fact: Missing | None
    before: Looked
    after: Looked


@lean_dataclass(frozen=True, slots=True)
class Put:
    """A question was put aside, as skipped or as not known; nothing else has changed."""

    fact: Missing
    why: Literal["skipped", "unknown"]


@lean_dataclass(frozen=True, slots=True)
class WentBack:
    """The last step was taken back."""

    before: Looked
    after: Looked


@lean_dataclass(frozen=True, slots=True)
class NothingBefore:
    """There is nothing to take back."""


@lean_dataclass(frozen=True, slots=True)
class Reread:
    """The design was judged as somebody else has left it."""


SessionEffect = Save | Took | Put | WentBack | NothingBefore | Reread | Refusal

# states

WhyAsked = Literal["answered", "skipped", "unknown"]


@lean_dataclass(frozen=True, slots=True)
class Interview:
    """Where a session is.

    Attributes:
        looked: the design as it is written now.
        aside: the facts that are not asked again, and why.
        types: the types of which entities are still to be listed before anything is asked.
        unfinished: the answer that still lacks something.
        day: the day that somebody gave as today (`--as-of`).
        before: the session before the last step; `None` at its beginning.
        steps: how many questions were asked before.
    """

    looked: Looked
    look: Look = field(compare=False, repr=False)
    day: date | None = None
    aside: Mapping[Missing, WhyAsked] = field(default_factory=dict)
    types: tuple[EntityType, ...] = ()
    unfinished: Pending | None = None
    before: Interview | None = field(default=None, compare=False, repr=False)
    steps: int = 0
    ended: bool = False

    @property
    def asked(self) -> Asked | None:
        """The question that is asked now; `None` if none is, or an entity is to be listed."""
        return None if self.types else next(iter(self.open), None)

    @property
    def open(self) -> tuple[Asked, ...]:
        """The questions that are left to ask."""
        return tuple(a for a in self.looked.asked if a.question.fact not in self.aside)


def begin(
    source: Source, look: Look, day: date | None = None, *, list_first: bool = False
) -> Interview:
    """A session about a design.

    Args:
        day: the day that somebody gave as today.
        list_first: whether to ask for entities first, even though some are listed.

    Raises:
        InvalidError: the design has mistakes.
    """
    looked = look(source)
    types = _first_types(looked) if list_first or not looked.reports else ()
    return Interview(looked, look, day, types=types)


def _first_types(looked: Looked) -> tuple[EntityType, ...]:
    """The types of entities with which the policies' clauses begin, of which there may be several."""
    found: dict[str, EntityType] = {}
    for policy in looked.policies:
        for name, type_ in policy.vocabulary.entities.items():
            if name in policy.starts and not type_.single:
                found.setdefault(name, type_)
    return tuple(found.values())


def step(session: Interview, event: Event) -> tuple[Interview, tuple[SessionEffect, ...]]:
    """The next state of a session, and what is to be done, in this order."""
    match event:
        case FactChanged(source):
            looked = session.look(source)
            fresh = replace(session, looked=looked, unfinished=None, before=None)
            return fresh, (Reread(),)
        case SessionCommand(word):
            return _commanded(session, word)
        case SaidInSession(text):
            return _said(session, text.strip())


def _commanded(
    session: Interview, word: CommandWord
) -> tuple[Interview, tuple[SessionEffect, ...]]:
    match word:
        case "quit":
            return replace(session, ended=True), ()
        case "back":
            return _back(session)
        case "again":
            return replace(session, aside={}, unfinished=None, before=session), ()
        case "skip":
            return _put_aside(session, "skipped")
        case "unknown":
            return _put_aside(session, "unknown")


def _said(session: Interview, text: str) -> tuple[Interview, tuple[SessionEffect, ...]]:
    if session.types:
        return _list(session, text)
    if session.unfinished:
        return _go_on(session, session.unfinished, answered(session.unfinished, text))
    asked = session.asked
    if asked is None and text:
        return session, (Refusal("nothing is asked", "Enter ends"),)
    if asked is None:
        return replace(session, ended=True), ()
    if isinstance(asked.question.fact, NoEntity):
        return _add(session, str(asked.question.fact), text)
    if asked.field is None:
        return _dated(session, text)
    return _answer(session, asked, text)


def _answer(
    session: Interview, asked: Asked, text: str
) -> tuple[Interview, tuple[SessionEffect, ...]]:
    """An answer to a question about a field. Nothing said keeps what stands there."""
    old = stated(session.looked, asked)
    if text:
        line = line_of(text, asked)
    elif old and (fact := asked.report.deployment.fact(asked.question.fact)) and fact.doubt:
        line = Statement(old.field, old.items, old.evidence, imported=old.imported)
    else:
        return session, (
            Refusal("there is no answer", "`skip` goes on, `unknown` says you do not know"),
        )
    if isinstance(line, Refusal):
        return session, (line,)
    found = pending(asked, line, old, session.day)
    tried = None if found.new else written(session.looked, session.look, found)
    if isinstance(tried, Refusal):
        return session, (tried,)
    return _go_on(session, found, found)


def _go_on(
    session: Interview, was: Pending, now: Pending | Refusal | None
) -> tuple[Interview, tuple[SessionEffect, ...]]:
    """Ask further, or take the answer if it lacks nothing."""
    if isinstance(now, Refusal):
        return session, (now,)
    if now is None:
        return replace(session, unfinished=None), ()
    if now.wants:
        return replace(session, unfinished=now), ()
    after = written(session.looked, session.look, now)
    if isinstance(after, Refusal):
        return replace(session, unfinished=None), (after,)
    return _taken(session, after, statement_text(now.line), was.asked.question.fact)


def written(looked: Looked, look: Look, found: Pending) -> Looked | Refusal:
    """The design with the answer in it, and with the entities that it names."""
    edits = _stating(looked, found.asked, found.line)
    target = found.asked.field.target if found.asked.field else None
    added = [add_entity(looked.source, looked.tree, target or "", name) for name in found.new]
    return looked_with(looked, look, [*edits, *added])


def _stating(looked: Looked, asked: Asked, line: Statement) -> tuple[Edit, ...]:
    """The edits that write a line, in the order of the vocabulary."""
    order = tuple(asked.type.fields) if asked.type else ()
    return set_fact(looked.source, looked.tree, *asked.place, line, order)


def _list(session: Interview, text: str) -> tuple[Interview, tuple[SessionEffect, ...]]:
    """List an entity of the type that is asked for; nothing said, or a no, goes on to the next."""
    if text and text.lower() not in NO:
        return _add(session, session.types[0].name, text)
    if len(session.types) == 1 and not session.looked.reports:
        type_ = session.types[0].name
        return session, (Refusal(f"without any {type_} there is nothing to judge", "name one"),)
    return replace(session, types=session.types[1:], before=session), ()


def _add(session: Interview, type_: str, name: str) -> tuple[Interview, tuple[SessionEffect, ...]]:
    if name.lower() in NO | YES:
        return session, (Refusal(f"`{name}` is no name", "such as `front-door`"),)
    if not is_name(name):
        near = "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in name).split())
        hint = f"such as `{near.lower()}`" if is_name(near) else "such as `front-door`"
        message = "a name has letters and digits, joined by single hyphens, a letter first"
        return session, (Refusal(message, hint),)
    looked = session.looked
    after = looked_with(looked, session.look, [add_entity(looked.source, looked.tree, type_, name)])
    if isinstance(after, Refusal):
        return session, (after,)
    return _taken(session, after, f"{type_} {name}", None)


def _dated(session: Interview, text: str) -> tuple[Interview, tuple[SessionEffect, ...]]:
    day = day_of_answer(text) if text or not session.day else Day(session.day)
    if isinstance(day, Refusal):
        return session, (day,)
    looked, asked = session.looked, session.asked
    after = looked_with(looked, session.look, [set_as_of(looked.source, looked.tree, day)])
    if isinstance(after, Refusal):
        return session, (after,)
    return _taken(session, after, f"as of {day.value}", asked.question.fact if asked else None)


def looked_with(looked: Looked, look: Look, edits: Iterable[Edit]) -> Looked | Refusal:
    """The design with these edits made, or why it then has mistakes."""
    try:
        return look(kept_in_layout(looked.source, edited(looked.source, edits)))
    except InvalidError as error:
        return refusal_of(error.diagnostics)


def _taken(
    session: Interview, after: Looked, line: str, fact: Missing | None
) -> tuple[Interview, tuple[SessionEffect, ...]]:
    aside = session.aside if fact is None else {**session.aside, fact: "answered"}
    now = _advanced(session, after, aside, is_question=not session.types)
    return now, (Save(after.source), Took(line, fact, session.looked, after))


def _put_aside(
    session: Interview, why: Literal["skipped", "unknown"]
) -> tuple[Interview, tuple[SessionEffect, ...]]:
    """Go on without an answer. That it is not known is written down where nothing is stated.

    Of what is only asked further (evidence, a reason, a day) it is the same as to say nothing.
    """
    if session.unfinished:
        return _go_on(session, session.unfinished, answered(session.unfinished, ""))
    asked = session.asked
    if asked is None and session.types:
        return _list(session, "")
    if asked is None:
        return session, (Refusal("there is no question", "Enter goes on"),)
    fact = asked.question.fact
    looked = session.looked
    if why == "unknown" and asked.field and stated(looked, asked) is None:
        line = Statement(Name(asked.field.name), (Name("unknown"),))
        after = looked_with(looked, session.look, _stating(looked, asked, line))
        if isinstance(after, Looked):
            looked = after
    now = _advanced(session, looked, {**session.aside, fact: why})
    saved = () if looked is session.looked else (Save(looked.source),)
    return now, (*saved, Put(fact, why))


def _back(session: Interview) -> tuple[Interview, tuple[SessionEffect, ...]]:
    """Call off an answer under way, or take the last step back."""
    if session.unfinished:
        return replace(session, unfinished=None), ()
    before = session.before
    if before is None:
        return session, (NothingBefore(),)
    saved = () if before.looked is session.looked else (Save(before.looked.source),)
    return before, (*saved, WentBack(session.looked, before.looked))


def _advanced(
    session: Interview,
    looked: Looked,
    aside: Mapping[Missing, WhyAsked],
    *,
    is_question: bool = True,
) -> Interview:
    before = replace(session, unfinished=None)
    return replace(
        session,
        looked=looked,
        aside=aside,
        unfinished=None,
        before=before,
        steps=session.steps + is_question,
    )


def nearest(found: Pending) -> str:
    """What may have been meant by the first name that is of no entity yet: a sentence, or an empty text."""
    type_ = found.asked.field.target if found.asked.field else ""
    known = [e.name for e in found.asked.report.deployment.of_type(type_ or "")]
    return did_you_mean(found.new[0], known) or ""
