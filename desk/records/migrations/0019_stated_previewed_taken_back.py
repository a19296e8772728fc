"""The verdict as stated, answers changed after a preview, questions taken back, and reasons that tasks share."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from clausewise.desk.records import append_only


def _create(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001
    append_only.create(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("records", "0018_form_pins")]

    operations = [
        migrations.AddField(
            model_name="deskapplication",
            name="stated",
            field=models.CharField(blank=True, default="", max_length=30),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="deskapplication",
            name="previewed",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="version",
            name="previewed",
            field=models.TextField(null=True),
        ),
        migrations.AddField(
            model_name="reviewtask",
            name="flips",
            field=models.TextField(default=""),
        ),
        migrations.CreateModel(
            name="TakenBack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "question",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken_back",
                        to="records.factquestion",
                    ),
                ),
            ],
        ),
        migrations.RunPython(_create, migrations.RunPython.noop),
    ]
