"""Nothing leaves without a ground: what each asks, what it lets out, and how a receiver gets it (javawest 2, 8)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.utils import timezone

from access.models import Mail, Role
from access.rules import RuleBroken
from bureaus.schema import Ground, StukKind
from bureaus.tenancy import in_bureau
from consent import disclosing
from consent import disclosure_rules as rules
from consent.actions import disclosures, packages
from consent.models import Disclosure, DisclosurePackage
from dossiers.models import Stuk
from journal.models import Line
from tests.support.consent_rows import given_row, withdrawn
from tests.support.disclosing import (
    FACTS,
    agreed,
    chosen,
    code_of,
    fetched,
    link_of,
    looked_at,
    names_in,
    now,
    prepared,
    ready,
    sent,
    with_key,
)
from tests.support.documents import picture
from tests.support.packed import pack_in_bureau
from tests.support.people import acting, make_bureau, make_member
from tests.support.portal import Case, make_case, state, supplement, write
from vault.files import exists_sealed


@pytest.fixture
def case(db) -> Case:
    return make_case(make_bureau())


@pytest.fixture
def letter(case) -> Stuk:
    return write(case, "Brief", "Zij begint maandag.", kind=StukKind.CORRESPONDENTIE)


def refusals(case, act: str) -> list[str]:
    with in_bureau(case.bureau):
        return list(Line.objects.filter(act=act, result="geweigerd").values_list("reason", flat=True))


# -- grounds -----------------------------------------------------------------------------------------------------------
def test_every_ground_that_a_reglement_can_name_says_what_it_asks():
    assert set(rules.NEEDS) == set(Ground)


@pytest.mark.article("javawest", "8")
def test_by_a_consent_the_chosen_stuk_goes_and_nothing_else(case, letter):
    write(case, "Gesprek", "Alleen voor hier.")
    row = ready(case, letter)
    assert (row.state, row.number) == ("klaar", f"VS{timezone.localdate().year}-0001")
    answer = fetched(row, link_of(row), code_of(case, row))
    assert answer and names_in(answer) == ["LEESMIJ.txt", "manifest.json", "verstrekking.pdf"]
    done = now(row)
    assert (done.state, done.fetched_at is not None) == ("verstrekt", True)
    with in_bureau(case.bureau):
        (one,) = done.stukken.all()
        assert (one.stuk_id, one.version, len(one.sha256)) == (letter.pk, 1, 64)
        line = Line.objects.get(act=packages.FETCHED, result="ok")
        assert (line.ground, line.facts["consent"]) == ("consent", "T2026-0001")


@pytest.mark.article("javawest", "8")
@pytest.mark.article("werkid", "12")
@pytest.mark.article("werkid", "8")
def test_without_a_ground_of_the_reglement_nothing_is_prepared(case):
    for ground in ("", "contract", "overmacht", "zomaar"):
        with pytest.raises(RuleBroken, match="Zonder grond gaat er niets uit"):
            prepared(case, ground=ground)
    assert len(refusals(case, disclosures.PREPARED)) == 4
    with in_bureau(case.bureau):
        assert not Disclosure.objects.exists()


@pytest.mark.article("javawest", "2")
def test_no_objection_needs_the_signed_statement_attached(case, letter):
    with pytest.raises(RuleBroken) as refused:
        prepared(case, ground="no_objection")
    assert refused.value.field == "paper"
    with pytest.raises(RuleBroken, match="leeg"):
        prepared(case, ground="no_objection", paper=SimpleUploadedFile("verklaring.pdf", b""))
    row = prepared(case, ground="no_objection", paper=SimpleUploadedFile("verklaring Vera.jpg", picture()))
    assert row.paper_name == "bewijs.jpg"
    assert sent(case, chosen(case, row, letter)).number


@pytest.mark.article("javawest", "2")
def test_the_law_is_named_with_its_article_and_untraceable_lets_no_stuk_out(case):
    with pytest.raises(RuleBroken) as refused:
        prepared(case, ground="law", words="  ")
    assert refused.value.field == "words"
    with pytest.raises(RuleBroken, match="altijd tot iemand te herleiden"):
        prepared(case, ground="untraceable")


@pytest.mark.article("werkid", "12")
def test_overmacht_needs_its_text_and_directie_is_told(db):
    case = make_case(make_bureau("werkid", "werkid"))
    dirk = make_member(case.bureau, "Dirk", Role.DIRECTIE)
    letter = write(case, "Brief", "Tekst", kind=StukKind.CORRESPONDENTIE)
    with pytest.raises(RuleBroken) as refused:
        prepared(case, ground="overmacht")
    assert refused.value.field == "words"
    row = sent(
        case, chosen(case, prepared(case, ground="overmacht", words="Zij dreigt zich iets aan te doen."), letter)
    )
    with in_bureau(case.bureau):
        mail = Mail.objects.get(kind="verstrekking_gemeld")
    assert (mail.to, mail.facts["number"]) == (dirk.user.email, row.number)
    with acting(dirk):
        assert disclosing.disclosure_of(dirk, row.pk).words == "Zij dreigt zich iets aan te doen."


@pytest.mark.article("werkid", "12")
def test_a_necessary_helper_is_said_who_and_why(db):
    case = make_case(make_bureau("werkid", "werkid"))
    with pytest.raises(RuleBroken, match="Zonder deze uitleg"):
        prepared(case, ground="necessary_helper")
    assert prepared(case, ground="necessary_helper", words="De tolk, bij elk gesprek.").article == "werkid 12.2"


@pytest.mark.article("pluspunt", "3.6")
@pytest.mark.parametrize("ground", ["guidance", "law", "vital_interest", "compatible"])
def test_each_ground_of_pluspunt_is_a_ground_there(db, ground):
    case = make_case(make_bureau("pluspunt", "pluspunt"))
    assert prepared(case, ground=ground, words="Om deze reden.").article == "pluspunt 3.6"
    with pytest.raises(RuleBroken):
        prepared(case, ground=ground)


@pytest.mark.article("pluspunt", "3.6")
def test_a_court_order_is_attached(db):
    case = make_case(make_bureau("pluspunt", "pluspunt"))
    with pytest.raises(RuleBroken) as refused:
        prepared(case, ground="court_order", words="Rechtbank Groningen, 3 mei, nummer 12")
    assert refused.value.field == "paper"


@pytest.mark.parametrize("preset", ["jmwerkt", "werklokaal"])
@pytest.mark.article("jmwerkt", "3.1.3")
@pytest.mark.article("werklokaal", "8")
def test_elsewhere_consent_and_law_are_the_only_grounds(db, preset):
    case = make_case(make_bureau(preset, preset))
    for ground in sorted({str(one) for one in Ground} - {"consent", "law"}):
        with pytest.raises(RuleBroken, match="Zonder grond"):
            prepared(case, ground=ground, words="Daarom.")
    assert prepared(case, ground="law", words="Artikel 54 Wet SUWI").ground == "law"


# -- consents ----------------------------------------------------------------------------------------------------------
def test_a_consent_that_does_not_hold_lets_nothing_out(case):
    other = make_case(case.bureau, "Wim")
    with in_bureau(case.bureau):
        client = with_key(case.client)
        yesterday = timezone.localdate() - timedelta(days=1)
        ended = given_row(client, "T2026-0002", "third_party_share", party="Arbodienst", ends_on=yesterday)
        gone = withdrawn(given_row(client, "T2026-0003", "third_party_share"))
        asks = given_row(client, "T2026-0004", "third_party_ask")
        elsewhere = given_row(client, "T2026-0005", "third_party_share", dossier=other.dossier)
        theirs = given_row(with_key(other.client), "T2026-0006", "third_party_share")
    for consent, words in (
        (ended, "verlopen"), (gone, "ingetrokken"), (asks, "niet over gegevens geven"),
        (elsewhere, "een ander dossier"), (theirs, "van iemand anders"), (None, "Kies de toestemming"),
    ):  # fmt: skip
        with pytest.raises(RuleBroken, match=words) as refused:
            prepared(case, consent=consent)
        assert refused.value.field == "consent"
    assert len(refusals(case, disclosures.PREPARED)) == 6


def test_the_receiver_is_who_the_consent_names(case):
    consent = agreed(case)
    with pytest.raises(RuleBroken, match="noemt een andere ontvanger") as refused:
        prepared(case, consent=consent, receiver="De werkgever")
    assert "Vermeer" not in str(refused.value)
    assert prepared(case, consent=consent, receiver="").receiver == "Huisarts Vermeer"
    assert prepared(case, consent=consent, receiver="huisarts  vermeer").receiver == "Huisarts Vermeer"


def test_a_consent_withdrawn_before_sending_sends_nothing(case, letter):
    consent = agreed(case)
    row = chosen(case, prepared(case, consent=consent), letter)
    with in_bureau(case.bureau):
        withdrawn(consent)
    with pytest.raises(RuleBroken, match="ingetrokken"):
        sent(case, row)
    assert (now(row).state, now(row).number) == ("opzet", "")
    assert len(refusals(case, disclosures.SENT)) == 1


def test_a_consent_withdrawn_before_fetching_stops_the_link(case, letter):
    consent = agreed(case)
    row = ready(case, letter, consent=consent)
    token, code = link_of(row), code_of(case, row)
    with in_bureau(case.bureau):
        file = now(row).package.file
        disclosures.stop_for(consent=withdrawn(consent))
    done = now(row)
    assert (done.state, done.stopped_because, done.package.file) == ("gestopt", "toestemming", "")
    with pytest.raises(packages.LinkGone):
        fetched(row, token, code)
    with in_bureau(case.bureau):
        assert Mail.objects.filter(kind="verstrekking_gestopt", to=case.coach.user.email).exists()
        assert file


def test_a_consent_that_ends_while_it_lies_ready_stops_the_link_at_the_door(case, letter):
    consent = agreed(case)
    row = ready(case, letter, consent=consent)
    token, code = link_of(row), code_of(case, row)
    with in_bureau(case.bureau):
        withdrawn(consent)  # by whatever way: nobody told the package
    with pytest.raises(packages.LinkGone):
        fetched(row, token, code)
    assert (now(row).state, now(row).stopped_because) == ("gestopt", "toestemming")


# -- stukken -----------------------------------------------------------------------------------------------------------
def test_of_what_stays_it_is_said_why(case, letter):
    write(case, "Half af", "…", final=False)
    write(case, "Voor mij", "…", kind=StukKind.WERKAANTEKENING, final=False)
    talk = write(case, "Gesprek", "Rugklachten")
    row = prepared(case, receiver_kind="werkgever")
    with acting(case.coach):
        found = {
            one.title: one.why_not
            for one in disclosing.choices(case.coach, disclosing.disclosure_of(case.coach, row.pk))
        }
    assert found["Brief"] == ""
    assert "concept" in found["Half af"]
    assert "werkaantekening" in found["Voor mij"]
    assert "mag van de wet niet" in found["Gesprek"]
    with pytest.raises(RuleBroken) as refused:
        chosen(case, row, talk)
    assert refused.value.field == "stukken"


def test_what_was_shielded_stays_and_of_another_dossier_there_is_nothing(case, letter):
    other = make_case(case.bureau, "Wim")
    theirs = write(other, "Van Wim", "Tekst", kind=StukKind.CORRESPONDENTIE)
    row = chosen(case, prepared(case), letter)
    with pytest.raises(RuleBroken, match="ten minste één"):
        chosen(case, row, theirs)
    with in_bureau(case.bureau):
        Stuk.objects.filter(pk=letter.pk).update(shielded_at=timezone.now())
    with pytest.raises(RuleBroken):
        sent(case, row)


def test_the_own_statement_goes_along_with_its_stuk(case, letter):
    state(case, "Mijn kant", "Zo was het niet.", about=letter)
    row = ready(case, letter)
    with in_bureau(case.bureau):
        assert sorted(row.stukken.values_list("along", flat=True)) == [False, True]


def test_what_came_later_than_the_preview_is_looked_at_again(case, letter):
    row = chosen(case, prepared(case), letter)
    with acting(case.coach):
        seen = looked_at(case.coach, row)
    supplement(case, letter, "Nog iets.")
    with acting(case.coach), pytest.raises(RuleBroken, match="intussen iets veranderd"):
        disclosures.send(disclosure=row, seen=seen, by=case.coach)


def test_what_is_written_after_sending_does_not_go_along(case, letter):
    row = sent(case, chosen(case, prepared(case), letter))
    supplement(case, letter, "Dit is van later.")
    assert pack_in_bureau(case.bureau.pk) == 1
    with in_bureau(case.bureau):
        (one,) = now(row).stukken.all()
        parcel = packages.open_parcel(now(row).package)
        list(parcel.chunks())
        assert (one.version, one.sha256) == (1, parcel.of_stuk[letter.pk])


def test_a_stuk_that_is_shielded_while_it_lies_ready_is_fetched_by_nobody(case, letter):
    row = ready(case, letter)
    token, code = link_of(row), code_of(case, row)
    with in_bureau(case.bureau):
        Stuk.objects.filter(pk=letter.pk).update(shielded_at=timezone.now())
    with pytest.raises(packages.LinkGone):
        fetched(row, token, code)
    assert now(row).stopped_because == "inhoud"


# -- who ---------------------------------------------------------------------------------------------------------------
def test_only_who_handles_the_dossier_and_directie_lets_something_out(case):
    dirk, adam = (make_member(case.bureau, name, role) for name, role in
                  (("Dirk", Role.DIRECTIE), ("Adam", Role.ADMINISTRATIE)))  # fmt: skip
    stranger = make_case(case.bureau, "Wim").coach
    consent = agreed(case)
    assert prepared(case, dirk, consent=consent).made_by_name == "Dirk"
    with pytest.raises(PermissionDenied):
        prepared(case, adam, consent=consent)
    with pytest.raises(Http404):
        prepared(case, stranger, consent=consent)


def test_a_double_click_sends_once_and_numbers_have_no_gaps(case, letter):
    consent = agreed(case)
    first = chosen(case, prepared(case, consent=consent), letter)
    assert sent(case, first).number == sent(case, first).number
    second = sent(case, chosen(case, prepared(case, consent=consent), letter))
    assert second.number.endswith("-0002")
    with in_bureau(case.bureau):
        assert DisclosurePackage.objects.count() == 2


# -- the link ----------------------------------------------------------------------------------------------------------
def test_a_link_wants_its_code_and_few_tries(case, letter):
    row = ready(case, letter)
    token = link_of(row)
    assert fetched(row, token, "") is None  # no code was made yet
    code = code_of(case, row)
    for _ in range(rules.TRIES):
        assert fetched(row, token, "verkeerd") is None
    with pytest.raises(packages.LinkGone):
        fetched(row, token, code)
    fresh = code_of(case, row)
    assert fetched(row, token, fresh.lower().replace("-", " "))
    with in_bureau(case.bureau):
        tried = Line.objects.filter(act=packages.FETCHED, result="geweigerd")
        assert tried.filter(reason="code").count() == rules.TRIES + 1


def test_neither_link_nor_code_is_kept(case, letter):
    row = ready(case, letter)
    token, code = link_of(row), code_of(case, row)
    package = now(row).package
    said = " ".join(str(value) for value in vars(package).values())
    assert token not in said
    assert rules.plain_code(code) not in said
    assert len(token) * 6 >= 128


def test_a_link_ends_by_itself_and_its_package_goes(case, letter):
    row = ready(case, letter)
    token, code, file = link_of(row), code_of(case, row), row.package.file
    with in_bureau(case.bureau):
        DisclosurePackage.objects.filter(pk=row.package.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(packages.LinkGone):
        fetched(row, token, code)
    with in_bureau(case.bureau):
        assert packages.expire_packages() == 1
        assert packages.expire_packages() == 0
        assert exists_sealed(file)  # until this stands
    assert now(row).state == "verlopen"


def test_what_nobody_has_is_taken_back_and_what_somebody_has_is_not(case, letter):
    consent = agreed(case)
    first, second = ready(case, letter, consent=consent), ready(case, letter, consent=consent)
    with acting(case.coach):
        assert disclosures.take_back(disclosure=first, by=case.coach).state == "gestopt"
    assert fetched(second, link_of(second), code_of(case, second))
    with acting(case.coach), pytest.raises(RuleBroken, match="heeft het al"):
        disclosures.take_back(disclosure=second, by=case.coach)


def test_on_paper_it_is_noted_to_whom_it_was_given(case, letter):
    row = ready(case, letter, means="papier", address="")
    with acting(case.coach):
        _, chunks = packages.fetch_to_print(disclosure=row, by=case.coach)
        assert "verstrekking.pdf" in names_in(b"".join(chunks))
        with pytest.raises(RuleBroken):
            disclosures.hand_over(disclosure=row, on=timezone.localdate(), words=" ", by=case.coach)
        with pytest.raises(RuleBroken):
            packages.new_code(disclosure=row, by=case.coach)
        done = disclosures.hand_over(disclosure=row, on=timezone.localdate(), words="Aan de balie", by=case.coach)
    assert (done.state, now(row).package.file) == ("verstrekt", "")


def test_a_preparation_is_thrown_away_or_goes_by_itself(case):
    consent = agreed(case)
    first, second = prepared(case, consent=consent), prepared(case, consent=consent)
    with acting(case.coach):
        disclosures.throw_away(disclosure=first, by=case.coach)
    with in_bureau(case.bureau):
        Disclosure.objects.filter(pk=second.pk).update(made_at=timezone.now() - timedelta(days=20))
        packages.expire_packages()
        assert not Disclosure.objects.exists()


def test_what_is_missing_is_said_beside_its_field(case):
    consent = agreed(case)
    for name in ("why", "receiver_kind", "authority", "means", "address"):
        with pytest.raises(RuleBroken) as refused:
            prepared(case, consent=consent, **{name: ""})
        assert refused.value.field == name
    assert FACTS["address"]
