"""The one answer to 'which dossiers may this person see': living rows of the grant table (DESIGN idea 2)."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser, Permission
from django.db.models import Exists, OuterRef

from access.models import DossierGrant, User
from bureaus.tenancy import current

_permission_ids: dict[str, int] = {}


def principals(user: User | AnonymousUser) -> list[int]:
    """Ids of the groups that this person's grants may name: their private one and those of their roles."""
    if not user.is_authenticated:
        return []
    context = current()
    if context.user_id == user.pk:
        return list(context.principals)
    return list(user.groups.values_list("pk", flat=True))


def permission_id(codename: str) -> int:
    """The id of a permission on Dossier; fixed once the database is migrated, so it is looked up once."""
    if codename not in _permission_ids:
        _permission_ids[codename] = Permission.objects.values_list("pk", flat=True).get(
            codename=codename, content_type__app_label="dossiers", content_type__model="dossier"
        )
    return _permission_ids[codename]


def visible_filter(
    user: User | AnonymousUser,
    *,
    match: str = "content_object_id",
    outer: str = "pk",
    permission: str = "view_dossier",
) -> Exists:
    """A condition for `.filter()`: a living grant of this person has `match` equal to the row's `outer`.

    `match` is a path from DossierGrant, such as `content_object__client_id`.
    """
    held = DossierGrant.objects.living().filter(
        group_id__in=principals(user), permission_id=permission_id(permission), **{match: OuterRef(outer)}
    )
    return Exists(held)
