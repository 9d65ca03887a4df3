"""A dossier from which something is given to somebody outside: prepared, chosen, looked at, sent, packed, fetched."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.utils import timezone

from access.models import Mail, Membership
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from clients.models import Client
from consent import disclosing
from consent.actions import disclosures, packages
from consent.models import Consent, Disclosure, DisclosurePackage
from tests.support.consent_rows import given_row
from tests.support.disclosure_rows import disclosure_rows
from tests.support.packed import pack_in_bureau
from tests.support.people import acting
from tests.support.portal import Case
from vault.actions import create_key
from vault.models import WrappedKey
from vault.platform import unseal_text

RECEIVER, PARTY = "Huisarts Vermeer", "Huisarts Vermeer"
FACTS: dict[str, Any] = {
    "words": "", "why": "Om een verwijzing te kunnen schrijven.", "receiver": RECEIVER, "receiver_kind": "zorg",
    "address": "praktijk@vermeer.test", "authority": "teruggebeld", "authority_words": "Nummer van hun website",
    "means": "link",
}  # fmt: skip


@contextmanager
def in_a_view(member: Membership | None, bureau: Any = None) -> Iterator[None]:
    """As `acting`, or in the bureau alone; what is refused keeps its line in the log, as the view keeps it."""
    broken: Exception | None = None
    with acting(member) if member else in_bureau(bureau):
        try:
            yield
        except (RuleBroken, packages.LinkGone) as refusal:
            broken = refusal
    if broken is not None:
        raise broken


def with_key(client: Client) -> Client:
    """Inside the bureau."""
    if not WrappedKey.objects.filter(subject_id=client.pk).exists():
        create_key(subject_id=client.pk)
    return client


def agreed(case: Case, number: str = "T2026-0001", **more: Any) -> Consent:
    """A consent to give something to the house doctor."""
    with in_bureau(case.bureau):
        return given_row(with_key(case.client), number, "third_party_share", **{"party": PARTY} | more)


def prepared(case: Case, by: Membership | None = None, *, ground: str = "consent", **more: Any) -> Disclosure:
    """`consent` and `paper` as the action takes them; the rest are facts."""
    by = by or case.coach
    given = {name: more.pop(name) for name in ("consent", "paper", "row") if name in more}
    if ground == "consent" and "consent" not in given:
        given["consent"] = agreed(case)
    with in_a_view(by):
        return disclosures.prepare(dossier=case.dossier, by=by, ground=ground, facts=FACTS | more, **given)


def chosen(case: Case, row: Disclosure, *stukken: Any, by: Membership | None = None) -> Disclosure:
    by = by or case.coach
    with in_a_view(by):
        return disclosures.choose(disclosure=row, stukken=[one.pk for one in stukken], by=by)


def looked_at(by: Membership, row: Disclosure) -> str:
    """The fingerprint of what `by` sees before sending. Inside their context."""
    picked = {one.stuk_id for one in row.stukken.all()}
    return disclosing.fingerprint_of(
        row, [one for one in disclosing.stukken_for(by, row.dossier) if one.pk in picked]
    )  # fmt: skip


def sent(case: Case, row: Disclosure, by: Membership | None = None) -> Disclosure:
    by = by or case.coach
    with in_a_view(by):
        return disclosures.send(disclosure=row, seen=looked_at(by, row), by=by)


def ready(case: Case, *stukken: Any, **more: Any) -> Disclosure:
    """Sent and packed."""
    row = sent(case, chosen(case, prepared(case, **more), *stukken))
    assert pack_in_bureau(case.bureau.pk) == 1, now(row).package.error
    return now(row)


def now(row: Disclosure) -> Disclosure:
    with in_bureau(row.bureau_id):
        return Disclosure.objects.select_related("package", "dossier", "consent").get(pk=row.pk)


def link_of(row: Disclosure) -> str:
    """The token in the mail to the receiver."""
    with in_bureau(row.bureau_id):
        mail = Mail.objects.get(kind="verstrekking", facts__number=row.number)
        found = re.search(r"/ophalen/([^/]+)/", unseal_text(mail.facts["sealed"], purpose="mail"))
    assert found
    return found[1]


def code_of(case: Case, row: Disclosure) -> str:
    with acting(case.coach):
        return packages.new_code(disclosure=row, by=case.coach)


def fetched(row: Disclosure, token: str, code: str) -> bytes | None:
    with in_a_view(None, row.bureau_id):
        found = packages.fetch(token=token, code=code)
        return None if found is None else b"".join(found[2])
    return None


def names_in(answer: bytes) -> list[str]:
    return sorted(zipfile.ZipFile(io.BytesIO(answer)).namelist())


def disclosed_ids(case: Case, stuk: Any) -> tuple[Any, dict[str, dict[str, Any]]]:
    """What stands ready, and by address what another one is named by: for the table of permissions."""
    with in_bureau(case.bureau):
        first, to_take_back = (_standing(case, f"VS2026-{number}") for number in (8001, 8002))
    row = chosen(case, prepared(case, ground="law", words="Artikel 54 Wet SUWI"), stuk)
    preparing = ("consent:disclosure_edit", "consent:disclosure_stukken", "consent:disclosure_send")
    own = {name: {"disclosure_id": row.pk} for name in preparing}
    return first.pk, own | {"consent:disclosure_take_back": {"disclosure_id": to_take_back.pk}}


def _standing(case: Case, number: str) -> Any:
    made: Any = disclosure_rows(case.dossier, case.coach, number)
    at = timezone.now()
    DisclosurePackage.objects.filter(pk=made["package"].pk).update(expires_at=at + timedelta(days=14), ready_at=at)
    return made["disclosure"]
