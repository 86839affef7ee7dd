"""Discovery documents: of this very issuer, whole, over HTTPS."""

import pytest

from strongroom.oidc import (
    IdentityRefused,
    Metadata,
    ProviderSilent,
    challenge_of,
    require_issuer_of_answer,
)


ISSUER = "https://id.example.com"
TOLD = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/keys",
    "id_token_signing_alg_values_supported": ["HS256", "none", "ES256"],
    "authorization_response_iss_parameter_supported": True,
}


def test_a_document_is_read() -> None:
    """Of its algorithms, those count that only the provider can sign by."""
    found = Metadata.read(TOLD, ISSUER)
    assert (found.algorithms, found.by_post, found.tells_issuer) == (
        ("ES256",),
        False,
        True,
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": f"{ISSUER}/"},
        {"token_endpoint": "http://id.example.com/token"},
        {"jwks_uri": None},
        {"id_token_signing_alg_values_supported": ["PS256"]},
        {"id_token_signing_alg_values_supported": []},
        {"id_token_signing_alg_values_supported": None},
        {"id_token_signing_alg_values_supported": ["HS256"]},
    ],
)
def test_another_document_is_refused(changed: dict[str, object]) -> None:
    """Another issuer's, one without TLS, one that is not whole or signs by nothing."""
    with pytest.raises(ProviderSilent):
        Metadata.read(TOLD | changed, ISSUER)


@pytest.mark.parametrize("told", ["", "https://elsewhere.invalid"])
def test_an_answer_says_whose_it_is(told: str) -> None:
    """RFC 9207 §2.4: where it is promised, it must be there and right."""
    metadata = Metadata.read(TOLD, ISSUER)
    require_issuer_of_answer(metadata, ISSUER)
    with pytest.raises(IdentityRefused):
        require_issuer_of_answer(metadata, told)


def test_the_challenge_is_that_of_the_standard() -> None:
    """The example of RFC 7636, appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
