"""Something asked of somebody outside with a machtiging: by hand for who walks every table, and by the acts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone
from uuid_utils.compat import uuid7

from access.models import Membership
from bureaus.tenancy import in_bureau
from consent.actions import information
from consent.actions.information import Question
from consent.models import Consent, InformationRequest
from dossiers.models import Dossier
from tests.support.consent_rows import given_row, paper_row
from tests.support.disclosing import in_a_view, with_key
from tests.support.documents import pdf, upload
from tests.support.portal import Case
from vault.files import save_sealed

PARTY, WHAT, WHY = "Huisarts Vermeer", "De verwijsbrief van 3 maart", "Om het plan te kunnen maken."
MOMENT = datetime(2026, 1, 5, 10, tzinfo=UTC)


def question_row(
    dossier: Dossier, coach: Membership, consent: Consent, number: str = "IV2026-0001", **more: Any
) -> InformationRequest:
    """Asked, with its letter and an answer: all columns filled; the dossier has its key already. Inside the bureau."""
    letter = save_sealed(subject_id=dossier.pk, chunks=[b"%PDF"]).name
    said = {
        "party": PARTY, "address": "Dorpsstraat 1", "what": WHAT, "why": WHY, "state": "beantwoord",
        "made_by": coach, "made_by_name": "Alice", "letter_file": letter, "letter_size": 4, "letter_sha256": "0",
        "asked_at": MOMENT, "asked_by_name": "Alice", "follow_up_on": date(2026, 1, 19), "ended_at": MOMENT,
        "ended_by_name": "Alice", "end_reason": "Per post gekomen", "stuk_id": uuid7(),
    }  # fmt: skip
    row = InformationRequest(number=number, dossier=dossier, consent=consent)
    for name, value in (said | more).items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row


def running_row(dossier: Dossier, coach: Membership, consent: Consent, number: str, **more: Any) -> InformationRequest:
    """Asked, and still without an answer."""
    over = {"state": "gevraagd", "ended_at": None, "ended_by_name": "", "end_reason": None, "stuk_id": None}
    return question_row(dossier, coach, consent, number, **(over | more))


def machtiging(case: Case, number: str = "T2026-0001", purpose: str = "machtiging", **more: Any) -> Consent:
    """Given on a paper that is scanned, and it names the house doctor."""
    with in_bureau(case.bureau):
        return paper_row(with_key(case.client), number, purpose, **{"party": PARTY} | more)


def prepared(case: Case, consent: Consent | None = None, **more: Any) -> InformationRequest:
    by, consent = case.coach, consent or machtiging(case)
    said = Question(**{"what": WHAT, "why": WHY, "address": "Dorpsstraat 1\n9641 AB Veendam"} | more)
    with in_a_view(by):
        return information.prepare(dossier=case.dossier, consent=consent, question=said, by=by)


def asked(case: Case, consent: Consent | None = None, **more: Any) -> InformationRequest:
    """With its letter."""
    row = prepared(case, consent, **more)
    with in_a_view(case.coach):
        return information.make_letter(question=row, by=case.coach)


def answered(case: Case, row: InformationRequest, **more: Any) -> InformationRequest:
    came = {"kind": "document", "date": timezone.localdate(), "title": "", "upload": upload(pdf(), "brief.pdf")} | more
    with in_a_view(case.coach):
        return information.file_answer(question=row, by=case.coach, **came)


def now(row: InformationRequest) -> InformationRequest:
    with in_bureau(row.bureau_id):
        return InformationRequest.objects.select_related("consent", "dossier").get(pk=row.pk)


def due(row: InformationRequest, days: int = 0) -> None:
    """Its day to follow up has come, so many days ago."""
    with in_bureau(row.bureau_id):
        day = timezone.localdate() - timedelta(days=days)
        InformationRequest.objects.filter(pk=row.pk).update(follow_up_on=day)


def question_ids(case: Case) -> tuple[Any, dict[str, dict[str, Any]]]:
    """One that waits for an answer, and one of which no letter was made: for the table of permissions."""
    with in_bureau(case.bureau):
        consent = given_row(with_key(case.client), "T2020-0003", "third_party_ask", party=PARTY)
        first, to_close = (running_row(case.dossier, case.coach, consent, f"IV2026-800{at}") for at in (1, 2))
        bare = {"letter_file": "", "letter_size": 0, "letter_sha256": "", "asked_at": None, "asked_by_name": ""}
        new = running_row(case.dossier, case.coach, consent, "IV2026-8003", state="opzet", **bare)
    own = {"consent:information_letter": {"information_id": new.pk}}
    return first.pk, own | {"consent:information_close": {"information_id": to_close.pk}}
