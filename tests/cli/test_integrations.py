"""Integrations by command: shown without a secret, and tried."""

import msgspec

from tests.running import RunningServer


SECRET = "a long secret of a canary"


def test_credentials_are_listed_and_tried(server: RunningServer) -> None:
    """Every organization's are there; the exit code says whether one works."""
    ids = {}
    with server.visitor() as visitor:
        server.newcomer(visitor)
        organization = visitor.get("/api/v1/session").json()["organization_id"]
        for name, path in (("Works", "/readyz"), ("Fails", "/nowhere")):
            fields = {"base_url": server.url, "check_path": path}
            form = {"kind": "http-bearer", "name": name, "secret": SECRET}
            made = visitor.post("/api/v1/integrations", json=form | {"fields": fields})
            assert made.status_code == 201, made.text
            ids[name] = made.json()["id"]
    listed = server.run("integrations", "list", "--json")
    found = {each["id"]: each for each in msgspec.json.decode(listed.stdout)}
    assert found[ids["Works"]]["organization_id"] == organization
    assert found[ids["Works"]]["last_four"] == SECRET[-4:]
    tried = server.run("integrations", "test", ids["Works"], "--json")
    assert tried.returncode == 0, tried.stderr
    assert msgspec.json.decode(tried.stdout)["works"] is True
    failed = server.run("integrations", "test", ids["Fails"])
    assert (failed.returncode, "401" in failed.stdout) == (1, True), failed.stdout
    shown = server.run("integrations", "list", COLUMNS="220").stdout
    assert "does not work" in shown
    assert SECRET not in listed.stdout + tried.stdout + failed.stdout + shown


def test_a_credential_that_is_not_there_is_one_line(server: RunningServer) -> None:
    """The line says so, and the exit code is 2."""
    done = server.run("integrations", "test", "00000000-0000-0000-0000-000000000000")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
