"""How often, and when somebody is told: the figures of a profile."""

from dataclasses import dataclass

from strongroom.kernel import Budget


MOST_GUESSES = 100
"""Wrong passwords in a row that NIST SP 800-63B-4 §3.2.2 allows at most."""


@dataclass(frozen=True, slots=True)
class LimitsSettings:
    """Each is a budget such as ``10/5m``: so many at once, back one by one."""

    guesses: Budget = Budget(10, 300)
    """Wrong passwords for one account, from devices that never signed in to it; each
    device that did has as many of its own."""

    sign_ins: Budget = Budget(30, 300)
    """Sign-ins from one address, an IPv6 /64 being one; right ones count too."""

    everybody: Budget = Budget(1000, 300)
    """Sign-ins from unknown devices, of all people and addresses together."""

    sign_ups: Budget = Budget(30, 3600)
    """Sign-ups, confirmations, and passwords asked for or chosen anew, each from one
    address."""

    mails: Budget = Budget(5, 3600)
    """Mails that strangers may cause to one address, by signing up or forgetting."""

    invitations: Budget = Budget(30, 3600)
    """Invitations that one account mails, new ones and those sent again."""

    organization_invitations: Budget = Budget(100, 86_400)
    """Invitations that all accounts of one organization mail."""

    writes: Budget = Budget(120, 60)
    """Uses of one writing endpoint, by one account or unknown address."""

    organization: Budget = Budget(600, 60)
    """Uses of one writing endpoint, by all accounts of one organization."""

    reads: Budget = Budget(1200, 60)
    """Uses of one reading endpoint, by one account or unknown address; each process
    counts for itself."""

    accounts_alarm: Budget = Budget(10, 600)
    """From so many different accounts tried wrongly from one address on, somebody is
    told."""

    addresses_alarm: Budget = Budget(5, 600)
    """From so many different addresses that try one account wrongly on, somebody is
    told."""

    factors_alarm: Budget = Budget(5, 600)
    """From so many wrong second factors after a right password on, somebody is told."""

    copies_alarm: Budget = Budget(1, 600)
    """From so many passkeys on that count less than before, somebody is told."""

    def __post_init__(self) -> None:
        """Refuse a budget under which guessing pays.

        Raises:
            ValueError: there is one.

        """
        if self.guesses.quota > MOST_GUESSES:
            message = f"guesses may be at most {MOST_GUESSES} at once"
            raise ValueError(message)
