"""Something is asked of somebody outside and its answer laid in the dossier, in a real browser."""

from __future__ import annotations

import pytest

from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.documents import pdf
from tests.support.people import make_bureau
from tests.support.portal import make_case
from tests.support.questions import PARTY, WHAT, WHY, due, machtiging
from tests.test_handing_out_browser import shoot, window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.timeout(240)
@pytest.mark.article("javawest", "5.2")
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_from_the_machtiging_to_the_answer_in_the_dossier(transactional_db, live_url, new_page, tmp_path, size):
    case = make_case(make_bureau())
    page, slug = window(case.coach, live_url, new_page, size)
    start = live_url(slug, f"/dossiers/{case.dossier.pk}/opvragen/")
    page.goto(start)
    page.get_by_text("Er is geen machtiging die nu geldt").wait_for()
    check_page(page)
    machtiging(case)
    page.goto(live_url(slug, f"/dossiers/{case.dossier.pk}/"))
    page.get_by_role("link", name="Gegevens opvragen").first.click()
    page.get_by_role("button", name="Verder: brief maken").click()
    page.get_by_text("Kies de machtiging.").first.wait_for()
    check_page(page)
    page.get_by_label(PARTY).check()
    page.get_by_label("Wat vraagt u?").fill(WHAT)
    page.get_by_label("Waarvoor hebt u het nodig?").fill(WHY)
    shoot(page, "question-ask", size)
    page.get_by_role("button", name="Verder: brief maken").click()
    check_page(page)
    page.get_by_role("button", name="Brief maken", exact=True).click()
    page.get_by_text("is gemaakt").wait_for()
    check_page(page)
    shoot(page, "question", size)
    path = page.url
    due_now(case)
    page.goto(live_url(slug, "/werkvoorraad/"))
    page.get_by_role("heading", name="Opgevraagd bij een ander").wait_for()
    check_page(page)
    page.goto(path)
    page.get_by_role("link", name="Antwoord invoeren").click()
    check_page(page)
    came = tmp_path / "brief.pdf"
    came.write_bytes(pdf())
    page.set_input_files("[name=upload]", came)
    page.get_by_role("button", name="In het dossier leggen").click()
    page.get_by_text("Het antwoord ligt in het dossier.").wait_for()
    check_page(page)
    mine, slug = window(case.member, live_url, new_page, size)
    mine.goto(live_url(slug, "/mijn/toestemmingen/"))
    mine.get_by_text(WHAT).wait_for()
    check_page(mine)
    shoot(mine, "question-portal", size)


def due_now(case) -> None:
    from tests.test_questions import rows

    due(rows(case)[0])
