"""Source files and places in them."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from clausewise.dsl.files.reading import MAX_BYTES, UnreadableError, too_large
from clausewise.dsl.startup.lean import field, lean_dataclass


@lean_dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a source, as character offsets: `start` included, `end` excluded."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        """The span from the start of this one to the end of `other`."""
        return Span(self.start, other.end)


@lean_dataclass(frozen=True)
class Source:
    """A text with its path, as shown to the user. Line ends are normalised to LF."""

    path: str
    text: str
    content: bytes | None = field(default=None, compare=False, repr=False)
    """The file as it is, where the text is not just that, decoded: its line ends differ, for example."""

    @cached_property
    def sha256(self) -> str:
        """The digest of the file."""
        import hashlib  # takes long, and only some formats show a digest

        content = self.text.encode(errors="surrogatepass") if self.content is None else self.content
        return hashlib.sha256(content).hexdigest()

    def is_as(self, other: Source) -> bool:
        """Whether both files are the same, byte for byte."""
        return (self.text, self.content) == (other.text, other.content)

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        find = self.text.find
        while (end := find("\n", starts[-1])) >= 0:
            starts.append(end + 1)
        return starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character offset, both counted from 1."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its line end."""
        start = self._line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start:] if end < 0 else self.text[start:end]

    def line_around(self, offset: int, most: int) -> str:
        """The line that holds an offset, of a long one so many characters on each side."""
        number, _ = self.position(offset)
        start = max(self._line_starts[number - 1], offset - most)
        end = self.text.find("\n", offset, offset + most)
        return self.text[start : offset + most if end < 0 else end]


def source_from_bytes(path: str, content: bytes, limit: int = MAX_BYTES) -> Source:
    """Decode a file's content.

    Raises:
        UnreadableError: the content is too large, binary, or not UTF-8.
    """
    if len(content) > limit:
        raise UnreadableError(too_large(limit))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"is not UTF-8 text (byte {error.start + 1})") from None
    if "\0" in text:
        raise UnreadableError("is a binary file")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Source(path, text, None if text.encode() == content else content)


def source_from_text(path: str, text: str, limit: int = MAX_BYTES) -> Source:
    """A text that comes from no file, held to the same rules as the content of one.

    Raises:
        UnreadableError: the text is too large, binary, or holds half a character (a lone surrogate).
    """
    try:
        return source_from_bytes(path, text.encode(), limit)
    except UnicodeEncodeError as error:
        raise UnreadableError(f"holds half a character (at {error.start + 1})") from None
