"""The register of starters in a real browser: an entry is made, who it is is asked, told on a yes, and hidden again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.people import make_bureau
from tests.support.portal import make_case
from tests.test_handing_out_browser import shoot, window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHOICES = {
    "Soort bedrijf": "ambacht", "Branche": "verzorging", "Hoever is het bedrijf?": "eerste", "Provincie": "gr",
    "Omzet per jaar": "10", "Nodig om te beginnen": "2", "Uren per week": "24",
}  # fmt: skip


@pytest.mark.timeout(300)
@pytest.mark.article("javawest", "8")
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_an_example_is_made_asked_about_told_and_hidden_again(live_url, new_page, size):
    bureau = make_bureau()
    vera, walter = make_case(bureau), make_case(bureau, "Walter")
    page, slug = window(vera.coach, live_url, new_page, size)

    def look(name: str, where=None) -> None:
        shoot(where or page, f"starters-{name}", size)
        check_page(where or page)

    page.goto(live_url(slug, f"/clienten/{vera.client.pk}/"))
    page.get_by_role("link", name="Voorbeeld maken of bijwerken").click()
    look("entry")
    for label, value in CHOICES.items():
        page.get_by_label(label, exact=True).select_option(value)
    lessons = page.get_by_label("Wat kan een ander hiervan leren?")
    lessons.fill("Vera begon klein.")
    page.get_by_role("button", name="Opslaan").click()
    page.get_by_text("'Vera'").first.wait_for()
    expect(lessons).to_have_value("Vera begon klein.")
    look("entry-refused")
    lessons.fill("Begin klein.")
    page.get_by_role("button", name="Opslaan").dblclick()
    page.get_by_role("heading", name="Startersregister").wait_for()
    look("list")

    asker, slug = window(walter.coach, live_url, new_page, size)
    asker.goto(live_url(slug, "/starters/?soort=ambacht"))
    asker.get_by_role("link", name="Iets maken of repareren").click()
    look("one", asker)
    asker.get_by_role("link", name="Wie is dit?").click()
    asker.get_by_role("button", name="Vragen", exact=True).click()
    asker.get_by_text("Kies wat u wilt weten.").first.wait_for()
    look("ask", asker)
    asker.get_by_label("Voor welke").select_option(label=str(walter.client))
    asker.get_by_label("Naam", exact=True).check()
    asker.get_by_label("Telefoonnummer").check()
    asker.get_by_role("button", name="Vragen", exact=True).dblclick()
    asker.get_by_text("geen ja").first.wait_for()
    look("no-yes", asker)

    page.goto(live_url(slug, "/werkvoorraad/"))
    page.get_by_text("Vragen over een voorbeeld").first.wait_for()
    look("worklist")
    portal, slug = window(vera.member, live_url, new_page, size)
    portal.goto(live_url(slug, "/mijn/"))
    portal.get_by_role("link", name="Vertellen wie achter een voorbeeld zit").click()
    look("portal", portal)
    portal.get_by_role("button", name="Ja, dat is goed").click()
    portal.get_by_role("heading", name="U zei ja").wait_for()

    asker.reload()
    asker.get_by_role("button", name="Laat zien").click()
    asker.get_by_text(vera.client.phone).wait_for()
    assert vera.client.email not in asker.content()
    look("told", asker)
    portal.get_by_role("button", name="Ik trek mijn toestemming in").click()
    portal.get_by_text("Dat geldt vanaf nu").wait_for()
    asker.goto(live_url(slug, "/starters/vragen/"))
    look("asks", asker)
    asker.get_by_role("link", name=str(walter.client)).click()
    asker.get_by_text("geen ja").first.wait_for()
    assert vera.client.last_name not in asker.content()
