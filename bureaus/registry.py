"""The registry: every model and every store says what it holds, what a copy shows and when it goes (ADR 0013).

Each app declares its own in `registry.py`; a test enumerates all models, and one that is not declared fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.module_loading import autodiscover_modules


class Inzage(StrEnum):
    """What the person gets of it in a copy of their data (AVG 15)."""

    WHOLE = "whole"  # every row about the person
    PART = "part"  # what is about the person; the rest is another's
    NO = "no"  # not about a client


class Keeping(StrEnum):
    """When retention lets it go, by the classes of the reglement."""

    DOSSIER = "dossier"  # with the dossier it hangs on
    CLIENT = "client"  # with the client's last dossier
    WORKNOTE = "werkaantekening"
    CONCEPT = "concept"
    ACCOUNT = "accounts"
    JOURNAL = "journal"
    EVIDENCE = "proces_verbaal"
    BUREAU = "bureau"  # as long as the bureau itself
    SHORT = "short"  # goes by itself within days
    PLATFORM = "platform"  # holds nobody's data


@dataclass(frozen=True)
class Declared:
    """One model, named 'app_label.Model'. `personal` names the columns that say something about a person.

    `forget`: typed words in a row that outlives the dossier named in its `dossier_id`; emptied when that one goes.
    `files`: pairs of columns, the name of a sealed file and its size in bytes; the file goes when the row goes.
    `own_key`: each row may have a key under its own id, which goes with it too.
    `since`: the moment that a row's term counts from, where each goes by itself by the class of `keeping`
    (retention.actions.row_terms); empty in a row that is not over. `goes`: what takes the rows of such a class away
    instead, by its dotted name.
    """

    model: str
    tenant: bool
    personal: tuple[str, ...] = ()
    inzage: Inzage = Inzage.NO
    keeping: Keeping = Keeping.PLATFORM
    forget: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    own_key: bool = False
    since: str = ""
    goes: str = ""


@dataclass(frozen=True)
class Store:
    """A place outside the database where data lies, and how it is emptied."""

    name: str
    holds: str
    sealed: bool
    keeping: Keeping
    emptied_by: str


_models: dict[str, Declared] = {}
_stores: dict[str, Store] = {}


def declare(
    model: str,
    *,
    tenant: bool = True,
    personal: tuple[str, ...] = (),
    inzage: Inzage = Inzage.NO,
    keeping: Keeping = Keeping.PLATFORM,
    forget: tuple[str, ...] = (),
    files: tuple[tuple[str, str], ...] = (),
    own_key: bool = False,
    since: str = "",
    goes: str = "",
) -> None:
    """Declare a model. Raises ValueError where it is declared twice."""
    _add(_models, model, Declared(model, tenant, personal, inzage, keeping, forget, files, own_key, since, goes))


def declare_store(name: str, *, holds: str, sealed: bool, keeping: Keeping, emptied_by: str) -> None:
    """Declare a store beside the database. Raises ValueError where it is declared twice."""
    _add(_stores, name, Store(name, holds, sealed, keeping, emptied_by))


def models() -> dict[str, Declared]:
    """What is declared, by the model's label."""
    autodiscover_modules("registry")
    return dict(_models)


def stores() -> dict[str, Store]:
    autodiscover_modules("registry")
    return dict(_stores)


def _add(where: dict[str, Any], name: str, what: Any) -> None:
    if name in where:
        raise ValueError(f"{name} is declared twice")
    where[name] = what


# The ground floor's own. A bureau is a company: no person, though a small one may bear its owner's name.
declare("bureaus.Bureau", tenant=False, keeping=Keeping.BUREAU)
declare("bureaus.Reglement", personal=("adopted_by_name", "adopted_by_membership"), keeping=Keeping.BUREAU)
# Not sealed and no secret: it stands on the login page.
declare_store(
    "storages.default",
    holds="logo's van bureaus, die iedereen mag zien; niets anders",
    sealed=False,
    keeping=Keeping.BUREAU,
    emptied_by="bureaus.actions.set_logo en remove_logo",
)
