"""What an owner is told."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that happens to an account: its owner did it, or somebody else."""

    subject: str
    """Of the mail; ``{service}`` stands for the service's name."""

    told: str
    """One sentence about what happened, likewise."""

    spares_keys: bool = False
    """Whether the account's API keys go on working, against what one would expect."""
