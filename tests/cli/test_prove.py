"""``strongroom prove``: what it says, how it ends, and how it fails."""

import base64
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from strongroom.claims import load_profile
from strongroom.cli.prove import exit_code
from strongroom.lab import find_chromium, forms_of
from strongroom.server import Installation, selected
from strongroom.server.labs import all_proofs
from strongroom.trust import Standing, Status
from tests.proofs.cases import BUILT
from tests.proofs.kill_table import KillTable, key
from tests.running import RunningServer, eventually

from .conftest import Site


GOOD, FAILING, USAGE, UNPROVEN, NOTHING = 0, 1, 2, 3, 5
PROFILE = load_profile("default")
MEMBERS = {
    "id",
    "statement",
    "status",
    "kind",
    "proof",
    "vantage",
    "population",
    "sabotage",
    "fresh_until",
    "reason",
}


@dataclass(frozen=True, slots=True)
class Ended:
    """How the command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def claims(self) -> dict[str, dict[str, Any]]:
        """What it said of each claim, when it was asked for JSON."""
        return {claim["id"]: claim for claim in json.loads(self.out)["claims"]}


def prove(*words: str, folder: Path | None = None) -> Ended:
    """Run the command to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "strongroom", "prove", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
        cwd=folder,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def outside(site: Site | RunningServer, *words: str) -> Ended:
    """Prove what a stranger can see of *site*."""
    return prove(site.url, "--ca", str(site.authority), *words)


def require_one_line(ended: Ended, *words: str, code: int = USAGE) -> None:
    """Accept an end in one line of standard error."""
    assert (ended.code, ended.out) == (code, "")
    assert ended.err.startswith("strongroom: ")
    assert ended.err.count("\n") == 1, ended.err
    assert all(word in ended.err for word in words), ended.err


def test_the_whole_page_proves_itself(
    proving_server: RunningServer, kill_table: KillTable
) -> None:
    """With nobody doing anything: what is promised is proved, nothing else is green.

    Each sabotage was caught, and told in its words.
    """
    find_chromium()
    assert eventually(lambda: shown_as_proved(proving_server) == BUILT, within=900)
    told = published_claims(proving_server)
    assert list(told) == list(PROFILE.claims)
    assert {
        name for name, claim in told.items() if claim["status"] == "proved"
    } == BUILT
    assert "failing" not in {claim["status"] for claim in told.values()}
    for name in BUILT:
        require_bitten(name, told[name], kill_table)


def test_no_canary_leaves_an_organization(proving_server: RunningServer) -> None:
    """What passes through for one proof is gone with it, whoever left it meanwhile."""
    assert eventually(lambda: shown_as_proved(proving_server) == BUILT, within=900)
    listed = proving_server.run("orgs", "list", "--canaries", "--json").stdout
    names = {each["name"] for each in json.loads(listed)}
    assert names == {"Canary A", "Canary B"}


def require_bitten(name: str, claim: dict[str, Any], kill_table: KillTable) -> None:
    """Accept a claim that looked at something, and noticed each of its sabotages."""
    assert claim["population"] > 0
    assert datetime.fromisoformat(claim["fresh_until"]) > datetime.now(UTC)
    wanted = [each.what for each in all_proofs()[name].sabotages]
    assert [bite["what"] for bite in claim["sabotage"]] == wanted != []
    for bite in claim["sabotage"]:
        assert bite["caught"], f"{name}: {bite}"
        kill_table.said[key(PROFILE.name, name, bite["what"])] = bite["said"]


def test_no_evidence_tells_a_password(proving_server: RunningServer) -> None:
    """What is published of each claim holds no canary's password, in no form."""
    keys = Installation.running(proving_server.data).keys
    canaries = [keys.derive(f"canary {name}").hex() for name in ("a", "b")]
    assert eventually(lambda: shown_as_proved(proving_server), within=300)
    with proving_server.visitor() as stranger:
        for name in shown_as_proved(proving_server):
            address = f"/.well-known/strongroom/evidence/{name}"
            envelopes = stranger.get(address).raise_for_status().json()["envelopes"]
            told = b"".join(base64.b64decode(each["payload"]) for each in envelopes)
            assert name.encode() in told
            for password in canaries:
                assert not [form for form in forms_of(password) if form in told]


def shown_as_proved(server: RunningServer) -> set[str]:
    """Return the claims that the page calls proved at this moment."""
    claims = published_claims(server)
    return {name for name, each in claims.items() if each["status"] == "proved"}


def published_claims(server: RunningServer) -> dict[str, dict[str, Any]]:
    """Return what the page says of each claim, in its order."""
    with server.visitor() as stranger:
        page = stranger.get("/.well-known/strongroom/claims.json").json()
    return {each["id"]: each for each in page["claims"]}


def test_everything_holds(proving_server: RunningServer) -> None:
    """From outside, with only an address: exit code 0, and a line for people."""
    ended = outside(proving_server, "-k", "security-txt or edge.hsts")
    assert ended.code == GOOD, ended.out + ended.err
    head, first, second, foot = ended.out.splitlines()
    assert ("claims 2" in head, proving_server.url in head) == (True, True)
    for line, name in ((first, "edge.hsts"), (second, "trust.security-txt")):
        assert line.startswith(name)
        assert "PROVED" in line
        assert "caught" in line
    assert foot == "0 failing, 0 unproven, 2 proved   exit 0"


def test_a_foreign_site_without_a_header_fails(foreign_site: Site) -> None:
    """Exit code 1, and a reason that names what was seen."""
    ended = outside(foreign_site, "-k", "edge.hsts", "--json")
    assert ended.code == FAILING, ended.out + ended.err
    claim = ended.claims["edge.hsts"]
    assert claim["status"] == "failing"
    assert "strict-transport-security 0 times" in claim["reason"]
    assert json.loads(ended.out)["counts"] == {"failing": 1}


def test_some_of_it_cannot_be_told_from_outside(proving_server: RunningServer) -> None:
    """Exit code 3: one claim is proved, one needs the inside and says so."""
    ended = outside(proving_server, "-k", "security-txt or passwords.hash", "--json")
    assert ended.code == UNPROVEN, ended.out + ended.err
    assert {name: claim["status"] for name, claim in ended.claims.items()} == {
        "passwords.hash": "unproven",
        "trust.security-txt": "proved",
    }
    assert "--data" in ended.claims["passwords.hash"]["reason"]


@pytest.mark.parametrize(
    "expression", ["passwords.hash", "vault", "no-claim-is-called-that"]
)
def test_nothing_proved_is_never_good(foreign_site: Site, expression: str) -> None:
    """Exit code 5: not for us to see, not built, or not even a claim."""
    ended = outside(foreign_site, "-k", expression, "--json")
    assert ended.code == NOTHING, ended.out + ended.err
    assert "proved" not in {claim["status"] for claim in ended.claims.values()}


def test_the_json_has_exactly_its_members(foreign_site: Site) -> None:
    """Programs can rely on the names: one object per claim, and the counts."""
    ended = outside(foreign_site, "-k", "posture or security-txt", "--json")
    told = json.loads(ended.out)
    assert set(told) == {"claims", "counts"}
    assert sum(told["counts"].values()) == len(told["claims"])
    for claim in told["claims"]:
        assert set(claim) == MEMBERS
    assert ended.err == ""
    statuses = {name: claim["status"] for name, claim in ended.claims.items()}
    assert statuses["posture.hipaa"] == "declined"
    assert statuses["posture.soc2"] == "unproven"


def test_a_site_that_is_away_proves_nothing(foreign_site: Site) -> None:
    """A port where nobody listens is unprovable, not a contradiction.

    Programs are told so of each claim, and people once.
    """
    away = Site("https://localhost:1", foreign_site.authority)
    ended = outside(away, "-k", "edge.hsts or security-txt", "--json")
    assert ended.code == NOTHING, ended.out + ended.err
    reasons = {claim["reason"] for claim in ended.claims.values()}
    assert reasons == {"the target does not answer: ConnectError"}
    told = outside(away)
    require_one_line(told, "https://localhost:1 does not answer", code=NOTHING)


def test_a_certificate_of_nobody_proves_nothing(foreign_site: Site) -> None:
    """Without its authority, a site is not believed, and not called false either."""
    ended = prove(foreign_site.url, "-k", "edge.hsts", "--json")
    assert ended.code == NOTHING, ended.out + ended.err
    assert "--ca FILE" in ended.claims["edge.hsts"]["reason"]
    words = ("does not answer", "certificate", "--ca FILE")
    require_one_line(prove(foreign_site.url), *words, code=NOTHING)


def test_what_matches_no_claim_is_told(foreign_site: Site) -> None:
    """A word with a slip in it proves nothing, and does not look like a good end."""
    ended = outside(foreign_site, "-k", "nonsense", "--json")
    assert (ended.code, ended.claims) == (NOTHING, {})
    assert ended.err.startswith("strongroom: no claim matches -k 'nonsense'")
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("http://localhost:8443",), ("https://",)),
        (("localhost:8443",), ("https://",)),
        (("ftp://localhost",), ("https://",)),
        (("https://localhost", "--profile", "nobody"), ("nobody", "default", "monqez")),
        (("https://localhost", "--ca", "gone.pem"), ("gone.pem",)),
        (("https://localhost", "--ca", "/etc/passwd"), ("/etc/passwd", "PEM")),
        (("https://localhost", "-k", "edge.hsts and"), ("edge.hsts and", "finished")),
        (("https://localhost", "-k", "or csp"), ("or csp", "finished")),
        (("https://localhost", "-k", "edge csp"), ("edge csp", "finished")),
        (("--data", "gone"), ("gone",)),
        ((), ("data",)),
        (("--colour",), ("--colour", "--help")),
        (("https://a.example", "https://b.example"), ("--help",)),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_told_in_one_line(
    tmp_path: Path, words: tuple[str, ...], said: tuple[str, ...]
) -> None:
    """With exit code 2, and a word of what to do."""
    require_one_line(prove(*words, folder=tmp_path), *said)


EXPRESSIONS = {
    "": len(PROFILE.claims),
    "edge.hsts": 1,
    "edge and hsts": 1,
    "hsts or csp": 2,
    "edge and not hsts": sum("edge" in name for name in PROFILE.claims) - 1,
    "not e": sum("e" not in name for name in PROFILE.claims),
    "passwords or sessions and devices": 1
    + sum("passwords" in name for name in PROFILE.claims),
    "nothing-fits": 0,
}


@pytest.mark.parametrize(("expression", "number"), EXPRESSIONS.items())
def test_claims_are_chosen_as_pytest_chooses(expression: str, number: int) -> None:
    """Words are parts of an id; ``and`` binds closer than ``or``."""
    assert len(selected(PROFILE, expression)) == number


def standing(status: Status) -> Standing:
    """Return a claim that stands so."""
    return Standing(PROFILE.claims["edge.hsts"], status)


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        ((Status.PROVED,), GOOD),
        ((Status.PROVED, Status.DECLINED, Status.PRINCIPLE, Status.ATTESTED), GOOD),
        ((Status.PROVED, Status.FAILING), FAILING),
        ((Status.FAILING, Status.UNPROVEN), FAILING),
        ((Status.PROVED, Status.UNPROVEN), UNPROVEN),
        ((Status.PROVED, Status.STALE), UNPROVEN),
        ((Status.PROVED, Status.EXPIRED), UNPROVEN),
        ((Status.UNPROVEN,), NOTHING),
        ((Status.DECLINED, Status.ATTESTED), NOTHING),
        ((), NOTHING),
    ],
    ids=str,
)
def test_the_worst_decides(statuses: tuple[Status, ...], code: int) -> None:
    """Red before yellow before green, and nothing proved is never good."""
    assert exit_code([standing(status) for status in statuses]) == code
