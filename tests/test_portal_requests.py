"""What the client asks in the portal, step by step, and follows; and a gemachtigde for the client."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone

from access.models import Role
from bureaus.tenancy import in_bureau
from portal import plain_requests as plain
from requests.actions.letters import make_letter
from requests.models import Change, Decision, Kind, LetterTemplate, State, Step, Verzoek
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import add_traject, authorise, make_case, many_stukken, queries_of, state, write
from tests.support.verzoeken import answered_rows, asked

pytestmark = pytest.mark.django_db
MINE, NEW = "/mijn/verzoeken/", "/mijn/verzoeken/nieuw/"


@pytest.fixture
def case(settings):
    settings.MFA_REQUIRED = False
    return make_case(make_bureau())


@pytest.fixture
def vera(case):
    return log_in(case.member)


def page_of(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def send(client, path: str, **words):
    """Filled in, checked, and sent."""
    checked = client.post(path, words).content.decode()
    assert "Klopt dit zo?" in checked, checked
    return client.post(path, words | {"versturen": "ja"})


def only(case) -> Verzoek:
    with in_bureau(case.bureau):
        return Verzoek.objects.get()


# -- asking ----------------------------------------------------------------------------------------------------------
def test_first_one_chooses_what_in_plain_words(vera):
    page = page_of(vera, NEW)
    for kind in Kind.values:
        assert f"?soort={kind}" in page and plain.title_of(kind) in page
    assert page_of(vera, f"{NEW}?soort=bestaat-niet").count("?soort=") == len(Kind.values)


@pytest.mark.parametrize("kind", [one for one in Kind.values if one != Kind.CORRECTIE])
def test_each_kind_is_asked_checked_and_sent_and_answered_at_once_with_a_number(case, vera, kind):
    path = f"{NEW}?soort={kind}"
    answer = send(vera, path, words="Ik wil dit graag.")
    row = only(case)
    assert (row.kind, row.client_id, row.asked_by_id) == (kind, case.client.pk, case.member.pk)
    page = page_of(vera, answer.url)
    assert answer.url == f"{MINE}{row.pk}/"
    for words in (row.number, "Ik wil dit graag.", "Antwoord uiterlijk op", "Wie antwoordt", "Ontvangen"):
        assert words in page
    if kind != Kind.KLACHT:
        assert case.coach.name in page
    assert row.number in page_of(vera, MINE)


@pytest.mark.article("werkid", "11.1")
@pytest.mark.article("pluspunt", "4.3")
def test_a_correctie_points_at_the_very_stuk_and_holds_what_it_should_say(case, vera):
    stuk = write(case, "Gesprek van maandag", "Kwam te laat.")
    here = f"{NEW}?soort=correctie&amp;stuk={stuk.pk}"
    assert here in page_of(vera, f"/mijn/stukken/{stuk.pk}/")
    assert f"stuk={stuk.pk}" in page_of(vera, f"{NEW}?soort=correctie")
    path = here.replace("&amp;", "&")
    assert "Gesprek van maandag" in page_of(vera, path)
    wrong = vera.post(path, {"change": Change.IMPROVE, "words": "Ik was op tijd."}).content.decode()
    assert "Schrijf op wat er volgens u moet staan." in wrong and "Ik was op tijd." in wrong
    answer = send(vera, path, change=Change.IMPROVE, words="Ik was op tijd.", proposed="Vera was om negen uur binnen.")
    row = only(case)
    assert (row.stuk_id, row.change, row.dossier_id) == (stuk.pk, Change.IMPROVE, case.dossier.pk)
    page = page_of(vera, answer.url)
    assert "Vera was om negen uur binnen." in page and f"/mijn/stukken/{stuk.pk}/" in page


@pytest.mark.article("werkid", "11.1")
def test_a_correctie_comes_after_reading_where_the_reglement_says_so(settings):
    settings.MFA_REQUIRED = False
    case = make_case(make_bureau("werkid", "werkid"))
    stuk, vera = write(case, "Gesprek", "Kwam te laat."), log_in(case.member)
    path = f"{NEW}?soort=correctie&stuk={stuk.pk}"
    words = {"change": Change.DELETE, "words": "Dit klopt niet."}
    refused = vera.post(path, words).content.decode()
    assert "Eerst inzage" in refused and "Dit klopt niet." in refused
    page_of(vera, f"/mijn/stukken/{stuk.pk}/")
    assert send(vera, path, **words).status_code == 302


def test_ones_own_statement_is_no_stuk_to_correct(case, vera):
    stuk = state(case, "Mijn kant", "Zo was het.")
    assert "soort=correctie" not in page_of(vera, f"/mijn/stukken/{stuk.pk}/")


def test_nothing_is_sent_before_it_is_checked_and_what_was_typed_stays(case, vera):
    path = f"{NEW}?soort=klacht"
    words = {"words": "Niemand belt terug.\nAl twee weken niet."}
    assert "Klopt dit zo?" in vera.post(path, words).content.decode()
    again = vera.post(path, words | {"aanpassen": "ja"}).content.decode()
    assert "Klopt dit zo?" not in again and "Al twee weken niet." in again
    with in_bureau(case.bureau):
        assert not Verzoek.objects.exists()


def test_a_double_click_is_one_request_and_the_same_again_is_joined(case, vera):
    path = f"{NEW}?soort=inzage"
    first, second = (send(vera, path, words="Graag alles.") for _ in range(2))
    assert first.url == second.url
    later = send(vera, path, words="En ook de brieven.")
    assert later.url == first.url
    with in_bureau(case.bureau):
        kinds = Step.objects.filter(verzoek=only(case)).values_list("kind", flat=True)
        assert list(kinds).count(Step.Kind.JOINED) == 1
    assert "En ook de brieven." in page_of(vera, first.url)


def test_a_complaint_names_who_works_here_and_goes_to_another(case, vera):
    page = page_of(vera, f"{NEW}?soort=klacht")
    assert case.coach.name in page and case.payer.name not in page
    dora = make_member(case.bureau, "Dora", Role.DIRECTIE)
    answer = send(vera, f"{NEW}?soort=klacht", words="Ik word niet gehoord.", about_member=str(case.coach.pk))
    row = only(case)
    assert (row.about_member_id, row.handler_id) == (case.coach.pk, dora.pk)
    assert "Dora" in page_of(vera, answer.url)


@pytest.mark.parametrize(
    "sent",
    [
        {"words": ""}, {"words": "\x00"}, {"words": "\u200b"}, {"words": "x" * 20_001},
        {"words": "goed", "about_member": "x"},
    ],
)  # fmt: skip
def test_what_can_not_be_is_said_beside_the_field(case, vera, sent):
    answer = vera.post(f"{NEW}?soort=klacht", sent)
    assert answer.status_code == 200 and "Klopt dit zo?" not in answer.content.decode()


def test_what_somebody_writes_is_shown_and_never_run(case, vera):
    answer = send(vera, f"{NEW}?soort=klacht", words="<script>alert(1)</script>")
    page = page_of(vera, answer.url)
    assert "&lt;script&gt;alert(1)" in page and "<script>alert" not in page


def test_of_several_trajecten_one_may_choose_one_or_all(case, vera):
    second = add_traject(case.bureau, case.client, case.coach, case.contact, phase="beeindigd",
                         end_reason="doel", traject_ended_on="2026-03-01")  # fmt: skip
    assert "Over alles wat u van mij hebt" in page_of(vera, f"{NEW}?soort=afschrift")
    send(vera, f"{NEW}?soort=afschrift", dossier=second.dossier.number)
    assert only(case).dossier_id == second.dossier.pk
    send(vera, f"{NEW}?soort=overdracht")
    with in_bureau(case.bureau):
        assert Verzoek.objects.get(kind=Kind.OVERDRACHT).dossier_id is None


# -- another's -------------------------------------------------------------------------------------------------------
def test_anothers_stuk_and_request_are_not_there(case, vera):
    other = make_case(case.bureau, "Wim")
    stuk, row = write(other, "Gesprek", "Iets"), asked(other)
    concept = write(case, "Half af", "…", final=False)
    for path in (
        f"{NEW}?soort=correctie&stuk={stuk.pk}", f"{NEW}?soort=correctie&stuk={concept.pk}",
        f"{NEW}?soort=correctie&stuk=nee", f"{MINE}{row.pk}/", f"{MINE}{row.pk}/intrekken/",
        f"{NEW}?dossier={other.dossier.number}",
    ):  # fmt: skip
        assert vera.get(path).status_code == 404, path
    assert vera.post(f"{MINE}{row.pk}/intrekken/").status_code == 404
    assert row.number not in page_of(vera, MINE)


@pytest.mark.article("jmwerkt", "5.1.3")
def test_a_gemachtigde_asks_and_follows_for_the_client(case, vera):
    greet = authorise(case)
    client = log_in(greet)
    answer = send(client, f"{NEW}?soort=inzage")
    row = only(case)
    assert (row.client_id, row.asked_by_id) == (case.client.pk, greet.pk)
    assert row.number in page_of(client, answer.url) and row.number in page_of(vera, MINE)
    own = asked(case, Kind.KLACHT)
    assert client.get(f"{MINE}{own.pk}/").status_code == 404


# -- following -------------------------------------------------------------------------------------------------------
def test_taking_it_back_asks_first_and_stops_the_clock(case, vera):
    row = asked(case)
    here = f"{MINE}{row.pk}/"
    assert f"{here}intrekken/" in page_of(vera, here)
    assert "Wij stoppen ermee" in page_of(vera, f"{here}intrekken/")
    assert vera.post(f"{here}intrekken/").url == here
    page = page_of(vera, here)
    assert only(case).state == State.WITHDRAWN and "U hebt dit ingetrokken" in page
    assert "intrekken/" not in page and "Antwoord uiterlijk op" not in page
    assert vera.post(f"{here}intrekken/").url == here  # once more changes nothing


def test_a_decision_is_told_with_its_reasons(case, vera):
    row = asked(case, Kind.KLACHT)
    with in_bureau(case.bureau):
        now = timezone.now()
        held = Verzoek.objects.get(pk=row.pk)
        held.state, held.decision, held.decided_at = State.CLOSED, Decision.PARTLY_FOUNDED, now
        held.reason = "Wij hadden moeten bellen."
        held.save()
    page = page_of(vera, f"{MINE}{row.pk}/")
    assert "Uw klacht klopt voor een deel." in page and "Wij hadden moeten bellen." in page
    assert "Dit is klaar." in page and "Antwoord uiterlijk op" not in page


def test_a_letter_stands_with_the_request_and_opens(case, vera):
    row = asked(case)
    with acting(case.coach):
        letter = make_letter(verzoek=row, kind=LetterTemplate.Kind.ACKNOWLEDGE, by=case.coach)
    page = page_of(vera, f"{MINE}{row.pk}/")
    assert "Brieven van ons" in page and f"/mijn/brieven/{letter.pk}/" in page
    paper = b"".join(vera.get(f"/mijn/brieven/{letter.pk}/").streaming_content)
    assert paper.startswith(b"%PDF")


def test_a_copy_is_offered_to_whom_it_is_for_and_to_nobody_else(case, vera):
    row, greet = asked(case), log_in(authorise(case))
    with in_bureau(case.bureau):
        copy = f"/mijn/kopie/{answered_rows(row)['bundle_id']}/"
    assert "Uw kopie staat klaar" in page_of(vera, f"{MINE}{row.pk}/") and vera.get(copy).status_code == 200
    page = page_of(greet, f"{MINE}{row.pk}/")
    assert row.number in page and "Uw kopie" not in page and greet.get(copy).status_code == 404


def test_a_stuk_that_is_gone_leaves_its_request(case, vera):
    row = asked(case, Kind.CORRECTIE, change=Change.DELETE)
    with in_bureau(case.bureau):
        Verzoek.objects.filter(pk=row.pk).update(stuk_id=uuid.uuid4())
    assert "Een stuk dat er niet meer is" in page_of(vera, f"{MINE}{row.pk}/")


def test_an_empty_portal_says_what_stands_here_later(vera):
    assert "U hebt nog niets gevraagd" in page_of(vera, MINE)


def test_the_pages_ask_as_much_of_the_database_whatever_there_is(case, vera):
    many_stukken(case, 40)
    asked(case)
    few = len(queries_of(vera, MINE))
    for kind in (Kind.AFSCHRIFT, Kind.VERNIETIGING, Kind.OVERDRACHT, Kind.KLACHT, Kind.BEZWAAR, Kind.BEPERKING):
        row = asked(case, kind)
    assert len(queries_of(vera, MINE)) <= few + 1
    for path in (MINE, NEW, f"{NEW}?soort=correctie", f"{NEW}?soort=klacht", f"{MINE}{row.pk}/"):
        asked_ = queries_of(vera, path)
        assert len(asked_) <= 12, (path, *asked_)
