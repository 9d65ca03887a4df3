"""Lines about what happens on the ground floor."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from bureaus.signals import bureau_changed, bureau_created, reglement_adopted, reglement_withdrawn
from journal.actions import record


@receiver(bureau_created, dispatch_uid="journal.bureau_created")
def note_bureau(sender: Any, bureau: Any, by: Any, **_: Any) -> None:  # noqa: ARG001
    record(act="bureau.gemaakt", obj=bureau, facts={"slug": bureau.slug, "by": by.name})


@receiver(bureau_changed, dispatch_uid="journal.bureau_changed")
def note_change(sender: Any, bureau: Any, by: Any, facts: dict[str, Any], **_: Any) -> None:  # noqa: ARG001
    record(act="bureau.gewijzigd", obj=bureau, facts={**facts, "by": by.name})


@receiver(reglement_adopted, dispatch_uid="journal.reglement_adopted")
def note_reglement(sender: Any, reglement: Any, by: Any, facts: dict[str, Any], **_: Any) -> None:  # noqa: ARG001
    record(act="reglement.vastgesteld", obj=reglement, facts={**facts, "by": by.name})


@receiver(reglement_withdrawn, dispatch_uid="journal.reglement_withdrawn")
def note_withdrawal(sender: Any, reglement: Any, by: Any, facts: dict[str, Any], **_: Any) -> None:  # noqa: ARG001
    record(act="reglement.ingetrokken", obj=reglement, facts={**facts, "by": by.name})
