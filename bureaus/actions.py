"""Making a bureau, changing its facts and logo, and adopting or changing a version of its reglement.

The journal is a floor higher: its lines are written by listeners to `bureaus.signals`, in the same transaction.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from bureaus import logos, presets, reglement, schema, signals
from bureaus.models import Bureau, Reglement
from bureaus.tenancy import current_bureau_id, has_context, in_bureau

# What a bureau changes itself; its legal name, KvK-nummer and host are the platform's.
OWN_FACTS = ("address_1", "address_2", "postcode", "city", "email", "phone", "website", "colour")


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
def change_facts(*, bureau: Bureau, by: Adopter, facts: Mapping[str, str]) -> Bureau:
    """Change some of OWN_FACTS; what is the same already is no change, and no line in the journal.

    Raises ValidationError (per field), and ValueError for a fact that is not the bureau's own to change.
    """
    if strange := sorted(set(facts) - set(OWN_FACTS)):
        raise ValueError(f"a bureau doesn't change its {', '.join(strange)}")
    with _locked(bureau) as row:
        changed = [name for name in OWN_FACTS if name in facts and getattr(row, name) != facts[name]]
        for name in changed:
            setattr(row, name, facts[name])
        row.clean_fields(exclude={field.name for field in row._meta.fields} - set(changed))
        if changed:
            row.save(update_fields=changed)
            signals.bureau_changed.send(sender=Bureau, bureau=row, by=by, facts={"fields": changed})
    return row


@transaction.atomic
def set_logo(*, bureau: Bureau, by: Adopter, logo: logos.Logo) -> Bureau:
    """Put this logo in the place of the one there was; the same one again is no change."""
    with _locked(bureau) as row:
        if logos.digest_of(row.logo) != logo.digest:
            _put_logo(row, logos.keep(logo, row.pk), by)
    return row


@transaction.atomic
def remove_logo(*, bureau: Bureau, by: Adopter) -> Bureau:
    """Take the logo away, if there is one."""
    with _locked(bureau) as row:
        if row.logo:
            _put_logo(row, "", by)
    return row


def _put_logo(row: Bureau, name: str, by: Adopter) -> None:
    """The old file goes once the new name is certain; who reads meanwhile still finds it."""
    old, row.logo = row.logo, name
    row.save(update_fields=["logo"])
    facts = {"fields": ["logo"], "sha256": logos.digest_of(name)}
    signals.bureau_changed.send(sender=Bureau, bureau=row, by=by, facts=facts)
    if old:
        transaction.on_commit(partial(logos.drop, old))


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
    return version


@transaction.atomic
def withdraw_reglement(*, version: Reglement, by: Adopter) -> None:
    """Take back a version whose day has not come: it never holds, and the log keeps that it was there.

    Raises ValidationError once it is in force, Reglement.DoesNotExist where it was taken back already.
    """
    with _locked(version.bureau) as bureau:
        row: Reglement = Reglement.objects.select_for_update().get(pk=version.pk)
        check_not_in_force(row)
        facts = {"version": row.version, "in_force_from": row.in_force_from.isoformat()}
        signals.reglement_withdrawn.send(sender=Reglement, bureau=bureau, reglement=row, by=by, facts=facts)
        row.delete()
    reglement.forget()


def check_not_in_force(version: Reglement) -> None:
    """A version that is or was in force stays as it is. Raises ValidationError."""
    if version.in_force_from <= timezone.localdate():
        raise ValidationError("Deze versie geldt al en verandert niet meer. Stel een nieuwe versie vast.")


@contextmanager
def _locked(bureau: Bureau) -> Iterator[Bureau]:
    """The bureau's context, with its row locked: one act at a time, and version numbers have no gaps or doubles."""
    row = Bureau.objects.select_for_update(of=("self",), no_key=True).get(pk=bureau.pk)
    with in_bureau(bureau) if _elsewhere(bureau) else nullcontext():
        yield row


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
    reglement.forget()  # who listens asks for the rules as they are from here on
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
