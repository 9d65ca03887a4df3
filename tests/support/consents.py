"""Consents asked and answered by the product's own actions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from access.models import Membership
from bureaus.tenancy import in_bureau
from consent.actions.consents import ask_consent, give, give_on_paper, refuse, withdraw
from consent.models import Consent
from tests.support.consent_rows import asked_row, paper_row, text_of
from tests.support.documents import pdf, upload
from tests.support.people import acting
from tests.support.portal import Case

PHOTO, SHARE, ASK = "photo", "third_party_share", "third_party_ask"
GIVEN_WITH = {"party": "Huisarts Vermeer", "scope": "De brief van 3 maart"}


def asked(case: Case, purpose: str = PHOTO, *, by: Membership | None = None, **more: Any) -> Consent:
    """The coach, or `by`, asks it; with a party where the purpose names one."""
    who = by or case.coach
    said = {"scope": "Voor de nieuwsbrief"} if purpose == PHOTO else GIVEN_WITH
    if purpose in ("cvs", "satisfaction_survey"):
        said = {}
    with acting(who):
        return ask_consent(client=case.client, purpose=purpose, by=who, **(said | more))


def worded_before(case: Case, purpose: str, *, days: int) -> None:
    """The words of this purpose are there since the noon of so many days ago: so many times 24 hours ago may be another
    day, where the clocks were changed since."""
    noon = timezone.localtime().replace(hour=12) - timedelta(days=days)
    with in_bureau(case.bureau):
        text_of(purpose, made_at=noon)


def given(case: Case, purpose: str = PHOTO, **more: Any) -> Consent:
    """Asked, and given by the client in the portal."""
    row = asked(case, purpose, **more)
    return answer(case, give, row)


def answer(case: Case, act: Any, row: Consent, *, by: Membership | None = None, **more: Any) -> Consent:
    """`give`, `refuse` or `withdraw` by the client, or `by`; a name is typed where the text asks one."""
    who = by or case.member
    if act is give and row.text.signed:
        more.setdefault("signed_name", "V. van den Berg")
    with acting(who):
        done: Consent = act(consent=row, by=who, **more)
    return done


def on_paper(case: Case, row: Consent, **more: Any) -> Consent:
    facts = {"signed_on": timezone.localdate(), "scan": upload(pdf(), "formulier.pdf")} | more
    with acting(case.coach):
        return give_on_paper(consent=row, by=case.coach, **facts)


def consent_rows_of(case: Case) -> tuple[Consent, Consent]:
    """What waits for an answer, and what was given on paper: for the table of permissions."""
    with in_bureau(case.bureau):
        signed = paper_row(case.client, "T2020-0001", SHARE)
        return asked_row(case.client, "T2020-0002", PHOTO), signed


__all__ = [
    "ASK",
    "GIVEN_WITH",
    "PHOTO",
    "SHARE",
    "answer",
    "asked",
    "give",
    "given",
    "on_paper",
    "refuse",
    "withdraw",
    "worded_before",
]
