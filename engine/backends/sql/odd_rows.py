"""Which rows of a portfolio SQL must leave to the checker of designs, since it would take a mistake for a fact.

To the statements of program.py a term that the vocabulary does not have is inside nothing, and an entity that is
written twice is two. The query here, in DuckDB's SQL, finds every row that may not be as portfolio_table.py says.
And where a person judges to whom a reference leads, they cannot tell that only judgements are missing: rows with
such a reference go the long way, too.
Like the short way for JSON it decides nothing: what is odd goes the long way, and is judged or reported there.

It reads the tables of flat.py, which tell of each struct whether it is odd (`OddRows.test`). What names look like
is asked once for each name, however often it is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from sqlglot import exp

from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.dsl.text.names import MOST_CHARACTERS, NAME, RESERVED
from clausewise.dsl.text.values import MOST_DIGITS
from clausewise.engine.backends.sql.dialects import BLANK, DESIGNS, Words
from clausewise.engine.backends.sql.flat import HOLE, STRANGER, Flat
from clausewise.engine.backends.sql.portfolio_table import columns_of, has_parts
from clausewise.engine.backends.sql.quoting import quoted, text


class OddRows:
    """Writes the tests for a vocabulary. A test that is NULL finds nothing odd."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.columns = columns_of(vocabulary)
        self.flat = Flat(vocabulary, Words("duckdb"))

    def test(self, type_: EntityType) -> exp.Expr:
        """A test of the facts of a struct, in the row that flat.py makes of it."""
        return exp.var(_either(self._of_facts(type_)))

    def query(self) -> str:
        """A query for the numbers of the rows of `designs` that go the long way."""
        types = self.vocabulary.entities
        queries = [_where(DESIGNS, "number", self._of_rows())]
        queries += [_where(self.flat.table(name), "design", ["is_odd"]) for name in types]
        named = [self.flat.table(name) for name, type_ in types.items() if not type_.single]
        if named:
            names = " UNION ALL ".join(f"SELECT design, name FROM {table}" for table in named)
            queries += [query.format(names=f"({names})") for query in self._of_names()]
        return " UNION ".join(queries)

    def most(self) -> str:
        """A query for how many entities of a type a design has at most."""
        tables = map(self.flat.table, self.vocabulary.entities)
        queries = [f"SELECT max(position) AS most FROM {table}" for table in tables]
        return f"SELECT coalesce(max(most), 1) FROM ({' UNION ALL '.join(queries)})"

    def _of_rows(self) -> Iterator[str]:
        """Tests of a design's header, and of how often it has what it should have once."""
        yield "title IS NULL"
        yield _is_no_day('"as-of"')
        for name, type_ in self.vocabulary.entities.items():
            if type_.single:
                values = quoted(self.columns.types[name])
                yield f"len({values}) > 1 OR (len({values}) = 1 AND {values}[1] IS NULL)"

    def _of_names(self) -> Iterator[str]:
        """Queries of all names of all designs."""
        yield "SELECT design FROM {names} WHERE name IS NULL"
        yield "SELECT design FROM {names} GROUP BY design, name HAVING count(*) > 1"
        pattern = NAME.pattern.replace("*+", "*").replace("++", "+")  # RE2 never goes back anyway
        taken = ", ".join(map(text, [*sorted(RESERVED), *self.vocabulary.entities]))
        strange = _either(
            [
                f"NOT regexp_full_match(name, {text(pattern)})",
                f"length(name) > {MOST_CHARACTERS}",
                f"name IN ({taken})",
            ]
        )
        # DuckDB's optimizer moves a test below `SELECT DISTINCT`, and would ask it of every name of every design
        each = "SELECT unnest(list(DISTINCT name)) AS name FROM {names}"
        bad = f"SELECT name FROM ({each}) WHERE {strange}"
        yield f"SELECT design FROM {{names}} WHERE name IN ({bad})"

    def _of_facts(self, type_: EntityType) -> Iterator[str]:
        """Tests of the facts of a struct."""
        yield self._of_lists(type_)
        for field in type_.fields.values():
            fact = self._fact(field)
            yield from self._of_value(field, self._value(field))
            if field.kind == "judgement":  # for what it waits, a row cannot say
                yield f'as_of IS NULL AND {fact}."on" IS NOT NULL'
                yield _is_no_day(f'{fact}."on"')
                if field.is_reference:
                    yield "true"
            if field.evidenced:
                yield f"list_count({fact}.evidence) < len({fact}.evidence)"

    def _fact(self, field: Field) -> str:
        return f"facts.{quoted(self.columns.members[field.owner][field.name])}"

    def _value(self, field: Field) -> str:
        return f"{self._fact(field)}.value" if has_parts(field) else self._fact(field)

    def _of_value(self, field: Field, value: str) -> Iterator[str]:
        match field.shape:
            case "any of":
                pass  # all lists at once
            case "some of":
                yield f"len({value}) = 0"
            case "one of":
                none = "" if field.may_be_none else f" OR {value} = ''"
                yield f"{self._stranger(field, value)}{none}"
            case "text":
                none = f" AND {value} <> ''" if field.may_be_none else ""
                yield f"trim({value}, '{BLANK}') = ''{none}"
            case "ages":
                low, high = f"{value}.youngest", f"{value}.oldest"
                yield f"{value} IS NOT NULL AND {low} IS NULL AND {high} IS NULL"
                yield f"{low} > {high} OR least({low}, {high}) < 0"
                yield f"greatest({low}, {high}) >= {10**MOST_DIGITS}"
            case "duration":
                yield f"{value} < 0"
            case "date":
                yield _is_no_day(value)
            case "yes-no" | "number":
                pass  # whatever fits the column is right

    def _stranger(self, field: Field, value: str) -> str:
        """A name is no entity's, or no term."""
        column = self.flat.column(field)
        return (
            f"{column} < 0" if field.is_reference else f"{value} IS NOT NULL AND {column} IS NULL"
        )

    def _of_lists(self, type_: EntityType) -> str:
        """Some name in a list is no entity's, or no term; or it is NULL, but for one at the end.

        First it is asked of all lists together whether there is anything that may be odd.
        """
        lists = [field for field in type_.fields.values() if field.is_many]
        places = [f"list_min({self.flat.column(f)})" for f in lists if f.is_reference]
        bits = [f"{self.flat.column(f)}_bits_0" for f in lists if not f.is_reference]
        first = [f"least({', '.join(places)}) <= 0"] if places else []
        first += [f"({' | '.join(bits)}) & {STRANGER | HOLE} <> 0"] if bits else []
        return (
            f"CASE WHEN {_either(first)} THEN {_either(map(self._odd_list, lists))} ELSE false END"
        )

    def _odd_list(self, field: Field) -> str:
        column = self.flat.column(field)
        if field.is_reference:
            return f"list_contains({column}, -1) OR list_position({column}, 0) < len({column})"
        value = self._value(field)
        holes = f"len({value}) - list_count({value})"
        return f"{column}_bits_0 & {STRANGER} <> 0 OR {holes} > ({value}[-1] IS NULL)::INTEGER"


def _where(table: str, number: str, tests: Iterable[str]) -> str:
    return f"SELECT {number} FROM {table} WHERE {_either(tests)}"


def _is_no_day(value: str) -> str:
    """A date is none that a design can state: Parquet and DuckDB have years before 1 and after 9999."""
    return f"{value} NOT BETWEEN DATE '{date.min}' AND DATE '{date.max}'"


def _either(tests: Iterable[str]) -> str:
    return " OR ".join(f"({test})" for test in ["false", *tests])
