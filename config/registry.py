"""Tables of the libraries, and the stores beside the database that no app has for itself."""

from bureaus.registry import Inzage, Keeping, declare, declare_store

ACCOUNTS = "access.actions.forgetting.blank_member"

# Django's and guardian's own. A group's name is a number; its members are in access.User_groups.
for _name in ("auth.Permission", "auth.Group", "auth.Group_permissions", "contenttypes.ContentType"):
    declare(_name, tenant=False)
# Empty by a wall of their own (access/migrations/0003): the one table of grants is access.DossierGrant.
declare("guardian.GroupObjectPermission", tenant=False)
declare("guardian.UserObjectPermission", tenant=False, personal=("user",), keeping=Keeping.ACCOUNT, goes=ACCOUNTS)
# Empty: sessions lie in Redis (settings.SESSION_ENGINE).
declare("sessions.Session", tenant=False, personal=("session_key", "session_data"), keeping=Keeping.SHORT)

declare(
    "account.EmailAddress",
    tenant=False,
    personal=("user", "email", "verified", "primary"),
    inzage=Inzage.PART,
    keeping=Keeping.ACCOUNT,
    goes=ACCOUNTS,
)
declare(
    "account.EmailConfirmation",
    tenant=False,
    personal=("email_address", "created", "sent", "key"),
    keeping=Keeping.ACCOUNT,
    goes=ACCOUNTS,
)
declare(
    "mfa.Authenticator",
    tenant=False,
    personal=("user", "type", "data", "created_at", "last_used_at"),
    inzage=Inzage.PART,  # that there is one and when it was used; never the secret
    keeping=Keeping.ACCOUNT,
    goes=ACCOUNTS,
)
declare(
    "usersessions.UserSession",
    tenant=False,
    personal=("user", "created_at", "ip", "last_seen_at", "session_key", "user_agent", "data"),
    inzage=Inzage.PART,
    keeping=Keeping.ACCOUNT,
    goes=ACCOUNTS,
)

declare_store(
    "caches.default",
    holds="sessies, tellers tegen raden, het teken van leven van de werker en de pdf van elk reglement (Redis)",
    sealed=False,
    keeping=Keeping.SHORT,
    emptied_by="elke waarde verloopt vanzelf; een sessie na SESSION_COOKIE_AGE seconden",
)
declare_store(
    "broker",
    holds="namen van taken en nummers van bureaus, geen inhoud (Redis)",
    sealed=False,
    keeping=Keeping.SHORT,
    emptied_by="de werker neemt elke taak eruit",
)
declare_store(
    "uploads",
    holds="een bestand zolang het verzoek duurt waarin het wordt toegevoegd (de tijdelijke map van de machine)",
    sealed=False,
    keeping=Keeping.SHORT,
    emptied_by="Django, aan het einde van het verzoek",
)
declare_store(
    "mail",
    holds="wat er in de demo verzonden is, als bestanden; in bedrijf gaat mail naar de mailserver",
    sealed=False,
    keeping=Keeping.SHORT,
    emptied_by="make clean; bestaat niet waar DEBUG uit staat",
)
declare_store(
    "log",
    holds="meldingen van de programma's: paden, nummers en fouten, geen inhoud",
    sealed=False,
    keeping=Keeping.SHORT,
    emptied_by="de beheerder van de machine (docker, systemd of de map log van de demo)",
)
