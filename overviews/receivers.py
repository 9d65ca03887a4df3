"""What these pages do when something happens below."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone

from access.actions.mails import tell, with_role
from access.models import Role
from journal.signals import checked
from journal.verify import Verdict
from overviews.models import Signal
from retention.signals import dossier_erased


@receiver(dossier_erased, dispatch_uid="overviews.dossier_erased")
def forget_whose_name_it_was(sender: Any, dossier_id: Any, **_: Any) -> None:  # noqa: ARG001
    """That somebody here has the same achternaam would say what the client was called."""
    Signal.objects.filter(dossier_id=dossier_id, kind=Signal.Kind.RELATIVE).delete()


@receiver(checked, dispatch_uid="overviews.journal_broken")
def sound_the_alarm(sender: Any, verdict: Verdict, **_: Any) -> None:  # noqa: ARG001
    """A chain that does not hold is told to FG and directie at once, every day anew until it was looked into."""
    if not verdict.broken:
        return
    once = f"{timezone.localdate():%Y%m%d}"
    tell(with_role(Role.FG, Role.DIRECTIE), kind="logboek_gebroken", once=once, path=reverse("overviews:journal"))
