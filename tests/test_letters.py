"""Letters on requests: the house's texts and the bureau's own, what has to be in them, and who opens them."""

from __future__ import annotations

import hashlib
import io
from contextlib import suppress
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from pypdf import PdfReader

from access.rules import RuleBroken
from bureaus import reglement
from bureaus.tenancy import in_bureau
from journal.models import Line
from requests import letter_facts, letter_texts
from requests.actions import letters
from requests.models import Decision, Judgement, Kind, Letter, LetterTemplate, State, Step, Verzoek
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import in_force_with, make_case, write
from vault.actions import create_key
from vault.errors import KeyExists
from vault.files import open_sealed

pytestmark = pytest.mark.django_db
LetterKind = LetterTemplate.Kind


@pytest.fixture
def case():
    return make_case(make_bureau())


def verzoek_of(case, **more) -> Verzoek:
    values = {
        "number": "V2026-0001", "kind": Kind.AFSCHRIFT, "channel": "portaal", "client": case.client,
        "dossier": case.dossier, "words": "Graag alles", "received_on": date(2026, 1, 31), "entered_by_name": "Alice",
        "acknowledge_by": date(2026, 2, 6), "due_on": date(2026, 2, 28), "handler": case.coach,
    }  # fmt: skip
    with in_bureau(case.bureau):
        with suppress(KeyExists):
            create_key(subject_id=case.client.pk)
        return Verzoek.objects.create(**(values | more))


def decided(case, decision=Decision.REFUSED, **more) -> Verzoek:
    values = {"state": State.DECIDED, "decision": decision, "decided_at": timezone.now(), "identity": "bekend",
              "identity_at": timezone.now(), "reason": "Er staan gegevens van een buurman in."}  # fmt: skip
    return verzoek_of(case, **(values | more))


def words_of(paper: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(paper)).pages)


def text_of(case, letter) -> str:
    with in_bureau(case.bureau):
        paper = b"".join(open_sealed(subject_id=case.client.pk, name=letter.file))
    return " ".join(words_of(paper).split())


# -- what stands in them -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", LetterKind.values)
def test_the_house_has_a_text_of_every_kind_that_holds_what_the_law_wants(case, kind):
    text = letter_texts.HOUSE[LetterKind(kind)]
    assert letter_texts.problems(kind, text.subject, text.body) == {}
    with in_bureau(case.bureau):
        paper = letters.preview(kind=kind, subject=text.subject, body=text.body)
    said = words_of(paper)
    assert "{" not in said and "Voornaam Achternaam" in said


@pytest.mark.article("pluspunt", "4.4")
@pytest.mark.parametrize("preset", ["javawest", "pluspunt"])
def test_a_refusal_names_reason_supervisor_and_the_term_of_the_reglement_to_go_to_court(preset):
    case = make_case(make_bureau(preset, preset))
    with in_bureau(case.bureau):
        weeks = reglement.in_force().requests.court_weeks
    verzoek = decided(case, reason_code="bescherming van anderen")
    with acting(case.coach):
        letter = letters.make_letter(verzoek=verzoek, kind=LetterKind.REFUSE, by=case.coach)
    said = text_of(case, letter)
    assert "Er staan gegevens van een buurman in." in said and "bescherming van anderen" in said
    assert "Autoriteit Persoonsgegevens" in said and f"binnen {weeks} weken" in said
    assert str(case.client) in said and "9641 AB Veendam" in said and "V2026-0001" in said


def test_a_decision_names_each_stuk_that_is_not_given_by_number_and_reason(case):
    write(case, "Eerste", "Dit mag")
    second = write(case, "Tweede", "Over een buurman")
    verzoek = decided(case, Decision.PARTLY)
    with in_bureau(case.bureau):
        Judgement.objects.create(
            verzoek=verzoek, stuk_id=second.pk, verdict="achterhouden", reason_code="anderen",
            reason="Noemt een buurman.", client_id=case.client.pk, judged_by_name="Alice",
        )  # fmt: skip
        letter = letters.make_letter(verzoek=verzoek, kind=LetterKind.DECIDE)
    said = text_of(case, letter)
    assert "Stuk 2: Noemt een buurman." in said and "Tweede" not in said


def test_what_has_nothing_to_say_is_left_out_with_its_paragraph(case):
    verzoek = decided(case, Decision.GRANTED, reason=None)
    with in_bureau(case.bureau):
        letter = letters.make_letter(verzoek=verzoek, kind=LetterKind.DECIDE)
    said = text_of(case, letter)
    assert "Wij doen wat u vraagt." in said
    assert "Dit krijgt u niet" not in said and "De reden is" not in said and "rechter" not in said


def test_a_value_is_never_read_as_a_field_or_as_markup(case):
    verzoek = decided(case, reason="{naam} <script>alert(1)</script>")
    with in_bureau(case.bureau):
        said = text_of(case, letters.make_letter(verzoek=verzoek, kind=LetterKind.REFUSE))
    assert "{naam} <script>alert(1)</script>" in said


def test_the_letter_is_sealed_under_the_clients_key_and_its_hash_is_that_of_the_paper(case):
    verzoek = verzoek_of(case)
    with in_bureau(case.bureau):
        letter = letters.make_letter(verzoek=verzoek, kind=LetterKind.ACKNOWLEDGE)
        paper = b"".join(open_sealed(subject_id=case.client.pk, name=letter.file))
        assert (letter.file_size, letter.file_sha256) == (len(paper), hashlib.sha256(paper).hexdigest())
        assert Step.objects.get().kind == Step.Kind.LETTER
        line = Line.objects.get(act="brief.gemaakt")
        assert str(case.client) not in str(line.facts)
    assert len(PdfReader(io.BytesIO(paper)).pages) == 1


# -- the bureau's own texts --------------------------------------------------------------------------------------------
OWN = "Beste {naam}, uw {coach} kreeg {nummer}. U hoort het op {uiterlijk}."


def test_the_newest_text_of_the_bureau_is_used_and_what_was_made_stays_as_it_was(case):
    verzoek = verzoek_of(case)
    anna = make_member(case.bureau, "Anna", "administratie")
    with acting(anna):
        first = letters.make_letter(verzoek=verzoek, kind=LetterKind.ACKNOWLEDGE, by=anna)
        letters.save_text(kind=LetterKind.ACKNOWLEDGE, subject="Dank u", body=OWN, seen=0, by=anna)
        again = letters.save_text(kind=LetterKind.ACKNOWLEDGE, subject="Dank u", body=OWN, seen=0, by=anna)
        assert again.version == 1
        second = letters.make_letter(verzoek=verzoek, kind=LetterKind.ACKNOWLEDGE, by=anna)
        assert (first.template_version, second.template_version) == (0, 1)
        word = reglement.in_force().words.coach_word.singular
    assert f"uw {word} kreeg V2026-0001" in text_of(case, second)
    assert "uw coach kreeg" not in text_of(case, first)


def test_who_writes_on_an_older_text_is_told_and_nothing_is_lost(case):
    dora = make_member(case.bureau, "Dora", "directie")
    with acting(dora):
        letters.save_text(kind=LetterKind.ACKNOWLEDGE, subject="Een", body=OWN, seen=0, by=dora)
        with pytest.raises(RuleBroken, match="Intussen"):
            letters.save_text(kind=LetterKind.ACKNOWLEDGE, subject="Twee", body=OWN, seen=0, by=dora)


def page(kind=LetterKind.REFUSE) -> str:
    return f"/beheer/brieven/{kind}/"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("Beste {naam}, {rede} {rechten}", "Wij kennen {rede} niet."),
        ("Beste {naam}", "In deze brief hoort te staan: {reden}, {rechten}."),
        ("{reden} {rechten} {", "Er staat een accolade"),
        ("{reden} {rechten} {<script>}", "Wij kennen {&lt;script&gt;} niet."),
        ("", "Dit veld is verplicht."),
    ],
)
def test_a_wrong_field_is_told_beside_the_text_and_what_was_typed_stays(case, body, message):
    browser = log_in(make_member(case.bureau, "Dora", "directie"))
    answer = browser.post(page(), {"subject": "Nee", "body": body, "seen": "0"})
    said = answer.content.decode()
    assert answer.status_code == 200 and message in said
    with in_bureau(case.bureau):
        assert not LetterTemplate.objects.exists()


@pytest.mark.parametrize("seen", ["", "-1", "9" * 40, "x"])
def test_a_broken_form_is_no_error_of_ours(case, seen):
    browser = log_in(make_member(case.bureau, "Dora", "directie"))
    answer = browser.post(page(), {"subject": "Nee\x00" * 100, "body": "{reden} {rechten}", "seen": seen})
    assert answer.status_code == 200


def test_the_page_keeps_a_version_shows_an_older_one_and_gives_an_example(case):
    browser = log_in(make_member(case.bureau, "Anna", "administratie"))
    given = {"subject": "Wij zeggen nee", "body": "Omdat {reden}\n\n{rechten}", "seen": "0"}
    example = browser.post(page(), given | {"voorbeeld": "ja"})
    assert "Wij zeggen nee" in words_of(b"".join(example.streaming_content))
    with in_bureau(case.bureau):
        assert not LetterTemplate.objects.exists()
    assert browser.post(page(), given).url == "/beheer/brieven/"
    assert "Wij zeggen nee" in browser.get("/beheer/brieven/").content.decode()
    assert browser.get(f"{page()}?versie=1").status_code == 200
    assert "standaardtekst" in browser.get(f"{page()}?versie=0").content.decode()
    for none in ("9", "x", "9" * 40):
        assert browser.get(f"{page()}?versie={none}").status_code == 404
    assert browser.get("/beheer/brieven/onzin/").status_code == 404


# -- who opens them ----------------------------------------------------------------------------------------------------
def test_the_client_opens_its_own_letter_and_that_is_kept_once(case):
    other = make_case(case.bureau, "Wil")
    verzoek = verzoek_of(case)
    with in_bureau(case.bureau):
        letter = letters.make_letter(verzoek=verzoek, kind=LetterKind.ACKNOWLEDGE)
    path = f"/mijn/brieven/{letter.pk}/"
    assert log_in(other.member).get(path).status_code == 404
    mine = log_in(case.member)
    assert b"".join(mine.get(path).streaming_content).startswith(b"%PDF")
    with in_bureau(case.bureau):
        letter.refresh_from_db()
        first = letter.opened_at
        assert first is not None
    mine.get(path)
    with in_bureau(case.bureau):
        assert Letter.objects.get().opened_at == first
        assert Line.objects.filter(act="brief.geopend").count() == 2


def test_staff_fetches_a_letter_without_opening_it_for_the_client(case):
    verzoek = verzoek_of(case)
    stranger = make_member(case.bureau, "Vreemd", "coach")
    with in_bureau(case.bureau):
        letter = letters.make_letter(verzoek=verzoek, kind=LetterKind.ACKNOWLEDGE)
    path = f"/verzoeken/brieven/{letter.pk}/"
    assert log_in(stranger).get(path).status_code == 404
    assert log_in(case.coach).get(path).status_code == 200
    with in_bureau(case.bureau):
        assert Letter.objects.get().opened_at is None


def test_a_double_click_makes_one_letter_and_the_post_is_noted_once(case):
    verzoek = verzoek_of(case)
    with acting(case.coach):
        made = {letters.make_once(verzoek=verzoek, kind=LetterKind.ACKNOWLEDGE, seen=0, by=case.coach).pk for _ in "ab"}
        letter = Letter.objects.get()
        assert made == {letter.pk}
        first = letters.note_posted(letter=letter, by=case.coach).posted_on
        assert letters.note_posted(letter=letter, by=case.coach).posted_on == first
        assert Line.objects.filter(act="brief.verstuurd").count() == 1


def test_a_letter_is_made_and_posted_by_who_handles_the_request_whatever_called_it(case):
    verzoek, fleur = verzoek_of(case), make_member(case.bureau, "Fleur", "fg")
    stranger = make_member(case.bureau, "Vreemd", "coach")
    with in_bureau(case.bureau):
        letter = letters.make_letter(verzoek=verzoek, kind=LetterKind.ACKNOWLEDGE)
    for member, refusal in ((fleur, PermissionDenied), (stranger, Http404)):
        with acting(member), pytest.raises(refusal):
            letters.make_once(verzoek=verzoek, kind=LetterKind.ACKNOWLEDGE, seen=1, by=member)
        with acting(member), pytest.raises(refusal):
            letters.note_posted(letter=letter, by=member)
        with acting(member), pytest.raises(PermissionDenied):
            letters.save_text(kind=LetterKind.ACKNOWLEDGE, subject="Een", body=OWN, seen=0, by=member)
    with in_bureau(case.bureau):
        assert Letter.objects.get().posted_on is None and not LetterTemplate.objects.exists()


def test_what_letter_fits_is_asked_of_the_request_as_it_is_and_not_as_the_page_knew_it(case):
    known = verzoek_of(case)
    with in_bureau(case.bureau):
        Verzoek.objects.filter(pk=known.pk).update(state=State.WITHDRAWN)
    with acting(case.coach), pytest.raises(RuleBroken, match="bij dit verzoek past"):
        letters.make_once(verzoek=known, kind=LetterKind.ACKNOWLEDGE, seen=0, by=case.coach)
    browser = log_in(case.coach)
    for kind in (LetterKind.ACKNOWLEDGE, "onzin", ""):
        answer = browser.post(f"/verzoeken/{known.pk}/brieven/", {"soort": kind, "gezien": "0"}, follow=True)
        assert "Kies een brief die bij dit verzoek past." in answer.content.decode()
    with in_bureau(case.bureau):
        assert not Letter.objects.exists()


def test_the_reason_of_more_time_is_that_of_the_extension(case):
    verzoek = verzoek_of(case, extended_on=date(2026, 2, 10), extension_reason="Er zijn veel papieren.")
    with in_bureau(case.bureau):
        assert letter_facts.values(verzoek, LetterKind.EXTEND)["reden"] == "Er zijn veel papieren."


def test_a_bureau_with_other_court_weeks_says_those(case):
    in_force_with(case.bureau, requests={"court_weeks": 1})
    verzoek = decided(case)
    with in_bureau(case.bureau):
        assert "binnen 1 week na" in letter_facts.values(verzoek, LetterKind.REFUSE)["rechten"]
