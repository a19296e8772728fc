"""Where the desk keeps its tables: a file of SQLite in its folder, or a server of PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clausewise.intake.extras import lacking

SCHEME = "postgresql://"
SECONDS_TO_CONNECT = "10"
SECONDS_KEPT = 600
"""So long is a connection kept for the next request."""


def parameters_of(address: str) -> Mapping[str, str] | None:
    """What an address says of a server, by the names that PostgreSQL gives them; `None` if it is none.

    It names a database, and may leave out all else: then the server's socket on this machine is meant, and
    whoever runs the desk is its user.

    Raises:
        InvalidError: what speaks with PostgreSQL is not installed.
    """
    if not address.startswith(SCHEME):
        return None
    try:
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict
    except ImportError:
        raise lacking("a desk on PostgreSQL needs", "postgresql") from None
    try:
        found = conninfo_to_dict(address)
    except ProgrammingError:
        return None
    said = {name: str(value) for name, value in found.items() if value is not None}
    return said if said.get("dbname") else None


def database_of(address: str | None, file: Path) -> dict[str, Any]:
    """The settings of Django for a database.

    Args:
        address: of a server, as `parameters_of` takes it; `None` for the file.

    Raises:
        InvalidError: what speaks with PostgreSQL is not installed.
    """
    if address and (said := parameters_of(address)):
        others = {name: value for name, value in said.items() if name != "dbname"}
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": said["dbname"],
            "OPTIONS": {"connect_timeout": SECONDS_TO_CONNECT, **others},
            "CONN_MAX_AGE": SECONDS_KEPT,
            "CONN_HEALTH_CHECKS": True,
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "OPTIONS": {
            # one writer at a time, who waits for the other: a read that turns into a write would fail instead
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
            "PRAGMA secure_delete=ON;",  # what is erased is overwritten
        },
    }


def only_read(settings: dict[str, Any]) -> None:
    """Change the settings of a connection so that nothing of the database changes by it, be it in use or not."""
    if settings["ENGINE"].endswith("postgresql"):
        # one state of it, while others write
        held = (
            "-c default_transaction_read_only=on -c default_transaction_isolation=repeatable\\ read"
        )
        settings["OPTIONS"] |= {"options": held}
        return
    file = Path(settings["NAME"]).absolute()
    # even who only reads leaves a log beside a database, unless nobody has it open and it is said not to change
    how = "mode=ro" if Path(f"{file}-wal").exists() else "immutable=1"
    settings |= {"NAME": f"{file.as_uri()}?{how}", "OPTIONS": {}}
