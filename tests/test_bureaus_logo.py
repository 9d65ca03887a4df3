"""A bureau's own facts and its logo: checked, drawn anew, kept once, open to everyone by host."""

from __future__ import annotations

import io
import re
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from PIL import Image, PngImagePlugin

from bureaus import actions, apart, logos, redraw
from bureaus.models import Bureau
from bureaus.tenancy import in_bureau
from journal.models import Line
from tests.support.logos import BY, logo, picture, with_logo
from tests.support.people import acting, browser_of, log_in, make_bureau

ROOT = Path(__file__).resolve().parent.parent
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture(autouse=True)
def _own_store(settings, tmp_path):
    store = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": store}
    settings.MFA_REQUIRED = False


def kept(tmp_path) -> list[str]:
    return sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())


def opened(made: logos.Logo) -> Image.Image:
    return Image.open(io.BytesIO(made.png))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width: int, height: int, data: bytes) -> bytes:
    """A PNG that says to be so large, with whatever as its points."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


# --- what may be a logo ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "leeg"),
        (b"x" * (logos.MOST + 1), "groter dan 1 MB"),
        (b"<html>hallo</html>", "geen PNG of JPEG"),
        (b"%PDF-1.7 iets", "geen PNG of JPEG"),
        (SVG, "SVG"),
        (picture(kind="GIF"), "geen PNG of JPEG"),
        (picture(kind="WEBP"), "geen PNG of JPEG"),
        (picture((2001, 10)), "2001 bij 10 beeldpunten"),
        (picture((10, 2001), kind="JPEG"), "10 bij 2001 beeldpunten"),
        (picture()[:60], "beschadigd"),
        (picture((400, 400), kind="JPEG")[:400], "beschadigd"),
        (png_of(60_000, 60_000, zlib.compress(bytes(1_000_000))), "60000 bij 60000"),
        (png_of(2**31 - 1, 2**31 - 1, b""), "beeldpunten"),
        (png_of(2000, 2000, b"no points at all"), "beschadigd"),
        (png_of(0, 0, b""), ""),
    ],
)  # fmt: skip
def test_what_is_no_logo_is_refused_with_what_to_do(content, said):
    with pytest.raises(ValidationError) as refusal:
        logos.prepare(ContentFile(content))
    assert said in refusal.value.messages[0]


@pytest.mark.parametrize(
    ("mode", "kind", "after"),
    [
        ("RGB", "PNG", "RGB"), ("RGBA", "PNG", "RGBA"), ("L", "PNG", "RGB"), ("LA", "PNG", "RGBA"), ("1", "PNG", "RGB"),
        ("P", "PNG", "RGB"), ("I;16", "PNG", "RGB"), ("RGB", "JPEG", "RGB"), ("CMYK", "JPEG", "RGB"),
        ("L", "JPEG", "RGB"),
    ],
)  # fmt: skip
def test_every_kind_of_png_and_jpeg_becomes_a_png(mode, kind, after):
    out = io.BytesIO()
    Image.new(mode, (90, 40)).save(out, kind)
    made = opened(logo(out.getvalue()))
    assert (made.format, made.mode, made.size) == ("PNG", after, (90, 40))


def test_sixteen_bits_of_grey_stay_grey():
    out = io.BytesIO()
    Image.new("I;16", (9, 9), 0x8000).save(out, "PNG")
    assert opened(logo(out.getvalue())).getpixel((4, 4)) == (128, 128, 128)


@pytest.mark.parametrize(
    ("size", "after"),
    [((600, 90), (600, 90)), ((2000, 500), (600, 150)), ((2000, 1), (600, 1)), ((500, 2000), (150, 600))],
)
def test_it_is_kept_no_larger_than_it_is_shown(size, after):
    assert opened(logo(picture(size))).size == after


def test_nothing_but_its_points_comes_through():
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = "Kantoor Veendam", 6
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "Kantoor Veendam")
    for content in (
        picture((90, 40), kind="JPEG", exif=exif, comment=b"Kantoor Veendam"),
        picture((40, 90), pnginfo=words, exif=exif, icc_profile=b"Kantoor Veendam") + b"PK\x03\x04Kantoor Veendam",
    ):
        made = logo(content)
        assert b"Kantoor" not in made.png
        assert opened(made).info == {}
        assert opened(made).size == opened(logos.Logo(content)).size[::-1]


def test_a_moving_picture_is_its_first():
    out = io.BytesIO()
    first, second = Image.new("RGB", (20, 20), "red"), Image.new("RGB", (20, 20), "blue")
    first.save(out, "PNG", save_all=True, append_images=[second])
    assert opened(logo(out.getvalue())).getpixel((5, 5)) == (255, 0, 0)
    assert getattr(opened(logo(out.getvalue())), "n_frames", 1) == 1


@pytest.mark.parametrize("code", ["import os; os.abort()", "import time; time.sleep(60)", "print('geen json')"])
def test_a_picture_that_ends_or_holds_up_the_process_that_looks_is_refused(monkeypatch, code):
    monkeypatch.setattr(logos, "_COMMAND", [sys.executable, "-c", code])
    monkeypatch.setattr(logos, "SECONDS", 2)
    with pytest.raises(ValidationError, match="ingewikkeld"):
        logo()


def test_who_looks_knows_no_secret_and_has_bounds():
    code = (
        "import json, os, resource, sys; from bureaus import redraw; redraw.limit();"
        "print(json.dumps([sorted(os.environ), resource.getrlimit(resource.RLIMIT_AS)[0], 'django' in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=apart.environment(), capture_output=True, check=True
    )
    assert str(apart.MEMORY).encode() in done.stdout
    assert b"false" in done.stdout
    assert b"DATABASE" not in done.stdout


def test_what_pillow_can_not_read_is_damaged():
    assert "beschadigd" in redraw.verdict(io.BytesIO(png_of(5, 5, b"x")))["refused"]


# --- keeping it -----------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_a_new_logo_takes_the_place_of_the_old_and_the_same_one_is_no_change(tmp_path):
    bureau = make_bureau()
    first = with_logo(bureau)
    assert kept(tmp_path) == [first.logo] == [f"logos/{bureau.pk}/{logo().digest}.png"]
    assert with_logo(bureau).logo == first.logo
    second = with_logo(bureau, picture(colour="red"))
    assert kept(tmp_path) == [second.logo] != [first.logo]
    assert actions.remove_logo(bureau=bureau, by=BY).logo == ""
    actions.remove_logo(bureau=bureau, by=BY)
    assert kept(tmp_path) == []
    with in_bureau(bureau):
        lines = Line.objects.filter(act="bureau.gewijzigd").order_by("seq")
        assert [line.facts["fields"] for line in lines] == [["logo"]] * 3
        assert [line.facts["sha256"] for line in lines] == [first.logo_version, second.logo_version, ""]


@pytest.mark.django_db(transaction=True)
def test_an_act_that_fails_leaves_the_old_logo(tmp_path):
    bureau = with_logo(make_bureau())
    with pytest.raises(RuntimeError), transaction.atomic():
        with_logo(bureau, picture(colour="red"))
        raise RuntimeError("after all")
    bureau.refresh_from_db()
    assert bureau.logo in kept(tmp_path)
    assert logos.read(bureau.logo) == logo().png


@pytest.mark.django_db
def test_facts_change_and_what_is_the_same_is_no_change():
    bureau = make_bureau()
    facts = {"address_1": "Dorpsstraat 1", "colour": bureau.colour}
    assert actions.change_facts(bureau=bureau, by=BY, facts=facts).address_1 == "Dorpsstraat 1"
    actions.change_facts(bureau=bureau, by=BY, facts=facts)
    with in_bureau(bureau):
        line = Line.objects.get(act="bureau.gewijzigd")
    assert line.facts == {"fields": ["address_1"], "by": "Test"}
    assert "Dorpsstraat" not in str(line.facts)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["legal_name", "kvk", "host", "slug", "logo", "id"])
def test_what_is_the_platforms_no_bureau_changes(name):
    with pytest.raises(ValueError, match=name):
        actions.change_facts(bureau=make_bureau(), by=BY, facts={name: "x"})


@pytest.mark.django_db
def test_a_fact_that_is_wrong_is_refused_per_field():
    bureau = make_bureau()
    with pytest.raises(ValidationError) as refusal:
        actions.change_facts(bureau=bureau, by=BY, facts={"colour": "#ffff00", "postcode": "1", "city": "Veendam"})
    assert set(refusal.value.message_dict) == {"colour", "postcode"}
    bureau.refresh_from_db()
    assert bureau.postcode != "1"


@pytest.mark.django_db
def test_another_bureau_is_changed_by_nobody_of_this_one(diana):
    other = make_bureau("werkid", "werkid")
    with acting(diana):
        assert Bureau.objects.filter(pk=other.pk).update(city="Hier") == 0


@pytest.mark.django_db
def test_a_client_changes_nothing_of_the_bureau(charlie):
    with acting(charlie):
        assert Bureau.objects.filter(pk=charlie.bureau_id).update(city="Hier") == 0


# --- serving it -----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_everyone_gets_the_logo_of_the_bureau_whose_host_is_asked():
    bureau = with_logo(make_bureau())
    other = with_logo(make_bureau("werkid", "werkid"), picture(colour="red"))
    answers = [browser_of(one).get("/logo.png") for one in (bureau, other)]
    assert [answer.content for answer in answers] == [logo().png, logo(picture(colour="red")).png]
    assert answers[0].headers["Content-Type"] == "image/png"
    assert answers[0].headers["X-Content-Type-Options"] == "nosniff"
    assert answers[0].headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answers[0].headers["Cache-Control"] == "private, max-age=300"
    assert answers[0].headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.django_db
def test_a_browser_that_has_it_already_is_told_so():
    client = browser_of(with_logo(make_bureau()))
    etag = client.get("/logo.png").headers["ETag"]
    again = client.get("/logo.png", headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    assert client.get("/logo.png", headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.head("/logo.png").status_code == 200
    assert client.post("/logo.png").status_code in {403, 405}


@pytest.mark.django_db
def test_without_a_logo_on_the_bare_host_and_where_the_file_is_gone_there_is_none(tmp_path):
    bureau = make_bureau()
    assert browser_of(bureau).get("/logo.png").status_code == 404
    assert browser_of(None).get("/logo.png").status_code == 404
    name = with_logo(bureau).logo
    default_storage.delete(name)
    assert browser_of(bureau).get("/logo.png").status_code == 404


@pytest.mark.django_db
def test_the_page_names_another_address_for_another_logo():
    bureau = make_bureau()
    assert "brand-logo" not in browser_of(bureau).get("/account/inloggen/").content.decode()
    for content in (picture(), picture(colour="red")):
        row = with_logo(bureau, content)
        page = browser_of(bureau).get("/account/inloggen/").content.decode()
        assert re.search(rf'class="brand-logo"\s+src="/logo.png\?v={row.logo_version}"\s+alt=""', page)
        assert "brand-mark" not in page


@pytest.mark.django_db
def test_who_still_needs_a_second_step_sees_the_bureaus_colour_and_logo(settings, alice):
    settings.MFA_REQUIRED, settings.MFA_EXEMPT_DOMAINS = True, []
    with_logo(alice.bureau)
    client = log_in(alice)
    assert client.get("/werkvoorraad/").status_code == 302
    assert [client.get(path).status_code for path in ("/bureau.css", "/logo.png")] == [200, 200]


def test_nothing_but_logos_lies_in_the_store_that_is_not_sealed():
    users = [
        path.relative_to(ROOT).as_posix()
        for folder in ("bureaus", "journal", "vault", "access", "clients", "dossiers", "portal", "overviews", "config")
        for path in (ROOT / folder).rglob("*.py")
        if "default_storage" in path.read_text() or 'storages["default"]' in path.read_text()
    ]
    assert users == ["bureaus/logos.py"]


@pytest.mark.django_db(transaction=True)
def test_two_who_set_a_logo_at_once_keep_one_file(tmp_path):
    """The second waits for the first, and then sees that this logo is there already."""
    from threading import Thread

    bureau, made = make_bureau(), logo()

    def put() -> None:
        try:
            actions.set_logo(bureau=bureau, by=BY, logo=made)
        finally:
            connection.close()

    threads = [Thread(target=put) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept(tmp_path)) == 1
