"""One PDF without what was marked: every place in which a word can hide, and what is left alone."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image

from requests.blackout import calls, finding
from tests.support.blackout import everything, text_of
from tests.support.documents import docx, zipped
from tests.support.verzoeken_handled import paper

NAME = "Karel Vermeulen"
SOUGHT = [finding.letters(NAME)]
PLAIN = "<p>Over Karel Vermeulen en meer.</p><p style='break-before:page'>Blad twee is gewoon.</p>"


def made(data: bytes, words: str = NAME, areas: Any = ()) -> bytes:
    return calls.without(data, [finding.letters(words)], list(areas))


def changed(change: Callable[[pikepdf.Pdf], None], html: str = PLAIN) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper(html))) as pdf:
        change(pdf)
        pdf.save(out)
    return out.getvalue()


# -- places where a word hides -----------------------------------------------------------------------------------------
def metadata(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = f"Brief over {NAME}"
    pdf.docinfo["/Vermeulen"] = "x"
    with pdf.open_metadata() as held:
        held["dc:title"] = f"Brief over {NAME}"


def outline(pdf: pikepdf.Pdf) -> None:
    with pdf.open_outline() as held:
        held.root.append(pikepdf.OutlineItem(f"Over {NAME}", 1))


def attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments[f"{NAME}.txt"] = f"Alles over {NAME}".encode()


def notes(pdf: pikepdf.Pdf) -> None:
    """A remark that pops up, on the page that has nothing else."""
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[10, 10, 30, 30], Contents=String(f"Vraag {NAME}"))
    pdf.pages[1].obj.Annots = Array([pdf.make_indirect(note)])


def field(pdf: pikepdf.Pdf) -> None:
    """A field that was filled in, whose look a reader still has to make."""
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    one = pdf.make_indirect(Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("naam"), V=String(NAME), F=4,
        Rect=[50, 50, 300, 80], DA=String("/Helv 12 Tf 0 g"),
    ))  # fmt: skip
    pdf.pages[1].obj.Annots = Array([one])
    pdf.Root.AcroForm = Dictionary(
        Fields=[one], NeedAppearances=True, DR=Dictionary(Font=Dictionary(Helv=font)), DA=String("/Helv 12 Tf 0 g")
    )


def spoken(pdf: pikepdf.Pdf) -> None:
    """What a screen reader says in place of what is drawn, in UTF-16."""
    said = b"\xfe\xff" + NAME.encode("utf-16-be")
    before = b"/Span << /ActualText <" + said.hex().encode() + b"> >> BDC\n"
    pdf.pages[1].contents_add(Stream(pdf, before), prepend=True)
    pdf.pages[1].contents_add(Stream(pdf, b"\nEMC"))


def spoken_by_reference(pdf: pikepdf.Pdf) -> None:
    pdf.pages[1].obj.Resources.Properties = Dictionary(P0=pdf.make_indirect(Dictionary(Alt=String(NAME))))


def behind_a_drawing(pdf: pikepdf.Pdf) -> None:
    """Metadata of a form that is drawn, and a form of the name's own."""
    form = Stream(pdf, b"0 0 m 10 10 l S")
    form.stream_dict.update(Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 10, 10],
                                       PieceInfo=Dictionary(Maker=Dictionary(Private=String(NAME)))))  # fmt: skip
    pdf.pages[1].obj.Resources.XObject = Dictionary({"/A": form, "/P": form})
    pdf.pages[1].contents_add(Stream(pdf, b"/A Do /P Do"))


def as_a_name(pdf: pikepdf.Pdf) -> None:
    pdf.pages[1].contents_add(Stream(pdf, b"/KarelVermeulen BMC EMC"))


def in_a_remark(pdf: pikepdf.Pdf) -> None:
    pdf.pages[1].contents_add(Stream(pdf, b"% karel vermeulen\n% KarelVermeulen\n"))


def in_pieces(pdf: pikepdf.Pdf) -> None:
    """Set letter by letter, outside the page."""
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    pdf.pages[1].obj.Resources.Font.Hid = font
    pdf.pages[1].contents_add(Stream(pdf, b"BT /Hid 9 Tf -500 -500 Td [(Ka)-300(rel)900(Verm)2(eulen)] TJ ET"))


def layer(pdf: pikepdf.Pdf) -> None:
    """A layer that is switched off."""
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Intern")))
    pdf.Root.OCProperties = Dictionary(OCGs=[group], D=Dictionary(OFF=[group]))
    pdf.pages[1].obj.Resources.Properties = Dictionary(L=group)
    pdf.pages[1].contents_add(Stream(pdf, b"/OC /L BDC 0 0 m 10 10 l S EMC"))


def photo(form: str = "JPEG", name: str = NAME, **more: Any) -> bytes:
    """With a name in EXIF, XMP, a remark, and behind its end."""
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x010E], exif[0x0112] = f"Foto van {name}", 6
    xmp = f"<x:xmpmeta><dc:creator>{name}</dc:creator></x:xmpmeta>".encode()
    Image.effect_noise((60, 40), 80).convert("RGB").save(out, form, exif=exif, xmp=xmp, **more)
    return out.getvalue() + f"Achter het einde {name}".encode("utf-16-le")


def drawn(pdf: pikepdf.Pdf) -> None:
    """A photo with metadata on the page that has nothing else."""
    held = Stream(pdf, photo(comment=f"door {NAME}"))
    held.stream_dict.update(Dictionary(
        Type=Name.XObject, Subtype=Name.Image, Width=60, Height=40, BitsPerComponent=8, ColorSpace=Name.DeviceRGB,
        Filter=Name.DCTDecode,
    ))  # fmt: skip
    pdf.pages[1].obj.Resources.XObject = Dictionary(Foto=held)
    pdf.pages[1].contents_add(Stream(pdf, b"q 60 0 0 40 50 50 cm /Foto Do Q"))


def layer_of_use(pdf: pikepdf.Pdf) -> None:
    """A layer that is shown on paper and not on a screen: nothing says that it is off."""
    used = Dictionary(View=Dictionary(ViewState=Name.OFF), Print=Dictionary(PrintState=Name.ON))
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Druk"), Usage=used))
    said = Dictionary(Event=Name.View, OCGs=[group], Category=[Name.View])
    pdf.Root.OCProperties = Dictionary(OCGs=[group], D=Dictionary(AS=[said]))


def said_of_a_part(pdf: pikepdf.Pdf) -> None:
    """Metadata of marked content, whose list has no type."""
    held = pdf.make_indirect(Stream(pdf, f"<x><dc:creator>{NAME}</dc:creator></x>".encode()))
    pdf.pages[1].obj.Resources.Properties = Dictionary(
        MC0=Dictionary(Metadata=held, PieceInfo=Dictionary(A=String(NAME)))
    )
    pdf.pages[1].contents_add(Stream(pdf, b"/Span /MC0 BDC 0 0 m 10 10 l S EMC"))


HIDING = (
    metadata, outline, attachment, notes, field, spoken, spoken_by_reference, behind_a_drawing, as_a_name, in_a_remark,
    in_pieces, layer, layer_of_use, drawn, said_of_a_part,
)  # fmt: skip


@pytest.mark.article("werkid", "10.2")
@pytest.mark.parametrize("hide", HIDING, ids=lambda one: one.__name__)
def test_a_word_is_left_in_no_place_where_it_can_hide(hide):
    clean = made(changed(hide))
    for word in ("vermeulen", "karel"):
        assert word not in everything(clean).casefold(), hide.__name__
    with pikepdf.open(io.BytesIO(clean)) as pdf:
        assert len(pdf.pages) == 2 and set(pdf.Root.keys()) == {"/Type", "/Pages"} and not pdf.docinfo
        assert not any("/Annots" in page.obj for page in pdf.pages)


@pytest.mark.parametrize("hide", [metadata, outline, attachment, notes, drawn], ids=lambda one: one.__name__)
def test_the_other_pages_keep_their_text(hide):
    assert "Blad twee is gewoon." in text_of(made(changed(hide)))


def as_a_tile(pdf: pikepdf.Pdf) -> None:
    """Words of which a pattern is made."""
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    tile = Stream(pdf, b"BT /F 9 Tf [(Karel )-20(Verm)2(eulen)] TJ ET")
    tile.stream_dict.update(Dictionary(
        Type=Name.Pattern, PatternType=1, PaintType=1, TilingType=1, BBox=[0, 0, 99, 20], XStep=99, YStep=20,
        Resources=Dictionary(Font=Dictionary(F=font)),
    ))  # fmt: skip
    pdf.pages[1].obj.Resources.Pattern = Dictionary(P=tile)
    pdf.pages[1].contents_add(Stream(pdf, b"/Pattern cs /P scn 0 0 400 400 re f"))


def as_a_letter(pdf: pikepdf.Pdf) -> None:
    """A font of which one letter is drawn as a whole name."""
    plain = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontBBox=[0, 0, 99, 20], FontMatrix=[0.01, 0, 0, 0.01, 0, 0],
        CharProcs=Dictionary(a=Stream(pdf, b"99 0 d0 BT /F 9 Tf [(Karel )-20(Verm)2(eulen)] TJ ET")),
        Encoding=Dictionary(Type=Name.Encoding, Differences=[97, Name.a]), FirstChar=97, LastChar=97, Widths=[99],
        Resources=Dictionary(Font=Dictionary(F=plain)),
    )  # fmt: skip
    pdf.pages[1].obj.Resources.Font.T = font
    pdf.pages[1].contents_add(Stream(pdf, b"BT /T 100 Tf 50 50 Td (a) Tj ET"))


@pytest.mark.article("werkid", "10.2")
@pytest.mark.parametrize("drawing", [as_a_tile, as_a_letter], ids=lambda one: one.__name__)
def test_words_that_are_drawn_and_stand_in_no_place_are_said_and_never_go(drawing):
    """A picture of the page would show them."""
    with pytest.raises(calls.CantDo, match="blijven woorden staan"):
        made(changed(drawing))
    assert made(changed(drawing), "iemand anders")


@pytest.mark.article("werkid", "10.2")
def test_what_an_earlier_revision_said_is_gone():
    first = paper(PLAIN)
    with pikepdf.open(io.BytesIO(first)) as pdf:
        number, root, size = pdf.pages[0].obj.Contents.objgen[0], pdf.Root.objgen[0], len(pdf.objects) + 1
    # A later revision whose first page is empty: what it said before stands in the file all the same.
    body = f"\n{number} 0 obj\n<< /Length 0 >>\nstream\n\nendstream\nendobj\n".encode()
    table = f"xref\n{number} 1\n{len(first) + 1:010} 00000 n \n".encode()
    start = int(first.rsplit(b"startxref", 1)[1].split()[0])
    trailer = f"trailer\n<< /Size {size + 1} /Root {root} 0 R /Prev {start} >>\n".encode()
    both = first + body + table + trailer + f"startxref\n{len(first + body)}\n%%EOF\n".encode()
    assert "vermeulen" not in text_of(both).casefold() and first in both
    clean = made(both, "Blad twee")
    assert b"%%EOF" in clean and clean.count(b"startxref") == 1
    assert "vermeulen" not in everything(clean).casefold()


def test_ligatures_accents_and_broken_lines_hide_nothing():
    html = "<p>De ofﬁcier Renée d’Aubigné-Fleur sprak.</p><p style='width:30px'>Ver&shy;meu&shy;len</p>"
    clean = made(paper(html + "<p style='break-before:page'>Rest</p>"), "officier renee d'aubigne fleur")
    assert "Renée" not in everything(clean) and "Rest" in text_of(clean)
    for word in ("vermeulen", "aubign", "officier"):
        assert word not in everything(made(paper(html), "Vermeulen")).casefold()


def test_letters_that_only_the_font_knows_are_found():
    """WeasyPrint writes glyphs of a subset: no letter of a text stands in the file as such."""
    data = paper(PLAIN)
    assert b"Vermeulen" not in data
    (first, second) = calls.look(data, SOUGHT)
    assert first.hit and first.readable and not second.hit


def test_a_turned_and_cropped_page_is_black_where_it_stands():
    def turn(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Rotate = 90
        pdf.pages[0].obj.CropBox = [20, 400, 500, 830]

    image = picture_of(made(changed(turn)))
    plain = picture_of(made(changed(turn), "Blad twee", areas=[(0, [0, 0, 1, 1])]))
    # A line of text beside which nothing else is black.
    assert dark(image) > 6 * dark(plain) > 0


def picture_of(data: bytes) -> Any:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        (held,) = pdf.pages[0].get_images().values()
        return pikepdf.PdfImage(held).as_pil_image().convert("L")


def dark(image: Any) -> int:
    return sum(image.histogram()[:40])


def test_what_can_not_be_made_anew_says_why():
    with pikepdf.open(io.BytesIO(paper(PLAIN))) as pdf:
        out = io.BytesIO()
        pdf.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    for data, why in ((out.getvalue(), "wachtwoord"), (b"%PDF-1.7 onzin", "beschadigd"), (b"", "beschadigd")):
        with pytest.raises(calls.CantDo, match=why):
            calls.without(data, SOUGHT, [])
    with pytest.raises(calls.CantDo):
        calls.without(paper(PLAIN), SOUGHT, [(7, [0, 0, 10, 10])])


def test_the_file_that_came_in_is_not_the_file_that_goes_and_says_the_same_twice():
    data = paper(PLAIN)
    before = bytes(data)
    assert made(data) != data and data == before


# -- pictures ----------------------------------------------------------------------------------------------------------
@pytest.mark.article("werkid", "10.2")
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_of_a_picture_the_face_goes_along_and_nothing_beside_it(form):
    data = photo(form)
    face = calls.bare(data)
    for word in (b"Vermeulen", "Vermeulen".encode("utf-16-le"), b"Foto van"):
        assert word not in face
    before, after = Image.open(io.BytesIO(data)), Image.open(io.BytesIO(face))
    assert before.convert("RGB").tobytes() == after.convert("RGB").tobytes()
    if form == "JPEG":
        assert after.getexif()[0x0112] == 6  # still the right way up
    for broken in (data[:200], data[:3], b"onzin"):
        with pytest.raises(calls.CantDo):
            calls.bare(broken)


@pytest.mark.parametrize(
    "said",
    [
        "Karel Vermeulen",
        "KAREL\nVERMEULEN",
        "K\u00e1rel Verm\u00ebulen",
        "Karel-Ver\u00admeulen",
        "Ka\u0301rel  Vermeulen",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "latin-1"])
def test_words_are_found_in_bytes_however_they_are_spaced(said, encoding):
    if encoding == "latin-1" and max(said) > "\xff":
        return
    data = b"\x89\x00\xff\xfe" * 9 + said.encode(encoding) + b"\x00\x9f" * 9
    assert calls.holds(data, SOUGHT) and not calls.holds(data, ["willemdevries"])


# -- Office ------------------------------------------------------------------------------------------------------------
def sheet() -> bytes:
    return zipped({"xl/sharedStrings.xml": "<sst><si><t>Over Karel</t><t> Vermeulen</t></si></sst>"})


OFFICE: dict[str, dict[str, str | bytes]] = {
    "a sheet in it": {"word/embeddings/Microsoft_Excel_Sheet1.xlsx": sheet()},
    "a file in a sheet in it": {"word/embeddings/een.docx": zipped({"word/embeddings/twee.xlsx": sheet()})},
    "an object of another program": {"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0 en meer"},
    "an object without a form": {"word/embeddings/oleObject1.bin": b"wat dan ook"},
    "a photo": {"word/media/image1.jpeg": photo()},
    "said of a picture": {"word/extra.xml": '<a><p:cNvPr descr="Anna op de fiets"/></a>'},
    "by whom a remark is": {"word/comments.xml": "<w:comments><w:comment w:author='Anna'/></w:comments>"},
    "in letters of two bytes": {"word/extra.xml": "\ufeff<a><b>Karel</b> Vermeulen</a>".encode("utf-16-le")},
}


@pytest.mark.parametrize("where", OFFICE)
def test_words_are_found_wherever_an_office_file_holds_them(where):
    assert calls.holds(docx(OFFICE[where]), [*SOUGHT, "anna"])


def test_an_office_file_without_them_goes_along():
    parts: dict[str, str | bytes] = {
        "word/embeddings/een.xlsx": zipped({"xl/a.xml": "<a/>"}),
        "word/media/image1.jpeg": photo(name="niemand"),
        "word/printerSettings/printerSettings1.bin": b"\x00\x01",
    }
    assert not calls.holds(docx(parts, text="Annabel"), [*SOUGHT, "anna"])


# -- finding -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("Karel  Vermeulen", "karel vermeulen", ["Karel  Vermeulen"]),
        ("KAREL\nVERMEULEN", NAME, ["KAREL\nVERMEULEN"]),
        ("Vermeulens fiets", "Vermeulen", ["Vermeulen"]),
        ("In januari kwam Jan. Jans fiets, JAN!", "Jan", ["Jan", "Jan", "JAN"]),
        ("ﬁets, ﬂes", "fiets", ["ﬁets"]),
        ("Ver\u00admeu\u200blen", "Vermeulen", ["Ver\u00admeu\u200blen"]),
        ("Jan-Willem en Jan Willem", "jan willem", ["Jan-Willem", "Jan Willem"]),
        ("Rene\u0301e en Renée", "Renee", ["Rene\u0301e", "Renée"]),
        ("d’Aubigné", "d'aubigne", ["d’Aubigné"]),
        ("niets", "iemand", []), ("", "x", []), ("tekst", " - ", []),
    ],
)  # fmt: skip
def test_words_are_found_however_they_are_written(text, words, found):
    assert [text[begin:end] for begin, end in finding.spans(text, words)] == found


@given(st.text(max_size=60), st.text(min_size=5, max_size=12), st.text(max_size=60))
def test_what_is_cut_out_is_in_none_of_the_other_pieces_and_nothing_is_lost(before, words, after):
    text, sought = before + words + after, finding.letters(words)
    cut = finding.pieces(text, [sought])
    assert "".join(piece for piece, _ in cut) == text
    if len(sought) >= finding.WITHIN:
        assert not any(finding.holds(piece, [sought]) for piece, at in cut if at is None)
        assert any(at == 0 for _, at in cut)
