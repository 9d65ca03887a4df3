"""What a client agreed to, and what left the bureau on which ground."""

from consent.models.agreements import ProcessorAgreement
from consent.models.calls import RefusedCall
from consent.models.consents import LIVING, Consent, ConsentText, How, State
from consent.models.disclosures import (
    SENT,
    Authority,
    DisclosedStuk,
    Disclosure,
    DisclosurePackage,
    DisclosureState,
    Means,
    ReceiverKind,
    StopReason,
)
from consent.models.exports import (
    ConsentExport,
    ExportedClient,
    ExportFormat,
    ExportKind,
    OptOut,
    OptOutKind,
    ResearchAsk,
)
from consent.models.handing_out import HandedHow, HandedOut, HandedToPayer, PayerHow
from consent.models.information import RUNNING, InformationRequest, InformationState

__all__ = [
    "LIVING",
    "RUNNING",
    "SENT",
    "Authority",
    "Consent",
    "ConsentExport",
    "ConsentText",
    "DisclosedStuk",
    "Disclosure",
    "DisclosurePackage",
    "DisclosureState",
    "ExportFormat",
    "ExportKind",
    "ExportedClient",
    "HandedHow",
    "HandedOut",
    "HandedToPayer",
    "How",
    "InformationRequest",
    "InformationState",
    "Means",
    "OptOut",
    "OptOutKind",
    "PayerHow",
    "ProcessorAgreement",
    "ReceiverKind",
    "RefusedCall",
    "ResearchAsk",
    "State",
    "StopReason",
]
