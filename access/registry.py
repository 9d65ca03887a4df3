"""Accounts, who may see which dossier, and what waits to be mailed."""

from bureaus.registry import Inzage, Keeping, declare

# No tenant's: one login serves memberships of several bureaus.
declare(
    "access.User",
    tenant=False,
    personal=("email", "password", "last_login", "date_joined", "is_active", "is_platform_operator"),
    inzage=Inzage.PART,  # the address and dates; never a hash
    keeping=Keeping.ACCOUNT,
)
declare("access.User_groups", tenant=False, personal=("user", "group"), keeping=Keeping.ACCOUNT)
declare("access.User_user_permissions", tenant=False, personal=("user", "permission"), keeping=Keeping.ACCOUNT)
declare(
    "access.Membership",
    personal=("user", "name", "function", "roles", "private_group", "hired", "active_from", "active_until"),
    inzage=Inzage.PART,
    keeping=Keeping.ACCOUNT,
)
declare("access.RoleGroup", keeping=Keeping.BUREAU)
declare(
    "access.Invitation",
    personal=(
        "email", "name", "roles", "hired", "subject_id", "invited_by", "created_at", "accepted_at", "revoked_at",
    ),
    inzage=Inzage.PART,
    keeping=Keeping.ACCOUNT,
)  # fmt: skip
# No content of a dossier, yet an address with a date says that someone is known here. Nothing sweeps it by itself.
declare(
    "access.Mail",
    personal=("to", "kind", "facts", "once_key", "created_at", "sent_at"),
    inzage=Inzage.PART,
    keeping=Keeping.ACCOUNT,
)
declare(
    "access.DossierGrant",
    personal=("content_object", "group", "ground", "reason", "granted_by", "granted_by_name", "granted_at",
              "starts_at", "expires_at"),
    inzage=Inzage.PART,  # who may see my dossier, and why
    keeping=Keeping.DOSSIER,
)  # fmt: skip
# The account of who could see a dossier: as the log, pseudonymous once the dossier is gone.
declare(
    "access.EndedGrant",
    personal=("dossier_id", "dossier_number", "group_id", "ground", "reason", "granted_by_name", "granted_at",
              "starts_at", "ended_at", "ended_by_name", "end_reason"),
    inzage=Inzage.PART,
    keeping=Keeping.JOURNAL,
)  # fmt: skip
