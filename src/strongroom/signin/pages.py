"""Signing up, in and out for people: forms that work without a script."""

from collections.abc import Mapping
from typing import Annotated, Any

from litestar import Response
from litestar.params import FromQuery, QueryParameter
from litestar.response import Redirect

from strongroom.kernel import Caller, Origin, Secret
from strongroom.limits import DEVICE_COOKIE
from strongroom.passwords import PasswordRefused, Passwords, WrongPassword
from strongroom.tokens import ApiKeys
from strongroom.web import (
    AnyRequest,
    Given,
    Renderer,
    beside,
    find_caller,
    find_cookie,
    form_of,
    go_on,
    if_refused,
    own_path,
    see_other,
    show,
    submit,
    with_cookies,
)

from .models import Credentials, PasswordChange, SignUp
from .policy import WRITTEN_TO, written_to
from .service import SignIn


CONFIRM_FIRST = "/console/confirm?next=%2Fconsole%2Fpassword"

Next = Annotated[str, QueryParameter(name="next", max_length=2_000)]

EMPTY: Mapping[str, Any] = {"errors": {}, "error": None}
"""What a form's page says before anything was refused."""


@show("/", action="page.read")
async def welcome(request: AnyRequest, renderer: Given[Renderer]) -> Response[str]:
    """Greet a stranger; whoever is signed in goes on to the console."""
    if find_caller(request) is not None:
        return see_other("/console")
    return renderer.page(request, "welcome.html")


@show("/sign-up", action="page.read")
async def sign_up_form(
    request: AnyRequest, renderer: Given[Renderer], passwords: Given[Passwords]
) -> Response[str]:
    """Ask who signs up."""
    values = {"organization": "", "email": ""}
    return renderer.page(
        request,
        "sign_up.html",
        values=values,
        shortest=passwords.minimum_length,
        **EMPTY,
    )


@submit("/sign-up", action="account.sign-up")
async def sign_up(
    request: AnyRequest,
    signin: Given[SignIn],
    passwords: Given[Passwords],
    origin: Given[Origin],
) -> Redirect:
    """Sign up: a mail follows, whether or not the address has an account."""
    form = await form_of(request, ("organization", "email", "password"))
    email, organization = form["email"], form["organization"]
    values = {"organization": organization, "email": email}
    shortest = passwords.minimum_length
    if_refused(request, "sign_up.html", values=values, shortest=shortest)
    await signin.sign_up(SignUp(email, Secret(form["password"]), organization), origin)
    return with_cookies(see_other("/check-mail"), [written_to(email)])


@show("/check-mail", action="page.read")
async def check_mail(request: AnyRequest, renderer: Given[Renderer]) -> Response[str]:
    """Say that a mail is on its way, with the address to find a slip in it."""
    email = find_cookie(request, WRITTEN_TO)
    if not email:
        return see_other("/sign-up")
    return renderer.page(request, "check_mail.html", email=email)


@show("/verify", action="page.read")
async def verify_form(
    request: AnyRequest, renderer: Given[Renderer], token: FromQuery[str] = ""
) -> Response[str]:
    """Ask for the password. Mail scanners open links, so nothing is used up here."""
    return renderer.page(request, "verify.html", token=token, **EMPTY)


@submit("/verify", action="account.verify")
async def verify(
    request: AnyRequest, signin: Given[SignIn], origin: Given[Origin]
) -> Redirect:
    """Confirm an address and sign in."""
    form = await form_of(request, ("token", "password"))
    token, password = form["token"], Secret(form["password"])
    if_refused(request, "verify.html", token=token)
    with beside("password", WrongPassword):
        arrived = await signin.verify(Secret(token), password, origin)
    return go_on(arrived)


@show("/sign-in", action="page.read")
async def sign_in_form(
    request: AnyRequest,
    renderer: Given[Renderer],
    wanted: Next = "",
    *,
    changed: FromQuery[bool] = False,
) -> Response[str]:
    """Ask who it is; whoever is signed in already goes on."""
    path = own_path(wanted)
    if find_caller(request) is not None:
        return see_other(path or "/console")
    values = {"email": ""}
    return renderer.page(
        request, "sign_in.html", values=values, next=path, changed=changed, **EMPTY
    )


@submit("/sign-in", action="session.create")
async def sign_in(
    request: AnyRequest,
    signin: Given[SignIn],
    origin: Given[Origin],
) -> Redirect:
    """Sign in and go on to the page that was asked for."""
    form = await form_of(request, ("email", "password", "next"))
    email, path = form["email"], own_path(form["next"])
    values = {"email": email}
    if_refused(request, "sign_in.html", values=values, next=path, changed=False)
    device = find_cookie(request, DEVICE_COOKIE)
    credentials = Credentials(email, Secret(form["password"]), device)
    return go_on(await signin.sign_in(credentials, origin), path)


@show("/console/password", action="session.read", form="password.change")
async def change_password_form(
    request: AnyRequest,
    renderer: Given[Renderer],
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    passwords: Given[Passwords],
    api_keys: Given[ApiKeys],
    *,
    changed: FromQuery[bool] = False,
) -> Response[str]:
    """Ask for the password that is, and the one that shall be."""
    if not (caller.fresh or changed):
        return see_other(CONFIRM_FIRST)  # Before anything is typed for nothing.
    return renderer.page(
        request,
        "change_password.html",
        allowed=allowed,
        changed=changed,
        shortest=passwords.minimum_length,
        keys=await api_keys.count_of(caller.account_id),
        **EMPTY,
    )


@submit("/console/password", action="password.change")
async def change_password(
    request: AnyRequest,
    caller: Given[Caller],
    allowed: Given[frozenset[str]],
    signin: Given[SignIn],
    origin: Given[Origin],
    *,
    passwords: Given[Passwords],
    api_keys: Given[ApiKeys],
) -> Redirect:
    """Change the password; every other session of the account ends."""
    if_refused(
        request,
        "change_password.html",
        allowed=allowed,
        changed=False,
        shortest=passwords.minimum_length,
        keys=await api_keys.count_of(caller.account_id),
    )
    form = await form_of(request, ("current", "new"))
    change = PasswordChange(Secret(form["current"]), Secret(form["new"]))
    with beside("current", WrongPassword), beside("new", PasswordRefused):
        await signin.change_password(caller, change, origin)
    return see_other("/console/password?changed=1")
