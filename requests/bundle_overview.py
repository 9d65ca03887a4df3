"""The overview that goes with a copy (AVG 15.1, pluspunt 4.3): which data, why, from whom, to whom, how long, and what
one may ask. Made from the registry, the reglement and the rows themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from django.apps import apps
from django.utils.timezone import localdate

from bureaus import registry, reglement
from bureaus.registry import Inzage
from bureaus.words import capitalised, word
from clients.models import Gemachtigde
from consent.models import Disclosure, ExportedClient
from dossiers import reading
from dossiers.forms import herkomst_label
from dossiers.models import Release
from requests.bundle_contents import Contents, Whole
from requests.letter_texts import AUTHORITY
from requests.models import Verzoek
from retention import said
from retention.erasing import parts
from retention.models import Transfer

# Every table that the registry says is about the client, in words; a test holds that none is left out.
CATEGORIES = {
    "access.AccessRequest": "wie vroeg om in uw dossier te kijken",
    "access.DossierGrant": "wie uw dossier mag zien, en waarom",
    "access.EndedGrant": "wie uw dossier eerder mocht zien",
    "access.FactorReset": "een nieuwe tweede stap voor uw account",
    "access.Invitation": "de uitnodiging voor uw account",
    "access.Mail": "e-mails die wij u stuurden (zonder inhoud van het dossier)",
    "access.Membership": "uw account bij ons",
    "access.User": "het e-mailadres waarmee u inlogt",
    "account.EmailAddress": "het e-mailadres van uw account",
    "clients.Appointment": "afspraken, en of u er was",
    "clients.Client": "uw naam, adres, geboortedatum en contactgegevens",
    "clients.ContactPerson": "mensen om u heen",
    "clients.Gemachtigde": "wie namens u mag spreken",
    "clients.Opdrachtgever": "wie uw traject betaalt",
    "clients.OpdrachtgeverContact": "de contactpersoon daar",
    "clients.Traject": "gegevens van uw traject",
    "clients.TrajectPhase": "de fasen van uw traject",
    "consent.Consent": "waarvoor u wel en geen toestemming gaf",
    "consent.DisclosedStuk": "welke stukken wij aan anderen gaven",
    "consent.Disclosure": "aan wie wij iets uit uw dossier gaven, en waarom",
    "consent.RefusedCall": "wie over u belde en niets kreeg",
    "consent.ExportedClient": "op welke lijsten u stond",
    "consent.StarterAsk": "dat wij voor u vroegen wie achter een voorbeeld in het startersregister zit",
    "consent.StarterEntry": "uw voorbeeld in het startersregister, zonder uw naam",
    "consent.StarterLink": "dat het voorbeeld van u is, en de naam van uw bedrijf",
    "consent.HandedOut": "wanneer u ons reglement kreeg",
    "consent.InformationRequest": "wat wij over u bij anderen opvroegen, en waarom",
    "consent.OptOut": "op welke lijsten u niet wilt staan",
    "dossiers.Dossier": "uw dossier: nummer, begin en archief",
    "dossiers.ReadMark": "wat u in het portaal hebt gelezen",
    "dossiers.Release": "wat uit uw dossier is vrijgegeven",
    "dossiers.StoredFile": "bestanden in uw dossier",
    "dossiers.Stuk": "stukken in uw dossier",
    "dossiers.StukVersion": "de tekst van de stukken",
    "dossiers.Tombstone": "dat iets op uw verzoek is verwijderd",
    "journal.Line": "het logboek: wie uw dossier opende, en wanneer",
    "mfa.Authenticator": "de tweede stap van uw account (nooit het geheim zelf)",
    "requests.FollowUp": "wat wij na een besluit nog doen",
    "requests.Judgement": "wat wel en niet meegaat in een kopie",
    "requests.Letter": "brieven over uw verzoeken",
    "requests.Mark": "wat uit een kopie is weggelaten, omdat het van een ander is",
    "requests.Pause": "wanneer de tijd voor ons antwoord stilstond",
    "requests.Step": "wat er met uw verzoeken gebeurde",
    "requests.Verzoek": "uw verzoeken en klachten",
    "retention.DueDate": "tot wanneer wij uw dossier bewaren",
    "retention.Hold": "waarom wij uw dossier langer bewaren",
    "retention.LegalRecord": "wat wij van de wet langer moeten bewaren",
    "retention.ListItem": "een lijst om te vernietigen",
    "retention.PaperFile": "uw dossier op papier: waar het ligt",
    "retention.PaperMove": "wie het papier meenam en terugbracht",
    "retention.TermAgreement": "een afspraak over de bewaartermijn",
    "retention.Transfer": "overdracht van uw dossier",
    "usersessions.UserSession": "waar en wanneer u bent ingelogd",
}


def overview(verzoek: Verzoek, found: Contents) -> dict[str, Any]:
    """By the headings of AVG 15.1; each a list, so that paper and JSON say the same. In the reach of the system."""
    return {
        "data": list(_data(verzoek, found)),
        "purposes": _purposes(found),
        "recipients": list(_recipients(verzoek, found)),
        "origin": _origin(found),
        "terms": [
            {"dossier": one.dossier.number, "text": " ".join(said.for_client(one.dossier))} for one in found.dossiers
        ],
        "rights": _rights(),
        "automated": "Over u is met dit programma geen besluit genomen zonder dat een mens ernaar keek.",
    }


def _data(verzoek: Verzoek, found: Contents) -> Iterator[dict[str, Any]]:
    """Each category with how many rows of it are about this person; nothing of what there is none."""
    counts = _counts(verzoek, [one.dossier for one in found.dossiers])
    for label, words in CATEGORIES.items():
        if label in _about_the_person() and counts.get(label, 1):
            yield {"category": words, "count": counts.get(label)}


@cache
def _about_the_person() -> frozenset[str]:
    return frozenset(name for name, one in registry.models().items() if one.inzage != Inzage.NO)


def _counts(verzoek: Verzoek, dossiers: Sequence[Any]) -> dict[str, int]:
    """Of what hangs on client, dossiers or trajecten, and of what names the dossier; the rest is unknown."""
    roots = {
        "dossiers.Dossier": [one.pk for one in dossiers],
        "clients.Traject": [one.traject_id for one in dossiers],
        "clients.Client": [verzoek.client_id],
    }
    counts: Counter[str] = Counter({label: len(ids) for label, ids in roots.items()})
    for root, ids in roots.items():
        for part in parts(root):
            counts[part.label] = max(counts[part.label], part.of(ids).count())
    for label in _about_the_person() - set(counts):
        rows: Any = apps.get_model(label)._default_manager
        if any(field.name == "dossier_id" for field in rows.model._meta.local_fields):
            counts[label] = rows.filter(dossier_id__in=roots["dossiers.Dossier"]).count()
    return dict(counts)


def _purposes(found: Contents) -> list[dict[str, str]]:
    """For each kind of stuk that there is: what it is kept for, as it says itself (javawest 4.1)."""
    told: dict[str, str] = {}
    for one in _stukken(found):
        told.setdefault(capitalised(reading.kind_label(one.stuk)), one.stuk.purpose)
    general = "om u te begeleiden naar werk, en om daarover verantwoording af te leggen"
    return [{"what": "Gegevens van u en uw traject", "why": general}, *({"what": k, "why": v} for k, v in told.items())]


def _recipients(verzoek: Verzoek, found: Contents) -> Iterator[dict[str, Any]]:
    """Who got what, and when (AVG 15.1c): what was released, what was handed over, and who looks along."""
    for whole in found.dossiers:
        yield from _of_dossier(whole)
    for row in ExportedClient.objects.filter(client_id=verzoek.client_id).order_by("sent_at", "id"):
        yield {"who": row.receiver, "what": row.get_kind_display(), "on": localdate(row.sent_at), "until": None}
    for one in Gemachtigde.objects.filter(client_id=verzoek.client_id).order_by("valid_from", "id"):
        yield {
            "who": one.name,
            "what": f"spreekt namens u: {one.scope}",
            "on": one.valid_from,
            "until": one.valid_until,
        }


def _of_dossier(whole: Whole) -> Iterator[dict[str, Any]]:
    traject = whole.dossier.traject
    fields = reglement.in_force().opdrachtgever_view.of(traject.opdrachtgever.kind).fields
    shown = ", ".join(one.label for one in fields)
    if shown:
        yield {"who": traject.opdrachtgever.name, "what": f"ziet van uw traject: {shown}", "on": None, "until": None}
    numbers = {one.stuk.pk: one.number for one in (*whole.goes, *whole.stays)}
    rows = Release.objects.filter(dossier=whole.dossier).select_related("opdrachtgever").order_by("released_at", "id")
    for row in rows:
        until = localdate(row.withdrawn_at) if row.withdrawn_at else None
        what = f"stuk {numbers[row.stuk_id]}" if row.stuk_id in numbers else "een stuk"
        yield {"who": row.opdrachtgever.name, "what": what, "on": localdate(row.released_at), "until": until}
    for row in Disclosure.objects.all().went_out().filter(dossier=whole.dossier).prefetch_related("stukken"):
        given = ", ".join(f"stuk {one.number}" for one in row.stukken.all())
        on = localdate(row.fetched_at) if row.fetched_at else row.handed_on
        yield {"who": row.receiver, "what": given, "on": on, "until": None}
    handed = Transfer.objects.filter(dossier_id=whole.dossier.pk, fetched_at__isnull=False)
    for one in handed.select_related("opdrachtgever"):
        on = localdate(one.fetched_at)
        yield {"who": one.opdrachtgever.name, "what": "het hele dossier", "on": on, "until": None}


def _origin(found: Contents) -> list[dict[str, Any]]:
    counted = Counter(herkomst_label(one.stuk.herkomst) for one in _stukken(found))
    return [{"from": who, "count": many} for who, many in counted.most_common()]


def _rights() -> list[str]:
    weeks, coach = reglement.in_force().requests.court_weeks, word("coach")
    return [
        "Klopt er iets niet? U mag vragen om het te verbeteren, aan te vullen, te verwijderen of af te schermen.",
        f"U mag altijd uw eigen verhaal in het dossier laten zetten. Vraag het aan uw {coach}.",
        "U mag vragen om uw gegevens te vernietigen, of om ze voorlopig niet te gebruiken.",
        "U mag bezwaar maken tegen het gebruik van uw gegevens.",
        "U mag uw gegevens meenemen. Daarvoor zit bij deze kopie een bestand dat een computer kan lezen.",
        "Gaf u toestemming? Die mag u altijd intrekken.",
        f"Bent u het niet met ons eens? U kunt een klacht indienen bij {AUTHORITY}."
        f" U kunt ook naar de rechter gaan, binnen {weeks} {'week' if weeks == 1 else 'weken'} na ons besluit.",
    ]


def _stukken(found: Contents) -> Iterable[Any]:
    return (one for whole in found.dossiers for one in (*whole.goes, *whole.stays))
