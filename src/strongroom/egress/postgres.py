"""Signing in to a Postgres of others, at an address that the gate has judged."""

from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import asyncpg

from .databases import TIMEOUT_SECONDS, Login, unreachable
from .errors import HostRefused
from .gate import Gate
from .tls import verifying_name


async def sign_in(
    gate: Gate,
    authorities: Iterable[Path],
    host: str,
    port: int,
    login: Login,
) -> None:
    """Sign in to a Postgres over verified TLS; plain text only on this very machine.

    Raises:
        EgressRefused: the gate does not let it out.
        HostUnreachable: nobody answers.
        HostRefused: the server refuses the sign-in.

    """
    address = await gate.admit(host, port)
    local = ip_address(address).is_loopback
    context: Any = "prefer" if local else verifying_name(host, authorities)
    try:
        # lint: doors, because this database is somebody else's, and only greeted.
        connection = await asyncpg.connect(
            host=address,
            port=port,
            user=login.user,
            password=login.password.reveal(),
            database=login.database or None,
            ssl=context,
            timeout=TIMEOUT_SECONDS,
        )
    except asyncpg.PostgresError as refused:
        words = f"{host} answers {refused.sqlstate}: {type(refused).__name__}."
        raise HostRefused(words) from None
    except (OSError, asyncpg.InterfaceError) as failed:
        raise unreachable(host, failed) from None
    await connection.close(timeout=TIMEOUT_SECONDS)
