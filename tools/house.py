"""The plan of the house, in one place.

A new domain adds its name here and in `.importlinter`; the architecture tests
fail when either forgets, and when a folder holds a file of another name.
"""

from typing import Final


ROOT: Final = "strongroom"

DOMAINS: Final = frozenset(
    {
        "access",
        "accounts",
        "addresses",
        "admission",
        "audit",
        "backups",
        "break_glass",
        "entrance",
        "impersonation",
        "integrations",
        "invitations",
        "limits",
        "magic_links",
        "notices",
        "oauth",
        "one_time",
        "operators",
        "organizations",
        "outbox",
        "ownership",
        "passkeys",
        "passwords",
        "privacy",
        "recovery",
        "roles",
        "rotation",
        "services",
        "sessions",
        "signin",
        "streams",
        "token_pairs",
        "tokens",
        "totp",
        "trust",
        "vault",
        "witnesses",
    }
)
"""Folders with the anatomy below."""

TOOLKITS: Final = frozenset(
    {
        "archive",
        "claims",
        "connectors",
        "crypto",
        "db",
        "egress",
        "kernel",
        "lab",
        "oidc",
        "redaction",
        "tlog",
        "web",
    }
)
"""Folders with files of their own names, which know no domain."""

SHELL: Final = frozenset({"cli", "middleware", "room", "server"})
"""What puts domains together and answers to the outside."""

ANATOMY: Final = frozenset(
    {
        "__init__",
        "api",
        "commands",
        "errors",
        "events",
        "manifest",
        "models",
        "pages",
        "personal_data",
        "policy",
        "proofs",
        "service",
        "settings",
        "store",
        "tasks",
    }
)
"""The only file names in a domain; any may be absent, none may be renamed."""


def is_proofs(name: str) -> bool:
    """Say whether a file called *name* holds proofs: ``proofs``, ``proofs_tree``."""
    return name == "proofs" or name.startswith("proofs_")


COMPOSERS: Final = frozenset({"cli", "server"})
"""Who may read a domain's manifest."""

AREAS: Final = ("src", "tests", "tools", "examples")
"""The folders whose Python the house lints read."""
