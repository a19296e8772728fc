"""What a program sent last, so that it does not replace what members changed since."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0019_stated_previewed_taken_back")]

    operations = [
        migrations.AddField(
            model_name="deskapplication",
            name="sent",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
    ]
