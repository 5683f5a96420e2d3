"""Addresses of the facts: telling us, the network and its people, the files of cases."""

from django.urls import include, path

from campaigns.views import (
    codes,
    contacts,
    evidence,
    facts,
    holding,
    intake,
    lines,
    parties,
    payments,
    people,
    places,
    rules,
    targets,
    team,
)

_FILE = "cases/<str:reference>/evidence/<uuid:public_id>/"

urlpatterns = [
    # Telling us, for anybody
    path("tell/", intake.tell, name="tell"),
    path("tell/<str:kind>/", intake.tell_form, name="tell_form"),
    path("told/", intake.told, name="told"),
    path("leave/", intake.leave, name="leave"),
    # The network and its people
    path("people/", people.people, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/invitations/<int:pk>/second/", people.second_invitation, name="second_invitation"),
    path(
        "people/invitations/<int:pk>/withdraw/",
        people.withdraw_invitation,
        name="withdraw_invitation",
    ),
    path("people/duty/take/", people.take_duty, name="take_duty"),
    path("people/duty/end/", people.end_duty, name="end_duty"),
    path("invitation/<str:token>/", people.accept_invitation, name="accept_invitation"),
    path("settings/", people.settings, name="settings"),
    path("places/", places.places, name="places"),
    path("places/new/", places.add_place, name="add_place"),
    path("places/<int:pk>/", places.edit_place, name="edit_place"),
    path("places/<int:pk>/remove/", places.remove_place, name="remove_place"),
    path("rules/", rules.rules, name="rules"),
    path("rules/<str:kind>/<str:jurisdiction>/", rules.edit_rule, name="edit_rule"),
    path("account/settings/", people.my_settings, name="my_settings"),
    # Targets, and who stands behind them
    path("targets/", include("campaigns.target_urls")),
    # Cases: the file, its people, facts, evidence and payments
    path("cases/<str:reference>/header/", facts.edit_header, name="edit_header"),
    path("cases/<str:reference>/rules/", rules.case_rules, name="case_rules"),
    path("cases/<str:reference>/legal-hold/", holding.legal_hold, name="legal_hold"),
    path("cases/<str:reference>/keep/", holding.keep_case, name="keep_case"),
    path("cases/<str:reference>/sheet/", facts.edit_sheet, name="edit_sheet"),
    path("cases/<str:reference>/people/new/", parties.add_party, name="add_party"),
    path("cases/<str:reference>/people/<int:pk>/", parties.edit_party, name="edit_party"),
    path("cases/<str:reference>/people/<int:pk>/code/", codes.give_code, name="give_code"),
    path("cases/<str:reference>/people/<int:pk>/left/", parties.remove_party, name="remove_party"),
    path("cases/<str:reference>/target/", parties.edit_target, name="edit_target"),
    path("cases/<str:reference>/target/choose/", targets.choose_target, name="choose_target"),
    path("cases/<str:reference>/target/not-this/", targets.not_this_target, name="not_this_target"),
    path("cases/<str:reference>/lines/new/<str:kind>/", lines.add_line, name="add_line"),
    path("cases/<str:reference>/lines/<int:pk>/", lines.edit_line, name="edit_line"),
    path("cases/<str:reference>/lines/<int:pk>/remove/", lines.remove_line, name="remove_line"),
    path("cases/<str:reference>/contacts/new/", contacts.log_contact, name="log_contact"),
    path("cases/<str:reference>/messages/new/", contacts.message_person, name="message_person"),
    path("cases/<str:reference>/first-meeting/held/", contacts.hold_meeting, name="hold_meeting"),
    path("cases/<str:reference>/evidence/new/", evidence.add_evidence, name="add_evidence"),
    path(_FILE, evidence.evidence_page, name="evidence_page"),
    path(f"{_FILE}<int:page>.jpg", evidence.evidence_picture, name="evidence_picture"),
    path(f"{_FILE}original/", evidence.evidence_file, name="evidence_file"),
    path(f"{_FILE}seal/", evidence.check_seal, name="check_seal"),
    path("cases/<str:reference>/payments/new/", payments.record_payment, name="record_payment"),
    path(
        "cases/<str:reference>/payments/<int:pk>/cleared/",
        payments.clear_payment,
        name="clear_payment",
    ),
    path(
        "cases/<str:reference>/payments/<int:pk>/bounced/",
        payments.bounce_payment,
        name="bounce_payment",
    ),
    path(
        "cases/<str:reference>/payments/<int:pk>/mistake/",
        payments.strike_payment,
        name="strike_payment",
    ),
    path("cases/<str:reference>/places/", places.case_places, name="case_places"),
    path(
        "cases/<str:reference>/places/<int:pk>/agreed/",
        places.agree_hand_over,
        name="agree_hand_over",
    ),
    path(
        "cases/<str:reference>/places/<int:pk>/sheet/",
        places.hand_over_sheet,
        name="hand_over_sheet",
    ),
    path("cases/<str:reference>/legal/", team.name_for_legal, name="name_for_legal"),
    path("cases/<str:reference>/team/", team.add_to_team, name="add_to_team"),
    path("cases/<str:reference>/team/join/", team.join_team, name="join_team"),
    path("cases/<str:reference>/team/leave/", team.leave_team, name="leave_team"),
]
