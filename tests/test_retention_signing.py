"""A bureau with a certificate of its own: its processen-verbaal carry a signature that any reader can verify."""

from __future__ import annotations

import io
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from django.core.management import CommandError, call_command
from django.utils import timezone

from access.models import Role
from access.rules import RuleBroken
from bureaus.tenancy import in_bureau
from journal.models import Line
from retention import signing
from tests.support.carried_out import carried_out, paper_of, pv_of
from tests.support.people import make_bureau, make_member
from tests.test_retention_papers import check_tree, text_of
from vault.keyring import keyring

pytestmark = pytest.mark.django_db
PASSWORD = "geheim van het bureau"


@pytest.fixture
def bureau(db):
    return make_bureau()


@pytest.fixture
def dirk(bureau):
    return make_member(bureau, "Dirk", Role.DIRECTIE)


def certificate(days: int = 30, key=None, since: int = -1) -> tuple[bytes, x509.Certificate]:
    key = key or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Coöperatie Javawest U.A.")])
    now = timezone.now()
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = (
        made.serial_number(7).not_valid_before(now + timedelta(days=since)).not_valid_after(now + timedelta(days=days))
    )
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    made = made.add_extension(usage, critical=True)
    own = made.sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    held = pkcs12.serialize_key_and_certificates(b"x", key, own, None, BestAvailableEncryption(PASSWORD.encode()))
    return held, own


def verified(paper: bytes, own: x509.Certificate):
    from asn1crypto.x509 import Certificate
    from cryptography.hazmat.primitives.serialization import Encoding
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    root = Certificate.load(own.public_bytes(Encoding.DER))
    (signature,) = PdfFileReader(io.BytesIO(paper)).embedded_signatures
    with ThreadPoolExecutor(max_workers=1) as apart:  # beside the loop that the browser's tests keep
        return apart.submit(validate_pdf_signature, signature, ValidationContext(trust_roots=[root])).result()


@pytest.mark.parametrize("kind", ["elliptic", "rsa"])
def test_a_signature_that_a_reader_verifies_stands_behind_the_whole_paper(bureau, dirk, kind, tmp_path):
    key = rsa.generate_private_key(65537, 2048) if kind == "rsa" else None
    content, own = certificate(key=key)
    with in_bureau(bureau):
        signing.keep_certificate(content=content, password=PASSWORD)
    made = pv_of(bureau, carried_out(bureau, 2, by=dirk))
    paper = paper_of(made)
    assert made.signed
    status = verified(paper, own)
    assert status.intact and status.valid and status.trusted
    assert status.coverage.name == "ENTIRE_FILE"
    assert "Elektronisch ondertekend met het certificaat van Coöperatie Javawest U.A." in text_of(paper)
    with pikepdf.open(io.BytesIO(paper)) as held:
        assert held.Root.AcroForm.Fields[0].V.SubFilter == "/ETSI.CAdES.detached"
        assert set(held.attachments) == {"manifest.json", "uitvoering.json"}
        with held.open_metadata() as about:
            assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("3", "A")
        check_tree(held)
    if shutil.which("qpdf"):
        (tmp_path / "pv.pdf").write_bytes(paper)
        subprocess.run(["qpdf", "--check", tmp_path / "pv.pdf"], check=True, capture_output=True)


def test_one_changed_byte_is_seen(bureau, dirk):
    content, own = certificate()
    with in_bureau(bureau):
        signing.keep_certificate(content=content, password=PASSWORD)
    paper = bytearray(paper_of(pv_of(bureau, carried_out(bureau, 1, by=dirk))))
    at = paper.index(b"/CreationDate")
    paper[at + 20] ^= 1
    assert not verified(bytes(paper), own).intact


def test_it_lies_sealed_in_the_keyring_of_this_bureau_alone(bureau):
    content, _ = certificate()
    with in_bureau(bureau):
        signing.keep_certificate(content=content, password=PASSWORD)
        signing.keep_certificate(content=content, password=PASSWORD)
        held = keyring().get(f"signing-{bureau.pk}")
        assert b"Javawest" not in held
        assert signing.signer().name == "Coöperatie Javawest U.A."
    with in_bureau(make_bureau("werkid", "werkid")):
        assert signing.signer() is None
    with in_bureau(bureau):
        assert signing.forget_certificate()
        assert not signing.forget_certificate()
        assert signing.signer() is None
        acts = list(Line.objects.filter(act__startswith="ondertekenen.").values_list("act", flat=True))
    assert sorted(acts) == ["ondertekenen.ingesteld", "ondertekenen.ingesteld", "ondertekenen.uitgezet"]


def test_what_can_not_sign_is_refused_in_plain_words(bureau):
    expired, strange = certificate(days=-1, since=-9)[0], certificate(key=ed25519.Ed25519PrivateKey.generate())[0]
    good = certificate()[0]
    with in_bureau(bureau):
        for content, password in (
            (good, "fout"), (good, ""), (b"geen certificaat", PASSWORD), (b"", ""), (expired, PASSWORD),
            (strange, PASSWORD),
        ):  # fmt: skip
            with pytest.raises(RuleBroken):
                signing.keep_certificate(content=content, password=password)
        assert signing.signer() is None


def test_the_command_takes_a_file_and_takes_it_away(bureau, tmp_path, capsys):
    file, secret = tmp_path / "bureau.p12", tmp_path / "wachtwoord"
    file.write_bytes(certificate()[0])
    secret.write_text(f"{PASSWORD}\n")
    call_command("signing_certificate", bureau.slug, str(file), "--password-file", str(secret))
    assert "het certificaat van Coöperatie Javawest U.A." in capsys.readouterr().out
    call_command("signing_certificate", bureau.slug, "--remove")
    assert "is weg" in capsys.readouterr().out
    for wrong in (["geen"], [bureau.slug], [bureau.slug, str(tmp_path / "weg.p12"), "--password-file", str(secret)]):
        with pytest.raises(CommandError):
            call_command("signing_certificate", *wrong)


def test_another_certificate_comes_in_the_place_of_the_first_in_one_step(bureau, monkeypatch):
    """Whoever is killed in between leaves the one that was there."""
    first, _ = certificate()
    with in_bureau(bureau):
        signing.keep_certificate(content=first, password=PASSWORD)
        before = keyring().get(f"signing-{bureau.pk}")
        second, _ = certificate(days=60)
        monkeypatch.setattr(Path, "replace", _killed)
        with pytest.raises(KeyboardInterrupt):
            signing.keep_certificate(content=second, password=PASSWORD)
        assert keyring().get(f"signing-{bureau.pk}") == before
        monkeypatch.undo()
        signing.keep_certificate(content=second, password=PASSWORD)
        assert keyring().get(f"signing-{bureau.pk}") != before


def _killed(*_: object) -> None:
    raise KeyboardInterrupt
