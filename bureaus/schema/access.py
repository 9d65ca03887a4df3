"""Who sees a dossier without asking, who may ask, and what leaves the bureau (DOMAIN 3 and 5)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bureaus.schema.base import Labelled, OpdrachtgeverKind, Part, StaffRole
from bureaus.schema.stukken import ALWAYS_HEALTH, REPORTS, StukKind, never_to


class Level(Labelled):
    NONE = "none", "niets"
    VIEW = "view", "lezen"
    WRITE = "write", "lezen en schrijven"


class Standing(Part):
    """Who reads (view) or writes a dossier without asking. Platform operators are not in it: never content."""

    handler: Literal[Level.WRITE] = Level.WRITE
    second_coach: Level = Level.WRITE
    all_coaches: Level = Level.NONE
    administratie: Level = Level.NONE
    directie: Level = Level.NONE
    fg: Literal[Level.NONE, Level.VIEW] = Level.NONE

    def of_role(self, role: StaffRole | str) -> Level:
        """What a role has on every dossier of the bureau. A coach's role has only what `all_coaches` says."""
        field = "all_coaches" if role == StaffRole.COACH else str(role)
        level = getattr(self, field, Level.NONE)
        return level if isinstance(level, Level) else Level.NONE


class Asking(Part):
    """Asking for one dossier (pluspunt 4.1). What is given is view-only and time-boxed: that is no parameter."""

    allowed: bool = False
    who_may_ask: tuple[StaffRole, ...] = ()
    decided_by: Literal[StaffRole.DIRECTIE] = StaffRole.DIRECTIE
    default_hours: Annotated[int, Field(ge=1, le=336)] = 4
    max_hours: Annotated[int, Field(ge=1, le=744)] = 72
    running_only: bool = False
    tell_handler: bool = True
    tell_client: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.allowed and not self.who_may_ask:
            raise ValueError("wie om inzage mag vragen (who_may_ask) ontbreekt")
        if self.default_hours > self.max_hours:
            raise ValueError("default_hours is langer dan max_hours")
        return self


class ClientAccess(Part):
    """What the client sees. Reading what was vastgesteld is no parameter; being told at once is (javawest 6.2)."""

    told_of_new_stukken: bool = True
    own_statement: bool = True
    sees_who_viewed: bool = True


class Access(Part):
    standing: Standing
    asking: Asking = Asking()
    client: ClientAccess = ClientAccess()
    aanmelder_days: Annotated[int, Field(ge=0, le=90)] = 0
    emergency_hours: Annotated[int, Field(ge=1, le=72)] = 4
    support_hours: Annotated[int, Field(ge=1, le=72)] = 4
    search_beyond_caseload: Literal[False] = False
    archived_is_read_only: Literal[True] = True
    review_every: Literal["P1Y", "P6M", "P3M"] = "P1Y"


class ViewField(Labelled):
    """A group of facts of a traject that an opdrachtgever may see on its own screen."""

    NAW = "naw", "naam en contactgegevens"
    BSN = "bsn", "BSN op formulieren"
    PHASE = "phase", "fase"
    DATES = "dates", "data van het traject"
    ATTENDANCE = "attendance", "aanwezigheid"
    HOURS = "hours", "uren"
    RESULTS = "results", "resultaat en reden van einde"
    AGREEMENTS = "agreements", "afspraken"
    COOPERATION = "cooperation", "mate van medewerking"
    POSSIBILITIES = "possibilities", "functionele mogelijkheden"
    LIMITS = "limits", "mogelijkheden en beperkingen"


class KindView(Part):
    """What one kind of opdrachtgever sees: an allow-list, empty by default. Each release is an act of its own."""

    fields: tuple[ViewField, ...] = ()
    stukken: tuple[StukKind, ...] = ()


class OpdrachtgeverView(Part):
    """`reads` 'progress': only the fields and reports made for it; 'stukken': also stukken that were released."""

    reads: Literal["progress", "stukken"]
    uwv: KindView = KindView()
    gemeente: KindView = KindView()
    verzekeraar: KindView = KindView()
    werkgever: KindView = KindView()
    particulier: KindView = KindView()

    def of(self, kind: OpdrachtgeverKind | str) -> KindView:
        view: KindView = getattr(self, OpdrachtgeverKind(str(kind)).value)
        return view

    def may_release(self, kind: OpdrachtgeverKind | str, stuk: StukKind | str, *, health: bool = False) -> bool:
        """Whether such a stuk may be released to this kind of opdrachtgever."""
        return str(stuk) in self.of(kind).stukken and not never_to(kind, stuk, health=health)

    @model_validator(mode="after")
    def _never(self) -> Self:
        for kind in OpdrachtgeverKind:
            for stuk in (one for one in self.of(kind).stukken if never_to(kind, one)):
                why = "gegevens over gezondheid" if stuk in ALWAYS_HEALTH else f"'{stuk.label}'"
                raise ValueError(f"{kind.value}.stukken: {why} mag nooit naar opdrachtgever {kind.label}")
        if ViewField.LIMITS in self.werkgever.fields:
            raise ValueError(
                "werkgever.fields: beperkingen zijn gegevens over gezondheid en gaan nooit naar een werkgever"
            )
        return self

    @model_validator(mode="after")
    def _progress_is_reports_only(self) -> Self:
        for kind in OpdrachtgeverKind if self.reads == "progress" else ():
            beyond = [stuk.value for stuk in self.of(kind).stukken if stuk not in REPORTS]
            if beyond:
                what = f"wie alleen de voortgang leest, krijgt alleen rapportages; niet: {', '.join(beyond)}"
                raise ValueError(f"{kind.value}.stukken: {what}")
        return self
