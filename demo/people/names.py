"""Names as they really occur in the Netherlands, with their prefixes, accents and apostrophes."""

from dataclasses import dataclass
from random import Random

from demo.people.shapes import Name

MANNEN_NL = (
    "Jan|Pieter|Kees|Willem|Henk|Gerrit|Joost|Bram|Daan|Sem|Thijs|Ruben|Niels|Sander|Wouter|Jeroen|Marcel|Erik|Bart|"
    "Koen|Lars|Tim|Dirk|Johan|André|Menno|Jelle|Sjoerd|Hidde|Harm|Roelof|Geert|Rob|Frank|Martijn|Stefan|Patrick|René|"
    "Ton|Wim|Jan-Willem|Jan Peter|Pim|Guus|Luuk|Maarten|Vincent|Bas|Freek|Teun"
).split("|")
VROUWEN_NL = (
    "Anja|Marieke|Ellen|Ingrid|Monique|Linda|Sanne|Lotte|Femke|Iris|Eva|Esther|Judith|Mirjam|Karin|Petra|Wilma|Joke|"
    "Truus|Ria|Hanneke|Marjolein|Annemarie|Anne-Marie|Chantal|Kim|Daphne|Nienke|Tjitske|Fenna|Greetje|Willemijn|José|"
    "Renée|Noëlle|Zoë|Desirée|Manon|Roos|Fleur|Lieke|Maaike|Saskia|Yvonne|Bianca|Astrid|Carla|Jolanda|Marloes|Els"
).split("|")
ACHTERNAMEN_NL = (
    "|Jansen;|Bakker;|Visser;|Smit;|Meijer;|Mulder;|Bos;|Vos;|Peters;|Hendriks;|Dekker;|Brouwer;|Dijkstra;|Kuipers;"
    "|Veenstra;|Hoekstra;|Postma;|Bosman;|Kramer;|Willemsen;|Scholten;|Prins;|Huisman;|Schipper;|Wiersma;|Oosterhuis;"
    "|Groeneveld;|Kleinjan;|Nijboer;|Bruggink;|Leferink;|Wolters;|Huizinga;|Boerma;|Drenth;|Hofstede;|Coenen;|Daniëls;"
    "|Noordhoek;|Lubbers;|Oude Nijhuis;|Groot Koerkamp;de|Vries;de|Jong;de|Boer;de|Groot;de|Wit;de|Graaf;de|Haan;"
    "de|Ruiter;de|Bruijn;van|Dijk;van|Leeuwen;van|Vliet;van|Beek;van|Dam;van|Wijk;van|Es;van den|Berg;van den|Heuvel;"
    "van den|Brink;van der|Meer;van der|Linden;van der|Veen;van der|Heijden;van der|Wal;van der|Laan;van de|Ven;"
    "van de|Kamp;van 't|Hof;van 't|Zand;in 't|Veld;op 't|Hoog;'t|Hart;'t|Hooft;ten|Brinke;ten|Cate;ten|Have;ter|Horst;"
    "ter|Braak;te|Winkel;van der|Ploeg-Smit;de|Jong-van den Berg;|Bakker-de Vries;|Visser-Ouali;uit den|Bogaard;"
    "von|Hausen;du|Pré;le|Fèvre;d'|Hondt"
).split(";")


@dataclass(frozen=True, slots=True)
class Origin:
    """Names that go together, and the languages people with those names may bring along."""

    weight: int
    mannen: tuple[str, ...]
    vrouwen: tuple[str, ...]
    achternamen: tuple[str, ...]
    talen: tuple[str, ...]


def _origin(weight: int, mannen: str, vrouwen: str, achternamen: str, talen: str) -> Origin:
    lists = (tuple(text.split(",")) for text in (mannen, vrouwen, achternamen, talen))
    return Origin(weight, *lists)


ORIGINS = (
    Origin(60, tuple(MANNEN_NL), tuple(VROUWEN_NL), tuple(ACHTERNAMEN_NL), ("Nederlands",)),
    _origin(
        9,
        "Mehmet,Emre,Murat,Hüseyin,Yusuf,Ömer,Serkan,Uğur,Şükrü,İbrahim,Cem,Onur",
        "Ayşe,Elif,Zeynep,Özlem,Gülşen,Şeyma,Fatma,Tuğba,Sibel,Nur,Büşra,Çiğdem",
        "Çelik,Yıldız,Şahin,Öztürk,Kılıç,Aydın,Doğan,Güneş,Koç,Arslan,Demir,Yılmaz-Bakır",
        "Turks,Turks,Nederlands",
    ),
    _origin(
        9,
        "Mohamed,Youssef,Hamza,Rachid,Karim,Said,Ayoub,Bilal,Nabil,Abdelhak,Driss,Soufiane",
        "Fatima,Samira,Naima,Khadija,Hafida,Loubna,Ikram,Saïda,Malika,Nadia,Fatima-Zohra,Rachida",
        "|Amrani,El|Idrissi,El|Ouali,El|Bouazza,Aït|Baha,Ben|Haddou,|Benali,|Ouchan,|Tahiri,|Chaoui,El|Khattabi,Bou|Zian",
        "Tamazight,Marokkaans-Arabisch,Nederlands",
    ),
    _origin(
        7,
        "Ruben,Winston,Orlando,Dwight,Guno,Romeo,Sunil,Rajesh,Iwan,Sergio,Vishal,Kenneth",
        "Ilse,Sheila,Cynthia,Muriël,Anoushka,Sandhya,Roshni,Urmie,Jet,Chermaine,Indra,Wonny",
        "|Ramdin,|Jadnanansing,|Kartosoewito,|Wijngaarde,|D'Souza,|Codrington,|Bhagwandin,|Tjon A Fat,|Esajas,|Pinas,"
        "|Ramkhelawan,|Zeefuik",
        "Nederlands,Sarnami,Sranantongo",
    ),
    _origin(
        6,
        "Łukasz,Paweł,Krzysztof,Michał,Grzegorz,Tomasz,Wojciech,Stanisław,Bartłomiej,Rafał",
        "Agnieszka,Małgorzata,Bożena,Żaneta,Elżbieta,Joanna,Katarzyna,Świętosława,Iwona,Beata",
        "|Wójcik,|Kamiński,|Dąbrowski,|Zieliński,|Szymański,|Woźniak,|Kozłowski,|Jabłoński,|Mazur,|Krawczyk",
        "Pools",
    ),
    _origin(
        5,
        "Omar,Khalil,Samer,Anas,Tesfay,Yonas,Abel,Farid,Reza,Mustafa",
        "Rania,Hala,Nour,Selam,Feven,Helen,Maryam,Zahra,Shirin,Aster",
        "Al|Hassan,Al|Masri,Abu|Zaid,|Haile,|Tekle,|Ghebremedhin,|Ahmadi,|Rezai,|Hosseini,|Gebreyesus",
        "Arabisch,Tigrinya,Dari,Farsi",
    ),
    _origin(
        4,
        "Lennox,Jean-Pierre,Ângelo,João,Xander,Björn,Søren,Nuno,Milan,Goran",
        "Françoise,Inês,María José,Graça,Solange,Åsa,Jasmina,Olena,Tetiana,Mónica",
        "|O'Brien,|D'Angelo,da|Silva,dos|Santos,de|Conceição,|Muñoz,|Jovanović,|Kovačević,|Shevchenko,|N'Diaye,|Sørensen",
        "Engels,Portugees,Oekraïens,Servisch,Frans,Spaans",
    ),
)
WEIGHTS = tuple(origin.weight for origin in ORIGINS)


def draw_origin(rng: Random) -> Origin:
    return rng.choices(ORIGINS, WEIGHTS)[0]


def draw_name(rng: Random, gender: str, origin: Origin | None = None) -> Name:
    """A name of the given gender ('m', 'v' or 'x', which takes either list)."""
    origin = origin or draw_origin(rng)
    first = origin.mannen if (gender == "m" or (gender == "x" and rng.random() < 0.5)) else origin.vrouwen
    given = rng.sample(first, rng.choices((1, 2, 3), (5, 3, 1))[0])
    prefix, _, family = rng.choice(origin.achternamen).rpartition("|")
    return Name(given[0], " ".join(given), _initials(given), prefix, family)


def relative_of(rng: Random, name: Name, gender: str) -> Name:
    """Somebody of the same family."""
    given = rng.choice(MANNEN_NL if gender == "m" else VROUWEN_NL)
    return Name(given, given, _initials([given]), name.tussenvoegsel, name.achternaam)


def _initials(given: list[str]) -> str:
    return "".join(f"{part[0].upper()}." for name in given for part in name.replace("-", " ").split())
