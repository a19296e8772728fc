"""Tables to which rows are added, and in which none is changed or taken out: the database itself refuses.

But for one change: what somebody wrote may be erased (`ERASABLE`), and is nothing but erased from then on.

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
    "records_takenback": (("id",), ("question_id",)),
    "records_evidencefile": (("id",), ("application_id", "name")),
}
"""The tables, each with its keys: SQLite runs no trigger for a row that `INSERT OR REPLACE` takes out."""
ERASED = "erased"
"""What stands in the place of a text that was erased."""
_TEXT, _BYTES = "{} = 'erased'", "length({}) = 0"
ERASABLE: Mapping[str, Mapping[str, str]] = {
    "records_version": {"text": _TEXT, "asked": _TEXT, "reply": _TEXT, "previewed": _TEXT},
    "records_personaljudgement": {"entity": _TEXT, "value": _TEXT, "reason": _TEXT},
    "records_decision": {
        "signers": _TEXT,
        "letter": _TEXT,
        "design": _TEXT,
        "statement": _BYTES,
        "pdf": _BYTES,
    },
    "records_decisionopinion": {"text": _TEXT, "days": _TEXT},
    "records_deadline": {"fact": _TEXT},
    "records_appeal": {"text": _TEXT},
    "records_factquestion": {"fact": _TEXT, "text": _TEXT},
    "records_factreply": {"text": _TEXT},
    "records_evidencefile": {"name": "{} = 'erased ' || NEW.id"},
}
"""The columns in which people write, by table, each with what tells that it is erased."""
_REFUSED = "rows of this table are never changed"


def create(connection: BaseDatabaseWrapper) -> None:
    """Let the database refuse changes of the tables that are there: migrations make some of them later."""
    drop(connection)
    _run(connection, _creating(connection, _there(connection)))


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


def _erasing(connection: BaseDatabaseWrapper, table: str) -> str:
    """The condition of a change that does nothing but erase."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_description(cursor, table)
    same = "IS NOT DISTINCT FROM" if connection.vendor == "postgresql" else "IS"
    columns = {one.name: f'NEW."{one.name}" {same} OLD."{one.name}"' for one in found}
    erased = {
        name: told.format(f'NEW."{name}"')
        for name, told in ERASABLE.get(table, {}).items()
        if name in columns
    }
    if not erased:
        return "1 = 0"
    kept = [f"({columns[name]} OR {told})" for name, told in erased.items()]
    kept += [told for name, told in columns.items() if name not in erased]
    return f"({' OR '.join(erased.values())}) AND {' AND '.join(kept)}"


def _creating(connection: BaseDatabaseWrapper, tables: Keys) -> Iterator[str]:
    vendor = connection.vendor
    if vendor == "postgresql":
        yield (
            "CREATE OR REPLACE FUNCTION desk_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$"
        )
    for table, keys in tables.items():
        unless = f"NOT coalesce({_erasing(connection, table)}, false)"
        if vendor == "postgresql":
            yield (
                f"CREATE TRIGGER {table}_kept BEFORE DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION desk_refuse()"
            )
            yield (
                f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} "
                f"FOR EACH ROW WHEN ({unless}) EXECUTE FUNCTION desk_refuse()"
            )
        else:
            for change, when in (("UPDATE", f"WHEN {unless} "), ("DELETE", "")):
                yield (
                    f"CREATE TRIGGER {table}_{change.lower()} BEFORE {change} ON {table} {when}"
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
            yield f"DROP TRIGGER IF EXISTS {table}_update ON {table}"
        else:
            for change in ("update", "delete", "insert"):
                yield f"DROP TRIGGER IF EXISTS {table}_{change}"
