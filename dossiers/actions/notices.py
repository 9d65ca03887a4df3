"""Telling the client that something was added (javawest 6.2); what it is stands in the portal only."""

from __future__ import annotations

from django.utils import timezone

from access.actions import queue_mail
from access.models import DossierGrant, Ground, Membership
from access.reach import as_system
from bureaus import reglement
from dossiers.models import Dossier

# The portal is a floor higher: its address, not its url name.
PORTAL = "/mijn/"


def tell_the_client(*, dossier: Dossier, by: Membership) -> int:
    """Mail whoever reads the dossier as client or for the client, once a day at most; how many mails were queued."""
    if not reglement.in_force().access.client.told_of_new_stukken:
        return 0
    today = timezone.localdate().isoformat()
    return sum(
        queue_mail(
            to=member.user.email,
            kind="nieuw_in_dossier",
            once_key=f"nieuw_in_dossier:{member.pk}:{today}",
            facts={"path": PORTAL},
        )
        for member in _readers(dossier)
        if member.pk != by.pk
    )


def _readers(dossier: Dossier) -> list[Membership]:
    with as_system():
        grants = DossierGrant.objects.all().living()
        groups = grants.filter(content_object=dossier, ground__in=(Ground.CLIENT, Ground.GEMACHTIGDE))
        members = Membership.objects.all().active().filter(private_group_id__in=groups.values("group_id"))
        return list(members.select_related("user"))
