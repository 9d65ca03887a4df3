"""What every act on a request begins with."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from access.actions.mails import tell
from access.models import Membership
from access.reach import as_system
from requests import access
from requests.actions import rows
from requests.models import Verzoek
from requests.places import own_page, staff_page
from vault import keys

MAIL = "verzoek_voor_u"
ANSWERED = "verzoek_antwoord"


def locked(
    verzoek: Verzoek, *, by: Membership, check: Callable[[Membership, Verzoek], None] = access.check_handle
) -> Verzoek:
    """The request, locked, for who may do this; its client's key at hand. Raises Http404, and as the check."""
    row = rows.locked(verzoek)
    check(by, row)
    keys.prefetch([row.client_id])
    return row


def mail(members: Iterable[Membership | None], row: Verzoek, what: str, once: object) -> None:
    """That a request waits for them, once for each happening."""
    with as_system():
        known = [one for one in members if one is not None]
        tell(known, kind=MAIL, once=f"{row.pk}:{what}:{once}", path=staff_page(row), number=row.number, what=what)


def tell_asker(row: Verzoek) -> None:
    """That there is an answer: to who asked it in the portal, else to the client, where they have an account."""
    with as_system():
        tell(rows.asker_of(row), kind=ANSWERED, once=f"{row.pk}", path=own_page(row), number=row.number)
