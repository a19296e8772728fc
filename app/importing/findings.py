"""What follows from what is seen, by the rules of a vocabulary: facts, and what is named because no fact follows.

A fact is stated only where the file settles it. Where two resources say different things of a field that has one
value, or one of them leaves it open, it stays unknown, and why that is so is told; and a list that is imported is
never closed (`...`), since what was not seen may be there all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cache

from clausewise.dsl.models.vocabulary import Field
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.origins import ImportOrigin, with_terms
from clausewise.importing.rules import FactRule, Rule
from clausewise.importing.seen import Described, DescribedValues, Open, Survey, folded, in_a_line

MOST_OF_AN_ORIGIN = 400
"""Characters."""
MOST_NOTES = 200
"""Different ones, of one file: more are counted."""
MOST_REASONS = 3
"""Places that tell why a field stays unknown; more make a line longer and nobody wiser."""


@lean_dataclass(frozen=True, slots=True)
class ImportedFact:
    """A fact that follows, or that one does not although something was seen of it.

    Attributes:
        field: what is stated.
        values: terms; of a field of one value, one; none if it stays unknown.
        places: where each of them was first seen, `FILE#address`; where no value follows, why not as well.
    """

    field: Field
    values: tuple[str, ...]
    places: tuple[str, ...]

    @property
    def origins(self) -> tuple[str, ...]:
        """The places without repetitions; of a list, each with the terms that come from there."""
        return self.origins_of(self.values)

    def origins_of(self, values: Collection[str]) -> tuple[str, ...]:
        """The origins of some of the values."""
        if not self.values or not self.field.is_many:
            return tuple(dict.fromkeys(self.places))
        by_place: dict[str, list[str]] = {}
        for value, place in zip(self.values, self.places, strict=True):
            if value in values:
                by_place.setdefault(place, []).append(value)
        return tuple([with_terms(place, terms) for place, terms in by_place.items()])


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
        open: the fields of which something was seen that does not tell their value, or that disagrees; these have
            no values.
        notes: what was read and is not used.
        untold: how many notes there are beside these.
    """

    survey: Survey
    concerned: int
    facts: tuple[ImportedFact, ...]
    open: tuple[ImportedFact, ...]
    notes: tuple[Note, ...]
    untold: int


@lean_dataclass(slots=True)
class _Gathered:
    """What was seen of one field.

    Attributes:
        field: the field.
        values: each with the place where it was first seen.
        reasons: where something leaves it open, and why.
        shown: where something was seen from which no value follows, though one may elsewhere, and why not.
    """

    field: Field
    values: dict[str, str]
    reasons: list[str]
    shown: list[str]


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
        about = [(rule, why) for rule in self.rules if (why := _doubt(rule, seen)) is not None]
        self.concerned += bool(about)
        for rule, why in about:
            self._by_rule(rule, seen, why)

    def imported(self, survey: Survey) -> Imported:
        """What follows from all that was seen."""
        facts, open_ = [], []
        for gathered in self._gathered.values():
            field, values = gathered.field, gathered.values
            if values and (field.is_many or (len(values) == 1 and not gathered.reasons)):
                facts.append(ImportedFact(field, tuple(values), tuple(values.values())))
                continue
            if len(values) > 1:
                self._disagree(gathered)
            said = [f"{place}, by which it is {value}" for value, place in values.items()]
            if why := [*gathered.reasons, *said, *gathered.shown][:MOST_REASONS]:
                open_.append(ImportedFact(field, (), tuple(why)))
        notes = tuple(self._notes.values())
        return Imported(survey, self.concerned, tuple(facts), tuple(open_), notes, self._untold)

    def _disagree(self, gathered: _Gathered) -> None:
        told = " and ".join(f"`{value}` by {place}" for value, place in gathered.values.items())
        text = f"`{_name(gathered.field)}` stays unknown: it would be {told}"
        self._keep(text, Note(text, next(iter(gathered.values.values()))))

    def _by_rule(self, rule: Rule, seen: Described, doubt: str) -> None:
        """Take what follows by a rule that is about a thing, or may be; then `doubt` says why it is unclear."""
        if rule.maybe:
            perhaps = f", perhaps ({doubt})" if doubt else ""
            self._note(f"{rule.called}{perhaps}: {rule.maybe}", seen)
            for fact in rule.facts if not doubt else ():
                _add(self._of(fact.field).shown, f"{self._origin(seen, '')}, {rule.maybe}")
        elif doubt:
            self._note(f"{rule.called}, perhaps ({doubt}): only what is deployed can tell", seen)
            for fact in rule.facts:
                _add(self._of(fact.field).reasons, f"{self._origin(seen, '')}, {doubt}")
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
            told = f"`{fact.attribute}` of {rule.called} is not known yet"
            self._leave_open(fact, f"{told} ({values.why})", values.why, seen)
        elif values is None:
            if not fact.field.is_many:
                told = f"`{fact.attribute}` of {rule.called} is not there"
                self._leave_open(fact, told, "which is not there", seen)
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
            if not fact.field.is_many:
                told = f"{self._named(seen, fact)}, from which nothing follows where it is {value}"
                _add(self._of(fact.field).shown, in_a_line(told, MOST_OF_AN_ORIGIN))
        else:
            told = f"`{fact.attribute}` {value}: no rule says what it means"
            self._leave_open(fact, told, "of whose value no rule says what it means", seen)

    def _leave_open(self, fact: FactRule, told: str, why: str, seen: Described) -> None:
        _add(self._of(fact.field).reasons, f"{self._named(seen, fact)}, {why}")
        self._note(told, seen, fact.attribute)

    def _named(self, seen: Described, fact: FactRule) -> str:
        """Where an attribute stands; of a call its parameter, which its address does not name."""
        place = self._origin(seen, fact.attribute)
        return f"{place}, {fact.attribute}" if seen.vendor == "call" else place

    def _state(self, field: Field, value: str, origin: str) -> None:
        self._of(field).values.setdefault(value, origin)

    def _of(self, field: Field) -> _Gathered:
        return self._gathered.setdefault(_name(field), _Gathered(field, {}, [], []))

    def _origin(self, seen: Described, attribute: str) -> str:
        """Where something stands. It goes into a design, and so onto one line."""
        dotted = f".{attribute}" if attribute and seen.vendor != "call" else ""
        written = str(ImportOrigin(self.name_of(seen.file), f"{seen.address}{dotted}"))
        return in_a_line(written, MOST_OF_AN_ORIGIN)

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


def _add(reasons: list[str], reason: str) -> None:
    if len(reasons) < MOST_REASONS and reason not in reasons:
        reasons.append(reason)


def _doubt(rule: Rule, seen: Described) -> str | None:
    """Why it is unclear whether a rule is about a thing that is there; empty if it is, `None` if it is not."""
    if rule.vendor != seen.vendor or not rule.is_about(seen.kind):
        return None
    doubt = seen.perhaps
    if rule.of_arm:
        held = seen.values(rule.holds["type"])
        if isinstance(held, Open):
            doubt = doubt or f"{rule.holds['type']} {held.why}"
        elif not _are_versions_of(rule.of_arm, held):
            return None
    for attribute, wanted in rule.where.items():
        values = seen.values(_attribute(attribute, seen))
        if isinstance(values, Open):
            doubt = doubt or f"{attribute} {values.why}"
        elif values is None or not {*values} & wanted:
            alike = {name.lower() for name in wanted}
            written = next((value for value in values or () if value.lower() in alike), "")
            if not written:
                return None
            doubt = doubt or f"{attribute} is written {written}"
    return doubt


def _are_versions_of(type_: str, values: DescribedValues) -> bool:
    """Whether types of ARM, each perhaps with a version (`TYPE@2023-05-01`), are this one, in any case."""
    held = values if isinstance(values, tuple) else ()
    return any(value.partition("@")[0].lower() == type_.lower() for value in held)


def _attribute(name: str, seen: Described) -> str:
    """A parameter of a call is known by its name in any case."""
    return name.lower() if seen.vendor == "call" else name


def _name(field: Field) -> str:
    return f"{field.owner}.{field.name}"
