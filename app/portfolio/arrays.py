"""Arrow's nested arrays, taken apart and put together.

Arrow's own `cast` would do for much of it, but it makes columns without a type (`null`) too short within others.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa


def is_list(type_: pa.DataType) -> bool:
    """Whether cells of a type are lists of whatever kind."""
    kinds = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)
    return any(is_it(type_) for is_it in kinds) or _is_view(type_)


def _is_view(type_: pa.DataType) -> bool:
    return any(is_it(type_) for is_it in (pa.types.is_list_view, pa.types.is_large_list_view))


def in_order(lists: pa.Array) -> pa.Array:
    """Lists one behind the other: as they are, unless they are a slice, or each says where its values are."""
    if lists.offset:
        lists = lists.take(pa.array(range(len(lists))))
    return lists.cast(pa.large_list(lists.type.value_field)) if _is_view(lists.type) else lists


def ends_of(lists: pa.Array) -> pa.Array:
    """Where each list begins among the values of all, and where the last one ends."""
    if not pa.types.is_fixed_size_list(lists.type):
        return lists.offsets
    size = lists.type.list_size
    return pa.array(range(0, (len(lists) + 1) * size, size) if size else [0] * (len(lists) + 1))


def with_values(lists: pa.Array, values: pa.Array) -> pa.ListArray:
    """Plain lists like these (`in_order`), with other values in the places of theirs."""
    ends = ends_of(lists).cast("int32")
    return pa.ListArray.from_arrays(ends, values, mask=_missing(lists))


def with_members(
    structs: pa.StructArray, members: Sequence[pa.Array], fields: Sequence[pa.Field]
) -> pa.StructArray:
    """Structs like these with other members, which are called as some fields are."""
    called = [of.with_type(cells.type) for of, cells in zip(fields, members, strict=True)]
    return pa.StructArray.from_arrays(members, fields=called, mask=_missing(structs))


def _missing(cells: pa.Array) -> pa.BooleanArray | None:
    return cells.is_null() if cells.null_count else None


def without_views(texts: pa.Array) -> pa.Array:
    """Texts or bytes one behind the other: some of Arrow's functions do not take those that say where they are."""
    if pa.types.is_string_view(texts.type):
        return texts.cast(pa.large_string())
    return texts.cast(pa.large_binary()) if pa.types.is_binary_view(texts.type) else texts


def copied(batch: pa.RecordBatch, start: int, stop: int) -> pa.RecordBatch:
    """Some rows of a batch, without the others: a slice holds on to all, and DuckDB cannot read each slice."""
    return batch.take(pa.array(range(start, stop)))


def to_bytes(batch: pa.RecordBatch) -> bytes:
    """A batch as Arrow's stream, which is made and read in a fifth of the time of a pickle."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def from_bytes(content: bytes) -> pa.RecordBatch:
    """The batch of `to_bytes`."""
    return pa.ipc.open_stream(content).read_next_batch()


def with_texts(batch: pa.RecordBatch, *, keep_repeated: bool = False) -> pa.RecordBatch:
    """A batch in which texts stand for their numbers in a dictionary, and lists of all kinds are plain ones.

    Args:
        keep_repeated: whether numbers stay where their dictionary has no more texts than there are of them.
    """
    columns = [_with_texts(column, keep_repeated=keep_repeated) for column in batch.columns]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _with_texts(column: pa.Array, *, keep_repeated: bool) -> pa.Array:
    type_ = column.type
    if pa.types.is_dictionary(type_):
        is_kept = keep_repeated and len(column.dictionary) <= len(column)
        return column if is_kept else column.dictionary_decode()
    if pa.types.is_struct(type_):
        members = [
            _with_texts(column.field(n), keep_repeated=keep_repeated) for n in range(len(type_))
        ]
        return with_members(column, members, list(type_))
    if is_list(type_):
        lists = in_order(column)
        return with_values(lists, _with_texts(lists.values, keep_repeated=keep_repeated))
    return without_views(column)  # also a map, or what is more than Arrow's own
