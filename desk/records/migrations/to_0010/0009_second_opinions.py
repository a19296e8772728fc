"""How two people would decide, where a decision takes two; the database refuses to change it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from clausewise.desk.records import append_only


def _create(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001
    append_only.create(editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0008_after_decisions"),
    ]

    operations = [
        migrations.CreateModel(
            name="DecisionOpinion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Submitted"),
                            ("in-review", "In review"),
                            ("approved", "Approved"),
                            ("conditional", "Approved with conditions"),
                            ("refused", "Refused"),
                            ("revoked", "Revoked"),
                            ("appealed", "Appealed"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=20,
                    ),
                ),
                ("text", models.TextField()),
                ("days", models.TextField()),
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
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decision_opinions",
                        to="records.version",
                    ),
                ),
            ],
        ),
        migrations.RunPython(_create, migrations.RunPython.noop),
    ]
