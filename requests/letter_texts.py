"""The house's own texts of letters (B1), and the fields that a text may hold. A bureau writes its own beside them.

A field is a word between braces. A paragraph with a field that has nothing to say in this letter is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from requests.models import LetterTemplate

Kind = LetterTemplate.Kind
FIELD = re.compile(r"\{([^{}]*)\}")
AUTHORITY = (
    "de Autoriteit Persoonsgegevens, Postbus 93374, 2509 AJ Den Haag, www.autoriteitpersoonsgegevens.nl"
)  # fmt: skip

# Every field with what it becomes, as the page that edits a text explains it.
FIELDS = {
    "naam": "de naam van wie het vraagt",
    "nummer": "het ontvangstnummer",
    "vraag": "een zin die zegt wat er is gevraagd",
    "ontvangen": "de dag waarop het binnenkwam",
    "uiterlijk": "de laatste dag om te antwoorden",
    "behandelaar": "wie het behandelt",
    "bureau": "de naam van het bureau",
    "coach": "het woord van het bureau voor coach",
    "directie": "het woord van het bureau voor directie",
    "besluit": "een zin die zegt wat is besloten",
    "grond": "de grond van een afwijzing",
    "reden": "de reden, zoals bij het besluit of de verlenging is opgeschreven",
    "niet_gegeven": "de stukken die niet meegaan, met nummer en reden",
    "rechten": "wat men kan doen die het niet eens is met het besluit: klacht en rechter",
    "toezichthouder": "naam en adres van de toezichthouder",
    "rechter_weken": "het aantal weken om naar de rechter te gaan, volgens het reglement",
}
# What the law wants in it (AVG 12.3, 12.4) may be said in other words, but not be left out.
REQUIRED = {
    Kind.ACKNOWLEDGE: ("nummer", "uiterlijk"),
    Kind.IDENTITY: ("nummer",),
    Kind.EXTEND: ("reden", "uiterlijk"),
    Kind.DECIDE: ("besluit", "rechten"),
    Kind.REFUSE: ("reden", "rechten"),
    Kind.COMPLAINT_ACKNOWLEDGE: ("nummer", "uiterlijk"),
    Kind.COMPLAINT_DECIDE: ("besluit", "rechten"),
}


@dataclass(frozen=True)
class Text:
    """What a letter is made from; version 0 is the house's own text."""

    subject: str
    body: str
    version: int = 0


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of a letter; `items` where it is a list."""

    text: str = ""
    items: tuple[str, ...] = ()


_GREETING = "Beste {naam},"
_CLOSE = "Hebt u een vraag? Neem contact op met {behandelaar}. Noem dan het nummer {nummer}.\n\nMet vriendelijke groet,"
HOUSE = {
    Kind.ACKNOWLEDGE: Text(
        "Wij hebben uw verzoek ontvangen",
        f"""{_GREETING}

Op {{ontvangen}} kregen wij uw verzoek. {{vraag}} Uw verzoek heeft nummer {{nummer}}.

U krijgt antwoord op uiterlijk {{uiterlijk}}. {{behandelaar}} behandelt uw verzoek.

Hebben wij meer tijd nodig? Of willen wij eerst weten wie u bent? Dan hoort u dat van ons.

{_CLOSE}""",
    ),
    Kind.IDENTITY: Text(
        "Laat ons zien wie u bent",
        f"""{_GREETING}

Op {{ontvangen}} kregen wij uw verzoek met nummer {{nummer}}. {{vraag}}

Wij geven gegevens alleen aan de persoon van wie ze zijn. Daarom willen wij eerst weten wie u bent. Dat kan zo:

- U logt in op onze website, met uw tweede stap.
- Of u komt langs en laat uw paspoort, ID-kaart of rijbewijs zien.

Stuur ons geen kopie. Wij kijken alleen. Wij bewaren geen kopie en geen nummer.

Vraagt u dit voor iemand anders? Neem dan ook een machtiging mee.

Zolang wij dit niet weten, staat de tijd voor ons antwoord stil.

{_CLOSE}""",
    ),
    Kind.EXTEND: Text(
        "Wij hebben meer tijd nodig",
        f"""{_GREETING}

Op {{ontvangen}} kregen wij uw verzoek met nummer {{nummer}}. {{vraag}}

Het lukt ons niet om binnen een maand te antwoorden. De reden is: {{reden}}

U krijgt antwoord op uiterlijk {{uiterlijk}}.

Bent u het hier niet mee eens? U kunt een klacht indienen bij {{toezichthouder}}.

{_CLOSE}""",
    ),
    Kind.DECIDE: Text(
        "Ons besluit over uw verzoek",
        f"""{_GREETING}

Op {{ontvangen}} kregen wij uw verzoek met nummer {{nummer}}. {{vraag}}

{{besluit}}

De reden is: {{reden}}

Dit krijgt u niet:

{{niet_gegeven}}

{{rechten}}

{_CLOSE}""",
    ),
    Kind.REFUSE: Text(
        "Wij doen niet wat u vraagt",
        f"""{_GREETING}

Op {{ontvangen}} kregen wij uw verzoek met nummer {{nummer}}. {{vraag}}

Wij hebben goed naar uw verzoek gekeken. {{besluit}}

De grond hiervoor is: {{grond}}.

Dit is de reden: {{reden}}

{{rechten}}

U mag altijd uw eigen verhaal in het dossier laten zetten. Vraag het aan uw {{coach}}, of doe het op onze website.

{_CLOSE}""",
    ),
    Kind.COMPLAINT_ACKNOWLEDGE: Text(
        "Wij hebben uw klacht ontvangen",
        f"""{_GREETING}

Op {{ontvangen}} kregen wij uw klacht. Wat vervelend dat u niet tevreden bent. Uw klacht heeft nummer {{nummer}}.

{{behandelaar}} behandelt uw klacht. Dat is nooit de persoon over wie u klaagt.

Wij praten met u en met de mensen om wie het gaat. U krijgt antwoord op uiterlijk {{uiterlijk}}.

{_CLOSE}""",
    ),
    Kind.COMPLAINT_DECIDE: Text(
        "Ons antwoord op uw klacht",
        f"""{_GREETING}

Op {{ontvangen}} kregen wij uw klacht met nummer {{nummer}}.

{{besluit}}

Dit is waarom: {{reden}}

{{rechten}}

{_CLOSE}""",
    ),
}


def problems(kind: str, subject: str, body: str) -> dict[str, str]:
    """What is wrong with a text, by the field of the form; empty where nothing is."""
    found = {name: _strange(text) for name, text in (("subject", subject), ("body", body))}
    missing = [one for one in REQUIRED[Kind(kind)] if one not in FIELD.findall(body)]
    if missing and not found["body"]:
        listed = ", ".join(f"{{{one}}}" for one in missing)
        found["body"] = f"In deze brief hoort te staan: {listed}. Zet het op de plek waar het moet komen."
    return {name: words for name, words in found.items() if words}


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its fields filled in, once: what a value holds is never read as a field."""
    return FIELD.sub(lambda found: values.get(found[1], ""), text)


def paragraphs(body: str, values: Mapping[str, str]) -> Iterator[Paragraph]:
    """The letter; a paragraph that ends in ':' goes where what stands below it has nothing to say."""
    blocks = _blocks(body)
    silent = [_is_silent(one, values) for one in blocks]
    for at, block in enumerate(blocks):
        heads_nothing = block.endswith(":") and at + 1 < len(blocks) and silent[at + 1]
        if not silent[at] and not heads_nothing:
            yield _paragraph(filled(block, values))


def _paragraph(text: str) -> Paragraph:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if lines and all(line.startswith("- ") for line in lines):
        return Paragraph(items=tuple(line[2:] for line in lines))
    return Paragraph("\n".join(lines))


def _blocks(body: str) -> list[str]:
    return [one.strip() for one in re.split(r"\n\s*\n", body.replace("\r\n", "\n")) if one.strip()]


def _is_silent(block: str, values: Mapping[str, str]) -> bool:
    return any(not values.get(name, "") for name in FIELD.findall(block))


def _strange(text: str) -> str:
    """Why a text can't be used: a field that is not known, or a brace that stands alone."""
    unknown = [one for one in FIELD.findall(text) if one not in FIELDS]
    if unknown:
        known = ", ".join(f"{{{one}}}" for one in FIELDS)
        return f"Wij kennen {{{unknown[0][:40]}}} niet. U kunt gebruiken: {known}."
    if "{" in FIELD.sub("", text) or "}" in FIELD.sub("", text):
        return "Er staat een accolade { of } die nergens bij hoort. Schrijf een veld zo: {naam}."
    return ""
