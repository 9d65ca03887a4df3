"""The thread through one traject: a wish, an obstacle, steps, a workplace; and the words that fill the fragments."""

from datetime import date, datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from demo.people import texts
from demo.people.chance import Deck
from demo.people.days import long_day, working_day
from demo.people.names import DUTCH, draw_name
from demo.people.shapes import Name, Person

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
PRONOUNS = {"m": ("hij", "hem", "zijn"), "v": ("zij", "haar", "haar"), "x": ("die", "hen", "hun")}
TITLES = {"m": "de heer", "v": "mevrouw", "x": ""}
HOURS = {"u1": (4, 9), "u2": (6, 13), "u3": (3, 8), "u4": (6, 14)}
NUMBERS = ("twee", "drie", "vier", "vijf", "zes")
# Kinds of traject in which somebody still has a job.
WORKING = ("loopbaan", "tweede_spoor")
OWN_FACTS = {
    "opleiding": ("vmbo zonder diploma", "mbo 2", "mbo 3", "mbo 4", "havo", "hbo", "basisonderwijs"),
    "rijbewijs": ("ja", "nee", "ja, B", "verlopen"),
    "computer": ("ja", "nee", "alleen telefoon"),
    "beschikbaar": ("alle ochtenden", "maandag tot en met donderdag", "tijdens schooltijden", "vier dagen per week"),
    "vervoer": ("fiets", "bus", "eigen auto", "fiets en trein"),
}


class Story:
    """Draws fragments for one traject and fills them; two trajecten never share a deck."""

    def __init__(self, rng: Random, who: Person, kind: str, opdrachtgever: str) -> None:
        self.rng, self.who, self.kind = rng, who, kind
        self.deck = Deck(rng)
        self.wish: dict[str, Any] = rng.choice(texts.wishes(kind))
        self.obstacle: dict[str, Any] = _obstacle(rng, who, kind)
        self.words = _words(rng, who, self.wish, opdrachtgever)
        self.words["belactie"] = self.obstacle["actie"]
        self.words["Belactie"] = _capital(self.obstacle["actie"])
        self.words["beldoel"] = texts.fill(self.obstacle["doel"], self.words)

    def say(self, section: str, part: str) -> str:
        """The next fragment of a part, or of the part for this kind of traject; filled."""
        name = texts.part_for(self.kind, section, part)
        return texts.fill(self.deck.draw(f"{section}.{name}", texts.pool(section, name)), self.words)

    def tell(self, section: str, part: str) -> str:
        """The next fragment of a part that is a sequence; empty when it has been told."""
        return texts.fill(self.deck.in_order(f"{section}.{part}", texts.pool(section, part)), self.words)

    def lines(self, section: str, part: str) -> list[str]:
        """All fragments of a part, filled."""
        return [texts.fill(line, self.words) for line in texts.pool(section, texts.part_for(self.kind, section, part))]

    def obstacle_says(self, part: str) -> str:
        """What the obstacle does at a stage: intake, bezig or opgelost; empty when that has been told."""
        return texts.fill(self.deck.in_order(f"obstacle.{part}", self.obstacle[part]), self.words)

    def next_contact(self, day: date) -> None:
        """What 'the next time' means in the fragments that follow."""
        self.words["volgende"] = long_day(working_day(day))

    def at(self, day: date) -> datetime:
        """A moment in office hours of that day."""
        minutes = self.rng.randrange(8 * 12, 16 * 12) * 5
        return datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=AMSTERDAM)


def _obstacle(rng: Random, who: Person, kind: str) -> dict[str, Any]:
    every = texts.obstacles()
    if who.taalniveau in ("A1", "A2") and rng.random() < 0.6:
        return next(one for one in every if one["naam"] == "taal")
    left_out = {"taal"} | (set() if who.born.year < 1972 else {"leeftijd"})
    if kind in WORKING:
        left_out |= {"lang niet gewerkt", "arbeidsconflict", "zelfvertrouwen"}
    return rng.choice([one for one in every if one["naam"] not in left_out])


def _words(rng: Random, who: Person, wish: dict[str, Any], opdrachtgever: str) -> dict[str, str]:
    person = _forms_of_address(rng, who)
    tasks = rng.sample(wish["taken"], 3)
    strong, strong2 = rng.sample(texts.pool("kracht", "tekst"), 2)
    owner, boss = rng.choice(DUTCH.achternamen).rpartition("|")[2], _boss(rng)
    words = {
        **person,
        "beroep": wish["beroep"],
        "sector": wish["sector"],
        "vorig": rng.choice(wish["vorig"]),
        "reden": wish["reden"],
        "grens": wish["grens"],
        "stap": wish["stap"],
        "taak": tasks[0],
        "taak2": tasks[1],
        "taak3": tasks[2],
        "werkplek": f"{owner} {rng.choice(wish['bedrijf'])}",
        "leidinggevende": boss,
        "plaats": who.address.plaats,
        "duur": rng.choice(("acht maanden", "anderhalf jaar", "twee jaar", "drie jaar", "ruim een jaar", "vijf jaar")),
        "uren": rng.choice(("16", "20", "24", "28", "32")),
        "kracht": strong,
        "kracht2": strong2,
        "hobby": rng.choice(texts.pool("hobby", "tekst")),
        "aantal": rng.choice(NUMBERS),
        "aandoening": rng.choice(texts.pool("gezondheid", "aandoening")),
        "opdrachtgever": opdrachtgever,
        "taal": who.taal,
        "volgende": "een nader te bepalen dag",
        **_hours(rng),
        **{key: rng.choice(choices) for key, choices in OWN_FACTS.items()},
    }
    return words | {_capital(key): _capital(value) for key, value in words.items()}


def _forms_of_address(rng: Random, who: Person) -> dict[str, str]:
    """How a coach writes of this client: by first name in nearly half of the cases, else as meneer or mevrouw."""
    first = rng.random() < 0.45 or who.gender == "x"
    spoken = {"m": "meneer", "v": "mevrouw", "x": ""}[who.gender]
    title, name = TITLES[who.gender], who.name
    hij, hem, zijn = PRONOUNS[who.gender]
    whole = (title, name.voorletters, name.tussenvoegsel, name.achternaam)
    return {
        "naam": name.roepnaam if first else f"{spoken} {name.formal}",
        "hij": hij,
        "hem": hem,
        "zijn": zijn,
        "roepnaam": name.roepnaam,
        "naam_vol": " ".join(filter(None, whole)),
        "naam_kort": f"{title} {name.formal}".strip(),
    }


def _hours(rng: Random) -> dict[str, str]:
    return {name: str(rng.randrange(*span)) for name, span in HOURS.items()}


def _boss(rng: Random) -> str:
    gender = rng.choice("mv")
    name: Name = draw_name(rng, gender)
    return f"{'meneer' if gender == 'm' else 'mevrouw'} {name.formal}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
