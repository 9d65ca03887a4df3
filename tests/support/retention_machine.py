"""The random course of destruction lists: what the product does, beside what the rules say in plain Python.

Time passes in the rows of the database: every date and moment in them goes back by so many days.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from access.rules import RuleBroken
from bureaus import reglement
from bureaus.tenancy import in_bureau
from clients.models import Traject
from dossiers.models import Dossier
from retention import manifest
from retention.actions import (
    agree_term,
    lift_hold,
    list_changes,
    lists,
    place_hold,
    refresh_due_dates,
    refresh_whole_bureau,
)
from retention.execution_tasks import run_bureau
from retention.models import DestructionList, Hold, LegalRecord, ListItem, ListStatus, ProcesVerbaal
from tests.support.ages import silenced
from tests.support.lists import people
from tests.support.people import acting
from tests.support.retention import ended_dossier

KEYS = ("one", "two", "three", "four")
OPEN = ("voorgesteld", "goedgekeurd", "loopt")
CHANGEABLE = ("voorgesteld", "goedgekeurd")
COOLING = timedelta(days=7)
# Days before or after the day on which a term of five years has passed.
ages = st.sampled_from([-400, -30, -1, 0, 1, 30, 800])
key = st.sampled_from(KEYS)
nth = st.integers(min_value=0, max_value=3)
changer = st.sampled_from(["dirk", "ella", "anna"])
approver = st.sampled_from(["dirk", "ella"])
days = st.sampled_from([1, 3, 7, 8, 40, 200, 800])


@dataclass
class File:
    """A dossier, or what the law kept of one (`record`); `ended` None while its traject runs."""

    number: str
    pk: Any
    ended: date | None
    years: int = 5
    record: bool = False
    alive: bool = True
    holds: dict[Any, datetime | None] = field(default_factory=dict)
    due_on: date | None = None  # of a record: its own day

    def is_due(self, today: date) -> bool:
        due = self.due_on if self.record else years_after(self.ended, self.years)
        return due is not None and due <= today

    def is_blocked(self, now: datetime) -> bool:
        held = any(until is None or until >= now for until in self.holds.values())
        return not self.record and (held or self.ended is None)


@dataclass
class Sheet:
    """A destruction list by name: who proposed and changed it, who approved it and until when that cools."""

    reference: date
    open: set[str]
    proposer: str | None = None
    status: str = "voorgesteld"
    approver: str | None = None
    cooled_at: datetime | None = None
    excluded: dict[str, date] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)
    hands: set[str] = field(default_factory=set)  # of everybody who ever proposed or changed it

    def __post_init__(self) -> None:
        self.hands |= {self.proposer} - {None}

    def holds(self, name: str) -> bool:
        return name in self.open and self.status in OPEN

    def is_just_made(self, names: set[str], by: str) -> bool:
        """By this very person, of these very dossiers, and nobody changed it."""
        whole = self.open == names and not self.excluded and not self.left
        return whole and (self.status, self.proposer) == ("voorgesteld", by)

    def was_on(self, name: str) -> bool:
        return name in self.open | self.left or name in self.excluded


class Course(RuleBasedStateMachine):
    """One course of events in a bureau of its own; what a rule can't do as things are, it leaves."""

    def __init__(self) -> None:
        super().__init__()
        self.before = transaction.atomic()
        self.before.__enter__()
        reglement.forget()
        self.files: dict[str, File] = {}
        self.sheets: dict[Any, Sheet] = {}
        self.proofs = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.before.__exit__(None, None, None)
        reglement.forget()

    @initialize(some=st.tuples(ages, ages, ages, ages))
    def begin(self, some: tuple[int, ...]) -> None:
        self.house = people()
        self.members = vars(self.house)
        for name, age in zip(KEYS, some, strict=True):
            ended = years_before(self.today, 5) - timedelta(days=age)
            row = ended_dossier(self.house.bureau, ended=ended, stukken=False, handler=self.house.carl)
            self.files[name] = File(row.number, row.pk, ended)

    # -- terms and holds -----------------------------------------------------------------------------------------------
    @rule(name=key, age=ages)
    def ends_on_another_day(self, name: str, age: int) -> None:
        self._ends(name, years_before(self.today, 5) - timedelta(days=age))

    @rule(name=key)
    def runs_again(self, name: str) -> None:
        self._ends(name, None)

    @rule(name=key, years=st.sampled_from([2, 5, 6, 10]))
    def agrees_another_term(self, name: str, years: int) -> None:
        one = self.files[name]
        if not one.alive:
            return
        with acting(self.house.anna):
            agree_term(
                by=self.house.anna, traject=Traject.objects.get(dossier__pk=one.pk), data_class="dossier",
                term=f"P{years}Y", trigger="traject_ended", action="destroy_pv", basis="Brief van het bureau",
            )  # fmt: skip
        one.years = years

    @rule(name=key, until=st.sampled_from([None, 2, 30]))
    def is_held(self, name: str, until: int | None) -> None:
        one = self.files[name]
        if not one.alive or one.holds:
            return
        end = timezone.now() + timedelta(days=until, hours=-12) if until else None
        with acting(self.house.fleur):
            row = place_hold(
                dossier=Dossier.objects.get(pk=one.pk), by=self.house.fleur, kind="klacht",
                reason="Er loopt een klacht.", review_on=self.today + timedelta(days=1), until=end,
            )  # fmt: skip
        one.holds[row.pk] = end

    @rule(name=key)
    def is_let_go(self, name: str) -> None:
        one = self.files[name]
        if not one.alive or not one.holds:
            return
        with acting(self.house.fleur):
            for row in Hold.objects.filter(pk__in=one.holds).select_related("dossier"):
                lift_hold(hold=row, by=self.house.fleur, reason="De klacht is afgehandeld.")
        one.holds.clear()

    # -- lists ---------------------------------------------------------------------------------------------------------
    @rule()
    def night(self) -> None:
        wanted = {name for name, one in self.files.items() if self._is_free(one) and not self._in_the_way(name)}
        with in_bureau(self.house.bureau, origin="werker"):
            refresh_whole_bureau(self.house.bureau.pk)
            made = lists.propose_due()
        found = {name for row in made for name in self._on(row)}
        assert found == wanted, f"listed {found}, the rules say {wanted}"
        for row in made:
            self.sheets[row.pk] = Sheet(self.today, self._on(row))
        for name, one in self.files.items():
            assert not self._is_free(one) or self._in_the_way(name), f"{name} is kept in silence"

    @rule(by=changer, names=st.sets(key, min_size=1, max_size=2))
    def proposes(self, by: str, names: set[str]) -> None:
        files = {name: self.files[name] for name in names}
        same = [pk for pk, one in self.sheets.items() if one.is_just_made(names, by)]
        fits = all(self._is_free(one) and not self._on_a_list(name) for name, one in files.items())
        with self.expect(fits or bool(same)), acting(self.members[by]):
            row = lists.propose(numbers=[one.number for one in files.values()], by=self.members[by])
            if same:
                assert row.pk == same[0]
            else:
                self.sheets[row.pk] = Sheet(self.today, set(names), by)

    @rule(at=nth, which=nth, by=changer, until=st.sampled_from([1, 30, 900]))
    def leaves_out(self, at: int, which: int, by: str, until: int) -> None:
        pk, sheet = self._sheet(at)
        name = self._pick(sheet.open | set(sheet.excluded), which) if sheet else None
        if sheet is None or name is None:
            return
        day = self.today + timedelta(days=until)
        with self.expect(sheet.status in CHANGEABLE), acting(self.members[by]):
            list_changes.exclude(item=self._item(pk, name), reason="belang", until=day, by=self.members[by])
            if sheet.excluded.get(name) != day:
                sheet.open.discard(name)
                sheet.excluded[name] = day
                self._changed(sheet, by)

    @rule(at=nth, which=nth, by=changer)
    def takes_back_in(self, at: int, which: int, by: str) -> None:
        pk, sheet = self._sheet(at)
        name = self._pick(set(sheet.excluded), which) if sheet else None
        if sheet is None or name is None:
            return
        one = self.files[name]
        fits = sheet.status in CHANGEABLE and not self._on_a_list(name) and (one.record or self._is_free(one))
        with self.expect(fits), acting(self.members[by]):
            list_changes.include_again(item=self._item(pk, name), by=self.members[by])
            del sheet.excluded[name]
            sheet.open.add(name)
            self._changed(sheet, by)

    @rule(at=nth, by=approver, stale=st.sampled_from([False, False, False, True]), off=st.sampled_from([0, 0, 0, 1]))
    def approves(self, at: int, by: str, stale: bool, off: int) -> None:
        pk, sheet = self._sheet(at)
        if sheet is None:
            return
        again = sheet.status == "goedgekeurd" and sheet.approver == by and not stale
        fits = sheet.status == "voorgesteld" and by not in sheet.hands and bool(sheet.open) and not stale and not off
        with self.expect(fits or again), acting(self.members[by]):
            row = DestructionList.objects.get(pk=pk)
            seen = "0" * 64 if stale else row.manifest_sha256
            list_changes.approve(
                destruction_list=row, number=str(len(sheet.open) + off), sha256=seen, by=self.members[by]
            )
            if not again:
                sheet.status, sheet.approver, sheet.cooled_at = "goedgekeurd", by, timezone.now() + COOLING

    @rule(at=nth, by=st.sampled_from(["dirk", "fleur", "anna"]))
    def cancels(self, at: int, by: str) -> None:
        pk, sheet = self._sheet(at)
        if sheet is None:
            return
        fits = (by != "anna" and sheet.status in CHANGEABLE) or sheet.status == "ingetrokken"
        with self.expect(fits), acting(self.members[by]):
            list_changes.cancel(destruction_list=DestructionList.objects.get(pk=pk), by=self.members[by])
            if sheet.status != "ingetrokken":
                sheet.left |= sheet.open
                sheet.open, sheet.status, sheet.approver, sheet.cooled_at = set(), "ingetrokken", None, None

    # -- time and execution --------------------------------------------------------------------------------------------
    @rule(many=days)
    def days_pass(self, many: int) -> None:
        back = timedelta(days=many)
        with in_bureau(self.house.bureau):
            shift(back)
            refresh_whole_bureau(self.house.bureau.pk)
        for one in self.files.values():
            one.ended = one.ended - back if one.ended else None
            one.due_on = one.due_on - back if one.due_on else None
            one.holds = {pk: until - back if until else None for pk, until in one.holds.items()}
        for sheet in self.sheets.values():
            sheet.reference -= back
            sheet.cooled_at = sheet.cooled_at - back if sheet.cooled_at else None
            sheet.excluded = {name: until - back for name, until in sheet.excluded.items()}

    @rule()
    def is_carried_out(self) -> None:
        ready = [sheet for sheet in self.sheets.values() if self._is_ready(sheet)]
        run_bureau(self.house.bureau.pk)
        for sheet in ready:
            gone = {name for name in sheet.open if self._is_free(self.files[name])}
            for name in gone:
                self._gone(name)
            sheet.left |= sheet.open
            sheet.open, sheet.status = set(), "afgerond" if gone else "ingetrokken"
            self.proofs += bool(gone)

    # -- what holds after every step -----------------------------------------------------------------------------------
    @invariant()
    def the_rows_say_what_the_rules_say(self) -> None:
        if not self.files:
            return
        with in_bureau(self.house.bureau):
            alive = {one.number for one in self.files.values() if one.alive and not one.record}
            assert set(Dossier.objects.values_list("number", flat=True)) == alive
            kept = {one.pk for one in self.files.values() if one.alive and one.record}
            assert set(LegalRecord.objects.values_list("pk", flat=True)) == kept
            rows = DestructionList.objects.select_related("proposed_by", "approved_by").in_bulk()
            ready = set(DestructionList.objects.all().ready().values_list("pk", flat=True))
            proofs = list(ProcesVerbaal.objects.order_by("number").values_list("number", flat=True))
            assert set(rows) == set(self.sheets)
            for pk, sheet in self.sheets.items():
                self._compare(rows[pk], sheet)
            assert ready == {pk for pk, sheet in self.sheets.items() if self._is_ready(sheet)}
            assert proofs == list(range(1, self.proofs + 1))

    def _compare(self, row: DestructionList, sheet: Sheet) -> None:
        items = list(row.items.all())
        assert row.status == sheet.status
        assert row.proposed_by_name == (sheet.proposer.title() if sheet.proposer else "systeem")
        on = {self._name(one) for one in items if one.state == "open"}
        out = {self._name(one): one.excluded_until for one in items if one.state == "uitgezonderd"}
        assert (on, out) == (sheet.open, sheet.excluded)
        if row.status in CHANGEABLE:
            assert row.manifest == manifest.write(row, items)
            assert row.manifest_sha256 == manifest.sha256(row.manifest)
        if row.status == ListStatus.APPROVED:
            assert row.approved_by.name.lower() == sheet.approver
            assert row.approved_by_id != row.proposed_by_id
            assert row.approved_by_id not in row.shaped_by
            assert row.approved_sha256 == row.manifest_sha256

    # -- help ----------------------------------------------------------------------------------------------------------
    @property
    def today(self) -> date:
        return timezone.localdate()

    @contextmanager
    def expect(self, fits: bool) -> Iterator[None]:
        """What is inside succeeds where the rules say so, and is refused where they do not."""
        try:
            yield
        except (RuleBroken, PermissionDenied) as refused:
            assert not fits, f"refused: {refused}"
        else:
            assert fits, "this should have been refused"

    def _ends(self, name: str, ended: date | None) -> None:
        one = self.files[name]
        if not one.alive:
            return
        over = {"traject_ended_on": ended, "service_closed_on": ended, "contract_ended_on": ended}
        state = {"phase": "beeindigd", "end_reason": "doel"} if ended else {"phase": "begeleiding", "end_reason": ""}
        with in_bureau(self.house.bureau):
            Traject.objects.filter(dossier__pk=one.pk).update(**over, **state)
            refresh_due_dates([one.pk])
        one.ended = ended

    def _is_free(self, one: File) -> bool:
        return one.alive and one.is_due(self.today) and not one.is_blocked(timezone.now())

    def _on_a_list(self, name: str) -> bool:
        return any(sheet.holds(name) for sheet in self.sheets.values())

    def _in_the_way(self, name: str) -> bool:
        """On an open list, left out until later, or on a list of this very day."""
        later = any(sheet.excluded.get(name, self.today) > self.today for sheet in self.sheets.values())
        of_today = any(one.reference == self.today and one.was_on(name) for one in self.sheets.values())
        return self._on_a_list(name) or later or of_today

    def _is_ready(self, sheet: Sheet) -> bool:
        return sheet.status == "goedgekeurd" and sheet.cooled_at is not None and sheet.cooled_at <= timezone.now()

    def _changed(self, sheet: Sheet, by: str) -> None:
        sheet.proposer, sheet.status, sheet.approver, sheet.cooled_at = by, "voorgesteld", None, None
        sheet.hands.add(by)

    def _gone(self, name: str) -> None:
        """What the law keeps of it lives on as something of its own: seven years after the end of the traject."""
        one = self.files[name]
        one.alive, one.holds = False, {}
        until = None if one.record else years_after(one.ended, 7)
        if until is not None and until > self.today:
            with in_bureau(self.house.bureau):
                row = LegalRecord.objects.get(dossier_id=one.pk)
            self.files[f"law-{name}"] = File(one.number, row.pk, None, record=True, due_on=until)

    def _sheet(self, at: int) -> tuple[Any, Sheet | None]:
        """The newest of the lists first."""
        found = list(self.sheets.items())[::-1]
        return found[at] if at < len(found) else (None, None)

    def _pick(self, names: set[str], which: int) -> str | None:
        return sorted(names)[which % len(names)] if names else None

    def _name(self, item: ListItem) -> str:
        wanted = item.record_id or item.dossier_id
        return next(name for name, one in self.files.items() if one.pk == wanted)

    def _on(self, row: DestructionList) -> set[str]:
        with in_bureau(self.house.bureau):
            return {self._name(one) for one in row.items.all()}

    def _item(self, pk: Any, name: str) -> ListItem:
        rows = ListItem.objects.filter(destruction_list_id=pk)
        one = self.files[name]
        return rows.get(record_id=one.pk) if one.record else rows.get(dossier_id=one.pk, record_id=None)


def shift(back: timedelta) -> None:
    """So many days pass: every date and moment of keeping goes back, and open manifests say the new dates."""
    ends = ("traject_ended_on", "service_closed_on", "contract_ended_on", "registered_on")
    moments = ("proposed_at", "approved_at", "starts_after", "started_at", "noted_until",
               "finished_at")  # fmt: skip
    of_items = ("excluded_until", "due_on", "trigger_on", "period_from", "period_until", "erased_at")
    with silenced():
        for model, names in (
            (Traject, ends), (Hold, ("placed_at", "until", "review_on")), (ListItem, of_items),
            (DestructionList, ("reference_date", *moments)), (LegalRecord, ("due_on", "trigger_on")),
        ):  # fmt: skip
            model.objects.order_by().update(**{name: F(name) - back for name in names})
    for row in DestructionList.objects.filter(status__in=CHANGEABLE):
        text = manifest.write(row, row.items.all())
        sha256 = manifest.sha256(text)
        approved = {"approved_sha256": sha256} if row.approved_sha256 else {}
        with silenced():
            DestructionList.objects.filter(pk=row.pk).update(manifest=text, manifest_sha256=sha256, **approved)


def years_after(day: date | None, years: int) -> date | None:
    """The same day so many years on; of 29 February the month's last day."""
    if day is None:
        return None
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def years_before(day: date, years: int) -> date:
    found = years_after(day, -years)
    if found is None:
        pytest.fail("a day has a day before it")
    return found
