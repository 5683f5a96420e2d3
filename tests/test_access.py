"""Who may open what: every address, every role, every method.

The walk reads the URLconf itself, so a new view is walked the day it is added, and a view without
a policy fails.
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from campaigns import access
from campaigns.models import CaseState, DepositRule, Duty, Evidence, PersonMerge, TargetAlias
from escalation import roster_links
from escalation.models import (
    AgendaItem,
    Call,
    Caller,
    Meeting,
    OptOut,
    PublicPage,
    Task,
    TreeEntry,
)
from letters.models import Letter
from tests import factories as make

CODE = "0123456789BCDFGHJKMNPQRST"
METHODS = ("get", "head", "options", "post", "put", "patch", "delete")
# Views of django-allauth, which take a PUT for a POST.
ALLAUTH = ("account_", "mfa_", "usersessions_")
# Every organizer may see the header of a case. What it shows is tested with the case file.
SHOWS_HEADER = {"case"}
MEETING_PAGES = (
    "meeting",
    "edit_meeting",
    "close_meeting",
    "reopen_meeting",
    "minutes",
    "add_meeting_task",
    "add_agenda_item",
    "remove_agenda_item",
    "decide_motion",
    "strike_motion",
)
TARGET_PAGES = (
    "target",
    "edit_target_facts",
    "add_target_name",
    "remove_target_name",
    "add_target_link",
    "edit_target_link",
    "strike_target_link",
    "merge_target",
    "unmerge_target",
    "target_home",
    "note_target_home",
    "open_target_home",
)
DUTY_PAGES = ("duty", "hold_duty", "give_back_duty")
FILE_PAGES = ("evidence_page", "evidence_picture", "evidence_file", "check_seal")
KERB_PAGES = (
    "roster_by_link",
    "mark_came_by_link",
    "add_walk_in_by_link",
    "send_ticks",
    "roster_worker",
)
PUBLIC_PAGES = ("page_draft", "edit_page", "publish_page", "take_down_page", "public_page")
# Signed in, and allowed less: what each role may open of the case and the action of others.
SEES = {
    "member": {access.PUBLIC, access.ACCOUNT},
    "organizer": {access.PUBLIC, access.ACCOUNT, access.ORGANIZER},
    "on_duty": {access.PUBLIC, access.ACCOUNT, access.ORGANIZER, access.ON_DUTY},
    "lead": {access.PUBLIC, access.ACCOUNT, access.LEAD},
    "team": {access.PUBLIC, access.ACCOUNT, access.ORGANIZER, access.TEAM, access.LEAD},
}


def patterns(resolver: Any = None) -> Iterator[URLPattern]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        else:
            yield entry


BY_NAME = {pattern.name: pattern for pattern in patterns()}


def policy_of(name: str) -> str | None:
    return getattr(BY_NAME[name].callback, "policy", None)


def test_every_view_carries_a_policy_and_a_name_of_its_own() -> None:
    assert [p for p in patterns() if getattr(p.callback, "policy", "") not in access.POLICIES] == []
    names = [p.name for p in patterns()]
    assert None not in names
    assert len(names) == len(set(names))


@dataclass
class World:
    """`own` is a case of Ana's team that has everything; `foreign` names what does not exist."""

    clients: dict[str, Client]
    own: dict[str, dict[str, Any]]
    foreign: dict[str, dict[str, Any]]

    def url(self, name: str, *, foreign: bool = False) -> str:
        values = self.foreign if foreign else self.own
        pattern = BY_NAME[name].pattern
        wanted = getattr(pattern, "converters", None) or pattern.regex.groupindex
        special = values.get(name, {})
        return reverse(name, kwargs={k: special.get(k, values["*"].get(k)) for k in wanted})


@pytest.fixture
def world(db: None) -> World:
    make.make_group(numbers_public=True)
    people = {
        "member": make.make_member("Mia"),
        "organizer": make.make_user("Olu"),
        "on_duty": make.make_user("Dee"),
        "team": make.make_user("Ana"),
        "lead": make.make_member("Leo"),
    }
    make.put_on_duty(people["on_duty"])
    case = make.make_case(
        state=CaseState.PREPARING,
        team=[people["team"], make.make_user("Ben")],
        target=make.make_target(),
        code=CODE,
        demanded="1620.00",
    )
    agent = make.make_target("Delta Lets", address="")
    link = make.link_targets(agent, case.target, "letting")
    merged = make.make_target("Golden Fork LLC", merged_into=case.target)
    alias = TargetAlias.objects.create(target=case.target, name="The Fork")
    line, payment = make.make_line(case), make.make_payment(case, "100.00")
    Letter.objects.create(
        case=case,
        version=1,
        language="en",
        paper="letter",
        recipient_name="Golden Fork",
        subject="Wages",
        facts="Facts.",
        how_to_pay="By money order.",
        delivery_on="2026-12-01",
    )
    meeting = Meeting.objects.create(at="2026-11-12T19:00Z", place="Library")
    item = AgendaItem.objects.create(meeting=meeting, motion="A motion", position=1)
    task = Task.objects.create(case=case, what="Ask the neighbours")
    away = make.make_user("Rae", rests_since=timezone.localdate())
    left_over = Task.objects.create(what="Ask for the room", owner=away)
    duty = Duty.objects.create(
        user=away, kind="notes", from_date="2026-01-01", until_date=timezone.localdate()
    )
    page = PublicPage.objects.create(case=case, kind="call", title="A fight", text="Come.")
    evidence = Evidence.objects.create(
        case=case, file="x.pdf", format="pdf", size=1, sha256="0" * 64
    )
    action = make.make_action(cases=[case], leads=[people["lead"], away], roles={"police": 2})
    kerb = roster_links.make(action, by=people["lead"])
    for held in (action, make.make_action(cases=[case], leads=[people["lead"]])):
        came_twice = make.make_sign_up(held, came=True, contact_key="phone:+12065550134")
    party = case.parties.get()
    joined = PersonMerge.objects.create(keep=party.person, other=make.make_person())
    offer = make.make_offer(case)
    agreement = make.make_agreement(case)
    (instalment,) = make.make_schedule(agreement, ("600", timezone.localdate()))
    incident, place = make.make_incident(case), make.make_place()
    DepositRule.objects.create(jurisdiction="US-WA", name="Washington")
    entry = TreeEntry.objects.create(person=make.make_person("Tia"))
    caller = Caller.objects.create(action=action, user=people["team"])
    call = Call.objects.create(
        action=action, caller=caller, person=entry.person, contact_key="phone:+12065550134"
    )
    wish = OptOut.objects.create(contact_key="phone:+12065550199", name="Noor")
    own = {
        "*": {
            "reference": case.reference,
            "into": case.reference,
            "public_id": action.public_id,
            "version": 1,
            "name": "hold",
            "kind": "sum",
            "token": "x" * 32,
            "code": CODE,
            "pk": 1,
            "uidb36": "1",
            "key": "x",
            "variant": "refusal",
            "tactic": "picket",
            "language": "es",
            "position": 1,
            "year": 2026,
            "month": 10,
        },
        "statistics_table": {"key": "open_now"},
        **{page: {"pk": meeting.pk, "item": item.pk} for page in MEETING_PAGES},
        **{page: {"pk": task.pk} for page in ("edit_task", "finish_task", "reopen_task")},
        **{
            name: {"pk": case.target.pk, "link": link.pk, "alias": alias.pk, "merged": merged.pk}
            for name in TARGET_PAGES
        },
        **{name: {"pk": page.pk, "public_id": page.public_id} for name in PUBLIC_PAGES},
        **{name: {"token": kerb} for name in KERB_PAGES},
        "tell_form": {"kind": "wages"},
        "handbook_page": {"slug": "start"},
        "edit_handbook_page": {"slug": "start", "language": "en"},
        "remove_own_page": {"slug": "start", "language": "en"},
        "tell_step": {"kind": "wages", "step": "story"},
        "tell_check": {"kind": "wages"},
        "first_day_step": {"step": "papers"},
        **{page: {"kind": "notes"} for page in DUTY_PAGES},
        "take_task": {"pk": left_over.pk},
        "take_over_duty": {"pk": duty.pk},
        "take_lead": {"pk": away.pk},
        **{page: {"public_id": evidence.public_id, "page": 1} for page in FILE_PAGES},
        "ask_to_join": {"pk": came_twice.pk},
        "edit_line": {"pk": line.pk},
        "remove_line": {"pk": line.pk},
        "edit_party": {"pk": party.pk},
        "remove_party": {"pk": party.pk},
        "give_code": {"pk": party.pk},
        "change_payee": {"pk": party.pk},
        "status_offer": {"pk": offer.pk},
        "undo_join": {"pk": joined.pk},
        "edit_text": {"kind": "wages"},
        "go_back_to_first_text": {"kind": "wages"},
        "edit_rule": {"kind": "deposit", "jurisdiction": "US-WA"},
        "clear_payment": {"pk": payment.pk},
        "bounce_payment": {"pk": payment.pk},
        "take_on_account": {"pk": payment.pk},
        "receipt": {"pk": payment.pk},
        "offer": {"pk": offer.pk},
        "say_to_offer": {"pk": offer.pk},
        "discuss_offer": {"pk": offer.pk},
        "counter_offer": {"pk": offer.pk},
        "refuse_offer": {"pk": offer.pk},
        "renew_offer": {"pk": offer.pk},
        "waive_instalment": {"pk": instalment.pk},
        "edit_incident": {"pk": incident.pk},
        "release_caller": {"pk": caller.pk},
        "note_call": {"pk": call.pk},
        **{
            name: {"pk": entry.pk}
            for name in ("edit_on_phone_list", "take_off_phone_list", "never_call")
        },
        "call_again": {"pk": wish.pk},
        "follow_up_incident": {"pk": incident.pk},
        "edit_place": {"pk": place.pk},
        "remove_place": {"pk": place.pk},
        "agree_hand_over": {"pk": place.pk},
        "hand_over_sheet": {"pk": place.pk},
    }
    foreign = {
        name: values | {"reference": "W-9998", "public_id": uuid.UUID(int=7)}
        for name, values in own.items()
    }
    foreign |= {name: own[name] | {"pk": 999_999} for name in TARGET_PAGES}
    foreign["*"]["code"] = "WRONG"
    foreign |= {page: {"public_id": uuid.UUID(int=7), "page": 1} for page in FILE_PAGES}
    clients = {"visitor": Client(), "code": Client()}
    clients["code"].get(f"/s/{CODE}/")
    for role, user in people.items():
        user.set_password(make.PASSWORD)
        user.save(update_fields=["password"])
        clients[role] = Client()
        clients[role].force_login(user)
    return World(clients, own, foreign)


def counted() -> dict[str, int]:
    """Count the rows of our own tables: what a refused request must leave as they are."""
    ours = [apps.get_app_config(app) for app in ("campaigns", "letters", "escalation")]
    return {
        model._meta.label: model._base_manager.count() for app in ours for model in app.get_models()
    }


def masked(answer: HttpResponse) -> bytes:
    """Blank out what differs between any two answers: a form's token, and the address asked for."""
    path = answer.wsgi_request.get_full_path().encode()
    content = answer.content.replace(b'value="' + path + b'"', b'value=""')
    return re.sub(rb'(csrfmiddlewaretoken" value=")[^"]+', rb"\1", content)


def names(*policies: str) -> list[str]:
    return sorted(name for name in BY_NAME if policy_of(name) in policies)


def test_visitor_gets_the_public_pages_and_the_log_in_for_all_others(world: World) -> None:
    visitor = world.clients["visitor"]
    before = counted()
    for name in sorted(BY_NAME):
        for method in METHODS:  # a visitor has no code, so the link with one is another's
            answer = getattr(visitor, method)(world.url(name, foreign=name == "open_status"))
            assert answer.status_code < 500, (name, method)
            if policy_of(name) == access.CODE:
                assert answer.status_code in (302, 403, 404, 405), (name, method)
                assert settings.LOGIN_URL not in answer.headers.get("Location", "")
            elif policy_of(name) != access.PUBLIC:
                assert answer.status_code == 302, (name, method)
                assert answer.headers["Location"].startswith("/account/login/"), (name, method)
    assert counted() == before


@pytest.mark.parametrize("role", ["lead", "member", "organizer"])
def test_who_may_not_open_it_gets_what_a_missing_page_gives(world: World, role: str) -> None:
    before, client = counted(), world.clients[role]
    for name in names(*(set(access.POLICIES) - SEES[role] - {access.CODE})):
        if name in SHOWS_HEADER and access.ORGANIZER in SEES[role]:
            continue
        for method in ("get", "post"):
            answer = getattr(client, method)(world.url(name))
            assert answer.status_code in (404, 405), (name, method)
            if method == "get" and answer.status_code == 404:
                missing = client.get(world.url(name, foreign=True))
                assert masked(answer) == masked(missing), name
    assert counted() == before


@pytest.mark.parametrize("role", ["lead", "member", "on_duty", "team"])
def test_page_opens_for_who_may_and_never_breaks(world: World, role: str) -> None:
    for name in names(*SEES[role]):
        for method in METHODS if role == "team" else ("get", "post"):
            answer = getattr(world.clients[role], method)(world.url(name))
            assert answer.status_code < 500, (name, method)
            if method in ("put", "patch", "delete") and not name.startswith(ALLAUTH):
                assert answer.status_code in (302, 403, 404, 405), (name, method)


def test_case_of_others_answers_like_a_case_that_does_not_exist(world: World) -> None:
    stranger = world.clients["organizer"]
    for name in sorted({*names(access.TEAM, access.LEAD)} - SHOWS_HEADER):
        for method in ("get", "post"):
            theirs = getattr(stranger, method)(world.url(name))
            nothing = getattr(stranger, method)(world.url(name, foreign=True))
            assert theirs.status_code == nothing.status_code, (name, method)
            assert masked(theirs) == masked(nothing), (name, method)


def test_person_with_a_code_sees_their_own_case_and_no_other(world: World) -> None:
    person = world.clients["code"]
    assert person.get("/status/case/").status_code == 200
    for name in names(access.TEAM, access.ORGANIZER, access.ACCOUNT, access.LEAD, access.ON_DUTY):
        assert person.get(world.url(name)).status_code == 302, name
    for name in names(access.CODE):
        for method in METHODS:
            assert getattr(person, method)(world.url(name)).status_code < 500, (name, method)
