"""The form of gegevens.json in a copy, version 1: what stands in docs/schemas is made of this, and a test holds both.

Another form is another version, beside this one: what somebody fetched years ago stays readable.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Told(BaseModel):
    model_config = ConfigDict(extra="forbid")


class BureauTold(Told):
    name: str = Field(description="Naam van het bureau zoals ingeschreven.")
    kvk: str = Field(description="KvK-nummer; leeg als het niet bekend is.")


class ReglementTold(Told):
    title: str
    version: int


class RequestTold(Told):
    number: str = Field(description="Ontvangstnummer, zoals V2026-0007.")
    kind: str
    received_on: date
    words: str = Field(description="Wat er is gevraagd, in de woorden van wie het vroeg.")
    proposed: str = Field(description="Bij een correctie: hoe de tekst zou moeten zijn.")
    decision: str = Field(description="Leeg als nog niet is besloten.")
    reason: str
    decided_at: datetime | None


class PersonTold(Told):
    name: str
    bsn: str = Field(description="Burgerservicenummer; leeg als het niet is vastgelegd.")
    initials: str
    first_name: str
    tussenvoegsel: str
    last_name: str
    birth_date: date | None
    street: str
    postcode: str
    city: str
    phone: str
    email: str
    language: str
    created_at: datetime = Field(description="Sinds wanneer de persoon bij het bureau bekend is.")


class ContactPersonTold(Told):
    name: str
    relation: str
    phone: str
    email: str


class GemachtigdeTold(Told):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    name: str
    scope: str
    since: date = Field(alias="from")
    until: date | None


class ConsentTold(Told):
    number: str
    title: str
    text: str = Field(description="De woorden waarin het is gevraagd.")
    version: int
    party: str = Field(description="De persoon of organisatie om wie het gaat; leeg als er geen is genoemd.")
    scope: str
    state: str
    asked_at: datetime
    answered_at: datetime | None
    ends_on: date | None = Field(description="Vanaf deze dag geldt het niet meer.")
    withdrawn_at: datetime | None


class StarterEntryTold(Told):
    business_name: str = Field(description="Naam van het bedrijf; leeg als die niet is vastgelegd.")
    kind: str
    sector: str
    phase: str
    region: str
    turnover: str = Field(description="Omzet per jaar.")
    investment: str = Field(description="Wat nodig was om te beginnen.")
    hours: str = Field(description="Uren per week.")
    learned: list[str] = Field(description="Waar een ander van kan leren.")
    lessons: str = Field(description="Wat een ander ervan kan leren, in eigen woorden.")
    kept_by: str = Field(description="Wie het als laatste opschreef.")
    kept_at: datetime = Field(description="Sinds wanneer het in het register staat.")


class CategoryTold(Told):
    category: str
    count: int | None = Field(description="Hoeveel er daarvan zijn; null waar dat niet is geteld.")


class PurposeTold(Told):
    what: str
    why: str


class RecipientTold(Told):
    who: str
    what: str
    on: date | None
    until: date | None


class OriginTold(Told):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    source: str = Field(alias="from")
    count: int


class TermTold(Told):
    dossier: str
    text: str


class OverviewTold(Told):
    """Het overzicht van AVG 15, lid 1."""

    data: list[CategoryTold]
    purposes: list[PurposeTold]
    recipients: list[RecipientTold]
    origin: list[OriginTold]
    terms: list[TermTold]
    rights: list[str]
    automated: str


class PhaseTold(Told):
    phase: str
    started_on: date | None
    finished_on: date | None


class AppointmentTold(Told):
    at: datetime
    kind: str
    place: str
    coach: str
    attendance: str
    hours: str | None = Field(description="Uren als decimaal getal, in tekst.")


class TrajectTold(Told):
    kind: str
    opdrachtgever: str
    coach: str
    phase: str
    result: str
    end_reason: str
    phases: list[PhaseTold]
    appointments: list[AppointmentTold]
    ordernummer: str
    registered_on: date
    agreed_start: date | None
    planned_end: date | None
    hours_granted: str | None
    traject_ended_on: date | None
    service_closed_on: date | None
    contract_ended_on: date | None


class SectionTold(Told):
    label: str
    text: str


class VersionTold(Told):
    number: int = Field(description="1 is het stuk zelf; wat volgt zijn aanvullingen.")
    title: str
    by: str
    at: datetime
    sections: list[SectionTold]


class FileTold(Told):
    entry: str = Field(description="De naam in deze kopie, onder bestanden/.")
    name: str = Field(description="De naam die het bestand in het dossier heeft.")
    content_type: str
    size: int = Field(description="In bytes.")
    sha256: str
    added_by: str
    added_at: datetime


class RedactionTold(Told):
    reason: str
    count: int = Field(description="Hoeveel aanwijzingen met deze reden: woorden, vlakken of bestanden.")


class StukTold(Told):
    number: int = Field(description="De plaats in het dossier, het oudste eerst.")
    kind: str
    kind_label: str
    about: int | None = Field(description="Bij een eigen verklaring: het nummer van het stuk waar die over gaat.")
    date: date
    herkomst: str
    origin: str
    purpose: str
    author: str
    health: bool = Field(description="Of het over gezondheid gaat.")
    versions: list[VersionTold]
    files: list[FileTold]
    redactions: list[RedactionTold] = Field(description="Wat eruit is weggelaten omdat het van een ander is.")


class WithheldTold(Told):
    number: int
    reason: str


class DossierTold(Told):
    number: str
    opened_at: datetime
    traject: TrajectTold
    stukken: list[StukTold]
    withheld: list[WithheldTold] = Field(description="Wat niet wordt gegeven: alleen nummer en reden.")
    removed_on_request: list[str]


class CopyTold(Told):
    """Een kopie van iemands gegevens uit Dossierwacht."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    name: Literal["dossierwacht.kopie"] = Field(alias="schema")
    schema_version: Literal[1]
    copy_id: str = Field(alias="copy", description="De kopie waar dit bestand in zit.")
    made_at: datetime
    bureau: BureauTold
    reglement: ReglementTold
    request: RequestTold
    person: PersonTold
    contact_persons: list[ContactPersonTold] = Field(description="Alleen wie de persoon zelf heeft opgegeven.")
    gemachtigden: list[GemachtigdeTold]
    consents: list[ConsentTold] = Field(description="Waarvoor toestemming is gevraagd, en het antwoord.")
    starter_entry: StarterEntryTold | None = Field(description="Het voorbeeld in het startersregister, als dat er is.")
    requests: list[RequestTold]
    overview: OverviewTold
    dossiers: list[DossierTold]
    left_out: dict[str, int] = Field(description="Wat er niet in zit, geteld: concepten, werkaantekeningen, …")
