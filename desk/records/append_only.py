"""Tables to which rows are added, and in which none is changed or taken out: the database itself refuses.

Whoever runs the database can still take a trigger out. That is what the chain of the audit trail is for: its
newest digest, kept elsewhere, tells whether what stood before it is what stood there then.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = {
    "records_auditevent": (("number",), ("previous",), ("digest",)),
    "records_version": (("id",), ("application_id", "number")),
    "records_personaljudgement": (("id",),),
    "records_decision": (("id",),),
}
"""The tables, each with its keys: SQLite runs no trigger for a row that `INSERT OR REPLACE` takes out."""
_REFUSED = "rows of this table are never changed"


def create(connection: BaseDatabaseWrapper) -> None:
    """Let the database refuse changes of the tables."""
    drop(connection)
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
    for table, keys in TABLES.items():
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
            same = " OR ".join(
                " AND ".join(f"{name} = NEW.{name}" for name in columns) for columns in keys
            )
            yield (
                f"CREATE TRIGGER {table}_insert BEFORE INSERT ON {table} "
                f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
            )


def _dropping(vendor: str) -> Iterator[str]:
    for table in TABLES:
        if vendor == "postgresql":
            yield f"DROP TRIGGER IF EXISTS {table}_kept ON {table}"
        else:
            for change in ("update", "delete", "insert"):
                yield f"DROP TRIGGER IF EXISTS {table}_{change}"
