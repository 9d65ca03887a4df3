"""The client, the people around them, who pays, and the traject."""

from bureaus.registry import Inzage, Keeping, declare

declare(
    "clients.Client",
    personal=(
        "initials", "first_name", "tussenvoegsel", "last_name", "sort_name", "search_name", "birth_date", "bsn",
        "bsn_index", "email", "phone", "street", "postcode", "city", "language", "membership", "created_at",
    ),
    inzage=Inzage.WHOLE,
    keeping=Keeping.CLIENT,
)  # fmt: skip
# pluspunt 3.3: left out of the client's copy, unless the client gave it.
declare(
    "clients.ContactPerson",
    personal=("client", "name", "relation", "phone", "email", "given_by_client"),
    inzage=Inzage.PART,
    keeping=Keeping.CLIENT,
)
declare(
    "clients.Gemachtigde",
    personal=("client", "name", "scope", "email", "phone", "valid_from", "valid_until", "membership"),
    inzage=Inzage.PART,
    keeping=Keeping.CLIENT,
)
# A company as a rule; a particulier who pays is a person, so the columns count as personal for all.
declare(
    "clients.Opdrachtgever",
    personal=("name", "sort_name", "kvk", "street", "postcode", "city"),
    inzage=Inzage.PART,
    keeping=Keeping.BUREAU,
)
# Somebody at the payer's: goes by the term of accounts, also where they never logged in.
declare(
    "clients.OpdrachtgeverContact",
    personal=("name", "function", "email", "phone", "membership"),
    inzage=Inzage.PART,
    keeping=Keeping.ACCOUNT,
    goes="retention.actions.short_terms.run_short_terms",
)
declare("clients.Contract", keeping=Keeping.BUREAU)
declare(
    "clients.Traject",
    personal=(
        "client", "opdrachtgever", "contact", "contract", "kind", "ordernummer", "handler", "second_coach",
        "registered_on", "agreed_start", "planned_end", "hours_granted", "phase", "end_reason", "result",
        "consent_stated", "traject_ended_on", "service_closed_on", "contract_ended_on", "transfer_received_on",
    ),
    inzage=Inzage.WHOLE,
    keeping=Keeping.DOSSIER,
)  # fmt: skip
declare(
    "clients.TrajectPhase",
    personal=("traject", "phase", "planned_start", "planned_end", "started_on", "finished_on"),
    inzage=Inzage.WHOLE,
    keeping=Keeping.DOSSIER,
)
declare(
    "clients.Appointment",
    personal=("traject", "kind", "starts_at", "minutes", "place", "coach", "attendance", "hours", "present_names"),
    inzage=Inzage.WHOLE,
    keeping=Keeping.DOSSIER,
)
