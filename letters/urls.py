"""Addresses of the papers of a case."""

from django.urls import path

from letters import enclosure_views, poster_views, text_views, views, word_views

_LETTER = "cases/<str:reference>/letters/<int:version>/"
_TEXT = "letter-texts/<str:kind>/<str:language>/"

urlpatterns = [
    path("cases/<str:reference>/letters/new/", views.draft_letter, name="draft_letter"),
    path("letter-texts/", text_views.letter_texts, name="letter_texts"),
    path(f"{_TEXT}edit/", text_views.edit_text, name="edit_text"),
    path(f"{_TEXT}first/", text_views.go_back_to_first_text, name="go_back_to_first_text"),
    path("cases/<str:reference>/poster/", poster_views.poster, name="poster"),
    path(_LETTER, views.letter, name="letter"),
    path(f"{_LETTER}edit/", views.edit_letter, name="edit_letter"),
    path(f"{_LETTER}pdf/", views.letter_pdf, name="letter_pdf"),
    path(f"{_LETTER}enclosures/", enclosure_views.choose_enclosures, name="choose_enclosures"),
    path(f"{_LETTER}packet/", enclosure_views.case_packet, name="case_packet"),
    path(f"{_LETTER}packet/<int:position>/", enclosure_views.case_packet, name="case_packet_to"),
    path(f"{_LETTER}pdf/<int:position>/", views.letter_pdf, name="letter_pdf_to"),
    path(f"{_LETTER}pdfs/", views.letter_pdfs, name="letter_pdfs"),
    path(f"{_LETTER}handed/<int:position>/", views.hand_letter, name="hand_letter"),
    path(f"{_LETTER}lift/", views.lift_finding, name="lift_finding"),
    path(f"{_LETTER}lift/back/", views.take_back_lift, name="take_back_lift"),
    path("words/", word_views.own_words, name="own_words"),
    path("words/<int:pk>/remove/", word_views.remove_own_word, name="remove_own_word"),
    path(f"{_LETTER}approve/", views.approve_letter, name="approve_letter"),
    path(f"{_LETTER}sent/", views.send_letter, name="send_letter"),
    path(f"{_LETTER}copy/<str:language>/", views.reading_copy, name="reading_copy"),
    path(f"{_LETTER}issue/", views.issue_letter, name="issue_letter"),
]
