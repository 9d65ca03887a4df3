"""What can go wrong with keys and sealed values. No message ever holds a plain text, a key or a BSN."""

from __future__ import annotations


class VaultError(Exception):
    """Any refusal of the vault."""


class Tampered(VaultError):
    """A sealed value was changed, cut short, or stands in another place than where it was sealed."""


class KeyGone(VaultError):
    """The key that would open this was destroyed, or was never here."""


class KeyExists(VaultError):
    """A keyring never overwrites: a name is used for one key only."""


class KeyringExposed(VaultError):
    """Others on this machine could read the keyring; it is not used until that is mended."""


class Unsealable(VaultError, ValueError):
    """A value can't be sealed as it stands: its row has no id or subject yet, or it has the wrong type."""
