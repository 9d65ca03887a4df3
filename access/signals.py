"""What happens with people and matters on the floors above.

Receivers run in the act's own transaction, in the bureau's context with the reach of the system; one that fails
undoes the act.
"""

from django.dispatch import Signal

# invitation: Invitation, membership: Membership. Whoever made the invitation binds `invitation.subject_id` here.
invitation_accepted = Signal()

# membership: Membership, by: Membership | None, reason: str. Their grants are gone already.
membership_ended = Signal()

# membership: Membership, by: Membership | None, reason: str. They came back, or have other roles: grants follow.
membership_changed = Signal()
