"""Organizations, accounts and sessions, by command, on a running server."""

import json

import httpx

from tests.running import RunningServer


def test_the_operator_sees_and_ends_sessions(
    server: RunningServer, visitor: httpx.Client
) -> None:
    """Listed as words and JSON; ended once, and the next request is refused."""
    person = server.newcomer(visitor)
    form = {"email": person.email, "password": person.password}
    visitor.post("/api/v1/sessions", json=form).raise_for_status()
    mine = visitor.get("/api/v1/session").json()
    session, where = mine["session_id"], mine["organization_id"]
    assert session in server.run("sessions", "list").stdout
    listed = json.loads(server.run("sessions", "list", "--json").stdout)
    assert session in [each["id"] for each in listed]
    assert where in server.run("orgs", "list").stdout
    assert person.email in server.run("orgs", "members", where, "--json").stdout
    words = ("sessions", "end", session, "--by", "Canary")
    assert json.loads(server.run(*words, "--json").stdout) == {"ended": session}
    assert visitor.get("/api/v1/session").status_code == 401
    assert server.run(*words).returncode == 2


def test_the_operator_shuts_somebody_out_and_lets_them_back(
    server: RunningServer, visitor: httpx.Client
) -> None:
    """Sessions end and signing in is refused, until the account is enabled again."""
    person = server.newcomer(visitor)
    form = {"email": person.email, "password": person.password}
    visitor.post("/api/v1/sessions", json=form).raise_for_status()
    shut = server.run("accounts", "disable", person.email, "--by", "Canary", "--json")
    assert json.loads(shut.stdout) == {"email": person.email, "disabled": True}
    assert visitor.get("/api/v1/session").status_code == 401
    assert visitor.post("/api/v1/sessions", json=form).status_code == 401
    assert "disabled" in server.run("accounts", "show", person.email).stdout
    server.run("accounts", "enable", person.email, "--by", "Canary")
    assert visitor.post("/api/v1/sessions", json=form).status_code == 201
    assert person.email in server.run("accounts", "list").stdout
    unknown = server.run("accounts", "show", "nobody@example.invalid")
    said = "strongroom: there is no account of nobody@example.invalid\n"
    assert (unknown.returncode, unknown.stderr) == (2, said)
