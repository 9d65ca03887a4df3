"""What happened with a request, one line each, for the page of whoever handles it and of the client."""

from __future__ import annotations

from access.models import Membership
from access.reach import as_system
from requests.models import Step, Verzoek
from retention.access import NOBODY


def note(verzoek: Verzoek, kind: Step.Kind, *, by: Membership | None, words: str = "") -> Step:
    """Write down that this happened; `words` are for the client as well. Within the act's own transaction."""
    step = Step(verzoek=verzoek, kind=kind, by_name=by.name if by else NOBODY, client_id=verzoek.client_id)
    step.note = words.strip() or None
    # Who asks in the portal may read this, and only the bureau writes it.
    with as_system():
        step.save(force_insert=True)
    return step
