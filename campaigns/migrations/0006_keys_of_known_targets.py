from django.db import migrations

from campaigns.models.targets import keys_of


def write_them(apps, schema_editor):
    """Find the targets that are already there by name, phone, plate and address too."""
    Group = apps.get_model("campaigns", "Group")
    Target = apps.get_model("campaigns", "Target")
    TargetKey = apps.get_model("campaigns", "TargetKey")
    country = Group.objects.values_list("country", flat=True).first() or "US"
    for target in Target.objects.iterator():
        keys = sorted(keys_of(target, country=country, aliases=[]))
        TargetKey.objects.bulk_create(
            TargetKey(target=target, kind=kind, value=value[:260]) for kind, value in keys
        )


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0005_targets_rules_and_incidents")]
    operations = [migrations.RunPython(write_them, migrations.RunPython.noop)]
