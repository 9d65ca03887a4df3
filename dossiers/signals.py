"""What happens in a dossier and matters on the floors above; receivers run in the act's own transaction."""

from django.dispatch import Signal

# stuk: Stuk, source: str (the request that asked for it). A text is about to take the place of what stands; who knows
# that request says no by raising rules.Refused.
replacing = Signal()
# stuk: Stuk, source: str (the request that asked for it), by: Membership. A text that was asked for stands now.
supplemented = Signal()
