"""Making a bureau, and adopting, editing or withdrawing a version of its reglement.

The journal is a floor higher: its lines are written by listeners to `bureaus.signals`, in the same transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from bureaus import presets, reglement, schema, signals
from bureaus.models import Bureau, Reglement
from bureaus.tenancy import current_bureau_id, has_context, in_bureau


@dataclass(frozen=True)
class Adopter:
    """Who adopts or makes: a name that stays readable, and the membership where there is one."""

    name: str
    membership_id: uuid.UUID | None = None


@transaction.atomic
def create_bureau(*, slug: str, preset: str, by: Adopter, host: str | None = None, **facts: str) -> Bureau:
    """Make a bureau with a preset as its first reglement, in force today.

    `facts` are other fields of Bureau and go before the preset's own. Raises ValidationError (per field),
    presets.NoSuchPreset.
    """
    chosen = presets.load(preset)
    given = {name: value for name, value in facts.items() if value}
    bureau = Bureau(**{**chosen.bureau, **given, "slug": slug, "host": host or default_host(slug)})
    bureau.full_clean()
    bureau.save()
    today = timezone.localdate()
    with in_bureau(bureau, origin="bureau", actor_label=by.name):
        adopt_reglement(
            bureau=bureau,
            parameters=chosen.parameters,
            adopted_on=today,
            in_force_from=today,
            by=by,
            title=chosen.title,
        )
        signals.bureau_created.send(sender=Bureau, bureau=bureau, by=by)
    return bureau


def default_host(slug: str) -> str:
    """SLUG under the platform's first host: javawest.localhost in the demo."""
    return f"{slug}.{settings.PLATFORM_HOSTS[0]}"


@transaction.atomic
def adopt_reglement(
    *,
    bureau: Bureau,
    parameters: Mapping[str, Any],
    adopted_on: date,
    in_force_from: date,
    by: Adopter,
    title: str = "",
) -> Reglement:
    """Adopt a new version. Raises schema.ReglementInvalid for parameters, ValidationError for dates."""
    rules = schema.parse(parameters)
    with _locked(bureau):
        latest = Reglement.objects.aggregate(latest=Max("version"))["latest"] or 0
        _check_dates(adopted_on=adopted_on, in_force_from=in_force_from, first=latest == 0)
        version: Reglement = Reglement.objects.create(
            version=latest + 1,
            title=title or f"Privacyreglement {bureau.legal_name}",
            parameters=schema.dump(rules),
            adopted_on=adopted_on,
            adopted_by_name=by.name,
            adopted_by_membership=by.membership_id,
            in_force_from=in_force_from,
        )
        _announce(bureau, version, by)
    reglement.forget()
    return version


@transaction.atomic
def change_reglement(
    *, version: Reglement, parameters: Mapping[str, Any], in_force_from: date, by: Adopter
) -> Reglement:
    """Change a version that is not yet in force; it is adopted anew, today.

    Raises ValidationError once it is in force, or for a wrong date; schema.ReglementInvalid for parameters.
    """
    rules = schema.parse(parameters)
    version = Reglement.objects.select_for_update().get(pk=version.pk)
    check_not_in_force(version)
    today = timezone.localdate()
    _check_dates(adopted_on=today, in_force_from=in_force_from, first=False)
    version.parameters, version.in_force_from, version.adopted_on = schema.dump(rules), in_force_from, today
    version.adopted_by_name, version.adopted_by_membership = by.name, by.membership_id
    version.save()
    _announce(version.bureau, version, by)
    reglement.forget()
    return version


def check_not_in_force(version: Reglement) -> None:
    """A version that is or was in force stays as it is. Raises ValidationError."""
    if version.in_force_from <= timezone.localdate():
        raise ValidationError("Deze versie geldt al en verandert niet meer. Stel een nieuwe versie vast.")


def _locked(bureau: Bureau) -> Any:
    """The bureau's context, with its row locked so that version numbers have no gaps or doubles."""
    Bureau.objects.select_for_update(of=("self",), no_key=True).get(pk=bureau.pk)
    return in_bureau(bureau) if _elsewhere(bureau) else transaction.atomic()


def _elsewhere(bureau: Bureau) -> bool:
    return not has_context() or current_bureau_id() != bureau.pk


def _check_dates(*, adopted_on: date, in_force_from: date, first: bool) -> None:
    today = timezone.localdate()
    if adopted_on > today:
        raise ValidationError({"adopted_on": "De datum van vaststellen ligt in de toekomst."})
    if in_force_from < adopted_on:
        raise ValidationError({"in_force_from": "Een reglement geldt niet voordat het is vastgesteld (javawest 10.1)."})
    # The first version may be one that the bureau had before it came here; later ones can't rewrite the past.
    if not first and in_force_from < today:
        raise ValidationError({"in_force_from": "Een nieuwe versie kan niet vanaf een datum in het verleden gelden."})


def _announce(bureau: Bureau, version: Reglement, by: Adopter) -> None:
    signals.reglement_adopted.send(
        sender=Reglement,
        bureau=bureau,
        reglement=version,
        by=by,
        facts={
            "version": version.version,
            "adopted_on": version.adopted_on.isoformat(),
            "in_force_from": version.in_force_from.isoformat(),
        },
    )
