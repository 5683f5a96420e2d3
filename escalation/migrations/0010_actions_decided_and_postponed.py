"""Go or not, another day, the fewest it takes, and access, children and languages apart."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0009_phone_tree"),
        ("campaigns", "0011_log_of_letters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="action",
            name="access",
            field=models.CharField(
                blank=True,
                help_text="Steps, toilets, places to sit, how far we walk.",
                max_length=200,
                verbose_name="access",
            ),
        ),
        migrations.AddField(
            model_name="action",
            name="children",
            field=models.CharField(
                blank=True,
                choices=[
                    ("yes", "Welcome"),
                    ("care", "Welcome with care: ask the lead first"),
                    ("no", "Better without children"),
                ],
                max_length=4,
                verbose_name="children",
            ),
        ),
        migrations.AddField(
            model_name="action",
            name="decided_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="action",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                help_text="Who said that it goes ahead, or postponed it.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="action",
            name="languages",
            field=models.CharField(
                blank=True, max_length=120, verbose_name="languages spoken there"
            ),
        ),
        migrations.AddField(
            model_name="action",
            name="minimum",
            field=models.PositiveSmallIntegerField(
                default=1,
                help_text="With fewer it is not held.",
                verbose_name="how many it takes at least",
            ),
        ),
        migrations.AddField(
            model_name="action",
            name="why_postponed",
            field=models.CharField(blank=True, editable=False, max_length=300, verbose_name="why"),
        ),
        migrations.AlterField(
            model_name="action",
            name="good_to_know",
            field=models.TextField(
                blank=True,
                help_text="What to bring or wear, how to get there.",
                max_length=1000,
                verbose_name="good to know",
            ),
        ),
        migrations.AlterField(
            model_name="actionrole",
            name="kind",
            field=models.CharField(
                choices=[
                    ("lead", "Lead"),
                    ("affected", "Affected person"),
                    ("second", "Second at the delivery"),
                    ("police", "Speaks to police"),
                    ("calm", "Keeps things calm"),
                    ("chants", "Leads chants"),
                    ("leaflets", "Hands out leaflets"),
                    ("documents", "Takes notes and pictures"),
                    ("observer", "Legal observer"),
                    ("speaker", "Speaks to the press"),
                    ("greeter", "Greets people, keeps the roster"),
                    ("interpreter", "Interpreter"),
                    ("driver", "Driver"),
                    ("signs", "Brings the signs"),
                    ("childcare", "Childcare"),
                    ("first_aid", "First aid"),
                ],
                max_length=11,
                verbose_name="role",
            ),
        ),
        migrations.AlterField(
            model_name="outboxmessage",
            name="kind",
            field=models.CharField(
                choices=[
                    ("announcement", "new action"),
                    ("two_days", "reminder two days before"),
                    ("day", "reminder the day before"),
                    ("morning", "reminder on the day"),
                    ("change", "change"),
                    ("postponement", "postponed"),
                    ("new_time", "new time"),
                    ("cancellation", "cancelled"),
                    ("thanks", "thank-you"),
                    ("link", "private link, asked for"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(
                condition=models.Q(("minimum__gte", 1), ("minimum__lte", models.F("needed"))),
                name="action_minimum_is_least",
            ),
        ),
    ]
