"""Whether what was decided has been done, seen where it is done and not where it is said. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F

from access.rules import RuleBroken
from dossiers.models import Stuk, StukVersion, Tombstone
from requests import collecting, deciding
from requests.models import Bundle, Change, Decision, Kind, Verzoek
from retention import listable
from retention.models import BUSY_ITEMS, ListItem

WRITES = (Change.IMPROVE, Change.ADD)
# What was done, for the client as well; seen here, so nobody has to say it.
DONE = {
    Change.IMPROVE: "De tekst is verbeterd. De oude tekst is afgeschermd.",
    Change.ADD: "De aanvulling staat in het dossier.",
    Change.DELETE: "Het stuk is verwijderd. In het dossier staat dat en wanneer.",
    Change.SHIELD: "Het stuk is afgeschermd.",
}


@dataclass(frozen=True)
class Progress:
    """`done`: it can be marked as carried out. `said`: by words of who did it, since nothing here shows it."""

    done: bool
    said: bool
    waits: str = ""


def progress(verzoek: Verzoek) -> Progress:
    """How far it is, in words for who handles it; of what was decided."""
    if verzoek.kind in deciding.COPIES:
        return _copy(verzoek)
    if verzoek.kind == Kind.VERNIETIGING:
        return _destroyed(verzoek)
    if verzoek.kind == Kind.CORRECTIE:
        return _corrected(verzoek)
    return Progress(done=True, said=True)


def check(verzoek: Verzoek, words: str) -> None:
    """Raises RuleBroken (field `words`) where it is not done, or nobody said what was done."""
    found = progress(verzoek)
    if found.said and not words.strip():
        raise RuleBroken("Schrijf op wat er is gedaan.", "words")
    if not found.done:
        raise RuleBroken(found.waits)


def list_of(verzoek: Verzoek) -> ListItem | None:
    """The open destruction list on which the stuk or the dossier of this request stands."""
    if verzoek.stuk_id:
        rows = ListItem.objects.filter(stuk_id=verzoek.stuk_id, state__in=BUSY_ITEMS)
        found: ListItem | None = rows.select_related("destruction_list").first()
        return found
    return next(iter(listable.busy(collecting.dossiers_of(verzoek).values_list("pk", flat=True)).values()), None)


def _copy(verzoek: Verzoek) -> Progress:
    """Fetched in the portal or handed over; inzage may also have been at a table, which somebody says in words."""
    bundles = verzoek.bundles.exclude(fetched_at=None) | verzoek.bundles.exclude(handed_on=None)
    if bundles.exists():
        return Progress(done=True, said=False)
    if verzoek.kind == Kind.INZAGE:
        return Progress(done=True, said=True)
    ready = verzoek.bundles.filter(state=Bundle.State.READY).exists()
    waits = "De kopie is nog niet opgehaald." if ready else "Maak eerst de kopie."
    return Progress(done=False, said=False, waits=waits)


def _destroyed(verzoek: Verzoek) -> Progress:
    if list_of(verzoek) is not None:
        return Progress(done=False, said=False, waits="De vernietiging staat op een lijst en is nog niet klaar.")
    if verzoek.decision == Decision.GRANTED and collecting.dossiers_of(verzoek).exists():
        return Progress(done=False, said=False, waits="Het dossier is er nog. Zet het op een lijst.")
    return Progress(done=True, said=verzoek.decision == Decision.PARTLY)


def _corrected(verzoek: Verzoek) -> Progress:
    if verzoek.of_data:
        # Where that stands somebody writes it anew; nothing here shows it.
        return Progress(done=True, said=True)
    if verzoek.change == Change.SHIELD:
        return _shielded(verzoek)
    if verzoek.change == Change.DELETE:
        gone = Tombstone.objects.filter(stuk_id=verzoek.stuk_id).exists()
        return Progress(done=gone, said=False, waits="" if gone else "Het stuk is nog niet verwijderd.")
    written = StukVersion.objects.filter(stuk_id=verzoek.stuk_id, number__gt=1, made_at__gt=verzoek.decided_at)
    if verzoek.change == Change.IMPROVE:
        # It took the place of what stood there, which is shielded (AVG 16).
        done = written.filter(number=F("stuk__shielded_upto") + 1).exists()
        return Progress(done=done, said=False, waits="" if done else "De betere tekst is nog niet vastgesteld.")
    done = written.exists()
    return Progress(done=done, said=False, waits="" if done else "De aanvulling is nog niet vastgesteld.")


def _shielded(verzoek: Verzoek) -> Progress:
    done = Stuk.objects.filter(pk=verzoek.stuk_id, shielded_at__isnull=False).exists()
    return Progress(done=done, said=False, waits="" if done else "Het stuk is nog niet afgeschermd.")
