"""From generated values to rows of a dossier that are not saved yet: stukken, texts, releases, marks. No query here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from access.asking_rules import ALPHABET, NUMBER_LENGTH
from access.models import Membership
from bureaus.schema import AUTHOR_ONLY, Herkomst, Rules, StukKind
from clients.models import Appointment, Opdrachtgever, Traject
from demo.people import shapes
from demo.people.accounts import Staff
from demo.people.chance import rng_for
from demo.people.sections import content_of
from demo.people.story import AMSTERDAM
from dossiers.models import Dossier, Draft, ReadMark, Release, State, Stuk, StukVersion

# Where a bureau's reglement has a kind switched off: what a coach there would use instead. Other kinds are left out.
INSTEAD = {
    StukKind.WORKSHOP: StukKind.GESPREKSVERSLAG,
    StukKind.ONDERNEMINGSPLAN: StukKind.DOCUMENT,
    StukKind.SCHOLING: StukKind.DOCUMENT,
}
ARCHIVED_AFTER = timedelta(days=30)
OPENS = time(8, 30)


@dataclass
class Cast:
    """Who plays which part in one dossier."""

    staff: Staff
    handler: Membership
    client: Membership | None = None
    contact: Membership | None = None

    def author_of(self, one: shapes.Stuk, kind: str) -> Membership:
        """A client with an account writes the own statements; what else comes from a client is put in by the bureau."""
        if one.author == "client":
            return (self.client or self.staff.administratie) if kind == StukKind.EIGEN_VERKLARING else self.handler
        return self.staff.administratie if one.author == "administratie" else self.handler


@dataclass
class Written:
    """The rows of what was written in one dossier, and the files still to be sealed."""

    stukken: dict[str, Stuk] = field(default_factory=dict)
    versions: list[StukVersion] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    marks: list[ReadMark] = field(default_factory=list)
    files: list[tuple[Stuk, shapes.FileSpec]] = field(default_factory=list)


def number(seed: int, slug: str, key: str, attempt: int = 0) -> str:
    """A dossier number as `dossiers.rules.new_number` draws them, but the same for the same seed."""
    rng = rng_for(seed, slug, key, "dossiernummer", attempt)
    return "D-" + "".join(rng.choices(ALPHABET, k=NUMBER_LENGTH))


def dossier(row: Traject, one: shapes.Traject, number: str, today: date) -> Dossier:
    """Opened on the morning of the aanmelding; archived some time after all was closed (werkid 13.1)."""
    archived = one.service_closed + ARCHIVED_AFTER if one.service_closed else None
    return Dossier(
        number=number,
        client=row.client,
        traject=row,
        opened_at=_at(one.aangemeld),
        archived_at=_at(archived) if archived and archived <= today else None,
    )


def _at(day: date) -> datetime:
    return datetime.combine(day, OPENS, AMSTERDAM)


def written(
    home: Dossier, one: shapes.Traject, cast: Cast, rules: Rules, appointments: Sequence[tuple[str, Appointment]]
) -> Written:
    """Everything written in one dossier, as far as the bureau's reglement has the kind switched on."""
    made = Written()
    records = {key: row for key, row in appointments if key}
    open_contacts = {row.starts_at.date(): row for key, row in appointments if not key and _was_held(row)}
    for each in one.stukken:
        kind = kind_here(each.kind, rules)
        if kind is None:
            continue
        row = _stuk(home, each, kind, rules, cast)
        row.about = made.stukken.get(each.about)
        row.appointment = records.get(each.key) or _open_contact(row, open_contacts)
        made.stukken[each.key] = row
        _add_text(made, row, each)
        _add_release(made, row, each, cast, rules, _payer_of(home))
        if each.file:
            made.files.append((row, each.file))
        if cast.client and each.seen_by_client and not row.is_concept:
            # Version 1: an aanvulling that came later is still new to them.
            made.marks.append(_mark(row, cast.client, each.at + timedelta(days=2)))
    _read_by_opdrachtgever(made, cast)
    return made


def kind_here(kind: str, rules: Rules) -> StukKind | None:
    """The kind under which this bureau keeps such a stuk; None where it keeps none (javawest 4.1)."""
    wanted = StukKind(kind)
    if rules.dossier.is_on(wanted):
        return wanted
    other = INSTEAD.get(wanted)
    return other if other and rules.dossier.is_on(other) else None


def _payer_of(home: Dossier) -> Opdrachtgever:
    payer: Opdrachtgever = home.traject.opdrachtgever
    return payer


def _open_contact(row: Stuk, open_contacts: dict[date, Appointment]) -> Appointment | None:
    """The contact of that day that a concept will be the verslag of."""
    return open_contacts.get(row.date) if row.is_concept and row.kind == StukKind.GESPREKSVERSLAG else None


def _was_held(row: Appointment) -> bool:
    return row.attendance == "aanwezig"


def _stuk(home: Dossier, one: shapes.Stuk, kind: StukKind, rules: Rules, cast: Cast) -> Stuk:
    rule, author = rules.dossier.kinds[kind.value], cast.author_of(one, kind)
    # werkid 10.4: a werkaantekening is never vastgesteld.
    concept = one.state == "concept" or kind in AUTHOR_ONLY
    version = 0 if concept else 2 if one.aanvulling else 1
    return Stuk(
        dossier=home,
        kind=kind.value,
        state=(State.CONCEPT, State.VASTGESTELD, State.AANGEVULD)[version],
        purpose=rule.purpose,
        herkomst=one.herkomst,
        # jmwerkt 4.1.2-3: what came from the opdrachtgever says so.
        origin=_payer_of(home).kind if rules.dossier.origin_binds and one.herkomst == Herkomst.OPDRACHTGEVER else "",
        date=one.on,
        author=author,
        author_name=author.name,
        health=one.health or rule.health,
        restricted=rule.restricted,
        created_at=one.at,
        vastgesteld_at=None if concept else one.at + timedelta(minutes=5),
        version=version,
    )


def _add_text(made: Written, row: Stuk, one: shapes.Stuk) -> None:
    if row.is_concept:
        content = content_of(one) | {"fields": {"herkomst": one.herkomst, "date": one.on.isoformat()}}
        made.drafts.append(
            Draft(stuk=row, dossier=row.dossier, author=row.author, content=content, version=3, saved_at=one.at)
        )
        return
    made.versions.append(_version(row, 1, content_of(one), one.at + timedelta(minutes=5)))
    if one.aanvulling:
        added: dict[str, Any] = {"title": "Aanvulling", "sections": [{"label": "", "text": one.aanvulling}]}
        made.versions.append(_version(row, 2, added, one.at + timedelta(days=3)))


def _version(row: Stuk, nth: int, content: dict[str, Any], at: datetime) -> StukVersion:
    return StukVersion(
        stuk=row,
        dossier=row.dossier,
        number=nth,
        content=content,
        made_by=row.author,
        made_by_name=row.author_name,
        made_at=at,
    )


def _add_release(made: Written, row: Stuk, one: shapes.Stuk, cast: Cast, rules: Rules, payer: Opdrachtgever) -> None:
    """DOMAIN 5: what leaves the bureau is an allow-list, and never a concept."""
    may = rules.opdrachtgever_view.may_release(payer.kind, row.kind, health=row.health)
    if one.released_at is None or not may or row.is_concept:
        return
    made.releases.append(
        Release(
            stuk=row,
            dossier=row.dossier,
            opdrachtgever=payer,
            version=1,
            released_by=cast.handler,
            released_by_name=cast.handler.name,
            released_at=one.released_at,
        )
    )


def _mark(row: Stuk, reader: Membership, at: datetime) -> ReadMark:
    return ReadMark(stuk=row, dossier=row.dossier, membership=reader, version=1, read_at=at)


def _read_by_opdrachtgever(made: Written, cast: Cast) -> None:
    """All but the latest: that one is new to them."""
    if cast.contact is None:
        return
    for release in sorted(made.releases, key=lambda each: each.released_at)[:-1]:
        made.marks.append(_mark(release.stuk, cast.contact, release.released_at + timedelta(days=1)))
