"""The second copy of the keyring: the one thing left when the first is lost, so nothing goes from it unasked."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

from retention.backups import Refused, folder
from retention.backups.folder import Folder
from vault.errors import KeyGone
from vault.keyring import keyring

# What the keyring holds: keys and index roots (vault.bureau_keys), mirror, ledger, certificate.
_OURS = re.compile(r"master|(?:bureau|index|mirror|gone|pv|signing)-[0-9a-z-]+")
_LASTING = re.compile(r"master|index-\d+")  # never destroyed, never another
_NOT_OURS = frozenset({"lost+found"})  # of the disk itself


def copy_keyring(to: str | Path, data: str | Path) -> int:
    """The latest of the keyring in a second place, nothing older; how many.

    Not beside the data: who has both reads everything. What the keyring lost goes from the copy first; but a keyring
    that is empty or another one takes nothing from it. Raises Refused, KeyringExposed, OSError.
    """
    target = check_second_place(to, data)
    folder.make(target)
    Folder(target).check_private()
    names = keyring().names()
    there = _there(target)
    _check_ours(target, there, names)
    _check_same_keyring(target, there, names)
    for path in there:
        if path.name not in names:
            path.unlink()
    copied = sum(_copy_secret(name, target) for name in names)
    folder.flush(target)
    return copied


def check_second_place(to: str | Path, data: str | Path) -> Path:
    """The place for a copy of the keyring, apart from the data. Raises Refused."""
    target, other = Path(to).expanduser().resolve(), Path(data).expanduser().resolve()
    if target == other or target in other.parents or other in target.parents:
        raise Refused("De sleutels horen niet bij de gegevens: geef voor --keyring-to een map op een andere plaats.")
    folder.check_apart(target)
    return target


def _there(target: Path) -> list[Path]:
    return sorted(path for path in target.iterdir() if path.name not in _NOT_OURS)


def _check_ours(target: Path, there: list[Path], names: frozenset[str]) -> None:
    """Only a copy of a keyring is written over: what is no part of one is somebody else's. Raises Refused."""
    for path in there:
        name = path.name.removesuffix(".part")  # of a copy that was killed
        if not path.is_file() or (name not in names and not _OURS.fullmatch(name)):
            raise Refused(
                f"In {target} staat iets dat niet van de sleutelbos is: {path.name}."
                " Kies voor --keyring-to een lege map."
            )


def _check_same_keyring(target: Path, there: list[Path], names: frozenset[str]) -> None:
    """A keyring that was lost, or began anew, leaves the copy alone. Raises Refused."""
    if not names:
        raise Refused(
            f"De sleutelbos ({settings.KEYRING}) is leeg of niet te vinden. De kopie in {target} is niet aangeraakt."
        )
    for path in there:
        if _is_lasting(path.name) and _secret(path.name) != path.read_bytes():
            raise Refused(
                f"De sleutelbos ({settings.KEYRING}) is een andere dan die in {target}: {path.name} ontbreekt of is"
                " anders. De kopie is niet aangeraakt. Is de sleutelbos verloren, zet dan eerst de kopie terug."
            )


def _is_lasting(name: str) -> bool:
    """A master that is given by the environment leaves the keyring, and then its copy."""
    given = getattr(settings, "MASTER_KEY", "")
    return _LASTING.fullmatch(name) is not None and not (name == "master" and given)


def _secret(name: str) -> bytes | None:
    try:
        return keyring().get(name)
    except KeyGone:
        return None


def _copy_secret(name: str, target: Path) -> bool:
    """One that was destroyed since the names were read goes from the copy as well."""
    secret = _secret(name)
    if secret is None:
        (target / name).unlink(missing_ok=True)
        return False
    folder.write(target / name, secret)
    return True
