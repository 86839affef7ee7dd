"""What a role may be called and hold, and in which groups its actions are shown."""

import re
from collections.abc import Iterable, Sequence

from strongroom.access import GRANTABLE
from strongroom.organizations import BUILT_IN

from .errors import RoleInvalid
from .models import RoleWanted


LONGEST_DESCRIPTION = 200
MOST_ROLES = 50
"""In one organization: more is a directory, not a plan."""

MOST_NAMED = 5
"""Of those who have a role that shall go: a list that can be worked through."""

RESERVED = frozenset({*BUILT_IN, "new", "operator", "service"})
"""What no role is called: it means something else, or is the page that defines one."""

_NAME = re.compile(r"[a-z][a-z0-9-]{1,39}")

BUILT_IN_DESCRIPTIONS = {
    "owner": "Everything, and who else belongs to the organization.",
    "admin": "Everything but who belongs to it in which role.",
    "auditor": "Reads, exports and verifies the audit log, and changes nothing.",
    "member": "Works: uses integrations and makes API keys.",
    "viewer": "Reads what every member may read.",
}

GROUPS = {
    "organization": "Organization",
    "member": "Members",
    "ownership": "Members",
    "access": "Members",
    "api-key": "API keys",
    "integration": "Integrations",
    "audit": "Audit log",
    "audit-view": "Audit log",
    "log-stream": "Log streams",
    "alarm": "Alarms",
    "key": "Encryption keys",
    "key-check": "Encryption keys",
    "backup": "Backups",
}
"""Under which heading an action stands, by its first word."""


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
    if unknown := sorted(wanted.actions - GRANTABLE):
        wrong["actions"] = f"No role can hold {', '.join(unknown)[:100]}."
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


def in_groups(actions: Iterable[str]) -> Sequence[tuple[str, Sequence[str]]]:
    """Return *actions* under their headings, in the order of `GROUPS`."""
    groups: dict[str, list[str]] = {heading: [] for heading in GROUPS.values()}
    for action in sorted(actions):
        groups[GROUPS[action.partition(".")[0]]].append(action)
    return [(heading, found) for heading, found in groups.items() if found]
