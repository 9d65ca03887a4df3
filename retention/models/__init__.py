"""What retention keeps: terms and holds, destruction lists, the proof of what went, paper, and what was handed over."""

from retention.models.evidence import Certificate, LegalRecord, ProcesVerbaal
from retention.models.lists import (
    BUSY_ITEMS,
    FILES,
    KEYS,
    SEARCH,
    SESSIONS,
    TO_DO,
    DestructionList,
    ExclusionReason,
    ItemResult,
    ItemState,
    KeptBecause,
    ListItem,
    ListKind,
    ListStatus,
)
from retention.models.paper import PaperFile, PaperMove
from retention.models.terms import AGREED, DueDate, Hold, HoldKind, TermAgreement
from retention.models.transfers import Transfer

__all__ = [
    "AGREED",
    "BUSY_ITEMS",
    "FILES",
    "KEYS",
    "SEARCH",
    "SESSIONS",
    "TO_DO",
    "Certificate",
    "DestructionList",
    "DueDate",
    "ExclusionReason",
    "Hold",
    "HoldKind",
    "ItemResult",
    "ItemState",
    "KeptBecause",
    "LegalRecord",
    "ListItem",
    "ListKind",
    "ListStatus",
    "PaperFile",
    "PaperMove",
    "ProcesVerbaal",
    "TermAgreement",
    "Transfer",
]
