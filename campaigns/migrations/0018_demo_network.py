from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0017_numbers_for_everybody"),
    ]

    operations = [
        migrations.AddField(
            model_name="group",
            name="is_demo",
            field=models.BooleanField(default=False, editable=False),
        ),
    ]
