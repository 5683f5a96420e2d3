import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("campaigns", "0001_initial"),
        ("campaigns", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseLifecycle",
            fields=[],
            options={
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("campaigns.case",),
        ),
        migrations.CreateModel(
            name="Action",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
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
                        ],
                        max_length=14,
                        verbose_name="kind of action",
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        help_text="Anybody with the link reads it. No private facts.",
                        max_length=120,
                        verbose_name="title",
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="starts")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                (
                    "area",
                    models.CharField(
                        help_text="Part of town. Everybody who has the link sees it.",
                        max_length=120,
                        verbose_name="area",
                    ),
                ),
                (
                    "meeting_point",
                    models.CharField(
                        help_text="Only people who said yes see it, from 24 hours before.",
                        max_length=200,
                        verbose_name="exact meeting point",
                    ),
                ),
                (
                    "what",
                    models.TextField(
                        help_text="Members and organizers read it.",
                        max_length=2000,
                        verbose_name="what we will do",
                    ),
                ),
                (
                    "risk",
                    models.CharField(
                        choices=[
                            ("low", "Low: on public ground, we go when told"),
                            ("some", "Some: security or police may come"),
                            ("high", "Higher: talk to the lead before you sign up"),
                        ],
                        default="low",
                        max_length=4,
                        verbose_name="how risky",
                    ),
                ),
                (
                    "good_to_know",
                    models.TextField(
                        blank=True,
                        help_text="Steps, toilets, children, languages spoken, what to bring.",
                        max_length=1000,
                        verbose_name="good to know",
                    ),
                ),
                ("needed", models.PositiveSmallIntegerField(verbose_name="how many we need")),
                (
                    "audience",
                    models.CharField(
                        choices=[("public", "Anybody with the link"), ("members", "Members only")],
                        default="public",
                        max_length=7,
                        verbose_name="who may sign up",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("announced", "announced"),
                            ("cancelled", "cancelled"),
                            ("held", "held"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=9,
                    ),
                ),
                (
                    "cancel_reason",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="why"
                    ),
                ),
                (
                    "debrief",
                    models.TextField(
                        blank=True, editable=False, max_length=4000, verbose_name="what happened"
                    ),
                ),
                ("form_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "cases",
                    models.ManyToManyField(
                        related_name="actions", to="campaigns.case", verbose_name="for which cases"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "leads",
                    models.ManyToManyField(
                        related_name="actions_led",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="leads",
                    ),
                ),
            ],
            options={
                "ordering": ["starts_at", "pk"],
                "indexes": [models.Index(fields=["state", "starts_at"], name="action_ahead")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="action_ends_later",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("needed__gte", 1)), name="action_needs_somebody"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ActionRole",
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
                            ("lead", "Lead"),
                            ("affected", "Affected person"),
                            ("second", "Second at the delivery"),
                            ("police", "Speaks to police"),
                            ("calm", "Keeps things calm"),
                            ("chants", "Leads chants"),
                            ("leaflets", "Hands out leaflets"),
                            ("documents", "Takes notes and pictures"),
                            ("greeter", "Greets people, keeps the roster"),
                            ("interpreter", "Interpreter"),
                            ("driver", "Driver"),
                            ("childcare", "Childcare"),
                        ],
                        max_length=11,
                        verbose_name="role",
                    ),
                ),
                ("capacity", models.PositiveSmallIntegerField(verbose_name="how many")),
                ("taken", models.PositiveSmallIntegerField(default=0, editable=False)),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="roles",
                        to="escalation.action",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("action", "kind"), name="role_once_per_action"),
                    models.CheckConstraint(
                        condition=models.Q(("taken__lte", models.F("capacity"))),
                        name="role_never_overfull",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("capacity__gte", 1)), name="role_has_a_place"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
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
                            ("take_on", "take the fight on"),
                            ("defer", "ask questions first"),
                            ("plan", "plan of tactics"),
                            ("offer", "accept an offer"),
                            ("settle", "stop with a part"),
                            ("lose", "end without winning"),
                            ("drop", "drop the fight"),
                            ("close_queued", "take it off the queue"),
                        ],
                        max_length=12,
                    ),
                ),
                ("motion", models.TextField(max_length=1000, verbose_name="motion")),
                ("votes_for", models.PositiveSmallIntegerField(verbose_name="for")),
                (
                    "votes_against",
                    models.PositiveSmallIntegerField(default=0, verbose_name="against"),
                ),
                (
                    "abstained",
                    models.PositiveSmallIntegerField(default=0, verbose_name="abstained"),
                ),
                (
                    "sum_voted",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=10,
                        null=True,
                        verbose_name="sum voted",
                    ),
                ),
                (
                    "affected_agreed",
                    models.BooleanField(
                        default=False,
                        verbose_name="everyone affected was there, or said yes before",
                    ),
                ),
                ("held_on", models.DateField(verbose_name="date of the meeting")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="campaigns.case",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("votes_for__gt", 0),
                            ("votes_against__gt", 0),
                            ("abstained__gt", 0),
                            _connector="OR",
                        ),
                        name="somebody_voted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sum_voted", None), ("sum_voted__gte", 0), _connector="OR"
                        ),
                        name="sum_voted_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("received_on", models.DateField(verbose_name="received on")),
                ("said_by", models.CharField(max_length=120, verbose_name="who made it")),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, max_digits=10, verbose_name="sum offered"
                    ),
                ),
                (
                    "terms",
                    models.TextField(
                        blank=True,
                        help_text="Dates of payment, and anything they want in return, such as silence.",
                        max_length=4000,
                        verbose_name="terms",
                    ),
                ),
                ("pay_by", models.DateField(blank=True, null=True, verbose_name="to be paid by")),
                (
                    "valid_until",
                    models.DateField(blank=True, null=True, verbose_name="valid until"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("received", "received"),
                            ("accepted", "accepted"),
                            ("refused", "refused"),
                            ("broken", "accepted, then broken"),
                        ],
                        default="received",
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="offers",
                        to="campaigns.case",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="escalation.decision",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-received_on", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="offer_not_negative"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "accepted")),
                        fields=("case",),
                        name="one_accepted_offer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rung",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
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
                        ],
                        max_length=14,
                        verbose_name="tactic",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rungs",
                        to="campaigns.case",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rungs",
                        to="escalation.decision",
                    ),
                ),
            ],
            options={
                "ordering": ["decision_id", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("decision", "position"), name="rung_position_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SignUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="first name")),
                ("phone", models.CharField(blank=True, max_length=60, verbose_name="phone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "contact_key",
                    models.CharField(
                        editable=False,
                        help_text="Phone or e-mail in one spelling, so that a person signs up once.",
                        max_length=270,
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("yes", "Yes, I will come"),
                            ("maybe", "Maybe"),
                            ("no", "No, I cannot"),
                        ],
                        max_length=5,
                        verbose_name="will you come",
                    ),
                ),
                (
                    "needs",
                    models.CharField(
                        blank=True,
                        help_text="A ride, childcare, a language.",
                        max_length=300,
                        verbose_name="what you need",
                    ),
                ),
                (
                    "offers",
                    models.CharField(
                        blank=True,
                        help_text="Seats in a car, a drum.",
                        max_length=300,
                        verbose_name="what you can offer",
                    ),
                ),
                ("token_hash", models.CharField(editable=False, max_length=64, unique=True)),
                ("is_walk_in", models.BooleanField(default=False, editable=False)),
                ("came", models.BooleanField(editable=False, null=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sign_ups",
                        to="escalation.action",
                    ),
                ),
                (
                    "came_marked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="sign_ups",
                        to="campaigns.person",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="sign_ups",
                        to="escalation.actionrole",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="sign_ups",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("action", "contact_key"), name="person_once_per_action"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role", None), ("answer", "yes"), _connector="OR"),
                        name="only_a_yes_takes_a_role",
                    ),
                ],
            },
        ),
    ]
