"""Why somebody may do something, and who may, on the command line."""

import json

import httpx

from tests.running import RunningServer


def test_the_operator_asks_why_and_who(
    server: RunningServer, visitor: httpx.Client
) -> None:
    """In words and as JSON; what is unknown is said in one line."""
    person = server.newcomer(visitor)
    form = {"email": person.email, "password": person.password}
    visitor.post("/api/v1/sessions", json=form).raise_for_status()
    where = visitor.get("/api/v1/session").json()["organization_id"]
    words = ("access", "explain", person.email, "member.remove")
    told = server.run(*words)
    why = "The role owner includes it."
    assert told.stdout == f"{person.email} may member.remove. {why}\n"
    parsed = json.loads(server.run(*words, "--json", "--organization", where).stdout)
    assert (parsed["allowed"], parsed["role"]) == (True, "owner")
    able = server.run("access", "who-can", "member.remove", "--organization", where)
    assert person.email in able.stdout
    clerk = {"name": "clerk", "actions": ["audit.read"]}
    visitor.post("/api/v1/roles", json=clerk).raise_for_status()
    listed = ("access", "roles", "--organization", where)
    assert "audit.read" in server.run(*listed).stdout
    found = json.loads(server.run(*listed, "--json").stdout)
    assert [each["name"] for each in found][-2:] == ["viewer", "clerk"]
    for wrong in (
        ("access", "explain", "nobody@example.invalid", "member.remove"),
        ("access", "explain", person.email, "no.such"),
    ):
        refused = server.run(*wrong)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr.count("\n") == 1
