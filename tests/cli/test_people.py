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
    again = server.run(*words)
    said = f"strongroom: no living session has the id {session}\n"
    assert (again.returncode, again.stderr) == (2, said)


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


def test_an_organization_that_is_not_there_is_no_empty_one(
    server: RunningServer,
) -> None:
    """A mistyped id is refused in one line that says where to look."""
    nowhere = "0199aaaa-0000-7000-8000-000000000000"
    said = f"strongroom: nobody belongs to {nowhere}; see: strongroom orgs list\n"
    asked = ("access", "who-can", "audit.read", "--organization", nowhere)
    for words in (("orgs", "members", nowhere), asked):
        refused = server.run(*words)
        assert (refused.returncode, refused.stderr) == (2, said)


def test_nobody_does_it_namelessly(server: RunningServer) -> None:
    """Whoever does something by command says who they are, before anything is done."""
    for words in (("operators", "add"), ("accounts", "disable")):
        refused = server.run(*words, "nobody@example.invalid", "--by", " ")
        assert refused.returncode == 2
        assert "say who does this" in refused.stderr
