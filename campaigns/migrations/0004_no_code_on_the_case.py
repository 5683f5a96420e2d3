from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0003_private_codes_to_people")]
    operations = [migrations.RemoveField(model_name="case", name="code_hash")]
