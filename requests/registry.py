"""Requests of clients and what was sent about them; they go with the dossier or the client that they are about."""

from bureaus.registry import Inzage, Keeping, declare

declare(
    "requests.Verzoek",
    personal=("number", "kind", "change", "client", "dossier", "stuk_id", "asked_by", "words", "proposed",
              "about_member", "received_on", "entered_by_name", "scan_file", "scan_name", "identity",
              "identity_reason", "identity_by_name", "identity_at", "due_on", "extension_reason", "handler",
              "decision", "reason_code", "reason", "proposed_by", "decided_by_name", "decided_at"),
    inzage=Inzage.WHOLE,
    keeping=Keeping.CLIENT,
    files=(("scan_file", "scan_size"),),
)  # fmt: skip
declare("requests.Pause", personal=("verzoek", "by_name"), inzage=Inzage.WHOLE, keeping=Keeping.CLIENT)
declare("requests.Reminder", personal=("verzoek",), keeping=Keeping.CLIENT)
declare("requests.Step", personal=("verzoek", "kind", "by_name", "note"), inzage=Inzage.WHOLE, keeping=Keeping.CLIENT)
declare(
    "requests.Judgement",
    personal=("verzoek", "stuk_id", "verdict", "reason_code", "reason", "judged_by_name"),
    inzage=Inzage.PART,  # the decision says what was not given and why
    keeping=Keeping.CLIENT,
)
declare(
    "requests.Mark",
    personal=("verzoek", "stuk_id", "kind", "words", "file_id", "page", "area", "reason_code", "reason",
              "made_by_name"),
    inzage=Inzage.PART,  # the copy says how much was left out of which stuk and why; the words are another's
    keeping=Keeping.CLIENT,
)  # fmt: skip
declare("requests.FollowUp", personal=("verzoek", "opdrachtgever", "receiver", "done_by_name"), inzage=Inzage.PART,
        keeping=Keeping.CLIENT)  # fmt: skip
declare(
    "requests.Letter",
    personal=("verzoek", "file", "made_by_name"),
    inzage=Inzage.WHOLE,
    keeping=Keeping.CLIENT,
    files=(("file", "file_size"),),
)
declare(
    "requests.Bundle",
    personal=("verzoek", "manifest", "file", "asked_by_name", "fetched_by_name", "handed_by_name"),
    keeping=Keeping.CLIENT,
    files=(("file", "file_size"),),
    own_key=True,
)
declare("requests.LetterTemplate", keeping=Keeping.BUREAU)
# Names nobody by name in its columns; who writes it is told not to, and it is for the FG and directie alone.
declare("requests.Incident", personal=("what", "whose", "consequences", "measures", "why_not", "made_by_name"),
        keeping=Keeping.EVIDENCE, since="closed_at", own_key=True)  # fmt: skip
