"""Shielding at the person's request (werkid 11.1, pluspunt 4.3): one stuk, or the text that a better one replaced.

Who may ask it is decided floors above."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from access.models import Membership
from access.reach import as_system
from dossiers.actions.releases import end_releases
from dossiers.models import Release, Stuk
from journal.actions import record


@transaction.atomic
def shield(*, stuk: Stuk, by: Membership, reason: str) -> Stuk:
    """From this second nobody reads it but the client and whom the reglement names; what was let out is taken back.

    Nothing in it changes. Again changes nothing. `reason` names the request, never a person. Raises Http404.
    """
    with as_system():
        found: Stuk | None = Stuk.objects.select_for_update(of=("self",)).filter(pk=stuk.pk).vastgesteld().first()
        if found is None:
            raise Http404
        if found.shielded_at is None:
            found.shielded_at = timezone.now()
            found.save(update_fields=["shielded_at"])
            end_releases(Release.objects.filter(stuk=found), by=by, reason=reason)
            record(act="stuk.afgeschermd", obj=found, dossier=found.dossier, reason=reason)
    return found


def shield_before(*, stuk: Stuk, by: Membership, reason: str) -> None:
    """The newest text takes the place of all before it, which from now on only those read whom the reglement names.

    Within the act that wrote it, which holds the stuk. What was let out is taken back: it was the old text.
    """
    stuk.shielded_upto = stuk.version - 1
    stuk.save(update_fields=["shielded_upto"])
    end_releases(Release.objects.filter(stuk=stuk), by=by, reason=reason)
    facts = {"version": stuk.version}
    record(act="stuk.tekst_afgeschermd", obj=stuk, dossier=stuk.dossier, reason=reason, facts=facts)
