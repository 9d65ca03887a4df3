"""Opdrachtgevers of a bureau: UWV, gemeenten, a verzekeraar, a werkgever, a particulier; contacts, contracts."""

from datetime import date, timedelta
from random import Random

from demo.people.chance import rng_for
from demo.people.names import draw_name
from demo.people.numbers import landline, plain
from demo.people.places import REGIONS, draw_address
from demo.people.shapes import Contact, Contract, Opdrachtgever, Region

FUNCTIONS = {
    "uwv": ("re-integratiebegeleider", "adviseur werk", "arbeidsdeskundige"),
    "gemeente": ("klantmanager werk", "consulent participatie", "kwaliteitsmedewerker"),
    "verzekeraar": ("casemanager inkomen", "regiemanager verzuim"),
    "werkgever": ("HR-adviseur", "leidinggevende", "casemanager verzuim"),
    "particulier": ("opdrachtgever",),
}
SUBJECTS = {
    "uwv": ("Werkfit maken", "Naar werk", "Jobcoaching"),
    "gemeente": ("Re-integratiediensten", "Jobcoaching Participatiewet"),
    "verzekeraar": ("Tweede spoor en loopbaan",),
    "werkgever": ("Begeleiding van medewerkers",),
    "particulier": ("Loopbaanbegeleiding",),
}
PAYS_FOR = {
    "werkfit": ("uwv",),
    "naar_werk": ("uwv", "gemeente"),
    "jobcoaching_intern": ("werkgever", "gemeente"),
    "jobcoaching_extern": ("uwv", "gemeente"),
    "tweede_spoor": ("werkgever", "verzekeraar"),
    "loopbaan": ("werkgever", "particulier"),
    "ondernemen": ("uwv", "gemeente", "particulier"),
}


def opdrachtgevers(seed: int, slug: str, today: date) -> tuple[Opdrachtgever, ...]:
    """The payers of a bureau; the same whatever the number of clients."""
    region = REGIONS[slug]
    return tuple(_payer(seed, region, place, today) for place in range(len(region.opdrachtgevers)))


def _payer(seed: int, region: Region, place: int, today: date) -> Opdrachtgever:
    rng = rng_for(seed, region.slug, "opdrachtgever", place)
    kind, name, department = region.opdrachtgevers[place]
    person = draw_name(rng, rng.choice("mv"))
    name = name or f"{person.voorletters} {person.formal}"
    domain = f"{plain(name)}.test"
    address, area = draw_address(rng, region), region.towns[0][2]
    many = 1 if kind == "particulier" else rng.randrange(2, 4)
    return Opdrachtgever(
        key=f"{kind}-{place}",
        kind=kind,
        name=name,
        department=department,
        address=address,
        email=f"re-integratie@{domain}",
        phone=landline(rng, area),
        contacts=tuple(_contact(rng, kind, domain, area) for _ in range(many)),
        contracts=tuple(_contracts(rng, kind, today)),
    )


def _contact(rng: Random, kind: str, domain: str, area: str) -> Contact:
    name = draw_name(rng, rng.choice("mv"))
    email = f"{plain(name.roepnaam)[:1]}.{plain(name.achternaam)}@{domain}"
    return Contact(name, rng.choice(FUNCTIONS[kind]), landline(rng, area), email)


def _contracts(rng: Random, kind: str, today: date) -> list[Contract]:
    """One that runs, and the ones before it: an ended contract is a trigger of its own (jmwerkt 8.1.2)."""
    found = []
    for subject in SUBJECTS[kind]:
        first = date(today.year - 1, 1, 1) - timedelta(days=365 * 6 + rng.randrange(3) * 90)
        middle, last = first + timedelta(days=3 * 365), first + timedelta(days=6 * 365)
        for place, (starts, ends) in enumerate(((first, middle), (middle + timedelta(days=1), last))):
            found.append(Contract(_number(rng, kind, starts, place), subject, starts, ends))
        starts = last + timedelta(days=1)
        found.append(Contract(_number(rng, kind, starts, 2), subject, starts, None))
    return found


def _number(rng: Random, kind: str, starts: date, place: int) -> str:
    return f"{kind[:3].upper()}-{starts.year}-{rng.randrange(1000, 10000)}{'ABC'[place]}"
