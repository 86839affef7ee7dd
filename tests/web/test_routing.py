"""Routes describe how they refuse, as they really do."""

from strongroom.web.problem import MEDIA_TYPE
from tools.reference.house import faces


def test_every_described_refusal_is_a_problem() -> None:
    """No operation's description promises another body than the one that is sent."""
    document = faces().openapi_schema.to_schema()
    refusals = [
        (f"{method} {path} {status}", answer)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        for status, answer in operation["responses"].items()
        if int(status) >= 400
    ]
    assert refusals
    assert [name for name, one in refusals if set(one["content"]) != {MEDIA_TYPE}] == []
