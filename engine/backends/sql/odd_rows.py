"""Which rows of a portfolio SQL must leave to the checker of designs, since it would take a mistake for a fact.

To the statements of program.py a term that the vocabulary does not have is inside nothing, and an entity that is
written twice is two. The query here, in DuckDB's SQL, finds every row that may not be as portfolio_table.py says.
And where a person judges to whom a reference leads, they cannot tell that only judgements are missing: rows with
such a reference go the long way, too.
Like the short way for JSON it decides nothing: what is odd goes the long way, and is judged or reported there.

It reads the table once. The lists of a design are unnested beside one another, so that a row of the query has the
first struct of each type, the next one the second, and NULL where a list is at its end.
"""

from __future__ import annotations

from collections.abc import Iterator

from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.dsl.text.names import MOST_CHARACTERS, NAME, RESERVED
from clausewise.dsl.text.values import MOST_DIGITS
from clausewise.engine.backends.sql.dialects import BLANK, DESIGNS
from clausewise.engine.backends.sql.portfolio_table import Columns, columns_of, has_parts
from clausewise.engine.backends.sql.quoting import quoted, text


def odd_rows(vocabulary: Vocabulary) -> str:
    """A query for the numbers of the rows of `designs` that go the long way."""
    return _Tests(vocabulary, columns_of(vocabulary)).query()


class _Tests:
    """Writes the tests. A test that is NULL finds nothing odd."""

    def __init__(self, vocabulary: Vocabulary, columns: Columns) -> None:
        self.vocabulary = vocabulary
        self.columns = columns

    def query(self) -> str:
        types = self.vocabulary.entities
        named = [name for name, type_ in types.items() if not type_.single]
        names = "".join(f", {self._names_in(name)} AS {self.names(name)}" for name in named)
        together = f"flatten([{', '.join(map(self.names, named))}])" if named else "[]::VARCHAR[]"
        lists = "".join(
            f", unnest({self._listed(name)}) AS {self._facts(name)}"
            for name, type_ in types.items()
            if type_.fields
        )
        of_rows = " OR ".join(f"({test})" for test in self._of_rows())
        of_facts = [test for type_ in types.values() for test in self._of_facts(type_)]
        where = "\n OR ".join(f"({test})" for test in ["is_odd", *of_facts])
        return f"""SELECT DISTINCT number FROM (
  SELECT *, unnest([{of_rows}]) AS is_odd{lists} FROM (
    SELECT *, coalesce(array_to_string(together, ' '), '') AS written FROM (
      SELECT *, {together} AS together FROM (SELECT *{names} FROM {DESIGNS}))))
WHERE {where}
ORDER BY number"""

    def names(self, type_: str) -> str:
        """The column of the names of a type's entities."""
        return f"names_{self._index(type_)}"

    def _index(self, type_: str) -> int:
        return list(self.vocabulary.entities).index(type_)

    def _facts(self, type_: str) -> str:
        """The column of a struct of a type."""
        return f"facts_{self._index(type_)}"

    def _names_in(self, type_: str) -> str:
        return f"list_transform({self._listed(type_)}, LAMBDA listed : listed.name)"

    def _listed(self, type_: str) -> str:
        return f"coalesce({quoted(self.columns.types[type_])}, [])"

    def _of_rows(self) -> Iterator[str]:
        """Tests of a design's header, and of the names of all its entities, written with a blank between them."""
        yield "title IS NULL"
        yield "list_count(together) < len(together)"
        yield "list_unique(together) < len(together)"
        pattern = NAME.pattern.replace("*+", "*").replace("++", "+")  # RE2 never goes back anyway
        yield f"NOT regexp_full_match(written, '(?:{pattern}(?: {pattern})*)?')"
        yield "length(written) - length(replace(written, ' ', '')) >= greatest(len(together), 1)"
        yield f"regexp_matches(written, '[^ ]{{{MOST_CHARACTERS + 1}}}')"
        taken = "|".join([*sorted(RESERVED), *self.vocabulary.entities])
        yield f"regexp_matches(' ' || written || ' ', ' (?:{taken}) ')"
        for name, type_ in self.vocabulary.entities.items():
            values = self._listed(name)
            if any(f.is_reference and f.kind == "judgement" for f in type_.fields.values()):
                yield "true" if type_.single else f"len({values}) > 0"
            if type_.single:
                yield f"len({values}) > 1 OR (len({values}) = 1 AND {values}[1] IS NULL)"

    def _of_facts(self, type_: EntityType) -> Iterator[str]:
        """Tests of the facts of a struct."""
        for field in type_.fields.values():
            member = quoted(self.columns.members[type_.name][field.name])
            fact = f"{self._facts(type_.name)}.{member}"
            value = f"{fact}.value" if has_parts(field) else fact
            yield from self._of_value(field, value)
            if field.kind == "judgement":  # for what it waits, a row cannot say
                yield f'"as-of" IS NULL AND {fact}."on" IS NOT NULL'
            if field.evidenced:
                yield f"list_count({fact}.evidence) < len({fact}.evidence)"

    def _of_value(self, field: Field, value: str) -> Iterator[str]:
        none = f" AND {value} <> ''" if field.may_be_none else ""
        match field.shape:
            case "any of" | "some of":
                yield self._unknown_in(field, value)
                yield f"len({value}) - list_count({value}) > ({value}[-1] IS NULL)::INTEGER"
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
            case "yes-no" | "number" | "date":
                pass  # whatever fits the column is right

    def _unknown(self, field: Field, name: str) -> str:
        """A name is no entity's, or no term."""
        if field.is_reference:
            return f"NOT list_contains({self.names(field.target or '')}, {name})"
        return f"{name} IS NOT NULL AND TRY_CAST({name} AS {self._terms(field)}) IS NULL"

    def _unknown_in(self, field: Field, names: str) -> str:
        """Some name in a list is no entity's, or no term. A NULL among them is another matter."""
        if field.is_reference:
            strange = (
                f"name IS NOT NULL AND NOT list_contains({self.names(field.target or '')}, name)"
            )
            return f"len(list_filter({names}, LAMBDA name : {strange})) > 0"
        return f"list_count(TRY_CAST({names} AS {self._terms(field)}[])) < list_count({names})"

    def _terms(self, field: Field) -> str:
        terms = ", ".join(map(text, self.vocabulary.taxonomy_of(field).parents))
        return f"ENUM ({terms})"
