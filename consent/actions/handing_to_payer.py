"""Giving the reglement to an opdrachtgever that asks for it (werklokaal 9b): which version, when, how and by whom."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from access.actions.refusals import journals_refusals
from access.models import Membership
from access.reach import database_now
from access.rules import RuleBroken
from bureaus.models import Reglement
from clients.models import Opdrachtgever
from consent import handing_out_access as access
from consent.models import HandedToPayer, PayerHow
from journal.actions import record

GIVEN = "reglement.aan_opdrachtgever_gegeven"


@journals_refusals(GIVEN, about="payer")
def hand_to_payer(*, payer: Opdrachtgever, how: str, given_on: date, by: Membership) -> HandedToPayer:
    """The version that held on that day. The same again is one. Raises Http404, PermissionDenied, RuleBroken."""
    access.check_give_payer(by, payer)
    if how not in PayerHow:
        raise RuleBroken("Kies hoe u het gaf.", "how")
    version = _version_of(given_on)
    row = HandedToPayer(
        opdrachtgever=payer, version=version.version, title=version.title, how=how, given_on=given_on,
        given_by_name=by.name,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        same = {"opdrachtgever": payer, "version": version.version, "how": how, "given_on": given_on}
        there: HandedToPayer = HandedToPayer.objects.get(**same)
        return there
    record(act=GIVEN, obj=row, facts={"version": row.version, "how": row.how, "given_on": row.given_on})
    return row


def _version_of(given_on: date) -> Reglement:
    """Raises RuleBroken."""
    if given_on > timezone.localdate(database_now()):
        raise RuleBroken("Deze datum ligt in de toekomst.", "given_on")
    found: Reglement | None = Reglement.objects.all().in_force(given_on).first()
    if found is None:
        raise RuleBroken("Op deze dag gold hier nog geen reglement. Klopt de datum?", "given_on")
    return found
