"""The client's own words in the dossier (javawest 6.2, jmwerkt 6.1.1)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from access.checks import person
from access.models import Membership
from bureaus.leases import one_at_a_time
from bureaus.schema import Herkomst, StukKind
from dossiers import access, rules
from dossiers.actions.releases import end_barred_release
from dossiers.actions.stukken import freeze, new_stuk
from dossiers.models import Dossier, State, Stuk
from journal.actions import record


@transaction.atomic
def add_statement(*, dossier: Dossier, by: Membership, title: str, text: str, about: Stuk | None = None) -> Stuk:
    """Put an own statement in the dossier, as it is: vastgesteld at once, changed by nobody.

    `about` is the stuk that it speaks of; it goes along wherever that goes. The same words twice on one day are one
    act. Raises Http404, PermissionDenied, rules.Refused.
    """
    access.check_statement(by, dossier)
    rule = access.check_kind(by, dossier, StukKind.EIGEN_VERKLARING)
    content = rules.clean_content({"title": title, "sections": [{"label": "", "text": text}]})
    rules.check_text(content)
    _check_about(dossier, by, about)
    one_at_a_time("verklaring", dossier.pk, by.pk)
    same = _same(dossier, by, content, about)
    if same is not None:
        return same
    stuk = new_stuk(dossier=dossier, by=by, kind=StukKind.EIGEN_VERKLARING, rule=rule)
    stuk.about, stuk.herkomst = about, Herkomst.CLIENT.value
    stuk.state, stuk.version, stuk.vastgesteld_at = State.VASTGESTELD, 1, timezone.now()
    stuk.save(force_insert=True)
    freeze(stuk=stuk, by=by, content=content)
    facts = {"about": str(about.pk) if about else ""}
    record(act="verklaring.toegevoegd", obj=stuk, dossier=dossier, facts=facts)
    if about is not None:
        end_barred_release(stuk=about, by=by)
    return stuk


def _check_about(dossier: Dossier, by: Membership, about: Stuk | None) -> None:
    """A stuk of this dossier that the client can read, and not another statement."""
    if about is None:
        return
    seen = Stuk.objects.all().visible_to(person(by)).vastgesteld()
    seen = seen.filter(pk=about.pk, dossier=dossier).exclude(kind=StukKind.EIGEN_VERKLARING)
    if not seen.exists():
        raise rules.Refused("Kies een stuk uit dit dossier.", "about")


def _same(dossier: Dossier, by: Membership, content: object, about: Stuk | None) -> Stuk | None:
    """A double click: today's last statement with the same words."""
    last: Stuk | None = (
        Stuk.objects.filter(dossier=dossier, author=by, kind=StukKind.EIGEN_VERKLARING, date=timezone.localdate())
        .filter(about=about)
        .order_by("-created_at")
        .first()
    )
    version = last.versions.first() if last else None
    return last if version and version.content["sections"] == content["sections"] else None  # type: ignore[index]
