"""The bureau's own certificate: with it a proces-verbaal carries a signature that any PDF reader verifies (PAdES).

It lies in the keyring, sealed, beside the keys of the bureau: whoever has it signs in the bureau's name. No bureau
needs one; without, a director signs by hand.
"""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import NameOID
from django.utils import timezone

from access.rules import RuleBroken
from bureaus.tenancy import current_bureau_id
from journal.actions import record
from vault import bureau_keys, cipher
from vault.errors import KeyGone
from vault.keyring import keyring

PURPOSE = "signing certificate"
FIELD, REASON = "Handtekening", "Proces-verbaal van vernietiging"
MOST = 1024 * 1024


@dataclass(frozen=True)
class Signer:
    """`name` is who the certificate is of; `pkcs12` is without a password, and so never leaves this process."""

    name: str
    pkcs12: bytes

    def sign(self, paper: bytes) -> bytes:
        """The same paper with a signature behind it (PAdES B-B): not a byte of what was there changes."""
        # Here, because it takes seconds to load, and a bureau without a certificate never asks for it.
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import fields, signers

        with_key: Any = signers.SimpleSigner.load_pkcs12_data(self.pkcs12, other_certs=[])
        about = signers.PdfSignatureMetadata(
            field_name=FIELD, md_algorithm="sha256", reason=REASON, name=self.name,
            subfilter=fields.SigSeedSubFilter.PADES,
        )  # fmt: skip
        # pyHanko runs a loop of its own, which a thread may have only once.
        with ThreadPoolExecutor(max_workers=1) as apart:
            writer = IncrementalPdfFileWriter(io.BytesIO(paper))
            made: Any = apart.submit(signers.sign_pdf, writer, about, signer=with_key).result()
        return bytes(made.getvalue())


def signer() -> Signer | None:
    """Of the current bureau; None where it has no certificate that is valid now."""
    bureau_id = current_bureau_id()
    try:
        sealed = keyring().get(_name(bureau_id))
    except KeyGone:
        return None
    held = cipher.unseal(bureau_keys.platform_key(PURPOSE), sealed, bound_to=_bound(bureau_id))
    found = pkcs12.load_pkcs12(held, None)
    if found.cert is None or not _is_valid(found.cert.certificate, timezone.now()):
        return None
    return Signer(_owner(found.cert.certificate), held)


def keep_certificate(*, content: bytes, password: str) -> Signer:
    """Take a PKCS#12 file for the current bureau in the place of the one it had. Raises RuleBroken in plain Dutch."""
    key, own, chain = _read(content, password)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise RuleBroken("De sleutel in dit bestand is van een soort waarmee geen PDF te ondertekenen is.")
    if not _is_valid(own, timezone.now()):
        raise RuleBroken(f"Dit certificaat geldt van {own.not_valid_before_utc:%d-%m-%Y} tot"
                         f" {own.not_valid_after_utc:%d-%m-%Y}.")  # fmt: skip
    bureau_id, held = current_bureau_id(), pkcs12.serialize_key_and_certificates(None, key, own, chain, NoEncryption())
    sealed = cipher.seal(bureau_keys.platform_key(PURPOSE), held, generation=1, bound_to=_bound(bureau_id))
    # In one step: whoever is killed here has either certificate, and never none.
    keyring().replace(_name(bureau_id), sealed)
    record(act="ondertekenen.ingesteld", facts={"until": own.not_valid_after_utc.date()})
    return Signer(_owner(own), held)


def forget_certificate() -> bool:
    """From now on a director signs by hand; whether there was one."""
    name = _name(current_bureau_id())
    if name not in keyring().names():
        return False
    keyring().destroy(name)
    record(act="ondertekenen.uitgezet")
    return True


def _read(content: bytes, password: str) -> tuple[Any, x509.Certificate, list[x509.Certificate]]:
    key, own = None, None
    chain: list[x509.Certificate] = []
    if len(content) <= MOST:
        with suppress(ValueError, TypeError):
            key, own, chain = pkcs12.load_key_and_certificates(content, password.encode() or None)
    if key is None or own is None:
        raise RuleBroken("Dit is geen PKCS#12-bestand (.p12, .pfx) met een sleutel, of het wachtwoord klopt niet.")
    return key, own, list(chain)


def _owner(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value)[:120] if names else "het bureau"


def _is_valid(certificate: x509.Certificate, now: datetime) -> bool:
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc


def _name(bureau_id: int) -> str:
    return f"signing-{bureau_id}"


def _bound(bureau_id: int) -> tuple[Any, ...]:
    return ("keyring", bureau_id, _name(bureau_id))
