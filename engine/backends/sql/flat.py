"""A portfolio's nested table (portfolio_table.py) with a row for each struct: what is stated there, in numbers.

| column | holds |
| --- | --- |
| `design`, `position` | the design's number, and the struct's in its list, from 1; if it is single, always 1 |
| `name` | what it is called, if it is not single; only where mistakes are looked for |
| `is_odd` | whether it may hold a mistake (odd_rows.py); only where these are looked for |

What is stated in a field has a column `field_0`, ..., and more by its shape. Whether it counts is told apart.

| shape | columns of a field `f` |
| --- | --- |
| any of, some of terms | `f_bits_0`, ...: what the list has (`SearchBits`); `f`: the list, if it is asked for |
| one of terms | `f`: the term, on DuckDB its number in the taxonomy; `f_text`: the term, if it is asked for |
| one of entities | `f`: the position of whom it names; 0 for none, -1 if nobody is called so |
| any of, some of entities | `f`: these, 0 for more; `f_open`: if more may come; `f_some`: if any is known |
| yes-no, text | `f`: the text, of a yes-no on DuckDB as an `ENUM`; NULL is unknown, `''` none |
| ages | `f_youngest`, `f_oldest`: an open one is beyond all numbers |
| number, duration, date | `f`: the value |
| judgements of all shapes | `f_counts`: whether somebody answers for it, and not later than the day of judging |

Each list is read once: both the statements that judge and the search for mistakes read these rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from clausewise.dsl.models.taxonomy import Taxonomy
from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.engine.backends.sql.dialects import (
    DESIGNS,
    NULL,
    TRUE,
    Sql,
    Words,
    both,
    case,
    compared,
    designs,
    either,
    equal,
    is_in,
    is_null,
    literal,
    member,
    negated,
    sure,
)
from clausewise.engine.backends.sql.portfolio_table import columns_of, has_parts
from clausewise.engine.backends.sql.quoting import text

OPEN, SOME, STRANGER, HOLE = 1, 2, 4, 8
"""The bits of a list that may go on, of one that has something, of one with a word that is no term, or a NULL."""
SEARCHES = 58
"""How many searches have a bit in one number."""
_BEYOND = 10**18
"""Older than anyone, and within 64 bits."""


def has_bits(taxonomy: Taxonomy) -> bool:
    """Whether each term of a taxonomy may have a bit in one number."""
    return len(taxonomy.parents) <= SEARCHES


def bit_of_term(taxonomy: Taxonomy, term: str) -> int:
    """The bit of a term, where each has one."""
    return HOLE << (1 + list(taxonomy.parents).index(term))


@dataclass(slots=True)
class SearchBits:
    """Sets of terms for which the lists of a field are searched, in the order of their bits.

    Attributes:
        taxonomy: whose terms have a bit each, in place of sets of them.
    """

    searches: list[frozenset[str]] = field(default_factory=list)
    taxonomy: Taxonomy | None = None

    def place(self, terms: frozenset[str]) -> tuple[int, int]:
        """The number that tells whether a list has one of some terms, and the bits for them."""
        if self.taxonomy:
            return 0, sum(bit_of_term(self.taxonomy, term) for term in terms)
        if terms not in self.searches:
            self.searches.append(terms)
        number, bit = divmod(self.searches.index(terms), SEARCHES)
        return number, HOLE << (bit + 1)

    def numbers(self, term: str) -> list[int]:
        """What a term adds to each number."""
        if self.taxonomy:
            own = bit_of_term(self.taxonomy, term) if term in self.taxonomy else 0
            return [SOME | own]
        found = [SOME] * max(1, -(-len(self.searches) // SEARCHES))
        for terms in self.searches:
            if term in terms:
                number, bit = self.place(terms)
                found[number] |= bit
        return found


@dataclass(slots=True)
class AskedFields:
    """What is asked for of a type's structs: some fields, of some also the list, and searches by field.

    Of a field in `by_term` each term has a bit of its own.
    """

    fields: dict[str, Field] = field(default_factory=dict)
    lists: set[str] = field(default_factory=set)
    by_term: dict[str, Taxonomy] = field(default_factory=dict)
    bits: dict[str, SearchBits] = field(default_factory=dict)

    def bits_of(self, of: Field) -> SearchBits:
        new = SearchBits(taxonomy=self.by_term.get(of.name))
        return self.bits.setdefault(of.name, new)


Tests = Callable[[EntityType], Sql]
"""A test of a struct that may hold a mistake."""


@dataclass(frozen=True, slots=True)
class Flat:
    """Writes the queries for structs."""

    vocabulary: Vocabulary
    words: Words

    def types(self) -> Iterator[str]:
        """Statements that make a type of each taxonomy's terms, and of `none`, which numbers them."""
        for name in self._taxonomies():
            terms = map(text, self._terms(name))
            made = f"CREATE OR REPLACE TEMPORARY TYPE {self._type_of(name)}"
            yield f"{made} AS ENUM ({', '.join(terms)})"

    def table(self, type_: str) -> str:
        """The table of a type's structs."""
        return f"flat_{self._index(type_)}"

    def column(self, of: Field) -> str:
        """The column of a field, or what the names of its columns begin with."""
        return f"field_{list(self.vocabulary.entities[of.owner].fields).index(of.name)}"

    def columns(self, of: Field, asked: AskedFields) -> list[str]:
        """The names of a field's columns."""
        name = self.column(of)
        match of.shape:
            case "ages":
                found = [f"{name}_youngest", f"{name}_oldest"]
            case "any of" | "some of" if of.is_reference:
                found = [name, f"{name}_open", f"{name}_some"]
            case "any of" | "some of":
                count = len(asked.bits_of(of).numbers(""))
                found = [f"{name}_bits_{index}" for index in range(count)]
                found += [name] if of.name in asked.lists else []
            case "one of" if not of.is_reference:
                found = [name] + ([f"{name}_text"] if of.name in asked.lists else [])
            case _:
                found = [name]
        return found + ([f"{name}_counts"] if of.kind == "judgement" else [])

    def query(self, type_: str, asked: AskedFields, odd: Tests | None = None) -> exp.Select:
        """The rows of a type."""
        entity = self.vocabulary.entities[type_]
        position: Sql = exp.column("position")
        if self.words.dialect == "spark" and not entity.single:
            position = exp.Add(this=position, expression=literal(1))
        values = [
            exp.alias_(value, name)
            for of in asked.fields.values()
            for name, value in zip(self.columns(of, asked), self._values(of, asked), strict=True)
        ]
        query = exp.select("design", exp.alias_(position, "position"), *values)
        listed = self._unnested(entity, asked).subquery("listed")
        if odd is None:
            return query.from_(listed)
        query = query.select("facts", "as_of").from_(listed)
        names = [name for of in asked.fields.values() for name in self.columns(of, asked)]
        if not entity.single:
            names.append("facts.name")
        found = exp.alias_(odd(entity), "is_odd")
        return exp.select("design", "position", *names, found).from_(query.subquery("stated"))

    def stated(self, of: Field) -> Sql:
        """A field's value in a struct, whether it counts or not."""
        return member(self.fact(of), "value") if has_parts(of) else self.fact(of)

    def fact(self, of: Field) -> Sql:
        """A field in a struct, with all its parts."""
        return member(exp.column("facts"), columns_of(self.vocabulary).members[of.owner][of.name])

    def code(self, of: Field, name: Sql) -> Sql:
        """What stands for a field's term; on DuckDB its number in the taxonomy, NULL if there is none."""
        if self.words.dialect == "spark":
            return name
        term = exp.TryCast(this=name.copy(), to=_type(self._type_of(of.target or "")))
        return self.words.call("ENUM_CODE", "", term)

    def is_term(self, of: Field, code: Sql, terms: Iterable[str]) -> Sql:
        """Whether what stands for a field's term stands for one of some; of NULL it is false."""
        if self.words.dialect == "spark" or not of.target:
            return is_in(code, terms)
        wanted = frozenset(terms)
        places = [n for n, term in enumerate(self._terms(of.target)) if term in wanted]
        return sure(either(*(_between(code, *run) for run in _runs(places))))

    # structs to columns

    def _unnested(self, entity: EntityType, asked: AskedFields) -> exp.Select:
        """A row for each struct, with the names of those to whom it may refer."""
        columns: list[Sql] = [
            exp.alias_(designs("number"), "design"),
            exp.alias_(designs("as-of"), "as_of"),
        ]
        references = (of for of in asked.fields.values() if of.is_reference)
        targets = dict.fromkeys(of.target or "" for of in references)
        columns += [exp.alias_(self._names(name), self._names_of(name)) for name in targets]
        values = self._listed(entity.name)
        if entity.single:
            first = self.words.first(values)
            columns += [exp.alias_(first, "facts"), exp.alias_(literal(1), "position")]
        else:
            columns += self.words.unnested(values, "facts", "position")
        return exp.select(*columns).from_(DESIGNS)

    def _values(self, of: Field, asked: AskedFields) -> list[Sql]:
        """The values of a field's columns."""
        value = self.stated(of)
        found = [value]
        match of.shape:
            case "ages":
                youngest, oldest = literal(-_BEYOND), literal(_BEYOND)
                found = [_end(value, "youngest", youngest), _end(value, "oldest", oldest)]
            case "any of" | "some of" if of.is_reference:
                found = self._places(of, value)
            case "any of" | "some of":
                found = self._bits(of, value, asked.bits_of(of))
                found += [value] if of.name in asked.lists else []
            case "one of" if of.is_reference:
                none = case((equal(value, literal("")), literal(0)), otherwise=literal(-1))
                place = self._place(of, value, none)
                found = [case((negated(is_null(value)), place))]
            case "one of":
                found = [self.code(of, value)]
                found += [value] if of.name in asked.lists else []
            case "yes-no":
                no = sure(negated(value))
                found = [case((sure(value), self._yes_no("yes")), (no, self._yes_no("no")))]
            case "number" | "duration" | "date" | "text":
                pass
        return found + ([self._counts(of)] if of.kind == "judgement" else [])

    def _bits(self, of: Field, values: Sql, bits: SearchBits) -> list[Sql]:
        """What a list has, in numbers."""
        terms = list(self._terms(of.target or ""))
        numbers = [bits.numbers(term) for term in terms]
        # `''` is no word of a list, which says by being empty that it has none
        numbers[0] = [STRANGER] * len(numbers[0])
        term = exp.column("term")
        found = []
        for index in range(len(numbers[0])):
            of_terms = {name: row[index] for name, row in zip(terms, numbers, strict=True)}
            known = self.words.chosen(term, self.code(of, term), of_terms, STRANGER)
            bit = case((is_null(term), literal(OPEN | HOLE)), otherwise=known)
            had = self.words.all_bits(values, "term", bit)
            found.append(case((is_null(values), literal(OPEN)), otherwise=had))
        return found

    def _places(self, of: Field, names: Sql) -> list[Sql]:
        """Where those of a list of names stand; whether more may come; and whether any is known."""
        name = exp.column("name")
        more = case((is_null(name), literal(0)), otherwise=literal(-1))
        places = self.words.each(names, "name", self._place(of, name, more))
        is_open = either(is_null(places), sure(equal(self.words.last(places), literal(0))))
        some = sure(compared(">", self.words.first(places), literal(0)))
        return [places, is_open, some]

    def _place(self, of: Field, name: Sql, otherwise: Sql) -> Sql:
        """Where in its list somebody stands who is called so."""
        names = exp.column(self._names_of(of.target or ""))
        return self.words.position(names, name, otherwise)

    def _counts(self, of: Field) -> Sql:
        """Whether what a struct states of a field counts (dsl/models/admission.py)."""
        fact, as_of = self.fact(of), exp.column("as_of")
        # a table holds what one person says
        nobody = TRUE if of.by_two else self.words.is_nobody(member(fact, "by"))
        on = member(fact, "on")
        late = either(sure(compared(">", on, as_of)), both(negated(is_null(on)), is_null(as_of)))
        return negated(either(nobody, late))

    def _listed(self, type_: str) -> Sql:
        """A design's list of the structs of a type."""
        return designs(columns_of(self.vocabulary).types[type_])

    def _names(self, type_: str) -> Sql:
        return self.words.each(self._listed(type_), "listed", member(exp.column("listed"), "name"))

    def _names_of(self, type_: str) -> str:
        return f"names_{self._index(type_)}"

    def _index(self, type_: str) -> int:
        return list(self.vocabulary.entities).index(type_)

    # terms

    def _yes_no(self, word: str) -> Sql:
        """One of the words that a yes-no is compared with, of which `''` is none."""
        return self.words.one_of(word, ("", "yes", "no"))

    def _terms(self, taxonomy: str) -> list[str]:
        """A taxonomy's terms, those below one right behind it; and `''` for none."""
        return ["", *self.vocabulary.taxonomy(taxonomy).parents]

    def _type_of(self, taxonomy: str) -> str:
        return f"terms_{self._taxonomies().index(taxonomy)}"

    def _taxonomies(self) -> list[str]:
        types = self.vocabulary.entities.values()
        fields = (of for type_ in types for of in type_.fields.values())
        return list(
            dict.fromkeys(f.target or "" for f in fields if f.has_terms and f.shape != "yes-no")
        )


def _between(number: Sql, first: int, last: int) -> Sql:
    if first == last:
        return equal(number, literal(first))
    return exp.Between(this=number.copy(), low=literal(first), high=literal(last))


def _type(name: str) -> exp.DataType:
    return exp.DataType.build(name, udt=True)


def _end(value: Sql, end: str, beyond: Sql) -> Sql:
    part = member(value, end)
    return case((is_null(value), NULL), (is_null(part), beyond), otherwise=part)


def _runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """The first and the last of numbers that follow one another."""
    found: list[tuple[int, int]] = []
    for place in places:
        if found and found[-1][1] == place - 1:
            found[-1] = found[-1][0], place
        else:
            found.append((place, place))
    return found
