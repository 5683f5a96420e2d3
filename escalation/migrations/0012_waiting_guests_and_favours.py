"""Lists of full roles, guests, rides and other favours, and one row for each phone and e-mail."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def write_keys(apps: Any, schema_editor: Any) -> None:
    """Note what each person is known by. Where two rows share it the first keeps it."""
    seen: set[tuple[int, str]] = set()
    rows = apps.get_model("escalation", "SignUp").objects.order_by("pk").select_related("user")
    for row in rows.iterator():
        kind, _colon, number = row.contact_key.partition(":")
        address = (row.user.email if row.user else row.email).strip().lower()
        keys = {"phone_key": number if kind == "phone" else "", "email_key": address}
        new = {name: key for name, key in keys.items() if key and (row.action_id, key) not in seen}
        seen |= {(row.action_id, key) for key in new.values()}
        if new:
            rows.model.objects.filter(pk=row.pk).update(**new)


class Migration(migrations.Migration):
    dependencies = [
        ("escalation", "0011_roster_links_and_ticks"),
        ("campaigns", "0011_log_of_letters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Favour",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ride", "a ride"),
                            ("childcare", "childcare"),
                            ("interpreter", "an interpreter"),
                        ],
                        max_length=11,
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("needs", "needs"), ("offers", "offers")], max_length=6
                    ),
                ),
                (
                    "how_many",
                    models.PositiveSmallIntegerField(default=1, help_text="Seats, of a ride."),
                ),
                (
                    "about",
                    models.CharField(
                        blank=True,
                        help_text="Of a ride the part of town, else the language.",
                        max_length=60,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="actionrole",
            name="last_number",
            field=models.PositiveIntegerField(
                default=0,
                editable=False,
                help_text="The last number given to somebody on its list.",
            ),
        ),
        migrations.AddField(
            model_name="signup",
            name="email_key",
            field=models.CharField(editable=False, max_length=254, null=True),
        ),
        migrations.AddField(
            model_name="signup",
            name="guests",
            field=models.PositiveSmallIntegerField(
                default=0,
                help_text="They count as people who come.",
                verbose_name="how many you bring",
            ),
        ),
        migrations.AddField(
            model_name="signup",
            name="line_number",
            field=models.PositiveIntegerField(
                editable=False,
                help_text="Who asked for the full role earlier has a lower one.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="signup",
            name="moved_up_at",
            field=models.DateTimeField(
                editable=False, help_text="When they got their role from its list.", null=True
            ),
        ),
        migrations.AddField(
            model_name="signup",
            name="phone_key",
            field=models.CharField(editable=False, max_length=32, null=True),
        ),
        migrations.AddField(
            model_name="signup",
            name="waits_for",
            field=models.ForeignKey(
                blank=True,
                help_text="A full role. They come all the same, and may hold another role until then.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="waiting",
                to="escalation.actionrole",
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
                    ("place", "a place in a role"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="outboxmessage",
            name="number",
            field=models.PositiveIntegerField(
                default=0,
                help_text="Which one of its kind: of a reminder the day it is for, of a change the action's version, of a link the ten minutes it was asked for in, of a place the number on its list.",
            ),
        ),
        migrations.RunPython(write_keys, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="signup",
            constraint=models.UniqueConstraint(
                fields=("action", "phone_key"), name="phone_once_per_action"
            ),
        ),
        migrations.AddConstraint(
            model_name="signup",
            constraint=models.UniqueConstraint(
                fields=("action", "email_key"), name="email_once_per_action"
            ),
        ),
        migrations.AddConstraint(
            model_name="signup",
            constraint=models.UniqueConstraint(
                fields=("waits_for", "line_number"), name="number_once_per_line"
            ),
        ),
        migrations.AddConstraint(
            model_name="signup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("waits_for", None),
                    models.Q(("answer", "yes"), ("line_number__isnull", False)),
                    _connector="OR",
                ),
                name="only_a_yes_waits_for_a_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="signup",
            constraint=models.CheckConstraint(
                condition=models.Q(("guests__lte", 3)), name="few_guests"
            ),
        ),
        migrations.AddField(
            model_name="favour",
            name="found",
            field=models.ForeignKey(
                blank=True,
                help_text="The offer that a lead found for this need.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="helps",
                to="escalation.favour",
            ),
        ),
        migrations.AddField(
            model_name="favour",
            name="sign_up",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="favours",
                to="escalation.signup",
            ),
        ),
        migrations.AddConstraint(
            model_name="favour",
            constraint=models.UniqueConstraint(
                fields=("sign_up", "kind"), name="favour_once_per_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="favour",
            constraint=models.CheckConstraint(
                condition=models.Q(("side", "needs"), ("found", None), _connector="OR"),
                name="only_a_need_is_helped",
            ),
        ),
    ]
