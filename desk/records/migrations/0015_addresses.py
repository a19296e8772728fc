"""Who has an address shows that first. Whom an administrator entered has it: they were handed a password."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def _vouch(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    here = editor.connection.alias
    addresses = apps.get_model("account", "EmailAddress").objects.using(here)
    people = apps.get_model("records", "Person").objects.using(here)
    for person in people.filter(organisation=None):
        addresses.update_or_create(
            user=person, email=person.email, defaults={"verified": True, "primary": True}
        )


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0014_access_tokens"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="registers",
            field=models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
        migrations.RunPython(_vouch, migrations.RunPython.noop),
    ]
