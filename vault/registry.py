"""The keys, and the places outside the database where sealed things lie."""

from bureaus.registry import Keeping, declare, declare_store

# The key of a dossier, or of a client for the BSN: it goes with what it opens, and what it opened goes with it.
declare("vault.WrappedKey", personal=("subject_id", "wrapped"), keeping=Keeping.DOSSIER)

declare_store(
    "storages.sealed",
    holds="bestanden uit dossiers, als cijfertekst onder namen die niets zeggen",
    sealed=True,
    keeping=Keeping.DOSSIER,
    emptied_by="vault.files.delete_sealed; onleesbaar zodra de sleutel van het dossier weg is",
)
declare_store(
    "keyring",
    holds="de hoofdsleutel, de sleutels van bureaus, de laatste verzegelde sleutels van dossiers, en wat vernietigd is",
    sealed=True,
    keeping=Keeping.BUREAU,
    emptied_by="vault.actions.rotate_bureau_key, na elke vernietiging",
)
