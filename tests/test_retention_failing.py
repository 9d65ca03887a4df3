"""One dossier that can't be destroyed holds up nobody else's: key, ledger and in the end the proces-verbaal."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from access.models import Membership, User
from access.reach import as_system
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from clients.models import Client, Gemachtigde
from dossiers.models import Dossier, Stuk
from retention import ledger
from retention.actions import execution, list_changes
from retention.actions.paper_files import note_paper
from retention.execution_tasks import run_bureau
from retention.models import Certificate, ItemState, ListItem, ListStatus, PaperFile, ProcesVerbaal
from tests.support.faults import store_that
from tests.support.lists import again, approved, as_in_a_view, cool, items_of, journal, night, overdue, people, proposed
from tests.support.people import acting, log_in, make_member
from tests.support.portal import queries_of
from vault.actions import create_key, destroy_key

pytestmark = pytest.mark.django_db
FAILED, LEFT = "/bewaren/?toon=mislukt", "/bewaren/?toon=gedeeltelijk"


@pytest.fixture
def house():
    return people()


def ready(house):
    """The list of the night, approved and cooled off."""
    (row,) = night(house.bureau)
    approved(row, house.ella)
    cool(row)
    return row


def fails(house, *dossiers) -> None:
    """These were begun too often by workers that never ended them; at their turn they stop."""
    with in_bureau(house.bureau):
        rows = ListItem.objects.filter(dossier_id__in=[one.pk for one in dossiers])
        rows.update(attempts=execution.ATTEMPTS)


def states(row) -> dict[str, str]:
    return {one.dossier_number: one.state for one in items_of(row)}


def noted(house) -> set[str]:
    with in_bureau(house.bureau):
        return {item.dossier_number for entry in ledger.entries(house.bureau.pk) for item in entry.items}


def papers(house) -> list[ProcesVerbaal]:
    with in_bureau(house.bureau):
        return list(ProcesVerbaal.objects.all())


def test_key_and_ledger_follow_at_once_what_went_and_once_more_what_goes_later(house):
    good, bad = overdue(house, 2)
    row = ready(house)
    fails(house, bad)
    run_bureau(house.bureau.pk)
    first = again(row)
    assert (first.status, noted(house), papers(house)) == (ListStatus.RUNNING, {good.number}, [])
    assert first.generation is not None
    run_bureau(house.bureau.pk)
    assert again(row).generation == first.generation, "nothing went since"
    with acting(house.anna):
        assert list_changes.retry_all(destruction_list=row, by=house.anna) == 1
        assert list_changes.retry_all(destruction_list=row, by=house.anna) == 0
    run_bureau(house.bureau.pk)
    done = again(row)
    assert (done.status, noted(house)) == (ListStatus.DONE, {good.number, bad.number})
    assert done.generation > first.generation
    assert [one.dossiers for one in papers(house)] == [2]
    (line,) = journal(house.bureau, "vernietiging.hervat")
    assert (line.facts["dossiers"], line.actor) == (1, "Anna")


def test_the_watchlist_shows_what_is_tried_again_and_what_a_finished_list_left_whole(house):
    _, bad, worse = overdue(house, 3)
    row, browser = ready(house), log_in(house.dirk)
    fails(house, bad, worse)
    run_bureau(house.bureau.pk)
    items = {one.dossier_number: one for one in items_of(row)}
    with acting(house.dirk):
        list_changes.let_stand(item=items[bad.number], by=house.dirk)
        list_changes.retry_item(item=items[worse.number], by=house.dirk)
    again_tried = browser.get(FAILED).content.decode()
    assert (worse.number in again_tried, "wordt opnieuw geprobeerd" in again_tried) == (True, True)
    assert bad.number not in browser.get(LEFT).content.decode(), "its list still runs"
    run_bureau(house.bureau.pk)
    assert again(row).status == ListStatus.DONE
    assert worse.number not in browser.get(FAILED).content.decode()
    left = browser.get(LEFT).content.decode()
    assert (bad.number in left, "iemand liet het staan" in left, f"Lijst {row}" in left) == (True, True, True)
    assert left.count("Het hele dossier") == 1, "of what went the law keeps a few fields at most"
    assert len(queries_of(browser, LEFT)) <= 12
    proposed(house, bad.number, by=house.anna)
    assert bad.number not in browser.get(LEFT).content.decode(), "another list has taken it up"


def test_what_failed_after_its_rows_had_gone_stands_in_the_ledger_too(house):
    (good,), (bad,) = overdue(house), overdue(house, stukken=True)
    row = ready(house)
    with store_that(keeps=True):
        run_bureau(house.bureau.pk)
    assert states(row) == {good.number: ItemState.CLEARED, bad.number: ItemState.FAILED}
    assert noted(house) == {good.number, bad.number}
    failed = next(one for one in items_of(row) if one.state == ItemState.FAILED)
    with pytest.raises(RuleBroken, match="De gegevens zijn al weg"):
        as_in_a_view(house.dirk, lambda: list_changes.let_stand(item=failed, by=house.dirk))
    assert [line.result for line in journal(house.bureau, "dossier.behouden")] == ["geweigerd"]


def test_let_stand_it_stays_whole_and_the_others_get_their_proces_verbaal(house):
    good, bad = overdue(house, 2)
    row = ready(house)
    fails(house, bad)
    run_bureau(house.bureau.pk)
    failed = next(one for one in items_of(row) if one.state == ItemState.FAILED)
    gone = next(one for one in items_of(row) if one.state == ItemState.CLEARED)
    with acting(house.carl), pytest.raises(PermissionDenied):
        list_changes.let_stand(item=failed, by=house.carl)
    with pytest.raises(RuleBroken, match="Laten staan kan niet meer"):
        as_in_a_view(house.dirk, lambda: list_changes.let_stand(item=gone, by=house.dirk))
    for _ in range(2):
        with acting(house.dirk):
            kept = list_changes.let_stand(item=failed, by=house.dirk)
    assert (kept.state, kept.kept_because) == (ItemState.KEPT, "mislukt")
    refused, line = journal(house.bureau, "dossier.behouden")
    assert (refused.result, "Laten staan kan niet meer" in refused.reason) == ("geweigerd", True)
    assert (line.actor, line.dossier_number, line.facts["because"]) == ("Dirk", bad.number, "mislukt")
    run_bureau(house.bureau.pk)
    assert again(row).status == ListStatus.DONE
    (paper,) = papers(house)
    assert paper.dossiers == 1
    assert paper.facts["kept"] == [{"number": bad.number, "because": "mislukt"}]
    with in_bureau(house.bureau):
        assert list(Dossier.objects.values_list("number", flat=True)) == [bad.number]
    assert noted(house) == {good.number}


def test_the_page_offers_to_try_all_again_and_to_let_one_stand(house):
    one, other = overdue(house, 2)
    row = ready(house)
    fails(house, one, other)
    run_bureau(house.bureau.pk)
    page = f"/bewaren/lijsten/{row.pk}/"
    client = log_in(house.anna)
    shown = client.get(page).content.decode()
    assert shown.count("Laten staan") == 2
    assert "Alles wat niet lukte opnieuw proberen" in shown
    assert "Alles wat niet lukte" not in log_in(house.fleur).get(page).content.decode()
    assert client.post(f"{page}regels/{items_of(row)[0].pk}/laten-staan/").status_code == 302
    assert "iemand liet het staan" in client.get(page).content.decode()
    assert client.post(f"{page}opnieuw/").status_code == 302
    run_bureau(house.bureau.pk)
    assert (again(row).status, set(states(row).values())) == (ListStatus.DONE, {"behouden", "vernietigd"})


def test_who_wrote_in_a_dossier_that_stays_is_not_taken_along_with_their_own_clients(house):
    (going,) = overdue(house)
    (staying,) = overdue(house, ended=timezone.localdate())
    gerda = make_member(house.bureau, "Gerda", "gemachtigde")
    with in_bureau(house.bureau), as_system():
        for dossier, member in ((going, gerda), (staying, None)):
            Gemachtigde.objects.create(
                client=Client.objects.get(pk=dossier.client_id), name="Gerda", scope="alles",
                valid_from=date(2016, 1, 1), membership=member,
            )  # fmt: skip
        Stuk.objects.create(
            dossier=staying, kind="eigen_verklaring", state="vastgesteld", purpose="begeleiding", version=1,
            author=gerda, author_name="Gerda", date=date(2020, 1, 1), vastgesteld_at=timezone.now(), herkomst="client",
        )  # fmt: skip
    row = ready(house)
    run_bureau(house.bureau.pk)
    assert (again(row).status, states(row)) == (ListStatus.DONE, {going.number: ItemState.DESTROYED})
    with in_bureau(house.bureau):
        assert Stuk.objects.get(dossier=staying).author_id == gerda.pk
        assert not Membership.objects.all().active().filter(pk=gerda.pk).exists(), "the account ends"
        assert not Gemachtigde.objects.filter(client_id=going.client_id).exists()
    assert User.objects.filter(pk=gerda.user_id).exists()


@pytest.mark.article("pluspunt", "3.5")
@pytest.mark.parametrize("before", [None, "Kast 1"])
def test_paper_that_was_noted_or_moved_after_the_list_was_made_keeps_the_dossier(before):
    house = people("pluspunt")
    (dossier,) = overdue(house)
    if before:
        with acting(house.anna):
            note_paper(dossier=dossier, place=before, parts=1, by=house.anna)
    (row,) = night(house.bureau)
    approved(row, house.ella)
    with acting(house.anna):
        note_paper(dossier=dossier, place="Kast 3", parts=2, by=house.anna)
    cool(row)
    run_bureau(house.bureau.pk)
    (item,) = items_of(row)
    assert (item.state, item.kept_because) == (ItemState.KEPT, "papier")
    with in_bureau(house.bureau):
        assert PaperFile.objects.get(dossier=dossier).place == "Kast 3"
    assert "het papier stond ergens anders" in log_in(house.ella).get(f"/bewaren/lijsten/{row.pk}/").content.decode()


@pytest.mark.article("pluspunt", "3.5")
def test_what_is_found_after_the_certificate_came_is_tried_again_and_then_finished():
    house = people("pluspunt")
    (dossier,) = overdue(house)
    with acting(house.anna):
        note_paper(dossier=dossier, place="Kast 3", parts=2, by=house.anna)
    row = ready(house)
    run_bureau(house.bureau.pk)
    assert again(row).status == ListStatus.PAPER
    with in_bureau(house.bureau):
        Certificate.objects.create(
            destruction_list=row, company="Papierweg BV", reference="77", destroyed_on=timezone.localdate(), file="1/a",
            file_size=1, file_sha256="0" * 64, content_type="application/pdf", added_by_name="x",
        )  # fmt: skip
        create_key(subject_id=dossier.pk)
    run_bureau(house.bureau.pk)
    assert (again(row).status, states(row)) == (ListStatus.PAPER, {dossier.number: ItemState.FAILED})
    with in_bureau(house.bureau):
        destroy_key(subject_id=dossier.pk)
    with acting(house.anna):
        list_changes.retry_all(destruction_list=row, by=house.anna)
    run_bureau(house.bureau.pk)
    assert (again(row).status, states(row)) == (ListStatus.DONE, {dossier.number: ItemState.DESTROYED})
