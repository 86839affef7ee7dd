"""A time as a profile writes it: ``30s``, ``10m``, ``24h``, ``7d``."""

import re
from datetime import timedelta


_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class SettingsInvalid(Exception):
    """A setting is unknown, missing or unusable; the message names it."""


def duration(text: str) -> timedelta:
    """Return the time that *text* such as ``7d``, ``24h``, ``10m`` or ``2s`` names.

    Raises:
        SettingsInvalid: it is not a number followed by s, m, h or d.

    """
    match = re.fullmatch(r"(\d+)([smhd])", text)
    if match is None:
        message = f"{text!r} is not a duration such as 30s, 10m, 24h or 7d"
        raise SettingsInvalid(message)
    return timedelta(**{_UNITS[match[2]]: int(match[1])})
