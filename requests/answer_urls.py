from __future__ import annotations

from django.urls import path

from requests import answer_views, copy_views, letter_views, my_answer_views

TEXTS, LETTERS = "beheer/brieven/", "verzoeken/brieven/<uuid:letter_id>/"
COPY = "verzoeken/kopieen/<uuid:bundle_id>/"
urlpatterns = [
    path(TEXTS, letter_views.texts, name="letter_texts"),
    path(f"{TEXTS}<str:kind>/", letter_views.text, name="letter_text"),
    path("verzoeken/<uuid:verzoek_id>/brieven/", answer_views.make_letter, name="make_letter"),
    path(LETTERS, answer_views.letter_file, name="letter_file"),
    path(f"{LETTERS}verstuurd/", answer_views.letter_posted, name="letter_posted"),
    path("verzoeken/<uuid:verzoek_id>/kopie/", copy_views.ask, name="ask_copy"),
    path("verzoeken/<uuid:verzoek_id>/kopie/stand/", copy_views.progress, name="copy_progress"),
    path(COPY, copy_views.fetch, name="copy_file"),
    path(f"{COPY}meegegeven/", copy_views.hand, name="copy_hand"),
    path("mijn/kopie/<uuid:bundle_id>/", my_answer_views.copy, name="my_copy"),
    path("mijn/kopie/<uuid:bundle_id>/ophalen/", my_answer_views.fetch_copy, name="my_copy_file"),
    path("mijn/brieven/<uuid:letter_id>/", my_answer_views.letter, name="letter"),
]
