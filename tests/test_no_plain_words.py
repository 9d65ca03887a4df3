"""Whoever takes the database, the stored files and Redis holds no word of any dossier: planted words are searched for.

By pg_dump as the backup role, which row level security does not bind: what a backup holds is what is looked at.
"""

from __future__ import annotations

import base64
import io
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from access.models import Membership
from bureaus.models import Bureau
from bureaus.schema import StukKind
from clients.models import Client
from demo import roles
from demo.people import shapes
from demo.people.accounts import PASSWORD
from demo.people.generate import cases
from demo.people.house import at_work, open_house
from demo.people.load import load_cases
from dossiers import actions
from dossiers.models import Dossier, Draft, StoredFile, StukVersion
from tests.support.people import acting, browser_of
from tests.support.servers import DATABASE, SERVERS
from vault.files import open_sealed

TODAY = date(2026, 6, 15)
# Words that occur nowhere else; each stands in another kind of place.
WORDS = {
    "verslag": "kwetterzwaluwnest",
    "title": "zonnewijzertoren",
    "aanvulling": "mosterdpotdeksel",
    "statement": "regenpijpconcert",
    "concept": "wolkenkrabberpad",
    "werkaantekening": "fluitketeldroom",
    "document": "spijkerbroekzee",
    "filename": "vlinderstrikdoos",
    "draft": "tuinkabouterwals",
    "written": "pannenkoekmaan",
    "added": "brievenbusfanfare",
    "upload": "klompendansfeest",
    "upload_name": "stropwafelkaart",
    "herkomst_text": "appelboomgaardlied",
}


@pytest.fixture
def planted(transactional_db: None, settings) -> list[shapes.Case]:
    """Three clients, the words planted in every kind of stuk of the first; then a day's work by the acts themselves."""
    settings.DEBUG = settings.DEMO = True
    settings.MFA_EXEMPT_DOMAINS = ["test"]
    house = open_house("javawest", seed=1, today=TODAY)
    first, *others = cases(1, "javawest", TODAY, count=3)
    every = [sown(first), *others]
    with at_work(house.bureau):
        load_cases(house, every)
    a_days_work(house.staff.coach, house.client)
    return every


def sown(one: shapes.Case) -> shapes.Case:
    traject = one.trajecten[-1]
    return replace(one, trajecten=(*one.trajecten[:-1], replace(traject, stukken=tuple(map(_sown, traject.stukken)))))


def _sown(stuk: shapes.Stuk) -> shapes.Stuk:
    word = {
        "eigen_verklaring": WORDS["statement"],
        "werkaantekening": WORDS["werkaantekening"],
        "correspondentie": WORDS["herkomst_text"],
    }.get(stuk.kind, WORDS["concept"] if stuk.state == "concept" else WORDS["verslag"])
    added = f"{stuk.aanvulling} {WORDS['aanvulling']}" if stuk.aanvulling else ""
    file = stuk.file and replace(
        stuk.file,
        name=f"{WORDS['filename']}-{stuk.file.name}",
        fields=stuk.file.fields | {"titel": f"{WORDS['document']} {stuk.title}", "tekst": WORDS["document"]},
    )
    return replace(
        stuk, title=f"{stuk.title} {WORDS['title']}", text=f"{stuk.text} {word}", aanvulling=added, file=file
    )


def a_days_work(coach: Membership, client: Membership) -> None:
    """What goes through the editor, the upload and the portal; and a login, so that Redis holds a session."""
    with acting(coach):
        home = Dossier.objects.get(client__membership=client)
        stuk = actions.start_stuk(dossier=home, by=coach, kind=StukKind.GESPREKSVERSLAG)
        actions.save_draft(stuk=stuk, by=coach, version=1, content=_content(WORDS["written"]))
        actions.vaststellen(stuk=stuk, by=coach, herkomst="medewerker", day=timezone.localdate())
        actions.start_aanvulling(stuk=stuk, by=coach)
        actions.save_draft(stuk=stuk, by=coach, version=1, content=_content(WORDS["draft"]))
        upload = SimpleUploadedFile(f"{WORDS['upload_name']}.txt", WORDS["upload"].encode(), "text/plain")
        actions.add_document(
            dossier=home, by=coach, kind=StukKind.DOCUMENT, herkomst="client", date=timezone.localdate(),
            title="Brief", upload=upload,
        )  # fmt: skip
    with acting(client):
        actions.add_statement(dossier=home, by=client, title="Mijn kant", text=WORDS["added"])
    browser = browser_of(client.bureau)
    answer = browser.post("/account/inloggen/", {"login": client.user.email, "password": PASSWORD})
    assert answer.status_code == 302


def _content(text: str) -> dict[str, object]:
    return {"title": "Gesprek", "sections": [{"label": "", "text": text}]}


def dump() -> bytes:
    """Every table, as the backup role sees it."""
    program = SERVERS.postgres.programs() / "pg_dump"
    url = SERVERS.postgres.url(roles.BACKUP, DATABASE)
    return subprocess.run([program, "--dbname", url], check=True, capture_output=True).stdout


def stored() -> Iterator[tuple[str, bytes]]:
    for path in sorted(Path(settings.MEDIA_ROOT).rglob("*")):
        if path.is_file():
            yield str(path.relative_to(settings.MEDIA_ROOT)), path.read_bytes()


def in_redis() -> Iterator[bytes]:
    with redis.Redis.from_url(settings.REDIS_URL) as server:
        for key in server.scan_iter():
            yield key + (server.dump(key) or b"")


def disguises(word: str) -> list[bytes]:
    """The word as text, as hexadecimal (how a dump writes bytes), as UTF-16 and in base64 at its three places."""
    plain = word.encode()
    shifted = (_in_base64(plain, shift) for shift in range(3))
    return [plain, plain.hex().encode(), word.encode("utf-16-le"), word.encode("utf-16-le").hex().encode(), *shifted]


def _in_base64(plain: bytes, shift: int) -> bytes:
    """What base64 makes of the word whatever stands around it, after `shift` bytes of a group of three.

    Only the groups that it shares with its neighbours are left out: a form of four signs is found in any ciphertext.
    """
    coded = base64.b64encode(b"x" * shift + plain)
    return coded[4 if shift else 0 : -4 if (shift + len(plain)) % 3 else None]


def found(words: list[str], places: dict[str, bytes]) -> list[tuple[str, str]]:
    lowered = {name: content.lower() for name, content in places.items()}
    return [
        (word, name)
        for word in words
        for name in places
        if any(form in places[name] or form.lower() in lowered[name] for form in disguises(word))
    ]


def places() -> dict[str, bytes]:
    """All there is, names included: a file's name tells as much as its content."""
    files = list(stored())
    return {
        "database": dump(),
        "names of stored files": "\n".join(name for name, _ in files).encode(),
        "stored files": b"\n".join(content for _, content in files),
        "redis": b"\n".join(in_redis()),
    }


def test_no_word_of_a_dossier_and_no_bsn_lies_anywhere_in_plain(planted):
    everywhere = places()
    assert found(list(WORDS.values()), everywhere) == []
    numbers = [one.person.bsn for one in planted]
    assert found(numbers, everywhere) == []
    # The generator's BSNs begin with 99; nine such digits that stand alone would be one that was missed.
    assert not re.search(rb"(?<![0-9a-f.])99\d{7}(?![0-9a-f])", everywhere["database"])


def test_the_search_finds_what_does_lie_in_plain(planted):
    """An address does; and the planted words are there once they are opened."""
    everywhere, (street, _) = places(), planted[0].person.address.lines
    assert found([street], everywhere) == [(street, "database")]
    assert everywhere["stored files"]
    assert everywhere["redis"]
    with at_work(Bureau.objects.get(slug="javawest")):
        home = Dossier.objects.get(client__membership__user__email="client@javawest.test")
        opened = opened_words(home)
        assert {Client.objects.get(pk=home.client_id).bsn} == {planted[0].person.bsn}
    assert [word for word in WORDS.values() if word not in opened] == []


def opened_words(home: Dossier) -> str:
    """All that a dossier says, unsealed, for who may."""
    told = io.StringIO()
    for row in (*StukVersion.objects.filter(dossier=home), *Draft.objects.filter(dossier=home)):
        told.write(str(row.content))
    for row in StoredFile.objects.filter(dossier=home):
        told.write(row.filename)
        told.write(b"".join(open_sealed(subject_id=home.pk, name=row.storage_name)).decode("latin-1"))
    return told.getvalue()


@pytest.mark.parametrize("disguise", range(7))
def test_each_disguise_of_a_word_is_recognised(disguise):
    word = WORDS["verslag"]
    form = disguises(word)[disguise]
    assert found([word], {"somewhere": b"before " + form + b" after"})


@pytest.mark.parametrize("length", range(8, 14))
@pytest.mark.parametrize("shift", range(3))
def test_a_word_in_base64_is_recognised_by_enough_signs_not_to_be_there_by_chance(length, shift):
    word = "zq0100wxabcdefg"[:length]
    forms = disguises(word)
    assert min(len(form) for form in forms) >= 8
    for after in range(3):
        around = base64.b64encode(b"." * (3 + shift) + word.encode() + b"!" * (3 + after))
        assert found([word], {"somewhere": around}) == [(word, "somewhere")]


def test_words_that_differ_in_one_sign_have_no_form_in_common():
    """Ten words that were taken for found had the same four signs of base64."""
    words = [f"zq{number:04}wx" for number in range(120)]
    forms = [set(disguises(word)) for word in words]
    assert sum(map(len, forms)) == len(set.union(*forms))
