"""The database refuses to change judgements and decisions as well; of judgements of one fact the newest counts."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from clausewise.desk.records import append_only


def _create(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001
    append_only.create(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("records", "0004_replies")]
    operations = [
        migrations.RemoveConstraint("personaljudgement", "one_judgement_a_person"),
        migrations.RunPython(_create, migrations.RunPython.noop),
    ]
