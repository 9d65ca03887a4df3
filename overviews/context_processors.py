"""The menus: what each person has pages for. A menu is no permission; each page asks for itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from access import asked, inbox, reviewed
from access.actions import emergency, support
from access.declaration_rules import KEEPERS
from access.models import Membership, Role
from bureaus.words import word
from clients.access import PAYER_KEEPERS, READERS
from consent import starter_access
from consent.agreement_access import READERS as AGREEMENT_READERS
from consent.export_access import READERS as EXPORT_READERS
from consent.export_access import RESEARCH_READERS, article_of
from consent.handing_out_access import OVERSEERS as HANDED_OVERSEERS
from consent.models import ExportKind
from overviews.signals_actions import open_count
from requests.access import READERS as REQUEST_READERS
from retention import papers_held
from retention.access import KEEPERS as TERM_KEEPERS


@dataclass(frozen=True)
class Item:
    label: str
    url: str
    icon: str
    active: bool
    count: int = 0
    # Of a group: its pages, shown only while one of them is open.
    inside: tuple[Item, ...] = ()

    @property
    def is_open(self) -> bool:
        return any(item.active for item in self.inside)


EVERYONE = tuple(Role)
ADMINS = (Role.BEHEERDER, Role.DIRECTIE)
OVERSEERS = (Role.FG, Role.DIRECTIE)
ASKING = "Mijn verzoeken"
PAPER = "Dossiers op papier"
HANDED = "Reglement gegeven"
AGREEMENTS = "Overeenkomsten"
LISTS = "Lijsten naar buiten"
RESEARCH = "Onderzoek"
STARTERS = "Starters"
# label, url name, icon, roles. Grows with the pages that exist; what belongs together stands in a group.
STAFF_MENU = (
    ("Werkvoorraad", "overviews:worklist", "checklist", EVERYONE),
    ("Goedkeuringen", "access:inbox", "inbox", inbox.DECIDERS),
    (ASKING, "access:my_requests", "eye", EVERYONE),
    ("clients", "clients:list", "users", READERS),
    ("Trajecten", "clients:trajecten", "route", READERS),
    ("opdrachtgevers", "clients:opdrachtgevers", "building", PAYER_KEEPERS),
    (STARTERS, "consent:starters", "briefcase", starter_access.READERS),
    ("Verzoeken", "requests:list", "mailbox", REQUEST_READERS),
    ("Bewaartermijnen", "retention:watchlist", "archive", TERM_KEEPERS),
    ("Vernietigen", "retention:lists", "trash", TERM_KEEPERS),
    ("Processen-verbaal", "retention:pv_register", "file-certificate", TERM_KEEPERS),
    (PAPER, "retention:papers", "folders", TERM_KEEPERS),
    ("Overdracht", "retention:transfers", "transfer", TERM_KEEPERS),
    ("Noodtoegang", "access:emergency", "first-aid-kit", emergency.MAY_OPEN),
    ("Noodtoegang beoordelen", "access:emergencies", "gavel", (Role.FG,)),
    ("Logboek", "overviews:journal", "history", OVERSEERS),
    ("Signalen", "overviews:signals", "flag", OVERSEERS),
    ("Toegangscontrole", "access:reviews", "shield-check", reviewed.MAY_LOOK),
    ("Ondersteuning", "access:support", "lock-access", support.READERS),
    ("Verstrekkingen", "consent:disclosures", "send", OVERSEERS),
    ("Incidenten", "requests:incidents", "alert-circle", OVERSEERS),
    ("Verwerkingen", "requests:processing", "report", (*OVERSEERS, Role.BEHEERDER)),
    (HANDED, "consent:handouts", "send", HANDED_OVERSEERS),
    (AGREEMENTS, "consent:agreements", "file-certificate", AGREEMENT_READERS),
    (LISTS, "consent:exports", "list", EXPORT_READERS),
    (RESEARCH, "consent:researches", "report-analytics", RESEARCH_READERS),
    ("Medewerkers", "access:people", "user", ADMINS),
    ("Verklaringen", "access:declarations_of_all", "file-check", KEEPERS),
    ("Bureau", "access:bureau", "building-community", ADMINS),
    ("Reglement", "reglement:versions", "book", ADMINS),
    ("Sjablonen", "dossiers:templates", "template", ADMINS),
    ("Brieven", "requests:letter_texts", "mail", (Role.DIRECTIE, Role.ADMINISTRATIE)),
)
GROUPS = (
    ("Bewaren", "archive", ("Bewaartermijnen", "Vernietigen", "Processen-verbaal", PAPER, "Overdracht")),
    (
        "Toezicht",
        "shield-check",
        (
            "Logboek",
            "Signalen",
            "Toegangscontrole",
            "Ondersteuning",
            "Verstrekkingen",
            "Incidenten",
            "Verwerkingen",
            HANDED,
            AGREEMENTS,
            LISTS,
            RESEARCH,
        ),
    ),
    ("Beheer", "settings", ("Medewerkers", "Verklaringen", "Bureau", "Reglement", "Sjablonen", "Brieven")),
)
CLIENT_MENU = (
    ("Nieuw", "portal:home", "bell"),
    ("Mijn dossier", "portal:dossier", "folder"),
    ("Mijn verhaal", "portal:statements", "pencil"),
    ("Vragen", "requests:mine", "mailbox"),
    ("Wie en contact", "portal:people", "users"),
)
OPDRACHTGEVER_MENU = (("Trajecten", "portal:trajecten", "route"),)
PLATFORM_MENU = (("Bureaus", "platform:bureaus", "building"),)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """For every template: the menu of whoever looks."""
    member: Membership | None = getattr(request, "membership", None)
    if member is None:
        return _of_platform(request)
    if member.is_client_member:
        return {"portal_navigation": _items(request, CLIENT_MENU)}
    if member.is_opdrachtgever_member:
        return {"portal_navigation": _items(request, OPDRACHTGEVER_MENU)}
    rows = [(label, name, icon) for label, name, icon, roles in STAFF_MENU if member.has_role(*roles)]
    if not asked.may_ask(member):
        rows = [row for row in rows if row[0] != ASKING]
    if not papers_held.is_used():
        rows = [row for row in rows if row[0] != PAPER]
    if not starter_access.is_on():
        rows = [row for row in rows if row[0] != STARTERS]
    if article_of(ExportKind.RESEARCH) is None:
        rows = [row for row in rows if row[0] != RESEARCH]
    search = _path("clients:list") if member.has_role(*READERS) else ""
    return {
        "navigation": _grouped(_counted(_items(request, rows), request, member)),
        "search_url": search,
        "search_text": _searched(request, search),
    }


def _of_platform(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not getattr(user, "is_platform_operator", False):
        return {}
    return {"navigation": _items(request, PLATFORM_MENU)}


def _items(request: HttpRequest, rows: Any) -> list[Item]:
    found = [(_label(label), _path(name), icon) for label, name, icon in rows]
    here = max((url for _, url, _ in found if url and _is_in(request.path, url)), key=len, default="")
    return [Item(label, url, icon, active=url == here) for label, url, icon in found if url]


def _counted(items: list[Item], request: HttpRequest, member: Membership) -> list[Item]:
    """With what waits for this member: one query for the decisions, and none for who decides nothing."""

    def decisions(member: Membership) -> int:
        known = getattr(request, "waiting", None)
        return inbox.count(member) if known is None else sum(one.count for one in known)

    waiting = {_path("access:inbox"): decisions, _path("overviews:signals"): open_count}
    return [replace(item, count=waiting[item.url](member)) if item.url in waiting else item for item in items]


def _grouped(items: list[Item]) -> list[Item]:
    """Each group as one entry, where its first page stood; one page alone needs no group."""
    for label, icon, names in GROUPS:
        inside = tuple(item for item in items if item.label in names)
        if len(inside) < 2:
            continue
        group = Item(label, inside[0].url, icon, active=False, count=sum(item.count for item in inside), inside=inside)
        at = items.index(inside[0])
        items = [*items[:at], group, *(item for item in items[at:] if item not in inside)]
    return items


def _is_in(path: str, url: str) -> bool:
    """Whether a page lies under an entry of the menu. The portal's first page has the others under it, not in it."""
    return path == url or (path.startswith(url) and url != _path("portal:home"))


def _label(label: str) -> str:
    """Two entries are in the bureau's own words."""
    if label in ("clients", "opdrachtgevers"):
        return word(label.removesuffix("s"), plural=True, capital=True)
    return label


def _path(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _searched(request: HttpRequest, search: str) -> str:
    return request.GET.get("q", "") if search and request.path == search else ""
