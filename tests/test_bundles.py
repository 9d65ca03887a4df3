"""The copy of the data: what is in it and what not, that nothing leaves too early, who fetches it, and that it goes."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.utils import timezone
from pypdf import PdfReader

from access.models import Mail
from access.rules import RuleBroken
from bureaus import registry
from bureaus.registry import Inzage
from bureaus.tenancy import in_bureau
from clients.models import Client, ContactPerson
from dossiers import actions as dossiers
from dossiers.models import StoredFile, Stuk
from journal.models import Line
from requests import bundle_overview
from requests.actions import bundles
from requests.bundle_contents import NOT_JUDGED
from requests.bundle_schema import CopyTold
from requests.models import Bundle, Decision, Judgement, Kind, State, Step, Verzoek
from retention.erasing import erase_stuk
from tests.support.documents import picture
from tests.support.packed import make_in_bureau
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.portal import add_traject, authorise, make_case, meet, release, state, supplement, write
from vault.actions import create_key
from vault.errors import KeyExists, KeyGone, Tampered
from vault.files import exists_sealed, open_sealed, save_sealed

pytestmark = pytest.mark.django_db
Status = Bundle.State
NOTE, DRAFT, OTHERS = "Alleen voor mij", "Nog niet af", "Buurman Karel dronk"


@pytest.fixture
def case():
    return make_case(make_bureau())


def granted(case, **more: Any) -> Verzoek:
    """A request for a copy that was decided to be given."""
    now = timezone.now()
    values = {
        "number": "V2026-0001", "kind": Kind.AFSCHRIFT, "channel": "portaal", "client": case.client,
        "dossier": case.dossier, "words": "Graag alles", "received_on": timezone.localdate(),
        "entered_by_name": "Alice", "acknowledge_by": timezone.localdate(), "due_on": timezone.localdate(),
        "handler": case.coach, "state": State.DECIDED, "decision": Decision.GRANTED, "decided_at": now,
        "identity": "bekend", "identity_at": now, "asked_by": case.member,
    }  # fmt: skip
    with in_bureau(case.bureau):
        with suppress(KeyExists):
            create_key(subject_id=case.client.pk)
        return Verzoek.objects.create(**(values | more))


def asked(case, verzoek: Verzoek) -> Bundle:
    with acting(case.coach):
        return bundles.ask_bundle(verzoek=verzoek, by=case.coach)


def made(case, verzoek: Verzoek) -> Bundle:
    row = asked(case, verzoek)
    make_in_bureau(case.bureau.pk)
    return now_of(case, row)


def now_of(case, row: Bundle) -> Bundle:
    with in_bureau(case.bureau):
        return Bundle.objects.select_related("verzoek").get(pk=row.pk)


def opened(case, row: Bundle) -> zipfile.ZipFile:
    with in_bureau(case.bureau):
        return zipfile.ZipFile(io.BytesIO(b"".join(open_sealed(subject_id=row.pk, name=row.file))))


def told(case, row: Bundle) -> dict[str, Any]:
    return json.loads(opened(case, row).read("gegevens.json"))


def words_of(paper: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(paper)).pages)


def judge(verzoek: Verzoek, stuk, verdict: str, reason: str = "Noemt een ander.") -> None:
    gives = verdict == "geven"
    with in_bureau(verzoek.bureau_id):
        Judgement.objects.create(
            verzoek=verzoek, stuk_id=stuk.pk, verdict=verdict, reason_code="" if gives else "anderen",
            reason=None if gives else reason, client_id=verzoek.client_id, judged_by_name="Alice",
        )  # fmt: skip


def fill(case) -> None:
    letter = write(case, "Brief", "U begint maandag", kind="correspondentie")
    supplement(case, letter, "Later erbij gekomen.")
    state(case, "Mijn kant", "Zo was het niet.", about=letter)
    write(case, "Half af", DRAFT, final=False)
    write(case, "Aantekening", NOTE, kind="werkaantekening", final=False)
    with acting(case.coach):
        dossiers.add_document(
            dossier=case.dossier, by=case.coach, kind="document", herkomst="client", date=timezone.localdate(),
            title="Diploma’s", upload=SimpleUploadedFile("diploma lasser.jpg", picture()),
        )  # fmt: skip


# -- what is in it -----------------------------------------------------------------------------------------------------
@pytest.mark.article("werkid", "10.1")
def test_it_holds_every_stuk_to_read_and_to_process_and_the_files(case):
    fill(case)
    row = made(case, granted(case))
    assert row.state == Status.READY and row.done == row.total == 4
    archive = opened(case, row)
    facts = told(case, row)
    assert (facts["schema"], facts["schema_version"]) == ("dossierwacht.kopie", 1)
    (dossier,) = facts["dossiers"]
    assert {one["versions"][0]["title"] for one in dossier["stukken"]} == {"Brief", "Mijn kant", "Diploma’s"}
    (held,) = [file for one in dossier["stukken"] for file in one["files"]]
    assert held["name"] == "diploma lasser.jpg" and held["entry"].startswith(f"bestanden/{case.dossier.number}/")
    with in_bureau(case.bureau):
        file = StoredFile.objects.get()
        photo = b"".join(open_sealed(subject_id=file.dossier_id, name=file.storage_name))
    assert archive.read(held["entry"]) == photo and archive.testzip() is None
    said = words_of(archive.read("kopie.pdf"))
    assert said.index("U begint maandag") < said.index("Later erbij gekomen.") < said.index("Zo was het niet.")
    assert "diploma lasser.jpg" in said and "V2026-0001" in said


@pytest.mark.article("werkid", "10.4")
def test_concepts_and_werkaantekeningen_are_left_out_and_counted(case):
    fill(case)
    row = made(case, granted(case))
    archive = opened(case, row)
    whole = archive.read("gegevens.json").decode() + words_of(archive.read("kopie.pdf"))
    assert NOTE not in whole and DRAFT not in whole
    assert row.left_out == {"concepten": 1, "werkaantekeningen": 1}
    assert "1 × stukken die nog niet af zijn" in words_of(archive.read("kopie.pdf"))


@pytest.mark.article("werkid", "10.2")
@pytest.mark.article("jmwerkt", "5.1.4")
@pytest.mark.parametrize("verdict", ["achterhouden", "weglakken"])
def test_what_is_kept_back_is_named_by_number_and_reason_alone(case, verdict):
    first, second = write(case, "Eerste", "Dit mag"), write(case, "Geheime titel", OTHERS)
    verzoek = granted(case, decision=Decision.PARTLY, reason="Een ander.")
    judge(verzoek, first, "geven")
    judge(verzoek, second, verdict)
    row = made(case, verzoek)
    archive = opened(case, row)
    whole = archive.read("gegevens.json").decode() + words_of(archive.read("kopie.pdf"))
    assert "Dit mag" in whole and OTHERS not in whole and "Geheime titel" not in whole
    assert told(case, row)["dossiers"][0]["withheld"] == [{"number": 2, "reason": "Noemt een ander."}]
    assert row.left_out == {"achterhouden": 1}


def test_what_came_after_the_decision_is_named_and_not_given(case):
    whole, longer = write(case, "Eerste", "Dit mag"), write(case, "Tweede", "Zo was het")
    verzoek = granted(case)
    judge(verzoek, whole, "geven")
    judge(verzoek, longer, "geven")
    supplement(case, longer, "Nog niet bekeken")
    write(case, "Derde", "Nog niet bekeken")
    facts = told(case, made(case, verzoek))
    kept = facts["dossiers"][0]["withheld"]
    assert [one["number"] for one in kept] == [2, 3] and {one["reason"] for one in kept} == {NOT_JUDGED}
    assert "Dit mag" in json.dumps(facts) and "Nog niet bekeken" not in json.dumps(facts)


@pytest.mark.article("pluspunt", "3.3")
def test_contact_persons_go_only_where_the_client_gave_them(case):
    with in_bureau(case.bureau):
        for name, given in (("Zus Zonneveld", True), ("Ex Exman", False)):
            ContactPerson.objects.create(client=case.client, name=name, relation="familie", given_by_client=given)
    row = made(case, granted(case))
    archive = opened(case, row)
    for whole in (archive.read("gegevens.json").decode(), words_of(archive.read("kopie.pdf"))):
        assert "Zus Zonneveld" in whole and "Ex Exman" not in whole
    assert row.left_out == {"contactpersonen": 1}


@pytest.mark.article("pluspunt", "4.3")
def test_the_overview_has_every_heading_of_the_law(case):
    stuk = write(case, "Voortgang", "Het gaat goed.", kind="voortgangsrapportage")
    release(case, stuk)
    authorise(case)
    row = made(case, granted(case))
    overview = told(case, row)["overview"]
    for heading in ("data", "purposes", "recipients", "origin", "terms", "rights"):
        assert overview[heading], heading
    assert {"who": "Opdrachtgever uwv", "what": "stuk 1"} in [
        {name: one[name] for name in ("who", "what")} for one in overview["recipients"]
    ]
    assert any(one["category"] == "stukken in uw dossier" and one["count"] == 1 for one in overview["data"])
    said = words_of(opened(case, row).read("kopie.pdf"))
    for title in ("Welke gegevens", "Waarom wij", "Van wie wij", "Wie ze kreeg", "Hoe lang wij", "Wat u kunt vragen"):
        assert title in said
    assert "Autoriteit Persoonsgegevens" in said


def test_everything_that_the_registry_says_is_of_the_person_has_a_name_in_the_overview():
    about = {name for name, one in registry.models().items() if one.inzage != Inzage.NO}
    assert about - set(bundle_overview.CATEGORIES) == set()


def test_a_request_about_all_dossiers_holds_them_all_and_only_those_of_the_client(case):
    second = add_traject(case.bureau, case.client, case.coach, case.contact)
    other = make_case(case.bureau, "Wil")
    write(other, "Van een ander", "Niet van jou")
    row = made(case, granted(case, dossier=None))
    facts = told(case, row)
    assert [one["number"] for one in facts["dossiers"]] == [case.dossier.number, second.dossier.number]
    assert "Niet van jou" not in json.dumps(facts)


def test_no_copy_holds_a_complaint_whoever_asked_for_it(case):
    """Who makes or fetches it may be who the complaint is about."""
    greet = authorise(case)
    granted(case, number="V2026-0009", kind=Kind.KLACHT, words="Ik klaag over Greet", decision=Decision.FOUNDED)
    for more in ({"number": "V2026-0001"}, {"number": "V2026-0002", "asked_by": greet}):
        assert "Ik klaag over Greet" not in json.dumps(told(case, made(case, granted(case, **more))))


def test_a_copy_opens_no_more_to_who_handles_it_than_the_dossier_does(case):
    stuk = write(case, "Thuis", "Schulden")
    row = made(case, granted(case))
    with acting(case.coach):
        assert b"".join(bundles.fetch_bundle(bundle=row, by=case.coach))
    with in_bureau(case.bureau):
        Stuk.objects.filter(pk=stuk.pk).update(shielded_at=timezone.now())
    with acting(case.coach), pytest.raises(PermissionDenied):
        bundles.fetch_bundle(bundle=row, by=case.coach)


@pytest.mark.article("jmwerkt", "6.1.4")
def test_what_was_deleted_is_in_no_copy_that_still_opens(case):
    stuk = write(case, "Weg", "Dit moet weg")
    row = made(case, granted(case))
    with in_bureau(case.bureau):
        erase_stuk(Stuk.objects.select_related("dossier").get(pk=stuk.pk))
        after = Bundle.objects.get(pk=row.pk)
        assert (after.state, after.file) == (Bundle.State.GONE, "")
        with pytest.raises(KeyGone):
            list(open_sealed(subject_id=row.pk, name=row.file))


def test_every_entry_has_its_hash(case):
    fill(case)
    row = made(case, granted(case))
    archive = opened(case, row)
    listed = json.loads(archive.read("manifest.json"))["entries"]
    assert listed == row.manifest and len(listed) == 3
    for one in listed:
        content = archive.read(one["name"])
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (one["sha256"], one["size"])


def test_it_is_sealed_under_a_key_of_its_own(case):
    row = made(case, granted(case))
    with in_bureau(case.bureau), pytest.raises(Tampered):
        list(open_sealed(subject_id=case.client.pk, name=row.file))


def test_the_json_has_the_form_that_is_written_down_and_that_form_is_of_the_code(case):
    fill(case)
    authorise(case)
    meet(case)
    with in_bureau(case.bureau):
        ContactPerson.objects.create(client=case.client, name="Zus", relation="zus", given_by_client=True)
    CopyTold.model_validate_json(opened(case, made(case, granted(case))).read("gegevens.json"))
    written = json.loads((Path(settings.BASE_DIR) / "docs/schemas/dossierwacht.kopie-1.json").read_text())
    assert written == CopyTold.model_json_schema(by_alias=True)


# -- not too early -----------------------------------------------------------------------------------------------------
@pytest.mark.article("jmwerkt", "5.1.3")
@pytest.mark.parametrize(
    "more",
    [
        {"identity_at": None, "decided_at": None, "decision": "", "state": State.OPEN},
        {"decided_at": None, "decision": "", "state": State.OPEN},
        {"decision": Decision.GRANTED, "decided_at": None, "state": State.SECOND_LOOK},
        {"decision": Decision.REFUSED, "reason": "Nee."},
        {"decision": Decision.REFUSED, "identity_at": None, "reason": "Nee."},
        {"state": State.WITHDRAWN},
        {"kind": Kind.CORRECTIE},
    ],
)
def test_nothing_leaves_before_it_is_known_who_asks_and_it_was_granted(case, more):
    verzoek = granted(case, **more)
    with pytest.raises(RuleBroken):
        asked(case, verzoek)
    with in_bureau(case.bureau):
        assert not Bundle.objects.exists()
        Bundle.objects.create(verzoek=verzoek, asked_by_name="Alice")
    assert make_in_bureau(case.bureau.pk) == 0
    with in_bureau(case.bureau):
        row = Bundle.objects.get()
        assert (row.state, row.file) == (Status.FAILED, "")


def test_only_who_handles_it_has_it_made(case):
    verzoek = granted(case)
    stranger, fleur = make_member(case.bureau, "Vreemd", "coach"), make_member(case.bureau, "Fleur", "fg")
    for member, refusal in ((stranger, Http404), (fleur, PermissionDenied)):
        with acting(member), pytest.raises(refusal):
            bundles.ask_bundle(verzoek=verzoek, by=member)


def test_a_double_click_is_one_copy(case):
    verzoek = granted(case)
    assert asked(case, verzoek).pk == asked(case, verzoek).pk
    row = made(case, verzoek)
    assert asked(case, verzoek).pk == row.pk
    with in_bureau(case.bureau):
        assert Line.objects.filter(act="kopie.gevraagd").count() == 1


# -- by a worker -------------------------------------------------------------------------------------------------------
def stored() -> list[Path]:
    return [path for path in Path(storages["sealed"].location).rglob("*") if path.is_file()]


def test_a_file_that_does_not_open_is_told_and_nothing_stays_behind(case):
    fill(case)
    with in_bureau(case.bureau):
        name = StoredFile.objects.get().storage_name
    path = Path(storages["sealed"].path(name))
    kept, before = path.read_bytes(), len(stored())
    path.write_bytes(kept[:-20] + bytes(20))
    row = made(case, granted(case))
    assert (row.state, row.error) == (
        Status.FAILED,
        "Een bestand van het dossier gaat niet open. Er is geen kopie gemaakt.",
    )
    assert len(stored()) == before
    path.write_bytes(kept)
    assert made(case, row.verzoek).pk == row.pk and now_of(case, row).state == Status.READY


def test_what_changes_while_it_is_made_is_made_again(case):
    write(case, "Eerste", "Dit mag")
    row = asked(case, granted(case))
    with in_bureau(case.bureau, origin="werker"):
        taken = bundles.take_bundle()
        assert bundles.take_bundle() is None
        copy = bundles.open_bundle(taken, lambda: in_bureau(case.bureau, origin="werker"))
        info = save_sealed(subject_id=taken.pk, chunks=copy.chunks())
    write(case, "Tweede", "Kwam erbij")
    with in_bureau(case.bureau, origin="werker"):
        assert not bundles.finish_bundle(taken, copy, info)
    assert make_in_bureau(case.bureau.pk) == 1
    facts = told(case, now_of(case, row))["dossiers"][0]
    assert len(facts["stukken"]) == 1 and facts["withheld"] == [{"number": 2, "reason": NOT_JUDGED}]


def test_a_killed_worker_loses_its_lease_and_what_it_stored_can_be_read_by_nobody(case):
    row = asked(case, granted(case))
    with in_bureau(case.bureau, origin="werker"):
        taken = bundles.take_bundle()
        left = save_sealed(subject_id=taken.pk, chunks=[b"half"])
        Bundle.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert make_in_bureau(case.bureau.pk) == 1
    with in_bureau(case.bureau), pytest.raises((Tampered, KeyGone)):
        list(open_sealed(subject_id=row.pk, name=left.name))
    with in_bureau(case.bureau, origin="werker"):
        bundles.fail_bundle(taken, RuntimeError("te laat"))
    assert now_of(case, row).state == Status.READY


def test_the_client_is_told_once_and_the_mail_says_nothing(case):
    made(case, granted(case))
    with in_bureau(case.bureau):
        (mail,) = Mail.objects.filter(kind="kopie_klaar")
        assert mail.to == case.member.user.email and str(case.client) not in str(mail.facts)
        kinds = [one.kind for one in Step.objects.all()]
    assert kinds == [Step.Kind.BUNDLE_READY]


def test_how_far_it_is_stands_in_the_row_while_it_is_made(case):
    fill(case)
    asked(case, granted(case))
    with in_bureau(case.bureau, origin="werker"):
        taken = bundles.take_bundle()
        copy = bundles.open_bundle(taken, lambda: in_bureau(case.bureau, origin="werker"))
    seen = []
    for _ in copy.chunks():
        row = now_of(case, taken)
        seen.append((row.done, row.total))
    assert seen[0] == (1, 4) and seen[-1] == (4, 4)


def test_a_large_file_is_never_whole_in_memory(case):
    stuk = write(case, "Bijlage", "Zie het bestand.")
    megabytes = 12
    with in_bureau(case.bureau):
        info = save_sealed(subject_id=case.dossier.pk, chunks=(os.urandom(1024 * 1024) for _ in range(megabytes)))
        StoredFile(
            stuk=stuk, dossier=case.dossier, filename="groot.pdf", content_type="application/pdf", size=info.size,
            storage_name=info.name, sha256=info.sha256, added_by_name="x",
        ).save(force_insert=True)  # fmt: skip
    asked(case, granted(case))
    with in_bureau(case.bureau, origin="werker"):
        copy = bundles.open_bundle(bundles.take_bundle(), lambda: in_bureau(case.bureau, origin="werker"))
    sizes = [len(piece) for piece in copy.chunks()]
    assert sum(sizes) == copy.archive.size > megabytes * 1024 * 1024
    assert max(sizes) < 2 * 1024 * 1024


# -- fetched, handed over, gone ----------------------------------------------------------------------------------------
def fetched(member, row: Bundle) -> bytes:
    with acting(member):
        return b"".join(bundles.fetch_bundle(bundle=row, by=member))


def test_the_first_time_that_the_client_fetches_it_is_kept(case):
    row = made(case, granted(case))
    whole = fetched(case.member, row)
    assert (hashlib.sha256(whole).hexdigest(), len(whole)) == (row.file_sha256, row.file_size)
    first = now_of(case, row)
    assert first.fetched_by_name == case.member.name
    fetched(case.member, row)
    assert now_of(case, row).fetched_at == first.fetched_at
    with in_bureau(case.bureau):
        assert Line.objects.filter(act="kopie.opgehaald").count() == 2
        assert Step.objects.filter(kind=Step.Kind.BUNDLE_FETCHED).count() == 1


def test_who_handles_it_fetches_it_to_print_and_notes_to_whom_it_was_given(case):
    row = made(case, granted(case))
    assert fetched(case.coach, row)
    assert now_of(case, row).fetched_at is None
    with acting(case.coach):
        with pytest.raises(RuleBroken, match="hoe u wist"):
            bundles.hand_over(bundle=row, words="  ", by=case.coach)
        bundles.hand_over(bundle=row, words="Aan Vera zelf, die ik ken.", by=case.coach)
        bundles.hand_over(bundle=row, words="Nog een keer", by=case.coach)
        (step,) = Step.objects.filter(kind=Step.Kind.BUNDLE_FETCHED)
        assert step.note == "Op papier meegegeven. Aan Vera zelf, die ik ken."
    assert now_of(case, row).handed_by_name == case.coach.name


def test_after_thirty_days_key_and_file_are_gone_and_another_can_be_made(case):
    row = made(case, granted(case))
    assert row.expires_on == timezone.localdate() + timedelta(days=30)
    with in_bureau(case.bureau, origin="werker"):
        assert bundles.expire_bundles(row.expires_on) == 0
        assert bundles.expire_bundles(row.expires_on + timedelta(days=1)) == 1
        assert bundles.expire_bundles(row.expires_on + timedelta(days=1)) == 0
    gone = now_of(case, row)
    assert (gone.state, gone.file) == (Status.GONE, "")
    with in_bureau(case.bureau), pytest.raises(KeyGone):
        list(open_sealed(subject_id=row.pk, name=row.file))
    with pytest.raises(RuleBroken):
        fetched(case.member, gone)
    again = made(case, gone.verzoek)
    assert again.pk != row.pk and again.state == Status.READY


def test_a_file_goes_with_the_commit_of_its_round(case, django_capture_on_commit_callbacks):
    row = made(case, granted(case))
    with django_capture_on_commit_callbacks(execute=True), in_bureau(case.bureau, origin="werker"):
        bundles.expire_bundles(row.expires_on + timedelta(days=1))
    with in_bureau(case.bureau):
        assert not exists_sealed(row.file)


def test_a_copy_past_its_days_opens_for_nobody_also_before_the_round(case):
    row = made(case, granted(case))
    with in_bureau(case.bureau):
        Bundle.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(RuleBroken):
        fetched(case.member, row)


def test_the_number_of_the_person_is_in_their_own_copy(case):
    with in_bureau(case.bureau):
        with suppress(KeyExists):
            create_key(subject_id=case.client.pk)
        one = Client.objects.get(pk=case.client.pk)
        one.bsn = "111222333"
        one.save()
    assert told(case, made(case, granted(case)))["person"]["bsn"] == "111222333"
    assert log_in(case.member)
