from django.db import migrations


def to_the_first_person(apps, schema_editor):
    """The code of a case belonged to whoever told us: the first person of the case."""
    Case = apps.get_model("campaigns", "Case")
    CaseParty = apps.get_model("campaigns", "CaseParty")
    for case in Case.objects.exclude(code_hash="").iterator():
        first = (
            CaseParty.objects.filter(case=case, left_at=None).order_by("created_at", "pk").first()
        )
        if first is not None:
            first.code_hash = case.code_hash
            first.save(update_fields=["code_hash"])


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0002_several_people_queue_and_links")]
    operations = [migrations.RunPython(to_the_first_person, migrations.RunPython.noop)]
