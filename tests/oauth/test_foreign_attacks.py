"""What an attacker makes of a foreign provider's answers: each of it is refused."""

import base64
import hmac
import json
import secrets
from collections.abc import Callable

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.conftest import Visit
from tests.people import new_person

from .conftest import Providers
from .foreign import Foreign
from .test_foreign import arrive, changed, is_in, leave, sign_up


async def ask(browser: httpx.AsyncClient, foreign: Foreign, name: str = "work") -> str:
    """Go to the provider as somebody new; return the answer that it sends back."""
    subject = secrets.token_hex(8)
    foreign.know(subject, new_person().email)
    return foreign.sign_in(await leave(browser, name), sub=subject)


async def require_refused(browser: httpx.AsyncClient, location: str) -> None:
    """Fail if an answer gets anybody further."""
    answer = await arrive(browser, location)
    assert answer.status_code == httpx.codes.UNAUTHORIZED, answer.headers
    assert not await is_in(browser)


@pytest.mark.parametrize("state", ["", "of another browser"])
async def test_a_wrong_state_is_refused(
    browser: httpx.AsyncClient, providers: Providers, state: str
) -> None:
    """RFC 6749 §10.12: the answer belongs to another browser's way."""
    location = await ask(browser, providers["work"])
    await require_refused(browser, changed(location, state=state))


async def test_an_answer_is_of_use_to_no_other_browser(
    visit: Visit, providers: Providers
) -> None:
    """Whoever sends somebody their own answer signs nobody in as themselves."""
    attacker, victim = visit(), visit()
    location = await ask(attacker, providers["work"])
    await require_refused(victim, location)
    await leave(victim, "work")
    await require_refused(victim, location)


async def test_a_code_is_taken_once(visit: Visit, providers: Providers) -> None:
    """Neither the whole answer works twice, nor its code in an answer to come."""
    browser, foreign = visit(), providers["work"]
    location = await ask(browser, foreign)
    kept = browser.cookies["__Host-oauth"]
    assert (
        (await arrive(browser, location)).headers["location"].endswith("organization")
    )
    browser.cookies.set("__Host-oauth", kept)
    await require_refused(browser, location)
    spent = dict(httpx.QueryParams(location.partition("?")[2]))["code"]
    await require_refused(browser, changed(await ask(browser, foreign), code=spent))


async def test_a_code_that_was_asked_for_with_another_nonce_is_refused(
    browser: httpx.AsyncClient, providers: Providers
) -> None:
    """The provider signs the other nonce itself: the token is of another sign-in."""
    foreign, subject = providers["work"], secrets.token_hex(8)
    foreign.know(subject, new_person().email)
    asked = changed(await leave(browser, "work"), nonce="of another sign-in")
    await require_refused(browser, foreign.sign_in(asked, sub=subject))


async def test_a_token_that_has_ended_is_refused(
    browser: httpx.AsyncClient, providers: Providers
) -> None:
    """This provider's clock is far behind ours, and its tokens have ended."""
    location = await ask(browser, providers["late"], "late")
    await require_refused(browser, location)


@pytest.mark.parametrize("told", ["iss", ""], ids=["by-iss", "without-iss"])
async def test_another_provider_does_not_answer_in_place_of_the_first(
    browser: httpx.AsyncClient, providers: Providers, told: str
) -> None:
    """Mix-up: refused by the issuer (RFC 9207), and without it by the first itself."""
    work, club = providers["work"], providers["club"]
    subject = secrets.token_hex(8)
    club.know(subject, new_person().email)
    asked = await leave(browser, "work")
    at_club = changed(
        asked.replace(work.url, club.url),
        client_id=club.client_id,
        redirect_uri=back_of(asked).replace("/work/", "/club/"),
    )
    answer = club.sign_in(at_club, sub=subject)
    issuer = {told: club.url} if told else {}
    await require_refused(
        browser, changed(answer.replace("/club/", "/work/"), **issuer)
    )


async def test_an_answer_does_not_end_a_way_to_another_provider(
    browser: httpx.AsyncClient, providers: Providers
) -> None:
    """A way that began towards one provider does not end at the other's address."""
    await leave(browser, "work")
    kept = browser.cookies["__Host-oauth"]
    location = await ask(browser, providers["club"], "club")
    browser.cookies.set("__Host-oauth", kept)
    await require_refused(browser, location)


def back_of(asked: str) -> str:
    """Return the address that a provider was told to send the browser back to."""
    return dict(httpx.QueryParams(asked.partition("?")[2]))["redirect_uri"]


def encoded(content: bytes) -> str:
    """Return *content* as a JWS carries it (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def header(**told: str) -> str:
    """Return the header of a JWS."""
    return encoded(json.dumps(told).encode())


def unsigned(token: str, _: Foreign) -> str:
    """Return the same claims, signed by nobody (RFC 7519 §6)."""
    return f"{header(alg='none')}.{token.split('.')[1]}."


def signed_by_public_key(token: str, foreign: Foreign) -> str:
    """Return the same claims under an HMAC whose key is public (RFC 8725 §2.1)."""
    key = RSAKey.import_key(foreign.public_key())
    told = {"alg": "HS256", "kid": str(key.kid or "")}
    content = f"{header(**told)}.{token.split('.')[1]}"
    tag = hmac.digest(key.as_pem(private=False), content.encode(), "sha256")
    return f"{content}.{encoded(tag)}"


def signed_by_the_secret(token: str, foreign: Foreign) -> str:
    """Return the same claims under the client's own secret."""
    content = f"{header(alg='HS256')}.{token.split('.')[1]}"
    tag = hmac.digest(foreign.client_secret.encode(), content.encode(), "sha256")
    return f"{content}.{encoded(tag)}"


def signed_by_another_key(token: str, foreign: Foreign) -> str:
    """Return the same claims under a fresh key that bears the provider's key's name."""
    kid = str(foreign.public_key().get("kid", ""))
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    stranger = RSAKey.generate_key(2048, {"kid": kid})
    return jwt.encode({"alg": "RS256", "kid": kid}, claims, stranger)


@pytest.mark.parametrize(
    "bend",
    [unsigned, signed_by_public_key, signed_by_the_secret, signed_by_another_key],
)
async def test_a_token_that_the_provider_did_not_sign_is_refused(
    browser: httpx.AsyncClient,
    providers: Providers,
    bend: Callable[[str, Foreign], str],
) -> None:
    """The claims are the provider's own and right in all: only the signature is not."""
    foreign = providers["work"]
    location = await ask(browser, foreign)
    foreign.bend = lambda token: bend(token, foreign)
    await require_refused(browser, location)


async def test_a_token_that_passes_unbent_is_taken(
    visit: Visit, providers: Providers
) -> None:
    """The same bending that bends nothing lets somebody in: the refusals are real."""
    foreign, seen = providers["work"], list[str]()

    def keep(token: str) -> str:
        seen.append(token)
        return token

    foreign.bend = keep
    await sign_up(visit(), foreign, "work")
    assert len(seen) == 1


async def test_an_address_is_told_of_the_very_subject(
    visit: Visit, providers: Providers
) -> None:
    """OpenID Connect Core 1.0 §5.3.2: another subject's address is nobody's here."""
    foreign, subject = providers["work"], secrets.token_hex(8)
    foreign.know(subject, "")
    told = {"email": new_person().email, "email_verified": True}
    for sub, status in ((subject, "/sign-in/organization"), ("another", None)):
        browser = visit()
        foreign.tells = {"sub": sub, **told}
        location = foreign.sign_in(await leave(browser, "work"), sub=subject)
        answer = await arrive(browser, location)
        assert answer.headers.get("location") == status, answer.text
