"""Requests at the steps of their handling: one for each address that asks one, for the table of permissions."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from weasyprint import HTML

from bureaus.tenancy import in_bureau
from dossiers.actions import add_document, mark_read
from dossiers.models import StoredFile
from requests.actions.handling import grounds_of_copy
from requests.actions.marking import mark_words
from requests.models import Change, Decision, FollowUp, Identity, Kind, State, Verzoek
from tests.support.people import acting
from tests.support.portal import Case, write
from tests.support.verzoeken import entered


def handled_ids(case: Case) -> dict[str, dict[str, Any]]:
    """By url name; all of them Vera's and handled by her coach."""
    written, deleted, shielded = (granted(case, change) for change in (Change.IMPROVE, Change.DELETE, Change.SHIELD))
    waits, said = waiting(case), undone(case)
    with in_bureau(case.bureau):
        payer = case.traject.opdrachtgever
        told = FollowUp.objects.create(verzoek=shielded, kind="inlichten", opdrachtgever=payer, due_on="2026-12-01")
    marked = marked_ids(case)
    return {
        "requests:redact": marked,
        "requests:redact_page": marked,
        "requests:unmark": marked,
        "requests:write": {"verzoek_id": written.pk},
        "requests:delete": {"verzoek_id": deleted.pk},
        "requests:shield": {"verzoek_id": shielded.pk},
        "requests:carried_out": {"verzoek_id": said.pk},
        "requests:second_look": {"verzoek_id": waits.pk},
        "requests:told": {"follow_up_id": told.pk},
    }


def marked_ids(case: Case) -> dict[str, Any]:
    """A stuk with a PDF, in which something was marked for a copy."""
    with acting(case.coach):
        stuk = add_document(
            dossier=case.dossier, by=case.coach, kind="document", herkomst="client", date=timezone.localdate(),
            title="Brief", upload=SimpleUploadedFile("brief.pdf", paper("<p>Over buurman Karel.</p>")),
        )  # fmt: skip
    row = entered(case, Kind.AFSCHRIFT, dossier=case.dossier)
    with acting(case.coach):
        ground = grounds_of_copy(row)[0]
        mark = mark_words(verzoek=row, stuk=stuk, words="buurman Karel", reason_code=ground, by=case.coach)
        file = StoredFile.objects.get(stuk=stuk)
    return {"verzoek_id": row.pk, "stuk_id": stuk.pk, "file_id": file.pk, "page": 1, "mark_id": mark.pk}


def paper(html: str) -> bytes:
    """A PDF of this."""
    return bytes(HTML(string=html).write_pdf())


def granted(case: Case, change: str) -> Verzoek:
    """A correctie of a stuk of its own that was granted, and is still to be carried out."""
    stuk = write(case, f"Over {change}", "Kwam te laat.")
    with acting(case.member):
        mark_read(stuk=stuk, by=case.member)  # werkid 11.1: first inzage
    return _granted(case, entered(case, Kind.CORRECTIE, change=change, stuk=stuk, **_text(change)))


def undone(case: Case) -> Verzoek:
    """A bezwaar that was granted: that it is carried out is said in words."""
    return _granted(case, entered(case, Kind.BEZWAAR, dossier=case.dossier))


def _granted(case: Case, row: Verzoek) -> Verzoek:
    with in_bureau(case.bureau):
        Verzoek.objects.filter(pk=row.pk).update(
            handler=case.coach, identity=Identity.SEEN, identity_at=row.entered_at, decision=Decision.GRANTED,
            decided_at=row.entered_at, decided_by_name=case.coach.name, state=State.DECIDED,
        )  # fmt: skip
        FollowUp.objects.create(verzoek=row, kind=FollowUp.Kind.EXECUTE, due_on=row.due_on)
        return Verzoek.objects.get(pk=row.pk)


def waiting(case: Case) -> Verzoek:
    """A refusal of her coach that waits for directie."""
    row = entered(case, Kind.BEPERKING, dossier=case.dossier)
    with in_bureau(case.bureau):
        Verzoek.objects.filter(pk=row.pk).update(
            handler=case.coach, identity=Identity.SEEN, identity_at=row.entered_at, decision=Decision.REFUSED,
            reason_code="geen van de redenen van AVG 18 doet zich voor", proposed_by=case.coach,
            state=State.SECOND_LOOK,
        )  # fmt: skip
    return row


def _text(change: str) -> dict[str, str]:
    return {"proposed": "Ik was wel op tijd."} if change == Change.IMPROVE else {}
