"""On the page of a dossier: asking somebody outside for something, and what was asked."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from access.models import Membership
from consent import information_access as access
from dossiers import rail
from dossiers.models import Dossier
from dossiers.rail import Act


def links(member: Membership, dossier: Dossier) -> Sequence[Act]:
    """Asks nothing of the database: what this member may was brought along with the dossier, which they see."""
    if not member.has_role(*access.READERS):
        return ()
    asked = Act("Wat er is opgevraagd", reverse("consent:information_of_client", args=[dossier.client_id]), "list")
    if not access.may_ask(member, dossier):
        return (asked,)
    return Act("Gegevens opvragen", reverse("consent:information_ask", args=[dossier.pk]), "mail"), asked


rail.provide_links(links)
