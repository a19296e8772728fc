"""What follows from what is seen, by the rules of a vocabulary: facts, and what is named because no fact follows.

A fact is stated only where the file settles it. Where two resources say different things of a field that has one
value, or one of them leaves it open, it stays unknown; and a list that is imported is never closed (`...`), since
what was not seen may be there all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.origins import ImportOrigin
from clausewise.importing.rules import FactRule, Rule
from clausewise.importing.seen import Described, DescribedValues, Open, Survey, folded

MOST_OF_AN_ORIGIN = 400
"""Characters."""
MOST_NOTES = 200
"""Different ones, of one file: more are counted."""


@lean_dataclass(frozen=True, slots=True)
class ImportedFact:
    """A fact that follows.

    Attributes:
        field: what is stated.
        values: terms; of a field of one value, one.
        origins: where each of them was first seen, `FILE#address`, without repetitions.
    """

    field: Field
    values: tuple[str, ...]
    origins: tuple[str, ...]


@lean_dataclass(frozen=True, slots=True)
class Note:
    """Something that was read and from which no fact follows, and where it was first seen."""

    text: str
    origin: str


@lean_dataclass(frozen=True, slots=True)
class Imported:
    """What files say of a deployment.

    Attributes:
        survey: what was looked at.
        concerned: how many of the resources or calls a rule is about.
        facts: what follows.
        open: the fields of which something was seen that does not tell their value, or that disagrees.
        notes: what was read and is not used.
        untold: how many notes there are beside these.
    """

    survey: Survey
    concerned: int
    facts: tuple[ImportedFact, ...]
    open: tuple[Field, ...]
    notes: tuple[Note, ...]
    untold: int


@lean_dataclass(slots=True)
class _Gathered:
    """What was seen of one field: values, each with the place where it was first seen."""

    field: Field
    values: dict[str, str]
    is_open: bool = False


class Findings:
    """Collects what follows from one thing after the other, in memory that does not grow with their number."""

    def __init__(self, rules: Sequence[Rule], name_of: Callable[[str], str]) -> None:
        """Begin with nothing seen.

        Args:
            rules: what things mean.
            name_of: how a design calls a file of this path.
        """
        self.rules = rules
        self.name_of = cache(name_of)
        self.concerned = 0
        self._gathered: dict[str, _Gathered] = {}
        self._notes: dict[str, Note] = {}
        self._untold = 0

    def see(self, seen: Described) -> None:
        """Take what follows from one resource or call."""
        rules = [rule for rule in self.rules if _is_about(rule, seen) is not False]
        self.concerned += bool(rules)
        for rule in rules:
            self._by_rule(rule, seen)

    def imported(self, survey: Survey) -> Imported:
        """What follows from all that was seen."""
        facts = []
        for gathered in self._gathered.values():
            if gathered.field.is_many or len(gathered.values) == 1:
                if not gathered.values or (gathered.is_open and not gathered.field.is_many):
                    continue
                origins = dict.fromkeys(gathered.values.values())
                facts.append(ImportedFact(gathered.field, tuple(gathered.values), tuple(origins)))
            elif gathered.values:
                self._disagree(gathered)
        told = {_name(fact.field) for fact in facts}
        seen = [g for name, g in self._gathered.items() if name not in told]
        open_ = tuple([g.field for g in seen if g.is_open or g.values])
        notes = tuple(self._notes.values())
        return Imported(survey, self.concerned, tuple(facts), open_, notes, self._untold)

    def _disagree(self, gathered: _Gathered) -> None:
        told = " and ".join(f"`{value}` by {place}" for value, place in gathered.values.items())
        text = f"`{_name(gathered.field)}` stays unknown: it would be {told}"
        self._keep(text, Note(text, next(iter(gathered.values.values()))))

    def _by_rule(self, rule: Rule, seen: Described) -> None:
        if rule.maybe:
            self._note(f"{rule.called}: {rule.maybe}", seen)
        elif not seen.certain or _is_about(rule, seen) is None:
            self._note(f"{rule.called}, perhaps: only what is deployed can tell", seen)
            for fact in rule.facts:
                self._of(fact.field).is_open = True
        else:
            for fact in rule.facts:
                self._fact(fact, rule, seen)
        for attribute, called in rule.unused.items():
            values = seen.values(_attribute(attribute, seen))
            if values is not None:
                told = "not known yet" if isinstance(values, Open) else ", ".join(values)
                self._note(f"{called}: {told} (`{attribute}`)", seen, attribute)

    def _fact(self, fact: FactRule, rule: Rule, seen: Described) -> None:
        """Take what follows for one field, if something does; if not, say why."""
        origin = self._origin(seen, fact.attribute)
        values = seen.values(_attribute(fact.attribute, seen)) if fact.attribute else ()
        if values is None and fact.default:
            values, origin = (fact.default,), f"{origin}, the default per {fact.per}"
        if isinstance(values, Open):
            self._leave_open(fact, f"`{fact.attribute}` of {rule.called} is not known yet", seen)
        elif values is None:
            if not fact.field.is_many:
                self._leave_open(fact, f"`{fact.attribute}` of {rule.called} is not there", seen)
        elif not fact.attribute:
            self._state(fact.field, fact.value, origin)
        else:
            for value in values:
                self._value(fact, value, seen, origin)

    def _value(self, fact: FactRule, value: str, seen: Described, origin: str) -> None:
        """Take what one value of an attribute means."""
        meant = {folded(name, seen.vendor): term for name, term in fact.values.items()}
        if (term := meant.get(folded(value, seen.vendor))) is not None:
            self._state(fact.field, term, origin)
        elif folded(value, seen.vendor) in {folded(name, seen.vendor) for name in fact.nothing}:
            self._note(f"`{fact.attribute}` {value}: nothing follows", seen, fact.attribute)
        else:
            told = f"`{fact.attribute}` {value}: no rule says what it means"
            self._leave_open(fact, told, seen)

    def _leave_open(self, fact: FactRule, why: str, seen: Described) -> None:
        self._of(fact.field).is_open = True
        self._note(why, seen, fact.attribute)

    def _state(self, field: Field, value: str, origin: str) -> None:
        self._of(field).values.setdefault(value, origin)

    def _of(self, field: Field) -> _Gathered:
        return self._gathered.setdefault(_name(field), _Gathered(field, {}))

    def _origin(self, seen: Described, attribute: str) -> str:
        """Where something stands. It goes into a design, and so onto one line."""
        dotted = f".{attribute}" if attribute and seen.vendor != "call" else ""
        written = str(ImportOrigin(self.name_of(seen.file), f"{seen.address}{dotted}"))
        written = written[:MOST_OF_AN_ORIGIN]
        if written.isprintable():
            return written
        return "".join(sign if sign.isprintable() else "?" for sign in written)

    def _note(self, text: str, seen: Described, attribute: str = "") -> None:
        """Note something: of calls, which may be alike by the thousand, the first of which it is so."""
        origin = self._origin(seen, attribute)
        self._keep(text if seen.vendor == "call" else f"{origin} {text}", Note(text, origin))

    def _keep(self, key: str, note: Note) -> None:
        if key in self._notes:
            return
        if len(self._notes) < MOST_NOTES:
            self._notes[key] = note
        else:
            self._untold += 1


def _is_about(rule: Rule, seen: Described) -> bool | None:
    """Whether a rule is about a thing; `None` if it may be, since what decides it is open."""
    if rule.vendor != seen.vendor or not rule.is_about(seen.kind):
        return False
    perhaps = False
    if rule.of_arm:
        held = seen.values(rule.holds["type"])
        perhaps = isinstance(held, Open)
        if not perhaps and not _are_versions_of(rule.of_arm, held):
            return False
    for attribute, wanted in rule.where.items():
        values = seen.values(_attribute(attribute, seen))
        if isinstance(values, Open):
            perhaps = True
        elif values is None or not {*values} & wanted:
            return False
    return None if perhaps else True


def _are_versions_of(type_: str, values: DescribedValues) -> bool:
    """Whether types of ARM, each perhaps with a version (`TYPE@2023-05-01`), are this one, in any case."""
    held = values if isinstance(values, tuple) else ()
    return any(value.partition("@")[0].lower() == type_.lower() for value in held)


def _attribute(name: str, seen: Described) -> str:
    """A parameter of a call is known by its name in any case."""
    return name.lower() if seen.vendor == "call" else name


def _name(field: Field) -> str:
    return f"{field.owner}.{field.name}"
