"""What a copy tells of a person, as data: the same facts for its paper and for its JSON (docs/kopie.md)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from access.reach import as_system
from access.rules import RuleBroken
from bureaus import reglement
from bureaus.models import Bureau
from bureaus.tenancy import current_bureau_id
from clients.models import Appointment, Client, ContactPerson, Gemachtigde, Traject, TrajectPhase
from consent.models import Consent, Learned, StarterLink
from dossiers import copying
from dossiers.copying import Files
from dossiers.models import StoredFile
from dossiers.rail import traject_kind
from requests.bundle_contents import Contents, Whole
from requests.bundle_overview import overview
from requests.marked import NOTHING, Marked
from requests.models import Bundle, Kind, Verzoek
from retention.rules import say

STILL_THERE = (
    "Er blijven woorden staan die eruit moeten. De kopie is niet gemaakt. Kijk na wat is aangewezen, of houd dat"
    " stuk geheel achter."
)
SCHEMA, VERSION = "dossierwacht.kopie", 1
OF_A_TRAJECT = (
    "ordernummer", "registered_on", "agreed_start", "planned_end", "hours_granted", "traject_ended_on",
    "service_closed_on", "contract_ended_on",
)  # fmt: skip


def files_of(found: Contents) -> list[tuple[str, StoredFile]]:
    """Each with its name in the copy, which says nothing of what is in it."""
    every = [
        one for whole in found.dossiers for one in copying.files_of(whole.goes, f"bestanden/{whole.dossier.number}")
    ]
    return [one for one in every if one[1].pk not in found.marks.get(one[1].stuk_id, NOTHING).left_files]


def gather(
    *, bundle: Bundle, found: Contents, files: Sequence[StoredFile], made_at: datetime, names: Files,
    sizes: Mapping[str, int], kept: Mapping[uuid.UUID, int], left_out: Mapping[str, int],
) -> dict[str, Any]:  # fmt: skip
    """Everything that is told. `names`: of each file its place in the copy and its hash; `sizes`: by that place;
    `kept`: by stuk how many files stayed behind because they could not be made anew; `left_out`: what is counted only.

    Raises RuleBroken where words that were marked would be told after all.
    """
    verzoek, version = bundle.verzoek, reglement.version_in_force()
    row = Bureau.objects.get(pk=current_bureau_id())
    return {
        "schema": SCHEMA,
        "schema_version": VERSION,
        "copy": str(bundle.pk),
        "made_at": made_at,
        "bureau": {"name": row.legal_name, "kvk": row.kvk},
        "reglement": {"title": version.title, "version": version.version},
        "request": _request(verzoek),
        "person": _person(verzoek.client),
        "contact_persons": list(_around(verzoek.client)),
        "gemachtigden": list(_gemachtigden(verzoek.client)),
        "consents": list(_consents(verzoek.client)),
        "starter_entry": _starter(verzoek.client),
        "requests": [_request(one) for one in _asked(verzoek)],
        "overview": overview(verzoek, found),
        "dossiers": [_dossier(one, found, files, names, sizes, kept) for one in found.dossiers],
        "left_out": dict(left_out),
    }


def readme(verzoek: Verzoek) -> str:
    return (
        f"Kopie van uw gegevens, verzoek {verzoek.number}\r\n\r\n"
        "kopie.pdf       om te lezen: een brief, een overzicht, en daarna elk stuk\r\n"
        f"gegevens.json   hetzelfde om met een computer te verwerken ({SCHEMA}, versie {VERSION})\r\n"
        "bestanden/      de bestanden; hoe zij heten en waar zij bij horen, staat in kopie.pdf\r\n"
        "manifest.json   van elk bestand de grootte en de SHA-256\r\n\r\n"
        "In deze map staan gegevens over u. Bewaar hem op een plek waar alleen u bij kunt.\r\n"
    )


def _asked(verzoek: Verzoek) -> Any:
    """What was asked before. Complaints stay out: who makes the copy may be who they are about. The client has them in
    the portal."""
    rows = Verzoek.objects.filter(client=verzoek.client).order_by("received_on", "id")
    return rows.exclude(kind=Kind.KLACHT)


def _request(row: Verzoek) -> dict[str, Any]:
    """A decision that lies with directie is none yet."""
    decided = row.decided_at is not None
    return {
        "number": row.number, "kind": row.get_kind_display(), "received_on": row.received_on, "words": row.words or "",
        "proposed": row.proposed or "", "decision": row.get_decision_display() if decided else "",
        "reason": (row.reason or "") if decided else "", "decided_at": row.decided_at,
    }  # fmt: skip


def _person(row: Client) -> dict[str, Any]:
    names = ("initials", "first_name", "tussenvoegsel", "last_name", "birth_date", "street", "postcode", "city",
             "phone", "email", "language", "created_at")  # fmt: skip
    return {"name": str(row), "bsn": row.bsn or "", **{name: getattr(row, name) for name in names}}


def _around(client: Client) -> Iterable[dict[str, str]]:
    """pluspunt 3.3: only those whom the client named; the others are counted."""
    for row in ContactPerson.objects.filter(client=client, given_by_client=True).order_by("name", "id"):
        yield {"name": row.name, "relation": row.relation, "phone": row.phone, "email": row.email}


def _gemachtigden(client: Client) -> Iterable[dict[str, Any]]:
    """That there is one, for what and how long: their own address and number are theirs."""
    for row in Gemachtigde.objects.filter(client=client).order_by("valid_from", "id"):
        yield {"name": row.name, "scope": row.scope, "from": row.valid_from, "until": row.valid_until}


def _consents(client: Client) -> Iterable[dict[str, Any]]:
    """Each in the words that were asked, and the answer."""
    for row in Consent.objects.filter(client=client).select_related("text").order_by("asked_at", "id"):
        yield {
            "number": row.number, "title": row.text.title, "text": row.text.text, "version": row.text.version,
            "party": row.party or "", "scope": row.scope or "", "state": row.get_state_display(),
            "asked_at": row.asked_at, "answered_at": row.answered_at, "ends_on": row.ends_on,
            "withdrawn_at": row.withdrawn_at,
        }  # fmt: skip


def _starter(client: Client) -> dict[str, Any] | None:
    """What others learn from without knowing whose it is; this is whose it is."""
    with as_system():
        link = StarterLink.objects.filter(client=client).select_related("entry").first()
    if link is None:
        return None
    row, learned = link.entry, dict(Learned.choices)
    chosen = ("kind", "sector", "phase", "region", "turnover", "investment", "hours")
    return {
        "business_name": link.business_name or "", "kept_by": link.made_by_name, "kept_at": link.made_at,
        "learned": [str(learned[one]) for one in row.learned if one in learned], "lessons": row.lessons or "",
        **{name: str(getattr(row, f"get_{name}_display")()) for name in chosen},
    }  # fmt: skip


def _dossier(
    whole: Whole, found: Contents, files: Sequence[StoredFile], names: Files, sizes: Mapping[str, int],
    kept: Mapping[uuid.UUID, int],
) -> dict[str, Any]:  # fmt: skip
    dossier = whole.dossier
    here = {one.stuk.pk for one in whole.goes}
    stukken = copying.told(whole.goes, [row for row in files if row.stuk_id in here], names)
    return {
        "number": dossier.number,
        "opened_at": dossier.opened_at,
        "traject": _traject(dossier.traject),
        "stukken": [
            _stuk(told, found.marks.get(one.stuk.pk, NOTHING), sizes, kept.get(one.stuk.pk, 0))
            for one, told in zip(whole.goes, stukken, strict=True)
        ],
        "withheld": [{"number": one.number, "reason": one.why} for one in whole.stays],
        "removed_on_request": list(copying.removed(dossier, say)),
    }


def _stuk(told: dict[str, Any], left: Marked, sizes: Mapping[str, int], kept: int) -> dict[str, Any]:
    """A stuk without what was marked in it, and how much that was and why; files as large as they were packed."""
    clean = left.told(told)
    if left.left_in(clean):
        raise RuleBroken(STILL_THERE)
    clean["files"] = [file | {"size": sizes[file["entry"]]} for file in clean["files"]]
    return clean | {"redactions": left.reasons(kept)}


def _traject(row: Traject) -> dict[str, Any]:
    return {
        "kind": traject_kind(row),
        "opdrachtgever": row.opdrachtgever.name,
        "coach": row.handler.name,
        "phase": row.get_phase_display(),
        "result": row.get_result_display(),
        "end_reason": row.end_reason_text,
        "phases": list(_phases(row)),
        "appointments": list(_appointments(row)),
        **{name: getattr(row, name) for name in OF_A_TRAJECT},
    }


def _phases(row: Traject) -> Iterable[dict[str, Any]]:
    for one in TrajectPhase.objects.filter(traject=row).order_by("order", "id"):
        yield {"phase": one.get_phase_display(), "started_on": one.started_on, "finished_on": one.finished_on}


def _appointments(row: Traject) -> Iterable[dict[str, Any]]:
    for one in Appointment.objects.filter(traject=row).select_related("coach").order_by("starts_at", "id"):
        yield {
            "at": one.starts_at, "kind": one.get_kind_display(), "place": one.place, "coach": one.coach.name,
            "attendance": one.get_attendance_display(), "hours": one.hours,
        }  # fmt: skip
