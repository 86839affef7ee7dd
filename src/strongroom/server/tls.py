"""Which certificate is served, and what both ends of TLS insist on.

Guards against a start with a certificate that no browser would take: a key that does
not match, a name that is not in it, an end that has passed.
"""

import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from cryptography import x509

from .certificates import TLSFiles, ensure_local_certificate
from .data_folder import DataFolder
from .errors import CannotStart
from .options import Options


MINIMA = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


def local_files(folder: DataFolder) -> TLSFiles:
    """Return where the certificate for this machine's own names lies."""
    return TLSFiles(folder.tls / "server.pem", folder.tls / "server.key")


def public_files(options: Options, folder: DataFolder) -> TLSFiles:
    """Return where the public listener's certificate lies: the operator's, or ours."""
    if options.tls_certificate and options.tls_key:
        return TLSFiles(Path(options.tls_certificate), Path(options.tls_key))
    return local_files(folder)


def ensure_certificates(options: Options, folder: DataFolder) -> None:
    """Make the local certificate, and check the operator's if there is one.

    Raises:
        CannotStart: the operator's certificate cannot be used; the message says why.

    """
    ensure_local_certificate(folder.certificate_authority, folder.tls, options.names)
    if options.tls_certificate:
        _require_usable(public_files(options, folder), options.host)


def server_context(files: TLSFiles, minimum: Literal["1.2", "1.3"]) -> ssl.SSLContext:
    """Return how the operator's listener speaks TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = MINIMA[minimum]
    context.load_cert_chain(files.certificate, files.key)
    return context


def client_context(files: TLSFiles) -> ssl.SSLContext:
    """Return how we ask ourselves: only this very certificate will do."""
    context = ssl.create_default_context(cafile=str(files.certificate))
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def _require_usable(files: TLSFiles, host: str) -> None:
    try:
        server_context(files, "1.2")
        certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    except OSError as reason:  # An SSLError is one.
        message = f"{files.certificate} and {files.key} cannot be used: {reason}"
        raise CannotStart(message) from None
    if certificate.not_valid_after_utc < datetime.now(UTC):
        message = f"{files.certificate} has expired: bring a new one"
        raise CannotStart(message)
    if not _is_for(certificate, host):
        message = f"{files.certificate} is not for {host}: name its host with --host"
        raise CannotStart(message)


def _is_for(certificate: x509.Certificate, host: str) -> bool:
    try:
        names = certificate.extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        ).value
    except x509.ExtensionNotFound:
        return False
    listed = {name.lower() for name in names.get_values_for_type(x509.DNSName)}
    listed |= {str(address) for address in names.get_values_for_type(x509.IPAddress)}
    # A wildcard stands for one whole label (RFC 9525 §6.3).
    return bool(listed & {host.lower(), f"*.{host.partition('.')[2]}".lower()})
