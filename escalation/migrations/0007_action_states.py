"""An action goes ahead, is postponed, and is debriefed: what was held was also written down."""

from typing import Any

from django.db import migrations, models


def name_what_is_written_down(apps: Any, schema_editor: Any) -> None:
    apps.get_model("escalation", "Action").objects.filter(state="held").update(state="debriefed")


def call_it_held(apps: Any, schema_editor: Any) -> None:
    apps.get_model("escalation", "Action").objects.filter(state="debriefed").update(state="held")


class Migration(migrations.Migration):
    dependencies = [("escalation", "0006_outbox")]

    operations = [
        migrations.AlterField(
            model_name="action",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "draft"),
                    ("announced", "announced"),
                    ("go", "going ahead"),
                    ("postponed", "postponed"),
                    ("cancelled", "cancelled"),
                    ("held", "held"),
                    ("debriefed", "written down"),
                ],
                default="draft",
                editable=False,
                max_length=9,
            ),
        ),
        migrations.RunPython(name_what_is_written_down, call_it_held),
    ]
