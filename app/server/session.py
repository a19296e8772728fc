"""The open documents of an editor, and what is known of each: analysed one after another, and never out of date.

The event loop only reads and writes messages. All else runs on one worker thread, so that a large design keeps no
message waiting, and no two analyses share what the engine keeps. A document's newest text is analysed `DEBOUNCE`
seconds after it changes, and not later because it goes on changing.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from pygls.exceptions import JsonRpcException
from pygls.uris import to_fs_path

from clausewise.checking.options import Options
from clausewise.dsl.startup.lean import lean_dataclass, replace
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.fault import fault_of
from clausewise.dsl.text.source import Source
from clausewise.editor.analysis import Analysis, analyse
from clausewise.editor.kinds import KINDS, KindOfFile, kind_of, may_count
from clausewise.editor.texts import Encoding, TextLines
from clausewise.editor.trust import Trust, folder_of
from clausewise.editor.trying import text_of, told, tried
from clausewise.importing.drift import Compared

DEBOUNCE = 0.05
"""Seconds from a change to its analysis: what is typed in one go is analysed once."""
MOST_STALE = 2.0
"""Seconds for which nothing is shown of an older text, while somebody goes on typing."""
SLICE = 0.1
"""Seconds for which cases are run before what came of them is shown, and others have their turn."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


@lean_dataclass(frozen=True, slots=True)
class OpenText:
    """A document that is open in the editor.

    Attributes:
        version: what the editor calls this state of it.
        serial: counts all that may change its analysis: edits, and changes of other files.
    """

    uri: str
    path: Path
    kind: KindOfFile
    version: int | None
    lines: TextLines
    serial: int = 0


@lean_dataclass(frozen=True)
class KnownText:
    """A document as it was when it was analysed, and what came of that."""

    document: OpenText
    analysis: Analysis
    files: int = 0
    """How often other files had changed."""

    @cached_property
    def lines(self) -> TextLines:
        """The text that was analysed: places in it are those of the document."""
        return TextLines(self.analysis.source.text, self.document.lines.encoding)


Publish = Callable[[KnownText], None]


class EditorSession:
    """What an editor has open."""

    def __init__(self, trust: Trust) -> None:
        self.trust = trust
        self.folders: tuple[Path, ...] = ()
        self.encoding: Encoding = "utf-16"
        self.documents: dict[str, OpenText] = {}
        self.known: dict[str, KnownText] = {}
        self.publish: Publish = lambda _: None
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="analysis")
        self._following: dict[str, asyncio.Task[None]] = {}
        self._told: dict[str, float] = {}
        self._files = 0
        self._compared = Compared()

    # documents

    def take(self, uri: str, language: str, version: int | None, text: str) -> None:
        """Take a document in; one of no kind of ours is passed over."""
        path = path_of(uri, self.folders)
        of_language = (k for k in KINDS if k.parsed and k.language == language)  # not any JSON
        kind = kind_of(str(path)) or next(of_language, None)
        if kind:
            lines = TextLines(text, self.encoding)
            self.documents[uri] = OpenText(uri, path, kind, version, lines)
            self._follow(uri, 0)

    def change(self, uri: str, version: int | None, lines: TextLines) -> None:
        """Take in a document's newest text."""
        before = self.documents[uri]
        self.documents[uri] = replace(
            before, version=version, lines=lines, serial=before.serial + 1
        )
        self._follow(uri, DEBOUNCE)

    def close(self, uri: str) -> None:
        """Forget a document."""
        for kept in (self.documents, self.known, self._told):
            kept.pop(uri, None)
        if task := self._following.pop(uri, None):
            task.cancel()

    def look_again(self, but: str = "") -> None:
        """Analyse all open documents again, since files that they name may have changed; all but one."""
        self._files += 1
        for uri, document in self.documents.items():
            if uri != but:
                self.documents[uri] = replace(document, serial=document.serial + 1)
                self._follow(uri, DEBOUNCE)

    def look_again_for(self, paths: Sequence[Path]) -> None:
        """Do so if one of these files may count: it is of the language, configures, or was imported from."""
        if any(may_count(path) or self._compared.holds(path) for path in paths):
            self.look_again()

    def end(self) -> None:
        """Leave the worker. What it is at is not waited for."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    # analyses

    async def work(self, function: Callable[_P, _T], /, *args: _P.args, **options: _P.kwargs) -> _T:
        """Call a function on the worker thread. A bug of ours comes out as an exception that only says where."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._worker, lambda: function(*args, **options))
        except JsonRpcException:
            raise
        except Exception as error:
            raise RuntimeError(fault_of(error).message) from None

    def now(self, uri: str) -> KnownText | None:
        """What is known of a document as it is now; `None` of one that is not open. On the worker thread."""
        document, known, files = self.documents.get(uri), self.known.get(uri), self._files
        if document is None:
            return None
        is_same = known is not None and known.document is document
        if known and is_same and known.analysis.is_whole:
            return known
        before = known.analysis.tried if known and known.files == files else {}
        analysis = known.analysis if known and is_same else self._analysed(document)
        found = KnownText(document, tried(analysis, before, SLICE), files)
        if uri in self.documents:
            self.known[uri] = found
        return found

    def run_again(self, uri: str, number: int) -> str | None:
        """Run a case again, by its number in the file, and say what came of it. On the worker thread."""
        known = self.now(uri)
        cases = [*told(known.analysis)] if known else []
        if known is None or not 0 <= number < len(cases):
            return None
        text = text_of(cases[number][0], known.analysis.source)
        rest = {other: came for other, came in known.analysis.tried.items() if other != text}
        self.known[uri] = replace(known, analysis=tried(known.analysis, rest, SLICE))
        came = self.known[uri].analysis.tried.get(text)
        return None if came is None else "passes" if came.passed else came.words

    def options(self, path: Path) -> Options:
        """How designs are judged that lie where a file does.

        Raises:
            InvalidError: the configuration cannot be used.
        """
        return self.trust.options(folder_of(path, self.folders))

    def _analysed(self, document: OpenText) -> Analysis:
        path, text = str(document.path), document.lines.text
        try:
            return analyse(path, text, document.kind, self.options(document.path), self._compared)
        except InvalidError as error:  # the configuration cannot be used
            return _unusable(document, error.diagnostics)
        except Exception as error:
            return _unusable(document, [fault_of(error, path)])

    # diagnostics

    def tell_again(self, uri: str) -> None:
        """Publish what is known of a document."""
        if uri in self.documents:
            self._follow(uri, 0)

    def _follow(self, uri: str, seconds: float) -> None:
        if uri not in self._following:
            task = asyncio.get_running_loop().create_task(self._tell(uri, seconds))
            self._following[uri] = task

    async def _tell(self, uri: str, seconds: float) -> None:
        """Publish what is known of a document until that is its newest text."""
        try:
            while True:
                await asyncio.sleep(seconds)
                known = await self.work(self.now, uri)
                is_newest = known is not None and known.document is self.documents.get(uri)
                is_stale = time.monotonic() - self._told.get(uri, 0) > MOST_STALE
                if known and uri in self.documents and (is_newest or is_stale):
                    is_first = uri not in self._told
                    self._told[uri] = time.monotonic()
                    self.publish(known)
                    if is_first:
                        self._worker.submit(settle)
                if uri not in self.documents or (known and is_newest and known.analysis.is_whole):
                    return
                seconds = 0 if is_newest else DEBOUNCE
        finally:
            if self._following.get(uri) is asyncio.current_task():
                del self._following[uri]


def settle() -> None:
    """Let the collector of garbage pass over all that is here to stay, such as parsers and policies.

    To walk these takes it as long as an analysis of a change, again and again.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def path_of(uri: str, folders: Sequence[Path]) -> Path:
    """The file of a document. One that was never saved is taken for a file in the first of the open folders."""
    if uri.startswith("file:") and (path := to_fs_path(uri)):
        return Path(path)
    name = Path(urlsplit(uri).path).name or "untitled"
    return (folders[0] if folders else Path.cwd()) / name


def _unusable(document: OpenText, found: Sequence[Diagnostic]) -> Analysis:
    source = Source(str(document.path), document.lines.text.replace("\r\n", "\n"))
    return Analysis(document.kind, source, None, tuple(found), Options())
