"""What happens in retention and matters on the floors above; receivers run in the act's own transaction."""

from django.dispatch import Signal

# dossier_id: UUID. The rows of this dossier have just been taken away.
dossier_erased = Signal()
# client_id: UUID. A dossier or a stuk of this client has just been taken away: no copy may hold it any more.
words_erased = Signal()
