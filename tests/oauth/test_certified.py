"""Coming by a certified provider, npm's oidc-provider, as its own defaults have it.

It tells its issuer in each answer (RFC 9207), insists on PKCE, and keeps the address
out of the ID token. It needs node and npm: without, one line says that it was not run.
"""

import json
import re
import secrets
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from strongroom.claims import Profile
from strongroom.server.ports import free_ports
from strongroom.server.tls import local_files
from tests.conftest import PUBLIC_URL, Visit

from .conftest import named_in
from .foreign import Street, street
from .test_foreign import HTML, arrive, changed, is_in, leave


HERE = Path(__file__).parent / "certified"
BACK = f"{PUBLIC_URL}/sign-in/with/certified/return"
_PROMPT = re.compile(r'name="prompt" value="(\w+)"')
_FORM = re.compile(r'action="([^"]+)"')


@dataclass(frozen=True)
class Certified:
    """Where it is, and what it calls us."""

    url: str
    trust: ssl.SSLContext
    client: dict[str, Any]

    def sign_in(self, asked: str, login: str) -> str:
        """Sign its forms as *login*; return where the browser is sent back to."""
        with httpx.Client(verify=self.trust, trust_env=False) as person:
            answer = person.get(asked)
            for _ in range(12):
                if not answer.is_redirect:
                    action, form = self._form(answer.text, login)
                    answer = person.post(action, data=form)
                    continue
                location = str(answer.headers["location"])
                if location.startswith(BACK):
                    return location
                answer = person.get(httpx.URL(self.url).join(location))
        raise AssertionError(answer.text)

    def _form(self, page: str, login: str) -> tuple[httpx.URL, dict[str, str]]:
        prompt, action = _PROMPT.search(page), _FORM.search(page)
        assert prompt is not None, page
        assert action is not None
        form = {"prompt": prompt[1], "login": login, "password": "any"}
        return httpx.URL(self.url).join(action[1]), form


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install what the lock names; where that cannot be, say so and run nothing."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("no node and npm here: the certified provider was not spoken to")
    folder = tmp_path_factory.mktemp("certified") / "provider"
    shutil.copytree(HERE, folder)
    command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("npm reaches no registry: the certified provider was not spoken to")
    return folder


@contextmanager
def running(folder: Path, place: Street) -> Iterator[Certified]:
    """Run it until the context ends."""
    (port,) = free_ports(1)
    files, url = local_files(place.data), f"https://localhost:{port}"
    client = {
        "client_id": "strongroom",
        "client_secret": secrets.token_urlsafe(32),
        "redirect_uris": [BACK],
    }
    told = [url, str(files.certificate), str(files.key), json.dumps(client)]
    process = subprocess.Popen(
        ["node", "provider.mjs", *told],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    try:
        yield Certified(url, place.trust, client)
    finally:
        process.terminate()
        process.communicate(timeout=10)


@pytest.fixture(scope="module")
def opened(
    installed: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Certified, Street]]:
    """Lend the provider, and the street where it is."""
    with (
        street(tmp_path_factory.mktemp("street") / "data") as place,
        running(installed, place) as certified,
    ):
        yield certified, place


@pytest.fixture(scope="module")
def certified(opened: tuple[Certified, Street]) -> Certified:
    """Lend the provider."""
    return opened[0]


@pytest.fixture(scope="module")
def profile(
    opened: tuple[Certified, Street], tmp_path_factory: pytest.TempPathFactory
) -> Profile:
    """Return the strongest profile, in which the operator names the provider."""
    certified, place = opened
    file = tmp_path_factory.mktemp("secrets") / "certified"
    file.write_text(certified.client["client_secret"], encoding="utf-8")
    provider = {
        "kind": "oidc",
        "issuer": certified.url,
        "client_id": "strongroom",
        "client_secret_file": str(file),
    }
    return named_in({"certified": provider}, str(place.authority))


async def test_somebody_new_signs_up_and_comes_again(
    visit: Visit, certified: Certified
) -> None:
    """The address, which the ID token does not hold, is asked for with the token."""
    login = secrets.token_hex(8)
    first, again = visit(), visit()
    location = certified.sign_in(await leave(first, "certified"), login)
    answer = await arrive(first, location)
    assert answer.headers["location"] == "/sign-in/organization", answer.text
    form = {"organization": "Canary by certificate"}
    await first.post("/sign-in/organization", data=form, headers=HTML)
    session = (await first.get("/api/v1/session")).json()
    assert session["email"] == f"{login}@example.invalid"
    location = certified.sign_in(await leave(again, "certified"), login)
    assert (await arrive(again, location)).headers["location"] == "/console"


@pytest.mark.parametrize("issuer", ["", "https://elsewhere.invalid"])
async def test_an_answer_without_its_issuer_is_refused(
    browser: httpx.AsyncClient, certified: Certified, issuer: str
) -> None:
    """RFC 9207 §2.4: this provider promises to say whose answer it is."""
    asked = await leave(browser, "certified")
    location = certified.sign_in(asked, secrets.token_hex(8))
    assert dict(httpx.QueryParams(location.partition("?")[2]))["iss"] == certified.url
    answer = await arrive(browser, changed(location, iss=issuer))
    assert answer.status_code == httpx.codes.UNAUTHORIZED
    assert not await is_in(browser)


async def test_a_code_of_another_verifier_is_refused_by_the_provider(
    visit: Visit, certified: Certified
) -> None:
    """RFC 7636: who has stolen a code in a redirect cannot exchange it."""
    victim, attacker = visit(), visit()
    stolen = certified.sign_in(await leave(victim, "certified"), secrets.token_hex(8))
    code = dict(httpx.QueryParams(stolen.partition("?")[2]))["code"]
    own = certified.sign_in(await leave(attacker, "certified"), secrets.token_hex(8))
    answer = await arrive(attacker, changed(own, code=code))
    assert answer.status_code == httpx.codes.UNAUTHORIZED
    assert not await is_in(attacker)
