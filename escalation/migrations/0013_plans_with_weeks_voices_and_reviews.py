"""Steps of a plan have their week, people affected say yes to each kind, meetings look again."""

from typing import Any

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def one_a_week(apps: Any, schema_editor: Any) -> None:
    """Plans voted so far said no weeks: their steps come one a week, in their order."""
    rungs = apps.get_model("escalation", "Rung").objects
    rungs.filter(position__gte=1).update(week=models.F("position") - 1)


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0012_waiting_guests_and_favours"),
        ("campaigns", "0011_log_of_letters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="rung",
            name="week",
            field=models.PositiveSmallIntegerField(
                default=0,
                help_text="How many weeks after the deadline it comes.",
                verbose_name="week",
            ),
        ),
        migrations.AlterField(
            model_name="action",
            name="tactic",
            field=models.CharField(
                choices=[
                    ("delivery", "Demand delivery"),
                    ("posters", "Posters near the premises"),
                    ("leaflets", "Leaflets to customers or tenants"),
                    ("picket", "Picket"),
                    ("weekly_picket", "Weekly picket"),
                    ("second_site", "Picket at a second site"),
                    ("neighbours", "Visit to the neighbours"),
                    ("vigil", "Vigil on the public pavement"),
                    ("social_circle", "Leaflets in their social circle"),
                    ("clients", "Letters to clients and partners"),
                    ("client_site", "Action at a client's site"),
                    ("public_bodies", "Speaking at a public hearing"),
                    ("phone_day", "Phone and e-mail day"),
                    ("reviews", "True reviews online"),
                    ("story_site", "Page with people's stories"),
                    ("pledge", "Pledge of customers or renters"),
                    ("theatre", "Street theatre"),
                    ("media", "Talk to the press"),
                    ("rally", "Rally or march"),
                    ("meeting", "Meeting or sit-down"),
                    ("visit", "Visit in numbers"),
                    ("strike", "Standing with people on strike"),
                    ("formal", "A complaint or a claim beside the fight"),
                ],
                max_length=14,
                verbose_name="kind of action",
            ),
        ),
        migrations.AlterField(
            model_name="agendaitem",
            name="kind",
            field=models.CharField(
                choices=[
                    ("take_on", "take the fight on"),
                    ("defer", "ask questions first"),
                    ("plan", "plan of tactics"),
                    ("review", "look at the fight again"),
                    ("offer", "accept an offer"),
                    ("counter", "answer an offer with another sum"),
                    ("waive", "let a payment go"),
                    ("settle", "stop with a part"),
                    ("lose", "end without winning"),
                    ("drop", "drop the fight"),
                    ("close_queued", "take it off the queue"),
                    ("revise", "change the demand"),
                    ("truce", "hold the pressure for a while"),
                    ("publicity", "make it public"),
                    ("leave", "somebody leaves the fight"),
                    ("payee", "who takes the money"),
                    ("on_account", "take money on account"),
                    ("general", "something else"),
                ],
                default="general",
                max_length=12,
                verbose_name="what kind of vote",
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="kind",
            field=models.CharField(
                choices=[
                    ("take_on", "take the fight on"),
                    ("defer", "ask questions first"),
                    ("plan", "plan of tactics"),
                    ("review", "look at the fight again"),
                    ("offer", "accept an offer"),
                    ("counter", "answer an offer with another sum"),
                    ("waive", "let a payment go"),
                    ("settle", "stop with a part"),
                    ("lose", "end without winning"),
                    ("drop", "drop the fight"),
                    ("close_queued", "take it off the queue"),
                    ("revise", "change the demand"),
                    ("truce", "hold the pressure for a while"),
                    ("publicity", "make it public"),
                    ("leave", "somebody leaves the fight"),
                    ("payee", "who takes the money"),
                    ("on_account", "take money on account"),
                    ("general", "something else"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="rung",
            name="tactic",
            field=models.CharField(
                choices=[
                    ("delivery", "Demand delivery"),
                    ("posters", "Posters near the premises"),
                    ("leaflets", "Leaflets to customers or tenants"),
                    ("picket", "Picket"),
                    ("weekly_picket", "Weekly picket"),
                    ("second_site", "Picket at a second site"),
                    ("neighbours", "Visit to the neighbours"),
                    ("vigil", "Vigil on the public pavement"),
                    ("social_circle", "Leaflets in their social circle"),
                    ("clients", "Letters to clients and partners"),
                    ("client_site", "Action at a client's site"),
                    ("public_bodies", "Speaking at a public hearing"),
                    ("phone_day", "Phone and e-mail day"),
                    ("reviews", "True reviews online"),
                    ("story_site", "Page with people's stories"),
                    ("pledge", "Pledge of customers or renters"),
                    ("theatre", "Street theatre"),
                    ("media", "Talk to the press"),
                    ("rally", "Rally or march"),
                    ("meeting", "Meeting or sit-down"),
                    ("visit", "Visit in numbers"),
                    ("strike", "Standing with people on strike"),
                    ("formal", "A complaint or a claim beside the fight"),
                ],
                max_length=14,
                verbose_name="tactic",
            ),
        ),
        migrations.CreateModel(
            name="GroupTactic",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "tactic",
                    models.CharField(
                        choices=[
                            ("delivery", "Demand delivery"),
                            ("posters", "Posters near the premises"),
                            ("leaflets", "Leaflets to customers or tenants"),
                            ("picket", "Picket"),
                            ("weekly_picket", "Weekly picket"),
                            ("second_site", "Picket at a second site"),
                            ("neighbours", "Visit to the neighbours"),
                            ("vigil", "Vigil on the public pavement"),
                            ("social_circle", "Leaflets in their social circle"),
                            ("clients", "Letters to clients and partners"),
                            ("client_site", "Action at a client's site"),
                            ("public_bodies", "Speaking at a public hearing"),
                            ("phone_day", "Phone and e-mail day"),
                            ("reviews", "True reviews online"),
                            ("story_site", "Page with people's stories"),
                            ("pledge", "Pledge of customers or renters"),
                            ("theatre", "Street theatre"),
                            ("media", "Talk to the press"),
                            ("rally", "Rally or march"),
                            ("meeting", "Meeting or sit-down"),
                            ("visit", "Visit in numbers"),
                            ("strike", "Standing with people on strike"),
                            ("formal", "A complaint or a claim beside the fight"),
                        ],
                        max_length=14,
                        unique=True,
                        verbose_name="tactic",
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True,
                        help_text="Rules of the town, what worked, what did not. No names of people.",
                        max_length=1000,
                        verbose_name="what holds where we are",
                    ),
                ),
                (
                    "checked_on",
                    models.DateField(
                        blank=True,
                        help_text="The day somebody looked the rule up.",
                        null=True,
                        verbose_name="checked on",
                    ),
                ),
                ("is_off", models.BooleanField(default=False, verbose_name="we do not use this")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "changed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PlanReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "choice",
                    models.CharField(
                        choices=[
                            ("go_on", "go on as planned"),
                            ("raise", "raise the pressure"),
                            ("change", "change the plan"),
                            ("pause", "pause"),
                            ("end", "end the fight"),
                        ],
                        max_length=6,
                    ),
                ),
                ("next_on", models.DateField(verbose_name="when we look again")),
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="review",
                        to="escalation.decision",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StepVoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "tactic",
                    models.CharField(
                        choices=[
                            ("delivery", "Demand delivery"),
                            ("posters", "Posters near the premises"),
                            ("leaflets", "Leaflets to customers or tenants"),
                            ("picket", "Picket"),
                            ("weekly_picket", "Weekly picket"),
                            ("second_site", "Picket at a second site"),
                            ("neighbours", "Visit to the neighbours"),
                            ("vigil", "Vigil on the public pavement"),
                            ("social_circle", "Leaflets in their social circle"),
                            ("clients", "Letters to clients and partners"),
                            ("client_site", "Action at a client's site"),
                            ("public_bodies", "Speaking at a public hearing"),
                            ("phone_day", "Phone and e-mail day"),
                            ("reviews", "True reviews online"),
                            ("story_site", "Page with people's stories"),
                            ("pledge", "Pledge of customers or renters"),
                            ("theatre", "Street theatre"),
                            ("media", "Talk to the press"),
                            ("rally", "Rally or march"),
                            ("meeting", "Meeting or sit-down"),
                            ("visit", "Visit in numbers"),
                            ("strike", "Standing with people on strike"),
                            ("formal", "A complaint or a claim beside the fight"),
                        ],
                        max_length=14,
                        verbose_name="tactic",
                    ),
                ),
                ("agreed", models.BooleanField()),
                ("by_code", models.BooleanField(default=False)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="step_voices",
                        to="campaigns.caseparty",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Who passed it on. Empty where it was said with a private code.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.RunPython(one_a_week, migrations.RunPython.noop),
    ]
