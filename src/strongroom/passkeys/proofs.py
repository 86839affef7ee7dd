"""A passkey signs its owner in, and nothing that only looks like one does.

A guest makes one in software, shows it, and is attacked by somebody who can sign
whatever they like with the right key; another guest makes one in a real browser.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
from webauthn import verify_authentication_response

from strongroom.lab import (
    Evidence,
    Forgery,
    Guest,
    Lab,
    PasskeyDevice,
    Twin,
    Vantage,
    asked_for_passkey,
    guest,
    mailed_texts,
    make_passkey,
    proof,
    require,
    require_provable,
    sabotage,
    sign_in_by_passkey,
)
from strongroom.one_time import OneTimeValues

from . import policy, store


ELSEWHERE = "https://elsewhere.invalid"
SESSION, SIGN_IN = "/api/v1/session", "/api/v1/sessions/passkey"

FORGERIES: Mapping[str, Forgery] = {
    "another origin": Forgery(origin=ELSEWHERE),
    "a port of another": Forgery(origin="https://localhost:1"),
    "another site": Forgery(rp_id="elsewhere.invalid"),
    "another question": Forgery(
        challenge="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    ),
    "another account": Forgery(handle=bytes(64)),
    "nobody verified": Forgery(verified=False),
    "another ceremony": Forgery(kind="webauthn.create"),
    "another key": Forgery(own_key=False),
}
"""What is signed otherwise than it should be, each as well as the truth."""

PLATFORM = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
"""A device's own authenticator, as Chromium plays it."""

NO_AUTOFILL = """
    globalThis.PublicKeyCredential.isConditionalMediationAvailable = async () => false;
"""
"""An authenticator that says yes by itself would sign in before a button is pressed."""

STEAL = """async () => {
    const publicKey = {challenge: new Uint8Array(32), rpId: "%s"};
    try { await navigator.credentials.get({publicKey}); return "signed"; }
    catch (raised) { return raised.name; }
}"""


@sabotage("a question may be answered again", tells="a second time")
async def a_patient_question(twin: Twin) -> None:
    """Remember no answered question."""

    async def spend(*_: Any) -> None:
        return None

    twin.change(OneTimeValues, "spend", spend)


@sabotage("the counter is not looked at", tells="counted less")
async def an_unread_counter(twin: Twin) -> None:
    """Let a passkey count as it likes."""

    async def claim_count(*_: Any) -> bool:
        return True

    twin.change(store, "claim_count", claim_count)


@sabotage("nobody needs to be verified", tells="nobody verified")
async def an_unlocked_passkey(twin: Twin) -> None:
    """Take what was signed without a finger, a face or a PIN."""

    def verify_anybody(**given: Any) -> Any:
        given |= {"require_user_verification": False}
        return verify_authentication_response(**given)

    twin.change(policy, "verify_authentication_response", verify_anybody)


@sabotage("a passkey may be shown anywhere", tells="another origin")
async def a_wandering_passkey(twin: Twin) -> None:
    """Expect whatever origin the browser says."""

    def verify_anywhere(**given: Any) -> Any:
        said = given["credential"]["response"]["clientDataJSON"]
        told = json.loads(urlsafe_b64decode(said + "=="))
        given |= {"expected_origin": told["origin"]}
        return verify_authentication_response(**given)

    twin.change(policy, "verify_authentication_response", verify_anywhere)


@proof(
    "passkeys.sign-in",
    vantage=Vantage.INSIDE,
    sabotages=[
        a_patient_question,
        an_unread_counter,
        an_unlocked_passkey,
        a_wandering_passkey,
    ],
)
async def a_passkey_signs_its_owner_in(lab: Lab) -> Evidence:
    """Sign in by a passkey, forge one in every way, copy it, and use a browser."""
    async with guest(lab) as owner:
        device, _ = await make_passkey(owner.http, owner.password)
        await require_in(lab, owner, device)
        for lie, forgery in FORGERIES.items():
            await require_refused(lab, device, lie, forgery)
        tried = len(FORGERIES) + await require_once(lab, device)
        tried += await require_counting(lab, owner, device)
    async with guest(lab) as person:
        await require_in_a_browser(lab, person)
    return Evidence(
        population=tried,
        positive="a passkey alone opened a session, by a program and in a browser",
        observed={
            "forgeries refused": [*FORGERIES],
            "answers to one question": 1,
            "a counter that fell": "refused, and told to the owner",
        },
    )


async def require_in(lab: Lab, owner: Guest, device: PasskeyDevice) -> None:
    """Sign in without a password, on a device that was never here."""
    async with lab.stranger() as http:
        answer = await sign_in_by_passkey(http, device)
        told = f"a passkey answers {answer.status_code}"
        require(answer.is_success, told)
        session = (await http.get(SESSION)).json()
        who = session.get("account_id")
        require(who == str(owner.account_id), "a passkey opens another account")


async def require_refused(
    lab: Lab, device: PasskeyDevice, lie: str, forgery: Forgery
) -> None:
    """Show a forgery, which opens nothing."""
    async with lab.stranger() as http:
        answer = await sign_in_by_passkey(http, device, forgery)
        opened = answer.is_success or (await http.get(SESSION)).is_success
        require(not opened, f"a passkey signs in though it says {lie}")
        require_told(answer, lie)


def require_told(answer: httpx.Response, what: str) -> None:
    """Insist that it was refused for what it is, and not for another reason.

    Raises:
        Unprovable: a limit or a fault stood in the way.

    """
    refused = answer.status_code == httpx.codes.UNAUTHORIZED
    require_provable(refused, f"{what} is answered by {answer.status_code}")


async def require_once(lab: Lab, device: PasskeyDevice) -> int:
    """Answer one question twice, and another browser's; return how often."""
    async with lab.stranger() as http, lab.stranger() as thief:
        options = await asked_for_passkey(http)
        cookie = {"cookie": f"{policy.COOKIE}={http.cookies[policy.COOKIE]}"}
        foreign = {"credential": device.show(options)}
        answer = await thief.post(SIGN_IN, json=foreign)
        require(not answer.is_success, "another browser answers a question")
        require_told(answer, "another browser")
        form = {"credential": device.show(options)}
        answer = await http.post(SIGN_IN, json=form)
        require_provable(answer.is_success, "a question cannot be answered")
        repeated = (form, {"credential": device.show(options)})
        for again in repeated:
            answer = await thief.post(SIGN_IN, json=again, headers=cookie)
            require(not answer.is_success, "a question is answered a second time")
            require_told(answer, "a second answer")
        return len(repeated) + 1


async def require_counting(lab: Lab, owner: Guest, device: PasskeyDevice) -> int:
    """Show copies that lag behind, of which the owner is told; return how many."""
    await require_in(lab, owner, device)
    behind = (device.count, 1)
    for count in behind:
        async with lab.stranger() as http:
            copy = Forgery(count=count)
            answer = await sign_in_by_passkey(http, device, copy)
            require(not answer.is_success, "a passkey counted less and signs in")
            require_told(answer, "a copy")
    mails = await mailed_texts(lab.inside, owner.email)
    require(any("copy" in mail for mail in mails), "the owner was not told of a copy")
    return len(behind)


async def require_in_a_browser(lab: Lab, person: Guest) -> None:
    """Make a passkey by the page and sign in with it; no other site can use it."""
    async with lab.browser.page() as page:
        await page.add_init_script(NO_AUTOFILL)
        await plug_in(page)
        await sign_in_by_password(page, lab, person)
        await page.goto(f"{lab.url}/console/passkeys")
        await page.get_by_label("Name", exact=True).fill("Canary's laptop")
        await page.get_by_label("Your password", exact=True).fill(person.password)
        await page.get_by_role("button", name="Add a passkey").click()
        await page.get_by_role("heading", name="Keep your recovery codes").wait_for()
        await page.context.clear_cookies()
        await require_kept_at_home(page, lab)
        await page.goto(f"{lab.url}/sign-in")
        await page.get_by_role("button", name="Sign in with a passkey").click()
        await page.wait_for_url(f"{lab.url}/console")


async def plug_in(page: Any) -> Callable[[], Awaitable[None]]:
    """Give the browser an authenticator that says yes; return how it is lost."""
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    options = {"options": PLATFORM}
    plugged = await devtools.send("WebAuthn.addVirtualAuthenticator", options)

    async def lose() -> None:
        await devtools.send("WebAuthn.removeVirtualAuthenticator", plugged)

    return lose


async def sign_in_by_password(page: Any, lab: Lab, person: Guest) -> None:
    """Sign in by the form, as people do before they have a passkey."""
    await page.goto(f"{lab.url}/sign-in")
    await page.locator("input[name=email]").fill(person.email)
    await page.locator("input[name=password]").fill(person.password)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await page.wait_for_url(f"{lab.url}/console")


async def require_kept_at_home(page: Any, lab: Lab) -> None:
    """Ask for the passkey from another site, which the browser itself refuses."""
    blank = {"status": 200, "content_type": "text/html", "body": "<title>-</title>"}
    await page.route(f"{ELSEWHERE}/", lambda route: route.fulfill(**blank))
    await page.goto(f"{ELSEWHERE}/")
    came = await page.evaluate(STEAL % lab.host)
    require(came == "SecurityError", f"another site asks for the passkey: {came}")
