"""Who may see which dossier: the living rows of one table of grants, asked in one way everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.auth.models import AnonymousUser, Permission
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import BooleanField, Case, Exists, F, Func, IntegerField, OuterRef, Q, Value, When
from django.db.models.signals import post_migrate
from django.http import Http404

from access import declaration_gate
from access.models import DossierGrant, Ground, Membership, RoleGroup, User
from bureaus.tenancy import Context, Reach, current, in_bureau

VIEW, CHANGE = "view_dossier", "change_dossier"
Person = User | AnonymousUser
# Who reaches a dossier by these grounds alone reads texts: no file, no print, no writing (pluspunt 4.1).
VIEW_ONLY = (Ground.CONSENT_OF_DIRECTIE, Ground.EMERGENCY, Ground.SUPPORT)
ONLY_READ = "U mag dit dossier lezen, maar er niets in veranderen."
READ_ONLY = "U mag in dit dossier lezen, en niet meer dan dat. Bestanden openen en afdrukken hoort daar niet bij."
# Of several grants the first of these is the one that is used.
IN_ORDER = (
    Ground.CLIENT, Ground.GEMACHTIGDE, Ground.HANDLER, Ground.SECOND_COACH, Ground.ROLE, Ground.REGISTRATION,
    Ground.OPDRACHTGEVER, Ground.CONSENT_OF_DIRECTIE, Ground.SUPPORT, Ground.EMERGENCY,
)  # fmt: skip


@cache
def permission_id(codename: str) -> int:
    """The id of a permission on Dossier. Raises Permission.DoesNotExist."""
    row = Permission.objects.only("pk").get(codename=codename, content_type__app_label="dossiers")
    return int(row.pk)


def _forget_permissions(**_: Any) -> None:
    permission_id.cache_clear()


post_migrate.connect(_forget_permissions, dispatch_uid="access.forget_permissions")


def dossier_model() -> Any:
    """The model that grants are on, which stands on a floor above."""
    return DossierGrant._meta.get_field("content_object").related_model


def database_now() -> datetime:
    """The moment by which grants begin and end: the database's, not this machine's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def principals(user: Person) -> list[int]:
    """The groups that a grant may name to reach this person here: the private one and those of their roles.

    Empty for who has no membership of this bureau that is in force, and for who has declarations to sign first
    (access.declaration_gate). Raises NoBureau.
    """
    context = current()
    if context.user_id is not None and context.user_id == user.pk:
        return list(context.principals)
    with as_system():
        membership = declaration_gate.with_declarations(
            Membership.objects.all().active().filter(user_id=user.pk)
        ).first()
    return principals_of(membership) if membership and not declaration_gate.is_shut_out(membership) else []


def principals_of(membership: Membership) -> list[int]:
    groups = RoleGroup.objects.filter(role__in=membership.roles).values_list("group_id", flat=True)
    return [membership.private_group_id, *groups]


def visible_filter(user: Person, *, outer: str = "pk", to: str = VIEW) -> Exists:
    """A condition for `filter()`: this person holds a living grant on the dossier whose id is in the field `outer`."""
    return Exists(_held(user, to).filter(content_object_id=OuterRef(outer)))


def behind_visible(user: Person, *, what: str, outer: str = "pk") -> Q:
    """A condition for `filter()` on what stands behind a dossier: the row's `outer` is the `what` of one in reach.

    `what` is a path from the dossier, such as `traject_id`. The ids are found once, before the rows: an EXISTS that
    joins grants with dossiers for each row took minutes on a thousand rows without fresh statistics, this none.
    """
    ids = ArraySubquery(_held(user, VIEW).order_by().values(f"content_object__{what}"))
    return Q(Func(F(outer), ids, template="(%(expressions)s))", arg_joiner=" = ANY(", output_field=BooleanField()))


def _held(user: Person, codename: str) -> Any:
    """The living grants of this person."""
    rows = DossierGrant.objects.all().living()
    return rows.filter(permission_id=permission_id(codename), group_id__in=principals(user))


def grants_of_many(user: Person, outer: str, grounds: Sequence[str]) -> Any:
    """The living grants on these grounds by which this person reaches the dossier in the outer row's field."""
    rows = DossierGrant.objects.all().living().filter(content_object_id=OuterRef(outer), ground__in=grounds)
    return rows.filter(permission_id=permission_id(VIEW), group_id__in=principals(user))


def may_see(user: Person, dossier: Any) -> bool:
    return _holds(user, dossier, VIEW)


def may_write(user: Person, dossier: Any) -> bool:
    """Whether a living grant lets this person write in the dossier; what state it is in is asked elsewhere."""
    return _holds(user, dossier, CHANGE)


def check_see(user: Person, dossier: Any) -> None:
    """A dossier out of reach does not exist. Raises Http404."""
    if not may_see(user, dossier):
        raise Http404


def check_write(user: Person, dossier: Any) -> None:
    """Writing needs a grant to write. Raises Http404 out of reach, PermissionDenied within it."""
    if may_write(user, dossier):
        return
    check_see(user, dossier)
    raise PermissionDenied(ONLY_READ)


def _holds(user: Person, dossier: Any, codename: str) -> bool:
    return bool(grants_of(user, dossier).filter(permission_id=permission_id(codename)).exists())


def grants_of(user: Person, dossier: Any) -> Any:
    """The living grants by which this person reaches this dossier; the journal names the one that was used."""
    return DossierGrant.objects.all().living().filter(content_object_id=dossier.pk, group_id__in=principals(user))


def stands_filter(user: Person, *, outer: str = "pk") -> Exists:
    """A condition: this person reaches the dossier in the field `outer` by more than being let in for a while."""
    return Exists(_held(user, VIEW).exclude(ground__in=VIEW_ONLY).filter(content_object_id=OuterRef(outer)))


def is_view_only(user: Person, dossier: Any) -> bool:
    """Whether this person sees the dossier only because they were let in for a while (VIEW_ONLY)."""
    held = grants_of(user, dossier).filter(permission_id=permission_id(VIEW)).values_list("ground", flat=True)
    grounds = set(held)
    return bool(grounds) and grounds <= {str(ground) for ground in VIEW_ONLY}


def check_not_view_only(user: Person, dossier: Any) -> None:
    """Who was let in to read opens no files and sees no numbers beside the texts. Raises PermissionDenied."""
    if is_view_only(user, dossier):
        raise PermissionDenied(READ_ONLY)


def used_grant(user: Person, outer: str, *, of: str = "content_object_id") -> Any:
    """The grant by which this person reads the dossier in the field `outer`, as the journal names it.

    `of` is a path from the grant, for what stands behind a dossier: `content_object__client_id`.

    Who may see it anyhow does not use what was allowed for a while; an emergency is used by who has nothing else.
    """
    order = [When(ground=ground, then=Value(rank)) for rank, ground in enumerate(IN_ORDER)]
    rank = Case(*order, default=Value(len(order)), output_field=IntegerField())
    mine = _held(user, VIEW).filter(**{of: OuterRef(outer)})
    return mine.annotate(rank=rank).order_by("rank", "granted_at", "pk")


def held_by(dossier: Any, grounds: Sequence[str]) -> list[Membership]:
    """The people who hold a living grant of their own on a dossier on one of these grounds, with their accounts."""
    with as_system():
        grants = DossierGrant.objects.all().living().filter(content_object_id=dossier.pk, ground__in=grounds)
        members = Membership.objects.all().active().filter(private_group_id__in=grants.values("group_id"))
        return list(members.select_related("user").order_by("name"))


def who_can_see(dossier: Any) -> Sequence[Membership]:
    """The people who may see this dossier at this moment, by name; for who may see it themselves."""
    # Who works here may read the grants themselves; a client and an opdrachtgever only their own.
    with nullcontext() if current().reach == Reach.STAFF else as_system():
        groups = DossierGrant.objects.all().living()
        groups = groups.filter(content_object_id=dossier.pk, permission_id=permission_id(VIEW)).values("group_id")
        found = Membership.objects.all().active().filter(user__groups__in=groups)
        return list(found.distinct().order_by("name"))


@contextmanager
def as_system() -> Iterator[Context]:
    """The reach of the system within the same bureau, for what the one who acts may start but not reach.

    Who acts stays in the journal's lines. Raises NoBureau.
    """
    now = current()
    if now.reach == Reach.SYSTEM:
        yield now
        return
    who = {"user_id": now.user_id, "membership_id": now.membership_id, "principals": now.principals}
    label = {"origin": now.origin, "actor_label": now.actor_label, "roles": now.roles}
    with in_bureau(now.bureau_id, reach=Reach.SYSTEM, **who, **label) as context:
        yield context
