"""Key sets of strangers: what cannot be read, or is shared, is left out."""

from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey

from strongroom.oidc import ProviderSilent
from strongroom.oidc.client import key_set_of


GOOD = ECKey.generate_key("P-256").as_dict(private=False) | {"kid": "good"}
SHARED = OctKey.generate_key(256).as_dict() | {"kid": "shared"}
ODD = {"kty": "OKP", "crv": "X-Unheard-Of", "x": "AA", "kid": "odd"}


def test_what_nobody_knows_does_not_spoil_the_rest() -> None:
    """RFC 7517 §5: a key of an unknown kind is ignored."""
    found = key_set_of({"keys": [ODD, {"kty": "NEW"}, 7, SHARED, GOOD]})
    assert [key.kid for key in found.keys] == ["good"]


@pytest.mark.parametrize(
    "told", [{}, {"keys": None}, {"keys": {}}, {"keys": [ODD]}, {"keys": [SHARED]}]
)
def test_a_set_without_a_key_is_none(told: dict[str, Any]) -> None:
    """A shared key least of all: whoever verifies by it could sign by it."""
    with pytest.raises(ProviderSilent):
        key_set_of(told)
