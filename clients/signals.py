"""What happens with clients and trajecten and matters to their dossier, a step higher.

Receivers run in the act's own transaction; one that fails undoes the act.
"""

from django.dispatch import Signal

# traject: Traject, by: Membership | None. A new traject: its dossier is opened.
traject_registered = Signal()

# traject: Traject, by: Membership | None, reason: str. Another handler, second coach or contact: grants follow.
traject_people_changed = Signal()

# traject: Traject, by: Membership | None.
traject_ended = Signal()

# traject: Traject, by: Membership | None. A date from which terms count has changed, or its contract has.
traject_dates_changed = Signal()

# contract: Contract, by: Membership | None. It has another end, and so have its trajecten.
contract_changed = Signal()

# client: Client, by: Membership | None. The client, or a gemachtigde, has got or lost an account: grants follow.
client_account_changed = Signal()

# opdrachtgever: Opdrachtgever, by: Membership | None. Of another kind: what it may read follows.
opdrachtgever_changed = Signal()

# contact: OpdrachtgeverContact, by: Membership | None. Likewise for a contact of an opdrachtgever.
contact_account_changed = Signal()
