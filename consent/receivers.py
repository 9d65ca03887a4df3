"""What a disclosure does when the consent that it goes on is withdrawn."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from consent.actions import disclosures
from consent.models import Consent
from consent.signals import withdrawn


@receiver(withdrawn, dispatch_uid="consent.stop_disclosures")
def stop_what_lies_ready(sender: Any, consent: Consent, **_: Any) -> None:  # noqa: ARG001
    """What its receiver has not got yet, it gets no more (docs/adr/0029-disclosures.md)."""
    disclosures.stop_for(consent=consent)
