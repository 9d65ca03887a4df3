"""The proces-verbaal van vernietiging: what it says, what it never says, and that it lasts."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
from datetime import date, timedelta

import pdfua
import pikepdf
import pytest
from django.utils import timezone
from pikepdf import Name
from pypdf import PdfReader

from access.models import Role
from access.reach import as_system
from access.rules import RuleBroken
from bureaus import pdf
from bureaus.tenancy import in_bureau
from demo.programs import child_environment
from journal.models import Line
from retention import pv_paper, pv_words
from retention.actions import pv
from retention.models import ListItem, ListKind, ListStatus, ProcesVerbaal
from tests.support.ages import silenced
from tests.support.carried_out import carried_out, left_out, number_of, paper_of, pv_of
from tests.support.dossiers import make_dossier
from tests.support.people import make_bureau, make_member
from tests.support.portal import in_force_with
from tests.support.servers import SERVERS
from vault.errors import KeyGone, VaultError
from vault.models import WrappedKey

pytestmark = pytest.mark.django_db
DONE = {"status": ListStatus.DONE}


@pytest.fixture
def bureau(db):
    made = make_bureau()
    made.address_1, made.postcode, made.city, made.kvk = "Javastraat 12", "1094 HH", "Amsterdam", "12345678"
    made.save()
    return made


@pytest.fixture
def dirk(bureau):
    return make_member(bureau, "Dirk de Directeur", Role.DIRECTIE)


def pages_of(paper: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(paper)).pages]


def text_of(paper: bytes) -> str:
    return " ".join(pages_of(paper))


def opened(paper: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(paper))


# -- what it says ----------------------------------------------------------------------------------------------------
@pytest.mark.article("javawest", "7")
def test_it_says_who_decided_what_when_by_which_rule_and_that_it_is_gone(bureau, dirk):
    row = carried_out(bureau, 3, by=dirk, retained=True)
    left_out(bureau, row, "2021-00900")
    left_out(bureau, row, "2021-00901", state="behouden", kept_because="rechtszaak", excluded_reason="",
             excluded_until=None)  # fmt: skip
    made = pv_of(bureau, row)
    text, today = text_of(paper_of(made)), timezone.localdate()
    for words in (
        f"Proces-verbaal van vernietiging {today.year}-0001", bureau.legal_name, "De bewaartermijn is voorbij",
        "versie 1", "javawest 7", f"{row}, peildatum", "in de nachtelijke ronde", "Dirk de Directeur", "vier ogen",
        "7 dagen, tot", "Dossierwacht, automatisch", "3 dossiers: 5 jaar na einde traject (javawest 7)",
        "de sleutel van ieder dossier is vernietigd", "generatie 2", "Regels in de database 81 0", "Sleutels 3 0",
        "Bestanden 9 (3,5 MB) 0", "Te vinden met zoeken 0", "Uitgezonderd 1 dossier", "Behouden bij de uitvoering 1",
        "van 3 dossiers, 7 jaar, AWR 52", "Ondertekening", "Plaats en datum", "Handtekening", row.manifest_sha256,
        "2021-00900 aanmerkelijk belang van een ander 1-1-2027", "2021-00901 er loopt een rechtszaak",
        f"weg op {pv_words.day(today + timedelta(days=35))}", "pagina 1 van ", "17-8-2020 – 5-3-2021",
    ):  # fmt: skip
        assert words in text, words
    assert (made.dossiers, made.backups_expire_on, made.signed) == (3, today + timedelta(days=35), False)
    assert made.keep_until > today


@pytest.mark.parametrize(("kind", "words"), [(ListKind.REQUEST, "Op verzoek"), (ListKind.TRANSFER, "Overgedragen")])
def test_it_names_the_ground(bureau, dirk, kind, words):
    assert words in text_of(paper_of(pv_of(bureau, carried_out(bureau, 1, by=dirk, kind=kind))))


def test_a_stuk_of_a_dossier_that_stays_is_said_to_be_that(bureau, dirk):
    stuk = {"stuk_id": dirk.pk, "term": "", "trigger": "", "trigger_on": None, "due_on": None, "article": "jmwerkt 6.1"}
    text = text_of(paper_of(pv_of(bureau, carried_out(bureau, 1, by=dirk, kind=ListKind.CORRECTION, **stuk))))
    assert "1 stuk uit een dossier dat blijft: op een besluit over dit dossier (jmwerkt 6.1)" in text


def test_its_files_for_a_machine_are_the_ones_whose_hashes_stand_in_it(bureau, dirk):
    row = carried_out(bureau, 2, by=dirk)
    paper = paper_of(made := pv_of(bureau, row))
    with opened(paper) as held:
        files = {name: spec.get_file().read_bytes() for name, spec in held.attachments.items()}
    assert files["manifest.json"].decode() == row.manifest
    assert hashlib.sha256(files["manifest.json"]).hexdigest() == row.manifest_sha256 == row.approved_sha256
    outcome = json.loads(files["uitvoering.json"])
    assert [one["number"] for one in outcome["lines"]] == [number_of(1), number_of(2)]
    assert outcome["lines"][0]["rows"] == 27
    assert outcome["facts"] == made.facts
    text = text_of(paper)
    assert row.manifest_sha256 in text
    assert hashlib.sha256(files["uitvoering.json"]).hexdigest() in text
    assert hashlib.sha256(paper).hexdigest() == made.file_sha256


def test_a_hash_stands_on_one_line_also_where_its_signs_are_the_widest(bureau, dirk):
    widest = "4" * 64
    facts = pv_of(bureau, carried_out(bureau, 1, by=dirk)).facts
    with in_bureau(bureau):
        paper = pv_paper.render(facts | {"list": facts["list"] | {"manifest_sha256": widest}}, [], "{}", certificate="")
    lines = [line for page in PdfReader(io.BytesIO(paper)).pages for line in page.extract_text().splitlines()]
    assert widest in lines


def test_no_name_of_a_client_is_in_it_though_the_annex_holds_them(bureau, dirk):
    in_force_with(bureau, retention={"destruction": {"names_in_annex": True}})
    row, dossier = carried_out(bureau, 2, by=dirk), make_dossier(bureau)
    with in_bureau(bureau), as_system():
        dossier.client.last_name, dossier.client.birth_date = "Plantwoord", date(1980, 3, 3)
        item = ListItem.objects.filter(destruction_list=row).first()
        assert pv.note_annex_line(item=item, dossier=dossier)
        item.save(update_fields=["annex"])
    made = pv_of(bureau, row)
    assert "Plantwoord" not in text_of(paper_of(made))
    assert b"Plantwoord" not in paper_of(made)
    assert "Plantwoord" not in json.dumps(made.facts)
    with in_bureau(bureau):
        annex = b"".join(pv.fetch_annex(proces_verbaal=made, by=dirk))
    assert f"{number_of(1)} Test Plantwoord, geboren 3 maart 1980" in text_of(annex)
    assert made.annex_until > timezone.localdate()


def test_the_annex_goes_with_its_key_when_its_own_term_has_passed(bureau, dirk):
    in_force_with(bureau, retention={"destruction": {"names_in_annex": True}})
    row, dossier = carried_out(bureau, 1, by=dirk), make_dossier(bureau)
    with in_bureau(bureau), as_system():
        item = ListItem.objects.get(destruction_list=row)
        pv.note_annex_line(item=item, dossier=dossier)
        item.save(update_fields=["annex"])
    made = pv_of(bureau, row)
    with in_bureau(bureau):
        assert pv.drop_annexes() == 0
        with silenced():
            ProcesVerbaal.objects.filter(pk=made.pk).update(annex_until=timezone.localdate())
        assert pv.drop_annexes() == 1
        assert pv.drop_annexes() == 0
        assert not WrappedKey.objects.filter(subject_id=row.pk).exists()
        assert ListItem.objects.get(destruction_list=row).annex is None
        made.refresh_from_db()
        assert made.annex_gone_at
        with pytest.raises(RuleBroken):
            pv.fetch_annex(proces_verbaal=made, by=dirk)
        assert Line.objects.filter(act="proces_verbaal.bijlage_vernietigd").count() == 1
    assert "Handtekening" in text_of(paper_of(made)), "the paper itself stays"


def test_without_names_in_the_reglement_none_is_noted(bureau, dirk):
    row = carried_out(bureau, 1, by=dirk)
    with in_bureau(bureau), as_system():
        item = ListItem.objects.get(destruction_list=row)
        assert not pv.note_annex_line(item=item, dossier=make_dossier(bureau))
        assert item.annex is None
    assert not pv_of(bureau, row).annex_file


# -- that it lasts ---------------------------------------------------------------------------------------------------
def test_it_is_a_pdf_that_lasts_and_can_be_read_aloud(bureau, dirk):
    """Two parts and more: one tree, one count of pages, one set of marks."""
    made = pv_of(bureau, carried_out(bureau, 300, by=dirk))
    paper = paper_of(made)
    with opened(paper) as held:
        assert held.check_pdf_syntax() == []
        with held.open_metadata() as about:
            assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("3", "A")
        assert held.Root.MarkInfo.Marked
        assert held.Root.OutputIntents[0].S == Name.GTS_PDFA1
        assert {str(one.UF) for one in held.Root.AF} == {"manifest.json", "uitvoering.json"}
        check_tree(held)
        many = len(held.pages)
    for at, words in enumerate(pages_of(paper), start=1):
        assert f"pagina {at} van {many}" in words
        assert at == 1 or bureau.legal_name in words


def check_tree(held: pikepdf.Pdf) -> None:
    """Each mark on a page is of one element of the tree, and the way back from the page leads there."""
    spoken, ways = pdf._spoken(held), held.Root.StructTreeRoot.ParentTree.Nums
    back = {int(ways[at]): ways[at + 1] for at in range(0, len(ways), 2)}
    assert len({int(page.obj.StructParents) for page in held.pages}) == len(held.pages)
    for page in held.pages:
        commands = pikepdf.parse_content_stream(page)
        marks = {int(one.operands[1].MCID) for one in commands if str(one.operator) == "BDC"}
        assert marks == spoken[page.obj.objgen]
        way = back[int(page.obj.StructParents)]
        assert all(way[mark].Type == Name.StructElem for mark in marks)
        assert all(way[mark].Pg.objgen == page.obj.objgen for mark in marks)
    heads = [one for one in held.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == Name.TH]
    assert heads
    assert {str(one.A.Scope) for one in heads} == {"/Row", "/Column"}


def test_qpdf_and_pdfua_find_nothing_wrong(bureau, dirk, tmp_path):
    """It claims no PDF/UA, which pdfua says as a warning; of what it can check nothing else is amiss."""
    file = tmp_path / "pv.pdf"
    file.write_bytes(paper_of(pv_of(bureau, carried_out(bureau, 300, by=dirk))))
    checked = subprocess.run(["qpdf", "--check", file], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    found = pdfua.validate(str(file)).findings
    assert [f"{one.rule_id} {one.message}" for one in found if one.severity.name == "ERROR"] == []
    assert len(found) <= 1, found


def test_what_was_sealed_dies_with_its_own_key_and_not_with_the_dossiers(bureau, dirk):
    made = pv_of(bureau, carried_out(bureau, 1, by=dirk))
    with in_bureau(bureau):
        pv.destroy_key(subject_id=made.pk)
    with pytest.raises((KeyGone, VaultError)):
        paper_of(made)


# -- numbers ---------------------------------------------------------------------------------------------------------
def test_numbers_run_without_gaps_per_bureau_and_year(bureau, dirk):
    werkid = make_bureau("werkid", "werkid")
    other = make_member(werkid, "Wil", Role.DIRECTIE)
    first, second = (pv_of(bureau, carried_out(bureau, 1, by=dirk, first=at)) for at in (1, 2))
    assert (first.number, second.number) == (1, 2)
    assert pv_of(werkid, carried_out(werkid, 1, by=other)).number == 1
    with in_bureau(bureau), silenced():
        ProcesVerbaal.objects.filter(pk=first.pk).update(year=first.year - 1)
    assert pv_of(bureau, carried_out(bureau, 1, by=dirk, first=3)).number == 3


def test_again_gives_the_one_that_is_there(bureau, dirk):
    row = carried_out(bureau, 1, by=dirk)
    assert pv_of(bureau, row).pk == pv_of(bureau, row).pk
    with in_bureau(bureau):
        assert ProcesVerbaal.objects.count() == 1
        assert Line.objects.filter(act="proces_verbaal.gemaakt").count() == 1


SMALL_DISK = """
import resource, signal, sys, django
django.setup()
from bureaus.tenancy import in_bureau
from retention.actions.pv import make_proces_verbaal
from retention.models import DestructionList
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
with in_bureau(int(sys.argv[1])):
    made = make_proces_verbaal(destruction_list=DestructionList.objects.get())
# Of this program alone: what getrusage tells begins with the size of whoever started it.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(made.number, int(peak.split()[1]) // 1024, len(made.facts))
"""


def in_a_process(bureau, most: int) -> subprocess.CompletedProcess[str]:
    """The proces-verbaal of the one list there is, made by another process that can write files of so many bytes."""
    env = child_environment({**SERVERS.environment(), "DJANGO_SETTINGS_MODULE": "config.settings"})
    env["DATABASE_URL"] = os.environ.get("DATABASE_URL", env.get("DATABASE_URL", ""))
    env["PYTHONDONTWRITEBYTECODE"] = "1"  # half a compiled module would stay for those who come later
    command = [sys.executable, "-c", SMALL_DISK, str(bureau.pk), str(most)]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.django_db(transaction=True)
def test_a_disk_that_is_full_uses_no_number_and_leaves_nothing(bureau, dirk, settings):
    row = carried_out(bureau, 1, by=dirk)
    before = files_of(settings)
    failed = in_a_process(bureau, 4096)
    assert failed.returncode != 0
    assert "File too large" in failed.stderr
    with in_bureau(bureau):
        assert not ProcesVerbaal.objects.exists()
        assert not Line.objects.filter(act="proces_verbaal.gemaakt").exists()
    assert files_of(settings) == before
    assert pv_of(bureau, row).number == 1


def files_of(settings) -> set[str]:
    from django.core.files.storage import storages

    root = storages["sealed"].location
    return {os.path.join(folder, name) for folder, _, names in os.walk(root) for name in names}


# -- two thousand ----------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_two_thousand_dossiers_take_less_than_300_mb_and_each_number_is_found(bureau, dirk):
    row = carried_out(bureau, 2_000, by=dirk, retained=True)
    made = in_a_process(bureau, 10**9)
    assert made.returncode == 0, made.stderr[-2000:]
    number, megabytes, _ = map(int, made.stdout.split())
    assert number == 1
    assert megabytes < 300
    with in_bureau(bureau):
        text = text_of(paper_of(ProcesVerbaal.objects.get(destruction_list=row)))
    assert [at for at in range(1, 2_001) if number_of(at) not in text] == []
    assert "van 2.000 dossiers" in text
