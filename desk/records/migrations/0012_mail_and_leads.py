"""Mail that waits, whether somebody wants some, and leads."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import clausewise.desk.records.models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0011_who_signed"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="wants_mail",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="reviewtask",
            name="told_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="grant",
            name="role",
            field=models.CharField(
                choices=[
                    ("reviewer", "Reviewer"),
                    ("lead", "Lead"),
                    ("administrator", "Administrator"),
                    ("auditor", "Auditor"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="Mail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=30)),
                ("cause", models.CharField(max_length=100)),
                ("detail", models.JSONField(default=dict)),
                (
                    "token",
                    models.CharField(
                        default=clausewise.desk.records.models._new_token, max_length=32
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("due", models.DateTimeField(default=django.utils.timezone.now)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("error", models.CharField(blank=True, max_length=60)),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "application",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="records.deskapplication",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mail",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("sent_at", None)), fields=["due"], name="mail_waiting"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "cause"), name="one_mail_a_cause")
                ],
            },
        ),
    ]
