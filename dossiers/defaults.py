"""The templates that come with a new bureau; from then on they are the bureau's own."""

from __future__ import annotations

from dataclasses import dataclass

from bureaus.schema import StukKind


@dataclass(frozen=True)
class Template:
    name: str
    kind: StukKind
    sections: tuple[dict[str, str], ...]


def _of(name: str, kind: StukKind, *sections: tuple[str, str]) -> Template:
    return Template(name, kind, tuple({"label": label, "help": help_text} for label, help_text in sections))


TEMPLATES = (
    _of(
        "Gespreksverslag",
        StukKind.GESPREKSVERSLAG,
        ("Wat is er besproken?", "Alleen wat voor dit traject nodig is. Geen diagnose of behandeling."),
        ("Hoe kijkt de deelnemer ernaar?", "Zo veel mogelijk in de eigen woorden van de deelnemer."),
        ("Afspraken", "Wie doet wat, en wanneer is het klaar?"),
        ("Volgende stap", "Wat doen we in het volgende gesprek?"),
    ),
    _of(
        "Intakegesprek",
        StukKind.INTAKEFORMULIER,
        ("Aanleiding", "Waarom is iemand aangemeld, en wat is er gevraagd?"),
        ("Opleiding en werkervaring", ""),
        ("Wat kan iemand goed?", "Kwaliteiten, ook buiten werk."),
        ("Wensen", "Wat voor werk, hoeveel uur, hoe ver reizen?"),
        ("Waar moeten we rekening mee houden?", "In termen van mogelijkheden, niet van oorzaken of diagnoses."),
        ("Afspraken over het traject", "Hoe vaak zien we elkaar en hoe houden we contact?"),
    ),
    _of(
        "Voortgangsrapportage",
        StukKind.VOORTGANGSRAPPORTAGE,
        ("Periode", "Over welke weken gaat deze rapportage?"),
        ("Wat is er gedaan?", "Activiteiten, met de uren en het gewenste resultaat."),
        ("Voortgang", "Hoe staat het ervoor vergeleken met het plan?"),
        ("Afwijking van het plan", "Met de reden; laat leeg als er geen is."),
        ("Verwachting", "Van de begeleider en van de deelnemer."),
        ("Afspraken voor de komende periode", ""),
    ),
    _of(
        "Eindrapportage",
        StukKind.EINDRAPPORTAGE,
        ("Begin en doel", "Wat was de vraag bij de start?"),
        ("Wat is er gedaan?", "Activiteiten en ingezette uren."),
        ("Resultaat", "Wat is er bereikt, en wat niet?"),
        ("Reden van beëindiging", ""),
        ("Mening van de deelnemer", "In de eigen woorden van de deelnemer."),
        ("Advies", "Wat is verstandig om hierna te doen?"),
    ),
    _of(
        "Plan van aanpak",
        StukKind.PLAN,
        ("Doel", "Wat wil de deelnemer bereiken, en wanneer?"),
        ("Wat is er al?", "Kwaliteiten, opleiding, ervaring en steun."),
        ("Wat is er nog nodig?", ""),
        ("Stappen", "Elke stap met datum en wie hem zet."),
        ("Inzet van het bureau", "Uren en activiteiten."),
        ("Akkoord van de deelnemer", "Wat vindt de deelnemer van dit plan?"),
    ),
)
