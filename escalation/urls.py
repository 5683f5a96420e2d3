"""Addresses of what we do: moves, plans, actions, sign-up, roster."""

from django.urls import path

from escalation.views import (
    actions,
    board,
    case_file,
    home,
    moves,
    plans,
    roster,
    setup,
    sign_up,
    status,
    today,
)

urlpatterns = [
    # What needs a person, all cases, and one case
    path("today/", today.today, name="today"),
    path("cases/", board.board, name="board"),
    path("cases/<str:reference>/", case_file.case, name="case"),
    path("cases/<str:reference>/timeline/", case_file.case_timeline, name="case_timeline"),
    # Moves, offers and plans: the team of a case
    path("cases/<str:reference>/moves/<str:name>/", moves.make_move, name="make_move"),
    path("cases/<str:reference>/offers/new/", moves.record_offer, name="record_offer"),
    path("cases/<str:reference>/plan/", plans.vote_plan, name="vote_plan"),
    # Actions, for members and for those who run them
    path("cases/<str:reference>/actions/new/", actions.plan_action, name="plan_action"),
    path("actions/", actions.actions, name="actions"),
    path("actions/<uuid:public_id>/", actions.action, name="action"),
    path("actions/<uuid:public_id>/edit/", actions.edit_action, name="edit_action"),
    path("actions/<uuid:public_id>/announce/", actions.announce_action, name="announce_action"),
    path("actions/<uuid:public_id>/cancel/", actions.cancel_action, name="cancel_action"),
    path("actions/<uuid:public_id>/close/", actions.close_action, name="close_action"),
    path("actions/<uuid:public_id>/answer/", actions.answer_action, name="answer_action"),
    # The public page of an action, and sign-up without an account
    path("a/<uuid:public_id>/", sign_up.action_page, name="action_page"),
    path("a/<uuid:public_id>/sign-up/", sign_up.sign_up, name="sign_up"),
    path("my/<str:token>/", sign_up.my_sign_up, name="my_sign_up"),
    path("my/<str:token>/cancel/", sign_up.cancel_sign_up, name="cancel_sign_up"),
    # The roster
    path("actions/<uuid:public_id>/roster/", roster.roster, name="roster"),
    path("actions/<uuid:public_id>/roster/came/", roster.mark_came, name="mark_came"),
    path("actions/<uuid:public_id>/roster/walk-in/", roster.add_walk_in, name="add_walk_in"),
    path("actions/<uuid:public_id>/contacts/", roster.contacts, name="contacts"),
    path("actions/<uuid:public_id>/contacts/off/", roster.take_off_list, name="take_off_list"),
    # The public pages, and the first page of an empty installation
    path("", home.home, name="home"),
    path("how-it-works/", home.how_it_works, name="how_it_works"),
    path("privacy/", home.privacy, name="privacy"),
    path("set-up/<str:token>/", setup.set_up, name="set_up"),
    # Status page: for an affected person, by their private code
    path("status/", status.status, name="status"),
    path("s/<str:code>/", status.open_status, name="open_status"),
    path("status/case/", status.status_case, name="status_case"),
    path("status/message/", status.send_message, name="send_message"),
    path("status/evidence/", status.send_evidence, name="send_evidence"),
    path("status/letter/<int:version>/", status.status_letter, name="status_letter"),
    path("status/letter/<int:version>/pdf/", status.status_letter_pdf, name="status_letter_pdf"),
    path(
        "status/letter/<int:version>/approve/",
        status.approve_letter_by_code,
        name="approve_letter_by_code",
    ),
]
