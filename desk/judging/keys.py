"""The keys with which letters are signed: one signs, and those before it still verify what they signed."""

from __future__ import annotations

import re
from pathlib import Path

from clausewise.dossier.signing import new_key, public_key
from clausewise.dsl.files.reading import read_bytes
from clausewise.dsl.files.writing import write_new, written_whole

ID = re.compile(r"[0-9a-f]{16,128}")


def make(private: Path) -> None:
    """Make a key where there is none: its private half for its owner alone, and beside it the public one.

    Raises:
        OSError: it cannot be written.
        InvalidError: what makes keys is not installed.
    """
    if not private.exists():
        secret, public = new_key()
        write_new(_public(private), public, 0o644)
        write_new(private, secret, 0o600)


def renew(private: Path) -> str:
    """Let another key sign from now on. Of the one before, the public half alone is kept; the id of the new one.

    Raises:
        OSError: it cannot be written.
        InvalidError: what makes keys is not installed, or the key that there is cannot be used.
    """
    secret, public = new_key()
    for one in (read_bytes(_public(private)), public):  # first: what signs is never unknown
        _keep(private, one)
    with written_whole(private) as file:
        file.write(secret)
    with written_whole(_public(private)) as file:
        file.write(public)
    return public_key(public).id


def public_half(private: Path, of: str = "") -> bytes | None:
    """The public half of the key that signs, or of the one with this id; `None` if there is none."""
    if not of:
        return read_bytes(_public(private))
    if not ID.fullmatch(of):
        return None
    kept = _kept(private) / f"{of}.pub"
    if kept.is_file():
        return read_bytes(kept)
    current = read_bytes(_public(private))
    return current if public_key(current).id == of else None


def public_halves(private: Path) -> dict[str, bytes]:
    """The public halves of the key that signs and of all before it, each once, by the ids of their keys.

    Raises:
        OSError: one cannot be read.
        InvalidError: one is no key.
    """
    found = [read_bytes(_public(private)), *_older(private)]
    return {public_key(one).id: one for one in found}


def public_in(path: Path) -> list[bytes]:
    """The public key in a file, or those in the files `*.pub` of a folder.

    Raises:
        OSError: one cannot be read.
    """
    paths = sorted(path.glob("*.pub")) if path.is_dir() else [path]
    return [read_bytes(one) for one in paths]


def _keep(private: Path, public: bytes) -> None:
    folder = _kept(private)
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{public_key(public).id}.pub"
    if not path.exists():
        write_new(path, public, 0o644)


def _older(private: Path) -> list[bytes]:
    kept = _kept(private)  # there is none until the first key is renewed
    return public_in(kept) if kept.is_dir() else []


def _kept(private: Path) -> Path:
    """The folder of public halves, by the ids of their keys."""
    return private.with_name("keys")


def _public(private: Path) -> Path:
    return private.with_name(f"{private.name}.pub")
