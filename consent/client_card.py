"""On the page of a client and beside a dossier: what waits for an answer, and what they agreed to."""

from __future__ import annotations

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q
from django.db.models.functions import JSONObject, Now, TruncDate
from django.urls import reverse

from access.models import Membership
from clients import alongside
from clients.alongside import Card, Line
from clients.models import Client
from consent import access, grounds, shown
from consent.models import LIVING, Consent
from consent.shown import Stands
from dossiers import rail
from dossiers.models import Dossier
from dossiers.rail import Agreed

SHOWN = 10


def card_of(member: Membership, client: Client) -> Card | None:
    """Within what this member sees of the client, which the page asked already."""
    if not member.has_role(*access.READERS):
        return None
    living = _living(client.pk)
    lines = [Line(row.text.title, reverse("consent:detail", args=[row.pk]), one.words) for row, one in living]
    lines.append(Line("Alle toestemmingen", reverse("consent:list", args=[client.pk])))
    asks = member.has_role(*access.ASKERS) and getattr(client, "stands", False)
    act = ("Toestemming vragen", reverse("consent:ask", args=[client.pk])) if asks else None
    return Card("Toestemmingen", "clipboard-check", lines, "Er is geen toestemming gevraagd.", act)


def agreed(member: Membership, dossier: Dossier) -> Agreed:
    """For who reads the dossier, of the rows that came along with it: no query."""
    reads = member.has_role(*access.READERS)
    found = [(one, shown.of_living(one["state"], holds=one["holds"])) for one in dossier.agreed_rows]  # type: ignore[attr-defined]
    lines = [
        (one["title"], reverse("consent:detail", args=[one["pk"]]) if reads else "", stands.words, stands.tone)
        for one, stands in found
    ]
    return Agreed(lines, reverse("consent:list", args=[dossier.client_id]) if reads else "")


def _along() -> ArraySubquery:
    """What lives of the client of a dossier, by the database's day."""
    holds = Q(ends_on=None) | Q(ends_on__gt=TruncDate(Now()))
    rows = Consent.objects.filter(client_id=OuterRef("client_id"), state__in=LIVING).order_by("-asked_at", "-id")
    rows = rows.annotate(holds=ExpressionWrapper(holds, BooleanField()))
    return ArraySubquery(
        rows.values(row=JSONObject(pk="id", title="text__title", state="state", holds="holds"))[:SHOWN]
    )


def _living(client_id: object) -> list[tuple[Consent, Stands]]:
    rows = Consent.objects.filter(client_id=client_id, state__in=LIVING).select_related("text")
    found = list(rows.order_by("-asked_at", "-id")[:SHOWN])
    day = grounds.today() if found else None
    return [(row, shown.stands(row, day)) for row in found if day is not None]


alongside.provide(card_of)
rail.provide_agreed(agreed, _along)
