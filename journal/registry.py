"""What the log holds. No names of clients and no content; a dossier's number, which is pseudonymous (DOMAIN 8)."""

from bureaus.registry import Inzage, Keeping, declare

declare(
    "journal.Line",
    personal=(
        "object_id", "dossier_id", "dossier_number", "user_id", "membership_id", "actor", "roles", "on_behalf_of",
        "reason", "grant_id", "origin", "facts",
    ),
    # The client sees who opened the dossier, not from where, nor the rest of the bureau's log.
    inzage=Inzage.PART,
    keeping=Keeping.JOURNAL, goes="journal.wiping.wipe_past",
)  # fmt: skip
# Hashes of lines: they say nothing without the lines.
declare("journal.Seal", keeping=Keeping.JOURNAL, goes="journal.wiping.wipe_past")
