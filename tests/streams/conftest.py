"""A house whose streams may reach this machine, and receivers that stand on it."""

from collections.abc import Iterator

import pytest

from strongroom.egress import Gate, any_public
from strongroom.room import Strongroom
from tests.egress.names import LOCAL
from tests.egress.receivers import Certificates, certificates


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Return the receivers' own authority."""
    return certificates(tmp_path_factory.mktemp("receivers"))


@pytest.fixture
def listed(room: Strongroom) -> Iterator[None]:
    """Let streams reach the loopback network, as an operator would list it."""
    strict, room.deliveries.gate = room.deliveries.gate, Gate(any_public(LOCAL))
    yield
    room.deliveries.gate = strict
