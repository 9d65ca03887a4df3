"""Two bureaus with the same few people and dossiers, for the oracle; and each way to see a dossier there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.cache import SessionStore
from django.core.cache import cache
from django.db import connection
from django.test import Client as Browser

from access.models import Membership
from bureaus.models import Bureau
from bureaus.reglement import in_force
from bureaus.schema import StukKind
from bureaus.tenancy import in_bureau
from clients.models import Client, Gemachtigde, Opdrachtgever, OpdrachtgeverContact, Traject
from dossiers import actions
from dossiers.models import Dossier, Draft, Stuk
from tests.support.oracle import File, House, Person
from tests.support.people import acting, log_in, make_bureau, make_member
from tests.support.permissions_people import quick

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
RAW = "SELECT id, 'dossier' FROM dossiers_dossier UNION ALL SELECT dossier_id, 'stuk' FROM dossiers_stuk"
COACHES = ("anna", "bram", "cora")
ROLES = {
    "anna": "coach", "bram": "coach", "cora": "coach", "dirk": "directie", "dora": "directie", "ad": "administratie",
    "fleur": "fg", "ben": "beheerder", "klaas": "client", "kim": "client", "greet": "gemachtigde",
    "pia": "opdrachtgever", "paul": "opdrachtgever",
}  # fmt: skip
READERS = {"coach", "administratie", "directie"}
FILES = {
    "one": File("K1", "P1", "anna"),
    "two": File("K1", "P2", "bram"),
    "three": File("K2", "P1", "bram", second="anna"),
}


@dataclass(frozen=True)
class Looks:
    """The dossiers that somebody sees, and those of which they see the report: by the product, and by plain SQL."""

    dossiers: set[str]
    stukken: set[str]
    raw_dossiers: set[str]
    raw_stukken: set[str]


@dataclass
class Place:
    """One bureau as it is in the database, by the names that the oracle uses."""

    bureau: Bureau
    members: dict[str, Membership] = field(default_factory=dict)
    browsers: dict[str, Any] = field(default_factory=dict)
    sessions: dict[str, Any] = field(default_factory=dict)
    dossiers: dict[str, Dossier] = field(default_factory=dict)
    reports: dict[str, Stuk] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    contacts: dict[str, OpdrachtgeverContact] = field(default_factory=dict)

    # -- each way to see, as names of dossiers -------------------------------------------------------------------------
    def looks(self, name: str) -> Looks:
        """What lists, counts and pages begin with, and plain SQL with the settings of this person's session."""
        member = self.members[name]
        with acting(member), connection.cursor() as cursor:
            dossiers = Dossier.objects.all().visible_to(member.user).values_list("pk", flat=True)
            stukken = Stuk.objects.all().visible_to(member.user).vastgesteld()
            stukken = stukken.released() if member.is_opdrachtgever_member else stukken
            cursor.execute(RAW)
            raw = cursor.fetchall()
            return Looks(
                dossiers=self._named(dossiers),
                stukken=self._named(stukken.values_list("dossier_id", flat=True)),
                raw_dossiers=self._named(pk for pk, what in raw if what == "dossier"),
                raw_stukken=self._named(pk for pk, what in raw if what == "stuk"),
            )

    def by_page(self, name: str) -> set[str]:
        """The page of each dossier, as this side has it."""
        member = self.members[name]
        return {key for key, one in self.dossiers.items() if self.status(name, _page_of(member, one)) == 200}

    def by_report(self, name: str) -> set[str]:
        """The page of the one report in each dossier."""
        page = {"staff": "/stukken/{}/", "client": "/mijn/stukken/{}/", "opdrachtgever": "/opdracht/stukken/{}/"}
        side = _side(self.members[name])
        return {key for key, one in self.reports.items() if self.status(name, page[side].format(one.pk)) == 200}

    def by_list(self, name: str) -> set[str]:
        """The trajecten that a list of this side links to."""
        lists = {"staff": "/trajecten/?staat=alle", "opdrachtgever": "/opdracht/", "client": "/mijn/dossier/"}
        side = _side(self.members[name])
        found = set(UUID.findall(self.text(name, lists[side])))
        if side == "client":
            return {key for key, one in self.reports.items() if self._named_in_portal(name, key)}
        return {key for key, one in self.dossiers.items() if str(one.traject_id) in found}

    def clients_by_list(self, name: str) -> set[str]:
        found = set(UUID.findall(self.text(name, "/clienten/")))
        return {key for key, one in self.clients.items() if str(one.pk) in found}

    def by_search(self, name: str) -> set[str]:
        """The dossiers whose number, typed into the search, finds the client."""
        return {
            key for key, one in self.dossiers.items()
            if f"/clienten/{one.client_id}/" in self.text(name, f"/clienten/?q={one.number}")
        }  # fmt: skip

    def _named_in_portal(self, name: str, key: str) -> bool:
        """A stuk of each dossier, on the page of that dossier as the portal chooses it."""
        path = f"/mijn/dossier/?dossier={self.dossiers[key].number}"
        return f"/mijn/stukken/{self.reports[key].pk}/" in self.text(name, path)

    # -- asking --------------------------------------------------------------------------------------------------------
    def status(self, name: str, path: str) -> int:
        return int(self._get(name, path).status_code)

    def text(self, name: str, path: str) -> str:
        answer = self._get(name, path)
        return answer.content.decode() if answer.status_code == 200 else ""

    def _get(self, name: str, path: str) -> Any:
        """With the session that began when the test did, whatever has ended since."""
        browser = self.browsers[name]
        key = browser.cookies[settings.SESSION_COOKIE_NAME].value
        cache.set(SessionStore.cache_key_prefix + key, self.sessions[name])
        return browser.get(path)

    def _named(self, found: Any) -> set[str]:
        names = {one.pk: key for key, one in self.dossiers.items()}
        return {names[pk] for pk in found}

    def enter(self, name: str, member: Membership, browser: Browser | None = None) -> None:
        """Somebody new, logged in."""
        self.members[name] = member
        self.browsers[name] = quick(browser or log_in(member))
        key = self.browsers[name].cookies[settings.SESSION_COOKIE_NAME].value
        self.sessions[name] = cache.get(SessionStore.cache_key_prefix + key)


def _side(member: Membership) -> str:
    if member.is_staff_member:
        return "staff"
    return "client" if member.is_client_member else "opdrachtgever"


def _page_of(member: Membership, dossier: Dossier) -> str:
    return {
        "staff": f"/dossiers/{dossier.pk}/", "client": f"/mijn/dossier/?dossier={dossier.number}",
        "opdrachtgever": f"/opdracht/{dossier.traject_id}/",
    }[_side(member)]  # fmt: skip


def furnish(slug: str) -> tuple[Place, House]:
    """A bureau with everybody of ROLES and the dossiers of FILES, and what the oracle knows of it."""
    place = Place(make_bureau(slug, slug))
    for name, role in ROLES.items():
        # One person coaches in both bureaus with one account.
        email = "cora@beide.test" if name == "cora" else ""
        place.enter(name, make_member(place.bureau, name.title(), role, email=email))
    with in_bureau(place.bureau):
        _furnish(place)
        rules = in_force().access
    house = House(
        standing=standing_of(rules.standing), asking=rules.asking.allowed, running_only=rules.asking.running_only,
        aanmelder=rules.aanmelder_days > 0,
    )  # fmt: skip
    house.people = {name: Person({role}) for name, role in ROLES.items()}
    house.files = {key: File(**vars(one)) for key, one in FILES.items()}
    house.clients, house.contacts = {"K1": "klaas", "K2": "kim"}, {"P1": "pia", "P2": "paul"}
    return place, house


def standing_of(standing: Any) -> dict[str, str]:
    fields = ("second_coach", "all_coaches", "administratie", "directie", "fg")
    return {name: str(getattr(standing, name).value) for name in fields}


def _furnish(place: Place) -> None:
    payer = Opdrachtgever.objects.create(kind="uwv", name="UWV")
    for key, name in (("K1", "klaas"), ("K2", "kim")):
        place.clients[key] = Client.objects.create(first_name="X", last_name=key, membership=place.members[name])
    for key, name in (("P1", "pia"), ("P2", "paul")):
        place.contacts[key] = OpdrachtgeverContact.objects.create(
            opdrachtgever=payer, name=key, membership=place.members[name]
        )
    for key, file in FILES.items():
        traject = Traject.objects.create(
            client=place.clients[file.client], opdrachtgever=payer, contact=place.contacts[file.contact],
            handler=place.members[file.handler], second_coach=place.members.get(file.second), kind="werkfit",
            registered_on=date(2026, 1, 5),
        )  # fmt: skip
        place.dossiers[key] = actions.open_dossier(traject=traject, by=None)
        place.reports[key] = write_report(place, key, file.handler)


def write_report(place: Place, key: str, by: str) -> Stuk:
    """The one stuk of a dossier."""
    member = place.members[by]
    with acting(member):
        stuk = actions.start_stuk(dossier=place.dossiers[key], by=member, kind=StukKind.VOORTGANGSRAPPORTAGE)
        content = {"title": "Voortgang", "sections": [{"label": "", "text": "Goed."}]}
        version = Draft.objects.get(stuk=stuk).version
        actions.save_draft(stuk=stuk, by=member, version=version, content=content)
        return actions.vaststellen(stuk=stuk, by=member, herkomst="medewerker")


def machtiging(place: Place, client: str, first: date, last: date | None) -> Gemachtigde:
    return Gemachtigde.objects.create(
        client=place.clients[client], name="Greet", scope="alles", valid_from=first, valid_until=last
    )
