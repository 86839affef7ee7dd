"""Cryptography without I/O: password hashing, keys, tokens, signed statements."""

from .chain import ChainBroken, append_link, read_chain
from .dsse import (
    Envelope,
    SignatureInvalid,
    canonical_json,
    open_envelope,
    public_jwk,
    public_keys,
    sign,
)
from .hashing import (
    ARGON2ID_OWASP,
    BCRYPT_12,
    LONGEST_PASSWORD,
    Argon2id,
    Bcrypt,
    Mismatch,
    Scheme,
    UnknownVerifier,
    VerifierParameters,
    needs_rehash,
    parse,
    verify,
)
from .keyring import Keyring
from .lane import HashingBusy, HashingLane
from .tokens import new_token, token_digest


__all__ = [
    "ARGON2ID_OWASP",
    "BCRYPT_12",
    "LONGEST_PASSWORD",
    "Argon2id",
    "Bcrypt",
    "ChainBroken",
    "Envelope",
    "HashingBusy",
    "HashingLane",
    "Keyring",
    "Mismatch",
    "Scheme",
    "SignatureInvalid",
    "UnknownVerifier",
    "VerifierParameters",
    "append_link",
    "canonical_json",
    "needs_rehash",
    "new_token",
    "open_envelope",
    "parse",
    "public_jwk",
    "public_keys",
    "read_chain",
    "sign",
    "token_digest",
    "verify",
]
