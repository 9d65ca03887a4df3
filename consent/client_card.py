"""On the page of a client and beside a dossier: what waits for an answer, and what they agreed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q
from django.db.models.functions import JSONObject, Now, TruncDate
from django.urls import reverse

from access.models import Membership
from clients import alongside
from clients.alongside import Card, Line
from clients.models import Client
from consent import access, shown
from consent.models import LIVING, Consent, OptOut, OptOutKind
from consent.shown import Stands
from dossiers import rail
from dossiers.models import Dossier
from dossiers.rail import Agreed

SHOWN = 10


def card_of(member: Membership, client: Client) -> Card | None:
    """Within what this member sees of the client, which the page asked already."""
    if not member.has_role(*access.READERS):
        return None
    lines = [
        Line(one["title"], reverse("consent:detail", args=[one["pk"]]), _stands(one).words)
        for one in beside(client).agreed
    ]
    lines.append(Line("Alle toestemmingen", reverse("consent:list", args=[client.pk])))
    asks = member.has_role(*access.ASKERS) and getattr(client, "stands", False)
    act = ("Toestemming vragen", reverse("consent:ask", args=[client.pk])) if asks else None
    return Card("Toestemmingen", "clipboard-check", lines, "Er is geen toestemming gevraagd.", act)


def agreed(member: Membership, dossier: Dossier) -> Agreed:
    """For who reads the dossier, of the rows that came along with it: no query."""
    reads = member.has_role(*access.READERS)
    found = [(one, _stands(one)) for one in dossier.agreed_rows]  # type: ignore[attr-defined]
    lines = [
        (one["title"], reverse("consent:detail", args=[one["pk"]]) if reads else "", stands.words, stands.tone)
        for one, stands in found
    ]
    return Agreed(lines, reverse("consent:list", args=[dossier.client_id]) if reads else "")


@dataclass(frozen=True)
class Beside:
    """What lives of a client: consents, and the kinds of verzet in words."""

    agreed: list[dict[str, Any]]
    verzet: list[str]


def beside(client: Client) -> Beside:
    """Asked once for a client of a page, for every card that shows of it."""
    there: Beside | None = getattr(client, "beside_rows", None)
    if there is None:
        kinds = OptOut.objects.all().living().filter(client_id=OuterRef("pk")).order_by("kind").values("kind")
        asked = Client.objects.filter(pk=client.pk)
        agreed, barred = asked.values_list(_agreed_of(OuterRef("pk")), ArraySubquery(kinds)).get()
        there = Beside(agreed, [OptOutKind(one).label for one in barred])
        client.beside_rows = there  # type: ignore[attr-defined]
    return there


def _along() -> ArraySubquery:
    return _agreed_of(OuterRef("client_id"))


def _agreed_of(client: OuterRef) -> ArraySubquery:
    """What lives of a client, by the database's day."""
    holds = Q(ends_on=None) | Q(ends_on__gt=TruncDate(Now()))
    rows = Consent.objects.filter(client_id=client, state__in=LIVING).order_by("-asked_at", "-id")
    rows = rows.annotate(holds=ExpressionWrapper(holds, BooleanField()))
    return ArraySubquery(
        rows.values(row=JSONObject(pk="id", title="text__title", state="state", holds="holds"))[:SHOWN]
    )


def _stands(one: Mapping[str, Any]) -> Stands:
    return shown.of_living(one["state"], holds=one["holds"])


alongside.provide(card_of)
rail.provide_agreed(agreed, _along)
