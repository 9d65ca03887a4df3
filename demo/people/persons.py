"""One client: name, birth date, address, numbers, languages, the people around."""

from datetime import date, timedelta
from random import Random

from demo.people.chance import rng_for
from demo.people.names import Origin, draw_name, draw_origin, relative_of
from demo.people.numbers import bsn_of, mobile, plain
from demo.people.places import REGIONS, SLUGS, draw_address
from demo.people.shapes import Contactpersoon, Gemachtigde, Name, Person

LEVELS = ("A1", "A2", "B1", "B2")
RELATIONS = (
    ("partner", 8),
    ("ex-partner", 4),
    ("moeder", 5),
    ("vader", 2),
    ("zus", 4),
    ("broer", 3),
    ("dochter", 3),
    ("zoon", 2),
    ("buurvrouw", 2),
    ("huisarts", 2),
    ("bewindvoerder", 4),
    ("klantmanager gemeente", 2),
)
FAMILY = {"moeder": "v", "vader": "m", "zus": "v", "broer": "m", "dochter": "v", "zoon": "m"}
MANDATES = (
    ("bewindvoerder", "Bewind {0}", "geldzaken en post daarover"),
    ("mentor", "Mentorschap {0}", "gesprekken over begeleiding"),
    ("advocaat", "{0} Advocaten", "inzage en bezwaar"),
    ("zus", "", "mee inzien en afspraken maken"),
    ("cliëntondersteuner", "Stichting Onafhankelijke Steun {0}", "meelezen en uitleggen"),
)


def person(seed: int, slug: str, index: int, today: date) -> Person:
    """Client ``index`` of a bureau; depends on nothing else but the seed and the year."""
    rng = rng_for(seed, slug, index, "person")
    gender = rng.choices(("m", "v", "x"), (48, 50, 2))[0]
    origin = draw_origin(rng)
    name = draw_name(rng, gender, origin)
    taal, level = _language(rng, origin)
    return Person(
        index=index,
        name=name,
        gender=gender,
        born=date(today.year, 1, 1) - timedelta(days=rng.randrange(19 * 365, 64 * 365)),
        bsn=bsn_of(SLUGS.index(slug), index),
        address=draw_address(rng, REGIONS[slug]),
        phone=mobile(rng),
        email=_email(rng, name, index),
        taal=taal,
        taalniveau=level,
        contactpersonen=_around(rng, name),
        gemachtigden=_mandates(rng, today),
    )


def _language(rng: Random, origin: Origin) -> tuple[str, str]:
    taal = rng.choice(origin.talen)
    if taal in ("Nederlands", "Sarnami", "Sranantongo"):
        return taal, rng.choices(("moedertaal", "B1"), (9, 1))[0]
    return taal, rng.choices(LEVELS, (2, 4, 3, 2))[0]


def _email(rng: Random, name: Name, index: int) -> str:
    if rng.random() < 0.06:
        return ""
    return f"{plain(name.roepnaam)}.{plain(name.tussenvoegsel + name.achternaam)}{index}@example.test"


def _around(rng: Random, name: Name) -> tuple[Contactpersoon, ...]:
    count = rng.choices((0, 1, 2, 3), (2, 5, 4, 1))[0]
    relations = dict.fromkeys(rng.choices([one for one, _ in RELATIONS], [weight for _, weight in RELATIONS], k=count))
    return tuple(_contact(rng, name, relation) for relation in relations)


def _contact(rng: Random, name: Name, relation: str) -> Contactpersoon:
    gender = FAMILY.get(relation)
    who = relative_of(rng, name, gender) if gender else draw_name(rng, rng.choice("mv"))
    email = f"{plain(who.roepnaam)}.{plain(who.achternaam)}@example.test" if rng.random() < 0.5 else ""
    return Contactpersoon(who, relation, mobile(rng), email, rng.random() < 0.8)


def _mandates(rng: Random, today: date) -> tuple[Gemachtigde, ...]:
    if rng.random() > 0.12:
        return ()
    relation, organisation, scope = rng.choice(MANDATES)
    who = draw_name(rng, rng.choice("mv"))
    since = today - timedelta(days=rng.randrange(30, 700))
    until = since + timedelta(days=rng.choice((365, 730, 1460))) if rng.random() < 0.6 else None
    email = f"{plain(who.roepnaam)}.{plain(who.achternaam)}@example.test"
    return (Gemachtigde(who, relation, organisation.format(who.achternaam), mobile(rng), email, scope, since, until),)
