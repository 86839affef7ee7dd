"""Damage to a scratch copy of the code: one control less, and which claims that ends.

A sabotage breaks a running server where its author thought of breaking it. A mutant
takes the line away from the source, as a careless change would.
"""

from collections.abc import Iterator

from .mutant import Mutant
from .mutants_of_stores import OF_STORES


def _header(name: str, value: str, *claims: str) -> Mutant:
    line = f'        "{name}": {value},\n'
    return Mutant(
        f"{name} is not sent",
        "middleware/policy.py",
        line,
        "",
        frozenset(claims),
    )


def _of_the_edge() -> Iterator[Mutant]:
    yield _header("strict-transport-security", "hsts", "edge.hsts")
    yield _header("x-content-type-options", '"nosniff"', "edge.sniffing")
    yield _header("x-frame-options", '"DENY"', "edge.framing")
    yield _header("referrer-policy", "settings.referrer_policy", "edge.referrer")
    yield _header("permissions-policy", '", ".join(features)', "edge.permissions")
    yield _header("cross-origin-opener-policy", '"same-origin"', "edge.coop")
    yield Mutant(
        "the Content-Security-Policy is not sent",
        "middleware/edge.py",
        '        completed.append((b"content-security-policy", policy))\n',
        "",
        frozenset({"edge.csp", "edge.framing"}),
    )
    yield Mutant(
        "one unused browser feature is forgotten",
        "middleware/policy.py",
        '    "gyroscope",\n',
        "",
        frozenset({"edge.permissions"}),
    )
    yield Mutant(
        "every origin is taken for a listed one",
        "middleware/cors.py",
        '        return headers.get(b"origin") in self._listed\n',
        '        return b"origin" in headers\n',
        frozenset({"edge.cors"}),
    )
    yield Mutant(
        "writes of other sites are not refused",
        "middleware/edge.py",
        "        if self.is_foreign_write(method, headers):\n",
        "        if False:\n",
        frozenset({"edge.csrf"}),
    )
    yield Mutant(
        "the organization that a call names is not compared",
        "middleware/gateway.py",
        "    if any(value != own.encode() for value in named) or len(named) > 1:\n",
        "    if False:\n",
        frozenset({"tenancy.gateway"}),
    )
    yield Mutant(
        "old TLS versions are spoken",
        "server/tls.py",
        "    context.minimum_version = MINIMA[minimum]\n",
        "    context.minimum_version = ssl.TLSVersion.TLSv1_2\n",
        frozenset({"edge.tls"}),
    )


def _of_the_wall() -> Iterator[Mutant]:
    yield Mutant(
        "one policy of one table is forgotten",
        "db/migrations/0002_people.sql",
        "select strongroom.isolate('strongroom.memberships');\n",
        "select strongroom.isolate('strongroom.memberships');\n"
        "drop policy strongroom_floor on strongroom.memberships;\n",
        # What the floor hides, a forged context shows as well.
        frozenset({"tenancy.rows", "tenancy.context", "access.actions"}),
        quick=True,
    )
    yield Mutant(
        "one table is not forced under its policies",
        "db/migrations/0003_records.sql",
        "select strongroom.isolate('strongroom.audit_entries');\n",
        "select strongroom.isolate('strongroom.audit_entries');\n"
        "alter table strongroom.audit_entries no force row level security;\n",
        frozenset({"tenancy.rows"}),
    )
    yield Mutant(
        "the database does not check the context's signature",
        "db/migrations/0001_context.sql",
        "when right(context, 64) <> encode(",
        "when false and right(context, 64) <> encode(",
        frozenset({"tenancy.context"}),
    )
    yield Mutant(
        "the database does not check whose connection a context is for",
        "db/migrations/0001_context.sql",
        "<> pg_backend_pid() then null\n",
        "< 0 then null\n",
        frozenset({"tenancy.context"}),
    )
    yield Mutant(
        "the database does not check when a context ends",
        "db/migrations/0001_context.sql",
        "        when split_part(context, '.', 3)::float8\n"
        "                 < date_part('epoch', clock_timestamp()) then null\n",
        "",
        frozenset({"tenancy.context"}),
    )


def _of_people() -> Iterator[Mutant]:
    yield Mutant(
        "the end of a session is not on record",
        "sessions/service.py",
        "raise NoSuchSession\n            await self._audit.record(tx, entry)\n",
        "raise NoSuchSession\n",
        frozenset({"audit.complete"}),
    )
    yield Mutant(
        "refusals are not on record",
        "server/refusals.py",
        "        await self._audit.refuse(_entry(request, action, refusal))\n",
        "",
        frozenset({"audit.complete", "sessions.impersonation"}),
    )
    yield Mutant(
        "the absolute end of a session is not checked",
        "sessions/store.py",
        "s.expires_at > now() and ",
        "",
        frozenset({"sessions.lifetimes", "sessions.lifetimes-admins"}),
    )
    yield Mutant(
        "the idle end of a session is not checked",
        "sessions/store.py",
        " and s.seen_at + s.idle > now()",
        "",
        frozenset({"sessions.lifetimes"}),
    )
    yield Mutant(
        "a revoked session is not refused",
        "sessions/store.py",
        "s.ended_at is null and ",
        "",
        # A reuse, a freeze and a new password each end sessions in this way.
        frozenset(
            {
                "api.tokens",
                "passwords.reset",
                "sessions.devices",
                "sessions.notices",
            }
        ),
    )
    yield Mutant(
        "anybody may revoke anybody's session",
        "sessions/store.py",
        " and s.account_id = $1 and {_ALIVE}",
        " and ($1::uuid is not null) and {_ALIVE}",
        frozenset({"sessions.devices"}),
    )


def _of_access() -> Iterator[Mutant]:
    yield Mutant(
        "no role is asked for",
        "access/service.py",
        "    if allowed is not SIGNED_IN and not includes(role, action, granted):\n",
        "    if False:\n",
        # A member who may do anything may reveal a secret, too.
        frozenset({"access.actions", "vault.use-without-reveal"}),
    )
    yield Mutant(
        "how a session began is not looked at",
        "sessions/store.py",
        "                when s.way <> all(p.ways) then 'way'\n",
        "",
        frozenset({"access.actions"}),
    )
    yield Mutant(
        "a route declares a lesser action",
        "organizations/api.py",
        '    action="member.change-role",\n',
        '    action="member.read",\n',
        frozenset({"access.actions"}),
    )


def _of_operators() -> Iterator[Mutant]:
    yield Mutant(
        "other sites' pages may send the operators' cookie",
        "operators/policy.py",
        'same_site="strict"',
        'same_site="none"',
        frozenset({"edge.segregation"}),
    )
    yield Mutant(
        "the idle end of an operator's session is not checked",
        "operators/store.py",
        " and s.seen_at + s.idle > now()",
        "",
        frozenset({"sessions.lifetimes-admins"}),
    )
    yield Mutant(
        "an operator may do whatever the customer may",
        "access/service.py",
        "        raise NotForOperators\n",
        "        pass\n",
        frozenset({"access.break-glass", "sessions.impersonation"}),
    )
    yield Mutant(
        "a session outlives the emergency that it was opened for",
        "sessions/store.py",
        " (g.ended_at is null and g.expires_at > now())",
        " true",
        frozenset({"access.break-glass"}),
    )


def _of_ways_in() -> Iterator[Mutant]:
    yield Mutant(
        "scripts may read the session cookie",
        "sessions/policy.py",
        'return host_cookie(COOKIE, value, seconds, same_site="lax")',
        'return host_cookie(COOKIE, value, seconds, same_site="lax")'
        ' | {"httponly": False}',
        frozenset({"sessions.cookie"}),
    )
    yield Mutant(
        "a link that replaces a password works again",
        "one_time/store.py",
        "and purpose = $2 and used_at is null and expires_at > now()\n",
        "and purpose = $2 and expires_at > now()\n",
        frozenset({"passwords.reset", "magic-links.sign-in"}),
    )
    yield Mutant(
        "a link that signs in is not bound to its browser",
        "magic_links/policy.py",
        "    own = _same(link_of(key, asker), token.reveal())\n",
        "    own = True\n",
        frozenset({"magic-links.sign-in"}),
    )
    yield Mutant(
        "an account that its owner froze opens to its password",
        "entrance/service.py",
        "        await self._accounts.require_unchanged(tx, account)\n"
        "        async with joined",
        "        async with joined",
        frozenset({"sessions.notices"}),
    )
    yield Mutant(
        "a token of a provider is taken whatever its nonce",
        "oidc/id_token.py",
        'claims.get("nonce") == nonce',
        'claims.get("nonce") is not None',
        frozenset({"oauth.sign-in"}),
    )


def _of_factors_and_tokens() -> Iterator[Mutant]:
    yield Mutant(
        "a code of an authenticator app works again",
        "totp/store.py",
        " where account_id = $1 and counter < $2 and confirmed_at is not null",
        " where account_id = $1 and $2::bigint > 0 and confirmed_at is not null",
        frozenset({"totp.second-factor"}),
    )
    yield Mutant(
        "a copied passkey counts as it likes",
        "passkeys/store.py",
        " where id = $1 and (sign_count < $2 or (sign_count = 0 and $2 = 0))",
        " where id = $1 and $2::bigint >= 0",
        frozenset({"passkeys.sign-in"}),
    )
    yield Mutant(
        "the end of an access token is not looked at",
        "token_pairs/policy.py",
        "        _require_now(payload, now)\n",
        "",
        frozenset({"api.tokens"}),
    )
    yield Mutant(
        "a service's signature is not checked",
        "services/service.py",
        "            policy.require_signed(call, said, public_key)\n",
        "",
        frozenset({"edge.service-auth"}),
    )
    yield Mutant(
        "old verifiers are never made anew",
        "passwords/service.py",
        "        if needs_rehash(verifier, self._settings.scheme):\n",
        "        if False:\n",
        frozenset({"passwords.rehash"}),
        # That no hash was made is seen by the new verifier that a hash would leave.
        blinds=frozenset({"edge.rate-limits"}),
    )


def _of_the_log() -> Iterator[Mutant]:
    yield Mutant(
        "a checkpoint covers the first entry alone",
        "tlog/growth.py",
        "tiles.root(size)",
        "tiles.root(1)",
        frozenset({"audit.tamper-evident"}),
    )
    yield Mutant(
        "old entries are not dropped",
        "audit/store.py",
        "l.entry_id = e.id and e.occurred_at < now() - $1::interval\n",
        "l.entry_id = e.id and e.occurred_at < now() - 2 * $1::interval\n",
        frozenset({"audit.retention"}),
    )


def _of_words() -> Iterator[Mutant]:
    yield Mutant(
        "paths are logged as they came",
        "server/access_log.py",
        'redaction.brief(scope["path"])[:LONGEST_PATH]',
        'scope["path"][:LONGEST_PATH]',
        frozenset({"logs.redaction"}),
    )
    yield Mutant(
        "spans are exported as they came",
        "server/spans.py",
        "    return endings.told(str(value))\n",
        "    return str(value)\n",
        frozenset({"logs.redaction"}),
    )
    yield Mutant(
        "new passwords are not checked",
        "passwords/service.py",
        "        require_acceptable(password, self._settings, context)\n",
        "",
        frozenset({"passwords.policy"}),
    )
    yield Mutant(
        "passwords are hashed otherwise than stated",
        "profiles/default/strongroom.toml",
        "iterations = 2\n",
        "iterations = 3\n",
        frozenset({"passwords.hash"}),
    )
    yield Mutant(
        "security.txt has no expiry",
        "trust/policy.py",
        '        "Expires": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),\n',
        "",
        frozenset({"trust.security-txt"}),
    )
    yield Mutant(
        "an answer says it in other words",
        "trust/pages.py",
        "    claims = [shown[claim_id] for claim_id in block.claim_ids]\n",
        "    claims = [{**shown[i], 'statement': 'Yes.'} for i in block.claim_ids]\n",
        frozenset({"trust.faq"}),
    )
    yield Mutant(
        "what is not built is called proved",
        "trust/policy.py",
        "        return Status.UNPROVEN, NOT_BUILT\n",
        "        return Status.PROVED, None\n",
        frozenset({"trust.every-claim"}),
    )


MUTANTS = (
    *_of_the_edge(),
    *_of_the_wall(),
    *_of_people(),
    *_of_access(),
    *_of_operators(),
    *_of_ways_in(),
    *_of_factors_and_tokens(),
    *_of_the_log(),
    *_of_words(),
    *OF_STORES,
)
