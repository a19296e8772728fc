"""Keys, and envelopes that are signed with them: the only door to securesystemslib and cryptography.

An envelope is one of DSSE, version 1 (<https://github.com/secure-systems-lab/dsse/blob/master/protocol.md>), and a
key one of Ed25519 (RFC 8032) in PEM. Only the key that is given counts, and nothing that an envelope says of keys.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.diagnostic import Diagnostic, InvalidError
from clausewise.intake.extras import lacking

if TYPE_CHECKING:
    from securesystemslib.signer import CryptoSigner, SSlibKey

PAYLOAD_TYPE = "application/vnd.in-toto+json"
MOST_SIGNATURES = 20
"""Of an envelope: each is tried."""
HOW_TO = (
    "`clausewise attest --new-key FILE` makes one; so does `openssl genpkey -algorithm ed25519`"
)
WHICH = "give the public key of whoever signed it, of Ed25519 in PEM: they have it as `FILE.pub`"


class _Signature(msgspec.Struct):
    sig: str
    keyid: str = ""


class _Envelope(msgspec.Struct):
    """What an envelope must hold. Nobody signed what else stands in it, and nobody reads that."""

    payload: str
    payloadType: str  # noqa: N815 - as DSSE has it
    signatures: list[_Signature]


@lean_dataclass(frozen=True, slots=True)
class Signed:
    """A payload that a key signed.

    Attributes:
        others: how many other signatures stand beside it, at which nobody looked.
    """

    payload: bytes
    others: int


class SigningKey:
    """The public half of a key."""

    def __init__(self, key: SSlibKey) -> None:
        self._key = key

    @property
    def id(self) -> str:
        """The SHA-256 by which tools of DSSE tell keys apart, in hexadecimal digits."""
        return self._key.keyid

    def opened(self, content: bytes) -> Signed:
        """The payload of an envelope that this key signed. It is read once its signature is found good.

        Raises:
            InvalidError: it is no envelope, or this key did not sign it.
        """
        from securesystemslib.dsse import Envelope
        from securesystemslib.exceptions import UnverifiedSignatureError
        from securesystemslib.signer import Signature

        envelope = _read(content)
        payload = _decoded(envelope.payload, "its payload")
        signed = Envelope(payload, envelope.payloadType, {}).pae()
        for signature in envelope.signatures:
            given = Signature(self.id, _decoded(signature.sig, "a signature").hex())
            try:
                self._key.verify_signature(given, signed)
            except UnverifiedSignatureError:
                continue
            if envelope.payloadType != PAYLOAD_TYPE:
                raise _refused(f"it holds `{envelope.payloadType[:100]}` and no statement")
            return Signed(payload, len(envelope.signatures) - 1)
        hint = "ask whoever signed it for their public key by another way than this file; do not use the verdict"
        raise _refused(f"the key `{self.id[:16]}` did not sign it, or it was changed since", hint)


class Signer:
    """The private half of a key."""

    def __init__(self, signer: CryptoSigner) -> None:
        self._signer = signer

    @property
    def key(self) -> SigningKey:
        """Its public half."""
        return SigningKey(self._signer.public_key)

    def signed(self, payload: bytes) -> bytes:
        """An envelope that holds a payload with a signature. The same payload and key give the same bytes."""
        from securesystemslib.dsse import Envelope

        envelope = Envelope(payload, PAYLOAD_TYPE, {})
        envelope.sign(self._signer)
        return msgspec.json.encode(envelope.to_dict()) + b"\n"


def public_key(pem: bytes) -> SigningKey:
    """The public half of a key in PEM.

    Raises:
        InvalidError: it is none of Ed25519, or what reads it is not installed.
    """
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.serialization import load_pem_public_key
        from securesystemslib.signer import SSlibKey
    except ImportError:
        raise _needs_extra() from None
    if b"PRIVATE KEY-----" in pem:
        raise _no_key(
            "it is a private key, which only whoever signs may have", "give the public one"
        )
    try:
        key = SSlibKey.from_crypto(load_pem_public_key(pem))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _no_key("it is no public key in PEM", WHICH) from None
    if key.keytype != "ed25519":
        raise _no_key(f"it is of the kind {key.keytype}, and not ed25519", WHICH)
    return SigningKey(key)


def private_key(pem: bytes, ask: Callable[[], str]) -> Signer:
    """The private half of a key in PEM.

    Args:
        pem: the content of its file.
        ask: gives its password, if it has one.

    Raises:
        InvalidError: it is none of Ed25519, its password is another, or what reads it is not installed.
    """
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
        from securesystemslib.signer import CryptoSigner
    except ImportError:
        raise _needs_extra() from None
    try:
        password = ask().encode() if b"ENCRYPTED PRIVATE KEY-----" in pem else None
        key = load_pem_private_key(pem, password)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _no_key("it is no private key in PEM, or has another password", HOW_TO) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key("it is of another kind than ed25519", HOW_TO)
    return Signer(CryptoSigner(key))


def new_key() -> tuple[bytes, bytes]:
    """A new key in PEM: its private half (PKCS #8, without a password), its public half (SubjectPublicKeyInfo).

    Raises:
        InvalidError: what makes it is not installed.
    """
    try:
        from cryptography.hazmat.primitives import serialization as s
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    except ImportError:
        raise _needs_extra() from None
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())
    public = key.public_key().public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo)
    return private, public


def _read(content: bytes) -> _Envelope:
    try:
        envelope = msgspec.json.decode(content, type=_Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _refused(f"it is no envelope of DSSE: {error}") from None
    if len(envelope.signatures) > MOST_SIGNATURES:
        raise _refused(f"it holds more than {MOST_SIGNATURES} signatures")
    return envelope


def _decoded(text: str, what: str) -> bytes:
    """The bytes that a text in Base64 stands for, of either alphabet, as DSSE wants it."""
    try:
        return b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        raise _refused(f"{what} is not written in Base64") from None


def _refused(
    why: str, hint: str = "an attestation is the file that `clausewise attest -o FILE` wrote"
) -> InvalidError:
    return InvalidError(
        [Diagnostic("E562", f"the attestation cannot be trusted: {why}", hint=hint)]
    )


def _no_key(why: str, hint: str) -> InvalidError:
    return InvalidError([Diagnostic("E561", f"the key cannot be used: {why}", hint=hint)])


def _needs_extra() -> InvalidError:
    return lacking("keys and signatures need", "attest")
