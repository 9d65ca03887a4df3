"""One table over the whole URLconf: what each address answers to each persona, under each of the five reglementen.

The table is tests/support/permissions.py, with what permissions_more.py says besides. Everybody logs in by the form and
goes through every layer. A url that is not in the table fails the suite. Whoever gets 404 for something that exists
gets, byte for byte, what they get for an id that was never given out. This file holds javawest, under which every
address is asked; of the other reglementen there is a file each, named after them.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from access import actions as access
from access.actions import make_platform_operator
from access.models import AccessRequest, AccessReview, Declaration, Invitation, ReviewLine, Role, User
from bureaus.models import Reglement
from bureaus.reglement import forget as forget_reglement
from bureaus.reglement import version_in_force
from bureaus.tenancy import in_bureau
from clients.models import ContactPerson, Contract, Gemachtigde
from dossiers.models import Dossier, StoredFile, Stuk, VerslagTemplate
from journal.models import Line
from overviews.models import Signal
from tests.support.at_the_door import at_the_door
from tests.support.carried_out import proven
from tests.support.consents import consent_rows_of
from tests.support.disclosing import disclosed_ids
from tests.support.exported import researches_of
from tests.support.handed_out import handed_ids
from tests.support.logos import with_logo
from tests.support.people import PASSWORD, acting, browser_of, log_in, make_bureau, make_member
from tests.support.permissions import PERSONAS, TABLE
from tests.support.permissions_more import BY_REGLEMENT, EVERYBODY, FINDS, MORE, OF_THE_BUREAU, PRESETS, SENT, expected
from tests.support.permissions_people import URLS, ask, asks_id, more_people, quick
from tests.support.portal import add_traject, authorise, make_case, meet, release, state, write
from tests.support.questions import question_ids
from tests.support.registers import breach
from tests.support.retention_world import kept
from tests.support.servers import SERVERS
from tests.support.starters import starter_ids
from tests.support.verzoeken import request_ids
from tests.support.verzoeken_handled import handled_ids
from tests.support.words import without_tokens
from vault.actions import create_keys
from vault.bsn import blind_index
from vault.files import save_sealed

# A part is some hundreds of requests: on a busy machine that takes longer than one test is given.
pytestmark = pytest.mark.timeout(900)
OTHER_METHODS = ("DELETE", "PUT", "PATCH")
NEVER_GIVEN = uuid.UUID("0198c1f0-0000-7000-8000-0000000000ff")
OTHER = {"javawest": "werkid", "werkid": "javawest", "pluspunt": "werkid", "jmwerkt": "werkid", "werklokaal": "werkid"}
# The other four stand in files of their own, with what depends on a reglement.
PRESET = "javawest"
# The table in parts, so that a failure shows where.
PARTS = ("clients", "dossiers", "retention", "requests", "consent", "portal", "access", "other")


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
    case: Any = None
    other: Any = None

    def path(self, name: str, ids: dict[str, Any]) -> str:
        known = self.ids | self.own.get(name, {}) | ids
        return reverse(name, kwargs={key: known[key] for key in URLS[name]})


@pytest.fixture
def world(db) -> World:
    """For a test of its own on the same people and things."""
    return make_world("javawest")


def make_world(preset: str) -> World:
    bureau, elsewhere = with_logo(make_bureau(preset, preset)), make_bureau(*[OTHER[preset]] * 2)
    case, other = make_case(bureau, "Vera"), make_case(bureau, "Wim", kind="gemeente")
    members = {
        "coach": case.coach, "stranger": other.coach, "client": case.member, "other_client": other.member,
        "payer": case.payer, "other_payer": other.payer, "gemachtigde": authorise(case),
        "elsewhere": make_member(elsewhere, "Ver", Role.COACH),
    }  # fmt: skip
    for role in (Role.DIRECTIE, Role.ADMINISTRATIE, Role.FG, Role.BEHEERDER):
        members[str(role)] = make_member(bureau, str(role).title(), role)
    made = World({name: log_in(member) for name, member in members.items()})
    made.browsers["nobody"] = browser_of(bureau)
    made.browsers["operator"] = operator()
    fill(made, case, members)
    made.case, made.other = case, elsewhere
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
        reset = access.ask_reset(person=members["stranger"], reason="Telefoon kwijt", by=members["directie"])
        line = Line.objects.filter(dossier_id=case.dossier.pk).order_by("seq").first()
        signal = Signal.objects.create(
            kind="nacht", membership_id=case.coach.pk, actor=case.coach.name, first_at=line.at, once_key="nacht"
        )
        reglement = version_in_force()
        day = timezone.localdate()
        later = Reglement.objects.create(
            version=reglement.version + 1, title=reglement.title, parameters=reglement.parameters, adopted_on=day,
            in_force_from=day + timedelta(days=30), adopted_by_name="x",
        )  # fmt: skip
        create_keys(subject_ids=[case.coach.pk])
        paper = save_sealed(subject_id=case.coach.pk, chunks=[b"een verklaring"]).name
        signed = Declaration.objects.filter(membership=case.coach, key="geheimhouding").get()
        Declaration.objects.filter(pk=signed.pk).update(file=paper)
        asked = AccessRequest(
            kind=AccessRequest.Kind.ASKED, dossier_id=case.dossier.pk, dossier_number=case.dossier.number, hours=4,
            asker=members["stranger"], asker_name="x", sealed_under=case.dossier.pk, reason="Ik val in",
        )  # fmt: skip
        asked.save(force_insert=True)
        done, going_on, looked = reviews_of(members["directie"], members["stranger"])
        proof, waits = proven(members["directie"])
    world.ids = {
        "client_id": case.client.pk, "traject_id": case.traject.pk, "dossier_id": case.dossier.pk,
        "stuk_id": verslag.pk, "file_id": files[0].pk, "appointment_id": planned.pk, "person_id": person.pk,
        "gemachtigde_id": gemachtigde.pk, "opdrachtgever_id": case.traject.opdrachtgever_id,
        "contact_id": case.contact.pk, "contract_id": contract.pk, "template_id": template.pk,
        "membership_id": members["stranger"].pk, "invitation_id": invitation.pk, "asked_id": asked.pk,
        "reset_id": reset.pk, "line_id": line.pk, "signal_id": signal.pk,
        "declaration_id": signed.pk, "review_id": going_on.pk, "reviewed_id": looked.pk,
        "version_id": reglement.pk, "slug": "contacten", "token": "nooit-gegeven", "pk": 1, "uidb36": "1", "key": "x-y",
        "session": 0, "number": 1, "pv_id": proof.pk,
    }  # fmt: skip
    world.ids |= kept(case, members["directie"]) | {"incident_id": breach(members["fg"]).pk}
    world.ids |= request_ids(case)
    handed = handed_ids(case)
    world.ids |= {"handed_id": handed["paper"], "processor_id": handed["agreement"]}
    waiting, allowed = researches_of(case, members["directie"])
    world.ids |= {"export_kind": "blik_op_werk", "research_id": waiting.pk}
    asked, signed = consent_rows_of(case)
    world.ids |= {"consent_id": asked.pk} | starter_ids(case)
    world.own = {name: {"stuk_id": concept.pk} for name in
                 ("dossiers:edit", "dossiers:autosave", "dossiers:finish", "dossiers:discard")}  # fmt: skip
    world.own |= {name: {"stuk_id": out.pk} for name in ("dossiers:withdraw", "portal:released")}
    world.own |= {
        "dossiers:release": {"stuk_id": report.pk},
        "dossiers:archive": {"dossier_id": ended.dossier.pk},
        "retention:transfer_start": {"dossier_id": ended.dossier.pk},
        "dossiers:reopen": {"dossier_id": archived.dossier.pk},
        "clients:appointment_attendance": {"appointment_id": held.pk},
        "portal:released_file": {"file_id": files[1].pk},
        "access:declaration": {"key": "geheimhouding"},
        "reglement:change": {"version_id": later.pk},
        "reglement:withdraw": {"version_id": later.pk},
        "access:review_paper": {"review_id": done.pk},
        **{f"retention:{name}": {"list_id": waits.pk} for name in ("certificate", "paper_list", "paper_table")},
    }
    world.own |= handled_ids(case) | {"consent:scan": {"consent_id": signed.pk}}
    world.ids["disclosure_id"], own = disclosed_ids(case, verslag)
    world.own |= own
    world.ids["information_id"], own = question_ids(case)
    world.own |= own
    world.own |= {"consent:research_export": {"research_id": allowed.pk}}
    world.own |= {"portal:reglement_received": {"handed_id": handed["portal"]}}
    world.own |= at_the_door(case, members["stranger"], User.objects.get(is_platform_operator=True))


def reviews_of(directie, looked_at):
    """An access review that was closed, and one that runs, with a line about a coach."""
    by = {"started_by": directie, "started_by_name": directie.name}
    done = AccessReview(closed_by=directie, closed_by_name=directie.name, closed_at=timezone.now(), **by)
    create_keys(subject_ids=[done.pk])
    info = save_sealed(subject_id=done.pk, chunks=[b"een verslag"])
    done.file, done.file_size, done.file_sha256 = info.name, info.size, info.sha256
    done.save(force_insert=True)
    going_on = AccessReview.objects.create(**by)
    line = ReviewLine.objects.create(review=going_on, membership=looked_at, name=looked_at.name, roles=looked_at.roles)
    return done, going_on, line


def _file(case, stuk: Stuk) -> StoredFile:
    info = save_sealed(subject_id=case.dossier.pk, chunks=[b"een tekst"])
    row = StoredFile(
        stuk=stuk, dossier=case.dossier, filename="cv.txt", content_type="text/plain", size=info.size,
        storage_name=info.name, sha256=info.sha256, added_by_name="x",
    )  # fmt: skip
    row.save(force_insert=True)
    return row


def bare(answer: HttpResponse) -> tuple[str, dict[str, str]]:
    """What an answer says, without the token of its forms and the seconds that the session has left."""
    headers = {name: value for name, value in answer.items() if name != "Content-Length"}
    return without_tokens(answer), headers


# -- the worlds, each made once ----------------------------------------------------------------------------------------
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The reglement that a file is about: each has a file, so that they need not all wait for one process."""
    if "preset" in metafunc.fixturenames:
        metafunc.parametrize("preset", [metafunc.module.PRESET], scope="module")


@pytest.fixture(scope="module")
def shared(preset, servers, django_db_setup, django_db_blocker) -> Iterator[World]:
    """The world of one reglement for all its tests, in a transaction that is taken back at their end."""
    # However long all of them take on a busy machine, who just logged in is not asked who they are.
    steady = {"ACCOUNT_RATE_LIMITS": False, "ACCOUNT_REAUTHENTICATION_TIMEOUT": 86_400}
    with django_db_blocker.unblock(), override_settings(**steady):
        servers.flush_redis()
        forget_reglement()
        with transaction.atomic():
            made = make_world(preset)
            made.browsers |= more_people(made.case, made.other)
            made.browsers = {name: quick(browser) for name, browser in made.browsers.items()}
            made.browsers["no_factor"] = made.browsers["coach"]
            yield made
            transaction.set_rollback(True)
        forget_reglement()


@pytest.fixture(autouse=True)
def _fresh_cache(request) -> None:
    """As everywhere, but for the shared worlds, whose sessions lie there."""
    if "shared" not in request.fixturenames:
        SERVERS.flush_redis()


def seen_by(world: World, who: str, method: str, path: str, **more: Any) -> HttpResponse:
    with override_settings(MFA_REQUIRED=who == "no_factor", MFA_EXEMPT_DOMAINS=[]):
        return ask(world.browsers[who], method, path, **more)


# -- the table ---------------------------------------------------------------------------------------------------------
def test_every_reglement_has_a_file():
    files = {
        path.stem.removeprefix("test_permissions_") for path in Path(__file__).parent.glob("test_permissions_*.py")
    }
    assert files | {PRESET} == set(PRESETS)


def test_every_url_and_what_it_takes_stands_in_the_table():
    assert sorted(set(URLS) - set(TABLE)) == []
    assert sorted(set(TABLE) - set(URLS)) == []
    assert sorted(set(SENT) - {name for name, row in TABLE.items() if row.startswith("GET")}) == []
    for _, cells in MORE.values():
        assert sorted(set(cells) - set(TABLE)) == []


@pytest.mark.parametrize("part", PARTS)
def test_each_persona_gets_what_the_tables_say(shared, preset, part):
    """Also that 404 is one answer, byte for byte: for what is out of reach, and for what was never given out."""
    wrong, different = [], []
    for name, row_method, _ in rows_of(part):
        for who, method in asked_of(preset, name, row_method):
            answer = seen_by(shared, who, method, shared.path(name, {}))
            due = expected(preset, name, who, method)
            if answer.status_code != due:
                wrong.append(f"{method} {name} for {who}: {answer.status_code}, not {due}")
            if answer.status_code == 404 and asks_id(name) and method == row_method:
                different += nowhere_is_another(shared, who, method, name, answer)
    assert not wrong, "these differ from the table:\n" + "\n".join(wrong)
    assert different == []


def asked_of(preset: str, name: str, row_method: str) -> Iterator[tuple[str, str]]:
    """Who asks for this address, and how. What knows no reglement is asked once; 405 comes before who it is."""
    first = preset == "javawest"
    if not first and name not in BY_REGLEMENT:
        return
    other = "POST" if row_method == "GET" else "GET"
    for who in EVERYBODY if first else OF_THE_BUREAU:
        yield who, row_method
        if name in SENT or (first and who in ("nobody", "coach", "unsigned", "no_factor")):
            yield who, other


def nowhere_is_another(world: World, who: str, method: str, name: str, there: HttpResponse) -> list[str]:
    named = sorted(key for key in URLS[name] if key.endswith("_id"))
    return [
        f"{method} {name} ({key}) for {who}"
        for key in named
        if bare(there) != bare(seen_by(world, who, method, world.path(name, {key: NEVER_GIVEN})))
    ]


def test_what_is_taken_neither_by_the_form_nor_by_the_link_is_taken_by_nobody(shared):
    """DELETE, PUT and PATCH: 405 to whoever may do the most there."""
    taken = {}
    for name in URLS:
        if ":" in name:
            most = {"platform": "operator", "portal": "client"}.get(name.partition(":")[0], "directie")
            found = {seen_by(shared, most, method, shared.path(name, {})).status_code for method in OTHER_METHODS}
            taken |= {name: found} if found != {405} else {}
    assert taken == {}


# -- requests by script ------------------------------------------------------------------------------------------------
def test_a_script_of_nobody_gets_401_where_a_person_is_led_to_the_login(shared):
    """htmx and the editor: whatever they fetch, a login page never lands in the middle of another."""
    wrong = []
    for name, row in TABLE.items():
        if ":" in name and row.split()[1] == "302":
            answer = seen_by(shared, "nobody", row.split()[0], shared.path(name, {}), headers={"HX-Request": "true"})
            if answer.status_code != 401 or "X-Login" not in answer:
                wrong.append((name, answer.status_code))
    assert wrong == []


# -- what lists and searches show --------------------------------------------------------------------------------------
@pytest.mark.parametrize("row", FINDS, ids=lambda row: row.what)
def test_a_list_shows_the_dossier_to_whom_the_table_says(shared, preset, row):
    """Not the status alone: the number of Vera's dossier, or her name, is in the answer or it is not."""
    found, case = set(), shared.case
    marks = {
        "number": case.dossier.number, "name": case.client.last_name, "client": case.client.pk,
        "traject": case.traject.pk, "stuk": shared.ids["stuk_id"],
    }  # fmt: skip
    for who in EVERYBODY if preset == "javawest" else OF_THE_BUREAU:
        if shown(seen_by(shared, who, "GET", row.path.format(**marks)), row.mark.format(**marks)):
            found.add(who)
    due = row.finders(preset)
    assert found == (due if preset == "javawest" else due & set(OF_THE_BUREAU))


def shown(answer: HttpResponse, mark: str) -> bool:
    return answer.status_code == 200 and mark in answer.content.decode()


# -- between bureaus ---------------------------------------------------------------------------------------------------
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
