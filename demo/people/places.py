"""Where the five bureaus work, what they do there and for whom."""

from random import Random

from demo.people import texts
from demo.people.numbers import letters
from demo.people.shapes import Address, Region

STREETS: list[str] = texts.names()["straten"]
GEWOON = ("werkfit", "naar_werk", "jobcoaching_intern", "jobcoaching_extern", "tweede_spoor", "loopbaan")

REGIONS = {
    region.slug: region
    for region in (
        Region(
            "javawest",
            (
                ("Veendam", 9641, "0598"),
                ("Hoogezand", 9602, "0598"),
                ("Stadskanaal", 9501, "0599"),
                ("Winschoten", 9671, "0597"),
                ("Delfzijl", 9934, "0596"),
                ("Groningen", 9718, "050"),
                ("Nieuwe Pekela", 9663, "0597"),
            ),
            (*GEWOON, "ondernemen"),
            (
                ("uwv", "UWV Groningen", "Werkbedrijf Groningen-Drenthe"),
                ("gemeente", "Gemeente Veendam", "Werk en Inkomen"),
                ("gemeente", "Gemeente Oldambt", "Sociaal domein"),
                ("verzekeraar", "Noorderborg Verzekeringen", "Inkomen en verzuim"),
                ("werkgever", "Aardappelzetmeelfabriek De Kiel B.V.", "Personeel en organisatie"),
                ("particulier", "", ""),
            ),
        ),
        Region(
            "werkid",
            (
                ("Almelo", 7609, "0546"),
                ("Hengelo", 7551, "074"),
                ("Enschede", 7522, "053"),
                ("Wierden", 7641, "0546"),
                ("Nijverdal", 7442, "0548"),
                ("Vroomshoop", 7681, "0546"),
                ("Oldenzaal", 7571, "0541"),
            ),
            GEWOON,
            (
                ("uwv", "UWV Hengelo", "Werkbedrijf Twente"),
                ("gemeente", "Gemeente Almelo", "Werkplein Twente"),
                ("gemeente", "Gemeente Wierden", "Participatie"),
                ("verzekeraar", "Tukker Zekerheid N.V.", "Arbeidsongeschiktheid"),
                ("werkgever", "Weverij Ten Bosch B.V.", "HR"),
                ("particulier", "", ""),
            ),
        ),
        Region(
            "pluspunt",
            (
                ("Tilburg", 5038, "013"),
                ("Waalwijk", 5141, "0416"),
                ("Oisterwijk", 5061, "013"),
                ("'s-Hertogenbosch", 5211, "073"),
                ("Goirle", 5051, "013"),
                ("Boxtel", 5281, "0411"),
                ("Breda", 4811, "076"),
            ),
            GEWOON,
            (
                ("uwv", "UWV Tilburg", "Werkbedrijf Midden-Brabant"),
                ("gemeente", "Gemeente Tilburg", "Werk en Inkomen"),
                ("gemeente", "Gemeente Waalwijk", "Werk en Inkomen"),
                ("verzekeraar", "Brabantse Onderlinge", "Re-integratie"),
                ("werkgever", "Leerfabriek Halstraat B.V.", "HR"),
                ("particulier", "", ""),
            ),
        ),
        Region(
            "jmwerkt",
            (
                ("Dordrecht", 3311, "078"),
                ("Rotterdam", 3014, "010"),
                ("Zwijndrecht", 3331, "078"),
                ("Papendrecht", 3351, "078"),
                ("Barendrecht", 2992, "0180"),
                ("Gorinchem", 4201, "0183"),
                ("Sliedrecht", 3361, "0184"),
            ),
            GEWOON,
            (
                ("uwv", "UWV Rotterdam", "Werkbedrijf Rijnmond"),
                ("gemeente", "Gemeente Dordrecht", "Sociaal domein"),
                ("gemeente", "Gemeente Zwijndrecht", "Werk en Participatie"),
                ("verzekeraar", "Merwede Inkomensverzekeringen", "Claims en re-integratie"),
                ("werkgever", "Scheepswerf Van Asperen B.V.", "Personeelszaken"),
                ("particulier", "", ""),
            ),
        ),
        Region(
            "werklokaal",
            (
                ("Leiden", 2312, "071"),
                ("Katwijk", 2221, "071"),
                ("Leiderdorp", 2351, "071"),
                ("Oegstgeest", 2341, "071"),
                ("Alphen aan den Rijn", 2401, "0172"),
                ("Noordwijk", 2201, "071"),
                ("Voorschoten", 2251, "071"),
            ),
            (*GEWOON, "ondernemen"),
            (
                ("uwv", "UWV Leiden", "Werkbedrijf Holland Rijnland"),
                ("gemeente", "Gemeente Leiden", "Werk en re-integratie"),
                ("gemeente", "Gemeente Katwijk", "Werk en Inkomen"),
                ("verzekeraar", "Rijnland Verzuim N.V.", "Spoor 2"),
                ("werkgever", "Bloembollenhuis Duinzicht B.V.", "Personeel"),
                ("particulier", "", ""),
            ),
        ),
    )
}
SLUGS = tuple(REGIONS)


def draw_address(rng: Random, region: Region) -> Address:
    town, digits, _ = rng.choice(region.towns)
    addition = rng.choices(("", "a", "b", "-2", "-III", " bis"), (30, 3, 2, 1, 1, 1))[0]
    postcode = f"{digits + rng.randrange(6)} {letters(rng)}"
    return Address(rng.choice(STREETS), rng.randrange(1, 240), addition, postcode, town)
