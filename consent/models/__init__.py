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
from consent.models.handing_out import HandedHow, HandedOut, HandedToPayer, PayerHow
from consent.models.information import RUNNING, InformationRequest, InformationState

__all__ = [
    "LIVING",
    "RUNNING",
    "SENT",
    "Authority",
    "Consent",
    "ConsentText",
    "DisclosedStuk",
    "Disclosure",
    "DisclosurePackage",
    "DisclosureState",
    "HandedHow",
    "HandedOut",
    "HandedToPayer",
    "How",
    "InformationRequest",
    "InformationState",
    "Means",
    "PayerHow",
    "ProcessorAgreement",
    "ReceiverKind",
    "RefusedCall",
    "State",
    "StopReason",
]
