"""What owners are told, and for how long they can say that it was not them."""

from datetime import timedelta

from strongroom.kernel import Origin

from .models import Notice


NOT_ME = "freeze an account"
LINK_LIFETIME = timedelta(days=7)

NEW_DEVICE = Notice(
    "New sign-in to {service}",
    "Somebody signed in to your account at {service} from a device that is new to us.",
)
PASSWORD_CHANGED = Notice(
    "Your password for {service} was changed",
    "The password of your account at {service} was changed.",
    spares_keys=True,
)
FACTOR_ADDED = Notice(
    "A second factor is on at {service}",
    "A second factor was added to your account at {service}.",
)
FACTOR_REMOVED = Notice(
    "A second factor is off at {service}",
    "A second factor was removed from your account at {service}.",
)
FACTORS_RESET = Notice(
    "Your second factors were removed at {service}",
    "The operator of {service} removed the second factors of your account:\n"
    "authenticator app, passkeys and recovery codes.\n"
    "That is for whoever lost them all. Every device was signed out.",
)
CODES_RENEWED = Notice(
    "New recovery codes for {service}",
    "Ten new recovery codes were made. The earlier ones work no more.",
)
CODE_USED = Notice(
    "A recovery code was used at {service}",
    "Somebody, we hope you, used one of your recovery codes in place of the app.\n"
    "Is the app lost? Turn it off under Sign-in security, and enrol another.",
)
PASSKEY_ADDED = Notice(
    "A new passkey for {service}",
    "A passkey was added to your account at {service}. It signs you in without a\n"
    "password.",
)
PASSKEY_REMOVED = Notice(
    "A passkey was removed at {service}",
    "A passkey of your account was removed. It signs nobody in any more.",
)
PROVIDER_CONNECTED = Notice(
    "Another provider signs in to your account at {service}",
    "A provider was connected to your account at {service}: whoever signs in there\n"
    "signs in here.",
)
PROVIDER_DISCONNECTED = Notice(
    "A provider was disconnected from your account at {service}",
    "A provider was disconnected from your account at {service}: whoever signs in\n"
    "there does not sign in here any more.",
)


def mail_of(
    notice: Notice, service: str, link: str, origin: Origin, more: str = ""
) -> tuple[str, str]:
    """Return subject and text of a notice; *link* freezes the account."""
    return notice.subject.format(service=service), (
        f"{notice.told.format(service=service)}\n{_where(origin)}\n{more}"
        "If this was you, there is nothing to do.\n\n"
        "If it was not you, freeze the account: everybody is signed out, API keys\n"
        "and connected providers end, passkeys sign in no more by themselves, and\n"
        "nobody signs in before you chose a new password by mail:\n\n"
        f"{link}\n\n"
        "The link works once, for seven days.\n"
    )


def words_on_keys(count: int, url: str) -> str:
    """Return what a mail says of the API keys that a new password does not end."""
    if not count:
        return ""
    go_on = "API key of yours goes" if count == 1 else "API keys of yours go"
    return f"{count} {go_on} on working. End what you do not know:\n\n{url}\n\n"


def _where(origin: Origin) -> str:
    told = {"From": origin.address, "With": origin.user_agent}
    return "".join(f"{word}: {what}\n" for word, what in told.items() if what)
