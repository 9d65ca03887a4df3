"""What each phase of a traject leaves in the dossier."""

from collections.abc import Callable
from datetime import date, timedelta

from demo.people import writing
from demo.people.binder import Binder
from demo.people.filespecs import attachment, curriculum, diploma, letter, order_form, plan_form, scan
from demo.people.scenarios import Scenario
from demo.people.shapes import PhaseSpan
from demo.people.texts import fill
from demo.people.writing import SUBJECTS

Chapter = Callable[[Binder, PhaseSpan, Scenario], None]
FROM_UWV = "uwv"
STAR_TALKS = 6
KIND_TITLES = {
    "werkfit": "Werkfit maken",
    "naar_werk": "Naar werk",
    "jobcoaching_intern": "Interne jobcoaching",
    "jobcoaching_extern": "Jobcoaching",
    "tweede_spoor": "Tweede spoor",
    "loopbaan": "Loopbaanbegeleiding",
    "ondernemen": "Starten als ondernemer",
}


def _origin(binder: Binder) -> str:
    return FROM_UWV if binder.story.words["opdrachtgever"].startswith("UWV") else ""


def registered(binder: Binder, span: PhaseSpan, _: Scenario) -> None:
    story, on = binder.story, span.starts
    story.next_contact(on + timedelta(days=7))
    binder.add(
        "opdrachtformulier",
        f"Opdracht {KIND_TITLES[story.kind]}",
        story.say("brief_in", "aanmelding"),
        on,
        herkomst="opdrachtgever",
        author="administratie",
        origin=_origin(binder),
        file=order_form(story, on),
    )
    text = story.say("brief_uit", "uitnodiging")
    after = on + timedelta(days=1)
    _letter_out(binder, "Uitnodiging voor de kennismaking", text, after, author="administratie")


def intake(binder: Binder, span: PhaseSpan, scenario: Scenario) -> None:
    story, rng = binder.story, binder.story.rng
    talk = binder.between(span.starts, span.ends, 2)[0]
    story.next_contact(talk + timedelta(days=10))
    if scenario.phase == "intake" and scenario.quirk == "zonder verslag":
        binder.contact("intake", min(talk, binder.today - timedelta(days=7)))
        return
    binder.write_up("intake", "Intakegesprek", writing.intake(story), talk)
    binder.add("intakeformulier", "Intakeformulier", writing.intake_form(story), talk, herkomst="client")
    if rng.random() < 0.5 or scenario.quirk == "ster":
        binder.add("persoonlijke_omstandigheden", "Omstandigheden thuis", writing.circumstances(story), talk)
    if scenario.quirk == "gezondheid" or rng.random() < 0.1:
        _health(binder, talk)
    if rng.random() < 0.6 or scenario.quirk == "ster":
        text = story.say("cv_profiel", "profiel")
        binder.add("cv", "Curriculum vitae", text, talk, herkomst="client", author="client", file=curriculum(story))
    if rng.random() < 0.18:
        binder.add("diploma", "Diploma", "", talk, herkomst="client", author="client", file=diploma(story))


def _health(binder: Binder, on: date) -> None:
    story = binder.story
    text, uwv = story.say("gezondheid", "belastbaarheid"), bool(_origin(binder))
    herkomst = "opdrachtgever" if uwv else "client"
    binder.add(
        "belastbaarheid", "Mogelijkheden en grenzen", text, on, herkomst=herkomst, origin=_origin(binder), health=True
    )
    if story.rng.random() < 0.4:
        told = story.say("gezondheid", "melding")
        binder.add("gespreksverslag", "Melding over gezondheid", told, on, soort="gesprek", health=True)


def plan(binder: Binder, span: PhaseSpan, scenario: Scenario) -> None:
    story, rng = binder.story, binder.story.rng
    on = binder.between(span.starts, span.ends, 1)[0]
    concept = scenario.phase == "plan" and scenario.quirk == "concept"
    state = "concept" if concept else "vastgesteld"
    made = binder.add(
        "plan", "Plan van aanpak", writing.plan(story), on, state=state, file=None if concept else plan_form(story, on)
    )
    if not concept and scenario.phase != "plan":
        binder.change(made, released_at=story.at(binder.written_on(on + timedelta(days=2))))
    if rng.random() < 0.12:
        binder.add("persoonsprofiel", "Persoonsprofiel", story.say("profiel", "tekst"), on)
    if scenario.phase == "plan" and not concept:
        story.next_contact(binder.today + timedelta(days=8))
        binder.write_up("telefoon", "Telefonisch: vraag over het plan", writing.telephone(story), on)


def coaching(binder: Binder, span: PhaseSpan, scenario: Scenario) -> None:
    story, rng = binder.story, binder.story.rng
    star = scenario.quirk == "ster"
    many = STAR_TALKS if star else rng.choices((1, 2, 3), (4, 4, 2))[0]
    days = binder.between(span.starts, span.ends, many)
    for done, on in enumerate(days):
        story.next_contact(days[done + 1] if done + 1 < many else on + timedelta(days=14))
        _coaching_talk(binder, on, done, many)
    if scenario.quirk in ("niet verschenen", "ster") or rng.random() < 0.15:
        _missed(binder, days[0] + timedelta(days=5))
    _between_the_talks(binder, days, star=star)
    if star or rng.random() < 0.35:
        _report(binder, days[-1] + timedelta(days=2))
    if scenario.phase == "begeleiding":
        _loose_ends(binder, days[-1], scenario)


def _coaching_talk(binder: Binder, on: date, done: int, many: int) -> None:
    story = binder.story
    now = writing.stage(story, "begeleiding", done, many)
    if many >= 3 and done == many // 2:
        binder.write_up("evaluatie", "Tussentijdse evaluatie", writing.evaluation(story), on)
    elif 1 < many < STAR_TALKS and story.rng.random() < 0.2:
        binder.write_up("telefoon", f"Telefonisch contact: {SUBJECTS[now]}", writing.telephone(story), on)
    else:
        binder.write_up("gesprek", f"Voortgang: {SUBJECTS[now]}", writing.progress(story, now), on)


def _missed(binder: Binder, on: date) -> None:
    story = binder.story
    binder.contact("gesprek", binder.written_on(on), "afwezig")
    story.next_contact(on + timedelta(days=6))
    _letter_out(binder, "Afspraak gemist", story.say("brief_uit", "verzuim"), on + timedelta(days=1))


def _between_the_talks(binder: Binder, days: list[date], *, star: bool) -> None:
    story, rng, on = binder.story, binder.story.rng, days[len(days) // 2] + timedelta(days=3)
    if star or rng.random() < 0.2:
        text = story.say("brief_in", "client")
        binder.add(
            "correspondentie", "Bericht ontvangen", text, on, soort="in", herkomst="client", author="administratie"
        )
    elif rng.random() < 0.2:
        _letter_in(
            binder, "Brief van de opdrachtgever", story.say("brief_in", "opdrachtgever"), on, herkomst="opdrachtgever"
        )
    if star or rng.random() < 0.2:
        story.next_contact(on + timedelta(days=9))
        _letter_out(binder, "Bevestiging van de afspraken", story.say("brief_uit", "bevestiging"), on)
    if star or rng.random() < 0.12:
        _statement(binder, on)
    if rng.random() < 0.15:
        _excused(binder, on)
    if story.kind == "ondernemen":
        binder.add(
            "ondernemingsplan", "Ondernemingsplan", story.say("ondernemingsplan", "tekst"), on, herkomst="client"
        )
    elif rng.random() < 0.1:
        binder.contact("workshop", binder.written_on(on))
        binder.recorded(binder.add("workshop", "Deelname aan een workshop", story.say("workshop", "tekst"), on))


def _excused(binder: Binder, on: date) -> None:
    binder.contact("gesprek", on + timedelta(days=1), "afgemeld")


def _statement(binder: Binder, on: date) -> None:
    """The client's own statement, tied to the last verslag before it (javawest 6.2)."""
    story = binder.story
    talks = [s for s in binder.stukken if s.kind == "gespreksverslag" and not s.health and s.on <= on]
    about = max(talks, key=lambda stuk: stuk.at).key if talks else ""
    text = story.say("verklaring", "tekst")
    binder.add("eigen_verklaring", "Eigen verklaring", text, on, herkomst="client", author="client", about=about)


def _report(binder: Binder, on: date) -> None:
    made = binder.add("voortgangsrapportage", "Terugkoppeling aan de opdrachtgever", writing.report(binder.story), on)
    if made.on < binder.latest:
        binder.change(made, released_at=made.at + timedelta(hours=1))


def _loose_ends(binder: Binder, last: date, scenario: Scenario) -> None:
    """What is open in a running traject: drafts, notes, a contact without verslag, the next appointment."""
    story, rng, today = binder.story, binder.story.rng, binder.today
    if scenario.quirk in ("concept", "ster"):
        binder.contact("gesprek", binder.latest)
        text = story.say("concept", "tekst")
        binder.add("gespreksverslag", "Voortgang", text, binder.latest, soort="gesprek", state="concept")
    if scenario.quirk == "zonder verslag":
        binder.contact("gesprek", max(last, today - timedelta(days=9)))
    if scenario.quirk == "ster" or rng.random() < 0.4:
        note = story.say("werkaantekening", "tekst")
        binder.add("werkaantekening", "Werkaantekening", note, last, state="werkaantekening")
    if scenario.quirk == "ster":
        _unread(binder)
        # What waits on the coach's list: a contact without verslag, and one that is planned for today or the next day.
        binder.contact("telefoon", today - timedelta(days=8))
        binder.contact("gesprek", today, "gepland")
    ahead = rng.randrange(0, 15) + (7 if scenario.quirk == "ster" else 0)
    binder.contact("gesprek", today + timedelta(days=ahead), "gepland")


def _unread(binder: Binder) -> None:
    """The client whose account the demo gives out finds something new, and something that was added to."""
    story, today = binder.story, binder.today
    talks = [s for s in binder.stukken if s.kind == "gespreksverslag" and s.state == "vastgesteld"]
    binder.change(talks[1], aanvulling=story.say("aanvulling", "tekst"))
    binder.change(talks[-1], seen_by_client=False)
    on = today - timedelta(days=1)
    scanned = scan(story, "foto-werkplek.jpg", story.words["werkplek"])
    binder.add("document", "Foto van de werkplek", "", on, herkomst="derde", file=scanned, author="coach")
    note = attachment(
        story, "reisplan.txt", fill("Reisplan {naam}: fiets, 34 minuten, langs het kanaal.\n", story.words)
    )
    binder.add("document", "Reisplan", "", on, herkomst="client", author="client", file=note)


def placement(binder: Binder, span: PhaseSpan, scenario: Scenario) -> None:
    story, rng = binder.story, binder.story.rng
    first, second = binder.between(span.starts, span.ends, 2)
    story.next_contact(second)
    if story.kind != "ondernemen" and not story.kind.startswith("jobcoaching"):
        text = story.say("brief_in", "werkgever")
        binder.add(
            "correspondentie",
            "Brief van de werkgever",
            text,
            first,
            soort="in",
            herkomst="derde",
            author="administratie",
        )
    if story.kind != "ondernemen":
        binder.write_up("bedrijfsbezoek", "Bedrijfsbezoek", writing.visit(story), first)
    story.next_contact(second + timedelta(days=14))
    if story.kind == "ondernemen" or scenario.phase == "plaatsing" or rng.random() < 0.4:
        now = writing.stage(story, "plaatsing", 1, 3)
        binder.write_up("gesprek", f"Voortgang: {SUBJECTS[now]}", writing.progress(story, now), second)
    if scenario.phase == "plaatsing":
        binder.contact("bedrijfsbezoek", binder.today + timedelta(days=6), "gepland")


def aftercare(binder: Binder, span: PhaseSpan, scenario: Scenario) -> None:
    story = binder.story
    on = binder.between(span.starts, span.ends, 1)[0]
    story.next_contact(on + timedelta(days=21))
    binder.write_up("telefoon", "Telefonisch: hoe gaat het op het werk", writing.telephone(story, working=True), on)
    if scenario.quirk == "verklaring":
        _statement(binder, on + timedelta(days=1))
    if scenario.phase == "nazorg":
        binder.contact("telefoon", binder.today + timedelta(days=12), "gepland")


def ended(binder: Binder, span: PhaseSpan, scenario: Scenario) -> None:
    story, on = binder.story, span.starts
    binder.write_up("evaluatie", "Eindgesprek", writing.last_talk(story, scenario.result), on - timedelta(days=1))
    made = binder.add("eindrapportage", "Eindrapportage", writing.final_report(story, RESULTS[scenario.result]), on)
    binder.change(made, released_at=made.at + timedelta(hours=1))


RESULTS = {
    "werk": "betaald werk",
    "zelfstandig": "eigen bedrijf",
    "scholing": "opleiding begonnen",
    "vrijwillig": "vrijwilligerswerk",
    "behoud": "behoud van werk",
    "werkfit": "klaar om te werken",
    "geen": "geen werk gevonden",
}
CHAPTERS: dict[str, Chapter] = {
    "aangemeld": registered,
    "intake": intake,
    "plan": plan,
    "begeleiding": coaching,
    "plaatsing": placement,
    "nazorg": aftercare,
    "beeindigd": ended,
}


def _letter_in(binder: Binder, title: str, text: str, on: date, *, herkomst: str) -> None:
    binder.add("correspondentie", title, text, on, soort="in", herkomst=herkomst, author="administratie")


def _letter_out(binder: Binder, title: str, text: str, on: date, author: str = "coach") -> None:
    file = letter(binder.story, title, text, binder.written_on(on)) if binder.story.rng.random() < 0.35 else None
    binder.add("correspondentie", title, text, on, soort="uit", author=author, file=file)
