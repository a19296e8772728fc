"""What people wrote in an application can be erased long after it was closed, and only erased."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from clausewise.desk.records import append_only


def _create(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001
    append_only.create(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("records", "0015_addresses")]

    operations = [
        migrations.AddField(
            model_name="deskapplication",
            name="erased_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(_create, migrations.RunPython.noop),
    ]
