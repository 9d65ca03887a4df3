"""A dossier to try access on."""

from __future__ import annotations

from bureaus.tenancy import in_bureau
from dossiers.models import Dossier


def make_dossier(bureau) -> Dossier:
    with in_bureau(bureau):
        number = f"T-{Dossier.objects.count() + 1:05}"
        return Dossier.objects.create(number=number)
