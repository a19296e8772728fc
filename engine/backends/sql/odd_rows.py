"""Which rows of a portfolio SQL must leave to the checker of designs, since it would take a mistake for a fact.

To the statements of program.py a term that the vocabulary does not have is inside nothing, and an entity that is
written twice is two. The query here, in DuckDB's SQL, finds every row that may not be as portfolio_table.py says.
Like the short way for JSON it decides nothing: what is odd goes the long way, and is judged or reported there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from clausewise.dsl.models.vocabulary import EntityType, Field, Vocabulary
from clausewise.dsl.text.names import NAME, RESERVED
from clausewise.dsl.text.values import MOST_DIGITS
from clausewise.engine.backends.sql.dialects import BLANK, DESIGNS
from clausewise.engine.backends.sql.portfolio_table import Columns, columns_of, has_parts

Wrong = Callable[[str], str]
"""A test that a name, given as an expression, is wrong."""


def odd_rows(vocabulary: Vocabulary) -> str:
    """A query for the numbers of the rows of `designs` that go the long way."""
    tests = _Tests(vocabulary, columns_of(vocabulary))
    columns = "".join(f", {values} AS {tests.names(type_)}" for type_, values in tests.named())
    where = "\n OR ".join(f"({test})" for test in tests.all())
    return f"SELECT number FROM (SELECT *{columns} FROM {DESIGNS})\nWHERE {where}\nORDER BY number"


class _Tests:
    """Writes the tests, of the rows with a column for the names of each type's entities."""

    def __init__(self, vocabulary: Vocabulary, columns: Columns) -> None:
        self.vocabulary = vocabulary
        self.columns = columns

    def named(self) -> Iterator[tuple[str, str]]:
        """The types whose entities have names, each with a list of them."""
        for name, type_ in self.vocabulary.entities.items():
            if not type_.single:
                yield name, f"list_transform({self._listed(name)}, LAMBDA listed : listed.name)"

    def names(self, type_: str) -> str:
        """The column of the names of a type's entities."""
        return f"names_{list(self.vocabulary.entities).index(type_)}"

    def all(self) -> Iterator[str]:
        yield "title IS NULL"
        yield from self._of_all_names()
        for name, type_ in self.vocabulary.entities.items():
            values = self._listed(name)
            if type_.single:
                yield f"len({values}) > 1 OR (len({values}) = 1 AND {values}[1] IS NULL)"
            yield _some(values, "facts", " OR ".join(self._of_facts(type_)))

    def _listed(self, type_: str) -> str:
        return f"coalesce({_quoted(self.columns.types[type_])}, [])"

    def _of_all_names(self) -> Iterator[str]:
        together = f"flatten([{', '.join(self.names(type_) for type_, _ in self.named())}])"
        taken = _texts([*RESERVED, *self.vocabulary.entities])
        pattern = NAME.pattern.replace("*+", "*").replace(
            "++", "+"
        )  # DuckDB's never go back anyway
        is_name = f"regexp_full_match(name, '{pattern}') AND name NOT IN {taken}"
        yield _some(together, "name", f"name IS NULL OR NOT ({is_name})")
        yield f"len(list_distinct({together})) < len({together})"

    def _of_facts(self, type_: EntityType) -> Iterator[str]:
        """Tests of the facts of a struct `facts`."""
        yield "false"
        for field in type_.fields.values():
            fact = f"facts.{_quoted(self.columns.members[type_.name][field.name])}"
            yield from _of_fact(
                field, f"{fact}.value" if has_parts(field) else fact, self._wrong(field)
            )
            if field.kind == "judgement":  # for what it waits, a row cannot say
                yield f'{fact}."on" IS NOT NULL AND "as-of" IS NULL'
            if field.evidenced:
                yield _some(f"coalesce({fact}.evidence, [])", "item", "item IS NULL")

    def _wrong(self, field: Field) -> Wrong:
        if field.is_reference:
            names = self.names(field.target or "")
            return lambda name: f"NOT list_contains({names}, {name})"
        if field.has_terms:
            terms = _texts(self.vocabulary.taxonomy_of(field).parents)
            return lambda name: f"{name} NOT IN {terms}"
        return lambda _: "false"


def _of_fact(field: Field, value: str, wrong: Wrong) -> Iterator[str]:
    none = f" AND {value} <> ''" if field.may_be_none else ""
    match field.shape:
        case "any of" | "some of":
            yield _some(f"coalesce({value}, [])", "item", wrong("item"))
            yield _some(f"coalesce({value}[:-2], [])", "item", "item IS NULL")
            if field.shape == "some of":
                yield f"len({value}) = 0"
        case "one of":
            yield f"{wrong(value)}{none}"
        case "text":
            yield f"trim({value}, '{BLANK}') = ''{none}"
        case "ages":
            low, high = f"{value}.youngest", f"{value}.oldest"
            yield f"{value} IS NOT NULL AND {low} IS NULL AND {high} IS NULL"
            yield f"{low} > {high} OR least({low}, {high}) < 0"
            yield f"greatest({low}, {high}) >= {10**MOST_DIGITS}"
        case "yes-no" | "number" | "duration" | "date":
            pass  # whatever fits the column is right


def _some(values: str, name: str, test: str) -> str:
    """A test is true of some value of a list, which is called by a name."""
    return f"len(list_filter({values}, LAMBDA {name} : coalesce({test}, false))) > 0"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _texts(texts: Iterable[str]) -> str:
    return "(" + ", ".join("'" + text.replace("'", "''") + "'" for text in texts) + ")"
