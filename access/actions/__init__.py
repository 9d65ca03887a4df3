"""Every write of this app: grants, memberships, invitations, mails. Each journals in its own transaction."""

from access.actions.grants import archive_expired, grant, revoke
from access.actions.invitations import accept_invitation, invite, open_invitation, revoke_invitation
from access.actions.mails import mail_account, queue_mail
from access.actions.memberships import (
    add_membership,
    change_roles,
    end_membership,
    make_platform_operator,
    make_role_groups,
    rename,
)

__all__ = [
    "accept_invitation",
    "add_membership",
    "archive_expired",
    "change_roles",
    "end_membership",
    "grant",
    "invite",
    "mail_account",
    "make_platform_operator",
    "make_role_groups",
    "open_invitation",
    "queue_mail",
    "rename",
    "revoke",
    "revoke_invitation",
]
