"""Which file goes with which stuk: names and fields only; ``files`` makes the bytes."""

from datetime import date

from demo.people.numbers import plain
from demo.people.shapes import FileSpec
from demo.people.story import Story, long_day

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PNG, JPEG, TXT = "image/png", "image/jpeg", "text/plain"


def _head(story: Story, title: str, on: date | None = None) -> dict[str, str]:
    who = story.who
    street, town = who.address.lines
    fields = {"titel": title, "naam": story.words["naam_vol"] or who.name.full, "straat": street, "plaats": town}
    return fields | ({"datum": f"{long_day(on)} {on.year}"} if on else {})


def _name(story: Story, what: str, ending: str) -> str:
    return f"{what}-{plain(story.who.name.achternaam)}.{ending}"


def order_form(story: Story, on: date) -> FileSpec:
    fields = _head(story, "Opdrachtformulier", on)
    fields |= {"opdrachtgever": story.words["opdrachtgever"], "doel": f"Werk als {story.words['beroep']}"}
    return FileSpec(_name(story, "opdracht", "pdf"), PDF, "formulier", fields)


def plan_form(story: Story, on: date) -> FileSpec:
    fields = _head(story, "Plan van aanpak, exemplaar om te tekenen", on)
    fields |= {"doel": f"{story.words['beroep']}, {story.words['uren']} uur per week", "stap": story.words["stap"]}
    return FileSpec(_name(story, "plan-van-aanpak", "pdf"), PDF, "formulier", fields)


def letter(story: Story, title: str, text: str, on: date) -> FileSpec:
    fields = _head(story, title, on) | {"tekst": text}
    return FileSpec(_name(story, "brief", "docx"), DOCX, "brief", fields)


def curriculum(story: Story) -> FileSpec:
    words = story.words
    fields = _head(story, "Curriculum vitae") | {
        "Geboren": f"{story.who.born.year}",
        "Ervaring": words["vorig"],
        "Opleiding": words["opleiding"],
        "Gezocht werk": f"{words['beroep']}, {words['uren']} uur per week",
        "Goed in": f"{words['kracht']}, {words['kracht2']}",
        "Rijbewijs": words["rijbewijs"],
        "Vrije tijd": words["hobby"],
    }
    return FileSpec(_name(story, "CV", "docx"), DOCX, "cv", fields)


def diploma(story: Story) -> FileSpec:
    fields = _head(story, "Certificaat") | {"stap": story.words["stap"]}
    return FileSpec(_name(story, "diploma", "png"), PNG, "beeld", fields)


def scan(story: Story, name: str, caption: str) -> FileSpec:
    return FileSpec(name, JPEG, "beeld", _head(story, caption))


def attachment(story: Story, name: str, text: str) -> FileSpec:
    return FileSpec(name, TXT, "tekst", _head(story, name) | {"tekst": text})
