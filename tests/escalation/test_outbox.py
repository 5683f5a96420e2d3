"""Messages to people who signed up: who gets which one, when, once, and what is not in it."""

import datetime as dt
import re
import smtplib
import zoneinfo
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import CaseState, User
from escalation import (
    actions,
    forgetting,
    mail_words,
    outbox,
    posting,
    private_links,
    reminders,
    turnout,
)
from escalation.models import Action, MailChoice, MailWish, OutboxMessage, SignUp
from tests import posting as server
from tests.factories import (
    make_action,
    make_case,
    make_group,
    make_member,
    make_sign_up,
    make_target,
    make_user,
)
from tests.smtp import mail_server

pytestmark = pytest.mark.django_db

ZONE = zoneinfo.ZoneInfo("America/Los_Angeles")
# A Friday evening action; the clocks do not change around it.
STARTS = dt.datetime(2026, 11, 20, 17, 30, tzinfo=ZONE)
DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)
BEFORE = STARTS - 5 * DAY

Kind = OutboxMessage.Kind
Status = OutboxMessage.Status
Why = OutboxMessage.Why


@pytest.fixture(autouse=True)
def _network() -> Iterator[None]:
    make_group()
    with time_machine.travel(BEFORE, tick=False), timezone.override(ZONE):
        yield


@pytest.fixture
def ana() -> User:
    return make_user("Ana")


@pytest.fixture
def action(ana: User) -> Action:
    case = make_case(state=CaseState.ESCALATING, team=[ana])
    return make_action(cases=[case], leads=[ana], starts_at=STARTS)


def rosa(action: Action, **values: Any) -> SignUp:
    return make_sign_up(action, **({"email": "rosa@people.example", "at": BEFORE} | values))


def tick(now: dt.datetime) -> dict[str, int]:
    """Let the clock be `now` for a tick, and return what it did."""
    with time_machine.travel(now, tick=False):
        return {name: n for name, n in posting.post().items() if n}


def told() -> list[tuple[str, str]]:
    """Return (kind, status) of each message in the order they were written."""
    return list(OutboxMessage.objects.order_by("pk").values_list("kind", "status"))


def links(letter: Any) -> list[str]:
    return re.findall(r"http://\S+", letter.body)


# Reminders from the calendar


def test_a_yes_is_reminded_two_days_before_and_the_day_before_and_each_once(
    action: Action,
) -> None:
    rosa(action)
    assert tick(STARTS - 2 * DAY - MINUTE) == {}
    assert tick(STARTS - 2 * DAY) == {"planned": 1, "sent": 1}
    assert tick(STARTS - 2 * DAY + HOUR) == {}
    assert tick(STARTS - DAY) == {"planned": 1, "sent": 1}
    assert tick(STARTS - 8 * HOUR) == {}  # two reminders are enough
    first, second = (letter.body.split("\n\n")[0] for letter in mail.outbox)
    assert first == (
        "An action you said yes to is on Friday 20 November, 17:30. All about it, and how to "
        "tell us if you cannot come:"
    )
    assert second.startswith("An action you said yes to is tomorrow at 17:30.")


def test_who_signs_up_the_day_before_is_reminded_in_the_morning(action: Action) -> None:
    rosa(action, at=STARTS - 20 * HOUR)
    assert tick(STARTS - 19 * HOUR) == {}
    assert tick(STARTS.replace(hour=8, minute=59)) == {}
    assert tick(STARTS.replace(hour=9, minute=0)) == {"planned": 1, "sent": 1}
    assert mail.outbox[0].body.startswith("An action you said yes to is today at 17:30.")


def test_a_maybe_is_asked_once_two_days_before(action: Action) -> None:
    rosa(action, answer="maybe")
    tick(STARTS - 2 * DAY)
    tick(STARTS - DAY)
    tick(STARTS - 8 * HOUR)
    assert told() == [(Kind.TWO_DAYS, Status.SENT)]
    assert "said maybe" in mail.outbox[0].body


def test_who_signs_up_after_a_moment_is_not_reminded_of_it(action: Action) -> None:
    rosa(action, at=STARTS - 2 * DAY + HOUR)
    assert tick(STARTS - 2 * DAY + 2 * HOUR) == {}
    assert tick(STARTS - DAY) == {"planned": 1, "sent": 1}


def test_late_reminders_are_caught_up_by_one(action: Action) -> None:
    """After three days without a tick only the last of the moments that passed counts."""
    rosa(action)
    assert tick(STARTS - 22 * HOUR) == {"planned": 1, "sent": 1}
    assert told() == [(Kind.DAY, Status.SENT)]


def test_reminder_that_waited_gives_way_to_the_next(action: Action, settings: Any) -> None:
    rosa(action)
    settings.EMAIL_BACKEND = f"{__name__}.Silent"
    assert tick(STARTS - 2 * DAY) == {"planned": 1, "silent": 1}
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert tick(STARTS - DAY) == {"planned": 1, "dropped": 1, "sent": 1}
    assert told() == [(Kind.TWO_DAYS, Status.DROPPED), (Kind.DAY, Status.SENT)]


def test_nothing_is_sent_once_it_has_begun(action: Action, settings: Any) -> None:
    rosa(action, at=STARTS - 20 * HOUR)
    settings.EMAIL_BACKEND = f"{__name__}.Silent"
    tick(STARTS - HOUR)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert tick(STARTS) == {"dropped": 1}
    assert OutboxMessage.objects.get().why == Why.LATE


def test_an_action_moved_to_another_day_is_reminded_anew(action: Action) -> None:
    rosa(action)
    tick(STARTS - 2 * DAY)
    Action.objects.update(starts_at=STARTS + 7 * DAY, ends_at=STARTS + 7 * DAY + HOUR)
    assert tick(STARTS + 5 * DAY) == {"planned": 1, "sent": 1}


@pytest.mark.parametrize(
    "values",
    [
        {"answer": "no"},
        {"email": "", "phone": "206 555 0134"},
        {"mail": MailWish.IMPORTANT},
        {"mail": MailWish.NONE},
        {"is_walk_in": True},
    ],
)
def test_no_reminder_goes_to(action: Action, values: dict[str, Any]) -> None:
    rosa(action, **values)
    for hours in (48, 24, 8):
        tick(STARTS - hours * HOUR)
    assert told() == []


@pytest.mark.parametrize("state", [Action.State.DRAFT, Action.State.CANCELLED, Action.State.HELD])
def test_no_reminder_of_an_action_that_is_off(action: Action, state: str) -> None:
    rosa(action)
    Action._base_manager.update(**{"state": state})
    assert tick(STARTS - DAY) == {}
    assert told() == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"answer": "no"}, Why.SAID_NO),
        ({"mail": MailWish.NONE}, Why.NOT_WANTED),
        ({"email": ""}, Why.NO_ADDRESS),
    ],
)
def test_what_changed_while_it_waited_counts(
    action: Action, settings: Any, change: dict[str, Any], why: str
) -> None:
    rosa(action)
    settings.EMAIL_BACKEND = f"{__name__}.Silent"
    tick(STARTS - DAY)
    SignUp.objects.update(**change)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert tick(STARTS - DAY + MINUTE) == {"dropped": 1}
    assert OutboxMessage.objects.get().why == why
    assert mail.outbox == []


def test_who_leaves_the_list_leaves_nothing_behind(action: Action) -> None:
    row = rosa(action)
    tick(STARTS - 2 * DAY)
    turnout.cancel_sign_up(row, by=None, now=STARTS - DAY)
    assert told() == []


# Quiet hours, zones and changes of the clock

NEW_YORK, LONDON = zoneinfo.ZoneInfo("America/New_York"), zoneinfo.ZoneInfo("Europe/London")


def local(zone: zoneinfo.ZoneInfo, *when: int) -> dt.datetime:
    return dt.datetime(*when, tzinfo=zone)


@pytest.mark.parametrize(
    ("starts", "two_days", "day", "morning"),
    [
        # In the evening: the same hour before, and nine in the morning.
        ((2026, 1, 20, 18, 0), (2026, 1, 18, 18, 0), (2026, 1, 19, 18, 0), (2026, 1, 20, 9, 0)),
        # Too early to write at that hour; and on the day there is no time for it.
        ((2026, 1, 20, 7, 0), (2026, 1, 18, 9, 0), (2026, 1, 19, 9, 0), None),
        # Too late in the evening: the next morning, which is that of the day.
        ((2026, 1, 20, 22, 0), (2026, 1, 19, 9, 0), (2026, 1, 20, 9, 0), (2026, 1, 20, 9, 0)),
    ],
)
@pytest.mark.parametrize("zone", [ZONE, NEW_YORK, LONDON])
def test_moments_are_between_nine_and_nine_by_the_clock_there(
    zone: zoneinfo.ZoneInfo,
    starts: tuple[int, ...],
    two_days: tuple[int, ...],
    day: tuple[int, ...],
    morning: tuple[int, ...] | None,
) -> None:
    wanted = [(Kind.TWO_DAYS, two_days), (Kind.DAY, day), (Kind.MORNING, morning)]
    assert reminders.moments(local(zone, *starts), zone) == [
        (kind, local(zone, *when)) for kind, when in wanted if when
    ]


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        (ZONE, (2026, 3, 8)),
        (ZONE, (2026, 11, 1)),
        (LONDON, (2026, 3, 29)),
        (LONDON, (2026, 10, 25)),
    ],
)
def test_day_before_is_the_same_hour_when_the_clocks_change(
    zone: zoneinfo.ZoneInfo, change: tuple[int, int, int]
) -> None:
    starts = local(zone, *change, 17, 30)
    _two_days, (kind, at), _morning = reminders.moments(starts, zone)
    assert kind == Kind.DAY
    assert at.astimezone(zone).strftime("%d %H:%M") == f"{dt.date(*change) - DAY:%d} 17:30"
    assert starts.astimezone(dt.UTC) - at != DAY  # 23 or 25 hours


def test_change_waits_for_the_morning_and_an_urgent_one_does_not(action: Action) -> None:
    rosa(action)
    night = STARTS.replace(hour=22, minute=0) - 2 * DAY
    with time_machine.travel(night, tick=False):
        outbox.tell_change(action, Action(pk=action.pk, area="Elsewhere", version=2))
    assert tick(night) == {}
    assert tick(night + 10 * HOUR) == {}
    assert tick(night + 11 * HOUR) == {"planned": 1, "sent": 2}
    assert told() == [(Kind.CHANGE, Status.SENT), (Kind.TWO_DAYS, Status.SENT)]


def test_cancellation_of_tomorrow_morning_goes_out_at_night(action: Action, ana: User) -> None:
    rosa(action)
    early = STARTS.replace(hour=7)
    Action.objects.update(starts_at=early, ends_at=early + HOUR)
    night = early - 8 * HOUR
    with time_machine.travel(night, tick=False):
        actions.cancel(action, by=ana, reason="Storm.")
    assert tick(night) == {"sent": 1}


# What somebody did: announced, changed, cancelled, closed


def test_announcing_tells_each_member_who_wants_it_and_has_not_answered(ana: User) -> None:
    mia, noor = make_member("Mia"), make_member("Noor")
    MailChoice.objects.create(user=make_member("Jo"), wish=MailWish.IMPORTANT)
    make_member("Gone", is_active=False)
    draft = make_action(leads=[ana], state=Action.State.DRAFT, starts_at=STARTS)
    actions.announce(draft, by=ana, now=BEFORE)
    actions.announce(draft, by=ana, now=BEFORE)
    turnout.sign_up(Action.objects.get(), by=noor, answer="no", now=BEFORE)
    assert tick(BEFORE) == {"sent": 1, "dropped": 1}
    assert [letter.to for letter in mail.outbox] == [[mia.email]]
    assert links(mail.outbox[0])[0].endswith(reverse("action", args=[draft.public_id]))


def change(action: Action, ana: User, **values: Any) -> None:
    def save() -> bool:
        version = Action.objects.get(pk=action.pk).version + 1
        return bool(Action.objects.filter(pk=action.pk).update(**values, version=version))

    said = {"now": BEFORE, "cases": [], "leads": [ana], "roles": {}}
    assert actions.change(action, by=ana, save=save, **said)


def test_another_time_or_place_is_told_to_who_may_come_and_the_last_change_only(
    action: Action, ana: User
) -> None:
    rosa(action)
    rosa(action, answer="maybe", email="luz@people.example", mail=MailWish.IMPORTANT)
    rosa(action, answer="no", email="no@people.example")
    change(action, ana, title="Another title")
    assert told() == []
    change(action, ana, area="Capitol Hill")
    change(action, ana, starts_at=STARTS + HOUR, ends_at=STARTS + 2 * HOUR)
    assert tick(BEFORE) == {"sent": 2}
    assert {letter.to[0] for letter in mail.outbox} == {"rosa@people.example", "luz@people.example"}
    assert "Friday 20 November, 18:30" in mail.outbox[0].body
    change(action, ana, meeting_point="At the fountain")
    assert tick(BEFORE) == {"sent": 2}


def test_cancelling_tells_who_may_come_and_stops_the_reminders(action: Action, ana: User) -> None:
    rosa(action)
    rosa(action, answer="no", email="no@people.example")
    rosa(action, mail=MailWish.NONE, email="none@people.example")
    actions.cancel(action, by=ana, reason="The boss of the Golden Fork paid Rosa.")
    assert tick(BEFORE) == {"sent": 1}
    assert tick(STARTS - DAY) == {}
    (letter,) = mail.outbox
    assert letter.subject == "It is cancelled"
    assert "Golden Fork" not in letter.body


@pytest.mark.parametrize(
    ("wish", "kinds"),
    [
        (MailWish.NONE, []),
        (MailWish.IMPORTANT, [Kind.CHANGE, Kind.CANCELLATION]),
        (MailWish.ALL, [Kind.ANNOUNCEMENT, Kind.TWO_DAYS, Kind.CHANGE, Kind.CANCELLATION]),
    ],
)
def test_member_gets_what_they_chose_whatever_happens(
    ana: User, wish: str, kinds: list[str]
) -> None:
    mia = make_member("Mia")
    MailChoice.objects.create(user=mia, wish=wish)
    draft = make_action(leads=[ana], state=Action.State.DRAFT, starts_at=STARTS)
    actions.announce(draft, by=ana, now=BEFORE)
    tick(BEFORE)
    announced = Action.objects.get()
    turnout.sign_up(announced, by=mia, answer="yes", now=BEFORE)
    tick(STARTS - 2 * DAY)
    change(announced, ana, area="Capitol Hill")
    tick(STARTS - 2 * DAY + HOUR)
    actions.cancel(announced, by=ana, reason="Storm.")
    tick(STARTS - 2 * DAY + 2 * HOUR)
    assert told() == [(kind, Status.SENT) for kind in kinds]
    assert {letter.to[0] for letter in mail.outbox} == ({mia.email} if kinds else set())


def test_who_signed_up_in_the_moment_of_the_cancellation_is_told_too(
    action: Action, ana: User
) -> None:
    actions.cancel(action, by=ana, reason="Storm.")
    rosa(action)
    assert tick(BEFORE) == {"sent": 1}
    assert tick(BEFORE + HOUR) == {}


def test_message_is_written_with_its_change_or_not_at_all(action: Action, ana: User) -> None:
    rosa(action)
    Action.objects.update(state=Action.State.HELD)
    with pytest.raises(actions.ActionRefused):
        actions.cancel(action, by=ana, reason="Storm.")
    assert told() == []


def test_closing_thanks_who_came_and_nobody_else(action: Action, ana: User) -> None:
    rosa(action, came=True)
    rosa(action, email="luz@people.example")
    after = STARTS + DAY
    with time_machine.travel(after, tick=False):
        actions.close(action, by=ana, debrief="Loud.", now=after)
    assert tick(after) == {"sent": 1}
    assert mail.outbox[0].to == ["rosa@people.example"]
    assert mail.outbox[0].subject == "Thank you"


# The mail itself


def test_no_fact_of_a_case_and_no_name_is_in_any_mail_in_either_language(ana: User) -> None:
    """Every word people can type is a canary here, and none of them is in what leaves."""
    make_group(name="CNRY group")
    case = make_case(
        state=CaseState.ESCALATING,
        team=[ana],
        target=make_target("CNRY target"),
        title="CNRY case",
        summary="CNRY summary",
    )
    words = ("title", "area", "meeting_point", "what", "good_to_know", "debrief", "cancel_reason")
    words += ("access", "languages", "why_postponed")
    action = make_action(cases=[case], starts_at=STARTS, **{w: f"CNRY {w}" for w in words})
    member = make_member("CNRY member")
    rows = [
        rosa(
            action, name="CNRY name", needs="CNRY", offers="CNRY", email=f"{n}@x.example", **values
        )
        for n, values in enumerate(({"language": "es"}, {"language": "en", "answer": "maybe"}))
    ]
    group = make_group(name="CNRY group")
    for kind in Kind:
        for row in rows:
            message = OutboxMessage(pk=7, action=action, sign_up=row, kind=kind)
            if kind == Kind.ANNOUNCEMENT:
                message = OutboxMessage(pk=7, action=action, user=member, kind=kind)
            text = composed(message, group).message().as_string()
            assert "CNRY" not in text, kind
            assert case.reference not in text, kind


def composed(message: OutboxMessage, group: Any) -> Any:
    values = {"group": group, "now": STARTS - DAY, "connection": EmailBackend()}
    return mail_words.compose(message, **values)


def test_answer_goes_to_the_group_and_the_letter_says_that_a_machine_wrote_it(
    action: Action,
) -> None:
    rosa(action)
    tick(STARTS - DAY)
    (letter,) = mail.outbox
    assert letter.reply_to == ["hello@rainier.example"]
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "List-Unsubscribe" not in letter.extra_headers  # mail programs take https only


def test_mail_program_can_turn_reminders_off_by_itself(action: Action, settings: Any) -> None:
    settings.HTTPS, settings.SITE_URL = True, "https://owed.example"
    row = rosa(action)
    tick(STARTS - DAY)
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = headers["List-Unsubscribe"].strip("<>").removeprefix("https://owed.example")
    stranger = Client(enforce_csrf_checks=True)
    posted = stranger.post(url, {"List-Unsubscribe": "One-Click"}, secure=True)
    assert posted.status_code == 204
    row.refresh_from_db()
    assert row.mail == MailWish.IMPORTANT


def test_mail_comes_in_the_language_of_the_page_or_of_the_account(action: Action) -> None:
    form = {"name": "Luz", "email": "luz@people.example", "answer": "yes"}
    url = reverse("sign_up", args=[action.public_id])
    assert Client().post(url, form, HTTP_ACCEPT_LANGUAGE="es").status_code == 302
    assert SignUp.objects.get().language == "es"
    member = make_member("Mia", language="es")
    turnout.sign_up(action, by=member, answer="yes", now=BEFORE, language="en")
    group = make_group()
    for row in action.sign_ups.all():
        assert mail_words._language(OutboxMessage(action=action, sign_up=row), group) == "es"


@pytest.mark.parametrize(
    "address",
    ["a@x.example, b@x.example", "a@x.example\nBcc: b@x.example", '"a b"@', "a@x\r.example"],
)
def test_address_that_is_none_or_two_fails_alone_and_harms_no_other(
    action: Action, address: str
) -> None:
    rosa(action, email=address)
    rosa(action, email="luz@people.example")
    assert tick(STARTS - DAY) == {"planned": 2, "failed": 1, "sent": 1}
    assert OutboxMessage.objects.get(status=Status.FAILED).why == Why.BAD_ADDRESS


def test_link_in_the_mail_opens_the_same_answer_until_two_days_after(action: Action) -> None:
    row = rosa(action)
    tick(STARTS - DAY)
    path = links(mail.outbox[0])[0].removeprefix("http://127.0.0.1:8000")
    assert row.name in Client().get(path).content.decode()
    assert Client().post(path, {"answer": "no"}).status_code == 302
    row.refresh_from_db()
    assert row.answer == "no"
    with time_machine.travel(action.ends_at + 2 * DAY - MINUTE):
        assert Client().get(path).status_code == 200
    with time_machine.travel(action.ends_at + 2 * DAY + MINUTE):
        assert Client().get(path).status_code == 404
    assert Client().get(path.replace(f"/{row.pk}.", f"/{row.pk + 1}.")).status_code == 404


# What a mail server does


class Server(EmailBackend):
    """Does to each address what `answers` says: raises it before or after taking the mail."""

    answers: dict[str, Exception | None] = {}
    takes_first = False

    def send_messages(self, email_messages: Any) -> int:
        error = self.answers.get(email_messages[0].to[0])
        if error is None or self.takes_first:
            super().send_messages(email_messages)
        if error:
            raise error
        return 1


class Silent(EmailBackend):
    def open(self) -> bool:
        raise ConnectionRefusedError


def refused(code: int) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({"rosa@people.example": (code, b"rosa@people.example")})


@pytest.fixture
def answers(settings: Any) -> Iterator[dict[str, Any]]:
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    Server.answers, Server.takes_first = {}, False
    yield Server.answers
    Server.answers = {}


@pytest.mark.parametrize(
    ("error", "status", "why"),
    [
        (refused(550), Status.FAILED, Why.REFUSED),
        (smtplib.SMTPDataError(554, b"spam"), Status.FAILED, Why.REFUSED),
        (smtplib.SMTPServerDisconnected("gone"), Status.UNSURE, Why.CUT_OFF),
        (TimeoutError(), Status.UNSURE, Why.CUT_OFF),
        (refused(450), Status.WAITING, ""),
        (smtplib.SMTPSenderRefused(421, b"busy", "us"), Status.WAITING, ""),
    ],
)
def test_word_of_the_server_decides_and_the_others_get_theirs(
    action: Action, answers: dict[str, Any], error: Exception, status: str, why: str
) -> None:
    answers["rosa@people.example"] = error
    rosa(action)
    rosa(action, email="luz@people.example")
    tick(STARTS - DAY)
    assert [letter.to for letter in mail.outbox] == [["luz@people.example"]]
    message = OutboxMessage.objects.get(sign_up__email="rosa@people.example")
    assert (message.status, message.why) == (status, why)


def test_real_server_gets_a_batch_over_one_connection_and_each_its_own_answer(
    action: Action, settings: Any
) -> None:
    """Refused for good, busy, and cut after the last byte, between others that are taken."""
    names = ("luz", "wrong", "jo", "busy", "mei", "cut", "kim")
    for name in names:
        rosa(action, name=name, email=f"{name}@people.example")
    with mail_server(settings) as real:
        real.answers |= {"wrong@people.example": "550 wrong@people.example is nobody"}
        real.answers |= {"busy@people.example": "451 later", "cut@people.example": "cut"}
        did = tick(STARTS - DAY)
        assert did == {"planned": 7, "sent": 4, "failed": 1, "again": 1, "unsure": 1}
        assert real.connections == 4  # a new one after each trouble
        taken = [text.partition("@")[0] for text in real.taken]
        assert taken == ["luz", "jo", "mei", "cut", "kim"]
        assert all("Reply-To: hello@rainier.example" in text for text in real.taken)
        real.answers.clear()
        assert tick(STARTS - DAY + 2 * MINUTE) == {"sent": 1}
    assert tick(STARTS - DAY + 3 * MINUTE) == {}
    kept = OutboxMessage.objects.values_list("why", flat=True)
    assert "people.example" not in "".join(kept)  # what the server said may name an address


def test_server_that_is_not_there_is_no_trouble_for_who_signs_up(
    action: Action, settings: Any
) -> None:
    with mail_server(settings):
        pass
    rosa(action)
    assert tick(STARTS - DAY) == {"planned": 1, "silent": 1}
    form = {"name": "Luz", "email": "luz@people.example", "answer": "yes"}
    url = reverse("sign_up", args=[action.public_id])
    assert Client().post(url, form).status_code == 302


def test_retries_wait_longer_each_time_and_end(action: Action, answers: dict[str, Any]) -> None:
    """A cancellation is tried six times within fifteen hours."""
    answers["rosa@people.example"] = refused(450)
    rosa(action)
    Action.objects.update(state=Action.State.CANCELLED, cancel_reason="Storm.")
    now = BEFORE.replace(hour=9)
    for wait in [*posting.RETRY_AFTER, None]:
        tick(now)
        message = OutboxMessage.objects.get()
        if wait:
            assert (message.status, message.due_at - now) == (Status.WAITING, wait)
            assert tick(now + wait - MINUTE / 2) == {}
            now += wait
            now = now if not reminders.is_quiet(now, ZONE) else now + 12 * HOUR
    assert (message.status, message.why, message.tries) == (Status.FAILED, Why.GAVE_UP, 6)


def test_silent_server_uses_up_no_try_and_all_go_out_once_it_is_back(
    action: Action, settings: Any
) -> None:
    for n in range(3):
        rosa(action, email=f"{n}@people.example")
    settings.EMAIL_BACKEND = f"{__name__}.Silent"
    assert tick(STARTS - DAY) == {"planned": 3, "silent": 1}
    assert set(OutboxMessage.objects.values_list("status", "tries")) == {(Status.WAITING, 0)}
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert tick(STARTS - DAY + MINUTE) == {"sent": 3}


class Killed(BaseException):
    """Ends a sender as a kill does: nothing of ours catches it."""


@pytest.mark.parametrize("takes_first", [True, False])
@pytest.mark.parametrize("kind", [Kind.DAY, Kind.CANCELLATION])
def test_cut_off_half_way_a_reminder_is_not_sent_again_and_a_cancellation_is(
    action: Action, answers: dict[str, Any], kind: str, takes_first: bool
) -> None:
    rosa(action, email="first@people.example")
    rosa(action)
    if kind == Kind.CANCELLATION:
        Action.objects.update(state=Action.State.CANCELLED, cancel_reason="Storm.")
    answers["rosa@people.example"], Server.takes_first = Killed(), takes_first
    with pytest.raises(Killed):
        tick(STARTS - DAY)
    answers.clear()
    assert tick(STARTS - DAY + posting.LEASE - MINUTE) == {}
    tick(STARTS - DAY + posting.LEASE + MINUTE)
    sent = [letter for letter in mail.outbox if letter.to == ["rosa@people.example"]]
    status = OutboxMessage.objects.get(sign_up__email="rosa@people.example").status
    if kind == Kind.DAY:
        assert (len(sent), status) == (int(takes_first), Status.UNSURE)
    else:
        assert (len(sent), status) == (1 + takes_first, Status.SENT)
        assert len({letter.extra_headers["Message-ID"] for letter in sent}) == 1
    assert OutboxMessage.objects.get(sign_up__email="first@people.example").status == Status.SENT


def test_stop_is_heard_between_two_messages(action: Action, settings: Any, tmp_path: Path) -> None:
    server.use(settings, tmp_path, takes=0)
    for n in range(5):
        rosa(action, email=f"{n}@people.example")
    with time_machine.travel(STARTS - DAY, tick=False):
        posting.post(stop=lambda: len(server.sent()) == 2)
        assert len(server.sent()) == 2
        assert posting.waiting(STARTS - DAY) == 3
        posting.post()
    assert len({address for address, _mark in server.sent()}) == len(server.sent()) == 5


def test_kept_for_a_month_and_then_deleted(action: Action) -> None:
    rosa(action)
    tick(STARTS - DAY)
    forgetting.forget_messages(action.ends_at + 29 * DAY)
    assert len(told()) == 1
    forgetting.forget_messages(action.ends_at + 31 * DAY)
    assert told() == []


def test_private_links_of_one_kind_open_nothing_of_the_other(action: Action) -> None:
    row = rosa(action)
    wish = private_links.mail_token("sign_up", row.pk)
    assert Client().get(reverse("my_sign_up", args=[wish])).status_code == 404
    answer = private_links.token(row.pk)
    assert Client().get(reverse("mail_wish", args=[answer])).status_code == 404
