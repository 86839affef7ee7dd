"""The figures that the report shows, and what is asked of each."""

from .models import Goal


OURS = "Strongroom"
BETTER_AUTH = "better-auth getSession()"
BETTER_AUTH_HTTP = "better-auth over HTTP"
FASTAPI_USERS = "fastapi-users database strategy"
BARE_ASGI = "bare ASGI"
FIVE = "the usual five middlewares"
PLAIN_POOL = "asyncpg.Pool, not isolated, no reset"
RESET_POOL = "asyncpg.Pool, not isolated, as it comes"
SIGN_IN = "Strongroom sign-in"
BARE_HASH = "the bare hash"
QUIET = "session checks, quiet"
BUSY = "session checks while four sign in"

SESSION_CHECK = "session check"
FORWARD_AUTH = "forward-auth"
ISOLATED_READ = "isolated read by id"
EDGE_PASS = "edge pass"  # noqa: S105 - a pass over requests.
SIGNING_IN = "sign-in"

SEALING = "sealing"
SEAL = "sealed, 1 KiB"
OPEN = "opened, 1 KiB"
BARE_SEAL = "AES-256-GCM with a fresh nonce"
BARE_OPEN = "AES-256-GCM, opened"
SEALED_ROW = "a sealed row, stored and read"
PLAIN_ROW = "a plain row, stored and read"

AUDITING = "auditing"
AUDITED = "audited write, eight writers"
PLAIN = "plain write, eight writers"
SEALED_ENTRIES = "entries sealed into a tree"
SINGLE_INSERTS = "entries inserted one by one"
VERIFIED = "entries verified offline"
A_MINUTE = "a million in a minute"

LIMITING = "limiting"
IN_MEMORY = "Strongroom, a read"
LIMITS_MEMORY = "limits, in memory"
SHARED = "Strongroom, a sign-in, shared"
LIMITS_REDIS = "limits, on Redis"

GOALS = (
    Goal(SESSION_CHECK, OURS, BETTER_AUTH, at_least=10),
    Goal(SESSION_CHECK, OURS, FASTAPI_USERS, at_least=25),
    Goal(SESSION_CHECK, FASTAPI_USERS, BETTER_AUTH),
    Goal(FORWARD_AUTH, OURS, BETTER_AUTH_HTTP, at_least=10),
    Goal(ISOLATED_READ, OURS, PLAIN_POOL, at_least=1.2),
    Goal(ISOLATED_READ, OURS, RESET_POOL),
    Goal(EDGE_PASS, OURS, BARE_ASGI, at_least=0.6),
    Goal(EDGE_PASS, OURS, FIVE, at_least=15),
    Goal(EDGE_PASS, FIVE, BARE_ASGI),
    Goal(SIGNING_IN, BUSY, QUIET, at_least=0.9),
    Goal(SIGNING_IN, SIGN_IN, BARE_HASH, "extra ms", at_most=1),
    Goal(SEALING, SEAL, BARE_SEAL, at_least=1 / 1.1),
    Goal(SEALING, OPEN, BARE_OPEN, at_least=1 / 1.6),
    Goal(SEALING, SEALED_ROW, PLAIN_ROW, at_least=0.9),
    Goal(LIMITING, IN_MEMORY, LIMITS_MEMORY, at_least=5),
    Goal(LIMITING, SHARED, LIMITS_REDIS, at_least=1.5),
    Goal(AUDITING, AUDITED, PLAIN, at_least=0.85),
    Goal(AUDITING, SEALED_ENTRIES, SINGLE_INSERTS, at_least=30),
    Goal(AUDITING, VERIFIED, A_MINUTE, at_least=1),
)
