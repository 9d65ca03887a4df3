"""Whether a second factor is demanded of a person, and whether they have one."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import QuerySet

from access.models import User


def demanded_of(user: User) -> bool:
    """By settings.MFA_REQUIRED, but for addresses in the demo's own domains (settings.MFA_EXEMPT_DOMAINS)."""
    if not settings.MFA_REQUIRED:
        return False
    domain = user.email.rpartition("@")[2]
    return not any(domain == exempt or domain.endswith(f".{exempt}") for exempt in settings.MFA_EXEMPT_DOMAINS)


def factors(user: User) -> QuerySet[Authenticator]:
    """What counts as a second factor; recovery codes alone don't."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user_id=user.pk, type__in=kinds)
    return found


def has_factor(user: User) -> bool:
    return factors(user).exists()


def codes_of(user: User) -> Authenticator | None:
    """The recovery codes, for who lost the second step."""
    found: Authenticator | None = Authenticator.objects.filter(
        user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES
    ).first()
    return found


def are_kept(codes: Authenticator) -> bool:
    """Whether their owner said so; from then on they are not shown any more."""
    return bool(codes.data.get("viewed_at"))


def is_settled(user: User) -> bool:
    """A second step is there, and the codes for who loses it are kept."""
    rows = {row.type: row for row in Authenticator.objects.filter(user_id=user.pk)}
    codes = rows.pop(Authenticator.Type.RECOVERY_CODES, None)
    return bool(rows) and (codes is None or are_kept(codes))
