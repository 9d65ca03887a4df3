"""Papers: PDF/A-3 on the bureau's letterhead, readable aloud, and nothing from outside."""

from __future__ import annotations

import io
import logging

import pikepdf
import pytest
from pikepdf import Name
from pypdf import PdfReader

from bureaus import pdf
from bureaus.tenancy import in_bureau
from tests.support.logos import with_logo
from tests.support.people import make_bureau

pytestmark = pytest.mark.django_db
LONG = "Eerste regel\n" + "Nog een regel.\n" * 120
HOSTILE = '<script>alert(1)</script><img src="http://x.test/a.png">{{ 7 }}<style>@import url(http://x.test)</style>'


@pytest.fixture
def bureau():
    made = make_bureau()
    made.address_1, made.postcode, made.city, made.kvk = "Javastraat 12", "1094 HH", "Amsterdam", "12345678"
    made.save()
    return made


@pytest.fixture
def paper_of(bureau, settings, tmp_path):
    """Lays out a template that is written here."""
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]

    def made(source: str, title: str = "Proef", attachments=(), **context) -> bytes:
        body = '{% extends "papers/base.html" %}{% block content %}' + source + "{% endblock %}"
        (tmp_path / "proef.html").write_text(body)
        with in_bureau(bureau):
            return pdf.render("proef.html", context, title=title, attachments=attachments)

    return made


def text_of(paper: bytes) -> str:
    return "\f".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)


def opened(paper: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(paper))


def test_a_paper_says_what_it_is_in_marks_that_last(paper_of) -> None:
    with opened(paper_of("<p>{{ words }}</p>", words=LONG)) as made:
        assert made.check_pdf_syntax() == []
        with made.open_metadata() as about:
            assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("3", "A")
            assert about["dc:title"] == "Proef"
        assert made.Root.Lang == "nl"
        assert made.Root.MarkInfo.Marked
        assert made.Root.ViewerPreferences.DisplayDocTitle
        assert made.Root.OutputIntents[0].S == Name.GTS_PDFA1
        assert not made.is_encrypted
        assert Name.ID in made.trailer
        assert not [key for key in ("/OpenAction", "/AA", "/AcroForm") if key in made.Root]


def test_every_font_is_ours_and_goes_along(paper_of) -> None:
    with opened(paper_of("<p>Łódź <b>vet</b> <i>schuin</i></p>")) as made:
        fonts = {one.BaseFont: one for page in made.pages for one in page.Resources.Font.values()}
        assert {str(name).partition("+")[2].partition("-")[0] for name in fonts} == {"Huis"}
        assert all(Name.FontFile2 in one.DescendantFonts[0].FontDescriptor for one in fonts.values())


def test_the_letterhead_and_the_number_of_each_page_are_on_it(paper_of, bureau) -> None:
    pages = text_of(paper_of("<p class=words>{{ words }}</p>", words=LONG)).split("\f")
    for words in (bureau.legal_name, "Javastraat 12", "1094 HH Amsterdam", "KvK 12345678", "pagina 1 van "):
        assert words in pages[0]
    assert "pagina 2 van " in pages[1]
    assert bureau.legal_name in pages[1]


def test_what_stands_in_the_margins_is_not_read_aloud(paper_of) -> None:
    """Each piece of text is of the tree or an artifact; none is in between."""
    with opened(paper_of("<p class=words>{{ words }}</p>", words=LONG)) as made:
        spoken = pdf._spoken(made)
        assert len(made.pages) > 1
        for page in made.pages:
            commands = list(pikepdf.parse_content_stream(page))
            marks = [one.operands[1].MCID for one in commands if str(one.operator) == "BDC"]
            artifacts = [one for one in commands if str(one.operator) == "BMC"]
            assert set(marks) == spoken[page.obj.objgen]
            assert artifacts
            assert {str(one.operands[0]) for one in artifacts} == {"/Artifact"}


def test_a_logo_is_on_it_with_words_for_who_does_not_see_it(paper_of, bureau) -> None:
    with_logo(bureau)
    with opened(paper_of("<p>tekst</p>")) as made:
        figures = [one for one in made.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"]
        assert [str(one.Alt) for one in figures] == [f"Logo van {bureau.legal_name}"]
        assert "/Image" in {str(one.Subtype) for one in made.pages[0].Resources.XObject.values()}


def test_a_file_goes_along_by_its_own_name_and_kind(paper_of) -> None:
    manifest = pdf.Attachment("manifest.json", b'{"a": 1}', "application/json", "Wat er in zit")
    other = pdf.Attachment("lijst.csv", b"a;b", "text/csv", "Lijst")
    with opened(paper_of("<p>tekst</p>", attachments=[manifest, other])) as made:
        assert made.attachments["manifest.json"].get_file().read_bytes() == b'{"a": 1}'
        assert made.attachments["manifest.json"].get_file().mime_type == "application/json"
        assert {str(one.UF): str(one.AFRelationship) for one in made.Root.AF} == {
            "manifest.json": "/Data", "lijst.csv": "/Data",
        }  # fmt: skip


def test_hostile_words_stay_words(paper_of) -> None:
    text = text_of(paper_of("<p>{{ words }}</p>", title=HOSTILE, words=HOSTILE))
    assert text.replace("\n", "").replace(" ", "").count("<script>alert(1)</script><img") >= 2
    assert "{{ 7 }}" in text


@pytest.mark.parametrize(
    "asks",
    [
        '<img src="http://127.0.0.1:1/a.png" alt="">',
        '<img src="file:///etc/hostname" alt="">',
        '<img src="huis:../../config/settings.py" alt="">',
        '<link rel="stylesheet" href="https://x.test/a.css">',
        '<link rel="attachment" href="file:///etc/hostname">',
        "<style>@import url(http://x.test/a.css);</style>",
        '<p style="background: url(ftp://x.test/a)">x</p>',
        "<img src=\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E"
        "%3Cimage href='file:///etc/hostname' width='9' height='9'/%3E%3C/svg%3E\" alt=\"\">",
    ],
)
def test_a_paper_fetches_nothing_from_outside(paper_of, asks) -> None:
    with pytest.raises(pdf.OutsideFetch):
        paper_of(asks)


def test_a_link_is_no_fetch(paper_of) -> None:
    assert "klik" in text_of(paper_of('<p><a href="https://x.test/">klik</a></p>'))


def test_nothing_is_wrong_with_the_style(paper_of, caplog) -> None:
    """WeasyPrint only tells the log what it did not understand."""
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        paper_of("<p>tekst</p>")
    assert caplog.records == []
