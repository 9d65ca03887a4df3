"""Puts fragments together into a stuk: gespreksverslagen by stage, and everything else a dossier holds."""

from demo.people import texts
from demo.people.story import WORKING, Story

STAGES = {
    "begeleiding": ("verkennen", "voorbereiden", "solliciteren"),
    "plaatsing": ("proef", "proef", "werk"),
    "nazorg": ("werk", "werk", "werk"),
}
BY_KIND: dict[str, dict[str, tuple[str, ...]]] = {
    "ondernemen": {"begeleiding": ("idee", "idee", "start"), "plaatsing": ("start",), "nazorg": ("start",)},
    "jobcoaching_intern": {"begeleiding": ("jobcoach",), "plaatsing": ("jobcoach",), "nazorg": ("jobcoach", "werk")},
    "jobcoaching_extern": {"begeleiding": ("jobcoach",), "plaatsing": ("jobcoach",), "nazorg": ("jobcoach", "werk")},
    "loopbaan": {"begeleiding": ("verkennen", "loopbaan", "voorbereiden"), "plaatsing": ("solliciteren", "loopbaan")},
    "tweede_spoor": {"begeleiding": ("verkennen", "tweedespoor", "solliciteren")},
}
SUBJECTS = {
    "verkennen": "oriëntatie",
    "voorbereiden": "scholing en voorbereiding",
    "solliciteren": "werkgevers",
    "proef": "proefplaatsing",
    "werk": "op de werkplek",
    "idee": "ondernemersidee",
    "start": "de start",
    "loopbaan": "loopbaanvraag",
    "tweedespoor": "tweede spoor",
    "jobcoach": "begeleiding op de werkvloer",
}


def stage(story: Story, phase: str, done: int, total: int) -> str:
    """Which part of the story verslag ``done`` of ``total`` in this phase tells."""
    stages = BY_KIND.get(story.kind, {}).get(phase) or STAGES[phase]
    return stages[min(done * len(stages) // max(total, 1), len(stages) - 1)]


def intake(story: Story) -> str:
    first = [story.say("intake", part) for part in ("opening", "uitleg")]
    middle = [story.say("intake", "verleden"), story.say("intake", "wens")]
    return _paragraphs(
        story, first, middle, [story.obstacle_says("intake"), story.say("intake", "kracht")], _end(story, "intake")
    )


def progress(story: Story, now: str) -> str:
    told = [told for _ in range(2) if (told := story.tell("voortgang", now))]
    helped = "opgelost" if now in ("werk", "start") else "bezig"
    return _paragraphs(
        story,
        [story.say("voortgang", "opening"), *told[:1]],
        [*told[1:], story.obstacle_says(helped)],
        [story.say("voortgang", "toon"), story.say("voortgang", "afspraak")],
    )


def telephone(story: Story, *, working: bool = False) -> str:
    parts = ("opening", "werkend" if working else "kern", "slot")
    return _paragraphs(story, [story.say("telefoon", part) for part in parts])


def visit(story: Story) -> str:
    parts = (("opening", "werkvloer"), ("werkgever", "client"), ("afspraak",))
    return _paragraphs(story, *([story.say("bezoek", part) for part in row] for row in parts))


def evaluation(story: Story) -> str:
    back = [story.say("evaluatie", "opening"), story.say("evaluatie", "terugblik"), story.say("evaluatie", "terugblik")]
    return _paragraphs(story, back, [story.say("evaluatie", "vooruit"), story.say("voortgang", "toon")])


def last_talk(story: Story, result: str) -> str:
    first = [story.say("evaluatie", "eind_opening"), story.say("evaluatie", f"resultaat_{result}")]
    return _paragraphs(story, first, [story.say("evaluatie", "eind"), story.say("evaluatie", "eind")])


def report(story: Story) -> str:
    """What the opdrachtgever reads: progress and cooperation, nothing of home or health."""
    parts = ("opening", "voortgang", "medewerking", "vervolg")
    return _paragraphs(story, *([story.say("terugkoppeling", part)] for part in parts))


def final_report(story: Story, result: str) -> str:
    lines = [
        [story.say("eindrapport", "opening")],
        [story.say("eindrapport", "activiteiten")],
        [f"Resultaat: {result}."],
    ]
    return _paragraphs(story, *lines, [story.say("eindrapport", "oordeel")], [story.say("eindrapport", "advies")])


def plan(story: Story) -> str:
    goal = [story.say("plan", "einddoel"), story.say("plan", "visie")]
    activities = [[line] for line in story.lines("plan", "activiteit")]
    return _paragraphs(story, goal, *activities, [story.say("plan", "slot")])


def intake_form(story: Story) -> str:
    return "\n".join(story.lines("intakeformulier", "regels_werkend" if story.kind in WORKING else "regels"))


def circumstances(story: Story) -> str:
    home = texts.fill(story.obstacle["thuis"], story.words)
    return _paragraphs(story, [story.say("omstandigheden", "opening")], [home], [story.say("omstandigheden", "gevolg")])


def _end(story: Story, section: str) -> list[str]:
    return [story.say(section, "afspraak"), story.say(section, "slot")]


def _paragraphs(story: Story, *rows: list[str]) -> str:
    """Rows of fragments as paragraphs; two in a row don't both begin with the name."""
    name, pronoun = story.words["Naam"], story.words["Hij"]
    paragraphs = []
    for row in rows:
        told = [text for text in row if text]
        for place in range(1, len(told)):
            if told[place].startswith(f"{name} ") and told[place - 1].startswith(f"{name} "):
                told[place] = pronoun + told[place].removeprefix(name)
        paragraphs.append(" ".join(told))
    return "\n\n".join(text for text in paragraphs if text)
