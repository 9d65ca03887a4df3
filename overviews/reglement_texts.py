"""What a reglement says, in plain words: who sees what, how long it is kept, what may be asked."""

from __future__ import annotations

from dataclasses import dataclass

from access.models import role_label
from access.review_rules import EVERY
from bureaus.schema import Access, Asking, Level, RoleSession, Rules, Sessions, Standing
from bureaus.words import capitalised, listed, word
from overviews import reglement_more


@dataclass(frozen=True)
class Card:
    """A heading with what stands under it: label, what the reglement says, the article it comes from."""

    title: str
    icon: str
    rows: tuple[tuple[str, str, str], ...]


def cards(rules: Rules) -> list[Card]:
    """What a reglement says, for who has to live by it; the same on the bureau's own page and the public one."""
    access = rules.access
    return [
        _standing(access.standing), _asking(access.asking), _client(access), _terms(access), _sessions(rules.sessions),
        Card("Hoe lang wij bewaren", "archive", reglement_more.keeping_rows(rules)),
        Card(f"Wat {word('client', article=True)} mag vragen", "mailbox", reglement_more.asking_rows(rules)),
        Card("Wie dit reglement krijgt", "send", reglement_more.handing_rows(rules)),
    ]  # fmt: skip


def standing_names() -> dict[str, str]:
    """Who the levels are for, by the name of the parameter, in the order of the schema."""
    coach = word("coach")
    return {
        "handler": f"De {coach} van het traject",
        "second_coach": f"De tweede {coach} van het traject",
        "all_coaches": f"Alle {word('coach', plural=True)} van het bureau",
        "administratie": "De administratie",
        "directie": word("directie", article=True, capital=True),
        "fg": "De functionaris gegevensbescherming",
    }


def level_name(level: Level) -> str:
    return "geen toegang zonder te vragen" if level == Level.NONE else level.label


def _standing(standing: Standing) -> Card:
    rows = tuple(
        (label, level_name(getattr(standing, name)), standing.source(name)) for name, label in standing_names().items()
    )
    return Card("Wie een dossier ziet zonder te vragen", "eye", rows)


def _asking(asking: Asking) -> Card:
    if not asking.allowed:
        none = (("Vragen om inzage", "kan niet", asking.source("allowed")),)
        return Card("Vragen om inzage in één dossier", "lock-access", none)
    told = [f"de {word('coach')}"] * asking.tell_handler + [word("client", article=True)] * asking.tell_client
    which = "alleen zolang het traject loopt" if asking.running_only else "ook na het einde van het traject"
    rows = (
        ("Wie mag vragen", listed(role_label(role) for role in asking.who_may_ask), asking.source("who_may_ask")),
        ("Wie beslist", word("directie", article=True), asking.source("decided_by")),
        ("Hoe lang", _hours(asking), asking.source("max_hours")),
        ("Welke dossiers", which, asking.source("running_only")),
        ("Wie krijgt bericht", listed(told), asking.source("tell_handler")),
    )
    return Card("Vragen om inzage in één dossier", "lock-access", rows)


def _hours(asking: Asking) -> str:
    return f"{asking.default_hours} uur, ten hoogste {asking.max_hours} uur; alleen lezen"


def _client(access: Access) -> Card:
    client = access.client
    rows = (
        ("Bericht bij een nieuw stuk", _yes(client.told_of_new_stukken), client.source("told_of_new_stukken")),
        ("Eigen verklaring in het dossier", _yes(client.own_statement), client.source("own_statement")),
        ("Ziet wie het dossier bekeek", _yes(client.sees_who_viewed), client.source("sees_who_viewed")),
    )
    return Card(f"Wat {word('client', article=True)} krijgt", "user", rows)


def _terms(access: Access) -> Card:
    days = f"{access.aanmelder_days} dagen" if access.aanmelder_days else "geen toegang daarna"
    rows = (
        ("Wie de aanmelding deed", days, access.source("aanmelder_days")),
        ("Noodtoegang (overmacht)", f"ten hoogste {access.emergency_hours} uur", access.source("emergency_hours")),
        ("Ondersteuning van het platform", f"ten hoogste {access.support_hours} uur", access.source("support_hours")),
        ("Controle van de toegang", EVERY[access.review_every], access.source("review_every")),
        ("Na het einde, in het archief", "alleen lezen", access.source("archived_is_read_only")),
    )
    return Card("Hoe lang en hoe vaak", "clock", rows)


def _sessions(sessions: Sessions) -> Card:
    own = tuple(
        (capitalised(role_label(role)), _ends(ends), sessions.source("per_role"))
        for role, ends in sessions.per_role.items()
    )
    staff = "Andere medewerkers" if own else "Wie hier werkt"
    rows = (
        *own,
        (staff, _ends(sessions.staff), sessions.source("staff")),
        (word("client", capital=True), _ends(sessions.client), sessions.source("client")),
        (word("opdrachtgever", capital=True), _ends(sessions.opdrachtgever), sessions.source("opdrachtgever")),
    )
    return Card("Hoe lang iemand ingelogd blijft", "device-desktop", rows)


def _ends(ends: RoleSession) -> str:
    return f"{ends.idle_minutes} minuten zonder iets te doen, ten hoogste {ends.absolute_hours} uur"


def _yes(answer: bool) -> str:
    return "ja" if answer else "nee"
