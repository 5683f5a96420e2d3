"""Addresses of what we do: moves, plans, actions, sign-up, roster."""

from django.urls import path

from escalation.views import (
    actions,
    board,
    calendars,
    case_file,
    dates,
    home,
    incidents,
    kept,
    known_people,
    later,
    mail,
    meetings,
    money,
    moves,
    offers,
    papers,
    people_in_fight,
    plans,
    printing,
    publicity,
    queue,
    reports,
    roster,
    setup,
    sign_up,
    status,
    status_part,
    tasks,
    today,
)

urlpatterns = [
    # What needs a person, all cases, and one case
    path("today/", today.today, name="today"),
    path("dates/", dates.dates, name="dates"),
    path("cases/", board.board, name="board"),
    path("cases.csv", board.board_table, name="board_table"),
    path("queue/", queue.queue, name="queue"),
    path("cases/<str:reference>/", case_file.case, name="case"),
    path("cases/<str:reference>/queue/place/", queue.change_place, name="change_place"),
    path("cases/<str:reference>/queue/check/", queue.check_in_queued, name="check_in_queued"),
    path("people/known/", known_people.known_people, name="known_people"),
    path("people/known/join/", known_people.join_people, name="join_people"),
    path("people/known/<int:pk>/undo/", known_people.undo_join, name="undo_join"),
    path("cases/<str:reference>/known/", known_people.case_known, name="case_known"),
    path("cases/<str:reference>/people/", people_in_fight.case_people, name="case_people"),
    path(
        "cases/<str:reference>/people/<int:pk>/payee/",
        people_in_fight.change_payee,
        name="change_payee",
    ),
    path("cases/<str:reference>/links/", later.case_links, name="case_links"),
    path("cases/<str:reference>/links/new/", later.open_linked_case, name="open_linked_case"),
    path("cases/<str:reference>/merge/", later.merge_case, name="merge_case"),
    path("cases/<str:reference>/merge/<str:into>/", later.merge_into, name="merge_into"),
    path("cases/<str:reference>/timeline/", case_file.case_timeline, name="case_timeline"),
    # Moves, offers and plans: the team of a case
    path("cases/<str:reference>/moves/<str:name>/", moves.make_move, name="make_move"),
    path("cases/<str:reference>/offers/new/", offers.record_offer, name="record_offer"),
    path("cases/<str:reference>/offers/<int:pk>/", offers.offer, name="offer"),
    path("cases/<str:reference>/offers/<int:pk>/say/", offers.say_to_offer, name="say_to_offer"),
    path(
        "cases/<str:reference>/offers/<int:pk>/discussed/",
        offers.discuss_offer,
        name="discuss_offer",
    ),
    path(
        "cases/<str:reference>/offers/<int:pk>/answer/", offers.counter_offer, name="counter_offer"
    ),
    path("cases/<str:reference>/offers/<int:pk>/refuse/", offers.refuse_offer, name="refuse_offer"),
    path("cases/<str:reference>/offers/<int:pk>/renew/", offers.renew_offer, name="renew_offer"),
    # Money: what each is owed, payments and receipts, the agreement and its schedule
    path("cases/<str:reference>/money/", money.case_money, name="case_money"),
    path("cases/<str:reference>/payments/<int:pk>/receipt/", money.receipt, name="receipt"),
    path(
        "cases/<str:reference>/payments/<int:pk>/on-account/",
        money.take_on_account,
        name="take_on_account",
    ),
    path(
        "cases/<str:reference>/instalments/<int:pk>/let-go/",
        money.waive_instalment,
        name="waive_instalment",
    ),
    path("cases/<str:reference>/plan/", plans.vote_plan, name="vote_plan"),
    # Papers after the demand: the team of a case
    path("cases/<str:reference>/papers/", papers.papers, name="papers"),
    path("cases/<str:reference>/papers/<str:variant>/", papers.draft_paper, name="draft_paper"),
    path(
        "cases/<str:reference>/letters/<int:version>/copy/<str:language>/",
        papers.reading_copy,
        name="reading_copy",
    ),
    # Papers for the street: the team of a case
    path("cases/<str:reference>/poster/print/", printing.print_poster, name="print_poster"),
    path("cases/<str:reference>/signs/", printing.picket_signs, name="picket_signs"),
    # Decisions, tasks and publicity of a case: its team
    path("cases/<str:reference>/decisions/", publicity.case_decisions, name="case_decisions"),
    path("cases/<str:reference>/tasks/new/", tasks.add_task, name="add_task"),
    path("cases/<str:reference>/target/research/", tasks.research_target, name="research_target"),
    path("cases/<str:reference>/publicity/", publicity.vote_publicity, name="vote_publicity"),
    path("cases/<str:reference>/publicity/stop/", publicity.stop_publicity, name="stop_publicity"),
    path("cases/<str:reference>/pages/new/", publicity.write_page, name="write_page"),
    path("cases/<str:reference>/pages/<int:pk>/", publicity.page_draft, name="page_draft"),
    path("cases/<str:reference>/pages/<int:pk>/edit/", publicity.edit_page, name="edit_page"),
    path(
        "cases/<str:reference>/pages/<int:pk>/publish/", publicity.publish_page, name="publish_page"
    ),
    path(
        "cases/<str:reference>/pages/<int:pk>/take-down/",
        publicity.take_down_page,
        name="take_down_page",
    ),
    path("p/<uuid:public_id>/", publicity.public_page, name="public_page"),
    # Tasks, for whoever does them
    path("tasks/<int:pk>/", tasks.edit_task, name="edit_task"),
    path("tasks/<int:pk>/done/", tasks.finish_task, name="finish_task"),
    path("tasks/<int:pk>/open/", tasks.reopen_task, name="reopen_task"),
    # Meetings: when and where for everybody, the rest for organizers
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/new/", meetings.plan_meeting, name="plan_meeting"),
    path("meetings/<int:pk>/", meetings.meeting, name="meeting"),
    path("meetings/<int:pk>/edit/", meetings.edit_meeting, name="edit_meeting"),
    path("meetings/<int:pk>/close/", meetings.close_meeting, name="close_meeting"),
    path("meetings/<int:pk>/reopen/", meetings.reopen_meeting, name="reopen_meeting"),
    path("meetings/<int:pk>/minutes/", meetings.minutes, name="minutes"),
    path("meetings/<int:pk>/tasks/new/", tasks.add_meeting_task, name="add_meeting_task"),
    path("meetings/<int:pk>/agenda/new/", meetings.add_agenda_item, name="add_agenda_item"),
    path(
        "meetings/<int:pk>/agenda/<int:item>/remove/",
        meetings.remove_agenda_item,
        name="remove_agenda_item",
    ),
    path("meetings/<int:pk>/agenda/<int:item>/vote/", meetings.decide_motion, name="decide_motion"),
    path(
        "meetings/<int:pk>/agenda/<int:item>/strike/", meetings.strike_motion, name="strike_motion"
    ),
    path(
        "meetings/<int:pk>/sign-in/", printing.print_meeting_sign_in, name="print_meeting_sign_in"
    ),
    # Incidents: the team of a case
    path("cases/<str:reference>/incidents/", incidents.incidents, name="incidents"),
    path("cases/<str:reference>/incidents/new/", incidents.add_incident, name="add_incident"),
    path(
        "cases/<str:reference>/incidents/<int:pk>/",
        incidents.edit_incident,
        name="edit_incident",
    ),
    path(
        "cases/<str:reference>/incidents/<int:pk>/followed-up/",
        incidents.follow_up_incident,
        name="follow_up_incident",
    ),
    path("cases/<str:reference>/watch/", incidents.set_watch, name="set_watch"),
    path("status/incident/", reports.report_incident, name="report_incident"),
    # What is kept about whoever is logged in
    path("account/kept/", kept.kept, name="kept"),
    path("account/kept.json", kept.kept_json, name="kept_json"),
    path("account/kept.csv", kept.kept_csv, name="kept_csv"),
    # Actions, for members and for those who run them
    path("cases/<str:reference>/actions/new/", actions.plan_action, name="plan_action"),
    path("actions/", actions.actions, name="actions"),
    path("actions/<uuid:public_id>/", actions.action, name="action"),
    path("actions/<uuid:public_id>/edit/", actions.edit_action, name="edit_action"),
    path("actions/<uuid:public_id>/announce/", actions.announce_action, name="announce_action"),
    path("actions/<uuid:public_id>/notices/", incidents.read_notices, name="read_notices"),
    path("actions/<uuid:public_id>/cancel/", actions.cancel_action, name="cancel_action"),
    path("actions/<uuid:public_id>/close/", actions.close_action, name="close_action"),
    path("actions/<uuid:public_id>/answer/", actions.answer_action, name="answer_action"),
    # The public page of an action, and sign-up without an account
    path("a/<uuid:public_id>/", sign_up.action_page, name="action_page"),
    path("a/<uuid:public_id>/sign-up/", sign_up.sign_up, name="sign_up"),
    path("a/<uuid:public_id>/send-link/", sign_up.send_link, name="send_link"),
    path("my/<str:token>/", sign_up.my_sign_up, name="my_sign_up"),
    path("my/<str:token>/cancel/", sign_up.cancel_sign_up, name="cancel_sign_up"),
    # The roster
    # Calendars
    path(
        "calendar/actions/<uuid:public_id>.ics", calendars.action_calendar, name="action_calendar"
    ),
    path("account/calendar/", calendars.calendar_feed, name="calendar_feed"),
    path("account/calendar/end/", calendars.end_calendar_feed, name="end_calendar_feed"),
    path("calendar/<str:token>/dates.ics", calendars.calendar_of_person, name="calendar_of_person"),
    path("actions/<uuid:public_id>/roster/", roster.roster, name="roster"),
    path("actions/<uuid:public_id>/roster/came/", roster.mark_came, name="mark_came"),
    path("actions/<uuid:public_id>/roster/walk-in/", roster.add_walk_in, name="add_walk_in"),
    path("actions/<uuid:public_id>/contacts/", roster.contacts, name="contacts"),
    # E-mails about actions
    path("account/mail/", mail.my_mail, name="my_mail"),
    path("mail/<str:token>/", mail.mail_wish, name="mail_wish"),
    path("actions/<uuid:public_id>/called/", mail.note_called, name="note_called"),
    path("actions/<uuid:public_id>/contacts/off/", roster.take_off_list, name="take_off_list"),
    # What an action needs on paper
    path("actions/<uuid:public_id>/roster/print/", printing.print_roster, name="print_roster"),
    path(
        "actions/<uuid:public_id>/contacts/print/", printing.print_call_list, name="print_call_list"
    ),
    path("actions/<uuid:public_id>/sign-in/", printing.print_sign_in, name="print_sign_in"),
    path(
        "actions/<uuid:public_id>/script/", printing.print_phone_script, name="print_phone_script"
    ),
    # The public pages, and the first page of an empty installation
    path("", home.home, name="home"),
    path("how-it-works/", home.how_it_works, name="how_it_works"),
    path("privacy/", home.privacy, name="privacy"),
    path("set-up/<str:token>/", setup.set_up, name="set_up"),
    # Status page: for an affected person, by their private code
    path("status/", status.status, name="status"),
    path("s/<str:code>/", status.open_status, name="open_status"),
    path("status/case/", status.status_case, name="status_case"),
    path("status/money/", status_part.status_money, name="status_money"),
    path("status/offers/<int:pk>/", status_part.status_offer, name="status_offer"),
    path("status/publicity/", status_part.status_publicity, name="status_publicity"),
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
