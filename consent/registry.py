"""What a client agreed to goes with the client, or with the dossier that it is about; the wording is the bureau's."""

from bureaus.registry import Inzage, Keeping, declare

declare("consent.ConsentText", keeping=Keeping.BUREAU)
declare(
    "consent.Consent",
    personal=("number", "client", "dossier", "purpose", "party", "scope", "state", "asked_by_name", "asked_at", "how",
              "answered_at", "answered_by_name", "signed_name", "signed_on", "ends_on", "scan_file", "scan_name",
              "withdrawn_at", "withdrawn_by_name", "withdrawn_how"),
    inzage=Inzage.WHOLE,
    keeping=Keeping.CLIENT,
    files=(("scan_file", "scan_size"),),
)  # fmt: skip
# To whom what went, and why; with the dossier that it went from.
declare(
    "consent.Disclosure",
    personal=("number", "dossier", "ground", "article", "consent", "words", "paper_file", "paper_name", "why",
              "receiver_kind", "receiver", "address", "authority", "authority_words", "made_by", "made_by_name",
              "sent_by_name", "sent_at", "fetched_at", "handed_on", "handed_by_name", "handed_words", "stopped_at",
              "stopped_because", "stopped_by_name"),
    inzage=Inzage.WHOLE,
    keeping=Keeping.DOSSIER,
    files=(("paper_file", "paper_size"),),
)  # fmt: skip
# That somebody asked by telephone and got nothing: who, and what.
declare(
    "consent.RefusedCall",
    personal=("dossier", "called_at", "caller", "organisation", "asked", "noted_by_name", "noted_at"),
    inzage=Inzage.WHOLE,
    keeping=Keeping.DOSSIER,
)
declare(
    "consent.DisclosedStuk",
    personal=("disclosure", "stuk_id", "number", "kind", "date", "version", "sha256"),
    inzage=Inzage.WHOLE,
    keeping=Keeping.DOSSIER,
)
# Of whom something was asked, and what came of it; with the dossier that it was asked for.
declare(
    "consent.InformationRequest",
    personal=("number", "dossier", "consent", "party", "address", "what", "why", "state", "made_by", "made_by_name",
              "letter_file", "asked_at", "asked_by_name", "follow_up_on", "ended_at", "ended_by_name", "end_reason",
              "stuk_id"),
    inzage=Inzage.WHOLE,
    keeping=Keeping.DOSSIER,
    files=(("letter_file", "letter_size"),),
)  # fmt: skip
declare(
    "consent.DisclosurePackage",
    personal=("disclosure", "manifest", "file"),
    keeping=Keeping.DOSSIER,
    files=(("file", "file_size"),),
    own_key=True,
)
# Of the bureau and another organisation: who keeps it is all that it names. Evidence once it is over.
declare(
    "consent.ProcessorAgreement",
    personal=("party", "made_by_name", "closed_by_name", "end_reason"),
    keeping=Keeping.EVIDENCE,
    files=(("scan_file", "scan_size"),),
    own_key=True,
    since="closed_at",
)
# Of an organisation: who gave it is all that it names.
declare("consent.HandedToPayer", personal=("given_by_name",), keeping=Keeping.EVIDENCE, since="given_at")
declare(
    "consent.HandedOut",
    personal=("client", "version", "how", "given_on", "given_by_name", "confirmed_at", "confirmed_by_name", "scan_file",
              "scan_name"),
    inzage=Inzage.WHOLE,
    keeping=Keeping.CLIENT,
    files=(("scan_file", "scan_size"),),
)  # fmt: skip
# On which lists a client will not stand, and on which they stood: with the client. The lists themselves are evidence.
declare(
    "consent.OptOut",
    personal=("client", "kind", "how", "made_at", "made_by_name", "ended_at", "ended_how", "ended_by_name"),
    inzage=Inzage.WHOLE,
    keeping=Keeping.CLIENT,
)
declare(
    "consent.ExportedClient",
    personal=("client", "export", "kind", "receiver", "article", "sent_at"),
    inzage=Inzage.WHOLE,
    keeping=Keeping.CLIENT,
)
declare("consent.ConsentExport", personal=("receiver", "made_by_name"), keeping=Keeping.EVIDENCE, since="made_at")
declare(
    "consent.ResearchAsk",
    personal=("title", "receiver", "asked_by", "asked_by_name", "decided_by", "decided_by_name", "reason"),
    keeping=Keeping.EVIDENCE,
    since="used_at",
)
# Whose an entry of the starters register is, the entry, and who asked: each goes with its own client.
declare(
    "consent.StarterLink",
    personal=("client", "business_name", "made_by_name", "made_at"),
    inzage=Inzage.WHOLE,
    keeping=Keeping.CLIENT,
)
declare(
    "consent.StarterEntry",
    personal=("behind", "kind", "sector", "phase", "region", "turnover", "investment", "hours", "learned", "lessons"),
    inzage=Inzage.WHOLE,
    keeping=Keeping.CLIENT,
    own_key=True,
)
declare(
    "consent.StarterAsk",
    personal=("for_client", "tells", "asked_by_name", "asked_at", "shown_at"),
    inzage=Inzage.WHOLE,
    keeping=Keeping.CLIENT,
)
