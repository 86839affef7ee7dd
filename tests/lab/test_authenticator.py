"""A canary's app: early in a step three codes, and late none that is nearly too old."""

import time

import pytest

from strongroom.lab import Authenticator, Unprovable


SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
STEP = 1_000
"""Some step of thirty seconds."""


async def offered(
    monkeypatch: pytest.MonkeyPatch, second: float, most: int
) -> list[str]:
    """Return what an app offers at one *second* of a step, until it has no more."""
    monkeypatch.setattr(time, "time", lambda: STEP * 30 + second)
    app, codes = Authenticator(SEED), list[str]()
    for _ in range(most):
        codes.append(await app.next_code())
    return codes


async def test_early_in_a_step_there_are_three(monkeypatch: pytest.MonkeyPatch) -> None:
    """That of the step before, of this one and of the next; a fourth is refused."""
    app = Authenticator(SEED)
    near = [app.code_at(STEP + each) for each in (-1, 0, 1)]
    assert await offered(monkeypatch, 5.0, 3) == near
    with pytest.raises(Unprovable):
        await offered(monkeypatch, 5.0, 4)


async def test_late_in_a_step_the_last_ones_code_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A server that looks after the step has ended does not take it any more."""
    app = Authenticator(SEED)
    near = [app.code_at(STEP + each) for each in (0, 1)]
    assert await offered(monkeypatch, 25.0, 2) == near
