"""Verzet is made and taken back: at once, without a reason, by the client or by staff who heard it (jmwerkt 7)."""

from __future__ import annotations

from django.http import Http404

from access.actions.refusals import refusals_noted
from access.models import Membership
from access.reach import as_system, database_now
from access.rules import RuleBroken
from clients.models import Client
from consent import access
from consent.actions.answering import BY_STAFF
from consent.handing_out_access import check_confirm as check_own
from consent.models import How, OptOut, OptOutKind
from journal.actions import record

OUT, IN = "verzet.vastgelegd", "verzet.ingetrokken"


def opt_out(*, client: Client, kind: str, by: Membership, how: str = How.PORTAL) -> OptOut:
    """From this moment on no list of this kind. Again changes nothing. Raises Http404, PermissionDenied, RuleBroken."""
    _check_who(client, by, how)
    with refusals_noted(OUT, about=client), as_system():
        _check(kind, how)
        there = _living(client, kind)
        if there is not None:
            return there
        row: OptOut = OptOut.objects.create(
            client=client, kind=kind, how=how, made_by_name=by.name, made_at=database_now()
        )
        record(act=OUT, obj=row, facts={"kind": row.kind, "how": row.how})
    return row


def opt_in(*, client: Client, kind: str, by: Membership, how: str = How.PORTAL) -> OptOut | None:
    """The verzet is taken back. Where there is none nothing changes. Raises as `opt_out`."""
    _check_who(client, by, how)
    with refusals_noted(IN, about=client), as_system():
        _check(kind, how)
        row = _living(client, kind)
        if row is not None:
            row.ended_at, row.ended_by_name, row.ended_how = database_now(), by.name, how
            row.save(update_fields=["ended_at", "ended_by_name", "ended_how"])
            record(act=IN, obj=row, facts={"kind": row.kind, "how": how})
    return row


def _check_who(client: Client, by: Membership, how: str) -> None:
    """Raises Http404, PermissionDenied."""
    if how == How.PORTAL:
        check_own(by, client.pk)
    else:
        access.check_ask(by, client)


def _check(kind: str, how: str) -> None:
    """Raises RuleBroken with its field."""
    if how not in (How.PORTAL, *BY_STAFF):
        raise RuleBroken("Kies hoe dit binnenkwam.", "how")
    if kind not in OptOutKind.values:
        raise RuleBroken("Kies waar het om gaat.", "kind")


def _living(client: Client, kind: str) -> OptOut | None:
    """The client is held first: a list that is being made comes before this, or after. Raises Http404."""
    rows = Client.objects.select_for_update(of=("self",), no_key=True)
    if rows.filter(pk=client.pk).first() is None:
        raise Http404
    found: OptOut | None = OptOut.objects.all().living().filter(client=client, kind=kind).first()
    return found
