"""The product's heart, walked in a real browser on a desk and on a phone: from aanmelding to what each one sees.

A coach registers someone and records a gespreksverslag; the client comes in by a mailed link, reads it and adds a
statement; the opdrachtgever sees the progress and only what was released to it; a coach of another bureau finds
nothing. Every screen passes axe, and the console stays silent (tests/support/browser.py).
"""

from __future__ import annotations

import re
import time
from email import message_from_bytes, policy

import pytest
from django.db import connection
from playwright.sync_api import expect

from access.models import Role
from bureaus.tenancy import in_bureau
from clients.models import Client, Opdrachtgever, OpdrachtgeverContact, OpdrachtgeverKind
from dossiers.models import Dossier, Stuk
from journal.models import Line
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.people import PASSWORD, make_bureau, make_member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SECRET = "Zij slaapt slecht sinds de scheiding en wil dat niet bespreken."
REPORT = "Drie gesprekken gevoerd; er ligt een plan voor werk in de kas."
LINK = re.compile(r"/uitnodiging/\S+")


class Walker:
    """One person in a window of their own; each screen they come to is checked."""

    def __init__(self, page, live_url, slug: str = "javawest") -> None:
        self.page, self.live_url, self.slug = page, live_url, slug

    def go(self, path: str) -> None:
        self.page.goto(self.live_url(self.slug, path))
        check_page(self.page)

    def press(self, name: str, role: str = "button") -> None:
        """Press the first button or link of this name, and look at the page that comes."""
        self.follow(self.page.get_by_role(role, name=name).first)

    def follow(self, what) -> None:
        """The page that comes may come after the press returns: what is being written is saved first."""
        with self.page.expect_navigation():
            what.click()
        check_page(self.page)

    def fill(self, **fields: str) -> None:
        for label, value in fields.items():
            self.field(label.replace("_", " ")).fill(value)

    def choose(self, label: str, option: str) -> None:
        self.field(label).select_option(label=option)

    def field(self, label: str):
        """By its label, with or without '(niet verplicht)' behind it."""
        return self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}(\s*\(.*)?\s*$")).first

    def log_in(self, email: str) -> None:
        self.go("/account/inloggen/")
        self.page.get_by_label("E-mailadres").fill(email)
        self.page.get_by_label("Wachtwoord").fill(PASSWORD)
        self.page.get_by_role("button", name="Inloggen", exact=True).click()
        self.page.wait_for_url(lambda url: "inloggen" not in url)
        check_page(self.page)

    def sees(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def sees_not(self, text: str) -> None:
        expect(self.page.locator("body")).not_to_contain_text(text)


@pytest.fixture
def bureau(live_url):
    """Javawest with a coach, and UWV's contact, who has an account already; Werk ID with a coach of its own."""
    bureau = make_bureau()
    make_member(bureau, "Alice", Role.COACH)
    payer = make_member(bureau, "Uwe", Role.OPDRACHTGEVER)
    with in_bureau(bureau):
        uwv = Opdrachtgever.objects.create(kind=OpdrachtgeverKind.UWV, name="UWV Groningen")
        OpdrachtgeverContact.objects.create(opdrachtgever=uwv, name="Uwe", membership=payer)
    make_member(make_bureau("werkid", "werkid"), "Mallory", Role.COACH)
    return bureau


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
@pytest.mark.article("javawest", "6.2")
def test_from_aanmelding_to_what_each_one_sees(size, bureau, live_url, new_page, celery_worker_process, servers):
    alice = Walker(new_page(size), live_url)
    alice.log_in("alice@javawest.test")
    register(alice)
    dossier_url = write_two_stukken(alice)
    release_the_report(alice, dossier_url)
    vera = Walker(new_page(size), live_url)
    accept_by_mail(alice, vera, servers)
    read_and_answer(vera)
    the_payer_sees_what_was_released(Walker(new_page(size), live_url))
    another_bureau_finds_nothing(Walker(new_page(size), live_url, "werkid"), dossier_url)
    alice.page.goto(dossier_url)
    alice.sees("met eigen verklaring")
    nothing_lies_readable(bureau)


def register(alice: Walker) -> None:
    """Somebody with an apostrophe in her name is registered in four steps."""
    alice.go("/clienten/")
    alice.sees("Nog")
    alice.press("Aanmelden", role="link")
    alice.fill(Voornaam="Vera", Achternaam="d'Eau", Burgerservicenummer="123456789")
    alice.press("Verder")
    alice.sees("Dit is geen burgerservicenummer")
    expect(alice.field("Achternaam")).to_have_value("d'Eau")
    alice.fill(Burgerservicenummer="123456782", **{"E-mailadres": "vera@thuis.test"})
    alice.press("Verder")
    alice.choose("Klant", "UWV Groningen")
    alice.choose("Soort traject", "Werkfit maken")
    alice.fill(Ordernummer="2026-0042")
    alice.press("Verder")
    alice.choose("Behandelend coach", "Alice")
    alice.choose("Contact bij UWV Groningen", "Uwe")
    alice.fill(Afgesproken_begin="2026-01-05", Gepland_einde="2026-12-31", Toegekende_uren="37")
    alice.press("Verder")
    alice.sees("d'Eau")
    alice.press("Aanmelding vastleggen")


def write_two_stukken(alice: Walker) -> str:
    """A gespreksverslag and a report for the opdrachtgever; the address of the dossier."""
    with in_bureau(_bureau()):
        dossier = Dossier.objects.get()
    path = f"/dossiers/{dossier.pk}/"
    alice.go(path)
    alice.press("Nieuw gespreksverslag")
    write(alice, "Eerste gesprek", SECRET)
    alice.go(f"{path}nieuw/")
    row = alice.page.locator("li", has=alice.page.get_by_text("voortgangsrapportage", exact=False)).first
    alice.follow(row.get_by_role("button").last)
    write(alice, "Voortgang januari", REPORT)
    return alice.live_url("javawest", path)


def write(alice: Walker, title: str, text: str) -> None:
    page = alice.page
    check_page(page)
    page.locator("[name=title]").fill(title)
    page.locator(".writing textarea").first.fill(text)
    page.get_by_label("medewerker van het bureau").check()
    expect(page.locator("[data-autosave-status]")).to_contain_text("bewaard om")
    alice.press("Nakijken en vaststellen")
    alice.sees(text)
    alice.press("Vaststellen")
    alice.sees(text)


def release_the_report(alice: Walker, dossier_url: str) -> None:
    alice.page.goto(dossier_url)
    alice.press("Voortgang januari", role="link")
    alice.press("Vrijgeven", role="link")
    alice.sees("Zo ziet UWV Groningen dit stuk")
    alice.sees(REPORT)
    alice.press("Vrijgeven aan UWV Groningen")


def accept_by_mail(alice: Walker, vera: Walker, servers) -> None:
    """The coach invites; the mail is sent by the worker and holds a link, and not a word of the dossier."""
    with in_bureau(_bureau()):
        client = Client.objects.get()
    alice.go(f"/clienten/{client.pk}/")
    for path in (servers.places.var / "mail").glob("*.log"):  # of a walk before this one
        path.unlink()
    alice.press("Uitnodigen")
    text = mail_to("vera@thuis.test", servers)
    assert SECRET not in text
    vera.go(LINK.search(text).group())
    for field in vera.page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    vera.page.get_by_role("button", name="Account maken").click()
    vera.page.wait_for_url(lambda url: "uitnodiging" not in url)
    if "inloggen" in vera.page.url:
        vera.log_in("vera@thuis.test")


def mail_to(address: str, servers) -> str:
    """The mail with a link that the worker put in the folder, waiting at most a minute for it."""
    folder, until = servers.places.var / "mail", time.monotonic() + 60
    while time.monotonic() < until:
        for path in folder.glob("*.log"):
            message = message_from_bytes(path.read_bytes(), policy=policy.default)
            body = message.get_body(("plain",))
            if address in str(message["To"]) and body is not None and LINK.search(body.get_content()):
                path.unlink()
                return str(message["Subject"]) + body.get_content()
        time.sleep(0.1)
    pytest.fail(f"no mail for {address} in time")


def read_and_answer(vera: Walker) -> None:
    vera.go("/mijn/")
    vera.sees("Eerste gesprek")
    vera.press("Eerste gesprek", role="link")
    vera.sees(SECRET)
    vera.press("Ik wil hier iets over zeggen", role="link")
    vera.page.locator("[name=title]").fill("Mijn kant")
    vera.page.locator("[name=text]").fill("Ik slaap nu weer goed.")
    vera.press("Versturen")
    vera.go("/mijn/verhaal/")
    vera.sees("Mijn kant")
    for path in ("/mijn/dossier/", "/mijn/mensen/"):
        vera.go(path)
    vera.sees("Alice")
    vera.sees("Voortgang januari")


def the_payer_sees_what_was_released(uwe: Walker) -> None:
    uwe.log_in("uwe@javawest.test")
    uwe.sees("2026-0042")
    uwe.follow(uwe.page.get_by_role("link", name=re.compile("Eau")).first)
    uwe.sees("37")
    uwe.sees_not("Eerste gesprek")
    uwe.sees_not("123456782")
    uwe.press("Voortgang januari", role="link")
    uwe.sees(REPORT)
    uwe.sees_not(SECRET)


def another_bureau_finds_nothing(mallory: Walker, dossier_url: str) -> None:
    path = "/" + dossier_url.split("/", 3)[3]
    mallory.log_in("mallory@werkid.test")
    mallory.go("/clienten/?q=Eau")
    mallory.sees_not("d'Eau")
    mallory.page.allowed_errors.append("404")
    with in_bureau(_bureau()):
        stuk = Stuk.objects.exclude(kind="voortgangsrapportage").first()
    for there in (path, f"/stukken/{stuk.pk}/", f"/mijn/stukken/{stuk.pk}/"):
        mallory.go(there)
        mallory.sees("Niet gevonden")


def nothing_lies_readable(bureau) -> None:
    """Sealed per dossier, and every act of the story in the log, without a word of it."""
    with in_bureau(bureau):
        with connection.cursor() as cursor:
            cursor.execute("SELECT string_agg(encode(content, 'escape'), ' ') FROM dossiers_stukversion")
            sealed = cursor.fetchone()[0]
        lines = list(Line.objects.all())
        assert Client.objects.get().bsn == "123456782"
    assert SECRET not in sealed
    assert REPORT not in sealed
    acts = {line.act for line in lines}
    assert {"stuk.vastgesteld", "stuk.vrijgegeven", "stuk.ingezien", "dossier.geopend", "inloggen.gelukt"} <= acts
    assert not [line for line in lines if "Eau" in str(line.facts) or "slaapt" in str(vars(line))]


def _bureau():
    from bureaus.models import Bureau

    return Bureau.objects.get(slug="javawest")
