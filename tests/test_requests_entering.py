"""Taking in a request at the desk: whose it is, what its kind asks, the letter, and what is typed badly."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from access.models import Role
from bureaus.tenancy import in_bureau
from journal.models import Line
from requests.models import Change, Kind, State, Verzoek
from tests.support.documents import pdf, picture, upload
from tests.support.people import log_in, make_bureau, make_member
from tests.support.portal import make_case, queries_of, write
from vault.files import open_sealed

pytestmark = pytest.mark.django_db


def page(case, kind: str = "") -> str:
    return f"/verzoeken/nieuw/{case.client.pk}/" + (f"?soort={kind}" if kind else "")


def sent(**more) -> dict:
    return {"channel": "brief", "received_on": timezone.localdate().isoformat(), "words": "Graag alles."} | more


def letter(**more) -> SimpleUploadedFile:
    return upload(pdf(**more), "Brief van Vera.pdf")


def only(bureau) -> Verzoek:
    with in_bureau(bureau):
        row = Verzoek.objects.get()
        _ = row.words, row.proposed
        return row


def test_a_client_is_found_by_name_or_number_and_the_words_are_not_in_the_log(javawest, vera):
    client = log_in(vera.coach)
    assert page(vera) not in client.get("/verzoeken/nieuw/").content.decode()
    for words in (vera.client.last_name.lower(), vera.dossier.number):
        assert page(vera) in client.get("/verzoeken/nieuw/", {"q": words}).content.decode()
    assert "Niemand gevonden" in client.get("/verzoeken/nieuw/", {"q": "b\x00"}).content.decode()
    with in_bureau(javawest):
        lines = Line.objects.filter(act="clienten.gezocht")
        assert lines.exists()
        assert vera.client.last_name.lower() not in str([one.facts for one in lines])


def test_a_coach_finds_who_is_within_reach_and_the_desk_everybody(javawest, vera):
    wim, ada = make_case(javawest, "Wim"), make_member(javawest, "Ada", Role.ADMINISTRATIE)
    search = {"q": vera.client.last_name}
    assert page(vera) not in log_in(wim.coach).get("/verzoeken/nieuw/", search).content.decode()
    assert page(vera) in log_in(ada).get("/verzoeken/nieuw/", search).content.decode()
    assert log_in(wim.coach).get(page(vera, "inzage")).status_code == 404


def test_a_letter_is_taken_in_with_its_scan_sealed_under_the_clients_key(javawest, vera):
    client = log_in(vera.coach)
    answer = client.post(page(vera, "inzage"), sent(scan=letter(), dossier=str(vera.dossier.pk)))
    row = only(javawest)
    assert answer.status_code == 302
    assert answer["Location"] == f"/verzoeken/{row.pk}/"
    assert (row.dossier_id, row.words, row.channel) == (vera.dossier.pk, "Graag alles.", "brief")
    assert row.scan_name == f"{row.number}.pdf"
    with in_bureau(javawest):
        plain = b"".join(open_sealed(subject_id=vera.client.pk, name=row.scan_file))
    assert plain.startswith(b"%PDF")
    fetched = client.get(f"/verzoeken/{row.pk}/brief/")
    assert b"".join(fetched.streaming_content) == plain
    assert fetched["Content-Disposition"].startswith("attachment")
    with in_bureau(javawest):
        assert Line.objects.filter(act="verzoek.brief_opgehaald", object_id=str(row.pk)).count() == 1


def test_a_second_letter_about_the_same_is_kept_with_the_first(javawest, vera):
    client = log_in(vera.coach)
    client.post(page(vera, "inzage"), sent(scan=letter()))
    client.post(page(vera, "inzage"), sent(scan=letter()))
    first = only(javawest)
    client.post(page(vera, "inzage"), sent(scan=upload(picture(), "brief.jpg"), words="Ik wacht nog."))
    with in_bureau(javawest):
        second = Verzoek.objects.get(joined_to=first)
        assert second.state == State.JOINED
        assert Verzoek.objects.count() == 2
    text = client.get(f"/verzoeken/{first.pk}/").content.decode()
    assert f"/verzoeken/{second.pk}/brief/" in text
    assert "Ik wacht nog." in text


@pytest.mark.parametrize(
    ("kind", "more", "words"),
    [
        ("inzage", {"channel": ""}, "Kies hoe het binnenkwam"),
        ("inzage", {"channel": "portaal"}, "geldige keuze"),
        ("inzage", {"received_on": ""}, "Vul in wanneer"),
        ("inzage", {"received_on": "0001-01-01"}, "voor 1900"),
        ("inzage", {"received_on": "9999-12-31"}, "toekomst"),
        ("inzage", {"received_on": "2019-01-01"}, "meer dan twee jaar"),
        ("inzage", {"received_on": "31-02-2026"}, "geen datum"),
        ("inzage", {"dossier": "geen-nummer"}, "Kies uit de lijst"),
        ("klacht", {"words": "\u200b"}, "Schrijf op waar de klacht"),
        ("klacht", {"about_member": "x"}, "Kies uit de lijst"),
        ("correctie", {"change": "verbeteren"}, "Kies het stuk"),
        ("correctie", {"stuk": "018f"}, "Kies uit de lijst"),
        ("inzage", {"words": "x" * 30_000}, "tekens"),
    ],
)
def test_what_is_typed_badly_is_said_beside_its_field_and_stays(javawest, vera, kind, more, words):
    answer = log_in(vera.coach).post(page(vera, kind), sent() | more)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert words in text
    assert "words" in more or "Graag alles." in text
    with in_bureau(javawest):
        assert not Verzoek.objects.exists()


@pytest.mark.parametrize("name", ["leeg.pdf", "programma.exe"])
def test_a_file_that_can_not_be_kept_is_refused_and_nothing_is_taken_in(javawest, vera, name):
    bad = SimpleUploadedFile(name, b"" if name == "leeg.pdf" else b"MZ\x90\x00")
    answer = log_in(vera.coach).post(page(vera, "inzage"), sent(scan=bad))
    assert answer.status_code == 200
    assert "id_scan" in answer.content.decode()
    with in_bureau(javawest):
        assert not Verzoek.objects.exists()


def test_a_correction_is_about_a_stuk_that_the_coach_reads(javawest, vera):
    stuk = write(vera, "Gesprek <script>", "Kwam te laat")
    text = log_in(vera.coach).get(page(vera, "correctie")).content.decode()
    assert "Gesprek &lt;script&gt;" in text
    given = sent(stuk=str(stuk.pk), change=Change.IMPROVE, proposed="Was op tijd", words="Klopt niet")
    assert log_in(vera.coach).post(page(vera, "correctie"), given).status_code == 302
    row = only(javawest)
    assert (row.stuk_id, row.dossier_id, row.proposed) == (stuk.pk, vera.dossier.pk, "Was op tijd")


def test_the_desk_that_reads_no_stukken_is_told_who_does():
    case = make_case(make_bureau("werkid", "werkid"))
    write(case, "Gesprek", "Kwam te laat")
    ada = make_member(case.bureau, "Ada", Role.ADMINISTRATIE)
    text = log_in(ada).get(page(case, "correctie")).content.decode()
    assert "Gesprek" not in text
    assert "U ziet geen stukken" in text


def test_a_complaint_names_who_it_is_about_and_lies_elsewhere(javawest, vera):
    diana, dora = (make_member(javawest, name, Role.DIRECTIE) for name in ("Diana", "Dora"))
    given = sent(about_member=str(diana.pk), words="Zij belde nooit terug")
    assert log_in(vera.coach).post(page(vera, "klacht"), given).status_code == 302
    assert only(javawest).handler_id == dora.pk
    assert log_in(diana).get(f"/verzoeken/{only(javawest).pk}/").status_code == 404


@pytest.mark.parametrize("kind", Kind.values)
def test_each_kind_has_its_own_form_and_the_page_asks_few_queries(vera, kind):
    for at in range(6):
        write(vera, f"Gesprek {at}", "Tekst")
    client = log_in(vera.coach)
    assert f"?soort={kind}" in client.get(page(vera)).content.decode()
    assert len(queries_of(client, page(vera, kind))) <= 12
