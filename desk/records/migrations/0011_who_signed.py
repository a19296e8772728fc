"""Who decided is kept with a decision, and who held an application with what was said of deciding it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from clausewise.desk.records import append_only


def _keep(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Name who decided, and refuse changes again: SQLite makes a table anew for a new column, without triggers."""
    append_only.drop(editor.connection)
    # of this database: another one may be the default, from which a desk moves here
    decisions = apps.get_model("records", "Decision").objects.using(editor.connection.alias)
    for one in decisions.select_related("person").only("person__name"):
        decisions.filter(pk=one.pk).update(signers=one.person.name)
    append_only.create(editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0010_judged_again"),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="signers",
            field=models.TextField(default=""),
        ),
        migrations.AddField(
            model_name="decisionopinion",
            name="holder",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(_keep, migrations.RunPython.noop),
    ]
