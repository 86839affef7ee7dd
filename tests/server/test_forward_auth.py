"""Another program behind a proxy: who asks is said by the house, at every request.

A real nginx stands between; where none is installed, that test says so and is skipped.
"""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from strongroom.server.ports import free_ports
from tests.running import RunningServer, eventually, quiet_profile, run_server


PATH = "/api/v1/forward-auth"
HOW_TO = Path("docs/how-to/guard-behind-a-proxy.md")


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """Lend a server that believes a proxy on this machine."""
    folder = tmp_path_factory.mktemp("behind")
    trusted = {"STRONGROOM_EDGE_TRUSTED_PROXIES": "127.0.0.1/32"}
    profile = quiet_profile(folder / "quiet")
    with run_server(folder / "data", profile, **trusted) as running:
        yield running


class Echo(BaseHTTPRequestHandler):
    """A program that knows nobody: it says what the proxy told it."""

    def do_GET(self) -> None:
        """Answer with the identity in the headers."""
        names = ("account", "organization", "role")
        told = [self.headers.get_all(f"x-strongroom-{each}") or [] for each in names]
        body = "|".join(",".join(each) for each in told).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - as the library names it.

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def program() -> Iterator[int]:
    """Lend the port of a program without any sign-in of its own."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield serving.server_address[1]
        serving.shutdown()


@pytest.fixture(scope="module")
def proxied(
    behind: RunningServer, program: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Lend the address of the program behind nginx, set up as the how-to says."""
    if shutil.which("nginx") is None:
        pytest.skip("no nginx here: apt-get install nginx-light")
    folder, [port] = tmp_path_factory.mktemp("nginx"), free_ports(1)
    shown = HOW_TO.read_text(encoding="utf-8").split("```nginx\n")[1].split("```")[0]
    for old, new in {
        "443 ssl": f"127.0.0.1:{port}",
        "localhost:8443": f"localhost:{behind.port}",
        "127.0.0.1:9000": f"127.0.0.1:{program}",
        "/path/to/data": str(behind.data),
    }.items():
        assert old in shown
        shown = shown.replace(old, new)
    config = folder / "nginx.conf"
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config.write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ access_log off; {temporary}\n{shown}}}\n",
        encoding="utf-8",
    )
    command = ["nginx", "-e", f"{folder}/error.log", "-c", str(config)]
    running = subprocess.Popen(command)
    url = f"http://127.0.0.1:{port}"
    try:
        assert eventually(lambda: _answers(url)), (folder / "error.log").read_text()
        yield url
    finally:
        running.terminate()
        running.wait(10)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False).status_code == 401
    except httpx.TransportError:
        return False


def test_nginx_lets_in_whom_the_house_knows(
    behind: RunningServer, proxied: str
) -> None:
    """Strangers get 401; the program is told who it is, whatever they say of it."""
    with behind.visitor() as visitor, httpx.Client(trust_env=False) as client:
        behind.newcomer(visitor)
        mine = visitor.get("/api/v1/session").json()
        token = visitor.cookies["__Host-session"]
        lies = {"x-strongroom-role": "root", "x-strongroom-account": "somebody"}
        assert client.get(proxied, headers=lies).status_code == 401
        cookie = {"cookie": f"__Host-session={token}"}
        answer = client.get(proxied, headers=cookie | lies)
        said = f"{mine['account_id']}|{mine['organization_id']}|owner"
        assert (answer.status_code, answer.text) == (200, said)
        elsewhere = {"sec-fetch-site": "cross-site"}
        assert client.post(proxied, headers=cookie).status_code == 200
        assert client.post(proxied, headers=cookie | elsewhere).status_code == 403
        visitor.delete("/api/v1/session")
        assert client.get(proxied, headers=cookie).status_code == 401


def test_what_a_proxy_is_told(behind: RunningServer) -> None:
    """Ids and a role, for nobody's cache; and only a listed proxy forwards anything."""
    with behind.visitor() as visitor:
        assert visitor.get(PATH).status_code == 401
        behind.newcomer(visitor)
        answer = visitor.get(PATH)
        assert answer.status_code == 204
        assert answer.headers["cache-control"] == "no-store"
        told = {n for n in answer.headers if n.startswith("x-strongroom-")}
        assert told == {
            f"x-strongroom-{n}" for n in ("account", "organization", "role")
        }
        twice = [("x-forwarded-method", "GET"), ("x-forwarded-method", "POST")]
        assert visitor.get(PATH, headers=twice).status_code == 403


def test_a_narrow_key_does_not_pass_for_its_maker(behind: RunningServer) -> None:
    """It may read at the house, and the program behind is not told of it."""
    with behind.visitor() as visitor, behind.visitor() as program:
        behind.newcomer(visitor)
        wanted = {"name": "reader", "scopes": ["session.read"], "days": 1}
        made = visitor.post("/api/v1/api-keys", json=wanted).raise_for_status().json()
        where = visitor.get("/api/v1/session").json()["organization_id"]
        program.headers["authorization"] = f"Bearer {made['key']}"
        program.headers["x-organization-id"] = where
        assert program.get("/api/v1/session").status_code == 200
        answer = program.get(PATH)
        assert answer.status_code == 403
        assert answer.json()["type"] == "/problems/not-for-programs"
        assert not [name for name in answer.headers if name.startswith("x-strongroom")]


def test_an_unlisted_proxy_forwards_nothing(
    server: RunningServer, visitor: httpx.Client
) -> None:
    """By default none is listed, so whoever forwards is refused, and told why."""
    server.newcomer(visitor)
    assert visitor.get(PATH).status_code == 204
    answer = visitor.get(PATH, headers={"x-forwarded-method": "GET"})
    assert (answer.status_code, answer.json()["type"]) == (
        403,
        "/problems/proxy-not-trusted",
    )
