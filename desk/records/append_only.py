"""Tables to which rows are added, and in which none is changed or taken out: the database itself refuses.

Whoever runs the database can still take a trigger out. That is what the chain of the audit trail is for: its
newest digest, kept elsewhere, tells whether what stood before it is what stood there then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.db.backends.base.base import BaseDatabaseWrapper

Keys = Mapping[str, tuple[tuple[str, ...], ...]]
TABLES: Keys = {
    "records_auditevent": (("number",), ("previous",), ("digest",)),
    "records_version": (("id",), ("application_id", "number")),
    "records_personaljudgement": (("id",),),
    "records_decision": (("id",),),
    "records_decisionopinion": (("id",),),
    "records_deadline": (("id",),),
    "records_appeal": (("id",),),
    "records_factquestion": (("id",),),
    "records_factreply": (("id",),),
    "records_evidencefile": (("id",), ("application_id", "name")),
}
"""The tables, each with its keys: SQLite runs no trigger for a row that `INSERT OR REPLACE` takes out."""
_REFUSED = "rows of this table are never changed"


def create(connection: BaseDatabaseWrapper) -> None:
    """Let the database refuse changes of the tables that are there: migrations make some of them later."""
    drop(connection)
    _run(connection, _creating(connection.vendor, _there(connection)))


def drop(connection: BaseDatabaseWrapper) -> None:
    """Let it accept them again: tests empty their tables so."""
    _run(connection, _dropping(connection.vendor, _there(connection)))


def _there(connection: BaseDatabaseWrapper) -> Keys:
    names = connection.introspection.table_names()
    return {table: keys for table, keys in TABLES.items() if table in names}


def _run(connection: BaseDatabaseWrapper, statements: Iterator[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _creating(vendor: str, tables: Keys) -> Iterator[str]:
    if vendor == "postgresql":
        yield (
            "CREATE OR REPLACE FUNCTION desk_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$"
        )
    for table, keys in tables.items():
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


def _dropping(vendor: str, tables: Keys) -> Iterator[str]:
    for table in tables:
        if vendor == "postgresql":
            yield f"DROP TRIGGER IF EXISTS {table}_kept ON {table}"
        else:
            for change in ("update", "delete", "insert"):
                yield f"DROP TRIGGER IF EXISTS {table}_{change}"
