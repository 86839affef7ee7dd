"""What is asked of a passkey, and what is looked at in its answer; no clock, no I/O.

The ceremonies are those of WebAuthn Level 3 (§7.1 and §7.2), checked by ``webauthn``.
A question carries its own end, under a key of the house; that it is answered once is
the matter of ``strongroom.one_time``.
"""

import hashlib
import hmac
import json
import secrets
import struct
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import (
    VerifiedAuthentication,
)
from webauthn.helpers import (
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    options_to_json_dict,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from strongroom.crypto import from_base64url, to_base64url
from strongroom.kernel import Cookie, Invalid, Secret, host_cookie

from .errors import ChallengeSpent, WrongPasskey
from .models import Known, Shown, Site


REGISTER, SHOW = "register a passkey", "show a passkey"
"""What a question may be for; an answer to one is none to the other."""

NOBODY = UUID(int=0)
"""Whom a question is for that anybody may answer who has a passkey."""

LIFETIME_SECONDS = 300
COOKIE = "__Host-passkey"
MOST = 20
LONGEST_NAME = 60
HANDLE_BYTES = 64  # WebAuthn §14.6.1 recommends 64 random bytes.
LONGEST_CREDENTIAL = 8_192

MALFORMED = (WebAuthnException, ValueError, TypeError, LookupError)
"""How ``webauthn`` refuses; the last two are of keys that lack what a key must have."""

_PARTS = struct.Struct(">16s16sQ")
"""Of a question: random bytes, whom it is for, and its end in seconds since 1970."""

_TRANSPORTS = frozenset({"usb", "nfc", "ble", "smart-card", "hybrid", "internal"})


def site_of(public_url: str, name: str) -> Site:
    """Return whose passkeys are those of the service at *public_url*."""
    parts = urlsplit(public_url)
    return Site(parts.hostname or "", f"{parts.scheme}://{parts.netloc}", name)


def new_handle() -> bytes:
    """Return what authenticators call an account: random, and nothing about it."""
    return secrets.token_bytes(HANDLE_BYTES)


def new_challenge(key: bytes, purpose: str, subject: UUID, now: float) -> Secret:
    """Return a question for *subject* that is open for five minutes from *now* on."""
    ends = int(now) + LIFETIME_SECONDS
    body = _PARTS.pack(secrets.token_bytes(16), subject.bytes, ends)
    return Secret(to_base64url(body + _signature(key, purpose, body)))


def read_challenge(key: bytes, purpose: str, token: Secret, now: float) -> UUID:
    """Return whom an open question of ours is for.

    Raises:
        ChallengeSpent: it is none of ours, for something else, or too old.

    """
    try:
        given = from_base64url(token.reveal())
    except ValueError:
        raise ChallengeSpent from None
    body, signature = given[: _PARTS.size], given[_PARTS.size :]
    if not hmac.compare_digest(signature, _signature(key, purpose, body)):
        raise ChallengeSpent
    _, subject, ends = _PARTS.unpack(body)
    if ends <= now:
        raise ChallengeSpent
    return UUID(bytes=subject)


def challenge_bytes(token: Secret) -> bytes:
    """Return what is signed for a question: it does not tell the cookie's value."""
    return hashlib.sha256(b"passkey challenge\0" + token.reveal().encode()).digest()


def creation_options(
    site: Site, email: str, handle: bytes, token: Secret, known: Sequence[bytes]
) -> dict[str, Any]:
    """Return what a browser needs to make a passkey, other than the *known* ones."""
    options = generate_registration_options(
        rp_id=site.rp_id,
        rp_name=site.name,
        user_name=email,
        user_id=handle,
        challenge=challenge_bytes(token),
        timeout=LIFETIME_SECONDS * 1000,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(known),
    )
    return options_to_json_dict(options)


def request_options(
    site: Site, token: Secret, known: Sequence[bytes]
) -> dict[str, Any]:
    """Return what a browser needs to show a passkey: one of *known*, or any."""
    options = generate_authentication_options(
        rp_id=site.rp_id,
        challenge=challenge_bytes(token),
        timeout=LIFETIME_SECONDS * 1000,
        allow_credentials=_descriptors(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def check_new(
    site: Site, challenge: bytes, credential: Mapping[str, Any]
) -> VerifiedRegistration:
    """Return what a new passkey says of itself (WebAuthn §7.1).

    Raises:
        WrongPasskey: it was made elsewhere, for another question, or unverified.

    """
    try:
        made = verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
        # A key that could never be checked would shut its owner out.
        key = decode_credential_public_key(made.credential_public_key)
        decoded_public_key_to_cryptography(key)
    except MALFORMED as reason:
        raise WrongPasskey from reason
    return made


def check_shown(
    site: Site, challenge: bytes, passkey: Known, credential: Mapping[str, Any]
) -> VerifiedAuthentication:
    """Return what was signed by *passkey* (WebAuthn §7.2).

    Whether it counted on is not looked at here: that is claimed in the database.

    Raises:
        WrongPasskey: it was signed elsewhere, for another question or account, by
            another key, or unverified.

    """
    if handle_in(credential) != passkey.handle:
        raise WrongPasskey
    try:
        return verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except MALFORMED as reason:
        raise WrongPasskey from reason


def handle_in(credential: Mapping[str, Any]) -> bytes | None:
    """Return for whom an answer says that it was signed, or None."""
    response = credential.get("response")
    handle = response.get("userHandle") if isinstance(response, dict) else None
    return _decoded(handle)


def id_in(credential: Mapping[str, Any]) -> bytes:
    """Return which passkey an answer says that it is of.

    Raises:
        WrongPasskey: it does not say so.

    """
    found = _decoded(credential.get("id"))
    if not found:
        raise WrongPasskey
    return found


def transports_in(credential: Mapping[str, Any]) -> str:
    """Return how the authenticator is reached, of the ways that the standard names."""
    response = credential.get("response")
    told = response.get("transports") if isinstance(response, dict) else None
    listed = told if isinstance(told, list) else []
    named = {each for each in listed if isinstance(each, str)}
    return ",".join(sorted(named & _TRANSPORTS))


def shown_in(text: str, challenge: str | None) -> Shown:
    """Return what a form's field holds as a browser's answer.

    Raises:
        WrongPasskey: the field holds none.

    """
    try:
        credential = json.loads(text)
    except ValueError:
        credential = None
    if not isinstance(credential, dict):
        raise WrongPasskey
    return Shown(Secret(challenge or ""), credential)


def require_name(name: str) -> str:
    """Return *name* as it is kept.

    Raises:
        Invalid: it is empty or too long.

    """
    tidy = " ".join(name.split())
    if not tidy or len(tidy) > LONGEST_NAME or not tidy.isprintable():
        raise Invalid(fields={"name": f"A name has 1 to {LONGEST_NAME} characters."})
    return tidy


def challenge_cookie(token: Secret) -> Cookie:
    """Return the parts of the cookie that binds a question to a browser."""
    return _cookie(token.reveal(), LIFETIME_SECONDS)


def clear_challenge_cookie() -> Cookie:
    """Return the parts of the cookie that takes it away."""
    return _cookie("", 0)


def copied(service: str, link: str) -> tuple[str, str]:
    """Return subject and text of the mail that tells of a counter that fell."""
    return f"A passkey may have been copied at {service}", (
        "One of your passkeys was shown whose counter is behind what we saw before.\n"
        "That happens when somebody holds a copy of it. It was not accepted.\n\n"
        f"Remove it, and make another one:\n\n{link}\n"
    )


def _signature(key: bytes, purpose: str, body: bytes) -> bytes:
    return hmac.digest(key, purpose.encode() + b"\0" + body, "sha256")


def _descriptors(known: Sequence[bytes]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=each) for each in known]


def _decoded(text: Any) -> bytes | None:
    if not isinstance(text, str) or len(text) > LONGEST_CREDENTIAL:
        return None
    try:
        return from_base64url(text)
    except ValueError:
        return None


def _cookie(value: str, seconds: int) -> Cookie:
    return host_cookie(COOKIE, value, seconds, same_site="strict")
