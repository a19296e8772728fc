"""The SQL that everything is built of: truth of two values, constants, and what the dialects call things.

Every test here is true or false and never NULL, for only then may it be negated. Tests are put together without
copies, which for deep ones would take long; a statement is copied once, when it is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

from sqlglot import exp

from clausewise.dsl.models.admission import MARKS, OPENINGS, PLACEHOLDERS
from clausewise.engine.backends.sql.quoting import ROOM_VARIABLE

Sql: TypeAlias = "exp.Expr"
Dialect = Literal["duckdb", "spark"]
TRUE, FALSE, NULL = exp.true(), exp.false(), exp.null()
DESIGNS = "designs"
"""The nested table that the statements read."""
NUMBERED = "numbered"
"""The first table that they make: the designs without their entities."""
ROOM = 1 << 20
"""More than the entities of one type in a design, unless `ROOM_VARIABLE` says how many there is room for."""
FEW = 32
"""Of how many texts one is sought by looking at each."""
BLANK = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
"""The characters that a text may hold and still be blank."""
_SIGNS: dict[str, type[exp.Binary]] = {
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
    "=": exp.EQ,
}


# truth


def both(*parts: Sql) -> Sql:
    """All parts are true."""
    left = [part for part in parts if part != TRUE]
    if FALSE in left:
        return FALSE
    return exp.and_(*left, copy=False) if left else TRUE


def either(*parts: Sql) -> Sql:
    """Some part is true."""
    left = [part for part in parts if part != FALSE]
    if TRUE in left:
        return TRUE
    return exp.or_(*left, copy=False) if left else FALSE


def negated(part: Sql) -> Sql:
    """The part is false. Only what is neither `AND`, `OR` nor `NOT` gets a `NOT` before it.

    For example, `NOT a OR b` becomes `a AND NOT b`. So what is negated twice is as it was.
    """
    match part:
        case exp.Boolean():
            return FALSE if part == TRUE else TRUE
        case exp.Not() | exp.Paren():
            return part.this if isinstance(part, exp.Not) else negated(part.this)
        case exp.And() | exp.Or():
            join = either if isinstance(part, exp.And) else both
            return join(*(negated(inner) for inner in part.flatten()))
        case _:
            return exp.not_(part, copy=False)


def sure(part: Sql) -> Sql:
    """The part is true, and not NULL."""
    return exp.Coalesce(this=part.copy(), expressions=[FALSE.copy()])


def is_null(value: Sql) -> Sql:
    """The value is NULL."""
    return exp.Is(this=value.copy(), expression=NULL.copy())


def compared(sign: str, left: Sql, right: Sql) -> Sql:
    """Two values compare; NULL if one is."""
    return _SIGNS[sign](this=left.copy(), expression=right.copy())


def equal(left: Sql, right: Sql) -> Sql:
    """Two values are equal; NULL if one is."""
    return compared("=", left, right)


def is_in(value: Sql, terms: Iterable[str]) -> Sql:
    """The value is one of the terms."""
    names = sorted(terms)
    if not names:
        return FALSE
    return sure(exp.In(this=value.copy(), expressions=[literal(name) for name in names]))


# values


def column(table: str, name: str) -> exp.Column:
    """A column of a table by its alias."""
    return exp.column(name, table, quoted=True)


def designs(name: str) -> exp.Column:
    """A column of the nested table."""
    return column(DESIGNS, name)


def member(struct: Sql, name: str) -> Sql:
    """A member of a struct."""
    return exp.Dot.build([struct.copy(), exp.to_identifier(name, quoted=True)])


def literal(value: str | Decimal | date | int) -> Sql:
    """A constant."""
    match value:
        case str():
            return exp.Literal.string(value)
        case date():
            return exp.cast(exp.Literal.string(value.isoformat()), "date")
        case _:
            return exp.convert(int(value) if value == int(value) else value)


def has_bit(number: Sql, bit: int) -> Sql:
    """A number has a bit."""
    found = exp.BitwiseAnd(this=number.copy(), expression=literal(bit))
    return exp.NEQ(this=exp.paren(found), expression=literal(0))


def case(*branches: tuple[Sql, Sql], otherwise: Sql = NULL) -> Sql:
    """The value of the first branch whose test is true."""
    found = exp.Case()
    for test, value in branches:
        if test != FALSE:
            found = found.when(test, value, copy=False)
    return found.else_(otherwise, copy=False) if found.args.get("ifs") else otherwise


def most(value: Sql) -> Sql:
    """The greatest value of a group."""
    return exp.Max(this=value.copy())


@dataclass(frozen=True, slots=True)
class Words:
    """What a dialect calls the functions of lists, and how it writes what dialects write otherwise."""

    dialect: Dialect

    def call(self, duckdb: str, spark: str, *arguments: Sql) -> Sql:
        """A function, by its name in each dialect."""
        name = duckdb if self.dialect == "duckdb" else spark
        return exp.Anonymous(this=name, expressions=[argument.copy() for argument in arguments])

    def id(self, design: Sql, place: Sql) -> Sql:
        """The id of the entity at a place of a design's list."""
        room: Sql = literal(ROOM)
        if self.dialect == "duckdb":
            said = self.call("GETVARIABLE", "", literal(ROOM_VARIABLE))
            room = exp.Coalesce(this=said, expressions=[room])
        before = exp.Mul(this=design.copy(), expression=room)
        return exp.paren(exp.Add(this=before, expression=place.copy()))

    def length(self, values: Sql) -> Sql:
        return self.call("LEN", "SIZE", values)

    def last(self, values: Sql) -> Sql:
        """The last value of a list; NULL if it is empty."""
        return self.call("LIST_EXTRACT", "TRY_ELEMENT_AT", values, literal(-1))

    def first(self, values: Sql) -> Sql:
        """The first value of a list; NULL if it is empty."""
        return self.call("LIST_EXTRACT", "TRY_ELEMENT_AT", values, literal(1))

    def one_of(self, word: str, all_: Iterable[str]) -> Sql:
        """A constant that is one of some words. DuckDB keeps it as a number (`ENUM`); Spark has no such type."""
        if self.dialect == "spark":
            return literal(word)
        type_ = exp.DataType(this=exp.DType.ENUM, expressions=[literal(each) for each in all_])
        return exp.cast(literal(word), type_)

    def error(self, message: str) -> Sql:
        """No value: the statement fails."""
        return self.call("ERROR", "RAISE_ERROR", literal(message))

    def is_among(self, value: Sql, rows: exp.Select) -> Sql:
        """Whether some of rows, whose one column is called as the value's, has that value; neither may be NULL.

        Spark joins row by row for `NOT IN`, since a NULL among the rows would leave it open, and hashes for
        `EXISTS`, for which DuckDB takes twice as long.
        """
        if self.dialect == "duckdb":
            return exp.In(this=value.copy(), query=rows.subquery())
        same = equal(column("among", value.name), value)
        return exp.Exists(this=exp.select("1").from_(rows.subquery("among")).where(same))

    def flat(self, lists: Sql) -> Sql:
        return self.call("FLATTEN", "FLATTEN", lists)

    def texts(self, names: Iterable[str]) -> Sql:
        """A constant list of texts."""
        array = exp.Array(expressions=[literal(name) for name in sorted(names)])
        return array if array.expressions else exp.cast(array, exp.DataType.build("array<text>"))

    def overlap(self, values: Sql, others: Sql) -> Sql:
        """Two lists have a value in common."""
        return sure(self.call("LIST_HAS_ANY", "ARRAYS_OVERLAP", values, others))

    def contains(self, values: Sql, value: str) -> Sql:
        """A list has a value."""
        return sure(self.call("LIST_CONTAINS", "ARRAY_CONTAINS", values, literal(value)))

    def within(self, values: Sql, others: Sql) -> Sql:
        """All values of a list are in another one."""
        if self.dialect == "duckdb":  # LIST_HAS_ALL takes twice as long
            is_other = negated(self.call("LIST_CONTAINS", "", others, exp.column("value")))
            strangers = self.length(self.where(values, "value", is_other))
            return sure(equal(strangers, literal(0)))
        return sure(equal(self.length(self.call("", "ARRAY_EXCEPT", values, others)), literal(0)))

    def position(self, values: Sql, value: Sql, otherwise: Sql) -> Sql:
        """Where a value stands in a list, from 1; another number if it does not, or is NULL."""
        found = self.call("LIST_POSITION", "ARRAY_POSITION", values, value)
        if self.dialect == "spark":
            found = exp.Nullif(this=found, expression=literal(0))
        return exp.Coalesce(this=found, expressions=[otherwise])

    def each(self, values: Sql, name: str, value: Sql) -> Sql:
        """A list of what becomes of each value, which is called by a name."""
        return self.call("LIST_TRANSFORM", "TRANSFORM", values, _function(name, value))

    def where(self, values: Sql, name: str, test: Sql) -> Sql:
        """The values for which a test is true."""
        return self.call("LIST_FILTER", "FILTER", values, _function(name, test))

    def all_bits(self, values: Sql, name: str, bits: Sql) -> Sql:
        """The bits that the values of a list have together, given those of each, which is called by a name."""
        zero = literal(0)
        if self.dialect == "duckdb":
            found = self.call("LIST_BIT_OR", "", self.each(values, name, bits))
            return exp.Coalesce(this=found, expressions=[zero])
        wide = exp.cast(bits.copy(), "bigint")
        together = exp.BitwiseOr(this=exp.column("so_far"), expression=wide)
        return self.spark(
            "AGGREGATE", values, exp.cast(zero, "bigint"), _function("so_far", together, name)
        )

    def chosen(self, text: Sql, code: Sql, numbers: Mapping[str, int], otherwise: int) -> Sql:
        """The number of a text that is one of some.

        Args:
            code: on DuckDB the place of the text among these, from 0.
        """
        if self.dialect == "duckdb" and len(numbers) > FEW:
            found = exp.Array(expressions=[literal(number) for number in numbers.values()])
            place = exp.Add(this=code.copy(), expression=literal(1))
            chosen = self.call("LIST_EXTRACT", "", found, place)
            return exp.Coalesce(this=chosen, expressions=[literal(otherwise)])
        texts: dict[int, list[Sql]] = {}
        for name, number in numbers.items():
            texts.setdefault(number, []).append(literal(name))
        branches = (
            (exp.In(this=text.copy(), expressions=names), literal(number))
            for number, names in texts.items()
        )
        return case(*branches, otherwise=literal(otherwise))

    def is_nobody(self, text: Sql) -> Sql:
        """A person's name is missing, or names none (dsl/models/admission.py)."""
        bare = exp.Lower(this=exp.Trim(this=text.copy(), expression=literal(BLANK)))
        named = exp.Trim(this=bare, expression=literal(MARKS))
        placeholders = [literal(one) for one in sorted(PLACEHOLDERS)]
        found = [exp.In(this=named, expressions=placeholders)] + [
            exp.Like(this=named.copy(), expression=literal(f"{opening}%")) for opening in OPENINGS
        ]
        return negated(sure(negated(either(*found))))

    def unnested(self, values: Sql, value: str, number: str) -> list[Sql]:
        """Columns that make a row of each value: the value, and its number from 1 (Spark: from 0)."""
        if self.dialect == "duckdb":
            subscripts = exp.cast(
                self.call("GENERATE_SUBSCRIPTS", "", values, literal(1)), "int", copy=False
            )
            unnest = self.call("UNNEST", "", values)
            return [exp.alias_(unnest, value), exp.alias_(subscripts, number)]
        names = [exp.to_identifier(number), exp.to_identifier(value)]
        return [exp.Aliases(this=self.call("", "POSEXPLODE", values), expressions=names)]

    def members(self, values: Sql) -> Sql:
        """A column that makes a row of each value."""
        return self.call("UNNEST", "EXPLODE", values)

    # maps, which only Spark needs

    def spark(self, name: str, *arguments: Sql) -> Sql:
        """A function of Spark's."""
        return self.call("", name, *arguments)

    def rows_of_map(self, map_: Sql, key: str, value: str) -> Sql:
        """Columns that make a row of each entry of a map."""
        names = [exp.to_identifier(key), exp.to_identifier(value)]
        return exp.Aliases(this=self.spark("EXPLODE", map_), expressions=names)

    def composed(self, map_: Sql) -> Sql:
        """A map from values to lists of values, composed with itself as often as the logarithm of its size."""
        size = self.spark("LOG2", self.spark("SIZE", map_))
        times = exp.cast(self.spark("CEIL", size), "int")
        steps = self.spark("SEQUENCE", literal(1), exp.Add(this=times, expression=literal(1)))
        further = self.spark("ELEMENT_AT", exp.column("so_far"), exp.column("target"))
        lists = self.flat(self.each(exp.column("targets"), "target", further))
        values = _function("origin", self.spark("ARRAY_DISTINCT", lists), "targets")
        step = self.spark("TRANSFORM_VALUES", exp.column("so_far"), values)
        return self.spark("AGGREGATE", steps, map_, _function("so_far", step, "step"))


def _function(name: str, body: Sql, *more: str) -> Sql:
    names = [exp.to_identifier(parameter) for parameter in (name, *more)]
    return exp.Lambda(this=body.copy(), expressions=names)
