"""A house whose streams may reach this machine, and receivers that stand on it."""

from collections.abc import Iterator

import pytest

from strongroom.egress import EgressGuard, networks_of
from strongroom.room import Strongroom
from tests.egress.receivers import Certificates, certificates


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Return the receivers' own authority."""
    return certificates(tmp_path_factory.mktemp("receivers"))


@pytest.fixture
def listed(room: Strongroom) -> Iterator[None]:
    """Let streams reach the loopback network, as an operator would list it."""
    strict, room.deliveries.guard = (
        room.deliveries.guard,
        EgressGuard(networks_of(["127.0.0.0/8", "::1/128"])),
    )
    yield
    room.deliveries.guard = strict
