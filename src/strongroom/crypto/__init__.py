"""Cryptography without I/O: hashing, keys, sealing, tokens, signed statements."""

from .base64url import from_base64url, to_base64url
from .bech32 import Bech32Invalid, bech32_decode, bech32_encode
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
from .envelope import (
    Column,
    KeysExpired,
    SealingKeys,
    SealInvalid,
    VersionUnknown,
    as_text,
    from_text,
    new_key,
    version_of,
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
from .keyring import Keyring, Lineage
from .lane import HashingBusy, HashingLane
from .shamir import Share, ShareInvalid, combine, split
from .tokens import new_token, token_digest
from .wrapping import fingerprint, is_key_of, join_shares, unwrap, wrap


__all__ = [
    "ARGON2ID_OWASP",
    "BCRYPT_12",
    "LONGEST_PASSWORD",
    "Argon2id",
    "Bcrypt",
    "Bech32Invalid",
    "ChainBroken",
    "Column",
    "Envelope",
    "HashingBusy",
    "HashingLane",
    "Keyring",
    "KeysExpired",
    "Lineage",
    "Mismatch",
    "Scheme",
    "SealInvalid",
    "SealingKeys",
    "Share",
    "ShareInvalid",
    "SignatureInvalid",
    "UnknownVerifier",
    "VerifierParameters",
    "VersionUnknown",
    "append_link",
    "as_text",
    "bech32_decode",
    "bech32_encode",
    "canonical_json",
    "combine",
    "fingerprint",
    "from_base64url",
    "from_text",
    "is_key_of",
    "join_shares",
    "needs_rehash",
    "new_key",
    "new_token",
    "open_envelope",
    "parse",
    "public_jwk",
    "public_keys",
    "read_chain",
    "sign",
    "split",
    "to_base64url",
    "token_digest",
    "unwrap",
    "verify",
    "version_of",
    "wrap",
]
