"""The pages of destruction lists: through every layer, as directie, administratie and the FG meet them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from uuid_utils.compat import uuid7

from bureaus.tenancy import in_bureau
from clients.models import Traject
from retention import manifest
from retention.actions import place_hold, refresh_due_dates, refresh_whole_bureau
from retention.models import DestructionList, ItemState, ListItem, ListStatus
from tests.support.ages import silenced
from tests.support.lists import again, approved, excluded, items_of, journal, night, overdue, people, proposed
from tests.support.people import log_in, make_bureau, make_member
from tests.support.portal import queries_of
from tests.support.retention import ended_dossier

pytestmark = pytest.mark.django_db
LISTS = "/bewaren/lijsten/"


@pytest.fixture
def house():
    return people()


def page(row, part: str = "") -> str:
    return f"{LISTS}{row.pk}/{part}"


def text_of(answer) -> str:
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


# -- reading -----------------------------------------------------------------------------------------------------------
def test_the_list_says_how_many_why_and_by_which_article_with_numbers_alone(house):
    (dossier,) = overdue(house, stukken=True)
    (row,) = night(house.bureau)
    for member in (house.dirk, house.anna, house.fleur):
        said = text_of(log_in(member).get(page(row)))
        assert dossier.number in said
        assert "javawest 7" in said
        assert "2 stukken, 1 bestand" in said
        for name in ("Geweest", dossier.client.first_name + " " + dossier.client.last_name):
            assert name not in said


def test_no_page_loads_the_whole_manifest_of_a_list_to_say_something_of_it(house):
    dossier, kept, _ = overdue(house, 3)
    (row,) = night(house.bureau)
    with in_bureau(house.bureau), silenced():
        refresh_whole_bureau(house.bureau.pk)
        row.items.filter(dossier_id=dossier.pk).update(state=ItemState.FAILED)
        row.items.filter(dossier_id=kept.pk).update(state=ItemState.KEPT, kept_because="datum")
    watched = [f"/bewaren/?toon={tab}" for tab in ("voorbij", "mislukt")]
    item = page(row, f"regels/{items_of(row)[-1].pk}/uitzonderen/")
    asked = [LISTS, page(row), page(row, "goedkeuren/"), page(row, "intrekken/"), item, *watched, "/goedkeuringen/"]
    browser = log_in(house.dirk)
    with CaptureQueriesContext(connection) as seen:
        codes = [
            browser.get(one, headers=headers).status_code for one in asked for headers in ({}, {"HX-Request": "1"})
        ]
    assert set(codes) == {200}, list(zip(asked, codes, strict=False))
    named = [one["sql"] for one in seen.captured_queries if '"retention_destructionlist"' in one["sql"]]
    assert len(named) > len(asked)
    assert not [sql for sql in named if '"retention_destructionlist"."manifest"' in sql]


def test_a_number_is_a_link_only_for_who_may_open_the_dossier(house):
    (dossier,) = overdue(house)
    (row,) = night(house.bureau)
    link = f'href="/dossiers/{dossier.pk}/"'
    assert link in log_in(house.dirk).get(page(row)).content.decode()
    assert link not in log_in(house.fleur).get(page(row)).content.decode()


def test_a_list_of_another_bureau_is_not_there(house):
    overdue(house)
    (row,) = night(house.bureau)
    other = make_member(make_bureau("werkid", "werkid"), "Wies", "directie")
    client = log_in(other)
    for part in ("", "goedkeuren/", "intrekken/", f"regels/{items_of(row)[0].pk}/uitzonderen/"):
        assert client.get(page(row, part)).status_code == 404


def test_an_item_is_not_reached_by_way_of_another_list(house):
    one, two = overdue(house, 2)
    first, second = (proposed(house, dossier.number, by=house.anna) for dossier in (one, two))
    wrong = page(first, f"regels/{items_of(second)[0].pk}/")
    client = log_in(house.anna)
    assert client.get(f"{wrong}uitzonderen/").status_code == 404
    assert client.post(f"{wrong}terugzetten/").status_code == 404


def test_lists_of_thousands_are_paged_with_as_many_queries(house):
    row, big = long_list(house.bureau, 3), long_list(house.bureau, 3_000)
    client = log_in(house.dirk)
    for path in (page(row), page(big), f"{page(big)}?pagina=30", LISTS):
        asked = queries_of(client, path)
        assert len(asked) <= 12, "\n".join(asked)
    assert "D-000000" in text_of(client.get(page(big)))
    assert "D-002999" in text_of(client.get(f"{page(big)}?pagina=30"))


def test_who_watches_a_run_gets_the_bar_alone(house):
    row = long_list(house.bureau, 4)
    with in_bureau(house.bureau), silenced():
        moment = timezone.now() - timedelta(days=8)
        DestructionList.objects.filter(pk=row.pk).update(
            status=ListStatus.RUNNING, approved_by=house.dirk, approved_at=moment, starts_after=moment,
            approved_sha256=row.manifest_sha256, started_at=moment,
        )  # fmt: skip
        some = list(ListItem.objects.filter(destruction_list=row).values_list("pk", flat=True))
        ListItem.objects.filter(pk__in=some[:1]).update(state=ItemState.KEPT)
        ListItem.objects.filter(pk__in=some[1:2]).update(state=ItemState.FAILED, error="De opslag antwoordt niet.")
    client = log_in(house.fleur)
    part = client.get(page(row), headers={"HX-Request": "true"})
    assert "<main" not in part.content.decode()
    assert "1 van 4" in text_of(part)
    assert 'hx-trigger="every 2s"' in part.content.decode()
    assert "De opslag antwoordt niet." in text_of(client.get(page(row)))
    assert "Opnieuw proberen" not in text_of(client.get(page(row)))
    assert "Opnieuw proberen" in text_of(log_in(house.anna).get(page(row)))


def test_directie_finds_the_list_in_the_inbox_and_not_their_own(house):
    one, _ = overdue(house, 2)
    mine = proposed(house, one.number, by=house.dirk)
    (nightly,) = night(house.bureau)
    for member, seen in ((house.dirk, {nightly}), (house.ella, {mine, nightly})):
        said = log_in(member).get("/goedkeuringen/").content.decode()
        assert {row for row in (mine, nightly) if page(row) in said} == seen


# -- by hand -----------------------------------------------------------------------------------------------------------
def test_a_list_by_hand_is_made_of_the_numbers_typed_and_keeps_them_where_one_is_refused(house):
    one, two = overdue(house, 2)
    late = ended_dossier(house.bureau, ended=timezone.localdate(), stukken=False)
    client = log_in(house.anna)
    assert one.number in client.get(f"{LISTS}voorstellen/?nummer={one.number}").content.decode()
    refused = client.post(f"{LISTS}voorstellen/", {"numbers": f"{one.number}\n{late.number}"})
    assert refused.status_code == 200
    assert f"{late.number}: de termijn loopt nog tot" in text_of(refused)
    assert one.number in refused.content.decode()
    made = client.post(f"{LISTS}voorstellen/", {"numbers": f"{one.number}, {two.number}"}, follow=True)
    assert "wacht op goedkeuring" in text_of(made)
    with in_bureau(house.bureau):
        assert DestructionList.objects.get().items.count() == 2


@pytest.mark.parametrize("typed", ["", "\x00", "<script>alert(1)</script>", "x" * 300, "‮D-1", "​", "9" * 20_000])
def test_nonsense_for_numbers_is_answered_beside_the_field(house, typed):
    answer = log_in(house.anna).post(f"{LISTS}voorstellen/", {"numbers": typed})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    assert "aria-invalid" in answer.content.decode()


# -- leaving out -------------------------------------------------------------------------------------------------------
def test_one_is_left_out_and_taken_back_in_by_a_click(house):
    overdue(house, 2)
    (row,) = night(house.bureau)
    item = items_of(row)[0]
    client = log_in(house.anna)
    until = timezone.localdate() + timedelta(days=60)
    given = {"reason": "belang", "until": until.isoformat(), "text": "Een zeldzaamwoord."}
    said = text_of(client.post(page(row, f"regels/{item.pk}/uitzonderen/"), given, follow=True))
    assert "aanmerkelijk belang van een ander" in said
    assert "zeldzaamwoord" not in said
    assert again(row).proposed_by_id == house.anna.pk
    said = text_of(client.post(page(row, f"regels/{item.pk}/terugzetten/"), follow=True))
    assert "staat weer op de lijst" in said
    assert again(item).state == ItemState.OPEN


def test_the_words_are_shown_to_who_may_see_the_dossier_and_that_is_noted(house):
    (dossier,) = overdue(house)
    (row,) = night(house.bureau)
    item = excluded(items_of(row)[0], house.anna, text="Een zeldzaamwoord.")
    path = page(row, f"regels/{item.pk}/uitzonderen/")
    assert "zeldzaamwoord" in log_in(house.dirk).get(path).content.decode()
    (line,) = journal(house.bureau, "vernietiging.toelichting_ingezien")
    assert (line.dossier_number, line.actor) == (dossier.number, "Dirk")


def test_who_may_not_see_the_dossier_leaves_the_words_as_they_are():
    house = people("werkid")
    (dossier,) = overdue(house)
    (row,) = night(house.bureau)
    item = excluded(items_of(row)[0], house.anna, text="Een zeldzaamwoord.")
    client, path = log_in(house.anna), page(row, f"regels/{item.pk}/uitzonderen/")
    assert "zeldzaamwoord" not in client.get(path).content.decode()
    until = timezone.localdate() + timedelta(days=10)
    client.post(path, {"reason": "wet", "until": until.isoformat(), "text": ""})
    found = again(item)
    assert (found.excluded_reason, found.excluded_until) == ("wet", until)
    with in_bureau(house.bureau):
        assert ListItem.objects.get(pk=item.pk).excluded_text == "Een zeldzaamwoord."
    assert dossier.number


@pytest.mark.parametrize("until", ["", "gisteren", "0001-01-01", "9999-12-31", "2020-01-01", "\x00", "31-31-2030"])
def test_a_day_that_can_not_be_is_said_beside_the_field_and_the_words_stay(house, until):
    overdue(house)
    (row,) = night(house.bureau)
    path = page(row, f"regels/{items_of(row)[0].pk}/uitzonderen/")
    answer = log_in(house.anna).post(path, {"reason": "belang", "until": until, "text": "Mijn woorden."})
    assert answer.status_code == 200
    assert "Mijn woorden." in answer.content.decode()
    assert "aria-invalid" in answer.content.decode()
    assert items_of(row)[0].state == ItemState.OPEN


# -- approving ---------------------------------------------------------------------------------------------------------
def test_directie_reads_what_will_happen_types_the_number_and_approves(house):
    overdue(house, 3)
    (row,) = night(house.bureau)
    client, path = log_in(house.dirk), page(row, "goedkeuren/")
    said = text_of(client.get(path))
    assert "worden 3 dossiers vernietigd" in said
    assert "7 dagen" in said
    wrong = client.post(path, {"number": "4", "sha256": row.manifest_sha256})
    assert "Dit aantal klopt niet" in text_of(wrong)
    done = client.post(path, {"number": "3", "sha256": row.manifest_sha256}, follow=True)
    assert "goedgekeurd, bedenktijd loopt" in text_of(done)
    again_ = client.post(path, {"number": "3", "sha256": row.manifest_sha256})
    assert again_.status_code == 302
    assert len(journal(house.bureau, "vernietiging.goedgekeurd")) == 2  # of them one was refused


def test_a_hold_and_a_date_that_moved_stand_beside_their_dossier_and_on_the_page_of_approving(house):
    held, moved, _ = overdue(house, 3)
    (row,) = night(house.bureau)
    with in_bureau(house.bureau):
        place_hold(
            dossier=held, by=None, kind="klacht", reason="Er loopt een klacht.", source="klacht 1",
            review_on=timezone.localdate() + timedelta(days=9),
        )  # fmt: skip
        Traject.objects.filter(dossier=moved).update(traject_ended_on=timezone.localdate())
        refresh_due_dates([moved.pk])
    client = log_in(house.dirk)
    said = text_of(client.get(page(row)))
    assert "blijft bij de uitvoering bewaard: er loopt een klacht" in said
    assert "blijft bij de uitvoering bewaard: de termijn is niet meer voorbij" in said
    assert "2 van deze dossiers blijven" in text_of(client.get(page(row, "goedkeuren/")))


def test_approving_asks_first_who_you_are(house):
    overdue(house)
    (row,) = night(house.bureau)
    client = log_in(house.dirk)
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    answer = client.get(page(row, "goedkeuren/"))
    assert answer.status_code == 302
    assert "/bevestigen" in answer["Location"] or "reauthenticate" in answer["Location"]


def test_who_made_the_list_is_told_that_another_approves(house):
    (one,) = overdue(house)
    row = proposed(house, one.number, by=house.dirk)
    client = log_in(house.dirk)
    assert "Verder naar goedkeuren" not in text_of(client.get(page(row)))
    answer = client.get(page(row, "goedkeuren/"))
    assert "Een ander van" in text_of(answer)
    assert 'name="number"' not in answer.content.decode()
    assert client.post(page(row, "goedkeuren/"), {"number": "1", "sha256": row.manifest_sha256}).status_code == 200
    assert again(row).status == ListStatus.PROPOSED


def test_a_list_that_changed_in_another_tab_is_shown_anew_and_not_approved(house):
    overdue(house, 2)
    (row,) = night(house.bureau)
    excluded(items_of(row)[0], house.anna)
    client, path = log_in(house.dirk), page(row, "goedkeuren/")
    answer = client.post(path, {"number": "2", "sha256": row.manifest_sha256})
    assert "veranderd sinds u hem opende" in text_of(answer)
    assert again(row).manifest_sha256 in answer.content.decode()
    assert again(row).status == ListStatus.PROPOSED


@pytest.mark.parametrize("given", [{}, {"number": "1"}, {"number": "1", "sha256": "\x00"}, {"number": "x" * 300}])
def test_a_form_that_was_cut_short_approves_nothing(house, given):
    overdue(house)
    (row,) = night(house.bureau)
    assert log_in(house.dirk).post(page(row, "goedkeuren/"), given).status_code == 200
    assert again(row).status == ListStatus.PROPOSED


# -- taking back -------------------------------------------------------------------------------------------------------
def test_the_fg_takes_back_a_list_that_was_approved(house):
    overdue(house)
    (row,) = night(house.bureau)
    approved(row, house.dirk)
    client = log_in(house.fleur)
    assert "Er wordt niets vernietigd" in text_of(client.get(page(row, "intrekken/")))
    for _ in range(2):
        assert "is ingetrokken" in text_of(client.post(page(row, "intrekken/"), follow=True))
    assert again(row).status == ListStatus.CANCELLED


def test_once_it_runs_the_page_of_taking_back_says_that_it_is_too_late(house):
    overdue(house)
    (row,) = night(house.bureau)
    approved(row, house.dirk)
    with in_bureau(house.bureau), silenced():
        DestructionList.objects.update(status=ListStatus.RUNNING)
    client = log_in(house.fleur)
    for answer in (client.get(page(row, "intrekken/")), client.post(page(row, "intrekken/"))):
        assert "Intrekken kan niet meer" in text_of(answer)


def long_list(bureau, many: int) -> DestructionList:
    """A list of so many dossiers, in bulk: rows alone."""
    with in_bureau(bureau):
        row = DestructionList(
            year=2026, number=many, kind="termijn", reference_date=timezone.localdate(), reglement_version=1,
            cooling_off="P7D", proposed_by_name="systeem", manifest="", manifest_sha256="",
        )  # fmt: skip
        items = [
            ListItem(
                destruction_list=row, dossier_id=uuid7(), dossier_number=f"D-{at:06}", data_class="dossier",
                period_from="2015-01-01", period_until="2016-01-01", trigger="traject_ended", trigger_on="2016-01-01",
                term="P5Y", due_on="2021-01-01", article="javawest 7", counts={"stukken": 1, "files": 0, "bytes": 0},
            )
            for at in range(many)
        ]  # fmt: skip
        row.manifest = manifest.write(row, items)
        row.manifest_sha256 = manifest.sha256(row.manifest)
        row.save(force_insert=True)
        ListItem.objects.bulk_create(items, batch_size=1_000)
        return row
