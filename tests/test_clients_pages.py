"""The screens of clients: what is found, by whom, and what a page costs."""

from __future__ import annotations

import re
import time
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bureaus.tenancy import in_bureau
from clients import actions
from clients.models import Client, ContactPerson, Opdrachtgever, Traject
from journal.models import Line
from tests.support.clients import many, registered
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.servers import DATABASE

BSN = "111222333"
AT_MOST = 12


@pytest.fixture
def bureau(db):
    return make_bureau()


@pytest.fixture
def coach(bureau):
    return make_member(bureau, "Anna", "coach")


@pytest.fixture
def other(bureau):
    return make_member(bureau, "Bas", "coach")


def names(answer) -> list[str]:
    return re.findall(r'<a href="/clienten/[0-9a-f-]{36}/">([^<]+)</a>', answer.content.decode())


def test_the_list_sorts_the_dutch_way(coach):
    for last, tussen in (("Zijl", ""), ("Berg", "van den"), ("Çelik", ""), ("Aalst", "van"), ("d&#x27;Arc", "")):
        registered(coach, last.replace("&#x27;", "'"), tussenvoegsel=tussen, first_name="Jo")
    assert names(log_in(coach).get("/clienten/")) == [
        "Aalst, Jo van", "Berg, Jo van den", "Çelik, Jo", "d&#x27;Arc, Jo", "Zijl, Jo",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("celik", ["Çelik, Ayşe"]),
        ("ÇELIK", ["Çelik, Ayşe"]),
        ("ayse", ["Çelik, Ayşe"]),
        ("berg van den", ["Berg, Jan van den"]),
        ("van", ["Berg, Jan van den"]),
        ("niemand", []),
        ("\x00", ["Berg, Jan van den", "Çelik, Ayşe"]),
        ("%", []),
        ("'", []),
        ("x" * 5000, []),
    ],
)
def test_a_search_finds_by_every_part_of_a_name(coach, typed, found):
    registered(coach, "Berg", tussenvoegsel="van den", first_name="Jan")
    registered(coach, "Çelik", first_name="Ayşe")
    assert names(log_in(coach).get("/clienten/", {"q": typed})) == found


def test_a_search_by_dossiernummer(coach):
    traject = registered(coach, "Berg", bsn=BSN)
    registered(coach, "Ander")
    assert names(log_in(coach).get("/clienten/", {"q": traject.dossier.number.lower()})) == ["Berg"]


def test_a_search_by_bsn_is_posted_and_only_for_who_works_with_it(bureau, coach, other):
    clerk, directie = make_member(bureau, "Carla", "administratie"), make_member(bureau, "Dirk", "directie")
    page, client = "/clienten/zoeken-op-bsn/", registered(coach, "Berg", bsn=BSN).client
    for member in (coach, clerk):
        assert log_in(member).post(page, {"bsn": "1112.22.333"})["Location"] == f"/clienten/{client.pk}/"
    assert "Niemand gevonden" in log_in(other).post(page, {"bsn": BSN}).content.decode()
    assert "Vul een burgerservicenummer in." in log_in(other).post(page, {"bsn": ""}).content.decode()
    assert log_in(directie).post(page, {"bsn": BSN}).status_code == 403
    assert names(log_in(coach).get("/clienten/", {"q": BSN})) == []
    with in_bureau(bureau):
        assert not [line for line in Line.objects.all() if BSN in str(vars(line))]


@pytest.mark.article("javawest", "4.2d")
def test_another_coach_finds_nothing(coach, other):
    traject = registered(coach, "Berg", bsn=BSN)
    browser = log_in(other)
    for typed in ("", "berg", BSN, traject.dossier.number):
        assert names(browser.get("/clienten/", {"q": typed})) == []
    assert "Berg" not in browser.get("/trajecten/").content.decode()


def test_a_search_is_journaled_without_its_words(bureau, coach):
    registered(coach, "Berg")
    log_in(coach).get("/clienten/", {"q": "berg"})
    with in_bureau(bureau):
        line = Line.objects.get(act="clienten.gezocht")
        assert line.facts == {"found": 1}
        assert "berg" not in str(vars(line)).lower()


def test_filters_part_running_from_ended(coach):
    over = registered(coach, "Klaar")
    registered(coach, "Bezig")
    with acting(coach):
        actions.end_traject(traject=over, by=coach, reason="doel", result="werk", ended_on=over.registered_on)
    browser = log_in(coach)
    assert names(browser.get("/clienten/", {"staat": "lopend"})) == ["Bezig"]
    assert names(browser.get("/clienten/", {"staat": "beeindigd"})) == ["Klaar"]
    assert names(browser.get("/clienten/", {"staat": "onzin"})) == ["Bezig", "Klaar"]
    assert "Klaar" not in browser.get("/trajecten/").content.decode()
    assert "Klaar" in browser.get("/trajecten/", {"staat": "beeindigd"}).content.decode()
    everything = {"staat": "<script>", "fase": "x", "soort": "y", "van": "z", "pagina": "9" * 50}
    assert browser.get("/trajecten/", everything).status_code == 200


def pages_of(traject: Traject, person: ContactPerson, appointment) -> list[str]:
    client, ids = [traject.client_id], [traject.pk]
    one, meeting = [*client, person.pk], [traject.pk, appointment.pk]
    return [
        *(reverse(f"clients:{name}", args=client) for name in
          ("detail", "edit", "bsn", "contact_person_add", "gemachtigde_add")),
        *(reverse(f"clients:{name}", args=one) for name in ("contact_person", "contact_person_remove")),
        *(reverse(f"clients:{name}", args=ids) for name in
          ("traject", "traject_edit", "traject_phase", "traject_end", "appointment_add")),
        *(reverse(f"clients:{name}", args=meeting) for name in ("appointment", "appointment_attendance")),
        reverse("clients:register") + f"?client={traject.client_id}",
    ]  # fmt: skip


def test_out_of_reach_is_the_same_404_as_another_bureau_and_a_random_id(bureau, coach, other):
    elsewhere = make_member(make_bureau("werkid", "werkid"), "Eva", "coach")
    theirs, strange = registered(coach, "Berg", bsn=BSN), registered(elsewhere, "Elders")
    browser, own = log_in(other), log_in(coach)
    for at, (mine, far) in enumerate(zip(_pages(coach, theirs), _pages(elsewhere, strange), strict=True)):
        random = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", lambda _: str(uuid.uuid4()), mine)
        answers = [browser.get(path) for path in (mine, far, random)]
        assert [answer.status_code for answer in answers] == [404, 404, 404], mine
        assert len({_plain(answer) for answer in answers}) == 1, mine
        assert own.get(mine).status_code == 200, (at, mine)


def _pages(member, traject) -> list[str]:
    from django.utils import timezone

    with acting(member):
        person = actions.save_contact_person(client=traject.client, by=member, name="Mia", relation="zus")
        facts = {"kind": "gesprek", "starts_at": timezone.now(), "minutes": 60, "place": ""}
        appointment = actions.plan_appointment(traject=traject, by=member, coach=member, **facts)
    return pages_of(traject, person, appointment)


def _plain(answer) -> str:
    """Without what differs at every request: a form's token, the policy's nonce, the seconds that the session has."""
    text = re.sub(r'value="[A-Za-z0-9]{64}"|data-left="[0-9]+"', "", answer.content.decode())
    return re.sub(r'nonce="[^"]+"', "", text)


def test_an_appointment_is_found_under_its_own_traject_only(coach):
    from django.utils import timezone

    one, two = registered(coach, "Een"), registered(coach, "Twee")
    with acting(coach):
        facts = {"kind": "gesprek", "starts_at": timezone.now(), "minutes": 60, "place": ""}
        appointment = actions.plan_appointment(traject=one, by=coach, coach=coach, **facts)
    browser = log_in(coach)
    assert browser.get(reverse("clients:appointment", args=[two.pk, appointment.pk])).status_code == 404


def test_who_reads_but_may_not_write_gets_403_and_no_button(bureau, coach):
    directie, clerk = make_member(bureau, "Dirk", "directie"), make_member(bureau, "Carla", "administratie")
    traject = registered(coach, "Berg", bsn=BSN)
    for member in (directie, clerk):
        browser = log_in(member)
        page = browser.get(reverse("clients:detail", args=[traject.client_id])).content.decode()
        assert "Berg" in page
        assert BSN not in page
        assert reverse("clients:edit", args=[traject.client_id]) not in page
        for name in ("edit", "contact_person_add"):
            assert browser.get(reverse(f"clients:{name}", args=[traject.client_id])).status_code == 403
        assert browser.post(reverse("clients:traject_end", args=[traject.pk])).status_code == 403
    assert log_in(directie).get(reverse("clients:bsn", args=[traject.client_id])).status_code == 403


def test_only_trajecten_within_reach_stand_on_the_page_of_a_client(coach, other):
    traject = registered(coach, "Berg")
    with acting(coach):
        import dataclasses

        from tests.support.clients import register

        hidden = register(coach, "Tijdelijk", handler=other)
        Traject.objects.filter(pk=hidden.pk).update(client=traject.client, ordernummer="GEHEIM-1")
        assert dataclasses.is_dataclass(actions.Person)
    page = log_in(coach).get(reverse("clients:detail", args=[traject.client_id])).content.decode()
    assert str(traject.pk) in page
    assert str(hidden.pk) not in page
    assert hidden.dossier.number not in page


def test_a_bsn_is_masked_until_a_reason_is_given(bureau, coach):
    client = registered(coach, "Berg", bsn=BSN).client
    browser, url = log_in(coach), reverse("clients:bsn", args=[client.pk])
    page = browser.get(reverse("clients:detail", args=[client.pk])).content.decode()
    assert "•••••••••" in page
    assert BSN not in page
    assert BSN not in browser.get(url).content.decode()
    assert BSN not in browser.post(url, {"reason": " "}).content.decode()
    assert BSN not in browser.post(url, {"reason": "omdat Charlie het vroeg"}).content.decode()
    answer = browser.post(url, {"reason": "formulier van UWV of gemeente"})
    assert BSN in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    with in_bureau(bureau):
        assert Line.objects.filter(act="bsn.getoond").count() == 1


BAD = {
    "a name of 300 characters": ("last_name", "x" * 300, "ten hoogste 120 tekens"),
    "a name that turns around": ("last_name", "Jan\u202enaJ", "onzichtbaar teken"),
    "a zero width sign": ("first_name", "Jan\u200b", "onzichtbaar teken"),
    "a nul": ("city", "Veen\x00dam", "onzichtbaar teken"),
    "a name of signs": ("last_name", "'", "naam in met letters"),
    "no name": ("last_name", "", "verplicht"),
    "a bsn that fails the eleven test": ("bsn", "123456789", "geen burgerservicenummer"),
    "a bsn of letters": ("bsn", "<script>", "geen burgerservicenummer"),
    "born tomorrow": ("birth_date", "2999-01-01", "in de toekomst"),
    "born in the year 1": ("birth_date", "0001-01-01", "voor 1900"),
    "born in the year 9999": ("birth_date", "9999-12-31", "in de toekomst"),
    "no date": ("birth_date", "31-02-1980", "geen datum"),
    "no postcode": ("postcode", "12", "1234 AB"),
    "no address": ("email", "jan", "geen e-mailadres"),
    "an address with a zero width sign": ("email", "jan@vo\u200bor.nl", "onzichtbaar teken"),
    "a telephone of letters": ("phone", "bel maar", "alleen cijfers"),
}


@pytest.mark.parametrize(("field", "value", "message"), BAD.values(), ids=BAD)
def test_bad_input_is_told_beside_the_field_and_what_was_typed_stays(coach, field, value, message):
    client = registered(coach, "Berg").client
    typed = {"last_name": "Berg", "language": "Tigrinya"} | {field: value}
    answer = log_in(coach).post(reverse("clients:edit", args=[client.pk]), typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert message in page
    assert 'value="Tigrinya"' in page
    assert "<script>" not in re.sub(r"<script [^>]*src=[^>]*>", "", page)


def test_a_script_in_every_field_is_text(coach):
    client = registered(coach, "Berg").client
    words = ("last_name", "first_name", "city", "street", "language")
    typed = dict.fromkeys(words, "<script>1</script>")
    browser = log_in(coach)
    assert browser.post(reverse("clients:edit", args=[client.pk]), typed).status_code == 302
    for path in (reverse("clients:detail", args=[client.pk]), "/clienten/"):
        assert "<script>1" not in browser.get(path).content.decode()


def test_a_name_with_an_apostrophe_and_the_longest_name_are_kept(coach):
    client = registered(coach, "d'Arc").client
    browser, url = log_in(coach), reverse("clients:edit", args=[client.pk])
    longest = {"last_name": "ﷺ" * 120, "first_name": "ß" * 80, "tussenvoegsel": "x" * 30, "initials": "y" * 20}
    assert names(browser.get("/clienten/", {"q": "darc"})) == ["d&#x27;Arc"]
    assert browser.post(url, longest).status_code == 302


BAD_TRAJECT = {
    "an end before the begin": ({"agreed_start": "2026-05-01", "planned_end": "2026-04-01"}, "Het einde ligt voor"),
    "too many hours": ({"hours_granted": "1" * 400}, "aantal uren"),
    "hours that are no number": ({"hours_granted": "NaN"}, "aantal uren"),
    "hours below zero": ({"hours_granted": "-1"}, "nul of meer"),
    "a handler from nowhere": ({"handler": str(uuid.uuid4())}, "als coach werkt"),
    "a handler that is no id": ({"handler": "\x00"}, "als coach werkt"),
    "a date far ahead": ({"planned_end": "9999-12-31"}, "te ver in de toekomst"),
}


@pytest.mark.parametrize(("changes", "message"), BAD_TRAJECT.values(), ids=BAD_TRAJECT)
def test_bad_agreements_are_told(coach, changes, message):
    traject = registered(coach, "Berg")
    typed = {"handler": str(coach.pk), "ordernummer": "A-1"} | changes
    answer = log_in(coach).post(reverse("clients:traject_edit", args=[traject.pk]), typed)
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert 'value="A-1"' in answer.content.decode()


def test_hours_are_written_with_a_comma(coach):
    traject = registered(coach, "Berg")
    url = reverse("clients:traject_edit", args=[traject.pk])
    assert log_in(coach).post(url, {"handler": str(coach.pk), "hours_granted": "40,5"}).status_code == 302
    with acting(coach):
        assert str(Traject.objects.get().hours_granted) == "40.50"


def test_an_appointment_from_plan_to_attendance(coach):
    traject = registered(coach, "Berg")
    browser, page = log_in(coach), reverse("clients:traject", args=[traject.pk])
    typed = {"kind": "gesprek", "day": "2026-03-02", "time": "14:30", "minutes": "45", "coach": str(coach.pk)}
    url = reverse("clients:appointment_add", args=[traject.pk])
    for _ in range(2):
        assert browser.post(url, typed).status_code == 302
    with acting(coach):
        appointment = traject.appointments.get()
    assert "14:30" in browser.get(page).content.decode()
    url = reverse("clients:appointment_attendance", args=[traject.pk, appointment.pk])
    assert 'value="0,75"' in browser.get(url).content.decode()
    assert browser.post(url, {"attendance": "aanwezig", "hours": "1,25"}).status_code == 302
    assert "1,25 uur" in browser.get(page).content.decode()
    bad = browser.post(reverse("clients:appointment_add", args=[traject.pk]), typed | {"minutes": "9" * 6000})
    assert bad.status_code == 200


def test_a_payer_with_its_contacts_and_contracts(coach):
    browser = log_in(coach)
    typed = {"kind": "gemeente", "name": "Gemeente 't Zand", "kvk": "12345678", "postcode": "9641ab"}
    answer = browser.post(reverse("clients:opdrachtgever_add"), typed)
    assert answer.status_code == 302
    with acting(coach):
        payer = Opdrachtgever.objects.get()
    assert payer.postcode == "9641 AB"
    double = browser.post(reverse("clients:opdrachtgever_add"), typed).content.decode()
    assert "staat al in de lijst" in double
    contact = {"name": "Ria", "email": "ria@zand.test"}
    assert browser.post(reverse("clients:contact_add", args=[payer.pk]), contact).status_code == 302
    contract = {"number": "C-1", "starts_on": "2026-01-01", "ends_on": "2025-01-01"}
    wrong = browser.post(reverse("clients:contract_add", args=[payer.pk]), contract).content.decode()
    assert "Het einde ligt voor het begin" in wrong
    contract["ends_on"] = "2026-12-31"
    assert browser.post(reverse("clients:contract_add", args=[payer.pk]), contract).status_code == 302
    assert "staat al" not in browser.get("/opdrachtgevers/", {"naam": "zand"}).content.decode()
    page = browser.get(reverse("clients:opdrachtgever", args=[payer.pk])).content.decode()
    assert "Ria" in page
    assert "C-1" in page
    with acting(coach):
        row = payer.contacts.get()
    assert browser.post(reverse("clients:contact_invite", args=[payer.pk, row.pk])).status_code == 302
    assert "uitgenodigd" in browser.get(reverse("clients:opdrachtgever", args=[payer.pk])).content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("count", [10, 1000])
def test_pages_cost_the_same_whatever_the_number_of_rows(servers, coach, count):
    """Committed and analysed, as rows of a running bureau are: without figures PostgreSQL plans for an empty table."""
    many(coach, count)
    browser = log_in(coach)
    with acting(coach):
        traject = Traject.objects.select_related("client").first()
        Opdrachtgever.objects.bulk_create(
            [Opdrachtgever(kind="gemeente", name=f"G{at}", sort_name=f"g{at}") for at in range(count)]
        )
        ContactPerson.objects.bulk_create(
            [ContactPerson(client=traject.client, name=f"N{at}", relation="zus") for at in range(count)]
        )
    paths = [
        "/clienten/", "/clienten/?q=persoon", "/clienten/?staat=lopend", "/trajecten/", "/trajecten/?van=mij",
        "/opdrachtgevers/", reverse("clients:traject", args=[traject.pk]),
        reverse("clients:detail", args=[traject.client_id]),
        reverse("clients:opdrachtgever", args=[traject.opdrachtgever_id]),
        reverse("clients:register"), reverse("clients:traject_edit", args=[traject.pk]),
    ]  # fmt: skip
    with servers.admin(DATABASE) as admin:
        admin.execute("ANALYZE")
    browser.get(paths[0])
    for path in paths:
        began = time.monotonic()
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert browser.get(path).status_code == 200
        asked = [query["sql"] for query in found if not re.match("SAVEPOINT|RELEASE|BEGIN|COMMIT", query["sql"])]
        assert time.monotonic() - began < 3, path
        assert len(asked) <= AT_MOST, (path, "\n" + "\n".join(sql[:70] + " … " + sql[-90:] for sql in asked))


def test_lists_are_paged(coach):
    many(coach, 60)
    browser = log_in(coach)
    first, second = (names(browser.get("/clienten/", {"pagina": at})) for at in (1, 2))
    assert (len(first), len(second)) == (50, 10)
    assert first + second == sorted(first + second)
    with acting(coach):
        assert Client.objects.count() == 60
