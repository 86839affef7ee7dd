"""Why a run cannot be made, each in one line that says what to do."""


class BenchRefused(Exception):
    """The bench cannot measure here."""


class ToolMissing(BenchRefused):
    """A program that the bench drives is not installed."""

    def __init__(self, program: str, package: str) -> None:
        """Name the *program* and the Debian *package* that holds it."""
        super().__init__(f"{program} is missing: apt-get install {package}")


class PeerMissing(BenchRefused):
    """A peer is not installed, or was installed from other files."""

    def __init__(self, peer: str) -> None:
        """Name the *peer*."""
        super().__init__(
            f"{peer} is not installed as it is now: python -m bench.install"
        )


class AdapterMissing(BenchRefused):
    """Our own side is not plugged in yet."""

    def __init__(self, adapter: str) -> None:
        """Name the function in ``bench/ours.py``."""
        super().__init__(f"bench.ours.{adapter} is not plugged in; try --peers-only")


class NotStrict(BenchRefused):
    """A target answered otherwise than a strict session check must."""


class ServerFailed(BenchRefused):
    """A server under test did not start, or did not answer."""
