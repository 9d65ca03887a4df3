"""What somebody who looks for a way round finds closed: a consent for something else, a text that was put right, a form
changed in another tab, a werkgever by another name, a link that is knocked on (javawest 8, werkid 12)."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from access.models import Mail, Role
from access.reach import as_system
from access.rules import RuleBroken
from bureaus.schema import OpdrachtgeverKind, StukKind
from bureaus.tenancy import in_bureau
from clients.models import Opdrachtgever
from consent import disclosing
from consent.actions import disclosures, packages
from consent.models import DisclosedStuk, Disclosure, DisclosurePackage
from dossiers.actions.shielding import shield_before
from dossiers.models import Dossier, Stuk
from journal.models import Line
from retention.signals import dossier_erased
from tests.support.consent_rows import given_row
from tests.support.disclosing import (
    FACTS,
    agreed,
    chosen,
    code_of,
    fetched,
    link_of,
    looked_at,
    now,
    prepared,
    ready,
    sent,
    with_key,
)
from tests.support.documents import docx, pdf
from tests.support.packed import pack_in_bureau
from tests.support.people import acting, browser_of, log_in, make_bureau, make_member
from tests.support.portal import Case, make_case, supplement, write
from tests.support.sessions import let_pass

LAW = {"ground": "law", "words": "Artikel 54 Wet SUWI"}


@pytest.fixture
def case(db) -> Case:
    return make_case(make_bureau())


@pytest.fixture
def letter(case) -> Stuk:
    return write(case, "Brief", "Zij begint maandag.", kind=StukKind.CORRESPONDENTIE)


# -- a consent for something else --------------------------------------------------------------------------------------
@pytest.mark.article("jmwerkt", "3.1.3")
def test_a_consent_that_is_not_about_stukken_lets_none_out(db):
    case = make_case(make_bureau("jmwerkt", "jmwerkt"))
    with in_bureau(case.bureau):
        client = with_key(case.client)
        survey = given_row(client, "T2026-0002", "satisfaction_survey")
        view = given_row(client, "T2026-0003", "third_party_view", party="Huisarts Vermeer")
    with pytest.raises(RuleBroken, match="voor iets anders gegeven") as refused:
        prepared(case, consent=survey)
    assert refused.value.field == "consent"
    with acting(case.coach):
        assert [one.number for one in disclosing.consents_for(case.dossier)] == ["T2026-0003"]
    assert prepared(case, consent=view).consent_id == view.pk


@pytest.mark.article("javawest", "8")
def test_who_is_behind_an_example_is_no_ground_for_a_stuk(case):
    with in_bureau(case.bureau):
        starters = given_row(with_key(case.client), "T2026-0002", "starters", party="Huisarts Vermeer")
        machtiging = given_row(case.client, "T2026-0003", "machtiging", party="Huisarts Vermeer")
    with pytest.raises(RuleBroken, match="voor iets anders gegeven"):
        prepared(case, consent=starters)
    assert prepared(case, consent=machtiging).consent_id == machtiging.pk


# -- a text that was put right -----------------------------------------------------------------------------------------
@pytest.mark.article("javawest", "6.2")
def test_a_text_that_a_better_one_replaced_is_fetched_by_nobody(case, letter):
    row = ready(case, letter)
    token, code = link_of(row), code_of(case, row)
    supplement(case, letter, "Zij begint dinsdag.")
    with in_bureau(case.bureau):
        shield_before(stuk=Stuk.objects.get(pk=letter.pk), by=case.coach, reason="verzoek")
    with pytest.raises(packages.LinkGone):
        fetched(row, token, code)
    assert (now(row).state, now(row).stopped_because) == ("gestopt", "inhoud")


@pytest.mark.article("javawest", "6.2")
def test_a_text_that_a_better_one_replaced_is_not_packed(case, letter):
    row = sent(case, chosen(case, prepared(case), letter))
    supplement(case, letter, "Zij begint dinsdag.")
    with in_bureau(case.bureau):
        shield_before(stuk=Stuk.objects.get(pk=letter.pk), by=case.coach, reason="verzoek")
    assert pack_in_bureau(case.bureau.pk) == 0
    assert now(row).state == "mislukt"


# -- another tab -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "changed",
    [
        {"receiver": "P. de Wit, UWV"}, {"receiver_kind": "anders"}, {"address": "ander@adres.test"},
        {"words": "Artikel 55"}, {"why": "Voor iets anders."}, {"means": "papier"}, {"authority": "bekend"},
        {"authority_words": "Iets anders"},
    ],
)  # fmt: skip
def test_what_another_tab_changed_is_looked_at_again(case, letter, changed):
    row = chosen(case, prepared(case, **LAW), letter)
    with acting(case.coach):
        seen = looked_at(case.coach, row)
    prepared(case, row=row, **(LAW | changed))
    with acting(case.coach), pytest.raises(RuleBroken, match="intussen iets veranderd"):
        disclosures.send(disclosure=row, seen=seen, by=case.coach)
    assert now(row).state == "opzet"


def test_another_consent_or_paper_is_looked_at_again(case, letter):
    first, second = agreed(case), agreed(case, "T2026-0002", scope="Iets anders")
    row = chosen(case, prepared(case, consent=first), letter)
    with acting(case.coach):
        seen = looked_at(case.coach, row)
    prepared(case, row=row, consent=second)
    with acting(case.coach), pytest.raises(RuleBroken, match="intussen iets veranderd"):
        disclosures.send(disclosure=row, seen=seen, by=case.coach)
    signed = {"ground": "no_objection"}
    row = chosen(case, prepared(case, paper=SimpleUploadedFile("a.pdf", pdf()), **signed), letter)
    with acting(case.coach):
        seen = looked_at(case.coach, row)
    prepared(case, row=row, paper=SimpleUploadedFile("b.pdf", pdf()), **signed)
    with acting(case.coach), pytest.raises(RuleBroken, match="intussen iets veranderd"):
        disclosures.send(disclosure=row, seen=seen, by=case.coach)


# -- papers ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["Vera van den Berg.docx", "Vera.Berg"])
@pytest.mark.parametrize("content", [b"", b"tekst", b"MZ\x90\x00" + b"x" * 90, docx()])
def test_of_a_paper_that_will_not_do_no_name_stays_in_the_log(case, content, name):
    with pytest.raises(RuleBroken) as refused:
        prepared(case, ground="no_objection", paper=SimpleUploadedFile(name, content))
    assert refused.value.field == "paper"
    with in_bureau(case.bureau):
        said = " ".join(str(vars(one)) for one in Line.objects.all())
    assert name not in said and ".Berg" not in said
    assert "Berg" not in str(refused.value)


# -- who receives it ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "more",
    [
        {"receiver": "bakkerij  de Korst BV"}, {"receiver": "P. Jansen, Bakkerij De Korst B.V."},
        {"address": "Personeel@Korst.test"}, {"receiver": "Truus Korst"},
    ],
)  # fmt: skip
def test_a_werkgever_is_one_whatever_it_is_called(db, more):
    case = make_case(make_bureau(), kind=OpdrachtgeverKind.WERKGEVER)
    talk = write(case, "Gesprek", "Rugklachten")
    with in_bureau(case.bureau):
        payer = case.traject.opdrachtgever
        Opdrachtgever.objects.filter(pk=payer.pk).update(name="Bakkerij De Korst B.V.")
        payer.contacts.update(name="Truus Korst", email="personeel@korst.test")
    row = prepared(case, **(LAW | {"receiver_kind": "anders", "receiver": "De baas"} | more))
    assert row.receiver_kind == "werkgever"
    with pytest.raises(RuleBroken, match="mag van de wet niet"):
        chosen(case, row, talk)
    assert prepared(case, **(LAW | {"receiver": "Iemand anders"})).receiver_kind == FACTS["receiver_kind"]


def test_who_becomes_a_werkgever_of_this_client_meanwhile_is_one_when_it_is_sent(db):
    case = make_case(make_bureau(), kind=OpdrachtgeverKind.WERKGEVER)
    letter = write(case, "Brief", "Tekst", kind=StukKind.CORRESPONDENTIE)
    row = chosen(case, prepared(case, **LAW, receiver="Bakkerij De Korst", receiver_kind="anders"), letter)
    with in_bureau(case.bureau):
        Opdrachtgever.objects.filter(pk=case.traject.opdrachtgever_id).update(name="Bakkerij De Korst")
    with pytest.raises(RuleBroken, match="bekend als werkgever"):
        sent(case, row)
    assert now(row).state == "opzet"


def test_an_insurer_is_a_receiver(case):
    assert prepared(case, receiver_kind="verzekeraar", **LAW).receiver_kind == "verzekeraar"


# -- the link ----------------------------------------------------------------------------------------------------------
def test_a_dead_link_is_noted_once_and_knocking_is_stopped(case, letter):
    row = ready(case, letter)
    token = link_of(row)
    with acting(case.coach):
        disclosures.take_back(disclosure=row, by=case.coach)
    cache.clear()
    outside = browser_of(case.bureau)
    answers = [outside.get(f"/ophalen/{token}/").status_code for _ in range(22)]
    assert answers == [410] * 20 + [429] * 2
    with in_bureau(case.bureau):
        assert Line.objects.filter(act=packages.FETCHED, result="geweigerd").count() == 1
    cache.clear()


def test_the_address_of_the_receiver_goes_with_the_package(case, letter):
    row = ready(case, letter)
    with in_bureau(case.bureau):
        assert Mail.objects.filter(to=FACTS["address"]).exists()
    with acting(case.coach):
        disclosures.take_back(disclosure=row, by=case.coach)
    with in_bureau(case.bureau):
        assert not Mail.objects.filter(to=FACTS["address"]).exists()


def test_the_address_of_the_receiver_goes_with_the_dossier(case, letter):
    ready(case, letter)
    with in_bureau(case.bureau), as_system():
        dossier_erased.send(sender=Dossier, dossier_id=case.dossier.pk)
        assert not Mail.objects.filter(to=FACTS["address"]).exists()


def test_a_package_that_fails_says_so_and_is_let_go(case, letter):
    row = sent(case, chosen(case, prepared(case), letter))
    with in_bureau(case.bureau):
        package = packages.take_package()
        packages.fail_package(package, OSError("vol"))
    assert (now(row).state, now(row).package.leased_until) == ("mislukt", None)


# -- sending shows who one is ------------------------------------------------------------------------------------------
def test_sending_and_a_code_ask_again_who_one_is(case, letter):
    row = chosen(case, prepared(case), letter)
    coach = log_in(case.coach)
    page = f"/verstrekkingen/{row.pk}/versturen/"
    with acting(case.coach):
        seen = looked_at(case.coach, row)
    let_pass(coach, 11 * 60)
    answer = coach.post(page, {"seen": seen})
    assert (answer.status_code, now(row).state) == (200, "opzet")
    assert seen in answer.content.decode()
    assert coach.get(page).status_code == 302
    lying = ready(case, letter, **LAW)
    coach.post(f"/verstrekkingen/{lying.pk}/code/")
    assert now(lying).package.code_hash == ""


# -- the register ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "change",
    [
        {"number": "VS2026-9999"}, {"receiver_kind": "uwv"}, {"ground": "law"}, {"sent_at": None},
        {"sent_by_name": "Niemand"}, {"state": "opzet"}, {"fetched_at": None},
    ],
)  # fmt: skip
def test_a_line_of_the_register_lies_fast(case, letter, change):
    row = ready(case, letter)
    assert fetched(row, link_of(row), code_of(case, row))
    with acting(case.coach), pytest.raises(DatabaseError, match="lies fast"), transaction.atomic():
        Disclosure.objects.filter(pk=row.pk).update(**change)


def test_a_line_of_the_register_goes_with_its_dossier_alone(case, letter):
    row = ready(case, letter)
    with acting(case.coach):
        with pytest.raises(DatabaseError, match="goes with its dossier"), transaction.atomic():
            DisclosurePackage.objects.filter(disclosure=row).delete()
            Disclosure.objects.filter(pk=row.pk)._raw_delete("default")
        with pytest.raises(DatabaseError, match="lies fast"), transaction.atomic():
            DisclosedStuk.objects.filter(disclosure=row).update(version=9)
        with pytest.raises(DatabaseError, match="lies fast"), transaction.atomic():
            DisclosedStuk.objects.filter(disclosure=row).delete()
        with as_system():
            DisclosurePackage.objects.filter(disclosure=row).delete()
            DisclosedStuk.objects.filter(disclosure=row).delete()
            assert Disclosure.objects.filter(pk=row.pk)._raw_delete("default") == 1


# -- the paper beside it -----------------------------------------------------------------------------------------------
def test_the_paper_is_for_who_reads_the_dossier(case, letter):
    row = prepared(case, ground="no_objection", paper=SimpleUploadedFile("a.pdf", pdf()))
    row = sent(case, chosen(case, row, letter))
    page = f"/verstrekkingen/{row.pk}/"
    fleur, dirk = (log_in(make_member(case.bureau, name, role)) for name, role in
                   (("Fleur", Role.FG), ("Dirk", Role.DIRECTIE)))  # fmt: skip
    assert fleur.get(page).status_code == 200
    assert "bewijs/" not in fleur.get(page).content.decode()
    assert fleur.get(f"{page}bewijs/").status_code == 403
    answer = dirk.get(f"{page}bewijs/")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
