"""Addresses of the papers of a case."""

from django.urls import path

from letters.views import enclosures, letters, posters, texts, words

_LETTER = "cases/<str:reference>/letters/<int:version>/"
_TEXT = "letter-texts/<str:kind>/<str:language>/"

urlpatterns = [
    path("cases/<str:reference>/letters/new/", letters.draft_letter, name="draft_letter"),
    path("letter-texts/", texts.letter_texts, name="letter_texts"),
    path(f"{_TEXT}edit/", texts.edit_text, name="edit_text"),
    path(f"{_TEXT}first/", texts.go_back_to_first_text, name="go_back_to_first_text"),
    path("cases/<str:reference>/poster/", posters.poster, name="poster"),
    path(_LETTER, letters.letter, name="letter"),
    path(f"{_LETTER}edit/", letters.edit_letter, name="edit_letter"),
    path(f"{_LETTER}pdf/", letters.letter_pdf, name="letter_pdf"),
    path(f"{_LETTER}enclosures/", enclosures.choose_enclosures, name="choose_enclosures"),
    path(f"{_LETTER}packet/", enclosures.case_packet, name="case_packet"),
    path(f"{_LETTER}packet/<int:position>/", enclosures.case_packet, name="case_packet_to"),
    path(f"{_LETTER}pdf/<int:position>/", letters.letter_pdf, name="letter_pdf_to"),
    path(f"{_LETTER}pdfs/", letters.letter_pdfs, name="letter_pdfs"),
    path(f"{_LETTER}handed/<int:position>/", letters.hand_letter, name="hand_letter"),
    path(f"{_LETTER}lift/", letters.lift_finding, name="lift_finding"),
    path(f"{_LETTER}lift/back/", letters.take_back_lift, name="take_back_lift"),
    path("words/", words.own_words, name="own_words"),
    path("words/<int:pk>/remove/", words.remove_own_word, name="remove_own_word"),
    path(f"{_LETTER}approve/", letters.approve_letter, name="approve_letter"),
    path(f"{_LETTER}sent/", letters.send_letter, name="send_letter"),
    path(f"{_LETTER}issue/", letters.issue_letter, name="issue_letter"),
]
