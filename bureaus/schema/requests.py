"""Terms and manners of requests and complaints (DOMAIN 4), and how identity is shown."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bureaus.schema.base import Article, Part, ShortText, StaffRole, TermText
from bureaus.terms import longer


class RequestTerm(Part):
    """`ends_with` 'decision': the answer is out by then; 'done': it is carried out. The AVG's month binds too."""

    term: TermText
    ends_with: Literal["decision", "done"] = "decision"
    article: Article = ""


class Inzage(Part):
    """The five say 'as soon as possible' or nothing: the AVG's month then binds alone (`term` is empty)."""

    term: TermText | None = None
    as_soon_as_possible: bool = False
    by_appointment: bool = False
    copies_only: bool = True
    refusal_grounds: tuple[ShortText, ...] = ()
    article: Article = ""


class Correction(Part):
    term: TermText = "P4W"
    only_after_inzage: bool = False
    decided_by: Literal["handler", "directie"] = "handler"
    tombstone: bool = True
    statement_stays: bool = True
    shielded_seen_by: tuple[StaffRole, ...] = (StaffRole.DIRECTIE,)
    article: Article = ""


class Complaint(Part):
    acknowledge: TermText = "P2W"
    not_admissible: TermText = "P4W"
    done: TermText = "P6W"
    handled_by: Literal[StaffRole.DIRECTIE] = StaffRole.DIRECTIE
    article: Article = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if longer(self.acknowledge, self.not_admissible) or longer(self.not_admissible, self.done):
            raise ValueError("de stappen van een klacht staan niet in volgorde van tijd")
        return self


class Identity(Part):
    """'required': never to be skipped (jmwerkt 5.1.3); 'default_on': on, to be skipped with a reason that is kept.

    A copy or number of an identity document is never kept: that is no parameter.
    """

    check: Literal["default_on", "required"] = "default_on"
    portal_with_mfa_counts: bool = True
    article: Article = ""


class Requests(Part):
    correction: Correction
    destruction: RequestTerm
    inzage: Inzage
    complaint: Complaint = Complaint()
    identity: Identity = Identity()
    acknowledge_working_days: Annotated[int, Field(ge=1, le=10)] = 5
    court_weeks: Annotated[int, Field(ge=1, le=26)] = 6
    court_weeks_verified: bool = False
    refusal_seen_by_directie: bool = False
    bezwaar_ends_at_once: bool = True
    telephone_information: Literal[False] = False
