"""On the page of a dossier: giving something of it to somebody outside, and what was given."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from access.models import Membership
from consent import disclosing
from dossiers import rail
from dossiers.models import Dossier
from dossiers.rail import Act


def links(member: Membership, dossier: Dossier) -> Sequence[Act]:
    if not disclosing.may_disclose(member, dossier):
        return ()
    return (
        Act("Gegevens verstrekken", reverse("consent:disclose", args=[dossier.pk]), "send"),
        Act("Wat er is verstrekt", reverse("consent:disclosures_of_client", args=[dossier.client_id]), "list"),
    )


rail.provide_links(links)
