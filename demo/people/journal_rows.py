"""The journal's lines of what the demo loads. Number and time are the table's own: they say when it was loaded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from access.models import DossierGrant, Membership
from bureaus.schema import StukKind
from bureaus.tenancy import TenantModel
from demo.people.dossier_rows import Written
from demo.people.grant_rows import Wanted
from dossiers.models import Dossier
from journal.models import Line

ORIGIN = "demo"


def lines_of(home: Dossier, made: Written, handler: Membership) -> Iterator[Line]:
    """What the acts themselves would have journaled, in the order in which they happened."""
    yield _line("dossier.geopend", home, home, handler, traject=str(home.traject_id))
    for row in made.stukken.values():
        if row.kind == StukKind.EIGEN_VERKLARING:
            yield _line("verklaring.toegevoegd", row, home, row.author, about=str(row.about_id or ""))
        elif not row.is_concept:
            facts = {"kind": row.kind, "herkomst": row.herkomst, "health": row.health}
            yield _line("stuk.vastgesteld", row, home, row.author, **facts)
        if row.version > 1:
            yield _line("stuk.aangevuld", row, home, row.author, version=row.version)
    for release in made.releases:
        yield _line("stuk.vrijgegeven", release.stuk, home, handler, kind=release.stuk.kind, version=release.version)


def line_of_grant(home: Dossier, one: Wanted, rows: list[DossierGrant], handler: Membership) -> Line:
    to = f"lid {one.to.pk}" if isinstance(one.to, Membership) else f"rol {one.to.role}"
    line = _line("toegang.gegeven", rows[0], home, handler, to=to, permissions=sorted(one.permissions), until="")
    line.ground, line.grant_id = one.ground, rows[0].pk
    return line


def _line(act: str, obj: TenantModel, home: Dossier, who: Membership, **facts: Any) -> Line:
    return Line(
        act=act,
        object_type=obj._meta.label,
        object_id=str(obj.pk),
        dossier_id=home.pk,
        dossier_number=home.number,
        user_id=who.user_id,
        membership_id=who.pk,
        actor=who.log_name,
        roles=", ".join(who.roles),
        origin=ORIGIN,
        facts=facts,
    )
