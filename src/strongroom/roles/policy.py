"""What a role may be called and hold, and in which groups its actions are shown."""

import re
from collections.abc import Container, Mapping, Sequence

from strongroom.access import EVERYONE, GRANTABLE, SERVICES, SIGNED_IN
from strongroom.organizations import BUILT_IN

from .errors import RoleInvalid
from .models import RoleWanted


LONGEST_DESCRIPTION = 200
MOST_ROLES = 50
"""In one organization: more is a directory, not a plan."""

MOST_NAMED = 5
"""Of those who have a role that shall go: a list that can be worked through."""

RESERVED = frozenset({*BUILT_IN, "new", "operator"}) | EVERYONE | SIGNED_IN | SERVICES
"""What no role is called: it means something else, or is the page that defines one."""

Groups = Sequence[tuple[str, Sequence[tuple[str, str]]]]
"""Headings, each with actions and what they are in plain words."""

_NAME = re.compile(r"[a-z][a-z0-9-]{1,39}")

BUILT_IN_DESCRIPTIONS = {
    "owner": "Everything, and who else belongs to the organization.",
    "admin": "Everything but who belongs to it in which role.",
    "auditor": "Reads, exports and verifies the audit log, and changes nothing.",
    "member": "Works: uses integrations and makes API keys.",
    "viewer": "Reads what every member may read.",
}

GROUPS: Mapping[str, Mapping[str, str]] = {
    "Organization": {
        "organization.read": "See its name",
        "organization.rename": "Rename it",
    },
    "Members": {
        "member.read": "See who belongs to it",
        "member.change-role": "Give members another role",
        "member.remove": "Remove members",
        "invitation.read": "See who is invited",
        "invitation.create": "Invite somebody",
        "invitation.resend": "Send an invitation again",
        "invitation.revoke": "Take an invitation back",
        "ownership.read": "See an offer of the ownership",
        "ownership.offer": "Offer the ownership",
        "ownership.withdraw": "Withdraw that offer",
        "access.read": "Ask who may do what, and why",
    },
    "Roles": {
        "role.read": "See the roles",
        "role.create": "Define a role",
        "role.change": "Change a role",
        "role.delete": "Delete a role",
    },
    "Sign-in policy": {
        "sign-in-policy.read": "See what it asks",
        "sign-in-policy.change": "Change what it asks",
        "sign-in-policy.undo": "Take the last change back",
    },
    "API keys": {
        "api-key.read": "See the keys",
        "api-key.create": "Make a key",
        "api-key.revoke": "Revoke their own keys",
    },
    "Integrations": {
        "integration.read": "See which there are",
        "integration.use": "Use one",
        "integration.test": "Test a connection",
        "integration.create": "Add one",
        "integration.change": "Change one",
        "integration.rotate": "Replace a secret",
        "integration.reveal": "Show a secret",
        "integration.delete": "Delete one",
        "integration.restore": "Bring a deleted one back",
    },
    "Audit log": {
        "audit.read": "Read the log",
        "audit.export": "Export the log",
        "audit-view.create": "Save a view",
        "audit-view.delete": "Delete a saved view",
    },
    "Log streams": {
        "log-stream.read": "See where the log is sent",
        "log-stream.create": "Send the log somewhere",
        "log-stream.change": "Change or pause a stream",
        "log-stream.test": "Send a test entry",
        "log-stream.rotate": "Replace a stream's secret",
        "log-stream.delete": "Stop a stream for good",
    },
    "Alarms and backups": {
        "alarm.read": "See the alarms",
        "backup.read": "See the backups",
    },
    "Encryption keys": {
        "key.read": "See the key and its age",
        "key.rotate": "Replace the key",
        "key.reseal": "Seal everything with the new key",
        "key-check.seal": "Seal a text to try the key",
        "key-check.open": "Open such a text",
        "key-check.delete": "Delete such a text",
    },
}
"""Every action of an organization in plain words, under the heading where it stands."""


def require_usable(wanted: RoleWanted) -> RoleWanted:
    """Return *wanted* with a tidy description.

    Raises:
        RoleInvalid: its name, its description or an action cannot be used.

    """
    description, wrong = " ".join(wanted.description.split()), {}
    if not _NAME.fullmatch(wanted.name):
        wrong["name"] = "2 to 40 of a-z, 0-9 and dashes, the first a letter."
    elif wanted.name in RESERVED:
        wrong["name"] = "This name has a meaning already."
    if len(description) > LONGEST_DESCRIPTION or not description.isprintable():
        wrong["description"] = f"At most {LONGEST_DESCRIPTION} visible characters."
    if unknown := len(wanted.actions - GRANTABLE):
        wrong["actions"] = f"No role can hold {unknown} of these actions."
    elif not wanted.actions:
        wrong["actions"] = "Choose at least one."
    if wrong:
        raise RoleInvalid(fields=wrong)
    return RoleWanted(wanted.name, description, wanted.actions)


def in_the_way(holders: Sequence[str]) -> str:
    """Say what to do before a role that *holders*, by their addresses, have can go."""
    named, more = ", ".join(holders[:MOST_NAMED]), len(holders) - MOST_NAMED
    others = f" and {more} more" if more > 0 else ""
    return f"Give another role first to {named}{others}, or take the invitation back."


def in_groups(actions: Container[str]) -> Groups:
    """Return *actions* under their headings, in the order of `GROUPS`."""
    groups = {
        heading: [(name, words) for name, words in told.items() if name in actions]
        for heading, told in GROUPS.items()
    }
    return [(heading, found) for heading, found in groups.items() if found]
