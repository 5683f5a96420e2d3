from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0016_duties_breaks_and_caps"),
    ]

    operations = [
        migrations.AddField(
            model_name="group",
            name="is_demo",
            field=models.BooleanField(default=False, editable=False),
        ),
    ]
