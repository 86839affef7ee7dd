"""A house that knows providers of somebody else's make, as an operator names them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from strongroom.claims import Profile, load_profile
from strongroom.oidc import AuthMethod
from tests.conftest import PUBLIC_URL
from tests.egress.names import LOCAL

from .foreign import SECONDS_PAST_LEEWAY, Foreign, street
from .github import GitHub


METHODS: Mapping[str, AuthMethod] = {
    "work": "client_secret_basic",
    "club": "client_secret_post",
    "late": "client_secret_basic",
}
"""How we are registered there; its discovery document does not say it."""

OPTIONS = {"late": {"access_token_max_age": SECONDS_PAST_LEEWAY}}

Providers = Mapping[str, Foreign]


@pytest.fixture(scope="session")
def authority_and_providers(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, Providers, GitHub]]:
    """Open a provider for each name, of which we are a client."""
    with street(tmp_path_factory.mktemp("street") / "data") as place:
        opened = {
            name: place.open(
                f"{PUBLIC_URL}/sign-in/with/{name}/return",
                method,
                **OPTIONS.get(name, {}),
            )
            for name, method in METHODS.items()
        }
        with GitHub.listening(place) as github:
            yield str(place.authority), opened, github


@pytest.fixture(scope="session")
def github(authority_and_providers: tuple[str, Providers, GitHub]) -> GitHub:
    """Lend a server that speaks as GitHub does."""
    return authority_and_providers[2]


@pytest.fixture
def providers(
    authority_and_providers: tuple[str, Providers, GitHub],
) -> Iterator[Providers]:
    """Lend the providers, none of which is bent afterwards."""
    _, opened, _ = authority_and_providers
    yield opened
    for each in opened.values():
        each.bend, each.tells = None, None


@pytest.fixture(scope="session")
def profile(
    authority_and_providers: tuple[str, Providers, GitHub],
    tmp_path_factory: pytest.TempPathFactory,
) -> Profile:
    """Return the strongest profile, in which the operator names the providers."""
    authority, opened, github = authority_and_providers
    secrets = tmp_path_factory.mktemp("secrets")
    named = {}
    for name, each in opened.items():
        file = secrets / name
        file.write_text(f"{each.client_secret}\n", encoding="utf-8")
        named[name] = {
            "kind": "oidc",
            "title": name.capitalize(),
            "issuer": each.url,
            "client_id": each.client_id,
            "client_secret_file": str(file),
            "token_endpoint_auth_method": METHODS[name],
        }
    file = secrets / "github"
    file.write_text(github.client_secret, encoding="utf-8")
    named["github"] = {
        "kind": "github",
        "issuer": github.url,
        "client_id": github.client_id,
        "client_secret_file": str(file),
    }
    return named_in(named, authority)


def named_in(named: Mapping[str, object], authority: str) -> Profile:
    """Return the strongest profile, with providers that are *named* on this machine."""
    given = load_profile("default")
    egress = {**given.policy.get("egress", {}), "listed": list(LOCAL)}
    oauth = {"providers": named, "authority": authority}
    return replace(given, policy={**given.policy, "egress": egress, "oauth": oauth})
