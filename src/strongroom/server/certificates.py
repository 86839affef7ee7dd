"""A local certificate authority, so that HTTPS is there from the first start.

Guards a new installation against plain HTTP. It is for the machine it runs on:
an operator with a public name brings a certificate of a public authority.
The authority's key signs once and is thrown away, so that nobody can later make
certificates that this machine's browsers trust.
"""

import datetime as dt
import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


LIFETIME = dt.timedelta(days=397)  # The longest that browsers accept.
RENEW_BEFORE = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class TLSFiles:
    """Where a server certificate and its key lie."""

    certificate: Path
    key: Path


def ensure_local_certificate(
    authority: Path, folder: Path, names: Sequence[str]
) -> TLSFiles:
    """Return a certificate for *names*, made now unless a good one is there."""
    files = TLSFiles(folder / "server.pem", folder / "server.key")
    if not _is_good(authority, files, names):
        _make(authority, files, names)
    return files


def _is_good(authority: Path, files: TLSFiles, names: Sequence[str]) -> bool:
    if not all(path.exists() for path in (authority, files.certificate, files.key)):
        return False
    try:
        return _fits(authority, files) and _lasts(files, names)
    except (ValueError, InvalidSignature, x509.ExtensionNotFound):
        return False


def _fits(authority: Path, files: TLSFiles) -> bool:
    """Say whether the three files belong together; a crash may have parted them."""
    certificate = _read(files.certificate)
    certificate.verify_directly_issued_by(_read(authority))
    key = serialization.load_pem_private_key(files.key.read_bytes(), None)
    return key.public_key() == certificate.public_key()


def _lasts(files: TLSFiles, names: Sequence[str]) -> bool:
    """Say whether the certificate is for *names*, and for a while yet."""
    certificate = _read(files.certificate)
    listed = certificate.extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    ).value
    left = certificate.not_valid_after_utc - dt.datetime.now(dt.UTC)
    return left > RENEW_BEFORE and set(_alternatives(names)) <= set(listed)


def _read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _make(authority: Path, files: TLSFiles, names: Sequence[str]) -> None:
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca_name = _name("Strongroom local authority")
    ca = _draft(ca_name, ca_name, ca_key.public_key()).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    ca = ca.add_extension(_usage(signs_certificates=True), critical=True)
    identifier = x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key())
    ca_certificate = ca.add_extension(identifier, critical=False).sign(
        ca_key, hashes.SHA256()
    )
    leaf = (
        _draft(_name(names[0]), ca_name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
        .add_extension(
            x509.SubjectAlternativeName(_alternatives(names)), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier),
            critical=False,
        )
    )
    pem = serialization.Encoding.PEM
    chain = leaf.sign(ca_key, hashes.SHA256()).public_bytes(pem)
    root = ca_certificate.public_bytes(pem)
    _replace(files.key, _private_pem(key), 0o600)
    _replace(files.certificate, chain + root, 0o644)
    _replace(authority, root, 0o644)


def _draft(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        # Clocks differ; a certificate made now is good a little earlier.
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now - dt.timedelta(hours=1) + LIFETIME)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _alternatives(names: Sequence[str]) -> list[x509.GeneralName]:
    return [_alternative(name) for name in names]


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _replace(path: Path, content: bytes, mode: int) -> None:
    """Put *content* at *path* whole, under *mode* from its first byte."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    draft.replace(path)
