"""Signed heads of the audit trail: how many events there were and the digest of the newest, as a statement.

Whoever runs the database can write another chain, and sign its head as well. They cannot sign, on an earlier day,
what stood there then: so copies of these files, kept where they do not reach, show it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from clausewise.dossier.signing import SigningKey, private_key, public_key
from clausewise.dossier.statement import STATEMENT
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.diagnostic import InvalidError

PREDICATE = "urn:clausewise:audit-head:1"
NAME = "audit-trail"


@lean_dataclass(frozen=True, slots=True)
class TrailHead:
    """How many events there were, the digest of the newest, and when (ISO 8601)."""

    events: int
    digest: str
    at: str


def signed_head(head: TrailHead, pem: bytes) -> bytes:
    """An envelope that holds a head.

    Args:
        pem: the private key.

    Raises:
        InvalidError: the key cannot be used.
    """
    said = {
        "_type": STATEMENT,
        "predicateType": PREDICATE,
        "subject": [{"name": NAME, "digest": {"sha256": head.digest}}],
        "predicate": {"events": head.events, "at": head.at},
    }
    return private_key(pem, str).signed(json.dumps(said).encode())


def head_in(content: bytes, keys: Sequence[bytes]) -> TrailHead | None:
    """The head in an envelope; `None` if none of these keys signed one.

    Args:
        keys: the public halves, in PEM.
    """
    for key in map(public_key, keys):
        if payload := _opened(content, key):
            return _head(payload)
    return None


def _opened(content: bytes, key: SigningKey) -> bytes | None:
    try:
        return key.opened(content).payload
    except InvalidError:
        return None


def _head(payload: bytes) -> TrailHead | None:
    """What a key of ours signed, unless that is something else, such as the verdict of a letter."""
    match json.loads(payload):
        case {
            "predicateType": str(kind),
            "subject": [{"digest": {"sha256": str(digest)}}],
            "predicate": {"events": int(events), "at": str(at)},
        } if kind == PREDICATE:
            return TrailHead(events, digest, at)
        case _:
            return None
