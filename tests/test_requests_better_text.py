"""A correctie 'verbeteren': the better text takes the place of what stood, which few still read (AVG 16)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone

from access.models import Membership, Role
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from dossiers import actions as dossier_actions
from dossiers import copying, reading
from dossiers.models import Draft, Release, Stuk, StukVersion
from journal.models import Line
from requests import bundle_contents
from requests.actions import corrections
from requests.models import Change, FollowUp, Kind, Step
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import make_case, release, supplement, write
from tests.support.verzoeken import entered
from tests.test_requests_corrections import granted

pytestmark = pytest.mark.django_db
OLD, NEW = "Kwam te laat.", "Was op tijd."


@pytest.fixture
def case():
    return make_case(make_bureau())


def improved(case, stuk=None):
    """The request, after the coach wrote the better text."""
    stuk = stuk or write(case, "Gesprek van maandag", OLD)
    row = granted(case, Change.IMPROVE, stuk=stuk, proposed=NEW)
    with acting(case.coach):
        corrections.write(verzoek=row, by=case.coach)
        dossier_actions.aanvullen(stuk=stuk, by=case.coach)
    return row


def page(member, path: str) -> str:
    answer = log_in(member).get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.mark.article("pluspunt", "4.3")
@pytest.mark.article("werkid", "11.1")
def test_the_better_text_stands_in_its_place_and_the_old_one_is_read_by_whom_the_reglement_names(case):
    row = improved(case)
    boss = make_member(case.bureau, "Dora", Role.DIRECTIE)
    coach = page(case.coach, f"/stukken/{row.stuk_id}/")
    assert NEW in coach and OLD not in coach and "Gesprek van maandag" in coach
    assert "verbeterd op verzoek, oude tekst afgeschermd" in coach
    assert OLD in page(boss, f"/stukken/{row.stuk_id}/")
    client = page(case.member, f"/mijn/stukken/{row.stuk_id}/")
    assert NEW in client and OLD not in client and "de oude tekst is afgeschermd" in client
    assert "Later toegevoegd" not in client


@pytest.mark.article("jmwerkt", "6.1.3")
def test_it_is_carried_out_by_writing_it_and_the_client_reads_that(case):
    stuk = write(case, "Rapportage", OLD, kind="voortgangsrapportage")
    release(case, stuk)
    row = improved(case, stuk)
    with in_bureau(case.bureau):
        done = Step.objects.get(verzoek=row, kind=Step.Kind.EXECUTED)
        assert (done.by_name, done.note) == (case.coach.name, "De tekst is verbeterd. De oude tekst is afgeschermd.")
        assert Line.objects.filter(act="stuk.tekst_afgeschermd", dossier_id=case.dossier.pk).count() == 1
        # Who had the old text has it no more, and is told (AVG 19).
        assert not Release.objects.filter(stuk=stuk, withdrawn_at=None).exists()
        assert FollowUp.objects.filter(verzoek=row, kind=FollowUp.Kind.TELL, done_at=None).count() == 1
    staff = page(case.coach, f"/verzoeken/{row.pk}/")
    assert "Nu: ontvangers inlichten" in staff
    assert "De oude tekst is afgeschermd." in page(case.member, f"/mijn/verzoeken/{row.pk}/")


def test_titles_and_copies_are_of_the_newest_text(case):
    stuk = write(case, "Oude naam", OLD)
    row = granted(case, Change.IMPROVE, stuk=stuk, proposed=NEW)
    with acting(case.coach):
        draft = corrections.write(verzoek=row, by=case.coach)
        content = {"title": "Nieuwe naam", "sections": draft.content["sections"]}
        dossier_actions.save_draft(stuk=stuk, by=case.coach, version=draft.version, content=content)
        dossier_actions.aanvullen(stuk=stuk, by=case.coach)
    supplement(case, stuk, "Later erbij.")
    with in_bureau(case.bureau):
        rows = Stuk.objects.filter(pk=stuk.pk)
        assert set(reading.titles(rows).values()) == set(reading.titles(reading.with_titles(rows)).values())
        assert reading.titles(rows)[stuk.pk] == "Nieuwe naam"
        goes = [copying.Numbered(1, rows.get(), "")]
        (told,) = copying.told(goes, [], {})
    assert [(one["number"], one["title"]) for one in told["versions"]] == [(1, "Nieuwe naam"), (2, "Aanvulling")]
    assert OLD not in str(told)


def test_the_old_text_is_no_part_of_a_copy_and_counted(case):
    stuk = improved(case).stuk_id
    row = entered(case, Kind.AFSCHRIFT, dossier=case.dossier)
    with in_bureau(case.bureau):
        assert Stuk.objects.get(pk=stuk).shielded_upto == 1
        row.decided_at = timezone.now()
        assert bundle_contents.contents(row).left_out == {"oude_teksten": 1}


def test_an_aanvulling_of_ones_own_comes_first_and_replaces_nothing(case):
    stuk = write(case, "Gesprek", OLD)
    with acting(case.coach):
        draft = dossier_actions.start_aanvulling(stuk=stuk, by=case.coach)
        content = {"title": "Aanvulling", "sections": [{"label": "", "text": "Van mij."}]}
        dossier_actions.save_draft(stuk=stuk, by=case.coach, version=draft.version, content=content)
    row = granted(case, Change.IMPROVE, stuk=stuk, proposed=NEW)
    assert "Stel die eerst vast" in page(case.coach, f"/verzoeken/{row.pk}/")
    with acting(case.coach):
        corrections.write(verzoek=row, by=case.coach)
        dossier_actions.aanvullen(stuk=stuk, by=case.coach)
        assert Stuk.objects.get(pk=stuk.pk).shielded_upto == 0
        assert not Step.objects.filter(verzoek=row, kind=Step.Kind.EXECUTED).exists()
        assert corrections.write(verzoek=row, by=case.coach).content["sections"][0]["text"] == NEW
        dossier_actions.aanvullen(stuk=stuk, by=case.coach)
        assert Stuk.objects.get(pk=stuk.pk).shielded_upto == 2


def test_outside_the_bureau_the_database_itself_gives_no_old_text(case):
    row = improved(case)
    seen = {}
    for name, member in (("coach", case.coach), ("client", case.member)):
        with acting(member), connection.cursor() as cursor:
            cursor.execute(
                "SELECT array_agg(number ORDER BY number) FROM dossiers_stukversion WHERE stuk_id = %s", [row.stuk_id]
            )
            seen[name] = cursor.fetchone()[0]
    assert seen == {"coach": [1, 2], "client": [2]}
    with in_bureau(case.bureau):
        assert StukVersion.objects.filter(stuk_id=row.stuk_id).count() == 2
        assert not Draft.objects.filter(stuk_id=row.stuk_id).exists()


# -- what its writer is told -------------------------------------------------------------------------------------------
STAYS = "Wat er al stond, blijft"


def test_the_writer_is_told_that_it_takes_the_place_of_what_stands_and_who_still_reads_that(case):
    stuk = write(case, "Rapportage", OLD, kind="voortgangsrapportage")
    release(case, stuk)
    row = granted(case, Change.IMPROVE, stuk=stuk, proposed=NEW)
    with acting(case.coach):
        corrections.write(verzoek=row, by=case.coach)
    for path in ("schrijven", "vaststellen"):
        shown = page(case.coach, f"/stukken/{stuk.pk}/{path}/")
        assert STAYS not in shown and "komt in de plaats van alles wat er nu staat" in shown
        assert "alleen nog te lezen voor de directie" in shown
        assert "Het stuk is vrijgegeven." in shown and "ziet het daarna niet meer." in shown
    assert "Betere tekst voor: Rapportage" in page(case.coach, f"/stukken/{stuk.pk}/schrijven/")
    assert "Klopt de betere tekst zo?" in page(case.coach, f"/stukken/{stuk.pk}/vaststellen/")
    assert "Betere tekst weggooien?" in page(case.coach, f"/stukken/{stuk.pk}/weggooien/")
    assert "betere tekst voor" in page(case.coach, "/werkvoorraad/")


def test_what_was_never_let_out_is_taken_from_nobody_and_an_aanvulling_replaces_nothing(case):
    first, second = write(case, "Gesprek", OLD), write(case, "Nog een gesprek", OLD)
    row = granted(case, Change.IMPROVE, stuk=first, proposed=NEW)
    with acting(case.coach):
        corrections.write(verzoek=row, by=case.coach)
        draft = dossier_actions.start_aanvulling(stuk=second, by=case.coach)
        content = {"title": "Aanvulling", "sections": [{"label": "", "text": "Erbij."}]}
        dossier_actions.save_draft(stuk=second, by=case.coach, version=draft.version, content=content)
    assert "ziet het daarna niet meer" not in page(case.coach, f"/stukken/{first.pk}/vaststellen/")
    shown = page(case.coach, f"/stukken/{second.pk}/vaststellen/")
    assert STAYS in shown and "in de plaats van" not in shown


def test_the_ordinary_button_does_not_go_on_with_it_as_an_aanvulling(case):
    stuk = write(case, "Gesprek", OLD)
    row = granted(case, Change.IMPROVE, stuk=stuk, proposed=NEW)
    with acting(case.coach):
        corrections.write(verzoek=row, by=case.coach)
    shown = page(case.coach, f"/stukken/{stuk.pk}/")
    assert "Verder met de betere tekst" in shown and "Verder met uw aanvulling" not in shown
    browser = log_in(case.coach)
    answer = browser.post(f"/stukken/{stuk.pk}/aanvullen/", follow=True)
    assert answer.redirect_chain[-1][0] == f"/stukken/{stuk.pk}/"
    assert "in de plaats komt van wat er staat" in answer.content.decode()
    with acting(case.coach):
        assert Draft.objects.get(stuk=stuk).content["sections"][0]["text"] == NEW


# -- what it takes the place of ----------------------------------------------------------------------------------------
def by_another(case) -> Membership:
    """A second coach, who writes in the same dossier."""
    other = make_member(case.bureau, "Otto", Role.COACH)
    with in_bureau(case.bureau):
        case.traject.second_coach = other
        case.traject.save(update_fields=["second_coach"])
        dossier_actions.sync_grants(dossier=case.dossier, by=None)
    return other


def test_what_a_colleague_added_meanwhile_is_not_put_out_of_sight_unseen(case):
    stuk, other = write(case, "Gesprek", OLD), by_another(case)
    row = granted(case, Change.IMPROVE, stuk=stuk, proposed=NEW)
    with acting(case.coach):
        draft = corrections.write(verzoek=row, by=case.coach)
    with acting(other):
        added = dossier_actions.start_aanvulling(stuk=stuk, by=other)
        content = {"title": "Aanvulling", "sections": [{"label": "", "text": "De trein viel uit."}]}
        dossier_actions.save_draft(stuk=stuk, by=other, version=added.version, content=content)
        dossier_actions.aanvullen(stuk=stuk, by=other)
    answer = log_in(case.coach).post(f"/stukken/{stuk.pk}/vaststellen/", {"version": draft.version}, follow=True)
    shown = answer.content.decode()
    assert answer.redirect_chain[-1][0] == f"/stukken/{stuk.pk}/schrijven/"
    assert "iets gekomen nadat u aan deze tekst begon" in shown and NEW in shown and "De trein viel uit." in shown
    with acting(case.coach):
        assert (Stuk.objects.get(pk=stuk.pk).version, Stuk.objects.get(pk=stuk.pk).shielded_upto) == (2, 0)
        assert corrections.write(verzoek=row, by=case.coach).content["sections"][0]["text"] == NEW
        dossier_actions.aanvullen(stuk=stuk, by=case.coach)
        assert (Stuk.objects.get(pk=stuk.pk).version, Stuk.objects.get(pk=stuk.pk).shielded_upto) == (3, 2)


def test_one_request_puts_one_text_in_the_place_of_what_stood(case):
    stuk, other = write(case, "Gesprek", OLD), by_another(case)
    row = granted(case, Change.IMPROVE, stuk=stuk, proposed=NEW)
    with in_bureau(case.bureau):
        type(row).objects.filter(pk=row.pk).update(handler=other)
    with acting(other):
        corrections.write(verzoek=row, by=other)
    with acting(case.coach):
        corrections.write(verzoek=row, by=case.coach)
        dossier_actions.aanvullen(stuk=stuk, by=case.coach)
        with pytest.raises(RuleBroken, match="al uitgevoerd"):
            corrections.write(verzoek=row, by=case.coach)
    with acting(other):
        Draft.objects.filter(stuk=stuk, author=other).update(replaces=2)  # as if they had looked again in between
        with pytest.raises(RuleBroken, match="al uitgevoerd"):
            dossier_actions.aanvullen(stuk=stuk, by=other)
        with pytest.raises(RuleBroken, match="al uitgevoerd"):
            corrections.write(verzoek=row, by=other)
        assert Draft.objects.get(stuk=stuk, author=other).content["sections"][0]["text"] == NEW
        assert (Stuk.objects.get(pk=stuk.pk).version, Stuk.objects.get(pk=stuk.pk).shielded_upto) == (2, 1)
