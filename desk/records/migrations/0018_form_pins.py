"""Forms are pinned to versions of their policies."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0017_due_questions")]

    operations = [
        migrations.CreateModel(
            name="FormPin",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("form", models.CharField(max_length=100, unique=True)),
                ("policy", models.CharField(max_length=150)),
            ],
        ),
    ]
