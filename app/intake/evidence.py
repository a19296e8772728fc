"""Whether evidence is there: a regular file, not empty, where evidence may lie, and not the design itself."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from clausewise.dsl.files.reading import UnreadableError, is_within, open_regular, resolved
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.intake.access import Access

MAX_BYTES = 1024**3
"""Evidence is looked through for its digest, up to this size."""
ADDRESS = r"[A-Za-z][A-Za-z0-9+.-]*://"
OURS = (".design", ".design.json", ".policy", ".vocabulary", ".cases", ".laws")
"""What ends so is an input, and proves nothing."""


@lean_dataclass(frozen=True, slots=True)
class Proof:
    """What became of a piece of evidence.

    Attributes:
        text: what the design says.
        sha256: of the file's content, if it was looked at and counts.
        doubt: why it does not count; empty if it does.
        size: of the file, in bytes; 0 if it was not looked at, or is kept elsewhere.
        is_missing: whether there is no such file where it should lie.
    """

    text: str
    sha256: str = ""
    doubt: str = ""
    size: int = 0
    is_missing: bool = False


def is_address(text: str) -> bool:
    """Whether evidence is named by an address, such as `https://example.org/form`, and not as a file."""
    return re.match(ADDRESS, text) is not None


Examine = Callable[[str], Proof]


def doubts_of(examine: Examine) -> Callable[[str], str]:
    """Why evidence does not count, as admission asks for it."""
    return lambda text: examine(text).doubt


def examiner(design: str, access: Access) -> Examine:
    """What looks at the evidence of one design; each piece is looked at once.

    Args:
        design: the path of the design.
        access: where evidence may lie.
    """
    folder = Path(design).parent
    inputs = (Path(design), *access.inputs)
    seen: dict[str, Proof] = {}
    digest = cache(_digest)  # by the file: a design can name one in many ways

    def examine(text: str) -> Proof:
        if text not in seen:
            seen[text] = _proof(text, folder, access, inputs, digest)
        return seen[text]

    return examine


def _proof(
    text: str,
    folder: Path,
    access: Access,
    inputs: tuple[Path, ...],
    digest_of: Callable[[str], tuple[str, int]],
) -> Proof:
    if is_address(text):
        counts = access.addresses and text.lower().startswith(("https://", "http://"))
        return Proof(text, doubt="" if counts else f"its evidence `{text}` is an address")
    try:
        real = resolved(folder / text)
        if not is_within(real, (folder, *access.evidence)):
            return Proof(
                text, doubt=f"its evidence `{text}` lies in a folder where none is looked for"
            )
        if not os.path.lexists(real):
            return Proof(text, doubt=f"its evidence `{text}` is not there", is_missing=True)
        if real.lower().endswith(OURS) or any(_is_same(real, other) for other in inputs):
            return Proof(text, doubt=f"its evidence `{text}` is an input, and proves nothing")
        digest, size = digest_of(real)
    except UnreadableError as error:
        return Proof(text, doubt=f"its evidence `{text}` {error}")
    return (
        Proof(text, digest, size=size)
        if size
        else Proof(text, doubt=f"its evidence `{text}` is empty")
    )


def _is_same(real: str, other: Path) -> bool:
    """Whether two paths lead to one file, by a second name of it (a hard link), too."""
    try:
        return os.path.samefile(real, other)
    except (OSError, ValueError):
        return False


def _digest(real: str) -> tuple[str, int]:
    """The digest of a file's content, and how many bytes that is."""
    import hashlib  # takes long, and seldom is evidence looked at

    digest, size = hashlib.sha256(), 0
    with open_regular(real) as file:
        if os.fstat(file.fileno()).st_size > MAX_BYTES:  # before a gigabyte of it is looked through
            raise UnreadableError(f"is larger than {MAX_BYTES // 1024**2} MiB")
        while chunk := file.read(1024**2):
            size += len(chunk)
            if size > MAX_BYTES:
                raise UnreadableError(f"is larger than {MAX_BYTES // 1024**2} MiB")
            digest.update(chunk)
    return digest.hexdigest(), size
