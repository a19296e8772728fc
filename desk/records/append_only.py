"""Tables to which rows are added, and in which none is changed or taken out: the database itself refuses.

Whoever runs the database can still take a trigger out. That is what the chain of the audit trail is for: its
newest digest, kept elsewhere, tells whether what stood before it is what stood there then.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("records_auditevent", "records_version")
_REFUSED = "rows of this table are never changed"


def create(connection: BaseDatabaseWrapper) -> None:
    """Let the database refuse changes of the tables."""
    _run(connection, _creating(connection.vendor))


def drop(connection: BaseDatabaseWrapper) -> None:
    """Let it accept them again: tests empty their tables so."""
    _run(connection, _dropping(connection.vendor))


def _run(connection: BaseDatabaseWrapper, statements: Iterator[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _creating(vendor: str) -> Iterator[str]:
    if vendor == "postgresql":
        yield (
            "CREATE OR REPLACE FUNCTION desk_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$"
        )
    for table in TABLES:
        if vendor == "postgresql":
            yield (
                f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION desk_refuse()"
            )
        else:
            for change in ("UPDATE", "DELETE"):
                yield (
                    f"CREATE TRIGGER {table}_{change.lower()} BEFORE {change} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
                )


def _dropping(vendor: str) -> Iterator[str]:
    for table in TABLES:
        if vendor == "postgresql":
            yield f"DROP TRIGGER {table}_kept ON {table}"
        else:
            yield from (f"DROP TRIGGER {table}_{change}" for change in ("update", "delete"))
