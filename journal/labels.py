"""What acts, grounds and facts of the log are called in Dutch, in the bureau's own words. Every act has a label here.

Lines hold short keys; who reads the log (and the client, who reads a part of it) reads these.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from bureaus.words import word
from journal.groups import GROUPS

# What says that somebody looked into a dossier. The third wall of journal_line holds the same list: a client's
# session reads these lines of its own dossier and no other.
LOOKS = ("dossier.ingezien", "stuk.ingezien", "document.opgehaald", "traject.ingezien", "opdracht.ingezien")


# Facts that say more than their key; another key is shown as it is, with spaces.
FACTS = {
    "stukken": "stukken",
    "rows": "regels",
    "means": "hoe",
    "consent": "toestemming",
    "about": "gaat over",
    "action": "wat er dan gebeurt",
    "adopted_on": "vastgesteld op",
    "after": "daarna",
    "again": "opnieuw",
    "approval_fell": "goedkeuring vervallen",
    "as": "zoals te zien voor",
    "asked": "gevraagd",
    "asker": "wie vroeg",
    "attendance": "opkomst",
    "backup": "back-up",
    "because": "omdat",
    "before": "eerst",
    "broken": "klopt niet",
    "bsn": "met burgerservicenummer",
    "by": "door",
    "bytes": "bytes",
    "change": "wat er verandert",
    "client": "{client}",
    "channel": "hoe het binnenkwam",
    "complete": "helemaal",
    "contract_ended_on": "contract beëindigd op",
    "count": "aantal",
    "data_class": "soort gegevens",
    "days": "dagen",
    "decision": "besluit",
    "destroyed_on": "vernietigd op",
    "dossier": "dossier",
    "dossiers": "dossiers",
    "due_on": "antwoord op",
    "error": "fout",
    "fields": "velden",
    "files": "bestanden",
    "format": "soort bestand",
    "found": "gevonden",
    "ends_on": "loopt tot en met",
    "from": "van",
    "gained": "kregen toegang",
    "generation": "sleutel nummer",
    "grants_ended": "toegang tot zoveel dossiers beëindigd",
    "ground": "grond",
    "group": "soort handeling",
    "head": "hash van het laatste zegel",
    "health": "over gezondheid",
    "herkomst": "herkomst",
    "hours": "uren",
    "given_on": "gegeven op",
    "how": "hoe",
    "in_force_from": "geldt vanaf",
    "key": "verklaring",
    "keys": "sleutels",
    "kind": "soort",
    "left": "nog gevonden",
    "line": "regel",
    "lines": "regels",
    "list": "lijst",
    "lists": "lijsten",
    "looks": "regels getoond",
    "lost": "verloren toegang",
    "made_at": "gemaakt op",
    "mails": "mails",
    "manifest_sha256": "SHA-256 van de goedgekeurde lijst",
    "membership": "account",
    "method": "manier",
    "minutes": "minuten",
    "names_dossier": "noemt een dossier",
    "new": "nieuw",
    "new_client": "nieuw",
    "notified_at": "gemeld op",
    "number": "nummer",
    "numbers": "nummers",
    "on": "op",
    "opdrachtgever": "{opdrachtgever}",
    "page": "pagina",
    "papers": "papieren",
    "parts": "mappen",
    "pdf_sha256": "SHA-256 van de PDF",
    "people_told_at": "betrokkenen ingelicht op",
    "permissions": "mag",
    "person": "van wie",
    "purpose": "doel",
    "reason": "reden",
    "received_on": "ontvangen op",
    "reference_date": "peildatum",
    "reminders": "herinneringen",
    "request": "verzoek",
    "reset": "verzoek om een tweede stap",
    "result": "resultaat",
    "review_on": "opnieuw bekijken op",
    "risk": "risico",
    "roles": "rollen",
    "seals": "zegels",
    "seconds": "seconden",
    "sections": "onderdelen",
    "sessions": "sessies",
    "sha256": "SHA-256",
    "shown": "getoond",
    "shown_by": "identiteit getoond met",
    "signed": "elektronisch ondertekend",
    "slug": "korte naam",
    "source": "vanwege",
    "status": "antwoord",
    "stuk": "stuk",
    "term": "termijn",
    "text_sha256": "SHA-256 van de tekst",
    "to": "aan",
    "traject": "traject",
    "trajecten": "trajecten",
    "transfers": "overdrachten",
    "trigger": "te rekenen vanaf",
    "unsealed": "nog niet verzegeld",
    "until": "tot",
    "upto": "tot en met regel",
    "verdict": "oordeel",
    "verdicts": "oordelen",
    "version": "versie",
    "views": "keren bekeken",
    "why": "waarom",
    "wiped": "gewist na hun bewaartermijn",
}
_VALUES = {
    "view_dossier": "lezen",
    "change_dossier": "schrijven",
    "GET": "bekijken",
    "POST": "insturen",
}
_OBJECTS = {
    "access.AccessRequest": "verzoek om toegang",
    "access.AccessReview": "controle van de toegang",
    "access.Declaration": "verklaring",
    "access.DossierGrant": "toegang",
    "access.FactorReset": "nieuwe tweede stap",
    "access.Invitation": "uitnodiging",
    "access.Membership": "account",
    "bureaus.Bureau": "bureau",
    "bureaus.Reglement": "reglement",
    "clients.Appointment": "afspraak",
    "clients.Client": "{client}",
    "clients.ContactPerson": "contactpersoon",
    "clients.Contract": "contract",
    "clients.Gemachtigde": "gemachtigde",
    "clients.Opdrachtgever": "{opdrachtgever}",
    "clients.OpdrachtgeverContact": "contact van {opdrachtgever}",
    "clients.Traject": "traject",
    "consent.Consent": "toestemming",
    "consent.ConsentExport": "lijst naar buiten",
    "consent.Disclosure": "verstrekking",
    "consent.HandedOut": "uitgereikt reglement",
    "consent.HandedToPayer": "reglement voor {opdrachtgever}",
    "consent.InformationRequest": "opvraging",
    "consent.OptOut": "verzet",
    "consent.ProcessorAgreement": "verwerkersovereenkomst",
    "consent.RefusedCall": "geweigerd verzoek per telefoon",
    "consent.ResearchAsk": "onderzoek",
    "consent.StarterAsk": "vraag over het startersregister",
    "consent.StarterEntry": "voorbeeld in het startersregister",
    "dossiers.Dossier": "dossier",
    "dossiers.StoredFile": "bestand",
    "dossiers.Stuk": "stuk",
    "dossiers.VerslagTemplate": "sjabloon",
    "overviews.Signal": "signaal",
    "requests.Incident": "incident",
    "requests.Verzoek": "verzoek",
    "retention.Certificate": "certificaat van vernietigd papier",
    "retention.DestructionList": "vernietigingslijst",
    "retention.ListItem": "regel van een vernietigingslijst",
    "retention.Hold": "blokkade",
    "retention.PaperFile": "papieren dossier",
    "retention.ProcesVerbaal": "proces-verbaal van vernietiging",
    "retention.TermAgreement": "afgesproken bewaartermijn",
    "retention.Transfer": "overdracht",
}


@cache
def _labels() -> dict[str, str]:
    return {act: label for group in GROUPS for act, label in group.acts.items()}


def acts() -> list[str]:
    """Every act that has a label."""
    return list(_labels())


def acts_of(group: str) -> tuple[str, ...]:
    """The acts of one group; none for a key that is no group."""
    return next((tuple(one.acts) for one in GROUPS if one.key == group), ())


def act_label(act: str) -> str:
    """'Dossier bekeken'. An act of later, that this version does not know yet, is shown by its own name."""
    return _capital(_said(_labels().get(act, act.replace(".", " ").replace("_", " "))))


def object_label(object_type: str) -> str:
    """What a line is about: 'stuk'. Another model is shown by its own name."""
    return _said(_OBJECTS.get(object_type, object_type.rpartition(".")[2]))


def facts_in_words(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label and value of each fact, in Dutch; what is empty is left out."""
    known = [(name, value) for name, value in facts.items() if value not in ("", None, [], {})]
    return [(_capital(_said(FACTS.get(name, name.replace("_", " ")))), value_in_words(value)) for name, value in known]


def value_in_words(value: Any) -> str:
    """Yes, no, a list, a day or a moment as one writes it; the rest as it is."""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, dict):
        return ", ".join(f"{_said(FACTS.get(str(key), str(key)))}: {value_in_words(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(value_in_words, value))
    text = str(value)
    moment = _moment(text)
    return moment or _VALUES.get(text, text)


def _moment(text: str) -> str:
    """`3-5-2026` or `3-5-2026 14:05` of an ISO day or moment; nothing for another text."""
    try:
        found: date | datetime | None = parse_date(text) or parse_datetime(text)
    except ValueError:
        return ""
    if isinstance(found, datetime):
        local = timezone.localtime(found) if timezone.is_aware(found) else found
        return f"{local.day}-{local.month}-{local.year} {local:%H:%M}"
    return f"{found.day}-{found.month}-{found.year}" if found else ""


def _said(text: str) -> str:
    if "{" not in text:
        return text
    return text.format(
        client=word("client"), clients=word("client", plural=True), opdrachtgever=word("opdrachtgever"),
        directie=word("directie"), coach=word("coach"),
    )  # fmt: skip


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
