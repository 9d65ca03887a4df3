"""The menus: what each person has pages for. A menu is no permission; each page asks for itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from access.models import Membership, Role
from bureaus.words import word
from clients.access import PAYER_KEEPERS, READERS


@dataclass(frozen=True)
class Item:
    label: str
    url: str
    icon: str
    active: bool
    count: int = 0


EVERYONE = tuple(Role)
ADMINS = (Role.BEHEERDER, Role.DIRECTIE)
# label, url name, icon, roles. Grows with the pages that exist.
STAFF_MENU = (
    ("Werkvoorraad", "overviews:worklist", "checklist", EVERYONE),
    ("clients", "clients:list", "users", READERS),
    ("Trajecten", "clients:trajecten", "route", READERS),
    ("opdrachtgevers", "clients:opdrachtgevers", "building", PAYER_KEEPERS),
    ("Beheer", "access:people", "settings", ADMINS),
    ("Sjablonen", "dossiers:templates", "template", ADMINS),
)
CLIENT_MENU = (
    ("Nieuw", "portal:home", "bell"),
    ("Mijn dossier", "portal:dossier", "folder"),
    ("Mijn verhaal", "portal:statements", "pencil"),
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
    search = _path("clients:list") if member.has_role(*READERS) else ""
    return {"navigation": _items(request, rows), "search_url": search, "search_text": _searched(request, search)}


def _of_platform(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not getattr(user, "is_platform_operator", False):
        return {}
    return {"navigation": _items(request, PLATFORM_MENU)}


def _items(request: HttpRequest, rows: Any) -> list[Item]:
    found = [(_label(label), _path(name), icon) for label, name, icon in rows]
    here = max((url for _, url, _ in found if url and _is_in(request.path, url)), key=len, default="")
    return [Item(label, url, icon, active=url == here) for label, url, icon in found if url]


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
