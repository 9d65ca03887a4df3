"""Until when each dossier is kept, and what keeps it longer: the one room that computes this from the tables.

What it computes is never stored as a ground: a list, an execution and a page ask here again. `DueDate` holds what was
last computed, to show and to select on.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from access.reach import as_system
from bureaus import reglement
from bureaus.schema import Action, DataClass, RetentionRule, Rules, Trigger
from bureaus.tenancy import Reach, current
from bureaus.terms import parse_term
from clients.models import Phase, Traject
from dossiers.models import Dossier
from retention.models import Hold, KeptBecause, TermAgreement
from retention.rules import Chosen, Due, due_date, most_specific, say, transfer_from

# What else than a Hold keeps a dossier.
OTHER_TRAJECT, OWN_TRAJECT = KeptBecause.OTHER_TRAJECT, KeptBecause.OWN_TRAJECT
FEW = 1_000
# Everything that a standing needs from the tables, apart from the agreements.
_FACTS = (
    "id", "traject_id", "traject__kind", "traject__contract_id", "traject__contract__ends_on",
    "traject__traject_ended_on", "traject__service_closed_on", "traject__contract_ended_on",
    "traject__transfer_received_on",
)  # fmt: skip
_AGREED = ("contract_id", "traject_id", "data_class", "term", "trigger", "action")
# (contract or traject, class of data) -> the rule that was agreed there.
Agreed = Mapping[tuple[uuid.UUID | None, str], RetentionRule]


@dataclass(frozen=True)
class Standing:
    """How one dossier stands: when it falls due and why, by which rule, and what the law keeps of it.

    `trigger_dates` are the four of its traject; the end of the contract is the Contract's where the traject has none.
    `legal` is the date of the legally required records (jmwerkt 8.1.2), by the rule `legal_chosen`.
    """

    due: Due
    chosen: Chosen
    trigger_dates: Mapping[Trigger, date | None]
    legal: Due
    legal_chosen: Chosen
    transfer_from: date | None


@dataclass(frozen=True)
class Block:
    """Why a dossier stays although its term has passed: a hold, or a traject that runs.

    `kind` is a HoldKind, OTHER_TRAJECT or OWN_TRAJECT; `until` None: as long as it lasts. `source` is the hold's.
    """

    kind: str
    label: str
    until: datetime | None = None
    source: str = ""


def standing(dossier: Dossier) -> Standing:
    """How this dossier stands now. Raises KeyError where it is there no more."""
    return standings([dossier.pk])[dossier.pk]


def standings(dossier_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Standing]:
    """How these dossiers stand now: two queries, whatever their number. Raises NoReglement, NoBureau."""
    rules = reglement.in_force()
    with _wide():
        return _standings(list(Dossier.objects.filter(pk__in=list(dossier_ids)).order_by().values(*_FACTS)), rules)


def every_standing() -> dict[uuid.UUID, Standing]:
    """How every dossier of the bureau stands: two queries."""
    rules = reglement.in_force()
    with _wide():
        return _standings(list(Dossier.objects.order_by().values(*_FACTS)), rules)


def sooner_by_agreement(dossier_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Of these the dossiers that fall due before they would by the reglement, because that was agreed; two queries."""
    rules = reglement.in_force()
    with _wide():
        rows = list(Dossier.objects.filter(pk__in=list(dossier_ids)).order_by().values(*_FACTS))
        own, plain = _standings(rows, rules), {row["id"]: _standing(row, rules, {}) for row in rows}
    return {key for key, one in own.items() if _sooner(one.due.on, plain[key].due.on)}


def _sooner(own: date | None, by_reglement: date | None) -> bool:
    return own is not None and (by_reglement is None or own < by_reglement)


def _standings(rows: Sequence[Mapping[str, Any]], rules: Rules) -> dict[uuid.UUID, Standing]:
    agreed = _agreements(rows)
    return {row["id"]: _standing(row, rules, agreed) for row in rows}


def whole(dossier: Dossier) -> tuple[Standing, list[Block]]:
    """`standing` and `blocks` of one dossier in a single query, for a page that asks much else. Raises DoesNotExist."""
    rules = reglement.in_force()
    mine = Q(traject_id=OuterRef("traject_id")) | Q(contract_id=OuterRef("traject__contract_id"))
    agreements = TermAgreement.objects.filter(mine, ended_at=None).order_by()
    holds = Hold.objects.living().filter(dossier_id=OuterRef("pk")).order_by("placed_at", "id")
    with _wide():
        row = (
            Dossier.objects.filter(pk=dossier.pk)
            .annotate(
                agreed=ArraySubquery(agreements.values(one=JSONObject(**{name: name for name in _AGREED}))),
                held=ArraySubquery(holds.values(one=JSONObject(kind="kind", until="until", source="source"))),
                other=Exists(other_running()),
            )
            .values(*_FACTS, "traject__phase", "agreed", "held", "other")
            .get()
        )
    agreed = [TermAgreement(**one) for one in row["agreed"]]
    held = [
        Hold(kind=one["kind"], until=parse_datetime(one["until"] or ""), source=one["source"]) for one in row["held"]
    ]
    blocked = [Block(one.kind, _label(one), one.until, one.source) for one in held]
    return _standing(row, rules, _by_subject(agreed)), [*blocked, *_of_trajecten(row)]


def blocks(dossier_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Block]]:
    """What keeps these dossiers at this moment, by the database's clock; two queries. Without a block: not in it."""
    with _wide():
        return _blocks(list(dossier_ids))


def _blocks(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Block]]:
    found: dict[uuid.UUID, list[Block]] = defaultdict(list)
    holds = Hold.objects.living().filter(dossier_id__in=ids).order_by("placed_at", "id")
    for hold in holds.only("dossier_id", "kind", "until", "review_on", "source", "bureau_id"):
        found[hold.dossier_id].append(Block(hold.kind, _label(hold), hold.until, hold.source))
    running = Dossier.objects.filter(pk__in=ids).annotate(other=Exists(other_running())).order_by()
    for one in running.values("id", "traject__phase", "other"):
        found[one["id"]].extend(_of_trajecten(one))
    return {key: value for key, value in found.items() if value}


def _wide() -> AbstractContextManager[Any]:
    """Agreements, holds and contracts are the bureau's: who sees a dossier from outside asks as the system does."""
    return nullcontext() if current().reach == Reach.STAFF else as_system()


def rule_of(agreement: TermAgreement) -> RetentionRule:
    """The rule that an agreement makes. Raises ValueError (pydantic's) where it makes none.

    Its source is called by where it was agreed: what was typed there may name the client, and a list, a
    proces-verbaal and what the law keeps outlive the dossier.
    """
    action, is_transfer = Action(agreement.action), agreement.action == Action.TRANSFER
    return RetentionRule(
        term=agreement.term,
        trigger=Trigger(agreement.trigger),
        action=action,
        article="afgesproken in het contract" if agreement.contract_id else "afgesproken voor dit traject",
        transfer_after=Trigger.TRAJECT_ENDED if is_transfer else None,
    )


def _standing(row: Mapping[str, Any], rules: Rules, agreed: Agreed) -> Standing:
    dates = _dates(row)
    chosen = _chosen(row, DataClass.DOSSIER, rules, agreed)
    legal = _chosen(row, DataClass.LEGALLY_REQUIRED, rules, agreed)
    return Standing(
        due=_due(dates, chosen.rule),
        chosen=chosen,
        trigger_dates=dates,
        legal=_due(dates, legal.rule),
        legal_chosen=legal,
        transfer_from=transfer_from(dates, chosen.rule),
    )


def _chosen(row: Mapping[str, Any], data_class: DataClass, rules: Rules, agreed: Agreed) -> Chosen:
    """The most specific rule of the four levels (DOMAIN 3)."""
    retention = rules.retention
    return most_specific(
        retention.rule(data_class),
        traject_kind=retention.per_traject_kind.get(row["traject__kind"], {}).get(data_class.value),
        contract=agreed.get((row["traject__contract_id"], data_class.value)),
        traject=agreed.get((row["traject_id"], data_class.value)),
        by_law=data_class is DataClass.LEGALLY_REQUIRED,
    )


def _dates(row: Mapping[str, Any]) -> dict[Trigger, date | None]:
    """The four trigger dates. A contract that ends for all its trajecten ends for this one (jmwerkt 8.1.2)."""
    return {
        Trigger.TRAJECT_ENDED: row["traject__traject_ended_on"],
        Trigger.SERVICE_CLOSED: row["traject__service_closed_on"],
        Trigger.CONTRACT_ENDED: row["traject__contract_ended_on"] or row["traject__contract__ends_on"],
        Trigger.TRANSFER_RECEIVED: row["traject__transfer_received_on"],
    }


def _due(dates: Mapping[Trigger, date | None], rule: RetentionRule) -> Due:
    """A date past the calendar is no date: never due, and shown as one to solve."""
    try:
        return due_date(dates, rule)
    except ValueError:
        start = dates.get(rule.trigger)
        words = f"{parse_term(rule.term)} na {rule.trigger.label}"
        on = f" op {say(start)}" if start else ""
        return Due(None, f"{words}{on}; die datum kan niet kloppen", (rule.trigger,))


def _agreements(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[uuid.UUID | None, str], RetentionRule]:
    """The living agreements of these dossiers; of many, those of the whole bureau: they are few beside the dossiers."""
    living = TermAgreement.objects.filter(ended_at=None).order_by()
    if len(rows) <= FEW:
        contracts = {row["traject__contract_id"] for row in rows} - {None}
        living = living.filter(Q(traject_id__in=[row["traject_id"] for row in rows]) | Q(contract_id__in=contracts))
    return _by_subject(living)


def _by_subject(agreements: Iterable[TermAgreement]) -> dict[tuple[uuid.UUID | None, str], RetentionRule]:
    return {(_id(one.contract_id or one.traject_id), one.data_class): rule_of(one) for one in agreements}


def _id(value: Any) -> uuid.UUID:
    """From JSON an id comes as text."""
    return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))


def other_running(dossier: str = "") -> Any:
    """The other trajecten that run of the same person, for the outer dossier, or the one by this lookup."""
    running = Traject.objects.all().running().filter(client_id=OuterRef(f"{dossier}client_id"))
    return running.exclude(pk=OuterRef(f"{dossier}traject_id"))


def _label(hold: Hold) -> str:
    kept = f" (tot en met {say(timezone.localdate(hold.until))})" if hold.until else ""
    return f"{hold.get_kind_display()}{kept}"


def _of_trajecten(row: Mapping[str, Any]) -> list[Block]:
    found = []
    if row["traject__phase"] != Phase.ENDED:
        found.append(Block(OWN_TRAJECT, OWN_TRAJECT.label))
    if row["other"]:
        found.append(Block(OTHER_TRAJECT, OTHER_TRAJECT.label))
    return found
