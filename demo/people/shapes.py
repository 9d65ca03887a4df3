"""What the generator yields: plain values that know nothing of the database."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Name:
    roepnaam: str
    voornamen: str
    voorletters: str
    tussenvoegsel: str
    achternaam: str

    @property
    def full(self) -> str:
        """Roepnaam, tussenvoegsel and achternaam as people say them."""
        return f"{self.roepnaam} {self._family(self.tussenvoegsel)}"

    @property
    def formal(self) -> str:
        """The family name as it stands after 'mevrouw' or 'meneer': the tussenvoegsel gets its capital."""
        if not self.tussenvoegsel:
            return self.achternaam
        prefix = self.tussenvoegsel
        capital = prefix if prefix.startswith("'") else prefix[0].upper() + prefix[1:]
        return self._family(capital)

    def _family(self, prefix: str) -> str:
        """`van den Berg`, `d'Hondt`: nothing comes between an apostrophe at the end and the name."""
        return f"{prefix}{self.achternaam}" if prefix.endswith("'") else f"{prefix} {self.achternaam}".strip()


@dataclass(frozen=True, slots=True)
class Address:
    straat: str
    huisnummer: int
    toevoeging: str
    postcode: str
    plaats: str

    @property
    def lines(self) -> tuple[str, str]:
        return f"{self.straat} {self.huisnummer}{self.toevoeging}", f"{self.postcode} {self.plaats}"


@dataclass(frozen=True, slots=True)
class Contactpersoon:
    name: Name
    relation: str
    phone: str
    email: str
    given_by_client: bool


@dataclass(frozen=True, slots=True)
class Gemachtigde:
    name: Name
    relation: str
    organisation: str
    phone: str
    email: str
    scope: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Person:
    index: int
    name: Name
    gender: str
    born: date
    bsn: str
    address: Address
    phone: str
    email: str
    taal: str
    taalniveau: str
    contactpersonen: tuple[Contactpersoon, ...] = ()
    gemachtigden: tuple[Gemachtigde, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    name: Name
    function: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Contract:
    number: str
    subject: str
    starts: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class Opdrachtgever:
    key: str
    kind: str
    name: str
    department: str
    address: Address
    email: str
    phone: str
    contacts: tuple[Contact, ...]
    contracts: tuple[Contract, ...]


@dataclass(frozen=True, slots=True)
class PhaseSpan:
    phase: str
    starts: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class Appointment:
    """A planned or past contact; ``verslag`` is the key of the stuk that records it, empty when there is none."""

    starts: datetime
    minutes: int
    kind: str
    place: str
    attendance: str
    verslag: str = ""


@dataclass(frozen=True, slots=True)
class Hours:
    on: date
    hours: Decimal
    activity: str


@dataclass(frozen=True, slots=True)
class FileSpec:
    """A file still to be made: ``maker`` names the layout, ``fields`` what stands in it."""

    name: str
    content_type: str
    maker: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Stuk:
    """One piece of a dossier. Its purpose is not here: each bureau's reglement says it per kind (javawest 4.1).

    ``state`` is concept, vastgesteld or werkaantekening; ``about`` is the key of the stuk that this one speaks of.
    """

    key: str
    kind: str
    soort: str
    title: str
    text: str
    on: date
    at: datetime
    herkomst: str
    author: str
    origin: str = ""
    health: bool = False
    state: str = "vastgesteld"
    aanvulling: str = ""
    released_at: datetime | None = None
    seen_by_client: bool = True
    about: str = ""
    file: FileSpec | None = None


@dataclass(frozen=True, slots=True)
class Traject:
    key: str
    kind: str
    opdrachtgever: str
    contract: str
    ordernummer: str
    phase: str
    phases: tuple[PhaseSpan, ...]
    aangemeld: date
    agreed_start: date
    planned_end: date
    hours_granted: Decimal
    sharing_stated: bool
    traject_ended: date | None
    service_closed: date | None
    contract_ended: date | None
    transfer_received: date | None
    end_reason: str
    end_result: str
    goal: str
    coach: int
    appointments: tuple[Appointment, ...]
    hours: tuple[Hours, ...]
    stukken: tuple[Stuk, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One client with everything that hangs on it."""

    person: Person
    trajecten: tuple[Traject, ...]


@dataclass(frozen=True, slots=True)
class Region:
    slug: str
    towns: tuple[tuple[str, int, str], ...]
    kinds: tuple[str, ...]
    opdrachtgevers: tuple[tuple[str, str, str], ...] = field(default=())
