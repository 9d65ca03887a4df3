"""What somebody outside the bureau has read."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from access.checks import person
from access.models import Membership
from access.reach import check_see
from dossiers.models import ReadMark, Stuk


@transaction.atomic
def mark_read(*, stuk: Stuk, by: Membership) -> None:
    """Note that `by` has read the stuk up to its last version; nothing for who works here. Raises Http404."""
    if by.is_staff_member:
        return
    check_see(person(by), stuk.dossier)
    mark = ReadMark(stuk=stuk, dossier=stuk.dossier, membership=by, version=stuk.version, read_at=timezone.now())
    ReadMark.objects.bulk_create(
        [mark],
        update_conflicts=True,
        unique_fields=["bureau", "stuk", "membership"],
        update_fields=["version", "read_at"],
    )
