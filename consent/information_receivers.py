"""What a question to somebody outside does when the consent that it goes on is withdrawn."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from consent.actions import information
from consent.models import Consent
from consent.signals import withdrawn


@receiver(withdrawn, dispatch_uid="consent.stop_questions")
def stop_what_is_asked(sender: Any, consent: Consent, **_: Any) -> None:  # noqa: ARG001
    information.stop_for(consent=consent)
