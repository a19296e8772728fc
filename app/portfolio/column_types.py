"""Whether a Parquet file's columns are of the types of a portfolio's schema, and columns of just these types.

Arrow and DuckDB take other types, too: Arrow turns 1 into `true`, and DuckDB compares a day with a time of day.
Then a row would be judged that the checker of designs calls a mistake. So SQL refuses a file with such a column as
a whole, and Python takes none of its rows the short way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

import pyarrow as pa

from clausewise.portfolio.arrays import in_order, is_list, with_members, with_values

_FITTING: Mapping[str, tuple[Callable[[pa.DataType], bool], ...]] = {
    "string": (pa.types.is_string, pa.types.is_large_string),
    "bool": (pa.types.is_boolean,),
    "date32[day]": (pa.types.is_date,),
    "int64": (pa.types.is_integer,),
    "decimal128(38, 9)": (pa.types.is_decimal,),
}
"""For each type of the schema, those that may stand for it, beside one without values."""


def misfits(
    found: Collection[pa.Field], wanted: Iterable[pa.Field], within: str = ""
) -> Iterator[str]:
    """The columns, and members of them, that a table lacks or that are of another type: `door.keeps`.

    One that is there twice counts as lacking: to SQL, names that differ in capitals alone are the same.

    Args:
        found: the columns of a table, or the members of one.
        wanted: the same of the schema.
        within: what their names begin with.
    """
    counts = Counter(of.name.lower() for of in found)
    types = {of.name: of.type for of in found}
    for field in wanted:
        name = f"{within}{field.name}"
        if field.name not in types or counts[field.name.lower()] > 1:
            yield name
        else:
            yield from _misfits(name, types[field.name], field.type)


def _misfits(name: str, found: pa.DataType, wanted: pa.DataType) -> Iterator[str]:
    if pa.types.is_null(found):
        return
    if pa.types.is_list(wanted) and is_list(found):
        yield from _misfits(name, found.value_type, wanted.value_type)
    elif pa.types.is_struct(wanted) and pa.types.is_struct(found):
        yield from misfits(list(found), wanted, f"{name}.")
    else:
        plain = found.value_type if pa.types.is_dictionary(found) else found
        if not any(is_it(plain) for is_it in _FITTING.get(str(wanted), ())):
            yield name


def fitted(column: pa.Array, wanted: pa.DataType) -> pa.Array:
    """A column that fits, as one of the wanted type; but texts that are numbers of a dictionary stay so.

    Raises:
        pyarrow.ArrowInvalid: the type has no room for a value.
    """
    if pa.types.is_null(column.type):
        return pa.nulls(len(column), wanted)
    if pa.types.is_struct(wanted):
        places = [column.type.get_field_index(of.name) for of in wanted]
        members = [fitted(column.field(n), of.type) for n, of in zip(places, wanted, strict=True)]
        return with_members(column, members, list(wanted))
    if pa.types.is_list(wanted):
        lists = in_order(column)
        return with_values(lists, fitted(lists.values, wanted.value_type))
    is_text = pa.types.is_dictionary(column.type) and pa.types.is_string(column.type.value_type)
    return column if is_text else column.cast(wanted)
