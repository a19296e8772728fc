"""A design is sent to a desk: saved there as a draft, with the files that it names as evidence, and submitted."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from clausewise.dsl.files.papers import KINDS, ending_of, is_of_kind
from clausewise.dsl.files.reading import UnreadableError, is_within, read_bytes, resolved
from clausewise.dsl.models.deployment import fact_name
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.syntax import Design
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.dsl.text.source import Source
from clausewise.intake.access import Access
from clausewise.intake.designs import read_design, source_of
from clausewise.intake.evidence import Examine, examiner, is_address

MOST_BYTES = 100 * 1024**2
"""Of a file of evidence here; a desk takes less."""
MOST_ANSWER = 4 * 1024**2
MOST_SAID = 2000
"""Characters of a sentence of the desk."""
MOST_MISTAKES = 100
STATE: Mapping[str, type] = {
    "application": int,
    "reference": str,
    "state": str,
    "verdict": str,
    "sha256": str,
    "link": str,
}
"""What a desk says of an application, at least."""
TIMEOUT = 120
TOKEN = "CLAUSEWISE_DESK_TOKEN"
"""The environment variable with the token: a command line can be read by others on the machine."""


@lean_dataclass(frozen=True, slots=True)
class SubmittedDesign:
    """A design, and what is sent with it.

    Attributes:
        text: of the design.
        files: the content of each file that it names as evidence, by that name, and the facts that it shows.
        kept_elsewhere: the addresses that it names, of which nothing is sent.
    """

    text: str
    files: Mapping[str, tuple[bytes, list[str]]]
    kept_elsewhere: tuple[str, ...]


@lean_dataclass(frozen=True, slots=True)
class SentApplication:
    """What a desk says of an application.

    Attributes:
        told: what it took out of the design, a sentence each.
        files: how many files were sent beside its answers.
    """

    reference: str
    state: str
    verdict: str
    link: str
    told: tuple[str, ...]
    files: int


class _NoRedirects(HTTPRedirectHandler):
    """Nobody is followed elsewhere: a token is for one desk."""

    def redirect_request(self, *_: object) -> None:
        return None


class DeskClient:
    """A desk, as whoever has a token asks it."""

    def __init__(self, address: str, token: str) -> None:
        """Raises:
        InvalidError: the address is none to which a token can be sent.
        """
        if not _can_have_tokens(address):
            raise _failure(
                f"`{address}` is no desk to which a token can be sent",
                "give its address with https, or that of one on this machine",
            )
        self._address, self._token = address.rstrip("/"), token
        direct = [ProxyHandler({})] if _is_of_this_machine(address) else []
        self._opener = build_opener(_NoRedirects, *direct)

    def asked(self, path: str, content: bytes, kind: str = "application/json") -> Mapping[str, Any]:
        """What the desk answers to a POST.

        Raises:
            InvalidError: it cannot be reached, or refuses; with the mistakes that it found.
        """
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": kind}
        request = Request(f"{self._address}/api/{path}", content, headers, method="POST")
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                return _object(answer.read(MOST_ANSWER))
        except HTTPError as error:
            raise _refused(error, self._address) from None
        except (URLError, OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", error)
            hint = "look at its address, and whether it runs"
            raise _failure(
                f"{self._address} does not answer as a desk does: {reason}", hint
            ) from None

    def state(self, path: str, content: bytes) -> Mapping[str, Any]:
        """What the desk says of an application once it has done what it was asked.

        Raises:
            InvalidError: as for `asked`, or it says something else.
        """
        found = self.asked(path, content)
        if any(type(found.get(name)) is not type_ for name, type_ in STATE.items()):
            wanted = "it says nothing of an application"
            raise _failure(
                f"{self._address} does not answer as a desk does: {wanted}", "look at its address"
            )
        return found


def _can_have_tokens(address: str) -> bool:
    """Whether nobody between reads what is sent there."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.hostname) and (parts.scheme == "https" or _is_of_this_machine(address))


def _is_of_this_machine(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")


def application_of(path: Path, access: Access) -> SubmittedDesign:
    """A design with its evidence, read before anything is sent.

    Args:
        access: where evidence may lie.

    Raises:
        InvalidError: the design cannot be read, or what it names as evidence is none that a desk takes.
    """
    source = _source(path)
    named = _files(source)
    examine = examiner(str(path), access)
    files = {
        name: (_evidence(path, name, access, examine), facts)
        for name, facts in named.items()
        if not is_address(name)
    }
    return SubmittedDesign(source.text, files, tuple(filter(is_address, named)))


def send(
    sent: SubmittedDesign,
    client: DeskClient,
    form: str,
    application: int | None,
    replaces: Path | None,
    *,
    is_draft: bool,
) -> SentApplication:
    """Save a design at a desk, send its evidence, and submit it unless it stays a draft.

    Args:
        form: with which a new application begins.
        application: the number of one that there is, instead.
        replaces: the design as it was downloaded there, if it was changed at the desk.

    Raises:
        InvalidError: what it replaces cannot be read, or the desk refuses.
    """
    place: dict[str, str | int] = (
        {"form": form} if application is None else {"application": application}
    )
    if replaces is not None:
        place["base"] = sha256(_read(replaces)).hexdigest()
    body = json.dumps({"design": sent.text, **place}).encode()
    saved = client.state("applications/", body)
    key, base = saved["application"], saved["sha256"]
    for name, (content, facts) in sent.files.items():
        query = urlencode(
            [("name", Path(name).name), *(("fact", one) for one in facts)], quote_via=quote
        )
        there = f"applications/{key}/evidence/?{query}"
        base = client.asked(there, content, "application/octet-stream").get("sha256") or base
    last = saved
    if not is_draft:
        declared = json.dumps({"declared": True, "base": base}).encode()
        last = client.state(f"applications/{key}/submit/", declared)
    return SentApplication(
        last["reference"],
        last["state"],
        last["verdict"],
        last["link"],
        () if sent.files else tuple(map(str, _listed(saved, "told"))),
        len(sent.files),
    )


def _source(path: Path) -> Source:
    return source_of(str(path), _read(path))


def _read(path: Path) -> bytes:
    try:
        return read_bytes(path)
    except UnreadableError as error:
        raise _failure(f"`{path}` {error}", "give a design that can be read") from None


def _files(source: Source) -> dict[str, list[str]]:
    """The files that a design names as evidence, each with the facts that it shows."""
    tree = read_design(source).tree
    found: dict[str, list[str]] = {}
    for name, fact in _evidenced(tree) if isinstance(tree, Design) else ():
        found.setdefault(name, []).append(fact)
    return found


def _evidenced(tree: Design) -> Iterator[tuple[str, str]]:
    for block in tree.blocks:
        for line in block.statements:
            for one in line.evidence:
                yield one.text, fact_name((block.name or block.type).text, line.field.text)


def _evidence(design: Path, name: str, access: Access, examine: Examine) -> bytes:
    """A file that a design names as evidence.

    A design can be a stranger's, and whoever runs this has other files beside it. So what is sent has to count as
    evidence for `check`, be of a kind that people write papers in, and not be hidden, as keys and settings are.
    """
    hint = "put a paper beside the design, or take it out of the design"
    if doubt := examine(name).doubt:
        raise _failure(doubt, hint)
    folders = (design.parent, *access.evidence)
    try:
        real = resolved(design.parent / name)
        content = read_bytes(real, folders, MOST_BYTES)
    except UnreadableError as error:
        raise _failure(f"its evidence `{name}` {error}", hint) from None
    if _is_hidden(real, folders):
        raise _failure(f"its evidence `{name}` is hidden, and is not sent", hint)
    kind = ending_of(os.path.basename(real))
    if kind not in KINDS or not is_of_kind(kind, content):
        told = f"its evidence `{name}` is of no kind that a desk takes: {', '.join(KINDS)}"
        raise _failure(told, hint)
    return content


def _is_hidden(real: str, folders: tuple[Path, ...]) -> bool:
    """Whether a file, or a folder in which it lies below these, has a name that begins with a dot."""
    below = [
        os.path.relpath(real, os.path.realpath(one)) for one in folders if is_within(real, [one])
    ]
    return all(any(part.startswith(".") for part in path.split(os.sep)) for path in below)


def _refused(error: HTTPError, address: str) -> InvalidError:
    """Why a desk refuses, in its words, with the mistakes that it found in the design."""
    try:
        found = _object(error.read(MOST_ANSWER))
    except (ValueError, OSError, HTTPException):
        found = {}
    hint = f"set {TOKEN} to a token that the desk made" if error.code == 401 else "look at the desk"
    said = str(found.get("error") or f"it answers with {error.code}")[:MOST_SAID]
    told = [Diagnostic("E571", f"{address} refuses: {said}", hint=hint)]
    for one in _listed(found, "mistakes")[:MOST_MISTAKES]:
        if isinstance(one, dict):
            place = f"line {one['line']}: " if isinstance(one.get("line"), int) else ""
            message, hint = str(one.get("message"))[:MOST_SAID], str(one.get("hint") or "")
            told.append(Diagnostic("E571", f"{place}{message}", hint=hint[:MOST_SAID] or None))
    return InvalidError(told)


def _object(content: bytes) -> Mapping[str, Any]:
    """An object in JSON.

    Raises:
        ValueError: it is none.
    """
    try:
        found = json.loads(content)
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    if not isinstance(found, dict):
        raise ValueError("it is no object of JSON")
    return found


def _listed(found: Mapping[str, Any], name: str) -> list[Any]:
    listed = found.get(name)
    return listed if isinstance(listed, list) else []


def _failure(message: str, hint: str) -> InvalidError:
    return InvalidError([Diagnostic("E571", message, hint=hint)])
