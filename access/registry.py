"""Accounts, who may see which dossier, and what waits to be mailed."""

from bureaus.registry import Inzage, Keeping, declare

# With the account, a term after it ended; the login where no bureau has it any more.
ACCOUNTS = "access.actions.forgetting.blank_member"

# No tenant's: one login serves memberships of several bureaus.
declare(
    "access.User",
    tenant=False,
    personal=("email", "password", "last_login", "date_joined", "is_active", "is_platform_operator"),
    inzage=Inzage.PART,  # the address and dates; never a hash
    keeping=Keeping.ACCOUNT,
    goes=ACCOUNTS,
)
declare("access.User_groups", tenant=False, personal=("user", "group"), keeping=Keeping.ACCOUNT, goes=ACCOUNTS)
declare(
    "access.User_user_permissions",
    tenant=False,
    personal=("user", "permission"),
    keeping=Keeping.ACCOUNT,
    goes=ACCOUNTS,
)
declare(
    "access.Membership",
    personal=("user", "name", "function", "roles", "private_group", "hired", "nameless", "active_from", "active_until"),
    inzage=Inzage.PART,
    keeping=Keeping.ACCOUNT,
    goes=ACCOUNTS,
)
declare("access.RoleGroup", keeping=Keeping.BUREAU)
declare(
    "access.Invitation",
    personal=(
        "email", "name", "roles", "hired", "subject_id", "invited_by", "created_at", "accepted_at", "revoked_at",
    ),
    inzage=Inzage.PART,
    keeping=Keeping.ACCOUNT, since="expires_at",
)  # fmt: skip
# No content of a dossier, yet an address with a date says that someone is known here.
declare(
    "access.Mail",
    personal=("to", "kind", "facts", "once_key", "created_at", "sent_at"),
    inzage=Inzage.PART,
    keeping=Keeping.ACCOUNT,
    since="created_at",
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
    keeping=Keeping.JOURNAL, since="ended_at",
    forget=("reason", "end_reason"),
)  # fmt: skip
# Who asked to be let in, and what came of it: pseudonymous once the dossier's key is gone, as the log is.
declare(
    "access.AccessRequest",
    personal=("dossier_id", "dossier_number", "asker", "asker_name", "operator", "reason", "asked_at", "decided_by",
              "decided_by_name", "decided_at", "answer", "opens_until", "reviewed_by", "reviewed_by_name",
              "reviewed_at", "verdict", "review"),
    inzage=Inzage.PART,
    keeping=Keeping.JOURNAL, since="asked_at", own_key=True,
)  # fmt: skip
declare(
    "access.Declaration",
    personal=("membership", "key", "title", "reglement_version", "signed_at", "valid_until", "shown_by", "file"),
    keeping=Keeping.ACCOUNT,
    goes=ACCOUNTS,
)
declare(
    "access.CalendarLink",
    personal=("membership", "token_hash", "made_at", "fetched_on"),
    keeping=Keeping.ACCOUNT,
    goes=ACCOUNTS,
)
declare(
    "access.FactorReset",
    personal=("person", "reason", "asked_by", "asked_at", "decided_by", "decided_at", "used_at"),
    inzage=Inzage.PART,  # a client's account may be theirs
    keeping=Keeping.ACCOUNT,
    since="expires_at",
)
declare(
    "access.AccessReview",
    personal=("started_by", "started_by_name", "started_at", "closed_by", "closed_by_name", "closed_at", "file"),
    keeping=Keeping.JOURNAL,
    since="closed_at",
    files=(("file", "file_size"),),
    own_key=True,
)
declare(
    "access.ReviewLine",
    personal=("membership", "name", "roles", "dossiers", "grounds", "verdict", "note", "decided_by", "decided_by_name",
              "decided_at"),
    keeping=Keeping.JOURNAL, since="review__closed_at",
)  # fmt: skip
