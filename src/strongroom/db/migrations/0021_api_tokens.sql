-- Apps to which a person gave a pair of tokens: one row is one family.
--
-- No token is kept. A refresh token is a MAC over the row's id and a generation, and
-- the row says which generation comes next. It goes with its session and membership;
-- without a session it opens nothing.
create table strongroom.token_pairs (
    id uuid primary key,
    organization_id uuid not null,
    account_id uuid not null references strongroom.accounts on delete cascade,
    session_id uuid references strongroom.sessions on delete cascade,
    name text not null check (length(name) between 1 and 60),
    scopes text[] not null check (cardinality(scopes) > 0),
    generation integer not null default 1 check (generation > 0),
    created_at timestamptz not null default now(),
    rotated_at timestamptz not null default now(),
    expires_at timestamptz not null,
    ended_at timestamptz,
    foreign key (organization_id, account_id)
        references strongroom.memberships on delete cascade
);
create index on strongroom.token_pairs (organization_id);
create index on strongroom.token_pairs (account_id);
create index on strongroom.token_pairs (session_id);
select strongroom.isolate('strongroom.token_pairs');

-- Services of the operator that call this one, by the public half of their keys.
create table strongroom.services (
    id uuid primary key,
    name text not null unique check (length(name) between 1 and 60),
    public_key bytea not null check (length(public_key) = 32),
    created_at timestamptz not null default now(),
    revoked_at timestamptz
);
select strongroom.keep_to_the_house('strongroom.services', current_user);

-- A nonce is kept for as long as a signature over it could be sent again.
create unlogged table strongroom.service_nonces (
    service_id uuid not null references strongroom.services on delete cascade,
    nonce text not null check (length(nonce) between 16 and 64),
    expires_at timestamptz not null,
    primary key (service_id, nonce)
);
create index on strongroom.service_nonces (expires_at);
select strongroom.keep_to_the_house('strongroom.service_nonces', current_user);
