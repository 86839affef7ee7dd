"""One made-up secret of every shape, and texts that only look like one.

Tests and the proof send the first through every way in and look for them everywhere.
Each has a core that was minted for the run, so that it is found in no other place.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from .checks import is_card, is_iban
from .tokens import TOKENS


_HEX_CORE = 20  # 80 bits: nothing else on the machine holds them.


@dataclass(frozen=True, slots=True)
class Sample:
    """A secret, and the part of it that nothing may keep."""

    name: str
    text: str
    core: str


def samples() -> list[Sample]:
    """Return a new sample of every shape."""
    core = f"a1{secrets.token_hex(_HEX_CORE // 2)[2:]}"
    return [*_prefixed(core), *_written(core), *_numbers()]


def innocent_samples() -> dict[str, str]:
    """Return texts that must survive: identifiers, digests, versions, times."""
    return {
        "UUID": "0199f0a4-7c1e-7b7a-9c1f-2f6f1d0e8a55",
        "UUID in capitals": "0199F0A4-7C1E-7B7A-9C1F-2F6F1D0E8A55",
        "request id": secrets.token_hex(16),
        "git commit": secrets.token_hex(20),
        "SHA-256": secrets.token_hex(32),
        "named SHA-256": f"sha256:{secrets.token_hex(32)}",
        "ULID": "01K8WZ3M5R9T2V4X6Y8A0B2C4D",
        "trace parent": f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01",
        "version": "2.8.1-rc.3+build.20261128",
        "package": "opentelemetry-exporter-otlp-proto-http==1.38.0",
        "time": "2026-11-28T08:28:31.123456Z",
        "nanoseconds": "1795854511123456789",
        "milliseconds": "1795854511123",
        "IPv4": "203.0.113.0/24",
        "IPv6": "2001:db8:85a3::8a2e:370:7334",
        "MAC": "02:42:ac:11:00:02",
        "path": "/api/v1/organizations/0199f0a4-7c1e-7b7a-9c1f-2f6f1d0e8a55/members",
        "page": "/.well-known/strongroom/evidence/logs.redaction",
        "address": "https://localhost:8443/security",
        "function": "ValueError in Sessions.find_by_token_and_organization line 217",
        "long name": "an_identifier_of_many_words_as_tests_have_in_this_repository",
        "browser": "Mozilla/5.0 (X11; Linux x86_64) Chrome/127.0.0.0 Safari/537.36",
        "sealed": f"sr:v1:{secrets.token_urlsafe(48)}",
        "number that fails its check": "4111 1111 1111 1112",
        "account that fails its check": "DE89370400440532013001",
        "alarm": "1 refresh token used a second time, at last from 192.0.2.1"
        " (reused-token)",
        "words": "the task-list of the basic plan, and its tokens, were skipped",
    }


def _prefixed(core: str) -> Iterator[Sample]:
    for row in TOKENS:
        body = core.upper() if row.alphabet == "u" else core
        filled = (body * row.length)[: max(row.length, len(core))]
        yield Sample(row.name, row.prefix + filled, filled[: len(core)])


def _written(core: str) -> Iterator[Sample]:
    for name, text in {
        **_of_addresses(core),
        **_of_names(core),
        **_of_forms(core),
    }.items():
        yield Sample(name, text, core)


def _of_addresses(core: str) -> dict[str, str]:
    schemes = (
        "mongodb", "mongodb+srv", "postgresql", "postgres", "mysql", "redis", "rediss",
        "amqp", "amqps", "https", "http", "ftp", "sftp", "ssh", "smtp", "smtps", "ldap",
        "ldaps", "mssql", "clickhouse", "nats", "cloudinary",
    )  # fmt: skip
    return {
        **{f"{each} address": f"{each}://app:{core}!@db.test:1/x" for each in schemes},
        "address with a slash in it": f"postgresql://app:p/w{core}@db.test/x",
        "query": f"https://shop.test/open?key={core}&page=2",
        "Slack webhook": f"https://hooks.slack.com/services/T0/B0/{core}",
        "Discord webhook": f"https://discord.com/api/webhooks/1/{core}",
        "Zapier webhook": f"https://hooks.zapier.com/hooks/catch/1/{core}",
        "mail address": f"{core}@people.test",
    }


def _of_names(core: str) -> dict[str, str]:
    return {
        "Authorization header": f"Authorization: Custom {core}",
        "Proxy-Authorization header": f"proxy-authorization: Custom {core}",
        "Cookie header": f"Cookie: a=b; c={core}",
        "Set-Cookie header": f"set-cookie: c={core}; Secure",
        "X-Api-Key header": f"X-Api-Key: {core}",
        "header as Python shows it": f"(b'cookie', b'c={core}')",
        "bearer": f"Bearer {core}",
        "basic": f"Basic {core}==",
        "password in a query": f"password={core}",
        "password in JSON": f'{{"password": "{core}"}}',
        "password in escaped JSON": f'{{\\"password\\": \\"{core}\\"}}',
        "password with spaces": f'{{"password": "long and {core}"}}',
        "secret in YAML": f"client_secret: {core}",
        "variable": f"DATABASE_PASSWORD={core}",
        "AWS secret key": f"aws_secret_access_key = {core}",
        "Azure account key": f"AccountName=x;AccountKey={core}==",
        "API key": f"apiKey={core}",
        "one-time token": f"token={core}",
        "our session": f"__Host-session=x; session_id={core}",
        "passphrase": f"passphrase='{core}'",
    }


def _of_forms(core: str) -> dict[str, str]:
    opaque = f"Zq7{core}KxPz9_wL-2rTgVb4"
    return {
        "private key": f"-----BEGIN PRIVATE KEY-----\n{core}\n-----END",
        "RSA private key": f"-----BEGIN RSA PRIVATE KEY-----\n{core}",
        "OpenSSH private key": f"-----BEGIN OPENSSH PRIVATE KEY-----\\n{core}\\n",
        "PGP private key": f"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n{core}",
        "PuTTY private key": f"PuTTY-User-Key-File-3: ssh-ed25519\n{core}",
        "JWT": f"eyJhbGciOiJIUzI1NiJ9.{core}.{core}",
        "unsigned JWT": f"eyJhbGciOiJub25lIn0.{core}.",
        "JWE": f"eyJhbGciOiJkaXIifQ..{core}.{core}.{core}",
        "session or one-time token": opaque,
        "Telegram bot": f"123456789:AA{core}{core[:13]}",
        "Discord bot": f"M{core}abcd.abcdef.{core}1234567",
        "Mailchimp key": f"{core}{core[:12]}-us12",
        "Airtable token": f"patAbCdEfGhIjKlMn.{(core * 4)[:64]}",
        "Terraform token": f"AbCdEfGhIjKlMn.atlasv1.{(core * 4)[:64]}",
        "Braintree token": f"access_token$live$abcdefgh12345678${(core * 2)[:32]}",
        "MaxMind key": f"AbCdEf_{core}123456789_mmk",
    }


def _numbers() -> Iterator[Sample]:
    body = str(secrets.randbelow(10**11)).zfill(11)
    networks = {"Visa": "4123", "Mastercard": "5234", "Maestro": "6304"}
    for name, prefix in networks.items():
        card = _checked(f"{prefix}{body}")
        yield Sample(f"{name} card", card, card)
        groups = " ".join(card[start : start + 4] for start in range(0, 16, 4))
        yield Sample(f"{name} card in groups", groups, groups)
    account = str(secrets.randbelow(10**18)).zfill(18)
    ibans = (f"DE{number:02}{account}" for number in range(2, 99))
    iban = next(filter(is_iban, ibans))
    yield Sample("account number", iban, iban)


def _checked(digits: str) -> str:
    """Return *digits* with the one that makes them a card number."""
    return next(filter(is_card, (f"{digits}{last}" for last in range(10))))
