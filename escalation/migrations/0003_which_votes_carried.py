from django.db import migrations
from django.db.models import F


def count_them(apps, schema_editor):
    """Until now a vote carried with more for it than against it."""
    Decision = apps.get_model("escalation", "Decision")
    Decision.objects.filter(votes_for__gt=F("votes_against")).update(carried=True)


class Migration(migrations.Migration):
    dependencies = [("escalation", "0002_votes_voices_and_meetings")]
    operations = [migrations.RunPython(count_them, migrations.RunPython.noop)]
