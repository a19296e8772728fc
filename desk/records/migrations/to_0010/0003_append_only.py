"""The database itself refuses to change the audit trail and what was submitted."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from clausewise.desk.records import append_only


def _create(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001
    append_only.create(editor.connection)


def _drop(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001
    append_only.drop(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("records", "0002_audit_and_conflicts")]
    operations = [migrations.RunPython(_create, _drop)]
