"""What happens on the ground floor and matters above it.

The journal and the vault are higher floors and can't be imported here: they listen. Receivers run inside the act's
own transaction and in the bureau's context; a receiver that fails undoes the act.
"""

from django.dispatch import Signal

# bureau: Bureau, by: Adopter. The first reglement is there; make keys, role groups, journal line.
bureau_created = Signal()

# bureau: Bureau, reglement: Reglement, by: Adopter, facts: dict without content, ready for the journal.
reglement_adopted = Signal()

# bureau: Bureau, reglement: Reglement, by: Adopter, facts: as above. It never held; its row goes after this.
reglement_withdrawn = Signal()

# bureau: Bureau, by: Adopter, facts: dict without content, ready for the journal. Its own facts or its logo changed.
bureau_changed = Signal()
