"""Bureaus with a row in every tenant's table, made by hand, and sessions of plain psycopg to look at them.

What each row is called: `home.ids["dossiers_stuk"]["concept"]`. Everything of Charlie's dossier is without a prefix;
`other_…` is of Dirk's, in the same bureau.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
from django.db import models

from access import actions as access
from access.models import (
    AccessRequest,
    AccessReview,
    CalendarLink,
    Declaration,
    EndedGrant,
    FactorReset,
    Ground,
    Invitation,
    Mail,
    Membership,
    ReviewLine,
    RoleGroup,
)
from access.reach import CHANGE, VIEW, as_system
from bureaus.models import Bureau, Reglement
from bureaus.schema import Action, StukKind, Trigger
from bureaus.tenancy import in_bureau
from clients.models import (
    Appointment,
    Client,
    ContactPerson,
    Contract,
    Gemachtigde,
    Opdrachtgever,
    OpdrachtgeverContact,
    Traject,
    TrajectPhase,
)
from consent.models import StarterLink
from dossiers.models import (
    Dossier,
    Draft,
    FollowRun,
    ReadMark,
    Release,
    State,
    StoredFile,
    Stuk,
    StukVersion,
    Tombstone,
    VerslagTemplate,
)
from journal.actions import record, seal
from journal.models import Line, Seal
from overviews.models import Signal, SignalMark
from retention.models import (
    AGREED,
    Certificate,
    DestructionList,
    DueDate,
    Hold,
    ItemResult,
    LegalRecord,
    ListItem,
    PaperFile,
    PaperMove,
    ProcesVerbaal,
    TermAgreement,
    Transfer,
)
from tests.support.ages import silenced
from tests.support.consent_rows import consent_rows
from tests.support.disclosure_rows import bare_disclosure, call_row, disclosure_rows
from tests.support.exported import export_rows
from tests.support.handed_out import agreement_row, paper_row, payer_row
from tests.support.people import make_bureau, make_member
from tests.support.questions import question_row
from tests.support.request_rows import bureau_rows, request_rows
from tests.support.servers import TestServers
from tests.support.starters import starter_rows
from vault.actions import create_keys
from vault.models import WrappedKey

STAFF = ("alice", "bob", "dora")
CONTENT = {"title": "Gesprek", "sections": [{"label": "Verslag", "text": "Een woord dat niemand mag zien"}]}
DAY = date(2026, 1, 5)
MOMENT = datetime(2026, 1, 5, 10, tzinfo=UTC)


@dataclass
class Home:
    """One bureau: its members by name, and the ids of its rows by table and name."""

    bureau: Bureau
    people: dict[str, Membership] = field(default_factory=dict)
    ids: dict[str, dict[str, Any]] = field(default_factory=dict)

    def keep(self, name: str, row: models.Model) -> Any:
        self.ids.setdefault(row._meta.db_table, {})[name] = row.pk
        return row

    def name(self, table: str, pk: Any) -> str:
        """What a row is called; rows that came along with the bureau are all called 'more'."""
        return next((name for name, one in self.ids.get(table, {}).items() if one == pk), "more")

    def groups_of(self, person: str) -> list[int]:
        member = self.people[person]
        with in_bureau(self.bureau):
            roles = RoleGroup.objects.filter(role__in=member.roles).values_list("group_id", flat=True)
            return [member.private_group_id, *roles]


def furnish(slug: str) -> Home:
    """A bureau with Charlie's dossier (coach Alice, opdrachtgever Otto) and Dirk's (coach Bob, Olga)."""
    home = Home(make_bureau(slug, slug))
    for name, role in (
        ("alice", "coach"), ("bob", "coach"), ("dora", "directie"), ("charlie", "client"), ("dirk", "client"),
        ("gerda", "gemachtigde"), ("otto", "opdrachtgever"), ("olga", "opdrachtgever"),
    ):  # fmt: skip
        home.people[name] = home.keep(name, make_member(home.bureau, name.title(), role))
    with in_bureau(home.bureau):
        for one in Declaration.objects.select_related("membership"):
            home.keep(f"{one.membership.name} {one.key}", one)
        _furnish_traject(home, "", client="charlie", coach="alice", contact="otto")
        _furnish_traject(home, "other_", client="dirk", coach="bob", contact="olga")
        _furnish_door(home)
        _furnish_keeping(home)
        _furnish_requests(home)
        _furnish_consents(home)
        _furnish_bureau(home)
    return home


def _furnish_traject(home: Home, prefix: str, *, client: str, coach: str, contact: str) -> None:
    handler = home.people[coach]
    person = home.keep(
        f"{prefix}client", Client(first_name=client.title(), last_name="Persoon", membership=home.people[client])
    )
    create_keys(subject_ids=[person.pk])
    person.bsn = "111222333"
    person.save(force_insert=True)
    payer = _made(home, f"{prefix}payer", Opdrachtgever(kind="uwv", name=f"UWV {prefix}kantoor"))
    one = _made(
        home, f"{prefix}contact",
        OpdrachtgeverContact(opdrachtgever=payer, name=contact.title(), membership=home.people[contact]),
    )  # fmt: skip
    _made(home, f"{prefix}colleague", OpdrachtgeverContact(opdrachtgever=payer, name="Collega"))
    contract = _made(home, f"{prefix}contract", Contract(opdrachtgever=payer, number="C1", starts_on=DAY))
    traject = _made(
        home, f"{prefix}traject",
        Traject(client=person, opdrachtgever=payer, contact=one, contract=contract, kind="werkfit", handler=handler,
                registered_on=DAY),
    )  # fmt: skip
    _made(home, f"{prefix}phase", TrajectPhase(traject=traject, phase="intake", order=1))
    _made(home, f"{prefix}appointment", Appointment(traject=traject, kind="intake", starts_at=MOMENT, coach=handler))
    _made(home, f"{prefix}family", ContactPerson(client=person, name="Familie", relation="zus"))
    _made(
        home, f"{prefix}gemachtigde",
        Gemachtigde(client=person, name="Gerda", scope="alles", valid_from=DAY,
                    membership=None if prefix else home.people["gerda"]),
    )  # fmt: skip
    dossier = _made(home, f"{prefix}dossier", Dossier(number=f"D-{client}", client=person, traject=traject))
    create_keys(subject_ids=[dossier.pk])
    _grants(home, prefix, dossier, handler, client, contact)
    _stukken(home, prefix, dossier, home.people[client], handler, payer)
    keys = dict(WrappedKey.objects.filter(subject_id__in=[person.pk, dossier.pk]).values_list("subject_id", "pk"))
    home.ids.setdefault("vault_wrappedkey", {})[f"{prefix}client_key"] = keys[person.pk]
    home.ids["vault_wrappedkey"][f"{prefix}dossier_key"] = keys[dossier.pk]


def _made(home: Home, name: str, row: models.Model) -> Any:
    row.save(force_insert=True)
    return home.keep(name, row)


def _grants(home: Home, prefix: str, dossier: Dossier, handler: Membership, client: str, contact: str) -> None:
    given = [
        ("handler", handler, (VIEW, CHANGE), Ground.HANDLER),
        ("client", home.people[client], (VIEW,), Ground.CLIENT),
        ("opdrachtgever", home.people[contact], (VIEW,), Ground.OPDRACHTGEVER),
    ]
    if not prefix:
        given.append(("gemachtigde", home.people["gerda"], (VIEW,), Ground.GEMACHTIGDE))
    for name, member, permissions, ground in given:
        for row in access.grant(dossier=dossier, to=member, permissions=permissions, ground=ground):
            suffix = "_writes" if row.permission.codename == CHANGE else ""
            home.keep(f"{prefix}{name}{suffix}", row)
    ended = EndedGrant(
        grant_id=uuid.uuid4(), dossier_id=dossier.pk, dossier_number=dossier.number, group_id=1, permission=VIEW,
        ground=Ground.SECOND_COACH, granted_at=MOMENT, starts_at=MOMENT, ended_at=MOMENT,
    )  # fmt: skip
    _made(home, f"{prefix}ended", ended)
    record(act="dossier.ingezien", dossier=dossier)
    home.keep(f"{prefix}line", Line.objects.filter(dossier_id=dossier.pk, act="dossier.ingezien").get())


def _stukken(
    home: Home, prefix: str, dossier: Dossier, client: Membership, coach: Membership, payer: Opdrachtgever
) -> None:
    def stuk(name: str, kind: StukKind, author: Membership, concept: bool = False, **more: Any) -> Stuk:
        done = {} if concept else {"state": State.VASTGESTELD, "vastgesteld_at": MOMENT, "version": 1}
        row = Stuk(
            dossier=dossier, kind=kind, purpose="om te proberen", herkomst="medewerker", date=DAY, author=author,
            author_name=author.name, **(done | more),
        )  # fmt: skip
        return _made(home, f"{prefix}{name}", row)

    released = stuk("released", StukKind.VOORTGANGSRAPPORTAGE, coach, state=State.AANGEVULD, version=2)
    verslag = stuk("verslag", StukKind.GESPREKSVERSLAG, coach)
    withdrawn = stuk("withdrawn", StukKind.PLAN, coach)
    stuk("private", StukKind.PERSOONLIJKE_OMSTANDIGHEDEN, coach, restricted=True)
    concept = stuk("concept", StukKind.GESPREKSVERSLAG, coach, concept=True)
    note = stuk("note", StukKind.WERKAANTEKENING, coach)
    along = stuk("along", StukKind.EIGEN_VERKLARING, client, about=released)
    statement = stuk("statement", StukKind.EIGEN_VERKLARING, client)
    writing = stuk("writing", StukKind.EIGEN_VERKLARING, client, concept=True)
    for name, row, number in (
        ("released", released, 1), ("later", released, 2), ("verslag", verslag, 1), ("withdrawn", withdrawn, 1),
        ("note", note, 1), ("along", along, 1), ("statement", statement, 1),
    ):  # fmt: skip
        version = StukVersion(
            stuk=row, dossier=dossier, number=number, content=CONTENT, made_by=row.author, made_by_name="x"
        )
        _made(home, f"{prefix}{name}", version)
    for name, row in (("concept", concept), ("writing", writing)):
        _made(home, f"{prefix}{name}", Draft(stuk=row, dossier=dossier, author=row.author, content=CONTENT))
    for name, row in (("released", released), ("verslag", verslag), ("concept", concept), ("along", along)):
        stored = StoredFile(
            stuk=row, dossier=dossier, filename="cv.pdf", content_type="application/pdf", size=1, sha256="0",
            storage_name=f"{home.bureau.slug}/{prefix}{name}", added_by_name="x",
        )  # fmt: skip
        _made(home, f"{prefix}{name}", stored)
    let_out = {"dossier": dossier, "opdrachtgever": payer, "version": 1, "released_by": coach}
    _made(home, f"{prefix}released", Release(stuk=released, **let_out))
    gone = {"withdrawn_at": datetime.now(UTC) + timedelta(days=1), "withdrawn_by_name": "x"}
    _made(home, f"{prefix}withdrawn", Release(stuk=withdrawn, **let_out, **gone))
    _made(home, f"{prefix}tombstone", Tombstone(dossier=dossier, stuk_id=uuid.uuid4()))
    _made(home, f"{prefix}read", ReadMark(stuk=verslag, dossier=dossier, membership=client, version=1))


def _furnish_door(home: Home) -> None:
    """Who asked, who looks at what others reach, and what is kept: one of each, about Charlie's dossier."""
    bob, dora, dossier = home.people["bob"], home.people["dora"], Dossier.objects.get(number="D-charlie")
    about = {"dossier_id": dossier.pk, "dossier_number": dossier.number}
    asked = {"kind": AccessRequest.Kind.ASKED, "asker": bob, "asker_name": "Bob", "hours": 4, "reason": "Waarneming"}
    _made(home, "asked", AccessRequest(sealed_under=dossier.pk, **about, **asked))
    _made(home, "calendar", CalendarLink(membership=bob, token_hash=home.bureau.slug))
    _made(home, "reset", FactorReset(person=bob, asked_by=dora, reason="kwijt", expires_at=MOMENT))
    review = _made(home, "review", AccessReview(started_by=dora, started_by_name="Dora"))
    _made(home, "line", ReviewLine(review=review, membership=bob, name="Bob", roles=["coach"]))
    _made(home, "run", FollowRun(reglement=Reglement.objects.get()))
    found = {"membership_id": bob.pk, "actor": "Bob", "first_at": MOMENT}
    _made(home, "signal", Signal(kind=Signal.Kind.NIGHT, once_key="nacht", **found, **about))
    _made(home, "mark", SignalMark())
    by = {"made_by": dora, "made_by_name": "Dora"}
    _made(
        home, "agreement",
        TermAgreement(traject=dossier.traject, data_class=AGREED[0], term="P1Y", trigger=next(iter(Trigger)),
                      action=next(iter(Action)), basis="contract", **by),
    )  # fmt: skip
    _made(home, "hold", Hold(dossier=dossier, kind="rechtszaak", reason="Er loopt een zaak", review_on=DAY))


def _furnish_keeping(home: Home) -> None:
    """What is kept how long, destroyed and handed over: one of each, about Charlie's dossier."""
    dossier = Dossier.objects.get(number="D-charlie")
    about, paper = {"dossier_id": dossier.pk, "dossier_number": dossier.number}, {"file": "x", "file_size": 1}
    _made(
        home, "due", DueDate(dossier=dossier, due_on=DAY, explanation="5 jaar na het einde", action=next(iter(Action)))
    )
    row, _ = (
        _made(
            home, name,
            DestructionList(year=2026, number=number, kind="termijn", reference_date=DAY, manifest="{}",
                            manifest_sha256="0", reglement_version=1, cooling_off="P7D", proposed_by_name="systeem"),
        )
        for number, name in ((1, "list"), (2, "spare"))
    )  # fmt: skip
    item = _made(home, "item", ListItem(destruction_list=row, data_class="dossier", period_from=DAY, **about))
    _made(home, "result", ItemResult(item=item, store="dossiers.Stuk"))
    _made(home, "certificate", Certificate(destruction_list=row, company="Papier BV", destroyed_on=DAY, **paper))
    pv = ProcesVerbaal(year=2026, number=1, destruction_list=row, kind="termijn", facts={}, dossiers=1,
                       backups_expire_on=DAY, keep_until=DAY, **paper)  # fmt: skip
    with silenced():  # of a list that never ran
        _made(home, "pv", pv)
    record = LegalRecord(trigger=next(iter(Trigger)), trigger_on=DAY, term="P7Y", due_on=DAY, **about)
    create_keys(subject_ids=[record.pk])
    record.content = {}
    _made(home, "record", record)
    home.keep("record_key", WrappedKey.objects.get(subject_id=record.pk))
    kept = _made(home, "paper", PaperFile(dossier=dossier, place="Kast 3", noted_by_name="Alice"))
    _made(home, "move", PaperMove(paper=kept, kind=PaperMove.Kind.NOTED, place="Kast 3", by_name="Alice"))
    payer = dossier.traject.opdrachtgever
    _made(home, "transfer", Transfer(traject_id=dossier.traject_id, opdrachtgever=payer, **about))


def _furnish_requests(home: Home) -> None:
    for prefix, number, client, coach in (("", 1, "charlie", "alice"), ("other_", 2, "dirk", "bob")):
        dossier = Dossier.objects.select_related("client", "traject__opdrachtgever").get(number=f"D-{client}")
        for name, row in request_rows(dossier, home.people[coach], number=f"V2026-000{number}").items():
            home.keep(f"{prefix}{name}", row)
    for name, row in bureau_rows().items():
        home.keep(name, row)
    home.keep("incident_key", WrappedKey.objects.get(subject_id=home.ids["requests_incident"]["incident"]))


def _furnish_consents(home: Home) -> None:
    asked = (("", 1, "charlie", "third_party_share"), ("other_", 2, "dirk", "third_party_ask"))
    for prefix, number, client, purpose in asked:
        dossier = Dossier.objects.select_related("client").get(number=f"D-{client}")
        coach = home.people["alice" if client == "charlie" else "bob"]
        consents: Any = consent_rows(dossier, f"T2026-000{number}", purpose)
        for name, row in consents.items():
            home.keep(f"{prefix}{name}", row)
        home.keep(f"{prefix}question", question_row(dossier, coach, consents["consent"], f"IV2026-000{number}"))
        made = disclosure_rows(dossier, coach, f"VS2026-000{number}")
        for name, row in made.items():
            home.keep(f"{prefix}{name}", row)
        home.keep(f"{prefix}spare", bare_disclosure(dossier, coach, f"VS2026-001{number}"))
        home.keep(f"{prefix}refused_call", call_row(dossier))
        home.keep(f"{prefix}package_key", WrappedKey.objects.get(subject_id=made["package"].pk))
        home.keep(f"{prefix}handed_out", paper_row(dossier.client))
        for name, row in export_rows(dossier.client, coach).items():
            home.keep(f"{prefix}{name}", row)
        with as_system():
            for name, row in starter_rows(dossier.client).items():
                home.keep(f"{prefix}{name}", row)
        entry = home.ids["consent_starterentry"][f"{prefix}starter_entry"]
        home.keep(f"{prefix}starter_key", WrappedKey.objects.get(subject_id=entry))
    payer = Opdrachtgever.objects.first()
    home.keep("agreement", agreement_row(opdrachtgever=payer))
    home.keep("handed_to_payer", payer_row(payer))


def _furnish_bureau(home: Home) -> None:
    # Nobody holds a grant on these, and nothing points at them.
    person, payer = Client.objects.first(), Opdrachtgever.objects.first()
    _made(home, "spare", Client(first_name="Reserve", last_name="Zonder"))
    linked = _made(home, "linked", Client(first_name="Reserve", last_name="Met"))
    with as_system():
        _made(home, "spare", StarterLink(client=linked, made_by_name="Alice"))
    spare = {"kind": "werkfit", "handler": home.people["dora"], "registered_on": DAY}
    _made(home, "spare", Traject(client=person, opdrachtgever=payer, **spare))
    bare = _made(home, "bare", Traject(client=person, opdrachtgever=payer, **spare))
    _made(home, "spare", Dossier(number="D-spare", client=person, traject=bare))
    for role in RoleGroup.objects.all():
        home.keep(role.role, role)
    home.keep("reglement", Reglement.objects.get())
    _made(home, "template", VerslagTemplate(name="Gewoon", kind=StukKind.GESPREKSVERSLAG, sections=[]))
    _made(home, "mail", Mail(to="x@x.test", kind="uitnodiging", once_key="x"))
    token = {"token_hash": home.bureau.slug, "expires_at": MOMENT, "roles": ["coach"]}
    _made(home, "invitation", Invitation(email="x@x.test", name="X", **token))
    with as_system():
        seal()
    home.keep("seal", Seal.objects.get())


# -- sessions ------------------------------------------------------------------------------------------------------
class Session:
    """A connection of the app role with the settings that a request of this person would have."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection = connection

    def __call__(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        cursor = self.connection.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []

    def count(self, statement: str, *values: Any) -> int:
        """How many rows a statement changes; taken back at once."""
        with self.connection.transaction(force_rollback=True):
            return self.connection.execute(statement, values or None).rowcount

    def refused(self, statement: str, *values: Any) -> str:
        """The name of the error that a statement gets, or '' where it passes; taken back at once."""
        try:
            with self.connection.transaction(force_rollback=True):
                self.connection.execute(statement, values or None)
                self.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.Error as error:
            return type(error).__name__
        return ""


@contextmanager
def plain(servers: TestServers) -> Iterator[psycopg.Connection]:
    """The app role in plain psycopg: what whoever stole its password has. Nothing that is done stays."""
    with psycopg.connect(servers.environment()["DATABASE_URL"]) as connection:
        yield connection
        connection.rollback()


@contextmanager
def session(servers: TestServers, home: Home, person: str = "", reach: str = "system") -> Iterator[Session]:
    """A transaction with the settings of this person; without a person only the reach is set."""
    values = {"app.bureau_id": str(home.bureau.pk), "app.reach": reach, "app.principals": "{}"}
    values |= {"app.user_id": "0", "app.membership_id": str(uuid.UUID(int=0))}
    if person:
        member = home.people[person]
        groups = ",".join(str(group) for group in home.groups_of(person))
        values |= {"app.principals": "{" + groups + "}", "app.user_id": str(member.user_id)}
        values |= {"app.membership_id": str(member.pk)}
    with plain(servers) as connection:
        for name, value in values.items():
            connection.execute("SELECT set_config(%s, %s, true)", [name, value])
        yield Session(connection)
