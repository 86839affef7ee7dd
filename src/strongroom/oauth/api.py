"""The house's own provider, by which the way in is proved.

It has no page where anybody could sign in: whoever holds the root key makes its codes,
and it exchanges them as a provider does, PKCE included. It speaks for canaries alone.
"""

from typing import Any

from litestar import Response

from strongroom.kernel import Origin
from strongroom.web import AnyRequest, Given, form_of, show, submit

from .service import OAuth


FIELDS = (
    "grant_type",
    "code",
    "redirect_uri",
    "code_verifier",
    "client_id",
    "client_secret",
)


@show("/oauth/canary/.well-known/openid-configuration", action="page.read")
async def canary_metadata(oauth: Given[OAuth]) -> dict[str, Any]:
    """Say where the house's own provider is asked what."""
    return oauth.canary.metadata()


@show("/oauth/canary/keys", action="page.read")
async def canary_keys(oauth: Given[OAuth]) -> dict[str, Any]:
    """Show the public key of the house's own provider."""
    return oauth.canary.keys()


@submit("/oauth/canary/token", action="oauth.canary-token")
async def canary_token(
    request: AnyRequest, oauth: Given[OAuth], origin: Given[Origin]
) -> Response[dict[str, Any]]:
    """Exchange a canary's code for its ID token (RFC 6749 §4.1.3)."""
    del origin
    form = await form_of(request, FIELDS)
    token = oauth.canary.exchange(form)
    if token is None:
        return Response({"error": "invalid_grant"}, status_code=400)
    told = {"access_token": "none", "token_type": "Bearer", "id_token": token}
    return Response(told, status_code=200, headers={"cache-control": "no-store"})
