"""Giving the reglement to an opdrachtgever that asks for it (werklokaal 9b): which version, when, how and by whom."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from access.actions.refusals import journals_refusals
from access.models import Membership
from access.rules import RuleBroken
from clients.models import Opdrachtgever
from consent import handing_out_access as access
from consent.actions.handing_out import version_of
from consent.models import HandedToPayer, PayerHow
from journal.actions import record

GIVEN = "reglement.aan_opdrachtgever_gegeven"


@journals_refusals(GIVEN, about="payer")
def hand_to_payer(*, payer: Opdrachtgever, how: str, given_on: date, by: Membership) -> HandedToPayer:
    """The version that held on that day. The same again is one. Raises Http404, PermissionDenied, RuleBroken."""
    access.check_give_payer(by, payer)
    if how not in PayerHow:
        raise RuleBroken("Kies hoe u het gaf.", "how")
    version = version_of(given_on)
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
