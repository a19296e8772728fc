"""Files that a PDF carries, such as a letter of the desk: the only door to pypdf.

A PDF may come from a stranger, and its format lets a small file ask for much time and memory. So it is read in a
process of its own first, within bounds of both; what does not end there is not read here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from typing import Any

from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.intake.extras import lacking
from clausewise.workers.warm import NotInTimeError, WarmWorkers

MOST_FILES = 20
"""Files that one PDF may carry. A letter carries two."""
MOST_OBJECTS = 100_000
MOST_PARTS = 20_000
"""Of a list or a dictionary."""

UNPACKED = (
    "maximum_declared_stream_length",
    "array_based_stream_maximum_output_length",
    "brotli_maximum_output_length",
    "image_maximum_buffer_size",
    "jbig2_maximum_output_length",
    "lzw_maximum_output_length",
    "run_length_maximum_output_length",
    "zlib_maximum_output_length",
)


def files_in(content: bytes, most_bytes: int) -> list[tuple[str, bytes]]:
    """The files that a PDF carries, each with its name. Two may have one name.

    Args:
        content: of the PDF.
        most_bytes: of each file that it carries, and of whatever is unpacked on the way to it.

    Raises:
        InvalidError: it cannot be read within the bounds, or what reads it is not installed.
    """
    workers = WarmWorkers(_quiet)
    try:
        workers.try_out(read_files, content, most_bytes)
        return read_files(content, most_bytes)
    except NotInTimeError as error:
        raise _refused(f"to read it takes too much: {error}") from None
    finally:
        workers.end()


def read_files(content: bytes, most_bytes: int) -> list[tuple[str, bytes]]:
    """As `files_in`, in this process, whatever it takes."""
    try:
        from pypdf import apply_configuration, get_configuration
    except ImportError:
        raise lacking("to read what a PDF carries needs", "attest") from None
    _quiet()
    with apply_configuration(get_configuration().with_overwrites(**_bounds(most_bytes))):
        try:
            found = list(islice(_files(content), MOST_FILES + 1))
        except MemoryError:
            raise  # where it is tried, memory is bounded: the file asked for too much
        except Exception as error:  # of a file from a stranger, whatever pypdf stumbles over
            raise _refused(
                f"it cannot be read: {str(error)[:100] or type(error).__name__}"
            ) from None
    if len(found) > MOST_FILES:
        raise _refused(f"it carries more than {MOST_FILES} files")
    return found


def _files(content: bytes) -> Iterator[tuple[str, bytes]]:
    from pypdf import PdfReader

    reader = PdfReader(
        BytesIO(content),
        strict=True,
        root_object_recovery_limit=0,
        xref_stream_maximum_entries=MOST_OBJECTS,
    )
    for file in reader.attachment_list:
        yield str(file.name), bytes(file.content)


def _bounds(most_bytes: int) -> dict[str, Any]:
    """What pypdf may spend: it names each way to unpack something by itself."""
    unpacked = dict.fromkeys(UNPACKED, most_bytes)
    return unpacked | {
        "stream_decoding_work_maximum_length": 4 * most_bytes,
        "zlib_maximum_recovery_input_length": 0,
        "array_maximum_element_count": MOST_PARTS,
        "dictionary_maximum_element_count": MOST_PARTS,
        "stream_filters_maximum_length": 2,
        "jbig2dec_binary": None,
    }


def _quiet() -> None:
    """What pypdf tells of a file by the way is nothing for whoever verifies."""
    logging.getLogger("pypdf").addHandler(logging.NullHandler())


def _refused(why: str) -> InvalidError:
    hint = "give the PDF as the desk sent it, or the folder that its package holds"
    return InvalidError(
        [Diagnostic("E562", f"nothing can be verified of the PDF: {why}", hint=hint)]
    )
