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
from access.actions.resets import ask_reset, confirm_reset, refuse_reset, use_reset
from access.actions.sessions import end_sessions

__all__ = [
    "accept_invitation",
    "add_membership",
    "archive_expired",
    "ask_reset",
    "change_roles",
    "confirm_reset",
    "end_membership",
    "end_sessions",
    "grant",
    "invite",
    "mail_account",
    "make_platform_operator",
    "make_role_groups",
    "open_invitation",
    "queue_mail",
    "refuse_reset",
    "rename",
    "revoke",
    "revoke_invitation",
    "use_reset",
]
