"""The templates of a bureau: the headings that a new stuk begins with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from access.models import Membership
from bureaus import reglement
from bureaus.schema import AUTHOR_ONLY, StukKind
from dossiers import defaults, rules
from dossiers.models import VerslagTemplate
from journal.actions import record


@transaction.atomic
def make_default_templates() -> int:
    """Give a new bureau templates to begin with, for the kinds that its reglement switched on; how many were made."""
    on = reglement.in_force().dossier.kinds_on()
    there = set(VerslagTemplate.objects.values_list("name", flat=True))
    new = [
        VerslagTemplate(name=one.name, kind=one.kind.value, sections=[dict(section) for section in one.sections])
        for one in defaults.TEMPLATES
        if one.kind in on and one.name not in there
    ]
    VerslagTemplate.objects.bulk_create(new)
    return len(new)


@transaction.atomic
def save_template(
    *,
    by: Membership,
    name: str,
    kind: str,
    sections: Sequence[Mapping[str, str]],
    template: VerslagTemplate | None = None,
) -> VerslagTemplate:
    """Make a template, or change one: what was begun with it stays as it is. Raises rules.Refused."""
    _check(kind, sections)
    row = template or VerslagTemplate()
    row.name, row.kind, row.sections = rules.clean_line(name), kind, [_section(one) for one in sections]
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise rules.Refused("Er is al een sjabloon met deze naam.", "name") from None
    act = "sjabloon.gewijzigd" if template else "sjabloon.gemaakt"
    record(act=act, obj=row, facts={"kind": kind, "sections": len(row.sections), "by": str(by.pk)})
    return row


@transaction.atomic
def switch_template(*, template: VerslagTemplate, by: Membership, on: bool) -> VerslagTemplate:
    """Put a template out of use, or back. Again changes nothing."""
    row: Any = VerslagTemplate.objects.select_for_update(of=("self",)).get(pk=template.pk)
    if row.active != on:
        row.active = on
        row.save(update_fields=["active"])
        record(act="sjabloon.aangezet" if on else "sjabloon.uitgezet", obj=row, facts={"by": str(by.pk)})
    switched: VerslagTemplate = row
    return switched


def _check(kind: str, sections: Sequence[Mapping[str, str]]) -> None:
    if kind in AUTHOR_ONLY or kind == StukKind.EIGEN_VERKLARING or not reglement.in_force().dossier.is_on(kind):
        raise rules.Refused("Kies een soort stuk dat in dit bureau gebruikt wordt.", "kind")
    if not sections:
        raise rules.Refused("Geef het sjabloon ten minste één kopje.", "sections")
    if len(sections) > rules.SECTIONS:
        raise rules.Refused(f"Een sjabloon heeft ten hoogste {rules.SECTIONS} kopjes.", "sections")


def _section(section: Mapping[str, str]) -> dict[str, str]:
    label, help_text = rules.clean_line(section["label"]), rules.clean_line(section.get("help", ""))
    return {"label": label[: rules.TITLE_LENGTH], "help": help_text[: rules.HELP_LENGTH]}
