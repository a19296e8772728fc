"""The file `desk.toml` of a desk: what it says, or where it does not fit (docs/desk.md, "Behind a proxy")."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from clausewise.desk.site.database import parameters_of
from clausewise.dsl.files.reading import UnreadableError, read_bytes
from clausewise.dsl.startup.lean import lean_dataclass
from clausewise.dsl.text.diagnostic import Diagnostic, Diagnostics, InvalidError
from clausewise.dsl.text.names import hint_for
from clausewise.dsl.text.source import Source, source_from_bytes
from clausewise.intake.toml import span_of, table_of

NAME = "desk.toml"
MOST_PROXIES = 9
MOST_MIB = 1000
SECRETS = {"mail_user": "mail.secret", "oidc_client": "oidc.secret"}
"""The files that hold a password, by what is said in `desk.toml` if there is one."""
ROLES = ("reviewer", "lead", "administrator", "auditor")
MOST_TARGET = 1000
LEAST_DAYS = 31
"""Until then what was refused can be appealed against."""


@lean_dataclass(frozen=True, slots=True)
class DeskConfiguration:
    """What a desk is told.

    Attributes:
        database: the address of a server of PostgreSQL; `None` for a file of SQLite in the folder.
        address: under which browsers reach it: the proxy's, if there is one; `None` for this machine alone.
        mail_from: from whom its mail is.
        mail_server: the host and port of a mail server; `None` lets mail be printed instead.
        mail_user: as whom it signs in there, with the password in the file `mail.secret`; `None` for as nobody.
        mail_tls: how that is kept from others: by STARTTLS, by TLS from the beginning, or not at all.
        oidc_server: the address of a site by way of which people sign in (OpenID Connect); `None` for none.
        oidc_client: as what the desk is known there, with the secret in the file `oidc.secret`.
        oidc_name: what people call that site.
        second_factor_for: the roles that need a second factor.
        time_zone: in which days begin and end.
        proxies: how many proxies stand before it, each of which adds to `X-Forwarded-For` whom it serves.
        evidence_mib: how large a file of evidence may be, in MiB.
        scan: the command that looks through such a file for viruses: its words, to which the file's path is added.
        decided_by: how many people it takes to decide: one, or two.
        target_days: for how many days an application should be with the reviewers at most.
        keep_days: after how many days what names people is erased of a closed application; `None` for never.
    """

    database: str | None = None
    address: str | None = None
    mail_from: str = "desk@localhost"
    mail_server: str | None = None
    mail_user: str | None = None
    mail_tls: str = "starttls"
    oidc_server: str | None = None
    oidc_client: str | None = None
    oidc_name: str = "single sign-on"
    second_factor_for: tuple[str, ...] = ()
    time_zone: str = "UTC"
    proxies: int = 0
    evidence_mib: int = 20
    scan: tuple[str, ...] = ()
    decided_by: int = 1
    target_days: int = 20
    keep_days: int | None = None


def configuration_of(folder: Path) -> DeskConfiguration:
    """What the file of a desk says; the defaults if there is none.

    Raises:
        InvalidError: it cannot be read, something in it does not fit, or needs what is not installed.
    """
    path = folder / NAME
    if not path.exists():
        return DeskConfiguration()
    source = _read(path, "write it anew")
    problems = Diagnostics(source)
    values: dict[str, Any] = {}
    for name, value in table_of(source).items():
        if name not in _KEYS:
            hint = hint_for(name, _KEYS, "keys")
            problems.add("E109", f"there is no key `{name}`", span_of(source, name), hint=hint)
            continue
        fits, example = _KEYS[name]
        if not fits(value):
            hint = f"write `{name} = {example}`"
            problems.add("E109", f"`{name}` cannot be this", span_of(source, name), hint=hint)
        values[_field(name)] = tuple(value) if isinstance(value, list) else value
    for one, other in (("oidc-server", "oidc-client"), ("oidc-client", "oidc-server")):
        if _field(one) in values and _field(other) not in values:
            hint = f"write `{other} = {_KEYS[other][1]}`"
            problems.add("E109", f"`{one}` needs `{other}`", span_of(source, one), hint=hint)
    if problems.found:
        raise InvalidError(problems.found)
    for name, file in SECRETS.items():
        if name in values:
            secret_in(folder, file)
    return DeskConfiguration(**values)


def _field(key: str) -> str:
    return key.replace("-", "_")


def secret_in(folder: Path, name: str) -> str:
    """What a file of a desk's folder holds that is for nobody else to read: a password, on its first line.

    Raises:
        InvalidError: it cannot be read.
    """
    found = _read(folder / name, "write the password into it, for its owner alone to read")
    return found.text.partition("\n")[0].strip()


def _read(path: Path, hint: str) -> Source:
    try:
        return source_from_bytes(str(path), read_bytes(path))
    except UnreadableError as error:
        found = Diagnostic("E100", f"`{path}` {error}", Source(str(path), ""), None, hint)
        raise InvalidError([found]) from None


def _is_address(value: object) -> bool:
    """Whether it is what a browser calls an origin: a scheme, a host and perhaps a port."""
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
        return bool(
            parts.scheme in ("http", "https")
            and parts.hostname
            and parts.port != 0
            and value == f"{parts.scheme}://{parts.netloc}"
            and "@" not in parts.netloc
        )
    except ValueError:
        return False


def _is_database(value: object) -> bool:
    return isinstance(value, str) and parameters_of(value) is not None


def _is_provider(value: object) -> bool:
    """Whether it is an address by TLS, or one on this machine."""
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
        is_safe = parts.scheme == "https" or (
            parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
        )
        return bool(is_safe and parts.hostname and parts.port != 0 and "@" not in parts.netloc)
    except ValueError:
        return False


def _are_roles(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one in ROLES for one in value)


def _is_host_and_port(value: object) -> bool:
    """Whether it is a host with a port, as in `mail.example.org:587`."""
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(f"//{value}")
        return bool(parts.hostname and parts.port and parts.netloc == value and "@" not in value)
    except ValueError:
        return False


def _is_command(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)


_KEYS: Mapping[str, tuple[Callable[[object], bool], str]] = {
    "database": (_is_database, '"postgresql:///clausewise"'),
    "address": (_is_address, '"https://desk.example.org"'),
    "mail-from": (lambda v: isinstance(v, str) and "@" in v, '"desk@example.org"'),
    "mail-server": (_is_host_and_port, '"mail.example.org:587"'),
    "mail-user": (lambda v: isinstance(v, str) and bool(v), '"desk"'),
    "mail-tls": (lambda v: v in ("starttls", "tls", "none"), '"starttls"'),
    "oidc-server": (_is_provider, '"https://login.example.org"'),
    "oidc-client": (lambda v: isinstance(v, str) and bool(v), '"desk"'),
    "oidc-name": (lambda v: isinstance(v, str) and bool(v), '"Example Ltd."'),
    "second-factor-for": (_are_roles, '["reviewer", "lead", "administrator", "auditor"]'),
    "time-zone": (lambda v: isinstance(v, str) and v in available_timezones(), '"Europe/Berlin"'),
    "proxies": (lambda v: type(v) is int and 0 <= v <= MOST_PROXIES, "1"),
    "evidence-mib": (lambda v: type(v) is int and 1 <= v <= MOST_MIB, "20"),
    "decided-by": (lambda v: type(v) is int and v in (1, 2), "2"),
    "target-days": (lambda v: type(v) is int and 1 <= v <= MOST_TARGET, "20"),
    "keep-days": (lambda v: type(v) is int and v >= LEAST_DAYS, "730"),
    "scan": (_is_command, '["clamdscan", "--fdpass"]'),
}
"""Whether a value fits a key, and one that does."""
