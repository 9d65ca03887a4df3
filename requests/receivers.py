"""What requests do when something happens below."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from access.models import Membership
from access.reach import as_system
from consent.actions.disclosures import end_packages, forget_receivers
from consent.actions.starters import take_back_unheard
from consent.models import Disclosure
from consent.signals import handed
from dossiers.models import Stuk
from dossiers.rules import Refused
from dossiers.signals import replacing, supplemented
from requests.actions import marking, outcome
from requests.actions.bundles import end_copies
from requests.models import GRANTING, Change, FollowUp, Kind, State, Verzoek
from retention.signals import dossier_erased, words_erased

NO_MORE_ASKED = (
    "Het verzoek waarvoor u dit schrijft, is al uitgevoerd. Uw tekst is bewaard, maar komt niet meer in de plaats van"
    " wat er staat. Gooi hem weg; daarna kunt u het stuk gewoon aanvullen."
)


@receiver(words_erased, dispatch_uid="requests.words_erased")
def end_the_copies(sender: Any, client_id: Any, **_: Any) -> None:  # noqa: ARG001
    """What was destroyed is in no copy that still opens, nor in a package for somebody outside."""
    end_copies(client_id=client_id)
    end_packages(client_id=client_id)


@receiver(dossier_erased, dispatch_uid="requests.receivers_forgotten")
def forget_the_receivers(sender: Any, dossier_id: Any, **_: Any) -> None:  # noqa: ARG001
    """Nor does the outbox know who outside got something of it."""
    forget_receivers(dossier_id=dossier_id)


@receiver(dossier_erased, dispatch_uid="requests.starters_unheard")
def ask_for_nobody_no_more(sender: Any, **_: Any) -> None:  # noqa: ARG001
    """Who is behind an entry was asked for this client; the other need not answer any more."""
    take_back_unheard()


@receiver(words_erased, dispatch_uid="requests.marks_forgotten")
def forget_the_marks(sender: Any, client_id: Any, **_: Any) -> None:  # noqa: ARG001
    """A request outlives a stuk that it is about; what was cut from that stuk does not."""
    marking.forget(client_id=client_id)


@receiver(words_erased, dispatch_uid="requests.deleted")
def note_the_deletion(sender: Any, client_id: Any, **_: Any) -> None:  # noqa: ARG001
    """The list ran: what was asked to be deleted, or destroyed, is (jmwerkt 6.1.3)."""
    which = Q(kind=Kind.CORRECTIE, change=Change.DELETE) | Q(kind=Kind.VERNIETIGING)
    outcome.settle(Verzoek.objects.filter(which, client_id=client_id), by=None)


@receiver(handed, dispatch_uid="requests.handed")
def tell_who_has_it_after_all(sender: Any, disclosure: Disclosure, **_: Any) -> None:  # noqa: ARG001
    """What was noted as given on paper later than the change that it has to be told of (AVG 19)."""
    outcome.tell_too(disclosure)


@receiver(supplemented, dispatch_uid="requests.written")
def note_the_text(sender: Any, stuk: Stuk, source: str, by: Membership, **_: Any) -> None:  # noqa: ARG001
    """What a correctie asked to be written stands in the dossier (jmwerkt 6.1.3)."""
    outcome.settle(_that_asked(stuk, source), by=by)


@receiver(replacing, dispatch_uid="requests.replacing")
def refuse_what_nobody_asks(sender: Any, stuk: Stuk, source: str, **_: Any) -> None:  # noqa: ARG001
    """One request has one text put in the place of what stood, once (AVG 16)."""
    with as_system():
        asked = _that_asked(stuk, source).filter(state=State.DECIDED, decision__in=GRANTING, change=Change.IMPROVE)
        if not asked.filter(follow_ups__kind=FollowUp.Kind.EXECUTE, follow_ups__done_at=None).exists():
            raise Refused(NO_MORE_ASKED)


def _that_asked(stuk: Stuk, source: str) -> Any:
    return Verzoek.objects.filter(kind=Kind.CORRECTIE, stuk_id=stuk.pk, number=source.rpartition(" ")[2])
