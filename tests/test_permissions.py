"""One table over the whole URLconf: what each address answers to each persona.

Everybody logs in by the form and goes through every layer. A url that is not in the table fails the suite. Whoever
gets 404 for something that exists gets, byte for byte, what they get for an id that was never given out.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from access import actions as access
from access.actions import make_platform_operator
from access.models import Invitation, Role
from bureaus.tenancy import in_bureau
from clients.models import ContactPerson, Contract, Gemachtigde
from dossiers.models import Dossier, StoredFile, Stuk, VerslagTemplate
from tests.support.people import PASSWORD, acting, browser_of, log_in, make_bureau, make_member
from tests.support.permissions import PERSONAS, TABLE
from tests.support.portal import add_traject, authorise, make_case, meet, release, state, write
from vault.actions import create_keys
from vault.bsn import blind_index
from vault.files import save_sealed

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value="|data-csrf="|X-CSRFToken": ")[A-Za-z0-9]+')
NEVER_GIVEN = uuid.UUID("0198c1f0-0000-7000-8000-0000000000ff")


def urls(
    resolver: Any = None, space: str = "", above: frozenset[str] = frozenset()
) -> Iterator[tuple[str, frozenset[str]]]:
    """Every address by its full name, with the names of what it asks for."""
    for entry in (resolver or get_resolver()).url_patterns:
        asked = above | set(getattr(entry.pattern, "converters", {})) | set(entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            yield from urls(entry, f"{space}{entry.namespace}:" if entry.namespace else space, asked)
        else:
            yield f"{space}{entry.name}", asked


URLS = dict(urls())
# The table in parts, so that a failure shows where.
PARTS = ("clients", "dossiers", "portal", "other")


def rows_of(part: str) -> Iterator[tuple[str, str, list[str]]]:
    """The name, method and statuses of each row in one part."""
    for name, row in TABLE.items():
        app = name.partition(":")[0]
        if (app if app in PARTS else "other") == part:
            method, *expected = row.split()
            yield name, method, expected


@dataclass
class World:
    """A bureau with everybody in it, and what each kind of id in an address stands for."""

    browsers: dict[str, Client] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)
    own: dict[str, dict[str, Any]] = field(default_factory=dict)

    def path(self, name: str, ids: dict[str, Any]) -> str:
        known = self.ids | self.own.get(name, {}) | ids
        return reverse(name, kwargs={key: known[key] for key in URLS[name]})


@pytest.fixture
def world() -> World:
    bureau = make_bureau()
    case, other = make_case(bureau, "Vera"), make_case(bureau, "Wim", kind="gemeente")
    members = {
        "coach": case.coach, "stranger": other.coach, "client": case.member, "other_client": other.member,
        "payer": case.payer, "other_payer": other.payer, "gemachtigde": authorise(case),
        "elsewhere": make_member(make_bureau("werkid", "werkid"), "Ver", Role.COACH),
    }  # fmt: skip
    for role in (Role.DIRECTIE, Role.ADMINISTRATIE, Role.FG, Role.BEHEERDER):
        members[str(role)] = make_member(bureau, str(role).title(), role)
    made = World({name: log_in(member) for name, member in members.items()})
    made.browsers["nobody"] = browser_of(bureau)
    made.browsers["operator"] = operator()
    fill(made, case, members)
    return made


def operator() -> Client:
    make_platform_operator(email="beheer@platform.test", password=PASSWORD)
    client = browser_of(None)
    answer = client.post("/account/inloggen/", {"login": "beheer@platform.test", "password": PASSWORD})
    assert answer.status_code == 302
    return client


def fill(world: World, case, members) -> None:
    """One of everything that an address can name, all of Vera's dossier."""
    verslag, out = write(case, "Gesprek", "Goed"), write(case, "Voortgang", "Goed", kind="voortgangsrapportage")
    report = write(case, "Nog niet uit", "Goed", kind="voortgangsrapportage")
    concept = write(case, "Half af", "…", final=False)
    over = {"phase": "beeindigd", "end_reason": "doel", "traject_ended_on": "2026-03-01"}
    ended, archived = (add_traject(case.bureau, case.client, case.coach, case.contact, **over) for _ in range(2))
    state(case, "Mijn kant", "Zo was het niet")
    release(case, out)
    held, planned = meet(case), meet(case, "gepland", days=3)
    with acting(case.coach):
        files = [_file(case, stuk) for stuk in (verslag, out)]
    with in_bureau(case.bureau):
        Dossier.objects.filter(pk=archived.dossier.pk).update(archived_at=timezone.now())
        create_keys(subject_ids=[case.client.pk])
        case.client.bsn, case.client.bsn_index = "111222333", blind_index("111222333")
        case.client.save()
        person = ContactPerson.objects.create(client=case.client, name="Zus", relation="zus", email="zus@thuis.test")
        gemachtigde = Gemachtigde.objects.filter(client=case.client).get()
        contract = Contract.objects.create(
            opdrachtgever=case.traject.opdrachtgever, number="C1", starts_on="2026-01-01"
        )
        template = VerslagTemplate.objects.create(name="Eigen", kind="gespreksverslag", sections=[])
        access.invite(email="nieuw@javawest.test", name="Nieuw", roles=[Role.COACH])
        invitation = Invitation.objects.get()
    world.ids = {
        "client_id": case.client.pk, "traject_id": case.traject.pk, "dossier_id": case.dossier.pk,
        "stuk_id": verslag.pk, "file_id": files[0].pk, "appointment_id": planned.pk, "person_id": person.pk,
        "gemachtigde_id": gemachtigde.pk, "opdrachtgever_id": case.traject.opdrachtgever_id,
        "contact_id": case.contact.pk, "contract_id": contract.pk, "template_id": template.pk,
        "membership_id": members["stranger"].pk, "invitation_id": invitation.pk,
        "slug": "contacten", "token": "nooit-gegeven", "pk": 1, "uidb36": "1", "key": "x-y",
    }  # fmt: skip
    world.own = {name: {"stuk_id": concept.pk} for name in
                 ("dossiers:edit", "dossiers:autosave", "dossiers:finish", "dossiers:discard")}  # fmt: skip
    world.own |= {name: {"stuk_id": out.pk} for name in ("dossiers:withdraw", "portal:released")}
    world.own |= {
        "dossiers:release": {"stuk_id": report.pk},
        "dossiers:archive": {"dossier_id": ended.dossier.pk},
        "dossiers:reopen": {"dossier_id": archived.dossier.pk},
        "clients:appointment_attendance": {"appointment_id": held.pk},
        "portal:released_file": {"file_id": files[1].pk},
    }


def _file(case, stuk: Stuk) -> StoredFile:
    info = save_sealed(subject_id=case.dossier.pk, chunks=[b"een tekst"])
    row = StoredFile(
        stuk=stuk, dossier=case.dossier, filename="cv.txt", content_type="text/plain", size=info.size,
        storage_name=info.name, sha256=info.sha256, added_by_name="x",
    )  # fmt: skip
    row.save(force_insert=True)
    return row


def ask(client: Client, method: str, path: str) -> HttpResponse:
    """One request whose writing is taken back, so that the next persona finds the same world."""
    with transaction.atomic():
        answer = client.generic(method, path, "", content_type="application/x-www-form-urlencoded")
        if answer.streaming:
            b"".join(answer.streaming_content)  # type: ignore[arg-type]
        transaction.set_rollback(True)
    return answer


def bare(answer: HttpResponse) -> tuple[str, dict[str, str]]:
    """What an answer says, without the token of its forms."""
    headers = {name: value for name, value in answer.items() if name != "Content-Length"}
    return TOKEN.sub(r"\1", answer.content.decode()), headers


def test_every_url_stands_in_the_table():
    assert sorted(set(URLS) - set(TABLE)) == []
    assert sorted(set(TABLE) - set(URLS)) == []


@pytest.mark.parametrize("part", PARTS)
def test_each_persona_gets_what_the_table_says(world, part):
    wrong = []
    for name, method, expected in rows_of(part):
        found = [str(ask(world.browsers[who], method, world.path(name, {})).status_code) for who in PERSONAS]
        if found != expected:
            wrong.append(f'    "{name}": "{method} {" ".join(found)}",')
    assert not wrong, "these rows differ:\n" + "\n".join(wrong)


@pytest.mark.parametrize("part", PARTS)
def test_out_of_reach_and_never_given_out_are_one_answer(world, part):
    different = []
    for name, method, expected in rows_of(part):
        named = sorted(key for key in URLS[name] if key.endswith("_id"))
        for who, status in zip(PERSONAS, expected, strict=True):
            if named and status == "404":
                there = ask(world.browsers[who], method, world.path(name, {}))
                for key in named:
                    nowhere = ask(world.browsers[who], method, world.path(name, {key: NEVER_GIVEN}))
                    if bare(there) != bare(nowhere):
                        different.append(f"{name} ({key}) for {who}")
    assert different == []


def test_a_session_opens_nothing_at_another_bureau(world):
    """The cookie of one bureau, sent to the host of the other, is nobody's."""
    for who in set(PERSONAS) - {"nobody", "operator", "elsewhere"}:
        copied = Client(headers={"host": "werkid.localhost"})
        copied.cookies = world.browsers[who].cookies
        assert [copied.get(path).status_code for path in ("/werkvoorraad/", "/mijn/", "/opdracht/")] == [302, 302, 302]


def test_asking_for_a_new_password_answers_the_same_whoever_asks_for_whom(world):
    answers = set()
    for who in ("nobody", "coach", "client", "payer"):
        for email in ("administratie@javawest.test", "ver@werkid.test", "niemand@nergens.test"):
            answer = world.browsers[who].post("/account/wachtwoord/vergeten/", {"email": email})
            answers.add((answer.status_code, answer.headers.get("Location")))
    assert answers == {(302, "/account/wachtwoord/vergeten/verstuurd/")}
