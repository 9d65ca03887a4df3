"""A copy without what is of others (werkid 10.2): searched in its bytes, in every stream, and in what its pages say."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, transaction
from django.http import Http404
from django.utils import timezone
from PIL import Image

from access.models import Role
from access.reach import as_system
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from dossiers import actions as dossiers
from dossiers.models import StoredFile, Stuk, StukVersion
from journal.models import Line
from requests import marked
from requests.actions import bundles, handling, marking
from requests.blackout.wire import MOST_PAGES
from requests.bundle_contents import NOT_JUDGED
from requests.bundle_paper import LEFT_OUT
from requests.bundle_schema import CopyTold
from requests.models import Bundle, Decision, Judgement, Kind, Mark, Verdict, Verzoek
from retention.erasing import erase_stuk
from tests.support.blackout import everything, text_of
from tests.support.documents import docx, picture
from tests.support.packed import make_in_bureau
from tests.support.people import acting, make_bureau, make_member
from tests.support.portal import make_case, state, supplement, write
from tests.support.verzoeken import entered, identified
from tests.support.verzoeken_handled import paper
from vault.files import open_sealed, save_sealed

pytestmark = pytest.mark.django_db
NAME, PASSAGE = "Karel Vermeulen", "vertelde dat hij weer drinkt"
GROUND = "bescherming van de persoonlijke levenssfeer van een ander"


@pytest.fixture
def case():
    return make_case(make_bureau(preset="werkid"))


def opened(case, **more: Any) -> Verzoek:
    return identified(entered(case, Kind.AFSCHRIFT, dossier=case.dossier, **more), by=case.coach)


def mark(case, row: Verzoek, stuk, words: str, **more: Any) -> Mark:
    with acting(case.coach):
        return marking.mark_words(
            verzoek=row, stuk=stuk, words=words, by=case.coach, **({"reason_code": ground(case, row)} | more)
        )


def ground(case, row: Verzoek) -> str:
    with in_bureau(case.bureau):
        return handling.grounds_of_copy(row)[0]


def decided(case, row: Verzoek, decision: str = Decision.PARTLY) -> Verzoek:
    code = ground(case, row)
    with acting(case.coach):
        handling.judge_rest(verzoek=row, by=case.coach)
        partly = {"reason_code": code, "reason": "Delen zijn van een ander."} if decision == Decision.PARTLY else {}
        return handling.decide(verzoek=row, decision=decision, by=case.coach, **partly)


def copied(case, row: Verzoek) -> Bundle:
    """The copy, made after a decision."""
    with in_bureau(case.bureau):
        row = Verzoek.objects.get(pk=row.pk)
    with acting(case.coach):
        made = bundles.ask_bundle(verzoek=row, by=case.coach)
    make_in_bureau(case.bureau.pk)
    with in_bureau(case.bureau):
        return Bundle.objects.get(pk=made.pk)


def unpacked(case, row: Bundle) -> zipfile.ZipFile:
    assert row.state == Bundle.State.READY, row.error
    with in_bureau(case.bureau):
        return zipfile.ZipFile(io.BytesIO(b"".join(open_sealed(subject_id=row.pk, name=row.file))))


def add(case, name: str, data: bytes, title: str = "Een bestand"):
    with acting(case.coach):
        return dossiers.add_document(
            dossier=case.dossier, by=case.coach, kind="document", herkomst="client", date=timezone.localdate(),
            title=title, upload=SimpleUploadedFile(name, data),
        )  # fmt: skip


def holds(archive: zipfile.ZipFile, word: str) -> list[str]:
    """The entries in which a word stands, whatever its capitals."""
    return [name for name in archive.namelist() if word.casefold() in everything(archive.read(name)).casefold()]


# -- texts -------------------------------------------------------------------------------------------------------------
@pytest.mark.article("werkid", "10.2")
def test_marked_words_are_in_no_byte_of_the_copy_and_stay_in_the_stuk(case):
    stuk = write(case, f"Gesprek over {NAME}", f"Buurman karel  vermeulen {PASSAGE}. Verder ging het goed.")
    supplement(case, stuk, "KAREL VERMEULEN kwam later nog langs.")
    state(case, "Mijn kant", "Karel\nVermeulen is mijn vriend.", about=stuk)
    write(case, "Een ander gesprek", "Dit gaat heel mee.")
    with in_bureau(case.bureau):
        before = [one.content for one in StukVersion.objects.order_by("pk")]
    row = opened(case)
    mark(case, row, stuk, NAME)
    mark(case, row, stuk, PASSAGE, reason="Gezondheid van een buurman.")
    archive = unpacked(case, copied(case, decided(case, row)))
    for word in ("Karel", "Vermeulen", "drinkt"):
        assert holds(archive, word) == []
    facts = json.loads(archive.read("gegevens.json"))
    CopyTold.model_validate_json(archive.read("gegevens.json"))
    (dossier,) = facts["dossiers"]
    first = dossier["stukken"][0]
    assert first["redactions"] == [{"reason": GROUND, "count": 2}]
    assert first["versions"][0]["title"] == f"Gesprek over [weggelaten: {GROUND}]"
    assert "Verder ging het goed." in first["versions"][0]["sections"][0]["text"]
    assert dossier["withheld"] == [] and len(dossier["stukken"]) == 3
    assert "Een ander gesprek" in text_of(archive.read("kopie.pdf"))
    assert holds(archive, "Dit gaat heel mee.") == ["gegevens.json", "kopie.pdf"]
    whole = next(one for one in dossier["stukken"] if one["versions"][0]["title"] == "Een ander gesprek")
    assert whole["redactions"] == []
    with in_bureau(case.bureau):
        assert [one.content for one in StukVersion.objects.order_by("pk")] == before


def test_words_that_are_marked_in_a_stuk_and_in_the_statement_about_it_are_counted_once_in_each(case):
    stuk = write(case, "Gesprek", f"{NAME} was er.")
    about = state(case, "Mijn kant", f"{NAME} is mijn vriend. {PASSAGE}.", about=stuk)
    row = opened(case)
    mark(case, row, stuk, NAME)
    mark(case, row, about, "karel vermeulen")
    mark(case, row, about, PASSAGE)
    with in_bureau(case.bureau):
        left = marked.of(row, Stuk.objects.filter(pk__in=[stuk.pk, about.pk]))
        assert left[stuk.pk].reasons() == [{"reason": GROUND, "count": 1}]
        assert left[about.pk].reasons() == [{"reason": GROUND, "count": 2}]
        assert left[about.pk].text(f"{NAME} {PASSAGE}") == f"[weggelaten: {GROUND}] [weggelaten: {GROUND}]"


def test_what_is_marked_is_told_by_its_reason_and_what_it_was_is_told_to_nobody(case):
    stuk = write(case, "Gesprek", f"{NAME} {PASSAGE}.")
    row = opened(case)
    mark(case, row, stuk, NAME, reason="Dit is de buurman")
    with in_bureau(case.bureau):
        lines = list(Line.objects.filter(act__startswith="verzoek."))
        judged = Judgement.objects.get(stuk_id=stuk.pk)
    assert (judged.verdict, judged.reason_code) == (Verdict.REDACT, GROUND)
    assert not any("Karel" in one or "buurman" in one for one in (str(vars(line)) for line in lines))
    (line,) = [one for one in lines if one.act == marking.MARKED]
    assert line.object_id == str(row.pk) and line.dossier_id == case.dossier.pk
    assert (line.facts["stuk"], line.facts["kind"], line.facts["count"]) == (str(stuk.pk), Mark.Kind.WORDS, 1)


# -- PDF ---------------------------------------------------------------------------------------------------------------
@pytest.mark.article("werkid", "10.2")
def test_a_pdf_goes_along_without_the_words_and_its_other_pages_keep_their_text(case):
    data = paper(f"<h1>Verklaring</h1><p>Over {NAME} en meer.</p><p style='break-before:page'>Blad twee is gewoon.</p>")
    stuk = add(case, f"brief {NAME}.pdf", data, title=f"Brief van {NAME}")
    row = opened(case)
    mark(case, row, stuk, NAME)
    archive = unpacked(case, copied(case, decided(case, row)))
    assert holds(archive, "Vermeulen") == [] and holds(archive, "Karel") == []
    (entry,) = [name for name in archive.namelist() if name.startswith("bestanden/")]
    made = archive.read(entry)
    assert "Blad twee is gewoon." in text_of(made) and "Verklaring" not in text_of(made)
    facts = json.loads(archive.read("gegevens.json"))
    (told,) = facts["dossiers"][0]["stukken"][0]["files"]
    assert (told["size"], told["name"]) == (len(made), f"brief [weggelaten: {GROUND}].pdf")
    with in_bureau(case.bureau):
        file = StoredFile.objects.get()
        assert b"".join(open_sealed(subject_id=file.dossier_id, name=file.storage_name)) == data


def test_a_place_on_a_scanned_page_is_black_in_the_picture_that_takes_its_place(case):
    stuk = add(case, "scan.pdf", scanned())
    row = opened(case)
    with in_bureau(case.bureau):
        file = StoredFile.objects.get()
    with acting(case.coach):
        marking.mark_area(verzoek=row, stuk=stuk, file=file, page=1, area=[100, 100, 900, 500],
                          reason_code=GROUND, by=case.coach)  # fmt: skip
    archive = unpacked(case, copied(case, decided(case, row)))
    (entry,) = [name for name in archive.namelist() if name.startswith("bestanden/")]
    with pikepdf.open(io.BytesIO(archive.read(entry))) as pdf:
        image = pikepdf.PdfImage(next(iter(pdf.pages[0].get_images().values()))).as_pil_image().convert("L")
    assert image.getpixel((image.width // 2, image.height * 3 // 10)) < 10
    assert image.getpixel((image.width // 2, image.height * 8 // 10)) > 150


def scanned() -> bytes:
    """A page that is a picture, light grey."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (600, 800), (220, 220, 220)).save(out, "PDF")
    return out.getvalue()


# -- other files -------------------------------------------------------------------------------------------------------
def test_a_word_file_that_names_what_is_left_out_stays_and_another_goes(case):
    named, other = docx(text=f"Over {NAME} gesproken"), docx(text="Niets bijzonders")
    stuk = add(case, "verslag.docx", named)
    second = add(case, "ander.docx", other, title="Ander")
    row = opened(case)
    mark(case, row, stuk, NAME)
    mark(case, row, second, NAME)
    archive = unpacked(case, copied(case, decided(case, row)))
    assert len([name for name in archive.namelist() if name.startswith("bestanden/")]) == 1
    assert holds(archive, "Vermeulen") == []
    facts = json.loads(archive.read("gegevens.json"))["dossiers"][0]["stukken"]
    mine = {"reason": GROUND, "count": 1}
    assert [one["redactions"] for one in facts] == [[mine, {"reason": marked.UNSEARCHED, "count": 1}], [mine]]
    assert marked.UNSEARCHED in " ".join(text_of(archive.read("kopie.pdf")).split())


def test_a_text_file_goes_along_without_the_words_and_a_picture_can_stay_as_a_whole(case):
    text = add(case, "notitie.txt", f"Gebeld met {NAME}.\nVerder niets.".encode())
    photo = add(case, "foto.jpg", picture(), title="Foto")
    row = opened(case)
    mark(case, row, text, NAME)
    with in_bureau(case.bureau):
        file = StoredFile.objects.get(stuk=photo)
    with acting(case.coach):
        marking.mark_file(verzoek=row, stuk=photo, file=file, reason_code=GROUND, by=case.coach)
    archive = unpacked(case, copied(case, decided(case, row)))
    (entry,) = [name for name in archive.namelist() if name.startswith("bestanden/")]
    assert archive.read(entry).decode() == f"Gebeld met [weggelaten: {GROUND}].\nVerder niets."
    (dossier,) = json.loads(archive.read("gegevens.json"))["dossiers"]
    assert [one["redactions"][0]["count"] for one in dossier["stukken"]] == [1, 1]


def test_a_photo_goes_along_without_what_is_written_beside_its_face(case):
    exif = Image.Exif()
    exif[0x010E] = f"Foto van {NAME}"
    stuk = add(case, "foto.jpg", picture(exif=exif))
    row = opened(case)
    mark(case, row, stuk, NAME)
    archive = unpacked(case, copied(case, decided(case, row)))
    assert len([name for name in archive.namelist() if name.startswith("bestanden/")]) == 1
    assert holds(archive, "Vermeulen") == []


# -- who and when ------------------------------------------------------------------------------------------------------
def test_the_decision_is_partly_and_fixes_the_marks(case):
    stuk = write(case, "Gesprek", f"{NAME} was er.")
    row = opened(case)
    made = mark(case, row, stuk, NAME)
    with pytest.raises(RuleBroken, match="deels"):
        decided(case, row, Decision.GRANTED)
    row = decided(case, row)
    with pytest.raises(RuleBroken, match="al besloten"):
        mark(case, row, stuk, "was er")
    with acting(case.coach), pytest.raises(RuleBroken, match="al besloten"):
        marking.unmark(mark=made, by=case.coach)
    for act in (lambda: Mark.objects.all().delete(), lambda: Mark.objects.update(page=3)):
        with acting(case.coach), pytest.raises(ProgrammingError, match="fixed"), transaction.atomic():
            act()


def test_a_mark_is_not_moved_away_from_a_request_that_was_decided(case):
    first, second = write(case, "Gesprek", f"{NAME} was er."), write(case, "Ander", f"{NAME} ook hier.")
    row = opened(case)
    mark(case, row, first, NAME)
    row, later = decided(case, row), opened(case)
    mark(case, later, second, NAME)
    for made, to in ((row, later), (later, row)):
        with acting(case.coach), pytest.raises(ProgrammingError, match="fixed"), transaction.atomic():
            Mark.objects.filter(verzoek=made).update(verzoek=to)


@pytest.mark.article("jmwerkt", "6.1.4")
def test_words_that_were_marked_go_with_the_stuk_they_were_cut_from(case):
    """Of a decided request too, which stays itself; of another stuk nothing goes."""
    gone, stays = write(case, "Weg", f"{NAME} was er."), write(case, "Blijft", f"{NAME} ook hier.")
    row = opened(case)
    for stuk in (gone, stays):
        mark(case, row, stuk, NAME, reason="Dit is de buurman")
        with acting(case.coach):
            handling.judge(verzoek=row, stuk=stuk, verdict=Verdict.WITHHOLD, reason="Karel", by=case.coach,
                           reason_code=ground(case, row))  # fmt: skip
    decided(case, row)
    with in_bureau(case.bureau), as_system():
        erase_stuk(Stuk.objects.select_related("dossier").get(pk=gone.pk))
        assert [one.stuk_id for one in Mark.objects.all()] == [stays.pk]
        told = {one.stuk_id: one.reason for one in Judgement.objects.all()}
        assert told == {gone.pk: None, stays.pk: "Karel"}
        assert Verzoek.objects.filter(pk=row.pk).exists()


def test_what_comes_in_after_the_marking_is_looked_at_again(case):
    stuk = write(case, "Gesprek", f"{NAME} was er.")
    row = opened(case)
    mark(case, row, stuk, NAME)
    supplement(case, stuk, "En zijn zus Truus ook.")
    with pytest.raises(RuleBroken, match="kwam er later iets bij"):
        decided(case, row)
    with acting(case.coach):
        handling.judge(verzoek=row, stuk=stuk, verdict=Verdict.REDACT, by=case.coach)
    row = decided(case, row)
    supplement(case, stuk, "En nog later.")
    archive = unpacked(case, copied(case, row))
    (dossier,) = json.loads(archive.read("gegevens.json"))["dossiers"]
    assert dossier["stukken"] == [] and dossier["withheld"][0]["reason"] == NOT_JUDGED


def test_a_stuk_with_marks_is_not_given_whole_and_without_the_last_nothing_is_said_of_it(case):
    stuk = write(case, "Gesprek", f"{NAME} was er.")
    row = opened(case)
    with acting(case.coach), pytest.raises(RuleBroken, match="Wijs eerst aan"):
        handling.judge(verzoek=row, stuk=stuk, verdict=Verdict.REDACT, by=case.coach)
    made = mark(case, row, stuk, NAME)
    assert mark(case, row, stuk, "karel   VERMEULEN").pk == made.pk
    with acting(case.coach), pytest.raises(RuleBroken, match="aangewezen wat weg moet"):
        handling.judge(verzoek=row, stuk=stuk, verdict=Verdict.GIVE, by=case.coach)
    with acting(case.coach):
        marking.unmark(mark=made, by=case.coach)
        marking.unmark(mark=made, by=case.coach)
    with in_bureau(case.bureau):
        assert not Judgement.objects.filter(stuk_id=stuk.pk).exists()


def test_who_may_not_judge_or_read_it_marks_nothing_and_ids_of_another_are_not_there(case):
    stuk = write(case, "Gesprek", f"{NAME} was er.")
    row = opened(case)
    other = make_case(case.bureau, "Wim")
    theirs = write(other, "Van Wim", f"{NAME} ook hier.")
    stranger, fg = make_member(case.bureau, "Stefan", Role.COACH), make_member(case.bureau, "Fleur", Role.FG)
    for who, about, refusal in (
        (stranger, stuk, Http404), (fg, stuk, PermissionDenied), (case.coach, theirs, Http404)
    ):  # fmt: skip
        with acting(who), pytest.raises(refusal):
            marking.mark_words(verzoek=row, stuk=about, words=NAME, reason_code=GROUND, by=who)
    file_of_theirs = add(other, "brief.pdf", paper("<p>Brief</p>"))
    with in_bureau(case.bureau):
        file = StoredFile.objects.get(stuk=file_of_theirs)
    with acting(case.coach), pytest.raises(Http404):
        marking.mark_file(verzoek=row, stuk=stuk, file=file, reason_code=GROUND, by=case.coach)
    with in_bureau(case.bureau):
        assert not Mark.objects.exists()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"words": "  "}, "words"), ({"words": "x"}, "words"), ({"words": "–-  ​"}, "words"),
        ({"words": "a" * 2_001}, "words"), ({"words": NAME, "reason_code": "zomaar"}, "reason_code"),
        ({"words": NAME, "reason_code": ""}, "reason_code"),
    ],
)  # fmt: skip
def test_what_can_not_be_marked_is_said_beside_its_field(case, more, field):
    stuk = write(case, "Gesprek", f"{NAME} was er.")
    row = opened(case)
    with pytest.raises(RuleBroken) as refusal:
        mark(case, row, stuk, **more)
    assert refusal.value.field == field


@pytest.mark.article("werkid", "10.2")
@pytest.mark.parametrize("what", ["dik", "op slot", "stuk"])
def test_a_file_that_can_not_be_made_anew_stays_behind_told_and_the_rest_of_the_copy_is_made(case, what):
    """Nothing of a decided request can be judged anew: a copy that failed for it would lead nowhere."""
    stuk, other = unmakeable(case, what), write(case, "Gesprek", f"{NAME} was er. De rest blijft.")
    add(case, "gewoon.pdf", paper("<p>Een gewone brief.</p>"), title="Gewoon")
    row = opened(case)
    for one in (stuk, other):
        mark(case, row, one, NAME)
    made = copied(case, decided(case, row))
    archive = unpacked(case, made)
    (entry,) = [name for name in archive.namelist() if name.startswith("bestanden/")]
    assert "Een gewone brief." in text_of(archive.read(entry))
    assert holds(archive, "Vermeulen") == []
    facts = json.loads(archive.read("gegevens.json"))
    CopyTold.model_validate_json(archive.read("gegevens.json"))
    told = {one["versions"][0]["title"]: one for one in facts["dossiers"][0]["stukken"]}
    mine = {"reason": GROUND, "count": 1}
    assert told["Een bestand"]["redactions"] == [mine, {"reason": marked.UNSEARCHED, "count": 1}]
    assert told["Een bestand"]["files"] == [] and told["Gesprek"]["redactions"] == [mine]
    assert facts["left_out"] == made.left_out == {"bestanden": 1}
    read = " ".join(text_of(archive.read("kopie.pdf")).split())
    assert marked.UNSEARCHED in read and f"1 × {LEFT_OUT['bestanden']}" in read and "De rest blijft." in read


def unmakeable(case, what: str) -> Stuk:
    """A PDF that names who must go: of too many pages, or one that our door refuses now and may have let in before."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper(f"<p>Over {NAME}.</p>"))) as pdf:
        for _ in range(MOST_PAGES if what == "dik" else 0):
            pdf.add_blank_page()
        pdf.save(out, encryption=pikepdf.Encryption(owner="a", user="b") if what == "op slot" else False)
    if what == "dik":
        return add(case, "brief.pdf", out.getvalue())
    stuk = add(case, "brief.pdf", paper("<p>Brief</p>"))
    with in_bureau(case.bureau), as_system():
        data = f"%PDF-1.7 {NAME}".encode() if what == "stuk" else out.getvalue()
        kept = save_sealed(subject_id=stuk.dossier_id, chunks=[data])
        assert StoredFile.objects.filter(stuk=stuk).update(storage_name=kept.name) == 1
    return stuk
