"""The signed statement of a decision, as `clausewise attest` makes one, and `clausewise verify` reads it."""

from __future__ import annotations

from importlib.metadata import version

from clausewise.desk.judging.verdicts import JudgedVersion
from clausewise.dossier.signing import private_key
from clausewise.dossier.statement import as_payload, statement_of
from clausewise.dsl.startup.lean import lean_dataclass


@lean_dataclass(frozen=True, slots=True)
class SignedVerdict:
    """An envelope of DSSE, and the id of the key that signed it."""

    envelope: bytes
    key: str


@lean_dataclass(frozen=True, slots=True)
class WrittenLetter:
    """A letter as it is kept."""

    pdf: bytes
    statement: bytes
    key: str


def attested(judged: JudgedVersion, pem: bytes) -> SignedVerdict:
    """The verdict on a version, signed.

    Args:
        pem: the private key.

    Raises:
        InvalidError: the key cannot be used.
    """
    signer = private_key(pem, str)
    statement = statement_of(judged.dossier(), version("clausewise"))
    return SignedVerdict(signer.signed(as_payload(statement)), signer.key.id)
