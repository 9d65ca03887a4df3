"""Terms and holds, destruction lists and their proof, paper, and what was handed over."""

from bureaus.registry import Inzage, Keeping, declare

EVIDENCE = "retention.actions.evidence_terms.drop_evidence"

declare(
    "retention.TermAgreement",
    personal=("traject", "term", "trigger", "basis", "made_by", "made_by_name", "made_at", "ended_by_name"),
    inzage=Inzage.PART,  # how long, and by which agreement
    keeping=Keeping.DOSSIER,
)
declare(
    "retention.Hold",
    personal=("dossier", "kind", "reason", "placed_by", "placed_by_name", "placed_at", "until", "review_on",
              "reviewed_by_name", "reviewed_at", "lifted_by", "lifted_by_name", "lifted_at", "lift_reason"),
    inzage=Inzage.PART,
    keeping=Keeping.DOSSIER,
)  # fmt: skip
# How long something is kept follows from its dates; nothing in it that the dossier's page does not say.
declare(
    "retention.DueDate",
    personal=("dossier", "due_on", "missing", "explanation", "action", "transfer_from"),
    inzage=Inzage.PART,
    keeping=Keeping.DOSSIER,
)
# What was destroyed is named by number alone; who proposed and approved is staff.
declare(
    "retention.DestructionList",
    personal=("proposed_by", "proposed_by_name", "proposed_at", "approved_by", "approved_by_name", "approved_at",
              "cancelled_by_name", "cancelled_at", "manifest", "source"),
    keeping=Keeping.EVIDENCE, goes=EVIDENCE,
)  # fmt: skip
declare(
    "retention.ListItem",
    personal=("dossier_id", "dossier_number", "stuk_id", "record_id", "period_from", "period_until", "trigger_on",
              "due_on", "counts", "paper", "excluded_text", "excluded_by_name", "files", "gone",
              "annex", "retained"),
    inzage=Inzage.PART,
    keeping=Keeping.EVIDENCE, goes=EVIDENCE,
)  # fmt: skip
declare("retention.ItemResult", personal=("item", "removed", "size", "left"), keeping=Keeping.EVIDENCE, goes=EVIDENCE)
declare(
    "retention.ProcesVerbaal",
    personal=("made_by_name", "facts", "file", "annex_file"),
    keeping=Keeping.EVIDENCE,
    goes=EVIDENCE,
)
declare("retention.Certificate", personal=("company", "file", "added_by_name"), keeping=Keeping.EVIDENCE, goes=EVIDENCE)
declare(
    "retention.LegalRecord",
    personal=("dossier_id", "dossier_number", "content", "trigger_on", "due_on"),
    inzage=Inzage.PART,
    keeping=Keeping.EVIDENCE,
    goes="retention.actions.lists.propose_due",
)
declare(
    "retention.PaperFile",
    personal=("dossier", "place", "parts", "holder", "holder_name", "out_since", "noted_by_name", "noted_at"),
    inzage=Inzage.PART,
    keeping=Keeping.DOSSIER,
)
declare(
    "retention.PaperMove",
    personal=("paper", "kind", "place", "by_name", "at"),
    inzage=Inzage.PART,
    keeping=Keeping.DOSSIER,
)
# That it was handed over, to whom and when, is the account of it; its package goes.
declare(
    "retention.Transfer",
    personal=("dossier_id", "dossier_number", "traject_id", "started_by", "started_by_name", "started_at", "manifest",
              "left_out", "file", "fetched_by_name", "fetched_at", "received_by_name", "received_at",
              "cancelled_by_name", "cancelled_at"),
    inzage=Inzage.PART,
    keeping=Keeping.EVIDENCE, goes=EVIDENCE,
)  # fmt: skip
