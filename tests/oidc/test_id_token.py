"""ID tokens: only a provider's own, for us, for this way, and now."""

import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from strongroom.oidc import Expected, IdentityRefused, Metadata, read_id_token


ISSUER = "https://id.example.com"
NOW = time.time()
EXPECTED = Expected("client", "nonce", NOW)
KEY = ECKey.generate_key("P-256", {"kid": "one"})
KEYS = KeySet([KEY])
METADATA = Metadata(ISSUER, f"{ISSUER}/a", f"{ISSUER}/t", f"{ISSUER}/k")
CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "aud": "client",
    "sub": "someone",
    "nonce": "nonce",
    "iat": int(NOW),
    "exp": int(NOW) + 60,
    "email": "a@example.com",
    "email_verified": True,
}


def token(**changed: Any) -> str:
    """Return a token of the provider, with some claims *changed*."""
    return jwt.encode({"alg": "ES256", "kid": "one"}, CLAIMS | changed, KEY)


def test_a_good_token_names_somebody() -> None:
    """Issuer, subject and a verified address."""
    found = read_id_token(token(), KEYS, METADATA, EXPECTED)
    assert (found.issuer, found.subject, found.email_verified) == (
        ISSUER,
        "someone",
        True,
    )


def test_only_true_verifies_an_address() -> None:
    """A string that says so does not: providers differ, and we deny by default."""
    told = token(email_verified="true")
    assert not read_id_token(told, KEYS, METADATA, EXPECTED).email_verified


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://elsewhere.invalid"},
        {"iss": ISSUER + "/"},
        {"aud": "another"},
        {"aud": ["client", "another"]},
        {"azp": "another"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": int(NOW) - 3600},
        {"exp": True},
        {"iat": int(NOW) + 3600},
        {"iat": int(NOW) - 86_400},
        {"sub": ""},
        {"sub": 7},
    ],
)
def test_a_wrong_claim_is_refused(changed: dict[str, Any]) -> None:
    """Each claim alone is enough to refuse the token."""
    with pytest.raises(IdentityRefused):
        read_id_token(token(**changed), KEYS, METADATA, EXPECTED)


def test_several_audiences_need_that_we_asked() -> None:
    """OpenID Connect Core 1.0 §3.1.3.7, numbers 4 and 5."""
    told = token(aud=["client", "another"], azp="client")
    assert read_id_token(told, KEYS, METADATA, EXPECTED).subject == "someone"


def test_whoever_else_signs_is_refused() -> None:
    """Another key under the same name, a shared secret, or nobody at all."""
    stranger = ECKey.generate_key("P-256", {"kid": "one"})
    other = jwt.encode({"alg": "ES256", "kid": "one"}, CLAIMS, stranger)
    shared = OctKey.import_key(b"client secret of thirty-two bytes")
    hmac = jwt.encode({"alg": "HS256", "kid": "one"}, CLAIMS, shared)
    unsigned = "eyJhbGciOiJub25lIn0." + token().split(".")[1] + "."
    for told in (other, hmac, unsigned, "", "a.b.c"):
        with pytest.raises(IdentityRefused):
            read_id_token(told, KEYS, METADATA, EXPECTED)


def test_an_algorithm_that_the_provider_does_not_name_is_refused() -> None:
    """Its metadata says by which it signs."""
    key = RSAKey.generate_key(2048, {"kid": "two"})
    told = jwt.encode({"alg": "RS256", "kid": "two"}, CLAIMS, key)
    only = Metadata(ISSUER, "", "", "", algorithms=("ES256",))
    found = read_id_token(told, KeySet([key]), METADATA, EXPECTED)
    assert found.subject == "someone"
    with pytest.raises(IdentityRefused):
        read_id_token(told, KeySet([key]), only, EXPECTED)
