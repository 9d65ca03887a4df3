"""Consents, disclosures, declarations and handing out the reglement."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bureaus.schema.base import (
    Article,
    Frozen,
    FrozenDict,
    Key,
    Labelled,
    LongText,
    Part,
    ShortText,
    StaffRole,
    TermText,
)


class Direction(Labelled):
    USE = "use", "gebruiken"
    SHARE = "share", "geven aan anderen"
    ASK = "ask", "opvragen bij anderen"


class Ground(Labelled):
    """Grounds for letting something leave the bureau. No ground, no disclosure."""

    CONSENT = "consent", "toestemming van de cliënt"
    LAW = "law", "wettelijke plicht"
    NO_OBJECTION = "no_objection", "schriftelijk geen bezwaar"
    UNTRACEABLE = "untraceable", "gegevens die niet te herleiden zijn"
    NECESSARY_HELPER = "necessary_helper", "medewerking die beroepshalve nodig is"
    GUIDANCE = "guidance", "nodig voor de begeleiding"
    CONTRACT = "contract", "opdracht"
    VITAL_INTEREST = "vital_interest", "ernstig gevaar voor de gezondheid"
    COURT_ORDER = "court_order", "bevel van de rechter"
    COMPATIBLE = "compatible", "past bij het doel waarvoor het is verkregen"
    OVERMACHT = "overmacht", "overmacht"


class ConsentRule(Part):
    """A purpose to ask consent for. Never pre-ticked and never a condition for the traject: no parameters."""

    on: bool = True
    title: ShortText
    direction: tuple[Direction, ...]
    text: LongText
    names_party: bool = False
    signed: bool = False
    # Whether stukken of the dossier may be given on it; a name for a survey, or a photo, is no such thing.
    stukken: bool = False
    valid_for: TermText | None = None
    article: Article = ""

    @model_validator(mode="after")
    def _has_a_direction(self) -> Self:
        if not self.direction:
            raise ValueError("zeg wat de toestemming toestaat: use, share of ask")
        if self.stukken and Direction.SHARE not in self.direction:
            raise ValueError("stukken geven kan alleen met een toestemming die share toestaat")
        return self


class Disclosure(Part):
    grounds: Annotated[dict[str, Article], Frozen]
    naw_files_unless_opted_out: bool = False
    survey_export: bool = False
    starters_register: bool = False
    research_decided_by_directie: bool = False
    couplings: bool = False
    reuse_asks_new_ground: bool = True
    aanmelding_needs_statement: bool = False
    agreement_warning_before: TermText = "P3M"

    @model_validator(mode="after")
    def _grounds_are_known(self) -> Self:
        strange = [name for name in self.grounds if name not in set(Ground)]
        if strange:
            raise ValueError(
                f"grounds noemt onbekende grondslagen: {', '.join(strange)}; kies uit: {', '.join(Ground)}"
            )
        if not self.grounds:
            raise ValueError("grounds: zonder grondslag kan er niets worden verstrekt; noem er ten minste één")
        return self


class DeclarationRule(Part):
    """What a worker signs before a dossier opens. `every` is how long it holds; empty means until a new version."""

    on: bool = True
    title: ShortText
    text: LongText
    roles: tuple[StaffRole, ...] = tuple(StaffRole)
    every: TermText | None = None
    blocks_dossiers: bool = True
    article: Article = ""


class Handout(Part):
    """Who gets the reglement, and when (werkid 5, werklokaal 9b)."""

    to_client_within_working_days: Annotated[int, Field(ge=1, le=20)] = 1
    confirmed_by_client: bool = False
    to_opdrachtgever: Literal["on_request", "always"] = "on_request"
    public_page: bool = True
    complaint_rules_too: bool = True


class RoleSession(Part):
    idle_minutes: Annotated[int, Field(ge=5, le=240)] = 30
    absolute_hours: Annotated[int, Field(ge=1, le=24)] = 10


class Sessions(Part):
    """How long somebody stays logged in; `per_role` is for roles of staff that have ends of their own."""

    staff: RoleSession = RoleSession()
    client: RoleSession = RoleSession(idle_minutes=20, absolute_hours=4)
    opdrachtgever: RoleSession = RoleSession(idle_minutes=20, absolute_hours=8)
    per_role: Annotated[dict[StaffRole, RoleSession], Frozen] = FrozenDict()
    mfa: Literal[True] = True

    def of_staff(self, roles: Iterable[str]) -> RoleSession:
        """The ends for who works here with these roles: of each of the two ends the nearest that any role asks."""
        own = {str(role): ends for role, ends in self.per_role.items()}
        held = [own.get(role, self.staff) for role in roles] or [self.staff]
        return RoleSession(
            idle_minutes=min(one.idle_minutes for one in held), absolute_hours=min(one.absolute_hours for one in held)
        )


class Declarations(Part):
    asked: Annotated[dict[Key, DeclarationRule], Frozen] = FrozenDict()

    def asked_of(self, roles: tuple[str, ...]) -> dict[str, DeclarationRule]:
        """The declarations that someone with these roles must have signed."""
        return {k: d for k, d in self.asked.items() if d.on and set(d.roles).intersection(roles)}


class Consents(Part):
    asked: Annotated[dict[Key, ConsentRule], Frozen] = FrozenDict()

    def asked_now(self) -> dict[str, ConsentRule]:
        return {key: rule for key, rule in self.asked.items() if rule.on}
