"""What a reviewer asked stands beside the version that follows, with the applicant's reply.

Both may be null, so that the table stays the one with the triggers that refuse its changes.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0003_append_only")]
    operations = [
        migrations.AddField("version", "asked", models.TextField(null=True)),
        migrations.AddField("version", "reply", models.TextField(null=True)),
    ]
