"""What of a dossier goes to its opdrachtgever, and what may not: the law's never goes before the reglement (ADR 0023).

Reads only, within the reach of the system: who hands a dossier over need not be who may read all of it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from bureaus import reglement
from bureaus.schema import ALWAYS_HEALTH, OpdrachtgeverView, StukKind, ViewField
from bureaus.words import word
from clients.models import Opdrachtgever, OpdrachtgeverKind
from dossiers.copying import Numbered
from dossiers.models import Dossier, StoredFile, Stuk, StukVersion, Tombstone
from retention.models import Transfer

# What a package tells besides the stukken, as far as the reglement's view names it (retention.package_facts).
TOLD = (ViewField.NAW, ViewField.DATES, ViewField.HOURS, ViewField.RESULTS, ViewField.ATTENDANCE)
# Why a stuk stays out; kept with the transfer, told to who works here. The receiver is told that, and not which.
CIRCUMSTANCES, HEALTH, TALK, ALONG = "omstandigheden", "gezondheid", "gespreksverslag", "verklaring"


@dataclass(frozen=True)
class Contents:
    """What is packed and what is not; the hash says which stukken, versions and files the dossier holds, and `told`
    which facts go with them."""

    goes: Sequence[Numbered]
    stays: Sequence[Numbered]
    sha256: str
    told: Sequence[str]

    @property
    def left_out(self) -> list[dict[str, Any]]:
        """As the record of a transfer keeps it."""
        return [{"number": one.number, "reason": one.why} for one in self.stays]


def contents(dossier: Dossier) -> Contents:
    """What belongs to the dossier (werkid 10.4: no concepts, no werkaantekeningen), and what of it may go; one query.

    `dossier` comes with its traject and opdrachtgever.
    """
    payer, view = dossier.traject.opdrachtgever, reglement.in_force().opdrachtgever_view
    rows = list(_with_files(belonging(dossier)).order_by("date", "vastgesteld_at", "id"))
    barred = {one.pk: why_not(one, payer, view) for one in rows}
    found = [Numbered(at, one, _why(one, barred)) for at, one in enumerate(rows, start=1)]
    goes = [one for one in found if not one.why]
    stays = [one for one in found if one.why]
    told = [one.value for one in TOLD if one in view.of(payer.kind).fields]
    return Contents(goes, stays, _fingerprint(rows, f"{payer.pk}:{payer.kind}"), told)


def belonging(dossier: Dossier) -> Any:
    """What was shielded at the client's request goes to nobody."""
    return Stuk.objects.filter(dossier=dossier, shielded_at=None).vastgesteld()


def why_not(stuk: Stuk, payer: Opdrachtgever, view: OpdrachtgeverView) -> str:
    """Why a stuk stays out of what goes to this opdrachtgever; '' if it goes.

    What tells of illness, of home or of a talk goes only where the reglement lets that kind of stuk out to that kind of
    opdrachtgever, and the law does (DOMAIN 5): nobody looks at each stuk here, as one does at a release.
    """
    if view.may_release(payer.kind, stuk.kind, health=stuk.health):
        return ""
    if stuk.health or stuk.kind in ALWAYS_HEALTH:
        return HEALTH
    why: dict[str, str] = {StukKind.PERSOONLIJKE_OMSTANDIGHEDEN: CIRCUMSTANCES, StukKind.GESPREKSVERSLAG: TALK}
    return why.get(stuk.kind, "")


def is_changed(dossier: Dossier, *, sha256: str, left_out: Sequence[Any], told: Sequence[str]) -> bool:
    """Whether anything else would go by now than what was packed: the dossier has changed, or what may go."""
    found = contents(dossier)
    return (found.sha256, list(found.left_out), list(found.told)) != (sha256, list(left_out), list(told))


def added_after_receipt(dossier: Dossier) -> bool:
    """Whether the dossier holds something that was never handed over: another content than was signed for.

    By the contents and not by a clock: what was being written while they signed bears the earlier moment of the two.
    Of what kind the opdrachtgever is by now does not count. Where a stuk was deleted on request since, only moments
    are left to compare.
    """
    received = Transfer.objects.filter(dossier_id=dossier.pk, status=Transfer.Status.RECEIVED)
    row: Transfer | None = received.first()
    if row is None or row.received_at is None:
        return False
    deleted = Tombstone.objects.filter(dossier=dossier, removed_at__gt=row.received_at)
    if not row.contents_sha256 or deleted.exists():
        texts = StukVersion.objects.filter(dossier=dossier, made_at__gt=row.received_at)
        return bool(texts.exists() or StoredFile.objects.filter(dossier=dossier, added_at__gt=row.received_at).exists())
    stukken, payer = list(_with_files(belonging(dossier))), dossier.traject.opdrachtgever_id
    return row.contents_sha256 not in {_fingerprint(stukken, f"{payer}:{kind}") for kind in OpdrachtgeverKind.values}


def amount(found: Contents) -> dict[str, int]:
    """How much goes: stukken, files and their bytes."""
    stukken: list[Any] = [one.stuk for one in found.goes]
    files = sum(len(one.file_ids) for one in stukken)
    return {"stukken": len(stukken), "files": files, "bytes": sum(int(one.bytes) for one in stukken)}


def reasons(left_out: Iterable[Any]) -> list[tuple[str, int]]:
    """In words, for who works here, with how many; `left_out` as on the record of a transfer."""
    counted = Counter(one["reason"] for one in left_out)
    words = {
        CIRCUMSTANCES: f"persoonlijke omstandigheden gaan nooit naar {word('opdrachtgever', article=True)}",
        HEALTH: "gegevens over gezondheid",
        TALK: "de volledige tekst van een gesprek; wat nodig is, staat in de rapportages",
        ALONG: "verklaring bij een stuk dat niet meegaat",
    }
    return [(words.get(reason, reason), many) for reason, many in sorted(counted.items())]


def _why(stuk: Stuk, barred: dict[Any, str]) -> str:
    """A statement goes wherever the stuk goes that it speaks of (javawest 6.2), and so stays where that one stays; also
    where that one was shielded."""
    return barred[stuk.pk] or (ALONG if stuk.about_id and barred.get(stuk.about_id, ALONG) else "")


def _with_files(stukken: Any) -> Any:
    """Each with `file_ids` and their `bytes` together."""
    files = StoredFile.objects.filter(stuk_id=OuterRef("pk")).order_by()
    size = files.values("stuk_id").annotate(size=Sum("size")).values("size")
    ids = ArraySubquery(files.order_by("pk").values("pk"))
    return stukken.annotate(file_ids=ids, bytes=Coalesce(Subquery(size), Value(0), output_field=BigIntegerField()))


def _fingerprint(stukken: Iterable[Any], payer: str) -> str:
    """To whom it goes counts as well (id and kind): of another kind of opdrachtgever other stukken stay out."""
    parts = [f"{one.pk}:{one.version}:{one.kind}:{one.health}:{one.about_id}" for one in stukken]
    files = sorted(str(key) for one in stukken for key in one.file_ids)
    told = "\n".join([payer, *sorted(parts), *files])
    return hashlib.sha256(told.encode()).hexdigest()
