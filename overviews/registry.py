"""What stood out in the log."""

from bureaus.registry import Keeping, declare

declare(
    "overviews.Signal",
    personal=("kind", "membership_id", "actor", "dossier_id", "dossier_number", "first_at", "seen_by", "seen_by_name",
              "seen_at", "note"),
    keeping=Keeping.JOURNAL, since="found_at",
    forget=("note",),
)  # fmt: skip
# A place in the log.
declare("overviews.SignalMark", keeping=Keeping.BUREAU)
