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
            name="Letter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("es", "Spanish")],
                        max_length=10,
                        verbose_name="language",
                    ),
                ),
                (
                    "paper",
                    models.CharField(
                        choices=[("letter", "US Letter"), ("a4", "A4")],
                        max_length=6,
                        verbose_name="paper",
                    ),
                ),
                ("recipient_name", models.CharField(max_length=300, verbose_name="addressed to")),
                (
                    "recipient_address",
                    models.TextField(blank=True, max_length=500, verbose_name="address"),
                ),
                ("subject", models.CharField(max_length=160, verbose_name="subject")),
                (
                    "facts",
                    models.TextField(
                        help_text="Three to six sentences: dates, work or tenancy, what was promised, what was asked. Only what can be shown.",
                        max_length=6000,
                        verbose_name="facts",
                    ),
                ),
                (
                    "how_to_pay",
                    models.TextField(
                        help_text="Payable to whom, in what form, where, whom to call.",
                        max_length=1000,
                        verbose_name="how to pay",
                    ),
                ),
                ("delivery_on", models.DateField(verbose_name="day of the delivery")),
                ("edit_version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("issued_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("deadline_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "total",
                    models.DecimalField(
                        blank=True, decimal_places=2, editable=False, max_digits=10, null=True
                    ),
                ),
                ("frozen_html", models.TextField(blank=True, editable=False)),
                ("frozen_pdf", models.BinaryField(blank=True, null=True)),
                ("sha256", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letters",
                        to="campaigns.case",
                    ),
                ),
                (
                    "written_by",
                    models.ManyToManyField(
                        related_name="letters_written", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "version"), name="letter_version_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("issued_at", None),
                            models.Q(
                                models.Q(("sha256", ""), _negated=True),
                                ("frozen_pdf__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="letter_issued_is_frozen",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="when")),
                ("place", models.CharField(max_length=200, verbose_name="where")),
                (
                    "handed_by",
                    models.CharField(
                        help_text="First name or role. The affected person, if they wanted to.",
                        max_length=120,
                        verbose_name="handed over by",
                    ),
                ),
                (
                    "received_by",
                    models.CharField(
                        help_text="A name or a role: the shift manager.",
                        max_length=120,
                        verbose_name="who took it",
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("by_hand", "handed over"),
                            ("read_aloud", "read aloud"),
                            ("left_there", "left there or under the door"),
                            ("post", "by registered post"),
                        ],
                        default="by_hand",
                        max_length=10,
                        verbose_name="how",
                    ),
                ),
                ("headcount", models.PositiveSmallIntegerField(verbose_name="how many went")),
                (
                    "who_went",
                    models.CharField(
                        blank=True,
                        help_text="Roles, not full names. The roster knows the rest.",
                        max_length=300,
                        verbose_name="who went",
                    ),
                ),
                (
                    "note",
                    models.TextField(blank=True, max_length=2000, verbose_name="what happened"),
                ),
                ("deadline_at", models.DateTimeField(editable=False)),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "letter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delivery",
                        to="letters.letter",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "deliveries",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("deadline_at__gt", models.F("at"))),
                        name="deadline_after_delivery",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("headcount__gte", 1)), name="delivery_by_somebody"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LetterApproval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text_sha256", models.CharField(max_length=64)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="approvals",
                        to="letters.letter",
                    ),
                ),
                (
                    "organizer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        to="campaigns.caseparty",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("organizer__isnull", False), ("party", None)),
                            models.Q(("organizer", None), ("party__isnull", False)),
                            _connector="OR",
                        ),
                        name="approval_by_person_or_organizer",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("party__isnull", False)),
                        fields=("letter", "party", "text_sha256"),
                        name="approval_once_per_person",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("organizer__isnull", False)),
                        fields=("letter", "organizer", "text_sha256"),
                        name="approval_once_per_organizer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Demand",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=10, verbose_name="sum"),
                ),
                (
                    "other_terms",
                    models.TextField(
                        blank=True,
                        help_text="For example: the tax form, a reference, the debt cancelled in writing.",
                        max_length=2000,
                        verbose_name="other demands, one a line",
                    ),
                ),
                (
                    "deadline_days",
                    models.PositiveSmallIntegerField(
                        choices=[(7, "7 days"), (14, "14 days")],
                        default=14,
                        verbose_name="days to answer",
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="demands",
                        to="campaigns.case",
                    ),
                ),
            ],
            options={
                "ordering": ["-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "version"), name="demand_version_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="demand_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("deadline_days__in", [7, 14])),
                        name="demand_deadline_days",
                    ),
                ],
            },
        ),
    ]
