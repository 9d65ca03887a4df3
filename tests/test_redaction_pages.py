"""The page on which somebody marks what goes: what it shows, what it refuses in words, and what it costs."""

from __future__ import annotations

import io

import pikepdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bureaus.tenancy import in_bureau
from dossiers.models import StoredFile
from journal.models import Line
from requests.models import Judgement, Kind, Mark
from tests.support.documents import picture
from tests.support.people import log_in, make_bureau
from tests.support.portal import make_case, write
from tests.support.verzoeken import entered
from tests.support.verzoeken_handled import paper
from tests.test_redaction import GROUND, NAME, add, ground, mark, scanned

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return make_case(make_bureau(preset="werkid"))


def opened(case):
    return entered(case, Kind.AFSCHRIFT, dossier=case.dossier)


def page_of(row, stuk) -> str:
    return reverse("requests:redact", args=[row.pk, stuk.pk])


def sent(browser, url, **more):
    return browser.post(url, {"wat": "woorden", "woorden-words": NAME, "woorden-reason_code": GROUND} | more)


def test_words_are_marked_wherever_they_stand_and_can_be_given_back(case):
    stuk = write(case, f"Over {NAME}", f"Buurman karel vermeulen kwam langs. <script>{NAME}</script>")
    row, browser = opened(case), log_in(case.coach)
    url = page_of(row, stuk)
    assert sent(browser, url, **{"woorden-reason": "De buurman"}).status_code == 302
    shown = browser.get(url).content.decode()
    assert shown.count('<mark class="goes">') == 4 and "&lt;script&gt;" in shown and "3 keer in de tekst" in shown
    with in_bureau(case.bureau):
        (made,) = Mark.objects.all()
        assert (made.words, made.reason, made.reason_code) == (NAME, "De buurman", GROUND)
    assert "1 deel weggelaten" in browser.get(reverse("requests:collect", args=[row.pk])).content.decode()
    assert browser.post(reverse("requests:unmark", args=[made.pk])).status_code == 302
    with in_bureau(case.bureau):
        assert not Mark.objects.exists() and not Judgement.objects.exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"woorden-words": "Truus"}, "Deze woorden staan niet in dit stuk."),
        ({"woorden-words": ""}, "Vul de woorden in die eruit moeten."),
        ({"woorden-words": "k"}, "ten minste twee letters of cijfers"),
        ({"woorden-words": "\x00\u200b"}, "Vul de woorden in"),
        ({"woorden-words": "Karel" * 500}, "Gebruik ten hoogste 2000 tekens."),
        ({"woorden-reason_code": ""}, "Kies een reden."),
        ({"woorden-reason_code": "zomaar"}, "zomaar"),
    ],
)  # fmt: skip
def test_what_can_not_be_marked_is_said_beside_the_field_and_the_words_are_kept(case, given, said):
    stuk = write(case, "Gesprek", f"{NAME} was er.")
    row, browser = opened(case), log_in(case.coach)
    answer = sent(browser, page_of(row, stuk), **given)
    assert answer.status_code == 200 and said in answer.content.decode()
    if "woorden-reason_code" in given:
        assert NAME in answer.content.decode()
    with in_bureau(case.bureau):
        assert not Mark.objects.exists()


def test_a_scan_says_that_nothing_is_found_on_it_and_takes_a_box(case):
    stuk = add(case, "scan.pdf", scanned())
    row, browser = opened(case), log_in(case.coach)
    url = page_of(row, stuk)
    assert "Hier zoekt de computer niet" in browser.get(url).content.decode()
    assert "trek daar een vlak" in sent(browser, url).content.decode()
    wrong = browser.post(url, {"wat": "vlak", "vlak-left": "1e400", "vlak-reason_code": GROUND}).content.decode()
    assert "Vul een getal van 0 tot en met 1000 in." in wrong and 'value="1e400"' in wrong
    none = {"wat": "vlak", **dict.fromkeys(("vlak-left", "vlak-top", "vlak-right", "vlak-bottom"), "7")}
    assert "Trek een vlak" in browser.post(url, none | {"vlak-reason_code": GROUND}).content.decode()
    box = {"wat": "vlak", "vlak-left": "100", "vlak-top": "100", "vlak-right": "900", "vlak-bottom": "300"}
    assert browser.post(url, box | {"vlak-reason_code": GROUND}).status_code == 302
    assert "Een vlak op bladzijde 1" in browser.get(url).content.decode()
    with in_bureau(case.bureau):
        assert Mark.objects.get().area == [100.0, 100.0, 900.0, 300.0]


def test_a_page_is_shown_as_a_picture_that_we_made_and_a_picture_of_a_client_never(case):
    stuk = add(case, "brief.pdf", paper(f"<p>Over {NAME}.</p>"))
    photo = add(case, "foto.jpg", picture())
    row, browser = opened(case), log_in(case.coach)
    mark(case, row, stuk, NAME)
    with in_bureau(case.bureau):
        pdf, jpg = StoredFile.objects.get(stuk=stuk), StoredFile.objects.get(stuk=photo)
    answer = browser.get(reverse("requests:redact_page", args=[row.pk, stuk.pk, pdf.pk, 1]))
    assert answer["Content-Type"] == "image/jpeg" and answer.content[:3] == b"\xff\xd8\xff"
    for stuk_id, file, page in ((stuk.pk, pdf, 2), (photo.pk, jpg, 1), (photo.pk, pdf, 1), (stuk.pk, pdf, 10**12)):
        assert browser.get(reverse("requests:redact_page", args=[row.pk, stuk_id, file.pk, page])).status_code == 404
    assert "alleen geheel achterhouden" in browser.get(page_of(row, photo)).content.decode()
    assert browser.post(page_of(row, photo), {"wat": "bestand", "file": jpg.pk, "bestand-reason_code": GROUND}
                        ).status_code == 302  # fmt: skip
    with in_bureau(case.bureau):
        assert Line.objects.filter(act="document.opgehaald").count() == 1


@pytest.mark.parametrize("pages", [301, 10_000])
def test_a_pdf_of_too_many_pages_says_so(case, pages):
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        out = io.BytesIO()
        pdf.save(out)
    stuk = add(case, "dik.pdf", out.getvalue())
    row, browser = opened(case), log_in(case.coach)
    answer = browser.get(page_of(row, stuk) + "?blad=9999999999999")
    assert answer.status_code == 200 and "meer dan 300 bladzijden" in answer.content.decode()


def test_the_page_asks_as_much_whatever_stands_on_it(case):
    stuk = add(case, "brief.pdf", paper(f"<p>Over {NAME} en zijn zus Truus.</p>"))
    row, browser = opened(case), log_in(case.coach)
    url = page_of(row, stuk)
    asked = [_queries(browser, url)]
    for words in (NAME, "zijn zus", "Truus"):
        mark(case, row, stuk, words, reason_code=ground(case, row))
    assert asked[0] <= 12 and _queries(browser, url) <= 12


def _queries(browser, url) -> int:
    browser.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(url).status_code == 200
    return len([one for one in asked if "set_config" not in one["sql"] and "SAVEPOINT" not in one["sql"]])
