"""Bad input, over the real socket: a problem, the right status, and nothing changed."""

import json
from collections.abc import Iterator

import httpx
import pytest

from strongroom.db import single_connection
from tests.running import RunningServer, eventually


SECRET = "a very secret passphrase indeed"
STANDING = (
    "strict-transport-security",
    "content-security-policy",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "permissions-policy",
    "cross-origin-opener-policy",
    "x-request-id",
)


def require_problem(answer: httpx.Response, status: int, code: str) -> None:
    """Accept an answer that is a whole problem, and says nothing secret."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == f"/problems/{code}"
    assert problem["status"] == status
    assert problem["title"]
    assert SECRET not in answer.text
    assert all(name in answer.headers for name in STANDING)


def test_health_says_that_the_process_lives(visitor: httpx.Client) -> None:
    """The one answer that needs neither database nor caller."""
    answer = visitor.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})
    assert visitor.head("/healthz").content == b""


def test_readiness_says_that_the_database_answers(visitor: httpx.Client) -> None:
    """Asked of the database, at that moment."""
    answer = visitor.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/static/strongroom.css", "text/css; charset=utf-8"),
        ("/static/strongroom.js", "text/javascript; charset=utf-8"),
        ("/static/favicon.svg", "image/svg+xml"),
    ],
)
def test_assets_have_their_types_and_are_cached(
    visitor: httpx.Client, path: str, kind: str
) -> None:
    """A browser takes the type as it is, and is told when nothing changed."""
    first = visitor.get(path)
    assert first.headers["content-type"] == kind
    again = visitor.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/static/../settings.py", "/static/%2e%2e/render.py", "/static/"]
)
def test_no_path_leaves_the_assets(server: RunningServer, path: str) -> None:
    """Only files that were read at the start are answered."""
    with server.visitor() as visitor:
        raw = httpx.URL(server.url).copy_with(raw_path=path.encode())
        assert visitor.get(raw).status_code == 404


def test_nobody_is_signed_in(visitor: httpx.Client) -> None:
    """The hot session check refuses as every other route does."""
    require_problem(visitor.get("/api/v1/session"), 401, "unauthenticated")
    require_problem(visitor.get("/api/v1/sessions"), 401, "unauthenticated")


def test_a_made_up_session_is_nobody(visitor: httpx.Client) -> None:
    """A token that was never given out speaks for nobody."""
    visitor.cookies.set("__Host-session", "x" * 43)
    require_problem(visitor.get("/api/v1/session"), 401, "unauthenticated")


def test_two_sessions_at_once_are_refused(visitor: httpx.Client) -> None:
    """Choosing between two cookies of one name would be guessing."""
    headers = {"cookie": "__Host-session=one; __Host-session=two"}
    answer = visitor.get("/api/v1/session", headers=headers)
    require_problem(answer, 400, "ambiguous-session")


def test_the_hot_answer_is_the_one_of_the_api(server: RunningServer) -> None:
    """Who asks for the session gets the fields that the API describes."""
    with server.visitor() as visitor:
        person = server.newcomer(visitor)
        answer = visitor.get("/api/v1/session")
        described = visitor.get("/api/openapi.json").json()
    schema = described["components"]["schemas"]["CallerAnswered"]
    assert answer.json()["email"] == person.email
    assert set(answer.json()) == set(schema["properties"])
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("host", ["evil.example", "localhost", "localhost:1", ""])
def test_a_foreign_host_is_refused(visitor: httpx.Client, host: str) -> None:
    """Only the names of this server are answered."""
    answer = visitor.get("/healthz", headers={"host": host})
    require_problem(answer, 421, "unknown-host")


def test_a_repeated_header_is_refused(visitor: httpx.Client) -> None:
    """Two origins could be read differently by two readers."""
    headers = [("origin", "https://a.example"), ("origin", "https://b.example")]
    require_problem(visitor.get("/healthz", headers=headers), 400, "repeated-header")


async def test_a_cross_site_write_is_refused_and_on_record(
    server: RunningServer,
) -> None:
    """Another site's page cannot write here, and the attempt leaves an entry."""
    async with httpx.AsyncClient(base_url=server.url, verify=server.trust()) as page:
        fetched = await page.post(
            "/api/v1/sessions", headers={"sec-fetch-site": "cross-site"}
        )
        answer = await page.post(
            "/api/v1/sessions?key=value", headers={"origin": "https://evil.example"}
        )
    require_problem(fetched, 403, "cross-site-write")
    require_problem(answer, 403, "cross-site-write")
    async with single_connection(server.owner_url) as owner:
        row = await owner.fetchrow(
            "select outcome, reason, target_id from strongroom.audit_entries"
            " where request_id = $1",
            answer.headers["x-request-id"],
        )
    assert row is not None
    assert tuple(row) == ("refused", "cross-site-write", "/api/v1/sessions")


def test_a_large_body_is_refused(visitor: httpx.Client) -> None:
    """A body beyond the limit goes no further, whether or not it says its length."""

    def parts() -> Iterator[bytes]:
        for _ in range(40):
            yield b"x" * 65_536

    said = visitor.post("/api/v1/sessions", content=b"x" * 1_100_000)
    require_problem(said, 413, "body-too-large")
    require_problem(
        visitor.post(
            "/api/v1/sessions",
            content=parts(),
            headers={"content-type": "application/json"},
        ),
        413,
        "body-too-large",
    )


@pytest.mark.parametrize(
    "body",
    ["", "{", '{"email":', "[]", "null", '"text"', "\xff", '{"email": 1}'],
)
def test_malformed_json_is_a_problem(visitor: httpx.Client, body: str) -> None:
    """What cannot be read is refused before anything is done."""
    answer = visitor.post(
        "/api/v1/sessions",
        content=body.encode("latin-1"),
        headers={"content-type": "application/json"},
    )
    assert answer.status_code in {400, 422}
    require_problem(answer, answer.status_code, answer.json()["type"].split("/")[-1])


def test_unknown_fields_are_refused(visitor: httpx.Client) -> None:
    """A field that was not asked for is not ignored, and not echoed."""
    wanted = {"email": "a@example.invalid", "password": SECRET, "role": "owner"}
    answer = visitor.post("/api/v1/sessions", json=wanted)
    assert answer.status_code in {400, 422}
    require_problem(answer, answer.status_code, answer.json()["type"].split("/")[-1])


def test_deeply_nested_json_is_refused(visitor: httpx.Client) -> None:
    """A body made to exhaust the parser is a malformed body."""
    content = "[" * 100_000 + "]" * 100_000
    headers = {"content-type": "application/json"}
    answer = visitor.post("/api/v1/sessions", content=content, headers=headers)
    assert answer.status_code in {400, 422}


def test_an_unknown_path_and_method_are_problems(visitor: httpx.Client) -> None:
    """Each gets its own status, and no list of what there is."""
    require_problem(visitor.get("/api/v1/nothing"), 404, "not-found")
    require_problem(visitor.put("/api/v1/accounts"), 405, "method-not-allowed")


def test_the_log_holds_no_secret(server: RunningServer, visitor: httpx.Client) -> None:
    """Neither queries nor bodies nor cookies are logged; the path and status are."""
    visitor.cookies.set("__Host-session", "cookiecookiecookie")
    answer = visitor.post("/api/v1/sessions?token=queryquery", json={"key": SECRET})
    request_id = answer.headers["x-request-id"]
    assert eventually(lambda: request_id in server.log)
    lines = [json.loads(line) for line in server.log.splitlines()]
    kept = next(line for line in lines if line.get("request_id") == request_id)
    assert (kept["method"], kept["path"]) == ("POST", "/api/v1/sessions")
    assert kept["status"] == answer.status_code
    for secret in (SECRET, "queryquery", "cookiecookiecookie"):
        assert secret not in server.log
