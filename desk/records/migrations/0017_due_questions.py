"""What is asked at an answer can have a last day."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from clausewise.desk.records import append_only


def _create(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001
    append_only.create(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("records", "0016_erasing")]

    operations = [
        migrations.AddField(
            model_name="factquestion",
            name="due",
            field=models.DateField(null=True),
        ),
        migrations.RunPython(_create, migrations.RunPython.noop),
    ]
