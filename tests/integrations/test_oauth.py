"""Integrations by OAuth, against endpoints of somebody else's make."""

import asyncio
import secrets
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from strongroom.connectors import KNOWN_HOSTS, Connectors
from strongroom.egress import Gate, Outside, only_listed
from strongroom.room import Strongroom
from tests.egress.names import LOCAL
from tests.oauth.foreign import Foreign, Street, street
from tests.people import PASSWORD, found_organization

from .test_api import ADDRESS
from .token_endpoint import USER, Endpoint


USE = {"verb": "http.request", "arguments": {"method": "GET", "path": "/me"}}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """Lend where endpoints are opened."""
    with street(tmp_path_factory.mktemp("street") / "data") as opened:
        yield opened


@pytest.fixture
def endpoint(place: Street, room: Strongroom) -> Iterator[Endpoint]:
    """Lend an endpoint that the operator has listed."""
    gate = Gate(only_listed((*KNOWN_HOSTS, *LOCAL)))
    connectors = Connectors(Outside(gate, [place.authority]))
    object.__setattr__(room.integrations.parts, "connectors", connectors)
    with Endpoint.listening(place) as opened:
        yield opened


async def keep(app: httpx.AsyncClient, kind: str, secret: str, **fields: str) -> str:
    """Keep a credential and return its address."""
    wanted = {"kind": kind, "name": "Ours", "secret": secret, "fields": fields}
    answer = await app.post(ADDRESS, json=wanted)
    assert answer.status_code == httpx.codes.CREATED, answer.text
    assert secret not in answer.text
    return f"{ADDRESS}/{answer.json()['id']}"


def fields_of(endpoint: Endpoint) -> dict[str, str]:
    """Return the public fields of a credential for *endpoint*."""
    return {
        "base_url": f"{endpoint.url}/api",
        "token_url": f"{endpoint.url}/token",
        "client_id": endpoint.client.client_id,
        "check_path": "/me",
    }


async def by_client_credentials(app: httpx.AsyncClient, endpoint: Endpoint) -> str:
    """Keep the client's secret."""
    fields = fields_of(endpoint)
    return await keep(app, "http-oauth", endpoint.client.secret, **fields)


async def by_refresh_token(app: httpx.AsyncClient, endpoint: Endpoint) -> str:
    """Keep the client's secret and a refresh token."""
    secret = f"{endpoint.client.secret} {endpoint.authorize()}"
    return await keep(app, "http-oauth-refresh", secret, **fields_of(endpoint))


KEEP = pytest.mark.parametrize("way", [by_client_credentials, by_refresh_token])


@KEEP
async def test_a_token_is_asked_for_once_and_shown_to_nobody(
    room: Strongroom, app: httpx.AsyncClient, endpoint: Endpoint, way: object
) -> None:
    """Tested and used without a reveal; what the API repeats of the token is masked."""
    await found_organization(room, app)
    one = await way(app, endpoint)  # type: ignore[operator]
    tested = (await app.post(f"{one}/test")).json()
    host = urlsplit(endpoint.url).netloc
    assert tested == {"works": True, "said": f"{host} answers 200."}
    used = (await app.post(f"{one}/use", json=USE)).json()
    assert (used["status"], used["masked"]) == (200, 1)
    assert USER in used["body"]
    assert not any(each in used["body"] for each in endpoint.access)
    assert endpoint.exchanges == 1


@KEEP
async def test_a_token_that_has_ended_is_asked_for_again(
    room: Strongroom, app: httpx.AsyncClient, endpoint: Endpoint, way: object
) -> None:
    """By its own end, and by the API's word that it ended before."""
    await found_organization(room, app)
    endpoint.seconds = 20
    one = await way(app, endpoint)  # type: ignore[operator]
    for _ in range(2):
        assert (await app.post(f"{one}/use", json=USE)).json()["status"] == 200
    assert endpoint.exchanges == 2
    endpoint.seconds = 3600
    await app.post(f"{one}/use", json=USE)
    endpoint.access.clear()
    assert (await app.post(f"{one}/use", json=USE)).json()["status"] == 200
    assert endpoint.exchanges == 4


async def test_a_replaced_refresh_token_is_kept(
    room: Strongroom, app: httpx.AsyncClient, endpoint: Endpoint
) -> None:
    """The row holds the newest one, of which a stranger's copy of the old is no use."""
    await found_organization(room, app)
    one = await by_refresh_token(app, endpoint)
    before = (await app.get(one)).json()
    await app.post(f"{one}/use", json=USE)
    after = (await app.get(one)).json()
    assert before["fingerprint"] != after["fingerprint"]
    assert before["rotated_at"] == after["rotated_at"]
    told = await app.post(f"{one}/reveal", json={"password": PASSWORD})
    client_secret, newest = told.json()["secret"].split(" ")
    assert client_secret == endpoint.client.secret
    assert not endpoint.refresh[newest].used


async def test_many_uses_at_once_renew_one_after_the_other(
    room: Strongroom, app: httpx.AsyncClient, endpoint: Endpoint
) -> None:
    """No refresh token is used twice, which the endpoint would take for theft."""
    await found_organization(room, app)
    endpoint.seconds = 1
    one = await by_refresh_token(app, endpoint)
    uses = [app.post(f"{one}/use", json=USE) for _ in range(3)]
    answers = await asyncio.gather(*uses)
    assert [each.json()["status"] for each in answers] == [200] * 3
    assert endpoint.refresh


async def test_many_uses_at_once_share_one_token(
    room: Strongroom, app: httpx.AsyncClient, endpoint: Endpoint
) -> None:
    """Whoever waited for an exchange takes what it brought."""
    await found_organization(room, app)
    one = await by_refresh_token(app, endpoint)
    uses = [app.post(f"{one}/use", json=USE) for _ in range(5)]
    answers = await asyncio.gather(*uses)
    assert [each.json()["status"] for each in answers] == [200] * 5
    assert endpoint.exchanges == 1


async def test_a_refusal_says_what_to_do(
    room: Strongroom, app: httpx.AsyncClient, endpoint: Endpoint
) -> None:
    """In words of ours, and on the page of the last test as well."""
    await found_organization(room, app)
    one = await by_refresh_token(app, endpoint)
    endpoint.refresh.clear()
    refused = (await app.post(f"{one}/use", json=USE)).json()
    assert refused["type"].endswith("/host-refused")
    assert "invalid_grant: it takes the refresh token no more" in refused["detail"]
    assert not (await app.post(f"{one}/test")).json()["works"]
    secret = f"{secrets.token_urlsafe(16)} {endpoint.authorize()}"
    await app.post(f"{one}/rotate", json={"secret": secret})
    told = (await app.post(f"{one}/test")).json()
    assert not told["works"]
    assert "does not take this client ID and secret" in told["said"]
    secret = f"{endpoint.client.secret} {endpoint.authorize()}"
    await app.post(f"{one}/rotate", json={"secret": secret})
    assert (await app.post(f"{one}/test")).json()["works"]


async def test_two_secrets_are_typed_with_one_space(
    room: Strongroom, app: httpx.AsyncClient, endpoint: Endpoint
) -> None:
    """Anything else is refused beside the field, without its value."""
    await found_organization(room, app)
    fields = fields_of(endpoint)
    for secret in ("one-secret and-another and-a-third", "short short"):
        wanted = {"kind": "http-oauth-refresh", "name": "x", "secret": secret}
        answer = await app.post(ADDRESS, json=wanted | {"fields": fields})
        assert set(answer.json()["fields"]) == {"refresh_token"}
        assert secret not in answer.text


def authorized_at(foreign: Foreign, subject: str) -> str:
    """Authorize us at an OpenID provider, and return its refresh token."""
    query = {
        "response_type": "code",
        "client_id": foreign.client_id,
        "redirect_uri": BACK,
        "scope": "openid email",
    }
    asked = f"{foreign.url}/oauth2/authorize?{httpx.QueryParams(query)}"
    code = parse_qs(urlsplit(foreign.sign_in(asked, sub=subject)).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    with foreign.visitor() as visitor:
        pair = (foreign.client_id, foreign.client_secret)
        answer = visitor.post("/oauth2/token", data=form, auth=pair)
    return str(answer.json()["refresh_token"])


BACK = "https://strongroom.test/authorized"


@pytest.mark.usefixtures("endpoint")
async def test_the_api_of_an_openid_provider_is_used(
    room: Strongroom, app: httpx.AsyncClient, place: Street
) -> None:
    """By a refresh token of a foreign provider, until it is revoked there."""
    await found_organization(room, app)
    foreign = place.open(BACK, "client_secret_basic")
    foreign.know("somebody", "somebody@example.invalid")
    one = await keep(
        app,
        "http-oauth-refresh",
        f"{foreign.client_secret} {authorized_at(foreign, 'somebody')}",
        base_url=foreign.url,
        token_url=f"{foreign.url}/oauth2/token",
        client_id=foreign.client_id,
        check_path="/userinfo",
    )
    assert (await app.post(f"{one}/test")).json()["works"]
    asked = {
        "verb": "http.request",
        "arguments": {"method": "GET", "path": "/userinfo"},
    }
    used = (await app.post(f"{one}/use", json=asked)).json()
    assert "somebody@example.invalid" in used["body"]
    with foreign.visitor() as visitor:
        visitor.post("/users/somebody/revoke-tokens").raise_for_status()
    told = (await app.post(f"{one}/test")).json()
    assert not told["works"]
    assert "invalid_grant" in told["said"]
