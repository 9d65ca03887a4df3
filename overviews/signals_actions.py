"""Finding signals in what was written since the last time, and noting that somebody looked at one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import Count, Max, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from access import held_grants
from access.actions.mails import tell as mail_each
from access.models import STAFF_ROLES, Membership, Role
from access.rules import RuleBroken
from bureaus.tenancy import current_bureau_id
from dossiers.models import Dossier
from journal.actions import about_dossier, record
from journal.labels import LOOKS
from journal.models import Line, Result, Seal
from overviews import signals_rules as rules
from overviews.models import Signal, SignalMark

BATCH = 10_000  # lines of the log in one go
LOOK_BACK = timedelta(days=31)  # a bureau's first time: what is older is not signalled any more
MAIL_FROM = 8  # o'clock
KNOWN_FOR = 60  # seconds


@transaction.atomic
def look() -> int:
    """Look through the next lines of the current bureau's log; how many of its numbers were passed (0: none left).

    Sealed lines only: of those no later one can still appear in between. Two at once do nothing twice: the second
    finds the mark locked, and another time finds the same signals under the same keys.
    """
    mark = _mark()
    sealed = Seal.objects.aggregate(last=Max("last_seq"))["last"] or 0
    if mark is None or sealed <= mark.upto:
        return 0
    upto = _end_of_batch(mark.upto, sealed)
    new = list(_lines(Q(seq__gt=mark.upto, seq__lte=upto)))
    if new:
        _keep(rules.stands_out(_looks(_around(new, upto))))
    passed = upto - mark.upto
    mark.upto, mark.looked_at = upto, timezone.now()
    mark.save(update_fields=["upto", "looked_at"])
    return int(passed)


def check_mark_seen(signal: Signal, by: Membership) -> None:
    """Nobody judges what they did themselves. Raises RuleBroken."""
    if signal.membership_id == by.pk:
        raise RuleBroken("Dit signaal gaat over uzelf. Een ander bekijkt het.")
    if signal.seen_at is not None and signal.seen_by_id != by.pk:
        raise RuleBroken(f"{signal.seen_by_name} heeft dit signaal al bekeken.")


@transaction.atomic
def mark_seen(*, signal: Signal, by: Membership, note: str) -> Signal:
    """Note that somebody looked at a signal and what they found; by the same person again it stays as it was.

    Raises RuleBroken.
    """
    row: Signal = Signal.objects.select_for_update(of=("self",)).get(pk=signal.pk)
    check_mark_seen(row, by)
    if row.seen_at is None:
        row.seen_by, row.seen_by_name, row.seen_at, row.note = by, by.name, timezone.now(), note[:300]
        row.save(update_fields=["seen_by", "seen_by_name", "seen_at", "note"])
        _count_anew()
        record(act="signaal.bekeken", obj=row, dossier=about_dossier(row), facts={"kind": row.get_kind_display()})
    return row


@transaction.atomic
def tell() -> int:
    """Once a day, a mail to who oversees the log, where signals wait for them; how many mails."""
    now = timezone.localtime()
    if now.hour < MAIL_FROM:
        return 0
    return sum(
        mail_each([one], kind="signalen", once=f"{now:%Y%m%d}", path=reverse("overviews:signals"), number=number)
        for one in _overseers()
        if (number := open_for(one).count())
    )


def open_for(member: Membership) -> Any:
    """What waits for somebody to look at, of others."""
    return Signal.objects.filter(seen_at=None).exclude(membership_id=member.pk)


def open_count(member: Membership) -> int:
    """How many wait for this member, for a menu: known for a minute, so that no page asks for it."""
    key = _counts_key()
    counts: dict[str, int] | None = cache.get(key)
    if counts is None:
        rows = Signal.objects.filter(seen_at=None).order_by().values_list("membership_id")
        counts = {str(one): number for one, number in rows.annotate(number=Count("id"))}
        cache.set(key, counts, KNOWN_FOR)
    return sum(counts.values()) - counts.get(str(member.pk), 0)


def _counts_key() -> str:
    return f"signals-open:{current_bureau_id()}"


def _count_anew() -> None:
    """After this is committed: what is read before it would be kept."""
    key = _counts_key()
    transaction.on_commit(lambda: cache.delete(key))


def _overseers() -> list[Membership]:
    """The FG; directie as well where there is no FG, or where a signal is about one."""
    active = Membership.objects.all().active().select_related("user")
    guards = list(active.with_role(Role.FG))
    about = set(Signal.objects.filter(seen_at=None).values_list("membership_id", flat=True))
    if guards and not any(one.pk in about for one in guards):
        return guards
    return list(active.with_role(Role.FG, Role.DIRECTIE))


def _mark() -> SignalMark | None:
    """The bureau's place in the log, locked; None where another worker holds it."""
    if not SignalMark.objects.exists():
        before = Line.objects.filter(at__lt=Now() - LOOK_BACK).aggregate(last=Max("seq"))["last"] or 0
        SignalMark.objects.bulk_create([SignalMark(upto=before)], ignore_conflicts=True)
    found: SignalMark | None = SignalMark.objects.select_for_update(of=("self",), skip_locked=True).first()
    return found


def _end_of_batch(after: int, sealed: int) -> int:
    numbers = Line.objects.filter(seq__gt=after, seq__lte=sealed).order_by("seq").values_list("seq", flat=True)
    return next(iter(numbers[BATCH - 1 : BATCH]), sealed)


def _lines(condition: Q) -> Any:
    """Looks into dossiers by people (not by workers); who of them work here is known by their roles."""
    looks = Line.objects.filter(condition, act__in=LOOKS, result__in=(Result.OK, Result.EMERGENCY))
    return looks.exclude(membership_id=None).exclude(dossier_id=None)


def _around(new: list[Line], upto: int) -> list[Line]:
    """These looks, and those of the same people that they are judged along with."""
    people = {line.membership_id for line in new}  # _lines has none without
    since = min(rules.look_back(line.at) for line in new)
    return list(_lines(Q(membership_id__in=people, at__gte=since, seq__lte=upto)))


def _looks(lines: Iterable[Any]) -> list[rules.Look]:
    of_staff = [line for line in lines if set(line.roles.split(", ")) & STAFF_ROLES]
    dossiers = {line.dossier_id for line in of_staff}
    people = Membership.objects.filter(pk__in={line.membership_id for line in of_staff})
    held = held_grants.of_pairs(held_grants.held_by(people, dossiers))
    names = dict(Dossier.objects.filter(pk__in=dossiers).values_list("pk", "client__last_name"))
    return [_look(line, held.get((line.membership_id, line.dossier_id), []), names) for line in of_staff]


def _look(line: Any, held: list[held_grants.Held], names: dict[Any, str]) -> rules.Look:
    used = held_grants.used_at(held, line.at)
    return rules.Look(
        at=line.at,
        membership_id=line.membership_id,
        actor=line.actor,
        roles=frozenset(line.roles.split(", ")),
        dossier_id=line.dossier_id,
        number=line.dossier_number,
        ground=used.ground if used else "",
        client=names.get(line.dossier_id, ""),
    )


def _keep(found: list[rules.Found]) -> None:
    """New ones become rows, with a line in the log; of one that is there the number may grow."""
    keys = [one.once_key for one in found]
    known = dict(Signal.objects.filter(once_key__in=keys).values_list("once_key", "count"))
    fresh = [_row(one) for one in found if one.once_key not in known]
    Signal.objects.bulk_create(fresh)
    _count_anew()
    for row in fresh:
        record(act="signaal.gevonden", obj=row, dossier=about_dossier(row), facts={"kind": row.get_kind_display()})
    for one in found:
        if one.count > known.get(one.once_key, one.count):
            Signal.objects.filter(once_key=one.once_key).update(count=one.count)


def _row(found: rules.Found) -> Signal:
    return Signal(
        kind=found.kind,
        membership_id=found.membership_id,
        actor=found.actor[:120],
        dossier_id=found.dossier_id,
        dossier_number=found.number,
        first_at=found.first_at,
        count=found.count,
        once_key=found.once_key,
    )
