"""Files in a dossier: brought in all or none, sealed, fetched as attachments by who may see the stuk."""

from __future__ import annotations

import os
import tempfile
import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from access.models import Mail, Role
from bureaus.schema import StukKind
from bureaus.tenancy import in_bureau
from clients.models import OpdrachtgeverKind
from dossiers import actions
from dossiers.documents import upload as uploading
from dossiers.models import State, StoredFile, Stuk, StukVersion
from dossiers.rules import Refused
from journal.models import Line
from tests.support import documents as made
from tests.support.dossiers import open_dossier_of
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import queries_of
from vault.files import open_sealed

pytestmark = pytest.mark.django_db
SECRET = b"Zij vertelde over de reis naar Groningen."


def stored() -> set[Path]:
    """All that lies in the sealed storage."""
    return {path for path in Path(django_settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def facts(**more):
    return {
        "kind": StukKind.CORRESPONDENTIE,
        "herkomst": "derde",
        "date": timezone.localdate(),
        "title": "Brief",
    } | more


def add(dossier, by, *files, **more):
    with acting(by):
        return actions.add_document(
            dossier=dossier, by=by, upload=list(files) or [made.upload(SECRET, "brief.txt")], **facts(**more)
        )


def form(*files, **more):
    day = timezone.localdate().isoformat()
    values = {"kind": "correspondentie", "herkomst": "derde", "date": day, "title": "Brief", "upload": list(files)}
    return values | more


def page_of(dossier) -> str:
    return reverse("dossiers:upload", args=[dossier.pk])


# -- adding -----------------------------------------------------------------------------------------------------------
def test_a_document_is_a_stuk_that_is_vastgesteld_at_once_with_its_files_sealed(dossier, alice):
    before = stored()
    stuk = add(dossier, alice, made.upload(made.pdf_form(), "formulier.pdf"), made.upload(SECRET, "brief.txt"))
    with acting(alice):
        assert (stuk.state, stuk.version, stuk.herkomst, stuk.author) == (State.VASTGESTELD, 1, "derde", alice)
        assert StukVersion.objects.get(stuk=stuk).content == {"title": "Brief", "sections": []}
        one, two = StoredFile.objects.filter(stuk=stuk)
        assert (one.filename, one.content_type) == ("formulier.pdf", "application/pdf")
        assert b"".join(open_sealed(subject_id=dossier.pk, name=two.storage_name)) == SECRET
    added = stored() - before
    assert len(added) == 2
    assert not any(SECRET in path.read_bytes() for path in added)


def test_what_it_is_called_lies_sealed_in_the_database(dossier, alice):
    stuk = add(dossier, alice, made.upload(SECRET, "ontslag-bij-bakker.txt"), title="Ontslag bij de bakker")
    with in_bureau(dossier.bureau_id), connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(f)::text FROM dossiers_storedfile f WHERE stuk_id = %s", [stuk.pk])
        rows = cursor.fetchall()
        cursor.execute("SELECT row_to_json(v)::text FROM dossiers_stukversion v WHERE stuk_id = %s", [stuk.pk])
        rows += cursor.fetchall()
    assert len(rows) == 2
    assert not any("bakker" in row[0] for row in rows)


@pytest.mark.article("javawest", "6.2")
def test_the_client_is_told_and_the_journal_says_it_without_content(dossier, alice, charlie):
    add(dossier, alice)
    with in_bureau(dossier.bureau_id):
        assert Mail.objects.get(to=charlie.user.email).kind == "nieuw_in_dossier"
        line = Line.objects.get(act="document.toegevoegd")
    assert (line.actor, line.dossier_number, line.facts["files"]) == ("Alice", dossier.number, 1)
    assert "rief" not in str(line.facts)


def test_one_bad_file_refuses_all_and_names_it(dossier, alice):
    before = stored()
    with pytest.raises(actions.FilesRefused) as refusal:
        add(dossier, alice, made.upload(SECRET, "goed.txt"), made.upload(b"MZ" + bytes(90), "fout.exe"))
    assert len(refusal.value.problems) == 1
    assert "fout.exe" in refusal.value.problems[0]
    assert stored() == before
    with acting(alice):
        assert not Stuk.objects.exists()


@pytest.mark.article("javawest", "5.1")
def test_a_document_without_herkomst_is_refused(dossier, alice):
    with pytest.raises(Refused, match="van wie"):
        add(dossier, alice, herkomst="")


def test_a_day_to_come_an_archive_and_a_werkaantekening_are_refused(dossier, alice):
    with pytest.raises(Refused, match="toekomst"):
        add(dossier, alice, date=timezone.localdate() + timedelta(days=1))
    with pytest.raises(Refused, match="werkaantekening"):
        add(dossier, alice, kind=StukKind.WERKAANTEKENING)
    with pytest.raises(PermissionDenied):
        add(dossier, alice, kind=StukKind.EIGEN_VERKLARING)
    dossier.archived_at = timezone.now()
    with pytest.raises(Refused, match="gearchiveerd"):
        add(dossier, alice)


@pytest.mark.article("javawest", "4.1")
def test_a_kind_that_is_off_takes_no_documents(dossier, alice, settings):
    with acting(alice), pytest.raises((Refused, PermissionDenied)):
        actions.add_document(dossier=dossier, by=alice, upload=[made.upload(SECRET, "a.txt")], **facts(kind="onbekend"))


def test_who_only_reads_adds_nothing_and_out_of_reach_there_is_nothing(dossier, bob, diana):
    with pytest.raises(PermissionDenied):
        add(dossier, diana)
    with pytest.raises(Http404):
        add(dossier, bob)


def test_ten_files_go_and_eleven_do_not(dossier, alice):
    files = [made.upload(b"tekst", f"{number}.txt") for number in range(11)]
    with pytest.raises(actions.FilesRefused, match="11 bestanden"):
        add(dossier, alice, *files)
    stuk = add(dossier, alice, *files[:10])
    with acting(alice):
        assert stuk.files.count() == 10


@pytest.mark.article("jmwerkt", "4.1.2")
def test_what_comes_from_the_opdrachtgever_says_so(javawest, alice):
    dossier = open_dossier_of(javawest, alice, kind=OpdrachtgeverKind.GEMEENTE)
    assert add(dossier, alice, herkomst="opdrachtgever").origin == OpdrachtgeverKind.GEMEENTE
    assert add(dossier, alice, herkomst="client").origin == ""


# -- nothing left behind ----------------------------------------------------------------------------------------------
def test_a_rollback_takes_the_stored_file_along(dossier, alice):
    before = stored()

    def failing():
        with transaction.atomic():
            add(dossier, alice)
            assert len(stored() - before) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    assert stored() == before


@pytest.mark.django_db(transaction=True)
def test_what_was_committed_stays_and_what_a_failed_view_stored_goes(dossier, alice):
    before = stored()
    add(dossier, alice)
    assert len(stored() - before) == 1

    def failing():
        with acting(alice):
            actions.add_document(dossier=dossier, by=alice, upload=made.upload(SECRET, "a.txt"), **facts())
            assert len(stored() - before) == 2
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    assert len(stored() - before) == 1


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_breaks_leaves_the_file_because_the_row_may_be_there(dossier, alice):
    before = stored()
    with pytest.raises(Exception, match="clos"), acting(alice):
        actions.add_document(dossier=dossier, by=alice, upload=made.upload(SECRET, "a.txt"), **facts())
        connection.connection.close()
    connection.close()
    assert len(stored() - before) == 1
    for path in stored() - before:
        path.unlink()


# -- the form ---------------------------------------------------------------------------------------------------------
def test_the_form_adds_and_goes_to_the_stuk(dossier, alice):
    answer = log_in(alice).post(page_of(dossier), form(made.upload(made.pdf_form(), "formulier.pdf")))
    with acting(alice):
        stuk = Stuk.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("dossiers:stuk", args=[stuk.pk]))


def test_a_script_that_shows_progress_is_told_where_to_go(dossier, alice):
    answer = log_in(alice).post(
        page_of(dossier), form(made.upload(b"a", "a.txt")), headers={"X-Requested-With": "XMLHttpRequest"}
    )
    assert answer.status_code == 204
    assert answer["X-Location"].startswith("/stukken/")


def test_a_refusal_stands_beside_the_field_and_keeps_what_was_typed(dossier, alice):
    answer = log_in(alice).post(
        page_of(dossier),
        form(made.upload(b"<html>", "<script>alert(1)</script>.html"), title="<script>x</script>", herkomst="client"),
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="id_upload_error"' in page
    assert "webpagina" in page
    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "<script>x" not in page


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"upload": []}, "Kies een bestand"),
        ({"herkomst": ""}, "van wie dit komt"),
        ({"herkomst": "\x00"}, "niet"),
        ({"kind": "werkaantekening"}, "geldig"),
        ({"kind": ""}, "verplicht"),
        ({"date": ""}, "Vul de datum in"),
        ({"date": "0001-01-01"}, "ver terug"),
        ({"date": "9999-12-31"}, "toekomst"),
        ({"date": "31-02-2026"}, "geldige datum"),
        ({"title": "a" * 300}, "ten hoogste 200"),
        ({"title": "a\x00b"}, "onzichtbaar teken"),
        ({"title": "cv\u202efdp"}, "leesrichting"),
    ],
)
def test_every_wrong_field_is_told(dossier, alice, wrong, says):
    answer = log_in(alice).post(page_of(dossier), form(made.upload(b"a", "a.txt")) | wrong)
    assert answer.status_code == 200
    assert says.lower() in answer.content.decode().lower()


def test_an_empty_and_a_too_large_file_are_named_beside_the_field(dossier, alice, settings):
    settings.MAX_DOCUMENT_BYTES = 1000
    answer = log_in(alice).post(
        page_of(dossier), form(made.upload(b"", "leeg.txt"), made.upload(b"a" * 1500, "groot.txt"))
    )
    page = answer.content.decode()
    assert "leeg.txt: Dit bestand is leeg" in page
    assert "groot.txt: Dit bestand is 1,5" in page


def test_a_double_click_is_one_stuk(dossier, alice):
    browser = log_in(alice)
    draft_id = browser.get(page_of(dossier)).context["form"].fields["draft_id"].initial
    answers = [
        browser.post(page_of(dossier), form(made.upload(SECRET, "brief.txt"), draft_id=draft_id)) for _ in range(2)
    ]
    assert answers[0].url == answers[1].url
    with acting(alice):
        assert Stuk.objects.count() == StoredFile.objects.count() == 1


def test_the_same_form_with_another_file_is_another_stuk(dossier, alice):
    browser = log_in(alice)
    draft_id = browser.get(page_of(dossier)).context["form"].fields["draft_id"].initial
    for text in (b"een", b"twee en meer"):
        browser.post(page_of(dossier), form(made.upload(text, "brief.txt"), draft_id=draft_id))
    with acting(alice):
        assert Stuk.objects.count() == 2


def test_an_id_that_was_made_up_or_drawn_for_another_dossier_is_not_used(dossier, javawest, alice):
    browser, other = log_in(alice), open_dossier_of(javawest, alice)
    drawn = browser.get(page_of(other)).context["form"].fields["draft_id"].initial
    for draft_id in (drawn, f"{dossier.pk}:geraden", "\x00", ""):
        browser.post(page_of(dossier), form(made.upload(draft_id.encode() + b".", "a.txt"), draft_id=draft_id))
    with acting(alice):
        assert drawn.split(" ")[0] not in {str(stuk.pk) for stuk in Stuk.objects.all()}


def test_a_long_name_is_shortened_and_a_turned_one_is_straightened(dossier, alice):
    browser = log_in(alice)
    browser.post(page_of(dossier), form(made.upload(b"a", "a" * 300 + ".txt")))
    answer = browser.post(page_of(dossier), form(made.upload(b"a", "cv\u202efdp.exe")))
    assert "eindigt op .exe" in answer.content.decode()
    with acting(alice):
        name = StoredFile.objects.get().filename
    assert (len(name), name[-4:]) == (150, ".txt")


def test_the_page_is_there_for_writers_only(dossier, alice, bob, diana, charlie):
    assert log_in(alice).get(page_of(dossier)).status_code == 200
    assert log_in(diana).get(page_of(dossier)).status_code == 403
    assert log_in(bob).get(page_of(dossier)).status_code == 404
    assert log_in(charlie).get(page_of(dossier)).status_code == 404


def test_the_upload_page_asks_few_queries(dossier, alice):
    browser = log_in(alice)
    browser.get(page_of(dossier))
    assert len(queries_of(browser, page_of(dossier))) <= 12


# -- receiving --------------------------------------------------------------------------------------------------------
def test_a_request_that_says_it_is_far_too_large_is_not_read(dossier, alice, settings):
    settings.MAX_DOCUMENT_BYTES = 100
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    browser = log_in(alice)
    answer = browser.post(page_of(dossier), form(made.upload(b"a" * 5000, "groot.txt")))
    assert answer.status_code == 400


def test_what_is_over_the_limit_is_counted_and_not_kept(rf, settings):
    settings.MAX_DOCUMENT_BYTES = 100_000
    request = rf.post("/", {"title": "blijft", "files": [made.upload(b"a" * 150_000, "groot.txt")]})
    request.upload_handlers = [uploading.BoundedUpload(request)]
    received = request.FILES["files"]
    assert received.size == 150_000
    assert os.fstat(received.fileno()).st_size < 100_001
    assert request.POST["title"] == "blijft"
    request.close()


def test_files_that_are_too_large_together_are_told_so(rf, settings):
    settings.MAX_DOCUMENT_BYTES = 100_000
    files = [made.upload(b"a" * 90_000, f"{number}.txt") for number in range(3)]
    request = rf.post("/", {"files": files})
    request.upload_handlers = [uploading.BoundedUpload(request)]
    assert [file.over_total for file in request.FILES.getlist("files")] == [False, False, True]
    request.close()


def test_a_received_file_has_no_name_on_disk(rf):
    request = rf.post("/", {"files": [made.upload(b"a" * 2_000_000, "a.txt")]})
    request.upload_handlers = [uploading.BoundedUpload(request)]
    assert request.FILES["files"].read(3) == b"aaa"
    assert os.readlink(f"/proc/self/fd/{request.FILES['files'].fileno()}").endswith("(deleted)")
    request.close()


def test_fifty_megabytes_cost_this_process_less_than_16(dossier, alice):
    size = 49 * 2**20
    with tempfile.TemporaryFile() as file:
        file.write(made.pdf(lambda pdf: pdf.Root.__setitem__("/Extra", pdf.make_stream(os.urandom(size)))))
        file.flush()
        tracemalloc.start()
        stuk = add(dossier, alice, File(file, name="groot.pdf"))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    with acting(alice):
        assert stuk.files.get().size > size
    assert peak < 16 * 2**20


# -- fetching ---------------------------------------------------------------------------------------------------------
def fetched(member, stuk):
    with in_bureau(stuk.bureau_id):
        file = StoredFile.objects.filter(stuk=stuk).first()
    answer = log_in(member).get(reverse("dossiers:file", args=[file.pk]))
    # Read to its end, as a browser does; that closes the stored file.
    answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer


def test_a_file_comes_as_an_attachment_that_no_browser_runs(dossier, alice):
    content = made.pdf_form()
    answer = fetched(alice, add(dossier, alice, made.upload(content, "formulier.pdf")))
    assert answer.body == content
    assert answer["Content-Disposition"] == 'attachment; filename="formulier.pdf"'
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Length"] == str(len(content))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "no-store"


def test_a_name_with_quotes_and_accents_stays_in_its_header(dossier, alice):
    answer = fetched(alice, add(dossier, alice, made.upload(b"a", "één ; brief.txt")))
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''%C3%A9%C3%A9n%20%3B%20brief.txt"


def test_a_type_that_is_not_in_our_table_is_bytes(dossier, alice):
    stuk = add(dossier, alice)
    with in_bureau(dossier.bureau_id):
        StoredFile.objects.filter(stuk=stuk).update(content_type="text/html")
    assert fetched(alice, stuk)["Content-Type"] == "application/octet-stream"


def test_fetching_is_journaled_and_a_stranger_finds_nothing(dossier, alice, bob, charlie):
    stuk = add(dossier, alice)
    assert fetched(bob, stuk).status_code == 404
    assert fetched(charlie, stuk).status_code == 404
    assert fetched(alice, stuk).status_code == 200
    with in_bureau(dossier.bureau_id):
        line = Line.objects.get(act="document.opgehaald")
    assert (line.actor, line.dossier_number, line.facts["bytes"]) == ("Alice", dossier.number, len(SECRET))
    assert "brief" not in str(line.facts).replace("correspondentie", "")


def test_a_file_of_another_bureau_is_the_same_404(dossier, alice):
    stuk = add(dossier, alice)
    other = make_member(make_bureau("werkid", "werkid"), "Olga", Role.COACH)
    assert fetched(other, stuk).status_code == 404


def test_a_file_that_the_store_lost_is_a_page_that_says_so(dossier, alice):
    before = stored()
    stuk = add(dossier, alice)
    for path in stored() - before:
        path.unlink()
    answer = fetched(alice, stuk)
    assert answer.status_code == 503
    assert "gaat niet open" in answer.content.decode()


def test_what_was_changed_in_the_store_is_not_handed_out(dossier, alice):
    before = stored()
    stuk = add(dossier, alice)
    for path in stored() - before:
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)
    assert fetched(alice, stuk).status_code == 503


@pytest.mark.article("javawest", "4.2b")
def test_a_restricted_document_is_for_the_coaches_alone(dossier, alice, diana):
    stuk = add(dossier, alice, kind=StukKind.PERSOONLIJKE_OMSTANDIGHEDEN)
    assert fetched(diana, stuk).status_code == 404
    assert fetched(alice, stuk).status_code == 200


def test_a_photo_that_says_where_it_was_made_is_noted_to_who_adds_it(dossier, alice):
    browser = log_in(alice)
    answer = browser.post(page_of(dossier), form(made.upload(made.photo_with_place(), "diploma.jpg")), follow=True)
    assert "de plaats waar hij is gemaakt" in answer.content.decode()


def test_the_demo_makes_no_file_that_would_be_refused():
    from demo.people.files import contents
    from demo.people.shapes import FileSpec
    from dossiers.documents.inspect import inspect

    fields = made.FIELDS | {"tekst": "Beste lezer,"}
    specs = [
        FileSpec("brief.docx", "", "brief", fields), FileSpec("cv.docx", "", "cv", fields),
        FileSpec("diploma.png", "image/png", "beeld", fields), FileSpec("a.txt", "", "tekst", fields),
    ]  # fmt: skip
    for spec, content in zip(specs, contents(specs), strict=True):
        assert inspect(SimpleUploadedFile(spec.name, content)).name == spec.name
