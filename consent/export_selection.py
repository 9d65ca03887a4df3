"""Who stands on a list: within the ground at this moment, held until the act is done.

The consents are held first, then the clients, each in one order: the order of everything that leaves
(docs/adr/0029-disclosures.md, 0032-lists-that-leave.md). Whoever withdraws holds the consent, whoever makes verzet the
client: they come before this, and are off the list, or after it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from bureaus import reglement
from bureaus.schema.consents import Direction
from clients.models import Client, EndReason, Phase, Traject
from clients.models import Result as TrajectResult
from clients.rules import fold
from consent import export_held, grounds
from consent import export_rules as rules
from consent.export_rules import Shown
from consent.models import Consent, ExportKind, OptOut
from dossiers.rail import traject_kind
from vault import keys

NAMES = ("Naam", "Straat en huisnummer", "Postcode", "Plaats")
REACHED = (*NAMES, "Telefoon", "E-mailadres")
RESEARCHED = ("Pseudoniem", "Soort traject", "Soort opdrachtgever", "Resultaat", "Leeftijd bij einde", "Duur")


@dataclass(frozen=True)
class Asked:
    """What list, of when and for whom; `research` is the title that a consent names."""

    kind: ExportKind
    starts_on: date
    ends_on: date
    receiver: str
    research: str = ""


@dataclass(frozen=True)
class Listed:
    """A list as it leaves: its head, its lines, and whose they are."""

    head: Sequence[str]
    rows: list[Sequence[str]]
    clients: list[Client]


def listed(asked: Asked) -> Listed:
    """Who stands on it now, and what of them. Within the act's transaction, which holds them until its end."""
    clients = _held(asked)
    if asked.kind == ExportKind.RESEARCH:
        return _without_names(asked, clients)
    if asked.kind == ExportKind.NAW:
        return Listed(NAMES, [_address(one) for one in clients], clients)
    return Listed(REACHED, [(*_address(one), one.phone, one.email) for one in clients], clients)


def entitled(asked: Asked, consents: Sequence[Any] | None) -> Any:
    """The clients of this list as it is now; of `consents`, the ids that count, where the list goes on them."""
    rows = Client.objects.filter(Exists(_trajecten(asked).filter(client_id=OuterRef("pk"))))
    against = OptOut.objects.all().living().filter(kind__in=rules.BARRED_BY[asked.kind])
    for barred in (against, *export_held.rows()):
        rows = rows.exclude(Exists(barred.filter(client_id=OuterRef("pk"))))
    if consents is not None:
        rows = rows.filter(Exists(Consent.objects.filter(pk__in=consents, client_id=OuterRef("pk"))))
    return rows


def _held(asked: Asked) -> list[Client]:
    consents = _consents_held(asked)
    first = entitled(asked, consents).order_by("pk").values_list("pk", flat=True)
    ids = list(Client.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=list(first)).order_by("pk"))
    # Asked once more, of what nobody changes now: a verzet may have come while this waited.
    rows = entitled(asked, consents).filter(pk__in=[one.pk for one in ids])
    return list(rows.order_by("sort_name", "id"))


def _consents_held(asked: Asked) -> list[Any] | None:
    """The ids of those that hold, held; None where the list goes on no consent."""
    purpose = rules.CONSENT_TO.get(asked.kind)
    if purpose is None or (asked.kind == ExportKind.RESEARCH and purpose not in reglement.in_force().consents.asked):
        return None
    rows = Consent.objects.all().valid(grounds.today()).filter(purpose=purpose)
    if asked.kind == ExportKind.SATISFACTION:
        rows = rows.filter(text__directions__contains=[str(Direction.SHARE)])
    found = list(rows.select_for_update(of=("self",)).select_related("text").order_by("pk"))
    keys.prefetch({one.client_id for one in found})
    return [one.pk for one in found if _is_for(one, asked)]


def _is_for(consent: Consent, asked: Asked) -> bool:
    """Consent is specific (jmwerkt 1.5): to this research in the words that stand in it, by whom it names."""
    if asked.kind == ExportKind.RESEARCH and not same(consent.scope or "", asked.research):
        return False
    return not consent.text.names_party or same(consent.party or "", asked.receiver)


def same(one: str, other: str) -> bool:
    return fold(" ".join(one.split())) == fold(" ".join(other.split()))


def _trajecten(asked: Asked) -> Any:
    rows = Traject.objects.all()
    if asked.kind in rules.OF_A_PERIOD:
        rows = rows.filter(phase=Phase.ENDED, traject_ended_on__range=(asked.starts_on, asked.ends_on))
    return rows


def _address(one: Client) -> tuple[str, ...]:
    return str(one), one.street, one.postcode, one.city


def _without_names(asked: Asked, clients: list[Client]) -> Listed:
    """Each line by a pseudonym of its own: two of one person together would tell more than either."""
    rows = _trajecten(asked).filter(client__in=clients).select_related("client", "opdrachtgever")
    shown = rules.in_groups(_shown(one) for one in rows)
    there = {one.who for one in shown}
    cells = [(f"P-{secrets.token_hex(5)}", one.kind, one.payer, one.result, one.age, one.duration) for one in shown]
    return Listed(RESEARCHED, [*sorted(cells)], [one for one in clients if str(one.pk) in there])


def _shown(one: Traject) -> Shown:
    ended = one.traject_ended_on
    result = TrajectResult(one.result).label if one.result else EndReason(one.end_reason).label
    start = one.agreed_start or one.registered_on
    return Shown(
        who=str(one.client_id), kind=traject_kind(one), payer=one.opdrachtgever.get_kind_display(), result=str(result),
        age=rules.age_band(one.client.birth_date, ended) if ended else rules.UNKNOWN,
        duration=rules.duration_band(start, ended) if ended else rules.UNKNOWN,
    )  # fmt: skip
