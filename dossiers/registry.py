"""The dossier and everything that hangs on it."""

from bureaus.registry import Inzage, Keeping, declare

declare(
    "dossiers.Dossier",
    personal=("number", "client", "traject", "opened_at", "archived_at"),
    inzage=Inzage.WHOLE,
    keeping=Keeping.DOSSIER,
)
# werkid 10.4, 12.5: concepts and werkaantekeningen are no part of the dossier; they go by terms of their own.
declare(
    "dossiers.Stuk",
    personal=(
        "dossier", "kind", "state", "purpose", "herkomst", "origin", "date", "author", "author_name", "health",
        "restricted", "shielded_at", "shielded_upto", "appointment", "about", "created_at", "vastgesteld_at",
    ),
    inzage=Inzage.PART,
    keeping=Keeping.DOSSIER,
)  # fmt: skip
declare(
    "dossiers.StukVersion",
    personal=("stuk", "dossier", "content", "made_by", "made_by_name", "made_at"),
    inzage=Inzage.WHOLE,
    keeping=Keeping.DOSSIER,
)
declare(
    "dossiers.Draft",
    personal=("stuk", "dossier", "author", "content", "source", "saved_at"),
    inzage=Inzage.NO,
    keeping=Keeping.CONCEPT,
    goes="retention.actions.short_terms.run_short_terms",
)
declare(
    "dossiers.StoredFile",
    personal=("stuk", "dossier", "filename", "content_type", "size", "storage_name", "sha256", "added_by_name",
              "added_at"),
    inzage=Inzage.WHOLE,
    keeping=Keeping.DOSSIER,
)  # fmt: skip
# Who received what, and when: AVG 15.1 (c).
declare(
    "dossiers.Release",
    personal=("stuk", "dossier", "opdrachtgever", "released_by", "released_by_name", "released_at", "withdrawn_at",
              "withdrawn_by_name"),
    inzage=Inzage.WHOLE,
    keeping=Keeping.DOSSIER,
)  # fmt: skip
declare(
    "dossiers.ReadMark",
    personal=("stuk", "dossier", "membership", "version", "read_at"),
    inzage=Inzage.PART,  # one's own; what a gemachtigde read is the gemachtigde's
    keeping=Keeping.DOSSIER,
)
declare(
    "dossiers.Tombstone",
    personal=("dossier", "stuk_id", "removed_at"),
    inzage=Inzage.WHOLE,
    keeping=Keeping.DOSSIER,
)
declare("dossiers.VerslagTemplate", keeping=Keeping.BUREAU)
declare("dossiers.FollowRun", personal=("by_name",), keeping=Keeping.JOURNAL, since="finished_at")
