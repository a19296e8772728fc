"""Whether a Parquet file's columns are of the types of a portfolio's schema, as DuckDB and as Arrow have them.

Both take other types, too: DuckDB compares a day with a time of day, and Arrow turns 1 into `true`. Then a row
would be judged that the checker of designs calls a mistake. So SQL refuses a file with such a column as a whole,
and Python takes none of its rows the short way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from duckdb.sqltypes import DuckDBPyType

WHOLE = frozenset(
    f"{sign}{size}int" for sign in ("", "u") for size in ("tiny", "small", "big", "huge")
) | {"integer", "uinteger"}
FITTING = {
    "string": frozenset({"varchar"}),
    "bool": frozenset({"boolean"}),
    "date32[day]": frozenset({"date"}),
    "int64": WHOLE,
    "decimal128(38, 9)": frozenset({"decimal"}),
}
"""For each type of the schema, those of DuckDB that may stand for it, beside one without values."""
_IN_ARROW: Mapping[str, tuple[Callable[[pa.DataType], bool], ...]] = {
    "string": (pa.types.is_string, pa.types.is_large_string),
    "bool": (pa.types.is_boolean,),
    "date32[day]": (pa.types.is_date,),
    "int64": (pa.types.is_integer,),
    "decimal128(38, 9)": (pa.types.is_decimal,),
}
"""The same of Arrow."""


def fits(found: pa.DataType, wanted: pa.DataType) -> bool:
    """Whether an Arrow type is one for which a type of the schema may stand; one without values fits any."""
    if pa.types.is_null(found):
        return True
    if pa.types.is_list(wanted):
        is_list = pa.types.is_list(found) or pa.types.is_large_list(found)
        is_list = is_list or pa.types.is_fixed_size_list(found)
        return is_list and fits(found.value_type, wanted.value_type)
    if pa.types.is_struct(wanted):
        return pa.types.is_struct(found) and all(
            (at := found.get_field_index(member.name)) >= 0
            and fits(found.field(at).type, member.type)
            for member in wanted
        )
    plain = found.value_type if pa.types.is_dictionary(found) else found
    return any(is_it(plain) for is_it in _IN_ARROW[str(wanted)])


def misfits(
    found: Mapping[str, DuckDBPyType], wanted: pa.Schema | pa.StructType, within: str = ""
) -> Iterator[str]:
    """The columns, and members of them, that a table lacks or that are of another type: `door.keeps`.

    Args:
        found: DuckDB's types of its columns, or of the members of one.
        wanted: the same of Arrow.
        within: what their names begin with.
    """
    for field in wanted:
        name = f"{within}{field.name}"
        if (type_ := found.get(field.name)) is None:
            yield name
        else:
            yield from _misfit(name, type_, field.type)


def _misfit(name: str, found: Any, wanted: pa.DataType) -> Iterator[str]:
    nested = "list" if pa.types.is_list(wanted) else "struct" if pa.types.is_struct(wanted) else ""
    if nested == found.id == "list":
        yield from _misfit(name, found.children[0][1], wanted.value_type)
    elif nested == found.id == "struct":
        yield from misfits(dict(found.children), wanted, f"{name}.")
    elif nested or found.id not in FITTING[str(wanted)] | {"null"}:
        yield name
