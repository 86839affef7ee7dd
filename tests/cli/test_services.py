"""Services by command: a key is shown once, and a revoked service says so."""

import msgspec

from tests.running import RunningServer


def test_a_service_is_added_listed_and_revoked(server: RunningServer) -> None:
    """Its private key stands in the first answer and in no other."""
    made = msgspec.json.decode(server.run("services", "add", "ledger", "--json").stdout)
    assert len(bytes.fromhex(made["private_key"])) == 32
    again = server.run("services", "add", "ledger")
    assert (again.returncode, again.stderr.count("\n")) == (2, 1), again.stderr
    listed = server.run("services", "list").stdout
    assert "ledger" in listed
    assert made["private_key"] not in listed
    assert server.run("services", "revoke", made["id"]).returncode == 0
    assert "revoked" in server.run("services", "list").stdout
