"""All that a desk keeps in its database, copied into another one: from a file of SQLite to a server, say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clausewise.desk.serving import database, set_up
from clausewise.desk.site.database import database_of
from clausewise.dsl.startup.lean import lean_dataclass

if TYPE_CHECKING:
    from django.db.models import Model

    from clausewise.desk.records.audit import AuditState

OTHER = "other"
"""What Django calls the database that is copied to."""
MADE_THERE = ("contenttypes", "auth", "sessions")
"""The applications of Django whose rows are made with the tables, or last no longer than a day."""
A_READ = 500
"""Rows that are read at a time."""


@lean_dataclass(frozen=True, slots=True)
class Moved:
    """How many rows were copied, and what the audit trail comes to where they are now."""

    rows: int
    trail: AuditState


def moved(folder: Path, address: str) -> Moved:
    """Copy a desk into an empty database, whole or not at all. The one from which it is copied stays as it is.

    Args:
        address: of a server of PostgreSQL, as `database` in `desk.toml` gives it.

    Raises:
        OSError: one of them cannot be used, the address is none, or a desk is there already.
        InvalidError: the `desk.toml` of the desk does not fit, or what speaks with PostgreSQL is not installed.
    """
    set_up(folder)
    found = database_of(address, folder)
    if not found["ENGINE"].endswith("postgresql"):
        raise OSError(f"`{address}` is no address of a database of PostgreSQL")
    with database(), _connected(found):
        return _copied()


@contextmanager
def _connected(found: Mapping[str, Any]) -> Iterator[None]:
    """The other database, known to Django meanwhile."""
    from django.db import connections

    own = dict(connections.settings["default"])
    known = connections.configure_settings({"default": own, OTHER: dict(found)})
    connections.settings[OTHER] = known[OTHER]
    try:
        yield
    finally:
        connections[OTHER].close()
        del connections[OTHER], connections.settings[OTHER]


@contextmanager
def _as_default() -> Iterator[None]:
    """Meanwhile the other database is the one that is meant where nobody says which."""
    from django.db import connections

    own = connections["default"]
    connections["default"] = connections[OTHER]
    try:
        yield
    finally:
        connections["default"] = own


def _copied() -> Moved:
    from django.apps import apps
    from django.core.management import call_command
    from django.core.management.color import no_style
    from django.db import connections, transaction

    from clausewise.desk.records.audit import verify
    from clausewise.desk.records.models import AuditEvent, Person

    with _as_default():  # a migration may not say in which database it changes rows
        call_command("migrate", database=OTHER, interactive=False, verbosity=0)
    call_command("createcachetable", database=OTHER, verbosity=0)
    if any(one._default_manager.using(OTHER).exists() for one in (Person, AuditEvent)):
        raise OSError("there is a desk in that database already")
    tables = [one for one in apps.get_models() if one._meta.app_label not in MADE_THERE]
    other = connections[OTHER]
    # references are looked at when the transaction ends, so the tables can come in any order
    with transaction.atomic(), transaction.atomic(OTHER):
        rows = sum(_copy(one) for one in tables)
        with other.cursor() as cursor:
            for statement in other.ops.sequence_reset_sql(no_style(), tables):
                cursor.execute(statement)
        with _as_default():
            trail = verify()
    return Moved(rows, trail)


def _copy(table: type[Model]) -> int:
    """Copy the rows of a table as they are, with their ids and days; how many there were."""
    count = 0
    for row in table._default_manager.using("default").order_by("pk").iterator(A_READ):
        # raw: a day on which a row was made is no day on which it is copied
        row.save_base(raw=True, using=OTHER, force_insert=True)
        count += 1
    return count
