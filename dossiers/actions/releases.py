"""Letting one stuk out to the opdrachtgever, and taking that back (DOMAIN 5)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import Http404

from access.actions import queue_mail
from access.models import DossierGrant, Ground, Membership
from access.reach import as_system
from bureaus import reglement
from bureaus.schema import OpdrachtgeverKind, Rules, never_to
from bureaus.words import word
from clients.models import Opdrachtgever
from dossiers import access, rules
from dossiers.models import Dossier, Release, State, Stuk
from dossiers.releasing import fingerprint, statements_about
from journal.actions import record

HOME = "/"  # the portal is a floor higher; from here everyone goes to their own


class Changed(rules.Refused):
    """Since the preview something was added that would go along."""

    def __init__(self) -> None:
        super().__init__("Er is intussen iets bij gekomen. Bekijk het opnieuw; er is nog niets vrijgegeven.")


def check_release(stuk: Stuk, dossier: Dossier, rules_in_force: Rules) -> None:
    """Whether state, kind and reglement let this stuk out to the opdrachtgever of its traject. Raises rules.Refused.

    Who may do it is another question: `check_may_let_out`.
    """
    payer = dossier.traject.opdrachtgever
    if stuk.is_worknote:
        raise rules.Refused("Een werkaantekening hoort niet bij het dossier en gaat nooit naar buiten.")
    if stuk.shielded_at is not None:
        raise rules.Refused(f"Dit stuk is afgeschermd op verzoek van {word('client', article=True)}.")
    if stuk.state not in (State.VASTGESTELD, State.AANGEVULD):
        raise rules.Refused("Dit stuk is nog een concept. Stel het eerst vast; dan kunt u het vrijgeven.")
    _check_never(stuk, payer)
    if not rules_in_force.opdrachtgever_view.may_release(payer.kind, stuk.kind, health=stuk.health):
        label = rules_in_force.dossier.label(stuk.kind)
        raise rules.Refused(
            f"Het reglement laat niet toe dat dit soort stuk ({label}) naar {_kind_of(payer)} gaat. Wat nodig is,"
            " kunt u in een rapportage opschrijven."
        )


def may_release(stuk: Stuk, dossier: Dossier, rules_in_force: Rules) -> bool:
    try:
        check_release(stuk, dossier, rules_in_force)
    except rules.Refused:
        return False
    return True


def check_may_let_out(by: Membership, dossier: Dossier) -> None:
    """Letting out is writing: it asks a grant to write and a dossier that is not archived. Raises as check_change."""
    access.check_change(by, dossier)


@transaction.atomic
def release(*, stuk: Stuk, by: Membership, seen: str = "") -> Release:
    """Let the stuk out up to its last version, to the opdrachtgever of the traject; again is one act.

    A later aanvulling needs an act of its own, which replaces this one. `seen` is the fingerprint of what was
    previewed: raises Changed where there is more now. Raises rules.Refused, Http404, PermissionDenied.
    """
    locked = _locked(stuk)
    dossier = locked.dossier
    check_may_let_out(by, dossier)
    check_release(locked, dossier, reglement.in_force())
    said = statements_about(locked)
    _check_statements(said, dossier.traject.opdrachtgever)
    if seen and seen != fingerprint(locked, said):
        raise Changed
    living = living_release(locked)
    if living is not None and living.version == locked.version:
        return living
    if living is not None:
        _end(living, by)
    return _let_out(locked, by, replaces=living)


@transaction.atomic
def withdraw_release(*, release: Release, by: Membership, reason: str = "") -> Release:
    """The opdrachtgever reads the stuk no more from this second; what was read or fetched before is not undone.

    Again changes nothing. Raises Http404, PermissionDenied.
    """
    locked: Release = (
        Release.objects.select_for_update(of=("self",)).select_related("dossier", "stuk").get(pk=release.pk)
    )
    access.check_keep(by, locked.dossier)  # of an archived dossier, too
    if locked.withdrawn_at is None:
        _take_back(locked, by, reason)
    return locked


def end_barred_release(*, stuk: Stuk, by: Membership) -> None:
    """Take back what may be out no longer: a stuk that was marked as about health, at a werkgever (DOMAIN 5)."""
    end_barred_releases(Release.objects.filter(stuk=stuk), by=by)


def end_barred_releases(releases: QuerySet[Release], *, by: Membership | None) -> None:
    """Of these, end what may be out no longer, whoever's act made it so; found in the reach of the system."""
    with as_system():
        living = releases.filter(withdrawn_at=None).select_for_update(of=("self",))
        for one in living.select_related("stuk", "dossier__traject__opdrachtgever").order_by("pk"):
            if _is_barred(one.stuk, one.dossier):
                _take_back(one, by, f"mag niet meer naar {word('opdrachtgever', article=True)}")


def end_releases(releases: QuerySet[Release], *, by: Membership | None, reason: str) -> None:
    """End all of these that still stand; in the reach of the system."""
    with as_system():
        living = releases.filter(withdrawn_at=None).select_for_update(of=("self",))
        for one in living.select_related("stuk", "dossier").order_by("pk"):
            _take_back(one, by, reason)


def _is_barred(stuk: Stuk, dossier: Dossier) -> bool:
    try:
        check_release(stuk, dossier, reglement.in_force())
        _check_statements(statements_about(stuk), dossier.traject.opdrachtgever)
    except rules.Refused:
        return True
    return False


def living_release(stuk: Stuk) -> Release | None:
    """The release in force, if any; with who it is to."""
    found: Release | None = Release.objects.select_related("opdrachtgever").filter(stuk=stuk, withdrawn_at=None).first()
    return found


def receivers(dossier: Dossier) -> list[Membership]:
    """The people at the opdrachtgever who will read it: those with a living grant on that ground, by name."""
    with as_system():
        held = DossierGrant.objects.all().living().filter(content_object=dossier, ground=Ground.OPDRACHTGEVER)
        found = Membership.objects.all().active().filter(private_group_id__in=held.values("group_id"))
        return list(found.select_related("user").distinct().order_by("name", "id"))


def _check_never(stuk: Stuk, payer: Opdrachtgever) -> None:
    """What the law forbids whatever a reglement says, in words that say so."""
    employer = payer.kind == OpdrachtgeverKind.WERKGEVER
    if employer and stuk.health:
        raise rules.Refused(
            "Dit stuk gaat over gezondheid. Dat gaat nooit naar een werkgever, wat het reglement ook zegt (AVG 9)."
        )
    if never_to(payer.kind, stuk.kind):
        label = reglement.in_force().dossier.label(stuk.kind)
        raise rules.Refused(f"Dit soort stuk ({label}) gaat nooit naar {_kind_of(payer)}, wat het reglement ook zegt.")


def _check_statements(said: list[Stuk], payer: Opdrachtgever) -> None:
    """An own statement goes along (javawest 6.2); where it may not, the stuk stays in too."""
    if payer.kind == OpdrachtgeverKind.WERKGEVER and any(one.health for one in said):
        raise rules.Refused(
            f"Bij dit stuk hoort een eigen verklaring van de {word('client')} die over gezondheid gaat. Die gaat nooit"
            " naar een werkgever, en het stuk gaat er niet zonder."
        )


def _let_out(stuk: Stuk, by: Membership, replaces: Release | None) -> Release:
    row = Release(
        stuk=stuk,
        dossier=stuk.dossier,
        opdrachtgever=stuk.dossier.traject.opdrachtgever,
        version=stuk.version,
        released_by=by,
        released_by_name=by.name,
    )
    row.save(force_insert=True)
    facts = {"version": stuk.version, "kind": stuk.kind, "to": row.opdrachtgever.kind, "again": replaces is not None}
    record(act="stuk.vrijgegeven", obj=stuk, dossier=stuk.dossier, facts=facts)
    for member in receivers(stuk.dossier):
        key = f"vrijgegeven:{row.pk}:{member.pk}"
        queue_mail(to=member.user.email, kind="vrijgegeven", once_key=key, facts={"path": HOME})
    return row


def _take_back(living: Release, by: Membership | None, reason: str) -> None:
    _end(living, by)
    living.refresh_from_db(fields=["withdrawn_at", "withdrawn_by_name"])
    facts = {"version": living.version, "kind": living.stuk.kind}
    record(act="stuk.vrijgave_ingetrokken", obj=living.stuk, dossier=living.dossier, reason=reason, facts=facts)


def _end(living: Release, by: Membership | None) -> None:
    rows = Release.objects.filter(pk=living.pk, withdrawn_at=None)
    rows.update(withdrawn_at=Now(), withdrawn_by_name=by.name if by else "systeem")


def _locked(stuk: Stuk) -> Stuk:
    """Locked against an aanvulling or another release meanwhile. Raises Http404."""
    rows = Stuk.objects.select_for_update(of=("self",)).select_related("dossier__traject__opdrachtgever")
    found: Stuk | None = rows.filter(pk=stuk.pk).first()
    if found is None:
        raise Http404
    return found


def _kind_of(payer: Opdrachtgever) -> str:
    return "het UWV" if payer.kind == OpdrachtgeverKind.UWV else f"een {payer.get_kind_display()}"
