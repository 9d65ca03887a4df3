"""A new bureau gets its keys in the transaction that makes it."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from bureaus.signals import bureau_created
from vault import bureau_keys


@receiver(bureau_created, dispatch_uid="vault.first_key")
def make_first_keys(sender: Any, bureau: Any, **_: Any) -> None:  # noqa: ARG001
    bureau_keys.start(bureau.pk)
