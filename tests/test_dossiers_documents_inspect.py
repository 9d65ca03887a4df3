"""What may come into a dossier as a file, by its content and its name; no database."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name

from bureaus import apart
from dossiers.documents import inspect as inspecting
from dossiers.documents.inspect import inspect
from dossiers.documents.kinds import KINDS, Refused
from dossiers.documents.names import LENGTH, clean_name
from tests.support import documents as made

OOXML = "application/vnd.openxmlformats-officedocument."
REAL = {
    "formulier.pdf": made.pdf_form,
    "brief.docx": made.docx,
    "uren.xlsx": lambda: made.office(OOXML + "spreadsheetml.sheet.main+xml"),
    "training.pptx": lambda: made.office(OOXML + "presentationml.presentation.main+xml"),
    "plan.odt": lambda: made.opendocument("text"),
    "uren.ods": lambda: made.opendocument("spreadsheet"),
    "diploma.jpg": made.picture,
    "diploma.png": lambda: made.picture("PNG"),
    "beeld.gif": lambda: made.picture("GIF"),
    "beeld.webp": lambda: made.picture("WEBP"),
    "notitie.txt": lambda: "Eén regel, €5 en een BMW.\n".encode(),
    "oud.txt": lambda: "Eén regel.\r\n".encode("cp1252"),
    "uren.csv": lambda: b"datum;uren\n2026-05-03;2\n",
}


def refused(content: bytes, name: str) -> str:
    with pytest.raises(Refused) as refusal:
        inspect(made.upload(content, name))
    return str(refusal.value)


@pytest.mark.parametrize("name", REAL)
def test_real_files_are_taken_with_the_type_of_our_own_table(name):
    content = REAL[name]()
    found = inspect(made.upload(content, name))
    assert (found.name, found.size, found.notes) == (name, len(content), [])
    assert name.rsplit(".")[-1] in KINDS[found.kind.code].extensions


def test_a_name_without_an_extension_gets_the_one_of_the_content():
    assert inspect(made.upload(made.picture(), "diploma")).name == "diploma.jpg"


def test_a_name_that_says_something_else_than_the_content_is_refused():
    assert "dit is een JPG-foto" in refused(made.picture(), "diploma.pdf")
    assert "dit is een PDF" in refused(made.pdf(), "virus.exe")
    assert "dit is een tekstbestand" in refused(b"gewoon tekst", "verslag.docx")


def test_an_empty_and_a_too_large_file_are_refused_before_they_are_read(settings):
    assert "0 bytes" in refused(b"", "leeg.pdf")
    settings.MAX_DOCUMENT_BYTES = 1000
    assert "ten hoogste" in refused(b"a" * 1001, "groot.txt")


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200), ".exe"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "oud Office-bestand"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "HEIC"),
        (b"Rar!\x1a\x07\x01\x00" + bytes(50), "kan niet in het dossier"),
        (bytes(500), "gewone tekst"),
        ("tekst".encode("utf-16"), "gewone tekst"),
        (b"regel\x00regel", "gewone tekst"),
        (b"\x81\x8d\x8f", "gewone tekst"),
    ],
)
def test_what_the_dossier_does_not_take_is_named(content, hint):
    assert hint in refused(content, "bestand.txt")


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"\xef\xbb\xbf  \n<html><body>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b'<?xml version="1.0"?><svg/>',
        rb"{\rtf1\ansi {\object}}",
    ],
)
@pytest.mark.parametrize("name", ["pagina.html", "plaatje.svg", "tekst.txt"])
def test_pages_that_a_browser_runs_are_refused_under_any_name(content, name):
    assert "webpagina, SVG" in refused(content, name)


def test_a_text_may_speak_of_scripts():
    assert inspect(made.upload(b"Hij schreef <script> op zijn cv.", "notitie.txt")).kind.code == "txt"


# -- PDF --------------------------------------------------------------------------------------------------------------
def in_root(key, value):
    return made.pdf(lambda pdf: pdf.Root.__setitem__(key, value))


def with_attachment(pdf):
    pdf.attachments["geheim.exe"] = b"MZ"


def deep(pdf):
    inner = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
    pdf.Root.Pages.Kids[0].Annots = Array([Dictionary(Type=Name.Annot, A=Dictionary(Next=Array([inner])))])


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (in_root("/OpenAction", Dictionary(S=Name.JavaScript, JS="app.alert(1)")), "JavaScript"),
        (in_root("/OpenAction", Dictionary(S=Name.Launch, F="cmd.exe")), "een programma"),
        (in_root("/AcroForm", Dictionary(XFA="<xdp/>")), "XFA"),
        (in_root("/Extra", Dictionary(Subtype=Name.RichMedia)), "geluid"),
        (made.pdf(with_attachment), "een ander bestand"),
        (made.pdf(deep), "JavaScript"),
        (made.pdf(deep, object_stream_mode=pikepdf.ObjectStreamMode.generate), "JavaScript"),
    ],
)
def test_a_pdf_that_does_more_than_show_is_refused_and_told_what(content, what):
    assert what in refused(content, "stuk.pdf")


def test_a_script_under_an_escaped_name_is_found():
    content = in_root("/OpenAction", Dictionary(S=Name.JavaScript, JS="1")).replace(b"/JavaScript", b"/J#61vaScript")
    assert "JavaScript" in refused(content.replace(b"/JS", b"/#4AS"), "stuk.pdf")


def test_a_pdf_with_a_password_is_refused_and_one_that_only_forbids_printing_is_taken():
    locked = made.pdf(encryption=pikepdf.Encryption(owner="a", user="b"))
    assert "Haal de beveiliging eraf" in refused(locked, "stuk.pdf")
    forbids = made.pdf(encryption=pikepdf.Encryption(owner="a", user="", allow=pikepdf.Permissions(extract=False)))
    assert inspect(made.upload(forbids)).kind.code == "pdf"


def test_a_damaged_pdf_is_refused():
    assert "beschadigd" in refused(b"%PDF-1.7\nrommel", "stuk.pdf")


def test_a_pdf_that_unpacks_to_gigabytes_is_refused_in_time():
    """An object stream, which a reader has to unpack to find the objects: more than 1 GB in 1 MB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(2**20)) for _ in range(1200)) + packer.flush()
    head = f"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length {len(packed)}>>".encode()
    body = b"%PDF-1.7\n1 0 obj\n" + head + b"stream\n" + packed + b"\nendstream\nendobj\n"
    rows = b"\x00\x00\x00\xff" + b"\x01\x00\x09\x00" + b"\x02\x00\x01\x00" + b"\x02\x00\x01\x01"
    xref = f"3 0 obj\n<</Type/XRef/Size 4/W[1 2 1]/Root 2 0 R/Length {len(rows)}>>stream\n".encode()
    content = body + xref + rows + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % len(body)
    begun = time.monotonic()
    refused(content, "stuk.pdf")
    assert time.monotonic() - begun < 30


# -- Office -----------------------------------------------------------------------------------------------------------
MACRO_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml"'
    ' ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
)


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"word/vbaProject.bin": b"\x00"}, "macro"),
        ({"word/VBAPROJECT.BIN": b"\x00"}, "macro"),
        ({"xl/macrosheets/sheet1.xml": "<a/>"}, "macro"),
        ({"[Content_Types].xml": MACRO_TYPES}, "macro"),
        ({"word/embeddings/oleObject1.bin": b"\xd0\xcf"}, "ingesloten"),
        ({"word/activeX/activeX1.xml": "<a/>"}, "ingesloten"),
        ({"word/_rels/s.rels": made.relations("attachedTemplate", "https://kwaad.test/a.dotm")}, "van buiten"),
        ({"word/_rels/s.rels": made.relations("attachedTemplate", r"\\kwaad.test\a.dotm")}, "van buiten"),
        ({"word/_rels/s.rels": made.relations("oleObject", "file://kwaad.test/x")}, "van buiten"),
        ({"word/_rels/s.rels": made.relations("aFChunk", "a.html", "Internal")}, "ingesloten"),
        ({"word/_rels/s.rels": '<!DOCTYPE a [<!ENTITY b "c">]><a/>'}, "beschadigd"),
        ({"../../etc/passwd": "x"}, "beschadigd"),
    ],
)
def test_office_files_with_something_active_are_refused_and_told_why(parts, why):
    assert why in refused(made.docx(parts), "brief.docx")


def test_a_macro_file_is_refused_whatever_its_name():
    for name in ("brief.docm", "brief.docx"):
        assert "macro" in refused(made.docx({"word/vbaProject.bin": b"\x00"}), name)


@pytest.mark.parametrize(
    "parts",
    [
        {"word/_rels/s.rels": made.relations("hyperlink", "https://uwv.test/")},
        {"word/_rels/s.rels": made.relations("attachedTemplate", "file:///C:\\Sjablonen\\brief.dotx")},
        {"word/embeddings/Sheet1.xlsx": made.office(OOXML + "spreadsheetml.sheet.main+xml")},
    ],
)
def test_links_a_template_of_the_own_disk_and_the_figures_of_a_chart_are_taken(parts):
    assert inspect(made.upload(made.docx(parts), "brief.docx")).kind.code == "docx"


def test_a_macro_inside_the_figures_of_a_chart_is_found():
    inner = made.zipped({"xl/vbaProject.bin": b"\x00", "[Content_Types].xml": "<a/>"})
    assert "macro" in refused(made.docx({"word/embeddings/Sheet1.xlsx": inner}), "brief.docx")


def test_a_zip_bomb_is_refused_quickly():
    bomb = made.docx({"word/media/a.xml": bytes(120 * 2**20)})
    assert len(bomb) < 2**20
    begun = time.monotonic()
    assert "veel te groot" in refused(bomb, "brief.docx")
    assert time.monotonic() - begun < 10


def test_a_zip_that_lies_about_its_sizes_is_refused():
    """The table at the end says 10 bytes where there are 20 million."""
    content = bytearray(made.docx({"word/media/a.xml": bytes(20_000_000)}))
    size = (20_000_000).to_bytes(4, "little")
    while (place := content.find(size)) >= 0:
        content[place : place + 4] = (10).to_bytes(4, "little")
    assert "beschadigd" in refused(bytes(content), "brief.docx")


def test_many_members_and_overlapping_members_are_refused():
    assert "veel te groot" in refused(made.docx({f"a/{number}": "" for number in range(5001)}), "brief.docx")


def test_other_zips_and_encrypted_ones_are_refused():
    assert "zip-bestand" in refused(made.zipped({"a.txt": "b"}), "archief.zip")
    locked = '<m:file-entry m:full-path="content.xml"><m:encryption-data/></m:file-entry>'
    assert "wachtwoord" in refused(made.opendocument("text", locked), "plan.odt")
    assert "macro" in refused(
        made.zipped({"mimetype": "application/vnd.oasis.opendocument.text", "Basic/a": "x"}), "a.odt"
    )
    content = bytearray(made.docx())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        start = archive.start_dir
    content[start + 8] |= 1  # the bit that says: encrypted
    assert "wachtwoord" in refused(bytes(content), "brief.docx")


# -- pictures and polyglots -------------------------------------------------------------------------------------------
def test_a_picture_of_too_many_points_is_refused_without_unpacking_it():
    head = b"\x89PNG\r\n\x1a\n"
    size = (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    chunks = [b"IHDR" + size, b"IDAT" + zlib.compress(bytes(100))]
    content = head + b"".join(
        (len(chunk) - 4).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big") for chunk in chunks
    )
    assert "te veel beeldpunten" in refused(content, "diploma.png")


def test_a_picture_that_was_cut_off_is_refused():
    assert "beschadigd" in refused(made.picture(size=(800, 600))[:9000], "diploma.jpg")
    assert "beschadigd" in refused(made.picture("PNG", (200, 200))[:9000], "diploma.png")


def test_a_photo_keeps_its_bytes_and_whoever_adds_it_hears_that_it_says_where_it_was_made():
    content = made.photo_with_place()
    found = inspect(made.upload(content, "diploma.jpg"))
    assert "de plaats waar hij is gemaakt" in found.notes[0]
    assert found.file.seek(0) == 0
    assert found.file.read() == content


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><script>alert(1)</script>\n" + made.pdf(), "stuk.pdf"),
        (b"GIF89a" + bytes(20) + made.pdf(), "beeld.gif"),
        (made.picture() + made.zipped({"a.class": "x"}), "diploma.jpg"),
        (made.pdf() + made.zipped({"a.class": "x"}), "stuk.pdf"),
    ],
)
def test_two_files_in_one_are_refused(content, name):
    assert "verstopt" in refused(content, name)


# -- names ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\Alice\\cv.pdf", "cv.pdf"),
        ("cv\u200b\ufeff.pdf", "cv.pdf"),
        ("cv\x00\x07\r\n 2.pdf", "cv 2.pdf"),
        ("  brief   van   mei .pdf", "brief van mei .pdf"),
        ('a<b>:"c"|?*.pdf', "a-b---c----.pdf"),
        ("cafe\u0301.pdf", "café.pdf"),
        ("...", "bestand"),
        ("", "bestand"),
    ],
)
def test_names_lose_paths_control_and_zero_width_characters(raw, clean):
    assert clean_name(raw) == clean


def test_a_name_of_300_characters_is_shortened_and_keeps_its_extension():
    name = clean_name("a" * 300 + ".docx")
    assert (len(name), name[-5:]) == (LENGTH, ".docx")


@pytest.mark.parametrize("turn", "\u202e\u202d\u2066\u2067")
def test_a_name_that_turns_the_order_of_reading_is_refused(turn):
    assert "leesrichting" in refused(made.pdf(), f"cv{turn}fdp.exe")


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_is_safe_to_write(raw):
    try:
        name = clean_name(raw)
    except Refused:
        return
    assert 0 < len(name) <= LENGTH
    assert name.isprintable()
    assert not set(name) & set('/\\<>:"|?*\x00')


# -- the process that looks -------------------------------------------------------------------------------------------
def test_whoever_looks_has_no_secret_and_little_memory(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "geheim")
    code = (
        "import json, os, resource, sys; from dossiers.documents import examine; examine.limit();"
        "print(json.dumps([dict(os.environ), resource.getrlimit(resource.RLIMIT_AS)[0], sorted(sys.modules)]))"
    )
    done = subprocess.run([sys.executable, "-c", code], env=apart.environment(), capture_output=True, check=True)
    environment, memory, modules = json.loads(done.stdout)
    assert not {"SECRET_KEY", "DATABASE_URL", "KEYRING"} & set(environment)
    assert memory < 2**30
    assert "django" not in modules


def test_looking_at_a_file_that_breaks_its_reader_is_a_refusal(monkeypatch):
    monkeypatch.setattr(inspecting, "_COMMAND", [sys.executable, "-c", "import os; os.abort()"])
    assert "na te kijken" in refused(made.pdf(), "stuk.pdf")


def test_a_slow_look_ends(monkeypatch):
    monkeypatch.setattr(inspecting, "_COMMAND", [sys.executable, "-c", "import time; time.sleep(60)"])
    monkeypatch.setattr(inspecting, "SECONDS", 1)
    assert "na te kijken" in refused(made.pdf(), "stuk.pdf")


def test_a_file_of_50_mb_is_looked_at_in_150_mb_of_memory():
    """A PDF that is one large stream; the process that looks says itself what it took at most, in KiB."""
    code = (
        "import runpy, sys; runpy.run_module('dossiers.documents.examine', run_name='__main__');"
        "sys.stderr.write(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    )
    with tempfile.TemporaryFile() as file:
        file.write(made.pdf(lambda pdf: pdf.Root.__setitem__("/Extra", pdf.make_stream(os.urandom(49 * 2**20)))))
        file.seek(0)
        done = subprocess.run(
            [sys.executable, "-c", code], stdin=file, env=apart.environment(), capture_output=True, check=True
        )
    assert json.loads(done.stdout)["kind"] == "pdf"
    assert int(done.stderr) < 150 * 1024


def test_any_bytes_get_a_verdict_and_never_an_exception():
    from dossiers.documents.examine import verdict

    for seed in range(60):
        content = bytearray(made.docx() if seed % 2 else made.pdf())
        for place in range(seed, len(content), 61):
            content[place] = (content[place] + seed) % 256
        said = verdict(io.BytesIO(bytes(content)))
        assert "refused" in said or said["kind"] in KINDS


def test_an_upload_that_is_only_in_memory_is_looked_at_too():
    assert inspect(SimpleUploadedFile("a.txt", b"tekst")).size == 5
