"""Marking in a real browser, on a desk and on a phone: by selecting, by typing and by drawing, and then the copy."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from bureaus.tenancy import in_bureau
from dossiers.models import StoredFile
from requests.models import Bundle, Kind, Mark, Verzoek
from tests.support.browser import DESKTOP, PHONE
from tests.support.packed import make_in_bureau
from tests.support.people import make_bureau
from tests.support.portal import make_case, write
from tests.support.verzoeken import entered, identified
from tests.support.verzoeken_handled import paper
from tests.test_redaction import add, holds, unpacked
from tests.test_requests_handling_browser import enter, look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
LETTER = """<h1>Brief</h1><p>Aan de heer Vermeulen, over de schutting.</p><p>Met groet, Wil Jaspers.</p>"""


@SIZES
@pytest.mark.article("werkid", "10.2")
def test_a_name_is_left_out_by_selecting_by_typing_and_by_drawing_and_the_copy_is_without_it(live_url, new_page, size):
    case = make_case(make_bureau(preset="werkid"))
    stuk = write(case, "Gesprek van maandag", "Buurvrouw Truus Jaspers belde.\n\nZij vertelde van haar scheiding.")
    letter = add(case, "brief.pdf", paper(LETTER), title="Brief van de buren")
    row = identified(entered(case, Kind.AFSCHRIFT, dossier=case.dossier), by=case.coach)
    page = enter(new_page(size), live_url, case.coach)
    page.goto(live_url("javawest", f"/verzoeken/{row.pk}/stukken/{stuk.pk}/"))
    page.get_by_role("link", name="Delen van dit stuk weglaten").click()
    select(page, "Truus Jaspers")
    expect(page.get_by_label("Welke woorden moeten eruit?")).to_have_value("Truus Jaspers")
    page.get_by_role("button", name="Weglaten", exact=True).click()
    page.locator("article mark", has_text="Truus Jaspers").wait_for()
    page.get_by_label("Welke woorden moeten eruit?").fill("haar scheidingg")
    page.get_by_role("button", name="Weglaten", exact=True).click()
    page.get_by_text("Deze woorden staan niet in dit stuk.").first.wait_for()
    look(page, "lakken-fout", size)
    page.get_by_label("Welke woorden moeten eruit?").fill("haar scheiding")
    page.get_by_role("button", name="Weglaten", exact=True).click()
    page.locator("article mark", has_text="haar scheiding").wait_for()
    look(page, "lakken-tekst", size)
    page.goto(live_url("javawest", f"/verzoeken/{row.pk}/stukken/{letter.pk}/lakken/"))
    page.get_by_label("Welke woorden moeten eruit?").fill("Jaspers")
    page.get_by_role("button", name="Weglaten", exact=True).click()
    page.get_by_text("Aangewezen woorden staan op bladzijde").wait_for()
    draw(page)
    look(page, "lakken-bladzijde", size)
    page.get_by_role("button", name="Vlak weglaten").click()
    page.get_by_text("Een vlak op bladzijde 1").wait_for()
    page.get_by_role("link", name="Klaar met dit stuk").click()
    page.get_by_text("2 delen weggelaten").first.wait_for()
    look(page, "lakken-lijst", size)
    decide(page, live_url, row, size)
    make_in_bureau(case.bureau.pk)
    with in_bureau(case.bureau):
        made = Bundle.objects.get()
        assert Mark.objects.count() == 4 and StoredFile.objects.count() == 1
    archive = unpacked(case, made)
    assert [holds(archive, word) for word in ("Jaspers", "Truus", "scheiding")] == [[], [], []]


def decide(page, live_url, row: Verzoek, size) -> None:
    page.goto(live_url("javawest", f"/verzoeken/{row.pk}/besluit/"))
    page.get_by_label("Deels toegewezen").check()
    page.get_by_label("Reden van een afwijzing").select_option(index=1)
    page.get_by_label("Uitleg").fill("Wat van uw buren is, lieten wij weg.")
    look(page, "lakken-besluit", size)
    page.get_by_role("button", name="Besluiten").click()
    page.get_by_text("Besloten. De brief is gemaakt.").wait_for()
    page.get_by_role("button", name="Kopie maken").click()
    page.get_by_text("U hoeft hier niet te blijven").wait_for()


def select(page, words: str) -> None:
    """Select these words of the text, as with a mouse or a finger."""
    page.get_by_text("Selecteer de woorden in de tekst").wait_for()
    page.evaluate(
        """(words) => {
          const walker = document.createTreeWalker(document.querySelector("[data-redact-text]"), NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.data.indexOf(words);
            if (at < 0) continue;
            document.getSelection().setBaseAndExtent(node, at, node, at + words.length);
          }
        }""",
        words,
    )
    expect(page.locator("#id_woorden-words")).to_have_value(words)


def draw(page) -> None:
    """A box over the addressee, upper left of the page."""
    page.get_by_text("Trek met de muis of een vinger").wait_for()
    page.wait_for_load_state()
    shown = page.locator("[data-redact-page] img")
    shown.evaluate("(img) => img.decode()")
    shown.evaluate("(img) => window.scrollBy(0, img.getBoundingClientRect().top - 200)")
    box = shown.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.12)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.19, steps=4)
    page.mouse.up()
    page.get_by_text("Het vlak staat klaar.").wait_for()
