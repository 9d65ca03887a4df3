"""From the watchlist to the PDF of the proces-verbaal, by people in a browser; a real worker carries it out."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bureaus.tenancy import in_bureau
from dossiers.models import Dossier, StoredFile, Stuk
from retention.execution_tasks import run_lists
from retention.models import DestructionList, ListStatus, ProcesVerbaal
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.lists import again, cool, overdue, people
from tests.support.people import PASSWORD
from tests.support.rendered import ink_on, pages_of
from tests.support.sessions import let_pass
from tests.test_retention_lists_browser import enter
from vault.files import exists_sealed
from vault.models import WrappedKey

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.article("javawest", "7")
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_person_walks_from_the_watchlist_to_the_pdf(live_url, new_page, celery_worker_process, size, tmp_path):
    house = people()
    goes, stays = overdue(house, 2, stukken=True)
    file = file_of(goes)
    ella, dirk = (enter(new_page(size), live_url, member) for member in (house.ella, house.dirk))
    put_on_a_list(ella, live_url, goes)
    row = only_list(house.bureau)
    expect(ella.get_by_role("link", name="Verder naar goedkeuren"), "one's own list").to_have_count(0)
    approve(dirk, live_url, row)
    carry_out(row, celery_worker_process, days=6)
    assert again(row).status == ListStatus.APPROVED
    assert is_whole(goes, file), "the cooling-off period is not over"
    carry_out(row, celery_worker_process, days=2, until=ListStatus.DONE)
    assert is_gone(goes, file)
    assert is_whole(stays, file_of(stays))
    assert_has_ink(fetch(dirk, live_url, row, goes, tmp_path))


def put_on_a_list(page, live_url, dossier) -> None:
    page.goto(live_url("javawest", "/bewaren/"))
    page.get_by_role("link", name="Termijn voorbij").click()
    row = page.get_by_role("row").filter(has_text=dossier.number)
    row.get_by_role("link", name="Op een lijst zetten").click()
    expect(page.get_by_label("Dossiernummers")).to_have_value(dossier.number)
    page.get_by_role("button", name="Lijst maken").click()
    page.get_by_text("is gemaakt. Een ander keurt hem goed.").wait_for()
    check_page(page)


def approve(page, live_url, row) -> None:
    """Logged in too long ago for this: who approves shows again who they are, and types the number."""
    page.goto(live_url("javawest", "/goedkeuringen/"))
    page.get_by_role("link", name=f"Lijst {row}: 1 dossier vernietigen?", exact=True).click()
    onward = page.get_by_role("link", name="Verder naar goedkeuren")
    onward.wait_for()  # so that the answer to the press is there, and with it what it wrote in the session
    let_pass(page, 660)
    onward.click()
    page.get_by_role("heading", name="Bevestig dat u het bent").wait_for()
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Bevestigen").click()
    page.get_by_label("Hoeveel staan er op de lijst?").fill("1")
    check_page(page)
    page.get_by_role("button", name="Lijst goedkeuren").click()
    page.get_by_text("De bedenktijd loopt.").wait_for()


def carry_out(row, worker, *, days: int, until: str = "") -> None:
    """So many days go by, and the worker is rung, as the sweep does each minute."""
    cool(row, days)
    answer = run_lists.delay()
    worker.wait_for(f"run_lists[{answer.id}] succeeded")
    limit = time.monotonic() + 60
    while until and again(row).status != until:
        assert time.monotonic() < limit, f"{again(row).status} {again(row).error}\n{worker.text()[-3000:]}"
        time.sleep(0.2)


def fetch(page, live_url, row, dossier, tmp_path) -> Path:
    """Found in the register by the number of the dossier that went, read, and fetched."""
    with in_bureau(row.bureau_id):
        made = str(ProcesVerbaal.objects.get(destruction_list=row))
    page.goto(live_url("javawest", "/bewaren/processen-verbaal/"))
    page.get_by_label("Nummer van het proces-verbaal of het dossier").fill(dossier.number)
    page.get_by_role("button", name="Zoeken").click()
    page.get_by_role("link", name=made, exact=True).click()
    page.get_by_role("heading", name="Proces-verbaal", level=1).wait_for()
    expect(page.get_by_role("region", name="Vernietigde dossiers")).to_contain_text(dossier.number)
    check_page(page)
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Document ophalen (PDF)").click()
    return Path(shutil.copy(fetched.value.path(), tmp_path / "pv.pdf"))


def assert_has_ink(file: Path) -> None:
    pages = pages_of(file)
    assert pages
    for one in pages:
        left, top, right, bottom = ink_on(one)
        assert 0 < left < 0.3 < 0.6 < right < 1
        assert 0 < top < 0.3 < 0.9 < bottom < 1, "from its head to the number at its foot"


def only_list(bureau) -> DestructionList:
    with in_bureau(bureau):
        return DestructionList.objects.get()


def file_of(dossier) -> str:
    with in_bureau(dossier.bureau_id):
        return StoredFile.objects.get(dossier=dossier).storage_name


def is_whole(dossier, file: str) -> bool:
    return all(left_of(dossier, file))


def is_gone(dossier, file: str) -> bool:
    return not any(left_of(dossier, file))


def left_of(dossier, file: str) -> list[bool]:
    """Its row, stukken and files; the file itself, and the key."""
    with in_bureau(dossier.bureau_id):
        rows = [
            Dossier.objects.filter(pk=dossier.pk),
            Stuk.objects.filter(dossier_id=dossier.pk),
            StoredFile.objects.filter(dossier_id=dossier.pk),
            WrappedKey.objects.filter(subject_id=dossier.pk),
        ]
        return [*(one.exists() for one in rows), exists_sealed(file)]
