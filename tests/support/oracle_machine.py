"""The random course of the oracle: what may happen in a bureau, done by the product and told to the oracle."""

from __future__ import annotations

import copy
import itertools
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from access import actions as access
from access.actions import asking, emergency
from access.models import Ground, Membership
from access.rules import RuleBroken
from bureaus import reglement
from bureaus.actions import Adopter, adopt_reglement
from bureaus.schema import dump
from bureaus.tenancy import in_bureau
from clients import actions as clients
from clients import signals
from clients.actions.accounts import bind
from clients.models import Traject
from dossiers import actions
from dossiers.models import Release
from dossiers.tasks import follow
from tests.support.oracle import STAFF, File, House, Let, Machtiging
from tests.support.oracle_world import COACHES, READERS, ROLES, Place, furnish, machtiging, write_report
from tests.support.people import acting, sign_all

BUREAUS = ("javawest", "pluspunt")
PAGES_OF = 2  # who gained or lost something, after each step: a page costs more than all querysets together
LONG = timedelta(days=30)
GROUNDS = {"asked": Ground.CONSENT_OF_DIRECTIE, "emergency": Ground.EMERGENCY, "registered": Ground.REGISTRATION}
REASON = "Er is haast bij, en de behandelaar is vandaag niet te bereiken."
WORKERS = tuple(name for name, role in ROLES.items() if role in STAFF)
OUTSIDE = tuple(name for name in ROLES if name not in WORKERS)
NEW_SIDES = (["coach"], ["administratie"], ["coach", "directie"], ["fg"], ["client"], ["opdrachtgever"])

where = st.sampled_from(range(len(BUREAUS)))
file = st.sampled_from(["one", "two", "three", "new"])
coach = st.sampled_from(COACHES)
worker = st.sampled_from(WORKERS)
staying = st.sampled_from([name for name in WORKERS if name != "dirk"])
client = st.sampled_from(["K1", "K2"])
level = st.sampled_from(["none", "view", "write"])
_world: list[tuple[Place, House]] = []


@contextmanager
def prepared() -> Iterator[None]:
    """The bureaus, made once: each course begins with them as they were."""
    _world[:] = [furnish(slug) for slug in BUREAUS]
    try:
        yield
    finally:
        _world.clear()


class Course(RuleBasedStateMachine):
    """One course of events. What a rule can't do as things are, it leaves."""

    def __init__(self) -> None:
        super().__init__()
        self.before = transaction.atomic()
        self.before.__enter__()
        reglement.forget()
        self.places = [_copy(place) for place, _ in _world]
        self.houses = [copy.deepcopy(house) for _, house in _world]
        self.turn = itertools.count()
        self.last = [{name: house.seen_by(name) for name in house.people} for house in self.houses]

    def teardown(self) -> None:
        """All is as it was."""
        transaction.set_rollback(True)
        self.before.__exit__(None, None, None)
        reglement.forget()

    @invariant()
    def everybody_sees_what_the_rules_say(self) -> None:
        """Everybody by the queryset and by SQL; by the pages who gained or lost something, and one more."""
        turn = next(self.turn)
        for at, (place, house) in enumerate(zip(self.places, self.houses, strict=True)):
            now = {name: house.seen_by(name) for name in house.people}
            for name in house.people:
                _compare(place, house, name)
            others = list(house.people)
            one_more = [others[turn // 2 % len(others)]] if turn % len(BUREAUS) == at else []
            asked = {name for name, seen in now.items() if seen != self.last[at].get(name)}
            for name in [*sorted(asked)[:PAGES_OF], *one_more]:
                _compare_pages(place, house, name)
            self.last[at] = now

    # -- who does a traject -----------------------------------------------------------------------------------------
    @rule(at=where, key=file, handler=coach, second=st.sampled_from(["", *COACHES]))
    def assign(self, at: int, key: str, handler: str, second: str) -> None:
        place, house = self.places[at], self.houses[at]
        known, here = house.files.get(key), {name for name in COACHES if _coaches(house, name)}
        if known is None or handler not in here or handler == second or (second and second not in here):
            return
        traject = Traject.objects
        with in_bureau(place.bureau):
            row = traject.get(pk=place.dossiers[key].traject_id)
            row.handler, row.second_coach = place.members[handler], place.members.get(second)
            self._by_who_may(place, house, known, row)
        known.handler, known.second = handler, second

    def _by_who_may(self, place: Place, house: House, known: File, row: Traject) -> None:
        """By the handler as the screen does it; where nobody is left who may, as the bureau's command would."""
        people = {"handler": row.handler, "second_coach": row.second_coach}
        if not known.archived and _coaches(house, known.handler) and house.people[known.handler].signed:
            with acting(place.members[known.handler]):
                clients.change_traject(traject=row, by=place.members[known.handler], **people)
            return
        row.save(update_fields=list(people))
        signals.traject_people_changed.send(sender=Traject, traject=row, by=None)

    @rule(at=where, by=st.sampled_from(["ad", *COACHES]), handler=coach)
    def register(self, at: int, by: str, handler: str) -> None:
        """An aanmelding for a client who is in reach, by somebody who will or will not do the traject."""
        place, house = self.places[at], self.houses[at]
        ready = _coaches(house, handler) and _works(house, by) and house.people[by].roles & {"coach", "administratie"}
        known = any(house.files[key].client == "K1" for key in house.seen_by(by))
        if "new" in house.files or not ready or not known:
            return
        payer = place.contacts["P1"].opdrachtgever
        with acting(place.members[by]):
            order = clients.NewTraject(
                kind="werkfit", handler=place.members[handler], registered_on=timezone.localdate(), opdrachtgever=payer,
                contact=place.contacts["P1"], consent_stated=True,
            )  # fmt: skip
            traject = clients.register_client_and_traject(
                token=uuid.uuid4(), client=place.clients["K1"], order=order, by=place.members[by]
            )
            place.dossiers["new"] = traject.dossier
        house.files["new"] = File("K1", "P1", handler)
        if house.aanmelder and by != handler:
            house.lets.append(Let(by, "new", "registered"))
        if house.people[handler].signed:
            place.reports["new"] = write_report(place, "new", handler)

    # -- what goes out ------------------------------------------------------------------------------------------------
    @rule(at=where, key=file)
    def release_or_take_back(self, at: int, key: str) -> None:
        place, house = self.places[at], self.houses[at]
        known = house.files.get(key)
        by = known.handler if known else ""
        if known is None or key not in place.reports or known.archived or not _coaches(house, by):
            return
        if not house.people[by].signed:
            return
        with acting(place.members[by]):
            if known.released:
                living = Release.objects.get(stuk=place.reports[key], withdrawn_at=None)
                actions.withdraw_release(release=living, by=place.members[by])
            else:
                actions.release(stuk=place.reports[key], by=place.members[by])
        known.released = not known.released

    # -- let in for a while ----------------------------------------------------------------------------------------
    @rule(at=where, key=file, asker=worker)
    def ask_and_allow(self, at: int, key: str, asker: str) -> None:
        """Directie allows it; never the asker, never what is seen already, never what the reglement has not."""
        place, house = self.places[at], self.houses[at]
        if key not in house.files or not house.people[asker].here:
            return
        decider = "dora" if asker == "dirk" else "dirk"
        who, number = place.members[asker], place.dossiers[key].number
        sees = key in house.seen_by(asker)
        may = house.asking and bool(house.people[asker].roles & STAFF)
        with acting(who):
            if not may or sees:
                with pytest.raises((PermissionDenied, RuleBroken)):
                    asking.ask(number=number, reason=REASON, hours=4, by=who)
                return
            request = asking.ask(number=number, reason=REASON, hours=4, by=who)
            with pytest.raises((PermissionDenied, RuleBroken)):
                asking.allow(request=request, purpose=REASON, hours=4, by=who)
        if not house.people[decider].here or "directie" not in house.people[decider].roles:
            return
        with acting(place.members[decider]):
            if house.running_only and house.files[key].ended:
                with pytest.raises(RuleBroken):
                    asking.allow(request=request, purpose=REASON, hours=4, by=place.members[decider])
                return
            asking.allow(request=request, purpose=REASON, hours=4, by=place.members[decider])
        self._let(house, asker, key, "asked")

    @rule(at=where, key=file, who=worker)
    def emergency(self, at: int, key: str, who: str) -> None:
        place, house = self.places[at], self.houses[at]
        person = house.people[who]
        if key not in house.files or not person.here or not person.signed:
            return
        member, number = place.members[who], place.dossiers[key].number
        with acting(member):
            if not person.roles & READERS or key in house.seen_by(who):
                with pytest.raises((PermissionDenied, RuleBroken)):
                    emergency.open_in_emergency(number=number, reason=REASON, by=member)
                return
            try:
                emergency.open_in_emergency(number=number, reason=REASON, by=member)
            except emergency.TooOften:
                return
        self._let(house, who, key, "emergency")

    def _let(self, house: House, who: str, key: str, why: str) -> None:
        house.lets = [one for one in house.lets if (one.person, one.file, one.why) != (who, key, why)]
        house.lets.append(Let(who, key, why))

    @rule(at=where, which=st.integers(0, 9), past=st.booleans())
    def time_passes(self, at: int, which: int, past: bool) -> None:
        """The end of what was allowed has come a second ago; or it begins long after the course is over."""
        place, house = self.places[at], self.houses[at]
        if not house.lets:
            return
        one = house.lets[which % len(house.lets)]
        period = (
            "starts_at = least(starts_at, statement_timestamp() - interval '1 hour'),"
            " expires_at = statement_timestamp() - interval '1 second'"
            if past else
            "starts_at = statement_timestamp() + interval '1 hour',"
            " expires_at = statement_timestamp() + interval '2 hours'"
        )  # fmt: skip
        with in_bureau(place.bureau), connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE access_dossiergrant SET {period}"
                " WHERE content_object_id = %s AND group_id = %s AND ground = %s",
                [place.dossiers[one.file].pk, place.members[one.person].private_group_id, GROUNDS[one.why]],
            )
        house.lets.remove(one)

    @rule(at=where, which=st.integers(0, 9))
    def revoke(self, at: int, which: int) -> None:
        place, house = self.places[at], self.houses[at]
        if not house.lets:
            return
        one = house.lets.pop(which % len(house.lets))
        with in_bureau(place.bureau):
            access.revoke(dossier=place.dossiers[one.file], to=place.members[one.person], ground=GROUNDS[one.why])

    # -- the life of a traject ----------------------------------------------------------------------------------------
    @rule(at=where, key=file)
    def end_traject(self, at: int, key: str) -> None:
        place, house = self.places[at], self.houses[at]
        known = house.files.get(key)
        if known is None or known.ended or not _coaches(house, known.handler):
            return
        by = place.members[known.handler]
        if not house.people[known.handler].signed:
            return
        with acting(by):
            row = Traject.objects.get(pk=place.dossiers[key].traject_id)
            clients.end_traject(traject=row, by=by, reason="doel", result="werk", ended_on=timezone.localdate())
        house.ends(key)

    @rule(at=where, key=file)
    def archive_or_reopen(self, at: int, key: str) -> None:
        place, house = self.places[at], self.houses[at]
        known = house.files.get(key)
        if known is None or not known.ended or not _coaches(house, known.handler):
            return
        by = place.members[known.handler]
        if not house.people[known.handler].signed:
            return
        with acting(by):
            dossier = type(place.dossiers[key]).objects.select_related("traject").get(pk=place.dossiers[key].pk)
            if known.archived:
                actions.reopen_dossier(dossier=dossier, by=by, reason="Toch nog iets")
            else:
                actions.archive_dossier(dossier=dossier, by=by)
        known.archived = not known.archived

    # -- people --------------------------------------------------------------------------------------------------------
    @rule(at=where, name=st.sampled_from([name for name in ROLES if name != "dirk"]))
    def leave_or_come_back(self, at: int, name: str) -> None:
        """Dirk stays, so that there is a directie. Who comes back has the role they began with, and signed again."""
        place, house = self.places[at], self.houses[at]
        person, member = house.people[name], place.members[name]
        with in_bureau(place.bureau):
            if person.here:
                access.end_membership(membership=member, by=place.members["dirk"])
                house.leaves(name)
            else:
                access.add_membership(user=member.user, name=name.title(), roles=[ROLES[name]])
                person.here, person.roles = True, {ROLES[name]}
                self._sign(place, house, name)
            member.refresh_from_db()

    @rule(
        at=where, name=st.sampled_from([name for name in WORKERS if name != "dirk"]), roles=st.sampled_from(NEW_SIDES)
    )
    def change_roles(self, at: int, name: str, roles: list[str]) -> None:
        place, house = self.places[at], self.houses[at]
        person, member = house.people[name], place.members[name]
        if not person.here:
            return
        side = person.side
        with in_bureau(place.bureau):
            access.change_roles(membership=member, roles=roles, by=place.members["dirk"])
            member.refresh_from_db()
            person.roles = set(roles)
            if person.side != side:
                house.changes_side(name)
            self._sign(place, house, name)

    def _sign(self, place: Place, house: House, name: str) -> None:
        sign_all(place.members[name])
        house.people[name].signed = True

    @rule(at=where, name=st.sampled_from(["klaas", "kim"]), client=client)
    def bind_client(self, at: int, name: str, client: str) -> None:
        """An account becomes a client's, where neither has one."""
        place, house = self.places[at], self.houses[at]
        if not house.people[name].here or client in house.clients or name in house.clients.values():
            return
        with in_bureau(place.bureau):
            row = type(place.clients[client]).objects.get(pk=place.clients[client].pk)
            bind(row, place.members[name], by=None)
        house.clients[client] = name

    @rule(
        at=where, client=st.sampled_from(["K1", "K2"]), first=st.sampled_from([-9, 0, 3]), days=st.sampled_from([0, 5])
    )
    def authorise(self, at: int, client: str, first: int, days: int) -> None:
        """A machtiging that runs, ended or begins later; the last of two decides nothing for the other."""
        place, house = self.places[at], self.houses[at]
        if not house.people["greet"].here:
            return
        begin = timezone.localdate() + timedelta(days=first)
        end = begin + timedelta(days=days)
        with in_bureau(place.bureau):
            bind(machtiging(place, client, begin, end), place.members["greet"], by=None)
        house.machtigingen.append(Machtiging(client, "greet", begin, end))

    # -- the reglement -------------------------------------------------------------------------------------------------
    @rule(
        at=where, second=level, all_coaches=level, administratie=level, directie=level,
        fg=st.sampled_from(["none", "view"]), asks=st.booleans(), running_only=st.booleans(), signed=st.booleans(),
        twice=st.booleans(),
    )  # fmt: skip
    def adopt(self, at: int, signed: bool, twice: bool, asks: bool, running_only: bool, **standing: Any) -> None:
        """A new version, and the job after it (twice is the same); who works here signs it at once, or only some do."""
        place, house = self.places[at], self.houses[at]
        standing["second_coach"] = standing.pop("second")
        with in_bureau(place.bureau):
            parameters = dump(reglement.version_in_force().rules)
            parameters["access"]["standing"] |= standing
            parameters["access"]["asking"] |= {
                "allowed": asks, "running_only": running_only, "who_may_ask": sorted(STAFF - {"support"}),
            }  # fmt: skip
            today = timezone.localdate()
            adopt_reglement(
                bureau=place.bureau, parameters=parameters, adopted_on=today, in_force_from=today, by=Adopter("Dirk")
            )
        for _ in range(1 + twice):
            follow(place.bureau.pk, today)
        house.adopts(standing, running_only=running_only)
        house.asking = asks
        with in_bureau(place.bureau):
            for name in house.people:
                if house.people[name].side == "staff":
                    house.people[name].signed = False
                    if house.people[name].here and (signed or name in ("dirk", "anna")):
                        self._sign(place, house, name)

    @rule(at=where, name=worker)
    def sign(self, at: int, name: str) -> None:
        place, house = self.places[at], self.houses[at]
        if house.people[name].here and house.people[name].side == "staff":
            with in_bureau(place.bureau):
                self._sign(place, house, name)


# -- comparing ---------------------------------------------------------------------------------------------------------
def _compare(place: Place, house: House, name: str) -> None:
    """The querysets for everybody; SQL where the third wall stands: staff who signed are held by the querysets."""
    seen, person = house.seen_by(name), house.people[name]
    if not person.here:
        return
    reads, looks = house.reads_stukken_of(name) & set(place.reports), place.looks(name)
    where = f"{name} in {place.bureau.slug}"
    assert looks.dossiers == seen, f"{where}, the queryset of dossiers"
    assert looks.stukken == reads, f"{where}, the queryset of stukken"
    if person.side != "staff" or not person.signed:
        assert looks.raw_dossiers == seen, f"{where}, dossiers by SQL"
        assert looks.raw_stukken == reads, f"{where}, stukken by SQL"


def _compare_pages(place: Place, house: House, name: str) -> None:
    seen, person = house.seen_by(name), house.people[name]
    reads = house.reads_stukken_of(name) & set(place.reports)
    assert place.by_page(name) == seen, f"{name} by the pages"
    assert place.by_report(name) == reads, f"{name} by the pages of the stukken"
    if person.side != "staff":
        assert place.by_list(name) == (seen & set(place.reports) if person.side == "client" else seen), f"{name}: list"
    elif person.roles & READERS:
        assert place.by_list(name) == seen, f"{name} by the list of trajecten"
        assert place.by_search(name) == seen, f"{name} by the search"
        known = {house.files[key].client for key in seen}
        assert place.clients_by_list(name) == known, f"{name} by the list of clients"


def _works(house: House, name: str) -> bool:
    person = house.people[name]
    return person.here and person.signed and person.side == "staff"


def _coaches(house: House, name: str) -> bool:
    person = house.people[name]
    return person.here and "coach" in person.roles


def _copy(place: Place) -> Place:
    made = copy.copy(place)
    for name in ("members", "browsers", "sessions", "dossiers", "reports", "clients", "contacts"):
        setattr(made, name, dict(getattr(place, name)))
    made.members = {name: _again(member) for name, member in place.members.items()}
    return made


def _again(member: Membership) -> Membership:
    """As it was: what a course did to the row stays out of the next."""
    return copy.deepcopy(member)
