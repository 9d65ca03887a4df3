"""Requests of a client, made by the product's own actions: what the pages and clocks of requests are tried on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from access.models import Membership
from bureaus.tenancy import in_bureau
from requests.actions.identity import show_identity
from requests.actions.letters import make_letter
from requests.actions.receiving import ask, enter
from requests.models import Bundle, Change, Channel, Identity, Kind, LetterTemplate, Verzoek
from tests.support.people import acting
from tests.support.portal import Case, write
from vault.actions import create_key
from vault.files import save_sealed

WORDS = "Ik wil graag zien wat er over mij in het dossier staat."


def asked(case: Case, kind: str = Kind.INZAGE, **more: Any) -> Verzoek:
    """The client asks this in the portal; a correctie is about a stuk that the coach wrote, unless it is given."""
    with acting(case.member):
        return ask(client=case.client, by=case.member, **_of_kind(case, kind, more))


def entered(case: Case, kind: str = Kind.INZAGE, *, by: Membership | None = None, **more: Any) -> Verzoek:
    """The coach, or `by`, takes it in from a letter of today."""
    with in_bureau(case.bureau):
        from requests import clocks

        day: date = more.pop("received_on", None) or clocks.today()
    given = {"channel": Channel.LETTER} | _of_kind(case, kind, more)
    who = by or case.coach
    with acting(who):
        return enter(client=case.client, by=who, received_on=day, **given)


def identified(
    verzoek: Verzoek, how: str = Identity.SEEN, *, by: Membership | None = None, reason: str = ""
) -> Verzoek:
    """Its handler, or `by`, has seen who asks."""
    who = by or verzoek.handler
    with acting(who):
        return show_identity(verzoek=verzoek, how=how, reason=reason, by=who)


def _of_kind(case: Case, kind: str, more: dict[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = {"kind": kind, "words": WORDS} | more
    if kind == Kind.CORRECTIE:
        change = given.setdefault("change", Change.IMPROVE)
        if change in (Change.IMPROVE, Change.ADD):
            given.setdefault("proposed", "Ik was wel op tijd.")
        if "stuk" not in given:
            given["stuk"] = write(case, "Gesprek van maandag", "Kwam te laat.")
    return given


def request_ids(case: Case) -> dict[str, Any]:
    """What requests have to name in an address, all of Vera's: for the table of permissions."""
    row = entered(case, dossier=case.dossier)
    with in_bureau(case.bureau):
        info = save_sealed(subject_id=case.client.pk, chunks=[b"een brief"])
        Verzoek.objects.filter(pk=row.pk).update(scan_file=info.name, scan_name="brief.pdf", scan_size=info.size)
        made = answered_rows(row)
    return {"verzoek_id": row.pk, **made}


def answered_rows(row: Verzoek) -> dict[str, Any]:
    """A letter that was made and a copy that stands ready; in the bureau."""
    letter = make_letter(verzoek=row, kind=LetterTemplate.Kind.ACKNOWLEDGE)
    bundle = Bundle(verzoek=row, state=Bundle.State.READY, asked_by_name="x", ready_at=timezone.now(),
                    expires_on=timezone.localdate() + timedelta(days=30))  # fmt: skip
    create_key(subject_id=bundle.pk)
    info = save_sealed(subject_id=bundle.pk, chunks=[b"een kopie"])
    bundle.file, bundle.file_size = info.name, info.size
    bundle.save(force_insert=True)
    return {"letter_id": letter.pk, "bundle_id": bundle.pk, "kind": LetterTemplate.Kind.REFUSE}
