"""What the operator lets the house reach."""

from dataclasses import dataclass

from .listed import only_listed


@dataclass(frozen=True, slots=True)
class EgressSettings:
    """Known providers, and public receivers of streams, need no entry."""

    listed: tuple[str, ...] = ()
    """Hosts for integrations, ``crm.example.com`` or ``mail.example.com:587``, and
    private networks for integrations, streams and witnesses, ``10.1.0.0/16``."""

    def __post_init__(self) -> None:
        """Refuse what is no host, port or network.

        Raises:
            ValueError: an entry is none.

        """
        only_listed(self.listed)
