"""On the page of a dossier: giving something of it to somebody outside, what was given, and who telephones."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from access.models import Membership
from consent import call_access, disclosing
from dossiers import rail
from dossiers.models import Dossier
from dossiers.rail import Act


def links(member: Membership, dossier: Dossier) -> Sequence[Act]:
    calls = [Act("Iemand belt", reverse("consent:call", args=[dossier.pk]), "phone")]
    if not disclosing.may_disclose(member, dossier):
        return calls if call_access.may_note(member, dossier) else ()
    return (
        *calls,
        Act("Gegevens verstrekken", reverse("consent:disclose", args=[dossier.pk]), "send"),
        Act("Wat er is verstrekt", reverse("consent:disclosures_of_client", args=[dossier.client_id]), "list"),
    )


rail.provide_links(links)
