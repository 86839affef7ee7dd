"""Roles and actions, as data that a person can review.

Deny by default: an action that is not listed here belongs to nobody, and a route
that declares such an action does not start.
"""

from collections.abc import Mapping


OWNER = frozenset({"owner"})
ADMINS = frozenset({"owner", "admin"})
WORKERS = frozenset({"owner", "admin", "member"})
AUDITORS = frozenset({"owner", "admin", "auditor"})
"""Whoever audits reads, exports and verifies the log, and changes nothing."""

ROLES = ("owner", "admin", "auditor", "member", "viewer")
"""Every role, the strongest first."""

MEMBERS = frozenset(ROLES)

NEVER_BY_KEY = frozenset(
    {
        "api-key.create",
        "api-key.revoke",
        "integration.reveal",
        "invitation.create",
        "invitation.resend",
        "member.change-role",
        "member.remove",
        "ownership.offer",
        "ownership.withdraw",
        "role.change",
        "role.create",
        "role.delete",
        "sign-in-policy.change",
        "sign-in-policy.undo",
    }
)
"""What no API key does: make or end keys, show secrets, decide who belongs."""

STEP_UP = frozenset(
    {
        "address.ask-change",
        "integration.reveal",
        "member.change-role",
        "member.remove",
        "oauth.link",
        "oauth.unlink",
        "ownership.offer",
        "passkey.enrol",
        "passkey.remove",
        "password.change",
        "privacy.erase",
        "privacy.export",
        "role.change",
        "role.create",
        "role.delete",
        "sign-in-policy.change",
        "sign-in-policy.undo",
        "totp.disable",
        "totp.enrol",
        "totp.renew-codes",
    }
)
"""What a stolen session must not do: whoever has a second factor shows it again first.
Whoever has none is asked for the password by the action itself."""

UNBARRED = frozenset(
    {
        "member.leave",
        "organization.list",
        "session.end",
        "session.switch",
        "sign-in-policy.meet",
    }
)
"""What whoever does not meet the organization's sign-in policy reaches: the exit."""

ENROLLING = UNBARRED | {
    "passkey.enrol",
    "passkey.read",
    "passkey.register",
    "totp.enable",
    "totp.enrol",
    "totp.read",
}
"""What whoever lacks the second factor reaches: to turn one on, besides."""

PREPARING = UNBARRED | {
    "oauth.link",
    "oauth.read",
    "passkey.enrol",
    "passkey.read",
    "passkey.register",
    "passkey.step-up",
    "session.step-up",
    "totp.read",
}
"""What whoever came by another way reaches: to make one ready that is allowed, by the
password and a fresh second factor, as ever. Somebody new would never come in else."""

REACHED: Mapping[str, frozenset[str]] = {
    "network": UNBARRED,
    "way": PREPARING,
    "factor": ENROLLING,
}
"""What is left of everything to whoever does not meet the sign-in policy in this."""

BY_OPERATOR = frozenset(
    {
        "api-key.read",
        "alarm.read",
        "audit.read",
        "backup.read",
        "integration.read",
        "key.read",
        "log-stream.read",
        "member.read",
        "organization.list",
        "organization.read",
        "session.end",
        "session.read",
    }
)
"""What an operator who acts as a member may do: look, and stop."""

BY_BREAK_GLASS = BY_OPERATOR | {
    "api-key.revoke",
    "audit.export",
    "integration.change",
    "integration.delete",
    "integration.restore",
    "integration.test",
    "key.reseal",
    "key.rotate",
    "log-stream.change",
    "log-stream.delete",
    "log-stream.test",
    "member.change-role",
    "member.remove",
    "organization.rename",
}
"""What is open beside that in an emergency that another operator approved.

Neither set holds what makes an operator somebody for good, or shows what is secret:
passwords, factors, keys, revealed secrets, copies of personal data."""

OF_ACTING: Mapping[str, frozenset[str]] = {
    "impersonation": BY_OPERATOR,
    "break-glass": BY_BREAK_GLASS,
}

EVERYONE = frozenset({"everyone"})
"""Nobody needs to be signed in."""

SIGNED_IN = frozenset({"signed-in"})
"""Any signed-in account, for what is its own."""

SERVICES = frozenset({"service"})
"""Programs of the operator, by a signature; nobody who signs in is one."""

GRANTS: Mapping[str, frozenset[str]] = {
    # The public face.
    "page.read": EVERYONE,
    "health.read": EVERYONE,
    "csp-report.create": EVERYONE,
    "evidence.read": EVERYONE,
    "integration.mirror": EVERYONE,
    "impersonation.begin": EVERYONE,
    # The operator's programs.
    "service.introspect": SERVICES,
    # Getting in and out.
    "account.sign-up": EVERYONE,
    "account.verify": EVERYONE,
    "session.create": EVERYONE,
    "session.finish": EVERYONE,
    "account.freeze": EVERYONE,
    "address.change": EVERYONE,
    "address.undo": EVERYONE,
    "magic-link.ask": EVERYONE,
    "magic-link.sign-in": EVERYONE,
    "password.ask-reset": EVERYONE,
    "password.reset": EVERYONE,
    "invitation.accept": EVERYONE,
    "passkey.challenge": EVERYONE,
    "passkey.sign-in": EVERYONE,
    "token.refresh": EVERYONE,
    "oauth.begin": EVERYONE,
    "oauth.return": EVERYONE,
    "oauth.sign-up": EVERYONE,
    "oauth.canary-token": EVERYONE,
    # What is one's own.
    "session.read": SIGNED_IN,
    "address.ask-change": SIGNED_IN,
    "session.end": SIGNED_IN,
    "session.step-up": SIGNED_IN,
    "session.switch": SIGNED_IN,
    "sign-in-policy.meet": SIGNED_IN,
    "password.change": SIGNED_IN,
    "passkey.read": SIGNED_IN,
    "passkey.enrol": SIGNED_IN,
    "passkey.register": SIGNED_IN,
    "passkey.rename": SIGNED_IN,
    "passkey.remove": SIGNED_IN,
    "passkey.step-up": SIGNED_IN,
    "token.read": SIGNED_IN,
    "token.create": SIGNED_IN,
    "token.revoke": SIGNED_IN,
    "totp.read": SIGNED_IN,
    "totp.enrol": SIGNED_IN,
    "totp.enable": SIGNED_IN,
    "totp.disable": SIGNED_IN,
    "totp.renew-codes": SIGNED_IN,
    "oauth.read": SIGNED_IN,
    "oauth.link": SIGNED_IN,
    "oauth.unlink": SIGNED_IN,
    "organization.list": SIGNED_IN,
    "member.leave": SIGNED_IN,
    "ownership.accept": SIGNED_IN,
    "ownership.decline": SIGNED_IN,
    "privacy.read": SIGNED_IN,
    "privacy.request": SIGNED_IN,
    "privacy.export": SIGNED_IN,
    "privacy.download": SIGNED_IN,
    "privacy.erase": SIGNED_IN,
    "privacy.cancel": SIGNED_IN,
    # What is the organization's.
    "organization.read": MEMBERS,
    "organization.rename": ADMINS,
    "member.read": MEMBERS,
    "member.change-role": OWNER,
    "member.remove": OWNER,
    "ownership.read": MEMBERS,
    "ownership.offer": OWNER,
    "ownership.withdraw": OWNER,
    "invitation.read": ADMINS,
    "invitation.create": ADMINS,
    "invitation.resend": ADMINS,
    "invitation.revoke": ADMINS,
    "api-key.read": MEMBERS,
    "api-key.create": WORKERS,
    "api-key.revoke": WORKERS,
    "backup.read": ADMINS,
    "integration.read": MEMBERS,
    "integration.test": WORKERS,
    "integration.use": WORKERS,
    "integration.create": ADMINS,
    "integration.change": ADMINS,
    "integration.rotate": ADMINS,
    "integration.reveal": ADMINS,
    "integration.delete": ADMINS,
    "integration.restore": ADMINS,
    "sign-in-policy.read": AUDITORS,
    "sign-in-policy.change": ADMINS,
    "sign-in-policy.undo": ADMINS,
    "audit.read": AUDITORS,
    "audit.export": AUDITORS,
    "audit-view.create": ADMINS,
    "audit-view.delete": ADMINS,
    "log-stream.read": AUDITORS,
    "log-stream.create": ADMINS,
    "log-stream.change": ADMINS,
    "log-stream.test": ADMINS,
    "log-stream.rotate": ADMINS,
    "log-stream.delete": ADMINS,
    "access.read": AUDITORS,
    "role.read": AUDITORS,
    "role.create": ADMINS,
    "role.change": ADMINS,
    "role.delete": ADMINS,
    "alarm.read": ADMINS,
    "key.read": ADMINS,
    "key.rotate": ADMINS,
    "key.reseal": ADMINS,
    "key-check.seal": ADMINS,
    "key-check.open": ADMINS,
    "key-check.delete": ADMINS,
}

OF_ITSELF: Mapping[str, str] = {
    "account.freeze": "by the link of a mailed notice",
    "account.verify": "by a mailed link that works once",
    "address.change": "by a mailed link that works once",
    "address.undo": "by a mailed link that works once",
    "impersonation.begin": "by an operator's hand-over that works once",
    "invitation.accept": "by a mailed link that works once",
    "magic-link.sign-in": "by a mailed link or its code, which work once",
    "oauth.canary-token": "by a canary's code that works once",
    "oauth.return": "by what the provider answers to the browser that asked",
    "oauth.sign-up": "by what the provider answers to the browser that asked",
    "passkey.sign-in": "by a passkey",
    "password.reset": "by a mailed link that works once",
    "session.create": "by the password",
    "session.finish": "by a second factor, after a first one",
    "token.refresh": "by a refresh token that works once",
}
"""How a route proves the caller whose action is open to everyone at the gate."""

ADMINS_OWN = frozenset(
    action
    for action in GRANTS
    if action.partition(".")[0] in {"invitation", "role", "sign-in-policy"}
)
"""Who belongs, what they may, and how they come in: no role but the built-in ones
decides that, so that nobody who was given a role widens it."""

EVERY_ROLE = frozenset({"organization.read", "ownership.read"})
"""What a role that an organization defines always holds: whose it is, and whether that
is offered to them, so that whoever is offered it can accept."""

GRANTABLE = (
    frozenset(action for action, allowed in GRANTS.items() if "admin" in allowed)
    - ADMINS_OWN
    - EVERY_ROLE
)
"""What an organization can put into a role of its own: nothing that its admins, who
define it, may not do themselves."""
