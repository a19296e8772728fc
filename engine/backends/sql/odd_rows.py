"""Which rows of a portfolio SQL must leave to the checker of designs, since it would take a mistake for a fact.

To the statements of program.py a term that the vocabulary does not have is inside nothing, and an entity that is
written twice is two. The query here, in DuckDB's SQL, finds every row that may not be as portfolio_table.py says.
And where a person judges to whom a reference leads, they cannot tell that only judgements are missing: rows with
such a reference go the long way, too.
Like the short way for JSON it decides nothing: what is odd goes the long way, and is judged or reported there.

It reads the tables of flat.py. What names look like is asked once for each name, however often it is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.dsl.text.names import MOST_CHARACTERS, NAME, RESERVED
from clausewise.dsl.text.values import MOST_DIGITS
from clausewise.engine.backends.sql.dialects import BLANK, DESIGNS, Words
from clausewise.engine.backends.sql.flat import Flat
from clausewise.engine.backends.sql.portfolio_table import Columns, columns_of, has_parts
from clausewise.engine.backends.sql.quoting import quoted, text


def odd_rows(vocabulary: Vocabulary) -> tuple[str, ...]:
    """Statements, the last of which gives the numbers of the rows of `designs` that go the long way."""
    tests = _Tests(vocabulary, columns_of(vocabulary))
    return (*tests.terms(), tests.query())


class _Tests:
    """Writes the tests. A test that is NULL finds nothing odd."""

    def __init__(self, vocabulary: Vocabulary, columns: Columns) -> None:
        self.vocabulary = vocabulary
        self.columns = columns
        self.flat = Flat(vocabulary, Words("duckdb"))

    def terms(self) -> Iterator[str]:
        """Statements that make a type of each taxonomy's terms."""
        for name in self._taxonomies():
            terms = ", ".join(map(text, self.vocabulary.taxonomy(name).parents))
            yield f"CREATE OR REPLACE TEMPORARY TYPE {self._terms(name)} AS ENUM ({terms})"

    def query(self) -> str:
        types = self.vocabulary.entities
        queries = [_where(DESIGNS, "number", self._of_rows())]
        for name in types:
            queries += [_where(self.flat.table(name), "design", self._of_facts(types[name]))]
        named = [self.flat.table(name) for name, type_ in types.items() if not type_.single]
        if named:
            names = " UNION ALL ".join(f"SELECT design, facts.name AS name FROM {t}" for t in named)
            queries += [query.format(names=f"({names})") for query in self._of_names()]
        return " UNION ".join(queries)

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
        bad = f"SELECT name FROM (SELECT DISTINCT name FROM {{names}}) WHERE {strange}"
        yield f"SELECT design FROM {{names}} WHERE name IN ({bad})"

    def _of_facts(self, type_: EntityType) -> Iterator[str]:
        """Tests of the facts of a struct."""
        for field in type_.fields.values():
            fact = f"facts.{quoted(self.columns.members[type_.name][field.name])}"
            value = f"{fact}.value" if has_parts(field) else fact
            yield from self._of_value(field, value)
            if field.kind == "judgement":  # for what it waits, a row cannot say
                yield f'as_of IS NULL AND {fact}."on" IS NOT NULL'
                yield _is_no_day(f'{fact}."on"')
                if field.is_reference:
                    yield "true"
            if field.evidenced:
                yield f"list_count({fact}.evidence) < len({fact}.evidence)"

    def _of_value(self, field: Field, value: str) -> Iterator[str]:
        none = f" AND {value} <> ''" if field.may_be_none else ""
        match field.shape:
            case "any of" | "some of":
                yield self._unknown_in(field, value)
                if field.shape == "some of":
                    yield f"len({value}) = 0"
            case "one of":
                yield f"{self._unknown(field, value)}{none}"
            case "text":
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

    def _unknown(self, field: Field, name: str) -> str:
        """A name is no entity's, or no term."""
        if field.is_reference:
            return f"{self.flat.place(field)} = 0"
        return (
            f"{name} IS NOT NULL AND TRY_CAST({name} AS {self._terms(field.target or '')}) IS NULL"
        )

    def _unknown_in(self, field: Field, names: str) -> str:
        """Some name in a list is no entity's, or no term; or it is NULL, but for one at the end."""
        known, stranger = names, "false"
        if field.is_reference:
            stranger = f"list_contains({self.flat.place(field)}, 0)"
        else:
            known = f"TRY_CAST({names} AS {self._terms(field.target or '')}[])"
        return f"{stranger} OR list_count({known}) < len({names}) - ({names}[-1] IS NULL)::INTEGER"

    def _terms(self, taxonomy: str) -> str:
        """The type of a taxonomy's terms."""
        return f"terms_{self._taxonomies().index(taxonomy)}"

    def _taxonomies(self) -> list[str]:
        types = self.vocabulary.entities.values()
        fields = (field for type_ in types for field in type_.fields.values())
        return list(
            dict.fromkeys(f.target or "" for f in fields if f.has_terms and f.shape != "yes-no")
        )


def _where(table: str, number: str, tests: Iterable[str]) -> str:
    return f"SELECT {number} FROM {table} WHERE {_either(tests)}"


def _is_no_day(value: str) -> str:
    """A date is none that a design can state: Parquet and DuckDB have years before 1 and after 9999."""
    return f"{value} NOT BETWEEN DATE '{date.min}' AND DATE '{date.max}'"


def _either(tests: Iterable[str]) -> str:
    return " OR ".join(f"({test})" for test in ["false", *tests])
