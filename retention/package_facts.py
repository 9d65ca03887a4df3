"""What a package tells of a dossier, as data: the same facts for its paper and for its JSON."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bureaus import reglement
from bureaus.models import Bureau
from bureaus.schema import ViewField
from clients.models import Appointment, AppointmentKind, Attendance, Client, Traject
from dossiers import copying
from dossiers.copying import Files
from dossiers.models import Dossier, StoredFile
from dossiers.rail import traject_kind
from retention.handing import Contents
from retention.models import Transfer
from retention.rules import say

SCHEMA, VERSION = "dossierwacht.overdracht", 1
NOT_FOR_YOU = "mag niet worden overgedragen"


def files_of(contents: Contents) -> list[tuple[str, StoredFile]]:
    """The files that go, each with its name in the package; one query."""
    return copying.files_of(contents.goes)


def gather(
    *, transfer: Transfer, dossier: Dossier, contents: Contents, made_at: datetime, files: Files
) -> dict[str, Any]:  # fmt: skip
    """Everything of the dossier that goes; the facts of the traject are those that the reglement's view names.

    Never the burgerservicenummer: who gave the order knows the person by its own number.
    """
    version = reglement.version_in_force()
    fields = [ViewField(one) for one in contents.told]
    held = [row for _, row in files_of(contents)]
    return {
        "schema": SCHEMA,
        "schema_version": VERSION,
        "package": str(transfer.pk),
        "made_at": made_at,
        "bureau": _bureau(transfer.bureau_id),
        "reglement": {"version": version.version, "article": transfer.article},
        "keep": {"term": transfer.receiver_keeps},
        "dossier": {"number": dossier.number, "opened_at": dossier.opened_at},
        "client": _client(dossier.client) if ViewField.NAW in fields else None,
        "traject": _traject(dossier.traject, fields),
        "appointments": list(_appointments(dossier.traject, fields)),
        "stukken": list(copying.told(contents.goes, held, files)),
        "left_out": [{"number": one.number, "reason": NOT_FOR_YOU} for one in contents.stays],
        "removed_on_request": list(copying.removed(dossier, say)),
    }


def readme(transfer: Transfer) -> str:
    return (
        f"Dossier {transfer.dossier_number}\r\n\r\n"
        "dossier.pdf    het dossier om te lezen\r\n"
        f"dossier.json   hetzelfde om te verwerken ({SCHEMA}, versie {VERSION})\r\n"
        "bestanden/     de bestanden; hoe zij heten en waar zij bij horen, staat in dossier.json\r\n"
        "manifest.json  van elk bestand de grootte en de SHA-256\r\n\r\n"
        "Kijk na of alles klopt voordat u voor ontvangst tekent: de SHA-256 van dit ZIP-bestand staat op de pagina\r\n"
        "waar u het ophaalde. Na uw ontvangst vernietigt het bureau zijn eigen dossier.\r\n"
    )


def _bureau(bureau_id: Any) -> dict[str, str]:
    row = Bureau.objects.get(pk=bureau_id)
    return {"name": row.legal_name, "kvk": row.kvk}


def _client(client: Client) -> dict[str, Any]:
    return {
        "name": str(client), "birth_date": client.birth_date, "street": client.street, "postcode": client.postcode,
        "city": client.city, "phone": client.phone, "email": client.email,
    }  # fmt: skip


def _traject(traject: Traject, fields: Iterable[ViewField]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "opdrachtgever": traject.opdrachtgever.name,
        "ordernummer": traject.ordernummer,
        "kind": traject_kind(traject),
        "coach": traject.handler.name,
    }
    if ViewField.DATES in fields:
        told |= {name: getattr(traject, name) for name in
                 ("registered_on", "agreed_start", "planned_end", "traject_ended_on", "service_closed_on")}  # fmt: skip
    if ViewField.HOURS in fields:
        told["hours_granted"] = traject.hours_granted
    if ViewField.RESULTS in fields:
        told |= {"result": traject.get_result_display(), "end_reason": traject.end_reason_text}
    return told


def _appointments(traject: Traject, fields: Iterable[ViewField]) -> Iterable[dict[str, Any]]:
    """Formal contacts; when a client read its own dossier is not the opdrachtgever's business."""
    if ViewField.ATTENDANCE not in fields:
        return
    rows = Appointment.objects.filter(traject=traject).exclude(kind=AppointmentKind.INZAGE)
    for row in rows.exclude(attendance=Attendance.PLANNED).order_by("starts_at", "id"):
        told = {"at": row.starts_at, "kind": row.get_kind_display(), "attendance": row.get_attendance_display()}
        yield told | ({"hours": row.hours} if ViewField.HOURS in fields else {})
