"""The page of the bureau's own facts: who opens it, what it changes, and what it says when something is wrong."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from access.models import Role
from bureaus.models import Bureau
from bureaus.tenancy import in_bureau
from journal.models import Line
from tests.support.axe import check_page
from tests.support.browser import DESKTOP, PHONE
from tests.support.logos import logo, picture, uploaded, with_logo
from tests.support.people import PASSWORD, browser_of, log_in, make_member

PAGE = "/beheer/bureau/"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _own_store(settings, tmp_path, request):
    """A store of its own, except for the browser's tests: their web server is another process."""
    settings.MFA_REQUIRED = False
    if "live_url" not in request.fixturenames:
        store = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}}
        settings.STORAGES = {**settings.STORAGES, "default": store}


@pytest.fixture
def directie(diana):
    return log_in(diana)


def filled(**changes):
    return {
        "address_1": "Dorpsstraat 1",
        "address_2": "Postbus 3",
        "postcode": "9641ab",
        "city": "Veendam",
        "email": "info@javawest.test",
        "phone": "0598 123456",
        "website": "www.javawest.test",
        "colour": "#0B6B50",
    } | changes


def errors(answer, field) -> str:
    assert answer.status_code == 200
    return " ".join(answer.context["form"].errors.get(field, []))


def menu_of(browser) -> set[str]:
    """The addresses in the menu of this person, also of pages that a closed group holds."""
    entries = browser.get("/", follow=True).context.get("navigation", [])
    return {item.url for entry in entries for item in (entry.inside or (entry,))}


def acts(bureau) -> list[list[str]]:
    with in_bureau(bureau):
        return [line.facts["fields"] for line in Line.objects.filter(act="bureau.gewijzigd").order_by("seq")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.DIRECTIE, 200), (Role.BEHEERDER, 200), (Role.FG, 403), (Role.COACH, 403), (Role.OPDRACHTGEVER, 404)],
)
def test_it_is_for_directie_and_beheerder_and_stands_in_their_menu(javawest, role, status):
    browser = log_in(make_member(javawest, "Iemand", role))
    answer = browser.get(PAGE)
    assert answer.status_code == status
    assert browser.post(PAGE, filled()).status_code == (302 if status == 200 else status)
    assert (PAGE in menu_of(browser)) == (status == 200)
    javawest.refresh_from_db()
    assert (javawest.city == "Veendam" and javawest.address_1 == "Dorpsstraat 1") == (status == 200)


@pytest.mark.django_db
def test_facts_are_kept_as_they_are_written_well(javawest, directie):
    assert directie.post(PAGE, filled()).url == PAGE
    javawest.refresh_from_db()
    assert (javawest.postcode, javawest.website, javawest.colour) == ("9641 AB", "https://www.javawest.test", "#0b6b50")
    assert "#0b6b50" in directie.get("/bureau.css").content.decode()
    assert directie.post(PAGE, filled()).url == PAGE
    assert len(acts(javawest)) == 1  # sent twice, it is one act
    with in_bureau(javawest):
        assert Line.objects.get(act="bureau.gewijzigd").actor == "Diana"


@pytest.mark.django_db
def test_name_kvk_and_host_are_shown_and_not_changed(javawest, directie):
    page = directie.get(PAGE).content.decode()
    for text in (javawest.legal_name, javawest.kvk, javawest.host, "beheerder van het platform"):
        assert text in page
    sent = filled(legal_name="Ander B.V.", kvk="12345678", host="evil.localhost", slug="ander", logo="../../secrets")
    assert directie.post(PAGE, sent).status_code == 302
    now = Bureau.objects.get(pk=javawest.pk)
    for name in ("legal_name", "kvk", "host", "slug", "logo"):
        assert getattr(now, name) == getattr(javawest, name)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("address_1", "x" * 300, "ten hoogste 120 tekens"),
        ("address_1", "Dorps\u202estraat", "leesrichting"),
        ("address_2", "Dorps\x00straat", "onzichtbaar teken"),
        ("city", "Veen\u200bdam", "onzichtbaar teken"),
        ("city", "x" * 81, "ten hoogste 80 tekens"),
        ("postcode", "ABCD 12", "1234 AB"),
        ("email", "info at javawest", "geen e-mailadres"),
        ("email", "info@java\u200bwest.test", "onzichtbaar teken"),
        ("phone", "bel maar", "cijfers"),
        ("phone", "0" * 21, "ten hoogste 20 tekens"),
        ("website", "javascript:alert(1)", "geen webadres"),
        ("website", "geen adres", "geen webadres"),
        ("website", "ftp://javawest.test", "geen webadres"),
        ("website", "https://java\u202ewest.test/", "leesrichting"),
        ("website", "https://javawest.test/" + "x" * 200, "ten hoogste 200 tekens"),
        ("colour", "", "verplicht"),
        ("colour", "groen", "zoals #1f4e79"),
        ("colour", "#ffff00", "te licht"),
        ("colour", "#1234567890", "zoals #1f4e79"),
        ("colour", "#\x00fffff", "onzichtbaar teken"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(javawest, directie, field, value, said):
    answer = directie.post(PAGE, filled(**{field: value, "city" if field != "city" else "address_1": "Blijft staan"}))
    assert said in errors(answer, field)
    assert len(answer.context["form"].errors[field]) == 1
    assert "Blijft staan" in answer.content.decode()
    assert acts(javawest) == []


@pytest.mark.django_db
def test_script_is_text(javawest, directie):
    assert directie.post(PAGE, filled(address_1=SCRIPT)).status_code == 302
    assert SCRIPT not in directie.get(PAGE).content.decode()


@pytest.mark.django_db
def test_a_logo_is_set_replaced_and_taken_away(javawest, directie):
    assert "remove_logo" not in directie.get(PAGE).content.decode()
    assert directie.post(PAGE, filled(logo=uploaded(picture()))).url == PAGE
    assert directie.get("/logo.png").content == logo().png
    assert "Het logo dat er nu staat" in directie.get(PAGE).content.decode()
    directie.post(PAGE, filled())
    assert directie.get("/logo.png").status_code == 200  # no new file is no change
    directie.post(PAGE, filled(logo=uploaded(picture(colour="red"), "../../weg.svg")))
    assert directie.get("/logo.png").content == logo(picture(colour="red")).png
    both = directie.post(PAGE, filled(logo=uploaded(picture()), remove_logo="on"))
    assert "Allebei kan niet" in errors(both, "remove_logo")
    assert directie.post(PAGE, filled(remove_logo="on")).url == PAGE
    assert directie.get("/logo.png").status_code == 404
    assert [fields for fields in acts(javawest) if fields == ["logo"]] == [["logo"]] * 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "leeg"),
        (b"x" * (1024 * 1024 + 1), "groter dan 1 MB"),
        (b"<svg onload='alert(1)'/>", "SVG"),
        (b"MZ\x90", "geen PNG of JPEG"),
        (picture((3000, 2500)), "3000 bij 2500"),
    ],
)
def test_a_file_that_is_no_logo_is_refused_beside_the_field_and_nothing_is_kept(javawest, directie, content, said):
    answer = directie.post(PAGE, filled(logo=uploaded(content), city="Blijft staan"))
    assert said in errors(answer, "logo")
    assert "Blijft staan" in answer.content.decode()
    assert acts(javawest) == []
    assert directie.get("/logo.png").status_code == 404


@pytest.mark.django_db
def test_who_chose_a_good_logo_beside_a_wrong_fact_is_told_to_choose_it_again(directie):
    answer = directie.post(PAGE, filled(logo=uploaded(picture()), colour="#ffff00"))
    assert "Kies het logo opnieuw" in answer.content.decode()
    assert directie.get("/logo.png").status_code == 404


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_a_logo_is_chosen_in_the_browser_and_stands_in_every_frame(javawest, live_url, new_page, tmp_path, size):
    """Real server, real store: the shield makes way on the staff's page, in the portal and before login."""
    people = {role: make_member(javawest, str(role).title(), role) for role in (Role.DIRECTIE, Role.CLIENT)}
    file = tmp_path / "logo.png"
    file.write_bytes(picture((640, 200)))
    page = new_page(size)
    page.goto(live_url("javawest", "/account/inloggen/"))
    expect(page.locator(".brand-mark")).to_have_count(1)
    page.fill("[name=login]", people[Role.DIRECTIE].user.email)
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/werkvoorraad/")
    page.goto(live_url("javawest", PAGE))
    page.set_input_files("[name=logo]", file)
    page.fill("[name=city]", "Winschoten")
    page.get_by_role("button", name="Bewaren").click()
    page.get_by_text("De gegevens van het bureau zijn bewaard.").wait_for()
    assert_logo(page)
    check_page(page)
    cookies = log_in(people[Role.CLIENT]).cookies
    for window, path in ((new_page(size), "/account/inloggen/"), (new_page(size), "/mijn/")):
        home = live_url("javawest", "/")
        if path == "/mijn/":
            window.context.add_cookies([{"name": key, "value": one.value, "url": home} for key, one in cookies.items()])
        window.goto(live_url("javawest", path))
        assert_logo(window)
        check_page(window)


def assert_logo(page) -> None:
    """It was loaded, keeps its proportion, and fits; the name stands beside it, so it has no words of its own."""
    found = page.locator(".brand-logo")
    found.evaluate("one => one.decode()")  # waits until it is loaded
    expect(page.locator(".brand-mark")).to_have_count(0)
    width, height, natural = found.evaluate("one => [one.clientWidth, one.clientHeight, one.naturalWidth]")
    assert natural == 600
    assert abs(width / height - 3.2) < 0.1
    assert height <= 36
    expect(found).to_have_attribute("alt", "")


@pytest.mark.django_db
def test_the_page_says_what_the_bureau_has_when_it_is_opened_by_another(javawest):
    with_logo(javawest)
    assert browser_of(javawest).get(PAGE).url.startswith("/account/inloggen/")
