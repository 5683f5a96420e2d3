import datetime
import uuid
from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import django_fsm
from django.conf import settings
from django.db import migrations, models

import campaigns.models.log


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="e-mail")),
                ("name", models.CharField(max_length=80, verbose_name="name others call you")),
                (
                    "role",
                    models.CharField(
                        choices=[("member", "member"), ("organizer", "organizer")],
                        default="member",
                        max_length=10,
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        choices=[("en", "English"), ("es", "Spanish")],
                        default="",
                        max_length=10,
                        verbose_name="language",
                    ),
                ),
                ("is_active", models.BooleanField(default=True)),
                ("joined_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True,
                        help_text="Any name they choose.",
                        max_length=120,
                        verbose_name="name to call them",
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=60, verbose_name="phone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "messenger",
                    models.CharField(
                        blank=True,
                        help_text="WhatsApp, Signal.",
                        max_length=120,
                        verbose_name="other way to reach them",
                    ),
                ),
                (
                    "phone_key",
                    models.CharField(blank=True, db_index=True, editable=False, max_length=20),
                ),
                (
                    "email_key",
                    models.CharField(blank=True, db_index=True, editable=False, max_length=254),
                ),
                (
                    "language_spoken",
                    models.CharField(blank=True, max_length=60, verbose_name="language they speak"),
                ),
                (
                    "language_read",
                    models.CharField(
                        choices=[("en", "English"), ("es", "Spanish")],
                        default="en",
                        max_length=10,
                        verbose_name="language they read",
                    ),
                ),
                (
                    "needs_interpreter",
                    models.BooleanField(default=False, verbose_name="needs an interpreter"),
                ),
                (
                    "may_leave_voicemail",
                    models.BooleanField(default=False, verbose_name="we may leave a voice message"),
                ),
                ("may_text", models.BooleanField(default=False, verbose_name="we may send a text")),
                (
                    "may_say_who",
                    models.BooleanField(default=False, verbose_name="we may say who we are"),
                ),
                (
                    "good_times",
                    models.CharField(blank=True, max_length=200, verbose_name="good times to call"),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name="ReferenceCounter",
            fields=[
                ("letter", models.CharField(max_length=1, primary_key=True, serialize=False)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="A name, a business, a plate: whatever you have.",
                        max_length=160,
                        verbose_name="who owes it",
                    ),
                ),
                (
                    "legal_name",
                    models.CharField(blank=True, max_length=160, verbose_name="legal name"),
                ),
                (
                    "contact_name",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="person to hand the letter to"
                    ),
                ),
                (
                    "address",
                    models.TextField(
                        blank=True,
                        help_text="Up to six lines.",
                        max_length=500,
                        verbose_name="address for the letter",
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=60, verbose_name="phone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "plate",
                    models.CharField(blank=True, max_length=20, verbose_name="vehicle plate"),
                ),
                (
                    "sites",
                    models.TextField(
                        blank=True,
                        help_text="Work sites, branches, hours.",
                        max_length=1000,
                        verbose_name="other places",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("es", "Spanish")],
                        default="en",
                        max_length=10,
                        verbose_name="language of the letter",
                    ),
                ),
                (
                    "sources",
                    models.TextField(blank=True, max_length=2000, verbose_name="how we know this"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("reference", models.CharField(editable=False, max_length=12, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("wages", "Wages"),
                            ("deposit", "Deposit"),
                            ("other", "Something else"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        blank=True,
                        help_text="For example: Four cooks v. Golden Fork. Only names that may be public.",
                        max_length=120,
                        verbose_name="short title",
                    ),
                ),
                (
                    "summary",
                    models.CharField(
                        blank=True,
                        help_text="What it is about, without names.",
                        max_length=200,
                        verbose_name="one line for all organizers",
                    ),
                ),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("new", "New"),
                            ("contacting", "Making contact"),
                            ("meeting", "Meeting"),
                            ("proposed", "Proposed"),
                            ("queued", "Waiting its turn"),
                            ("preparing", "Preparing"),
                            ("delivery_set", "Delivery set"),
                            ("clock_running", "Clock running"),
                            ("escalating", "Escalating"),
                            ("agreed", "Agreed"),
                            ("on_hold", "On hold"),
                            ("won", "Won"),
                            ("settled", "Settled"),
                            ("lost", "Lost"),
                            ("dropped", "Dropped"),
                            ("referred", "Referred"),
                            ("declined", "Not taken on"),
                            ("withdrawn", "Withdrawn"),
                            ("merged", "Merged"),
                        ],
                        default="new",
                        editable=False,
                        max_length=20,
                        protected=True,
                        verbose_name="state",
                    ),
                ),
                ("held_state", models.CharField(blank=True, editable=False, max_length=20)),
                ("hold_review_on", models.DateField(blank=True, editable=False, null=True)),
                (
                    "state_since",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("closed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("close_reason", models.CharField(blank=True, editable=False, max_length=30)),
                (
                    "demanded",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        editable=False,
                        max_digits=10,
                        null=True,
                        verbose_name="demanded",
                    ),
                ),
                ("deadline_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("deadline_extended", models.BooleanField(default=False, editable=False)),
                ("urgent", models.BooleanField(default=False, verbose_name="urgent")),
                (
                    "looks_like_spam",
                    models.BooleanField(
                        default=False,
                        editable=False,
                        help_text="A machine may have sent it. A person looks and decides.",
                    ),
                ),
                (
                    "facts_changed_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="When something a letter prints changed.",
                        null=True,
                    ),
                ),
                ("code_hash", models.CharField(editable=False, max_length=64, unique=True)),
                ("intake_key", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "opened_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "responsible",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="cases_led",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="cases",
                        to="campaigns.target",
                    ),
                ),
            ],
            options={
                "ordering": ["-opened_at", "-pk"],
                "indexes": [
                    models.Index(fields=["state", "-opened_at"], name="case_state_opened"),
                    models.Index(fields=["deadline_at"], name="case_deadline"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "new",
                                    "contacting",
                                    "meeting",
                                    "proposed",
                                    "queued",
                                    "preparing",
                                    "delivery_set",
                                    "clock_running",
                                    "escalating",
                                    "agreed",
                                    "on_hold",
                                    "won",
                                    "settled",
                                    "lost",
                                    "dropped",
                                    "referred",
                                    "declined",
                                    "withdrawn",
                                    "merged",
                                ],
                            )
                        ),
                        name="case_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("demanded", None), ("demanded__gte", 0), _connector="OR"
                        ),
                        name="case_demand_not_negative",
                    ),
                ],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.CreateModel(
            name="CaseParty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("affected", "affected person"),
                            ("representative", "representative"),
                        ],
                        default="affected",
                        max_length=15,
                        verbose_name="part in the case",
                    ),
                ),
                (
                    "public_name",
                    models.CharField(
                        choices=[
                            ("own", "their own name"),
                            ("alias", "another name they chose"),
                            ("none", "no name"),
                        ],
                        default="none",
                        max_length=6,
                        verbose_name="name in the letter",
                    ),
                ),
                (
                    "alias",
                    models.CharField(blank=True, max_length=120, verbose_name="the other name"),
                ),
                (
                    "joined_on",
                    models.DateField(
                        blank=True,
                        help_text="We are not a service. Who fights with us joins us.",
                        null=True,
                        verbose_name="joined the network on",
                    ),
                ),
                ("left_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parties",
                        to="campaigns.case",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parties",
                        to="campaigns.person",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "person"), name="person_once_in_a_case")
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "who",
                    models.CharField(
                        choices=[("person", "the affected person"), ("target", "the target")],
                        default="person",
                        max_length=8,
                        verbose_name="with",
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("phone", "phone call"),
                            ("text", "text message"),
                            ("email", "e-mail"),
                            ("messenger", "messenger"),
                            ("in_person", "in person"),
                            ("post", "post"),
                        ],
                        max_length=10,
                        verbose_name="how",
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("reached", "reached"),
                            ("no_answer", "no answer"),
                            ("left_message", "left a message"),
                            ("wrong_number", "wrong number"),
                        ],
                        max_length=13,
                        verbose_name="result",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "note",
                    models.TextField(
                        blank=True,
                        help_text="Write what you could read aloud. Never note status or health.",
                        max_length=4000,
                        verbose_name="what was said",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contacts",
                        to="campaigns.case",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "description",
                    models.CharField(blank=True, max_length=200, verbose_name="what it shows"),
                ),
                ("file", models.FileField(max_length=120, upload_to="evidence/")),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("jpg", "JPEG"),
                            ("png", "PNG"),
                            ("webp", "WebP"),
                            ("heic", "HEIC"),
                            ("pdf", "PDF"),
                        ],
                        max_length=4,
                    ),
                ),
                ("size", models.PositiveIntegerField(help_text="Bytes.")),
                ("sha256", models.CharField(max_length=64)),
                ("by_affected_person", models.BooleanField(default=False)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evidence",
                        to="campaigns.case",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "evidence",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Group",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name of the network")),
                ("place", models.CharField(max_length=80, verbose_name="town or region")),
                (
                    "country",
                    models.CharField(
                        default="US",
                        help_text="For phone numbers: US, CA, GB.",
                        max_length=2,
                        verbose_name="country code",
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        default="America/Los_Angeles", max_length=50, verbose_name="time zone"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("es", "Spanish")],
                        default="en",
                        max_length=10,
                        verbose_name="language of the network",
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        choices=[
                            ("USD", "US dollar ($)"),
                            ("CAD", "Canadian dollar (CA$)"),
                            ("GBP", "Pound sterling (£)"),
                            ("EUR", "Euro (€)"),
                            ("NZD", "New Zealand dollar (NZ$)"),
                        ],
                        default="USD",
                        max_length=3,
                        verbose_name="currency",
                    ),
                ),
                (
                    "paper",
                    models.CharField(
                        choices=[("letter", "US Letter"), ("a4", "A4")],
                        default="letter",
                        max_length=6,
                        verbose_name="paper",
                    ),
                ),
                (
                    "deadline_days",
                    models.PositiveSmallIntegerField(
                        choices=[(7, "7 days"), (14, "14 days")],
                        default=14,
                        verbose_name="days a target gets after the delivery",
                    ),
                ),
                (
                    "deadline_hour",
                    models.TimeField(
                        default=datetime.time(17, 0), verbose_name="hour of the deadline"
                    ),
                ),
                (
                    "fight_cap",
                    models.PositiveSmallIntegerField(
                        default=3,
                        help_text="A new fight waits in the queue when this many are running.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(99),
                        ],
                        verbose_name="open fights at most",
                    ),
                ),
                (
                    "phone",
                    models.CharField(
                        blank=True, max_length=40, verbose_name="phone people may call"
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        blank=True, max_length=254, verbose_name="e-mail people may write to"
                    ),
                ),
                (
                    "address",
                    models.TextField(
                        blank=True, max_length=400, verbose_name="postal address for letters"
                    ),
                ),
                ("spam_discarded", models.PositiveIntegerField(default=0, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="one_group"),
                    models.CheckConstraint(
                        condition=models.Q(("deadline_days__in", [7, 14])),
                        name="group_deadline_days",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InitialMeeting",
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
                    "needs_interpreter",
                    models.BooleanField(default=False, verbose_name="interpreter needed"),
                ),
                ("held_on", models.DateField(blank=True, null=True)),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="initial_meeting",
                        to="campaigns.case",
                    ),
                ),
                (
                    "organizers",
                    models.ManyToManyField(related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(max_length=4000, verbose_name="message")),
                ("from_team", models.BooleanField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="campaigns.case",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(decimal_places=2, max_digits=10, verbose_name="sum"),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("cash", "cash"),
                            ("cheque", "cheque"),
                            ("money_order", "money order"),
                            ("transfer", "transfer"),
                            ("other", "other"),
                        ],
                        max_length=12,
                        verbose_name="how it was paid",
                    ),
                ),
                ("payer", models.CharField(blank=True, max_length=160, verbose_name="who paid")),
                ("received_on", models.DateField(verbose_name="received on")),
                (
                    "note",
                    models.CharField(
                        blank=True,
                        help_text="For example: on account, not in full.",
                        max_length=300,
                        verbose_name="note",
                    ),
                ),
                ("form_key", models.UUIDField(editable=False, unique=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="payments",
                        to="campaigns.case",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="campaigns.caseparty",
                        verbose_name="paid to",
                    ),
                ),
            ],
            options={
                "ordering": ["received_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)), name="payment_is_positive"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentEvent",
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
                        choices=[("cleared", "cleared"), ("bounced", "bounced")], max_length=8
                    ),
                ),
                ("on", models.DateField(verbose_name="on")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="campaigns.payment",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("payment", "kind"), name="payment_event_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
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
                            ("intake", "that organizers read what was sent"),
                            ("publicity", "that the fight is made public"),
                        ],
                        max_length=12,
                    ),
                ),
                ("text_version", models.CharField(max_length=20)),
                ("language", models.CharField(max_length=10)),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="campaigns.case",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="campaigns.person",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="user",
            name="person",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="user",
                to="campaigns.person",
            ),
        ),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "story",
                    models.TextField(blank=True, max_length=20000, verbose_name="what happened"),
                ),
                (
                    "who_typed",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="who it is, as told"
                    ),
                ),
                (
                    "amount_typed",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="about how much, as told"
                    ),
                ),
                (
                    "wish",
                    models.TextField(blank=True, max_length=1000, verbose_name="what they want"),
                ),
                (
                    "still_there",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("unsure", "Not sure")],
                        max_length=6,
                        verbose_name="still works or lives there",
                    ),
                ),
                (
                    "others_affected",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="others in the same situation"
                    ),
                ),
                (
                    "urgent_note",
                    models.TextField(blank=True, max_length=1000, verbose_name="anything urgent"),
                ),
                (
                    "heard_of",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("friend", "A friend or co-worker"),
                            ("poster", "A poster"),
                            ("online", "Online"),
                            ("group", "Another group"),
                            ("other", "Something else"),
                        ],
                        max_length=10,
                        verbose_name="how they heard of us",
                    ),
                ),
                (
                    "gaps",
                    models.JSONField(
                        blank=True,
                        default=list,
                        editable=False,
                        help_text="Questions the first form left open: keys of OPEN_QUESTIONS.",
                    ),
                ),
                (
                    "started_on",
                    models.DateField(blank=True, null=True, verbose_name="work or tenancy began"),
                ),
                (
                    "ended_on",
                    models.DateField(blank=True, null=True, verbose_name="work or tenancy ended"),
                ),
                (
                    "place",
                    models.TextField(
                        blank=True, max_length=500, verbose_name="work site or rented home"
                    ),
                ),
                (
                    "agreement",
                    models.TextField(
                        blank=True,
                        help_text="Pay and hours, or rent and deposit. Who promised it, and was it in writing?",
                        max_length=2000,
                        verbose_name="what was agreed",
                    ),
                ),
                (
                    "keys_returned_on",
                    models.DateField(blank=True, null=True, verbose_name="keys returned"),
                ),
                (
                    "forwarding_given_on",
                    models.DateField(blank=True, null=True, verbose_name="new address given"),
                ),
                (
                    "statement_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="landlord's statement dated"
                    ),
                ),
                (
                    "already_tried",
                    models.TextField(blank=True, max_length=2000, verbose_name="already tried"),
                ),
                (
                    "evidence_list",
                    models.TextField(
                        blank=True,
                        help_text='If there is none, write "none".',
                        max_length=4000,
                        verbose_name="evidence",
                    ),
                ),
                (
                    "readiness",
                    models.TextField(
                        blank=True,
                        help_text="What they are willing to do, and what not.",
                        max_length=1000,
                        verbose_name="ready to take part",
                    ),
                ),
                (
                    "risks_explained",
                    models.BooleanField(default=False, verbose_name="we talked about the risks"),
                ),
                (
                    "not_a_service_explained",
                    models.BooleanField(
                        default=False, verbose_name="we explained that we are not a service"
                    ),
                ),
                (
                    "retaliation_talk_on",
                    models.DateField(
                        blank=True,
                        null=True,
                        verbose_name="talk about how they may hit back, held on",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sheet",
                        to="campaigns.case",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TeamMembership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
                ("left_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="team_memberships",
                        to="campaigns.case",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="team_memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_at", None)),
                        fields=("case", "user"),
                        name="once_on_a_team",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="case",
            name="team",
            field=models.ManyToManyField(
                related_name="cases",
                through="campaigns.TeamMembership",
                through_fields=("case", "user"),
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="ClaimLine",
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
                            ("work", "Unpaid work"),
                            ("sum", "Another sum"),
                            ("deposit", "Deposit paid"),
                            ("deduction", "Deduction the landlord made"),
                            ("returned", "Returned so far"),
                        ],
                        max_length=10,
                        verbose_name="kind of line",
                    ),
                ),
                ("label", models.CharField(max_length=120, verbose_name="what for")),
                ("from_date", models.DateField(blank=True, null=True, verbose_name="from")),
                ("until_date", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "quantity",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=8,
                        null=True,
                        verbose_name="quantity",
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("hours", "hours"),
                            ("days", "days"),
                            ("weeks", "weeks"),
                            ("pieces", "pieces"),
                        ],
                        default="hours",
                        max_length=6,
                        verbose_name="unit",
                    ),
                ),
                (
                    "rate",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=8, null=True, verbose_name="rate"
                    ),
                ),
                (
                    "paid",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=10,
                        verbose_name="already paid",
                    ),
                ),
                (
                    "figure",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=10, null=True, verbose_name="sum"
                    ),
                ),
                (
                    "accepted",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.00"),
                        max_digits=10,
                        verbose_name="part they accept",
                    ),
                ),
                ("is_about", models.BooleanField(default=False, verbose_name="a rough figure")),
                (
                    "note",
                    models.CharField(
                        blank=True,
                        max_length=300,
                        verbose_name="how we know, or why it is disputed",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, editable=False, max_digits=10)),
                ("position", models.PositiveIntegerField(default=0, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="claim_lines",
                        to="campaigns.case",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="claim_lines",
                        to="campaigns.caseparty",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "ordering": ["party__created_at", "party_id", "position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("paid__gte", 0)), name="line_paid_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("figure", None), ("figure__gt", 0), _connector="OR"),
                        name="line_figure_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quantity", None), ("quantity__gt", 0), _connector="OR"
                        ),
                        name="line_quantity_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rate", None), ("rate__gt", 0), _connector="OR"),
                        name="line_rate_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted__gte", 0),
                            models.Q(
                                ("accepted", 0),
                                ("accepted__lte", models.F("figure")),
                                _connector="OR",
                            ),
                        ),
                        name="line_accepted_within_figure",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Duty",
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
                        choices=[("intake", "intake duty")], default="intake", max_length=10
                    ),
                ),
                ("from_date", models.DateField(verbose_name="from")),
                ("until_date", models.DateField(verbose_name="until")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="duties",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "until_date"], name="duty_current")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until_date__gte", models.F("from_date"))),
                        name="duty_ends_after_start",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "role",
                    models.CharField(
                        choices=[("member", "member"), ("organizer", "organizer")],
                        max_length=10,
                        verbose_name="invited as",
                    ),
                ),
                ("token_hash", models.CharField(editable=False, max_length=64, unique=True)),
                ("needs_second", models.BooleanField(default=False, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "seconded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("seconded_by", None),
                            models.Q(("seconded_by", models.F("invited_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="invitation_seconded_by_another",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LogEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "event",
                    models.CharField(
                        choices=[
                            ("intake", "Told us what happened"),
                            ("message_from_person", "Sent us a message"),
                            ("message_to_person", "We sent a message"),
                            ("evidence", "Evidence added: %(what)s"),
                            ("contact", "Contact with %(who)s, %(method)s: %(result)s"),
                            ("header", "Title or summary changed"),
                            ("sheet", "Case sheet changed"),
                            ("party", "Person added or changed: %(who)s"),
                            ("party_left", "No longer part of the case: %(who)s"),
                            ("target", "Target changed"),
                            ("line", "Claim line added or changed: %(what)s"),
                            ("line_removed", "Claim line removed: %(what)s"),
                            ("team_joined", "Joined the team: %(who)s"),
                            ("team_left", "Left the team: %(who)s"),
                            ("meeting_held", "The first meeting was held"),
                            ("move", "%(from)s → %(to)s"),
                            (
                                "vote",
                                "Vote: %(motion)s. %(for)s for, %(against)s against, %(abstained)s abstained",
                            ),
                            ("letter_drafted", "Letter version %(version)s drafted"),
                            ("letter_changed", "Letter version %(version)s changed"),
                            ("letter_approved", "Letter version %(version)s approved by %(who)s"),
                            ("letter_issued", "Letter version %(version)s is final"),
                            (
                                "delivered",
                                "Demand delivered: %(headcount)s people, to %(received_by)s",
                            ),
                            ("deadline_extended", "Deadline moved to %(deadline)s"),
                            ("offer", "Offer received: %(amount)s"),
                            ("plan", "Plan changed: %(what)s"),
                            ("action_planned", "Action planned: %(what)s"),
                            ("action_changed", "Action changed: %(what)s"),
                            ("action_announced", "Action announced: %(what)s"),
                            ("action_cancelled", "Action cancelled: %(what)s"),
                            ("action_held", "Action held: %(what)s, %(came)s came"),
                            ("payment_received", "Payment received: %(amount)s"),
                            ("payment_cleared", "Payment cleared: %(amount)s"),
                            ("payment_bounced", "Payment bounced: %(amount)s"),
                            ("code_ended", "The private code stopped working"),
                        ],
                        max_length=22,
                    ),
                ),
                (
                    "actor",
                    models.CharField(
                        choices=[
                            ("user", ""),
                            ("affected", "the affected person"),
                            ("system", "the system"),
                        ],
                        default="user",
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("from_state", models.CharField(blank=True, max_length=20)),
                ("to_state", models.CharField(blank=True, max_length=20)),
                ("reason", models.CharField(blank=True, max_length=30)),
                ("note", models.TextField(blank=True)),
                ("data", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="log",
                        to="campaigns.case",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "log entries",
                "ordering": ["-at", "-pk"],
                "indexes": [models.Index(fields=["case", "-at", "-id"], name="log_case_newest")],
            },
            bases=(campaigns.models.log.Told, models.Model),
        ),
    ]
