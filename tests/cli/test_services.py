"""Services and API keys by command: shown once, ended at once, by somebody named."""

import httpx
import msgspec

from tests.running import RunningServer


def test_a_service_is_added_listed_and_revoked(server: RunningServer) -> None:
    """Its private key stands in the first answer and in no other."""
    add = ("services", "add", "ledger")
    nameless = server.run(*add)
    assert (nameless.returncode, "--by" in nameless.stderr) == (2, True)
    by = ("--by", "Canary")
    made = msgspec.json.decode(server.run(*add, *by, "--json").stdout)
    assert len(bytes.fromhex(made["private_key"])) == 32
    again = server.run(*add, *by)
    assert (again.returncode, again.stderr.count("\n")) == (2, 1), again.stderr
    listed = server.run("services", "list").stdout
    assert "ledger" in listed
    assert made["private_key"] not in listed
    assert server.run("services", "revoke", made["id"], *by).returncode == 0
    assert "revoked" in server.run("services", "list").stdout


def test_an_api_key_is_ended_by_somebody_named(
    server: RunningServer, visitor: httpx.Client
) -> None:
    """Its organization reads in its log who of the operator's people did it."""
    server.newcomer(visitor)
    wanted = {"name": "robot", "scopes": ["organization.read"]}
    key = visitor.post("/api/v1/api-keys", json=wanted).json()["id"]
    nameless = server.run("keys", "revoke", key)
    assert (nameless.returncode, "--by" in nameless.stderr) == (2, True)
    ended = server.run("keys", "revoke", key, "--by", "Ada Canary", "--json")
    assert msgspec.json.decode(ended.stdout) == {"revoked": key}
    read = visitor.get("/api/v1/audit-logs", params={"action": "api-key.revoke"}).json()
    assert [each["details"] for each in read["entries"]] == [{"by": "Ada Canary"}]


def test_the_key_of_access_tokens_follows_by_hand(
    server: RunningServer, visitor: httpx.Client
) -> None:
    """It is published at once beside the one that signs; a second one has to wait."""
    published = visitor.get("/.well-known/jwks.json").json()["keys"]
    before = {each["kid"] for each in published}
    rotate = ("keys", "rotate-signing")
    nameless = server.run(*rotate)
    assert (nameless.returncode, "--by" in nameless.stderr) == (2, True)
    made = msgspec.json.decode(server.run(*rotate, "--by", "Canary", "--json").stdout)
    assert made["kid"] not in before
    published = visitor.get("/.well-known/jwks.json").json()["keys"]
    assert {each["kid"] for each in published} > {made["kid"]}
    assert before & {each["kid"] for each in published}
    again = server.run(*rotate, "--by", "Canary")
    assert (again.returncode, again.stderr.count("\n")) == (2, 1)
    assert "in a few minutes" in again.stderr
