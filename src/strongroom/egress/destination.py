"""Where something is sent to: one URL, read once and strictly.

Guards against an address that two readers would understand differently: credentials,
fragments, control characters and ports that are none are refused.
"""

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from strongroom.kernel import Invalid


PORTS = {"https": 443, "syslog+tls": 6514, "syslog+tcp": 601}
"""Scheme and usual port: RFC 9110 §4.2.2, RFC 5425 §4.1, RFC 6587 and IANA."""

LONGEST = 2000


class TargetInvalid(Invalid):
    """It is no address that a log can be sent to.

    Write ``https://…`` for a webhook, ``syslog+tls://host:6514`` for syslog by TLS, or
    ``syslog+tcp://host:601`` for a collector in a network that the operator lists.
    """

    code, status, title = "target-invalid", 422, "That is no address to send to."


@dataclass(frozen=True, slots=True)
class Destination:
    """A target, in its parts."""

    scheme: str
    host: str
    port: int
    path: str = ""
    """Path and query; only https has one."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a target.

        Raises:
            TargetInvalid: it is none.

        """
        _require_plain(text)
        try:
            parts = urlsplit(text)
            port = parts.port or PORTS[parts.scheme]
            host = (parts.hostname or "").encode("idna").decode()
        except (KeyError, ValueError):
            raise TargetInvalid(fields={"target": TargetInvalid.title}) from None
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        extra = parts.username or parts.password or parts.fragment
        wrong = not path.isascii() or (path.strip("/") and parts.scheme != "https")
        if not host or extra or wrong:
            raise TargetInvalid(fields={"target": TargetInvalid.title})
        return cls(parts.scheme, host, port, path if parts.scheme == "https" else "")

    @property
    def is_webhook(self) -> bool:
        """Whether it takes signed HTTPS requests; otherwise it takes syslog."""
        return self.scheme == "https"

    @property
    def is_encrypted(self) -> bool:
        """Whether what is sent there travels in TLS."""
        return self.scheme != "syslog+tcp"

    @property
    def authority(self) -> str:
        """Host and port as they stand in a URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """What may be shown of it: a path or a query can be a secret itself."""
        return f"{self.scheme}://{self.authority}"


def _require_plain(text: str) -> None:
    plain = text.isprintable() and " " not in text and "\\" not in text
    if not plain or not 0 < len(text) <= LONGEST:
        raise TargetInvalid(fields={"target": TargetInvalid.title})
